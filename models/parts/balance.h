/* models/parts/balance.h - choosing one of several endpoints.
 *
 * MODEL    Endpoints are numbered 0..n-1 and seen through a view: is it up, how many calls has
 *          it open, what is its weight, what does it hash to.  A policy picks one that is up:
 *            random             each with the same probability
 *            round_robin        the next one, in a circle (a counter: depends on the order in
 *                               which calls come, unlike every other policy)
 *            least_outstanding  one with the fewest open calls; ties at random
 *            power_of_two       two (or `choices`) different ones at random, of them the one
 *                               with fewest open calls; a tie: the first drawn
 *            weighted           with probability proportional to its weight
 *            hash               the one with the highest hash of (key, endpoint): the same key
 *                               goes to the same endpoint, and when one is lost only its keys
 *                               move
 *            join_idle          one without open calls, at random; if there is none, any one at
 *                               random
 *          Draws belong to the call (common random numbers), never to the order of events.
 * ASSUMES  Whoever chooses knows at once and exactly who is up.
 * COST     random, round_robin, power_of_two: O(1) while most are up, O(n) else.
 *          least_outstanding, join_idle, weighted, hash: O(n); least_outstanding is O(log n) for
 *          whoever keeps the numbers of open calls as models/parts/least.h does.
 * SOURCE   M. Mitzenmacher, "The power of two choices in randomized load balancing", IEEE TPDS
 *          12(10), 2001; D. Thaler, C. Ravishankar, "Using name-based mappings to increase hit
 *          rates", IEEE/ACM ToN 6(1), 1998 (highest random weight); Y. Lu, Q. Xie, G. Kliot,
 *          A. Geller, J. Larus, A. Greenberg, "Join-idle-queue: a novel load balancing algorithm
 *          for dynamically scalable web services", Performance Evaluation 68(11), 2011.
 * CHECKED  tests/models/test_balance.c; tests/validation/test_balance.c. */
#ifndef HR_BALANCE_H
#define HR_BALANCE_H

#include "models/parts/least.h"
#include "sim/engine/random.h"

#include <stdbool.h>
#include <stdint.h>

enum hr_balance_policy {
    HR_BALANCE_RANDOM,
    HR_BALANCE_ROUND_ROBIN,
    HR_BALANCE_LEAST_OUTSTANDING,
    HR_BALANCE_POWER_OF_TWO,
    HR_BALANCE_WEIGHTED,
    HR_BALANCE_HASH,
    HR_BALANCE_JOIN_IDLE,
};

#define HR_BALANCE_NONE UINT32_MAX /* nothing is up */
enum { HR_BALANCE_CHOICES = 32 };  /* of power_of_two, at most */

/* Endpoints as a policy sees them.  A function that the policy does not need may be NULL. */
struct hr_balance_view {
    uint32_t n, choices; /* choices: of power_of_two; 0 stands for 2 */
    const void *ctx;
    bool (*up)(const void *ctx, uint32_t i);
    uint32_t (*open)(const void *ctx, uint32_t i); /* calls outstanding there */
    double (*weight)(const void *ctx, uint32_t i); /* >= 0, finite */
    uint64_t (*id)(const void *ctx, uint32_t i);   /* what it hashes as */
};

/* Choose for one call.  `draws` are the call's own; `key` matters to hash only; `next` is
 * round robin's counter, moved on by the choice.  HR_BALANCE_NONE when nothing is up (or,
 * weighted, nothing that is up has weight). */
uint32_t hr_balance_choose(enum hr_balance_policy policy, const struct hr_balance_view *v,
                           struct hr_draws *draws, uint64_t key, uint32_t *next);

/* What least_outstanding chooses among places [from, to) of `open`, which has the open calls of
 * those that are up: the same one with the same draws. */
uint32_t hr_balance_least(const struct hr_least *open, uint32_t from, uint32_t to,
                          struct hr_draws *draws);

#endif /* HR_BALANCE_H */
