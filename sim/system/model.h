/* sim/system/model.h - the one seam between the simulator (sim/) and the components (models/).
 *
 * A model is a constant table of functions over a state block that the run allocates, zeroes
 * and never looks inside.  Adding one means: one models/<room>/<kind>.c, one line in
 * models/registry.def, one test, one scenario.
 *
 * OWNERSHIP  `conf` is immutable and shared by threads.  `state` belongs to one replication.
 *            What else a model holds comes from hr_run_arena and dies with the run; there is
 *            no destroy hook, and models never call free().
 * THREADS    One replication = one thread = one hr_run.  No mutable globals anywhere.
 * DRAWS      hr_draws of a call's or an entity's key and a purpose; never in event order.
 *
 * A `hr_call` is a task (or one part of it) at one component: it arrives, is worked on,
 * forwarded or held, and is ended with an outcome exactly once. */
#ifndef HR_MODEL_H
#define HR_MODEL_H

#include "sim/engine/pool.h"
#include "sim/engine/queue.h"
#include "sim/system/plan.h"

struct hr_run;
typedef uint32_t hr_part;  /* component */
typedef uint32_t hr_call;  /* valid until it is ended, or cancelled */
typedef hr_ref hr_message; /* of message.h; a stale one is told from a live one */
struct hr_delivery;
struct hr_plain_station;

enum hr_outcome {
    HR_OK,
    HR_MISS,      /* a right answer: it is not there (caches, tables) */
    HR_FAILED,    /* an error answer, a reset connection, a kill */
    HR_THROTTLED, /* refused by a limit */
    HR_REFUSED,   /* no room: queue full, nothing up, breaker or bulkhead closed the door */
    HR_TIMED_OUT, /* no answer in time */
    HR_CANCELLED, /* the caller no longer wants it */
    HR_N_OUTCOMES
};

enum hr_ops {                  /* which operations a component answers to */
              HR_OPS_DECLARED, /* those under `operations:` */
              HR_OPS_FORWARDED, /* those of its targets (field of role "targets", see `targets`) */
              HR_OPS_ANY,    /* all: it is somebody else's, or keeps messages of any kind */
              HR_OPS_OWN,    /* those of the model's `own_ops` */
              HR_OPS_SOURCE, /* none: it makes tasks (traffic) */
};

enum hr_stands {                       /* where a component is that has no `in:` */
                 HR_STANDS_IN_A_PLACE, /* in the one place of the scenario, or nowhere */
                 HR_STANDS_AT_EDGE, /* next to the clients: in every edge location at once */
                 HR_STANDS_BESIDE,  /* with its (first) target: no network between them */
};

struct hr_gauge { /* a level over time that the model shows; ends with name NULL */
    const char *name, *unit, *help;
};
struct hr_dimension { /* a usage counter that is billed, in natural units; ends with NULL */
    const char *name, *unit, *help;
    bool level; /* hr_usage_level changes a level, and level x seconds is what is billed */
};

/* What a disturbance does to a component while it lasts.  Effects stack; the run keeps them
 * (hr_effect_*) and calls `disturb` at begin and end only for what a model must do itself. */
struct hr_change {
    const struct hr_disturbance *what;
    uint32_t occurrence;
};

/* Where a traffic model's conf holds what the loader needs to make its operations. */
struct hr_source_layout {
    uint32_t to;          /* uint32_t component */
    uint32_t mix;         /* struct hr_shares */
    uint32_t call;        /* struct hr_call_options */
    uint32_t deadline;    /* hr_time; 0 = none */
    uint32_t good, value; /* struct hr_named by operation */
};

/* A load shape that happens once: the ordinary twin leaves it out. */
struct hr_one_off {
    const char *name; /* NULL: it has none */
    hr_time begin, end;
    double factor;    /* of the rate, at the top */
    double per_month; /* how often a month has it, in the cost */
};

struct hr_model {
    /* required */
    const char *kind;    /* `kind:` of the YAML */
    const char *room;    /* "traffic", "compute", ... as the folder of models/ */
    const char *summary; /* one line */
    const char *source;  /* where the behaviour comes from, with a date */
    const char *manual;  /* what `explain` prints: the model, what it assumes, an example */
    const struct hr_table *table; /* fields of conf */
    uint32_t state_size;
    enum hr_ops ops;
    uint32_t verbs;    /* 1u << enum hr_verb of the disturbances that it accepts */
    enum hr_fate fate; /* default fate of calls in flight on what is lost */
    /* A call arrives (its network leg is over).  Not for HR_OPS_SOURCE. */
    void (*arrive)(struct hr_run *run, hr_part p, hr_call c);

    /* optional, with a default */
    const char *const
        *own_ops; /* OWN: names of its operations, NULL-ended; required there */
    const struct hr_table *op_table;  /* the model's own settings of an operation; none */
    const struct hr_gauge *gauges;    /* none */
    const struct hr_dimension *usage; /* none */
    /* 1u << those of which most have none: a missing price is told when there is some. */
    uint32_t rare_usage;
    uint32_t targets; /* FORWARDED: offset in conf of its struct hr_indices of components */
    enum hr_stands stands;                        /* FORWARDED; HR_STANDS_IN_A_PLACE */
    const struct hr_source_layout *source_layout; /* SOURCE: required there */
    /* Rules that span fields; may derive constants into conf.  Default: nothing to check. */
    void (*check)(void *conf, struct hr_check *ck);
    /* Before the first event: set timers, make instances.  Default: nothing. */
    void (*start)(struct hr_run *run, hr_part p);
    /* A call made by hr_forward has come back.  Default: the parent ends with its outcome. */
    void (*child_done)(struct hr_run *run, hr_part p, hr_call parent, hr_call child,
                       enum hr_outcome how);
    /* The caller no longer wants `c`, or it is killed; release what the model holds for it.
     * Default: nothing to release.  The run frees the call itself. */
    void (*cancel)(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome why);
    /* Around the steps of a call that an instance of it has admitted: before they begin, and
     * when they are well done and the answer is not yet given.  True: the model holds the call
     * and will hr_resume it, at once or later.  Default: false. */
    bool (*enter)(struct hr_run *run, hr_part p, hr_call c);
    bool (*leave)(struct hr_run *run, hr_part p, hr_call c);
    /* A call that an instance had admitted leaves it, however it ended.  Default: nothing. */
    void (*left)(struct hr_run *run, hr_part p, hr_call c);
    /* A root task that this traffic model began has ended.  Default: nothing. */
    void (*task_done)(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome how);
    /* The instance that a call made from or at `p` goes to, chosen when it is sent (so that
     * its network leg is known).  Default: none, chosen on arrival. */
    uint32_t (*route)(struct hr_run *run, hr_part p, hr_call c);
    /* An instance of a fleet that `p` watches (hr_fleet_watch) has changed its state. */
    void (*fleet_changed)(struct hr_run *run, hr_part p, hr_part fleet, uint32_t instance);
    /* An instance of such a fleet has gone down or come back.  Nothing else has changed yet, so
     * this is for what the watcher keeps of it, not for acting on it. */
    void (*up_changed)(struct hr_run *run, hr_part p, hr_part fleet, uint32_t instance);
    /* How many instances there can be at most, for targets such as `1 of app`.  Default: the
     * field `instances`, where it is a count.  Asked before it is known that no setting is
     * missing, too: 0 then. */
    int64_t (*instances)(const void *conf);
    /* Bytes of the request or (back) of the answer of a call whose operation does not give them;
     * -1: not known, which is also the default. */
    int64_t (*bytes)(struct hr_run *run, hr_part p, uint32_t op, hr_call c, bool back);
    /* A call that arrived here has been ended by hr_done, and its answer is on its way.  Not
     * for what is cancelled, nor for what arrives anew: hook `cancel` was asked then. */
    void (*call_done)(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome how);

    /* messages (message.h): of models that keep them, all three or none */
    /* Hand over up to `most` of those that may be taken (hr_message_hand). */
    uint32_t (*take)(struct hr_run *run, hr_part p, uint32_t most, struct hr_delivery *out);
    /* A consumer has done them (ok), or wants them to be visible again at once. */
    void (*settle)(struct hr_run *run, hr_part p, const struct hr_delivery *d, uint32_t n,
                   bool ok);
    /* The operation that what is given up goes to; HR_NONE: it is counted only. */
    uint32_t (*dead_letters)(const void *conf);
    /* messages: of models that consume them, both or none */
    /* The component whose messages it takes; HR_NONE: none.  The steps of its own setting of
     * type HR_FIELD_STEPS are what it does with one, operation `message`. */
    uint32_t (*consumes)(const void *conf);
    /* There is something to be taken from `queue`. */
    void (*ready)(struct hr_run *run, hr_part p, hr_part queue);

    /* A disturbance of `p` begins or ends.  Default: the run's own effects suffice. */
    void (*disturb)(struct hr_run *run, hr_part p, const struct hr_change *ch, bool begins);

    /* optional, without */
    void (*timer)(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data);
    bool (*holds)(const struct hr_run *run, hr_part p); /* invariants; debug builds */
    /* For analysis: CPU seconds a second that it can deliver; 0 = unlimited. */
    double (*capacity)(const void *conf);
    bool (*station)(const void *conf, struct hr_plain_station *s); /* is it one? NULL: no */
    bool (*poisson)(const void *conf); /* traffic: of one Poisson rate? NULL: no */
    /* Traffic, for analysis: new requests a second at t (closed loops: users / think). */
    double (*offered)(const struct hr_plan *plan, const void *conf, hr_time t);
    /* Components without steps, for analysis: mean seconds from arrival to answer when nothing
     * is busy.  NULL: 0. */
    double (*at_rest)(const void *conf);
    /* Traffic: its one-off load shapes (a flash sale), by number; false: there is no such.
     * NULL: none. */
    bool (*one_off)(const void *conf, uint32_t i, struct hr_one_off *o);
    const void *flow; /* the fluid form; NULL: none (no model has one yet) */
};

/* --- what a model may ask of the run ------------------------------------------------- */

const struct hr_plan *hr_run_plan(const struct hr_run *run);
struct hr_arena *hr_run_arena(struct hr_run *run);
hr_time hr_now(const struct hr_run *run);
const void *hr_conf(const struct hr_run *run, hr_part p);
void *hr_state(struct hr_run *run, hr_part p);
/* HR_OPS_OWN: which of the model's `own_ops` each operation of the component is, from its first
 * one on.  Made anew at each call, in the arena of the run: for `start`. */
uint8_t *hr_own_ops(struct hr_run *run, hr_part p);

/* Draws of a call; purposes of different components are apart. */
struct hr_draws hr_call_draws(const struct hr_run *run, hr_call c, uint64_t purpose);
/* Draws of the task that a call belongs to and of its operation: every attempt has the same. */
struct hr_draws hr_task_draws(const struct hr_run *run, hr_call c, uint64_t purpose);
struct hr_draws hr_part_draws(const struct hr_run *run, hr_part p, uint64_t entity,
                              uint64_t purpose);
/* They are hr_draws_from(base, hr_mix(name_key, entity)), for who makes many. */
uint64_t hr_part_base(const struct hr_run *run, uint64_t purpose);

/* Timers: the model's `timer` hook is called with tag and data. */
hr_timer hr_timer_set(struct hr_run *run, hr_part p, hr_time at, uint32_t tag,
                      uint64_t data);
/* The same for control loops: after the tasks and time-outs of that instant. */
hr_timer hr_control_set(struct hr_run *run, hr_part p, hr_time at, uint32_t tag,
                        uint64_t data);
void hr_timer_cancel(struct hr_run *run, hr_timer t);

/* A call as the model sees it. */
uint32_t hr_call_op(const struct hr_run *run, hr_call c);
uint64_t hr_call_key(const struct hr_run *run, hr_call c); /* identity, for draws */
uint64_t hr_call_value(const struct hr_run *run, hr_call c, uint32_t key); /* plan's */
/* Bytes of what a value of a plan key names, the same for whoever asks; -1: not given. */
int64_t hr_key_size(const struct hr_run *run, uint32_t key, uint64_t value);
uint32_t hr_call_hash_key(const struct hr_run *run, hr_call c); /* plan key, or HR_NONE */
/* What it is answered with is not the real thing: good, and counted as degraded. */
void hr_call_degrade(struct hr_run *run, hr_call c);
uint32_t hr_call_instance(const struct hr_run *run, hr_call c); /* chosen; HR_NONE */
uint32_t hr_call_place(const struct hr_run *run, hr_call c);    /* of the caller */
hr_time hr_call_began(const struct hr_run *run, hr_call c);
/* Bytes of the request or (back) of the answer, as the network books them; -1: not given. */
int64_t hr_call_bytes(struct hr_run *run, hr_call c, bool back);
bool hr_call_hostile(const struct hr_run *run, hr_call c); /* it belongs to a flood */

/* End a call of this component wherever its steps are (a time-out of the model): what it waits
 * for is given up, `cancel` is called, then it ends as by hr_done.  From timers only; the call
 * has arrived. */
void hr_call_stop(struct hr_run *run, hr_call c, enum hr_outcome how);

/* Model data on a call: one word, zero at first. */
uint64_t *hr_call_note(struct hr_run *run, hr_call c);

/* End a call here; the answer travels back.  `c` is gone for the model after this. */
void hr_done(struct hr_run *run, hr_call c, enum hr_outcome how);
/* Pass a call on to target number `i` of its component (operation->forward[i]), to a given
 * instance there or HR_NONE.  The child has the same identity.  `child_done` follows. */
hr_call hr_forward(struct hr_run *run, hr_call c, uint32_t i, uint32_t instance);
/* Let the call take `delay` before the model's timer(tag, c) hook; for added latency.  The
 * time is booked as waiting or work of this component. */
void hr_hold_for(struct hr_run *run, hr_call c, hr_time delay, uint32_t tag);
/* Go on with a call that `enter` or `leave` held: with its steps, or with its answer. */
void hr_resume(struct hr_run *run, hr_call c);

/* Begin a task of a traffic component: its operation `op` (of that component), intended at
 * `intended`, in client place `place`.  `key` is its identity. */
hr_call hr_task_begin(struct hr_run *run, hr_part p, uint32_t op, uint64_t key,
                      uint32_t place, hr_time intended, uint64_t note);
/* The same, intended now, of which the model wants to hear no more: no note, no task_done. */
void hr_task_ask(struct hr_run *run, hr_part p, uint32_t op, uint64_t key, uint32_t place);
/* The same for a flood: not valid and not measured, but real to every component. */
hr_call hr_task_begin_hostile(struct hr_run *run, hr_part p, uint32_t op, uint64_t key,
                              uint32_t place, hr_time intended, uint64_t note);
/* Arrivals before 0 (warm-up) and after the horizon are simulated and not measured. */
bool hr_run_measuring(const struct hr_run *run);
/* True while arrivals should go on. */
bool hr_run_arriving(const struct hr_run *run);
/* Is this the ordinary twin, in which one-off shapes are left out? */
bool hr_run_ordinary(const struct hr_run *run);
/* Of the scenario's time that t = 0 is at; dated shapes and times of day follow it. */
hr_time hr_run_shift(const struct hr_run *run);

/* Gauges and usage, by index in the model's tables; marks and events. */
void hr_gauge_add(struct hr_run *run, hr_part p, uint32_t gauge, int64_t change);
void hr_usage_add(struct hr_run *run, hr_part p, uint32_t dimension, int64_t amount);
void hr_usage_level(struct hr_run *run, hr_part p, uint32_t dimension, int64_t change);
/* A look-up has been answered, by what was there or as a miss: counts for `hit_rate`. */
void hr_cache_count(struct hr_run *run, hr_part p, bool hit);
/* A step of a recovery; `instance` may be HR_NONE. */
void hr_mark(struct hr_run *run, hr_part p, uint32_t instance, enum hr_mark m);
/* Data are lost: what was written after `recovery_point` up to `last_lost`; `writes` of them.
 * durable: of a store that promises to keep them, which a cache does not. */
void hr_data_lost(struct hr_run *run, hr_part p, hr_time recovery_point, hr_time last_lost,
                  uint64_t writes, bool durable);
/* `what` must be a constant text ("breaker opened"); repeated ones become an episode. */
void hr_event_note(struct hr_run *run, hr_part p, uint32_t instance, const char *what,
                   const char *cause);
/* A number has changed ("desired capacity", 4 -> 6); each one is kept. */
void hr_event_change(struct hr_run *run, hr_part p, uint32_t instance, const char *what,
                     const char *cause, int64_t from, int64_t to);

/* Effects of the disturbances that hold a component now. */
double hr_effect_speed(const struct hr_run *run, hr_part p, uint32_t op);   /* 1 = normal */
double hr_effect_failure(const struct hr_run *run, hr_part p, uint32_t op); /* 0 = none */
double hr_effect_instance_speed(const struct hr_run *run,
                                uint32_t instance);     /* conf's in */
bool hr_effect_up(const struct hr_run *run, hr_part p); /* the component as a whole */
/* 1 - prod(1 - by) of the disturbances of a verb (FAIL, MISCONFIGURE). */
double hr_effect_share(const struct hr_run *run, hr_part p, uint32_t op, enum hr_verb verb);
/* No launches, no configuration changes, replication paused. */
bool hr_effect_frozen(const struct hr_run *run, hr_part p);
/* False while a `lose` of that zone, or of its region, acts. */
bool hr_place_up(const struct hr_run *run, uint32_t place);

#endif /* HR_MODEL_H */
