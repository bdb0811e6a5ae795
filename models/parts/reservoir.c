/* models/parts/reservoir.c - see reservoir.h. */
#include "models/parts/reservoir.h"

#include "sim/engine/check.h"
#include "sim/engine/numeric.h"

#include <math.h>

void hr_reservoir_init(struct hr_reservoir *r, double most, double earn_per_s, double level,
                       hr_time now)
{
    HR_REQUIRE(most >= 0.0 && earn_per_s >= 0.0 && level >= 0.0 && level <= most);
    *r = (struct hr_reservoir){most, earn_per_s, level, now};
}

static double level_after(const struct hr_reservoir *r, double spend_per_s, double s)
{
    const double level = r->level + (r->earn_per_s - spend_per_s) * s;

    return level < 0.0 ? 0.0 : level > r->most ? r->most : level;
}

double hr_reservoir_level(const struct hr_reservoir *r, double spend_per_s, hr_time now)
{
    HR_ASSERT(now >= r->as_of);
    return level_after(r, spend_per_s, hr_time_s(now - r->as_of));
}

void hr_reservoir_advance(struct hr_reservoir *r, double spend_per_s, hr_time now)
{
    r->level = hr_reservoir_level(r, spend_per_s, now);
    r->as_of = now;
}

double hr_reservoir_lasts_s(const struct hr_reservoir *r, double spend_per_s)
{
    return spend_per_s > r->earn_per_s ? r->level / (spend_per_s - r->earn_per_s)
                                       : HUGE_VAL;
}

/* --- the server ------------------------------------------------------------------------ */

void hr_burst_server_init(struct hr_burst_server *s, double base, double burst, double most,
                          hr_time now)
{
    hr_reservoir_init(&s->credits, most, base, most, now);
    s->base = base;
    s->burst = burst > base ? burst : base;
    s->backlog = 0.0;
}

static bool bursts(const struct hr_burst_server *s)
{
    return s->burst > s->base;
}

/* Seconds until so much work is done, all of it now in the backlog. */
static double needs_s(const struct hr_burst_server *s, double work)
{
    if (!bursts(s))
        return work / s->base;
    const double lasts = hr_reservoir_lasts_s(&s->credits, s->burst);
    const double fast = s->burst * lasts; /* done by the time when the credits are gone */

    return work <= fast ? work / s->burst : lasts + (work - fast) / s->base;
}

void hr_burst_server_advance(struct hr_burst_server *s, hr_time now)
{
    HR_ASSERT(now >= s->credits.as_of);
    double left = hr_time_s(now - s->credits.as_of);

    if (bursts(s) && s->backlog > 0.0 && s->credits.level > 0.0) {
        const double lasts = hr_reservoir_lasts_s(&s->credits, s->burst);
        const double busy = s->backlog / s->burst;
        double step = left;

        if (lasts <= step && lasts <= busy) { /* it runs dry before all is done */
            step = lasts;
            s->credits.level = 0.0;
        } else {
            step = busy < step ? busy : step;
            s->credits.level = level_after(&s->credits, s->burst, step);
        }
        s->backlog = step >= busy ? 0.0 : s->backlog - s->burst * step;
        left -= step;
    }
    if (s->backlog > 0.0) { /* without credits, what is earned is spent at once */
        const double busy = s->backlog / s->base, step = busy < left ? busy : left;

        s->backlog = step >= busy ? 0.0 : s->backlog - s->base * step;
        left -= step;
    }
    s->credits.level = level_after(&s->credits, 0.0, left > 0.0 ? left : 0.0);
    s->credits.as_of = now;
}

hr_time hr_burst_server_add(struct hr_burst_server *s, double work, hr_time now)
{
    HR_REQUIRE(work >= 0.0);
    if (!(s->base > 0.0))
        return 0;
    hr_burst_server_advance(s, now);
    s->backlog += work;
    return hr_time_from_s(needs_s(s, s->backlog));
}

hr_time hr_burst_server_empty_at(const struct hr_burst_server *s)
{
    if (!bursts(s) || !(s->credits.level > 0.0))
        return HR_NEVER;
    const double lasts = hr_reservoir_lasts_s(&s->credits, s->burst);

    return s->backlog > s->burst * lasts ? s->credits.as_of + hr_time_from_s(lasts)
                                         : HR_NEVER;
}

void hr_burst_server_drop(struct hr_burst_server *s, hr_time now)
{
    if (!(s->base > 0.0))
        return;
    hr_burst_server_advance(s, now);
    s->backlog = 0.0;
}
