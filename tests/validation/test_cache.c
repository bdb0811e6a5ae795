/* tests/validation/test_cache.c - hit ratios of simulated caches against known ones.
 *
 * Requests are independent, objects have one size, the cache starts as it would be after a long
 * time (or empty, and is warmed up), and what misses is there at once.  Ids are those of the
 * validation set.
 *
 * ctest-labels: slow
 * ctest-timeout: 600 */
#include "tests/support/validate.h"

#include "models/parts/cache_state.h"
#include "models/registry.h"
#include "sim/engine/law.h"
#include "sim/scenario/scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { RUNS = 24 };

/* --- what a node holds, alone ----------------------------------------------------------------- */

/* LRU, or first in first out, which is the same without a trace of the look-ups. */
static double hit_ratio(uint64_t n, double s, int64_t capacity, bool lru, uint64_t seed)
{
    const long warmup = 20 * capacity > 100000 ? 20 * capacity : 100000;
    const long all = VALIDATE_SLOW ? 100000 : 400000;
    struct hr_arena *arena = hr_arena_create();
    struct hr_draws d = hr_draws(hr_stream(seed, 0), 1, 1);
    struct hr_cache_room room;
    struct hr_cache_state c;
    struct hr_zipf zipf;
    long hits = 0;

    hr_zipf_init(&zipf, n, s);
    hr_cache_room_init(&room, arena,
                       &(struct hr_cache_kind){
                           .ids = n + 1, .expected = (uint64_t)capacity, .bounded = true});
    hr_cache_state_init(&c, &room, capacity);
    for (long i = -warmup; i < all; i++) {
        const uint64_t id = hr_zipf_draw(&zipf, &d);
        const enum hr_cache_found found = lru ? hr_cache_state_look(&c, id, 0, NULL)
                                              : hr_cache_state_peek(&c, id, 0, NULL);

        hits += i >= 0 && found == HR_CACHE_HIT;
        if (found != HR_CACHE_HIT)
            hr_cache_state_put(&c, id, 1, HR_NEVER);
    }
    hr_arena_destroy(arena);
    return (double)hits / (double)all;
}

static void the_state_of_a_cache_hits_as_often_as_lru_and_fifo_do(void **unused)
{
    static const struct {
        const char *id;
        bool lru;
        uint64_t n;
        double s;
        int64_t capacity;
        double hits, tolerance;
    } rows[] = {
        {"CACHE-SIM-LRU-0.6-100", true, 10000, 0.6, 100, 0.043329, 0.002},
        {"CACHE-SIM-LRU-0.6-1000", true, 10000, 0.6, 1000, 0.243233, 0.002},
        {"CACHE-SIM-LRU-0.8-100", true, 10000, 0.8, 100, 0.156721, 0.002},
        {"CACHE-SIM-LRU-0.8-1000", true, 10000, 0.8, 1000, 0.436694, 0.002},
        {"CACHE-SIM-LRU-1-100", true, 10000, 1, 100, 0.390395, 0.002},
        {"CACHE-SIM-FIFO-0.6-1000", false, 10000, 0.6, 1000, 0.220105, 0.002},
        {"CACHE-SIM-FIFO-0.8-1000", false, 10000, 0.8, 1000, 0.39426, 0.002},
        {"CACHE-SIM-FIFO-1.2-1000", false, 10000, 1.2, 1000, 0.831811, 0.002},
        {"LRU-EX-20-5-0.8", true, 20, 0.8, 5, 0.392975187, 0.002},
        {"LRU-EX-20-5-1.2", true, 20, 1.2, 5, 0.575841979, 0.002},
        {"LRU-EX-50-10-1", true, 50, 1, 10, 0.506635648, 0.002},
    };
    double x[RUNS];
    const uint32_t n = VALIDATE_SLOW ? 8 : RUNS;

    (void)unused;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        for (uint32_t i = 0; i < n; i++)
            x[i] = hit_ratio(rows[k].n, rows[k].s, rows[k].capacity, rows[k].lru, i + 1);
        validate_mean(rows[k].id, x, n, rows[k].hits, rows[k].tolerance);
    }
}

/* --- the model ---------------------------------------------------------------------------------- */

static double hits_of(const struct hr_plan *plan, const struct hr_record *r)
{
    (void)plan;
    return (double)r->parts[2].hits / (double)(r->parts[2].hits + r->parts[2].misses);
}

static double objects_of(const struct hr_plan *plan, const struct hr_record *r)
{
    (void)plan;
    return hr_integral_mean(&r->parts[2].gauges[0]);
}

struct row {
    const char *id, *key, *items;
    double rate, horizon_s, hits, tolerance;
};

static uint32_t simulate(const struct row *row, uint32_t runs, validate_figure *figure,
                         double *x)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides none = {0};
    const uint32_t n = VALIDATE_SLOW ? 8 : runs;
    struct hr_arena *arena = hr_arena_create();
    struct hr_diags ds;
    char text[2048];

    const int length = snprintf(
        text, sizeof text,
        "headroom: 1\nname: %s\nhorizon: %gs\nwarmup: 0s\n"
        "keys: { thing: { %s, size: 1B } }\n"
        "components:\n"
        "  app: { kind: service, operations: { look: [ { call: items.get, key: thing,\n"
        "    when: { miss: [ { call: items.set, key: thing } ] } } ] } }\n"
        "  items: { kind: cache, latency: 0s, %s }\n"
        "traffic: { visitors: { to: app, rate: %g/s, mix: { look: 100%% } } }\n",
        row->id, VALIDATE_SLOW ? row->horizon_s / 4 : row->horizon_s, row->key, row->items,
        row->rate);
    hr_diags_init(&ds, arena);
    const struct hr_scenario *s =
        hr_scenario_load_text("t.yaml", text, (size_t)length, &library, &none, &ds);
    for (size_t i = 0; i < ds.n; i++)
        if (hr_code_is_error(ds.items[i].code))
            fail_msg("%s: %s", row->id, ds.items[i].what);
    assert_string_equal(s->designs[0].plan->components[2].name, "items");
    validate_plan(s->designs[0].plan, n, 1, &figure, x);
    hr_arena_destroy(arena);
    return n;
}

/* From the first second on: a cache that began too full or too empty would be outside. */
static void the_model_starts_and_stays_at_the_known_hit_ratio(void **unused)
{
    static const struct row rows[] = {
        {"CACHE-SIM-LRU-0.8-1000", "count: 10000, popularity: zipf(0.8)", "memory: 1000B",
         1000, 100, 0.436694, 0.003},
        {"CHE-LRU-10000-1-5000", "count: 10000, popularity: zipf(1)", "memory: 5000B", 1000,
         100, 0.898626339, 0.003},
        {"CHE-LRU-1000000-0.8-10000", "count: 1M, popularity: zipf(0.8)", "memory: 10000B",
         1000, 100, 0.231905346, 0.003},
        {"CHE-LRU-1000000-1-100000", "count: 1M, popularity: zipf(1)", "memory: 100000B",
         1000, 100, 0.779357171, 0.003},
        /* Four nodes with a quarter each are as good as one: Che's time is the same. */
        {"CHE-LRU-10000-1-5000/4", "count: 10000, popularity: zipf(1)",
         "nodes: 4, memory: 1250B", 1000, 100, 0.898626339, 0.003},
        {"TTL-FIX-0.1-5", "count: 1", "memory: 1B, ttl: 5s", 0.1, 400000, 1.0 / 3, 0.005},
        {"TTL-FIX-0.01-300", "count: 1", "memory: 1B, ttl: 300s", 0.01, 4000000, 0.75,
         0.005},
        {"TTL-RST-0.1-5", "count: 1", "memory: 1B, ttl: 5s, sliding: true", 0.1, 400000,
         0.39346934, 0.005},
        {"TTL-RST-1-5", "count: 1", "memory: 1B, ttl: 5s, sliding: true", 1, 40000,
         0.993262053, 0.005},
        {"TTLZ-FIX-10000-0.8", "count: 10000, popularity: zipf(0.8)",
         "memory: 10000B, ttl: 60s", 100, 1000, 0.575327669, 0.003},
        {"TTLZ-FIX-10000-1", "count: 10000, popularity: zipf(1)",
         "memory: 10000B, ttl: 60s", 1000, 100, 0.901159163, 0.003},
    };
    double x[VALIDATE_MOST];

    (void)unused;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const uint32_t n = simulate(&rows[k], RUNS, hits_of, x);
        validate_mean(rows[k].id, x, n, rows[k].hits, rows[k].tolerance);
    }
}

/* What is fresh at the start, of all that may be there. */
static void a_warm_start_holds_as_many_objects_as_renewals_say(void **unused)
{
    static const struct row rows[] = {
        {"TTLZ-OCC-10000-0.8", "count: 10000, popularity: zipf(0.8)",
         "memory: 10000B, ttl: 60s", 100, 0.004, 2548.03399, 0.02 * 2548},
        {"TTLZ-OCC-10000-1", "count: 10000, popularity: zipf(1)",
         "memory: 10000B, ttl: 60s", 1000, 0.004, 5930.45021, 0.02 * 5930},
    };
    double x[VALIDATE_MOST];

    (void)unused;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const uint32_t n = simulate(&rows[k], VALIDATE_MOST, objects_of, x);
        validate_mean(rows[k].id, x, n, rows[k].hits, rows[k].tolerance);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_of_a_cache_hits_as_often_as_lru_and_fifo_do),
        cmocka_unit_test(the_model_starts_and_stays_at_the_known_hit_ratio),
        cmocka_unit_test(a_warm_start_holds_as_many_objects_as_renewals_say),
    };
    return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
