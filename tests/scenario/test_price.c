/* tests/scenario/test_price.c - `prices:`, `transfer:` and `commitments:` of a scenario. */
#include "tests/scenario/loaded.h"

#include "sim/scenario/value/price_text.h"

#define PLACED                                                                             \
    "headroom: 1\nplaces: { us-east-1: { provider: aws }, eu-west-1: { provider: aws } "   \
    "}\n"                                                                                  \
    "traffic: { shoppers: { to: app, rate: 10/s, mix: { home: 100% } } }\n"
#define SERVICE(more)                                                                      \
    "components:\n  app: { kind: service, in: us-east-1, operations: { home: [ { work: "   \
    "1ms } ] }" more " }\n"

static const struct hr_prices *prices(const struct hr_plan *p, const char *name)
{
    return &p->components[component(p, name)].prices;
}

/* --- texts ----------------------------------------------------------------------------------- */

static void prices_are_read_exactly(void **state)
{
    static const struct {
        const char *text;
        int64_t pico, size;
        hr_time span;
        bool data, time;
    } all[] = {
        {"$0.096/h", 96000000000, 1, HR_HOUR, false, true},
        {"$0.0000166667/GiB-s", 16666700, INT64_C(1) << 30, HR_SECOND, true, true},
        {"$0.40/1M", 400000000000, 1000000, HR_SECOND, false, false},
        {"$0.005/1k", 5000000000, 1000, HR_SECOND, false, false},
        {"$0.01/10k", 10000000000, 10000, HR_SECOND, false, false},
        {"$0.09/GB", 90000000000, 1000000000, HR_SECOND, true, false},
        {"$0.10/IOPS-mo", 100000000000, 1, 730 * HR_HOUR, false, true},
        {"$5/mo", 5 * HR_PICO_PER_DOLLAR, 1, 730 * HR_HOUR, false, true},
        {"$0.05/vCPU-h", 50000000000, 1, HR_HOUR, false, true},
        {"$2/call", 2 * HR_PICO_PER_DOLLAR, 1, HR_SECOND, false, false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const char *why = "";
        struct hr_per per;
        int64_t pico;

        if (!hr_value_price(text(all[i].text), &pico, &per, &why))
            fail_msg("%s %s", all[i].text, why);
        assert_int_equal(pico, all[i].pico);
        assert_int_equal(per.size, all[i].size);
        assert_int_equal(per.span, all[i].span);
        assert_int_equal(per.data, all[i].data);
        assert_int_equal(per.time, all[i].time);
    }
}

static void what_is_no_price_is_refused(void **state)
{
    static const char *const wrong[] = {
        "0.05/h",  "$",        "$0.05/",    "$0.05/hour", "$1/Mio", "$1/GBh",      "$-1/h",
        "$0.1/0h", "$1e-13/h", "$0.40/1M-", "$1/gb",      "",       "$1/1M chairs"};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *why = "";
        struct hr_per per;
        int64_t pico;

        if (hr_value_price(text(wrong[i]), &pico, &per, &why))
            fail_msg("%s was read", wrong[i]);
        assert_true(*why);
    }
}

static void money_is_shown_short_and_exact(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(hr_show_pico(f->a, 96000000000), "$0.096");
    assert_string_equal(hr_show_pico(f->a, 16666700), "$0.0000166667");
    assert_string_equal(hr_show_pico(f->a, 500000000000), "$0.50");
    assert_string_equal(hr_show_pico(f->a, 20 * HR_PICO_PER_DOLLAR), "$20");
    assert_string_equal(hr_show_pico(f->a, 0), "$0");
}

/* --- whose price holds --------------------------------------------------------------------------- */

static void a_component_says_more_than_its_product(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p =
        load(f, PLACED SERVICE(", product: aws.ec2.m5.large, prices: { instance: "
                               "{ value: $0.05/h, source: our contract } }"));
    const struct hr_price *x = prices(p, "app")->usage[0];

    assert_int_equal(x->tiers[0].pico, 50000000000);
    assert_string_equal(x->text, "$0.05/h");
    assert_string_equal(x->source, "our contract");
    assert_true(x->trusted);
    /* An hour in units of level x s. */
    assert_int_equal(x->units, 3600);
    assert_int_equal(x->of, 1);
}

static void a_product_gives_what_is_not_said(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(f, PLACED SERVICE(", product: aws.ec2.m5.large"));
    const struct hr_price *x = prices(p, "app")->usage[0];

    assert_int_equal(x->tiers[0].pico, 96000000000);
    assert_true(x->trusted);
    assert_non_null(strstr(x->source, "primary-api"));
}

static void a_price_of_another_region_is_a_guess(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p =
        load(f, PLACED "components:\n  app: { kind: service, in: eu-west-1, product: "
                       "aws.ec2.m5.large, operations: { home: [ { work: 1ms } ] } }\n");
    const struct hr_price *x = prices(p, "app")->usage[0];

    assert_false(x->trusted);
    assert_non_null(strstr(x->source, "another region"));
}

static void bytes_are_priced_by_the_provider_unless_it_is_said(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p =
        load(f, PLACED "transfer: { aws: { region: $0.05/GB } }\n" SERVICE(
                    ", prices: { transfer_zone: $0 }"));
    const struct hr_prices *x = prices(p, "app");

    assert_int_equal(x->transfer[HR_TRANSFER_ZONE]->tiers[0].pico, 0);
    assert_int_equal(x->transfer[HR_TRANSFER_REGION]->tiers[0].pico, 50000000000);
    assert_int_equal(x->transfer[HR_TRANSFER_OUT]->n_tiers, 4);
    assert_int_equal(x->transfer[HR_TRANSFER_OUT]->tiers[0].upto, INT64_C(10) << 40);
    assert_int_equal(x->transfer[HR_TRANSFER_OUT]->free, INT64_C(100) << 30);
}

static void nobody_bills_bytes_where_there_is_no_provider(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(f, STEPS("[ { work: 1ms } ]"));

    for (int k = 0; k < HR_N_TRANSFERS; k++)
        assert_null(prices(p, "app")->transfer[k]);
}

static void a_design_can_change_a_price(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(
        f,
        PLACED SERVICE(", product: aws.ec2.m5.large") "designs: { list: {}, cheap: { "
                                                      "app.prices.instance: $0.01/h } }\n",
        NULL);

    assert_quiet(f);
    assert_int_equal(prices(s->designs[0].plan, "app")->usage[0]->tiers[0].pico,
                     96000000000);
    assert_int_equal(prices(s->designs[1].plan, "app")->usage[0]->tiers[0].pico,
                     10000000000);
}

static void resolve_shows_prices_and_reads_back_to_the_same(void **state)
{
    struct fixture *f = *state;
    const char *text =
        PLACED "components:\n"
               "  app: { kind: service, in: us-east-1, product: aws.ec2.m5.large, "
               "operations: { home: [ { call: api.home } ] } }\n"
               "  api: { kind: service, in: us-east-1, product: aws.ec2.m5.large, "
               "operations: { home: [ { work: 1ms } ] } }\n"
               "commitments: { base: { reserve: app, price: $0.06/h } }\n";
    const struct hr_scenario *s = load_with(f, text, NULL);
    const char *resolved = hr_scenario_resolve(s, 0, f->a);
    const struct hr_plan *again = load(f, resolved);

    assert_non_null(strstr(resolved, "instance: $0.096/h"));
    assert_non_null(strstr(resolved, "memory"));
    assert_string_equal(prices(again, "app")->transfer[HR_TRANSFER_OUT]->text,
                        prices(s->designs[0].plan, "app")->transfer[HR_TRANSFER_OUT]->text);
    /* Two of a product have one price, there and here. */
    assert_ptr_equal(prices(again, "app")->usage[0], prices(again, "api")->usage[0]);
    assert_int_equal(again->n_commitments, 1);
    assert_int_equal(again->commitments[0].pico, 60000000000);
}

/* --- commitments -------------------------------------------------------------------------------------- */

static void commitments_know_what_they_cover(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(
        f,
        PLACED SERVICE(
            ", product: aws.ec2.m5.large") "commitments:\n"
                                           "  base: { reserve: aws.ec2.m5.large, count: 4, "
                                           "price: $0.06/h, source: quote }\n"
                                           "  plan: { spend: $1.50/h, discount: 28% }\n");

    assert_int_equal(p->n_commitments, 2);
    assert_int_equal(p->commitments[0].count, 4);
    assert_string_equal(p->commitments[0].dimension, "instance");
    assert_int_equal(p->commitments[0].n_cover, 1);
    assert_int_equal(p->commitments[0].cover[0], component(p, "app"));
    assert_true(p->commitments[1].spend);
    assert_int_equal(p->commitments[1].keep, 720000);
    assert_string_equal(p->commitments[1].text, "$1.50/h at 28% off");
}

static void what_is_wrong_with_a_commitment_is_said(void **state)
{
    static const char *const wrong[] = {
        "{ reserve: nobody, price: $0.06/h }",
        "{ reserve: app }",
        "{ reserve: app, price: $0.06/GB }",
        "{ reserve: app, price: $0.06 }",
        "{ reserve: app, price: $0.06/h, discount: 5% }",
        "{ reserve: app, price: $0.06/h, dimension: chairs }",
        "{ spend: $1/h }",
        "{ spend: $1/mo, discount: 5% }",
        "{ spend: $1/h, discount: 5%, price: $1/h }",
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct fixture *one = NULL;

        set_up((void **)&one);
        refuse(one,
               hr_arena_printf(one->a, "%scommitments: { base: %s }\n", PLACED SERVICE(""),
                               wrong[i]),
               HR_E854);
        tear_down((void **)&one);
    }
}

static void what_is_wrong_with_a_price_is_said(void **state)
{
    static const struct {
        const char *price;
        enum hr_code code;
    } wrong[] = {
        {"0.05/h", HR_E204},
        {"$0.05", HR_E204},
        {"$0.05/fortnight", HR_E205},
        {"cheap", HR_E206},
        {"$0.05/GB", HR_E852},
        {"$0.05/1M", HR_E852},
        {"{ value: $0.05/h, per: 1mo }", HR_E852},
        {"{ per: 1h }", HR_E853},
        {"{ value: $1/h, tiers: [ [~, $1] ] }", HR_E853},
        {"{ per: 1h, tiers: [] }", HR_E853},
        {"{ per: 1h, tiers: [ [10h, $1] ] }", HR_E853},
        {"{ per: 1h, tiers: [ [10h, $1], [5h, $1], [~, $1] ] }", HR_E853},
        {"{ per: 1h, tiers: [ [10GB, $1], [~, $1] ] }", HR_E852},
        {"{ value: $1/h, chairs: 3 }", HR_E201},
        {"{ value: $1/h, largest_of: { chairs: 3 } }", HR_E851},
        {"[ $1/h ]", HR_E203},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct fixture *one = NULL;

        set_up((void **)&one);
        print_message("%s\n", wrong[i].price);
        refuse(
            one,
            hr_arena_printf(one->a,
                            "%scomponents:\n  app: { kind: service, in: us-east-1, "
                            "operations: { home: [ { work: 1ms } ] }, prices: { instance: "
                            "%s } }\n",
                            PLACED, wrong[i].price),
            wrong[i].code);
        tear_down((void **)&one);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(prices_are_read_exactly),
        TEST(what_is_no_price_is_refused),
        TEST(money_is_shown_short_and_exact),
        TEST(a_component_says_more_than_its_product),
        TEST(a_product_gives_what_is_not_said),
        TEST(a_price_of_another_region_is_a_guess),
        TEST(bytes_are_priced_by_the_provider_unless_it_is_said),
        TEST(nobody_bills_bytes_where_there_is_no_provider),
        TEST(a_design_can_change_a_price),
        TEST(resolve_shows_prices_and_reads_back_to_the_same),
        TEST(commitments_know_what_they_cover),
        TEST(what_is_wrong_with_a_commitment_is_said),
        TEST(what_is_wrong_with_a_price_is_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
