/* sim/study/verdict.c - see verdict.h. */
#include "sim/study/verdict.h"

#include <math.h>

const char *const hr_verdict_names[] = {"kept", "broken", "undecided"};

static bool keeps(int op, double x, double limit)
{
    switch (op) {
    case 0:
        return x < limit;
    case 1:
        return x <= limit;
    case 2:
        return x > limit;
    default:
        return x >= limit;
    }
}

bool hr_verdict_keeps(const struct hr_objective *o, double value)
{
    return keeps(o->op, value, o->limit);
}

static const char *not_observed(const struct hr_objective *o, struct hr_arena *a)
{
    if (o->every > 0)
        return "not observed: no window has enough requests (ten, and for a quantile one "
               "beyond it)";
    if (o->during)
        return hr_arena_printf(a, "not observed: no time of these runs is such by `%s`",
                               o->during);
    return "not observed";
}

enum hr_verdict hr_verdict_decide(const struct hr_objective *o, const struct hr_estimate *e,
                                  struct hr_arena *a, const char **reason)
{
    bool low, high;

    *reason = "";
    if (!hr_measure_readable(o)) {
        *reason = "not yet measured";
        return HR_UNDECIDED;
    }
    if (e->n == 0 || isnan(e->mean)) {
        *reason = e->n == 0 ? "not simulated" : not_observed(o, a);
        return HR_UNDECIDED;
    }
    if (e->n == 1 || isnan(e->lo)) {
        *reason = e->n == 1 ? "an observation of one run" : "an observation";
        return keeps(o->op, e->mean, o->limit) ? HR_KEPT : HR_BROKEN;
    }
    low = keeps(o->op, e->lo, o->limit);
    high = keeps(o->op, e->hi, o->limit);
    if (low != high) {
        *reason = hr_arena_printf(a,
                                  "the interval of %zu replications contains the limit; "
                                  "more replications would decide",
                                  e->n);
        return HR_UNDECIDED;
    }
    return low ? HR_KEPT : HR_BROKEN;
}

int hr_verdict_status(const enum hr_verdict *v, size_t n)
{
    int status = 0;

    for (size_t i = 0; i < n; i++) {
        if (v[i] == HR_BROKEN)
            return 1;
        if (v[i] == HR_UNDECIDED)
            status = 4;
    }
    return status;
}
