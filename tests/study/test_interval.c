/* tests/study/test_interval.c - intervals of ratios and pooled quantiles. */
#include "sim/study/interval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* In doubles; cmocka's own compares floats. */
static void assert_near(double x, double y, double tolerance)
{
    assert_true(x - y <= tolerance && y - x <= tolerance);
}

static void a_ratio_is_of_sums_and_not_a_mean_of_ratios(void **state)
{
    const double good[2] = {90, 10}, valid[2] = {100, 1000};
    const struct hr_estimate e = hr_interval_ratio(good, valid, 2);

    (void)state;
    assert_near(e.mean, 100.0 / 1100.0, 1e-15);
}

/* By hand: good 98, 96, 99 of 100 each; the ratio is 293/300 and the residuals in shares are
 * those of a mean, so the half-width is t(2) x sd / sqrt(3). */
static void a_ratio_with_equal_denominators_has_the_interval_of_a_mean(void **state)
{
    const double good[3] = {98, 96, 99}, valid[3] = {100, 100, 100};
    const double shares[3] = {.98, .96, .99};
    const struct hr_estimate e = hr_interval_ratio(good, valid, 3);
    const struct hr_estimate m = hr_estimate_mean(shares, 3, HR_CONFIDENCE);

    (void)state;
    assert_near(e.mean, m.mean, 1e-15);
    assert_near(e.lo, m.lo, 1e-12);
    assert_near(e.hi, m.hi, 1e-12);
}

static void one_replication_has_no_interval(void **state)
{
    const double good = 99, valid = 100, x = 0.25;
    const struct hr_estimate e = hr_interval_ratio(&good, &valid, 1);
    const struct hr_estimate p = hr_interval_pooled(0.25, &x, 1);

    (void)state;
    assert_near(e.mean, 0.99, 1e-15);
    assert_true(isnan(e.lo) && isnan(e.hi));
    assert_true(isnan(p.lo) && isnan(p.hi));
}

static void nothing_observed_is_not_a_number(void **state)
{
    const double none[2] = {0, 0};

    (void)state;
    assert_true(isnan(hr_interval_ratio(none, none, 2).mean));
}

static void a_pooled_quantile_is_the_middle_of_its_interval(void **state)
{
    const double x[4] = {0.20, 0.22, 0.24, 0.22};
    const struct hr_estimate e = hr_interval_pooled(0.23, x, 4);
    const struct hr_estimate m = hr_estimate_mean(x, 4, HR_CONFIDENCE);

    (void)state;
    assert_near(e.mean, 0.23, 0);
    assert_near(e.hi - 0.23, m.hi - m.mean, 1e-12);
    assert_near(0.23 - e.lo, m.mean - m.lo, 1e-12);
}

static void a_replication_without_a_finite_quantile_opens_the_interval(void **state)
{
    const double x[3] = {0.20, HUGE_VAL, 0.30};
    const struct hr_estimate e = hr_interval_pooled(0.40, x, 3);

    (void)state;
    assert_near(e.lo, 0.20, 0);
    assert_true(e.hi == HUGE_VAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ratio_is_of_sums_and_not_a_mean_of_ratios),
        cmocka_unit_test(a_ratio_with_equal_denominators_has_the_interval_of_a_mean),
        cmocka_unit_test(one_replication_has_no_interval),
        cmocka_unit_test(nothing_observed_is_not_a_number),
        cmocka_unit_test(a_pooled_quantile_is_the_middle_of_its_interval),
        cmocka_unit_test(a_replication_without_a_finite_quantile_opens_the_interval),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
