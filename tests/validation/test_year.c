/* tests/validation/test_year.c - availability of redundant systems, from episodes of a year,
 * beside exact values: rows of the group `availability` of the reference results whose failures
 * overlap.  Repairs take a constant time where the value depends on their mean alone.
 *
 * False alarms: intervals of confidence 1 - 1e-6, fixed seeds.
 * ctest-labels: slow
 * ctest-timeout: 1200 */
#include "tests/support/yearly.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HEAD_OF(rate, over)                                                                \
    "headroom: 1\nhorizon: 10h\nwarmup: 0s\n"                                              \
    "traffic: { users: { to: app, rate: " rate ", deadline: 1s } }\n"                      \
    "recovered: { when: [ availability >= 50% ], over: " over ", held: " over " }\n"       \
    "objectives: [ yearly_availability >= 99% ]\n"

#define HEAD HEAD_OF("10/h", "2m")

/* --- k out of n ------------------------------------------------------------------------------ */

/* `n` parts, each up for `up` and away for an hour; a request needs `k` of them. */
static const char *k_of_n(struct hr_arena *a, int k, int n, const char *up)
{
    const char *calls = "", *parts = "", *faults = "";

    for (int i = 0; i < n; i++) {
        calls = hr_arena_printf(a, "%s%s[ { call: n%d.get } ]", calls, i ? ", " : "", i);
        parts = hr_arena_printf(
            a, "%s  n%d: { kind: service, operations: { get: [ { wait: 1ms } ] } }\n",
            parts, i);
        faults =
            hr_arena_printf(a, "%s  d%d: { lose: n%d, every: exponential(%s), for: 1h }\n",
                            faults, i, i, up);
    }
    return hr_arena_printf(a,
                           "%scomponents:\n  app: { kind: service, operations: { get: [ { "
                           "quorum: %d, of: [ %s ] } ] } }\n%sdisturbances:\n%s",
                           HEAD, k, calls, parts, faults);
}

static void check_k_of_n(const char *id, int k, int n, const char *up, uint32_t episodes,
                         double expected)
{
    struct hr_arena *a = hr_arena_create();

    yearly_agrees(id, k_of_n(a, k, n, up), episodes, expected, 0.05);
    hr_arena_destroy(a);
}

static void two_of_three_that_are_up_99_percent_of_the_time(void **unused)
{
    (void)unused;
    check_k_of_n("AV-KN-3-2-0.99", 2, 3, "99h", 140000, 0.999702);
}

static void eight_of_ten_that_are_up_99_percent_of_the_time(void **unused)
{
    (void)unused;
    check_k_of_n("AV-KN-10-8-0.99", 8, 10, "99h", 220000, 0.999886151);
}

static void nine_of_ten_that_are_up_99_and_a_half_percent_of_the_time(void **unused)
{
    (void)unused;
    check_k_of_n("AV-KN-10-9-0.995", 9, 10, "199h", 110000, 0.998904609);
}

static void one_of_three_that_are_up_90_percent_of_the_time(void **unused)
{
    (void)unused;
    check_k_of_n("AV-KN-3-1-0.9", 1, 3, "9h", 110000, 0.999);
}

static void two_redundant_ones_of_two_nines_have_four(void **unused)
{
    (void)unused;
    check_k_of_n("AV-AWS-3", 1, 2, "99h", 70000, 0.9999);
}

static void two_redundant_ones_of_three_nines_have_six(void **unused)
{
    struct hr_arena *a = hr_arena_create();

    (void)unused;
    yearly_agrees("AV-AWS-4", k_of_n(a, 1, 2, "999h"), 24000, 0.999999, 0.10);
    hr_arena_destroy(a);
}

/* --- one crew -------------------------------------------------------------------------------- */

/* Only what is in use can fail, and one at a time is repaired. */
static void a_cold_standby_with_one_repairer(void **unused)
{
    (void)unused;
    yearly_agrees("AV-CS-A-0.002",
                  HEAD_OF("1/h", "10m") "components: { app: { kind: service, instances: 2, "
                                        "operations: { get: [ { "
                                        "work: 1ms } ] } } }\n"
                                        "disturbances: { crash: { lose: 1 of app, every: "
                                        "exponential(500h), for: "
                                        "exponential(24h), crew: 1 } }\n",
                  450000, 0.997806349, 0.05);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_of_three_that_are_up_99_percent_of_the_time),
        cmocka_unit_test(eight_of_ten_that_are_up_99_percent_of_the_time),
        cmocka_unit_test(nine_of_ten_that_are_up_99_and_a_half_percent_of_the_time),
        cmocka_unit_test(one_of_three_that_are_up_90_percent_of_the_time),
        cmocka_unit_test(two_redundant_ones_of_two_nines_have_four),
        cmocka_unit_test(two_redundant_ones_of_three_nines_have_six),
        cmocka_unit_test(a_cold_standby_with_one_repairer),
    };
    return cmocka_run_group_tests_name("year", tests, NULL, NULL);
}
