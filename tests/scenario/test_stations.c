/* tests/scenario/test_stations.c - which components theory has an answer for, and which. */
#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/scenario/stations.h"
#include "sim/theory/queues.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "headroom: 1\nname: Stations\nhorizon: 1h\n"

/* The answers of a scenario of one design; returns how many. */
static size_t answers_of(struct hr_arena *a, const char *text,
                         struct hr_station_answer **answers, struct hr_diags *ds)
{
    static const struct hr_library lib = {hr_models, hr_catalog_files};
    const struct hr_overrides ov = {0};

    hr_diags_init(ds, a);
    const struct hr_scenario *s =
        hr_scenario_load_text("test.yaml", text, strlen(text), &lib, &ov, ds);
    for (size_t i = 0; i < ds->n; i++)
        print_message("%s: %s\n", hr_codes[ds->items[i].code].name, ds->items[i].what);
    assert_int_equal(ds->errors, 0);
    hr_scenario_analyse(s, ds);
    return hr_stations_answers(s->designs[0].plan, a, answers);
}

static void expect(const char *text, const char *model, double load, double response)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_station_answer *t;
    struct hr_diags ds;

    assert_int_equal(answers_of(a, text, &t, &ds), 1);
    assert_string_equal(t[0].model, model);
    assert_true(fabs(t[0].load / load - 1) < 1e-9);
    assert_true(fabs(t[0].response_s / response - 1) < 1e-9);
    hr_arena_destroy(a);
}

static void expect_none(const char *text)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_station_answer *t;
    struct hr_diags ds;

    assert_int_equal(answers_of(a, text, &t, &ds), 0);
    hr_arena_destroy(a);
}

#define ASKS  "traffic: { c: { to: s, rate: 6/s, mix: { do: 100% } } }\n"
#define PARTS "components:\n  s: { kind: service, "
#define WORK  "operations: { do: [ { work: exponential(1s) } ] } }\n"

static void cores_and_exponential_work_are_erlangs_queue(void **unused)
{
    (void)unused;
    expect(HEAD ASKS PARTS "cores: 8, discipline: fifo, " WORK, "M/M/8", 0.75,
           hr_mmc_response(6, 1, 8));
}

static void instances_chosen_at_random_are_stations_of_their_own(void **unused)
{
    (void)unused;
    expect(HEAD ASKS PARTS "instances: 12, discipline: fifo, " WORK, "M/M/1", 0.5, 2.0);
}

static void a_faster_product_works_in_less_time(void **unused)
{
    (void)unused;
    expect(HEAD ASKS PARTS "cores: 4, cpu_speed: 2, discipline: fifo, " WORK, "M/M/4", 0.75,
           hr_mmc_response(6, 2, 4));
}

/* A mixture of two constants, 0.05 s and 0.2 s half and half: mean 0.125 s, E[S^2] 0.02125 s^2. */
static void one_core_of_general_work_is_that_of_pollaczek_and_khinchine(void **unused)
{
    (void)unused;
    expect(HEAD "traffic: { c: { to: s, rate: 6/s, mix: { do: 50%, more: 50% } } }\n" PARTS
                "discipline: fifo, operations: { do: [ { work: 50ms } ], more: [ { work: "
                "200ms } ] } }\n",
           "M/G/1", 0.75, 0.125 + 6 * 0.02125 / (2 * 0.25));
}

static void shared_cores_do_not_mind_the_law_of_work(void **unused)
{
    (void)unused;
    expect(HEAD ASKS PARTS "cores: 8, operations: { do: [ { work: 1s } ] } }\n",
           "M/G/8, shared", 0.75, hr_mmc_response(6, 1, 8));
}

static void several_cores_of_general_work_are_an_approximation(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_station_answer *t;
    struct hr_diags ds;

    (void)unused;
    assert_int_equal(
        answers_of(a,
                   HEAD ASKS PARTS
                   "cores: 8, discipline: fifo, operations: { do: [ { work: 1s } ] } }\n",
                   &t, &ds),
        1);
    assert_false(t[0].exact);
    assert_true(t[0].response_s > 1 && t[0].response_s < hr_mmc_response(6, 1, 8));
    hr_arena_destroy(a);
}

static void has_no_answer_where_an_assumption_fails(void **unused)
{
    (void)unused;
    expect_none(
        HEAD "traffic: { c: { to: s, rate: 6/s, deadline: 3s, mix: { do: 100% } } }\n" PARTS
             "cores: 8, " WORK);
    expect_none(HEAD
                "traffic: { c: { to: s, users: 6, think: 1s, mix: { do: 100% } } }\n" PARTS
                "cores: 8, " WORK);
    expect_none(
        HEAD
        "traffic: { c: { to: s, rate: 6/s, retry: { attempts: 2 }, mix: { do: 100% } } "
        "}\n" PARTS "cores: 8, " WORK);
    expect_none(HEAD
                "traffic: { c: { to: s, rate: 6/s, batch: 2, mix: { do: 100% } } }\n" PARTS
                "cores: 8, " WORK);
    expect_none(HEAD ASKS PARTS "cores: 8, workers: 8, queue: 3, discipline: fifo, " WORK);
    expect_none(HEAD ASKS PARTS "cores: 8, discipline: lifo, " WORK);
    expect_none(HEAD ASKS PARTS "instances: 8, balance: least_outstanding, " WORK);
    expect_none(HEAD ASKS PARTS
                "cores: 8, operations: { do: [ { work: 1s }, { wait: 1s } ] } }\n");
    expect_none(HEAD "traffic: { c: { to: lb, rate: 6/s, mix: { do: 100% } } }\n" PARTS
                     "cores: 8, " WORK "  lb: { kind: load_balancer, targets: s }\n");
    expect_none(HEAD ASKS PARTS
                "cores: 8, " WORK
                "disturbances: { d: { slow: s, by: 2x, at: 1m, for: 1m } }\n");
}

/* A second caller spoils the Poisson stream. */
static void has_no_answer_for_what_another_component_asks_too(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_station_answer *t;
    struct hr_diags ds;

    (void)unused;
    assert_int_equal(
        answers_of(a,
                   HEAD
                   "traffic:\n  c: { to: s, rate: 6/s, mix: { do: 100% } }\n"
                   "  d: { to: front, rate: 1/s, mix: { go: 100% } }\n" PARTS
                   "cores: 8, " WORK
                   "  front: { kind: service, operations: { go: [ { call: s.do } ] } }\n",
                   &t, &ds),
        0);
    hr_arena_destroy(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cores_and_exponential_work_are_erlangs_queue),
        cmocka_unit_test(instances_chosen_at_random_are_stations_of_their_own),
        cmocka_unit_test(a_faster_product_works_in_less_time),
        cmocka_unit_test(one_core_of_general_work_is_that_of_pollaczek_and_khinchine),
        cmocka_unit_test(shared_cores_do_not_mind_the_law_of_work),
        cmocka_unit_test(several_cores_of_general_work_are_an_approximation),
        cmocka_unit_test(has_no_answer_where_an_assumption_fails),
        cmocka_unit_test(has_no_answer_for_what_another_component_asks_too),
    };
    return cmocka_run_group_tests_name("stations", tests, NULL, NULL);
}
