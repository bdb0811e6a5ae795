/* models/data/cache.h - settings of a cache, and what its files share.  The model is described in
 * the manual text of cache.c. */
#ifndef HR_CACHE_H
#define HR_CACHE_H

#include "models/parts/cache_state.h"
#include "models/parts/single_flight.h"
#include "sim/system/fleet.h"

struct hr_cache_conf {
    struct hr_fleet_conf fleet; /* derived: nodes x copies that only stand somewhere */
    int64_t nodes, replicas;    /* nodes that share the objects; copies of each beside it */
    int64_t memory;             /* bytes of objects, one node */
    hr_time ttl;                /* 0: none */
    bool sliding;               /* a hit begins `ttl` anew */
    struct hr_law latency;      /* s */
    double throughput;          /* requests/s of one node; 0: no limit */
    uint32_t key;               /* HR_NONE: the one of the call */
    struct hr_law object_size;  /* bytes, where the key gives none */
    bool single_flight;
    hr_time lease;
    struct hr_law failover; /* s */
};

/* --- for cache*.c only ------------------------------------------------------------------------ */

enum hr_cache_op { HR_CACHE_GET, HR_CACHE_SET, HR_CACHE_DELETE };

struct hr_cache_copy { /* a node */
    bool up, holds;    /* holds: what its shard knows, too */
};
struct hr_cache_shard { /* what one node, with its replicas, has */
    struct hr_cache_state objects;
    struct hr_single_flight flights;
    struct hr_cache_copy *copy; /* 1 + replicas */
    uint32_t primary;           /* copy that answers; HR_NONE: none does */
    uint32_t epoch;             /* grows when what is in flight is lost */
    bool failing_over;
    hr_time free_at; /* when a node with a throughput has done what came so far */
    hr_time empty_since, last_set;
    int64_t shown_objects, shown_mb;
};
struct
    hr_cache_ids { /* the values of all keys that it may be asked by, one after the other */
    struct hr_run *run;
    hr_part part;
    uint64_t *first; /* of each key of the plan; one more at the end */
};
struct hr_cache {
    struct hr_cache_ids ids;
    struct hr_cache_room room; /* of the objects of all shards: each object has one shard */
    struct hr_cache_shard *shards;
    uint8_t *op; /* enum hr_cache_op, by operation of the component */
};

/* --- cache_objects.c --- */
/* An object of a key: what it hashes as, from which its shard follows, and its number. */
uint64_t hr_cache_object(const struct hr_run *run, uint32_t key, uint64_t value);
uint64_t hr_cache_id(struct hr_run *run, hr_part p, uint32_t key, uint64_t value);
uint32_t hr_cache_key_of(const struct hr_cache_ids *ids, uint64_t id);
uint32_t hr_cache_shard_of(const struct hr_cache_conf *conf, uint64_t object);
int64_t hr_cache_size(struct hr_run *run, hr_part p, uint32_t key, uint64_t value);
double hr_cache_mean_size(const struct hr_cache_conf *conf, const struct hr_key *key);
void hr_cache_make_room(struct hr_run *run, hr_part p);
/* --- cache.c --- */
struct hr_cache_shard *hr_cache_shard_at(struct hr_run *run, hr_part p, uint32_t k);
uint32_t hr_cache_instance(const struct hr_run *run, hr_part p, uint32_t shard,
                           uint32_t copy);
/* Those that wait for an object get it, or hear that it is lost. */
void hr_cache_end_flight(struct hr_run *run, hr_part p, uint32_t shard, uint32_t flight,
                         enum hr_outcome how);
/* The gauges follow what a shard holds. */
void hr_cache_show(struct hr_run *run, hr_part p, struct hr_cache_shard *s);

/* --- cache_nodes.c --- */
enum { HR_CACHE_TAG_FAILOVER = 8, HR_CACHE_PURPOSE_FAILOVER = 8 };
/* Does a node answer for the shard?  Notices nodes that have come back. */
bool hr_cache_serves(struct hr_run *run, hr_part p, uint32_t shard);
void hr_cache_fail_over(struct hr_run *run, hr_part p, uint32_t shard, uint32_t epoch);
void hr_cache_disturb(struct hr_run *run, hr_part p, const struct hr_change *ch,
                      bool begins);

/* --- cache_warm.c --- */
/* Fill the shards with what they hold under the load of t = 0; see cache_warm.c. */
void hr_cache_warm(struct hr_run *run, hr_part p);

#endif /* HR_CACHE_H */
