/* tests/engine/test_queue_many.c - the event queue's order with up to 100,000 pending, beside a
 * reference: a binary heap of numbers. */
#include "sim/engine/queue.h"
#include "sim/engine/random.h"
#include "tests/support/expected.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 100000, SCHEDULED = 8 * MOST };

struct reference {
    struct expected *e;
    uint32_t *heap; /* numbers, the first event at its root; may hold cancelled ones */
    uint32_t n, size, live;
    hr_time now; /* of the last event popped */
};

static void reference_add(struct reference *r, struct expected e)
{
    uint32_t i = r->size++;

    r->e[r->n] = e;
    for (; i > 0 && by_order(&e, &r->e[r->heap[(i - 1) / 2]]) < 0; i = (i - 1) / 2)
        r->heap[i] = r->heap[(i - 1) / 2];
    r->heap[i] = r->n++;
    r->live++;
}

static uint32_t reference_pop(struct reference *r)
{
    const uint32_t first = r->heap[0], last = r->heap[--r->size];
    uint32_t i = 0;

    for (uint32_t child = 1; child < r->size; child = 2 * i + 1) {
        child += child + 1 < r->size &&
                 by_order(&r->e[r->heap[child + 1]], &r->e[r->heap[child]]) < 0;
        if (by_order(&r->e[last], &r->e[r->heap[child]]) < 0)
            break;
        r->heap[i] = r->heap[child];
        i = child;
    }
    r->heap[i] = last;
    return first;
}

/* The first live event, which stays. */
static struct expected *reference_first(struct reference *r)
{
    while (!r->e[r->heap[0]].live)
        reference_pop(r);
    return &r->e[r->heap[0]];
}

static hr_time constant_delay(struct hr_draws *d)
{
    return hr_draw_below(d, 20) == 0 ? 0 : HR_SECOND;
}

static hr_time narrow(struct hr_draws *d)
{
    return (hr_time)hr_draw_below(d, 3);
}

static hr_time wide(struct hr_draws *d)
{
    return (hr_time)hr_draw_below(d, (uint64_t)HR_SECOND);
}

static hr_time bimodal(struct hr_draws *d)
{
    return hr_draw_below(d, 2) ? 30 * HR_SECOND : (hr_time)hr_draw_below(d, 1000000);
}

static hr_time ticks(struct hr_draws *d)
{
    return HR_MILLISECOND * (hr_time)hr_draw_below(d, 100);
}

/* Of every order of magnitude up to a century. */
static hr_time heavy_tail(struct hr_draws *d)
{
    return (hr_time)(hr_draw_below(d, UINT64_C(1) << 62) >> hr_draw_below(d, 62));
}

static hr_time or_last(hr_time now, hr_time delay)
{
    return now < 0 || delay < HR_NEVER - 1 - now ? now + delay : HR_NEVER - 1;
}

static void add_both(struct hr_queue *q, struct reference *r, hr_time at, enum hr_class c)
{
    struct expected e = {.at = at, .c = c, .number = r->n, .live = true};

    if (c == HR_CLASS_TIMEOUT && r->n % 8 != 0) /* most as late as others of their line */
        e.at = or_last(r->now, (hr_time)(r->n % 4) * HR_SECOND / 2);
    e.timer = scheduled(q, &e);
    reference_add(r, e);
}

static void cancel_both(struct hr_queue *q, struct reference *r, uint32_t number)
{
    struct expected *victim = &r->e[number];

    assert_int_equal(hr_queue_cancel(q, victim->timer), victim->live);
    r->live -= victim->live;
    victim->live = false;
}

static void pop_both(struct hr_queue *q, struct reference *r)
{
    struct expected *first = reference_first(r);
    struct hr_event e;
    hr_time at;

    assert_true(hr_queue_pop(q, &at, &e));
    assert_true(at == first->at);
    assert_int_equal(e.tag, first->number);
    first->live = false;
    r->live--;
    r->now = at;
}

/* Random operations while the number pending grows to MOST and falls to none, twice: the
 * second time into slots and buckets that were used before. */
static void grow_and_shrink(hr_time (*delay)(struct hr_draws *d), uint64_t seed)
{
    struct reference r = {.e = calloc(SCHEDULED, sizeof *r.e),
                          .heap = calloc(SCHEDULED, sizeof *r.heap),
                          .now = -HR_SECOND};
    struct hr_queue *q = hr_queue_create();
    struct hr_draws d = hr_draws(seed, 3, 0);
    bool growing = true;

    for (int turns = 0; turns < 4;) {
        const uint64_t what = hr_draw_below(&d, 16);
        const enum hr_class c = (enum hr_class)(what % (HR_CLASS_MEASURE + 1));
        if (what < (growing ? 11 : 2))
            add_both(q, &r, or_last(r.now, delay(&d)), what % 2 ? HR_CLASS_TASK : c);
        else if (what < (growing ? 13 : 7) &&
                 r.n > 0) /* a recent one, which may still be pending */
            cancel_both(q, &r,
                        r.n - 1 - (uint32_t)hr_draw_below(&d, r.n < 3000 ? r.n : 3000));
        else if (r.live > 0)
            pop_both(q, &r);
        assert_int_equal(hr_queue_pending(q), r.live);
        if (growing ? r.live == MOST : r.live == 0) {
            growing = !growing;
            turns++;
        }
        assert_true(r.n < SCHEDULED);
    }
    assert_empty(q);
    hr_queue_destroy(q);
    free(r.e);
    free(r.heap);
}

static void keeps_the_order_while_it_grows_and_shrinks(void **unused)
{
    static hr_time (*const delays[])(struct hr_draws * d) = {
        constant_delay, narrow, wide, bimodal, ticks, heavy_tail};

    (void)unused;
    for (uint64_t i = 0; i < sizeof delays / sizeof *delays; i++)
        grow_and_shrink(delays[i], i);
}

/* Looking at the first event must not close the time before it. */
static void what_precedes_the_next_event_may_be_scheduled_after_a_look_at_it(void **unused)
{
    enum { FAR = 5000, NEAR = 4000 };
    struct reference r = {.e = calloc(2 * (FAR + NEAR), sizeof *r.e),
                          .heap = calloc(2 * (FAR + NEAR), sizeof *r.heap)};
    struct hr_queue *q = hr_queue_create();
    struct hr_draws d = hr_draws(5, 0, 0);

    (void)unused;
    for (int i = 0; i < FAR; i++)
        add_both(q, &r, HR_HOUR + wide(&d), HR_CLASS_TASK);
    add_both(q, &r, 1, HR_CLASS_TASK);
    pop_both(q, &r);
    assert_true(hr_queue_next(q) == reference_first(&r)->at);
    for (int i = 0; i < NEAR; i++)
        add_both(q, &r, 2 + wide(&d) * 3000, HR_CLASS_TASK);
    while (r.live > 0) {
        assert_true(hr_queue_next(q) == reference_first(&r)->at);
        pop_both(q, &r);
    }
    assert_empty(q);
    hr_queue_destroy(q);
    free(r.e);
    free(r.heap);
}

/* Counts in data[event]; an event is called near once, and while it is pending. */
static void count_near(void *context, const struct hr_event *e)
{
    unsigned char *times = context;

    assert_int_equal(e->kind, 7);
    assert_int_equal(times[e->data], 0);
    times[e->data] = 1;
}

static void of_many_pending_events_most_are_called_near_before_their_turn(void **unused)
{
    enum { PENDING = 20000 };
    unsigned char *times = calloc(PENDING, 1);
    struct hr_queue *q = hr_queue_create();
    struct hr_draws d = hr_draws(6, 0, 0);
    struct hr_event e;
    hr_time now;
    int told = 0;

    (void)unused;
    hr_queue_on_near(q, count_near, times);
    for (uint64_t i = 0; i < PENDING; i++) {
        const hr_timer t = hr_queue_add(q, 1 + wide(&d), HR_CLASS_TASK,
                                        (struct hr_event){.kind = 7, .data = i});
        if (i % 4 == 0) {
            hr_queue_cancel(q, t);
            times[i] = 1; /* so that a call is an error */
        }
    }
    while (hr_queue_pop(q, &now, &e)) {
        told += times[e.data];
        times[e.data] = 1;
    }
    assert_in_range(told, PENDING / 2, PENDING * 3 / 4);
    hr_queue_destroy(q);
    free(times);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_order_while_it_grows_and_shrinks),
        cmocka_unit_test(what_precedes_the_next_event_may_be_scheduled_after_a_look_at_it),
        cmocka_unit_test(of_many_pending_events_most_are_called_near_before_their_turn),
    };
    return cmocka_run_group_tests_name("queue_many", tests, NULL, NULL);
}
