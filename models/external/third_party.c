/* models/external/third_party.c - a service that somebody else runs.
 *
 * See the manual text below for the model. */
#include "models/external/third_party.h"

#include "models/parts/drawn.h"
#include "models/parts/token_bucket.h"
#include "sim/engine/numeric.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_third_party_conf, m)
static const struct hr_field fields[] = {
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .required = true,
     .help = "From a request's arrival there to its answer, whatever the load."},
    {.name = "failures",
     .type = HR_FIELD_SHARE,
     .offset = AT(failures),
     .dflt = "0%",
     .max = 1,
     .help = "Share of requests that it answers with an error, after the same latency."},
    {.name = "limit",
     .type = HR_FIELD_RATE,
     .offset = AT(limit),
     .max = 1e9,
     .help =
         "Requests a second that it lets us make; more are throttled. Default: no limit."},
    {.name = "burst",
     .type = HR_FIELD_COUNT,
     .offset = AT(burst),
     .max = 1e9,
     .help = "Requests that `limit` lets through at once. Default: one second of it."},
    {.name = "concurrency",
     .type = HR_FIELD_COUNT,
     .offset = AT(concurrency),
     .max = 1e9,
     .help = "Requests that it lets us have open at once; more are throttled. Default: no "
             "limit."},
    {0},
};
static const struct hr_table table = {"third_party", fields,
                                      sizeof(struct hr_third_party_conf), NULL,
                                      "A service that somebody else runs."};

/* --- what it does ---------------------------------------------------------------------- */

enum { PURPOSE_LATENCY = 1, PURPOSE_FAILURE };
enum { TAG_ANSWER };
enum { GAUGE_OPEN };
enum { USAGE_REQUESTS };
enum { ADMITTED = 1, ADMITTED_TO_FAIL }; /* what a request notes */

struct third_party {
    struct hr_token_bucket bucket;
    int64_t open; /* admitted and not answered */
};

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_third_party_conf *conf = hr_conf(run, p);
    struct third_party *s = hr_state(run, p);

    if (conf->limit > 0.0)
        hr_token_bucket_init(&s->bucket, conf->limit, (double)conf->burst, hr_now(run));
}

static bool admits(struct hr_run *run, hr_part p)
{
    const struct hr_third_party_conf *conf = hr_conf(run, p);
    struct third_party *s = hr_state(run, p);

    if (conf->concurrency > 0 && s->open >= conf->concurrency)
        return false;
    return !(conf->limit > 0.0) || hr_token_bucket_take(&s->bucket, hr_now(run));
}

static void move(struct hr_run *run, hr_part p, int64_t change)
{
    struct third_party *s = hr_state(run, p);

    s->open += change;
    hr_gauge_add(run, p, GAUGE_OPEN, change);
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_third_party_conf *conf = hr_conf(run, p);

    if (!admits(run, p)) {
        hr_done(run, c, HR_THROTTLED);
        return;
    }
    const double latency_s = hr_call_delay_s(run, p, c, &conf->latency, PURPOSE_LATENCY);
    struct hr_draws luck = hr_call_draws(run, c, PURPOSE_FAILURE);
    const bool fails = hr_draw_uniform(&luck) < conf->failures;

    *hr_call_note(run, c) = fails ? ADMITTED_TO_FAIL : ADMITTED;
    hr_usage_add(run, p, USAGE_REQUESTS, 1);
    move(run, p, 1);
    hr_hold_for(run, c, hr_time_from_s(latency_s), TAG_ANSWER);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    const hr_call c = (hr_call)data;
    const bool fails = *hr_call_note(run, c) == ADMITTED_TO_FAIL;

    (void)tag;
    move(run, p, -1);
    hr_done(run, c, fails ? HR_FAILED : HR_OK);
}

static void cancel(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome why)
{
    (void)why;
    if (*hr_call_note(run, c) != 0)
        move(run, p, -1);
    *hr_call_note(run, c) = 0;
}

static void check(void *self, struct hr_check *ck)
{
    struct hr_third_party_conf *conf = self;

    if (hr_check_given(ck, "burst")) {
        if (!(conf->limit > 0.0))
            hr_check_fail(ck, HR_E211, "burst", "`burst` has no effect without `limit`");
        else if (conf->burst < 1)
            hr_check_fail(ck, HR_E207, "burst", "a burst of 0 would let nothing through");
    } else if (conf->limit > 0.0) {
        conf->burst = conf->limit > 1.0 ? (int64_t)hr_ceil(conf->limit) : 1;
    }
}

static double at_rest(const void *self)
{
    const struct hr_third_party_conf *conf = self;

    return hr_law_mean(&conf->latency);
}

static const struct hr_gauge gauges[] = {
    [GAUGE_OPEN] = {"open", "requests", "Requests that it has and has not answered."},
    {0},
};
static const struct hr_dimension usage[] = {
    [USAGE_REQUESTS] = {"requests", "1", "Requests that it took, throttled ones left out.",
                        false},
    {0},
};

static const char manual[] =
    "A third party is a service that somebody else runs: we see how long it takes, how "
    "often\n"
    "it fails, and what it refuses. It can be asked any operation.\n"
    "\n"
    "MODEL\n"
    "  A request is answered after a time drawn from `latency`, whatever the load; with\n"
    "  probability `failures` the answer is an error.\n"
    "  `limit` is a token bucket: it holds `burst` tokens (by default one second of "
    "`limit`),\n"
    "  is full at first, and a request that finds none is throttled at once. "
    "`concurrency`\n"
    "  throttles what comes while so many requests are open.\n"
    "\n"
    "ASSUMES\n"
    "  Its latency does not depend on what we send; requests are independent. Errors take "
    "as\n"
    "  long as answers do. It goes on working on what we no longer wait for, and that "
    "counts\n"
    "  against `concurrency`.\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: it fails everything, and what it was working on. slow: latencies of requests "
    "that\n"
    "  come meanwhile are multiplied. fail: more requests fail, these at once.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: A payment provider\n"
    "    horizon: 10m\n"
    "    traffic:\n"
    "      buyers: { to: shop, rate: 20/s, mix: { buy: 100% }, deadline: 10s }\n"
    "    components:\n"
    "      shop:\n"
    "        kind: service\n"
    "        operations:\n"
    "          buy: [ { work: 4ms }, { call: payments.charge, timeout: 2s } ]\n"
    "      payments:\n"
    "        kind: third_party\n"
    "        latency: lognormal(p50=180ms p99=1.2s)\n"
    "        failures: 0.1%\n"
    "        limit: 100/s\n"
    "    disturbances:\n"
    "      slow_payments: { slow: payments, by: 10x, at: 3m, for: 2m }\n";

const struct hr_model hr_third_party_model = {
    .kind = "third_party",
    .room = "external",
    .summary = "A service that somebody else runs: latency, failures, a limit.",
    .source =
        "J. Turner, \"New directions in communications\", IEEE Communications Magazine "
        "24(10), 1986 (the limit, a token bucket)",
    .manual = manual,
    .table = &table,
    .state_size = sizeof(struct third_party),
    .ops = HR_OPS_ANY,
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL,
    .fate = HR_FATE_FAIL,
    .at_rest = at_rest,
    .arrive = arrive,
    .gauges = gauges,
    .usage = usage,
    .check = check,
    .start = start,
    .cancel = cancel,
    .timer = timer,
};
