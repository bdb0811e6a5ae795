/* models/data/cache_warm.c - what a cache holds at the start: the state that belongs to the load.
 *
 * MODEL    Requests are independent, so the age of an object's last use is exponential with its
 *          rate, whatever else happened: each object gets an age of its own draw, and an LRU
 *          cache is filled by age, the oldest first.  That is its exact stationary state.  Che's
 *          characteristic time says how far back it is worth to look.
 *          With `ttl`, the last use was a hit with the probability that renewals give, and then
 *          the fetch lies a uniform part of `ttl` further back; an object that was not asked for
 *          within the characteristic time before was fetched by its last use.
 * ASSUMES  Every miss is followed by a `set`.  Several keys have equal parts of the look-ups.
 *          With both `ttl` and eviction at work, an approximation; the warm-up goes over it.
 * COST     O(objects that may be in it), not of all that there are.  While it is filled, 24 bytes
 *          for each, of two million at most: more are put in by rounds, the longest unused first,
 *          and each round draws all ages again.
 * SOURCE   sim/theory/caches.h. */
#include "models/data/cache.h"

#include "models/parts/order.h"
#include "sim/engine/numeric.h"
#include "sim/theory/caches.h"

#include <math.h>
#include <string.h>

enum { PURPOSE_AGE = 16, PURPOSE_SKIP };
enum { ROUND = 1 << 21 /* objects */, SLICE_BITS = 16, SLICES = 1 << SLICE_BITS };
enum { AHEAD = 16 /* objects whose memory is fetched before they are put in */ };

struct warm {
    struct hr_run *run;
    hr_part p;
    const struct hr_cache_conf *conf;
    double rate; /* look-ups a second */
    double time; /* characteristic, in look-ups; HUGE_VAL: nothing is evicted */
    uint32_t *keys, n_keys;
    struct hr_ranks *ranks; /* by key */
    /* Objects of a round, the longest unused first, and when they expire. */
    struct hr_ordered *at;
    size_t n, room;
    uint64_t first, last; /* in their order: where the round begins and ends */
    size_t all;           /* objects, of every round */
    uint32_t *slice; /* objects by the highest bits of their order; NULL: not counted */
};

/* --- who is asked for, and how often --------------------------------------------------------- */

static bool asks_for(const struct hr_plan *plan, uint32_t op, hr_part p, const char *name)
{
    while (plan->operations[op].forward)
        op = plan->operations[op].forward[0];
    return plan->operations[op].component == p &&
           strcmp(plan->operations[op].name, name) == 0;
}

/* Rate of look-ups; 0 where nobody looks up, or nobody would fill it. */
static double rate_of(const struct hr_plan *plan, hr_part p)
{
    const struct hr_component *c = &plan->components[p];
    double rate = 0;
    bool filled = false;

    for (uint32_t op = c->first_op; op < c->first_op + c->n_ops; op++) {
        if (asks_for(plan, op, p, "get"))
            rate += plan->operations[op].weight;
        filled = filled || asks_for(plan, op, p, "set");
    }
    return filled ? rate : 0;
}

static void add_key(struct warm *w, uint32_t key)
{
    for (uint32_t i = 0; i < w->n_keys; i++)
        if (w->keys[i] == key)
            return;
    w->keys[w->n_keys++] = key;
}

/* The cache's own key, or those that calls name; what names none has its client's. */
static void find_keys(struct warm *w, const struct hr_plan *plan)
{
    bool inherited = false;

    w->keys = hr_arena_alloc(hr_run_arena(w->run), plan->n_keys + 1, sizeof *w->keys);
    if (w->conf->key != HR_NONE) {
        add_key(w, w->conf->key);
        return;
    }
    for (uint32_t i = 0; i < plan->n_sites; i++) {
        if (!asks_for(plan, plan->sites[i].op, w->p, "get"))
            continue;
        if (plan->sites[i].o.key != HR_NONE)
            add_key(w, plan->sites[i].o.key);
        else
            inherited = true;
    }
    for (uint32_t r = 0; inherited && r < plan->n_rows; r++)
        if (plan->sites[plan->rows[r].site].o.key != HR_NONE)
            add_key(w, plan->sites[plan->rows[r].site].o.key);
}

static double mean_size(const struct warm *w, uint32_t key)
{
    return hr_cache_mean_size(w->conf, &hr_run_plan(w->run)->keys[key]);
}

/* All keys in one table of ranks, each with its part of the look-ups. */
static double time_of(struct warm *w)
{
    struct hr_arena *a = hr_run_arena(w->run);
    const double memory = (double)w->conf->nodes * (double)w->conf->memory;
    double *share, *count, smallest = HUGE_VAL;
    struct hr_ranks all = {0};

    for (uint32_t k = 0; k < w->n_keys; k++) {
        all.n += w->ranks[k].n;
        if (mean_size(w, w->keys[k]) < smallest)
            smallest = mean_size(w, w->keys[k]);
    }
    share = hr_arena_alloc(a, all.n, sizeof *share);
    count = hr_arena_alloc(a, all.n, sizeof *count);
    for (uint32_t k = 0, n = 0; k < w->n_keys; k++)
        for (uint32_t i = 0; i < w->ranks[k].n; i++, n++) {
            share[n] = w->ranks[k].share[i] / w->n_keys;
            count[n] = w->ranks[k].count[i];
        }
    all.share = share;
    all.count = count;
    /* A tenth more than fits: nodes and sizes differ, and what is too much is evicted. */
    return hr_che_time(&all, 1.1 * memory / (smallest < 1 ? 1 : smallest) + 100);
}

/* --- when each was last used -------------------------------------------------------------- */

/* When an object that was last used so long ago expires; `d` has draws of its own. */
static hr_time expiry(const struct warm *w, double per_s, double age_s, struct hr_draws *d)
{
    const double ttl_s = hr_time_s(w->conf->ttl);
    const double gap = hr_draw_uniform(d), luck = hr_draw_uniform(d);
    double fetched_s = age_s;

    if (w->conf->ttl == 0)
        return HR_NEVER;
    const bool stayed = w->time == HUGE_VAL || gap > hr_exp(-per_s * w->time / w->rate);
    if (!w->conf->sliding && stayed && luck < per_s * ttl_s / (1 + per_s * ttl_s))
        fetched_s += hr_draw_uniform(d) * ttl_s;
    return hr_now(w->run) + w->conf->ttl -
           hr_time_from_s(fetched_s < 1e9 ? fetched_s : 1e9); /* 30 years: long gone */
}

static void add(struct warm *w, uint32_t key, uint64_t value, double per_s, double age_s,
                struct hr_draws *d)
{
    const hr_time expires = expiry(w, per_s, age_s, d);
    const uint64_t by = ~hr_order_of(age_s);

    /* With room for all, what has expired matters to nobody; else it takes up room. */
    if (expires <= hr_now(w->run) && w->time == HUGE_VAL)
        return;
    if (w->slice) {
        w->slice[by >> (64 - SLICE_BITS)]++;
        w->all++;
    }
    if (by < w->first || by > w->last || (w->slice && w->n == ROUND))
        return;
    if (w->n == w->room) {
        w->room = w->room ? 2 * w->room : 1024;
        w->at = hr_heap_resize(w->at, w->room, sizeof *w->at);
    }
    w->at[w->n++] = (struct hr_ordered){by, hr_cache_id(w->run, w->p, key, value), expires};
}

/* Values [first, first + n) that are equally popular.  The share `within` of them was used
 * within the characteristic time: one by one where these are many, else from one to the next. */
static void add_group(struct warm *w, uint32_t key, uint64_t first, uint64_t n,
                      double share)
{
    const uint64_t name = hr_run_plan(w->run)->keys[key].name_key;
    const double within = w->time == HUGE_VAL ? 1 : -hr_expm1(-share * w->time);
    const double per_s = share * w->rate;

    if (within > 0.25) {
        for (uint64_t v = first; v < first + n; v++) {
            struct hr_draws d = hr_part_draws(w->run, w->p, hr_mix(name, v), PURPOSE_AGE);
            const double age = -hr_log(hr_draw_uniform(&d)) / share;
            if (age < w->time)
                add(w, key, v, per_s, age / w->rate, &d);
        }
        return;
    }
    struct hr_draws d = hr_part_draws(w->run, w->p, hr_mix(name, first), PURPOSE_SKIP);
    double at = 0;

    while (within > 0) {
        at += hr_floor(hr_log(hr_draw_uniform(&d)) / hr_log1p(-within));
        if (!(at < (double)n))
            return;
        const double age = -hr_log1p(-within * hr_draw_uniform(&d)) / share;
        add(w, key, first + (uint64_t)at, per_s, age / w->rate, &d);
        at += 1;
    }
}

/* --- filling --------------------------------------------------------------------------------- */

static void put(struct warm *w, uint64_t id, hr_time expires)
{
    struct hr_cache *cache = hr_state(w->run, w->p);
    const uint32_t key = hr_cache_key_of(&cache->ids, id);
    const uint64_t value = id - cache->ids.first[key];
    const uint64_t object = hr_cache_object(w->run, key, value);
    struct hr_cache_shard *s = &cache->shards[hr_cache_shard_of(w->conf, object)];

    hr_cache_state_put(&s->objects, id, hr_cache_size(w->run, w->p, key, value), expires);
}

static void fill(struct warm *w)
{
    const struct hr_cache *cache = hr_state(w->run, w->p);

    hr_order(w->at, w->n);
    for (size_t i = 0; i < w->n; i++) {
        if (i + AHEAD < w->n)
            hr_cache_room_fetch(&cache->room, w->at[i + AHEAD].what);
        put(w, w->at[i].what, w->at[i].also);
    }
}

/* The objects of a round: w->first to w->last. */
static void collect(struct warm *w)
{
    w->n = 0;
    for (uint32_t k = 0; k < w->n_keys; k++) {
        uint64_t first = 0; /* values count from 0, ranks from 1 */

        for (uint32_t i = 0; i < w->ranks[k].n; i++) {
            const uint64_t n = (uint64_t)w->ranks[k].count[i];
            add_group(w, w->keys[k], first, n, w->ranks[k].share[i] / w->n_keys);
            first += n;
        }
    }
}

/* All of them, if they are no more than a round takes; else by rounds of so many slices as fit. */
static void fill_all(struct warm *w)
{
    uint32_t *slice = hr_heap_resize(NULL, SLICES, sizeof *slice);

    memset(slice, 0, SLICES * sizeof *slice);
    w->slice = slice;
    w->last = UINT64_MAX;
    collect(w);
    w->slice = NULL;
    if (w->all <= ROUND)
        fill(w);
    for (uint64_t from = 0, to = 0; w->all > ROUND && from < SLICES; from = to) {
        uint64_t sum = slice[to++];

        while (to < SLICES && sum + slice[to] <= ROUND)
            sum += slice[to++];
        w->first = from << (64 - SLICE_BITS);
        w->last = (to << (64 - SLICE_BITS)) - 1; /* of the last slice: all bits */
        collect(w);
        fill(w);
    }
    hr_heap_resize(slice, 0, 0);
}

void hr_cache_warm(struct hr_run *run, hr_part p)
{
    const struct hr_plan *plan = hr_run_plan(run);
    struct warm w = {.run = run, .p = p, .conf = hr_conf(run, p), .rate = rate_of(plan, p)};

    find_keys(&w, plan);
    if (!(w.rate > 0) || w.n_keys == 0)
        return;
    w.ranks = hr_arena_alloc(hr_run_arena(run), w.n_keys, sizeof *w.ranks);
    for (uint32_t k = 0; k < w.n_keys; k++) {
        const struct hr_key *key = &plan->keys[w.keys[k]];
        w.ranks[k] =
            hr_ranks_zipf(hr_run_arena(run), key->count, key->uniform ? 0 : key->zipf.s);
    }
    w.time = time_of(&w);
    if (w.conf->sliding && w.conf->ttl > 0 && w.rate * hr_time_s(w.conf->ttl) < w.time)
        w.time = w.rate * hr_time_s(w.conf->ttl);
    fill_all(&w);
    hr_heap_resize(w.at, 0, 0);
}
