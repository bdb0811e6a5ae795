/* tests/theory/test_queues.c - the closed forms beside published figures.
 *
 * The identifiers are those of the project's table of reference results; the figures there
 * have nine digits. */
#include "sim/theory/queues.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

static int close_to(double got, double want)
{
    return fabs(got / want - 1.0) < 5e-9;
}

static void mm1_agrees_with_the_reference_results(void **unused)
{
    (void)unused;
    assert_true(close_to(hr_mm1_response(0.7, 1.0), 3.33333333)); /* MM1-70-R, 9 digits */
    assert_true(close_to(hr_mm1_response(0.95, 1.0), 20.0));      /* MM1-95-R */
    assert_true(close_to(hr_mm1_response_quantile(0.7, 1.0, 0.5), 2.3104906)); /* T50 */
    assert_true(close_to(hr_mm1_response_quantile(0.8, 1.0, 0.95), 14.9786614));
    assert_true(close_to(hr_mm1_response_quantile(0.9, 1.0, 0.99), 46.0517019));
    assert_true(close_to(hr_mm1_response_quantile(0.95, 1.0, 0.999), 138.155106));
}

static void erlang_b_and_c_agree_with_the_reference_results(void **unused)
{
    (void)unused;
    assert_true(close_to(hr_erlang_b(5, 5), 0.284867821));        /* EB-5-5 */
    assert_true(close_to(hr_erlang_b(10, 15), 0.0364969455));     /* EB-10-15 */
    assert_true(close_to(hr_erlang_b(100, 100), 0.0757004527));   /* EB-100-100 */
    assert_true(close_to(hr_erlang_b(4.461, 10), 0.00999778669)); /* EB-4.461-10 */
    assert_true(close_to(hr_erlang_c(1.6, 2), 0.711111111));      /* MM2-80-C */
    assert_true(close_to(hr_erlang_c(9, 10), 0.668731524));       /* MM10-90-C */
    assert_true(close_to(hr_erlang_c(25, 50), 7.20432672e-06));   /* MM50-50-C */
    assert_true(close_to(hr_erlang_c(95, 100), 0.506456854));     /* MM100-95-C */
    assert_true(hr_erlang_b(0.0, 3) == 0.0 && hr_erlang_b(3.0, 0) == 1.0);
    assert_true(hr_erlang_c(0.25, 1) == 0.25); /* M/M/1: the load */
}

static void mmc_agrees_with_the_reference_results(void **unused)
{
    (void)unused;
    assert_true(close_to(hr_mmc_response(1.6, 1.0, 2), 2.77777778));    /* MM2-80-R */
    assert_true(close_to(hr_mmc_response(5.0, 1.0, 10), 1.00722107));   /* MM10-50-R */
    assert_true(close_to(hr_mmc_response(47.5, 1.0, 50), 1.25163789));  /* MM50-95-R */
    assert_true(close_to(hr_mmc_response(90.0, 1.0, 100), 1.02169405)); /* MM100-90-R */
    assert_true(close_to(hr_mmc_response(0.7, 1.0, 1), hr_mm1_response(0.7, 1.0)));
}

/* The mean is the integral of 1 - F, by Simpson's rule. */
static double mean_by_integration(double lambda, double mu, unsigned c, double to)
{
    enum { STEPS = 20000 };
    const double h = to / STEPS;
    double sum = 0.0;

    for (int i = 0; i <= STEPS; i++) {
        const double tail = 1.0 - hr_mmc_response_cdf(lambda, mu, c, i * h);
        sum += (i == 0 || i == STEPS ? 1.0 : i % 2 ? 4.0 : 2.0) * tail;
    }
    return sum * h / 3.0;
}

static void the_mmc_distribution_has_the_mean_of_its_formula(void **unused)
{
    static const struct {
        double lambda, mu;
        unsigned servers;
    } cases[] = {{0.7, 1.0, 1}, {1.6, 1.0, 2},       {2.0, 1.0, 3}, {45.0, 0.5, 100},
                 {3.0, 2.0, 8}, {2.0 + 1e-9, 1.0, 3}}; /* both rates equal, and nearly so */

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double want = hr_mmc_response(cases[i].lambda, cases[i].mu, cases[i].servers);
        const double got = mean_by_integration(cases[i].lambda, cases[i].mu,
                                               cases[i].servers, 90.0 * want);
        assert_true(fabs(got / want - 1.0) < 1e-6);
    }
    assert_true(hr_mmc_response_cdf(2.0, 1.0, 3, 0.0) == 0.0);
    assert_true(hr_mmc_response_cdf(45.0, 0.5, 100, 1e6) == 1.0);
    assert_true(close_to(hr_mmc_response_cdf(0.9, 1.0, 1, 46.0517019), 0.99));
}

static void mg1_agrees_with_the_reference_results(void **unused)
{
    (void)unused;
    assert_true(close_to(hr_mg1_response(0.7, 1.0, 0.5), 2.75));        /* MG1-02-70-R */
    assert_true(close_to(hr_mg1_response(0.7, 1.0, 0.25), 2.45833333)); /* MG1-03-70-R */
    assert_true(close_to(hr_mg1_response(0.9, 1.0, 4.0), 23.5));        /* MG1-06-90-R */
    assert_true(close_to(hr_mg1_response(0.7, 1.0, 10.0), 13.8333333)); /* MG1-08-70-R */
    assert_true(close_to(hr_mg1_response(0.9, 1.0, 25.0), 118.0));      /* MG1-11-90-R */
    assert_true(close_to(hr_mg1_ps_response(0.8, 1.0), 5.0));           /* PS-M-80 */
    assert_true(close_to(hr_mg1_response(1.4, 0.5, 0.5), 2.75 / 2));    /* time in units */
    assert_true(close_to(hr_mg1_ps_response(1.6, 0.5), 2.5));
}

static void an_overloaded_queue_has_no_steady_state(void **unused)
{
    (void)unused;
    assert_true(hr_mm1_response(1.0, 1.0) == HUGE_VAL);
    assert_true(hr_mm1_response_quantile(2.0, 1.0, 0.5) == HUGE_VAL);
    assert_true(hr_mmc_response(4.0, 1.0, 4) == HUGE_VAL);
    assert_true(hr_mmc_response_cdf(4.0, 1.0, 4, 10.0) == 0.0);
    assert_true(hr_erlang_c(4.0, 4) == 1.0);
    assert_true(hr_mg1_response(1.0, 1.0, 0.0) == HUGE_VAL);
    assert_true(hr_mg1_ps_response(3.0, 0.5) == HUGE_VAL);
}

static void fan_out_agrees_with_the_reference_results(void **unused)
{
    (void)unused;
    assert_true(close_to(hr_fan_out_slow(1, 0.01), 0.01));              /* FAN-1-0.01 */
    assert_true(close_to(hr_fan_out_slow(10, 0.0001), 0.00099955012));  /* FAN-10-0.0001 */
    assert_true(close_to(hr_fan_out_slow(100, 0.0001), 0.00995066131)); /* FAN-100-0.0001 */
    assert_true(close_to(hr_fan_out_slow(1000, 0.01), 0.999956829));    /* FAN-1000-0.01 */
    assert_true(
        close_to(hr_fan_out_slow(1000, 0.0001), 0.0951671064));    /* FAN-1000-0.0001 */
    assert_true(close_to(hr_fan_out_slow(1000000, 1e-18), 1e-12)); /* no cancellation */
    assert_true(close_to(hr_fan_out_exponential_mean(10, 1.0), 2.92896825)); /* FAN-E-10 */
    assert_true(
        close_to(hr_fan_out_exponential_mean(100, 1.0), 5.18737752)); /* FAN-E-100 */
    assert_true(close_to(hr_fan_out_exponential_quantile(10, 1.0, 0.99), 6.90323679));
    assert_true(close_to(hr_fan_out_exponential_quantile(100, 1.0, 0.99), 9.20536966));
}

static void the_harmonic_numbers_are_smooth_where_the_expansion_takes_over(void **unused)
{
    (void)unused;
    assert_true(hr_fan_out_exponential_mean(0, 7.0) == 0.0);
    assert_true(hr_fan_out_exponential_mean(1, 7.0) == 7.0);
    for (unsigned n = 60; n < 70; n++) {
        const double step =
            hr_fan_out_exponential_mean(n, 1.0) - hr_fan_out_exponential_mean(n - 1, 1.0);
        assert_true(fabs(step - 1.0 / n) < 1e-14);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mm1_agrees_with_the_reference_results),
        cmocka_unit_test(erlang_b_and_c_agree_with_the_reference_results),
        cmocka_unit_test(mmc_agrees_with_the_reference_results),
        cmocka_unit_test(the_mmc_distribution_has_the_mean_of_its_formula),
        cmocka_unit_test(mg1_agrees_with_the_reference_results),
        cmocka_unit_test(an_overloaded_queue_has_no_steady_state),
        cmocka_unit_test(fan_out_agrees_with_the_reference_results),
        cmocka_unit_test(the_harmonic_numbers_are_smooth_where_the_expansion_takes_over),
    };
    return cmocka_run_group_tests_name("queues", tests, NULL, NULL);
}
