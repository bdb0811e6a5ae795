/* tests/study/test_compare.c - comparisons from simulations: what is the same is found the same,
 * what is not is found, and chance is not taken for a difference.
 * ctest-timeout: 300 */
#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/report/compare/compare.h"
#include "sim/report/compare/text.h"
#include "sim/study/collect.h"
#include "sim/study/study.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* One server at 60%; all its names are asked for. */
static const char one_server[] =
    "headroom: 1\n"
    "horizon: %s\n"
    "warmup: 5s\n"
    "traffic:\n"
    "  %s: { to: %s, rate: 60/s, deadline: 10s, mix: { view: 70%%, buy: 30%% } }\n"
    "components:\n"
    "  %s:\n"
    "    kind: service\n"
    "    instances: 1\n"
    "    cores: 1\n"
    "    operations:\n"
    "      view: { work: exponential(%s) }\n"
    "      buy: { work: exponential(%s) }\n"
    "objectives:\n"
    "  - p99(buy) < 1s\n";

struct study {
    struct hr_arena *a;
    struct hr_scenario *scenario;
    struct hr_collector *collector;
};

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    hr_collector_add(ctx, design, r);
}

static void merge_twin(void *ctx, const struct hr_twin *t, const struct hr_record *r)
{
    hr_collector_twin(ctx, t, r);
}

/* The results of a text; `s` is to be ended with `done`. */
static struct hr_results *simulate(struct study *s, const char *text, uint32_t replications,
                                   uint64_t seed)
{
    static const struct hr_library library = {hr_models, hr_catalog_files};
    const struct hr_overrides none = {0};
    const struct hr_plan *plans[4];
    struct hr_study_options o = {.plans = plans,
                                 .replications = replications,
                                 .seed = seed,
                                 .jobs = 1,
                                 .machine = &hr_study_simulator,
                                 .merge = merge,
                                 .merge_twin = merge_twin};
    struct hr_diags diags;

    s->a = hr_arena_create();
    hr_diags_init(&diags, s->a);
    s->scenario =
        hr_scenario_load_text("x.yaml", text, strlen(text), &library, &none, &diags);
    assert_non_null(s->scenario);
    assert_int_equal(diags.errors, 0);
    s->collector = hr_collector_create(s->scenario, replications, seed);
    o.n_designs = (uint32_t)s->scenario->n_designs;
    o.twins = hr_twins_of(s->scenario, s->a);
    o.ctx = s->collector;
    for (size_t i = 0; i < s->scenario->n_designs; i++)
        plans[i] = s->scenario->designs[i].plan;
    hr_study_run(&o);
    return hr_collector_results(s->collector, s->a, "", 0);
}

static struct hr_results *simulate_one(struct study *s, const char *name, const char *work,
                                       uint32_t replications, uint64_t seed)
{
    char text[1024], clients[40];

    snprintf(clients, sizeof clients, "users_of_%s", name);
    snprintf(text, sizeof text, one_server, "20s", clients, name, name, work, work);
    return simulate(s, text, replications, seed);
}

static void done(struct study *s)
{
    hr_collector_destroy(s->collector);
    hr_arena_destroy(s->a);
}

static const struct hr_comparison *compare(const struct hr_results *x,
                                           const struct hr_results *y,
                                           struct hr_contender *c, struct hr_arena *a)
{
    c[0] = (struct hr_contender){.r = x, .design = 0, .name = "x"};
    c[1] = (struct hr_contender){.r = y, .design = 0, .name = "y"};
    hr_contender_count(&c[0], a);
    hr_contender_count(&c[1], a);
    return hr_comparison_make(c, 2, 0, NULL, 0, a);
}

static size_t count(const struct hr_comparison *c, enum hr_finding f)
{
    size_t n = 0;

    for (size_t m = 0; m < c->n_measures; m++)
        n += hr_comparison_cell(c, 1, m)->finding == f;
    return n;
}

static const struct hr_compare_cell *cell(const struct hr_comparison *c, const char *label)
{
    for (size_t m = 0; m < c->n_measures; m++)
        if (strcmp(c->measures[m].label, label) == 0)
            return hr_comparison_cell(c, 1, m);
    fail_msg("no measure %s", label);
    return NULL;
}

static void the_same_names_and_numbers_differ_by_exactly_nothing(void **state)
{
    struct hr_contender c[2];
    struct study x, y;
    const struct hr_results *u = simulate_one(&x, "app", "10ms", 5, 1);
    const struct hr_results *v = simulate_one(&y, "app", "10ms", 5, 1);
    const struct hr_comparison *all = compare(u, v, c, x.a);
    const struct hr_console how = {.width = 80};

    (void)state;
    assert_true(all->n_measures >= 5);
    assert_int_equal(count(all, HR_FOUND_SAME), all->n_measures);
    assert_int_equal(all->family, 0);
    assert_non_null(strstr(hr_compare_terminal(all, &how, x.a), "0 exactly"));
    done(&x);
    done(&y);
}

/* Paired, 10 replications of 20 s are enough to see 0.2 ms of 25 ms. */
static void two_percent_more_work_is_found(void **state)
{
    struct hr_contender c[2];
    struct study x, y;
    const struct hr_results *u = simulate_one(&x, "app", "10ms", 10, 1);
    const struct hr_results *v = simulate_one(&y, "app", "10.2ms", 10, 1);
    const struct hr_comparison *all = compare(u, v, c, x.a);

    (void)state;
    assert_int_equal(cell(all, "mean_latency")->finding, HR_FOUND_WORSE);
    assert_int_equal(cell(all, "p50")->finding, HR_FOUND_WORSE);
    assert_true(cell(all, "mean_latency")->d.pairing < 0.1);
    done(&x);
    done(&y);
}

/* Other names are other draws: two servers that are alike, 200 times.  Chance alone may find a
 * difference in at most 5% of comparisons, all measures of one together: of 200, more than 27
 * have probability 1e-6 then (binomial), and about 10 are expected at most. */
static void alike_but_for_their_names_is_no_difference_in_95_of_100_studies(void **state)
{
    enum { STUDIES = 200, REPLICATIONS = 10, MOST = 27 };
    size_t wrong = 0, concluded = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= STUDIES; seed++) {
        struct hr_contender c[2];
        struct study x, y;
        const struct hr_results *u = simulate_one(&x, "app", "10ms", REPLICATIONS, seed);
        const struct hr_results *v = simulate_one(&y, "server", "10ms", REPLICATIONS, seed);
        const struct hr_comparison *all = compare(u, v, c, x.a);

        wrong += count(all, HR_FOUND_BETTER) + count(all, HR_FOUND_WORSE) > 0;
        concluded += all->family;
        assert_int_equal(count(all, HR_FOUND_UNDECIDED), 0);
        done(&x);
        done(&y);
    }
    print_message("differences found in %zu of %d studies of designs that are alike, of "
                  "%.1f conclusions each; 5%% are allowed\n",
                  wrong, (int)STUDIES, (double)concluded / STUDIES);
    assert_true(concluded >= 3 * STUDIES);
    assert_true(wrong <= MOST);
}

static void stored_results_compare_as_the_live_ones_do(void **state)
{
    char path[] = "/tmp/hr-compare-XXXXXX", why[256];
    struct hr_contender c[2], d[2];
    struct study x, y;
    struct hr_results *u = simulate_one(&x, "app", "10ms", 4, 1);
    const struct hr_results *v = simulate_one(&y, "app", "11ms", 4, 1), *again;
    const int fd = mkstemp(path);
    enum hr_io io;

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(hr_results_write(u, path, why, sizeof why), HR_IO_OK);
    again = hr_results_read(path, x.a, &io, why, sizeof why);
    assert_non_null(again);
    assert_string_equal(hr_compare_json(compare(again, v, c, x.a), x.a),
                        hr_compare_json(compare(u, v, d, x.a), x.a));
    unlink(path);
    done(&x);
    done(&y);
}

static void other_seeds_are_not_paired_and_it_is_said(void **state)
{
    struct hr_contender c[2];
    struct study x, y;
    const struct hr_results *u = simulate_one(&x, "app", "10ms", 4, 1);
    const struct hr_results *v = simulate_one(&y, "app", "10ms", 6, 2);
    const struct hr_comparison *all = compare(u, v, c, x.a);

    (void)state;
    assert_false(all->paired);
    assert_non_null(strstr(all->pairing, "Welch"));
    assert_int_equal(cell(all, "p50")->finding, HR_FOUND_NONE);
    done(&x);
    done(&y);
}

static void fewer_replications_pair_those_that_both_have(void **state)
{
    struct hr_contender c[2];
    struct study x, y;
    const struct hr_results *u = simulate_one(&x, "app", "10ms", 4, 1);
    const struct hr_results *v = simulate_one(&y, "app", "10ms", 6, 1);
    const struct hr_comparison *all = compare(u, v, c, x.a);

    (void)state;
    assert_int_equal(cell(all, "availability")->d.n, 4);
    assert_int_equal(cell(all, "p50")->finding, HR_FOUND_SAME);
    assert_non_null(strstr(all->pairing, "paired by 4 replications that all have"));
    done(&x);
    done(&y);
}

static void one_replication_decides_nothing(void **state)
{
    struct hr_contender c[2];
    struct study x, y;
    const struct hr_results *u = simulate_one(&x, "app", "10ms", 1, 1);
    const struct hr_results *v = simulate_one(&y, "app", "12ms", 1, 1);
    const struct hr_comparison *all = compare(u, v, c, x.a);

    (void)state;
    assert_int_equal(count(all, HR_FOUND_UNDECIDED), all->n_measures);
    assert_string_equal(cell(all, "p50")->why, "one replication has no interval");
    done(&x);
    done(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_names_and_numbers_differ_by_exactly_nothing),
        cmocka_unit_test(two_percent_more_work_is_found),
        cmocka_unit_test(alike_but_for_their_names_is_no_difference_in_95_of_100_studies),
        cmocka_unit_test(stored_results_compare_as_the_live_ones_do),
        cmocka_unit_test(other_seeds_are_not_paired_and_it_is_said),
        cmocka_unit_test(fewer_replications_pair_those_that_both_have),
        cmocka_unit_test(one_replication_decides_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
