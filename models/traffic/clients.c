/* models/traffic/clients.c - the people and programs that ask: every class of `traffic:`.
 *
 * See clients_fields.c for what can be said of them; models/parts/shape.h for the arithmetic. */
#include "models/traffic/clients.h"

#include "models/parts/origin.h"
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
enum { TAG_ARRIVAL, TAG_WARM_ARRIVAL, N_COMING, TAG_ASK = N_COMING, TAG_FLOOD };
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
struct coming { /* arrivals of the run, or of its warm-up */
    struct hr_arrivals arrivals;
    struct hr_rate rate;
    uint64_t key;  /* of the next one */
    uint32_t tag;  /* of its timer */
    hr_time after; /* the one after it comes then: known ahead, nothing waits for it */
    uint64_t key_after;
};
struct clients {
    const struct hr_clients_conf *conf;
    uint64_t parent;     /* of the keys of all requests */
    uint64_t epoch_base; /* of the draws of epochs */
    uint64_t op_base;    /* ... of operations */
    uint64_t place_base; /* ... of places */
    uint32_t op;         /* of all requests; HR_NONE: they differ */
    uint32_t place;      /* of all clients; HR_NONE: they differ */
    bool batches;        /* an arrival is a batch */
    bool one_zone;       /* all places share a time zone: their shares do not vary */
    struct hr_law epoch; /* of arrivals, mean 1 */
    struct coming coming[N_COMING]; /* by tag */
    struct hr_modulation levels;
    struct hr_origin origin;
    uint32_t *asked;      /* closed loop: requests so far, by user; NULL: open */
    struct flood *floods; /* by disturbance of the plan; NULL: none is aimed at us */
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

static inline void look_ahead(const struct clients *s, struct coming *c, uint64_t ordinal)
{
    c->key_after = hr_mix_child(s->parent, ordinal);
    struct hr_draws draws = hr_draws_from(s->epoch_base, c->key_after);
    c->after = hr_arrivals_next(&c->arrivals, hr_law_draw(&s->epoch, &draws));
}

/* Inline, for it is half of what an arrival costs. */
HR_INLINE void set_next(struct hr_run *run, hr_part p, const struct clients *s,
                        struct coming *c, uint64_t ordinal)
{
    if (c->after == HR_NEVER)
        return;
    c->key = c->key_after;
    hr_timer_set(run, p, c->after, c->tag, ordinal);
    look_ahead(s, c, ordinal + 1);
}

static void set_first(struct hr_run *run, hr_part p, struct clients *s, uint32_t tag)
{
    const uint64_t first = tag == TAG_ARRIVAL ? 0 : warm_ordinals;

    s->coming[tag].tag = tag;
    look_ahead(s, &s->coming[tag], first);
    set_next(run, p, s, &s->coming[tag], first);
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
    if (s->conf->modulated.n == 0)
        return NULL;
    hr_modulation_begin(&s->levels, &s->conf->modulated,
                        hr_part_draws(run, p, 0, PURPOSE_LEVELS));
    return &s->levels;
}

static void make_origin(struct hr_run *run, struct clients *s)
{
    const struct hr_shares *from = &s->conf->from;
    const struct hr_place *places = hr_run_plan(run)->places;
    hr_time *offset = hr_arena_alloc(hr_run_arena(run), from->n, sizeof *offset);
    double *edge = hr_arena_alloc(hr_run_arena(run), from->n, sizeof *edge);

    for (uint32_t i = 0; i < from->n; i++)
        offset[i] = places[from->at[i]].utc_offset;
    hr_origin_init(&s->origin, &s->coming[TAG_ARRIVAL].rate, from->upto, offset, edge,
                   from->n, hr_now(run));
}

static void start_open(struct hr_run *run, hr_part p, struct clients *s)
{
    const struct hr_clients_conf *conf = s->conf;
    const struct hr_plan *plan = hr_run_plan(run);
    struct coming *all = &s->coming[TAG_ARRIVAL], *warm = &s->coming[TAG_WARM_ARRIVAL];
    uint32_t n_zones;
    const struct hr_zone_share *zones = make_zones(run, &conf->from, &n_zones);
    const struct hr_items shapes = shapes_of(run, &conf->shape);

    all->rate = (struct hr_rate){.base = conf->rate,
                                 .shapes = shapes.at,
                                 .n_shapes = shapes.n,
                                 .zones = zones,
                                 .n_zones = n_zones,
                                 .shift = hr_run_shift(run),
                                 .start = plan->start};
    s->one_zone = n_zones <= 1;
    if (!s->one_zone)
        make_origin(run, s);
    s->batches = hr_clients_given(&conf->batch);
    warm->rate = (struct hr_rate){.base = hr_rate_at(&all->rate, 0, HR_AFTER)};
    s->epoch = hr_clients_given(&conf->gap)
                   ? hr_law_scale(conf->gap, 1.0 / hr_law_mean(&conf->gap))
                   : hr_law_exponential(1.0);
    struct hr_modulation *levels = make_levels(run, p, s);
    if (levels)
        warm->rate.base *= hr_modulation_at(levels, 0);
    hr_arrivals_init(&all->arrivals, &all->rate, levels, 0, plan->horizon + plan->drain);
    set_first(run, p, s, TAG_ARRIVAL);
    if (plan->warmup > 0) {
        hr_arrivals_init(&warm->arrivals, &warm->rate, NULL, -plan->warmup, -1);
        set_first(run, p, s, TAG_WARM_ARRIVAL);
    }
}

/* The first think is a uniform share of one: users do not start in step, and a constant think
 * is in equilibrium at once. */
static void start_closed(struct hr_run *run, hr_part p, struct clients *s)
{
    const struct hr_clients_conf *conf = s->conf;
    const uint64_t users = (uint64_t)conf->users;

    s->one_zone = true; /* as far as shares go: users do not move by day */
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
    struct clients *s = hr_state(run, p);

    s->conf = conf;
    s->parent = hr_mix_parent(hr_run_plan(run)->components[p].name_key);
    s->epoch_base = hr_part_base(run, PURPOSE_EPOCH);
    s->op_base = hr_part_base(run, PURPOSE_OPERATION);
    s->place_base = hr_part_base(run, PURPOSE_PLACE);
    s->op = conf->mix.n > 1 ? HR_NONE : conf->mix.at[0];
    s->place = conf->from.n > 1 ? HR_NONE : conf->from.n ? conf->from.at[0] : 0;
    if (conf->users > 0)
        start_closed(run, p, s);
    else
        start_open(run, p, s);
}

/* The entry of `shares` that a uniform draw u picks.  All are looked at, for where a loop that
 * stops at it would end is what a processor cannot foresee. */
static uint32_t pick(const struct hr_shares *shares, double u)
{
    uint32_t below = 0;

    for (uint32_t i = 0; i + 1 < shares->n; i++)
        below += u >= shares->upto[i];
    return below;
}

static uint32_t draw_op(const struct clients *s, uint64_t key)
{
    struct hr_draws draws = hr_draws_from(s->op_base, key);

    return s->conf->mix.at[pick(&s->conf->mix, hr_draw_uniform(&draws))];
}

/* Where a client is who arrives now: by the shares, each weighted by how busy its time of day
 * is when the places do not share one. */
static uint32_t draw_place(struct hr_run *run, struct clients *s, uint64_t key)
{
    struct hr_draws draws = hr_draws_from(s->place_base, key);
    const double u = hr_draw_uniform(&draws);
    const struct hr_shares *from = &s->conf->from;

    return from
        ->at[s->one_zone ? pick(from, u) : hr_origin_pick(&s->origin, u, hr_now(run))];
}

static uint32_t op_of(const struct clients *s, uint64_t key)
{
    return s->op != HR_NONE ? s->op : draw_op(s, key);
}

static uint32_t place_of(struct hr_run *run, struct clients *s, uint64_t key)
{
    return s->place != HR_NONE ? s->place : draw_place(run, s, key);
}

/* An arrival of an open loop, which asks once. */
static void ask(struct hr_run *run, hr_part p, struct clients *s, uint64_t key)
{
    hr_task_ask(run, p, op_of(s, key), key, place_of(run, s, key));
}

/* Arrival number `ordinal` of a class whose requests come in batches. */
static HR_APART void ask_batch(struct hr_run *run, hr_part p, struct clients *s,
                               uint64_t ordinal)
{
    struct hr_draws draws = hr_part_draws(run, p, ordinal, PURPOSE_BATCH);
    const double drawn = hr_law_draw(&s->conf->batch, &draws) + 0.5;
    const uint64_t n = (uint64_t)(drawn < HR_MOST_AT_ONCE ? drawn : HR_MOST_AT_ONCE);

    for (uint64_t i = 0; i < n; i++)
        ask(run, p, s, hr_mix_child(s->parent, i == 0 ? ordinal : hr_mix(ordinal, i)));
}

/* The next request of a user of a closed loop. */
static HR_APART void ask_again(struct hr_run *run, hr_part p, struct clients *s,
                               uint64_t user)
{
    const uint64_t key = hr_mix_child(s->parent, hr_mix(user, s->asked[user]++));

    hr_gauge_add(run, p, GAUGE_THINKING, -1);
    hr_task_begin(run, p, op_of(s, key), key,
                  place_of(run, s, hr_mix_child(s->parent, user)), hr_now(run), user);
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
static HR_APART void ask_hostile(struct hr_run *run, hr_part p, struct clients *s,
                                 uint64_t word)
{
    const uint32_t which = (uint32_t)(word >> 40);
    const uint64_t ordinal = word & ((UINT64_C(1) << 40) - 1);
    const uint64_t key = hr_mix_child(s->parent, hr_mix(s->floods[which].key, ordinal));

    hr_task_begin_hostile(run, p, op_of(s, key), key, place_of(run, s, key), hr_now(run),
                          0);
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

static void arrive(struct hr_run *run, hr_part p, struct clients *s, struct coming *c,
                   uint64_t ordinal)
{
    if (s->batches)
        ask_batch(run, p, s, ordinal);
    else
        ask(run, p, s, c->key);
    if (hr_run_arriving(run))
        set_next(run, p, s, c, ordinal + 1);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    struct clients *s = hr_state(run, p);

    if (tag < N_COMING)
        arrive(run, p, s, &s->coming[tag], data);
    else if (tag == TAG_ASK)
        ask_again(run, p, s, data);
    else
        ask_hostile(run, p, s, data);
}

/* A user of a closed loop has an answer, and thinks. */
static HR_APART void think(struct hr_run *run, hr_part p, const struct clients *s,
                           hr_call c)
{
    const uint64_t user = *hr_call_note(run, c);
    struct hr_draws draws =
        hr_part_draws(run, p, hr_mix(user, s->asked[user] - 1), PURPOSE_THINK);
    hr_time pause = hr_time_from_s(hr_law_draw(&s->conf->think, &draws));

    hr_gauge_add(run, p, GAUGE_THINKING, 1);
    if (pause == 0 && hr_call_began(run, c) == hr_now(run))
        pause = least_circle;
    if (hr_run_arriving(run))
        hr_timer_set(run, p, hr_now(run) + pause, TAG_ASK, user);
}

static void task_done(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome how)
{
    const struct clients *s = hr_state(run, p);

    (void)how;
    if (s->asked != NULL && !hr_call_hostile(run, c))
        think(run, p, s, c);
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
