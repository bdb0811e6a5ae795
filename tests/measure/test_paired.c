/* tests/measure/test_paired.c - differences of figures from replications. */
#include "sim/measure/paired.h"

#include "sim/measure/estimate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_near(double x, double y, double tolerance)
{
    assert_true(fabs(x - y) <= tolerance);
}

static int set_up(void **state)
{
    *state = hr_arena_create();
    return 0;
}

static int tear_down(void **state)
{
    hr_arena_destroy(*state);
    return 0;
}

static const double x[4] = {10.5, 12.25, 9.0, 11.75};
static const double y[4] = {10.0, 11.5, 8.75, 11.0};

static void the_difference_of_means_is_the_paired_t_interval(void **state)
{
    const struct hr_influence u = hr_influence_mean(x, 4, *state);
    const struct hr_influence v = hr_influence_mean(y, 4, *state);
    const struct hr_difference d = hr_difference_of(&u, &v, 1, true, 0.95);
    const struct hr_estimate e = hr_estimate_paired(x, y, 4, 0.95);

    assert_int_equal(d.kind, HR_DIFFERENCE_T);
    assert_near(d.value, e.mean, 1e-12);
    assert_near(d.lo, e.lo, 1e-12);
    assert_near(d.hi, e.hi, 1e-12);
    assert_int_equal(d.way, 1);
    assert_int_equal(d.more, 4);
}

/* By hand: the differences are 0.5 0.75 0.25 0.75, of variance 0.0572917; those of x and y are
 * 2.1041667 and 1.4739583. */
static void pairing_takes_away_what_both_have_in_common(void **state)
{
    const struct hr_influence u = hr_influence_mean(x, 4, *state);
    const struct hr_influence v = hr_influence_mean(y, 4, *state);

    assert_near(hr_difference_of(&u, &v, 1, true, 0.95).pairing,
                0.0572916666667 / (2.1041666666667 + 1.4739583333333), 1e-9);
}

static void what_is_not_paired_has_the_interval_of_welch(void **state)
{
    const struct hr_influence u = hr_influence_mean(x, 4, *state);
    const struct hr_influence v = hr_influence_mean(y, 4, *state);
    const struct hr_difference d = hr_difference_of(&u, &v, 1, false, 0.95);
    const double se = sqrt((2.1041666666667 + 1.4739583333333) / 4);

    assert_false(d.paired);
    assert_near(d.se, se, 1e-9);
    assert_near(d.hi - d.value, hr_student_t(5, 0.95) * se, 1e-6); /* degrees 5.82 */
    assert_int_equal(d.way, 0);
}

static void equal_figures_are_exactly_the_same(void **state)
{
    const struct hr_influence u = hr_influence_mean(x, 4, *state);
    const struct hr_difference d = hr_difference_of(&u, &u, 1, true, 0.95);

    assert_int_equal(d.kind, HR_DIFFERENCE_SAME);
    assert_true(d.value == 0 && d.lo == 0 && d.hi == 0);
    assert_int_equal(d.way, 0);
}

static void a_constant_difference_is_exact(void **state)
{
    const double dearer[4] = {18.5, 20.25, 17.0, 19.75};
    const struct hr_influence u = hr_influence_mean(dearer, 4, *state);
    const struct hr_influence v = hr_influence_mean(x, 4, *state);
    const struct hr_difference d = hr_difference_of(&u, &v, 1, true, 0.95);

    assert_int_equal(d.kind, HR_DIFFERENCE_EXACT);
    assert_near(d.lo, 8, 1e-12);
    assert_near(d.hi, 8, 1e-12);
    assert_true(d.pairing == 0);
    assert_int_equal(d.way, 1);
}

/* Pooled 10.4 and 10: about their own difference 0.4, not about the mean of the four. */
static void a_pooled_difference_is_taken_about_the_pooled_values(void **state)
{
    const struct hr_influence u = hr_influence_pooled(11.2, x, 4, *state);
    const struct hr_influence v = hr_influence_pooled(10.8, y, 4, *state);
    const struct hr_difference d = hr_difference_of(&u, &v, 1, true, 0.95);
    const double squares = 0.01 + 0.1225 + 0.0225 + 0.1225;

    assert_near(d.value, 0.4, 1e-12);
    assert_near(d.se, sqrt(squares / 12), 1e-9);
}

/* Equal denominators: the difference of two ratios of sums is that of the means of shares. */
static void a_ratio_with_equal_denominators_is_a_mean(void **state)
{
    const double n[3] = {100, 100, 100}, good[3] = {98, 96, 99}, other[3] = {97, 96, 96};
    const double share[3] = {.98, .96, .99}, lower[3] = {.97, .96, .96};
    const struct hr_influence u = hr_influence_ratio(good, n, 3, *state);
    const struct hr_influence v = hr_influence_ratio(other, n, 3, *state);
    const struct hr_difference d = hr_difference_of(&u, &v, 1, true, 0.9);
    const struct hr_estimate e = hr_estimate_paired(share, lower, 3, 0.9);

    assert_near(d.lo, e.lo, 1e-12);
    assert_near(d.hi, e.hi, 1e-12);
}

static void a_multiple_is_subtracted_with_its_variance(void **state)
{
    const struct hr_influence u = hr_influence_mean(x, 4, *state);
    const struct hr_influence v = hr_influence_mean(y, 4, *state);
    const struct hr_difference d = hr_difference_of(&u, &v, 1.05, true, 0.95);
    double more[4];

    for (size_t i = 0; i < 4; i++)
        more[i] = 1.05 * y[i];
    assert_near(d.lo, hr_estimate_paired(x, more, 4, 0.95).lo, 1e-12);
}

static void infinite_figures_are_compared_by_signs(void **state)
{
    double never[8], finite[8];

    for (size_t i = 0; i < 8; i++) {
        never[i] = HUGE_VAL;
        finite[i] = 1 + (double)i;
    }
    const struct hr_influence u = hr_influence_pooled(HUGE_VAL, never, 8, *state);
    const struct hr_influence v = hr_influence_pooled(4, finite, 8, *state);
    struct hr_difference d = hr_difference_of(&u, &v, 1, true, 0.99);

    assert_int_equal(d.kind, HR_DIFFERENCE_SIGN); /* 2 x 2^-8 = 0.0078 */
    assert_int_equal(d.way, 1);
    d = hr_difference_of(&u, &v, 1, true, 0.993);
    assert_int_equal(d.way, 0);
    d = hr_difference_of(&u, &u, 1, true, 0.99);
    assert_int_equal(d.kind, HR_DIFFERENCE_SAME);
}

/* The finite pairs are (1, 2), (2, 3.5), (4, 5): variances of the means 7/9 and 3/4, of their
 * differences 1/36. */
static void what_pairing_gains_is_told_by_the_finite_pairs(void **state)
{
    const double a[4] = {1, 2, HUGE_VAL, 4}, b[4] = {2, 3.5, 7, 5};
    const struct hr_influence u = hr_influence_pooled(3, a, 4, *state);
    const struct hr_influence v = hr_influence_pooled(4, b, 4, *state);
    const struct hr_difference d = hr_difference_of(&u, &v, 1, true, 0.95);

    assert_int_equal(d.kind, HR_DIFFERENCE_SIGN);
    assert_int_equal(d.of, 3);
    assert_near(d.pairing, (1.0 / 36) / (7.0 / 9 + 3.0 / 4), 1e-12);
}

static void one_replication_or_a_missing_figure_tells_nothing(void **state)
{
    const double holes[4] = {1, (double)NAN, 2, 3};
    const struct hr_influence one = hr_influence_mean(x, 1, *state);
    const struct hr_influence u = hr_influence_mean(x, 4, *state);
    const struct hr_influence v = hr_influence_mean(holes, 4, *state);

    assert_int_equal(hr_difference_of(&one, &one, 1, true, 0.95).kind,
                     HR_DIFFERENCE_UNKNOWN);
    assert_int_equal(hr_difference_of(&u, &v, 1, true, 0.95).kind, HR_DIFFERENCE_UNKNOWN);
}

/* 0.5 more in the mean, standard error 0.12: 0.2 more beyond doubt is not there. */
static void an_amount_shifts_the_interval(void **state)
{
    const struct hr_influence u = hr_influence_mean(x, 4, *state);
    const struct hr_influence v = hr_influence_mean(y, 4, *state);
    const struct hr_difference d = hr_difference_of(&u, &v, 1, true, 0.95);

    assert_int_equal(hr_difference_beyond(d, d.lo - 0.01).way, 1);
    assert_int_equal(hr_difference_beyond(d, d.lo + 0.01).way, 0);
    assert_int_equal(hr_difference_beyond(d, d.hi + 0.01).way, -1);
}

/* A true difference of `seen_from` lies beyond doubt in 4 of 5 studies: the factor is that of t
 * at the level and at 80%.  (n = 4: 3.182446 + 0.978472.) */
static void what_would_have_been_seen_has_power_of_four_in_five(void **state)
{
    const struct hr_influence u = hr_influence_mean(x, 4, *state);
    const struct hr_influence v = hr_influence_mean(y, 4, *state);
    const struct hr_difference d = hr_difference_of(&u, &v, 1, true, 0.95);

    assert_near(d.seen_from / d.se, 3.182446 + 0.978472, 1e-5);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_difference_of_means_is_the_paired_t_interval),
        TEST(pairing_takes_away_what_both_have_in_common),
        TEST(what_is_not_paired_has_the_interval_of_welch),
        TEST(equal_figures_are_exactly_the_same),
        TEST(a_constant_difference_is_exact),
        TEST(a_pooled_difference_is_taken_about_the_pooled_values),
        TEST(a_ratio_with_equal_denominators_is_a_mean),
        TEST(a_multiple_is_subtracted_with_its_variance),
        TEST(infinite_figures_are_compared_by_signs),
        TEST(what_pairing_gains_is_told_by_the_finite_pairs),
        TEST(one_replication_or_a_missing_figure_tells_nothing),
        TEST(an_amount_shifts_the_interval),
        TEST(what_would_have_been_seen_has_power_of_four_in_five),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
