/* tests/system/test_field.c - what settings are looked up by. */
#include "sim/system/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *const names[] = {"home", "*", "buy"};
static const int64_t values[] = {7, 40, 300};

static void a_name_has_its_own_value_wherever_the_star_stands(void **unused)
{
    const struct hr_named all = {3, names, values};

    (void)unused;
    assert_int_equal(*hr_named_value(&all, "home"), 7);
    assert_int_equal(*hr_named_value(&all, "buy"), 300);
}

static void every_other_name_has_that_of_the_star(void **unused)
{
    const struct hr_named all = {3, names, values};

    (void)unused;
    assert_int_equal(*hr_named_value(&all, "search"), 40);
}

static void without_a_star_what_is_not_named_has_no_value(void **unused)
{
    const struct hr_named one = {1, names, values}, none = {0};

    (void)unused;
    assert_null(hr_named_value(&one, "search"));
    assert_null(hr_named_value(&none, "home"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_its_own_value_wherever_the_star_stands),
        cmocka_unit_test(every_other_name_has_that_of_the_star),
        cmocka_unit_test(without_a_star_what_is_not_named_has_no_value),
    };
    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
