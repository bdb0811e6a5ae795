/* sim/study/outer.c - see outer.h: the sample. */
#include "sim/study/outer.h"

#include "sim/study/collect.h"
#include "sim/study/interval.h"
#include "sim/study/latin.h"

#include <string.h>

uint32_t hr_outer_points(size_t inputs)
{
    const size_t n = 10 * inputs;

    return n < 20 ? 20 : n > HR_OUTER_MOST ? HR_OUTER_MOST : (uint32_t)n;
}

/* --- making room ---------------------------------------------------------------------------- */

static void init_cell(struct hr_outer *o, struct hr_outer_cell *c,
                      const struct hr_objective *of)
{
    const size_t runs = (size_t)o->points * HR_OUTER_EACH, n = o->scenario->n_inputs;

    c->objective = of;
    c->value = hr_arena_alloc(o->arena, runs, sizeof *c->value);
    c->verdict = hr_arena_alloc(o->arena, runs, sizeof *c->verdict);
    c->share = hr_arena_alloc(o->arena, n, sizeof *c->share);
    c->verdict_share = hr_arena_alloc(o->arena, n, sizeof *c->verdict_share);
    c->top = n;
    c->cut = c->luck = c->ignorance = c->lowest = c->highest = HR_NAN;
    c->flip = (struct hr_flip){HR_NAN, HR_NAN, HR_NAN, false};
    for (size_t i = 0; i < n; i++)
        c->share[i] = c->verdict_share[i] = HR_NAN;
}

static void init_cells(struct hr_outer *o)
{
    const struct hr_scenario *s = o->scenario;

    o->cells = hr_arena_alloc(o->arena, s->n_designs, sizeof *o->cells);
    for (size_t d = 0; d < s->n_designs; d++) {
        const struct hr_design *of = &s->designs[d];

        o->cells[d] = hr_arena_alloc(o->arena, of->n_objectives, sizeof **o->cells);
        for (size_t k = 0; k < of->n_objectives; k++)
            init_cell(o, &o->cells[d][k], &of->objectives[k]);
    }
}

static void vary(struct hr_outer *o, uint32_t point, struct hr_diags *ds)
{
    const size_t n = o->scenario->n_inputs;
    struct hr_position *at = hr_arena_alloc(o->arena, n, sizeof *at);

    for (size_t i = 0; i < n; i++)
        at[i] = (struct hr_position){o->scenario->inputs[i].path, o->at[i][point]};
    o->varied[point] = hr_scenario_vary(o->scenario, at, n, ds);
}

struct hr_outer *hr_outer_create(const struct hr_scenario *s, uint64_t seed,
                                 uint32_t points, struct hr_diags *ds)
{
    struct hr_outer *o = hr_arena_alloc(ds->arena, 1, sizeof *o);

    o->arena = ds->arena;
    o->scenario = s;
    o->seed = seed;
    o->points = points;
    o->at = hr_arena_alloc(o->arena, s->n_inputs, sizeof *o->at);
    for (size_t i = 0; i < s->n_inputs; i++) {
        o->at[i] = hr_arena_alloc(o->arena, points, sizeof **o->at);
        hr_latin(seed, s->inputs[i].path, points, o->at[i]);
    }
    init_cells(o);
    o->varied = hr_arena_alloc(o->arena, points, sizeof(struct hr_scenario *));
    for (uint32_t p = 0; p < points && ds->errors == 0; p++)
        vary(o, p, ds);
    return o;
}

const struct hr_input *hr_outer_input(const struct hr_outer *o, size_t design, size_t input)
{
    const struct hr_design *d = &o->scenario->designs[design];

    for (size_t i = 0; i < d->n_inputs; i++)
        if (strcmp(d->inputs[i].path, o->scenario->inputs[input].path) == 0)
            return &d->inputs[i];
    return NULL;
}

/* --- the runs --------------------------------------------------------------------------------- */

struct sampling {
    struct hr_outer *o;
    const struct hr_outer_effort *how;
    struct hr_collector *collector; /* of one replication; NULL */
    uint64_t replication;           /* which */
};

static void drop(struct sampling *s)
{
    hr_collector_destroy(s->collector);
    s->collector = NULL;
}

/* The collector of the replication that a record is of. */
static struct hr_collector *collector_of(struct sampling *s, const struct hr_record *r)
{
    if (s->collector && s->replication == r->replication)
        return s->collector;
    drop(s);
    s->replication = r->replication;
    s->collector = hr_collector_create(s->o->varied[(r->replication - 1) / HR_OUTER_EACH],
                                       1, s->o->seed);
    return s->collector;
}

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    hr_collector_add(collector_of(ctx, r), design, r);
}

static void merge_twin(void *ctx, const struct hr_twin *t, const struct hr_record *r)
{
    if (r)
        hr_collector_twin(collector_of(ctx, r), t, r);
}

/* A replication is whole: read its figures, and forget the rest of it. */
static bool read_figures(void *ctx, uint32_t n)
{
    struct sampling *s = ctx;
    struct hr_outer *o = s->o;
    struct hr_arena *a = hr_arena_create();

    for (size_t d = 0; d < o->scenario->n_designs; d++)
        for (size_t k = 0; k < o->scenario->designs[d].n_objectives; k++) {
            struct hr_outer_cell *c = &o->cells[d][k];
            struct hr_estimate e;
            const char *reason;

            c->verdict[n - 1] = hr_collector_verdict(s->collector, d, k, a, &e, &reason);
            c->value[n - 1] = e.mean;
        }
    o->violations += hr_collector_violations(s->collector, NULL);
    drop(s);
    hr_arena_destroy(a);
    return false;
}

static bool watch(void *ctx, const struct hr_study_progress *p)
{
    const struct sampling *s = ctx;

    return !s->how->watch || s->how->watch(s->how->ctx, p);
}

static const struct hr_plan **plans_of(const struct hr_outer *o)
{
    const size_t n = o->scenario->n_designs;
    const struct hr_plan **plans =
        hr_arena_alloc(o->arena, n * o->points, sizeof(struct hr_plan *));

    for (uint32_t p = 0; p < o->points; p++)
        for (size_t d = 0; d < n; d++)
            plans[p * n + d] = o->varied[p]->designs[d].plan;
    return plans;
}

bool hr_outer_run(struct hr_outer *o, const struct hr_outer_effort *how)
{
    struct sampling s = {.o = o, .how = how};
    const struct hr_study_options study = {.plans = plans_of(o),
                                           .n_designs = (uint32_t)o->scenario->n_designs,
                                           .replications = o->points * HR_OUTER_EACH,
                                           .a_point = HR_OUTER_EACH,
                                           .twins = hr_twins_of(o->scenario, o->arena),
                                           .seed = o->seed,
                                           .jobs = how->jobs,
                                           .budget_s = how->budget_s,
                                           .machine = how->machine,
                                           .ctx = &s,
                                           .merge = merge,
                                           .merge_twin = merge_twin,
                                           .enough = read_figures,
                                           .watch = watch};
    const struct hr_study_end end = hr_study_run(&study);

    drop(&s);
    o->done = end.replications / HR_OUTER_EACH;
    o->events += end.events;
    o->tasks += end.tasks;
    hr_outer_conclude(o);
    return end.stopped;
}
