/* tests/engine/test_random_keys.c - known answers of the random numbers, and the independence of
 * entities that are neighbours: by key, purpose, replication or seed, or because they take turns.
 *
 * scripts/rng-test feeds the same streams to a battery of tests.  Statistical tests have a
 * false-alarm rate of 1e-6 over all that they look at, and fixed seeds. */
#include "sim/engine/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#define FALSE_ALARM 1e-6

/* --- known answers ----------------------------------------------------------------------- */

/* The words of SplitMix64 with state 1234567, as Rosetta Code (task Pseudo-random numbers,
 * Splitmix64) has them. */
static void words_are_those_of_splitmix64(void **unused)
{
    static const uint64_t want[] = {
        UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821)};
    struct hr_draws d = {0, 1234567};

    (void)unused;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        assert_true(hr_draw_bits(&d) == want[i]);
}

/* Computed from the definitions in random.h with whole numbers of any size: what is committed
 * in results and fingerprints rests on them. */
static void keys_and_draws_are_what_they_always_were(void **unused)
{
    static const uint64_t want[] = {
        UINT64_C(0x1a255af4a39a1c79), UINT64_C(0x7c9f724ed4e56c0f),
        UINT64_C(0xa044eda1f4b6426), UINT64_C(0x1f65a420b079bfe8)};
    struct hr_draws d = hr_draws(hr_stream(1, 7), hr_name_key("orders.write"), 3);

    (void)unused;
    assert_true(hr_stream(0, 0) == UINT64_C(0x46b263337733c78e));
    assert_true(hr_stream(1, 7) == UINT64_C(0x2c35e0c5aa8d6cbb));
    assert_true(hr_name_key("") == UINT64_C(0x48218226ff3cd4bf));
    assert_true(hr_name_key("app") == UINT64_C(0x4e5823589c4d8f6));
    assert_true(hr_name_key("orders.write") == UINT64_C(0xec326fffeeb66e2f));
    for (size_t i = 0; i < 4; i++)
        assert_true(hr_draw_bits(&d) == want[i]);
    assert_true(hr_draw_uniform(&d) == 0x1.1528c494a6d9dp-5);
    assert_true(hr_draw_uniform(&d) == 0x1.ffc0e46573e14p-2);
    assert_true(hr_draw_below(&d, 1000) == 831);
    assert_true(hr_draw_below(&d, UINT64_C(3) << 62) == UINT64_C(11524526475977421230));
}

/* --- streams of neighbours --------------------------------------------------------------- */

/* Uniform number n of a stream that takes one draw of each of many entities. */
typedef double stream(uint64_t n);

static double first(uint64_t s, uint64_t key, uint64_t purpose)
{
    struct hr_draws d = hr_draws(s, key, purpose);

    return hr_draw_uniform(&d);
}
static double of_keys(uint64_t n)
{
    return first(hr_stream(1, 0), n, 1);
}
static double of_arrivals(uint64_t n)
{
    return first(hr_stream(1, 0), hr_mix(hr_name_key("shoppers"), n), 1);
}
static double of_purposes(uint64_t n)
{
    return first(hr_stream(1, 0), hr_name_key("shoppers"), n);
}
static double of_replications(uint64_t n)
{
    return first(hr_stream(1, n), hr_name_key("shoppers"), 1);
}
static double of_seeds(uint64_t n)
{
    return first(hr_stream(n, 0), hr_name_key("shoppers"), 1);
}
static double of_raw_streams(uint64_t n)
{
    return first(n, hr_name_key("shoppers"), 1);
}
/* Sixteen entities take turns, a draw each. */
static double of_turns(uint64_t n)
{
    struct hr_draws d = hr_draws(hr_stream(1, 0), n % 16, 1);

    d.state += n / 16 * HR_GOLDEN; /* where so many words leave it */
    return hr_draw_uniform(&d);
}

static stream *const streams[] = {of_keys,  of_arrivals,    of_purposes, of_replications,
                                  of_seeds, of_raw_streams, of_turns};
enum { STREAMS = sizeof streams / sizeof *streams };

/* The mean product of centred uniforms a lag apart is normal with deviation 1/12/sqrt(n). */
static void neighbours_are_not_correlated_at_any_short_lag(void **unused)
{
    enum { N = 1 << 17, LAGS = 32 };
    static double u[N + LAGS];
    const double limit = gsl_cdf_ugaussian_Qinv(FALSE_ALARM / 2 / STREAMS / LAGS);

    (void)unused;
    for (size_t s = 0; s < STREAMS; s++) {
        for (uint64_t i = 0; i < N + LAGS; i++)
            u[i] = streams[s](i) - 0.5;
        for (size_t lag = 1; lag <= LAGS; lag++) {
            double sum = 0.0;
            for (size_t i = 0; i < N; i++)
                sum += u[i] * u[i + lag];
            if (fabs(sum * 12 / sqrt(N)) > limit)
                fail_msg("stream %d, lag %d: %g deviations", (int)s, (int)lag,
                         sum * 12 / sqrt(N));
        }
    }
}

/* Three in a row fill the cube evenly. */
static void triples_of_neighbours_fill_space(void **unused)
{
    enum { SIDE = 16, CELLS = SIDE * SIDE * SIDE, N = 64 * CELLS };
    static uint32_t count[CELLS];

    (void)unused;
    for (size_t s = 0; s < STREAMS; s++) {
        double chi_square = 0.0;
        memset(count, 0, sizeof count);
        for (uint64_t i = 0; i < N; i++) {
            size_t cell = 0;
            for (uint64_t k = 0; k < 3; k++)
                cell = cell * SIDE + (size_t)(streams[s](3 * i + k) * SIDE);
            count[cell]++;
        }
        for (size_t c = 0; c < CELLS; c++)
            chi_square += (count[c] - 64.0) * (count[c] - 64.0) / 64.0;
        assert_true(chi_square < gsl_cdf_chisq_Qinv(FALSE_ALARM / 2 / STREAMS, CELLS - 1));
        assert_true(chi_square > gsl_cdf_chisq_Pinv(FALSE_ALARM / 2 / STREAMS, CELLS - 1));
    }
}

/* Weak dependence adds up in sums: of 64 in a row the variance is 64 / 12, and the squares of
 * many such sums are chi-square together. */
static void sums_of_neighbours_spread_as_those_of_strangers(void **unused)
{
    enum { TERMS = 64, SUMS = 4096 };

    (void)unused;
    for (size_t s = 0; s < STREAMS; s++) {
        double squares = 0.0;
        for (uint64_t i = 0; i < SUMS; i++) {
            double sum = 0.0;
            for (uint64_t k = 0; k < TERMS; k++)
                sum += streams[s](i * TERMS + k) - 0.5;
            squares += sum * sum * 12 / TERMS;
        }
        /* a sum of 64 is normal enough: its excess kurtosis is -1.2 / 64 */
        assert_true(squares < gsl_cdf_chisq_Qinv(FALSE_ALARM / 2 / STREAMS, SUMS));
        assert_true(squares > gsl_cdf_chisq_Pinv(FALSE_ALARM / 2 / STREAMS, SUMS));
    }
}

/* --- avalanche --------------------------------------------------------------------------- */

static uint64_t first_word(const uint64_t of[3])
{
    struct hr_draws d = hr_draws(of[0], of[1], of[2]);

    return hr_draw_bits(&d);
}

/* Each bit of stream, key and purpose flips each bit of the first word half of the time, from
 * small numbers too: 192 x 64 shares of 2,000 trials. */
static void every_bit_of_an_entity_moves_every_bit_of_its_first_word(void **unused)
{
    enum { TRIALS = 2000, INPUTS = 192 };
    const double limit = gsl_cdf_ugaussian_Qinv(FALSE_ALARM / 2 / INPUTS / 64);
    struct hr_draws pick = hr_draws(5, 5, 5);

    (void)unused;
    for (unsigned bit = 0; bit < INPUTS; bit++) {
        uint32_t flips[64] = {0};
        for (int t = 0; t < TRIALS; t++) {
            const uint64_t of[3] = {hr_draw_bits(&pick), hr_draw_below(&pick, 100000),
                                    hr_draw_below(&pick, 100)};
            uint64_t other[3] = {of[0], of[1], of[2]};
            other[bit / 64] ^= UINT64_C(1) << bit % 64;
            const uint64_t changed = first_word(of) ^ first_word(other);
            for (unsigned i = 0; i < 64; i++)
                flips[i] += (uint32_t)(changed >> i & 1);
        }
        for (unsigned i = 0; i < 64; i++)
            assert_true(fabs(flips[i] - TRIALS / 2.0) / sqrt(TRIALS / 4.0) < limit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_those_of_splitmix64),
        cmocka_unit_test(keys_and_draws_are_what_they_always_were),
        cmocka_unit_test(neighbours_are_not_correlated_at_any_short_lag),
        cmocka_unit_test(triples_of_neighbours_fill_space),
        cmocka_unit_test(sums_of_neighbours_spread_as_those_of_strangers),
        cmocka_unit_test(every_bit_of_an_entity_moves_every_bit_of_its_first_word),
    };
    return cmocka_run_group_tests_name("random_keys", tests, NULL, NULL);
}
