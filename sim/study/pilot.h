/* sim/study/pilot.h - how long a warm-up a scenario needs, found out by a few runs of its own.
 *
 * The mean latency of what arrives in each short interval, over a few pilot runs from t = 0
 * without a warm-up, goes through MSER-5 (sim/measure/mser.h).  The longest of the designs is
 * the warm-up of all runs of all designs: they must leave out the same.  A design whose calls in
 * progress grow in step with time has no steady state, whatever its latencies.
 * Only a scenario that has a steady state can be asked: one without load shapes, schedules and
 * disturbances.  Everything else starts where it starts, and is told apart by name. */
#ifndef HR_STUDY_PILOT_H
#define HR_STUDY_PILOT_H

#include "sim/scenario/scenario.h"

enum { HR_PILOT_RUNS = 5 };

/* Why there is no steady state to warm up to, in words that complete "because ..."; NULL: there
 * may be one. */
const char *hr_pilot_refusal(const struct hr_scenario *s, struct hr_arena *a);

enum hr_pilot_end {
    HR_PILOT_SETTLED,
    HR_PILOT_UNSETTLED,   /* a design does not settle in half of the horizon */
    HR_PILOT_OUT_OF_TIME, /* they take more than `limit_s` */
};
struct hr_pilot {
    uint64_t seed;
    double limit_s; /* wall clock; 0: none */
    /* found out: */
    hr_time warmup;
    const char *unsettled; /* name of the design */
    double taken_s;
};
/* `s` must have been loaded without a warm-up. */
enum hr_pilot_end hr_pilot_warmup(const struct hr_scenario *s, struct hr_pilot *p);

#endif /* HR_STUDY_PILOT_H */
