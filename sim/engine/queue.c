/* sim/engine/queue.c - see queue.h.
 *
 * The heap holds keys alone; what an event carries lies in a slot of its own.  A key is
 *
 *     time + 2^63 (64 bits) | class (3) | sequence (37) | slot (24)
 *
 * and its low 61 bits, sequence and slot, are the timer that names the event.  A slot keeps
 * the timer of the event that occupies it (0: free): a key whose timer differs is stale.
 *
 * A pop leaves the root vacant, because an event mostly schedules another: the add that
 * follows drops its key into the root and lets it sink, in place of two passes. */
#include "sim/engine/queue.h"

#include "sim/engine/arena.h"
#include "sim/engine/check.h"

#include <stddef.h>

__extension__ typedef unsigned __int128 heap_key;

enum {
    SLOT_BITS = 24,
    SEQUENCE_BITS = 37,
    TIMER_BITS = SLOT_BITS + SEQUENCE_BITS,
    FIRST_ROOM = 64,
    SWEEP_FLOOR = 64, /* fewer stale entries than this are not worth a sweep */
};
#define SLOT_MASK     ((UINT64_C(1) << SLOT_BITS) - 1)
#define TIMER_MASK    ((UINT64_C(1) << TIMER_BITS) - 1)
#define LAST_SEQUENCE ((UINT64_C(1) << SEQUENCE_BITS) - 1)
#define NO_SLOT       ((uint32_t)SLOT_MASK) /* the one index that is never used */

struct slot {
    uint64_t timer; /* 0 = free */
    struct hr_event event;
};

struct hr_queue {
    heap_key *heap;
    struct slot *slots;
    uint32_t entries, heap_room; /* keys in the heap, the vacant root included */
    uint32_t vacant;             /* 1: heap[0] is vacant, entries >= 1 */
    uint32_t slots_used, slots_room;
    uint32_t free_slot; /* list through event.tag; NO_SLOT ends it */
    uint32_t live;
    uint64_t sequence; /* of the last event scheduled */
    uint64_t popped;
    hr_time now; /* time of the last event popped */
};

struct hr_queue *hr_queue_create(void)
{
    struct hr_queue *q = hr_heap_resize(NULL, 1, sizeof *q);

    *q = (struct hr_queue){.free_slot = NO_SLOT, .now = INT64_MIN};
    return q;
}

void hr_queue_destroy(struct hr_queue *q)
{
    if (!q)
        return;
    hr_heap_resize(q->heap, 0, 0);
    hr_heap_resize(q->slots, 0, 0);
    hr_heap_resize(q, 0, 0);
}

static inline uint64_t timer_of(heap_key key)
{
    return (uint64_t)key & TIMER_MASK;
}

static inline hr_time time_of(heap_key key)
{
    return (hr_time)((uint64_t)(key >> 64) ^ UINT64_C(1) << 63);
}

static inline bool is_live(const struct hr_queue *q, heap_key key)
{
    return q->slots[(uint64_t)key & SLOT_MASK].timer == timer_of(key);
}

/* The least of the four keys from `first` on, by two rounds without branches. */
static inline uint32_t least_of_four(const heap_key *heap, uint32_t first)
{
    const uint32_t a = first + (heap[first + 1] < heap[first]);
    const uint32_t b = first + 2 + (heap[first + 3] < heap[first + 2]);

    return heap[b] < heap[a] ? b : a;
}

/* Puts `key` at `at` or below, so that no parent exceeds its children. */
static void sink(heap_key *heap, uint32_t entries, uint32_t at, heap_key key)
{
    uint32_t first = 4 * at + 1;

    while (first + 3 < entries) {
        const uint32_t least = least_of_four(heap, first);
        if (key < heap[least]) {
            heap[at] = key;
            return;
        }
        heap[at] = heap[least];
        at = least;
        first = 4 * at + 1;
    }
    if (first < entries) { /* fewer than four children: they are leaves */
        uint32_t least = first;
        for (uint32_t i = first + 1; i < entries; i++)
            least = heap[i] < heap[least] ? i : least;
        if (heap[least] < key) {
            heap[at] = heap[least];
            at = least;
        }
    }
    heap[at] = key;
}

static void rise(heap_key *heap, uint32_t at, heap_key key)
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

/* Fills the root that a pop left vacant, with the last key. */
static void fill_root(struct hr_queue *q)
{
    q->vacant = 0;
    q->entries--;
    if (q->entries > 0)
        sink(q->heap, q->entries, 0, q->heap[q->entries]);
}

/* Drops the stale keys and makes a heap of the rest.  The order of popping is that of the
 * keys, whatever their places in the heap, so it does not change. */
static void sweep(struct hr_queue *q)
{
    uint32_t kept = 0;

    for (uint32_t i = q->vacant; i < q->entries; i++)
        if (is_live(q, q->heap[i]))
            q->heap[kept++] = q->heap[i];
    q->entries = kept;
    q->vacant = 0;
    for (uint32_t i = kept / 4 + 1; i-- > 0;)
        if (i < kept)
            sink(q->heap, kept, i, q->heap[i]);
}

static uint32_t take_slot(struct hr_queue *q)
{
    const uint32_t slot = q->free_slot;

    if (slot != NO_SLOT) {
        q->free_slot = q->slots[slot].event.tag;
        return slot;
    }
    if (q->slots_used == q->slots_room) {
        HR_REQUIRE(q->slots_used < NO_SLOT);
        const uint32_t twice = q->slots_room ? 2 * q->slots_room : FIRST_ROOM;
        q->slots_room = twice < NO_SLOT ? twice : NO_SLOT;
        q->slots = hr_heap_resize(q->slots, q->slots_room, sizeof *q->slots);
    }
    return q->slots_used++;
}

static void give_slot(struct hr_queue *q, uint32_t slot)
{
    q->slots[slot].timer = 0;
    q->slots[slot].event.tag = q->free_slot;
    q->free_slot = slot;
    q->live--;
}

static void insert(struct hr_queue *q, heap_key key)
{
    if (q->vacant) {
        q->vacant = 0;
        sink(q->heap, q->entries, 0, key);
        return;
    }
    if (q->entries == q->heap_room) {
        q->heap_room = q->heap_room ? 2 * q->heap_room : FIRST_ROOM;
        q->heap = hr_heap_resize(q->heap, q->heap_room, sizeof *q->heap);
    }
    rise(q->heap, q->entries++, key);
}

hr_timer hr_queue_add(struct hr_queue *q, hr_time at, enum hr_class c, struct hr_event e)
{
    HR_REQUIRE(at >= q->now && q->sequence < LAST_SEQUENCE && (unsigned)c < 8);
    const uint32_t slot = take_slot(q);
    const hr_timer timer = ++q->sequence << SLOT_BITS | slot;
    const uint64_t low = (uint64_t)c << TIMER_BITS | timer;

    q->slots[slot] = (struct slot){timer, e};
    q->live++;
    insert(q, (heap_key)((uint64_t)at ^ UINT64_C(1) << 63) << 64 | low);
    return timer;
}

bool hr_queue_cancel(struct hr_queue *q, hr_timer t)
{
    const uint32_t slot = (uint32_t)(t & SLOT_MASK);

    if (t == 0 || slot >= q->slots_used || q->slots[slot].timer != t)
        return false;
    give_slot(q, slot);
    const uint32_t stale = q->entries - q->vacant - q->live;
    if (stale > q->live && stale > SWEEP_FLOOR)
        sweep(q);
    return true;
}

/* Makes the root the first live event; false if there is none. */
static bool settle(struct hr_queue *q)
{
    if (q->vacant)
        fill_root(q);
    while (q->entries > 0 && !is_live(q, q->heap[0])) {
        q->vacant = 1;
        fill_root(q);
    }
    return q->entries > 0;
}

bool hr_queue_pop(struct hr_queue *q, hr_time *at, struct hr_event *e)
{
    if (!settle(q))
        return false;
    const heap_key key = q->heap[0];
    const uint32_t slot = (uint32_t)((uint64_t)key & SLOT_MASK);

    q->now = *at = time_of(key);
    *e = q->slots[slot].event;
    give_slot(q, slot);
    q->popped++;
    q->vacant = 1;
    return true;
}

hr_time hr_queue_next(struct hr_queue *q)
{
    return settle(q) ? time_of(q->heap[0]) : HR_NEVER;
}

uint32_t hr_queue_pending(const struct hr_queue *q)
{
    return q->live;
}

uint64_t hr_queue_popped(const struct hr_queue *q)
{
    return q->popped;
}
