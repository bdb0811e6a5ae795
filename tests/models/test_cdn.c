/* tests/models/test_cdn.c - what a CDN promises: plans made by hand, and scenarios. */
#include "tests/support/modelled.h"
#include "tests/support/run_text.h"
#include "tests/support/validate.h"

#include <math.h>

/* --- by hand: one origin of 10 ms, requests at given times ------------------------------------- */

enum { SERVER, EDGE, CLIENTS };

static struct hr_cdn_conf *setting(struct tiny *t, hr_time ttl)
{
    const struct hr_step wait = tiny_wait(10);

    tiny_init(t, HR_HOUR);
    modelled_service(t, "server", 1);
    tiny_op(t, "page", 1, &wait);
    return modelled_cdn(t, "edge", ttl);
}

static uint32_t ask(struct tiny *t, struct hr_call_options o, uint32_t n, const hr_time *at)
{
    uint32_t edge = tiny_component(t, "edge");

    return tiny_clients(t, t->components[edge].first_op, o, n, at);
}

/* The origin was asked `fetches` times by `n` requests. */
static void fetches(struct hr_cdn_conf *conf, struct tiny *t, uint32_t n, const hr_time *at,
                    uint64_t expected)
{
    (void)conf;
    ask(t, tiny_plain(), n, at);
    const struct hr_record *r = tiny_run(t);
    assert_int_equal(r->parts[SERVER].in, expected);
    assert_int_equal(r->rows[0].good, n);
}

static void an_answer_is_kept_to_the_nanosecond(void **unused)
{
    /* the answer of the first comes after 10 ms and is kept for 1 s */
    const hr_time end = MS(10) + HR_SECOND;
    const hr_time before[] = {0, end - 1}, after[] = {0, end};
    struct tiny t;

    (void)unused;
    struct hr_cdn_conf *conf = setting(&t, HR_SECOND);
    fetches(conf, &t, 2, before, 1);
    tiny_free(&t);
    conf = setting(&t, HR_SECOND);
    fetches(conf, &t, 2, after, 2);
    tiny_free(&t);
}

static void a_hit_does_not_prolong_the_ttl(void **unused)
{
    const hr_time at[] = {0, MS(900), MS(1100)};
    struct tiny t;

    (void)unused;
    struct hr_cdn_conf *conf = setting(&t, HR_SECOND);
    fetches(conf, &t, 3, at, 2);
    tiny_free(&t);
}

static void what_is_not_kept_is_passed_through(void **unused)
{
    const hr_time at[] = {0, MS(1), MS(50)};
    struct tiny t;

    (void)unused;
    struct hr_cdn_conf *conf = setting(&t, -1);
    fetches(conf, &t, 3, at, 3);
    assert_int_equal(hr_run_finish(t.run)->parts[EDGE].hits, 0);
    assert_int_equal(hr_run_finish(t.run)->parts[EDGE].misses, 0);
    tiny_free(&t);
}

static void one_fetch_serves_all_who_ask_meanwhile(void **unused)
{
    const hr_time at[] = {0, MS(1), MS(2.5), MS(9.999)};
    struct tiny t;

    (void)unused;
    struct hr_cdn_conf *conf = setting(&t, HR_SECOND);
    fetches(conf, &t, 4, at, 1);
    const struct hr_record *r = hr_run_finish(t.run);
    assert_int_equal(r->rows[0].answered_latency.max, MS(10));
    assert_int_equal(r->rows[0].answered_latency.min, MS(0.001));
    assert_true(fabs(r->rows[0].answered_latency.sum - MS(10 + 9 + 7.5 + 0.001)) < 1);
    assert_int_equal(r->parts[EDGE].hits, 3);
    assert_int_equal(r->parts[EDGE].misses, 1);
    tiny_free(&t);
}

static void without_coalescing_each_fetches_for_itself(void **unused)
{
    const hr_time at[] = {0, MS(1), MS(2.5), MS(11)};
    struct tiny t;

    (void)unused;
    struct hr_cdn_conf *conf = setting(&t, HR_SECOND);
    conf->coalesce = false;
    fetches(conf, &t, 4, at, 3);
    tiny_free(&t);
}

static void those_who_wait_share_an_error(void **unused)
{
    const hr_time at[] = {0, MS(1), MS(2)};
    struct tiny t;

    (void)unused;
    setting(&t, HR_SECOND);
    ask(&t, tiny_plain(), 3, at);
    tiny_disturb(&t, HR_VERB_LOSE, SERVER, MS(5), HR_SECOND);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->parts[SERVER].in, 1);
    assert_int_equal(r->rows[0].good, 0);
    assert_int_equal(r->rows[0].failed, 3);
    tiny_free(&t);
}

static void the_next_in_line_fetches_when_the_first_is_cancelled(void **unused)
{
    const hr_time first[] = {0}, second[] = {MS(1)}, third[] = {MS(2)};
    struct hr_call_options hasty = tiny_plain();
    struct tiny t;

    (void)unused;
    hasty.timeout = MS(3);
    hasty.cancel = HR_CANCEL_PROPAGATE;
    setting(&t, HR_SECOND);
    ask(&t, hasty, 1, first);
    ask(&t, tiny_plain(), 1, second);
    ask(&t, tiny_plain(), 1, third);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->parts[SERVER].in, 2);
    assert_int_equal(r->rows[0].timed_out, 1);
    assert_int_equal(r->rows[1].answered_latency.max, MS(3 + 10 - 1));
    assert_int_equal(r->rows[2].answered_latency.max, MS(3 + 10 - 2));
    assert_int_equal(r->parts[EDGE].gauges[HR_CDN_WAITING].level, 0);
    tiny_free(&t);
}

static void one_who_waits_may_leave_from_anywhere_in_the_line(void **unused)
{
    /* the last one comes when whoever is hasty has left */
    const hr_time at[] = {0, MS(1), MS(1.5), MS(2), MS(5)};
    struct hr_call_options hasty = tiny_plain();
    struct tiny t;

    (void)unused;
    hasty.timeout = MS(2);
    hasty.cancel = HR_CANCEL_PROPAGATE;
    for (uint32_t leaves = 1; leaves < 4; leaves++) {
        setting(&t, HR_SECOND);
        for (uint32_t i = 0; i < 5; i++)
            ask(&t, i == leaves ? hasty : tiny_plain(), 1, &at[i]);
        const struct hr_record *r = tiny_run(&t);
        assert_int_equal(r->parts[SERVER].in, 1);
        for (uint32_t i = 0; i < 5; i++)
            assert_int_equal(r->rows[i].good, i != leaves);
        assert_int_equal(r->parts[EDGE].gauges[HR_CDN_WAITING].level, 0);
        tiny_free(&t);
    }
}

static void a_stale_answer_is_better_than_an_error_for_a_while(void **unused)
{
    const hr_time at[] = {0, 3 * HR_SECOND, 12 * HR_SECOND};
    struct tiny t;

    (void)unused;
    struct hr_cdn_conf *conf = setting(&t, HR_SECOND);
    conf->serve_stale = 10 * HR_SECOND;
    ask(&t, tiny_plain(), 3, at);
    tiny_disturb(&t, HR_VERB_FAIL, SERVER, 2 * HR_SECOND, HR_HOUR);
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->rows[0].good, 2);
    assert_int_equal(r->rows[0].degraded, 1);
    assert_int_equal(r->rows[0].failed, 1);
    tiny_free(&t);
}

static void an_error_is_remembered_for_a_while(void **unused)
{
    const hr_time at[] = {0, HR_SECOND, 2 * HR_SECOND - 1, 2 * HR_SECOND};
    struct tiny t;

    (void)unused;
    struct hr_cdn_conf *conf = setting(&t, HR_MINUTE);
    conf->error_ttl = 2 * HR_SECOND;
    ask(&t, tiny_plain(), 4, at);
    tiny_disturb(&t, HR_VERB_FAIL, SERVER, 0, HR_SECOND); /* the first request alone */
    const struct hr_record *r = tiny_run(&t);
    assert_int_equal(r->parts[SERVER].in, 2);
    assert_int_equal(r->rows[0].failed, 3);
    assert_int_equal(r->rows[0].good, 1);
    tiny_free(&t);
}

/* Three pages of 40 kB, asked as a b c a. */
static uint64_t fetched_with_room_for(int64_t capacity)
{
    static const hr_time times[] = {0, HR_SECOND, 2 * HR_SECOND, 3 * HR_SECOND};
    struct hr_op_bytes bytes = {hr_law_constant(500), hr_law_constant(40000)};
    const struct hr_step wait = tiny_wait(10);
    struct hr_op_conf *conf;
    struct tiny t;

    tiny_init(&t, HR_HOUR);
    modelled_service(&t, "server", 1);
    for (const char *const *name = (const char *const[]){"a", "b", "c", NULL}; *name;
         name++) {
        const uint32_t op = tiny_op(&t, *name, 1, &wait);
        conf = (struct hr_op_conf *)(uintptr_t)t.operations[op].conf;
        conf->bytes = &bytes;
    }
    modelled_cdn(&t, "edge", HR_HOUR)->capacity = capacity;
    const uint32_t first = t.components[EDGE].first_op;
    for (uint32_t i = 0; i < 4; i++)
        tiny_clients(&t, first + i % 3, tiny_plain(), 1, &times[i]);
    const uint64_t in = tiny_run(&t)->parts[SERVER].in;
    tiny_free(&t);
    return in;
}

static void the_least_recently_used_goes_when_bytes_are_short(void **unused)
{
    (void)unused;
    assert_int_equal(fetched_with_room_for(120000), 3);
    assert_int_equal(fetched_with_room_for(119999), 4);
}

/* --- scenarios ------------------------------------------------------------------------------ */

#define APP_OF(bytes)                                                                      \
    "  app: { kind: service, in: us-east-1, cores: 64, operations: { page: { " bytes       \
    "steps: [ { wait: 5ms } ] } } }\n"
#define FAR(to, edge, app)                                                                 \
    "headroom: 1\nhorizon: 10m\nplaces: { us-east-1: { provider: aws } }\n"                \
    "traffic: { readers: { from: europe, to: " to ", rate: 5/s, mix: { page: 100% } } }\n" \
    "components:\n" edge app

/* One way: the last mile, and half a round trip each way between eu-central-1 and us-east-1. */
static const double mile_ms = 10, out_ms = 92.66 / 2, home_ms = 92.95 / 2;

static void every_answer_takes(void **state, const char *text, double ms)
{
    struct ran r = run_text(*state, text);
    const struct hr_hist *h = &ran_row(&r, "page")->answered_latency;

    assert_true(h->total > 2500);
    assert_true(fabs((double)h->min - ms * 1e6) < 2);
    assert_true(fabs((double)h->max - ms * 1e6) < 2);
    ran_free(&r);
}

static void the_way_over_an_edge_is_as_long_as_the_way_without(void **state)
{
    const double all = 2 * mile_ms + out_ms + home_ms + 5;

    every_answer_takes(state, FAR("app", "", APP_OF("")), all);
    every_answer_takes(
        state, FAR("edge", "  edge: { kind: cdn, origin: app }\n", APP_OF("")), all);
}

static void a_hit_takes_the_last_mile_alone(void **state)
{
    every_answer_takes(state,
                       FAR("edge",
                           "  edge: { kind: cdn, origin: app, cache: { page: 365d } }\n",
                           APP_OF("")),
                       2 * mile_ms);
}

static void a_cdn_with_a_place_stands_there(void **state)
{
    every_answer_takes(state,
                       FAR("edge",
                           "  edge: { kind: cdn, in: us-east-1, origin: app, cache: { "
                           "page: 365d } }\n",
                           APP_OF("")),
                       2 * mile_ms + out_ms + home_ms);
}

static void a_written_link_is_not_counted_twice(void **state)
{
    every_answer_takes(
        state,
        FAR("edge", "  edge: { kind: cdn, origin: app }\n",
            APP_OF("") "links: { l: { from: europe, to: us-east-1, latency: 60ms } }\n"),
        2 * 60 + 5);
}

#define SIZED "bytes: { request: 2kB, response: 50kB }, "
static void bytes_are_used_by_class_and_not_transferred(void **state)
{
    struct ran r = run_text(
        *state, FAR("edge", "  edge: { kind: cdn, origin: app, cache: { page: 1m } }\n",
                    APP_OF(SIZED)));
    const struct hr_part_record *edge = ran_part(&r, "edge"), *app = ran_part(&r, "app");
    int64_t out = 0;

    /* Answers leave as they are counted; the last few may be on their way at the horizon. */
    assert_int_equal(ran_usage(&r, "edge", "requests_eu"), edge->measured_in);
    assert_int_equal(ran_usage(&r, "edge", "requests_na"), 0);
    assert_int_equal(ran_usage(&r, "edge", "egress_eu"),
                     50000 * edge->measured_ended[HR_OK]);
    assert_in_range(app->measured_in, 9, 11);
    assert_int_equal(ran_usage(&r, "edge", "to_origin"), 2000 * app->measured_in);
    for (uint32_t i = 0; i < HR_N_TRANSFERS * r.record->n_hours; i++)
        out += edge->transfer[i] + app->transfer[i];
    assert_int_equal(out, 0);
    ran_free(&r);
    r = run_text(*state, FAR("app", "", APP_OF(SIZED)));
    assert_true(ran_part(&r, "app")->transfer[HR_TRANSFER_OUT * r.record->n_hours] > 0);
    ran_free(&r);
}

static void what_is_kept_is_an_operation_of_the_origin(void **state)
{
    refuse(*state,
           FAR("edge", "  edge: { kind: cdn, origin: app, cache: { pgae: 1m } }\n",
               APP_OF("")),
           HR_E402);
}

/* --- hit ratios ----------------------------------------------------------------------------- */

#define KEYED(count, exponent, rate, horizon, edge)                                        \
    "headroom: 1\nwarmup: 0s\nhorizon: " horizon "\n"                                      \
    "places: { us-east-1: { provider: aws } }\n"                                           \
    "keys: { item: { count: " count ", popularity: zipf(" exponent "), size: 1kB } }\n"    \
    "traffic: { readers: { from: europe, to: edge, rate: " rate                            \
    ", mix: { page: 100% } } }\n"                                                          \
    "components:\n  edge: { kind: cdn, origin: app, keys: { page: item }, " edge " }\n"    \
    "  app: { kind: third_party, latency: 0s }\nlinks:\n"                                  \
    "  l: { from: europe, to: us-east-1, latency: 0s }\n"

static double hit_ratio(const struct hr_plan *plan, const struct hr_record *r)
{
    const struct hr_part_record *edge = &r->parts[component(plan, "edge")];

    return (double)edge->hits / (double)(edge->hits + edge->misses);
}

/* Replications of a scenario that begins warm, without a warm-up. */
static void hits(struct fixture *f, const char *text, const char *id, double expected,
                 double tolerance)
{
    const struct hr_plan *plan = load(f, text);
    const uint32_t n = VALIDATE_SLOW ? 8 : 32;
    double x[VALIDATE_MOST];

    for (uint32_t i = 0; i < n; i++) {
        const struct hr_run_options o = {.seed = 7, .replication = i};
        struct ran r = run_plan(plan, &o);
        x[i] = hit_ratio(plan, r.record);
        ran_free(&r);
    }
    validate_mean(id, x, n, expected, tolerance);
}

/* CACHE-SIM-LRU-0.8-1000: simulated independently, +-0.000206; Che says 0.436660. */
static void lru_under_zipf_has_the_known_hit_ratio(void **state)
{
    hits(*state,
         KEYED("10k", "0.8", "2000/s", "60s", "cache: { page: 3650d }, capacity: 1MB"),
         "CACHE-SIM-LRU-0.8-1000", 0.436694, 0.002);
}

/* 0.9 s is what it takes until a cache of that size has been turned over. */
static void a_full_cache_holds_what_was_used_last_from_the_first_request(void **state)
{
    hits(*state,
         KEYED("10k", "0.8", "2000/s", "2s", "cache: { page: 3650d }, capacity: 1MB"),
         "CACHE-SIM-LRU-0.8-1000 at once", 0.436694, 0.015);
}

/* Of an object with r requests a second, kept for T: hits are rT of rT + 1. */
static void ttl_under_zipf_has_the_exact_hit_ratio(void **state)
{
    double h = 0, sum = 0;

    for (int k = 1; k <= 2000; k++)
        h += 1.0 / k;
    for (int k = 1; k <= 2000; k++) {
        const double asked = 50.0 * 30 / k / h;
        sum += 1.0 / k / h * asked / (1 + asked);
    }
    hits(*state, KEYED("2k", "1", "50/s", "10m", "cache: { page: 30s }"), "TTL", sum,
         0.006);
}

/* Both ways of filling a cache leave the same: few objects are asked for one by one. */
static void a_warm_cache_is_warm_from_the_first_request(void **state)
{
    double h = 0, sum = 0;

    for (int k = 1; k <= 500; k++)
        h += 1 / sqrt(k);
    for (int k = 1; k <= 500; k++) {
        const double asked = 1000.0 * 200 / sqrt(k) / h;
        sum += 1 / sqrt(k) / h * asked / (1 + asked);
    }
    hits(*state, KEYED("500", "0.5", "1000/s", "5s", "cache: { page: 200s }"), "warm", sum,
         0.005);
}

static void a_cold_cache_is_cold(void **state)
{
    struct ran r = run_text(*state, "start_cold: true\n" KEYED("500", "0.5", "1000/s", "5s",
                                                               "cache: { page: 200s }"));

    assert_in_range(ran_part(&r, "edge")->misses, 495, 500);
    ran_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_kept_to_the_nanosecond),
        cmocka_unit_test(a_hit_does_not_prolong_the_ttl),
        cmocka_unit_test(what_is_not_kept_is_passed_through),
        cmocka_unit_test(one_fetch_serves_all_who_ask_meanwhile),
        cmocka_unit_test(without_coalescing_each_fetches_for_itself),
        cmocka_unit_test(those_who_wait_share_an_error),
        cmocka_unit_test(the_next_in_line_fetches_when_the_first_is_cancelled),
        cmocka_unit_test(one_who_waits_may_leave_from_anywhere_in_the_line),
        cmocka_unit_test(a_stale_answer_is_better_than_an_error_for_a_while),
        cmocka_unit_test(an_error_is_remembered_for_a_while),
        cmocka_unit_test(the_least_recently_used_goes_when_bytes_are_short),
        TEST(the_way_over_an_edge_is_as_long_as_the_way_without),
        TEST(a_hit_takes_the_last_mile_alone),
        TEST(a_cdn_with_a_place_stands_there),
        TEST(a_written_link_is_not_counted_twice),
        TEST(bytes_are_used_by_class_and_not_transferred),
        TEST(what_is_kept_is_an_operation_of_the_origin),
        TEST(lru_under_zipf_has_the_known_hit_ratio),
        TEST(a_full_cache_holds_what_was_used_last_from_the_first_request),
        TEST(ttl_under_zipf_has_the_exact_hit_ratio),
        TEST(a_warm_cache_is_warm_from_the_first_request),
        TEST(a_cold_cache_is_cold),
    };
    return cmocka_run_group_tests_name("cdn", tests, NULL, NULL);
}
