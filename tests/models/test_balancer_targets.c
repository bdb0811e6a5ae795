/* tests/models/test_balancer_targets.c - whom a load balancer sends to: health checks, fleets
 * that change, zones, slow start; and what it counts for the bill. */
#include "tests/support/modelled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define S(x) ((hr_time)((x)*1e9))

/* --- an elastic fleet that does what it is told ------------------------------------------ */

enum act { LAUNCH, SERVE, DRAIN, GONE, LOOK };
struct deed {
    double at_s;
    enum act what;
    uint32_t slot;
};
struct elastic {
    struct hr_fleet_conf fleet;
    uint32_t first, most; /* serving at the start; slots */
    uint32_t n;
    const struct deed *deeds;
};
struct elastic_state {
    uint32_t bad; /* bit k: what deed k, a LOOK, saw */
};

static void elastic_start(struct hr_run *run, hr_part p)
{
    const struct elastic *e = hr_conf(run, p);

    hr_fleet_make_slots(run, p, &e->fleet, e->most);
    for (uint32_t k = 0; k < e->first; k++)
        hr_instance_serve(run, hr_fleet_launch(run, p, 0));
    for (uint32_t k = 0; k < e->n; k++)
        hr_timer_set(run, p, S(e->deeds[k].at_s), k, 0);
}

static void elastic_timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    const struct elastic *e = hr_conf(run, p);
    struct elastic_state *s = hr_state(run, p);
    const uint32_t instance = hr_fleet_first(run, p) + e->deeds[tag].slot;

    (void)data;
    switch (e->deeds[tag].what) {
    case LAUNCH:
        assert_int_equal(hr_fleet_launch(run, p, 0), instance);
        break;
    case SERVE:
        hr_instance_serve(run, instance);
        break;
    case DRAIN:
        hr_instance_drain(run, instance);
        break;
    case GONE:
        hr_instance_gone(run, instance, HR_FATE_FAIL);
        break;
    case LOOK:
        s->bad |= (uint32_t)hr_instance_reported_bad(run, instance) << tag;
        if (hr_fleet_drain_time(run, p) > 0)
            s->bad |= 1u << 31;
    }
}

static void elastic_arrive(struct hr_run *run, hr_part p, hr_call c)
{
    (void)p;
    hr_instance_admit(run, hr_call_instance(run, c), c);
}

static const struct hr_model elastic_model = {
    .kind = "elastic",
    .ops = HR_OPS_DECLARED,
    .fate = HR_FATE_FAIL,
    .state_size = sizeof(struct elastic_state),
    .arrive = elastic_arrive,
    .start = elastic_start,
    .timer = elastic_timer,
};

/* --- settings ---------------------------------------------------------------------------- */

/* Ten-second checks: two failures, three successes. */
static struct hr_health_check_conf *checks(struct tiny *t)
{
    struct hr_health_check_conf *h = hr_arena_alloc(t->arena, 1, sizeof *h);

    *h = (struct hr_health_check_conf){
        .interval = S(10), .timeout = S(2), .healthy = 3, .unhealthy = 2};
    return h;
}

/* Clients at `rate`, a balancer, `n` instances; work of `ms`. */
static struct hr_load_balancer_conf *setting(struct tiny *t, double horizon_s, int64_t n,
                                             double rate, double ms)
{
    const struct hr_step work = tiny_work(ms);

    tiny_init(t, S(horizon_s));
    modelled_service(t, "server", n);
    tiny_op(t, "job", 1, &work);
    struct hr_load_balancer_conf *conf =
        modelled_balancer(t, "balancer", HR_BALANCE_ROUND_ROBIN, 1);
    modelled_clients(t, modelled_op(t, "job"), tiny_plain(), rate);
    return conf;
}

static struct hr_fleet_conf *fleet(struct tiny *t)
{
    return &((struct hr_service_conf *)(uintptr_t)t->components[0].conf)->fleet;
}

/* The same with an elastic fleet of three slots, of which `first` serve at the start. */
static struct hr_load_balancer_conf *stretching(struct tiny *t, double horizon_s,
                                                uint32_t first, double rate, double ms,
                                                uint32_t n, const struct deed *deeds)
{
    struct hr_load_balancer_conf *conf = setting(t, horizon_s, 1, rate, ms);
    struct elastic *e = hr_arena_alloc(t->arena, 1, sizeof *e);

    *e = (struct elastic){*fleet(t), first, 3, n, deeds};
    t->components[0].model = &elastic_model;
    t->components[0].conf = e;
    return conf;
}

static void lose_some(struct tiny *t, int64_t n, double at_s, double lasts_s)
{
    struct hr_disturbance *d = tiny_disturb(t, HR_VERB_LOSE, 0, S(at_s), S(lasts_s));

    d->extent = HR_EXTENT_COUNT;
    d->count = n;
}

static uint64_t served(const struct hr_record *r, uint32_t instance)
{
    return r->instances[instance].calls;
}

static const struct hr_event_record *event(const struct hr_record *r, const char *what)
{
    for (uint32_t i = 0; i < r->n_events; i++)
        if (strcmp(r->events[i].what, what) == 0)
            return &r->events[i];
    return NULL;
}

/* --- health checks ----------------------------------------------------------------------- */

/* Checks of an instance end 10 s apart.  It is lost from 100 s to 300 s: the first failed check
 * ends in [100 s, 110 s), the second 10 s later; the third good one after 300 s ends at the
 * same phase: exactly 210 s after the detection. */
static void a_loss_is_noticed_by_the_second_failed_check_and_its_end_by_the_third_good_one(
    void **unused)
{
    hr_time phase[3];
    struct tiny t;

    (void)unused;
    setting(&t, 1000, 3, 50, 1)->health_check = checks(&t);
    lose_some(&t, 3, 100, 200);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->n_marks, 6);
    for (uint32_t i = 0; i < 3; i++) {
        const struct hr_mark_record *noticed = &r->marks[i];
        const struct hr_mark_record *back = &r->marks[3 + i];

        assert_int_equal(noticed->mark, HR_MARK_DETECTED);
        assert_int_equal(noticed->component, 0);
        assert_in_range(noticed->at, S(110), S(120) - 1);
        assert_int_equal(back->mark, HR_MARK_RESTORED);
        assert_int_equal(back->instance, noticed->instance);
        assert_int_equal(back->at - noticed->at, S(210));
        phase[i] = noticed->at;
    }
    assert_true(phase[0] != phase[1] && phase[1] != phase[2]); /* each has its own */
    assert_non_null(event(r, "target unhealthy"));
    assert_non_null(event(r, "target healthy again"));
    tiny_free(&t);
}

static void a_loss_makes_errors_until_it_is_noticed_and_none_afterwards(void **unused)
{
    uint64_t bad = 0, later = 0;
    struct tiny t;

    (void)unused;
    setting(&t, 1000, 2, 50, 1)->health_check = checks(&t);
    lose_some(&t, 1, 100, 500);
    const struct hr_record *r = modelled_run(&t, 0);
    const hr_time noticed = r->marks[0].at;
    for (uint32_t i = 0; i < r->n_buckets; i++) {
        bad += r->rows[0].bads[i];
        if ((hr_time)i * r->bucket >= noticed)
            later += r->rows[0].bads[i];
    }
    /* Every other request of 10 s to 20 s */
    assert_true((double)bad > 0.7 * 25 * hr_time_s(noticed - S(100)));
    assert_true((double)bad < 1.3 * 25 * hr_time_s(noticed - S(100)));
    assert_int_equal(later, 0);
    tiny_free(&t);
}

static void a_loss_that_no_two_checks_see_is_not_noticed(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, 1000, 3, 10, 1)->health_check = checks(&t);
    lose_some(&t, 3, 100, 9.9);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->n_marks, 0);
    assert_true(r->rows[0].refused > 50);
    tiny_free(&t);
}

/* Too busy to answer a check: who waits as it is sent still waits 2 s later. */
static void a_target_that_is_too_busy_to_answer_is_unhealthy(void **unused)
{
    struct hr_load_balancer_conf *conf;
    struct tiny t;

    (void)unused;
    for (int light = 0; light < 2; light++) {
        conf = setting(&t, 1000, 2, 10, 1);
        conf->health_check = checks(&t);
        fleet(&t)->workers = 1;
        struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_SLOW, 0, S(100), S(800));
        d->extent = HR_EXTENT_COUNT;
        d->count = 1;
        /* 0.16 s or 4 s a request, and 5 come each second: often somebody waits, but not long,
         * or longer and longer. */
        d->by = light ? 160 : 4000;
        const struct hr_record *r = modelled_run(&t, 0);
        assert_true(light ? r->n_marks == 0 : r->n_marks > 0);
        tiny_free(&t);
    }
}

/* Two targets too busy for their checks serve all the same. */
static void with_nothing_healthy_it_refuses_or_sends_to_all(void **unused)
{
    uint64_t refused[2];
    struct tiny t;

    (void)unused;
    for (int open = 0; open < 2; open++) {
        struct hr_load_balancer_conf *conf = setting(&t, 1000, 2, 4, 1);
        conf->health_check = checks(&t);
        conf->fail_open = open;
        fleet(&t)->workers = 1;
        tiny_disturb(&t, HR_VERB_SLOW, 0, S(100), S(100))->by = 3000;
        const struct hr_record *r = modelled_run(&t, 0);
        refused[open] = r->rows[0].refused;
        assert_int_equal(r->rows[0].good + refused[open], r->rows[0].valid);
        const struct hr_event_record *e =
            event(r, open ? "all targets unhealthy: fail open"
                          : "all targets unhealthy: requests are refused");
        assert_non_null(e);
        assert_in_range(e->at, S(110), S(122));
        tiny_free(&t);
    }
    assert_true(refused[0] > 100);
    assert_int_equal(refused[1], 0);
}

static void a_target_without_instances_is_checked_as_a_whole(void **unused)
{
    const struct hr_law fast = hr_law_constant(0.01);
    const struct hr_step call = tiny_work(1);
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(400));
    modelled_third_party(&t, "one", fast);
    tiny_op(&t, "job", 0, &call);
    modelled_third_party(&t, "other", fast);
    tiny_op(&t, "job", 0, &call);
    modelled_balancer(&t, "balancer", HR_BALANCE_RANDOM, 2)->health_check = checks(&t);
    modelled_clients(&t, modelled_op(&t, "job"), tiny_plain(), 20);
    tiny_disturb(&t, HR_VERB_LOSE, 0, S(100), S(200));
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->n_marks, 2);
    assert_int_equal(r->marks[0].component, 0);
    assert_int_equal(r->marks[0].instance, HR_NONE);
    assert_in_range(r->marks[0].at, S(110), S(120) - 1);
    assert_int_equal(r->marks[1].at - r->marks[0].at, S(210));
    /* Half of 20/s until it was noticed, nothing after. */
    const double until = hr_time_s(r->marks[0].at - S(100));
    assert_true((double)r->rows[0].failed > 0.6 * 10 * until);
    assert_true((double)r->rows[0].failed < 1.4 * 10 * until);
    tiny_free(&t);
}

static void verdicts_are_reported_to_the_fleet_and_withdrawn(void **unused)
{
    static const struct deed deeds[] = {{105, LOOK, 0}, {125, LOOK, 0}, {350, LOOK, 0}};
    struct tiny t;

    (void)unused;
    struct hr_load_balancer_conf *conf = stretching(&t, 400, 1, 1, 1, 3, deeds);
    conf->health_check = checks(&t);
    conf->deregistration_delay = S(45);
    lose_some(&t, 1, 100, 200);
    modelled_run(&t, 0);
    const struct elastic_state *s = hr_state(t.run, 0);
    assert_int_equal(s->bad & 7, 2);
    assert_true(s->bad >> 31); /* and the delay is known to who removes instances */
    tiny_free(&t);
}

/* --- fleets that change ------------------------------------------------------------------ */

static void an_instance_that_drains_gets_nothing_new_and_loses_nothing(void **unused)
{
    static const struct deed deeds[] = {{100, DRAIN, 0}, {110, GONE, 0}};
    struct tiny t;

    (void)unused;
    for (int checked = 0; checked < 2; checked++) {
        struct hr_load_balancer_conf *conf = stretching(&t, 1000, 2, 20, 400, 2, deeds);
        ((struct elastic *)(uintptr_t)t.components[0].conf)->fleet.discipline =
            HR_PROCESSOR_SHARING;
        ((struct elastic *)(uintptr_t)t.components[0].conf)->fleet.cores = 1000;
        if (checked)
            conf->health_check = checks(&t);
        const struct hr_record *r = modelled_run(&t, 0);
        assert_int_equal(r->rows[0].good, r->rows[0].valid);
        /* Half of 20/s for 100 s */
        assert_in_range(served(r, 0), 900, 1100);
        assert_true(served(r, 0) + served(r, 1) >= r->rows[0].valid);
        tiny_free(&t);
    }
}

static void what_does_not_serve_yet_gets_nothing(void **unused)
{
    static const struct deed deeds[] = {{100, LAUNCH, 1}, {200, SERVE, 1}};
    struct tiny t;

    (void)unused;
    stretching(&t, 1000, 1, 20, 1, 2, deeds);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->rows[0].good, r->rows[0].valid);
    assert_in_range(served(r, 1), 7600, 8400); /* half of 20/s for 800 s */
    assert_int_equal(served(r, 2), 0);
    tiny_free(&t);
}

/* How many requests the new instance has had when the run ends `after` its start. */
static uint64_t new_one_had(double after_s, int64_t initial)
{
    static const struct deed deeds[] = {{10, LAUNCH, 1}, {50, SERVE, 1}};
    struct tiny t;

    struct hr_load_balancer_conf *conf = stretching(&t, 50 + after_s, 1, 20, 1, 2, deeds);
    conf->health_check = checks(&t);
    conf->health_check->initial = initial;
    const uint64_t had = served(modelled_run(&t, 0), 1);
    tiny_free(&t);
    return had;
}

static void a_new_instance_gets_requests_after_so_many_good_checks(void **unused)
{
    (void)unused;
    assert_int_equal(new_one_had(20, 0), 0);
    assert_true(new_one_had(31, 0) > 0);
    assert_true(new_one_had(11, 1) > 0);
    assert_int_equal(new_one_had(0, 1), 0);
}

static void those_of_the_start_are_healthy_at_once(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, 5, 2, 100, 1)->health_check = checks(&t);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->rows[0].good, r->rows[0].valid);
    tiny_free(&t);
}

/* A slot that is used again is another instance: its checks begin anew, and those of the one
 * before have ended. */
static void the_next_instance_of_a_slot_is_new(void **unused)
{
    static const struct deed deeds[] = {
        {100, DRAIN, 1}, {110, GONE, 1}, {120, LAUNCH, 1}, {130, SERVE, 1}};
    static const double horizons[] = {130, 150, 161};
    uint64_t had[3];
    struct tiny t;

    (void)unused;
    for (int k = 0; k < 3; k++) {
        struct hr_load_balancer_conf *conf =
            stretching(&t, horizons[k], 2, 20, 1, 4, deeds);
        conf->health_check = checks(&t);
        const struct hr_record *r = modelled_run(&t, 0);
        assert_int_equal(r->rows[0].good, r->rows[0].valid);
        had[k] = served(r, 1);
        tiny_free(&t);
    }
    assert_in_range(had[0], 900, 1100); /* half of 20/s for 100 s */
    assert_int_equal(had[1], had[0]);
    assert_true(had[2] > had[1]);
}

/* A third instance comes and goes each second: the others still take turns. */
static void changes_do_not_disturb_whose_turn_it_is(void **unused)
{
    enum { ROUNDS = 500 };
    static const enum act act[] = {LAUNCH, SERVE, DRAIN, GONE};
    struct deed deeds[4 * ROUNDS];
    struct tiny t;

    (void)unused;
    for (int k = 0; k < 4 * ROUNDS; k++)
        deeds[k] = (struct deed){k * 0.5, act[k % 4], 2};
    stretching(&t, 1000, 2, 3, 0.01, 4 * ROUNDS, deeds);
    const struct hr_record *r = modelled_run(&t, 0);
    const int64_t more = (int64_t)served(r, 0) - (int64_t)served(r, 1);
    assert_true(served(r, 0) > 1000);
    assert_in_range(more + 60, 0, 120); /* about sqrt of the 500 changes */
    tiny_free(&t);
}

/* With checks the open requests are ranked, without a scan finds the least; while all are well
 * both know the same. */
static void least_outstanding_chooses_alike_whether_it_ranks_or_scans(void **unused)
{
    static const struct deed deeds[] = {{60, DRAIN, 2}};
    uint64_t had[2][3];
    double mean[2];

    (void)unused;
    for (int ranked = 0; ranked < 2; ranked++) {
        struct tiny t;
        struct hr_load_balancer_conf *conf = stretching(&t, 100, 3, 200, 10, 1, deeds);

        conf->policy = HR_BALANCE_LEAST_OUTSTANDING;
        conf->health_check = ranked ? checks(&t) : NULL;
        const struct hr_record *r = modelled_run(&t, 0);
        for (uint32_t i = 0; i < 3; i++)
            had[ranked][i] = served(r, i);
        mean[ranked] = hr_hist_mean(&r->rows[0].latency);
        tiny_free(&t);
    }
    for (uint32_t i = 0; i < 3; i++)
        assert_int_equal(had[0][i], had[1][i]);
    assert_true(mean[0] == mean[1]);
    assert_true(had[0][2] < had[0][1]); /* it went */
}

/* --- slow start -------------------------------------------------------------------------- */

/* One carries the load, a second serves from 100 s on and has its full share 100 s later.
 * Against the first it weighs w = (t - 100 s) / 100 s: of 100/s it gets w / (1 + w), which are
 * 10000 (x - ln(1 + x)) requests up to w = x. */
static void slow_start(enum hr_balance_policy policy, double after_s, double expected)
{
    static const struct deed deeds[] = {{100, LAUNCH, 1}, {100.001, SERVE, 1}};
    struct tiny t;

    struct hr_load_balancer_conf *conf =
        stretching(&t, 100 + after_s, 1, 100, 0.01, 2, deeds);
    conf->policy = (int)policy;
    conf->slow_start = S(100);
    const double had = (double)served(modelled_run(&t, 0), 1);
    /* Poisson: beyond 5 sigma for 6e-7 of seeds */
    const double most = 5 * 1.01 * __builtin_sqrt(expected);
    if (had < expected - most || had > expected + most)
        fail_msg("%g requests, expected %g", had, expected);
    tiny_free(&t);
}

static void the_share_of_a_new_target_grows_to_that_of_the_others(void **unused)
{
    (void)unused;
    for (int k = 0; k < 2; k++) {
        const enum hr_balance_policy p = k ? HR_BALANCE_ROUND_ROBIN : HR_BALANCE_RANDOM;
        slow_start(p, 50, 945.35);
        slow_start(p, 100, 3068.5);
        slow_start(p, 200, 8068.5);
    }
}

static void with_slow_start_keys_come_to_a_new_target_one_by_one(void **unused)
{
    (void)unused;
    /* By hash it gets half of the requests that do not pass it over: 10000 x^2 / 4 */
    slow_start(HR_BALANCE_HASH, 100, 2500);
}

/* Both are new when the third, which carried the load, goes: they get all. */
static void without_others_there_is_no_slow_start(void **unused)
{
    static const struct deed deeds[] = {{100, LAUNCH, 1}, {101, SERVE, 1}, {102, DRAIN, 0}};
    struct tiny t;

    (void)unused;
    struct hr_load_balancer_conf *conf = stretching(&t, 200, 1, 50, 0.01, 3, deeds);
    conf->slow_start = S(1000);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->rows[0].good, r->rows[0].valid);
    assert_in_range(served(r, 1), 4500, 5300);
    tiny_free(&t);
}

/* --- zones ------------------------------------------------------------------------------- */

/* Three instances: two in zone a, one in zone b. */
static struct hr_load_balancer_conf *zones(struct tiny *t, bool cross)
{
    static const uint32_t at[] = {2, 3, 2};
    struct hr_load_balancer_conf *conf = setting(t, 1000, 3, 50, 1);

    t->plan.n_places = 4;
    for (uint32_t k = 1; k < 4; k++)
        t->places[k] = (struct hr_place){.name = "place", .region = 1, .is_zone = k > 1};
    t->components[0].place = 1;
    t->components[0].zones = (struct hr_indices){3, at};
    conf->cross_zone = cross;
    return conf;
}

static void without_cross_zone_each_zone_gets_the_same_and_keeps_it(void **unused)
{
    struct tiny t;

    (void)unused;
    zones(&t, false);
    const struct hr_record *r = modelled_run(&t, 0);
    const double n = (double)r->rows[0].valid;
    /* Binomial(50000, 1/2) and alternately inside the zone; 1.2 % is beyond 5 sigma */
    assert_true((double)served(r, 1) > 0.488 * n && (double)served(r, 1) < 0.512 * n);
    assert_in_range(served(r, 0), served(r, 2) - 1, served(r, 2) + 1);
    tiny_free(&t);
    zones(&t, true);
    r = modelled_run(&t, 0);
    assert_in_range(served(r, 1), served(r, 0) - 1, served(r, 0) + 1);
    tiny_free(&t);
}

/* Zone b is lost: its half fails until it is noticed, then all goes to zone a. */
static void a_zone_without_healthy_targets_gets_no_callers(void **unused)
{
    uint64_t later = 0;
    struct tiny t;

    (void)unused;
    zones(&t, false)->health_check = checks(&t);
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_LOSE, HR_NONE, S(100), S(800));
    d->place = 3;
    const struct hr_record *r = modelled_run(&t, 0);
    const hr_time noticed = r->marks[0].at;
    const double errors = (double)r->rows[0].refused,
                 expected = 25 * hr_time_s(noticed - S(100));
    assert_true(errors > 0.7 * expected && errors < 1.3 * expected);
    for (uint32_t i = 0; i < r->n_buckets; i++)
        later += (hr_time)i * r->bucket >= noticed ? r->rows[0].bads[i] : 0;
    assert_int_equal(later, 0);
    tiny_free(&t);
}

/* The zone's only instance has no room: the next one of the zone is itself. */
static void without_cross_zone_a_refusal_is_not_taken_to_another_zone(void **unused)
{
    uint64_t refused[2];
    struct tiny t;

    (void)unused;
    for (int cross = 0; cross < 2; cross++) {
        struct hr_load_balancer_conf *conf = zones(&t, cross);
        conf->when_refused = HR_REFUSED_NEXT;
        conf->policy = HR_BALANCE_RANDOM;
        tiny_disturb(&t, HR_VERB_LOSE, HR_NONE, 0, S(1000))->place = 3;
        conf->health_check = checks(&t);
        conf->health_check->interval = S(1e5); /* nobody notices */
        const struct hr_record *r = modelled_run(&t, 0);
        refused[cross] = r->rows[0].refused;
        tiny_free(&t);
    }
    assert_true(refused[0] > 20000);
    assert_int_equal(refused[1], 0);
}

/* --- usage ------------------------------------------------------------------------------- */

static int64_t used(const struct tiny *t, const struct hr_record *r, const char *dimension)
{
    const uint32_t part = tiny_component(t, "balancer");
    const struct hr_dimension *d = t->components[part].model->usage;

    for (uint32_t k = 0; d[k].name; k++)
        if (strcmp(d[k].name, dimension) == 0)
            return r->parts[part].usage[k];
    fail_msg("no dimension %s", dimension);
    return 0;
}

static void what_is_billed_is_counted_exactly(void **unused)
{
    static const struct hr_op_bytes bytes = {{.kind = HR_LAW_CONSTANT, .a = 1000},
                                             {.kind = HR_LAW_CONSTANT, .a = 7000}};
    struct hr_op_bytes given = bytes;
    struct tiny t;

    (void)unused;
    struct hr_load_balancer_conf *conf = setting(&t, 1000, 50, 20, 100);
    ((struct hr_op_conf *)(uintptr_t)t.operations[0].conf)->bytes = &given;
    conf->requests_per_connection = 7;
    conf->rules = 25;
    conf->free_rules = 10;
    const struct hr_record *r = modelled_run(&t, 0);
    const struct hr_part_record *part = &r->parts[tiny_component(&t, "balancer")];
    const int64_t n = (int64_t)part->measured_in;
    assert_true(n > 19000);
    assert_int_equal(used(&t, r, "hour"), 1000); /* one for 1000 s */
    assert_int_equal(used(&t, r, "requests"), n);
    assert_int_equal(used(&t, r, "new_connections"), (n + 6) / 7);
    assert_int_equal(used(&t, r, "rule_evaluations"), 15 * n);
    assert_int_equal(used(&t, r, "processed"),
                     1000 * n + 7000 * (int64_t)part->measured_ended[HR_OK]);
    const double open_s = hr_integral_mean(&part->present) * 1000;
    assert_int_equal(used(&t, r, "active_connections"), (int64_t)(open_s + 0.5));
    tiny_free(&t);
}

static void given_up_requests_leave_no_connection_behind(void **unused)
{
    struct hr_call_options impatient = tiny_plain();
    const struct hr_step work = tiny_work(1000);
    struct tiny t;

    (void)unused;
    impatient.timeout = MS(100);
    impatient.cancel = HR_CANCEL_PROPAGATE;
    tiny_init(&t, S(1000));
    modelled_service(&t, "server", 50);
    tiny_op(&t, "job", 1, &work);
    modelled_balancer(&t, "balancer", HR_BALANCE_RANDOM, 1)->latency =
        hr_law_constant(0.05);
    modelled_clients(&t, modelled_op(&t, "job"), impatient, 20);
    const struct hr_record *r = modelled_run(&t, 0);
    const int64_t n = used(&t, r, "requests");
    /* A tenth of a second each */
    assert_in_range(used(&t, r, "active_connections"), n / 10 - 1, n / 10 + 1);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_loss_is_noticed_by_the_second_failed_check_and_its_end_by_the_third_good_one),
        cmocka_unit_test(a_loss_makes_errors_until_it_is_noticed_and_none_afterwards),
        cmocka_unit_test(a_loss_that_no_two_checks_see_is_not_noticed),
        cmocka_unit_test(a_target_that_is_too_busy_to_answer_is_unhealthy),
        cmocka_unit_test(with_nothing_healthy_it_refuses_or_sends_to_all),
        cmocka_unit_test(a_target_without_instances_is_checked_as_a_whole),
        cmocka_unit_test(verdicts_are_reported_to_the_fleet_and_withdrawn),
        cmocka_unit_test(an_instance_that_drains_gets_nothing_new_and_loses_nothing),
        cmocka_unit_test(what_does_not_serve_yet_gets_nothing),
        cmocka_unit_test(a_new_instance_gets_requests_after_so_many_good_checks),
        cmocka_unit_test(those_of_the_start_are_healthy_at_once),
        cmocka_unit_test(changes_do_not_disturb_whose_turn_it_is),
        cmocka_unit_test(the_next_instance_of_a_slot_is_new),
        cmocka_unit_test(least_outstanding_chooses_alike_whether_it_ranks_or_scans),
        cmocka_unit_test(the_share_of_a_new_target_grows_to_that_of_the_others),
        cmocka_unit_test(with_slow_start_keys_come_to_a_new_target_one_by_one),
        cmocka_unit_test(without_others_there_is_no_slow_start),
        cmocka_unit_test(without_cross_zone_each_zone_gets_the_same_and_keeps_it),
        cmocka_unit_test(a_zone_without_healthy_targets_gets_no_callers),
        cmocka_unit_test(without_cross_zone_a_refusal_is_not_taken_to_another_zone),
        cmocka_unit_test(what_is_billed_is_counted_exactly),
        cmocka_unit_test(given_up_requests_leave_no_connection_behind),
    };
    return cmocka_run_group_tests_name("balancer_targets", tests, NULL, NULL);
}
