/* tests/models/test_origin.c - where clients of several time zones come from. */
#include "models/parts/origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { PLACES = 4 };
static const double upto[PLACES] = {0.17, 0.58, 0.71, 1.0};
static const hr_time offset[PLACES] = {-8 * HR_HOUR, HR_HOUR, 5 * HR_HOUR + 30 * HR_MINUTE,
                                       9 * HR_HOUR};

/* Two shapes at once, the second upside down: their slopes add up. */
static struct hr_shape_daily days[] = {{.low = 0.1, .peak = 2.3, .peak_at = 20 * HR_HOUR},
                                       {.low = 1.9, .peak = 0.6, .peak_at = 7 * HR_HOUR}};
static const struct hr_shape shapes[] = {{.daily = &days[0]}, {.daily = &days[1]}};
static const struct hr_rate rate = {.base = 3.0, .shapes = shapes, .n_shapes = 2};

/* Every pick, from often asked to seldom, is the one by weights worked out anew. */
static void a_pick_by_old_weights_is_that_by_new_ones(void **unused)
{
    double edge[PLACES], exact_edge[PLACES];
    struct hr_origin o, exact;
    struct hr_draws d = hr_draws(11, 3, 5);

    (void)unused;
    for (hr_time gap = HR_MILLISECOND; gap < HR_DAY; gap *= 7) {
        hr_time now = -HR_MINUTE;
        int picked[PLACES] = {0};
        hr_origin_init(&o, &rate, upto, offset, edge, PLACES, now);
        hr_origin_init(&exact, &rate, upto, offset, exact_edge, PLACES, now);
        for (int k = 0; k < 50000; k++) {
            const double u = hr_draw_uniform(&d);
            const uint32_t i = hr_origin_pick(&o, u, now);
            assert_int_equal(i, hr_origin_pick_anew(&exact, u, now));
            picked[i]++;
            now += gap;
        }
        for (uint32_t i = 0; i < PLACES; i++)
            assert_true(picked[i] > 0);
    }
}

/* The worst u: at an edge as it is now, and as near to it as a double can be. */
static void a_pick_at_an_edge_is_by_new_weights(void **unused)
{
    double edge[PLACES], exact_edge[PLACES];
    struct hr_origin o, exact;

    (void)unused;
    hr_origin_init(&o, &rate, upto, offset, edge, PLACES, 0);
    hr_origin_init(&exact, &rate, upto, offset, exact_edge, PLACES, 0);
    for (hr_time now = 0; now < HR_DAY; now += 977 * HR_MILLISECOND)
        for (uint32_t i = 0; i + 1 < PLACES; i++)
            for (int ulp = -2; ulp <= 2; ulp++) {
                hr_origin_pick_anew(&exact, 0.5, now);
                const double u = exact_edge[i] / exact_edge[PLACES - 1] + ulp * 0x1p-53;
                assert_int_equal(hr_origin_pick(&o, u, now),
                                 hr_origin_pick_anew(&exact, u, now));
            }
}

static void weights_are_seldom_worked_out(void **unused)
{
    struct hr_draws d = hr_draws(11, 3, 6);
    double edge[PLACES];
    struct hr_origin o;
    int anew = 0;

    (void)unused;
    hr_origin_init(&o, &rate, upto, offset, edge, PLACES, 0);
    for (int k = 1; k <= 20000; k++) {
        const hr_time now = k * 50 * HR_MILLISECOND;
        hr_origin_pick(&o, hr_draw_uniform(&d), now);
        anew += o.weighed == now;
    }
    assert_in_range(anew, 20, 20000 / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pick_by_old_weights_is_that_by_new_ones),
        cmocka_unit_test(a_pick_at_an_edge_is_by_new_weights),
        cmocka_unit_test(weights_are_seldom_worked_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
