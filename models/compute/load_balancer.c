/* models/compute/load_balancer.c - spreads requests over the instances of its targets.
 *
 * See the manual text below for the model; models/parts/balance.h for the policies. */
#include "models/compute/load_balancer.h"

#include "sim/system/fleet.h"

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
     .source =
         "nginx.org/en/docs/http/load_balancing.html: round robin unless configured (read "
         "in a copy of 2023)"},
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

/* --- what it does ---------------------------------------------------------------------- */

enum { PURPOSE_LATENCY = 1, PURPOSE_TARGET, PURPOSE_CHOICE };
enum { TAG_PASS_ON };
enum { USAGE_REQUESTS };

struct endpoint {
    uint32_t target; /* number of its component among the targets */
    hr_part part;
    uint32_t instance; /* HR_NONE: a component without instances */
    uint32_t open;     /* requests that are there through us */
    uint64_t id;       /* what it hashes as: the same whatever else exists */
};

struct balancer {
    struct endpoint *endpoints; /* by target; NULL until the first request */
    uint32_t n;
    uint32_t *first; /* of each target's endpoints; one more at the end */
    uint32_t next;   /* round robin */
};

/* A request that has been passed on notes where to, and where it was first sent. */
static uint64_t note_of(uint32_t first, uint32_t now)
{
    return (uint64_t)first << 32 | now;
}

/* What a policy looks at: endpoints [from, from + n). */
struct window {
    const struct hr_run *run;
    const struct balancer *b;
    const struct hr_load_balancer_conf *conf;
    uint32_t from;
};

static bool is_up(const void *ctx, uint32_t i)
{
    const struct window *w = ctx;
    const struct endpoint *e = &w->b->endpoints[w->from + i];

    return e->instance == HR_NONE ? hr_effect_up(w->run, e->part)
                                  : hr_instance_up(w->run, e->instance);
}

static uint32_t open_calls(const void *ctx, uint32_t i)
{
    const struct window *w = ctx;

    return w->b->endpoints[w->from + i].open;
}

static uint64_t hashed_as(const void *ctx, uint32_t i)
{
    const struct window *w = ctx;

    return w->b->endpoints[w->from + i].id;
}

/* For `weighted` the first choice is among targets: is any endpoint of it up? */
static bool target_is_up(const void *ctx, uint32_t target)
{
    const struct window *w = ctx;
    struct window all = *w;

    all.from = 0;
    for (uint32_t i = w->b->first[target]; i < w->b->first[target + 1]; i++)
        if (is_up(&all, i))
            return true;
    return false;
}

static double target_weight(const void *ctx, uint32_t target)
{
    const struct window *w = ctx;
    const double *weights = w->conf->weights.at;

    return w->conf->weights.n ? weights[target] : 1.0;
}

/* Endpoints are listed on the first request, when all fleets have been made. */
static void list_endpoints(struct hr_run *run, hr_part p, struct balancer *b)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    const struct hr_component *components = hr_run_plan(run)->components;
    const uint32_t targets = conf->targets.n;

    b->first = hr_arena_alloc(hr_run_arena(run), targets + 1, sizeof *b->first);
    for (uint32_t k = 0; k < targets; k++) {
        const uint32_t count = hr_fleet_count(run, conf->targets.at[k]);
        b->first[k + 1] = b->first[k] + (count ? count : 1);
    }
    b->n = b->first[targets];
    b->endpoints = hr_arena_alloc(hr_run_arena(run), b->n, sizeof *b->endpoints);
    for (uint32_t k = 0; k < targets; k++) {
        const hr_part part = conf->targets.at[k];
        const bool fleet = hr_fleet_count(run, part) > 0;

        for (uint32_t i = b->first[k]; i < b->first[k + 1]; i++) {
            const uint32_t slot = i - b->first[k];
            b->endpoints[i] = (struct endpoint){
                .target = k,
                .part = part,
                .instance = fleet ? hr_fleet_first(run, part) + slot : HR_NONE,
                .id = hr_mix(components[part].name_key, slot)};
        }
    }
}

static uint64_t hash_of(struct hr_run *run, const struct hr_load_balancer_conf *conf,
                        hr_call c)
{
    const uint32_t key = conf->key != HR_NONE ? conf->key : hr_call_hash_key(run, c);

    return key == HR_NONE ? hr_call_key(run, c) : hr_mix(key, hr_call_value(run, c, key));
}

static uint32_t choose(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    struct balancer *b = hr_state(run, p);
    struct window w = {run, b, conf, 0};
    struct hr_balance_view v = {
        .n = b->n, .ctx = &w, .up = is_up, .open = open_calls, .id = hashed_as};
    enum hr_balance_policy policy = (enum hr_balance_policy)conf->policy;
    struct hr_draws draws = hr_call_draws(run, c, PURPOSE_CHOICE);
    uint64_t key = 0;

    if (policy == HR_BALANCE_HASH)
        key = hash_of(run, conf, c);
    if (policy == HR_BALANCE_WEIGHTED) { /* a target by weight, then any instance of it */
        const struct hr_balance_view targets = {
            .n = conf->targets.n, .ctx = &w, .up = target_is_up, .weight = target_weight};
        struct hr_draws d = hr_call_draws(run, c, PURPOSE_TARGET);
        const uint32_t k = hr_balance_choose(policy, &targets, &d, 0, NULL);

        if (k == HR_BALANCE_NONE)
            return k;
        w.from = b->first[k];
        v.n = b->first[k + 1] - w.from;
        policy = HR_BALANCE_RANDOM;
    }
    const uint32_t i = hr_balance_choose(policy, &v, &draws, key, &b->next);
    return i == HR_BALANCE_NONE ? i : w.from + i;
}

static void send_to(struct hr_run *run, hr_part p, hr_call c, uint32_t first, uint32_t i)
{
    struct balancer *b = hr_state(run, p);
    struct endpoint *e = &b->endpoints[i];

    e->open++;
    *hr_call_note(run, c) = note_of(first + 1, i);
    hr_forward(run, c, e->target, e->instance);
}

static void pass_on(struct hr_run *run, hr_part p, hr_call c)
{
    struct balancer *b = hr_state(run, p);

    if (!b->endpoints)
        list_endpoints(run, p, b);
    const uint32_t i = choose(run, p, c);
    if (i == HR_BALANCE_NONE)
        hr_done(run, c, HR_REFUSED);
    else
        send_to(run, p, c, i, i);
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    struct hr_draws draws = hr_call_draws(run, c, PURPOSE_LATENCY);

    hr_usage_add(run, p, USAGE_REQUESTS, 1);
    const double latency_s =
        hr_law_draw(&conf->latency, &draws) / hr_effect_speed(run, p, hr_call_op(run, c));
    if (latency_s > 0.0)
        hr_hold_for(run, c, hr_time_from_s(latency_s), TAG_PASS_ON);
    else
        pass_on(run, p, c);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    (void)tag;
    pass_on(run, p, (hr_call)data);
}

/* The next endpoint in the circle that is up, up to where the request was first sent. */
static uint32_t next_in_circle(struct hr_run *run, hr_part p, uint32_t first, uint32_t now)
{
    const struct balancer *b = hr_state(run, p);
    const struct window w = {run, b, hr_conf(run, p), 0};

    for (uint32_t i = (now + 1) % b->n; i != first; i = (i + 1) % b->n)
        if (is_up(&w, i))
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
    b->endpoints[now].open--;
    *note = 0;
    if (how == HR_REFUSED && conf->when_refused == HR_REFUSED_NEXT) {
        const uint32_t next = next_in_circle(run, p, first, now);
        if (next != HR_BALANCE_NONE) {
            send_to(run, p, parent, first, next);
            return;
        }
    }
    hr_done(run, parent, how);
}

static void cancel(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome why)
{
    struct balancer *b = hr_state(run, p);
    uint64_t *note = hr_call_note(run, c);

    (void)why;
    if (*note >> 32) /* it is with a target */
        b->endpoints[(uint32_t)*note].open--;
    *note = 0;
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
}

static const struct hr_dimension usage[] = {
    [USAGE_REQUESTS] = {"requests", "1", "Requests that came to it."},
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
    "    power_of_two       two at random, of them the one with fewer requests\n"
    "    weighted           a target by `weights`, then any instance of it\n"
    "    hash               by `key`: the same key goes to the same instance; when one is\n"
    "                       lost only its keys move (highest random weight)\n"
    "  The answer is passed back. When the chosen instance has no room (its queue is "
    "full),\n"
    "  `when_refused: next` tries each other instance once; other failures are passed on,\n"
    "  since the work may have been done. Nothing up: the request is refused.\n"
    "\n"
    "ASSUMES\n"
    "  It has no limit of its own, knows at once which instances are up (health checks "
    "with\n"
    "  their delay are a model of their own), and counts exactly. `round_robin` is the "
    "one\n"
    "  policy whose choices depend on the order in which requests come, as it does in "
    "life.\n"
    "  `latency` is 0 unless a product or the scenario gives one.\n"
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
};
