/* tests/measure/test_spread.c - luck told from ignorance, and what explains it. */
#include "sim/measure/spread.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

/* By hand: groups (1 3) (5 7) (9 11), means 2 6 10.  Mean square within 6/3 = 2, between
 * 2 (16 + 0 + 16) / 2 = 32; so luck has variance 2 and the groups (32 - 2) / 2 = 15. */
static void variances_are_those_of_the_table_of_the_analysis(void **state)
{
    const double y[] = {1, 3, 5, 7, 9, 11};
    const struct hr_anova a = hr_anova(y, 3, 2);

    (void)state;
    assert_float_equal(a.mean, 6, 1e-12);
    assert_float_equal(a.within, 2, 1e-12);
    assert_float_equal(a.between, 15, 1e-12);
    /* P(F(2, 3) > 16) = (1 + 2 x 16 / 3)^(-3/2) */
    assert_float_equal(a.chance, pow(35.0 / 3, -1.5), 1e-9);
}

static void groups_that_differ_by_less_than_luck_differ_by_nothing(void **state)
{
    const double y[] = {1, 9, 2, 8, 0, 10};

    (void)state;
    assert_float_equal(hr_anova(y, 3, 2).between, 0, 0);
}

static void equal_values_that_are_rounded_differ_by_nothing(void **state)
{
    double y[40];

    (void)state;
    for (int i = 0; i < 40; i++)
        y[i] = i % 3 ? 0.3 : nextafter(0.3, 1);
    assert_float_equal(hr_anova(y, 20, 2).between, 0, 0);
    assert_true(hr_anova(y, 20, 2).chance > 0.99);
}

static void one_value_a_group_tells_nothing(void **state)
{
    const double y[] = {1, 9, 2};

    (void)state;
    assert_true(isnan(hr_anova(y, 3, 1).within));
    assert_true(isnan(hr_anova(y, 1, 2).between));
}

/* Three inputs on a grid of 4 x 4 x 4, independent of each other. */
enum { SIDE = 4, POINTS = SIDE * SIDE * SIDE };
static double grid[3][POINTS];
static const double *const axes[] = {grid[0], grid[1], grid[2]};

static void lay_grid(void)
{
    for (int i = 0; i < POINTS; i++)
        for (int k = 0, rest = i; k < 3; k++, rest /= SIDE)
            grid[k][i] = (rest % SIDE + 0.5) / SIDE;
}

static void a_sum_is_explained_by_the_squares_of_its_coefficients(void **state)
{
    double y[POINTS], share[3];

    (void)state;
    lay_grid();
    for (int i = 0; i < POINTS; i++)
        y[i] = 7 + 3 * grid[0][i] - 4 * grid[1][i];
    assert_true(hr_spread_shares(axes, 3, y, POINTS, hr_spread_variance(y, POINTS), share));
    assert_float_equal(share[0], 9.0 / 25, 1e-9);
    assert_float_equal(share[1], 16.0 / 25, 1e-9);
    assert_float_equal(share[2], 0, 1e-9);
}

static void inputs_that_only_work_together_explain_nothing_alone(void **state)
{
    double y[POINTS], share[3];

    (void)state;
    lay_grid();
    for (int i = 0; i < POINTS; i++)
        y[i] = (grid[0][i] - 0.5) * (grid[1][i] - 0.5);
    assert_true(hr_spread_shares(axes, 3, y, POINTS, hr_spread_variance(y, POINTS), share));
    for (int k = 0; k < 3; k++)
        assert_float_equal(share[k], 0, 1e-9);
}

static void too_few_points_or_nothing_to_explain_are_told(void **state)
{
    const double y[] = {1, 2, 3, 4, 5, 6};
    double share[3];

    (void)state;
    lay_grid();
    assert_false(hr_spread_shares(axes, 3, y, 5, 1, share));
    assert_false(hr_spread_shares(axes, 3, y, 6, 0, share));
}

static void equal_values_share_their_rank_and_infinity_is_the_last(void **state)
{
    const double y[] = {3, HUGE_VAL, 1, 3}, expected[] = {2.5, 4, 1, 2.5};
    double rank[4];

    (void)state;
    hr_spread_ranks(y, 4, rank);
    for (int i = 0; i < 4; i++)
        assert_float_equal(rank[i], expected[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variances_are_those_of_the_table_of_the_analysis),
        cmocka_unit_test(groups_that_differ_by_less_than_luck_differ_by_nothing),
        cmocka_unit_test(equal_values_that_are_rounded_differ_by_nothing),
        cmocka_unit_test(one_value_a_group_tells_nothing),
        cmocka_unit_test(a_sum_is_explained_by_the_squares_of_its_coefficients),
        cmocka_unit_test(inputs_that_only_work_together_explain_nothing_alone),
        cmocka_unit_test(too_few_points_or_nothing_to_explain_are_told),
        cmocka_unit_test(equal_values_share_their_rank_and_infinity_is_the_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
