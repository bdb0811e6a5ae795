/* sim/engine/numeric_normal.c - the normal and gamma functions of numeric.h. */
#include "sim/engine/numeric.h"

#include "sim/engine/check.h"

#include <math.h>

#define LOG_SQRT_2PI 0.91893853320467274178
#define INV_SQRT_2PI 0.39894228040143267794
#define EULER        0.57721566490153286061
#define NOT_A_NUMBER ((double)NAN)

/* Two numbers on which everything is done alike, at once. */
typedef double lanes __attribute__((vector_size(16)));

/* Coefficients of AS 241, routine PPND16, of top and bottom: centre, shoulder, far tail. */
static const lanes centre[8] = {
    {3.3871328727963666080e0, 1.0},
    {1.3314166789178437745e+2, 4.2313330701600911252e+1},
    {1.9715909503065514427e+3, 6.8718700749205790830e+2},
    {1.3731693765509461125e+4, 5.3941960214247511077e+3},
    {4.5921953931549871457e+4, 2.1213794301586595867e+4},
    {6.7265770927008700853e+4, 3.9307895800092710610e+4},
    {3.3430575583588128105e+4, 2.8729085735721942674e+4},
    {2.5090809287301226727e+3, 5.2264952788528545610e+3},
};
static const lanes shoulder[8] = {
    {1.42343711074968357734e0, 1.0},
    {4.63033784615654529590e0, 2.05319162663775882187e0},
    {5.76949722146069140550e0, 1.67638483018380384940e0},
    {3.64784832476320460504e0, 6.89767334985100004550e-1},
    {1.27045825245236838258e0, 1.48103976427480074590e-1},
    {2.41780725177450611770e-1, 1.51986665636164571966e-2},
    {2.27238449892691845833e-2, 5.47593808499534494600e-4},
    {7.74545014278341407640e-4, 1.05075007164441684324e-9},
};
static const lanes far_tail[8] = {
    {6.65790464350110377720e0, 1.0},
    {5.46378491116411436990e0, 5.99832206555887937690e-1},
    {1.78482653991729133580e0, 1.36929880922735805310e-1},
    {2.96560571828504891230e-1, 1.48753612908506148525e-2},
    {2.65321895265761230930e-2, 7.86869131145613259100e-4},
    {1.24266094738807843860e-3, 1.84631831751005468180e-5},
    {2.71155556874348757815e-5, 1.42151175831644588870e-7},
    {2.01033439929228813265e-7, 2.04426310338993978564e-15},
};

/* Both c[0] + c[1] x + ... + c[7] x^7, pairs first: shorter chains of operations. */
static inline lanes poly7(const lanes c[8], double x)
{
    const double square = x * x;
    const lanes x1 = {x, x}, x2 = {square, square}, x4 = x2 * x2;

    return ((c[0] + c[1] * x1) + x2 * (c[2] + c[3] * x1)) +
           x4 * ((c[4] + c[5] * x1) + x2 * (c[6] + c[7] * x1));
}

/* Away from the middle; q = p - 1/2. */
static HR_APART double quantile_outside(double p, double q)
{
    if (!(p > 0.0 && p < 1.0))
        return p == 0.0 ? -HUGE_VAL : p == 1.0 ? HUGE_VAL : NOT_A_NUMBER;
    const double r = sqrt(-hr_log(q < 0.0 ? p : 1.0 - p));
    const lanes sum = r <= 5.0 ? poly7(shoulder, r - 1.6) : poly7(far_tail, r - 5.0);
    const double x = sum[0] / sum[1];
    return q < 0.0 ? -x : x;
}

double hr_normal_quantile(double p)
{
    const double q = p - 0.5;

    if (!(q >= -0.425 && q <= 0.425))
        return quantile_outside(p, q);
    const lanes sum = poly7(centre, 0.180625 - q * q);
    return q * sum[0] / sum[1];
}

/* The density at x; x^2/2 in two parts, for its rounding would be that of the exponent. */
static double normal_density(double x)
{
    const double head = hr_floor(x * 0x1p16) * 0x1p-16, tail = x - head;

    return INV_SQRT_2PI * hr_exp(-0.5 * head * head) * hr_exp(-0.5 * tail * (x + head));
}

/* Beyond 2 Laplace's continued fraction of Mills' ratio; within, the series with positive
 * terms x + x^3/3 + x^5/15 + ... times the density. */
double hr_normal_cdf(double x)
{
    const double t = x < 0.0 ? -x : x;
    double part;

    if (x != x)
        return x;
    if (t > 40.0)
        return x < 0.0 ? 0.0 : 1.0;
    if (t > 2.0) {
        double fraction = 0.0;
        for (int n = 100; n >= 1; n--)
            fraction = n / (t + fraction);
        part = normal_density(t) / (t + fraction);
        return x < 0.0 ? part : 1.0 - part;
    }
    double term = t, sum = t;
    for (int n = 3; term > 0x1p-60 * sum; n += 2) {
        term *= t * t / n;
        sum += term;
    }
    part = normal_density(t) * sum;
    return x < 0.0 ? 0.5 - part : 0.5 + part;
}

/* log gamma(2 + t), |t| <= 1/2: (1 - Euler) t + sum of (-1)^k (zeta(k) - 1) t^k / k. */
static double lgamma_about_2(double t)
{
    static const double c[] = {
#include "sim/engine/zeta_table.inc"
    };
    double sum = 0.0;

    for (int i = (int)(sizeof c / sizeof *c) - 1; i >= 0; i--)
        sum = (sum + c[i]) * t;
    return t * ((1.0 - EULER) + sum);
}

/* Stirling's series; its last term is below 1e-17 for x >= 12. */
static double lgamma_stirling(double x)
{
    static const double c[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                               1.0 / 1188, -691.0 / 360360, 1.0 / 156};
    const double inverse = 1.0 / x, z = inverse * inverse;
    double sum = 0.0;

    for (int i = (int)(sizeof c / sizeof *c) - 1; i >= 0; i--)
        sum = sum * z + c[i];
    return (x - 0.5) * (hr_log(x) - 1.0) + ((LOG_SQRT_2PI - 0.5) + sum * inverse);
}

double hr_lgamma(double x)
{
    double factor = 1.0;

    if (!(x > 0.0) || x == HUGE_VAL)
        return x == 0.0 || x == HUGE_VAL ? HUGE_VAL : NOT_A_NUMBER;
    if (x >= 12.0)
        return lgamma_stirling(x);
    if (x < 0.5) /* gamma(x) = gamma(x + 2) / (x (x + 1)) */
        return lgamma_about_2(x) - hr_log1p(x) - hr_log(x);
    if (x < 1.5)
        return lgamma_about_2(x - 1.0) - hr_log(x);
    for (; x > 2.5; factor *= x)
        x -= 1.0;
    return lgamma_about_2(x - 2.0) + (factor > 1.0 ? hr_log(factor) : 0.0);
}

/* x^a exp(-x) / gamma(a): the factor in front of both expansions. */
static double gamma_front(double a, double x)
{
    return hr_exp(a * hr_log(x) - x - hr_lgamma(a));
}

double hr_gamma_above(double a, double x)
{
    const double tiny = 1e-300;

    if (!(x > 0.0))
        return 1.0;
    if (x == HUGE_VAL)
        return 0.0;
    if (x < a + 1.0) { /* series of the lower part */
        double term = 1.0 / a, sum = term;
        for (double n = a + 1.0; term > sum * 0x1p-56; n += 1.0) {
            term *= x / n;
            sum += term;
        }
        const double below = sum * gamma_front(a, x);
        return below < 1.0 ? 1.0 - below : 0.0;
    }
    /* Legendre's continued fraction, by the method of Lentz. */
    double b = x + 1.0 - a, c = 1.0 / tiny, d = 1.0 / b, h = d, step;
    double i = 0.0;
    do {
        i += 1.0;
        const double an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = 1.0 / (d == 0.0 ? tiny : d);
        c = b + an / c;
        c = c == 0.0 ? tiny : c;
        step = d * c;
        h *= step;
    } while ((step > 1.0 ? step - 1.0 : 1.0 - step) > 1e-15 && i < 1e7);
    return h * gamma_front(a, x);
}
