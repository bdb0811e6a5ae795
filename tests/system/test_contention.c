/* tests/system/test_contention.c - steps that take longer on a crowded instance. */
#include "tests/support/tiny.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const hr_time at[] = {0, 0, MS(5), MS(100)};
enum { CALLS = sizeof at / sizeof *at };

/* The mean response of the calls, each of one step, in ms. */
static double mean_ms(struct hr_step step, double contention, int64_t instances)
{
    struct tiny t;

    step.contention = contention;
    tiny_init(&t, HR_SECOND);
    struct hr_fleet_conf *f = tiny_service(&t, "server");
    f->cores = 8;
    f->instances = instances;
    tiny_clients(&t, tiny_op(&t, "do", 1, &step), tiny_plain(), CALLS, at);
    const double ms = hr_hist_mean(&tiny_run(&t)->rows[0].latency) * 1e-6;
    tiny_free(&t);
    return ms;
}

static void steps_take_longer_for_each_other_call_that_is_there(void **unused)
{
    (void)unused;
    /* one alone, one beside it, one beside both, and one alone again */
    assert_true(fabs(mean_ms(tiny_wait(10), 0.1, 1) - (10 + 11 + 12 + 10) / 4.0) < 1e-3);
    assert_true(fabs(mean_ms(tiny_work(10), 0.1, 1) - (10 + 11 + 12 + 10) / 4.0) < 1e-3);
    assert_true(fabs(mean_ms(tiny_work(10), 0, 1) - 10) < 1e-3);
}

/* It is as long as it was when it began, whatever comes and goes meanwhile. */
static void who_comes_later_matters_to_itself_only(void **unused)
{
    const struct hr_step steps[] = {tiny_wait(10), tiny_wait(20)};
    struct hr_step contended[2] = {steps[0], steps[1]};
    const hr_time two[] = {0, MS(5)};
    struct tiny t;

    (void)unused;
    contended[0].contention = contended[1].contention = 0.5;
    tiny_init(&t, HR_SECOND);
    tiny_service(&t, "server");
    tiny_clients(&t, tiny_op(&t, "do", 2, contended), tiny_plain(), 2, two);
    const struct hr_record *r = tiny_run(&t);
    /* the first: 10 alone, then 30 beside the second; the second: 15, 30, both beside it */
    assert_int_equal(r->rows[0].latency.min, MS(40));
    assert_int_equal(r->rows[0].latency.max, MS(45));
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_take_longer_for_each_other_call_that_is_there),
        cmocka_unit_test(who_comes_later_matters_to_itself_only),
    };
    return cmocka_run_group_tests_name("contention", tests, NULL, NULL);
}
