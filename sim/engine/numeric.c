/* sim/engine/numeric.c - see numeric.h.
 *
 * Written so that every rounding is in the source: no contraction (-ffp-contract=off), no
 * function of libm but sqrt, which IEEE 754 rounds correctly.  log and exp follow P. Tang,
 * "Table-driven implementation of the logarithm function", ACM TOMS 16(4), 1990, and
 * "... of the exponential function", ACM TOMS 15(2), 1989. */
#include "sim/engine/numeric.h"

#include "sim/engine/numeric_table.inc"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define PI           3.14159265358979323846
#define NOT_A_NUMBER ((double)NAN)

struct pair { /* hi + lo, lo far smaller */
    double hi, lo;
};

static uint64_t bits_of(double x)
{
    uint64_t b;

    memcpy(&b, &x, sizeof b);
    return b;
}

static double from_bits(uint64_t b)
{
    double x;

    memcpy(&x, &b, sizeof x);
    return x;
}

/* log x for a positive normal x, to about 2^-62 relative.  x = 2^k m, m in [3/4, 3/2);
 * r = m c - 1 is small and found exactly (as r + e) by cutting m in two; then
 * log x = k log 2 - log c + log(1 + r). */
static inline struct pair log_pair(double x, int64_t exponent)
{
    const uint64_t bits = bits_of(x), fraction = bits & UINT64_C(0xFFFFFFFFFFFFF);
    const uint64_t upper = fraction >> 51; /* m >= 3/2: halve it */
    const double m = from_bits(fraction | (UINT64_C(1023) - upper) << 52);
    const double *row = log_table[fraction >> 45];
    const double k = (double)(exponent + (int64_t)(bits >> 52) - 1023 + (int64_t)upper);
    const double m_head = from_bits(bits_of(m) & ~UINT64_C(0xFFFFF)), m_tail = m - m_head;
    const double r_head = m_head * row[0] - 1.0, r_tail = m_tail * row[0];
    const double r = r_head + r_tail, e = (r_head - r) + r_tail;
    const double r2 = r * r, r4 = r2 * r2;
    const double low = (-0.5 + r * (1.0 / 3)) + r2 * (-0.25 + r * 0.2);
    const double high = (-1.0 / 6 + r * (1.0 / 7)) + r2 * (-0.125 + r * (1.0 / 9));
    const double base = k * LN2_HI + row[1]; /* exact: both are multiples of 2^-42 */
    const double hi = base + r;

    return (struct pair){hi, (base - hi) + r +
                                 (r2 * (low + r4 * high) + (e + (k * LN2_LO + row[2])))};
}

/* log for what log_pair does not take: subnormal, zero, negative, infinite, NaN. */
static double log_special(double x)
{
    struct pair p;

    if (x == 0.0)
        return -HUGE_VAL;
    if (!(x > 0.0))
        return NOT_A_NUMBER;
    if (x == HUGE_VAL)
        return x;
    p = log_pair(x * 0x1p54, -54);
    return p.hi + p.lo;
}

static inline int is_normal_positive(double x)
{
    return bits_of(x) - (UINT64_C(1) << 52) < (UINT64_C(2046) << 52);
}

double hr_log(double x)
{
    struct pair p;

    if (!is_normal_positive(x))
        return log_special(x);
    p = log_pair(x, 0);
    return p.hi + p.lo;
}

/* exp(hi + lo) for |hi| < 1100: 2^n 2^(j/64) exp(r), |r| < 0.0055. */
static inline double exp_pair(double hi, double lo)
{
    const double shift =
        0x1.8p52; /* adding it rounds to an integer, kept in the low bits */
    const double shifted = hi * INV_LN2_64 + shift;
    const uint64_t n = bits_of(shifted) - bits_of(shift);
    const double k = shifted - shift;
    const double r = ((hi - k * LN2_64_HI) - k * LN2_64_LO) + lo;
    const double *row = exp_table[n % 64];
    const double r2 = r * r;
    const double tail = (1.0 / 6 + r * (1.0 / 24)) + r2 * (1.0 / 120 + r * (1.0 / 720));
    const double grown = row[0] * (row[1] + (r + r2 * (0.5 + r * tail)));
    const int64_t power = ((int64_t)(n + (UINT64_C(1) << 32)) >> 6) - (INT64_C(1) << 26);

    if (power > -1022 && power < 1023)
        return (row[0] + grown) * from_bits((uint64_t)(power + 1023) << 52);
    /* In two steps where one factor would not be a normal number. */
    const int64_t half = power / 2;
    return (row[0] + grown) * from_bits((uint64_t)(half + 1023) << 52) *
           from_bits((uint64_t)(power - half + 1023) << 52);
}

double hr_exp(double x)
{
    if (x > -708.0 && x < 709.0)
        return exp_pair(x, 0.0);
    if (x > 710.0)
        return HUGE_VAL;
    if (x < -746.0)
        return 0.0;
    return x == x ? exp_pair(x, 0.0) : x;
}

/* a b = hi + lo exactly, by Dekker's and Veltkamp's splitting, for |a|, |b| < 2^996. */
static struct pair product(double a, double b)
{
    const double splitter = 0x1p27 + 1.0;
    const double ca = splitter * a, ah = ca - (ca - a), al = a - ah;
    const double cb = splitter * b, bh = cb - (cb - b), bl = b - bh;
    const double hi = a * b;

    return (struct pair){hi, ((ah * bh - hi) + ah * bl + al * bh) + al * bl};
}

double hr_pow(double x, double y)
{
    struct pair l, p;

    if (y == 0.0 || x == 1.0)
        return 1.0;
    if (is_normal_positive(x))
        l = log_pair(x, 0);
    else if (x > 0.0 && x < 1.0)
        l = log_pair(x * 0x1p54, -54);
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
