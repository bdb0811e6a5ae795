/* models/parts/cache_state.h - what a cache holds: objects in order of their last use.
 *
 * MODEL    Objects have an id (64 bits), a size in bytes and a time at which they expire.  A
 *          look-up that finds one makes it the most recently used.  What is put in goes to the
 *          same end; while all together exceed the capacity, the least recently used go.
 * ASSUMES  Exact LRU.  Caches that sample (Redis: the oldest of five) or keep generations come
 *          close to it.  What has expired stays, and takes room, until it is put anew, removed
 *          or evicted: whoever serves stale answers needs it (see `look`).
 * COST     O(1) expected.  32 bytes an object and 2 to 4 of the index when it was made for the
 *          right number; up to 4 more for an index that had to grow.  An object does not move:
 *          objects are in chunks of the arena, chained by 32-bit numbers in buckets of one or
 *          two on average.  (Open addressing would save nothing here: half-empty entries cost
 *          what the chains do, and each eviction would have to move neighbours.)
 *          A size above 2 GiB is kept to 4 KiB, rounded up.
 * CHECKED  tests/models/test_cache_state.c, against a list that is searched. */
#ifndef HR_CACHE_STATE_H
#define HR_CACHE_STATE_H

#include "sim/engine/arena.h"
#include "sim/engine/time.h"

#include <stdbool.h>
#include <stdint.h>

struct hr_cached;
struct hr_cache_state {
    struct hr_arena *arena; /* borrowed; the memory dies with it */
    struct hr_cached **chunk;
    uint32_t n_chunks, room_chunks;
    uint32_t *bucket; /* first object of each chain */
    uint32_t mask;    /* buckets - 1 */
    uint32_t used; /* objects ever taken from the chunks; those given back are in `free` */
    uint32_t free;
    uint32_t newest, oldest;
    uint32_t count;
    int64_t bytes, capacity;
    uint64_t evicted; /* objects that had to go for others, since the start */
};

enum hr_cache_found { HR_CACHE_MISS, HR_CACHE_EXPIRED, HR_CACHE_HIT };
struct hr_cache_seen { /* of an object that is there, expired or not */
    int64_t size;
    hr_time expires;
};

/* `expected`: objects that it will hold, to size the index; 0: not known.  With a capacity of 0
 * nothing can be put in but what has no size. */
void hr_cache_state_init(struct hr_cache_state *c, struct hr_arena *arena, int64_t capacity,
                         uint64_t expected);
/* Look an object up: it is the most recently used from now on, also when it has expired (an
 * object is expired from `expires` on).  `seen` (NULL: not wanted) is filled unless it is a
 * miss. */
enum hr_cache_found hr_cache_state_look(struct hr_cache_state *c, uint64_t id, hr_time now,
                                        struct hr_cache_seen *seen);
/* The same without a trace: nothing is touched. */
enum hr_cache_found hr_cache_state_peek(const struct hr_cache_state *c, uint64_t id,
                                        hr_time now, struct hr_cache_seen *seen);
/* Put an object in, in place of one with this id.  `expires` HR_NEVER: never.  False if it is
 * larger than the whole cache: then it is not in there, in no version. */
bool hr_cache_state_put(struct hr_cache_state *c, uint64_t id, int64_t size,
                        hr_time expires);
bool hr_cache_state_remove(struct hr_cache_state *c, uint64_t id); /* was it there? */
void hr_cache_state_clear(struct hr_cache_state *c);               /* O(buckets) */
uint32_t hr_cache_state_count(const struct hr_cache_state *c); /* expired ones included */
int64_t hr_cache_state_bytes(const struct hr_cache_state *c);
/* Do its lists and sums agree?  O(objects); for debug builds and tests. */
bool hr_cache_state_holds(const struct hr_cache_state *c);

#endif /* HR_CACHE_STATE_H */
