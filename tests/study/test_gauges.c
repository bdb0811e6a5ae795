/* tests/study/test_gauges.c - what components show over time, from runs to results. */
#include "sim/study/collect.h"
#include "tests/support/messaged.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { HORIZON_S = 600 };
static const struct hr_run_options first = {.seed = 1, .replication = 1};

/* Three mails at 1 s; who takes them needs a second for each.  The first is taken alone, and the
 * others together; in the other design they wait for a batch that never fills, until 300 s have
 * passed, and are taken together. */
static void make(struct tiny *t, hr_time wait)
{
    static const hr_time at[] = {MS(1000), MS(1000), MS(1000)};

    tiny_init(t, (hr_time)HORIZON_S * HR_SECOND);
    messaged_queue(t, "mails");
    struct hr_function_conf *mailer = messaged_consumer(t, "mailer", "mails", 1);
    mailer->from->batch = wait > 0 ? 10 : 3;
    mailer->from->wait = wait;
    const struct hr_step work = tiny_wait(1000);
    messaged_do(t, 1, &work);
    messaged_clients(t, "mails", 3, at);
}

static double at(const struct hr_results *r, const char *path, size_t a, size_t b, size_t c)
{
    const struct hr_var *v = hr_results_find(r, path);
    const size_t index[] = {a, b, c};

    assert_non_null(v);
    return hr_var_at(r, v, index);
}

static size_t gauge(const struct hr_results *r, const char *label)
{
    const int64_t k = hr_dim_index(hr_results_dim(r, "gauge"), label);

    assert_true(k >= 0);
    return (size_t)k;
}

static bool near(double x, double y)
{
    return fabs(x - y) <= 1e-9;
}

static void levels_are_those_of_the_runs_and_zeros_are_left_out(void **unused)
{
    struct tiny t[2];
    struct hr_design designs[2];

    (void)unused;
    memset(t, 0, sizeof t);
    make(&t[0], 0);
    make(&t[1], 300 * HR_SECOND);
    for (size_t i = 0; i < 2; i++)
        designs[i] = (struct hr_design){.name = i ? "slow" : "fast", .plan = &t[i].plan};
    const struct hr_scenario s = {.name = "Mails", .designs = designs, .n_designs = 2};
    struct hr_collector *c = hr_collector_create(&s, 1, 1);
    for (uint32_t i = 0; i < 2; i++)
        hr_collector_add(c, i, tiny_run_with(&t[i], &first));
    struct hr_results *r =
        hr_collector_results(c, t[0].arena, "headroom run mails.yaml", 0);

    const size_t visible = gauge(r, "mails.visible"), taken = gauge(r, "mails.in_flight");
    /* Nothing is given up, in either. */
    assert_true(hr_dim_index(hr_results_dim(r, "gauge"), "mails.dead") < 0);
    assert_string_equal(hr_var_text(r, hr_results_find(r, "gauges/unit"), &visible),
                        "messages");
    assert_string_equal(hr_var_text(r, hr_results_find(r, "gauges/component"), &visible),
                        "mails");
    /* Alone for one second, two for two; three for three. */
    assert_true(near(at(r, "gauges/mean", 0, taken, 0), 5.0 / HORIZON_S));
    assert_true(near(at(r, "gauges/mean", 1, taken, 0), 9.0 / HORIZON_S));
    assert_true(
        near(at(r, "gauges/mean_by_replication", 1, 0, visible), 3.0 * 300.0 / HORIZON_S));
    assert_true(near(at(r, "gauges/most", 1, visible, 0), 3.0));
    const double bucket = hr_results_dim(r, "time")->numbers[1];
    const size_t early = (size_t)(2.0 / bucket), late = (size_t)(302.0 / bucket);
    assert_true(near(at(r, "gauges/over_time", 1, late, taken), 3.0));
    assert_true(near(at(r, "gauges/over_time", 1, early, taken), 0.0));
    assert_true(near(at(r, "gauges/over_time", 0, early, taken), 2.0));
    hr_collector_destroy(c);
    tiny_free(&t[0]);
    tiny_free(&t[1]);
}

static void of_components_that_show_nothing_there_is_no_group(void **unused)
{
    struct tiny t;
    struct hr_design design = {.name = "base", .plan = &t.plan};
    const struct hr_scenario s = {.name = "Quiet", .designs = &design, .n_designs = 1};

    (void)unused;
    memset(&t, 0, sizeof t);
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "idle");
    struct hr_collector *c = hr_collector_create(&s, 1, 1);
    hr_collector_add(c, 0, tiny_run_with(&t, &first));
    struct hr_results *r = hr_collector_results(c, t.arena, "headroom run quiet.yaml", 0);

    assert_null(hr_results_dim(r, "gauge"));
    assert_null(hr_results_find(r, "gauges/mean"));
    hr_collector_destroy(c);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_those_of_the_runs_and_zeros_are_left_out),
        cmocka_unit_test(of_components_that_show_nothing_there_is_no_group),
    };
    return cmocka_run_group_tests_name("gauges", tests, NULL, NULL);
}
