/* tests/models/test_database.c - what a database promises, with plans made by hand. */
#include "models/data/database.h"
#include "tests/support/modelled.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { REGION = 1, ZONE_A, ZONE_B, ZONE_C, N_PLACES };
#define S(x)   hr_time_from_s(x)
#define GIB(x) ((int64_t)(x) << 30)

static const struct hr_law ms10 = {HR_LAW_CONSTANT, 0.010, 0, 0, 0, 0};

/* --- settings ------------------------------------------------------------------------------ */

static void make_places(struct tiny *t)
{
    static const char *const names[] = {"", "here", "here/a", "here/b", "here/c"};

    for (uint32_t i = 1; i < N_PLACES; i++)
        t->places[i] =
            (struct hr_place){.name = names[i], .region = REGION, .is_zone = i != REGION};
    t->plan.n_places = N_PLACES;
}

/* As if it were bound from a scenario: defaults by hand, then the model's own check. */
struct maker {
    struct tiny *t;
    struct hr_database_conf *conf;
    uint32_t read, write; /* operations: 10 ms of work each */
};

static struct hr_law uniform(double from, double to)
{
    return (struct hr_law){HR_LAW_UNIFORM, from, to, 0, 0, 0};
}

static uint32_t operation(struct tiny *t, const char *name, double reads, double writes)
{
    const struct hr_step work = modelled_work(ms10);
    const uint32_t op = tiny_op(t, name, 1, &work);
    struct hr_database_op *own = hr_arena_alloc(t->arena, 1, sizeof *own);

    own->reads = hr_law_constant(reads);
    own->writes = hr_law_constant(writes);
    t->operations[op].own = own;
    return op;
}

static struct maker setting(struct tiny *t, hr_time horizon, double reads, double writes)
{
    static const uint32_t zones[] = {ZONE_A, ZONE_B, ZONE_C};
    struct maker m = {t, NULL, 0, 0};

    tiny_init(t, horizon);
    make_places(t);
    tiny_service(t, "db");
    m.conf = hr_arena_alloc(t->arena, 1, sizeof *m.conf);
    m.conf->fleet = *(const struct hr_fleet_conf *)t->components[0].conf;
    m.conf->fleet.cores = 64;
    m.conf->key = HR_NONE;
    m.conf->buffer_warm = 5 * HR_MINUTE;
    m.conf->resync = hr_law_constant(60);
    m.conf->fleet.restart = hr_law_constant(45);
    m.conf->failover = hr_arena_alloc(t->arena, 1, sizeof *m.conf->failover);
    m.conf->failover->detect = uniform(10, 25);
    m.conf->failover->promote = uniform(35, 65);
    m.conf->failover->redirect = uniform(15, 30);
    t->components[0].model = &hr_database_model;
    t->components[0].conf = m.conf;
    t->components[0].place = REGION;
    t->components[0].zones = (struct hr_indices){3, zones};
    m.read = operation(t, "read", reads, 0);
    m.write = operation(t, "write", 0, writes);
    return m;
}

/* A volume that does `base` a second, bursting to `burst` on `bucket` credits. */
static struct hr_database_storage *volume(struct maker *m, double base, double burst,
                                          double bucket)
{
    struct hr_database_storage *s = hr_arena_alloc(m->t->arena, 1, sizeof *s);

    *s = (struct hr_database_storage){
        .size = GIB(100), .credits = 1, .base = base, .burst = burst, .bucket = bucket};
    m->conf->storage = s;
    return s;
}

static struct hr_database_replicas *replicas(struct maker *m, int64_t n, double lag_s)
{
    struct hr_database_replicas *r = hr_arena_alloc(m->t->arena, 1, sizeof *r);

    *r = (struct hr_database_replicas){n, hr_law_constant(lag_s), 1, 4};
    m->conf->replicas = r;
    return r;
}

static void links(struct tiny *t, uint32_t from, uint32_t to, double s)
{
    struct hr_link *l = hr_arena_alloc(t->arena, 1, sizeof *l);

    *l = (struct hr_link){
        .name = "link", .latency = hr_law_constant(s), .distance = HR_DISTANCE_REGION};
    t->links[from * N_PLACES + to] = l;
}

static const hr_time *every(struct tiny *t, hr_time gap, uint32_t n)
{
    hr_time *at = hr_arena_alloc(t->arena, n, sizeof *at);

    for (uint32_t i = 0; i < n; i++)
        at[i] = (hr_time)i * gap;
    return at;
}

static struct hr_disturbance *lose_zone(struct tiny *t, uint32_t zone, double at_s,
                                        double for_s)
{
    struct hr_disturbance *d =
        tiny_disturb(t, HR_VERB_LOSE, HR_NONE, S(at_s), for_s > 0 ? S(for_s) : HR_NEVER);

    d->place = zone;
    return d;
}

/* --- what a record says ---------------------------------------------------------------------- */

static const struct hr_mark_record *mark_of(const struct hr_record *r, enum hr_mark m,
                                            hr_time after)
{
    for (uint32_t i = 0; i < r->n_marks; i++)
        if (r->marks[i].mark == m && r->marks[i].at >= after)
            return &r->marks[i];
    fail_msg("no mark %d", (int)m);
    return NULL;
}

static const struct hr_event_record *event_of(const struct hr_record *r, const char *what)
{
    for (uint32_t i = 0; i < r->n_events; i++)
        if (strcmp(r->events[i].what, what) == 0)
            return &r->events[i];
    return NULL;
}

static double gauge_mean(const struct hr_record *r, uint32_t gauge)
{
    return hr_integral_mean(&r->parts[0].gauges[gauge]);
}

static uint64_t writes_lost(const struct hr_record *r)
{
    uint64_t n = 0;

    assert_true(r->n_losses > 0); /* it was put to the test */
    for (uint32_t i = 0; i < r->n_losses; i++)
        n += r->losses[i].writes;
    return n;
}

/* --- failover -------------------------------------------------------------------------------- */

static void a_standby_loses_no_write_and_is_back_in_60_to_120_s(void **unused)
{
    double least = HUGE_VAL, most = 0;
    struct tiny t;

    (void)unused;
    struct maker m = setting(&t, S(400), 0, 2);
    m.conf->standby = true;
    modelled_clients(&t, m.write, tiny_plain(), 20);
    lose_zone(&t, ZONE_A, 100, 0);
    for (uint64_t k = 0; k < 40; k++) {
        const struct hr_record *r = modelled_run(&t, k);
        const struct hr_mark_record *up = mark_of(r, HR_MARK_RESTORED, 0);
        const double outage = hr_time_s(up->at) - 100;

        least = outage < least ? outage : least;
        most = outage > most ? outage : most;
        assert_int_equal(writes_lost(r), 0);
        assert_true(mark_of(r, HR_MARK_DETECTED, 0)->at >= S(110));
        assert_true(mark_of(r, HR_MARK_DECIDED, 0)->at >=
                    mark_of(r, HR_MARK_DETECTED, 0)->at);
        assert_true(mark_of(r, HR_MARK_ACTED, 0)->at >= mark_of(r, HR_MARK_DECIDED, 0)->at);
        assert_int_equal(r->instances[up->instance].place, ZONE_B);
        /* What was asked in between was refused, and nothing else was. */
        const double bad = (double)(r->rows[0].valid - r->rows[0].good);
        assert_true(fabs(bad - 20 * outage) < 6 * sqrt(20 * outage));
    }
    /* The catalogue's range, and the draws use it. */
    assert_true(least >= 60 && most <= 120);
    assert_true(most - least > 15);
    tiny_free(&t);
}

static void without_a_copy_it_is_down_until_its_zone_is_back(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = setting(&t, S(1000), 0, 2);
    tiny_clients(&t, m.write, tiny_plain(), 1000, every(&t, HR_SECOND, 1000));
    lose_zone(&t, ZONE_A, 100.5, 300);
    const struct hr_record *r = modelled_run(&t, 0);
    /* Back at 400.5 s, crash recovery takes 45 s; the volume is durable. */
    assert_int_equal(mark_of(r, HR_MARK_RESTORED, 0)->at, S(445.5));
    assert_int_equal(r->rows[0].valid - r->rows[0].good, 345);
    assert_int_equal(writes_lost(r), 0);
    assert_non_null(event_of(r, "no copy can take over"));
    tiny_free(&t);
}

static void a_loss_that_ends_before_it_is_noticed_is_no_failover(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = setting(&t, S(1000), 0, 2);
    m.conf->standby = true;
    tiny_clients(&t, m.write, tiny_plain(), 1000, every(&t, HR_SECOND, 1000));
    lose_zone(&t, ZONE_A, 100.5, 5);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(mark_of(r, HR_MARK_RESTORED, 0)->at, S(150.5));
    assert_int_equal(r->instances[r->marks[0].instance].place, ZONE_A);
    assert_int_equal(r->rows[0].valid - r->rows[0].good, 50);
    tiny_free(&t);
}

/* The old primary becomes the standby when its zone is back and it has all again: the loss of
 * the other zone is then no different from the first. */
static void the_old_primary_becomes_the_standby_after_resync(void **unused)
{
    struct tiny t;

    (void)unused;
    for (int early = 0; early < 2; early++) {
        struct maker m = setting(&t, S(2000), 0, 2);
        m.conf->standby = true;
        tiny_clients(&t, m.write, tiny_plain(), 1900, every(&t, HR_SECOND, 1900));
        lose_zone(&t, ZONE_A, 100, 400);
        /* In step again at 560 s. */
        lose_zone(&t, ZONE_B, early ? 550 : 565, 600);
        const struct hr_record *r = modelled_run(&t, 0);
        const struct hr_mark_record *up = mark_of(r, HR_MARK_RESTORED, S(540));
        if (early) {
            assert_int_equal(r->instances[up->instance].place, ZONE_B);
            assert_int_equal(up->at, S(550 + 600 + 45));
        } else {
            assert_int_equal(r->instances[up->instance].place, ZONE_A);
            assert_in_range(up->at, S(625), S(685));
        }
        assert_int_equal(writes_lost(r), 0);
        tiny_free(&t);
    }
}

static void a_planned_failover_takes_no_time_to_detect(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = setting(&t, S(600), 0, 2);
    m.conf->standby = true;
    m.conf->failover->promote = hr_law_constant(40);
    m.conf->failover->redirect = hr_law_constant(20);
    tiny_clients(&t, m.write, tiny_plain(), 1200, every(&t, HR_SECOND / 2, 1200));
    tiny_disturb(&t, HR_VERB_FAILOVER, 0, S(100.005), HR_SECOND);
    const struct hr_record *r = modelled_run(&t, 0);
    const struct hr_mark_record *up = mark_of(r, HR_MARK_RESTORED, 0);
    assert_int_equal(mark_of(r, HR_MARK_DETECTED, 0)->at, S(100.005));
    assert_int_equal(up->at, S(160.005));
    assert_int_equal(r->instances[up->instance].place, ZONE_B);
    assert_int_equal(r->rows[0].valid - r->rows[0].good, 121); /* one was under way */
    assert_int_equal(writes_lost(r), 0);
    tiny_free(&t);
}

static void nothing_is_failed_over_while_the_control_plane_is_frozen(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = setting(&t, S(1000), 0, 2);
    m.conf->standby = true;
    m.conf->failover->promote = hr_law_constant(40);
    m.conf->failover->redirect = hr_law_constant(20);
    tiny_clients(&t, m.write, tiny_plain(), 900, every(&t, HR_SECOND, 900));
    lose_zone(&t, ZONE_A, 100, 0);
    tiny_disturb(&t, HR_VERB_FREEZE, 0, S(50), S(350));
    const struct hr_record *r = modelled_run(&t, 0);
    assert_true(mark_of(r, HR_MARK_DETECTED, 0)->at < S(126));
    assert_int_equal(mark_of(r, HR_MARK_DECIDED, 0)->at, S(400));
    assert_int_equal(mark_of(r, HR_MARK_RESTORED, 0)->at, S(460));
    tiny_free(&t);
}

static void a_copy_that_is_lost_while_it_takes_over_leaves_it_down(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = setting(&t, S(2000), 0, 2);
    m.conf->standby = true;
    tiny_clients(&t, m.write, tiny_plain(), 1900, every(&t, HR_SECOND, 1900));
    lose_zone(&t, ZONE_A, 100, 900);
    lose_zone(&t, ZONE_B, 130, 300); /* detected by 125 s, promoted not before 145 s */
    const struct hr_record *r = modelled_run(&t, 0);
    const struct hr_mark_record *up = mark_of(r, HR_MARK_RESTORED, 0);
    /* It is back at 430 s and takes over then. */
    assert_int_equal(r->instances[up->instance].place, ZONE_B);
    assert_in_range(up->at, S(480), S(525));
    assert_int_equal(writes_lost(r), 0);
    tiny_free(&t);
}

/* --- asynchronous copies ---------------------------------------------------------------------- */

/* Ten writes a second, 10 ms each, so committed at .01, .11, ...; 3.27 s behind at 20.05 s. */
static void a_promoted_replica_lacks_exactly_the_writes_of_its_lag(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = setting(&t, S(200), 0, 2);
    replicas(&m, 2, 3.27)->share = 0;
    m.conf->promote = HR_COPY_REPLICA;
    tiny_clients(&t, m.write, tiny_plain(), 1900, every(&t, HR_SECOND / 10, 1900));
    lose_zone(&t, ZONE_A, 20.05, 0);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->n_losses, 1);
    assert_int_equal(r->losses[0].recovery_point, S(16.78));
    assert_int_equal(r->losses[0].last_lost, S(20.05));
    assert_int_equal(r->losses[0].writes, 33); /* 16.81 to 20.01 */
    assert_true(r->losses[0].durable);
    assert_in_range(mark_of(r, HR_MARK_RESTORED, 0)->at, S(80), S(140));
    tiny_free(&t);
}

static void a_replica_that_may_not_be_promoted_is_not(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = setting(&t, S(400), 0, 2);
    replicas(&m, 1, 1);
    tiny_clients(&t, m.write, tiny_plain(), 100, every(&t, HR_SECOND, 100));
    lose_zone(&t, ZONE_A, 20, 300);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(mark_of(r, HR_MARK_RESTORED, 0)->at, S(365));
    tiny_free(&t);
}

/* Frozen from 30 to 90 s: 62 s behind at 90 s, gaining 3 s a second. */
static void a_freeze_pauses_replication_and_the_lag_grows(void **unused)
{
    struct tiny t;

    (void)unused;
    for (int after = 0; after < 2; after++) {
        struct maker m = setting(&t, S(400), 0, 2);
        replicas(&m, 1, 2);
        m.conf->promote = HR_COPY_REPLICA;
        tiny_clients(&t, m.write, tiny_plain(), 3000, every(&t, HR_SECOND / 10, 3000));
        tiny_disturb(&t, HR_VERB_FREEZE, 0, S(30), S(60));
        lose_zone(&t, ZONE_A, after ? 115.05 : 100.05, 0);
        const struct hr_record *r = modelled_run(&t, 0);
        assert_int_equal(r->losses[0].recovery_point, after ? S(113.05) : S(28 + 40.2));
        assert_int_equal(r->losses[0].writes, after ? 20 : 319);
        assert_int_equal(r->parts[0].gauges[HR_GAUGE_LAG].max > 61900, true);
        tiny_free(&t);
    }
}

static void reads_go_to_a_replica_and_to_the_primary_without_one(void **unused)
{
    struct tiny t;

    (void)unused;
    struct maker m = setting(&t, S(100), 1, 1);
    replicas(&m, 1, 1);
    m.conf->read_from = HR_READS_REPLICA;
    tiny_clients(&t, m.read, tiny_plain(), 90, every(&t, HR_SECOND, 90));
    tiny_clients(&t, m.write, tiny_plain(), 90, every(&t, HR_SECOND, 90));
    struct hr_disturbance *d = lose_zone(&t, ZONE_B, 49.5, 20);
    const struct hr_record *r = modelled_run(&t, 0);
    assert_int_equal(r->instances[1].calls, 70);
    assert_int_equal(r->instances[0].calls, 110);
    assert_int_equal(r->rows[0].good + r->rows[1].good, 180);
    d->enabled = false;
    m.conf->replicas->share = 0.25;
    r = modelled_run(&t, 0);
    assert_in_range(r->instances[1].calls, 8, 40);
    tiny_free(&t);
}

/* --- commits ------------------------------------------------------------------------------------ */

static void a_commit_waits_for_the_round_trip_to_the_standby(void **unused)
{
    struct tiny t;

    (void)unused;
    for (int standby = 0; standby < 2; standby++) {
        struct maker m = setting(&t, S(100), 0, 3);
        m.conf->standby = standby;
        links(&t, ZONE_A, ZONE_B, 0.004);
        links(&t, ZONE_B, ZONE_A, 0.007);
        volume(&m, 1000, 0, 0);
        tiny_clients(&t, m.write, tiny_plain(), 50, every(&t, HR_SECOND, 50));
        tiny_clients(&t, m.read, tiny_plain(), 50, every(&t, HR_SECOND, 50));
        lose_zone(&t, ZONE_B, 40.5, 0);
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
    struct maker m = setting(&t, S(120), 10, 0);
    volume(&m, 300, 3000, 5.4e6)->credits = 0.01;
    tiny_clients(&t, m.read, tiny_plain(), 10000, every(&t, HR_SECOND / 100, 10000));
    const struct hr_record *r = modelled_run(&t, 0);
    const struct hr_event_record *dry = event_of(r, "I/O credits exhausted");
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
        struct maker m = setting(&t, S(100), 7, 0);
        volume(&m, 10000, 0, 0);
        tiny_clients(&t, m.read, tiny_plain(), 990, every(&t, HR_SECOND / 10, 990));
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
    struct maker m = setting(&t, S(1000), 10, 0);
    m.conf->buffer_hit = 0.9;
    volume(&m, 10000, 0, 0);
    tiny_clients(&t, m.read, tiny_plain(), 9000, every(&t, HR_SECOND / 10, 9000));
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
    struct maker m = setting(&t, S(200), 10, 0);
    t.plan.keys = &key;
    t.plan.n_keys = 1;
    hr_zipf_init(&key.zipf, key.count, 0.9);
    m.conf->buffer = GIB(10);
    m.conf->working_set = GIB(100);
    m.conf->key = 0;
    volume(&m, 10000, 0, 0);
    tiny_clients(&t, m.read, tiny_plain(), 1900, every(&t, HR_SECOND / 10, 1900));
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
    struct maker m = setting(&t, S(3000), 10, 0);
    m.conf->standby = true;
    m.conf->buffer_hit = 1;
    volume(&m, 10000, 0, 0);
    tiny_clients(&t, m.read, tiny_plain(), 29000, every(&t, HR_SECOND / 10, 29000));
    lose_zone(&t, ZONE_A, 500, 0);
    const struct hr_record *r = modelled_run(&t, 0);
    /* Promoted at T, in use from U on: 100 reads a second, of which exp(-(t - T) / 300 s) miss;
     * 100 x 300 x exp(-(U - T) / 300) in all, none before. */
    const double late =
        hr_time_s(mark_of(r, HR_MARK_RESTORED, 0)->at - mark_of(r, HR_MARK_ACTED, 0)->at);
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
        struct maker m = setting(&t, S(1), 0, 0);
        m.conf->connections = 2;
        m.conf->connection_wait = wait ? MS(8) : 0;
        hr_database_connections(m.conf, false);
        tiny_clients(&t, m.read, tiny_plain(), 3, at);
        const struct hr_record *r = modelled_run(&t, 0);
        assert_int_equal(r->rows[0].good, wait ? 3 : 2);
        assert_int_equal(r->rows[0].refused, wait ? 0 : 1);
        const struct hr_event_record *e = event_of(r, "connections exhausted");
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
    struct maker m = setting(&t, HR_HOUR, 0, 0);
    struct hr_database_storage *s = volume(&m, 20000, 0, 0);
    s->size = GIB(500);
    s->iops = 20000;
    s->included = 12000;
    m.conf->standby = true;
    m.conf->backup = &backup;
    replicas(&m, 2, 1);
    tiny_clients(&t, m.read, tiny_plain(), 1, every(&t, 1, 1));
    const struct hr_record *r = modelled_run(&t, 0);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_int_equal(r->parts[0].usage[i], expected[i]);
    tiny_free(&t);
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
        struct maker m = setting(&t, S(6000), 3, 2);
        struct hr_draws d = hr_draws(99, k, 1);
        m.conf->standby = k % 2 == 0;
        m.conf->promote = k % 3 == 0 ? HR_COPY_STANDBY : HR_COPY_REPLICA;
        m.conf->read_from = HR_READS_REPLICA;
        m.conf->connections = 9;
        m.conf->connection_wait = MS(15);
        m.conf->buffer_hit = 0.5;
        hr_database_connections(m.conf, false);
        replicas(&m, 2, 3)->lag = hr_law_exponential(2);
        volume(&m, 300, 600, 5000);
        links(&t, ZONE_A, ZONE_B, 0.002);
        modelled_clients(&t, m.write, impatient, 60);
        modelled_clients(&t, m.read, impatient, 60);
        for (int i = 0; i < 12; i++) {
            const double at = 5200 * hr_draw_uniform(&d), lasts = 400 * hr_draw_uniform(&d);
            lose_zone(&t, ZONE_A + (uint32_t)hr_draw_below(&d, 3), at, lasts)->stagger =
                i % 3 == 0 ? S(60) : 0;
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
        cmocka_unit_test(a_standby_loses_no_write_and_is_back_in_60_to_120_s),
        cmocka_unit_test(without_a_copy_it_is_down_until_its_zone_is_back),
        cmocka_unit_test(a_loss_that_ends_before_it_is_noticed_is_no_failover),
        cmocka_unit_test(the_old_primary_becomes_the_standby_after_resync),
        cmocka_unit_test(a_planned_failover_takes_no_time_to_detect),
        cmocka_unit_test(nothing_is_failed_over_while_the_control_plane_is_frozen),
        cmocka_unit_test(a_copy_that_is_lost_while_it_takes_over_leaves_it_down),
        cmocka_unit_test(a_promoted_replica_lacks_exactly_the_writes_of_its_lag),
        cmocka_unit_test(a_replica_that_may_not_be_promoted_is_not),
        cmocka_unit_test(a_freeze_pauses_replication_and_the_lag_grows),
        cmocka_unit_test(reads_go_to_a_replica_and_to_the_primary_without_one),
        cmocka_unit_test(a_commit_waits_for_the_round_trip_to_the_standby),
        cmocka_unit_test(gp2_credits_run_out_when_arithmetic_says_so),
        cmocka_unit_test(volumes_have_the_rates_of_their_type_and_size),
        cmocka_unit_test(a_slow_query_needs_more_cpu_and_more_io),
        cmocka_unit_test(the_buffer_spares_the_reads_that_it_holds),
        cmocka_unit_test(a_popular_key_makes_a_small_buffer_hold_more),
        cmocka_unit_test(the_buffer_is_cold_after_a_failover),
        cmocka_unit_test(an_exhausted_connection_pool_shows_as_such),
        cmocka_unit_test(every_copy_is_billed_by_the_hour),
        cmocka_unit_test(in_a_storm_nothing_is_lost_count_of),
    };
    return cmocka_run_group_tests_name("database", tests, NULL, NULL);
}
