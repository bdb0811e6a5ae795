/* models/parts/flights.h - what is being fetched, so that nobody fetches it a second time.
 *
 * A flight is one fetch of an object; whoever else wants the object meanwhile is appended to
 * its line.  The line itself is kept by the owner, who knows how to link what waits.
 *
 * COST     O(1) expected; memory of the arena up to the most flights at once, reused. */
#ifndef HR_FLIGHTS_H
#define HR_FLIGHTS_H

#include "sim/engine/arena.h"

#include <stdint.h>

#define HR_FLIGHT_NONE UINT32_MAX

struct hr_flight {
    uint64_t id;
    uint32_t leader;      /* who fetches; HR_FLIGHT_NONE: nobody at the moment */
    uint32_t first, last; /* of the line; HR_FLIGHT_NONE: empty */
    uint32_t chain;       /* next of its bucket, or of the free ones */
};
struct hr_flights {
    struct hr_arena *arena; /* borrowed */
    struct hr_flight *at;
    uint32_t room, used, free, count;
    uint32_t *bucket, mask;
};

void hr_flights_init(struct hr_flights *f, struct hr_arena *arena);
uint32_t hr_flights_find(const struct hr_flights *f, uint64_t id); /* HR_FLIGHT_NONE */
/* A new one; there is none of that id.  Moves the others: keep numbers, not pointers. */
uint32_t hr_flights_open(struct hr_flights *f, uint64_t id, uint32_t leader);
void hr_flights_close(struct hr_flights *f, uint32_t flight);

#endif /* HR_FLIGHTS_H */
