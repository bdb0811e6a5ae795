/* sim/system/run.c - a replication: making it, its event loop, and what models may ask. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

#include <string.h>

static void fetch(void *context, const struct hr_event *e);

/* --- making and ending ------------------------------------------------------------------- */

/* The operation behind all forwarders: who declares it has its settings. */
static uint32_t behind(const struct hr_plan *plan, uint32_t op)
{
    for (uint32_t depth = 0; depth < plan->n_operations; depth++) {
        const struct hr_operation *o = &plan->operations[op];
        if (o->conf != NULL || o->forward == NULL)
            break;
        op = o->forward[0];
    }
    return op;
}

static void make_parts(struct hr_run *run)
{
    const struct hr_plan *plan = run->plan;

    run->parts = hr_arena_alloc(run->arena, plan->n_components, sizeof *run->parts);
    run->op_conf = hr_arena_alloc(run->arena, plan->n_operations, sizeof *run->op_conf);
    run->op_final = hr_arena_alloc(run->arena, plan->n_operations, sizeof *run->op_final);
    run->slow_op = hr_arena_alloc(run->arena, plan->n_operations, sizeof *run->slow_op);
    for (uint32_t i = 0; i < plan->n_operations; i++) {
        run->op_final[i] = behind(plan, i);
        run->op_conf[i] = plan->operations[run->op_final[i]].conf;
        run->slow_op[i] = 1;
    }
    run->part_keys = hr_arena_alloc(run->arena, plan->n_components, sizeof(uint64_t));
    for (uint32_t i = 0; i < plan->n_components; i++) {
        const struct hr_component *c = &plan->components[i];
        struct part *p = &run->parts[i];

        p->model = c->model;
        p->conf = c->conf;
        run->part_keys[i] = hr_mix_parent(c->name_key);
        p->state = hr_arena_alloc(run->arena, 1, c->model->state_size);
        p->resources =
            hr_arena_alloc(run->arena, 2 * (size_t)c->resources.n, sizeof *p->resources);
        p->resource_queue =
            hr_arena_alloc(run->arena, c->resources.n, sizeof *p->resource_queue);
    }
}

static void make_call_site(struct hr_run *run, uint32_t i)
{
    const struct hr_site *s = &run->plan->sites[i];
    const struct hr_call_options *o = &s->o;
    const struct hr_operation *op = &run->plan->operations[s->op];
    const hr_time timeout = o->retry && o->retry->timeout ? o->retry->timeout : o->timeout;

    run->call_sites[i] = (struct call_site){
        .key = hr_mix(op->name_key, s->ordinal),
        .op = s->op,
        .component = op->component,
        .hash_key = o->key,
        .guarded = o->retry || o->breaker || o->hedge || o->bulkhead > 0,
        .deadline = o->deadline == HR_DEADLINE_PROPAGATE,
        .timeout = timeout,
        .timeouts = timeout > 0 ? hr_queue_line(run->queue, timeout) : HR_NONE,
        .hedges = o->hedge ? hr_queue_line(run->queue, o->hedge->after) : HR_NONE};
}

static void make_site(struct hr_run *run, uint32_t i)
{
    const struct hr_site *s = &run->plan->sites[i];
    const uint32_t fleet = run->parts[s->caller].n_instances, n = fleet ? fleet : 1;

    make_call_site(run, i);
    if (!s->o.retry && !s->o.breaker && s->o.bulkhead == 0)
        return; /* nothing to remember */
    run->sites[i] = hr_arena_alloc(run->arena, n, sizeof **run->sites);
    for (uint32_t k = 0; k < n; k++) {
        if (s->o.retry)
            run->sites[i][k].tokens = s->o.retry->budget_burst;
        if (s->o.breaker)
            run->sites[i][k].window = hr_arena_alloc(
                run->arena, ((size_t)s->o.breaker->window + 63) / 64, sizeof(uint64_t));
    }
}

struct hr_run *hr_run_create(const struct hr_plan *plan, const struct hr_run_options *o)
{
    struct hr_arena *arena = hr_arena_create();
    struct hr_run *run = hr_arena_alloc(arena, 1, sizeof *run);

    run->plan = plan;
    run->options = *o;
    run->arena = arena;
    run->queue = hr_queue_create();
    hr_queue_on_near(run->queue, fetch, run);
    run->now = -plan->warmup;
    run->stream = hr_stream(o->seed, o->replication);
    hr_pool_init_raw(&run->frames, sizeof(struct frame), 1024);
    hr_pool_init_raw(&run->tasks, sizeof(struct task), 256);
    hr_pool_init(&run->paths, sizeof(struct path), 16);
    make_parts(run);
    hr_network_init(run);
    hr_values_init(run);
    hr_recorder_init(run);
    hr_messages_init(run);
    for (uint32_t i = 0; i < plan->n_components; i++)
        if (plan->components[i].model->start)
            plan->components[i].model->start(run, i);
    run->sites = hr_arena_alloc(arena, plan->n_sites, sizeof *run->sites);
    run->call_sites = hr_arena_alloc(arena, plan->n_sites, sizeof *run->call_sites);
    for (uint32_t i = 0; i < plan->n_sites; i++)
        make_site(run, i);
    hr_tasks_init(run);
    hr_disturb_start(run);
    return run;
}

void hr_run_destroy(struct hr_run *run)
{
    if (run == NULL)
        return;
    hr_recorder_free(run);
    for (uint32_t i = 0; i < run->n_instances; i++)
        hr_heap_resize(run->instances[i].running, 0, 0);
    hr_disturb_free(run);
    hr_heap_resize(run->instances, 0, 0);
    hr_pool_free(&run->frames);
    hr_pool_free(&run->tasks);
    hr_pool_free(&run->paths);
    hr_messages_free(run);
    hr_queue_destroy(run->queue);
    hr_arena_destroy(run->arena);
}

size_t hr_run_bytes(const struct hr_run *run)
{
    return hr_arena_bytes(run->arena) + (size_t)run->frames.room * run->frames.size +
           (size_t)run->tasks.room * run->tasks.size +
           (size_t)run->paths.room * run->paths.size +
           (size_t)run->messages.room * run->messages.size +
           (size_t)run->completions.room * run->completions.size;
}

/* --- the loop ---------------------------------------------------------------------------- */

static void model_timer(struct hr_run *run, const struct hr_event *e)
{
    run->parts[e->part].model->timer(run, e->part, e->tag, e->data);
}

static void held_over(struct hr_run *run, uint32_t slot, uint32_t tag)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t part = f->component;

    f->timer = 0;
    f->state = FRAME_READY;
    hr_path_mark(run, slot, part, HR_SPENT_WAIT);
    run->parts[part].model->timer(run, part, tag, slot);
}

static void disturbance(struct hr_run *run, const struct hr_event *e)
{
    HR_ASSERT(run->soon.kind == SOON_NONE);
    run->soon.kind = SOON_BARRED;
    switch (e->kind) {
    case HR_EV_DISTURB:
        hr_disturb_event(run, e, true);
        break;
    case HR_EV_STRIKE:
        hr_hazards_event(run, e);
        break;
    case HR_EV_BACK:
        hr_disturb_back(run, e);
        break;
    default:
        hr_disturb_event(run, e, false);
    }
    run->soon.kind = SOON_NONE;
}

static void dispatch(struct hr_run *run, const struct hr_event *e)
{
    const uint32_t slot = (uint32_t)e->data;

    switch (e->kind) {
    case HR_EV_MODEL_TIMER:
        model_timer(run, e);
        break;
    case HR_EV_ARRIVE:
        hr_call_arrived(run, slot);
        break;
    case HR_EV_RESPONSE:
        hr_call_answered(run, slot);
        break;
    case HR_EV_TIMEOUT:
        hr_call_timed_out(run, slot);
        break;
    case HR_EV_DEADLINE:
        hr_task_late(run, slot);
        break;
    case HR_EV_BACKOFF:
        hr_call_backoff_over(run, slot);
        break;
    case HR_EV_HEDGE:
        hr_call_hedge(run, slot);
        break;
    case HR_EV_CANCEL:
        hr_call_cancelled(run, slot);
        break;
    case HR_EV_WAIT:
        hr_frame_wait_over(run, slot);
        break;
    case HR_EV_HELD:
        held_over(run, slot, (uint32_t)(e->data >> 32));
        break;
    case HR_EV_GRANTED:
        hr_frame_granted(run, slot);
        break;
    case HR_EV_HOLD_LATE:
        hr_frame_hold_late(run, slot);
        break;
    case HR_EV_WORKER_STARTED:
        hr_worker_started(run, (uint32_t)e->data, e->tag);
        break;
    case HR_EV_WORKER_IDLE:
        hr_worker_idle_over(run, (uint32_t)e->data);
        break;
    case HR_EV_LATE:
        hr_fleet_late(run, slot);
        break;
    case HR_EV_CPU:
        hr_cpu_due(run, slot);
        break;
    case HR_EV_KILL:
        hr_instance_kill(run, slot);
        break;
    case HR_EV_RESTART:
        hr_instance_restarted(run, slot, e->tag);
        break;
    default:
        disturbance(run, e);
    }
}

/* What waits by the million lies in no cache any more when its time comes. */
static void fetch(void *context, const struct hr_event *e)
{
    const struct hr_run *run = context;

    if (e->kind < HR_EV_FIRST_OF_FRAME || e->kind > HR_EV_LAST_OF_FRAME)
        return;
    const char *f = (const char *)hr_pool_at(&run->frames, (uint32_t)e->data);

    __builtin_prefetch(f, 1);
    __builtin_prefetch(f + 64, 1);
    __builtin_prefetch(hr_pool_at(&run->tasks, e->tag), 1);
}

#ifndef NDEBUG
static void check_models(const struct hr_run *run)
{
    for (uint32_t i = 0; i < run->plan->n_components; i++) {
        const struct hr_model *m = run->plan->components[i].model;
        HR_ASSERT(m->holds == NULL || m->holds(run, i));
    }
}
#endif

/* From the horizon on: has everything that is measured happened?  Then nothing later can
 * matter. */
static bool is_over(const struct hr_run *run, hr_time next)
{
    return (run->measured_in_flight == 0 && run->incomplete == 0) || next == HR_NEVER ||
           next - run->plan->horizon > run->plan->drain;
}

/* Books are closed at the end of the drain, or at the horizon. */
static void end(struct hr_run *run)
{
    const hr_time horizon = run->plan->horizon;

    run->over = true;
    if (run->now < horizon)
        hr_clock_set(run, horizon);
    if (run->measured_in_flight > 0 || run->incomplete > 0)
        hr_clock_set(run, horizon + run->plan->drain);
}

/* The next event, if it matters. */
static bool next_event(struct hr_run *run, hr_time *at, struct hr_event *e)
{
    return hr_queue_pop_before(run->queue, run->plan->horizon, at, e) ||
           (!is_over(run, hr_queue_next(run->queue)) && hr_queue_pop(run->queue, at, e));
}

/* What is next at this instant, without having been in the queue. */
static inline struct hr_event take_soon(struct hr_run *run)
{
    const struct hr_event e = {.kind = (uint16_t)run->soon.kind, .data = run->soon.frame};

    run->soon.kind = SOON_NONE;
    run->soon.n++;
    return e;
}

bool hr_run_advance(struct hr_run *run, uint64_t events)
{
    struct hr_event e;
    hr_time now;

    while (!run->over && events-- > 0) {
        if (run->soon.kind != SOON_NONE) {
            e = take_soon(run);
        } else if (next_event(run, &now, &e)) {
            hr_clock_set(run, now);
        } else {
            end(run);
            break;
        }
        dispatch(run, &e);
#ifndef NDEBUG
        check_models(run);
#endif
    }
    return !run->over;
}

const struct hr_record *hr_run_so_far(const struct hr_run *run)
{
    return &run->record;
}

const struct hr_record *hr_run_finish(struct hr_run *run)
{
    if (!run->finished) {
        run->finished = true;
        hr_recorder_close(run);
        hr_ledger_check(run);
    }
    return &run->record;
}

bool hr_run_ordinary(const struct hr_run *run)
{
    return run->options.ordinary;
}

hr_time hr_run_shift(const struct hr_run *run)
{
    return run->options.shift;
}

bool hr_run_measuring(const struct hr_run *run)
{
    return hr_recorder_open(run);
}

bool hr_run_arriving(const struct hr_run *run)
{
    return !run->over;
}

/* --- what models may ask ----------------------------------------------------------------- */

const struct hr_plan *hr_run_plan(const struct hr_run *run)
{
    return run->plan;
}

struct hr_arena *hr_run_arena(struct hr_run *run)
{
    return run->arena;
}

hr_time hr_now(const struct hr_run *run)
{
    return run->now;
}

const void *hr_conf(const struct hr_run *run, hr_part p)
{
    return run->parts[p].conf;
}

void *hr_state(struct hr_run *run, hr_part p)
{
    return run->parts[p].state;
}

uint8_t *hr_own_ops(struct hr_run *run, hr_part p)
{
    const struct hr_component *c = &run->plan->components[p];
    uint8_t *which = hr_arena_alloc(run->arena, c->n_ops, sizeof *which);

    for (uint32_t i = 0; i < c->n_ops; i++)
        for (uint8_t k = 0; c->model->own_ops[k]; k++)
            if (strcmp(run->plan->operations[c->first_op + i].name, c->model->own_ops[k]) ==
                0)
                which[i] = k;
    return which;
}

struct hr_draws hr_call_draws(const struct hr_run *run, hr_call c, uint64_t purpose)
{
    const struct frame *f = hr_frame(run, c);

    return hr_draws(run->stream, f->key,
                    run->plan->components[f->component].name_key +
                        (HR_PURPOSE(HR_FOR_MODEL, 0) ^ purpose));
}

struct hr_draws hr_task_draws(const struct hr_run *run, hr_call c, uint64_t purpose)
{
    const struct frame *f = hr_frame(run, c);
    const uint64_t key =
        hr_mix(hr_task(run, f->task)->key, run->plan->operations[f->op].name_key);

    return hr_draws(run->stream, key,
                    run->plan->components[f->component].name_key +
                        (HR_PURPOSE(HR_FOR_MODEL, 1) ^ purpose));
}

uint64_t hr_part_base(const struct hr_run *run, uint64_t purpose)
{
    return hr_draws_base(run->stream, HR_PURPOSE(HR_FOR_MODEL, 0) ^ purpose << 16);
}

struct hr_draws hr_part_draws(const struct hr_run *run, hr_part p, uint64_t entity,
                              uint64_t purpose)
{
    return hr_draws_from(hr_part_base(run, purpose),
                         hr_mix_child(run->part_keys[p], entity));
}

hr_timer hr_timer_set(struct hr_run *run, hr_part p, hr_time at, uint32_t tag,
                      uint64_t data)
{
    return hr_queue_add(run->queue, at, HR_CLASS_TASK,
                        (struct hr_event){HR_EV_MODEL_TIMER, (uint16_t)p, tag, data});
}

hr_timer hr_control_set(struct hr_run *run, hr_part p, hr_time at, uint32_t tag,
                        uint64_t data)
{
    return hr_queue_add(run->queue, at, HR_CLASS_CONTROL,
                        (struct hr_event){HR_EV_MODEL_TIMER, (uint16_t)p, tag, data});
}

void hr_timer_cancel(struct hr_run *run, hr_timer t)
{
    hr_queue_cancel(run->queue, t);
}

uint32_t hr_call_op(const struct hr_run *run, hr_call c)
{
    return hr_frame(run, c)->op;
}

uint64_t hr_call_key(const struct hr_run *run, hr_call c)
{
    return hr_frame(run, c)->key;
}

void hr_call_degrade(struct hr_run *run, hr_call c)
{
    hr_task(run, hr_frame(run, c)->task)->degraded = true;
}

uint32_t hr_call_hash_key(const struct hr_run *run, hr_call c)
{
    return hr_frame(run, c)->hash_key;
}

uint32_t hr_call_instance(const struct hr_run *run, hr_call c)
{
    return hr_frame(run, c)->instance;
}

uint32_t hr_call_place(const struct hr_run *run, hr_call c)
{
    return hr_caller_place(run, c);
}

hr_time hr_call_began(const struct hr_run *run, hr_call c)
{
    return hr_frame(run, c)->began;
}

bool hr_call_hostile(const struct hr_run *run, hr_call c)
{
    return hr_task(run, hr_frame(run, c)->task)->hostile;
}

void hr_call_stop(struct hr_run *run, hr_call c, enum hr_outcome how)
{
    HR_REQUIRE(hr_frame(run, c)->state != FRAME_TRANSIT);
    hr_call_strip(run, c, how);
    hr_done(run, c, how);
}

uint64_t *hr_call_note(struct hr_run *run, hr_call c)
{
    return &hr_frame(run, c)->note;
}

void hr_hold_for(struct hr_run *run, hr_call c, hr_time delay, uint32_t tag)
{
    struct frame *f = hr_frame(run, c);

    f->state = FRAME_WAITING;
    f->timer = hr_queue_add(run->queue, run->now + delay, HR_CLASS_TASK,
                            (struct hr_event){.kind = HR_EV_HELD,
                                              .tag = f->task,
                                              .data = (uint64_t)tag << 32 | c});
}

void hr_gauge_add(struct hr_run *run, hr_part p, uint32_t gauge, int64_t change)
{
    hr_integral_add(&run->record.parts[p].gauges[gauge], run->now, change);
}

void hr_event_note(struct hr_run *run, hr_part p, uint32_t instance, const char *what,
                   const char *cause)
{
    hr_recorder_event(run, p, instance, what, cause, 0);
}
