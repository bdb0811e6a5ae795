/* sim/system/fleet.c - instances: what is on them, admission, queue, memory; see fleet.h. */
#include "sim/system/run_inner.h"

static struct hr_part_record *record_of(struct hr_run *run, const struct instance *i)
{
    return &run->record.parts[i->component];
}

/* --- what can be asked of an instance ---------------------------------------------------- */

uint32_t hr_fleet_first(const struct hr_run *run, hr_part p)
{
    return run->parts[p].first_instance;
}

uint32_t hr_fleet_count(const struct hr_run *run, hr_part p)
{
    return run->parts[p].n_instances;
}

enum hr_instance_state hr_instance_state(const struct hr_run *run, uint32_t instance)
{
    return (enum hr_instance_state)run->instances[instance].state;
}

uint32_t hr_instance_generation(const struct hr_run *run, uint32_t instance)
{
    return run->instances[instance].generation;
}

uint64_t hr_instance_entity(const struct hr_run *run, uint32_t instance)
{
    const struct instance *i = &run->instances[instance];

    return (uint64_t)i->generation << 32 | i->slot;
}

static inline bool is_up(const struct instance *i)
{
    return i->state >= HR_INSTANCE_SERVING && i->lost == 0 && !i->restarting;
}

bool hr_instance_up(const struct hr_run *run, uint32_t instance)
{
    return is_up(&run->instances[instance]);
}

bool hr_instance_open(const struct hr_run *run, uint32_t instance)
{
    const struct instance *i = &run->instances[instance];

    return i->state == HR_INSTANCE_SERVING && is_up(i);
}

bool hr_instance_lost(const struct hr_run *run, uint32_t instance)
{
    return run->instances[instance].lost > 0;
}

hr_time hr_instance_waiting_since(const struct hr_run *run, uint32_t instance)
{
    const struct frame_list *l = &run->instances[instance].waiting;

    return l->n > 0 ? hr_frame(run, l->head)->began : HR_NEVER;
}

double hr_instance_used(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];

    hr_cpu_update(run, i);
    return i->used;
}

uint32_t hr_instance_calls(const struct hr_run *run, uint32_t instance)
{
    return run->instances[instance].calls;
}

uint32_t hr_instance_place(const struct hr_run *run, uint32_t instance)
{
    return run->instances[instance].place;
}

/* --- who is on an instance --------------------------------------------------------------- */

static void put_on(struct hr_run *run, struct instance *i, uint32_t instance, uint32_t c)
{
    struct frame *f = hr_frame(run, c);

    f->instance = instance;
    f->on_here = true;
    f->on_prev = HR_NO_SLOT;
    f->on_next = i->on;
    if (i->on != HR_NO_SLOT)
        hr_frame(run, i->on)->on_prev = c;
    i->on = c;
    i->calls++;
}

static void take_off(struct hr_run *run, struct instance *i, struct frame *f)
{
    if (f->on_prev != HR_NO_SLOT)
        hr_frame(run, f->on_prev)->on_next = f->on_next;
    else
        i->on = f->on_next;
    if (f->on_next != HR_NO_SLOT)
        hr_frame(run, f->on_next)->on_prev = f->on_prev;
    f->on_here = false;
    i->calls--;
}

/* --- admission --------------------------------------------------------------------------- */

/* The kill is an event of this instant: who is being served right now must be left to return
 * before its frame goes. */
static void run_out_of_memory(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];

    if (!i->dying)
        hr_queue_add(run->queue, run->now, HR_CLASS_TASK,
                     (struct hr_event){.kind = HR_EV_KILL, .data = instance});
    i->dying = true;
}

/* Calls hold memory where an instance has a limit. */
static bool has_memory_for(struct instance *i, const struct hr_op_conf *op)
{
    i->memory += op ? op->memory : 0;
    return i->conf->memory_base + i->memory <= i->conf->memory;
}

static void start(struct hr_run *run, struct instance *i, uint32_t c)
{
    struct frame *f = hr_frame(run, c);
    const struct hr_op_conf *op = run->op_conf[f->op];
    const struct hr_model *m = run->parts[i->component].model;

    hr_path_mark(run, c, i->component, HR_SPENT_QUEUE);
    f->state = FRAME_READY;
    f->admitted = true;
    i->workers++;
    if (i->pool)
        hr_workers_take(i->pool);
    i->served++;
    hr_integral_add(&record_of(run, i)->workers, run->now, 1);
    if (i->conf->memory > 0 && !has_memory_for(i, op)) {
        run_out_of_memory(run, f->instance);
        return;
    }
    f->pc = op ? op->steps.first : 0;
    f->end = op ? op->steps.first + op->steps.n : 0;
    f->leaving = false;
    if (m->enter == NULL || !m->enter(run, i->component, c))
        hr_frame_advance(run, c);
}

/* The call waits for a worker: as long as its patience lasts. */
static void queue_up(struct hr_run *run, uint32_t instance, uint32_t c)
{
    struct instance *i = &run->instances[instance];
    struct frame *f = hr_frame(run, c);

    f->state = FRAME_QUEUED;
    hr_list_push(run, &i->waiting, c);
    hr_cpu_show(run, instance);
    if (i->pool)
        hr_workers_match(run, instance);
    if (!hr_fleet_impatient(i->conf))
        return;
    struct hr_draws d = hr_draws(run->stream, f->key, HR_PURPOSE(HR_FOR_PATIENCE, 0));
    const hr_time wait = hr_time_from_s(hr_law_draw(&i->conf->patience, &d));
    const hr_time until = hr_time_after(run->now, wait);
    if (until != HR_NEVER)
        f->timer = hr_frame_timer(run, c, until, HR_CLASS_TIMEOUT, HR_EV_LATE);
}

void hr_fleet_late(struct hr_run *run, uint32_t c)
{
    hr_fleet_unqueue(run, c);
    hr_path_mark(run, c, hr_frame(run, c)->component, HR_SPENT_QUEUE);
    hr_done(run, c, HR_REFUSED);
}

/* No worker is free. */
static void wait_or_refuse(struct hr_run *run, uint32_t instance, uint32_t c)
{
    struct instance *i = &run->instances[instance];
    const struct hr_fleet_conf *conf = i->conf;

    if (conf->queue < 0 || i->waiting.n < (uint64_t)conf->queue) {
        if (i->waiting.n == 0)
            hr_recorder_event(run, i->component, instance,
                              conf->exhausted ? conf->exhausted : "workers exhausted", NULL,
                              0);
        queue_up(run, instance, c);
    } else {
        if (conf->queue == 0 && conf->exhausted)
            hr_recorder_event(run, i->component, instance, conf->exhausted, NULL, 0);
        else
            hr_recorder_event(run, i->component, instance, "queue full: calls refused",
                              NULL, 0);
        hr_done(run, c, HR_REFUSED);
    }
}

void hr_instance_admit(struct hr_run *run, uint32_t instance, hr_call c)
{
    struct instance *i = &run->instances[instance];

    if (!is_up(i)) {
        hr_done(run, c, HR_REFUSED);
        return;
    }
    put_on(run, i, instance, c);
    if (hr_worker_free(i))
        start(run, i, c);
    else
        wait_or_refuse(run, instance, c);
}

void hr_fleet_unqueue(struct hr_run *run, uint32_t c)
{
    const uint32_t instance = hr_frame(run, c)->instance;

    hr_list_remove(run, &run->instances[instance].waiting, c);
    hr_queue_cancel(run->queue, hr_frame(run, c)->timer);
    hr_frame(run, c)->timer = 0;
    hr_frame(run, c)->state = FRAME_READY;
    hr_cpu_show(run, instance);
    if (run->instances[instance].pool)
        hr_workers_match(run, instance);
}

void hr_fleet_take_off(struct hr_run *run, uint32_t c)
{
    struct frame *f = hr_frame(run, c);
    struct instance *i = &run->instances[f->instance];
    const struct hr_model *m = run->parts[i->component].model;

    take_off(run, i, f);
    if (!f->admitted)
        return;
    f->admitted = false;
    i->workers--;
    if (i->pool)
        hr_workers_free(run, f->instance);
    if (i->conf->memory > 0 && run->op_conf[f->op])
        i->memory -= run->op_conf[f->op]->memory;
    hr_integral_add(&record_of(run, i)->workers, run->now, -1);
    if (m->left)
        m->left(run, i->component, c);
}

static bool room_for_next(const struct hr_run *run, uint32_t instance)
{
    const struct instance *i = &run->instances[instance];

    /* An instance that is being lost with its calls to be finished still serves its queue. */
    return i->waiting.n > 0 && !i->restarting && !i->clearing && hr_worker_free(i);
}

/* A call that ends as soon as it is admitted asks for the next: the loop that admitted it goes
 * on, so that a long queue of such calls does not become a deep stack. */
void hr_fleet_admit_next(struct hr_run *run, uint32_t instance)
{
    if (run->instances[instance].admitting)
        return;
    run->instances[instance].admitting = true;
    while (room_for_next(run, instance)) {
        const uint32_t c = run->instances[instance].waiting.head;

        hr_fleet_unqueue(run, c);
        if (hr_frame(run, c)->deadline <= run->now) {
            hr_path_mark(run, c, hr_frame(run, c)->component, HR_SPENT_QUEUE);
            hr_done(run, c, HR_TIMED_OUT);
        } else {
            start(run, &run->instances[instance], c);
        }
    }
    run->instances[instance].admitting = false;
    if (run->instances[instance].pool)
        hr_workers_settle(run, instance);
}
