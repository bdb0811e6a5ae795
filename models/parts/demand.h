/* models/parts/demand.h - how much traffic asks for an operation at the start, and from where.
 *
 * MODEL    The sum over the traffic classes of their rate at t = 0, the share of the operation
 *          in their mix, and the share of the client place; for requests that reach the
 *          component straight or through forwarders (their first target).
 * ASSUMES  What other components call is left out, and so are retries.  A class whose places
 *          follow their own day has the shares of a whole day.
 * COST     O(traffic classes x operations). */
#ifndef HR_DEMAND_H
#define HR_DEMAND_H

#include "sim/system/model.h"

/* 1/s of operation `op` of some component, from client place `place` (0: from nowhere in
 * particular).  Finite: a closed class that does not think is left out. */
double hr_demand(const struct hr_plan *plan, uint32_t op, uint32_t place);
/* The plan key that the first class which asks for it gives with the call; HR_NONE. */
uint32_t hr_demand_key(const struct hr_plan *plan, uint32_t op);
/* Does any traffic come from that place? */
bool hr_demand_from(const struct hr_plan *plan, uint32_t place);

#endif /* HR_DEMAND_H */
