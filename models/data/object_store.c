/* models/data/object_store.c - objects of a region, stored for good.
 *
 * See the manual text below for the model. */
#include "models/data/object_store.h"

#include "models/parts/drawn.h"
#include "models/parts/token_bucket.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_object_store_conf, m)
static const struct hr_field fields[] = {
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .dflt = "uniform(100ms..200ms)",
     .help = "From a request's arrival to the first byte of its answer.",
     .source = "AWS, S3 user guide, optimizing-performance.md, 2023-06-15: small objects"},
    {.name = "throughput",
     .type = HR_FIELD_BANDWIDTH,
     .offset = AT(throughput),
     .max = 1e15,
     .help = "Bytes a second of one request. Default: objects come with their first byte."},
    {.name = "stored",
     .type = HR_FIELD_BYTES,
     .offset = AT(stored),
     .dflt = "0B",
     .max = 1e16,
     .help = "What it holds at the start, for the bill."},
    {.name = "key",
     .type = HR_FIELD_KEY,
     .offset = AT(key),
     .help = "The key that names its objects. Default: the key of the call."},
    {.name = "object_size",
     .type = HR_FIELD_LAW_BYTES,
     .offset = AT(object_size),
     .dflt = "100kB",
     .help = "Bytes of an object, where its key has no `size`.",
     .source = "assumed"},
    {.name = "get_limit",
     .type = HR_FIELD_RATE,
     .offset = AT(get_limit),
     .max = 1e9,
     .help = "Reads a second that it admits; more are throttled. Default: no limit."},
    {.name = "put_limit",
     .type = HR_FIELD_RATE,
     .offset = AT(put_limit),
     .max = 1e9,
     .help = "Writes and lists a second that it admits. Default: no limit."},
    {0},
};
static const struct hr_table table = {"object_store", fields,
                                      sizeof(struct hr_object_store_conf), NULL,
                                      "Objects of a region."};

/* --- what it does ------------------------------------------------------------------------- */

enum op { OP_GET, OP_HEAD, OP_PUT, OP_LIST, OP_DELETE };
static const char *const own_ops[] = {"get", "head", "put", "list", "delete", NULL};
enum { PURPOSE_LATENCY = 1, PURPOSE_SIZE };
enum { TAG_ANSWER };
enum { USAGE_STORAGE, USAGE_GET, USAGE_PUT };
enum { HEADER_BYTES = 500 /* assumed: headers of a signed HTTP request or its answer */ };

struct object_store {
    uint8_t *op; /* enum op, by operation of the component */
    struct hr_token_bucket gets, puts;
    int64_t bytes, shown_gb;
};

static enum op op_of(struct hr_run *run, hr_part p, hr_call c)
{
    const struct object_store *s = hr_state(run, p);

    return (enum op)s->op[hr_call_op(run, c) - hr_run_plan(run)->components[p].first_op];
}

static uint32_t key_of(const struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_object_store_conf *conf = hr_conf(run, p);

    return conf->key != HR_NONE ? conf->key : hr_call_hash_key(run, c);
}

static int64_t size_of(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_object_store_conf *conf = hr_conf(run, p);
    const uint32_t key = key_of(run, p, c);
    const int64_t size =
        key == HR_NONE ? -1 : hr_key_size(run, key, hr_call_value(run, c, key));

    if (size >= 0)
        return size;
    return (int64_t)hr_call_drawn(run, c, &conf->object_size, PURPOSE_SIZE);
}

static bool carries_object(enum op op, bool back)
{
    return op == (back ? OP_GET : OP_PUT);
}

static int64_t bytes(struct hr_run *run, hr_part p, uint32_t op, hr_call c, bool back)
{
    const struct object_store *s = hr_state(run, p);
    const uint32_t first = hr_run_plan(run)->components[p].first_op;

    if (!carries_object((enum op)s->op[op - first], back))
        return HEADER_BYTES;
    return HEADER_BYTES + size_of(run, p, c);
}

/* The bill counts GB of 10^9 bytes. */
static void show_stored(struct hr_run *run, hr_part p)
{
    struct object_store *s = hr_state(run, p);
    const int64_t gb = (s->bytes + 500000000) / 1000000000;

    if (gb != s->shown_gb)
        hr_usage_level(run, p, USAGE_STORAGE, gb - s->shown_gb);
    s->shown_gb = gb;
}

static bool admits(struct hr_run *run, hr_part p, bool read)
{
    const struct hr_object_store_conf *conf = hr_conf(run, p);
    struct object_store *s = hr_state(run, p);

    if (!((read ? conf->get_limit : conf->put_limit) > 0))
        return true;
    return hr_token_bucket_take(read ? &s->gets : &s->puts, hr_now(run));
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_object_store_conf *conf = hr_conf(run, p);
    struct object_store *s = hr_state(run, p);
    const enum op op = op_of(run, p, c);
    const bool read = op == OP_GET || op == OP_HEAD;

    if (op != OP_DELETE && !admits(run, p, read)) {
        hr_done(run, c, HR_THROTTLED);
        return;
    }
    if (op != OP_DELETE)
        hr_usage_add(run, p, read ? USAGE_GET : USAGE_PUT, 1);
    double time_s = hr_call_drawn(run, c, &conf->latency, PURPOSE_LATENCY);
    if (conf->throughput > 0 && (carries_object(op, true) || carries_object(op, false)))
        time_s += (double)size_of(run, p, c) / conf->throughput;
    if (op == OP_PUT && key_of(run, p, c) == HR_NONE) { /* else it replaces one */
        s->bytes += size_of(run, p, c);
        show_stored(run, p);
    }
    time_s /= hr_effect_speed(run, p, hr_call_op(run, c));
    hr_hold_for(run, c, hr_time_from_s(time_s), TAG_ANSWER);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    (void)p;
    (void)tag;
    hr_done(run, (hr_call)data, HR_OK);
}

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_object_store_conf *conf = hr_conf(run, p);
    struct object_store *s = hr_state(run, p);

    s->op = hr_own_ops(run, p);
    /* One second of the limit at once. */
    if (conf->get_limit > 0)
        hr_token_bucket_init(&s->gets, conf->get_limit,
                             conf->get_limit > 1 ? conf->get_limit : 1, hr_now(run));
    if (conf->put_limit > 0)
        hr_token_bucket_init(&s->puts, conf->put_limit,
                             conf->put_limit > 1 ? conf->put_limit : 1, hr_now(run));
    s->bytes = conf->stored;
    show_stored(run, p);
}

static double at_rest(const void *self)
{
    const struct hr_object_store_conf *conf = self;

    return hr_law_mean(&conf->latency);
}

static const struct hr_dimension usage[] = {
    [USAGE_STORAGE] = {"storage", "GB", "What it holds.", true},
    [USAGE_GET] = {"get", "1", "Reads: get, head.", false},
    [USAGE_PUT] = {"put", "1", "Writes and lists: put, list.", false},
    {0},
};

static const char manual[] =
    "An object store keeps the objects of a region, in no one zone. It has the operations\n"
    "`get`, `head`, `put`, `list` and `delete`; nothing is declared under `operations`.\n"
    "\n"
    "MODEL\n"
    "  A request is answered after `latency`; an object takes its size over `throughput`\n"
    "  longer. The size is that of the key (`key`, else the key of the call), else\n"
    "  `object_size`. With `get_limit` and `put_limit` what exceeds them is throttled, "
    "one\n"
    "  second of the limit may come at once.\n"
    "  A `put` without a key stores one object more; with a key it replaces one.\n"
    "\n"
    "ASSUMES\n"
    "  Whatever is asked for is there. Requests do not slow each other. Nothing is ever\n"
    "  lost. Deletes are free and take nothing off the bill.\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: it fails everything while its region is lost, and then has all its objects. "
    "A\n"
    "  lost zone does not touch it. slow: requests that come meanwhile take longer. fail:\n"
    "  requests fail at once with the given probability.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: Pictures\n"
    "    horizon: 10m\n"
    "    keys:\n"
    "      picture: { count: 1M, popularity: zipf(0.8), size: lognormal(p50=80kB p99=2MB) "
    "}\n"
    "    traffic:\n"
    "      visitors: { to: site, rate: 50/s, mix: { view: 95%, upload: 5% } }\n"
    "    components:\n"
    "      site:\n"
    "        kind: service\n"
    "        operations:\n"
    "          view: [ { work: 2ms }, { call: pictures.get, key: picture } ]\n"
    "          upload: [ { work: 5ms }, { call: pictures.put } ]\n"
    "      pictures:\n"
    "        kind: object_store\n"
    "        stored: 4TB\n"
    "        throughput: 80MB/s\n"
    "        object_size: lognormal(p50=80kB p99=2MB)\n"
    "        get_limit: 5500/s\n";

const struct hr_model hr_object_store_model = {
    .kind = "object_store",
    .room = "data",
    .summary = "Objects of a region: latency, throughput, request limits, storage.",
    .source = "AWS, S3 user guide, optimizing-performance.md and Welcome.md, 2023-06-15",
    .manual = manual,
    .table = &table,
    .state_size = sizeof(struct object_store),
    .ops = HR_OPS_OWN,
    .own_ops = own_ops,
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL,
    .fate = HR_FATE_FAIL,
    .usage = usage,
    .start = start,
    .arrive = arrive,
    .timer = timer,
    .bytes = bytes,
    .at_rest = at_rest,
};
