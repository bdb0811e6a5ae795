/* tests/study/test_invoice.c - months, one-offs, commitments, rounding, and what is missing. */
#include "tests/support/billed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define GIB (INT64_C(1) << 30)

static const struct hr_dimension fleet[] = {
    {"instance", "1", "", true}, {"requests", "1", "", false}, {0}};

static int64_t used(const struct hr_invoice *v, uint32_t part, const char *dimension)
{
    return billed_cents(v, part, dimension, HR_LINE_USAGE);
}

static void assert_adds_up(const struct hr_invoice *v)
{
    int64_t all = 0;

    for (uint32_t i = 0; i < v->n_lines; i++)
        all += v->lines[i].cents;
    assert_int_equal(v->cents, all);
}

/* --- months ---------------------------------------------------------------------------------- */

static void ordinary_usage_is_scaled_to_730_hours(void **state)
{
    struct billed *b = billed_create(7);
    const uint32_t app =
        billed_part(b, "app", fleet, "{ prices: { instance: $0.07/h, requests: $3/1k } }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, app, 1, 3, 77); /* in 7 h: 77 x 730/7 = 8030 a month: $24.09 */
    v = billed_invoice(b);
    assert_int_equal(used(v, app, "requests"), 2409);
    assert_true(v->lines[0].quantity == 8.03); /* thousands */
    billed_destroy(b);
}

static void a_part_of_an_hour_is_scaled_too(void **state)
{
    struct billed *b = billed_create(1);
    const uint32_t app = billed_part(b, "app", fleet, "{ prices: { instance: $0.096/h } }");

    (void)state;
    b->terms.horizon = 20 * HR_MINUTE;
    billed_use(b, app, 0, 0, 1200);                   /* one for the 20 minutes */
    assert_int_equal(billed_invoice(b)->cents, 7008); /* 730 x $0.096 */
    billed_destroy(b);
}

static void one_off_usage_is_added_once_and_not_scaled(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", fleet, "{ prices: { requests: $2/1k } }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, app, 1, 0, 2400);   /* a day: 73,000 a month: $146 */
    billed_more(b, app, 1, 12, 9500); /* the flash sale: $19 */
    v = billed_invoice(b);
    assert_int_equal(used(v, app, "requests"), 14600);
    assert_int_equal(billed_cents(v, app, "requests", HR_LINE_ONE_OFF), 1900);
    assert_int_equal(v->one_off_cents, 1900);
    assert_int_equal(v->cents, 16500);
    b->terms.times_milli = 2500; /* two and a half sales a month */
    assert_int_equal(billed_invoice(b)->cents, 14600 + 4750);
    billed_destroy(b);
}

static void an_outage_that_saves_usage_is_a_negative_one_off(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", fleet, "{ prices: { requests: $2/1k } }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, app, 1, 0, 2400);
    billed_more(b, app, 1, 0, -500);
    v = billed_invoice(b);
    assert_int_equal(v->one_off_cents, -100);
    assert_int_equal(v->cents, 14500);
    billed_destroy(b);
}

static void one_offs_can_reach_the_next_tier(void **state)
{
    struct billed *b = billed_create(730);
    const uint32_t app = billed_part(
        b, "app", fleet,
        "{ prices: { requests: { per: 1k, tiers: [ [10k, $1], [~, $0.5] ] } } }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, app, 1, 0, 8000);
    billed_more(b, app, 1, 1, 6000); /* 2k at $1, 4k at $0.50 */
    v = billed_invoice(b);
    assert_int_equal(used(v, app, "requests"), 800);
    assert_int_equal(v->one_off_cents, 400);
    billed_destroy(b);
}

/* --- prices ------------------------------------------------------------------------------------ */

static void a_line_is_rounded_once_half_up(void **state)
{
    struct billed *b = billed_create(730);
    const uint32_t app = billed_part(
        b, "app", fleet, "{ prices: { instance: $0.036/h, requests: $0.001/1 } }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, app, 0, 0, 5 * 3600 - 1); /* just below $0.18 */
    for (uint32_t h = 0; h < 5; h++)
        billed_use(b, app, 1, h, 1); /* $0.005; a cent each hour if rounded early */
    v = billed_invoice(b);
    assert_int_equal(used(v, app, "requests"), 1);
    assert_int_equal(used(v, app, "instance"), 18);
    billed_destroy(b);
}

static void prices_below_a_millionth_of_a_dollar_are_kept(void **state)
{
    struct billed *b = billed_create(730);
    const uint32_t app =
        billed_part(b, "app", fleet, "{ prices: { requests: $0.000000030904/1 } }");

    (void)state;
    billed_use(b, app, 1, 0, INT64_C(1000000000)); /* 1e9 x 3.0904e-8 = $30.904 */
    assert_int_equal(billed_invoice(b)->cents, 3090);
    billed_destroy(b);
}

static void components_of_one_product_share_its_tiers_and_others_do_not(void **state)
{
    static const struct hr_dimension queue[] = {{"requests", "1", "", false}, {0}};
    struct billed *b = billed_create(730);
    const uint32_t one = billed_part(b, "one", queue, "{ product: aws.sqs.standard }");
    const uint32_t two = billed_part(b, "two", queue, "{ product: aws.sqs.standard }");
    const uint32_t own = billed_part(
        b, "own", queue, "{ prices: { requests: { value: $0.40/1M, free: 1M } } }");
    const struct hr_invoice *v;

    (void)state;
    billed_use(b, one, 0, 0, 1500000);
    billed_use(b, two, 0, 0, 4500000);
    billed_use(b, own, 0, 0, 1500000);
    v = billed_invoice(b);
    /* 6M - 1M = 5M x $0.40 = $2.00, by quantity 1 to 3; (1.5M - 1M) x $0.40 */
    assert_int_equal(used(v, one, "requests"), 50);
    assert_int_equal(used(v, two, "requests"), 150);
    assert_int_equal(used(v, own, "requests"), 20);
    billed_destroy(b);
}

static void what_is_shared_is_allotted_without_losing_a_cent(void **state)
{
    static const struct hr_dimension queue[] = {{"requests", "1", "", false}, {0}};
    struct billed *b = billed_create(730);
    const struct hr_invoice *v;

    (void)state;
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"a", "b", "c"};
        billed_use(b, billed_part(b, names[i], queue, "{ product: aws.sqs.fifo }"), 0, 0,
                   66667);
    }
    v = billed_invoice(b); /* 200,001 x $0.50/M = 10.00005 cents; 3 lines of 3.33 */
    assert_int_equal(v->cents, 10);
    assert_adds_up(v);
    billed_destroy(b);
}

/* --- what is missing ---------------------------------------------------------------------------- */

static void usage_without_a_price_is_named(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", fleet, "{ prices: { instance: $0.05/h } }");
    const struct hr_invoice *v;

    (void)state;
    assert_int_equal(billed_invoice(b)->n_missing, 0); /* nothing was used */
    billed_level(b, app, 0, 0, 24, 1);
    billed_more(b, app, 1, 3, 1);
    v = billed_invoice(b);
    assert_int_equal(v->n_missing, 1);
    assert_string_equal(v->missing[0], "app: requests");
    billed_destroy(b);
}

static void transfer_of_a_provider_that_is_not_known_is_named(void **state)
{
    struct billed *b = billed_create(24);
    uint32_t app;
    const struct hr_invoice *v;

    (void)state;
    b->plan.places[1].provider = "attic";
    app = billed_part(b, "app", fleet, "{}");
    billed_move(b, app, HR_TRANSFER_OUT, 0, GIB);
    v = billed_invoice(b);
    assert_int_equal(v->n_missing, 1);
    assert_string_equal(v->missing[0], "app: transfer_out");
    billed_destroy(b);
}

static void a_price_of_nothing_is_a_price(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app =
        billed_part(b, "app", fleet, "{ prices: { instance: $0, requests: $0 } }");

    (void)state;
    billed_level(b, app, 0, 0, 24, 1);
    billed_use(b, app, 1, 0, 5);
    assert_int_equal(billed_invoice(b)->n_missing, 0);
    assert_int_equal(billed_invoice(b)->cents, 0);
    billed_destroy(b);
}

/* --- commitments ---------------------------------------------------------------------------------- */

static void a_reservation_covers_hour_by_hour_and_the_rest_is_a_line(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", fleet, "{ product: aws.ec2.m5.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_commit(b, "{ base: { reserve: aws.ec2.m5.large, count: 2, price: $0.06/h } }");
    billed_level(b, app, 0, 0, 12, 3);
    billed_level(b, app, 0, 12, 24, 1);
    v = billed_invoice(b);
    /* Covered: 2 x 12 + 1 x 12 = 36 h of the day, 36 x 730/24 = 1095 h x $0.06 = $65.70;
     * paid for: 2 x 730 x $0.06 = $87.60, so $21.90 for nothing; on demand: 12 h a day,
     * 365 h x $0.096 = $35.04.  Over the whole day, not by the hour, all 48 h would be covered. */
    assert_int_equal(billed_cents(v, app, "base", HR_LINE_COMMITMENT), 6570);
    assert_int_equal(billed_cents(v, app, "base", HR_LINE_UNUSED), 2190);
    assert_int_equal(used(v, app, "instance"), 3504);
    assert_int_equal(v->cents, 6570 + 2190 + 3504);
    assert_adds_up(v);
    billed_destroy(b);
}

static void a_reservation_that_nobody_uses_is_paid_all_the_same(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", fleet, "{ product: aws.ec2.m5.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_commit(b, "{ base: { reserve: app, price: $0.06/h } }");
    v = billed_invoice(b);
    assert_int_equal(billed_cents(v, app, "base", HR_LINE_UNUSED), 4380);
    assert_int_equal(v->n_lines, 1);
    assert_int_equal(v->cents, 4380);
    billed_destroy(b);
}

static void a_reservation_of_a_product_is_used_by_all_that_have_it(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t one = billed_part(b, "one", fleet, "{ product: aws.ec2.m5.large }");
    const uint32_t two = billed_part(b, "two", fleet, "{ product: aws.ec2.m5.large }");
    const uint32_t other = billed_part(b, "other", fleet, "{ product: aws.ec2.c5.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_commit(b, "{ base: { reserve: aws.ec2.m5.large, count: 3, price: $0.06/h } }");
    billed_level(b, one, 0, 0, 24, 2);
    billed_level(b, two, 0, 0, 24, 2);
    billed_level(b, other, 0, 0, 24, 1);
    v = billed_invoice(b);
    assert_int_equal(billed_cents(v, one, "base", HR_LINE_COMMITMENT), 8760);
    assert_int_equal(billed_cents(v, two, "base", HR_LINE_COMMITMENT), 4380);
    assert_int_equal(used(v, one, "instance"), 0);
    assert_int_equal(used(v, two, "instance"), 7008);
    assert_int_equal(used(v, other, "instance"), 6205); /* 730 x $0.085 */
    assert_int_equal(billed_cents(v, HR_NONE, "base", HR_LINE_UNUSED), 0);
    billed_destroy(b);
}

static void a_savings_plan_pays_for_usage_at_a_discount_until_it_is_spent(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", fleet, "{ product: aws.ec2.m5.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_commit(b, "{ plan: { spend: $0.10/h, discount: 25% } }");
    billed_level(b, app, 0, 0, 24, 2);
    v = billed_invoice(b);
    /* 2 x $0.096 = $0.192 an hour, $0.144 at the discount; $0.10 covers 69.44% of it.  On demand:
     * $0.192 x 0.305556 = $0.0586667 x 730 = $42.8267 */
    assert_int_equal(billed_cents(v, app, "plan", HR_LINE_COMMITMENT), 7300);
    assert_int_equal(billed_cents(v, app, "plan", HR_LINE_UNUSED), 0);
    assert_int_equal(used(v, app, "instance"), 4283);
    billed_destroy(b);
}

static void what_a_savings_plan_does_not_spend_in_an_hour_is_lost(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", fleet, "{ product: aws.ec2.m5.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_commit(b, "{ plan: { spend: $0.10/h, discount: 25%, covers: app } }");
    billed_level(b, app, 0, 0, 6, 1);
    v = billed_invoice(b);
    /* 6 h a day at $0.072: 182.5 h a month = $13.14; the rest of $73 is not used. */
    assert_int_equal(billed_cents(v, app, "plan", HR_LINE_COMMITMENT), 1314);
    assert_int_equal(v->cents, 7300);
    assert_int_equal(used(v, app, "instance"), 0);
    billed_destroy(b);
}

static void reservations_come_before_savings_plans(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", fleet, "{ product: aws.ec2.m5.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_commit(b, "{ plan: { spend: $0.144/h, discount: 25% }, "
                     "  base: { reserve: app, price: $0.06/h } }");
    billed_level(b, app, 0, 0, 24, 2);
    v = billed_invoice(b);
    /* The plan could pay for both; it gets the one that is not reserved, $0.072 an hour. */
    assert_int_equal(billed_cents(v, app, "base", HR_LINE_COMMITMENT), 4380);
    assert_int_equal(billed_cents(v, app, "base", HR_LINE_UNUSED), 0);
    assert_int_equal(billed_cents(v, app, "plan", HR_LINE_COMMITMENT), 5256);
    assert_int_equal(billed_cents(v, app, "plan", HR_LINE_UNUSED), 5256);
    assert_adds_up(v);
    billed_destroy(b);
}

static void an_extra_hour_uses_what_was_reserved_for_nothing(void **state)
{
    struct billed *b = billed_create(24);
    const uint32_t app = billed_part(b, "app", fleet, "{ product: aws.ec2.m5.large }");
    const struct hr_invoice *v;

    (void)state;
    billed_commit(b, "{ base: { reserve: app, count: 2, price: $0.06/h } }");
    billed_level(b, app, 0, 0, 24, 1);
    billed_more(b, app, 0, 12, 2 * 3600); /* three for an hour: one of them on demand */
    v = billed_invoice(b);
    assert_int_equal(v->one_off_cents, 10); /* $0.096; the other was paid for */
    assert_int_equal(v->cents, 8760 + 10);
    assert_adds_up(v);
    billed_destroy(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ordinary_usage_is_scaled_to_730_hours),
        cmocka_unit_test(a_part_of_an_hour_is_scaled_too),
        cmocka_unit_test(one_off_usage_is_added_once_and_not_scaled),
        cmocka_unit_test(an_outage_that_saves_usage_is_a_negative_one_off),
        cmocka_unit_test(one_offs_can_reach_the_next_tier),
        cmocka_unit_test(a_line_is_rounded_once_half_up),
        cmocka_unit_test(prices_below_a_millionth_of_a_dollar_are_kept),
        cmocka_unit_test(components_of_one_product_share_its_tiers_and_others_do_not),
        cmocka_unit_test(what_is_shared_is_allotted_without_losing_a_cent),
        cmocka_unit_test(usage_without_a_price_is_named),
        cmocka_unit_test(transfer_of_a_provider_that_is_not_known_is_named),
        cmocka_unit_test(a_price_of_nothing_is_a_price),
        cmocka_unit_test(a_reservation_covers_hour_by_hour_and_the_rest_is_a_line),
        cmocka_unit_test(a_reservation_that_nobody_uses_is_paid_all_the_same),
        cmocka_unit_test(a_reservation_of_a_product_is_used_by_all_that_have_it),
        cmocka_unit_test(a_savings_plan_pays_for_usage_at_a_discount_until_it_is_spent),
        cmocka_unit_test(what_a_savings_plan_does_not_spend_in_an_hour_is_lost),
        cmocka_unit_test(reservations_come_before_savings_plans),
        cmocka_unit_test(an_extra_hour_uses_what_was_reserved_for_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
