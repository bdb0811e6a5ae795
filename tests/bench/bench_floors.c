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
    const union number time = {at};
    const u128 k = (u128)time.bits << 64 | (u128)h->sequence++ << 32 | slot;

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
    uint32_t n,
        current; /* buckets before `current` are done, or spread over the next rung */
};

struct ladder {
    struct node *bottom,
        *top; /* bottom is sorted; what is at `end` or later is in the top */
    double end, least, most;
    uint64_t sequence;
    uint32_t top_n, rungs;
    struct rung rung[RUNGS];
};

static inline bool rung_put(struct rung *r, struct node *e)
{
    uint32_t i = e->at > r->start ? (uint32_t)((e->at - r->start) / r->width) : 0;

    i = i < r->n ? i : r->n - 1;
    if (i < r->current)
        return false;
    e->next = r->bucket[i];
    r->bucket[i] = e;
    return true;
}

static inline void ladder_add(struct ladder *l, struct node *e)
{
    struct node **p = &l->bottom;

    if (e->at >= l->end) {
        l->top_n++;
        l->least = e->at < l->least ? e->at : l->least;
        l->most = e->at > l->most ? e->at : l->most;
        e->next = l->top;
        l->top = e;
        return;
    }
    for (uint32_t i = 0; i < l->rungs; i++)
        if (rung_put(&l->rung[i], e))
            return;
    while (*p && ((*p)->at < e->at || ((*p)->at == e->at && (*p)->sequence < e->sequence)))
        p = &(*p)->next;
    e->next = *p;
    *p = e;
}

static void ladder_spread(struct ladder *l, struct node *e, double start, double span,
                          uint32_t n)
{
    struct rung *r = &l->rung[l->rungs++];

    *r = (struct rung){start, span / n + 1e-12, r->bucket, n, 0};
    for (struct node *next; e; e = next) {
        next = e->next;
        rung_put(r, e);
    }
}

static void ladder_refill(struct ladder *l)
{
    while (!l->bottom) {
        if (!l->rungs) {
            ladder_spread(l, l->top, l->least, l->most - l->least, l->top_n);
            l->end = l->most;
            l->least = HUGE_VAL;
            l->top = NULL;
            l->top_n = 0;
        }
        struct rung *r = &l->rung[l->rungs - 1];
        while (r->current < r->n && !r->bucket[r->current])
            r->current++;
        if (r->current == r->n) {
            l->rungs--;
            continue;
        }
        struct node *e = r->bucket[r->current], *next = e;
        const double start = r->start + r->current * r->width;
        uint32_t n = 0;
        for (r->bucket[r->current++] = NULL; next; next = next->next)
            n++;
        if (n > MOST_SORTED && l->rungs < RUNGS) {
            ladder_spread(l, e, start, r->width, n);
            continue;
        }
        for (; e; e = next) {
            next = e->next;
            ladder_add(l, e);
        }
    }
}

/* ---- hold model: pop the first event, schedule another an exponential time later ------------ */

static double hold_heap(struct heap *h, uint32_t events)
{
    u128 k = 0;

    for (uint32_t i = 0; i < events; i++) {
        k = heap_pop(h);
        heap_add(h, key_time(k) + draw(), (uint32_t)k);
    }
    return key_time(k);
}

static double hold_ladder(struct ladder *l, uint32_t events)
{
    double at = 0.0;

    for (uint32_t i = 0; i < events; i++) {
        while (!l->bottom)
            ladder_refill(l);
        struct node *e = l->bottom;
        l->bottom = e->next;
        at = e->at;
        e->at += draw();
        e->sequence = l->sequence++;
        ladder_add(l, e);
    }
    return at;
}

static int hold(uint32_t pending, uint32_t events)
{
    const struct rng seed = rng;
    struct heap h = heap_make(pending);
    struct ladder l = {.least = HUGE_VAL};
    struct node *nodes = room(pending * sizeof *nodes, 0);

    for (int i = 0; i < RUNGS; i++)
        l.rung[i].bucket = calloc(pending, sizeof *l.rung[i].bucket);
    for (uint32_t i = 0; i < pending; i++)
        heap_add(&h, draw(), i);
    double start = hold_heap(&h, 2 * pending), ns = cpu_ns();
    const double took = hold_heap(&h, events) - start;
    printf("heap_ns %.2f\n", (cpu_ns() - ns) / events);
    for (uint32_t i = (rng = seed, 0); i < pending; i++) {
        nodes[i].at = draw();
        ladder_add(&l, &nodes[i]);
    }
    start = hold_ladder(&l, 2 * pending), ns = cpu_ns();
    const double again = hold_ladder(&l, events) - start;
    printf("ladder_ns %.2f\n", (cpu_ns() - ns) / events);
    return check_hold(took, pending, events) | (took != again);
}

/* ---- requests: a pool, queues of them, and the statistics of their times -------------------- */

enum { BATCHES = 50, POOL = 1 << 16, RING = 1 << 13, BINS = 64 * 128 };

static struct request {
    double start;
    uint32_t stage, server;
} pool[POOL];
static uint32_t unused[POOL], n_unused;

struct fifo {
    uint32_t taken, put, ring[RING];
};

static struct heap events;
static struct {
    double mean, m2; /* Welford */
    uint64_t n;
    uint32_t bins[BINS]; /* 128 a power of two */
} stats;

static inline uint32_t request_make(double now)
{
    const uint32_t i = unused[--n_unused];

    pool[i].start = now;
    return i;
}

static inline void request_free(uint32_t i)
{
    unused[n_unused++] = i;
}

static inline void fifo_put(struct fifo *f, uint32_t i)
{
    f->ring[f->put++ % RING] = i;
}

static inline uint32_t fifo_take(struct fifo *f)
{
    return f->ring[f->taken++ % RING];
}

static inline void record(double x)
{
    const double d = x - stats.mean;
    const uint64_t bin = ((union number){x}.bits >> 45) - ((1023 - 32) << 7);

    stats.mean += d / (double)++stats.n;
    stats.m2 += d * (x - stats.mean);
    stats.bins[bin < BINS ? bin : 0]++;
}

/* Runs `advance` for a tenth unmeasured, then in batches, whose means give the standard error. */
static int measure(void (*advance)(uint64_t served), uint64_t served, double known,
                   double known_error)
{
    double sum = 0.0, squares = 0.0, ns;

    for (uint32_t i = 0; i < POOL; i++)
        request_free(i);
    advance(served / 10);
    memset(&stats, 0, sizeof stats);
    ns = cpu_ns();
    for (int b = 0; b < BATCHES; b++) {
        const double before = stats.mean * (double)stats.n, n = (double)stats.n;
        advance(served / BATCHES);
        const double mean = (stats.mean * (double)stats.n - before) / ((double)stats.n - n);
        sum += mean;
        squares += mean * mean;
    }
    ns = cpu_ns() - ns;
    const double n = BATCHES, var = (squares - sum * sum / n) / (n - 1);
    printf("ns %.2f\nper_s %.0f\n", ns / (double)stats.n, (double)stats.n / ns * 1e9);
    return check_mean(stats.mean, known, sqrt(var / n + known_error * known_error));
}

/* ---- M/M/c ---------------------------------------------------------------------------------- */

static struct {
    double gap;
    uint32_t servers, busy;
    struct fifo queue;
} mmc;

static void mmc_advance(uint64_t served)
{
    while (served) {
        const u128 k = heap_pop(&events);
        const double now = key_time(k);
        uint32_t i = (uint32_t)k;
        if (i == POOL) {
            heap_add(&events, now + mmc.gap * draw(), POOL);
            i = request_make(now);
            if (mmc.busy == mmc.servers) {
                fifo_put(&mmc.queue, i);
            } else {
                mmc.busy++;
                heap_add(&events, now + draw(), i);
            }
        } else {
            record(now - pool[i].start);
            request_free(i);
            served--;
            if (mmc.queue.put != mmc.queue.taken)
                heap_add(&events, now + draw(), fifo_take(&mmc.queue));
            else
                mmc.busy--;
        }
    }
}

static int run_mmc(uint32_t servers, double load, uint64_t customers)
{
    const double offered = load * servers;
    double blocked = 1.0; /* Erlang B, then the mean time by Erlang C */

    for (uint32_t s = 1; s <= servers; s++)
        blocked = offered * blocked / (s + offered * blocked);
    mmc.servers = servers;
    mmc.gap = 1.0 / offered;
    heap_add(&events, 0.0, POOL);
    return measure(
        mmc_advance, customers,
        1.0 + blocked / (1.0 - load * (1.0 - blocked)) / (servers * (1.0 - load)), 0.0);
}

/* ---- a client, a load balancer and two servers ---------------------------------------------- */

enum stage { ARRIVE = POOL, SAMPLE, CLIENT = 0, BALANCER, SERVER, CPU, IO, HOME };
enum gauge {
    TO_CLIENT,
    TO_BALANCER,
    TO_SERVER,
    TO_HOME = 4,
    READY = 6,
    IN_IO = 8,
    MB = 10
};
enum { GAUGES = 12, SAMPLES = 12000, MB_OF_SERVER = 2048, MB_OF_REQUEST = 128 };

static struct {
    struct fifo ready[2],
        memory[2]; /* who waits for the core of a server, for its memory */
    uint32_t turn, busy[2], gauge[GAUGES], sampled,
        series[SAMPLES][GAUGES]; /* the last 600 s */
} sys;

/* One hop in a hundred loses its request. */
static inline void hop(uint32_t i, double now, uint32_t link, double mean, enum stage to)
{
    if (rng_next(&rng) < UINT64_MAX / 100) {
        request_free(i);
        return;
    }
    sys.gauge[link]++;
    pool[i].stage = to;
    heap_add(&events, now + mean * draw(), i);
}

static inline void work(uint32_t i, uint32_t s, double now)
{
    pool[i].stage = CPU;
    if (sys.busy[s]) {
        sys.gauge[READY + s]++;
        fifo_put(&sys.ready[s], i);
    } else {
        sys.busy[s] = 1;
        heap_add(&events, now + 2.0, i);
    }
}

static void two_servers_advance(uint64_t served)
{
    while (served) {
        const u128 k = heap_pop(&events);
        const double now = key_time(k);
        const uint32_t i = (uint32_t)k, s = i < POOL ? pool[i].server : 0;
        switch (i < POOL ? pool[i].stage : i) {
        case ARRIVE:
            heap_add(&events, now + 7.5 * draw(), ARRIVE); /* 133.333 a second */
            hop(request_make(now), now, TO_CLIENT, 3.0, CLIENT);
            break;
        case CLIENT:
            sys.gauge[TO_CLIENT]--;
            hop(i, now, TO_BALANCER, 2.0, BALANCER);
            break;
        case BALANCER:
            sys.gauge[TO_BALANCER]--;
            pool[i].server = sys.turn ^= 1;
            hop(i, now, TO_SERVER + sys.turn, 2.0, SERVER);
            break;
        case SERVER:
            sys.gauge[TO_SERVER + s]--;
            if (sys.gauge[MB + s] + MB_OF_REQUEST > MB_OF_SERVER) {
                fifo_put(&sys.memory[s], i);
                break;
            }
            sys.gauge[MB + s] += MB_OF_REQUEST;
            work(i, s, now);
            break;
        case CPU:
            sys.gauge[IN_IO + s]++;
            pool[i].stage = IO;
            heap_add(&events, now + 12.0, i);
            sys.busy[s] = sys.gauge[READY + s] > 0;
            if (sys.busy[s]) {
                sys.gauge[READY + s]--;
                heap_add(&events, now + 2.0, fifo_take(&sys.ready[s]));
            }
            break;
        case IO:
            sys.gauge[IN_IO + s]--;
            hop(i, now, TO_HOME + s, 3.0, HOME);
            if (sys.memory[s].put != sys.memory[s].taken)
                work(fifo_take(&sys.memory[s]), s, now);
            else
                sys.gauge[MB + s] -= MB_OF_REQUEST;
            break;
        case HOME:
            sys.gauge[TO_HOME + s]--;
            record(now - pool[i].start);
            request_free(i);
            served--;
            break;
        default:
            memcpy(sys.series[sys.sampled++ % SAMPLES], sys.gauge, sizeof sys.gauge);
            heap_add(&events, now + 50.0, SAMPLE);
        }
    }
}

static int two_servers(double seconds)
{
    heap_add(&events, 0.0, ARRIVE);
    heap_add(&events, 50.0, SAMPLE);
    /* AsyncFlow's own mean is 24.044 ms (seed 2), over 76,225 requests with a deviation of 5.1. */
    return measure(two_servers_advance, (uint64_t)(seconds * 133.333 * 0.9606), 24.044,
                   0.018);
}

int main(int argc, char **argv)
{
    const double x = argc > 2 ? atof(argv[2]) : 0.0, y = argc > 3 ? atof(argv[3]) : 0.0;

    ziggurat_init(&zig);
    events = heap_make(POOL);
    if (argc == 4 && !strcmp(argv[1], "hold"))
        return hold((uint32_t)x, (uint32_t)y);
    if (argc == 5 && !strcmp(argv[1], "mmc"))
        return run_mmc((uint32_t)x, y, (uint64_t)atof(argv[4]));
    if (argc == 3 && !strcmp(argv[1], "two_servers"))
        return two_servers(x);
    return 2;
}
