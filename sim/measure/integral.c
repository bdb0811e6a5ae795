/* sim/measure/integral.c - see integral.h. */
#include "sim/measure/integral.h"

#include "sim/engine/check.h"

enum { EXACT_BUCKET_BITS = 39 }; /* 2^39 ns x 1.6e7 still fits 63 bits */

void hr_integral_init(struct hr_integral *g, hr_time from, hr_time to, hr_time bucket,
                      int64_t *areas, size_t n_areas)
{
    HR_REQUIRE(from <= to && bucket >= 0);
    *g = (struct hr_integral){.as_of = INT64_MIN, .from = from, .to = to};
    if (bucket == 0 || !areas || n_areas == 0)
        return;
    g->bucket = bucket;
    g->areas = areas;
    g->n_areas = n_areas;
    while (bucket > INT64_C(1) << (EXACT_BUCKET_BITS + g->shift))
        g->shift++;
}

/* Adds the level over [begin, end), inside [from, to), to the series. */
static void spread(struct hr_integral *g, hr_time begin, hr_time end)
{
    while (begin < end && g->at < g->n_areas) {
        const hr_time left = g->bucket - (begin - g->from) % g->bucket;
        const hr_time step = left < end - begin ? left : end - begin;
        g->bucket_area += (hr_area)g->level * step;
        g->areas[g->at] = (int64_t)(g->bucket_area >> g->shift);
        if (step == left) {
            g->at++;
            g->bucket_area = 0;
        }
        begin += step;
    }
}

static void advance(struct hr_integral *g, hr_time now)
{
    const hr_time begin = g->as_of > g->from ? g->as_of : g->from;
    const hr_time end = now < g->to ? now : g->to;

    HR_REQUIRE(now >= g->as_of);
    g->as_of = now;
    if (begin >= end)
        return;
    if (g->level > g->max)
        g->max = g->level;
    g->area += (hr_area)g->level * (end - begin);
    if (g->areas)
        spread(g, begin, end);
}

void hr_integral_set(struct hr_integral *g, hr_time now, int64_t level)
{
    advance(g, now);
    g->level = level;
    if (now >= g->from && now < g->to && level > g->max)
        g->max = level;
}

void hr_integral_add(struct hr_integral *g, hr_time now, int64_t change)
{
    hr_integral_set(g, now, g->level + change);
}

void hr_integral_close(struct hr_integral *g, hr_time now)
{
    advance(g, now);
}

double hr_integral_mean(const struct hr_integral *g)
{
    const hr_time end = g->as_of < g->to ? g->as_of : g->to;

    return end > g->from ? (double)g->area / (double)(end - g->from) : 0.0;
}

double hr_integral_bucket_mean(const struct hr_integral *g, size_t i)
{
    const hr_time end = g->as_of < g->to ? g->as_of : g->to;
    hr_time begin, width;

    if (i >= g->n_areas || end <= g->from || i > (size_t)((end - g->from) / g->bucket))
        return 0.0;
    begin = g->from + (hr_time)i * g->bucket;
    width = end - begin < g->bucket ? end - begin : g->bucket;
    if (width <= 0)
        return 0.0;
    return (double)((hr_area)g->areas[i] << g->shift) / (double)width;
}
