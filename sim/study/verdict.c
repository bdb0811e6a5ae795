/* sim/study/verdict.c - see verdict.h. */
#include "sim/study/verdict.h"

#include "sim/engine/time.h"
#include "sim/study/budget.h"
#include "sim/study/interval.h"

#include <math.h>
#include <string.h>

const char *const hr_verdict_names[] = {"kept", "broken", "undecided"};

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

typedef struct reading (*read_fn)(const struct hr_objective *, const struct hr_record *);

static bool has_row(const struct hr_objective *o, uint32_t row)
{
    return row < 64 && (o->rows >> row & 1);
}

/* Sum over the objective's rows of two counters of a row, by their offsets. */
static struct reading row_ratio(const struct hr_objective *o, const struct hr_record *r,
                                size_t num, size_t den)
{
    struct reading x = {0, 0};

    for (uint32_t i = 0; i < r->n_rows; i++) {
        const char *row = (const char *)&r->rows[i];
        uint64_t count;

        if (!has_row(o, i))
            continue;
        memcpy(&count, row + num, sizeof count);
        x.num += (double)count;
        memcpy(&count, row + den, sizeof count);
        x.den += (double)count;
    }
    return x;
}

#define ROW_RATIO(name, over, under)                                                       \
    static struct reading name(const struct hr_objective *o, const struct hr_record *r)    \
    {                                                                                      \
        return row_ratio(o, r, offsetof(struct hr_row_record, over),                       \
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

static struct reading read_errors(const struct hr_objective *o, const struct hr_record *r)
{
    struct reading x = read_availability(o, r);

    x.num = x.den - x.num;
    return x;
}

static double span_s(const struct hr_integral *g)
{
    const hr_time end = g->as_of < g->to ? g->as_of : g->to;

    return end > g->from ? hr_time_s(end - g->from) : 0;
}

static struct reading read_throughput(const struct hr_objective *o,
                                      const struct hr_record *r)
{
    struct reading x = read_availability(o, r);

    x.den = r->n_parts ? span_s(&r->parts[0].present) : 0;
    return x;
}

static const struct hr_part_record *part_of(const struct hr_objective *o,
                                            const struct hr_record *r)
{
    return o->component < r->n_parts ? &r->parts[o->component] : NULL;
}

static struct reading read_utilisation(const struct hr_objective *o,
                                       const struct hr_record *r)
{
    struct reading worst = {0, 0};

    for (uint32_t i = 0; i < r->n_parts; i++) {
        const struct hr_part_record *p = &r->parts[i];
        const struct reading x = {(double)hr_integral_area(&p->busy),
                                  (double)hr_integral_area(&p->capacity)};

        if (o->component == i)
            return x;
        if (o->component == HR_NONE && x.den > 0 && x.num * worst.den >= worst.num * x.den)
            worst = x;
    }
    return worst;
}

/* Work whose answer nobody waited for, as a share of all work; of all components unscoped. */
static struct reading read_wasted(const struct hr_objective *o, const struct hr_record *r)
{
    struct reading x = {0, 0};

    for (uint32_t i = 0; i < r->n_parts; i++) {
        if (o->component != HR_NONE && o->component != i)
            continue;
        x.num += (double)r->parts[i].wasted_ns;
        x.den += (double)r->parts[i].work_ns;
    }
    return x;
}

static struct reading read_queue(const struct hr_objective *o, const struct hr_record *r)
{
    const struct hr_part_record *p = part_of(o, r);

    return p ? (struct reading){hr_integral_mean(&p->queued), 1}
             : (struct reading){HR_NAN, 1};
}

static struct reading read_queue_max(const struct hr_objective *o,
                                     const struct hr_record *r)
{
    const struct hr_part_record *p = part_of(o, r);

    return p ? (struct reading){(double)p->queued.max, 1} : (struct reading){HR_NAN, 1};
}

static struct reading read_kills(const struct hr_objective *o, const struct hr_record *r)
{
    struct reading x = {0, 1};

    for (uint32_t i = 0; i < r->n_parts; i++)
        if (o->component == HR_NONE || o->component == i)
            x.num += (double)r->parts[i].killed;
    return x;
}

/* Of all caches unscoped. */
static struct reading read_hits(const struct hr_objective *o, const struct hr_record *r)
{
    struct reading x = {0, 0};

    for (uint32_t i = 0; i < r->n_parts; i++) {
        if (o->component != HR_NONE && o->component != i)
            continue;
        x.num += (double)r->parts[i].hits;
        x.den += (double)(r->parts[i].hits + r->parts[i].misses);
    }
    return x;
}

/* Of the requests whose sent work is followed: those all of whose work was done. */
static struct reading read_completed(const struct hr_objective *o,
                                     const struct hr_record *r)
{
    struct reading x = {0, 0};

    for (uint32_t i = 0; i < r->n_rows; i++) {
        const struct hr_row_record *row = &r->rows[i];

        if (!has_row(o, i))
            continue;
        x.num += (double)row->completed;
        x.den += (double)(row->completed + row->dead_lettered + row->outstanding);
    }
    return x;
}

static struct reading read_queue_age(const struct hr_objective *o,
                                     const struct hr_record *r)
{
    struct reading x = {HR_NAN, 1};

    for (uint32_t i = 0; i < r->n_parts; i++) {
        const struct hr_mail_record *m = r->parts[i].mail;

        if (m == NULL || (o->component != HR_NONE && o->component != i))
            continue;
        if (!(hr_time_s(m->oldest) <= x.num))
            x.num = hr_time_s(m->oldest);
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

    return (struct reading){read_errors(f->objective, r).num,
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

    if (!hr_measures[o->measure].measured || o->unsupported)
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
    return money ? hr_measures[o->measure].measured && !o->unsupported
                 : figure_of(o) != NULL;
}

const char *hr_figure_estimator(const struct hr_objective *o)
{
    const struct figure *f = figure_of(o);

    if (!hr_measure_readable(o))
        return "";
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

/* The objective's rows of one record, merged into `h`. */
static void merge_rows(const struct hr_objective *o, const struct hr_record *r,
                       enum figure_kind kind, struct hr_hist *h)
{
    for (uint32_t i = 0; i < r->n_rows; i++)
        if (has_row(o, i))
            hr_hist_merge(h, kind == FIGURE_QUANTILE     ? &r->rows[i].latency
                             : kind == FIGURE_COMPLETION ? &r->rows[i].completion
                                                         : &r->rows[i].answered_latency);
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

void hr_figure_add(struct hr_figure *f, const struct hr_record *r)
{
    const struct figure *kind = figure_of(f->objective);
    struct hr_hist of_run;
    struct reading x;

    if (!kind || kind->kind == FIGURE_SPELLS)
        return;
    if (kind->read) {
        x = kind->read(f->objective, r);
    } else if (!read_with_plan(f, r, &x)) {
        hr_hist_init(&of_run, 7);
        merge_rows(f->objective, r, kind->kind, &of_run);
        hr_hist_merge(&f->pooled, &of_run);
        x = read_latency(f->objective, kind->kind, &of_run);
        if (kind->kind == FIGURE_QUANTILE)
            f->profiles[f->n] = hr_profile_of(&of_run, f->arena);
        hr_hist_free(&of_run);
    }
    f->num[f->n] = x.num;
    f->den[f->n++] = x.den;
}

/* The largest, or the smallest. */
static struct hr_estimate most(const double *x, size_t n, bool least)
{
    struct hr_estimate e = {.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN, .n = n};

    for (size_t i = 0; i < n; i++)
        if (isnan(e.mean) || (least ? x[i] < e.mean : x[i] > e.mean))
            e.mean = x[i];
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
    switch (kind->kind) {
    case FIGURE_RATIO:
    case FIGURE_LATENCY_MEAN:
    case FIGURE_COMPLETION:
        return inside(f->objective, hr_interval_ratio(f->num, f->den, f->n, basis));
    case FIGURE_MEAN:
        return inside(f->objective, hr_estimate_mean(f->num, f->n, level));
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

/* --- verdicts ------------------------------------------------------------------------------ */

static bool keeps(int op, double x, double limit)
{
    switch (op) {
    case 0:
        return x < limit;
    case 1:
        return x <= limit;
    case 2:
        return x > limit;
    default:
        return x >= limit;
    }
}

bool hr_verdict_keeps(const struct hr_objective *o, double value)
{
    return keeps(o->op, value, o->limit);
}

enum hr_verdict hr_verdict_decide(const struct hr_objective *o, const struct hr_estimate *e,
                                  struct hr_arena *a, const char **reason)
{
    bool low, high;

    *reason = "";
    if (!hr_measure_readable(o)) {
        *reason = o->unsupported ? o->unsupported : "not yet measured";
        return HR_UNDECIDED;
    }
    if (e->n == 0 || isnan(e->mean)) {
        *reason = e->n == 0 ? "not simulated" : "not observed";
        return HR_UNDECIDED;
    }
    if (e->n == 1 || isnan(e->lo)) {
        *reason = e->n == 1 ? "an observation of one run" : "an observation";
        return keeps(o->op, e->mean, o->limit) ? HR_KEPT : HR_BROKEN;
    }
    low = keeps(o->op, e->lo, o->limit);
    high = keeps(o->op, e->hi, o->limit);
    if (low != high) {
        *reason = hr_arena_printf(a,
                                  "the interval of %zu replications contains the limit; "
                                  "more replications would decide",
                                  e->n);
        return HR_UNDECIDED;
    }
    return low ? HR_KEPT : HR_BROKEN;
}

int hr_verdict_status(const enum hr_verdict *v, size_t n)
{
    int status = 0;

    for (size_t i = 0; i < n; i++) {
        if (v[i] == HR_BROKEN)
            return 1;
        if (v[i] == HR_UNDECIDED)
            status = 4;
    }
    return status;
}
