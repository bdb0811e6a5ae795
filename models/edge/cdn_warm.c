/* models/edge/cdn_warm.c - what the caches of a CDN hold at the start.
 *
 * MODEL    Requests for an object come to an edge location as a Poisson process of rate r, and
 *          what was fetched is kept for a time T: it is there with probability rT / (1 + rT),
 *          and was then fetched at a time that is uniform in the last T.  Its last use is the
 *          later of that fetch and of an exponential time ago.  What is there is put in by
 *          order of last use, so that a capacity keeps the right ones; where there is none,
 *          the order does not matter and last uses are not drawn.
 *          Where the requests of the last four T are few, they are made and looked up one by
 *          one, which is the same thing and faster than looking at every object that there is.
 * SOURCE   M. Fofack, P. Nain, G. Neglia, D. Towsley, "Performance evaluation of hierarchical
 *          TTL-based cache networks", Computer Networks 65, 2014 (renewal argument for TTL
 *          caches that are not refreshed by hits). */
#include "models/edge/cdn.h"

#include "models/parts/demand.h"
#include "models/parts/order.h"
#include "sim/engine/numeric.h"

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

struct weights { /* of the values of a key: how often each is asked for */
    double *at;
    uint64_t n;
    double sum;
};
struct present {
    double used_s; /* ago */
    uint64_t id;
    int64_t size;
    hr_time expires;
};
struct filling { /* one edge location */
    struct hr_run *run;
    hr_part p;
    struct hr_cdn_edge *e;
    bool ordered; /* it matters when each was last used: there is a capacity */
    struct present *at;
    size_t n, room;
};

static const struct weights *weights_of(struct weights *of_keys, const struct stream *s)
{
    struct weights *w = &of_keys[s->key_number];
    const double exponent = s->key->uniform ? 0.0 : s->key->zipf.s;

    if (w->at)
        return w;
    w->n = s->key->count < RANKS_MOST ? s->key->count : RANKS_MOST;
    w->at = hr_heap_resize(NULL, w->n, sizeof *w->at);
    for (uint64_t i = 0; i < w->n; i++) {
        w->at[i] = hr_pow((double)(i + 1), -exponent);
        w->sum += w->at[i];
    }
    return w;
}

static void add(struct filling *f, const struct present *one)
{
    if (f->n == f->room) {
        f->room = f->room ? 2 * f->room : 1024;
        f->at = hr_heap_resize(f->at, f->room, sizeof *f->at);
    }
    f->at[f->n++] = *one;
}

static void consider(struct filling *f, const struct stream *s, uint64_t value,
                     double per_s)
{
    const uint64_t object = hr_cdn_object(f->run, s->op, s->key != NULL, value);
    const uint64_t id = hr_cdn_id(s->rule, s->key != NULL, value);
    const double ttl_s = hr_time_s(s->ttl), there = per_s * ttl_s / (1.0 + per_s * ttl_s);
    struct hr_draws d =
        hr_part_draws(f->run, f->p, hr_mix(f->e->name_key, object), PURPOSE_PRESENT);
    const double u = hr_draw_uniform(&d);

    if (u >= there)
        return;
    const double fetched_s = u / there * ttl_s;
    const hr_time expires = hr_now(f->run) + s->ttl - hr_time_from_s(fetched_s);
    if (!f->ordered) {
        hr_cache_state_put(&f->e->cache, id, 0, expires);
        return;
    }
    const double used_s = -hr_log(hr_draw_uniform(&d)) / per_s;
    add(f, &(struct present){.used_s = used_s < fetched_s ? used_s : fetched_s,
                             .id = id,
                             .size = size_of(f->run, s, value, &d),
                             .expires = expires});
}

static void put_in_order(struct filling *f)
{
    struct hr_ordered *order = hr_heap_resize(NULL, f->n + 1, sizeof *order);

    for (size_t i = 0; i < f->n; i++) /* the longest unused first */
        order[i] =
            (struct hr_ordered){~hr_order_of(f->at[i].used_s), f->at[i].id, (int64_t)i};
    hr_order(order, f->n);
    for (size_t i = 0; i < f->n; i++) {
        const struct present *one = &f->at[order[i].also];

        hr_cache_state_put(&f->e->cache, one->id, one->size, one->expires);
    }
    hr_heap_resize(order, 0, 0);
    hr_heap_resize(f->at, 0, 0);
}

static void fill(struct filling *f, const struct streams *streams, struct weights *of_keys)
{
    for (uint32_t i = 0; i < streams->n; i++) {
        const struct stream *s = &streams->at[i];

        if (!s->key) {
            consider(f, s, 0, s->per_s);
            continue;
        }
        const struct weights *w = weights_of(of_keys, s);
        for (uint64_t v = 0; v < w->n; v++)
            consider(f, s, v, s->per_s * w->at[v] / w->sum);
    }
    put_in_order(f);
}

void hr_cdn_warm(struct hr_run *run, hr_part p)
{
    const struct hr_plan *plan = hr_run_plan(run);
    struct weights *of_keys =
        hr_arena_alloc(hr_run_arena(run), plan->n_keys, sizeof *of_keys);

    for (uint32_t place = 0; place < plan->n_places; place++) {
        if (!hr_demand_from(plan, place))
            continue;
        const struct streams all = streams_at(run, p, place);

        if (all.n == 0)
            continue;
        struct hr_cdn_edge *e = hr_cdn_edge_at(run, p, place);
        struct filling f = {.run = run, .p = p, .e = e, .ordered = e->room.kind.bounded};
        if (replayed_ttls * hr_time_s(all.longest) * all.per_s <= REPLAY_MOST)
            replay(run, p, e, &all);
        else
            fill(&f, &all, of_keys);
    }
    for (uint32_t k = 0; k < plan->n_keys; k++)
        hr_heap_resize(of_keys[k].at, 0, 0);
}
