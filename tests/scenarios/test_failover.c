/* tests/scenarios/test_failover.c - the figures that the example of a failover gives. */
#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"
#include "tests/support/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { RUNS = VALIDATE_SLOW ? 2 : 6 };

struct story {
    struct hr_arena *arena;
    const struct hr_plan *plan;
    struct hr_run *run;
    const struct hr_record *r;
};

static void tell(struct story *s, const char *design, uint64_t replication)
{
    const struct hr_library library = {hr_models, hr_catalog_files};
    const struct hr_overrides ov = {
        .quick = VALIDATE_SLOW, .design = &design, .n_design = 1};
    const struct hr_run_options o = {.seed = 1, .replication = replication};
    struct hr_diags ds;

    s->arena = hr_arena_create();
    hr_diags_init(&ds, s->arena);
    const struct hr_scenario *found = hr_scenario_load(
        HR_SOURCE_DIR "/scenarios/examples/failover.yaml", &library, &ov, &ds);
    assert_non_null(found);
    assert_int_equal(ds.errors, 0);
    s->plan = found->designs[0].plan;
    s->run = hr_run_create(s->plan, &o);
    while (hr_run_advance(s->run, 1 << 20))
        ;
    s->r = hr_run_finish(s->run);
    assert_int_equal(s->r->n_violations, 0);
}

static void end(struct story *s)
{
    hr_run_destroy(s->run);
    hr_arena_destroy(s->arena);
}

/* From the loss until the database serves, s. */
static double outage(const struct story *s)
{
    for (uint32_t i = 0; i < s->r->n_marks; i++)
        if (s->r->marks[i].mark == HR_MARK_RESTORED)
            return hr_time_s(s->r->marks[i].at - s->plan->disturbances[0].at);
    fail_msg("the database never came back");
    return 0;
}

static uint64_t lost(const struct story *s)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < s->r->n_losses; i++)
        n += s->r->losses[i].writes;
    return n;
}

static void a_single_database_is_away_as_long_as_its_zone_and_loses_nothing(void **unused)
{
    struct story s;

    (void)unused;
    for (uint64_t k = 0; k < RUNS; k++) {
        tell(&s, "single", k);
        const double away = hr_time_s(s.plan->disturbances[0].lasts);
        assert_true(outage(&s) >= away + 30 && outage(&s) <= away + 120);
        assert_int_equal(lost(&s), 0);
        end(&s);
    }
}

static void a_standby_takes_over_in_one_to_two_minutes_and_loses_nothing(void **unused)
{
    struct story s;

    (void)unused;
    for (uint64_t k = 0; k < RUNS; k++) {
        tell(&s, "standby", k);
        assert_true(outage(&s) >= 60 && outage(&s) <= 120);
        assert_int_equal(lost(&s), 0);
        end(&s);
    }
}

/* 12 orders a second, about two seconds of them; more than 30 s behind is beyond chance. */
static void a_replica_waits_for_people_and_lacks_the_orders_of_its_lag(void **unused)
{
    uint64_t all = 0;
    struct story s;

    (void)unused;
    if (VALIDATE_SLOW)
        skip(); /* in `quick` the zone is back before they have decided */
    for (uint64_t k = 0; k < RUNS; k++) {
        tell(&s, "replica", k);
        assert_true(outage(&s) > 240 && outage(&s) <= 1320);
        assert_true(lost(&s) < 360);
        all += lost(&s);
        end(&s);
    }
    assert_in_range(all, 24, 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_database_is_away_as_long_as_its_zone_and_loses_nothing),
        cmocka_unit_test(a_standby_takes_over_in_one_to_two_minutes_and_loses_nothing),
        cmocka_unit_test(a_replica_waits_for_people_and_lacks_the_orders_of_its_lag),
    };
    return cmocka_run_group_tests_name("failover", tests, NULL, NULL);
}
