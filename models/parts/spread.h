/* models/parts/spread.h - how direct callers spread over the instances of a fleet.
 *
 * MODEL    One of balance.h's policies over the instances that may be given new calls, with the
 *          draws of the call.  Used by every model whose callers may come without a balancer.
 * ASSUMES  Callers know at once which instances are open, and with `least_outstanding` exactly
 *          how busy each is.
 * CHECKED  tests/models/test_service.c, test_autoscaling_group.c. */
#ifndef HR_SPREAD_H
#define HR_SPREAD_H

#include "sim/system/fleet.h"

/* The row of a model's table whose conf has an `int` at `at` for it. */
extern const char *const hr_spread_choices[];
#define HR_SPREAD_FIELD(at)                                                                \
    {                                                                                      \
        .name = "balance", .type = HR_FIELD_CHOICE, .offset = (at), .dflt = "random",      \
        .choices = hr_spread_choices,                                                      \
        .help = "How direct callers spread over its instances (a load balancer has its "   \
                "own way)."                                                                \
    }

/* The instance for a call that comes without one; HR_NONE: none is open.  `next` is the state
 * of round robin. */
uint32_t hr_spread_choose(struct hr_run *run, hr_part p, hr_call c, int balance,
                          uint32_t *next);
/* A call arrives: to the instance that it was sent to, or to one that is chosen now; ended as
 * refused when none is open.  Returns the instance, HR_NONE when refused. */
uint32_t hr_spread_target(struct hr_run *run, hr_part p, hr_call c, int balance,
                          uint32_t *next);

#endif /* HR_SPREAD_H */
