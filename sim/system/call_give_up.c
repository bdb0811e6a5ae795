/* sim/system/call_give_up.c - calls whose answers are no longer wanted: time-outs, cancellation,
 * and what is taken back of what they hold.  See call.c for what else becomes of a call. */
#include "sim/system/run_inner.h"

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
    hr_frame_detach(run, hr_frame(run, c));
    if (f->state == FRAME_RETURNING || f->state == FRAME_LOST) {
        if (f->state == FRAME_RETURNING) {
            run->record.parts[f->component].wasted_ns += hr_frame_work(f);
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
                hr_call_lost_leg(run, leg);
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
        hr_call_try_again(run, slot, HR_TIMED_OUT);
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

void hr_call_release_bulkhead(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);

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
    if (f->in_bulkhead)
        hr_call_release_bulkhead(run, slot);
    if (f->state == FRAME_CPU || f->state == FRAME_CPU_QUEUE)
        hr_cpu_remove(run, slot);
    else if (f->state == FRAME_QUEUED)
        hr_fleet_unqueue(run, slot);
    else if (f->state == FRAME_HOLD)
        hr_frame_unhold(run, slot);
    f = hr_frame(run, slot);
    hr_frame_cancel(run, f->timer);
    hr_queue_cancel(run->queue, f->hedge);
    f->timer = f->hedge = 0;
    f->state = FRAME_READY;
    if (f->holding)
        hr_frame_release(run, slot);
    f = hr_frame(run, slot);
    const struct hr_model *m = run->parts[f->component].model;
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
