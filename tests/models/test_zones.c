/* tests/models/test_zones.c - where instances go, and which zone gives one up. */
#include "models/parts/zones.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const bool all_up[] = {true, true, true};
static const bool b_down[] = {true, false, true};

static void a_launch_goes_to_the_emptiest_zone_that_works(void **unused)
{
    static const uint32_t count[] = {3, 1, 2}, tie[] = {2, 2, 2};
    static const bool none_up[] = {false, false, false};

    (void)unused;
    assert_int_equal(hr_zones_emptiest(&(struct hr_zones){3, count, all_up}), 1);
    assert_int_equal(hr_zones_emptiest(&(struct hr_zones){3, count, b_down}), 2);
    assert_int_equal(hr_zones_emptiest(&(struct hr_zones){3, tie, all_up}), 0);
    assert_int_equal(hr_zones_emptiest(&(struct hr_zones){3, count, none_up}),
                     HR_ZONES_NONE);
}

static void the_fullest_zone_gives_up_first(void **unused)
{
    static const uint32_t count[] = {2, 5, 4}, tie[] = {0, 3, 3}, empty[] = {0, 0, 0};

    (void)unused;
    assert_int_equal(hr_zones_fullest(&(struct hr_zones){3, count, b_down}), 1);
    assert_int_equal(hr_zones_fullest(&(struct hr_zones){3, tie, all_up}), 1);
    assert_int_equal(hr_zones_fullest(&(struct hr_zones){3, empty, all_up}), HR_ZONES_NONE);
}

static void balance_allows_a_difference_of_one(void **unused)
{
    static const uint32_t even[] = {2, 2, 3}, lost[] = {3, 0, 3}, one[] = {1, 3, 2},
                          many[] = {10, 0, 0};

    (void)unused;
    assert_int_equal(hr_zones_moves(&(struct hr_zones){3, even, all_up}), 0);
    assert_int_equal(hr_zones_moves(&(struct hr_zones){3, lost, all_up}), 2);
    assert_int_equal(hr_zones_moves(&(struct hr_zones){3, lost, b_down}), 0);
    assert_int_equal(hr_zones_moves(&(struct hr_zones){3, one, all_up}), 1);
    assert_int_equal(hr_zones_moves(&(struct hr_zones){3, many, all_up}), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_launch_goes_to_the_emptiest_zone_that_works),
        cmocka_unit_test(the_fullest_zone_gives_up_first),
        cmocka_unit_test(balance_allows_a_difference_of_one),
    };
    return cmocka_run_group_tests_name("zones", tests, NULL, NULL);
}
