/* tests/study/test_figures.c - stored figures of small scenarios against what must hold of
 * them: identities, known answers, and cases made so that the answer is plain. */
#include "sim/report/pick.h"
#include "sim/study/collect.h"
#include "sim/system/run.h"
#include "tests/scenario/loaded.h"
#include "tests/support/validate.h"

#include <math.h>

/* The results of `n` replications of every design. */
static const struct hr_results *study(struct fixture *f, const char *text, uint32_t n)
{
    const struct hr_scenario *s = load_with(f, text, NULL);

    assert_quiet(f);
    assert_non_null(s);
    struct hr_collector *c = hr_collector_create(s, n, 1);
    for (uint32_t i = 0; i < n * s->n_designs; i++) {
        const struct hr_run_options o = {.seed = 1, .replication = i / s->n_designs + 1};
        const uint32_t design = (uint32_t)(i % s->n_designs);
        struct hr_run *run = hr_run_create(s->designs[design].plan, &o);

        while (hr_run_advance(run, 1 << 20))
            ;
        hr_collector_add(c, design, hr_run_finish(run));
        hr_run_destroy(run);
    }
    assert_int_equal(hr_collector_violations(c, NULL), 0);
    const struct hr_results *r = hr_collector_results(c, f->a, "", 0);
    hr_collector_destroy(c);
    return r;
}

static size_t at(const struct hr_results *r, const char *dim, const char *name)
{
    const int64_t i = hr_dim_index(hr_results_dim(r, dim), name);

    assert_true(i >= 0);
    return (size_t)i;
}

static void near(double x, double want, double tolerance)
{
    if (!(fabs(x - want) <= tolerance))
        fail_msg("%.17g is not %.17g within %g", x, want, tolerance);
}

#define ONE_SERVER(conf)                                                                   \
    "headroom: 1\nhorizon: 200s\nwarmup: 0s\n"                                             \
    "traffic: { c: { to: s, rate: 30/s, deadline: 3s, source: x } }\n"                     \
    "components: { s: { kind: service, source: x, discipline: fifo, " conf                 \
    "  operations: { a: [ { work: exponential(100ms) } ] } } }\n"

/* Capacity is what it can carry, not what it is asked for. */
static void an_overloaded_component_shows_what_it_can_carry(void **state)
{
    static const struct {
        const char *text;
        double carries;
    } cases[] = {
        {ONE_SERVER(""), 10},
        {ONE_SERVER("queue: 5, workers: 1,"), 10},
        {ONE_SERVER("cpu_speed: 2,"), 20},
        {ONE_SERVER("instances: 5,"), 50},
    };

    for (size_t i = 0; i < 4; i++) {
        const struct hr_results *r = study(*state, cases[i].text, 2);

        near(HR_FIGURE(r, "series/capacity", 0, 7, at(r, "component", "s")),
             cases[i].carries, 0.05 * cases[i].carries);
    }
}

/* Little's law and the utilisation law, of stored figures alone. */
static void the_laws_of_operations_hold(void **state)
{
    const struct hr_results *r =
        study(*state,
              "headroom: 1\nhorizon: 4800s\nwarmup: 100s\n"
              "traffic: { c: { to: s, rate: 14/s, source: x } }\n"
              "components: { s: { kind: service, source: x, cores: 2, \n"
              "  operations: { a: [ { work: exponential(100ms) } ] } } }\n",
              2);
    const size_t s = at(r, "component", "s");
    const double rate = HR_FIGURE(r, "components/calls_rate", 0, s);
    const double mean = HR_FIGURE(r, "latency/answered_mean", 0, 0);
    const double work = HR_FIGURE(r, "components/work_s", 0, s);
    double present = 0;

    near(HR_FIGURE(r, "components/in_flight_mean", 0, s), rate * mean, 0.005 * rate * mean);
    near(HR_FIGURE(r, "components/utilisation", 0, s), work / 4800 / 2, 0.001);
    for (size_t t = 0; t < hr_pick_length(r, "time"); t++)
        present += HR_FIGURE(r, "series/in_flight", 0, t, s);
    near(present / (double)hr_pick_length(r, "time"),
         HR_FIGURE(r, "components/in_flight_mean", 0, s), 1e-9);
}

/* All fail in the horizon; that all went well in the warm-up says nothing about it. */
static void calls_of_the_warm_up_do_not_count(void **state)
{
    const struct hr_results *r = study(
        *state,
        "headroom: 1\nhorizon: 20s\nwarmup: 10m\n"
        "traffic: { c: { to: s, rate: 50/s, source: x } }\n"
        "components: { s: { kind: service, source: x, \n"
        "  operations: { a: [ { work: 1ms } ] } } }\n"
        "disturbances: { down: { fail: s, by: 100%, at: 0s, for: 20s, source: x } }\n",
        1);

    near(HR_FIGURE(r, "components/failed_share", 0, at(r, "component", "s")), 1, 0.002);
}

/* Nobody waits for any answer, and each takes longer than the horizon. */
static void wasted_work_is_part_of_the_work(void **state)
{
    const struct hr_results *r =
        study(*state,
              "headroom: 1\nhorizon: 2s\nwarmup: 30s\n"
              "traffic: { c: { to: s, rate: 4/s, deadline: 1s, source: x } }\n"
              "components: { s: { kind: service, source: x, cores: 1000, \n"
              "  operations: { a: [ { work: 3s }, { work: 3s }, { work: 3s } ] } } }\n",
              4);
    const size_t s = at(r, "component", "s");

    near(HR_FIGURE(r, "components/wasted_s", 0, s), HR_FIGURE(r, "components/work_s", 0, s),
         1e-9);
    near(HR_FIGURE(r, "components/wasted_share", 0, s), 1, 1e-12);
}

/* A break by a disturbance names it, also where requests in flight break first. */
static void the_cause_of_a_break_comes_first(void **state)
{
    const struct hr_results *r =
        study(*state,
              "headroom: 1\nhorizon: 100s\nwarmup: 10s\n"
              "traffic: { c: { to: s, rate: 20/s, deadline: 8s, source: x } }\n"
              "components: { s: { kind: service, source: x, \n"
              "  operations: { a: [ { wait: 3s } ] } } }\n"
              "disturbances: { gone: { lose: s, at: 50s, for: 20s, source: x } }\n"
              "objectives: [ availability >= 99% ]\n",
              1);

    assert_string_equal(HR_WORD(r, "first_break/chain", 0),
                        "0:00:50  gone begins: s lost\n"
                        "0:00:51  availability below 99%\n"
                        "0:01:10  gone ends\n"
                        "0:01:10  availability holds again");
}

/* The slice of the tail lies beyond p99, also where many requests take almost as long. */
static void the_tail_is_the_tail(void **state)
{
    const struct hr_results *r = study(
        *state,
        "headroom: 1\nhorizon: 2000s\nwarmup: 1s\n"
        "traffic: { c: { to: s, rate: 50/s, source: x } }\n"
        "components: { s: { kind: service, source: x, cores: 8, operations: { a: [ \n"
        "  { choose: [ { share: 90%, do: [ { wait: 10ms } ] }, \n"
        "              { share: 10%, do: [ { wait: lognormal(p50=1s p99=1.08s) } ] } \n"
        "  ] } ] } } }\n",
        1);

    near(HR_FIGURE(r, "spent/total", 0, 0, 0), 0.010, 0.0001);
    assert_true(HR_FIGURE(r, "spent/total", 0, 0, 1) >=
                HR_FIGURE(r, "latency/answered", 0, 0, 3));
}

/* A forwarder's calls are counted; how they ended is not, and is not called zero. */
static void outcomes_that_nobody_counted_are_absent(void **state)
{
    const struct hr_results *r =
        study(*state,
              "headroom: 1\nhorizon: 20s\nwarmup: 0s\n"
              "traffic: { c: { to: lb, rate: 50/s, source: x } }\n"
              "components:\n  lb: { kind: load_balancer, targets: s }\n"
              "  s: { kind: service, source: x, operations: { a: [ { work: 1ms } ] } }\n",
              1);
    const size_t passed = at(r, "edge", "lb -> s"), asked = at(r, "edge", "c.a -> lb.a");

    near(HR_FIGURE(r, "edges/rate", 0, passed), HR_FIGURE(r, "edges/rate", 0, asked), 0.1);
    assert_true(HR_FIGURE(r, "edges/ok", 0, asked) > 900);
    assert_true(isnan(HR_FIGURE(r, "edges/ok", 0, passed)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_overloaded_component_shows_what_it_can_carry),
        TEST(the_laws_of_operations_hold),
        TEST(calls_of_the_warm_up_do_not_count),
        TEST(wasted_work_is_part_of_the_work),
        TEST(the_cause_of_a_break_comes_first),
        TEST(the_tail_is_the_tail),
        TEST(outcomes_that_nobody_counted_are_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
