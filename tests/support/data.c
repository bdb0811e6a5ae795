/* tests/support/data.c - see data.h. */
#include "tests/support/data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

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

struct maker data_database(struct tiny *t, hr_time horizon, double reads, double writes)
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

struct hr_database_storage *data_volume(struct maker *m, double base, double burst,
                                        double bucket)
{
    struct hr_database_storage *s = hr_arena_alloc(m->t->arena, 1, sizeof *s);

    *s = (struct hr_database_storage){
        .size = GIB(100), .credits = 1, .base = base, .burst = burst, .bucket = bucket};
    m->conf->storage = s;
    return s;
}

struct hr_database_replicas *data_replicas(struct maker *m, int64_t n, double lag_s)
{
    struct hr_database_replicas *r = hr_arena_alloc(m->t->arena, 1, sizeof *r);

    *r = (struct hr_database_replicas){n, hr_law_constant(lag_s), 1, 4};
    m->conf->replicas = r;
    return r;
}

void data_link(struct tiny *t, uint32_t from, uint32_t to, double s)
{
    struct hr_link *l = hr_arena_alloc(t->arena, 1, sizeof *l);

    *l = (struct hr_link){
        .name = "link", .latency = hr_law_constant(s), .distance = HR_DISTANCE_REGION};
    t->links[from * N_PLACES + to] = l;
}

const hr_time *data_every(struct tiny *t, hr_time gap, uint32_t n)
{
    hr_time *at = hr_arena_alloc(t->arena, n, sizeof *at);

    for (uint32_t i = 0; i < n; i++)
        at[i] = (hr_time)i * gap;
    return at;
}

struct hr_disturbance *data_lose_zone(struct tiny *t, uint32_t zone, double at_s,
                                      double for_s)
{
    struct hr_disturbance *d =
        tiny_disturb(t, HR_VERB_LOSE, HR_NONE, S(at_s), for_s > 0 ? S(for_s) : HR_NEVER);

    d->place = zone;
    return d;
}

/* --- what a record says ---------------------------------------------------------------------- */

const struct hr_mark_record *data_mark(const struct hr_record *r, enum hr_mark m,
                                       hr_time after)
{
    for (uint32_t i = 0; i < r->n_marks; i++)
        if (r->marks[i].mark == m && r->marks[i].at >= after)
            return &r->marks[i];
    fail_msg("no mark %d", (int)m);
    return NULL;
}

const struct hr_event_record *data_event(const struct hr_record *r, const char *what)
{
    for (uint32_t i = 0; i < r->n_events; i++)
        if (strcmp(r->events[i].what, what) == 0)
            return &r->events[i];
    return NULL;
}

uint64_t data_writes_lost(const struct hr_record *r)
{
    uint64_t n = 0;

    assert_true(r->n_losses > 0); /* it was put to the test */
    for (uint32_t i = 0; i < r->n_losses; i++)
        n += r->losses[i].writes;
    return n;
}
