/* tests/models/test_queue.c - what a queue promises, every instant by hand. */
#include "tests/support/messaged.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const hr_time one[] = {MS(1000)};

static struct hr_queue_conf *setting(struct tiny *t)
{
    tiny_init(t, 600 * HR_SECOND);
    return messaged_queue(t, "emails");
}

/* Somebody takes from it and needs `s` seconds for a message. */
static void consumer(struct tiny *t, int64_t concurrency, double s)
{
    const struct hr_step wait = tiny_wait(s * 1000);

    messaged_consumer(t, "mailer", "emails", concurrency);
    messaged_do(t, 1, &wait);
}

static void a_message_is_handed_over_at_once_and_done(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t);
    consumer(&t, 1, 2);
    messaged_clients(&t, "emails", 1, one);
    const struct hr_record *r = tiny_run(&t);
    const struct hr_mail_record *m = messaged_mail(&t, r, "emails");
    assert_int_equal(m->in, 1);
    assert_int_equal(m->done, 1);
    assert_int_equal(m->redelivered, 0);
    assert_int_equal(r->rows[0].completed, 1);
    assert_int_equal(r->rows[0].completion.max, MS(2000));
    assert_int_equal(r->rows[0].latency.max, 0); /* the client does not wait for it */
    tiny_free(&t);
}

static void what_failed_is_handed_over_again_when_it_is_visible(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t);
    consumer(&t, 2, 20);
    tiny_disturb(&t, HR_VERB_FAIL, tiny_component(&t, "mailer"), 0, MS(5000));
    messaged_clients(&t, "emails", 1, one);
    const struct hr_record *r = tiny_run(&t);
    const struct hr_mail_record *m = messaged_mail(&t, r, "emails");
    /* It fails at once at 1 s, is hidden until 31 s, and done at 51 s. */
    assert_int_equal(m->handed, 2);
    assert_int_equal(m->redelivered, 1);
    assert_int_equal(m->done, 1);
    assert_int_equal(r->rows[0].completion.max, MS(50000));
    tiny_free(&t);
}

static void an_answer_after_somebody_else_took_it_does_not_count(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t)->visibility = 40 * HR_SECOND;
    consumer(&t, 2, 50);
    messaged_clients(&t, "emails", 1, one);
    const struct hr_record *r = tiny_run(&t);
    /* Taken at 1 s, at 41 s, and by whom was first free (51 s) at 81 s: nobody is in time, and
     * so on for ever. */
    assert_int_equal(messaged_mail(&t, r, "emails")->done, 0);
    assert_int_equal(r->rows[0].outstanding, 1);
    assert_int_equal(messaged_mail(&t, r, "emails")->handed, 15);
    tiny_free(&t);
}

static void a_late_answer_counts_when_nobody_else_took_it(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t);
    consumer(&t, 1, 50);
    messaged_clients(&t, "emails", 1, one);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(messaged_mail(&t, r, "emails")->handed, 1);
    assert_int_equal(r->rows[0].completion.max, MS(50000));
    tiny_free(&t);
}

/* As for calls: what came too late is not an answer, whatever it was good for. */
static void was_taken_in_vain_if_it_came_back_before_it_was_done(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t);
    consumer(&t, 1, 50);
    messaged_clients(&t, "emails", 1, one);
    const struct hr_record *r = tiny_run(&t);
    const struct hr_taken_record *taken = &r->parts[tiny_component(&t, "mailer")].taken;
    assert_int_equal(messaged_mail(&t, r, "emails")->done, 1);
    assert_int_equal(taken->handed, 1);
    assert_int_equal(taken->done, 0);
    assert_int_equal(taken->in_vain, 1);
    tiny_free(&t);
}

static void is_given_up_after_its_receives(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, 600 * HR_SECOND);
    messaged_queue(&t, "undelivered");
    struct hr_queue_conf *conf = messaged_queue(&t, "emails");
    conf->visibility = 10 * HR_SECOND;
    conf->receives = 3;
    conf->dead_letters = messaged_op(&t, "undelivered");
    consumer(&t, 5, 1);
    tiny_disturb(&t, HR_VERB_FAIL, tiny_component(&t, "mailer"), 0, 600 * HR_SECOND);
    messaged_clients(&t, "emails", 1, one);
    const struct hr_record *r = tiny_run(&t);
    const struct hr_mail_record *m = messaged_mail(&t, r, "emails");
    assert_int_equal(m->handed, 3);
    assert_int_equal(m->dead, 1);
    assert_int_equal(m->oldest,
                     30 * HR_SECOND); /* taken at 1, 11, 21 s; given up at 31 s */
    assert_int_equal(messaged_mail(&t, r, "undelivered")->in, 1);
    assert_int_equal(messaged_mail(&t, r, "undelivered")->waiting, 1);
    assert_int_equal(messaged_mail(&t, r, "undelivered")->oldest, MS(600000 - 31000));
    assert_int_equal(r->rows[0].dead_lettered, 1);
    assert_int_equal(r->rows[0].completed, 0);
    assert_int_equal(r->rows[0].completion.infinite, 1);
    tiny_free(&t);
}

static void is_dropped_after_its_retention(void **unused)
{
    static const hr_time two[] = {MS(1000), MS(15000)};
    struct tiny t;

    (void)unused;
    setting(&t)->retention = 60 * HR_SECOND;
    messaged_clients(&t, "emails", 2, two);
    const struct hr_record *r = tiny_run(&t);
    const struct hr_mail_record *m = messaged_mail(&t, r, "emails");
    assert_int_equal(m->expired, 2);
    assert_int_equal(m->oldest, 60 * HR_SECOND);
    assert_int_equal(r->rows[0].dead_lettered, 2);
    assert_int_equal(messaged_gauge(&t, r, "emails", HR_QUEUE_VISIBLE), 2);
    assert_int_equal(r->parts[0].gauges[HR_QUEUE_VISIBLE].level, 0);
    tiny_free(&t);
}

/* The oldest is 19 s old at the end of the second bucket of ten seconds. */
static void shows_the_age_of_the_oldest_over_time(void **unused)
{
    static const hr_time two[] = {MS(1000), MS(12000)};
    struct tiny t;

    (void)unused;
    setting(&t);
    consumer(&t, 1, 25);
    messaged_clients(&t, "emails", 2, two);
    const struct hr_record *r = tiny_run(&t);
    const struct hr_mail_record *m = messaged_mail(&t, r, "emails");
    const hr_time b = r->bucket;
    assert_int_equal(b, 2 * HR_SECOND);
    assert_int_equal(m->oldest_series[0], HR_SECOND);
    assert_int_equal(m->oldest_series[9], 19 * HR_SECOND);
    assert_int_equal(m->oldest_series[12], 25 * HR_SECOND); /* the first is done at 26 s */
    assert_int_equal(m->oldest_series[13], 16 * HR_SECOND);
    assert_int_equal(m->oldest_series[24], 38 * HR_SECOND);
    assert_int_equal(m->oldest_series[25], 39 * HR_SECOND); /* the second at 51 s */
    assert_int_equal(m->oldest_series[26], 0);
    assert_int_equal(m->oldest, 39 * HR_SECOND);
    tiny_free(&t);
}

static void whoever_calls_waits_for_its_latency(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t)->latency = hr_law_constant(0.05);
    consumer(&t, 1, 2);
    tiny_service(&t, "shop");
    const struct hr_step call = tiny_call(&t, messaged_op(&t, "emails"), tiny_plain());
    tiny_clients(&t, tiny_op(&t, "buy", 1, &call), tiny_plain(), 1, one);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].latency.max, MS(50));
    assert_int_equal(r->rows[0].completion.max, MS(2050));
    tiny_free(&t);
}

static void
what_it_keeps_survives_its_loss_and_what_is_sent_meanwhile_does_not(void **unused)
{
    static const hr_time three[] = {MS(1000), MS(2000), MS(8000)};
    struct tiny t;

    (void)unused;
    setting(&t);
    consumer(&t, 1, 3);
    tiny_disturb(&t, HR_VERB_LOSE, 0, MS(3000), MS(10000));
    messaged_clients(&t, "emails", 3, three);
    const struct hr_record *r = tiny_run(&t);
    /* The first is done at 4 s, the second handed over when the queue is back at 13 s. */
    assert_int_equal(messaged_mail(&t, r, "emails")->in, 2);
    assert_int_equal(r->rows[0].completed, 2);
    assert_int_equal(r->rows[0].completion.max, MS(14000));
    assert_int_equal(r->rows[0].dead_lettered, 1);
    tiny_free(&t);
}

static void the_oldest_is_handed_over_first_also_when_it_came_back(void **unused)
{
    static const hr_time at[] = {MS(1000), MS(2000), MS(3000),
                                 MS(4000), MS(4100), MS(4200)};
    struct tiny t;

    (void)unused;
    setting(&t)->visibility = 10 * HR_SECOND;
    consumer(&t, 1, 4);
    messaged_clients(&t, "emails", 6, at);
    tiny_disturb(&t, HR_VERB_FAIL, tiny_component(&t, "mailer"), 0, MS(1500));
    const struct hr_record *r = tiny_run(&t);
    /* The first fails and is back at 11 s, when the fourth is being worked on; it is done at
     * 18 s, and the last, sent at 4.2 s, at 26 s. */
    assert_int_equal(r->rows[0].completed, 6);
    assert_int_equal(r->rows[0].completion.max, MS(26000 - 4200));
    tiny_free(&t);
}

/* 25 sends; ten at a time are received and deleted: 1 + 10 + 10 + 4, as they come at once. */
static void bills_ten_messages_received_or_deleted_as_one_request(void **unused)
{
    hr_time at[25];
    struct tiny t;

    (void)unused;
    setting(&t);
    const struct hr_step wait = tiny_wait(100);
    messaged_consumer(&t, "mailer", "emails", 1)->from->batch = 10;
    messaged_do(&t, 1, &wait);
    for (uint32_t i = 0; i < 25; i++)
        at[i] = MS(1000);
    messaged_clients(&t, "emails", 25, at);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(messaged_usage(&t, r, "emails", HR_QUEUE_REQUESTS), 25 + 4 + 4);
    tiny_free(&t);
}

static void bills_a_request_for_each_64_kib(void **unused)
{
    struct tiny t;

    (void)unused;
    struct hr_queue_conf *conf = setting(&t);
    conf->size = hr_law_constant(131073); /* two chunks and a byte */
    conf->sized = true;
    consumer(&t, 1, 1);
    messaged_clients(&t, "emails", 1, one);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(messaged_usage(&t, r, "emails", HR_QUEUE_REQUESTS), 3 + 3 + 1);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_handed_over_at_once_and_done),
        cmocka_unit_test(what_failed_is_handed_over_again_when_it_is_visible),
        cmocka_unit_test(an_answer_after_somebody_else_took_it_does_not_count),
        cmocka_unit_test(a_late_answer_counts_when_nobody_else_took_it),
        cmocka_unit_test(was_taken_in_vain_if_it_came_back_before_it_was_done),
        cmocka_unit_test(is_given_up_after_its_receives),
        cmocka_unit_test(is_dropped_after_its_retention),
        cmocka_unit_test(shows_the_age_of_the_oldest_over_time),
        cmocka_unit_test(whoever_calls_waits_for_its_latency),
        cmocka_unit_test(
            what_it_keeps_survives_its_loss_and_what_is_sent_meanwhile_does_not),
        cmocka_unit_test(the_oldest_is_handed_over_first_also_when_it_came_back),
        cmocka_unit_test(bills_ten_messages_received_or_deleted_as_one_request),
        cmocka_unit_test(bills_a_request_for_each_64_kib),
    };
    return cmocka_run_group_tests_name("queue", tests, NULL, NULL);
}
