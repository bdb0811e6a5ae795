/* sim/measure/integral.h - time-weighted averages by differences, in integers.
 *
 * Holds a level that changes by steps and its integral over time, and the same integral cut
 * into equal buckets.  Nothing is sampled.  Outside [from, to) nothing is accumulated.
 *
 * LIMITS levels of up to 10^7 over any horizon: the integral has 128 bits, and a bucket wider
 *        than nine minutes keeps its area in coarser units (hr_integral_bucket_mean knows).
 * COST   O(1) a change plus one a bucket boundary crossed.  The bucket's area is kept as if the
 *        level stayed to its end: a change adds itself times what is left of the bucket, which
 *        for one more or one less is an addition. */
#ifndef HR_INTEGRAL_H
#define HR_INTEGRAL_H

#include "sim/engine/check.h"
#include "sim/engine/time.h"

#include <stddef.h>

__extension__ typedef __int128 hr_area; /* level x ns */

struct hr_integral {
    int64_t level; /* now */
    int64_t max;   /* highest level inside [from, to) */
    hr_time as_of; /* when the areas were last brought up to date */
    hr_time next; /* end of the bucket that as_of is in, or `to`; INT64_MIN before `from` */
    hr_area part; /* of that bucket, up to `next` if the level stays as it is */
    hr_area whole; /* of the buckets before it, inside [from, to) */
    hr_time from, to;
    hr_time bucket; /* width; 0 = no series */
    size_t at;      /* the bucket that as_of is in */
    int64_t *areas; /* by bucket, level x 2^shift ns; borrowed; NULL = no series */
    size_t n_areas;
    unsigned shift; /* 0 for buckets of up to 2^39 ns = 549 s */
};

/* `areas` holds `n_areas` buckets, the first one beginning at `from`; what comes after the last
 * is in the mean but not in the series. */
void hr_integral_init(struct hr_integral *g, hr_time from, hr_time to, hr_time bucket,
                      int64_t *areas, size_t n_areas);
/* The same as hr_integral_add, also across the ends of buckets and outside [from, to). */
void hr_integral_cross(struct hr_integral *g, hr_time now, int64_t change);

/* `now` must not precede the last change. */
static inline void hr_integral_add(struct hr_integral *g, hr_time now, int64_t change)
{
    HR_ASSERT(now >= g->as_of);
    if (now >= g->next) {
        hr_integral_cross(g, now, change);
        return;
    }
    g->as_of = now;
    g->part += (hr_area)change * (g->next - now);
    g->level += change;
    if (change > 0 && g->level > g->max)
        g->max = g->level;
}
static inline void hr_integral_set(struct hr_integral *g, hr_time now, int64_t level)
{
    hr_integral_add(g, now, level - g->level);
}

/* Bring everything up to date, `areas` too: of the bucket that as_of is in it knows nothing
 * before that. */
void hr_integral_close(struct hr_integral *g, hr_time now);
/* Of the bucket that as_of is in, up to as_of. */
static inline hr_area hr_integral_part(const struct hr_integral *g)
{
    return g->as_of < g->next ? g->part - (hr_area)g->level * (g->next - g->as_of)
                              : g->part;
}
/* Level x ns inside [from, to), up to as_of. */
static inline hr_area hr_integral_area(const struct hr_integral *g)
{
    return g->whole + hr_integral_part(g);
}
/* The same up to `at`, if the level stays as it is. */
static inline hr_area hr_integral_area_at(const struct hr_integral *g, hr_time at)
{
    const hr_time end = at < g->to ? at : g->to;
    const hr_time since = g->as_of > g->from ? g->as_of : g->from;

    return hr_integral_area(g) + (end > since ? (hr_area)g->level * (end - since) : 0);
}
/* Mean level over [from, min(to, as_of)); 0 if that is empty. */
double hr_integral_mean(const struct hr_integral *g);
/* Mean level over the part of bucket i inside [from, min(to, as_of)); 0 if that is empty. */
double hr_integral_bucket_mean(const struct hr_integral *g, size_t i);

#endif /* HR_INTEGRAL_H */
