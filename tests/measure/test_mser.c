/* tests/measure/test_mser.c - what MSER-5 leaves out. */
#include "sim/measure/mser.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { N = 500 };

/* A saw tooth of period 7 about 1: the same in every part, and no two batches alike. */
static void settled(double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        x[i] = 1 + 0.01 * (double)(i % 7);
}

static void a_series_in_its_steady_state_loses_next_to_nothing(void **state)
{
    double x[N];

    (void)state;
    settled(x, N);
    assert_true(hr_mser(x, N) <= N / 20);
}

static void a_start_from_empty_is_left_out(void **state)
{
    double x[N];

    (void)state;
    settled(x, N);
    for (size_t i = 0; i < 60; i++) /* its means of five end at 60 */
        x[i] *= (double)i / 60;
    assert_in_range(hr_mser(x, N), 50, 75);
}

static void a_start_from_a_backlog_is_left_out(void **state)
{
    double x[N];

    (void)state;
    settled(x, N);
    for (size_t i = 0; i < 100; i++)
        x[i] += 5 * exp(-(double)i / 10);
    assert_in_range(hr_mser(x, N), 35, 90);
}

/* By hand, ten batches of which the first is 11 and the others alternate between 0 and 2: cut
 * one, and the sum of squares about 8/9 is 80/9, over 81 0.1097; cut none, and it is 98.9 over
 * 100; cut three, 0.14. */
static void
the_cut_is_where_the_squares_over_the_square_of_what_is_left_are_least(void **state)
{
    double x[50];

    (void)state;
    for (size_t i = 0; i < 50; i++)
        x[i] = i < 5 ? 11 : i / 5 % 2 ? 0 : 2;
    assert_int_equal(hr_mser(x, 50), 5);
}

static void a_series_that_goes_on_rising_has_not_settled(void **state)
{
    double x[N];

    (void)state;
    settled(x, N);
    for (size_t i = 0; i < N; i++)
        x[i] += 0.05 * (double)i;
    assert_int_equal(hr_mser(x, N), N);
}

static void a_step_in_the_second_half_has_not_settled(void **state)
{
    double x[N];

    (void)state;
    settled(x, N);
    for (size_t i = 0; i < 350; i++)
        x[i] += 40;
    assert_int_equal(hr_mser(x, N), N);
}

static void a_short_series_says_nothing(void **state)
{
    double x[N];

    (void)state;
    settled(x, N);
    assert_int_equal(hr_mser(x, 49), 49);
    assert_true(hr_mser(x, 50) < 50);
    assert_int_equal(hr_mser(x, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_in_its_steady_state_loses_next_to_nothing),
        cmocka_unit_test(a_start_from_empty_is_left_out),
        cmocka_unit_test(a_start_from_a_backlog_is_left_out),
        cmocka_unit_test(
            the_cut_is_where_the_squares_over_the_square_of_what_is_left_are_least),
        cmocka_unit_test(a_series_that_goes_on_rising_has_not_settled),
        cmocka_unit_test(a_step_in_the_second_half_has_not_settled),
        cmocka_unit_test(a_short_series_says_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
