/* models/parts/reservoir.h - a reservoir of credits, and a server that may burst while it lasts.
 *
 * MODEL    Credits are a fluid: earned at a constant rate up to a most, spent at the rate of
 *          whoever spends:
 *
 *              level(t) = min(most, max(0, level(t0) + (earn - spend) (t - t0)))
 *
 *          The server works off what it is given first in, first out: at rate `burst` while
 *          there are credits, at rate `base` = what it earns when there are none.  A unit of
 *          work spends one credit.  Where the burst is not above the base, credits do not
 *          matter.  This is the I/O bucket of a gp2 volume.
 *          Work is booked as a backlog, so the wait of what comes next is known at once: its
 *          own work and all before it go at the burst rate until the credits are gone, and at
 *          the base rate from then on.  What comes later cannot change it.
 * ASSUMES  Fluid: work is served in infinitely small pieces.
 * COST     O(1), no events.
 * SOURCE   AWS, user guide for EC2, general-purpose.md (I/O credits and burst performance),
 *          github.com/awsdocs/amazon-ec2-user-guide@e3707c4, 2023-06-15.
 * CHECKED  tests/models/test_reservoir.c, by hand. */
#ifndef HR_RESERVOIR_H
#define HR_RESERVOIR_H

#include "sim/engine/time.h"

#include <stdbool.h>

struct hr_reservoir {
    double most;       /* credits that it can hold */
    double earn_per_s; /* >= 0 */
    double level;      /* at `as_of`, 0..most */
    hr_time as_of;
};

void hr_reservoir_init(struct hr_reservoir *r, double most, double earn_per_s, double level,
                       hr_time now);
/* The level at `now`, not before as_of, when `spend_per_s` was spent since then. */
double hr_reservoir_level(const struct hr_reservoir *r, double spend_per_s, hr_time now);
/* Go on to `now` with that spending. */
void hr_reservoir_advance(struct hr_reservoir *r, double spend_per_s, hr_time now);
/* Seconds after as_of until it is empty at that spending; HUGE_VAL: never. */
double hr_reservoir_lasts_s(const struct hr_reservoir *r, double spend_per_s);

struct hr_burst_server {
    struct hr_reservoir credits; /* earns `base` */
    double base, burst;          /* work a second; 0 = no limit at all */
    double backlog;              /* work not yet done, at credits.as_of */
};

/* Full of credits, nothing to do. */
void hr_burst_server_init(struct hr_burst_server *s, double base, double burst, double most,
                          hr_time now);
/* Work off what can be done by `now`. */
void hr_burst_server_advance(struct hr_burst_server *s, hr_time now);
/* Add work at `now`; how long until it is done. */
hr_time hr_burst_server_add(struct hr_burst_server *s, double work, hr_time now);
/* When the credits will be gone, by what is booked already; HR_NEVER: not by that. */
hr_time hr_burst_server_empty_at(const struct hr_burst_server *s);
/* What was booked is no longer wanted: the backlog is gone, the credits stay. */
void hr_burst_server_drop(struct hr_burst_server *s, hr_time now);

#endif /* HR_RESERVOIR_H */
