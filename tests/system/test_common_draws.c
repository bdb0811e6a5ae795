/* tests/system/test_common_draws.c - common random numbers: designs see the same shoppers.
 *
 * The draws of two designs are dumped and compared: with one component more, one server more,
 * or another balancing policy, every arrival, operation, place, key and demand of every task
 * is the same, to the last bit. */
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/catalog/catalog.h"

static const char text[] =
    "headroom: 1\n"
    "name: Common draws\n"
    "horizon: 60s\n"
    "warmup: 10s\n"
    "places: { us-east-1: { provider: aws, zones: [a, b, c] } }\n"
    "keys: { product: { count: 100k, popularity: zipf(0.9) } }\n"
    "traffic:\n"
    "  shoppers:\n"
    "    to: web\n"
    "    from: { europe: 30%, north_america: 70% }\n"
    "    rate: 80/s\n"
    "    mix: { home: 60%, buy: 40% }\n"
    "    key: product\n"
    "components:\n"
    "  web: { kind: load_balancer, policy: round_robin, targets: app }\n"
    "  app:\n"
    "    kind: service\n"
    "    instances: 3\n"
    "    operations:\n"
    "      home: [ { work: lognormal(p50=8ms p99=60ms) } ]\n"
    "      buy:\n"
    "        - work: exponential(5ms)\n"
    "        - together: [ { call: db.read }, { call: db.read }, { call: db.write } ]\n"
    "        - repeat: 3\n"
    "          do: [ { call: db.read } ]\n"
    "        - work: gamma(mean=4ms cv=0.7)\n"
    "  db:\n"
    "    kind: service\n"
    "    operations:\n"
    "      read: [ { work: exponential(1ms) } ]\n"
    "      write: [ { work: weibull(mean=2ms cv=1.4) } ]\n"
    "  audit:\n"
    "    kind: service\n"
    "    operations: { note: [ { work: exponential(1ms) } ] }\n"
    "designs:\n"
    "  base: {}\n"
    "  more_servers: { app.instances: 7 }\n"
    "  other_policy: { web.policy: least_outstanding }\n"
    "  no_balancer: { web.bypass: true }\n"
    "  one_more_part:\n"
    "    app.operations.home: [ { call: audit.note }, { work: lognormal(p50=8ms p99=60ms) "
    "} ]\n"
    "  other_warmup: { warmup: 35s }\n";

struct draw {
    const char *what;
    uint64_t key;
    double value;
};
struct dump {
    struct draw *at;
    size_t n, room;
};

static void keep(void *ctx, const char *what, uint64_t key, double value)
{
    struct dump *d = ctx;

    if (d->n == d->room) {
        d->room = d->room ? 2 * d->room : 1024;
        d->at = realloc(d->at, d->room * sizeof *d->at);
    }
    d->at[d->n++] = (struct draw){what, key, value};
}

static int by_key(const void *a, const void *b)
{
    const struct draw *x = a, *y = b;
    const int c = strcmp(x->what, y->what);

    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return c != 0 ? c : (x->value > y->value) - (x->value < y->value);
}

static struct dump dump_of(const struct hr_plan *plan)
{
    struct dump d = {0};
    const struct hr_run_options o = {.seed = 7, .dump = keep, .dump_ctx = &d};
    struct hr_run *run = hr_run_create(plan, &o);

    while (hr_run_advance(run, 100000))
        ;
    assert_int_equal(hr_run_finish(run)->n_violations, 0);
    hr_run_destroy(run);
    qsort(d.at, d.n, sizeof *d.at, by_key);
    return d;
}

/* Every draw of `a` is in `b` with the same value; both are sorted.  Draws of the last seconds
 * may be missing in one: runs end when their last measured task does. */
static size_t missing(const struct dump *a, const struct dump *b)
{
    size_t lacking = 0, j = 0;

    for (size_t i = 0; i < a->n; i++) {
        while (j < b->n && by_key(&b->at[j], &a->at[i]) < 0)
            j++;
        if (j == b->n || by_key(&b->at[j], &a->at[i]) != 0)
            lacking++;
    }
    return lacking;
}

static struct hr_scenario *scenario;
static struct hr_arena *arena;

static int load(void **unused)
{
    static const struct hr_library lib = {hr_models, hr_catalog_files};
    struct hr_diags ds;
    const struct hr_overrides ov = {0};

    (void)unused;
    arena = hr_arena_create();
    hr_diags_init(&ds, arena);
    scenario = hr_scenario_load_text("test.yaml", text, sizeof text - 1, &lib, &ov, &ds);
    for (size_t i = 0; i < ds.n; i++)
        print_error("%s: %s\n", hr_codes[ds.items[i].code].name, ds.items[i].what);
    return ds.errors != 0;
}

static int unload(void **unused)
{
    (void)unused;
    hr_arena_destroy(arena);
    return 0;
}

static const struct hr_plan *plan_of(const char *design)
{
    for (size_t i = 0; i < scenario->n_designs; i++)
        if (strcmp(scenario->designs[i].name, design) == 0)
            return scenario->designs[i].plan;
    fail_msg("no design %s", design);
    return NULL;
}

static void same_draws_in(const char *design)
{
    struct dump a = dump_of(plan_of("base")), b = dump_of(plan_of(design));

    assert_true(a.n > 20000);
    /* What one run dumps after the other has ended is a handful of tasks at the very end. */
    assert_in_range(missing(&a, &b), 0, 60);
    free(a.at);
    free(b.at);
}

static void more_servers_change_no_draw(void **unused)
{
    (void)unused;
    same_draws_in("more_servers");
}

static void another_policy_changes_no_draw(void **unused)
{
    (void)unused;
    same_draws_in("other_policy");
}

static void taking_the_balancer_out_changes_no_draw(void **unused)
{
    (void)unused;
    same_draws_in("no_balancer");
}

static void one_component_more_changes_no_draw_of_the_others(void **unused)
{
    (void)unused;
    same_draws_in("one_more_part");
}

static void the_length_of_the_warmup_changes_no_measured_draw(void **unused)
{
    struct dump a = dump_of(plan_of("base")), b = dump_of(plan_of("other_warmup"));
    size_t common = a.n - missing(&a, &b);

    (void)unused;
    /* 60 of 70 seconds are the same; the 10 of warm-up need not be. */
    assert_true(common > a.n * 5 / 7);
    free(a.at);
    free(b.at);
}

static void another_replication_draws_everything_anew(void **unused)
{
    struct dump a = dump_of(plan_of("base")), b = {0};
    const struct hr_run_options o = {
        .seed = 7, .replication = 1, .dump = keep, .dump_ctx = &b};
    struct hr_run *run = hr_run_create(plan_of("base"), &o);

    (void)unused;
    while (hr_run_advance(run, 100000))
        ;
    hr_run_destroy(run);
    qsort(b.at, b.n, sizeof *b.at, by_key);
    /* Places and popular keys coincide by chance; times and demands never do. */
    assert_true(missing(&a, &b) > a.n / 2);
    free(a.at);
    free(b.at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_servers_change_no_draw),
        cmocka_unit_test(another_policy_changes_no_draw),
        cmocka_unit_test(taking_the_balancer_out_changes_no_draw),
        cmocka_unit_test(one_component_more_changes_no_draw_of_the_others),
        cmocka_unit_test(the_length_of_the_warmup_changes_no_measured_draw),
        cmocka_unit_test(another_replication_draws_everything_anew),
    };
    return cmocka_run_group_tests_name("common_draws", tests, load, unload);
}
