/* tests/validation/test_mg1.c - one server whose requests differ, beside Pollaczek-Khinchine. */
#include "tests/support/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static validate_figure *const mean[] = {validate_mean_latency};

static void check(const char *id, const char *design, double expected, double tolerance)
{
    const struct validate_runs v = {.scenario = "mg1",
                                    .design = design,
                                    .horizon = "6d",
                                    .slow_horizon = "4h",
                                    .replications = 30};
    double x[VALIDATE_MOST];
    const uint32_t n = validate_run(&v, 1, mean, x);

    validate_mean(id, x, n, expected, tolerance * expected);
}

static void varied_requests_wait_for_each_others_length(void **unused)
{
    (void)unused;
    check("MG1-07-70-R", "varied", 4.5, 0.03);
}

static void constant_requests_wait_half_as_long_as_exponential_ones(void **unused)
{
    (void)unused;
    check("M/D/1", "constant", 1 + 0.7 / (2 * 0.3), 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(varied_requests_wait_for_each_others_length),
        cmocka_unit_test(constant_requests_wait_half_as_long_as_exponential_ones),
    };
    return cmocka_run_group_tests_name("mg1", tests, NULL, NULL);
}
