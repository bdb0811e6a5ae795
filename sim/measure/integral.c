/* sim/measure/integral.c - see integral.h. */
#include "sim/measure/integral.h"

#include "sim/engine/check.h"

enum { EXACT_BUCKET_BITS = 39 }; /* 2^39 ns x 1.6e7 still fits 63 bits */

void hr_integral_init(struct hr_integral *g, hr_time from, hr_time to, hr_time bucket,
                      int64_t *areas, size_t n_areas)
{
    HR_REQUIRE(from <= to && bucket >= 0);
    *g =
        (struct hr_integral){.as_of = INT64_MIN, .next = INT64_MIN, .from = from, .to = to};
    if (bucket == 0 || !areas || n_areas == 0)
        return;
    g->bucket = bucket;
    g->areas = areas;
    g->n_areas = n_areas;
    while (bucket > INT64_C(1) << (EXACT_BUCKET_BITS + g->shift))
        g->shift++;
}

static void write_part(struct hr_integral *g)
{
    if (g->at < g->n_areas)
        g->areas[g->at] = (int64_t)(g->part >> g->shift);
}

/* The end of the bucket that `at` begins or is in. */
static hr_time end_of(const struct hr_integral *g, hr_time at)
{
    hr_time left;

    if (g->at >= g->n_areas)
        return g->to;
    left = g->bucket - (at - g->from) % g->bucket;
    return left < g->to - at ? at + left : g->to;
}

/* Adds the level over [begin, end), inside [from, to). */
static void spread(struct hr_integral *g, hr_time begin, hr_time end)
{
    for (;;) {
        const hr_time full = end_of(g, begin), upto = end < full ? end : full;

        g->part += (hr_area)g->level * (upto - begin);
        g->next = full;
        if (end < full)
            return;
        write_part(g);
        if (full == g->to) /* the rest is outside */
            return;
        g->at++;
        g->whole += g->part;
        g->part = 0;
        begin = full;
    }
}

static void advance(struct hr_integral *g, hr_time now)
{
    const hr_time begin = g->as_of > g->from ? g->as_of : g->from;
    const hr_time end = now < g->to ? now : g->to;

    HR_REQUIRE(now >= g->as_of);
    g->as_of = now;
    if (now < g->from || begin > end || begin == g->to)
        return;
    if (begin < end && g->level > g->max)
        g->max = g->level;
    spread(g, begin, end);
}

void hr_integral_cross(struct hr_integral *g, hr_time now, int64_t level)
{
    advance(g, now);
    g->level = level;
    if (now >= g->from && now < g->to && level > g->max)
        g->max = level;
}

void hr_integral_close(struct hr_integral *g, hr_time now)
{
    advance(g, now);
    write_part(g);
}

double hr_integral_mean(const struct hr_integral *g)
{
    const hr_time end = g->as_of < g->to ? g->as_of : g->to;

    return end > g->from ? (double)hr_integral_area(g) / (double)(end - g->from) : 0.0;
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
    const hr_area area = i == g->at ? g->part >> g->shift : (hr_area)g->areas[i];
    return (double)(area << g->shift) / (double)width;
}
