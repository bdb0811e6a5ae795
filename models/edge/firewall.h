/* models/edge/firewall.h - what the scenario says of a web application firewall. */
#ifndef HR_FIREWALL_H
#define HR_FIREWALL_H

#include "sim/system/model.h"

struct hr_firewall_rate { /* `rate_limit:` */
    int64_t requests;     /* of one source in the window */
    hr_time window, every;
    struct hr_law delay; /* s from the evaluation to the block, and to its end */
    double detects;      /* share of hostile requests from sources that exceed the limit */
    int64_t sources;     /* that those come from */
};
struct hr_firewall_conf {
    struct hr_indices to; /* one component */
    struct hr_law latency;
    int64_t rules;
    double detects; /* share of hostile requests that ordinary rules know at once */
    double false_positives;
    struct hr_firewall_rate *rate; /* NULL: none */
};

extern const struct hr_model hr_firewall_model;

#endif /* HR_FIREWALL_H */
