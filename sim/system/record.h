/* sim/system/record.h - all that is measured in one run, as plain numbers.
 *
 * Times are integer ns, integrals are level x ns, counts are counts; ratios and means are made
 * by whoever reads.  Records of a design's replications have equal shapes and are merged in
 * replication order, so that results do not depend on threads. */
#ifndef HR_RECORD_H
#define HR_RECORD_H

#include "sim/measure/hist.h"
#include "sim/measure/integral.h"
#include "sim/system/plan.h"

enum hr_spent {                   /* where the time of a request goes, by component */
                HR_SPENT_NETWORK, /* to the component and back from it */
                HR_SPENT_QUEUE,   /* waiting for a worker, the CPU or a resource of it */
                HR_SPENT_WORK,    /* on its CPU */
                HR_SPENT_WAIT,    /* its `wait` steps and added latency */
                HR_SPENT_RETRY, /* attempts that came to nothing, and pauses between attempts */
                HR_N_SPENT
};

/* A traffic class's operation. */
struct hr_row_record {
    uint64_t valid, good, answered, late, failed, timed_out, throttled, refused, degraded;
    uint64_t unfinished;    /* still in flight after the drain: not good */
    uint64_t attempts;      /* sent to the system; attempts / valid = amplification */
    struct hr_hist latency; /* good ones finite, every other infinite: for objectives */
    struct hr_hist answered_latency; /* every answer, right or degraded, however late */
    bool told_apart; /* an answer was late; till then every answer is in the latter alone */
    /* Requests that were answered, or that sent messages: all of whose messages were done; of
     * which one never will be (lost, dead-lettered, expired); those not done at the end. */
    uint64_t completed, dead_lettered, outstanding;
    struct hr_hist completion; /* from the intended arrival; those not completed infinite */
    /* By bucket of arrival, NULL where nothing sends: those never completed; ns from the end
     * of those that sent until they were completed. */
    uint64_t *undone, *lag_ns;
    /* series by bucket */
    uint64_t *arrivals, *goods, *bads;
    struct hr_hist *over_time; /* 16 sub-buckets an octave; by time of arrival; answered */
    /* where the time goes: 1 task in 64, by latency bin and component:
     * spent[bin][component * HR_N_SPENT + what] in ns, NULL where there was no task */
    uint64_t **spent;
    uint64_t *spent_tasks;
};
enum { HR_SPENT_BINS = 8 * 40 }; /* hr_hist_index(3, latency), clipped */

/* A component that keeps messages; counts are of the horizon. */
struct hr_mail_record {
    uint64_t in, done, dead, expired;
    uint64_t handed, redelivered; /* handings over; those that were not a message's first */
    uint64_t waiting, in_flight;  /* at the end of the run */
    hr_time
        oldest; /* greatest age of the oldest message that is not gone, in [0, horizon) */
    int64_t *oldest_series; /* by bucket, ns */
};

/* Messages that a component took from a queue; counts are of the horizon.  In vain: they were
 * visible again, given up or expired before they were done. */
struct hr_taken_record {
    uint64_t handed, done, in_vain;
};

struct hr_part_record {
    /* what every call and every piece of work writes to */
    uint64_t in;          /* calls */
    uint64_t measured_in; /* arrived in [0, horizon) */
    uint64_t in_series;   /* of these, those that calls_series knows of */
    /* ledger: when calls came, ns modulo 2^64, less when those that have ended say it was */
    uint64_t came;
    int64_t work_ns; /* CPU time done in [0, horizon), in terms of the base speed */
    /* by bucket: arrived; ended without an answer (and not because the caller wanted none) */
    uint64_t *calls_series, *failed_series;
    struct hr_integral present;    /* calls here */
    struct hr_integral workers;    /* workers held */
    struct hr_integral queued;     /* waiting for a worker or the CPU */
    struct hr_hist sojourn;        /* arrival here to answer, every call */
    struct hr_hist_batch sojourns; /* not in there yet; empty when the run is closed */
    /* by enum hr_outcome: all; in [0, horizon) */
    uint64_t ended[8], measured_ended[8];
    /* the rest */
    uint64_t in_flight_start, in_flight_end;
    uint64_t killed; /* instances lost to out-of-memory */
    uint64_t wasted_calls;
    int64_t wasted_ns;           /* that part of work_ns whose answer nobody waited for */
    struct hr_integral busy;     /* cores at work x 1000 (speed included nowhere) */
    struct hr_integral capacity; /* cores up x 1000 */
    struct hr_integral up;       /* instances up */
    struct hr_integral *gauges;  /* by the model's table */
    /* By the model's table, in natural units; level dimensions: unit x s. */
    int64_t *usage;
    int64_t *usage_hours;             /* the same by hour: [dimension * n_hours + hour] */
    struct hr_integral *usage_levels; /* level dimensions, while the run is on */
    int64_t *transfer; /* bytes that are billed: [enum hr_transfer * n_hours + hour] */
    uint64_t bytes_in[HR_N_DISTANCES], bytes_out[HR_N_DISTANCES]; /* as the caller */
    uint64_t *forwarded; /* forwarders: calls passed on, by target; NULL */
    uint32_t n_targets;
    uint64_t hits, misses;       /* look-ups of a cache, in the horizon */
    struct hr_mail_record *mail; /* NULL: it keeps no messages */
    struct hr_taken_record taken;
    uint64_t unsized_calls; /* calls whose bytes are not given: not priced */
};

struct hr_instance_record {
    uint32_t component, slot, place;
    int64_t busy_ns, up_ns; /* core-ns at work; ns up, inside the horizon */
    uint64_t calls;
};

struct hr_site_record {
    uint64_t calls, attempts, ok, failed, timed_out, throttled, refused, retries_denied,
        breaker_refused, bulkhead_refused, hedges, fallbacks;
};

struct hr_event_record {
    hr_time at, last; /* last > at: an episode of `count` */
    uint64_t count;
    uint32_t component, instance; /* HR_NONE: not about one */
    const char *what, *cause;     /* what: constant text; cause: constant or of the plan */
    uint32_t disturbance;         /* index + 1 of the one that caused it; 0 = none */
    bool change;                  /* of a number, from -> to */
    int64_t from, to;
};
enum { HR_EVENTS_KEPT = 4096 };

struct hr_mark_record { /* a step of a recovery */
    hr_time at;
    uint32_t component, instance;
    enum hr_mark mark;
};
struct hr_loss_record { /* data that are gone */
    hr_time at, recovery_point, last_lost;
    uint64_t writes;
    uint32_t component;
    bool durable; /* the store promises to keep them */
};
enum { HR_MARKS_KEPT = 16384, HR_LOSSES_KEPT = 1024 };

/* Requests by the window of their arrival: all of them; those that ended well. */
struct hr_watch_record {
    uint32_t *total, *ok;
    hr_time limit;                    /* a watch: longest latency that is ok */
    struct hr_watch_record **watches; /* a row: those that it counts in, too */
    uint32_t n_watches;
};

/* What a component came to in some time. */
struct hr_meter {
    hr_area busy, capacity, queued; /* as in hr_part_record: level x ns */
    hr_time span;                   /* how long that was */
    int64_t wasted_ns, work_ns;
    uint64_t killed, hits, misses;
    int64_t queue_max;
    hr_time oldest; /* message */
};
/* What is counted apart (hr_tally), by window; one window where there are none. */
struct hr_tally_record {
    uint32_t n;
    hr_time *span;              /* how long the period held in it, inside the horizon */
    struct hr_row_record *rows; /* of its rows together, without series; NULL: components */
    struct hr_meter *parts;     /* [window * n_parts + part] */
};

struct hr_violation {     /* of the ledger: an error of ours */
    const char *identity; /* constant text */
    uint32_t component;
    double left, right;
};
enum { HR_VIOLATIONS_KEPT = 32 };

struct hr_hazard_record;
struct hr_record {
    uint64_t seed, replication;
    hr_time bucket; /* width of the series' buckets */
    uint32_t n_buckets;
    uint32_t n_rows, n_parts, n_sites;
    struct hr_row_record *rows;
    struct hr_part_record *parts;
    struct hr_site_record *sites;
    struct hr_instance_record *instances;
    uint32_t n_instances;
    struct hr_event_record *events;
    uint32_t n_events;
    uint64_t events_dropped;
    struct hr_mark_record *marks; /* in order of time */
    uint32_t n_marks;
    struct hr_loss_record *losses;
    uint32_t n_losses;
    const struct hr_hazard_record *hazards; /* of an episode; NULL */
    uint32_t n_hours; /* of usage and transfer: the horizon in hours, rounded up */
    struct hr_violation *violations;
    uint32_t n_violations;
    /* fine windows [k * window, (k + 1) * window): watch.c; none after the last arrival */
    hr_time window; /* 0: none are kept */
    uint32_t n_windows, n_watches;
    struct hr_watch_record *watches; /* by plan->recovered.when */
    struct hr_watch_record *windows; /* by row; ok: good */
    uint32_t *open;                  /* requests that have not ended */
    struct hr_tally_record *tallies; /* by the plan's */
    uint32_t n_tallies;
    uint64_t simulated_events,
        simulated_tasks;  /* of the engine, warm-up and drain included */
    uint64_t fingerprint; /* of the trajectory, if the run was asked for it */
    hr_time ended_at;     /* of the drain */
    bool complete;        /* false: stopped before its end */
};

/* Of the whole run, up to `at`; span is left to the caller. */
struct hr_meter hr_meter_of(const struct hr_record *r, uint32_t part, hr_time at);

#endif /* HR_RECORD_H */
