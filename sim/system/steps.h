/* sim/system/steps.h - what an operation does, compiled to flat arrays.
 *
 * A block is a run of steps of plan->steps.  A structured step names its inner blocks by
 * index; they run as frames of their own, so a frame is always at exactly one step.
 *
 *   work LAW            CPU time on the instance            wait LAW     time without CPU
 *   call OP, options    ask another component and wait      send OP      ask, do not wait
 *   together [B...]     all branches at once, wait for all  first_of [B...]  for the first good
 *   quorum: n of [B...] for n good ones                     choose       one branch by share
 *   repeat: n, do: B    one after the other                 hold: r, do: B   a lock or connection
 */
#ifndef HR_STEPS_H
#define HR_STEPS_H

#include "sim/system/field.h"

enum hr_step_kind {
    HR_STEP_WORK,
    HR_STEP_WAIT,
    HR_STEP_CALL,
    HR_STEP_SEND,
    HR_STEP_TOGETHER,
    HR_STEP_FIRST_OF,
    HR_STEP_QUORUM,
    HR_STEP_CHOOSE,
    HR_STEP_REPEAT,
    HR_STEP_HOLD,
    HR_N_STEP_KINDS
};

enum { HR_WHEN_MISS, HR_WHEN_FAIL, HR_WHEN_THROTTLED, HR_WHEN_TIMEOUT, HR_N_WHEN };
enum hr_jitter { HR_JITTER_NONE, HR_JITTER_FULL, HR_JITTER_EQUAL, HR_JITTER_DECORRELATED };

struct hr_retry {
    int64_t attempts;             /* in all, the first included */
    hr_time timeout;              /* per attempt; 0: the call's own */
    struct hr_time_range backoff; /* first pause, doubled each time, up to hi */
    int jitter;                   /* enum hr_jitter */
    struct hr_law pause; /* s; in place of backoff and jitter; constant 0: not given */
    double budget;       /* tokens earned a call; a retry costs 1; 0: no budget */
    double budget_burst; /* most tokens saved up; also the start */
    double
        stop_at; /* share of bad attempts among calls above which none is made; 0: none */
};
struct hr_breaker {
    double open_at;    /* share of bad calls in the window */
    int64_t window;    /* last calls looked at, <= 1024 */
    int64_t min_calls; /* before it may open */
    hr_time open_for;  /* then half open */
    int64_t probes;    /* calls let through half open */
};
struct hr_hedge {
    hr_time after;  /* without an answer by then, ask again */
    int64_t copies; /* extra attempts at most */
};
struct hr_when {
    struct hr_block block[HR_N_WHEN]; /* {0, 0}: absent; {HR_NONE, 0}: given and empty */
};
enum hr_cancel { HR_CANCEL_NONE, HR_CANCEL_PROPAGATE };
enum hr_deadline { HR_DEADLINE_NONE, HR_DEADLINE_PROPAGATE };

/* The options of a call, wherever they are written: a step, or a traffic class. */
struct hr_call_options {
    hr_time timeout; /* per attempt; 0 = none */
    struct hr_retry *retry;
    struct hr_breaker *breaker;
    int64_t bulkhead; /* most calls at once per calling instance; 0 = no limit */
    struct hr_hedge *hedge;
    uint32_t key; /* which key the callee sees; HR_NONE = the one of the calling frame */
    int cancel, deadline;
    bool optional; /* a failure is passed over and counts as degraded */
    struct hr_when *when;
};

/* A call site: one `call` or `send` step, or one operation of a traffic class. */
struct hr_site {
    const char *label;       /* "app.checkout -> payments.charge" */
    uint32_t caller, callee; /* components */
    uint32_t op;             /* operation of the callee */
    uint32_t
        ordinal; /* among its operation's calls (all blocks) to that callee operation, in
                       * order of writing; part of the key of the draws */
    bool is_send;
    struct hr_call_options o;
};

enum { HR_MOST_ROUNDS = 1000000 }; /* of a repeat, which may take no time */

struct hr_step {
    enum hr_step_kind kind;
    uint32_t
        ordinal; /* within its operation (all blocks), among steps of its kind, in order
                        * of writing: keys its draws, so that other steps can be added */
    struct hr_law law; /* WORK, WAIT (s); REPEAT (count) */
    double contention; /* WORK, WAIT: longer by this for each other call of the instance */
    uint32_t site;     /* CALL, SEND */
    struct hr_branches branches; /* structured steps */
    uint32_t need;               /* QUORUM */
    uint32_t resource;           /* HOLD: index among the component's resources */
    hr_time timeout;             /* HOLD: longest wait; 0 = none */
    bool optimistic; /* HOLD: nobody waits; who is not the first to end has failed */
    struct hr_loc at;
};

/* A named, counted thing that steps hold: a connection pool, a lock. */
struct hr_resource {
    const char *name;
    int64_t count;
    int per;       /* 0 instance, 1 component */
    int64_t queue; /* most waiting; -1 = no limit */
};

/* What every declared operation may say, whatever the model. */
struct hr_op_bytes {
    struct hr_law request, response;
};
struct hr_op_conf {
    struct hr_op_bytes *bytes; /* NULL: not given, so not priced */
    int64_t memory;            /* bytes held while the call is on the instance */
    double rank;               /* priority disciplines: lower goes first */
    struct hr_block steps;
};

extern const struct hr_table hr_retry_table, hr_breaker_table, hr_hedge_table,
    hr_when_table;
extern const struct hr_table hr_resource_table, hr_op_table;
/* The options as rows, to be included in a table at offset `base` of a conf that embeds
 * struct hr_call_options (the preprocessor's way to share rows). */
#define HR_CALL_OPTION_FIELDS(base)                                                        \
    {.name = "timeout",                                                                    \
     .type = HR_FIELD_DURATION,                                                            \
     .offset = (base) + offsetof(struct hr_call_options, timeout),                         \
     .max = 1e9,                                                                           \
     .help = "Longest wait for one attempt; the callee is not told. Default: no limit."},  \
        {.name = "retry",                                                                  \
         .type = HR_FIELD_GROUP,                                                           \
         .offset = (base) + offsetof(struct hr_call_options, retry),                       \
         .table = &hr_retry_table,                                                         \
         .help = "Try again when an attempt fails or times out."},                         \
        {.name = "breaker",                                                                \
         .type = HR_FIELD_GROUP,                                                           \
         .offset = (base) + offsetof(struct hr_call_options, breaker),                     \
         .table = &hr_breaker_table,                                                       \
         .help = "Circuit breaker: stop calling while too many calls are bad."},           \
        {.name = "bulkhead",                                                               \
         .type = HR_FIELD_COUNT,                                                           \
         .offset = (base) + offsetof(struct hr_call_options, bulkhead),                    \
         .max = 1e9,                                                                       \
         .help = "Most such calls at once from one instance; more fail at once."},         \
        {.name = "hedge",                                                                  \
         .type = HR_FIELD_GROUP,                                                           \
         .offset = (base) + offsetof(struct hr_call_options, hedge),                       \
         .table = &hr_hedge_table,                                                         \
         .help =                                                                           \
             "Ask a second time when the first answer is slow; the first answer wins."},   \
        {.name = "key",                                                                    \
         .type = HR_FIELD_KEY,                                                             \
         .offset = (base) + offsetof(struct hr_call_options, key),                         \
         .help = "The key that routing and caches of the callee see."},                    \
        {.name = "cancel",                                                                 \
         .type = HR_FIELD_CHOICE,                                                          \
         .offset = (base) + offsetof(struct hr_call_options, cancel),                      \
         .dflt = "none",                                                                   \
         .choices = hr_cancel_choices,                                                     \
         .help =                                                                           \
             "`propagate`: tell the callee to stop when its answer is no longer wanted."}, \
        {.name = "deadline",                                                               \
         .type = HR_FIELD_CHOICE,                                                          \
         .offset = (base) + offsetof(struct hr_call_options, deadline),                    \
         .dflt = "none",                                                                   \
         .choices = hr_deadline_choices,                                                   \
         .help =                                                                           \
             "`propagate`: the callee knows the deadline and drops what is too late."},    \
        {.name = "optional",                                                               \
         .type = HR_FIELD_FLAG,                                                            \
         .offset = (base) + offsetof(struct hr_call_options, optional),                    \
         .help = "A failure is passed over; the answer counts as degraded."},              \
    {                                                                                      \
        .name = "when", .type = HR_FIELD_GROUP,                                            \
        .offset = (base) + offsetof(struct hr_call_options, when),                         \
        .table = &hr_when_table,                                                           \
        .help = "Steps for an answer that is a miss, a failure, throttled or late."        \
    }
extern const char *const hr_cancel_choices[], *const hr_deadline_choices[];

/* The kinds of step: the field named `name` makes a mapping this kind of step; the others are
 * its options.  All bind into struct hr_step_conf.  Ends with name NULL. */
struct hr_step_conf {
    struct hr_law law;           /* work, wait, repeat */
    double contention;           /* work, wait */
    uint32_t op;                 /* call, send: operation of the plan */
    struct hr_call_options call; /* call, send */
    struct hr_branches branches; /* together, first_of, quorum (of:), choose */
    int64_t need;                /* quorum */
    struct hr_block body;        /* repeat, hold: do */
    uint32_t resource;           /* hold */
    hr_time timeout;             /* hold */
    bool optimistic;             /* hold */
    const char *source;          /* any step may carry its source */
};
struct hr_step_info {
    const char *name;
    enum hr_step_kind kind;
    const struct hr_table *table;
};
extern const struct hr_step_info hr_step_kinds[];

#endif /* HR_STEPS_H */
