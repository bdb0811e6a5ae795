/* models/parts/zones.h - where a fleet puts the next instance, and which zone gives one up.
 *
 * MODEL    Launches go to the zone with the fewest instances among those where launches work;
 *          removals come from the zone with the most.  Ties: the first in order, so that
 *          designs that differ elsewhere place alike.  A fleet is out of balance when two zones
 *          that work differ by two instances or more; then instances are launched in the
 *          emptier before the fuller gives any up.
 * COST     O(zones).
 * SOURCE   Amazon EC2 Auto Scaling user guide, auto-scaling-benefits.md and
 *          as-instance-termination.md (read in
 *          github.com/awsdocs/amazon-ec2-auto-scaling-user-guide@6c46a78, 2023-06-15).
 * CHECKED  tests/models/test_zones.c. */
#ifndef HR_ZONES_H
#define HR_ZONES_H

#include <stdbool.h>
#include <stdint.h>

#define HR_ZONES_NONE UINT32_MAX

struct hr_zones { /* instances and state by zone */
    uint32_t n;
    const uint32_t *count;
    const bool *up;
};

/* The emptiest zone that works; HR_ZONES_NONE: none works. */
uint32_t hr_zones_emptiest(const struct hr_zones *z);
/* The fullest zone, up or not; HR_ZONES_NONE: there are no instances. */
uint32_t hr_zones_fullest(const struct hr_zones *z);
/* How many instances must move between zones that work until they differ by one at most. */
uint32_t hr_zones_moves(const struct hr_zones *z);

#endif /* HR_ZONES_H */
