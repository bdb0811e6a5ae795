/* tests/scenarios/test_web_shop.c - the story that the first example tells. */
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"
#include "tests/support/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct story {
    struct hr_arena *arena;
    const struct hr_plan *plan;
    struct hr_run *run;
    const struct hr_record *r;
};

static void tell(struct story *s, const char *design)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides ov = {
        .quick = VALIDATE_SLOW, .design = &design, .n_design = 1};
    const struct hr_run_options o = {.seed = 1};
    struct hr_diags ds;

    s->arena = hr_arena_create();
    hr_diags_init(&ds, s->arena);
    const struct hr_scenario *found = hr_scenario_load(
        HR_SOURCE_DIR "/scenarios/examples/web-shop.yaml", &library, &ov, &ds);
    assert_non_null(found);
    assert_int_equal(ds.errors, 0);
    s->plan = found->designs[0].plan;
    s->run = hr_run_create(s->plan, &o);
    while (hr_run_advance(s->run, 1 << 20))
        ;
    s->r = hr_run_finish(s->run);
}

static void end(struct story *s)
{
    hr_run_destroy(s->run);
    hr_arena_destroy(s->arena);
}

/* Share of good answers to what arrived in [from, to); op NULL: of all. */
static double good_between(const struct story *s, const char *op, hr_time from, hr_time to)
{
    double good = 0, all = 0;

    for (uint32_t i = 0; i < s->plan->n_rows; i++) {
        if (op && strcmp(s->plan->rows[i].name, op) != 0)
            continue;
        for (hr_time b = from / s->r->bucket; b < to / s->r->bucket; b++) {
            good += (double)s->r->rows[i].goods[b];
            all += (double)s->r->rows[i].arrivals[b];
        }
    }
    assert_true(all > 0);
    return good / all;
}

static double amplification(const struct story *s)
{
    double attempts = 0, valid = 0;

    for (uint32_t i = 0; i < s->plan->n_rows; i++) {
        attempts += (double)s->r->rows[i].attempts;
        valid += (double)s->r->rows[i].valid;
    }
    return attempts / valid;
}

static hr_time begins(const struct story *s)
{
    return s->plan->disturbances[0].at;
}

static hr_time ends(const struct story *s)
{
    return begins(s) + (VALIDATE_SLOW ? 5 : 10) * HR_MINUTE;
}

static void five_retries_make_a_storm_that_outlasts_its_cause(void **unused)
{
    struct story s;

    (void)unused;
    tell(&s, "five_retries");
    assert_true(good_between(&s, NULL, 0, begins(&s)) > 0.999);
    assert_true(good_between(&s, NULL, begins(&s) + 2 * HR_MINUTE, ends(&s)) < 0.1);
    /* The provider is well again, and the shop is not, up to the end. */
    assert_true(good_between(&s, NULL, ends(&s) + 5 * HR_MINUTE, s.plan->horizon) < 0.1);
    assert_true(amplification(&s) > 3);
    end(&s);
}

static void a_retry_budget_loses_checkouts_only_and_only_meanwhile(void **unused)
{
    struct story s;

    (void)unused;
    tell(&s, "retry_budget");
    assert_true(good_between(&s, "home", 0, s.plan->horizon) > 0.999);
    assert_true(good_between(&s, "checkout", begins(&s), ends(&s)) < 0.6);
    assert_true(good_between(&s, "checkout", ends(&s) + HR_MINUTE, s.plan->horizon) > 0.99);
    assert_true(amplification(&s) < 1.2);
    end(&s);
}

static void a_circuit_breaker_keeps_every_checkout(void **unused)
{
    struct story s;

    (void)unused;
    tell(&s, "circuit_breaker");
    assert_true(good_between(&s, "checkout", begins(&s), ends(&s)) > 0.999);
    assert_true(good_between(&s, NULL, 0, s.plan->horizon) > 0.9995);
    uint64_t opened = 0;
    for (uint32_t i = 0; i < s.r->n_events; i++)
        if (strcmp(s.r->events[i].what, "circuit breaker opened") == 0)
            opened += s.r->events[i].count;
    assert_true(opened >= 4); /* one on each instance */
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(five_retries_make_a_storm_that_outlasts_its_cause),
        cmocka_unit_test(a_retry_budget_loses_checkouts_only_and_only_meanwhile),
        cmocka_unit_test(a_circuit_breaker_keeps_every_checkout),
    };
    return cmocka_run_group_tests_name("web_shop", tests, NULL, NULL);
}
