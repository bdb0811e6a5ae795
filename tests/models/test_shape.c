/* tests/models/test_shape.c - what shapes and arrivals promise. */
#include "models/parts/shape.h"
#include "sim/engine/law.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void near_to(double x, double expected, double tolerance)
{
    if (!(fabs(x - expected) <= tolerance))
        fail_msg("%.17g is not %.17g within %g", x, expected, tolerance);
}

static struct hr_shape spike(struct hr_shape_spike *s)
{
    return (struct hr_shape){.spike = s};
}

static void a_spike_is_a_trapezium_on_top_of_one(void **unused)
{
    struct hr_shape_spike s = {.at = 100 * HR_SECOND,
                               .to = 8.0,
                               .rise = 20 * HR_SECOND,
                               .hold = 50 * HR_SECOND,
                               .fall = 10 * HR_SECOND};
    const struct hr_shape shape = spike(&s);
    const struct hr_rate r = {.base = 3.5, .shapes = &shape, .n_shapes = 1};

    (void)unused;
    near_to(hr_rate_at(&r, 99 * HR_SECOND, HR_AFTER), 3.5, 0);
    near_to(hr_rate_at(&r, 110 * HR_SECOND, HR_AFTER), 3.5 * 4.5, 1e-12);
    near_to(hr_rate_at(&r, 120 * HR_SECOND, HR_AFTER), 3.5 * 8, 1e-12);
    near_to(hr_rate_at(&r, 170 * HR_SECOND, HR_BEFORE), 3.5 * 8, 1e-12);
    near_to(hr_rate_at(&r, 178 * HR_SECOND, HR_AFTER), 3.5 * 2.4, 1e-12);
    near_to(hr_rate_at(&r, 180 * HR_SECOND, HR_AFTER), 3.5, 0);
    /* 1 everywhere, plus 7 over hold and half of the slopes */
    near_to(hr_rate_integral(&r, 0, 300 * HR_SECOND), 3.5 * (300 + 7 * (50 + 15)), 1e-9);
}

static void a_jump_has_a_left_and_a_right_limit(void **unused)
{
    struct hr_shape_spike s = {.at = HR_MINUTE, .to = 5.0, .hold = HR_MINUTE};
    const struct hr_shape shape = spike(&s);
    const struct hr_rate r = {.base = 2.0, .shapes = &shape, .n_shapes = 1};

    (void)unused;
    near_to(hr_rate_at(&r, HR_MINUTE, HR_BEFORE), 2.0, 0);
    near_to(hr_rate_at(&r, HR_MINUTE, HR_AFTER), 10.0, 0);
    near_to(hr_rate_at(&r, 2 * HR_MINUTE, HR_BEFORE), 10.0, 0);
    near_to(hr_rate_at(&r, 2 * HR_MINUTE, HR_AFTER), 2.0, 0);
}

static void steps_hold_from_their_time_on(void **unused)
{
    struct hr_shape_step list[] = {{.at = 10 * HR_SECOND, .to = 0.25},
                                   {.at = 30 * HR_SECOND, .to = 4.0},
                                   {.at = 40 * HR_SECOND, .to = 0.0}};
    const struct hr_shape shape = {.steps = {3, list}};
    const struct hr_rate r = {.base = 8.0, .shapes = &shape, .n_shapes = 1};

    (void)unused;
    near_to(hr_rate_at(&r, 10 * HR_SECOND, HR_BEFORE), 8.0, 0);
    near_to(hr_rate_at(&r, 10 * HR_SECOND, HR_AFTER), 2.0, 0);
    near_to(hr_rate_at(&r, 35 * HR_SECOND, HR_AFTER), 32.0, 0);
    near_to(hr_rate_integral(&r, 0, HR_HOUR), 8 * (10 + 20 * 0.25 + 10 * 4.0), 1e-9);
}

static void a_ramp_keeps_its_end(void **unused)
{
    struct hr_shape_ramp p = {
        .at = 60 * HR_SECOND, .from = 0.5, .to = 2.5, .over = 40 * HR_SECOND};
    const struct hr_shape shape = {.ramp = &p};
    const struct hr_rate r = {.base = 1.5, .shapes = &shape, .n_shapes = 1};

    (void)unused;
    near_to(hr_rate_at(&r, 0, HR_AFTER), 0.75, 0);
    near_to(hr_rate_at(&r, 90 * HR_SECOND, HR_AFTER), 1.5 * 2.0, 1e-12);
    near_to(hr_rate_at(&r, HR_DAY, HR_AFTER), 3.75, 0);
    near_to(hr_rate_integral(&r, 0, 200 * HR_SECOND), 1.5 * (30 + 60 + 250), 1e-9);
}

/* Monday 2026-11-23 00:00 UTC. */
static const int64_t monday = INT64_C(1795392000);

static void a_day_peaks_at_the_clients_local_time(void **unused)
{
    struct hr_shape_daily d = {.low = 0.4, .peak = 1.6, .peak_at = 20 * HR_HOUR};
    const struct hr_shape shape = {.daily = &d};
    const struct hr_zone_share zones[] = {{-5 * HR_HOUR, 1.0}};
    const struct hr_rate r = {.base = 100,
                              .shapes = &shape,
                              .n_shapes = 1,
                              .zones = zones,
                              .n_zones = 1,
                              .start = monday};

    (void)unused;
    /* 20:00 five hours behind UTC is 01:00 UTC */
    near_to(hr_rate_at(&r, HR_HOUR, HR_AFTER), 160, 1e-9);
    near_to(hr_rate_at(&r, 13 * HR_HOUR, HR_AFTER), 40, 1e-9);
    near_to(hr_rate_at(&r, 7 * HR_HOUR, HR_AFTER), 100, 1e-9);
}

static void a_day_starts_where_the_scenario_does(void **unused)
{
    struct hr_shape_daily d = {.low = 0.4, .peak = 1.6, .peak_at = 20 * HR_HOUR};
    const struct hr_shape shape = {.daily = &d};
    const struct hr_rate r = {
        .base = 100, .shapes = &shape, .n_shapes = 1, .start = monday + 14 * 3600};

    (void)unused;
    near_to(hr_rate_at(&r, 6 * HR_HOUR, HR_AFTER), 160, 1e-9);
    near_to(hr_rate_at(&r, 30 * HR_HOUR, HR_AFTER), 160, 1e-9);
}

static void a_whole_day_brings_the_mean_of_low_and_peak(void **unused)
{
    struct hr_shape_daily d = {.low = 0.3, .peak = 1.9, .peak_at = 13 * HR_HOUR};
    const struct hr_shape shape = {.daily = &d};
    const struct hr_zone_share zones[] = {{0, 0.25}, {3 * HR_HOUR + 30 * HR_MINUTE, 0.75}};
    const struct hr_rate r = {.base = 7,
                              .shapes = &shape,
                              .n_shapes = 1,
                              .zones = zones,
                              .n_zones = 2,
                              .start = monday};

    (void)unused;
    near_to(hr_rate_integral(&r, 0, HR_DAY), 7 * 1.1 * 86400, 1e-6);
}

static void before_zero_the_rate_is_that_of_zero(void **unused)
{
    struct hr_shape_step list[] = {{.at = 0, .to = 3.0}};
    const struct hr_shape shape = {.steps = {1, list}};
    const struct hr_rate r = {.base = 2.0, .shapes = &shape, .n_shapes = 1};

    (void)unused;
    near_to(hr_rate_at(&r, -HR_HOUR, HR_BEFORE), 6.0, 0);
    near_to(hr_rate_integral(&r, -100 * HR_SECOND, 100 * HR_SECOND), 1200, 1e-9);
}

static void shapes_multiply(void **unused)
{
    struct hr_shape_ramp p = {.at = 0, .from = 1, .to = 3, .over = 600 * HR_SECOND};
    struct hr_shape_spike s = {.at = 0, .to = 3, .rise = 600 * HR_SECOND, .hold = HR_HOUR};
    const struct hr_shape shapes[] = {{.ramp = &p}, {.spike = &s}};
    const struct hr_rate r = {.base = 1, .shapes = shapes, .n_shapes = 2};

    (void)unused;
    near_to(hr_rate_at(&r, 300 * HR_SECOND, HR_AFTER), 4, 1e-12);
    /* (1 + x)^2 over x in 0..2, cut into ten chords: 26/3 of 300 s, plus 10 x (0.2)^3 / 6 */
    near_to(hr_rate_integral(&r, 0, 600 * HR_SECOND), 300 * (26.0 / 3 + 0.08 / 6), 1e-9);
}

static void curves_are_cut_into_minutes_and_lines_are_not(void **unused)
{
    struct hr_shape_daily d = {.low = 0.3, .peak = 1.9, .peak_at = 13 * HR_HOUR};
    struct hr_shape_ramp p = {.at = 90 * HR_SECOND, .from = 1, .to = 3, .over = HR_HOUR};
    const struct hr_shape curved[] = {{.daily = &d}, {.ramp = &p}};
    const struct hr_shape straight[] = {{.ramp = &p}};
    const struct hr_rate c = {.base = 1, .shapes = curved, .n_shapes = 2};
    const struct hr_rate l = {.base = 1, .shapes = straight, .n_shapes = 1};

    (void)unused;
    assert_int_equal(hr_rate_next_break(&c, 0), HR_MINUTE);
    assert_int_equal(hr_rate_next_break(&c, HR_MINUTE), 90 * HR_SECOND);
    assert_int_equal(hr_rate_next_break(&c, 90 * HR_SECOND), 2 * HR_MINUTE);
    assert_int_equal(hr_rate_next_break(&l, 0), 90 * HR_SECOND);
    assert_int_equal(hr_rate_next_break(&l, 90 * HR_SECOND), HR_HOUR + 90 * HR_SECOND);
    assert_int_equal(hr_rate_next_break(&l, HR_HOUR + 90 * HR_SECOND), HR_NEVER);
}

/* Everything at once: a day, a spike, a ramp through zero and a quiet hour. */
static struct hr_rate everything(void)
{
    static const struct hr_shape_step quiet[] = {{.at = 5 * HR_HOUR, .to = 0.0},
                                                 {.at = 6 * HR_HOUR, .to = 1.3}};
    static struct hr_shape_daily d = {.low = 0.4, .peak = 1.6, .peak_at = 20 * HR_HOUR};
    static struct hr_shape_spike s = {.at = 2 * HR_HOUR,
                                      .to = 8.0,
                                      .rise = 2 * HR_MINUTE,
                                      .hold = 20 * HR_MINUTE,
                                      .fall = 10 * HR_MINUTE};
    static struct hr_shape_ramp p = {
        .at = HR_HOUR, .from = 0.0, .to = 1.0, .over = HR_HOUR};
    static struct hr_shape shapes[4];

    shapes[0].daily = &d;
    shapes[1].spike = &s;
    shapes[2].ramp = &p;
    shapes[3].steps = (struct hr_items){2, (void *)(uintptr_t)quiet};
    return (struct hr_rate){.base = 2.5, .shapes = shapes, .n_shapes = 4, .start = monday};
}

static void the_rate_integrates_to_the_epochs_up_to_each_arrival(void **unused)
{
    const struct hr_rate r = everything();
    struct hr_arrivals a;
    struct hr_draws draws = hr_draws(hr_stream(1, 0), 5, 7);
    const struct hr_law law = hr_law_exponential(1.0);
    double epochs = 0.0;
    hr_time last = 0;
    int n = 0;

    (void)unused;
    hr_arrivals_init(&a, &r, NULL, 0, 12 * HR_HOUR);
    for (;; n++) {
        const double epoch = hr_law_draw(&law, &draws);
        const hr_time t = hr_arrivals_next(&a, epoch);
        if (t == HR_NEVER)
            break;
        assert_true(t >= last && t <= 12 * HR_HOUR);
        assert_false(t > 5 * HR_HOUR && t < 6 * HR_HOUR); /* rate zero */
        epochs += epoch;
        if (n % 97 == 0) /* time is rounded to 1 ns: the integral moves by rate x 1 ns */
            near_to(hr_rate_integral(&r, 0, t), epochs, 1e-6);
        last = t;
    }
    assert_true(n > 30000);
}

static void the_number_of_arrivals_is_the_integral_of_the_rate(void **unused)
{
    const struct hr_rate r = everything();
    const double expected = hr_rate_integral(&r, 0, 12 * HR_HOUR);
    struct hr_arrivals a;
    double n = 0;

    (void)unused;
    /* equal epochs of 1: the count is the integral, rounded down */
    hr_arrivals_init(&a, &r, NULL, 0, 12 * HR_HOUR);
    while (hr_arrivals_next(&a, 1.0) != HR_NEVER)
        n++;
    near_to(n, floor(expected), 0);
}

static void twice_the_rate_is_the_same_arrivals_in_half_the_time(void **unused)
{
    const struct hr_rate one = {.base = 1.7}, two = {.base = 3.4};
    struct hr_arrivals a, b;

    (void)unused;
    hr_arrivals_init(&a, &one, NULL, 0, HR_DAY);
    hr_arrivals_init(&b, &two, NULL, 0, HR_DAY);
    for (int i = 1; i < 1000; i++) {
        const double epoch = 0.37 + (double)(i % 13);
        const hr_time t = hr_arrivals_next(&a, epoch), u = hr_arrivals_next(&b, epoch);
        near_to((double)t, 2.0 * (double)u, 2.0);
    }
}

static void nothing_comes_when_the_rate_is_zero_for_good(void **unused)
{
    struct hr_shape_step list[] = {{.at = 10 * HR_SECOND, .to = 0.0}};
    const struct hr_shape shape = {.steps = {1, list}};
    const struct hr_rate r = {.base = 1.0, .shapes = &shape, .n_shapes = 1};
    struct hr_arrivals a;

    (void)unused;
    hr_arrivals_init(&a, &r, NULL, 0, HR_DAY);
    assert_int_equal(hr_arrivals_next(&a, 9.5), 9500 * HR_MILLISECOND);
    assert_int_equal(hr_arrivals_next(&a, 0.75), HR_NEVER);
}

static void the_last_moment_counts_and_nothing_after_it(void **unused)
{
    const struct hr_rate r = {.base = 2.0};
    struct hr_arrivals a;

    (void)unused;
    hr_arrivals_init(&a, &r, NULL, 0, 10 * HR_SECOND);
    assert_int_equal(hr_arrivals_next(&a, 20.0), 10 * HR_SECOND);
    hr_arrivals_init(&a, &r, NULL, 0, 10 * HR_SECOND);
    assert_int_equal(hr_arrivals_next(&a, 20.0001), HR_NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spike_is_a_trapezium_on_top_of_one),
        cmocka_unit_test(a_jump_has_a_left_and_a_right_limit),
        cmocka_unit_test(steps_hold_from_their_time_on),
        cmocka_unit_test(a_ramp_keeps_its_end),
        cmocka_unit_test(a_day_peaks_at_the_clients_local_time),
        cmocka_unit_test(a_day_starts_where_the_scenario_does),
        cmocka_unit_test(a_whole_day_brings_the_mean_of_low_and_peak),
        cmocka_unit_test(before_zero_the_rate_is_that_of_zero),
        cmocka_unit_test(shapes_multiply),
        cmocka_unit_test(curves_are_cut_into_minutes_and_lines_are_not),
        cmocka_unit_test(the_rate_integrates_to_the_epochs_up_to_each_arrival),
        cmocka_unit_test(the_number_of_arrivals_is_the_integral_of_the_rate),
        cmocka_unit_test(twice_the_rate_is_the_same_arrivals_in_half_the_time),
        cmocka_unit_test(nothing_comes_when_the_rate_is_zero_for_good),
        cmocka_unit_test(the_last_moment_counts_and_nothing_after_it),
    };
    return cmocka_run_group_tests_name("shape", tests, NULL, NULL);
}
