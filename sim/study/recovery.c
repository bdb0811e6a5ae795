/* sim/study/recovery.c - see recovery.h. */
#include "sim/study/recovery.h"

#include <string.h>

const char *const hr_phase_names[HR_N_PHASES] = {"detect", "decide", "act", "restore",
                                                 "warm_up"};

/* --- windows ------------------------------------------------------------------------------ */

static uint32_t windows_in(hr_time t, hr_time width)
{
    const hr_time n = t / width + (t % width > 0);

    return n >= UINT32_MAX ? UINT32_MAX - 1 : (uint32_t)n;
}

uint32_t hr_window_count(const struct hr_recovered *rule, hr_time horizon)
{
    return rule->over > 0 ? windows_in(horizon, rule->over) : 0;
}

bool hr_window_good(const struct hr_recovered *rule, const struct hr_record *r, uint32_t w)
{
    const double rounding = 1e-9; /* of the product; counts differ by 1 */

    for (uint32_t i = 0; i < rule->n && w < r->n_windows; i++) {
        const double total = r->watches[i].total[w], ok = r->watches[i].ok[w];

        if (ok + rounding < rule->when[i].share * total)
            return false;
    }
    return true;
}

uint32_t hr_windows_known(const struct hr_record *r, uint32_t from, hr_time now)
{
    uint32_t w = from;

    while ((hr_time)w < now / r->window && (w >= r->n_windows || r->open[w] == 0))
        w++;
    return w;
}

uint64_t hr_windows_bad(const struct hr_record *r, uint64_t rows, hr_time from, hr_time to)
{
    uint64_t bad = 0;

    for (uint32_t i = 0; r->window > 0 && i < r->n_rows && i < 64; i++) {
        if ((rows >> i & 1) == 0)
            continue;
        for (uint32_t w = (uint32_t)(from / r->window);
             w < r->n_windows && (hr_time)w * r->window < to; w++)
            bad += r->windows[i].total[w] - r->windows[i].ok[w];
    }
    return bad;
}

/* --- recovery ----------------------------------------------------------------------------- */

struct hr_recovery hr_recovery_find(const struct hr_recovered *rule, hr_time horizon,
                                    const struct hr_record *r, const struct hr_spell *s,
                                    uint32_t known)
{
    struct hr_recovery x = {.rto = HR_NEVER, .settled = HR_NEVER};
    const uint32_t n = hr_window_count(rule, horizon);
    const uint32_t first = rule->over > 0 ? (uint32_t)(s->begin / rule->over) : 0;
    const uint32_t held = rule->over > 0 ? windows_in(rule->held, rule->over) : 0;
    uint32_t good = 0, w = first; /* good: in a row, up to w */

    for (; w < n && w < known; w++) {
        good = hr_window_good(rule, r, w) ? good + 1 : 0;
        if (good == 0 || good < held)
            continue;
        const uint32_t from = w + 1 - good;

        x.rto = from == first ? 0 : (hr_time)from * rule->over - s->begin;
        x.settled = ((hr_time)w + 1) * rule->over;
        return x;
    }
    if (w < n || n == 0)
        return x;
    if (good == n - first) {
        x.rto = 0;
        return x;
    }
    x.cut = good > 0;
    return x;
}

/* The first mark of a kind in [from, to], or the last; `none` if there is none. */
static hr_time find_mark(const struct hr_mark_at *marks, size_t n, enum hr_mark kind,
                         hr_time from, hr_time to, bool last, hr_time none)
{
    hr_time found = none;
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        const hr_time at = marks[i].at;

        if (marks[i].mark != kind || at < from || at > to)
            continue;
        if (!any || (last ? at > found : at < found))
            found = at;
        any = true;
    }
    return found;
}

void hr_recovery_divide(struct hr_recovery *x, const struct hr_spell *s,
                        const struct hr_mark_at *marks, size_t n, hr_time window)
{
    const hr_time end = x->rto == HR_NEVER ? HR_NEVER : s->begin + x->rto;
    const hr_time last = end == HR_NEVER || x->rto == 0 ? end : end + window - 1;
    hr_time at[HR_N_PHASES + 1] = {s->begin};

    at[1] = find_mark(marks, n, HR_MARK_DETECTED, at[0], end, false, at[0]);
    at[2] = find_mark(marks, n, HR_MARK_DECIDED, at[1], end, false, at[1]);
    at[3] = find_mark(marks, n, HR_MARK_ACTED, at[2], end, false, at[2]);
    const hr_time over = s->end < at[3] ? at[3] : s->end < end ? s->end : end;

    at[4] = find_mark(marks, n, HR_MARK_RESTORED, at[3], last, true, over);
    if (at[4] > end)
        at[4] = end;
    at[5] = end;
    for (size_t i = 0; i < HR_N_PHASES; i++) {
        if (at[i + 1] == HR_NEVER)
            x->phases[i] = at[i] == HR_NEVER ? 0 : HR_NEVER;
        else
            x->phases[i] = at[i + 1] - at[i];
    }
}

/* --- spells ------------------------------------------------------------------------------- */

/* What comes back one by one has come back when the last may. */
static void end_spell(const struct hr_plan *plan, struct hr_spell *spells, size_t n,
                      uint32_t disturbance, hr_time at)
{
    for (size_t k = 0; k < n; k++)
        if (spells[k].disturbance == disturbance && spells[k].end == HR_NEVER) {
            spells[k].end = at + plan->disturbances[disturbance].stagger;
            return;
        }
}

size_t hr_spells_of(const struct hr_plan *plan, const struct hr_record *r,
                    struct hr_spell *spells, size_t room)
{
    size_t n = 0;

    for (uint32_t i = 0; i < r->n_events; i++) {
        const struct hr_event_record *e = &r->events[i];
        const uint32_t d = e->disturbance - 1;

        if (e->disturbance == 0 || d >= plan->n_disturbances)
            continue;
        if (strcmp(e->what, "ends") == 0)
            end_spell(plan, spells, n < room ? n : room, d, e->at);
        if (strcmp(e->what, "begins") != 0)
            continue;
        if (n < room)
            spells[n] = (struct hr_spell){d, e->at, HR_NEVER};
        n++;
    }
    return n;
}

/* The longest that a request may be under way. */
static hr_time patience(const struct hr_plan *plan)
{
    hr_time most = 0;

    for (uint32_t i = 0; i < plan->n_rows; i++) {
        const hr_time d = plan->rows[i].deadline;

        if (d == HR_NEVER || d > plan->drain)
            return plan->drain;
        most = d > most ? d : most;
    }
    return most;
}

bool hr_spell_is_alone(const struct hr_plan *plan, const struct hr_spell *spells, size_t n,
                       size_t k, const struct hr_recovery *x)
{
    const hr_time wait = patience(plan);
    const hr_time until = x->settled < HR_NEVER - wait ? x->settled + wait : HR_NEVER;

    for (size_t i = 0; i < n; i++)
        if (i != k && spells[i].begin < until)
            return false;
    return true;
}
