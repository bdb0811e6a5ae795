/* sim/system/hazard.c - see hazard.h. */
#include "sim/system/hazard.h"

#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

static const double in_period = 1.5; /* strikes expected until all that acts is over */
static const double in_tail = 0.2;   /* expected strikes in `tail` */
enum { MOST_SPED_UP = 10 };          /* strikes; beyond, nothing is sped up */

/* What may strike: a disturbance, or one instance of an `each of`. */
struct source {
    uint32_t disturbance, slot, number; /* number: of its next occurrence */
    double rate;
    bool acts;
    hr_time until; /* of the occurrence that acts */
};
struct hazards {
    struct source *sources;
    uint32_t n_sources;
    hr_time quiet_from;
    double fast; /* 1/s: all hazards together, at least, until then */
    hr_time fast_until;
    uint32_t acting;
    hr_time since;            /* what follows holds since then */
    double log_weight, slope; /* 1/s */
    hr_timer next;
    uint32_t drawn; /* numbers of the draws */
    size_t room_steps, room_strikes;
    struct hr_hazard_record record;
};

double hr_hazard_rate(const struct hr_disturbance *d)
{
    const double mean = hr_law_mean(&d->every);

    return mean > 0 ? 1 / mean : 0;
}

/* --- what has been --------------------------------------------------------------------------- */

double hr_hazard_log_weight(const struct hr_hazard_record *h, hr_time t)
{
    uint32_t k = h->n_steps;

    while (k > 0 && h->steps[k - 1].at > t)
        k--;
    if (k == 0)
        return 0;
    return h->steps[k - 1].log_weight +
           h->steps[k - 1].slope * hr_time_s(t - h->steps[k - 1].at);
}

bool hr_hazard_quiet(const struct hr_hazard_record *h, hr_time from, hr_time to)
{
    for (uint32_t k = h->n_steps; k-- > 0;) {
        const hr_time end = k + 1 < h->n_steps ? h->steps[k + 1].at : HR_NEVER;

        if (h->steps[k].at >= to)
            continue;
        if (end <= from)
            break;
        if (h->steps[k].acting > 0 || h->steps[k].quiet_from > from)
            return false;
    }
    return true;
}

static void keep_step(struct hr_run *run)
{
    struct hazards *h = run->hazards;
    struct hr_hazard_record *r = &h->record;

    r->steps =
        hr_arena_room(run->arena, r->steps, r->n_steps, &h->room_steps, sizeof *r->steps);
    r->steps[r->n_steps++] = (struct hr_hazard_step){run->now, h->acting, h->quiet_from,
                                                     h->log_weight, h->slope};
}

static void keep_strike(struct hr_run *run, uint32_t disturbance)
{
    struct hazards *h = run->hazards;
    struct hr_hazard_record *r = &h->record;

    r->strikes = hr_arena_room(run->arena, r->strikes, r->n_strikes, &h->room_strikes,
                               sizeof *r->strikes);
    r->strikes[r->n_strikes++] = (struct hr_hazard_strike){run->now, disturbance};
}

/* --- what comes ------------------------------------------------------------------------------ */

static double draw(struct hr_run *run)
{
    struct hr_draws d =
        hr_draws(run->stream, HR_GOLDEN, HR_PURPOSE(HR_FOR_HAZARD, run->hazards->drawn++));

    return hr_draw_uniform(&d);
}

static double calm_rate(const struct hazards *h)
{
    double sum = 0;

    for (uint32_t i = 0; i < h->n_sources; i++)
        sum += h->sources[i].acts ? 0 : h->sources[i].rate;
    return sum;
}

static hr_time last_end(const struct hr_run *run)
{
    const struct hazards *h = run->hazards;
    hr_time last = run->now;

    for (uint32_t i = 0; i < h->n_sources; i++)
        if (h->sources[i].until > last)
            last = h->sources[i].until;
    return last;
}

/* A strike has been: until all is over that it leaves acting, and in the tail, the next one is
 * made likely, whatever ends meanwhile. */
static void speed_up(struct hr_run *run)
{
    struct hazards *h = run->hazards;

    h->fast_until = last_end(run);
    h->fast =
        h->fast_until > run->now ? in_period / hr_time_s(h->fast_until - run->now) : 0;
}

/* Strikes a second, sped up; *until: how long that holds if nothing happens. */
static double sped_up(const struct hr_run *run, double rate, hr_time *until)
{
    const struct hazards *h = run->hazards;
    const hr_time tail = run->options.strike.tail;
    double least = 0;

    *until = HR_NEVER;
    if (h->record.n_strikes >= MOST_SPED_UP || h->fast_until == HR_NEVER)
        return rate;
    if (run->now < h->fast_until) {
        least = h->fast;
        *until = h->fast_until;
    } else if (run->now < h->fast_until + tail) {
        least = in_tail / hr_time_s(tail);
        *until = h->fast_until + tail;
    }
    return rate > least ? rate : least;
}

/* Something has changed: what strikes next? */
static void plan_next(struct hr_run *run)
{
    struct hazards *h = run->hazards;
    const double rate = run->options.strike.alone ? 0 : calm_rate(h);
    struct hr_event e = {.kind = HR_EV_STRIKE, .tag = true};
    hr_time until = HR_NEVER, after;

    hr_queue_cancel(run->queue, h->next);
    h->next = 0;
    h->slope = 0;
    h->since = run->now;
    if (rate > 0) {
        const double faster = sped_up(run, rate, &until);
        const double drawn = run->options.strike.natural ? rate : faster;
        const struct hr_law gap = hr_law_exponential(1 / drawn);
        struct hr_draws d =
            hr_draws(run->stream, HR_GOLDEN, HR_PURPOSE(HR_FOR_HAZARD, h->drawn++));

        h->slope = faster - rate;
        after = hr_time_from_s(hr_law_draw(&gap, &d));
        if (until != HR_NEVER && after >= until - run->now) {
            after = until - run->now;
            e.tag = false;
        }
        if (after < HR_NEVER - run->now)
            h->next = hr_queue_add(run->queue, run->now + after, HR_CLASS_DISTURBANCE, e);
    }
    keep_step(run);
}

/* The weight up to now. */
static void weigh(struct hr_run *run)
{
    struct hazards *h = run->hazards;

    h->log_weight += h->slope * hr_time_s(run->now - h->since);
    h->since = run->now;
}

/* One of those that rest, by their rates. */
static struct source *choose(struct hr_run *run, double rate)
{
    struct hazards *h = run->hazards;
    double left = draw(run) * rate;
    struct source *last = NULL;

    for (uint32_t i = 0; i < h->n_sources; i++) {
        if (h->sources[i].acts || !(h->sources[i].rate > 0))
            continue;
        last = &h->sources[i];
        if (left < last->rate)
            break;
        left -= last->rate;
    }
    return last;
}

void hr_hazards_event(struct hr_run *run, const struct hr_event *e)
{
    struct hazards *h = run->hazards;
    const double rate = calm_rate(h);
    struct source *s;

    h->next = 0;
    weigh(run);
    if (!e->tag) {
        plan_next(run);
        return;
    }
    h->log_weight += hr_log(rate / (rate + h->slope));
    s = choose(run, rate);
    hr_disturb_strike(run, s->disturbance, s->slot, s->number++);
}

/* --- what acts ------------------------------------------------------------------------------- */

static struct source *source_of(const struct hr_run *run, uint32_t disturbance,
                                uint32_t slot)
{
    for (uint32_t i = 0; i < run->hazards->n_sources; i++)
        if (run->hazards->sources[i].disturbance == disturbance &&
            run->hazards->sources[i].slot == slot)
            return &run->hazards->sources[i];
    HR_REQUIRE(false);
    return NULL;
}

void hr_hazards_begin(struct hr_run *run, uint32_t disturbance, uint32_t slot,
                      hr_time length)
{
    struct source *s = source_of(run, disturbance, slot);
    const hr_time stagger = run->plan->disturbances[disturbance].stagger;

    weigh(run);
    /* With a crew it may go on striking what is left. */
    s->acts = run->plan->disturbances[disturbance].crew == 0 || slot != HR_NONE;
    s->until =
        length < HR_NEVER - run->now - stagger ? run->now + length + stagger : HR_NEVER;
    run->hazards->acting++;
    keep_strike(run, disturbance);
    speed_up(run);
    plan_next(run);
}

void hr_hazards_end(struct hr_run *run, uint32_t disturbance, uint32_t slot)
{
    struct hazards *h = run->hazards;
    const hr_time back = run->now + run->plan->disturbances[disturbance].stagger;

    weigh(run);
    source_of(run, disturbance, slot)->acts = false;
    h->acting--;
    h->quiet_from = back > h->quiet_from ? back : h->quiet_from;
    plan_next(run);
}

/* --- the start ------------------------------------------------------------------------------- */

static uint32_t count_slots(const struct hr_run *run, uint32_t i)
{
    const struct hr_disturbance *d = &run->plan->disturbances[i];

    return d->extent == HR_EXTENT_EACH ? run->parts[d->component].n_instances : 1;
}

static bool is_source(const struct hr_run *run, uint32_t i)
{
    const struct hr_disturbance *d = &run->plan->disturbances[i];

    return i + 1 == run->options.strike.disturbance ||
           (!run->options.strike.alone && d->enabled && hr_hazard_rate(d) > 0);
}

static void list_sources(struct hr_run *run, struct hazards *h)
{
    uint32_t room = 0;

    for (uint32_t i = 0; i < run->plan->n_disturbances; i++)
        room += is_source(run, i) ? count_slots(run, i) : 0;
    h->sources = hr_arena_alloc(run->arena, room, sizeof *h->sources);
    for (uint32_t i = 0; i < run->plan->n_disturbances; i++) {
        const struct hr_disturbance *d = &run->plan->disturbances[i];
        const uint32_t n = is_source(run, i) ? count_slots(run, i) : 0;

        for (uint32_t k = 0; k < n; k++)
            h->sources[h->n_sources++] =
                (struct source){.disturbance = i,
                                .slot = d->extent == HR_EXTENT_EACH ? k : HR_NONE,
                                .rate = hr_hazard_rate(d)};
    }
}

void hr_hazards_start(struct hr_run *run)
{
    const struct hr_strike *o = &run->options.strike;
    const uint32_t which = o->disturbance - 1, n = count_slots(run, which);
    struct hazards *h = hr_arena_alloc(run->arena, 1, sizeof *h);
    uint32_t slot = HR_NONE;

    HR_REQUIRE(which < run->plan->n_disturbances);
    run->hazards = h;
    run->record.hazards = &h->record;
    list_sources(run, h);
    h->record.rate = hr_hazard_rate(&run->plan->disturbances[which]) * n;
    if (run->plan->disturbances[which].extent == HR_EXTENT_EACH)
        slot = n > 0 ? (uint32_t)(draw(run) * n) : HR_NONE;
    if (n == 0)
        return; /* nothing that it could strike */
    source_of(run, which, slot)->number = 1;
    hr_disturb_first_strike(run, which, slot, o->at);
}
