/* sim/measure/paired.c - see paired.h. */
#include "sim/measure/paired.h"

#include "sim/measure/estimate.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define NOTHING ((double)NAN)

/* --- figures ---------------------------------------------------------------------------------- */

struct hr_influence hr_influence_pooled(double pooled, const double *x, size_t n,
                                        struct hr_arena *a)
{
    double *moves = hr_arena_alloc(a, n, sizeof *moves);

    for (size_t i = 0; i < n; i++)
        moves[i] = x[i] - pooled;
    return (struct hr_influence){pooled, n, x, moves};
}

struct hr_influence hr_influence_mean(const double *x, size_t n, struct hr_arena *a)
{
    return hr_influence_pooled(n ? hr_estimate_mean(x, n, 0.95).mean : NOTHING, x, n, a);
}

struct hr_influence hr_influence_ratio(const double *num, const double *den, size_t n,
                                       struct hr_arena *a)
{
    double *figure = hr_arena_alloc(a, n, sizeof *figure);
    double *moves = hr_arena_alloc(a, n, sizeof *moves);
    double sum_num = 0, sum_den = 0, ratio;

    for (size_t i = 0; i < n; i++) {
        sum_num += num[i];
        sum_den += den[i];
    }
    ratio = sum_den > 0 ? sum_num / sum_den : NOTHING;
    for (size_t i = 0; i < n; i++) {
        figure[i] = den[i] > 0 ? num[i] / den[i] : ratio;
        moves[i] = (num[i] - ratio * den[i]) / (sum_den / (double)n);
    }
    return (struct hr_influence){ratio, n, figure, moves};
}

/* --- differences ------------------------------------------------------------------------------ */

/* Sum of squares of x - times y; either may be NULL (zeros). */
static double squares(const double *x, const double *y, double times, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) {
        const double e = (x ? x[i] : 0) - (y ? times * y[i] : 0);
        sum += e * e;
    }
    return sum;
}

/* Of the mean of n influences. */
static double variance(const double *x, const double *y, double times, size_t n)
{
    return squares(x, y, times, n) / ((double)n * (double)(n - 1));
}

static void count_ways(struct hr_difference *d, const struct hr_influence *x,
                       const struct hr_influence *y, double times)
{
    for (size_t i = 0; i < d->n; i++) {
        d->less += x->figure[i] < times * y->figure[i];
        d->more += x->figure[i] > times * y->figure[i];
    }
}

static bool finite_all(const struct hr_influence *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (!isfinite(x->figure[i]))
            return false;
    return isfinite(x->value);
}

static bool known(const struct hr_influence *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (isnan(x->figure[i]))
            return false;
    return x->n >= 2 && !isnan(x->value);
}

/* Of replications in which both figures are finite. */
struct finite {
    size_t n;
    double *x, *y;
};

static struct finite finite_pairs(const struct hr_difference *d,
                                  const struct hr_influence *x,
                                  const struct hr_influence *y, struct hr_arena *a)
{
    struct finite f = {0, hr_arena_alloc(a, d->n, sizeof *f.x),
                       hr_arena_alloc(a, d->n, sizeof *f.y)};

    for (size_t i = 0; i < d->n; i++)
        if (isfinite(x->figure[i]) && isfinite(y->figure[i])) {
            f.x[f.n] = x->figure[i];
            f.y[f.n++] = y->figure[i];
        }
    return f;
}

/* What pairing gains where some figures are infinite: what the finite pairs say of it. */
static void pairing_of_finite(struct hr_difference *d, const struct hr_influence *x,
                              const struct hr_influence *y, double times)
{
    struct hr_arena *a = hr_arena_create();
    const struct finite f = finite_pairs(d, x, y, a);

    if (f.n >= 2) {
        const struct hr_influence fx = hr_influence_mean(f.x, f.n, a);
        const struct hr_influence fy = hr_influence_mean(f.y, f.n, a);
        const double apart =
            variance(fx.moves, NULL, 1, f.n) + variance(NULL, fy.moves, times, f.n);

        d->of = f.n;
        if (apart > 0)
            d->pairing = variance(fx.moves, fy.moves, times, f.n) / apart;
    }
    hr_arena_destroy(a);
}

/* Is the difference the same in every replication, but for rounding? */
static bool constant(const struct hr_influence *x, const struct hr_influence *y,
                     const struct hr_difference *d, double times)
{
    const double rounding = 64 * 2.2e-16 * (fabs(x->value) + fabs(times * y->value));

    return sqrt(squares(x->moves, y->moves, times, d->n) / (double)d->n) <= rounding;
}

static int way_of(const struct hr_difference *d)
{
    return d->lo > 0 ? 1 : d->hi < 0 ? -1 : 0;
}

/* Two-sided sign test: the chance of as uneven a split of fair coins. */
static void sign_test(struct hr_difference *d, double level)
{
    const size_t m = d->less + d->more, fewer = d->less < d->more ? d->less : d->more;

    if (!d->paired)
        return;
    d->kind = m == 0 ? HR_DIFFERENCE_SAME : HR_DIFFERENCE_SIGN;
    if (m > 0 && 2 * gsl_cdf_binomial_P((unsigned)fewer, 0.5, (unsigned)m) <= 1 - level)
        d->way = d->less > d->more ? -1 : 1;
}

static void t_interval(struct hr_difference *d, size_t degrees, double level)
{
    const double enough = 0.6; /* two-sided: 80% on one side */

    d->kind = HR_DIFFERENCE_T;
    d->lo = d->value - hr_student_t(degrees, level) * d->se;
    d->hi = d->value + hr_student_t(degrees, level) * d->se;
    d->seen_from = (hr_student_t(degrees, level) + hr_student_t(degrees, enough)) * d->se;
    d->way = way_of(d);
}

static void exactly(struct hr_difference *d)
{
    d->kind = d->value == 0 ? HR_DIFFERENCE_SAME : HR_DIFFERENCE_EXACT;
    d->lo = d->hi = d->value;
    d->se = d->seen_from = d->pairing = 0;
    d->way = way_of(d);
}

static size_t welch_degrees(double vx, size_t nx, double vy, size_t ny)
{
    const double sum = vx + vy;
    const double degrees =
        sum * sum / (vx * vx / (double)(nx - 1) + vy * vy / (double)(ny - 1));

    return degrees >= 1 ? (size_t)degrees : 1;
}

struct hr_difference hr_difference_of(const struct hr_influence *x,
                                      const struct hr_influence *y, double times,
                                      bool paired, double level)
{
    struct hr_difference d = {.paired = paired && x->n == y->n,
                              .value = x->value - times * y->value,
                              .lo = NOTHING,
                              .hi = NOTHING,
                              .se = NOTHING,
                              .seen_from = NOTHING,
                              .pairing = NOTHING,
                              .n = x->n < y->n ? x->n : y->n};
    double vx, vy;

    if (!known(x) || !known(y))
        return d;
    if (d.paired)
        count_ways(&d, x, y, times);
    if (!finite_all(x) || !finite_all(y)) {
        sign_test(&d, level);
        if (d.kind == HR_DIFFERENCE_SIGN)
            pairing_of_finite(&d, x, y, times);
        return d;
    }
    vx = variance(x->moves, NULL, 1, x->n);
    vy = variance(NULL, y->moves, times, y->n);
    if (d.paired ? constant(x, y, &d, times) : vx + vy <= 0) {
        exactly(&d);
        return d;
    }
    if (d.paired) {
        const double v = variance(x->moves, y->moves, times, d.n);

        d.se = sqrt(v);
        d.of = d.n;
        d.pairing = v / (vx + vy);
        t_interval(&d, d.n - 1, level);
    } else {
        d.se = sqrt(vx + vy);
        t_interval(&d, welch_degrees(vx, x->n, vy, y->n), level);
    }
    return d;
}

struct hr_difference hr_difference_beyond(struct hr_difference d, double shift)
{
    if (d.kind == HR_DIFFERENCE_SIGN || d.kind == HR_DIFFERENCE_UNKNOWN) {
        d.way = 0; /* signs know no amounts */
        return d;
    }
    d.value -= shift;
    d.lo -= shift;
    d.hi -= shift;
    if (d.kind == HR_DIFFERENCE_SAME && shift != 0)
        d.kind = HR_DIFFERENCE_EXACT;
    d.way = way_of(&d);
    return d;
}
