/* models/edge/cdn_warm.c - what the caches of a CDN hold at the start.
 *
 * MODEL    Requests for an object come to an edge location as a Poisson process of rate r, and
 *          what was fetched is kept for a time T: it is there with probability rT / (1 + rT),
 *          and was then fetched at a time that is uniform in the last T.  Its last use is the
 *          later of that fetch and of an exponential time ago.  What is there is put in by
 *          order of last use, so that a capacity keeps the right ones.
 *          Where the requests of the last four T are few, they are made and looked up one by
 *          one, which is the same thing and faster than looking at every object that there is.
 * SOURCE   M. Fofack, P. Nain, G. Neglia, D. Towsley, "Performance evaluation of hierarchical
 *          TTL-based cache networks", Computer Networks 65, 2014 (renewal argument for TTL
 *          caches that are not refreshed by hits). */
#include "models/edge/cdn.h"

#include "models/parts/demand.h"
#include "sim/engine/numeric.h"

#include <stdlib.h>

enum { PURPOSE_REPLAY = 16, PURPOSE_PRESENT };
enum { REPLAY_MOST = 300000 };         /* requests of an edge location */
enum { RANKS_MOST = 4 * 1000 * 1000 }; /* of one key; what is less popular is left out */
static const double replayed_ttls = 4.0;

struct stream { /* requests for one operation at one edge location */
    uint32_t op;
    double per_s;
    hr_time ttl;
    const struct hr_cdn_rule *rule;
    const struct hr_key *key; /* NULL: one object */
    uint32_t key_number;
};
struct streams {
    struct stream *at;
    uint32_t n;
    double per_s;
    hr_time longest; /* TTL */
};

static struct streams streams_at(struct hr_run *run, hr_part p, uint32_t place)
{
    const struct hr_plan *plan = hr_run_plan(run);
    const struct hr_component *me = &plan->components[p];
    const struct hr_cdn *s = hr_state(run, p);
    struct streams all = {.at =
                              hr_arena_alloc(hr_run_arena(run), me->n_ops, sizeof *all.at)};

    for (uint32_t i = 0; i < me->n_ops; i++) {
        const uint32_t op = me->first_op + i;
        const double per_s = s->rules[i].ttl > 0 ? hr_demand(plan, op, place) : 0.0;
        uint32_t key = s->rules[i].key;

        if (key == HR_CDN_KEY_OF_CALL)
            key = hr_demand_key(plan, op);
        if (!(per_s > 0.0))
            continue;
        all.at[all.n++] = (struct stream){.op = op,
                                          .per_s = per_s,
                                          .rule = &s->rules[i],
                                          .ttl = s->rules[i].ttl,
                                          .key = key == HR_NONE ? NULL : &plan->keys[key],
                                          .key_number = key};
        all.per_s += per_s;
        if (s->rules[i].ttl > all.longest)
            all.longest = s->rules[i].ttl;
    }
    return all;
}

const struct hr_op_bytes *hr_cdn_bytes(const struct hr_plan *plan, uint32_t op)
{
    for (uint32_t hops = 0; hops < plan->n_operations; hops++) {
        const struct hr_operation *o = &plan->operations[op];
        if (o->conf || !o->forward)
            return o->conf ? o->conf->bytes : NULL;
        op = o->forward[0];
    }
    return NULL;
}

static int64_t size_of(struct hr_run *run, const struct stream *s, uint64_t value,
                       struct hr_draws *d)
{
    const struct hr_op_bytes *bytes = hr_cdn_bytes(hr_run_plan(run), s->op);
    const int64_t size = s->key ? hr_key_size(run, s->key_number, value) : -1;

    if (size >= 0)
        return size;
    return bytes ? (int64_t)hr_law_draw(&bytes->response, d) : 0;
}

/* --- one by one -------------------------------------------------------------------------- */

static void replay_one(struct hr_run *run, struct hr_cdn_edge *e, const struct streams *all,
                       hr_time at, struct hr_draws *d)
{
    double u = hr_draw_uniform(d) * all->per_s;
    uint32_t i = 0;
    uint64_t value = 0;

    for (; i + 1 < all->n && u >= all->at[i].per_s; i++)
        u -= all->at[i].per_s;
    const struct stream *s = &all->at[i];
    if (s->key)
        value = s->key->uniform ? hr_draw_below(d, s->key->count)
                                : hr_zipf_draw(&s->key->zipf, d) - 1;
    const uint64_t id = hr_cdn_id(s->rule, s->key != NULL, value);
    if (hr_cache_state_look(&e->cache, id, at, NULL) != HR_CACHE_HIT)
        hr_cache_state_put(&e->cache, id, size_of(run, s, value, d), at + s->ttl);
}

static void replay(struct hr_run *run, hr_part p, struct hr_cdn_edge *e,
                   const struct streams *all)
{
    const double window_s = replayed_ttls * hr_time_s(all->longest);
    const struct hr_law unit = hr_law_exponential(1.0);
    double ago_s = window_s;

    for (uint64_t i = 0;; i++) {
        struct hr_draws d = hr_part_draws(run, p, hr_mix(e->name_key, i), PURPOSE_REPLAY);

        ago_s -= hr_law_draw(&unit, &d) / all->per_s;
        if (ago_s <= 0.0)
            return;
        replay_one(run, e, all, hr_now(run) - hr_time_from_s(ago_s), &d);
    }
}

/* --- object by object ---------------------------------------------------------------------- */

struct present {
    double used_s;       /* ago */
    uint64_t object, id; /* what it hashes as, and its number */
    int64_t size;
    hr_time expires;
};
struct presents {
    struct present *at;
    size_t n, room;
};

static int by_last_use(const void *a, const void *b)
{
    const struct present *x = a, *y = b;

    if (x->used_s < y->used_s || x->used_s > y->used_s)
        return x->used_s > y->used_s ? -1 : 1; /* the longest unused first */
    return x->object < y->object ? -1 : x->object > y->object;
}

static void consider(struct hr_run *run, hr_part p, const struct hr_cdn_edge *e,
                     const struct stream *s, uint64_t value, double per_s,
                     struct presents *all)
{
    const uint64_t object = hr_cdn_object(run, s->op, s->key != NULL, value);
    const double asked = per_s * hr_time_s(s->ttl), there = asked / (1.0 + asked);
    struct hr_draws d = hr_part_draws(run, p, hr_mix(e->name_key, object), PURPOSE_PRESENT);
    const double u = hr_draw_uniform(&d);

    if (u >= there)
        return;
    const double fetched_s = u / there * hr_time_s(s->ttl);
    const double used_s = -hr_log(hr_draw_uniform(&d)) / per_s;
    if (all->n == all->room) {
        all->room = all->room ? 2 * all->room : 1024;
        all->at = hr_heap_resize(all->at, all->room, sizeof *all->at);
    }
    all->at[all->n++] =
        (struct present){.used_s = used_s < fetched_s ? used_s : fetched_s,
                         .object = object,
                         .id = hr_cdn_id(s->rule, s->key != NULL, value),
                         .size = size_of(run, s, value, &d),
                         .expires = hr_now(run) + s->ttl - hr_time_from_s(fetched_s)};
}

static void consider_all(struct hr_run *run, hr_part p, const struct hr_cdn_edge *e,
                         const struct stream *s, struct presents *all)
{
    double sum = 0.0;

    if (!s->key) {
        consider(run, p, e, s, 0, s->per_s, all);
        return;
    }
    const double exponent = s->key->uniform ? 0.0 : s->key->zipf.s;
    for (uint64_t k = 1; k <= s->key->count && k <= RANKS_MOST; k++)
        sum += hr_pow((double)k, -exponent);
    for (uint64_t k = 1; k <= s->key->count && k <= RANKS_MOST; k++)
        consider(run, p, e, s, k - 1, s->per_s * hr_pow((double)k, -exponent) / sum, all);
}

static void fill(struct hr_run *run, hr_part p, struct hr_cdn_edge *e,
                 const struct streams *streams)
{
    struct presents all = {0};

    for (uint32_t i = 0; i < streams->n; i++)
        consider_all(run, p, e, &streams->at[i], &all);
    if (all.n > 1)
        qsort(all.at, all.n, sizeof *all.at, by_last_use);
    for (size_t i = 0; i < all.n; i++)
        hr_cache_state_put(&e->cache, all.at[i].id, all.at[i].size, all.at[i].expires);
    hr_heap_resize(all.at, 0, 0);
}

void hr_cdn_warm(struct hr_run *run, hr_part p)
{
    const struct hr_plan *plan = hr_run_plan(run);

    for (uint32_t place = 0; place < plan->n_places; place++) {
        if (!hr_demand_from(plan, place))
            continue;
        const struct streams all = streams_at(run, p, place);

        if (all.n == 0)
            continue;
        struct hr_cdn_edge *e = hr_cdn_edge_at(run, p, place);
        if (replayed_ttls * hr_time_s(all.longest) * all.per_s <= REPLAY_MOST)
            replay(run, p, e, &all);
        else
            fill(run, p, e, &all);
    }
}
