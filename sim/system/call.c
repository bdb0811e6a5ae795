/* sim/system/call.c - the life of a call: attempts, answers, time-outs, giving up.
 *
 * A call step launches attempts.  An attempt travels, is worked on, and its answer travels
 * back; a time-out ends the caller's interest and nothing else.  See run_state.h for frames
 * and `explain` for what the options promise. */
#include "sim/system/run_inner.h"

static const struct hr_site *site_at(const struct hr_run *run, const struct frame *f)
{
    return &run->plan->sites[run->plan->steps[f->pc].site];
}

/* A leg of a forwarded call was lost: whoever asked may time out, a forwarder waits.  When
 * nobody waits for the forwarder any more either, it gives up in an event of this instant. */
void hr_call_lost_leg(struct hr_run *run, uint32_t c)
{
    uint32_t top = c;

    while (hr_frame(run, top)->site == HR_NONE && hr_frame(run, top)->parent != HR_NO_SLOT)
        top = hr_frame(run, top)->parent;
    struct frame *f = hr_frame(run, top);

    if (top != c && !hr_frame_awaited(f) && f->timeout == 0)
        f->timeout = hr_frame_timer(run, top, run->now, HR_CLASS_TASK, HR_EV_CANCEL);
}

/* --- sending ----------------------------------------------------------------------------- */

static HR_APART void nobody_waits(struct hr_run *run, uint32_t c, enum hr_outcome how)
{
    hr_count_message(run, c, how);
    hr_frame_free(run, c);
}

static HR_APART void lost(struct hr_run *run, uint32_t c)
{
    if (hr_frame(run, c)->message) { /* nobody waits for it: that was all */
        nobody_waits(run, c, HR_FAILED);
        return;
    }
    hr_frame(run, c)->state = FRAME_LOST;
    hr_call_lost_leg(run, c);
}

static void travel(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);
    const struct hr_model *m = run->parts[f->component].model;

    hr_network_from(run, c);
    if (f->instance == HR_NONE && m->route != NULL) {
        const uint32_t chosen = m->route(run, f->component, c);

        f = hr_frame(run, c);
        f->instance = chosen;
    }
    const hr_time delay = hr_network_leg(run, c, false);

    f->since = run->now;
    hr_path_sent(run, f);
    if (delay == HR_NEVER) {
        lost(run, c);
        return;
    }
    f->state = FRAME_TRANSIT;
    f->timer = hr_frame_leg(run, c, delay, HR_EV_ARRIVE);
}

static uint64_t attempt_key(const struct hr_run *run, uint32_t site, uint64_t key,
                            uint32_t attempt)
{
    return hr_mix(key + run->call_sites[site].key, attempt);
}

static void finish(struct hr_run *run, uint32_t slot, enum hr_outcome how);

/* What must be known of attempt c when it ends, and when to hedge it. */
static HR_APART void guard(struct hr_run *run, uint32_t slot, uint32_t c)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t site = hr_frame(run, c)->site;
    const struct hr_call_options *o = &run->plan->sites[site].o;

    if (o->breaker)
        hr_frame(run, c)->turn = hr_site_state(run, slot, site)->turn;
    if (o->hedge && !hr_of_flood(run, slot) && f->good < (uint64_t)o->hedge->copies)
        f->hedge = hr_frame_timeout(run, slot, run->call_sites[site].hedges,
                                    run->now + o->hedge->after, HR_EV_HEDGE);
}

HR_INLINE uint32_t make_attempt(struct hr_run *run, uint32_t task, uint32_t parent,
                                uint32_t site)
{
    const struct call_site *s = &run->call_sites[site];
    const uint32_t c = hr_frame_make(run, FRAME_CALL, task, parent);
    struct frame *f = hr_frame(run, c);

    f->site = site;
    f->op = s->op;
    f->component = s->component;
    if (s->hash_key != HR_NONE)
        f->hash_key = s->hash_key;
    return c;
}

/* Sends an attempt of the call step of `slot`. */
HR_INLINE void send_attempt(struct hr_run *run, uint32_t slot, uint32_t site)
{
    const struct call_site *s = &run->call_sites[site];
    const uint32_t c = make_attempt(run, hr_frame(run, slot)->task, slot, site);
    struct frame *f = hr_frame(run, slot), *child = hr_frame(run, c);

    child->key = attempt_key(run, site, f->key, f->attempt);
    child->attempt = f->attempt++;
    if (s->deadline)
        child->deadline = f->deadline;
    f->left++;
    if (hr_site_tally(run, slot, site))
        run->record.sites[site].attempts++;
    if (f->kind == FRAME_ROOT && hr_task(run, f->task)->measured)
        run->record.rows[hr_task(run, f->task)->row].attempts++;
    if (s->timeout > 0)
        child->timeout =
            hr_frame_timeout(run, c, s->timeouts, run->now + s->timeout, HR_EV_TIMEOUT);
    if (s->guarded)
        guard(run, slot, c);
    travel(run, c);
}

/* False: the breaker lets nothing through. */
static bool launch(struct hr_run *run, uint32_t slot)
{
    const uint32_t site = run->plan->steps[hr_frame(run, slot)->pc].site;
    const struct hr_breaker *breaker = run->plan->sites[site].o.breaker;

    if (breaker && !hr_of_flood(run, slot) &&
        !hr_breaker_allows(hr_site_state(run, slot, site), breaker, run->now)) {
        if (hr_site_tally(run, slot, site))
            run->record.sites[site].breaker_refused++;
        if (hr_frame(run, slot)->left == 0)
            finish(run, slot, HR_REFUSED);
        return false;
    }
    send_attempt(run, slot, site);
    return true;
}

/* The first attempt, where something may stand in its way. */
static HR_APART void launch_guarded(struct hr_run *run, uint32_t slot, uint32_t site)
{
    const struct hr_call_options *o = &run->plan->sites[site].o;

    if (o->bulkhead > 0 && !hr_of_flood(run, slot)) {
        struct site_state *state = hr_site_state(run, slot, site);
        if (state->in_use >= (uint64_t)o->bulkhead) {
            if (hr_site_tally(run, slot, site))
                run->record.sites[site].bulkhead_refused++;
            finish(run, slot, HR_REFUSED);
            return;
        }
        state->in_use++;
        hr_frame(run, slot)->in_bulkhead = true;
    }
    if (o->retry && !hr_of_flood(run, slot))
        hr_budget_earn(hr_site_state(run, slot, site), o->retry);
    launch(run, slot);
}

HR_APART void hr_call_begin(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t site = run->plan->steps[f->pc].site;

    f->state = FRAME_CALLING;
    f->attempt = f->retries = 0;
    f->left = f->good = 0;
    if (hr_site_tally(run, slot, site))
        run->record.sites[site].calls++;
    if (run->call_sites[site].guarded)
        launch_guarded(run, slot, site);
    else
        send_attempt(run, slot, site);
}

uint32_t hr_call_make_direct(struct hr_run *run, uint32_t task, uint32_t site)
{
    const uint32_t c = make_attempt(run, task, HR_NO_SLOT, site);
    struct frame *f = hr_frame(run, c);

    f->direct = true;
    f->key = attempt_key(run, site, hr_task(run, task)->key, 0);
    return c;
}

void hr_call_send_direct(struct hr_run *run, uint32_t c)
{
    const struct frame *f = hr_frame(run, c);
    const struct task *t = hr_task(run, f->task);

    if (hr_recorder_open(run)) {
        run->record.sites[f->site].calls++;
        run->record.sites[f->site].attempts++;
    }
    if (t->measured)
        run->record.rows[t->row].attempts++;
    travel(run, c);
}

static uint32_t make_call(struct hr_run *run, uint32_t task, uint32_t parent, uint64_t key,
                          uint32_t op)
{
    const uint32_t c = hr_frame_make(run, FRAME_CALL, task, parent);
    struct frame *f = hr_frame(run, c);

    f->key = key;
    f->op = op;
    f->component = run->plan->operations[op].component;
    return c;
}

void hr_call_send(struct hr_run *run, uint32_t slot, uint32_t step)
{
    const uint32_t site = run->plan->steps[step].site;
    const struct hr_site *s = &run->plan->sites[site];
    const struct frame *f = hr_frame(run, slot);
    const uint64_t key = attempt_key(run, site, f->key, 0);
    const uint32_t from_place = f->instance != HR_NONE
                                    ? run->instances[f->instance].place
                                    : run->plan->components[f->component].place;
    const uint32_t hash_key = s->o.key != HR_NONE ? s->o.key : f->hash_key;
    const uint64_t root = hr_task(run, f->task)->key;
    const hr_ref origin = hr_completion_open(run, f->task);
    const uint32_t t = hr_task_make(run);
    struct task *task = hr_task(run, t);

    /* A message keeps the keys of the task that sent it: same product, same customer. */
    task->key = root;
    task->place = from_place;
    task->intended = run->now;
    task->row = HR_NONE;
    task->origin = origin;
    const uint32_t c = make_call(run, t, HR_NO_SLOT, key, s->op);

    hr_frame(run, c)->message = true;
    hr_frame(run, c)->site = site;
    hr_frame(run, c)->hash_key = hash_key;
    if (hr_recorder_open(run)) {
        run->record.sites[site].calls++;
        run->record.sites[site].attempts++;
    }
    travel(run, c);
}

hr_call hr_forward(struct hr_run *run, hr_call c, uint32_t i, uint32_t instance)
{
    const struct frame *f = hr_frame(run, c);
    const uint32_t op = run->plan->operations[f->op].forward[i];

    hr_path_mark(run, c, f->component, HR_SPENT_WAIT);
    if (hr_recorder_open(run) && i < run->record.parts[f->component].n_targets)
        run->record.parts[f->component].forwarded[i]++;
    const uint32_t child = make_call(run, f->task, c, f->key, op);

    hr_frame(run, child)->instance = instance;
    hr_frame(run, child)->deadline = hr_frame(run, c)->deadline;
    hr_frame(run, c)->state = FRAME_JOINING;
    travel(run, child);
    return child;
}

/* --- arriving and answering -------------------------------------------------------------- */

static bool refused_at_door(struct hr_run *run, uint32_t c)
{
    const struct frame *f = hr_frame(run, c);
    const bool disturbed = run->parts[f->component].n_effects > 0;

    if (disturbed && !hr_effect_up(run, f->component)) {
        hr_done(run, c, HR_FAILED);
        return true;
    }
    if (f->deadline <= run->now) {
        hr_done(run, c, HR_TIMED_OUT);
        return true;
    }
    if (!disturbed)
        return false;
    double p = hr_effect_failure(run, f->component, f->op);
    if (f->instance != HR_NONE)
        p = 1 - (1 - p) * (1 - hr_effect_instance_failure(run, f->instance));
    if (p > 0) {
        struct hr_draws d = hr_call_draws(run, c, HR_FOR_FAILURE);
        if (hr_draw_uniform(&d) < p) {
            hr_done(run, c, HR_FAILED);
            return true;
        }
    }
    return false;
}

void hr_call_arrived(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);

    f->timer = 0;
    f->state = FRAME_READY;
    hr_path_book(run, c, f->component, HR_SPENT_NETWORK, run->now - f->since);
    f->began = f->since = run->now;
    hr_recorder_in(run, c);
    if (!refused_at_door(run, c))
        run->parts[f->component].model->arrive(run, f->component, c);
}

/* The answer of c is on its way. */
static void answer(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);
    const hr_time delay = hr_network_leg(run, c, true);

    f->since = run->now;
    f->state = delay == HR_NEVER ? FRAME_LOST : FRAME_RETURNING;
    if (delay == HR_NEVER)
        hr_call_lost_leg(run, c);
    else
        f->timer = hr_frame_leg(run, c, delay, HR_EV_RESPONSE);
}

void hr_done(struct hr_run *run, hr_call c, enum hr_outcome how)
{
    const uint32_t instance = hr_frame(run, c)->instance,
                   part = hr_frame(run, c)->component;
    const struct hr_model *m = run->parts[part].model;
    const bool awaited = hr_frame_awaited(hr_frame(run, c));

    HR_ASSERT(hr_frame(run, c)->kind == FRAME_CALL &&
              hr_frame(run, c)->child == HR_NO_SLOT);
    hr_recorder_out(run, c, how);
    hr_fleet_leave(run, c);
    hr_frame(run, c)->result = (uint8_t)how;
    if (awaited)
        answer(run, c);
    if (m->call_done)
        m->call_done(run, part, c, how);
    if (!awaited)
        nobody_waits(run, c, how);
    if (instance != HR_NONE)
        hr_fleet_next(run, instance);
}

static void forwarded_back(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);
    const uint32_t parent = f->parent;
    const enum hr_outcome how = (enum hr_outcome)f->result;
    const uint32_t part = hr_frame(run, parent)->component;
    const struct hr_model *m = run->parts[part].model;

    hr_path_merge(run, parent, c);
    hr_frame(run, parent)->since = run->now;
    hr_frame(run, parent)->state = FRAME_READY;
    hr_frame_detach(run, hr_frame(run, c));
    if (m->child_done)
        m->child_done(run, part, parent, c, how);
    else
        hr_done(run, parent, how);
    hr_frame_free(run, c);
}

/* Each pause has a draw of its own; of decorrelated ones all so far make the next. */
static hr_time pause_before_retry(const struct hr_run *run, uint32_t site,
                                  const struct frame *f, const struct hr_retry *retry)
{
    hr_time pause = 0;

    for (uint32_t k = retry->jitter == HR_JITTER_DECORRELATED ? 0 : f->retries;
         k <= f->retries; k++) {
        struct hr_draws d = hr_draws(run->stream, attempt_key(run, site, f->key, k),
                                     HR_PURPOSE(HR_FOR_BACKOFF, 0));
        pause = hr_backoff(retry, k, pause, &d);
    }
    return pause;
}

void hr_call_try_again(struct hr_run *run, uint32_t slot, enum hr_outcome how)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t site = run->plan->steps[f->pc].site;
    const struct hr_site *s = &run->plan->sites[site];
    const struct hr_retry *retry = hr_of_flood(run, slot) ? NULL : s->o.retry;

    hr_queue_cancel(run->queue, f->hedge);
    f->hedge = 0;
    f->good = 0;
    if (retry && retry->stop_at > 0)
        hr_retry_failed(hr_site_state(run, slot, site));
    if (retry == NULL || f->retries + 1 >= retry->attempts) {
        finish(run, slot, how);
        return;
    }
    const hr_time pause = pause_before_retry(run, site, f, retry);

    if (f->deadline != HR_NEVER && run->now + pause >= f->deadline) {
        finish(run, slot, how);
        return;
    }
    if (!hr_budget_take(hr_site_state(run, slot, site), retry)) {
        if (hr_site_tally(run, slot, site))
            run->record.sites[site].retries_denied++;
        finish(run, slot, how);
        return;
    }
    f->retries++;
    f->timer = hr_frame_timer(run, slot, run->now + pause, HR_CLASS_TASK, HR_EV_BACKOFF);
}

/* Attempt c of the call step of `slot` was bad; c is freed. */
static HR_APART void attempt_failed(struct hr_run *run, uint32_t slot, uint32_t c,
                                    enum hr_outcome how)
{
    hr_frame_free(run, c);
    if (hr_frame(run, slot)->left == 0)
        hr_call_try_again(run, slot, how);
}

/* Attempt c of the call step of `slot` has come to `how`; c is freed. */
static void attempt_done(struct hr_run *run, uint32_t slot, uint32_t c, enum hr_outcome how)
{
    struct frame *f = hr_frame(run, slot), *child = hr_frame(run, c);

    hr_count_answer(run, slot, child->site, how);
    if (run->call_sites[child->site].guarded)
        hr_tell_breaker(run, slot, c, !hr_is_good(how));
    f->left--;
    if (!hr_is_good(how)) {
        attempt_failed(run, slot, c, how);
        return;
    }
    if (child->path != HR_NO_SLOT)
        hr_path_answered(run, slot, c);
    f->since = run->now;
    hr_frame_free(run, c);
    while ((c = f->child) != HR_NO_SLOT)
        hr_call_abandon(run, c);
    finish(run, slot, how);
}

/* A miss is an answer like others to a client. */
static void direct_answered(struct hr_run *run, uint32_t c)
{
    const struct frame *f = hr_frame(run, c);
    const enum hr_outcome how = (enum hr_outcome)f->result;

    hr_count_answer(run, c, f->site, how);
    hr_direct_done(run, c, hr_is_good(how) ? HR_OK : how);
}

void hr_call_answered(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);

    f->timer = 0;
    hr_path_book(run, c, f->component, HR_SPENT_NETWORK, run->now - f->since);
    if (f->direct)
        direct_answered(run, c);
    else if (f->site == HR_NONE)
        forwarded_back(run, c);
    else
        attempt_done(run, f->parent, c, (enum hr_outcome)f->result);
}

void hr_call_backoff_over(struct hr_run *run, uint32_t slot)
{
    hr_frame(run, slot)->timer = 0;
    launch(run, slot);
}

void hr_call_hedge(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t site = run->plan->steps[f->pc].site;

    f->hedge = 0;
    f->good++;
    if (launch(run, slot) && hr_site_tally(run, slot, site))
        run->record.sites[site].hedges++;
}

/* --- the end of a call step ---------------------------------------------------------------- */

static const struct hr_block *block_for(const struct hr_when *w, enum hr_outcome how)
{
    const struct hr_block *b = NULL;

    if (w == NULL)
        return NULL;
    if (how == HR_MISS)
        b = &w->block[HR_WHEN_MISS];
    else if (how == HR_THROTTLED)
        b = &w->block[HR_WHEN_THROTTLED];
    else if (how == HR_TIMED_OUT)
        b = &w->block[HR_WHEN_TIMEOUT];
    if (how != HR_MISS && (b == NULL || (b->n == 0 && b->first != HR_NONE)))
        b = &w->block[HR_WHEN_FAIL];
    return b->n == 0 && b->first != HR_NONE ? NULL : b;
}

/* The answer is not HR_OK, or there is none. */
static HR_APART void finish_otherwise(struct hr_run *run, uint32_t slot,
                                      enum hr_outcome how)
{
    struct frame *f = hr_frame(run, slot);
    const struct hr_site *s = site_at(run, f);
    const struct hr_block *b = block_for(s->o.when, how);

    if (!hr_is_good(how))
        hr_path_mark(run, slot, s->callee, HR_SPENT_RETRY);
    if (!hr_is_good(how) && (b != NULL || s->o.optional)) {
        hr_task(run, f->task)->degraded = true;
        if (hr_site_tally(run, slot, run->plan->steps[f->pc].site))
            run->record.sites[run->plan->steps[f->pc].site].fallbacks++;
    }
    if (b != NULL && b->n > 0)
        hr_frame_spawn_block(run, slot, *b);
    else if (hr_is_good(how) || b != NULL || s->o.optional)
        hr_frame_step_done(run, slot, HR_OK);
    else
        hr_frame_step_done(run, slot, how);
}

static void finish(struct hr_run *run, uint32_t slot, enum hr_outcome how)
{
    struct frame *f = hr_frame(run, slot);

    if (f->in_bulkhead)
        hr_call_release_bulkhead(run, slot);
    if (f->hedge)
        hr_queue_cancel(run->queue, f->hedge);
    f->hedge = 0;
    if (how == HR_OK)
        hr_frame_step_done(run, slot, HR_OK);
    else
        finish_otherwise(run, slot, how);
}
