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

static double rate_of(const struct instance *i)
{
    const double n = i->n_running, cores = i->cores;

    return n <= cores ? i->speed : i->speed * cores / n;
}

static double cores_busy(const struct instance *i)
{
    return i->n_running < i->cores ? (double)i->n_running : i->cores;
}

void hr_cpu_update(struct hr_run *run, struct instance *i)
{
    const hr_time dt = run->now - i->as_of;

    if (dt > 0 && i->n_running > 0) {
        i->v += (double)dt * rate_of(i);
        run->parts[i->component].delivered += (double)dt * i->speed * cores_busy(i);
        i->used += (double)dt * cores_busy(i);
    }
    i->as_of = run->now;
}

static void show_busy(struct hr_run *run, struct instance *i)
{
    struct hr_part_record *r = &run->record.parts[i->component];
    const int64_t busy = (int64_t)(cores_busy(i) * 1000 + 0.5);
    /* One piece that runs on less than a core is slow, and waits for nothing. */
    const double excess = i->n_running - (i->cores > 1 ? i->cores : 1);

    hr_integral_add(&r->busy, run->now, busy - i->busy.level);
    hr_integral_set(&i->busy, run->now, busy);
    i->shown_running = i->n_running;
    i->shown_cores = i->cores;
    i->excess = excess > 0 ? (int64_t)hr_ceil(excess) : 0;
}

/* Levels that follow the number running: busy cores, and what waits for one. */
static void show_levels(struct hr_run *run, struct instance *i)
{
    if (i->n_running != i->shown_running || i->cores != i->shown_cores)
        show_busy(run, i);
    const int64_t waiting = (int64_t)i->cpu_queue.n + (int64_t)i->waiting.n + i->excess;

    if (waiting != i->queued_level)
        hr_integral_add(&run->record.parts[i->component].queued, run->now,
                        waiting - i->queued_level);
    i->queued_level = waiting;
}

void hr_cpu_show(struct hr_run *run, uint32_t instance)
{
    show_levels(run, &run->instances[instance]);
}

/* --- the heap of what runs, by virtual time of completion -------------------------------- */

static bool before(const struct hr_run *run, uint32_t a, uint32_t b)
{
    return hr_frame(run, a)->work < hr_frame(run, b)->work;
}

static void put(struct hr_run *run, struct instance *i, uint32_t at, uint32_t f)
{
    i->running[at] = f;
    hr_frame(run, f)->heap = at;
}

static void sift_up(struct hr_run *run, struct instance *i, uint32_t at, uint32_t f)
{
    while (at > 0 && before(run, f, i->running[(at - 1) / 2])) {
        put(run, i, at, i->running[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    put(run, i, at, f);
}

static void sift_down(struct hr_run *run, struct instance *i, uint32_t at, uint32_t f)
{
    for (;;) {
        uint32_t child = 2 * at + 1;

        if (child >= i->n_running)
            break;
        if (child + 1 < i->n_running &&
            before(run, i->running[child + 1], i->running[child]))
            child++;
        if (!before(run, i->running[child], f))
            break;
        put(run, i, at, i->running[child]);
        at = child;
    }
    put(run, i, at, f);
}

static void heap_add(struct hr_run *run, struct instance *i, uint32_t f)
{
    if (i->n_running == i->room) {
        i->room = i->room ? 2 * i->room : 8;
        i->running = hr_heap_resize(i->running, i->room, sizeof *i->running);
    }
    i->n_running++;
    sift_up(run, i, i->n_running - 1, f);
}

static void heap_remove(struct hr_run *run, struct instance *i, uint32_t f)
{
    const uint32_t at = hr_frame(run, f)->heap, last = i->running[--i->n_running];

    hr_frame(run, f)->heap = HR_NO_SLOT;
    if (at == i->n_running)
        return;
    if (at > 0 && before(run, last, i->running[(at - 1) / 2]))
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

static uint32_t next_in_queue(const struct hr_run *run, struct instance *i)
{
    uint32_t best = i->cpu_queue.head;

    if (i->conf->discipline == HR_FIFO)
        return best;
    if (i->conf->discipline == HR_LIFO || i->conf->discipline == HR_LIFO_PREEMPTIVE)
        return i->cpu_queue.tail;
    i->picks++;
    for (uint32_t f = best; f != HR_NO_SLOT; f = hr_frame(run, f)->queue_next)
        if (f != best && sooner(run, i, f, best))
            best = f;
    return best;
}

static bool has_core(const struct instance *i)
{
    return i->conf->discipline == HR_PROCESSOR_SHARING || i->n_running == 0 ||
           i->n_running + 1 <= i->cores;
}

/* Its `work`, so far what is left of it in ns, becomes the virtual time of its end. */
static void start_piece(struct hr_run *run, struct instance *i, uint32_t f)
{
    hr_frame(run, f)->state = FRAME_CPU;
    hr_frame(run, f)->work += i->v;
    heap_add(run, i, f);
}

/* Of what runs, the piece that gives way first. */
static uint32_t last_of_running(const struct hr_run *run, const struct instance *i)
{
    uint32_t last = i->running[0];

    for (uint32_t k = 1; k < i->n_running; k++) {
        const struct frame *f = hr_frame(run, i->running[k]), *l = hr_frame(run, last);
        const double rank = rank_of(run, f) - rank_of(run, l);
        bool after;

        if (i->conf->discipline == HR_SHORTEST_REMAINING)
            after = f->work > l->work;
        else if (i->conf->discipline == HR_LIFO_PREEMPTIVE)
            after = f->since < l->since;
        else
            after = rank > 0 || (rank == 0 && f->since > l->since);
        if (after)
            last = i->running[k];
    }
    return last;
}

/* Takes a core from what runs for f, if the discipline is a preemptive one and f goes before
 * it.  What gives way keeps what is left of its work. */
static bool preempt(struct hr_run *run, struct instance *i, uint32_t f)
{
    if (i->conf->discipline < HR_LIFO_PREEMPTIVE)
        return false;
    const uint32_t victim = last_of_running(run, i);
    struct frame *v = hr_frame(run, victim);

    if (i->conf->discipline == HR_PRIORITY_PREEMPTIVE &&
        !(rank_of(run, hr_frame(run, f)) < rank_of(run, v)))
        return false;
    if (i->conf->discipline == HR_SHORTEST_REMAINING &&
        !(hr_frame(run, f)->work < v->work - i->v))
        return false;
    heap_remove(run, i, victim);
    v->work = v->work > i->v ? v->work - i->v : 0;
    v->state = FRAME_CPU_QUEUE;
    hr_list_push(run, &i->cpu_queue, victim);
    return true;
}

static void fill_cores(struct hr_run *run, struct instance *i)
{
    while (i->cpu_queue.n > 0 && has_core(i)) {
        const uint32_t f = next_in_queue(run, i);

        hr_list_remove(run, &i->cpu_queue, f);
        start_piece(run, i, f);
    }
}

void hr_cpu_retime(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];

    if (i->n_running == 0) {
        i->v = 0;
        hr_queue_cancel(run->queue, i->cpu_timer);
        i->cpu_timer = 0;
        return;
    }
    const double left = hr_frame(run, i->running[0])->work - i->v;
    const double rate = rate_of(i), lasts = rate == 1 ? left : left / rate;
    const double wait = left > 0 ? hr_ceil(lasts) : 0;
    const hr_time at =
        wait < 9e18 - (double)run->now ? run->now + (hr_time)wait : HR_NEVER - 1;

    if (i->cpu_timer != 0) {
        if (i->cpu_at == at)
            return;
        hr_queue_cancel(run->queue, i->cpu_timer);
    }
    i->cpu_at = at;
    i->cpu_timer = hr_queue_add(run->queue, at, HR_CLASS_TASK,
                                (struct hr_event){.kind = HR_EV_CPU, .data = instance});
}

void hr_cpu_begin(struct hr_run *run, uint32_t f, int64_t demand)
{
    const uint32_t instance = hr_frame(run, f)->instance;
    struct instance *i = &run->instances[instance];

    hr_cpu_update(run, i);
    hr_frame(run, f)->demand = demand;
    hr_frame(run, f)->work = (double)demand;
    if (has_core(i) || preempt(run, i, f)) {
        start_piece(run, i, f);
        hr_cpu_retime(run, instance);
    } else {
        hr_frame(run, f)->state = FRAME_CPU_QUEUE;
        hr_list_push(run, &i->cpu_queue, f);
    }
    show_levels(run, i);
}

/* Work done inside the horizon: of the component, of the frame, and of the call that it belongs
 * to, because a branch works for the call above it. */
static void credit(struct hr_run *run, uint32_t slot, int64_t ns)
{
    struct frame *f = hr_frame(run, slot);

    if (!hr_recorder_open(run))
        return;
    run->record.parts[f->component].work_ns += ns;
    f->work_ns += ns;
    while (f->kind == FRAME_BRANCH && f->parent != HR_NO_SLOT) {
        f = hr_frame(run, f->parent);
        f->work_ns += ns;
    }
}

static void book_piece(struct hr_run *run, const struct instance *i, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    struct part *p = &run->parts[i->component];

    p->done += (double)f->demand;
    p->rounded += i->speed > 1 ? i->speed : 1;
    if (f->path == HR_NO_SLOT)
        return;
    const hr_time elapsed = run->now - f->since;
    const hr_time alone = hr_time_from_s((double)f->demand / i->speed * 1e-9);

    hr_path_book(run, slot, i->component, HR_SPENT_WORK, alone < elapsed ? alone : elapsed);
    hr_path_book(run, slot, i->component, HR_SPENT_QUEUE,
                 alone < elapsed ? elapsed - alone : 0);
}

void hr_cpu_due(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];
    const uint32_t f = i->running[0];

    i->cpu_timer = 0;
    hr_cpu_update(run, i);
    heap_remove(run, i, f);
    fill_cores(run, i);
    book_piece(run, i, f);
    credit(run, f, hr_frame(run, f)->demand);
    hr_frame(run, f)->since = run->now;
    hr_frame(run, f)->state = FRAME_READY;
    hr_frame_step_done(run, f, HR_OK);
    hr_cpu_retime(run, instance);
    show_levels(run, &run->instances[instance]);
}

void hr_cpu_remove(struct hr_run *run, uint32_t slot)
{
    struct frame *f = hr_frame(run, slot);
    const uint32_t instance = f->instance;
    struct instance *i = &run->instances[instance];

    hr_cpu_update(run, i);
    const bool waits = f->state == FRAME_CPU_QUEUE;
    const double had = (double)f->demand - (waits ? f->work : f->work - i->v);

    if (had != 0) {
        credit(run, slot, (int64_t)had);
        run->parts[i->component].done += had;
    }
    if (waits) {
        hr_list_remove(run, &i->cpu_queue, slot);
    } else {
        heap_remove(run, i, slot);
        fill_cores(run, i);
        hr_cpu_retime(run, instance);
    }
    f->state = FRAME_READY;
    show_levels(run, i);
}
