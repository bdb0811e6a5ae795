/* sim/measure/integral.h - time-weighted averages by differences, in integers.
 *
 * Holds a level that changes by steps and its integral over time, and the same integral cut
 * into equal buckets.  Nothing is sampled.  Outside [from, to) nothing is accumulated.
 *
 * LIMITS levels of up to 10^7 over any horizon: the integral has 128 bits, and a bucket wider
 *        than nine minutes keeps its area in coarser units (hr_integral_bucket_mean knows).
 * COST   O(1) a change plus one a bucket boundary crossed. */
#ifndef HR_INTEGRAL_H
#define HR_INTEGRAL_H

#include "sim/engine/time.h"

#include <stddef.h>

__extension__ typedef __int128 hr_area; /* level x ns */

struct hr_integral {
    int64_t level; /* now */
    int64_t max;   /* highest level inside [from, to) */
    hr_time as_of; /* when the areas were last brought up to date */
    hr_time from, to;
    hr_time bucket;      /* width; 0 = no series */
    hr_area area;        /* inside [from, to) */
    hr_area bucket_area; /* of bucket `at` */
    size_t at;
    int64_t *areas; /* by bucket, level x 2^shift ns; borrowed; NULL = no series */
    size_t n_areas;
    unsigned shift; /* 0 for buckets of up to 2^39 ns = 549 s */
};

/* `areas` holds `n_areas` buckets, the first one beginning at `from`; what comes after the last
 * is in the mean but not in the series. */
void hr_integral_init(struct hr_integral *g, hr_time from, hr_time to, hr_time bucket,
                      int64_t *areas, size_t n_areas);
/* `now` must not precede the last change. */
void hr_integral_add(struct hr_integral *g, hr_time now, int64_t change);
void hr_integral_set(struct hr_integral *g, hr_time now, int64_t level);
void hr_integral_close(struct hr_integral *g, hr_time now); /* bring up to date */
/* Mean level over [from, min(to, as_of)); 0 if that is empty. */
double hr_integral_mean(const struct hr_integral *g);
/* Mean level over the part of bucket i inside [from, min(to, as_of)); 0 if that is empty. */
double hr_integral_bucket_mean(const struct hr_integral *g, size_t i);

#endif /* HR_INTEGRAL_H */
