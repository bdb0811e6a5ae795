/* models/compute/service.h - what the scenario says of a service. */
#ifndef HR_SERVICE_H
#define HR_SERVICE_H

#include "models/parts/spread.h"

struct hr_service_conf {
    struct hr_fleet_conf fleet;
    int balance; /* of hr_spread_choices; how callers spread over the instances */
};

extern const struct hr_model hr_service_model;

#endif /* HR_SERVICE_H */
