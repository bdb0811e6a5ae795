/* tests/study/test_year.c - the sums of a year: episodes, weights, minutes. */
#include "tests/support/yearly.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SHOP                                                                               \
    "headroom: 1\nhorizon: 2h\nwarmup: 0s\n"                                               \
    "traffic: { users: { to: app, rate: 30/h, deadline: 1s } }\n"                          \
    "components: { app: { kind: service, instances: 2, operations: { get: [ { work: 1ms "  \
    "} ] } } }\n"                                                                          \
    "recovered: { when: [ availability >= 50% ], over: 1m, held: 2m }\n"                   \
    "objectives: [ yearly_availability >= 99% ]\n"
#define CRASH                                                                              \
    "  crash: { lose: each of app, every: exponential(20h), for: exponential(1h) }\n"
#define BREAK "  break: { fail: app, by: 50%, every: exponential(50h), for: 30m }\n"
#define TWO   SHOP "disturbances:\n" CRASH BREAK

static const double close = 1e-9; /* relative: rounding of sums */

static void nearly(double x, double y)
{
    if (!(fabs(x - y) <= close * fmax(fabs(x), fabs(y))))
        fail_msg("%.17g is not %.17g", x, y);
}

static void minutes_of_the_classes_and_undisturbed_ones_add_up(void **unused)
{
    struct yearly y;
    double sum;

    (void)unused;
    yearly_run(&y, TWO, 300, 1);
    const struct hr_year_figures f = hr_year_estimate(y.year, UINT64_MAX, 0.95, y.arena);

    assert_int_equal(f.n_classes, 2);
    sum = f.undisturbed + f.classes[0].minutes + f.classes[1].minutes;
    assert_true(f.classes[0].minutes > 0 && f.classes[1].minutes > 0);
    nearly(sum, f.total);
    nearly(f.total, (1 - f.availability.mean) * HR_YEAR_MINUTES);
    yearly_end(&y);
}

/* Half of the requests fail for half an hour every 50 h and a bit: it is not oversampled away. */
static void a_fault_that_is_alone_costs_what_it_holds(void **unused)
{
    const double held_s = 120, every_s = 50 * 3600, for_s = 1800;
    struct yearly y;

    (void)unused;
    yearly_run(&y, SHOP "disturbances:\n" BREAK, 400, 1);
    const struct hr_year_figures f =
        hr_year_estimate(y.year, UINT64_MAX, 1 - 1e-6, y.arena);
    const double a = 1 - 0.5 * for_s / (every_s + for_s);

    assert_true(f.availability.lo < a && a < f.availability.hi);
    assert_true(f.availability.hi - f.availability.lo < 0.5 * (1 - a));
    /* Periods last until all has been well for `held`, in whole windows. */
    assert_true(f.classes[0].period_s >= for_s + held_s - 1);
    yearly_end(&y);
}

/* Likelihood ratios have mean 1; false alarm 1e-6. */
static void weights_have_mean_one_and_are_at_most_four(void **unused)
{
    struct yearly y;
    double mean, sd;

    (void)unused;
    yearly_run(&y, TWO, 3000, 2);
    mean = y.weights / (double)y.n;
    sd = sqrt((y.squares / (double)y.n - mean * mean) / (double)y.n);
    assert_true(sd > 0 && sd < 0.05);
    assert_true(fabs(mean - 1) < 4.9 * sd);
    assert_true(y.squares <= 4 * y.weights);
    yearly_end(&y);
}

static void the_number_of_threads_changes_nothing(void **unused)
{
    struct hr_estimate e[2];

    (void)unused;
    for (uint32_t jobs = 1; jobs <= 2; jobs++) {
        struct yearly y;

        yearly_run(&y, TWO, 100, jobs);
        e[jobs - 1] = hr_year_estimate(y.year, UINT64_MAX, 0.95, y.arena).availability;
        yearly_end(&y);
    }
    assert_memory_equal(&e[0], &e[1], sizeof e[0]);
}

static void without_episodes_nothing_is_known(void **unused)
{
    struct yearly y;

    (void)unused;
    yearly_run(&y, TWO, 1, 1); /* one class of two has none: one episode */
    const struct hr_year_figures f = hr_year_estimate(y.year, UINT64_MAX, 0.95, y.arena);

    assert_true(isnan(f.availability.lo));
    yearly_end(&y);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(minutes_of_the_classes_and_undisturbed_ones_add_up),
        cmocka_unit_test(a_fault_that_is_alone_costs_what_it_holds),
        cmocka_unit_test(weights_have_mean_one_and_are_at_most_four),
        cmocka_unit_test(the_number_of_threads_changes_nothing),
        cmocka_unit_test(without_episodes_nothing_is_known),
    };
    return cmocka_run_group_tests_name("year", tests, NULL, NULL);
}
