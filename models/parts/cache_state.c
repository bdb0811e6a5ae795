/* models/parts/cache_state.c - see cache_state.h. */
#include "models/parts/cache_state.h"

#include "sim/engine/check.h"
#include "sim/engine/random.h"

#include <string.h>

#define NOBODY UINT32_MAX
enum { CHUNK_BITS = 10, CHUNK = 1 << CHUNK_BITS, FIRST_BUCKETS = 16 };
#define MOST_BUCKETS (UINT32_C(1) << 31)
/* Sizes from here on are kept in pages: the highest bit says so. */
#define PAGED (UINT32_C(1) << 31)
enum { PAGE = 4096 };

struct hr_cached {
    uint64_t id;
    hr_time expires;
    uint32_t size;         /* as `packed` */
    uint32_t newer, older; /* in order of use */
    uint32_t chain;        /* next in the bucket; of a free one: next free */
};
_Static_assert(sizeof(struct hr_cached) == 32, "an object takes 32 bytes");

static struct hr_cached *object(const struct hr_cache_state *c, uint32_t i)
{
    return &c->chunk[i >> CHUNK_BITS][i & (CHUNK - 1)];
}

static uint32_t packed(int64_t size)
{
    HR_REQUIRE(size >= 0);
    if (size < PAGED)
        return (uint32_t)size;
    const int64_t pages = (size - 1) / PAGE + 1;
    HR_REQUIRE(pages < PAGED); /* 8 TiB */
    return PAGED | (uint32_t)pages;
}

static int64_t unpacked(uint32_t size)
{
    return size & PAGED ? (int64_t)(size & ~PAGED) * PAGE : size;
}

/* --- the index ------------------------------------------------------------------------- */

static uint32_t *bucket_of(const struct hr_cache_state *c, uint64_t id)
{
    return &c->bucket[hr_mix(id, 0) & c->mask];
}

static void make_index(struct hr_cache_state *c, uint32_t buckets)
{
    c->bucket = hr_arena_alloc(c->arena, buckets, sizeof *c->bucket);
    c->mask = buckets - 1;
    memset(c->bucket, 0xff, buckets * sizeof *c->bucket);
}

static void enter(struct hr_cache_state *c, uint32_t i)
{
    uint32_t *b = bucket_of(c, object(c, i)->id);

    object(c, i)->chain = *b;
    *b = i;
}

static void grow_index(struct hr_cache_state *c)
{
    make_index(c, 2 * (c->mask + 1));
    for (uint32_t i = c->oldest; i != NOBODY; i = object(c, i)->newer)
        enter(c, i);
}

static uint32_t find(const struct hr_cache_state *c, uint64_t id)
{
    uint32_t i = *bucket_of(c, id);

    while (i != NOBODY && object(c, i)->id != id)
        i = object(c, i)->chain;
    return i;
}

static void leave(struct hr_cache_state *c, uint32_t i)
{
    uint32_t *at = bucket_of(c, object(c, i)->id);

    while (*at != i)
        at = &object(c, *at)->chain;
    *at = object(c, i)->chain;
}

/* --- the order of use ------------------------------------------------------------------ */

static void unlink_used(struct hr_cache_state *c, uint32_t i)
{
    const struct hr_cached *o = object(c, i);

    if (o->newer == NOBODY)
        c->newest = o->older;
    else
        object(c, o->newer)->older = o->older;
    if (o->older == NOBODY)
        c->oldest = o->newer;
    else
        object(c, o->older)->newer = o->newer;
}

static void link_newest(struct hr_cache_state *c, uint32_t i)
{
    struct hr_cached *o = object(c, i);

    o->newer = NOBODY;
    o->older = c->newest;
    if (c->newest == NOBODY)
        c->oldest = i;
    else
        object(c, c->newest)->newer = i;
    c->newest = i;
}

static void touch(struct hr_cache_state *c, uint32_t i)
{
    if (c->newest == i)
        return;
    unlink_used(c, i);
    link_newest(c, i);
}

/* --- room ------------------------------------------------------------------------------ */

static void add_chunk(struct hr_cache_state *c)
{
    if (c->n_chunks == c->room_chunks) {
        const uint32_t room = c->room_chunks ? 2 * c->room_chunks : 8;
        struct hr_cached **more = hr_arena_alloc(c->arena, room, sizeof *more);

        if (c->n_chunks)
            memcpy(more, c->chunk, c->n_chunks * sizeof *more);
        c->chunk = more;
        c->room_chunks = room;
    }
    HR_REQUIRE(c->n_chunks < NOBODY >> CHUNK_BITS);
    c->chunk[c->n_chunks++] = hr_arena_alloc(c->arena, CHUNK, sizeof **c->chunk);
}

static uint32_t take(struct hr_cache_state *c)
{
    const uint32_t i = c->free;

    if (i != NOBODY) {
        c->free = object(c, i)->chain;
        return i;
    }
    if (c->used == c->n_chunks << CHUNK_BITS)
        add_chunk(c);
    return c->used++;
}

static void drop(struct hr_cache_state *c, uint32_t i)
{
    leave(c, i);
    unlink_used(c, i);
    c->bytes -= unpacked(object(c, i)->size);
    c->count--;
    object(c, i)->chain = c->free;
    c->free = i;
}

/* --- what it is asked ------------------------------------------------------------------ */

void hr_cache_state_init(struct hr_cache_state *c, struct hr_arena *arena, int64_t capacity,
                         uint64_t expected)
{
    uint32_t buckets = FIRST_BUCKETS;

    HR_REQUIRE(capacity >= 0);
    while (2 * (uint64_t)buckets < expected && buckets < MOST_BUCKETS)
        buckets *= 2;
    *c = (struct hr_cache_state){.arena = arena, .capacity = capacity};
    c->free = c->newest = c->oldest = NOBODY;
    make_index(c, buckets);
}

static enum hr_cache_found seen_at(const struct hr_cache_state *c, uint32_t i, hr_time now,
                                   struct hr_cache_seen *seen)
{
    const struct hr_cached *o;

    if (i == NOBODY)
        return HR_CACHE_MISS;
    o = object(c, i);
    if (seen)
        *seen = (struct hr_cache_seen){unpacked(o->size), o->expires};
    return o->expires == HR_NEVER || now < o->expires ? HR_CACHE_HIT : HR_CACHE_EXPIRED;
}

enum hr_cache_found hr_cache_state_look(struct hr_cache_state *c, uint64_t id, hr_time now,
                                        struct hr_cache_seen *seen)
{
    const uint32_t i = find(c, id);

    if (i != NOBODY)
        touch(c, i);
    return seen_at(c, i, now, seen);
}

enum hr_cache_found hr_cache_state_peek(const struct hr_cache_state *c, uint64_t id,
                                        hr_time now, struct hr_cache_seen *seen)
{
    return seen_at(c, find(c, id), now, seen);
}

bool hr_cache_state_put(struct hr_cache_state *c, uint64_t id, int64_t size,
                        hr_time expires)
{
    const uint32_t kept = packed(size);
    uint32_t i = find(c, id);

    if (unpacked(kept) > c->capacity) {
        if (i != NOBODY)
            drop(c, i);
        return false;
    }
    if (i != NOBODY) {
        c->bytes -= unpacked(object(c, i)->size);
        touch(c, i);
    } else {
        i = take(c);
        *object(c, i) = (struct hr_cached){.id = id};
        enter(c, i);
        link_newest(c, i);
        c->count++;
    }
    object(c, i)->size = kept;
    object(c, i)->expires = expires;
    c->bytes += unpacked(kept);
    for (; c->bytes > c->capacity; c->evicted++)
        drop(c, c->oldest); /* never the new one: it fits alone */
    if (c->count > 2 * (uint64_t)(c->mask + 1) && c->mask + 1 < MOST_BUCKETS)
        grow_index(c);
    return true;
}

bool hr_cache_state_remove(struct hr_cache_state *c, uint64_t id)
{
    const uint32_t i = find(c, id);

    if (i != NOBODY)
        drop(c, i);
    return i != NOBODY;
}

void hr_cache_state_clear(struct hr_cache_state *c)
{
    memset(c->bucket, 0xff, ((size_t)c->mask + 1) * sizeof *c->bucket);
    c->free = c->newest = c->oldest = NOBODY;
    c->used = c->count = 0;
    c->bytes = 0;
}

uint32_t hr_cache_state_count(const struct hr_cache_state *c)
{
    return c->count;
}

int64_t hr_cache_state_bytes(const struct hr_cache_state *c)
{
    return c->bytes;
}

bool hr_cache_state_holds(const struct hr_cache_state *c)
{
    uint32_t n = 0, before = NOBODY;
    int64_t bytes = 0;

    for (uint32_t i = c->oldest; i != NOBODY; before = i, i = object(c, i)->newer) {
        if (object(c, i)->older != before || find(c, object(c, i)->id) != i)
            return false;
        bytes += unpacked(object(c, i)->size);
        n++;
    }
    return before == c->newest && n == c->count && bytes == c->bytes &&
           bytes <= c->capacity;
}
