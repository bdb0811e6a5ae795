/* models/traffic/clients.c - the people and programs that ask: every class of `traffic:`.
 *
 * See clients_fields.c for what can be said of them; models/parts/shape.h for the arithmetic. */
#include "models/traffic/clients.h"

#include "sim/engine/arena.h"
#include "sim/engine/check.h"

#include <math.h>
#include <stddef.h>

/* --- what they do ---------------------------------------------------------------------- */

enum {
    PURPOSE_EPOCH = 1,
    PURPOSE_OPERATION,
    PURPOSE_PLACE,
    PURPOSE_THINK,
    PURPOSE_FIRST,
    PURPOSE_FLOOD,
    PURPOSE_BATCH,
    PURPOSE_LEVELS
};
enum { TAG_ARRIVAL, TAG_WARM_ARRIVAL, TAG_ASK, TAG_FLOOD };
enum { GAUGE_THINKING, GAUGE_FLOOD };

/* Arrivals of the warm-up are numbered from here, so that those from t = 0 on are 0, 1, 2 ...
 * whatever the warm-up. */
static const uint64_t warm_ordinals = UINT64_C(1) << 62;

/* From a request to the same user's next when neither the answer nor `think` takes any time:
 * refused at once and asked again at once, for ever, time would stand still. */
static const hr_time least_circle = HR_MILLISECOND;

struct flood {     /* one that acts now */
    uint64_t key;  /* of its requests: the disturbance and its occurrence */
    double next_s; /* of its next request, after its begin: exact sums of gaps */
    hr_time began;
    hr_timer timer;
};
struct clients {
    struct flood *floods; /* by disturbance of the plan; NULL: none is aimed at us */
    struct hr_law epoch;  /* of arrivals, mean 1 */
    struct hr_modulation levels;
    struct hr_rate rate, warm_rate;
    struct hr_arrivals arrivals, warm_arrivals;
    bool batches;    /* an arrival is a batch */
    bool one_zone;   /* all places share a time zone: their shares do not vary */
    double *weight;  /* scratch: of the places, at this instant */
    uint32_t *asked; /* closed loop: requests so far, by user */
};

static struct hr_zone_share *make_zones(struct hr_run *run, const struct hr_shares *from,
                                        uint32_t *n)
{
    const struct hr_place *places = hr_run_plan(run)->places;
    struct hr_zone_share *zones = hr_arena_alloc(hr_run_arena(run), from->n, sizeof *zones);
    double before = 0.0;

    *n = 0;
    for (uint32_t i = 0; i < from->n; i++) {
        const hr_time offset = places[from->at[i]].utc_offset;
        uint32_t z = 0;

        while (z < *n && zones[z].utc_offset != offset)
            z++;
        if (z == *n)
            zones[(*n)++].utc_offset = offset;
        zones[z].share += from->upto[i] - before;
        before = from->upto[i];
    }
    return zones;
}

static void set_next(struct hr_run *run, hr_part p, struct hr_arrivals *a, uint32_t tag,
                     uint64_t ordinal)
{
    const struct clients *s = hr_state(run, p);
    struct hr_draws draws = hr_part_draws(run, p, ordinal, PURPOSE_EPOCH);
    const hr_time at = hr_arrivals_next(a, hr_law_draw(&s->epoch, &draws));

    if (at != HR_NEVER)
        hr_timer_set(run, p, at, tag, ordinal);
}

/* The ordinary twin has no spikes: they are events of one day. */
static struct hr_items shapes_of(struct hr_run *run, const struct hr_items *all)
{
    const struct hr_shape *from = all->at;
    struct hr_items kept = {0, NULL};

    if (!hr_run_ordinary(run))
        return *all;
    struct hr_shape *to = hr_arena_alloc(hr_run_arena(run), all->n, sizeof *to);
    for (uint32_t i = 0; i < all->n; i++)
        if (!from[i].spike)
            to[kept.n++] = from[i];
    kept.at = to;
    return kept;
}

static struct hr_modulation *make_levels(struct hr_run *run, hr_part p, struct clients *s)
{
    const struct hr_clients_conf *conf = hr_conf(run, p);

    if (conf->modulated.n == 0)
        return NULL;
    hr_modulation_begin(&s->levels, &conf->modulated,
                        hr_part_draws(run, p, 0, PURPOSE_LEVELS));
    return &s->levels;
}

static void start_open(struct hr_run *run, hr_part p, struct clients *s)
{
    const struct hr_clients_conf *conf = hr_conf(run, p);
    const struct hr_plan *plan = hr_run_plan(run);
    uint32_t n_zones;
    const struct hr_zone_share *zones = make_zones(run, &conf->from, &n_zones);
    const struct hr_items shapes = shapes_of(run, &conf->shape);

    s->rate = (struct hr_rate){.base = conf->rate,
                               .shapes = shapes.at,
                               .n_shapes = shapes.n,
                               .zones = zones,
                               .n_zones = n_zones,
                               .shift = hr_run_shift(run),
                               .start = plan->start};
    s->one_zone = n_zones <= 1;
    s->batches = hr_clients_given(&conf->batch);
    s->weight = hr_arena_alloc(hr_run_arena(run), conf->from.n, sizeof *s->weight);
    s->warm_rate = (struct hr_rate){.base = hr_rate_at(&s->rate, 0, HR_AFTER)};
    s->epoch = hr_clients_given(&conf->gap)
                   ? hr_law_scale(conf->gap, 1.0 / hr_law_mean(&conf->gap))
                   : hr_law_exponential(1.0);
    struct hr_modulation *levels = make_levels(run, p, s);
    if (levels)
        s->warm_rate.base *= hr_modulation_at(levels, 0);
    hr_arrivals_init(&s->arrivals, &s->rate, levels, 0, plan->horizon + plan->drain);
    set_next(run, p, &s->arrivals, TAG_ARRIVAL, 0);
    if (plan->warmup > 0) {
        hr_arrivals_init(&s->warm_arrivals, &s->warm_rate, NULL, -plan->warmup, -1);
        set_next(run, p, &s->warm_arrivals, TAG_WARM_ARRIVAL, warm_ordinals);
    }
}

/* The first think is a uniform share of one: users do not start in step, and a constant think
 * is in equilibrium at once. */
static void start_closed(struct hr_run *run, hr_part p, struct clients *s)
{
    const struct hr_clients_conf *conf = hr_conf(run, p);
    const uint64_t users = (uint64_t)conf->users;

    s->asked = hr_arena_alloc(hr_run_arena(run), users, sizeof *s->asked);
    for (uint64_t user = 0; user < users; user++) {
        struct hr_draws draws = hr_part_draws(run, p, user, PURPOSE_FIRST);
        const double share = hr_draw_uniform(&draws);
        const double think_s = share * hr_law_draw(&conf->think, &draws);
        hr_timer_set(run, p, hr_now(run) + hr_time_from_s(think_s), TAG_ASK, user);
    }
    hr_gauge_add(run, p, GAUGE_THINKING, conf->users);
}

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_clients_conf *conf = hr_conf(run, p);

    if (conf->users > 0)
        start_closed(run, p, hr_state(run, p));
    else
        start_open(run, p, hr_state(run, p));
}

/* The entry of `shares` that a uniform draw u picks. */
static uint32_t pick(const struct hr_shares *shares, double u)
{
    uint32_t i = 0;

    while (i + 1 < shares->n && u >= shares->upto[i])
        i++;
    return i;
}

/* Where a client is who arrives now: by the shares, each weighted by how busy its time of day
 * is when the places do not share one. */
static uint32_t draw_place(struct hr_run *run, hr_part p, uint64_t entity)
{
    const struct hr_clients_conf *conf = hr_conf(run, p);
    const struct clients *s = hr_state(run, p);
    const struct hr_shares *from = &conf->from;
    const struct hr_place *places = hr_run_plan(run)->places;
    double sum = 0.0, upto = 0.0;
    uint32_t i = 0;

    if (from->n <= 1)
        return from->n ? from->at[0] : 0;
    struct hr_draws draws = hr_part_draws(run, p, entity, PURPOSE_PLACE);
    const double u = hr_draw_uniform(&draws);
    if (s->one_zone || conf->users > 0)
        return from->at[pick(from, u)];
    for (i = 0; i < from->n; i++) {
        s->weight[i] = (from->upto[i] - (i ? from->upto[i - 1] : 0.0)) *
                       hr_rate_daily(&s->rate, places[from->at[i]].utc_offset, hr_now(run));
        sum += s->weight[i];
    }
    for (i = 0; i + 1 < from->n; i++) {
        upto += s->weight[i];
        if (u * sum < upto)
            break;
    }
    return from->at[i];
}

/* `entity` numbers the request among those of the class; `who` decides where it comes from. */
static void ask(struct hr_run *run, hr_part p, uint64_t entity, uint64_t who, uint64_t note)
{
    const struct hr_clients_conf *conf = hr_conf(run, p);
    const struct hr_component *me = &hr_run_plan(run)->components[p];
    uint32_t op = conf->mix.at[0];

    if (conf->mix.n > 1) {
        struct hr_draws draws = hr_part_draws(run, p, entity, PURPOSE_OPERATION);
        op = conf->mix.at[pick(&conf->mix, hr_draw_uniform(&draws))];
    }
    hr_task_begin(run, p, op, hr_mix(me->name_key, entity), draw_place(run, p, who),
                  hr_now(run), note);
}

static const double most_at_once = 1e6; /* requests of a batch */

/* Arrival number `ordinal` of a class whose requests come in batches. */
static void ask_batch(struct hr_run *run, hr_part p, uint64_t ordinal)
{
    const struct hr_clients_conf *conf = hr_conf(run, p);
    struct hr_draws draws = hr_part_draws(run, p, ordinal, PURPOSE_BATCH);
    const double drawn = hr_law_draw(&conf->batch, &draws) + 0.5;
    const uint64_t n = (uint64_t)(drawn < most_at_once ? drawn : most_at_once);

    for (uint64_t i = 0; i < n; i++) {
        const uint64_t entity = i == 0 ? ordinal : hr_mix(ordinal, i);
        ask(run, p, entity, entity, 0);
    }
}

/* --- floods ---------------------------------------------------------------------------- */

/* Which flood, and the number of its request, in one word. */
static uint64_t flood_word(uint32_t which, uint64_t ordinal)
{
    return (uint64_t)which << 40 | ordinal;
}

static void set_next_hostile(struct hr_run *run, hr_part p, uint32_t which,
                             uint64_t ordinal)
{
    const struct clients *s = hr_state(run, p);
    struct flood *f = &s->floods[which];
    const struct hr_law gap =
        hr_law_exponential(1.0 / hr_run_plan(run)->disturbances[which].rate);
    struct hr_draws draws = hr_part_draws(run, p, hr_mix(f->key, ordinal), PURPOSE_FLOOD);

    f->next_s += hr_law_draw(&gap, &draws);
    f->timer = hr_timer_set(run, p, f->began + hr_time_from_s(f->next_s), TAG_FLOOD,
                            flood_word(which, ordinal));
}

/* A hostile request: it looks like one of the class, and has draws of its own. */
static void ask_hostile(struct hr_run *run, hr_part p, uint64_t word)
{
    const struct hr_clients_conf *conf = hr_conf(run, p);
    const struct hr_plan *plan = hr_run_plan(run);
    const struct clients *s = hr_state(run, p);
    const uint32_t which = (uint32_t)(word >> 40);
    const uint64_t ordinal = word & ((UINT64_C(1) << 40) - 1);
    const uint64_t entity = hr_mix(s->floods[which].key, ordinal);
    struct hr_draws draws = hr_part_draws(run, p, entity, PURPOSE_OPERATION);
    const uint32_t op = conf->mix.at[pick(&conf->mix, hr_draw_uniform(&draws))];

    hr_task_begin_hostile(run, p, op, hr_mix(plan->components[p].name_key, entity),
                          draw_place(run, p, entity), hr_now(run), 0);
    set_next_hostile(run, p, which, ordinal + 1);
}

static void disturb(struct hr_run *run, hr_part p, const struct hr_change *ch, bool begins)
{
    const struct hr_plan *plan = hr_run_plan(run);
    const uint32_t which = (uint32_t)(ch->what - plan->disturbances);
    struct clients *s = hr_state(run, p);

    if (ch->what->verb != HR_VERB_FLOOD)
        return;
    if (!s->floods)
        s->floods =
            hr_arena_alloc(hr_run_arena(run), plan->n_disturbances, sizeof *s->floods);
    struct flood *f = &s->floods[which];
    if (begins) {
        *f = (struct flood){.key = hr_mix(ch->what->name_key, ch->occurrence),
                            .began = hr_now(run)};
        hr_gauge_add(run, p, GAUGE_FLOOD, 1);
        set_next_hostile(run, p, which, 0);
    } else {
        hr_timer_cancel(run, f->timer);
        hr_gauge_add(run, p, GAUGE_FLOOD, -1);
    }
}

/* --- time passes ------------------------------------------------------------------------ */

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    struct clients *s = hr_state(run, p);

    if (tag == TAG_FLOOD) {
        ask_hostile(run, p, data);
        return;
    }
    if (tag == TAG_ASK) {
        hr_gauge_add(run, p, GAUGE_THINKING, -1);
        ask(run, p, hr_mix(data, s->asked[data]++), data, data);
        return;
    }
    if (s->batches)
        ask_batch(run, p, data);
    else
        ask(run, p, data, data, 0);
    if (hr_run_arriving(run))
        set_next(run, p, tag == TAG_ARRIVAL ? &s->arrivals : &s->warm_arrivals, tag,
                 data + 1);
}

static void task_done(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome how)
{
    const struct hr_clients_conf *conf = hr_conf(run, p);
    const struct clients *s = hr_state(run, p);

    (void)how;
    if (conf->users == 0 || hr_call_hostile(run, c))
        return;
    const uint64_t user = *hr_call_note(run, c);
    struct hr_draws draws =
        hr_part_draws(run, p, hr_mix(user, s->asked[user] - 1), PURPOSE_THINK);
    hr_time pause = hr_time_from_s(hr_law_draw(&conf->think, &draws));

    hr_gauge_add(run, p, GAUGE_THINKING, 1);
    if (pause == 0 && hr_call_began(run, c) == hr_now(run))
        pause = least_circle;
    if (hr_run_arriving(run))
        hr_timer_set(run, p, hr_now(run) + pause, TAG_ASK, user);
}

/* The rate for analysis; places beyond the first 64 count as in UTC. */
static double offered(const struct hr_plan *plan, const void *self, hr_time t)
{
    const struct hr_clients_conf *conf = self;
    struct hr_zone_share zones[64];
    double before = 0.0;
    uint32_t n = 0;

    if (conf->users > 0) {
        const double think_s = hr_law_mean(&conf->think);
        return think_s > 0.0 ? (double)conf->users / think_s : HUGE_VAL;
    }
    for (; n < conf->from.n && n < 64; n++) {
        zones[n] = (struct hr_zone_share){plan->places[conf->from.at[n]].utc_offset,
                                          conf->from.upto[n] - before};
        before = conf->from.upto[n];
    }
    const struct hr_rate rate = {.base = conf->rate,
                                 .shapes = conf->shape.at,
                                 .n_shapes = conf->shape.n,
                                 .zones = zones,
                                 .n_zones = n,
                                 .start = plan->start};
    return hr_rate_at(&rate, t, HR_AFTER) * hr_modulation_mean(&conf->modulated) *
           (hr_clients_given(&conf->batch) ? hr_law_mean(&conf->batch) : 1.0);
}

static bool poisson(const void *self)
{
    const struct hr_clients_conf *conf = self;

    return conf->users == 0 && conf->shape.n == 0 && conf->modulated.n == 0 &&
           !hr_clients_given(&conf->gap) && !hr_clients_given(&conf->batch);
}

static bool one_off(const void *self, uint32_t i, struct hr_one_off *o)
{
    const struct hr_clients_conf *conf = self;

    return hr_shape_one_off(&conf->shape, i, o);
}

static const struct hr_gauge gauges[] = {
    [GAUGE_THINKING] = {"thinking", "users", "Closed loop: users between two requests."},
    [GAUGE_FLOOD] = {"floods", "1", "Floods that imitate the class now."},
    {0},
};

const struct hr_model hr_clients_model = {
    .kind = "clients",
    .room = "traffic",
    .summary = "Clients that ask, wait, lose patience and try again.",
    .source = "E. Cinlar, \"Introduction to Stochastic Processes\", 1975 (arrivals by "
              "inversion); L. Kleinrock, \"Queueing Systems\" vol. 2, 1976 (closed loop)",
    .manual = hr_clients_manual,
    .table = &hr_clients_table,
    .state_size = sizeof(struct clients),
    .ops = HR_OPS_SOURCE,
    .verbs = 1u << HR_VERB_FLOOD,
    .source_layout = &hr_clients_layout,
    .offered = offered,
    .poisson = poisson,
    .one_off = one_off,
    .gauges = gauges,
    .check = hr_clients_check,
    .start = start,
    .task_done = task_done,
    .disturb = disturb,
    .timer = timer,
};
