/* sim/system/fleet.h - instances: CPU, workers, queue, memory.  Shared by every model whose
 * operations run somewhere (services, groups, functions, databases).
 *
 * MODEL    An instance admits a call when a worker is free; else the call waits in a bounded
 *          queue, or is refused when that is full.  An admitted call runs its operation's
 *          steps and holds its worker to the end, also while it waits for a callee.  `work`
 *          runs on the CPU: `cores` cores shared equally by all that runs (processor sharing,
 *          virtual time dV/dt = speed x min(1, cores / n)), or, for the other disciplines, one
 *          piece of work a core at a time, the next chosen by the discipline.
 *          Every admitted call holds its operation's memory; when base + in flight exceeds the
 *          instance's memory it is killed and restarts after `restart`.
 * ASSUMES  No context-switch cost; a call's memory is taken on admission and given back at
 *          its end.
 * COST     O(log n) a piece of work, n being what runs on that instance.
 * SOURCE   L. Kleinrock, "Queueing Systems" vol. 2, 1976 (processor sharing). */
#ifndef HR_FLEET_H
#define HR_FLEET_H

#include "sim/system/model.h"

enum hr_discipline {
    HR_PROCESSOR_SHARING,
    HR_FIFO,
    HR_LIFO,     /* non-preemptive */
    HR_RANDOM,
    HR_SHORTEST, /* shortest job first, non-preemptive */
    HR_PRIORITY, /* by the operation's rank, then first in, first out; non-preemptive */
};
extern const char *const hr_discipline_choices[];

struct hr_fleet_conf {
    int64_t instances;
    double cores;
    int discipline;      /* enum hr_discipline */
    int64_t workers;     /* per instance; 0 = no limit */
    int64_t queue;       /* waiting for a worker, per instance; -1 = no limit */
    double speed;        /* cpu_speed of the product; 1 = the base */
    int64_t memory;      /* bytes; 0 = not modelled */
    int64_t memory_base; /* bytes held by an idle instance */
    struct hr_law restart; /* s from a kill until it serves again */
};
/* The conf's rows, for a model's table that embeds it at `base` (see field.h). */
extern const struct hr_field hr_fleet_fields[];

/* Instances of a component: ids are global to the run, contiguous for a fleet made at once. */
void hr_fleet_make(struct hr_run *run, hr_part p, const struct hr_fleet_conf *conf);
uint32_t hr_fleet_first(const struct hr_run *run, hr_part p);
uint32_t hr_fleet_count(const struct hr_run *run, hr_part p); /* all, up or not */
bool hr_instance_up(const struct hr_run *run, uint32_t instance);
uint32_t hr_instance_calls(const struct hr_run *run, uint32_t instance); /* queued + admitted */
uint32_t hr_instance_place(const struct hr_run *run, uint32_t instance); /* its zone */
/* Give a call to an instance: admitted, queued or refused (it is then ended). */
void hr_instance_admit(struct hr_run *run, uint32_t instance, hr_call c);

#endif /* HR_FLEET_H */
