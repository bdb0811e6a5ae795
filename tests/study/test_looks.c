/* tests/study/test_looks.c - when replications are enough, and how sure verdicts are. */
#include "sim/study/collect.h"
#include "sim/study/interval.h"
#include "sim/study/looks.h"
#include "sim/system/run.h"
#include "tests/scenario/loaded.h"

#include <math.h>

static struct hr_objective objective(enum hr_measure_id measure)
{
    return (struct hr_objective){.measure = measure, .quantile = HR_NAN};
}

static bool suffices(enum hr_measure_id measure, double value, double half,
                     double precision, enum hr_verdict v)
{
    const struct hr_objective o = objective(measure);
    const struct hr_estimate e = {
        .mean = value, .lo = value - half, .hi = value + half, .n = 10};

    return hr_look_suffices(&o, &e, v, precision);
}

/* --- when to look --------------------------------------------------------------------------- */

static void it_looks_nine_times_each_half_as_late_again(void **state)
{
    uint32_t last = 0, n = 0;

    (void)state;
    for (uint32_t i = 0; i <= 1000; i++) {
        if (!hr_look_is_due(i))
            continue;
        assert_int_equal(i, (uint32_t)fmin(200, round(10 * pow(1.5, n))));
        last = i;
        n++;
    }
    assert_int_equal(n, HR_LOOKS);
    assert_int_equal(last, HR_REPLICATIONS_MOST);
}

/* --- one figure -------------------------------------------------------------------------------- */

static void latency_is_judged_against_itself(void **state)
{
    (void)state;
    assert_true(suffices(HR_MEASURE_QUANTILE, 0.25, 0.0049, 0.02, HR_UNDECIDED));
    assert_false(suffices(HR_MEASURE_QUANTILE, 0.25, 0.0051, 0.02, HR_KEPT));
}

static void availability_is_judged_against_what_is_missing(void **state)
{
    (void)state;
    assert_true(suffices(HR_MEASURE_AVAILABILITY, 0.99, 0.00019, 0.02, HR_UNDECIDED));
    assert_false(suffices(HR_MEASURE_AVAILABILITY, 0.99, 0.00021, 0.02, HR_KEPT));
    assert_true(suffices(HR_MEASURE_ERROR_RATE, 0.01, 0.00019, 0.02, HR_UNDECIDED));
}

static void the_longer_side_of_an_interval_counts(void **state)
{
    const struct hr_objective o = objective(HR_MEASURE_QUANTILE);
    struct hr_estimate e = {.mean = 1, .lo = 0.99, .hi = 1.03, .n = 10};

    (void)state;
    assert_false(hr_look_suffices(&o, &e, HR_KEPT, 0.02));
    e = (struct hr_estimate){.mean = 1, .lo = 0.97, .hi = 1.01, .n = 10};
    assert_false(hr_look_suffices(&o, &e, HR_KEPT, 0.02));
}

static void where_there_is_no_width_the_verdict_is_enough(void **state)
{
    static const double values[] = {0, 3, HUGE_VAL};
    const struct hr_objective rto = objective(HR_MEASURE_RTO);
    const struct hr_estimate wide = {.mean = 60, .lo = 10, .hi = 90, .n = 99};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct hr_objective o = objective(HR_MEASURE_QUANTILE);
        const struct hr_estimate atom = {
            .mean = values[i], .lo = values[i], .hi = values[i], .n = 10};
        const struct hr_estimate open = {
            .mean = values[i], .lo = 0, .hi = HUGE_VAL, .n = 10};

        assert_true(hr_look_suffices(&o, &atom, HR_BROKEN, 0.02));
        assert_true(hr_look_suffices(&o, &open, HR_KEPT, 0.02));
        assert_false(hr_look_suffices(&o, &open, HR_UNDECIDED, 0.02));
    }
    assert_true(suffices(HR_MEASURE_AVAILABILITY, 1, 0.1, 0.02, HR_KEPT));
    assert_true(hr_look_suffices(&rto, &wide, HR_KEPT, 0.02));
    assert_false(hr_look_suffices(&rto, &wide, HR_UNDECIDED, 0.02));
}

static void what_has_no_figure_does_not_hold_anybody_up(void **state)
{
    const struct hr_objective o = objective(HR_MEASURE_QUANTILE);
    const struct hr_estimate none = {.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN, .n = 10};

    (void)state;
    assert_true(hr_look_suffices(&o, &none, HR_UNDECIDED, 0.02));
}

/* --- a study --------------------------------------------------------------------------------------- */

static const char two_designs[] =
    "headroom: 1\nhorizon: 20s\nwarmup: 0s\n"
    "traffic: { c: { to: s, rate: 30/s, deadline: 9s, source: x } }\n"
    "components: { s: { kind: service, source: x,\n"
    "  operations: { a: [ { work: exponential(20ms) } ] } } }\n"
    "objectives: [ p50 < 30ms, availability >= 1%, mean_latency < 1s, headroom > 2 ]\n"
    "designs: { one: {}, two: { s.cores: 2, objectives: [ p90 < 1s ] } }\n";

static struct hr_collector *collect(struct fixture *f, const struct hr_scenario **s,
                                    uint32_t room)
{
    *s = load_with(f, two_designs, NULL);
    assert_non_null(*s);
    return hr_collector_create(*s, room, 1);
}

static void add(struct hr_collector *c, const struct hr_scenario *s, uint32_t from,
                uint32_t to)
{
    for (uint32_t i = from; i <= to; i++)
        for (uint32_t d = 0; d < s->n_designs; d++) {
            const struct hr_run_options o = {.seed = 1, .replication = i};
            struct hr_run *run = hr_run_create(s->designs[d].plan, &o);

            while (hr_run_advance(run, 1 << 20))
                ;
            hr_collector_add(c, d, hr_run_finish(run));
            hr_run_destroy(run);
        }
}

/* Three of the four can be concluded on. */
static void the_objectives_of_a_design_share_what_may_go_wrong(void **state)
{
    const struct hr_scenario *s;
    struct hr_collector *c;

    c = collect(*state, &s, 2);
    assert_true(fabs(1 - hr_collector_level(c, 0) - 0.05 / 3) < 1e-12);
    hr_collector_destroy(c);
}

static void a_look_shares_it_among_designs_and_looks_too(void **state)
{
    const struct hr_scenario *s;
    struct hr_collector *c;
    double before, all;

    c = collect(*state, &s, 10);
    before = hr_collector_level(c, 0);
    add(c, s, 1, 9);
    assert_false(hr_collector_enough(c, 9, 0.99));
    assert_true(hr_collector_level(c, 0) == before); /* it has not looked yet */
    add(c, s, 10, 10);
    hr_collector_enough(c, 10, 0.99);
    all = 1 - hr_collector_level(c, 0);
    assert_true(all < (1 - before) / (HR_LOOKS + 1) * (1 + 1e-9));
    assert_true(fabs(all - (1 - hr_collector_level(c, 1))) < 1e-15);
    hr_collector_destroy(c);
}

static void the_last_objective_of_the_last_design_must_be_known_twice_in_a_row(void **state)
{
    const struct hr_scenario *s;
    struct hr_collector *c;

    c = collect(*state, &s, 23);
    add(c, s, 1, 10);
    assert_false(hr_collector_enough(c, 10, 0.99));
    add(c, s, 11, 15);
    assert_false(hr_collector_enough(c, 15, 0.001)); /* not known: it begins anew */
    assert_false(hr_collector_enough(c, 15, 0.99));
    add(c, s, 16, 23);
    assert_false(hr_collector_enough(c, 22, 0.99)); /* no look is due */
    assert_true(hr_collector_enough(c, 23, 0.99));
    hr_collector_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_looks_nine_times_each_half_as_late_again),
        cmocka_unit_test(latency_is_judged_against_itself),
        cmocka_unit_test(availability_is_judged_against_what_is_missing),
        cmocka_unit_test(the_longer_side_of_an_interval_counts),
        cmocka_unit_test(where_there_is_no_width_the_verdict_is_enough),
        cmocka_unit_test(what_has_no_figure_does_not_hold_anybody_up),
        TEST(the_objectives_of_a_design_share_what_may_go_wrong),
        TEST(a_look_shares_it_among_designs_and_looks_too),
        TEST(the_last_objective_of_the_last_design_must_be_known_twice_in_a_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
