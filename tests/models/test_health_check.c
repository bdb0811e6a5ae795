/* tests/models/test_health_check.c - what the health check promises. */
#include "models/parts/health_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct hr_health_check_conf five_two = {
    .interval = 30 * HR_SECOND, .timeout = 5 * HR_SECOND, .healthy = 5, .unhealthy = 2};

/* Outcomes as text, 'x' a failure, '.' a success; the number of the outcome at which the
 * verdict changed, counted from 1; 0: it did not. */
static unsigned changed_at(struct hr_health *h, const struct hr_health_check_conf *conf,
                           const char *outcomes)
{
    for (unsigned i = 0; outcomes[i]; i++)
        if (hr_health_take(h, conf, outcomes[i] == 'x'))
            return i + 1;
    return 0;
}

static void one_failure_less_than_the_threshold_changes_nothing(void **unused)
{
    struct hr_health h = hr_health_begin(true);

    (void)unused;
    assert_int_equal(changed_at(&h, &five_two, "x.x.x.x"), 0);
    assert_int_equal(h.verdict, HR_HEALTH_GOOD);
}

static void as_many_failures_in_a_row_as_the_threshold_make_it_unhealthy(void **unused)
{
    struct hr_health h = hr_health_begin(true);

    (void)unused;
    assert_int_equal(changed_at(&h, &five_two, ".x..xxx"), 6);
    assert_int_equal(h.verdict, HR_HEALTH_BAD);
}

static void an_unhealthy_one_needs_its_own_number_of_successes(void **unused)
{
    struct hr_health h = hr_health_begin(true);

    (void)unused;
    changed_at(&h, &five_two, "xx");
    assert_int_equal(changed_at(&h, &five_two, "....x....x"), 0);
    assert_int_equal(changed_at(&h, &five_two, "......"), 5);
    assert_int_equal(h.verdict, HR_HEALTH_GOOD);
}

static void a_verdict_is_told_once(void **unused)
{
    struct hr_health h = hr_health_begin(true);

    (void)unused;
    assert_int_equal(changed_at(&h, &five_two, "xx"), 2);
    assert_int_equal(changed_at(&h, &five_two, "xxxxxxxx"), 0);
}

static void a_new_one_is_neither_until_it_has_been_checked(void **unused)
{
    struct hr_health h = hr_health_begin(false);

    (void)unused;
    assert_int_equal(h.verdict, HR_HEALTH_NEW);
    assert_int_equal(changed_at(&h, &five_two, "....x....."), 10);
    assert_int_equal(h.verdict, HR_HEALTH_GOOD);
    h = hr_health_begin(false);
    assert_int_equal(changed_at(&h, &five_two, "xx"), 2);
    assert_int_equal(h.verdict, HR_HEALTH_BAD);
}

static void initial_counts_for_new_ones_only(void **unused)
{
    struct hr_health_check_conf conf = five_two;
    struct hr_health h = hr_health_begin(false);

    (void)unused;
    conf.initial = 1;
    assert_int_equal(changed_at(&h, &conf, "."), 1);
    changed_at(&h, &conf, "xx");
    assert_int_equal(changed_at(&h, &conf, "....."), 5);
}

static void a_check_fails_on_what_is_not_up(void **unused)
{
    (void)unused;
    assert_true(hr_health_probe_bad(false, HR_NEVER, 100));
    assert_false(hr_health_probe_bad(true, HR_NEVER, 100));
}

static void a_check_waits_behind_who_came_before_it(void **unused)
{
    (void)unused;
    assert_true(hr_health_probe_bad(true, 99, 100));
    assert_true(hr_health_probe_bad(true, 100, 100));
    assert_false(hr_health_probe_bad(true, 101, 100));
}

static void phases_fill_the_interval_and_stay_inside(void **unused)
{
    struct hr_health_check_conf conf = five_two;
    unsigned quarter[4] = {0};

    (void)unused;
    for (uint64_t e = 0; e < 4000; e++) {
        struct hr_draws d = hr_draws(7, e, 1);
        const hr_time phase = hr_health_phase(&conf, &d);

        assert_in_range(phase, 0, conf.interval - 1);
        quarter[phase / (conf.interval / 4)]++;
    }
    /* Binomial(4000, 1/4): 1000 +- 5 x 27.4 holds but for 6e-7 of seeds */
    for (int q = 0; q < 4; q++)
        assert_in_range(quarter[q], 863, 1137);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_failure_less_than_the_threshold_changes_nothing),
        cmocka_unit_test(as_many_failures_in_a_row_as_the_threshold_make_it_unhealthy),
        cmocka_unit_test(an_unhealthy_one_needs_its_own_number_of_successes),
        cmocka_unit_test(a_verdict_is_told_once),
        cmocka_unit_test(a_new_one_is_neither_until_it_has_been_checked),
        cmocka_unit_test(initial_counts_for_new_ones_only),
        cmocka_unit_test(a_check_fails_on_what_is_not_up),
        cmocka_unit_test(a_check_waits_behind_who_came_before_it),
        cmocka_unit_test(phases_fill_the_interval_and_stay_inside),
    };
    return cmocka_run_group_tests_name("health_check", tests, NULL, NULL);
}
