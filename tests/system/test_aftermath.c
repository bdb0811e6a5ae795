/* tests/system/test_aftermath.c - what is left behind by what was given up, refused or lost. */
#include "tests/support/modelled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const hr_time at_zero[] = {0};

/* An operation of one first_of or together over branches that hold the only lock: one for
 * `ms` of waiting, the others for nothing at all. */
static const struct hr_record *contend(struct tiny *t, enum hr_step_kind kind,
                                       enum hr_fate fate)
{
    static struct hr_resource lock = {.name = "lock", .count = 1, .queue = -1};
    const struct hr_step w = tiny_wait(10);

    tiny_init(t, HR_SECOND);
    tiny_service(t, "app");
    t->components[0].resources = (struct hr_items){1, &lock};
    const struct hr_block inner[] = {tiny_block(t, 1, &w), tiny_block(t, 0, NULL)};
    const struct hr_step held[] = {tiny_branches(t, HR_STEP_HOLD, 1, &inner[0]),
                                   tiny_branches(t, HR_STEP_HOLD, 1, &inner[1])};
    const struct hr_block b[] = {tiny_block(t, 1, &held[0]), tiny_block(t, 1, &held[1]),
                                 tiny_block(t, 1, &held[1])};
    const struct hr_step s = tiny_branches(t, kind, 3, b);

    tiny_clients(t, tiny_op(t, "do", 1, &s), tiny_plain(), 1, at_zero);
    if (fate != HR_FATE_MODEL)
        tiny_disturb(t, HR_VERB_LOSE, 0, MS(5), MS(5))->fate = fate;
    return tiny_run(t);
}

static void a_lock_may_pass_to_a_branch_beside_the_one_that_gives_it_back(void **unused)
{
    struct tiny t;

    (void)unused;
    assert_int_equal(contend(&t, HR_STEP_FIRST_OF, HR_FATE_MODEL)->rows[0].good, 1);
    tiny_free(&t);
    assert_int_equal(contend(&t, HR_STEP_TOGETHER, HR_FATE_MODEL)->rows[0].good, 1);
    tiny_free(&t);
}

static void a_call_that_is_lost_does_not_go_on_by_the_lock_that_it_gives_back(void **unused)
{
    struct tiny t;

    (void)unused;
    const struct hr_record *r = contend(&t, HR_STEP_FIRST_OF, HR_FATE_FAIL);
    assert_int_equal(r->rows[0].failed, 1);
    assert_int_equal(r->rows[0].answered, 0);
    tiny_free(&t);
}

/* A hundred thousand calls wait for the only worker and take no time when they have it. */
static void a_long_queue_of_calls_that_end_at_once_is_no_deep_stack(void **unused)
{
    enum { CALLS = 200000 };
    static hr_time at[CALLS];
    struct tiny t;
    const struct hr_step w = tiny_wait(500);

    (void)unused;
    for (int i = 1; i < CALLS; i++)
        at[i] = MS(1);
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app")->workers = 1;
    const uint32_t slow = tiny_op(&t, "slow", 1, &w), quick = tiny_op(&t, "quick", 0, NULL);
    tiny_clients(&t, slow, tiny_plain(), 1, at);
    tiny_clients(&t, quick, tiny_plain(), CALLS - 1, at + 1);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[1].good, CALLS - 1);
    assert_int_equal(r->rows[1].answered_latency.min, MS(499));
    tiny_free(&t);
}

/* Half open after 100 ms; the probe is given up by its client. */
static void a_probe_that_is_given_up_makes_room_for_another(void **unused)
{
    const hr_time at[] = {0, MS(150), MS(200), MS(300), MS(400)};
    struct tiny t;
    struct hr_call_options o = tiny_plain();
    struct hr_breaker b = {
        .open_at = 1, .window = 1, .min_calls = 1, .open_for = MS(100), .probes = 1};
    const struct hr_step s = tiny_work(1);

    (void)unused;
    o.breaker = &b;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    const uint32_t row = tiny_clients(&t, tiny_op(&t, "do", 1, &s), o, 5, at);
    t.rows[row].deadline = MS(20);
    tiny_disturb(&t, HR_VERB_FAIL, 0, 0, MS(10))->by = 1;
    tiny_disturb(&t, HR_VERB_SLOW, 0, MS(140), MS(50))->by = 1000;
    const struct hr_record *r = tiny_run(&t);

    /* The first fails and opens it; the second is the probe, 1 s of work, given up at 170 ms;
     * the third is the next probe and closes it. */
    assert_int_equal(r->rows[0].failed, 1);
    assert_int_equal(r->rows[0].timed_out, 1);
    assert_int_equal(r->sites[0].breaker_refused, 0);
    assert_int_equal(r->rows[0].good, 3);
    tiny_free(&t);
}

/* Answers to what was asked before the breaker opened say nothing about the probe. */
static void answers_from_before_it_opened_do_not_close_a_breaker(void **unused)
{
    const hr_time at[] = {0, MS(1), MS(120), MS(140)};
    struct tiny t;
    struct hr_call_options o = tiny_plain();
    struct hr_breaker b = {
        .open_at = 1, .window = 1, .min_calls = 1, .open_for = MS(100), .probes = 1};
    const struct hr_step w = tiny_wait(130);

    (void)unused;
    o.breaker = &b;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    tiny_clients(&t, tiny_op(&t, "do", 1, &w), o, 4, at);
    tiny_disturb(&t, HR_VERB_FAIL, 0, MS(1), MS(1))->by = 1;
    const struct hr_record *r = tiny_run(&t);

    /* Asked at 0, good at 130 ms; the second opens it at 1 ms; the third is the probe, until
     * 250 ms; so the fourth, at 140 ms, is refused. */
    assert_int_equal(r->rows[0].good, 2);
    assert_int_equal(r->sites[0].breaker_refused, 1);
    tiny_free(&t);
}

static void a_hedge_that_the_breaker_refuses_is_none(void **unused)
{
    const hr_time at[] = {0, MS(1)};
    struct tiny t;
    struct hr_call_options o = tiny_plain();
    struct hr_breaker b = {
        .open_at = 1, .window = 1, .min_calls = 1, .open_for = MS(100), .probes = 1};
    struct hr_hedge h = {.after = MS(5), .copies = 1};
    const struct hr_step w = tiny_wait(10);

    (void)unused;
    o.breaker = &b;
    o.hedge = &h;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    tiny_clients(&t, tiny_op(&t, "do", 1, &w), o, 2, at);
    tiny_disturb(&t, HR_VERB_FAIL, 0, MS(1), MS(1))->by = 1;
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->sites[0].hedges, 0);
    assert_int_equal(r->sites[0].attempts, 2);
    assert_int_equal(r->rows[0].good, 1);
    tiny_free(&t);
}

/* 64 of them, so that some are sampled: the ledger compares paths with latencies. */
static void what_a_second_instance_does_over_again_is_counted_once(void **unused)
{
    enum { CALLS = 1000 };
    static hr_time at[CALLS];
    struct tiny t;
    const struct hr_step w = tiny_wait(20);

    (void)unused;
    for (int i = 0; i < CALLS; i++)
        at[i] = i;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    tiny_clients(&t, tiny_op(&t, "do", 1, &w), tiny_plain(), CALLS, at);
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_LOSE, 0, MS(10), MS(1));
    ((struct hr_fleet_conf *)(uintptr_t)t.components[0].conf)->instances = 2;
    d->extent = HR_EXTENT_COUNT;
    d->count = 1;
    d->fate = HR_FATE_RETRY;
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, CALLS);
    assert_int_equal(r->rows[0].answered_latency.max, MS(30));
    tiny_free(&t);
}

static void each_instance_placed_in_the_run_is_disturbed_then(void **unused)
{
    const hr_time at[] = {0, MS(100), MS(200)};
    struct tiny t;
    const struct hr_step s = tiny_work(1);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app")->instances = 3;
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 3, at);
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_LOSE, 0, MS(50), MS(100));
    d->extent = HR_EXTENT_EACH;
    d->every = hr_law_exponential(1e6);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 2);
    assert_int_equal(r->rows[0].refused, 1);
    assert_int_equal((int64_t)hr_integral_area(&r->parts[0].up), 3 * MS(900));
    tiny_free(&t);
}

/* One of a thousand instances is slow for a microsecond, again and again. */
static void what_ended_disturbances_held_is_given_back(void **unused)
{
    const struct hr_run_options o = {.seed = 1};
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app")->instances = 1000;
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_SLOW, 0, 0, 1000);
    d->by = 2;
    d->placed = false;
    d->random = true;
    d->every = hr_law_constant(1e-4);
    t.run = hr_run_create(&t.plan, &o);
    const size_t before = hr_run_bytes(t.run);
    while (hr_run_advance(t.run, 1000))
        ;
    assert_in_range(hr_run_bytes(t.run), before, before + 100000);
    tiny_free(&t);
}

static void a_message_that_the_network_loses_is_forgotten(void **unused)
{
    static const struct hr_link lossy = {.name = "lossy", .loss = 1};
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "mailer");
    const struct hr_step w = tiny_work(1);
    const uint32_t mail = tiny_op(&t, "mail", 1, &w);
    tiny_service(&t, "app");
    const struct hr_step s = tiny_send(&t, mail);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 1, at_zero);
    t.plan.n_places = 3;
    t.components[0].place = 1;
    t.components[1].place = 2;
    t.links[2 * 3 + 1] = &lossy;
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 1);
    assert_int_equal(r->sites[0].calls, 1);
    assert_int_equal(r->sites[0].failed, 1);
    assert_int_equal(r->parts[0].in, 0);
    tiny_free(&t);
}

/* Behind a forwarder the way is lossy, there or back; a call without patience and a message. */
static void a_forwarder_does_not_keep_what_nobody_waits_for(void **unused)
{
    static const struct hr_link lossy = {.name = "lossy", .loss = 1};
    const struct hr_step w = tiny_work(1);
    struct hr_call_options o = tiny_plain();

    (void)unused;
    o.timeout = MS(5);
    for (int way = 0; way < 2; way++) {
        struct tiny t;

        tiny_init(&t, HR_SECOND);
        tiny_service(&t, "app");
        tiny_op(&t, "do", 1, &w);
        tiny_forwarder(&t, "inner");
        tiny_forwarder(&t, "outer");
        const uint32_t op = t.plan.n_operations - 1;
        tiny_service(&t, "front");
        const struct hr_step s[] = {tiny_send(&t, op), tiny_call(&t, op, o)};
        tiny_clients(&t, tiny_op(&t, "go", 2, s), tiny_plain(), 1, at_zero);
        t.plan.n_places = 3;
        t.components[0].place = 1;
        for (uint32_t i = 1; i < 4; i++)
            t.components[i].place = 2;
        t.links[way ? 2 * 3 + 1 : 1 * 3 + 2] = &lossy;
        const struct hr_record *r = tiny_run(&t);

        assert_int_equal(r->rows[0].timed_out, 1);
        assert_int_equal(r->sites[0].failed, 1);
        for (uint32_t i = 0; i < 4; i++)
            assert_int_equal(r->parts[i].in_flight_end, 0);
        tiny_free(&t);
    }
}

static void time_goes_on_for_users_who_are_refused_and_do_not_think(void **unused)
{
    const struct hr_step w = tiny_work(1);
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    modelled_service(&t, "server", 1);
    struct hr_clients_conf *conf =
        modelled_clients(&t, tiny_op(&t, "job", 1, &w), tiny_plain(), 0);
    conf->users = 1;
    conf->think = hr_law_constant(0);
    tiny_disturb(&t, HR_VERB_LOSE, 0, 0, MS(500));
    const struct hr_record *r = modelled_run(&t, 0);

    assert_int_equal(r->rows[0].refused, 500);
    assert_int_equal(r->rows[0].good, 500);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_may_pass_to_a_branch_beside_the_one_that_gives_it_back),
        cmocka_unit_test(a_call_that_is_lost_does_not_go_on_by_the_lock_that_it_gives_back),
        cmocka_unit_test(a_long_queue_of_calls_that_end_at_once_is_no_deep_stack),
        cmocka_unit_test(a_probe_that_is_given_up_makes_room_for_another),
        cmocka_unit_test(answers_from_before_it_opened_do_not_close_a_breaker),
        cmocka_unit_test(a_hedge_that_the_breaker_refuses_is_none),
        cmocka_unit_test(what_a_second_instance_does_over_again_is_counted_once),
        cmocka_unit_test(each_instance_placed_in_the_run_is_disturbed_then),
        cmocka_unit_test(what_ended_disturbances_held_is_given_back),
        cmocka_unit_test(a_message_that_the_network_loses_is_forgotten),
        cmocka_unit_test(a_forwarder_does_not_keep_what_nobody_waits_for),
        cmocka_unit_test(time_goes_on_for_users_who_are_refused_and_do_not_think),
    };
    return cmocka_run_group_tests_name("aftermath", tests, NULL, NULL);
}
