/* tests/study/test_interval.c - intervals of ratios and pooled quantiles. */
#include "sim/study/interval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct hr_basis plain = {.level = HR_CONFIDENCE};

/* In doubles; cmocka's own compares floats. */
static void assert_near(double x, double y, double tolerance)
{
    assert_true(x - y <= tolerance && y - x <= tolerance);
}

static void a_ratio_is_of_sums_and_not_a_mean_of_ratios(void **state)
{
    const double good[2] = {90, 10}, valid[2] = {100, 1000};
    const struct hr_estimate e = hr_interval_ratio(good, valid, 2, plain);

    (void)state;
    assert_near(e.mean, 100.0 / 1100.0, 1e-15);
}

/* By hand: good 98, 96, 99 of 100 each; the ratio is 293/300 and the residuals in shares are
 * those of a mean, so the half-width is t(2) x sd / sqrt(3). */
static void a_ratio_with_equal_denominators_has_the_interval_of_a_mean(void **state)
{
    const double good[3] = {98, 96, 99}, valid[3] = {100, 100, 100};
    const double shares[3] = {.98, .96, .99};
    const struct hr_estimate e = hr_interval_ratio(good, valid, 3, plain);
    const struct hr_estimate m = hr_estimate_mean(shares, 3, HR_CONFIDENCE);

    (void)state;
    assert_near(e.mean, m.mean, 1e-15);
    assert_near(e.lo, m.lo, 1e-12);
    assert_near(e.hi, m.hi, 1e-12);
}

static void one_replication_has_no_interval(void **state)
{
    const double good = 99, valid = 100;
    const struct hr_estimate e = hr_interval_ratio(&good, &valid, 1, plain);

    (void)state;
    assert_near(e.mean, 0.99, 1e-15);
    assert_true(isnan(e.lo) && isnan(e.hi));
}

static void nothing_observed_is_not_a_number(void **state)
{
    const double none[2] = {0, 0};

    (void)state;
    assert_true(isnan(hr_interval_ratio(none, none, 2, plain).mean));
}

/* By hand: shares .99 .91 (sd 0.08 / sqrt 2 about their own ratio), then four of .95: their
 * spread counts, and the mean of all six stays. */
static void the_wider_spread_of_two_looks_makes_the_interval(void **state)
{
    const double good[6] = {99, 91, 95, 95, 95, 95},
                 valid[6] = {100, 100, 100, 100, 100, 100};
    const struct hr_basis b = {.level = 0.95, .before = 2},
                          all = {.level = 0.95, .before = 6};
    const struct hr_estimate e = hr_interval_ratio(good, valid, 6, b);
    const struct hr_estimate same = hr_interval_ratio(good, valid, 6, all);

    (void)state;
    assert_near(e.mean, 0.95, 1e-15);
    assert_near(e.sd, 0.08 / sqrt(2), 1e-12);
    assert_near(e.hi - e.mean, hr_student_t(5, 0.95) * e.sd / sqrt(6), 1e-12);
    assert_near(same.hi, hr_interval_ratio(good, valid, 6, plain).hi, 0);
}

/* --- quantiles ------------------------------------------------------------------------------ */

enum { MOST = 16 };

/* Sections under way: `add` puts so many values into one, HUGE_VAL for infinite ones. */
struct made {
    struct hr_arena *a;
    struct hr_hist of[MOST], all;
    double x[MOST], size[MOST];
    struct hr_profile profiles[MOST];
};

static int set_up(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct made *m = hr_arena_alloc(a, 1, sizeof *m);

    m->a = a;
    hr_hist_init(&m->all, 7);
    for (size_t i = 0; i < MOST; i++)
        hr_hist_init(&m->of[i], 7);
    *state = m;
    return 0;
}

static int tear_down(void **state)
{
    struct made *m = *state;

    hr_hist_free(&m->all);
    for (size_t i = 0; i < MOST; i++)
        hr_hist_free(&m->of[i]);
    hr_arena_destroy(m->a);
    return 0;
}

static void add(struct made *m, size_t i, int count, double seconds)
{
    for (int k = 0; k < count; k++)
        if (isinf(seconds))
            hr_hist_record_infinite(&m->of[i]);
        else
            hr_hist_record(&m->of[i], (int64_t)(seconds * 1e9));
}

static struct hr_estimate quantile_at(struct made *m, size_t n, double p, struct hr_basis b)
{
    for (size_t i = 0; i < n; i++) {
        m->x[i] = hr_hist_quantile(&m->of[i], p, 1) / 1e9;
        m->size[i] = (double)(m->of[i].total + m->of[i].infinite);
        m->profiles[i] = hr_profile_of(&m->of[i], m->a);
        hr_hist_merge(&m->all, &m->of[i]);
    }
    return hr_interval_sections(&(struct hr_sections){.p = p,
                                                      .all = &m->all,
                                                      .n = n,
                                                      .x = m->x,
                                                      .size = m->size,
                                                      .profiles = m->profiles},
                                b);
}

static struct hr_estimate quantile(struct made *m, size_t n, double p)
{
    return quantile_at(m, n, p, plain);
}

static void one_section_has_no_interval(void **state)
{
    struct made *m = *state;
    struct hr_estimate e;

    add(m, 0, 100, 0.25);
    e = quantile(m, 1, 0.5);
    assert_near(e.mean, 0.25, 0.003);
    assert_true(isnan(e.lo) && isnan(e.hi));
}

/* By hand: sizes of 100 and 300 weigh 1/2 and 3/2. */
static void sections_spread_about_the_quantile_of_all_by_what_they_hold(void **state)
{
    struct made *m = *state;
    struct hr_estimate e;
    double first, second;

    add(m, 0, 100, 1.3);
    add(m, 1, 300, 0.9);
    e = quantile(m, 2, 0.5);
    first = 0.5 * (m->x[0] - e.mean);
    second = 1.5 * (m->x[1] - e.mean);
    assert_near(e.mean, 0.9, 0.01);
    assert_near(e.sd, sqrt(first * first + second * second), 1e-12);
}

static void so_does_that_of_the_sections_of_the_look_before(void **state)
{
    struct made *m = *state;
    struct hr_estimate e;

    add(m, 0, 100, 1.3);
    add(m, 1, 100, 0.7);
    for (size_t i = 2; i < 9; i++)
        add(m, i, 100, 0.9);
    e = quantile_at(m, 9, 0.5, (struct hr_basis){.level = 0.95, .before = 2});
    assert_near(e.mean, 0.9, 0.01);
    assert_near(e.sd, sqrt(pow(1.3 - e.mean, 2) + pow(0.7 - e.mean, 2)), 0.01);
    assert_true(e.hi - e.mean >= hr_student_t(8, 0.95) * e.sd / 3 - 1e-12);
}

static void a_section_without_requests_has_no_say(void **state)
{
    struct made *m = *state;
    struct hr_estimate e;

    add(m, 0, 100, 1.3);
    add(m, 2, 100, 0.9);
    e = quantile(m, 3, 0.5);
    assert_near(e.sd, sqrt(pow(1.3 - e.mean, 2) + pow(0.9 - e.mean, 2)), 0.01);
}

static void each_end_is_the_farther_of_sectioning_and_woodruff(void **state)
{
    struct made *m = *state;
    double upto[10], half, sections, low, high;
    struct hr_estimate e, share;

    for (size_t i = 0; i < 10; i++)
        for (int k = 0; k < 100; k++)
            add(m, i, 1, 1 + 0.01 * k + 0.02 * (double)(i * i % 7));
    e = quantile(m, 10, 0.7);
    for (size_t i = 0; i < 10; i++)
        upto[i] = hr_profile_count_le(&m->profiles[i], e.mean * 1e9);
    share = hr_interval_ratio(upto, m->size, 10, plain);
    half = share.hi - share.mean;
    sections = hr_student_t(9, 0.95) * e.sd / sqrt(10);
    low = hr_hist_quantile(&m->all, 0.7 - half, 1) / 1e9;
    high = hr_hist_quantile(&m->all, 0.7 + half, 1) / 1e9;
    assert_near(e.lo, fmin(low, e.mean - sections), 1e-12);
    assert_near(e.hi, fmax(high, e.mean + sections), 1e-12);
    assert_true(low < e.mean && e.mean < high);
}

static void what_few_sections_hold_is_not_bounded_from_above(void **state)
{
    struct made *m = *state;
    struct hr_estimate e;

    for (size_t i = 0; i < 5; i++)
        add(m, i, 1000, 1);
    add(m, 0, 100, 3); /* a tail of 2%, all of it in one section */
    e = quantile(m, 5, 0.99);
    assert_near(e.mean, 3, 0.03);
    assert_true(e.hi == HUGE_VAL && e.lo < 1.1);
}

static void too_many_infinite_values_leave_no_doubt(void **state)
{
    struct made *m = *state;
    struct hr_estimate e;

    for (size_t i = 0; i < 3; i++) {
        add(m, i, 50 + (int)i, 1);
        add(m, i, 50 - (int)i, HUGE_VAL);
    }
    e = quantile(m, 3, 0.9);
    assert_true(e.mean == HUGE_VAL && e.lo == HUGE_VAL && e.hi == HUGE_VAL);
}

static void hardly_too_many_infinite_values_leave_doubt(void **state)
{
    struct made *m = *state;
    struct hr_estimate e;

    for (size_t i = 0; i < 4; i++) {
        add(m, i, 88 + 3 * (int)(i % 2), 1);
        add(m, i, 12 - 3 * (int)(i % 2), HUGE_VAL);
    }
    e = quantile(m, 4, 0.9);
    assert_true(e.mean == HUGE_VAL && e.hi == HUGE_VAL);
    assert_near(e.lo, 1, 0.01);
}

#define QUANTILE_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ratio_is_of_sums_and_not_a_mean_of_ratios),
        cmocka_unit_test(a_ratio_with_equal_denominators_has_the_interval_of_a_mean),
        cmocka_unit_test(one_replication_has_no_interval),
        cmocka_unit_test(nothing_observed_is_not_a_number),
        cmocka_unit_test(the_wider_spread_of_two_looks_makes_the_interval),
        QUANTILE_TEST(one_section_has_no_interval),
        QUANTILE_TEST(sections_spread_about_the_quantile_of_all_by_what_they_hold),
        QUANTILE_TEST(so_does_that_of_the_sections_of_the_look_before),
        QUANTILE_TEST(a_section_without_requests_has_no_say),
        QUANTILE_TEST(each_end_is_the_farther_of_sectioning_and_woodruff),
        QUANTILE_TEST(what_few_sections_hold_is_not_bounded_from_above),
        QUANTILE_TEST(too_many_infinite_values_leave_no_doubt),
        QUANTILE_TEST(hardly_too_many_infinite_values_leave_doubt),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
