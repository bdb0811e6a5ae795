/* sim/scenario/bind/schema.c - see schema.h. */
#include "sim/scenario/bind/schema.h"

#include "sim/system/steps.h"

#include <stddef.h>
#include <string.h>

bool hr_schema_in(const char *const *list, const char *word)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

/* --- words that come later --------------------------------------------------------------- */

static const struct hr_later none[] = {{NULL, HR_E901}};
static const struct hr_later later_top[] = {
    {"people", HR_E901}, {"studies", HR_E901}, {"study", HR_E901}, {"sweep", HR_E901},
    {"plan", HR_E901},   {"prices", HR_E901},  {NULL, HR_E901},
};
static const struct hr_later later_place[] = {
    {"price", HR_E901},
    {"geography", HR_E901},
    {NULL, HR_E901},
};
static const struct hr_later later_component[] = {
    {"via", HR_E901},      {"prefer", HR_E901}, {"runs_on", HR_E901}, {"scaling", HR_E901},
    {"schedule", HR_E901}, {"backup", HR_E901}, {"standby", HR_E901}, {NULL, HR_E901},
};
static const struct hr_later later_traffic[] = {
    {"connections", HR_E906}, {"trace", HR_E906},  {"sessions", HR_E906},
    {"tenants", HR_E901},     {"prefer", HR_E901}, {"via", HR_E901},
    {NULL, HR_E901},
};
static const struct hr_later later_step[] = {
    {"push", HR_E903}, {"ask", HR_E903}, {"until", HR_E903},
    {"by", HR_E903},   {NULL, HR_E901},
};
static const struct hr_later later_disturbance[] = {
    {"cut", HR_E904},    {"corrupt", HR_E904}, {"expire", HR_E904},
    {"deploy", HR_E904}, {"migrate", HR_E904}, {NULL, HR_E901},
};

const struct hr_later *const hr_schema_later[HR_N_WHERE] = {
    [HR_WHERE_TABLE] = none,
    [HR_WHERE_TOP] = later_top,
    [HR_WHERE_PLACE] = later_place,
    [HR_WHERE_COMPONENT] = later_component,
    [HR_WHERE_TRAFFIC] = later_traffic,
    [HR_WHERE_OPERATION] = none,
    [HR_WHERE_STEP] = later_step,
    [HR_WHERE_DISTURBANCE] = later_disturbance,
};

const struct hr_later *hr_schema_find_later(enum hr_where where, const char *word)
{
    for (const struct hr_later *l = hr_schema_later[where]; l->word; l++)
        if (strcmp(l->word, word) == 0)
            return l;
    return NULL;
}

const char *const hr_schema_later_kinds[] = {
    "table",    "dns",          "api_gateway", "nat",          "topic",   "stream",
    "schedule", "search",       "warehouse",   "device_fleet", "monitor", "deployment",
    "pipeline", "provisioning", "migration",   "backup",       "people",  "sessions",
    "attack",   "cluster",      NULL};

/* --- the scenario itself ------------------------------------------------------------------ */

const char *const hr_schema_sections[] = {
    "headroom",   "places",       "links",  "keys",     "traffic", "components",
    "objectives", "disturbances", "expect", "defaults", "tags",    "recovered",
    "transfer",   "commitments",  "faults", NULL};

#define AT(m) offsetof(struct hr_top_conf, m)
static const struct hr_field top_fields[] = {
    {.name = "name",
     .type = HR_FIELD_TEXT,
     .offset = AT(name),
     .help = "What the scenario is called. Default: the name of the file."},
    {.name = "question",
     .type = HR_FIELD_TEXT,
     .offset = AT(question),
     .help = "What the scenario is to answer; the report begins with it."},
    {.name = "start",
     .type = HR_FIELD_DATE,
     .offset = AT(start),
     .dflt = "2026-01-05T00:00",
     .help = "The date of t = 0; the default is a Monday."},
    {.name = "horizon",
     .type = HR_FIELD_DURATION,
     .offset = AT(horizon),
     .dflt = "1h",
     .min = 1e-6,
     .max = 95.0 * 365 * 86400, /* 95y */
     .help = "How long is measured, from t = 0."},
    {.name = "warmup",
     .type = HR_FIELD_DURATION,
     .offset = AT(warmup),
     .dflt = "1m",
     .max = 95.0 * 365 * 86400, /* 95y */
     .help = "How long runs before t = 0, at its load, undisturbed and unmeasured."},
    {.name = "drain",
     .type = HR_FIELD_DURATION,
     .offset = AT(drain),
     .dflt = "10m",
     .max = 95.0 * 365 * 86400, /* 95y */
     .help = "How long requests that are open at the horizon are followed, at most."},
    {.name = "start_cold",
     .type = HR_FIELD_FLAG,
     .offset = AT(start_cold),
     .dflt = "false",
     .help = "Begin with everything empty, not in the state that belongs to the load."},
    {0},
};
#undef AT
const struct hr_table hr_top_table = {"scenario", top_fields, sizeof(struct hr_top_conf),
                                      NULL, "What a scenario says of itself."};

#define AT(m) offsetof(struct hr_common_conf, m)
static const struct hr_field common_fields[] = {
    {.name = "kind",
     .type = HR_FIELD_TEXT,
     .offset = AT(kind),
     .help = "How it behaves; `headroom models` lists the kinds."},
    {.name = "product",
     .type = HR_FIELD_TEXT,
     .offset = AT(product),
     .help = "A product of the catalogue, which fills fields that are not written."},
    {.name = "label",
     .type = HR_FIELD_TEXT,
     .offset = AT(label),
     .help = "What reports call it."},
    {.name = "in",
     .type = HR_FIELD_PLACE,
     .offset = AT(in),
     .help = "The place it is in. Default: the one place, where there is one."},
    {.name = "zones",
     .type = HR_FIELD_PLACES,
     .offset = AT(zones),
     .help = "The zones of its place that its instances spread over. Default: all."},
    {.name = "bypass",
     .type = HR_FIELD_FLAG,
     .offset = AT(bypass),
     .help = "Of what forwards: callers go to what is behind it."},
    {.name = "resources",
     .type = HR_FIELD_MAP,
     .offset = AT(resources),
     .table = &hr_resource_table,
     .help = "Connection pools and locks that its steps `hold`."},
    {.name = "prices",
     .type = HR_FIELD_PRICES,
     .offset = AT(prices),
     .help = "What its usage costs, by dimension (`headroom explain KIND` lists them), and "
             "transfer_zone, transfer_region, transfer_out. Default: its product's."},
    {0},
};
#undef AT
const struct hr_table hr_common_table = {"component", common_fields,
                                         sizeof(struct hr_common_conf), NULL,
                                         "What any component may say."};

#define AT(m) offsetof(struct hr_common_traffic_conf, m)
static const struct hr_field common_traffic_fields[] = {
    {.name = "kind",
     .type = HR_FIELD_TEXT,
     .offset = AT(kind),
     .dflt = "clients",
     .help = "How its requests arise."},
    {.name = "label",
     .type = HR_FIELD_TEXT,
     .offset = AT(label),
     .help = "What reports call it."},
    {0},
};
#undef AT
const struct hr_table hr_common_traffic_table = {
    "traffic class", common_traffic_fields, sizeof(struct hr_common_traffic_conf), NULL,
    "What any class of traffic may say."};

#define AT(m) offsetof(struct hr_place_conf, m)
static const struct hr_field place_fields[] = {
    {.name = "provider",
     .type = HR_FIELD_TEXT,
     .offset = AT(provider),
     .help = "Whose region it is (aws); then the catalogue knows its network."},
    {.name = "utc_offset",
     .type = HR_FIELD_TEXT,
     .offset = AT(utc_offset),
     .dflt = "0h",
     .help = "Local time less UTC: 2h, -5h, 5h30m."},
    {0},
};
#undef AT
const struct hr_table hr_place_table = {"place", place_fields, sizeof(struct hr_place_conf),
                                        NULL,
                                        "A region, a data centre, a client geography."};

#define AT(m) offsetof(struct hr_link_conf, m)
static const struct hr_field link_fields[] = {
    {.name = "from",
     .type = HR_FIELD_PLACE,
     .offset = AT(from),
     .required = true,
     .help = "The place at one end."},
    {.name = "to",
     .type = HR_FIELD_PLACE,
     .offset = AT(to),
     .required = true,
     .help = "The place at the other end."},
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .required = true,
     .help = "One way, from `from` to `to`."},
    {.name = "back",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(back),
     .help = "One way, from `to` to `from`. Default: as `latency`."},
    {.name = "loss",
     .type = HR_FIELD_SHARE,
     .offset = AT(loss),
     .max = 1,
     .help = "Share of messages lost, both ways unless `back_loss` is given."},
    {.name = "back_loss",
     .type = HR_FIELD_SHARE,
     .offset = AT(back_loss),
     .max = 1,
     .help = "Share of messages lost from `to` to `from`. Default: as `loss`."},
    {.name = "bandwidth",
     .type = HR_FIELD_BANDWIDTH,
     .offset = AT(bandwidth),
     .max = 1e15,
     .help = "Bytes a second each way. Default: not modelled."},
    {0},
};
#undef AT
const struct hr_table hr_link_table = {"link", link_fields, sizeof(struct hr_link_conf),
                                       NULL, "The network between two places."};

#define AT(m) offsetof(struct hr_key_conf, m)
static const struct hr_field key_fields[] = {
    {.name = "count",
     .type = HR_FIELD_COUNT,
     .offset = AT(count),
     .required = true,
     .min = 1,
     .max = 1e15,
     .help = "How many different ones there are."},
    {.name = "popularity",
     .type = HR_FIELD_POPULARITY,
     .offset = AT(popularity),
     .dflt = "uniform",
     .help = "How often each is asked for: uniform, or zipf(s)."},
    {.name = "size",
     .type = HR_FIELD_LAW_BYTES,
     .offset = AT(size),
     .help = "Bytes of the thing that it names."},
    {0},
};
#undef AT
const struct hr_table hr_key_table = {"key", key_fields, sizeof(struct hr_key_conf),
                                      "count", "One draw a task, shared by every hop."};

#define AT(m) offsetof(struct hr_commitment_conf, m)
static const struct hr_field commitment_fields[] = {
    {.name = "reserve",
     .type = HR_FIELD_TEXT,
     .offset = AT(reserve),
     .one_of = 1,
     .help = "A product, or a component, of which so many are paid for in every hour."},
    {.name = "spend",
     .type = HR_FIELD_TEXT,
     .offset = AT(spend),
     .one_of = 1,
     .help = "A savings plan: so much is paid in every hour, $1.50/h, for usage at a "
             "discount."},
    {.name = "count",
     .type = HR_FIELD_COUNT,
     .offset = AT(count),
     .dflt = "1",
     .min = 1,
     .max = 1e6,
     .help = "reserve: how many."},
    {.name = "price",
     .type = HR_FIELD_TEXT,
     .offset = AT(price),
     .help = "reserve: what one costs an hour, $0.06/h, used or not."},
    {.name = "dimension",
     .type = HR_FIELD_TEXT,
     .offset = AT(dimension),
     .help = "reserve: what of it. Default: its first that is paid by time."},
    {.name = "discount",
     .type = HR_FIELD_SHARE,
     .offset = AT(discount),
     .max = 1,
     .help = "spend: off the list price."},
    {.name = "covers",
     .type = HR_FIELD_COMPONENTS,
     .offset = AT(covers),
     .help = "spend: whose usage. Default: of all that is paid by time."},
    {0},
};
#undef AT
const struct hr_table hr_commitment_table = {
    "commitment", commitment_fields, sizeof(struct hr_commitment_conf), NULL,
    "Money promised for every hour: what is not used is paid, too."};

static const char *const strikes[] = {"always", "year", NULL};
static const char *const fates[] = {"default", "fail", "retry", "finish", NULL};
#define AT(m) offsetof(struct hr_disturbance_conf, m)
static const struct hr_field disturbance_fields[] = {
    {.name = "lose",
     .type = HR_FIELD_TEXT,
     .offset = AT(lose),
     .help = "What is gone: app, 1 of app, 30% of app, each of app, zone R/Z, region R."},
    {.name = "slow",
     .type = HR_FIELD_TEXT,
     .offset = AT(slow),
     .help = "What is slower: a target as of `lose`, or one operation (orders.write)."},
    {.name = "fail",
     .type = HR_FIELD_TEXT,
     .offset = AT(fail),
     .help = "What answers with errors: a target as of `slow`."},
    {.name = "flood",
     .type = HR_FIELD_TEXT,
     .offset = AT(flood),
     .help = "Hostile requests that look like those of this class of traffic."},
    {.name = "misconfigure",
     .type = HR_FIELD_TEXT,
     .offset = AT(misconfigure),
     .help =
         "What has a wrong setting: a component or one operation of it (waf.checkout)."},
    {.name = "failover",
     .type = HR_FIELD_TEXT,
     .offset = AT(failover),
     .help = "What changes over to its standby, as planned."},
    {.name = "freeze",
     .type = HR_FIELD_TEXT,
     .offset = AT(freeze),
     .help = "Whose control plane stands still: a component, zone R/Z, region R."},
    {.name = "by",
     .type = HR_FIELD_TEXT,
     .offset = AT(by),
     .help = "slow: the factor (6x); fail, misconfigure: the share (30%)."},
    {.name = "at",
     .type = HR_FIELD_TEXT,
     .offset = AT(at),
     .help =
         "When: 14h after t = 0; \"14:00\": the first such local time of the target; or "
         "a date, 2026-11-27T14:00."},
    {.name = "for",
     .type = HR_FIELD_TEXT,
     .offset = AT(lasts),
     .help = "How long, a duration or a law. Default: to the end."},
    {.name = "every",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(every),
     .help = "Its hazard: the time from one end to the next beginning."},
    {.name = "rate",
     .type = HR_FIELD_RATE,
     .offset = AT(rate),
     .max = 1e9,
     .help =
         "Its hazard as a rate: 0.2/y is `every: exponential(5y)`. flood: its requests a "
         "second."},
    {.name = "then",
     .type = HR_FIELD_TEXT,
     .offset = AT(then),
     .help = "lose: `staggered 30m`, what was lost comes back within so long after `for`."},
    {.name = "crew",
     .type = HR_FIELD_COUNT,
     .offset = AT(crew),
     .min = 1,
     .max = 64,
     .help =
         "So many are put right at once, the others wait; what is left may be hit again "
         "meanwhile. For instances that are lost at random. Default: each at once."},
    {.name = "per_month",
     .type = HR_FIELD_NUMBER,
     .offset = AT(per_month),
     .dflt = "1",
     .max = 1e6,
     .help = "How often a month has it, in the cost."},
    {.name = "when_lost",
     .type = HR_FIELD_CHOICE,
     .offset = AT(when_lost),
     .dflt = "default",
     .choices = fates,
     .help = "What becomes of calls in flight on what is lost. Default: by kind."},
    {.name = "strikes",
     .type = HR_FIELD_CHOICE,
     .offset = AT(strikes),
     .choices = strikes,
     .help = "When its hazard strikes: `always`, or only in the episodes that a year is "
             "made of "
             "(`year`), so that runs are as without it. Default: always."},
    {0},
};
#undef AT
const struct hr_table hr_disturbance_table = {"disturbance", disturbance_fields,
                                              sizeof(struct hr_disturbance_conf), NULL,
                                              "A fault that begins and may end."};

#define AT(m) offsetof(struct hr_fault_conf, m)
static const struct hr_field fault_fields[] = {
    {.name = "kinds",
     .type = HR_FIELD_TEXT,
     .offset = AT(kinds),
     .help = "Of these kinds of component, [service, cache]. Default: of all that know the "
             "verb."},
    {.name = "except",
     .type = HR_FIELD_TEXT,
     .offset = AT(except),
     .help = "But not of these, [app, us-east-1/a]."},
    {0},
};
#undef AT
const struct hr_table hr_fault_table = {
    "fault", fault_fields, sizeof(struct hr_fault_conf), NULL,
    "A class of faults: a disturbance with a `*` in its target, and one of it for each "
    "component, "
    "zone (`lose: zone *`) or region, named CLASS-TARGET. `use: faults/typical` has some. "
    "What "
    "the scenario says of one under `disturbances:` wins, `null` takes it out. Besides "
    "what a "
    "disturbance can say:"};
