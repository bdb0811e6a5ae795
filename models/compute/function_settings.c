/* models/compute/function_settings.c - what may be said of a function, and its manual. */
#include "models/compute/function.h"

#include <stddef.h>

/* --- settings ---------------------------------------------------------------------------- */

static const char *const returns[] = {
    [HR_RETURNS_BATCH] = "batch", [HR_RETURNS_FAILED] = "failed", NULL};

#define AT(m) offsetof(struct hr_function_source, m)
static const struct hr_field source_fields[] = {
    {.name = "queue",
     .type = HR_FIELD_COMPONENT,
     .offset = AT(queue),
     .required = true,
     .role = "whose messages it takes",
     .help = "The component whose messages it takes."},
    {.name = "batch",
     .type = HR_FIELD_COUNT,
     .offset = AT(batch),
     .dflt = "10",
     .min = 1,
     .max = 10000,
     .help = "Messages handed to one invocation, at most.",
     .source = "AWS, CDK reference, SqsEventSourceProps, read 2026-11-27"},
    {.name = "wait",
     .type = HR_FIELD_DURATION,
     .offset = AT(wait),
     .dflt = "0s",
     .max = 300,
     .help = "How long a batch that is not full waits for more."},
    {.name = "concurrency",
     .type = HR_FIELD_COUNT,
     .offset = AT(concurrency),
     .min = 1,
     .max = 1e5,
     .help = "Invocations for messages at once, at most. Default: as many as the function "
             "has."},
    {.name = "returns",
     .type = HR_FIELD_CHOICE,
     .offset = AT(returns),
     .dflt = "batch",
     .choices = returns,
     .help = "What comes back when a message fails: the whole batch, or the failed ones.",
     .source =
         "AWS, Lambda developer guide, services-sqs-errorhandling.md, read 2026-11-27"},
    {0},
};
#undef AT
static const struct hr_table source_table = {"from", source_fields,
                                             sizeof(struct hr_function_source), "queue",
                                             "Whose messages a function takes, and how."};

#define AT(m) offsetof(struct hr_function_conf, m)
static const struct hr_field fields[] = {
    {.name = "from",
     .type = HR_FIELD_GROUP,
     .offset = AT(from),
     .table = &source_table,
     .help = "Whose messages it takes; `do` says what it does with each."},
    {.name = "do",
     .type = HR_FIELD_STEPS,
     .offset = AT(body),
     .help = "The steps for one message of `from`; those of a batch are done one by one."},
    {.name = "memory",
     .type = HR_FIELD_BYTES,
     .offset = AT(memory),
     .dflt = "128MiB",
     .min = 134217728,
     .max = 1.1e10,
     .help = "Memory of an environment; its share of CPU follows from it.",
     .source = "AWS, Lambda developer guide, gettingstarted-limits.md, 2023-10-31"},
    {.name = "timeout",
     .type = HR_FIELD_DURATION,
     .offset = AT(timeout),
     .dflt = "3s",
     .min = 1e-3,
     .max = 1e6,
     .help = "Longest invocation; then it is stopped, with its environment.",
     .source = "AWS Lambda's default (secondary)"},
    {.name = "cold_start",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(cold_start),
     .required = true,
     .help = "From a request that finds no idle environment until a new one serves it."},
    {.name = "keep_warm",
     .type = HR_FIELD_DURATION,
     .offset = AT(keep_warm),
     .dflt = "10m",
     .max = 1e6,
     .help = "How long an idle environment is kept.",
     .source = "assumed: 5 to 45 minutes are said of AWS Lambda, which documents none"},
    {.name = "concurrency",
     .type = HR_FIELD_COUNT,
     .offset = AT(concurrency),
     .dflt = "1000",
     .min = 1,
     .max = 1e5,
     .help = "Environments at once, at most; requests beyond are throttled.",
     .source = "AWS, Lambda developer guide, gettingstarted-limits.md, 2023-10-31"},
    {.name = "scale_rate",
     .type = HR_FIELD_RATE,
     .offset = AT(scale_rate),
     .dflt = "100/s",
     .max = 1e6,
     .help = "New environments a second, in the long run; 0/s: no limit.",
     .source = "AWS Lambda, 1,000 environments every 10 s for each function since 2023-11 "
               "(secondary)"},
    {.name = "scale_burst",
     .type = HR_FIELD_COUNT,
     .offset = AT(scale_burst),
     .dflt = "1000",
     .min = 1,
     .max = 1e6,
     .help = "New environments at once.",
     .source = "AWS Lambda, 1,000 environments every 10 s for each function since 2023-11 "
               "(secondary)"},
    {.name = "cpu_speed",
     .type = HR_FIELD_NUMBER,
     .offset = AT(speed),
     .dflt = "1",
     .min = 1e-3,
     .max = 1e3,
     .help = "Speed of its CPU against the one that `work` was measured on."},
    {0},
};
const struct hr_table hr_function_table = {"function", fields,
                                           sizeof(struct hr_function_conf), NULL,
                                           "Code that runs when it is asked."};
#undef AT

/* Memory of one vCPU: AWS, Lambda developer guide, gettingstarted-limits.md, 2023-10-31. */
enum { MIB = 1048576, MIB_PER_CORE = 1769 };

void hr_function_derive(struct hr_function_conf *conf)
{
    conf->fleet = (struct hr_fleet_conf){.instances = conf->concurrency,
                                         .cores = (double)conf->memory / MIB / MIB_PER_CORE,
                                         .discipline = HR_PROCESSOR_SHARING,
                                         .workers = 1,
                                         .speed = conf->speed,
                                         .restart = conf->cold_start};
    if (conf->from && conf->from->concurrency == 0)
        conf->from->concurrency = conf->concurrency;
}

void hr_function_check(void *self, struct hr_check *ck)
{
    struct hr_function_conf *conf = self;

    hr_function_derive(conf);
    if (hr_check_given(ck, "do") && conf->from == NULL)
        hr_check_fail(ck, HR_E211, "do",
                      "`do` is for the messages of `from`, and there is none");
    if (conf->from != NULL && !hr_check_given(ck, "do"))
        hr_check_fail(ck, HR_E202, "from",
                      "`from` needs `do`: what is done with a message");
    if (conf->from != NULL && conf->from->concurrency > conf->concurrency)
        hr_check_fail(
            ck, HR_E211, "from",
            "%lld invocations for messages are more than the %lld that the function "
            "may have",
            (long long)conf->from->concurrency, (long long)conf->concurrency);
}

/* --- the manual -------------------------------------------------------------------------- */

const char hr_function_manual[] =
    "A function is code that runs in environments which come and go with the load, one\n"
    "invocation at a time in each. It answers requests (`operations`), or works on the "
    "messages\n"
    "of a queue (`from` and `do`), or both.\n"
    "\n"
    "MODEL\n"
    "  A request takes the idle environment that was used last. If there is none, a new "
    "one\n"
    "  serves it after `cold_start`, unless `concurrency` are there already, or more than\n"
    "  `scale_burst` and then `scale_rate` would have begun: then it is throttled. An\n"
    "  environment that has been idle for `keep_warm` goes.\n"
    "  An environment has `memory`/1769 MiB cores. An invocation that takes longer than\n"
    "  `timeout` is stopped with its environment, and what it called goes on in vain.\n"
    "  Messages: whenever messages wait and fewer than `concurrency` of `from` are at "
    "work, "
    "up\n"
    "  to `batch` of them are taken for one invocation: at once if there are so many, "
    "else\n"
    "  after `wait`. It runs the steps of `do` for one message after the other. Those that "
    "are\n"
    "  done are deleted at its end; those that failed come back when the queue's "
    "`visibility`\n"
    "  is over: with `returns: batch` the first failure ends the invocation and all of the "
    "batch\n"
    "  comes back, with `returns: failed` only the failed ones do.\n"
    "  What a message draws depends on the message and on how often it was taken, not on "
    "its\n"
    "  batch or on when it is done.\n"
    "  Billed: requests, and memory x time of invocations in MiB x ms, rounded up to 1 ms; "
    "not\n"
    "  the cold start itself.\n"
    "\n"
    "ASSUMES\n"
    "  Messages are taken only when an environment can be had, so that throttling uses up "
    "no\n"
    "  receives; as many as `concurrency` are taken at once, without the ramp that pollers "
    "of "
    "a\n"
    "  real service have. Environments are equal and spread over the zones in turn.\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: environments go with what they do; new ones start in the zones that are left. "
    "slow:\n"
    "  the CPU is slower, or one operation needs more work. fail: invocations fail with "
    "the "
    "given\n"
    "  probability. freeze: no new environments.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: A function that answers, and one that works on messages\n"
    "    horizon: 10m\n"
    "    traffic:\n"
    "      visitors: { to: api, rate: 20/s, mix: { vote: 100% }, deadline: 5s }\n"
    "    components:\n"
    "      api:\n"
    "        kind: function\n"
    "        memory: 512MiB\n"
    "        cold_start: lognormal(p50=120ms p99=300ms)\n"
    "        operations:\n"
    "          vote: [ { work: 3ms }, { send: votes } ]\n"
    "      votes: { kind: queue, visibility: 1m, receives: 5 }\n"
    "      counter:\n"
    "        kind: function\n"
    "        cold_start: lognormal(p50=120ms p99=300ms)\n"
    "        timeout: 10s\n"
    "        from: { queue: votes, batch: 20, wait: 2s, concurrency: 4, returns: failed }\n"
    "        do: [ { work: 1ms }, { wait: 5ms } ]\n";
