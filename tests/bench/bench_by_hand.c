/* tests/bench/bench_by_hand.c - M/M/c written by hand with the engine's own queue and draws, and
 * with all that headroom records of it: what of its cost is measures, and what is generality.
 *
 *   bench_by_hand SERVERS CUSTOMERS
 *
 * No plan, no calls, no steps: where headroom interprets a scenario, this knows that customers
 * come, wait in one line and leave.  Prints `key value` lines; exit status 1 if the mean time in
 * the system is not the known one. */
#include "sim/engine/arena.h"
#include "sim/engine/law.h"
#include "sim/engine/pool.h"
#include "sim/engine/queue.h"
#include "sim/measure/hist.h"
#include "sim/measure/integral.h"
#include "tests/bench/draws.h"

#include <stdlib.h>

enum { BUCKETS = 480, WINDOW_S = 10 };
enum { ARRIVAL, END }; /* kinds of event */
enum { PRESENT, WORKERS, BUSY, CPU_BUSY, QUEUED, LEVELS };
static const double load = 0.9;

struct customer {
    uint64_t key;
    hr_time came;
    uint32_t bucket, window, next;
};

static struct counts { /* those of the request class, the call, the component, its CPU */
    uint64_t valid, answered, good, in_flight, calls, attempts, row_attempts, unsized, ok;
    uint64_t in, measured_in, served, ended, measured_ended, sum_came, work_ns;
    double done, rounded;
} count;

static struct record {
    struct hr_integral level[LEVELS];
    int64_t areas[LEVELS][BUCKETS];
    struct hr_hist latency, over_time[BUCKETS], sojourn;
    struct hr_hist_batch sojourns;
    uint64_t arrivals[BUCKETS], goods[BUCKETS];
    uint32_t *open, *total, *ok; /* by window */
} record;

static struct run_clock {
    hr_time now, edge, bucket_ns;
    uint32_t bucket, window;
} at;

static struct hr_queue *events;
static struct hr_pool pool;
static struct line { /* first come, first served */
    uint32_t first, last, n, idle;
} line;
static struct arrivals {
    uint64_t key; /* of the next one */
    double sum, gap_ns;
    struct hr_law law;
} arrivals;

static inline struct customer *customer(uint32_t slot)
{
    return (struct customer *)(void *)pool.items + slot;
}

static void add_event(hr_time when, uint16_t kind, uint64_t data)
{
    hr_queue_add(events, when, HR_CLASS_TASK,
                 (struct hr_event){.kind = kind, .data = data});
}

static inline void change(int which, int64_t by)
{
    hr_integral_add(&record.level[which], at.now, by);
}

static void add_arrival(uint64_t ordinal)
{
    struct arrivals *a = &arrivals;

    a->key = hr_mix_child(12345, ordinal);
    struct hr_draws d = hr_draws_from(hr_draws_base(1, 2), a->key);
    a->sum += hr_law_draw(&a->law, &d);
    add_event((hr_time)(a->sum * a->gap_ns), ARRIVAL, ordinal);
}

static inline void serve(uint32_t slot)
{
    struct hr_draws d = hr_draws_from(hr_draws_base(1, 3), customer(slot)->key);
    const hr_time demand = hr_time_from_s(hr_law_draw(&arrivals.law, &d)); /* mean 1 s */

    count.work_ns += (uint64_t)demand;
    count.done += (double)demand;
    count.rounded += 1.0;
    add_event(at.now + demand, END, slot);
}

static inline void count_arrival(const struct customer *c)
{
    count.valid++, count.in_flight++, count.calls++, count.attempts++;
    count.row_attempts++, count.unsized++, count.in++, count.measured_in++, count.served++;
    count.sum_came += (uint64_t)c->came;
    record.arrivals[c->bucket]++;
    record.open[c->window]++;
    record.total[c->window]++;
    change(PRESENT, 1);
    change(WORKERS, 1);
}

static inline void arrive(uint64_t ordinal)
{
    const uint32_t slot = hr_pool_take_raw(&pool, sizeof(struct customer));
    struct customer *c = customer(slot);

    *c = (struct customer){.key = hr_mix(arrivals.key, 0),
                           .came = at.now,
                           .bucket = at.bucket,
                           .window = at.window};
    count_arrival(c);
    if (line.idle > 0) {
        line.idle--;
        change(BUSY, 1);
        change(CPU_BUSY, 1);
        serve(slot);
    } else {
        *(line.n++ ? &customer(line.last)->next : &line.first) = slot;
        line.last = slot;
        change(QUEUED, 1);
    }
    add_arrival(ordinal + 1);
}

static inline void serve_next(void)
{
    const uint32_t next = line.first;

    if (line.n == 0) {
        line.idle++;
        change(BUSY, -1);
        change(CPU_BUSY, -1);
        return;
    }
    line.n--;
    line.first = customer(next)->next;
    change(QUEUED, -1);
    serve(next);
}

static inline void leave(uint32_t slot)
{
    const struct customer *c = customer(slot);
    const hr_time latency = at.now - c->came;

    serve_next();
    change(PRESENT, -1);
    change(WORKERS, -1);
    count.ended++, count.measured_ended++, count.ok++, count.answered++, count.good++;
    count.in_flight--;
    count.sum_came -= (uint64_t)c->came;
    hr_hist_add(&record.sojourn, &record.sojourns, latency);
    hr_hist_record(&record.latency, latency);
    hr_hist_record(&record.over_time[c->bucket], latency);
    record.goods[c->bucket]++;
    record.open[c->window]--;
    record.ok[c->window]++;
    hr_pool_give_raw(&pool, slot, sizeof *c);
}

static void clock_edge(void)
{
    const hr_time window_ns = WINDOW_S * HR_SECOND;

    at.bucket = (uint32_t)(at.now / at.bucket_ns);
    at.window = (uint32_t)(at.now / window_ns);
    at.edge = (at.bucket + 1) * at.bucket_ns;
    if ((at.window + 1) * window_ns < at.edge)
        at.edge = (at.window + 1) * window_ns;
}

static void init(uint32_t servers, double customers)
{
    const double horizon_s = customers / (load * servers);
    const size_t windows = (size_t)(horizon_s / WINDOW_S) + 2;

    line.idle = servers;
    arrivals.gap_ns = 1e9 / (load * servers);
    arrivals.law = hr_law_exponential(1.0);
    events = hr_queue_create();
    hr_pool_init_raw(&pool, sizeof(struct customer), 1024);
    at.bucket_ns = (hr_time)(horizon_s * 1e9 / BUCKETS) + 1;
    record.open = hr_heap_resize(NULL, 3 * windows, sizeof *record.open);
    for (size_t i = 0; i < 3 * windows; i++)
        record.open[i] = 0;
    record.total = record.open + windows;
    record.ok = record.total + windows;
    for (int i = 0; i < LEVELS; i++) {
        hr_integral_init(&record.level[i], 0, at.bucket_ns * BUCKETS, at.bucket_ns,
                         record.areas[i], BUCKETS);
    }
    hr_hist_init(&record.latency, 7);
    hr_hist_init(&record.sojourn, 7);
    for (int i = 0; i < BUCKETS; i++)
        hr_hist_init(&record.over_time[i], 4);
}

static void run(void)
{
    const hr_time horizon = at.bucket_ns * BUCKETS;
    struct hr_event e;

    add_arrival(0);
    while (hr_queue_pop_before(events, horizon, &at.now, &e)) {
        if (at.now >= at.edge)
            clock_edge();
        if (e.kind == ARRIVAL)
            arrive(e.data);
        else
            leave((uint32_t)e.data);
    }
}

/* The mean by Erlang's C formula; its error by the means of the buckets, each of which is many
 * busy periods long. */
static int check(uint32_t servers)
{
    const double offered = load * servers, mean = hr_hist_mean(&record.latency);
    double blocked = 1.0, squares = 0.0;

    for (uint32_t s = 1; s <= servers; s++)
        blocked = offered * blocked / (s + offered * blocked);
    const double wait = blocked / (1.0 - load * (1.0 - blocked)) / (servers * (1.0 - load));
    for (int i = 0; i < BUCKETS; i++)
        squares += pow(hr_hist_mean(&record.over_time[i]) - mean, 2.0);
    return check_mean(mean * 1e-9, 1.0 + wait,
                      sqrt(squares / (BUCKETS - 1) / BUCKETS) * 1e-9);
}

int main(int argc, char **argv)
{
    const double servers = argc == 3 ? strtod(argv[1], NULL) : 0.0;
    const double customers = argc == 3 ? strtod(argv[2], NULL) : 0.0;

    if (!(servers >= 1.0 && servers <= 1000.0 && customers >= 1.0 && customers <= 1e9))
        return 2;
    init((uint32_t)servers, customers);
    const double ns = cpu_ns();
    run();
    printf("ns %.2f\n", (cpu_ns() - ns) / (double)count.answered);
    return check((uint32_t)servers);
}
