/* tests/measure/test_estimate.c - what the intervals of confidence promise. */
#include "sim/engine/law.h"
#include "sim/measure/estimate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

/* From a printed table of Student's distribution (two-sided 95% and 99%). */
static void student_factors_are_those_of_the_tables(void **unused)
{
    static const struct {
        size_t degrees;
        double level, want;
    } table[] = {{1, 0.95, 12.706}, {2, 0.95, 4.303},      {4, 0.95, 2.776},
                 {9, 0.95, 2.262},  {29, 0.95, 2.045},     {120, 0.95, 1.980},
                 {4, 0.99, 4.604},  {1000000, 0.95, 1.960}};

    (void)unused;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const double t = hr_student_t(table[i].degrees, table[i].level);
        assert_true(fabs(t - table[i].want) < 6e-4);
        assert_true(t == (double)(float)t);
    }
}

/* Worked by hand: mean 4, deviations -3 -1 0 4, sd sqrt(26/3). */
static void an_interval_is_as_worked_by_hand(void **unused)
{
    static const double x[] = {1, 3, 4, 8}, y[] = {11, 12, 14, 17};
    const struct hr_estimate e = hr_estimate_mean(x, 4, 0.95);
    const struct hr_estimate p = hr_estimate_paired(x, y, 4, 0.95);
    const double half = hr_student_t(3, 0.95) * sqrt(26.0 / 3) / 2;

    (void)unused;
    assert_true(e.mean == 4.0 && e.n == 4);
    assert_true(fabs(e.sd - sqrt(26.0 / 3)) < 1e-15);
    assert_true(fabs(e.lo - (4.0 - half)) < 1e-14 && fabs(e.hi - (4.0 + half)) < 1e-14);
    assert_true(p.mean == -9.5); /* differences -10 -9 -10 -9 */
    assert_true(fabs(p.sd - sqrt(1.0 / 3)) < 1e-15 && p.hi < -8.5);
}

static void a_large_offset_does_not_spoil_the_deviation(void **unused)
{
    static const double x[] = {1e9 + 1, 1e9 + 3, 1e9 + 4, 1e9 + 8};

    (void)unused;
    assert_true(fabs(hr_estimate_mean(x, 4, 0.95).sd - sqrt(26.0 / 3)) < 1e-12);
}

static void fewer_than_two_values_have_no_interval(void **unused)
{
    static const double x[] = {2.5};
    const struct hr_estimate one = hr_estimate_mean(x, 1, 0.95);
    const struct hr_estimate none = hr_estimate_mean(x, 0, 0.95);

    (void)unused;
    assert_true(one.mean == 2.5 && isnan(one.sd) && isnan(one.lo) && isnan(one.hi));
    assert_true(isnan(none.mean) && none.n == 0);
}

static void an_infinite_value_makes_the_answer_not_finite(void **unused)
{
    static const double x[] = {1.0, HUGE_VAL, 2.0};
    const struct hr_estimate e = hr_estimate_mean(x, 3, 0.95);

    (void)unused;
    assert_true(e.mean == HUGE_VAL && !isfinite(e.lo) && !isfinite(e.hi));
}

static void equal_values_have_an_interval_of_no_width(void **unused)
{
    static const double x[] = {0.25, 0.25, 0.25};
    const struct hr_estimate e = hr_estimate_mean(x, 3, 0.9);

    (void)unused;
    assert_true(e.lo == 0.25 && e.hi == 0.25 && e.sd == 0.0);
}

/* 20000 intervals of 5 normal values at 90%: the share that covers is 0.9 within five standard
 * errors (false alarm 6e-7). */
static void intervals_cover_as_often_as_they_say(void **unused)
{
    enum { N = 20000, REPLICATIONS = 5 };
    const struct hr_law law = {HR_LAW_NORMAL, 50.0, 1.0, 0, NULL, 0};
    int covered = 0;

    (void)unused;
    for (uint64_t i = 0; i < N; i++) {
        struct hr_draws d = hr_draws(3, i, 0);
        double x[REPLICATIONS];
        for (int k = 0; k < REPLICATIONS; k++)
            x[k] = hr_law_draw(&law, &d);
        const struct hr_estimate e = hr_estimate_mean(x, REPLICATIONS, 0.9);
        covered += e.lo <= 50.0 && 50.0 <= e.hi;
    }
    assert_true(fabs(covered / (double)N - 0.9) < 5.0 * sqrt(0.9 * 0.1 / N));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(student_factors_are_those_of_the_tables),
        cmocka_unit_test(an_interval_is_as_worked_by_hand),
        cmocka_unit_test(a_large_offset_does_not_spoil_the_deviation),
        cmocka_unit_test(fewer_than_two_values_have_no_interval),
        cmocka_unit_test(an_infinite_value_makes_the_answer_not_finite),
        cmocka_unit_test(equal_values_have_an_interval_of_no_width),
        cmocka_unit_test(intervals_cover_as_often_as_they_say),
    };
    return cmocka_run_group_tests_name("estimate", tests, NULL, NULL);
}
