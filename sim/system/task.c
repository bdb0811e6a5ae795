/* sim/system/task.c - tasks: a client's request from its begin to its end.
 *
 * ROOT    A task is a root frame at a call step, which watches over its calls.
 * DIRECT  Where there is nothing to watch but a deadline - no time-out, retry or the like, and
 *         a model that wants to hear no more of it - it is its call alone: one frame instead
 *         of two, and the same results. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

/* --- direct calls ------------------------------------------------------------------------ */

/* The site of the only call of an operation of a traffic component, if nothing watches over
 * it; else HR_NONE. */
static uint32_t direct_site(const struct hr_run *run, const struct hr_operation *o)
{
    const struct hr_plan *plan = run->plan;

    if (o->row == HR_NONE || o->conf == NULL || o->conf->steps.n != 1)
        return HR_NONE;
    const struct hr_step *step = &plan->steps[o->conf->steps.first];
    if (step->kind != HR_STEP_CALL)
        return HR_NONE;
    const struct hr_call_options *options = &plan->sites[step->site].o;
    const struct call_site *s = &run->call_sites[step->site];
    const bool watched =
        s->guarded || s->timeout > 0 || options->optional || options->when != NULL;

    return watched ? HR_NONE : step->site;
}

void hr_tasks_init(struct hr_run *run)
{
    const struct hr_plan *plan = run->plan;

    run->direct = hr_arena_alloc(run->arena, plan->n_operations, sizeof *run->direct);
    for (uint32_t i = 0; i < plan->n_operations; i++)
        run->direct[i] =
            run->options.dump ? HR_NONE : direct_site(run, &plan->operations[i]);
    run->deadlines = hr_arena_alloc(run->arena, plan->n_rows, sizeof *run->deadlines);
    for (uint32_t i = 0; i < plan->n_rows; i++)
        if (plan->rows[i].deadline != HR_NEVER)
            run->deadlines[i] = hr_queue_line(run->queue, plan->rows[i].deadline);
}

/* --- tasks ------------------------------------------------------------------------------- */

static void dump_task(struct hr_run *run, uint32_t root, const char *row)
{
    const struct task *t = hr_task(run, hr_frame(run, root)->task);

    run->options.dump(run->options.dump_ctx, row, t->key, hr_time_s(t->intended));
    run->options.dump(run->options.dump_ctx, "place", t->key, t->place);
    for (uint32_t k = 0; k < run->plan->n_keys; k++)
        run->options.dump(run->options.dump_ctx, run->plan->keys[k].name, t->key,
                          (double)hr_call_value(run, root, k));
}

HR_INLINE uint32_t make_task(struct hr_run *run, uint32_t op, uint64_t key, uint32_t place,
                             hr_time intended, bool hostile)
{
    const uint32_t t = hr_task_make(run);
    struct task *task = hr_task(run, t);

    task->key = key;
    task->place = place;
    task->row = run->plan->operations[op].row;
    task->intended = intended;
    task->hostile = hostile;
    task->measured = !hostile && intended >= 0 && intended < run->plan->horizon;
    task->sampled = task->measured && key >> 58 == 0; /* 1 in 64, by key */
    run->tasks_begun++;
    return t;
}

static void set_deadline(struct hr_run *run, uint32_t slot, hr_time at)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t line = run->deadlines[hr_task(run, f->task)->row];

    f->timeout = hr_frame_timeout(run, slot, line, at, HR_EV_DEADLINE);
}

HR_INLINE hr_call make_root(struct hr_run *run, hr_part p, uint32_t op, uint64_t key,
                            uint32_t place, hr_time intended, bool hostile)
{
    const struct hr_operation *o = &run->plan->operations[op];
    const struct hr_row *row = &run->plan->rows[o->row];
    const uint32_t t = make_task(run, op, key, place, intended, hostile);
    const uint32_t slot = hr_frame_make(run, FRAME_ROOT, t, HR_NO_SLOT);
    struct frame *f = hr_frame(run, slot);

    f->flood = hostile;
    f->key = key;
    f->component = p;
    f->op = op;
    f->since = intended;
    f->from = (uint16_t)place;
    f->pc = o->conf->steps.first;
    f->end = o->conf->steps.first + o->conf->steps.n;
    if (row->deadline != HR_NEVER) {
        f->deadline = intended + row->deadline;
        set_deadline(run, slot, f->deadline);
    }
    return slot;
}

hr_call hr_task_begin(struct hr_run *run, hr_part p, uint32_t op, uint64_t key,
                      uint32_t place, hr_time intended, uint64_t note)
{
    const hr_call slot = make_root(run, p, op, key, place, intended, false);

    hr_frame(run, slot)->note = note;
    if (run->options.dump)
        dump_task(run, slot, run->plan->rows[run->plan->operations[op].row].name);
    hr_recorder_arrival(run, hr_frame(run, slot)->task);
    hr_frame_advance(run, slot);
    return slot;
}

void hr_task_ask(struct hr_run *run, hr_part p, uint32_t op, uint64_t key, uint32_t place)
{
    const uint32_t site = run->direct[op];

    if (site == HR_NONE) {
        hr_task_begin(run, p, op, key, place, run->now, 0);
        return;
    }
    const uint32_t t = make_task(run, op, key, place, run->now, false);
    const uint32_t c = hr_call_make_direct(run, t, site);
    const hr_time patience = run->plan->rows[hr_task(run, t)->row].deadline;

    if (patience != HR_NEVER) {
        set_deadline(run, c, run->now + patience);
        if (run->call_sites[site].deadline)
            hr_frame(run, c)->deadline = run->now + patience;
    }
    hr_recorder_arrival(run, t);
    hr_call_send_direct(run, c);
}

hr_call hr_task_begin_hostile(struct hr_run *run, hr_part p, uint32_t op, uint64_t key,
                              uint32_t place, hr_time intended, uint64_t note)
{
    const hr_call slot = make_root(run, p, op, key, place, intended, true);

    hr_frame(run, slot)->note = note;
    hr_frame_advance(run, slot);
    return slot;
}

/* --- the end ------------------------------------------------------------------------------ */

static void end_task(struct hr_run *run, uint32_t part, uint32_t slot, enum hr_outcome how)
{
    hr_recorder_end(run, part, slot, how);
    if (run->sends) /* else a task is complete when it is answered: hr_messages_close */
        hr_completion_root_ended(run, slot, how);
}

void hr_root_done(struct hr_run *run, uint32_t root, enum hr_outcome how)
{
    const uint32_t part = hr_frame(run, root)->component;
    const struct hr_model *m = run->parts[part].model;

    end_task(run, part, root, how);
    if (m->task_done)
        m->task_done(run, part, root, how);
    hr_frame_free(run, root);
}

static void end_direct(struct hr_run *run, uint32_t c, enum hr_outcome how)
{
    end_task(run, run->plan->sites[hr_frame(run, c)->site].caller, c, how);
}

void hr_direct_done(struct hr_run *run, uint32_t c, enum hr_outcome how)
{
    end_direct(run, c, how);
    hr_frame_free(run, c);
}

/* The call goes on for nobody. */
static void direct_late(struct hr_run *run, uint32_t c)
{
    end_direct(run, c, HR_TIMED_OUT);
    hr_frame(run, c)->direct = false;
    hr_call_abandon(run, c);
}

/* A client gives up: nothing that it asked for is wanted any more. */
void hr_task_late(struct hr_run *run, uint32_t root)
{
    struct frame *f = hr_frame(run, root);

    f->timeout = 0;
    if (f->direct) {
        direct_late(run, root);
        return;
    }
    hr_path_mark(run, root, run->plan->sites[run->plan->steps[f->pc].site].callee,
                 HR_SPENT_RETRY);
    hr_call_strip(run, root, HR_TIMED_OUT);
    hr_root_done(run, root, HR_TIMED_OUT);
}
