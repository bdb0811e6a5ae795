/* models/compute/load_balancer.h - what the scenario says of a load balancer. */
#ifndef HR_LOAD_BALANCER_H
#define HR_LOAD_BALANCER_H

#include "models/parts/balance.h"
#include "sim/system/model.h"

enum hr_when_refused { HR_REFUSED_PASS, HR_REFUSED_NEXT };

struct hr_load_balancer_conf {
    struct hr_indices targets; /* components */
    int policy;                /* enum hr_balance_policy */
    struct hr_items weights;   /* double, one a target; n = 0: equal */
    uint32_t key;              /* hash: plan key; HR_NONE: the one of the call */
    struct hr_law latency;     /* s, added to each request */
    int when_refused;          /* enum hr_when_refused */
};

extern const struct hr_model hr_load_balancer_model;

#endif /* HR_LOAD_BALANCER_H */
