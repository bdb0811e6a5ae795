/* models/compute/autoscaling_group.h - what the scenario says of an autoscaling group. */
#ifndef HR_AUTOSCALING_GROUP_H
#define HR_AUTOSCALING_GROUP_H

#include "models/parts/cpu_credits.h"
#include "models/parts/spread.h"

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

extern const struct hr_model hr_autoscaling_group_model;

#endif /* HR_AUTOSCALING_GROUP_H */
