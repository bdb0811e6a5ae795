/* sim/study/interval.c - see interval.h. */
#include "sim/study/interval.h"

#include <math.h>
#include <stdbool.h>

/* Half the width of the interval of a mean whose sample standard deviation is `sd`. */
static double half_width(double sd, size_t n)
{
    return n < 2 ? HR_NAN : hr_student_t(n - 1, HR_CONFIDENCE) * sd / sqrt((double)n);
}

struct hr_estimate hr_interval_ratio(const double *num, const double *den, size_t n)
{
    struct hr_estimate e = {.n = n};
    double sum_num = 0, sum_den = 0, squares = 0, half;

    for (size_t i = 0; i < n; i++) {
        sum_num += num[i];
        sum_den += den[i];
    }
    e.mean = sum_den > 0 ? sum_num / sum_den : HR_NAN;
    for (size_t i = 0; i < n; i++) {
        const double residual = num[i] - e.mean * den[i];
        squares += residual * residual;
    }
    if (n >= 2 && sum_den > 0)
        e.sd = sqrt(squares / (double)(n - 1)) / (sum_den / (double)n);
    half = half_width(e.sd, n);
    e.lo = e.mean - half;
    e.hi = e.mean + half;
    return e;
}

static bool all_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

struct hr_estimate hr_interval_pooled(double pooled, const double *x, size_t n)
{
    struct hr_estimate e = {.mean = pooled, .lo = HR_NAN, .hi = HR_NAN, .n = n};

    if (n < 2)
        return e;
    if (isfinite(pooled) && all_finite(x, n)) {
        const struct hr_estimate of_mean = hr_estimate_mean(x, n, HR_CONFIDENCE);

        e.sd = of_mean.sd;
        e.lo = pooled - half_width(e.sd, n);
        e.hi = pooled + half_width(e.sd, n);
        e.lo = e.lo < 0 ? 0 : e.lo;
        return e;
    }
    for (size_t i = 0; i < n; i++) {
        if (isnan(x[i]))
            continue;
        e.lo = isnan(e.lo) || x[i] < e.lo ? x[i] : e.lo;
        e.hi = isnan(e.hi) || x[i] > e.hi ? x[i] : e.hi;
    }
    return e;
}
