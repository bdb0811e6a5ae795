/* models/compute/load_balancer.h - what the scenario says of a load balancer, and what its
 * files ask of each other. */
#ifndef HR_LOAD_BALANCER_H
#define HR_LOAD_BALANCER_H

#include "models/parts/balance.h"
#include "models/parts/health_check.h"
#include "sim/system/model.h"

enum hr_when_refused { HR_REFUSED_PASS, HR_REFUSED_NEXT };

struct hr_load_balancer_conf {
    struct hr_indices targets; /* components */
    int policy;                /* enum hr_balance_policy */
    int64_t choices;           /* power_of_two: how many are drawn */
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

/* --- inside ------------------------------------------------------------------------------
 *
 * ENDPOINTS  Every slot of every target is an endpoint; a component without instances is one.
 *            It is registered while its instance serves.  The list holds those that may be
 *            given requests, ordered by node, then target, then slot: all registered ones when
 *            there are no health checks (who is up is then asked for each request), else those
 *            that are healthy, or, when none is and it fails open, all registered ones.
 * NODES      One, or with `cross_zone: false` one for each zone: places are the numbers of
 *            nodes. */
enum {
    BALANCER_PURPOSE_LATENCY = 1,
    BALANCER_PURPOSE_TARGET,
    BALANCER_PURPOSE_CHOICE,
    BALANCER_PURPOSE_NODE,
    BALANCER_PURPOSE_SLOW,
    BALANCER_PURPOSE_PHASE
};
enum { BALANCER_PASS_ON, BALANCER_BEGIN, BALANCER_CHECK }; /* tags of timers */

struct balancer_endpoint {
    uint32_t target; /* number of its component among the targets */
    hr_part part;
    uint32_t instance; /* HR_NONE: a component without instances */
    uint32_t open;     /* requests that are there through us */
    uint64_t id;       /* what it hashes as: the same whatever else exists */
    uint32_t node;
    uint32_t position; /* in the list, if it is there */
    bool registered, listed;
    struct hr_health health;
    hr_timer check;  /* the next one ends */
    hr_time full_at; /* slow start: from then on it has its full share */
};

struct balancer {
    const struct hr_load_balancer_conf *conf; /* borrowed */
    struct balancer_endpoint
        *endpoints; /* by target and slot; NULL until they are listed */
    uint32_t n, n_targets, n_nodes;
    uint32_t *first; /* of each target's endpoints; one more at the end */
    uint32_t *list;  /* endpoints that may be given requests */
    uint32_t *from;  /* in the list, by node * n_targets + target; one more at the end */
    bool ranked;     /* `open` is kept: by policy least_outstanding, when told who is up */
    struct hr_least open; /* of those of the list that are eligible, by position */
    uint32_t *next;       /* round robin, by node: position in its part of the list */
    hr_time slow_until;   /* no endpoint is in slow start from then on */
    bool all_bad;         /* nothing is healthy */
    uint64_t requests;
};

/* load_balancer_targets.c: who may be given a request. */
void hr_balancer_list(struct hr_run *run, hr_part p); /* once, when all fleets are made */
void hr_balancer_fleet_changed(struct hr_run *run, hr_part p, hr_part fleet,
                               uint32_t instance);
void hr_balancer_up_changed(struct hr_run *run, hr_part p, hr_part fleet,
                            uint32_t instance);
void hr_balancer_relist(struct hr_run *run, hr_part p);
/* It may be given requests from now on and was not before. */
void hr_balancer_welcome(struct hr_run *run, hr_part p, struct balancer_endpoint *e);
/* Is it one of the list, and, without health checks, up? */
bool hr_balancer_eligible(const struct hr_run *run, const struct balancer *b,
                          uint32_t endpoint);

/* One request more or less (`by` -1) is at an endpoint. */
void hr_balancer_count(struct balancer *b, uint32_t endpoint, int by);

/* load_balancer_choose.c: the endpoint for a request; HR_BALANCE_NONE. */
uint32_t hr_balancer_choose(struct hr_run *run, hr_part p, hr_call c);

/* load_balancer_checks.c: health checks of an endpoint. */
void hr_balancer_check_begin(struct hr_run *run, hr_part p, uint32_t endpoint);
void hr_balancer_check_stop(struct hr_run *run, struct balancer_endpoint *e);
void hr_balancer_checked(struct hr_run *run, hr_part p, uint32_t endpoint);

#endif /* HR_LOAD_BALANCER_H */
