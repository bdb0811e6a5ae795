/* tests/study/test_occurrences.c - a disturbance alone at many random times: RTO, RPO, phases. */
#include "sim/results/results.h"
#include "sim/study/collect.h"
#include "sim/study/episode.h"
#include "tests/scenario/loaded.h"

#include <math.h>

/* A database that is lost, once, at a given time, and has a standby. */
#define SHOP                                                                               \
    "headroom: 1\nhorizon: 2h\nwarmup: 1m\n"                                               \
    "places: { r: { zones: [a, b] } }\n"                                                   \
    "traffic: { buyers: { to: app, rate: 10/s, deadline: 3s, shape: [ { daily: { low: "    \
    "50%, peak: 150%, peak_at: \"12:00\" } } ] } }\n"                                      \
    "components:\n"                                                                        \
    "  app: { kind: service, in: r, zones: [b], instances: 2, workers: 64, operations: { " \
    "buy: [ { work: 2ms }, { call: orders.write, timeout: 1s } ] } }\n"                    \
    "  orders: { kind: database, product: aws.rds.postgres.db.m5.large, in: r, zones: "    \
    "[a, b], standby: true, storage: { size: 100GiB, type: gp3 }, operations: { write: { " \
    "work: 2ms, reads: 1, writes: 1 } } }\n"                                               \
    "disturbances: { outage: { lose: zone r/a, at: 30m, for: 6m } }\n"                     \
    "recovered: { when: [ availability >= 99% ], over: 5s, held: 1m }\n"                   \
    "objectives: [ rto(outage) <= 5m, rpo(outage) <= 1s ]\n"

enum { MANY = 12 };

struct kept {
    struct hr_collector *c;
    size_t n;
};

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    struct kept *k = ctx;

    (void)design;
    assert_int_equal(r->n_violations, 0);
    hr_collector_occurrence(k->c, 0, r);
    k->n++;
}

static const struct hr_results *simulate(struct fixture *f, struct kept *k, uint32_t jobs)
{
    const struct hr_scenario *s = load_with(f, SHOP, NULL);

    assert_non_null(s);
    assert_int_equal(f->ds.errors, 0);
    const struct hr_plan *plan = s->designs[0].plan;
    const struct hr_study_options o = {.plans = &plan,
                                       .n_designs = 1,
                                       .replications = MANY,
                                       .seed = 1,
                                       .jobs = jobs,
                                       .machine = &hr_episode_occurrences,
                                       .ctx = k,
                                       .merge = merge};

    *k = (struct kept){.c = hr_collector_create(s, 1, 1)};
    hr_study_run(&o);
    assert_int_equal(k->n, MANY);
    return hr_collector_results(k->c, f->a, "", 0);
}

static const double *numbers(const struct hr_results *r, const char *name)
{
    const struct hr_var *v = hr_results_find(r, name);

    assert_non_null(v);
    return v->data;
}

static void phases_add_up_run_by_run(void **state)
{
    static const char *const phases[] = {"recovery/detect", "recovery/decide",
                                         "recovery/act", "recovery/restore",
                                         "recovery/warm_up"};
    struct kept k;
    const struct hr_results *r = simulate(*state, &k, 1);
    const double *rto = numbers(r, "recovery/rto");

    for (size_t i = 0; i < MANY; i++) {
        double sum = 0;

        if (!(rto[i] > 10 && rto[i] < 300))
            fail_msg("occurrence %zu: %g s", i, rto[i]);
        for (size_t p = 0; p < 5; p++)
            sum += numbers(r, phases[p])[i];
        assert_true(fabs(sum - rto[i]) < 1e-6);
        assert_true(numbers(r, "recovery/detect")[i] > 0);
        assert_true(numbers(r, "recovery/restore")[i] > 0);
    }
    hr_collector_destroy(k.c);
}

static void they_happen_at_different_times_of_the_horizon(void **state)
{
    struct kept k;
    const struct hr_results *r = simulate(*state, &k, 1);
    const double *begin = numbers(r, "recovery/begin");
    double least = begin[0], most = begin[0];

    for (size_t i = 1; i < MANY; i++) {
        least = fmin(least, begin[i]);
        most = fmax(most, begin[i]);
        assert_true(begin[i] < begin[i - 1] || begin[i] > begin[i - 1]);
    }
    assert_true(least >= 0 && least < 2400 && most > 4800 && most < 7200 + 60);
    hr_collector_destroy(k.c);
}

static void objectives_are_about_them(void **state)
{
    struct kept k;
    struct fixture *f = *state;
    const struct hr_results *r = simulate(f, &k, 2);
    const double *rto = numbers(r, "recovery/rto");
    struct hr_estimate e;
    const char *reason;
    double most = 0;

    for (size_t i = 0; i < MANY; i++)
        most = fmax(most, rto[i]);
    hr_collector_verdict(k.c, 0, 0, f->a, &e, &reason);
    assert_int_equal(e.n, MANY);
    assert_true(fabs(e.mean - most) < 1e-9); /* p95 of twelve is the largest */
    assert_true(e.hi > 1e300 && e.lo > 0);
    hr_collector_destroy(k.c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(phases_add_up_run_by_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(they_happen_at_different_times_of_the_horizon,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(objectives_are_about_them, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("occurrences", tests, NULL, NULL);
}
