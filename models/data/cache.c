/* models/data/cache.c - objects in memory, in front of something slower.
 *
 * See the manual text below for the model; models/parts/cache_state.h for what a node holds,
 * single_flight.h for leases, cache_warm.c for what it holds at the start. */
#include "models/data/cache.h"
#include "models/parts/drawn.h"

#include "sim/engine/check.h"

#define AT(m) offsetof(struct hr_cache_conf, m)
enum { MOST_NODES = 1000, MOST_REPLICAS = 5 };

static const struct hr_field fields[] = {
    {.name = "nodes",
     .type = HR_FIELD_COUNT,
     .offset = AT(nodes),
     .dflt = "1",
     .min = 1,
     .max = MOST_NODES,
     .help = "Nodes that share the objects: each has those whose hash is its part."},
    {.name = "replicas",
     .type = HR_FIELD_COUNT,
     .offset = AT(replicas),
     .dflt = "0",
     .max = MOST_REPLICAS,
     .help = "Further nodes for each that have the same objects and can take over."},
    {.name = "memory",
     .type = HR_FIELD_BYTES,
     .offset = AT(memory),
     .required = true,
     .min = 1,
     .max = 1e15,
     .help = "Room for objects on one node; a product fills it."},
    {.name = "ttl",
     .type = HR_FIELD_DURATION,
     .offset = AT(ttl),
     .max = 1e9,
     .help = "How long an object is good after it was set. Default: until it is evicted."},
    {.name = "sliding",
     .type = HR_FIELD_FLAG,
     .offset = AT(sliding),
     .help = "`ttl` begins anew with every hit, as for sessions."},
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .dflt = "lognormal(p50=200us p99=900us)",
     .help = "From a request's arrival at a node to its answer.",
     .source = "assumed: under 1 ms inside a zone; measure it"},
    {.name = "throughput",
     .type = HR_FIELD_RATE,
     .offset = AT(throughput),
     .max = 1e9,
     .help = "Requests a second that one node can do; more wait. Default: no limit."},
    {.name = "key",
     .type = HR_FIELD_KEY,
     .offset = AT(key),
     .help = "The key that names its objects. Default: the key of the call."},
    {.name = "object_size",
     .type = HR_FIELD_LAW_BYTES,
     .offset = AT(object_size),
     .dflt = "1kB",
     .help = "Bytes of an object, where its key has no `size`.",
     .source = "assumed"},
    {.name = "single_flight",
     .type = HR_FIELD_FLAG,
     .offset = AT(single_flight),
     .help = "Of all that miss the same object, one fetches it and the others wait."},
    {.name = "lease",
     .type = HR_FIELD_DURATION,
     .offset = AT(lease),
     .dflt = "10s",
     .min = 1e-3,
     .max = 1e9,
     .help = "single_flight: how long whoever fetches has until the next may.",
     .source =
         "R. Nishtala and others, \"Scaling Memcache at Facebook\", NSDI 2013, 3.2.1: "
         "one token a key every 10 s"},
    {.name = "failover",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(failover),
     .dflt = "uniform(10s..60s)",
     .help = "From the loss of a node until a replica has taken over.",
     .source = "ElastiCache with automatic failover, detection included: from memory, "
               "unverified"},
    {0},
};
static const struct hr_table table = {"cache", fields, sizeof(struct hr_cache_conf), NULL,
                                      "Objects in memory."};
static const char *const own_ops[] = {"get", "set", "delete", NULL};

/* --- objects ----------------------------------------------------------------------------- */

enum { PURPOSE_LATENCY = 1 };
enum { TAG_ANSWER, TAG_LEASE };
enum { GAUGE_OBJECTS, GAUGE_MB, GAUGE_WAITING };
enum { USAGE_NODE };
struct hr_cache_shard *hr_cache_shard_at(struct hr_run *run, hr_part p, uint32_t k)
{
    return &((struct hr_cache *)hr_state(run, p))->shards[k];
}

/* What a call is about. */
struct about {
    uint32_t key; /* HR_NONE: it names nothing, so it cannot be found */
    uint64_t value, object;
    uint64_t id; /* of the object, if it has a key */
    uint32_t shard;
};

static struct about about_call(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct about a = {.key = conf->key != HR_NONE ? conf->key : hr_call_hash_key(run, c)};

    if (a.key == HR_NONE) {
        a.object = hr_call_key(run, c);
    } else {
        a.value = hr_call_value(run, c, a.key);
        a.object = hr_cache_object(run, a.key, a.value);
        a.id = hr_cache_id(run, p, a.key, a.value);
    }
    a.shard = hr_cache_shard_of(conf, a.object);
    return a;
}

static enum hr_cache_op op_of(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_cache *cache = hr_state(run, p);
    const uint32_t first = hr_run_plan(run)->components[p].first_op;

    return (enum hr_cache_op)cache->op[hr_call_op(run, c) - first];
}

/* --- answers ----------------------------------------------------------------------------- */

/* What a call notes: what comes of it (from 1; 0: it has not come yet), or that it waits for
 * another's fetch; its shard, and the epoch of that; its place among those that wait. */
enum { NOTE_WAITS = 15, EPOCHS = 1 << 14 };
static uint64_t note_of(uint32_t what, uint32_t shard, uint32_t epoch, uint32_t waiting)
{
    return what | (uint64_t)shard << 4 | (uint64_t)(epoch % EPOCHS) << 18 |
           (uint64_t)waiting << 32;
}
static uint32_t note_what(uint64_t note)
{
    return note & 15;
}
static uint32_t note_shard(uint64_t note)
{
    return note >> 4 & (EPOCHS - 1);
}
static uint32_t note_epoch(uint64_t note)
{
    return note >> 18 & (EPOCHS - 1);
}

uint32_t hr_cache_instance(const struct hr_run *run, hr_part p, uint32_t shard,
                           uint32_t copy)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);

    return hr_fleet_first(run, p) + shard * (1 + (uint32_t)conf->replicas) + copy;
}

/* Time that the node needs, waiting for its turn included. */
static double service_s(struct hr_run *run, hr_part p, hr_call c, struct hr_cache_shard *s,
                        uint32_t shard)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    const hr_time now = hr_now(run);
    double speed = hr_effect_speed(run, p, hr_call_op(run, c)), waits_s = 0;

    if (s->primary != HR_NONE)
        speed *=
            hr_effect_instance_speed(run, hr_cache_instance(run, p, shard, s->primary));
    if (conf->throughput > 0) {
        const hr_time begins = s->free_at > now ? s->free_at : now;
        s->free_at = begins + hr_time_from_s(1 / (conf->throughput * speed));
        waits_s = hr_time_s(begins - now);
    }
    return waits_s + hr_call_drawn(run, c, &conf->latency, PURPOSE_LATENCY) / speed;
}

static void answer(struct hr_run *run, hr_part p, hr_call c, uint32_t shard,
                   enum hr_outcome how, double after_s)
{
    const struct hr_cache *cache = hr_state(run, p);

    *hr_call_note(run, c) =
        note_of((uint32_t)how + 1, shard, cache->shards[shard].epoch, 0);
    hr_hold_for(run, c, hr_time_from_s(after_s), TAG_ANSWER);
}

void hr_cache_end_flight(struct hr_run *run, hr_part p, uint32_t shard, uint32_t flight,
                         enum hr_outcome how)
{
    struct hr_cache *cache = hr_state(run, p);
    struct hr_single_flight *f = &cache->shards[shard].flights;
    uint32_t c;

    while ((c = hr_single_flight_next(f, flight)) != HR_NO_FLIGHT) {
        hr_gauge_add(run, p, GAUGE_WAITING, -1);
        if (how == HR_OK)
            hr_cache_count(run, p, true);
        answer(run, p, c, shard, how, 0);
    }
    hr_timer_cancel(run, (hr_timer)*hr_single_flight_note(f, flight));
    hr_single_flight_close(f, flight);
}

/* Gauges hold levels of up to 10^7, which is why bytes are shown as MB. */
void hr_cache_show(struct hr_run *run, hr_part p, struct hr_cache_shard *s)
{
    const int64_t count = hr_cache_state_count(&s->objects);
    const int64_t objects = count < 10000000 ? count : 10000000;
    const int64_t mb = hr_cache_state_bytes(&s->objects) / 1000000;

    if (objects != s->shown_objects)
        hr_gauge_add(run, p, GAUGE_OBJECTS, objects - s->shown_objects);
    if (mb != s->shown_mb)
        hr_gauge_add(run, p, GAUGE_MB, mb - s->shown_mb);
    s->shown_objects = objects;
    s->shown_mb = mb;
}

/* --- what it is asked ------------------------------------------------------------------------- */

static void arm_lease(struct hr_run *run, hr_part p, uint32_t shard, uint32_t flight)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct hr_cache *cache = hr_state(run, p);

    *hr_single_flight_note(&cache->shards[shard].flights, flight) = hr_timer_set(
        run, p, hr_now(run) + conf->lease, TAG_LEASE, (uint64_t)shard << 32 | flight);
}

/* True: the call waits for what another fetches.  False: it misses, and fetches. */
static bool waits(struct hr_run *run, hr_part p, hr_call c, const struct about *a)
{
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, a->shard);
    uint32_t flight = hr_single_flight_find(&s->flights, a->object);

    if (flight == HR_NO_FLIGHT) {
        flight = hr_single_flight_open(&s->flights, a->object);
        arm_lease(run, p, a->shard, flight);
        return false;
    }
    *hr_call_note(run, c) = note_of(NOTE_WAITS, a->shard, s->epoch,
                                    hr_single_flight_board(&s->flights, flight, c));
    hr_gauge_add(run, p, GAUGE_WAITING, 1);
    return true;
}

static void get(struct hr_run *run, hr_part p, hr_call c, const struct about *a)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, a->shard);
    enum hr_cache_found found = HR_CACHE_MISS;

    if (a->key == HR_NONE)
        hr_event_note(run, p, HR_NONE, "asked without a key: always a miss", NULL);
    if (s->primary != HR_NONE && a->key != HR_NONE)
        found = hr_cache_state_look(&s->objects, a->id, hr_now(run), NULL);
    if (found == HR_CACHE_EXPIRED) {
        hr_cache_state_remove(&s->objects, a->id);
        hr_cache_show(run, p, s);
    }
    if (found == HR_CACHE_HIT && conf->sliding)
        hr_cache_state_renew(&s->objects, a->id, hr_now(run) + conf->ttl);
    if (found != HR_CACHE_HIT && conf->single_flight && s->primary != HR_NONE &&
        a->key != HR_NONE && waits(run, p, c, a))
        return;
    hr_cache_count(run, p, found == HR_CACHE_HIT);
    answer(run, p, c, a->shard, found == HR_CACHE_HIT ? HR_OK : HR_MISS,
           service_s(run, p, c, s, a->shard));
}

static void set(struct hr_run *run, hr_part p, const struct about *a)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, a->shard);
    const hr_time now = hr_now(run);
    uint32_t flight;

    if (s->primary == HR_NONE || a->key == HR_NONE)
        return; /* there is nowhere to put it */
    hr_cache_state_put(&s->objects, a->id, hr_cache_size(run, p, a->key, a->value),
                       conf->ttl > 0 ? now + conf->ttl : HR_NEVER);
    s->last_set = now;
    hr_cache_show(run, p, s);
    flight = hr_single_flight_find(&s->flights, a->object);
    if (flight != HR_NO_FLIGHT)
        hr_cache_end_flight(run, p, a->shard, flight, HR_OK);
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct about a = about_call(run, p, c);
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, a.shard);

    hr_cache_serves(run, p, a.shard);
    switch (op_of(run, p, c)) {
    case HR_CACHE_GET:
        get(run, p, c, &a);
        return;
    case HR_CACHE_SET:
        set(run, p, &a);
        break;
    case HR_CACHE_DELETE:
        if (a.key != HR_NONE)
            hr_cache_state_remove(&s->objects, a.id);
        hr_cache_show(run, p, s);
    }
    answer(run, p, c, a.shard, HR_OK, service_s(run, p, c, s, a.shard));
}

static uint32_t route(struct hr_run *run, hr_part p, hr_call c)
{
    const struct about a = about_call(run, p, c);
    const struct hr_cache *cache = hr_state(run, p);

    if (a.key != HR_NONE) /* its memory is fetched while the call is on its way */
        hr_cache_room_fetch(&cache->room, a.id);
    return hr_cache_serves(run, p, a.shard)
               ? hr_cache_instance(run, p, a.shard, cache->shards[a.shard].primary)
               : HR_NONE;
}

/* Whoever fetched has had its time: the next one may, or nobody is interested any more. */
static void lease_over(struct hr_run *run, hr_part p, uint32_t shard, uint32_t flight)
{
    struct hr_cache *cache = hr_state(run, p);
    struct hr_single_flight *f = &cache->shards[shard].flights;
    const uint32_t c = hr_single_flight_next(f, flight);

    if (c == HR_NO_FLIGHT) {
        hr_single_flight_close(f, flight);
        return;
    }
    hr_gauge_add(run, p, GAUGE_WAITING, -1);
    hr_cache_count(run, p, false);
    answer(run, p, c, shard, HR_MISS, 0);
    arm_lease(run, p, shard, flight);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    const struct hr_cache *cache = hr_state(run, p);

    if (tag == TAG_ANSWER) {
        const hr_call c = (hr_call)data;
        const uint64_t note = *hr_call_note(run, c);
        const uint32_t epoch = cache->shards[note_shard(note)].epoch % EPOCHS;

        if (note_epoch(note) != epoch) /* the node went with it */
            *hr_call_note(run, c) = note_of(HR_FAILED + 1, note_shard(note), epoch, 0);
        hr_done(run, c, (enum hr_outcome)(note_what(*hr_call_note(run, c)) - 1));
    } else if (tag == TAG_LEASE) {
        lease_over(run, p, (uint32_t)(data >> 32), (uint32_t)data);
    } else {
        hr_cache_fail_over(run, p, (uint32_t)data, (uint32_t)(data >> 32));
    }
}

static void cancel(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome why)
{
    struct hr_cache *cache = hr_state(run, p);
    const uint64_t note = *hr_call_note(run, c);

    (void)why;
    if (note_what(note) == NOTE_WAITS) {
        hr_single_flight_leave(&cache->shards[note_shard(note)].flights,
                               (uint32_t)(note >> 32));
        hr_gauge_add(run, p, GAUGE_WAITING, -1);
    }
    *hr_call_note(run, c) = 0;
}

/* A command and its key, or a short answer. */
enum { SHORT_BYTES = 100 /* assumed: a key of some dozen characters and the protocol */ };

static int64_t bytes(struct hr_run *run, hr_part p, uint32_t op, hr_call c, bool back)
{
    (void)op; /* nothing forwards to a cache */
    const bool object = back ? op_of(run, p, c) == HR_CACHE_GET &&
                                   note_what(*hr_call_note(run, c)) == HR_OK + 1
                             : op_of(run, p, c) == HR_CACHE_SET;

    if (!object)
        return SHORT_BYTES;
    const struct about a = about_call(run, p, c);
    if (a.key == HR_NONE)
        return -1;
    return SHORT_BYTES + hr_cache_size(run, p, a.key, a.value);
}

/* --- making one ------------------------------------------------------------------------------- */

static void make_shard(struct hr_run *run, hr_part p, uint32_t k)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, k);
    const uint32_t copies = 1 + (uint32_t)conf->replicas;

    hr_cache_state_init(&s->objects, &((struct hr_cache *)hr_state(run, p))->room,
                        conf->memory);
    hr_single_flight_init(&s->flights, hr_run_arena(run));
    s->copy = hr_arena_alloc(hr_run_arena(run), copies, sizeof *s->copy);
    for (uint32_t i = 0; i < copies; i++)
        s->copy[i] = (struct hr_cache_copy){true, true};
    /* Copies stand in neighbouring zones, so the first ones to answer do, too. */
    HR_REQUIRE(copies > 0);
    s->primary = k % copies;
    s->free_at = s->empty_since = s->last_set = hr_now(run);
}

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    const struct hr_plan *plan = hr_run_plan(run);
    struct hr_cache *cache = hr_state(run, p);

    hr_fleet_make(run, p, &conf->fleet);
    cache->op = hr_own_ops(run, p);
    cache->shards =
        hr_arena_alloc(hr_run_arena(run), (size_t)conf->nodes, sizeof *cache->shards);
    hr_cache_make_room(run, p);
    for (uint32_t k = 0; k < conf->nodes; k++)
        make_shard(run, p, k);
    if (!plan->start_cold)
        hr_cache_warm(run, p);
    for (uint32_t k = 0; k < conf->nodes; k++)
        hr_cache_show(run, p, &cache->shards[k]);
    hr_usage_level(run, p, USAGE_NODE, conf->fleet.instances);
}

static int64_t instances(const void *self)
{
    const struct hr_cache_conf *conf = self;

    return conf->nodes * (1 + conf->replicas);
}

static void check(void *self, struct hr_check *ck)
{
    struct hr_cache_conf *conf = self;

    if (conf->sliding && conf->ttl == 0)
        hr_check_fail(ck, HR_E211, "sliding", "`sliding` has no effect without `ttl`");
    conf->fleet = (struct hr_fleet_conf){.instances = instances(self), .speed = 1};
}

static double at_rest(const void *self)
{
    const struct hr_cache_conf *conf = self;

    return hr_law_mean(&conf->latency);
}

static const struct hr_gauge gauges[] = {
    [GAUGE_OBJECTS] = {"objects", "objects",
                       "Objects that it holds, expired ones included."},
    [GAUGE_MB] = {"filled", "MB", "Memory that they take, 10^6 bytes."},
    [GAUGE_WAITING] = {"waiting", "requests", "Requests that wait for another's fetch."},
    {0},
};
static const struct hr_dimension usage[] = {
    [USAGE_NODE] = {"node", "1", "Nodes, replicas and lost ones included.", true},
    {0},
};

static const char manual[] =
    "A cache holds objects in memory, in front of something slower. It has the operations\n"
    "`get`, `set` and `delete`; nothing is declared under `operations`. A `get` is "
    "answered\n"
    "with the object or as a miss, and what follows a miss is said by the caller:\n"
    "`when: { miss: [...] }`.\n"
    "\n"
    "MODEL\n"
    "  An object is a value of a key: `key` of the cache, else the key of the call. Its "
    "size\n"
    "  is that of the key, else `object_size`. A node holds the objects of its part of "
    "the\n"
    "  hash slots and evicts the least recently used ones when they exceed its `memory`.\n"
    "  `ttl` counts from the `set`, with `sliding` from the last hit.\n"
    "  With `single_flight` the first who misses an object gets a lease and fetches; "
    "others\n"
    "  that want the same object wait for its `set` and are answered then. After `lease` "
    "the\n"
    "  next of them misses and fetches.\n"
    "  Every request takes `latency`; with `throughput`, requests of a node come one "
    "after\n"
    "  the other.\n"
    "  At the start it holds what it would under the load of t = 0, each object used last "
    "at\n"
    "  a drawn time; with `start_cold: true` it is empty.\n"
    "  When a node is lost, its objects miss, and what is set is dropped, until a replica\n"
    "  has taken over (`failover`) or the node is back, empty. Requests that it had fail.\n"
    "\n"
    "ASSUMES\n"
    "  Exact LRU; no overhead for an object beside its size; what has expired takes room\n"
    "  until it is asked for or evicted. Clients know the nodes and notice a loss at "
    "once.\n"
    "  Replication is asynchronous with no lag to speak of; a node that comes back to one\n"
    "  that answers has its objects at once. Without a key every `get` is a miss.\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: nodes (`lose: 1 of items`), all of them, or those of a zone. slow: latencies\n"
    "  grow, and the throughput shrinks. fail: requests fail at once with the given\n"
    "  probability. freeze: no replica takes over.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: Products in memory\n"
    "    horizon: 10m\n"
    "    keys:\n"
    "      product: { count: 200k, popularity: zipf(0.9), size: lognormal(p50=4kB "
    "p99=60kB) }\n"
    "    traffic:\n"
    "      visitors: { to: shop, rate: 300/s, mix: { product: 100% } }\n"
    "    components:\n"
    "      shop:\n"
    "        kind: service\n"
    "        instances: 2\n"
    "        operations:\n"
    "          product:\n"
    "            - work: 2ms\n"
    "            - call: items.get\n"
    "              key: product\n"
    "              when: { miss: [ { call: orders.read }, { call: items.set, key: product "
    "} ] }\n"
    "      items: { kind: cache, nodes: 2, memory: 100MB, ttl: 5m, single_flight: true }\n"
    "      orders:\n"
    "        kind: service\n"
    "        cores: 4\n"
    "        operations:\n"
    "          read: [ { work: exponential(8ms) } ]\n"
    "    disturbances:\n"
    "      node_loss: { lose: 1 of items, at: 5m, for: 20s }\n"
    "    objectives:\n"
    "      - hit_rate(items) >= 60%\n";

const struct hr_model hr_cache_model = {
    .kind = "cache",
    .room = "data",
    .summary = "Objects in memory: hits, misses, eviction, nodes that are lost and cold.",
    .source =
        "R. Nishtala and others, \"Scaling Memcache at Facebook\", NSDI 2013 (leases); "
        "Redis Cluster specification (hash slots)",
    .manual = manual,
    .table = &table,
    .state_size = sizeof(struct hr_cache),
    .ops = HR_OPS_OWN,
    .own_ops = own_ops,
    .verbs =
        1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL | 1u << HR_VERB_FREEZE,
    .fate = HR_FATE_FAIL,
    .gauges = gauges,
    .usage = usage,
    .check = check,
    .start = start,
    .arrive = arrive,
    .route = route,
    .cancel = cancel,
    .timer = timer,
    .disturb = hr_cache_disturb,
    .bytes = bytes,
    .instances = instances,
    .at_rest = at_rest,
};
