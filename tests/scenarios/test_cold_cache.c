/* tests/scenarios/test_cold_cache.c - the story that the example of the cold cache tells. */
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

struct ending { /* of a design: its last minute, and the run as a whole */
    double good, before;
    double hits;
};

static double good_between(const struct hr_record *r, hr_time from, hr_time to)
{
    double good = 0, all = 0;

    for (hr_time b = from / r->bucket; b < to / r->bucket; b++) {
        good += (double)r->rows[0].goods[b];
        all += (double)r->rows[0].arrivals[b];
    }
    assert_true(all > 0);
    return good / all;
}

static const struct hr_part_record *part(const struct hr_plan *plan,
                                         const struct hr_record *r, const char *name)
{
    for (uint32_t i = 0; i < plan->n_components; i++)
        if (strcmp(plan->components[i].name, name) == 0)
            return &r->parts[i];
    fail_msg("no %s", name);
    return NULL;
}

static struct ending run(const char *design)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides ov = {.quick = true, .design = &design, .n_design = 1};
    const struct hr_run_options o = {.seed = 1};
    struct hr_arena *arena = hr_arena_create();
    struct hr_diags ds;

    hr_diags_init(&ds, arena);
    const struct hr_scenario *s = hr_scenario_load(
        HR_SOURCE_DIR "/scenarios/examples/cold-cache.yaml", &library, &ov, &ds);
    assert_non_null(s);
    assert_int_equal(ds.errors, 0);
    const struct hr_plan *plan = s->designs[0].plan;
    struct hr_run *run = hr_run_create(plan, &o);
    while (hr_run_advance(run, 1 << 20))
        ;
    const struct hr_record *r = hr_run_finish(run);
    const struct hr_part_record *items = part(plan, r, "items");
    const struct ending e = {good_between(r, plan->horizon - HR_MINUTE, plan->horizon),
                             good_between(r, 0, plan->disturbances[0].at),
                             (double)items->hits / (double)(items->hits + items->misses)};

    hr_run_destroy(run);
    hr_arena_destroy(arena);
    return e;
}

static void a_cold_cache_overloads_the_database_for_good(void **unused)
{
    const struct ending e = run("every_miss_fetches");

    (void)unused;
    assert_true(e.before > 0.99);
    assert_true(e.good < 0.5);
}

static void single_flight_lets_it_fill_again(void **unused)
{
    const struct ending e = run("single_flight");

    (void)unused;
    assert_true(e.before > 0.99);
    assert_true(e.good > 0.99);
    assert_true(e.hits > 0.8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cold_cache_overloads_the_database_for_good),
        cmocka_unit_test(single_flight_lets_it_fill_again),
    };
    return cmocka_run_group_tests_name("cold_cache", tests, NULL, NULL);
}
