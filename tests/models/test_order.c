/* tests/models/test_order.c - what putting things in order promises. */
#include "models/parts/order.h"
#include "sim/engine/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { N = 20000 };
static struct hr_ordered at[N];

/* Numbers of so many bits, in any order. */
static void draw(int bits)
{
    struct hr_draws d = hr_draws(hr_stream(1, 0), (uint64_t)bits, 1);

    for (size_t i = 0; i < N; i++)
        at[i] = (struct hr_ordered){hr_draw_bits(&d) >> (64 - bits), i, 3 * (int64_t)i};
}

static void are_in_order(size_t n)
{
    for (size_t i = 1; i < n; i++)
        assert_true(at[i - 1].by < at[i].by ||
                    (at[i - 1].by == at[i].by && at[i - 1].what < at[i].what));
}

static void the_smallest_come_first_whatever_their_width(void **unused)
{
    (void)unused;
    for (int bits = 1; bits <= 64; bits++) {
        draw(bits);
        hr_order(at, N);
        are_in_order(N);
    }
}

static void equal_ones_are_in_order_of_what_they_are(void **unused)
{
    (void)unused;
    draw(3);
    for (size_t i = 0; i < N; i++)
        at[i].what = (N - i) << 40 | (i * 7 % 5);
    hr_order(at, N);
    are_in_order(N);
}

static void one_among_equal_ones_finds_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < N; i++)
        at[i] = (struct hr_ordered){5, i, 0};
    at[N - 1].by = 3;
    hr_order(at, N);
    assert_true(at[0].by == 3 && at[0].what == N - 1 && at[1].what == 0);
}

static void many_that_are_the_same_do_no_harm(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < N; i++)
        at[i] = (struct hr_ordered){9, 9, 0};
    hr_order(at, N);
    assert_true(at[0].by == 9 && at[N - 1].what == 9);
}

static void nothing_is_lost_and_what_belongs_together_stays_together(void **unused)
{
    static const size_t sizes[] = {0, 1, 2, 40, 100, N};
    static bool seen[N];

    (void)unused;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        const size_t n = sizes[s];

        draw(40);
        memset(seen, 0, sizeof seen);
        hr_order(at, n);
        are_in_order(n);
        for (size_t i = 0; i < n; i++) {
            assert_true(at[i].what < n && !seen[at[i].what]);
            assert_int_equal(at[i].also, 3 * (int64_t)at[i].what);
            seen[at[i].what] = true;
        }
    }
}

static void the_order_of_times_is_that_of_their_numbers(void **unused)
{
    static const double times[] = {0.0, 5e-324, 1e-9, 0.5, 0.5000000001, 1.0, 2.385, 1e300};

    (void)unused;
    assert_true(hr_order_of(-0.0) == hr_order_of(0.0));
    for (size_t i = 1; i < sizeof times / sizeof *times; i++)
        assert_true(hr_order_of(times[i - 1]) < hr_order_of(times[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_smallest_come_first_whatever_their_width),
        cmocka_unit_test(equal_ones_are_in_order_of_what_they_are),
        cmocka_unit_test(one_among_equal_ones_finds_its_place),
        cmocka_unit_test(many_that_are_the_same_do_no_harm),
        cmocka_unit_test(nothing_is_lost_and_what_belongs_together_stays_together),
        cmocka_unit_test(the_order_of_times_is_that_of_their_numbers),
    };
    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
