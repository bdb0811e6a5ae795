/* models/parts/single_flight.c - see single_flight.h. */
#include "models/parts/single_flight.h"

#include "sim/engine/check.h"
#include "sim/engine/random.h"

#include <string.h>

#define NOBODY HR_NO_FLIGHT
enum { FIRST_ROOM = 16 };

struct hr_flight {
    uint64_t id, note;
    uint32_t chain;       /* next in the bucket; of a free one: next free */
    uint32_t first, last; /* waiting */
};
struct hr_waiting {
    uint32_t who, flight;
    uint32_t before, next; /* of a free one: next free */
};

static void *more(struct hr_arena *a, const void *old, uint32_t n, uint32_t room,
                  size_t size)
{
    void *at = hr_arena_alloc(a, room, size);

    if (n)
        memcpy(at, old, n * size);
    return at;
}

static uint32_t *bucket_of(const struct hr_single_flight *s, uint64_t id)
{
    return &s->bucket[hr_mix(id, 1) & s->mask];
}

static void enter(struct hr_single_flight *s, uint32_t f)
{
    uint32_t *b = bucket_of(s, s->flights[f].id);

    s->flights[f].chain = *b;
    *b = f;
}

/* As many buckets as flights; all flights are open when there is no room. */
static void make_room(struct hr_single_flight *s)
{
    const uint32_t room = s->room_flights ? 2 * s->room_flights : FIRST_ROOM;

    s->flights = more(s->arena, s->flights, s->n_flights, room, sizeof *s->flights);
    s->bucket = hr_arena_alloc(s->arena, room, sizeof *s->bucket);
    memset(s->bucket, 0xff, room * sizeof *s->bucket);
    s->mask = room - 1;
    s->room_flights = room;
    for (uint32_t f = 0; f < s->n_flights; f++)
        enter(s, f);
}

void hr_single_flight_init(struct hr_single_flight *s, struct hr_arena *arena)
{
    *s = (struct hr_single_flight){.arena = arena};
    s->free_flight = s->free_waiting = NOBODY;
    make_room(s);
}

uint32_t hr_single_flight_find(const struct hr_single_flight *s, uint64_t id)
{
    uint32_t f = *bucket_of(s, id);

    while (f != NOBODY && s->flights[f].id != id)
        f = s->flights[f].chain;
    return f;
}

uint32_t hr_single_flight_open(struct hr_single_flight *s, uint64_t id)
{
    uint32_t f = s->free_flight;

    HR_ASSERT(hr_single_flight_find(s, id) == NOBODY);
    if (f != NOBODY) {
        s->free_flight = s->flights[f].chain;
    } else {
        if (s->n_flights == s->room_flights)
            make_room(s);
        f = s->n_flights++;
    }
    s->flights[f] = (struct hr_flight){.id = id, .first = NOBODY, .last = NOBODY};
    enter(s, f);
    s->open++;
    return f;
}

void hr_single_flight_close(struct hr_single_flight *s, uint32_t flight)
{
    uint32_t *at = bucket_of(s, s->flights[flight].id);

    HR_REQUIRE(s->flights[flight].first == NOBODY);
    while (*at != flight)
        at = &s->flights[*at].chain;
    *at = s->flights[flight].chain;
    s->flights[flight].chain = s->free_flight;
    s->free_flight = flight;
    s->open--;
}

uint32_t hr_single_flight_board(struct hr_single_flight *s, uint32_t flight, uint32_t who)
{
    struct hr_flight *f = &s->flights[flight];
    uint32_t w = s->free_waiting;

    if (w != NOBODY) {
        s->free_waiting = s->waiting[w].next;
    } else {
        if (s->n_waiting == s->room_waiting) {
            s->room_waiting = s->room_waiting ? 2 * s->room_waiting : FIRST_ROOM;
            s->waiting = more(s->arena, s->waiting, s->n_waiting, s->room_waiting,
                              sizeof *s->waiting);
        }
        w = s->n_waiting++;
    }
    s->waiting[w] = (struct hr_waiting){who, flight, f->last, NOBODY};
    *(f->last == NOBODY ? &f->first : &s->waiting[f->last].next) = w;
    f->last = w;
    return w;
}

void hr_single_flight_leave(struct hr_single_flight *s, uint32_t waiting)
{
    struct hr_waiting *w = &s->waiting[waiting];
    struct hr_flight *f = &s->flights[w->flight];

    *(w->before == NOBODY ? &f->first : &s->waiting[w->before].next) = w->next;
    *(w->next == NOBODY ? &f->last : &s->waiting[w->next].before) = w->before;
    w->next = s->free_waiting;
    s->free_waiting = waiting;
}

uint32_t hr_single_flight_next(struct hr_single_flight *s, uint32_t flight)
{
    const uint32_t w = s->flights[flight].first;

    if (w == NOBODY)
        return NOBODY;
    hr_single_flight_leave(s, w);
    return s->waiting[w].who;
}

uint32_t hr_single_flight_any(const struct hr_single_flight *s)
{
    for (uint32_t b = 0; s->open > 0 && b <= s->mask; b++)
        if (s->bucket[b] != NOBODY)
            return s->bucket[b];
    return NOBODY;
}

uint64_t *hr_single_flight_note(struct hr_single_flight *s, uint32_t flight)
{
    return &s->flights[flight].note;
}
