/* models/compute/function.c - code that runs in environments which come and go with the load.
 *
 * See the manual text (function_settings.c) for the model; sim/system/fleet.h for what an
 * instance does, sim/system/message.h for messages. */
#include "models/compute/function.h"

#include "models/parts/token_bucket.h"
#include "sim/engine/arena.h"
#include "sim/engine/check.h"

enum { MIB = 1048576 };

/* --- state ------------------------------------------------------------------------------- */

enum { PURPOSE_COLD_START = 1 };
enum { TAG_SERVE, TAG_RETIRE, TAG_TIMEOUT, TAG_RELEASE, TAG_WINDOW, TAG_TOKEN };
#define NO_ENV HR_NO_SLOT

enum env_state { ENV_NONE, ENV_STARTING, ENV_IDLE, ENV_BUSY };
struct env { /* an execution environment: one slot of the fleet */
    uint8_t state;
    bool arrived;        /* its call is here, and not on its way */
    bool timed_out;      /* whatever it has left to do is not done */
    uint32_t next, prev; /* idle ones, the latest used first */
    hr_call call;        /* HR_NONE */
    hr_timer timer;      /* starting: it serves; idle: it goes; busy: it times out */
    hr_time began;       /* the invocation */
    /* an invocation for messages: batch[0, done) are done, batch[at] is being worked on */
    struct hr_delivery *batch;
    uint32_t n, at, done;
};

struct function {
    struct env *env;  /* by slot */
    uint32_t idle;    /* the latest used */
    uint32_t live;    /* not ENV_NONE */
    uint32_t sourced; /* busy or starting for messages */
    struct hr_token_bucket rate;
    hr_timer window, token;
    uint32_t message; /* operation of messages; HR_NONE */
    uint32_t next_place;
    bool overdue; /* the window is over, and its batch is still to be taken */
    bool pumping;
};

static uint32_t instance_of(const struct hr_run *run, hr_part p, uint32_t slot)
{
    return hr_fleet_first(run, p) + slot;
}

/* The operation that `do` was compiled to: the one named `message` that has steps. */
static uint32_t message_op(const struct hr_run *run, hr_part p)
{
    return hr_run_plan(run)->components[p].message_op;
}

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);
    const uint32_t n = (uint32_t)conf->concurrency;

    hr_fleet_make_slots(run, p, &conf->fleet, n);
    s->env = hr_arena_alloc(hr_run_arena(run), n, sizeof *s->env);
    s->idle = NO_ENV;
    s->message = message_op(run, p);
    if (conf->scale_rate > 0)
        hr_token_bucket_init(&s->rate, conf->scale_rate, (double)conf->scale_burst,
                             hr_now(run));
}

/* --- environments ------------------------------------------------------------------------ */

static void unlink_idle(struct function *s, uint32_t slot)
{
    const struct env *e = &s->env[slot];

    if (e->prev != NO_ENV)
        s->env[e->prev].next = e->next;
    else
        s->idle = e->next;
    if (e->next != NO_ENV)
        s->env[e->next].prev = e->prev;
}

static void retire(struct hr_run *run, hr_part p, uint32_t slot)
{
    struct function *s = hr_state(run, p);
    struct env *e = &s->env[slot];

    hr_timer_cancel(run, e->timer);
    e->timer = 0;
    if (e->state == ENV_IDLE)
        unlink_idle(s, slot);
    e->state = ENV_NONE;
    s->live--;
    hr_gauge_add(run, p, HR_FUNCTION_ENVIRONMENTS, -1);
    hr_instance_gone(run, instance_of(run, p, slot), HR_FATE_FAIL);
}

/* Nobody needs it: it stays warm for a while, unless it is lost. */
static void make_idle(struct hr_run *run, hr_part p, uint32_t slot)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);
    struct env *e = &s->env[slot];

    e->state = ENV_IDLE;
    e->prev = NO_ENV;
    e->next = s->idle;
    if (s->idle != NO_ENV)
        s->env[s->idle].prev = slot;
    s->idle = slot;
    e->timer = hr_timer_set(run, p, hr_now(run) + conf->keep_warm, TAG_RETIRE, slot);
    if (!hr_instance_up(run, instance_of(run, p, slot)))
        retire(run, p, slot);
}

/* Zones in turn, those that are lost left out; HR_NONE: none is up. */
static uint32_t choose_place(struct hr_run *run, hr_part p)
{
    const struct hr_component *c = &hr_run_plan(run)->components[p];
    struct function *s = hr_state(run, p);

    if (c->zones.n == 0)
        return hr_place_up(run, c->place) ? c->place : HR_NONE;
    for (uint32_t i = 0; i < c->zones.n; i++) {
        const uint32_t place = c->zones.at[s->next_place++ % c->zones.n];

        if (hr_place_up(run, place))
            return place;
    }
    return HR_NONE;
}

static bool may_launch(struct hr_run *run, hr_part p)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);

    return s->live < (uint64_t)conf->concurrency && hr_effect_up(run, p) &&
           !hr_effect_frozen(run, p) &&
           (conf->scale_rate <= 0 || hr_token_bucket_level(&s->rate, hr_now(run)) >= 1);
}

/* A new environment; NO_ENV: none may be had now. */
static uint32_t launch(struct hr_run *run, hr_part p)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);
    const uint32_t place = may_launch(run, p) ? choose_place(run, p) : HR_NONE;
    const uint32_t instance = place == HR_NONE ? HR_NONE : hr_fleet_launch(run, p, place);

    if (instance == HR_NONE)
        return NO_ENV;
    if (conf->scale_rate > 0)
        hr_token_bucket_take(&s->rate, hr_now(run));
    const uint32_t slot = instance - hr_fleet_first(run, p);
    struct hr_draws d =
        hr_part_draws(run, p, hr_instance_entity(run, instance), PURPOSE_COLD_START);
    const hr_time cold = hr_time_from_s(hr_law_draw(&conf->cold_start, &d));

    s->live++;
    s->env[slot].state = ENV_STARTING;
    s->env[slot].call = HR_NONE;
    s->env[slot].timer = hr_timer_set(run, p, hr_now(run) + cold, TAG_SERVE, slot);
    hr_gauge_add(run, p, HR_FUNCTION_ENVIRONMENTS, 1);
    hr_gauge_add(run, p, HR_FUNCTION_COLD_STARTS, 1);
    return slot;
}

/* The latest used idle environment, or a new one: of a varying number, the ones that are
 * needed least go cold. */
static uint32_t obtain(struct hr_run *run, hr_part p)
{
    struct function *s = hr_state(run, p);
    uint32_t slot;

    while ((slot = s->idle) != NO_ENV && !hr_instance_up(run, instance_of(run, p, slot)))
        retire(run, p, slot);
    if (slot == NO_ENV)
        return launch(run, p);
    unlink_idle(s, slot);
    hr_timer_cancel(run, s->env[slot].timer);
    s->env[slot].timer = 0;
    s->env[slot].state = ENV_BUSY;
    return slot;
}

/* --- invocations ------------------------------------------------------------------------- */

static void begin_message(struct hr_run *run, hr_part p, uint32_t slot)
{
    struct function *s = hr_state(run, p);
    struct env *e = &s->env[slot];

    e->arrived = false;
    e->call =
        hr_message_begin(run, &e->batch[e->at], s->message, instance_of(run, p, slot));
    *hr_call_note(run, e->call) = slot + 1;
}

/* What is waiting on a serving environment begins. */
static void invoke(struct hr_run *run, hr_part p, uint32_t slot)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);
    struct env *e = &s->env[slot];

    e->state = ENV_BUSY;
    e->timed_out = false;
    e->began = hr_now(run);
    e->timer = hr_timer_set(run, p, hr_now(run) + conf->timeout, TAG_TIMEOUT, slot);
    hr_usage_add(run, p, HR_FUNCTION_REQUESTS, 1);
    hr_gauge_add(run, p, HR_FUNCTION_BUSY, 1);
    if (e->n > 0) {
        begin_message(run, p, slot);
    } else {
        e->arrived = true;
        hr_instance_admit(run, instance_of(run, p, slot), e->call);
    }
}

static void give(struct hr_run *run, hr_part p, uint32_t slot)
{
    struct function *s = hr_state(run, p);

    if (s->env[slot].state == ENV_BUSY) /* it is warm */
        invoke(run, p, slot);
}

/* Billed by the millisecond, rounded up. */
static int64_t billed(const struct hr_function_conf *conf, hr_time spent)
{
    const int64_t ms = (spent + HR_MILLISECOND - 1) / HR_MILLISECOND;

    return conf->memory / MIB * ms;
}

static void pump(struct hr_run *run, hr_part p);

/* The invocation is over: what became of its messages, and what becomes of its environment. */
static void invoked(struct hr_run *run, hr_part p, uint32_t slot)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);
    struct env *e = &s->env[slot];
    const uint32_t n = e->n, done = e->done;

    hr_timer_cancel(run, e->timer);
    e->timer = 0;
    e->call = HR_NONE;
    e->n = 0;
    hr_usage_add(run, p, HR_FUNCTION_COMPUTE, billed(conf, hr_now(run) - e->began));
    hr_gauge_add(run, p, HR_FUNCTION_BUSY, -1);
    if (n > 0) {
        s->sourced--;
        if (done == n || conf->from->returns == HR_RETURNS_FAILED)
            hr_messages_settle(run, conf->from->queue, e->batch, done, true);
    }
    if (e->timed_out) {
        hr_gauge_add(run, p, HR_FUNCTION_TIMED_OUT, 1);
        hr_event_note(run, p, HR_NONE, "invocation timed out", NULL);
        retire(run, p, slot);
    } else {
        make_idle(run, p, slot);
    }
    pump(run, p);
}

/* One message of a batch, or the request, has been done, or has failed. */
static void call_over(struct hr_run *run, hr_part p, uint32_t slot, enum hr_outcome how)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);
    struct env *e = &s->env[slot];
    const bool ok = how == HR_OK || how == HR_MISS;

    e->call = HR_NONE;
    if (e->n == 0) {
        invoked(run, p, slot);
        return;
    }
    if (ok && !e->timed_out) {
        const struct hr_delivery d = e->batch[e->at];

        e->batch[e->at] = e->batch[e->done];
        e->batch[e->done++] = d;
    }
    e->at++;
    if (e->at == e->n || e->timed_out || (!ok && conf->from->returns == HR_RETURNS_BATCH) ||
        !hr_instance_up(run, instance_of(run, p, slot)))
        invoked(run, p, slot);
    else
        begin_message(run, p, slot);
}

static void call_done(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome how)
{
    const uint64_t note = *hr_call_note(run, c);

    *hr_call_note(run, c) = 0;
    if (note != 0)
        call_over(run, p, (uint32_t)note - 1, how);
}

/* Its environment is let go in an event of this instant: the call is on it still. */
static void cancel(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome why)
{
    struct function *s = hr_state(run, p);
    const uint64_t note = *hr_call_note(run, c);

    (void)why;
    *hr_call_note(run, c) = 0;
    if (note == 0)
        return;
    struct env *e = &s->env[note - 1];

    e->call = HR_NONE;
    if (e->state == ENV_BUSY)
        hr_timer_set(run, p, hr_now(run), TAG_RELEASE, note - 1);
}

/* --- messages ---------------------------------------------------------------------------- */

static bool batch_is_due(struct hr_run *run, hr_part p)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    const struct function *s = hr_state(run, p);
    const uint32_t visible = hr_queue_visible(run, conf->from->queue);

    return visible >= (uint64_t)conf->from->batch ||
           (visible > 0 && (conf->from->wait == 0 || s->overdue));
}

static bool take_batch(struct hr_run *run, hr_part p)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);
    const uint32_t slot = obtain(run, p);

    if (slot == NO_ENV)
        return false;
    struct env *e = &s->env[slot];

    if (e->batch == NULL)
        e->batch =
            hr_arena_alloc(hr_run_arena(run), (size_t)conf->from->batch, sizeof *e->batch);
    e->at = e->done = 0;
    e->n =
        hr_messages_take(run, p, conf->from->queue, (uint32_t)conf->from->batch, e->batch);
    HR_REQUIRE(e->n > 0);
    s->sourced++;
    hr_timer_cancel(run, s->window);
    s->window = 0;
    s->overdue = false;
    give(run, p, slot);
    return true;
}

/* When the next environment may be had, where it is the rate that forbids it. */
static void wait_for_token(struct hr_run *run, hr_part p)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);

    if (s->token != 0 || conf->scale_rate <= 0 || s->live >= (uint64_t)conf->concurrency)
        return;
    const double missing = 1 - hr_token_bucket_level(&s->rate, hr_now(run));

    if (missing > 0)
        s->token = hr_timer_set(
            run, p, hr_now(run) + hr_time_from_s(missing / conf->scale_rate) + 1, TAG_TOKEN,
            0);
}

static void pump(struct hr_run *run, hr_part p)
{
    const struct hr_function_conf *conf = hr_conf(run, p);
    struct function *s = hr_state(run, p);

    if (conf->from == NULL || s->pumping)
        return;
    s->pumping = true;
    while (s->sourced < (uint64_t)conf->from->concurrency && batch_is_due(run, p)) {
        if (!take_batch(run, p)) {
            wait_for_token(run, p);
            break;
        }
    }
    s->pumping = false;
    if (s->window == 0 && !s->overdue && conf->from->wait > 0 &&
        hr_queue_visible(run, conf->from->queue) > 0)
        s->window = hr_timer_set(run, p, hr_now(run) + conf->from->wait, TAG_WINDOW, 0);
}

static void ready(struct hr_run *run, hr_part p, hr_part queue)
{
    (void)queue;
    pump(run, p);
}

/* --- requests ---------------------------------------------------------------------------- */

static void arrive_message(struct hr_run *run, hr_part p, hr_call c)
{
    struct function *s = hr_state(run, p);
    const uint64_t note = *hr_call_note(run, c);

    if (note == 0) { /* its environment was lost, and it is not retried here */
        hr_done(run, c, HR_FAILED);
        return;
    }
    struct env *e = &s->env[note - 1];

    e->arrived = true;
    if (e->timed_out)
        hr_done(run, c, HR_TIMED_OUT);
    else
        hr_instance_admit(run, hr_call_instance(run, c), c);
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    struct function *s = hr_state(run, p);

    if (hr_call_message(run, c)) {
        arrive_message(run, p, c);
        return;
    }
    const uint32_t slot = obtain(run, p);

    if (slot == NO_ENV) {
        hr_gauge_add(run, p, HR_FUNCTION_THROTTLED, 1);
        hr_event_note(run, p, HR_NONE, "throttled", NULL);
        hr_done(run, c, HR_THROTTLED);
        return;
    }
    *hr_call_note(run, c) = slot + 1;
    s->env[slot].call = c;
    s->env[slot].n = 0;
    give(run, p, slot);
}

/* --- time -------------------------------------------------------------------------------- */

static void serve(struct hr_run *run, hr_part p, uint32_t slot)
{
    struct function *s = hr_state(run, p);
    struct env *e = &s->env[slot];

    e->timer = 0;
    hr_instance_serve(run, instance_of(run, p, slot));
    if (e->n > 0 || e->call != HR_NONE)
        invoke(run, p, slot);
    else
        make_idle(run, p, slot);
}

static void time_out(struct hr_run *run, hr_part p, uint32_t slot)
{
    struct function *s = hr_state(run, p);
    struct env *e = &s->env[slot];

    e->timer = 0;
    e->timed_out = true;
    if (e->call != HR_NONE && e->arrived)
        hr_call_stop(run, e->call, HR_TIMED_OUT);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    struct function *s = hr_state(run, p);

    switch (tag) {
    case TAG_SERVE:
        serve(run, p, (uint32_t)data);
        break;
    case TAG_RETIRE:
        s->env[data].timer = 0;
        retire(run, p, (uint32_t)data);
        break;
    case TAG_TIMEOUT:
        time_out(run, p, (uint32_t)data);
        break;
    case TAG_RELEASE:
        call_over(run, p, (uint32_t)data, HR_FAILED);
        break;
    case TAG_WINDOW:
        s->window = 0;
        s->overdue =
            hr_queue_visible(
                run, ((const struct hr_function_conf *)hr_conf(run, p))->from->queue) > 0;
        pump(run, p);
        break;
    default:
        s->token = 0;
        pump(run, p);
    }
}

/* Idle environments that are lost are no more; when a disturbance ends, more may be had. */
static void disturb(struct hr_run *run, hr_part p, const struct hr_change *ch, bool begins)
{
    struct function *s = hr_state(run, p);

    (void)ch;
    for (uint32_t slot = s->idle; slot != NO_ENV;) {
        const uint32_t next = s->env[slot].next;

        if (!hr_instance_up(run, instance_of(run, p, slot)))
            retire(run, p, slot);
        slot = next;
    }
    if (!begins)
        pump(run, p);
}

/* --- the model --------------------------------------------------------------------------- */

static double capacity(const void *self)
{
    const struct hr_function_conf *conf = self;

    return (double)conf->concurrency * conf->fleet.cores * conf->speed;
}

static int64_t instances(const void *self)
{
    const struct hr_function_conf *conf = self;

    return conf->concurrency;
}

static uint32_t consumes(const void *self)
{
    const struct hr_function_conf *conf = self;

    return conf->from ? conf->from->queue : HR_NONE;
}

static const struct hr_gauge gauges[] = {
    [HR_FUNCTION_ENVIRONMENTS] = {"environments", "1", "Environments, starting ones too."},
    [HR_FUNCTION_BUSY] = {"busy", "1", "Invocations that run."},
    [HR_FUNCTION_COLD_STARTS] = {"cold_starts", "1", "Environments begun so far."},
    [HR_FUNCTION_THROTTLED] = {"throttled", "1", "Requests throttled so far."},
    [HR_FUNCTION_TIMED_OUT] = {"timed_out", "1", "Invocations stopped so far."},
    {0},
};
static const struct hr_dimension usage[] = {
    [HR_FUNCTION_REQUESTS] = {.name = "requests", .unit = "1", .help = "Invocations."},
    [HR_FUNCTION_COMPUTE] = {.name = "compute",
                             .unit = "MiB ms",
                             .help = "Memory x time of invocations, in whole ms."},
    {0},
};

const struct hr_model hr_function_model = {
    .kind = "function",
    .room = "compute",
    .summary =
        "Code that runs when it is asked, or when messages wait: cold starts, limits.",
    .source =
        "AWS, Lambda developer guide, 2023-10-31; N. Mahmoudi and H. Khazaei, \"SimFaaS: "
        "A Performance Simulator for Serverless Computing Platforms\", 2021 "
        "(environments, idle life)",
    .manual = hr_function_manual,
    .table = &hr_function_table,
    .state_size = sizeof(struct function),
    .ops = HR_OPS_DECLARED,
    .verbs =
        1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL | 1u << HR_VERB_FREEZE,
    .fate = HR_FATE_FAIL,
    .arrive = arrive,
    .gauges = gauges,
    .usage = usage,
    .check = hr_function_check,
    .start = start,
    .cancel = cancel,
    .call_done = call_done,
    .timer = timer,
    .disturb = disturb,
    .capacity = capacity,
    .instances = instances,
    .consumes = consumes,
    .ready = ready,
};
