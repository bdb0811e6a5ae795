/* tests/models/test_autoscaling_group.c - what an autoscaling group promises, each instant by
 * hand: arrivals at given times, constant work, constant boots. */
#include "models/compute/autoscaling_group.h"
#include "models/compute/group.h"
#include "tests/support/modelled.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define S(x) ((hr_time)((x)*1e9))

/* --- settings ------------------------------------------------------------------------------ */

struct setting {
    struct hr_autoscaling_group_conf conf;
    struct hr_group_size size;
    struct hr_group_health health;
    struct hr_group_policy policy;
    struct hr_group_track track;
    struct hr_cpu_credits_conf credits;
    uint32_t zones[3];
};

/* A group "app" of one-core instances with one operation; no scaling until `track`ed. */
static void group(struct tiny *t, struct setting *s, int64_t min, int64_t max,
                  struct hr_step step)
{
    struct hr_component *c;

    *s = (struct setting){.size = {.min = min, .max = max},
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

static void track(struct setting *s, int measure, double at)
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
static void in_zones(struct tiny *t, struct setting *s)
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

static struct hr_disturbance *lose_zone(struct tiny *t, uint32_t place, hr_time at,
                                        hr_time lasts)
{
    struct hr_disturbance *d = tiny_disturb(t, HR_VERB_LOSE, HR_NONE, at, lasts);

    d->place = place;
    return d;
}

static struct hr_disturbance *lose_one(struct tiny *t, hr_time at, hr_time lasts)
{
    struct hr_disturbance *d =
        tiny_disturb(t, HR_VERB_LOSE, tiny_component(t, "app"), at, lasts);

    d->extent = HR_EXTENT_COUNT;
    d->count = 1;
    return d;
}

/* Direct callers of "job", one every `gap` in [from, to). */
static uint32_t callers(struct tiny *t, hr_time from, hr_time to, hr_time gap)
{
    const uint32_t n = (uint32_t)((to - from + gap - 1) / gap);
    hr_time *at = hr_arena_alloc(t->arena, n, sizeof *at);

    for (uint32_t i = 0; i < n; i++)
        at[i] = from + (hr_time)i * gap;
    return tiny_clients(t, modelled_op(t, "job"), tiny_plain(), n, at);
}

/* --- what came of it ----------------------------------------------------------------------- */

static const struct hr_event_record *event(const struct hr_record *r, const char *what,
                                           uint32_t nth)
{
    for (uint32_t i = 0; i < r->n_events; i++)
        if (strcmp(r->events[i].what, what) == 0 && nth-- == 0)
            return &r->events[i];
    return NULL;
}

static void assert_at(const struct hr_record *r, const char *what, uint32_t nth, hr_time at)
{
    const struct hr_event_record *e = event(r, what, nth);

    if (!e)
        fail_msg("`%s` did not come %u times", what, (unsigned)nth + 1);
    else if (e->at != at)
        fail_msg("`%s` came at %.9g s, not %.9g s", what, hr_time_s(e->at), hr_time_s(at));
}

static void assert_change(const struct hr_record *r, uint32_t nth, hr_time at, int64_t from,
                          int64_t to)
{
    const struct hr_event_record *e = event(r, "desired capacity", nth);

    assert_at(r, "desired capacity", nth, at);
    assert_true(e->change);
    assert_int_equal(e->from, from);
    assert_int_equal(e->to, to);
}

static hr_time marked(const struct hr_record *r, enum hr_mark m)
{
    for (uint32_t i = 0; i < r->n_marks; i++)
        if (r->marks[i].mark == m)
            return r->marks[i].at;
    return HR_NEVER;
}

/* Instances that serve in a place at the end (0: anywhere). */
static uint32_t serving(const struct tiny *t, uint32_t place)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < hr_fleet_count(t->run, 0); i++)
        n += hr_instance_state(t->run, i) == HR_INSTANCE_SERVING &&
             (place == 0 || hr_instance_place(t->run, i) == place);
    return n;
}

/* --- target tracking ----------------------------------------------------------------------- */

/* 90 % of one core from `begin` on. */
static void load_begins_at(struct tiny *t, struct setting *s, hr_time begin)
{
    tiny_init(t, S(600));
    group(t, s, 1, 10, tiny_work(9));
    track(s, HR_TRACK_CPU, 0.6);
    s->conf.warm_up = S(300);
    callers(t, begin, S(600), MS(10));
}

/* Three whole periods above the target, then the boot: no sooner and no later. */
static void it_grows_after_its_alarm_periods_and_the_boot(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    load_begins_at(&t, &s, S(90)); /* the period from 60 s has 45 % */
    const struct hr_record *r = tiny_run(&t);
    assert_at(r, "CPU above target", 0, S(100));
    assert_at(r, "alarm: scale out", 0, S(300));
    assert_change(r, 0, S(300), 1, 2);
    assert_at(r, "launch requested", 0, S(300));
    assert_at(r, "in service", 0, S(337));
    assert_null(event(r, "desired capacity", 1));
    assert_int_equal(marked(r, HR_MARK_DETECTED), S(300));
    assert_int_equal(marked(r, HR_MARK_DECIDED), S(300));
    assert_int_equal(marked(r, HR_MARK_ACTED), S(300));
    assert_int_equal(marked(r, HR_MARK_RESTORED), S(337));
    /* Billed from the launch on. */
    assert_int_equal(r->parts[0].usage[HR_GROUP_USAGE_INSTANCE], 600 + 300);
    tiny_free(&t);
}

static void a_period_that_is_above_in_the_mean_counts(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    load_begins_at(&t, &s, S(75)); /* 45 s of 90 % are 67.5 % */
    assert_change(tiny_run(&t), 0, S(240), 1, 2);
    tiny_free(&t);
}

static void requests_are_counted_by_instance(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(400));
    group(&t, &s, 2, 10, tiny_work(1));
    track(&s, HR_TRACK_REQUESTS, 20);
    callers(&t, 0, S(400), MS(20)); /* 50/s: 25/s each */
    const struct hr_record *r = tiny_run(&t);
    assert_at(r, "requests above target", 0, S(10));
    assert_change(r, 0, S(180), 2, 3);
    tiny_free(&t);
}

/* One instance at 100 % with a backlog that lasts: what it asks for is launched, and as long
 * as that warms up the one is all that is measured. */
static void what_warms_up_is_not_measured_and_not_asked_for_twice(void **unused)
{
    for (int warm = 0; warm < 2; warm++) {
        struct setting s;
        struct tiny t;

        tiny_init(&t, S(540));
        group(&t, &s, 1, 10, tiny_work(9));
        s.conf.balance = 0;
        track(&s, HR_TRACK_CPU, 0.6);
        s.conf.warm_up = warm ? S(600) : 0;
        callers(&t, 0, S(540), MS(3)); /* three cores' worth */
        const struct hr_record *r = tiny_run(&t);
        assert_change(r, 0, S(180), 1, 2);
        if (warm)
            assert_null(event(r, "desired capacity", 1));
        else /* the period from 240 s is the first that the second is in from its begin */
            assert_change(r, 1, S(300), 2, 4);
        tiny_free(&t);
    }
    (void)unused;
}

static void a_cooldown_puts_decisions_off(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(600));
    group(&t, &s, 1, 10, tiny_work(9));
    s.conf.balance = 0;
    track(&s, HR_TRACK_CPU, 0.6);
    s.conf.cooldown = S(250);
    callers(&t, 0, S(600), MS(3));
    const struct hr_record *r = tiny_run(&t);
    assert_change(r, 0, S(180), 1, 2);
    assert_change(r, 1, S(480), 2, 4); /* 430 s, and the next end of a period */
    tiny_free(&t);
}

static void it_shrinks_later_and_one_by_one(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(1300));
    group(&t, &s, 2, 10, tiny_work(1));
    s.size.desired = 5;
    track(&s, HR_TRACK_CPU, 0.6);
    callers(&t, 0, S(1300), S(1));
    const struct hr_record *r = tiny_run(&t);
    assert_at(r, "alarm: scale in", 0, S(900));
    assert_change(r, 0, S(900), 5, 4);
    assert_change(r, 1, S(960), 4, 3);
    assert_change(r, 2, S(1020), 3, 2);
    assert_null(event(r, "desired capacity", 3));
    assert_int_equal(serving(&t, 0), 2);
    assert_int_equal(r->parts[0].usage[HR_GROUP_USAGE_INSTANCE],
                     2 * 1300 + 900 + 960 + 1020);
    tiny_free(&t);
}

static void it_stays_within_its_maximum(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(600));
    group(&t, &s, 1, 3, tiny_work(9));
    track(&s, HR_TRACK_CPU, 0.2);
    callers(&t, 0, S(600), MS(10));
    const struct hr_record *r = tiny_run(&t);
    assert_change(r, 0, S(180), 1, 3);
    assert_non_null(event(r, "at its maximum", 0));
    assert_int_equal(serving(&t, 0), 3);
    tiny_free(&t);
}

/* --- launches that are refused --------------------------------------------------------------- */

static void a_quota_holds_launches_back(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(600));
    group(&t, &s, 1, 9, tiny_work(9));
    track(&s, HR_TRACK_CPU, 0.2);
    s.conf.quota = 2;
    callers(&t, 0, S(600), MS(10));
    const struct hr_record *r = tiny_run(&t);
    assert_change(r, 0, S(180), 1, 5);
    assert_at(r, "quota reached", 0, S(180));
    assert_int_equal(serving(&t, 0), 2);
    assert_int_equal(r->parts[0].usage[HR_GROUP_USAGE_INSTANCE], 600 + 420);
    tiny_free(&t);
}

static void insufficient_capacity_is_tried_again(void **unused)
{
    struct setting s;
    struct tiny t;
    uint32_t later = 0;

    (void)unused;
    for (int k = 0; k < 12; k++) {
        tiny_init(&t, S(2000));
        group(&t, &s, 1, 2, tiny_work(9));
        t.components[0].name_key += (uint64_t)k; /* another lot */
        track(&s, HR_TRACK_CPU, 0.6);
        s.conf.warm_up = S(5000);
        s.conf.insufficient_capacity = 0.5;
        s.conf.launch_retry = S(7);
        callers(&t, 0, S(2000), MS(10));
        const struct hr_record *r = tiny_run(&t);
        const struct hr_event_record *e = event(r, "launch requested", 0);
        assert_non_null(e);
        assert_true(e->at >= S(180) && (e->at - S(180)) % S(7) == 0);
        assert_true((e->at > S(180)) == (event(r, "insufficient capacity", 0) != NULL));
        later += e->at > S(180);
        tiny_free(&t);
    }
    assert_in_range(later, 2, 10);
}

static void nothing_is_launched_while_the_control_plane_is_frozen(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    group(&t, &s, 1, 9, tiny_work(9));
    track(&s, HR_TRACK_CPU, 0.6);
    tiny_disturb(&t, HR_VERB_FREEZE, 0, S(170), S(333)); /* until 503 s */
    callers(&t, 0, S(900), MS(10));
    const struct hr_record *r = tiny_run(&t);
    assert_at(r, "alarm: scale out", 0, S(180));
    assert_change(r, 0, S(540), 1, 2);
    assert_at(r, "launch requested", 0, S(540));
    tiny_free(&t);
}

/* What was wanted before is had in the instant that the freeze ends. */
static void what_a_freeze_held_back_is_done_as_it_ends(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    group(&t, &s, 2, 2, tiny_work(1));
    in_zones(&t, &s);
    s.conf.boot = hr_law_constant(100);
    lose_one(&t, S(50), HR_NEVER);    /* replaced at 180 s */
    lose_zone(&t, 2, S(190), S(400)); /* whichever zone it boots in: both are tried */
    lose_zone(&t, 3, S(190), S(400));
    lose_zone(&t, 4, S(190), S(400));
    tiny_disturb(&t, HR_VERB_FREEZE, 0, S(200), S(477)); /* until 677 s */
    callers(&t, 0, S(900), S(1));
    const struct hr_record *r = tiny_run(&t);
    assert_at(r, "launch requested", 0, S(180));
    assert_at(r, "launch failed: its zone is lost", 0, S(280));
    assert_at(r, "launch requested", 1, S(677));
    tiny_free(&t);
}

/* --- health ---------------------------------------------------------------------------------- */

static void what_is_down_is_replaced_after_its_checks(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    group(&t, &s, 2, 2, tiny_work(1));
    s.health.interval = S(25);
    lose_one(&t, S(101), HR_NEVER); /* found down at 125, 150, 175 s */
    callers(&t, 0, S(900), S(1));
    const struct hr_record *r = tiny_run(&t);
    assert_at(r, "unhealthy: replaced", 0, S(175));
    assert_at(r, "launch requested", 0, S(175));
    assert_at(r, "in service", 0, S(212));
    assert_int_equal(marked(r, HR_MARK_DETECTED), S(175));
    assert_int_equal(marked(r, HR_MARK_RESTORED), S(212));
    assert_int_equal(serving(&t, 0), 2);
    tiny_free(&t);
}

static void what_comes_back_in_time_is_kept(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    group(&t, &s, 2, 2, tiny_work(1));
    s.health.interval = S(25);
    lose_one(&t, S(101), S(70)); /* back at 171 s: two checks in a row */
    lose_one(&t, S(301), S(70));
    callers(&t, 0, S(900), S(1));
    assert_null(event(tiny_run(&t), "unhealthy: replaced", 0));
    tiny_free(&t);
}

static void a_new_instance_has_its_grace(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    group(&t, &s, 1, 1, tiny_work(1));
    s.health.interval = S(25);
    s.health.grace = S(190);
    lose_one(&t, S(101), HR_NEVER); /* the first has been there for long: 175 s, 212 s */
    lose_one(&t, S(220), HR_NEVER); /* looked at from 402 s: 425, 450, 475 s */
    callers(&t, 0, S(900), S(1));
    const struct hr_record *r = tiny_run(&t);
    assert_at(r, "in service", 0, S(212));
    assert_at(r, "unhealthy: replaced", 1, S(475));
    tiny_free(&t);
}

/* --- a balancer ------------------------------------------------------------------------------ */

/* It watches, sends to the open instance with the fewest calls, and from 100 s on calls the
 * first instance bad, if its conf says so. */
struct watching_conf {
    struct hr_indices targets;
    hr_time drain;
    bool complains;
};

static void watch(struct hr_run *run, hr_part p)
{
    const struct watching_conf *conf = hr_conf(run, p);

    hr_fleet_watch(run, p, 0, conf->drain);
    if (conf->complains)
        hr_timer_set(run, p, S(100), 0, 0);
}

static void complain(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    (void)p;
    (void)tag;
    (void)data;
    hr_instance_report(run, 0, false);
}

static void pass_on(struct hr_run *run, hr_part p, hr_call c)
{
    uint32_t best = HR_NONE;

    (void)p;
    for (uint32_t i = 0; i < hr_fleet_count(run, 0); i++)
        if (hr_instance_open(run, i) &&
            (best == HR_NONE || hr_instance_calls(run, i) < hr_instance_calls(run, best)))
            best = i;
    if (best == HR_NONE)
        hr_done(run, c, HR_REFUSED);
    else
        hr_forward(run, c, 0, best);
}

static const struct hr_model watching = {.kind = "watching",
                                         .ops = HR_OPS_FORWARDED,
                                         .targets = offsetof(struct watching_conf, targets),
                                         .start = watch,
                                         .timer = complain,
                                         .arrive = pass_on};

static void behind(struct tiny *t, const struct watching_conf *conf)
{
    tiny_forwarder(t, "front");
    t->components[t->plan.n_components - 1].model = &watching;
    t->components[t->plan.n_components - 1].conf = conf;
}

static void a_balancers_verdict_replaces_at_the_next_check(void **unused)
{
    static const struct watching_conf front = {.drain = S(30), .complains = true};

    for (int by = 0; by < 2; by++) {
        struct setting s;
        struct tiny t;

        tiny_init(&t, S(400));
        group(&t, &s, 2, 2, tiny_work(1));
        s.health.by = by;
        behind(&t, &front);
        callers(&t, 0, S(400), S(1));
        const struct hr_record *r = tiny_run(&t);
        if (by == HR_CHECKS_OF_BALANCER) {
            assert_at(r, "unhealthy: replaced", 0, S(120));
            assert_at(r, "in service", 0, S(157));
            assert_null(event(r, "unhealthy: replaced", 1));
        } else {
            assert_null(event(r, "unhealthy: replaced", 0));
        }
        tiny_free(&t);
    }
    (void)unused;
}

/* Calls of 25 s; three instances too many are removed while they work. */
static const struct hr_record *shrink(struct tiny *t, struct setting *s,
                                      const struct watching_conf *front)
{
    tiny_init(t, S(400));
    group(t, s, 2, 5, tiny_wait(25e3));
    s->size.desired = 5;
    track(s, HR_TRACK_CPU, 0.6);
    s->policy.in_periods = 2;
    if (front)
        behind(t, front);
    callers(t, 0, S(400), MS(500));
    return tiny_run(t);
}

static void draining_loses_no_request(void **unused)
{
    static const struct watching_conf front = {.drain = S(60)};
    struct setting s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = shrink(&t, &s, &front);
    assert_int_equal(serving(&t, 0), 2);
    assert_int_equal(r->rows[0].good, r->rows[0].valid);
    /* Removed when they have nothing left, 22.5 s to 25 s later, and not after 60 s. */
    const int64_t others = 2 * 400 + 120 + 180 + 240;
    assert_in_range(r->parts[0].usage[HR_GROUP_USAGE_INSTANCE], others + 3 * 22,
                    others + 3 * 26);
    tiny_free(&t);
}

static void draining_that_is_too_short_or_left_out_loses_some(void **unused)
{
    static const struct watching_conf front = {.drain = S(10.5)};
    struct setting s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = shrink(&t, &s, &front);
    assert_in_range(r->rows[0].failed, 3 * 4, 3 * 9);
    assert_int_equal(r->parts[0].usage[HR_GROUP_USAGE_INSTANCE],
                     2 * 400 + 120 + 180 + 240 + 32); /* 31.5 */
    tiny_free(&t);
    r = shrink(&t, &s, NULL);
    assert_true(r->rows[0].failed >= 3 * 9);
    tiny_free(&t);
}

/* --- zones ----------------------------------------------------------------------------------- */

/* Six instances with N+1, or three without, at the same load a core; a zone goes for good. */
static double good_share_with(int64_t instances)
{
    struct setting s;
    struct tiny t;

    tiny_init(&t, S(1200));
    group(&t, &s, instances, instances, tiny_work(20));
    in_zones(&t, &s);
    s.conf.boot = hr_law_constant(90);
    lose_zone(&t, 3, S(300), HR_NEVER);
    const uint32_t row = callers(&t, 0, S(1200), MS(8)); /* 2.5 cores */
    t.rows[row].deadline = S(2);
    const struct hr_record *r = tiny_run(&t);
    const double good = (double)r->rows[row].good / (double)r->rows[row].valid;
    tiny_free(&t);
    return good;
}

static void a_zone_loss_keeps_availability_with_spare_capacity_only(void **unused)
{
    const double spare = good_share_with(6), bare = good_share_with(3);

    (void)unused;
    assert_true(spare > 0.9999); /* what was in flight there is lost */
    assert_true(spare < 1.0);
    assert_true(bare <
                0.85); /* from 300 s until the replacement has worked off the queue */
}

static void launches_go_to_the_emptiest_zone(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(400));
    group(&t, &s, 4, 9, tiny_work(9));
    in_zones(&t, &s);
    track(&s, HR_TRACK_CPU, 0.1);
    callers(&t, 0, S(400), MS(10));
    assert_change(tiny_run(&t), 0, S(180), 4, 9);
    for (uint32_t z = 2; z < 5; z++)
        assert_int_equal(serving(&t, z), 3);
    tiny_free(&t);
}

/* Zone b goes from 100 s to 1000 s: found down at 120, 180, 240 s. */
static const struct hr_record *zone_comes_back(struct tiny *t, struct setting *s,
                                               bool rebalance, hr_time horizon)
{
    tiny_init(t, horizon);
    group(t, s, 6, 6, tiny_work(1));
    in_zones(t, s);
    s->conf.rebalance = rebalance;
    lose_zone(t, 3, S(100), S(900));
    callers(t, 0, horizon, S(1));
    return tiny_run(t);
}

static void launches_into_a_lost_zone_go_to_the_others(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = zone_comes_back(&t, &s, true, S(900));
    assert_at(r, "launch requested", 0, S(240));
    assert_at(r, "in service", 0, S(277));
    assert_int_equal(serving(&t, 2), 3);
    assert_int_equal(serving(&t, 3), 0);
    assert_int_equal(serving(&t, 4), 3);
    tiny_free(&t);
}

/* One at a time (a tenth of six is less): launched first, removed when it serves. */
static void zones_are_balanced_again_launching_before_removing(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = zone_comes_back(&t, &s, true, S(1400));
    assert_at(r, "launch requested", 1, S(1020));
    assert_at(r, "in service", 1, S(1057));
    assert_at(r, "removed", 0, S(1057));
    assert_int_equal(event(r, "launch requested", 1)->last, S(1080));
    assert_int_equal(event(r, "launch requested", 1)->count, 2);
    assert_int_equal(event(r, "removed", 0)->last, S(1117));
    assert_int_equal(event(r, "removed", 0)->count, 2);
    for (uint32_t z = 2; z < 5; z++)
        assert_int_equal(serving(&t, z), 2);
    assert_null(event(r, "desired capacity", 0));
    tiny_free(&t);
    zone_comes_back(&t, &s, false, S(1400));
    assert_int_equal(serving(&t, 3), 0);
    tiny_free(&t);
}

/* --- draws ----------------------------------------------------------------------------------- */

/* The boot of the first launch, in a design where it comes at another time. */
static hr_time first_boot(hr_time begin, int64_t max)
{
    struct setting s;
    struct tiny t;

    load_begins_at(&t, &s, begin);
    s.size.max = max;
    s.conf.boot = hr_law_exponential(40);
    const struct hr_record *r = tiny_run(&t);
    const hr_time boot =
        event(r, "in service", 0)->at - event(r, "launch requested", 0)->at;
    tiny_free(&t);
    return boot;
}

static void designs_draw_the_same_boots(void **unused)
{
    (void)unused;
    assert_int_equal(first_boot(S(1), 10), first_boot(S(130), 3));
}

static void boots_of_a_fleet_differ(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    group(&t, &s, 2, 2, tiny_work(1));
    s.conf.boot = hr_law_exponential(40);
    tiny_disturb(&t, HR_VERB_LOSE, 0, S(10), S(500));
    callers(&t, 0, S(900), S(1));
    const struct hr_record *r = tiny_run(&t);
    const struct hr_event_record *e = event(r, "in service", 0);
    assert_true(event(r, "in service", 1) != NULL || e->last > e->at);
    tiny_free(&t);
}

/* --- credits --------------------------------------------------------------------------------- */

/* Two cores of which each may use 20 %; always work for both. */
static const struct hr_record *burn(struct tiny *t, struct setting *s, int mode,
                                    double credits)
{
    tiny_init(t, S(900));
    group(t, s, 1, 1, tiny_work(9));
    s->conf.fleet.cores = 2;
    s->credits = (struct hr_cpu_credits_conf){.baseline = 0.2,
                                              .earn = 24.0 / 3600,
                                              .most = credits,
                                              .at_start = credits,
                                              .mode = mode};
    s->conf.cpu_credits = &s->credits;
    callers(t, 0, S(900), MS(3));
    return tiny_run(t);
}

/* 10 credits at 2 vCPU, of which 0.4 are earned: 600 / 1.6 = 375 s; then 0.4 cores. */
static void credits_run_out_when_arithmetic_says_so(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = burn(&t, &s, HR_CREDITS_STANDARD, 10);
    const struct hr_event_record *e = event(r, "CPU credits used up", 0);
    assert_non_null(e);
    assert_in_range(e->at, S(375), S(375.2));
    const double busy_s = (double)r->instances[0].busy_ns / 1e9;
    assert_true(fabs(busy_s - (375 * 2 + 525 * 0.4)) < 1.0);
    tiny_free(&t);
}

/* 600 s of CPU ahead: used up after 375 s; what comes then is billed. */
static void unlimited_is_not_slowed_down_and_billed(void **unused)
{
    struct setting s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = burn(&t, &s, HR_CREDITS_UNLIMITED, 10);
    assert_null(event(r, "CPU credits used up", 0));
    assert_true(fabs((double)r->instances[0].busy_ns / 1e9 - 1800) < 1.0);
    /* Borrowed from 375 s to 750 s; looked at last at 840 s: 90 s x 1.6. */
    assert_in_range(r->parts[0].usage[HR_GROUP_USAGE_SURPLUS], 143900, 144100);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_grows_after_its_alarm_periods_and_the_boot),
        cmocka_unit_test(a_period_that_is_above_in_the_mean_counts),
        cmocka_unit_test(requests_are_counted_by_instance),
        cmocka_unit_test(what_warms_up_is_not_measured_and_not_asked_for_twice),
        cmocka_unit_test(a_cooldown_puts_decisions_off),
        cmocka_unit_test(it_shrinks_later_and_one_by_one),
        cmocka_unit_test(it_stays_within_its_maximum),
        cmocka_unit_test(a_quota_holds_launches_back),
        cmocka_unit_test(insufficient_capacity_is_tried_again),
        cmocka_unit_test(nothing_is_launched_while_the_control_plane_is_frozen),
        cmocka_unit_test(what_a_freeze_held_back_is_done_as_it_ends),
        cmocka_unit_test(what_is_down_is_replaced_after_its_checks),
        cmocka_unit_test(what_comes_back_in_time_is_kept),
        cmocka_unit_test(a_new_instance_has_its_grace),
        cmocka_unit_test(a_balancers_verdict_replaces_at_the_next_check),
        cmocka_unit_test(draining_loses_no_request),
        cmocka_unit_test(draining_that_is_too_short_or_left_out_loses_some),
        cmocka_unit_test(a_zone_loss_keeps_availability_with_spare_capacity_only),
        cmocka_unit_test(launches_go_to_the_emptiest_zone),
        cmocka_unit_test(launches_into_a_lost_zone_go_to_the_others),
        cmocka_unit_test(zones_are_balanced_again_launching_before_removing),
        cmocka_unit_test(designs_draw_the_same_boots),
        cmocka_unit_test(boots_of_a_fleet_differ),
        cmocka_unit_test(credits_run_out_when_arithmetic_says_so),
        cmocka_unit_test(unlimited_is_not_slowed_down_and_billed),
    };
    return cmocka_run_group_tests_name("autoscaling_group", tests, NULL, NULL);
}
