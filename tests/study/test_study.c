/* tests/study/test_study.c - runs on threads: order, bounds, stops.  The runs are stand-ins
 * that take a given number of slices.  ctest-labels: threads */
#include "sim/engine/arena.h"
#include "sim/study/study.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum { MOST_RUNS = 512 };

/* A stand-in for a run: takes `slices` slices of `work_us` each, and counts who is alive. */
struct hr_run {
    struct hr_record record;
    const struct hr_plan *plan;
    uint64_t slices, done;
};
static atomic_int alive, most_alive, made;

static struct hr_run *make(const struct hr_plan *plan, const struct hr_run_options *o)
{
    struct hr_run *run = hr_heap_resize(NULL, 1, sizeof *run);
    const int now_alive = atomic_fetch_add(&alive, 1) + 1;
    int most = atomic_load(&most_alive);

    atomic_fetch_add(&made, 1);
    while (now_alive > most && !atomic_compare_exchange_weak(&most_alive, &most, now_alive))
        ;
    memset(run, 0, sizeof *run);
    run->plan = plan;
    run->record.seed = o->seed;
    run->record.replication = o->replication;
    /* Later replications are quicker: threads finish out of order. */
    run->slices =
        (uint64_t)plan->start / (o->replication * o->replication * o->replication) + 1;
    return run;
}

static bool advance(struct hr_run *run, uint64_t events)
{
    const struct timespec pause = {0, 200000};

    run->record.simulated_events += events;
    nanosleep(&pause, NULL);
    return ++run->done < run->slices;
}

static const struct hr_record *finish(struct hr_run *run)
{
    run->record.complete = true;
    return &run->record;
}

static void destroy(struct hr_run *run)
{
    atomic_fetch_sub(&alive, 1);
    hr_heap_resize(run, 0, 0);
}

static hr_time now(const struct hr_run *run)
{
    return (hr_time)((double)run->plan->horizon * (double)run->done / (double)run->slices);
}

static const struct hr_record *so_far(const struct hr_run *run)
{
    return &run->record;
}

static const struct hr_study_machine stand_in = {make,    advance, finish,
                                                 destroy, now,     so_far};

/* --- what a test watches ---------------------------------------------------------------- */

struct log {
    uint32_t design[MOST_RUNS];
    uint64_t replication[MOST_RUNS];
    size_t n;
    uint64_t stop_after;                                   /* runs; 0: never */
    uint32_t enough_at, asked_at[MOST_RUNS], asked, least; /* replications; 0: never */
    double last_share;
    bool share_fell;
};

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    struct log *log = ctx;

    assert_true(log->n < MOST_RUNS);
    log->design[log->n] = design;
    log->replication[log->n++] = r->replication;
}

static bool watch(void *ctx, const struct hr_study_progress *p)
{
    struct log *log = ctx;

    assert_true(p->share >= 0 && p->share <= 1);
    log->share_fell = log->share_fell || p->share < log->last_share - 0.001;
    log->last_share = p->share;
    return log->stop_after == 0 || p->done < log->stop_after;
}

static bool enough(void *ctx, uint32_t n)
{
    struct log *log = ctx;

    log->asked_at[log->asked++] = n;
    return log->enough_at > 0 && n >= log->enough_at;
}

static struct hr_study_end run_study(struct log *log, uint32_t designs,
                                     uint32_t replications, uint32_t jobs, int64_t slices,
                                     double budget_s)
{
    struct hr_plan plan = {.horizon = HR_HOUR, .start = slices};
    const struct hr_plan *plans[8] = {&plan, &plan, &plan, &plan,
                                      &plan, &plan, &plan, &plan};
    const struct hr_study_options o = {.plans = plans,
                                       .n_designs = designs,
                                       .replications = replications,
                                       .seed = 7,
                                       .jobs = jobs,
                                       .budget_s = budget_s,
                                       .least = log->least,
                                       .enough = enough,
                                       .machine = &stand_in,
                                       .ctx = log,
                                       .merge = merge,
                                       .watch = watch};

    atomic_store(&most_alive, 0);
    atomic_store(&made, 0);
    return hr_study_run(&o);
}

/* Which plans the runs were of, in the order of merging. */
struct planned {
    const struct hr_plan *of[MOST_RUNS];
    size_t n;
};

static void note_plan(void *ctx, uint32_t design, const struct hr_record *r)
{
    struct planned *p = ctx;

    (void)design;
    p->of[p->n++] = ((const struct hr_run *)(const void *)r)->plan; /* its first member */
}

static void each_point_has_plans_and_replications_of_its_own(void **state)
{
    const struct hr_plan plan[6] = {{.horizon = 1}};
    const struct hr_plan *plans[6];
    struct planned p = {.n = 0};
    const struct hr_study_options o = {.plans = plans,
                                       .n_designs = 2,
                                       .replications = 6,
                                       .a_point = 2,
                                       .jobs = 3,
                                       .machine = &stand_in,
                                       .ctx = &p,
                                       .merge = note_plan};

    (void)state;
    for (int i = 0; i < 6; i++)
        plans[i] = &plan[i];
    assert_int_equal(hr_study_run(&o).replications, 6);
    assert_int_equal(p.n, 12);
    for (size_t i = 0; i < 12; i++)
        assert_ptr_equal(p.of[i], &plan[i / 4 * 2 + i % 2]);
}

static void assert_in_order(const struct log *log, uint32_t designs, size_t n)
{
    assert_int_equal(log->n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(log->design[i], i % designs);
        assert_int_equal(log->replication[i], i / designs + 1);
    }
}

/* --- promises ------------------------------------------------------------------------------ */

static void merges_in_order_whatever_the_number_of_threads(void **state)
{
    (void)state;
    for (uint32_t jobs = 1; jobs <= 8; jobs *= 2) {
        struct log log = {0};
        const struct hr_study_end end = run_study(&log, 3, 12, jobs, 12, 0);

        assert_in_order(&log, 3, 36);
        assert_int_equal(end.finished, 36);
        assert_int_equal(end.asked, 36);
        assert_false(end.stopped || end.out_of_time);
        assert_true(end.events > 0);
    }
}

static void keeps_only_a_few_runs_a_thread_in_memory(void **state)
{
    struct log log = {0};

    (void)state;
    /* The first run is by far the longest: the others must wait for its merge. */
    run_study(&log, 1, 60, 2, 400, 0);
    assert_in_order(&log, 1, 60);
    assert_true(atomic_load(&most_alive) <= 6);
    assert_int_equal(atomic_load(&alive), 0);
}

static void stops_when_told_and_keeps_what_was_finished(void **state)
{
    struct log log = {.stop_after = 5};
    const struct hr_study_end end = run_study(&log, 2, 200, 4, 30, 0);

    (void)state;
    assert_true(end.stopped);
    assert_true(end.finished >= 5 && end.finished < 400);
    assert_int_equal(end.finished, log.n);
    assert_int_equal(atomic_load(&alive), 0);
    for (size_t i = 1; i < log.n; i++) /* still in order */
        assert_true(log.replication[i] * 2 + log.design[i] >
                    log.replication[i - 1] * 2 + log.design[i - 1]);
}

static void keeps_what_was_finished_behind_a_run_that_was_cut_short(void **state)
{
    struct log log = {.stop_after = 3};
    const struct hr_study_end end = run_study(&log, 1, 40, 2, 4000, 0);

    (void)state;
    assert_true(end.stopped);
    assert_true(end.finished >= 3);
    assert_int_equal(log.n, end.finished);
    assert_int_equal(log.replication[0], 2); /* the first was cut short */
    assert_int_equal(atomic_load(&alive), 0);
}

static void progress_never_goes_back(void **state)
{
    struct log log = {0};

    (void)state;
    /* The first run is the longest: the others are done before it is merged. */
    run_study(&log, 2, 12, 3, 1500, 0);
    assert_false(log.share_fell);
    assert_true(log.last_share > 0.5);
}

static void ends_when_its_time_is_used_up(void **state)
{
    struct log log = {0};
    const struct hr_study_end end = run_study(&log, 1, 1, 2, 1000000, 0.15);

    (void)state;
    assert_true(end.out_of_time);
    assert_int_equal(end.finished, 0);
    assert_int_equal(atomic_load(&alive), 0);
    assert_true(end.elapsed_s >= 0.15 && end.elapsed_s < 5);
}

static void starts_no_more_threads_than_runs(void **state)
{
    struct log log = {0};

    (void)state;
    run_study(&log, 1, 2, 64, 3, 0);
    assert_in_order(&log, 1, 2);
    assert_int_equal(atomic_load(&made), 2);
}

static void what_is_enough_does_not_hang_on_the_number_of_threads(void **state)
{
    (void)state;
    for (uint32_t jobs = 1; jobs <= 8; jobs *= 2) {
        struct log log = {.enough_at = 4};
        const struct hr_study_end end = run_study(&log, 3, 40, jobs, 12, 0);

        assert_true(end.enough && !end.stopped && !end.out_of_time);
        assert_in_order(&log, 3, 12);
        assert_int_equal(end.finished, 12);
        assert_int_equal(end.replications, 4);
        assert_int_equal(atomic_load(&alive), 0);
    }
}

static void it_is_asked_once_after_each_whole_replication(void **state)
{
    struct log log = {0};
    const struct hr_study_end end = run_study(&log, 2, 6, 4, 5, 0);

    (void)state;
    assert_int_equal(log.asked, 6);
    for (uint32_t i = 0; i < log.asked; i++)
        assert_int_equal(log.asked_at[i], i + 1);
    assert_int_equal(end.replications, 6);
    assert_false(end.enough);
}

static void a_gap_ends_the_whole_replications(void **state)
{
    struct log log = {.stop_after = 3}; /* as above: the first run is cut short */
    const struct hr_study_end end = run_study(&log, 1, 40, 2, 4000, 0);

    (void)state;
    assert_true(end.finished >= 3);
    assert_int_equal(end.replications, 0);
    assert_int_equal(log.asked, 0);
}

static void the_least_number_is_made_whatever_the_time(void **state)
{
    struct log log = {.least = 1};
    const struct hr_study_end end = run_study(&log, 2, 200, 1, 600, 0.05);

    (void)state;
    assert_true(end.out_of_time);
    assert_true(end.replications >= 1 && end.finished < 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_point_has_plans_and_replications_of_its_own),
        cmocka_unit_test(merges_in_order_whatever_the_number_of_threads),
        cmocka_unit_test(keeps_only_a_few_runs_a_thread_in_memory),
        cmocka_unit_test(stops_when_told_and_keeps_what_was_finished),
        cmocka_unit_test(keeps_what_was_finished_behind_a_run_that_was_cut_short),
        cmocka_unit_test(progress_never_goes_back),
        cmocka_unit_test(ends_when_its_time_is_used_up),
        cmocka_unit_test(what_is_enough_does_not_hang_on_the_number_of_threads),
        cmocka_unit_test(it_is_asked_once_after_each_whole_replication),
        cmocka_unit_test(a_gap_ends_the_whole_replications),
        cmocka_unit_test(the_least_number_is_made_whatever_the_time),
        cmocka_unit_test(starts_no_more_threads_than_runs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
