/* tests/validation/test_fan_out.c - waiting for the slowest of n, beside order statistics. */
#include "sim/theory/queues.h"
#include "tests/support/validate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct hr_row_record *row(const struct hr_plan *plan,
                                       const struct hr_record *r, const char *op)
{
    for (uint32_t i = 0; i < plan->n_rows; i++)
        if (strcmp(plan->operations[plan->rows[i].op].name, op) == 0)
            return &r->rows[i];
    fail_msg("no row %s", op);
    return NULL;
}

#define FIGURES(op)                                                                        \
    static double op##_mean(const struct hr_plan *plan, const struct hr_record *r)         \
    {                                                                                      \
        return hr_hist_mean(&row(plan, r, #op)->answered_latency) / 1e7;                   \
    }                                                                                      \
    static double op##_p99(const struct hr_plan *plan, const struct hr_record *r)          \
    {                                                                                      \
        return hr_hist_quantile(&row(plan, r, #op)->answered_latency, 0.99, 0) / 1e7;      \
    }
FIGURES(one)
FIGURES(ten)
FIGURES(hundred)

/* Requests that take more than a leaf's own p99, 10 ms x log 100. */
static double hundred_slow(const struct hr_plan *plan, const struct hr_record *r)
{
    const struct hr_hist *h = &row(plan, r, "hundred")->answered_latency;

    return 1 - hr_hist_count_le(h, (int64_t)(1e7 * log(100))) / (double)h->total;
}

static void the_slowest_of_n_decides(void **unused)
{
    static validate_figure *const figures[] = {
        one_mean, one_p99, ten_mean, ten_p99, hundred_mean, hundred_p99, hundred_slow};
    static const struct validate_runs v = {
        .scenario = "fan-out", .horizon = "14m", .slow_horizon = "10s", .replications = 44};
    enum { N = sizeof figures / sizeof *figures };
    static double x[N * VALIDATE_MOST];
    const uint32_t n = validate_run(&v, N, figures, x);

    (void)unused;
    validate_mean("exponential", x, n, 1, 0.02);
    validate_mean("its p99", x + VALIDATE_MOST, n, 4.60517019, 0.04 * 4.6);
    validate_mean("FAN-E-10-mean", x + 2 * VALIDATE_MOST, n, 2.92896825, 0.01 * 2.92896825);
    validate_mean("FAN-E-10-p99", x + 3 * VALIDATE_MOST, n, 6.90323679, 0.02 * 6.90323679);
    validate_mean("FAN-E-100-mean", x + 4 * VALIDATE_MOST, n, 5.18737752,
                  0.01 * 5.18737752);
    validate_mean("FAN-E-100-p99", x + 5 * VALIDATE_MOST, n, 9.20536966, 0.02 * 9.20536966);
    validate_mean("FAN-100-0.01", x + 6 * VALIDATE_MOST, n, hr_fan_out_slow(100, 0.01),
                  0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_slowest_of_n_decides),
    };
    return cmocka_run_group_tests_name("fan_out", tests, NULL, NULL);
}
