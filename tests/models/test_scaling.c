/* tests/models/test_scaling.c - what target tracking decides, without a clock. */
#include "models/parts/scaling.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct hr_scaling_rule usual = {
    .target = 0.6, .in_below = 0.9, .in_most = 0.1, .out_periods = 3, .in_periods = 5};

static struct hr_scaling_history of(const double *metric, uint32_t n)
{
    return (struct hr_scaling_history){metric, n};
}

static enum hr_scaling_alarm alarm_of(const double *metric, uint32_t n)
{
    return hr_scaling_alarm(&usual, of(metric, n));
}

static int64_t desired_of(const struct hr_scaling_state *s, const double *metric,
                          uint32_t n)
{
    const struct hr_scaling_history h = of(metric, n);

    return hr_scaling_desired(s, 1, &usual, &h);
}

static void the_alarm_out_takes_its_periods_in_a_row_and_no_more(void **unused)
{
    static const double m[] = {0.7, 0.7, 0.59, 0.61, 0.93, 0.62};

    (void)unused;
    assert_int_equal(alarm_of(m, 0), HR_SCALING_OK);
    assert_int_equal(alarm_of(m, 2), HR_SCALING_OK);
    assert_int_equal(alarm_of(m, 5), HR_SCALING_OK); /* 0.59 came between */
    assert_int_equal(alarm_of(m, 6), HR_SCALING_OUT);
}

static void at_the_target_nothing_is_above_or_below(void **unused)
{
    static const double at[] = {0.6, 0.6, 0.6, 0.6, 0.6};
    static const double low[] = {0.54, 0.54, 0.54, 0.54, 0.54}; /* 0.9 x 0.6 */
    struct hr_scaling_rule exact = usual;

    (void)unused;
    assert_int_equal(alarm_of(at, 5), HR_SCALING_OK);
    exact.in_below = 0.54 / 0.6;
    assert_int_equal(hr_scaling_alarm(&exact, of(low, 5)), HR_SCALING_OK);
}

static void the_alarm_in_takes_its_own_periods_below_its_own_level(void **unused)
{
    static const double between[] = {0.55, 0.55, 0.55, 0.55, 0.55};
    static const double m[] = {0.53, 0.41, 0.53, 0.2, 0.53};

    (void)unused;
    assert_int_equal(alarm_of(between, 5), HR_SCALING_OK);
    assert_int_equal(alarm_of(m, 4), HR_SCALING_OK);
    assert_int_equal(alarm_of(m, 5), HR_SCALING_IN);
}

static void a_period_without_data_is_neither(void **unused)
{
    const double out[] = {0.7, (double)NAN, 0.7}, in[] = {0.2, 0.2, (double)NAN, 0.2, 0.2};

    (void)unused;
    assert_int_equal(alarm_of(out, 3), HR_SCALING_OK);
    assert_int_equal(alarm_of(in, 5), HR_SCALING_OK);
}

static void capacity_grows_in_proportion_and_is_rounded_up(void **unused)
{
    static const double exact[] = {0.9, 0.9, 0.9}, more[] = {0.9, 0.9, 0.901};
    const struct hr_scaling_state s = {.min = 1, .max = 40, .desired = 4, .counted = 4};

    (void)unused;
    assert_int_equal(desired_of(&s, exact, 3), 6); /* 4 x 0.9 / 0.6, and not 7 */
    assert_int_equal(desired_of(&s, more, 3), 7);
    /* 9 x 0.8 / 0.6 is 12.000000000000002 in binary */
    assert_int_equal(hr_scaling_needed(&usual, 0.8, 9), 12);
}

/* The example of the guide: what is on its way is not asked for again, and more load asks for
 * the difference only. */
static void what_warms_up_counts_as_capacity(void **unused)
{
    static const double same[] = {0.9, 0.9, 0.9}, worse[] = {0.9, 0.9, 1.0};
    const struct hr_scaling_state s = {
        .min = 1, .max = 40, .desired = 6, .counted = 4, .on_its_way = true};

    (void)unused;
    assert_int_equal(desired_of(&s, same, 3), 6);
    assert_int_equal(desired_of(&s, worse, 3), 7); /* ceil(4 x 1.0 / 0.6) */
}

static void going_in_is_gradual_and_stops_at_what_is_needed(void **unused)
{
    static const double idle[] = {0.1, 0.1, 0.1, 0.1, 0.1};
    static const double nearly[] = {0.5, 0.5, 0.5, 0.5, 0.53};
    struct hr_scaling_state s = {.min = 2, .max = 40, .desired = 30, .counted = 30};

    (void)unused;
    assert_int_equal(desired_of(&s, idle, 5), 27); /* a tenth, and not down to 5 */
    assert_int_equal(desired_of(&s, nearly, 5), 27);
    s.desired = s.counted = 5;
    assert_int_equal(desired_of(&s, idle, 5), 4);   /* one at least */
    assert_int_equal(desired_of(&s, nearly, 5), 5); /* ceil(5 x 0.53 / 0.6) = 5 */
    s.desired = s.counted = 2;
    assert_int_equal(desired_of(&s, idle, 5), 2);
}

static void nothing_is_taken_away_while_capacity_is_on_its_way(void **unused)
{
    static const double idle[] = {0.1, 0.1, 0.1, 0.1, 0.1};
    const struct hr_scaling_state s = {
        .min = 1, .max = 40, .desired = 10, .counted = 9, .on_its_way = true};

    (void)unused;
    assert_int_equal(desired_of(&s, idle, 5), 10);
}

static void bounds_are_kept(void **unused)
{
    static const double hot[] = {0.99, 0.99, 0.99};
    struct hr_scaling_state s = {.min = 1, .max = 5, .desired = 4, .counted = 4};

    (void)unused;
    assert_int_equal(desired_of(&s, hot, 3), 5);
    s.min = 3;
    s.desired = s.counted = 1; /* fewer than it may have */
    assert_int_equal(desired_of(&s, hot, 0), 3);
}

static void without_rules_capacity_stays(void **unused)
{
    const struct hr_scaling_state s = {.min = 1, .max = 9, .desired = 4, .counted = 4};

    (void)unused;
    assert_int_equal(hr_scaling_desired(&s, 0, NULL, NULL), 4);
}

static void one_rule_is_enough_to_go_out_and_in_takes_all(void **unused)
{
    static const double hot[] = {0.9, 0.9, 0.9, 0.9, 0.9};
    static const double idle[] = {0.1, 0.1, 0.1, 0.1, 0.1};
    static const double fair[] = {0.58, 0.58, 0.58, 0.58, 0.58};
    struct hr_scaling_rule rules[2] = {usual, usual};
    const struct hr_scaling_state s = {.min = 1, .max = 40, .desired = 10, .counted = 10};
    struct hr_scaling_history h[2] = {of(hot, 5), of(idle, 5)};

    (void)unused;
    assert_int_equal(hr_scaling_desired(&s, 2, rules, h), 15);
    h[0] = of(fair, 5);
    assert_int_equal(hr_scaling_desired(&s, 2, rules, h), 10);
    h[0] = of(idle, 5);
    assert_int_equal(hr_scaling_desired(&s, 2, rules, h), 9);
    h[0] = of(fair, 5); /* its going in is disabled: it has no say in it */
    rules[0].in_disabled = true;
    assert_int_equal(hr_scaling_desired(&s, 2, rules, h), 9);
    rules[1].in_disabled = true;
    assert_int_equal(hr_scaling_desired(&s, 2, rules, h), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_alarm_out_takes_its_periods_in_a_row_and_no_more),
        cmocka_unit_test(at_the_target_nothing_is_above_or_below),
        cmocka_unit_test(the_alarm_in_takes_its_own_periods_below_its_own_level),
        cmocka_unit_test(a_period_without_data_is_neither),
        cmocka_unit_test(capacity_grows_in_proportion_and_is_rounded_up),
        cmocka_unit_test(what_warms_up_counts_as_capacity),
        cmocka_unit_test(going_in_is_gradual_and_stops_at_what_is_needed),
        cmocka_unit_test(nothing_is_taken_away_while_capacity_is_on_its_way),
        cmocka_unit_test(bounds_are_kept),
        cmocka_unit_test(without_rules_capacity_stays),
        cmocka_unit_test(one_rule_is_enough_to_go_out_and_in_takes_all),
    };
    return cmocka_run_group_tests_name("scaling", tests, NULL, NULL);
}
