/* models/data/database.h - the settings of a relational database, and what its files share. */
#ifndef HR_DATABASE_H
#define HR_DATABASE_H

#include "models/parts/replication_log.h"
#include "models/parts/reservoir.h"
#include "sim/system/fleet.h"

extern const struct hr_model hr_database_model;

/* --- settings ---------------------------------------------------------------------------- */

enum hr_database_volume { HR_VOLUME_GP2, HR_VOLUME_GP3, HR_VOLUME_IO1 };
enum hr_database_copy { HR_COPY_STANDBY, HR_COPY_REPLICA }; /* what may be promoted */
enum hr_database_reads { HR_READS_PRIMARY, HR_READS_REPLICA };

struct hr_database_storage {
    int64_t size; /* bytes */
    int type;     /* enum hr_database_volume */
    int64_t iops; /* provisioned; 0: by type and size */
    double throughput;
    int64_t io_size;
    int64_t striped_from; /* gp3 of this size or more is four volumes; 0: never */
    double credits;       /* gp2: share of the bucket that is full at the start */
    struct hr_law latency;
    /* derived by check */
    double base, burst, bucket; /* I/O a second, credits */
    int64_t included;           /* I/O a second in the price of the storage */
};
struct hr_database_failover {
    struct hr_law detect, decide, promote, redirect; /* s */
};
struct hr_database_replicas {
    int64_t count;
    struct hr_law lag; /* s */
    double share;      /* of the reads that may go there */
    double catch_up;   /* times the speed at which the log was written */
};
struct hr_database_backup {
    hr_time every, log, keep;
    double changed; /* share of the data between two backups */
};
struct hr_database_conf {
    struct hr_fleet_conf fleet; /* of one copy; workers are the connections */
    int64_t connections;
    hr_time connection_wait;
    struct hr_database_storage *storage; /* NULL: I/O takes no time */
    int64_t buffer, working_set;         /* bytes; 0: not given */
    double buffer_hit;
    uint32_t key;
    hr_time buffer_warm;
    bool standby;
    int promote;   /* enum hr_database_copy */
    int read_from; /* enum hr_database_reads */
    struct hr_database_failover *failover;
    struct hr_law resync;
    struct hr_database_replicas *replicas; /* NULL: none */
    struct hr_database_backup *backup;     /* NULL: none */
};
struct hr_database_op { /* an operation's own settings */
    struct hr_law reads, writes;
    bool fresh;
};
extern const struct hr_table hr_database_table, hr_database_op_table;
void hr_database_check(void *conf, struct hr_check *ck);
/* What follows from settings that are right: rates of a volume, and the limit of a copy. */
void hr_database_volume_rates(struct hr_database_storage *s);
void hr_database_connections(struct hr_database_conf *conf, bool queue_given);

/* --- state --------------------------------------------------------------------------------- */

enum hr_node_role {
    HR_NODE_PRIMARY,
    HR_NODE_STANDBY, /* has all that was answered */
    HR_NODE_REPLICA,
    HR_NODE_STALE, /* lacks writes: it was away, or it was the primary */
};
struct hr_database_node {
    uint32_t instance;
    uint8_t role; /* enum hr_node_role */
    uint8_t was;  /* what it becomes once it has all again: STANDBY or REPLICA */
    bool lost;
    hr_timer syncing;          /* until it has all again */
    struct hr_burst_server io; /* its volume */
    bool limited;              /* there is a volume */
    hr_timer dry;              /* when its credits will be gone */
    bool dry_told;
    hr_time cold_since; /* its buffer was empty then; HR_NEVER: warm */
    struct hr_copy copy;
    struct hr_log_cut cut; /* what it lacked when the primary was lost */
    hr_time cut_position, cut_at;
};
enum hr_database_phase {
    HR_PHASE_SERVING,
    HR_PHASE_DETECTING, /* the primary is lost, nobody knows yet */
    HR_PHASE_DECIDING,  /* known; a copy can take over */
    HR_PHASE_FROZEN,    /* decided, and not allowed to change anything */
    HR_PHASE_PROMOTING,
    HR_PHASE_REDIRECTING, /* the copy is the primary, and callers do not know yet */
    HR_PHASE_DOWN,        /* nothing can take over: waits for what is lost */
    HR_PHASE_RECOVERING,  /* the primary is back and repairs itself */
};
struct hr_database {
    struct hr_database_node *nodes; /* primary, standby, replicas at first */
    uint32_t n, primary, target;    /* target: of the change-over */
    uint8_t phase;                  /* enum hr_database_phase */
    bool planned;
    hr_timer step;  /* end of the phase */
    uint32_t steps; /* drawn so far: keys their draws */
    uint32_t rejoins;
    struct hr_replication_log log;
    bool logs; /* a replica may be promoted: what it lacks matters */
    double warm_hit;
    int64_t shown_credits, shown_lag, shown_iops; /* levels of the gauges */
    int64_t done_io;                              /* in this second */
};

enum { HR_GAUGE_CONNECTIONS, HR_GAUGE_IOPS, HR_GAUGE_CREDITS, HR_GAUGE_LAG };
enum { HR_TAG_READ, HR_TAG_COMMITTED, HR_TAG_DRY, HR_TAG_TICK, HR_TAG_STEP, HR_TAG_SYNCED };
enum { /* purposes of draws */
       HR_DRAW_READS = 1,
       HR_DRAW_MISSES,
       HR_DRAW_WRITES,
       HR_DRAW_READ_TIME,
       HR_DRAW_WRITE_TIME,
       HR_DRAW_COPY_TIME,
       HR_DRAW_WHERE,
       HR_DRAW_OUT,
       HR_DRAW_BACK,
       HR_DRAW_LAG,
       HR_DRAW_STEP,
       HR_DRAW_REJOIN,
};

/* The node that is on an instance. */
struct hr_database_node *hr_database_node_on(const struct hr_database *db,
                                             uint32_t instance);
static inline struct hr_database_node *hr_database_primary(const struct hr_database *db)
{
    return &db->nodes[db->primary];
}

/* database_storage.c: volumes and buffers. */
void hr_database_storage_start(struct hr_run *run, hr_part p);
void hr_database_volume_start(struct hr_run *run, hr_part p, uint32_t node);
/* So many I/O at a node, now; how long until they are done.  `purpose` of the call's draws. */
hr_time hr_database_io(struct hr_run *run, hr_part p, hr_call c, uint32_t node, double n,
                       uint64_t purpose);
void hr_database_io_drop(struct hr_run *run, hr_part p, uint32_t node);
void hr_database_io_dry(struct hr_run *run, hr_part p,
                        uint32_t node); /* credits are gone */
/* Reads of a call that the node's buffer does not hold. */
double hr_database_misses(struct hr_run *run, hr_part p, hr_call c, uint32_t node);
double hr_database_writes(struct hr_run *run, hr_part p, hr_call c);
void hr_database_show_io(struct hr_run *run, hr_part p); /* each second */

/* database_failover.c: who is the primary, and what the copies have. */
void hr_database_copies_start(struct hr_run *run, hr_part p);
void hr_database_disturb(struct hr_run *run, hr_part p, const struct hr_change *ch,
                         bool begins);
void hr_database_look(struct hr_run *run, hr_part p); /* who is lost, who is back? */
void hr_database_step_over(struct hr_run *run, hr_part p);
void hr_database_synced(struct hr_run *run, hr_part p, uint32_t node);
void hr_database_follow(struct hr_run *run, hr_part p); /* bring the copies up to now */

#endif /* HR_DATABASE_H */
