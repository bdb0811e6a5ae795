/* tests/study/test_year_sums.c - the figures of a year from episodes made by hand.
 *
 * Row 0, and row 1 in brackets.  Undisturbed, 2 x 1000 s: 40 of 4000 and 120 of 6000 were bad
 * (0 of 500, 10 of 500).
 *
 *   class        rate 1/s  weight  period s  lost       struck by
 *   a            1e-4      1       100       10  (1)    nobody
 *                          3       200       30  (2)    b
 *                          0.5     400       100 (4)    c, and not restored
 *   b            3e-4      1       50        0   (0)    nobody
 *                          1       150       8   (4)    nobody
 *   c            never the first
 *
 * Each begins 60 s after its t = 0, and has 5 requests a second (0.5).  Means of a: 200 s,
 * 150 / 4.5 lost (9 / 4.5); of b: 100 s, 4 lost (2).  A cycle is 1 / (4e-4) = 2500 s undisturbed
 * and 1/4 x 200 + 3/4 x 100 = 125 s disturbed. */
#include "sim/study/year.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S(x) ((hr_time)(x)*HR_SECOND)

static const double cycle = 2625, valid = 5;            /* s; 1/s */
static const double lost = 0.25 * 150 / 4.5 + 0.75 * 4; /* in a cycle */
static const double lost_in_a = 150 / 4.5;
static const double per_period = HR_YEAR_MINUTES / 5; /* minutes, if one is lost a second */

struct by_hand {
    struct hr_arena *arena;
    struct hr_disturbance d[3];
    struct hr_plan plan;
    struct hr_year *year;
};

static void nearly(double x, double y)
{
    if (!(fabs(x - y) <= 1e-12 * fmax(fabs(x), fabs(y))))
        fail_msg("%.17g is not %.17g", x, y);
}

static void begin(struct by_hand *b)
{
    *b = (struct by_hand){.arena = hr_arena_create()};
    for (size_t i = 0; i < 3; i++)
        b->d[i].every = hr_law_exponential(1e4);
    b->plan = (struct hr_plan){
        .horizon = S(1000), .n_rows = 2, .disturbances = b->d, .n_disturbances = 3};
    b->year = hr_year_create(&b->plan, b->arena);
}

static void end(struct by_hand *b)
{
    hr_year_free(b->year);
    hr_arena_destroy(b->arena);
}

static void add(struct by_hand *b, uint32_t class, double weight, int period, double lost_0,
                double lost_1, uint32_t other)
{
    const double both[2] = {lost_0, lost_1};
    const double all[2] = {5 * (60 + period), 0.5 * (60 + period)};

    hr_year_add(b->year, &(const struct hr_episode){.plan = &b->plan,
                                                    .disturbance = class,
                                                    .strike = S(60),
                                                    .until = S(60 + period),
                                                    .weight = weight,
                                                    .rate = class == 0 ? 1e-4 : 3e-4,
                                                    .other = other,
                                                    .restored = other != 2,
                                                    .lost = both,
                                                    .valid = all});
}

static void add_ordinary(struct by_hand *b, uint64_t bad_0, uint64_t of_0, uint64_t bad_1)
{
    struct hr_row_record rows[2] = {{.valid = of_0, .good = of_0 - bad_0},
                                    {.valid = 500, .good = 500 - bad_1}};
    const struct hr_record r = {.rows = rows, .n_rows = 2};

    hr_year_ordinary(b->year, &r);
}

static void add_all(struct by_hand *b)
{
    add_ordinary(b, 40, 4000, 0);
    add_ordinary(b, 120, 6000, 10);
    add(b, 0, 1, 100, 10, 1, HR_NONE);
    add(b, 1, 1, 50, 0, 0, HR_NONE);
    add(b, 0, 3, 200, 30, 2, 1);
    add(b, 1, 1, 150, 8, 4, HR_NONE);
    add(b, 0, 0.5, 400, 100, 4, 2);
}

static struct hr_year_figures figures(struct by_hand *b, uint64_t rows, double level)
{
    return hr_year_estimate(b->year, rows, level, b->arena);
}

static void availability_is_what_is_lost_of_what_is_asked(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_all(&b);
    const struct hr_estimate e = figures(&b, 1, 0.95).availability;

    nearly(1 - e.mean, 0.016 + lost / cycle / valid);
    assert_int_equal(e.n, 5);
    end(&b);
}

static void only_the_rows_asked_for_count(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_all(&b);
    nearly(1 - figures(&b, 2, 0.95).availability.mean, 0.01 + 2 / cycle / 0.5);
    nearly(1 - figures(&b, UINT64_MAX, 0.95).availability.mean,
           170.0 / 11000 + (lost + 2) / cycle / 5.5);
    end(&b);
}

/* Each period of a class by its weight, less the mean. */
static void the_interval_is_that_of_ratios_stratified_by_class(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_all(&b);
    const double rate = lost / cycle; /* lost a second, of all time */
    const double a[3] = {1 * ((10 - lost_in_a) - rate * (100 - 200)),
                         3 * ((30 - lost_in_a) - rate * (200 - 200)),
                         0.5 * ((100 - lost_in_a) - rate * (400 - 200))};
    const double c[2] = {(0 - 4) - rate * (50 - 100), (8 - 4) - rate * (150 - 100)};
    const double of_a = (a[0] * a[0] + a[1] * a[1] + a[2] * a[2]) / (4.5 * 4.5) * 3 / 2;
    const double of_b = (c[0] * c[0] + c[1] * c[1]) / (2 * 2) * 2 / 1;
    const double disturbed =
        (of_a / 16 + of_b * 9 / 16) / (cycle * cycle) / (valid * valid);
    /* Undisturbed: 24 of 5000 off the ratio, either way; and the 16000 valid ones. */
    const double calm = (24.0 * 24 + 24 * 24) / 1 / (5000.0 * 5000) / 2;
    const double counted = (rate / valid) * (rate / valid) / 16000;
    const struct hr_estimate e = figures(&b, 1, 0.8).availability;

    nearly(e.sd, sqrt((disturbed + calm + counted) * 5));
    nearly(e.mean - e.lo, hr_student_t(3, 0.8) * sqrt(disturbed + calm + counted));
    nearly(e.hi - e.mean, e.mean - e.lo);
    assert_true(figures(&b, 1, 0.9999).availability.hi >= 1); /* and not beyond */
    assert_true(figures(&b, 1, 0.9999).availability.hi <= 1);
    end(&b);
}

static void a_class_costs_its_periods_times_what_they_lose(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_all(&b);
    const struct hr_year_figures f = figures(&b, 1, 0.95);
    /* Off the mean, each by its weight: -70/3, -10 and 100/3. */
    const double of_a = 70.0 * 70 / 9 + 10 * 10 + 100.0 * 100 / 9;
    const double half = hr_student_t(2, 0.95) * sqrt(of_a / (4.5 * 4.5) * 3 / 2);

    assert_int_equal(f.n_classes, 2); /* c began none */
    assert_int_equal(f.classes[0].disturbance, 0);
    assert_int_equal(f.classes[0].episodes, 3);
    nearly(f.classes[0].per_year, 0.25 / cycle * 365 * 86400);
    nearly(f.classes[1].per_year, 0.75 / cycle * 365 * 86400);
    nearly(f.classes[0].period_s, 200);
    nearly(f.classes[1].period_s, 100);
    nearly(f.classes[0].minutes, 0.25 / cycle * lost_in_a * per_period);
    nearly(f.classes[1].minutes, 0.75 / cycle * 4 * per_period);
    nearly(f.classes[0].hi - f.classes[0].minutes, 0.25 / cycle * half * per_period);
    nearly(f.classes[0].minutes - f.classes[0].lo, 0.25 / cycle * half * per_period);
    end(&b);
}

static void minutes_add_up_to_what_is_not_available(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_all(&b);
    const struct hr_year_figures f = figures(&b, 1, 0.95);

    nearly(f.undisturbed, 0.016 * HR_YEAR_MINUTES);
    nearly(f.total, f.undisturbed + f.classes[0].minutes + f.classes[1].minutes);
    nearly(f.total / HR_YEAR_MINUTES, 1 - f.availability.mean);
    end(&b);
}

static void overlaps_tell_what_is_lost_in_them_and_who_costs_most(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_all(&b);
    const struct hr_year_figures f = figures(&b, 1, 0.95);

    assert_int_equal(f.classes[0].overlapped, 2);
    assert_int_equal(f.classes[0].given_up, 1);
    nearly(f.classes[0].overlap, 0.25 / cycle * (3 * 30 + 50) / 4.5 * per_period);
    assert_int_equal(f.classes[0].other, 1); /* 3 x 30 beside 0.5 x 100 */
    assert_int_equal(f.classes[1].overlapped, 0);
    assert_int_equal(f.classes[1].given_up, 0);
    assert_true(f.classes[1].overlap <= 0);
    assert_int_equal(f.classes[1].other, HR_NONE);
    end(&b);
}

static void laws_that_are_not_exponential_are_told(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_all(&b);
    b.d[2].every = hr_law_constant(1e4); /* began nothing */
    assert_false(figures(&b, 1, 0.95).random_laws);
    b.d[0].every = hr_law_constant(1e4);
    assert_true(figures(&b, 1, 0.95).random_laws);
    end(&b);
}

static void one_period_of_a_class_has_no_interval(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_all(&b);
    add(&b, 2, 1, 100, 10, 1, HR_NONE);
    const struct hr_year_figures f = figures(&b, 1, 0.95);

    assert_int_equal(f.n_classes, 3);
    assert_true(isnan(f.classes[2].lo) && isnan(f.classes[2].hi));
    assert_true(isfinite(f.classes[1].lo));
    assert_true(isnan(f.availability.lo));
    assert_true(isfinite(f.availability.mean));
    end(&b);
}

static void without_periods_or_requests_nothing_is_known(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_ordinary(&b, 40, 4000, 0);
    assert_true(isnan(figures(&b, 1, 0.95).availability.mean));
    assert_true(isnan(figures(&b, 1, 0.95).total));
    add(&b, 0, 1, 100, 10, 1, HR_NONE);
    assert_true(isnan(figures(&b, 4, 0.95).availability.mean)); /* no such row */
    assert_true(isfinite(figures(&b, 1, 0.95).availability.mean));
    end(&b);
}

static void one_undisturbed_run_adds_no_variance(void **unused)
{
    struct by_hand b;

    (void)unused;
    begin(&b);
    add_ordinary(&b, 40, 4000, 0);
    add(&b, 0, 1, 100, 10, 1, HR_NONE);
    add(&b, 0, 1, 100, 10, 1, HR_NONE); /* no variance of its own */
    const struct hr_estimate e = figures(&b, 1, 0.95).availability;
    const double of_all = 10 / (1e4 + 100) / ((4000 + 1600) / 1320.0);

    nearly(1 - e.mean, 0.01 + of_all);
    nearly(e.sd, sqrt(of_all * of_all / 5600 * 2));
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(availability_is_what_is_lost_of_what_is_asked),
        cmocka_unit_test(only_the_rows_asked_for_count),
        cmocka_unit_test(the_interval_is_that_of_ratios_stratified_by_class),
        cmocka_unit_test(a_class_costs_its_periods_times_what_they_lose),
        cmocka_unit_test(minutes_add_up_to_what_is_not_available),
        cmocka_unit_test(overlaps_tell_what_is_lost_in_them_and_who_costs_most),
        cmocka_unit_test(laws_that_are_not_exponential_are_told),
        cmocka_unit_test(one_period_of_a_class_has_no_interval),
        cmocka_unit_test(without_periods_or_requests_nothing_is_known),
        cmocka_unit_test(one_undisturbed_run_adds_no_variance),
    };
    return cmocka_run_group_tests_name("year_sums", tests, NULL, NULL);
}
