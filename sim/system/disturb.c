/* sim/system/disturb.c - disturbances: when they occur, what they hold, and their effects.
 *
 * A disturbance that is acting is an effect on each component that it touches; effects.c says
 * what effects amount to.  An end removes its own effect and nothing else: at once, or, with
 * `then: staggered`, one after the other at drawn times. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

#include <stdlib.h>

/* An occurrence: of a disturbance, or of one instance for `each of`. */
struct occurrence {
    uint32_t disturbance, number, slot; /* slot: HR_NONE unless `each of` */
};

static struct hr_event pack(uint16_t kind, struct occurrence o)
{
    return (struct hr_event){
        .kind = kind, .tag = o.disturbance, .data = (uint64_t)o.slot << 32 | o.number};
}

static struct hr_draws draws(const struct hr_run *run, struct occurrence o, uint64_t what)
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];

    return hr_draws(run->stream, hr_mix(d->name_key, (uint64_t)o.slot << 32 | o.number),
                    HR_PURPOSE(what, 0));
}

static void schedule(struct hr_run *run, struct occurrence o, hr_time after)
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];
    struct hr_draws s = draws(run, o, HR_FOR_EVERY);
    const hr_time gap = hr_time_from_s(hr_law_draw(&d->every, &s));

    if (gap < run->plan->horizon - after)
        hr_queue_add(run->queue, after + gap, HR_CLASS_DISTURBANCE, pack(HR_EV_DISTURB, o));
}

static void schedule_first(struct hr_run *run, struct occurrence o)
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];

    if (d->placed && d->at < run->plan->horizon)
        hr_queue_add(run->queue, d->at, HR_CLASS_DISTURBANCE, pack(HR_EV_DISTURB, o));
    else if (!d->placed && d->random)
        schedule(run, o, 0);
}

static bool acts(const struct hr_run *run, uint32_t i)
{
    if (run->options.ordinary)
        return false;
    return run->options.alone ? run->options.alone == i + 1
                              : run->plan->disturbances[i].enabled;
}

void hr_disturb_start(struct hr_run *run)
{
    run->acting =
        hr_arena_alloc(run->arena, run->plan->n_disturbances, sizeof *run->acting);
    run->crews = hr_arena_alloc(run->arena, run->plan->n_disturbances, sizeof *run->crews);
    for (uint32_t i = 0; i < run->plan->n_disturbances; i++)
        if (run->plan->disturbances[i].crew > 0)
            run->crews[i] = hr_arena_alloc(run->arena, run->plan->disturbances[i].crew,
                                           sizeof **run->crews);
    if (run->options.strike.disturbance) {
        hr_hazards_start(run);
        return;
    }
    for (uint32_t i = 0; i < run->plan->n_disturbances; i++) {
        const struct hr_disturbance *d = &run->plan->disturbances[i];
        struct occurrence o = {i, 0, HR_NONE};

        if (!acts(run, i))
            continue;
        if (d->extent == HR_EXTENT_EACH)
            for (o.slot = 0; o.slot < run->parts[d->component].n_instances; o.slot++)
                schedule_first(run, o);
        else
            schedule_first(run, o);
    }
}

/* --- what an occurrence touches ---------------------------------------------------------- */

static uint64_t lot(const struct hr_run *run, struct occurrence o, uint32_t slot)
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];

    return hr_mix(hr_mix(run->stream, d->name_key),
                  hr_mix(o.number, (uint64_t)HR_FOR_WHICH << 32 | slot));
}

/* `n` of a component's instances that are up, by lot: the draw of a slot does not depend on
 * which others exist. */
static bool present(const struct hr_run *run, uint32_t instance)
{
    return run->instances[instance].state != HR_INSTANCE_NONE;
}

static void choose_some(struct hr_run *run, struct occurrence o, uint32_t part, uint32_t n,
                        struct effect *e)
{
    const struct part *p = &run->parts[part];

    while (e->n_instances < n) {
        uint32_t best = HR_NONE;

        for (uint32_t s = 0; s < p->n_instances; s++) {
            const uint32_t i = p->first_instance + s;
            if (!hr_instance_up(run, i) || hr_effect_has(run, e, i))
                continue;
            if (best == HR_NONE || lot(run, o, s) < lot(run, o, best - p->first_instance))
                best = i;
        }
        if (best == HR_NONE)
            return;
        hr_effect_add(run, e, best);
    }
}

static void choose_all(struct hr_run *run, uint32_t part, uint32_t place, struct effect *e)
{
    const struct part *p = &run->parts[part];

    for (uint32_t s = 0; s < p->n_instances; s++) {
        const uint32_t i = p->first_instance + s;
        if (present(run, i) &&
            (place == 0 || hr_place_inside(run, run->instances[i].place, place)))
            hr_effect_add(run, e, i);
    }
}

static uint32_t how_many(const struct hr_disturbance *d, uint32_t all)
{
    if (d->extent == HR_EXTENT_COUNT)
        return d->count < all ? (uint32_t)d->count : all;
    const double n = d->share * all;
    const uint32_t whole = (uint32_t)n;
    return whole + ((double)whole < n);
}

static uint32_t count_present(const struct hr_run *run, uint32_t part)
{
    const struct part *p = &run->parts[part];
    uint32_t n = 0;

    for (uint32_t s = 0; s < p->n_instances; s++)
        n += present(run, p->first_instance + s);
    return n;
}

/* Is the component, or a part of it, in the place? */
static bool stands_in(const struct hr_run *run, uint32_t part, uint32_t place)
{
    const struct hr_component *c = &run->plan->components[part];

    for (uint32_t k = 0; k < c->zones.n; k++)
        if (hr_place_inside(run, c->zones.at[k], place))
            return true;
    return c->zones.n == 0 && hr_place_inside(run, c->place, place);
}

static void choose_instances(struct hr_run *run, struct occurrence o, uint32_t part,
                             struct effect *e)
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];
    const uint32_t first = run->parts[part].first_instance;

    if (d->extent == HR_EXTENT_EACH) {
        if (present(run, first + o.slot))
            hr_effect_add(run, e, first + o.slot);
    } else if (d->place != 0)
        choose_all(run, part, d->place, e);
    else if (d->extent != HR_EXTENT_ALL)
        choose_some(run, o, part, how_many(d, count_present(run, part)), e);
    else if (d->op == HR_NONE && d->verb != HR_VERB_FAIL)
        choose_all(run, part, 0, e);
}

/* Verbs whose meaning is the model's: they hold a component as a whole. */
static bool is_signal(enum hr_verb v)
{
    return v != HR_VERB_LOSE && v != HR_VERB_SLOW && v != HR_VERB_FAIL;
}

/* The effect of an occurrence on one component; false if it does not touch it. */
static bool effect_on(struct hr_run *run, struct occurrence o, uint32_t part,
                      struct effect *e)
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];
    const struct part *p = &run->parts[part];
    const struct hr_component *c = &run->plan->components[part];

    *e = (struct effect){.disturbance = o.disturbance,
                         .occurrence = o.number,
                         .slot = o.slot,
                         .verb = d->verb,
                         .op = d->op,
                         .by = d->by};
    if (is_signal(d->verb)) {
        e->whole = d->place == 0 || stands_in(run, part, d->place);
        return e->whole;
    }
    choose_instances(run, o, part, e);
    if (d->place != 0)
        e->whole =
            p->n_instances == 0 &&
            hr_place_inside(run, c->zones.n == 1 ? c->zones.at[0] : c->place, d->place);
    else
        e->whole = d->extent == HR_EXTENT_ALL &&
                   (p->n_instances == 0 || d->op != HR_NONE || d->verb == HR_VERB_FAIL);
    /* What is slow as a whole is slow for instances that come later, too. */
    return e->whole || e->n_instances > 0 ||
           (d->verb == HR_VERB_SLOW && d->extent == HR_EXTENT_ALL && p->n_instances > 0 &&
            (d->place == 0 || stands_in(run, part, d->place)));
}

static void free_effect(const struct effect *e)
{
    hr_heap_resize(e->instances, 0, 0);
    hr_heap_resize(e->generation, 0, 0);
}

/* --- begin and end ----------------------------------------------------------------------- */

static enum hr_fate fate_of(const struct hr_run *run, const struct hr_disturbance *d,
                            uint32_t part)
{
    const enum hr_fate fate =
        d->fate != HR_FATE_MODEL ? d->fate : run->plan->components[part].model->fate;

    return fate == HR_FATE_MODEL ? HR_FATE_FAIL : fate;
}

/* In the hands of the component itself, not of an instance. */
static bool is_at(const struct hr_run *run, uint32_t c, uint32_t part)
{
    if (!hr_frame_live(run, c))
        return false;
    const struct frame *f = hr_frame(run, c);

    return hr_frame_present(f) && f->component == part && !f->on_here;
}

struct present { /* a call that is at a component */
    hr_time began;
    uint64_t key;
    uint32_t call;
};

/* As they came; slots say nothing of that. */
static int by_arrival(const void *a, const void *b)
{
    const struct present *x = a, *y = b;

    if (x->began != y->began)
        return x->began < y->began ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

static struct present *calls_at(struct hr_run *run, uint32_t part, uint32_t *n)
{
    struct present *all = hr_heap_resize(NULL, run->frames.used, sizeof *all);

    *n = 0;
    for (uint32_t c = 0; c < run->frames.used; c++)
        if (is_at(run, c, part))
            all[(*n)++] =
                (struct present){hr_frame(run, c)->began, hr_frame(run, c)->key, c};
    if (*n > 1)
        qsort(all, *n, sizeof *all, by_arrival);
    return all;
}

/* Calls in the hands of a component without instances, when it is lost as a whole. */
static void end_calls_at(struct hr_run *run, uint32_t part, enum hr_fate fate)
{
    uint32_t n;
    struct present *all = calls_at(run, part, &n);

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t c = all[i].call;

        if (!is_at(run, c, part) || hr_frame(run, c)->key != all[i].key)
            continue; /* the end of another one was its end, too */
        hr_call_strip(run, c, HR_FAILED);
        if (fate == HR_FATE_RETRY)
            hr_call_again(run, c);
        else
            hr_done(run, c, HR_FAILED);
    }
    hr_heap_resize(all, 0, 0);
}

/* Bring instance number `k` of an effect to what the effects now say. */
static void apply_to(struct hr_run *run, const struct effect *e, uint32_t k, bool begins,
                     enum hr_fate fate)
{
    const uint32_t instance = e->instances[k];

    if (e->generation[k] != run->instances[instance].generation || !present(run, instance))
        return;
    if (e->verb == HR_VERB_SLOW)
        hr_instance_speed(run, instance, hr_effect_instance_speed(run, instance));
    else if (e->verb == HR_VERB_LOSE && begins)
        hr_instance_down(run, instance, fate);
    else if (e->verb == HR_VERB_LOSE)
        hr_instance_back(run, instance);
}

/* Bring the component to what its effects now say; `begins` tells which way `e` goes. */
static void apply(struct hr_run *run, uint32_t part, const struct effect *e, bool begins)
{
    const struct hr_disturbance *d = &run->plan->disturbances[e->disturbance];
    const enum hr_fate fate = fate_of(run, d, part);

    for (uint32_t i = 0; i < e->n_instances; i++)
        apply_to(run, e, i, begins, fate);
    if (e->verb == HR_VERB_SLOW && e->op != HR_NONE)
        run->slow_op[e->op] = 1 / hr_effect_speed(run, part, e->op);
    if (e->verb == HR_VERB_LOSE && e->whole && begins && fate != HR_FATE_FINISH)
        end_calls_at(run, part, fate);
}

static void tell_model(struct hr_run *run, uint32_t part, struct occurrence o, bool begins)
{
    const struct hr_model *m = run->plan->components[part].model;
    const struct hr_change change = {&run->plan->disturbances[o.disturbance], o.number};

    if (m->disturb)
        m->disturb(run, part, &change, begins);
}

static void begin_on(struct hr_run *run, struct occurrence o, uint32_t part)
{
    struct part *p = &run->parts[part];
    struct effect e;

    if (!effect_on(run, o, part, &e)) {
        free_effect(&e);
        return;
    }
    if (p->n_effects == p->room_effects) {
        struct effect *more = hr_arena_alloc(
            run->arena, p->room_effects ? 2 * p->room_effects : 4, sizeof *more);
        for (uint32_t k = 0; k < p->n_effects; k++)
            more[k] = p->effects[k];
        p->room_effects = p->room_effects ? 2 * p->room_effects : 4;
        p->effects = more;
    }
    p->effects[p->n_effects++] = e;
    apply(run, part, &e, true);
    tell_model(run, part, o, true);
}

/* Number of the occurrence's effect on a component; HR_NONE: it has none there. */
static uint32_t find_effect(const struct hr_run *run, struct occurrence o, uint32_t part)
{
    const struct part *p = &run->parts[part];

    for (uint32_t k = 0; k < p->n_effects; k++)
        if (p->effects[k].disturbance == o.disturbance &&
            p->effects[k].occurrence == o.number && p->effects[k].slot == o.slot)
            return k;
    return HR_NONE;
}

static void end_effect(struct hr_run *run, struct occurrence o, uint32_t part, uint32_t k)
{
    struct part *p = &run->parts[part];
    const struct effect e = p->effects[k];

    for (uint32_t j = k + 1; j < p->n_effects; j++)
        p->effects[j - 1] = p->effects[j];
    p->n_effects--;
    apply(run, part, &e, false);
    tell_model(run, part, o, false);
    free_effect(&e);
}

static void end_on(struct hr_run *run, struct occurrence o, uint32_t part)
{
    const uint32_t k = find_effect(run, o, part);

    if (k != HR_NONE)
        end_effect(run, o, part, k);
}

/* --- coming back one after the other ------------------------------------------------------ */

static void come_back_later(struct hr_run *run, struct occurrence o, uint32_t part,
                            uint32_t instance)
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];
    const uint32_t slot = instance == HR_NONE ? HR_NONE : run->instances[instance].slot;
    const uint64_t who = hr_mix(run->plan->components[part].name_key, slot);
    struct hr_draws s = hr_draws(run->stream, hr_mix(hr_mix(d->name_key, o.number), who),
                                 HR_PURPOSE(HR_FOR_BACK, 0));
    const double share = hr_draw_uniform(&s);

    hr_queue_add(run->queue, run->now + hr_time_from_s(share * hr_time_s(d->stagger)),
                 HR_CLASS_DISTURBANCE,
                 (struct hr_event){HR_EV_BACK, (uint16_t)part, o.disturbance,
                                   (uint64_t)o.number << 32 | instance});
}

static void stagger_on(struct hr_run *run, struct occurrence o, uint32_t part)
{
    const uint32_t k = find_effect(run, o, part);

    if (k == HR_NONE)
        return;
    const struct effect *e = &run->parts[part].effects[k];

    for (uint32_t i = 0; i < e->n_instances; i++)
        come_back_later(run, o, part, e->instances[i]);
    if (e->whole)
        come_back_later(run, o, part, HR_NONE);
}

void hr_disturb_back(struct hr_run *run, const struct hr_event *ev)
{
    const uint32_t instance = (uint32_t)ev->data, part = ev->part;
    const struct occurrence o = {ev->tag, (uint32_t)(ev->data >> 32), HR_NONE};
    const uint32_t k = find_effect(run, o, part);

    HR_REQUIRE(k != HR_NONE);
    struct effect *e = &run->parts[part].effects[k];

    if (instance == HR_NONE)
        e->whole = false;
    for (uint32_t i = 0; i < e->n_instances; i++) {
        if (e->instances[i] != instance)
            continue;
        const struct effect one = {.disturbance = o.disturbance,
                                   .verb = e->verb,
                                   .instances = &e->instances[i],
                                   .generation = &e->generation[i],
                                   .n_instances = 1};
        apply_to(run, &one, 0, false, HR_FATE_FAIL);
        e->n_instances--;
        e->instances[i] = e->instances[e->n_instances];
        e->generation[i] = e->generation[e->n_instances];
        break;
    }
    if (e->n_instances == 0 && !e->whole)
        end_effect(run, o, part, k);
}

/* --- the events --------------------------------------------------------------------------- */

static void on_each_part(struct hr_run *run, struct occurrence o,
                         void (*what)(struct hr_run *, struct occurrence, uint32_t))
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];

    if (d->component != HR_NONE) {
        what(run, o, d->component);
        return;
    }
    for (uint32_t p = 0; p < run->plan->n_components; p++)
        what(run, o, p);
}

/* How long an occurrence lasts.  An instance that crashes without `for` comes back after its
 * restart time. */
static hr_time lasts(struct hr_run *run, struct occurrence o)
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];
    struct hr_draws s = draws(run, o, HR_FOR_LASTS);

    if (d->for_law.kind != HR_LAW_CONSTANT || d->for_law.a > 0)
        return hr_time_from_s(hr_law_draw(&d->for_law, &s));
    if (d->lasts != HR_NEVER || d->verb != HR_VERB_LOSE || (d->placed && !run->hazards) ||
        d->component == HR_NONE || run->parts[d->component].n_instances == 0)
        return d->lasts;
    const struct instance *i = &run->instances[run->parts[d->component].first_instance];
    return hr_time_from_s(hr_law_draw(&i->conf->restart, &s));
}

/* Does the occurrence hold anything? */
static bool holds_any(const struct hr_run *run, struct occurrence o)
{
    for (uint32_t p = 0; p < run->plan->n_components; p++)
        if (find_effect(run, o, p) != HR_NONE)
            return true;
    return false;
}

/* With a crew: from now until it has come to this one and put it right. */
static hr_time after_waiting(struct hr_run *run, struct occurrence o, hr_time length)
{
    const uint32_t n = run->plan->disturbances[o.disturbance].crew;
    hr_time *free_at = run->crews[o.disturbance];
    uint32_t first = 0;

    if (n == 0)
        return length;
    if (!holds_any(run, o))
        return 0; /* there was nothing left to break */
    for (uint32_t i = 1; i < n; i++)
        if (free_at[i] < free_at[first])
            first = i;
    if (free_at[first] < run->now)
        free_at[first] = run->now;
    free_at[first] =
        length < HR_NEVER - free_at[first] ? free_at[first] + length : HR_NEVER;
    return free_at[first] - run->now;
}

/* Does it go on striking while what it hit before is still held? */
static bool overlaps_itself(const struct hr_disturbance *d)
{
    return d->crew > 0 && d->extent != HR_EXTENT_EACH;
}

static struct occurrence unpack(const struct hr_event *e)
{
    return (struct occurrence){e->tag, (uint32_t)e->data, (uint32_t)(e->data >> 32)};
}

static void note(struct hr_run *run, struct occurrence o, const char *what)
{
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];
    const uint32_t instance =
        o.slot == HR_NONE ? HR_NONE : run->parts[d->component].first_instance + o.slot;

    if (instance == HR_NONE || present(run, instance))
        hr_recorder_event(run, d->component, instance, what, d->name, o.disturbance + 1);
}

void hr_disturb_event(struct hr_run *run, const struct hr_event *ev, bool begins)
{
    struct occurrence o = unpack(ev);
    const struct hr_disturbance *d = &run->plan->disturbances[o.disturbance];

    if (begins) {
        hr_time length = lasts(run, o);

        run->acting[o.disturbance]++;
        if (run->tallies)
            hr_tallies_disturbed(run, o.disturbance);
        note(run, o, "begins");
        on_each_part(run, o, begin_on);
        length = after_waiting(run, o, length);
        if (length < HR_NEVER - run->now)
            hr_queue_add(run->queue, run->now + length, HR_CLASS_DISTURBANCE,
                         pack(HR_EV_CALM, o));
        if (run->hazards)
            hr_hazards_begin(run, o.disturbance, o.slot, length);
        else if (overlaps_itself(d))
            schedule(run, (struct occurrence){o.disturbance, o.number + 1, o.slot},
                     run->now);
        return;
    }
    run->acting[o.disturbance]--;
    if (run->tallies)
        hr_tallies_disturbed(run, o.disturbance);
    note(run, o, "ends");
    on_each_part(run, o, d->stagger > 0 ? stagger_on : end_on);
    if (run->hazards) {
        hr_hazards_end(run, o.disturbance, o.slot);
    } else if (!d->placed && !overlaps_itself(d)) {
        o.number++;
        schedule(run, o, run->now);
    }
}

void hr_disturb_strike(struct hr_run *run, uint32_t disturbance, uint32_t slot,
                       uint32_t number)
{
    const struct hr_event e =
        pack(HR_EV_DISTURB, (struct occurrence){disturbance, number, slot});

    hr_disturb_event(run, &e, true);
}

void hr_disturb_first_strike(struct hr_run *run, uint32_t disturbance, uint32_t slot,
                             hr_time at)
{
    hr_queue_add(run->queue, at, HR_CLASS_DISTURBANCE,
                 pack(HR_EV_DISTURB, (struct occurrence){disturbance, 0, slot}));
}

/* What the effects that have not ended hold. */
void hr_disturb_free(struct hr_run *run)
{
    for (uint32_t i = 0; i < run->plan->n_components; i++)
        for (uint32_t k = 0; k < run->parts[i].n_effects; k++)
            free_effect(&run->parts[i].effects[k]);
}
