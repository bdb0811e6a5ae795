/* sim/study/figure.c - what records say of an objective's measure; see verdict.h. */
#include "sim/engine/check.h"
#include "sim/engine/time.h"
#include "sim/measure/order.h"
#include "sim/study/budget.h"
#include "sim/study/interval.h"
#include "sim/study/verdict.h"

#include <math.h>
#include <string.h>

/* --- measures as figures of one record ------------------------------------------------- */

enum figure_kind {
    FIGURE_RATIO,        /* num / den, of sums over replications */
    FIGURE_QUANTILE,     /* of latency; bad requests infinite */
    FIGURE_LATENCY_MEAN, /* of the answered: a ratio, too */
    FIGURE_COMPLETION,   /* mean of the completed: a ratio, too */
    FIGURE_MEAN,         /* mean over runs of a figure of each */
    FIGURE_MOST,         /* largest over runs */
    FIGURE_LEAST,        /* smallest over runs */
    FIGURE_SPELLS,       /* of occurrences of disturbances, twins too: collect_recovery.c */
};

struct reading { /* of one record */
    double num, den;
};

/* What an objective looks at: a run, or one window of what was counted apart in it. */
struct view {
    const struct hr_record *run;
    const struct hr_tally_record *tally; /* NULL: the run */
    uint32_t window;
};

typedef struct reading (*read_fn)(const struct hr_objective *, const struct view *);

static bool has_row(const struct hr_objective *o, uint32_t row)
{
    return row < 64 && (o->rows >> row & 1);
}

/* The objective's rows, one after the other from i = 0 on; NULL: that was all. */
static const struct hr_row_record *row_of(const struct hr_objective *o,
                                          const struct view *v, uint32_t *i)
{
    if (v->tally)
        return (*i)++ == 0 ? &v->tally->rows[v->window] : NULL;
    while (*i < v->run->n_rows && !has_row(o, *i))
        ++*i;
    return *i < v->run->n_rows ? &v->run->rows[(*i)++] : NULL;
}

/* Sum over the objective's rows of two counters of a row, by their offsets. */
static struct reading row_ratio(const struct hr_objective *o, const struct view *v,
                                size_t num, size_t den)
{
    struct reading x = {0, 0};
    uint32_t i = 0;

    for (const struct hr_row_record *at; (at = row_of(o, v, &i)) != NULL;) {
        const char *row = (const char *)at;
        uint64_t count;

        memcpy(&count, row + num, sizeof count);
        x.num += (double)count;
        memcpy(&count, row + den, sizeof count);
        x.den += (double)count;
    }
    return x;
}

#define ROW_RATIO(name, over, under)                                                       \
    static struct reading name(const struct hr_objective *o, const struct view *v)         \
    {                                                                                      \
        return row_ratio(o, v, offsetof(struct hr_row_record, over),                       \
                         offsetof(struct hr_row_record, under));                           \
    }
ROW_RATIO(read_availability, good, valid)
ROW_RATIO(read_amplification, attempts, valid)
ROW_RATIO(read_throttled, throttled, valid)
ROW_RATIO(read_timed_out, timed_out, valid)
ROW_RATIO(read_refused, refused, valid)
ROW_RATIO(read_failed, failed, valid)
ROW_RATIO(read_degraded, degraded, valid)
#undef ROW_RATIO

static struct reading read_errors(const struct hr_objective *o, const struct view *v)
{
    struct reading x = read_availability(o, v);

    x.num = x.den - x.num;
    return x;
}

static double span_s(const struct hr_integral *g)
{
    const hr_time end = g->as_of < g->to ? g->as_of : g->to;

    return end > g->from ? hr_time_s(end - g->from) : 0;
}

static struct reading read_throughput(const struct hr_objective *o, const struct view *v)
{
    struct reading x = read_availability(o, v);

    if (v->tally)
        x.den = hr_time_s(v->tally->span[v->window]);
    else
        x.den = v->run->n_parts ? span_s(&v->run->parts[0].present) : 0;
    return x;
}

static struct hr_meter meter(const struct view *v, uint32_t part)
{
    const struct hr_record *r = v->run;
    struct hr_meter m;

    if (v->tally)
        return v->tally->parts[(size_t)v->window * r->n_parts + part];
    m = hr_meter_of(r, part, r->parts[part].queued.as_of);
    m.span = hr_time_from_s(span_s(&r->parts[part].queued));
    return m;
}

/* Is the measure of component i, or of all? */
static bool of_part(const struct hr_objective *o, uint32_t i)
{
    return o->component == HR_NONE || o->component == i;
}

static struct reading read_utilisation(const struct hr_objective *o, const struct view *v)
{
    struct reading worst = {0, 0};

    for (uint32_t i = 0; i < v->run->n_parts; i++) {
        const struct hr_meter m = meter(v, i);
        const struct reading x = {(double)m.busy, (double)m.capacity};

        if (o->component == i)
            return x;
        if (o->component == HR_NONE && x.den > 0 && x.num * worst.den >= worst.num * x.den)
            worst = x;
    }
    return worst;
}

/* Work whose answer nobody waited for, as a share of all work; of all components unscoped. */
static struct reading read_wasted(const struct hr_objective *o, const struct view *v)
{
    struct reading x = {0, 0};

    for (uint32_t i = 0; i < v->run->n_parts; i++) {
        const struct hr_meter m = meter(v, i);

        x.num += of_part(o, i) ? (double)m.wasted_ns : 0;
        x.den += of_part(o, i) ? (double)m.work_ns : 0;
    }
    return x;
}

static struct reading read_queue(const struct hr_objective *o, const struct view *v)
{
    if (o->component >= v->run->n_parts)
        return (struct reading){HR_NAN, 1};
    if (!v->tally)
        return (struct reading){hr_integral_mean(&v->run->parts[o->component].queued), 1};
    const struct hr_meter m = meter(v, o->component);

    return (struct reading){m.span > 0 ? (double)m.queued / (double)m.span : HR_NAN, 1};
}

static struct reading read_queue_max(const struct hr_objective *o, const struct view *v)
{
    struct hr_meter m;

    if (o->component >= v->run->n_parts)
        return (struct reading){HR_NAN, 1};
    m = meter(v, o->component);
    return (struct reading){m.span > 0 || !v->tally ? (double)m.queue_max : HR_NAN, 1};
}

static struct reading read_kills(const struct hr_objective *o, const struct view *v)
{
    struct reading x = {0, 1};

    for (uint32_t i = 0; i < v->run->n_parts; i++)
        x.num += of_part(o, i) ? (double)meter(v, i).killed : 0;
    return x;
}

/* Of all caches unscoped. */
static struct reading read_hits(const struct hr_objective *o, const struct view *v)
{
    struct reading x = {0, 0};

    for (uint32_t i = 0; i < v->run->n_parts; i++) {
        const struct hr_meter m = meter(v, i);

        x.num += of_part(o, i) ? (double)m.hits : 0;
        x.den += of_part(o, i) ? (double)(m.hits + m.misses) : 0;
    }
    return x;
}

/* Of the requests whose sent work is followed: those all of whose work was done. */
static struct reading read_completed(const struct hr_objective *o, const struct view *v)
{
    struct reading x = {0, 0};
    uint32_t i = 0;

    for (const struct hr_row_record *row; (row = row_of(o, v, &i)) != NULL;) {
        x.num += (double)row->completed;
        x.den += (double)(row->completed + row->dead_lettered + row->outstanding);
    }
    return x;
}

static struct reading read_queue_age(const struct hr_objective *o, const struct view *v)
{
    struct reading x = {HR_NAN, 1};

    for (uint32_t i = 0; i < v->run->n_parts; i++) {
        const struct hr_meter m = meter(v, i);

        if (v->run->parts[i].mail == NULL || !of_part(o, i) || (v->tally && m.span == 0))
            continue;
        if (!(hr_time_s(m.oldest) <= x.num))
            x.num = hr_time_s(m.oldest);
    }
    return x;
}

/* --- measures that need the plan, too --------------------------------------------------- */

static struct reading read_worst_5m(const struct hr_figure *f, const struct hr_record *r)
{
    hr_time at;

    return (struct reading){
        hr_worst_span(f->plan, r, f->objective->rows, 5 * HR_MINUTE, &at), 1};
}

static struct reading read_time(const struct hr_figure *f, const struct hr_record *r)
{
    const struct hr_windows_kept k = hr_windows_kept(f->plan, r, f->objective->rows);

    return (struct reading){k.kept, k.all};
}

static struct reading read_budget(const struct hr_figure *f, const struct hr_record *r)
{
    const uint64_t rows = f->objective->rows;

    return (struct reading){read_errors(f->objective, &(struct view){.run = r}).num,
                            (1 - f->target) * hr_budget_requests(f->plan, r, rows)};
}

/* False: it is none of them. */
static bool read_with_plan(const struct hr_figure *f, const struct hr_record *r,
                           struct reading *x)
{
    if (f->objective->measure == HR_MEASURE_WORST_5M)
        *x = read_worst_5m(f, r);
    else if (f->objective->measure == HR_MEASURE_TIME_AVAILABILITY)
        *x = read_time(f, r);
    else if (f->objective->measure == HR_MEASURE_ERROR_BUDGET)
        *x = read_budget(f, r);
    else
        return false;
    return true;
}

static const struct figure {
    const char *name;
    enum figure_kind kind;
    read_fn read; /* NULL: hr_figure_add knows */
} figures[] = {
    {"availability", FIGURE_RATIO, read_availability},
    {"error_rate", FIGURE_RATIO, read_errors},
    {"retry_amplification", FIGURE_RATIO, read_amplification},
    {"throttled", FIGURE_RATIO, read_throttled},
    {"timed_out", FIGURE_RATIO, read_timed_out},
    {"refused", FIGURE_RATIO, read_refused},
    {"failed", FIGURE_RATIO, read_failed},
    {"degraded", FIGURE_RATIO, read_degraded},
    {"throughput", FIGURE_RATIO, read_throughput},
    {"utilisation", FIGURE_RATIO, read_utilisation},
    {"wasted_work", FIGURE_RATIO, read_wasted},
    {"hit_rate", FIGURE_RATIO, read_hits},
    {"queue", FIGURE_MEAN, read_queue},
    {"queue_max", FIGURE_MOST, read_queue_max},
    {"kills", FIGURE_MEAN, read_kills},
    {"mean_latency", FIGURE_LATENCY_MEAN, NULL},
    {"worst_5m", FIGURE_LEAST, NULL},
    {"time_availability", FIGURE_RATIO, NULL},
    {"error_budget_spent", FIGURE_RATIO, NULL},
    {"yearly_availability", FIGURE_SPELLS, NULL},
    {"rto", FIGURE_SPELLS, NULL},
    {"rpo", FIGURE_SPELLS, NULL},
    {"completion", FIGURE_COMPLETION, NULL},
    {"completed", FIGURE_RATIO, read_completed},
    {"queue_age", FIGURE_MOST, read_queue_age},
};

static const struct figure quantile_figure = {"p", FIGURE_QUANTILE, NULL};

static const struct figure *figure_of(const struct hr_objective *o)
{
    const char *name = hr_measures[o->measure].name;

    if (!hr_measures[o->measure].measured)
        return NULL;
    if (!isnan(o->quantile))
        return &quantile_figure;
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (strcmp(figures[i].name, name) == 0)
            return &figures[i];
    return NULL;
}

bool hr_measure_readable(const struct hr_objective *o)
{
    const bool money = hr_measures[o->measure].written == HR_FIELD_MONEY;

    /* What something costs is read off invoices: collect_cost.c. */
    return money ? hr_measures[o->measure].measured : figure_of(o) != NULL;
}

const char *hr_figure_estimator(const struct hr_objective *o)
{
    const struct figure *f = figure_of(o);

    if (!hr_measure_readable(o))
        return "";
    if (o->over_runs == HR_RUNS_MOST || o->over_runs == HR_RUNS_SHARE)
        return "extreme";
    if (o->over_runs == HR_RUNS_MEAN)
        return "mean";
    if (o->every > 0)
        return "extreme";
    switch (f ? f->kind : FIGURE_MEAN) { /* money is the mean of invoices */
    case FIGURE_RATIO:
        return "ratio";
    case FIGURE_MEAN:
    case FIGURE_SPELLS: /* of the worst of each run */
        return "mean";
    case FIGURE_MOST:
    case FIGURE_LEAST:
        return "extreme";
    case FIGURE_QUANTILE:
    case FIGURE_LATENCY_MEAN:
    case FIGURE_COMPLETION:
        break;
    }
    return "pooled";
}

/* --- replications ------------------------------------------------------------------------ */

void hr_figure_init(struct hr_figure *f, const struct hr_objective *o, size_t replications,
                    struct hr_arena *a)
{
    *f = (struct hr_figure){.objective = o};
    f->num = hr_arena_alloc(a, replications, sizeof *f->num);
    f->den = hr_arena_alloc(a, replications, sizeof *f->den);
    f->profiles = hr_arena_alloc(a, replications, sizeof *f->profiles);
    f->arena = a;
    hr_hist_init(&f->pooled, 7);
}

void hr_figure_free(struct hr_figure *f)
{
    hr_hist_free(&f->pooled);
}

/* The objective's rows of a view, merged into `h`. */
static void merge_rows(const struct hr_objective *o, const struct view *v,
                       enum figure_kind kind, struct hr_hist *h)
{
    uint32_t i = 0;

    for (const struct hr_row_record *row; (row = row_of(o, v, &i)) != NULL;)
        hr_hist_merge(h, kind == FIGURE_QUANTILE     ? &row->latency
                         : kind == FIGURE_COMPLETION ? &row->completion
                                                     : &row->answered_latency);
}

/* Of a quantile: its value and how many it is of; of a mean: sum and number. */
static struct reading read_latency(const struct hr_objective *o, enum figure_kind kind,
                                   const struct hr_hist *h)
{
    if (kind == FIGURE_QUANTILE)
        return (struct reading){hr_hist_quantile(h, o->quantile, 1) / 1e9,
                                (double)(h->total + h->infinite)};
    return (struct reading){h->sum / 1e9, (double)h->total};
}

/* Merges what a view has of latency into the pool. */
static struct reading add_latency(struct hr_figure *f, const struct view *v)
{
    const enum figure_kind kind = figure_of(f->objective)->kind;
    struct hr_hist of_run;
    struct reading x;

    hr_hist_init(&of_run, 7);
    merge_rows(f->objective, v, kind, &of_run);
    hr_hist_merge(&f->pooled, &of_run);
    x = read_latency(f->objective, kind, &of_run);
    if (kind == FIGURE_QUANTILE)
        f->profiles[f->n] = hr_profile_of(&of_run, f->arena);
    hr_hist_free(&of_run);
    return x;
}

/* One figure of a view: a ratio is divided. */
static double value_of(const struct hr_figure *f, const struct view *v)
{
    const struct figure *kind = figure_of(f->objective);
    const bool ratio = kind->kind == FIGURE_RATIO || kind->kind == FIGURE_LATENCY_MEAN ||
                       kind->kind == FIGURE_COMPLETION;
    struct reading x;

    if (kind->read) {
        x = kind->read(f->objective, v);
    } else if (!read_with_plan(f, v->run, &x)) {
        struct hr_hist h;

        hr_hist_init(&h, 7);
        merge_rows(f->objective, v, kind->kind, &h);
        x = read_latency(f->objective, kind->kind, &h);
        hr_hist_free(&h);
    }
    return !ratio ? x.num : x.den > 0 ? x.num / x.den : HR_NAN;
}

/* Requests that a window must have to be judged: ten, and for a quantile one beyond it. */
static bool has_enough(const struct hr_objective *o, const struct view *v)
{
    const double least = isnan(o->quantile) ? 10 : fmax(10, 1 / (1 - o->quantile));

    if (!v->tally->rows)
        return v->tally->span[v->window] > 0;
    return (double)v->tally->rows[v->window].valid >= least - 1e-9;
}

/* Of the windows of a run that can be judged: the farthest on the wrong side. */
static double worst_window(const struct hr_figure *f, struct view v)
{
    const bool upper = f->objective->op <= 1;
    double worst = HR_NAN;

    HR_REQUIRE(v.tally != NULL);
    for (v.window = 0; v.window < v.tally->n; v.window++) {
        const double x = has_enough(f->objective, &v) ? value_of(f, &v) : HR_NAN;

        if (isnan(worst) || (upper ? x > worst : x < worst))
            worst = x;
    }
    return worst;
}

void hr_figure_add(struct hr_figure *f, const struct hr_record *r)
{
    const struct hr_objective *o = f->objective;
    const struct figure *kind = figure_of(o);
    const struct view v = {r, o->tally ? &r->tallies[o->tally - 1] : NULL, 0};
    struct reading x = {HR_NAN, 1};

    if (!kind || kind->kind == FIGURE_SPELLS)
        return;
    if (o->every > 0)
        x.num = worst_window(f, v);
    else if (o->over_runs != HR_RUNS_OWN)
        x.num = value_of(f, &v);
    else if (kind->read)
        x = kind->read(o, &v);
    else if (!read_with_plan(f, r, &x))
        x = add_latency(f, &v);
    f->num[f->n] = x.num;
    f->den[f->n++] = x.den;
}

/* --- estimates ----------------------------------------------------------------------------- */

/* The largest, or the smallest. */
static struct hr_estimate most(const double *x, size_t n, bool least)
{
    struct hr_estimate e = {.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN, .n = n};

    for (size_t i = 0; i < n; i++)
        if (isnan(e.mean) || (least ? x[i] < e.mean : x[i] > e.mean))
            e.mean = x[i];
    return e;
}

/* Of the replications in which there was something to see; n is that of all. */
static struct hr_estimate mean(const double *x, size_t n, double level)
{
    struct hr_arena *a = hr_arena_create();
    double *seen = hr_arena_alloc(a, n, sizeof *seen);
    struct hr_estimate e = {.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN};
    size_t k = 0;

    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            seen[k++] = x[i];
    if (k > 0)
        e = hr_estimate_mean(seen, k, level);
    e.n = n;
    hr_arena_destroy(a);
    return e;
}

/* What `share` of the runs keep: of the figures in order, the one that so many do not exceed, or
 * do not fall below.  What order statistics do not bound is open. */
static struct hr_estimate of_most_runs(const struct hr_figure *f, double level)
{
    const bool upper = f->objective->op <= 1;
    const double sign = upper ? 1 : -1;
    struct hr_arena *a = hr_arena_create();
    double *x = hr_arena_alloc(a, f->n, sizeof *x);
    struct hr_estimate e = {.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN, .n = f->n};
    size_t k = 0;

    for (size_t i = 0; i < f->n; i++)
        if (!isnan(f->num[i]))
            x[k++] = sign * f->num[i];
    if (k > 0) {
        const struct hr_order_bounds b = hr_order_bounds(k, f->objective->share, level);
        const size_t rank = (size_t)ceil(f->objective->share * (double)k);

        hr_order_sort(x, k);
        const double lo = b.lower ? x[b.lower - 1] : -HUGE_VAL;
        const double hi = b.upper ? x[b.upper - 1] : HUGE_VAL;

        e.mean = sign * x[rank - 1];
        e.lo = upper ? lo : -hi;
        e.hi = upper ? hi : -lo;
    }
    hr_arena_destroy(a);
    return e;
}

/* No interval reaches where its measure cannot be: below 0, or a share above 1. */
static struct hr_estimate inside(const struct hr_objective *o, struct hr_estimate e)
{
    if (e.lo < 0)
        e.lo = 0;
    if (hr_measures[o->measure].written == HR_FIELD_SHARE &&
        o->measure != HR_MEASURE_ERROR_BUDGET && e.hi > 1)
        e.hi = 1;
    return e;
}

struct hr_estimate hr_figure_estimate(const struct hr_figure *f, double level)
{
    const struct figure *kind = figure_of(f->objective);
    /* Objectives share the 5% among all looks, which makes up for more than `before` does. */
    const struct hr_basis basis = {.level = level};

    if (!kind || f->n == 0)
        return (struct hr_estimate){.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN};
    if (f->objective->over_runs == HR_RUNS_MEAN)
        return inside(f->objective, mean(f->num, f->n, level));
    if (f->objective->over_runs == HR_RUNS_SHARE)
        return inside(f->objective, of_most_runs(f, level));
    if (f->objective->over_runs == HR_RUNS_MOST)
        return most(f->num, f->n, false);
    if (f->objective->every > 0)
        return most(f->num, f->n, f->objective->op >= 2);
    switch (kind->kind) {
    case FIGURE_RATIO:
    case FIGURE_LATENCY_MEAN:
    case FIGURE_COMPLETION:
        return inside(f->objective, hr_interval_ratio(f->num, f->den, f->n, basis));
    case FIGURE_MEAN:
        return inside(f->objective, mean(f->num, f->n, level));
    case FIGURE_MOST:
        return most(f->num, f->n, false);
    case FIGURE_LEAST:
        return most(f->num, f->n, true);
    case FIGURE_QUANTILE:
    case FIGURE_SPELLS:
        break;
    }
    return hr_interval_sections(&(struct hr_sections){.p = f->objective->quantile,
                                                      .all = &f->pooled,
                                                      .n = f->n,
                                                      .x = f->num,
                                                      .size = f->den,
                                                      .profiles = f->profiles},
                                basis);
}
