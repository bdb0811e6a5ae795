/* models/external/third_party.c - a service that somebody else runs.
 *
 * See the manual text below for the model. */
#include "models/external/third_party.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_third_party_conf, m)
static const struct hr_field fields[] = {
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .required = true,
     .help = "From a request's arrival there to its answer, whatever the load."},
    {.name = "failures",
     .type = HR_FIELD_SHARE,
     .offset = AT(failures),
     .dflt = "0%",
     .max = 1,
     .help = "Share of requests that it answers with an error, after the same latency."},
    {.name = "limit",
     .type = HR_FIELD_RATE,
     .offset = AT(limit),
     .max = 1e9,
     .help =
         "Requests a second that it lets us make; more are throttled. Default: no limit."},
    {.name = "burst",
     .type = HR_FIELD_COUNT,
     .offset = AT(burst),
     .max = 1e9,
     .help = "Requests that `limit` lets through at once. Default: one second of it."},
    {.name = "concurrency",
     .type = HR_FIELD_COUNT,
     .offset = AT(concurrency),
     .max = 1e9,
     .help = "Requests that it lets us have open at once; more are throttled. Default: no "
             "limit."},
    {0},
};
static const struct hr_table table = {"third_party", fields,
                                      sizeof(struct hr_third_party_conf), NULL,
                                      "A service that somebody else runs."};

const struct hr_model hr_third_party_model = {
    .kind = "third_party",
    .room = "external",
    .summary = "A service that somebody else runs: latency, failures, a limit.",
    .source =
        "J. Turner, \"New directions in communications\", IEEE Communications Magazine "
        "24(10), 1986 (the limit, a token bucket)",
    .manual = "",
    .table = &table,
    .ops = HR_OPS_ANY,
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL,
    .fate = HR_FATE_FAIL,
};
