/* tests/bench/bench_floors.c - how fast plain C is: what the engine is measured against.
 *
 *   bench_floors hold PENDING EVENTS            hold model, on a 4-ary heap and on a ladder queue
 *   bench_floors mmc SERVERS LOAD CUSTOMERS     M/M/c: general event queue, request pool, statistics
 *   bench_floors two_servers SECONDS            scenarios/examples/two-servers.yaml written by hand
 *
 * Prints `key value` lines; exit status 1 if what it simulated has not the mean it must have. */
#define _POSIX_C_SOURCE 200809L

#include "tests/bench/draws.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 u128;

/* Inlined where the function that it is passed is known, which then costs no call. */
#define ALWAYS_INLINE __attribute__((always_inline)) static inline

static struct ziggurat zig;
static struct rng rng = {{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 1}};

static inline double draw(void)
{
    return rng_exponential(&rng, &zig);
}

static void *room(size_t bytes, int value)
{
    void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);

    return p ? memset(p, value, bytes) : (abort(), p);
}

/* ---- event queue: 4-ary heap; key = time, sequence, slot as one integer -------------------- */

/* Children of i are 4i+1 to 4i+4, on one cache line; all ones behind the last. */
struct heap {
    u128 *key;
    uint32_t n, sequence;
    bool hole; /* the first was popped, and is not replaced yet */
};

union number { /* the bits of positive numbers are in the order of their values */
    double x;
    uint64_t bits;
};

static struct heap heap_make(uint32_t most)
{
    return (struct heap){.key = (u128 *)room((most + 12) * sizeof(u128), 0xff) + 3};
}

static inline double key_time(u128 k)
{
    return (union number){.bits = (uint64_t)(k >> 64)}.x;
}

static inline void heap_down(struct heap *h, u128 k)
{
    u128 *key = h->key;
    uint32_t i = 0;

    for (uint32_t c = 1; c < h->n; c = 4 * i + 1) {
        const uint32_t a = c + (key[c + 1] < key[c]), b = c + 2 + (key[c + 3] < key[c + 2]);
        const uint32_t least = key[b] < key[a] ? b : a;
        if (k < key[least])
            break;
        key[i] = key[least];
        i = least;
    }
    key[i] = k;
}

/* The first event added after a pop takes the place of the one popped. */
static inline void heap_add(struct heap *h, double at, uint32_t slot)
{
    const u128 k = (u128)(union number){at}.bits << 64 | (u128)h->sequence++ << 32 | slot;

    if (h->hole) {
        h->hole = false;
        heap_down(h, k);
        return;
    }
    uint32_t i = h->n++;
    for (; i && k < h->key[(i - 1) / 4]; i = (i - 1) / 4)
        h->key[i] = h->key[(i - 1) / 4];
    h->key[i] = k;
}

static inline u128 heap_pop(struct heap *h)
{
    if (h->hole) {
        const u128 last = h->key[--h->n];
        h->key[h->n] = ~(u128)0;
        heap_down(h, last);
    }
    h->hole = true;
    return h->key[0];
}

/* ---- event queue: ladder (Tang, Goh and Thng 2005) of linked nodes -------------------------- */

enum { RUNGS = 8, MOST_SORTED = 50 };

struct node {
    double at;
    struct node *next;
    uint64_t sequence;
};

struct rung {
    double start, width;
    struct node **bucket;
    uint32_t n, current; /* buckets before it are done, or spread over the next rung */
};

struct ladder {
    struct node *bottom, *top; /* sorted; unsorted, what is at `end` or later */
    double end, least, most;
    uint64_t sequence;
    uint32_t top_n, rungs;
    struct rung rung[RUNGS];
};

static inline void push(struct node **list, struct node *e)
{
    e->next = *list;
    *list = e;
}

static inline struct node *pop(struct node **list)
{
    struct node *e = *list;

    *list = e->next;
    return e;
}

static inline bool rung_put(struct rung *r, struct node *e)
{
    uint32_t i = e->at > r->start ? (uint32_t)((e->at - r->start) / r->width) : 0;

    i = i < r->n ? i : r->n - 1;
    if (i < r->current)
        return false;
    push(&r->bucket[i], e);
    return true;
}

static inline void ladder_add(struct ladder *l, struct node *e)
{
    struct node **p = &l->bottom;

    if (e->at >= l->end) {
        l->top_n++;
        l->least = e->at < l->least ? e->at : l->least;
        l->most = e->at > l->most ? e->at : l->most;
        push(&l->top, e);
        return;
    }
    for (uint32_t i = 0; i < l->rungs; i++)
        if (rung_put(&l->rung[i], e))
            return;
    while (*p && ((*p)->at < e->at || ((*p)->at == e->at && (*p)->sequence < e->sequence)))
        p = &(*p)->next;
    push(p, e);
}

static void ladder_spread(struct ladder *l, struct node *e, double start, double span,
                          uint32_t n)
{
    struct rung *r = &l->rung[l->rungs++];

    *r = (struct rung){start, span / n + 1e-12, r->bucket, n, 0};
    while (e)
        rung_put(r, pop(&e));
}

/* One step towards a bottom that is not empty. */
static void ladder_refill(struct ladder *l)
{
    struct rung *r = &l->rung[l->rungs - 1];
    uint32_t n = 0;

    if (!l->rungs) {
        ladder_spread(l, l->top, l->least, l->most - l->least, l->top_n);
        l->end = l->most;
        l->least = HUGE_VAL;
        l->top = NULL;
        l->top_n = 0;
        return;
    }
    while (r->current < r->n && !r->bucket[r->current])
        r->current++;
    if (r->current == r->n) {
        l->rungs--;
        return;
    }
    struct node *e = r->bucket[r->current];
    r->bucket[r->current++] = NULL;
    for (const struct node *x = e; x; x = x->next)
        n++;
    if (n > MOST_SORTED && l->rungs < RUNGS)
        ladder_spread(l, e, r->start + (r->current - 1) * r->width, r->width, n);
    else
        while (e)
            ladder_add(l, pop(&e));
}

/* ---- hold model: pop the first event, schedule another an exponential time later ------------ */

static double heap_hold(void *heap)
{
    const u128 k = heap_pop(heap);

    heap_add(heap, key_time(k) + draw(), (uint32_t)k);
    return key_time(k);
}

static double ladder_hold(void *ladder)
{
    struct ladder *l = ladder;

    while (!l->bottom)
        ladder_refill(l);
    struct node *e = pop(&l->bottom);
    const double at = e->at;
    e->at += draw();
    e->sequence = l->sequence++;
    ladder_add(l, e);
    return at;
}

/* The simulated time that it takes, after a warm-up. */
ALWAYS_INLINE double measure_hold(const char *name, double (*hold)(void *), void *queue,
                                  uint32_t pending, uint32_t events)
{
    double start = 0.0, end = 0.0, ns = 0.0;

    for (int measured = 0; measured < 2; measured++) {
        const uint32_t n = measured ? events : 2 * pending;
        start = end;
        ns = cpu_ns();
        for (uint32_t i = 0; i < n; i++)
            end = hold(queue);
    }
    printf("%s_ns %.2f\n", name, (cpu_ns() - ns) / events);
    return end - start;
}

static int run_hold(uint32_t pending, uint32_t events)
{
    const struct rng seed = rng;
    struct heap h = heap_make(pending);
    struct ladder l = {.least = HUGE_VAL};
    struct node *nodes = room(pending * sizeof *nodes, 0);

    for (uint32_t i = 0; i < pending; i++)
        heap_add(&h, draw(), i);
    const double by_heap = measure_hold("heap", heap_hold, &h, pending, events);
    rng = seed;
    for (int i = 0; i < RUNGS; i++)
        l.rung[i].bucket = room(pending * sizeof *l.rung[i].bucket, 0);
    for (uint32_t i = 0; i < pending; i++) {
        nodes[i].at = draw();
        ladder_add(&l, &nodes[i]);
    }
    const double by_ladder = measure_hold("ladder", ladder_hold, &l, pending, events);
    return check_hold(by_heap, pending, events) | (by_heap != by_ladder);
}

/* ---- what queueing systems share: requests, stations, the statistics of times --------------- */

enum { BATCHES = 50, POOL = 1 << 16, NOBODY = POOL, RING = 1 << 13, BINS = 64 * 128 };

static struct request {
    double start;
    uint32_t stage, server;
} pool[POOL];
static uint32_t unused[POOL], n_unused;

static struct heap events; /* slots: a request, or from POOL on what a system adds */

static struct {
    double mean, m2; /* Welford */
    uint64_t n;
    uint32_t bins[BINS]; /* 128 a power of two */
} stats;

static inline uint32_t request_make(double now)
{
    const uint32_t i = unused[--n_unused];

    pool[i] = (struct request){.start = now};
    return i;
}

static inline void request_free(uint32_t i)
{
    unused[n_unused++] = i;
}

static inline void request_served(uint32_t i, double now)
{
    const double x = now - pool[i].start, d = x - stats.mean;
    const uint64_t bin = ((union number){x}.bits >> 45) - ((1023 - 32) << 7);

    stats.mean += d / (double)++stats.n;
    stats.m2 += d * (x - stats.mean);
    stats.bins[bin < BINS ? bin : 0]++;
    request_free(i);
}

/* Servers, cores or memory, and who waits for them, first come, first served. */
struct station {
    uint32_t idle, taken, put, queue[RING];
};

/* Who enters now: `i`, or nobody, since it has to wait. */
static inline uint32_t station_enter(struct station *s, uint32_t i)
{
    if (i == NOBODY || s->idle) {
        s->idle -= i != NOBODY;
        return i;
    }
    s->queue[s->put++ % RING] = i;
    return NOBODY;
}

/* Who enters instead. */
static inline uint32_t station_leave(struct station *s)
{
    if (s->put != s->taken)
        return s->queue[s->taken++ % RING];
    s->idle++;
    return NOBODY;
}

/* Runs batches, whose means give the standard error, after a tenth that is not measured.  An
 * event says whether it was the last of a request. */
ALWAYS_INLINE int measure(bool (*event)(uint32_t slot, double now), uint64_t served,
                          double known, double known_error)
{
    double sum = 0.0, squares = 0.0, ns = 0.0;

    for (uint32_t i = 0; i < POOL; i++)
        request_free(i);
    for (int b = -BATCHES / 10; b < BATCHES; b++) {
        if (b == 0) {
            memset(&stats, 0, sizeof stats);
            sum = squares = 0.0;
            ns = cpu_ns();
        }
        const double before = stats.mean * (double)stats.n, n = (double)stats.n;
        for (uint64_t left = served / BATCHES; left;) {
            const u128 k = heap_pop(&events);
            left -= event((uint32_t)k, key_time(k));
        }
        const double mean = (stats.mean * (double)stats.n - before) / ((double)stats.n - n);
        sum += mean;
        squares += mean * mean;
    }
    ns = cpu_ns() - ns;
    const double n = BATCHES, var = (squares - sum * sum / n) / (n - 1);
    printf("ns %.2f\n", ns / (double)stats.n);
    return check_mean(stats.mean, known, sqrt(var / n + known_error * known_error));
}

/* ---- M/M/c ---------------------------------------------------------------------------------- */

static struct station servers;
static double gap;

static bool mmc_event(uint32_t i, double now)
{
    const bool arrival = i == POOL;

    if (arrival) {
        heap_add(&events, now + gap * draw(), POOL);
        i = station_enter(&servers, request_make(now));
    } else {
        request_served(i, now);
        i = station_leave(&servers);
    }
    if (i != NOBODY)
        heap_add(&events, now + draw(), i);
    return !arrival;
}

static int run_mmc(uint32_t n, double load, uint64_t customers)
{
    const double offered = load * n;
    double blocked = 1.0; /* Erlang B, then the mean time by Erlang C */

    for (uint32_t s = 1; s <= n; s++)
        blocked = offered * blocked / (s + offered * blocked);
    servers.idle = n;
    gap = 1.0 / offered;
    heap_add(&events, 0.0, POOL);
    return measure(mmc_event, customers,
                   1.0 + blocked / (1.0 - load * (1.0 - blocked)) / (n * (1.0 - load)),
                   0.0);
}

/* ---- a client, a load balancer and two servers ---------------------------------------------- */

enum stage { CLIENT, BALANCER, SERVER, CPU, IO, HOME, STAGES, READY = STAGES, MB, GAUGES };
enum { ARRIVE = POOL, SAMPLE, SAMPLES = 12000, MB_OF_REQUEST = 128, PLACES = 16 };

static const double ms[STAGES] = {3.0, 2.0, 2.0, 2.0, 12.0, 3.0};
static struct station core[2] = {{.idle = 1}, {.idle = 1}};
static struct station memory[2] = {{.idle = PLACES}, {.idle = PLACES}};
static uint32_t turn, in_stage[STAGES][2], sampled;
static uint32_t series[SAMPLES][GAUGES][2]; /* the last 600 s */

/* Between machines the time is random, and one hop in a hundred loses its request. */
static inline void enter(uint32_t i, enum stage to, double now)
{
    const bool hop = to != CPU && to != IO;

    if (hop && rng_next(&rng) < UINT64_MAX / 100) {
        request_free(i);
        return;
    }
    in_stage[to][pool[i].server]++;
    pool[i].stage = to;
    heap_add(&events, now + ms[to] * (hop ? draw() : 1.0), i);
}

static inline bool leave(uint32_t i, double now)
{
    const enum stage from = pool[i].stage;
    const uint32_t s = pool[i].server;
    uint32_t next = NOBODY;

    in_stage[from][s]--;
    if (from == HOME) {
        request_served(i, now);
        return true;
    }
    if (from == BALANCER)
        pool[i].server = turn ^= 1;
    if (from == SERVER)
        next = station_enter(&core[s], station_enter(&memory[s], i));
    else
        enter(i, from + 1, now);
    if (from == CPU)
        next = station_leave(&core[s]);
    if (from == IO)
        next = station_enter(&core[s], station_leave(&memory[s]));
    if (next != NOBODY)
        enter(next, CPU, now);
    return false;
}

static bool two_servers_event(uint32_t slot, double now)
{
    if (slot < POOL)
        return leave(slot, now);
    if (slot == ARRIVE) {
        heap_add(&events, now + 7.5 * draw(), ARRIVE); /* 133.333 a second */
        enter(request_make(now), CLIENT, now);
        return false;
    }
    heap_add(&events, now + 50.0, SAMPLE);
    uint32_t(*row)[2] = series[sampled++ % SAMPLES];
    memcpy(row, in_stage, sizeof in_stage);
    for (int s = 0; s < 2; s++) {
        row[READY][s] = core[s].put - core[s].taken;
        row[MB][s] = (PLACES - memory[s].idle) * MB_OF_REQUEST;
    }
    return false;
}

static int run_two_servers(double seconds)
{
    heap_add(&events, 0.0, ARRIVE);
    heap_add(&events, 50.0, SAMPLE);
    /* AsyncFlow's own mean is 24.044 ms (seed 2), over 76,225 requests with a deviation of 5.1. */
    return measure(two_servers_event, (uint64_t)(seconds * 133.333 * 0.9606), 24.044,
                   0.018);
}

int main(int argc, char **argv)
{
    const double x = argc > 2 ? atof(argv[2]) : 0.0, y = argc > 3 ? atof(argv[3]) : 0.0;

    ziggurat_init(&zig);
    events = heap_make(POOL);
    if (argc == 4 && !strcmp(argv[1], "hold"))
        return run_hold((uint32_t)x, (uint32_t)y);
    if (argc == 5 && !strcmp(argv[1], "mmc"))
        return run_mmc((uint32_t)x, y, (uint64_t)atof(argv[4]));
    if (argc == 3 && !strcmp(argv[1], "two_servers"))
        return run_two_servers(x);
    return 2;
}
