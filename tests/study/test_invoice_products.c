/* tests/study/test_invoice_products.c - the invoice of each billed product, by hand, to the cent.
 *
 * Usage is written down; prices are those of the catalogue.  Where the horizon is 730 h nothing
 * is scaled, and all usage may stand in the first hour; a GiB is 2^30 bytes. */
#include "tests/support/billed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define GIB     (INT64_C(1) << 30)
#define TIB     (INT64_C(1) << 40)
#define MONTH   730
#define MILLION INT64_C(1000000)

#define ASSERT_LINE(v, part, dimension, wanted)                                            \
    assert_int_equal(billed_cents(v, part, dimension, HR_LINE_USAGE), wanted)

static const struct hr_dimension group[] = {
    {"instance", "instances", "", true}, {"surplus_credits", "vCPU-ms", "", false}, {0}};

static void instances_are_paid_by_the_hour(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", group, "{ product: aws.ec2.m5.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_level(b, app, 0, 0, 24, 3);
    v = billed_invoice(b);
    ASSERT_LINE(v, app, "instance", 21024); /* 3 x 730 h x $0.096 = $210.24 */
    assert_int_equal(v->cents, 21024);
    billed_destroy(b);
}

static void burst_credits_beyond_what_was_earned_are_paid_by_the_vcpu_hour(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", group, "{ product: aws.ec2.t3.medium }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, app, 1, 7, 7200000); /* 2 vCPU-h a day: 2 x 730 / 24 = 60.8333 a month */
    v = billed_invoice(b);
    ASSERT_LINE(v, app, "surplus_credits", 304); /* x $0.05 = $3.0417 */
    billed_destroy(b);
}

static void a_balancer_is_paid_by_the_hour_and_by_its_largest_dimension(void **state)
{
    static const struct hr_dimension balancer[] = {{"hour", "1", "", true},
                                                   {"new_connections", "1", "", false},
                                                   {"active_connections", "1", "", true},
                                                   {"processed", "B", "", false},
                                                   {"rule_evaluations", "1", "", false},
                                                   {"requests", "1", "", false},
                                                   {0}};
    struct billed *b = billed_create(24);
    const uint32_t web = billed_part(b, "web", balancer, "{ product: aws.alb }");
    const struct hr_invoice *v;

    (void)state;
    billed_level(b, web, 0, 0, 24, 1);
    /* Hour 0: connections 180,000 / (25 x 3600) = 2; bytes 3; the largest is 3. */
    billed_use(b, web, 1, 0, 180000);
    billed_use(b, web, 3, 0, 3 * GIB);
    /* The other 23: 1500 of 3000 connections open; rules 1.8M / (1000 x 3600): 0.5 each. */
    billed_level(b, web, 2, 1, 24, 1500);
    for (uint32_t h = 1; h < 24; h++)
        billed_use(b, web, 4, h, 1800000);
    billed_use(b, web, 5, 3, 123456); /* requests cost nothing beside that */
    v = billed_invoice(b);
    ASSERT_LINE(v, web, "hour", 1643); /* 730 x $0.0225 = $16.425, half up */
    ASSERT_LINE(v, web, "lcu", 353);   /* (3 + 23 x 0.5) x 730/24 x $0.008 = $3.5283 */
    assert_int_equal(v->cents, 1643 + 353);
    assert_int_equal(v->n_missing, 0);
    billed_destroy(b);
}

static void a_cdn_is_paid_by_class_with_tiers_and_one_allowance_for_all(void **state)
{
    static const struct hr_dimension cdn[] = {
        {"requests_na", "1", "", false}, {"requests_eu", "1", "", false},
        {"egress_na", "B", "", false},   {"egress_eu", "B", "", false},
        {"to_origin", "B", "", false},   {0}};
    struct billed *b = billed_create(MONTH);
    const uint32_t edge = billed_part(b, "edge", cdn, "{ product: aws.cloudfront }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, edge, 0, 0, 15 * MILLION);
    billed_use(b, edge, 1, 0, 5 * MILLION);
    billed_use(b, edge, 2, 0, 20 * TIB);
    billed_use(b, edge, 3, 0, 5 * TIB);
    billed_use(b, edge, 4, 0, 10 * GIB);
    billed_move(b, edge, HR_TRANSFER_OUT, 0, 25 * TIB); /* paid for as egress already */
    v = billed_invoice(b);
    /* 1 TiB is free: 0.8 of it go to NA, 0.2 to EU.
     * NA: 9.2 TiB x 1024 x $0.085 + 10 TiB x 1024 x $0.08 = 800.768 + 819.2 = $1619.968 */
    ASSERT_LINE(v, edge, "egress_na", 161997);
    ASSERT_LINE(v, edge, "egress_eu", 41779); /* 4.8 x 1024 x $0.085 = $417.792 */
    ASSERT_LINE(v, edge, "requests_na", 750); /* (15M - 7.5M free) at $1/M */
    ASSERT_LINE(v, edge, "requests_eu", 300); /* (5M - 2.5M free) at $1.20/M */
    ASSERT_LINE(v, edge, "to_origin", 20);    /* 10 x $0.02 */
    assert_int_equal(billed_cents(v, edge, "transfer_out", HR_LINE_TRANSFER), 0);
    assert_int_equal(v->cents, 161997 + 41779 + 750 + 300 + 20);
    billed_destroy(b);
}

static void a_firewall_is_paid_by_the_list_the_rule_and_the_request(void **state)
{
    static const struct hr_dimension firewall[] = {{"acl", "1", "", true},
                                                   {"rules", "1", "", true},
                                                   {"requests", "1", "", false},
                                                   {0}};
    struct billed *b = billed_create(24);
    const uint32_t waf = billed_part(b, "waf", firewall, "{ product: aws.waf }");
    const struct hr_invoice *v;

    (void)state;
    billed_level(b, waf, 0, 0, 24, 1);
    billed_level(b, waf, 1, 0, 24, 4);
    billed_use(b, waf, 2, 5, MILLION); /* a day: 30.41667M a month */
    v = billed_invoice(b);
    ASSERT_LINE(v, waf, "acl", 500);
    ASSERT_LINE(v, waf, "rules", 400);
    ASSERT_LINE(v, waf, "requests", 1825); /* 30.41667 x $0.60 = $18.25 */
    billed_destroy(b);
}

static void an_object_store_is_paid_by_what_it_holds_and_by_request(void **state)
{
    static const struct hr_dimension store[] = {{"storage", "GiB", "", true},
                                                {"get", "1", "", false},
                                                {"put", "1", "", false},
                                                {0}};
    struct billed *b = billed_create(24);
    const uint32_t files = billed_part(b, "files", store, "{ product: aws.s3.standard }");
    const struct hr_invoice *v;

    (void)state;
    billed_level(b, files, 0, 0, 24, 60 * 1024);
    billed_use(b, files, 1, 0, 240000); /* 7.3M a month */
    billed_use(b, files, 2, 0, 24000);  /* 730,000 a month */
    v = billed_invoice(b);
    /* 50 TiB x 1024 x $0.023 + 10 TiB x 1024 x $0.022 = 1177.60 + 225.28 */
    ASSERT_LINE(v, files, "storage", 140288);
    ASSERT_LINE(v, files, "get", 292); /* 7300 x $0.0004 = $2.92 */
    ASSERT_LINE(v, files, "put", 365); /* 730 x $0.005 = $3.65 */
    billed_destroy(b);
}

static const struct hr_dimension database[] = {{"instance", "1", "", true},
                                               {"standby", "1", "", true},
                                               {"replica", "1", "", true},
                                               {"storage", "GiB", "", true},
                                               {"iops", "1", "", true},
                                               {"backup", "GiB", "", true},
                                               {0}};

static void a_database_with_a_standby_costs_twice(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t orders = billed_part(
        b, "orders", database,
        "{ product: aws.rds.mysql.db.m5.large, storage: { size: 200GiB, type: gp3 } }");
    const struct hr_invoice *v;

    (void)state;
    billed_level(b, orders, 0, 0, 24, 1);
    billed_level(b, orders, 1, 0, 24, 1);
    billed_level(b, orders, 3, 0, 24, 400); /* 200 GiB here and there */
    billed_level(b, orders, 4, 0, 24, 1000);
    billed_level(b, orders, 5, 0, 24, 50);
    v = billed_invoice(b);
    ASSERT_LINE(v, orders, "instance", 12483); /* 730 x $0.171 = $124.83 */
    ASSERT_LINE(v, orders, "standby", 12483);
    ASSERT_LINE(v, orders, "storage", 4600); /* 400 x $0.115 */
    ASSERT_LINE(v, orders, "iops", 2000);    /* 1000 x $0.02 */
    ASSERT_LINE(v, orders, "backup", 475);   /* 50 x $0.095 */
    assert_int_equal(v->cents, 2 * 12483 + 4600 + 2000 + 475);
    billed_destroy(b);
}

static void a_database_on_provisioned_io_pays_its_own_prices(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t orders = billed_part(
        b, "orders", database,
        "{ product: aws.rds.postgres.db.m5.large, storage: { size: 100GiB, type: io1 } }");
    const struct hr_invoice *v;

    (void)state;
    billed_level(b, orders, 2, 0, 24, 2);
    billed_level(b, orders, 3, 0, 24, 100);
    billed_level(b, orders, 4, 0, 24, 2000);
    v = billed_invoice(b);
    ASSERT_LINE(v, orders, "replica", 25988); /* 2 x 730 x $0.178 = $259.88 */
    ASSERT_LINE(v, orders, "storage", 1250);  /* 100 x $0.125 */
    ASSERT_LINE(v, orders, "iops", 20000);    /* 2000 x $0.10 */
    billed_destroy(b);
}

static void a_cache_is_paid_by_the_node(void **state)
{
    static const struct hr_dimension cache[] = {{"node", "1", "", true}, {0}};
    struct billed *b = billed_create(24);
    const uint32_t items = billed_part(
        b, "items", cache, "{ product: aws.elasticache.redis.cache.r6g.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_level(b, items, 0, 0, 24, 2);
    v = billed_invoice(b);
    ASSERT_LINE(v, items, "node", 30076); /* 1460 h x $0.206 = $300.76 */
    assert_false(v->lines[0].trusted);    /* a secondary source */
    billed_destroy(b);
}

static void a_queue_is_paid_by_the_request_after_the_first_million(void **state)
{
    static const struct hr_dimension queue[] = {{"requests", "1", "", false}, {0}};
    struct billed *b = billed_create(MONTH);
    const uint32_t emails =
        billed_part(b, "emails", queue, "{ product: aws.sqs.standard }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, emails, 0, 100, 3500000);
    v = billed_invoice(b);
    ASSERT_LINE(v, emails, "requests", 100); /* 2.5M x $0.40/M */
    billed_destroy(b);
}

static void a_function_is_paid_by_the_call_and_by_memory_times_time(void **state)
{
    static const struct hr_dimension function[] = {
        {"requests", "1", "", false}, {"compute", "MiB ms", "", false}, {0}};
    struct billed *b = billed_create(MONTH);
    const uint32_t mailer = billed_part(b, "mailer", function, "{ product: aws.lambda }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, mailer, 0, 0, 5 * MILLION);
    billed_use(b, mailer, 1, 0, 5 * MILLION * 128 * 1000); /* 128 MiB, 1 s each */
    v = billed_invoice(b);
    ASSERT_LINE(v, mailer, "requests", 80); /* (5M - 1M) x $0.20/M */
    /* 5M x 0.125 GiB-s = 625,000; less 400,000 free: 225,000 x $0.0000166667 = $3.7500075 */
    ASSERT_LINE(v, mailer, "compute", 375);
    billed_destroy(b);
}

static void bytes_between_zones_and_regions_are_paid_by_who_sends_them(void **state)
{
    struct billed *b = billed_create(MONTH);
    const uint32_t app = billed_part(b, "app", group, "{ product: aws.ec2.m5.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_move(b, app, HR_TRANSFER_ZONE, 0, 50 * GIB);
    billed_move(b, app, HR_TRANSFER_REGION, 0, 30 * GIB);
    v = billed_invoice(b);
    /* 50 x ($0.01 out + $0.01 in); 30 x $0.02 */
    assert_int_equal(billed_cents(v, app, "transfer_zone", HR_LINE_TRANSFER), 100);
    assert_int_equal(billed_cents(v, app, "transfer_region", HR_LINE_TRANSFER), 60);
    billed_destroy(b);
}

static void
bytes_to_the_internet_share_allowance_and_tiers_over_all_components(void **state)
{
    struct billed *b = billed_create(MONTH);
    const uint32_t app = billed_part(b, "app", group, "{ product: aws.ec2.m5.large }");
    const uint32_t api = billed_part(b, "api", group, "{}");
    const struct hr_invoice *v;

    (void)state;
    billed_move(b, app, HR_TRANSFER_OUT, 0, 9 * TIB);
    billed_move(b, api, HR_TRANSFER_OUT, 9, 3 * TIB);
    v = billed_invoice(b);
    /* 12 TiB: (10240 - 100) x $0.09 + 2048 x $0.085 = 912.60 + 174.08 = $1086.68, of which
     * 9/12 are of app: $815.01 */
    assert_int_equal(billed_cents(v, app, "transfer_out", HR_LINE_TRANSFER), 81501);
    assert_int_equal(billed_cents(v, api, "transfer_out", HR_LINE_TRANSFER), 27167);
    assert_int_equal(v->cents, 108668);
    billed_destroy(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(instances_are_paid_by_the_hour),
        cmocka_unit_test(burst_credits_beyond_what_was_earned_are_paid_by_the_vcpu_hour),
        cmocka_unit_test(a_balancer_is_paid_by_the_hour_and_by_its_largest_dimension),
        cmocka_unit_test(a_cdn_is_paid_by_class_with_tiers_and_one_allowance_for_all),
        cmocka_unit_test(a_firewall_is_paid_by_the_list_the_rule_and_the_request),
        cmocka_unit_test(an_object_store_is_paid_by_what_it_holds_and_by_request),
        cmocka_unit_test(a_database_with_a_standby_costs_twice),
        cmocka_unit_test(a_database_on_provisioned_io_pays_its_own_prices),
        cmocka_unit_test(a_cache_is_paid_by_the_node),
        cmocka_unit_test(a_queue_is_paid_by_the_request_after_the_first_million),
        cmocka_unit_test(a_function_is_paid_by_the_call_and_by_memory_times_time),
        cmocka_unit_test(bytes_between_zones_and_regions_are_paid_by_who_sends_them),
        cmocka_unit_test(
            bytes_to_the_internet_share_allowance_and_tiers_over_all_components),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
