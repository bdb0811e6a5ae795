/* sim/engine/ring.h - tasks at the present instant, which come out as they went in.  Private to
 * queue.c.
 *
 * A task's turn is the timer that names it: no class is 7, so it equals no other event's. */
#ifndef HR_RING_H
#define HR_RING_H

#include "sim/engine/arena.h"
#include "sim/engine/check.h"
#include "sim/engine/keys.h"

#include <string.h>

enum { FIRST_RING = 64 };
#define FIRST_TURN (UINT64_C(7) << CLASS_SHIFT)

struct at_once {
    struct hr_event event;
    bool cancelled;
};

struct ring {
    struct at_once *place; /* place[turn & mask] for turns from `head` to before `tail` */
    uint64_t head, tail;   /* turns never come again */
    uint32_t mask;         /* places - 1, of a power of two */
    uint32_t cancelled;    /* of those between */
};

/* Twice as many places of `size` bytes, a power of two, for turns from `head` to before `tail`. */
static inline void *doubled(void *place, size_t size, uint32_t places, uint64_t head,
                            uint64_t tail)
{
    char *const at = hr_heap_resize(place, 2 * (size_t)places, size);

    for (uint64_t turn = head; turn != tail; turn++)
        if (turn & places)
            memcpy(at + ((turn & (places - 1)) + places) * size,
                   at + (turn & (places - 1)) * size, size);
    return at;
}

static inline void init_ring(struct ring *r)
{
    *r = (struct ring){.head = FIRST_TURN, .tail = FIRST_TURN, .mask = FIRST_RING - 1};
    r->place = hr_heap_resize(NULL, FIRST_RING, sizeof *r->place);
}

static inline bool is_full(const struct ring *r)
{
    return r->tail - r->head > r->mask;
}

static inline void grow_ring(struct ring *r)
{
    r->place = doubled(r->place, sizeof *r->place, r->mask + 1, r->head, r->tail);
    r->mask = 2 * r->mask + 1;
}

/* Drops those that were cancelled from the head. */
static inline void skip_cancelled(struct ring *r)
{
    while (r->head != r->tail && r->place[r->head & r->mask].cancelled) {
        r->head++;
        r->cancelled--;
    }
}

static inline bool cancel_in_ring(struct ring *r, hr_timer t)
{
    struct at_once *a = &r->place[t & r->mask];

    if (t < r->head || t >= r->tail || a->cancelled)
        return false;
    a->cancelled = true;
    r->cancelled++;
    skip_cancelled(r);
    return true;
}

#endif /* HR_RING_H */
