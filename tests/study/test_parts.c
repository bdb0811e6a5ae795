/* tests/study/test_parts.c - objectives of a part of the run, and of one figure a run: from
 * records made by hand. */
#include "sim/engine/time.h"
#include "sim/study/verdict.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LT = 0, GE = 3, WINDOWS = 4, RUNS = 10 };
#define NONE ((double)NAN)

/* A run with one tally: of each window, requests, good ones among them, and a latency. */
struct made {
    struct hr_record r;
    struct hr_tally_record tally;
    struct hr_row_record rows[WINDOWS];
    struct hr_meter meters[WINDOWS];
    hr_time span[WINDOWS];
};

static void make(struct made *m, uint32_t windows)
{
    memset(m, 0, sizeof *m);
    m->tally = (struct hr_tally_record){windows, m->span, m->rows, NULL};
    m->r.tallies = &m->tally;
    m->r.n_tallies = 1;
    m->r.n_parts = 1;
    for (uint32_t w = 0; w < windows; w++) {
        hr_hist_init(&m->rows[w].latency, 7);
        m->span[w] = HR_MINUTE;
    }
}

static void fill(struct made *m, uint32_t w, uint64_t valid, uint64_t good, double seconds)
{
    m->rows[w].valid = valid;
    m->rows[w].good = good;
    for (uint64_t i = 0; i < valid; i++) {
        if (i < good)
            hr_hist_record(&m->rows[w].latency, hr_time_from_s(seconds));
        else
            hr_hist_record_infinite(&m->rows[w].latency);
    }
}

static void drop(struct made *m)
{
    for (uint32_t w = 0; w < WINDOWS; w++)
        if (m->rows[w].latency.bits)
            hr_hist_free(&m->rows[w].latency);
}

static struct hr_objective availability(int op, double limit)
{
    return (struct hr_objective){.measure = HR_MEASURE_AVAILABILITY,
                                 .quantile = NONE,
                                 .rows = 1,
                                 .component = HR_NONE,
                                 .op = op,
                                 .limit = limit,
                                 .tally = 1};
}

static struct hr_estimate estimate(const struct hr_objective *o, struct made *m, size_t n)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_figure f;
    struct hr_estimate e;

    hr_figure_init(&f, o, n, a);
    for (size_t i = 0; i < n; i++)
        hr_figure_add(&f, &m[i].r);
    e = hr_figure_estimate(&f, 0.95);
    hr_figure_free(&f);
    hr_arena_destroy(a);
    return e;
}

static void assert_near(double x, double y)
{
    if (!(fabs(x - y) < 1e-9))
        fail_msg("%.12g is not %.12g", x, y);
}

static void a_part_is_read_and_not_the_run(void **unused)
{
    struct hr_objective o = availability(GE, 0.9);
    struct made m[2];

    (void)unused;
    make(&m[0], 1);
    make(&m[1], 1);
    fill(&m[0], 0, 100, 90, 1);
    fill(&m[1], 0, 300, 300, 1);
    assert_near(estimate(&o, m, 2).mean, 390.0 / 400);
    o.measure = HR_MEASURE_THROUGHPUT;
    m[1].span[0] = 2 * HR_MINUTE;
    assert_near(estimate(&o, m, 2).mean, 390.0 / 180);
    drop(&m[0]);
    drop(&m[1]);
}

static void of_windows_the_worst_that_has_enough_requests_counts(void **unused)
{
    struct hr_objective o = availability(GE, 0.9);
    struct made m;

    (void)unused;
    o.every = HR_MINUTE;
    make(&m, WINDOWS);
    fill(&m, 0, 100, 95, 1);
    fill(&m, 1, 10, 8, 2);
    fill(&m, 2, 9, 0, 0); /* too few */
    fill(&m, 3, 100, 100, 3);
    assert_near(estimate(&o, &m, 1).mean, 0.8);
    o.op = LT; /* the largest is the worst */
    assert_near(estimate(&o, &m, 1).mean, 1);
    o.measure = HR_MEASURE_QUANTILE; /* 0.5: ten; infinite ones count */
    o.quantile = 0.5;
    assert_true(fabs(estimate(&o, &m, 1).mean - 3) < 0.03);
    o.quantile = 0.95; /* wants twenty */
    assert_true(fabs(estimate(&o, &m, 1).mean - 3) < 0.03);
    o.quantile = 0.995; /* wants two hundred */
    assert_true(isnan(estimate(&o, &m, 1).mean));
    drop(&m);
}

static void a_largest_of_windows_and_runs_is_an_observation(void **unused)
{
    struct hr_objective o = availability(GE, 0.9);
    struct made m[2];

    (void)unused;
    o.every = HR_MINUTE;
    for (uint32_t i = 0; i < 2; i++) {
        make(&m[i], 1);
        fill(&m[i], 0, 100, 99 - i, 1);
    }
    assert_near(estimate(&o, m, 2).mean, 0.98);
    assert_true(isnan(estimate(&o, m, 2).lo));
    drop(&m[0]);
    drop(&m[1]);
}

/* Runs of 91%, 92%, .. 100%. */
static void ten_runs(struct made *m)
{
    for (uint32_t i = 0; i < RUNS; i++) {
        make(&m[i], 1);
        fill(&m[i], 0, 100, 91 + (i * 7) % RUNS, 1);
    }
}

static void runs_are_united_as_is_asked(void **unused)
{
    struct hr_objective o = availability(GE, 0.9);
    struct made m[RUNS];
    struct hr_estimate e;

    (void)unused;
    ten_runs(m);
    o.over_runs = HR_RUNS_MEAN;
    e = estimate(&o, m, RUNS);
    assert_near(e.mean, 0.955);
    assert_true(e.lo < 0.955 && e.lo > 0.92 && e.hi > 0.955 && e.hi < 0.99);
    o.over_runs = HR_RUNS_MOST;
    assert_near(estimate(&o, m, RUNS).mean, 1);
    for (uint32_t i = 0; i < RUNS; i++)
        drop(&m[i]);
}

/* 80% of ten runs reach 93%; all but two, or more, are at most 98%. */
static void a_share_of_the_runs_is_an_order_statistic(void **unused)
{
    struct hr_objective o = availability(GE, 0.9);
    struct made m[RUNS];
    struct hr_estimate e;

    (void)unused;
    ten_runs(m);
    o.over_runs = HR_RUNS_SHARE;
    o.share = 0.8;
    e = estimate(&o, m, RUNS);
    assert_near(e.mean, 0.93);
    assert_near(e.lo, 0); /* ten runs do not bound it */
    assert_true(e.hi > 0.93 && e.hi < 1);
    o.op = LT;
    e = estimate(&o, m, RUNS);
    assert_near(e.mean, 0.98);
    assert_near(e.hi, 1);
    assert_true(e.lo < 0.98 && e.lo > 0.91);
    for (uint32_t i = 0; i < RUNS; i++)
        drop(&m[i]);
}

static void what_never_came_is_undecided_by_its_name(void **unused)
{
    struct hr_objective o = availability(GE, 0.9);
    struct hr_arena *a = hr_arena_create();
    const char *why;
    struct made m;
    struct hr_estimate e;

    (void)unused;
    o.during = "outage";
    make(&m, 1);
    e = estimate(&o, &m, 1);
    assert_int_equal(hr_verdict_decide(&o, &e, a, &why), HR_UNDECIDED);
    assert_non_null(strstr(why, "`outage`"));
    drop(&m);
    hr_arena_destroy(a);
}

static void components_are_read_by_their_meters(void **unused)
{
    struct hr_objective o = {.measure = HR_MEASURE_UTILISATION,
                             .quantile = NONE,
                             .component = 0,
                             .op = LT,
                             .limit = 1,
                             .tally = 1};
    struct made m;

    (void)unused;
    make(&m, 2);
    m.tally.rows = NULL;
    m.tally.parts = m.meters;
    m.meters[0] = (struct hr_meter){.busy = 30, .capacity = 100, .queued = 5, .span = 10};
    m.meters[1] = (struct hr_meter){.busy = 60, .capacity = 100, .queued = 20, .span = 10};
    o.every = HR_MINUTE;
    assert_near(estimate(&o, &m, 1).mean, 0.6);
    o.measure = HR_MEASURE_QUEUE;
    assert_near(estimate(&o, &m, 1).mean, 2);
    m.meters[1].queue_max = 7;
    o.measure = HR_MEASURE_QUEUE_MAX;
    assert_near(estimate(&o, &m, 1).mean, 7);
    m.meters[0] = (struct hr_meter){.span = 10, .hits = 1, .misses = 3, .killed = 2};
    o.measure = HR_MEASURE_HIT_RATE;
    o.op = GE;
    assert_near(estimate(&o, &m, 1).mean, 0.25);
    o.every = 0;
    o.measure = HR_MEASURE_KILLS;
    assert_near(estimate(&o, &m, 1).mean, 2);
    drop(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_part_is_read_and_not_the_run),
        cmocka_unit_test(of_windows_the_worst_that_has_enough_requests_counts),
        cmocka_unit_test(a_largest_of_windows_and_runs_is_an_observation),
        cmocka_unit_test(runs_are_united_as_is_asked),
        cmocka_unit_test(a_share_of_the_runs_is_an_order_statistic),
        cmocka_unit_test(what_never_came_is_undecided_by_its_name),
        cmocka_unit_test(components_are_read_by_their_meters),
    };
    return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
