/* models/parts/token_bucket.h - admission by token bucket.
 *
 * MODEL    The bucket holds at most `burst` tokens and gains `rate_per_s` of them a second:
 *
 *              level(t) = min(burst, level(t0) + rate_per_s * (t - t0))
 *
 *          A request that finds a whole token takes it; another is refused and takes nothing.
 * ASSUMES  The limit is global and exact.  Limiters spread over many hosts admit more than
 *          this for short times.
 * COST     O(1); the level is only evaluated when somebody asks.
 * SOURCE   J. Turner, "New directions in communications (or which way to the information
 *          age?)", IEEE Communications Magazine 24(10), 1986.
 * CHECKED  tests/models/test_token_bucket.c, against the exact share of refusals. */
#ifndef HR_TOKEN_BUCKET_H
#define HR_TOKEN_BUCKET_H

#include "sim/engine/time.h"

#include <stdbool.h>

struct hr_token_bucket {
    double rate_per_s, burst; /* burst >= 1 */
    double level;             /* tokens at `as_of`, <= burst */
    hr_time as_of;            /* never later than the clock */
};

void hr_token_bucket_init(struct hr_token_bucket *tb, double rate_per_s, double burst,
                          hr_time now); /* full */
double hr_token_bucket_level(const struct hr_token_bucket *tb, hr_time now);
/* Take one token at `now`, not before the last time asked.  False: there is none. */
bool hr_token_bucket_take(struct hr_token_bucket *tb, hr_time now);

#endif /* HR_TOKEN_BUCKET_H */
