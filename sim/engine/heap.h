/* sim/engine/heap.h - a 4-ary heap of keys, whose root may be vacant.  Private to queue.c.
 *
 * What is popped leaves the root vacant, for most that is scheduled next comes soon: it takes
 * the root's place and sinks but little.
 *
 * SOURCE  heaps of four children: D. B. Johnson, "Priority queues with update and finding
 *         minimum spanning trees", Information Processing Letters 4 (1975). */
#ifndef HR_HEAP_H
#define HR_HEAP_H

#include "sim/engine/arena.h"
#include "sim/engine/check.h"
#include "sim/engine/keys.h"

enum {
    FIRST_KEYS = 64,
    SMALL = 1 + 4 + 16, /* a root and two levels */
};

struct heap {
    const queue_key *first; /* not the root where a pop left that vacant */
    queue_key *key;         /* ends in at least four NO_KEY */
    uint32_t entries;       /* a vacant root included */
    uint32_t room;
};

/* The least of four keys, by two rounds without branches. */
static inline const queue_key *least_of_four(const queue_key *key)
{
    const queue_key *const a = key + (key[1] < key[0]);
    const queue_key *const b = key + 2 + (key[3] < key[2]);

    return *b < *a ? b : a;
}

/* Puts `key` at `at` or below, so that no parent exceeds its children.  The NO_KEYs behind the
 * last key make every family one of four. */
static inline void sink(queue_key *heap, uint32_t entries, uint32_t at, queue_key key)
{
    uint32_t first = 4 * at + 1;

    while (first < entries) {
        const queue_key *const least = least_of_four(&heap[first]);
        if (key < *least)
            break;
        heap[at] = *least;
        at = (uint32_t)(least - heap);
        first = 4 * at + 1;
    }
    heap[at] = key;
}

static inline void rise(queue_key *heap, uint32_t at, queue_key key)
{
    while (at > 0) {
        const uint32_t parent = (at - 1) / 4;
        if (heap[parent] < key)
            break;
        heap[at] = heap[parent];
        at = parent;
    }
    heap[at] = key;
}

/* Makes a heap of keys in any order. */
static inline void heapify(queue_key *heap, uint32_t entries)
{
    for (uint32_t i = (entries + 2) / 4; i-- > 0;)
        sink(heap, entries, i, heap[i]);
}

static __attribute__((noinline, cold)) void grow_heap(struct heap *h)
{
    const uint32_t room = h->room ? 2 * h->room : FIRST_KEYS;

    HR_ASSERT(h->first == h->key);
    h->key = hr_heap_resize(h->key, (size_t)room + 4, sizeof *h->key);
    for (uint32_t i = h->room; i < room + 4; i++)
        h->key[i] = NO_KEY;
    h->room = room;
    h->first = h->key;
}

static inline void append(struct heap *h, queue_key key)
{
    if (h->entries == h->room)
        grow_heap(h);
    h->key[h->entries++] = key;
}

static inline bool is_vacant(const struct heap *h) /* the root? */
{
    return h->first != h->key;
}

/* Takes the key at the root, which stays vacant until another is put there.  Of few, that in
 * place 1 is the only one left. */
static inline void take_root(struct heap *h)
{
    h->first = h->entries > 2 ? least_of_four(&h->key[1]) : &h->key[1];
}

static HR_APART hr_timer sink_below(struct heap *h, queue_key key, uint32_t at)
{
    sink(h->key, h->entries, at, key);
    return timer_of(key);
}

/* Leaves the lesser of two keys in `place` and returns the other, without a branch: which one it
 * is nothing foretells. */
static inline queue_key leave_lesser(queue_key *place, queue_key key)
{
    const unsigned_key other = (unsigned_key)*place;
    const unsigned_key change = ((unsigned_key)key ^ other) & -(unsigned_key)(key < *place);

    *place = (queue_key)(other ^ change);
    return (queue_key)((unsigned_key)key ^ change);
}

/* Puts a key at the vacant root or below, where there are two levels below it at most. */
static inline void put_small_root(struct heap *h, queue_key key, uint32_t least)
{
    queue_key *const at = &h->key[least];

    h->key[0] = *at;
    *at = leave_lesser(&h->key[0], key);
    if (h->entries > 5) {
        queue_key *const below = h->key + (least_of_four(&h->key[4 * least + 1]) - h->key);

        *below = leave_lesser(at, *below);
    }
}

/* Puts a key at the vacant root or below. */
static inline hr_timer put_root(struct heap *h, queue_key key)
{
    const queue_key *const least = h->first;

    h->first = h->key;
    if (h->entries <= SMALL) {
        put_small_root(h, key, (uint32_t)(least - h->key));
        return timer_of(key);
    }
    if (key < *least) {
        h->key[0] = key;
        return timer_of(key);
    }
    h->key[0] = *least;
    return sink_below(h, key, (uint32_t)(least - h->key));
}

/* Fills the vacant root with the last key. */
static HR_APART void fill_root(struct heap *h)
{
    const uint32_t last = --h->entries;
    const queue_key key = h->key[last];

    h->key[last] = NO_KEY;
    if (last > 0)
        put_root(h, key);
    else
        h->first = h->key;
}

#endif /* HR_HEAP_H */
