/* sim/study/looks.c - see looks.h. */
#include "sim/study/looks.h"

#include <math.h>

static const uint32_t looks[HR_LOOKS] = {
    10, 15, 23, 34, 51, 76, 114, 171, HR_REPLICATIONS_MOST};

bool hr_look_is_due(uint32_t replications)
{
    for (int i = 0; i < HR_LOOKS; i++)
        if (looks[i] == replications)
            return true;
    return false;
}

/* What the precision is relative to. */
static double scale(const struct hr_objective *o, double value)
{
    const bool complement = o->measure == HR_MEASURE_AVAILABILITY ||
                            o->measure == HR_MEASURE_TIME_AVAILABILITY ||
                            o->measure == HR_MEASURE_COMPLETED;

    return complement ? 1 - value : fabs(value);
}

static bool has_width(const struct hr_objective *o, const struct hr_estimate *e)
{
    if (o->measure == HR_MEASURE_RTO || o->measure == HR_MEASURE_RPO)
        return false;
    return isfinite(e->mean) && isfinite(e->lo) && isfinite(e->hi) && e->hi > e->lo &&
           scale(o, e->mean) > 0;
}

bool hr_look_suffices(const struct hr_objective *o, const struct hr_estimate *e,
                      enum hr_verdict v, double precision)
{
    if (e->n == 0 || isnan(e->mean))
        return true;
    if (!has_width(o, e))
        return v != HR_UNDECIDED;
    return fmax(e->mean - e->lo, e->hi - e->mean) <= precision * scale(o, e->mean);
}
