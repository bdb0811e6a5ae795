/* sim/scenario/analyse_bounds.h - objectives that are below what theory says is the least.
 *
 * What an operation does itself, one step after the other, takes at least so long; where a
 * component is a plain station its wait comes on top.
 * SOURCE  sim/scenario/stations.h. */
#ifndef HR_ANALYSE_BOUNDS_H
#define HR_ANALYSE_BOUNDS_H

#include "sim/scenario/scenario.h"

void hr_analyse_bounds(const struct hr_design *d, struct hr_arena *a, struct hr_diags *ds);

#endif /* HR_ANALYSE_BOUNDS_H */
