/* models/compute/service.c - a fixed number of instances that run operations.
 *
 * See the manual text below for the model; sim/system/fleet.h for what an instance does. */
#include "models/compute/service.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_service_conf, m)
static const char *const spreads[] = {"random", "round_robin", "least_outstanding", NULL};

static const struct hr_field fields[] = {
    HR_FLEET_FIELDS(AT(fleet)),
    {.name = "balance",
     .type = HR_FIELD_CHOICE,
     .offset = AT(balance),
     .dflt = "random",
     .choices = spreads,
     .help =
         "How direct callers spread over its instances (a load balancer has its own way)."},
    {0},
};
static const struct hr_table table = {"service", fields, sizeof(struct hr_service_conf),
                                      NULL, "A fixed number of instances."};

const struct hr_model hr_service_model = {
    .kind = "service",
    .room = "compute",
    .summary = "A fixed number of instances with CPU, workers, a queue and memory.",
    .source = "L. Kleinrock, \"Queueing Systems\" vol. 2, 1976 (processor sharing)",
    .manual = "",
    .table = &table,
    .ops = HR_OPS_DECLARED,
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL,
    .fate = HR_FATE_FAIL,
};
