/* sim/study/outer_search.c - where a verdict flips, by runs of its own; see outer.h. */
#include "sim/study/outer.h"

#include "sim/study/collect.h"
#include "sim/study/interval.h"
#include "sim/study/stopwatch.h"

#include <math.h>

enum {
    HALVINGS = 6,      /* to a sixty-fourth of the range, then a straight line */
    EDGE_HALVINGS = 2, /* for either end of the interval */
    OF_SAMPLE = 2,     /* as many runs as the sample, at most */
    PROBES = 256,      /* of one design along one input */
};

/* A design with one input somewhere and the others half-way. */
struct probe {
    double at;
    struct hr_estimate *e; /* by objective */
    enum hr_verdict *v;
};

struct search {
    struct hr_outer *o;
    const struct hr_outer_effort *how;
    struct timespec began;
    bool stopped;
    size_t runs; /* so far */
    size_t design, input;
    struct probe *probes;
    size_t n;
};

/* --- one probe --------------------------------------------------------------------------------- */

struct collecting {
    const struct hr_outer_effort *how;
    struct hr_collector *c;
};

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    hr_collector_add(((struct collecting *)ctx)->c, design, r);
}

static void merge_twin(void *ctx, const struct hr_twin *t, const struct hr_record *r)
{
    hr_collector_twin(((struct collecting *)ctx)->c, t, r);
}

static bool watch(void *ctx, const struct hr_study_progress *p)
{
    const struct hr_outer_effort *how = ((struct collecting *)ctx)->how;

    return !how->watch || how->watch(how->ctx, p);
}

static void read_probe(const struct search *s, struct hr_collector *c, struct probe *p)
{
    const size_t n = s->o->scenario->designs[s->design].n_objectives;
    const char *reason;

    p->e = hr_arena_alloc(s->o->arena, n, sizeof *p->e);
    p->v = hr_arena_alloc(s->o->arena, n, sizeof *p->v);
    for (size_t k = 0; k < n; k++)
        p->v[k] = hr_collector_verdict(c, 0, k, s->o->arena, &p->e[k], &reason);
}

/* Run one design, the only one of `one`; false if it was cut short. */
static bool simulate(struct search *s, const struct hr_scenario *one, struct probe *p)
{
    struct collecting c = {s->how,
                           hr_collector_create(one, s->how->replications, s->o->seed)};
    const struct hr_plan *plan = one->designs[0].plan;
    const struct hr_study_options study = {
        .plans = &plan,
        .n_designs = 1,
        .replications = s->how->replications,
        .twins = hr_twins_of(one, one->arena),
        .seed = s->o->seed,
        .jobs = s->how->jobs,
        .budget_s = s->how->budget_s > 0
                        ? fmax(s->how->budget_s - hr_elapsed_s(&s->began), 1e-3)
                        : 0,
        .machine = s->how->machine,
        .ctx = &c,
        .merge = merge,
        .merge_twin = merge_twin,
        .watch = watch};
    const struct hr_study_end end = hr_study_run(&study);
    const bool whole = end.replications == s->how->replications;

    s->runs += end.replications;

    if (whole)
        read_probe(s, c.c, p);
    s->stopped = s->stopped || end.stopped;
    s->o->events += end.events;
    s->o->tasks += end.tasks;
    s->o->violations += hr_collector_violations(c.c, NULL);
    hr_collector_destroy(c.c);
    return whole;
}

static size_t most_runs(const struct search *s)
{
    return (size_t)OF_SAMPLE * s->o->points * HR_OUTER_EACH * s->o->scenario->n_designs;
}

/* NULL: that is enough, there was no time, or the scenario is wrong there. */
static const struct probe *probe(struct search *s, double at)
{
    const struct hr_position where = {s->o->scenario->inputs[s->input].path, at};
    struct probe *p = &s->probes[s->n];
    struct hr_arena *a;
    struct hr_diags ds;
    bool whole = false;

    for (size_t i = 0; i < s->n; i++)
        if (s->probes[i].at == at)
            return &s->probes[i];
    if (s->n == PROBES || s->stopped || s->runs >= most_runs(s) ||
        (s->how->budget_s > 0 && hr_elapsed_s(&s->began) >= s->how->budget_s))
        return NULL;
    a = hr_arena_create();
    hr_diags_init(&ds, a);
    struct hr_scenario one = *hr_scenario_vary(s->o->scenario, &where, 1, &ds);
    if (ds.errors == 0) {
        one.designs += s->design;
        one.n_designs = 1;
        one.chosen = 0;
        p->at = at;
        whole = simulate(s, &one, p);
    }
    hr_arena_destroy(a);
    s->n += whole;
    return whole ? p : NULL;
}

/* --- the crossing -------------------------------------------------------------------------------- */

static bool keeps(const struct hr_objective *o, const struct probe *p, size_t k)
{
    return hr_verdict_keeps(o, p->e[k].mean);
}

/* Where the straight line from `from` at a to `to` at b meets the limit; half-way where one is
 * infinite. */
static double crossing(const struct hr_objective *o, double a, double from, double b,
                       double to)
{
    if (!isfinite(from) || !isfinite(to) || from == to)
        return (a + b) / 2;
    return a + (b - a) * fmin(fmax((o->limit - from) / (to - from), 0), 1);
}

/* The end of the interval that decides a verdict: the worse one of what is kept, the better one
 * of what is broken. */
static double deciding(const struct hr_objective *o, const struct probe *p, size_t k,
                       enum hr_verdict v)
{
    const bool worse_is_less = hr_verdict_keeps(o, HUGE_VAL);

    return (v == HR_KEPT) == worse_is_less ? p->e[k].lo : p->e[k].hi;
}

/* The edge of what surely has a verdict, between a probe that has it and one nearer to the
 * flip that has not. */
static double edge(struct search *s, size_t k, const struct probe *sure,
                   const struct probe *open, enum hr_verdict v)
{
    const struct hr_objective *o = s->o->cells[s->design][k].objective;

    for (int i = 0; i < EDGE_HALVINGS; i++) {
        const struct probe *p = probe(s, (sure->at + open->at) / 2);

        if (!p)
            break;
        if (p->v[k] == v)
            sure = p;
        else
            open = p;
    }
    return crossing(o, sure->at, deciding(o, sure, k, v), open->at,
                    deciding(o, open, k, v));
}

/* The interval of a flip between `a` and `b`, a below b; the end of the range where a side has
 * no place that is sure. */
static void bound(struct search *s, size_t k, struct hr_flip *f, const struct probe *a,
                  const struct probe *b)
{
    const enum hr_verdict below = f->above ? HR_KEPT : HR_BROKEN;
    const enum hr_verdict beyond = f->above ? HR_BROKEN : HR_KEPT;
    const struct probe *lo = NULL, *hi = NULL;

    for (size_t i = 0; i < s->n; i++) {
        const struct probe *p = &s->probes[i];

        if (p->at <= a->at && p->v[k] == below && (!lo || p->at > lo->at))
            lo = p;
        if (p->at >= b->at && p->v[k] == beyond && (!hi || p->at < hi->at))
            hi = p;
    }
    f->lo = !lo ? 0 : lo == a ? a->at : edge(s, k, lo, a, below);
    f->hi = !hi ? 1 : hi == b ? b->at : edge(s, k, hi, b, beyond);
}

static void search_cell(struct search *s, size_t k)
{
    struct hr_outer_cell *c = &s->o->cells[s->design][k];
    const struct hr_objective *o = c->objective;
    const struct probe *a = probe(s, 0), *b = probe(s, 1);
    double middle = c->cut > 0 && c->cut < 1 ? c->cut : 0.5;

    if (!a || !b || isnan(a->e[k].mean) || isnan(b->e[k].mean) ||
        keeps(o, a, k) == keeps(o, b, k))
        return; /* with the others half-way it does not flip */
    c->flip.above = keeps(o, a, k);
    for (int i = 0; i < HALVINGS; i++, middle = (a->at + b->at) / 2) {
        const struct probe *p = probe(s, middle);

        if (!p)
            break;
        if (keeps(o, p, k) == c->flip.above)
            a = p;
        else
            b = p;
    }
    c->flip.at = crossing(o, a->at, a->e[k].mean, b->at, b->e[k].mean);
    if (s->how->replications > 1)
        bound(s, k, &c->flip, a, b);
}

static bool flips(const struct hr_outer *o, size_t d, size_t k, size_t input)
{
    const struct hr_outer_cell *c = &o->cells[d][k];

    return c->top == input && c->kept < o->done && c->broken < o->done;
}

bool hr_outer_search(struct hr_outer *o, const struct hr_outer_effort *how)
{
    const struct hr_scenario *sc = o->scenario;
    struct search s = {.o = o, .how = how};

    s.began = hr_stopwatch();
    s.probes = hr_arena_alloc(o->arena, PROBES + 1, sizeof *s.probes);
    for (size_t i = 0; i < sc->n_designs; i++) {
        s.design = (sc->chosen + i) % sc->n_designs; /* the one that decides first */
        for (s.input = 0; s.input < sc->n_inputs; s.input++) {
            s.n = 0;
            for (size_t k = 0; k < sc->designs[s.design].n_objectives; k++)
                if (flips(o, s.design, k, s.input))
                    search_cell(&s, k);
        }
    }
    return s.stopped;
}
