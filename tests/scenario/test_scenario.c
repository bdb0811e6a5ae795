/* tests/scenario/test_scenario.c - whole scenarios: designs, overrides, resolve, limits. */
#include "sim/scenario/bind/schema.h"
#include "tests/scenario/loaded.h"

#include "sim/scenario/catalog.h"

#include <dirent.h>
#include <math.h>

#define WEB                                                                                \
    HEAD "name: Shop\nquestion: Why?\n"                                                    \
         "traffic: { shoppers: { to: web, rate: 10/s, mix: { home: 100% } } }\n" APP       \
         "[ { work: 1ms } ] } }\n"                                                         \
         "  web: { kind: load_balancer, targets: app }\n"
#define DESIGNS                                                                            \
    "designs: { small: { app.instances: 2 }, large: { app.instances: 8 } }\n"              \
    "chosen: large\n"

static int64_t instances(const struct hr_design *d)
{
    const struct hr_component *c = &d->plan->components[component(d->plan, "app")];

    for (const struct hr_field *f = c->model->table->fields; f->name; f++)
        if (strcmp(f->name, "instances") == 0)
            return *(const int64_t *)((const char *)c->conf + f->offset);
    return -1;
}

/* --- the parts of a plan -------------------------------------------------------------------- */

static void a_scenario_without_designs_has_one(void **state)
{
    const struct hr_scenario *s = load_with(*state, WEB, NULL);

    assert_int_equal(s->n_designs, 1);
    assert_string_equal(s->designs[0].name, "base");
    assert_string_equal(s->name, "Shop");
    assert_string_equal(s->question, "Why?");
    assert_int_equal(s->designs[0].plan->horizon, HR_HOUR);
    assert_int_equal(s->designs[0].plan->warmup, HR_MINUTE);
    assert_int_equal(s->designs[0].plan->drain, 10 * HR_MINUTE);
    /* 2026-01-05 is a Monday: 1970-01-01 was a Thursday. */
    assert_int_equal((s->designs[0].plan->start / 86400 + 3) % 7, 0);
    assert_int_equal(s->designs[0].plan->start % 86400, 0);
}

static void a_scenario_without_a_name_has_that_of_its_file(void **state)
{
    assert_string_equal(load(*state, STEPS("[ { work: 1ms } ]"))->scenario, "t");
}

static void each_design_has_its_own_plan(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(f, WEB DESIGNS, NULL);

    assert_quiet(f);
    assert_int_equal(s->n_designs, 2);
    assert_int_equal(s->chosen, 1);
    assert_int_equal(instances(&s->designs[0]), 2);
    assert_int_equal(instances(&s->designs[1]), 8);
    assert_string_equal(s->designs[1].plan->design, "large");
}

static void one_design_may_be_asked_for(void **state)
{
    const char *const names[] = {"large"};
    const struct hr_scenario *s = load_with(
        *state, WEB DESIGNS, &(struct hr_overrides){.design = names, .n_design = 1});

    assert_int_equal(s->n_designs, 1);
    assert_int_equal(s->chosen, 0);
    assert_int_equal(instances(&s->designs[0]), 8);
}

static void set_comes_last(void **state)
{
    const char *const set[] = {"app.instances=5"};
    const struct hr_scenario *s =
        load_with(*state, WEB DESIGNS, &(struct hr_overrides){.set = set, .n_set = 1});

    assert_int_equal(instances(&s->designs[1]), 5);
}

static void one_fault_in_one_design_leaves_no_plan_at_all(void **state)
{
    refuse(*state, WEB "designs: { good: {}, bad: { app.instances: 0 } }\n", HR_E207);
}

static void defaults_of_a_kind_are_below_what_is_written(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s =
        load_with(f,
                  WEB "  api: { kind: service, operations: { x: [ { work: 1ms } ] } }\n"
                      "defaults: { service: { workers: 7, instances: 9 } }\n",
                  NULL);
    const struct hr_node *api;

    assert_quiet(f);
    assert_int_equal(instances(&s->designs[0]), 3);
    api = hr_tree_path(s->designs[0].tree, "components.api.instances");
    assert_string_equal(api->text, "9");
    assert_int_equal(api->origin, HR_ORIGIN_DEFAULTS);
}

static void unknown_keys_of_defaults_are_found(void **state)
{
    refuse(*state, WEB "defaults: { service: { wrokers: 7 } }\n", HR_E201);
}

static void a_product_fills_fields_with_their_source(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(
        f, WEB "  alb: { kind: load_balancer, product: aws.alb, targets: app }\n", NULL);
    const struct hr_node *policy =
        hr_tree_path(s->designs[0].tree, "components.alb.policy");

    assert_quiet(f);
    assert_string_equal(policy->text, "round_robin");
    assert_int_equal(policy->origin, HR_ORIGIN_CATALOG);
    assert_non_null(strstr(policy->note, "2023-06-15, primary"));
    assert_true(s->designs[0].trust.catalog >= 1); /* as many as the product has fields */
}

static void what_is_written_goes_before_the_product(void **state)
{
    const struct hr_scenario *s = load_with(
        *state, WEB "  alb: { product: aws.alb, targets: app, policy: random }\n", NULL);

    assert_string_equal(hr_tree_path(s->designs[0].tree, "components.alb.policy")->text,
                        "random");
}

/* --- traffic ------------------------------------------------------------------------------------ */

static void rows_carry_what_clients_expect(void **state)
{
    const struct hr_plan *p =
        load(*state, HEAD
             "traffic:\n  shoppers:\n    to: app\n    rate: 1/s\n"
             "    mix: { home: 50%, checkout: 50% }\n    deadline: 8s\n"
             "    good: { checkout: 2s }\n    value: { checkout: $42, \"*\": $1 }\n"
             "    retry: { attempts: 4 }\n"
             "  robots: { to: app, rate: 1/s, mix: { home: 100% } }\n"
             "components:\n  app: { kind: service, operations: { home: [ { work: 1ms } ], "
             "checkout: [ { work: 1ms } ] } }\n");

    assert_int_equal(p->n_rows, 3);
    assert_string_equal(p->rows[0].name, "shoppers.home"); /* robots ask for it, too */
    assert_string_equal(p->rows[1].name, "checkout");
    assert_string_equal(p->rows[2].name, "robots.home");
    assert_int_equal(p->rows[0].good, 8 * HR_SECOND);
    assert_int_equal(p->rows[1].good, 2 * HR_SECOND);
    assert_int_equal(p->rows[2].good, HR_NEVER);
    assert_int_equal(p->rows[2].deadline, HR_NEVER);
    assert_int_equal(p->rows[0].value, 1000000);
    assert_int_equal(p->rows[1].value, 42000000);
    assert_int_equal(p->sites[p->rows[1].site].o.retry->attempts, 4);
    assert_null(p->sites[p->rows[2].site].o.retry);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(p->operations[p->rows[i].op].row, i);
        assert_int_equal(p->operations[p->rows[i].op].component, p->rows[i].component);
    }
}

static void a_mix_indexes_the_operations_of_its_class(void **state)
{
    const struct hr_plan *p = load(*state, WEB);
    const struct hr_component *c = &p->components[component(p, "shoppers")];
    const struct hr_shares *mix =
        (const struct hr_shares *)((const char *)c->conf + c->model->source_layout->mix);

    assert_int_equal(mix->n, 1);
    assert_int_equal(mix->at[0], p->rows[0].op);
    assert_true(mix->upto[0] >= 1);
}

static void shares_must_add_up(void **state)
{
    refuse(*state,
           HEAD "traffic: { s: { to: app, rate: 1/s, mix: { home: 99.9999% } } }\n" APP
                "[ { work: 1ms } ] } }\n",
           HR_E217);
}

static void shares_that_add_up_within_rounding_are_whole(void **state)
{
    load(*state,
         HEAD "traffic: { s: { to: bank, rate: 1/s, mix: { a: 33.3%, b: 33.3%, c: 33.4% "
              "} } }\ncomponents: { bank: { kind: third_party, latency: "
              "exponential(1ms) } }\n");
}

static void a_mix_is_needed_where_there_is_a_choice(void **state)
{
    refuse(*state,
           HEAD
           "traffic: { s: { to: app, rate: 1/s } }\ncomponents: { app: { kind: service, "
           "operations: { a: [ { work: 1ms } ], b: [ { work: 1ms } ] } } }\n",
           HR_E202);
}

static void good_names_an_operation_of_the_mix(void **state)
{
    refuse(*state,
           HEAD "traffic: { s: { to: app, rate: 1/s, mix: { home: 100% }, good: { hoem: 1s "
                "} } }\n" APP "[ { work: 1ms } ] } }\n",
           HR_E402);
}

#define SHOP(call)                                                                         \
    HEAD TRAFFIC "keys: { product: { count: 10 } }\n" APP "[ { " call " } ] } }\n"         \
                 "  items: { kind: cache, memory: 1MB }\n"                                 \
                 "  door: { kind: load_balancer, targets: items }\n"

static void some_kinds_have_operations_of_their_own(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(f, SHOP("call: door.get, key: product"));

    assert_null(operation(p, "items", "get")->conf);
    /* Asked ten times a second through the balancer, at t = 0. */
    assert_true(fabs(operation(p, "items", "get")->weight - 10) < 1e-9);
    assert_true(fabs(operation(p, "app", "home")->weight - 10) < 1e-9);
}

static void and_no_others(void **state)
{
    struct fixture *f = *state;

    refuse(f, SHOP("call: items.gett, key: product"), HR_E402);
    assert_non_null(strstr(said(f, HR_E402)->hint, "get"));
}

static void nor_any_declared_ones(void **state)
{
    refuse(
        *state,
        SHOP("call: items.get, key: product") "  more: { kind: cache, memory: 1MB, "
                                              "operations: { get: [ { work: 1ms } ] } }\n",
        HR_E201);
}

/* --- resolve ---------------------------------------------------------------------------------------- */

static void same_plan(const struct hr_plan *a, const struct hr_plan *b)
{
    assert_int_equal(a->n_components, b->n_components);
    assert_int_equal(a->n_operations, b->n_operations);
    assert_int_equal(a->n_steps, b->n_steps);
    assert_int_equal(a->n_sites, b->n_sites);
    assert_int_equal(a->n_rows, b->n_rows);
    assert_int_equal(a->n_places, b->n_places);
    assert_int_equal(a->n_disturbances, b->n_disturbances);
    for (uint32_t i = 0; i < a->n_operations; i++)
        assert_int_equal(a->operations[i].name_key, b->operations[i].name_key);
    for (uint32_t i = 0; i < a->n_steps; i++) {
        assert_int_equal(a->steps[i].kind, b->steps[i].kind);
        assert_int_equal(a->steps[i].ordinal, b->steps[i].ordinal);
        assert_memory_equal(&a->steps[i].law.a, &b->steps[i].law.a, sizeof(double));
        assert_memory_equal(&a->steps[i].law.b, &b->steps[i].law.b, sizeof(double));
    }
    for (uint32_t i = 0; i < a->n_sites; i++)
        assert_string_equal(a->sites[i].label, b->sites[i].label);
}

/* Every example reads, and what `resolve` prints of it reads back to the same plan. */
static void examples_resolve_to_themselves(void **state)
{
    static const struct hr_library lib = {hr_models, hr_catalog_files};
    DIR *d = opendir(HR_SOURCE_DIR "/scenarios/examples");
    unsigned n = 0;

    (void)state;
    assert_non_null(d);
    for (const struct dirent *e; (e = readdir(d));) {
        struct fixture *f = NULL;
        const struct hr_scenario *s, *again;

        if (!strstr(e->d_name, ".yaml"))
            continue;
        set_up((void **)&f);
        s = hr_scenario_load(
            hr_arena_printf(f->a, HR_SOURCE_DIR "/scenarios/examples/%s", e->d_name), &lib,
            NULL, &f->ds);
        assert_int_equal(f->ds.errors, 0);
        for (size_t i = 0; i < s->n_designs; i++) {
            again = load_with(f, hr_scenario_resolve(s, i, f->a), NULL);
            assert_int_equal(f->ds.errors, 0);
            same_plan(s->designs[i].plan, again->designs[0].plan);
        }
        n++;
        tear_down((void **)&f);
    }
    closedir(d);
    assert_true(n >= 5);
}

/* --- the catalogue -------------------------------------------------------------------------------- */

/* Every value of a field has its note, in groups too. */
static bool noted(const struct hr_node *n)
{
    if (n->type == HR_NODE_SCALAR || n->n == 0)
        return n->note != NULL;
    for (size_t i = 0; i < n->n; i++)
        if (!noted(n->child[i]))
            return n->note != NULL;
    return true;
}

/* Does a kind of component, or one that comes later, have such a field? */
static bool takes(const struct hr_library *lib, const char *const *kinds, const char *field)
{
    for (; *kinds; kinds++) {
        const struct hr_model *m = hr_library_model(lib, *kinds);

        if (!m)
            return hr_schema_in(hr_schema_later_kinds, *kinds);
        for (const struct hr_field *f = m->table->fields; f->name; f++)
            if (strcmp(f->name, field) == 0)
                return true;
    }
    return false;
}

static void the_catalogue_reads_without_a_fault_and_fits_the_models(void **state)
{
    static const struct hr_library lib = {hr_models, hr_catalog_files};
    struct fixture *f = *state;
    struct hr_catalog *c = hr_catalog_open(&lib, f->a, &f->ds);
    struct hr_catalog_product p;

    assert_quiet(f);
    for (const char *const *name = hr_catalog_products(c); *name; name++) {
        assert_true(hr_catalog_product(c, *name, &p));
        assert_quiet(f); /* products are put together when asked for */
        assert_non_null(p.kinds[0]);
        assert_non_null(p.summary);
        for (size_t i = 0; p.kinds[i]; i++)
            assert_true(hr_library_model(&lib, p.kinds[i]) ||
                        hr_schema_in(hr_schema_later_kinds, p.kinds[i]));
        for (size_t i = 0; p.fields && i < p.fields->n; i++) {
            assert_true(takes(&lib, p.kinds, p.fields->child[i]->key));
            assert_true(noted(p.fields->child[i]));
        }
    }
    assert_true(hr_catalog_product(c, "aws.alb", &p));
}

static void every_geography_stands_on_a_region_that_was_measured(void **state)
{
    static const struct hr_library lib = {hr_models, hr_catalog_files};
    struct fixture *f = *state;
    struct hr_catalog *c = hr_catalog_open(&lib, f->a, &f->ds);
    unsigned n = 0;

    for (const char *const *name = hr_catalog_geographies(c); *name; name++, n++) {
        struct hr_catalog_geography g;
        struct hr_catalog_latency l;

        assert_true(hr_catalog_geography(c, *name, &g));
        assert_true(
            hr_catalog_far(c, "aws", g.region,
                           strcmp(g.region, "us-west-1") ? "us-west-1" : "us-east-1", &l));
        assert_true(l.one_way > HR_MILLISECOND && l.one_way < HR_SECOND);
        assert_true(hr_catalog_note_trusted(l.note));
        assert_false(hr_catalog_note_trusted(g.note)); /* last miles are assumed */
    }
    assert_true(n >= 5);
}

/* --- hostile files ----------------------------------------------------------------------------------- */

static void a_chain_of_balancers_that_is_too_long_is_refused(void **state)
{
    struct fixture *f = *state;
    char *text = hr_arena_alloc(f->a, 200000, 1), *at = text;

    at += sprintf(at, "%s",
                  HEAD "traffic: { s: { to: b0, rate: 1/s } }\n" APP
                       "[ { work: 1ms } ] } }\n");
    for (int i = 0; i < 1000; i++)
        at += sprintf(at, "  b%d: { kind: load_balancer, targets: b%d }\n", i, i + 1);
    sprintf(at, "  b1000: { kind: load_balancer, targets: app }\n");
    refuse(f, text, HR_E415);
}

static void nine_thousand_components_load_quickly(void **state)
{
    struct fixture *f = *state;
    char *text = hr_arena_alloc(f->a, 2000000, 1), *at = text;

    at += sprintf(at, "%s", HEAD TRAFFIC APP "[ { call: s0.x } ] } }\n");
    for (int i = 0; i < 9000; i++)
        at += sprintf(
            at,
            "  s%d: { kind: service, operations: { x: [ { work: 1ms }, { send: s%d.x } "
            "] } }\n",
            i, (i + 1) % 9000);
    assert_int_equal(load(f, text)->n_components, 9002);
}

static void many_wrong_names_cost_no_more_than_they_show(void **state)
{
    struct fixture *f = *state;
    char *text = hr_arena_alloc(f->a, 4000000, 1), *at = text;

    at += sprintf(at, "%s", HEAD TRAFFIC APP "[ { call: s0.x } ] } }\n");
    for (int i = 0; i < 9000; i++)
        at +=
            sprintf(at, "  s%d: { kind: load_balancer, targets: [tt%d, uu%d] }\n", i, i, i);
    refuse(f, text, HR_E401);
    assert_true(f->ds.errors >= 18000);
    assert_int_equal(f->ds.n, HR_DIAGS_KEPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_scenario_without_designs_has_one),
        TEST(a_scenario_without_a_name_has_that_of_its_file),
        TEST(each_design_has_its_own_plan),
        TEST(one_design_may_be_asked_for),
        TEST(set_comes_last),
        TEST(one_fault_in_one_design_leaves_no_plan_at_all),
        TEST(defaults_of_a_kind_are_below_what_is_written),
        TEST(unknown_keys_of_defaults_are_found),
        TEST(a_product_fills_fields_with_their_source),
        TEST(what_is_written_goes_before_the_product),
        TEST(rows_carry_what_clients_expect),
        TEST(a_mix_indexes_the_operations_of_its_class),
        TEST(shares_must_add_up),
        TEST(shares_that_add_up_within_rounding_are_whole),
        TEST(a_mix_is_needed_where_there_is_a_choice),
        TEST(good_names_an_operation_of_the_mix),
        TEST(some_kinds_have_operations_of_their_own),
        TEST(and_no_others),
        TEST(nor_any_declared_ones),
        TEST(examples_resolve_to_themselves),
        TEST(the_catalogue_reads_without_a_fault_and_fits_the_models),
        TEST(every_geography_stands_on_a_region_that_was_measured),
        TEST(a_chain_of_balancers_that_is_too_long_is_refused),
        TEST(nine_thousand_components_load_quickly),
        TEST(many_wrong_names_cost_no_more_than_they_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
