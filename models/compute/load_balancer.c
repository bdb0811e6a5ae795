/* models/compute/load_balancer.c - spreads requests over the instances of its targets.
 *
 * See the manual text below for the model; models/parts/balance.h for the policies. */
#include "models/compute/load_balancer.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_load_balancer_conf, m)
static const char *const policies[] = {
    "random", "round_robin", "least_outstanding", "power_of_two", "weighted", "hash", NULL};
static const char *const refusals[] = {"pass", "next", NULL};

static const struct hr_field weight_fields[] = {
    {.name = "weight",
     .type = HR_FIELD_NUMBER,
     .required = true,
     .max = 1e9,
     .help = "Weight of one target; only ratios matter."},
    {0},
};
static const struct hr_table weight_table = {"weight", weight_fields, sizeof(double),
                                             "weight", "Weights, one a target."};

static const struct hr_field fields[] = {
    {.name = "targets",
     .type = HR_FIELD_COMPONENTS,
     .offset = AT(targets),
     .required = true,
     .role = "where requests are passed on to",
     .help = "The components that it spreads requests over."},
    {.name = "policy",
     .type = HR_FIELD_CHOICE,
     .offset = AT(policy),
     .dflt = "round_robin",
     .choices = policies,
     .help = "How it chooses the instance for a request.",
     .source = "nginx documentation, \"Using nginx as HTTP load balancer\": round robin is "
               "the default (from memory, unverified)"},
    {.name = "weights",
     .type = HR_FIELD_LIST,
     .offset = AT(weights),
     .table = &weight_table,
     .help = "Policy `weighted`: one number a target, in the order of `targets`."},
    {.name = "key",
     .type = HR_FIELD_KEY,
     .offset = AT(key),
     .help = "Policy `hash`: the key that decides. Default: the key of the call, else each "
             "request for itself."},
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .dflt = "0s",
     .help = "What it adds to each request on the way in; a product fills it."},
    {.name = "when_refused",
     .type = HR_FIELD_CHOICE,
     .offset = AT(when_refused),
     .dflt = "pass",
     .choices = refusals,
     .help = "When the chosen instance has no room: pass the refusal on, or try each other "
             "one once."},
    {0},
};
static const struct hr_table table = {"load_balancer", fields,
                                      sizeof(struct hr_load_balancer_conf), NULL,
                                      "Spreads requests over instances."};

const struct hr_model hr_load_balancer_model = {
    .kind = "load_balancer",
    .room = "compute",
    .summary = "Spreads requests over the instances of its targets.",
    .source = "M. Mitzenmacher, \"The power of two choices in randomized load balancing\", "
              "IEEE TPDS 12(10), 2001",
    .manual = "",
    .table = &table,
    .ops = HR_OPS_FORWARDED,
    .targets = AT(targets),
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL,
    .fate = HR_FATE_FAIL,
};
