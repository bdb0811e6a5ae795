/* sim/engine/buckets.h - keys of events that are far ahead, unsorted, in the buckets of a radix
 * tree over time.  Private to queue.c.
 *
 * All keys are later than a time `end`, which is the caller's: a key lies at the level of the
 * highest digit in which its time differs from `end`, in the bucket of that digit.  So the
 * first bucket of the lowest level comes next.
 *
 * A bucket is a list of chunks, named by the index of their first place.  The last place of a
 * chunk names the one that follows it in a bucket or the free list; 0: none.  A bucket is the
 * index behind its last key, in its first chunk, the only one that need not be full;
 * CHUNK_KEYS, the end of a full chunk 0, is the empty bucket. */
#ifndef HR_BUCKETS_H
#define HR_BUCKETS_H

#include "sim/engine/arena.h"
#include "sim/engine/keys.h"

enum {
    DIGIT_BITS = 6, /* of a digit of time: its buckets fit the bits of one word */
    DIGITS = 1 << DIGIT_BITS,
    LEVELS = (64 + DIGIT_BITS - 1) / DIGIT_BITS,
    CHUNK = 64, /* places of a chunk: a link and so many keys */
    CHUNK_KEYS = CHUNK - 1,
    FIRST_CHUNKS = 8,
};

struct buckets {
    queue_key *place; /* of all chunks */
    uint32_t keys;    /* in all buckets */
    uint32_t chunks_used, chunks_room;
    uint32_t free_chunk;          /* list through the links */
    uint32_t levels;              /* bit l: level l has keys */
    uint64_t digits[LEVELS];      /* bit d: bucket d has keys */
    uint32_t end[LEVELS][DIGITS]; /* of each bucket */
};

static inline void init_buckets(struct buckets *b)
{
    *b = (struct buckets){.chunks_used = 1, .chunks_room = FIRST_CHUNKS};
    b->place = hr_heap_resize(NULL, FIRST_CHUNKS * CHUNK, sizeof *b->place);
    for (int level = 0; level < LEVELS; level++)
        for (int digit = 0; digit < DIGITS; digit++)
            b->end[level][digit] = CHUNK_KEYS;
}

/* The chunk in which a bucket that is not empty begins. */
static inline uint32_t first_chunk(uint32_t bucket)
{
    return (bucket - 1) / CHUNK * CHUNK;
}

static inline uint32_t link_of(const struct buckets *b, uint32_t chunk)
{
    return (uint32_t)b->place[chunk + CHUNK_KEYS];
}

/* A chunk that is followed by the chunk `before`. */
static inline uint32_t take_chunk(struct buckets *b, uint32_t before)
{
    uint32_t chunk = b->free_chunk;

    if (chunk != 0) {
        b->free_chunk = link_of(b, chunk);
    } else {
        if (b->chunks_used == b->chunks_room) {
            b->chunks_room *= 2;
            b->place =
                hr_heap_resize(b->place, (size_t)b->chunks_room * CHUNK, sizeof *b->place);
        }
        chunk = b->chunks_used++ * CHUNK;
    }
    b->place[chunk + CHUNK_KEYS] = before;
    return chunk;
}

/* Gives back the first chunk of a bucket that was taken; what is left of the bucket. */
static inline uint32_t give_chunk(struct buckets *b, uint32_t bucket)
{
    const uint32_t chunk = first_chunk(bucket), next = link_of(b, chunk);

    b->keys -= bucket - chunk;
    b->place[chunk + CHUNK_KEYS] = b->free_chunk;
    b->free_chunk = chunk;
    return next + CHUNK_KEYS;
}

static inline void put_in_bucket(struct buckets *b, queue_key key, hr_time end)
{
    const uint64_t time = biased(time_of(key));
    const uint32_t level =
        (uint32_t)(63 - __builtin_clzll(time ^ biased(end))) / DIGIT_BITS;
    const uint32_t digit = time >> level * DIGIT_BITS & (DIGITS - 1);
    uint32_t at = b->end[level][digit];

    if (at % CHUNK == CHUNK_KEYS) {
        at = take_chunk(b, at - CHUNK_KEYS);
        b->digits[level] |= UINT64_C(1) << digit;
        b->levels |= 1U << level;
    }
    b->place[at] = key;
    b->end[level][digit] = at + 1;
    b->keys++;
}

/* Takes a bucket out of the tree; its keys are counted until its chunks are given back. */
static inline uint32_t take_bucket(struct buckets *b, int level, int digit)
{
    const uint32_t bucket = b->end[level][digit];

    b->end[level][digit] = CHUNK_KEYS;
    b->digits[level] &= ~(UINT64_C(1) << digit);
    if (b->digits[level] == 0)
        b->levels &= ~(1U << level);
    return bucket;
}

/* The earliest time in a bucket. */
static inline hr_time earliest(const struct buckets *b, uint32_t bucket)
{
    hr_time least = INT64_MAX;

    while (bucket > CHUNK_KEYS) {
        const uint32_t chunk = first_chunk(bucket);
        for (uint32_t i = chunk; i < bucket; i++) {
            const hr_time time = time_of(b->place[i]);
            least = time < least ? time : least;
        }
        bucket = link_of(b, chunk) + CHUNK_KEYS;
    }
    return least;
}

/* Has a bucket no more chunks than that? */
static inline bool is_within(const struct buckets *b, uint32_t bucket, int chunks)
{
    uint32_t chunk = first_chunk(bucket);

    for (int i = 0; i < chunks && chunk != 0; i++)
        chunk = link_of(b, chunk);
    return chunk == 0;
}

#endif /* HR_BUCKETS_H */
