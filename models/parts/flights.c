/* models/parts/flights.c - see flights.h. */
#include "models/parts/flights.h"

#include "sim/engine/random.h"

#include <string.h>

enum { FIRST_ROOM = 64 }; /* a power of two */

static uint32_t *bucket_of(const struct hr_flights *f, uint64_t id)
{
    return &f->bucket[hr_mix(id, 0) & f->mask];
}

/* Twice the room; chains are made anew. */
static void grow(struct hr_flights *f)
{
    const uint32_t room = f->room ? 2 * f->room : FIRST_ROOM;
    struct hr_flight *at = hr_arena_alloc(f->arena, room, sizeof *at);

    if (f->used)
        memcpy(at, f->at, f->used * sizeof *at);
    f->at = at;
    f->room = room;
    f->bucket = hr_arena_alloc(f->arena, room, sizeof *f->bucket);
    f->mask = room - 1;
    for (uint32_t b = 0; b < room; b++)
        f->bucket[b] = HR_FLIGHT_NONE;
    for (uint32_t i = 0; i < f->used; i++) { /* all are open: it grows when none is free */
        uint32_t *b = bucket_of(f, at[i].id);
        at[i].chain = *b;
        *b = i;
    }
}

void hr_flights_init(struct hr_flights *f, struct hr_arena *arena)
{
    *f = (struct hr_flights){.arena = arena, .free = HR_FLIGHT_NONE};
    grow(f);
}

uint32_t hr_flights_find(const struct hr_flights *f, uint64_t id)
{
    uint32_t i = *bucket_of(f, id);

    while (i != HR_FLIGHT_NONE && f->at[i].id != id)
        i = f->at[i].chain;
    return i;
}

uint32_t hr_flights_open(struct hr_flights *f, uint64_t id, uint32_t leader)
{
    uint32_t i = f->free;

    if (i != HR_FLIGHT_NONE) {
        f->free = f->at[i].chain;
    } else {
        if (f->used == f->room)
            grow(f);
        i = f->used++;
    }
    uint32_t *b = bucket_of(f, id);
    f->at[i] = (struct hr_flight){.id = id,
                                  .leader = leader,
                                  .first = HR_FLIGHT_NONE,
                                  .last = HR_FLIGHT_NONE,
                                  .chain = *b};
    *b = i;
    f->count++;
    return i;
}

void hr_flights_close(struct hr_flights *f, uint32_t flight)
{
    uint32_t *link = bucket_of(f, f->at[flight].id);

    while (*link != flight)
        link = &f->at[*link].chain;
    *link = f->at[flight].chain;
    f->at[flight].chain = f->free;
    f->free = flight;
    f->count--;
}
