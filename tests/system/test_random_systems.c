/* tests/system/test_random_systems.c - scenarios made at random: whatever may be written runs,
 * ends, keeps its books and is the same again.
 *
 * A generator writes valid scenarios in which everything of this release may meet: components
 * of every kind, steps nested in each other, every option of a call, disturbances on top of
 * each other.  Nobody knows the right figures of such a system, but what its record says must
 * hold together.  HR_SEEDS=FIRST:COUNT tries others than the fixed set; HR_SHOW=1 prints them.
 *
 * ctest-timeout: 240 */
#include "models/catalog/catalog.h"
#include "models/compute/function.h"
#include "models/compute/service.h"
#include "models/messaging/queue.h"
#include "models/registry.h"
#include "sim/engine/random.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SEEDS = 40, MOST_EVENTS = 20000 };
#elif !defined(NDEBUG)
enum { SEEDS = 100, MOST_EVENTS = 40000 };
#else
enum { SEEDS = 300, MOST_EVENTS = 60000 };
#endif

/* --- the pen --------------------------------------------------------------------------------- */

enum { TEXT = 1 << 16, MOST = 8, OPS = 2 };
struct pen {
    uint64_t seed, drawn;
    char text[TEXT];
    size_t n;
    uint32_t parts;
    bool service[MOST], balancer[MOST], function[MOST],
        queue[MOST]; /* else a third party */
    uint32_t instances[MOST];
    bool placed, keyed;
    uint32_t calls; /* written in this operation */
    uint32_t held;  /* resources held around the step, a bit each */
};

static void put(struct pen *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void put(struct pen *p, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const int n = vsnprintf(p->text + p->n, TEXT - p->n, format, args);
    va_end(args);
    assert_true(n >= 0 && (size_t)n < TEXT - p->n);
    p->n += (size_t)n;
}

static uint32_t below(struct pen *p, uint32_t n)
{
    return (uint32_t)(hr_mix(p->seed, p->drawn++) >> 32) % n;
}

static bool one_in(struct pen *p, uint32_t n)
{
    return below(p, n) == 0;
}

static const char *any(struct pen *p, const char *const *words)
{
    uint32_t n = 0;

    while (words[n])
        n++;
    return words[below(p, n)];
}
#define ANY(p, ...) any((p), (const char *const[]){__VA_ARGS__, NULL})

/* --- steps ----------------------------------------------------------------------------------- */

static void steps(struct pen *p, uint32_t part, uint32_t depth);

static const char *duration(struct pen *p)
{
    return ANY(p, "1ms", "5ms", "exponential(4ms)", "lognormal(p50=2ms p99=40ms)",
               "uniform(0s..10ms)", "0s", "20ms", "exponential(100us)");
}

static void call_policies(struct pen *p, const char *comma)
{
    if (one_in(p, 2))
        put(p, "%stimeout: %s", comma, ANY(p, "5ms", "20ms", "200ms", "1s"));
    if (one_in(p, 2)) {
        put(p, "%sretry: { attempts: %u, backoff: %s, jitter: %s", comma, 1 + below(p, 4),
            ANY(p, "0s", "1ms..10ms", "50ms..1s"), ANY(p, "none", "full", "equal"));
        if (one_in(p, 3))
            put(p, ", timeout: %s", ANY(p, "3ms", "50ms"));
        if (one_in(p, 3))
            put(p, ", budget: %s", ANY(p, "10%", "100%"));
        put(p, " }");
    }
    if (one_in(p, 3))
        put(p,
            "%sbreaker: { open_at: %s, window: %u, min_calls: %u, open_for: %s, "
            "probes: %u }",
            comma, ANY(p, "0%", "20%", "100%"), 1 + below(p, 12), 1 + below(p, 6),
            ANY(p, "0s", "50ms", "1s"), 1 + below(p, 4));
    if (one_in(p, 4))
        put(p, "%sbulkhead: %u", comma, 1 + below(p, 4));
    if (one_in(p, 3))
        put(p, "%shedge: { after: %s, copies: %u }", comma, ANY(p, "0s", "2ms", "20ms"),
            1 + below(p, 3));
    if (one_in(p, 2))
        put(p, "%scancel: propagate", comma);
    if (p->keyed && one_in(p, 4))
        put(p, "%skey: %s", comma, ANY(p, "product", "customer"));
}

static void call(struct pen *p, uint32_t part, uint32_t depth)
{
    const uint32_t to = part + 1 + below(p, p->parts - part - 1);

    p->calls++;
    put(p, "{ call: c%u.o%u", to, below(p, OPS));
    call_policies(p, ", ");
    if (one_in(p, 2))
        put(p, ", deadline: propagate");
    if (one_in(p, 4))
        put(p, ", optional: true");
    if (depth > 0 && one_in(p, 3)) {
        put(p, ", when: { %s: ", ANY(p, "fail", "timeout", "throttled", "miss"));
        steps(p, part, depth - 1);
        put(p, " }");
    }
    put(p, " }");
}

static void branches(struct pen *p, uint32_t part, uint32_t depth, uint32_t n)
{
    put(p, "[ ");
    for (uint32_t i = 0; i < n; i++) {
        put(p, "%s", i ? ", " : "");
        steps(p, part, depth - 1);
    }
    put(p, " ]");
}

static void choices(struct pen *p, uint32_t part, uint32_t depth)
{
    put(p, "{ choose: [ { share: 30%%, do: ");
    steps(p, part, depth - 1);
    put(p, " }, { share: 70%%, do: ");
    steps(p, part, depth - 1);
    put(p, " } ] }");
}

static void held(struct pen *p, uint32_t part, uint32_t depth)
{
    static const char *const names[] = {"lock", "pool", "wide"};
    const uint32_t which = below(p, 3);

    if (p->held & 1u << which) { /* refused: it would wait for itself */
        put(p, "{ wait: 1ms }");
        return;
    }
    p->held |= 1u << which;
    put(p, "{ hold: %s, ", names[which]);
    if (one_in(p, 2))
        put(p, "timeout: %s, ", ANY(p, "1ms", "30ms", "1s"));
    put(p, "do: ");
    steps(p, part, depth - 1);
    put(p, " }");
    p->held &= ~(1u << which);
}

static void structured(struct pen *p, uint32_t part, uint32_t depth)
{
    const uint32_t n = 2 + below(p, 2);

    switch (below(p, 7)) {
    case 0:
        put(p, "{ together: ");
        branches(p, part, depth, n);
        put(p, " }");
        break;
    case 1:
        put(p, "{ first_of: ");
        branches(p, part, depth, n);
        put(p, " }");
        break;
    case 2:
        put(p, "{ quorum: %u, of: ", 1 + below(p, n));
        branches(p, part, depth, n);
        put(p, " }");
        break;
    case 3:
        choices(p, part, depth);
        break;
    case 4:
        put(p, "{ repeat: %s, do: ", ANY(p, "0", "2", "uniform(0..4)"));
        steps(p, part, depth - 1);
        put(p, " }");
        break;
    default:
        held(p, part, depth);
    }
}

static void step(struct pen *p, uint32_t part, uint32_t depth)
{
    const bool asks = part + 1 < p->parts && p->calls < 3;

    if (depth > 0 && one_in(p, 2))
        structured(p, part, depth);
    else if (asks && one_in(p, 2))
        call(p, part, depth);
    else if (asks && one_in(p, 5)) {
        p->calls++;
        put(p, "{ send: c%u.o%u }", part + 1 + below(p, p->parts - part - 1),
            below(p, OPS));
    } else
        put(p, "{ %s: %s }", ANY(p, "work", "work", "wait"), duration(p));
}

static void steps(struct pen *p, uint32_t part, uint32_t depth)
{
    const uint32_t n = 1 + below(p, 2);

    put(p, "[ ");
    for (uint32_t i = 0; i < n; i++) {
        put(p, "%s", i ? ", " : "");
        step(p, part, depth);
    }
    put(p, " ]");
}

/* --- components ------------------------------------------------------------------------------ */

static void where(struct pen *p)
{
    if (!p->placed)
        return;
    put(p, "    in: %s\n", ANY(p, "east", "west"));
    if (one_in(p, 2))
        put(p, "    zones: %s\n", ANY(p, "[a]", "[b]", "[a, b]"));
}

static void resources(struct pen *p)
{
    put(p,
        "    resources:\n      lock: { count: 1, per: %s, queue: %u }\n"
        "      pool: { count: 2, per: instance, queue: %u }\n      wide: 3\n",
        ANY(p, "instance", "component"), below(p, 4), below(p, 2));
}

static void service(struct pen *p, uint32_t part)
{
    p->instances[part] = 1 + below(p, 4);
    put(p, "  c%u:\n    kind: service\n    instances: %u\n", part, p->instances[part]);
    where(p);
    put(p, "    discipline: %s\n    cores: %s\n    balance: %s\n",
        ANY(p, "processor_sharing", "fifo", "lifo", "random", "shortest", "priority"),
        ANY(p, "1", "0.5", "2", "1.5"),
        ANY(p, "random", "round_robin", "least_outstanding"));
    if (one_in(p, 2))
        put(p, "    workers: %u\n    queue: %u\n", 1 + below(p, 4), below(p, 8));
    if (one_in(p, 3))
        put(p, "    memory: 100MB\n    memory_base: 20MB\n    restart: %s\n",
            ANY(p, "0s", "200ms", "exponential(1s)"));
    resources(p);
    put(p, "    operations:\n");
    for (uint32_t i = 0; i < OPS; i++) {
        p->calls = 0;
        put(p, "      o%u: { memory: %uMB, rank: %u, ", i, below(p, 30), i);
        if (one_in(p, 2))
            put(p, "bytes: { request: 2kB, response: exponential(40kB) }, ");
        put(p, "steps: ");
        steps(p, part, 3);
        put(p, " }\n");
    }
}

static void balancer(struct pen *p, uint32_t part)
{
    const char *policy = ANY(p, "random", "round_robin", "least_outstanding",
                             "power_of_two", "weighted", "hash");
    uint32_t n = 0;

    put(p, "  c%u:\n    kind: load_balancer\n    policy: %s\n    when_refused: %s\n", part,
        policy, ANY(p, "pass", "next"));
    if (one_in(p, 2))
        put(p, "    latency: %s\n", ANY(p, "1ms", "exponential(2ms)"));
    where(p);
    put(p, "    targets: [");
    for (uint32_t k = part + 1; k < p->parts; k++)
        if (one_in(p, 2) || (n == 0 && k + 1 == p->parts))
            put(p, "%sc%u", n++ ? ", " : "", k);
    put(p, "]\n");
    if (strcmp(policy, "weighted") == 0) {
        put(p, "    weights: [1");
        for (uint32_t k = 1; k < n; k++)
            put(p, ", %u", below(p, 3));
        put(p, "]\n");
    }
    if (strcmp(policy, "hash") == 0 && p->keyed)
        put(p, "    key: product\n");
    if (n == 1 && one_in(p, 3))
        put(p, "    bypass: true\n");
}

static void third_party(struct pen *p, uint32_t part)
{
    put(p, "  c%u:\n    kind: third_party\n    latency: %s\n    failures: %s\n", part,
        duration(p), ANY(p, "0%", "5%", "60%"));
    where(p);
    if (one_in(p, 2))
        put(p, "    limit: %s\n", ANY(p, "5/s", "50/s"));
    if (one_in(p, 2))
        put(p, "    concurrency: %u\n", 1 + below(p, 4));
}

static void environments(struct pen *p)
{
    put(p, "    kind: function\n    cold_start: %s\n    memory: %s\n",
        ANY(p, "0s", "200ms", "exponential(1s)"), ANY(p, "128MiB", "1769MiB", "4GiB"));
    put(p, "    concurrency: %u\n    timeout: %s\n    keep_warm: %s\n", 4 + below(p, 4),
        ANY(p, "5ms", "100ms", "3s"), ANY(p, "0s", "100ms", "1m"));
    if (one_in(p, 2))
        put(p, "    scale_rate: %s\n    scale_burst: %u\n", ANY(p, "0/s", "2/s", "30/s"),
            1 + below(p, 3));
    where(p);
    resources(p);
}

static void function(struct pen *p, uint32_t part)
{
    put(p, "  c%u:\n", part);
    environments(p);
    put(p, "    operations:\n");
    for (uint32_t i = 0; i < OPS; i++) {
        p->calls = 0;
        put(p, "      o%u: ", i);
        steps(p, part, 3);
        put(p, "\n");
    }
}

/* A queue; who takes from it may ask what comes after it. */
static void queue(struct pen *p, uint32_t part)
{
    const uint32_t consumers = below(p, 3);

    put(p, "  c%u:\n    kind: queue\n    visibility: %s\n", part,
        ANY(p, "20ms", "500ms", "5s"));
    if (one_in(p, 2))
        put(p, "    latency: %s\n", ANY(p, "5ms", "exponential(20ms)"));
    if (one_in(p, 2))
        put(p, "    receives: %u\n    dead_letters: dead%u\n", 1 + below(p, 3), part);
    else
        put(p, "    receives: 4\n");
    if (one_in(p, 3))
        put(p, "    size: exponential(100kB)\n");
    where(p);
    put(p, "  dead%u:\n    kind: queue\n", part);
    where(p);
    for (uint32_t k = 0; k < consumers; k++) {
        put(p, "  m%u_%u:\n", part, k);
        environments(p);
        put(p,
            "    from: { queue: c%u, batch: %u, wait: %s, concurrency: %u, returns: %s }\n",
            part, 1 + below(p, 12), ANY(p, "0s", "10ms", "300ms"), 1 + below(p, 4),
            ANY(p, "batch", "failed"));
        p->calls = 0;
        put(p, "    do: ");
        steps(p, part, 2);
        put(p, "\n");
    }
}

static void components(struct pen *p)
{
    put(p, "components:\n");
    for (uint32_t i = 0; i < p->parts; i++) {
        const uint32_t kind = below(p, 9);

        p->balancer[i] = kind == 0 && i + 1 < p->parts;
        p->function[i] = kind == 6 && i > 0;
        p->queue[i] = kind > 6 && i > 0;
        p->service[i] =
            !p->balancer[i] && !p->function[i] && !p->queue[i] && (kind > 1 || i == 0);
        if (p->balancer[i])
            balancer(p, i);
        else if (p->service[i])
            service(p, i);
        else if (p->function[i])
            function(p, i);
        else if (p->queue[i])
            queue(p, i);
        else
            third_party(p, i);
    }
}

/* --- what acts on them ----------------------------------------------------------------------- */

static void shape(struct pen *p)
{
    put(p, "    shape:\n");
    if (one_in(p, 2))
        put(p, "      - spike: { at: 2s, to: 400%%, rise: 1s, hold: 1s, fall: 500ms }\n");
    if (one_in(p, 2))
        put(p, "      - daily: { low: 40%%, peak: 160%%, peak_at: \"20:00\" }\n");
    put(p, "      - steps: [ { at: 1s, to: 50%% }, { at: 6s, to: %s } ]\n",
        ANY(p, "0%", "200%"));
}

static void traffic(struct pen *p)
{
    const uint32_t n = 1 + below(p, 3);

    put(p, "traffic:\n");
    for (uint32_t i = 0; i < n; i++) {
        put(p, "  t%u:\n    to: c%u\n    mix: { o0: 60%%, o1: 40%% }\n", i,
            i ? below(p, p->parts) : 0);
        if (one_in(p, 3)) {
            put(p, "    users: %u\n    think: %s\n", 1 + below(p, 20),
                ANY(p, "0s", "1us", "exponential(50ms)", "1s"));
        } else {
            put(p, "    rate: %u/s\n", 1 + below(p, 60));
            if (one_in(p, 2))
                shape(p);
        }
        if (p->placed)
            put(p, "    from: { west: 50%%, phones: 50%% }\n");
        if (one_in(p, 2))
            put(p, "    deadline: %s\n", ANY(p, "10ms", "100ms", "2s"));
        if (one_in(p, 2))
            put(p, "    deadline_sent: propagate\n");
        if (one_in(p, 3))
            put(p, "    good: { o0: 30ms }\n");
        put(p, "    source: assumed\n");
        call_policies(p, "\n    ");
        put(p, "\n");
    }
}

static void target(struct pen *p, const char *verb)
{
    const bool lose = strcmp(verb, "lose") == 0;
    const uint32_t part = below(p, p->parts);

    if (p->placed && one_in(p, 4))
        put(p, "%s", ANY(p, "zone east/a", "zone west/b", "region east", "region west"));
    else if (p->service[part] && one_in(p, 3))
        put(p, "%u of c%u", 1 + below(p, p->instances[part]), part);
    else if (p->service[part] && one_in(p, 3))
        put(p, "%u%% of c%u", 1 + below(p, 99), part);
    else if (!lose && p->service[part] && one_in(p, 3))
        put(p, "c%u.o%u", part, below(p, OPS));
    else
        put(p, "c%u", part);
}

static void disturbance(struct pen *p, uint32_t i)
{
    const char *verb = ANY(p, "lose", "slow", "fail");
    const uint32_t part = below(p, p->parts);

    put(p, "  d%u: { %s: ", i, verb);
    if (p->service[part] && one_in(p, 4)) {
        put(p, "each of c%u, every: exponential(3s)", part);
        if (one_in(p, 3))
            put(p, ", at: %ums", below(p, 9000));
    } else {
        target(p, verb);
        if (one_in(p, 2))
            put(p, ", at: %ums", below(p, 9000));
        else
            put(p, ", every: %s", ANY(p, "exponential(2s)", "1s", "exponential(1ms)"));
    }
    if (!one_in(p, 4))
        put(p, ", for: %s", ANY(p, "0s", "10ms", "exponential(500ms)", "2s"));
    if (strcmp(verb, "slow") == 0)
        put(p, ", by: %s", ANY(p, "3x", "100x", "0.2x"));
    else if (strcmp(verb, "fail") == 0)
        put(p, ", by: %s", ANY(p, "20%", "100%"));
    else
        put(p, ", when_lost: %s", ANY(p, "fail", "retry", "finish"));
    put(p, " }\n");
}

static void world(struct pen *p)
{
    put(p, "headroom: 1\nname: Random\nhorizon: %us\n", 2 + below(p, 10));
    put(p, "warmup: %s\ndrain: %s\n", ANY(p, "0s", "1s"), ANY(p, "2s", "20s"));
    if (p->keyed)
        put(p, "keys:\n  product: { count: 1k, popularity: zipf(0.9) }\n"
               "  customer: { count: 50 }\n");
    if (!p->placed)
        return;
    put(p, "places:\n  east: { zones: [a, b] }\n  west: { zones: [a, b], utc_offset: -5h "
           "}\n  phones: {}\n");
    put(p,
        "links:\n  sea: { from: east, to: west, latency: %s, loss: %s, bandwidth: "
        "10Mbps }\n",
        duration(p), ANY(p, "0%", "5%", "100%"));
    put(p, "  air: { from: phones, to: west, latency: 30ms, loss: %s }\n",
        ANY(p, "0%", "10%"));
    put(p, "  mix: { from: phones, to: east, latency: exponential(20ms) }\n");
}

static void write_scenario(struct pen *p, uint64_t seed)
{
    *p = (struct pen){.seed = seed};
    p->parts = 2 + below(p, MOST - 2);
    p->placed = one_in(p, 2);
    p->keyed = one_in(p, 2);
    world(p);
    components(p);
    traffic(p);
    put(p, "disturbances:\n  d: { slow: c0, by: 2x, at: 1s, for: 1s }\n");
    for (uint32_t i = 0, n = below(p, 6); i < n; i++)
        disturbance(p, i);
}

/* --- what is looked at ----------------------------------------------------------------------- */

static uint64_t mix_bytes(uint64_t sum, const void *at, size_t n)
{
    const unsigned char *bytes = at;

    for (size_t i = 0; i < n; i++)
        sum = (sum ^ bytes[i]) * UINT64_C(1099511628211);
    return sum;
}

static uint64_t mix_integral(uint64_t sum, const struct hr_integral *g)
{
    sum = hr_mix(sum, (uint64_t)g->level);
    sum = hr_mix(sum, (uint64_t)g->max);
    return hr_mix(sum, (uint64_t)hr_integral_area(g));
}

static uint64_t mix_part(uint64_t sum, const struct hr_part_record *r)
{
    sum = mix_bytes(sum, r->ended, sizeof r->ended);
    sum = hr_mix(hr_mix(sum, r->in), r->measured_in);
    sum = hr_mix(hr_mix(sum, r->in_flight_end), r->killed);
    sum = hr_mix(hr_mix(sum, (uint64_t)r->wasted_ns), (uint64_t)r->work_ns);
    sum = mix_integral(mix_integral(sum, &r->present), &r->busy);
    sum = mix_integral(mix_integral(sum, &r->queued), &r->workers);
    if (r->mail)
        sum = mix_bytes(sum, r->mail, offsetof(struct hr_mail_record, oldest_series));
    sum = mix_bytes(sum, &r->taken, sizeof r->taken);
    return mix_integral(mix_integral(sum, &r->up), &r->capacity);
}

/* One number that stands for a record. */
static uint64_t digest(const struct hr_record *r)
{
    uint64_t sum = hr_mix(r->simulated_events, (uint64_t)r->ended_at);

    for (uint32_t i = 0; i < r->n_rows; i++) {
        sum = mix_bytes(sum, &r->rows[i], offsetof(struct hr_row_record, latency));
        sum = mix_bytes(sum, r->rows[i].goods, r->n_buckets * sizeof(uint64_t));
    }
    for (uint32_t i = 0; i < r->n_parts; i++) {
        sum = mix_part(sum, &r->parts[i]);
        sum = mix_bytes(sum, r->parts[i].transfer,
                        (size_t)HR_N_TRANSFERS * r->n_hours * sizeof(int64_t));
    }
    for (uint32_t i = 0; i < r->n_sites; i++)
        sum = mix_bytes(sum, &r->sites[i], sizeof r->sites[i]);
    for (uint32_t i = 0; i < r->n_instances; i++) {
        sum = hr_mix(sum, (uint64_t)r->instances[i].busy_ns);
        sum = hr_mix(hr_mix(sum, (uint64_t)r->instances[i].up_ns), r->instances[i].calls);
    }
    for (uint32_t i = 0; i < r->n_events; i++)
        sum = hr_mix(hr_mix(sum, (uint64_t)r->events[i].at), r->events[i].count);
    return sum;
}

static void no_less(const char *what, double a, double b)
{
    if (!(a >= b))
        fail_msg("%s: %.17g < %.17g", what, a, b);
}

static void look_at_row(const struct hr_record *r, const struct hr_row_record *row)
{
    uint64_t came = 0, goods = 0, bads = 0, undone = 0;

    for (uint32_t b = 0; b < r->n_buckets; b++) {
        came += row->arrivals[b];
        undone += row->undone ? row->undone[b] : 0;
        goods += row->goods[b];
        bads += row->bads[b];
    }
    assert_int_equal(came, row->valid);
    assert_int_equal(goods, row->good);
    assert_int_equal(bads, row->valid - row->good);
    assert_int_equal(row->answered, row->good + row->late);
    assert_int_equal(row->answered, row->answered_latency.total);
    assert_int_equal(row->valid, row->latency.total + row->latency.infinite);
    assert_int_equal(row->completed, row->completion.total);
    assert_int_equal(row->dead_lettered + row->outstanding, row->completion.infinite);
    assert_int_equal(undone, row->completion.infinite);
    no_less("answered and degraded", (double)row->answered, (double)row->degraded);
}

static void look_at_part(const struct hr_record *r, const struct hr_part_record *p)
{
    uint64_t calls = 0, failed = 0, ended = 0;

    for (uint32_t b = 0; b < r->n_buckets; b++) {
        calls += p->calls_series[b];
        failed += p->failed_series[b];
    }
    for (int how = 0; how < 8; how++)
        ended += p->ended[how];
    assert_int_equal(calls, p->measured_in);
    assert_int_equal(p->in, ended + p->in_flight_end);
    no_less("ended and failed", (double)ended, (double)failed);
    no_less("present", (double)p->present.level, (double)p->in_flight_end);
    no_less("in flight", (double)p->in_flight_end, (double)p->present.level);
    no_less("queued", (double)p->queued.level, 0);
    no_less("workers", (double)p->workers.level, 0);
    no_less("busy", (double)p->busy.level, 0);
    no_less("up", (double)p->up.level, 0);
    no_less("capacity", (double)p->capacity.level, 0);
    no_less("wasted CPU", (double)p->wasted_ns, 0);
    if (p->mail) {
        no_less("handed over", (double)p->mail->handed, (double)p->mail->redelivered);
        no_less("in flight", (double)p->gauges[HR_QUEUE_IN_FLIGHT].level,
                (double)p->mail->in_flight);
        no_less("visible", (double)p->gauges[HR_QUEUE_VISIBLE].level,
                (double)p->mail->waiting);
        no_less("horizon and warm-up", (double)HR_MINUTE, (double)p->mail->oldest);
    }
}

static void look_at_site(const struct hr_site_record *s)
{
    no_less("attempts and hedges", (double)s->attempts, (double)s->hedges);
}

static void look_at_instance(const struct pen *p, const struct hr_plan *plan,
                             const struct hr_instance_record *i)
{
    const struct hr_component *c = &plan->components[i->component];
    const struct hr_service_conf *service = c->conf;
    const struct hr_function_conf *function = c->conf;
    const double cores =
        c->model == &hr_function_model ? function->fleet.cores : service->fleet.cores;

    no_less("busy", (double)i->busy_ns, 0);
    no_less("horizon and up", (double)plan->horizon, (double)i->up_ns);
    if (strstr(p->text, "finish") ==
        NULL) /* such calls end on what no longer counts as up */
        no_less("up and busy", (double)i->up_ns * cores + 1e3, (double)i->busy_ns);
}

/* Whatever a queue hands over, somebody takes. */
static void look_at_messages(const struct hr_record *r)
{
    uint64_t handed = 0, taken = 0;

    for (uint32_t i = 0; i < r->n_parts; i++) {
        handed += r->parts[i].mail ? r->parts[i].mail->handed : 0;
        taken += r->parts[i].taken.handed;
    }
    assert_int_equal(handed, taken);
}

static void look_at(const struct pen *p, const struct hr_plan *plan,
                    const struct hr_record *r)
{
    for (uint32_t i = 0; i < r->n_violations; i++)
        fail_msg("%s (component %d): %.17g and %.17g", r->violations[i].identity,
                 (int)r->violations[i].component, r->violations[i].left,
                 r->violations[i].right);
    for (uint32_t i = 0; i < r->n_rows; i++)
        look_at_row(r, &r->rows[i]);
    for (uint32_t i = 0; i < r->n_parts; i++)
        look_at_part(r, &r->parts[i]);
    look_at_messages(r);
    for (uint32_t i = 0; i < r->n_sites; i++)
        look_at_site(&r->sites[i]);
    for (uint32_t i = 0; i < r->n_instances; i++)
        look_at_instance(p, plan, &r->instances[i]);
}

/* --- runs ------------------------------------------------------------------------------------ */

enum { STUCK = MOST_EVENTS / 4 }; /* so many events take some time */

static void look_away(void *ctx, const char *what, uint64_t key, double value)
{
    (void)ctx;
    (void)what;
    (void)key;
    (void)value;
}

/* What sees every draw makes every request a root: see sim/system/task.c. */
static const struct hr_run_options as_is = {.seed = 7},
                                   rooted = {.seed = 7, .dump = look_away};

/* Runs the plan to its end, or to MOST_EVENTS, in slices. */
static uint64_t run_in_slices(const struct pen *p, const struct hr_plan *plan,
                              const struct hr_run_options *o, uint64_t slice, size_t *bytes)
{
    struct hr_run *run = hr_run_create(plan, o);
    hr_time was = HR_NEVER;
    uint64_t done = 0;

    while (done < MOST_EVENTS && hr_run_advance(run, slice)) {
        done += slice;
        if (done % STUCK == 0 && hr_now(run) == was)
            fail_msg("%d events at %.9f s", STUCK, hr_time_s(was));
        was = done % STUCK == 0 ? hr_now(run) : was;
    }
    *bytes = hr_run_bytes(run);
    const struct hr_record *r = hr_run_finish(run);
    look_at(p, plan, r);
    const uint64_t sum = digest(r);
    hr_run_destroy(run);
    return sum;
}

static const struct hr_plan *load(const struct pen *p, struct hr_diags *ds)
{
    static const struct hr_library library = {hr_models, hr_catalog_files};
    const struct hr_scenario *s =
        hr_scenario_load_text("random.yaml", p->text, p->n, &library, NULL, ds);

    for (size_t i = 0; i < ds->n; i++)
        if (hr_code_is_error(ds->items[i].code))
            fail_msg("%u: %s: %s", (unsigned)ds->items[i].at.line,
                     hr_codes[ds->items[i].code].name, ds->items[i].what);
    assert_non_null(s);
    assert_non_null(s->designs[0].plan);
    return s->designs[0].plan;
}

static void try_seed(struct pen *p, uint64_t seed)
{
    struct hr_arena *arena = hr_arena_create();
    struct hr_diags ds;
    size_t bytes;

    write_scenario(p, seed);
    if (getenv("HR_SHOW"))
        fprintf(stderr, "%s\n", p->text);
    hr_diags_init(&ds, arena);
    const struct hr_plan *plan = load(p, &ds);
    const uint64_t sum = run_in_slices(p, plan, &as_is, MOST_EVENTS / 4, &bytes);
    no_less("memory", 64e6, (double)bytes);
    assert_int_equal(run_in_slices(p, plan, &as_is, 1, &bytes), sum);
    assert_int_equal(run_in_slices(p, plan, &rooted, MOST_EVENTS / 4, &bytes), sum);
    hr_arena_destroy(arena);
}

static void random_systems_run_and_keep_their_books(void **unused)
{
    static struct pen pen;
    const char *seeds = getenv("HR_SEEDS");
    unsigned long long first = 1, count = SEEDS;

    (void)unused;
    if (seeds) {
        char *colon;

        first = strtoull(seeds, &colon, 10);
        assert_int_equal(*colon, ':');
        count = strtoull(colon + 1, NULL, 10);
    }
    for (uint64_t seed = first; seed < first + count; seed++) {
        print_message("%llu ", (unsigned long long)seed);
        try_seed(&pen, seed);
    }
    print_message("\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_systems_run_and_keep_their_books),
    };
    return cmocka_run_group_tests_name("random_systems", tests, NULL, NULL);
}
