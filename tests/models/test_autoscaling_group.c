/* tests/models/test_autoscaling_group.c - how many instances an autoscaling group has, and when,
 * each instant by hand; what it repairs is in test_group_repair.c. */
#include "tests/support/grouped.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* --- target tracking ----------------------------------------------------------------------- */

/* 90 % of one core from `begin` on. */
static void load_begins_at(struct tiny *t, struct grouped *s, hr_time begin)
{
    tiny_init(t, S(600));
    grouped(t, s, 1, 10, tiny_work(9));
    grouped_track(s, HR_TRACK_CPU, 0.6);
    s->conf.warm_up = S(300);
    grouped_callers(t, begin, S(600), MS(10));
}

/* Three whole periods above the target, then the boot: no sooner and no later. */
static void it_grows_after_its_alarm_periods_and_the_boot(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    load_begins_at(&t, &s, S(90)); /* the period from 60 s has 45 % */
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_at(r, "CPU above target", 0, S(100));
    grouped_assert_at(r, "alarm: scale out", 0, S(300));
    grouped_assert_change(r, 0, S(300), 1, 2);
    grouped_assert_at(r, "launch requested", 0, S(300));
    grouped_assert_at(r, "in service", 0, S(337));
    assert_null(grouped_event(r, "desired capacity", 1));
    assert_int_equal(grouped_marked(r, HR_MARK_DETECTED), S(300));
    assert_int_equal(grouped_marked(r, HR_MARK_DECIDED), S(300));
    assert_int_equal(grouped_marked(r, HR_MARK_ACTED), S(300));
    assert_int_equal(grouped_marked(r, HR_MARK_RESTORED), S(337));
    /* Billed from the launch on. */
    assert_int_equal(r->parts[0].usage[HR_GROUP_USAGE_INSTANCE], 600 + 300);
    tiny_free(&t);
}

static void a_period_that_is_above_in_the_mean_counts(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    load_begins_at(&t, &s, S(75)); /* 45 s of 90 % are 67.5 % */
    grouped_assert_change(tiny_run(&t), 0, S(240), 1, 2);
    tiny_free(&t);
}

static void requests_are_counted_by_instance(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(400));
    grouped(&t, &s, 2, 10, tiny_work(1));
    grouped_track(&s, HR_TRACK_REQUESTS, 20);
    grouped_callers(&t, 0, S(400), MS(20)); /* 50/s: 25/s each */
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_at(r, "requests above target", 0, S(10));
    grouped_assert_change(r, 0, S(180), 2, 3);
    tiny_free(&t);
}

/* One instance at 100 % with a backlog that lasts: what it asks for is launched, and as long
 * as that warms up the one is all that is measured. */
static void what_warms_up_is_not_measured_and_not_asked_for_twice(void **unused)
{
    for (int warm = 0; warm < 2; warm++) {
        struct grouped s;
        struct tiny t;

        tiny_init(&t, S(540));
        grouped(&t, &s, 1, 10, tiny_work(9));
        s.conf.balance = 0;
        grouped_track(&s, HR_TRACK_CPU, 0.6);
        s.conf.warm_up = warm ? S(600) : 0;
        grouped_callers(&t, 0, S(540), MS(3)); /* three cores' worth */
        const struct hr_record *r = tiny_run(&t);
        grouped_assert_change(r, 0, S(180), 1, 2);
        if (warm)
            assert_null(grouped_event(r, "desired capacity", 1));
        else /* the period from 240 s is the first that the second is in from its begin */
            grouped_assert_change(r, 1, S(300), 2, 4);
        tiny_free(&t);
    }
    (void)unused;
}

static void a_cooldown_puts_decisions_off(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(600));
    grouped(&t, &s, 1, 10, tiny_work(9));
    s.conf.balance = 0;
    grouped_track(&s, HR_TRACK_CPU, 0.6);
    s.conf.cooldown = S(250);
    grouped_callers(&t, 0, S(600), MS(3));
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_change(r, 0, S(180), 1, 2);
    grouped_assert_change(r, 1, S(480), 2, 4); /* 430 s, and the next end of a period */
    tiny_free(&t);
}

static void it_shrinks_later_and_one_by_one(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(1300));
    grouped(&t, &s, 2, 10, tiny_work(1));
    s.size.desired = 5;
    grouped_track(&s, HR_TRACK_CPU, 0.6);
    grouped_callers(&t, 0, S(1300), S(1));
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_at(r, "alarm: scale in", 0, S(900));
    grouped_assert_change(r, 0, S(900), 5, 4);
    grouped_assert_change(r, 1, S(960), 4, 3);
    grouped_assert_change(r, 2, S(1020), 3, 2);
    assert_null(grouped_event(r, "desired capacity", 3));
    assert_int_equal(grouped_serving(&t, 0), 2);
    assert_int_equal(r->parts[0].usage[HR_GROUP_USAGE_INSTANCE],
                     2 * 1300 + 900 + 960 + 1020);
    tiny_free(&t);
}

static void it_stays_within_its_maximum(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(600));
    grouped(&t, &s, 1, 3, tiny_work(9));
    grouped_track(&s, HR_TRACK_CPU, 0.2);
    grouped_callers(&t, 0, S(600), MS(10));
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_change(r, 0, S(180), 1, 3);
    assert_non_null(grouped_event(r, "at its maximum", 0));
    assert_int_equal(grouped_serving(&t, 0), 3);
    tiny_free(&t);
}

/* --- launches that are refused --------------------------------------------------------------- */

static void a_quota_holds_launches_back(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(600));
    grouped(&t, &s, 1, 9, tiny_work(9));
    grouped_track(&s, HR_TRACK_CPU, 0.2);
    s.conf.quota = 2;
    grouped_callers(&t, 0, S(600), MS(10));
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_change(r, 0, S(180), 1, 5);
    grouped_assert_at(r, "quota reached", 0, S(180));
    assert_int_equal(grouped_serving(&t, 0), 2);
    assert_int_equal(r->parts[0].usage[HR_GROUP_USAGE_INSTANCE], 600 + 420);
    tiny_free(&t);
}

static void insufficient_capacity_is_tried_again(void **unused)
{
    struct grouped s;
    struct tiny t;
    uint32_t later = 0;

    (void)unused;
    for (int k = 0; k < 12; k++) {
        tiny_init(&t, S(900));
        grouped(&t, &s, 1, 2, tiny_work(18));
        t.components[0].name_key += (uint64_t)k; /* another lot */
        grouped_track(&s, HR_TRACK_CPU, 0.6);
        s.conf.warm_up = S(5000);
        s.conf.insufficient_capacity = 0.5;
        s.conf.launch_retry = S(50);
        grouped_callers(&t, 0, S(900), MS(20));
        const struct hr_record *r = tiny_run(&t);
        const struct hr_event_record *e = grouped_event(r, "launch requested", 0);
        assert_non_null(e);
        assert_true(e->at >= S(180) && (e->at - S(180)) % S(50) == 0);
        assert_true((e->at > S(180)) ==
                    (grouped_event(r, "insufficient capacity", 0) != NULL));
        later += e->at > S(180);
        tiny_free(&t);
    }
    assert_in_range(later, 2, 10);
}

static void nothing_is_launched_while_the_control_plane_is_frozen(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    grouped(&t, &s, 1, 9, tiny_work(9));
    grouped_track(&s, HR_TRACK_CPU, 0.6);
    tiny_disturb(&t, HR_VERB_FREEZE, 0, S(170), S(333)); /* until 503 s */
    grouped_callers(&t, 0, S(900), MS(10));
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_at(r, "alarm: scale out", 0, S(180));
    grouped_assert_change(r, 0, S(540), 1, 2);
    grouped_assert_at(r, "launch requested", 0, S(540));
    tiny_free(&t);
}

/* What was wanted before is had in the instant that the freeze ends. */
static void what_a_freeze_held_back_is_done_as_it_ends(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    grouped(&t, &s, 2, 2, tiny_work(1));
    grouped_in_zones(&t, &s);
    s.conf.boot = hr_law_constant(100);
    grouped_lose_one(&t, S(50), HR_NEVER); /* replaced at 180 s */
    grouped_lose_zone(&t, 2, S(190),
                      S(400)); /* whichever zone it boots in: both are tried */
    grouped_lose_zone(&t, 3, S(190), S(400));
    grouped_lose_zone(&t, 4, S(190), S(400));
    tiny_disturb(&t, HR_VERB_FREEZE, 0, S(200), S(477)); /* until 677 s */
    grouped_callers(&t, 0, S(900), S(1));
    const struct hr_record *r = tiny_run(&t);
    grouped_assert_at(r, "launch requested", 0, S(180));
    grouped_assert_at(r, "launch failed: its zone is lost", 0, S(280));
    grouped_assert_at(r, "launch requested", 1, S(677));
    tiny_free(&t);
}

/* --- draws ----------------------------------------------------------------------------------- */

/* The boot of the first launch, in a design where it comes at another time. */
static hr_time first_boot(hr_time begin, double refused)
{
    struct grouped s;
    struct tiny t;

    load_begins_at(&t, &s, begin);
    s.conf.insufficient_capacity = refused;
    s.conf.boot = hr_law_exponential(40);
    const struct hr_record *r = tiny_run(&t);
    const hr_time boot =
        grouped_event(r, "in service", 0)->at - grouped_event(r, "launch requested", 0)->at;
    tiny_free(&t);
    return boot;
}

static void designs_draw_the_same_boots(void **unused)
{
    (void)unused;
    assert_int_equal(first_boot(S(1), 0), first_boot(S(61), 0.2));
}

static void boots_of_a_fleet_differ(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    tiny_init(&t, S(900));
    grouped(&t, &s, 2, 2, tiny_work(1));
    s.conf.boot = hr_law_exponential(40);
    tiny_disturb(&t, HR_VERB_LOSE, 0, S(10), S(500));
    grouped_callers(&t, 0, S(900), S(1));
    const struct hr_record *r = tiny_run(&t);
    const struct hr_event_record *e = grouped_event(r, "in service", 0);
    assert_true(grouped_event(r, "in service", 1) != NULL || e->last > e->at);
    tiny_free(&t);
}

/* --- credits --------------------------------------------------------------------------------- */

/* Two cores of which each may use 20 %; always work for both. */
static const struct hr_record *burn(struct tiny *t, struct grouped *s, int mode,
                                    double credits)
{
    tiny_init(t, S(900));
    grouped(t, s, 1, 1, tiny_work(9));
    s->conf.fleet.cores = 2;
    s->credits = (struct hr_cpu_credits_conf){.baseline = 0.2,
                                              .earn = 24.0 / 3600,
                                              .most = credits,
                                              .at_start = credits,
                                              .mode = mode};
    s->conf.cpu_credits = &s->credits;
    grouped_callers(t, 0, S(900), MS(3));
    return tiny_run(t);
}

/* 10 credits at 2 vCPU, of which 0.4 are earned: 600 / 1.6 = 375 s; then 0.4 cores. */
static void credits_run_out_when_arithmetic_says_so(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = burn(&t, &s, HR_CREDITS_STANDARD, 10);
    const struct hr_event_record *e = grouped_event(r, "CPU credits used up", 0);
    assert_non_null(e);
    assert_in_range(e->at, S(375), S(375.2));
    const double busy_s = (double)r->instances[0].busy_ns / 1e9;
    assert_true(fabs(busy_s - (375 * 2 + 525 * 0.4)) < 1.0);
    tiny_free(&t);
}

/* 600 s of CPU ahead: used up after 375 s; what comes then is billed. */
static void unlimited_is_not_slowed_down_and_billed(void **unused)
{
    struct grouped s;
    struct tiny t;

    (void)unused;
    const struct hr_record *r = burn(&t, &s, HR_CREDITS_UNLIMITED, 10);
    assert_null(grouped_event(r, "CPU credits used up", 0));
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
        cmocka_unit_test(designs_draw_the_same_boots),
        cmocka_unit_test(boots_of_a_fleet_differ),
        cmocka_unit_test(credits_run_out_when_arithmetic_says_so),
        cmocka_unit_test(unlimited_is_not_slowed_down_and_billed),
    };
    return cmocka_run_group_tests_name("autoscaling_group", tests, NULL, NULL);
}
