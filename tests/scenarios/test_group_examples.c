/* tests/scenarios/test_group_examples.c - the figures that the examples of autoscaling groups
 * give, in their quick form. */
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define S(x) ((hr_time)((x)*1e9))

struct told {
    struct hr_arena *arena;
    struct hr_run *run;
    const struct hr_record *r;
};

static void tell(struct told *t, const char *path, const char *design)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides ov = {.quick = true, .design = &design, .n_design = 1};
    const struct hr_run_options o = {.seed = 1};
    struct hr_diags ds;

    t->arena = hr_arena_create();
    hr_diags_init(&ds, t->arena);
    const struct hr_scenario *s = hr_scenario_load(path, &library, &ov, &ds);
    assert_non_null(s);
    assert_int_equal(ds.errors, 0);
    t->run = hr_run_create(s->designs[0].plan, &o);
    while (hr_run_advance(t->run, 1 << 16))
        ;
    t->r = hr_run_finish(t->run);
}

static void end(struct told *t)
{
    hr_run_destroy(t->run);
    hr_arena_destroy(t->arena);
}

static double good(const struct told *t)
{
    return (double)t->r->rows[0].good / (double)t->r->rows[0].valid;
}

static hr_time first(const struct told *t, const char *what)
{
    for (uint32_t i = 0; i < t->r->n_events; i++)
        if (strcmp(t->r->events[i].what, what) == 0)
            return t->r->events[i].at;
    return HR_NEVER;
}

static void scale_out_takes_three_periods_and_a_boot(void **unused)
{
    const char *path = HR_SOURCE_DIR "/scenarios/examples/scale-out.yaml";
    struct told t;

    (void)unused;
    tell(&t, path, "follows");
    assert_in_range(first(&t, "CPU above target"), S(600), S(620));
    assert_int_equal(first(&t, "alarm: scale out"), S(780));
    assert_int_equal(first(&t, "launch requested"), S(780));
    assert_int_equal(first(&t, "in service"), S(870));
    assert_true(good(&t) < 0.75);
    end(&t);
    tell(&t, path, "spare");
    assert_true(good(&t) > 0.999);
    end(&t);
}

static void zone_loss_is_survived_with_a_spare_zone_only(void **unused)
{
    const char *path = HR_SOURCE_DIR "/scenarios/examples/zone-loss.yaml";
    struct told t;

    (void)unused;
    tell(&t, path, "just_enough");
    assert_int_equal(first(&t, "unhealthy: replaced"), S(360)); /* lost at 200 s */
    assert_int_equal(first(&t, "in service"), S(450));
    assert_true(good(&t) < 0.75);
    end(&t);
    tell(&t, path, "one_zone_spare");
    assert_int_equal(first(&t, "in service"), S(450));
    /* Lost is what was in flight there, one request on average: 4 in 100,000 are 16. */
    assert_true(good(&t) > 0.99996);
    /* Back at 680 s: launched at the next look, removed as that serves. */
    assert_int_equal(first(&t, "removed"), S(720 + 90));
    end(&t);
}

/* The load of 1,500 s is 180,000 requests of 12 ms: its standard deviation is 5 s of CPU, and so
 * are 6 s of time; five of these. */
static void cpu_credits_last_as_long_as_arithmetic_says(void **unused)
{
    const char *path = HR_SOURCE_DIR "/scenarios/examples/cpu-credits.yaml";
    struct told t;

    (void)unused;
    tell(&t, path, "standard");
    assert_in_range(first(&t, "CPU credits used up"), S(1500 - 45), S(1500 + 45));
    assert_true(good(&t) < 0.9);
    end(&t);
    tell(&t, path, "unlimited");
    assert_int_equal(first(&t, "CPU credits used up"), HR_NEVER);
    assert_true(good(&t) > 0.9999);
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scale_out_takes_three_periods_and_a_boot),
        cmocka_unit_test(zone_loss_is_survived_with_a_spare_zone_only),
        cmocka_unit_test(cpu_credits_last_as_long_as_arithmetic_says),
    };
    return cmocka_run_group_tests_name("group_examples", tests, NULL, NULL);
}
