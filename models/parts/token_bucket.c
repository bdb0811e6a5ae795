/* models/parts/token_bucket.c - see token_bucket.h. */
#include "models/parts/token_bucket.h"

#include "sim/engine/check.h"

void hr_token_bucket_init(struct hr_token_bucket *tb, double rate_per_s, double burst,
                          hr_time now)
{
    HR_REQUIRE(burst >= 1.0);
    *tb = (struct hr_token_bucket){rate_per_s, burst, burst, now};
}

double hr_token_bucket_level(const struct hr_token_bucket *tb, hr_time now)
{
    HR_ASSERT(now >= tb->as_of);
    const double level = tb->level + tb->rate_per_s * hr_time_s(now - tb->as_of);
    return level < tb->burst ? level : tb->burst;
}

bool hr_token_bucket_take(struct hr_token_bucket *tb, hr_time now)
{
    const double level = hr_token_bucket_level(tb, now);

    if (level < 1.0)
        return false; /* level and as_of stay: the sum is not rounded once a refusal */
    tb->level = level - 1.0;
    tb->as_of = now;
    return true;
}
