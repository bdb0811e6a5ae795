/* sim/system/frames.c - making, linking and freeing frames and tasks; see run_state.h. */
#include "sim/system/run_inner.h"

#include <string.h>

uint32_t hr_task_make(struct hr_run *run)
{
    const uint32_t t = hr_pool_take_raw(&run->tasks);

    *hr_task(run, t) = (struct task){0};
    return t;
}

static const struct frame fresh = {
    .deadline = HR_NEVER,
    .child = HR_NO_SLOT,
    .next = HR_NO_SLOT,
    .prev = HR_NO_SLOT,
    .instance = HR_NONE,
    .site = HR_NONE,
    .hash_key = HR_NONE,
    .queue_next = HR_NO_SLOT,
    .queue_prev = HR_NO_SLOT,
    .on_next = HR_NO_SLOT,
    .on_prev = HR_NO_SLOT,
    .path = HR_NO_SLOT,
};

/* Line by line: as one assignment it becomes `rep stos`, whose start takes longer than all of
 * the stores. */
static inline void renew(struct frame *f)
{
    for (size_t line = 0; line < sizeof *f; line += 64)
        memcpy((char *)f + line, (const char *)&fresh + line, 64);
}

uint32_t hr_frame_make(struct hr_run *run, enum frame_kind kind, uint32_t task,
                       uint32_t parent)
{
    const uint32_t slot = hr_pool_take_raw(&run->frames);
    struct frame *f = hr_frame(run, slot);
    struct task *t = hr_task(run, task);

    renew(f);
    f->began = f->since = f->sent = run->now;
    f->task = task;
    f->parent = parent;
    f->kind = (uint8_t)kind;
    t->refs++;
    if (t->sampled)
        f->path = hr_pool_take(&run->paths);
    if (parent != HR_NO_SLOT) {
        struct frame *p = hr_frame(run, parent);

        f->next = p->child;
        if (p->child != HR_NO_SLOT)
            hr_frame(run, p->child)->prev = slot;
        p->child = slot;
        f->hash_key = p->hash_key;
    }
    return slot;
}

void hr_frame_detach(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);

    if (f->parent == HR_NO_SLOT)
        return;
    if (f->prev != HR_NO_SLOT)
        hr_frame(run, f->prev)->next = f->next;
    else
        hr_frame(run, f->parent)->child = f->next;
    if (f->next != HR_NO_SLOT)
        hr_frame(run, f->next)->prev = f->prev;
    f->parent = f->next = f->prev = HR_NO_SLOT;
}

void hr_frame_free(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    struct task *t = hr_task(run, f->task);
    const uint32_t task = f->task;

    HR_ASSERT(f->child == HR_NO_SLOT);
    hr_frame_detach(run, slot);
    if (f->timer)
        hr_queue_cancel(run->queue, f->timer);
    if (f->timeout)
        hr_queue_cancel(run->queue, f->timeout);
    if (f->hedge)
        hr_queue_cancel(run->queue, f->hedge);
    run->n_abandoned -= f->abandoned;
    if (f->path != HR_NO_SLOT)
        hr_pool_give(&run->paths, f->path);
    hr_pool_give(&run->frames, slot);
    if (--t->refs == 0)
        hr_pool_give(&run->tasks, task);
}

hr_timer hr_frame_timer(struct hr_run *run, uint32_t f, hr_time at, enum hr_class c,
                        uint16_t kind)
{
    return hr_queue_add(run->queue, at, c, (struct hr_event){.kind = kind, .data = f});
}

bool hr_frame_wanted_above(const struct hr_run *run, uint32_t f)
{
    while (f != HR_NO_SLOT) {
        if (hr_frame(run, f)->abandoned)
            return false;
        f = hr_frame(run, f)->parent;
    }
    return true;
}

void hr_list_push(struct hr_run *run, struct frame_list *l, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);

    f->queue_next = HR_NO_SLOT;
    f->queue_prev = l->n ? l->tail : HR_NO_SLOT;
    if (l->n)
        hr_frame(run, l->tail)->queue_next = slot;
    else
        l->head = slot;
    l->tail = slot;
    l->n++;
}

void hr_list_remove(struct hr_run *run, struct frame_list *l, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);

    if (f->queue_prev != HR_NO_SLOT)
        hr_frame(run, f->queue_prev)->queue_next = f->queue_next;
    else
        l->head = f->queue_next;
    if (f->queue_next != HR_NO_SLOT)
        hr_frame(run, f->queue_next)->queue_prev = f->queue_prev;
    else
        l->tail = f->queue_prev;
    f->queue_next = f->queue_prev = HR_NO_SLOT;
    l->n--;
}
