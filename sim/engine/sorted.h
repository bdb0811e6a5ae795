/* sim/engine/sorted.h - keys that are sorted once, to be taken one after the other.  Private to
 * queue.c. */
#ifndef HR_SORTED_H
#define HR_SORTED_H

#include "sim/engine/arena.h"
#include "sim/engine/keys.h"

enum { FIRST_RUN = 64 };

struct run {
    const queue_key *next; /* its last */
    queue_key *key;        /* [1] and on descend, [0] is NO_KEY */
    queue_key *spare;      /* for sorting */
    uint32_t room;
};

static inline uint32_t run_keys(const struct run *r)
{
    return (uint32_t)(r->next - r->key);
}

static __attribute__((noinline, cold)) void grow_run(struct run *r)
{
    const uint32_t keys = r->key ? run_keys(r) : 0;

    r->room = r->room ? 2 * r->room : FIRST_RUN;
    r->key = hr_heap_resize(r->key, (size_t)r->room + 1, sizeof *r->key);
    r->spare = hr_heap_resize(r->spare, (size_t)r->room + 1, sizeof *r->spare);
    r->key[0] = r->spare[0] = NO_KEY;
    r->next = r->key + keys;
}

static inline void join_run(struct run *r, queue_key key)
{
    if (run_keys(r) == r->room)
        grow_run(r);
    r->key[run_keys(r) + 1] = key;
    r->next++;
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

static inline void sort_run(struct run *r)
{
    queue_key *const unsorted = r->key;
    const uint32_t keys = run_keys(r);

    sort_keys(unsorted + 1, r->spare + 1, keys);
    r->key = r->spare;
    r->spare = unsorted;
    r->next = r->key + keys;
}

#endif /* HR_SORTED_H */
