/* models/compute/load_balancer.c - spreads requests over the instances of its targets.
 *
 * See the manual text below for the model, models/parts/balance.h for the policies,
 * models/parts/health_check.h for the checks, load_balancer.h for how it is split into files. */
#include "models/compute/load_balancer.h"
#include "models/parts/drawn.h"
#include "sim/system/fleet.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_load_balancer_conf, m)
static const char *const policies[] = {"random",       "round_robin", "least_outstanding",
                                       "power_of_two", "weighted",    "hash",
                                       "join_idle",    NULL};
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
     .source =
         "nginx.org/en/docs/http/load_balancing.html: round robin unless configured (read "
         "in a copy of 2023)"},
    {.name = "choices",
     .type = HR_FIELD_COUNT,
     .offset = AT(choices),
     .dflt = "2",
     .min = 2,
     .max = HR_BALANCE_CHOICES,
     .help =
         "Policy `power_of_two`: how many instances are drawn, of which it takes the one "
         "with the fewest requests."},
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
    {.name = "health_check",
     .type = HR_FIELD_GROUP,
     .offset = AT(health_check),
     .table = &hr_health_check_table,
     .help = "How it finds out who is up. Default: it knows at once."},
    {.name = "fail_open",
     .type = HR_FIELD_FLAG,
     .offset = AT(fail_open),
     .dflt = "false",
     .help = "When its checks find no target healthy: send to all, instead of refusing."},
    {.name = "cross_zone",
     .type = HR_FIELD_FLAG,
     .offset = AT(cross_zone),
     .dflt = "true",
     .help = "`false`: a node in each zone, which sends to targets of its zone only."},
    {.name = "slow_start",
     .type = HR_FIELD_DURATION,
     .offset = AT(slow_start),
     .dflt = "0s",
     .max = 1e6,
     .help = "For so long a new target's share of requests grows to its full share."},
    {.name = "deregistration_delay",
     .type = HR_FIELD_DURATION,
     .offset = AT(deregistration_delay),
     .dflt = "300s",
     .max = 1e6,
     /* No claim about a service unless instances are taken out: not counted as an input. */
     .help = "How long requests on a target that is taken out may go on (AWS has 300 s)."},
    {.name = "rules",
     .type = HR_FIELD_COUNT,
     .offset = AT(rules),
     .max = 1e6,
     .help = "Rules that are evaluated for a request; matters to the bill only."},
    {.name = "free_rules",
     .type = HR_FIELD_COUNT,
     .offset = AT(free_rules),
     .max = 1e6,
     .help = "Of these, so many are not billed."},
    {.name = "requests_per_connection",
     .type = HR_FIELD_COUNT,
     .offset = AT(requests_per_connection),
     .dflt = "1",
     .min = 1,
     .max = 1e9,
     .help = "Requests that come over one connection; matters to the bill only."},
    {0},
};
static const struct hr_table table = {"load_balancer", fields,
                                      sizeof(struct hr_load_balancer_conf), NULL,
                                      "Spreads requests over instances."};

/* --- what it does ---------------------------------------------------------------------- */

enum {
    USAGE_HOUR,
    USAGE_NEW_CONNECTIONS,
    USAGE_ACTIVE_CONNECTIONS,
    USAGE_PROCESSED,
    USAGE_RULE_EVALUATIONS,
    USAGE_REQUESTS
};

/* A request that has been passed on notes where to, and where it was first sent. */
static uint64_t note_of(uint32_t first, uint32_t now)
{
    return (uint64_t)first << 32 | now;
}

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);

    hr_usage_level(run, p, USAGE_HOUR, 1);
    for (uint32_t k = 0; k < conf->targets.n; k++)
        hr_fleet_watch(run, p, conf->targets.at[k], conf->deregistration_delay);
    if (conf->health_check != NULL) /* when all fleets have been made */
        hr_control_set(run, p, hr_now(run), BALANCER_BEGIN, 0);
}

static void count_bytes(struct hr_run *run, hr_part p, hr_call c, bool back)
{
    const int64_t bytes = hr_call_bytes(run, c, back);

    if (bytes > 0)
        hr_usage_add(run, p, USAGE_PROCESSED, bytes);
}

static void count_request(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    struct balancer *b = hr_state(run, p);

    hr_usage_add(run, p, USAGE_REQUESTS, 1);
    if (conf->requests_per_connection <= 1 ||
        b->requests++ % (uint64_t)conf->requests_per_connection == 0)
        hr_usage_add(run, p, USAGE_NEW_CONNECTIONS, 1);
    hr_usage_level(run, p, USAGE_ACTIVE_CONNECTIONS, 1);
    if (conf->rules > conf->free_rules)
        hr_usage_add(run, p, USAGE_RULE_EVALUATIONS, conf->rules - conf->free_rules);
    count_bytes(run, p, c, false);
}

static void answer(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome how)
{
    hr_usage_level(run, p, USAGE_ACTIVE_CONNECTIONS, -1);
    count_bytes(run, p, c, true);
    hr_done(run, c, how);
}

static void send_to(struct hr_run *run, hr_part p, hr_call c, uint32_t first, uint32_t i)
{
    struct balancer *b = hr_state(run, p);
    const struct balancer_endpoint *e = &b->endpoints[i];

    hr_balancer_count(b, i, 1);
    *hr_call_note(run, c) = note_of(first + 1, i);
    hr_forward(run, c, e->target, e->instance);
}

static void pass_on(struct hr_run *run, hr_part p, hr_call c)
{
    const struct balancer *b = hr_state(run, p);

    if (!b->endpoints) /* on the first request all fleets have been made */
        hr_balancer_list(run, p);
    const uint32_t i = hr_balancer_choose(run, p, c);
    if (i == HR_BALANCE_NONE)
        answer(run, p, c, HR_REFUSED);
    else
        send_to(run, p, c, i, i);
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    count_request(run, p, c);
    const double latency_s =
        hr_call_delay_s(run, p, c, &conf->latency, BALANCER_PURPOSE_LATENCY);
    if (latency_s > 0.0)
        hr_hold_for(run, c, hr_time_from_s(latency_s), BALANCER_PASS_ON);
    else
        pass_on(run, p, c);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    const struct balancer *b = hr_state(run, p);

    if (tag == BALANCER_PASS_ON)
        pass_on(run, p, (hr_call)data);
    else if (tag == BALANCER_CHECK)
        hr_balancer_checked(run, p, (uint32_t)data);
    else if (!b->endpoints)
        hr_balancer_list(run, p);
}

/* The next endpoint in the circle that may have it, up to where it was first sent; without
 * `cross_zone` the circle stays in the node. */
static uint32_t next_in_circle(struct hr_run *run, hr_part p, uint32_t first, uint32_t now)
{
    const struct balancer *b = hr_state(run, p);

    for (uint32_t i = (now + 1) % b->n; i != first; i = (i + 1) % b->n)
        if (b->endpoints[i].node == b->endpoints[first].node &&
            hr_balancer_eligible(run, b, i))
            return i;
    return HR_BALANCE_NONE;
}

static void child_done(struct hr_run *run, hr_part p, hr_call parent, hr_call child,
                       enum hr_outcome how)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    struct balancer *b = hr_state(run, p);
    uint64_t *note = hr_call_note(run, parent);
    const uint32_t first = (uint32_t)(*note >> 32) - 1, now = (uint32_t)*note;

    (void)child;
    hr_balancer_count(b, now, -1);
    *note = 0;
    if (how == HR_REFUSED && conf->when_refused == HR_REFUSED_NEXT) {
        const uint32_t next = next_in_circle(run, p, first, now);
        if (next != HR_BALANCE_NONE) {
            send_to(run, p, parent, first, next);
            return;
        }
    }
    answer(run, p, parent, how);
}

static void cancel(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome why)
{
    struct balancer *b = hr_state(run, p);
    uint64_t *note = hr_call_note(run, c);

    (void)why;
    if (*note >> 32) /* it is with a target */
        hr_balancer_count(b, (uint32_t)*note, -1);
    *note = 0;
    hr_usage_level(run, p, USAGE_ACTIVE_CONNECTIONS, -1);
}

static void check_health(const struct hr_load_balancer_conf *conf, struct hr_check *ck)
{
    hr_health_check_check(conf->health_check, "health_check", ck);
    if (conf->fail_open && conf->health_check == NULL)
        hr_check_fail(ck, HR_E211, "fail_open",
                      "`fail_open` matters with `health_check` only: without, it knows who "
                      "is up");
    if (conf->slow_start > 0 && conf->policy == HR_BALANCE_LEAST_OUTSTANDING)
        hr_check_fail(ck, HR_E211, "slow_start",
                      "`slow_start` does not go with policy `least_outstanding`, which "
                      "looks at what is outstanding and not at shares");
}

static void check(void *self, struct hr_check *ck)
{
    const struct hr_load_balancer_conf *conf = self;
    const double *weights = conf->weights.at;
    double sum = 0.0;

    if (conf->weights.n > 0 && conf->policy != HR_BALANCE_WEIGHTED)
        hr_check_fail(ck, HR_E211, "weights", "`weights` matter to policy `weighted` only");
    if (conf->weights.n > 0 && conf->weights.n != conf->targets.n)
        hr_check_fail(ck, HR_E211, "weights",
                      "%u weights for %u targets: one each is needed",
                      (unsigned)conf->weights.n, (unsigned)conf->targets.n);
    for (uint32_t i = 0; i < conf->weights.n; i++)
        sum += weights[i];
    if (conf->weights.n > 0 && !(sum > 0.0))
        hr_check_fail(ck, HR_E207, "weights", "all weights are 0: nothing would be sent");
    if (hr_check_given(ck, "key") && conf->policy != HR_BALANCE_HASH)
        hr_check_fail(ck, HR_E211, "key", "`key` matters to policy `hash` only");
    if (conf->choices != 2 && conf->policy != HR_BALANCE_POWER_OF_TWO)
        hr_check_fail(ck, HR_E211, "choices",
                      "`choices` matter to policy `power_of_two` only");
    check_health(conf, ck);
}

static const struct hr_dimension usage[] = {
    [USAGE_HOUR] = {"hour", "1", "The balancer itself.", true},
    [USAGE_NEW_CONNECTIONS] = {"new_connections", "1", "Connections that were opened.",
                               false},
    [USAGE_ACTIVE_CONNECTIONS] = {"active_connections", "1",
                                  "Connections with a request on them.", true},
    [USAGE_PROCESSED] = {"processed", "B", "Bytes of requests and answers, both ways.",
                         false},
    [USAGE_RULE_EVALUATIONS] = {"rule_evaluations", "1",
                                "Rules beyond the free ones, for each request.", false},
    [USAGE_REQUESTS] = {"requests", "1", "Requests that came to it.", false},
    {0},
};

static const char manual[] =
    "A load balancer spreads requests over the instances of its targets. Operations pass\n"
    "through it unchanged: what its targets can be asked, it can be asked.\n"
    "\n"
    "MODEL\n"
    "  A request is delayed by `latency`, then sent to one instance that is up:\n"
    "    round_robin        the next one, in a circle\n"
    "    random             any, with the same probability\n"
    "    least_outstanding  one with the fewest requests that this balancer has there; "
    "ties\n"
    "                       at random\n"
    "    power_of_two       two (or `choices`) at random, of them the one with the fewest\n"
    "                       requests\n"
    "    join_idle          any without requests, or any at all when there is none such\n"
    "    weighted           a target by `weights`, then any instance of it\n"
    "    hash               by `key`: the same key goes to the same instance; when one is\n"
    "                       lost only its keys move (highest random weight)\n"
    "  The answer is passed back. When the chosen instance has no room (its queue is "
    "full),\n"
    "  `when_refused: next` tries each other instance once; other failures are passed on,\n"
    "  since the work may have been done. Nothing up: the request is refused.\n"
    "\n"
    "HEALTH CHECKS\n"
    "  With `health_check` it knows only what its checks tell. Every `interval` each "
    "target is\n"
    "  checked, at a phase of its own. A check fails when the instance is not up at the "
    "end of\n"
    "  its `timeout`, or is so busy that whoever waited for a worker when it was sent "
    "waits\n"
    "  still. After `unhealthy` failures in a row a target gets no new requests, after\n"
    "  `healthy` good checks in a row it gets them again; a target that is new after the "
    "start\n"
    "  gets its first after `initial` good ones. What is lost between two checks gets "
    "requests\n"
    "  until that is noticed, and these fail. Requests that a target has stay there.\n"
    "  No target healthy: requests are refused, or with `fail_open` sent to all registered "
    "ones.\n"
    "  Without `health_check` it knows at once who is up.\n"
    "\n"
    "ELASTIC FLEETS\n"
    "  Instances that are launched are targets as soon as they serve; those that drain "
    "get\n"
    "  nothing new, and may take `deregistration_delay` to finish what they have. With\n"
    "  `slow_start` a target that is new or healthy again begins with no requests and gets "
    "a\n"
    "  share that grows linearly, for so long, to that of the others; not when there are "
    "no\n"
    "  others.\n"
    "\n"
    "ZONES\n"
    "  `cross_zone: false` makes a node of it in each zone where targets are. Each request "
    "goes\n"
    "  to one of the nodes that have a healthy target, evenly, however many these are, and "
    "stays\n"
    "  in that zone.\n"
    "\n"
    "ASSUMES\n"
    "  It has no limit of its own, is not itself lost with a zone, and counts exactly. "
    "Checks\n"
    "  cost the target nothing, and one stream of them stands for those of all nodes. A "
    "name\n"
    "  service that stands before the nodes forgets one without healthy target at once. "
    "Where a\n"
    "  request is measured, the balancer is one place, with nodes or without.\n"
    "  `round_robin` is the one policy whose choices depend on the order in which requests "
    "come,\n"
    "  as it does in life. `latency` is 0 unless a product or the scenario gives one.\n"
    "\n"
    "USAGE\n"
    "  hour; requests; new_connections, one a request unless `requests_per_connection` "
    "says\n"
    "  more; active_connections, those with a request on them (idle ones are not "
    "modelled);\n"
    "  processed, the bytes of requests and answers; rule_evaluations, for each request "
    "`rules`\n"
    "  less `free_rules` (all rules are assumed to be looked at).\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: it fails everything. slow: `latency` grows. fail: requests fail at once with "
    "the\n"
    "  given probability. When a target's instance is lost, its requests fail; with\n"
    "  `when_lost: retry` they are sent to another instance of that target.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: Two choices\n"
    "    horizon: 10m\n"
    "    traffic:\n"
    "      visitors: { to: front, rate: 700/s, mix: { page: 100% } }\n"
    "    components:\n"
    "      front:\n"
    "        kind: load_balancer\n"
    "        targets: app\n"
    "        policy: power_of_two\n"
    "        latency: exponential(400us)\n"
    "        health_check: { interval: 10s, timeout: 2s, healthy: 3, unhealthy: 2 }\n"
    "      app:\n"
    "        kind: service\n"
    "        instances: 8\n"
    "        operations:\n"
    "          page: [ { work: exponential(10ms) } ]\n";

const struct hr_model hr_load_balancer_model = {
    .kind = "load_balancer",
    .room = "compute",
    .summary = "Spreads requests over the instances of its targets.",
    .source = "M. Mitzenmacher, \"The power of two choices in randomized load balancing\", "
              "IEEE TPDS 12(10), 2001",
    .manual = manual,
    .table = &table,
    .state_size = sizeof(struct balancer),
    .ops = HR_OPS_FORWARDED,
    .targets = AT(targets),
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL,
    .fate = HR_FATE_FAIL,
    .arrive = arrive,
    .usage = usage,
    .check = check,
    .child_done = child_done,
    .cancel = cancel,
    .timer = timer,
    .start = start,
    .fleet_changed = hr_balancer_fleet_changed,
    .up_changed = hr_balancer_up_changed,
};
