/* tests/engine/test_queue.c - what the event queue promises. */
#include "sim/engine/queue.h"
#include "sim/engine/random.h"
#include "tests/support/expected.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* `n` events at times from a narrow range (many ties) and of all classes. */
static struct expected *schedule(struct hr_queue *q, uint32_t n, uint64_t range,
                                 uint64_t seed)
{
    struct expected *e = calloc(n, sizeof *e);
    struct hr_draws d = hr_draws(seed, 0, 0);

    for (uint32_t i = 0; i < n; i++) {
        e[i].at = (hr_time)hr_draw_below(&d, range) - (hr_time)(range / 2);
        e[i].c = (enum hr_class)hr_draw_below(&d, HR_CLASS_MEASURE + 1);
        e[i].number = i;
        e[i].live = true;
        e[i].timer = scheduled(q, &e[i]);
        assert_true(e[i].timer != 0);
    }
    return e;
}

static void assert_pops(struct hr_queue *q, const struct expected *want)
{
    struct hr_event e;
    hr_time at;

    assert_true(hr_queue_next(q) == want->at);
    assert_true(hr_queue_pop(q, &at, &e));
    assert_true(at == want->at);
    assert_int_equal(e.tag, want->number);
    assert_true(e.kind == 3 && e.part == 5 && e.data == ~(uint64_t)want->number);
}

static void pops_by_time_then_class_then_order_of_scheduling(void **unused)
{
    enum { N = 40000 };
    static const uint64_t ranges[] = {1, 2, 97, 5000, UINT64_C(1) << 62};

    (void)unused;
    for (size_t r = 0; r < sizeof ranges / sizeof *ranges; r++) {
        struct hr_queue *q = hr_queue_create();
        struct expected *e = schedule(q, N, ranges[r], r);
        assert_int_equal(hr_queue_pending(q), N);
        qsort(e, N, sizeof *e, by_order);
        for (uint32_t i = 0; i < N; i++)
            assert_pops(q, &e[i]);
        assert_empty(q);
        assert_true(hr_queue_popped(q) == N);
        free(e);
        hr_queue_destroy(q);
    }
}

static void orders_the_extreme_times(void **unused)
{
    static const hr_time times[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, HR_NEVER - 1};
    enum { N = sizeof times / sizeof *times };
    struct hr_queue *q = hr_queue_create();
    struct hr_event e;
    hr_time at;

    (void)unused;
    for (uint32_t i = 0; i < N; i++)
        hr_queue_add(q, times[(i * 5 + 3) % N], HR_CLASS_TASK, numbered(i));
    for (uint32_t i = 0; i < N; i++) {
        assert_true(hr_queue_pop(q, &at, &e));
        assert_true(at == times[i]);
    }
    hr_queue_destroy(q);
}

/* The first live event of a reference that is searched from end to end. */
static struct expected *first_of(struct expected *e, uint32_t n)
{
    struct expected *first = NULL;

    for (uint32_t i = 0; i < n; i++)
        if (e[i].live && (!first || by_order(&e[i], first) < 0))
            first = &e[i];
    return first;
}

/* Random additions, cancellations and pops, step by step beside the reference. */
static void agrees_with_a_linear_search_under_any_mix_of_operations(void **unused)
{
    enum { STEPS = 4000 };
    struct expected *e = calloc(STEPS, sizeof *e);

    (void)unused;
    for (uint64_t mix = 2; mix <= 6; mix++) {
        struct hr_queue *q = hr_queue_create();
        struct hr_draws d = hr_draws(7, mix, 0);
        uint32_t n = 0, live = 0;
        hr_time now = -500;
        for (int step = 0; step < STEPS; step++) {
            const uint64_t what = hr_draw_below(&d, 10);
            if (what < mix || n == 0) {
                e[n] = (struct expected){.number = n, .live = true};
                e[n].at = now + (hr_time)hr_draw_below(&d, 50);
                e[n].c = (enum hr_class)hr_draw_below(&d, HR_CLASS_MEASURE + 1);
                e[n].timer = scheduled(q, &e[n]);
                n++;
                live++;
            } else if (what < 8) {
                struct expected *victim = &e[hr_draw_below(&d, n)];
                assert_int_equal(hr_queue_cancel(q, victim->timer), victim->live);
                live -= victim->live;
                victim->live = false;
            } else if (live > 0) {
                struct expected *first = first_of(e, n);
                assert_pops(q, first);
                first->live = false;
                now = first->at;
                live--;
            }
            assert_int_equal(hr_queue_pending(q), live);
        }
        hr_queue_destroy(q);
    }
    free(e);
}

/* Cancels events of one queue in three patterns; the survivors pop as if the others had never
 * been.  With nine in ten cancelled, the sweep runs many times. */
static void what_was_cancelled_leaves_no_trace_in_the_order(void **unused)
{
    enum { N = 30000 };

    (void)unused;
    for (uint32_t keep = 2; keep <= 50; keep *= 5) {
        struct hr_queue *q = hr_queue_create();
        struct expected *e = schedule(q, N, 300, keep);
        uint32_t kept = 0;
        for (uint32_t i = 0; i < N; i++)
            if (i % keep != 0)
                assert_true(hr_queue_cancel(q, e[i].timer));
            else
                e[kept++] = e[i];
        assert_int_equal(hr_queue_pending(q), kept);
        qsort(e, kept, sizeof *e, by_order);
        for (uint32_t i = 0; i < kept; i++)
            assert_pops(q, &e[i]);
        assert_empty(q);
        free(e);
        hr_queue_destroy(q);
    }
}

/* The trajectory of a small closed system, with and without timeouts that never fire. */
enum timeouts { WITHOUT, SORTED, IN_LINE };
static uint64_t trajectory(enum timeouts how)
{
    struct hr_queue *q = hr_queue_create();
    struct hr_draws d = hr_draws(11, 0, 0);
    hr_timer timeout[16] = {0};
    uint64_t hash = 0;
    struct hr_event e;
    hr_time at;

    for (uint32_t i = 0; i < 16; i++)
        hr_queue_add(q, 0, HR_CLASS_TASK, numbered(i));
    for (int step = 0; step < 50000; step++) {
        assert_true(hr_queue_pop(q, &at, &e));
        hash = hr_mix(hr_mix(hash, (uint64_t)at), e.tag);
        const hr_time next = at + (hr_time)hr_draw_below(&d, 20);
        if (how != WITHOUT)
            hr_queue_cancel(q, timeout[e.tag]);
        if (how == SORTED)
            timeout[e.tag] = hr_queue_add(q, at + 1000, HR_CLASS_TIMEOUT, numbered(99));
        if (how == IN_LINE)
            timeout[e.tag] =
                hr_queue_add_timeout(q, hr_queue_line(q, 1000), at + 1000, numbered(99));
        hr_queue_add(q, next, HR_CLASS_TASK, numbered(e.tag));
    }
    hr_queue_destroy(q);
    return hash;
}

/* A million timeouts of an hour, each cancelled at once: without the sweep their keys would
 * take 16 MB until the hour had passed. */
static void what_was_cancelled_does_not_pile_up(void **unused)
{
    const struct mallinfo2 before = mallinfo2();
    struct hr_queue *q = hr_queue_create();

    (void)unused;
    for (hr_time now = 0; now < 1000000; now++)
        hr_queue_cancel(q, hr_queue_add(q, now + HR_HOUR, HR_CLASS_TIMEOUT, numbered(0)));
    const struct mallinfo2 after = mallinfo2(); /* all zeros under a sanitizer */
    assert_true(after.uordblks + after.hblkhd < before.uordblks + before.hblkhd + 100000);
    hr_queue_destroy(q);
}

/* The same in a line, behind one that stays. */
static void what_was_cancelled_in_a_line_does_not_pile_up(void **unused)
{
    const struct mallinfo2 before = mallinfo2();
    struct hr_queue *q = hr_queue_create();
    const uint32_t line = hr_queue_line(q, HR_HOUR);

    (void)unused;
    hr_queue_add_timeout(q, line, HR_HOUR, numbered(0));
    for (hr_time now = 0; now < 1000000; now++)
        hr_queue_cancel(q, hr_queue_add_timeout(q, line, now + HR_HOUR, numbered(1)));
    const struct mallinfo2 after = mallinfo2(); /* all zeros under a sanitizer */
    assert_true(after.uordblks + after.hblkhd < before.uordblks + before.hblkhd + 100000);
    assert_true(hr_queue_next(q) == HR_HOUR);
    assert_int_equal(hr_queue_pending(q), 1);
    hr_queue_destroy(q);
}

static void timeouts_of_one_length_have_one_line(void **unused)
{
    struct hr_queue *q = hr_queue_create();
    uint32_t line[20];

    (void)unused;
    for (uint32_t i = 0; i < 20; i++)
        line[i] = hr_queue_line(q, i * HR_SECOND);
    for (uint32_t i = 0; i < 20; i++) {
        assert_int_equal(hr_queue_line(q, i * HR_SECOND), line[i]);
        for (uint32_t k = 0; k < i; k++)
            assert_int_not_equal(line[k], line[i]);
    }
    assert_empty(q);
    hr_queue_destroy(q);
}

static void cancelled_timeouts_do_not_change_a_trajectory(void **unused)
{
    (void)unused;
    assert_true(trajectory(WITHOUT) == trajectory(SORTED));
    assert_true(trajectory(WITHOUT) == trajectory(IN_LINE));
}

static void a_stale_timer_is_recognised(void **unused)
{
    struct hr_queue *q = hr_queue_create();
    struct hr_event e;
    hr_time at;

    (void)unused;
    const hr_timer first = hr_queue_add(q, 5, HR_CLASS_TASK, numbered(0));
    assert_false(hr_queue_cancel(q, 0));
    assert_false(hr_queue_cancel(q, first ^ UINT64_C(1) << 40));
    assert_true(hr_queue_cancel(q, first));
    assert_false(hr_queue_cancel(q, first));
    /* The slot is used again; the old name must not reach its new owner. */
    const hr_timer second = hr_queue_add(q, 6, HR_CLASS_TASK, numbered(1));
    assert_true(second != first);
    assert_false(hr_queue_cancel(q, first));
    assert_int_equal(hr_queue_pending(q), 1);
    assert_true(hr_queue_pop(q, &at, &e));
    assert_int_equal(e.tag, 1);
    assert_false(hr_queue_cancel(q, second));
    assert_empty(q);
    hr_queue_destroy(q);
}

static void
an_event_may_be_cancelled_between_the_pop_and_the_add_that_follows(void **unused)
{
    struct hr_queue *q = hr_queue_create();
    struct hr_event e;
    hr_time at;

    (void)unused;
    hr_queue_add(q, 1, HR_CLASS_TASK, numbered(1));
    const hr_timer two = hr_queue_add(q, 2, HR_CLASS_TASK, numbered(2));
    hr_queue_add(q, 3, HR_CLASS_TASK, numbered(3));
    hr_queue_pop(q, &at, &e);
    assert_true(hr_queue_cancel(q, two));
    hr_queue_add(q, 3, HR_CLASS_TASK, numbered(4));
    assert_true(hr_queue_pop(q, &at, &e) && e.tag == 3);
    assert_true(hr_queue_pop(q, &at, &e) && e.tag == 4);
    assert_empty(q);
    hr_queue_destroy(q);
}

/* ---- tasks at the present instant ---------------------------------------------------------- */

static void tasks_at_once_take_their_turn_among_all_others_of_that_instant(void **unused)
{
    static const uint32_t order[] = {4, 1, 3, 5, 6, 2, 7};
    struct hr_queue *q = hr_queue_create();
    struct hr_event e;
    hr_time at;

    (void)unused;
    hr_queue_add(q, 10, HR_CLASS_TASK, numbered(0));
    hr_queue_add(q, 10, HR_CLASS_TASK, numbered(1));
    hr_queue_add(q, 10, HR_CLASS_TIMEOUT, numbered(2));
    assert_true(hr_queue_pop(q, &at, &e) && e.tag == 0);
    hr_queue_add(q, 10, HR_CLASS_TASK, numbered(3));
    hr_queue_add(q, 10, HR_CLASS_DISTURBANCE, numbered(4));
    hr_queue_add(q, 10, HR_CLASS_TASK, numbered(5));
    hr_queue_add(q, 10, HR_CLASS_TASK, numbered(6));
    hr_queue_add(q, 11, HR_CLASS_TASK, numbered(7));
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        assert_true(hr_queue_next(q) == (order[i] == 7 ? 11 : 10));
        assert_true(hr_queue_pop(q, &at, &e));
        assert_int_equal(e.tag, order[i]);
    }
    assert_empty(q);
    hr_queue_destroy(q);
}

static void a_task_at_once_can_be_cancelled(void **unused)
{
    struct hr_queue *q = hr_queue_create();
    struct hr_event e;
    hr_timer timer[4];
    hr_time at;

    (void)unused;
    hr_queue_add(q, 0, HR_CLASS_TASK, numbered(9));
    hr_queue_pop(q, &at, &e);
    for (uint32_t i = 0; i < 4; i++)
        timer[i] = hr_queue_add(q, 0, HR_CLASS_TASK, numbered(i));
    assert_true(hr_queue_cancel(q, timer[0]));
    assert_true(hr_queue_cancel(q, timer[2]));
    assert_false(hr_queue_cancel(q, timer[2]));
    assert_true(hr_queue_pop(q, &at, &e) && e.tag == 1);
    assert_false(hr_queue_cancel(q, timer[1]));
    assert_true(hr_queue_next(q) == 0);
    assert_true(hr_queue_pop(q, &at, &e) && e.tag == 3);
    assert_empty(q);
    hr_queue_destroy(q);
}

/* More at once than the ring has places at first, from every place of it. */
static void any_number_of_tasks_at_once_come_out_as_they_went_in(void **unused)
{
    (void)unused;
    for (uint32_t shift = 0; shift < 70; shift += 23) {
        struct hr_queue *q = hr_queue_create();
        uint32_t in = 0, out = 0;
        struct hr_event e;
        hr_time at;
        hr_queue_add(q, 0, HR_CLASS_TASK, numbered(in++));
        while (out < shift + 1) {
            assert_true(hr_queue_pop(q, &at, &e) && e.tag == out++);
            hr_queue_add(q, 0, HR_CLASS_TASK, numbered(in++));
        }
        while (in < 1000)
            hr_queue_add(q, 0, HR_CLASS_TASK, numbered(in++));
        while (out < in)
            assert_true(hr_queue_pop(q, &at, &e) && e.tag == out++);
        assert_empty(q);
        hr_queue_destroy(q);
    }
}

/* Timers of tasks at once stay exact while the ring grows, and when their place is used again. */
static void a_task_at_once_keeps_its_timer_while_others_come_and_go(void **unused)
{
    enum { N = 700 };
    struct hr_queue *q = hr_queue_create();
    hr_timer timer[N];
    struct hr_event e;
    hr_time at;

    (void)unused;
    for (uint32_t i = 0; i < 30; i++) { /* so that the ring wraps round */
        timer[i] = hr_queue_add(q, INT64_MIN, HR_CLASS_TASK, numbered(i));
        assert_true(hr_queue_pop(q, &at, &e) && e.tag == i);
    }
    for (uint32_t i = 30; i < N; i++) {
        timer[i] = hr_queue_add(q, INT64_MIN, HR_CLASS_TASK, numbered(i));
        assert_false(hr_queue_cancel(q, timer[i % 30]));
    }
    for (uint32_t i = 30; i < N; i++)
        assert_true(i % 3 == 0 || hr_queue_cancel(q, timer[i]));
    assert_int_equal(hr_queue_pending(q), (N - 30 + 2) / 3);
    for (uint32_t i = 30; i < N; i += 3)
        assert_true(hr_queue_pop(q, &at, &e) && e.tag == i);
    assert_empty(q);
    assert_true(hr_queue_popped(q) == 30 + (N - 30 + 2) / 3);
    hr_queue_destroy(q);
}

static void pop_before_leaves_what_is_at_the_limit_or_later(void **unused)
{
    struct hr_queue *q = hr_queue_create();
    struct hr_event e;
    hr_time at;

    (void)unused;
    assert_false(hr_queue_pop_before(q, HR_NEVER, &at, &e));
    hr_queue_add(q, 5, HR_CLASS_TASK, numbered(0));
    assert_false(hr_queue_pop_before(q, 5, &at, &e));
    assert_false(hr_queue_pop_before(q, INT64_MIN, &at, &e));
    assert_true(hr_queue_pop_before(q, 6, &at, &e) && at == 5 && e.tag == 0);
    hr_queue_add(q, 5, HR_CLASS_TASK, numbered(1)); /* at once */
    assert_false(hr_queue_pop_before(q, 5, &at, &e));
    assert_int_equal(hr_queue_pending(q), 1);
    assert_true(hr_queue_pop_before(q, 6, &at, &e) && at == 5 && e.tag == 1);
    assert_empty(q);
    hr_queue_destroy(q);
}

/* As before, beside so many pending that the time-outs are far, and with tasks at once. */
static void what_was_cancelled_does_not_pile_up_beside_many_pending(void **unused)
{
    struct hr_queue *q = hr_queue_create();

    (void)unused;
    for (hr_time i = 0; i < 4000; i++)
        hr_queue_add(q, HR_HOUR + i * HR_SECOND, HR_CLASS_TASK, numbered(0));
    const struct mallinfo2 before = mallinfo2(); /* all zeros under a sanitizer */
    for (hr_time i = 0; i < 1000000; i++) {
        hr_queue_cancel(q, hr_queue_add(q, i + HR_DAY, HR_CLASS_TIMEOUT, numbered(0)));
        hr_queue_cancel(q, hr_queue_add(q, INT64_MIN, HR_CLASS_TASK, numbered(0)));
    }
    const struct mallinfo2 after = mallinfo2();
    assert_true(after.uordblks + after.hblkhd < before.uordblks + before.hblkhd + 1000000);
    assert_int_equal(hr_queue_pending(q), 4000);
    hr_queue_destroy(q);
}

/* Exit status of a child that schedules at -1, pops, and schedules at `second`. */
static int status_of_scheduling_at(hr_time second)
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0) {
        struct hr_queue *q = hr_queue_create();
        struct hr_event e;
        hr_time at;
        fclose(stderr);
        hr_queue_add(q, -1, HR_CLASS_TASK, numbered(0));
        hr_queue_pop(q, &at, &e);
        hr_queue_add(q, second, HR_CLASS_TASK, numbered(1));
        _exit(0);
    }
    assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void refuses_to_schedule_in_the_past(void **unused)
{
    (void)unused;
    assert_int_equal(status_of_scheduling_at(-1), 0);
    assert_int_equal(status_of_scheduling_at(-2), 70);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pops_by_time_then_class_then_order_of_scheduling),
        cmocka_unit_test(orders_the_extreme_times),
        cmocka_unit_test(agrees_with_a_linear_search_under_any_mix_of_operations),
        cmocka_unit_test(what_was_cancelled_leaves_no_trace_in_the_order),
        cmocka_unit_test(what_was_cancelled_does_not_pile_up),
        cmocka_unit_test(what_was_cancelled_in_a_line_does_not_pile_up),
        cmocka_unit_test(timeouts_of_one_length_have_one_line),
        cmocka_unit_test(cancelled_timeouts_do_not_change_a_trajectory),
        cmocka_unit_test(a_stale_timer_is_recognised),
        cmocka_unit_test(
            an_event_may_be_cancelled_between_the_pop_and_the_add_that_follows),
        cmocka_unit_test(tasks_at_once_take_their_turn_among_all_others_of_that_instant),
        cmocka_unit_test(a_task_at_once_can_be_cancelled),
        cmocka_unit_test(any_number_of_tasks_at_once_come_out_as_they_went_in),
        cmocka_unit_test(a_task_at_once_keeps_its_timer_while_others_come_and_go),
        cmocka_unit_test(pop_before_leaves_what_is_at_the_limit_or_later),
        cmocka_unit_test(what_was_cancelled_does_not_pile_up_beside_many_pending),
        cmocka_unit_test(refuses_to_schedule_in_the_past),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
