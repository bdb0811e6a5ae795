/* models/parts/drawn.h - what a call draws for a model from a law.
 *
 * COST     A constant law, as most latencies are, takes no draw. */
#ifndef HR_DRAWN_H
#define HR_DRAWN_H

#include "sim/system/model.h"

static inline double hr_call_drawn(const struct hr_run *run, hr_call c,
                                   const struct hr_law *law, uint64_t purpose)
{
    if (law->kind == HR_LAW_CONSTANT)
        return law->a;
    struct hr_draws d = hr_call_draws(run, c, purpose);
    return hr_law_draw(law, &d);
}

/* Seconds that a call is delayed by its component, which disturbances may slow. */
static inline double hr_call_delay_s(const struct hr_run *run, hr_part p, hr_call c,
                                     const struct hr_law *latency, uint64_t purpose)
{
    return hr_call_drawn(run, c, latency, purpose) /
           hr_effect_speed(run, p, hr_call_op(run, c));
}

#endif /* HR_DRAWN_H */
