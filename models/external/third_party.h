/* models/external/third_party.h - what the scenario says of a service of somebody else. */
#ifndef HR_THIRD_PARTY_H
#define HR_THIRD_PARTY_H

#include "sim/system/model.h"

struct hr_third_party_conf {
    struct hr_law latency; /* s, from a request's arrival there to its answer */
    double failures;       /* share of requests that it answers with an error */
    double limit;          /* 1/s; 0: none */
    int64_t burst;         /* tokens; 0: one second of `limit` */
    int64_t concurrency;   /* at once; 0: no limit */
};

extern const struct hr_model hr_third_party_model;

#endif /* HR_THIRD_PARTY_H */
