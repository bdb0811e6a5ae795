/* tests/study/test_cost.c - whole studies billed: ordinary twins, totals, missing prices. */
#include "tests/scenario/loaded.h"

#include "sim/study/collect.h"
#include "sim/study/study.h"

#include <math.h>

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    hr_collector_add(ctx, design, r);
}

static void merge_twin(void *ctx, const struct hr_twin *t, const struct hr_record *r)
{
    hr_collector_twin(ctx, t, r);
}

static struct hr_collector *simulate(struct fixture *f, const struct hr_scenario *s,
                                     uint32_t replications)
{
    struct hr_collector *c = hr_collector_create(s, replications, 5);
    const struct hr_plan *plans[4];
    const struct hr_study_options o = {.plans = plans,
                                       .n_designs = (uint32_t)s->n_designs,
                                       .replications = replications,
                                       .twins = hr_twins_of(s, f->a),
                                       .seed = 5,
                                       .jobs = 1,
                                       .machine = &hr_study_simulator,
                                       .ctx = c,
                                       .merge = merge,
                                       .merge_twin = merge_twin};

    for (size_t i = 0; i < s->n_designs; i++)
        plans[i] = s->designs[i].plan;
    hr_study_run(&o);
    return c;
}

static double figure(const struct hr_results *r, const char *path, size_t at)
{
    return hr_var_at(r, hr_results_find(r, path), &at);
}

/* Sum of the lines of a kind; NULL: all. */
static double sum_of(const struct hr_results *r, const char *kind)
{
    const size_t n = hr_results_dim(r, "invoice_line")->n;
    double sum = 0;

    for (size_t i = 0; i < n; i++)
        if (!kind || strcmp(hr_var_text(r, hr_results_find(r, "cost/kind"), &i), kind) == 0)
            sum += figure(r, "cost/amount", i);
    return sum;
}

/* 10 requests a second at $1/1k; for six minutes of the hour ten times as many. */
#define SHOP(more)                                                                         \
    "headroom: 1\nhorizon: 1h\n"                                                           \
    "traffic: { users: { to: app, rate: 10/s, mix: { home: 100% }, value: { home: $2 }, "  \
    "shape: [ { spike: { at: 30m, to: 1000%, rise: 1ms, hold: 6m, fall: 1ms } } ] } }\n"   \
    "components:\n"                                                                        \
    "  app: { kind: service, instances: 4, cores: 4, prices: { instance: $0.10/h }, "      \
    "operations: { home: [ { call: bank.pay } ] } }\n"                                     \
    "  bank: { kind: third_party, latency: 10ms" more " }\n"

static void a_spike_is_billed_once_and_not_as_often_as_the_month_has_hours(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(f, SHOP(", prices: { requests: $1/1k }"), NULL);
    struct hr_collector *c = simulate(f, s, 3);
    const struct hr_results *r = hr_collector_results(c, f->a, "", 0);

    /* 4 x 730 h x $0.10 = $292; 10/s x 2,628,000 s at $1/1k = $26,280 within its Poisson noise
     * (sd of 3 x 36,000 requests: 0.3%, so 5 sd are 1.5%); the spike adds 90/s x 360 s = $32.40. */
    assert_quiet(f);
    assert_true(fabs(figure(r, "cost/ordinary", 0) - 26572) < 0.015 * 26572);
    assert_true(fabs(figure(r, "cost/one_off", 0) - 32.4) < 2);
    assert_true(fabs(sum_of(r, NULL) - figure(r, "cost/total", 0)) < 1e-6);
    assert_true(fabs(sum_of(r, "one-off") - figure(r, "cost/one_off", 0)) < 1e-6);
    assert_true(fabs(figure(r, "cost/total", 0) - figure(r, "cost/ordinary", 0) -
                     figure(r, "cost/one_off", 0)) < 1e-6);
    hr_collector_destroy(c);
}

static void a_missing_price_leaves_the_total_open_and_is_named(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(
        f, SHOP("") "objectives: [ cost < $1000/mo, cost(app) < $1000/mo ]\n", NULL);
    struct hr_collector *c = simulate(f, s, 1);
    const struct hr_results *r = hr_collector_results(c, f->a, "", 0);
    const size_t first = 0;
    struct hr_estimate e;
    const char *reason;

    assert_true(isnan(figure(r, "cost/total", 0)));
    assert_string_equal(hr_var_text(r, hr_results_find(r, "cost/missing"), &first),
                        "bank: requests");
    assert_int_equal(hr_collector_verdict(c, 0, 0, f->a, &e, &reason), HR_UNDECIDED);
    assert_string_equal(reason, "without a price for bank: requests");
    /* What is asked of one component needs the prices of that one. */
    assert_int_equal(hr_collector_verdict(c, 0, 1, f->a, &e, &reason), HR_KEPT);
    assert_true(e.mean == 292);
    hr_collector_destroy(c);
}

static void revenue_is_lost_with_what_is_not_good(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(f,
                                            SHOP(", failures: 100%, prices: { requests: $0 "
                                                 "}") "objectives: [ revenue_lost < $1/mo, "
                                                      "cost_total < $1/mo ]\n",
                                            NULL);
    struct hr_collector *c = simulate(f, s, 1);
    struct hr_estimate lost, total;
    const char *reason;

    hr_collector_verdict(c, 0, 0, f->a, &lost, &reason);
    hr_collector_verdict(c, 0, 1, f->a, &total, &reason);
    /* Every one of 10/s x 2,628,000 s, $2 each, and 32,400 of the spike; 5 sd of one hour: 2.7% */
    assert_true(fabs(lost.mean - 2 * (26.28e6 + 32400)) < 0.027 * lost.mean);
    assert_true(fabs(total.mean - lost.mean - 292) < 1e-6 * total.mean);
    hr_collector_destroy(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_spike_is_billed_once_and_not_as_often_as_the_month_has_hours),
        TEST(a_missing_price_leaves_the_total_open_and_is_named),
        TEST(revenue_is_lost_with_what_is_not_good),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
