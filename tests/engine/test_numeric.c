/* tests/engine/test_numeric.c - error bounds of the elementary functions.
 *
 * The reference is libm in long double (64 bits of precision), GSL where that has nothing.
 * The sweeps are random with fixed seeds, and go through subnormal numbers, the neighbourhood
 * of the zeros, and the ends of the range. */
#include "sim/engine/numeric.h"
#include "sim/engine/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

/* Promotion to long double is the point here. */
#pragma GCC diagnostic ignored "-Wdouble-promotion"

enum { N = 200000 };

/* Error in units of the last place of the exact value. */
static double ulps(double got, long double want)
{
    int exponent;

    frexp((double)want, &exponent);
    exponent = exponent - 53 < -1074 ? -1074 : exponent - 53;
    return (double)fabsl(((long double)got - want) / ldexpl(1.0L, exponent));
}

static double relative(double got, long double want)
{
    return (double)fabsl((got - want) / want);
}

/* Any positive finite double, subnormal ones included, by its bits. */
static double any_positive(struct hr_draws *d)
{
    for (;;) {
        const uint64_t bits = hr_draw_bits(d) >> 1;
        double x;
        memcpy(&x, &bits, sizeof x);
        if (x > 0.0 && x <= DBL_MAX)
            return x;
    }
}

static double between(struct hr_draws *d, double low, double high)
{
    return low + (high - low) * hr_draw_uniform(d);
}

static void log_is_within_an_ulp_over_the_whole_range(void **unused)
{
    struct hr_draws d = hr_draws(1, 0, 0);

    (void)unused;
    for (int i = 0; i < N; i++) {
        const double wide = any_positive(&d), near = between(&d, 0.5, 2.0);
        const double close = 1.0 + between(&d, -1e-5, 1e-5);
        const double small = between(&d, 0.0, DBL_MIN);
        assert_true(ulps(hr_log(wide), logl(wide)) < 1.0);
        assert_true(ulps(hr_log(near), logl(near)) < 1.0);
        assert_true(ulps(hr_log(close), logl(close)) < 1.0);
        assert_true(ulps(hr_log(small), logl(small)) < 1.0);
    }
}

/* Every row of the table of logarithms is used on both sides of its midpoint. */
static void log_is_within_an_ulp_in_every_row_of_its_table(void **unused)
{
    (void)unused;
    for (int j = 0; j < 128; j++)
        for (int k = -3; k <= 3; k++) {
            const double edge = ldexp(1.0 + j / 128.0, k), below = nextafter(edge, 0.0);
            const double middle = edge + ldexp(1.0 / 256, k);
            assert_true(ulps(hr_log(edge), logl(edge)) < 1.0);
            assert_true(ulps(hr_log(below), logl(below)) < 1.0);
            assert_true(ulps(hr_log(middle), logl(middle)) < 1.0);
        }
}

static void log_of_the_special_values_is_as_in_the_c_standard(void **unused)
{
    (void)unused;
    assert_true(hr_log(1.0) == 0.0);
    assert_true(hr_log(0.0) == -HUGE_VAL);
    assert_true(hr_log(-0.0) == -HUGE_VAL);
    assert_true(hr_log(HUGE_VAL) == HUGE_VAL);
    assert_true(isnan(hr_log(-1e-300)));
    assert_true(isnan(hr_log((double)NAN)));
}

static void exp_is_within_an_ulp_over_the_whole_range(void **unused)
{
    struct hr_draws d = hr_draws(1, 0, 1);

    (void)unused;
    for (int i = 0; i < N; i++) {
        const double wide = between(&d, -708.0, 709.78), near = between(&d, -2.0, 2.0);
        const double close = between(&d, -1e-6, 1e-6), edge = between(&d, -746.0, -707.0);
        assert_true(ulps(hr_exp(wide), expl(wide)) < 0.52);
        assert_true(ulps(hr_exp(near), expl(near)) < 0.52);
        assert_true(ulps(hr_exp(close), expl(close)) < 0.52);
        assert_true(ulps(hr_exp(edge), expl(edge)) < 1.0);
    }
    for (int j = -200; j <= 200;
         j++) /* rows of the table and where one gives way to the next */
        for (int half = 0; half < 2; half++) {
            const double x = (j + 0.5 * half) * 0.010830424696249145;
            assert_true(ulps(hr_exp(x), expl(x)) < 0.52);
        }
}

static void exp_overflows_and_underflows_at_the_right_places(void **unused)
{
    (void)unused;
    assert_true(hr_exp(0.0) == 1.0);
    assert_true(hr_exp(709.782712893383973) <= DBL_MAX);
    assert_true(hr_exp(709.782712893384) == HUGE_VAL || hr_exp(709.79) == HUGE_VAL);
    assert_true(hr_exp(710.0) == HUGE_VAL && hr_exp(HUGE_VAL) == HUGE_VAL);
    assert_true(hr_exp(-745.0) > 0.0);
    assert_true(hr_exp(-745.14) == 0.0 && hr_exp(-1e300) == 0.0);
    assert_true(hr_exp(-HUGE_VAL) == 0.0);
    assert_true(isnan(hr_exp((double)NAN)));
}

static void pow_is_good_to_the_last_bits_however_large_the_power(void **unused)
{
    struct hr_draws d = hr_draws(1, 0, 2);

    (void)unused;
    for (int i = 0; i < N; i++) {
        const double wide = any_positive(&d), near = between(&d, 0.9, 1.1);
        const double close = 1.0 + between(&d, -1e-9, 1e-9),
                     share = between(&d, -700.0, 700.0);
        const double y_wide = share / log(wide), y_near = share / log(near);
        assert_true(relative(hr_pow(wide, y_wide), powl(wide, y_wide)) < 1e-15);
        assert_true(relative(hr_pow(near, y_near), powl(near, y_near)) < 1e-15);
        if (close != 1.0)
            assert_true(relative(hr_pow(close, share / log(close)),
                                 powl(close, share / log(close))) < 1e-15);
    }
}

static void pow_of_the_special_values_is_as_expected(void **unused)
{
    (void)unused;
    assert_true(hr_pow(2.0, 10.0) == 1024.0 && hr_pow(9.0, 0.5) == 3.0);
    assert_true(hr_pow(7.5, 0.0) == 1.0 && hr_pow(1.0, 1e300) == 1.0);
    assert_true(hr_pow(0.0, 2.0) == 0.0 && hr_pow(0.0, -2.0) == HUGE_VAL);
    assert_true(hr_pow(1e300, 2.0) == HUGE_VAL && hr_pow(1e300, -2.0) == 0.0);
    assert_true(hr_pow(1.0000001, 1e300) == HUGE_VAL && hr_pow(0.9999999, 1e300) == 0.0);
    assert_true(hr_pow(0x1p-1074, 0.5) == 0x1p-537);
    assert_true(isnan(hr_pow(-1.0, 0.5)));
}

static void log1p_and_expm1_keep_small_arguments(void **unused)
{
    struct hr_draws d = hr_draws(1, 0, 3);

    (void)unused;
    for (int i = 0; i < N; i++) {
        const double tiny = any_positive(&d), x = tiny < 1.0 ? tiny : -1.0 / tiny;
        const double y = between(&d, -0.999, 3.0), z = between(&d, -50.0, 50.0);
        assert_true(ulps(hr_log1p(x), log1pl(x)) < 4.0);
        assert_true(ulps(hr_expm1(x), expm1l(x)) < 4.0);
        assert_true(ulps(hr_log1p(y), log1pl(y)) < 4.0);
        assert_true(ulps(hr_expm1(y), expm1l(y)) < 4.0);
        assert_true(ulps(hr_expm1(z), expm1l(z)) < 4.0);
    }
    assert_true(hr_log1p(-1.0) == -HUGE_VAL && hr_log1p(HUGE_VAL) == HUGE_VAL);
    assert_true(hr_expm1(-1000.0) == -1.0 && hr_expm1(1000.0) == HUGE_VAL);
}

static void cospi_is_exact_where_it_can_be_and_close_elsewhere(void **unused)
{
    const long double pi = 3.14159265358979323846264338327950288L;
    struct hr_draws d = hr_draws(1, 0, 4);

    (void)unused;
    for (int i = 0; i < N; i++) {
        const double x = between(&d, -20.0, 20.0);
        assert_true(fabsl(hr_cospi(x) - cosl(pi * x)) < 1e-15L);
    }
    for (int k = -9; k <= 9; k++) {
        assert_true(hr_cospi(k) == (k % 2 ? -1.0 : 1.0));
        assert_true(hr_cospi(k + 0.5) == 0.0);
    }
    assert_true(hr_cospi(1e15 + 1.0) == -1.0 && hr_cospi(1e300) == 1.0);
    assert_true(isnan(hr_cospi(HUGE_VAL)));
}

static void floor_and_ceil_agree_with_libm(void **unused)
{
    static const double edges[] = {0.0,
                                   0.5,
                                   -0.5,
                                   1.0,
                                   -1.0,
                                   0x1p52,
                                   -0x1p52,
                                   0x1p53,
                                   1e300,
                                   -1e300,
                                   0.9999999999999999,
                                   -2.5};
    struct hr_draws d = hr_draws(1, 0, 5);

    (void)unused;
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        assert_true(hr_floor(edges[i]) == floor(edges[i]));
        assert_true(hr_ceil(edges[i]) == ceil(edges[i]));
    }
    for (int i = 0; i < N; i++) {
        const double x = between(&d, -1e6, 1e6), y = any_positive(&d);
        assert_true(hr_floor(x) == floor(x) && hr_ceil(x) == ceil(x));
        assert_true(hr_floor(y) == floor(y) && hr_ceil(-y) == ceil(-y));
    }
}

static long double normal_tail(long double x)
{
    return 0.5L * erfcl(x / sqrtl(2.0L));
}

/* The error of x is that of its probability over the density. */
static void the_normal_quantile_inverts_the_distribution_function(void **unused)
{
    struct hr_draws d = hr_draws(1, 0, 6);

    (void)unused;
    for (int i = 0; i < N; i++) {
        const double p = i % 2 ? hr_draw_uniform(&d) : exp(between(&d, -690.0, -0.7));
        const long double x = hr_normal_quantile(p);
        const long double density = expl(-x * x / 2) / 2.506628274631000502415765L;
        const long double off = (normal_tail(-x) - p) / density;
        assert_true(fabsl(off) < 1e-14L * (fabsl(x) > 1e-3L ? fabsl(x) : 1e-3L));
        if (p > 1e-300 && p < 0.999)
            assert_true(fabs(hr_normal_quantile(p) - gsl_cdf_ugaussian_Pinv(p)) <
                        1e-13 * (1.0 + fabs((double)x)));
    }
    assert_true(hr_normal_quantile(0.5) == 0.0);
    assert_true(hr_normal_quantile(0.0) == -HUGE_VAL &&
                hr_normal_quantile(1.0) == HUGE_VAL);
    assert_true(isnan(hr_normal_quantile(1.5)) && isnan(hr_normal_quantile(-0.5)));
}

static void the_normal_cdf_is_close_and_keeps_its_tail(void **unused)
{
    struct hr_draws d = hr_draws(1, 0, 7);

    (void)unused;
    for (int i = 0; i < N / 4; i++) {
        const double x = between(&d, -37.0, 10.0);
        const long double want = normal_tail(-(long double)x);
        assert_true(fabsl(hr_normal_cdf(x) - want) < 1e-14L);
        assert_true(relative(hr_normal_cdf(x), want) < 1e-13);
    }
    assert_true(hr_normal_cdf(0.0) == 0.5);
    assert_true(hr_normal_cdf(-HUGE_VAL) == 0.0 && hr_normal_cdf(HUGE_VAL) == 1.0);
}

static void lgamma_keeps_its_relative_precision_even_at_its_zeros(void **unused)
{
    struct hr_draws d = hr_draws(1, 0, 8);

    (void)unused;
    for (int i = 0; i < N; i++) {
        const double x = between(&d, 0.0, 30.0), large = exp(between(&d, 0.0, 40.0));
        const double tiny = exp(between(&d, -600.0, 0.0));
        const double zero = 1.0 + i % 2 + between(&d, -1e-3, 1e-3);
        assert_true(relative(hr_lgamma(x), lgammal(x)) < 1e-14);
        assert_true(relative(hr_lgamma(large), lgammal(large)) < 1e-14);
        assert_true(relative(hr_lgamma(tiny), lgammal(tiny)) < 1e-14);
        assert_true(relative(hr_lgamma(zero), lgammal(zero)) < 1e-14);
    }
    assert_true(hr_lgamma(1.0) == 0.0 && hr_lgamma(2.0) == 0.0);
    assert_true(hr_lgamma(0.0) == HUGE_VAL && isnan(hr_lgamma(-0.5)));
    assert_true(fabs(hr_lgamma(4.25) - gsl_sf_lngamma(4.25)) < 1e-14);
}

/* For a whole shape the tail is a sum of Poisson probabilities. */
static long double poisson_sum(int a, long double x)
{
    long double term = expl(-x), sum = 0.0L;

    for (int k = 0; k < a; k++) {
        sum += term;
        term *= x / (k + 1);
    }
    return sum;
}

static void the_tail_of_the_gamma_law_agrees_with_poisson_sums_and_gsl(void **unused)
{
    struct hr_draws d = hr_draws(1, 0, 9);

    (void)unused;
    for (int i = 0; i < 4000; i++) {
        const int whole = 1 + (int)hr_draw_below(&d, 60);
        const double x = between(&d, 0.0, 2.5 * whole), a = exp(between(&d, -4.0, 8.0));
        const double y = a * between(&d, 0.0, 2.0);
        assert_true(fabsl(hr_gamma_above(whole, x) - poisson_sum(whole, x)) < 1e-13L);
        /* GSL itself is off by 3e-11 for shapes below 0.2. */
        assert_true(fabs(hr_gamma_above(a, y) - gsl_sf_gamma_inc_Q(a, y)) < 1e-10);
    }
    assert_true(fabs(hr_gamma_above(0.19342857336365982, 0.10073843714941753) -
                     0.31376363289424350) < 1e-15); /* by mpmath with 40 digits */
    assert_true(hr_gamma_above(2.0, 0.0) == 1.0 && hr_gamma_above(2.0, HUGE_VAL) == 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_is_within_an_ulp_over_the_whole_range),
        cmocka_unit_test(log_is_within_an_ulp_in_every_row_of_its_table),
        cmocka_unit_test(log_of_the_special_values_is_as_in_the_c_standard),
        cmocka_unit_test(exp_is_within_an_ulp_over_the_whole_range),
        cmocka_unit_test(exp_overflows_and_underflows_at_the_right_places),
        cmocka_unit_test(pow_is_good_to_the_last_bits_however_large_the_power),
        cmocka_unit_test(pow_of_the_special_values_is_as_expected),
        cmocka_unit_test(log1p_and_expm1_keep_small_arguments),
        cmocka_unit_test(cospi_is_exact_where_it_can_be_and_close_elsewhere),
        cmocka_unit_test(floor_and_ceil_agree_with_libm),
        cmocka_unit_test(the_normal_quantile_inverts_the_distribution_function),
        cmocka_unit_test(the_normal_cdf_is_close_and_keeps_its_tail),
        cmocka_unit_test(lgamma_keeps_its_relative_precision_even_at_its_zeros),
        cmocka_unit_test(the_tail_of_the_gamma_law_agrees_with_poisson_sums_and_gsl),
    };
    return cmocka_run_group_tests_name("numeric", tests, NULL, NULL);
}
