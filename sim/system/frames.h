/* sim/system/frames.h - making, linking and freeing frames and tasks.  Private to sim/system.
 *
 * Every request does it several times, so what is common is inline; frames.c has the rest. */
#ifndef HR_FRAMES_H
#define HR_FRAMES_H

#include "sim/system/run_state.h"

/* A slot that has been taken once, and whether there is a frame in it. */
static inline struct frame *hr_frame_slot(const struct hr_run *run, uint32_t slot)
{
    return (struct frame *)(void *)run->frames.items + slot;
}
static inline bool hr_frame_live(const struct hr_run *run, uint32_t slot)
{
    return hr_frame_slot(run, slot)->kind != FRAME_FREE;
}
static inline struct frame *hr_frame(const struct hr_run *run, uint32_t f)
{
    HR_ASSERT(hr_frame_live(run, f));
    return hr_frame_slot(run, f);
}
static inline struct task *hr_task(const struct hr_run *run, uint32_t t)
{
    return (struct task *)(void *)run->tasks.items + t;
}

extern const struct frame hr_fresh_frame; /* what a frame begins with, in two lines */

/* Line by line: as one assignment it becomes `rep movs`, whose start takes longer than all of
 * the stores. */
static inline void hr_frame_renew(struct frame *f)
{
    struct line {
        char bytes[64];
    } *to = (struct line *)(void *)f;
    const struct line *from = (const struct line *)(const void *)&hr_fresh_frame;

    to[0] = from[0];
    to[1] = from[1];
#ifndef NDEBUG
    memset(&to[2], 0xA5, sizeof to[2]); /* who reads what it has not written shall notice */
#endif
}

HR_INLINE uint32_t hr_task_make(struct hr_run *run)
{
    const uint32_t t = hr_pool_take_raw(&run->tasks, sizeof(struct task));
    char *at = (char *)hr_task(run, t);

    /* By pieces, each of which is one store: as a whole it would be a call. */
    _Static_assert(offsetof(struct task, unused) == 53, "all pieces");
    memset(at, 0, 16);
    memset(at + 16, 0, 16);
    memset(at + 32, 0, 16);
    memset(at + 48, 0, 8);
    return t;
}

/* A frame of `task`: the newest child of `parent`, or nobody's (HR_NO_SLOT). */
HR_INLINE uint32_t hr_frame_make(struct hr_run *run, enum frame_kind kind, uint32_t task,
                                 uint32_t parent)
{
    const uint32_t slot = hr_pool_take_raw(&run->frames, sizeof(struct frame));
    struct frame *f = hr_frame_slot(run, slot);
    struct task *t = hr_task(run, task);

    hr_frame_renew(f);
    f->began = f->since = run->now;
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

/* From its parent. */
static inline void hr_frame_detach(struct hr_run *run, struct frame *f)
{
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

void hr_frame_let_go(struct hr_run *run, struct frame *f); /* its timers, its path */

/* No children, on no list. */
HR_INLINE void hr_frame_free(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t task = f->task;

    HR_REQUIRE(f->kind != FRAME_FREE);
    HR_ASSERT(f->child == HR_NO_SLOT);
    hr_frame_detach(run, f);
    if ((f->timer | f->timeout | f->hedge) != 0 || f->path != HR_NO_SLOT || f->abandoned)
        hr_frame_let_go(run, f);
    f->kind = FRAME_FREE;
    hr_pool_give_raw(&run->frames, slot, sizeof *f);
    HR_ASSERT(hr_task(run, task)->refs > 0);
    if (--hr_task(run, task)->refs == 0)
        hr_pool_give_raw(&run->tasks, task, sizeof(struct task));
}

/* Its event names the task, too, so that both can be fetched ahead. */
static inline hr_timer hr_frame_timer(struct hr_run *run, uint32_t f, hr_time at,
                                      enum hr_class c, uint16_t kind)
{
    return hr_queue_add(
        run->queue, at, c,
        (struct hr_event){.kind = kind, .tag = hr_frame(run, f)->task, .data = f});
}

/* The end of a leg of a call.  One that takes no time, when nothing else is to be done at this
 * instant, does not go through the queue: it is next anyway.  (At the horizon and later, a look
 * at the queue may end the run.) */
#define HR_SOON UINT64_MAX /* names no event of the queue */
static inline hr_timer hr_frame_leg(struct hr_run *run, uint32_t f, hr_time delay,
                                    uint16_t kind)
{
    if (delay == 0 && run->soon.kind == SOON_NONE && run->clock.open &&
        hr_queue_idle(run->queue)) {
        run->soon.frame = f;
        run->soon.kind = kind;
        return HR_SOON;
    }
    return hr_frame_timer(run, f, run->now + delay, HR_CLASS_TASK, kind);
}
static inline void hr_frame_cancel(struct hr_run *run, hr_timer t)
{
    if (t == HR_SOON)
        run->soon.kind = SOON_NONE;
    else
        hr_queue_cancel(run->queue, t);
}

/* A time-out, in a line of those that last as long. */
static inline hr_timer hr_frame_timeout(struct hr_run *run, uint32_t f, uint32_t line,
                                        hr_time at, uint16_t kind)
{
    return hr_queue_add_timeout(
        run->queue, line, at,
        (struct hr_event){.kind = kind, .tag = hr_frame(run, f)->task, .data = f});
}

/* CPU time done by it inside the horizon. */
static inline int64_t hr_frame_work(const struct frame *f)
{
    return f->worked ? f->work_ns : 0;
}

/* Is it a call that is at its component: neither on its way nor answered? */
static inline bool hr_frame_present(const struct frame *f)
{
    return f->kind == FRAME_CALL && f->state != FRAME_TRANSIT && f->state != FRAME_LOST &&
           f->state != FRAME_RETURNING;
}

/* Does somebody wait for the answer of a call? */
static inline bool hr_frame_awaited(const struct frame *f)
{
    return f->parent != HR_NO_SLOT || f->direct;
}

bool hr_frame_wanted_above(const struct hr_run *run, uint32_t f);
static inline bool hr_frame_wanted(const struct hr_run *run, uint32_t f)
{ /* nobody above gave it up */
    return run->n_abandoned == 0 || hr_frame_wanted_above(run, f);
}

/* A queue of frames, in the order in which they came. */
static inline void hr_list_push(struct hr_run *run, struct frame_list *l, uint32_t slot)
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
static inline void hr_list_remove(struct hr_run *run, struct frame_list *l, uint32_t slot)
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

#endif /* HR_FRAMES_H */
