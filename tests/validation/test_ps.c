/* tests/validation/test_ps.c - a shared CPU is insensitive to the law of the work. */
#include "tests/support/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static validate_figure *const mean[] = {validate_mean_latency};

static void check(const char *id, const char *design, const char *const *set,
                  double expected, double tolerance)
{
    const struct validate_runs v = {.scenario = "ps",
                                    .design = design,
                                    .set = set,
                                    .horizon = "9d",
                                    .slow_horizon = "4h",
                                    .replications = 30};
    double x[VALIDATE_MOST];
    const uint32_t n = validate_run(&v, 1, mean, x);

    validate_mean(id, x, n, expected, tolerance * expected);
}

static void shared_the_mean_depends_on_the_load_alone(void **unused)
{
    static const char *const two_cores[] = {"server.cores=2", "customers.rate=1/s", NULL};

    (void)unused;
    check("PS-lognormal-50", "shared", NULL, 2.0, 0.05);
    check("PSc-2-50", "shared", two_cores, 1.33333333, 0.05);
}

static void one_by_one_the_variance_counts(void **unused)
{
    (void)unused;
    check("MG1-08-50-R", "one_by_one", NULL, 6.5, 0.10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_the_mean_depends_on_the_load_alone),
        cmocka_unit_test(one_by_one_the_variance_counts),
    };
    return cmocka_run_group_tests_name("ps", tests, NULL, NULL);
}
