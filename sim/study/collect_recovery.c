/* sim/study/collect_recovery.c - what came of disturbances: the group `recovery` of
 * results/names.h, and the figures of rto and rpo: the p95 of occurrences, with an interval of
 * order statistics (sim/measure/order.h), taken as independent of one another.
 *
 * Every time that a disturbance acted in a design's own run has a row.  A twin in which it acted
 * alone replaces the figures of its row.  `alone` tells rows that rest on a run in which nothing
 * else acted before the recovery was settled; objectives about a disturbance with a time read
 * those only.  Where occurrences at random times were sampled (--occurrences), figures are of
 * those.  Occurrences at random are read as they are in the run, whatever else acted. */
#include "sim/measure/order.h"
#include "sim/study/collected.h"
#include "sim/study/interval.h"

#include <math.h>
#include <string.h>

enum { SPELLS = 1024 /* of a run */ };
static const double occurrences_quantile = 0.95; /* what an objective about rto reads */

/* --- data ----------------------------------------------------------------------------------- */

static bool is_in(const struct hr_plan *p, const struct hr_component *c, uint32_t place)
{
    if (c->place == place)
        return true;
    for (uint32_t k = 0; k < c->zones.n; k++)
        if (c->zones.at[k] == place || p->places[c->zones.at[k]].region == place)
            return true;
    return false;
}

/* Does it take data away, as far as the plan tells: a component of the room `data`? */
static bool hits_data(const struct hr_plan *p, const struct hr_disturbance *d)
{
    if (d->verb != HR_VERB_LOSE && d->verb != HR_VERB_FAILOVER)
        return false;
    for (uint32_t i = 0; i < p->n_components; i++) {
        const struct hr_component *c = &p->components[i];

        if (!c->model || !c->model->room || strcmp(c->model->room, "data") != 0)
            continue;
        if (d->component == i ||
            (d->component == HR_NONE && d->place != 0 && is_in(p, c, d->place)))
            return true;
    }
    return false;
}

/* From the recovery point to the later of the loss, which is when the disturbance began and not
 * when it was seen what is gone, and the last write lost. */
static hr_time loss_span(const struct hr_loss_record *l, hr_time begin)
{
    const hr_time last = begin > l->last_lost ? begin : l->last_lost;

    return l->writes == 0 || last < l->recovery_point ? 0 : last - l->recovery_point;
}

/* What was lost from `from` until `to`. */
static void read_losses(const struct hr_plan *plan, const struct hr_record *r, hr_time from,
                        hr_time to, struct hr_recovered_row *row)
{
    bool durable = false, other = false;

    row->rpo = 0;
    row->writes_lost = 0;
    for (uint32_t i = 0; i < r->n_losses; i++) {
        const struct hr_loss_record *l = &r->losses[i];

        if (l->at < from || l->at >= to)
            continue;
        durable = durable || l->durable;
        other = other || !l->durable;
        if (!l->durable)
            continue;
        row->writes_lost += l->writes;
        row->rpo = loss_span(l, from) > row->rpo ? loss_span(l, from) : row->rpo;
    }
    row->tested =
        durable || (!other && hits_data(plan, &plan->disturbances[row->spell.disturbance]));
}

/* --- adding --------------------------------------------------------------------------------- */

static void read_marks(const struct hr_record *r, struct hr_recovered_row *row)
{
    struct hr_mark_at *m = hr_heap_resize(NULL, (size_t)r->n_marks + 1, sizeof *m);

    for (uint32_t i = 0; i < r->n_marks; i++)
        m[i] = (struct hr_mark_at){r->marks[i].at, r->marks[i].mark};
    hr_recovery_divide(&row->x, &row->spell, m, r->n_marks, r->window);
    hr_heap_resize(m, 0, 0);
}

/* Fill a row from a run; data lost from `next` on are somebody else's. */
static void read_row(const struct hr_plan *plan, const struct hr_record *r, hr_time next,
                     uint32_t known, struct hr_recovered_row *row)
{
    row->x = hr_recovery_find(&plan->recovered, plan->horizon, r, &row->spell, known);
    row->affected = hr_windows_bad(r, UINT64_MAX, row->spell.begin, row->x.settled);
    read_marks(r, row);
    read_losses(plan, r, row->spell.begin, next, row);
}

void hr_collect_recovery_add(struct hr_collector *c, struct hr_design_sum *d,
                             const struct hr_record *r)
{
    struct hr_spell *s = hr_heap_resize(NULL, SPELLS, sizeof *s);
    size_t n = r->window > 0 ? hr_spells_of(d->plan, r, s, SPELLS) : 0;
    const bool whole = n <= SPELLS && r->events_dropped == 0;

    n = n < SPELLS ? n : SPELLS;
    for (size_t k = 0; k < n; k++) {
        struct hr_recovered_row *row;

        d->recoveries = hr_arena_room(c->arena, d->recoveries, d->n_recoveries,
                                      &d->recoveries_room, sizeof *d->recoveries);
        row = &d->recoveries[d->n_recoveries++];
        *row = (struct hr_recovered_row){.replication = r->replication, .spell = s[k]};
        read_row(d->plan, r, k + 1 < n ? s[k + 1].begin : HR_NEVER, UINT32_MAX, row);
        row->alone = whole && hr_spell_is_alone(d->plan, s, n, k, &row->x);
    }
    hr_heap_resize(s, 0, 0);
}

/* A twin may have been stopped when all was settled: what came after is not known. */
static uint32_t known_windows(const struct hr_record *r, hr_time begin)
{
    return r->complete ? UINT32_MAX
                       : hr_windows_known(r, (uint32_t)(begin / r->window), r->ended_at);
}

void hr_collect_recovery_twin(struct hr_design_sum *d, const struct hr_twin *t,
                              const struct hr_record *r)
{
    for (size_t k = 0; k < d->n_recoveries; k++) {
        struct hr_recovered_row *row = &d->recoveries[k];

        if (row->occurrence || row->replication != r->replication ||
            row->spell.disturbance + 1 != t->alone)
            continue;
        read_row(d->plan, r, HR_NEVER, known_windows(r, row->spell.begin), row);
        row->alone = true;
        return;
    }
}

static hr_time end_of(const struct hr_plan *plan, const struct hr_record *r)
{
    struct hr_spell s = {0, 0, HR_NEVER};

    return hr_spells_of(plan, r, &s, 1) > 0 ? s.end : HR_NEVER;
}

void hr_collect_recovery_occurrence(struct hr_collector *c, struct hr_design_sum *d,
                                    const struct hr_record *r)
{
    const struct hr_episode *e = hr_episode_of(r);
    struct hr_recovered_row *row;

    d->recoveries = hr_arena_room(c->arena, d->recoveries, d->n_recoveries,
                                  &d->recoveries_room, sizeof *d->recoveries);
    row = &d->recoveries[d->n_recoveries++];
    *row =
        (struct hr_recovered_row){.replication = r->replication,
                                  .occurrence = r->replication,
                                  .spell = {e->disturbance, e->strike, end_of(e->plan, r)}};
    read_row(e->plan, r, HR_NEVER, known_windows(r, e->strike), row);
    row->spell.begin += e->shift;
    row->alone = true;
    d->sampled = true;
}

/* --- figures -------------------------------------------------------------------------------- */

static double seconds(hr_time t)
{
    return t == HR_NEVER ? HUGE_VAL : hr_time_s(t);
}

static bool counts(const struct hr_design_sum *d, const struct hr_recovered_row *row,
                   bool rpo)
{
    const struct hr_disturbance *x = &d->plan->disturbances[row->spell.disturbance];

    if (d->sampled)
        return row->occurrence > 0 && (!rpo || row->tested);
    return (row->alone || !x->placed) && (!rpo || row->tested);
}

/* Figures of one disturbance's occurrences that count, ascending in `room`. */
static size_t occurrences(const struct hr_design_sum *d, bool rpo, uint32_t disturbance,
                          double *room)
{
    size_t n = 0;

    for (size_t k = 0; k < d->n_recoveries; k++) {
        const struct hr_recovered_row *row = &d->recoveries[k];

        if (row->spell.disturbance == disturbance && counts(d, row, rpo))
            room[n++] = seconds(rpo ? row->rpo : row->x.rto);
    }
    hr_order_sort(room, n);
    return n;
}

/* The smallest value that 95% of n > 0 occurrences do not exceed, and the order statistics that
 * enclose that of all occurrences. */
static struct hr_estimate p95(const double *x, size_t n, double level)
{
    const struct hr_order_bounds b = hr_order_bounds(n, occurrences_quantile, level);
    const size_t rank = (size_t)ceil(occurrences_quantile * (double)n);

    return (struct hr_estimate){.mean = x[rank > 0 ? rank - 1 : 0],
                                .lo = b.lower ? x[b.lower - 1] : 0,
                                .hi = b.upper ? x[b.upper - 1] : HUGE_VAL,
                                .n = n};
}

static bool speaks_of(const struct hr_objective *o, uint32_t disturbance)
{
    return o->disturbance == HR_NONE || o->disturbance == disturbance;
}

/* Replications (or sampled occurrences) in which something counts that the objective speaks of. */
static size_t replications(const struct hr_design_sum *d, const struct hr_objective *o)
{
    const bool rpo = o->measure == HR_MEASURE_RPO;
    size_t n = 0;

    for (size_t k = 0; d->sampled && k < d->n_recoveries; k++)
        n += speaks_of(o, d->recoveries[k].spell.disturbance) &&
             counts(d, &d->recoveries[k], rpo);
    for (uint32_t i = 0; !d->sampled && i < d->n; i++)
        for (size_t k = 0; k < d->n_recoveries; k++)
            if (d->recoveries[k].replication == d->replication[i] &&
                speaks_of(o, d->recoveries[k].spell.disturbance) &&
                counts(d, &d->recoveries[k], rpo)) {
                n++;
                break;
            }
    return n;
}

/* Did one of those that it speaks of act at all, and had one come back when the run ended? */
static bool any(const struct hr_design_sum *d, const struct hr_objective *o, bool cut)
{
    for (size_t k = 0; k < d->n_recoveries; k++)
        if ((o->disturbance == HR_NONE ||
             d->recoveries[k].spell.disturbance == o->disturbance) &&
            (!cut || (d->recoveries[k].x.cut && counts(d, &d->recoveries[k], false))))
            return true;
    return false;
}

static const char *why_not(const struct hr_design_sum *d, const struct hr_objective *o)
{
    if (o->disturbance != HR_NONE && !d->plan->disturbances[o->disturbance].enabled)
        return "the disturbance is turned off";
    if (!any(d, o, false))
        return o->disturbance == HR_NONE ? "not tested: no disturbance acts"
                                         : "not tested: it does not occur in these runs";
    return o->measure == HR_MEASURE_RPO ? "not tested: no data can be lost by it"
                                        : "not simulated";
}

/* Of the disturbance that an objective names, or the worst of all.  That worst one lies between
 * the largest of the lower ends and the largest of the upper ends where all of their intervals
 * hold, so that each gets its share of what may go wrong (Bonferroni). */
static struct hr_estimate worst(const struct hr_design_sum *d, const struct hr_objective *o,
                                double level, double *room, size_t *least)
{
    const bool rpo = o->measure == HR_MEASURE_RPO;
    struct hr_estimate e = {.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN};
    size_t several = 0;

    for (uint32_t i = 0; i < d->plan->n_disturbances; i++)
        several += speaks_of(o, i) && occurrences(d, rpo, i, room) > 0;
    level = 1 - (1 - level) / (double)(several ? several : 1);
    for (uint32_t i = 0; i < d->plan->n_disturbances; i++) {
        const size_t n = speaks_of(o, i) ? occurrences(d, rpo, i, room) : 0;
        struct hr_estimate of;

        if (n == 0)
            continue;
        of = p95(room, n, level);
        e.mean = isnan(e.mean) ? of.mean : fmax(e.mean, of.mean);
        e.lo = isnan(e.lo) ? of.lo : fmax(e.lo, of.lo);
        e.hi = isnan(e.hi) ? of.hi : fmax(e.hi, of.hi);
        if (n < hr_order_least(occurrences_quantile, level))
            *least = *least == 0 || n < *least ? n : *least;
    }
    return e;
}

void hr_collect_recovery_by_replication(const struct hr_design_sum *d,
                                        const struct hr_objective *o, double *x)
{
    const bool rpo = o->measure == HR_MEASURE_RPO;

    for (uint32_t i = 0; i < d->n; i++) {
        x[i] = HR_NAN;
        for (size_t k = 0; k < d->n_recoveries; k++) {
            const struct hr_recovered_row *row = &d->recoveries[k];

            if (row->replication == d->replication[i] &&
                speaks_of(o, row->spell.disturbance) && counts(d, row, rpo))
                x[i] = fmax(x[i], seconds(rpo ? row->rpo : row->x.rto));
        }
    }
}

struct hr_estimate hr_collect_recovery_estimate(const struct hr_design_sum *d,
                                                const struct hr_objective *o, double level,
                                                struct hr_arena *a, const char **reason)
{
    double *room = hr_arena_alloc(a, d->n_recoveries, sizeof *room);
    size_t few = 0; /* occurrences of a disturbance, where they are too few */
    struct hr_estimate e = worst(d, o, level, room, &few);

    e.n = isnan(e.mean) ? 0 : replications(d, o);
    if (e.n == 0 && d->n > 0)
        *reason = why_not(d, o);
    else if (o->measure == HR_MEASURE_RTO && isinf(e.mean))
        *reason = any(d, o, true) ? "not recovered: the run ends before it has held"
                                  : "not recovered in the run";
    else if (e.n > 1 && few > 0 && e.lo <= o->limit)
        *reason = hr_arena_printf(
            a,
            "%zu occurrences do not bound their p95 from above; it takes %zu, which "
            "--occurrences makes",
            few, hr_order_least(occurrences_quantile, level));
    if (e.n == 1)
        e.lo = e.hi = HR_NAN; /* an observation of one run */
    return e;
}

/* --- storing -------------------------------------------------------------------------------- */

struct recovery_vars {
    const char **disturbance;
    int64_t *design, *replication, *occurrence, *writes_lost, *affected, *alone;
    double *begin, *rto, *phases[HR_N_PHASES], *rpo;
};

static void *var(struct hr_store *st, const char *name, enum hr_value_type type,
                 const char *unit, const char *help)
{
    return hr_results_var(st->r, "recovery", name, type, "recovery_row", unit, help)->data;
}

static struct recovery_vars declare(struct hr_store *st)
{
    static const char *const help[HR_N_PHASES] = {
        "until it was noticed", "until it was decided what to do", "until that was begun",
        "until what was lost served again", "until all was well"};
    struct recovery_vars v = {
        .disturbance = var(st, "disturbance", HR_TEXT, "", "disturbance"),
        .design = var(st, "design", HR_I64, "1", "position of the design"),
        .replication = var(st, "replication", HR_I64, "1", "replication"),
        .begin = var(st, "begin", HR_F64, "s", "simulated time it begins"),
        .rto = var(st, "rto", HR_F64, "s",
                   "time to recovery; 0: not affected; infinite: not recovered"),
    };

    for (size_t i = 0; i < HR_N_PHASES; i++)
        v.phases[i] = var(st, hr_phase_names[i], HR_F64, "s", help[i]);
    v.occurrence = var(st, "occurrence", HR_I64, "1",
                       "number among those at random times; 0: of a design's own run");
    v.rpo = var(st, "rpo", HR_F64, "s", "data lost, as time; NaN: none can be lost by it");
    v.writes_lost = var(st, "writes_lost", HR_I64, "1", "writes to durable stores lost");
    v.affected = var(st, "affected", HR_I64, "1",
                     "requests not good, from its begin until good had lasted");
    v.alone = var(st, "alone", HR_I64, "1",
                  "1: of a run in which nothing else acted before it had recovered");
    return v;
}

static void store_row(const struct hr_design_sum *d, const struct hr_recovered_row *row,
                      size_t design, size_t at, const struct recovery_vars *v)
{
    v->disturbance[at] = d->plan->disturbances[row->spell.disturbance].name;
    v->design[at] = (int64_t)design;
    v->replication[at] = (int64_t)row->replication;
    v->occurrence[at] = (int64_t)row->occurrence;
    v->begin[at] = hr_time_s(row->spell.begin);
    v->rto[at] = seconds(row->x.rto);
    for (size_t i = 0; i < HR_N_PHASES; i++)
        v->phases[i][at] = seconds(row->x.phases[i]);
    v->rpo[at] = row->tested ? seconds(row->rpo) : HR_NAN;
    v->writes_lost[at] = (int64_t)row->writes_lost;
    v->affected[at] = (int64_t)row->affected;
    v->alone[at] = row->alone;
}

void hr_collect_recovery_store(struct hr_store *st)
{
    size_t n = 0, at = 0;
    int64_t *numbers;

    for (size_t i = 0; i < st->n_designs; i++)
        n += st->c->designs[i].n_recoveries;
    numbers = hr_arena_alloc(st->a, n, sizeof *numbers);
    for (size_t i = 0; i < n; i++)
        numbers[i] = (int64_t)i;
    hr_results_dim_integers(st->r, "recovery_row", "a time that a disturbance acted", n,
                            numbers);
    const struct recovery_vars v = declare(st);
    const char **rule = hr_results_var(st->r, "", "recovered", HR_TEXT, "design", "",
                                       "what is recovered, in words")
                            ->data;

    for (size_t i = 0; i < st->n_designs; i++)
        rule[i] = st->c->designs[i].plan->recovered.rule;
    for (size_t i = 0; i < st->n_designs; i++)
        for (size_t k = 0; k < st->c->designs[i].n_recoveries; k++)
            store_row(&st->c->designs[i], &st->c->designs[i].recoveries[k], i, at++, &v);
}
