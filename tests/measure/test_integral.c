/* tests/measure/test_integral.c - what the time-weighted averages promise. */
#include "sim/engine/random.h"
#include "sim/measure/integral.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <string.h>

#include <cmocka.h>

static void the_mean_weighs_each_level_by_its_time(void **unused)
{
    struct hr_integral g;

    (void)unused;
    hr_integral_init(&g, 0, 100, 0, NULL, 0);
    hr_integral_set(&g, 10, 3);  /* 0 for 10 */
    hr_integral_add(&g, 40, 4);  /* 3 for 30 */
    hr_integral_add(&g, 90, -7); /* 7 for 50 */
    hr_integral_close(&g, 100);  /* 0 for 10 */
    assert_true(hr_integral_mean(&g) == (3 * 30 + 7 * 50) / 100.0);
    assert_true(g.max == 7 && g.level == 0);
    assert_true(hr_integral_bucket_mean(&g, 0) == 0.0); /* there is no series */
}

static void nothing_counts_before_from_or_after_to(void **unused)
{
    int64_t areas[2] = {0};
    struct hr_integral g;

    (void)unused;
    hr_integral_init(&g, -50, 50, 50, areas, 2);
    hr_integral_set(&g, -1000, 900);
    hr_integral_set(&g, -60, 2); /* the level that is carried in */
    hr_integral_set(&g, 30, 5);
    hr_integral_set(&g, 60, 800);
    hr_integral_set(&g, 5000, 0);
    hr_integral_close(&g, 6000);
    assert_true(hr_integral_mean(&g) == (2 * 80 + 5 * 20) / 100.0);
    assert_true(g.max == 5);
    assert_true(areas[0] == 2 * 50 && areas[1] == 2 * 30 + 5 * 20);
}

static void the_mean_so_far_ends_where_it_was_brought_up_to_date(void **unused)
{
    int64_t areas[4] = {0};
    struct hr_integral g;

    (void)unused;
    hr_integral_init(&g, 0, 1000, 300, areas, 4);
    assert_true(hr_integral_mean(&g) == 0.0 && hr_integral_bucket_mean(&g, 0) == 0.0);
    hr_integral_set(&g, 0, 4);
    hr_integral_set(&g, 200, 10);
    assert_true(hr_integral_mean(&g) == 4.0 && hr_integral_bucket_mean(&g, 0) == 4.0);
    hr_integral_close(&g, 400);
    assert_true(hr_integral_mean(&g) == 7.0);
    assert_true(hr_integral_bucket_mean(&g, 0) == 6.0);
    assert_true(hr_integral_bucket_mean(&g, 1) == 10.0);
    assert_true(hr_integral_bucket_mean(&g, 2) == 0.0);
    hr_integral_close(&g, 400); /* twice does no harm */
    hr_integral_close(&g, 1000);
    assert_true(hr_integral_bucket_mean(&g, 3) == 10.0); /* a bucket cut short by `to` */
    assert_true(hr_integral_bucket_mean(&g, 4) == 0.0);
    assert_true(areas[3] == 1000);
}

/* Random steps beside a level kept for every nanosecond. */
static void agrees_with_a_sum_over_every_nanosecond(void **unused)
{
    enum { FROM = -300, TO = 1700, BUCKET = 77, N = (TO - FROM + BUCKET - 1) / BUCKET };

    (void)unused;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct hr_draws d = hr_draws(seed, 0, 0);
        int64_t areas[N] = {0}, want[N] = {0}, total = 0, level = 0, max = 0;
        hr_time now = FROM - 200;
        struct hr_integral g;
        hr_integral_init(&g, FROM, TO, BUCKET, areas, N);
        while (now < TO + 200) {
            const hr_time next = now + (hr_time)hr_draw_below(&d, 200);
            const int64_t change = (int64_t)hr_draw_below(&d, 21) - 10;
            for (hr_time t = now; t < next; t++)
                if (t >= FROM && t < TO) {
                    total += level;
                    want[(t - FROM) / BUCKET] += level;
                    max = level > max ? level : max;
                }
            now = next;
            level = level + change > 0 ? level + change : 0;
            if (now >= FROM && now < TO && level > max)
                max = level;
            hr_integral_set(&g, now, level);
        }
        assert_true(hr_integral_mean(&g) == (double)total / (TO - FROM));
        assert_memory_equal(areas, want, sizeof areas);
        assert_true(g.max == max);
    }
}

/* Ten million connections for a year, by buckets of a week. */
static void does_not_overflow_at_large_levels_over_long_times(void **unused)
{
    enum { WEEKS = 52 };
    const int64_t level = 10000000;
    int64_t areas[WEEKS] = {0};
    struct hr_integral g;

    (void)unused;
    hr_integral_init(&g, 0, WEEKS * 7 * HR_DAY, 7 * HR_DAY, areas, WEEKS);
    hr_integral_set(&g, 0, level);
    for (int day = 1; day < WEEKS * 7; day++)
        hr_integral_add(&g, day * HR_DAY, day % 2 ? 1 : -1);
    hr_integral_close(&g, WEEKS * 7 * HR_DAY);
    assert_true(fabs(hr_integral_mean(&g) - ((double)level + 0.5)) < 1e-6);
    for (size_t i = 0; i < WEEKS; i++) {
        const double want = (double)level + (i % 2 ? 4 : 3) / 7.0;
        assert_true(fabs(hr_integral_bucket_mean(&g, i) - want) < 1e-6);
    }
    assert_true(g.max == level + 1);
}

static void what_comes_after_the_last_bucket_is_in_the_mean_alone(void **unused)
{
    int64_t areas[3] = {0, 0, -1};
    struct hr_integral g;

    (void)unused;
    hr_integral_init(&g, 0, 100, 10, areas, 2);
    hr_integral_set(&g, 0, 6);
    hr_integral_close(&g, 100);
    assert_true(hr_integral_mean(&g) == 6.0);
    assert_true(areas[0] == 60 && areas[1] == 60 && areas[2] == -1);
}

static void a_peak_of_no_length_still_counts_as_the_highest_level(void **unused)
{
    struct hr_integral g;

    (void)unused;
    hr_integral_init(&g, 0, 100, 0, NULL, 0);
    hr_integral_set(&g, 40, 9);
    hr_integral_set(&g, 40, 1);
    hr_integral_set(&g, 100, 50); /* at `to` it is outside */
    assert_true(g.max == 9);
    assert_true(hr_integral_mean(&g) == 0.6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_mean_weighs_each_level_by_its_time),
        cmocka_unit_test(nothing_counts_before_from_or_after_to),
        cmocka_unit_test(the_mean_so_far_ends_where_it_was_brought_up_to_date),
        cmocka_unit_test(agrees_with_a_sum_over_every_nanosecond),
        cmocka_unit_test(does_not_overflow_at_large_levels_over_long_times),
        cmocka_unit_test(what_comes_after_the_last_bucket_is_in_the_mean_alone),
        cmocka_unit_test(a_peak_of_no_length_still_counts_as_the_highest_level),
    };
    return cmocka_run_group_tests_name("integral", tests, NULL, NULL);
}
