/* tests/models/test_cpu_credits.c - CPU credits run out when arithmetic says so. */
#include "models/parts/cpu_credits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Two vCPUs, 20 % each, 24 credits an hour: a t3.medium. */
static const struct hr_cpu_credits_conf medium = {
    .baseline = 0.2, .earn = 24.0 / 3600, .most = 576, .mode = HR_CREDITS_STANDARD};

/* An instance that wants `busy` cores from now on, looked at when it asks to be. */
struct instance {
    struct hr_cpu_credits s;
    const struct hr_cpu_credits_conf *conf;
    hr_time now, next;
    double used_s, busy;
    uint32_t looks;
};

static double cores_of(const struct instance *i)
{
    const double cap = 2.0 * (i->s.capped ? i->conf->baseline : 1.0);

    return i->busy < cap ? i->busy : cap;
}

static void look(struct instance *i)
{
    i->next = hr_cpu_credits_look(&i->s, i->conf, 2.0, i->now, i->used_s);
    i->looks++;
}

static void begin(struct instance *i, const struct hr_cpu_credits_conf *conf,
                  double credits, double busy)
{
    *i = (struct instance){.conf = conf, .busy = busy, .now = 7, .used_s = 3.5};
    hr_cpu_credits_init(&i->s, credits, i->now, i->used_s);
    look(i);
}

static void go_on(struct instance *i, hr_time lasts)
{
    const hr_time end = i->now + lasts;

    while (i->next <= end) {
        i->used_s += hr_time_s(i->next - i->now) * cores_of(i);
        i->now = i->next;
        look(i);
    }
    i->used_s += hr_time_s(end - i->now) * cores_of(i);
    i->now = end;
}

static hr_time until_capped(struct instance *i, hr_time most)
{
    const hr_time begin = i->now;

    while (!i->s.capped && i->now - begin < most)
        go_on(i, i->next - i->now);
    return i->now - begin;
}

/* 10 credits at 2 vCPU, of which 0.4 are earned: 600 / 1.6 = 375 s. */
static void a_balance_runs_out_to_the_tenth_of_a_second(void **unused)
{
    struct instance i;

    (void)unused;
    begin(&i, &medium, 10, 2.0);
    assert_in_range(until_capped(&i, HR_DAY), 375 * HR_SECOND,
                    375 * HR_SECOND + HR_SECOND / 10);
    assert_true(i.looks < 200);
}

/* The same balance at 1.15 vCPU: 600 / 0.75 = 800 s. */
static void it_lasts_longer_when_less_is_used(void **unused)
{
    struct instance i;

    (void)unused;
    begin(&i, &medium, 10, 1.15);
    assert_in_range(until_capped(&i, HR_DAY), 800 * HR_SECOND,
                    800 * HR_SECOND + HR_SECOND / 5);
}

static void at_the_baseline_it_lasts_for_ever(void **unused)
{
    struct instance i;

    (void)unused;
    begin(&i, &medium, 10, 0.4);
    assert_true(until_capped(&i, 10 * HR_DAY) >= 10 * HR_DAY);
    assert_true(fabs(i.s.balance_s - 600) < 0.01);
}

static void capped_it_stays_at_the_baseline_while_there_is_load(void **unused)
{
    struct instance i;

    (void)unused;
    begin(&i, &medium, 0, 2.0);
    assert_true(i.s.capped);
    const double before = i.used_s;
    go_on(&i, HR_HOUR);
    assert_true(fabs(i.used_s - before - 0.4 * 3600) < 1.0);
    assert_true(i.s.capped);
}

/* Half an hour idle earns 12 credits; then 720 / 1.6 = 450 s at full speed. */
static void what_is_earned_can_be_burst_again(void **unused)
{
    struct instance i;

    (void)unused;
    begin(&i, &medium, 0, 2.0);
    i.busy = 0.0;
    go_on(&i, HR_HOUR / 2);
    assert_false(i.s.capped);
    assert_true(fabs(i.s.balance_s + 0.4 * hr_time_s(i.now - i.s.as_of) - 720) < 1e-6);
    i.busy = 2.0;
    assert_in_range(until_capped(&i, HR_DAY), 449 * HR_SECOND, 451 * HR_SECOND);
}

static void it_holds_no_more_than_it_may(void **unused)
{
    struct instance i;

    (void)unused;
    begin(&i, &medium, 570, 0.0);
    go_on(&i, HR_DAY);
    assert_true(i.s.balance_s == 576.0 * 60);
}

/* Unlimited: 24 h of earnings ahead, then what is used beyond the baseline is billed.  From 0 at
 * 2 vCPU: 34,560 / 1.6 = 21,600 s until then; one more hour is 5,760 vCPU-s. */
static void unlimited_borrows_a_day_and_bills_the_rest(void **unused)
{
    struct hr_cpu_credits_conf c = medium;
    struct instance i;

    (void)unused;
    c.mode = HR_CREDITS_UNLIMITED;
    begin(&i, &c, 0, 2.0);
    go_on(&i, 21600 * HR_SECOND);
    assert_true(i.s.surplus_s < 1e-6 && !i.s.capped);
    go_on(&i, HR_HOUR);
    look(&i);
    assert_true(fabs(i.s.surplus_s - 5760) < 1e-3);
    hr_cpu_credits_end(&i.s);
    assert_true(fabs(i.s.surplus_s - 5760 - 34560) < 1e-3);
}

static void what_was_borrowed_is_paid_back_by_what_is_earned(void **unused)
{
    struct hr_cpu_credits_conf c = medium;
    struct instance i;

    (void)unused;
    c.mode = HR_CREDITS_UNLIMITED;
    begin(&i, &c, 0, 2.0);
    go_on(&i, HR_HOUR); /* -5,760 */
    i.busy = 0.0;
    go_on(&i, 4 * HR_HOUR); /* + 5,760 */
    look(&i);
    assert_true(fabs(i.s.balance_s) < 1e-3);
    hr_cpu_credits_end(&i.s);
    assert_true(i.s.surplus_s < 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_balance_runs_out_to_the_tenth_of_a_second),
        cmocka_unit_test(it_lasts_longer_when_less_is_used),
        cmocka_unit_test(at_the_baseline_it_lasts_for_ever),
        cmocka_unit_test(capped_it_stays_at_the_baseline_while_there_is_load),
        cmocka_unit_test(what_is_earned_can_be_burst_again),
        cmocka_unit_test(it_holds_no_more_than_it_may),
        cmocka_unit_test(unlimited_borrows_a_day_and_bills_the_rest),
        cmocka_unit_test(what_was_borrowed_is_paid_back_by_what_is_earned),
    };
    return cmocka_run_group_tests_name("cpu_credits", tests, NULL, NULL);
}
