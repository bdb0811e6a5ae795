/* tests/models/test_load_balancer.c - what a load balancer promises, with plans made by hand. */
#include "tests/support/modelled.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static uint64_t served(const struct hr_record *r, uint32_t instance)
{
    return r->instances[instance].calls;
}

/* `n` instances behind a balancer, clients at `rate`; work of 10 ms. */
static struct hr_load_balancer_conf *setting(struct tiny *t, enum hr_balance_policy policy,
                                             int64_t n, double rate)
{
    const struct hr_step work = tiny_work(10);

    tiny_init(t, 1000 * HR_SECOND);
    modelled_service(t, "server", n);
    tiny_op(t, "job", 1, &work);
    struct hr_load_balancer_conf *conf = modelled_balancer(t, "balancer", policy, 1);
    modelled_clients(t, modelled_op(t, "job"), tiny_plain(), rate);
    return conf;
}

static struct hr_fleet_conf *fleet(struct tiny *t)
{
    return &((struct hr_service_conf *)(uintptr_t)t->components[0].conf)->fleet;
}

static void round_robin_serves_all_alike(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, HR_BALANCE_ROUND_ROBIN, 3, 10);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_true(served(r, 0) > 3000);
    assert_in_range(served(r, 1), served(r, 0) - 1, served(r, 0) + 1);
    assert_in_range(served(r, 2), served(r, 0) - 1, served(r, 0) + 1);
    tiny_free(&t);
}

static void latency_is_added_once(void **unused)
{
    struct tiny t;

    (void)unused;
    struct hr_load_balancer_conf *conf = setting(&t, HR_BALANCE_RANDOM, 50, 1);
    conf->latency = hr_law_constant(0.005);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->rows[0].latency.min, 15 * HR_MILLISECOND);
    tiny_free(&t);
}

static void a_slow_balancer_adds_more(void **unused)
{
    struct tiny t;

    (void)unused;
    struct hr_load_balancer_conf *conf = setting(&t, HR_BALANCE_RANDOM, 50, 1);
    conf->latency = hr_law_constant(0.005);
    tiny_disturb(&t, HR_VERB_SLOW, tiny_component(&t, "balancer"), 0, HR_NEVER)->by = 4;
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->rows[0].latency.min, 30 * HR_MILLISECOND);
    tiny_free(&t);
}

static void what_is_down_gets_nothing(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, HR_BALANCE_POWER_OF_TWO, 3, 10);
    struct hr_disturbance *d =
        tiny_disturb(&t, HR_VERB_LOSE, tiny_component(&t, "server"), 0, HR_NEVER);
    d->extent = HR_EXTENT_COUNT;
    d->count = 2;
    const struct hr_record *r = modelled_run(&t, 0);
    unsigned idle = 0;
    for (uint32_t i = 0; i < 3; i++)
        idle += served(r, i) == 0;
    assert_int_equal(idle, 2);
    assert_int_equal(r->rows[0].good, r->rows[0].valid);
    tiny_free(&t);
}

static void with_nothing_up_it_refuses(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, HR_BALANCE_HASH, 3, 10);
    tiny_disturb(&t, HR_VERB_LOSE, tiny_component(&t, "server"), 0, HR_NEVER);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->rows[0].refused, r->rows[0].valid);
    tiny_free(&t);
}

static void a_refusal_is_passed_on_or_the_next_is_tried(void **unused)
{
    const hr_time together = 0;
    uint64_t good[2];
    struct tiny t;

    (void)unused;
    (void)together;
    for (int next = 0; next < 2; next++) {
        struct hr_load_balancer_conf *conf = setting(&t, HR_BALANCE_RANDOM, 4, 150);
        fleet(&t)->workers = 1;
        fleet(&t)->queue = 0;
        conf->when_refused = next ? HR_REFUSED_NEXT : HR_REFUSED_PASS;
        const struct hr_record *r = modelled_run(&t, 0);
        good[next] = r->rows[0].good;
        assert_int_equal(r->rows[0].good + r->rows[0].refused, r->rows[0].valid);
        if (next) {
            /* All four are tried: the M/D/4/4 loss system, Erlang B(1.5, 4) = 0.04796 */
            const double lost = (double)r->rows[0].refused / (double)r->rows[0].valid;
            assert_true(lost > 0.0445 && lost < 0.0515);
        }
        tiny_free(&t);
    }
    assert_true(good[1] > good[0] + 20000);
}

static void weights_share_out_targets_and_not_instances(void **unused)
{
    static const double weights[] = {3, 1};
    const struct hr_step work = tiny_work(1);
    struct tiny t;

    (void)unused;
    tiny_init(&t, 1000 * HR_SECOND);
    modelled_service(&t, "blue", 2);
    tiny_op(&t, "job", 1, &work);
    modelled_service(&t, "green", 5);
    tiny_op(&t, "job", 1, &work);
    struct hr_load_balancer_conf *conf =
        modelled_balancer(&t, "balancer", HR_BALANCE_WEIGHTED, 2);
    conf->weights = (struct hr_items){2, (void *)(uintptr_t)weights};
    modelled_clients(&t, modelled_op(&t, "job"), tiny_plain(), 20);
    const struct hr_record *r = modelled_run(&t, 0);
    const double n = (double)r->rows[0].valid, blue = (double)r->parts[0].measured_in;
    assert_true(blue > 0.735 * n && blue < 0.765 * n);
    tiny_free(&t);
}

/* Everybody asks for the same thing: all goes to one instance, and to another when it is lost. */
static void hash_sends_a_key_to_one_instance_while_it_is_up(void **unused)
{
    struct hr_key one = {.name = "thing", .name_key = 77, .count = 1, .uniform = true};
    struct hr_call_options by_key = tiny_plain();
    const struct hr_step work = tiny_work(1);
    struct tiny t;

    (void)unused;
    tiny_init(&t, 100 * HR_SECOND);
    t.plan.keys = &one;
    t.plan.n_keys = 1;
    by_key.key = 0;
    modelled_service(&t, "server", 5);
    tiny_op(&t, "job", 1, &work);
    modelled_balancer(&t, "balancer", HR_BALANCE_HASH, 1);
    modelled_clients(&t, modelled_op(&t, "job"), by_key, 10);
    const struct hr_record *r = modelled_run(&t, 0);
    uint32_t home = 0, used = 0;
    for (uint32_t i = 0; i < 5; i++)
        if (served(r, i) > 0) {
            home = i;
            used++;
        }
    assert_int_equal(used, 1);
    assert_true(served(r, home) >= r->rows[0].valid);
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_LOSE, 0, 50 * HR_SECOND, HR_NEVER);
    d->extent = HR_EXTENT_COUNT;
    d->count = 4;
    r = modelled_run(&t, 0);
    used = 0;
    for (uint32_t i = 0; i < 5; i++)
        used += served(r, i) > 0;
    assert_in_range(used, 1, 2);
    assert_true(r->rows[0].good + 2 >= r->rows[0].valid);
    /* Many things spread over all. */
    t.plan.n_disturbances = 0;
    one.count = 10000;
    r = modelled_run(&t, 0);
    for (uint32_t i = 0; i < 5; i++)
        assert_true(served(r, i) > r->rows[0].valid / 8);
    tiny_free(&t);
}

/* Outstanding is what this balancer has there, answered ones left out: with one instance
 * that never answers in time, least_outstanding sends it a handful and no more. */
static void least_outstanding_counts_what_is_not_answered(void **unused)
{
    struct tiny t;

    (void)unused;
    setting(&t, HR_BALANCE_LEAST_OUTSTANDING, 3, 50);
    struct hr_disturbance *d =
        tiny_disturb(&t, HR_VERB_SLOW, tiny_component(&t, "server"), 0, HR_NEVER);
    d->extent = HR_EXTENT_COUNT;
    d->count = 1;
    d->by = 1e5; /* 1,000 s a request */
    const struct hr_record *r = modelled_run(&t, 0);
    uint64_t fewest = UINT64_MAX;
    for (uint32_t i = 0; i < 3; i++)
        if (served(r, i) < fewest)
            fewest = served(r, i);
    assert_in_range(fewest, 1, 12);
    tiny_free(&t);
}

static void a_cancelled_request_is_no_longer_outstanding(void **unused)
{
    struct hr_call_options impatient = tiny_plain();
    const struct hr_step work = tiny_work(10);
    struct tiny t;

    (void)unused;
    impatient.timeout = 50 * HR_MILLISECOND;
    impatient.cancel = HR_CANCEL_PROPAGATE;
    tiny_init(&t, 100 * HR_SECOND);
    modelled_service(&t, "server", 2);
    tiny_op(&t, "job", 1, &work);
    modelled_balancer(&t, "balancer", HR_BALANCE_LEAST_OUTSTANDING, 1);
    modelled_clients(&t, modelled_op(&t, "job"), impatient, 20);
    struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_SLOW, tiny_component(&t, "server"),
                                            10 * HR_SECOND, 10 * HR_SECOND);
    d->extent = HR_EXTENT_COUNT;
    d->count = 1;
    d->by = 1e5;
    const struct hr_record *r = modelled_run(&t, 0);
    /* Cancelled requests leave the slow instance, so that both are used alike afterwards. */
    const double share = (double)served(r, 0) / (double)(served(r, 0) + served(r, 1));
    assert_true(share > 0.4 && share < 0.6);
    assert_true(r->rows[0].timed_out > 20);
    tiny_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_robin_serves_all_alike),
        cmocka_unit_test(latency_is_added_once),
        cmocka_unit_test(a_slow_balancer_adds_more),
        cmocka_unit_test(what_is_down_gets_nothing),
        cmocka_unit_test(with_nothing_up_it_refuses),
        cmocka_unit_test(a_refusal_is_passed_on_or_the_next_is_tried),
        cmocka_unit_test(weights_share_out_targets_and_not_instances),
        cmocka_unit_test(hash_sends_a_key_to_one_instance_while_it_is_up),
        cmocka_unit_test(least_outstanding_counts_what_is_not_answered),
        cmocka_unit_test(a_cancelled_request_is_no_longer_outstanding),
    };
    return cmocka_run_group_tests_name("load_balancer", tests, NULL, NULL);
}
