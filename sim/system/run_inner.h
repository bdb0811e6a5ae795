/* sim/system/run_inner.h - what the files of a replication ask of each other.  Private to
 * sim/system; run_state.h says what frames, instances and effects are. */
#ifndef HR_RUN_INNER_H
#define HR_RUN_INNER_H

#include "sim/system/frames.h"

/* --- task.c: a client's request ----------------------------------------------------------- */
void hr_tasks_init(struct hr_run *run); /* after the call sites */
void hr_root_done(struct hr_run *run, uint32_t f, enum hr_outcome how);
void hr_direct_done(struct hr_run *run, uint32_t c, enum hr_outcome how);
void hr_task_late(struct hr_run *run, uint32_t f); /* its deadline has come */

/* --- call.c: sending, answering, giving up ---------------------------------------------- */
/* A direct call: see task.c. */
uint32_t hr_call_make_direct(struct hr_run *run, uint32_t task, uint32_t site);
void hr_call_send_direct(struct hr_run *run, uint32_t c);
void hr_call_begin(struct hr_run *run, uint32_t f); /* frame f is at a call step */
void hr_call_send(struct hr_run *run, uint32_t f, uint32_t step); /* a send step */
void hr_call_arrived(struct hr_run *run, uint32_t c);
void hr_call_answered(struct hr_run *run, uint32_t c);
void hr_call_backoff_over(struct hr_run *run, uint32_t f);
void hr_call_hedge(struct hr_run *run, uint32_t f);
void hr_call_try_again(struct hr_run *run, uint32_t f, enum hr_outcome how);
void hr_call_lost_leg(struct hr_run *run, uint32_t c);

/* --- call_give_up.c ---------------------------------------------------------------------- */
void hr_call_timed_out(struct hr_run *run, uint32_t c);
void hr_call_cancelled(struct hr_run *run, uint32_t c);
void hr_call_release_bulkhead(struct hr_run *run, uint32_t f); /* f is in it */
/* Let go of a child whose answer is no longer wanted. */
void hr_call_abandon(struct hr_run *run, uint32_t c);
/* Release all that `c` holds here (children, queues, CPU, worker, resources, model). */
void hr_call_strip(struct hr_run *run, uint32_t c, enum hr_outcome why);
void hr_call_again(struct hr_run *run, uint32_t c); /* stripped; arrives anew at once */

/* --- policy.c: retry budgets, breakers, bulkheads ---------------------------------------- */
struct site_state *hr_site_state(struct hr_run *run, uint32_t f, uint32_t site);
/* A new instance in a slot knows nothing of what its forerunner met. */
void hr_sites_renew(struct hr_run *run, uint32_t instance);
bool hr_breaker_allows(struct site_state *s, const struct hr_breaker *b, hr_time now);
/* What came of a call that was sent in `turn`.  Returns +1 if it opened, -1 if it closed, 0
 * otherwise. */
int hr_breaker_record(struct site_state *s, const struct hr_breaker *b, hr_time now,
                      uint32_t turn, bool bad);
/* Nobody will ever know what came of it. */
void hr_breaker_forget(struct site_state *s, uint32_t turn);
bool hr_budget_take(struct site_state *s, const struct hr_retry *r);
void hr_budget_earn(struct site_state *s, const struct hr_retry *r);
void hr_retry_failed(struct site_state *s); /* an attempt */
/* The pause before retry `nth`, from 0 on; `last` is the one before it, 0 at first. */
hr_time hr_backoff(const struct hr_retry *r, uint32_t nth, hr_time last,
                   struct hr_draws *d);

/* --- interpret.c: steps -------------------------------------------------------------------- */
void hr_frame_advance(struct hr_run *run, uint32_t f); /* go on with the next step */
void hr_frame_step_done(struct hr_run *run, uint32_t f, enum hr_outcome how);
void hr_frame_wait_over(struct hr_run *run, uint32_t f);
void hr_frame_hold_late(struct hr_run *run, uint32_t f);
void hr_frame_granted(struct hr_run *run, uint32_t f);
void hr_frame_release(struct hr_run *run, uint32_t f); /* its held resource */
void hr_frame_spawn_block(struct hr_run *run, uint32_t f, struct hr_block b);
void hr_frame_unhold(struct hr_run *run, uint32_t f); /* leave a resource's queue */

/* --- cpu.c, fleet.c, fleet_life.c ------------------------------------------------------------------------ */
void hr_cpu_begin(struct hr_run *run, uint32_t f, int64_t demand_ns);
void hr_cpu_remove(struct hr_run *run, uint32_t f);
/* For the ledger: what an unfinished piece has had is known to the resolution of a double. */
void hr_cpu_imprecise(struct instance *i, const struct frame *f);
void hr_cpu_due(struct hr_run *run, uint32_t instance);
void hr_cpu_update(struct hr_run *run, struct instance *i);
/* Its cores or its speed have changed; hr_cpu_update came before. */
void hr_cpu_altered(struct hr_run *run, uint32_t instance);
void hr_fleet_take_off(struct hr_run *run, uint32_t c); /* c is on its instance */
static inline void hr_fleet_leave(struct hr_run *run, uint32_t c)
{ /* an ended call leaves its instance */
    if (hr_frame(run, c)->on_here)
        hr_fleet_take_off(run, c);
}
void hr_fleet_admit_next(struct hr_run *run, uint32_t instance);
static inline void hr_fleet_next(struct hr_run *run, uint32_t instance)
{ /* admit who waits, if there is room */
    const struct instance *i = &run->instances[instance];

    if (i->waiting.n > 0 || i->pool != NULL)
        hr_fleet_admit_next(run, instance);
}
void hr_fleet_unqueue(struct hr_run *run, uint32_t c);
void hr_fleet_late(struct hr_run *run, uint32_t c); /* waited too long for a worker */
void hr_instance_down(struct hr_run *run, uint32_t instance, enum hr_fate fate);
void hr_instance_back(struct hr_run *run, uint32_t instance); /* one loss has ended */
void hr_instance_speed(struct hr_run *run, uint32_t instance, double speed);
void hr_cpu_show(struct hr_run *run, uint32_t instance); /* levels of busy and queued */
void hr_instance_restarted(struct hr_run *run, uint32_t instance, uint32_t generation);
void hr_instance_kill(struct hr_run *run, uint32_t instance);

/* --- workers.c: workers on demand, of instances that have a pool ---------------------------- */
struct worker_pool;
void hr_workers_make(struct hr_run *run, uint32_t instance); /* if its conf wants one */
bool hr_workers_idle(const struct worker_pool *pool);        /* is one? */
void hr_workers_take(struct worker_pool *pool);              /* an idle one is busy */
void hr_workers_free(struct hr_run *run, uint32_t instance); /* one has become idle */
/* As many are starting as are wanted, when calls have come to wait or wait no more. */
void hr_workers_match(struct hr_run *run, uint32_t instance);
/* The same, and who is idle for too long stops; when nobody waits who could be served. */
void hr_workers_settle(struct hr_run *run, uint32_t instance);
void hr_worker_started(struct hr_run *run, uint32_t instance, uint32_t number);
void hr_worker_idle_over(struct hr_run *run, uint32_t instance);
void hr_workers_reset(struct hr_run *run, uint32_t instance); /* it is lost, or back */
/* May a call be admitted? */
static inline bool hr_worker_free(const struct instance *i)
{
    return i->pool ? hr_workers_idle(i->pool)
                   : i->conf->workers == 0 || i->workers < (uint64_t)i->conf->workers;
}

/* --- network.c ----------------------------------------------------------------------------- */
void hr_network_init(struct hr_run *run);
/* A call is about to be sent: where from? */
void hr_network_from(struct hr_run *run, uint32_t c);
/* The caller's place; a message comes from where its task says. */
uint32_t hr_caller_place(const struct hr_run *run, uint32_t c);
/* One leg of a call.  Returns its delay, or HR_NEVER when it is lost; books the bytes. */
hr_time hr_network_leg(struct hr_run *run, uint32_t c, bool back);
/* Latency of the way to the callee alone, for a cancellation: no loss, no bytes. */
hr_time hr_network_delay(struct hr_run *run, uint32_t c);

/* --- values.c ------------------------------------------------------------------------------ */
void hr_values_init(struct hr_run *run);

/* --- disturb.c, effects.c ----------------------------------------------------------------------------- */
void hr_disturb_start(struct hr_run *run);
void hr_disturb_free(struct hr_run *run);
void hr_disturb_event(struct hr_run *run, const struct hr_event *e, bool begins);
/* An occurrence begins now, or at `at`. */
void hr_disturb_strike(struct hr_run *run, uint32_t disturbance, uint32_t slot,
                       uint32_t number);
void hr_disturb_first_strike(struct hr_run *run, uint32_t disturbance, uint32_t slot,
                             hr_time at);
/* What a `then: staggered` gives back. */
void hr_disturb_back(struct hr_run *run, const struct hr_event *e);
double hr_effect_instance_failure(const struct hr_run *run, uint32_t instance);
bool hr_place_inside(const struct hr_run *run, uint32_t place, uint32_t target);
bool hr_effect_has(const struct hr_run *run, const struct effect *e, uint32_t instance);
void hr_effect_add(struct hr_run *run, struct effect *e, uint32_t instance);
/* A new instance suffers what holds all of its component or its place now. */
void hr_effects_join(struct hr_run *run, uint32_t instance);

/* --- hazard.c: episodes ------------------------------------------------------------------ */
void hr_hazards_start(struct hr_run *run);
void hr_hazards_event(struct hr_run *run, const struct hr_event *e);
/* An occurrence has begun, for so long; it has ended. */
void hr_hazards_begin(struct hr_run *run, uint32_t disturbance, uint32_t slot,
                      hr_time length);
void hr_hazards_end(struct hr_run *run, uint32_t disturbance, uint32_t slot);

/* --- path.c -------------------------------------------------------------------------------- */
void hr_path_write(struct hr_run *run, uint32_t path, uint32_t component,
                   enum hr_spent what, int64_t ns);
void hr_path_copy(struct hr_run *run, uint32_t into, uint32_t from); /* both kept */
static inline void hr_path_book(struct hr_run *run, uint32_t f, uint32_t component,
                                enum hr_spent what, int64_t ns)
{
    const uint32_t path = hr_frame(run, f)->path;

    if (path != HR_NO_SLOT && ns != 0)
        hr_path_write(run, path, component, what, ns);
}
/* Book the time since f->since and move it to now. */
static inline void hr_path_mark(struct hr_run *run, uint32_t f, uint32_t component,
                                enum hr_spent what)
{
    hr_path_book(run, f, component, what, run->now - hr_frame(run, f)->since);
    hr_frame(run, f)->since = run->now;
}
/* A call is sent; an attempt of the call step of `slot` is answered. */
static inline void hr_path_sent(struct hr_run *run, const struct frame *f)
{
    if (f->path != HR_NO_SLOT)
        ((struct path *)hr_pool_at(&run->paths, f->path))->sent = run->now;
}
static inline void hr_path_merge(struct hr_run *run, uint32_t into, uint32_t from)
{
    const uint32_t to = hr_frame(run, into)->path, path = hr_frame(run, from)->path;

    if (to != HR_NO_SLOT && path != HR_NO_SLOT)
        hr_path_copy(run, to, path);
}
void hr_path_answered(struct hr_run *run, uint32_t slot, uint32_t attempt);

/* --- recorder.c ---------------------------------------------------------------------------- */
void hr_recorder_init(struct hr_run *run);
static inline bool hr_recorder_open(const struct hr_run *run)
{ /* inside [0, horizon) */
    return run->clock.open;
}
void hr_clock_edge(struct hr_run *run); /* run->now has reached run->clock.edge */
static inline void hr_clock_set(struct hr_run *run, hr_time now)
{
    run->now = now;
    if (now >= run->clock.edge)
        hr_clock_edge(run);
}
void hr_recorder_arrival(struct hr_run *run, uint32_t task);
/* The task of frame `root`, or of a direct call, of traffic component `part` has ended. */
void hr_recorder_end(struct hr_run *run, uint32_t part, uint32_t root, enum hr_outcome how);
void hr_recorder_in(struct hr_run *run, uint32_t c);
void hr_recorder_out(struct hr_run *run, uint32_t c, enum hr_outcome how);
void hr_count_bad(struct hr_row_record *r, enum hr_outcome how, bool late);
void hr_recorder_close(struct hr_run *run);
void hr_recorder_free(struct hr_run *run);
void hr_recorder_event(struct hr_run *run, uint32_t component, uint32_t instance,
                       const char *what, const char *cause, uint32_t disturbance);

/* --- call_count.c: counts of call sites, what breakers are told ---------------------------- */
static inline bool hr_is_good(enum hr_outcome how)
{
    return how == HR_OK || how == HR_MISS;
}
/* A flood imitates a class of traffic: it has no patience for a second attempt, shares no
 * budget, breaker or bulkhead with the class, and is in none of its counts. */
static inline bool hr_of_flood(const struct hr_run *run, uint32_t slot)
{
    return hr_frame(run, slot)->flood;
}
/* The counts of a site, for a caller at it; NULL: it is not counted. */
static inline struct hr_site_record *hr_site_tally(struct hr_run *run, uint32_t slot,
                                                   uint32_t site)
{
    if (!hr_recorder_open(run) || hr_of_flood(run, slot))
        return NULL;
    return &run->record.sites[site];
}
void hr_count_answer(struct hr_run *run, uint32_t f, uint32_t site, enum hr_outcome how);
/* A call that nobody waits for has ended so, or was lost. */
void hr_count_message(struct hr_run *run, uint32_t c, enum hr_outcome how);
/* Call c of frame f was bad, or was not. */
void hr_tell_breaker(struct hr_run *run, uint32_t f, uint32_t c, bool bad);

/* --- usage.c ------------------------------------------------------------------------------- */
void hr_usage_init(struct hr_run *run, struct hr_part_record *r, const struct hr_model *m);
void hr_usage_transfer(struct hr_run *run, uint32_t part, enum hr_transfer kind,
                       int64_t bytes);
void hr_usage_close(struct hr_run *run, uint32_t part);

/* --- watch.c ------------------------------------------------------------------------------- */
void hr_watch_init(struct hr_run *run);
void hr_watch_arrival(struct hr_run *run, const struct task *t); /* measured ones only */
void hr_watch_end(struct hr_run *run, const struct task *t, bool good, hr_time latency);
void hr_watch_free(struct hr_run *run);

/* --- tally.c: what is counted apart; none of it where run->tallies is NULL ------------------ */
struct hr_ended { /* what became of a request */
    enum hr_outcome how;
    hr_time latency;
    uint32_t attempts;
    bool answered, good, degraded;
    bool unfinished; /* still in flight after the drain; nothing else is known */
};
void hr_tallies_init(struct hr_run *run); /* after the records of components */
void hr_tallies_edge(struct hr_run *run); /* the clock has passed an edge */
/* run->acting of a disturbance has changed */
void hr_tallies_disturbed(struct hr_run *run, uint32_t disturbance);
void hr_tallies_ended(struct hr_run *run, const struct task *t, const struct hr_ended *e);
void hr_tallies_close(struct hr_run *run); /* after the books of components */
void hr_tallies_free(struct hr_run *run);

/* --- message.c ----------------------------------------------------------------------------- */
void hr_messages_init(struct hr_run *run); /* after the recorder's, before hooks `start` */
void hr_messages_free(struct hr_run *run);
void hr_messages_close(struct hr_run *run);
void hr_messages_check(struct hr_run *run); /* the ledger */
/* Greatest age of a component's oldest message that is on record or reached by `at`; 0. */
hr_time hr_mail_oldest(const struct hr_run *run, hr_part queue, hr_time at);
/* One message more to be done for the root that a task belongs to; 0: that is not followed. */
hr_ref hr_completion_open(struct hr_run *run, uint32_t task);
/* Where something sends messages (run->sends). */
void hr_completion_root_ended(struct hr_run *run, uint32_t root, enum hr_outcome how);
/* A call that nobody waits for has ended, or was lost. */
void hr_message_gone(struct hr_run *run, uint32_t c, enum hr_outcome how);

/* --- ledger.c ------------------------------------------------------------------------------ */
void hr_ledger_check(struct hr_run *run);
void hr_ledger_violated(struct hr_run *run, const char *identity, uint32_t part,
                        double left, double right);

#endif /* HR_RUN_INNER_H */
