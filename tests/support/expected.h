/* tests/support/expected.h - events beside which the event queue is tested. */
#ifndef HR_TEST_EXPECTED_H
#define HR_TEST_EXPECTED_H

#include "sim/engine/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct
    expected { /* an event as a reference sees it: its number is its order of scheduling */
    hr_time at;
    enum hr_class c;
    uint32_t number;
    hr_timer timer;
    bool live;
};

static inline int by_order(const void *a, const void *b)
{
    const struct expected *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->c != y->c)
        return x->c < y->c ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static inline struct hr_event numbered(uint32_t number)
{
    return (struct hr_event){
        .kind = 3, .part = 5, .tag = number, .data = ~(uint64_t)number};
}

/* Schedules it; of time-outs some in lines, whether they are in their order there or not. */
static inline hr_timer scheduled(struct hr_queue *q, const struct expected *e)
{
    if (e->c != HR_CLASS_TIMEOUT || e->number % 4 == 0)
        return hr_queue_add(q, e->at, e->c, numbered(e->number));
    return hr_queue_add_timeout(q, hr_queue_line(q, e->number % 4), e->at,
                                numbered(e->number));
}

static inline void assert_empty(struct hr_queue *q)
{
    struct hr_event e;
    hr_time at;

    assert_false(hr_queue_pop(q, &at, &e));
    assert_true(hr_queue_next(q) == HR_NEVER);
    assert_int_equal(hr_queue_pending(q), 0);
}

#endif /* HR_TEST_EXPECTED_H */
