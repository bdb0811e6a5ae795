/* tests/system/test_calls.c - what calls promise: every instant computed by hand. */
#include "tests/support/tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <math.h>

#include <cmocka.h>

static const hr_time at_zero[] = {0};
static const hr_time ten_at_once[10];

#define LEN(a) ((uint32_t)(sizeof(a) / sizeof *(a)))

static hr_time slowest(const struct hr_record *r, uint32_t row)
{
    return r->rows[row].answered_latency.max;
}

static uint32_t one_op(struct tiny *t, const char *service, double work_ms)
{
    const struct hr_step s = tiny_work(work_ms);

    tiny_service(t, service);
    return tiny_op(t, "do", 1, &s);
}

static void a_call_takes_the_time_of_its_steps(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    const struct hr_step s[] = {tiny_work(2.5), tiny_wait(7)};
    tiny_clients(&t, tiny_op(&t, "do", 2, s), tiny_plain(), 1, at_zero);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 1);
    assert_int_equal(slowest(r, 0), MS(9.5));
    assert_int_equal(r->parts[0].work_ns, MS(2.5));
    tiny_free(&t);
}

static void a_timed_out_callee_goes_on_working(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();

    (void)unused;
    o.timeout = MS(5);
    tiny_init(&t, HR_SECOND);
    const hr_time at[] = {0, MS(100)};
    tiny_clients(&t, one_op(&t, "app", 10), o, 2, at);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].timed_out, 2);
    assert_int_equal(r->parts[0].work_ns, MS(20));
    assert_int_equal(r->parts[0].wasted_ns, MS(20));
    assert_int_equal(r->parts[0].ended[HR_OK], 2);
    tiny_free(&t);
}

static void cancellation_stops_the_callee_when_it_propagates(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();

    (void)unused;
    o.timeout = MS(5);
    o.cancel = HR_CANCEL_PROPAGATE;
    tiny_init(&t, HR_SECOND);
    tiny_clients(&t, one_op(&t, "app", 10), o, 1, at_zero);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->parts[0].work_ns, MS(5));
    assert_int_equal(r->parts[0].ended[HR_CANCELLED], 1);
    tiny_free(&t);
}

static void an_answer_at_the_same_nanosecond_beats_the_timeout(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();

    (void)unused;
    o.timeout = MS(10);
    tiny_init(&t, HR_SECOND);
    tiny_clients(&t, one_op(&t, "app", 10), o, 1, at_zero);
    assert_int_equal(tiny_run(&t)->rows[0].good, 1);
    tiny_free(&t);
}

static void a_caller_holds_its_worker_while_it_waits(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "db");
    const struct hr_step slow = tiny_wait(10);
    const uint32_t read = tiny_op(&t, "read", 1, &slow);

    tiny_service(&t, "app")->workers = 2;
    const struct hr_step s = tiny_call(&t, read, tiny_plain());
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 10, ten_at_once);
    const struct hr_record *r = tiny_run(&t);

    /* Ten calls, two at a time, 10 ms each although the app's CPU is idle. */
    assert_int_equal(slowest(r, 0), MS(50));
    tiny_free(&t);
}

static void a_full_queue_refuses_and_a_refusal_is_infinitely_late(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    struct hr_fleet_conf *f = tiny_service(&t, "app");
    f->workers = 1;
    f->queue = 3;
    const struct hr_step s = tiny_work(10);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 10, ten_at_once);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 4);
    assert_int_equal(r->rows[0].refused, 6);
    assert_int_equal(r->rows[0].latency.infinite, 6);
    assert_true(hr_hist_quantile(&r->rows[0].latency, 0.99, 1) == HUGE_VAL);
    tiny_free(&t);
}

static void retries_are_made_as_often_as_told_with_doubling_pauses(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();
    struct hr_retry retry = {.attempts = 4, .backoff = {MS(10), MS(25)}};

    (void)unused;
    o.timeout = MS(5);
    o.retry = &retry;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app")->instances = 8;
    const struct hr_step s = tiny_work(500);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), o, 1, at_zero);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].attempts, 4);
    assert_int_equal(r->sites[0].timed_out, 4);
    assert_int_equal(r->parts[0].measured_in, 4);
    /* 4 time-outs of 5 ms and pauses of 10, 20 and 25 ms: the last attempt begins at 70 ms. */
    assert_int_equal(r->parts[0].calls_series[70 / (r->bucket / 1000000)], 1);
    tiny_free(&t);
}

static void a_retry_budget_bounds_the_retries(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();
    struct hr_retry retry = {.attempts = 6, .budget = 0.1, .budget_burst = 3};
    hr_time at[100];

    (void)unused;
    for (int i = 0; i < 100; i++)
        at[i] = i * MS(1);
    o.retry = &retry;
    tiny_init(&t, HR_SECOND);
    const uint32_t op = one_op(&t, "app", 1);
    tiny_clients(&t, op, o, 100, at);
    tiny_disturb(&t, HR_VERB_FAIL, 0, 0, HR_NEVER)->by = 1;
    const struct hr_record *r = tiny_run(&t);

    /* The 3 saved up, and a tenth of the 100 calls; the first call earns into a full bucket. */
    assert_int_equal(r->rows[0].attempts, 100 + 3 + 9);
    assert_true(r->sites[0].retries_denied > 0);
    tiny_free(&t);
}

static void a_breaker_opens_refuses_and_probes(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();
    struct hr_breaker b = {
        .open_at = 0.5, .window = 10, .min_calls = 10, .open_for = MS(500), .probes = 2};
    hr_time at[1000];

    (void)unused;
    for (int i = 0; i < 1000; i++)
        at[i] = i * MS(1);
    o.breaker = &b;
    tiny_init(&t, HR_SECOND);
    const uint32_t op = one_op(&t, "app", 0.1);
    tiny_clients(&t, op, o, 1000, at);
    tiny_disturb(&t, HR_VERB_FAIL, 0, 0, MS(200))->by = 1;
    const struct hr_record *r = tiny_run(&t);

    /* Ten fail, it opens at 9 ms, lets probes through at 509 ms, and all is well again. */
    assert_int_equal(r->rows[0].failed, 10);
    assert_in_range(r->sites[0].breaker_refused, 499, 500);
    assert_int_equal(r->rows[0].good, 1000 - 10 - r->sites[0].breaker_refused);
    tiny_free(&t);
}

static void a_bulkhead_limits_calls_at_once(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();

    (void)unused;
    o.bulkhead = 4;
    tiny_init(&t, HR_SECOND);
    tiny_clients(&t, one_op(&t, "app", 1), o, 10, ten_at_once);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 4);
    assert_int_equal(r->sites[0].bulkhead_refused, 6);
    tiny_free(&t);
}

static void a_hedge_asks_again_and_the_first_answer_wins(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();
    struct hr_hedge h = {.after = MS(4), .copies = 1};

    (void)unused;
    o.hedge = &h;
    tiny_init(&t, HR_SECOND);
    struct hr_fleet_conf *f = tiny_service(&t, "app");
    f->instances = 2;
    const struct hr_step s = tiny_work(10);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), o, 1, at_zero);
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_SLOW, 0, 0, HR_NEVER);
    d->by = 10;
    d->extent = HR_EXTENT_COUNT;
    d->count = 1;
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 1);
    /* One of the two is ten times slower; which one answers first is 10 or 4 + 10 ms. */
    assert_int_equal(r->sites[0].attempts, 2);
    assert_true(slowest(r, 0) == MS(14) || slowest(r, 0) == MS(10));
    tiny_free(&t);
}

static void a_fallback_makes_a_degraded_good_answer(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();
    struct hr_when when = {0};

    (void)unused;
    tiny_init(&t, HR_SECOND);
    const uint32_t pay = one_op(&t, "payments", 1);
    tiny_service(&t, "app");
    const struct hr_step instead = tiny_work(3);
    when.block[HR_WHEN_FAIL] = tiny_block(&t, 1, &instead);
    o.when = &when;
    const struct hr_step s[] = {tiny_call(&t, pay, o), tiny_work(1)};
    tiny_clients(&t, tiny_op(&t, "do", 2, s), tiny_plain(), 1, at_zero);
    tiny_disturb(&t, HR_VERB_FAIL, 0, 0, HR_NEVER)->by = 1;
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 1);
    assert_int_equal(r->rows[0].degraded, 1);
    assert_int_equal(slowest(r, 0), MS(4));
    tiny_free(&t);
}

static void an_optional_call_may_fail(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();

    (void)unused;
    o.optional = true;
    tiny_init(&t, HR_SECOND);
    const uint32_t pay = one_op(&t, "payments", 1);
    tiny_service(&t, "app");
    const struct hr_step s = tiny_call(&t, pay, o);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 1, at_zero);
    tiny_disturb(&t, HR_VERB_FAIL, 0, 0, HR_NEVER)->by = 1;
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 1);
    assert_int_equal(r->rows[0].degraded, 1);
    tiny_free(&t);
}

static void a_client_gives_up_at_its_deadline(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();
    struct hr_retry retry = {.attempts = 100, .backoff = {MS(1), MS(1)}};

    (void)unused;
    o.timeout = MS(20);
    o.retry = &retry;
    tiny_init(&t, HR_SECOND);
    const uint32_t op = one_op(&t, "app", 900);
    const uint32_t row = tiny_clients(&t, op, o, 1, at_zero);
    t.rows[row].deadline = MS(50);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].timed_out, 1);
    assert_int_equal(r->rows[0].attempts, 3); /* at 0, 21 and 42 ms */
    tiny_free(&t);
}

static void a_propagated_deadline_drops_what_is_too_late(void **unused)
{
    struct tiny t;
    struct hr_call_options o = tiny_plain();

    (void)unused;
    o.deadline = HR_DEADLINE_PROPAGATE;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app")->workers = 1;
    const struct hr_step s = tiny_work(10);
    const uint32_t row = tiny_clients(&t, tiny_op(&t, "do", 1, &s), o, 10, ten_at_once);
    t.rows[row].deadline = MS(25);
    const struct hr_record *r = tiny_run(&t);

    /* Two are answered, the third is begun at 20 ms; the other seven are dropped unworked. */
    assert_int_equal(r->rows[0].good, 2);
    assert_int_equal(r->parts[0].work_ns, MS(30));
    tiny_free(&t);
}

static void a_late_answer_is_answered_and_not_good(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    const uint32_t row = tiny_clients(&t, one_op(&t, "app", 10), tiny_plain(), 1, at_zero);
    t.rows[row].good = MS(9);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].late, 1);
    assert_int_equal(r->rows[0].good, 0);
    assert_int_equal(r->rows[0].answered, 1);
    tiny_free(&t);
}

static void what_is_slow_at_the_horizon_is_followed_to_its_end(void **unused)
{
    struct tiny t;
    const hr_time at[] = {MS(990)};

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_clients(&t, one_op(&t, "app", 5000), tiny_plain(), 1, at);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 1);
    assert_int_equal(slowest(r, 0), MS(5000));
    assert_int_equal(r->parts[0].work_ns, 0); /* usage is cut at the horizon */
    tiny_free(&t);
}

static void what_outlasts_the_drain_is_not_good(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    t.plan.drain = HR_SECOND;
    tiny_clients(&t, one_op(&t, "app", 5000), tiny_plain(), 1, at_zero);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].unfinished, 1);
    assert_int_equal(r->rows[0].valid, 1);
    assert_int_equal(r->rows[0].latency.infinite, 1);
    tiny_free(&t);
}

static void a_forwarded_call_is_the_same_call(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    one_op(&t, "app", 10);
    tiny_forwarder(&t, "web");
    tiny_clients(&t, t.plan.n_operations - 1, tiny_plain(), 1, at_zero);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 1);
    assert_int_equal(slowest(r, 0), MS(10));
    assert_int_equal(r->parts[1].ended[HR_OK], 1);
    tiny_free(&t);
}

/* --- what is sent, and where from ---------------------------------------------------------- */

enum { FORWARDED_MOST = 80 };

/* Bytes between the clients and a forwarder [0] and between that and its target [1], of so many
 * tasks at once; there [0] and back [1]. */
static void forwarded_bytes(uint32_t n, uint64_t bytes[2][2])
{
    struct hr_op_bytes drawn = {{.kind = HR_LAW_EXPONENTIAL, .a = 1e6},
                                {.kind = HR_LAW_EXPONENTIAL, .a = 1e6}};
    static const hr_time at[FORWARDED_MOST];
    struct tiny t;

    tiny_init(&t, 10 * HR_SECOND);
    one_op(&t, "app", 10);
    struct hr_op_conf conf = *t.operations[0].conf;
    conf.bytes = &drawn;
    t.operations[0].conf = &conf;
    tiny_forwarder(&t, "web");
    tiny_clients(&t, t.plan.n_operations - 1, tiny_plain(), n, at);
    const struct hr_record *r = tiny_run(&t);
    const uint32_t from[] = {tiny_component(&t, "clients"), tiny_component(&t, "web")};

    for (int hop = 0; hop < 2; hop++) {
        bytes[hop][0] = r->parts[from[hop]].bytes_out[HR_DISTANCE_NONE];
        bytes[hop][1] = r->parts[from[hop]].bytes_in[HR_DISTANCE_NONE];
    }
    tiny_free(&t);
}

static void sizes_that_are_drawn_are_the_same_at_every_hop(void **unused)
{
    uint64_t bytes[2][2];

    (void)unused;
    forwarded_bytes(FORWARDED_MOST, bytes);
    assert_true(bytes[0][0] > 0 && bytes[0][1] > 0);
    assert_int_equal(bytes[0][0], bytes[1][0]);
    assert_int_equal(bytes[0][1], bytes[1][1]);
}

/* One task more adds the bytes of its own. */
static void every_call_and_each_way_draws_a_size_of_its_own(void **unused)
{
    uint64_t size[2 * FORWARDED_MOST], before[2] = {0, 0}, bytes[2][2];

    (void)unused;
    for (uint32_t n = 1; n <= FORWARDED_MOST; n++) {
        forwarded_bytes(n, bytes);
        for (uint32_t way = 0; way < 2; way++) {
            size[2 * (n - 1) + way] = bytes[0][way] - before[way];
            before[way] = bytes[0][way];
        }
        for (uint32_t i = 0; i < 2 * n; i++)
            for (uint32_t k = 0; k < i; k++)
                assert_int_not_equal(size[i], size[k]);
    }
}

/* Clients at 1, a forwarder at 2, what it passes on to at 3: only the links between neighbours
 * are crossed, each way by its own. */
static void a_forwarder_stands_between_its_caller_and_its_target(void **unused)
{
    static const struct hr_link links[] = {{.name = "1-2", .latency = {.a = 0.001}},
                                           {.name = "2-3", .latency = {.a = 0.020}},
                                           {.name = "3-2", .latency = {.a = 0.300}},
                                           {.name = "2-1", .latency = {.a = 4.000}}};
    struct tiny t;

    (void)unused;
    tiny_init(&t, 10 * HR_SECOND);
    t.plan.n_places = 4;
    t.links[1 * 4 + 2] = &links[0];
    t.links[2 * 4 + 3] = &links[1];
    t.links[3 * 4 + 2] = &links[2];
    t.links[2 * 4 + 1] = &links[3];
    one_op(&t, "app", 10);
    t.components[0].place = 3;
    tiny_forwarder(&t, "web");
    t.components[1].place = 2;
    one_op(&t, "shop", 0);
    t.components[2].place = 1;
    const struct hr_step ask = tiny_call(&t, 1, tiny_plain());
    tiny_clients(&t, tiny_op(&t, "buy", 1, &ask), tiny_plain(), 1, at_zero);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(slowest(r, 0), MS(4331));
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_takes_the_time_of_its_steps),
        cmocka_unit_test(a_timed_out_callee_goes_on_working),
        cmocka_unit_test(cancellation_stops_the_callee_when_it_propagates),
        cmocka_unit_test(an_answer_at_the_same_nanosecond_beats_the_timeout),
        cmocka_unit_test(a_caller_holds_its_worker_while_it_waits),
        cmocka_unit_test(a_full_queue_refuses_and_a_refusal_is_infinitely_late),
        cmocka_unit_test(retries_are_made_as_often_as_told_with_doubling_pauses),
        cmocka_unit_test(a_retry_budget_bounds_the_retries),
        cmocka_unit_test(a_breaker_opens_refuses_and_probes),
        cmocka_unit_test(a_bulkhead_limits_calls_at_once),
        cmocka_unit_test(a_hedge_asks_again_and_the_first_answer_wins),
        cmocka_unit_test(a_fallback_makes_a_degraded_good_answer),
        cmocka_unit_test(an_optional_call_may_fail),
        cmocka_unit_test(a_client_gives_up_at_its_deadline),
        cmocka_unit_test(a_propagated_deadline_drops_what_is_too_late),
        cmocka_unit_test(a_late_answer_is_answered_and_not_good),
        cmocka_unit_test(what_is_slow_at_the_horizon_is_followed_to_its_end),
        cmocka_unit_test(what_outlasts_the_drain_is_not_good),
        cmocka_unit_test(a_forwarded_call_is_the_same_call),
        cmocka_unit_test(sizes_that_are_drawn_are_the_same_at_every_hop),
        cmocka_unit_test(every_call_and_each_way_draws_a_size_of_its_own),
        cmocka_unit_test(a_forwarder_stands_between_its_caller_and_its_target),
    };
    return cmocka_run_group_tests_name("calls", tests, NULL, NULL);
}
