/* sim/study/interval.c - see interval.h. */
#include "sim/study/interval.h"

#include "sim/engine/arena.h"

#include <math.h>
#include <stdbool.h>

/* Half the width of the interval of a mean whose sample standard deviation is `sd`. */
static double half_width(double sd, size_t n, double level)
{
    return n < 2 ? HR_NAN : hr_student_t(n - 1, level) * sd / sqrt((double)n);
}

/* The ratio of the first n and the standard deviation of what each moves it by. */
static struct hr_estimate ratio_of(const double *num, const double *den, size_t n)
{
    struct hr_estimate e = {.n = n};
    double sum_num = 0, sum_den = 0, squares = 0;

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
    return e;
}

struct hr_estimate hr_interval_ratio(const double *num, const double *den, size_t n,
                                     struct hr_basis b)
{
    struct hr_estimate e = ratio_of(num, den, n);
    double half;

    if (b.before >= 2)
        e.sd = fmax(e.sd, ratio_of(num, den, b.before).sd); /* a NaN gives way */
    half = half_width(e.sd, n, b.level);
    e.lo = e.mean - half;
    e.hi = e.mean + half;
    return e;
}

/* The quantiles of those of the first n sections that have one, in `x`. */
static size_t seen(const struct hr_sections *s, size_t n, double *x)
{
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        if (!isnan(s->x[i]))
            x[k++] = s->x[i];
    return k;
}

static bool all_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i]))
            return false;
    return true;
}

/* Of the first n sections, k of which have a quantile: their standard deviation about
 * `middle`. */
static double spread(const struct hr_sections *s, size_t n, size_t k, double middle)
{
    double sum = 0, squares = 0;

    if (k < 2)
        return HR_NAN;
    for (size_t i = 0; i < n; i++)
        sum += s->size[i];
    for (size_t i = 0; i < n; i++) {
        const double weight = s->size[i] / (sum / (double)k);
        const double off = isnan(s->x[i]) ? 0 : weight * (s->x[i] - middle);

        squares += off * off;
    }
    return sqrt(squares / (double)(k - 1));
}

/* Woodruff's interval about the quantile of all, `middle` ns. */
static void enclose(const struct hr_sections *s, double middle, struct hr_basis b,
                    struct hr_arena *a, struct hr_estimate *e)
{
    double *upto = hr_arena_alloc(a, s->n, sizeof *upto);
    struct hr_estimate share;
    double half;

    for (size_t i = 0; i < s->n; i++)
        upto[i] = hr_profile_count_le(&s->profiles[i], middle);
    share = hr_interval_ratio(upto, s->size, s->n, b);
    half = share.hi - share.mean;
    e->lo = hr_hist_quantile(s->all, fmax(s->p - half, 0), 1) / 1e9;
    e->hi = s->p + half < 1 ? hr_hist_quantile(s->all, s->p + half, 1) / 1e9 : HUGE_VAL;
}

struct hr_estimate hr_interval_sections(const struct hr_sections *s, struct hr_basis b)
{
    const double middle = hr_hist_quantile(s->all, s->p, 1);
    struct hr_estimate e = {.mean = middle / 1e9, .lo = HR_NAN, .hi = HR_NAN, .n = s->n};
    struct hr_arena *a = hr_arena_create();
    double *x = hr_arena_alloc(a, s->n, sizeof *x);
    const size_t k_before = seen(s, b.before, x), k = seen(s, s->n, x);

    if (k >= 2)
        enclose(s, middle, b, a, &e);
    if (k >= 2 && isfinite(middle) && all_finite(x, k)) {
        e.sd = fmax(spread(s, s->n, k, e.mean), spread(s, b.before, k_before, e.mean));
        e.lo = fmax(fmin(e.lo, e.mean - half_width(e.sd, k, b.level)), 0);
        e.hi = fmax(e.hi, e.mean + half_width(e.sd, k, b.level));
    }
    hr_arena_destroy(a);
    return e;
}
