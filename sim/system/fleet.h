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

#include <stddef.h>

enum hr_discipline {
    HR_PROCESSOR_SHARING,
    HR_FIFO,
    HR_LIFO, /* non-preemptive */
    HR_RANDOM,
    HR_SHORTEST, /* shortest job first, non-preemptive */
    HR_PRIORITY, /* by the operation's rank, then first in, first out; non-preemptive */
};
extern const char *const hr_discipline_choices[];

struct hr_fleet_conf {
    int64_t instances;
    double cores;
    int discipline;        /* enum hr_discipline */
    int64_t workers;       /* per instance; 0 = no limit */
    int64_t queue;         /* waiting for a worker, per instance; -1 = no limit */
    double speed;          /* cpu_speed of the product; 1 = the base */
    int64_t memory;        /* bytes; 0 = not modelled */
    int64_t memory_base;   /* bytes held by an idle instance */
    struct hr_law restart; /* s from a kill until it serves again */
};
/* The conf's rows, to be included in a model's table whose conf embeds it at offset `base`. */
#define HR_FLEET_FIELDS(base)                                                              \
    {.name = "instances",                                                                  \
     .type = HR_FIELD_COUNT,                                                               \
     .offset = (base) + offsetof(struct hr_fleet_conf, instances),                         \
     .dflt = "1",                                                                          \
     .min = 1,                                                                             \
     .max = 1e5,                                                                           \
     .help = "How many run at the same time."},                                            \
        {.name = "cores",                                                                  \
         .type = HR_FIELD_NUMBER,                                                          \
         .offset = (base) + offsetof(struct hr_fleet_conf, cores),                         \
         .dflt = "1",                                                                      \
         .min = 0.01,                                                                      \
         .max = 1e4,                                                                       \
         .help = "CPU cores of one instance."},                                            \
        {.name = "discipline",                                                             \
         .type = HR_FIELD_CHOICE,                                                          \
         .offset = (base) + offsetof(struct hr_fleet_conf, discipline),                    \
         .dflt = "processor_sharing",                                                      \
         .choices = hr_discipline_choices,                                                 \
         .help =                                                                           \
             "How its CPU is shared: equally, or one piece of work a core at a time."},    \
        {.name = "workers",                                                                \
         .type = HR_FIELD_COUNT,                                                           \
         .offset = (base) + offsetof(struct hr_fleet_conf, workers),                       \
         .max = 1e9,                                                                       \
         .help = "Calls that one instance admits at once; default: no limit."},            \
        {.name = "queue",                                                                  \
         .type = HR_FIELD_COUNT,                                                           \
         .offset = (base) + offsetof(struct hr_fleet_conf, queue),                         \
         .dflt = "unlimited",                                                              \
         .min = -1,                                                                        \
         .max = 1e9,                                                                       \
         .help = "Calls that may wait for a worker of one instance, more are refused."},   \
        {.name = "cpu_speed",                                                              \
         .type = HR_FIELD_NUMBER,                                                          \
         .offset = (base) + offsetof(struct hr_fleet_conf, speed),                         \
         .dflt = "1",                                                                      \
         .min = 1e-3,                                                                      \
         .max = 1e3,                                                                       \
         .help = "Speed of its CPU against the one that `work` was measured on."},         \
        {.name = "memory",                                                                 \
         .type = HR_FIELD_BYTES,                                                           \
         .offset = (base) + offsetof(struct hr_fleet_conf, memory),                        \
         .max = 1e15,                                                                      \
         .help = "Memory of one instance; exceeding it kills it. Default: not modelled."}, \
        {.name = "memory_base",                                                            \
         .type = HR_FIELD_BYTES,                                                           \
         .offset = (base) + offsetof(struct hr_fleet_conf, memory_base),                   \
         .dflt = "0B",                                                                     \
         .max = 1e15,                                                                      \
         .help = "Memory that an idle instance holds."},                                   \
    {                                                                                      \
        .name = "restart", .type = HR_FIELD_LAW_TIME,                                      \
        .offset = (base) + offsetof(struct hr_fleet_conf, restart), .dflt = "30s",         \
        .help = "From a kill until the instance serves again.",                            \
        .source = "assumed: a container restart with application start-up"                 \
    }

/* Instances of a component: ids are global to the run, contiguous for a fleet made at once. */
void hr_fleet_make(struct hr_run *run, hr_part p, const struct hr_fleet_conf *conf);
uint32_t hr_fleet_first(const struct hr_run *run, hr_part p);
uint32_t hr_fleet_count(const struct hr_run *run, hr_part p); /* all, up or not */
bool hr_instance_up(const struct hr_run *run, uint32_t instance);
uint32_t hr_instance_calls(const struct hr_run *run,
                           uint32_t instance); /* queued + admitted */
uint32_t hr_instance_place(const struct hr_run *run, uint32_t instance); /* its zone */
/* Give a call to an instance: admitted, queued or refused (it is then ended). */
void hr_instance_admit(struct hr_run *run, uint32_t instance, hr_call c);

#endif /* HR_FLEET_H */
