/* sim/measure/estimate.c - see estimate.h. */
#include "sim/measure/estimate.h"

#include "sim/engine/check.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

double hr_student_t(size_t degrees, double level)
{
    HR_REQUIRE(degrees >= 1 && level > 0.0 && level < 1.0);
    /* The upper tail keeps its precision as the level nears 1. */
    return (double)(float)gsl_cdf_tdist_Qinv(0.5 * (1.0 - level), (double)degrees);
}

/* Two passes: the second one takes squares of small numbers.  `y` may be NULL (zeros). */
static struct hr_estimate estimate(const double *x, const double *y, size_t n, double level)
{
    struct hr_estimate e = {(double)NAN, (double)NAN, (double)NAN, (double)NAN, n};
    double sum = 0.0, squares = 0.0;

    if (n == 0)
        return e;
    for (size_t i = 0; i < n; i++)
        sum += y ? x[i] - y[i] : x[i];
    e.mean = sum / (double)n;
    if (n < 2)
        return e;
    for (size_t i = 0; i < n; i++) {
        const double off = (y ? x[i] - y[i] : x[i]) - e.mean;
        squares += off * off;
    }
    e.sd = sqrt(squares / (double)(n - 1));
    const double half = hr_student_t(n - 1, level) * e.sd / sqrt((double)n);
    e.lo = e.mean - half;
    e.hi = e.mean + half;
    return e;
}

struct hr_estimate hr_estimate_mean(const double *x, size_t n, double level)
{
    return estimate(x, NULL, n, level);
}

struct hr_estimate hr_estimate_paired(const double *x, const double *y, size_t n,
                                      double level)
{
    return estimate(x, y, n, level);
}
