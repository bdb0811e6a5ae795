/* sim/engine/queue.h - the pending events of one run, in a total order.
 *
 * ORDER    by time; at equal times by class; at equal classes by order of scheduling.  The
 *          order never depends on addresses or on what was cancelled.
 * CANCEL   O(1): the event's slot is released and its key becomes stale; stale keys are
 *          dropped before they are sorted, or at the head, and swept when the majority.  A
 *          task at the present instant is marked, and passed over when its turn comes.
 * COST     tasks at the present instant: a ring buffer, O(1).  Up to about a thousand other
 *          events: a 4-ary heap on one 128-bit integer key (time, class, sequence, slot), the
 *          fastest of those measured; beyond, the later ones wait unsorted in buckets of a
 *          radix tree over time, each moved a few times before it is sorted among some dozens.
 *          Time-outs of one length: a line in their order, of which only the first is sorted.
 *          tests/bench/bench_queue.c measures; nothing is allocated but by doubling.
 * MEMORY   a pending event takes 40 bytes (slot 24, key 16), twice that just after the arrays
 *          have grown, and each bucket in use up to 1 kB more (of 704; mostly some 100); a
 *          cancelled one 16 until it is dropped, and no more of them wait than are pending
 *          (or 64).  A task at the present instant takes 24.  An empty queue takes 15 kB.
 * LIMITS   2^24 - 1 pending events, 2^37 scheduled in one run, not counting those at the
 *          present instant; both are HR_REQUIREd.
 *
 * Callers see only this interface; the structure behind it may be replaced. */
#ifndef HR_QUEUE_H
#define HR_QUEUE_H

#include "sim/engine/time.h"

#include <stdbool.h>

/* Order at equal times.  Timeouts come after tasks: a response at the same nanosecond beats
 * its timeout. */
enum hr_class {
    HR_CLASS_DISTURBANCE,
    HR_CLASS_TASK,
    HR_CLASS_TIMEOUT,
    HR_CLASS_CONTROL,
    HR_CLASS_MEASURE,
};

struct hr_event { /* what the caller gets back; the queue never looks inside */
    uint16_t kind;
    uint16_t part; /* component */
    uint32_t tag;
    uint64_t data;
};

typedef uint64_t hr_timer; /* names a scheduled event; 0 = none */

struct hr_queue;

struct hr_queue *hr_queue_create(void);
void hr_queue_destroy(struct hr_queue *q);

/* Has `near` called with an event when it comes near, some dozens before its turn: the time to
 * fetch what it needs.  Of few pending events none does, and none that is scheduled to be near. */
typedef void hr_queue_near(void *context, const struct hr_event *e);
void hr_queue_on_near(struct hr_queue *q, hr_queue_near *near, void *context);
/* Schedule.  `at` must not precede the time of the last event popped. */
hr_timer hr_queue_add(struct hr_queue *q, hr_time at, enum hr_class c, struct hr_event e);
/* Time-outs, most of which will be cancelled, scheduled with others that last as long: one that
 * is not before the last of its line costs no sorting unless its turn comes.  Any other is
 * scheduled as by hr_queue_add.  Their class is HR_CLASS_TIMEOUT. */
uint32_t hr_queue_line(struct hr_queue *q, hr_time length); /* of those that last so long */
hr_timer hr_queue_add_timeout(struct hr_queue *q, uint32_t line, hr_time at,
                              struct hr_event e);
/* Cancel.  False if that event has already been popped or cancelled (then nothing happens). */
bool hr_queue_cancel(struct hr_queue *q, hr_timer t);
/* Take the first event.  False if none is pending. */
bool hr_queue_pop(struct hr_queue *q, hr_time *at, struct hr_event *e);
/* As pop, but leaves an event at `limit` or later: false then too. */
bool hr_queue_pop_before(struct hr_queue *q, hr_time limit, hr_time *at,
                         struct hr_event *e);
/* Time of the first event, HR_NEVER if none. */
hr_time hr_queue_next(struct hr_queue *q);
/* Is nothing pending at the present instant, for all that a look can tell?  Then what would be
 * scheduled there is next. */
bool hr_queue_idle(const struct hr_queue *q);
uint32_t hr_queue_pending(const struct hr_queue *q); /* live events */
uint64_t hr_queue_popped(const struct hr_queue *q);  /* events so far */

#endif /* HR_QUEUE_H */
