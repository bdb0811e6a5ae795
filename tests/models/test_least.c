/* tests/models/test_least.c - the smallest of many numbers is what a scan finds. */
#include "models/parts/balance.h"
#include "models/parts/least.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { MOST = 300 };
struct farm {
    uint32_t n, number[MOST];
    struct hr_least least;
    struct hr_arena *arena;
};

static struct farm farm_of(uint32_t n)
{
    struct farm f = {.n = n, .arena = hr_arena_create()};

    hr_least_init(&f.least, f.arena, n);
    for (uint32_t i = 0; i < MOST; i++)
        f.number[i] = HR_LEAST_OUT;
    return f;
}

static void set(struct farm *f, uint32_t place, uint32_t number)
{
    f->number[place] = number;
    hr_least_set(&f->least, place, number);
}

static struct hr_least_node scan(const struct farm *f, uint32_t from, uint32_t to)
{
    struct hr_least_node found = {HR_LEAST_OUT, 0};

    for (uint32_t i = from; i < to; i++) {
        if (f->number[i] < found.number)
            found = (struct hr_least_node){f->number[i], 0};
        found.many += f->number[i] == found.number && found.number != HR_LEAST_OUT;
    }
    return found;
}

static void check(const struct farm *f, uint32_t from, uint32_t to)
{
    const struct hr_least_node expected = scan(f, from, to);
    const struct hr_least_node found = hr_least_in(&f->least, from, to);
    uint32_t k = 0;

    assert_int_equal(found.number, expected.number);
    assert_int_equal(found.many, expected.many);
    for (uint32_t i = from; i < to && expected.many > 0; i++)
        if (f->number[i] == expected.number)
            assert_int_equal(hr_least_pick(&f->least, from, to, k++), i);
}

static void nothing_is_there_at_first_and_when_cleared(void **unused)
{
    struct farm f = farm_of(5);

    (void)unused;
    assert_int_equal(hr_least_in(&f.least, 0, 5).many, 0);
    set(&f, 3, 2);
    assert_int_equal(hr_least_in(&f.least, 0, 5).many, 1);
    hr_least_clear(&f.least);
    assert_int_equal(hr_least_in(&f.least, 0, 5).many, 0);
    assert_int_equal(hr_least_in(&f.least, 0, 5).number, HR_LEAST_OUT);
    hr_arena_destroy(f.arena);
}

static void finds_what_a_scan_finds_in_any_range(void **unused)
{
    static const uint32_t sizes[] = {1, 2, 3, 7, 8, 9, 31, MOST};
    struct hr_draws d = hr_draws(hr_stream(2, 0), 1, 1);

    (void)unused;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct farm f = farm_of(sizes[s]);

        for (int k = 0; k < 3000; k++) {
            const uint32_t place = (uint32_t)hr_draw_below(&d, f.n);
            const uint32_t number = (uint32_t)hr_draw_below(&d, 5);
            const uint32_t a = (uint32_t)hr_draw_below(&d, f.n + 1);
            const uint32_t b = (uint32_t)hr_draw_below(&d, f.n + 1);

            set(&f, place, number == 4 ? HR_LEAST_OUT : number);
            check(&f, a < b ? a : b, a < b ? b : a);
            if (k % 100 == 0)
                check(&f, 0, f.n);
        }
        assert_int_equal(hr_least_in(&f.least, 0, f.least.leaves).many,
                         scan(&f, 0, f.n).many);
        hr_arena_destroy(f.arena);
    }
}

/* --- the choice of an endpoint ------------------------------------------------------------ */

static bool up(const void *ctx, uint32_t i)
{
    return ((const struct farm *)ctx)->number[i] != HR_LEAST_OUT;
}
static uint32_t open_calls(const void *ctx, uint32_t i)
{
    return ((const struct farm *)ctx)->number[i];
}

static void the_choice_is_that_of_the_policy_with_the_same_draws(void **unused)
{
    struct farm f = farm_of(MOST);
    const struct hr_balance_view v = {.n = MOST, .ctx = &f, .up = up, .open = open_calls};

    (void)unused;
    for (uint64_t k = 0; k < 4000; k++) { /* more and more of them at 0, and then at 1 */
        struct hr_draws one = hr_draws(hr_stream(3, 1), k, 9), other = one;
        const uint32_t chosen =
            hr_balance_choose(HR_BALANCE_LEAST_OUTSTANDING, &v, &one, 0, NULL);

        assert_int_equal(hr_balance_least(&f.least, 0, MOST, &other), chosen);
        if (k < 2 * MOST)
            set(&f, (uint32_t)(k * 7 % MOST), (uint32_t)(k / MOST));
        else if (k < 3000)
            set(&f, chosen, f.number[chosen] + 1);
        else if (chosen != HR_BALANCE_NONE)
            set(&f, chosen, HR_LEAST_OUT);
    }
    assert_int_equal(hr_least_in(&f.least, 0, MOST).many, 0);
    hr_arena_destroy(f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_there_at_first_and_when_cleared),
        cmocka_unit_test(finds_what_a_scan_finds_in_any_range),
        cmocka_unit_test(the_choice_is_that_of_the_policy_with_the_same_draws),
    };
    return cmocka_run_group_tests_name("least", tests, NULL, NULL);
}
