/* tests/models/test_edge_parts.c - rate rules and price classes, without a run. */
#include "models/parts/price_class.h"
#include "models/parts/rate_rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* --- rate rules -------------------------------------------------------------------------------- */

static void count(struct hr_rate_rule *r, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        hr_rate_rule_count(r);
}

static void the_limit_itself_is_kept_one_more_is_too_many(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_rate_rule r;

    (void)unused;
    hr_rate_rule_init(&r, a, 37, 4);
    count(&r, 37);
    assert_false(hr_rate_rule_evaluate(&r));
    count(&r, 1);
    assert_true(hr_rate_rule_evaluate(&r));
    hr_arena_destroy(a);
}

static void the_window_is_as_many_slots_as_it_has(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_rate_rule r;

    (void)unused;
    hr_rate_rule_init(&r, a, 10, 3);
    count(&r, 6);
    assert_false(hr_rate_rule_evaluate(&r));
    assert_false(hr_rate_rule_evaluate(&r));
    count(&r, 5); /* the third slot: the six are still in it */
    assert_true(hr_rate_rule_evaluate(&r));
    hr_rate_rule_turn(&r);
    assert_true(r.active);
    assert_true(hr_rate_rule_evaluate(&r)); /* now they are not: it wants to stop */
    hr_arena_destroy(a);
}

static void it_does_not_turn_twice_before_its_delay_is_over(void **unused)
{
    struct hr_arena *a = hr_arena_create();
    struct hr_rate_rule r;

    (void)unused;
    hr_rate_rule_init(&r, a, 1, 2);
    assert_true(hr_rate_rule_count(&r)); /* evaluations begin */
    assert_false(hr_rate_rule_count(&r));
    assert_true(hr_rate_rule_evaluate(&r));
    assert_false(hr_rate_rule_evaluate(&r));
    assert_false(hr_rate_rule_evaluate(&r));
    assert_false(hr_rate_rule_idle(&r)); /* it will turn yet */
    hr_rate_rule_turn(&r);
    assert_true(hr_rate_rule_evaluate(&r));
    hr_rate_rule_turn(&r);
    assert_true(hr_rate_rule_idle(&r));
    hr_arena_destroy(a);
}

/* --- price classes ------------------------------------------------------------------------------- */

static void places_have_the_class_of_their_part_of_the_world(void **unused)
{
    static const struct {
        const char *place;
        enum hr_price_class is;
    } all[] = {{"north_america", HR_CLASS_NA},    {"us_west", HR_CLASS_NA},
               {"canada", HR_CLASS_NA},           {"us-east-1", HR_CLASS_NA},
               {"europe", HR_CLASS_EU},           {"uk", HR_CLASS_EU},
               {"eu-west-3", HR_CLASS_EU},        {"asia", HR_CLASS_ASIA},
               {"hong_kong", HR_CLASS_ASIA},      {"ap-east-1", HR_CLASS_ASIA},
               {"japan", HR_CLASS_JAPAN},         {"ap-northeast-1", HR_CLASS_JAPAN},
               {"korea", HR_CLASS_ASIA},          {"ap-northeast-2", HR_CLASS_ASIA},
               {"india", HR_CLASS_INDIA},         {"ap-south-1", HR_CLASS_INDIA},
               {"australia", HR_CLASS_AUSTRALIA}, {"ap-southeast-2", HR_CLASS_AUSTRALIA},
               {"ap-southeast-1", HR_CLASS_ASIA}, {"sa-east-1", HR_CLASS_SOUTH_AMERICA},
               {"me-south-1", HR_CLASS_AFRICA}};

    (void)unused;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_int_equal(hr_price_class(all[i].place, HR_N_CLASSES), all[i].is);
    assert_int_equal(hr_price_class("office", HR_CLASS_INDIA), HR_CLASS_INDIA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_limit_itself_is_kept_one_more_is_too_many),
        cmocka_unit_test(the_window_is_as_many_slots_as_it_has),
        cmocka_unit_test(it_does_not_turn_twice_before_its_delay_is_over),
        cmocka_unit_test(places_have_the_class_of_their_part_of_the_world),
    };
    return cmocka_run_group_tests_name("edge parts", tests, NULL, NULL);
}
