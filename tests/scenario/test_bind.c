/* tests/scenario/test_bind.c - tables bind maps: values, defaults, bounds, sources. */
#include "tests/scenario/loaded.h"

#include <math.h>

/* --- a model of our own, with fields of every shape -------------------------------------- */

struct gate {
    int64_t limit, floor;
    hr_time pause;
    double share, weight, speed;
    int64_t price;
    struct group {
        int64_t n;
        hr_time every;
    } * group;
    struct hr_items list, map;
    bool flag;
    int choice;
    const char *text;
    struct hr_law law;
    uint32_t other, op;
    double doubled; /* derived by check */
};
#define AT(m)  offsetof(struct gate, m)
#define GAT(m) offsetof(struct group, m)
static const struct hr_field group_fields[] = {{.name = "count",
                                                .type = HR_FIELD_COUNT,
                                                .offset = GAT(n),
                                                .required = true,
                                                .max = 10},
                                               {.name = "every",
                                                .type = HR_FIELD_DURATION,
                                                .offset = GAT(every),
                                                .dflt = "90s",
                                                .source = "somebody's documentation"},
                                               {0}};
static const struct hr_table group_table = {"group", group_fields, sizeof(struct group),
                                            "count", ""};
struct named_item {
    const char *name;
    hr_time t;
};
static const struct hr_field item_fields[] = {
    {.name = "t", .type = HR_FIELD_DURATION, .offset = offsetof(struct named_item, t)},
    {0}};
static const struct hr_table item_table = {"item", item_fields, sizeof(struct named_item),
                                           "t", ""};
static const char *const colours[] = {"red", "green", NULL};
static const struct hr_field fields[] = {
    {.name = "limit", .type = HR_FIELD_COUNT, .offset = AT(limit), .dflt = "7", .max = 100},
    {.name = "floor",
     .type = HR_FIELD_COUNT,
     .offset = AT(floor),
     .dflt = "-1",
     .min = -1,
     .max = 99},
    {.name = "pause",
     .type = HR_FIELD_DURATION,
     .offset = AT(pause),
     .min = 1e-3,
     .max = 60},
    {.name = "share", .type = HR_FIELD_SHARE, .offset = AT(share), .max = 0.5},
    {.name = "weight", .type = HR_FIELD_NUMBER, .offset = AT(weight), .one_of = 3},
    {.name = "speed", .type = HR_FIELD_FACTOR, .offset = AT(speed), .one_of = 3},
    {.name = "price", .type = HR_FIELD_MONEY, .offset = AT(price)},
    {.name = "group", .type = HR_FIELD_GROUP, .offset = AT(group), .table = &group_table},
    {.name = "list", .type = HR_FIELD_LIST, .offset = AT(list), .table = &group_table},
    {.name = "map", .type = HR_FIELD_MAP, .offset = AT(map), .table = &item_table},
    {.name = "flag", .type = HR_FIELD_FLAG, .offset = AT(flag)},
    {.name = "choice", .type = HR_FIELD_CHOICE, .offset = AT(choice), .choices = colours},
    {.name = "text", .type = HR_FIELD_TEXT, .offset = AT(text)},
    {.name = "law", .type = HR_FIELD_LAW_TIME, .offset = AT(law)},
    {.name = "other", .type = HR_FIELD_COMPONENT, .offset = AT(other)},
    {.name = "op", .type = HR_FIELD_OPERATION, .offset = AT(op)},
    {0}};
static const struct hr_table gate_table = {"gate", fields, sizeof(struct gate), NULL, ""};

static void check_gate(void *conf, struct hr_check *ck)
{
    struct gate *g = conf;

    g->doubled = 2 * g->share;
    if (hr_check_given(ck, "limit") && hr_check_given(ck, "floor"))
        hr_check_fail(ck, HR_E211, "floor", "%s", "not with a limit");
}
static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    (void)run;
    (void)p;
    (void)c;
}
static const struct hr_model gate_model = {.kind = "gate",
                                           .table = &gate_table,
                                           .ops = HR_OPS_ANY,
                                           .arrive = arrive,
                                           .check = check_gate};

static const struct hr_scenario *load_gate(struct fixture *f, const char *settings)
{
    const struct hr_model *all[64] = {&gate_model};
    const struct hr_library lib = {all, hr_catalog_files};
    const char *text = hr_arena_printf(
        f->a, "%s%s", HEAD TRAFFIC APP "[ { work: 1ms } ] } }\n  gate:\n    kind: gate\n",
        settings);

    for (size_t i = 0; hr_models[i]; i++)
        all[i + 1] = hr_models[i];
    return hr_scenario_load_text("t.yaml", text, strlen(text), &lib, NULL, &f->ds);
}

static const struct gate *bound(struct fixture *f, const char *settings)
{
    const struct hr_scenario *s = load_gate(f, settings);

    assert_quiet(f);
    return s->designs[0].plan->components[component(s->designs[0].plan, "gate")].conf;
}

static void gate_refuses(struct fixture *f, const char *settings, enum hr_code code,
                         const char *part)
{
    load_gate(f, settings);
    assert_non_null(said(f, code));
    if (!strstr(said(f, code)->what, part))
        fail_msg("`%s` is not in: %s", part, said(f, code)->what);
}

/* --- promises ------------------------------------------------------------------------------ */

static void values_reach_the_members_that_the_table_names(void **state)
{
    const struct gate *g =
        bound(*state, "    limit: 16\n    pause: 250ms\n    share: 12.5%\n"
                      "    speed: 6x\n    price: $0.096\n    flag: true\n"
                      "    choice: green\n    text: hello\n"
                      "    law: exponential(20ms)\n    other: app\n");

    assert_int_equal(g->limit, 16);
    assert_int_equal(g->pause, 250 * HR_MILLISECOND);
    assert_true(fabs(g->share - 0.125) < 1e-15);
    assert_true(fabs(g->speed - 6) < 1e-15);
    assert_int_equal(g->price, 96000);
    assert_true(g->flag);
    assert_int_equal(g->choice, 1);
    assert_string_equal(g->text, "hello");
    assert_int_equal(g->law.kind, HR_LAW_EXPONENTIAL);
    assert_int_not_equal(g->other, HR_NONE);
    assert_true(fabs(g->doubled - 0.25) < 1e-15);
}

static void what_is_left_out_takes_its_default_and_is_shown(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_gate(f, "    weight: 1\n    group: { count: 3 }\n");
    const struct gate *g;
    const char *text;

    assert_quiet(f);
    g = s->designs[0].plan->components[component(s->designs[0].plan, "gate")].conf;
    assert_int_equal(g->limit, 7);
    assert_int_equal(g->floor, -1);
    assert_int_equal(g->group->every, 90 * HR_SECOND);
    assert_int_equal(g->other, HR_NONE);
    assert_int_equal(g->op, HR_NONE);
    text = hr_scenario_resolve(s, 0, f->a);
    assert_non_null(strstr(text, "limit: 7"));
    assert_non_null(strstr(text, "every: 90s"));
    assert_non_null(strstr(text, "somebody's documentation"));
}

static void a_single_value_fills_the_shorthand_of_a_group(void **state)
{
    const struct gate *g = bound(
        *state, "    weight: 1\n    group: 4\n    list: [ 5, { count: 6, every: 1s } ]\n");
    const struct group *item = g->list.at;

    assert_int_equal(g->group->n, 4);
    assert_int_equal(g->group->every, 90 * HR_SECOND);
    assert_int_equal(g->list.n, 2);
    assert_int_equal(item[0].n, 5);
    assert_int_equal(item[1].n, 6);
    assert_int_equal(item[1].every, HR_SECOND);
}

static void items_of_a_map_begin_with_their_names(void **state)
{
    const struct gate *g =
        bound(*state, "    weight: 1\n    map: { a: 1s, b: { t: 2s } }\n");
    const struct named_item *item = g->map.at;

    assert_int_equal(g->map.n, 2);
    assert_string_equal(item[0].name, "a");
    assert_string_equal(item[1].name, "b");
    assert_int_equal(item[1].t, 2 * HR_SECOND);
}

static void an_operation_of_the_plan_is_found_after_all_are_known(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_gate(f, "    weight: 1\n    op: app.home\n");
    const struct hr_plan *p;
    const struct gate *g;

    assert_quiet(f);
    p = s->designs[0].plan;
    g = p->components[component(p, "gate")].conf;
    assert_ptr_equal(&p->operations[g->op], operation(p, "app", "home"));
}

static void bounds_are_told_with_their_unit(void **state)
{
    gate_refuses(*state, "    weight: 1\n    pause: 2m\n", HR_E207, "at most 1m");
}

static void the_lower_bound_holds_as_well(void **state)
{
    gate_refuses(*state, "    weight: 1\n    pause: 1us\n", HR_E207, "at least 1ms");
}

static void a_bound_of_a_share_is_a_share(void **state)
{
    gate_refuses(*state, "    weight: 1\n    share: 60%\n", HR_E207, "at most 50%");
}

static void a_sign_is_for_fields_that_go_below_zero(void **state)
{
    gate_refuses(*state, "    weight: 1\n    limit: -1\n", HR_E221, "negative");
}

static void below_a_negative_bound_is_out_of_bounds(void **state)
{
    gate_refuses(*state, "    weight: 1\n    floor: -2\n", HR_E207, "at least -1");
}

static void exactly_one_of_a_group_of_fields_is_written(void **state)
{
    gate_refuses(*state, "    limit: 1\n", HR_E210, "weight, speed");
}

static void two_of_a_group_of_fields_exclude_each_other(void **state)
{
    gate_refuses(*state, "    weight: 1\n    speed: 2x\n", HR_E210, "exclude");
}

static void a_required_field_of_a_group_is_missed(void **state)
{
    gate_refuses(*state, "    weight: 1\n    group: { every: 1s }\n", HR_E202, "`count`");
}

static void all_that_is_missing_is_told_at_once(void **state)
{
    struct fixture *f = *state;

    load_with(f,
              HEAD "places: { dc: {} }\nlinks: { up: { loss: 1% } }\n" TRAFFIC APP
                   "[ { work: 1ms } ] } }\n",
              NULL);
    assert_non_null(said(f, HR_E202));
    assert_non_null(strstr(said(f, HR_E202)->what, "`from`, `to`, `latency`"));
}

static void an_unknown_key_inside_of_a_group_is_found(void **state)
{
    gate_refuses(*state, "    weight: 1\n    group: { count: 1, evry: 1s }\n", HR_E201,
                 "evry");
}

static void a_check_hook_points_at_its_field(void **state)
{
    struct fixture *f = *state;

    gate_refuses(f, "    weight: 1\n    limit: 1\n    floor: 2\n", HR_E211,
                 "not with a limit");
    assert_int_equal(said(f, HR_E211)->at.line, 10);
    assert_int_equal(said(f, HR_E211)->at.column, 12);
}

static void a_default_does_not_count_as_given(void **state)
{
    bound(*state, "    weight: 1\n    limit: 1\n"); /* else the check hook would complain */
}

/* --- sources and trust ------------------------------------------------------------------------ */

static struct hr_trust trust_of(struct fixture *f, const char *settings)
{
    const struct hr_scenario *s = load_gate(f, settings);

    assert_quiet(f);
    return s->designs[0].trust;
}

/* The traffic (rate, mix) and the work of the app are three guesses in every case. */
static void a_law_without_a_source_is_a_guess(void **state)
{
    const struct hr_trust t =
        trust_of(*state, "    weight: 1\n    law: exponential(2ms)\n");

    assert_int_equal(t.guessed, 4);
    assert_int_equal(t.measured, 0);
}

static void the_long_form_of_a_value_carries_its_source(void **state)
{
    const struct hr_trust t = trust_of(
        *state,
        "    weight: 1\n    law: { value: exponential(2ms), source: traces of May }\n");

    assert_int_equal(t.guessed, 3);
    assert_int_equal(t.measured, 1);
}

static void the_source_of_a_map_covers_what_is_in_it(void **state)
{
    const struct hr_trust t =
        trust_of(*state, "    weight: 1\n    law: exponential(2ms)\n    share: 1%\n"
                         "    source: traces of May\n");

    assert_int_equal(t.measured, 2);
}

static void an_assumed_source_is_a_guess(void **state)
{
    const struct hr_trust t = trust_of(
        *state, "    weight: 1\n    law: exponential(2ms)\n    source: Assumed by us\n");

    assert_int_equal(t.guessed, 4);
}

static void a_constant_is_a_guess_whatever_its_source(void **state)
{
    const struct hr_trust t =
        trust_of(*state, "    weight: 1\n    law: 2ms\n    source: traces of May\n");

    assert_int_equal(t.guessed, 4);
    assert_int_equal(t.measured, 0);
}

static void only_defaults_that_claim_something_are_counted(void **state)
{
    /* `restart` of the app, and `every` of the group. */
    assert_int_equal(trust_of(*state, "    weight: 1\n    group: 3\n").defaults, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_reach_the_members_that_the_table_names),
        TEST(what_is_left_out_takes_its_default_and_is_shown),
        TEST(a_single_value_fills_the_shorthand_of_a_group),
        TEST(items_of_a_map_begin_with_their_names),
        TEST(an_operation_of_the_plan_is_found_after_all_are_known),
        TEST(bounds_are_told_with_their_unit),
        TEST(the_lower_bound_holds_as_well),
        TEST(a_bound_of_a_share_is_a_share),
        TEST(a_sign_is_for_fields_that_go_below_zero),
        TEST(below_a_negative_bound_is_out_of_bounds),
        TEST(exactly_one_of_a_group_of_fields_is_written),
        TEST(two_of_a_group_of_fields_exclude_each_other),
        TEST(a_required_field_of_a_group_is_missed),
        TEST(all_that_is_missing_is_told_at_once),
        TEST(an_unknown_key_inside_of_a_group_is_found),
        TEST(a_check_hook_points_at_its_field),
        TEST(a_default_does_not_count_as_given),
        TEST(a_law_without_a_source_is_a_guess),
        TEST(the_long_form_of_a_value_carries_its_source),
        TEST(the_source_of_a_map_covers_what_is_in_it),
        TEST(an_assumed_source_is_a_guess),
        TEST(a_constant_is_a_guess_whatever_its_source),
        TEST(only_defaults_that_claim_something_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
