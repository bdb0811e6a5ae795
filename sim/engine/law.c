/* sim/engine/law.c - drawing and scaling; see law.h.
 *
 * A draw inverts the survival function: u near 0 is the tail, where a uniform has full
 * relative precision, so that what happens once in 2^60 exists. */
#include "sim/engine/law.h"

#include "sim/engine/check.h"
#include "sim/engine/numeric.h"
#include "sim/engine/ziggurat_table.inc"

#include <float.h>
#include <math.h>

enum { MOST_STAGES_BY_PRODUCT = 12 }; /* 12 uniforms multiply to 2^-780 at least */

static double draw_normal(const struct hr_law *law, double u)
{
    const double share = law->c > 0.0 ? law->c : hr_normal_cdf(law->a / law->b);
    const double x = law->a - law->b * hr_normal_quantile(u * share);

    return x > 0.0 ? x : 0.0;
}

/* G. Marsaglia, W. Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3),
 * 2000; below shape 1 by the identity gamma(a) = gamma(a + 1) U^(1/a). */
static double draw_gamma(double shape, double scale, struct hr_draws *d)
{
    const double boost = shape < 1.0 ? hr_pow(hr_draw_uniform(d), 1.0 / shape) : 1.0;
    const double large = (shape < 1.0 ? shape + 1.0 : shape) - 1.0 / 3.0;
    const double c = 1.0 / sqrt(9.0 * large);

    for (;;) {
        const double x = -hr_normal_quantile(hr_draw_uniform(d));
        const double root = 1.0 + c * x, v = root * root * root;
        const double u = hr_draw_uniform(d), x2 = x * x;
        if (root <= 0.0)
            continue;
        if (u < 1.0 - 0.0331 * x2 * x2 ||
            hr_log(u) < 0.5 * x2 + large * (1.0 - v + hr_log(v)))
            return scale * large * v * boost;
    }
}

static double draw_erlang(double stages, double mean, struct hr_draws *d)
{
    double product = 1.0;

    if (stages > MOST_STAGES_BY_PRODUCT)
        return draw_gamma(stages, mean / stages, d);
    for (int i = 0; i < (int)stages; i++)
        product *= hr_draw_uniform(d);
    return -hr_log(product) * (mean / stages);
}

static double draw_hyperexponential(const struct hr_law *law, struct hr_draws *d)
{
    const double mean = hr_draw_uniform(d) < law->a ? law->b : law->c;

    return -mean * hr_log(hr_draw_uniform(d));
}

static double table_scale(const struct hr_law *law)
{
    return law->a > 0.0 ? law->a : 1.0;
}

/* The value at the distribution function's point p: first row with cumulative share >= p. */
static double discrete_at(const struct hr_law *law, double p)
{
    size_t low = 0, high = law->n - 1;

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (law->table[2 * middle + 1] < p)
            low = middle + 1;
        else
            high = middle;
    }
    return law->table[2 * low] * table_scale(law);
}

static double empirical_at(const struct hr_law *law, double p)
{
    const double position = p * (double)(law->n - 1);
    const size_t i = (size_t)position;

    if (i + 1 >= law->n)
        return law->table[law->n - 1] * table_scale(law);
    const double step = law->table[i + 1] - law->table[i];
    return (law->table[i] + (position - (double)i) * step) * table_scale(law);
}

static double lognormal(const struct hr_law *law, double u)
{
    return hr_exp(law->a - law->b * hr_normal_quantile(u));
}

static bool has_closed_form(enum hr_law_kind kind)
{
    return kind != HR_LAW_GAMMA && kind != HR_LAW_ERLANG && kind != HR_LAW_HYPEREXPONENTIAL;
}

/* Below the mode the share grows as the square of the way from the least value, above it falls
 * as that to the greatest. */
static double triangular(const struct hr_law *law, double u)
{
    const double width = law->b - law->a, below = law->c - law->a, above = law->b - law->c;

    if (width * u < above)
        return law->b - sqrt(u * width * above);
    return law->a + sqrt((1.0 - u) * width * below);
}

/* The value exceeded with probability u, for the families that have a closed form. */
static double inverse(const struct hr_law *law, double u)
{
    switch (law->kind) {
    case HR_LAW_UNIFORM:
        return law->b - (law->b - law->a) * u;
    case HR_LAW_TRIANGULAR:
        return triangular(law, u);
    case HR_LAW_EXPONENTIAL:
        return -law->a * hr_log(u);
    case HR_LAW_NORMAL:
        return draw_normal(law, u);
    case HR_LAW_LOGNORMAL:
        return lognormal(law, u);
    case HR_LAW_WEIBULL:
        return law->b * hr_pow(-hr_log(u), 1.0 / law->a);
    case HR_LAW_PARETO:
        return law->b * hr_pow(u, -1.0 / law->a);
    case HR_LAW_DISCRETE:
        return discrete_at(law, 1.0 - u);
    case HR_LAW_EMPIRICAL:
        return empirical_at(law, 1.0 - u);
    case HR_LAW_CONSTANT:
    default:
        return law->a;
    }
}

/* A place that is not below the curve at all heights of its layer: it is taken if a height drawn
 * for it is below; else another word follows, from draws of its own.  The tail beyond the last
 * layer is the law itself once more. */
HR_APART double hr_exponential_edge(struct hr_draws d, uint64_t word)
{
    struct hr_draws own = hr_draws_within(&d);

    for (;; word = hr_draw_bits(&own)) {
        const uint32_t i = (uint32_t)(word & 255);
        const double x = (double)(int64_t)(word >> 11) * hr_exponential_layer[i].width;
        if (word >> 11 < hr_exponential_layer[i].inside)
            return x;
        const double u = hr_draw_uniform(&own);
        if (i == 0)
            return HR_EXPONENTIAL_TAIL - hr_log(u);
        if (layer_height[i] + u * (layer_height[i - 1] - layer_height[i]) < hr_exp(-x))
            return x;
    }
}

/* Of the families that need more than one word: they have draws of their own. */
static double draw_several(const struct hr_law *law, struct hr_draws *own)
{
    switch (law->kind) {
    case HR_LAW_GAMMA:
        return draw_gamma(law->a, law->b, own);
    case HR_LAW_ERLANG:
        return draw_erlang(law->a, law->b, own);
    default:
        return draw_hyperexponential(law, own);
    }
}

double hr_law_draw_any(const struct hr_law *law, struct hr_draws d)
{
    struct hr_draws own;
    double x;

    if (law->kind == HR_LAW_LOGNORMAL) {
        x = lognormal(law, hr_draw_uniform(&d));
    } else if (has_closed_form(law->kind)) {
        x = inverse(law, hr_draw_uniform(&d));
    } else {
        own = hr_draws_within(&d);
        x = draw_several(law, &own);
    }
    return hr_law_finite(x);
}

struct hr_law hr_law_scale(struct hr_law law, double k)
{
    HR_REQUIRE(k >= 0.0 && k <= DBL_MAX);
    if (k == 0.0)
        return hr_law_constant(0.0);
    switch (law.kind) {
    case HR_LAW_CONSTANT:
    case HR_LAW_EXPONENTIAL:
        law.a *= k;
        break;
    case HR_LAW_UNIFORM:
    case HR_LAW_NORMAL:
        law.a *= k;
        law.b *= k;
        break;
    case HR_LAW_LOGNORMAL:
        law.a += hr_log(k);
        break;
    case HR_LAW_GAMMA:
    case HR_LAW_ERLANG:
    case HR_LAW_WEIBULL:
    case HR_LAW_PARETO:
        law.b *= k;
        break;
    case HR_LAW_HYPEREXPONENTIAL:
        law.b *= k;
        law.c *= k;
        break;
    case HR_LAW_TRIANGULAR:
        law.a *= k;
        law.b *= k;
        law.c *= k;
        break;
    case HR_LAW_DISCRETE:
    case HR_LAW_EMPIRICAL:
        law.a = table_scale(&law) * k;
        break;
    }
    return law;
}

/* The quantile of the families without a closed form, by bisection of their tails. */
static double tail(const struct hr_law *law, double x)
{
    switch (law->kind) {
    case HR_LAW_GAMMA:
        return hr_gamma_above(law->a, x / law->b);
    case HR_LAW_ERLANG:
        return hr_gamma_above(law->a, x * law->a / law->b);
    default:
        return law->a * hr_exp(-x / law->b) + (1.0 - law->a) * hr_exp(-x / law->c);
    }
}

double hr_law_quantile(const struct hr_law *law, double p)
{
    double low = 0.0, high = hr_law_mean(law);

    HR_REQUIRE(p > 0.0 && p < 1.0);
    if (law->kind == HR_LAW_DISCRETE)
        return discrete_at(law, p);
    if (law->kind == HR_LAW_EMPIRICAL)
        return empirical_at(law, p);
    if (has_closed_form(law->kind))
        return inverse(law, 1.0 - p);
    while (tail(law, high) > 1.0 - p) {
        low = high;
        high *= 2.0;
    }
    for (int i = 0; i < 1100; i++) { /* 1075 halvings reach any double from zero */
        const double middle = low + (high - low) * 0.5;
        if (middle <= low || middle >= high)
            break;
        if (tail(law, middle) > 1.0 - p)
            low = middle;
        else
            high = middle;
    }
    return high;
}
