/* sim/engine/law_moments.c - mean and squared coefficient of variation; see law.h. */
#include "sim/engine/law.h"
#include "sim/engine/numeric.h"

#include <math.h>

#define INV_SQRT_2PI 0.39894228040143267794

/* Of a normal law given that it is >= 0, with t = a/b and h = density(t) / P(N(0,1) < t):
 * mean/b = t + h, variance/b^2 = 1 - h (t + h). */
static double normal_hazard(const struct hr_law *law)
{
    const double t = law->a / law->b;

    return INV_SQRT_2PI * hr_exp(-0.5 * t * t) / hr_normal_cdf(t);
}

static double discrete_mean(const struct hr_law *law)
{
    double sum = 0.0, before = 0.0;

    for (size_t i = 0; i < law->n; i++) {
        sum += law->table[2 * i] * (law->table[2 * i + 1] - before);
        before = law->table[2 * i + 1];
    }
    return sum;
}

/* Linear between order statistics: a mixture of n - 1 uniform laws. */
static double empirical_mean(const struct hr_law *law)
{
    double sum = 0.0;

    if (law->n == 1)
        return law->table[0];
    for (size_t i = 0; i + 1 < law->n; i++)
        sum += 0.5 * (law->table[i] + law->table[i + 1]);
    return sum / (double)(law->n - 1);
}

double hr_law_mean(const struct hr_law *law)
{
    const double k = law->a > 0.0 ? law->a : 1.0; /* of tables */

    switch (law->kind) {
    case HR_LAW_UNIFORM:
        return 0.5 * (law->a + law->b);
    case HR_LAW_TRIANGULAR:
        return (law->a + law->b + law->c) / 3.0;
    case HR_LAW_NORMAL:
        return law->a + law->b * normal_hazard(law);
    case HR_LAW_LOGNORMAL:
        return hr_exp(law->a + 0.5 * law->b * law->b);
    case HR_LAW_GAMMA:
        return law->a * law->b;
    case HR_LAW_ERLANG:
        return law->b;
    case HR_LAW_WEIBULL:
        return law->b * hr_exp(hr_lgamma(1.0 + 1.0 / law->a));
    case HR_LAW_PARETO:
        return law->a > 1.0 ? law->b * law->a / (law->a - 1.0) : HUGE_VAL;
    case HR_LAW_HYPEREXPONENTIAL:
        return law->a * law->b + (1.0 - law->a) * law->c;
    case HR_LAW_DISCRETE:
        return k * discrete_mean(law);
    case HR_LAW_EMPIRICAL:
        return k * empirical_mean(law);
    case HR_LAW_CONSTANT:
    case HR_LAW_EXPONENTIAL:
    default:
        return law->a;
    }
}

static double discrete_variance(const struct hr_law *law)
{
    const double mean = discrete_mean(law);
    double sum = 0.0, before = 0.0;

    for (size_t i = 0; i < law->n; i++) {
        const double off = law->table[2 * i] - mean;
        sum += off * off * (law->table[2 * i + 1] - before);
        before = law->table[2 * i + 1];
    }
    return sum;
}

static double empirical_variance(const struct hr_law *law)
{
    const double mean = empirical_mean(law);
    double sum = 0.0;

    if (law->n == 1)
        return 0.0;
    for (size_t i = 0; i + 1 < law->n; i++) {
        const double x = law->table[i] - mean, y = law->table[i + 1] - mean;
        sum += (x * x + x * y + y * y) / 3.0;
    }
    return sum / (double)(law->n - 1);
}

static double triangular_variance(const struct hr_law *law)
{
    const double below = law->c - law->a, above = law->b - law->c;

    return (below * below + below * above + above * above) / 18.0;
}

/* variance / mean^2, 0 when the mean is 0. */
static double ratio(double variance, double mean)
{
    return mean > 0.0 ? variance / (mean * mean) : 0.0;
}

double hr_law_scv(const struct hr_law *law)
{
    const double mean = hr_law_mean(law);
    double h, width;

    switch (law->kind) {
    case HR_LAW_UNIFORM:
        width = law->b - law->a;
        return ratio(width * width / 12.0, mean);
    case HR_LAW_TRIANGULAR:
        return ratio(triangular_variance(law), mean);
    case HR_LAW_EXPONENTIAL:
        return 1.0;
    case HR_LAW_NORMAL:
        h = normal_hazard(law);
        return ratio(1.0 - h * (law->a / law->b + h), mean / law->b);
    case HR_LAW_LOGNORMAL:
        return hr_expm1(law->b * law->b);
    case HR_LAW_GAMMA:
    case HR_LAW_ERLANG:
        return 1.0 / law->a;
    case HR_LAW_WEIBULL:
        return hr_expm1(hr_lgamma(1.0 + 2.0 / law->a) -
                        2.0 * hr_lgamma(1.0 + 1.0 / law->a));
    case HR_LAW_PARETO:
        return law->a > 2.0 ? 1.0 / (law->a * (law->a - 2.0)) : HUGE_VAL;
    case HR_LAW_HYPEREXPONENTIAL:
        return 2.0 * (law->a * law->b * law->b + (1.0 - law->a) * law->c * law->c) /
                   (mean * mean) -
               1.0;
    case HR_LAW_DISCRETE:
        return ratio(discrete_variance(law), discrete_mean(law));
    case HR_LAW_EMPIRICAL:
        return ratio(empirical_variance(law), empirical_mean(law));
    case HR_LAW_CONSTANT:
    default:
        return 0.0;
    }
}
