/* sim/measure/order.c - see order.h.
 *
 * Only +, -, * and / are used: a rank must not hang on the last bits of a host's libm. */
#include "sim/measure/order.h"

#include "sim/engine/check.h"

#include <stdlib.h>

/* Weight of B = k over that of B = k - 1. */
static double step(size_t n, double p, size_t k)
{
    return (double)(n - k + 1) / (double)k * (p / (1 - p));
}

/* Weights of B = 0..mode and of B = mode..n, that of the mode being 1: none overflows, and
 * what underflows does not count. */
static double below(size_t n, double p, size_t mode)
{
    double sum = 1, w = 1;

    for (size_t k = mode; k > 0 && w > 0; k--)
        sum += w /= step(n, p, k);
    return sum;
}

static double above(size_t n, double p, size_t mode)
{
    double sum = 1, w = 1;

    for (size_t k = mode + 1; k <= n && w > 0; k++)
        sum += w *= step(n, p, k);
    return sum;
}

struct hr_order_bounds hr_order_bounds(size_t n, double p, double level)
{
    const size_t mode = (size_t)(p * (double)n);
    struct hr_order_bounds b = {mode + 1, mode};
    double low, high, allowed, w;

    HR_REQUIRE(p > 0 && p < 1 && level > 0 && level < 1);
    low = below(n, p, mode);
    high = above(n, p, mode);
    allowed = (1 - level) / 2 * (low + high - 1);
    /* low: P(B < lower); high: P(B >= upper). */
    for (w = 1; b.lower > 0 && low > allowed; b.lower--) {
        low -= w;
        w = b.lower > 1 ? w / step(n, p, b.lower - 1) : 0;
    }
    for (w = 1; b.upper <= n && high > allowed; b.upper++) {
        high -= w;
        w = b.upper < n ? w * step(n, p, b.upper + 1) : 0;
    }
    b.upper = b.upper > n ? 0 : b.upper;
    return b;
}

size_t hr_order_least(double p, double level)
{
    size_t n = 0;

    HR_REQUIRE(p > 0 && p < 1 && level > 0 && level < 1);
    for (double all = 1; all > (1 - level) / 2; n++)
        all *= p;
    return n;
}

static int by_value(const void *x, const void *y)
{
    const double a = *(const double *)x, b = *(const double *)y;

    return a < b ? -1 : a > b;
}

void hr_order_sort(double *x, size_t n)
{
    if (n > 1)
        qsort(x, n, sizeof *x, by_value);
}
