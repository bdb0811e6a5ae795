/* tests/system/test_workers.c - workers that are started on demand.
 *
 * Schedules are computed by hand; the mean of a random one is that of theory, judged as
 * validate.h says. */
#include "tests/support/modelled.h"
#include "tests/support/validate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { JOBS = 4 };

/* Two workers that take 10 ms to start; four jobs of 5 ms that come at `at`. */
static struct hr_service_conf *setting(struct tiny *t, const hr_time at[JOBS])
{
    const struct hr_step work = tiny_work(5);

    tiny_init(t, HR_SECOND);
    struct hr_service_conf *conf = modelled_service(t, "server", 1);
    conf->fleet.cores = 2;
    conf->fleet.workers = 2;
    conf->fleet.on_demand = true;
    conf->fleet.worker_start = hr_law_constant(0.01);
    tiny_clients(t, tiny_op(t, "job", 1, &work), tiny_plain(), JOBS, at);
    return conf;
}

static double mean_ms(const struct hr_record *r)
{
    return hr_hist_mean(&r->rows[0].latency) * 1e-6;
}

/* ms of a gauge, over the second */
static double level_ms(const struct hr_record *r, uint32_t gauge)
{
    return hr_integral_mean(&r->parts[0].gauges[gauge]) * 1000;
}

static void each_call_pays_for_a_start_when_idle_workers_stop_at_once(void **unused)
{
    const hr_time at[] = {0, MS(100), MS(200), MS(300)};
    struct tiny t;

    (void)unused;
    setting(&t, at);
    const struct hr_record *r = tiny_run(&t);
    assert_true(fabs(mean_ms(r) - 15) < 0.01);
    assert_true(fabs(level_ms(r, HR_GAUGE_WORKERS_STARTING) - 40) < 0.01);
    assert_true(fabs(level_ms(r, HR_GAUGE_WORKERS_ON) - 20) < 0.01);
    tiny_free(&t);
}

static void a_worker_that_stays_serves_the_next_without_a_start(void **unused)
{
    const hr_time at[] = {0, MS(100), MS(200), MS(400)};
    struct tiny t;

    (void)unused;
    setting(&t, at)->fleet.worker_idle = MS(95);
    const struct hr_record *r = tiny_run(&t);
    /* it is idle from 15, 105 and 205; stopped at 300; and from 415 on to 510 */
    assert_true(fabs(mean_ms(r) - (15 + 5 + 5 + 15) / 4.0) < 0.01);
    assert_true(fabs(level_ms(r, HR_GAUGE_WORKERS_STARTING) - 20) < 0.01);
    assert_true(fabs(level_ms(r, HR_GAUGE_WORKERS_ON) - (290 + 100)) < 0.01);
    tiny_free(&t);
}

static void a_start_that_is_needed_no_more_is_given_up(void **unused)
{
    const hr_time at[] = {0, MS(8), MS(11), MS(400)};
    struct tiny t;

    (void)unused;
    setting(&t, at);
    const struct hr_record *r = tiny_run(&t);
    /* the first worker starts at 0 and takes the first call at 10, the second call at 15; the
     * second worker, begun at 8 for the second call, is there at 18 for the third */
    assert_true(fabs(mean_ms(r) - (15 + 12 + 12 + 15) / 4.0) < 0.01);
    assert_true(fabs(level_ms(r, HR_GAUGE_WORKERS_STARTING) - (10 + 10 + 10)) < 0.01);
    tiny_free(&t);
}

static void the_latest_start_is_the_one_given_up(void **unused)
{
    const hr_time at[] = {0, MS(8), MS(200), MS(400)};
    struct tiny t;

    (void)unused;
    setting(&t, at);
    const struct hr_record *r = tiny_run(&t);
    /* the first worker takes the second call at 15: the start of 8 ends there, 3 ms early */
    assert_true(fabs(mean_ms(r) - (15 + 12 + 15 + 15) / 4.0) < 0.01);
    assert_true(fabs(level_ms(r, HR_GAUGE_WORKERS_STARTING) - (10 + 7 + 10 + 10)) < 0.01);
    tiny_free(&t);
}

static void no_more_are_started_than_there_can_be(void **unused)
{
    const hr_time at[] = {0, 0, 0, 0};
    struct tiny t;

    (void)unused;
    setting(&t, at);
    const struct hr_record *r = tiny_run(&t);
    assert_true(fabs(mean_ms(r) - (15 + 15 + 20 + 20) / 4.0) < 0.01);
    assert_true(fabs(level_ms(r, HR_GAUGE_WORKERS_STARTING) - 20) < 0.01);
    assert_true(fabs(level_ms(r, HR_GAUGE_WORKERS_ON) - 20) < 0.01);
    tiny_free(&t);
}

static void a_lost_instance_comes_back_without_workers(void **unused)
{
    const hr_time at[] = {0, MS(100), MS(200), MS(255)};
    struct tiny t;

    (void)unused;
    setting(&t, at)->fleet.worker_idle = 10 * HR_SECOND;
    tiny_disturb(&t, HR_VERB_LOSE, 0, MS(210), MS(20));
    const struct hr_record *r = tiny_run(&t);
    assert_true(fabs(mean_ms(r) - (15 + 5 + 5 + 15) / 4.0) < 0.01);
    assert_true(fabs(level_ms(r, HR_GAUGE_WORKERS_ON) - (200 + 735)) < 0.01);
    tiny_free(&t);
}

static double starting(const struct hr_plan *plan, const struct hr_record *r)
{
    (void)plan;
    return hr_integral_mean(&r->parts[0].gauges[HR_GAUGE_WORKERS_STARTING]);
}

/* M/M/5/setup at 1.5 arrivals a second and 10 s of set-up: A. Gandhi and others, 2013. */
static void on_average_it_is_the_queue_with_setup(void **unused)
{
    static validate_figure *const figures[] = {validate_mean_latency, starting};
    const struct hr_step work = modelled_work(hr_law_exponential(1));
    double x[2 * VALIDATE_MOST];
    struct tiny t;

    (void)unused;
    tiny_init(&t, 20000 * HR_SECOND);
    t.plan.warmup = 500 * HR_SECOND;
    struct hr_service_conf *conf = modelled_service(&t, "server", 1);
    conf->fleet.cores = 5;
    conf->fleet.workers = 5;
    conf->fleet.on_demand = true;
    conf->fleet.worker_start = hr_law_exponential(10);
    modelled_clients(&t, tiny_op(&t, "job", 1, &work), tiny_plain(), 1.5);
    validate_plan(&t.plan, 20, 2, figures, x);
    validate_mean("SETUPk-5-1.5-0.1-R", x, 20, 3.65431333, 0.15);
    validate_mean("SETUPk-5-1.5-0.1-S", x + VALIDATE_MOST, 20, 2.21589347, 0.1);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_call_pays_for_a_start_when_idle_workers_stop_at_once),
        cmocka_unit_test(a_worker_that_stays_serves_the_next_without_a_start),
        cmocka_unit_test(a_start_that_is_needed_no_more_is_given_up),
        cmocka_unit_test(the_latest_start_is_the_one_given_up),
        cmocka_unit_test(no_more_are_started_than_there_can_be),
        cmocka_unit_test(a_lost_instance_comes_back_without_workers),
        cmocka_unit_test(on_average_it_is_the_queue_with_setup),
    };
    return cmocka_run_group_tests_name("workers", tests, NULL, NULL);
}
