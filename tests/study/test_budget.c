/* tests/study/test_budget.c - what fine windows say of time and of the error budget. */
#include "sim/engine/arena.h"
#include "sim/study/budget.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define S(x) ((hr_time)(x)*HR_SECOND)
enum { WINDOWS = 60, ROWS = 2, CAUSES = 8 };

static bool sale(const void *conf, uint32_t i, struct hr_one_off *o)
{
    const struct hr_one_off *all = conf;

    *o = all[i];
    return o->end > 0;
}
static const struct hr_model traffic = {.kind = "t", .one_off = sale};

/* A run of two kinds of requests in windows of 10 s; well is what is good for 30 s. */
struct made {
    uint32_t total[ROWS][WINDOWS], ok[ROWS][WINDOWS];
    uint32_t all[WINDOWS], all_ok[WINDOWS];
    struct hr_watch_record rows[ROWS], watches[2];
    struct hr_watch when[2];
    struct hr_event_record events[16];
    struct hr_record record;
    struct hr_one_off one_offs[4];
    struct hr_component component;
    struct hr_disturbance disturbances[3];
    struct hr_plan plan;
};

/* 100 requests of row 0 a window: '.' all good, '5' five bad.  Row 1: 10 a window, all good. */
static struct made *make(struct made *m, const char *windows)
{
    memset(m, 0, sizeof *m);
    for (size_t w = 0; windows[w]; w++) {
        m->total[0][w] = 100;
        m->ok[0][w] = windows[w] == '.' ? 100 : 100 - (uint32_t)(windows[w] - '0');
        m->total[1][w] = m->ok[1][w] = 10;
        m->all[w] = m->total[0][w] + 10;
        m->all_ok[w] = m->ok[0][w] + 10;
    }
    m->rows[0] = (struct hr_watch_record){.total = m->total[0], .ok = m->ok[0]};
    m->rows[1] = (struct hr_watch_record){.total = m->total[1], .ok = m->ok[1]};
    m->watches[0] = (struct hr_watch_record){.total = m->all, .ok = m->all_ok};
    m->watches[1] = m->rows[0];
    m->when[0] = (struct hr_watch){3, HR_NEVER, 0.98};
    m->when[1] = (struct hr_watch){1, HR_NEVER, 0.99};
    m->record = (struct hr_record){.window = S(10),
                                   .n_windows = (uint32_t)strlen(windows),
                                   .n_watches = 2,
                                   .n_rows = ROWS,
                                   .watches = m->watches,
                                   .windows = m->rows,
                                   .events = m->events};
    m->component =
        (struct hr_component){.name = "shoppers", .model = &traffic, .conf = m->one_offs};
    for (uint32_t i = 0; i < 3; i++)
        m->disturbances[i].name = i == 0 ? "first" : i == 1 ? "second" : "third";
    m->plan = (struct hr_plan){
        .horizon = S(10) * (hr_time)strlen(windows),
        .components = &m->component,
        .n_components = 1,
        .n_rows = ROWS,
        .disturbances = m->disturbances,
        .n_disturbances = 3,
        .recovered = {.over = S(10), .held = S(30), .n = 1, .n_all = 2, .when = m->when}};
    return m;
}

static void acts(struct made *m, uint32_t d, hr_time begin, hr_time end)
{
    struct hr_event_record *e = &m->events[m->record.n_events];

    e[0] = (struct hr_event_record){.at = begin, .what = "begins", .disturbance = d + 1};
    e[1] = (struct hr_event_record){.at = end, .what = "ends", .disturbance = d + 1};
    m->record.n_events += 2;
}

/* --- time ----------------------------------------------------------------------------------- */

static void the_worst_minute_begins_wherever_a_window_does(void **state)
{
    struct made m;
    hr_time at;

    (void)state;
    make(&m, "....1..9999.9....1..");
    assert_true(fabs(hr_worst_span(&m.plan, &m.record, 1, S(60), &at) - (1 - 45.0 / 600)) <
                1e-12);
    assert_int_equal(at, S(70));
}

static void a_run_shorter_than_the_span_is_the_span(void **state)
{
    struct made m;
    hr_time at = 1;

    (void)state;
    make(&m, "..5.");
    assert_true(fabs(hr_worst_span(&m.plan, &m.record, 1, S(60), &at) - 0.9875) < 1e-12);
    assert_int_equal(at, 0);
}

static void only_the_rows_asked_for_count(void **state)
{
    struct made m;
    hr_time at;

    (void)state;
    make(&m, "..5.......");
    assert_true(hr_worst_span(&m.plan, &m.record, 2, S(60), &at) == 1);
    assert_true(isnan(hr_worst_span(&m.plan, &m.record, 4, S(60), &at)));
}

static void a_window_is_kept_when_every_objective_about_it_is(void **state)
{
    struct made m;

    (void)state;
    make(&m, "..1.2.5...");
    assert_int_equal(hr_windows_kept(&m.plan, &m.record, 1).all, 10);
    assert_int_equal(hr_windows_kept(&m.plan, &m.record, 1).kept, 8); /* at most 1 of 100 */
    /* No objective about row 1: the condition of `recovered`, at most 2.2 of 110. */
    assert_int_equal(hr_windows_kept(&m.plan, &m.record, 2).kept, 9);
}

/* --- target and requests -------------------------------------------------------------------- */

static void the_strictest_availability_is_the_target(void **state)
{
    struct hr_objective o[] = {
        {.measure = HR_MEASURE_AVAILABILITY, .op = 3, .limit = 0.99, .rows = 3},
        {.measure = HR_MEASURE_ERROR_RATE, .op = 1, .limit = 0.001, .rows = 1},
        {.measure = HR_MEASURE_AVAILABILITY, .op = 3, .limit = 0.995, .rows = 3},
        {.measure = HR_MEASURE_AVAILABILITY, .op = 3, .limit = 0.9999, .expectation = true},
        {.measure = HR_MEASURE_THROTTLED, .op = 1, .limit = 0.00001},
    };
    const struct hr_design d = {.objectives = o, .n_objectives = 5};
    const struct hr_budget b = hr_budget_of(&d);

    (void)state;
    assert_true(fabs(b.target - 0.999) < 1e-12);
    assert_int_equal(b.rows, 1);
    assert_false(b.assumed);
}

static void without_one_it_is_three_nines_and_says_so(void **state)
{
    const struct hr_budget b = hr_budget_of(&(struct hr_design){0});

    (void)state;
    assert_true(fabs(b.target - 0.999) < 1e-12);
    assert_true(b.assumed);
}

static void requests_of_a_month_are_those_outside_of_one_offs(void **state)
{
    struct made m;

    (void)state;
    make(&m, "....................");
    for (uint32_t w = 5; w < 10; w++)
        m.total[0][w] = m.ok[0][w] = 800;
    assert_true(fabs(hr_budget_requests(&m.plan, &m.record, 1) -
                     (15 * 100 + 5 * 800) / 200.0 * 86400 * 30) < 1e-3);
    m.one_offs[0] = (struct hr_one_off){"flash sale", S(50), S(100), 8, 1};
    assert_true(fabs(hr_budget_requests(&m.plan, &m.record, 1) - 10.0 * 86400 * 30) < 1e-3);
}

/* --- causes --------------------------------------------------------------------------------- */

static void charge(struct made *m, double *bad)
{
    double sum = 0, all = 0;

    memset(bad, 0, CAUSES * sizeof *bad);
    hr_budget_charge(&m->plan, &m->record, 3, bad);
    for (size_t i = 0; i < CAUSES; i++)
        sum += bad[i];
    for (uint32_t w = 0; w < m->record.n_windows; w++)
        all += m->all[w] - m->all_ok[w];
    assert_true(sum == all); /* the identity: every bad request has one cause */
}

static void what_is_bad_is_charged_to_the_disturbance_begun_last(void **state)
{
    struct made m;
    double bad[CAUSES];

    (void)state;
    make(&m, "1...5566...77.....1.");
    acts(&m, 0, S(40), S(80)); /* 5 5 6 6, and back at once */
    acts(&m, 1, S(60), S(70)); /* has the second half: the 6 of window 7 is its aftermath */
    charge(&m, bad);
    assert_true(bad[0] == 10);
    assert_true(bad[1] == 12);
    assert_true(bad[2] == 0);
    assert_true(bad[3] == 1 + 14 + 1); /* no one-offs: 3 is "undisturbed" */
}

static void what_has_not_recovered_is_charged_on_after_its_end(void **state)
{
    struct made m;
    double bad[CAUSES];

    (void)state;
    make(&m, "....5.5..5.1......9.");
    acts(&m, 0, S(40), S(50)); /* good lasts from window 10 on: 1 of 110 is allowed */
    charge(&m, bad);
    assert_true(bad[0] == 15);
    assert_true(bad[3] == 1 + 9);
}

static void a_one_off_has_what_no_disturbance_has(void **state)
{
    struct made m;
    double bad[CAUSES];
    struct hr_arena *a = hr_arena_create();

    (void)state;
    make(&m, "1...5566....9.......");
    m.one_offs[0] = (struct hr_one_off){"flash sale", S(40), S(70), 8, 1};
    m.one_offs[1] = (struct hr_one_off){NULL, S(120), S(130), 2, 1};
    acts(&m, 1, S(50), S(60));
    charge(&m, bad);
    assert_int_equal(hr_budget_causes(&m.plan), 6);
    assert_true(bad[1] == 5 + 6 + 6); /* not well before window 8 */
    assert_true(bad[3] == 5);
    assert_true(bad[4] == 9);
    assert_true(bad[5] == 1);
    assert_string_equal(hr_budget_cause(&m.plan, 1, a), "second");
    assert_string_equal(hr_budget_cause(&m.plan, 3, a), "flash sale");
    assert_string_equal(hr_budget_cause(&m.plan, 4, a), "shoppers spike");
    assert_string_equal(hr_budget_cause(&m.plan, 5, a), "undisturbed");
    hr_arena_destroy(a);
}

static void requests_under_way_when_it_begins_are_its_own(void **state)
{
    struct made m;
    double bad[CAUSES];

    (void)state;
    make(&m, "1.15................");
    acts(&m, 2, S(40), S(50));
    charge(&m, bad);
    assert_true(bad[2] == 5);
    assert_true(bad[3] == 2);
}

static void a_disturbance_without_an_end_has_all_that_follows(void **state)
{
    struct made m;
    double bad[CAUSES];

    (void)state;
    make(&m, "1...55...........1..");
    acts(&m, 0, S(40), HR_NEVER);
    m.record.n_events--;
    charge(&m, bad);
    assert_true(bad[0] == 11);
    assert_true(bad[3] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worst_minute_begins_wherever_a_window_does),
        cmocka_unit_test(a_run_shorter_than_the_span_is_the_span),
        cmocka_unit_test(only_the_rows_asked_for_count),
        cmocka_unit_test(a_window_is_kept_when_every_objective_about_it_is),
        cmocka_unit_test(the_strictest_availability_is_the_target),
        cmocka_unit_test(without_one_it_is_three_nines_and_says_so),
        cmocka_unit_test(requests_of_a_month_are_those_outside_of_one_offs),
        cmocka_unit_test(what_is_bad_is_charged_to_the_disturbance_begun_last),
        cmocka_unit_test(what_has_not_recovered_is_charged_on_after_its_end),
        cmocka_unit_test(a_one_off_has_what_no_disturbance_has),
        cmocka_unit_test(requests_under_way_when_it_begins_are_its_own),
        cmocka_unit_test(a_disturbance_without_an_end_has_all_that_follows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
