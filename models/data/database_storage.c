/* models/data/database_storage.c - volumes and buffers of a database's copies; see database.c. */
#include "models/data/database.h"
#include "models/parts/drawn.h"

#include "sim/engine/numeric.h"
#include "sim/theory/caches.h"

enum {
    DRAWN_ONE_BY_ONE = 64, /* I/O of a call; more are taken at their mean */
    CREDIT_STEPS = 1000,   /* resolution of the gauge */
};

static const struct hr_database_op *own_of(struct hr_run *run, hr_call c)
{
    return hr_run_plan(run)->operations[hr_call_op(run, c)].own;
}

/* --- the buffer ------------------------------------------------------------------------------ */

/* Share of the reads that a warm buffer holds. */
static double warm_hit(struct hr_run *run, const struct hr_database_conf *conf)
{
    if (conf->buffer == 0)
        return conf->buffer_hit;
    const double share = (double)conf->buffer / (double)conf->working_set;

    if (share >= 1.0 || conf->key == HR_NONE)
        return share < 1.0 ? share : 1.0;
    const struct hr_key *key = &hr_run_plan(run)->keys[conf->key];
    const struct hr_ranks ranks =
        hr_ranks_zipf(hr_run_arena(run), key->count, key->uniform ? 0.0 : key->zipf.s);

    return hr_che_hit_ratio(&ranks, share * (double)key->count);
}

static double hit_now(struct hr_run *run, hr_part p, const struct hr_database_node *node)
{
    const struct hr_database_conf *conf = hr_conf(run, p);
    const struct hr_database *db = hr_state(run, p);

    if (node->cold_since == HR_NEVER || conf->buffer_warm == 0)
        return db->warm_hit;
    const double age =
        hr_time_s(hr_now(run) - node->cold_since) / hr_time_s(conf->buffer_warm);
    return db->warm_hit * (1.0 - hr_exp(-age));
}

/* So many of an operation's I/O, slowed operations needing more. */
static double how_many(struct hr_run *run, hr_part p, hr_call c, const struct hr_law *law,
                       uint64_t purpose)
{
    const double n = hr_call_delay_s(run, p, c, law, purpose) + 0.5;

    return hr_floor(n < 1e9 ? n : 1e9);
}

double hr_database_misses(struct hr_run *run, hr_part p, hr_call c, uint32_t node)
{
    const struct hr_database *db = hr_state(run, p);
    const struct hr_database_op *own = own_of(run, c);

    if (own == NULL || !db->nodes[node].limited)
        return 0.0;
    struct hr_draws d = hr_call_draws(run, c, HR_DRAW_MISSES);
    const double n = how_many(run, p, c, &own->reads, HR_DRAW_READS);
    const double miss = 1.0 - hit_now(run, p, &db->nodes[node]);
    double misses = 0.0;

    if (n > DRAWN_ONE_BY_ONE)
        return hr_floor(n * miss + hr_draw_uniform(&d));
    for (double i = 0.0; i < n; i++)
        misses += hr_draw_uniform(&d) < miss;
    return misses;
}

double hr_database_writes(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_database_op *own = own_of(run, c);

    return own ? how_many(run, p, c, &own->writes, HR_DRAW_WRITES) : 0.0;
}

/* --- volumes ------------------------------------------------------------------------------------ */

static void show(struct hr_run *run, hr_part p, uint32_t gauge, int64_t *shown,
                 int64_t level)
{
    if (level == *shown)
        return;
    hr_gauge_add(run, p, gauge, level - *shown);
    *shown = level;
}

/* The primary's credits, in steps. */
static void show_credits(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);
    const struct hr_reservoir *r = &hr_database_primary(db)->io.credits;
    const double step = r->most / CREDIT_STEPS;

    if (r->most > 0.0)
        show(run, p, HR_GAUGE_CREDITS, &db->shown_credits,
             (int64_t)(hr_floor(r->level / step) * step));
}

/* The credits of a node are gone at an instant that is known as soon as more is booked than they
 * last for. */
static void watch_credits(struct hr_run *run, hr_part p, uint32_t node)
{
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *n = &db->nodes[node];
    const hr_time at = hr_burst_server_empty_at(&n->io);

    if (n->io.credits.level > 60.0 * n->io.base)
        n->dry_told = false; /* a minute's earnings: running dry again is worth telling */
    if (n->dry == 0 && at != HR_NEVER && !n->dry_told)
        n->dry = hr_control_set(run, p, at, HR_TAG_DRY, node);
}

void hr_database_io_dry(struct hr_run *run, hr_part p, uint32_t node)
{
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *n = &db->nodes[node];

    n->dry = 0;
    n->dry_told = true;
    hr_burst_server_advance(&n->io, hr_now(run));
    hr_event_note(run, p, n->instance, "I/O credits exhausted", NULL);
    show_credits(run, p);
}

/* Time of `n` I/O beside waiting for the rate. */
static double latency_s(struct hr_run *run, hr_call c, const struct hr_law *law, double n,
                        uint64_t purpose)
{
    double sum = 0.0;

    if (law->kind == HR_LAW_CONSTANT)
        return n * law->a;
    if (n > DRAWN_ONE_BY_ONE)
        return n * hr_law_mean(law);
    struct hr_draws d = hr_call_draws(run, c, purpose);
    for (double i = 0.0; i < n; i++)
        sum += hr_law_draw(law, &d);
    return sum;
}

hr_time hr_database_io(struct hr_run *run, hr_part p, hr_call c, uint32_t node, double n,
                       uint64_t purpose)
{
    const struct hr_database_conf *conf = hr_conf(run, p);
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *at = &db->nodes[node];

    if (!at->limited || !(n > 0.0))
        return 0;
    const hr_time queue = hr_burst_server_add(&at->io, n, hr_now(run));

    watch_credits(run, p, node);
    if (node == db->primary) {
        db->done_io += (int64_t)n;
        show_credits(run, p);
    }
    return queue + hr_time_from_s(latency_s(run, c, &conf->storage->latency, n, purpose));
}

void hr_database_io_drop(struct hr_run *run, hr_part p, uint32_t node)
{
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *n = &db->nodes[node];

    if (n->limited)
        hr_burst_server_drop(&n->io, hr_now(run));
    hr_timer_cancel(run, n->dry);
    n->dry = 0;
}

void hr_database_show_io(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    show(run, p, HR_GAUGE_IOPS, &db->shown_iops, db->done_io);
    db->done_io = 0;
    if (hr_database_primary(db)->limited) {
        hr_burst_server_advance(&hr_database_primary(db)->io, hr_now(run));
        show_credits(run, p);
    }
}

void hr_database_volume_start(struct hr_run *run, hr_part p, uint32_t node)
{
    const struct hr_database_conf *conf = hr_conf(run, p);
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *n = &db->nodes[node];
    const struct hr_database_storage *s = conf->storage;

    n->cold_since = hr_run_plan(run)->start_cold ? hr_now(run) : HR_NEVER;
    n->limited = s != NULL;
    if (s == NULL)
        return;
    hr_burst_server_init(&n->io, s->base, s->burst, s->bucket, hr_now(run));
    n->io.credits.level *= s->credits;
}

void hr_database_storage_start(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    db->warm_hit = warm_hit(run, hr_conf(run, p));
    for (uint32_t k = 0; k < db->n; k++)
        hr_database_volume_start(run, p, k);
    show_credits(run, p);
}
