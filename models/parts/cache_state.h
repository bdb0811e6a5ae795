/* models/parts/cache_state.h - what a cache holds: objects in order of their last use.
 *
 * MODEL    Objects have an id, a size in bytes and a time at which they expire.  A look-up that
 *          finds one makes it the most recently used.  What is put in goes to the same end;
 *          while all together exceed the capacity, the least recently used go.
 * ASSUMES  Exact LRU.  Caches that sample (Redis: the oldest of five) or keep generations come
 *          close to it.  What has expired stays, and takes room, until it is put anew, removed
 *          or evicted: whoever serves stale answers needs it (see `look`).
 * COST     O(1) expected.  An object takes the 32-bit words that its cache needs:
 *            order of use       2, where there is a capacity
 *            time of expiry     2, unless nothing expires
 *            size               1, where there is a capacity and no `size_of` to ask again
 *            id, chain, bucket  3 to 5, where ids are not dense (4 to 6 beyond 32 bits)
 *          Dense ids are the places of the objects: nothing is searched and no id is kept.  So
 *          16 bytes in a cache with a capacity, a TTL and `size_of`; 8 in one with room for
 *          all; 20 where sizes must be kept; and 12 to 24 more where ids are not dense.
 *          Dense room is taken by 256 ids at a time, when the first of them is put in; by 4,096
 *          where there are more than 65,536.
 *          A size above 2 GiB is kept to 4 KiB, rounded up.
 * CHECKED  tests/models/test_cache_state.c, against a list that is searched. */
#ifndef HR_CACHE_STATE_H
#define HR_CACHE_STATE_H

#include "sim/engine/arena.h"
#include "sim/engine/time.h"

#include <stdbool.h>
#include <stdint.h>

#define HR_CACHE_UNBOUNDED INT64_MAX /* a capacity: room for all */

/* What is known of the objects beforehand. */
struct hr_cache_kind {
    uint64_t ids;      /* they are 0..ids-1; 0: any 64 bits */
    uint64_t expected; /* so many will be there at once; 0: not known */
    bool bounded;      /* there is a capacity */
    bool expire;       /* some do */
    /* The size of an object, the same as when it was put in; NULL: it is kept. */
    int64_t (*size_of)(const void *ctx, uint64_t id);
    const void *ctx;
};

/* The memory of objects.  Caches may share it if no object is ever in two of them. */
struct hr_cache_room {
    struct hr_arena *arena; /* borrowed; the memory dies with it */
    struct hr_cache_kind kind;
    bool dense;
    uint8_t chunk_bits; /* objects of a chunk: 2 to the power of it */
    uint32_t words;     /* of an object */
    uint32_t expires, size, id,
        next;         /* its words; 0: it has none (order of use is first) */
    uint32_t **chunk; /* dense: NULL until one of its ids is put in */
    uint32_t n_chunks, room_chunks;
    uint32_t *bucket; /* not dense: first object of each chain */
    uint32_t mask;    /* buckets - 1 */
    uint32_t used; /* objects ever taken from the chunks; those given back are in `free` */
    uint32_t free, held;
};

struct hr_cache_state {
    struct hr_cache_room *room; /* borrowed */
    uint32_t newest, oldest;
    uint32_t count;
    int64_t bytes, capacity;
    uint64_t evicted; /* objects that had to go for others, since the start */
};

enum hr_cache_found { HR_CACHE_MISS, HR_CACHE_EXPIRED, HR_CACHE_HIT };

void hr_cache_room_init(struct hr_cache_room *r, struct hr_arena *arena,
                        const struct hr_cache_kind *kind);
/* Bytes of an object in it, the index included while that has not grown. */
double hr_cache_room_bytes(const struct hr_cache_room *r);
/* An object will be asked for soon: its memory is on its way meanwhile.  Changes nothing. */
void hr_cache_room_fetch(const struct hr_cache_room *r, uint64_t id);

/* An empty cache in a room; `capacity` HR_CACHE_UNBOUNDED exactly if that is not bounded.  With
 * a capacity of 0 nothing can be put in but what has no size. */
void hr_cache_state_init(struct hr_cache_state *c, struct hr_cache_room *room,
                         int64_t capacity);
/* Look an object up: it is the most recently used from now on, also when it has expired (an
 * object is expired from `expires` on).  `expires` (NULL: not wanted) is told unless it is a
 * miss. */
enum hr_cache_found hr_cache_state_look(struct hr_cache_state *c, uint64_t id, hr_time now,
                                        hr_time *expires);
/* The same without a trace: nothing is touched. */
enum hr_cache_found hr_cache_state_peek(const struct hr_cache_state *c, uint64_t id,
                                        hr_time now, hr_time *expires);
/* Put an object in, in place of one with this id.  `expires` HR_NEVER: never.  False if it is
 * larger than the whole cache: then it is not in there, in no version. */
bool hr_cache_state_put(struct hr_cache_state *c, uint64_t id, int64_t size,
                        hr_time expires);
/* An object that is there expires then. */
void hr_cache_state_renew(struct hr_cache_state *c, uint64_t id, hr_time expires);
bool hr_cache_state_remove(struct hr_cache_state *c, uint64_t id); /* was it there? */
void hr_cache_state_clear(struct hr_cache_state *c); /* O(objects); bounded ones only */
uint32_t hr_cache_state_count(const struct hr_cache_state *c); /* expired ones included */
int64_t hr_cache_state_bytes(const struct hr_cache_state *c);  /* 0 where not bounded */
/* Do its lists and sums agree?  O(objects); for debug builds and tests. */
bool hr_cache_state_holds(const struct hr_cache_state *c);

#endif /* HR_CACHE_STATE_H */
