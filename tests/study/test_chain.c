/* tests/study/test_chain.c - the first break as a chain of causes. */
#include "sim/study/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BUCKETS = 12 };
static const hr_time BUCKET = 5 * HR_SECOND;

static hr_time s(int64_t seconds)
{
    return seconds * HR_SECOND;
}

/* A shop whose provider is slow from 22 s on, whose workers are gone by 30 s. */
static const double held[BUCKETS] = {9, 9, 9, 9, 30, 64, 64, 64, 64, 64, 64, 64};
static const double cpu[BUCKETS] = {.3, .3, .3, .3, .2, .1, .1, .1, .1, .1, .1, .1};
static const struct hr_chain_station web = {"web", cpu, held, 64};
static const struct hr_chain_moment slow = {
    22 * HR_SECOND, 50 * HR_SECOND, "slow_payments begins: payments 20x slower", NULL, 0};
static const struct hr_chain_moment opened = {31 * HR_SECOND, 0, "web breaker opened", NULL,
                                              0};
static const struct hr_chain_moment broke = {35 * HR_SECOND, 0, "availability below 99%",
                                             NULL, 0};

static struct hr_chain_case shop(void)
{
    return (struct hr_chain_case){.bucket = BUCKET,
                                  .n_buckets = BUCKETS,
                                  .disturbances = &slow,
                                  .n_disturbances = 1,
                                  .events = &opened,
                                  .n_events = 1,
                                  .breaks = &broke,
                                  .n_breaks = 1,
                                  .stations = &web,
                                  .n_stations = 1};
}

static void tells_cause_then_saturation_then_break(void **state)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_chain_case c = shop();

    (void)state;
    assert_string_equal(hr_chain_tell(&c, a),
                        "0:00:22  slow_payments begins: payments 20x slower\n"
                        "0:00:30  web workers exhausted (64 of 64 held)\n"
                        "0:00:31  web breaker opened\n"
                        "0:00:35  availability below 99%");
    hr_arena_destroy(a);
}

/* What was done, at 33 s, then after the break; the limit is kept again from 55 s on. */
static const struct hr_chain_step done[] = {
    {33 * HR_SECOND, 33 * HR_SECOND, 1, "web alarm: scale out", "CPU above target", false,
     0, 0},
    {34 * HR_SECOND, 34 * HR_SECOND, 1, "web desired capacity", NULL, true, 4, 6},
    {34 * HR_SECOND, 36 * HR_SECOND, 5, "web launch requested", NULL, false, 0, 0},
    {40 * HR_SECOND, 40 * HR_SECOND, 1, "web desired capacity", NULL, true, 6, 12},
    {48 * HR_SECOND, 49 * HR_SECOND, 3, "web launch requested", NULL, false, 0, 0},
    {56 * HR_SECOND, 56 * HR_SECOND, 1, "web in service", NULL, false, 0, 0},
};
enum { DONE = sizeof done / sizeof *done };

static void what_was_done_is_told_once_and_until_all_is_well(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_chain_case c = shop();
    struct hr_chain_moment mended = broke;

    (void)state;
    mended.until = s(55);
    mended.name = "availability";
    c.breaks = &mended;
    c.steps = done;
    c.n_steps = DONE;
    assert_string_equal(hr_chain_tell(&c, a),
                        "0:00:22  slow_payments begins: payments 20x slower\n"
                        "0:00:30  web workers exhausted (64 of 64 held)\n"
                        "0:00:31  web breaker opened\n"
                        "0:00:33  web alarm: scale out (CPU above target)\n"
                        "0:00:34  web desired capacity 4 -> 12, 2 steps to 0:00:40\n"
                        "0:00:34  web launch requested, 8 times to 0:00:49\n"
                        "0:00:35  availability below 99%\n"
                        "0:00:55  availability holds again");
    hr_arena_destroy(a);
}

static void what_was_done_is_told_on_while_it_does_not_hold_again(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_chain_case c = shop();
    struct hr_chain_moment lasting = broke;

    (void)state;
    lasting.until = HR_NEVER;
    lasting.name = "availability";
    c.breaks = &lasting;
    c.steps = done;
    c.n_steps = DONE;
    assert_non_null(strstr(hr_chain_tell(&c, a), "0:00:56  web in service"));
    hr_arena_destroy(a);
}

static void says_nothing_when_nothing_broke(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_chain_case c = shop();

    (void)state;
    c.n_breaks = 0;
    assert_string_equal(hr_chain_tell(&c, a), "");
    hr_arena_destroy(a);
}

static void leaves_out_a_disturbance_that_was_over(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_chain_case c = shop();
    struct hr_chain_moment over = slow;

    (void)state;
    over.until = s(29);
    c.disturbances = &over;
    assert_null(strstr(hr_chain_tell(&c, a), "slow_payments"));
    hr_arena_destroy(a);
}

static void leaves_out_a_disturbance_that_came_later(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_chain_case c = shop();
    struct hr_chain_moment later = slow;

    (void)state;
    later.at = s(35);
    c.disturbances = &later;
    assert_null(strstr(hr_chain_tell(&c, a), "slow_payments"));
    later.at = s(34); /* inside the bucket of the break: it may be the cause */
    assert_non_null(strstr(hr_chain_tell(&c, a), "slow_payments"));
    hr_arena_destroy(a);
}

static void never_dates_an_effect_before_its_cause(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_chain_case c = shop();
    struct hr_chain_moment late = slow;

    (void)state;
    late.at = s(32); /* the break is known only to lie in 30..35 */
    c.disturbances = &late;
    assert_string_equal(hr_chain_tell(&c, a),
                        "0:00:32  slow_payments begins: payments 20x slower\n"
                        "0:00:35  web workers exhausted (64 of 64 held)\n"
                        "0:00:35  availability below 99%");
    hr_arena_destroy(a);
}

static void what_was_in_flight_breaks_by_what_began_meanwhile(void **state)
{
    struct hr_chain_case c = shop();
    const struct hr_chain_moment lost[] = {{s(20), HR_NEVER, "app lost", "loss", 0},
                                           {s(31), HR_NEVER, "db lost", "later", 0}};

    (void)state;
    c.disturbances = lost;
    c.n_disturbances = 2;
    /* Bucket 3 is 15..20 s: it ends as the disturbance begins. */
    assert_int_equal(hr_chain_break_date(&c, 3, s(5)), s(25));
    assert_int_equal(hr_chain_break_date(&c, 2, s(5)), s(15)); /* it had ended by then */
    assert_int_equal(hr_chain_break_date(&c, 2, s(8)), s(25));
    assert_int_equal(hr_chain_break_date(&c, 4, s(20)), s(25)); /* the first was acting */
}

static void nothing_is_dated_after_the_end(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_chain_case c = shop();
    struct hr_chain_moment last = {0, HR_NEVER, "p99 above 3 s", "p99", 0};

    (void)state;
    c.horizon = s(57); /* two seconds into the last of twelve buckets */
    last.at = hr_chain_break_date(&c, BUCKETS - 1, s(5));
    assert_int_equal(last.at, s(57));
    c.breaks = &last;
    c.n_disturbances = 0;
    assert_string_equal(hr_chain_tell(&c, a),
                        "0:00:30  web workers exhausted (64 of 64 held)\n"
                        "0:00:31  web breaker opened\n"
                        "0:00:57  p99 above 3 s\n"
                        "0:00:57  p99 does not hold again before the end");
    hr_arena_destroy(a);
}

static void says_the_same_thing_once(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_chain_case c = shop();
    const struct hr_chain_moment twice[] = {opened, opened};
    const char *text;

    (void)state;
    c.events = twice;
    c.n_events = 2;
    text = strstr(hr_chain_tell(&c, a), "breaker");
    assert_non_null(text);
    assert_null(strstr(text + 1, "breaker"));
    hr_arena_destroy(a);
}

static void an_event_dates_the_saturation_that_it_is(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_chain_case c = shop();
    const struct hr_chain_moment exhausted = {27 * HR_SECOND, 0, "web workers exhausted",
                                              NULL, 0};

    (void)state;
    c.events = &exhausted;
    assert_string_equal(hr_chain_tell(&c, a),
                        "0:00:22  slow_payments begins: payments 20x slower\n"
                        "0:00:27  web workers exhausted (64 of 64 held)\n"
                        "0:00:35  availability below 99%");
    hr_arena_destroy(a);
}

static void a_few_bad_ones_by_chance_are_no_break(void **state)
{
    const double all[4] = {1000, 1000, 1000, 1000};
    const double chance[4] = {2, 0, 3, 1}, storm[4] = {2, 0, 900, 900};

    (void)state;
    assert_int_equal(hr_chain_first_break(chance, all, 4, 0.002), 4);
    assert_int_equal(hr_chain_first_break(storm, all, 4, 0.002), 2);
}

/* The chain with names, so that it tells how it went on; `until` is when the limit held again. */
static const char *how_it_went_on(hr_time until, hr_time disturbed_until,
                                  struct hr_arena *a)
{
    struct hr_chain_case c = shop();
    const struct hr_chain_moment d = {22 * HR_SECOND, disturbed_until, "slow begins",
                                      "slow", 0};
    const struct hr_chain_moment b = {35 * HR_SECOND, until, "availability below 99%",
                                      "availability", 0};

    c.disturbances = &d;
    c.breaks = &b;
    return strstr(hr_chain_tell(&c, a), "below 99%") + sizeof "below 99%";
}

static void tells_when_all_is_well_again(void **state)
{
    struct hr_arena *a = hr_arena_create();

    (void)state;
    assert_string_equal(how_it_went_on(52 * HR_SECOND, 50 * HR_SECOND, a),
                        "0:00:50  slow ends\n0:00:52  availability holds again");
    hr_arena_destroy(a);
}

static void tells_what_outlasts_its_cause(void **state)
{
    struct hr_arena *a = hr_arena_create();

    (void)state;
    assert_string_equal(
        how_it_went_on(HR_NEVER, 50 * HR_SECOND, a),
        "0:00:50  slow ends\n0:01:00  availability still does not hold at the "
        "end, 10 s after slow ended");
    assert_string_equal(how_it_went_on(HR_NEVER, HR_NEVER, a),
                        "0:01:00  availability does not hold again before the end");
    hr_arena_destroy(a);
}

static void an_outlasting_break_is_known_as_one(void **state)
{
    const struct hr_chain_moment d = {22 * HR_SECOND, 50 * HR_SECOND, "slow begins", "slow",
                                      0};
    struct hr_chain_moment b = {35 * HR_SECOND, HR_NEVER, "availability below 99%",
                                "availability", 0};
    struct hr_chain_case c = shop();

    (void)state;
    c.disturbances = &d;
    c.breaks = &b;
    assert_true(hr_chain_outlasts(&c));
    b.until = 52 * HR_SECOND;
    assert_false(hr_chain_outlasts(&c));
    b.until = HR_NEVER;
    c.n_disturbances = 0; /* nothing that could have ended */
    assert_false(hr_chain_outlasts(&c));
}

static void recovery_is_after_the_last_bad_bucket(void **state)
{
    const double all[5] = {1000, 1000, 1000, 1000, 1000};
    const double bad[5] = {0, 500, 0, 500, 0};

    (void)state;
    assert_int_equal(hr_chain_recovery(bad, all, 5, 0.01), 4);
    assert_int_equal(hr_chain_recovery(bad, all, 4, 0.01), 4);
    assert_int_equal(hr_chain_recovery(bad, all, 1, 0.01), 0);
}

static void a_slow_leak_breaks_when_the_allowance_is_used_up(void **state)
{
    const double all[4] = {1000, 1000, 1000, 1000};
    const double leak[4] = {3, 3, 3, 3}; /* 12 of 4000, where 8 are allowed */

    (void)state;
    assert_int_equal(hr_chain_first_break(leak, all, 4, 0.002), 2);
}

/* 9 bad ones early on, of 16 that are allowed, and the storm that breaks the limit. */
static void a_trouble_that_the_allowance_bears_is_not_the_break(void **state)
{
    const double all[8] = {1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000};
    const double bad[8] = {9, 0, 0, 0, 0, 0, 50, 900};

    (void)state;
    assert_int_equal(hr_chain_first_break(bad, all, 8, 0.002), 6);
}

static void a_break_that_comes_back_is_told_with_its_recovery(void **state)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_chain_moment b = {.at = 35 * HR_SECOND,
                                      .until = 45 * HR_SECOND,
                                      .again = 55 * HR_SECOND,
                                      .text = "availability below 99%",
                                      .name = "availability"};
    struct hr_chain_case c = shop();
    const char *text;

    (void)state;
    c.breaks = &b;
    text = hr_chain_tell(&c, a);
    assert_non_null(strstr(text, "0:00:45  availability holds again, until 0:00:55"));
    assert_false(hr_chain_outlasts(&c));
    hr_arena_destroy(a);
}

static void the_next_bad_bucket_is_found_from_a_bucket_on(void **state)
{
    const double all[5] = {1000, 1000, 1000, 1000, 1000};
    const double bad[5] = {0, 500, 0, 500, 0};

    (void)state;
    assert_int_equal(hr_chain_next_bad(bad, all, 0, 5, 0.01), 1);
    assert_int_equal(hr_chain_next_bad(bad, all, 2, 5, 0.01), 3);
    assert_int_equal(hr_chain_next_bad(bad, all, 4, 5, 0.01), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_cause_then_saturation_then_break),
        cmocka_unit_test(what_was_done_is_told_once_and_until_all_is_well),
        cmocka_unit_test(what_was_done_is_told_on_while_it_does_not_hold_again),
        cmocka_unit_test(says_nothing_when_nothing_broke),
        cmocka_unit_test(leaves_out_a_disturbance_that_was_over),
        cmocka_unit_test(leaves_out_a_disturbance_that_came_later),
        cmocka_unit_test(never_dates_an_effect_before_its_cause),
        cmocka_unit_test(what_was_in_flight_breaks_by_what_began_meanwhile),
        cmocka_unit_test(nothing_is_dated_after_the_end),
        cmocka_unit_test(says_the_same_thing_once),
        cmocka_unit_test(an_event_dates_the_saturation_that_it_is),
        cmocka_unit_test(a_few_bad_ones_by_chance_are_no_break),
        cmocka_unit_test(tells_when_all_is_well_again),
        cmocka_unit_test(tells_what_outlasts_its_cause),
        cmocka_unit_test(an_outlasting_break_is_known_as_one),
        cmocka_unit_test(recovery_is_after_the_last_bad_bucket),
        cmocka_unit_test(a_slow_leak_breaks_when_the_allowance_is_used_up),
        cmocka_unit_test(a_trouble_that_the_allowance_bears_is_not_the_break),
        cmocka_unit_test(a_break_that_comes_back_is_told_with_its_recovery),
        cmocka_unit_test(the_next_bad_bucket_is_found_from_a_bucket_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
