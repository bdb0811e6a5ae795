/* sim/study/collect_series.c - what happens over time: the group `series` of
 * results/names.h. */
#include "sim/study/collected.h"
#include "sim/study/interval.h"

/* --- sums --------------------------------------------------------------------------------- */

static double *zeros(struct hr_collector *c, size_t n)
{
    return hr_arena_alloc(c->arena, n, sizeof(double));
}

static void make_room(struct hr_collector *c, struct hr_design_sum *d)
{
    const size_t n = d->n_buckets;

    for (size_t i = 0; i <= d->plan->n_rows; i++) {
        struct hr_row_sum *row = &d->rows[i];

        row->arrivals = zeros(c, n);
        row->goods = zeros(c, n);
        row->bads = zeros(c, n);
        row->undone = zeros(c, n);
        row->lag_ns = zeros(c, n);
        if (i == 0)
            continue; /* "all" is merged from the rows when it is stored */
        row->over_time = hr_arena_alloc(c->arena, n, sizeof *row->over_time);
        for (size_t t = 0; t < n; t++)
            hr_hist_init(&row->over_time[t], 4);
    }
    for (size_t i = 0; i < d->plan->n_components; i++) {
        struct hr_part_sum *p = &d->parts[i];

        p->busy_series = zeros(c, n);
        p->capacity_series = zeros(c, n);
        p->queued_series = zeros(c, n);
        p->present_series = zeros(c, n);
        p->up_series = zeros(c, n);
        p->workers_series = zeros(c, n);
        p->calls_series = zeros(c, n);
        p->failed_series = zeros(c, n);
    }
}

static void add_counts(double *into, double *into_all, const uint64_t *from, size_t n)
{
    for (size_t t = 0; from && t < n; t++) {
        into[t] += (double)from[t];
        into_all[t] += (double)from[t];
    }
}

static void add_calls(double *into, const uint64_t *from, size_t n)
{
    for (size_t t = 0; from && t < n; t++)
        into[t] += (double)from[t];
}

/* Areas of wide buckets are kept in units of 2^shift; here they are level x ns again. */
static void add_areas(double *into, const struct hr_integral *g, size_t n)
{
    const double unit = (double)(UINT64_C(1) << g->shift);

    for (size_t t = 0; g->areas && t < n && t < g->n_areas; t++)
        into[t] += (double)g->areas[t] * unit;
}

void hr_collect_series_add(struct hr_collector *c, struct hr_design_sum *d,
                           const struct hr_record *r)
{
    const size_t n = d->n_buckets;

    if (d->n == 0)
        make_room(c, d);
    for (uint32_t i = 0; i < r->n_rows; i++) {
        struct hr_row_sum *all = &d->rows[0], *row = &d->rows[i + 1];

        add_counts(row->arrivals, all->arrivals, r->rows[i].arrivals, n);
        add_counts(row->goods, all->goods, r->rows[i].goods, n);
        add_counts(row->bads, all->bads, r->rows[i].bads, n);
        add_counts(row->undone, all->undone, r->rows[i].undone, n);
        add_counts(row->lag_ns, all->lag_ns, r->rows[i].lag_ns, n);
        for (size_t t = 0; r->rows[i].over_time && t < n; t++)
            hr_hist_merge(&row->over_time[t], &r->rows[i].over_time[t]);
    }
    for (uint32_t i = 0; i < r->n_parts; i++) {
        struct hr_part_sum *p = &d->parts[i];

        add_areas(p->busy_series, &r->parts[i].busy, n);
        add_areas(p->capacity_series, &r->parts[i].capacity, n);
        add_areas(p->queued_series, &r->parts[i].queued, n);
        add_areas(p->present_series, &r->parts[i].present, n);
        add_areas(p->up_series, &r->parts[i].up, n);
        add_areas(p->workers_series, &r->parts[i].workers, n);
        add_calls(p->calls_series, r->parts[i].calls_series, n);
        add_calls(p->failed_series, r->parts[i].failed_series, n);
    }
}

void hr_collect_series_free(struct hr_design_sum *d)
{
    for (size_t i = 1; i <= d->plan->n_rows; i++)
        for (size_t t = 0; d->rows[i].over_time && t < d->n_buckets; t++)
            hr_hist_free(&d->rows[i].over_time[t]);
}

/* --- rows --------------------------------------------------------------------------------- */

static double *series_var(struct hr_store *st, const char *name, const char *dims,
                          const char *unit, const char *help)
{
    struct hr_var *v = hr_results_var(st->r, "series", name, HR_F64, dims, unit, help);

    v->cell_methods = "time: mean replication: mean";
    return v->data;
}

static void store_rates(struct hr_store *st)
{
    const char *const dims = "design time request_class";
    double *arrivals = series_var(st, "arrivals", dims, "1/s", "requests intended");
    double *good = series_var(st, "good", dims, "1/s", "good answers");
    double *bad = series_var(st, "bad", dims, "1/s", "requests without a good answer");

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        if (!hr_series_fit(st, d))
            continue;
        for (size_t t = 0; t < d->n_buckets; t++) {
            const double per = d->n * hr_bucket_s(d, t);

            for (size_t row = 0; row <= d->plan->n_rows; row++) {
                const size_t at = (i * st->n_times + t) * st->n_classes + d->class_at[row];
                arrivals[at] = d->rows[row].arrivals[t] / per;
                good[at] = d->rows[row].goods[t] / per;
                bad[at] = d->rows[row].bads[t] / per;
            }
        }
    }
}

static void store_quantiles(double *to, const struct hr_hist *h)
{
    for (size_t q = 0; q < HR_N_QUANTILES; q++)
        to[q] = hr_hist_quantile(h, hr_quantiles[q], 0) / 1e9;
}

static void store_latency(struct hr_store *st)
{
    double *x = series_var(st, "latency", "design time request_class quantile", "s",
                           "latency of the answered, by time of arrival; pooled");

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t t = 0; hr_series_fit(st, d) && t < d->n_buckets; t++) {
            double *to = x + (i * st->n_times + t) * st->n_classes * HR_N_QUANTILES;
            struct hr_hist all;

            hr_hist_init(&all, 4);
            for (size_t row = 1; row <= d->plan->n_rows; row++) {
                hr_hist_merge(&all, &d->rows[row].over_time[t]);
                store_quantiles(to + d->class_at[row] * HR_N_QUANTILES,
                                &d->rows[row].over_time[t]);
            }
            store_quantiles(to + d->class_at[0] * HR_N_QUANTILES, &all);
            hr_hist_free(&all);
        }
    }
}

/* --- components --------------------------------------------------------------------------- */

struct part_vars {
    double *utilisation, *queue, *in_flight, *up, *calls, *failed, *capacity;
};

/* Calls answered for a second of one core at work, at the speed that its cores had.  What only
 * arrived does not count: an overloaded component gets more calls than it can carry. */
static double calls_a_core_s(const struct hr_design_sum *d, const struct hr_part_sum *p)
{
    double busy = 0;

    for (uint32_t k = 0; k < d->n; k++)
        busy += p->busy[k];
    return busy > 0 ? p->answered / (busy / 1000 / 1e9) : 0;
}

static void store_part(const struct hr_design_sum *d, const struct hr_part_sum *p, size_t t,
                       size_t at, const struct part_vars *v)
{
    const double ns = d->n * hr_bucket_s(d, t) * 1e9;

    if (p->capacity_series[t] > 0)
        v->utilisation[at] = p->busy_series[t] / p->capacity_series[t];
    v->queue[at] = p->queued_series[t] / ns;
    v->in_flight[at] = p->present_series[t] / ns;
    v->up[at] = p->up_series[t] / ns;
    v->calls[at] = p->calls_series[t] / ns * 1e9;
    v->failed[at] = p->failed_series[t] / ns * 1e9;
    if (p->capacity_series[t] > 0 && calls_a_core_s(d, p) > 0)
        v->capacity[at] = p->capacity_series[t] / 1000 / ns * calls_a_core_s(d, p);
}

/* Sums lie by component and results by time: a few times of all components together keep the
 * lines of both at hand. */
static void store_design(const struct hr_store *st, const struct hr_design_sum *d,
                         size_t time, const struct part_vars *v)
{
    enum { FEW = 8 };

    for (size_t from = 0; from < d->n_buckets; from += FEW)
        for (size_t k = 0; k < d->plan->n_components; k++)
            for (size_t t = from; t < from + FEW && t < d->n_buckets; t++)
                store_part(d, &d->parts[k], t,
                           (time + t) * st->n_components + d->component_at[k], v);
}

static void store_parts(struct hr_store *st)
{
    const char *const dims = "design time component";
    const struct part_vars v = {
        series_var(st, "utilisation", dims, "1", "cores at work / cores up"),
        series_var(st, "queue_length", dims, "1", "calls waiting for a worker or the CPU"),
        series_var(st, "in_flight", dims, "1", "calls present"),
        series_var(st, "instances_up", dims, "1", "instances up"),
        series_var(st, "calls", dims, "1/s", "calls that arrive"),
        series_var(st, "failed", dims, "1/s", "calls that end without an answer"),
        series_var(st, "capacity", dims, "1/s", "calls it could carry at full use"),
    };

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        if (hr_series_fit(st, d))
            store_design(st, d, i * st->n_times, &v);
    }
}

void hr_collect_series_store(struct hr_store *st)
{
    store_rates(st);
    store_latency(st);
    store_parts(st);
}
