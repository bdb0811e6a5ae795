/* tests/engine/test_law_tails.c - laws far from their middle, beside GSL.
 *
 * Families that are drawn by inversion are asked for the draw of a chosen word, where the
 * uniform is near 1e-9 and below: what GSL says of exceeding that value is the uniform again.
 * The others are drawn many times, and counted beyond a far quantile.  Statistical tests have
 * a false-alarm rate of 1e-6 and fixed seeds. */
#include "sim/engine/law.h"
#include "tests/support/draws.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#define FALSE_ALARM 1e-6

/* Probabilities of exceeding x, of GSL. */
static double uniform_above(double x)
{
    return gsl_cdf_flat_Q(x, 0.7, 2.3);
}
static double exponential_above(double x)
{
    return gsl_cdf_exponential_Q(x, 2.385);
}
static double normal_above(double x)
{
    return gsl_cdf_gaussian_Q(x - 1.3, 0.9) / gsl_cdf_gaussian_Q(-1.3, 0.9);
}
static double lognormal_above(double x)
{
    return gsl_cdf_lognormal_Q(x, -0.4, 1.27);
}
static double weibull_above(double x)
{
    return gsl_cdf_weibull_Q(x, 1.9, 0.55);
}
static double pareto_above(double x)
{
    return gsl_cdf_pareto_Q(x, 2.2, 0.8);
}
static double gamma_above(double x)
{
    return gsl_cdf_gamma_Q(x, 2.6, 0.31);
}
static double gamma_small_above(double x)
{
    return gsl_cdf_gamma_Q(x, 0.23, 5.5);
}
static double erlang_above(double x)
{
    return gsl_cdf_gamma_Q(x, 5.0, 3.1 / 5.0);
}
static double hyperexponential_above(double x)
{
    return 0.07 * gsl_cdf_exponential_Q(x, 9.0) + 0.93 * gsl_cdf_exponential_Q(x, 0.4);
}

struct tail {
    const char *name;
    struct hr_law law;
    double (*above)(double);
};
static const struct tail inverted[] = {
    {"uniform", {HR_LAW_UNIFORM, 0.7, 2.3, 0, NULL, 0}, uniform_above},
    {"normal", {HR_LAW_NORMAL, 1.3, 0.9, 0, NULL, 0}, normal_above},
    {"lognormal", {HR_LAW_LOGNORMAL, -0.4, 1.27, 0, NULL, 0}, lognormal_above},
    {"weibull", {HR_LAW_WEIBULL, 0.55, 1.9, 0, NULL, 0}, weibull_above},
    {"pareto", {HR_LAW_PARETO, 2.2, 0.8, 0, NULL, 0}, pareto_above},
};
static const struct tail drawn[] = {
    {"exponential", {HR_LAW_EXPONENTIAL, 2.385, 0, 0, NULL, 0}, exponential_above},
    {"gamma", {HR_LAW_GAMMA, 2.6, 0.31, 0, NULL, 0}, gamma_above},
    {"gamma of small shape", {HR_LAW_GAMMA, 0.23, 5.5, 0, NULL, 0}, gamma_small_above},
    {"erlang", {HR_LAW_ERLANG, 5, 3.1, 0, NULL, 0}, erlang_above},
    {"hyperexponential",
     {HR_LAW_HYPEREXPONENTIAL, 0.07, 9.0, 0.4, NULL, 0},
     hyperexponential_above},
};

/* The draw whose uniform is 2^-k: of the word 2^(64 - k), less the half of a unit. */
static double draw_at(const struct hr_law *law, int k, double *u)
{
    struct hr_draws d = test_draws_of(UINT64_C(1) << (64 - k)), e = d;

    *u = hr_draw_uniform(&e);
    return hr_law_draw(law, &d);
}

static void draws_of_extreme_words_are_as_rare_as_they_should_be(void **unused)
{
    static const int far[] = {10, 20, 30, 33, 40, 50, 60}; /* 2^-30 is 0.93e-9 */

    (void)unused;
    for (size_t f = 0; f < sizeof inverted / sizeof *inverted; f++)
        for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
            double u;
            const double x = draw_at(&inverted[f].law, far[i], &u);
            const double p = inverted[f].above(x);
            /* a uniform law ends: there the step between doubles is all that can be seen */
            const double slack = inverted[f].law.kind == HR_LAW_UNIFORM ? 3e-16 : 1e-11 * u;
            if (!(fabs(p - u) <= slack))
                fail_msg("%s at 2^-%d: %g instead of %g", inverted[f].name, far[i], p, u);
        }
}

/* Near the smallest values: the word is all ones but for its last bits. */
static void draws_near_the_minimum_are_as_rare_as_they_should_be(void **unused)
{
    static const int near[] = {10, 20, 30, 33, 40};

    (void)unused;
    for (size_t f = 0; f < sizeof inverted / sizeof *inverted; f++)
        for (size_t i = 0; i < sizeof near / sizeof *near; i++) {
            struct hr_draws d = test_draws_of(UINT64_MAX << (64 - near[i])), e = d;
            const double u = hr_draw_uniform(&e), x = hr_law_draw(&inverted[f].law, &d);
            if (inverted[f].law.kind == HR_LAW_NORMAL && x == 0.0)
                continue; /* truncated there */
            if (!(fabs(inverted[f].above(x) - u) < 4e-15))
                fail_msg("%s at 1 - 2^-%d", inverted[f].name, near[i]);
        }
}

static void quantiles_hold_to_one_in_a_billion(void **unused)
{
    static const double p[] = {1e-6, 1e-9};

    (void)unused;
    for (size_t k = 0; k < 2; k++) {
        for (size_t f = 0; f < sizeof inverted / sizeof *inverted; f++) {
            const double x = hr_law_quantile(&inverted[f].law, 1 - p[k]);
            assert_true(fabs(inverted[f].above(x) / p[k] - 1) < 1e-6);
        }
        for (size_t f = 0; f < sizeof drawn / sizeof *drawn; f++) {
            const double x = hr_law_quantile(&drawn[f].law, 1 - p[k]);
            if (!(fabs(drawn[f].above(x) / p[k] - 1) < 1e-6))
                fail_msg("%s beyond %g: %g", drawn[f].name, p[k], drawn[f].above(x));
        }
    }
}

/* Of four million draws those beyond the quantiles of 1e-3, 1e-4 and 1e-5 are Poisson. */
static void far_draws_come_as_often_as_they_should(void **unused)
{
    enum { N = 4000000, POINTS = 3 };
    static const double p[POINTS] = {1e-3, 1e-4, 1e-5};

    (void)unused;
    for (size_t f = 0; f < sizeof drawn / sizeof *drawn; f++) {
        double x[POINTS];
        unsigned beyond[POINTS] = {0};
        for (int k = 0; k < POINTS; k++)
            x[k] = hr_law_quantile(&drawn[f].law, 1 - p[k]);
        for (uint64_t i = 0; i < N; i++) {
            struct hr_draws d = hr_draws(hr_stream(9, f), i, 2);
            const double drawn_x = hr_law_draw(&drawn[f].law, &d);
            for (int k = 0; k < POINTS; k++)
                beyond[k] += drawn_x > x[k];
        }
        for (int k = 0; k < POINTS; k++) {
            const double mean = p[k] * N, alarm = FALSE_ALARM / 2 / POINTS / 4;
            if (gsl_cdf_poisson_P(beyond[k], mean) < alarm ||
                gsl_cdf_poisson_Q(beyond[k], mean) < alarm)
                fail_msg("%s: %u beyond %g, of %g", drawn[f].name, beyond[k], p[k], mean);
        }
    }
}

/* Values with shares: chi-square, the last one with one in 100,000. */
static void listed_values_come_by_their_shares(void **unused)
{
    enum { N = 4000000, VALUES = 4 };
    static const double table[] = {1, 0.6, 2, 0.9, 5, 0.99999, 40, 1};
    static const double share[VALUES] = {0.6, 0.3, 0.09999, 0.00001};
    uint32_t count[VALUES] = {0};
    struct hr_law law;
    double chi_square = 0;

    (void)unused;
    assert_true(hr_law_discrete(table, VALUES, &law));
    for (uint64_t i = 0; i < N; i++) {
        struct hr_draws d = hr_draws(hr_stream(9, 9), i, 2);
        const double x = hr_law_draw(&law, &d);
        for (size_t k = 0; k < VALUES; k++)
            count[k] += x == table[2 * k];
    }
    assert_int_equal(count[0] + count[1] + count[2] + count[3], N);
    for (size_t k = 0; k < VALUES; k++)
        chi_square += pow(count[k] - N * share[k], 2) / (N * share[k]);
    assert_true(chi_square < gsl_cdf_chisq_Qinv(FALSE_ALARM, VALUES - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_of_extreme_words_are_as_rare_as_they_should_be),
        cmocka_unit_test(draws_near_the_minimum_are_as_rare_as_they_should_be),
        cmocka_unit_test(quantiles_hold_to_one_in_a_billion),
        cmocka_unit_test(far_draws_come_as_often_as_they_should),
        cmocka_unit_test(listed_values_come_by_their_shares),
    };
    return cmocka_run_group_tests_name("law_tails", tests, NULL, NULL);
}
