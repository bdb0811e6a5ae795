/* sim/engine/keys.h - keys of events: what they are, a 4-ary heap of them, and sorting.  Private
 * to queue.c.  A key is a number without equal,
 *
 *     time (64 bits, signed) | class (3) | sequence (37) | slot (24)
 *
 * and its low half, which differs from all others too, is the timer that names the event.
 *
 * SOURCE  heaps of four children: D. B. Johnson, "Priority queues with update and finding
 *         minimum spanning trees", Information Processing Letters 4 (1975). */
#ifndef HR_KEYS_H
#define HR_KEYS_H

#include "sim/engine/queue.h"

#include <stdint.h>

__extension__ typedef __int128 queue_key;
__extension__ typedef unsigned __int128 unsigned_key;

enum { SLOT_BITS = 24, SEQUENCE_BITS = 37, CLASS_SHIFT = SLOT_BITS + SEQUENCE_BITS };
#define SLOT_MASK     ((UINT64_C(1) << SLOT_BITS) - 1)
#define LAST_SEQUENCE ((UINT64_C(1) << SEQUENCE_BITS) - 1)
#define NO_SLOT       ((uint32_t)SLOT_MASK) /* the one index that is never used */
/* Follows all keys: no class is 7. */
#define NO_KEY ((queue_key)(~(unsigned_key)0 >> 1))

static inline queue_key key_of(hr_time at, enum hr_class c, hr_timer timer)
{
    return (queue_key)((unsigned_key)(uint64_t)at << 64 | (uint64_t)c << CLASS_SHIFT |
                       timer);
}

static inline hr_time time_of(queue_key key)
{
    return (hr_time)(key >> 64);
}

static inline hr_timer timer_of(queue_key key)
{
    return (uint64_t)key;
}

/* Times as numbers without sign, in the same order. */
static inline uint64_t biased(hr_time t)
{
    return (uint64_t)t ^ UINT64_C(1) << 63;
}

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

/* Keys are spread over bins of equal width in time, which leaves few in each unless they are
 * much alike; few are sorted by insertion, more are merged. */
enum { FEW_KEYS = 8, BIN_BITS = 6, BINS = 1 << BIN_BITS };

/* Puts the keys of [from, to) in descending order. */
static inline void sort_few(queue_key *key, uint32_t from, uint32_t to)
{
    for (uint32_t i = from + 1; i < to; i++) {
        const queue_key k = key[i];
        uint32_t at = i;

        for (; at > from && key[at - 1] < k; at--)
            key[at] = key[at - 1];
        key[at] = k;
    }
}

/* Merges [from, middle) and [middle, to), both descending, into `out`. */
static inline void merge_keys(const queue_key *key, queue_key *out, uint32_t from,
                              uint32_t middle, uint32_t to)
{
    uint32_t a = from, b = middle, n = from;

    while (a < middle && b < to) {
        const uint32_t second = key[a] < key[b];

        out[n++] = key[second ? b : a];
        b += second;
        a += 1 - second;
    }
    while (a < middle)
        out[n++] = key[a++];
    while (b < to)
        out[n++] = key[b++];
}

/* Puts the n keys of `key` in descending order; `spare` has room for as many. */
static void merge_sort(queue_key *key, queue_key *spare, uint32_t n)
{
    queue_key *from = key, *to = spare;

    for (uint32_t i = 0; i < n; i += FEW_KEYS)
        sort_few(key, i, i + FEW_KEYS < n ? i + FEW_KEYS : n);
    for (uint32_t width = FEW_KEYS; width < n; width *= 2) {
        queue_key *const before = from;

        for (uint32_t i = 0; i < n; i += 2 * width)
            merge_keys(from, to, i, i + width < n ? i + width : n,
                       i + 2 * width < n ? i + 2 * width : n);
        from = to;
        to = before;
    }
    for (uint32_t i = 0; from != key && i < n; i++)
        key[i] = from[i];
}

/* Moves the n keys of `key` to `out`, into bins of which those of later times come first; bin
 * b begins at first[b]. */
static inline void spread_keys(const queue_key *key, queue_key *out, uint32_t n,
                               uint32_t first[BINS + 1])
{
    hr_time least = INT64_MAX, most = INT64_MIN;
    uint32_t end[BINS] = {0}, sum = 0, shift = 0;

    for (uint32_t i = 0; i < n; i++) {
        const hr_time time = time_of(key[i]);

        least = time < least ? time : least;
        most = time > most ? time : most;
    }
    const uint64_t width = (uint64_t)most - (uint64_t)least;
    if (width >= BINS)
        shift = (uint32_t)(64 - BIN_BITS - __builtin_clzll(width));
    for (uint32_t i = 0; i < n; i++)
        end[((uint64_t)most - (uint64_t)time_of(key[i])) >> shift]++;
    for (uint32_t b = 0; b < BINS; b++) {
        first[b] = sum;
        sum += end[b];
        end[b] = first[b];
    }
    first[BINS] = n;
    for (uint32_t i = 0; i < n; i++)
        out[end[((uint64_t)most - (uint64_t)time_of(key[i])) >> shift]++] = key[i];
}

/* Puts the n keys of `key` in descending order, into `out`; `key` is used up. */
static void sort_keys(queue_key *key, queue_key *out, uint32_t n)
{
    uint32_t first[BINS + 1];

    spread_keys(key, out, n, first);
    for (uint32_t b = 0; b < BINS; b++)
        merge_sort(out + first[b], key, first[b + 1] - first[b]);
}

#endif /* HR_KEYS_H */
