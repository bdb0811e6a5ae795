/* models/data/cache_objects.c - the objects of a cache: names, numbers, shards and sizes; see
 * cache.c. */
#include "models/data/cache.h"

#include <math.h>

enum { PURPOSE_SIZE = 2 };
/* Redis Cluster's number of hash slots: a power of two, so that parts are equal. */
enum { HASH_SLOT_BITS = 14 };

uint64_t hr_cache_object(const struct hr_run *run, uint32_t key, uint64_t value)
{
    return hr_mix(hr_run_plan(run)->keys[key].name_key, value);
}

uint64_t hr_cache_id(struct hr_run *run, hr_part p, uint32_t key, uint64_t value)
{
    const struct hr_cache *cache = hr_state(run, p);

    return cache->ids.first[key] + value;
}

uint32_t hr_cache_key_of(const struct hr_cache_ids *ids, uint64_t id)
{
    uint32_t key = 0;

    while (id >= ids->first[key + 1])
        key++;
    return key;
}

uint32_t hr_cache_shard_of(const struct hr_cache_conf *conf, uint64_t object)
{
    const uint64_t slot = hr_mix(object, 2) >> (64 - HASH_SLOT_BITS);

    return (uint32_t)(slot * (uint64_t)conf->nodes >> HASH_SLOT_BITS);
}

int64_t hr_cache_size(struct hr_run *run, hr_part p, uint32_t key, uint64_t value)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    const int64_t size = hr_key_size(run, key, value);
    struct hr_draws d;

    if (size >= 0)
        return size;
    d = hr_part_draws(run, p, hr_cache_object(run, key, value), PURPOSE_SIZE);
    return (int64_t)hr_law_draw(&conf->object_size, &d);
}

/* --- room for them ------------------------------------------------------------------------ */

/* Sizes are drawn by value, and so need not be kept. */
static int64_t size_again(const void *ctx, uint64_t id)
{
    const struct hr_cache_ids *ids = ctx;
    const uint32_t key = hr_cache_key_of(ids, id);

    return hr_cache_size(ids->run, ids->part, key, id - ids->first[key]);
}

double hr_cache_mean_size(const struct hr_cache_conf *conf, const struct hr_key *key)
{
    return hr_law_mean(key->sized ? &key->size : &conf->object_size);
}

void hr_cache_make_room(struct hr_run *run, hr_part p)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    const struct hr_plan *plan = hr_run_plan(run);
    struct hr_cache *cache = hr_state(run, p);
    struct hr_cache_ids *ids = &cache->ids;
    double expected = 0;

    *ids = (struct hr_cache_ids){.run = run, .part = p};
    ids->first = hr_arena_alloc(hr_run_arena(run), plan->n_keys + 1, sizeof *ids->first);
    for (uint32_t k = 0; k < plan->n_keys; k++) {
        const bool asked = conf->key == HR_NONE || conf->key == k;
        const double size = hr_cache_mean_size(conf, &plan->keys[k]);
        const double fit =
            (double)conf->nodes * (double)conf->memory / (size < 1 ? 1 : size);
        const double count = (double)plan->keys[k].count;

        ids->first[k + 1] = ids->first[k] + (asked ? plan->keys[k].count : 0);
        expected += asked ? fmin(fit, count) : 0;
    }
    hr_cache_room_init(&cache->room, hr_run_arena(run),
                       &(struct hr_cache_kind){.ids = ids->first[plan->n_keys],
                                               .expected = (uint64_t)expected,
                                               .bounded = true,
                                               .expire = conf->ttl > 0,
                                               .size_of = size_again,
                                               .ctx = ids});
}
