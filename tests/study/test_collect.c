/* tests/study/test_collect.c - from records made by hand to the variables of a study. */
#include "sim/study/collect.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { BUCKETS = 10, PARTS = 3, ROWS = 2 };
static const hr_time BUCKET = HR_MINUTE;

/* --- two designs: the second has one component more ------------------------------------- */

struct shop {
    struct hr_component components[PARTS];
    struct hr_row rows[ROWS];
    struct hr_site sites[2];
    struct hr_disturbance disturbance;
    struct hr_plan plans[2];
    struct hr_objective objectives[2];
    struct hr_design designs[2];
    struct hr_scenario scenario;
};

static void make_plan(struct shop *s, struct hr_plan *p, const char *design, uint32_t parts)
{
    *p = (struct hr_plan){.scenario = "shop",
                          .design = design,
                          .start = 951782400, /* 2000-02-29 */
                          .horizon = BUCKETS * BUCKET,
                          .components = s->components,
                          .n_components = parts,
                          .rows = s->rows,
                          .n_rows = ROWS,
                          .sites = s->sites,
                          .n_sites = 2,
                          .disturbances = &s->disturbance,
                          .n_disturbances = 1};
}

static void make_shop(struct shop *s)
{
    *s = (struct shop){
        .components = {{.name = "shoppers"}, {.name = "web"}, {.name = "cache"}},
        .rows = {{.name = "home"}, {.name = "checkout"}},
        .sites = {{.label = "web.home -> pay.charge", .caller = 1, .callee = 0},
                  {.label = "web.home -> pay.charge", .caller = 1, .callee = 0}},
        .disturbance = {.name = "slow_payments",
                        .placed = true,
                        .verb = HR_VERB_SLOW,
                        .component = 1,
                        .op = HR_NONE,
                        .by = 20}};
    make_plan(s, &s->plans[0], "base", 2);
    make_plan(s, &s->plans[1], "cached", 3);
    s->objectives[0] = (struct hr_objective){.text = "availability >= 99%",
                                             .measure = HR_MEASURE_AVAILABILITY,
                                             .quantile = (double)NAN,
                                             .rows = 3,
                                             .component = HR_NONE,
                                             .disturbance = HR_NONE,
                                             .op = 3,
                                             .limit = 0.99};
    s->objectives[1] = s->objectives[0];
    s->objectives[1].text = "cost <= $9000/mo";
    s->objectives[1].measure = HR_MEASURE_COST;
    for (int i = 0; i < 2; i++)
        s->designs[i] = (struct hr_design){.name = s->plans[i].design,
                                           .plan = &s->plans[i],
                                           .objectives = s->objectives,
                                           .n_objectives = 1};
    s->scenario = (struct hr_scenario){
        .name = "A shop", .designs = s->designs, .n_designs = 2, .chosen = 0};
}

/* --- records ------------------------------------------------------------------------------ */

struct sample {
    struct hr_row_record rows[ROWS];
    uint64_t arrivals[ROWS][BUCKETS], goods[ROWS][BUCKETS], bads[ROWS][BUCKETS];
    struct hr_hist over_time[ROWS][BUCKETS];
    uint64_t cells[ROWS][HR_SPENT_BINS][PARTS * HR_N_SPENT];
    uint64_t *spent[ROWS][HR_SPENT_BINS];
    uint64_t spent_tasks[ROWS][HR_SPENT_BINS];
    struct hr_part_record parts[PARTS];
    struct hr_integral_series {
        int64_t busy[BUCKETS], capacity[BUCKETS];
    } areas[PARTS];
    struct hr_site_record sites[2];
    struct hr_instance_record instances[2];
    struct hr_event_record events[2];
    struct hr_record r;
};

static void make_sample(struct sample *s, uint32_t parts, uint64_t replication)
{
    memset(s, 0, sizeof *s);
    s->r = (struct hr_record){.seed = 1,
                              .replication = replication,
                              .bucket = BUCKET,
                              .n_buckets = BUCKETS,
                              .n_rows = ROWS,
                              .n_parts = parts,
                              .n_sites = 2,
                              .rows = s->rows,
                              .parts = s->parts,
                              .sites = s->sites,
                              .complete = true};
    for (size_t i = 0; i < ROWS; i++) {
        struct hr_row_record *row = &s->rows[i];

        hr_hist_init(&row->latency, 7);
        hr_hist_init(&row->answered_latency, 7);
        row->arrivals = s->arrivals[i];
        row->goods = s->goods[i];
        row->bads = s->bads[i];
        row->over_time = s->over_time[i];
        row->spent = s->spent[i];
        row->spent_tasks = s->spent_tasks[i];
        for (size_t b = 8; b < HR_SPENT_BINS; b++) /* nothing takes less than 8 ns */
            s->spent[i][b] = s->cells[i][b];
        for (size_t t = 0; t < BUCKETS; t++)
            hr_hist_init(&s->over_time[i][t], 4);
    }
    for (size_t i = 0; i < parts; i++) {
        struct hr_part_record *p = &s->parts[i];

        hr_hist_init(&p->sojourn, 7);
        p->busy.areas = s->areas[i].busy;
        p->capacity.areas = s->areas[i].capacity;
        p->busy.n_areas = p->capacity.n_areas = BUCKETS;
    }
}

static void free_sample(struct sample *s)
{
    for (size_t i = 0; i < ROWS; i++) {
        hr_hist_free(&s->rows[i].latency);
        hr_hist_free(&s->rows[i].answered_latency);
        for (size_t t = 0; t < BUCKETS; t++)
            hr_hist_free(&s->over_time[i][t]);
    }
    for (size_t i = 0; i < s->r.n_parts; i++)
        hr_hist_free(&s->parts[i].sojourn);
}

/* `n` requests of a row that arrive in bucket t and take `latency`; bad ones: HR_NEVER. */
static void arrive(struct sample *s, size_t row, size_t t, uint64_t n, hr_time latency)
{
    struct hr_row_record *r = &s->rows[row];
    const bool good = latency != HR_NEVER;

    r->valid += n;
    r->attempts += 2 * n;
    r->good += good ? n : 0;
    r->failed += good ? 0 : n;
    s->arrivals[row][t] += n;
    s->goods[row][t] += good ? n : 0;
    s->bads[row][t] += good ? 0 : n;
    for (uint64_t i = 0; i < n; i++) {
        if (!good) {
            hr_hist_record_infinite(&r->latency);
            continue;
        }
        hr_hist_record(&r->latency, latency);
        hr_hist_record(&r->answered_latency, latency);
        hr_hist_record(&s->over_time[row][t], latency);
    }
}

/* --- reading back ------------------------------------------------------------------------- */

struct world {
    struct shop shop;
    struct sample sample;
    struct hr_collector *c;
    struct hr_arena *a;
    struct hr_results *r;
};

static int set_up(void **state)
{
    struct world *w = hr_heap_resize(NULL, 1, sizeof *w);

    memset(w, 0, sizeof *w);
    make_shop(&w->shop);
    w->a = hr_arena_create();
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    hr_collector_destroy(w->c);
    hr_arena_destroy(w->a);
    hr_heap_resize(w, 0, 0);
    return 0;
}

static void start(struct world *w, uint32_t replications)
{
    w->c = hr_collector_create(&w->shop.scenario, replications, 1);
}

static void add(struct world *w, uint32_t design)
{
    hr_collector_add(w->c, design, &w->sample.r);
    free_sample(&w->sample);
}

static void finish(struct world *w)
{
    w->r = hr_collector_results(w->c, w->a, "headroom run shop.yaml", 0);
}

/* An item by up to five indices. */
static double at(const struct world *w, const char *path, size_t i, size_t j, size_t k,
                 size_t l, size_t m)
{
    const size_t index[5] = {i, j, k, l, m};
    const struct hr_var *v = hr_results_find(w->r, path);

    assert_non_null(v);
    return hr_var_at(w->r, v, index);
}

static const char *text_at(const struct world *w, const char *path, size_t i, size_t j)
{
    const size_t index[2] = {i, j};
    const struct hr_var *v = hr_results_find(w->r, path);

    assert_non_null(v);
    return hr_var_text(w->r, v, index);
}

static void assert_near(double x, double y)
{
    assert_true(fabs(x - y) <= 1e-9 * (fabs(y) + 1e-9));
}

/* --- promises ----------------------------------------------------------------------------- */

static void classes_are_all_and_then_the_rows(void **state)
{
    struct world *w = *state;

    start(w, 2);
    for (uint64_t k = 1; k <= 2; k++) {
        make_sample(&w->sample, 2, k);
        arrive(&w->sample, 0, 0, 60, 10 * HR_MILLISECOND);
        arrive(&w->sample, 1, 3, 30, 20 * HR_MILLISECOND);
        arrive(&w->sample, 1, 3, 10 * k, HR_NEVER);
        add(w, 0);
    }
    finish(w);
    assert_string_equal(hr_results_dim(w->r, "request_class")->texts[0], "all");
    assert_string_equal(hr_results_dim(w->r, "request_class")->texts[2], "checkout");
    assert_near(at(w, "summary/availability", 0, 0, 0, 0, 0), 180.0 / 210);
    assert_near(at(w, "summary/availability", 0, 1, 0, 0, 0), 1);
    assert_near(at(w, "summary/availability", 0, 2, 0, 0, 0), 60.0 / 90);
    assert_near(at(w, "summary/amplification", 0, 0, 0, 0, 0), 2);
    assert_near(at(w, "summary/valid", 0, 1, 2, 0, 0), 50);
    assert_near(at(w, "summary/rate", 0, 1, 0, 0, 0), 60.0 / 600);
    assert_near(at(w, "series/bad", 0, 3, 2, 0, 0), 15.0 / 60);
    assert_near(at(w, "series/arrivals", 0, 3, 0, 0, 0), 45.0 / 60);
}

static void
bad_requests_are_infinitely_late_and_answered_ones_are_shown_beside(void **state)
{
    struct world *w = *state;

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    arrive(&w->sample, 0, 0, 95, 10 * HR_MILLISECOND);
    arrive(&w->sample, 0, 0, 5, HR_NEVER);
    add(w, 0);
    finish(w);
    assert_near(at(w, "latency/latency", 0, 1, 1, 0, 0), 0.010); /* p90 */
    assert_true(at(w, "latency/latency", 0, 1, 3, 0, 0) == HUGE_VAL);
    assert_near(at(w, "latency/answered", 0, 1, 3, 0, 0), 0.010);
    assert_near(at(w, "latency/answered_max", 0, 1, 0, 0, 0), 0.010);
    assert_true(isnan(at(w, "latency/latency_lo", 0, 1, 1, 0, 0))); /* one replication */
}

static void the_worst_five_minutes_are_found_where_they_are(void **state)
{
    struct world *w = *state;

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    for (size_t t = 0; t < BUCKETS; t++)
        arrive(&w->sample, 0, t, 100, HR_MILLISECOND);
    arrive(&w->sample, 0, 6, 100, HR_NEVER);
    arrive(&w->sample, 0, 2, 20, HR_NEVER);
    add(w, 0);
    finish(w);
    /* Minutes 2 to 6 hold both: 500 good of 620. */
    assert_near(at(w, "summary/worst_5m_availability", 0, 0, 0, 0, 0), 500.0 / 620);
    assert_near(at(w, "summary/worst_5m_at", 0, 0, 0, 0, 0), 120);
}

static void a_design_without_a_component_has_nothing_there(void **state)
{
    struct world *w = *state;

    start(w, 1);
    for (uint32_t d = 0; d < 2; d++) {
        make_sample(&w->sample, d ? 3 : 2, 1);
        for (size_t i = 1; i < w->sample.r.n_parts; i++) {
            w->sample.parts[i].busy.whole = 300;
            w->sample.parts[i].capacity.whole = 400;
            w->sample.areas[i].busy[4] = 1;
            w->sample.areas[i].capacity[4] = 2;
        }
        add(w, d);
    }
    finish(w);
    assert_string_equal(hr_results_dim(w->r, "component")->texts[2], "cache");
    assert_true(isnan(at(w, "components/utilisation", 0, 2, 0, 0, 0)));
    assert_true(isnan(at(w, "components/calls_rate", 0, 2, 0, 0, 0)));
    assert_near(at(w, "components/utilisation", 1, 2, 0, 0, 0), 0.75);
    assert_near(at(w, "series/utilisation", 1, 4, 2, 0, 0), 0.5);
    assert_true(isnan(at(w, "series/utilisation", 0, 4, 2, 0, 0)));
}

/* Wide buckets keep their areas in units of 2^shift: a level of 3 over a bucket is 3. */
static void series_of_wide_buckets_are_in_the_same_units(void **state)
{
    struct world *w = *state;
    int64_t queued[BUCKETS];

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    for (size_t t = 0; t < BUCKETS; t++)
        queued[t] = 3 * BUCKET >> 4;
    w->sample.parts[0].queued.areas = queued;
    w->sample.parts[0].queued.n_areas = BUCKETS;
    w->sample.parts[0].queued.shift = 4;
    add(w, 0);
    finish(w);
    assert_near(at(w, "series/queue_length", 0, 2, 0, 0, 0), 3);
}

static void where_the_time_goes_adds_up(void **state)
{
    struct world *w = *state;
    double sum = 0;

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    for (size_t row = 0; row < ROWS; row++)
        for (uint64_t ms = 1; ms <= 100; ms++) {
            const size_t bin = hr_hist_index(3, (int64_t)ms * HR_MILLISECOND);
            uint64_t *cell = &w->sample.cells[row][bin][HR_N_SPENT];

            arrive(&w->sample, row, 0, 1, (hr_time)ms * HR_MILLISECOND);
            w->sample.spent_tasks[row][bin]++;
            cell[HR_SPENT_QUEUE] += (ms - 1) * (uint64_t)HR_MILLISECOND;
            cell[HR_SPENT_WORK] += (uint64_t)HR_MILLISECOND;
        }
    add(w, 0);
    finish(w);
    for (size_t slice = 0; slice < 2; slice++) {
        for (size_t p = 0; p < 2; p++)
            for (size_t what = 0; what < HR_N_SPENT; what++)
                sum += at(w, "spent/time", 0, 0, slice, p, what);
        assert_near(sum, at(w, "spent/total", 0, 0, slice, 0, 0));
        sum = 0;
    }
    /* The median slice is around 50 ms, the tail at and beyond 99 ms (its bin: from 96). */
    assert_true(fabs(at(w, "spent/total", 0, 0, 0, 0, 0) - 0.050) < 0.010);
    assert_true(at(w, "spent/total", 0, 0, 1, 0, 0) > 0.090);
    assert_near(at(w, "spent/time", 0, 0, 1, 1, HR_SPENT_WORK), 0.001);
}

static void two_call_sites_with_one_label_are_told_apart(void **state)
{
    struct world *w = *state;

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    w->sample.sites[0].calls = 600;
    w->sample.sites[1].calls = 60;
    add(w, 0);
    finish(w);
    assert_string_equal(hr_results_dim(w->r, "edge")->texts[1],
                        "web.home -> pay.charge (2)");
    assert_near(at(w, "edges/rate", 0, 0, 0, 0, 0), 1);
    assert_near(at(w, "edges/rate", 0, 1, 0, 0, 0), 0.1);
}

static void an_instance_is_used_as_much_as_it_worked_while_up(void **state)
{
    struct world *w = *state;

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    /* Two cores each; the second was up half of the time. */
    w->sample.instances[0] =
        (struct hr_instance_record){.component = 1, .slot = 0, .busy_ns = 50, .up_ns = 100};
    w->sample.instances[1] =
        (struct hr_instance_record){.component = 1, .slot = 1, .busy_ns = 75, .up_ns = 50};
    w->sample.parts[1].busy.whole = 125 * 1000;
    w->sample.parts[1].capacity.whole = 300 * 1000;
    w->sample.r.instances = w->sample.instances;
    w->sample.r.n_instances = 2;
    add(w, 0);
    finish(w);
    assert_string_equal(hr_results_dim(w->r, "instance")->texts[1], "web/1");
    assert_near(at(w, "instances/utilisation", 0, 0, 0, 0, 0), 0.25);
    assert_near(at(w, "instances/utilisation", 0, 1, 0, 0, 0), 0.75);
}

static void a_disturbance_that_outlasts_the_run_has_no_end(void **state)
{
    struct world *w = *state;

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    w->sample.events[0] = (struct hr_event_record){.at = 3 * HR_MINUTE,
                                                   .last = 3 * HR_MINUTE,
                                                   .count = 1,
                                                   .component = 1,
                                                   .instance = HR_NONE,
                                                   .what = "begins",
                                                   .disturbance = 1};
    w->sample.r.events = w->sample.events;
    w->sample.r.n_events = 1;
    add(w, 0);
    finish(w);
    assert_string_equal(text_at(w, "disturbances/name", 0, 0), "slow_payments");
    assert_string_equal(text_at(w, "disturbances/target", 0, 0), "web");
    assert_string_equal(text_at(w, "disturbances/verb", 0, 0), "slow");
    assert_near(at(w, "disturbances/begin", 0, 0, 0, 0, 0), 180);
    assert_true(at(w, "disturbances/end", 0, 0, 0, 0, 0) == HUGE_VAL);
    assert_string_equal(text_at(w, "events/component", 0, 0), "web");
}

static void a_change_of_a_number_is_told_with_both(void **state)
{
    struct world *w = *state;

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    w->sample.events[0] = (struct hr_event_record){.at = 3 * HR_MINUTE,
                                                   .last = 3 * HR_MINUTE,
                                                   .count = 1,
                                                   .component = 1,
                                                   .instance = HR_NONE,
                                                   .what = "desired capacity",
                                                   .change = true,
                                                   .from = 4,
                                                   .to = 6};
    w->sample.r.events = w->sample.events;
    w->sample.r.n_events = 1;
    add(w, 0);
    finish(w);
    assert_string_equal(text_at(w, "events/what", 0, 0), "desired capacity 4 -> 6");
}

static void a_broken_objective_is_traced_to_the_disturbance(void **state)
{
    struct world *w = *state;

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    for (size_t t = 0; t < BUCKETS; t++)
        arrive(&w->sample, 0, t, 100, HR_MILLISECOND);
    arrive(&w->sample, 0, 6, 100, HR_NEVER);
    w->sample.events[0] = (struct hr_event_record){.at = 5 * HR_MINUTE,
                                                   .component = 1,
                                                   .instance = HR_NONE,
                                                   .what = "begins",
                                                   .disturbance = 1};
    w->sample.r.events = w->sample.events;
    w->sample.r.n_events = 1;
    add(w, 0);
    finish(w);
    assert_string_equal(text_at(w, "objectives/verdict", 0, 0), "broken");
    assert_string_equal(text_at(w, "first_break/chain", 0, 0),
                        "0:05:00  slow_payments begins: web 20x slower\n"
                        "0:07:00  availability below 99%\n"
                        "0:10:00  availability does not hold again before the end");
    assert_string_equal(text_at(w, "first_break/chain", 1, 0), "");
}

static void a_study_that_lacks_a_run_is_not_complete(void **state)
{
    struct world *w = *state;

    start(w, 2);
    make_sample(&w->sample, 2, 2); /* the first was lost */
    arrive(&w->sample, 0, 0, 7, HR_MILLISECOND);
    add(w, 0);
    finish(w);
    assert_string_equal(hr_results_attr_text(w->r, "complete"), "0");
    assert_int_equal(hr_results_dim(w->r, "replication")->n, 2);
    assert_near(at(w, "summary/valid", 0, 1, 0, 0, 0), 7);
    assert_near(at(w, "summary/valid", 0, 0, 0, 0, 0), 0);
    assert_true(isnan(at(w, "summary/availability", 1, 0, 0, 0, 0)));
    assert_string_equal(hr_results_attr_text(w->r, "start"), "2000-02-29T00:00:00");
}

static void the_chosen_design_decides_the_status_unless_all_do(void **state)
{
    struct world *w = *state;

    start(w, 1);
    for (uint32_t d = 0; d < 2; d++) {
        make_sample(&w->sample, d ? 3 : 2, 1);
        arrive(&w->sample, 0, 0, 100, d ? HR_NEVER : HR_MILLISECOND);
        add(w, d);
    }
    assert_int_equal(hr_collector_status(w->c, false), 0);
    assert_int_equal(hr_collector_status(w->c, true), 1);
}

static void an_undecided_objective_gives_four_and_a_broken_one_beats_it(void **state)
{
    struct world *w = *state;

    w->shop.designs[0].n_objectives = 2;
    w->shop.designs[0].objectives[1].measure = HR_MEASURE_HEADROOM; /* not yet measured */
    start(w, 1);
    make_sample(&w->sample, 2, 1);
    arrive(&w->sample, 0, 0, 100, HR_MILLISECOND);
    add(w, 0);
    assert_int_equal(hr_collector_status(w->c, false), 4);
    assert_int_equal(hr_collector_status(w->c, true), 4); /* the other has no run */
    hr_collector_destroy(w->c);
    start(w, 1);
    make_sample(&w->sample, 2, 1);
    arrive(&w->sample, 0, 0, 100, HR_NEVER);
    add(w, 0);
    assert_int_equal(hr_collector_status(w->c, false), 1);
}

static void a_violated_identity_is_counted_and_told(void **state)
{
    struct world *w = *state;
    struct hr_violation v = {"tasks in = ended + in flight", 1, 7, 8};
    const char *first = NULL;

    start(w, 1);
    make_sample(&w->sample, 2, 1);
    add(w, 0);
    assert_int_equal(hr_collector_violations(w->c, &first), 0);
    assert_null(first);
    make_sample(&w->sample, 3, 1);
    w->sample.r.violations = &v;
    w->sample.r.n_violations = 1;
    add(w, 1);
    assert_int_equal(hr_collector_violations(w->c, &first), 1);
    assert_string_equal(first, "cached: tasks in = ended + in flight: 7 is not 8 "
                               "(seed 1, replication 1)");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(classes_are_all_and_then_the_rows),
        TEST(bad_requests_are_infinitely_late_and_answered_ones_are_shown_beside),
        TEST(the_worst_five_minutes_are_found_where_they_are),
        TEST(a_design_without_a_component_has_nothing_there),
        TEST(series_of_wide_buckets_are_in_the_same_units),
        TEST(where_the_time_goes_adds_up),
        TEST(two_call_sites_with_one_label_are_told_apart),
        TEST(an_instance_is_used_as_much_as_it_worked_while_up),
        TEST(a_disturbance_that_outlasts_the_run_has_no_end),
        TEST(a_change_of_a_number_is_told_with_both),
        TEST(a_broken_objective_is_traced_to_the_disturbance),
        TEST(a_study_that_lacks_a_run_is_not_complete),
        TEST(the_chosen_design_decides_the_status_unless_all_do),
        TEST(a_violated_identity_is_counted_and_told),
        TEST(an_undecided_objective_gives_four_and_a_broken_one_beats_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
