/* tests/system/test_tally.c - what is counted apart for a part of the run. */
#include "tests/support/tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* One core, 100 ms of work each, at these times; nobody answers from 20 s to 30 s. */
static const hr_time at[] = {MS(1000), MS(1020), MS(9990), MS(20010), MS(25000), MS(41000)};
enum { N = sizeof at / sizeof *at, APP = 0, ROW = 1 };

static struct hr_period periods[] = {
    {.when = HR_PERIOD_DURING, .disturbance = 0},
    {.when = HR_PERIOD_EXCEPT, .disturbance = 0},
    {.when = HR_PERIOD_AFTER, .disturbance = 0, .within = MS(15000)},
    {.when = HR_PERIOD_DURING, .disturbance = HR_NONE, .begin = MS(9000), .end = MS(20020)},
    {.when = HR_PERIOD_AFTER,
     .disturbance = HR_NONE,
     .begin = MS(9000),
     .end = MS(20020),
     .within = MS(5000)},
};

static const struct hr_record *run(struct tiny *t, struct hr_tally *tallies, uint32_t n)
{
    struct hr_step work = tiny_work(100);
    uint32_t op;

    tiny_init(t, HR_MINUTE);
    tiny_service(t, "app");
    op = tiny_op(t, "do", 1, &work);
    tiny_clients(t, op, tiny_plain(), N, at);
    tiny_disturb(t, HR_VERB_LOSE, tiny_component(t, "app"), MS(20000), MS(10000));
    t->plan.periods = periods;
    t->plan.n_periods = sizeof periods / sizeof *periods;
    t->plan.tallies = tallies;
    t->plan.n_tallies = n;
    return tiny_run(t);
}

static void requests_count_in_the_periods_in_which_they_arrive(void **state)
{
    static const uint64_t valid[] = {2, 4, 1, 2, 1}, good[] = {0, 4, 1, 1, 0};
    static const hr_time span[] = {MS(10000), MS(50000), MS(15000), MS(11020), MS(5000)};
    struct hr_tally tallies[5];
    struct tiny t;

    (void)state;
    for (uint32_t i = 0; i < 5; i++)
        tallies[i] = (struct hr_tally){.period = i, .rows = ROW, .latency = true};
    const struct hr_record *r = run(&t, tallies, 5);
    assert_int_equal(r->n_tallies, 5);
    for (uint32_t i = 0; i < 5; i++) {
        const struct hr_row_record *row = &r->tallies[i].rows[0];

        assert_int_equal(r->tallies[i].n, 1);
        assert_int_equal(row->valid, valid[i]);
        assert_int_equal(row->good, good[i]);
        assert_int_equal(row->failed + row->refused, valid[i] - good[i]);
        assert_int_equal(row->attempts, valid[i]);
        assert_int_equal(row->latency.total, good[i]);
        assert_int_equal(row->latency.infinite, valid[i] - good[i]);
        assert_int_equal(row->answered_latency.total, good[i]);
        assert_true(r->tallies[i].span[0] == span[i]);
    }
    tiny_free(&t);
}

static void of_other_rows_nothing_is_counted(void **state)
{
    struct hr_tally other = {.period = HR_NONE, .rows = 2};
    struct tiny t;
    const struct hr_record *r = run(&t, &other, 1);

    (void)state;
    assert_int_equal(r->tallies[0].rows[0].valid, 0);
    assert_true(r->tallies[0].span[0] == HR_MINUTE);
    tiny_free(&t);
}

static void windows_are_kept_apart_and_periods_in_them(void **state)
{
    static const uint64_t every[] = {3, 0, 2, 0, 1, 0}, except[] = {3, 0, 0, 0, 1, 0};
    struct hr_tally tallies[] = {{.period = HR_NONE, .rows = ROW, .every = MS(10000)},
                                 {.period = 1, .rows = ROW, .every = MS(10000)}};
    struct tiny t;
    const struct hr_record *r = run(&t, tallies, 2);

    (void)state;
    assert_int_equal(r->tallies[0].n, 6);
    for (uint32_t w = 0; w < 6; w++) {
        assert_int_equal(r->tallies[0].rows[w].valid, every[w]);
        assert_int_equal(r->tallies[1].rows[w].valid, except[w]);
        assert_true(r->tallies[0].span[w] == MS(10000));
        assert_true(r->tallies[1].span[w] == (w == 2 ? 0 : MS(10000)));
    }
    tiny_free(&t);
}

/* Busy 1.0 s to 1.2 s (one waits of two, 1.02 to 1.18), 9.99 to 10.09, 41 to 41.1. */
static void components_are_metered_by_window(void **state)
{
    static const double busy_ms[] = {210, 90, 0, 0, 100, 0};
    static const int64_t longest[] = {1, 0, 0, 0, 0, 0};
    struct hr_tally windows = {.period = HR_NONE, .every = MS(10000)};
    struct tiny t;
    const struct hr_record *r = run(&t, &windows, 1);

    (void)state;
    for (uint32_t w = 0; w < 6; w++) {
        const struct hr_meter *m = &r->tallies[0].parts[w * r->n_parts + APP];

        assert_true(m->busy / 1000 == MS(busy_ms[w]));
        assert_true(m->span == MS(10000));
        assert_int_equal(m->queue_max, longest[w]);
        assert_int_equal(m->work_ns > 0, busy_ms[w] > 0);
    }
    assert_int_equal(r->parts[APP].queued.max, 1); /* of the whole run, as ever */
    tiny_free(&t);
}

static void what_is_during_and_what_is_not_make_the_whole(void **state)
{
    struct hr_tally tallies[] = {
        {.period = 3}, {.period = HR_NONE}, {.period = 0}, {.period = 1}};
    struct tiny t;
    const struct hr_record *r = run(&t, tallies, 4);
    const struct hr_meter *during = &r->tallies[2].parts[APP];
    const struct hr_meter *except = &r->tallies[3].parts[APP];
    const struct hr_meter whole = hr_meter_of(r, APP, HR_MINUTE);

    (void)state;
    assert_true(r->tallies[0].parts[APP].busy / 1000 == MS(100)); /* of a spike */
    assert_true(during->span == MS(10000));
    assert_true(during->span + except->span == HR_MINUTE);
    assert_true(during->busy + except->busy == whole.busy);
    assert_true(during->capacity + except->capacity == whole.capacity);
    assert_true(during->queued + except->queued == whole.queued);
    assert_int_equal(during->work_ns + except->work_ns, whole.work_ns);
    assert_true(r->tallies[1].parts[APP].busy == whole.busy);
    assert_true(during->capacity < whole.capacity / 60);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_count_in_the_periods_in_which_they_arrive),
        cmocka_unit_test(of_other_rows_nothing_is_counted),
        cmocka_unit_test(windows_are_kept_apart_and_periods_in_them),
        cmocka_unit_test(components_are_metered_by_window),
        cmocka_unit_test(what_is_during_and_what_is_not_make_the_whole),
    };
    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
