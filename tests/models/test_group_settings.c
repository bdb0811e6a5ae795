/* tests/models/test_group_settings.c - what a scenario may say of an autoscaling group. */
#include "models/compute/autoscaling_group.h"
#include "models/registry.h"
#include "sim/scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The conf of a group with these lines; NULL after errors, the first of which is as expected. */
static const struct hr_autoscaling_group_conf *read(struct hr_arena *arena,
                                                    const char *lines, enum hr_code code)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides none = {0};
    struct hr_diags ds;
    char text[1024];
    const int n =
        snprintf(text, sizeof text,
                 "headroom: 1\n"
                 "name: Settings\n"
                 "traffic: { people: { to: app, rate: 1/s, mix: { a: 100%% } } }\n"
                 "components:\n"
                 "  app:\n"
                 "    kind: autoscaling_group\n"
                 "    operations: { a: [ { work: 1ms } ] }\n"
                 "    cores: 2\n"
                 "%s",
                 lines);

    hr_diags_init(&ds, arena);
    const struct hr_scenario *s =
        hr_scenario_load_text("settings.yaml", text, (size_t)n, &library, &none, &ds);
    if (code != HR_N_CODES) {
        assert_int_equal(ds.errors, 1);
        assert_int_equal(ds.items[0].code, code);
        return NULL;
    }
    for (size_t i = 0; i < ds.n; i++)
        if (hr_code_is_error(ds.items[i].code))
            fail_msg("%s", ds.items[i].what);
    const struct hr_plan *p = s->designs[0].plan;
    for (uint32_t i = 0; i < p->n_components; i++)
        if (strcmp(p->components[i].name, "app") == 0)
            return p->components[i].conf;
    return NULL;
}

static void refused(const char *lines, enum hr_code code)
{
    struct hr_arena *arena = hr_arena_create();

    read(arena, lines, code);
    hr_arena_destroy(arena);
}

static void one_number_is_a_fixed_size(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_autoscaling_group_conf *c = read(a, "    instances: 4\n", HR_N_CODES);

    (void)unused;
    assert_int_equal(c->instances->min, 4);
    assert_int_equal(c->instances->max, 4);
    assert_int_equal(c->scaling.n, 0);
    assert_int_equal(c->health_check->interval, HR_MINUTE);
    assert_int_equal(c->health_check->threshold, 3);
    assert_null(c->cpu_credits);
    hr_arena_destroy(a);
}

static void a_target_is_a_share_or_a_rate(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_autoscaling_group_conf *c =
        read(a,
             "    instances: { min: 2, max: 9 }\n"
             "    scaling: [ { track: { measure: cpu, at: 60% } }, { track: { measure: "
             "requests, at: 50/s }, out_periods: 2 } ]\n",
             HR_N_CODES);
    const struct hr_group_policy *p = c->scaling.at;

    (void)unused;
    assert_int_equal(c->scaling.n, 2);
    assert_true(p[0].track->at.value == 0.6 && !p[0].track->at.rate);
    assert_true(p[1].track->at.value == 50.0 && p[1].track->at.rate);
    assert_int_equal(p[0].out_periods, 3);
    assert_int_equal(p[0].in_periods, 15);
    assert_int_equal(p[1].out_periods, 2);
    hr_arena_destroy(a);
}

/* t3.medium: 24 an hour, 576 at most. */
static void credits_follow_from_the_baseline(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_autoscaling_group_conf *c =
        read(a, "    instances: 1\n    cpu_credits: { baseline: 20% }\n", HR_N_CODES);

    (void)unused;
    assert_true(c->cpu_credits->earn > 23.999 / 3600 &&
                c->cpu_credits->earn < 24.001 / 3600);
    assert_true(c->cpu_credits->most > 575.99 && c->cpu_credits->most < 576.01);
    assert_true(c->cpu_credits->at_start == c->cpu_credits->most);
    assert_int_equal(c->cpu_credits->mode, HR_CREDITS_UNLIMITED);
    hr_arena_destroy(a);
}

static void what_contradicts_itself_is_refused(void **unused)
{
    (void)unused;
    refused("    instances: { min: 4, max: 2 }\n", HR_E211);
    refused("    instances: { min: 4, max: 9, desired: 12 }\n", HR_E211);
    refused(
        "    instances: 4\n    scaling: [ { track: { measure: requests, at: 60% } } ]\n",
        HR_E211);
    refused("    instances: 4\n    scaling: [ { track: { measure: cpu, at: 60/s } } ]\n",
            HR_E211);
    refused("    instances: 4\n    scaling: [ { track: { at: 0.6 } } ]\n", HR_E209);
    refused("    instances: 4\n    cpu_credits: { baseline: 20%, most: 9, initial: 10 }\n",
            HR_E207);
    refused("    cpu_credits: { baseline: 20% }\n", HR_E202);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_number_is_a_fixed_size),
        cmocka_unit_test(a_target_is_a_share_or_a_rate),
        cmocka_unit_test(credits_follow_from_the_baseline),
        cmocka_unit_test(what_contradicts_itself_is_refused),
    };
    return cmocka_run_group_tests_name("group_settings", tests, NULL, NULL);
}
