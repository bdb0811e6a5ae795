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
    const struct hr_estimate p = hr_interval_sections(
        &(struct hr_sections){
            .p = 0.5, .pooled = 0.25, .n = 1, .x = &x, .size = &valid, .finite = &valid},
        0.95);

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

/* --- quantiles by sections ----------------------------------------------------------------- */

static const double hundreds[8] = {100, 100, 100, 100, 100, 100, 100, 100};

static struct hr_estimate sections(double p, double pooled, const double *x,
                                   const double *finite, size_t n)
{
    const struct hr_sections s = {
        .p = p, .pooled = pooled, .n = n, .x = x, .size = hundreds, .finite = finite};

    return hr_interval_sections(&s, 0.95);
}

static void the_quantile_of_all_is_the_middle(void **state)
{
    const double x[4] = {0.20, 0.22, 0.24, 0.22};
    const struct hr_estimate e = sections(0.9, 0.23, x, hundreds, 4);

    (void)state;
    assert_near(e.mean, 0.23, 0);
    assert_near(e.hi - 0.23, 0.23 - e.lo, 1e-15);
}

/* By hand: the squares about 0.23 are 9, 1, 1 and 1 ten-thousandths, so that s = 0.02. */
static void sections_spread_about_the_quantile_of_all(void **state)
{
    const double x[4] = {0.20, 0.22, 0.24, 0.22};
    const struct hr_estimate e = sections(0.9, 0.23, x, hundreds, 4);

    (void)state;
    assert_near(e.sd, 0.02, 1e-15);
    assert_near(e.hi, 0.23 + hr_student_t(3, 0.95) * 0.02 / 2, 1e-15);
}

/* By hand: weights 1/2 and 3/2, so that the squares are (0.5 x 0.3)^2 + (1.5 x 0.1)^2. */
static void a_section_weighs_what_it_holds(void **state)
{
    const double x[2] = {1.3, 0.9}, size[2] = {100, 300};
    const struct hr_sections s = {
        .p = 0.5, .pooled = 1.0, .n = 2, .x = x, .size = size, .finite = size};

    (void)state;
    assert_near(hr_interval_sections(&s, 0.95).sd, sqrt(0.045), 1e-15);
}

static void a_section_without_requests_has_no_say(void **state)
{
    const double x[3] = {1.3, HR_NAN, 0.9}, size[3] = {100, 0, 100};
    const struct hr_sections s = {
        .p = 0.5, .pooled = 1.1, .n = 3, .x = x, .size = size, .finite = size};
    const struct hr_estimate e = hr_interval_sections(&s, 0.95);

    (void)state;
    assert_near(e.sd, sqrt(0.08), 1e-15);
    assert_near(e.hi, 1.1 + hr_student_t(1, 0.95) * sqrt(0.08) / sqrt(2), 1e-12);
}

/* One infinite section of eight is the largest; the second smallest and largest of eight
 * enclose the median with 1 - 2 x 9/256 = 93%, the outermost with 1 - 2/256. */
static void sections_without_a_finite_quantile_open_the_interval(void **state)
{
    const double x[8] = {0.20, HUGE_VAL, 0.30, 0.24, 0.25, 0.26, 0.27, 0.28};
    const double finite[8] = {99, 60, 99, 99, 99, 99, 99, 99};
    const struct hr_estimate e = sections(0.9, 0.40, x, finite, 8);

    (void)state;
    assert_near(e.lo, 0.20, 0);
    assert_true(e.hi == HUGE_VAL);
}

static void too_many_infinite_values_in_all_sections_leave_no_doubt(void **state)
{
    const double x[3] = {HUGE_VAL, HUGE_VAL, HUGE_VAL}, finite[3] = {50, 51, 49};
    const double hardly[3] = {89, 92, 88};

    (void)state;
    assert_true(sections(0.9, HUGE_VAL, x, finite, 3).lo == HUGE_VAL);
    assert_true(isfinite(sections(0.9, HUGE_VAL, x, hardly, 3).lo));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ratio_is_of_sums_and_not_a_mean_of_ratios),
        cmocka_unit_test(a_ratio_with_equal_denominators_has_the_interval_of_a_mean),
        cmocka_unit_test(one_replication_has_no_interval),
        cmocka_unit_test(nothing_observed_is_not_a_number),
        cmocka_unit_test(the_quantile_of_all_is_the_middle),
        cmocka_unit_test(sections_spread_about_the_quantile_of_all),
        cmocka_unit_test(a_section_weighs_what_it_holds),
        cmocka_unit_test(a_section_without_requests_has_no_say),
        cmocka_unit_test(sections_without_a_finite_quantile_open_the_interval),
        cmocka_unit_test(too_many_infinite_values_in_all_sections_leave_no_doubt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
