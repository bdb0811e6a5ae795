/* sim/engine/pool.h - slots that are reused, with a generation.
 *
 * A pool holds items of one size in one growing flat array.  A slot is named by its index;
 * a reference that may outlive its item carries the generation too (hr_ref), and
 * hr_pool_live tells a stale one from a live one.  Freed slots are reused last in, first
 * out, so the order of allocation is a function of the run alone.
 *
 * RAW   A raw pool keeps no generations, which would be one more line of memory to fetch for
 *       each slot: its items say themselves whether they are taken, and nothing refers to them
 *       beyond their end.  What ends in _raw below is for raw pools alone.
 *
 * COST  O(1); no allocation once the pool has reached its high-water mark.  Growth moves the
 *       items: keep slots, not pointers, across anything that may take a slot.  The first item
 *       is at the begin of a cache line. */
#ifndef HR_POOL_H
#define HR_POOL_H

#include "sim/engine/check.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t hr_ref; /* generation << 32 | slot */
#define HR_NO_SLOT UINT32_MAX
#define HR_NO_REF  UINT64_MAX

struct hr_pool {
    unsigned char *items; /* of a free slot: the next free one, in the first four bytes */
    uint32_t free_head;   /* HR_NO_SLOT: none */
    uint32_t used, room;  /* slots ever taken; slots allocated */
    uint32_t *generation; /* odd while the slot is taken; NULL: raw */
    size_t size;          /* bytes an item, 4 at least */
    unsigned char *block; /* of the heap, that they lie in */
    bool raw;
};

void hr_pool_init(struct hr_pool *p, size_t item_size, uint32_t room);
void hr_pool_init_raw(struct hr_pool *p, size_t item_size, uint32_t room);
void hr_pool_free(struct hr_pool *p); /* gives the memory back */

void hr_pool_grow(
    struct hr_pool *p); /* one slot never taken at least; for take_raw alone */

static inline void *hr_pool_at(const struct hr_pool *p, uint32_t slot)
{
    return p->items + (size_t)slot * p->size;
}

/* A slot whose bytes are anything: for callers that write all of them.  `size` is that of the
 * pool's items; a constant saves what it takes to multiply by it. */
HR_INLINE uint32_t hr_pool_take_raw(struct hr_pool *p, size_t size)
{
    uint32_t slot = p->free_head;

    if (slot != HR_NO_SLOT) {
        memcpy(&p->free_head, p->items + slot * size, sizeof p->free_head);
    } else {
        if (p->used == p->room)
            hr_pool_grow(p);
        slot = p->used++;
    }
    return slot;
}
static inline uint32_t hr_pool_take(struct hr_pool *p) /* a zeroed slot */
{
    const uint32_t slot = hr_pool_take_raw(p, p->size);

    p->generation[slot]++;
    memset(hr_pool_at(p, slot), 0, p->size);
    return slot;
}
HR_INLINE void hr_pool_give_raw(struct hr_pool *p, uint32_t slot, size_t size)
{
    HR_ASSERT(slot < p->used);
    memcpy(p->items + slot * size, &p->free_head, sizeof p->free_head);
    p->free_head = slot;
}
static inline void hr_pool_give(struct hr_pool *p, uint32_t slot)
{
    HR_REQUIRE(p->generation[slot] % 2 == 1);
    p->generation[slot]++;
    hr_pool_give_raw(p, slot, p->size);
}
static inline hr_ref hr_pool_ref(const struct hr_pool *p, uint32_t slot)
{
    return (uint64_t)p->generation[slot] << 32 | slot;
}
static inline bool hr_pool_live(const struct hr_pool *p, hr_ref r)
{
    const uint32_t slot = (uint32_t)r;
    return slot < p->used && p->generation[slot] == (uint32_t)(r >> 32);
}

#endif /* HR_POOL_H */
