/* sim/study/episode.c - see episode.h. */
#include "sim/study/episode.h"

#include "sim/engine/arena.h"
#include "sim/study/recovery.h"

static const hr_time give_up = 2 * HR_HOUR; /* after the last end, and twice `held` more */
static const hr_time longest_lead = HR_MINUTE;
static const double durations = 60; /* mean ones that an episode may take at most */
enum {
    SLICE = 50,  /* events between two looks: many episodes have but some hundreds */
    NATURAL = 4, /* one in so many is not sped up */
};

/* What hr_study_run knows as a run. */
struct episode_run {
    struct hr_record record; /* first: hr_episode_of */
    struct hr_episode e;
    struct hr_arena *arena;
    struct hr_plan plan;
    struct hr_run_options options;
    struct hr_run *disturbed, *calm;
    uint32_t window, good; /* next to be judged; good ones in a row before it */
    uint32_t calm_known;   /* windows of the calm run that are final */
    bool found, alone;
};

const struct hr_episode *hr_episode_of(const struct hr_record *r)
{
    return &((const struct episode_run *)(const void *)r)->e;
}

/* The handle that a study holds is ours. */
static struct episode_run *own(const struct hr_run *handle)
{
    union {
        const struct hr_run *handle;
        struct episode_run *own;
    } x = {.handle = handle};

    return x.own;
}

/* --- classes --------------------------------------------------------------------------------- */

static bool is_class(const struct hr_plan *p, uint32_t i, bool hazards)
{
    const struct hr_disturbance *d = &p->disturbances[i];

    return d->enabled && (!hazards || hr_hazard_rate(d) > 0);
}

uint32_t hr_episode_classes(const struct hr_plan *plan, bool hazards)
{
    uint32_t n = 0;

    for (uint32_t i = 0; plan->recovered.over > 0 && i < plan->n_disturbances; i++)
        n += is_class(plan, i, hazards);
    return n;
}

/* Nobody asks for episodes where there is nothing to make them of. */
static uint32_t turns(const struct hr_plan *plan, bool hazards)
{
    const uint32_t n = hr_episode_classes(plan, hazards);

    HR_REQUIRE(n > 0);
    return n;
}

static uint32_t class_of(const struct hr_plan *plan, bool hazards, uint64_t turn)
{
    uint64_t left = turn % turns(plan, hazards);

    for (uint32_t i = 0; i < plan->n_disturbances; i++)
        if (is_class(plan, i, hazards) && left-- == 0)
            return i;
    HR_REQUIRE(false);
    return 0;
}

/* An instance that is lost and comes back by itself has no `for`. */
static bool is_endless(const struct hr_disturbance *d)
{
    return d->lasts == HR_NEVER && !(d->verb == HR_VERB_LOSE && d->component != HR_NONE &&
                                     d->extent != HR_EXTENT_ALL);
}

uint32_t hr_episode_endless(const struct hr_plan *plan)
{
    for (uint32_t i = 0; i < plan->n_disturbances; i++)
        if (is_class(plan, i, true) && is_endless(&plan->disturbances[i]))
            return i;
    return HR_NONE;
}

/* --- making one ------------------------------------------------------------------------------ */

static hr_time up_to_windows(hr_time t, hr_time over)
{
    return (t + over - 1) / over * over;
}

/* Requests under way when it strikes are measured, too. */
static hr_time lead_of(const struct hr_plan *p)
{
    hr_time most = 0;

    for (uint32_t i = 0; i < p->n_rows; i++)
        most = p->rows[i].deadline > most ? p->rows[i].deadline : most;
    return up_to_windows(most < longest_lead ? most : longest_lead, p->recovered.over);
}

static hr_time longest(const struct hr_plan *p)
{
    hr_time most = 0;

    for (uint32_t i = 0; i < p->n_disturbances; i++) {
        const struct hr_disturbance *d = &p->disturbances[i];
        const hr_time t = d->lasts == HR_NEVER ? 0 : d->lasts + d->stagger;

        most = t > most ? t : most;
    }
    return most;
}

static hr_time patience(const struct hr_plan *p)
{
    return give_up + 2 * p->recovered.held;
}

static hr_time horizon_of(const struct hr_plan *p, hr_time lead)
{
    const double t = durations * (double)longest(p) + (double)lead;

    return hr_time_from_s(t / HR_SECOND) + 2 * patience(p);
}

/* A quarter of each class: so weights are never more than 4. */
static bool is_natural(const struct hr_plan *plan, uint64_t turn)
{
    return turn / turns(plan, true) % NATURAL == 0;
}

/* Against the mixture of natural episodes and others, from the ratio of natural to others. */
static double weight_of(double ratio)
{
    return 1 / (1.0 / NATURAL + (1 - 1.0 / NATURAL) / ratio);
}

static struct hr_run *create(const struct hr_plan *plan, const struct hr_run_options *o,
                             bool hazards)
{
    struct hr_arena *a = hr_arena_create();
    struct episode_run *x = hr_arena_alloc(a, 1, sizeof *x);
    struct hr_draws d = hr_draws(hr_stream(o->seed, o->replication), HR_GOLDEN, 0);
    const hr_time lead = lead_of(plan);
    union {
        struct episode_run *own;
        struct hr_run *handle;
    } handle = {x};

    x->arena = a;
    x->plan = *plan;
    x->plan.horizon = horizon_of(plan, lead);
    x->alone = !hazards;
    x->e.disturbance = class_of(plan, hazards, o->replication - 1);
    x->e.strike = lead;
    x->options = *o;
    x->options.buckets = 1;
    x->options.ordinary = true;
    x->options.shift = hr_time_from_s(hr_draw_uniform(&d) * hr_time_s(plan->horizon));
    x->e.shift = x->options.shift;
    x->options.strike =
        (struct hr_strike){.disturbance = x->e.disturbance + 1,
                           .at = lead,
                           .alone = !hazards,
                           .natural = hazards && is_natural(plan, o->replication - 1),
                           .tail = plan->recovered.held};
    x->disturbed = hr_run_create(&x->plan, &x->options);
    x->window = (uint32_t)(lead / plan->recovered.over);
    return handle.handle;
}

static struct hr_run *create_of_hazards(const struct hr_plan *plan,
                                        const struct hr_run_options *o)
{
    return create(plan, o, true);
}

static struct hr_run *create_occurrence(const struct hr_plan *plan,
                                        const struct hr_run_options *o)
{
    return create(plan, o, false);
}

/* --- where it ends --------------------------------------------------------------------------- */

static void found(struct episode_run *x, hr_time until, bool restored)
{
    x->found = true;
    x->e.until = until;
    x->e.restored = restored;
}

static bool given_up(const struct episode_run *x, hr_time now)
{
    const struct hr_hazard_record *h = hr_run_so_far(x->disturbed)->hazards;
    const struct hr_hazard_step *last = h->n_steps ? &h->steps[h->n_steps - 1] : NULL;

    return last && last->acting == 0 && now - last->quiet_from > patience(&x->plan);
}

/* Judge the windows that are final. */
static void look_for_end(struct episode_run *x, bool over)
{
    const struct hr_record *r = hr_run_so_far(x->disturbed);
    const struct hr_recovered *rule = &x->plan.recovered;
    const uint32_t n = hr_window_count(rule, x->plan.horizon);
    const uint32_t known = over ? n : hr_windows_known(r, x->window, hr_now(x->disturbed));
    const hr_time held = rule->held > rule->over ? rule->held : rule->over;

    for (; x->window < known && !x->found; x->window++) {
        const hr_time from = (hr_time)x->window * rule->over, to = from + rule->over;
        const bool good =
            hr_window_good(rule, r, x->window) && hr_hazard_quiet(r->hazards, from, to);

        x->good = good ? x->good + 1 : 0;
        if ((hr_time)x->good * rule->over >= held)
            found(x, to, true);
        else if (given_up(x, from))
            found(x, to, false);
    }
    if (over && !x->found)
        found(x, x->plan.horizon, false);
}

static void start_calm(struct episode_run *x)
{
    struct hr_run_options o = x->options;

    o.strike = (struct hr_strike){0};
    x->calm = hr_run_create(&x->plan, &o);
}

static uint32_t windows_until(const struct episode_run *x)
{
    return (uint32_t)(x->e.until / x->plan.recovered.over);
}

static bool advance(struct hr_run *handle, uint64_t events)
{
    struct episode_run *x = own(handle);

    for (uint64_t done = 0; done < events && !x->found; done += SLICE) {
        const bool more = hr_run_advance(x->disturbed, SLICE);

        look_for_end(x, !more);
    }
    if (!x->found)
        return true;
    if (x->alone)
        return false;
    if (!x->calm)
        start_calm(x);
    for (uint64_t done = 0; done < events; done += SLICE) {
        const bool more = hr_run_advance(x->calm, SLICE);

        x->calm_known =
            hr_windows_known(hr_run_so_far(x->calm), x->calm_known, hr_now(x->calm));
        if (!more || x->calm_known >= windows_until(x))
            return false;
    }
    return true;
}

/* --- what it shows --------------------------------------------------------------------------- */

struct counts {
    double bad, valid;
};

static struct counts count(const struct hr_record *r, uint32_t row, uint32_t windows)
{
    struct counts x = {0, 0};

    for (uint32_t w = 0; w < windows && w < r->n_windows; w++) {
        x.bad += (double)(r->windows[row].total[w] - r->windows[row].ok[w]);
        x.valid += (double)r->windows[row].total[w];
    }
    return x;
}

/* Both runs side by side, row by row. */
static void compare(struct episode_run *x)
{
    const struct hr_record *r = &x->record;
    double *lost = hr_arena_alloc(x->arena, r->n_rows, sizeof *lost);
    double *valid = hr_arena_alloc(x->arena, r->n_rows, sizeof *valid);

    for (uint32_t i = 0; i < r->n_rows && x->calm; i++) {
        const struct counts calm = count(hr_run_so_far(x->calm), i, windows_until(x));

        lost[i] = count(r, i, windows_until(x)).bad - calm.bad;
        valid[i] = calm.valid;
    }
    x->e.lost = lost;
    x->e.valid = valid;
}

static const struct hr_record *finish(struct hr_run *handle)
{
    struct episode_run *x = own(handle);
    const struct hr_hazard_record *h;

    x->record = *hr_run_finish(x->disturbed);
    h = x->record.hazards;
    x->e.plan = &x->plan;
    x->e.rate = h->rate;
    x->e.weight = weight_of(hr_exp(hr_hazard_log_weight(h, x->e.until)));
    x->e.other = h->n_strikes > 1 && h->strikes[1].at < x->e.until
                     ? h->strikes[1].disturbance
                     : HR_NONE;
    compare(x);
    if (x->calm) {
        x->record.simulated_events += hr_run_so_far(x->calm)->simulated_events;
        x->record.simulated_tasks += hr_run_so_far(x->calm)->simulated_tasks;
    }
    return &x->record;
}

static void destroy(struct hr_run *handle)
{
    struct episode_run *x = own(handle);

    hr_run_destroy(x->disturbed);
    hr_run_destroy(x->calm);
    hr_arena_destroy(x->arena);
}

/* How far an episode has got is not known before its end. */
static hr_time now(const struct hr_run *handle)
{
    return -own(handle)->plan.warmup;
}

static const struct hr_record *so_far(const struct hr_run *handle)
{
    return hr_run_so_far(own(handle)->disturbed);
}

const struct hr_study_machine hr_episode_hazards = {create_of_hazards, advance, finish,
                                                    destroy,           now,     so_far};
const struct hr_study_machine hr_episode_occurrences = {create_occurrence, advance, finish,
                                                        destroy,           now,     so_far};
