/* sim/study/episode.h - episodes: short runs in which one disturbance strikes at a random time.
 *
 * An episode begins at a time drawn evenly over the scenario's horizon, with the load and the
 * state of that time (after the scenario's warm-up); one-off shapes are left out.  Soon after,
 * its disturbance strikes.  It ends when nothing acts any more and every window was good for
 * `held`, as `recovered` says; what is not well two hours (and twice `held`) after the last end
 * is given up and counts until then.  A second run with the same keys and no disturbance is made
 * over the same time, so that what it has lost of itself can be taken off.
 *
 * Two kinds, each a machine of hr_study_run whose replications are the episodes:
 *   hazards      what strikes is a hazard, by turns of the classes; the others go on (hazard.h)
 *   occurrences  what strikes is any disturbance, by turns; nothing else acts
 * Their records are those of the disturbed run; hr_episode_of says the rest. */
#ifndef HR_EPISODE_H
#define HR_EPISODE_H

#include "sim/study/study.h"

extern const struct hr_study_machine hr_episode_hazards, hr_episode_occurrences;

struct hr_episode {
    const struct hr_plan *plan; /* of the run: its horizon is the episode's own */
    uint32_t disturbance;       /* that struck first, of the plan */
    hr_time strike, until;      /* of the disturbed time */
    hr_time shift;              /* of the scenario's time that t = 0 is at */
    double weight;              /* likelihood ratio until then */
    double rate;                /* 1/s: of the class; 0: it has no hazard */
    uint32_t other;             /* disturbance that struck into it first; HR_NONE: none */
    bool restored;              /* false: given up */
    const double *lost;  /* by row: requests not good, less those of the second run */
    const double *valid; /* by row: requests of the second run, from 0 until the end */
};
const struct hr_episode *hr_episode_of(const struct hr_record *r);

/* How many classes take turns; 0: there is nothing to make episodes of. */
uint32_t hr_episode_classes(const struct hr_plan *plan, bool hazards);
/* The first disturbance with a hazard that never ends, which no year can be made of; HR_NONE. */
uint32_t hr_episode_endless(const struct hr_plan *plan);

#endif /* HR_EPISODE_H */
