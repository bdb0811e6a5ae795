/* tests/measure/test_hist.c - what the histograms promise. */
#include "sim/engine/law.h"
#include "sim/measure/hist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct hr_hist of(uint32_t bits, const int64_t *values, size_t n)
{
    struct hr_hist h;

    hr_hist_init(&h, bits);
    for (size_t i = 0; i < n; i++)
        hr_hist_record(&h, values[i]);
    return h;
}

/* Buckets tile the integers: each begins where the one before it ended, none is wider than
 * 2^-bits of what it holds, and those of small values hold one value each. */
static void buckets_tile_the_integers_and_stay_narrow(void **unused)
{
    (void)unused;
    for (uint32_t bits = 1; bits <= 12; bits++) {
        const uint32_t last = hr_hist_index(bits, INT64_MAX);
        assert_int_equal(hr_hist_index(bits, 0), 0);
        for (uint32_t i = 0; i < last; i++) {
            const int64_t lower = hr_hist_lower(bits, i), next = hr_hist_lower(bits, i + 1);
            assert_true(next > lower);
            assert_int_equal(hr_hist_index(bits, lower), i);
            assert_int_equal(hr_hist_index(bits, next - 1), i);
            assert_true((next - lower - 1) <= lower >> bits);
        }
        assert_true(INT64_MAX - hr_hist_lower(bits, last) < INT64_MAX >> bits);
    }
}

static void small_values_have_exact_quantiles(void **unused)
{
    static const int64_t values[] = {5, 1, 4, 2, 3, 9, 7, 8, 6, 10};
    struct hr_hist h = of(7, values, 10);

    (void)unused;
    for (int k = 1; k <= 10; k++)
        assert_true(hr_hist_quantile(&h, k / 10.0, 0) == k);
    assert_true(hr_hist_quantile(&h, 0.0, 0) == 1.0);
    assert_true(hr_hist_mean(&h) == 5.5);
    assert_true(h.sum == 55.0 && h.sum_squares == 385.0);
    hr_hist_free(&h);
}

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Beside a sorted copy: the quantile is within a bucket's width, 2^-7, of the value at that
 * rank; interpolation makes it ten times better where there are many values. */
static void quantiles_are_close_to_those_of_the_sorted_values(void **unused)
{
    enum { N = 50000 };
    static const double points[] = {0.001, 0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999};
    const struct hr_law law = {HR_LAW_LOGNORMAL, 16.0, 1.3, 0, NULL, 0};
    static int64_t values[N];

    (void)unused;
    for (uint64_t i = 0; i < N; i++) {
        struct hr_draws d = hr_draws(1, i, 0);
        values[i] = (int64_t)hr_law_draw(&law, &d);
    }
    struct hr_hist h = of(7, values, N), coarse = of(4, values, N);
    qsort(values, N, sizeof *values, by_value);
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        const double want = (double)values[(size_t)ceil(points[i] * N) - 1];
        const double got = hr_hist_quantile(&h, points[i], 0);
        assert_true(fabs(got / want - 1.0) < 1.0 / 128);
        assert_true(fabs(hr_hist_quantile(&coarse, points[i], 0) / want - 1.0) < 1.0 / 16);
        if (points[i] > 0.1 && points[i] < 0.96)
            assert_true(fabs(got / want - 1.0) < 1e-3);
        /* And back: that many values lie at or below it. */
        assert_true(fabs(hr_hist_count_le(&h, (int64_t)got) / N - points[i]) < 1e-4);
    }
    assert_true(hr_hist_quantile(&h, 0.0, 0) == (double)values[0]);
    assert_true(hr_hist_quantile(&h, 1.0, 0) == (double)values[N - 1]);
    hr_hist_free(&h);
    hr_hist_free(&coarse);
}

static void quantiles_never_leave_what_was_recorded(void **unused)
{
    static const int64_t one[] = {123456789};
    struct hr_hist h = of(4, one, 1);

    (void)unused;
    assert_true(hr_hist_quantile(&h, 0.0, 0) == 123456789.0);
    assert_true(hr_hist_quantile(&h, 0.7, 0) == 123456789.0);
    assert_true(hr_hist_quantile(&h, 1.0, 0) == 123456789.0);
    hr_hist_free(&h);
}

static void what_is_negative_counts_as_zero_and_the_largest_value_fits(void **unused)
{
    static const int64_t values[] = {-5, INT64_MAX, INT64_MIN};
    struct hr_hist h = of(7, values, 3);

    (void)unused;
    assert_true(h.min == 0 && h.max == INT64_MAX && h.total == 3);
    assert_true(hr_hist_quantile(&h, 0.5, 0) == 0.0);
    assert_true(hr_hist_quantile(&h, 1.0, 0) == (double)INT64_MAX);
    assert_true(hr_hist_count_le(&h, 0) == 2.0);
    hr_hist_free(&h);
}

static void infinite_values_take_part_in_ranks_when_asked(void **unused)
{
    struct hr_hist h;

    (void)unused;
    hr_hist_init(&h, 7);
    for (int i = 1; i <= 98; i++)
        hr_hist_record(&h, i);
    hr_hist_record_infinite(&h);
    hr_hist_record_infinite(&h);
    assert_true(hr_hist_quantile(&h, 0.98, 1) == 98.0);
    assert_true(hr_hist_quantile(&h, 0.99, 1) == HUGE_VAL);
    assert_true(hr_hist_quantile(&h, 0.99, 0) < 99.0);
    assert_true(hr_hist_mean(&h) == 49.5);
    assert_true(h.total == 98 && h.infinite == 2);
    hr_hist_free(&h);
}

static void an_empty_histogram_says_that_it_knows_nothing(void **unused)
{
    struct hr_hist h;

    (void)unused;
    hr_hist_init(&h, 7);
    assert_true(isnan(hr_hist_quantile(&h, 0.5, 0)) && isnan(hr_hist_quantile(&h, 0.5, 1)));
    assert_true(isnan(hr_hist_mean(&h)) && hr_hist_count_le(&h, 100) == 0.0);
    hr_hist_record_infinite(&h);
    assert_true(isnan(hr_hist_quantile(&h, 0.5, 0)));
    assert_true(hr_hist_quantile(&h, 0.5, 1) == HUGE_VAL);
    hr_hist_free(&h);
}

static void merging_is_the_same_as_recording_everything_in_one(void **unused)
{
    static const int64_t all[] = {7, 1 << 20, 3, 900, INT64_C(1) << 50, 12, 12, 5000000};
    struct hr_hist one = of(7, all, 8), a = of(7, all, 4), b = of(7, all + 4, 4), none;

    (void)unused;
    hr_hist_init(&none, 7);
    hr_hist_record_infinite(&none);
    hr_hist_record_infinite(&one);
    hr_hist_merge(&a, &none);
    hr_hist_merge(&a, &b);
    assert_true(a.total == 8 && a.infinite == 1 && a.min == 3 && a.max == INT64_C(1) << 50);
    assert_true(a.sum == one.sum && a.sum_squares == one.sum_squares); /* exact: integers */
    for (int k = 0; k <= 20; k++)
        assert_true(hr_hist_quantile(&a, k / 20.0, 1) ==
                    hr_hist_quantile(&one, k / 20.0, 1));
    hr_hist_merge(&none, &a); /* into an empty one: its min and max are those of `a` */
    assert_true(none.min == 3 && none.max == a.max && none.infinite == 2);
    hr_hist_free(&one);
    hr_hist_free(&a);
    hr_hist_free(&b);
    hr_hist_free(&none);
}

/* Room is taken between the smallest and the largest value, in whatever order they come. */
static void a_batch_is_the_same_as_recording_one_by_one(void **state)
{
    struct hr_hist one, other;
    struct hr_hist_batch batch = {0};

    (void)state;
    hr_hist_init(&one, 7);
    hr_hist_init(&other, 7);
    for (int64_t i = 0; i < 3 * HR_HIST_BATCH + 2; i++) {
        hr_hist_record(&one, i * i * 1000003);
        hr_hist_add(&other, &batch, i * i * 1000003);
    }
    assert_int_equal(batch.n, 2);
    hr_hist_record_batch(&other, &batch);
    assert_int_equal(batch.n, 0);
    assert_int_equal(other.total, one.total);
    assert_int_equal(other.min, one.min);
    assert_int_equal(other.max, one.max);
    assert_true(other.sum == one.sum && other.sum_squares == one.sum_squares);
    for (uint32_t i = one.first; i < one.first + one.n; i++)
        assert_int_equal(hr_hist_at(&other, i), hr_hist_at(&one, i));
    hr_hist_free(&one);
    hr_hist_free(&other);
}

static void room_is_taken_only_where_values_are(void **unused)
{
    static const int64_t values[] = {90000000, 5000000, 700000000, 91000000, 5000001};
    struct hr_hist h = of(4, values, 5), into = of(4, values, 1);
    const uint32_t low = hr_hist_index(4, 5000000), high = hr_hist_index(4, 700000000);

    (void)unused;
    assert_true(h.first <= low && h.first + h.n > high && h.n < high - low + 2 * 64);
    hr_hist_merge(&into, &h);
    for (uint32_t b = 0; b < 2 * high; b++) {
        uint64_t want = 0;

        for (size_t i = 0; i < 5; i++)
            want += hr_hist_index(4, values[i]) == b;
        assert_true(hr_hist_at(&h, b) == want);
        assert_true(hr_hist_at(&into, b) == want + (b == hr_hist_index(4, values[0])));
    }
    hr_hist_free(&h);
    hr_hist_free(&into);
}

static void a_reset_forgets_everything_but_the_resolution(void **unused)
{
    static const int64_t values[] = {7, 900, 5000000};
    struct hr_hist h = of(5, values, 3);

    (void)unused;
    hr_hist_record_infinite(&h);
    hr_hist_reset(&h);
    assert_true(h.total == 0 && h.infinite == 0 && h.sum == 0.0 && h.bits == 5);
    hr_hist_record(&h, 40);
    assert_true(h.min == 40 && h.max == 40 && hr_hist_count_le(&h, INT64_MAX) == 1.0);
    assert_true(hr_hist_count_le(&h, 39) == 0.0);
    hr_hist_free(&h);
}

static void the_first_value_is_the_least_and_the_greatest(void **unused)
{
    struct hr_hist h;

    (void)unused;
    hr_hist_init(&h, 7);
    assert_true(h.min == INT64_MAX && h.max == -1);
    hr_hist_record(&h, -5); /* as 0 */
    assert_true(h.min == 0 && h.max == 0 && h.sum == 0.0);
    hr_hist_free(&h);
}

static void counting_below_a_value_interpolates_inside_its_bucket(void **unused)
{
    struct hr_hist h;

    (void)unused;
    hr_hist_init(&h, 4);
    for (int64_t v = 0; v < 4096; v++)
        hr_hist_record(&h, v);
    for (int64_t v = 0; v < 4096; v += 7)
        assert_true(fabs(hr_hist_count_le(&h, v) - (double)(v + 1)) < 1e-9);
    hr_hist_free(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_tile_the_integers_and_stay_narrow),
        cmocka_unit_test(small_values_have_exact_quantiles),
        cmocka_unit_test(quantiles_are_close_to_those_of_the_sorted_values),
        cmocka_unit_test(quantiles_never_leave_what_was_recorded),
        cmocka_unit_test(what_is_negative_counts_as_zero_and_the_largest_value_fits),
        cmocka_unit_test(infinite_values_take_part_in_ranks_when_asked),
        cmocka_unit_test(an_empty_histogram_says_that_it_knows_nothing),
        cmocka_unit_test(merging_is_the_same_as_recording_everything_in_one),
        cmocka_unit_test(a_batch_is_the_same_as_recording_one_by_one),
        cmocka_unit_test(room_is_taken_only_where_values_are),
        cmocka_unit_test(a_reset_forgets_everything_but_the_resolution),
        cmocka_unit_test(the_first_value_is_the_least_and_the_greatest),
        cmocka_unit_test(counting_below_a_value_interpolates_inside_its_bucket),
    };
    return cmocka_run_group_tests_name("hist", tests, NULL, NULL);
}
