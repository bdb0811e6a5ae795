/* models/parts/origin.c - see origin.h. */
#include "models/parts/origin.h"

#define PI 3.14159265358979323846

/* Share of a weight that rounding takes: far less than this. */
static const double rounding = 1e-12;

static void weigh(struct hr_origin *o, hr_time now)
{
    double sum = 0.0;

    for (uint32_t i = 0; i < o->n; i++) {
        sum += (o->upto[i] - (i ? o->upto[i - 1] : 0.0)) *
               hr_rate_daily(o->rate, o->utc_offset[i], now);
        o->edge[i] = sum;
    }
    o->weighed = now;
}

/* The factor is a product of cosines: bound each, and its slope, and the product of all. */
static void bound(struct hr_origin *o)
{
    double most = 1.0, slope_per_s = 0.0;

    for (uint32_t i = 0; i < o->rate->n_shapes; i++) {
        const struct hr_shape_daily *d = o->rate->shapes[i].daily;

        if (d == NULL)
            continue;
        const double swing = d->peak > d->low ? d->peak - d->low : d->low - d->peak;
        const double top = d->peak > d->low ? d->peak : d->low;
        slope_per_s = slope_per_s * top + most * (PI * swing / hr_time_s(HR_DAY));
        most *= top;
    }
    /* The edge moves, and so does u times the sum. */
    o->drift = 2.0 * slope_per_s / (double)HR_SECOND;
    o->slack = rounding * most;
}

void hr_origin_init(struct hr_origin *o, const struct hr_rate *rate, const double *upto,
                    const hr_time *utc_offset, double *edge, uint32_t n, hr_time now)
{
    *o = (struct hr_origin){
        .rate = rate, .upto = upto, .utc_offset = utc_offset, .edge = edge, .n = n};
    bound(o);
    weigh(o, now);
}

/* Looks at all edges: where a loop that stops would end is not foreseen by a processor. */
static uint32_t under(const struct hr_origin *o, double x)
{
    uint32_t below = 0;

    for (uint32_t i = 0; i + 1 < o->n; i++)
        below += x >= o->edge[i];
    return below;
}

uint32_t hr_origin_pick_anew(struct hr_origin *o, double u, hr_time now)
{
    weigh(o, now);
    return under(o, u * o->edge[o->n - 1]);
}

uint32_t hr_origin_pick(struct hr_origin *o, double u, hr_time now)
{
    const double x = u * o->edge[o->n - 1];
    const uint32_t i = under(o, x);
    const double moved = o->drift * (double)(now - o->weighed) + o->slack;

    if ((i > 0 && x - o->edge[i - 1] <= moved) || (i + 1 < o->n && o->edge[i] - x <= moved))
        return hr_origin_pick_anew(o, u, now);
    return i;
}
