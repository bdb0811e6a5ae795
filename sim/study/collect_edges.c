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

/* The queue that a component takes from; HR_NONE: none. */
static uint32_t taken_from(const struct hr_component *c)
{
    return c->model && c->conf && c->model->consumes ? c->model->consumes(c->conf)
                                                     : HR_NONE;
}

/* The operation that gets what a queue gives up; HR_NONE: none. */
static uint32_t given_up_to(const struct hr_component *c)
{
    return c->model && c->conf && c->model->dead_letters ? c->model->dead_letters(c->conf)
                                                         : HR_NONE;
}

/* An edge that is not a call site: named after its ends, with a number where that is taken. */
static void add_edge(struct hr_collector *c, struct hr_design_sum *d,
                     enum hr_edge_kind kind, uint32_t caller, uint32_t callee,
                     uint32_t index)
{
    const struct hr_component *part = d->plan->components;
    unsigned same = 1;

    for (size_t i = 0; i < d->n_edges; i++)
        same += d->edges[i].kind != HR_EDGE_SITE && d->edges[i].caller == caller &&
                d->edges[i].callee == callee;
    const char *label =
        hr_arena_printf(c->arena, "%s -> %s", part[caller].name, part[callee].name);

    if (same > 1)
        label = hr_arena_printf(c->arena, "%s (%u)", label, same);
    d->edges[d->n_edges++] = (struct hr_edge){label, caller, callee, kind, index};
}

static void list_messages(struct hr_collector *c, struct hr_design_sum *d)
{
    const struct hr_plan *p = d->plan;

    for (uint32_t i = 0; i < p->n_components; i++) {
        const uint32_t given_up = given_up_to(&p->components[i]);

        for (uint32_t k = 0; k < p->n_components; k++)
            if (taken_from(&p->components[k]) == i)
                add_edge(c, d, HR_EDGE_MESSAGES, i, k, 0);
        if (given_up != HR_NONE)
            add_edge(c, d, HR_EDGE_GIVEN_UP, i, p->operations[given_up].component, 0);
    }
}

void hr_collect_edges_list(struct hr_collector *c, struct hr_design_sum *d)
{
    const struct hr_plan *p = d->plan;
    size_t room = p->n_sites + 2 * (size_t)p->n_components;

    for (uint32_t i = 0; i < p->n_components; i++)
        room += targets_of(&p->components[i])->n;
    d->edges = hr_arena_alloc(c->arena, room, sizeof *d->edges);
    for (uint32_t i = 0; i < p->n_sites; i++)
        d->edges[d->n_edges++] =
            (struct hr_edge){site_label(c->arena, p, i), p->sites[i].caller,
                             p->sites[i].callee, HR_EDGE_SITE, i};
    for (uint32_t i = 0; i < p->n_components; i++) {
        const struct hr_indices *to = targets_of(&p->components[i]);

        for (uint32_t k = 0; k < to->n; k++)
            add_edge(c, d, HR_EDGE_FORWARD, i, to->at[k], k);
    }
    list_messages(c, d);
}

/* --- counts ------------------------------------------------------------------------------ */

enum { OK = 2, FAILED = 3 }; /* in `counts` */

static void add_site(double *sum, const struct hr_site_record *s)
{
    const uint64_t x[HR_N_SITE_COUNTS] = {
        s->calls,           s->attempts,         s->ok,      s->failed,
        s->timed_out,       s->throttled,        s->refused, s->retries_denied,
        s->breaker_refused, s->bulkhead_refused, s->hedges,  s->fallbacks};

    for (size_t k = 0; k < HR_N_SITE_COUNTS; k++)
        sum[k] += (double)x[k];
}

/* Calls passed on, messages handed over: each is one attempt. */
static void add_rates(double *sum, uint64_t n)
{
    for (size_t k = 0; k < PER_SECOND; k++)
        sum[k] += (double)n;
}

void hr_collect_edges_add(struct hr_design_sum *d, const struct hr_record *r)
{
    for (size_t i = 0; i < d->n_edges; i++) {
        const struct hr_edge *e = &d->edges[i];
        const struct hr_part_record *from = &r->parts[e->caller],
                                    *to = &r->parts[e->callee];

        switch (e->kind) {
        case HR_EDGE_SITE:
            add_site(d->sites[i], &r->sites[e->index]);
            break;
        case HR_EDGE_FORWARD:
            add_rates(d->sites[i], from->forwarded[e->index]);
            break;
        case HR_EDGE_MESSAGES:
            add_rates(d->sites[i], to->taken.handed);
            d->sites[i][OK] += (double)to->taken.done;
            d->sites[i][FAILED] += (double)to->taken.in_vain;
            break;
        case HR_EDGE_GIVEN_UP:
            add_rates(d->sites[i], from->mail->dead);
            break;
        }
    }
}

/* --- storing ------------------------------------------------------------------------------- */

/* Of what is passed on only the rate is known: outcomes are the callers' business. */
static bool has_outcomes(const struct hr_edge *e)
{
    return e->kind == HR_EDGE_SITE || e->kind == HR_EDGE_MESSAGES;
}

/* Does the caller go on without waiting? */
static bool is_asynchronous(const struct hr_plan *plan, const struct hr_edge *e)
{
    return e->kind == HR_EDGE_SITE ? plan->sites[e->index].is_send
                                   : e->kind != HR_EDGE_FORWARD;
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
            asynchronous[d->edge_at[k]] = is_asynchronous(d->plan, e);
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

            for (size_t k = 0; d->n > 0 && k < d->n_edges; k++)
                if (rate || has_outcomes(&d->edges[k]))
                    x[i * st->n_edges + d->edge_at[k]] = d->sites[k][which] / per;
        }
    }
    store_ends(st);
}
