/* tests/system/test_watch.c - requests by the window of their arrival. */
#include "sim/engine/arena.h"
#include "tests/support/tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* One core, 100 ms of work each, at these times; nobody answers from 20 s to 30 s. */
static const hr_time at[] = {MS(1000), MS(1020), MS(9990), MS(20010), MS(25000), MS(41000)};
enum { N = sizeof at / sizeof *at };

static const struct hr_watch watches[] = {
    {.rows = 1, .limit = HR_NEVER, .share = 0.99},
    {.rows = 1, .limit = MS(150), .share = 0.99},
    {.rows = 2, .limit = HR_NEVER, .share = 0.99},
};

static const struct hr_record *run(struct tiny *t, hr_time over)
{
    struct hr_step work = tiny_work(100);
    uint32_t op;

    tiny_init(t, HR_MINUTE);
    tiny_service(t, "app");
    op = tiny_op(t, "do", 1, &work);
    tiny_clients(t, op, tiny_plain(), N, at);
    tiny_disturb(t, HR_VERB_LOSE, tiny_component(t, "app"), MS(20000), MS(10000));
    t->plan.recovered = (struct hr_recovered){
        .over = over, .held = HR_MINUTE, .n = 3, .n_all = 3, .when = watches};
    return tiny_run(t);
}

static void a_request_counts_in_the_window_of_its_arrival(void **state)
{
    static const uint32_t total[] = {3, 0, 2, 0, 1}, ok[] = {3, 0, 0, 0, 1};
    struct tiny t;
    const struct hr_record *r = run(&t, MS(10000));

    (void)state;
    assert_int_equal(r->window, MS(10000));
    assert_int_equal(r->n_windows, 5);
    for (uint32_t w = 0; w < 5; w++) {
        assert_int_equal(r->watches[0].total[w], total[w]);
        assert_int_equal(r->watches[0].ok[w], ok[w]);
        assert_int_equal(r->windows[0].total[w], total[w]);
        assert_int_equal(r->windows[0].ok[w], ok[w]);
        assert_int_equal(r->open[w], 0);
    }
    tiny_free(&t);
}

/* The two of second 1 share the core: 180 ms and 200 ms. */
static void a_watch_with_a_limit_wants_the_answer_in_time(void **state)
{
    struct tiny t;
    const struct hr_record *r = run(&t, MS(10000));

    (void)state;
    assert_int_equal(r->watches[1].total[0], 3);
    assert_int_equal(r->watches[1].ok[0], 1);
    assert_int_equal(r->watches[1].ok[4], 1);
    tiny_free(&t);
}

static void a_watch_of_other_rows_sees_nothing(void **state)
{
    struct tiny t;
    const struct hr_record *r = run(&t, MS(10000));

    (void)state;
    for (uint32_t w = 0; w < 5; w++)
        assert_int_equal(r->watches[2].total[w], 0);
    tiny_free(&t);
}

/* 41 s in windows of 10 ms: far more windows than there is room for at first. */
static void windows_grow_with_time_and_start_empty(void **state)
{
    struct tiny t;
    const struct hr_record *r = run(&t, MS(10));
    uint64_t total = 0, ok = 0;

    (void)state;
    assert_int_equal(r->n_windows, 4101);
    for (uint32_t w = 0; w < r->n_windows; w++) {
        total += r->windows[0].total[w];
        ok += r->windows[0].ok[w];
    }
    assert_int_equal(total, N);
    assert_int_equal(ok, N - 2);
    assert_int_equal(r->windows[0].total[999], 1);
    tiny_free(&t);
}

static void nothing_is_watched_where_the_plan_has_no_windows(void **state)
{
    struct tiny t;
    const struct hr_record *r = run(&t, 0);

    (void)state;
    assert_int_equal(r->window, 0);
    assert_int_equal(r->n_windows, 0);
    assert_int_equal(r->n_watches, 0);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_counts_in_the_window_of_its_arrival),
        cmocka_unit_test(a_watch_with_a_limit_wants_the_answer_in_time),
        cmocka_unit_test(a_watch_of_other_rows_sees_nothing),
        cmocka_unit_test(windows_grow_with_time_and_start_empty),
        cmocka_unit_test(nothing_is_watched_where_the_plan_has_no_windows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
