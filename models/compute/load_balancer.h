/* models/compute/load_balancer.h - what the scenario says of a load balancer. */
#ifndef HR_LOAD_BALANCER_H
#define HR_LOAD_BALANCER_H

#include "models/parts/balance.h"
#include "models/parts/health_check.h"
#include "sim/system/model.h"

enum hr_when_refused { HR_REFUSED_PASS, HR_REFUSED_NEXT };

struct hr_load_balancer_conf {
    struct hr_indices targets; /* components */
    int policy;                /* enum hr_balance_policy */
    struct hr_items weights;   /* double, one a target; n = 0: equal */
    uint32_t key;              /* hash: plan key; HR_NONE: the one of the call */
    struct hr_law latency;     /* s, added to each request */
    int when_refused;          /* enum hr_when_refused */
    struct hr_health_check_conf *health_check; /* NULL: knows at once who is up */
    bool fail_open;                            /* nothing healthy: send to everything */
    bool cross_zone;                           /* false: a node a zone, which keeps to it */
    hr_time slow_start;                        /* of new targets; 0: none */
    hr_time deregistration_delay;    /* calls on a draining target may go on for it */
    int64_t rules, free_rules;       /* evaluated for a request; of them not counted */
    int64_t requests_per_connection; /* of a client's connection */
};

extern const struct hr_model hr_load_balancer_model;

#endif /* HR_LOAD_BALANCER_H */
