/* tests/measure/test_profile.c - a histogram made small still counts. */
#include "sim/measure/profile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

struct fixture {
    struct hr_arena *a;
    struct hr_hist h;
};

static int set_up(void **state)
{
    struct hr_arena *a = hr_arena_create();
    struct fixture *f = hr_arena_alloc(a, 1, sizeof *f);

    f->a = a;
    hr_hist_init(&f->h, 7);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    hr_hist_free(&f->h);
    hr_arena_destroy(f->a);
    return 0;
}

static void it_counts_as_the_histogram_does_to_a_sixteenth(void **state)
{
    struct fixture *f = *state;
    struct hr_profile p;

    for (int64_t i = 1; i <= 5000; i++)
        hr_hist_record(&f->h, i * i * 37);
    p = hr_profile_of(&f->h, f->a);
    for (int64_t i = 1; i <= 5200; i += 13) {
        const double x = (double)(i * i * 37);
        const double low = hr_hist_count_le(&f->h, (int64_t)(x / 1.0625));
        const double high = hr_hist_count_le(&f->h, (int64_t)(x * 1.0625) + 1);

        assert_true(hr_profile_count_le(&p, x) >= low - 1);
        assert_true(hr_profile_count_le(&p, x) <= high + 1);
    }
}

static void edges_of_its_buckets_are_counted_exactly(void **state)
{
    struct fixture *f = *state;
    struct hr_profile p;

    for (int64_t v = 0; v < 4096; v++)
        hr_hist_record(&f->h, v);
    p = hr_profile_of(&f->h, f->a);
    for (int64_t v = 16; v <= 2048; v *= 2)
        assert_true(hr_profile_count_le(&p, (double)v) == (double)v);
}

static void beyond_its_ends_there_is_nothing_or_all(void **state)
{
    struct fixture *f = *state;
    struct hr_profile p;

    hr_hist_record(&f->h, 1000000);
    hr_hist_record(&f->h, 3000000);
    hr_hist_record_infinite(&f->h);
    p = hr_profile_of(&f->h, f->a);
    assert_true(hr_profile_count_le(&p, 500000) == 0);
    assert_true(hr_profile_count_le(&p, -1) == 0);
    assert_true(hr_profile_count_le(&p, 9e9) == 2);
    assert_true(hr_profile_count_le(&p, HUGE_VAL) == 2); /* the infinite one is left out */
}

static void an_empty_one_counts_nothing(void **state)
{
    struct fixture *f = *state;
    struct hr_profile p;

    hr_hist_record_infinite(&f->h);
    p = hr_profile_of(&f->h, f->a);
    assert_true(hr_profile_count_le(&p, HUGE_VAL) == 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_counts_as_the_histogram_does_to_a_sixteenth),
        TEST(edges_of_its_buckets_are_counted_exactly),
        TEST(beyond_its_ends_there_is_nothing_or_all),
        TEST(an_empty_one_counts_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
