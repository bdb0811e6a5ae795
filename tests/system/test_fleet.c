/* tests/system/test_fleet.c - instances, steps and disturbances: every instant by hand. */
#include "tests/support/tiny.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const hr_time at_zero[] = {0};
static const hr_time two_at_once[2];
static const hr_time ten_at_once[10];

static hr_time slowest(const struct hr_record *r)
{
    return r->rows[0].answered_latency.max;
}

static hr_time fastest(const struct hr_record *r)
{
    return r->rows[0].answered_latency.min;
}

static void processor_sharing_serves_all_at_once(void **unused)
{
    struct tiny t;
    const hr_time at[] = {0, MS(4)};
    const struct hr_step s = tiny_work(10);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 2, at);
    const struct hr_record *r = tiny_run(&t);

    /* Alone for 4 ms, then half speed: the first is done at 16 ms, the second at 20 ms. */
    assert_int_equal(fastest(r), MS(16));
    assert_int_equal(slowest(r), MS(16));
    assert_int_equal((int64_t)(hr_integral_area(&r->parts[0].busy) / 1000), MS(20));
    tiny_free(&t);
}

static hr_time last_of(int discipline, double cores)
{
    struct tiny t;
    const struct hr_step s = tiny_work(10);

    tiny_init(&t, HR_SECOND);
    struct hr_fleet_conf *f = tiny_service(&t, "app");
    f->discipline = discipline;
    f->cores = cores;
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 10, ten_at_once);
    const struct hr_record *r = tiny_run(&t);
    const hr_time first = fastest(r), last = slowest(r);

    assert_int_equal(first,
                     discipline == HR_PROCESSOR_SHARING && cores < 10 ? last : MS(10));
    tiny_free(&t);
    return last;
}

static void every_discipline_conserves_work(void **unused)
{
    (void)unused;
    for (int d = HR_PROCESSOR_SHARING; d <= HR_PRIORITY; d++) {
        assert_int_equal(last_of(d, 1), MS(100));
        assert_int_equal(last_of(d, 2), MS(50));
        assert_int_equal(last_of(d, 10), MS(10));
    }
}

static hr_time first_of_second(int discipline)
{
    struct tiny t;
    const hr_time at[] = {0, MS(1)}, later[] = {MS(2)};
    const struct hr_step long_one = tiny_work(10), short_one = tiny_work(1);

    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app")->discipline = discipline;
    const uint32_t slow = tiny_op(&t, "slow", 1, &long_one);
    const uint32_t quick = tiny_op(&t, "quick", 1, &short_one);
    struct hr_op_conf urgent = *t.operations[quick].conf;
    urgent.rank = -1;
    t.operations[quick].conf = &urgent;
    tiny_clients(&t, slow, tiny_plain(), 2, at);
    tiny_clients(&t, quick, tiny_plain(), 1, later);
    const hr_time latency = tiny_run(&t)->rows[1].answered_latency.max;

    tiny_free(&t);
    return latency;
}

static void disciplines_choose_who_is_next(void **unused)
{
    (void)unused;
    assert_int_equal(first_of_second(HR_FIFO), MS(19));
    assert_int_equal(first_of_second(HR_LIFO), MS(9));
    assert_int_equal(first_of_second(HR_SHORTEST), MS(9));
    assert_int_equal(first_of_second(HR_PRIORITY), MS(9));
}

static void an_instance_is_killed_when_its_memory_is_exceeded(void **unused)
{
    struct tiny t;
    const struct hr_step s = tiny_work(10);

    (void)unused;
    tiny_init(&t, HR_MINUTE);
    struct hr_fleet_conf *f = tiny_service(&t, "app");
    f->memory = 1000;
    f->memory_base = 100;
    const uint32_t op = tiny_op(&t, "do", 1, &s);
    struct hr_op_conf conf = *t.operations[op].conf;
    conf.memory = 100; /* nine fit beside the base, the tenth kills */
    t.operations[op].conf = &conf;
    tiny_clients(&t, op, tiny_plain(), 10, ten_at_once);
    const hr_time again[] = {MS(29000), MS(31000)};
    tiny_clients(&t, op, tiny_plain(), 2, again);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->parts[0].killed, 1);
    assert_int_equal(r->rows[0].failed, 10);
    /* Down for 30 s: the call at 29 s is refused, the one at 31 s served. */
    assert_int_equal(r->rows[1].refused, 1);
    assert_int_equal(r->rows[1].good, 1);
    assert_int_equal((int64_t)hr_integral_area(&r->parts[0].up), MS(30000));
    tiny_free(&t);
}

static void memory_is_given_back_at_the_end_of_a_call(void **unused)
{
    struct tiny t;
    hr_time at[50];
    const struct hr_step s = tiny_work(1);

    (void)unused;
    for (int i = 0; i < 50; i++)
        at[i] = i * MS(2);
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app")->memory = 150;
    const uint32_t op = tiny_op(&t, "do", 1, &s);
    struct hr_op_conf conf = *t.operations[op].conf;
    conf.memory = 100;
    t.operations[op].conf = &conf;
    tiny_clients(&t, op, tiny_plain(), 50, at);
    assert_int_equal(tiny_run(&t)->rows[0].good, 50);
    tiny_free(&t);
}

/* One of two instances is lost at 5 ms for good; ten calls of 20 ms are on each. */
static const struct hr_record *lose_one(struct tiny *t, enum hr_fate fate)
{
    static const hr_time twenty[20];
    const struct hr_step s = tiny_wait(20);

    tiny_init(t, HR_SECOND);
    tiny_service(t, "app")->instances = 2;
    tiny_clients(t, tiny_op(t, "do", 1, &s), tiny_plain(), 20, twenty);
    struct hr_disturbance *d = tiny_disturb(t, HR_VERB_LOSE, 0, MS(5), HR_NEVER);
    d->extent = HR_EXTENT_COUNT;
    d->count = 1;
    d->fate = fate;
    return tiny_run(t);
}

static void a_lost_instances_calls_meet_their_declared_fate(void **unused)
{
    struct tiny t;
    const struct hr_record *r;

    (void)unused;
    r = lose_one(&t, HR_FATE_FAIL);
    assert_int_equal(r->rows[0].failed, 10);
    assert_int_equal(r->rows[0].good, 10);
    tiny_free(&t);
    r = lose_one(&t, HR_FATE_FINISH);
    assert_int_equal(r->rows[0].good, 20);
    assert_int_equal(slowest(r), MS(20));
    tiny_free(&t);
    r = lose_one(&t, HR_FATE_RETRY);
    assert_int_equal(r->rows[0].good, 20);
    assert_int_equal(slowest(r), MS(25));
    tiny_free(&t);
}

static void effects_stack_and_each_end_removes_only_its_own(void **unused)
{
    struct tiny t;
    hr_time at[10];
    const struct hr_step s = tiny_work(1);

    (void)unused;
    for (int i = 0; i < 10; i++)
        at[i] = i * MS(100);
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 10, at);
    tiny_disturb(&t, HR_VERB_SLOW, 0, MS(150), MS(400))->by = 3; /* until 550 */
    tiny_disturb(&t, HR_VERB_SLOW, 0, MS(350), MS(400))->by = 7; /* until 750 */
    const struct hr_record *r = tiny_run(&t);

    /* 0 1 | 2 3 x3 | 4 5 x21 | 6 7 x7 | 8 9: exactly back to 1 at the end. */
    assert_int_equal(r->rows[0].good, 10);
    assert_int_equal(fastest(r), MS(1));
    assert_int_equal(slowest(r), MS(21));
    const double sum_ms = r->rows[0].answered_latency.sum / 1e6;
    assert_true(fabs(sum_ms - (4 * 1 + 2 * 3 + 2 * 21 + 2 * 7)) < 1e-5);
    tiny_free(&t);
}

static void two_losses_hold_a_component_down_until_both_have_ended(void **unused)
{
    struct tiny t;
    hr_time at[10];
    const struct hr_step s = tiny_work(1);

    (void)unused;
    for (int i = 0; i < 10; i++)
        at[i] = i * MS(100);
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 10, at);
    tiny_disturb(&t, HR_VERB_LOSE, 0, MS(150), MS(400));
    tiny_disturb(&t, HR_VERB_LOSE, 0, MS(350), MS(400));
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 4); /* 0, 100, 800, 900 ms */
    assert_int_equal((int64_t)hr_integral_area(&r->parts[0].up), MS(400));
    tiny_free(&t);
}

static void failures_combine_as_one_minus_the_product(void **unused)
{
    struct tiny t;
    static hr_time at[20000];
    const struct hr_step s = tiny_work(0.001);

    (void)unused;
    for (int i = 0; i < 20000; i++)
        at[i] = i * MS(0.04);
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 20000, at);
    tiny_disturb(&t, HR_VERB_FAIL, 0, 0, HR_NEVER)->by = 0.3;
    tiny_disturb(&t, HR_VERB_FAIL, 0, 0, HR_NEVER)->by = 0.5;
    const double failed = (double)tiny_run(&t)->rows[0].failed;

    /* 0.65 x 20000, within 4.9 standard deviations: false alarm 1e-6. */
    assert_true(fabs(failed - 13000) < 4.9 * sqrt(20000 * 0.65 * 0.35));
    tiny_free(&t);
}

static void slow_on_an_operation_scales_the_work_that_begins_meanwhile(void **unused)
{
    struct tiny t;
    const hr_time at[] = {0, MS(100), MS(300)};
    const struct hr_step s = tiny_work(60);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    const uint32_t op = tiny_op(&t, "do", 1, &s);
    tiny_clients(&t, op, tiny_plain(), 3, at);
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_SLOW, 0, MS(50), MS(100));
    d->by = 2;
    d->op = op;
    const struct hr_record *r = tiny_run(&t);

    /* Begun before: untouched; begun at 100 ms: 120 ms, also after the end at 150 ms. */
    assert_int_equal(fastest(r), MS(60));
    assert_int_equal(slowest(r), MS(120));
    tiny_free(&t);
}

/* --- structured steps -------------------------------------------------------------------- */

static hr_time branches_take(enum hr_step_kind kind, uint32_t need, uint64_t *good)
{
    struct tiny t;
    struct hr_block b[3];
    const struct hr_step w[] = {tiny_wait(5), tiny_wait(20), tiny_wait(10)};

    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    for (uint32_t i = 0; i < 3; i++)
        b[i] = tiny_block(&t, 1, &w[i]);
    struct hr_step s[] = {tiny_branches(&t, kind, 3, b), tiny_wait(1)};
    s[0].need = need;
    tiny_clients(&t, tiny_op(&t, "do", 2, s), tiny_plain(), 1, at_zero);
    const struct hr_record *r = tiny_run(&t);
    const hr_time took = slowest(r);

    *good = r->rows[0].good;
    tiny_free(&t);
    return took;
}

static void structured_steps_wait_for_as_many_branches_as_they_need(void **unused)
{
    uint64_t good;

    (void)unused;
    assert_int_equal(branches_take(HR_STEP_TOGETHER, 0, &good), MS(21));
    assert_int_equal(good, 1);
    assert_int_equal(branches_take(HR_STEP_FIRST_OF, 0, &good), MS(6));
    assert_int_equal(good, 1);
    assert_int_equal(branches_take(HR_STEP_QUORUM, 2, &good), MS(11));
    assert_int_equal(good, 1);
}

static void repeat_runs_its_block_one_after_the_other(void **unused)
{
    struct tiny t;
    const struct hr_step w = tiny_wait(3);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    const struct hr_block b = tiny_block(&t, 1, &w);
    struct hr_step s = tiny_branches(&t, HR_STEP_REPEAT, 1, &b);
    s.law = hr_law_constant(7);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 1, at_zero);
    assert_int_equal(slowest(tiny_run(&t)), MS(21));
    tiny_free(&t);
}

static void repeating_what_takes_no_time_is_no_recursion(void **unused)
{
    struct tiny t;

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    const struct hr_block b = tiny_block(&t, 0, NULL);
    struct hr_step s = tiny_branches(&t, HR_STEP_REPEAT, 1, &b);
    s.law = hr_law_constant(1000000);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 1, at_zero);
    assert_int_equal(tiny_run(&t)->rows[0].good, 1);
    tiny_free(&t);
}

static void a_held_resource_admits_as_many_as_it_counts(void **unused)
{
    struct tiny t;
    static struct hr_resource pool = {.name = "connections", .count = 3, .queue = -1};
    const struct hr_step w = tiny_wait(10);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    t.components[0].resources = (struct hr_items){1, &pool};
    const struct hr_block b = tiny_block(&t, 1, &w);
    const struct hr_step s = tiny_branches(&t, HR_STEP_HOLD, 1, &b);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 10, ten_at_once);
    assert_int_equal(slowest(tiny_run(&t)), MS(40));
    tiny_free(&t);
}

static void a_wait_for_a_resource_can_be_too_long(void **unused)
{
    struct tiny t;
    static struct hr_resource pool = {.name = "lock", .count = 1, .queue = -1};
    const struct hr_step w = tiny_wait(10);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    t.components[0].resources = (struct hr_items){1, &pool};
    const struct hr_block b = tiny_block(&t, 1, &w);
    struct hr_step s = tiny_branches(&t, HR_STEP_HOLD, 1, &b);
    s.timeout = MS(15);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 10, ten_at_once);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].good, 2);
    assert_int_equal(r->rows[0].timed_out, 8);
    tiny_free(&t);
}

static void
the_wait_for_a_resource_and_the_timeout_of_the_call_are_two_things(void **unused)
{
    struct tiny t;
    static struct hr_resource pool = {.name = "lock", .count = 1, .queue = -1};
    struct hr_call_options o = tiny_plain();
    const struct hr_step w = tiny_wait(10);

    (void)unused;
    o.timeout = MS(12);
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "app");
    t.components[0].resources = (struct hr_items){1, &pool};
    const struct hr_block b = tiny_block(&t, 1, &w);
    struct hr_step s = tiny_branches(&t, HR_STEP_HOLD, 1, &b);
    s.timeout = MS(15);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), o, 3, ten_at_once);
    const struct hr_record *r = tiny_run(&t);

    /* The first is answered; the other two time out at 12 ms; of them the second holds the lock
     * from 10 to 20 ms for nobody, and the third gives up waiting at 15 ms. */
    assert_int_equal(r->rows[0].good, 1);
    assert_int_equal(r->rows[0].timed_out, 2);
    assert_int_equal(r->parts[0].ended[HR_OK], 2);
    assert_int_equal(r->parts[0].ended[HR_TIMED_OUT], 1);
    tiny_free(&t);
}

static void a_sent_message_is_not_waited_for(void **unused)
{
    struct tiny t;
    const struct hr_step w = tiny_work(50);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "mailer");
    const uint32_t mail = tiny_op(&t, "mail", 1, &w);
    tiny_service(&t, "app");
    const struct hr_step s[] = {tiny_send(&t, mail), tiny_work(2)};
    tiny_clients(&t, tiny_op(&t, "do", 2, s), tiny_plain(), 2, two_at_once);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(slowest(r), MS(4));
    assert_int_equal(r->parts[0].ended[HR_OK], 2);
    assert_int_equal(r->parts[0].wasted_ns, 0);
    tiny_free(&t);
}

static void a_failing_branch_fails_the_step_and_abandons_the_others(void **unused)
{
    struct tiny t;
    const struct hr_step w = tiny_work(100);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "slow");
    const uint32_t slow = tiny_op(&t, "do", 1, &w);
    tiny_service(&t, "broken");
    const uint32_t broken = tiny_op(&t, "do", 1, &w);
    tiny_service(&t, "app");
    const struct hr_step calls[] = {tiny_call(&t, slow, tiny_plain()),
                                    tiny_call(&t, broken, tiny_plain())};
    const struct hr_block b[] = {tiny_block(&t, 1, &calls[0]),
                                 tiny_block(&t, 1, &calls[1])};
    const struct hr_step s = tiny_branches(&t, HR_STEP_TOGETHER, 2, b);
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 1, at_zero);
    tiny_disturb(&t, HR_VERB_FAIL, 1, 0, HR_NEVER)->by = 1;
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].failed, 1);
    assert_int_equal(r->parts[0].wasted_ns, MS(100));
    tiny_free(&t);
}

/* --- the network, and where the time goes ------------------------------------------------ */

static void each_way_takes_the_latency_of_its_link(void **unused)
{
    struct tiny t;
    const struct hr_link there = {.name = "up", .latency = {.a = 0.003}};
    const struct hr_link back = {
        .name = "down", .latency = {.a = 0.005}, .bandwidth = 1000};
    struct hr_op_bytes bytes = {hr_law_constant(77), hr_law_constant(2)};
    const struct hr_step s = tiny_work(10);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    t.plan.n_places = 2;
    t.links[0 * 2 + 1] = &there;
    t.links[1 * 2 + 0] = &back;
    tiny_service(&t, "app");
    t.components[0].place = 1;
    const uint32_t op = tiny_op(&t, "do", 1, &s);
    struct hr_op_conf conf = *t.operations[op].conf;
    conf.bytes = &bytes;
    t.operations[op].conf = &conf;
    tiny_clients(&t, op, tiny_plain(), 1, at_zero);
    const struct hr_record *r = tiny_run(&t);

    /* 3 there, 10 of work, 5 + 2 bytes at 1 byte a ms back. */
    assert_int_equal(slowest(r), MS(20));
    assert_int_equal(r->parts[1].bytes_out[there.distance], 77);
    assert_int_equal(r->parts[1].bytes_in[back.distance], 2);
    tiny_free(&t);
}

static void what_a_link_loses_is_never_answered(void **unused)
{
    struct tiny t;
    const struct hr_link there = {.name = "up", .loss = 1};
    const struct hr_step s = tiny_work(10);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    t.plan.n_places = 2;
    t.links[1] = &there;
    tiny_service(&t, "app");
    t.components[0].place = 1;
    const uint32_t row =
        tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 1, at_zero);
    t.rows[row].deadline = MS(100);
    const struct hr_record *r = tiny_run(&t);

    assert_int_equal(r->rows[0].timed_out, 1);
    assert_int_equal(r->parts[0].in, 0);
    tiny_free(&t);
}

static void where_the_time_goes_adds_up_to_the_latency(void **unused)
{
    struct tiny t;
    static hr_time at[2000];
    struct hr_call_options o = tiny_plain();
    struct hr_retry retry = {.attempts = 5, .backoff = {MS(1), MS(8)}, .jitter = 1};
    uint64_t spent = 0, tasks = 0;

    (void)unused;
    for (int i = 0; i < 2000; i++)
        at[i] = i * MS(3);
    tiny_init(&t, 10 * HR_SECOND);
    tiny_service(&t, "db")->workers = 1;
    const struct hr_step q = tiny_work(2);
    const uint32_t query = tiny_op(&t, "query", 1, &q);
    tiny_service(&t, "app")->workers = 8;
    o.timeout = MS(4);
    o.retry = &retry;
    const struct hr_step c[] = {tiny_call(&t, query, o), tiny_wait(1)};
    const struct hr_block b[] = {tiny_block(&t, 1, &c[0]), tiny_block(&t, 1, &c[1])};
    const struct hr_step s[] = {tiny_work(1), tiny_branches(&t, HR_STEP_TOGETHER, 2, b)};
    const uint32_t op = tiny_op(&t, "do", 2, s);
    tiny_forwarder(&t, "web");
    (void)op;
    tiny_clients(&t, t.plan.n_operations - 1, tiny_plain(), 2000, at);
    tiny_disturb(&t, HR_VERB_FAIL, 0, 0, HR_NEVER)->by = 0.3;
    const struct hr_record *r = tiny_run(&t);
    const size_t row = (size_t)r->n_parts * HR_N_SPENT;

    for (size_t bin = 0; bin < HR_SPENT_BINS; bin++) {
        uint64_t sum = 0;
        for (size_t i = 0; r->rows[0].spent[bin] && i < row; i++)
            sum += r->rows[0].spent[bin][i];
        if (r->rows[0].spent_tasks[bin] > 0) {
            /* Each task of the bin took at least its lower edge and less than the next. */
            const uint64_t n = r->rows[0].spent_tasks[bin];
            assert_true(sum >= n * (uint64_t)hr_hist_lower(3, (uint32_t)bin));
            assert_true(sum < n * (uint64_t)hr_hist_lower(3, (uint32_t)bin + 1));
        }
        spent += sum;
        tasks += r->rows[0].spent_tasks[bin];
    }
    assert_in_range(tasks, 10, 80); /* 1 in 64 of 2000 */
    assert_true(spent > 0);
    tiny_free(&t);
}

static void a_call_waits_for_a_worker_no_longer_than_its_limit(void **unused)
{
    struct tiny t;
    const hr_time at[] = {0, MS(1), MS(2)};
    const struct hr_step s = tiny_work(10);

    (void)unused;
    tiny_init(&t, HR_SECOND);
    struct hr_fleet_conf *f = tiny_service(&t, "app");
    f->workers = 1;
    f->patience = hr_law_constant(0.009);
    f->exhausted = "connections exhausted";
    tiny_clients(&t, tiny_op(&t, "do", 1, &s), tiny_plain(), 3, at);
    const struct hr_record *r = tiny_run(&t);
    /* The second gets the worker at 10 ms, when it has waited exactly so long: a worker that
     * comes free at that instant beats the limit.  The third is refused at 11 ms. */
    assert_int_equal(r->rows[0].good, 2);
    assert_int_equal(r->rows[0].refused, 1);
    assert_int_equal(slowest(r), MS(19));
    assert_string_equal(r->events[0].what, "connections exhausted");
    assert_int_equal(r->events[0].at, MS(1));
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processor_sharing_serves_all_at_once),
        cmocka_unit_test(every_discipline_conserves_work),
        cmocka_unit_test(disciplines_choose_who_is_next),
        cmocka_unit_test(an_instance_is_killed_when_its_memory_is_exceeded),
        cmocka_unit_test(memory_is_given_back_at_the_end_of_a_call),
        cmocka_unit_test(a_lost_instances_calls_meet_their_declared_fate),
        cmocka_unit_test(effects_stack_and_each_end_removes_only_its_own),
        cmocka_unit_test(two_losses_hold_a_component_down_until_both_have_ended),
        cmocka_unit_test(failures_combine_as_one_minus_the_product),
        cmocka_unit_test(slow_on_an_operation_scales_the_work_that_begins_meanwhile),
        cmocka_unit_test(structured_steps_wait_for_as_many_branches_as_they_need),
        cmocka_unit_test(repeat_runs_its_block_one_after_the_other),
        cmocka_unit_test(repeating_what_takes_no_time_is_no_recursion),
        cmocka_unit_test(a_held_resource_admits_as_many_as_it_counts),
        cmocka_unit_test(a_wait_for_a_resource_can_be_too_long),
        cmocka_unit_test(
            the_wait_for_a_resource_and_the_timeout_of_the_call_are_two_things),
        cmocka_unit_test(a_sent_message_is_not_waited_for),
        cmocka_unit_test(a_failing_branch_fails_the_step_and_abandons_the_others),
        cmocka_unit_test(each_way_takes_the_latency_of_its_link),
        cmocka_unit_test(what_a_link_loses_is_never_answered),
        cmocka_unit_test(where_the_time_goes_adds_up_to_the_latency),
        cmocka_unit_test(a_call_waits_for_a_worker_no_longer_than_its_limit),
    };
    return cmocka_run_group_tests_name("fleet", tests, NULL, NULL);
}
