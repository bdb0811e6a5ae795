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
static void lost_leg(struct hr_run *run, uint32_t c)
{
    uint32_t top = c;

    while (hr_frame(run, top)->site == HR_NONE && hr_frame(run, top)->parent != HR_NO_SLOT)
        top = hr_frame(run, top)->parent;
    struct frame *f = hr_frame(run, top);

    if (top != c && f->parent == HR_NO_SLOT && f->timeout == 0)
        f->timeout = hr_frame_timer(run, top, run->now, HR_CLASS_TASK, HR_EV_CANCEL);
}

/* --- sending ----------------------------------------------------------------------------- */

static void travel(struct hr_run *run, uint32_t c)
{
    const struct hr_model *m = run->plan->components[hr_frame(run, c)->component].model;

    hr_network_from(run, c);
    if (hr_frame(run, c)->instance == HR_NONE && m->route != NULL) {
        const uint32_t chosen = m->route(run, hr_frame(run, c)->component, c);
        hr_frame(run, c)->instance = chosen;
    }
    const hr_time delay = hr_network_leg(run, c, false);
    struct frame *f = hr_frame(run, c);

    f->sent = f->since = run->now;
    if (delay == HR_NEVER && f->message) { /* nobody waits for it: that was all */
        hr_count_message(run, c, HR_FAILED);
        hr_frame_free(run, c);
        return;
    }
    if (delay == HR_NEVER) {
        f->state = FRAME_LOST;
        lost_leg(run, c);
        return;
    }
    f->state = FRAME_TRANSIT;
    f->timer = hr_frame_timer(run, c, run->now + delay, HR_CLASS_TASK, HR_EV_ARRIVE);
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

static uint64_t attempt_key(const struct hr_run *run, uint32_t site, uint64_t key,
                            uint32_t attempt)
{
    return hr_mix(key + run->site_keys[site], attempt);
}

static void finish(struct hr_run *run, uint32_t slot, enum hr_outcome how);

static void arm(struct hr_run *run, uint32_t slot, uint32_t c,
                const struct hr_call_options *o)
{
    const hr_time limit = o->retry && o->retry->timeout ? o->retry->timeout : o->timeout;

    if (limit > 0)
        hr_frame(run, c)->timeout =
            hr_frame_timer(run, c, run->now + limit, HR_CLASS_TIMEOUT, HR_EV_TIMEOUT);
    if (o->hedge && !hr_of_flood(run, slot) &&
        hr_frame(run, slot)->good < (uint64_t)o->hedge->copies)
        hr_frame(run, slot)->hedge = hr_frame_timer(run, slot, run->now + o->hedge->after,
                                                    HR_CLASS_TIMEOUT, HR_EV_HEDGE);
}

/* False: the breaker lets nothing through. */
static bool launch(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t site = run->plan->steps[f->pc].site;
    const struct hr_site *s = &run->plan->sites[site];
    const struct hr_call_options *o = &s->o;
    struct hr_site_record *r = hr_site_tally(run, slot, site);

    if (o->breaker && !hr_of_flood(run, slot) &&
        !hr_breaker_allows(hr_site_state(run, slot, site), o->breaker, run->now)) {
        if (r)
            r->breaker_refused++;
        if (f->left == 0)
            finish(run, slot, HR_REFUSED);
        return false;
    }
    const uint64_t key = attempt_key(run, site, f->key, f->attempt);
    const uint32_t c = make_call(run, f->task, slot, key, s->op);
    struct frame *child = hr_frame(run, c);

    f = hr_frame(run, slot);
    child->site = site;
    child->attempt = f->attempt++;
    if (o->breaker)
        child->turn = hr_site_state(run, slot, site)->turn;
    if (o->key != HR_NONE)
        child->hash_key = o->key;
    if (o->deadline == HR_DEADLINE_PROPAGATE)
        child->deadline = f->deadline;
    f->left++;
    if (r)
        r->attempts++;
    if (f->kind == FRAME_ROOT && hr_task(run, f->task)->measured)
        run->record.rows[hr_task(run, f->task)->row].attempts++;
    arm(run, slot, c, o);
    travel(run, c);
    return true;
}

void hr_call_begin(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t site = run->plan->steps[f->pc].site;
    const struct hr_call_options *o = &run->plan->sites[site].o;
    struct hr_site_record *r = hr_site_tally(run, slot, site);

    f->state = FRAME_CALLING;
    f->attempt = f->retries = 0;
    f->left = f->good = 0;
    if (r)
        r->calls++;
    if (o->bulkhead > 0 && !hr_of_flood(run, slot)) {
        struct site_state *state = hr_site_state(run, slot, site);
        if (state->in_use >= (uint64_t)o->bulkhead) {
            if (r)
                r->bulkhead_refused++;
            finish(run, slot, HR_REFUSED);
            return;
        }
        state->in_use++;
        f->in_bulkhead = true;
    }
    if (o->retry && !hr_of_flood(run, slot))
        hr_budget_earn(hr_site_state(run, slot, site), o->retry);
    launch(run, slot);
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
        run->plan->components[f->component].model->arrive(run, f->component, c);
}

void hr_done(struct hr_run *run, hr_call c, enum hr_outcome how)
{
    struct frame *f = hr_frame(run, c);
    const uint32_t instance = f->instance, part = f->component;
    const struct hr_model *m = run->plan->components[part].model;

    HR_ASSERT(f->kind == FRAME_CALL && f->child == HR_NO_SLOT);
    hr_recorder_out(run, c, how);
    hr_fleet_leave(run, c);
    f = hr_frame(run, c);
    f->result = (uint8_t)how;
    if (f->parent != HR_NO_SLOT) {
        const hr_time delay = hr_network_leg(run, c, true);
        f->since = run->now;
        f->state = delay == HR_NEVER ? FRAME_LOST : FRAME_RETURNING;
        if (delay == HR_NEVER)
            lost_leg(run, c);
        else
            f->timer =
                hr_frame_timer(run, c, run->now + delay, HR_CLASS_TASK, HR_EV_RESPONSE);
    }
    if (m->call_done)
        m->call_done(run, part, c, how);
    if (hr_frame(run, c)->parent == HR_NO_SLOT) {
        hr_count_message(run, c, how);
        hr_frame_free(run, c);
    }
    if (instance != HR_NONE)
        hr_fleet_next(run, instance);
}

static void forwarded_back(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);
    const uint32_t parent = f->parent;
    const enum hr_outcome how = (enum hr_outcome)f->result;
    const uint32_t part = hr_frame(run, parent)->component;
    const struct hr_model *m = run->plan->components[part].model;

    hr_path_merge(run, parent, c);
    hr_frame(run, parent)->since = run->now;
    hr_frame(run, parent)->state = FRAME_READY;
    hr_frame_detach(run, c);
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

static void try_again(struct hr_run *run, uint32_t slot, enum hr_outcome how)
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

/* Attempt c of the call step of `slot` has come to `how`; c is freed. */
static void attempt_done(struct hr_run *run, uint32_t slot, uint32_t c, enum hr_outcome how)
{
    struct frame *f = hr_frame(run, slot), *child = hr_frame(run, c);
    const uint32_t site = child->site;

    hr_count_answer(run, slot, site, how);
    hr_tell_breaker(run, slot, c, !hr_is_good(how));
    f->left--;
    if (!hr_is_good(how)) {
        hr_frame_free(run, c);
        if (hr_frame(run, slot)->left == 0)
            try_again(run, slot, how);
        return;
    }
    /* What passed before this attempt was sent came to nothing. */
    hr_path_book(run, slot, child->component, HR_SPENT_RETRY, child->sent - f->since);
    hr_path_merge(run, slot, c);
    f->since = run->now;
    hr_frame_free(run, c);
    while ((c = hr_frame(run, slot)->child) != HR_NO_SLOT)
        hr_call_abandon(run, c);
    finish(run, slot, how);
}

void hr_call_answered(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);

    f->timer = 0;
    hr_path_book(run, c, f->component, HR_SPENT_NETWORK, run->now - f->since);
    if (f->site == HR_NONE)
        forwarded_back(run, c);
    else
        attempt_done(run, f->parent, c, (enum hr_outcome)f->result);
}

/* --- giving up ----------------------------------------------------------------------------- */

static bool told_to_stop(const struct hr_run *run, const struct frame *f)
{
    return f->site == HR_NONE || run->plan->sites[f->site].o.cancel == HR_CANCEL_PROPAGATE;
}

static void let_go(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);
    const bool stop = told_to_stop(run, f);
    const hr_time delay = stop ? hr_network_delay(run, c) : 0;

    run->n_abandoned += !f->abandoned;
    f->abandoned = true;
    hr_queue_cancel(run->queue, f->timeout);
    f->timeout = 0;
    hr_frame_detach(run, c);
    if (f->state == FRAME_RETURNING || f->state == FRAME_LOST) {
        if (f->state == FRAME_RETURNING) {
            run->record.parts[f->component].wasted_ns += f->work_ns;
            run->record.parts[f->component].wasted_calls += hr_recorder_open(run);
        }
        hr_frame_free(run, c);
    } else if (stop) {
        f->timeout = hr_frame_timer(run, c, run->now + delay, HR_CLASS_TASK, HR_EV_CANCEL);
    } else {
        uint32_t leg = f->child; /* what a forwarder waits for may be lost already */

        while (leg != HR_NO_SLOT && hr_frame(run, leg)->site == HR_NONE &&
               hr_frame(run, leg)->kind == FRAME_CALL) {
            if (hr_frame(run, leg)->state == FRAME_LOST)
                lost_leg(run, leg);
            leg = hr_frame(run, leg)->child;
        }
    }
}

/* The caller will not know what came of it: it is no longer interested, or is lost itself. */
void hr_call_abandon(struct hr_run *run, uint32_t c)
{
    const struct frame *f = hr_frame(run, c);

    if (f->site != HR_NONE && f->parent != HR_NO_SLOT &&
        run->plan->sites[f->site].o.breaker != NULL && !hr_of_flood(run, f->parent))
        hr_breaker_forget(hr_site_state(run, f->parent, f->site), f->turn);
    let_go(run, c);
}

void hr_call_timed_out(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);
    const uint32_t slot = f->parent, site = f->site;

    f->timeout = 0;
    hr_count_answer(run, slot, site, HR_TIMED_OUT);
    hr_tell_breaker(run, slot, c, true);
    hr_frame(run, slot)->left--;
    let_go(run, c);
    if (hr_frame(run, slot)->left == 0)
        try_again(run, slot, HR_TIMED_OUT);
}

void hr_call_cancelled(struct hr_run *run, uint32_t c)
{
    hr_frame(run, c)->timeout = 0;
    if (hr_frame(run, c)->state != FRAME_TRANSIT) {
        const uint32_t instance = hr_frame(run, c)->instance;

        hr_count_message(run, c, HR_CANCELLED);
        hr_call_strip(run, c, HR_CANCELLED);
        hr_recorder_out(run, c, HR_CANCELLED);
        hr_fleet_leave(run, c);
        hr_frame_free(run, c);
        if (instance != HR_NONE)
            hr_fleet_next(run, instance);
        return;
    }
    hr_frame_free(run, c);
}

static void release_bulkhead(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);

    if (!f->in_bulkhead)
        return;
    f->in_bulkhead = false;
    hr_site_state(run, slot, run->plan->steps[f->pc].site)->in_use--;
}

void hr_call_strip(struct hr_run *run, uint32_t slot, enum hr_outcome why)
{
    struct frame *f;
    uint32_t child;

    while ((child = hr_frame(run, slot)->child) != HR_NO_SLOT) {
        if (hr_frame(run, child)->kind == FRAME_CALL) {
            hr_call_abandon(run, child);
        } else {
            hr_call_strip(run, child, why);
            hr_frame_free(run, child);
        }
    }
    f = hr_frame(run, slot);
    release_bulkhead(run, slot);
    if (f->state == FRAME_CPU || f->state == FRAME_CPU_QUEUE)
        hr_cpu_remove(run, slot);
    else if (f->state == FRAME_QUEUED)
        hr_fleet_unqueue(run, slot);
    else if (f->state == FRAME_HOLD)
        hr_frame_unhold(run, slot);
    f = hr_frame(run, slot);
    hr_queue_cancel(run->queue, f->timer);
    hr_queue_cancel(run->queue, f->hedge);
    f->timer = f->hedge = 0;
    f->state = FRAME_READY;
    if (f->holding)
        hr_frame_release(run, slot);
    f = hr_frame(run, slot);
    const struct hr_model *m = run->plan->components[f->component].model;
    if (f->kind == FRAME_CALL && m->cancel)
        m->cancel(run, f->component, slot, why);
}

void hr_call_again(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);

    hr_path_mark(run, c, f->component, HR_SPENT_RETRY);
    hr_recorder_out(run, c, HR_FAILED);
    hr_fleet_leave(run, c);
    f = hr_frame(run, c);
    f->instance = HR_NONE;
    f->note = 0;
    f->state = FRAME_TRANSIT;
    f->timer = hr_frame_timer(run, c, run->now, HR_CLASS_TASK, HR_EV_ARRIVE);
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

static void finish(struct hr_run *run, uint32_t slot, enum hr_outcome how)
{
    struct frame *f = hr_frame(run, slot);
    const struct hr_site *s = site_at(run, f);
    const struct hr_block *b = how == HR_OK ? NULL : block_for(s->o.when, how);

    release_bulkhead(run, slot);
    if (f->hedge)
        hr_queue_cancel(run->queue, f->hedge);
    f->hedge = 0;
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
