/* sim/system/effects.c - what the disturbances that hold now amount to; see run_state.h.
 *
 * What a component suffers is always computed from the effects that hold it now: speeds
 * multiply, shares combine as 1 - prod(1 - p), and something is up when no `lose` holds it. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

const char *const hr_verb_names[HR_N_VERBS] = {"lose",         "slow",     "fail",  "flood",
                                               "misconfigure", "failover", "freeze"};

bool hr_place_inside(const struct hr_run *run, uint32_t place, uint32_t target)
{
    return place == target || (place != 0 && run->plan->places[place].region == target);
}

bool hr_effect_has(const struct hr_run *run, const struct effect *e, uint32_t instance)
{
    for (uint32_t i = 0; i < e->n_instances; i++)
        if (e->instances[i] == instance)
            return e->generation[i] == run->instances[instance].generation;
    return false;
}

void hr_effect_add(struct hr_run *run, struct effect *e, uint32_t instance)
{
    if (e->n_instances == e->room) {
        e->room = e->room ? 2 * e->room : 4;
        e->instances = hr_heap_resize(e->instances, e->room, sizeof *e->instances);
        e->generation = hr_heap_resize(e->generation, e->room, sizeof *e->generation);
    }
    e->instances[e->n_instances] = instance;
    e->generation[e->n_instances++] = run->instances[instance].generation;
}

/* --- what effects amount to -------------------------------------------------------------- */

double hr_effect_instance_speed(const struct hr_run *run, uint32_t instance)
{
    const struct instance *i = &run->instances[instance];
    const struct part *p = &run->parts[i->component];
    double speed = i->conf->speed;

    for (uint32_t k = 0; k < p->n_effects; k++)
        if (p->effects[k].verb == HR_VERB_SLOW &&
            hr_effect_has(run, &p->effects[k], instance))
            speed /= p->effects[k].by;
    return speed;
}

double hr_effect_speed(const struct hr_run *run, hr_part part, uint32_t op)
{
    const struct part *p = &run->parts[part];
    double speed = 1;

    for (uint32_t k = 0; k < p->n_effects; k++) {
        const struct effect *e = &p->effects[k];
        if (e->verb == HR_VERB_SLOW && e->whole && (e->op == HR_NONE || e->op == op))
            speed /= e->by;
    }
    return speed;
}

double hr_effect_share(const struct hr_run *run, hr_part part, uint32_t op,
                       enum hr_verb verb)
{
    const struct part *p = &run->parts[part];
    double spared = 1;

    for (uint32_t k = 0; k < p->n_effects; k++) {
        const struct effect *e = &p->effects[k];
        if (e->verb == verb && e->whole && (e->op == HR_NONE || e->op == op))
            spared *= 1 - e->by;
    }
    return 1 - spared;
}

double hr_effect_failure(const struct hr_run *run, hr_part part, uint32_t op)
{
    return hr_effect_share(run, part, op, HR_VERB_FAIL);
}

double hr_effect_instance_failure(const struct hr_run *run, uint32_t instance)
{
    const struct part *p = &run->parts[run->instances[instance].component];
    double well = 1;

    for (uint32_t k = 0; k < p->n_effects; k++)
        if (p->effects[k].verb == HR_VERB_FAIL &&
            hr_effect_has(run, &p->effects[k], instance))
            well *= 1 - p->effects[k].by;
    return 1 - well;
}

bool hr_effect_up(const struct hr_run *run, hr_part part)
{
    const struct part *p = &run->parts[part];

    for (uint32_t k = 0; k < p->n_effects; k++)
        if (p->effects[k].verb == HR_VERB_LOSE && p->effects[k].whole)
            return false;
    return true;
}

bool hr_effect_frozen(const struct hr_run *run, hr_part part)
{
    const struct part *p = &run->parts[part];

    for (uint32_t k = 0; k < p->n_effects; k++)
        if (p->effects[k].verb == HR_VERB_FREEZE)
            return true;
    return false;
}

bool hr_place_up(const struct hr_run *run, uint32_t place)
{
    for (uint32_t i = 0; i < run->plan->n_disturbances; i++) {
        const struct hr_disturbance *d = &run->plan->disturbances[i];

        if (run->acting[i] > 0 && d->verb == HR_VERB_LOSE && d->place != 0 &&
            hr_place_inside(run, place, d->place))
            return false;
    }
    return true;
}

/* --- instances that come while something holds ------------------------------------------- */

/* Is everything of the component, or everything in this instance's place, meant? */
static bool means(const struct hr_run *run, const struct effect *e, uint32_t instance)
{
    const struct hr_disturbance *d = &run->plan->disturbances[e->disturbance];

    if (e->verb != HR_VERB_SLOW || d->op != HR_NONE || d->extent != HR_EXTENT_ALL)
        return false;
    return d->place == 0 || hr_place_inside(run, run->instances[instance].place, d->place);
}

void hr_effects_join(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];
    struct part *p = &run->parts[i->component];

    for (uint32_t k = 0; k < p->n_effects; k++)
        if (means(run, &p->effects[k], instance))
            hr_effect_add(run, &p->effects[k], instance);
    i->speed = hr_effect_instance_speed(run, instance);
}
