/* tests/support/grouped.c - see grouped.h. */
#include "tests/support/grouped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* A group "app" of one-core instances with one operation; no scaling until `track`ed. */
void grouped(struct tiny *t, struct grouped *s, int64_t min, int64_t max,
             struct hr_step step)
{
    struct hr_component *c;

    *s = (struct grouped){.size = {.min = min, .max = max},
                          .health = {.interval = S(60), .threshold = 3}};
    s->conf.fleet = *tiny_service(t, "app");
    s->conf.instances = &s->size;
    s->conf.health_check = &s->health;
    s->conf.metric_period = S(60);
    s->conf.boot = hr_law_constant(37);
    s->conf.rebalance = true;
    s->conf.launch_retry = S(60);
    s->conf.balance = 2; /* least_outstanding */
    c = &t->components[t->plan.n_components - 1];
    c->model = &hr_autoscaling_group_model;
    c->conf = &s->conf;
    tiny_op(t, "job", 1, &step);
}

void grouped_track(struct grouped *s, int measure, double at)
{
    s->track = (struct hr_group_track){measure, {at, measure == HR_TRACK_REQUESTS}};
    s->policy = (struct hr_group_policy){.track = &s->track,
                                         .out_periods = 3,
                                         .in_periods = 15,
                                         .in_below = 0.9,
                                         .in_most = 0.1};
    s->conf.scaling = (struct hr_items){1, &s->policy};
}

/* Places: a region (1) with three zones (2, 3, 4), where the group stands. */
void grouped_in_zones(struct tiny *t, struct grouped *s)
{
    static const char *const names[] = {"", "r", "r/a", "r/b", "r/c"};
    struct hr_component *c = &t->components[tiny_component(t, "app")];

    t->plan.n_places = 5;
    for (uint32_t i = 1; i < 5; i++)
        t->places[i] = (struct hr_place){.name = names[i], .region = 1, .is_zone = i > 1};
    for (uint32_t i = 0; i < 3; i++)
        s->zones[i] = 2 + i;
    c->place = 1;
    c->zones = (struct hr_indices){3, s->zones};
}

struct hr_disturbance *grouped_lose_zone(struct tiny *t, uint32_t place, hr_time at,
                                         hr_time lasts)
{
    struct hr_disturbance *d = tiny_disturb(t, HR_VERB_LOSE, HR_NONE, at, lasts);

    d->place = place;
    return d;
}

struct hr_disturbance *grouped_lose_one(struct tiny *t, hr_time at, hr_time lasts)
{
    struct hr_disturbance *d =
        tiny_disturb(t, HR_VERB_LOSE, tiny_component(t, "app"), at, lasts);

    d->extent = HR_EXTENT_COUNT;
    d->count = 1;
    return d;
}

/* Direct callers of "job", one every `gap` in [from, to). */
uint32_t grouped_callers(struct tiny *t, hr_time from, hr_time to, hr_time gap)
{
    const uint32_t n = (uint32_t)((to - from + gap - 1) / gap);
    hr_time *at = hr_arena_alloc(t->arena, n, sizeof *at);

    for (uint32_t i = 0; i < n; i++)
        at[i] = from + (hr_time)i * gap;
    return tiny_clients(t, modelled_op(t, "job"), tiny_plain(), n, at);
}

/* --- what came of it ----------------------------------------------------------------------- */

const struct hr_event_record *grouped_event(const struct hr_record *r, const char *what,
                                            uint32_t nth)
{
    for (uint32_t i = 0; i < r->n_events; i++)
        if (strcmp(r->events[i].what, what) == 0 && nth-- == 0)
            return &r->events[i];
    return NULL;
}

void grouped_assert_at(const struct hr_record *r, const char *what, uint32_t nth,
                       hr_time at)
{
    const struct hr_event_record *e = grouped_event(r, what, nth);

    if (!e)
        fail_msg("`%s` did not come %u times", what, (unsigned)nth + 1);
    else if (e->at != at)
        fail_msg("`%s` came at %.9g s, not %.9g s", what, hr_time_s(e->at), hr_time_s(at));
}

void grouped_assert_change(const struct hr_record *r, uint32_t nth, hr_time at,
                           int64_t from, int64_t to)
{
    const struct hr_event_record *e = grouped_event(r, "desired capacity", nth);

    grouped_assert_at(r, "desired capacity", nth, at);
    assert_true(e->change);
    assert_int_equal(e->from, from);
    assert_int_equal(e->to, to);
}

hr_time grouped_marked(const struct hr_record *r, enum hr_mark m)
{
    for (uint32_t i = 0; i < r->n_marks; i++)
        if (r->marks[i].mark == m)
            return r->marks[i].at;
    return HR_NEVER;
}

/* Instances that serve in a place at the end (0: anywhere). */
uint32_t grouped_serving(const struct tiny *t, uint32_t place)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < hr_fleet_count(t->run, 0); i++)
        n += hr_instance_state(t->run, i) == HR_INSTANCE_SERVING &&
             (place == 0 || hr_instance_place(t->run, i) == place);
    return n;
}
