/* sim/study/collected.h - what collect*.c share: the sums of a design and how names are
 * united.  Not for use outside sim/study. */
#ifndef HR_STUDY_COLLECTED_H
#define HR_STUDY_COLLECTED_H

#include "sim/study/budget.h"
#include "sim/study/collect.h"
#include "sim/study/interval.h"
#include "sim/study/year.h"
#include "sim/system/model.h"

/* Names united over the designs, in order of appearance. */
struct hr_union {
    const char **name;
    size_t n, room;
};
/* Index of `name`, added if it is new. */
size_t hr_union_add(struct hr_union *u, struct hr_arena *a, const char *name);

enum hr_row_count {
    HR_ROW_VALID,
    HR_ROW_GOOD,
    HR_ROW_ANSWERED,
    HR_ROW_LATE,
    HR_ROW_FAILED,
    HR_ROW_TIMED_OUT,
    HR_ROW_THROTTLED,
    HR_ROW_REFUSED,
    HR_ROW_DEGRADED,
    HR_ROW_UNFINISHED,
    HR_ROW_ATTEMPTS,
    HR_N_ROW_COUNTS
};
enum { HR_N_QUANTILES = 5 };
extern const double hr_quantiles[HR_N_QUANTILES]; /* 0.5 0.9 0.95 0.99 0.999 */

struct hr_row_sum {
    uint64_t (*counts)[HR_N_ROW_COUNTS]; /* by replication merged */
    double (*quantiles)[HR_N_QUANTILES]; /* s, by replication merged */
    double *sizes;               /* latencies, infinite ones too, by replication merged */
    struct hr_profile *profiles; /* of them, by replication merged */
    double *means, *answers; /* of the answered, s, and how many, by replication merged */
    struct hr_hist latency, answered;
    double *arrivals, *goods, *bads; /* by bucket, summed over replications */
    double *undone, *lag_ns;         /* as in the record; likewise */
    struct hr_hist *over_time;       /* by bucket; NULL in "all", which is made of rows */
    double **spent;                  /* as in the record, ns; NULL in "all" */
    uint64_t *spent_tasks;
};

struct hr_part_sum {
    double *busy, *capacity; /* core-ns x 1000, by replication merged */
    double *queue, *in_flight, *calls, *hit_rate; /* a figure of each replication merged */
    double queued, present, workers, up;          /* sums of means over time */
    int64_t queue_max;
    double in, ended, answered, bad, killed, wasted_ns, work_ns, bytes_in, bytes_out,
        unsized, hits, misses;
    double instances_up_ns; /* of all its instances */
    struct hr_hist sojourn;
    /* level x ns, by bucket, summed; capacity and busy x 1000; calls and failed: counts */
    double *busy_series, *capacity_series, *queued_series, *present_series, *up_series,
        *workers_series, *calls_series, *failed_series;
};

enum { HR_N_SITE_COUNTS = 12 };

/* Messages: what requests sent, and queues. */
struct hr_async_counts {
    uint64_t completed, dead_lettered, outstanding;
};
struct hr_queue_sum { /* summed over replications; ages: the largest */
    double in, done, dead, expired, redelivered, waiting, in_flight;
    int64_t oldest;
    int64_t *oldest_series;
};
struct hr_async_sum {
    struct hr_async_counts *counts; /* by class ([0] all) and replication merged */
    struct hr_hist *completion;     /* by class, pooled; [0] all */
    struct hr_queue_sum *queues;    /* by component; zero where there is none */
    bool any;                       /* something is sent in this design */
};

struct hr_instance_sum {
    uint32_t component, slot;
    double busy_ns, up_ns;
};

struct hr_kept_event {
    uint64_t replication;
    struct hr_event_record e;
};

struct hr_occurrence {
    uint64_t replication;
    uint32_t disturbance; /* index in the plan */
    hr_time begin, end;   /* HR_NEVER: it outlasted the run */
};

/* What came of one time that a disturbance acted. */
struct hr_recovered_row {
    uint64_t replication;
    uint64_t
        occurrence; /* its number among the sampled ones; 0: it is of a design's own run */
    struct hr_spell spell;
    struct hr_recovery x;
    uint64_t affected; /* requests of that time that were not good */
    bool tested;       /* it hit a store of durable data */
    hr_time rpo;       /* worst of the durable stores; 0 if nothing was lost */
    uint64_t writes_lost;
    bool alone; /* figures of a run in which nothing else acted on them */
};

/* Who asks whom, or hands what over. */
enum hr_edge_kind {
    HR_EDGE_SITE,     /* a call site */
    HR_EDGE_FORWARD,  /* a forwarder and its target number `index` */
    HR_EDGE_MESSAGES, /* a queue and who takes from it */
    HR_EDGE_GIVEN_UP, /* a queue and what gets its dead letters */
};
struct hr_edge {
    const char *label;
    uint32_t caller, callee; /* components */
    enum hr_edge_kind kind;
    uint32_t index; /* of the site or the target */
};

struct hr_design_sum {
    const struct hr_plan *plan;
    uint32_t n;            /* replications merged */
    uint32_t before;       /* as in hr_basis: a look at all n has ended it */
    uint64_t *replication; /* their numbers */
    hr_time bucket;
    uint32_t n_buckets;      /* 0 until the first record */
    struct hr_row_sum *rows; /* [0] all, [i + 1] row i */
    struct hr_part_sum *parts;
    double (*sites)[HR_N_SITE_COUNTS]; /* summed */
    struct hr_async_sum async;
    struct hr_gauge_sum *gauges; /* of collect_gauges.c */
    size_t n_gauges;
    struct hr_instance_sum *instances;
    size_t n_instances, instances_room;
    struct hr_kept_event *events;
    size_t n_events, events_room;
    struct hr_occurrence *occurrences;
    size_t n_occurrences, occurrences_room;
    struct hr_recovered_row *recoveries;
    size_t n_recoveries, recoveries_room;
    bool sampled; /* occurrences at random times are among them: figures are of those */
    struct hr_budget budget;
    struct hr_year *year;   /* NULL: nobody asks, or nothing can be said */
    double *budget_bad;     /* by cause, summed over replications */
    double budget_requests; /* in 30 days, summed over replications */
    struct worst_span {     /* least of the runs, by row as in `rows` */
        double share;
        hr_time at;
    } * worst;                 /* NULL: runs have no fine windows */
    struct hr_cost_sum *cost;  /* of collect_cost.c */
    struct hr_figure *figures; /* by objective */
    size_t n_figures;
    size_t violations;
    const char *first_violation;
    struct hr_edge *edges; /* its call sites in order, forwarders' targets, queues */
    size_t n_edges;
    /* where its rows, parts and edges are among the united ones */
    size_t *class_at, *component_at, *edge_at;
};

struct hr_collector {
    struct hr_arena *arena;
    const struct hr_scenario *scenario;
    uint32_t replications; /* asked for */
    bool looked;           /* what was seen has decided whether to go on: looks.h */
    uint32_t sufficed;     /* replications at the last look if it found all known; 0 */
    const char *ended;     /* why no more were asked for; NULL: not said */
    uint64_t seed;
    const struct hr_outer *outer; /* NULL: no input is uncertain */
    struct hr_union classes;      /* [0] "all" */
    struct hr_union components, edges;
    struct hr_design_sum *designs;
    size_t n_designs;
};

/* Results under way. */
struct hr_store {
    const struct hr_collector *c;
    struct hr_results *r;
    struct hr_arena *a;
    size_t n_designs, n_replications, n_classes, n_components, n_edges, n_times;
    hr_time bucket;
};
/* Width of bucket `t` of a design, inside its horizon, s. */
double hr_bucket_s(const struct hr_design_sum *d, size_t t);
/* What the 95% intervals that are shown of a design rest on. */
struct hr_basis hr_shown_basis(const struct hr_design_sum *d);
/* True if the design's series lie on the results' time axis. */
bool hr_series_fit(const struct hr_store *st, const struct hr_design_sum *d);

/* Each part of the collection: make room, add a record, store variables. */
void hr_collect_rows_init(struct hr_collector *c, struct hr_design_sum *d);
void hr_collect_rows_add(struct hr_collector *c, struct hr_design_sum *d,
                         const struct hr_record *r);
void hr_collect_rows_store(struct hr_store *st);
void hr_collect_rows_free(struct hr_design_sum *d);

void hr_collect_async_init(struct hr_collector *c, struct hr_design_sum *d);
void hr_collect_async_add(struct hr_collector *c, struct hr_design_sum *d,
                          const struct hr_record *r);
void hr_collect_async_store(struct hr_store *st); /* nothing where nothing is sent */
void hr_collect_async_free(struct hr_design_sum *d);

void hr_collect_gauges_init(struct hr_collector *c, struct hr_design_sum *d);
void hr_collect_gauges_add(struct hr_collector *c, struct hr_design_sum *d,
                           const struct hr_record *r);
void hr_collect_gauges_store(struct hr_store *st); /* nothing where all are zero */

void hr_collect_series_add(struct hr_collector *c, struct hr_design_sum *d,
                           const struct hr_record *r);
void hr_collect_series_store(struct hr_store *st);
void hr_collect_series_free(struct hr_design_sum *d);

void hr_collect_parts_init(struct hr_collector *c, struct hr_design_sum *d);
void hr_collect_parts_add(struct hr_collector *c, struct hr_design_sum *d,
                          const struct hr_record *r);
void hr_collect_parts_store(struct hr_store *st);
void hr_collect_parts_free(struct hr_design_sum *d);
void hr_collect_theory_store(struct hr_store *st);

/* Lists the edges of a design; sets d->edges and d->n_edges. */
void hr_collect_edges_list(struct hr_collector *c, struct hr_design_sum *d);
void hr_collect_edges_add(struct hr_design_sum *d, const struct hr_record *r);
void hr_collect_edges_store(struct hr_store *st);

void hr_collect_spent_add(struct hr_collector *c, struct hr_design_sum *d,
                          const struct hr_record *r);
void hr_collect_spent_store(struct hr_store *st);

void hr_collect_events_add(struct hr_collector *c, struct hr_design_sum *d,
                           const struct hr_record *r);
void hr_collect_events_store(struct hr_store *st);

/* What a disturbance is about: "payments", "payments.charge", "us-east-1/a". */
const char *hr_disturbance_target(const struct hr_plan *plan,
                                  const struct hr_disturbance *x, struct hr_arena *a);

/* Spells of a run and what came of them; the same of a twin in which one acted alone. */
void hr_collect_recovery_add(struct hr_collector *c, struct hr_design_sum *d,
                             const struct hr_record *r);
void hr_collect_recovery_twin(struct hr_design_sum *d, const struct hr_twin *t,
                              const struct hr_record *r);
/* An occurrence of an episode (hr_episode_occurrences). */
void hr_collect_recovery_occurrence(struct hr_collector *c, struct hr_design_sum *d,
                                    const struct hr_record *r);
void hr_collect_recovery_store(struct hr_store *st);
/* rto or rpo of an objective, over all spells that it speaks of; *reason is set where there is
 * no figure, or more to say of it. */
struct hr_estimate hr_collect_recovery_estimate(const struct hr_design_sum *d,
                                                const struct hr_objective *o, double level,
                                                struct hr_arena *a, const char **reason);

/* The worst of each replication merged; NaN where nothing was tested. */
void hr_collect_recovery_by_replication(const struct hr_design_sum *d,
                                        const struct hr_objective *o, double *x);

void hr_collect_budget_init(struct hr_collector *c, struct hr_design_sum *d,
                            const struct hr_design *of);
void hr_collect_budget_add(struct hr_design_sum *d, const struct hr_record *r);
void hr_collect_budget_store(struct hr_store *st);

/* The year: collect_year.c. */
void hr_collect_year_init(struct hr_collector *c, struct hr_design_sum *d,
                          const struct hr_design *of);
void hr_collect_year_ordinary(struct hr_design_sum *d, const struct hr_record *r);
void hr_collect_year_store(struct hr_store *st);
/* yearly_availability of an objective; *reason as in hr_collect_recovery_estimate. */
struct hr_estimate hr_collect_year_estimate(const struct hr_design_sum *d,
                                            const struct hr_objective *o, double level,
                                            struct hr_arena *a, const char **reason);

/* Usage of the design's own runs and of their ordinary twins, and what it costs. */
void hr_collect_cost_init(struct hr_collector *c, struct hr_design_sum *d);
void hr_collect_cost_add(struct hr_collector *c, struct hr_design_sum *d,
                         const struct hr_record *r);
void hr_collect_cost_ordinary(struct hr_collector *c, struct hr_design_sum *d,
                              const struct hr_record *r);
void hr_collect_cost_store(struct hr_store *st);
/* Is the objective about money?  Then its figure; *reason is set where there is none. */
bool hr_collect_cost_speaks(const struct hr_objective *o);
struct hr_estimate hr_collect_cost_estimate(const struct hr_design_sum *d,
                                            const struct hr_objective *o, double level,
                                            struct hr_arena *a, const char **reason);

/* The same of each replication merged, whether a price is missing or not. */
void hr_collect_cost_by_replication(const struct hr_design_sum *d,
                                    const struct hr_objective *o, double *x);

void hr_collect_objectives_store(struct hr_store *st);
void hr_collect_outer_store(struct hr_store *st); /* nothing where no input is uncertain */
void hr_collect_chain_store(struct hr_store *st);

#endif /* HR_STUDY_COLLECTED_H */
