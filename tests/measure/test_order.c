/* tests/measure/test_order.c - which order statistics enclose a quantile. */
#include "sim/measure/order.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_bounds(size_t n, double p, double level, size_t lower, size_t upper)
{
    const struct hr_order_bounds b = hr_order_bounds(n, p, level);

    assert_int_equal(b.lower, lower);
    assert_int_equal(b.upper, upper);
}

/* W. Conover, table A3 (binomial): for a median of 10, P(B <= 1) = 0.0107 and P(B <= 2) =
 * 0.0547; of 20, P(B <= 5) = 0.0207 and P(B <= 6) = 0.0577. */
static void the_median_is_between_what_the_tables_say(void **state)
{
    (void)state;
    assert_bounds(10, 0.5, 0.95, 2, 9);
    assert_bounds(20, 0.5, 0.95, 6, 15);
    assert_bounds(6, 0.5, 0.95, 1, 6);
}

static void few_values_leave_a_side_open(void **state)
{
    (void)state;
    assert_bounds(5, 0.5, 0.95, 0, 0);
    assert_bounds(0, 0.5, 0.95, 0, 0);
    assert_bounds(71, 0.95, 0.95, 63, 0);
    assert_bounds(72, 0.95, 0.95, 64, 72);
}

static void the_least_number_is_that_which_bounds_it(void **state)
{
    (void)state;
    assert_int_equal(hr_order_least(0.95, 0.95), 72);
    assert_int_equal(hr_order_least(0.5, 0.95), 6);
    assert_int_equal(hr_order_bounds(hr_order_least(0.9, 0.999), 0.9, 0.999).upper,
                     hr_order_least(0.9, 0.999));
}

/* Against GSL's binomial, for sizes whose smallest probabilities underflow. */
static void bounds_are_as_tight_as_the_level_allows(void **state)
{
    static const double ps[] = {0.03, 0.5, 0.95, 0.99}, levels[] = {0.9, 0.95, 1 - 1e-6};

    (void)state;
    for (unsigned n = 1; n < 30000; n = n < 300 ? n + 1 : n * 3)
        for (size_t i = 0; i < 4; i++)
            for (size_t k = 0; k < 3; k++) {
                const double half = (1 - levels[k]) / 2, p = ps[i];
                const struct hr_order_bounds b = hr_order_bounds(n, p, levels[k]);
                const unsigned l = (unsigned)b.lower, u = (unsigned)b.upper;

                assert_true(l == 0 || gsl_cdf_binomial_P(l - 1, p, n) <= half * (1 + 1e-6));
                assert_true(gsl_cdf_binomial_P(l, p, n) >= half * (1 - 1e-6));
                assert_true(u == 0 || gsl_cdf_binomial_Q(u - 1, p, n) <= half * (1 + 1e-6));
                assert_true(gsl_cdf_binomial_Q((u ? u : n + 1) - 2, p, n) >=
                                half * (1 - 1e-6) ||
                            (u ? u : n + 1) < 2);
            }
}

static void infinity_is_the_largest(void **state)
{
    double x[4] = {HUGE_VAL, 2.5, 0, 7.25};

    (void)state;
    hr_order_sort(x, 4);
    assert_true(x[0] == 0 && x[1] == 2.5 && x[2] == 7.25 && x[3] == HUGE_VAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_median_is_between_what_the_tables_say),
        cmocka_unit_test(few_values_leave_a_side_open),
        cmocka_unit_test(the_least_number_is_that_which_bounds_it),
        cmocka_unit_test(bounds_are_as_tight_as_the_level_allows),
        cmocka_unit_test(infinity_is_the_largest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
