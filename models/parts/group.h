/* models/parts/group.h - an autoscaling group: its settings, its state, and what its files ask of
 * each other.  group_fleet.c launches, removes and replaces instances and balances zones;
 * group_metric.c has the metric periods, alarms and decisions; compute/autoscaling_group.c has
 * the table of its settings, the hooks and the manual. */
#ifndef HR_GROUP_H
#define HR_GROUP_H

#include "models/parts/cpu_credits.h"
#include "models/parts/scaling.h"
#include "models/parts/spread.h"
#include "models/parts/zones.h"

/* --- what the scenario says ---------------------------------------------------------------- */

struct hr_group_size {
    int64_t min;
    int64_t max;     /* 0: not given; then `desired`, or `min` */
    int64_t desired; /* at the start; 0: not given; then `min` */
};

enum hr_group_measure { HR_TRACK_CPU, HR_TRACK_REQUESTS };
struct hr_group_track {
    int measure;        /* enum hr_group_measure */
    struct hr_level at; /* share of the cores, or requests a second of an instance */
};
struct hr_group_policy {
    struct hr_group_track *track;
    int64_t out_periods, in_periods;
    double in_below, in_most;
    bool disable_in;
};

enum hr_group_checks { HR_CHECKS_OF_INSTANCE, HR_CHECKS_OF_BALANCER };
struct hr_group_health {
    int by; /* enum hr_group_checks */
    hr_time interval;
    int64_t threshold;
    hr_time grace;
};

struct hr_autoscaling_group_conf {
    struct hr_fleet_conf fleet;
    struct hr_group_size *instances;
    struct hr_items scaling; /* struct hr_group_policy */
    hr_time metric_period;
    struct hr_law boot; /* s from a launch until it is in service */
    hr_time warm_up, cooldown;
    struct hr_group_health *health_check;
    bool rebalance;
    int64_t quota;                /* instances; 0: no limit */
    double insufficient_capacity; /* probability that a launch is refused */
    hr_time launch_retry;
    struct hr_cpu_credits_conf *cpu_credits; /* NULL: not burstable */
    int balance;                             /* of hr_spread_choices */
};

/* --- the state of a run -------------------------------------------------------------------- */

enum { /* tags of timers */
       HR_GROUP_BOOTED,
       HR_GROUP_DRAINED,
       HR_GROUP_CREDITS,
       HR_GROUP_SAMPLE,
       HR_GROUP_HEALTH,
       HR_GROUP_RETRY,
};
enum { HR_GROUP_GAUGE_DESIRED, HR_GROUP_GAUGE_LAUNCHING, HR_GROUP_GAUGE_CREDITS };
enum { HR_GROUP_USAGE_INSTANCE, HR_GROUP_USAGE_SURPLUS };
enum { HR_GROUP_SAMPLES = 6 }; /* a metric period is looked at so often, for the events */

struct hr_group_member {          /* of the instance that stands in a slot */
    hr_time launched, in_service; /* in_service: HR_NEVER while it boots */
    hr_time drained;              /* when draining ends at the latest */
    hr_timer timer;               /* of its boot or its draining */
    hr_timer look;                /* at its credits */
    double used[2];               /* core-ns when the period, and the sample, began */
    uint64_t requests, asked[2];  /* requests so far, and when these began */
    int64_t bad;                  /* health checks in a row that found it down */
    bool balancing;               /* it boots, and another zone will give one up for it */
    struct hr_cpu_credits credits;
    int64_t billed_ms, shown; /* surplus billed; credits shown by the gauge */
};

struct hr_group_tracker { /* of one rule of `scaling` */
    int measure;
    enum hr_scaling_alarm alarm;
    bool above; /* a sample was above the target, and no period since was not */
};

struct hr_group {
    struct hr_group_member *members; /* by slot */
    uint32_t first, n;
    struct hr_zones zones;
    const uint32_t *place; /* of each zone */
    uint32_t *count;
    bool *up;
    int64_t max, desired;
    uint64_t orders; /* launches asked for, for the draws of their luck */
    hr_timer retry;
    uint32_t next; /* round robin of direct callers */
    /* target tracking */
    uint32_t n_rules, samples, periods; /* periods: that a history has room for */
    struct hr_scaling_rule *rules;
    struct hr_scaling_history *histories;
    double *metrics; /* of the histories: rule x periods */
    struct hr_group_tracker *trackers;
    hr_time period_began, sample_began, rests_until;
};

/* --- group_fleet.c ------------------------------------------------------------------------- */
void hr_group_fleet_start(struct hr_run *run, hr_part p);
void hr_group_fleet_timer(struct hr_run *run, hr_part p, uint32_t tag, uint32_t slot);
/* Launch or remove until there are as many as are desired, or something forbids it. */
void hr_group_fleet_converge(struct hr_run *run, hr_part p);
/* What could not be done is tried again at `at`, and nothing is launched before. */
void hr_group_fleet_retry(struct hr_run *run, hr_part p, hr_time at);

/* --- group_metric.c ------------------------------------------------------------------------ */
void hr_group_metric_start(struct hr_run *run, hr_part p);
void hr_group_metric_sample(struct hr_run *run, hr_part p);
void hr_group_metric_begin(struct hr_run *run, hr_part p, uint32_t slot); /* in service */

#endif /* HR_GROUP_H */
