/* sim/engine/lines.h - keys of time-outs that were scheduled in their order, in a ring each.
 * Private to queue.c.
 *
 * Of all keys of a line, one stands in the queue for it: its mark, which has the first key's
 * time, class and sequence, or those of one that came before, and the slot of the line.  Most
 * time-outs are cancelled long before a mark comes to them, and are never sorted. */
#ifndef HR_LINES_H
#define HR_LINES_H

#include "sim/engine/ring.h"

enum { FIRST_LINE = 16 };

struct line {
    queue_key last;   /* that joined, whether it is still there or not */
    queue_key *place; /* place[turn & mask] for turns from `head` to before `tail` */
    uint64_t head, tail;
    uint32_t mask;  /* places - 1, of a power of two */
    uint32_t slot;  /* of its mark */
    bool marked;    /* the mark is in the queue */
    hr_time length; /* what its time-outs have in common */
};

static inline void init_line(struct line *l, hr_time length, uint32_t slot)
{
    *l = (struct line){.mask = FIRST_LINE - 1, .slot = slot, .length = length};
    l->place = hr_heap_resize(NULL, FIRST_LINE, sizeof *l->place);
}

static inline bool is_empty(const struct line *l)
{
    return l->head == l->tail;
}

static inline queue_key first_in_line(const struct line *l)
{
    return l->place[l->head & l->mask];
}

static inline bool is_line_full(const struct line *l)
{
    return l->tail - l->head > l->mask;
}

/* May it go behind the last one, and behind the mark?  Without a mark there is nobody. */
static inline bool is_in_order(const struct line *l, queue_key key)
{
    return !l->marked || l->last < key;
}

static __attribute__((noinline, cold)) void grow_line(struct line *l)
{
    l->place = doubled(l->place, sizeof *l->place, l->mask + 1, l->head, l->tail);
    l->mask = 2 * l->mask + 1;
}

static inline void join_line(struct line *l, queue_key key) /* it is not full */
{
    l->place[l->tail++ & l->mask] = l->last = key;
}

/* Is a mark that of the key itself, not of one that came before? */
static inline bool is_mark_of(queue_key mark, queue_key key)
{
    return mark >> SLOT_BITS == key >> SLOT_BITS;
}

static inline queue_key mark_of(const struct line *l, queue_key key)
{
    return (queue_key)(((unsigned_key)key & ~(unsigned_key)SLOT_MASK) | l->slot);
}

#endif /* HR_LINES_H */
