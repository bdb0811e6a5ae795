/* sim/measure/integral.c - see integral.h. */
#include "sim/measure/integral.h"

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

/* Of the bucket that as_of is in. */
static void write_area(struct hr_integral *g)
{
    if (g->at < g->n_areas)
        g->areas[g->at] = (int64_t)(hr_integral_part(g) >> g->shift);
}

/* The bucket `at` begins; what comes after the last one is as one bucket, to the end. */
static void enter(struct hr_integral *g, hr_time begin)
{
    const hr_time left = g->to - begin;

    g->next = g->at < g->n_areas && g->bucket < left ? begin + g->bucket : g->to;
    g->part = (hr_area)g->level * (g->next - begin);
}

static void advance(struct hr_integral *g, hr_time now)
{
    const hr_time begin = g->as_of > g->from ? g->as_of : g->from;
    const hr_time end = now < g->to ? now : g->to;

    HR_REQUIRE(now >= g->as_of);
    g->as_of = now;
    if (now < g->from)
        return;
    if (begin < end && g->level > g->max)
        g->max = g->level;
    if (g->next == INT64_MIN)
        enter(g, g->from);
    while (now >= g->next && g->next < g->to) {
        write_area(g);
        g->at++;
        g->whole += g->part;
        enter(g, g->next);
    }
    if (now >= g->to)
        write_area(g);
}

void hr_integral_cross(struct hr_integral *g, hr_time now, int64_t change)
{
    advance(g, now);
    g->level += change;
    if (now < g->from || now >= g->to)
        return;
    g->part += (hr_area)change * (g->next - now);
    if (g->level > g->max)
        g->max = g->level;
}

void hr_integral_close(struct hr_integral *g, hr_time now)
{
    advance(g, now);
    write_area(g);
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
    const hr_area area =
        i == g->at ? hr_integral_part(g) >> g->shift : (hr_area)g->areas[i];
    return (double)(area << g->shift) / (double)width;
}
