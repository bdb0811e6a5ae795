/* sim/measure/profile.h - a histogram made small, to be asked how many values are at most x.
 *
 * 16 sub-buckets an octave, counts added up, and only from the smallest to the largest value:
 * about a kilobyte, so that one can be kept of each replication of a long study.  A count is
 * interpolated inside its bucket; what replications are compared by is the same for all. */
#ifndef HR_PROFILE_H
#define HR_PROFILE_H

#include "sim/engine/arena.h"
#include "sim/measure/hist.h"

struct hr_profile {
    uint32_t first, n;    /* buckets */
    const uint64_t *upto; /* finite values in buckets first .. first + i */
};

/* The infinite values are left out. */
struct hr_profile hr_profile_of(const struct hr_hist *h, struct hr_arena *a);

/* Finite values <= value (ns; HUGE_VAL: all of them). */
double hr_profile_count_le(const struct hr_profile *p, double value);

#endif /* HR_PROFILE_H */
