/* sim/scenario/analyse.c - what can be said of a scenario without simulating it.
 *
 * Few warnings, each true and each with its numbers: what is overloaded, who gives up before
 * its callee does, retries that multiply, what nothing reaches. */
#include "sim/scenario/analyse_bounds.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/offered.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/tree/tree.h"

struct load {
    double start, peak; /* CPU seconds a second over capacity */
    hr_time peak_at;
};

struct looked { /* a design, and what can be said of it */
    const struct hr_design *d;
    const struct hr_flow *f;
    const struct hr_offered *o;
};

static double work_offered(const struct looked *l, uint32_t part, uint32_t look)
{
    const struct hr_plan *plan = l->d->plan;
    double sum = 0;

    for (uint32_t r = 0; r < plan->n_rows; r++) {
        const double each = l->f->work_s[(size_t)r * plan->n_components + part];
        if (each > 0)
            sum += each * l->o->at[(size_t)r * l->o->n + look];
    }
    return sum;
}

/* No more is ever offered than all peaks together. */
static double most_offered(const struct looked *l, uint32_t part)
{
    const struct hr_plan *plan = l->d->plan;
    double sum = 0;

    for (uint32_t r = 0; r < plan->n_rows; r++) {
        const double each = l->f->work_s[(size_t)r * plan->n_components + part];
        if (each > 0)
            sum += each * l->o->peak[r];
    }
    return sum;
}

static struct load load_of(const struct looked *on, uint32_t part, double capacity)
{
    struct load l = {work_offered(on, part, 0) / capacity, 0, 0};

    for (uint32_t i = 0; i < on->o->n; i++) {
        const double now = work_offered(on, part, i) / capacity;
        if (now > l.peak) {
            l.peak = now;
            l.peak_at = i * on->o->step;
        }
    }
    return l;
}

/* A closed loop offers without bound when thinking takes no time; it cannot overload. */
static bool bounded(double x)
{
    return x < 1e300;
}

static void warn_overload(const struct looked *on, uint32_t part, struct hr_diags *ds)
{
    const struct hr_component *c = &on->d->plan->components[part];
    const double capacity = c->model->capacity ? c->model->capacity(c->conf) : 0;

    if (!(capacity > 0) || on->o->n == 0 || most_offered(on, part) < 0.999 * capacity)
        return;
    const struct load l = load_of(on, part, capacity);

    if (!bounded(l.start) || !bounded(l.peak) || (l.start < 1 && l.peak < 1))
        return;
    struct hr_diag *w =
        l.start >= 1
            ? hr_diag_add(ds, HR_W102, c->at,
                          "`%s` is offered %.0f%% of its CPU capacity at t = 0", c->name,
                          100 * l.start)
            : hr_diag_add(
                  ds, HR_W102, c->at,
                  "`%s` is offered %.0f%% of its CPU capacity %.0f s after the start",
                  c->name, 100 * l.peak, hr_time_s(l.peak_at));
    if (w != NULL)
        hr_diag_hint(
            ds, w,
            "design `%s`: means only, without retries; it has %.3g cores, and the work "
            "needs %.3g",
            on->d->name, capacity, capacity * (l.start >= 1 ? l.start : l.peak));
}

static void warn_timeouts(const struct hr_design *d, const struct hr_flow *f,
                          struct hr_diags *ds)
{
    const struct hr_plan *plan = d->plan;

    for (uint32_t i = 0; i < plan->n_sites; i++) {
        const struct hr_site *s = &plan->sites[i];
        const hr_time t =
            s->o.retry && s->o.retry->timeout ? s->o.retry->timeout : s->o.timeout;
        const double limit = hr_time_s(t), rest = f->rest_s[s->op],
                     patience = f->patience_s[s->op];
        struct hr_diag *w;

        if (t == 0)
            continue;
        if (limit < rest) {
            w = hr_diag_add(
                ds, HR_W103, plan->components[s->caller].at,
                "%s times out after %.3g s, and an answer takes %.3g s on average "
                "when nothing is busy",
                s->label, limit, rest);
        } else if (patience > limit) {
            w = hr_diag_add(
                ds, HR_W103, plan->components[s->caller].at,
                "%s times out after %.3g s, and the callee itself waits up to %.3g "
                "s for what it calls",
                s->label, limit, patience);
        } else {
            continue;
        }
        if (w != NULL)
            hr_diag_hint(
                ds, w,
                "the callee is not told and works on in vain: make inner time-outs the "
                "shorter ones, or say `cancel: propagate`");
    }
}

enum { MULTIPLIES = 8 }; /* attempts at the end of a chain from which it is worth a word */

static void warn_retries(const struct hr_design *d, const struct hr_flow *f,
                         struct hr_diags *ds)
{
    const struct hr_plan *plan = d->plan;

    for (uint32_t r = 0; r < plan->n_rows; r++) {
        const struct hr_site *s = &plan->sites[plan->rows[r].site];
        const double own =
            s->o.retry && s->o.retry->budget <= 0 ? (double)s->o.retry->attempts : 1;
        const double all = f->amplification[plan->rows[r].op];

        if (all < MULTIPLIES || all <= own)
            continue;
        struct hr_diag *w = hr_diag_add(
            ds, HR_W104, plan->components[plan->rows[r].component].at,
            "one request of `%s` can become %.0f calls at the end of its chain of retries",
            plan->rows[r].name, all);
        if (w != NULL)
            hr_diag_hint(ds, w, "retry at one hop only, or give the retries a `budget`");
    }
}

/* A message that leads back makes another, and that one another: with one or more of them a
 * request there is no end, and if they take no time the run does not get past that moment. */
static void warn_circles(const struct hr_design *d, const struct hr_flow *f,
                         struct hr_diags *ds)
{
    const struct hr_plan *plan = d->plan;

    for (uint32_t r = 0; r < plan->n_rows; r++) {
        if (f->back[r] < 1 - 1e-9)
            continue;
        const struct hr_operation *o = &plan->operations[f->back_to[r]];
        const struct hr_component *c = &plan->components[o->component];
        struct hr_diag *w = hr_diag_add(
            ds, HR_W112, c->at,
            "messages lead back to `%s.%s`, %.3g of them for each request of `%s`", c->name,
            o->name, f->back[r], plan->rows[r].name);
        if (w != NULL)
            hr_diag_hint(ds, w, "send on a share only (`choose`), or break the circle");
    }
}

static bool is_reached(const struct hr_plan *plan, const struct hr_flow *f, uint32_t part)
{
    const struct hr_component *c = &plan->components[part];

    for (uint32_t r = 0; r < plan->n_rows; r++)
        for (uint32_t op = c->first_op; op < c->first_op + c->n_ops; op++)
            if (f->calls[(size_t)r * plan->n_operations + op] > 0)
                return true;
    return false;
}

/* By component: is it named by a call, wherever that stands?  Reached from a `when` block
 * counts: a fallback is there for a purpose.  So does who gets what is given up. */
static bool *called_ones(const struct hr_plan *plan, struct hr_arena *a)
{
    bool *called = hr_arena_alloc(a, plan->n_components, sizeof *called);

    for (uint32_t i = 0; i < plan->n_sites; i++)
        called[plan->sites[i].callee] = true;
    for (uint32_t i = 0; i < plan->n_components; i++) {
        const struct hr_component *c = &plan->components[i];
        const uint32_t op =
            c->model->dead_letters ? c->model->dead_letters(c->conf) : HR_NONE;

        if (op != HR_NONE)
            called[plan->operations[op].component] = true;
    }
    return called;
}

/* It, or what it takes from. */
static bool is_called(const struct hr_component *c, uint32_t part, const bool *called)
{
    const uint32_t queue = c->model->consumes ? c->model->consumes(c->conf) : HR_NONE;

    return called[part] || (queue != HR_NONE && called[queue]);
}

static void warn_unreached(const struct hr_design *d, const struct hr_flow *f,
                           struct hr_arena *a, struct hr_diags *ds)
{
    const struct hr_plan *plan = d->plan;
    const bool *called = called_ones(plan, a);

    for (uint32_t i = 0; i < plan->n_components; i++) {
        const struct hr_component *c = &plan->components[i];

        if (c->model->ops == HR_OPS_SOURCE || c->bypass || is_reached(plan, f, i) ||
            is_called(c, i, called))
            continue;
        struct hr_diag *w =
            hr_diag_add(ds, HR_W101, c->at, "nothing reaches `%s`", c->name);
        if (w != NULL)
            hr_diag_hint(ds, w,
                         "name it in a `to`, `targets`, `call` or `send`, or leave it "
                         "out if it is a standby");
    }
}

static void warn_late_disturbances(const struct hr_design *d, struct hr_diags *ds)
{
    for (uint32_t i = 0; i < d->plan->n_disturbances; i++) {
        const struct hr_disturbance *t = &d->plan->disturbances[i];

        if (t->placed && t->at >= d->plan->horizon)
            hr_diag_add(ds, HR_W107, t->at_loc,
                        "`%s` begins %.0f s after the start, and the horizon is %.0f s",
                        t->name, hr_time_s(t->at), hr_time_s(d->plan->horizon));
    }
}

/* One warning a component: demands decide every result. */
static void warn_demands(const struct hr_design *d, struct hr_diags *ds)
{
    for (uint32_t i = 0; d->claims != NULL && i < d->plan->n_components; i++) {
        const struct hr_claims *c = &d->claims[i];

        if (c->guessed == 0)
            continue;
        struct hr_diag *w =
            hr_diag_add(ds, HR_W105, c->at, "`%s` has %u time%s that nobody measured%s",
                        d->plan->components[i].name, c->guessed, c->guessed == 1 ? "" : "s",
                        c->constant == 0            ? ""
                        : c->constant == c->guessed ? ", written as constants"
                                                    : ", some of them constants");
        hr_diag_hint(ds, w,
                     "measure it and say where: { value: lognormal(p50=8ms p99=60ms), "
                     "source: \"traces of ...\" }");
    }
}

/* --- prices ------------------------------------------------------------------------------- */

/* Is the cost asked for? */
static bool asks_for_cost(const struct hr_design *d)
{
    for (size_t i = 0; i < d->n_objectives; i++)
        if (hr_measures[d->objectives[i].measure].written == HR_FIELD_MONEY)
            return true;
    return false;
}

static void warn_price(const struct hr_component *c, struct hr_arena *a,
                       struct hr_diags *ds)
{
    const char *names = NULL, *first = NULL;
    struct hr_diag *w;

    for (uint32_t d = 0; d < c->prices.n_usage; d++)
        if (!c->prices.usage[d] && !(c->model->rare_usage & 1u << d) &&
            !hr_prices_in_largest(&c->prices, d)) {
            first = first ? first : c->model->usage[d].name;
            names = hr_arena_printf(a, "%s%s%s", names ? names : "", names ? ", " : "",
                                    c->model->usage[d].name);
        }
    if (!names)
        return;
    w = hr_diag_add(ds, HR_W106, c->at, "`%s` has no price for: %s", c->name, names);
    hr_diag_hint(ds, w,
                 c->product
                     ? "its product has none; write it: prices: { %s: ... }, or $0"
                     : "give it a product (headroom catalog lists them), or write it: "
                       "prices: { %s: ... }",
                 first);
}

static void warn_prices(const struct hr_design *d, struct hr_arena *a, struct hr_diags *ds)
{
    const bool asked = asks_for_cost(d);

    for (uint32_t i = 0; i < d->plan->n_components; i++)
        if (asked || d->plan->components[i].prices.given)
            warn_price(&d->plan->components[i], a, ds);
}

/* --- all of it ---------------------------------------------------------------------------- */

/* Does traffic offer the same in two designs, all defaults and products filled in? */
static bool offer_alike(const struct hr_design *x, const struct hr_design *y)
{
    static const char *const sections[] = {"traffic", "places", "start"};

    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        if (!hr_tree_equal(hr_tree_find(x->tree, sections[i]),
                           hr_tree_find(y->tree, sections[i])))
            return false;
    return x->plan->horizon == y->plan->horizon && x->plan->n_rows == y->plan->n_rows;
}

static void analyse(const struct looked *on, struct hr_arena *a, struct hr_diags *ds)
{
    for (uint32_t part = 0; part < on->d->plan->n_components; part++)
        warn_overload(on, part, ds);
    warn_timeouts(on->d, on->f, ds);
    warn_retries(on->d, on->f, ds);
    warn_circles(on->d, on->f, ds);
    warn_unreached(on->d, on->f, a, ds);
    warn_late_disturbances(on->d, ds);
    hr_analyse_bounds(on->d, a, ds);
    warn_demands(on->d, ds);
    warn_prices(on->d, a, ds);
}

void hr_scenario_analyse(const struct hr_scenario *s, struct hr_diags *ds)
{
    struct hr_arena *scratch = hr_arena_create();
    struct looked on = {0};

    for (size_t i = 0; i < s->n_designs; i++) {
        const struct hr_design *d = &s->designs[i], *last = on.d;

        if (d->plan == NULL)
            continue;
        hr_arena_reset(scratch);
        on.d = d;
        on.f = hr_flow_make(d->plan, scratch);
        if (!last || !offer_alike(last, d))
            on.o = hr_offered_make(d->plan, s->arena);
        analyse(&on, scratch, ds);
        if (d->n_objectives == 0 && i == 0)
            hr_diag_add(ds, HR_W109, (struct hr_loc){s->path, 0, 0, 0},
                        "no objectives: figures are shown, nothing is judged");
    }
    hr_arena_destroy(scratch);
}

struct hr_forecast hr_scenario_forecast(const struct hr_plan *plan)
{
    struct hr_arena *scratch = hr_arena_create();
    const struct hr_flow *f = hr_flow_make(plan, scratch);
    struct hr_forecast sum = {0, 0};
    const struct hr_offered *o = hr_offered_make(plan, scratch);

    for (uint32_t r = 0; r < plan->n_rows; r++) {
        const double *at = &o->at[(size_t)r * o->n];
        double tasks = hr_flow_offered(plan, r, 0) * hr_time_s(plan->warmup), calls = 0;

        for (uint32_t i = 0; i < o->n; i++) {
            const hr_time left = plan->horizon - i * o->step;
            tasks += at[i] * hr_time_s(left < o->step ? left : o->step);
        }
        for (uint32_t op = 0; op < plan->n_operations; op++)
            calls += f->calls[(size_t)r * plan->n_operations + op];
        if (!bounded(tasks))
            continue;
        sum.tasks += tasks;
        sum.calls += tasks * calls;
    }
    hr_arena_destroy(scratch);
    return sum;
}
