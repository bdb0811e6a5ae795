/* models/parts/cache_state.c - see cache_state.h.
 *
 * Objects are numbered from 1, so that words of 0, as the arena gives them, mean: not there. */
#include "models/parts/cache_state.h"

#include "sim/engine/check.h"
#include "sim/engine/random.h"

#include <string.h>

#define END UINT32_MAX /* of the order of use, and of a chain */
/* Objects of a chunk; where ids are many and dense, so many that the table of chunks stays in the
 * processor's cache. */
enum { CHUNK_BITS = 8, LARGE_CHUNK_BITS = 12, FIRST_BUCKETS = 16 };
enum { FEW_IDS = 1 << 16 }; /* always dense: 1 MiB at most */
#define MOST_BUCKETS (UINT32_C(1) << 31)
#define MOST_OBJECTS (UINT32_MAX - (1u << LARGE_CHUNK_BITS))
/* Sizes from here on are kept in pages: the highest bit says so. */
#define PAGED (UINT32_C(1) << 31)
enum { PAGE = 4096 };

enum { NEWER, OLDER }; /* words of a bounded one */

static uint32_t in_chunk(const struct hr_cache_room *r)
{
    return 1u << r->chunk_bits;
}

static uint32_t **chunk_of(const struct hr_cache_room *r, uint32_t i)
{
    return &r->chunk[i >> r->chunk_bits];
}

static uint32_t *object(const struct hr_cache_room *r, uint32_t i)
{
    return *chunk_of(r, i) + (size_t)(i & (in_chunk(r) - 1)) * r->words;
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

/* Times are kept so that no time is 0. */
static const uint64_t time_zero = UINT64_C(1) << 63;

static hr_time expiry(const struct hr_cache_room *r, const uint32_t *o)
{
    uint64_t kept;

    if (!r->kind.expire)
        return HR_NEVER;
    memcpy(&kept, &o[r->expires], sizeof kept);
    return (hr_time)(kept - time_zero);
}

static void keep_expiry(const struct hr_cache_room *r, uint32_t *o, hr_time expires)
{
    const uint64_t kept = (uint64_t)expires + time_zero;

    if (r->kind.expire)
        memcpy(&o[r->expires], &kept, sizeof kept);
}

static bool is_there(const struct hr_cache_room *r, const uint32_t *o)
{
    return r->kind.bounded ? o[NEWER] != 0 : (o[r->expires] | o[r->expires + 1]) != 0;
}

static uint64_t id_of(const struct hr_cache_room *r, uint32_t i)
{
    const uint32_t *o = object(r, i);

    if (r->dense)
        return i - 1;
    return r->next - r->id == 1 ? o[r->id] : o[r->id] | (uint64_t)o[r->id + 1] << 32;
}

/* --- the index of ids that are not dense -------------------------------------------------- */

static uint32_t *bucket_of(const struct hr_cache_room *r, uint64_t id)
{
    return &r->bucket[hr_mix(id, 0) & r->mask];
}

static void make_index(struct hr_cache_room *r, uint32_t buckets)
{
    r->bucket = hr_arena_alloc(r->arena, buckets, sizeof *r->bucket);
    r->mask = buckets - 1;
    memset(r->bucket, 0xff, buckets * sizeof *r->bucket);
}

static void enter(struct hr_cache_room *r, uint32_t i)
{
    uint32_t *b = bucket_of(r, id_of(r, i));

    object(r, i)[r->next] = *b;
    *b = i;
}

static void grow_index(struct hr_cache_room *r)
{
    make_index(r, 2 * (r->mask + 1));
    for (uint32_t i = 1; i < r->used; i++)
        if (is_there(r, object(r, i)))
            enter(r, i);
}

static void leave(struct hr_cache_room *r, uint32_t i)
{
    uint32_t *at = bucket_of(r, id_of(r, i));

    while (*at != i)
        at = &object(r, *at)[r->next];
    *at = object(r, i)[r->next];
}

/* END: it is not there. */
static uint32_t find(const struct hr_cache_room *r, uint64_t id)
{
    uint32_t i = (uint32_t)id + 1;

    if (r->dense) {
        HR_REQUIRE(id < r->kind.ids);
        return *chunk_of(r, i) && is_there(r, object(r, i)) ? i : END;
    }
    for (i = *bucket_of(r, id); i != END && id_of(r, i) != id;)
        i = object(r, i)[r->next];
    return i;
}

/* --- the order of use ------------------------------------------------------------------ */

static void unlink_used(struct hr_cache_state *c, uint32_t i)
{
    const struct hr_cache_room *r = c->room;
    const uint32_t *o = object(r, i);

    if (o[NEWER] == END)
        c->newest = o[OLDER];
    else
        object(r, o[NEWER])[OLDER] = o[OLDER];
    if (o[OLDER] == END)
        c->oldest = o[NEWER];
    else
        object(r, o[OLDER])[NEWER] = o[NEWER];
}

static void link_newest(struct hr_cache_state *c, uint32_t i)
{
    uint32_t *o = object(c->room, i);

    o[NEWER] = END;
    o[OLDER] = c->newest;
    if (c->newest == END)
        c->oldest = i;
    else
        object(c->room, c->newest)[NEWER] = i;
    c->newest = i;
}

static void touch(struct hr_cache_state *c, uint32_t i)
{
    if (!c->room->kind.bounded || c->newest == i)
        return;
    unlink_used(c, i);
    link_newest(c, i);
}

/* --- room ------------------------------------------------------------------------------ */

static void lay_out(struct hr_cache_room *r)
{
    const struct hr_cache_kind *k = &r->kind;
    uint32_t n = k->bounded ? 2 : 0;

    r->expires = n; /* first of all where times are the only words */
    n += k->expire ? 2 : 0;
    r->size = n;
    n += k->bounded && !k->size_of ? 1 : 0;
    r->id = n;
    n += r->dense ? 0 : k->ids && k->ids <= UINT32_MAX ? 1 : 2;
    r->next = n;
    n += r->dense ? 0 : 1;
    r->words = n;
}

void hr_cache_room_init(struct hr_cache_room *r, struct hr_arena *arena,
                        const struct hr_cache_kind *kind)
{
    uint32_t buckets = FIRST_BUCKETS;

    *r = (struct hr_cache_room){.arena = arena, .kind = *kind, .used = 1, .free = END};
    r->kind.expire = kind->expire || !kind->bounded; /* what tells that one is there */
    r->dense = kind->ids > 0 && kind->ids < MOST_OBJECTS &&
               (kind->ids <= FEW_IDS || kind->ids / 2 <= kind->expected);
    r->chunk_bits = r->dense && kind->ids > FEW_IDS ? LARGE_CHUNK_BITS : CHUNK_BITS;
    lay_out(r);
    if (r->dense) {
        r->n_chunks = (uint32_t)(kind->ids >> r->chunk_bits) + 1;
        r->chunk = hr_arena_alloc(arena, r->n_chunks, sizeof *r->chunk);
        return;
    }
    while (2 * (uint64_t)buckets < kind->expected && buckets < MOST_BUCKETS)
        buckets *= 2;
    make_index(r, buckets);
}

double hr_cache_room_bytes(const struct hr_cache_room *r)
{
    return 4.0 * r->words + (r->dense ? 0.0 : 4.0);
}

void hr_cache_room_fetch(const struct hr_cache_room *r, uint64_t id)
{
    const uint32_t i = (uint32_t)id + 1;

    /* GCC takes what only prefetches for without effect, and leaves calls of it out. */
    __asm__ volatile("");
    if (!r->dense) {
        __builtin_prefetch(bucket_of(r, id), 1);
        return;
    }
    HR_REQUIRE(id < r->kind.ids);
    if (*chunk_of(r, i))
        __builtin_prefetch(object(r, i), 1);
}

static uint32_t *new_chunk(const struct hr_cache_room *r)
{
    return hr_arena_alloc(r->arena, in_chunk(r), r->words * sizeof(uint32_t));
}

static void add_chunk(struct hr_cache_room *r)
{
    if (r->n_chunks == r->room_chunks) {
        const uint32_t room = r->room_chunks ? 2 * r->room_chunks : 8;
        uint32_t **more = hr_arena_alloc(r->arena, room, sizeof *more);

        if (r->n_chunks)
            memcpy(more, r->chunk, r->n_chunks * sizeof *more);
        r->chunk = more;
        r->room_chunks = room;
    }
    HR_REQUIRE(r->n_chunks < MOST_OBJECTS >> r->chunk_bits);
    r->chunk[r->n_chunks++] = new_chunk(r);
}

static uint32_t take_free(struct hr_cache_room *r)
{
    const uint32_t i = r->free;

    if (i != END) {
        r->free = object(r, i)[r->next];
        return i;
    }
    if (r->used >= r->n_chunks << r->chunk_bits)
        add_chunk(r);
    return r->used++;
}

/* A place for an object that is not there; it has its id. */
static uint32_t take(struct hr_cache_room *r, uint64_t id)
{
    uint32_t i = (uint32_t)id + 1;

    if (r->dense) {
        if (!*chunk_of(r, i))
            *chunk_of(r, i) = new_chunk(r);
        return i;
    }
    if (r->held++ > 2 * (uint64_t)(r->mask + 1) && r->mask + 1 < MOST_BUCKETS)
        grow_index(r);
    i = take_free(r);
    object(r, i)[r->id] = (uint32_t)id;
    if (r->next - r->id == 2)
        object(r, i)[r->id + 1] = (uint32_t)(id >> 32);
    enter(r, i);
    return i;
}

static void give_back(struct hr_cache_room *r, uint32_t i)
{
    uint32_t *o = object(r, i);

    if (!r->dense) {
        leave(r, i);
        o[r->next] = r->free;
        r->free = i;
        r->held--;
    }
    if (r->kind.bounded)
        o[NEWER] = 0;
    else
        o[r->expires] = o[r->expires + 1] = 0;
}

/* --- bytes ----------------------------------------------------------------------------- */

static int64_t kept_size(const struct hr_cache_room *r, uint32_t i)
{
    const struct hr_cache_kind *k = &r->kind;

    if (!k->bounded)
        return 0;
    return unpacked(k->size_of ? packed(k->size_of(k->ctx, id_of(r, i)))
                               : object(r, i)[r->size]);
}

/* What is there has another size; the same where sizes are asked for. */
static void resize(struct hr_cache_state *c, uint32_t i, uint32_t size)
{
    if (!c->room->kind.bounded || c->room->kind.size_of)
        return;
    c->bytes += unpacked(size) - kept_size(c->room, i);
    object(c->room, i)[c->room->size] = size;
}

static void drop(struct hr_cache_state *c, uint32_t i)
{
    c->bytes -= kept_size(c->room, i);
    if (c->room->kind.bounded)
        unlink_used(c, i);
    c->count--;
    give_back(c->room, i);
}

/* --- what it is asked ------------------------------------------------------------------ */

void hr_cache_state_init(struct hr_cache_state *c, struct hr_cache_room *room,
                         int64_t capacity)
{
    HR_REQUIRE(capacity >= 0);
    HR_REQUIRE(room->kind.bounded == (capacity != HR_CACHE_UNBOUNDED));
    *c = (struct hr_cache_state){
        .room = room, .capacity = capacity, .newest = END, .oldest = END};
}

static enum hr_cache_found seen_at(const struct hr_cache_state *c, uint32_t i, hr_time now,
                                   hr_time *expires)
{
    if (i == END)
        return HR_CACHE_MISS;
    const hr_time end = expiry(c->room, object(c->room, i));
    if (expires)
        *expires = end;
    return end == HR_NEVER || now < end ? HR_CACHE_HIT : HR_CACHE_EXPIRED;
}

enum hr_cache_found hr_cache_state_look(struct hr_cache_state *c, uint64_t id, hr_time now,
                                        hr_time *expires)
{
    const uint32_t i = find(c->room, id);

    if (i != END)
        touch(c, i);
    return seen_at(c, i, now, expires);
}

enum hr_cache_found hr_cache_state_peek(const struct hr_cache_state *c, uint64_t id,
                                        hr_time now, hr_time *expires)
{
    return seen_at(c, find(c->room, id), now, expires);
}

static uint32_t add(struct hr_cache_state *c, uint64_t id, uint32_t size)
{
    struct hr_cache_room *r = c->room;
    const uint32_t i = take(r, id);

    c->count++;
    if (!r->kind.bounded)
        return i;
    if (!r->kind.size_of)
        object(r, i)[r->size] = size;
    c->bytes += unpacked(size);
    link_newest(c, i);
    return i;
}

bool hr_cache_state_put(struct hr_cache_state *c, uint64_t id, int64_t size,
                        hr_time expires)
{
    const uint32_t kept = packed(size);
    uint32_t i = find(c->room, id);

    if (unpacked(kept) > c->capacity) {
        if (i != END)
            drop(c, i);
        return false;
    }
    if (i == END) {
        i = add(c, id, kept);
    } else {
        resize(c, i, kept);
        touch(c, i);
    }
    HR_REQUIRE(c->room->kind.expire || expires == HR_NEVER);
    keep_expiry(c->room, object(c->room, i), expires);
    for (; c->bytes > c->capacity; c->evicted++)
        drop(c, c->oldest); /* never the new one: it fits alone */
    return true;
}

void hr_cache_state_renew(struct hr_cache_state *c, uint64_t id, hr_time expires)
{
    const uint32_t i = find(c->room, id);

    HR_REQUIRE(i != END && c->room->kind.expire);
    keep_expiry(c->room, object(c->room, i), expires);
}

bool hr_cache_state_remove(struct hr_cache_state *c, uint64_t id)
{
    const uint32_t i = find(c->room, id);

    if (i != END)
        drop(c, i);
    return i != END;
}

void hr_cache_state_clear(struct hr_cache_state *c)
{
    HR_REQUIRE(c->room->kind.bounded);
    for (uint32_t i = c->oldest; i != END;) {
        const uint32_t newer = object(c->room, i)[NEWER];

        give_back(c->room, i);
        i = newer;
    }
    c->newest = c->oldest = END;
    c->count = 0;
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
    const struct hr_cache_room *r = c->room;
    uint32_t n = 0, before = END;
    int64_t bytes = 0;

    if (!r->kind.bounded)
        return c->bytes == 0 && c->evicted == 0;
    for (uint32_t i = c->oldest; i != END; before = i, i = object(r, i)[NEWER]) {
        if (object(r, i)[OLDER] != before || find(r, id_of(r, i)) != i)
            return false;
        bytes += kept_size(r, i);
        n++;
    }
    return before == c->newest && n == c->count && bytes == c->bytes &&
           bytes <= c->capacity;
}
