/* sim/scenario/stations.h - components for which queueing theory has an answer.
 *
 * MODEL    A component whose instances are plain stations (model.h), asked by open traffic alone,
 *          at one rate for ever, by operations that are one piece of work each, and by nobody
 *          else; no retries, time-outs, deadlines or disturbances.  Instances are chosen at
 *          random, so that each is asked by a Poisson process.
 *            one core, in order     M/G/1   exact (Pollaczek, Khinchine)
 *            cores, exponential     M/M/c   exact (Erlang)
 *            cores, in order        M/G/c   Allen and Cunneen's approximation
 *            one core, shared       M/G/1   exact, whatever the law of work
 *            cores, shared          M/G/c   exact: as M/M/c, whatever the law of work
 * SOURCE   sim/theory/queues.h, sim/theory/general.h; L. Kleinrock, "Queueing Systems" vol. 2,
 *          1976, ch. 4 (shared cores). */
#ifndef HR_STATIONS_H
#define HR_STATIONS_H

#include "sim/system/model.h"

struct hr_station_answer {
    uint32_t component;
    const char *model; /* "M/M/8" */
    bool exact;        /* false: an approximation */
    bool shared;       /* it shares its cores: longer work waits longer */
    double load;       /* of the cores */
    double response_s; /* mean time there; HUGE_VAL: overloaded */
    double work_s;     /* of it, what the work takes alone */
};

/* Returns how many components have an answer; they are listed in order. */
size_t hr_stations_answers(const struct hr_plan *plan, struct hr_arena *a,
                           struct hr_station_answer **answers);

#endif /* HR_STATIONS_H */
