/* sim/study/year.c - see year.h. */
#include "sim/study/year.h"

#include "sim/study/interval.h"

#include <math.h>

static const double year_s = HR_YEAR_MINUTES * 60;

struct kept {                    /* an episode */
    uint32_t disturbance, other; /* other: that struck into it; HR_NONE */
    bool restored;
    double weight, rate, length_s;
};
struct ordinary { /* a row of a run without disturbances */
    double bad, valid;
};
struct hr_year {
    const struct hr_plan *plan;
    struct hr_arena *arena;
    struct kept *episodes;
    double *lost; /* [episode * rows + row] */
    double *calm_valid,
        calm_s; /* by row: valid ones of the calm runs; how long they were */
    size_t n, room;
    struct ordinary *ordinary; /* [run * rows + row] */
    size_t n_ordinary, room_ordinary;
};

struct hr_year *hr_year_create(const struct hr_plan *plan, struct hr_arena *arena)
{
    struct hr_year *y = hr_arena_alloc(arena, 1, sizeof *y);

    y->plan = plan;
    y->arena = arena;
    y->calm_valid = hr_arena_alloc(arena, plan->n_rows, sizeof *y->calm_valid);
    return y;
}

void hr_year_free(struct hr_year *y)
{
    if (!y)
        return;
    hr_heap_resize(y->episodes, 0, 0);
    hr_heap_resize(y->lost, 0, 0);
    hr_heap_resize(y->ordinary, 0, 0);
}

/* --- adding ---------------------------------------------------------------------------------- */

void hr_year_add(struct hr_year *y, const struct hr_episode *e)
{
    const size_t rows = y->plan->n_rows;

    if (y->n == y->room) {
        y->room = y->room ? 2 * y->room : 256;
        y->episodes = hr_heap_resize(y->episodes, y->room, sizeof *y->episodes);
        y->lost = hr_heap_resize(y->lost, y->room * rows, sizeof *y->lost);
    }
    y->episodes[y->n] = (struct kept){.disturbance = e->disturbance,
                                      .other = e->other,
                                      .restored = e->restored,
                                      .weight = e->weight,
                                      .rate = e->rate,
                                      .length_s = hr_time_s(e->until - e->strike)};
    y->calm_s += hr_time_s(e->until);
    for (size_t i = 0; i < rows; i++) {
        y->lost[y->n * rows + i] = e->lost[i];
        y->calm_valid[i] += e->valid[i];
    }
    y->n++;
}

void hr_year_ordinary(struct hr_year *y, const struct hr_record *r)
{
    const size_t rows = y->plan->n_rows;

    if (y->n_ordinary == y->room_ordinary) {
        y->room_ordinary = y->room_ordinary ? 2 * y->room_ordinary : 16;
        y->ordinary =
            hr_heap_resize(y->ordinary, y->room_ordinary * rows, sizeof *y->ordinary);
    }
    for (size_t i = 0; i < rows; i++)
        y->ordinary[y->n_ordinary * rows + i] = (struct ordinary){
            (double)(r->rows[i].valid - r->rows[i].good), (double)r->rows[i].valid};
    y->n_ordinary++;
}

/* --- sums of a class ------------------------------------------------------------------------- */

struct sums { /* of one class, for some rows */
    size_t n, overlapped, given_up;
    double rate, weight; /* rate 1/s; sum of weights */
    double length, lost; /* weighted means */
    double overlap;      /* that part of `lost` in which another struck */
    double residuals;    /* squared, about the two means and the ratio */
    double of_lost;      /* squared, about the mean lost alone */
};
struct all {
    struct sums *of; /* by disturbance */
    double L, cycle, lost_rate;
};

static double in_rows(const double *x, size_t n, uint64_t rows)
{
    double sum = 0;

    for (size_t i = 0; i < n && i < 64; i++)
        sum += rows >> i & 1 ? x[i] : 0;
    return sum;
}

static double lost_in(const struct hr_year *y, size_t episode, uint64_t rows)
{
    return in_rows(&y->lost[episode * y->plan->n_rows], y->plan->n_rows, rows);
}

static void add_means(const struct hr_year *y, uint64_t rows, struct all *x)
{
    for (size_t k = 0; k < y->n; k++) {
        const struct kept *e = &y->episodes[k];
        const double lost = lost_in(y, k, rows);
        struct sums *s = &x->of[e->disturbance];

        s->n++;
        s->overlapped += e->other != HR_NONE;
        s->given_up += !e->restored;
        s->rate = e->rate;
        s->weight += e->weight;
        s->length += e->weight * e->length_s;
        s->lost += e->weight * lost;
        s->overlap += e->other != HR_NONE ? e->weight * lost : 0;
    }
    for (size_t i = 0; i < y->plan->n_disturbances; i++) {
        struct sums *s = &x->of[i];

        if (!(s->weight > 0))
            continue;
        s->length /= s->weight;
        s->lost /= s->weight;
        s->overlap /= s->weight;
        x->L += s->rate;
    }
}

static void add_rates(const struct hr_year *y, struct all *x)
{
    double lost = 0;

    x->cycle = 1 / x->L;
    for (size_t i = 0; i < y->plan->n_disturbances; i++) {
        x->cycle += x->of[i].rate / x->L * x->of[i].length;
        lost += x->of[i].rate / x->L * x->of[i].lost;
    }
    x->lost_rate = lost / x->cycle;
}

static void add_residuals(const struct hr_year *y, uint64_t rows, struct all *x)
{
    for (size_t k = 0; k < y->n; k++) {
        const struct kept *e = &y->episodes[k];
        struct sums *s = &x->of[e->disturbance];
        const double of_lost = e->weight * (lost_in(y, k, rows) - s->lost);
        const double of_length = e->weight * (e->length_s - s->length);
        const double both = of_lost - x->lost_rate * of_length;

        s->of_lost += of_lost * of_lost;
        s->residuals += both * both;
    }
}

/* Variance of a normalised weighted mean, from its squared residuals. */
static double variance(const struct sums *s, double residuals)
{
    if (s->n < 2 || !(s->weight > 0))
        return HR_NAN;
    return residuals / (s->weight * s->weight) * (double)s->n / (double)(s->n - 1);
}

/* --- the year -------------------------------------------------------------------------------- */

/* Of the undisturbed system: the share that is bad; valid ones a second. */
struct calm {
    double bad, variance, valid, counted; /* counted: what `valid` rests on */
};

/* Bad and valid ones by run, of the rows asked for. */
static void fold_ordinary(const struct hr_year *y, uint64_t rows, double *bad,
                          double *valid)
{
    const size_t n = y->plan->n_rows;

    for (size_t k = 0; k < y->n_ordinary; k++) {
        bad[k] = valid[k] = 0;
        for (size_t i = 0; i < n && i < 64; i++) {
            bad[k] += rows >> i & 1 ? y->ordinary[k * n + i].bad : 0;
            valid[k] += rows >> i & 1 ? y->ordinary[k * n + i].valid : 0;
        }
    }
}

static struct calm undisturbed(const struct hr_year *y, uint64_t rows, struct hr_arena *a)
{
    double *bad = hr_arena_alloc(a, y->n_ordinary, sizeof *bad);
    double *valid = hr_arena_alloc(a, y->n_ordinary, sizeof *valid);
    const double time_s = y->calm_s + (double)y->n_ordinary * hr_time_s(y->plan->horizon);
    struct calm x = {.counted = in_rows(y->calm_valid, y->plan->n_rows, rows)};

    fold_ordinary(y, rows, bad, valid);
    const struct hr_estimate e = hr_interval_ratio(
        bad, valid, y->n_ordinary, (struct hr_basis){.level = HR_CONFIDENCE});
    for (size_t k = 0; k < y->n_ordinary; k++)
        x.counted += valid[k];
    x.bad = e.mean;
    x.variance = y->n_ordinary > 1 ? e.sd * e.sd / (double)y->n_ordinary : 0;
    x.valid = time_s > 0 ? x.counted / time_s : 0;
    return x;
}

/* That struck into periods of a class with the most loss. */
static uint32_t worst_other(const struct hr_year *y, uint32_t class, uint64_t rows)
{
    double *lost = hr_heap_resize(NULL, y->plan->n_disturbances, sizeof *lost);
    uint32_t best = HR_NONE;

    for (size_t i = 0; i < y->plan->n_disturbances; i++)
        lost[i] = 0;
    for (size_t k = 0; k < y->n; k++)
        if (y->episodes[k].disturbance == class && y->episodes[k].other != HR_NONE)
            lost[y->episodes[k].other] += y->episodes[k].weight * lost_in(y, k, rows);
    for (uint32_t i = 0; i < y->plan->n_disturbances; i++)
        if (lost[i] > 0 && (best == HR_NONE || lost[i] > lost[best]))
            best = i;
    hr_heap_resize(lost, 0, 0);
    return best;
}

static void add_classes(const struct hr_year *y, uint64_t rows, const struct all *x,
                        double valid, double level, struct hr_year_figures *f)
{
    for (uint32_t i = 0; i < y->plan->n_disturbances; i++) {
        const struct sums *s = &x->of[i];
        const double periods = s->rate / x->L / x->cycle; /* a second */
        const double minutes = periods / valid * HR_YEAR_MINUTES;
        double half;

        if (s->n == 0)
            continue;
        half = s->n > 1
                   ? hr_student_t(s->n - 1, level) * minutes * sqrt(variance(s, s->of_lost))
                   : HR_NAN;
        f->classes[f->n_classes++] =
            (struct hr_year_class){.disturbance = i,
                                   .episodes = s->n,
                                   .overlapped = s->overlapped,
                                   .given_up = s->given_up,
                                   .per_year = periods * year_s,
                                   .period_s = s->length,
                                   .minutes = minutes * s->lost,
                                   .overlap = minutes * s->overlap,
                                   .lo = minutes * s->lost - half,
                                   .hi = minutes * s->lost + half,
                                   .other = worst_other(y, i, rows)};
        f->total += minutes * s->lost;
        f->random_laws =
            f->random_laws || y->plan->disturbances[i].every.kind != HR_LAW_EXPONENTIAL;
    }
}

/* 1 - availability is the undisturbed share and what periods lose. */
static struct hr_estimate availability(const struct hr_year *y, const struct all *x,
                                       const struct calm *calm, double level)
{
    const double lost = x->lost_rate / calm->valid;
    struct hr_estimate e = {.n = y->n};
    double sum = 0, half;
    size_t classes = 0;

    for (size_t i = 0; i < y->plan->n_disturbances; i++) {
        const double share = x->of[i].rate / x->L;

        if (x->of[i].n == 0)
            continue;
        classes++;
        sum += share * share * variance(&x->of[i], x->of[i].residuals);
    }
    sum /= x->cycle * x->cycle * calm->valid * calm->valid;
    sum += calm->variance + lost * lost / calm->counted;
    e.mean = 1 - (calm->bad + lost);
    e.sd = sqrt(sum * (double)y->n);
    half = y->n > classes ? hr_student_t(y->n - classes, level) * sqrt(sum) : HR_NAN;
    e.lo = e.mean - half;
    e.hi = e.mean + half < 1 ? e.mean + half : 1;
    return e;
}

struct hr_year_figures hr_year_estimate(const struct hr_year *y, uint64_t rows,
                                        double level, struct hr_arena *a)
{
    struct hr_year_figures f = {
        .availability = {.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN, .n = y->n},
        .undisturbed = HR_NAN,
        .total = HR_NAN,
        .classes = hr_arena_alloc(a, y->plan->n_disturbances, sizeof *f.classes)};
    const struct calm calm = undisturbed(y, rows, a);
    struct all x = {.of = hr_arena_alloc(a, y->plan->n_disturbances, sizeof *x.of)};

    add_means(y, rows, &x);
    if (!(x.L > 0) || !(calm.valid > 0))
        return f;
    add_rates(y, &x);
    add_residuals(y, rows, &x);
    f.undisturbed = f.total = calm.bad * HR_YEAR_MINUTES;
    add_classes(y, rows, &x, calm.valid, level, &f);
    f.availability = availability(y, &x, &calm, level);
    return f;
}
