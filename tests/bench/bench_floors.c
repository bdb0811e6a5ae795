/* tests/bench/bench_floors.c - how fast plain C is: what the engine is measured against.
 *
 *   bench_floors hold PENDING EVENTS         hold model, on a 4-ary heap and on a ladder queue
 *   bench_floors mmc SERVERS CUSTOMERS       M/M/c: general event queue, request pool, statistics
 *   bench_floors two_servers 2 REQUESTS      scenarios/examples/two-servers.yaml written by hand
 *
 * Prints `key value` lines; exit status 1 if what it simulated has not the mean it must have. */
#include "tests/bench/draws.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- event queue: 4-ary heap; key = time, sequence, slot as one integer -------------------- */

__extension__ typedef unsigned __int128 u128;
enum { PENDING = 1 << 20 }; /* events at most */

union number { /* the bits of positive numbers are in the order of their values */
    double x;
    uint64_t bits;
};

/* Children of i are 4i+1 to 4i+4, on one cache line; all ones behind the last. */
struct heap {
    u128 *key;
    uint32_t n, sequence;
    bool hole; /* the first was popped, and is not replaced yet */
};

static struct heap heap_make(void)
{
    const size_t bytes = (PENDING + 16) * sizeof(u128);
    u128 *room = aligned_alloc(64, bytes);

    return (struct heap){.key = room ? (u128 *)memset(room, 0xff, bytes) + 3
                                     : (abort(), room)};
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

enum { RUNGS = 9, MOST_SORTED = 50 };

static struct node {
    double at;
    struct node *next;
    uint64_t sequence;
} nodes[PENDING], *bucket[RUNGS][PENDING];

struct ladder {
    struct node *bottom; /* sorted */
    uint64_t sequence;
    uint32_t rungs;
    struct rung {
        double start, density; /* buckets a unit of time */
        uint32_t n, current; /* buckets before it are done, or spread over the next rung */
    } rung[RUNGS];           /* the first is the top: one bucket without an end */
};

static inline struct node **ladder_place(struct ladder *l, const struct node *e)
{
    struct node **p = &l->bottom;

    if (e->at > l->rung[0].start)
        return &bucket[0][0];
    for (uint32_t k = 1; k < l->rungs; k++) {
        const struct rung *r = &l->rung[k];
        if (e->at > r->start) {
            const uint32_t i = (uint32_t)((e->at - r->start) * r->density);
            if (i >= r->current)
                return &bucket[k][i < r->n ? i : r->n - 1];
        }
    }
    while (*p && ((*p)->at < e->at || ((*p)->at == e->at && (*p)->sequence < e->sequence)))
        p = &(*p)->next;
    return p;
}

static inline void ladder_add(struct ladder *l, struct node *e)
{
    struct node **p = ladder_place(l, e);

    e->next = *p;
    *p = e;
}

/* One step towards a bottom that is not empty: a bucket goes there, or if long over a new rung. */
static void ladder_refill(struct ladder *l)
{
    struct rung *r = &l->rung[l->rungs - 1];

    if (r->current == r->n) {
        l->rungs--;
        return;
    }
    struct node *list = bucket[l->rungs - 1][r->current];
    double start = r->start + r->current / r->density, end = start;
    uint32_t n = 0;
    bucket[l->rungs - 1][r->current] = NULL;
    for (const struct node *e = list; e; e = e->next, n++)
        end = e->at > end ? e->at : end;
    if (l->rungs == 1)
        r->start = end;
    else
        r->current++;
    if (n > MOST_SORTED && l->rungs < RUNGS)
        l->rung[l->rungs++] = (struct rung){start, n / (end - start + 1e-9), n, 0};
    for (struct node *next; list; list = next) {
        next = list->next;
        ladder_add(l, list);
    }
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
    struct node *e = l->bottom;
    const double at = e->at;
    l->bottom = e->next;
    e->at += draw();
    e->sequence = l->sequence++;
    ladder_add(l, e);
    return at;
}

static int run_hold(uint32_t pending, uint32_t events)
{
    struct heap h = heap_make();
    struct ladder l = {.rungs = 1, .rung = {{.density = 1.0, .n = 1}}};

    for (uint32_t i = 0; i < pending; i++) {
        nodes[i] = (struct node){.at = draw(), .sequence = l.sequence++};
        ladder_add(&l, &nodes[i]);
        heap_add(&h, nodes[i].at, i);
    }
    const struct rng seed = rng;
    const double by_heap = measure_hold("heap", heap_hold, &h, pending, events);
    rng = seed;
    const double by_ladder = measure_hold("ladder", ladder_hold, &l, pending, events);
    return check_hold(by_heap, pending, events) | (by_heap != by_ladder);
}

/* ---- what queueing systems share: requests, stations, the statistics of times --------------- */

enum { BATCHES = 50, POOL = 1 << 16, RING = 1 << 13, BINS = 64 * 128 };
enum { ARRIVE = POOL, SAMPLE, NOBODY }; /* slots beside those of requests */

static struct heap events;

static struct request {
    double start;
    uint32_t stage, server;
} pool[POOL];
static uint32_t unused[POOL], n_unused;

static struct stats { /* of a batch, by Welford */
    double mean, m2;
    uint64_t n;
} stats;
static uint64_t bins[BINS]; /* 128 a power of two */

static inline void request_served(uint32_t i, double now)
{
    const double x = now - pool[i].start, d = x - stats.mean;
    const uint64_t bin = ((union number){x}.bits >> 45) - ((1023 - 32) << 7);

    stats.mean += d / (double)++stats.n;
    stats.m2 += d * (x - stats.mean);
    bins[bin < BINS ? bin : 0]++;
    unused[n_unused++] = i;
}

/* Servers, cores or memory, and who waits for them, first come, first served. */
struct station {
    int32_t idle; /* negative: so many wait */
    uint32_t taken, put, queue[RING];
};

/* Who enters now: `i`, or nobody, since it has to wait. */
static inline uint32_t station_enter(struct station *s, uint32_t i)
{
    if (i == NOBODY || s->idle-- > 0)
        return i;
    s->queue[s->put++ % RING] = i;
    return NOBODY;
}

/* Who enters instead. */
static inline uint32_t station_leave(struct station *s)
{
    return s->idle++ < 0 ? s->queue[s->taken++ % RING] : NOBODY;
}

/* Runs batches, whose means give the standard error, after a tenth that is not measured.  An
 * event, of a new request or at the end of a time, says whether it was the last of a request. */
ALWAYS_INLINE int measure(bool (*event)(uint32_t i, bool arrived, double now), double gap,
                          uint32_t served, double known, double known_error)
{
    double sum = 0.0, squares = 0.0, ns = 0.0;

    for (uint32_t i = 0; i < POOL; i++)
        unused[n_unused++] = i;
    heap_add(&events, 0.0, ARRIVE);
    for (int b = -BATCHES / 10; b < BATCHES; b++) {
        if (b == 0) {
            sum = squares = 0.0;
            ns = cpu_ns();
        }
        stats = (struct stats){0};
        for (uint32_t left = served / BATCHES; left;) {
            const u128 k = heap_pop(&events);
            const double now = key_time(k);
            const bool arrived = (uint32_t)k == ARRIVE;
            const uint32_t i = arrived ? unused[--n_unused] : (uint32_t)k;
            if (arrived) {
                heap_add(&events, now + gap * draw(), ARRIVE);
                pool[i] = (struct request){.start = now};
            }
            left -= event(i, arrived, now);
        }
        sum += stats.mean;
        squares += stats.mean * stats.mean;
    }
    printf("ns %.2f\n", (cpu_ns() - ns) / served);
    const double variance = (squares - sum * sum / BATCHES) / (BATCHES - 1) / BATCHES;
    return check_mean(sum / BATCHES, known, sqrt(variance + known_error * known_error));
}

/* ---- M/M/c ---------------------------------------------------------------------------------- */

static struct station servers;

static bool mmc_event(uint32_t i, bool arrived, double now)
{
    if (!arrived)
        request_served(i, now);
    i = arrived ? station_enter(&servers, i) : station_leave(&servers);
    if (i != NOBODY)
        heap_add(&events, now + draw(), i);
    return !arrived;
}

static int run_mmc(uint32_t n, uint32_t customers)
{
    const double load = 0.9, offered = load * n;
    double blocked = 1.0; /* Erlang B, then the mean time by Erlang C */

    for (uint32_t s = 1; s <= n; s++)
        blocked = offered * blocked / (s + offered * blocked);
    const double wait = blocked / (1.0 - load * (1.0 - blocked)) / (n * (1.0 - load));
    servers.idle = (int32_t)n;
    return measure(mmc_event, 1.0 / offered, customers, 1.0 + wait, 0.0);
}

/* ---- a client, a load balancer and two servers ---------------------------------------------- */

enum stage { CLIENT, BALANCER, SERVER, CPU, IO, HOME, STAGES, READY = STAGES, MB, GAUGES };
enum { SAMPLES = 12000, MB_OF_REQUEST = 128 };

static const double ms[STAGES] = {3.0, 2.0, 2.0, 2.0, 12.0, 3.0};
static struct station core[2] = {{.idle = 1}, {.idle = 1}};
static struct station memory[2] = {{.idle = 16}, {.idle = 16}};
static uint32_t turn, gauge[GAUGES][2];
static uint32_t sampled, series[SAMPLES][GAUGES][2]; /* the last 600 s */

static void sample(double now)
{
    for (int s = 0; s < 2; s++) {
        gauge[READY][s] = core[s].put - core[s].taken;
        gauge[MB][s] = MB_OF_REQUEST * (gauge[READY][s] + gauge[CPU][s] + gauge[IO][s]);
    }
    memcpy(series[sampled++ % SAMPLES], gauge, sizeof gauge);
    heap_add(&events, now + 50.0, SAMPLE);
}

/* Between machines the time is random, and one hop in a hundred loses its request. */
static inline void enter(uint32_t i, enum stage to, double now)
{
    const bool hop = to != CPU && to != IO;

    if (hop && rng_next() < UINT64_MAX / 100) {
        unused[n_unused++] = i;
        return;
    }
    gauge[to][pool[i].server]++;
    pool[i].stage = to;
    heap_add(&events, now + ms[to] * (hop ? draw() : 1.0), i);
}

static bool two_servers_event(uint32_t i, bool arrived, double now)
{
    if (arrived || i == SAMPLE) {
        arrived ? enter(i, CLIENT, now) : sample(now);
        return false;
    }
    const enum stage from = pool[i].stage;
    const uint32_t s = pool[i].server;
    uint32_t next = NOBODY;
    gauge[from][s]--;
    if (from == BALANCER)
        pool[i].server = turn ^= 1;
    if (from == HOME)
        request_served(i, now);
    else if (from == SERVER)
        next = station_enter(&core[s], station_enter(&memory[s], i));
    else
        enter(i, from + 1, now);
    if (from == CPU)
        next = station_leave(&core[s]);
    if (from == IO)
        next = station_enter(&core[s], station_leave(&memory[s]));
    if (next != NOBODY)
        enter(next, CPU, now);
    return from == HOME;
}

static int run_two_servers(uint32_t n, uint32_t requests)
{
    sample(0.0);
    /* 133.333 a second.  AsyncFlow's own mean is 24.044 ms (seed 2), over 76,225 requests with a
     * deviation of 5.1. */
    return n == 2 ? measure(two_servers_event, 7.5, requests, 24.044, 0.018) : 2;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(uint32_t size, uint32_t amount);
    } cases[] = {{"hold", run_hold}, {"mmc", run_mmc}, {"two_servers", run_two_servers}};
    const double size = argc == 4 ? strtod(argv[2], NULL) : 0.0;

    draw_init();
    events = heap_make();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (size >= 1.0 && size <= PENDING && !strcmp(cases[i].name, argv[1]))
            return cases[i].run((uint32_t)size, (uint32_t)strtod(argv[3], NULL));
    return 2;
}
