/* sim/system/fleet_life.c - instances come, are lost, killed, slowed, and go; see fleet.h. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

static struct hr_part_record *record_of(struct hr_run *run, const struct instance *i)
{
    return &run->record.parts[i->component];
}

static int64_t millicores(const struct instance *i)
{
    return (int64_t)(i->cores * 1000 + 0.5);
}

static void tell_up(struct hr_run *run, uint32_t instance)
{
    const hr_part fleet = run->instances[instance].component;
    const struct part *p = &run->parts[fleet];

    for (uint32_t k = 0; k < p->n_watchers; k++) {
        const struct hr_model *m = run->plan->components[p->watchers[k]].model;

        if (m->up_changed)
            m->up_changed(run, p->watchers[k], fleet, instance);
    }
}

/* Levels that follow from being up or not. */
static void show_up(struct hr_run *run, uint32_t instance, bool was_up)
{
    struct instance *i = &run->instances[instance];
    const bool up = hr_instance_up(run, instance);

    if (up == was_up)
        return;
    hr_integral_set(&i->up, run->now, up);
    hr_integral_add(&record_of(run, i)->up, run->now, up ? 1 : -1);
    hr_integral_add(&record_of(run, i)->capacity, run->now,
                    up ? millicores(i) : -millicores(i));
    if (i->pool)
        hr_workers_reset(run, instance);
    tell_up(run, instance);
}

/* --- making room ------------------------------------------------------------------------- */

static void make_one(struct hr_run *run, hr_part p, const struct hr_fleet_conf *conf,
                     uint32_t slot)
{
    const struct hr_component *c = &run->plan->components[p];
    struct instance *i = &run->instances[run->n_instances++];

    *i = (struct instance){.component = p, .slot = slot, .conf = conf, .on = HR_NO_SLOT};
    i->place = c->zones.n ? c->zones.at[slot % c->zones.n] : c->place;
    i->speed = conf->speed;
    i->cores = conf->cores;
    i->as_of = run->now;
    i->resources =
        hr_arena_alloc(run->arena, 2 * (size_t)c->resources.n, sizeof *i->resources);
    i->resource_queue =
        hr_arena_alloc(run->arena, c->resources.n, sizeof *i->resource_queue);
    hr_integral_init(&i->busy, 0, run->plan->horizon, 0, NULL, 0);
    hr_integral_init(&i->up, 0, run->plan->horizon, 0, NULL, 0);
    hr_cpu_altered(run, run->n_instances - 1);
    hr_workers_make(run, run->n_instances - 1);
}

void hr_fleet_make_slots(struct hr_run *run, hr_part p, const struct hr_fleet_conf *conf,
                         uint32_t most)
{
    if (run->n_instances + most > run->room_instances) {
        run->room_instances = 2 * run->room_instances + most;
        run->instances =
            hr_heap_resize(run->instances, run->room_instances, sizeof *run->instances);
    }
    run->parts[p].first_instance = run->n_instances;
    run->parts[p].n_instances = most;
    for (uint32_t slot = 0; slot < most; slot++)
        make_one(run, p, conf, slot);
}

void hr_fleet_make(struct hr_run *run, hr_part p, const struct hr_fleet_conf *conf)
{
    hr_fleet_make_slots(run, p, conf, (uint32_t)conf->instances);
    for (uint32_t slot = 0; slot < run->parts[p].n_instances; slot++) {
        const uint32_t instance = run->parts[p].first_instance + slot;

        run->instances[instance].generation = 1;
        run->instances[instance].state = HR_INSTANCE_SERVING;
        show_up(run, instance, false);
    }
}

/* --- elastic fleets ---------------------------------------------------------------------- */

static void tell_watchers(struct hr_run *run, uint32_t instance)
{
    const hr_part fleet = run->instances[instance].component;
    const struct part *p = &run->parts[fleet];

    for (uint32_t k = 0; k < p->n_watchers; k++) {
        const struct hr_model *m = run->plan->components[p->watchers[k]].model;

        if (m->fleet_changed)
            m->fleet_changed(run, p->watchers[k], fleet, instance);
    }
}

uint32_t hr_fleet_launch(struct hr_run *run, hr_part p, uint32_t place)
{
    const struct part *part = &run->parts[p];
    uint32_t instance = part->first_instance;
    const uint32_t end = instance + part->n_instances;

    while (instance < end && run->instances[instance].state != HR_INSTANCE_NONE)
        instance++;
    if (instance == end)
        return HR_NONE;
    struct instance *i = &run->instances[instance];

    i->state = HR_INSTANCE_LAUNCHING;
    i->generation++;
    i->place = place;
    i->cores = i->conf->cores;
    i->used = 0;
    i->v = 0;
    i->as_of = run->now;
    i->bad_reports = i->kills = 0;
    hr_sites_renew(run, instance);
    hr_effects_join(run, instance);
    hr_cpu_altered(run, instance);
    tell_watchers(run, instance);
    return instance;
}

void hr_instance_serve(struct hr_run *run, uint32_t instance)
{
    HR_REQUIRE(run->instances[instance].state == HR_INSTANCE_LAUNCHING);
    run->instances[instance].state = HR_INSTANCE_SERVING;
    show_up(run, instance, false);
    tell_watchers(run, instance);
}

void hr_instance_drain(struct hr_run *run, uint32_t instance)
{
    HR_REQUIRE(run->instances[instance].state == HR_INSTANCE_SERVING);
    run->instances[instance].state = HR_INSTANCE_DRAINING;
    tell_watchers(run, instance);
}

static void end_calls(struct hr_run *run, uint32_t instance, enum hr_fate fate)
{
    uint32_t c;

    run->instances[instance].clearing = true;
    while ((c = run->instances[instance].on) != HR_NO_SLOT) {
        hr_call_strip(run, c, HR_FAILED);
        if (fate == HR_FATE_RETRY)
            hr_call_again(run, c);
        else
            hr_done(run, c, HR_FAILED);
    }
    run->instances[instance].clearing = false;
}

void hr_instance_gone(struct hr_run *run, uint32_t instance, enum hr_fate fate)
{
    struct instance *i = &run->instances[instance];
    const bool was_up = hr_instance_up(run, instance);

    HR_REQUIRE(i->state != HR_INSTANCE_NONE);
    i->state = HR_INSTANCE_NONE;
    i->lost = 0;
    i->restarting = i->dying = false;
    show_up(run, instance, was_up);
    end_calls(run, instance, fate);
    tell_watchers(run, instance);
}

void hr_instance_cores(struct hr_run *run, uint32_t instance, double cores)
{
    struct instance *i = &run->instances[instance];
    const bool up = hr_instance_up(run, instance);
    const int64_t before = millicores(i);

    hr_cpu_update(run, i);
    i->cores = cores;
    if (up)
        hr_integral_add(&record_of(run, i)->capacity, run->now, millicores(i) - before);
    hr_cpu_altered(run, instance);
}

/* --- watchers ---------------------------------------------------------------------------- */

void hr_fleet_watch(struct hr_run *run, hr_part watcher, hr_part fleet, hr_time drain)
{
    struct part *p = &run->parts[fleet];
    uint32_t *more = hr_arena_alloc(run->arena, p->n_watchers + 1, sizeof *more);

    for (uint32_t k = 0; k < p->n_watchers; k++)
        more[k] = p->watchers[k];
    more[p->n_watchers++] = watcher;
    p->watchers = more;
    if (drain > p->drain)
        p->drain = drain;
}

hr_time hr_fleet_drain_time(const struct hr_run *run, hr_part fleet)
{
    return run->parts[fleet].drain;
}

void hr_instance_report(struct hr_run *run, uint32_t instance, bool healthy)
{
    struct instance *i = &run->instances[instance];

    if (!healthy)
        i->bad_reports++;
    else if (i->bad_reports > 0)
        i->bad_reports--;
}

bool hr_instance_reported_bad(const struct hr_run *run, uint32_t instance)
{
    return run->instances[instance].bad_reports > 0;
}

/* --- going down and coming back ---------------------------------------------------------- */

void hr_instance_down(struct hr_run *run, uint32_t instance, enum hr_fate fate)
{
    const bool was_up = hr_instance_up(run, instance);

    run->instances[instance].lost++;
    show_up(run, instance, was_up);
    if (fate != HR_FATE_FINISH)
        end_calls(run, instance, fate);
}

void hr_instance_back(struct hr_run *run, uint32_t instance)
{
    const bool was_up = hr_instance_up(run, instance);

    HR_REQUIRE(run->instances[instance].lost > 0);
    run->instances[instance].lost--;
    show_up(run, instance, was_up);
}

void hr_instance_kill(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];
    const bool was_up = hr_instance_up(run, instance);
    struct hr_draws d =
        hr_part_draws(run, i->component, i->slot, HR_PURPOSE(HR_FOR_RESTART, i->kills));
    const hr_time back = hr_time_from_s(hr_law_draw(&i->conf->restart, &d));

    if (!i->dying) /* it went in the instant of the kill */
        return;
    i->kills++;
    i->dying = false;
    i->restarting = true;
    show_up(run, instance, was_up);
    if (hr_recorder_open(run))
        record_of(run, i)->killed++;
    hr_recorder_event(run, i->component, instance, "killed: out of memory", NULL, 0);
    hr_queue_add(
        run->queue, run->now + back, HR_CLASS_CONTROL,
        (struct hr_event){.kind = HR_EV_RESTART, .tag = i->generation, .data = instance});
    end_calls(run, instance, HR_FATE_FAIL);
}

void hr_instance_restarted(struct hr_run *run, uint32_t instance, uint32_t generation)
{
    struct instance *i = &run->instances[instance];
    const bool was_up = hr_instance_up(run, instance);

    if (i->generation != generation || !i->restarting)
        return;
    i->restarting = false;
    show_up(run, instance, was_up);
    hr_recorder_event(run, i->component, instance, "serves again", NULL, 0);
}

void hr_instance_speed(struct hr_run *run, uint32_t instance, double speed)
{
    struct instance *i = &run->instances[instance];

    hr_cpu_update(run, i);
    i->speed = speed;
    hr_cpu_altered(run, instance);
}
