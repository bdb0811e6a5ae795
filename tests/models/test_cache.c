/* tests/models/test_cache.c - what a cache promises, in small systems. */
#include "models/data/cache.h"
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Visitors ask a shop, the shop asks the cache and, on a miss, the database. */
struct system {
    const char *top;   /* lines of the scenario */
    const char *key;   /* settings of the key */
    double rate;       /* of visitors */
    const char *items; /* settings of the cache */
    const char *read;  /* how long the database takes */
    const char *more;  /* lines of disturbances */
};

struct trial {
    struct hr_arena *arena;
    const struct hr_plan *plan;
    struct hr_run *run;
    const struct hr_record *r;
};

static struct trial try(const struct system *s)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides none = {0};
    const struct hr_run_options o = {.seed = 1};
    struct trial t = {.arena = hr_arena_create()};
    struct hr_diags ds;
    char text[4096];

    const int n = snprintf(
        text, sizeof text,
        "headroom: 1\n%s\nkeys: { product: { %s } }\n"
        "traffic: { visitors: { to: shop, rate: %g/s, mix: { page: 100%% } } }\n"
        "components:\n"
        "  shop: { kind: service, operations: { page: [ { call: items.get, key: product,\n"
        "    when: { miss: [ { call: db.read, timeout: 30s, when: { fail: [] } },\n"
        "      { call: items.set, key: product } ] } } ] } }\n"
        "  items: { kind: cache, latency: 1ms, %s }\n"
        "  db: { kind: service, operations: { read: [ %s ] } }\n"
        "%s\n",
        s->top, s->key, s->rate, s->items, s->read, s->more ? s->more : "");
    hr_diags_init(&ds, t.arena);
    const struct hr_scenario *found =
        hr_scenario_load_text("t.yaml", text, (size_t)n, &library, &none, &ds);
    for (size_t i = 0; i < ds.n; i++)
        if (hr_code_is_error(ds.items[i].code))
            fail_msg("%u: %s\n%s", (unsigned)ds.items[i].at.line, ds.items[i].what, text);
    assert_non_null(found);
    t.plan = found->designs[0].plan;
    t.run = hr_run_create(t.plan, &o);
    while (hr_run_advance(t.run, 1 << 16))
        ;
    t.r = hr_run_finish(t.run);
    for (uint32_t i = 0; i < t.r->n_violations; i++)
        fail_msg("%s", t.r->violations[i].identity);
    return t;
}

static const struct hr_part_record *part(const struct trial *t, const char *name)
{
    for (uint32_t i = 0; i < t->plan->n_components; i++)
        if (strcmp(t->plan->components[i].name, name) == 0)
            return &t->r->parts[i];
    fail_msg("no %s", name);
    return NULL;
}

static bool happened(const struct trial *t, const char *what)
{
    for (uint32_t i = 0; i < t->r->n_events; i++)
        if (strcmp(t->r->events[i].what, what) == 0)
            return true;
    return false;
}

static void end(struct trial *t)
{
    hr_run_destroy(t->run);
    hr_arena_destroy(t->arena);
}

#define COLD "name: t\nhorizon: 100s\nwarmup: 0s\nstart_cold: true"
#define WARM "name: t\nhorizon: 100s\nwarmup: 0s"
#define FAST "{ wait: 1ms }"

static void what_was_set_is_found_until_its_ttl_is_over(void **unused)
{
    struct trial t =
        try(&(struct system){COLD, "count: 1", 50, "memory: 1MB, ttl: 10s", FAST, NULL});

    (void)unused;
    /* One fetch every ten seconds, and who comes within 2 ms of one. */
    assert_in_range(part(&t, "items")->misses, 10, 16);
    assert_int_equal(part(&t, "db")->measured_in, part(&t, "items")->misses);
    assert_int_equal(part(&t, "items")->hits + part(&t, "items")->misses,
                     part(&t, "shop")->measured_in);
    end(&t);
}

static void without_ttl_one_fetch_is_enough(void **unused)
{
    struct trial t = try(&(struct system){COLD, "count: 1", 50, "memory: 1MB", FAST, NULL});

    (void)unused;
    assert_in_range(part(&t, "items")->misses, 1, 2);
    assert_int_equal(part(&t, "items")->gauges[0].max, 1);
    end(&t);
}

static void a_sliding_ttl_lasts_as_long_as_it_is_asked_for(void **unused)
{
    struct trial t = try(&(struct system){
        COLD, "count: 1", 20, "memory: 1MB, ttl: 2s, sliding: true", FAST, NULL});

    (void)unused;
    assert_in_range(part(&t, "items")->misses, 1, 2);
    end(&t);
}

static void evicts_what_does_not_fit(void **unused)
{
    struct trial t =
        try(&(struct system){COLD, "count: 10, popularity: uniform, size: 100B", 50,
                             "memory: 599B", FAST, NULL});

    (void)unused;
    const struct hr_part_record *items = part(&t, "items");
    /* Equally popular ones: half of them fit, so half of the look-ups hit. */
    assert_int_equal(items->gauges[0].max, 5);
    const double hits = (double)items->hits / (double)(items->hits + items->misses);
    assert_true(hits > 0.46 && hits < 0.54); /* +-5 sd of 5000 dependent look-ups */
    end(&t);
}

static void of_all_that_miss_an_object_exactly_one_fetches_it(void **unused)
{
    const struct system flock = {COLD,
                                 "count: 5, popularity: uniform",
                                 100,
                                 "memory: 1MB, single_flight: true",
                                 "{ wait: 2s }",
                                 NULL};
    struct system crowd = flock;

    (void)unused;
    crowd.items = "memory: 1MB";
    struct trial t = try(&flock);
    assert_int_equal(part(&t, "db")->measured_in, 5);
    assert_int_equal(part(&t, "items")->misses, 5);
    /* The others waited, and were answered when the object came. */
    assert_in_range(part(&t, "items")->gauges[2].max, 100, 300);
    assert_int_equal(t.r->rows[0].good, t.r->rows[0].valid);
    assert_in_range(t.r->rows[0].answered_latency.max, 1900 * HR_MILLISECOND,
                    2010 * HR_MILLISECOND);
    end(&t);
    t = try(&crowd);
    assert_in_range(part(&t, "db")->measured_in, 120, 300);
    end(&t);
}

static void when_a_lease_is_over_the_next_one_fetches(void **unused)
{
    struct trial t = try(&(struct system){COLD, "count: 1", 20,
                                          "memory: 1MB, single_flight: true, lease: 5s",
                                          "{ wait: 60s }", NULL});

    (void)unused;
    /* The first gives up after 30 s and 1 ms, and sets a substitute; until then somebody else
     * tries every 5 s. */
    assert_int_equal(part(&t, "items")->misses, 1 + 6);
    end(&t);
}

#define MANY "count: 1000, popularity: uniform, size: 1kB"
#define FOUR "nodes: 4, memory: 10MB"

static void starts_with_what_it_would_hold(void **unused)
{
    struct trial t = try(&(struct system){WARM, MANY, 100, FOUR, FAST, NULL});

    (void)unused;
    assert_int_equal(part(&t, "items")->misses, 0);
    assert_int_equal(part(&t, "items")->gauges[0].max, 1000);
    end(&t);
    t = try(&(struct system){COLD, MANY, 100, FOUR, FAST, NULL});
    assert_in_range(part(&t, "items")->misses, 990, 1010); /* each once */
    end(&t);
}

/* More than are put in at a time: none is left out between two rounds, none comes twice. */
static void millions_are_all_there_at_the_start(void **unused)
{
    struct trial t =
        try(&(struct system){WARM, "count: 5000000, popularity: zipf(0.5), size: 1B", 100,
                             "memory: 10MB", FAST, NULL});

    (void)unused;
    assert_int_equal(part(&t, "items")->misses, 0);
    assert_int_equal(part(&t, "items")->gauges[0].max, 5000000);
    end(&t);
}

static void a_lost_node_takes_its_own_objects_and_no_others(void **unused)
{
    struct trial t = try(&(struct system){
        WARM, MANY, 200, FOUR, FAST,
        "disturbances: { loss: { lose: 1 of items, at: 20s, for: 10s } }"});
    const struct hr_part_record *items = part(&t, "items");

    (void)unused;
    assert_int_equal(t.r->n_losses, 1);
    assert_false(t.r->losses[0].durable);
    const uint64_t lost = t.r->losses[0].writes;
    assert_in_range(lost, 200, 300); /* a quarter, +-4 sd */
    /* While it is down every look-up of its part misses; then each object once. */
    const double down = 200 * 10 * (double)lost / 1000;
    assert_in_range(items->misses, (uint64_t)(down + (double)lost - 5 * 22),
                    (uint64_t)(down + (double)lost + 5 * 22));
    assert_int_equal(t.r->rows[0].good, t.r->rows[0].valid);
    assert_true(happened(&t, "cache node lost"));
    assert_true(happened(&t, "cache node back, empty"));
    end(&t);
}

static void a_cache_that_is_lost_as_a_whole_comes_back_empty(void **unused)
{
    struct trial t =
        try(&(struct system){WARM, MANY, 200, FOUR, FAST,
                             "disturbances: { loss: { lose: items, at: 20s, for: 1s } }"});

    (void)unused;
    assert_int_equal(t.r->n_losses, 4);
    assert_in_range(part(&t, "items")->misses, 1000, 1270);
    end(&t);
}

/* One of two nodes that hold the same is lost, by lot: the one that answers, or the other. */
static void a_replica_takes_over_with_all_objects(void **unused)
{
    int primaries = 0;

    (void)unused;
    for (int i = 0; i < 8; i++) {
        char loss[100];

        snprintf(loss, sizeof loss,
                 "disturbances: { loss%d: { lose: 1 of items, at: 20s, for: 40s } }", i);
        struct trial t = try(&(struct system){
            WARM, MANY, 200, "memory: 10MB, replicas: 1, failover: 5s", FAST, loss});
        const uint64_t misses = part(&t, "items")->misses;

        assert_int_equal(t.r->n_losses, 0);
        assert_int_equal(happened(&t, "replica takes over"), misses > 0);
        if (misses > 0)
            assert_in_range(misses, 1000 - 5 * 32, 1000 + 5 * 32); /* in 5 s */
        primaries += misses > 0;
        end(&t);
    }
    assert_in_range(primaries, 1, 7);
}

/* One zone after the other: the node that came back, empty and before the other had taken over,
 * has copied from that since. */
static void a_node_that_came_back_takes_over_in_its_turn(void **unused)
{
    struct trial t = try(&(struct system){
        WARM "\nplaces: { here: { zones: [a, b] }, there: { zones: [c] } }\n"
             "defaults: { service: { in: there }, cache: { in: here } }",
        MANY, 200, "memory: 10MB, replicas: 1, failover: 1s", FAST,
        "disturbances: { one: { lose: zone here/a, at: 20s, for: 500ms },\n"
        "  two: { lose: zone here/b, at: 50s, for: 10s } }"});

    (void)unused;
    assert_int_equal(t.r->n_losses, 0);
    assert_in_range(part(&t, "items")->misses, 400 - 5 * 20, 400 + 5 * 20); /* 2 x 1 s */
    assert_int_equal(t.r->n_marks, 2);
    end(&t);
}

static void what_a_node_had_when_it_was_lost_fails(void **unused)
{
    struct trial t =
        try(&(struct system){WARM, MANY, 195, "memory: 10MB, throughput: 200/s", FAST,
                             "disturbances: { loss: { lose: items, at: 60s, for: 1s } }"});

    (void)unused;
    /* The queue of an M/D/1 at 97.5%, some dozens at most. */
    assert_in_range(part(&t, "items")->measured_ended[HR_FAILED], 1, 200);
    assert_int_equal(t.r->rows[0].failed, part(&t, "items")->measured_ended[HR_FAILED]);
    end(&t);
}

static void who_waits_at_a_node_that_is_lost_fails_at_once(void **unused)
{
    struct trial t = try(&(struct system){
        COLD, "count: 1", 100, "memory: 1MB, single_flight: true", "{ wait: 25s }",
        "disturbances: { loss: { lose: items, at: 20s, for: 1s } }"});

    (void)unused;
    assert_in_range(part(&t, "items")->measured_ended[HR_FAILED], 1800, 2200);
    assert_int_equal(t.r->rows[0].failed, part(&t, "items")->measured_ended[HR_FAILED]);
    end(&t);
}

static void a_slow_node_answers_later_and_does_less(void **unused)
{
    struct trial t = try(&(struct system){
        WARM, MANY, 50, "memory: 10MB", FAST,
        "disturbances: { slow: { slow: items, by: 7x, at: 0s, for: 50s } }"});

    (void)unused;
    assert_int_equal(t.r->rows[0].answered_latency.max, 7 * HR_MILLISECOND);
    assert_int_equal(t.r->rows[0].answered_latency.min, HR_MILLISECOND);
    end(&t);
}

/* M/D/1 at 80%: requests wait rho / (2 (1 - rho)) = 2 services of 10 ms on average. */
static void requests_of_a_node_wait_their_turn(void **unused)
{
    struct trial t = try(&(struct system){"name: t\nhorizon: 1000s", MANY, 80,
                                          "memory: 10MB, throughput: 100/s", FAST, NULL});
    const double mean = hr_hist_mean(&t.r->rows[0].answered_latency) / 1e6;

    (void)unused;
    assert_true(mean > 1 + 20 - 3 && mean < 1 + 20 + 3);
    end(&t);
}

static void every_node_is_paid_for(void **unused)
{
    struct trial t = try(&(struct system){
        WARM, MANY, 10, "nodes: 3, replicas: 2, memory: 1MB", FAST,
        "disturbances: { loss: { lose: 1 of items, at: 20s, for: 30s } }"});

    (void)unused;
    assert_int_equal(part(&t, "items")->usage[0], 9 * 100); /* unit-seconds */
    end(&t);
}

static void bytes_of_objects_go_over_the_network(void **unused)
{
    struct trial t = try(&(struct system){WARM, MANY, 50, "memory: 10MB", FAST, NULL});
    const struct hr_part_record *shop = part(&t, "shop");
    uint64_t in = 0;

    (void)unused;
    for (int i = 0; i < HR_N_DISTANCES; i++)
        in += shop->bytes_in[i];
    assert_int_equal(in / shop->measured_in, 1000 + 100);
    assert_int_equal(shop->unsized_calls, 0);
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_set_is_found_until_its_ttl_is_over),
        cmocka_unit_test(without_ttl_one_fetch_is_enough),
        cmocka_unit_test(a_sliding_ttl_lasts_as_long_as_it_is_asked_for),
        cmocka_unit_test(evicts_what_does_not_fit),
        cmocka_unit_test(of_all_that_miss_an_object_exactly_one_fetches_it),
        cmocka_unit_test(when_a_lease_is_over_the_next_one_fetches),
        cmocka_unit_test(starts_with_what_it_would_hold),
        cmocka_unit_test(millions_are_all_there_at_the_start),
        cmocka_unit_test(a_lost_node_takes_its_own_objects_and_no_others),
        cmocka_unit_test(a_cache_that_is_lost_as_a_whole_comes_back_empty),
        cmocka_unit_test(a_replica_takes_over_with_all_objects),
        cmocka_unit_test(a_node_that_came_back_takes_over_in_its_turn),
        cmocka_unit_test(what_a_node_had_when_it_was_lost_fails),
        cmocka_unit_test(who_waits_at_a_node_that_is_lost_fails_at_once),
        cmocka_unit_test(a_slow_node_answers_later_and_does_less),
        cmocka_unit_test(requests_of_a_node_wait_their_turn),
        cmocka_unit_test(every_node_is_paid_for),
        cmocka_unit_test(bytes_of_objects_go_over_the_network),
    };
    return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
