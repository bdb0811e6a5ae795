/* sim/theory/caches.h - hit ratios of caches under independent requests.
 *
 * MODEL    Each request asks for object i with probability p(i), whatever came before (the
 *          independent reference model).  Sizes are 1; with sizes that do not depend on
 *          popularity, capacity over mean size is the capacity in objects.
 *          Che: an object stays in an LRU cache of C objects for the time T without a request,
 *          the same for all, where sum of (1 - exp(-p(i) T)) = C.
 * ASSUMES  Nothing is asked twice while it is fetched.
 * COST     O(groups) an evaluation: objects far down in popularity are taken together.
 * SOURCE   H. Che, Y. Tung, Z. Wang, "Hierarchical web caching systems", IEEE JSAC 20(7), 2002;
 *          C. Fricker, P. Robert, J. Roberts, "A versatile and accurate approximation for LRU
 *          cache performance", ITC 24, 2012 (why it works; random eviction);
 *          P. Flajolet, D. Gardy, L. Thimonier, "Birthday paradox, coupon collectors, caching
 *          algorithms and self-organizing search", 1992 (the exact integral).
 * CHECKED  tests/theory/test_caches.c, tests/validation/test_cache.c. */
#ifndef HR_CACHES_H
#define HR_CACHES_H

#include "sim/engine/arena.h"

#include <stdint.h>

/* Popularity: groups of objects that are equally popular, the most popular first. */
struct hr_ranks {
    uint32_t n;
    const double *share; /* of the requests, one object of the group */
    const double *count; /* objects */
    double sum;          /* Zipf: of k^-s over all ranks, so p(k) = k^-s / sum */
};
/* Ranks 1..n with p(k) proportional to k^-s; s = 0: all alike. */
struct hr_ranks hr_ranks_zipf(struct hr_arena *a, uint64_t n, double s);

/* T in requests; HUGE_VAL when all objects fit. */
double hr_che_time(const struct hr_ranks *r, double capacity);
double hr_che_hit_ratio(const struct hr_ranks *r, double capacity);
/* The same for random eviction and for first in, first out: sum of p T / (1 + p T) = C. */
double hr_che_random_hit_ratio(const struct hr_ranks *r, double capacity);
/* Always the `capacity` most popular. */
double hr_static_hit_ratio(const struct hr_ranks *r, double capacity);
/* Exact LRU of n objects, O(n^2 capacity) a point of the integral: for small ones. */
double hr_lru_hit_ratio(const double *share, uint32_t n, uint32_t capacity);

/* Unlimited room, `rate_per_s` requests in all, objects expire `ttl_s` after they were fetched:
 * share of hits, and objects that are there on average. */
double hr_ttl_hit_ratio(const struct hr_ranks *r, double rate_per_s, double ttl_s);
double hr_ttl_objects(const struct hr_ranks *r, double rate_per_s, double ttl_s);

#endif /* HR_CACHES_H */
