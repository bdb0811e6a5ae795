/* tests/models/test_order.c - what putting things in order promises. */
#include "models/parts/order.h"
#include "sim/engine/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

enum { N = 20000 };
static struct hr_ordered at[N];

/* Numbers of so many bits, in any order. */
static void draw(int bits)
{
    struct hr_draws d = hr_draws(hr_stream(1, 0), (uint64_t)bits, 1);

    for (size_t i = 0; i < N; i++)
        at[i] = (struct hr_ordered){hr_draw_bits(&d) >> (64 - bits), i};
}

static void the_smallest_come_first_whatever_their_width(void **unused)
{
    (void)unused;
    for (int bits = 1; bits <= 64; bits++) {
        draw(bits);
        hr_order(at, N);
        for (size_t i = 1; i < N; i++)
            assert_true(at[i - 1].by <= at[i].by);
    }
}

static void one_among_equal_ones_finds_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < N; i++)
        at[i] = (struct hr_ordered){5, i};
    at[N - 1].by = 3;
    hr_order(at, N);
    assert_true(at[0].by == 3 && at[0].what == N - 1 && at[1].what == 0);
}

static void equal_ones_stay_in_the_order_in_which_they_come(void **unused)
{
    (void)unused;
    for (int bits = 3; bits < 14; bits += 5) {
        draw(bits);
        hr_order(at, N);
        for (size_t i = 1; i < N; i++)
            assert_true(at[i - 1].by < at[i].by || at[i - 1].what < at[i].what);
    }
}

static void nothing_is_lost(void **unused)
{
    static bool seen[N];

    (void)unused;
    draw(40);
    hr_order(at, N);
    for (size_t i = 0; i < N; i++) {
        assert_false(seen[at[i].what]);
        seen[at[i].what] = true;
    }
    hr_order(at, 0);
    hr_order(at, 1);
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
        cmocka_unit_test(one_among_equal_ones_finds_its_place),
        cmocka_unit_test(equal_ones_stay_in_the_order_in_which_they_come),
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(the_order_of_times_is_that_of_their_numbers),
    };
    return cmocka_run_group_tests_name("order", tests, NULL, NULL);
}
