/* sim/measure/profile.c - see profile.h. */
#include "sim/measure/profile.h"

enum { BITS = 4 }; /* the buckets of a finer histogram lie inside these */

static uint32_t coarse(const struct hr_hist *h, uint32_t bucket)
{
    return hr_hist_index(BITS, hr_hist_lower(h->bits, bucket));
}

struct hr_profile hr_profile_of(const struct hr_hist *h, struct hr_arena *a)
{
    struct hr_profile p = {0, 0, NULL};
    uint32_t from, to;
    uint64_t *upto;

    if (h->total == 0)
        return p;
    from = hr_hist_index(h->bits, h->min);
    to = hr_hist_index(h->bits, h->max);
    p.first = coarse(h, from);
    p.n = coarse(h, to) - p.first + 1;
    upto = hr_arena_alloc(a, p.n, sizeof *upto);
    for (uint32_t b = from; b <= to; b++)
        upto[coarse(h, b) - p.first] += hr_hist_at(h, b);
    for (uint32_t i = 1; i < p.n; i++)
        upto[i] += upto[i - 1];
    p.upto = upto;
    return p;
}

double hr_profile_count_le(const struct hr_profile *p, double value)
{
    double lower, width, before;
    uint32_t i;

    if (p->n == 0 || value < 0)
        return 0;
    if (!(value < (double)hr_hist_lower(BITS, p->first + p->n)))
        return (double)p->upto[p->n - 1];
    i = hr_hist_index(BITS, (int64_t)value);
    if (i < p->first)
        return 0;
    i -= p->first;
    lower = (double)hr_hist_lower(BITS, p->first + i);
    width = (double)hr_hist_lower(BITS, p->first + i + 1) - lower;
    before = i ? (double)p->upto[i - 1] : 0;
    return before + ((double)p->upto[i] - before) * (value - lower) / width;
}
