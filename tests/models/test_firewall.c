/* tests/models/test_firewall.c - what a firewall promises. */
#include "tests/support/run_text.h"

#include <math.h>

#define SHOP(waf, more)                                                                    \
    "headroom: 1\nhorizon: 30m\nwarmup: 0s\n"                                              \
    "traffic: { visitors: { to: waf, rate: 50/s, mix: { page: 80%, buy: 20% } } }\n"       \
    "components:\n  waf: { kind: firewall, to: app, " waf " }\n"                           \
    "  app: { kind: third_party, latency: 5ms }\n" more

/* `n` of `all`, each with probability p: 4.9 standard deviations leave one chance in a million. */
static void assert_share(double n, double all, double p)
{
    const double sd = sqrt(all * p * (1 - p));

    if (!(fabs(n - all * p) <= 4.9 * sd))
        fail_msg("%g of %g: not a share of %g", n, all, p);
}

/* --- where it stands ------------------------------------------------------------------------ */

#define FAR(to, waf, more)                                                                 \
    "headroom: 1\nhorizon: 10m\nwarmup: 0s\n"                                              \
    "places: { us-east-1: { provider: aws, zones: [a, b] } }\n"                            \
    "traffic: { readers: { from: europe, to: " to ", rate: 5/s, mix: { page: 100% } } }\n" \
    "components:\n" waf more                                                               \
    "  app: { kind: service, in: us-east-1/a, cores: 64, operations: { page: { bytes: { "  \
    "request: 1kB, response: 9kB }, steps: [ { wait: 5ms } ] } } }\n"
#define WAF "  waf: { kind: firewall, to: app }\n"

static void every_answer_takes(void **state, const char *text, double ms)
{
    struct ran r = run_text(*state, text);
    const struct hr_hist *h = &ran_row(&r, "page")->answered_latency;

    assert_true(h->total > 2500);
    assert_true(fabs((double)h->min - ms * 1e6) < 2);
    assert_true(fabs((double)h->max - ms * 1e6) < 2);
    ran_free(&r);
}

static void it_adds_no_network_in_front_of_a_service(void **state)
{
    const double ms = 20 + 92.66 / 2 + 92.95 / 2 + 5;

    every_answer_takes(state, FAR("app", "", ""), ms);
    every_answer_takes(state, FAR("waf", WAF, ""), ms);
    every_answer_takes(state, FAR("outer", WAF, "  outer: { kind: firewall, to: waf }\n"),
                       ms);
}

static void it_stands_at_the_edge_in_front_of_a_cdn(void **state)
{
    every_answer_takes(state,
                       FAR("waf", "  waf: { kind: firewall, to: edge }\n",
                           "  edge: { kind: cdn, origin: app, cache: { page: 365d } }\n"),
                       20);
}

static void it_may_stand_between_a_cdn_and_its_origin(void **state)
{
    every_answer_takes(state, FAR("edge", WAF, "  edge: { kind: cdn, origin: waf }\n"),
                       20 + 92.66 / 2 + 92.95 / 2 + 5);
}

static void its_latency_is_added_once(void **state)
{
    every_answer_takes(state,
                       FAR("waf", "  waf: { kind: firewall, to: app, latency: 3ms }\n", ""),
                       20 + 92.66 / 2 + 92.95 / 2 + 5 + 3);
}

static void bytes_are_transferred_once(void **state)
{
    struct ran r = run_text(*state, FAR("waf", WAF, ""));
    const struct hr_part_record *waf = ran_part(&r, "waf"), *app = ran_part(&r, "app");
    int64_t sum = 0;

    for (uint32_t i = 0; i < HR_N_TRANSFERS * r.record->n_hours; i++)
        sum += waf->transfer[i] + app->transfer[i];
    assert_int_equal(sum, 9000 * waf->measured_ended[HR_OK]);
    ran_free(&r);
}

/* --- mistakes ------------------------------------------------------------------------------- */

static void false_positives_are_a_share_of_legitimate_requests(void **state)
{
    struct ran r = run_text(*state, SHOP("false_positives: 2%", ""));
    const double all = (double)(ran_row(&r, "page")->valid + ran_row(&r, "buy")->valid);

    assert_share((double)ran_gauge(&r, "waf", "blocked_legitimate"), all, 0.02);
    assert_int_equal(ran_row(&r, "page")->refused + ran_row(&r, "buy")->refused,
                     ran_gauge(&r, "waf", "blocked_legitimate"));
    for (uint32_t i = 0; i < r.record->n_events; i++) /* that is how it always is */
        assert_string_not_equal(r.record->events[i].what, "blocks legitimate requests");
    ran_free(&r);
}

static double blocked_in(const struct ran *r, const char *row, hr_time from, hr_time to)
{
    const struct hr_row_record *x = ran_row(r, row);
    uint64_t n = 0;

    for (uint32_t b = 0; b < r->record->n_buckets; b++)
        if (b * r->record->bucket >= from && b * r->record->bucket < to)
            n += x->bads[b];
    return (double)n;
}

static double asked_in(const struct ran *r, const char *row, hr_time from, hr_time to)
{
    const struct hr_row_record *x = ran_row(r, row);
    uint64_t n = 0;

    for (uint32_t b = 0; b < r->record->n_buckets; b++)
        if (b * r->record->bucket >= from && b * r->record->bucket < to)
            n += x->arrivals[b];
    return (double)n;
}

static void a_bad_rule_blocks_its_share_while_it_lasts(void **state)
{
    struct ran r =
        run_text(*state, SHOP("rules: 3", "disturbances:\n  bad: { misconfigure: waf, by: "
                                          "30%, at: 10m, for: 10m }\n"));

    for (const char *const *row = (const char *const[]){"page", "buy", NULL}; *row; row++) {
        const double all = asked_in(&r, *row, 10 * HR_MINUTE, 20 * HR_MINUTE);
        assert_share(blocked_in(&r, *row, 10 * HR_MINUTE, 20 * HR_MINUTE), all, 0.3);
        assert_true(blocked_in(&r, *row, 0, HR_HOUR) ==
                    blocked_in(&r, *row, 10 * HR_MINUTE, 20 * HR_MINUTE));
    }
    ran_free(&r);
}

static void a_bad_rule_may_be_of_one_operation(void **state)
{
    struct ran r = run_text(
        *state, SHOP("rules: 3", "disturbances:\n  bad: { misconfigure: waf.buy, by: "
                                 "30%, at: 0s, for: 30m }\n"));

    assert_int_equal(ran_row(&r, "page")->refused, 0);
    assert_share((double)ran_row(&r, "buy")->refused, (double)ran_row(&r, "buy")->valid,
                 0.3);
    ran_free(&r);
}

static void what_is_mistaken_once_is_mistaken_again(void **state)
{
    struct ran r = run_text(
        *state, "headroom: 1\nhorizon: 30m\nwarmup: 0s\n"
                "traffic: { visitors: { to: waf, rate: 20/s, mix: { page: 100% }, retry: { "
                "attempts: 3, backoff: 10ms } } }\n"
                "components:\n  waf: { kind: firewall, to: app, false_positives: 10% }\n"
                "  app: { kind: third_party, latency: 5ms }\n");
    const struct hr_row_record *row = ran_row(&r, "page");

    assert_share((double)row->refused, (double)row->valid, 0.1);
    assert_int_equal(ran_gauge(&r, "waf", "blocked_legitimate"), 3 * row->refused);
    ran_free(&r);
}

/* --- floods --------------------------------------------------------------------------------- */

#define FLOOD "disturbances:\n  flood: { flood: visitors, rate: 400/s, at: 5m, for: 10m }\n"
#define RULE(more)                                                                         \
    "rate_limit: { requests: 2000, window: 5m, every: 30s, delay: 90s" more " }"

static double hostile_passed(const struct ran *r)
{
    return (double)ran_part(r, "app")->in -
           (double)(ran_row(r, "page")->good + ran_row(r, "buy")->good);
}

/* 2000 requests come in 5 s; the rule looks 30 s after the first of them, and acts 90 s later:
 * 120 s of the 600 s pass, but for a few ms. */
static void the_rate_rule_stops_a_flood_after_its_delay(void **state)
{
    struct ran r = run_text(*state, SHOP(RULE(""), FLOOD));

    assert_true(fabs(hostile_passed(&r) - 400 * 120) < 4.9 * sqrt(400 * 120) + 4);
    const double blocked = (double)ran_gauge(&r, "waf", "blocked_hostile");
    assert_true(fabs(blocked - 400 * 480) < 4.9 * sqrt(400 * 480) + 4);
    ran_free(&r);
}

static void the_rate_rule_leaves_visitors_alone(void **state)
{
    struct ran r = run_text(*state, SHOP(RULE(""), FLOOD));

    assert_int_equal(ran_gauge(&r, "waf", "blocked_legitimate"), 0);
    assert_int_equal(ran_row(&r, "page")->good, ran_row(&r, "page")->valid);
    assert_int_equal(ran_row(&r, "buy")->good, ran_row(&r, "buy")->valid);
    ran_free(&r);
}

static void sources_below_the_limit_are_not_caught(void **state)
{
    struct ran r = run_text(*state, SHOP(RULE(", detects: 70%"), FLOOD));

    assert_share((double)ran_gauge(&r, "waf", "blocked_hostile"), 400 * 480, 0.7);
    ran_free(&r);
    /* 240,000 requests of 200 sources are 600 of each in the window of five minutes */
    r = run_text(*state, SHOP(RULE(", sources: 200"), FLOOD));
    assert_int_equal(ran_gauge(&r, "waf", "blocked_hostile"), 0);
    ran_free(&r);
}

static void the_rate_rule_is_lifted_when_the_flood_is_over(void **state)
{
    struct ran r = run_text(*state, SHOP(RULE(""), FLOOD));
    hr_time active = -1, lifted = -1;

    for (uint32_t i = 0; i < r.record->n_events; i++) {
        if (strcmp(r.record->events[i].what, "rate rule active") == 0)
            active = r.record->events[i].at;
        if (strcmp(r.record->events[i].what, "rate rule lifted") == 0)
            lifted = r.record->events[i].at;
    }
    assert_in_range(active, 420 * HR_SECOND, 420 * HR_SECOND + 100 * HR_MILLISECOND);
    /* the last request is at 15 m; the window of 5 m has to pass, a look, and the delay */
    assert_in_range(lifted, (900 + 270 + 90) * HR_SECOND,
                    (900 + 300 + 30 + 90) * HR_SECOND);
    ran_free(&r);
}

static void ordinary_rules_know_their_share_at_once(void **state)
{
    struct ran r = run_text(*state, SHOP("detects: 25%", FLOOD));
    const double blocked = (double)ran_gauge(&r, "waf", "blocked_hostile");

    assert_share(blocked, blocked + hostile_passed(&r), 0.25);
    ran_free(&r);
}

static void the_list_its_rules_and_its_requests_are_billed(void **state)
{
    struct ran r = run_text(*state, SHOP("rules: 7", FLOOD));

    assert_int_equal(ran_usage(&r, "waf", "acl"), 1800);
    assert_int_equal(ran_usage(&r, "waf", "rules"), 7 * 1800);
    assert_int_equal(ran_usage(&r, "waf", "requests"), ran_part(&r, "waf")->measured_in);
    ran_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_adds_no_network_in_front_of_a_service),
        TEST(it_stands_at_the_edge_in_front_of_a_cdn),
        TEST(it_may_stand_between_a_cdn_and_its_origin),
        TEST(its_latency_is_added_once),
        TEST(bytes_are_transferred_once),
        TEST(false_positives_are_a_share_of_legitimate_requests),
        TEST(a_bad_rule_blocks_its_share_while_it_lasts),
        TEST(a_bad_rule_may_be_of_one_operation),
        TEST(what_is_mistaken_once_is_mistaken_again),
        TEST(the_rate_rule_stops_a_flood_after_its_delay),
        TEST(the_rate_rule_leaves_visitors_alone),
        TEST(sources_below_the_limit_are_not_caught),
        TEST(the_rate_rule_is_lifted_when_the_flood_is_over),
        TEST(ordinary_rules_know_their_share_at_once),
        TEST(the_list_its_rules_and_its_requests_are_billed),
    };
    return cmocka_run_group_tests_name("firewall", tests, NULL, NULL);
}
