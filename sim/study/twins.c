/* sim/study/twins.c - see twins.h. */
#include "sim/study/twins.h"

#include "sim/scenario/scenario.h"
#include "sim/study/episode.h"
#include "sim/study/recovery.h"

enum { SPELLS = 1024 }; /* of one run that are looked at */

/* --- which ---------------------------------------------------------------------------------- */

static bool acts(const struct hr_plan *p, uint32_t d)
{
    const struct hr_disturbance *x = &p->disturbances[d];

    return x->enabled && (x->placed ? x->at < p->horizon : x->random);
}

bool hr_plan_has_extras(const struct hr_plan *p)
{
    struct hr_one_off o;

    for (uint32_t d = 0; d < p->n_disturbances; d++)
        if (acts(p, d))
            return true;
    for (uint32_t i = 0; i < p->n_components; i++) {
        const struct hr_component *c = &p->components[i];

        if (c->model && c->model->one_off && c->model->one_off(c->conf, 0, &o) &&
            o.begin < p->horizon)
            return true;
    }
    return false;
}

static bool is_asked_for(const struct hr_design *d, uint32_t disturbance)
{
    for (size_t i = 0; i < d->n_objectives; i++) {
        const struct hr_objective *o = &d->objectives[i];

        if ((o->measure == HR_MEASURE_RTO || o->measure == HR_MEASURE_RPO) &&
            (o->disturbance == HR_NONE || o->disturbance == disturbance))
            return true;
    }
    return false;
}

bool hr_year_is_asked(const struct hr_design *d)
{
    for (size_t i = 0; i < d->n_objectives; i++)
        if (d->objectives[i].measure == HR_MEASURE_YEARLY_AVAILABILITY)
            return hr_episode_classes(d->plan, true) > 0 &&
                   hr_episode_endless(d->plan) == HR_NONE;
    return false;
}

/* It has a price, or something is asked about money or the year. */
static bool wants_ordinary(const struct hr_design *d)
{
    for (uint32_t i = 0; i < d->plan->n_components; i++)
        if (d->plan->components[i].prices.given)
            return true;
    if (hr_year_is_asked(d))
        return true;
    for (size_t i = 0; i < d->n_objectives; i++)
        if (hr_measures[d->objectives[i].measure].written == HR_FIELD_MONEY &&
            hr_measures[d->objectives[i].measure].measured)
            return true;
    return false;
}

/* Does another begin at the same time or before?  Then the run of the design is no twin. */
static bool comes_later(const struct hr_plan *p, uint32_t d)
{
    for (uint32_t i = 0; i < p->n_disturbances; i++)
        if (i != d && acts(p, i) && p->disturbances[i].placed &&
            p->disturbances[i].at <= p->disturbances[d].at)
            return true;
    return false;
}

static bool has_company(const struct hr_plan *p, uint32_t d)
{
    for (uint32_t i = 0; i < p->n_disturbances; i++)
        if (i != d && acts(p, i))
            return true;
    return false;
}

static void list(struct hr_twins *list, const struct hr_design *d, uint32_t design,
                 bool perhaps)
{
    const struct hr_plan *p = d->plan;

    if (!perhaps && wants_ordinary(d) && hr_plan_has_extras(p))
        list->at[list->n++] = (struct hr_twin){design, 0, false};
    for (uint32_t i = 0; i < p->n_disturbances; i++)
        if (p->recovered.over > 0 && acts(p, i) && p->disturbances[i].placed &&
            has_company(p, i) && is_asked_for(d, i) && comes_later(p, i) != perhaps)
            list->at[list->n++] = (struct hr_twin){design, i + 1, perhaps};
}

struct hr_twins hr_twins_of(const struct hr_scenario *s, struct hr_arena *a)
{
    struct hr_twins all = {0};
    size_t most = 0;

    for (size_t i = 0; i < s->n_designs; i++)
        most += (size_t)s->designs[i].plan->n_disturbances + 1;
    all.at = hr_arena_alloc(a, most, sizeof *all.at);
    for (size_t i = 0; i < s->n_designs; i++)
        list(&all, &s->designs[i], (uint32_t)i, false);
    for (size_t i = 0; i < s->n_designs; i++)
        list(&all, &s->designs[i], (uint32_t)i, true);
    return all;
}

/* --- how long ------------------------------------------------------------------------------- */

bool hr_twin_spared(const struct hr_plan *plan, const struct hr_twin *t,
                    const struct hr_record *main)
{
    struct hr_spell spells[SPELLS];
    const size_t n = hr_spells_of(plan, main, spells, SPELLS);

    if (!t->perhaps || n > SPELLS || main->events_dropped > 0)
        return false;
    for (size_t k = 0; k < n; k++) {
        if (spells[k].disturbance + 1 != t->alone)
            continue;
        const struct hr_recovery x =
            hr_recovery_find(&plan->recovered, plan->horizon, main, &spells[k], UINT32_MAX);
        return hr_spell_is_alone(plan, spells, n, k, &x);
    }
    return false;
}

bool hr_twin_settled(const struct hr_plan *plan, const struct hr_twin *t,
                     const struct hr_record *r, hr_time now)
{
    if (t->alone == 0 || r->window == 0)
        return false;
    const struct hr_spell s = {t->alone - 1, plan->disturbances[t->alone - 1].at, HR_NEVER};
    const uint32_t first = (uint32_t)(s.begin / r->window);

    if (now <= s.begin)
        return false;
    return hr_recovery_find(&plan->recovered, plan->horizon, r, &s,
                            hr_windows_known(r, first, now))
               .settled != HR_NEVER;
}

hr_time hr_twin_until(const struct hr_plan *plan, const struct hr_twin *t)
{
    const hr_time to_recover = 10 * HR_MINUTE; /* a guess */
    hr_time until;

    if (t->alone == 0)
        return plan->horizon;
    until = plan->disturbances[t->alone - 1].at + plan->recovered.held + to_recover;
    return until < plan->horizon ? until : plan->horizon;
}
