/* sim/system/fleet.h - instances: CPU, workers, queue, memory.  Shared by every model whose
 * operations run somewhere (services, groups, functions, databases).
 *
 * MODEL    An instance admits a call when a worker is free; else the call waits in a bounded
 *          queue, or is refused when that is full.  An admitted call runs its operation's
 *          steps and holds its worker to the end, also while it waits for a callee.  `work`
 *          runs on the CPU: `cores` cores shared equally by all that runs (processor sharing,
 *          virtual time dV/dt = speed x min(1, cores / n)), or, for the other disciplines, one
 *          piece of work a core at a time, the next chosen by the discipline; a preemptive
 *          one also takes the core away from what runs, which later goes on where it was.
 *          Workers may be started on demand: as many are starting as calls wait, and a worker
 *          that has been idle for `worker_idle` is stopped.
 *          Every admitted call holds its operation's memory; when base + in flight exceeds the
 *          instance's memory it is killed and restarts after `restart`.
 * ASSUMES  No context-switch cost; a call's memory is taken on admission and given back at
 *          its end.
 * COST     O(log n) a piece of work, n being what runs on that instance; disciplines but
 *          processor sharing, fifo and lifo: O(n), n being what waits.
 * SOURCE   L. Kleinrock, "Queueing Systems" vol. 2, 1976 (processor sharing, preemptive
 *          priorities); L. Schrage, L. Miller, "The queue M/G/1 with the shortest remaining
 *          processing time discipline", Operations Research 14(4), 1966; A. Gandhi, S. Doroudi,
 *          M. Harchol-Balter, A. Scheller-Wolf, "Exact analysis of the M/M/k/setup class of
 *          Markov chains via recursive renewal reward", SIGMETRICS 2013 (workers on demand). */
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
    /* Preemptive: what runs gives way to what goes before it, and later goes on where it was. */
    HR_LIFO_PREEMPTIVE,
    HR_PRIORITY_PREEMPTIVE,
    HR_SHORTEST_REMAINING,
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
    bool on_demand;        /* workers are started when calls wait, and stopped when idle */
    struct hr_law worker_start; /* s that it takes */
    hr_time worker_idle;        /* so long an idle one stays */
    /* s; longest wait for a worker, then refused; constant 0 = no limit */
    struct hr_law patience;
    const char *exhausted; /* event when no worker is free; NULL: "workers exhausted" */
};
/* The conf's rows, to be included in a model's table whose conf embeds it at offset `base`;
 * HR_INSTANCE_FIELDS are those of one instance, for models that say in a way of their own how
 * many there are. */
#define HR_FLEET_FIELDS(base)                                                              \
    {.name = "instances",                                                                  \
     .type = HR_FIELD_COUNT,                                                               \
     .offset = (base) + offsetof(struct hr_fleet_conf, instances),                         \
     .dflt = "1",                                                                          \
     .min = 1,                                                                             \
     .max = 1e5,                                                                           \
     .help = "How many run at the same time."},                                            \
        HR_INSTANCE_FIELDS(base)
#define HR_INSTANCE_FIELDS(base)                                                           \
    {.name = "cores",                                                                      \
     .type = HR_FIELD_NUMBER,                                                              \
     .offset = (base) + offsetof(struct hr_fleet_conf, cores),                             \
     .dflt = "1",                                                                          \
     .min = 0.01,                                                                          \
     .max = 1e4,                                                                           \
     .help = "CPU cores of one instance."},                                                \
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

/* The rows of workers on demand, and the gauges that their model has first. */
#define HR_ON_DEMAND_FIELDS(base)                                                          \
    {.name = "worker_start",                                                               \
     .type = HR_FIELD_LAW_TIME,                                                            \
     .offset = (base) + offsetof(struct hr_fleet_conf, worker_start),                      \
     .help = "Workers are started on demand, and this is how long a start takes. "         \
             "Default: all are there from the start."},                                    \
    {                                                                                      \
        .name = "worker_idle", .type = HR_FIELD_DURATION,                                  \
        .offset = (base) + offsetof(struct hr_fleet_conf, worker_idle), .dflt = "0s",      \
        .max = 1e9,                                                                        \
        .help = "Workers on demand: how long an idle one stays before it is stopped."      \
    }
enum { HR_GAUGE_WORKERS_STARTING, HR_GAUGE_WORKERS_ON };
#define HR_ON_DEMAND_GAUGES                                                                \
    [HR_GAUGE_WORKERS_STARTING] = {"workers_starting", "workers",                          \
                                   "Workers on demand that are being started."},           \
    [HR_GAUGE_WORKERS_ON] = {"workers_on", "workers",                                      \
                             "Workers on demand that are there, busy or idle."}

/* Does nobody wait for a worker for ever? */
static inline bool hr_fleet_impatient(const struct hr_fleet_conf *conf)
{
    return conf->patience.kind != HR_LAW_CONSTANT || conf->patience.a > 0.0;
}

/* The row of `patience`, for models that do not name it in a way of their own. */
#define HR_PATIENCE_FIELD(base)                                                            \
    {                                                                                      \
        .name = "patience", .type = HR_FIELD_LAW_TIME,                                     \
        .offset = (base) + offsetof(struct hr_fleet_conf, patience),                       \
        .help = "Longest wait for a worker, a law is drawn for each call; who has waited " \
                "so long leaves, refused. Default: no limit."                              \
    }

/* Instances of a component stand in slots: ids are global to the run and contiguous for a
 * component.  In a fleet of fixed size every slot serves from the start; in an elastic one
 * instances come and go, and a slot is reused with the next generation. */
enum hr_instance_state {
    HR_INSTANCE_NONE,      /* the slot is free */
    HR_INSTANCE_LAUNCHING, /* ordered, not serving yet */
    HR_INSTANCE_SERVING,   /* registered: may be given new calls */
    HR_INSTANCE_DRAINING,  /* ends what it has; nobody sends anything new */
};

void hr_fleet_make(struct hr_run *run, hr_part p, const struct hr_fleet_conf *conf);
/* `most` free slots. */
void hr_fleet_make_slots(struct hr_run *run, hr_part p, const struct hr_fleet_conf *conf,
                         uint32_t most);
/* An instance in a free slot, LAUNCHING, in a zone or place; HR_NONE when no slot is free. */
uint32_t hr_fleet_launch(struct hr_run *run, hr_part p, uint32_t place);
void hr_instance_serve(struct hr_run *run, uint32_t instance); /* LAUNCHING -> SERVING */
void hr_instance_drain(struct hr_run *run, uint32_t instance); /* SERVING -> DRAINING */
/* It is no more: calls that are left on it end by the fate, and the slot is free. */
void hr_instance_gone(struct hr_run *run, uint32_t instance, enum hr_fate fate);

uint32_t hr_fleet_first(const struct hr_run *run, hr_part p);
uint32_t hr_fleet_count(const struct hr_run *run, hr_part p); /* all slots */
enum hr_instance_state hr_instance_state(const struct hr_run *run, uint32_t instance);
uint32_t hr_instance_generation(const struct hr_run *run, uint32_t instance); /* from 1 */
/* Slot and generation as one number: the entity of its draws. */
uint64_t hr_instance_entity(const struct hr_run *run, uint32_t instance);
/* SERVING or DRAINING, and neither lost nor restarting. */
bool hr_instance_up(const struct hr_run *run, uint32_t instance);
bool hr_instance_open(const struct hr_run *run, uint32_t instance); /* up and SERVING */
bool hr_instance_lost(const struct hr_run *run, uint32_t instance); /* held by a `lose` */
uint32_t hr_instance_calls(const struct hr_run *run,
                           uint32_t instance); /* queued + admitted */
uint32_t hr_instance_place(const struct hr_run *run, uint32_t instance); /* its zone */
/* When the first call that waits for a worker came; HR_NEVER: none waits. */
hr_time hr_instance_waiting_since(const struct hr_run *run, uint32_t instance);
/* CPU time that it has taken since its launch, core-ns, warm-up included; its utilisation over
 * a period is a difference of two. */
double hr_instance_used(struct hr_run *run, uint32_t instance);
/* From now on its CPU has `cores` cores, at most those of its conf (burst credits). */
void hr_instance_cores(struct hr_run *run, uint32_t instance, double cores);
/* Give a call to an instance: admitted, queued or refused (it is then ended). */
void hr_instance_admit(struct hr_run *run, uint32_t instance, hr_call c);

/* Balancers watch the fleets that they send to (in `start`): their hook `fleet_changed` is
 * called when an instance changes its state.  `drain` is how long they let an instance end
 * what it has; whoever removes instances waits for the longest of the watchers'. */
void hr_fleet_watch(struct hr_run *run, hr_part watcher, hr_part fleet, hr_time drain);
hr_time hr_fleet_drain_time(const struct hr_run *run,
                            hr_part fleet); /* 0: nobody watches */
/* What a watcher's health checks say of an instance, told when it changes; forgotten when the
 * slot is launched anew. */
void hr_instance_report(struct hr_run *run, uint32_t instance, bool healthy);
bool hr_instance_reported_bad(const struct hr_run *run, uint32_t instance);

#endif /* HR_FLEET_H */
