/* sim/engine/pool.c - see pool.h. */
#include "sim/engine/pool.h"

#include "sim/engine/arena.h"
#include "sim/engine/check.h"

#include <string.h>

enum { FIRST_ROOM = 16, LINE = 64 /* bytes */ };

/* Makes room for items from the begin of a cache line on, so that one of n lines is in n lines. */
static void grow_items(struct hr_pool *p, uint32_t room)
{
    const size_t before = p->block ? (size_t)(p->items - p->block) : 0;

    p->block = hr_heap_resize(p->block, 1, room * p->size + LINE - 1);
    p->items = p->block + (-(uintptr_t)p->block & (LINE - 1));
    if (p->items != p->block + before)
        memmove(p->items, p->block + before, p->used * p->size);
}

static void grow(struct hr_pool *p, uint32_t room)
{
    HR_REQUIRE(room <= (SIZE_MAX - LINE) / p->size);
    grow_items(p, room);
    if (!p->raw) {
        p->generation = hr_heap_resize(p->generation, room, sizeof *p->generation);
        memset(p->generation + p->room, 0, (room - p->room) * sizeof *p->generation);
    }
    p->room = room;
}

static void init(struct hr_pool *p, size_t item_size, uint32_t room, bool raw)
{
    HR_REQUIRE(item_size >= sizeof p->free_head && room < HR_NO_SLOT);
    *p = (struct hr_pool){.size = item_size, .free_head = HR_NO_SLOT, .raw = raw};
    if (room > 0)
        grow(p, room);
}

void hr_pool_init(struct hr_pool *p, size_t item_size, uint32_t room)
{
    init(p, item_size, room, false);
}

void hr_pool_init_raw(struct hr_pool *p, size_t item_size, uint32_t room)
{
    init(p, item_size, room, true);
}

void hr_pool_free(struct hr_pool *p)
{
    hr_heap_resize(p->block, 0, 0);
    hr_heap_resize(p->generation, 0, 0);
    *p = (struct hr_pool){.size = p->size, .free_head = HR_NO_SLOT, .raw = p->raw};
}

void hr_pool_grow(struct hr_pool *p)
{
    HR_REQUIRE(p->room <= HR_NO_SLOT / 2 - 1);
    grow(p, p->room ? p->room * 2 : FIRST_ROOM);
}
