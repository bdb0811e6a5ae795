/* tests/system/test_holds.c - what a model may do around the steps of a call: `enter`, `leave`,
 * `left` and hr_resume, every instant by hand. */
#include "tests/support/tiny.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A service that holds each call 3 ms before its steps and 4 ms after them. */
struct holder {
    int64_t in, out, left;
};
enum { TAG_BEFORE, TAG_AFTER };

static void start(struct hr_run *run, hr_part p)
{
    hr_fleet_make(run, p, hr_conf(run, p));
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    hr_instance_admit(run, hr_fleet_first(run, p), c);
}

static bool enter(struct hr_run *run, hr_part p, hr_call c)
{
    struct holder *h = hr_state(run, p);

    h->in++;
    hr_hold_for(run, c, MS(3), TAG_BEFORE);
    return true;
}

static bool leave(struct hr_run *run, hr_part p, hr_call c)
{
    struct holder *h = hr_state(run, p);

    h->out++;
    hr_hold_for(run, c, MS(4), TAG_AFTER);
    return true;
}

static void left(struct hr_run *run, hr_part p, hr_call c)
{
    struct holder *h = hr_state(run, p);

    (void)c;
    h->left++;
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    (void)p;
    (void)tag;
    hr_resume(run, (hr_call)data);
}

static const struct hr_model holder_model = {
    .kind = "holder",
    .ops = HR_OPS_DECLARED,
    .state_size = sizeof(struct holder),
    .fate = HR_FATE_FAIL,
    .start = start,
    .arrive = arrive,
    .enter = enter,
    .leave = leave,
    .left = left,
    .timer = timer,
};

static const hr_time two[] = {0, MS(100)};

static const struct holder *state(const struct tiny *t)
{
    return hr_state(t->run, 0);
}

static struct hr_fleet_conf *setting(struct tiny *t, double work_ms)
{
    const struct hr_step s = tiny_work(work_ms);

    tiny_init(t, HR_SECOND);
    struct hr_fleet_conf *f = tiny_service(t, "db");
    t->components[0].model = &holder_model;
    tiny_clients(t, tiny_op(t, "do", work_ms > 0, &s), tiny_plain(), 2, two);
    return f;
}

static void a_call_is_held_before_its_steps_and_before_its_answer(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, 10);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].answered_latency.min, MS(17));
    assert_int_equal(r->rows[0].answered_latency.max, MS(17));
    assert_int_equal(state(&t)->in, 2);
    assert_int_equal(state(&t)->out, 2);
    assert_int_equal(state(&t)->left, 2);
    tiny_free(&t);
}

static void a_call_without_steps_is_held_twice_as_well(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, 0);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].answered_latency.max, MS(7));
    tiny_free(&t);
}

static void it_holds_its_worker_meanwhile(void **unused)
{
    struct tiny t;

    (void)unused;
    struct hr_fleet_conf *f = setting(&t, 95);
    f->workers = 1;
    const struct hr_record *r = tiny_run(&t);
    /* The first is answered at 102 ms, the second begins then. */
    assert_int_equal(r->rows[0].answered_latency.max, MS(104));
    tiny_free(&t);
}

/* Lost while held after its steps (at 15 ms) and before them (at 101 ms): gone both times. */
static void what_is_held_is_lost_with_its_instance(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, 10);
    tiny_disturb(&t, HR_VERB_LOSE, 0, MS(15), MS(1));
    tiny_disturb(&t, HR_VERB_LOSE, 0, MS(101), MS(1));
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].failed, 2);
    assert_int_equal(state(&t)->out, 1);
    assert_int_equal(state(&t)->left, 2);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_held_before_its_steps_and_before_its_answer),
        cmocka_unit_test(a_call_without_steps_is_held_twice_as_well),
        cmocka_unit_test(it_holds_its_worker_meanwhile),
        cmocka_unit_test(what_is_held_is_lost_with_its_instance),
    };
    return cmocka_run_group_tests_name("holds", tests, NULL, NULL);
}
