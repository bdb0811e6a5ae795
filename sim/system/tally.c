/* sim/system/tally.c - what is counted apart, for objectives that do not speak of the whole run.
 *
 * Requests count in the periods in which they arrive: a task keeps which those are, and is
 * counted when it ends.  Components are metered: at each edge (a period begins or ends, or a
 * window does) what has come together since the last one goes to the tallies whose period it
 * was.  Edges need no events: they are gone through when the clock first passes them, when
 * nothing has changed since. */
#include "sim/engine/arena.h"
#include "sim/measure/integral.h"
#include "sim/system/run_inner.h"

struct tallies {
    hr_time since;         /* metered up to here; inside [0, horizon] */
    hr_time next;          /* the edge after it */
    hr_time *until;        /* HR_PERIOD_AFTER, by period: when it is over */
    struct hr_meter *last; /* by component: readings at `since`; NULL: no tally asks */
};

/* --- periods ------------------------------------------------------------------------------ */

static bool holds(const struct hr_run *run, uint32_t period, hr_time t)
{
    const struct hr_period *p = &run->plan->periods[period];
    const bool one_off = p->disturbance == HR_NONE;
    const bool acts = one_off ? p->begin <= t && t < p->end
                              : run->acting && run->acting[p->disturbance] > 0;

    switch (p->when) {
    case HR_PERIOD_DURING:
        return acts;
    case HR_PERIOD_EXCEPT:
        return !acts;
    default:
        return t < run->tallies->until[period] && (!one_off || t >= p->end);
    }
}

static void nearer(hr_time *edge, hr_time since, hr_time at)
{
    if (at > since && at < *edge)
        *edge = at;
}

/* Which periods hold from `since` on, and until when that is so. */
static void look_again(struct hr_run *run)
{
    struct tallies *s = run->tallies;
    const struct hr_plan *plan = run->plan;

    s->next = plan->horizon > s->since ? plan->horizon : HR_NEVER;
    run->periods = 0;
    for (uint32_t i = 0; i < plan->n_periods; i++) {
        const struct hr_period *p = &plan->periods[i];

        run->periods |= (uint32_t)holds(run, i, s->since) << i;
        if (p->disturbance == HR_NONE) {
            nearer(&s->next, s->since, p->begin);
            nearer(&s->next, s->since, p->end);
        }
        nearer(&s->next, s->since, s->until[i]);
    }
    for (uint32_t i = 0; i < plan->n_tallies; i++)
        if (plan->tallies[i].every > 0)
            nearer(&s->next, s->since,
                   (s->since / plan->tallies[i].every + 1) * plan->tallies[i].every);
    if (s->next < run->clock.edge)
        run->clock.edge = s->next;
}

static bool in_period(const struct hr_tally *t, uint32_t periods)
{
    return t->period == HR_NONE || (periods >> t->period & 1) != 0;
}

/* --- meters -------------------------------------------------------------------------------- */

struct hr_meter hr_meter_of(const struct hr_record *r, uint32_t part, hr_time at)
{
    const struct hr_part_record *p = &r->parts[part];

    return (struct hr_meter){.busy = hr_integral_area_at(&p->busy, at),
                             .capacity = hr_integral_area_at(&p->capacity, at),
                             .queued = hr_integral_area_at(&p->queued, at),
                             .wasted_ns = p->wasted_ns,
                             .work_ns = p->work_ns,
                             .killed = p->killed,
                             .hits = p->hits,
                             .misses = p->misses,
                             .queue_max = p->queued.max,
                             .oldest = p->mail ? p->mail->oldest : 0};
}

static void add(struct hr_meter *to, const struct hr_meter *now,
                const struct hr_meter *last, hr_time span)
{
    to->span += span;
    to->busy += now->busy - last->busy;
    to->capacity += now->capacity - last->capacity;
    to->queued += now->queued - last->queued;
    to->wasted_ns += now->wasted_ns - last->wasted_ns;
    to->work_ns += now->work_ns - last->work_ns;
    to->killed += now->killed - last->killed;
    to->hits += now->hits - last->hits;
    to->misses += now->misses - last->misses;
    to->queue_max = now->queue_max > to->queue_max ? now->queue_max : to->queue_max;
    to->oldest = now->oldest > to->oldest ? now->oldest : to->oldest;
}

/* The largest since `since`, and not since the run began: what is there now begins anew, and the
 * largest of all is kept in `last`. */
static void split_extremes(struct hr_run *run, uint32_t part, hr_time at,
                           struct hr_meter *now)
{
    struct hr_part_record *p = &run->record.parts[part];
    struct hr_meter *last = &run->tallies->last[part];

    now->oldest = hr_mail_oldest(run, part, at);
    last->queue_max = now->queue_max > last->queue_max ? now->queue_max : last->queue_max;
    last->oldest = now->oldest > last->oldest ? now->oldest : last->oldest;
    p->queued.max = p->queued.level;
    if (p->mail)
        p->mail->oldest = 0;
}

static void meter_part(struct hr_run *run, uint32_t part, hr_time at)
{
    struct tallies *s = run->tallies;
    struct hr_meter now = hr_meter_of(&run->record, part, at), *last = &s->last[part];

    split_extremes(run, part, at, &now);
    for (uint32_t i = 0; i < run->plan->n_tallies; i++) {
        const struct hr_tally *t = &run->plan->tallies[i];
        struct hr_tally_record *r = &run->record.tallies[i];
        const size_t window = t->every ? (size_t)(s->since / t->every) : 0;

        if (r->parts && in_period(t, run->periods))
            add(&r->parts[window * run->record.n_parts + part], &now, last, at - s->since);
    }
    now.queue_max = last->queue_max;
    now.oldest = last->oldest;
    *last = now;
}

/* What has come together from `since` to `at` goes where it belongs. */
static void meter(struct hr_run *run, hr_time at)
{
    struct tallies *s = run->tallies;

    if (at <= s->since)
        return;
    for (uint32_t p = 0; s->last && p < run->record.n_parts; p++)
        meter_part(run, p, at);
    for (uint32_t i = 0; i < run->plan->n_tallies; i++) {
        const struct hr_tally *t = &run->plan->tallies[i];

        if (in_period(t, run->periods))
            run->record.tallies[i].span[t->every ? s->since / t->every : 0] +=
                at - s->since;
    }
    s->since = at;
}

/* --- edges --------------------------------------------------------------------------------- */

void hr_tallies_edge(struct hr_run *run)
{
    struct tallies *s = run->tallies;
    const hr_time horizon = run->plan->horizon;
    const hr_time to = run->now < horizon ? run->now : horizon;

    while (s->next <= to) {
        meter(run, s->next);
        look_again(run);
    }
    if (s->next < run->clock.edge)
        run->clock.edge = s->next;
}

void hr_tallies_disturbed(struct hr_run *run, uint32_t disturbance)
{
    struct tallies *s = run->tallies;

    if (run->now < 0 || run->now >= run->plan->horizon)
        return;
    meter(run, run->now);
    for (uint32_t i = 0; i < run->plan->n_periods; i++) {
        const struct hr_period *p = &run->plan->periods[i];

        if (p->when == HR_PERIOD_AFTER && p->disturbance == disturbance)
            s->until[i] = run->acting[disturbance] > 0 ? 0 : run->now + p->within;
    }
    look_again(run);
}

/* --- requests ------------------------------------------------------------------------------ */

static void count(struct hr_row_record *r, const struct hr_ended *e, bool latency)
{
    r->valid++;
    r->attempts += e->attempts;
    if (e->unfinished) {
        r->unfinished++;
    } else if (e->answered) {
        r->answered++;
        if (latency)
            hr_hist_record(&r->answered_latency, e->latency);
    }
    if (e->good) {
        r->good++;
        r->degraded += e->degraded;
        if (latency)
            hr_hist_record(&r->latency, e->latency);
        return;
    }
    if (latency)
        hr_hist_record_infinite(&r->latency);
    if (!e->unfinished)
        hr_count_bad(r, e->how, e->answered);
}

void hr_tallies_ended(struct hr_run *run, const struct task *t, const struct hr_ended *e)
{
    for (uint32_t i = 0; i < run->plan->n_tallies; i++) {
        const struct hr_tally *x = &run->plan->tallies[i];

        if (t->row < 64 && (x->rows >> t->row & 1) && in_period(x, t->periods))
            count(&run->record.tallies[i].rows[x->every ? t->intended / x->every : 0], e,
                  x->latency);
    }
}

/* --- begin and end ------------------------------------------------------------------------- */

static void init_tally(struct hr_run *run, const struct hr_tally *t,
                       struct hr_tally_record *r)
{
    r->n = t->every ? (uint32_t)((run->plan->horizon + t->every - 1) / t->every) : 1;
    r->span = hr_arena_alloc(run->arena, r->n, sizeof *r->span);
    if (t->rows == 0) {
        r->parts = hr_arena_alloc(run->arena, (size_t)r->n * run->record.n_parts,
                                  sizeof *r->parts);
        return;
    }
    r->rows = hr_arena_alloc(run->arena, r->n, sizeof *r->rows);
    for (uint32_t w = 0; w < r->n; w++) {
        hr_hist_init(&r->rows[w].latency, 7);
        hr_hist_init(&r->rows[w].answered_latency, 7);
    }
}

void hr_tallies_init(struct hr_run *run)
{
    const struct hr_plan *plan = run->plan;
    struct hr_record *r = &run->record;

    if (plan->n_tallies == 0)
        return;
    run->tallies = hr_arena_alloc(run->arena, 1, sizeof *run->tallies);
    run->tallies->until =
        hr_arena_alloc(run->arena, plan->n_periods, sizeof *run->tallies->until);
    for (uint32_t i = 0; i < plan->n_periods; i++)
        if (plan->periods[i].when == HR_PERIOD_AFTER &&
            plan->periods[i].disturbance == HR_NONE)
            run->tallies->until[i] = plan->periods[i].end + plan->periods[i].within;
    r->n_tallies = plan->n_tallies;
    r->tallies = hr_arena_alloc(run->arena, r->n_tallies, sizeof *r->tallies);
    for (uint32_t i = 0; i < r->n_tallies; i++) {
        init_tally(run, &plan->tallies[i], &r->tallies[i]);
        if (r->tallies[i].parts && !run->tallies->last)
            run->tallies->last =
                hr_arena_alloc(run->arena, r->n_parts, sizeof *run->tallies->last);
    }
    look_again(run);
}

void hr_tallies_close(struct hr_run *run)
{
    struct tallies *s = run->tallies;
    const hr_time horizon = run->plan->horizon;

    hr_tallies_edge(run);
    meter(run, run->now < horizon ? run->now : horizon);
    for (uint32_t p = 0; s->last && p < run->record.n_parts; p++) {
        struct hr_part_record *r = &run->record.parts[p];

        if (s->last[p].queue_max > r->queued.max)
            r->queued.max = s->last[p].queue_max;
        if (r->mail && s->last[p].oldest > r->mail->oldest)
            r->mail->oldest = s->last[p].oldest;
    }
}

void hr_tallies_free(struct hr_run *run)
{
    for (uint32_t i = 0; i < run->record.n_tallies; i++) {
        struct hr_tally_record *r = &run->record.tallies[i];

        for (uint32_t w = 0; r->rows && w < r->n; w++) {
            hr_hist_free(&r->rows[w].latency);
            hr_hist_free(&r->rows[w].answered_latency);
        }
    }
}
