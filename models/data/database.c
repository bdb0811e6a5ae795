/* models/data/database.c - a relational database: connections, CPU, I/O, copies.
 *
 * See the manual text below for the model.  database_fields.c has the settings,
 * database_storage.c volumes and buffers, database_failover.c the copies. */
#include "models/data/database.h"
#include "models/parts/drawn.h"

enum {
    USAGE_INSTANCE,
    USAGE_STANDBY,
    USAGE_REPLICA,
    USAGE_STORAGE,
    USAGE_IOPS,
    USAGE_BACKUP,
};

struct hr_database_node *hr_database_node_on(const struct hr_database *db,
                                             uint32_t instance)
{
    for (uint32_t k = 0; k < db->n; k++)
        if (db->nodes[k].instance == instance)
            return &db->nodes[k];
    return NULL;
}

static uint32_t node_of(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_database *db = hr_state(run, p);
    const struct hr_database_node *n = hr_database_node_on(db, hr_call_instance(run, c));

    return n ? (uint32_t)(n - db->nodes) : db->primary;
}

/* --- where a call goes ------------------------------------------------------------------- */

static bool reads_only(const struct hr_database_op *own)
{
    return own != NULL && !own->fresh && own->writes.kind == HR_LAW_CONSTANT &&
           !(own->writes.a > 0.0);
}

static bool can_read(struct hr_run *run, const struct hr_database_node *n)
{
    return n->role == HR_NODE_REPLICA && hr_instance_open(run, n->instance);
}

/* One of the replicas that are up, by lot; the primary when there is none. */
static uint32_t a_replica(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_database_conf *conf = hr_conf(run, p);
    const struct hr_database *db = hr_state(run, p);
    struct hr_draws d = hr_call_draws(run, c, HR_DRAW_WHERE);
    uint32_t up = 0;

    for (uint32_t k = 0; k < db->n; k++)
        up += can_read(run, &db->nodes[k]);
    if (up == 0 || !(hr_draw_uniform(&d) < conf->replicas->share))
        return db->primary;
    uint32_t left = (uint32_t)hr_draw_below(&d, up);
    for (uint32_t k = 0;; k++)
        if (can_read(run, &db->nodes[k]) && left-- == 0)
            return k;
}

static uint32_t route(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_database_conf *conf = hr_conf(run, p);
    const struct hr_database *db = hr_state(run, p);
    const struct hr_database_op *own = hr_run_plan(run)->operations[hr_call_op(run, c)].own;

    if (conf->read_from == HR_READS_REPLICA && reads_only(own))
        return db->nodes[a_replica(run, p, c)].instance;
    return hr_database_primary(db)->instance;
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_database *db = hr_state(run, p);
    uint32_t instance = hr_call_instance(run, c);

    if (instance == HR_NONE)
        instance = route(run, p, c);
    const struct hr_database_node *n = hr_database_node_on(db, instance);

    if (n != NULL &&
        ((n->role == HR_NODE_PRIMARY && db->phase == HR_PHASE_SERVING) || can_read(run, n)))
        hr_instance_admit(run, instance, c);
    else
        hr_done(run, c, HR_REFUSED);
}

/* --- before and after its steps ---------------------------------------------------------- */

static bool hold(struct hr_run *run, hr_call c, hr_time delay, uint32_t tag)
{
    if (delay > 0)
        hr_hold_for(run, c, delay, tag);
    return delay > 0;
}

static bool enter(struct hr_run *run, hr_part p, hr_call c)
{
    const uint32_t node = node_of(run, p, c);

    hr_gauge_add(run, p, HR_GAUGE_CONNECTIONS, 1);
    *hr_call_note(run, c) = 1; /* counted */
    return hold(run, c,
                hr_database_io(run, p, c, node, hr_database_misses(run, p, c, node),
                               HR_DRAW_READ_TIME),
                HR_TAG_READ);
}

/* One way between two copies. */
static hr_time way(struct hr_run *run, hr_call c, uint32_t from, uint32_t to,
                   uint64_t purpose)
{
    const struct hr_plan *plan = hr_run_plan(run);
    const struct hr_link *link = plan->links[(size_t)from * plan->n_places + to];

    return link ? hr_time_from_s(hr_call_drawn(run, c, &link->latency, purpose)) : 0;
}

/* The commit is answered when the volume has it, and that of the standby too. */
static hr_time commit_takes(struct hr_run *run, hr_part p, hr_call c, double n)
{
    const struct hr_database *db = hr_state(run, p);
    const uint32_t here = hr_instance_place(run, hr_database_primary(db)->instance);
    hr_time longest = hr_database_io(run, p, c, db->primary, n, HR_DRAW_WRITE_TIME);

    for (uint32_t k = 0; k < db->n; k++) {
        const struct hr_database_node *copy = &db->nodes[k];

        if (k == db->primary || copy->lost || copy->role == HR_NODE_STALE)
            continue;
        const hr_time io = hr_database_io(run, p, c, k, n, HR_DRAW_COPY_TIME);
        if (copy->role != HR_NODE_STANDBY)
            continue; /* nobody waits for a replica */
        const uint32_t there = hr_instance_place(run, copy->instance);
        const hr_time all = way(run, c, here, there, HR_DRAW_OUT) + io +
                            way(run, c, there, here, HR_DRAW_BACK);
        longest = all > longest ? all : longest;
    }
    return longest;
}

static void committed(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    if (!db->logs)
        return;
    if (db->log.n == db->log.room)
        hr_database_follow(run, p); /* forgets what all copies have */
    hr_replication_log_add(&db->log, hr_now(run));
}

static bool leave(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_database *db = hr_state(run, p);

    if (node_of(run, p, c) != db->primary)
        return false;
    const double n = hr_database_writes(run, p, c);

    if (!(n > 0.0))
        return false;
    if (hold(run, c, commit_takes(run, p, c, n), HR_TAG_COMMITTED))
        return true;
    committed(run, p);
    return false;
}

static void left(struct hr_run *run, hr_part p, hr_call c)
{
    hr_gauge_add(run, p, HR_GAUGE_CONNECTIONS, -(int64_t)*hr_call_note(run, c));
    *hr_call_note(run, c) = 0;
}

/* --- time -------------------------------------------------------------------------------- */

static void tick(struct hr_run *run, hr_part p)
{
    const struct hr_database *db = hr_state(run, p);
    bool away = false;

    for (uint32_t k = 0; k < db->n; k++)
        away = away || db->nodes[k].lost;
    if (away) /* copies may come back one after the other */
        hr_database_look(run, p);
    else
        hr_database_follow(run, p);
    hr_database_show_io(run, p);
    hr_control_set(run, p, hr_now(run) + HR_SECOND, HR_TAG_TICK, 0);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    switch (tag) {
    case HR_TAG_COMMITTED:
        committed(run, p);
        hr_resume(run, (hr_call)data);
        break;
    case HR_TAG_READ:
        hr_resume(run, (hr_call)data);
        break;
    case HR_TAG_DRY:
        hr_database_io_dry(run, p, (uint32_t)data);
        break;
    case HR_TAG_TICK:
        tick(run, p);
        break;
    case HR_TAG_STEP:
        hr_database_step_over(run, p);
        break;
    default:
        hr_database_synced(run, p, (uint32_t)data);
    }
}

/* --- the start --------------------------------------------------------------------------- */

static int64_t gib(double bytes)
{
    return (int64_t)(bytes / (1024.0 * 1024.0 * 1024.0) + 0.5);
}

/* What each copy costs; a standby and replicas have volumes of their own. */
static void bill(struct hr_run *run, hr_part p)
{
    const struct hr_database_conf *conf = hr_conf(run, p);
    const struct hr_database_storage *s = conf->storage;
    const struct hr_database_backup *b = conf->backup;
    const int64_t replicas = conf->replicas ? conf->replicas->count : 0;

    hr_usage_level(run, p, USAGE_INSTANCE, 1);
    hr_usage_level(run, p, USAGE_STANDBY, conf->standby);
    hr_usage_level(run, p, USAGE_REPLICA, replicas);
    if (s == NULL)
        return;
    const int64_t volumes = 1 + conf->standby + replicas;
    const int64_t more = s->iops > s->included ? s->iops - s->included : 0;

    hr_usage_level(run, p, USAGE_STORAGE, volumes * gib((double)s->size));
    hr_usage_level(run, p, USAGE_IOPS, volumes * more);
    if (b != NULL && b->keep > b->every)
        hr_usage_level(
            run, p, USAGE_BACKUP,
            gib((double)s->size * b->changed * ((double)b->keep / (double)b->every - 1.0)));
}

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_database_conf *conf = hr_conf(run, p);

    hr_database_copies_start(run, p);
    hr_database_storage_start(run, p);
    bill(run, p);
    if (conf->storage || conf->replicas)
        hr_control_set(run, p, hr_now(run) + HR_SECOND, HR_TAG_TICK, 0);
}

static bool holds(const struct hr_run *run, hr_part p)
{
    /* The state is the model's own; hr_state wants a run that may be changed. */
    const struct hr_database *db = hr_state((struct hr_run *)(uintptr_t)run, p);
    uint32_t primaries = 0;

    for (uint32_t k = 0; k < db->n; k++)
        primaries += db->nodes[k].role == HR_NODE_PRIMARY;
    return primaries == 1 && db->nodes[db->primary].role == HR_NODE_PRIMARY;
}

static double capacity(const void *self)
{
    const struct hr_database_conf *conf = self;

    return conf->fleet.cores * conf->fleet.speed;
}

static int64_t instances(const void *self)
{
    const struct hr_database_conf *conf = self;

    return 1 + conf->standby + (conf->replicas ? conf->replicas->count : 0);
}

static const struct hr_gauge gauges[] = {
    [HR_GAUGE_CONNECTIONS] = {"connections", "1", "Calls that hold a connection."},
    [HR_GAUGE_IOPS] = {"iops", "1/s", "I/O of the primary, by second."},
    [HR_GAUGE_CREDITS] = {"credits", "1", "I/O credits of the primary's gp2 volume."},
    [HR_GAUGE_LAG] = {"lag", "ms",
                      "How far the replica that is furthest behind is behind."},
    {0},
};
static const struct hr_dimension usage[] = {
    [USAGE_INSTANCE] = {"instance", "1", "The primary.", .level = true},
    [USAGE_STANDBY] = {"standby", "1", "The synchronous standby.", .level = true},
    [USAGE_REPLICA] = {"replica", "1", "Read replicas.", .level = true},
    [USAGE_STORAGE] = {"storage", "GiB", "Storage of all copies.", .level = true},
    [USAGE_IOPS] = {"iops", "IOPS", "I/O a second above what is included, of all copies.",
                    .level = true},
    [USAGE_BACKUP] = {"backup", "GiB", "Backups beyond the size of the data.",
                      .level = true},
    {0},
};

static const char manual[] =
    "A relational database: one primary, perhaps a synchronous standby in the next zone "
    "and\n"
    "asynchronous read replicas.\n"
    "\n"
    "MODEL\n"
    "  A call takes one of the `connections` of the copy that it goes to and holds it to "
    "the\n"
    "  end; when all are taken it is refused at once, or waits for `connection_wait`.\n"
    "  Then it reads: of its `reads`, those that the buffer does not hold are I/O. Then "
    "its\n"
    "  steps run (`work` on the CPU). Then it commits: its `writes` are I/O that the "
    "answer\n"
    "  waits for. I/O waits its turn at the volume, first in, first out: gp2 does 3 a "
    "second\n"
    "  for each GiB (100 to 16,000); below 1,000 GiB it bursts to 3,000 while its bucket "
    "of\n"
    "  5.4 million credits lasts, which refills at the base rate. gp3 has 3,000, or "
    "12,000\n"
    "  from `striped_from`, or what is provisioned; io1 what is provisioned.\n"
    "  The buffer holds `buffer_hit` of the reads once it is warm; with `buffer`, what an "
    "LRU\n"
    "  cache of that share of the `working_set` would hold of pages as popular as `key`\n"
    "  (Che's approximation). After a restart or failover it is empty and fills with the "
    "time\n"
    "  constant `buffer_warm`: the warm-up phase of a recovery.\n"
    "  A commit also waits for the standby: the way there, its I/O, and the way back.\n"
    "  Replicas are `lag` behind; with `read_from: replica` operations without writes go "
    "to\n"
    "  one of them by lot. While replication is frozen the lag grows; afterwards a "
    "replica\n"
    "  replays the log at `catch_up` times the speed at which it was written.\n"
    "\n"
    "FAILOVER\n"
    "  The primary is lost: its calls fail and new ones are refused. After `detect` it is\n"
    "  known, after `decide` settled, after `promote` the copy is the primary, after "
    "`redirect`\n"
    "  callers reach it. The standby has everything that was answered. A replica "
    "(`promote:\n"
    "  replica`) lacks the writes of its lag: these are lost. When what was lost is back, "
    "it\n"
    "  becomes a copy again after `resync`. Without a copy the database is down until its "
    "zone\n"
    "  is back and `restart` has passed; nothing is lost, for the volume is durable.\n"
    "\n"
    "ASSUMES\n"
    "  Connections that wait idle in a caller's pool are not counted: limit the caller's\n"
    "  workers or give it a `bulkhead`. Locks are not modelled, except by `hold`. "
    "Popularity\n"
    "  decides hits by page, whatever the operation. When the standby is lost, the primary "
    "goes\n"
    "  on without a halt. Replicas spend I/O on writes, but their lag does not depend on "
    "it.\n"
    "  What was not yet committed when the primary is lost fails. Restoring from a backup "
    "is\n"
    "  not built yet (disasters): `backup` is billed only.\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: copies, in their zones or by number (a standby is not up, so `1 of` takes "
    "the\n"
    "  primary or a replica). slow: the CPU; one operation: its CPU and its I/O, as a "
    "missing\n"
    "  index does. fail: calls fail. failover: a planned change to the copy that would "
    "take\n"
    "  over. freeze: replicas stand still, and no failover is begun.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: Orders with a standby\n"
    "    horizon: 20m\n"
    "    places:\n"
    "      us-east-1: { provider: aws, zones: [a, b] }\n"
    "    traffic:\n"
    "      buyers: { to: orders, rate: 200/s, mix: { read: 80%, write: 20% } }\n"
    "    components:\n"
    "      orders:\n"
    "        kind: database\n"
    "        cores: 2\n"
    "        connections: 200\n"
    "        connection_wait: 2s\n"
    "        storage: { size: 200GiB, type: gp3 }\n"
    "        buffer_hit: 95%\n"
    "        standby: true\n"
    "        operations:\n"
    "          read: { work: 1.2ms, reads: 3 }\n"
    "          write: { work: 2ms, reads: 3, writes: 2 }\n"
    "    disturbances:\n"
    "      zone_loss: { lose: zone us-east-1/a, at: 5m, for: 10m }\n";

const struct hr_model hr_database_model = {
    .kind = "database",
    .room = "data",
    .summary = "A relational database: connections, CPU, I/O credits, buffer, copies, "
               "failover.",
    .source =
        "AWS, user guide for RDS (Concepts.MultiAZSingleStandby.md, CHAP_Storage.md), "
        "github.com/awsdocs/amazon-rds-user-guide@f2e9ed3, 2023-06-15",
    .manual = manual,
    .table = &hr_database_table,
    .state_size = sizeof(struct hr_database),
    .ops = HR_OPS_DECLARED,
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL |
             1u << HR_VERB_FAILOVER | 1u << HR_VERB_FREEZE,
    .fate = HR_FATE_FAIL,
    .op_table = &hr_database_op_table,
    .gauges = gauges,
    .usage = usage,
    .check = hr_database_check,
    .start = start,
    .arrive = arrive,
    .route = route,
    .enter = enter,
    .leave = leave,
    .left = left,
    .timer = timer,
    .disturb = hr_database_disturb,
    .holds = holds,
    .capacity = capacity,
    .instances = instances,
};
