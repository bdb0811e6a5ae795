/* models/parts/scaling.c - see scaling.h. */
#include "models/parts/scaling.h"

#include "sim/engine/numeric.h"

/* 9 x 0.8 / 0.6 is a hair above 12 in binary, and means 12. */
#define ROUNDING 1e-9

enum hr_scaling_alarm hr_scaling_alarm(const struct hr_scaling_rule *r,
                                       struct hr_scaling_history h)
{
    uint32_t above = 0, below = 0;

    while (above < h.n && h.metric[h.n - 1 - above] > r->target)
        above++;
    if (above >= r->out_periods)
        return HR_SCALING_OUT;
    while (below < h.n && h.metric[h.n - 1 - below] < r->in_below * r->target)
        below++;
    return below >= r->in_periods ? HR_SCALING_IN : HR_SCALING_OK;
}

int64_t hr_scaling_needed(const struct hr_scaling_rule *r, double metric, int64_t counted)
{
    const double needed = (double)counted * (metric / r->target);

    if (!(needed > 0.0))
        return 0;
    return needed > 1e15 ? (int64_t)1e15 : (int64_t)hr_ceil(needed * (1.0 - ROUNDING));
}

static int64_t least_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most_of(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* How far one decision of this rule may take the capacity down. */
static int64_t floor_of(const struct hr_scaling_rule *r, int64_t desired)
{
    const int64_t step = (int64_t)hr_floor(r->in_most * (double)desired * (1.0 + ROUNDING));

    return desired - most_of(step, 1);
}

int64_t hr_scaling_desired(const struct hr_scaling_state *s, uint32_t n_rules,
                           const struct hr_scaling_rule *rules,
                           const struct hr_scaling_history *histories)
{
    int64_t out = s->desired, in = 0;
    bool all_in = n_rules > 0 && !s->on_its_way, any_may = false;

    for (uint32_t k = 0; k < n_rules; k++) {
        const struct hr_scaling_rule *r = &rules[k];
        const struct hr_scaling_history h = histories[k];
        const enum hr_scaling_alarm alarm = hr_scaling_alarm(r, h);
        const int64_t needed =
            h.n ? hr_scaling_needed(r, h.metric[h.n - 1], s->counted) : 0;

        if (alarm == HR_SCALING_OUT)
            out = most_of(out, needed);
        if (alarm == HR_SCALING_IN && !r->in_disabled)
            in = most_of(in, most_of(needed, floor_of(r, s->desired)));
        all_in =
            all_in && (alarm == HR_SCALING_IN || r->in_disabled) && alarm != HR_SCALING_OUT;
        any_may = any_may || !r->in_disabled;
    }
    const int64_t wanted = all_in && any_may ? least_of(in, s->desired) : out;
    return most_of(s->min, least_of(s->max, wanted));
}
