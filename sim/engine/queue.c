/* sim/engine/queue.c - see queue.h.
 *
 * A task scheduled at the present instant lies in a ring: they come out as they went in.  What
 * any other event carries lies in a slot, and the rest handles its key (keys.h).  A slot keeps
 * the timer of the event that occupies it: a key whose timer differs is stale.
 *
 * A key waits in one of three places.
 *
 *   heap    all keys up to the time `near_end`, in a 4-ary heap.  With few events that
 *           is the end of time, and the heap holds all.
 *   far     what is later, unsorted, in the buckets of a radix tree over time (buckets.h).
 *   run     that bucket, sorted, once nothing nearer is left: near_end moves to the bucket's
 *           end, so that what is scheduled before it goes to the heap.  Of a bucket that holds
 *           too many, near_end moves to its earliest key and the others are dealt to lower
 *           levels.  A heap that grows too big is dealt likewise.
 *
 * Stale keys are dropped when they come first in their place or are dealt, and swept when they
 * are the majority.  The order of popping is that of the keys, wherever they wait, so none of
 * this changes it. */
#include "sim/engine/queue.h"

#include "sim/engine/arena.h"
#include "sim/engine/buckets.h"
#include "sim/engine/check.h"
#include "sim/engine/keys.h"

#include <stddef.h>

enum {
    FIRST_ROOM = 64,
    SWEEP_FLOOR = 64, /* fewer stale keys than this are not worth a sweep */
    /* By measurement (tests/bench/bench_queue.c); none matters much within a factor of two. */
    BIG_HEAP = 256,   /* beyond it the far buckets pay */
    FEW_CHUNKS = 8,   /* a bucket of no more becomes a run undivided */
    ENOUGH_NEAR = 16, /* buckets join the run until it holds this */
    FEW_FAR = 64,     /* no more than this far: all move into the heap */
    AHEAD = 12,       /* slots on their way from memory while far keys are dealt */
};

struct slot {
    hr_timer timer; /* FREE: of none */
    struct hr_event event;
};
#define FREE (~UINT64_C(0)) /* no class is 7 */

struct at_once {
    struct hr_event event;
    bool cancelled;
};
#define FIRST_TURN (UINT64_C(7) << CLASS_SHIFT) /* turns are timers: no class is 7 */

struct hr_queue {
    hr_time now;            /* of the last event popped */
    struct at_once *ring;   /* ring[turn & mask] for turns from `head` to before `tail` */
    uint64_t head, tail;    /* turns never come again */
    uint32_t mask;          /* places - 1, of a power of two */
    uint32_t cancelled;     /* in the ring */
    const queue_key *first; /* of the heap; not its root: a pop left that vacant */
    const queue_key *next;  /* of the run: its last */
    queue_key *heap;        /* ends in at least four NO_KEY */
    queue_key *run;         /* [1] and on descend, [0] is NO_KEY */
    uint32_t entries;       /* keys in the heap, a vacant root included */
    uint32_t heap_room, run_room;
    struct slot *slots;
    uint32_t free_slot; /* list through event.tag; NO_SLOT ends it */
    uint32_t live;      /* slots in use */
    hr_time near_end;   /* the heap holds times up to this one */
    uint64_t sequence;  /* of the last key made */
    uint32_t stale;     /* keys */
    uint32_t big;       /* entries at which the heap is dealt */
    uint32_t slots_used, slots_room;
    uint64_t n_cancelled; /* events, ever */
    hr_time near_from; /* from here to near_end, far keys have the same level and bucket */
    queue_key *spare;  /* for sorting the run */
    hr_queue_near *near;
    void *context; /* of near */
    struct buckets far;
};

/* ---- slots ------------------------------------------------------------------------------- */

static inline struct slot *slot_of(const struct hr_queue *q, queue_key key)
{
    return &q->slots[(uint64_t)key & SLOT_MASK];
}

static inline bool is_live(const struct hr_queue *q, queue_key key)
{
    return slot_of(q, key)->timer == timer_of(key);
}

/* Adds a slot that was never used to the free ones, of which there are none. */
static void new_slot(struct hr_queue *q)
{
    if (q->slots_used == q->slots_room) {
        HR_REQUIRE(q->slots_used < NO_SLOT);
        const uint32_t twice = q->slots_room ? 2 * q->slots_room : FIRST_ROOM;
        q->slots_room = twice < NO_SLOT ? twice : NO_SLOT;
        q->slots = hr_heap_resize(q->slots, q->slots_room, sizeof *q->slots);
    }
    q->slots[q->slots_used] = (struct slot){.timer = FREE, .event.tag = NO_SLOT};
    q->free_slot = q->slots_used++;
}

static inline void give_slot(struct hr_queue *q, struct slot *s)
{
    const uint32_t slot = (uint32_t)(s->timer & SLOT_MASK);

    s->timer = FREE;
    s->event.tag = q->free_slot;
    q->free_slot = slot;
    q->live--;
}

/* ---- near: the heap ---------------------------------------------------------------------- */

static __attribute__((noinline, cold)) void grow_heap(struct hr_queue *q)
{
    const uint32_t room = q->heap_room ? 2 * q->heap_room : FIRST_ROOM;

    HR_ASSERT(q->first == q->heap);
    q->heap = hr_heap_resize(q->heap, (size_t)room + 4, sizeof *q->heap);
    for (uint32_t i = q->heap_room; i < room + 4; i++)
        q->heap[i] = NO_KEY;
    q->heap_room = room;
    q->first = q->heap;
}

static inline void append(struct hr_queue *q, queue_key key)
{
    if (q->entries == q->heap_room)
        grow_heap(q);
    q->heap[q->entries++] = key;
}

static inline bool is_vacant(const struct hr_queue *q) /* the root? */
{
    return q->first != q->heap;
}

/* Takes the key at the root, which stays vacant until another is put there.  Of few, that in
 * place 1 is the only one left. */
static inline void take_root(struct hr_queue *q)
{
    q->first = q->entries > 2 ? least_of_four(&q->heap[1]) : &q->heap[1];
}

static HR_APART hr_timer sink_below(struct hr_queue *q, queue_key key, uint32_t at)
{
    sink(q->heap, q->entries, at, key);
    return timer_of(key);
}

/* Puts a key at the vacant root or below. */
static inline hr_timer put_root(struct hr_queue *q, queue_key key)
{
    const queue_key *const least = q->first;

    q->first = q->heap;
    if (key < *least) {
        q->heap[0] = key;
        return timer_of(key);
    }
    q->heap[0] = *least;
    return sink_below(q, key, (uint32_t)(least - q->heap));
}

/* Fills the vacant root with the last key. */
static HR_APART void fill_root(struct hr_queue *q)
{
    const uint32_t last = --q->entries;
    const queue_key key = q->heap[last];

    q->heap[last] = NO_KEY;
    if (last > 0)
        put_root(q, key);
    else
        q->first = q->heap;
}

/* ---- near: the run ----------------------------------------------------------------------- */

static inline uint32_t run_keys(const struct hr_queue *q)
{
    return (uint32_t)(q->next - q->run);
}

static __attribute__((noinline, cold)) void grow_run(struct hr_queue *q)
{
    const uint32_t keys = q->run ? run_keys(q) : 0;

    q->run_room = q->run_room ? 2 * q->run_room : FIRST_ROOM;
    q->run = hr_heap_resize(q->run, (size_t)q->run_room + 1, sizeof *q->run);
    q->spare = hr_heap_resize(q->spare, (size_t)q->run_room + 1, sizeof *q->spare);
    q->run[0] = q->spare[0] = NO_KEY;
    q->next = q->run + keys;
}

static inline void join_run(struct hr_queue *q, queue_key key)
{
    if (run_keys(q) == q->run_room)
        grow_run(q);
    q->run[run_keys(q) + 1] = key;
    q->next++;
}

static void sort_run(struct hr_queue *q)
{
    queue_key *const unsorted = q->run;
    const uint32_t keys = run_keys(q);

    sort_keys(unsorted + 1, q->spare + 1, keys);
    q->run = q->spare;
    q->spare = unsorted;
    q->next = q->run + keys;
}

/* ---- far --------------------------------------------------------------------------------- */

static inline void put_by_time(struct hr_queue *q, queue_key key)
{
    if (time_of(key) <= q->near_end)
        append(q, key);
    else
        put_in_bucket(&q->far, key, q->near_end);
}

static inline void come_near(struct hr_queue *q, queue_key key)
{
    join_run(q, key);
    if (q->near)
        q->near(q->context, &slot_of(q, key)->event);
}

/* Places the live keys of a bucket that was taken anew, or has them join the run. */
static inline void deal(struct hr_queue *q, uint32_t bucket, bool join)
{
    while (bucket > CHUNK_KEYS) {
        for (uint32_t i = first_chunk(bucket); i < bucket; i++) {
            const queue_key key = q->far.place[i];
            if (i + AHEAD < bucket)
                __builtin_prefetch(slot_of(q, q->far.place[i + AHEAD]), 1);
            if (!is_live(q, key))
                q->stale--;
            else if (join)
                come_near(q, key);
            else
                put_by_time(q, key);
        }
        bucket = give_chunk(&q->far, bucket);
    }
}

static void deal_all(struct hr_queue *q)
{
    for (uint32_t levels = q->far.levels; levels != 0; levels &= levels - 1) {
        const int level = __builtin_ctz(levels);
        for (uint64_t digits = q->far.digits[level]; digits != 0; digits &= digits - 1)
            deal(q, take_bucket(&q->far, level, __builtin_ctzll(digits)), false);
    }
}

/* Moves the first far keys near, where nothing is.  False if none is live. */
static bool refill(struct hr_queue *q)
{
    if (q->far.keys <= FEW_FAR) {
        q->near_from = INT64_MIN;
        q->near_end = INT64_MAX;
        deal_all(q);
    }
    while (q->far.keys > 0 && q->entries + run_keys(q) < ENOUGH_NEAR) {
        const int level = __builtin_ctz(q->far.levels);
        const int digit = __builtin_ctzll(q->far.digits[level]);
        const bool first = q->entries + run_keys(q) == 0;
        const bool small = is_within(&q->far, q->far.end[level][digit], FEW_CHUNKS);
        if (!small && !first)
            break;
        const uint32_t bucket = take_bucket(&q->far, level, digit);
        if (small) {
            const uint64_t within = (UINT64_C(1) << level * DIGIT_BITS) - 1;
            const hr_time time = time_of(q->far.place[bucket - 1]);
            q->near_end = (hr_time)((uint64_t)time | within);
            if (first)
                q->near_from = (hr_time)((uint64_t)time & ~within);
            deal(q, bucket, true);
        } else {
            q->near_end = q->near_from = earliest(&q->far, bucket);
            deal(q, bucket, false);
        }
    }
    if (run_keys(q) > 1)
        sort_run(q);
    heapify(q->heap, q->entries);
    return q->entries + run_keys(q) > 0;
}

/* Places the live keys of the heap anew. */
static void deal_heap(struct hr_queue *q)
{
    const uint32_t entries = q->entries;

    q->entries = 0;
    for (uint32_t i = is_vacant(q); i < entries; i++) {
        const queue_key key = q->heap[i];
        if (is_live(q, key))
            put_by_time(q, key);
        else
            q->stale--;
    }
    for (uint32_t i = q->entries; i < entries; i++)
        q->heap[i] = NO_KEY;
    q->first = q->heap;
    heapify(q->heap, q->entries);
}

/* The heap is big: what follows the first key by time goes far. */
static __attribute__((noinline, cold)) void relieve(struct hr_queue *q)
{
    for (; q->next != q->run; q->next--)
        append(q, *q->next);
    heapify(q->heap, q->entries);

    const hr_time first = time_of(q->heap[0]);

    if (q->near_from < first)
        q->near_from = first;
    q->near_end = q->near_from;
    deal_heap(q);
    q->big = q->entries > BIG_HEAP / 2 ? 2 * q->entries : BIG_HEAP;
}

/* ---- the ring ---------------------------------------------------------------------------- */

static __attribute__((noinline, cold)) void grow_ring(struct hr_queue *q)
{
    const uint32_t places = q->mask + 1;

    q->ring = hr_heap_resize(q->ring, 2 * (size_t)places, sizeof *q->ring);
    for (uint64_t turn = q->head; turn != q->tail; turn++)
        if (turn & places)
            q->ring[(turn & q->mask) + places] = q->ring[turn & q->mask];
    q->mask += places;
}

/* Drops those that were cancelled from the head. */
static void skip_cancelled(struct hr_queue *q)
{
    while (q->head != q->tail && q->ring[q->head & q->mask].cancelled) {
        q->head++;
        q->cancelled--;
    }
}

static bool cancel_in_ring(struct hr_queue *q, hr_timer t)
{
    struct at_once *a = &q->ring[t & q->mask];

    if (t < q->head || t >= q->tail || a->cancelled)
        return false;
    a->cancelled = true;
    q->cancelled++;
    q->n_cancelled++;
    skip_cancelled(q);
    return true;
}

/* ---- the queue --------------------------------------------------------------------------- */

struct hr_queue *hr_queue_create(void)
{
    struct hr_queue *q = hr_heap_resize(NULL, 1, sizeof *q);

    *q = (struct hr_queue){.free_slot = NO_SLOT,
                           .now = INT64_MIN,
                           .head = FIRST_TURN,
                           .tail = FIRST_TURN,
                           .near_from = INT64_MIN,
                           .near_end = INT64_MAX,
                           .big = BIG_HEAP,
                           .mask = FIRST_ROOM - 1};
    q->ring = hr_heap_resize(NULL, FIRST_ROOM, sizeof *q->ring);
    init_buckets(&q->far);
    grow_heap(q);
    grow_run(q);
    return q;
}

void hr_queue_on_near(struct hr_queue *q, hr_queue_near *near, void *context)
{
    q->near = near;
    q->context = context;
}

void hr_queue_destroy(struct hr_queue *q)
{
    if (!q)
        return;
    hr_heap_resize(q->heap, 0, 0);
    hr_heap_resize(q->run, 0, 0);
    hr_heap_resize(q->spare, 0, 0);
    hr_heap_resize(q->slots, 0, 0);
    hr_heap_resize(q->ring, 0, 0);
    hr_heap_resize(q->far.place, 0, 0);
    hr_heap_resize(q, 0, 0);
}

/* Adding calls nothing but at its end, where it is a jump: then no registers need be saved. */

static HR_APART hr_timer insert_far(struct hr_queue *q, queue_key key)
{
    put_in_bucket(&q->far, key, q->near_end);
    return timer_of(key);
}

static HR_APART hr_timer insert_at_end(struct hr_queue *q, queue_key key)
{
    append(q, key);
    rise(q->heap, q->entries - 1, key);
    if (q->entries >= q->big)
        relieve(q);
    return timer_of(key);
}

/* When slots or places of the ring are used up. */
static __attribute__((noinline, cold)) hr_timer
add_to_grown(struct hr_queue *q, hr_time at, enum hr_class c, struct hr_event e)
{
    if (q->tail - q->head > q->mask)
        grow_ring(q);
    if (q->free_slot == NO_SLOT)
        new_slot(q);
    return hr_queue_add(q, at, c, e);
}

hr_timer hr_queue_add(struct hr_queue *q, hr_time at, enum hr_class c, struct hr_event e)
{
    HR_ASSERT((unsigned)c <= HR_CLASS_MEASURE);
    if (at == q->now && c == HR_CLASS_TASK) {
        if (q->tail - q->head > q->mask)
            return add_to_grown(q, at, c, e);
        q->ring[q->tail & q->mask] = (struct at_once){.event = e};
        return q->tail++;
    }
    HR_REQUIRE(at >= q->now && q->sequence < LAST_SEQUENCE);
    const uint32_t slot = q->free_slot;
    if (slot == NO_SLOT)
        return add_to_grown(q, at, c, e);
    struct slot *const s = &q->slots[slot];
    const queue_key key = key_of(at, c, ++q->sequence << SLOT_BITS | slot);

    q->free_slot = s->event.tag;
    *s = (struct slot){timer_of(key), e};
    q->live++;
    if (at > q->near_end)
        return insert_far(q, key);
    if (!is_vacant(q))
        return insert_at_end(q, key);
    return put_root(q, key);
}

/* Drops all stale keys. */
static __attribute__((noinline, cold)) void sweep(struct hr_queue *q)
{
    deal_all(q);
    deal_heap(q);
    const queue_key *const next = q->next;
    q->next = q->run;
    for (const queue_key *key = q->run + 1; key <= next; key++)
        if (is_live(q, *key))
            join_run(q, *key);
    q->stale = 0;
}

bool hr_queue_cancel(struct hr_queue *q, hr_timer t)
{
    const uint32_t slot = (uint32_t)(t & SLOT_MASK);

    if (t >= FIRST_TURN)
        return cancel_in_ring(q, t);
    if (slot >= q->slots_used || q->slots[slot].timer != t)
        return false;
    give_slot(q, &q->slots[slot]);
    q->n_cancelled++;
    if (++q->stale > q->live && q->stale > SWEEP_FLOOR)
        sweep(q);
    return true;
}

enum place { NOWHERE, IN_RING, IN_RUN, IN_HEAP };

/* Where the first event is: a live one at the head of the ring, next in the run or first in
 * the heap.  NOWHERE if none is at `last` or before.  At equal times the ring comes behind
 * other tasks, which were scheduled before their time had come, and before later classes. */
static HR_APART enum place settle(struct hr_queue *q, hr_time last)
{
    for (;;) {
        const bool in_run = *q->next < *q->first;
        const queue_key key = in_run ? *q->next : *q->first;

        skip_cancelled(q);
        if (q->head != q->tail && key >= key_of(q->now, HR_CLASS_TASK + 1, 0))
            return q->now <= last ? IN_RING : NOWHERE;
        if (in_run) {
            if (is_live(q, key))
                return time_of(key) <= last ? IN_RUN : NOWHERE;
            q->next--;
            q->stale--;
            continue;
        }
        if (is_vacant(q))
            fill_root(q);
        if (key == NO_KEY) {
            if (!refill(q))
                return NOWHERE;
        } else if (is_live(q, key)) {
            return time_of(key) <= last ? IN_HEAP : NOWHERE;
        } else {
            take_root(q);
            q->stale--;
        }
    }
}

/* The same, of what is before `limit` and mostly so: nothing but the ring has the present
 * time; or the ring is empty, and the first key is live.  NOWHERE says nothing. */
HR_INLINE enum place glance(const struct hr_queue *q, hr_time limit)
{
    if (q->head != q->tail)
        return time_of(*q->first) > q->now && time_of(*q->next) > q->now &&
                       q->now < limit && !q->ring[q->head & q->mask].cancelled
                   ? IN_RING
                   : NOWHERE;
    if (*q->next < *q->first)
        return time_of(*q->next) < limit && is_live(q, *q->next) ? IN_RUN : NOWHERE;
    return time_of(*q->first) < limit && is_live(q, *q->first) ? IN_HEAP : NOWHERE;
}

/* Takes the first event, which is there. */
HR_INLINE bool take(struct hr_queue *q, enum place place, hr_time *at, struct hr_event *e)
{
    if (place == NOWHERE)
        return false;
    if (place == IN_RING) {
        *at = q->now;
        *e = q->ring[q->head++ & q->mask].event;
        return true;
    }
    const queue_key key = place == IN_RUN ? *q->next : *q->first;
    struct slot *const s = slot_of(q, key);

    if (place == IN_RUN) {
        q->next--;
    } else {
        if (is_vacant(q))
            fill_root(q);
        take_root(q);
    }
    *at = q->now = time_of(key);
    *e = s->event;
    give_slot(q, s);
    return true;
}

bool hr_queue_pop(struct hr_queue *q, hr_time *at, struct hr_event *e)
{
    const enum place place = glance(q, INT64_MAX);

    return take(q, place != NOWHERE ? place : settle(q, INT64_MAX), at, e);
}

bool hr_queue_pop_before(struct hr_queue *q, hr_time limit, hr_time *at, struct hr_event *e)
{
    enum place place = glance(q, limit);

    if (place == NOWHERE && limit > INT64_MIN)
        place = settle(q, limit - 1);
    return take(q, place, at, e);
}

hr_time hr_queue_next(struct hr_queue *q)
{
    const enum place place = settle(q, INT64_MAX);

    if (place == NOWHERE)
        return HR_NEVER;
    return place == IN_RING ? q->now : time_of(place == IN_RUN ? *q->next : *q->first);
}

uint32_t hr_queue_pending(const struct hr_queue *q)
{
    return q->live + (uint32_t)(q->tail - q->head) - q->cancelled;
}

uint64_t hr_queue_popped(const struct hr_queue *q)
{
    return q->sequence + (q->tail - FIRST_TURN) - q->n_cancelled - hr_queue_pending(q);
}
