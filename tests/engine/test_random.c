/* tests/engine/test_random.c - what the random numbers promise.
 *
 * Statistical tests have a false-alarm rate of 1e-6 and fixed seeds: they pass always or
 * never. */
#include "tests/support/draws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#define FALSE_ALARM 1e-6

/* RNG-SM64-0: with the key that cancels the constant, hr_mix is SplitMix64 of seed 0. */
static void mix_contains_splitmix64(void **unused)
{
    static const uint64_t want[] = {UINT64_C(16294208416658607535),
                                    UINT64_C(7960286522194355700),
                                    UINT64_C(487617019471545679)};

    (void)unused;
    for (uint64_t i = 0; i < 3; i++)
        assert_true(hr_mix(0 - UINT64_C(0x9E3779B97F4A7C15), i + 1) == want[i]);
}

/* Each of the 128 input bits flips each output bit about half of the time: with 4000 trials
 * the share stays within 6 standard deviations of 1/2 (2e-9 each, 8192 of them). */
static void mix_spreads_every_bit_and_tells_its_arguments_apart(void **unused)
{
    enum { TRIALS = 4000 };
    struct hr_draws d = hr_draws(3, 1, 4);

    (void)unused;
    for (unsigned bit = 0; bit < 128; bit++) {
        uint32_t flips[64] = {0};
        for (int t = 0; t < TRIALS; t++) {
            /* Small numbers, as keys and ordinals are. */
            const uint64_t key = hr_draw_below(&d, 1000), with = hr_draw_below(&d, 1000);
            const uint64_t other = bit < 64 ? hr_mix(key ^ UINT64_C(1) << bit, with)
                                            : hr_mix(key, with ^ UINT64_C(1) << (bit - 64));
            const uint64_t changed = hr_mix(key, with) ^ other;
            for (unsigned i = 0; i < 64; i++)
                flips[i] += (uint32_t)(changed >> i & 1);
        }
        for (unsigned i = 0; i < 64; i++)
            assert_true(flips[i] > TRIALS / 2 - 190 && flips[i] < TRIALS / 2 + 190);
    }
    assert_true(hr_mix(1, 2) != hr_mix(2, 1));
    assert_true(hr_mix(0, 0) != 0);
}

static int by_value(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

static void assert_all_different(uint64_t *x, size_t n)
{
    qsort(x, n, sizeof *x, by_value);
    for (size_t i = 1; i < n; i++)
        assert_true(x[i] != x[i - 1]);
}

static void names_streams_and_small_keys_do_not_collide(void **unused)
{
    enum { N = 40000 };
    static uint64_t keys[5 * N];
    char name[40];

    (void)unused;
    for (uint64_t i = 0; i < N; i++) {
        snprintf(name, sizeof name, "component-%d", (int)i);
        keys[5 * i] = hr_name_key(name);
        snprintf(name, sizeof name, "%d", (int)i);
        keys[5 * i + 1] = hr_name_key(name);
        keys[5 * i + 2] = hr_stream(i / 200, i % 200);
        keys[5 * i + 3] = hr_mix(i / 200, i % 200);
        keys[5 * i + 4] = hr_mix(hr_mix(7, i % 200), i / 200);
    }
    assert_all_different(keys, 5 * N);
    assert_true(hr_name_key("") != hr_name_key("a"));
    assert_true(hr_name_key("abcdefgh") != hr_name_key("abcdefg"));
    assert_true(hr_name_key("abcdefghi") != hr_name_key("iabcdefgh"));
}

static void draws_are_splitmix64_from_a_start_and_depend_on_nothing_else(void **unused)
{
    struct hr_draws a = hr_draws(5, 6, 7), b = hr_draws(5, 6, 7), other = hr_draws(5, 6, 8);
    const uint64_t start = a.start;

    (void)unused;
    for (uint64_t i = 1; i < 20; i++) {
        assert_true(hr_draw_bits(&a) == hr_scramble(start + i * HR_GOLDEN));
        hr_draw_bits(&other);
        assert_true(hr_draw_bits(&b) == hr_scramble(start + i * HR_GOLDEN));
    }
}

/* Purposes are small numbers in the code that draws; none may run into its neighbour. */
static void neighbouring_purposes_keys_and_streams_share_no_words(void **unused)
{
    enum { SIDE = 8, WORDS = 200, N = SIDE * SIDE * SIDE * WORDS };
    uint64_t *words = calloc(N, sizeof *words), n = 0;

    (void)unused;
    for (uint64_t i = 0; i < SIDE * SIDE * SIDE; i++) {
        struct hr_draws d = hr_draws(i % SIDE, i / SIDE % SIDE, i / SIDE / SIDE);
        for (int w = 0; w < WORDS; w++)
            words[n++] = hr_draw_bits(&d);
    }
    assert_all_different(words, N);
    free(words);
}

static void assert_equal_shares(const uint32_t *count, size_t cells, double expected)
{
    double chi_square = 0.0;

    for (size_t i = 0; i < cells; i++)
        chi_square +=
            ((double)count[i] - expected) * ((double)count[i] - expected) / expected;
    assert_true(chi_square < gsl_cdf_chisq_Qinv(FALSE_ALARM, (double)(cells - 1)));
    assert_true(chi_square > gsl_cdf_chisq_Pinv(FALSE_ALARM, (double)(cells - 1)));
}

static void uniforms_fill_the_interval_evenly(void **unused)
{
    enum { CELLS = 1 << 12, N = 1 << 20 };
    static uint32_t count[CELLS];
    struct hr_draws d = hr_draws(hr_stream(1, 0), hr_name_key("uniform"), 2);

    (void)unused;
    for (int i = 0; i < N; i++)
        count[(size_t)(hr_draw_uniform(&d) * CELLS)]++;
    assert_equal_shares(count, CELLS, (double)N / CELLS);
}

/* Cell of a pair of uniforms on a 32 x 32 board. */
static size_t cell_of(struct hr_draws x, struct hr_draws y)
{
    const size_t row = (size_t)(hr_draw_uniform(&x) * 32);

    return row * 32 + (size_t)(hr_draw_uniform(&y) * 32);
}

static void neighbours_are_independent(void **unused)
{
    enum { CELLS = 32 * 32, N = 1 << 18 };

    (void)unused;
    for (int which = 0; which < 5; which++) {
        static uint32_t count[CELLS];
        memset(count, 0, sizeof count);
        for (uint64_t i = 0; i < N; i++) {
            struct hr_draws x = hr_draws(9, i, 1), next = x;
            hr_draw_bits(&next);
            const struct hr_draws beside[] = {hr_draws(9, i + 1, 1), hr_draws(9, i, 2),
                                              hr_draws(10, i, 1), next,
                                              hr_draws(9, hr_mix(i, 1), 1)};
            count[cell_of(x, beside[which])]++;
        }
        assert_equal_shares(count, CELLS, (double)N / CELLS);
    }
}

/* 4 million uniforms reach below 2^-16, and there they still have all of their bits: u 2^53
 * is no integer, as it would be for a generator of k / 2^53. */
static void small_uniforms_keep_their_precision(void **unused)
{
    struct hr_draws d = hr_draws(2, 2, 2);
    int small = 0, fine = 0;

    (void)unused;
    for (int i = 0; i < 4000000; i++) {
        const double u = hr_draw_uniform(&d);
        assert_true(u > 0.0 && u < 1.0);
        if (u < 0x1p-16) {
            const double scaled = u * 0x1p53;
            small++;
            fine += scaled != (double)(int64_t)scaled;
        }
    }
    assert_true(small > 20 && fine > small / 2);
}

static double uniform_of(uint64_t bits)
{
    struct hr_draws d = test_draws_of(bits);

    return hr_draw_uniform(&d);
}

static void the_ends_of_the_interval_are_never_reached(void **unused)
{
    (void)unused;
    assert_true(uniform_of(0) == 0x1p-65);
    assert_true(uniform_of(1) == 0x1.8p-64);
    assert_true(uniform_of(UINT64_MAX) == 1.0 - 0x1p-53);
    assert_true(uniform_of(UINT64_MAX - 4096) < 1.0);
    assert_true(uniform_of(UINT64_C(1) << 63) == 0.5);
}

/* The short way against the two exact halves, where the rounding of a half is decided: next to
 * all powers of 2 and next to the middles between neighbours. */
static void the_short_way_to_a_uniform_has_the_same_bits(void **unused)
{
    struct hr_draws d = hr_draws(7, 7, 7);
    uint64_t inner = 0;

    (void)unused;
    for (unsigned i = 0; i < 64; i++)
        for (uint64_t by = 0; by < 40; by++) {
            const uint64_t above = (UINT64_C(1) << i) + by, below = above - 20;
            assert_true(hr_uniform_of(above) == hr_outer_uniform(above));
            assert_true(hr_uniform_of(below) == hr_outer_uniform(below));
        }
    for (int i = 0; i < 200000; i++) {
        const uint64_t bits = hr_draw_bits(&d) >> i % 9, unit = UINT64_C(1) << i % 12;
        const uint64_t middle = (bits | (2 * unit - 1)) - unit + hr_draw_below(&d, 5) - 1;
        assert_true(hr_uniform_of(bits) == hr_outer_uniform(bits));
        assert_true(hr_uniform_of(middle) == hr_outer_uniform(middle));
        inner += hr_bits_are_inner(middle);
    }
    assert_in_range(inner, 100000, 199999);
}

static void below_is_even_and_within_bounds(void **unused)
{
    static const uint64_t bounds[] = {1, 2, 3, 10, 1000};
    struct hr_draws d = hr_draws(4, 4, 4);

    (void)unused;
    for (size_t b = 1; b < sizeof bounds / sizeof *bounds; b++) {
        const uint64_t n = bounds[b];
        static uint32_t count[1000];
        memset(count, 0, sizeof count);
        for (int i = 0; i < 200000; i++)
            count[hr_draw_below(&d, n)]++;
        assert_equal_shares(count, (size_t)n, 200000.0 / (double)n);
    }
    assert_true(hr_draw_below(&d, 1) == 0);
}

/* At n = 3 2^62 a quarter of the words must be rejected: without it the first third would
 * come twice as often as the others. */
static void below_rejects_what_would_bias_it(void **unused)
{
    struct hr_draws d = hr_draws(4, 4, 5);
    uint32_t count[3] = {0};

    (void)unused;
    for (int i = 0; i < 90000; i++)
        count[hr_draw_below(&d, UINT64_C(3) << 62) >> 62]++;
    assert_equal_shares(count, 3, 30000.0);
    count[0] = count[1] = count[2] = 0;
    for (int i = 0; i < 90000; i++)
        count[hr_draw_below(&d, UINT64_C(3) << 62) % 3]++;
    assert_equal_shares(count, 3, 30000.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mix_contains_splitmix64),
        cmocka_unit_test(mix_spreads_every_bit_and_tells_its_arguments_apart),
        cmocka_unit_test(names_streams_and_small_keys_do_not_collide),
        cmocka_unit_test(draws_are_splitmix64_from_a_start_and_depend_on_nothing_else),
        cmocka_unit_test(neighbouring_purposes_keys_and_streams_share_no_words),
        cmocka_unit_test(uniforms_fill_the_interval_evenly),
        cmocka_unit_test(neighbours_are_independent),
        cmocka_unit_test(small_uniforms_keep_their_precision),
        cmocka_unit_test(the_ends_of_the_interval_are_never_reached),
        cmocka_unit_test(the_short_way_to_a_uniform_has_the_same_bits),
        cmocka_unit_test(below_is_even_and_within_bounds),
        cmocka_unit_test(below_rejects_what_would_bias_it),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
