/* sim/study/study.c - see study.h. */
#include "sim/study/study.h"

#include "sim/engine/check.h"
#include "sim/study/interval.h"
#include "sim/study/stopwatch.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum {
    SLICE = 50000,          /* events between two looks at `stop`: about 10 ms */
    AHEAD = 3,              /* items a thread may be ahead of the merge */
    TICK_NS = 50 * 1000000, /* between two looks of the calling thread */
    LINE = 64,              /* bytes of a cache line */
};

enum item_state { ITEM_WAITING, ITEM_FINISHED, ITEM_DROPPED, ITEM_SPARED };

struct item {
    enum item_state state; /* guarded by study.lock */
    bool spared; /* twin: its design's own run shows the same; set with that one's state */
    struct hr_run *run; /* kept until the record is merged */
    const struct hr_record *record;
};

struct study;

/* What one thread shows of itself; the padding keeps two of them off one cache line wherever
 * the array begins. */
struct worker {
    struct study *study;
    pthread_t thread;
    _Atomic uint64_t events;     /* simulated by it so far */
    _Atomic uint32_t millionths; /* of its current run's simulated time */
    char pad[2 * LINE];
};

struct study {
    const struct hr_study_options *o;
    const struct hr_study_machine *machine;
    struct item *items;
    struct worker *workers;
    uint32_t total, a_replication, n_workers; /* items: all, of one replication */
    atomic_uint next;                         /* item to be taken */
    atomic_uint delivered;                    /* items finished or dropped, merged or not */
    atomic_bool stop;
    pthread_mutex_t lock;
    pthread_cond_t ready; /* an item has been finished or dropped, or a worker has ended */
    pthread_cond_t room;  /* an item has been merged */
    pthread_cond_t known; /* a design's own run has been finished or dropped */
    uint32_t merged, alive, window;
    struct hr_study_end end;
    struct timespec began;
};

/* What item `i` is: a run of a design (NULL) or a twin. */
static const struct hr_twin *twin_of(const struct study *s, uint32_t i)
{
    const uint32_t k = i % s->a_replication;

    return k < s->o->n_designs ? NULL : &s->o->twins.at[k - s->o->n_designs];
}

static uint32_t design_of(const struct study *s, uint32_t i)
{
    const struct hr_twin *t = twin_of(s, i);

    return t ? t->design : i % s->a_replication;
}

/* What item `i` is a run of. */
static const struct hr_plan *plan_of(const struct study *s, uint32_t i)
{
    const uint32_t replication = i / s->a_replication;
    const uint32_t point = s->o->a_point ? replication / s->o->a_point : 0;

    return s->o->plans[(size_t)point * s->o->n_designs + design_of(s, i)];
}

/* The item of the design's own run that belongs to twin `i`. */
static uint32_t own_run(const struct study *s, uint32_t i)
{
    return i - i % s->a_replication + design_of(s, i);
}

/* --- the workers ------------------------------------------------------------------------ */

static void show_progress(struct worker *w, const struct hr_run *run,
                          const struct hr_plan *plan, hr_time until)
{
    const hr_time now = w->study->machine->now(run);
    const double span = (double)until + (double)plan->warmup;
    double share = span > 0 ? ((double)now + (double)plan->warmup) / span : 0;

    share = share < 0 ? 0 : share > 1 ? 1 : share;
    atomic_store_explicit(&w->millionths, (uint32_t)(share * 1e6), memory_order_relaxed);
    atomic_fetch_add_explicit(&w->events, SLICE, memory_order_relaxed);
}

/* The run of item `i`, finished; NULL if it was stopped before its end. */
static struct hr_run *simulate(struct study *s, struct worker *w, uint32_t i,
                               const struct hr_record **record)
{
    const struct hr_twin *t = twin_of(s, i);
    const struct hr_plan *plan = plan_of(s, i);
    const struct hr_run_options options = {.seed = s->o->seed,
                                           .replication = i / s->a_replication + 1,
                                           .ordinary = t && t->alone == 0,
                                           .alone = t ? t->alone : 0};
    const hr_time until = t ? hr_twin_until(plan, t) : plan->horizon;
    struct hr_run *run = s->machine->create(plan, &options);
    bool more = true;

    while (more && !atomic_load_explicit(&s->stop, memory_order_relaxed)) {
        more = s->machine->advance(run, SLICE);
        show_progress(w, run, plan, until);
        if (t && hr_twin_settled(plan, t, s->machine->so_far(run), s->machine->now(run)))
            more = false;
    }
    if (more) {
        s->machine->destroy(run);
        return NULL;
    }
    *record = s->machine->finish(run);
    return run;
}

/* Wait until item `i` is not too far ahead of the merge.  False: stop instead. */
static bool wait_for_room(struct study *s, uint32_t i)
{
    bool go;

    pthread_mutex_lock(&s->lock);
    while (i >= s->merged + s->window && !atomic_load(&s->stop))
        pthread_cond_wait(&s->room, &s->lock);
    go = !atomic_load(&s->stop);
    pthread_mutex_unlock(&s->lock);
    return go;
}

/* Wait until it is known whether twin `i` is needed.  False: it is not. */
static bool is_needed(struct study *s, uint32_t i)
{
    const struct item *own = &s->items[own_run(s, i)];
    const struct hr_twin *t = twin_of(s, i);
    bool needed;

    if (!t || !t->perhaps)
        return true;
    pthread_mutex_lock(&s->lock);
    while (own->state == ITEM_WAITING && !atomic_load(&s->stop))
        pthread_cond_wait(&s->known, &s->lock);
    needed = !s->items[i].spared;
    pthread_mutex_unlock(&s->lock);
    return needed;
}

/* The twins of a finished run that are not needed.  Called with the lock. */
static void spare_twins(struct study *s, uint32_t i, const struct hr_record *record)
{
    const uint32_t first = i - i % s->a_replication;

    for (uint32_t k = first; record && !twin_of(s, i) && k < first + s->a_replication;
         k++) {
        const struct hr_twin *t = twin_of(s, k);

        if (t && own_run(s, k) == i)
            s->items[k].spared = hr_twin_spared(plan_of(s, k), t, record);
    }
    pthread_cond_broadcast(&s->known);
}

static void deliver(struct study *s, struct worker *w, uint32_t i, struct hr_run *run,
                    const struct hr_record *record)
{
    struct item *it = &s->items[i];

    pthread_mutex_lock(&s->lock);
    it->run = run;
    it->record = record;
    it->state = run ? ITEM_FINISHED : it->spared ? ITEM_SPARED : ITEM_DROPPED;
    spare_twins(s, i, record);
    atomic_store_explicit(&w->millionths, 0, memory_order_relaxed);
    atomic_fetch_add(&s->delivered, 1);
    pthread_cond_signal(&s->ready);
    pthread_mutex_unlock(&s->lock);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct study *s = w->study;

    for (;;) {
        const uint32_t i = atomic_fetch_add(&s->next, 1);
        const struct hr_record *record = NULL;
        struct hr_run *run = NULL;

        if (i >= s->total || !wait_for_room(s, i))
            break;
        if (is_needed(s, i))
            run = simulate(s, w, i, &record);
        deliver(s, w, i, run, record);
    }
    pthread_mutex_lock(&s->lock);
    s->alive--;
    pthread_cond_signal(&s->ready);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

/* --- the calling thread ----------------------------------------------------------------- */

static struct hr_study_progress progress(const struct study *s)
{
    struct hr_study_progress p = {.done = atomic_load(&s->delivered), .total = s->total};
    double parts = p.done;

    for (uint32_t i = 0; i < s->n_workers; i++) {
        p.events += atomic_load_explicit(&s->workers[i].events, memory_order_relaxed);
        parts +=
            (double)atomic_load_explicit(&s->workers[i].millionths, memory_order_relaxed) /
            1e6;
    }
    p.share = s->total ? parts / (double)s->total : 1;
    p.elapsed_s = hr_elapsed_s(&s->began);
    if (s->o->budget_s > 0)
        p.share = fmax(p.share, p.elapsed_s / s->o->budget_s);
    p.share = p.share > 1 ? 1 : p.share;
    p.events_per_s = p.elapsed_s > 0 ? (double)p.events / p.elapsed_s : 0;
    p.left_s = p.share > 0.005 ? p.elapsed_s * (1 - p.share) / p.share : HR_NAN;
    return p;
}

static void request_stop(struct study *s)
{
    pthread_mutex_lock(&s->lock);
    atomic_store(&s->stop, true);
    pthread_cond_broadcast(&s->room);
    pthread_cond_broadcast(&s->known);
    pthread_mutex_unlock(&s->lock);
}

/* Look at the clock and ask the watcher. */
static void look(struct study *s)
{
    const struct hr_study_progress p = progress(s);

    if (atomic_load(&s->stop))
        return;
    if (s->o->budget_s > 0 && p.elapsed_s >= s->o->budget_s &&
        s->end.replications >= s->o->least)
        s->end.out_of_time = true;
    if (s->o->watch && !s->o->watch(s->o->ctx, &p))
        s->end.stopped = true;
    if (s->end.out_of_time || s->end.stopped)
        request_stop(s);
}

/* Merge item `i` if it is finished, and free it.  Called without the lock: the item is no
 * longer anyone else's. */
static void merge_item(struct study *s, uint32_t i)
{
    struct item *it = &s->items[i];
    const struct hr_twin *t = twin_of(s, i);

    if (it->state == ITEM_SPARED) {
        s->o->merge_twin(s->o->ctx, t, NULL);
        s->end.finished++;
    }
    if (it->state != ITEM_FINISHED)
        return;
    if (t)
        s->o->merge_twin(s->o->ctx, t, it->record);
    else
        s->o->merge(s->o->ctx, design_of(s, i), it->record);
    s->end.events += it->record->simulated_events;
    s->end.tasks += it->record->simulated_tasks;
    s->end.finished++;
    s->machine->destroy(it->run);
}

/* Item `i` has been merged, and all before it. */
static void count_replication(struct study *s, uint32_t i)
{
    if ((i + 1) % s->a_replication != 0 || s->end.finished != i + 1)
        return;
    s->end.replications++;
    if (s->o->enough && s->o->enough(s->o->ctx, s->end.replications)) {
        s->end.enough = true;
        request_stop(s);
    }
}

/* After an early stop there may be finished runs behind one that never was; after `enough`,
 * runs that nobody asked for. */
static void merge_rest(struct study *s)
{
    for (uint32_t i = s->merged; i < s->total; i++) {
        if (!s->end.enough)
            merge_item(s, i);
        else if (s->items[i].state == ITEM_FINISHED)
            s->machine->destroy(s->items[i].run);
    }
}

static void wait_a_tick(struct study *s)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += TICK_NS;
    if (t.tv_nsec >= 1000000000) {
        t.tv_nsec -= 1000000000;
        t.tv_sec++;
    }
    pthread_cond_timedwait(&s->ready, &s->lock, &t);
}

/* Merge what comes, in order, until no worker is left. */
static void attend(struct study *s)
{
    pthread_mutex_lock(&s->lock);
    for (;;) {
        const uint32_t i = s->merged;

        if (i < s->total && s->items[i].state != ITEM_WAITING && !s->end.enough) {
            pthread_mutex_unlock(&s->lock);
            merge_item(s, i);
            count_replication(s, i);
            pthread_mutex_lock(&s->lock);
            s->merged++;
            pthread_cond_broadcast(&s->room);
            continue;
        }
        if (s->alive == 0)
            break;
        wait_a_tick(s);
        pthread_mutex_unlock(&s->lock);
        look(s);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    merge_rest(s);
}

static void start_workers(struct study *s)
{
    uint32_t started = 0;

    s->alive = s->n_workers;
    for (; started < s->n_workers; started++)
        if (pthread_create(&s->workers[started].thread, NULL, work, &s->workers[started]))
            break;
    if (started < s->n_workers) { /* the system gives no more threads: do with these */
        pthread_mutex_lock(&s->lock);
        s->alive -= s->n_workers - started;
        if (started == 0) {
            s->alive = 1;
            s->window = s->total;
        }
        pthread_mutex_unlock(&s->lock);
        s->n_workers = started;
    }
    if (started == 0)
        work(&s->workers[0]);
}

static void init(struct study *s, struct hr_arena *a)
{
    pthread_condattr_t monotonic;
    const uint32_t jobs = s->o->jobs ? s->o->jobs : 1;

    s->a_replication = s->o->n_designs + s->o->twins.n;
    s->total = s->a_replication * s->o->replications;
    s->n_workers = jobs < s->total ? jobs : s->total;
    s->window = AHEAD * (s->n_workers ? s->n_workers : 1);
    s->items = hr_arena_alloc(a, s->total, sizeof *s->items);
    s->workers = hr_arena_alloc(a, (size_t)s->n_workers + 1, sizeof *s->workers);
    for (uint32_t i = 0; i < s->n_workers; i++)
        s->workers[i].study = s;
    s->end.asked = s->total;
    HR_REQUIRE(pthread_mutex_init(&s->lock, NULL) == 0);
    HR_REQUIRE(pthread_condattr_init(&monotonic) == 0);
    HR_REQUIRE(pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0);
    HR_REQUIRE(pthread_cond_init(&s->ready, &monotonic) == 0);
    HR_REQUIRE(pthread_cond_init(&s->room, NULL) == 0);
    HR_REQUIRE(pthread_cond_init(&s->known, NULL) == 0);
    pthread_condattr_destroy(&monotonic);
    s->began = hr_stopwatch();
}

struct hr_study_end hr_study_run(const struct hr_study_options *o)
{
    struct hr_arena *a = hr_arena_create();
    struct study s = {.o = o, .machine = o->machine};

    HR_REQUIRE(o->n_designs > 0 &&
               o->replications <= UINT32_MAX / (o->n_designs + o->twins.n));
    init(&s, a);
    start_workers(&s);
    attend(&s);
    for (uint32_t i = 0; i < s.n_workers; i++)
        pthread_join(s.workers[i].thread, NULL);
    pthread_cond_destroy(&s.ready);
    pthread_cond_destroy(&s.room);
    pthread_cond_destroy(&s.known);
    pthread_mutex_destroy(&s.lock);
    s.end.elapsed_s = hr_elapsed_s(&s.began);
    hr_arena_destroy(a);
    return s.end;
}
