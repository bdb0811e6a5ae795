/* tests/scenario/test_faults.c - classes of faults: which disturbances `use: faults/typical` and
 * classes of the scenario's own make, and who wins. */
#include "tests/scenario/loaded.h"

#include "sim/study/pilot.h"
#include "sim/study/twins.h"
#include "sim/system/hazard.h"
#include "sim/system/run.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#define USE "headroom: 1\nhorizon: 10m\nuse: faults/typical\n"
#define SYSTEM                                                                             \
    "places: { dub: { provider: aws, zones: [a, b, c] } }\n"                               \
    "traffic: { shoppers: { to: app, rate: 10/s, mix: { home: 100% } } }\n"                \
    "components:\n"                                                                        \
    "  app: { kind: service, instances: 3, zones: [a, b], operations: { home: [ { work: "  \
    "1ms }, { call: bank.pay }, { call: rows.get } ] } }\n"                                \
    "  bank: { kind: third_party, latency: exponential(9ms) }\n"                           \
    "  rows: { kind: database, cores: 2, zones: [a], operations: { get: { work: 1ms } } "  \
    "}\n"
#define SHOP USE SYSTEM

/* "a: lose b, c: fail d" of a plan, in order. */
static const char *made(struct fixture *f, const struct hr_plan *p)
{
    const char *text = "";

    for (uint32_t i = 0; i < p->n_disturbances; i++)
        text = hr_arena_printf(f->a, "%s%s%s", text, i ? " " : "", p->disturbances[i].name);
    return text;
}

static const struct hr_disturbance *find(const struct hr_plan *p, const char *name)
{
    for (uint32_t i = 0; i < p->n_disturbances; i++)
        if (strcmp(p->disturbances[i].name, name) == 0)
            return &p->disturbances[i];
    fail_msg("no disturbance %s", name);
    return NULL;
}

static bool has(const struct hr_plan *p, const char *name)
{
    for (uint32_t i = 0; i < p->n_disturbances; i++)
        if (strcmp(p->disturbances[i].name, name) == 0)
            return true;
    return false;
}

static double years(const struct hr_disturbance *d)
{
    return hr_law_mean(&d->every) / (365.0 * 86400);
}

static void is_about(double x, double y)
{
    if (!(fabs(x - y) <= 1e-9 * fabs(y)))
        fail_msg("%.17g is not %.17g", x, y);
}

/* --- what is made ---------------------------------------------------------------------------- */

static void each_class_is_there_for_what_it_fits(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(f, SHOP);

    assert_string_equal(made(f, p),
                        "instance-app database-rows deploy-app dependency-bank zone-dub-a "
                        "zone-dub-b region-dub");
    assert_int_equal(find(p, "instance-app")->extent, HR_EXTENT_EACH);
    assert_int_equal(find(p, "instance-app")->component, component(p, "app"));
    assert_int_equal(find(p, "deploy-app")->extent, HR_EXTENT_SHARE);
    assert_int_equal(find(p, "dependency-bank")->verb, HR_VERB_FAIL);
    assert_string_equal(p->places[find(p, "zone-dub-b")->place].name, "dub/b");
    assert_string_equal(p->places[find(p, "region-dub")->place].name, "dub");
}

static void every_one_has_a_hazard_and_an_end(void **state)
{
    const struct hr_plan *p = load(*state, SHOP);

    for (uint32_t i = 0; i < p->n_disturbances; i++) {
        assert_true(hr_hazard_rate(&p->disturbances[i]) > 0);
        assert_true(p->disturbances[i].lasts < HR_NEVER);
        assert_int_equal(p->disturbances[i].every.kind, HR_LAW_EXPONENTIAL);
        assert_true(p->disturbances[i].enabled);
    }
}

static void groups_caches_and_no_functions_have_instances_that_fail(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(
        f,
        USE "traffic: { shoppers: { to: app, rate: 10/s, mix: { home: 100% } } }\n"
            "components:\n"
            "  app: { kind: autoscaling_group, instances: { min: 2, max: 9 }, "
            "operations: { home: [ { work: 1ms }, { call: near.get }, { call: calc.run } ] "
            "} }\n"
            "  near: { kind: cache, memory: 1GiB }\n"
            "  calc: { kind: function, cold_start: uniform(100ms..300ms), operations: { "
            "run: [ { work: 1ms } ] } }\n");

    assert_string_equal(made(f, p), "instance-app cache-near deploy-app");
}

static void without_use_nothing_is_made(void **state)
{
    const struct hr_scenario *s = load_with(*state, "headroom: 1\n" SYSTEM, NULL);

    assert_int_equal(s->designs[0].plan->n_disturbances, 0);
    assert_null(hr_tree_find(s->designs[0].tree, "faults"));
    assert_null(hr_tree_find(s->designs[0].tree, "disturbances"));
}

static void a_design_that_moves_or_adds_components_gets_what_fits_it(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(
        f,
        SHOP
        "designs:\n  one: { app.zones: [a], bank: null, app.operations.home: [ { work: "
        "1ms } ], rows: null }\n  more: { components: { "
        "near: { kind: cache, memory: 1GiB } } }\n",
        NULL);

    assert_int_equal(f->ds.errors, 0);
    assert_string_equal(made(f, s->designs[0].plan),
                        "instance-app deploy-app zone-dub-a region-dub");
    assert_true(has(s->designs[1].plan, "cache-near"));
}

static void what_is_bypassed_does_not_fail(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(
        f, USE "traffic: { shoppers: { to: front, rate: 10/s, mix: { home: 100% } } }\n"
               "components:\n"
               "  app: { kind: service, operations: { home: [ { work: 1ms } ] } }\n"
               "  front: { kind: load_balancer, targets: app, bypass: true }\n"
               "faults: { front: { fail: \"*\", kinds: [load_balancer], rate: 1/y, for: "
               "1m } }\n");

    assert_string_equal(made(f, p), "instance-app deploy-app");
}

/* --- names ------------------------------------------------------------------------------------- */

static void names_that_would_be_the_same_get_a_number(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(
        f, "headroom: 1\nplaces: { eu: { zones: [x-a] }, eu-x: { zones: [a] } }\n"
           "traffic: { shoppers: { to: app, rate: 10/s, mix: { home: 100% } } }\n"
           "links: { far: { from: eu, to: eu-x, latency: uniform(1ms..2ms) } }\n"
           "components:\n"
           "  app: { kind: service, in: eu, operations: { home: [ { call: two.get } ] } }\n"
           "  two: { kind: service, in: eu-x, operations: { get: [ { work: 1ms } ] } }\n"
           "faults: { zone: { lose: zone *, rate: 1/y, for: 1h } }\n");

    assert_string_equal(made(f, p), "zone-eu-x-a zone-eu-x-a-2");
    assert_string_equal(p->places[p->disturbances[0].place].name, "eu/x-a");
    assert_string_equal(p->places[p->disturbances[1].place].name, "eu-x/a");
}

static void long_names_are_cut_and_stay_apart(void **state)
{
    struct fixture *f = *state;
    char a[65], b[65];

    memset(a, 'a', 64);
    a[64] = '\0';
    memcpy(b, a, 65);
    b[63] = 'b';
    const struct hr_plan *p = load(
        f,
        hr_arena_printf(f->a,
                        USE "traffic: { t: { to: %s, rate: 10/s, mix: { home: 100%% } } }\n"
                            "components:\n"
                            "  %s: { kind: service, operations: { home: [ { call: %s.get } "
                            "] } }\n"
                            "  %s: { kind: service, operations: { get: [ { work: 1ms } ] } "
                            "}\n",
                        a, a, b, b));

    assert_int_equal(p->n_disturbances, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_in_range(strlen(p->disturbances[i].name), 50, 64);
        for (uint32_t k = 0; k < i; k++)
            assert_string_not_equal(p->disturbances[i].name, p->disturbances[k].name);
    }
}

/* --- who wins ------------------------------------------------------------------------------------ */

static void what_the_scenario_says_of_one_is_kept_and_the_rest_filled_in(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(
        f, SHOP "disturbances:\n  zone-dub-a: { every: exponential(2y) }\n"
                "  instance-app: { lose: each of app, rate: 4/y, source: our pages }\n");

    assert_int_equal(p->n_disturbances, 7);
    is_about(years(find(p, "zone-dub-a")), 2);
    is_about(years(find(p, "zone-dub-b")), 10);
    assert_int_equal(find(p, "zone-dub-a")->verb, HR_VERB_LOSE);
    assert_int_equal(find(p, "zone-dub-a")->lasts, find(p, "zone-dub-b")->lasts);
    assert_false(find(p, "zone-dub-a")->random);
    is_about(years(find(p, "instance-app")), 0.25);
}

static void what_does_something_else_under_the_name_stands_alone_and_is_told(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(
        f, SHOP "disturbances:\n  zone-dub-a: { lose: zone dub/b, at: 1m, for: 1m }\n",
        NULL);

    assert_only(f, HR_W114, 11, 3);
    const struct hr_disturbance *d = find(s->designs[0].plan, "zone-dub-a");
    assert_true(d->placed);
    assert_false(hr_hazard_rate(d) > 0);
}

static void null_takes_one_out(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(f, SHOP "disturbances: { zone-dub-a: null }\n");

    assert_int_equal(p->n_disturbances, 6);
    assert_false(has(p, "zone-dub-a"));
}

static void null_of_a_design_takes_one_out_there_only(void **state)
{
    struct fixture *f = *state;
    const char *set[] = {"disturbances.region-dub=null"};
    const struct hr_overrides ov = {.set = set, .n_set = 1};
    const struct hr_scenario *s = load_with(
        f, SHOP "designs: { plain: {}, calm: { disturbances.zone-dub-a: null } }\n", &ov);

    assert_quiet(f);
    assert_true(has(s->designs[0].plan, "zone-dub-a"));
    assert_false(has(s->designs[1].plan, "zone-dub-a"));
    assert_true(has(s->designs[1].plan, "zone-dub-b"));
    assert_false(has(s->designs[0].plan, "region-dub"));
    assert_false(has(s->designs[1].plan, "region-dub"));
}

static void null_for_what_is_not_made_is_told(void **state)
{
    struct fixture *f = *state;

    load_with(f, SHOP "designs: { calm: { disturbances.zone-dub-x: null } }\n", NULL);
    assert_int_equal(f->ds.n, 1);
    assert_non_null(said(f, HR_W601));
}

static void a_path_leads_into_one_that_is_made(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(
        f, SHOP "designs: { bad: { disturbances.zone-dub-a.every: exponential(1y) } }\n",
        NULL);

    assert_quiet(f);
    is_about(years(find(s->designs[0].plan, "zone-dub-a")), 1);
    is_about(years(find(s->designs[0].plan, "zone-dub-b")), 10);
}

static void a_class_is_changed_and_taken_out_like_any_other_setting(void **state)
{
    struct fixture *f = *state;
    const char *set[] = {"faults.deploy.for=5m"};
    const struct hr_overrides ov = {.set = set, .n_set = 1};
    const struct hr_scenario *s =
        load_with(f,
                  SHOP "faults: { region: null, instance: { rate: 2/y } }\n"
                       "designs: { one: { faults.zone: null }, two: { faults.zone.every: "
                       "exponential(3y) } }\n",
                  &ov);

    assert_quiet(f);
    assert_string_equal(made(f, s->designs[0].plan),
                        "instance-app database-rows deploy-app dependency-bank");
    is_about(years(find(s->designs[0].plan, "instance-app")), 0.5);
    is_about(years(find(s->designs[1].plan, "zone-dub-b")), 3);
    assert_int_equal(find(s->designs[1].plan, "deploy-app")->lasts, 5 * HR_MINUTE);
}

static void another_verb_of_a_class_displaces_that_of_the_library(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(f, SHOP "faults: { deploy: { slow: \"*\", by: 3x } }\n");

    assert_int_equal(find(p, "deploy-app")->verb, HR_VERB_SLOW);
}

static void what_is_excepted_is_left_out_and_a_name_that_is_not_met_is_told(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(
        f, SHOP "faults: { zone: { except: [dub/a, dub/z] }, deploy: { except: app } }\n",
        NULL);

    assert_string_equal(made(f, s->designs[0].plan),
                        "zone-dub-b instance-app database-rows dependency-bank region-dub");
    assert_only(f, HR_W601, 10, 35);
}

/* --- classes of one's own -------------------------------------------------------------------------- */

static void without_kinds_a_class_is_about_all_that_know_the_verb(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p =
        load(f, "headroom: 1\n" SYSTEM
                "faults:\n  over: { failover: \"*\", every: 30d, for: 1m }\n"
                "  some: { lose: 1 of *, every: 30d, for: 1m }\n");

    assert_string_equal(made(f, p), "over-rows some-app some-rows");
}

static void a_class_of_ones_own_strikes_in_runs_too(void **state)
{
    const struct hr_plan *p =
        load(*state, "headroom: 1\n" SYSTEM
                     "faults: { crash: { lose: each of *, kinds: service, rate: 1/d } }\n");

    assert_int_equal(p->n_disturbances, 1);
    assert_true(p->disturbances[0].random);
}

static void a_fault_of_a_class_is_told_once(void **state)
{
    struct fixture *f = *state;

    refuse(f, SHOP "faults: { zone: { for: soon } }\n", HR_E302);
    assert_int_equal(f->ds.n, 1);
}

static void a_class_needs_one_star_kinds_that_exist_and_known_keys(void **state)
{
    struct fixture *f = *state;

    refuse(f, SHOP "faults: { own: { lose: app, rate: 1/y } }\n", HR_E710);
    refuse(f, SHOP "faults: { own: { lose: \"* of *\", rate: 1/y } }\n", HR_E710);
    refuse(f, SHOP "faults: { own: { lose: \"*\", kinds: [servce], rate: 1/y } }\n",
           HR_E406);
    refuse(f, SHOP "faults: { own: { lose: \"*\", kind: service, rate: 1/y } }\n", HR_E201);
    refuse(f, SHOP "faults: { own: { rate: 1/y } }\n", HR_E701);
    refuse(f, SHOP "faults: { own: 5 }\n", HR_E203);
    refuse(f, SHOP "faults: [ zone ]\n", HR_E203);
    refuse(f, SHOP "faults: { own: { lose: \"*\", kinds: { a: b }, rate: 1/y } }\n",
           HR_E203);
    refuse(f, SHOP "faults: { own: { lose: [ \"*\" ], rate: 1/y } }\n", HR_E203);
    refuse(f, SHOP "disturbances: [ a ]\n", HR_E203);
}

static void a_kind_that_does_not_know_the_verb_is_told(void **state)
{
    refuse(*state,
           SHOP "faults: { own: { failover: \"*\", kinds: [service], rate: 1/y } }\n",
           HR_E704);
}

/* --- runs are as without it -------------------------------------------------------------------------- */

static uint64_t fingerprint(const struct hr_plan *p)
{
    const struct hr_run_options o = {.seed = 7, .fingerprint = true};
    struct hr_run *run = hr_run_create(p, &o);

    while (hr_run_advance(run, 1 << 16))
        ;
    const uint64_t x = hr_run_finish(run)->fingerprint;
    hr_run_destroy(run);
    return x;
}

/* So often that a run would not escape them. */
#define OFTEN                                                                              \
    "faults: { instance: { every: exponential(1m) }, zone: { every: exponential(1m) } }\n"

static void typical_faults_do_not_strike_in_runs(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *with = load(f, SHOP OFTEN);
    const struct hr_plan *without = load(f, "headroom: 1\nhorizon: 10m\n" SYSTEM);

    assert_true(fingerprint(with) == fingerprint(without));
    assert_false(hr_plan_has_extras(with));
}

static void typical_faults_do_not_forbid_a_steady_state(void **state)
{
    struct fixture *f = *state;

    assert_null(hr_pilot_refusal(load_with(f, SHOP, NULL), f->a));
    assert_non_null(hr_pilot_refusal(
        load_with(f, SHOP "faults: { zone: { strikes: always } }\n", NULL), f->a));
}

/* --- what is known of them ------------------------------------------------------------------------- */

static void a_class_claims_once_whatever_it_makes(void **state)
{
    struct fixture *f = *state;
    const struct hr_trust bare =
        load_with(f, "headroom: 1\n" SYSTEM, NULL)->designs[0].trust;
    const struct hr_trust with = load_with(f, SHOP, NULL)->designs[0].trust;

    /* Six classes that make something, `every` and `for` of each; one rate is derived. */
    assert_int_equal(with.catalog - bare.catalog, 1);
    assert_int_equal(with.guessed - bare.guessed, 11);
    assert_int_equal(with.measured, bare.measured);
}

static void values_keep_the_source_of_the_catalogue_through_files_and_designs(void **state)
{
    struct fixture *f = *state;
    char folder[] = "/tmp/headroom-faults-XXXXXX";

    assert_non_null(mkdtemp(folder));
    const char *more = hr_arena_printf(f->a, "%s/more.yaml", folder);
    const char *main = hr_arena_printf(f->a, "%s/s.yaml", folder);
    const char *const texts[] = {"use: [faults/typical]\nfaults: { zone: { for: 1h } }\n",
                                 "headroom: 1\nuse: [more.yaml]\n" SYSTEM
                                 "designs: { a: { app.instances: 2 } }\n"};
    for (int i = 0; i < 2; i++) {
        FILE *out = fopen(i ? main : more, "w");
        assert_non_null(out);
        fputs(texts[i], out);
        fclose(out);
    }
    const struct hr_library lib = {hr_models, hr_catalog_files};
    const struct hr_scenario *s = hr_scenario_load(main, &lib, NULL, &f->ds);

    assert_quiet(f);
    const struct hr_node *tree = s->designs[0].tree;
    const struct hr_node *every = hr_tree_path(tree, "disturbances.zone-dub-a.every");
    assert_int_equal(every->origin, HR_ORIGIN_CATALOG);
    assert_non_null(strstr(every->note, "assumption"));
    assert_int_equal(hr_tree_path(tree, "disturbances.zone-dub-a.for")->origin,
                     HR_ORIGIN_FILE);
    unlink(main);
    unlink(more);
    rmdir(folder);
}

static void a_range_of_a_class_is_one_uncertain_input(void **state)
{
    struct fixture *f = *state;
    const struct hr_position half = {"faults.zone.every", 0.5};
    const struct hr_scenario *s =
        load_with(f, SHOP "faults: { zone: { every: 5y..15y } }\n", NULL);

    assert_int_equal(f->ds.errors, 0);
    assert_int_equal(s->n_inputs, 1);
    assert_string_equal(s->inputs[0].path, half.path);
    const struct hr_scenario *low =
        hr_scenario_vary(s, &(struct hr_position){half.path, 0}, 1, &f->ds);
    is_about(years(find(low->designs[0].plan, "zone-dub-a")), 5);
    is_about(years(find(low->designs[0].plan, "zone-dub-b")), 5);
}

static void the_resolved_scenario_reads_back_to_the_same(void **state)
{
    struct fixture *f = *state;
    const struct hr_scenario *s = load_with(
        f, SHOP "disturbances: { zone-dub-a: { every: exponential(2y) } }\n", NULL);
    const char *text = hr_scenario_resolve(s, 0, f->a);
    const struct hr_plan *p = s->designs[0].plan, *back = load(f, text);

    assert_int_equal(back->n_disturbances, p->n_disturbances);
    for (uint32_t i = 0; i < p->n_disturbances; i++) {
        const struct hr_disturbance *d = find(back, p->disturbances[i].name);

        is_about(years(d), years(&p->disturbances[i]));
        assert_int_equal(d->lasts, p->disturbances[i].lasts);
        assert_int_equal(d->verb, p->disturbances[i].verb);
        assert_int_equal(d->random, p->disturbances[i].random);
    }
}

/* --- libraries and hostile sizes ------------------------------------------------------------------------ */

static void an_unknown_library_is_one_fault_with_the_nearest_name(void **state)
{
    struct fixture *f = *state;

    refuse(f, "headroom: 1\nuse: faults/tipical\n" SYSTEM, HR_E127);
    assert_only(f, HR_E127, 2, 6);
    assert_string_equal(f->ds.items[0].hint,
                        "did you mean `faults/typical`?  libraries: faults/typical");
}

static void a_library_may_be_used_twice(void **state)
{
    const struct hr_plan *p =
        load(*state, "headroom: 1\nuse: [faults/typical, faults/typical]\n" SYSTEM);

    assert_int_equal(p->n_disturbances, 7);
}

/* So many services, one of which is called. */
static const char *many(struct fixture *f, int n)
{
    char *text = hr_arena_alloc(f->a, (size_t)n * 80 + 400, 1), *end = text;

    end += sprintf(end, USE "traffic: { t: { to: s0, rate: 1/s, mix: { home: 100%% } } }\n"
                            "components:\n");
    for (int i = 0; i < n; i++)
        end += sprintf(
            end, "  s%d: { kind: service, operations: { home: [ { work: 1ms } ] } }\n", i);
    return text;
}

static void a_thousand_components_get_theirs(void **state)
{
    struct fixture *f = *state;
    const struct hr_plan *p = load(f, many(f, 1000));

    assert_int_equal(p->n_disturbances, 2000);
    assert_string_equal(p->disturbances[1999].name, "deploy-s999");
}

static void more_than_can_be_held_is_one_fault(void **state)
{
    struct fixture *f = *state;

    refuse(f, many(f, 5000), HR_E418);
    assert_int_equal(f->ds.n, 1);
    assert_string_equal(f->ds.items[0].what, "`faults` makes more than 4096 disturbances");
}

static void lists_and_classes_are_limited(void **state)
{
    struct fixture *f = *state;
    char *kinds = hr_arena_alloc(f->a, 1000, 1), *end = kinds;
    char *classes = hr_arena_alloc(f->a, 4000, 1);

    for (int i = 0; i < 65; i++)
        end += sprintf(end, "cache, ");
    refuse(f,
           hr_arena_printf(f->a, "%s%s%s%s", SHOP, "faults: { zone: { kinds: [", kinds,
                           "] } }\n"),
           HR_E418);
    end = classes + sprintf(classes, "faults: { ");
    for (int i = 0; i < 65; i++)
        end += sprintf(end, "c%d: { lose: zone *, rate: 1/y }, ", i);
    sprintf(end, "}\n");
    refuse(f, hr_arena_printf(f->a, "%s%s", SHOP, classes), HR_E418);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_class_is_there_for_what_it_fits),
        TEST(every_one_has_a_hazard_and_an_end),
        TEST(groups_caches_and_no_functions_have_instances_that_fail),
        TEST(without_use_nothing_is_made),
        TEST(a_design_that_moves_or_adds_components_gets_what_fits_it),
        TEST(what_is_bypassed_does_not_fail),
        TEST(names_that_would_be_the_same_get_a_number),
        TEST(long_names_are_cut_and_stay_apart),
        TEST(what_the_scenario_says_of_one_is_kept_and_the_rest_filled_in),
        TEST(what_does_something_else_under_the_name_stands_alone_and_is_told),
        TEST(null_takes_one_out),
        TEST(null_of_a_design_takes_one_out_there_only),
        TEST(null_for_what_is_not_made_is_told),
        TEST(a_path_leads_into_one_that_is_made),
        TEST(a_class_is_changed_and_taken_out_like_any_other_setting),
        TEST(another_verb_of_a_class_displaces_that_of_the_library),
        TEST(what_is_excepted_is_left_out_and_a_name_that_is_not_met_is_told),
        TEST(without_kinds_a_class_is_about_all_that_know_the_verb),
        TEST(a_class_of_ones_own_strikes_in_runs_too),
        TEST(a_fault_of_a_class_is_told_once),
        TEST(a_class_needs_one_star_kinds_that_exist_and_known_keys),
        TEST(a_kind_that_does_not_know_the_verb_is_told),
        TEST(typical_faults_do_not_strike_in_runs),
        TEST(typical_faults_do_not_forbid_a_steady_state),
        TEST(a_class_claims_once_whatever_it_makes),
        TEST(values_keep_the_source_of_the_catalogue_through_files_and_designs),
        TEST(a_range_of_a_class_is_one_uncertain_input),
        TEST(the_resolved_scenario_reads_back_to_the_same),
        TEST(an_unknown_library_is_one_fault_with_the_nearest_name),
        TEST(a_library_may_be_used_twice),
        TEST(a_thousand_components_get_theirs),
        TEST(more_than_can_be_held_is_one_fault),
        TEST(lists_and_classes_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
