/* sim/study/collect_budget.c - the error budget and who spent it: the group `budget` of
 * results/names.h, and the worst five minutes. */
#include "sim/study/collected.h"
#include "sim/study/interval.h"

#include <math.h>

void hr_collect_budget_init(struct hr_collector *c, struct hr_design_sum *d,
                            const struct hr_design *of)
{
    d->budget = hr_budget_of(of);
    d->budget_bad =
        hr_arena_alloc(c->arena, hr_budget_causes(d->plan), sizeof *d->budget_bad);
    for (size_t i = 0; i < d->n_figures; i++) {
        d->figures[i].plan = d->plan;
        d->figures[i].target = d->budget.target;
    }
    if (d->plan->recovered.over <= 0)
        return;
    d->worst = hr_arena_alloc(c->arena, (size_t)d->plan->n_rows + 1, sizeof *d->worst);
    for (size_t i = 0; i <= d->plan->n_rows; i++)
        d->worst[i].share = HR_NAN;
}

static void add_worst(struct hr_design_sum *d, const struct hr_record *r, size_t row)
{
    const uint64_t rows = row == 0 ? UINT64_MAX : UINT64_C(1) << (row - 1);
    hr_time at;
    const double x = hr_worst_span(d->plan, r, rows, 5 * HR_MINUTE, &at);

    if (isnan(d->worst[row].share) || x < d->worst[row].share) {
        d->worst[row].share = x;
        d->worst[row].at = at;
    }
}

void hr_collect_budget_add(struct hr_design_sum *d, const struct hr_record *r)
{
    if (r->window == 0)
        return;
    hr_budget_charge(d->plan, r, d->budget.rows, d->budget_bad);
    d->budget_requests += hr_budget_requests(d->plan, r, d->budget.rows);
    for (size_t row = 0; row <= d->plan->n_rows && row <= 64; row++)
        add_worst(d, r, row);
}

/* --- storing -------------------------------------------------------------------------------- */

struct line_vars {
    int64_t *design;
    const char **cause;
    double *bad, *share;
};

/* Causes that spent something; "undisturbed" stands in any case. */
static bool is_line(const struct hr_design_sum *d, size_t cause)
{
    return d->n > 0 && d->plan->recovered.over > 0 &&
           (d->budget_bad[cause] > 0 || cause + 1 == hr_budget_causes(d->plan));
}

static double allowed(const struct hr_design_sum *d)
{
    return d->n > 0 ? (1 - d->budget.target) * d->budget_requests / d->n : HR_NAN;
}

static void store_lines(struct hr_store *st, size_t design, size_t *at,
                        const struct line_vars *v)
{
    const struct hr_design_sum *d = &st->c->designs[design];

    for (size_t k = 0; k < hr_budget_causes(d->plan); k++) {
        if (!is_line(d, k))
            continue;
        v->design[*at] = (int64_t)design;
        v->cause[*at] = hr_budget_cause(d->plan, k, st->a);
        v->bad[*at] = d->budget_bad[k] / d->n;
        v->share[*at] = allowed(d) > 0 ? v->bad[*at] / allowed(d) : HR_NAN;
        (*at)++;
    }
}

static void store_by_design(struct hr_store *st)
{
    double *room = hr_results_var(st->r, "budget", "allowed", HR_F64, "design", "1",
                                  "requests that may be not good in 30 days")
                       ->data;
    double *target = hr_results_var(st->r, "budget", "target", HR_F64, "design", "1",
                                    "availability that the error budget is of")
                         ->data;
    int64_t *assumed = hr_results_var(st->r, "budget", "assumed", HR_I64, "design", "1",
                                      "1: no objective says the target")
                           ->data;

    for (size_t i = 0; i < st->n_designs; i++) {
        room[i] = allowed(&st->c->designs[i]);
        target[i] = st->c->designs[i].budget.target;
        assumed[i] = st->c->designs[i].budget.assumed;
    }
}

void hr_collect_budget_store(struct hr_store *st)
{
    const char *const g = "budget", *const dim = "budget_line";
    size_t n = 0, at = 0;
    int64_t *numbers;
    struct line_vars v;

    for (size_t i = 0; i < st->n_designs; i++)
        for (size_t k = 0; k < hr_budget_causes(st->c->designs[i].plan); k++)
            n += is_line(&st->c->designs[i], k);
    numbers = hr_arena_alloc(st->a, n, sizeof *numbers);
    for (size_t i = 0; i < n; i++)
        numbers[i] = (int64_t)i;
    hr_results_dim_integers(st->r, dim, "who spent of the error budget", n, numbers);
    v.design =
        hr_results_var(st->r, g, "of_design", HR_I64, dim, "1", "position of the design")
            ->data;
    v.cause = hr_results_var(st->r, g, "cause", HR_TEXT, dim, "",
                             "disturbance, one-off load, or none")
                  ->data;
    v.bad = hr_results_var(st->r, g, "bad", HR_F64, dim, "1",
                           "requests that were not good; mean over replications")
                ->data;
    v.share = hr_results_var(st->r, g, "share", HR_F64, dim, "1",
                             "of the error budget of 30 days")
                  ->data;
    for (size_t i = 0; i < st->n_designs; i++)
        store_lines(st, i, &at, &v);
    store_by_design(st);
}
