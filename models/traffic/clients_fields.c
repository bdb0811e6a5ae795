/* models/traffic/clients_fields.c - what can be said of a class of traffic, what is checked of
 * it, and its manual. */
#include "models/traffic/clients.h"

#include <math.h>
#include <stddef.h>

#define AT(m)   offsetof(struct hr_clients_conf, m)
#define CALL(m) (AT(call) + offsetof(struct hr_call_options, m))
static const struct hr_field fields[] = {
    {.name = "from",
     .type = HR_FIELD_PLACE_SHARES,
     .offset = AT(from),
     .help = "Where the clients are, by share; sets their network and their time of day."},
    {.name = "to",
     .type = HR_FIELD_COMPONENT,
     .offset = AT(to),
     .required = true,
     .role = "where requests go",
     .help = "The component that they ask."},
    {.name = "rate",
     .type = HR_FIELD_RATE,
     .offset = AT(rate),
     .one_of = 1,
     .max = 1e9,
     .help = "Open loop: new requests a second, whatever becomes of earlier ones."},
    {.name = "interarrival",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(gap),
     .one_of = 1,
     .help = "Open loop: the time from one arrival to the next, independent of all others; "
             "with `rate` it is exponential."},
    {.name = "users",
     .type = HR_FIELD_COUNT,
     .offset = AT(users),
     .one_of = 1,
     .min = 1,
     .max = 1e7,
     .help = "Closed loop: so many users, each asks again after an answer and `think`."},
    {.name = "think",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(think),
     .help = "Closed loop: time from an answer to the same user's next request."},
    {.name = "shape",
     .type = HR_FIELD_LIST,
     .offset = AT(shape),
     .table = &hr_shape_table,
     .help = "How `rate` varies over time; shapes multiply."},
    {.name = "modulated",
     .type = HR_FIELD_LIST,
     .offset = AT(modulated),
     .table = &hr_phase_table,
     .help = "Levels of `rate` that follow each other in a circle, each for a random time: "
             "bursts."},
    {.name = "batch",
     .type = HR_FIELD_LAW_COUNT,
     .offset = AT(batch),
     .max = HR_MOST_AT_ONCE,
     .help = "How many requests come at once with each arrival, a million at most. "
             "Default: one."},
    {.name = "mix",
     .type = HR_FIELD_MIX,
     .offset = AT(mix),
     .help = "What they ask for, by share. Default: the one operation of `to`."},
    {.name = "deadline",
     .type = HR_FIELD_DURATION,
     .offset = AT(deadline),
     .max = 1e9,
     .help = "A client gives up after this, over all attempts. Default: never."},
    /* The options of a call, without those that need somebody to do further steps. */
    {.name = "timeout",
     .type = HR_FIELD_DURATION,
     .offset = CALL(timeout),
     .max = 1e9,
     .help = "Longest wait for one attempt; the callee is not told. Default: no limit."},
    {.name = "retry",
     .type = HR_FIELD_GROUP,
     .offset = CALL(retry),
     .table = &hr_retry_table,
     .help = "Try again when an attempt fails or times out."},
    {.name = "breaker",
     .type = HR_FIELD_GROUP,
     .offset = CALL(breaker),
     .table = &hr_breaker_table,
     .help =
         "Circuit breaker, one for the whole class: stop asking while too many are bad."},
    {.name = "bulkhead",
     .type = HR_FIELD_COUNT,
     .offset = CALL(bulkhead),
     .max = 1e9,
     .help =
         "Most requests of one operation at once, of the whole class. Default: no limit."},
    {.name = "hedge",
     .type = HR_FIELD_GROUP,
     .offset = CALL(hedge),
     .table = &hr_hedge_table,
     .help = "Ask a second time when the first answer is slow; the first answer wins."},
    {.name = "key",
     .type = HR_FIELD_KEY,
     .offset = CALL(key),
     .help = "The key that routing and caches see."},
    {.name = "cancel",
     .type = HR_FIELD_CHOICE,
     .offset = CALL(cancel),
     .dflt = "none",
     .choices = hr_cancel_choices,
     .help = "`propagate`: tell the system to stop when the answer is no longer wanted."},
    {.name = "deadline_sent",
     .type = HR_FIELD_CHOICE,
     .offset = CALL(deadline),
     .dflt = "none",
     .choices = hr_deadline_choices,
     .help =
         "`propagate`: requests carry their deadline, and what is too late is dropped."},
    {.name = "good",
     .type = HR_FIELD_OP_DURATIONS,
     .offset = AT(good),
     .max = 1e9,
     .help = "An answer later than this is not good. Default: `deadline`."},
    {.name = "value",
     .type = HR_FIELD_OP_MONEY,
     .offset = AT(value),
     .help = "Revenue lost with one that is not good."},
    {0},
};
const struct hr_table hr_clients_table = {"clients", fields, sizeof(struct hr_clients_conf),
                                          NULL, "A class of traffic."};
const struct hr_source_layout hr_clients_layout = {
    .to = AT(to),
    .mix = AT(mix),
    .call = AT(call),
    .deadline = AT(deadline),
    .good = AT(good),
    .value = AT(value),
};

/* --- rules that span fields -------------------------------------------------------------- */

static void check_steps(const struct hr_items *shape, struct hr_check *ck)
{
    const struct hr_shape *s = shape->at;

    for (uint32_t i = 0; i < shape->n; i++) {
        const struct hr_shape_step *step = s[i].steps.at;

        for (uint32_t k = 1; k < s[i].steps.n; k++)
            if (step[k].at <= step[k - 1].at)
                hr_check_fail(
                    ck, HR_E211, "shape",
                    "steps are not in order of time: step %u is not after step %u",
                    (unsigned)k + 1, (unsigned)k);
    }
}

static bool positive_and_finite(double x)
{
    return x > 0.0 && x < HUGE_VAL;
}

/* Every change of level costs time, whether somebody asks in between or not. */
static void check_levels(const struct hr_items *modulated, struct hr_check *ck)
{
    const struct hr_phase *phases = modulated->at;
    const double least_s = 1e-3;

    for (uint32_t i = 0; i < modulated->n; i++) {
        const double mean_s = hr_law_mean(&phases[i].lasts);

        if (!positive_and_finite(mean_s) || mean_s < least_s)
            hr_check_fail(ck, HR_E211, "modulated",
                          "level %u lasts for less than 1ms, or for ever on average: its "
                          "mean must be at least 1ms and finite",
                          (unsigned)i + 1);
    }
}

/* What only arrivals at a rate can have. */
static void check_closed(const struct hr_clients_conf *conf, struct hr_check *ck)
{
    if (conf->modulated.n > 0)
        hr_check_fail(ck, HR_E211, "modulated",
                      "`modulated` varies a rate; the number of `users` is constant");
    if (hr_clients_given(&conf->batch))
        hr_check_fail(
            ck, HR_E211, "batch",
            "`batch` belongs to `rate`: each of the `users` asks for one thing at "
            "a time");
}

void hr_clients_check(void *self, struct hr_check *ck)
{
    struct hr_clients_conf *conf = self;

    check_steps(&conf->shape, ck);
    check_levels(&conf->modulated, ck);
    if (hr_check_given(ck, "interarrival")) {
        conf->rate = 1.0 / hr_law_mean(&conf->gap);
        if (!positive_and_finite(conf->rate))
            hr_check_fail(ck, HR_E211, "interarrival",
                          "the mean of `interarrival` must be above 0 and finite");
    }
    if (hr_check_given(ck, "batch") && !positive_and_finite(hr_law_mean(&conf->batch)))
        hr_check_fail(ck, HR_E211, "batch",
                      "the mean of `batch` must be above 0 and finite");
    if (conf->users > 0) {
        check_closed(conf, ck);
        if (!hr_check_given(ck, "think"))
            hr_check_fail(ck, HR_E202, "users",
                          "`users` needs `think`, the time between an answer and the same "
                          "user's next request");
        if (conf->shape.n > 0)
            hr_check_fail(ck, HR_E211, "shape",
                          "`shape` varies a rate; the number of `users` is constant");
    } else if (hr_check_given(ck, "think")) {
        hr_check_fail(
            ck, HR_E211, "think",
            "`think` belongs to `users`: at a given rate nobody waits for answers");
    }
}

/* --- the manual --------------------------------------------------------------------------- */

const char hr_clients_manual[] =
    "Clients are what every class under `traffic:` is made of; `kind` is not written "
    "there.\n"
    "\n"
    "MODEL\n"
    "  Open loop (`rate`): requests come as a Poisson process, whatever becomes of "
    "earlier\n"
    "  ones: a large crowd. The rate is `rate` times the product of the shapes:\n"
    "    daily   a cosine between `low` and `peak`, highest at `peak_at` of local time\n"
    "    spike   up for a while: at, rise, hold, fall\n"
    "    ramp    a straight line from one factor to another\n"
    "    steps   factors that hold from a time on\n"
    "  `interarrival` in place of `rate` gives the law of the time between arrivals: "
    "constant\n"
    "  for a clock, hyperexponential for what comes in clumps. Shapes and levels speed it "
    "up\n"
    "  and slow it down. `modulated` makes bursts: the rate goes through its levels in a\n"
    "  circle, each for a random time. `batch` says how many requests come with an "
    "arrival.\n"
    "  Where clients live in several time zones, each place follows its own day.\n"
    "  Closed loop (`users`): so many users; each thinks, asks, waits for the answer (or\n"
    "  gives up at `deadline`), and thinks again. A slow system is asked less often, "
    "which\n"
    "  hides overload: use it for batch clients and terminals, not for the public.\n"
    "\n"
    "  `mix` says what they ask for. `timeout`, `retry`, `hedge`, `breaker` and `cancel` "
    "are\n"
    "  those of any call. `deadline` is the patience of a client over all attempts; the\n"
    "  request then ends as timed out, and what was begun goes on unless `cancel` says\n"
    "  otherwise. `good` makes a late answer count as a bad one.\n"
    "\n"
    "DISTURBANCES\n"
    "  flood: hostile requests at `rate`, a Poisson process on top of the class. They "
    "look\n"
    "  like those of the class (mix, places, keys, time-outs and deadline), are not tried\n"
    "  again, and are in none of the figures of clients; their load and their cost are "
    "real.\n"
    "  Several floods add up. The requests of the class stay what they are.\n"
    "\n"
    "ASSUMES\n"
    "  Requests of an open class are independent. During the warm-up the rate is that of\n"
    "  t = 0. The rate is a straight line between corners; a curve is cut into minutes.\n"
    "  With `interarrival` the first arrival is one such time after the start.\n"
    "  The number of users is constant; a user stays in one place. One who is refused in "
    "no\n"
    "  time and does not think asks again after 1 ms.\n"
    "\n"
    "DRAWS\n"
    "  Arrivals are inverted from the cumulative rate, and request number n draws its\n"
    "  operation, place and keys from n alone: designs see the same requests, and at "
    "twice\n"
    "  the rate the same requests come in half the time.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: Visitors and clerks\n"
    "    horizon: 10m\n"
    "    traffic:\n"
    "      visitors:\n"
    "        to: shop\n"
    "        rate: 40/s\n"
    "        shape:\n"
    "          - daily: { low: 40%, peak: 160%, peak_at: \"20:00\" }\n"
    "          - spike: { at: 4m, to: 300%, rise: 30s, hold: 1m, fall: 30s }\n"
    "        mix: { browse: 90%, buy: 10% }\n"
    "        deadline: 8s\n"
    "        retry: { attempts: 3, timeout: 2s, backoff: 100ms..1s, jitter: full }\n"
    "        good: { buy: 3s }\n"
    "      clerks:\n"
    "        to: shop\n"
    "        users: 25\n"
    "        think: exponential(12s)\n"
    "        mix: { browse: 100% }\n"
    "    components:\n"
    "      shop:\n"
    "        kind: service\n"
    "        instances: 4\n"
    "        operations:\n"
    "          browse: [ { work: exponential(8ms) } ]\n"
    "          buy: [ { work: exponential(25ms) } ]\n";
