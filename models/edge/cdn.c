/* models/edge/cdn.c - a content delivery network: caches next to the clients.
 *
 * See the manual text below for the model; cdn_serve.c for what it does with a request,
 * cdn_warm.c for its state at the start. */
#include "models/edge/cdn.h"

#include <stddef.h>
#include <string.h>

#define AT(m) offsetof(struct hr_cdn_conf, m)
static const struct hr_field key_fields[] = {
    {.name = "key",
     .type = HR_FIELD_KEY,
     .offset = offsetof(struct hr_cdn_key, key),
     .required = true,
     .help = "The key that tells its answers apart."},
    {0},
};
static const struct hr_table key_table = {
    "an operation", key_fields, sizeof(struct hr_cdn_key), "key",
    "Which key tells the answers of an operation apart."};

static const struct hr_field fields[] = {
    {.name = "origin",
     .type = HR_FIELD_COMPONENTS,
     .offset = AT(origin),
     .required = true,
     .role = "where misses go",
     .help = "The component that it fetches from."},
    {.name = "cache",
     .type = HR_FIELD_OP_DURATIONS,
     .offset = AT(cache),
     .none = true,
     .max = 1e9,
     .help = "How long answers are kept, by operation; \"*\" is for the others. Default: "
             "none is kept."},
    {.name = "keys",
     .type = HR_FIELD_MAP,
     .offset = AT(keys),
     .table = &key_table,
     .help = "Operations whose answers differ by a key; an operation that is not in it has "
             "one answer for all. Default: see `key`."},
    {.name = "key",
     .type = HR_FIELD_KEY,
     .offset = AT(key),
     .help = "Without `keys`: the key by which answers differ. Default: the key of the "
             "call, if it has one."},
    {.name = "capacity",
     .type = HR_FIELD_BYTES,
     .offset = AT(capacity),
     .max = 1e18,
     .help = "Bytes that one edge location holds; the least recently used go. Default: "
             "enough for all."},
    {.name = "coalesce",
     .type = HR_FIELD_FLAG,
     .offset = AT(coalesce),
     .dflt = "true",
     .help = "While an object is fetched, others who ask for it at that edge wait for it.",
     .source =
         "AWS, CloudFront developer guide, RequestAndResponseBehaviorCustomOrigin.md, "
         "simultaneous requests for the same object, 2023-06-15"},
    {.name = "serve_stale",
     .type = HR_FIELD_DURATION,
     .offset = AT(serve_stale),
     .dflt = "0s",
     .max = 1e9,
     .help = "So long after it expired, an answer is given if the origin fails; it counts "
             "as degraded."},
    {.name = "error_ttl",
     .type = HR_FIELD_DURATION,
     .offset = AT(error_ttl),
     .dflt = "0s",
     .max = 1e6,
     .help = "So long an error of the origin is given again without asking it."},
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .dflt = "0s",
     .help = "What it adds to each request on the way in; a product fills it."},
    {.name = "elsewhere",
     .type = HR_FIELD_CHOICE,
     .offset = AT(elsewhere),
     .dflt = "na",
     .choices = hr_price_classes,
     .help = "Price class of clients whose place has a name that says nothing."},
    {0},
};
static const struct hr_table table = {"cdn", fields, sizeof(struct hr_cdn_conf), NULL,
                                      "A content delivery network."};

/* --- the start ------------------------------------------------------------------------- */

static struct hr_cdn_rule rule_for(const struct hr_cdn_conf *conf, const char *op)
{
    const int64_t *ttl = hr_named_value(&conf->cache, op);
    const struct hr_cdn_key *keys = conf->keys.at;
    struct hr_cdn_rule r = {.ttl = ttl && *ttl > 0 ? *ttl : 0, .key = conf->key};

    if (conf->keys.n == 0 && conf->key == HR_NONE)
        r.key = HR_CDN_KEY_OF_CALL;
    if (conf->keys.n > 0)
        r.key = HR_NONE;
    for (uint32_t i = 0; i < conf->keys.n; i++)
        if (strcmp(keys[i].op, op) == 0)
            r.key = keys[i].key;
    return r;
}

/* One without a value, and one for each value that its key may have. */
static uint64_t objects_of(const struct hr_plan *plan, const struct hr_cdn_rule *r)
{
    uint64_t most = 0;

    if (r->ttl == 0)
        return 0;
    for (uint32_t k = 0; k < plan->n_keys; k++)
        if ((r->key == HR_CDN_KEY_OF_CALL || r->key == k) && plan->keys[k].count > most)
            most = plan->keys[k].count;
    return 1 + most;
}

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_plan *plan = hr_run_plan(run);
    const struct hr_component *me = &plan->components[p];
    const struct hr_cdn_conf *conf = hr_conf(run, p);
    struct hr_cdn *s = hr_state(run, p);

    s->edges = hr_arena_alloc(hr_run_arena(run), plan->n_places, sizeof *s->edges);
    s->rules = hr_arena_alloc(hr_run_arena(run), me->n_ops, sizeof *s->rules);
    for (uint32_t i = 0; i < me->n_ops; i++) {
        s->rules[i] = rule_for(conf, plan->operations[me->first_op + i].name);
        s->rules[i].first = s->ids;
        s->ids += objects_of(plan, &s->rules[i]);
    }
    hr_single_flight_init(&s->flights, hr_run_arena(run));
    if (!plan->start_cold)
        hr_cdn_warm(run, p);
}

static void check(void *self, struct hr_check *ck)
{
    const struct hr_cdn_conf *conf = self;
    const struct hr_cdn_key *keys = conf->keys.at;

    if (conf->origin.n > 1)
        hr_check_fail(
            ck, HR_E211, "origin",
            "a CDN has one origin, and there are %u: put a load_balancer in front "
            "of them",
            (unsigned)conf->origin.n);
    if (hr_check_given(ck, "key") && conf->keys.n > 0)
        hr_check_fail(ck, HR_E210, "key",
                      "`keys` says for each operation what `key` says for all");
    for (uint32_t i = 0; i < conf->keys.n; i++) {
        const int64_t *ttl = hr_named_value(&conf->cache, keys[i].op);
        if (!ttl || *ttl <= 0)
            hr_check_fail(ck, HR_E211, "keys", "`%s` has a key, and it is not in `cache`",
                          keys[i].op);
    }
}

static double at_rest(const void *self)
{
    const struct hr_cdn_conf *conf = self;

    return hr_law_mean(&conf->latency);
}

static const struct hr_gauge gauges[] = {
    [HR_CDN_WAITING] = {"waiting", "requests", "Waiting for what another fetches."},
    {0},
};

#define REQUESTS(class, text, where)                                                       \
    [HR_CDN_REQUESTS + (class)] = {                                                        \
        .name = "requests_" text, .unit = "1", .help = "Requests from " where "."}
#define EGRESS(class, text, where)                                                         \
    [HR_CDN_EGRESS + (class)] = {                                                          \
        .name = "egress_" text, .unit = "B", .help = "Bytes of answers to " where "."}
#define EACH_CLASS(of)                                                                     \
    of(HR_CLASS_NA, "na", "North America"), of(HR_CLASS_EU, "eu", "Europe"),               \
        of(HR_CLASS_ASIA, "asia", "Asia outside of Japan and India"),                      \
        of(HR_CLASS_JAPAN, "japan", "Japan"), of(HR_CLASS_INDIA, "india", "India"),        \
        of(HR_CLASS_AUSTRALIA, "australia", "Australia"),                                  \
        of(HR_CLASS_SOUTH_AMERICA, "south_america", "South America"),                      \
        of(HR_CLASS_AFRICA, "africa", "Africa and the Middle East")
static const struct hr_dimension usage[] = {
    EACH_CLASS(REQUESTS),
    EACH_CLASS(EGRESS),
    [HR_CDN_TO_ORIGIN] = {.name = "to_origin",
                          .unit = "B",
                          .help = "Bytes of requests to the origin."},
    {0},
};

static const char manual[] =
    "A CDN answers from caches next to the clients, and fetches from its origin what it "
    "has\n"
    "not. What the origin can be asked, it can be asked.\n"
    "\n"
    "MODEL\n"
    "  Without `in:` it stands next to every client place: the way to it is the last mile\n"
    "  alone, the way on to the origin is the rest. Each edge location has a cache of its "
    "own.\n"
    "  `cache` says which operations are kept, and for how long after their answer came.\n"
    "  An object is an operation, and a value of its key where it has one: under `keys` "
    "the\n"
    "  operations that have one, and which; or `key`, or the key that the call carries. "
    "Its\n"
    "  size is that of the key, else that of the answer. Exact LRU within `capacity` "
    "bytes.\n"
    "  A miss is fetched. Whoever asks for the same object there meanwhile waits for that\n"
    "  answer (`coalesce`), and shares it also when it is an error; if the one who "
    "fetches\n"
    "  is cancelled, the first in line fetches. Other operations are passed through.\n"
    "  When the origin fails (an error, refused, too late), an answer that expired\n"
    "  less than `serve_stale` ago is given and counts as degraded; else the error is, "
    "and\n"
    "  `error_ttl` keeps it.\n"
    "  `hit_rate` is of requests for operations that are kept; one who waited and\n"
    "  was answered is a hit.\n"
    "  At the start the caches hold what the load of t = 0 would have left there, unless\n"
    "  `start_cold`.\n"
    "\n"
    "ASSUMES\n"
    "  One tier: no regional caches between edge and origin, so the origin sees more "
    "misses\n"
    "  than behind a CDN that has them. One location in each client place, where a real "
    "CDN\n"
    "  has dozens with a cache each: hit ratios of rarely asked objects are too good. An\n"
    "  answer is fresh for the whole TTL from its arrival. It does not retry. Request and\n"
    "  answer have the size that the origin's operation gives them.\n"
    "  The caches at the start know of direct traffic, not of what other components ask.\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: it fails everything; what its caches hold is there when it is back. slow:\n"
    "  `latency` grows. fail: requests fail at once with the given probability.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: Pages close to their readers\n"
    "    horizon: 10m\n"
    "    warmup: 5m\n"
    "    places: { dc: {}, city: {}, island: {} }\n"
    "    links:\n"
    "      city: { from: city, to: city/edge, latency: 6ms }\n"
    "      city_dc: { from: city/edge, to: dc, latency: 9ms }\n"
    "      island: { from: island, to: island/edge, latency: 12ms }\n"
    "      island_dc: { from: island/edge, to: dc, latency: 80ms }\n"
    "    keys:\n"
    "      article: { count: 20k, popularity: zipf(0.9), size: lognormal(p50=30kB "
    "p99=400kB) }\n"
    "    traffic:\n"
    "      readers:\n"
    "        from: { city: 60%, island: 40% }\n"
    "        to: edge\n"
    "        rate: 100/s\n"
    "        mix: { front: 40%, read: 55%, comment: 5% }\n"
    "    components:\n"
    "      edge:\n"
    "        kind: cdn\n"
    "        origin: app\n"
    "        cache: { front: 30s, read: 5m, \"*\": none }\n"
    "        keys: { read: article }\n"
    "        serve_stale: 1h\n"
    "      app:\n"
    "        kind: service\n"
    "        in: dc\n"
    "        instances: 2\n"
    "        operations:\n"
    "          front:\n"
    "            bytes: { request: 1kB, response: 60kB }\n"
    "            steps: [ { work: 8ms } ]\n"
    "          read:\n"
    "            bytes: { request: 1kB, response: lognormal(p50=30kB p99=400kB) }\n"
    "            steps: [ { work: 4ms } ]\n"
    "          comment:\n"
    "            bytes: { request: 2kB, response: 1kB }\n"
    "            steps: [ { work: 6ms } ]\n";

const struct hr_model hr_cdn_model = {
    .kind = "cdn",
    .room = "edge",
    .summary = "Caches next to the clients, in front of an origin.",
    .source = "AWS, CloudFront developer guide, HowCloudFrontWorks.md, Expiration.md and "
              "RequestAndResponseBehaviorCustomOrigin.md "
              "(github.com/awsdocs/amazon-cloudfront-developer-guide@1c964d4), 2023-06-15",
    .manual = manual,
    .table = &table,
    .state_size = sizeof(struct hr_cdn),
    .ops = HR_OPS_FORWARDED,
    .targets = AT(origin),
    .stands = HR_STANDS_AT_EDGE,
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL,
    .fate = HR_FATE_FAIL,
    .route = hr_cdn_route,
    .arrive = hr_cdn_arrive,
    .gauges = gauges,
    .usage = usage,
    .check = check,
    .start = start,
    .child_done = hr_cdn_child_done,
    .cancel = hr_cdn_cancel,
    .timer = hr_cdn_timer,
    .at_rest = at_rest,
};
