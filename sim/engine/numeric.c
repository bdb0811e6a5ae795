/* sim/engine/numeric.c - see numeric.h.
 *
 * Written so that every rounding is in the source: no contraction (-ffp-contract=off), no
 * function of libm but sqrt, which IEEE 754 rounds correctly.  log and exp follow P. Tang,
 * "Table-driven implementation of the logarithm function", ACM TOMS 16(4), 1990, and
 * "... of the exponential function", ACM TOMS 15(2), 1989. */
#include "sim/engine/numeric.h"

#include "sim/engine/check.h"
#include "sim/engine/numeric_log.h"
#include "sim/engine/numeric_table.inc"

#include <math.h>
#include <stdint.h>

#define PI           3.14159265358979323846
#define NOT_A_NUMBER ((double)NAN)

/* log for what hr_log_pair does not take: subnormal, zero, negative, infinite, NaN. */
static HR_APART double log_special(double x)
{
    struct hr_pair p;

    if (x == 0.0)
        return -HUGE_VAL;
    if (!(x > 0.0))
        return NOT_A_NUMBER;
    if (x == HUGE_VAL)
        return x;
    p = hr_log_pair(x * 0x1p54, -54);
    return p.hi + p.lo;
}

static inline int is_normal_positive(double x)
{
    return (hr_bits_of(x) >> 52) - 1 < 2046;
}

double hr_log(double x)
{
    struct hr_pair p;

    if (!is_normal_positive(x))
        return log_special(x);
    p = hr_log_pair(x, 0);
    return p.hi + p.lo;
}

/* x = n log(2)/64 + r, |r| < 0.0055, for |x| < 1100. */
static inline double exp_reduced(double x, int64_t *n)
{
    const double shift =
        0x1.8p52; /* adding it rounds to an integer, kept in the low bits */
    const double shifted = x * INV_LN2_64 + shift, k = shifted - shift;

    *n = (int64_t)(hr_bits_of(shifted) - hr_bits_of(shift));
    return (x - k * LN2_64_HI) - k * LN2_64_LO;
}

/* 2^(j/64) exp(r), j = n mod 64. */
static inline double exp_mantissa(int64_t n, double r)
{
    const double *row = exp_table[(uint64_t)n % 64];
    const double r2 = r * r;
    const double tail = (1.0 / 6 + r * (1.0 / 24)) + r2 * (1.0 / 120 + r * (1.0 / 720));

    return row[0] + row[0] * (row[1] + (r + r2 * (0.5 + r * tail)));
}

static inline double power_of_2(int64_t k) /* -1023 < k < 1024 */
{
    return hr_from_bits((uint64_t)(k + 1023) << 52);
}

/* exp(hi + lo) for |hi| < 1100. */
static double exp_pair(double hi, double lo)
{
    int64_t n;
    const double r = exp_reduced(hi, &n) + lo, m = exp_mantissa(n, r);
    const int64_t power = n >> 6, half = power / 2;

    if (power > -1022 && power < 1023)
        return m * power_of_2(power);
    /* In two steps where one factor would not be a normal number. */
    return m * power_of_2(half) * power_of_2(power - half);
}

/* exp of what is large, small or NaN. */
static HR_APART double exp_special(double x)
{
    if (x > 710.0)
        return HUGE_VAL;
    if (x < -746.0)
        return 0.0;
    return x == x ? exp_pair(x, 0.0) : x;
}

double hr_exp(double x)
{
    int64_t n;

    if (!(x > -700.0 && x < 700.0))
        return exp_special(x);
    const double r = exp_reduced(x, &n);
    return exp_mantissa(n, r) * power_of_2(n >> 6);
}

/* a b = hi + lo exactly, by Dekker's and Veltkamp's splitting, for |a|, |b| < 2^996. */
static struct hr_pair product(double a, double b)
{
    const double splitter = 0x1p27 + 1.0;
    const double ca = splitter * a, ah = ca - (ca - a), al = a - ah;
    const double cb = splitter * b, bh = cb - (cb - b), bl = b - bh;
    const double hi = a * b;

    return (struct hr_pair){hi, ((ah * bh - hi) + ah * bl + al * bh) + al * bl};
}

double hr_pow(double x, double y)
{
    struct hr_pair l, p;

    if (y == 0.0 || x == 1.0)
        return 1.0;
    if (is_normal_positive(x))
        l = hr_log_pair(x, 0);
    else if (x > 0.0 && x < 1.0)
        l = hr_log_pair(x * 0x1p54, -54);
    else
        return hr_exp(y * log_special(x));
    const double log_x = l.hi + l.lo, rest = (l.hi - log_x) + l.lo;
    if (!(y * log_x > -746.0 && y * log_x < 710.0))
        return hr_exp(y * log_x);
    p = product(log_x, y);
    return exp_pair(p.hi, p.lo + y * rest);
}

/* W. Kahan: the rounding of 1 + x and of its logarithm belong to the same number. */
double hr_log1p(double x)
{
    const double u = 1.0 + x;

    if (u == 1.0 || u == HUGE_VAL)
        return x;
    if (!(u > 0.0))
        return hr_log(u);
    return hr_log(u) - ((u - 1.0) - x) / u;
}

double hr_expm1(double x)
{
    if (x > -0.35 && x < 0.35) { /* Taylor: the twelfth term is below 2^-60 of the first */
        double sum = 0.0;
        for (int n = 14; n >= 2; n--)
            sum = (1.0 + sum) * (x / n);
        return x + x * sum;
    }
    return hr_exp(x) - 1.0;
}

double hr_floor(double x)
{
    double t;

    if (!(x > -0x1p52 && x < 0x1p52))
        return x;
    t = (double)(int64_t)x;
    return t > x ? t - 1.0 : t;
}

double hr_ceil(double x)
{
    return -hr_floor(-x);
}

/* cos(t) and sin(t) for 0 <= t <= pi/4 by Taylor's series. */
static double cos_small(double t)
{
    const double z = t * t;
    double sum = 0.0;

    for (int n = 18; n >= 2; n -= 2)
        sum = (1.0 + sum) * (-z / (n * (n - 1)));
    return 1.0 + sum;
}

static double sin_small(double t)
{
    const double z = t * t;
    double sum = 0.0;

    for (int n = 19; n >= 3; n -= 2)
        sum = (1.0 + sum) * (-z / (n * (n - 1)));
    return t + t * sum;
}

double hr_cospi(double x)
{
    double r = x < 0.0 ? -x : x, sign = 1.0;

    if (!(r < HUGE_VAL))
        return NOT_A_NUMBER;
    if (r >= 0x1p53) /* even */
        return 1.0;
    r -= 2.0 * hr_floor(r * 0.5);
    if (r > 1.0)
        r = 2.0 - r;
    if (r > 0.5) {
        r = 1.0 - r;
        sign = -1.0;
    }
    return sign * (r <= 0.25 ? cos_small(PI * r) : sin_small(PI * (0.5 - r)));
}
