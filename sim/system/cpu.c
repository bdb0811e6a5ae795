/* sim/system/cpu.c - the CPU of one instance; the model is in fleet.h.
 *
 * Virtual time v is the work that each running piece has had since the CPU was last idle:
 * dv/dt = speed x min(1, cores / n).  A piece that begins at v with demand w is done at v + w,
 * whatever comes and goes meanwhile, so only the head of a heap needs an event; arrivals,
 * departures and changes of speed move that event and nothing else.  The disciplines that run
 * one piece a core keep the others in a queue; then n never exceeds the cores. */
#include "sim/engine/arena.h"
#include "sim/engine/numeric.h"
#include "sim/system/run_inner.h"

#include <float.h>

/* Brings v up to now; rate and taken are 0 when nothing runs. */
static inline void update(struct hr_run *run, struct instance *i)
{
    const hr_time dt = run->now - i->as_of;

    if (dt <= 0)
        return;
    i->as_of = run->now;
    i->v += (double)dt * i->rate;
    i->used += (double)dt * i->taken;
}

/* Before the cores at work or their speed change.  For the ledger, in ns of CPU since the run
 * began: `delivered` is what the cores gave up to `paid`, `power` what they give since; `done`
 * is what work took, `rounded` what pieces, at most, ended late by the clock's rounding. */
static void deliver(struct hr_run *run, struct instance *i)
{
    i->delivered += (double)(run->now - i->paid) * i->power;
    i->paid = run->now;
}

void hr_cpu_update(struct hr_run *run, struct instance *i)
{
    update(run, i);
    deliver(run, i);
}

static void show_busy(struct hr_run *run, struct instance *i)
{
    const int64_t busy = (int64_t)(i->taken * 1000 + 0.5);
    const int64_t change = busy - i->busy.level;

    if (change == 0)
        return;
    hr_integral_add(&run->record.parts[i->component].busy, run->now, change);
    hr_integral_add(&i->busy, run->now, change);
}

/* All that follows from the number running. */
static void rate(struct hr_run *run, struct instance *i)
{
    const double n = i->n_running, cores = i->cores;

    deliver(run, i);
    i->rated = i->n_running;
    i->rate = i->n_running > 0 ? i->speed : 0;
    i->taken = n;
    i->excess = 0;
    if (n > cores) {
        /* One piece that runs on less than a core is slow, and waits for nothing. */
        const double excess = n - (cores > 1 ? cores : 1);

        i->rate = i->speed * cores / n;
        i->taken = cores;
        i->excess = (int64_t)hr_ceil(excess);
    }
    i->power = i->speed * i->taken;
    show_busy(run, i);
}

static inline void settle(struct hr_run *run, struct instance *i)
{
    if (i->n_running != i->rated)
        rate(run, i);
}

/* The level of what waits for a core or a worker. */
static inline void show_waiting(struct hr_run *run, struct instance *i)
{
    const int64_t waiting = (int64_t)i->cpu_queue.n + (int64_t)i->waiting.n + i->excess;

    if (waiting == i->queued_level)
        return;
    hr_integral_add(&run->record.parts[i->component].queued, run->now,
                    waiting - i->queued_level);
    i->queued_level = waiting;
}

void hr_cpu_show(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];

    settle(run, i);
    show_waiting(run, i);
}

/* --- the heap of what runs, by virtual time of completion -------------------------------- */

static inline void put(struct hr_run *run, struct instance *i, uint32_t at,
                       struct running p)
{
    i->running[at] = p;
    hr_frame(run, p.frame)->heap = at;
}

static inline void sift_up(struct hr_run *run, struct instance *i, uint32_t at,
                           struct running p)
{
    while (at > 0 && p.work < i->running[(at - 1) / 2].work) {
        put(run, i, at, i->running[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(run, i, at, p);
}

static void sift_down(struct hr_run *run, struct instance *i, uint32_t at, struct running p)
{
    const struct running *r = i->running;

    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child >= i->n_running)
            break;
        if (child + 1 < i->n_running && r[child + 1].work < r[child].work)
            child++;
        if (!(r[child].work < p.work))
            break;
        put(run, i, at, r[child]);
        at = child;
    }
    put(run, i, at, p);
}

static HR_APART void make_room(struct instance *i)
{
    i->room = i->room ? 2 * i->room : 8;
    i->running = hr_heap_resize(i->running, i->room, sizeof *i->running);
}

static inline void heap_add(struct hr_run *run, struct instance *i, struct running p)
{
    if (i->n_running == i->room)
        make_room(i);
    sift_up(run, i, i->n_running++, p);
}

static inline void heap_remove(struct hr_run *run, struct instance *i, struct frame *f)
{
    const uint32_t at = f->heap;

    i->n_running--;
    f->heap = HR_NO_SLOT;
    if (at == i->n_running)
        return;
    const struct running last = i->running[i->n_running];

    if (at > 0 && last.work < i->running[(at - 1) / 2].work)
        sift_up(run, i, at, last);
    else
        sift_down(run, i, at, last);
}

/* --- what runs next ---------------------------------------------------------------------- */

static double rank_of(const struct hr_run *run, const struct frame *f)
{
    const struct hr_op_conf *op = run->op_conf[f->op];

    return op ? op->rank : 0;
}

/* Does the piece of work of frame a, which waits, go before that of b, which waits, too? */
static bool sooner(const struct hr_run *run, const struct instance *i, uint32_t a,
                   uint32_t b)
{
    const struct frame *fa = hr_frame(run, a), *fb = hr_frame(run, b);

    switch (i->conf->discipline) {
    case HR_SHORTEST:
        return fa->demand < fb->demand;
    case HR_PRIORITY:
        return rank_of(run, fa) < rank_of(run, fb);
    case HR_PRIORITY_PREEMPTIVE: /* who has begun goes on before others of its rank */
        return rank_of(run, fa) < rank_of(run, fb) ||
               (rank_of(run, fa) == rank_of(run, fb) && fa->since < fb->since);
    case HR_SHORTEST_REMAINING:
        return fa->work < fb->work;
    default: /* HR_RANDOM: a fresh draw for each that waits, at each choice */
        return hr_mix(fa->key, HR_PURPOSE(HR_FOR_DISCIPLINE, 0) + i->picks) <
               hr_mix(fb->key, HR_PURPOSE(HR_FOR_DISCIPLINE, 0) + i->picks);
    }
}

static HR_APART uint32_t pick(const struct hr_run *run, struct instance *i)
{
    uint32_t best = i->cpu_queue.head;

    if (i->conf->discipline == HR_LIFO || i->conf->discipline == HR_LIFO_PREEMPTIVE)
        return i->cpu_queue.tail;
    i->picks++;
    for (uint32_t f = best; f != HR_NO_SLOT; f = hr_frame(run, f)->queue_next)
        if (f != best && sooner(run, i, f, best))
            best = f;
    return best;
}

static inline bool has_core(const struct instance *i)
{
    return i->n_running < i->most;
}

/* Its `work`, so far what is left of it in ns, becomes the virtual time of its end. */
static inline void start_piece(struct hr_run *run, struct instance *i, uint32_t slot,
                               struct frame *f)
{
    f->state = FRAME_CPU;
    f->work += i->v;
    heap_add(run, i, (struct running){f->work, slot});
}

/* Of what runs, the piece that gives way first. */
static uint32_t last_of_running(const struct hr_run *run, const struct instance *i)
{
    uint32_t last = i->running[0].frame;

    for (uint32_t k = 1; k < i->n_running; k++) {
        const struct frame *f = hr_frame(run, i->running[k].frame);
        const struct frame *l = hr_frame(run, last);
        const double rank = rank_of(run, f) - rank_of(run, l);
        bool after;

        if (i->conf->discipline == HR_SHORTEST_REMAINING)
            after = f->work > l->work;
        else if (i->conf->discipline == HR_LIFO_PREEMPTIVE)
            after = f->since < l->since;
        else
            after = rank > 0 || (rank == 0 && f->since > l->since);
        if (after)
            last = i->running[k].frame;
    }
    return last;
}

/* Takes a core from what runs for f, if f goes before it.  What gives way keeps what is left of
 * its work. */
static HR_APART bool take_core(struct hr_run *run, struct instance *i,
                               const struct frame *f)
{
    const uint32_t victim = last_of_running(run, i);
    struct frame *v = hr_frame(run, victim);

    if (i->conf->discipline == HR_PRIORITY_PREEMPTIVE &&
        !(rank_of(run, f) < rank_of(run, v)))
        return false;
    if (i->conf->discipline == HR_SHORTEST_REMAINING && !(f->work < v->work - i->v))
        return false;
    heap_remove(run, i, v);
    v->work = v->work > i->v ? v->work - i->v : 0;
    v->state = FRAME_CPU_QUEUE;
    hr_list_push(run, &i->cpu_queue, victim);
    return true;
}

static inline bool preempt(struct hr_run *run, struct instance *i, const struct frame *f)
{
    return i->conf->discipline >= HR_LIFO_PREEMPTIVE && take_core(run, i, f);
}

static inline void fill_cores(struct hr_run *run, struct instance *i)
{
    while (i->cpu_queue.n > 0 && has_core(i)) {
        const uint32_t f =
            i->conf->discipline == HR_FIFO ? i->cpu_queue.head : pick(run, i);

        hr_list_remove(run, &i->cpu_queue, f);
        start_piece(run, i, f, hr_frame(run, f));
    }
}

/* When work is done that takes so long from now. */
static inline hr_time end_of(hr_time now, double lasts)
{
    hr_time ns;

    if (!(lasts > 0))
        return now;
    if (!(lasts < 9e18 - (double)now))
        return HR_NEVER - 1;
    ns = (hr_time)lasts;
    return now + ns + ((double)ns < lasts);
}

/* Moves the event to when the head of the heap is done. */
static inline void retime(struct hr_run *run, struct instance *i, uint32_t instance)
{
    if (i->n_running == 0) {
        i->v = 0;
        if (i->cpu_timer != 0)
            hr_queue_cancel(run->queue, i->cpu_timer);
        i->cpu_timer = 0;
        return;
    }
    const double left = i->running[0].work - i->v;
    const hr_time at = end_of(run->now, i->rate == 1 ? left : left / i->rate);

    if (i->cpu_timer != 0) {
        if (i->cpu_at == at)
            return;
        hr_queue_cancel(run->queue, i->cpu_timer);
    }
    i->cpu_at = at;
    i->cpu_timer = hr_queue_add(run->queue, at, HR_CLASS_TASK,
                                (struct hr_event){.kind = HR_EV_CPU, .data = instance});
}

void hr_cpu_altered(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];
    const uint32_t cores = i->cores > 1 ? (uint32_t)i->cores : 1;

    i->most = i->conf->discipline == HR_PROCESSOR_SHARING ? UINT32_MAX : cores;
    rate(run, i);
    retime(run, i, instance);
    show_waiting(run, i);
}

void hr_cpu_begin(struct hr_run *run, uint32_t slot, int64_t demand)
{
    struct frame *f = hr_frame(run, slot);
    struct instance *i = &run->instances[f->instance];

    update(run, i);
    f->demand = demand;
    f->work = (double)demand;
    if (has_core(i) || preempt(run, i, f)) {
        start_piece(run, i, slot, f);
        settle(run, i);
        retime(run, i, f->instance);
    } else {
        f->state = FRAME_CPU_QUEUE;
        hr_list_push(run, &i->cpu_queue, slot);
    }
    show_waiting(run, i);
}

static inline void add_work(struct frame *f, int64_t ns)
{
    f->work_ns = hr_frame_work(f) + ns;
    f->worked = true;
}

/* Work done inside the horizon: of the component, of the frame, and of the call that it belongs
 * to, because a branch works for the call above it. */
static inline void credit(struct hr_run *run, struct frame *f, int64_t ns)
{
    if (!hr_recorder_open(run))
        return;
    run->record.parts[f->component].work_ns += ns;
    add_work(f, ns);
    while (f->kind == FRAME_BRANCH && f->parent != HR_NO_SLOT) {
        f = hr_frame(run, f->parent);
        add_work(f, ns);
    }
}

/* Where the time went of a frame that is sampled: on the CPU as long as it would have been
 * there alone, else waiting for it. */
static HR_APART void book_path(struct hr_run *run, const struct instance *i, uint32_t slot)
{
    const struct frame *f = hr_frame(run, slot);
    const hr_time elapsed = run->now - f->since;
    const hr_time alone = hr_time_from_s((double)f->demand / i->speed * 1e-9);

    hr_path_book(run, slot, i->component, HR_SPENT_WORK, alone < elapsed ? alone : elapsed);
    hr_path_book(run, slot, i->component, HR_SPENT_QUEUE,
                 alone < elapsed ? elapsed - alone : 0);
}

static inline void book_piece(struct hr_run *run, struct instance *i, uint32_t slot,
                              struct frame *f)
{
    i->done += (double)f->demand;
    i->rounded += i->speed > 1 ? i->speed : 1;
    credit(run, f, f->demand);
    if (f->path != HR_NO_SLOT)
        book_path(run, i, slot);
    f->since = run->now;
}

void hr_cpu_due(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];
    const uint32_t slot = i->running[0].frame;
    struct frame *f = hr_frame(run, slot);

    i->cpu_timer = 0;
    update(run, i);
    heap_remove(run, i, f);
    fill_cores(run, i);
    book_piece(run, i, slot, f);
    f->state = FRAME_READY;
    hr_frame_step_done(run, slot, HR_OK);
    i = &run->instances[instance];
    settle(run, i);
    if (i->cpu_timer == 0) /* else its next piece has begun here, and has done so */
        retime(run, i, instance);
    show_waiting(run, i);
}

void hr_cpu_imprecise(struct instance *i, const struct frame *f)
{
    i->rounded += 2 * f->work * DBL_EPSILON;
}

void hr_cpu_remove(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    struct instance *i = &run->instances[f->instance];

    update(run, i);
    const bool waits = f->state == FRAME_CPU_QUEUE;
    const double had = (double)f->demand - (waits ? f->work : f->work - i->v);

    if (had != 0) {
        credit(run, f, (int64_t)had);
        i->done += had;
        hr_cpu_imprecise(i, f);
    }
    if (waits) {
        hr_list_remove(run, &i->cpu_queue, slot);
    } else {
        heap_remove(run, i, f);
        fill_cores(run, i);
        settle(run, i);
        retime(run, i, f->instance);
    }
    f->state = FRAME_READY;
    show_waiting(run, i);
}
