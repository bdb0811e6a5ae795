/* tests/models/test_object_store.c - what an object store promises. */
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "sim/system/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct trial {
    struct hr_arena *arena;
    struct hr_run *run;
    const struct hr_record *r;
    const struct hr_part_record *site, *store;
};

/* Visitors of a site that does `step` at the store, 50 times a second for 100 s. */
static struct trial try(const char *step, const char *store, const char *more)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides none = {0};
    const struct hr_run_options o = {.seed = 1};
    struct trial t = {.arena = hr_arena_create()};
    struct hr_diags ds;
    char text[2048];

    const int n = snprintf(
        text, sizeof text,
        "headroom: 1\nname: t\nhorizon: 100s\nwarmup: 0s\n"
        "places: { here: { zones: [a, b] } }\n"
        "keys: { picture: { count: 100, popularity: uniform, size: 2MB } }\n"
        "components:\n"
        "  site: { kind: service, operations: { look: [ { call: store.%s } ] } }\n"
        "  store: { kind: object_store, latency: 100ms, %s }\n"
        "traffic: { visitors: { to: site, rate: 50/s, mix: { look: 100%% } } }\n%s\n",
        step, store, more);
    hr_diags_init(&ds, t.arena);
    const struct hr_scenario *s =
        hr_scenario_load_text("t.yaml", text, (size_t)n, &library, &none, &ds);
    for (size_t i = 0; i < ds.n; i++)
        if (hr_code_is_error(ds.items[i].code))
            fail_msg("%u: %s", (unsigned)ds.items[i].at.line, ds.items[i].what);
    assert_non_null(s);
    t.run = hr_run_create(s->designs[0].plan, &o);
    while (hr_run_advance(t.run, 1 << 16))
        ;
    t.r = hr_run_finish(t.run);
    assert_int_equal(t.r->n_violations, 0);
    for (uint32_t i = 0; i < s->designs[0].plan->n_components; i++) {
        const char *name = s->designs[0].plan->components[i].name;
        if (strcmp(name, "site") == 0)
            t.site = &t.r->parts[i];
        if (strcmp(name, "store") == 0)
            t.store = &t.r->parts[i];
    }
    return t;
}

static void end(struct trial *t)
{
    hr_run_destroy(t->run);
    hr_arena_destroy(t->arena);
}

enum { STORAGE, GET, PUT };

static void an_object_takes_its_size_over_the_throughput_longer(void **unused)
{
    struct trial t = try("get, key: picture", "throughput: 10MB/s", "");

    (void)unused;
    assert_int_equal(t.store->sojourn.min, 300 * HR_MILLISECOND);
    assert_int_equal(t.store->sojourn.max, 300 * HR_MILLISECOND);
    end(&t);
    t = try("head, key: picture", "throughput: 10MB/s", "");
    assert_int_equal(t.store->sojourn.max, 100 * HR_MILLISECOND);
    end(&t);
}

/* Longer than time itself: later than any time of the run, not earlier. */
static void with_next_to_no_throughput_an_object_never_comes(void **unused)
{
    struct trial t = try("get, key: picture", "throughput: 1e-290MB/s", "");

    (void)unused;
    assert_true(t.store->in > 4000);
    assert_int_equal(t.store->ended[HR_OK], 0);
    end(&t);
}

static void reads_and_writes_are_counted_apart_and_objects_go_one_way(void **unused)
{
    struct trial t = try("get, key: picture", "stored: 4TB", "");
    uint64_t in = 0, out = 0;

    (void)unused;
    assert_int_equal(t.store->usage[GET], t.store->measured_in);
    assert_int_equal(t.store->usage[PUT], 0);
    assert_int_equal(t.store->usage[STORAGE], 4000 * 100); /* GB x s */
    for (int i = 0; i < HR_N_DISTANCES; i++) {
        in += t.site->bytes_in[i];
        out += t.site->bytes_out[i];
    }
    assert_int_equal(out, 500 * t.store->measured_in);
    assert_true(in > 1999 * out && in < 4010 * out);
    end(&t);
}

static void what_is_put_without_a_key_is_stored_besides(void **unused)
{
    struct trial t = try("put", "object_size: 1GB", "");

    (void)unused;
    assert_int_equal(t.store->usage[PUT], t.store->measured_in);
    /* 50 GB a second for 100 s, on average half of that. */
    assert_in_range(t.store->usage[STORAGE], 230000, 270000);
    end(&t);
    t = try("put, key: picture", "object_size: 1GB", "");
    assert_int_equal(t.store->usage[STORAGE], 0);
    end(&t);
}

static void what_exceeds_its_limit_is_throttled(void **unused)
{
    struct trial t = try("get", "get_limit: 20/s, put_limit: 1/s", "");

    (void)unused;
    assert_in_range(t.r->rows[0].good, 2000, 2021);
    assert_int_equal(t.r->rows[0].good + t.r->rows[0].throttled, t.r->rows[0].valid);
    end(&t);
}

static void a_lost_zone_does_not_touch_it_and_a_lost_region_loses_nothing(void **unused)
{
    struct trial t = try("get", "stored: 1TB",
                         "disturbances: { z: { lose: zone here/a, at: "
                         "20s, for: 30s } }");

    (void)unused;
    assert_int_equal(t.store->measured_ended[HR_FAILED], 0);
    end(&t);
    t = try("get", "stored: 1TB",
            "disturbances: { r: { lose: store, at: 20s, for: 30s } }");
    assert_in_range(t.store->measured_ended[HR_FAILED], 1300, 1700);
    assert_int_equal(t.r->n_losses, 0);
    assert_int_equal(t.store->usage[STORAGE], 1000 * 100);
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_takes_its_size_over_the_throughput_longer),
        cmocka_unit_test(with_next_to_no_throughput_an_object_never_comes),
        cmocka_unit_test(reads_and_writes_are_counted_apart_and_objects_go_one_way),
        cmocka_unit_test(what_is_put_without_a_key_is_stored_besides),
        cmocka_unit_test(what_exceeds_its_limit_is_throttled),
        cmocka_unit_test(a_lost_zone_does_not_touch_it_and_a_lost_region_loses_nothing),
    };
    return cmocka_run_group_tests_name("object_store", tests, NULL, NULL);
}
