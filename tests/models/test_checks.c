/* tests/models/test_checks.c - settings that contradict each other are refused, at their place. */
#include "models/registry.h"
#include "sim/scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A scenario with these lines in the traffic class, the balancer and the third party. */
static void expect(enum hr_code code, const char *what, const char *clients,
                   const char *balancer, const char *bank)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides none = {0};
    struct hr_arena *arena = hr_arena_create();
    struct hr_diags ds;
    char text[2048];
    const int n =
        snprintf(text, sizeof text,
                 "headroom: 1\n"
                 "name: Checks\n"
                 "traffic:\n"
                 "  people: { to: front, mix: { buy: 100%% }, %s }\n"
                 "keys: { customer: 100 }\n"
                 "components:\n"
                 "  front: { kind: load_balancer, targets: [a, b], %s }\n"
                 "  a: { kind: service, operations: { buy: [ { call: bank.pay } ] } }\n"
                 "  b: { kind: service, operations: { buy: [ { work: 1ms } ] } }\n"
                 "  bank: { kind: third_party, latency: 1s, %s }\n",
                 clients, balancer, bank);

    hr_diags_init(&ds, arena);
    hr_scenario_load_text("checks.yaml", text, (size_t)n, &library, &none, &ds);
    if (!what) {
        for (size_t i = 0; i < ds.n; i++)
            if (hr_code_is_error(ds.items[i].code))
                fail_msg("%s", ds.items[i].what);
    } else {
        assert_int_equal(ds.errors, 1);
        if (ds.items[0].code != code || !strstr(ds.items[0].what, what))
            fail_msg("%s: %s", hr_codes[ds.items[0].code].name, ds.items[0].what);
        assert_true(ds.items[0].at.line > 1);
    }
    hr_arena_destroy(arena);
}

#define RATE "rate: 1/s"
#define EVEN "policy: random"

static void all_is_well_without_contradictions(void **unused)
{
    (void)unused;
    expect(HR_N_CODES, NULL, "users: 5, think: 1s", "policy: weighted, weights: [90, 10]",
           "limit: 10/s, burst: 20, concurrency: 3");
    expect(HR_N_CODES, NULL, "rate: 1/s, shape: [ { steps: [ { at: 1m, to: 2x } ] } ]",
           "policy: hash, key: customer", "limit: 0.1/s");
}

static void users_need_a_time_to_think(void **unused)
{
    (void)unused;
    expect(HR_E202, "think", "users: 5", EVEN, "burst: 1, limit: 1/s");
    expect(HR_E211, "think", "rate: 1/s, think: 1s", EVEN, "limit: 1/s");
}

static void users_have_no_shape(void **unused)
{
    (void)unused;
    expect(HR_E211, "users",
           "users: 5, think: 1s, shape: [ { ramp: { to: 2x, over: 1m } } ]", EVEN,
           "limit: 1/s");
}

static void users_have_neither_bursts_nor_batches(void **unused)
{
    (void)unused;
    expect(HR_E211, "users", "users: 5, think: 1s, batch: 3", EVEN, "limit: 1/s");
    expect(HR_E211, "users", "users: 5, think: 1s, modulated: [ { to: 2x, lasts: 1m } ]",
           EVEN, "limit: 1/s");
}

static void times_and_sizes_of_arrivals_have_a_mean(void **unused)
{
    (void)unused;
    expect(HR_N_CODES, NULL, "interarrival: 2s, batch: uniform(1..9)", EVEN, "limit: 1/s");
    expect(HR_E211, "interarrival", "interarrival: 0s", EVEN, "limit: 1/s");
    expect(HR_E211, "batch", "rate: 1/s, batch: 0", EVEN, "limit: 1/s");
    expect(HR_E211, "level 2",
           "rate: 1/s, modulated: [ { to: 2x, lasts: 1m }, { to: 0x, lasts: 0s } ]", EVEN,
           "limit: 1/s");
    expect(HR_E211, "level 1", "rate: 1/s, modulated: [ { to: 2x, lasts: 100us } ]", EVEN,
           "limit: 1/s");
}

static void steps_are_in_order(void **unused)
{
    (void)unused;
    expect(HR_E211, "step 2",
           "rate: 1/s, shape: [ { steps: [ { at: 2m, to: 2x }, { at: 1m, to: 3x } ] } ]",
           EVEN, "limit: 1/s");
}

static void choices_belong_to_power_of_two(void **unused)
{
    (void)unused;
    expect(HR_N_CODES, NULL, RATE, "policy: power_of_two, choices: 3", "limit: 1/s");
    expect(HR_E211, "power_of_two", RATE, "policy: join_idle, choices: 3", "limit: 1/s");
}

static void weights_belong_to_weighted_and_are_one_a_target(void **unused)
{
    (void)unused;
    expect(HR_E211, "weighted", RATE, "policy: random, weights: [1, 2]", "limit: 1/s");
    expect(HR_E211, "3 weights for 2", RATE, "policy: weighted, weights: [1, 2, 3]",
           "limit: 1/s");
    expect(HR_E207, "all weights are 0", RATE, "policy: weighted, weights: [0, 0]",
           "limit: 1/s");
}

static void a_key_belongs_to_hash(void **unused)
{
    (void)unused;
    expect(HR_E211, "hash", RATE, "policy: random, key: customer", "limit: 1/s");
}

static void health_checks_are_answered_before_the_next_is_sent(void **unused)
{
    (void)unused;
    expect(HR_N_CODES, NULL, RATE, "health_check: { interval: 5s, timeout: 5s }",
           "limit: 1/s");
    expect(HR_E211, "at most `interval`", RATE,
           "health_check: { interval: 5s, timeout: 6s }", "limit: 1/s");
}

static void failing_open_needs_health_checks(void **unused)
{
    (void)unused;
    expect(HR_E211, "fail_open", RATE, "fail_open: true", "limit: 1/s");
    expect(HR_N_CODES, NULL, RATE, "fail_open: true, health_check: { interval: 10s }",
           "limit: 1/s");
}

static void slow_start_does_not_go_with_least_outstanding(void **unused)
{
    (void)unused;
    expect(HR_E211, "slow_start", RATE, "policy: least_outstanding, slow_start: 30s",
           "limit: 1/s");
    expect(HR_N_CODES, NULL, RATE, "policy: random, slow_start: 30s", "limit: 1/s");
}

static void a_burst_needs_a_limit_and_lets_something_through(void **unused)
{
    (void)unused;
    expect(HR_E211, "limit", RATE, EVEN, "burst: 5");
    expect(HR_E207, "burst", RATE, EVEN, "burst: 0, limit: 5/s");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_well_without_contradictions),
        cmocka_unit_test(users_need_a_time_to_think),
        cmocka_unit_test(users_have_no_shape),
        cmocka_unit_test(users_have_neither_bursts_nor_batches),
        cmocka_unit_test(times_and_sizes_of_arrivals_have_a_mean),
        cmocka_unit_test(steps_are_in_order),
        cmocka_unit_test(choices_belong_to_power_of_two),
        cmocka_unit_test(weights_belong_to_weighted_and_are_one_a_target),
        cmocka_unit_test(a_key_belongs_to_hash),
        cmocka_unit_test(health_checks_are_answered_before_the_next_is_sent),
        cmocka_unit_test(failing_open_needs_health_checks),
        cmocka_unit_test(slow_start_does_not_go_with_least_outstanding),
        cmocka_unit_test(a_burst_needs_a_limit_and_lets_something_through),
    };
    return cmocka_run_group_tests_name("checks", tests, NULL, NULL);
}
