/* sim/study/collect_gauges.c - what components show over time beyond what all of them have: the
 * group `gauges` of results/names.h.  A gauge that is zero in all runs is left out. */
#include "sim/study/collected.h"

#include <stddef.h>

struct hr_gauge_sum { /* one of a component; those of a design in their order */
    const struct hr_gauge *gauge;
    uint32_t component;
    bool shown;     /* it was not zero all the time */
    int64_t most;   /* of all runs */
    double *mean;   /* over time, by replication merged */
    double *series; /* means by bucket, summed; NULL: zeros */
};

static const struct hr_gauge *gauges_of(const struct hr_design_sum *d, uint32_t component)
{
    const struct hr_model *m = d->plan->components[component].model;

    return m ? m->gauges : NULL;
}

void hr_collect_gauges_init(struct hr_collector *c, struct hr_design_sum *d)
{
    for (uint32_t i = 0; i < d->plan->n_components; i++)
        for (const struct hr_gauge *g = gauges_of(d, i); g && g->name; g++)
            d->n_gauges++;
    d->gauges = hr_arena_alloc(c->arena, d->n_gauges, sizeof *d->gauges);
    struct hr_gauge_sum *sum = d->gauges;
    for (uint32_t i = 0; i < d->plan->n_components; i++)
        for (const struct hr_gauge *g = gauges_of(d, i); g && g->name; g++)
            *sum++ = (struct hr_gauge_sum){
                .gauge = g,
                .component = i,
                .mean = hr_arena_alloc(c->arena, c->replications, sizeof *sum->mean)};
}

static void add_gauge(struct hr_collector *c, const struct hr_design_sum *d,
                      struct hr_gauge_sum *sum, const struct hr_integral *g)
{
    sum->mean[d->n] = hr_integral_mean(g);
    if (g->max == 0 && sum->mean[d->n] == 0.0)
        return; /* most of them, in most runs */
    sum->most = g->max > sum->most ? g->max : sum->most;
    sum->shown = true;
    if (sum->series == NULL)
        sum->series = hr_arena_alloc(c->arena, d->n_buckets, sizeof *sum->series);
    for (size_t t = 0; t < d->n_buckets; t++)
        sum->series[t] += hr_integral_bucket_mean(g, t);
}

void hr_collect_gauges_add(struct hr_collector *c, struct hr_design_sum *d,
                           const struct hr_record *r)
{
    for (size_t k = 0; k < d->n_gauges; k++) {
        struct hr_gauge_sum *sum = &d->gauges[k];
        const ptrdiff_t at = sum->gauge - gauges_of(d, sum->component);

        add_gauge(c, d, sum, &r->parts[sum->component].gauges[at]);
    }
}

/* --- storing ------------------------------------------------------------------------------ */

static const char *label_of(struct hr_store *st, const struct hr_design_sum *d,
                            const struct hr_gauge_sum *sum)
{
    return hr_arena_printf(st->a, "%s.%s", d->plan->components[sum->component].name,
                           sum->gauge->name);
}

/* The gauges shown, united over the designs. */
static struct hr_union labels_of(struct hr_store *st)
{
    struct hr_union u = {0};

    for (size_t i = 0; i < st->n_designs; i++)
        for (size_t k = 0; k < st->c->designs[i].n_gauges; k++)
            if (st->c->designs[i].gauges[k].shown)
                hr_union_add(
                    &u, st->a,
                    label_of(st, &st->c->designs[i], &st->c->designs[i].gauges[k]));
    return u;
}

struct gauge_vars {
    const char **unit, **help, **component;
    double *mean, *most, *by_replication, *series;
    size_t n;
};

static void store_gauge(const struct hr_store *st, size_t design, size_t label,
                        const struct hr_gauge_sum *sum, const struct gauge_vars *v)
{
    const struct hr_design_sum *d = &st->c->designs[design];
    double total = 0;

    v->unit[label] = sum->gauge->unit;
    v->help[label] = sum->gauge->help;
    v->component[label] = d->plan->components[sum->component].name;
    for (uint32_t k = 0; k < d->n; k++) {
        const size_t run = design * st->n_replications + d->replication[k] - 1;

        v->by_replication[run * v->n + label] = sum->mean[k];
        total += sum->mean[k];
    }
    if (d->n == 0)
        return;
    v->mean[design * v->n + label] = total / d->n;
    v->most[design * v->n + label] = (double)sum->most;
    for (size_t t = 0; hr_series_fit(st, d) && t < d->n_buckets; t++)
        v->series[(design * st->n_times + t) * v->n + label] =
            sum->series ? sum->series[t] / d->n : 0.0;
}

static void *gauge_var(struct hr_store *st, const char *name, enum hr_value_type type,
                       const char *dims, const char *help)
{
    /* Each gauge has its own, in `unit`; to who reads no further these are numbers. */
    const char *unit = type == HR_TEXT ? NULL : "1";

    return hr_results_var(st->r, "gauges", name, type, dims, unit, help)->data;
}

void hr_collect_gauges_store(struct hr_store *st)
{
    struct hr_union labels = labels_of(st);

    if (labels.n == 0)
        return;
    hr_results_dim_texts(st->r, "gauge", "component and what it shows", labels.n,
                         labels.name);
    const struct gauge_vars v = {
        .unit = gauge_var(st, "unit", HR_TEXT, "gauge", "unit of the gauge"),
        .help = gauge_var(st, "help", HR_TEXT, "gauge", "what it shows"),
        .component = gauge_var(st, "component", HR_TEXT, "gauge", "whose it is"),
        .mean = gauge_var(st, "mean", HR_F64, "design gauge",
                          "mean over time and replications"),
        .most = gauge_var(st, "most", HR_F64, "design gauge", "highest of all runs"),
        .by_replication = gauge_var(st, "mean_by_replication", HR_F64,
                                    "design replication gauge", "mean over time"),
        .series = gauge_var(st, "over_time", HR_F64, "design time gauge",
                            "mean of the bucket and over replications"),
        .n = labels.n};

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t k = 0; k < d->n_gauges; k++) {
            const char *label = label_of(st, d, &d->gauges[k]);
            const size_t at = hr_union_add(&labels, st->a, label);

            if (at < v.n) /* else no design shows it */
                store_gauge(st, i, at, &d->gauges[k], &v);
        }
    }
}
