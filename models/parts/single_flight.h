/* models/parts/single_flight.h - one fetches, the others that want the same wait.
 *
 * MODEL    Whoever misses an object first opens a flight for it; those that come for the same
 *          object board it, and are let off in the order in which they boarded when the object
 *          has come, or when whoever fetches it is given up.
 * COST     O(1) expected; memory for the most flights and waiting calls at one time.
 * SOURCE   R. Nishtala and others, "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1
 *          (leases); Go's package singleflight gives the same to one process.
 * CHECKED  tests/models/test_single_flight.c */
#ifndef HR_SINGLE_FLIGHT_H
#define HR_SINGLE_FLIGHT_H

#include "sim/engine/arena.h"

#include <stdint.h>

#define HR_NO_FLIGHT UINT32_MAX

struct hr_flight;
struct hr_waiting;
struct hr_single_flight {
    struct hr_arena *arena; /* borrowed */
    struct hr_flight *flights;
    struct hr_waiting *waiting;
    uint32_t *bucket; /* first flight of each chain */
    uint32_t mask, n_flights, room_flights, n_waiting, room_waiting;
    uint32_t free_flight, free_waiting;
    uint32_t open; /* flights now */
};

void hr_single_flight_init(struct hr_single_flight *s, struct hr_arena *arena);
/* The flight of an object, HR_NO_FLIGHT if there is none.  A flight's number is its own until it
 * is closed. */
uint32_t hr_single_flight_find(const struct hr_single_flight *s, uint64_t id);
uint32_t hr_single_flight_open(struct hr_single_flight *s, uint64_t id);  /* has none yet */
void hr_single_flight_close(struct hr_single_flight *s, uint32_t flight); /* nobody waits */
/* Call `who` waits from now on; the number is for `leave`. */
uint32_t hr_single_flight_board(struct hr_single_flight *s, uint32_t flight, uint32_t who);
/* Who has waited longest gets off; HR_NO_FLIGHT: nobody. */
uint32_t hr_single_flight_next(struct hr_single_flight *s, uint32_t flight);
void hr_single_flight_leave(struct hr_single_flight *s, uint32_t waiting);
/* Any open flight, to close them all; HR_NO_FLIGHT: none. */
uint32_t hr_single_flight_any(const struct hr_single_flight *s);
/* A word of the owner's on each open flight, 0 at first. */
uint64_t *hr_single_flight_note(struct hr_single_flight *s, uint32_t flight);

#endif /* HR_SINGLE_FLIGHT_H */
