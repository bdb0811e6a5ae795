/* tests/models/test_database.c - what a database promises, with plans made by hand. */
#include "models/registry.h"
#include "sim/scenario/scenario.h"
#include "tests/support/data.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static double gauge_mean(const struct hr_record *r, uint32_t gauge)
{
    return hr_integral_mean(&r->parts[0].gauges[gauge]);
}

/* --- commits ------------------------------------------------------------------------------------ */

static void a_commit_waits_for_the_round_trip_to_the_standby(void **unused)
{
    struct tiny t;

    (void)unused;
    for (int standby = 0; standby < 2; standby++) {
        struct maker m = data_database(&t, S(100), 0, 3);
        m.conf->standby = standby;
        data_link(&t, ZONE_A, ZONE_B, 0.004);
        data_link(&t, ZONE_B, ZONE_A, 0.007);
        data_volume(&m, 1000, 0, 0);
        tiny_clients(&t, m.write, tiny_plain(), 50, data_every(&t, HR_SECOND, 50));
        tiny_clients(&t, m.read, tiny_plain(), 50, data_every(&t, HR_SECOND, 50));
        data_lose_zone(&t, ZONE_B, 40.5, 0);
        const struct hr_record *r = modelled_run(&t, 0);
        /* 10 ms of work, 3 ms of I/O at either volume, 11 ms on the way; the standby is lost
         * for the last ones. */
        assert_int_equal(r->rows[0].answered_latency.max, standby ? MS(24) : MS(13));
        assert_int_equal(r->rows[0].answered_latency.min, MS(13));
        assert_int_equal(r->rows[1].answered_latency.max, MS(10));
        assert_int_equal(r->rows[0].good, 50);
        tiny_free(&t);
    }
}

/* --- I/O ------------------------------------------------------------------------------------------ */

/* 100 calls a second with 10 I/O each: 1,000 a second on a volume that earns 300.  54,000
 * credits last 54,000 / 700 = 77.14 s. */
static void gp2_credits_run_out_when_arithmetic_says_so(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(120), 10, 0);
    data_volume(&m, 300, 3000, 5.4e6)->credits = 0.01;
    tiny_clients(&t, m.read, tiny_plain(), 10000, data_every(&t, HR_SECOND / 100, 10000));
    const struct hr_record *r = modelled_run(&t, 0);
    const struct hr_event_record *dry = data_event(r, "I/O credits exhausted");
    assert_non_null(dry);
    assert_int_equal(dry->count, 1);
    assert_true(fabs(hr_time_s(dry->at) - 54000.0 / 700) < 0.011);
    /* From then on 300 of 1,000 a second are done: the last, at 99.99 s, waits its turn. */
    const double behind = (100 - 54000.0 / 700) * 700;
    const double longest = hr_time_s(r->rows[0].answered_latency.max);
    assert_true(fabs(longest - (0.01 + behind / 300)) < 0.1);
    tiny_free(&t);
}

static void volumes_have_the_rates_of_their_type_and_size(void **unused)
{
    static const struct {
        int64_t gib, iops;
        int type;
        double base, burst;
        int64_t included;
    } rows[] = {
        {20, 0, HR_VOLUME_GP2, 100, 3000, 100},
        {200, 0, HR_VOLUME_GP2, 600, 3000, 600},
        {1000, 0, HR_VOLUME_GP2, 3000, 0, 3000},
        {6000, 0, HR_VOLUME_GP2, 16000, 0, 16000},
        {399, 0, HR_VOLUME_GP3, 3000, 0, 3000},
        {400, 0, HR_VOLUME_GP3, 12000, 0, 12000},
        {400, 20000, HR_VOLUME_GP3, 20000, 0, 12000},
        {100, 1234, HR_VOLUME_IO1, 1234, 0, 0},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct hr_database_storage s = {.size = GIB(rows[i].gib),
                                        .iops = rows[i].iops,
                                        .type = rows[i].type,
                                        .io_size = 16384,
                                        .striped_from = GIB(400)};
        hr_database_volume_rates(&s);
        assert_true(s.base == rows[i].base && s.burst == rows[i].burst);
        assert_int_equal(s.included, rows[i].included);
        s.throughput = 16384.0 * 77;
        hr_database_volume_rates(&s);
        assert_true(s.base == 77);
    }
}

static void a_slow_query_needs_more_cpu_and_more_io(void **unused)
{
    double busy[2], io[2];
    struct tiny t;

    (void)unused;
    for (int slow = 0; slow < 2; slow++) {
        struct maker m = data_database(&t, S(100), 7, 0);
        data_volume(&m, 10000, 0, 0);
        tiny_clients(&t, m.read, tiny_plain(), 990, data_every(&t, HR_SECOND / 10, 990));
        if (slow) {
            struct hr_disturbance *d = tiny_disturb(&t, HR_VERB_SLOW, 0, 0, HR_NEVER);
            d->op = m.read;
            d->by = 6;
        }
        const struct hr_record *r = modelled_run(&t, 0);
        busy[slow] = hr_integral_mean(&r->parts[0].busy);
        io[slow] = gauge_mean(r, HR_GAUGE_IOPS);
        tiny_free(&t);
    }
    assert_true(io[0] > 60 && fabs(busy[1] / busy[0] - 6) < 1e-6);
    assert_true(fabs(io[1] / io[0] - 6) < 1e-6);
}

/* --- the buffer ------------------------------------------------------------------------------------ */

static void the_buffer_spares_the_reads_that_it_holds(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(1000), 10, 0);
    m.conf->buffer_hit = 0.9;
    data_volume(&m, 10000, 0, 0);
    tiny_clients(&t, m.read, tiny_plain(), 9000, data_every(&t, HR_SECOND / 10, 9000));
    const struct hr_record *r = modelled_run(&t, 0);
    /* 90,000 reads, a tenth of them I/O: 9,000 with a deviation of 90, over 1,000 s. */
    assert_true(fabs(gauge_mean(r, HR_GAUGE_IOPS) - 9) < 0.45);
    m.conf->buffer_hit = 0;
    m.conf->buffer = GIB(60);
    m.conf->working_set = GIB(80);
    r = modelled_run(&t, 0);
    assert_true(fabs(gauge_mean(r, HR_GAUGE_IOPS) - 22.5) < 0.65);
    tiny_free(&t);
}

static void a_popular_key_makes_a_small_buffer_hold_more(void **unused)
{
    struct hr_key key = {
        .name = "thing", .name_key = 7, .count = 100000, .zipf = {.s = 0.9}};
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(200), 10, 0);
    t.plan.keys = &key;
    t.plan.n_keys = 1;
    hr_zipf_init(&key.zipf, key.count, 0.9);
    m.conf->buffer = GIB(10);
    m.conf->working_set = GIB(100);
    m.conf->key = 0;
    data_volume(&m, 10000, 0, 0);
    tiny_clients(&t, m.read, tiny_plain(), 1900, data_every(&t, HR_SECOND / 10, 1900));
    const struct hr_record *r = modelled_run(&t, 0);
    /* A tenth of the pages has H(1e4) / H(1e5) = 72% of the requests; LRU holds fewer. */
    const double miss = gauge_mean(r, HR_GAUGE_IOPS) * 200 / 19000;
    assert_true(miss > 0.28 && miss < 0.45);
    tiny_free(&t);
}

static void the_buffer_is_cold_after_a_failover(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, S(3000), 10, 0);
    m.conf->standby = true;
    m.conf->buffer_hit = 1;
    data_volume(&m, 10000, 0, 0);
    tiny_clients(&t, m.read, tiny_plain(), 29000, data_every(&t, HR_SECOND / 10, 29000));
    data_lose_zone(&t, ZONE_A, 500, 0);
    const struct hr_record *r = modelled_run(&t, 0);
    /* Promoted at T, in use from U on: 100 reads a second, of which exp(-(t - T) / 300 s) miss;
     * 100 x 300 x exp(-(U - T) / 300) in all, none before. */
    const double late = hr_time_s(data_mark(r, HR_MARK_RESTORED, 0)->at -
                                  data_mark(r, HR_MARK_ACTED, 0)->at);
    const double expected = 30000 * exp(-late / 300);
    const double io = gauge_mean(r, HR_GAUGE_IOPS) * 3000;
    assert_true(expected > 25000 && fabs(io - expected) < 6 * sqrt(expected));
    tiny_free(&t);
}

/* --- connections ------------------------------------------------------------------------------------ */

static void an_exhausted_connection_pool_shows_as_such(void **unused)
{
    const hr_time at[] = {0, MS(1), MS(2)};
    struct tiny t;

    (void)unused;
    for (int wait = 0; wait < 2; wait++) {
        struct maker m = data_database(&t, S(1), 0, 0);
        m.conf->connections = 2;
        m.conf->connection_wait = wait ? MS(8) : 0;
        hr_database_connections(m.conf, false);
        tiny_clients(&t, m.read, tiny_plain(), 3, at);
        const struct hr_record *r = modelled_run(&t, 0);
        assert_int_equal(r->rows[0].good, wait ? 3 : 2);
        assert_int_equal(r->rows[0].refused, wait ? 0 : 1);
        const struct hr_event_record *e = data_event(r, "connections exhausted");
        assert_non_null(e);
        assert_int_equal(e->at, MS(2));
        assert_int_equal(r->parts[0].gauges[HR_GAUGE_CONNECTIONS].max, 2);
        assert_int_equal(r->parts[0].gauges[HR_GAUGE_CONNECTIONS].level, 0);
        tiny_free(&t);
    }
}

/* --- the bill ------------------------------------------------------------------------------------------ */

static void every_copy_is_billed_by_the_hour(void **unused)
{
    static const int64_t expected[] = {
        3600, 3600, 7200, 4 * 500 * 3600, 4 * 8000 * 3600, 150 * 3600};
    struct hr_database_backup backup = {HR_DAY, 5 * HR_MINUTE, 7 * HR_DAY, 0.05};
    struct tiny t;

    (void)unused;
    struct maker m = data_database(&t, HR_HOUR, 0, 0);
    struct hr_database_storage *s = data_volume(&m, 20000, 0, 0);
    s->size = GIB(500);
    s->iops = 20000;
    s->included = 12000;
    m.conf->standby = true;
    m.conf->backup = &backup;
    data_replicas(&m, 2, 1);
    tiny_clients(&t, m.read, tiny_plain(), 1, data_every(&t, 1, 1));
    const struct hr_record *r = modelled_run(&t, 0);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(r->parts[0].usage[i], expected[i]);
    tiny_free(&t);
}

/* --- settings that contradict each other ------------------------------------------------------------ */

/* The first error of a scenario whose database has these settings; NULL: none. */
static const char *fault_of(const char *settings, char *out, size_t room)
{
    static const struct hr_catalog_file no_products[] = {{NULL, NULL, 0}};
    const struct hr_library library = {hr_models, no_products};
    const struct hr_overrides none = {0};
    struct hr_arena *arena = hr_arena_create();
    struct hr_diags ds;
    char text[1024];

    const int n =
        snprintf(text, sizeof text,
                 "headroom: 1\n"
                 "keys: { thing: { count: 10, popularity: uniform } }\n"
                 "traffic: { c: { to: db, rate: 1/s, mix: { read: 100%% } } }\n"
                 "components:\n"
                 "  db: { kind: database, operations: { read: { work: 1ms } }, %s }\n",
                 settings);
    hr_diags_init(&ds, arena);
    hr_scenario_load_text("db.yaml", text, (size_t)n, &library, &none, &ds);
    *out = '\0';
    for (size_t i = ds.n; i-- > 0;)
        if (hr_code_is_error(ds.items[i].code))
            snprintf(out, room, "%s", ds.items[i].what);
    hr_arena_destroy(arena);
    return *out ? out : NULL;
}

static void settings_that_contradict_each_other_are_told(void **unused)
{
    static const struct {
        const char *settings, *told; /* NULL: they are fine */
    } rows[] = {
        {"storage: { size: 20GiB }, replicas: 2, promote: replica, read_from: replica",
         NULL},
        {"storage: { size: 20GiB, iops: 5000 }", "has no effect"},
        {"storage: { size: 20GiB, type: io1 }", "needs `iops`"},
        {"storage: { size: 20GiB, type: gp3, iops: 5000 }", "not adjustable"},
        {"storage: { size: 20GiB, type: gp3, iops: 5000, striped_from: 0B }", NULL},
        {"workers: 3", "`connections`"},
        {"connection_wait: 2s", "without `connections`"},
        {"connection_wait: 2s, connections: 7", NULL},
        {"buffer: 4GiB", "needs `working_set`"},
        {"buffer: 4GiB, working_set: 9GiB, key: thing", NULL},
        {"buffer_hit: 90%, key: thing", "without `buffer`"},
        {"buffer: 4GiB, working_set: 9GiB, buffer_hit: 90%", "say the same"},
        {"promote: replica", "no `replicas`"},
        {"read_from: replica", "no `replicas`"},
        {"backup: { every: 1d }", "needs `storage`"},
        {"standby: true, failover: { detect: 1s }", NULL},
    };
    char what[256];

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *fault = fault_of(rows[i].settings, what, sizeof what);

        if (!rows[i].told != !fault || (fault && !strstr(fault, rows[i].told)))
            fail_msg("%s: %s", rows[i].settings, fault ? fault : "no error");
    }
}

/* --- everything at once ---------------------------------------------------------------------------- */

/* Impatient clients, a small pool, losses on losses: the ledger holds, and at the end it serves. */
static void in_a_storm_nothing_is_lost_count_of(void **unused)
{
    struct hr_call_options impatient = tiny_plain();
    struct tiny t;

    (void)unused;
    impatient.timeout = MS(40);
    impatient.cancel = HR_CANCEL_PROPAGATE;
    for (uint64_t k = 0; k < 12; k++) {
        struct maker m = data_database(&t, S(6000), 3, 2);
        struct hr_draws d = hr_draws(99, k, 1);
        m.conf->standby = k % 2 == 0;
        m.conf->promote = k % 3 == 0 ? HR_COPY_STANDBY : HR_COPY_REPLICA;
        m.conf->read_from = HR_READS_REPLICA;
        m.conf->connections = 9;
        m.conf->connection_wait = MS(15);
        m.conf->buffer_hit = 0.5;
        hr_database_connections(m.conf, false);
        data_replicas(&m, 2, 3)->lag = hr_law_exponential(2);
        data_volume(&m, 300, 600, 5000);
        data_link(&t, ZONE_A, ZONE_B, 0.002);
        modelled_clients(&t, m.write, impatient, 60);
        modelled_clients(&t, m.read, impatient, 60);
        for (int i = 0; i < 12; i++) {
            const double at = 5200 * hr_draw_uniform(&d), lasts = 400 * hr_draw_uniform(&d);
            data_lose_zone(&t, ZONE_A + (uint32_t)hr_draw_below(&d, 3), at, lasts)
                ->stagger = i % 3 == 0 ? S(60) : 0;
            tiny_disturb(&t, i % 2 ? HR_VERB_FREEZE : HR_VERB_FAILOVER, 0,
                         S(5200 * hr_draw_uniform(&d)), S(120 * hr_draw_uniform(&d)));
        }
        const struct hr_record *r = modelled_run(&t, k);
        assert_true(r->rows[0].good > 60 * 500 && r->rows[1].good > 60 * 500);
        assert_int_equal(r->parts[0].gauges[HR_GAUGE_CONNECTIONS].max <= 9 * 4, true);
        tiny_free(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_waits_for_the_round_trip_to_the_standby),
        cmocka_unit_test(gp2_credits_run_out_when_arithmetic_says_so),
        cmocka_unit_test(volumes_have_the_rates_of_their_type_and_size),
        cmocka_unit_test(a_slow_query_needs_more_cpu_and_more_io),
        cmocka_unit_test(the_buffer_spares_the_reads_that_it_holds),
        cmocka_unit_test(a_popular_key_makes_a_small_buffer_hold_more),
        cmocka_unit_test(the_buffer_is_cold_after_a_failover),
        cmocka_unit_test(an_exhausted_connection_pool_shows_as_such),
        cmocka_unit_test(every_copy_is_billed_by_the_hour),
        cmocka_unit_test(settings_that_contradict_each_other_are_told),
        cmocka_unit_test(in_a_storm_nothing_is_lost_count_of),
    };
    return cmocka_run_group_tests_name("database", tests, NULL, NULL);
}
