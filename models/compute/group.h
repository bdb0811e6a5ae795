/* models/compute/group.h - the state of an autoscaling group, and what its files ask of each
 * other: autoscaling_group.c (settings, hooks), group_fleet.c (launching, removing, health,
 * zones), group_metric.c (periods, alarms, decisions). */
#ifndef HR_GROUP_H
#define HR_GROUP_H

#include "models/compute/autoscaling_group.h"
#include "models/parts/scaling.h"
#include "models/parts/zones.h"

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
