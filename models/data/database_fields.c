/* models/data/database_fields.c - the settings of a database; see database.c. */
#include "models/data/database.h"

#include <stddef.h>

static const char *const volumes[] = {"gp2", "gp3", "io1", NULL};
static const char *const copies[] = {"standby", "replica", NULL};
static const char *const read_places[] = {"primary", "replica", NULL};

#define RDS "AWS, user guide for RDS, github.com/awsdocs/amazon-rds-user-guide@f2e9ed3, "
#define FAILOVER_SOURCE                                                                    \
    RDS "Concepts.MultiAZSingleStandby.md, 2023-06-15: 60-120 s in all; its phases "       \
        "assumed"

/* --- groups -------------------------------------------------------------------------------- */

#define AT(m) offsetof(struct hr_database_storage, m)
static const struct hr_field storage_fields[] = {
    {.name = "size",
     .type = HR_FIELD_BYTES,
     .offset = AT(size),
     .required = true,
     .min = 1073741824.0,
     .max = 1e15,
     .help = "Size of the volume."},
    {.name = "type",
     .type = HR_FIELD_CHOICE,
     .offset = AT(type),
     .dflt = "gp2",
     .choices = volumes,
     .help = "gp2: I/O by size, with credits; gp3: a fixed rate, more for money; io1: what "
             "is provisioned.",
     .source = RDS "CHAP_Storage.md, 2023-06-15"},
    {.name = "iops",
     .type = HR_FIELD_COUNT,
     .offset = AT(iops),
     .min = 100,
     .max = 256000,
     .help = "Provisioned I/O a second (gp3, io1). Default of gp3: what is included."},
    {.name = "throughput",
     .type = HR_FIELD_BANDWIDTH,
     .offset = AT(throughput),
     .min = 1,
     .max = 1e12,
     .help = "Bytes a second at most, in I/O of `io_size`. Default: no limit of its own."},
    {.name = "io_size",
     .type = HR_FIELD_BYTES,
     .offset = AT(io_size),
     .dflt = "16KiB",
     .min = 512,
     .max = 1e9,
     .help = "Bytes of one I/O; matters to `throughput`.",
     .source = "assumed: a page of InnoDB"},
    {.name = "striped_from",
     .type = HR_FIELD_BYTES,
     .offset = AT(striped_from),
     .dflt = "400GiB",
     .max = 1e15,
     .help = "gp3 of this size or more is striped over four volumes; 0B: never.",
     .source = RDS "CHAP_Storage.md, 2023-06-15"},
    {.name = "credits",
     .type = HR_FIELD_SHARE,
     .offset = AT(credits),
     .dflt = "100%",
     .max = 1,
     .help = "gp2: how full the bucket of I/O credits is at the start."},
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .dflt = "0s",
     .help = "Time of one I/O beside waiting for the rate; those of a call come one after "
             "the other."},
    {0},
};
static const struct hr_table storage_table = {"storage", storage_fields,
                                              sizeof(struct hr_database_storage), NULL,
                                              "The volume of each copy."};
#undef AT

#define AT(m) offsetof(struct hr_database_failover, m)
static const struct hr_field failover_fields[] = {
    {.name = "detect",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(detect),
     .dflt = "uniform(10s..25s)",
     .help = "From the loss of the primary until it is known.",
     .source = FAILOVER_SOURCE},
    {.name = "decide",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(decide),
     .dflt = "0s",
     .help = "Until it is decided what to do; people take minutes, automatons none."},
    {.name = "promote",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(promote),
     .dflt = "uniform(35s..65s)",
     .help = "Until the copy is the primary: start of the engine, crash recovery.",
     .source = FAILOVER_SOURCE},
    {.name = "redirect",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(redirect),
     .dflt = "uniform(15s..30s)",
     .help = "Until callers reach it: change of DNS, new connections.",
     .source = FAILOVER_SOURCE},
    {0},
};
static const struct hr_table failover_table = {"failover", failover_fields,
                                               sizeof(struct hr_database_failover), NULL,
                                               "How long the phases of a failover take."};
#undef AT

#define AT(m) offsetof(struct hr_database_replicas, m)
static const struct hr_field replica_fields[] = {
    {.name = "count",
     .type = HR_FIELD_COUNT,
     .offset = AT(count),
     .required = true,
     .min = 1,
     .max = 15,
     .help = "Read replicas; asynchronous copies."},
    {.name = "lag",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(lag),
     .dflt = "1s",
     .help = "How far behind the primary they are; drawn anew every ten seconds.",
     .source = "assumed: under 1 s with light load, from memory"},
    {.name = "share",
     .type = HR_FIELD_SHARE,
     .offset = AT(share),
     .dflt = "100%",
     .max = 1,
     .help = "`read_from: replica`: share of the operations without writes that go there."},
    {.name = "catch_up",
     .type = HR_FIELD_FACTOR,
     .offset = AT(catch_up),
     .dflt = "4x",
     .min = 1.01,
     .max = 1e6,
     .help = "Speed of replay of a copy that has fallen behind, against that of writing.",
     .source = "assumed"},
    {0},
};
static const struct hr_table replica_table = {"replicas", replica_fields,
                                              sizeof(struct hr_database_replicas), "count",
                                              "Asynchronous copies."};
#undef AT

#define AT(m) offsetof(struct hr_database_backup, m)
static const struct hr_field backup_fields[] = {
    {.name = "every",
     .type = HR_FIELD_DURATION,
     .offset = AT(every),
     .dflt = "1d",
     .min = 60,
     .max = 9e9,
     .help = "Time between backups.",
     .source = RDS "USER_WorkingWithAutomatedBackups.md, 2023-06-15"},
    {.name = "log",
     .type = HR_FIELD_DURATION,
     .offset = AT(log),
     .dflt = "5m",
     .min = 1,
     .max = 9e9,
     .help = "Time between copies of the log, for restoring to a point in time.",
     .source = RDS "USER_PIT.md, 2023-06-15"},
    {.name = "keep",
     .type = HR_FIELD_DURATION,
     .offset = AT(keep),
     .dflt = "7d",
     .min = 60,
     .max = 9e9,
     .help = "How long backups are kept.",
     .source = RDS "USER_WorkingWithAutomatedBackups.md, 2023-06-15 (console)"},
    {.name = "changed",
     .type = HR_FIELD_SHARE,
     .offset = AT(changed),
     .dflt = "5%",
     .max = 1,
     .help = "Share of the data that changes between two backups: what each one adds.",
     .source = "assumed"},
    {0},
};
static const struct hr_table backup_table = {
    "backup", backup_fields, sizeof(struct hr_database_backup), NULL, "Automated backups."};
#undef AT

/* --- operations ---------------------------------------------------------------------------- */

#define AT(m) offsetof(struct hr_database_op, m)
static const struct hr_field op_fields[] = {
    {.name = "reads",
     .type = HR_FIELD_LAW_COUNT,
     .offset = AT(reads),
     .dflt = "0",
     .help = "Pages that it reads; those in the buffer cost no I/O."},
    {.name = "writes",
     .type = HR_FIELD_LAW_COUNT,
     .offset = AT(writes),
     .dflt = "0",
     .help = "I/O that its commit waits for, such as the log's; 0: it changes nothing."},
    {.name = "fresh",
     .type = HR_FIELD_FLAG,
     .offset = AT(fresh),
     .dflt = "false",
     .help = "It must see the latest write: never from a replica."},
    {0},
};
const struct hr_table hr_database_op_table = {
    "operation", op_fields, sizeof(struct hr_database_op), NULL, "I/O of an operation."};
#undef AT

/* --- the component ------------------------------------------------------------------------- */

#define AT(m) offsetof(struct hr_database_conf, m)
static const struct hr_field fields[] = {
    HR_INSTANCE_FIELDS(AT(fleet)),
    {.name = "connections",
     .type = HR_FIELD_COUNT,
     .offset = AT(connections),
     .min = 1,
     .max = 1e6,
     .help = "Most calls open at once at one copy. Default: no limit; a product fills it."},
    {.name = "connection_wait",
     .type = HR_FIELD_DURATION,
     .offset = AT(connection_wait),
     .dflt = "0s",
     .max = 9e9,
     .help = "How long a call waits for a connection before it is refused; 0s: refused at "
             "once."},
    {.name = "storage",
     .type = HR_FIELD_GROUP,
     .offset = AT(storage),
     .table = &storage_table,
     .help = "The volume: what I/O it can do. Default: I/O takes no time."},
    {.name = "buffer_hit",
     .type = HR_FIELD_SHARE,
     .offset = AT(buffer_hit),
     .max = 1,
     .help = "Share of reads that a warm buffer holds. Default: from `buffer`, else 0%."},
    {.name = "buffer",
     .type = HR_FIELD_BYTES,
     .offset = AT(buffer),
     .max = 1e15,
     .help = "Memory that holds pages; the share of hits follows from `working_set` and "
             "`key`."},
    {.name = "working_set",
     .type = HR_FIELD_BYTES,
     .offset = AT(working_set),
     .max = 1e15,
     .help = "Bytes that are asked for at all. Default: the size of the storage."},
    {.name = "key",
     .type = HR_FIELD_KEY,
     .offset = AT(key),
     .help = "The key whose popularity the pages have. Default: all alike."},
    {.name = "buffer_warm",
     .type = HR_FIELD_DURATION,
     .offset = AT(buffer_warm),
     .dflt = "5m",
     .max = 9e9,
     .help = "Time constant in which an empty buffer fills, after a restart or failover.",
     .source = "assumed: measure it"},
    {.name = "standby",
     .type = HR_FIELD_FLAG,
     .offset = AT(standby),
     .dflt = "false",
     .help = "A synchronous copy in the next zone: commits wait for it, it takes over."},
    {.name = "promote",
     .type = HR_FIELD_CHOICE,
     .offset = AT(promote),
     .dflt = "standby",
     .choices = copies,
     .help =
         "What may take over: the standby alone, or else the replica that lacks least."},
    {.name = "failover",
     .type = HR_FIELD_GROUP,
     .offset = AT(failover),
     .dflt = "{}",
     .table = &failover_table,
     .help = "How long the phases of a failover take."},
    {.name = "resync",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(resync),
     .dflt = "10m",
     .help = "From the return of a copy that was away until it has all again.",
     .source = "assumed"},
    {.name = "replicas",
     .type = HR_FIELD_GROUP,
     .offset = AT(replicas),
     .table = &replica_table,
     .help = "Read replicas."},
    {.name = "read_from",
     .type = HR_FIELD_CHOICE,
     .offset = AT(read_from),
     .dflt = "primary",
     .choices = read_places,
     .help = "Where operations without writes go."},
    {.name = "backup",
     .type = HR_FIELD_GROUP,
     .offset = AT(backup),
     .table = &backup_table,
     .help = "Automated backups; billed, not restored from yet."},
    {0},
};
const struct hr_table hr_database_table = {
    "database", fields, sizeof(struct hr_database_conf), NULL, "A relational database."};

/* --- rules that span fields, and what follows from them ------------------------------------ */

/* What a volume can do.  SOURCE  CHAP_Storage.md of the user guide for RDS, and general-purpose.md
 * of that for EC2 (bucket of 5.4 million credits, bursts to 3,000), both of 2023-06-15. */
enum {
    GP2_PER_GIB = 3,
    GP2_LEAST = 100,
    GP2_MOST = 16000,
    GP2_BURST = 3000,
    GP2_BUCKET = 5400000,
    GP3_INCLUDED = 3000,
    GP3_STRIPED = 12000,
};

void hr_database_volume_rates(struct hr_database_storage *s)
{
    const bool striped = s->striped_from > 0 && s->size >= s->striped_from;
    const double by_size = (double)s->size / (1024.0 * 1024.0 * 1024.0) * GP2_PER_GIB;

    s->burst = s->bucket = 0.0;
    s->included = 0;
    if (s->type == HR_VOLUME_GP2) {
        s->base = by_size < GP2_LEAST ? GP2_LEAST : by_size > GP2_MOST ? GP2_MOST : by_size;
        if (s->base < GP2_BURST) {
            s->burst = GP2_BURST;
            s->bucket = GP2_BUCKET;
        }
        s->included = (int64_t)s->base;
    } else if (s->type == HR_VOLUME_GP3) {
        s->included = striped ? GP3_STRIPED : GP3_INCLUDED;
        s->base = (double)(s->iops > s->included ? s->iops : s->included);
    } else {
        s->base = (double)s->iops;
    }
    if (s->throughput > 0.0) {
        const double most = s->throughput / (double)s->io_size;

        s->base = s->base < most ? s->base : most;
        s->burst = s->burst < most ? s->burst : most;
    }
}

static void check_storage(struct hr_database_storage *s, struct hr_check *ck)
{
    const bool small = s->striped_from > 0 && s->size < s->striped_from;

    if (s->type == HR_VOLUME_GP2 && s->iops > 0)
        hr_check_fail(
            ck, HR_E211, "storage",
            "the I/O of a gp2 volume follows from its size: `iops` has no effect");
    else if (s->type == HR_VOLUME_IO1 && s->iops == 0)
        hr_check_fail(ck, HR_E202, "storage", "an io1 volume needs `iops`");
    else if (s->type == HR_VOLUME_GP3 && s->iops > 0 && small && s->iops != GP3_INCLUDED)
        hr_check_fail(ck, HR_E207, "storage",
                      "gp3 of less than `striped_from` has %d I/O a second, not adjustable",
                      GP3_INCLUDED);
    else
        hr_database_volume_rates(s);
}

void hr_database_connections(struct hr_database_conf *conf, bool queue_given)
{
    conf->fleet.workers = conf->connections;
    conf->fleet.patience = hr_law_constant(hr_time_s(conf->connection_wait));
    conf->fleet.exhausted = "connections exhausted";
    if (conf->connection_wait == 0 && !queue_given)
        conf->fleet.queue = 0;
}

static void check_connections(struct hr_database_conf *conf, struct hr_check *ck)
{
    if (conf->fleet.workers > 0)
        hr_check_fail(ck, HR_E211, "workers", "a database has `connections`, not workers");
    if (conf->connection_wait > 0 && conf->connections == 0)
        hr_check_fail(ck, HR_E211, "connection_wait",
                      "`connection_wait` has no effect without `connections`");
    hr_database_connections(conf, hr_check_given(ck, "queue"));
}

static void check_buffer(struct hr_database_conf *conf, struct hr_check *ck)
{
    if (hr_check_given(ck, "buffer_hit") && hr_check_given(ck, "buffer"))
        hr_check_fail(ck, HR_E211, "buffer_hit",
                      "`buffer_hit` and `buffer` say the same: give one");
    if (conf->key != HR_NONE && conf->buffer == 0)
        hr_check_fail(ck, HR_E211, "key", "`key` has no effect without `buffer`");
    if (conf->working_set == 0 && conf->storage)
        conf->working_set = conf->storage->size;
    if (conf->buffer > 0 && conf->working_set == 0)
        hr_check_fail(ck, HR_E202, "buffer", "`buffer` needs `working_set` or `storage`");
}

void hr_database_check(void *self, struct hr_check *ck)
{
    struct hr_database_conf *conf = self;

    if (conf->storage)
        check_storage(conf->storage, ck);
    check_connections(conf, ck);
    check_buffer(conf, ck);
    if (conf->promote == HR_COPY_REPLICA && !conf->replicas)
        hr_check_fail(ck, HR_E202, "promote", "there are no `replicas` to promote");
    if (conf->read_from == HR_READS_REPLICA && !conf->replicas)
        hr_check_fail(ck, HR_E202, "read_from", "there are no `replicas` to read from");
    if (conf->backup && !conf->storage)
        hr_check_fail(ck, HR_E202, "backup", "`backup` needs `storage`: how much there is");
}
