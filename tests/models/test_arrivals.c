/* tests/models/test_arrivals.c - what clients promise of the times between arrivals.
 *
 * Statistical tests have a fixed seed and a false-alarm rate of about 1e-6. */
#include "sim/system/purpose.h"
#include "tests/support/asked.h"
#include "tests/support/validate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <gsl/gsl_cdf.h>

static void constant_times_between_arrivals_are_a_clock(void **unused)
{
    static struct asked s;
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 0.5, 100 * HR_SECOND);
    conf->gap = hr_law_constant(2);
    asked_in(&t, &s);
    tiny_free(&t);
    assert_in_range(s.n, 49, 50);
    for (size_t i = 0; i < s.n; i++)
        assert_true(fabs(s.at[i] - 2.0 * (double)(i + 1)) < 1e-8);
}

/* The n requests of s from `from` on are numbers `first` and on of ten a second, from `begin`:
 * to the bit as drawn one by one. */
static void assert_drawn(const struct tiny *t, const struct asked *s, size_t from, size_t n,
                         uint64_t first, const struct hr_law *gap, hr_time begin)
{
    const uint64_t name_key = t->components[t->plan.n_components - 1].name_key;
    const struct hr_law unit = hr_law_scale(*gap, 1.0 / hr_law_mean(gap));
    double epochs = 0;

    for (uint64_t i = 0; i < n; i++) {
        const uint64_t key = hr_mix(name_key, first + i);
        struct hr_draws d =
            hr_draws(hr_stream(1, 0), key, HR_PURPOSE(HR_FOR_MODEL, 0) ^ 1 << 16);
        epochs += hr_law_draw(&unit, &d);
        assert_true(s->key[from + i] == key);
        assert_true(s->at[from + i] == hr_time_s(begin + hr_time_from_s(epochs / 10)));
    }
}

/* Epochs are made in blocks; the warm-up has ordinals of its own. */
static void each_arrival_has_the_draw_of_its_ordinal(void **unused)
{
    const struct hr_law gaps[] = {hr_law_exponential(0.1),
                                  {.kind = HR_LAW_ERLANG, .a = 4, .b = 0.1}};
    static struct asked s;

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct tiny t;
        struct hr_clients_conf *conf = asked_setting(&t, 10, 20 * HR_SECOND);
        conf->gap = gaps[i];
        t.plan.warmup = 10 * HR_SECOND;
        asked_in(&t, &s);
        size_t warm = 0;
        while (s.at[warm] < 0)
            warm++;
        assert_in_range(warm, 50, 150);
        assert_in_range(s.n - warm, 130, 270);
        assert_drawn(&t, &s, warm, s.n - warm, 0, &gaps[i], 0);
        assert_drawn(&t, &s, 0, warm, UINT64_C(1) << 62, &gaps[i], -10 * HR_SECOND);
        tiny_free(&t);
    }
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* Kolmogorov and Smirnov: P(D sqrt(n) > 2.694) = 2 exp(-2 2.694^2) = 1e-6. */
static void times_between_arrivals_have_the_law_that_is_given(void **unused)
{
    static struct asked s;
    struct tiny t;
    double d = 0;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 4, 5000 * HR_SECOND);
    conf->gap = (struct hr_law){.kind = HR_LAW_ERLANG, .a = 4, .b = 0.25};
    asked_in(&t, &s);
    tiny_free(&t);
    const double n = (double)s.n - 1;
    for (size_t i = 0; i + 1 < s.n; i++)
        s.at[i] = s.at[i + 1] - s.at[i];
    qsort(s.at, s.n - 1, sizeof *s.at, by_size);
    for (size_t i = 0; i + 1 < s.n; i++)
        d = fmax(d, fabs(((double)i + 0.5) / n - gsl_cdf_gamma_P(s.at[i], 4, 0.25 / 4)));
    assert_true(s.n > 19000);
    assert_true(d * sqrt(n) < 2.694);
}

/* Twice as fast from 100 s on: a clock of 2 s becomes one of 1 s. */
static void shapes_stretch_the_times_between_arrivals(void **unused)
{
    struct hr_shape_step twice = {.at = 100 * HR_SECOND, .to = 2};
    struct hr_shape shape = {.steps = {1, &twice}};
    static struct asked s;
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 0.5, 200 * HR_SECOND);
    conf->gap = hr_law_constant(2);
    conf->shape = (struct hr_items){1, &shape};
    asked_in(&t, &s);
    tiny_free(&t);
    assert_in_range(s.n, 148, 150);
    for (size_t i = 51; i < s.n; i++)
        assert_true(fabs(s.at[i] - s.at[i - 1] - 1) < 1e-8);
}

static void a_batch_comes_at_once_and_is_made_of_different_requests(void **unused)
{
    static struct asked one, many;
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 0.5, 500 * HR_SECOND);
    asked_in(&t, &one);
    conf->batch = hr_law_constant(3);
    asked_in(&t, &many);
    tiny_free(&t);
    assert_int_equal(many.n, 3 * one.n);
    for (size_t i = 0; i < one.n; i++) {
        assert_true(many.key[3 * i] == one.key[i]); /* the first is who came alone */
        for (size_t k = 3 * i; k < 3 * i + 3; k++)
            assert_true(many.at[k] == one.at[i]);
        assert_true(many.key[3 * i + 1] != many.key[3 * i + 2]);
        assert_true(many.key[3 * i + 1] != many.key[3 * i]);
    }
}

/* Batches of 0, 1 .. 4: P(k) = 1/8, 1/4, 1/4, 1/4, 1/8 of a uniform law, to the nearest. */
static void sizes_of_batches_are_drawn_and_may_be_none(void **unused)
{
    static struct asked one, many;
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 1, 8000 * HR_SECOND);
    asked_in(&t, &one);
    conf->batch = (struct hr_law){.kind = HR_LAW_UNIFORM, .a = 0, .b = 4};
    asked_in(&t, &many);
    tiny_free(&t);
    /* the number of requests has variance arrivals x E(k^2 - mean^2) = 1.5 x arrivals */
    const double sd = sqrt(1.5 * (double)one.n);
    assert_true(fabs((double)many.n - 2.0 * (double)one.n) < 4.9 * sd);
}

/* 10 s of nothing, 10 s of twice the rate, whatever the phase that it starts in. */
static void levels_follow_each_other_in_a_circle(void **unused)
{
    struct hr_phase phases[] = {{.to = 0, .lasts = hr_law_constant(10)},
                                {.to = 2, .lasts = hr_law_constant(10)}};
    static struct asked s;
    struct tiny t;
    double first = -1, last = 0;
    int quiet = 0;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 10, 1000 * HR_SECOND);
    conf->modulated = (struct hr_items){2, phases};
    asked_in(&t, &s);
    tiny_free(&t);
    for (size_t i = 1; i < s.n; i++) {
        if (s.at[i] - s.at[i - 1] < 5)
            continue;
        quiet++;
        /* no arrival for 10 s, and one every 50 ms on either side */
        assert_true(s.at[i] - s.at[i - 1] > 10 && s.at[i] - s.at[i - 1] < 11.5);
        if (first < 0)
            first = s.at[i];
        last = s.at[i];
    }
    assert_in_range(quiet, 49, 51);
    assert_true(fabs(last - first - 20.0 * (quiet - 1)) < 1.5);
    assert_in_range(s.n, 9700 - 490, 10300 + 490);
}

/* A bursty class brings as many as its mean says: the count of a Markov-modulated process has
 * the variance of Poisson plus that of the level, W. Fischer and K. Meier-Hellstern 1993. */
static void bursts_bring_the_mean_over_all_levels(void **unused)
{
    struct hr_phase phases[] = {{.to = 0.2, .lasts = hr_law_exponential(8)},
                                {.to = 3.0, .lasts = hr_law_exponential(2)}};
    const double length = 20000, switches = 1.0 / 8 + 1.0 / 2;
    static struct asked s;
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 1, (hr_time)length * HR_SECOND);
    conf->modulated = (struct hr_items){2, phases};
    const double mean = hr_modulation_mean(&conf->modulated) * length;
    const struct hr_record *r = modelled_run(&t, 0);
    const double level = 0.8 * 0.2 * (3.0 - 0.2) * (3.0 - 0.2);
    const double sd = sqrt(mean + 2 * level / switches * length);
    assert_true(fabs(mean / length - 0.76) < 1e-12);
    assert_true(fabs((double)r->rows[0].valid - mean) < 4.9 * sd);
    asked_in(&t, &s);
    tiny_free(&t);
    /* and is far from Poisson: the variance of counts in windows of 10 s against their mean */
    double sum = 0, squares = 0;
    for (size_t w = 0, i = 0; w < 1500; w++) {
        double k = 0;
        for (; i < s.n && s.at[i] < 10.0 * (double)(w + 1); i++)
            k++;
        sum += k;
        squares += k * k;
    }
    assert_true(squares / 1500 - sum * sum / 1500 / 1500 > 2 * sum / 1500);
}

/* Arrivals of a class with levels that are all 1 are those of one without. */
static void levels_leave_the_draws_of_requests_alone(void **unused)
{
    struct hr_phase phases[] = {{.to = 1, .lasts = hr_law_exponential(3)},
                                {.to = 1, .lasts = hr_law_exponential(5)}};
    static struct asked plain, levels;
    struct tiny t;

    (void)unused;
    struct hr_clients_conf *conf = asked_setting(&t, 5, 500 * HR_SECOND);
    asked_in(&t, &plain);
    conf->modulated = (struct hr_items){2, phases};
    asked_in(&t, &levels);
    tiny_free(&t);
    for (size_t i = 0; i < 2000; i++) {
        assert_true(plain.key[i] == levels.key[i]);
        assert_true(fabs(plain.at[i] - levels.at[i]) < 1e-6);
    }
}

/* D/M/1 at load 0.5: 1 / (1 - sigma) with the root of sigma = exp(-2 (1 - sigma)). */
static void a_clock_in_front_of_a_queue_waits_as_gi_m_1_says(void **unused)
{
    static validate_figure *const figures[] = {validate_mean_latency};
    const struct hr_step work = modelled_work(hr_law_exponential(1));
    double x[VALIDATE_MOST];
    struct tiny t;

    (void)unused;
    tiny_init(&t, 20000 * HR_SECOND);
    t.plan.warmup = 200 * HR_SECOND;
    modelled_service(&t, "server", 1);
    struct hr_clients_conf *conf =
        modelled_clients(&t, tiny_op(&t, "job", 1, &work), tiny_plain(), 0.5);
    conf->gap = hr_law_constant(2);
    validate_plan(&t.plan, 20, 1, figures, x);
    validate_mean("DM1-50-R", x, 20, 1.25500097, 0.06);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_times_between_arrivals_are_a_clock),
        cmocka_unit_test(each_arrival_has_the_draw_of_its_ordinal),
        cmocka_unit_test(times_between_arrivals_have_the_law_that_is_given),
        cmocka_unit_test(shapes_stretch_the_times_between_arrivals),
        cmocka_unit_test(a_batch_comes_at_once_and_is_made_of_different_requests),
        cmocka_unit_test(sizes_of_batches_are_drawn_and_may_be_none),
        cmocka_unit_test(levels_follow_each_other_in_a_circle),
        cmocka_unit_test(bursts_bring_the_mean_over_all_levels),
        cmocka_unit_test(levels_leave_the_draws_of_requests_alone),
        cmocka_unit_test(a_clock_in_front_of_a_queue_waits_as_gi_m_1_says),
    };
    return cmocka_run_group_tests_name("arrivals", tests, NULL, NULL);
}
