/* tests/models/test_service.c - how direct callers spread over a service's instances; what an
 * instance does is tested in tests/system. */
#include "tests/support/modelled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { RANDOM, ROUND_ROBIN, LEAST_OUTSTANDING }; /* `balance:` in order of writing */

/* Calls that came to each of three instances at 60/s of 10 ms, in 1,000 s. */
static const struct hr_record *spread(struct tiny *t, int balance)
{
    const struct hr_step work = tiny_work(10);

    tiny_init(t, 1000 * HR_SECOND);
    struct hr_service_conf *conf = modelled_service(t, "server", 3);
    conf->balance = balance;
    modelled_clients(t, tiny_op(t, "job", 1, &work), tiny_plain(), 60);
    return modelled_run(t, 0);
}

static void by_default_any_instance_is_as_likely(void **unused)
{
    struct tiny t;

    (void)unused;
    const struct hr_record *r = spread(&t, RANDOM);
    for (uint32_t i = 0; i < 3; i++)
        assert_in_range(r->instances[i].calls, 20000 - 650, 20000 + 650);
    assert_true(r->instances[0].calls + 20 < r->instances[1].calls ||
                r->instances[1].calls + 20 < r->instances[0].calls);
    tiny_free(&t);
}

static void round_robin_goes_around(void **unused)
{
    struct tiny t;

    (void)unused;
    const struct hr_record *r = spread(&t, ROUND_ROBIN);
    assert_in_range(r->instances[0].calls - r->instances[2].calls, 0, 1);
    assert_in_range(r->instances[0].calls - r->instances[1].calls, 0, 1);
    tiny_free(&t);
}

static void least_outstanding_leaves_no_call_waiting_beside_an_idle_instance(void **unused)
{
    double mean[2];
    struct tiny t;

    (void)unused;
    for (int k = 0; k < 2; k++) {
        mean[k] =
            hr_hist_mean(&spread(&t, k ? LEAST_OUTSTANDING : RANDOM)->rows[0].latency);
        tiny_free(&t);
    }
    assert_true(mean[1] > 1.00e7 && mean[1] < 1.02e7); /* M/D/3 at 20%: hardly any wait */
    assert_true(mean[0] > 1.10e7);                     /* M/D/1 at 20%: 12.5% of 10 ms */
}

static void with_nothing_up_it_refuses(void **unused)
{
    const struct hr_step work = tiny_work(10);
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    modelled_service(&t, "server", 2);
    modelled_clients(&t, tiny_op(&t, "job", 1, &work), tiny_plain(), 10);
    tiny_disturb(&t, HR_VERB_LOSE, 0, 0, HR_NEVER);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->rows[0].refused, r->rows[0].valid);
    tiny_free(&t);
}

static void
calls_of_a_lost_instance_go_to_another_when_they_are_to_be_retried(void **unused)
{
    const struct hr_step work = tiny_work(10);
    struct tiny t;

    (void)unused;
    for (int retry = 0; retry < 2; retry++) {
        tiny_init(&t, 100 * HR_SECOND);
        modelled_service(&t, "server", 2);
        modelled_clients(&t, tiny_op(&t, "job", 1, &work), tiny_plain(), 190);
        struct hr_disturbance *d =
            tiny_disturb(&t, HR_VERB_LOSE, 0, 50 * HR_SECOND, 10 * HR_SECOND);
        d->extent = HR_EXTENT_COUNT;
        d->count = 1;
        d->fate = retry ? HR_FATE_RETRY : HR_FATE_MODEL;
        const struct hr_record *r = modelled_run(&t, 0);
        if (retry)
            assert_int_equal(r->rows[0].good, r->rows[0].valid);
        else
            assert_in_range(r->rows[0].failed, 1, 40);
        tiny_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_default_any_instance_is_as_likely),
        cmocka_unit_test(round_robin_goes_around),
        cmocka_unit_test(least_outstanding_leaves_no_call_waiting_beside_an_idle_instance),
        cmocka_unit_test(with_nothing_up_it_refuses),
        cmocka_unit_test(
            calls_of_a_lost_instance_go_to_another_when_they_are_to_be_retried),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
