/* tests/validation/test_mm1.c - one exponential server, beside the closed form. */
#include "tests/support/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static double utilisation(const struct hr_plan *plan, const struct hr_record *r)
{
    const struct hr_part_record *p = &r->parts[r->instances[0].component];

    (void)plan;
    return hr_integral_mean(&p->busy) / hr_integral_mean(&p->capacity);
}

static double in_system(const struct hr_plan *plan, const struct hr_record *r)
{
    (void)plan;
    return hr_integral_mean(&r->parts[r->instances[0].component].present);
}

static void response_number_and_utilisation_are_those_of_mm1(void **unused)
{
    static validate_figure *const figures[] = {validate_mean_latency, in_system,
                                               utilisation, validate_p95, validate_p99};
    static const struct validate_runs v = {
        .scenario = "mm1", .horizon = "10d", .slow_horizon = "4h", .replications = 30};
    double x[5 * VALIDATE_MOST];
    const uint32_t n = validate_run(&v, 5, figures, x);

    (void)unused;
    validate_mean("MM1-70-R", x, n, 3.33333333, 0.01 * 3.33333333);
    validate_mean("MM1-70-Q", x + VALIDATE_MOST, n, 2.33333333, 0.01 * 2.33333333);
    validate_mean("MM1-70-U", x + 2 * VALIDATE_MOST, n, 0.7, 0.005);
    validate_mean("MM1-70-T95", x + 3 * VALIDATE_MOST, n, 9.98577425, 0.02 * 9.98577425);
    validate_mean("MM1-70-T99", x + 4 * VALIDATE_MOST, n, 15.3505673, 0.02 * 15.3505673);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(response_number_and_utilisation_are_those_of_mm1),
    };
    return cmocka_run_group_tests_name("mm1", tests, NULL, NULL);
}
