/* tests/scenario/test_objectives.c - the grammar of objectives and expectations. */
#include "tests/scenario/loaded.h"

#include <math.h>

#define SHOP                                                                               \
    HEAD "traffic:\n"                                                                      \
         "  shoppers: { to: app, rate: 1/s, mix: { home: 50%, checkout: 50% } }\n"         \
         "  robots: { to: app, rate: 1/s, mix: { home: 100% } }\n"                         \
         "components:\n  app: { kind: service, operations: { home: [ { work: 1ms } ], "    \
         "checkout: [ { work: 1ms } ] } }\n"                                               \
         "disturbances: { outage: { lose: app, at: 1m } }\n"

static const struct hr_design *design(struct fixture *f, const char *objectives)
{
    const struct hr_scenario *s =
        load_with(f, hr_arena_printf(f->a, "%s%s", SHOP, objectives), NULL);

    assert_quiet(f);
    return &s->designs[0];
}

static const struct hr_objective *one(struct fixture *f, const char *text)
{
    const struct hr_design *d =
        design(f, hr_arena_printf(f->a, "objectives: [ \"%s\" ]\n", text));

    assert_int_equal(d->n_objectives, 1);
    return &d->objectives[0];
}

static void wrong(struct fixture *f, const char *text, enum hr_code code)
{
    load_with(f, hr_arena_printf(f->a, "%sobjectives: [ \"%s\" ]\n", SHOP, text), NULL);
    if (!said(f, code))
        fail_msg("%s: not %s", text, hr_codes[code].name);
}

static void a_quantile_has_its_level_and_a_limit_in_seconds(void **state)
{
    const struct hr_objective *o = one(*state, "p99.9(shoppers.checkout) < 800ms");

    assert_int_equal(o->measure, HR_MEASURE_QUANTILE);
    assert_true(fabs(o->quantile - 0.999) < 1e-12);
    assert_true(fabs(o->limit - 0.8) < 1e-12);
    assert_int_equal(o->op, 0);
    assert_true(hr_objective_is_plain(o));
    assert_false(o->expectation);
}

/* Rows: 0 shoppers.home, 1 checkout, 2 robots.home. */
static void an_operation_means_that_of_every_class(void **state)
{
    assert_int_equal(one(*state, "p50(home) <= 1s")->rows, 0x5);
}

static void a_class_means_all_that_it_asks(void **state)
{
    assert_int_equal(one(*state, "availability(shoppers) >= 99.95%")->rows, 0x3);
}

static void a_class_and_an_operation_mean_one_row(void **state)
{
    assert_int_equal(one(*state, "failed(robots.home) < 1%")->rows, 0x4);
}

static void without_a_scope_every_row_counts(void **state)
{
    const struct hr_objective *o = one(*state, "availability >= 99.95%");

    assert_int_equal(o->rows, 0x7);
    assert_true(isnan(o->quantile));
    assert_int_equal(o->op, 3);
    assert_true(fabs(o->limit - 0.9995) < 1e-12);
}

static void a_component_is_a_scope(void **state)
{
    struct fixture *f = *state;
    const struct hr_design *d = design(f, "objectives: [ utilisation(app) < 80% ]\n");

    assert_int_equal(d->objectives[0].component, component(d->plan, "app"));
}

static void unscoped_means_every_component(void **state)
{
    assert_int_equal(one(*state, "utilisation < 80%")->component, HR_NONE);
}

static void operators_are_told_apart(void **state)
{
    const struct hr_design *d = design(
        *state, "objectives: [ p50 < 1s, p50 <= 1s, p50 > 1s, p50 >= 1s, p50<1s ]\n");

    assert_int_equal(d->objectives[0].op, 0);
    assert_int_equal(d->objectives[1].op, 1);
    assert_int_equal(d->objectives[2].op, 2);
    assert_int_equal(d->objectives[3].op, 3);
    assert_int_equal(d->objectives[4].op, 0);
}

static void limits_have_the_unit_of_their_measure(void **state)
{
    const struct hr_design *d =
        design(*state, "objectives: [ retry_amplification < 1.3, throughput > 30/m, "
                       "cost <= $9000/mo, wasted_work < 5%, rto(outage) <= 5m ]\n");

    assert_true(fabs(d->objectives[0].limit - 1.3) < 1e-12);
    assert_true(fabs(d->objectives[1].limit - 0.5) < 1e-12);
    assert_true(fabs(d->objectives[2].limit - 9000) < 1e-9);
    assert_true(fabs(d->objectives[3].limit - 0.05) < 1e-12);
    assert_true(fabs(d->objectives[4].limit - 300) < 1e-9);
    assert_int_equal(d->objectives[4].disturbance, 0);
}

static void expectations_come_after_objectives(void **state)
{
    const struct hr_design *d =
        design(*state, "expect: [ retry_amplification < 1.3 ]\nobjectives: [ p99 < 1s ]\n");

    assert_int_equal(d->n_objectives, 2);
    assert_int_equal(d->objectives[0].measure, HR_MEASURE_QUANTILE);
    assert_true(d->objectives[1].expectation);
}

static void parts_of_a_run_become_tallies_of_the_plan(void **state)
{
    const struct hr_design *d =
        design(*state, "objectives:\n"
                       "  - availability > 99% within 10m after outage\n"
                       "  - p99 < 1s during outage\n"
                       "  - p99(checkout) < 1s over every 5m except during outage\n"
                       "  - p99 < 1s\n"
                       "  - queue(app) < 100 over 1m\n");
    const struct hr_plan *p = d->plan;

    assert_int_equal(p->n_tallies, 4);
    assert_int_equal(p->n_periods, 3);
    assert_int_equal(d->objectives[0].tally, 1);
    assert_int_equal(p->periods[p->tallies[0].period].when, HR_PERIOD_AFTER);
    assert_true(p->periods[p->tallies[0].period].within == 10 * HR_MINUTE);
    assert_false(p->tallies[0].latency);
    assert_int_equal(p->periods[p->tallies[1].period].when, HR_PERIOD_DURING);
    assert_true(p->tallies[1].latency);
    assert_int_equal(p->periods[p->tallies[2].period].when, HR_PERIOD_EXCEPT);
    assert_true(p->tallies[2].every == 5 * HR_MINUTE);
    assert_int_equal(p->tallies[2].rows, 0x2);
    assert_int_equal(d->objectives[3].tally, 0);
    assert_int_equal(d->objectives[4].tally, 4);
    assert_int_equal(p->tallies[3].period, HR_NONE);
    assert_int_equal(p->tallies[3].rows, 0);
}

static void periods_that_are_alike_are_one(void **state)
{
    const struct hr_design *d =
        design(*state, "objectives: [ p50 < 1s during outage, p99 < 1s during outage ]\n");

    assert_int_equal(d->plan->n_periods, 1);
    assert_int_equal(d->plan->n_tallies, 2);
}

static void runs_may_be_united_in_other_ways(void **state)
{
    const struct hr_design *d = design(*state, "objectives: [ p99 < 1s in 90% of runs, "
                                               "mean(p99(checkout)) < 1s, "
                                               "max(queue(app)) < 100 over 1h ]\n");

    assert_int_equal(d->objectives[0].over_runs, HR_RUNS_SHARE);
    assert_true(fabs(d->objectives[0].share - 0.9) < 1e-12);
    assert_int_equal(d->objectives[1].over_runs, HR_RUNS_MEAN);
    assert_int_equal(d->objectives[1].rows, 0x2);
    assert_int_equal(d->objectives[2].over_runs, HR_RUNS_MOST);
    assert_true(d->objectives[2].every == HR_HOUR);
}

static void what_is_of_the_whole_run_has_no_parts(void **state)
{
    wrong(*state, "rto < 1m during outage", HR_E801);
    wrong(*state, "cost <= $5/mo over every 1h", HR_E801);
    wrong(*state, "mean(rto(outage)) < 1m", HR_E801);
    wrong(*state, "p99 < 1s over every 1ms", HR_E801);
    wrong(*state, "p99 < 1s in 100% of runs", HR_E801);
    wrong(*state, "max(p99) < 1s in 90% of runs", HR_E801);
}

static void names_in_windows_are_checked(void **state)
{
    wrong(*state, "p99 < 1s during flood", HR_E803);
}

static void a_rest_that_cannot_be_read_is_refused(void **state)
{
    wrong(*state, "p99 < 1s please", HR_E801);
}

static void a_parenthesis_must_be_closed(void **state)
{
    wrong(*state, "mean(p99 < 1s)", HR_E801);
}

static void a_quantile_lies_between_nought_and_a_hundred(void **state)
{
    wrong(*state, "p100 < 1s", HR_E802);
}

static void a_quantile_is_decimal(void **state)
{
    wrong(*state, "p0x10 < 1s", HR_E802);
}

static void a_latency_needs_a_duration(void **state)
{
    wrong(*state, "p99 < 800", HR_E805);
}

static void a_scope_of_another_sort_is_refused(void **state)
{
    wrong(*state, "rto(app) < 1m", HR_E803);
}

static void every_measure_has_a_name_a_unit_and_a_definition(void **state)
{
    (void)state;
    for (unsigned i = 0; i < HR_N_MEASURES; i++) {
        assert_true(strlen(hr_measures[i].name) > 0);
        assert_true(strlen(hr_measures[i].unit) > 0);
        assert_true(strlen(hr_measures[i].text) > 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_quantile_has_its_level_and_a_limit_in_seconds),
        TEST(an_operation_means_that_of_every_class),
        TEST(a_class_means_all_that_it_asks),
        TEST(a_class_and_an_operation_mean_one_row),
        TEST(without_a_scope_every_row_counts),
        TEST(a_component_is_a_scope),
        TEST(unscoped_means_every_component),
        TEST(operators_are_told_apart),
        TEST(limits_have_the_unit_of_their_measure),
        TEST(expectations_come_after_objectives),
        TEST(parts_of_a_run_become_tallies_of_the_plan),
        TEST(periods_that_are_alike_are_one),
        TEST(runs_may_be_united_in_other_ways),
        TEST(what_is_of_the_whole_run_has_no_parts),
        TEST(names_in_windows_are_checked),
        TEST(a_rest_that_cannot_be_read_is_refused),
        TEST(a_parenthesis_must_be_closed),
        TEST(a_quantile_lies_between_nought_and_a_hundred),
        TEST(a_quantile_is_decimal),
        TEST(a_latency_needs_a_duration),
        TEST(a_scope_of_another_sort_is_refused),
        TEST(every_measure_has_a_name_a_unit_and_a_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
