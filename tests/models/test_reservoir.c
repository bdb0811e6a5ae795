/* tests/models/test_reservoir.c - credits and the server that bursts on them, by hand. */
#include "models/parts/reservoir.h"

#include "sim/engine/law.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void near(double x, double expected)
{
    if (!(fabs(x - expected) <= 1e-9 * (1 + fabs(expected))))
        fail_msg("%.17g is not %.17g", x, expected);
}

static void earns_up_to_the_most(void **unused)
{
    struct hr_reservoir r;

    (void)unused;
    hr_reservoir_init(&r, 50, 2.5, 3, 7 * HR_SECOND);
    near(hr_reservoir_level(&r, 0, 11 * HR_SECOND), 13);
    near(hr_reservoir_level(&r, 0, 1000 * HR_SECOND), 50);
    hr_reservoir_advance(&r, 1.5, 13 * HR_SECOND);
    near(r.level, 9);
}

static void runs_dry_when_level_over_net_spending_says(void **unused)
{
    struct hr_reservoir r;

    (void)unused;
    hr_reservoir_init(&r, 50, 2.5, 35, 0);
    near(hr_reservoir_lasts_s(&r, 9.5), 5);
    near(hr_reservoir_level(&r, 9.5, 4 * HR_SECOND), 7);
    near(hr_reservoir_level(&r, 9.5, 6 * HR_SECOND), 0);
    assert_true(hr_reservoir_lasts_s(&r, 2.5) == HUGE_VAL);
}

/* A gp2 volume of 100 GiB: 300 a second, bursts to 3000, 5.4 million credits; AWS says that it
 * bursts for 2000 s. */
static void a_full_volume_bursts_for_its_credits_over_the_net_rate(void **unused)
{
    struct hr_burst_server s;

    (void)unused;
    hr_burst_server_init(&s, 300, 3000, 5.4e6, 0);
    assert_int_equal(hr_burst_server_add(&s, 5.9e6, 0), hr_time_from_s(5.9e6 / 3000));
    assert_true(hr_burst_server_empty_at(&s) == HR_NEVER);
    /* 6 million are done when the credits are gone, the rest takes as long as at base. */
    assert_int_equal(hr_burst_server_add(&s, 1e5 + 600, 0), 2002 * HR_SECOND);
    assert_int_equal(hr_burst_server_empty_at(&s), 2000 * HR_SECOND);
    hr_burst_server_advance(&s, 1999 * HR_SECOND);
    near(s.credits.level, 2700);
    near(s.backlog, 3600);
    hr_burst_server_advance(&s, 2001 * HR_SECOND);
    near(s.credits.level, 0);
    near(s.backlog, 300);
    hr_burst_server_advance(&s, 2012 * HR_SECOND);
    near(s.backlog, 0);
    near(s.credits.level, 3000);
}

static void without_credits_it_is_as_fast_as_it_earns(void **unused)
{
    struct hr_burst_server s;

    (void)unused;
    hr_burst_server_init(&s, 13, 77, 0, 0);
    assert_int_equal(hr_burst_server_add(&s, 26, 0), 2 * HR_SECOND);
    assert_int_equal(hr_burst_server_add(&s, 13, HR_SECOND), 2 * HR_SECOND);
}

static void a_volume_without_burst_has_no_use_for_credits(void **unused)
{
    struct hr_burst_server s;

    (void)unused;
    hr_burst_server_init(&s, 12000, 0, 0, 0);
    assert_int_equal(hr_burst_server_add(&s, 18000, 0), 1500 * HR_MILLISECOND);
    assert_true(hr_burst_server_empty_at(&s) == HR_NEVER);
    hr_burst_server_init(&s, 0, 0, 0, 0);
    assert_int_equal(hr_burst_server_add(&s, 1e12, 0), 0);
}

/* Looking at it often changes nothing, and what comes later delays nobody. */
static void the_wait_told_is_the_wait_kept(void **unused)
{
    struct hr_draws d = hr_draws(1, 2, 3);
    struct hr_burst_server s, seldom;
    hr_time now = 0, last = 0, done = 0;
    double given = 0;

    (void)unused;
    hr_burst_server_init(&s, 100, 1000, 400, 0);
    for (int i = 0; i < 20000; i++) {
        const double work = 1 + (double)hr_draw_below(&d, 9);

        now += (hr_time)hr_draw_below(&d, 90 * HR_MILLISECOND);
        seldom = s;
        hr_burst_server_advance(&s, now - (now - last) / 3);
        hr_burst_server_advance(&seldom, now);
        done = now + hr_burst_server_add(&s, work, now);
        hr_burst_server_add(&seldom, work, now);
        assert_true(fabs(seldom.backlog - s.backlog) < 1e-6);
        assert_true(fabs(seldom.credits.level - s.credits.level) < 1e-6);
        given += work;
        last = now;
    }
    seldom = s;
    hr_burst_server_advance(&s, done);
    assert_true(s.backlog < 1e-4);
    hr_burst_server_advance(&seldom, done - 2 * HR_MILLISECOND);
    assert_true(seldom.backlog > 0);
    assert_true(given > 1e5 * 0.9);
}

/* Conservation: what was spent is what was earned and was there before. */
static void every_piece_of_work_spends_one_credit(void **unused)
{
    struct hr_burst_server s;

    (void)unused;
    hr_burst_server_init(&s, 10, 200, 1e6, 0);
    for (hr_time t = 0; t < 1000 * HR_SECOND; t += 100 * HR_MILLISECOND)
        hr_burst_server_add(&s, 13.7, t);
    hr_burst_server_advance(&s, 1000 * HR_SECOND);
    near(1e6 - s.credits.level, 137000 - s.backlog - 10 * 1000);
}

static void what_is_dropped_delays_nobody(void **unused)
{
    struct hr_burst_server s;

    (void)unused;
    hr_burst_server_init(&s, 10, 20, 100, 0);
    hr_burst_server_add(&s, 1000, 0);
    hr_burst_server_drop(&s, 3 * HR_SECOND);
    near(s.credits.level, 70);
    assert_int_equal(hr_burst_server_add(&s, 10, 3 * HR_SECOND), HR_SECOND / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(earns_up_to_the_most),
        cmocka_unit_test(runs_dry_when_level_over_net_spending_says),
        cmocka_unit_test(a_full_volume_bursts_for_its_credits_over_the_net_rate),
        cmocka_unit_test(without_credits_it_is_as_fast_as_it_earns),
        cmocka_unit_test(a_volume_without_burst_has_no_use_for_credits),
        cmocka_unit_test(the_wait_told_is_the_wait_kept),
        cmocka_unit_test(every_piece_of_work_spends_one_credit),
        cmocka_unit_test(what_is_dropped_delays_nobody),
    };
    return cmocka_run_group_tests_name("reservoir", tests, NULL, NULL);
}
