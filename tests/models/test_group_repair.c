/* tests/models/test_group_repair.c - what an autoscaling group does about instances and zones that
 * are lost, and that it loses no request by removing some; each instant by hand. */
#include "tests/support/grouped.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* --- health ---------------------------------------------------------------------------------- */

static void what_is_down_is_replaced_after_its_checks(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    grouped(&t, &s, 2, 2, tiny_work(1));
    s.health.interval = S(25);
    grouped_lose_one(&t, S(101), HR_NEVER); /* found down at 125, 150, 175 s */
    grouped_callers(&t, 0, S(900), S(1));
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_at(r, "unhealthy: replaced", 0, S(175));
    grouped_assert_at(r, "launch requested", 0, S(175));
    grouped_assert_at(r, "in service", 0, S(212));
    assert_int_equal(grouped_marked(r, HR_MARK_DETECTED), S(175));
    assert_int_equal(grouped_marked(r, HR_MARK_RESTORED), S(212));
    assert_int_equal(grouped_serving(&t, 0), 2);
    tiny_free(&t);
}

static void what_comes_back_in_time_is_kept(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    grouped(&t, &s, 2, 2, tiny_work(1));
    s.health.interval = S(25);
    grouped_lose_one(&t, S(101), S(70)); /* back at 171 s: two checks in a row */
    grouped_lose_one(&t, S(301), S(70));
    grouped_callers(&t, 0, S(900), S(1));
    assert_null(grouped_event(tiny_run(&t), "unhealthy: replaced", 0));
    tiny_free(&t);
}

static void a_new_instance_has_its_grace(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    grouped(&t, &s, 1, 1, tiny_work(1));
    s.health.interval = S(25);
    s.health.grace = S(190);
    grouped_lose_one(&t, S(101),
                     HR_NEVER); /* the first has been there for long: 175 s, 212 s */
    grouped_lose_one(&t, S(220), HR_NEVER); /* looked at from 402 s: 425, 450, 475 s */
    grouped_callers(&t, 0, S(900), S(1));
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_at(r, "in service", 0, S(212));
    grouped_assert_at(r, "unhealthy: replaced", 1, S(475));
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
        struct grouped s;
        struct tiny t;

        tiny_init(&t, S(400));
        grouped(&t, &s, 2, 2, tiny_work(1));
        s.health.by = by;
        behind(&t, &front);
        grouped_callers(&t, 0, S(400), S(1));
        const struct hr_record *r = tiny_run(&t);
        if (by == HR_CHECKS_OF_BALANCER) {
            grouped_assert_at(r, "unhealthy: replaced", 0, S(120));
            grouped_assert_at(r, "in service", 0, S(157));
            assert_null(grouped_event(r, "unhealthy: replaced", 1));
        } else {
            assert_null(grouped_event(r, "unhealthy: replaced", 0));
        }
        tiny_free(&t);
    }
    (void)unused;
}

/* Calls of 25 s; three instances too many are removed while they work. */
static const struct hr_record *shrink(struct tiny *t, struct grouped *s,
                                      const struct watching_conf *front)
{
    tiny_init(t, S(400));
    grouped(t, s, 2, 5, tiny_wait(25e3));
    s->size.desired = 5;
    grouped_track(s, HR_TRACK_CPU, 0.6);
    s->policy.in_periods = 2;
    if (front)
        behind(t, front);
    grouped_callers(t, 0, S(400), MS(500));
    return tiny_run(t);
}

static void draining_loses_no_request(void **unused)
{
    static const struct watching_conf front = {.drain = S(60)};
    struct grouped s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = shrink(&t, &s, &front);
    assert_int_equal(grouped_serving(&t, 0), 2);
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
    struct grouped s;
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
    struct grouped s;
    struct tiny t;

    tiny_init(&t, S(1200));
    grouped(&t, &s, instances, instances, tiny_work(20));
    grouped_in_zones(&t, &s);
    s.conf.boot = hr_law_constant(90);
    grouped_lose_zone(&t, 3, S(300), HR_NEVER);
    const uint32_t row = grouped_callers(&t, 0, S(1200), MS(8)); /* 2.5 cores */
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
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(400));
    grouped(&t, &s, 4, 9, tiny_work(9));
    grouped_in_zones(&t, &s);
    grouped_track(&s, HR_TRACK_CPU, 0.1);
    grouped_callers(&t, 0, S(400), MS(10));
    grouped_assert_change(tiny_run(&t), 0, S(180), 4, 9);
    for (uint32_t z = 2; z < 5; z++)
        assert_int_equal(grouped_serving(&t, z), 3);
    tiny_free(&t);
}

/* Zone b goes from 100 s to 1000 s: found down at 120, 180, 240 s. */
static const struct hr_record *zone_comes_back(struct tiny *t, struct grouped *s,
                                               bool rebalance, hr_time horizon)
{
    tiny_init(t, horizon);
    grouped(t, s, 6, 6, tiny_work(1));
    grouped_in_zones(t, s);
    s->conf.rebalance = rebalance;
    s->conf.boot = hr_law_constant(97);
    grouped_lose_zone(t, 3, S(100), S(900));
    grouped_callers(t, 0, horizon, S(1));
    return tiny_run(t);
}

static void launches_into_a_lost_zone_go_to_the_others(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = zone_comes_back(&t, &s, true, S(900));
    grouped_assert_at(r, "launch requested", 0, S(240));
    grouped_assert_at(r, "in service", 0, S(337));
    assert_int_equal(grouped_serving(&t, 2), 3);
    assert_int_equal(grouped_serving(&t, 3), 0);
    assert_int_equal(grouped_serving(&t, 4), 3);
    tiny_free(&t);
}

/* One at a time (a tenth of six is less): launched first, removed when it serves. */
static void zones_are_balanced_again_launching_before_removing(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = zone_comes_back(&t, &s, true, S(1400));
    grouped_assert_at(r, "launch requested", 1, S(1020));
    grouped_assert_at(r, "in service", 1, S(1117));
    grouped_assert_at(r, "removed", 0, S(1117));
    grouped_assert_at(r, "launch requested", 2, S(1140));
    grouped_assert_at(r, "removed", 1, S(1237));
    for (uint32_t z = 2; z < 5; z++)
        assert_int_equal(grouped_serving(&t, z), 2);
    assert_null(grouped_event(r, "desired capacity", 0));
    tiny_free(&t);
    zone_comes_back(&t, &s, false, S(1400));
    assert_int_equal(grouped_serving(&t, 3), 0);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests_name("group_repair", tests, NULL, NULL);
}
