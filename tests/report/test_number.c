/* tests/report/test_number.c - what a reader may rely on in a number. */
#include "sim/report/number.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void is(enum hr_quantity q, double x, const char *want)
{
    assert_string_equal(hr_number_of(q, x).text, want);
}

static void time_takes_the_unit_that_reads_best(void **unused)
{
    (void)unused;
    is(HR_NUMBER_TIME, 0, "0 s");
    is(HR_NUMBER_TIME, 1.538e-9, "1.54 ns");
    is(HR_NUMBER_TIME, 4.2e-6, "4.20 us");
    is(HR_NUMBER_TIME, 0.18234, "182 ms");
    is(HR_NUMBER_TIME, 61.04, "61.0 s");
    is(HR_NUMBER_TIME, 300, "5.00 m");
    is(HR_NUMBER_TIME, 8123, "2.26 h");
    is(HR_NUMBER_TIME, -0.0041, "-4.10 ms");
}

static void rounding_never_gives_a_thousand_of_the_smaller_unit(void **unused)
{
    (void)unused;
    is(HR_NUMBER_TIME, 0.99951, "1.00 s");
    is(HR_NUMBER_TIME, 0.9994, "999 ms");
    is(HR_NUMBER_TIME, 9.996, "10.0 s");
    is(HR_NUMBER_RATE, 999.9, "1.00 k/s");
}

static void a_share_keeps_the_nines_that_matter(void **unused)
{
    (void)unused;
    is(HR_NUMBER_SHARE, 0.97134, "97.1%");
    is(HR_NUMBER_SHARE, 0.9995, "99.95%");
    is(HR_NUMBER_SHARE, 0.99995, "99.995%");
    is(HR_NUMBER_SHARE, 0.999, "99.9%");
    is(HR_NUMBER_SHARE, 0.07, "7.00%");
    is(HR_NUMBER_SHARE, 0, "0%");
    is(HR_NUMBER_SHARE, 1.2, "120%");
}

static void only_all_of_it_is_a_hundred_percent(void **unused)
{
    (void)unused;
    is(HR_NUMBER_SHARE, 1, "100%");
    is(HR_NUMBER_SHARE, 1 - 1e-13, "<100%");
    is(HR_NUMBER_SHARE, 0.9999998, "99.99998%");
    assert_string_equal(hr_number_interval(HR_NUMBER_SHARE, 0.9998, 0.99, 1, true).text,
                        "99.98% \xc2\xb1 1.0");
}

static void rates_bytes_and_money_have_their_units(void **unused)
{
    (void)unused;
    is(HR_NUMBER_RATE, 412.3, "412 /s");
    is(HR_NUMBER_RATE, 1313, "1.31 k/s");
    is(HR_NUMBER_BYTES, 4100, "4.10 kB");
    is(HR_NUMBER_BYTES, 7.3e10, "73.0 GB");
    is(HR_NUMBER_MONEY, 7812.4, "$7,812");
    is(HR_NUMBER_MONEY, 42, "$42.00");
    is(HR_NUMBER_MONEY, 0.096, "$0.0960");
    is(HR_NUMBER_MONEY, -5, "-$5.00");
    is(HR_NUMBER_PLAIN, 1.3071, "1.31");
    is(HR_NUMBER_COUNT, 1234567, "1,234,567");
}

static void what_is_not_a_finite_number_is_a_word(void **unused)
{
    (void)unused;
    is(HR_NUMBER_TIME, (double)NAN, "n/a");
    is(HR_NUMBER_TIME, HUGE_VAL, "never");
    is(HR_NUMBER_RECOVERY, HUGE_VAL, "not recovered");
    is(HR_NUMBER_PLAIN, HUGE_VAL, "infinite");
    assert_string_equal(
        hr_number_interval(HR_NUMBER_TIME, HUGE_VAL, 3, HUGE_VAL, true).text, "never");
}

static void a_column_has_one_unit(void **unused)
{
    const double near[] = {0.0412, (double)NAN, 0.128, 2.13, HUGE_VAL},
                 far[] = {0.0002, 0.128, 22.13};
    const struct hr_scale s = hr_scale_of(HR_NUMBER_TIME, near, 5);

    (void)unused;
    assert_string_equal(s.unit, "ms");
    assert_string_equal(hr_number_in(s, 0.0412).text, "41.2");
    assert_string_equal(hr_number_in(s, 2.13).text, "2,130");
    assert_string_equal(hr_number_in(s, HUGE_VAL).text, "never");
    assert_string_equal(hr_scale_of(HR_NUMBER_TIME, far, 3).unit, "s");
    assert_string_equal(hr_scale_of(HR_NUMBER_TIME, NULL, 0).unit, "s");
}

static void the_digits_of_a_value_match_its_half_width(void **unused)
{
    (void)unused;
    assert_string_equal(hr_number_interval(HR_NUMBER_TIME, 0.341, 0.329, 0.353, true).text,
                        "341 ms \xc2\xb1 12");
    assert_string_equal(
        hr_number_interval(HR_NUMBER_TIME, 0.18234, 0.178, 0.186, true).text,
        "182 ms \xc2\xb1 4");
    assert_string_equal(
        hr_number_interval(HR_NUMBER_SHARE, 0.9714, 0.9702, 0.973, false).text,
        "97.14% +- 0.16");
    assert_string_equal(hr_number_interval(HR_NUMBER_MONEY, 7812, 7672, 7952, false).text,
                        "$7,812 +- 140");
    assert_string_equal(
        hr_number_interval(HR_NUMBER_PLAIN, 1.3, (double)NAN, (double)NAN, true).text,
        "1.30");
    assert_string_equal(hr_number_interval(HR_NUMBER_TIME, 0.2, 0.2, 0.2, true).text,
                        "200 ms");
}

static void a_very_fine_interval_is_rounded_up_not_to_nothing(void **unused)
{
    (void)unused;
    assert_string_equal(
        hr_number_interval(HR_NUMBER_TIME, 0.182, 0.18199999, 0.18200001, false).text,
        "182.0 ms +- 0.1");
}

static void a_limit_reads_as_it_was_written(void **unused)
{
    (void)unused;
    assert_string_equal(hr_number_limit(HR_NUMBER_TIME, 0.3).text, "300 ms");
    assert_string_equal(hr_number_limit(HR_NUMBER_RECOVERY, 60).text, "1 m");
    assert_string_equal(hr_number_limit(HR_NUMBER_TIME, 90).text, "90 s");
    assert_string_equal(hr_number_limit(HR_NUMBER_SHARE, 0.9995).text, "99.95%");
    assert_string_equal(hr_number_limit(HR_NUMBER_MONEY, 9000).text, "$9,000");
    assert_string_equal(hr_number_limit(HR_NUMBER_PLAIN, 1.3).text, "1.3");
}

static void a_value_does_not_look_equal_to_the_limit_it_misses(void **unused)
{
    (void)unused;
    assert_string_equal(hr_number_against(HR_NUMBER_SHARE, 0.99496, 0.995).text, "99.496%");
    assert_string_equal(hr_number_against(HR_NUMBER_TIME, 0.30004, 0.3).text, "300.04 ms");
    assert_string_equal(hr_number_against(HR_NUMBER_TIME, 2.31, 0.8).text, "2.31 s");
    assert_string_equal(hr_number_against(HR_NUMBER_SHARE, 0.995, 0.995).text, "99.5%");
}

static void moments_of_a_run_are_clock_like(void **unused)
{
    (void)unused;
    assert_string_equal(hr_number_moment(723).text, "0:12:03");
    assert_string_equal(hr_number_moment(100000.999).text, "1d 03:46:41");
    assert_string_equal(hr_number_moment(1.25).text, "0:00:01.25");
    assert_string_equal(hr_number_moment(-61).text, "-0:01:01");
    assert_string_equal(hr_number_moment((double)NAN).text, "n/a");
}

static void the_measure_tells_what_a_bare_number_is(void **unused)
{
    (void)unused;
    assert_int_equal(hr_quantity_of("availability", "1"), HR_NUMBER_SHARE);
    assert_int_equal(hr_quantity_of("worst_5m_availability", "1"), HR_NUMBER_SHARE);
    assert_int_equal(hr_quantity_of("retry_amplification", "1"), HR_NUMBER_PLAIN);
    assert_int_equal(hr_quantity_of("p99", "s"), HR_NUMBER_TIME);
    assert_int_equal(hr_quantity_of("rto", "s"), HR_NUMBER_RECOVERY);
    assert_int_equal(hr_quantity_of("cost", "$/mo"), HR_NUMBER_MONEY);
    assert_int_equal(hr_quantity_of(NULL, NULL), HR_NUMBER_PLAIN);
}

static void the_locale_has_no_say(void **unused)
{
    (void)unused;
    /* Only where the machine has such a locale does this try anything. */
    if (setlocale(LC_ALL, "de_DE.UTF-8") != NULL)
        is(HR_NUMBER_MONEY, 1234.5, "$1,234");
    is(HR_NUMBER_TIME, 2.13, "2.13 s");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_takes_the_unit_that_reads_best),
        cmocka_unit_test(rounding_never_gives_a_thousand_of_the_smaller_unit),
        cmocka_unit_test(a_share_keeps_the_nines_that_matter),
        cmocka_unit_test(only_all_of_it_is_a_hundred_percent),
        cmocka_unit_test(rates_bytes_and_money_have_their_units),
        cmocka_unit_test(what_is_not_a_finite_number_is_a_word),
        cmocka_unit_test(a_column_has_one_unit),
        cmocka_unit_test(the_digits_of_a_value_match_its_half_width),
        cmocka_unit_test(a_very_fine_interval_is_rounded_up_not_to_nothing),
        cmocka_unit_test(a_limit_reads_as_it_was_written),
        cmocka_unit_test(a_value_does_not_look_equal_to_the_limit_it_misses),
        cmocka_unit_test(moments_of_a_run_are_clock_like),
        cmocka_unit_test(the_measure_tells_what_a_bare_number_is),
        cmocka_unit_test(the_locale_has_no_say),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
