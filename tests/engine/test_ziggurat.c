/* tests/engine/test_ziggurat.c - the exponential law comes out of its layers without a seam.
 *
 * Statistical tests have a false-alarm rate of 1e-6 and fixed seeds. */
#include "sim/engine/law.h"
#include "tests/support/draws.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

#define FALSE_ALARM 1e-6
enum { LAYERS = 256 };

/* Where each layer ends, x[0] = 0: by the area that all of them have, from the last down. */
static void layer_ends(long double x[LAYERS])
{
    const long double last = (long double)HR_EXPONENTIAL_TAIL,
                      area = (last + 1.0L) * expl(-last);

    x[LAYERS - 1] = last;
    for (int i = LAYERS - 1; i > 0; i--)
        x[i - 1] = -logl(expl(-x[i]) + area / x[i]);
}

static void layers_have_equal_areas(void **unused)
{
    long double x[LAYERS];
    const long double last = (long double)HR_EXPONENTIAL_TAIL,
                      base = last + 1.0L; /* area / exp(-last) */

    (void)unused;
    layer_ends(x);
    assert_true(fabsl(x[0]) <
                1e-12L); /* the top is reached: the last end is the right one */
    for (int i = 0; i < LAYERS; i++) {
        const struct hr_ziggurat_layer *l = &hr_exponential_layer[i];
        const long double width = i ? x[i] : base;
        const long double inside = i > 1 ? x[i - 1] / x[i] : i == 1 ? 0.0L : last / base;

        assert_true(fabsl((long double)l->width * 0x1p53L / width - 1.0L) < 1e-12L);
        assert_true(fabsl((long double)l->inside / 0x1p53L - inside) < 1e-12L);
    }
}

/* Between the ends of neighbouring layers, and beyond the last, there are as many draws as
 * there should be: a layer whose edge was wrong would be missing some. */
static void no_layer_has_a_seam(void **unused)
{
    enum { N = 20000000 };
    static uint32_t count[LAYERS];
    long double x[LAYERS];
    double chi_square = 0.0;

    (void)unused;
    layer_ends(x);
    x[0] = 0.0L;
    for (uint64_t i = 0; i < N; i++) {
        const double drawn = hr_draw_exponential(hr_draws(hr_stream(7, 0), i, 3));
        int low = 0, high = LAYERS;
        while (high - low > 1) {
            const int middle = (low + high) / 2;
            *(drawn < (double)x[middle] ? &high : &low) = middle;
        }
        count[low]++;
    }
    for (int i = 0; i < LAYERS; i++) {
        const double p = (double)(expl(-x[i]) - (i + 1 < LAYERS ? expl(-x[i + 1]) : 0.0L));
        chi_square += pow(count[i] - N * p, 2.0) / (N * p);
    }
    assert_true(chi_square < gsl_cdf_chisq_Qinv(FALSE_ALARM / 2, LAYERS - 1));
    assert_true(chi_square > gsl_cdf_chisq_Pinv(FALSE_ALARM / 2, LAYERS - 1));
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Of draws whose word is `word`, each with draws of its own for what is still to be decided: how
 * far their law beyond `from` is from the exponential one up to `to` (Kolmogorov). */
static double distance(uint64_t word, double from, double to, size_t n)
{
    double *x = calloc(n, sizeof *x), most = 0.0;

    assert_non_null(x);
    for (size_t i = 0; i < n; i++) {
        struct hr_draws d = test_draws_of(word);
        d.start = i;
        x[i] = hr_draw_exponential(d);
    }
    qsort(x, n, sizeof *x, by_value);
    for (size_t i = 0; i < n; i++) {
        const double p = expm1(from - x[i]) / expm1(from - to);
        most = fmax(most, fabs(p - ((double)i + 0.5) / (double)n));
    }
    free(x);
    return most;
}

/* The tail is as long as a uniform is fine: 2^-64 of it is 44 means further out. */
static void the_tail_is_exponential_again(void **unused)
{
    enum { N = 1000000 };
    const uint64_t outside = UINT64_MAX << 11; /* of layer 0 */

    (void)unused;
    assert_true(distance(outside, HR_EXPONENTIAL_TAIL, HUGE_VAL, N) <
                sqrt(log(2.0 / FALSE_ALARM) / 2.0 / N));
}

/* What lies above the curve is given back, and is drawn anew as the law itself. */
static void what_is_rejected_is_drawn_anew(void **unused)
{
    enum { N = 400000 };
    unsigned kept = 0;
    const uint64_t word = UINT64_C(1) << 63 | 1; /* the middle of the top layer */
    long double x[LAYERS];

    (void)unused;
    layer_ends(x);
    const double at = (double)(x[1] * 0.5L);
    /* up from exp(-x_1): the share of the layer's height that is below the curve there */
    const double p = (exp(-at) - exp(-(double)x[1])) / (1.0 - exp(-(double)x[1]));
    for (uint64_t i = 0; i < N; i++) {
        struct hr_draws d = test_draws_of(word);
        d.start = i;
        kept += fabs(hr_draw_exponential(d) - at) < 1e-12;
    }
    assert_true(fabs(kept - N * p) < 4.9 * sqrt(N * p * (1.0 - p)));
}

/* So designs whose means differ are compared on the same draws. */
static void another_mean_scales_the_same_draw(void **unused)
{
    const struct hr_law law = hr_law_exponential(2.385);

    (void)unused;
    for (uint64_t i = 0; i < 100000; i++) {
        struct hr_draws d = hr_draws(hr_stream(2024, 0), i, 3);
        const double one = hr_draw_exponential(d);

        assert_true(hr_law_draw(&law, &d) == 2.385 * one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_have_equal_areas),
        cmocka_unit_test(no_layer_has_a_seam),
        cmocka_unit_test(the_tail_is_exponential_again),
        cmocka_unit_test(what_is_rejected_is_drawn_anew),
        cmocka_unit_test(another_mean_scales_the_same_draw),
    };
    return cmocka_run_group_tests_name("engine.ziggurat", tests, NULL, NULL);
}
