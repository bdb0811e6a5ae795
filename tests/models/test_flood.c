/* tests/models/test_flood.c - floods that imitate a class of traffic, and the ordinary twin. */
#include "tests/support/run_text.h"

#include <math.h>

#define SHOP(traffic, more)                                                                \
    "headroom: 1\nhorizon: 10m\nwarmup: 0s\n"                                              \
    "keys: { item: { count: 1000, popularity: zipf(1) } }\n"                               \
    "traffic: { shoppers: { to: front, " traffic ", mix: { page: 75%, buy: 25% } } }\n"    \
    "components:\n  front: { kind: service, cores: 100, operations: {\n"                   \
    "    page: [ { work: 1ms }, { call: pages.get } ], buy: [ { work: 1ms }, { call: "     \
    "orders.put } ] } }\n"                                                                 \
    "  pages: { kind: third_party, latency: 1s }\n"                                        \
    "  orders: { kind: third_party, latency: 1s }\n" more
#define FLOODS(list)      "disturbances: {" list "}\n"
#define FLOOD(name, rate) name ": { flood: shoppers, rate: " rate ", at: 2m, for: 5m }"

/* --- what the dump of a run says of requests ------------------------------------------------- */

enum { KEPT = 100000 };
struct seen {
    size_t n;
    uint64_t key[KEPT];
    double value[KEPT];
};

static void see(void *ctx, const char *what, uint64_t key, double value)
{
    struct seen *s = ctx;

    if (strcmp(what, "page") != 0 && strcmp(what, "buy") != 0 && strcmp(what, "item") != 0)
        return;
    assert_true(s->n < KEPT);
    s->key[s->n] = key;
    s->value[s->n++] = value;
}

static struct ran watch(struct fixture *f, const char *text, struct seen *s)
{
    const struct hr_run_options o = {.seed = 1, .dump = see, .dump_ctx = s};

    s->n = 0;
    return run_plan(load(f, text), &o);
}

static void the_class_stays_what_it_is(void **state)
{
    static struct seen quiet, flooded;
    struct ran a = watch(*state, SHOP("rate: 20/s", ""), &quiet);
    struct ran b =
        watch(*state, SHOP("rate: 20/s", FLOODS(FLOOD("one", "50/s"))), &flooded);
    size_t same = 0;

    /* The frames of a flood are dumped as well: those of the class are there, in order. */
    for (size_t i = 0; i < flooded.n && same < quiet.n; i++)
        same += flooded.key[i] == quiet.key[same] && flooded.value[i] == quiet.value[same];
    assert_true(quiet.n > 20000);
    assert_int_equal(same, quiet.n);
    for (uint32_t i = 0; i < a.record->n_rows; i++) {
        assert_int_equal(a.record->rows[i].valid, b.record->rows[i].valid);
        assert_int_equal(a.record->rows[i].good, b.record->rows[i].good);
        assert_int_equal(a.record->rows[i].attempts, b.record->rows[i].attempts);
        assert_true(a.record->rows[i].latency.sum == b.record->rows[i].latency.sum);
    }
    ran_free(&a);
    ran_free(&b);
}

static double extra(const struct ran *quiet, const struct ran *flooded, const char *part)
{
    return (double)ran_part(flooded, part)->in - (double)ran_part(quiet, part)->in;
}

static void near(double n, double expected)
{
    if (!(fabs(n - expected) < 4.9 * sqrt(expected)))
        fail_msg("%g, not %g", n, expected);
}

static void its_load_is_real_and_follows_the_mix(void **state)
{
    struct ran a = run_text(*state, SHOP("rate: 20/s", ""));
    struct ran b = run_text(*state, SHOP("rate: 20/s", FLOODS(FLOOD("one", "50/s"))));

    near(extra(&a, &b, "front"), 50 * 300);
    near(extra(&a, &b, "pages"), 0.75 * 50 * 300);
    near(extra(&a, &b, "orders"), 0.25 * 50 * 300);
    ran_free(&a);
    ran_free(&b);
}

static void several_floods_add_up(void **state)
{
    struct ran a = run_text(*state, SHOP("rate: 20/s", ""));
    struct ran b = run_text(
        *state, SHOP("rate: 20/s", FLOODS(FLOOD("one", "50/s") "," FLOOD("two", "30/s"))));

    near(extra(&a, &b, "front"), 80 * 300);
    ran_free(&a);
    ran_free(&b);
}

static int by_key(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static void several_floods_are_not_the_same_one(void **state)
{
    static struct seen s;
    struct ran r = watch(*state,
                         SHOP("rate: 1/s", FLOODS(FLOOD("one", "20/s") "," FLOOD(
                                               "two", "20/s") "," FLOOD("three", "20/s"))),
                         &s);
    size_t twice = 0;

    qsort(s.key, s.n, sizeof *s.key, by_key);
    for (size_t i = 2; i < s.n;
         i++) /* a request of the class is dumped with its key twice */
        twice += s.key[i] == s.key[i - 2];
    assert_true(s.n > 10000);
    assert_int_equal(twice, 0);
    ran_free(&r);
}

static void it_ends_with_its_disturbance(void **state)
{
    struct ran a = run_text(*state, SHOP("rate: 20/s", ""));
    struct ran b = run_text(*state, SHOP("rate: 20/s", FLOODS(FLOOD("one", "50/s"))));
    const struct hr_part_record *x = ran_part(&a, "front"), *y = ran_part(&b, "front");

    for (uint32_t i = 0; i < a.record->n_buckets; i++) {
        const hr_time at = i * a.record->bucket;
        if (at + a.record->bucket <= 2 * HR_MINUTE || at >= 7 * HR_MINUTE)
            assert_int_equal(x->calls_series[i], y->calls_series[i]);
        else
            assert_true(y->calls_series[i] > x->calls_series[i]);
    }
    ran_free(&a);
    ran_free(&b);
}

/* 50/s for a second each would fill the bulkhead, use up the budget and open the breaker. */
static void it_shares_no_policy_with_the_class(void **state)
{
    const char *const traffic =
        SHOP("rate: 5/s, timeout: 900ms, bulkhead: 30, breaker: { open_at: 99% }, retry: { "
             "attempts: 2, backoff: 1ms, budget: 10% }",
             "");
    const char *const flooded =
        SHOP("rate: 5/s, timeout: 900ms, bulkhead: 30, breaker: { open_at: 99% }, retry: { "
             "attempts: 2, backoff: 1ms, budget: 10% }",
             FLOODS(FLOOD("one", "50/s")));
    struct ran a = run_text(*state, traffic), b = run_text(*state, flooded);

    for (uint32_t i = 0; i < a.record->n_sites; i++)
        if (a.plan->components[a.plan->sites[i].caller].model->ops == HR_OPS_SOURCE)
            assert_memory_equal(&a.record->sites[i], &b.record->sites[i],
                                sizeof a.record->sites[i]);
    ran_free(&a);
    ran_free(&b);
}

static void users_of_a_closed_class_go_on_alike(void **state)
{
    struct ran a = run_text(*state, SHOP("users: 10, think: 2s", ""));
    struct ran b =
        run_text(*state, SHOP("users: 10, think: 2s", FLOODS(FLOOD("one", "20/s"))));

    assert_int_equal(ran_row(&a, "page")->valid, ran_row(&b, "page")->valid);
    near(extra(&a, &b, "front"), 20 * 300);
    ran_free(&a);
    ran_free(&b);
}

/* --- the ordinary twin ------------------------------------------------------------------------- */

static void the_ordinary_twin_has_no_spikes(void **state)
{
    static struct seen spiky, plain;
    const struct hr_run_options twin = {
        .seed = 1, .ordinary = true, .dump = see, .dump_ctx = &spiky};
    struct ran a = run_plan(
        load(*state, SHOP("rate: 20/s, shape: [ { ramp: { from: 50%, to: 100%, over: 5m } "
                          "}, { spike: { at: 4m, to: 900%, hold: 1m } } ]",
                          "")),
        &twin);
    struct ran b = watch(
        *state,
        SHOP("rate: 20/s, shape: [ { ramp: { from: 50%, to: 100%, over: 5m } } ]", ""),
        &plain);

    assert_int_equal(spiky.n, plain.n);
    assert_memory_equal(spiky.key, plain.key, plain.n * sizeof *plain.key);
    assert_memory_equal(spiky.value, plain.value, plain.n * sizeof *plain.value);
    ran_free(&a);
    ran_free(&b);
}

static void without_the_twin_a_spike_is_there(void **state)
{
    struct ran a = run_text(*state, SHOP("rate: 20/s, shape: [ { spike: { at: 4m, to: "
                                         "300%, hold: 1m } } ]",
                                         ""));

    near((double)(ran_row(&a, "page")->valid + ran_row(&a, "buy")->valid),
         20 * 600 + 40 * 60);
    ran_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_class_stays_what_it_is),
        TEST(its_load_is_real_and_follows_the_mix),
        TEST(several_floods_add_up),
        TEST(several_floods_are_not_the_same_one),
        TEST(it_ends_with_its_disturbance),
        TEST(it_shares_no_policy_with_the_class),
        TEST(users_of_a_closed_class_go_on_alike),
        TEST(the_ordinary_twin_has_no_spikes),
        TEST(without_the_twin_a_spike_is_there),
    };
    return cmocka_run_group_tests_name("flood", tests, NULL, NULL);
}
