/* sim/study/budget.c - see budget.h. */
#include "sim/study/budget.h"

#include "sim/engine/arena.h"
#include "sim/study/interval.h"

enum { SPELLS = 4096 };
static const double default_target = 0.999; /* where the scenario has no objective */

/* --- windows -------------------------------------------------------------------------------- */

struct counts {
    double good, all;
};

static struct counts window_counts(const struct hr_record *r, uint64_t rows, uint32_t w)
{
    struct counts c = {0, 0};

    for (uint32_t i = 0; w < r->n_windows && i < r->n_rows && i < 64; i++) {
        if ((rows >> i & 1) == 0)
            continue;
        c.good += r->windows[i].ok[w];
        c.all += r->windows[i].total[w];
    }
    return c;
}

double hr_worst_span(const struct hr_plan *plan, const struct hr_record *r, uint64_t rows,
                     hr_time width, hr_time *at)
{
    const uint32_t n = hr_window_count(&plan->recovered, plan->horizon);
    uint32_t span = hr_window_count(&plan->recovered, width);
    struct counts sum = {0, 0};
    double worst = HR_NAN;

    *at = 0;
    span = span < n ? span : n;
    for (uint32_t w = 0; w < n; w++) {
        const struct counts in = window_counts(r, rows, w);

        sum.good += in.good;
        sum.all += in.all;
        if (w >= span) {
            const struct counts out = window_counts(r, rows, w - span);
            sum.good -= out.good;
            sum.all -= out.all;
        }
        if (w + 1 < span || sum.all <= 0 || sum.good / sum.all >= worst)
            continue;
        worst = sum.good / sum.all;
        *at = ((hr_time)w + 1 - span) * r->window;
    }
    return worst;
}

static bool keeps(const struct hr_recovered *rule, const struct hr_record *r, uint64_t rows,
                  uint32_t w)
{
    const double rounding = 1e-9;

    for (uint32_t i = rule->n; i < rule->n_all && w < r->n_windows; i++)
        if ((rule->when[i].rows & rows) != 0 &&
            r->watches[i].ok[w] + rounding <
                rule->when[i].share * (double)r->watches[i].total[w])
            return false;
    return true;
}

static bool has_objective(const struct hr_recovered *rule, uint64_t rows)
{
    for (uint32_t i = rule->n; i < rule->n_all; i++)
        if ((rule->when[i].rows & rows) != 0)
            return true;
    return false;
}

struct hr_windows_kept hr_windows_kept(const struct hr_plan *plan,
                                       const struct hr_record *r, uint64_t rows)
{
    const struct hr_recovered *rule = &plan->recovered;
    const bool objectives = has_objective(rule, rows);
    struct hr_windows_kept k = {0, hr_window_count(rule, plan->horizon)};

    for (uint32_t w = 0; w < k.all; w++)
        k.kept += objectives ? keeps(rule, r, rows, w) : hr_window_good(rule, r, w);
    return k;
}

/* --- target and requests -------------------------------------------------------------------- */

struct hr_budget hr_budget_of(const struct hr_design *d)
{
    struct hr_budget b = {default_target, UINT64_MAX, true};

    for (size_t i = 0; i < d->n_objectives; i++) {
        const struct hr_objective *o = &d->objectives[i];
        double target;

        if (o->expectation || !hr_objective_is_plain(o))
            continue;
        if (o->measure == HR_MEASURE_AVAILABILITY && o->op >= 2)
            target = o->limit;
        else if (o->measure == HR_MEASURE_ERROR_RATE && o->op <= 1)
            target = 1 - o->limit;
        else
            continue;
        if (b.assumed || target > b.target)
            b = (struct hr_budget){target, o->rows, false};
    }
    return b;
}

bool hr_plan_one_off(const struct hr_plan *plan, size_t i, struct hr_one_off *o,
                     uint32_t *part)
{
    for (uint32_t c = 0; c < plan->n_components; c++) {
        const struct hr_component *x = &plan->components[c];

        for (uint32_t k = 0;
             x->model && x->model->one_off && x->model->one_off(x->conf, k, o); k++)
            if (o->begin < plan->horizon && i-- == 0) {
                *part = c;
                return true;
            }
    }
    return false;
}

static bool is_one_off(const struct hr_plan *plan, hr_time from, hr_time to)
{
    struct hr_one_off o;
    uint32_t part;

    for (size_t i = 0; hr_plan_one_off(plan, i, &o, &part); i++)
        if (o.begin < to && o.end > from)
            return true;
    return false;
}

double hr_budget_requests(const struct hr_plan *plan, const struct hr_record *r,
                          uint64_t rows)
{
    const uint32_t n = hr_window_count(&plan->recovered, plan->horizon);
    double outside = 0, all = 0;
    hr_time time = 0;

    for (uint32_t w = 0; w < n; w++) {
        const hr_time from = (hr_time)w * r->window;
        const hr_time left = plan->horizon - from;
        const double arrived = window_counts(r, rows, w).all;

        all += arrived;
        if (is_one_off(plan, from, from + r->window))
            continue;
        outside += arrived;
        time += left < r->window ? left : r->window;
    }
    if (time == 0) { /* nothing but one-offs */
        outside = all;
        time = plan->horizon;
    }
    return outside * (HR_BUDGET_DAYS * 24.0 * 3600) / hr_time_s(time);
}

/* --- causes --------------------------------------------------------------------------------- */

struct cause {
    size_t id;
    hr_time begin, until; /* of acting and not having recovered */
};
struct causes {
    struct cause *at;
    size_t n;
};

static size_t count_one_offs(const struct hr_plan *plan)
{
    struct hr_one_off o;
    uint32_t part;
    size_t n = 0;

    while (hr_plan_one_off(plan, n, &o, &part))
        n++;
    return n;
}

size_t hr_budget_causes(const struct hr_plan *plan)
{
    return (size_t)plan->n_disturbances + count_one_offs(plan) + 1;
}

const char *hr_budget_cause(const struct hr_plan *plan, size_t cause, struct hr_arena *a)
{
    struct hr_one_off o;
    uint32_t part;

    if (cause < plan->n_disturbances)
        return plan->disturbances[cause].name;
    if (!hr_plan_one_off(plan, cause - plan->n_disturbances, &o, &part))
        return "undisturbed";
    return o.name ? o.name : hr_arena_printf(a, "%s spike", plan->components[part].name);
}

/* When what ended at `end` has been recovered from. */
static hr_time recovered_at(const struct hr_plan *plan, const struct hr_record *r,
                            hr_time end)
{
    const struct hr_spell s = {0, end, HR_NEVER};
    hr_time rto;

    if (end >= plan->horizon)
        return HR_NEVER;
    rto = hr_recovery_find(&plan->recovered, plan->horizon, r, &s, UINT32_MAX).rto;
    return rto == HR_NEVER ? HR_NEVER : end + rto;
}

static struct causes list_spells(const struct hr_plan *plan, const struct hr_record *r,
                                 struct hr_arena *a)
{
    struct hr_spell *s = hr_arena_alloc(a, SPELLS, sizeof *s);
    struct causes c = {.at = hr_arena_alloc(a, SPELLS, sizeof *c.at)};
    size_t n = hr_spells_of(plan, r, s, SPELLS);

    n = n < SPELLS ? n : SPELLS;
    for (; c.n < n; c.n++)
        c.at[c.n] = (struct cause){s[c.n].disturbance, s[c.n].begin,
                                   recovered_at(plan, r, s[c.n].end)};
    return c;
}

static struct causes list_one_offs(const struct hr_plan *plan, const struct hr_record *r,
                                   struct hr_arena *a)
{
    struct causes c = {.at = hr_arena_alloc(a, count_one_offs(plan), sizeof *c.at)};
    struct hr_one_off o;
    uint32_t part;

    for (; hr_plan_one_off(plan, c.n, &o, &part); c.n++)
        c.at[c.n] = (struct cause){plan->n_disturbances + c.n, o.begin,
                                   recovered_at(plan, r, o.end)};
    return c;
}

/* The one begun last that touches [from, to); `none` if there is none. */
static size_t latest(const struct causes *c, hr_time from, hr_time to, size_t none)
{
    const struct cause *best = NULL;

    for (size_t i = 0; i < c->n; i++)
        if (c->at[i].begin < to && c->at[i].until > from &&
            (!best || c->at[i].begin >= best->begin))
            best = &c->at[i];
    return best ? best->id : none;
}

void hr_budget_charge(const struct hr_plan *plan, const struct hr_record *r, uint64_t rows,
                      double *bad)
{
    struct hr_arena *a = hr_arena_create();
    const struct causes spells = list_spells(plan, r, a);
    const struct causes one_offs = list_one_offs(plan, r, a);
    const size_t none = plan->n_disturbances + one_offs.n;

    for (uint32_t w = 0; w < r->n_windows; w++) {
        const struct counts c = window_counts(r, rows, w);
        const hr_time from = (hr_time)w * r->window, to = from + r->window;
        size_t cause;

        if (c.all <= c.good)
            continue;
        cause = latest(&spells, from, to, none);
        if (cause == none)
            cause = latest(&one_offs, from, to, none);
        if (cause == none)
            cause = latest(&spells, to, to + r->window, none);
        bad[cause] += c.all - c.good;
    }
    hr_arena_destroy(a);
}
