/* sim/engine/queue.c - see queue.h.
 *
 * What an event carries lies in a slot; everything else handles keys (keys.h).  A slot keeps
 * the timer of the event that occupies it (0: free): a key whose timer differs is stale.
 *
 * A key waits in one of four places.
 *
 *   ring    tasks scheduled at the present instant: they come out as they went in.
 *   heap    all other keys up to the time `near_end`, in a 4-ary heap.  With few events that
 *           is the end of time, and the heap holds all.
 *   far     what is later, unsorted, in the buckets of a radix tree over time: a key lies at
 *           the level of the highest digit in which its time differs from `near_end`, in the
 *           bucket of that digit.  So the first bucket of the lowest level comes next.
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
#include "sim/engine/check.h"
#include "sim/engine/keys.h"

#include <stddef.h>

enum {
    FIRST_ROOM = 64,
    FIRST_CHUNKS = 8,
    SWEEP_FLOOR = 64, /* fewer stale keys than this are not worth a sweep */

    DIGIT_BITS = 6, /* of a digit of time: its buckets fit the bits of one word */
    DIGITS = 1 << DIGIT_BITS,
    LEVELS = (64 + DIGIT_BITS - 1) / DIGIT_BITS,
    CHUNK = 64, /* places of a chunk: a link and so many keys */
    CHUNK_KEYS = CHUNK - 1,
    /* By measurement (tests/bench/bench_queue.c); none matters much within a factor of two. */
    BIG_HEAP = 256,   /* beyond it the far buckets pay */
    FEW_CHUNKS = 8,   /* a bucket of no more becomes a run undivided */
    ENOUGH_NEAR = 16, /* buckets join the run until it holds this */
    FEW_FAR = 64,     /* no more than this far: all move into the heap */
};

struct slot {
    hr_timer timer; /* FREE: of none */
    struct hr_event event;
};
#define FREE (~UINT64_C(0))

struct at_once {
    struct hr_event event;
    bool cancelled;
};
#define AT_ONCE (UINT64_C(1) << 63) /* marks timers that are a turn in the ring */

struct hr_queue {
    hr_time now;          /* of the last event popped */
    struct at_once *ring; /* ring[turn & mask] for turns from `head` to before `tail` */
    uint64_t head, tail;  /* turns never come again */
    uint32_t mask;        /* places - 1, of a power of two */
    uint32_t cancelled;   /* in the ring */
    queue_key *heap;      /* ends in at least four NO_KEY */
    uint32_t first;       /* its first key; not 0: a pop left the root vacant */
    uint32_t entries;     /* keys in the heap, a vacant root included */
    uint32_t run_keys, run_room;
    queue_key *run; /* [1] to [run_keys] descend, [0] is NO_KEY */
    struct slot *slots;
    uint32_t free_slot; /* list through event.tag; NO_SLOT ends it */
    uint32_t live;      /* slots in use */
    hr_time near_end;   /* the heap holds times up to this one */
    uint64_t sequence;  /* of the last key made */
    uint32_t stale;     /* keys */
    uint32_t heap_room;
    uint32_t big; /* entries at which the heap is dealt */
    uint32_t slots_used, slots_room;
    uint32_t far_keys;
    uint64_t n_cancelled; /* events, ever */
    hr_time near_from; /* from here to near_end, far keys have the same level and bucket */
    queue_key *spare;  /* for sorting the run */
    queue_key *far;    /* chunks, named by the index of their first place; 0: none */
    uint32_t chunks_used, chunks_room;
    uint32_t free_chunk;              /* list through the links */
    uint32_t levels;                  /* bit l: level l has keys */
    uint64_t digits[LEVELS];          /* bit d: bucket d has keys */
    uint32_t buckets[LEVELS][DIGITS]; /* places behind their last keys */
};

/* ---- slots ------------------------------------------------------------------------------- */

static inline bool is_live(const struct hr_queue *q, queue_key key)
{
    const hr_timer timer = timer_of(key);

    return q->slots[timer & SLOT_MASK].timer == timer;
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

static inline void give_slot(struct hr_queue *q, uint32_t slot)
{
    q->slots[slot].timer = FREE;
    q->slots[slot].event.tag = q->free_slot;
    q->free_slot = slot;
    q->live--;
}

/* ---- near: the heap ---------------------------------------------------------------------- */

static void grow_heap(struct hr_queue *q)
{
    const uint32_t room = q->heap_room ? 2 * q->heap_room : FIRST_ROOM;

    q->heap = hr_heap_resize(q->heap, (size_t)room + 4, sizeof *q->heap);
    for (uint32_t i = q->heap_room; i < room + 4; i++)
        q->heap[i] = NO_KEY;
    q->heap_room = room;
}

static inline void append(struct hr_queue *q, queue_key key)
{
    if (q->entries == q->heap_room)
        grow_heap(q);
    q->heap[q->entries++] = key;
}

/* Takes the key at the root, which stays vacant until another is put there. */
static inline void take_root(struct hr_queue *q)
{
    q->first = least_of_four(q->heap, 1);
}

/* Puts a key at the vacant root or below. */
static inline hr_timer put_root(struct hr_queue *q, queue_key key)
{
    const uint32_t least = q->first;

    q->first = 0;
    if (key < q->heap[least]) {
        q->heap[0] = key;
    } else {
        q->heap[0] = q->heap[least];
        sink(q->heap, q->entries, least, key);
    }
    return timer_of(key);
}

/* Fills the vacant root with the last key. */
static __attribute__((noinline)) void fill_root(struct hr_queue *q)
{
    const uint32_t last = --q->entries;
    const queue_key key = q->heap[last];

    q->heap[last] = NO_KEY;
    if (last > 0)
        put_root(q, key);
    else
        q->first = 0;
}

/* ---- near: the run ----------------------------------------------------------------------- */

static void grow_run(struct hr_queue *q)
{
    q->run_room = q->run_room ? 2 * q->run_room : FIRST_ROOM;
    q->run = hr_heap_resize(q->run, (size_t)q->run_room + 1, sizeof *q->run);
    q->spare = hr_heap_resize(q->spare, (size_t)q->run_room + 1, sizeof *q->spare);
    q->run[0] = q->spare[0] = NO_KEY;
}

static inline void join_run(struct hr_queue *q, queue_key key)
{
    if (q->run_keys == q->run_room)
        grow_run(q);
    q->run[++q->run_keys] = key;
}

static void sort_run(struct hr_queue *q)
{
    queue_key *const unsorted = q->run;

    sort_keys(unsorted + 1, q->spare + 1, q->run_keys);
    q->run = q->spare;
    q->spare = unsorted;
}

/* ---- far: the buckets -------------------------------------------------------------------- */

/* The last place of a chunk names the chunk that follows it in a bucket or the free list.  A
 * bucket is the index behind its last key, in its first chunk, the only one that need not be
 * full; CHUNK_KEYS, the end of a full chunk 0, is the empty bucket. */
static inline uint32_t link_of(const struct hr_queue *q, uint32_t chunk)
{
    return (uint32_t)q->far[chunk + CHUNK_KEYS];
}

/* A chunk that is followed by the chunk `before`. */
static uint32_t take_chunk(struct hr_queue *q, uint32_t before)
{
    uint32_t chunk = q->free_chunk;

    if (chunk != 0) {
        q->free_chunk = link_of(q, chunk);
    } else {
        if (q->chunks_used == q->chunks_room) {
            q->chunks_room *= 2;
            q->far = hr_heap_resize(q->far, (size_t)q->chunks_room * CHUNK, sizeof *q->far);
        }
        chunk = q->chunks_used++ * CHUNK;
    }
    q->far[chunk + CHUNK_KEYS] = before;
    return chunk;
}

static inline hr_timer put_far(struct hr_queue *q, queue_key key)
{
    const uint64_t time = biased(time_of(key));
    const uint32_t level =
        (uint32_t)(63 - __builtin_clzll(time ^ biased(q->near_end))) / DIGIT_BITS;
    const uint32_t digit = time >> level * DIGIT_BITS & (DIGITS - 1);
    uint32_t *bucket = &q->buckets[level][digit];
    uint32_t end = *bucket;

    if (end % CHUNK == CHUNK_KEYS) {
        end = take_chunk(q, end - CHUNK_KEYS);
        q->digits[level] |= UINT64_C(1) << digit;
        q->levels |= 1U << level;
    }
    q->far[end] = key;
    *bucket = end + 1;
    q->far_keys++;
    return timer_of(key);
}

static inline void place(struct hr_queue *q, queue_key key)
{
    if (time_of(key) <= q->near_end)
        append(q, key);
    else
        put_far(q, key);
}

/* Takes a bucket out of the tree; its keys are still counted. */
static uint32_t take_bucket(struct hr_queue *q, int level, int digit)
{
    const uint32_t end = q->buckets[level][digit];

    q->buckets[level][digit] = CHUNK_KEYS;
    q->digits[level] &= ~(UINT64_C(1) << digit);
    if (q->digits[level] == 0)
        q->levels &= ~(1U << level);
    return end;
}

/* Places the live keys of a bucket that was taken anew, or has them join the run. */
static inline void deal(struct hr_queue *q, uint32_t end, bool join)
{
    while (end > CHUNK_KEYS) {
        const uint32_t chunk = (end - 1) / CHUNK * CHUNK;
        for (uint32_t i = chunk; i < end; i++) {
            const queue_key key = q->far[i];
            if (!is_live(q, key))
                q->stale--;
            else if (join)
                join_run(q, key);
            else
                place(q, key);
        }
        q->far_keys -= end - chunk;
        end = link_of(q, chunk) + CHUNK_KEYS;
        q->far[chunk + CHUNK_KEYS] = q->free_chunk;
        q->free_chunk = chunk;
    }
}

static void deal_all(struct hr_queue *q)
{
    for (uint32_t levels = q->levels; levels != 0; levels &= levels - 1) {
        const int level = __builtin_ctz(levels);
        for (uint64_t digits = q->digits[level]; digits != 0; digits &= digits - 1)
            deal(q, take_bucket(q, level, __builtin_ctzll(digits)), false);
    }
}

/* The earliest time in a bucket. */
static hr_time earliest(const struct hr_queue *q, uint32_t end)
{
    hr_time least = INT64_MAX;

    while (end > CHUNK_KEYS) {
        const uint32_t chunk = (end - 1) / CHUNK * CHUNK;
        for (uint32_t i = chunk; i < end; i++) {
            const hr_time time = time_of(q->far[i]);
            least = time < least ? time : least;
        }
        end = link_of(q, chunk) + CHUNK_KEYS;
    }
    return least;
}

static bool is_small(const struct hr_queue *q, uint32_t end)
{
    uint32_t chunk = (end - 1) / CHUNK * CHUNK;

    for (int i = 0; i < FEW_CHUNKS && chunk != 0; i++)
        chunk = link_of(q, chunk);
    return chunk == 0;
}

/* Moves the first far keys near, where nothing is.  False if none is live. */
static bool refill(struct hr_queue *q)
{
    if (q->far_keys <= FEW_FAR) {
        q->near_from = INT64_MIN;
        q->near_end = INT64_MAX;
        deal_all(q);
    }
    while (q->far_keys > 0 && q->entries + q->run_keys < ENOUGH_NEAR) {
        const int level = __builtin_ctz(q->levels);
        const int digit = __builtin_ctzll(q->digits[level]);
        const bool first = q->entries + q->run_keys == 0;
        const bool small = is_small(q, q->buckets[level][digit]);
        if (!small && !first)
            break;
        const uint32_t end = take_bucket(q, level, digit);
        if (small) {
            const uint64_t within = (UINT64_C(1) << level * DIGIT_BITS) - 1;
            const hr_time time = time_of(q->far[end - 1]);
            q->near_end = (hr_time)((uint64_t)time | within);
            if (first)
                q->near_from = (hr_time)((uint64_t)time & ~within);
            deal(q, end, true);
        } else {
            q->near_end = q->near_from = earliest(q, end);
            deal(q, end, false);
        }
    }
    if (q->run_keys > 1)
        sort_run(q);
    heapify(q->heap, q->entries);
    return q->entries + q->run_keys > 0;
}

/* Places the live keys of the heap anew. */
static void deal_heap(struct hr_queue *q)
{
    const uint32_t entries = q->entries;

    q->entries = 0;
    for (uint32_t i = q->first != 0; i < entries; i++) {
        const queue_key key = q->heap[i];
        if (is_live(q, key))
            place(q, key);
        else
            q->stale--;
    }
    for (uint32_t i = q->entries; i < entries; i++)
        q->heap[i] = NO_KEY;
    q->first = 0;
    heapify(q->heap, q->entries);
}

/* The heap is big: what follows the first key by time goes far. */
static __attribute__((noinline, cold)) void relieve(struct hr_queue *q)
{
    while (q->run_keys > 0)
        append(q, q->run[q->run_keys--]);
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

static inline hr_timer put_ring(struct hr_queue *q, struct hr_event e)
{
    if (q->tail - q->head > q->mask)
        grow_ring(q);
    q->ring[q->tail & q->mask] = (struct at_once){.event = e};
    return AT_ONCE | q->tail++;
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
    const uint64_t turn = t & ~AT_ONCE;
    struct at_once *a = &q->ring[turn & q->mask];

    if (turn - q->head >= q->tail - q->head || a->cancelled)
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
                           .near_from = INT64_MIN,
                           .near_end = INT64_MAX,
                           .big = BIG_HEAP,
                           .mask = FIRST_ROOM - 1,
                           .chunks_used = 1,
                           .chunks_room = FIRST_CHUNKS};
    for (int level = 0; level < LEVELS; level++)
        for (int digit = 0; digit < DIGITS; digit++)
            q->buckets[level][digit] = CHUNK_KEYS;
    q->ring = hr_heap_resize(NULL, FIRST_ROOM, sizeof *q->ring);
    q->far = hr_heap_resize(NULL, FIRST_CHUNKS * CHUNK, sizeof *q->far);
    grow_heap(q);
    grow_run(q);
    return q;
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
    hr_heap_resize(q->far, 0, 0);
    hr_heap_resize(q, 0, 0);
}

static __attribute__((noinline)) hr_timer put_near(struct hr_queue *q, queue_key key)
{
    append(q, key);
    rise(q->heap, q->entries - 1, key);
    if (q->entries >= q->big)
        relieve(q);
    return timer_of(key);
}

static hr_timer add_later(struct hr_queue *q, hr_time at, enum hr_class c,
                          struct hr_event e);

static __attribute__((noinline, cold)) hr_timer
add_to_new_slot(struct hr_queue *q, hr_time at, enum hr_class c, struct hr_event e)
{
    new_slot(q);
    return add_later(q, at, c, e);
}

/* Calls nothing but at its ends, so that no registers need be saved. */
static hr_timer add_later(struct hr_queue *q, hr_time at, enum hr_class c,
                          struct hr_event e)
{
    HR_REQUIRE(at >= q->now && q->sequence < LAST_SEQUENCE);
    const uint32_t slot = q->free_slot;
    if (slot == NO_SLOT)
        return add_to_new_slot(q, at, c, e);
    struct slot *const s = &q->slots[slot];
    const hr_timer timer = ++q->sequence << SLOT_BITS | slot;
    const queue_key key = key_of(at, c, timer);

    q->free_slot = s->event.tag;
    *s = (struct slot){timer, e};
    q->live++;
    if (at > q->near_end)
        return put_far(q, key);
    return q->first != 0 ? put_root(q, key) : put_near(q, key);
}

hr_timer hr_queue_add(struct hr_queue *q, hr_time at, enum hr_class c, struct hr_event e)
{
    HR_ASSERT((unsigned)c <= HR_CLASS_MEASURE);
    if (at == q->now && c == HR_CLASS_TASK)
        return put_ring(q, e);
    return add_later(q, at, c, e);
}

/* Drops all stale keys. */
static __attribute__((noinline, cold)) void sweep(struct hr_queue *q)
{
    deal_all(q);
    deal_heap(q);
    const uint32_t run_keys = q->run_keys;
    q->run_keys = 0;
    for (uint32_t i = 1; i <= run_keys; i++)
        if (is_live(q, q->run[i]))
            q->run[++q->run_keys] = q->run[i];
    q->stale = 0;
}

bool hr_queue_cancel(struct hr_queue *q, hr_timer t)
{
    const uint32_t slot = (uint32_t)(t & SLOT_MASK);

    if (t & AT_ONCE)
        return cancel_in_ring(q, t);
    if (slot >= q->slots_used || q->slots[slot].timer != t)
        return false;
    give_slot(q, slot);
    q->n_cancelled++;
    if (++q->stale > q->live && q->stale > SWEEP_FLOOR)
        sweep(q);
    return true;
}

enum place { NOWHERE, IN_RING, IN_RUN, IN_HEAP };

/* Makes the head of the ring, the end of the run or the root of the heap the first live event,
 * and says which.  At equal times the ring comes behind other tasks, which were scheduled
 * before their time had come, and before later classes. */
static enum place settle(struct hr_queue *q)
{
    for (;;) {
        const queue_key in_run = q->run[q->run_keys], in_heap = q->heap[q->first];
        const queue_key key = in_run < in_heap ? in_run : in_heap;

        skip_cancelled(q);
        if (q->head != q->tail && key > key_of(q->now, HR_CLASS_TASK, TIMER_MASK))
            return IN_RING;
        if (key == in_run && key != NO_KEY) {
            if (is_live(q, key))
                return IN_RUN;
            q->run_keys--;
            q->stale--;
            continue;
        }
        if (q->first != 0)
            fill_root(q);
        if (key == NO_KEY) {
            if (!refill(q))
                return NOWHERE;
        } else if (is_live(q, key)) {
            return IN_HEAP;
        } else {
            take_root(q);
            q->stale--;
        }
    }
}

static inline void take_at_once(struct hr_queue *q, hr_time *at, struct hr_event *e)
{
    *at = q->now;
    *e = q->ring[q->head++ & q->mask].event;
}

/* Takes the event of a key that was taken from its place. */
static inline void take_later(struct hr_queue *q, queue_key key, hr_time *at,
                              struct hr_event *e)
{
    const uint32_t slot = (uint32_t)(key & SLOT_MASK);

    *at = q->now = time_of(key);
    *e = q->slots[slot].event;
    give_slot(q, slot);
}

/* Takes the first event if it precedes `limit` and is found at one look: in the ring, and
 * nothing else has the same time; or the ring is empty, and a live key comes first in the run,
 * or at the root.  False says nothing. */
static inline __attribute__((always_inline)) bool take(struct hr_queue *q, hr_time limit,
                                                       hr_time *at, struct hr_event *e)
{
    const queue_key *const in_heap = &q->heap[q->first], *const in_run =
                                                             &q->run[q->run_keys];

    if (q->head != q->tail) {
        if (time_of(*in_heap) <= q->now || time_of(*in_run) <= q->now || q->now >= limit ||
            q->ring[q->head & q->mask].cancelled)
            return false;
        take_at_once(q, at, e);
        return true;
    }
    const bool from_run = *in_run < *in_heap;
    const queue_key key = from_run ? *in_run : *in_heap;
    if (time_of(key) >= limit || !is_live(q, key))
        return false;
    if (from_run) {
        q->run_keys--;
    } else {
        if (q->first != 0)
            fill_root(q);
        take_root(q);
    }
    take_later(q, key, at, e);
    return true;
}

/* Takes the first event unless it comes after `last`. */
static __attribute__((noinline)) bool take_any(struct hr_queue *q, hr_time last,
                                               hr_time *at, struct hr_event *e)
{
    const enum place place = settle(q);

    if (place == NOWHERE)
        return false;
    if (place == IN_RING) {
        if (q->now > last)
            return false;
        take_at_once(q, at, e);
        return true;
    }
    const queue_key key = place == IN_RUN ? q->run[q->run_keys] : q->heap[0];
    if (time_of(key) > last)
        return false;
    if (place == IN_RUN)
        q->run_keys--;
    else
        take_root(q);
    take_later(q, key, at, e);
    return true;
}

bool hr_queue_pop(struct hr_queue *q, hr_time *at, struct hr_event *e)
{
    return take(q, INT64_MAX, at, e) || take_any(q, INT64_MAX, at, e);
}

bool hr_queue_pop_before(struct hr_queue *q, hr_time limit, hr_time *at, struct hr_event *e)
{
    return take(q, limit, at, e) || (limit > INT64_MIN && take_any(q, limit - 1, at, e));
}

hr_time hr_queue_next(struct hr_queue *q)
{
    switch (settle(q)) {
    case IN_RING:
        return q->now;
    case IN_RUN:
        return time_of(q->run[q->run_keys]);
    case IN_HEAP:
        return time_of(q->heap[0]);
    case NOWHERE:
        break;
    }
    return HR_NEVER;
}

uint32_t hr_queue_pending(const struct hr_queue *q)
{
    return q->live + (uint32_t)(q->tail - q->head) - q->cancelled;
}

uint64_t hr_queue_popped(const struct hr_queue *q)
{
    return q->sequence + q->tail - q->n_cancelled - hr_queue_pending(q);
}
