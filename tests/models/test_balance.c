/* tests/models/test_balance.c - what the choice of an endpoint promises. */
#include "models/parts/balance.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { N = 7 };
struct farm { /* endpoints as a test wants them */
    bool up[N];
    uint32_t open[N];
    double weight[N];
};

static bool up(const void *ctx, uint32_t i)
{
    return ((const struct farm *)ctx)->up[i];
}
static uint32_t open_calls(const void *ctx, uint32_t i)
{
    return ((const struct farm *)ctx)->open[i];
}
static double weight(const void *ctx, uint32_t i)
{
    return ((const struct farm *)ctx)->weight[i];
}
static uint64_t id(const void *ctx, uint32_t i)
{
    (void)ctx;
    return 1000 + 17 * (uint64_t)i;
}

static struct hr_balance_view view(const struct farm *f)
{
    return (struct hr_balance_view){
        .n = N, .ctx = f, .up = up, .open = open_calls, .weight = weight, .id = id};
}

static struct farm all_up(void)
{
    struct farm f = {.open = {0}};

    for (int i = 0; i < N; i++) {
        f.up[i] = true;
        f.weight[i] = 1.0;
    }
    return f;
}

/* Choices for calls 0..n-1, counted by endpoint. */
static void count(enum hr_balance_policy policy, const struct farm *f, uint64_t n,
                  unsigned counts[N])
{
    const struct hr_balance_view v = view(f);
    uint32_t next = 0;

    for (int i = 0; i < N; i++)
        counts[i] = 0;
    for (uint64_t k = 0; k < n; k++) {
        struct hr_draws draws = hr_draws(hr_stream(3, 1), k, 9);
        const uint32_t i = hr_balance_choose(policy, &v, &draws, hr_mix(k, 4), &next);
        assert_true(i < N);
        assert_true(f->up[i]);
        counts[i]++;
    }
}

/* Within 5 standard deviations of n p: a false alarm in two million. */
static void about(unsigned counted, double n, double p)
{
    if (!(fabs(counted - n * p) <= 5 * sqrt(n * p * (1 - p))))
        fail_msg("%u of %g is not a share of %g", counted, n, p);
}

static void random_is_even_over_those_that_are_up(void **unused)
{
    struct farm f = all_up();
    unsigned counts[N];

    (void)unused;
    f.up[2] = f.up[3] = false;
    count(HR_BALANCE_RANDOM, &f, 50000, counts);
    for (int i = 0; i < N; i++)
        about(counts[i], 50000, f.up[i] ? 0.2 : 0.0);
}

static void random_finds_the_only_one_left_and_reports_none(void **unused)
{
    struct farm f = {.up = {[5] = true}};
    const struct hr_balance_view v = view(&f);
    unsigned counts[N];

    (void)unused;
    count(HR_BALANCE_RANDOM, &f, 300, counts);
    assert_int_equal(counts[5], 300);
    f.up[5] = false;
    for (int policy = HR_BALANCE_RANDOM; policy <= HR_BALANCE_JOIN_IDLE; policy++) {
        struct hr_draws draws = hr_draws(1, 2, 3);
        uint32_t next = 0;
        assert_int_equal(
            hr_balance_choose((enum hr_balance_policy)policy, &v, &draws, 1, &next),
            HR_BALANCE_NONE);
    }
}

static void round_robin_goes_around_and_skips_what_is_down(void **unused)
{
    struct farm f = all_up();
    const struct hr_balance_view v = view(&f);
    uint32_t next = 5;
    const uint32_t expected[] = {5, 6, 0, 1, 3, 4, 5};

    (void)unused;
    f.up[2] = false;
    for (size_t k = 0; k < 7; k++)
        assert_int_equal(hr_balance_choose(HR_BALANCE_ROUND_ROBIN, &v, NULL, 0, &next),
                         expected[k]);
}

static void least_outstanding_takes_the_emptiest_and_breaks_ties_evenly(void **unused)
{
    struct farm f = all_up();
    unsigned counts[N];

    (void)unused;
    for (uint32_t i = 0; i < N; i++)
        f.open[i] = 4 + i % 2; /* 0, 2, 4, 6 have 4 */
    f.open[1] = 0;
    f.up[1] = false;
    count(HR_BALANCE_LEAST_OUTSTANDING, &f, 40000, counts);
    for (int i = 0; i < N; i++)
        about(counts[i], 40000, i % 2 == 0 ? 0.25 : 0.0);
}

static void power_of_two_avoids_only_the_fullest(void **unused)
{
    struct farm f = all_up();
    unsigned counts[N];

    (void)unused;
    for (uint32_t i = 0; i < N; i++)
        f.open[i] = i;
    count(HR_BALANCE_POWER_OF_TWO, &f, 42000, counts);
    /* i wins against each of the 6 - i that are fuller: (6 - i) of 21 pairs */
    for (int i = 0; i < N; i++)
        about(counts[i], 42000, (6 - i) / 21.0);
}

static void power_of_two_with_one_left_takes_it(void **unused)
{
    struct farm f = {.up = {[3] = true}};
    unsigned counts[N];

    (void)unused;
    count(HR_BALANCE_POWER_OF_TWO, &f, 50, counts);
    assert_int_equal(counts[3], 50);
}

static void of_three_choices_the_emptiest_is_taken(void **unused)
{
    struct farm f = all_up();
    struct hr_balance_view v = view(&f);
    unsigned counts[N] = {0};

    (void)unused;
    v.choices = 3;
    for (uint32_t i = 0; i < N; i++)
        f.open[i] = i;
    for (uint64_t k = 0; k < 42000; k++) {
        struct hr_draws draws = hr_draws(hr_stream(3, 1), k, 9);
        counts[hr_balance_choose(HR_BALANCE_POWER_OF_TWO, &v, &draws, 0, NULL)]++;
    }
    /* i wins with two of the 6 - i that are fuller, of 35 triples */
    for (int i = 0; i < N; i++)
        about(counts[i], 42000, (6 - i) * (5 - i) / 70.0);
}

static void more_choices_than_there_are_see_all_of_them(void **unused)
{
    struct farm f = {.up = {[3] = true, [5] = true}, .open = {[3] = 2, [5] = 1}};
    struct hr_balance_view v = view(&f);

    (void)unused;
    v.choices = HR_BALANCE_CHOICES;
    for (uint64_t k = 0; k < 50; k++) {
        struct hr_draws draws = hr_draws(hr_stream(3, 1), k, 9);
        assert_int_equal(hr_balance_choose(HR_BALANCE_POWER_OF_TWO, &v, &draws, 0, NULL),
                         5);
    }
}

static void join_idle_takes_any_idle_one_else_any_one(void **unused)
{
    struct farm f = all_up();
    unsigned counts[N];

    (void)unused;
    for (uint32_t i = 0; i < N; i++)
        f.open[i] = 1 + i % 3;
    count(HR_BALANCE_JOIN_IDLE, &f, 42000, counts);
    for (int i = 0; i < N; i++)
        about(counts[i], 42000, 1.0 / N);
    f.open[2] = f.open[4] = f.open[6] = 0;
    f.up[6] = false;
    count(HR_BALANCE_JOIN_IDLE, &f, 42000, counts);
    for (int i = 0; i < N; i++)
        about(counts[i], 42000, i == 2 || i == 4 ? 0.5 : 0.0);
}

static void weighted_follows_the_weights_of_those_that_are_up(void **unused)
{
    struct farm f = all_up();
    unsigned counts[N];

    (void)unused;
    for (int i = 0; i < N; i++)
        f.weight[i] = i; /* 0 1 2 3 4 5 6 */
    f.up[4] = false;
    count(HR_BALANCE_WEIGHTED, &f, 60000, counts);
    for (int i = 0; i < N; i++)
        about(counts[i], 60000, f.up[i] ? i / 17.0 : 0.0);
}

static void hash_keeps_every_key_that_need_not_move(void **unused)
{
    struct farm f = all_up();
    const struct hr_balance_view v = view(&f);
    unsigned moved = 0, of_four = 0, counts[N];

    (void)unused;
    for (uint64_t key = 0; key < 5000; key++) {
        f.up[4] = true;
        const uint32_t before = hr_balance_choose(HR_BALANCE_HASH, &v, NULL, key, NULL);
        f.up[4] = false;
        const uint32_t after = hr_balance_choose(HR_BALANCE_HASH, &v, NULL, key, NULL);
        of_four += before == 4;
        moved += before != after;
        assert_int_not_equal(after, 4);
    }
    assert_int_equal(moved, of_four);
    f.up[4] = true;
    count(HR_BALANCE_HASH, &f, 35000, counts);
    for (int i = 0; i < N; i++)
        about(counts[i], 35000, 1.0 / N);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_is_even_over_those_that_are_up),
        cmocka_unit_test(random_finds_the_only_one_left_and_reports_none),
        cmocka_unit_test(round_robin_goes_around_and_skips_what_is_down),
        cmocka_unit_test(least_outstanding_takes_the_emptiest_and_breaks_ties_evenly),
        cmocka_unit_test(power_of_two_avoids_only_the_fullest),
        cmocka_unit_test(power_of_two_with_one_left_takes_it),
        cmocka_unit_test(of_three_choices_the_emptiest_is_taken),
        cmocka_unit_test(more_choices_than_there_are_see_all_of_them),
        cmocka_unit_test(join_idle_takes_any_idle_one_else_any_one),
        cmocka_unit_test(weighted_follows_the_weights_of_those_that_are_up),
        cmocka_unit_test(hash_keeps_every_key_that_need_not_move),
    };
    return cmocka_run_group_tests_name("balance", tests, NULL, NULL);
}
