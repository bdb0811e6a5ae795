/* sim/system/plan.h - one design, checked and compiled: what a run needs and nothing else.
 *
 * A plan is immutable once built (scenario/ builds it) and is shared by every thread that runs
 * replications of it.  Everything is an index into its arrays.  OWNERSHIP: the arena that it
 * was built in. */
#ifndef HR_PLAN_H
#define HR_PLAN_H

#include "sim/system/price.h"
#include "sim/system/steps.h"

struct hr_model;

/* Where things are.  Place 0 is "nowhere": no network is modelled to or from it. */
struct hr_place {
    const char *name;        /* "us-east-1", "us-east-1/a", "europe" */
    const char *provider;    /* "aws"; NULL */
    uint32_t region;         /* the region of a zone; itself otherwise */
    bool is_zone, is_client; /* client geographies come from `from:` */
    bool is_edge;            /* an edge location, next to the client place `client` */
    uint32_t edge, client;   /* client place: its edge location; 0 = none */
    hr_time utc_offset;      /* local time = UTC + this; shapes follow it */
};
enum hr_distance {                       /* what bytes between two places are booked as */
                   HR_DISTANCE_NONE,     /* a place is not given */
                   HR_DISTANCE_ZONE,     /* same zone */
                   HR_DISTANCE_REGION,   /* other zone of a region, or zone not known */
                   HR_DISTANCE_WORLD,    /* other region or provider */
                   HR_DISTANCE_INTERNET, /* to or from clients and third parties */
                   HR_DISTANCE_EDGE,     /* an edge location and its origin */
                   HR_N_DISTANCES
};
struct hr_link {           /* one direction between two places */
    const char *name;      /* of the scenario's link or of the catalogue row */
    struct hr_law latency; /* one way, s */
    double less;           /* s of it that belong to another leg; the rest is >= 0 */
    double loss;           /* share of messages lost */
    double bandwidth;      /* bytes/s; 0 = not modelled */
    enum hr_distance distance;
};

struct hr_key { /* one draw a task, shared by every hop */
    const char *name;
    uint64_t name_key, count;
    bool uniform;
    struct hr_zipf zipf;
    struct hr_law size; /* bytes of the thing that the key names; constant 0: not given */
    bool sized;
};

struct hr_operation { /* of one component */
    const char *name;
    uint64_t name_key; /* hr_name_key("component.operation"); part of draw keys.  The
                             * component is the one that declares it: forwarders pass the
                             * final one through, so that they add nothing to the key */
    uint32_t component;
    const struct hr_op_conf
        *conf;       /* NULL: accepted, not declared (third party, forwarder) */
    const void *own; /* the model's own settings of an operation (op_size bytes); NULL */
    const uint32_t
        *forward;  /* forwarders: the operation at each of its targets, in order */
    uint32_t row;  /* traffic: its row among plan->rows; HR_NONE */
    double weight; /* expected calls a second at t = 0, see flow_graph.h: for analysis and
                    * for the state that things start in */
};

struct hr_component {
    const char *name, *label, *product; /* product: NULL if none */
    uint64_t name_key;
    const struct hr_model *model;
    const void *conf;        /* model->conf_size bytes */
    uint32_t place;          /* region or place; 0 = nowhere */
    struct hr_indices zones; /* places of its zones; n = 0: none */
    bool at_edge; /* it is at the edge location next to whoever asks it; place is 0 */
    bool beside;  /* it is where its target is, with no network between them */
    uint32_t first_op, n_ops;
    uint32_t message_op; /* its own setting of steps, as an operation; HR_NONE: not given */
    struct hr_items resources; /* struct hr_resource */
    struct hr_prices prices;
    bool bypass;
    struct hr_loc at;
};

/* A row of what is measured for clients: one traffic class, one operation. */
struct hr_row {
    const char
        *name; /* "shoppers.checkout"; the operation alone where that is unambiguous */
    uint32_t component, op; /* the traffic component and its own operation */
    uint32_t site;
    hr_time deadline, good; /* HR_NEVER: none */
    int64_t value;          /* micro-dollars lost with one that is not good */
};

/* Steps of a recovery: noticed, decided what to do, begun to do it, serving again. */
enum hr_mark { HR_MARK_DETECTED, HR_MARK_DECIDED, HR_MARK_ACTED, HR_MARK_RESTORED };

enum hr_verb {
    HR_VERB_LOSE,
    HR_VERB_SLOW,
    HR_VERB_FAIL,
    /* What these do is the model's; the run keeps which hold (hr_effect_share, _frozen). */
    HR_VERB_FLOOD,        /* hostile requests that look like those of a class of traffic */
    HR_VERB_MISCONFIGURE, /* a setting that is wrong for a share of what is asked */
    HR_VERB_FAILOVER,     /* change over to the standby, planned */
    HR_VERB_FREEZE,       /* no launches, no changes of configuration, replication paused */
    HR_N_VERBS
};
extern const char *const hr_verb_names[HR_N_VERBS]; /* as a scenario writes them */
enum hr_fate { HR_FATE_MODEL, HR_FATE_FAIL, HR_FATE_RETRY, HR_FATE_FINISH };
enum hr_extent {                /* how much of the target */
                 HR_EXTENT_ALL, /* the component, one operation of it, or what is in a zone or region */
                 HR_EXTENT_COUNT, /* n of its instances, the same n until the end */
                 HR_EXTENT_SHARE, /* a share of its instances, rounded up */
                 HR_EXTENT_EACH,  /* every instance for itself (needs `every`) */
};
struct hr_disturbance {
    const char *name;
    uint64_t name_key;
    enum hr_verb verb;
    uint32_t component; /* HR_NONE when a place is the target */
    uint32_t op;        /* one operation only; HR_NONE */
    uint32_t place;     /* zone or region; 0 = none */
    enum hr_extent extent;
    int64_t count;
    double share;
    double by;       /* slow: factor >= 1 (or < 1 to speed up); fail, misconfigure: share */
    double rate;     /* flood: requests a second */
    uint32_t crew;   /* so many occurrences are put right at once; 0: each by itself */
    hr_time stagger; /* what a `lose` held comes back within so long after the end */
    double per_month;      /* how often a month counts it in the cost */
    bool placed;           /* `at` given */
    hr_time at, lasts;     /* lasts HR_NEVER: to the end of the run */
    bool random;           /* drawn in the run from `every` (no `at`) */
    struct hr_law every;   /* s between the end of one and the start of the next */
    struct hr_law for_law; /* s; used when `for` is a law and for random occurrences */
    enum hr_fate fate;
    bool enabled; /* --only and --without-disturbances turn it off */
    struct hr_loc at_loc;
};

/* May it strike in a run that is no episode? */
static inline bool hr_disturbance_in_runs(const struct hr_disturbance *d)
{
    return d->placed || d->random;
}

/* What counts as good in a window of arrivals. */
struct hr_watch {
    uint64_t rows; /* bit per row of the plan (rows 0..63) */
    hr_time
        limit;    /* good, and answered within this; HR_NEVER: good by the row's own rule */
    double share; /* of the requests of a window: so many are, at least */
};
/* When is the system well?  In windows that keep all of the first `n` of `when`.  The others,
 * to n_all, are the objectives that a window can keep. */
struct hr_recovered {
    hr_time over; /* width of a window; 0: nothing is watched */
    hr_time held; /* so long it must stay well to be recovered */
    uint32_t n, n_all;
    const struct hr_watch *when;
    const char *rule; /* the same for people; NULL: nothing is watched */
};

/* A part of the run that an objective speaks of; by the time of arrival, where it is about
 * requests. */
enum hr_period_kind {
    HR_PERIOD_DURING, /* the disturbance acts, or the one-off event of the traffic goes on */
    HR_PERIOD_EXCEPT, /* it does not */
    HR_PERIOD_AFTER,  /* `within` from its end, until it begins again */
};
struct hr_period {
    enum hr_period_kind when;
    uint32_t disturbance; /* HR_NONE: [begin, end) */
    hr_time begin, end, within;
};
enum { HR_PERIODS = 32, HR_TALLY_WINDOWS = 1500 }; /* at most */

/* What is counted apart, for an objective that does not speak of the whole run. */
struct hr_tally {
    uint32_t period; /* among the plan's; HR_NONE: the whole run */
    hr_time every;   /* width of windows that are kept apart; 0: all together */
    uint64_t rows;   /* bit per row of the plan; 0: components instead */
    bool latency;    /* of the rows: histograms, too */
};

struct hr_plan {
    const char *scenario, *design;
    struct hr_arena *arena; /* borrowed */
    int64_t start;          /* s since 1970-01-01T00:00 at t = 0, local to UTC + 0 */
    hr_time horizon, warmup, drain;
    bool start_cold;

    struct hr_place *places;
    uint32_t n_places;
    const struct hr_link *
        *links; /* n_places x n_places: [from * n_places + to]; NULL: none */
    struct hr_key *keys;
    uint32_t n_keys;
    struct hr_component *components; /* traffic classes included */
    uint32_t n_components;
    struct hr_operation *operations;
    uint32_t n_operations;
    struct hr_step *steps;
    uint32_t n_steps;
    struct hr_site *sites;
    uint32_t n_sites;
    struct hr_row *rows;
    uint32_t n_rows;
    struct hr_disturbance *disturbances;
    uint32_t n_disturbances;
    struct hr_recovered recovered;
    struct hr_period *periods;
    uint32_t n_periods;
    struct hr_tally *tallies;
    uint32_t n_tallies;
    struct hr_commitment *commitments;
    uint32_t n_commitments;
};

#endif /* HR_PLAN_H */
