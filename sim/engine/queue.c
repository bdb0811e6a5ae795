/* sim/engine/queue.c - see queue.h.
 *
 * A task scheduled at the present instant lies in a ring (ring.h).  What any other event carries
 * lies in a slot, and the rest handles its key (keys.h).  A slot keeps the timer of the event
 * that occupies it: a key whose timer differs is stale, unless the slot is a line's.
 *
 * A key waits in one of three places, or in a line behind a mark in one of them (lines.h).
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
#include "sim/engine/heap.h"
#include "sim/engine/lines.h"
#include "sim/engine/ring.h"
#include "sim/engine/sorted.h"

#include <stddef.h>

enum {
    FIRST_ROOM = 64,
    FIRST_LINES = 4,
    SWEEP_FLOOR = 64, /* fewer stale keys than this are not worth a sweep */
    /* By measurement (tests/bench/bench_queue.c); none matters much within a factor of two. */
    BIG_HEAP = 256,   /* beyond it the far buckets pay */
    FEW_CHUNKS = 8,   /* a bucket of no more becomes a run undivided */
    ENOUGH_NEAR = 16, /* buckets join the run until it holds this */
    FEW_FAR = 64,     /* no more than this far: all move into the heap */
    AHEAD = 12,       /* slots on their way from memory while far keys are dealt */
};

struct slot {
    hr_timer timer; /* FREE: of none; LINE: a mark's, its line is event.tag */
    struct hr_event event;
};
#define FREE (~UINT64_C(0)) /* no class is 7 */
#define LINE (FREE - 1)

struct hr_queue {
    hr_time now; /* of the last event popped */
    struct ring ring;
    struct heap heap;
    struct run run;
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
    hr_queue_near *near;
    void *context; /* of near */
    struct line *lines;
    uint32_t n_lines, lines_room;
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

static inline bool is_stale(const struct hr_queue *q, queue_key key)
{
    const hr_timer timer = slot_of(q, key)->timer;

    return timer != timer_of(key) && timer != LINE;
}

static inline bool is_mark(const struct hr_queue *q, queue_key key)
{
    return slot_of(q, key)->timer == LINE;
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

/* ---- far --------------------------------------------------------------------------------- */

static inline void put_by_time(struct hr_queue *q, queue_key key)
{
    if (time_of(key) <= q->near_end)
        append(&q->heap, key);
    else
        put_in_bucket(&q->far, key, q->near_end);
}

static inline void come_near(struct hr_queue *q, queue_key key)
{
    join_run(&q->run, key);
    if (q->near && !is_mark(q, key))
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
            if (is_stale(q, key))
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
    while (q->far.keys > 0 && q->heap.entries + run_keys(&q->run) < ENOUGH_NEAR) {
        const int level = __builtin_ctz(q->far.levels);
        const int digit = __builtin_ctzll(q->far.digits[level]);
        const bool first = q->heap.entries + run_keys(&q->run) == 0;
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
    if (run_keys(&q->run) > 1)
        sort_run(&q->run);
    heapify(q->heap.key, q->heap.entries);
    return q->heap.entries + run_keys(&q->run) > 0;
}

/* Places the live keys of the heap anew. */
static void deal_heap(struct hr_queue *q)
{
    const uint32_t entries = q->heap.entries;

    q->heap.entries = 0;
    for (uint32_t i = is_vacant(&q->heap); i < entries; i++) {
        const queue_key key = q->heap.key[i];
        if (is_stale(q, key))
            q->stale--;
        else
            put_by_time(q, key);
    }
    for (uint32_t i = q->heap.entries; i < entries; i++)
        q->heap.key[i] = NO_KEY;
    q->heap.first = q->heap.key;
    heapify(q->heap.key, q->heap.entries);
}

/* The heap is big: what follows the first key by time goes far. */
static __attribute__((noinline, cold)) void relieve(struct hr_queue *q)
{
    for (; q->run.next != q->run.key; q->run.next--)
        append(&q->heap, *q->run.next);
    heapify(q->heap.key, q->heap.entries);

    const hr_time first = time_of(q->heap.key[0]);

    if (q->near_from < first)
        q->near_from = first;
    q->near_end = q->near_from;
    deal_heap(q);
    q->big = q->heap.entries > BIG_HEAP / 2 ? 2 * q->heap.entries : BIG_HEAP;
}

/* ---- the queue --------------------------------------------------------------------------- */

struct hr_queue *hr_queue_create(void)
{
    struct hr_queue *q = hr_heap_resize(NULL, 1, sizeof *q);

    *q = (struct hr_queue){.free_slot = NO_SLOT,
                           .now = INT64_MIN,
                           .near_from = INT64_MIN,
                           .near_end = INT64_MAX,
                           .big = BIG_HEAP};
    init_ring(&q->ring);
    init_buckets(&q->far);
    grow_heap(&q->heap);
    grow_run(&q->run);
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
    hr_heap_resize(q->heap.key, 0, 0);
    hr_heap_resize(q->run.key, 0, 0);
    hr_heap_resize(q->run.spare, 0, 0);
    hr_heap_resize(q->slots, 0, 0);
    hr_heap_resize(q->ring.place, 0, 0);
    for (uint32_t i = 0; i < q->n_lines; i++)
        hr_heap_resize(q->lines[i].place, 0, 0);
    hr_heap_resize(q->lines, 0, 0);
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
    append(&q->heap, key);
    rise(q->heap.key, q->heap.entries - 1, key);
    if (q->heap.entries >= q->big)
        relieve(q);
    return timer_of(key);
}

/* When slots or places of the ring are used up. */
static __attribute__((noinline, cold)) hr_timer
add_to_grown(struct hr_queue *q, hr_time at, enum hr_class c, struct hr_event e)
{
    if (is_full(&q->ring))
        grow_ring(&q->ring);
    if (q->free_slot == NO_SLOT)
        new_slot(q);
    return hr_queue_add(q, at, c, e);
}

/* The key of an event, which is in a slot then; one is free. */
HR_INLINE queue_key new_key(struct hr_queue *q, hr_time at, enum hr_class c,
                            struct hr_event e)
{
    HR_REQUIRE(at >= q->now && q->sequence < LAST_SEQUENCE);
    const uint32_t slot = q->free_slot;
    struct slot *const s = &q->slots[slot];
    const queue_key key = key_of(at, c, ++q->sequence << SLOT_BITS | slot);

    q->free_slot = s->event.tag;
    *s = (struct slot){timer_of(key), e};
    q->live++;
    return key;
}

HR_INLINE hr_timer insert(struct hr_queue *q, queue_key key)
{
    if (time_of(key) > q->near_end)
        return insert_far(q, key);
    if (!is_vacant(&q->heap))
        return insert_at_end(q, key);
    return put_root(&q->heap, key);
}

hr_timer hr_queue_add(struct hr_queue *q, hr_time at, enum hr_class c, struct hr_event e)
{
    HR_ASSERT((unsigned)c <= HR_CLASS_MEASURE);
    if (at == q->now && c == HR_CLASS_TASK) {
        struct ring *const r = &q->ring;
        if (is_full(r))
            return add_to_grown(q, at, c, e);
        r->place[r->tail & r->mask] = (struct at_once){.event = e};
        return r->tail++;
    }
    if (q->free_slot == NO_SLOT)
        return add_to_grown(q, at, c, e);
    return insert(q, new_key(q, at, c, e));
}

/* ---- lines of time-outs ------------------------------------------------------------------ */

uint32_t hr_queue_line(struct hr_queue *q, hr_time length)
{
    for (uint32_t i = 0; i < q->n_lines; i++)
        if (q->lines[i].length == length)
            return i;
    if (q->n_lines == q->lines_room) {
        q->lines_room = q->lines_room ? 2 * q->lines_room : FIRST_LINES;
        q->lines = hr_heap_resize(q->lines, q->lines_room, sizeof *q->lines);
    }
    if (q->free_slot == NO_SLOT)
        new_slot(q);
    const uint32_t slot = q->free_slot;

    q->free_slot = q->slots[slot].event.tag;
    q->slots[slot] = (struct slot){.timer = LINE, .event.tag = q->n_lines};
    init_line(&q->lines[q->n_lines], length, slot);
    return q->n_lines++;
}

/* Drops stale keys from the head, so many at most. */
static inline void shorten(struct hr_queue *q, struct line *l, uint32_t most)
{
    while (most-- > 0 && !is_empty(l) && !is_live(q, first_in_line(l))) {
        l->head++;
        q->stale--;
    }
}

static inline void put_mark(struct hr_queue *q, struct line *l)
{
    l->marked = !is_empty(l);
    if (l->marked)
        insert(q, mark_of(l, first_in_line(l)));
}

static __attribute__((noinline, cold)) hr_timer
add_timeout_to_grown(struct hr_queue *q, uint32_t line, hr_time at, struct hr_event e)
{
    new_slot(q);
    return hr_queue_add_timeout(q, line, at, e);
}

/* To a line that is full or without a mark. */
static HR_APART hr_timer begin_line(struct hr_queue *q, struct line *l, queue_key key)
{
    if (is_line_full(l))
        grow_line(l);
    join_line(l, key);
    if (!l->marked)
        put_mark(q, l);
    return timer_of(key);
}

hr_timer hr_queue_add_timeout(struct hr_queue *q, uint32_t line, hr_time at,
                              struct hr_event e)
{
    HR_ASSERT(line < q->n_lines);
    if (q->free_slot == NO_SLOT)
        return add_timeout_to_grown(q, line, at, e);
    struct line *const l = &q->lines[line];
    const queue_key key = new_key(q, at, HR_CLASS_TIMEOUT, e);

    shorten(q, l, 2); /* each adds one */
    if (!is_in_order(l, key))
        return insert(q, key);
    if (is_line_full(l) || !l->marked)
        return begin_line(q, l, key);
    join_line(l, key);
    return timer_of(key);
}

/* A mark has been taken from its place: if it is the first key's own, that one's turn has come,
 * and it takes the place of the mark. */
static void mark_due(struct hr_queue *q, queue_key mark)
{
    struct line *const l = &q->lines[slot_of(q, mark)->event.tag];

    shorten(q, l, UINT32_MAX);
    if (!is_empty(l) && is_mark_of(mark, first_in_line(l))) {
        insert(q, first_in_line(l));
        l->head++;
        shorten(q, l, UINT32_MAX);
    }
    put_mark(q, l);
}

static void sweep_line(struct hr_queue *q, struct line *l)
{
    uint64_t to = l->head;

    for (uint64_t turn = l->head; turn != l->tail; turn++) {
        const queue_key key = l->place[turn & l->mask];
        if (is_live(q, key))
            l->place[to++ & l->mask] = key;
    }
    q->stale -= (uint32_t)(l->tail - to);
    l->tail = to;
}

/* ---- the queue: cancelling, taking ------------------------------------------------------- */

/* Drops stale keys: all in lines, and if these are not most of them, all. */
static __attribute__((noinline, cold)) void sweep(struct hr_queue *q)
{
    for (uint32_t i = 0; i < q->n_lines; i++)
        sweep_line(q, &q->lines[i]);
    if (q->stale <= q->live / 2)
        return;
    deal_all(q);
    deal_heap(q);
    const queue_key *const next = q->run.next;
    q->run.next = q->run.key;
    for (const queue_key *key = q->run.key + 1; key <= next; key++)
        if (!is_stale(q, *key))
            join_run(&q->run, *key);
    q->stale = 0;
}

bool hr_queue_cancel(struct hr_queue *q, hr_timer t)
{
    const uint32_t slot = (uint32_t)(t & SLOT_MASK);

    if (t >= FIRST_TURN) {
        const bool there = cancel_in_ring(&q->ring, t);
        q->n_cancelled += there;
        return there;
    }
    if (slot >= q->slots_used || q->slots[slot].timer != t)
        return false;
    give_slot(q, &q->slots[slot]);
    q->n_cancelled++;
    if (++q->stale > q->live && q->stale > SWEEP_FLOOR)
        sweep(q);
    return true;
}

/* What was not live has been taken from its place. */
static inline void drop(struct hr_queue *q, queue_key key)
{
    if (is_mark(q, key))
        mark_due(q, key);
    else
        q->stale--;
}

enum place { NOWHERE, IN_RING, IN_RUN, IN_HEAP };

/* Where the first event is: a live one at the head of the ring, next in the run or first in
 * the heap.  NOWHERE if none is at `last` or before.  At equal times the ring comes behind
 * other tasks, which were scheduled before their time had come, and before later classes. */
static HR_APART enum place settle(struct hr_queue *q, hr_time last)
{
    for (;;) {
        const bool in_run = *q->run.next < *q->heap.first;
        const queue_key key = in_run ? *q->run.next : *q->heap.first;

        skip_cancelled(&q->ring);
        if (q->ring.head != q->ring.tail && key >= key_of(q->now, HR_CLASS_TASK + 1, 0))
            return q->now <= last ? IN_RING : NOWHERE;
        if (in_run) {
            if (is_live(q, key))
                return time_of(key) <= last ? IN_RUN : NOWHERE;
            q->run.next--;
            drop(q, key);
            continue;
        }
        if (is_vacant(&q->heap))
            fill_root(&q->heap);
        if (key == NO_KEY) {
            if (!refill(q))
                return NOWHERE;
        } else if (is_live(q, key)) {
            return time_of(key) <= last ? IN_HEAP : NOWHERE;
        } else {
            take_root(&q->heap);
            drop(q, key);
        }
    }
}

/* The same, of what is before `limit` and mostly so: nothing but the ring has the present
 * time; or the ring is empty, and the first key is live.  NOWHERE says nothing. */
HR_INLINE enum place glance(const struct hr_queue *q, hr_time limit)
{
    const struct ring *const r = &q->ring;

    if (r->head != r->tail)
        return time_of(*q->heap.first) > q->now && time_of(*q->run.next) > q->now &&
                       q->now < limit && !r->place[r->head & r->mask].cancelled
                   ? IN_RING
                   : NOWHERE;
    if (*q->run.next < *q->heap.first)
        return time_of(*q->run.next) < limit && is_live(q, *q->run.next) ? IN_RUN : NOWHERE;
    return time_of(*q->heap.first) < limit && is_live(q, *q->heap.first) ? IN_HEAP
                                                                         : NOWHERE;
}

/* Takes the first event, which is there. */
HR_INLINE bool take(struct hr_queue *q, enum place place, hr_time *at, struct hr_event *e)
{
    if (place == NOWHERE)
        return false;
    if (place == IN_RING) {
        *at = q->now;
        *e = q->ring.place[q->ring.head++ & q->ring.mask].event;
        return true;
    }
    const queue_key key = place == IN_RUN ? *q->run.next : *q->heap.first;
    struct slot *const s = slot_of(q, key);

    if (place == IN_RUN) {
        q->run.next--;
    } else {
        if (is_vacant(&q->heap))
            fill_root(&q->heap);
        take_root(&q->heap);
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
    return place == IN_RING ? q->now
                            : time_of(place == IN_RUN ? *q->run.next : *q->heap.first);
}

bool hr_queue_idle(const struct hr_queue *q)
{
    return q->ring.head == q->ring.tail && time_of(*q->heap.first) > q->now &&
           time_of(*q->run.next) > q->now;
}

uint32_t hr_queue_pending(const struct hr_queue *q)
{
    return q->live + (uint32_t)(q->ring.tail - q->ring.head) - q->ring.cancelled;
}

uint64_t hr_queue_popped(const struct hr_queue *q)
{
    return q->sequence + (q->ring.tail - FIRST_TURN) - q->n_cancelled - hr_queue_pending(q);
}
