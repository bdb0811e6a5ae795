/* sim/study/collect_edges.c - who asks whom: the group `edges` of results/names.h. */
#include "sim/study/collected.h"

#include <string.h>

static const struct {
    const char *name, *help;
} counts[HR_N_SITE_COUNTS] = {
    {"rate", "calls a second"},
    {"attempts_rate", "attempts a second"},
    {"ok", "calls answered in a run"},
    {"failed", "attempts that ended with an error in a run"},
    {"timed_out", "attempts without an answer in time in a run"},
    {"throttled", "attempts refused by a limit in a run"},
    {"refused", "attempts for which there was no room in a run"},
    {"retries_denied", "retries that the budget did not allow in a run"},
    {"breaker_refused", "calls refused by an open breaker in a run"},
    {"bulkhead_refused", "calls refused by a full bulkhead in a run"},
    {"hedges", "extra attempts of hedging in a run"},
    {"fallbacks", "answers made by fallback steps in a run"},
};
enum { PER_SECOND = 2 }; /* how many of them, from the first, are rates */

/* --- the edges of a design --------------------------------------------------------------- */

/* The label of a call site; a second one with the same label in a design gets a number. */
static const char *site_label(struct hr_arena *a, const struct hr_plan *plan, uint32_t site)
{
    unsigned same = 1;

    for (uint32_t i = 0; i < site; i++)
        same += strcmp(plan->sites[i].label, plan->sites[site].label) == 0;
    if (same == 1)
        return plan->sites[site].label;
    return hr_arena_printf(a, "%s (%u)", plan->sites[site].label, same);
}

static const struct hr_indices *targets_of(const struct hr_component *c)
{
    static const struct hr_indices none;

    if (!c->model || c->model->ops != HR_OPS_FORWARDED || !c->conf || c->bypass)
        return &none;
    return (const struct hr_indices *)(const void *)((const char *)c->conf +
                                                     c->model->targets);
}

void hr_collect_edges_list(struct hr_collector *c, struct hr_design_sum *d)
{
    const struct hr_plan *p = d->plan;
    size_t room = p->n_sites;

    for (uint32_t i = 0; i < p->n_components; i++)
        room += targets_of(&p->components[i])->n;
    d->edges = hr_arena_alloc(c->arena, room, sizeof *d->edges);
    for (uint32_t i = 0; i < p->n_sites; i++)
        d->edges[d->n_edges++] = (struct hr_edge){
            site_label(c->arena, p, i), p->sites[i].caller, p->sites[i].callee, i, 0};
    for (uint32_t i = 0; i < p->n_components; i++) {
        const struct hr_indices *to = targets_of(&p->components[i]);

        for (uint32_t k = 0; k < to->n; k++)
            d->edges[d->n_edges++] = (struct hr_edge){
                hr_arena_printf(c->arena, "%s -> %s", p->components[i].name,
                                p->components[to->at[k]].name),
                i, to->at[k], HR_NONE, k};
    }
}

/* --- counts ------------------------------------------------------------------------------ */

void hr_collect_edges_add(struct hr_design_sum *d, const struct hr_record *r)
{
    for (size_t i = r->n_sites; i < d->n_edges; i++) {
        const struct hr_part_record *p = &r->parts[d->edges[i].caller];
        const double n = (double)p->forwarded[d->edges[i].target];

        for (size_t k = 0; k < PER_SECOND; k++) /* each call is one attempt */
            d->sites[i][k] += n;
    }
    for (uint32_t i = 0; i < r->n_sites; i++) {
        const struct hr_site_record *s = &r->sites[i];
        const uint64_t x[HR_N_SITE_COUNTS] = {
            s->calls,           s->attempts,         s->ok,      s->failed,
            s->timed_out,       s->throttled,        s->refused, s->retries_denied,
            s->breaker_refused, s->bulkhead_refused, s->hedges,  s->fallbacks};

        for (size_t k = 0; k < HR_N_SITE_COUNTS; k++)
            d->sites[i][k] += (double)x[k];
    }
}

static void store_ends(struct hr_store *st)
{
    const char **caller =
        hr_results_var(st->r, "edges", "caller", HR_TEXT, "edge", "", "who calls")->data;
    const char **callee =
        hr_results_var(st->r, "edges", "callee", HR_TEXT, "edge", "", "who is called")
            ->data;
    int64_t *asynchronous = hr_results_var(st->r, "edges", "asynchronous", HR_I64, "edge",
                                           "1", "1: sent without waiting for the answer")
                                ->data;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t k = 0; k < d->n_edges; k++) {
            const struct hr_edge *e = &d->edges[k];

            caller[d->edge_at[k]] = d->plan->components[e->caller].name;
            callee[d->edge_at[k]] = d->plan->components[e->callee].name;
            asynchronous[d->edge_at[k]] =
                e->site != HR_NONE && d->plan->sites[e->site].is_send;
        }
    }
}

void hr_collect_edges_store(struct hr_store *st)
{
    for (size_t which = 0; which < HR_N_SITE_COUNTS; which++) {
        const bool rate = which < PER_SECOND;
        double *x = hr_results_var(st->r, "edges", counts[which].name, HR_F64,
                                   "design edge", rate ? "1/s" : "1", counts[which].help)
                        ->data;

        for (size_t i = 0; i < st->n_designs; i++) {
            const struct hr_design_sum *d = &st->c->designs[i];
            const double per = d->n * (rate ? hr_time_s(d->plan->horizon) : 1);

            for (size_t k = 0; d->n > 0 && k < d->n_edges;
                 k++) /* outcomes: of sites only */
                if (rate || d->edges[k].site != HR_NONE)
                    x[i * st->n_edges + d->edge_at[k]] = d->sites[k][which] / per;
        }
    }
    store_ends(st);
}
