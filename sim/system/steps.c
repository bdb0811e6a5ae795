/* sim/system/steps.c - the field tables of steps, calls and operations; see steps.h. */
#include "sim/system/steps.h"

#include <stddef.h>

#define AWS_SDK_RETRY "AWS SDKs and Tools reference guide, retry behavior, standard mode: "
#define RESILIENCE4J                                                                       \
    "resilience4j's default as Apache Camel's documentation lists it (Resilience4j "       \
    "configuration, 4.x), secondary"

const char *const hr_cancel_choices[] = {"none", "propagate", NULL};
const char *const hr_deadline_choices[] = {"none", "propagate", NULL};
static const char *const jitters[] = {"none", "full", "equal", "decorrelated", NULL};
static const char *const scopes[] = {"instance", "component", NULL};

#define AT(m) offsetof(struct hr_retry, m)
static const struct hr_field retry_fields[] = {
    {.name = "attempts",
     .type = HR_FIELD_COUNT,
     .offset = AT(attempts),
     .dflt = "3",
     .min = 1,
     .max = 1000,
     .help = "Attempts in all, the first included.",
     .source = AWS_SDK_RETRY "three attempts, primary"},
    {.name = "timeout",
     .type = HR_FIELD_DURATION,
     .offset = AT(timeout),
     .max = 1e9,
     .help = "Longest wait for one attempt; default: the call's own timeout."},
    {.name = "backoff",
     .type = HR_FIELD_DURATION_RANGE,
     .offset = AT(backoff),
     .dflt = "1s..20s",
     .max = 1e9,
     .help = "Pause before the first retry, doubled for each further one, up to the second "
             "value.",
     .source = AWS_SDK_RETRY "doubling up to 20 s (from memory, unverified)"},
    {.name = "jitter",
     .type = HR_FIELD_CHOICE,
     .offset = AT(jitter),
     .dflt = "full",
     .choices = jitters,
     .help = "full: uniform between 0 and the pause; equal: half fixed, half uniform; "
             "decorrelated: uniform between the first pause and three times the last one.",
     .source = AWS_SDK_RETRY "a random share of the pause (from memory, unverified)"},
    {.name = "pause",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(pause),
     .help = "A law of the pause before each retry, in place of `backoff` and `jitter`."},
    {.name = "budget",
     .type = HR_FIELD_SHARE,
     .offset = AT(budget),
     .max = 1,
     .help =
         "Retries allowed as a share of calls: each call earns this, each retry costs 1. "
         "Default: no budget."},
    {.name = "budget_burst",
     .type = HR_FIELD_NUMBER,
     .offset = AT(budget_burst),
     .dflt = "10",
     .min = 0,
     .max = 1e9,
     .help = "Retries that can be saved up (also what is there at the start), per calling "
             "instance.",
     .source = "gRPC service config, retryThrottling: maxTokens 10 in the usual example "
               "(proposal A6, client retries), secondary"},
    {.name = "stop_at",
     .type = HR_FIELD_SHARE,
     .offset = AT(stop_at),
     .min = 1e-6,
     .max = 1,
     .help = "No retry while failed attempts are more than this share of all calls so far, "
             "per calling instance. Default: retry whatever has failed."},
    {0},
};
#undef AT
const struct hr_table hr_retry_table = {"retry", retry_fields, sizeof(struct hr_retry),
                                        "attempts",
                                        "Trying again: attempts, pauses, jitter, budget."};

#define AT(m) offsetof(struct hr_breaker, m)
static const struct hr_field breaker_fields[] = {
    {.name = "open_at",
     .type = HR_FIELD_SHARE,
     .offset = AT(open_at),
     .dflt = "50%",
     .max = 1,
     .help = "Share of bad calls in the window at which it opens.",
     .source = RESILIENCE4J},
    {.name = "window",
     .type = HR_FIELD_COUNT,
     .offset = AT(window),
     .dflt = "100",
     .min = 1,
     .max = 1024,
     .help = "How many of the last calls are looked at.",
     .source = RESILIENCE4J},
    {.name = "min_calls",
     .type = HR_FIELD_COUNT,
     .offset = AT(min_calls),
     .dflt = "100",
     .min = 1,
     .max = 1024,
     .help = "Calls in the window before it may open.",
     .source = RESILIENCE4J},
    {.name = "open_for",
     .type = HR_FIELD_DURATION,
     .offset = AT(open_for),
     .dflt = "60s",
     .max = 1e9,
     .help = "How long it stays open before it lets probes through.",
     .source = RESILIENCE4J},
    {.name = "probes",
     .type = HR_FIELD_COUNT,
     .offset = AT(probes),
     .dflt = "10",
     .min = 1,
     .max = 1024,
     .help = "Calls let through half open; their bad share decides whether it closes.",
     .source = RESILIENCE4J},
    {0},
};
#undef AT
const struct hr_table hr_breaker_table = {
    "breaker", breaker_fields, sizeof(struct hr_breaker), "open_at",
    "A circuit breaker per calling instance and call site."};

#define AT(m) offsetof(struct hr_hedge, m)
static const struct hr_field hedge_fields[] = {
    {.name = "after",
     .type = HR_FIELD_DURATION,
     .offset = AT(after),
     .required = true,
     .max = 1e9,
     .help = "Without an answer by then, the same is asked once more."},
    {.name = "copies",
     .type = HR_FIELD_COUNT,
     .offset = AT(copies),
     .dflt = "1",
     .min = 1,
     .max = 16,
     .help = "Extra attempts at most, one each `after`."},
    {0},
};
#undef AT
const struct hr_table hr_hedge_table = {"hedge", hedge_fields, sizeof(struct hr_hedge),
                                        "after", "Hedged requests: the first answer wins."};

#define BLOCK(i) (offsetof(struct hr_when, block) + (i) * sizeof(struct hr_block))
static const struct hr_field when_fields[] = {
    {.name = "miss",
     .type = HR_FIELD_STEPS,
     .offset = BLOCK(HR_WHEN_MISS),
     .help = "Steps when the answer is that there is nothing (a cache miss)."},
    {.name = "fail",
     .type = HR_FIELD_STEPS,
     .offset = BLOCK(HR_WHEN_FAIL),
     .help = "Steps when every attempt failed; the answer then counts as degraded."},
    {.name = "throttled",
     .type = HR_FIELD_STEPS,
     .offset = BLOCK(HR_WHEN_THROTTLED),
     .help = "Steps when the callee's limit refused it; default: as fail."},
    {.name = "timeout",
     .type = HR_FIELD_STEPS,
     .offset = BLOCK(HR_WHEN_TIMEOUT),
     .help = "Steps when the last attempt timed out; default: as fail."},
    {0},
};
#undef BLOCK
const struct hr_table hr_when_table = {
    "when", when_fields, sizeof(struct hr_when), NULL,
    "What to do instead when a call is not answered well."};

#define AT(m) offsetof(struct hr_resource, m)
static const struct hr_field resource_fields[] = {
    {.name = "count",
     .type = HR_FIELD_COUNT,
     .offset = AT(count),
     .required = true,
     .min = 1,
     .max = 1e9,
     .help = "How many can be held at once."},
    {.name = "per",
     .type = HR_FIELD_CHOICE,
     .offset = AT(per),
     .dflt = "instance",
     .choices = scopes,
     .help = "Whether each instance has its own or all share them."},
    {.name = "queue",
     .type = HR_FIELD_COUNT,
     .offset = AT(queue),
     .dflt = "unlimited",
     .min = -1,
     .max = 1e9,
     .help = "Most that may wait for one."},
    {0},
};
#undef AT
const struct hr_table hr_resource_table = {"resource", resource_fields,
                                           sizeof(struct hr_resource), "count",
                                           "A connection pool or lock that steps hold."};

#define AT(m) offsetof(struct hr_op_bytes, m)
static const struct hr_field bytes_fields[] = {
    {.name = "request",
     .type = HR_FIELD_LAW_BYTES,
     .offset = AT(request),
     .dflt = "0B",
     .help = "Bytes towards the component."},
    {.name = "response",
     .type = HR_FIELD_LAW_BYTES,
     .offset = AT(response),
     .dflt = "0B",
     .help = "Bytes of the answer."},
    {0},
};
#undef AT
static const struct hr_table bytes_table = {"bytes", bytes_fields,
                                            sizeof(struct hr_op_bytes), "response",
                                            "Bytes of one call, each way."};

#define AT(m) offsetof(struct hr_op_conf, m)
static const struct hr_field op_fields[] = {
    {.name = "bytes",
     .type = HR_FIELD_GROUP,
     .offset = AT(bytes),
     .table = &bytes_table,
     .help = "Bytes each way; a size that is not given is not priced."},
    {.name = "memory",
     .type = HR_FIELD_BYTES,
     .offset = AT(memory),
     .dflt = "0B",
     .max = 1e15,
     .help = "Memory held on the instance from admission to the end."},
    {.name = "rank",
     .type = HR_FIELD_NUMBER,
     .offset = AT(rank),
     .dflt = "0",
     .min = -1e9,
     .max = 1e9,
     .help = "Discipline `priority`: lower goes first."},
    {.name = "steps",
     .type = HR_FIELD_STEPS,
     .offset = AT(steps),
     .required = true,
     .help = "What the operation does, in order."},
    {0},
};
#undef AT
const struct hr_table hr_op_table = {"operation", op_fields, sizeof(struct hr_op_conf),
                                     "steps", "What a component can be asked to do."};

/* --- the kinds of step ----------------------------------------------------------------- */

#define AT(m) offsetof(struct hr_step_conf, m)
#define SOURCE                                                                             \
    {                                                                                      \
        .name = "source", .type = HR_FIELD_TEXT, .offset = AT(source),                     \
        .help = "Where the figures come from."                                             \
    }

#define CONTENTION                                                                         \
    {                                                                                      \
        .name = "contention", .type = HR_FIELD_SHARE, .offset = AT(contention), .max = 1,  \
        .help = "It takes longer by this share for each other call that the instance has " \
                "admitted when it begins."                                                 \
    }

static const struct hr_field work_fields[] = {
    {.name = "work",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(law),
     .required = true,
     .help = "CPU time on the base design's product."},
    CONTENTION,
    SOURCE,
    {0},
};
static const struct hr_field wait_fields[] = {
    {.name = "wait",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(law),
     .required = true,
     .help = "Time that passes without CPU; the worker is held."},
    CONTENTION,
    SOURCE,
    {0},
};
static const struct hr_field call_fields[] = {
    {.name = "call",
     .type = HR_FIELD_OPERATION,
     .offset = AT(op),
     .required = true,
     .help = "The operation to ask for; the caller waits and holds its worker."},
    HR_CALL_OPTION_FIELDS(AT(call)),
    SOURCE,
    {0},
};
static const struct hr_field send_fields[] = {
    {.name = "send",
     .type = HR_FIELD_OPERATION,
     .offset = AT(op),
     .required = true,
     .help = "The operation to ask for; the caller does not wait."},
    {.name = "key",
     .type = HR_FIELD_KEY,
     .offset = AT(call.key),
     .help = "The key that routing and caches of the receiver see."},
    SOURCE,
    {0},
};
static const struct hr_field together_fields[] = {
    {.name = "together",
     .type = HR_FIELD_BRANCHES,
     .offset = AT(branches),
     .required = true,
     .help = "Branches that run at once; goes on when all are done, fails when one fails."},
    SOURCE,
    {0},
};
static const struct hr_field first_of_fields[] = {
    {.name = "first_of",
     .type = HR_FIELD_BRANCHES,
     .offset = AT(branches),
     .required = true,
     .help = "Branches that run at once; goes on with the first good one."},
    SOURCE,
    {0},
};
static const struct hr_field quorum_fields[] = {
    {.name = "quorum",
     .type = HR_FIELD_COUNT,
     .offset = AT(need),
     .required = true,
     .min = 1,
     .max = 1e6,
     .help = "How many branches must be good."},
    {.name = "of",
     .type = HR_FIELD_BRANCHES,
     .offset = AT(branches),
     .required = true,
     .help = "Branches that run at once."},
    SOURCE,
    {0},
};
static const struct hr_field choose_fields[] = {
    {.name = "choose",
     .type = HR_FIELD_CHOICES,
     .offset = AT(branches),
     .required = true,
     .help = "One branch, drawn by share."},
    SOURCE,
    {0},
};
static const struct hr_field repeat_fields[] = {
    {.name = "repeat",
     .type = HR_FIELD_LAW_COUNT,
     .offset = AT(law),
     .required = true,
     .max = HR_MOST_ROUNDS,
     .help = "How many times, one after the other (drawn; rounded to the nearest, and a "
             "million at most)."},
    {.name = "do",
     .type = HR_FIELD_STEPS,
     .offset = AT(body),
     .required = true,
     .help = "What is repeated."},
    SOURCE,
    {0},
};
static const struct hr_field hold_fields[] = {
    {.name = "hold",
     .type = HR_FIELD_RESOURCE,
     .offset = AT(resource),
     .required = true,
     .help = "The resource to hold: waits for it, in order of arrival."},
    {.name = "do",
     .type = HR_FIELD_STEPS,
     .offset = AT(body),
     .required = true,
     .help = "What is done while it is held."},
    {.name = "timeout",
     .type = HR_FIELD_DURATION,
     .offset = AT(timeout),
     .max = 1e9,
     .help = "Longest wait for it; then the step fails. Default: no limit."},
    {.name = "optimistic",
     .type = HR_FIELD_FLAG,
     .offset = AT(optimistic),
     .help = "Nobody waits; at its end the step fails if another has ended well meanwhile "
             "(compare and set)."},
    SOURCE,
    {0},
};

#define KIND(word, id, text)                                                               \
    static const struct hr_table word##_table = {#word, word##_fields,                     \
                                                 sizeof(struct hr_step_conf), NULL, text}
KIND(work, HR_STEP_WORK, "CPU time.");
KIND(wait, HR_STEP_WAIT, "Time without CPU.");
KIND(call, HR_STEP_CALL, "Ask another component and wait for the answer.");
KIND(send, HR_STEP_SEND, "Ask another component and go on.");
KIND(together, HR_STEP_TOGETHER, "Branches at once; all are needed.");
KIND(first_of, HR_STEP_FIRST_OF, "Branches at once; the first good one is enough.");
KIND(quorum, HR_STEP_QUORUM, "Branches at once; a number of them is enough.");
KIND(choose, HR_STEP_CHOOSE, "One branch by share.");
KIND(repeat, HR_STEP_REPEAT, "The same steps several times.");
KIND(hold, HR_STEP_HOLD, "Steps under a lock or with a connection.");

const struct hr_step_info hr_step_kinds[] = {
    {"work", HR_STEP_WORK, &work_table},
    {"wait", HR_STEP_WAIT, &wait_table},
    {"call", HR_STEP_CALL, &call_table},
    {"send", HR_STEP_SEND, &send_table},
    {"together", HR_STEP_TOGETHER, &together_table},
    {"first_of", HR_STEP_FIRST_OF, &first_of_table},
    {"quorum", HR_STEP_QUORUM, &quorum_table},
    {"choose", HR_STEP_CHOOSE, &choose_table},
    {"repeat", HR_STEP_REPEAT, &repeat_table},
    {"hold", HR_STEP_HOLD, &hold_table},
    {NULL, HR_STEP_WORK, NULL},
};
