/* tests/validation/test_mm16.c - many exponential servers behind one queue. */
#include "sim/theory/queues.h"
#include "tests/support/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static validate_figure *const mean[] = {validate_mean_latency};

/* PDQ 7 and LQNS 6 give 1.36959 for the same. */
static void sixteen_servers_answer_as_erlang_says(void **unused)
{
    static const struct validate_runs v = {
        .scenario = "mm16", .horizon = "7h", .slow_horizon = "10m", .replications = 40};
    double x[VALIDATE_MOST];
    const uint32_t n = validate_run(&v, 1, mean, x);

    (void)unused;
    assert_true(hr_mmc_response(14.4, 1.0, 16) > 1.369585 &&
                hr_mmc_response(14.4, 1.0, 16) < 1.369595);
    validate_mean("M/M/16", x, n, hr_mmc_response(14.4, 1.0, 16), 0.02 * 1.36959);
}

static void ten_servers_answer_as_erlang_says(void **unused)
{
    static const char *const ten[] = {"server.cores=10", "customers.rate=8/s", NULL};
    static const struct validate_runs v = {.scenario = "mm16",
                                           .set = ten,
                                           .horizon = "7h",
                                           .slow_horizon = "10m",
                                           .replications = 30};
    double x[VALIDATE_MOST];
    const uint32_t n = validate_run(&v, 1, mean, x);

    (void)unused;
    validate_mean("MM10-80-R", x, n, 1.20459008, 0.01 * 1.20459008);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixteen_servers_answer_as_erlang_says),
        cmocka_unit_test(ten_servers_answer_as_erlang_says),
    };
    return cmocka_run_group_tests_name("mm16", tests, NULL, NULL);
}
