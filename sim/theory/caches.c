/* sim/theory/caches.c - see caches.h. */
#include "sim/theory/caches.h"

#include "sim/engine/check.h"
#include "sim/engine/numeric.h"

#include <math.h>

/* --- popularity -------------------------------------------------------------------------- */

/* Ranks up to SINGLE stand alone; a group behind them spans 1/SPAN of its first rank.  The
 * midpoint rule for sums of k^-s from there on is exact to 1e-8. */
enum { SINGLE = 4096, SPAN = 512 };

static double power_integral(double from, double to, double s)
{
    const double e = 1 - s;

    /* (to^e - from^e) / e, also for e near and equal to 0 */
    return e == 0 ? hr_log(to / from)
                  : hr_pow(from, e) * hr_expm1(e * hr_log(to / from)) / e;
}

static uint64_t last_of_group(uint64_t first, uint64_t n)
{
    const uint64_t last = first < SINGLE ? first : first + first / SPAN;

    return last < n ? last : n;
}

struct hr_ranks hr_ranks_zipf(struct hr_arena *a, uint64_t n, double s)
{
    uint32_t groups = 0, i = 0;
    double *share, *count, sum = 0;

    HR_REQUIRE(n >= 1);
    if (s == 0) {
        share = hr_arena_alloc(a, 1, sizeof *share);
        count = hr_arena_alloc(a, 1, sizeof *count);
        *share = 1 / (double)n;
        *count = (double)n;
        return (struct hr_ranks){1, share, count, (double)n};
    }
    for (uint64_t k = 1; k <= n; k = last_of_group(k, n) + 1)
        groups++;
    share = hr_arena_alloc(a, groups, sizeof *share);
    count = hr_arena_alloc(a, groups, sizeof *count);
    for (uint64_t k = 1, last; k <= n; k = last + 1, i++) {
        last = last_of_group(k, n);
        count[i] = (double)(last - k + 1);
        share[i] = last == k
                       ? hr_pow((double)k, -s)
                       : power_integral((double)k - 0.5, (double)last + 0.5, s) / count[i];
        sum += count[i] * share[i];
    }
    for (i = 0; i < groups; i++)
        share[i] /= sum;
    return (struct hr_ranks){groups, share, count, sum};
}

static double objects_in(const struct hr_ranks *r)
{
    double n = 0;

    for (uint32_t i = 0; i < r->n; i++)
        n += r->count[i];
    return n;
}

/* --- Che's approximation ------------------------------------------------------------------ */

/* Probability that an object of which x requests are expected in T is there. */
static double there_lru(double x)
{
    return -hr_expm1(-x);
}

static double there_random(double x)
{
    return x / (1 + x);
}

static double occupied(const struct hr_ranks *r, double t, double (*there)(double))
{
    double sum = 0;

    for (uint32_t i = 0; i < r->n; i++)
        sum += r->count[i] * there(r->share[i] * t);
    return sum;
}

/* Occupancy grows with T: bracket by doubling, then bisection. */
static double time_for(const struct hr_ranks *r, double capacity, double (*there)(double))
{
    double lo = 0, hi = capacity;

    if (!(capacity < objects_in(r) * (1 - 1e-12)))
        return HUGE_VAL;
    if (!(capacity > 0))
        return 0;
    while (occupied(r, hi, there) < capacity && hi < 1e300) {
        lo = hi;
        hi *= 2;
    }
    for (int i = 0; i < 60 && hi - lo > 1e-13 * hi; i++) {
        const double mid = 0.5 * (lo + hi);

        *(occupied(r, mid, there) < capacity ? &lo : &hi) = mid;
    }
    return 0.5 * (lo + hi);
}

static double hits(const struct hr_ranks *r, double t, double (*there)(double))
{
    double sum = 0;

    if (t == HUGE_VAL)
        return 1;
    for (uint32_t i = 0; i < r->n; i++)
        sum += r->count[i] * r->share[i] * there(r->share[i] * t);
    return sum;
}

double hr_che_time(const struct hr_ranks *r, double capacity)
{
    return time_for(r, capacity, there_lru);
}

double hr_che_hit_ratio(const struct hr_ranks *r, double capacity)
{
    return hits(r, time_for(r, capacity, there_lru), there_lru);
}

double hr_che_random_hit_ratio(const struct hr_ranks *r, double capacity)
{
    return hits(r, time_for(r, capacity, there_random), there_random);
}

double hr_static_hit_ratio(const struct hr_ranks *r, double capacity)
{
    double sum = 0;

    for (uint32_t i = 0; i < r->n && capacity > 0; i++) {
        const double n = r->count[i] < capacity ? r->count[i] : capacity;

        sum += n * r->share[i];
        capacity -= n;
    }
    return sum;
}

/* --- exact LRU ------------------------------------------------------------------------------ */

enum { MOST_EXACT = 64 };

/* Probability that fewer than `capacity` of the objects but `i` were asked for within x. */
static double fewer_than(const double *share, uint32_t n, uint32_t capacity, uint32_t i,
                         double x)
{
    double number[MOST_EXACT + 1] = {1}, sum = 0;

    for (uint32_t j = 0; j < n; j++) {
        const double asked = j == i ? 0 : -hr_expm1(-share[j] * x);

        for (uint32_t k = capacity; k-- > 0;)
            number[k] = number[k] * (1 - asked) + (k ? number[k - 1] * asked : 0);
    }
    for (uint32_t k = 0; k < capacity; k++)
        sum += number[k];
    return sum;
}

double hr_lru_hit_ratio(const double *share, uint32_t n, uint32_t capacity)
{
    /* The time x since the last request of i has density p exp(-p x); in y = log x the
     * integrand fades away on both sides, and equal steps are as good as any rule. */
    const double from = -30, to = 15, step = 0.05;
    double sum = 0;

    HR_REQUIRE(n <= MOST_EXACT);
    if (capacity >= n)
        return 1;
    for (double y = from; y <= to; y += step) {
        const double x = hr_exp(y);

        for (uint32_t i = 0; i < n; i++) {
            const double density = share[i] * hr_exp(-share[i] * x);

            if (density * x > 1e-18)
                sum += share[i] * density * x * fewer_than(share, n, capacity, i, x);
        }
    }
    return sum * step;
}

/* --- time to live -------------------------------------------------------------------------- */

double hr_ttl_hit_ratio(const struct hr_ranks *r, double rate_per_s, double ttl_s)
{
    return hits(r, rate_per_s * ttl_s, there_random);
}

double hr_ttl_objects(const struct hr_ranks *r, double rate_per_s, double ttl_s)
{
    return occupied(r, rate_per_s * ttl_s, there_random);
}
