/* sim/engine/pool.c - see pool.h. */
#include "sim/engine/pool.h"

#include "sim/engine/arena.h"
#include "sim/engine/check.h"

#include <string.h>

enum { FIRST_ROOM = 16 };

static void grow(struct hr_pool *p, uint32_t room)
{
    p->items = hr_heap_resize(p->items, room, p->size);
    p->generation = hr_heap_resize(p->generation, room, sizeof *p->generation);
    p->next_free = hr_heap_resize(p->next_free, room, sizeof *p->next_free);
    memset(p->generation + p->room, 0, (room - p->room) * sizeof *p->generation);
    p->room = room;
}

void hr_pool_init(struct hr_pool *p, size_t item_size, uint32_t room)
{
    HR_REQUIRE(item_size > 0 && room < HR_NO_SLOT);
    *p = (struct hr_pool){.size = item_size, .free_head = HR_NO_SLOT};
    if (room > 0)
        grow(p, room);
}

void hr_pool_free(struct hr_pool *p)
{
    hr_heap_resize(p->items, 0, 0);
    hr_heap_resize(p->generation, 0, 0);
    hr_heap_resize(p->next_free, 0, 0);
    *p = (struct hr_pool){.size = p->size, .free_head = HR_NO_SLOT};
}

uint32_t hr_pool_take(struct hr_pool *p)
{
    uint32_t slot = p->free_head;

    if (slot != HR_NO_SLOT) {
        p->free_head = p->next_free[slot];
    } else {
        if (p->used == p->room) {
            HR_REQUIRE(p->room <= HR_NO_SLOT / 2 - 1);
            grow(p, p->room ? p->room * 2 : FIRST_ROOM);
        }
        slot = p->used++;
    }
    p->generation[slot]++;
    if (++p->live > p->peak)
        p->peak = p->live;
    memset(hr_pool_at(p, slot), 0, p->size);
    return slot;
}

void hr_pool_give(struct hr_pool *p, uint32_t slot)
{
    HR_REQUIRE(slot < p->used && p->generation[slot] % 2 == 1);
    p->generation[slot]++;
    p->next_free[slot] = p->free_head;
    p->free_head = slot;
    p->live--;
}
