/* tests/models/test_function.c - what a function promises, every instant by hand. */
#include "tests/support/messaged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Clients ask a function for work of `ms`. */
static struct hr_function_conf *asked(struct tiny *t, double ms, uint32_t n,
                                      const hr_time *at)
{
    tiny_init(t, 600 * HR_SECOND);
    struct hr_function_conf *conf = messaged_function(t, "api");
    const struct hr_step work = tiny_work(ms);
    const uint32_t op = tiny_op(t, "vote", 1, &work);
    tiny_clients(t, op, tiny_plain(), n, at);
    return conf;
}

static void
the_first_is_cold_and_the_next_warm_until_it_has_been_idle_for_too_long(void **unused)
{
    /* The second comes 59.9 s after the first is done, the third 60.1 s after the second. */
    static const hr_time at[] = {MS(1000), MS(63000), MS(123200)};
    struct tiny t;

    (void)unused;
    struct hr_function_conf *conf = asked(&t, 100, 3, at);
    conf->cold_start = hr_law_constant(2);
    conf->keep_warm = 60 * HR_SECOND;
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(messaged_gauge(&t, r, "api", HR_FUNCTION_COLD_STARTS), 2);
    assert_int_equal(r->rows[0].latency.min, MS(100));
    assert_int_equal(r->rows[0].latency.max, MS(2100));
    assert_true(r->rows[0].latency.sum == (double)MS(2100 + 100 + 2100));
    assert_int_equal(r->parts[0].gauges[HR_FUNCTION_ENVIRONMENTS].level, 0);
    tiny_free(&t);
}

static void takes_the_environment_that_was_used_last(void **unused)
{
    /* Two at once, then one every 5 s: the second environment is never needed again. */
    static const hr_time at[] = {MS(1000),  MS(1000),  MS(6000),
                                 MS(11000), MS(16000), MS(21000)};
    struct tiny t;

    (void)unused;
    asked(&t, 100, 6, at)->keep_warm = 8 * HR_SECOND;
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->parts[0].gauges[HR_FUNCTION_ENVIRONMENTS].max, 2);
    assert_int_equal(messaged_gauge(&t, r, "api", HR_FUNCTION_COLD_STARTS), 2);
    /* Two until 9.1 s, then one until 29.1 s. */
    const double mean = hr_integral_mean(&r->parts[0].gauges[HR_FUNCTION_ENVIRONMENTS]);
    assert_true(mean > (2 * 8.1 + 20 - 1e-6) / 600 && mean < (2 * 8.1 + 20 + 1e-6) / 600);
    tiny_free(&t);
}

static void every_idle_environment_is_warm(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(1000), MS(1000),
                                 MS(5000), MS(5000), MS(5000)};
    struct tiny t;

    (void)unused;
    asked(&t, 100, 6, at);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(messaged_gauge(&t, r, "api", HR_FUNCTION_COLD_STARTS), 3);
    tiny_free(&t);
}

static void memory_buys_cpu(void **unused)
{
    static const hr_time at[] = {MS(1000)};
    struct tiny t;

    (void)unused;
    struct hr_function_conf *conf = asked(&t, 100, 1, at);
    conf->memory /= 4;
    hr_function_derive(conf);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].latency.max, MS(400));
    tiny_free(&t);
}

static void throttles_what_exceeds_its_concurrency(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(1010), MS(1020), MS(1200)};
    struct tiny t;

    (void)unused;
    struct hr_function_conf *conf = asked(&t, 100, 4, at);
    conf->concurrency = 2;
    hr_function_derive(conf);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].throttled, 1);
    assert_int_equal(r->rows[0].good, 3);
    assert_int_equal(messaged_gauge(&t, r, "api", HR_FUNCTION_THROTTLED), 1);
    tiny_free(&t);
}

static void begins_no_more_environments_than_its_rate_allows(void **unused)
{
    hr_time at[16];
    struct tiny t;

    (void)unused;
    for (uint32_t i = 0; i < 8; i++) {
        at[i] = MS(1000);
        at[8 + i] = MS(4500); /* 3.5 tokens later; the first five are busy still */
    }
    struct hr_function_conf *conf = asked(&t, 10000, 16, at);
    conf->scale_rate = 1;
    conf->scale_burst = 5;
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].good, 5 + 3);
    assert_int_equal(r->rows[0].throttled, 3 + 5);
    tiny_free(&t);
}

static void an_invocation_that_takes_too_long_is_stopped_with_its_environment(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(10000)};
    struct tiny t;

    (void)unused;
    struct hr_function_conf *conf = asked(&t, 5000, 2, at);
    conf->timeout = 3 * HR_SECOND;
    conf->memory = INT64_C(1000) << 20;
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].timed_out, 2);
    assert_int_equal(messaged_gauge(&t, r, "api", HR_FUNCTION_COLD_STARTS), 2);
    assert_int_equal(messaged_usage(&t, r, "api", HR_FUNCTION_COMPUTE), 2 * 3000 * 1000);
    assert_int_equal(r->parts[0].busy.level, 0);
    tiny_free(&t);
}

static void bills_requests_and_memory_by_the_millisecond(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(2000)};
    struct tiny t;

    (void)unused;
    asked(&t, 150.2, 2, at);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(messaged_usage(&t, r, "api", HR_FUNCTION_REQUESTS), 2);
    assert_int_equal(messaged_usage(&t, r, "api", HR_FUNCTION_COMPUTE), 2 * 151 * 1769);
    tiny_free(&t);
}

static void what_a_lost_environment_did_fails_and_the_next_starts_elsewhere(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(3000)};
    struct tiny t;

    (void)unused;
    asked(&t, 5000, 2, at);
    static const uint32_t zones[] = {2, 3};
    t.places[1] = (struct hr_place){.name = "r", .region = 1};
    t.places[2] = (struct hr_place){.name = "r/a", .region = 1, .is_zone = true};
    t.places[3] = (struct hr_place){.name = "r/b", .region = 1, .is_zone = true};
    t.plan.n_places = 4;
    t.components[0].place = 1;
    t.components[0].zones = (struct hr_indices){2, zones};
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_LOSE, HR_NONE, MS(2000), MS(20000));
    d->place = 2;
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].failed, 1);
    assert_int_equal(r->rows[0].good, 1);
    assert_int_equal(r->rows[0].latency.max, MS(5000));
    tiny_free(&t);
}

/* --- messages ------------------------------------------------------------------------------ */

static struct hr_function_conf *fed(struct tiny *t, double s, int64_t concurrency,
                                    uint32_t n, const hr_time *at)
{
    const struct hr_step wait = tiny_wait(s * 1000);

    tiny_init(t, 600 * HR_SECOND);
    messaged_queue(t, "emails")->visibility = 300 * HR_SECOND;
    struct hr_function_conf *conf = messaged_consumer(t, "mailer", "emails", concurrency);
    messaged_do(t, 1, &wait);
    messaged_clients(t, "emails", n, at);
    return conf;
}

static void a_batch_waits_for_its_window(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(1500), MS(2000)};
    struct tiny t;

    (void)unused;
    struct hr_function_conf *conf = fed(&t, 0.1, 5, 3, at);
    conf->from->batch = 10;
    conf->from->wait = 5 * HR_SECOND;
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(messaged_usage(&t, r, "mailer", HR_FUNCTION_REQUESTS), 1);
    /* Taken at 6 s, done one after the other, and all of them when the invocation ends. */
    assert_int_equal(r->rows[0].completion.max, MS(5300));
    assert_int_equal(r->rows[0].completion.min, MS(4300));
    assert_int_equal(messaged_usage(&t, r, "mailer", HR_FUNCTION_COMPUTE), 300 * 1769);
    tiny_free(&t);
}

static void a_full_batch_does_not_wait(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(1500), MS(2000), MS(3000)};
    struct tiny t;

    (void)unused;
    struct hr_function_conf *conf = fed(&t, 0.1, 5, 4, at);
    conf->from->batch = 3;
    conf->from->wait = 5 * HR_SECOND;
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(messaged_usage(&t, r, "mailer", HR_FUNCTION_REQUESTS), 2);
    /* Three at 2 s; the fourth waits from 3 s for a window of its own. */
    assert_int_equal(r->rows[0].completion.max, MS(5100));
    assert_int_equal(r->rows[0].completion.min, MS(300));
    tiny_free(&t);
}

/* Three messages in one invocation from 1 s on; each takes a second and then asks the bank, which
 * is lost from 2.5 s to 3.5 s: the second fails. */
static const struct hr_record *second_fails(struct tiny *t,
                                            enum hr_function_returns returns)
{
    static const hr_time at[] = {MS(1000), MS(1000), MS(1000)};

    tiny_init(t, 600 * HR_SECOND);
    tiny_service(t, "bank");
    const struct hr_step work = tiny_wait(0);
    const uint32_t charge = tiny_op(t, "charge", 1, &work);
    messaged_queue(t, "emails");
    struct hr_function_conf *conf = messaged_consumer(t, "mailer", "emails", 1);
    conf->from->batch = 3;
    conf->from->wait = HR_SECOND;
    conf->from->returns = (int)returns;
    const struct hr_step steps[] = {tiny_wait(1000), tiny_call(t, charge, tiny_plain())};
    messaged_do(t, 2, steps);
    messaged_clients(t, "emails", 3, at);
    tiny_disturb(t, HR_VERB_LOSE, 0, MS(2500), MS(1000));
    return tiny_run(t);
}

static void only_what_failed_comes_back(void **unused)
{
    struct tiny t;

    (void)unused;
    const struct hr_record *r = second_fails(&t, HR_RETURNS_FAILED);
    const struct hr_mail_record *m = messaged_mail(&t, r, "emails");
    assert_int_equal(m->handed, 4);
    assert_int_equal(m->redelivered, 1);
    /* Two are done at 4 s; the failed one is visible at 31 s, and alone, so it waits for a
     * window. */
    assert_int_equal(r->rows[0].completion.min, MS(3000));
    assert_int_equal(r->rows[0].completion.max, MS(32000));
    tiny_free(&t);
}

static void the_whole_batch_comes_back_and_nothing_is_begun_after_a_failure(void **unused)
{
    struct tiny t;

    (void)unused;
    const struct hr_record *r = second_fails(&t, HR_RETURNS_BATCH);
    const struct hr_mail_record *m = messaged_mail(&t, r, "emails");
    assert_int_equal(m->handed, 6);
    assert_int_equal(m->redelivered, 3);
    assert_int_equal(r->parts[tiny_component(&t, "bank")].in, 2 + 3);
    assert_int_equal(r->rows[0].completion.min, MS(33000));
    tiny_free(&t);
}

/* 600 messages of one second each, five at a time: 120 s, whatever the batch. */
static void a_backlog_is_gone_when_arithmetic_says(void **unused)
{
    static const int64_t batches[] = {1, 10};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        static hr_time at[600];
        struct tiny t;

        for (uint32_t k = 0; k < 600; k++)
            at[k] = MS(1000);
        fed(&t, 1, 5, 600, at)->from->batch = batches[i];
        t.plan.horizon = 300 * HR_SECOND;
        const struct hr_record *r = tiny_run(&t);
        const uint32_t mailer = tiny_component(&t, "mailer");
        assert_int_equal(r->rows[0].completed, 600);
        /* The first five of the ten came one at a time, while nobody was at work. */
        assert_in_range(r->rows[0].completion.max, MS(120000), MS(125000));
        assert_true(batches[i] > 1 || r->rows[0].completion.max == MS(120000));
        assert_int_equal(r->parts[mailer].gauges[HR_FUNCTION_BUSY].max, 5);
        assert_int_equal(messaged_mail(&t, r, "emails")->oldest, r->rows[0].completion.max);
        tiny_free(&t);
    }
}

static void messages_wait_where_requests_are_throttled(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(1000), MS(1000)};
    struct tiny t;

    (void)unused;
    struct hr_function_conf *conf = fed(&t, 1, 10, 3, at);
    conf->scale_rate = 0.1;
    conf->scale_burst = 1;
    conf->timeout = 900 * HR_SECOND;
    const struct hr_record *r = tiny_run(&t);
    /* One environment; the next may begin 10 s later, and the first is free after one. */
    assert_int_equal(messaged_mail(&t, r, "emails")->handed, 3);
    assert_int_equal(messaged_gauge(&t, r, "mailer", HR_FUNCTION_COLD_STARTS), 1);
    assert_int_equal(r->rows[0].completion.max, MS(3000));
    tiny_free(&t);
}

static void begins_with_the_token_that_it_waits_for(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(1000)};
    struct tiny t;

    (void)unused;
    struct hr_function_conf *conf = fed(&t, 60, 10, 2, at);
    conf->scale_rate = 0.1;
    conf->scale_burst = 1;
    const struct hr_record *r = tiny_run(&t);
    assert_in_range(r->rows[0].completion.max, MS(70000), MS(70000) + 10);
    tiny_free(&t);
}

static void a_time_out_ends_the_rest_of_the_batch(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(1000), MS(1000)};
    struct tiny t;

    (void)unused;
    struct hr_function_conf *conf = fed(&t, 2, 1, 3, at);
    conf->from->batch = 3;
    conf->from->wait = HR_SECOND;
    conf->timeout = 5 * HR_SECOND;
    t.plan.horizon = 100 * HR_SECOND;
    const struct hr_record *r = tiny_run(&t);
    /* Two are done after 4 s, the third is stopped after 5 s and comes back much later. */
    assert_int_equal(messaged_mail(&t, r, "emails")->done, 2);
    assert_int_equal(r->rows[0].completion.min, MS(5000));
    assert_int_equal(messaged_gauge(&t, r, "mailer", HR_FUNCTION_TIMED_OUT), 1);
    tiny_free(&t);
}

/* Lost at 2 s with what it does; the message is hidden until 301 s. */
static void a_message_survives_the_loss_of_who_works_on_it(void **unused)
{
    static const hr_time at[] = {MS(1000)};
    struct tiny t;

    (void)unused;
    fed(&t, 10, 1, 1, at);
    tiny_disturb(&t, HR_VERB_LOSE, tiny_component(&t, "mailer"), MS(2000), MS(20000));
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].completed, 1);
    assert_int_equal(r->rows[0].completion.max, MS(310000));
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            the_first_is_cold_and_the_next_warm_until_it_has_been_idle_for_too_long),
        cmocka_unit_test(takes_the_environment_that_was_used_last),
        cmocka_unit_test(every_idle_environment_is_warm),
        cmocka_unit_test(memory_buys_cpu),
        cmocka_unit_test(throttles_what_exceeds_its_concurrency),
        cmocka_unit_test(begins_no_more_environments_than_its_rate_allows),
        cmocka_unit_test(an_invocation_that_takes_too_long_is_stopped_with_its_environment),
        cmocka_unit_test(bills_requests_and_memory_by_the_millisecond),
        cmocka_unit_test(what_a_lost_environment_did_fails_and_the_next_starts_elsewhere),
        cmocka_unit_test(a_batch_waits_for_its_window),
        cmocka_unit_test(a_full_batch_does_not_wait),
        cmocka_unit_test(only_what_failed_comes_back),
        cmocka_unit_test(the_whole_batch_comes_back_and_nothing_is_begun_after_a_failure),
        cmocka_unit_test(a_backlog_is_gone_when_arithmetic_says),
        cmocka_unit_test(messages_wait_where_requests_are_throttled),
        cmocka_unit_test(begins_with_the_token_that_it_waits_for),
        cmocka_unit_test(a_time_out_ends_the_rest_of_the_batch),
        cmocka_unit_test(a_message_survives_the_loss_of_who_works_on_it),
    };
    return cmocka_run_group_tests_name("function", tests, NULL, NULL);
}
