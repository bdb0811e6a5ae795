/* sim/study/collect_objectives.c - the group `objectives` of results/names.h. */
#include "sim/study/collected.h"

#include "sim/study/interval.h"

#include <string.h>

/* An axis of objectives has no one unit. */
#define MIXED "as in objectives/unit"

/* Objectives united over the designs by their text, and what they have in common. */
static void unite(const struct hr_store *st, struct hr_union *u,
                  const struct hr_objective ***first)
{
    const struct hr_scenario *s = st->c->scenario;
    size_t most = 0;

    for (size_t i = 0; i < s->n_designs; i++)
        most += s->designs[i].n_objectives;
    *first = hr_arena_alloc(st->a, most, sizeof **first);
    for (size_t i = 0; i < s->n_designs; i++)
        for (size_t k = 0; k < s->designs[i].n_objectives; k++) {
            const struct hr_objective *o = &s->designs[i].objectives[k];
            const size_t at = hr_union_add(u, st->a, o->text);

            if (!(*first)[at])
                (*first)[at] = o;
        }
}

static void store_constants(struct hr_store *st, const struct hr_union *u,
                            const struct hr_objective **first)
{
    const char **measure =
        hr_results_var(st->r, "objectives", "measure", HR_TEXT, "objective", "", "measure")
            ->data;
    const char **unit = hr_results_var(st->r, "objectives", "unit", HR_TEXT, "objective",
                                       "", "unit of value and limit")
                            ->data;
    const char **estimator =
        hr_results_var(st->r, "objectives", "estimator", HR_TEXT, "objective", "",
                       "how replications become one figure")
            ->data;
    int64_t *expectation =
        hr_results_var(st->r, "objectives", "expectation", HR_I64, "objective", "1",
                       "1: an expectation, 0: an objective")
            ->data;

    for (size_t i = 0; i < u->n; i++) {
        measure[i] = hr_measures[first[i]->measure].name;
        unit[i] = hr_measures[first[i]->measure].unit;
        estimator[i] = hr_figure_estimator(first[i]);
        expectation[i] = first[i]->expectation;
    }
}

static void store_level(struct hr_store *st)
{
    double *level =
        hr_results_var(st->r, "objectives", "level", HR_F64, "design", "1",
                       "confidence of each interval, so that all hold at once with 95%")
            ->data;

    for (size_t i = 0; i < st->n_designs; i++)
        level[i] = hr_collector_level(st->c, i);
}

/* The figures of each replication of one objective: num over den, den 1 where it is no ratio. */
static void by_replication(const struct hr_design_sum *d, size_t k, double *num,
                           double *den)
{
    const struct hr_figure *f = &d->figures[k];
    const enum hr_measure_id m = f->objective->measure;
    const bool ratio = strcmp(hr_figure_estimator(f->objective), "ratio") == 0;

    for (uint32_t i = 0; i < d->n; i++) {
        num[i] = i < f->n ? f->num[i] : HR_NAN;
        den[i] = ratio && i < f->n ? f->den[i] : 1;
    }
    if (m == HR_MEASURE_RTO || m == HR_MEASURE_RPO)
        hr_collect_recovery_by_replication(d, f->objective, num);
    else if (hr_collect_cost_speaks(f->objective))
        hr_collect_cost_by_replication(d, f->objective, num);
}

static void store_by_replication(struct hr_store *st, struct hr_union *u)
{
    const char *const dims = "design replication objective";
    double *num = hr_results_var(st->r, "objectives", "num_by_replication", HR_F64, dims,
                                 MIXED, "the measure of each replication, or its numerator")
                      ->data;
    double *den =
        hr_results_var(st->r, "objectives", "den_by_replication", HR_F64, dims, "1",
                       "the denominator where the measure is a ratio of sums, else 1")
            ->data;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];
        double *x = hr_arena_alloc(st->a, d->n, sizeof *x);
        double *y = hr_arena_alloc(st->a, d->n, sizeof *y);

        for (size_t k = 0; k < d->n_figures; k++) {
            const size_t at = hr_union_add(u, st->a, d->figures[k].objective->text);

            by_replication(d, k, x, y);
            for (uint32_t r = 0; r < d->n; r++) {
                const size_t run = i * st->n_replications + d->replication[r] - 1;

                num[run * u->n + at] = x[r];
                den[run * u->n + at] = y[r];
            }
        }
    }
}

void hr_collect_objectives_store(struct hr_store *st)
{
    const char *const dims = "design objective";
    struct hr_union u = {0};
    const struct hr_objective **first;

    unite(st, &u, &first);
    hr_results_dim_texts(st->r, "objective", "objective, as written", u.n, u.name);
    store_constants(st, &u, first);

    double *value = hr_results_var(st->r, "objectives", "value", HR_F64, dims, MIXED,
                                   "value of the measure, in the objective's unit")
                        ->data;
    double *lo = hr_results_var(st->r, "objectives", "lo", HR_F64, dims, MIXED,
                                "lower end of its interval")
                     ->data;
    double *hi = hr_results_var(st->r, "objectives", "hi", HR_F64, dims, MIXED,
                                "upper end of its interval")
                     ->data;
    double *limit = hr_results_var(st->r, "objectives", "limit", HR_F64, dims, MIXED,
                                   "limit, in the objective's unit")
                        ->data;
    const char **verdict = hr_results_var(st->r, "objectives", "verdict", HR_TEXT, dims, "",
                                          "kept, broken or undecided")
                               ->data;
    const char **reason = hr_results_var(st->r, "objectives", "reason", HR_TEXT, dims, "",
                                         "why the verdict is what it is")
                              ->data;
    int64_t *n = hr_results_var(st->r, "objectives", "n", HR_I64, dims, "1",
                                "replications that the value rests on")
                     ->data;

    store_level(st);
    for (size_t i = 0; i < st->n_designs; i++)
        for (size_t k = 0; k < st->c->designs[i].n_figures; k++) {
            const struct hr_objective *o = st->c->designs[i].figures[k].objective;
            const size_t at = i * u.n + hr_union_add(&u, st->a, o->text);
            struct hr_estimate e;
            const enum hr_verdict v =
                hr_collector_verdict(st->c, i, k, st->a, &e, &reason[at]);

            value[at] = e.mean;
            lo[at] = e.lo;
            hi[at] = e.hi;
            limit[at] = o->limit;
            verdict[at] = hr_verdict_names[v];
            n[at] = (int64_t)e.n;
        }
    store_by_replication(st, &u);
}
