/* tests/study/test_recovery.c - the time to recovery and its phases, from windows and marks made
 * by hand. */
#include "sim/study/recovery.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define S(x) ((hr_time)(x)*HR_SECOND)
enum { WINDOWS = 60 };

static const struct hr_watch when = {.rows = 1, .limit = HR_NEVER, .share = 0.99};
/* Windows of 10 s; well is what is good for 50 s. */
static const struct hr_recovered rule = {
    .over = S(10), .held = S(50), .n = 1, .n_all = 1, .when = &when};

struct made {
    uint32_t total[WINDOWS], ok[WINDOWS], open[WINDOWS];
    struct hr_watch_record watch, row;
    struct hr_record record;
};

/* 100 requests a window; '.' all good, 'x' 98 of 100, 'g' 99 of 100, ' ' no requests. */
static struct made *make(struct made *m, const char *windows)
{
    memset(m, 0, sizeof *m);
    m->watch = m->row = (struct hr_watch_record){.total = m->total, .ok = m->ok};
    m->record = (struct hr_record){.window = S(10),
                                   .n_windows = (uint32_t)strlen(windows),
                                   .n_watches = 1,
                                   .n_rows = 1,
                                   .watches = &m->watch,
                                   .windows = &m->row,
                                   .open = m->open};
    for (size_t w = 0; windows[w]; w++) {
        m->total[w] = windows[w] == ' ' ? 0 : 100;
        m->ok[w] = windows[w] == ' '   ? 0
                   : windows[w] == 'x' ? 98
                   : windows[w] == 'g' ? 99
                                       : 100;
    }
    return m;
}

static struct hr_recovery find(const char *windows, hr_time begin)
{
    struct made m;
    const struct hr_spell s = {0, begin, HR_NEVER};

    make(&m, windows);
    return hr_recovery_find(&rule, S(10) * (hr_time)strlen(windows), &m.record, &s,
                            UINT32_MAX);
}

/* --- how long ------------------------------------------------------------------------------- */

static void what_never_breaks_takes_no_time(void **state)
{
    const struct hr_recovery x = find("................", S(25));

    (void)state;
    assert_int_equal(x.rto, 0);
    assert_int_equal(x.settled, S(70)); /* windows 2 to 6 */
}

static void it_ends_with_the_first_good_window_from_which_good_lasts(void **state)
{
    (void)state;
    assert_int_equal(find("..xxx...........", S(25)).rto, S(25));
    assert_int_equal(find("..xxx...........", S(25)).settled, S(100));
    assert_int_equal(find("..xxx...........", S(20)).rto, S(30));
}

static void good_that_does_not_last_is_no_recovery(void **state)
{
    (void)state;
    assert_int_equal(find("..x....x.....x.....", S(20)).rto, S(60)); /* five, from 8 on */
    assert_int_equal(find("..x....x....x.....", S(20)).rto, S(110)); /* four are too few */
}

static void a_window_just_at_the_share_is_good(void **state)
{
    (void)state;
    assert_int_equal(find("..xxggggggggg", S(20)).rto, S(20));
}

static void a_window_without_requests_is_good(void **state)
{
    (void)state;
    assert_int_equal(find("..xx     x....", S(20)).rto, S(20));
}

static void what_stays_broken_has_not_recovered(void **state)
{
    const struct hr_recovery x = find("..xxxxxxxxxx", S(20));

    (void)state;
    assert_true(x.rto == HR_NEVER);
    assert_true(x.settled == HR_NEVER);
    assert_false(x.cut);
}

static void a_run_that_ends_too_soon_says_so(void **state)
{
    const struct hr_recovery x = find("..xxxxxx....", S(20));

    (void)state;
    assert_true(x.rto == HR_NEVER);
    assert_true(x.cut);
}

static void what_never_broke_until_an_early_end_is_not_affected(void **state)
{
    const struct hr_recovery x = find("..xx....", S(50));

    (void)state;
    assert_int_equal(x.rto, 0);
    assert_true(x.settled == HR_NEVER);
}

static void nothing_is_said_before_enough_is_known(void **state)
{
    struct made m;
    const struct hr_spell s = {0, S(20), HR_NEVER};

    (void)state;
    make(&m, "..xx............");
    for (uint32_t known = 0; known < 9; known++)
        assert_true(hr_recovery_find(&rule, S(160), &m.record, &s, known).rto == HR_NEVER);
    assert_int_equal(hr_recovery_find(&rule, S(160), &m.record, &s, 9).rto, S(20));
}

static void a_window_is_known_when_it_is_over_and_its_requests_have_ended(void **state)
{
    struct made m;

    (void)state;
    make(&m, "..........");
    m.open[6] = 1;
    assert_int_equal(hr_windows_known(&m.record, 2, S(50) - 1), 4);
    assert_int_equal(hr_windows_known(&m.record, 2, S(50)), 5);
    assert_int_equal(hr_windows_known(&m.record, 2, S(90)), 6);
    m.open[6] = 0;
    assert_int_equal(hr_windows_known(&m.record, 2, S(200)),
                     20); /* nothing came any more */
}

static void every_condition_must_be_kept(void **state)
{
    const struct hr_watch two[] = {when, {.rows = 1, .limit = S(1), .share = 0.5}};
    const struct hr_recovered both = {
        .over = S(10), .held = S(50), .n = 2, .n_all = 2, .when = two};
    struct made a, b;
    struct hr_watch_record watches[2];
    const struct hr_spell s = {0, S(20), HR_NEVER};

    (void)state;
    make(&a, "................");
    make(&b, "................");
    b.ok[4] = 40;
    watches[0] = a.watch;
    watches[1] = b.watch;
    a.record.watches = watches;
    a.record.n_watches = 2;
    assert_int_equal(hr_recovery_find(&both, S(160), &a.record, &s, UINT32_MAX).rto, S(30));
}

/* --- phases --------------------------------------------------------------------------------- */

static const struct hr_mark_at all_marks[] = {
    {S(20 - 3), HR_MARK_DETECTED}, /* of something before */
    {S(65), HR_MARK_RESTORED},     {S(30), HR_MARK_DETECTED}, {S(47), HR_MARK_ACTED},
    {S(33), HR_MARK_DETECTED},     {S(36), HR_MARK_DECIDED},  {S(60), HR_MARK_RESTORED},
    {S(90), HR_MARK_RESTORED}, /* when all was well again */
};
enum { ALL = sizeof all_marks / sizeof *all_marks };

static struct hr_recovery divide(hr_time rto, hr_time ends, const struct hr_mark_at *marks,
                                 size_t n)
{
    struct hr_recovery x = {.rto = rto};
    const struct hr_spell s = {0, S(20), ends};

    hr_recovery_divide(&x, &s, marks, n, S(10));
    return x;
}

static void assert_phases(const struct hr_recovery *x, hr_time detect, hr_time decide,
                          hr_time act, hr_time restore, hr_time warm_up)
{
    const hr_time expected[HR_N_PHASES] = {detect, decide, act, restore, warm_up};
    hr_time sum = 0;

    for (size_t i = 0; i < HR_N_PHASES; i++) {
        assert_int_equal(x->phases[i], expected[i]);
        assert_true(x->phases[i] >= 0);
        sum += x->phases[i];
    }
    assert_int_equal(sum, x->rto);
}

static void phases_lie_between_marks_and_add_up(void **state)
{
    const struct hr_recovery x = divide(S(60), HR_NEVER, all_marks, ALL);

    (void)state;
    assert_phases(&x, S(10), S(6), S(11), S(18), S(15));
}

static void a_mark_after_recovery_is_none(void **state)
{
    const struct hr_recovery x = divide(S(26), HR_NEVER, all_marks, ALL);

    (void)state; /* recovered at 46: before acted and restored */
    assert_phases(&x, S(10), S(6), 0, S(10), 0);
}

static void without_marks_the_end_of_the_disturbance_restores(void **state)
{
    const struct hr_recovery x = divide(S(60), S(70), NULL, 0);

    (void)state;
    assert_phases(&x, 0, 0, 0, S(50), S(10));
}

static void what_recovers_while_the_disturbance_acts_was_restored_then(void **state)
{
    const struct hr_recovery x = divide(S(60), S(200), NULL, 0);

    (void)state;
    assert_phases(&x, 0, 0, 0, S(60), 0);
}

static void marks_out_of_order_give_no_negative_phase(void **state)
{
    static const struct hr_mark_at odd[] = {{S(40), HR_MARK_DETECTED},
                                            {S(30), HR_MARK_DECIDED},
                                            {S(35), HR_MARK_ACTED},
                                            {S(25), HR_MARK_RESTORED}};
    const struct hr_recovery x = divide(S(60), S(30), odd, 4);

    (void)state;
    assert_phases(&x, S(20), 0, 0, 0, S(40));
}

static void not_affected_has_no_phases(void **state)
{
    const struct hr_recovery x = divide(0, S(70), all_marks, ALL);

    (void)state;
    assert_phases(&x, 0, 0, 0, 0, 0);
}

static void not_recovered_stays_in_the_phase_that_does_not_end(void **state)
{
    const struct hr_recovery x = divide(HR_NEVER, HR_NEVER, all_marks, ALL);
    const struct hr_recovery y = divide(HR_NEVER, HR_NEVER, NULL, 0);

    (void)state;
    assert_int_equal(x.phases[HR_PHASE_DETECT], S(10));
    assert_int_equal(x.phases[HR_PHASE_RESTORE], S(43)); /* the last restored, at 90 */
    assert_true(x.phases[HR_PHASE_WARM_UP] == HR_NEVER);
    assert_true(y.phases[HR_PHASE_RESTORE] == HR_NEVER);
    assert_int_equal(y.phases[HR_PHASE_WARM_UP], 0);
}

/* --- spells --------------------------------------------------------------------------------- */

static void spells_are_read_from_begins_and_ends(void **state)
{
    struct hr_event_record e[] = {
        {.at = S(10), .what = "begins", .disturbance = 1},
        {.at = S(20), .what = "begins", .disturbance = 2},
        {.at = S(25), .what = "breaker opened"},
        {.at = S(30), .what = "ends", .disturbance = 1},
        {.at = S(40), .what = "begins", .disturbance = 1},
    };
    const struct hr_record r = {.events = e, .n_events = 5};
    struct hr_disturbance d[2] = {{.stagger = S(7)}};
    const struct hr_plan plan = {.disturbances = d, .n_disturbances = 2};
    struct hr_spell s[8];

    (void)state;
    assert_int_equal(hr_spells_of(&plan, &r, s, 8), 3);
    assert_int_equal(s[0].end, S(37)); /* staggered by up to 7 s */
    assert_true(s[1].end == HR_NEVER);
    assert_int_equal(s[1].disturbance, 1);
    assert_int_equal(s[2].begin, S(40));
    assert_true(s[2].end == HR_NEVER);
    assert_int_equal(hr_spells_of(&plan, &r, s, 1), 3);
}

/* Settled at 100 s; requests live for 8 s at most. */
static void a_spell_is_alone_until_it_is_settled_and_its_requests_have_ended(void **state)
{
    struct hr_row row = {.deadline = S(8)};
    const struct hr_plan plan = {.rows = &row, .n_rows = 1, .drain = S(600)};
    struct hr_spell s[] = {{0, S(20), S(40)}, {1, S(108), HR_NEVER}};
    const struct hr_recovery x = {.rto = S(10), .settled = S(100)};

    (void)state;
    assert_true(hr_spell_is_alone(&plan, s, 2, 0, &x));
    s[1].begin = S(108) - 1;
    assert_false(hr_spell_is_alone(&plan, s, 2, 0, &x));
    s[1].begin = S(0);
    assert_false(hr_spell_is_alone(&plan, s, 2, 0, &x));
    row.deadline = HR_NEVER;
    s[1].begin = S(699);
    assert_false(hr_spell_is_alone(&plan, s, 2, 0, &x));
    s[1].begin = S(700);
    assert_true(hr_spell_is_alone(&plan, s, 2, 0, &x));
}

static void bad_requests_are_counted_in_the_windows_of_a_time(void **state)
{
    struct made m;

    (void)state;
    make(&m, ".xx.x");
    assert_int_equal(hr_windows_bad(&m.record, 1, S(15), S(30)), 4);
    assert_int_equal(hr_windows_bad(&m.record, 1, S(0), HR_NEVER), 6);
    assert_int_equal(hr_windows_bad(&m.record, 2, S(0), HR_NEVER), 0);
}

/* The requests of a window that ended well may have come before the repair. */
static void
what_is_restored_within_the_first_good_window_is_restored_at_its_begin(void **state)
{
    const struct hr_mark_at marks[] = {{S(30), HR_MARK_DETECTED},
                                       {S(85), HR_MARK_RESTORED}};
    const struct hr_recovery x = divide(S(60), S(500), marks, 2);

    (void)state;
    assert_phases(&x, S(10), 0, 0, S(50), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_never_breaks_takes_no_time),
        cmocka_unit_test(it_ends_with_the_first_good_window_from_which_good_lasts),
        cmocka_unit_test(good_that_does_not_last_is_no_recovery),
        cmocka_unit_test(a_window_just_at_the_share_is_good),
        cmocka_unit_test(a_window_without_requests_is_good),
        cmocka_unit_test(what_stays_broken_has_not_recovered),
        cmocka_unit_test(a_run_that_ends_too_soon_says_so),
        cmocka_unit_test(what_never_broke_until_an_early_end_is_not_affected),
        cmocka_unit_test(nothing_is_said_before_enough_is_known),
        cmocka_unit_test(a_window_is_known_when_it_is_over_and_its_requests_have_ended),
        cmocka_unit_test(every_condition_must_be_kept),
        cmocka_unit_test(phases_lie_between_marks_and_add_up),
        cmocka_unit_test(a_mark_after_recovery_is_none),
        cmocka_unit_test(without_marks_the_end_of_the_disturbance_restores),
        cmocka_unit_test(what_recovers_while_the_disturbance_acts_was_restored_then),
        cmocka_unit_test(marks_out_of_order_give_no_negative_phase),
        cmocka_unit_test(not_affected_has_no_phases),
        cmocka_unit_test(not_recovered_stays_in_the_phase_that_does_not_end),
        cmocka_unit_test(spells_are_read_from_begins_and_ends),
        cmocka_unit_test(a_spell_is_alone_until_it_is_settled_and_its_requests_have_ended),
        cmocka_unit_test(bad_requests_are_counted_in_the_windows_of_a_time),
        cmocka_unit_test(
            what_is_restored_within_the_first_good_window_is_restored_at_its_begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
