/* sim/scenario/offered.h - what traffic offers over a run, looked at from time to time.
 *
 * Every component that traffic reaches asks for the same rates, and so does every design that
 * leaves traffic alone: they are worked out once.
 * COST     O(classes of traffic x looks). */
#ifndef HR_OFFERED_H
#define HR_OFFERED_H

#include "sim/system/model.h"

struct hr_offered {
    uint32_t n; /* times that are looked at: 0, step, 2 step, ... before the horizon */
    hr_time step;
    const double *at;   /* [row * n + look]: requests a second */
    const double *peak; /* [row]: the largest of them */
};

struct hr_offered *hr_offered_make(const struct hr_plan *plan, struct hr_arena *a);

#endif /* HR_OFFERED_H */
