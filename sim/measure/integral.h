/* sim/measure/integral.h - time-weighted averages by differences, in integers.
 *
 * Holds a level that changes by steps and its integral over time, and the same integral cut
 * into equal buckets.  Nothing is sampled.  Outside [from, to) nothing is accumulated.
 *
 * COST   O(1) a change plus one a bucket boundary crossed. */
#ifndef HR_INTEGRAL_H
#define HR_INTEGRAL_H

#include "sim/engine/time.h"

#include <stddef.h>

struct hr_integral {
    int64_t level; /* now */
    int64_t max;   /* highest level inside [from, to) */
    hr_time as_of; /* when `area` was last brought up to date */
    hr_time from, to;
    hr_time bucket; /* width; 0 = no series */
    int64_t area;   /* level x ns inside [from, to), low part in units of 1 */
    int64_t *areas; /* by bucket; borrowed; NULL = no series */
    size_t n_areas;
};

void hr_integral_init(struct hr_integral *g, hr_time from, hr_time to, hr_time bucket,
                      int64_t *areas, size_t n_areas);
void hr_integral_add(struct hr_integral *g, hr_time now, int64_t change);
void hr_integral_set(struct hr_integral *g, hr_time now, int64_t level);
void hr_integral_close(struct hr_integral *g, hr_time now); /* bring up to date */
/* Mean level over [from, min(to, as_of)); 0 if that is empty. */
double hr_integral_mean(const struct hr_integral *g);

#endif /* HR_INTEGRAL_H */
