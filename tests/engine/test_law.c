/* tests/engine/test_law.c - what the laws promise of what they draw.
 *
 * Kolmogorov-Smirnov tests have a false-alarm rate of 1e-6 and fixed seeds. */
#include "sim/engine/law.h"
#include "sim/engine/numeric.h"
#include "tests/support/draws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

static const double shares[] = {0.5, 0.125, 2.0, 0.75, 7.25, 1.0};
static const double measured[] = {1.0, 1.5, 1.75, 4.0, 9.5};

/* One or more laws of every family, with the reference's distribution function. */
static double uniform_cdf(double x)
{
    return gsl_cdf_flat_P(x, 0.7, 2.3);
}
static double triangular_cdf(double x)
{
    if (x < 1.1)
        return x > 0.7 ? (x - 0.7) * (x - 0.7) / (1.6 * 0.4) : 0.0;
    return x < 2.3 ? 1.0 - (2.3 - x) * (2.3 - x) / (1.6 * 1.2) : 1.0;
}
static double rising_cdf(double x)
{
    return x < 3.0 ? x * x / 9.0 : 1.0;
}
static double exponential_cdf(double x)
{
    return gsl_cdf_exponential_P(x, 2.385);
}
static double normal_cdf(double x)
{
    return (gsl_cdf_gaussian_P(x - 1.3, 0.9) - gsl_cdf_gaussian_P(-1.3, 0.9)) /
           gsl_cdf_gaussian_Q(-1.3, 0.9);
}
static double normal_tail_cdf(double x)
{
    return 1.0 - gsl_cdf_gaussian_Q(x + 4.1, 1.7) / gsl_cdf_gaussian_Q(4.1, 1.7);
}
static double lognormal_cdf(double x)
{
    return gsl_cdf_lognormal_P(x, -0.4, 1.27);
}
static double gamma_cdf(double x)
{
    return gsl_cdf_gamma_P(x, 2.6, 0.31);
}
static double gamma_small_cdf(double x)
{
    return gsl_cdf_gamma_P(x, 0.23, 5.5);
}
static double gamma_large_cdf(double x)
{
    return gsl_cdf_gamma_P(x, 12345.6, 0.01);
}
static double erlang_cdf(double x)
{
    return gsl_cdf_gamma_P(x, 5.0, 3.1 / 5.0);
}
static double erlang_long_cdf(double x)
{
    return gsl_cdf_gamma_P(x, 40.0, 3.1 / 40.0);
}
static double weibull_cdf(double x)
{
    return gsl_cdf_weibull_P(x, 1.9, 0.55);
}
static double pareto_cdf(double x)
{
    return gsl_cdf_pareto_P(x, 2.2, 0.8);
}
static double hyperexponential_cdf(double x)
{
    return 0.07 * gsl_cdf_exponential_P(x, 9.0) + 0.93 * gsl_cdf_exponential_P(x, 0.4);
}
static double empirical_cdf(double x)
{
    double p = 0.0;

    for (int i = 0; i + 1 < 5; i++)
        if (x >= measured[i + 1])
            p = (i + 1) / 4.0;
        else if (x > measured[i])
            p = (i + (x - measured[i]) / (measured[i + 1] - measured[i])) / 4.0;
    return p;
}

static const struct {
    struct hr_law law;
    double (*cdf)(double);
} families[] = {
    {{HR_LAW_UNIFORM, 0.7, 2.3, 0, NULL, 0}, uniform_cdf},
    {{HR_LAW_EXPONENTIAL, 2.385, 0, 0, NULL, 0}, exponential_cdf},
    {{HR_LAW_NORMAL, 1.3, 0.9, 0, NULL, 0}, normal_cdf},
    {{HR_LAW_NORMAL, -4.1, 1.7, 0, NULL, 0}, normal_tail_cdf},
    {{HR_LAW_LOGNORMAL, -0.4, 1.27, 0, NULL, 0}, lognormal_cdf},
    {{HR_LAW_GAMMA, 2.6, 0.31, 0, NULL, 0}, gamma_cdf},
    {{HR_LAW_GAMMA, 0.23, 5.5, 0, NULL, 0}, gamma_small_cdf},
    {{HR_LAW_GAMMA, 12345.6, 0.01, 0, NULL, 0}, gamma_large_cdf},
    {{HR_LAW_ERLANG, 5, 3.1, 0, NULL, 0}, erlang_cdf},
    {{HR_LAW_ERLANG, 40, 3.1, 0, NULL, 0}, erlang_long_cdf},
    {{HR_LAW_WEIBULL, 0.55, 1.9, 0, NULL, 0}, weibull_cdf},
    {{HR_LAW_PARETO, 2.2, 0.8, 0, NULL, 0}, pareto_cdf},
    {{HR_LAW_HYPEREXPONENTIAL, 0.07, 9.0, 0.4, NULL, 0}, hyperexponential_cdf},
    {{HR_LAW_EMPIRICAL, 0, 0, 0, measured, 5}, empirical_cdf},
    {{HR_LAW_TRIANGULAR, 0.7, 2.3, 1.1, NULL, 0}, triangular_cdf},
    {{HR_LAW_TRIANGULAR, 0, 3, 3, NULL, 0}, rising_cdf},
};
enum { FAMILIES = sizeof families / sizeof *families };

static double draw(const struct hr_law *law, uint64_t key)
{
    struct hr_draws d = hr_draws(hr_stream(2024, 0), key, 3);

    return hr_law_draw(law, &d);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Kolmogorov: sqrt(n) D exceeds sqrt(log(2 / alpha) / 2) with probability alpha. */
static void every_family_has_its_distribution(void **unused)
{
    enum { N = 60000 };
    const double critical = sqrt(log(2e6) / 2.0) / sqrt(N);
    double *x = calloc(N, sizeof *x);

    (void)unused;
    for (size_t f = 0; f < FAMILIES; f++) {
        double distance = 0.0;
        for (uint64_t i = 0; i < N; i++) {
            x[i] = draw(&families[f].law, i);
            assert_true(x[i] >= 0.0 && x[i] <= DBL_MAX);
        }
        qsort(x, N, sizeof *x, by_value);
        for (int i = 0; i < N; i++) {
            const double p = families[f].cdf(x[i]);
            distance = fmax(distance, fmax((i + 1.0) / N - p, p - (double)i / N));
        }
        assert_true(distance < critical);
    }
    free(x);
}

static void quantiles_invert_the_distribution(void **unused)
{
    static const double points[] = {1e-4, 0.05, 0.5, 0.9, 0.99, 0.999, 1 - 1e-7};

    (void)unused;
    for (size_t f = 0; f < FAMILIES; f++)
        for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
            const double x = hr_law_quantile(&families[f].law, points[i]);
            assert_true(fabs(families[f].cdf(x) - points[i]) < 1e-10);
        }
}

/* Mean and scv by adding up quantiles: the midpoint rule over the whole of (0, 1), fine where
 * the tail is.  Independent of the formulas, and good to 1e-3 where the variance is finite. */
static void mean_and_scv_agree_with_the_quantiles(void **unused)
{
    enum { STEPS = 4000 };

    (void)unused;
    for (size_t f = 0; f < FAMILIES; f++) {
        const struct hr_law *law = &families[f].law;
        double mean = 0.0, square = 0.0;
        if (law->kind == HR_LAW_PARETO) /* shape 2.2: its variance does not converge so */
            continue;
        for (int i = 0; i < STEPS;
             i++) { /* 1 - p = v^3: three times as dense in log terms */
            const double v = (i + 0.5) / STEPS, weight = 3.0 * v * v / STEPS;
            const double x = hr_law_quantile(law, 1.0 - v * v * v);
            mean += weight * x;
            square += weight * x * x;
        }
        assert_true(fabs(hr_law_mean(law) / mean - 1.0) < 1e-3);
        assert_true(fabs(1.0 + hr_law_scv(law) - square / (mean * mean)) <
                    3e-3 * square / (mean * mean));
    }
}

static void infinite_moments_are_infinite(void **unused)
{
    const struct hr_law one = {HR_LAW_PARETO, 1.0, 3.0, 0, NULL, 0};
    const struct hr_law two = {HR_LAW_PARETO, 2.0, 3.0, 0, NULL, 0};
    const struct hr_law more = {HR_LAW_PARETO, 2.5, 3.0, 0, NULL, 0};

    (void)unused;
    assert_true(hr_law_mean(&one) == HUGE_VAL);
    assert_true(hr_law_mean(&two) == 6.0 && hr_law_scv(&two) == HUGE_VAL);
    assert_true(hr_law_scv(&more) == 0.8);
}

#define NONE ((double)NAN)

static struct hr_law_figures none(void)
{
    return (struct hr_law_figures){NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
                                   NONE, NONE, NONE, NONE, NONE, NONE, NONE};
}

static struct hr_law_figures two(double mean, double cv)
{
    struct hr_law_figures f = none();

    f.mean = mean;
    f.cv = cv;
    return f;
}

static struct hr_law fitted(enum hr_law_kind kind, struct hr_law_figures f)
{
    struct hr_law law = {.a = -1.0};

    assert_true(hr_law_fit(kind, &f, &law));
    assert_int_equal(law.kind, kind);
    return law;
}

/* Rows VAR-1 .. VAR-8 and VARQ-* of the validation table: mean 1, a variance, and quantiles of
 * some.  Mean within 4 standard errors; variance within 1% (5% for heavy tails); quantiles
 * exact to the digits given, and drawn within 1% (2% at 0.999). */
static void assert_row(struct hr_law law, double variance, double slack, const double q[3])
{
    enum { N = 2000000 };
    static const double points[] = {0.5, 0.99, 0.999};
    double sum = 0.0, squares = 0.0;
    uint32_t above[3] = {0};

    assert_true(fabs(hr_law_mean(&law) - 1.0) < 1e-12);
    assert_true(fabs(hr_law_scv(&law) - variance) < 1e-8 * variance);
    for (uint64_t i = 0; i < N; i++) {
        const double x = draw(&law, i);
        sum += x;
        squares += (x - 1.0) * (x - 1.0);
        for (int k = 0; k < 3; k++)
            above[k] += x > q[k];
    }
    assert_true(fabs(sum / N - 1.0) < 4.0 * sqrt(variance / N));
    assert_true(fabs(squares / N / variance - 1.0) < slack);
    for (int k = 0; k < 3 && q[k] > 0.0; k++) {
        const double p = points[k], sd = sqrt(p * (1.0 - p) / N);
        assert_true(fabs(hr_law_quantile(&law, p) / q[k] - 1.0) < 5e-9);
        assert_true(fabs(above[k] / (double)N - (1.0 - p)) < 5.0 * sd);
    }
}

static void the_validation_rows_of_variates_hold(void **unused)
{
    static const double no[3] = {0};
    static const double erlang_q[] = {0.918015187, 2.51127938, 3.26556019};
    static const double lognormal_q[] = {0.447213595, 8.55546505, 22.5483466};
    static const double weibull_q[] = {0.240226507, 10.6037962, 23.8585415};
    static const double gamma_q[] = {0.454936423, 6.6348966, 10.8275662};
    static const double pareto_q[] = {0.791704746, 3.78574407, 9.50935915};
    struct hr_law_figures f = none();

    (void)unused;
    assert_row(hr_law_exponential(1.0), 1.0, 0.01, no); /* VAR-1 */
    f.mean = 1.0;
    f.stages = 4.0;
    assert_row(fitted(HR_LAW_ERLANG, f), 0.25, 0.01, erlang_q);                /* VAR-2 */
    assert_row(fitted(HR_LAW_HYPEREXPONENTIAL, two(1.0, 2.0)), 4.0, 0.05, no); /* VAR-3 */
    assert_row(fitted(HR_LAW_LOGNORMAL, two(1.0, 2.0)), 4.0, 0.05, lognormal_q);
    f = none();
    f.shape = 0.5;
    f.scale = 0.5;
    assert_row(fitted(HR_LAW_WEIBULL, f), 5.0, 0.05, weibull_q); /* VAR-5 */
    assert_row(fitted(HR_LAW_GAMMA, two(1.0, sqrt(2.0))), 2.0, 0.05, gamma_q);
    f = none();
    f.shape = 3.5;
    f.mean = 1.0;
    assert_row(fitted(HR_LAW_PARETO, f), 0.19047619, 0.05, no); /* VAR-7 */
    f = none();
    f.min = 0.0;
    f.max = 2.0;
    assert_row(fitted(HR_LAW_UNIFORM, f), 0.333333333, 0.01, no); /* VAR-8 */
    f.mode = 1.0;
    assert_row(fitted(HR_LAW_TRIANGULAR, f), 0.166666667, 0.01, no); /* VAR-9 */
    f = none();
    f.shape = 2.5;
    f.mean = 1.0;
    assert_row(fitted(HR_LAW_PARETO, f), 0.8, 0.5, pareto_q); /* variance barely finite */
}

/* ---- what draws are made from ------------------------------------------------------------ */

/* Inverse families: a smaller uniform gives a larger value, and more scale a larger one. */
static void draws_are_monotone_in_the_uniform_and_in_the_parameters(void **unused)
{
    (void)unused;
    for (size_t f = 0; f < FAMILIES; f++) {
        const struct hr_law law = families[f].law, longer = hr_law_scale(law, 1.125);
        for (uint64_t i = 0; i < 500; i++)
            assert_true(fabs(draw(&longer, i) - 1.125 * draw(&law, i)) <=
                        1e-12 * draw(&longer, i));
        if (law.kind == HR_LAW_GAMMA || law.kind == HR_LAW_ERLANG ||
            law.kind == HR_LAW_HYPEREXPONENTIAL || law.kind == HR_LAW_EXPONENTIAL)
            continue;
        for (uint64_t i = 0; i < 500; i++) {
            struct hr_draws low = test_draws_of(i << 54),
                            high = test_draws_of((i << 54) + (UINT64_C(1) << 52));
            assert_true(hr_law_draw(&law, &low) >= hr_law_draw(&law, &high));
        }
    }
}

static void a_draw_takes_one_word_whatever_the_law(void **unused)
{
    (void)unused;
    for (size_t f = 0; f < FAMILIES; f++)
        for (uint64_t i = 0; i < 100; i++) {
            struct hr_draws d = hr_draws(1, i, 0), e = d;
            hr_law_draw(&families[f].law, &d);
            hr_draw_bits(&e);
            assert_true(hr_draw_bits(&d) == hr_draw_bits(&e));
        }
}

/* A generator of k / 2^32 has no exponential beyond 22.2 means.  Ours reaches 45. */
static void tails_beyond_two_to_the_minus_32_exist(void **unused)
{
    const struct hr_law weibull = {HR_LAW_WEIBULL, 1.0, 1.0, 0, NULL, 0};
    const struct hr_law lognormal = {HR_LAW_LOGNORMAL, 0.0, 1.0, 0, NULL, 0};
    struct hr_draws d = test_draws_of(0), e = d;

    (void)unused;
    assert_true(fabs(hr_law_draw(&weibull, &d) - 65.0 * log(2.0)) < 1e-13);
    assert_true(hr_law_draw(&lognormal, &e) > exp(9.0)); /* z = 9.1 at 2^-65 */
    d = test_draws_of(UINT64_C(1) << 20);
    assert_true(hr_law_draw(&weibull, &d) > 30.0);
}

static void absurd_parameters_still_draw_finite_values(void **unused)
{
    static const struct hr_law laws[] = {
        {HR_LAW_LOGNORMAL, 700.0, 39.0, 0, NULL, 0},
        {HR_LAW_PARETO, 0.05, 1e300, 0, NULL, 0},
        {HR_LAW_WEIBULL, 0.05, 1e308, 0, NULL, 0},
        {HR_LAW_GAMMA, 1e-3, 1e308, 0, NULL, 0},
        {HR_LAW_GAMMA, 1e9, 1e305, 0, NULL, 0},
        {HR_LAW_EXPONENTIAL, 1.7e308, 0, 0, NULL, 0},
        {HR_LAW_NORMAL, -12, 1.0, 0, NULL, 0},
        {HR_LAW_NORMAL, 0.0, 1e308, 0, NULL, 0},
    };

    (void)unused;
    for (size_t l = 0; l < sizeof laws / sizeof *laws; l++)
        for (uint64_t i = 0; i < 2000; i++) {
            const double x = draw(&laws[l], i);
            assert_true(x >= 0.0 && x <= DBL_MAX);
        }
}

static void discrete_values_come_in_their_shares(void **unused)
{
    enum { N = 100000 };
    struct hr_law law;
    uint32_t count[3] = {0};

    (void)unused;
    assert_true(hr_law_discrete(shares, 3, &law));
    for (uint64_t i = 0; i < N; i++) {
        const double x = draw(&law, i);
        const int k = x == 0.5 ? 0 : x == 2.0 ? 1 : 2;
        assert_true(k < 2 || x == 7.25);
        count[k]++;
    }
    assert_true(fabs(count[0] / (double)N - 0.125) < 5 * sqrt(0.125 * 0.875 / N));
    assert_true(fabs(count[1] / (double)N - 0.625) < 5 * sqrt(0.625 * 0.375 / N));
    assert_true(fabs(hr_law_mean(&law) - (0.5 * 0.125 + 2.0 * 0.625 + 7.25 * 0.25)) <
                1e-15);
    assert_true(hr_law_quantile(&law, 0.75) == 2.0 && hr_law_quantile(&law, 0.76) == 7.25);
    law = hr_law_scale(law, 2.0);
    assert_true(hr_law_quantile(&law, 0.75) == 4.0);
    assert_true(fabs(hr_law_mean(&law) - 2 * 3.125) < 1e-14);
}

static void tables_that_are_no_laws_are_refused(void **unused)
{
    static const double falling[] = {2.0, 1.0}, negative[] = {-1.0, 1.0};
    static const double open_end[] = {HUGE_VAL, HUGE_VAL};
    static const double short_of_1[] = {1.0, 0.5, 2.0, 0.9}, back[] = {1.0, 0.9, 2.0, 0.5};
    struct hr_law law;

    (void)unused;
    assert_false(hr_law_empirical(falling, 2, &law));
    assert_false(hr_law_empirical(negative, 2, &law));
    assert_false(hr_law_empirical(open_end, 2, &law));
    assert_false(hr_law_empirical(measured, 0, &law));
    assert_true(hr_law_empirical(measured, 1, &law));
    assert_true(draw(&law, 1) == 1.0 && hr_law_mean(&law) == 1.0 &&
                hr_law_scv(&law) == 0.0);
    assert_false(hr_law_discrete(short_of_1, 2, &law));
    assert_false(hr_law_discrete(back, 2, &law));
    assert_false(hr_law_discrete(shares, 0, &law));
    assert_false(hr_law_discrete(open_end, 1, &law));
}

/* The bits of thousands of draws of every family, and of ranks.  The hash is the same for gcc
 * and clang, at every level of optimisation, with and without FMA in the host's libm; if it
 * changes, so does every trajectory. */
static void draws_have_these_bits_on_every_machine(void **unused)
{
    struct hr_zipf z;
    uint64_t hash = 0;

    (void)unused;
    for (size_t f = 0; f < FAMILIES; f++)
        for (uint64_t i = 0; i < 5000; i++) {
            const double x = draw(&families[f].law, i);
            uint64_t bits;
            memcpy(&bits, &x, sizeof bits);
            hash = hr_mix(hash, bits);
        }
    for (int s = 0; s < 30; s++) {
        hr_zipf_init(&z, UINT64_C(1) << (2 * s), s * 0.1);
        for (uint64_t i = 0; i < 1000; i++) {
            struct hr_draws d = hr_draws(1, i, 2);
            hash = hr_mix(hash, hr_zipf_draw(&z, &d));
        }
    }
    assert_int_equal(hash, UINT64_C(0x9b2e63c35c272e02));
}

/* ---- Zipf -------------------------------------------------------------------------------- */

static void ranks_come_as_often_as_zipf_says(void **unused)
{
    static const double exponents[] = {0.0, 0.3, 0.9, 1.0, 1.0 + 1e-12, 1.4, 3.0, 9.5};
    static const uint64_t sizes[] = {1, 2, 3, 10, 1000};
    enum { N = 200000 };

    (void)unused;
    for (size_t e = 0; e < sizeof exponents / sizeof *exponents; e++)
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            static uint32_t count[1001];
            const double s = exponents[e];
            const uint64_t n = sizes[k];
            double norm = 0.0, chi_square = 0.0, rest = 0.0, rest_expected = 0.0;
            int cells = 0;
            struct hr_zipf z;
            memset(count, 0, sizeof count);
            hr_zipf_init(&z, n, s);
            for (uint64_t i = 0; i < N; i++) {
                struct hr_draws d = hr_draws(77, i, 5);
                const uint64_t rank = hr_zipf_draw(&z, &d);
                assert_true(rank >= 1 && rank <= n);
                count[rank]++;
            }
            for (uint64_t r = 1; r <= n; r++)
                norm += pow((double)r, -s);
            for (uint64_t r = 1; r <= n; r++) {
                const double expected = N * pow((double)r, -s) / norm;
                if (expected < 10.0) { /* too rare for chi-square: one cell together */
                    rest += count[r];
                    rest_expected += expected;
                    continue;
                }
                chi_square += pow(count[r] - expected, 2.0) / expected;
                cells++;
            }
            if (rest_expected > 10.0) {
                chi_square += pow(rest - rest_expected, 2.0) / rest_expected;
                cells++;
            }
            if (cells > 1)
                assert_true(chi_square < gsl_cdf_chisq_Qinv(1e-6, cells - 1));
        }
}

/* Two million products at s = 0.9: the share of the first thousand is H(1000) / H(n). */
static void the_head_of_a_large_catalogue_has_its_share(void **unused)
{
    enum { N = 400000, ITEMS = 2000000 };
    double head = 0.0, all = 0.0;
    uint32_t hits = 0;
    struct hr_zipf z;

    (void)unused;
    for (int r = 1; r <= ITEMS; r++) {
        all += pow(r, -0.9);
        head += r <= 1000 ? pow(r, -0.9) : 0.0;
    }
    hr_zipf_init(&z, ITEMS, 0.9);
    for (uint64_t i = 0; i < N; i++) {
        struct hr_draws d = hr_draws(78, i, 5);
        hits += hr_zipf_draw(&z, &d) <= 1000;
    }
    const double share = head / all;
    assert_true(fabs(hits / (double)N - share) < 5.0 * sqrt(share * (1.0 - share) / N));
}

static void a_rank_takes_one_word(void **unused)
{
    struct hr_zipf z;

    (void)unused;
    hr_zipf_init(&z, 50, 1.2);
    for (uint64_t i = 0; i < 2000; i++) {
        struct hr_draws d = hr_draws(1, i, 0), e = d;
        hr_zipf_draw(&z, &d);
        hr_draw_bits(&e);
        assert_true(hr_draw_bits(&d) == hr_draw_bits(&e));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_family_has_its_distribution),
        cmocka_unit_test(quantiles_invert_the_distribution),
        cmocka_unit_test(mean_and_scv_agree_with_the_quantiles),
        cmocka_unit_test(infinite_moments_are_infinite),
        cmocka_unit_test(the_validation_rows_of_variates_hold),
        cmocka_unit_test(draws_are_monotone_in_the_uniform_and_in_the_parameters),
        cmocka_unit_test(a_draw_takes_one_word_whatever_the_law),
        cmocka_unit_test(tails_beyond_two_to_the_minus_32_exist),
        cmocka_unit_test(absurd_parameters_still_draw_finite_values),
        cmocka_unit_test(discrete_values_come_in_their_shares),
        cmocka_unit_test(tables_that_are_no_laws_are_refused),
        cmocka_unit_test(draws_have_these_bits_on_every_machine),
        cmocka_unit_test(ranks_come_as_often_as_zipf_says),
        cmocka_unit_test(the_head_of_a_large_catalogue_has_its_share),
        cmocka_unit_test(a_rank_takes_one_word),
    };
    return cmocka_run_group_tests_name("law", tests, NULL, NULL);
}
