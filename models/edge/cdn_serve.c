/* models/edge/cdn_serve.c - what a CDN does with a request; see the manual in cdn.c. */
#include "models/edge/cdn.h"
#include "models/parts/drawn.h"

#include "sim/engine/check.h"

#include <math.h>

enum { PURPOSE_LATENCY = 1 };
/* Numbers of objects up to which a cache that has room for all is as if it had them all. */
enum { DENSE = 1 << 24 };
enum { TAG_ARRIVED, TAG_SERVE, TAG_FETCH };

/* What a request notes: how it stands with us, its flight, and its place in line. */
enum standing {
    PASSING = 1, /* with the origin, for itself */
    FETCHING,    /* with the origin, for itself and its line; alone where none are formed */
    WAITING,     /* in line */
    NEXT,        /* about to fetch in place of one who gave up */
    SERVED,      /* about to be answered; the flight's place holds the outcome */
};
enum { FLIGHT_BITS = 28 };
static const uint32_t no_flight = (1u << FLIGHT_BITS) - 1;

static uint64_t note_of(enum standing s, uint32_t flight, uint32_t waiting)
{
    HR_REQUIRE(flight <= no_flight);
    return (uint64_t)s << 60 | (uint64_t)flight << 32 | waiting;
}
static enum standing standing_of(uint64_t note)
{
    return (enum standing)(note >> 60);
}
static uint32_t flight_of(uint64_t note)
{
    return (uint32_t)(note >> 32) & no_flight;
}
static uint32_t waiting_of(uint64_t note)
{
    return (uint32_t)note;
}

static bool is_answer(enum hr_outcome how)
{
    return how == HR_OK || how == HR_MISS;
}

/* What HTTP says with 5xx; 429 is passed on as it is. */
static bool is_failure(enum hr_outcome how)
{
    return how == HR_FAILED || how == HR_REFUSED || how == HR_TIMED_OUT;
}

uint64_t hr_cdn_object(const struct hr_run *run, uint32_t op, bool keyed, uint64_t value)
{
    const uint64_t id = hr_run_plan(run)->operations[op].name_key;

    return keyed ? hr_mix(id, value) : id;
}

uint64_t hr_cdn_id(const struct hr_cdn_rule *r, bool keyed, uint64_t value)
{
    return r->first + (keyed ? 1 + value : 0);
}

/* Of the smallest kind of object, in the mean. */
static double smallest_size(struct hr_run *run, hr_part p)
{
    const struct hr_plan *plan = hr_run_plan(run);
    const struct hr_component *me = &plan->components[p];
    const struct hr_cdn *s = hr_state(run, p);
    double smallest = HUGE_VAL;

    for (uint32_t i = 0; i < me->n_ops; i++) {
        const struct hr_op_bytes *bytes = hr_cdn_bytes(plan, me->first_op + i);
        const uint32_t k = s->rules[i].key;

        if (s->rules[i].ttl > 0 && k < plan->n_keys && plan->keys[k].sized)
            smallest = fmin(smallest, hr_law_mean(&plan->keys[k].size));
        else if (s->rules[i].ttl > 0 && bytes)
            smallest = fmin(smallest, hr_law_mean(&bytes->response));
    }
    return fmax(smallest, 1.0);
}

static void make_room(struct hr_run *run, hr_part p, struct hr_cdn_edge *e)
{
    const struct hr_cdn_conf *conf = hr_conf(run, p);
    const struct hr_cdn *s = hr_state(run, p);
    const bool bounded = conf->capacity > 0;
    const double fit = bounded ? (double)conf->capacity / smallest_size(run, p) : DENSE;
    struct hr_cache_kind kind = {.ids = 2 * s->ids,
                                 .expected = (uint64_t)fmin(fit, (double)s->ids),
                                 .bounded = bounded,
                                 .expire = true};

    if (conf->error_ttl == 0)
        kind.ids = s->ids;
    hr_cache_room_init(&e->room, hr_run_arena(run), &kind);
    hr_cache_state_init(&e->cache, &e->room, bounded ? conf->capacity : HR_CACHE_UNBOUNDED);
}

static struct hr_cdn_edge *make_edge(struct hr_run *run, hr_part p, uint32_t place)
{
    const struct hr_cdn_conf *conf = hr_conf(run, p);
    const char *name = hr_run_plan(run)->places[place].name;
    struct hr_cdn *s = hr_state(run, p);
    struct hr_cdn_edge *e = hr_arena_alloc(hr_run_arena(run), 1, sizeof *e);
    make_room(run, p, e);
    e->price_class = hr_price_class(name ? name : "", (enum hr_price_class)conf->elsewhere);
    e->name_key = hr_name_key(name ? name : "");
    return s->edges[place] = e;
}

struct hr_cdn_edge *hr_cdn_edge_at(struct hr_run *run, hr_part p, uint32_t place)
{
    const struct hr_cdn *s = hr_state(run, p);

    return s->edges[place] ? s->edges[place] : make_edge(run, p, place);
}

static struct hr_cdn_edge *edge_of(struct hr_run *run, hr_part p, hr_call c)
{
    return hr_cdn_edge_at(run, p, hr_call_place(run, c));
}

static const struct hr_cdn_rule *rule_of(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_cdn *s = hr_state(run, p);

    return &s->rules[hr_call_op(run, c) - hr_run_plan(run)->components[p].first_op];
}

struct about {    /* an object that a request is about */
    uint32_t key; /* of the plan; HR_NONE: one answer for all, and no value */
    uint64_t value, id;
};

static struct about about_call(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_cdn_rule *r = rule_of(run, p, c);
    struct about a = {.key = r->key};

    if (a.key == HR_CDN_KEY_OF_CALL)
        a.key = hr_call_hash_key(run, c);
    if (a.key != HR_NONE)
        a.value = hr_call_value(run, c, a.key);
    a.id = hr_cdn_id(r, a.key != HR_NONE, a.value);
    return a;
}

/* Errors are kept beside the objects, and take no room. */
static uint64_t error_of(struct hr_run *run, hr_part p, const struct about *a)
{
    const struct hr_cdn *s = hr_state(run, p);

    return s->ids + a->id;
}

static int64_t size_of(struct hr_run *run, hr_part p, hr_call c, const struct about *a)
{
    const struct hr_cdn_conf *conf = hr_conf(run, p);
    int64_t bytes = -1;

    if (conf->capacity == 0)
        return 0; /* there is room for all */
    if (a->key != HR_NONE)
        bytes = hr_key_size(run, a->key, a->value);
    if (bytes < 0)
        bytes = hr_call_bytes(run, c, true);
    return bytes < 0 ? 0 : bytes;
}

static void answer(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome how)
{
    const int64_t bytes = hr_call_bytes(run, c, true);

    if (bytes > 0)
        hr_usage_add(run, p, HR_CDN_EGRESS + edge_of(run, p, c)->price_class, bytes);
    hr_done(run, c, how);
}

static void send(struct hr_run *run, hr_part p, hr_call c)
{
    const int64_t bytes = hr_call_bytes(run, c, false);

    if (bytes > 0)
        hr_usage_add(run, p, HR_CDN_TO_ORIGIN, bytes);
    hr_forward(run, c, 0, HR_NONE);
}

/* --- the line behind a fetch ------------------------------------------------------------ */

static void join(struct hr_run *run, hr_part p, hr_call c, uint32_t flight)
{
    struct hr_cdn *s = hr_state(run, p);

    *hr_call_note(run, c) =
        note_of(WAITING, flight, hr_single_flight_board(&s->flights, flight, c));
    hr_gauge_add(run, p, HR_CDN_WAITING, 1);
}

/* HR_NO_FLIGHT: nobody waits. */
static hr_call take_first(struct hr_run *run, hr_part p, uint32_t flight)
{
    struct hr_cdn *s = hr_state(run, p);
    const hr_call c = hr_single_flight_next(&s->flights, flight);

    if (c != HR_NO_FLIGHT)
        hr_gauge_add(run, p, HR_CDN_WAITING, -1);
    return c;
}

static void leave(struct hr_run *run, hr_part p, hr_call c)
{
    struct hr_cdn *s = hr_state(run, p);

    hr_single_flight_leave(&s->flights, waiting_of(*hr_call_note(run, c)));
    hr_gauge_add(run, p, HR_CDN_WAITING, -1);
}

/* Who fetched is gone: the first in line fetches in its place, in an event of this instant. */
static void hand_over(struct hr_run *run, hr_part p, uint32_t flight)
{
    struct hr_cdn *s = hr_state(run, p);
    const hr_call c = take_first(run, p, flight);

    if (c == HR_NO_FLIGHT) {
        hr_single_flight_close(&s->flights, flight);
        return;
    }
    *hr_call_note(run, c) = note_of(NEXT, flight, 0);
    hr_hold_for(run, c, 0, TAG_FETCH);
}

/* What was fetched is here: all in line are answered alike. */
static void serve_line(struct hr_run *run, hr_part p, uint32_t flight, enum hr_outcome how)
{
    struct hr_cdn *s = hr_state(run, p);
    hr_call c;

    while ((c = take_first(run, p, flight)) != HR_NO_FLIGHT) {
        *hr_call_note(run, c) = note_of(SERVED, (uint32_t)how, 0);
        hr_hold_for(run, c, 0, TAG_SERVE);
    }
    hr_single_flight_close(&s->flights, flight);
}

/* --- requests ---------------------------------------------------------------------------- */

/* Not an answer.  If the origin failed, one that is not too old is better than none. */
static void give_error(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome how)
{
    const struct hr_cdn_conf *conf = hr_conf(run, p);
    struct hr_cache_state *cache = &edge_of(run, p, c)->cache;
    hr_time expires;

    if (conf->serve_stale > 0 && is_failure(how) &&
        hr_cache_state_peek(cache, about_call(run, p, c).id, hr_now(run), &expires) !=
            HR_CACHE_MISS &&
        expires + conf->serve_stale > hr_now(run)) {
        hr_call_degrade(run, c);
        how = HR_OK;
    }
    answer(run, p, c, how);
}

static void fetch(struct hr_run *run, hr_part p, hr_call c, uint32_t flight)
{
    hr_cache_count(run, p, false);
    *hr_call_note(run, c) = note_of(FETCHING, flight, 0);
    send(run, p, c);
}

static void look_up(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_cdn_conf *conf = hr_conf(run, p);
    struct hr_cdn *s = hr_state(run, p);
    struct hr_cdn_edge *e = edge_of(run, p, c);
    const struct about a = about_call(run, p, c);

    if (hr_cache_state_look(&e->cache, a.id, hr_now(run), NULL) == HR_CACHE_HIT) {
        hr_cache_count(run, p, true);
        answer(run, p, c, HR_OK);
        return;
    }
    if (conf->error_ttl > 0 && hr_cache_state_look(&e->cache, error_of(run, p, &a),
                                                   hr_now(run), NULL) == HR_CACHE_HIT) {
        hr_cache_count(run, p, false);
        give_error(run, p, c, HR_FAILED);
        return;
    }
    if (!conf->coalesce) {
        fetch(run, p, c, no_flight);
        return;
    }
    const uint64_t id = hr_mix(
        e->name_key, hr_cdn_object(run, hr_call_op(run, c), a.key != HR_NONE, a.value));
    const uint32_t flight = hr_single_flight_find(&s->flights, id);
    if (flight != HR_NO_FLIGHT)
        join(run, p, c, flight);
    else
        fetch(run, p, c, hr_single_flight_open(&s->flights, id));
}

static void begin(struct hr_run *run, hr_part p, hr_call c)
{
    if (rule_of(run, p, c)->ttl > 0) {
        look_up(run, p, c);
        return;
    }
    *hr_call_note(run, c) = note_of(PASSING, no_flight, 0);
    send(run, p, c);
}

/* No instance to choose; but what will be looked up is fetched while the call is on its way. */
uint32_t hr_cdn_route(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_cdn *s = hr_state(run, p);
    const struct hr_cdn_edge *e = s->edges[hr_call_place(run, c)];

    if (e && rule_of(run, p, c)->ttl > 0)
        hr_cache_room_fetch(&e->room, about_call(run, p, c).id);
    return HR_NONE;
}

void hr_cdn_arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_cdn_conf *conf = hr_conf(run, p);
    const double latency_s = hr_call_delay_s(run, p, c, &conf->latency, PURPOSE_LATENCY);

    hr_usage_add(run, p, HR_CDN_REQUESTS + edge_of(run, p, c)->price_class, 1);
    if (latency_s > 0.0)
        hr_hold_for(run, c, hr_time_from_s(latency_s), TAG_ARRIVED);
    else
        begin(run, p, c);
}

static void serve(struct hr_run *run, hr_part p, hr_call c)
{
    const enum hr_outcome how = (enum hr_outcome)flight_of(*hr_call_note(run, c));

    *hr_call_note(run, c) = 0;
    hr_cache_count(run, p, is_answer(how));
    if (is_answer(how))
        answer(run, p, c, how);
    else
        give_error(run, p, c, how);
}

void hr_cdn_timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    const hr_call c = (hr_call)data;

    if (tag == TAG_SERVE)
        serve(run, p, c);
    else if (tag == TAG_FETCH)
        fetch(run, p, c, flight_of(*hr_call_note(run, c)));
    else
        begin(run, p, c);
}

void hr_cdn_child_done(struct hr_run *run, hr_part p, hr_call parent, hr_call child,
                       enum hr_outcome how)
{
    const struct hr_cdn_conf *conf = hr_conf(run, p);
    struct hr_cache_state *cache = &edge_of(run, p, parent)->cache;
    const uint64_t note = *hr_call_note(run, parent);

    (void)child;
    *hr_call_note(run, parent) = 0;
    if (standing_of(note) == PASSING) {
        answer(run, p, parent, how);
        return;
    }
    const struct about a = about_call(run, p, parent);
    if (how == HR_OK)
        hr_cache_state_put(cache, a.id, size_of(run, p, parent, &a),
                           hr_now(run) + rule_of(run, p, parent)->ttl);
    else if (is_failure(how) && conf->error_ttl > 0)
        hr_cache_state_put(cache, error_of(run, p, &a), 0, hr_now(run) + conf->error_ttl);
    if (flight_of(note) != no_flight)
        serve_line(run, p, flight_of(note), how);
    if (is_answer(how))
        answer(run, p, parent, how);
    else
        give_error(run, p, parent, how);
}

void hr_cdn_cancel(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome why)
{
    const uint64_t note = *hr_call_note(run, c);

    (void)why;
    if (standing_of(note) == WAITING)
        leave(run, p, c);
    else if ((standing_of(note) == FETCHING || standing_of(note) == NEXT) &&
             flight_of(note) != no_flight)
        hand_over(run, p, flight_of(note));
    *hr_call_note(run, c) = 0;
}
