/* models/messaging/queue.c - messages that wait until somebody has done them.
 *
 * See the manual text below for the model; sim/system/message.h for what a message is. */
#include "models/messaging/queue.h"

#include "sim/engine/numeric.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_queue_conf, m)
static const struct hr_field fields[] = {
    {.name = "visibility",
     .type = HR_FIELD_DURATION,
     .offset = AT(visibility),
     .dflt = "30s",
     .min = 1e-3,
     .max = 43200,
     .help = "How long a message that was taken is hidden; then it may be taken again.",
     .source = "AWS, SQS developer guide, sqs-visibility-timeout.md, 2023-06-15"},
    {.name = "retention",
     .type = HR_FIELD_DURATION,
     .offset = AT(retention),
     .dflt = "4d",
     .min = 60,
     .max = 1e8,
     .help = "How long a message is kept, whatever becomes of it.",
     .source = "AWS, SQS developer guide, sqs-configure-create-queue.md, 2023-06-15"},
    {.name = "receives",
     .type = HR_FIELD_COUNT,
     .offset = AT(receives),
     .min = 1,
     .max = 1e6,
     .help =
         "How often a message is handed over before it is given up. Default: no limit."},
    {.name = "dead_letters",
     .type = HR_FIELD_OPERATION,
     .offset = AT(dead_letters),
     .help = "The queue that gets what is given up. Default: it is only counted."},
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .dflt = "0s",
     .help = "From a message's arrival to when it is kept and its sender has the answer."},
    {.name = "size",
     .type = HR_FIELD_LAW_BYTES,
     .offset = AT(size),
     .help = "Bytes of a message. Default: not known; billed as one chunk of 64 KiB."},
    {0},
};
static const struct hr_table table = {"queue", fields, sizeof(struct hr_queue_conf), NULL,
                                      "Messages that wait until somebody has done them."};

/* A request is billed for each 64 KiB of what it carries, and carries ten messages at most:
 * AWS, SQS developer guide, sqs-batch-api-actions.md, 2023-06-15; aws.amazon.com/sqs/pricing. */
enum { CHUNK = 65536, PER_REQUEST = 10 };

enum { PURPOSE_LATENCY = 1, PURPOSE_SIZE };
enum { TAG_KEEP, TAG_VISIBLE, TAG_EXPIRE };

struct queue {
    hr_timer expiry; /* of the oldest message */
};

/* --- gauges and usage ------------------------------------------------------------------ */

static void moved(struct hr_run *run, hr_part p, int64_t visible, int64_t in_flight)
{
    hr_gauge_add(run, p, HR_QUEUE_VISIBLE, visible);
    hr_gauge_add(run, p, HR_QUEUE_IN_FLIGHT, in_flight);
}

static int64_t requests_for(int64_t bytes, int64_t messages)
{
    const int64_t chunks = (bytes + CHUNK - 1) / CHUNK;
    const int64_t calls = (messages + PER_REQUEST - 1) / PER_REQUEST;

    return chunks > calls ? chunks : calls;
}

/* --- keeping --------------------------------------------------------------------------- */

static void arm_expiry(struct hr_run *run, hr_part p)
{
    const struct hr_queue_conf *conf = hr_conf(run, p);
    struct queue *q = hr_state(run, p);
    const hr_message oldest = hr_message_oldest(run, p);

    if (q->expiry == 0 && oldest != HR_NO_REF)
        q->expiry = hr_timer_set(run, p, hr_message_kept(run, oldest) + conf->retention,
                                 TAG_EXPIRE, 0);
}

/* What a message carries; the size of an answer is not known. */
static int64_t bytes_of(struct hr_run *run, hr_part p, uint32_t op, hr_call c, bool back)
{
    (void)op; /* it takes any */
    const struct hr_queue_conf *conf = hr_conf(run, p);
    struct hr_draws d = hr_call_draws(run, c, PURPOSE_SIZE);

    return conf->sized && !back ? (int64_t)hr_law_draw(&conf->size, &d) : -1;
}

static void keep(struct hr_run *run, hr_part p, hr_call c)
{
    const int64_t bytes = bytes_of(run, p, HR_NONE, c, false);

    hr_usage_add(run, p, HR_QUEUE_REQUESTS, requests_for(bytes, 1));
    hr_message_show(run, hr_message_keep(run, c, bytes));
    moved(run, p, 1, 0);
    arm_expiry(run, p);
    hr_done(run, c, HR_OK);
    hr_queue_tell(run, p);
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_queue_conf *conf = hr_conf(run, p);
    struct hr_draws d = hr_call_draws(run, c, PURPOSE_LATENCY);
    const double latency_s =
        hr_law_draw(&conf->latency, &d) / hr_effect_speed(run, p, hr_call_op(run, c));
    const hr_time latency = hr_time_from_s(latency_s);

    if (latency > 0)
        hr_hold_for(run, c, latency, TAG_KEEP);
    else
        keep(run, p, c);
}

/* --- handing over ---------------------------------------------------------------------- */

static uint32_t take(struct hr_run *run, hr_part p, uint32_t most, struct hr_delivery *out)
{
    const struct hr_queue_conf *conf = hr_conf(run, p);
    hr_message m;
    uint32_t n = 0;
    int64_t bytes = 0;

    while (hr_effect_up(run, p) && n < most &&
           (m = hr_message_first(run, p)) != HR_NO_REF) {
        out[n] = hr_message_hand(run, m);
        bytes += out[n++].bytes;
        *hr_message_note(run, m) =
            hr_timer_set(run, p, hr_now(run) + conf->visibility, TAG_VISIBLE, m);
    }
    moved(run, p, -(int64_t)n, n);
    if (n > 0)
        hr_usage_add(run, p, HR_QUEUE_REQUESTS, requests_for(bytes, n));
    return n;
}

/* It was handed over in vain. */
static void come_back(struct hr_run *run, hr_part p, hr_message m)
{
    const struct hr_queue_conf *conf = hr_conf(run, p);

    hr_timer_cancel(run, *hr_message_note(run, m));
    *hr_message_note(run, m) = 0;
    if (conf->receives == 0 || hr_message_received(run, m) < (uint64_t)conf->receives) {
        hr_message_show(run, m);
        moved(run, p, 1, -1);
        return;
    }
    hr_event_note(run, p, HR_NONE, "messages given up", NULL);
    hr_gauge_add(run, p, HR_QUEUE_DEAD, 1);
    moved(run, p, 0, -1);
    if (conf->dead_letters != HR_NONE)
        hr_message_pass(run, m, conf->dead_letters);
    hr_message_end(run, m, HR_MESSAGE_DEAD);
}

/* Also one that may be taken again, as long as nobody has: its handing over is the latest. */
static void done(struct hr_run *run, hr_part p, hr_message m)
{
    const bool hidden = *hr_message_note(run, m) != 0;

    hr_timer_cancel(run, *hr_message_note(run, m));
    moved(run, p, hidden ? 0 : -1, hidden ? -1 : 0);
    hr_message_end(run, m, HR_MESSAGE_DONE);
}

static void settle(struct hr_run *run, hr_part p, const struct hr_delivery *d, uint32_t n,
                   bool ok)
{
    hr_usage_add(run, p, HR_QUEUE_REQUESTS, requests_for(0, n));
    for (uint32_t i = 0; i < n; i++) {
        if (!hr_delivery_current(run, &d[i]))
            continue;
        if (ok)
            done(run, p, d[i].message);
        else if (*hr_message_note(run, d[i].message) != 0)
            come_back(run, p, d[i].message);
    }
    if (!ok)
        hr_queue_tell(run, p);
}

static void expire(struct hr_run *run, hr_part p)
{
    const struct hr_queue_conf *conf = hr_conf(run, p);
    struct queue *q = hr_state(run, p);
    hr_message m;

    q->expiry = 0;
    while ((m = hr_message_oldest(run, p)) != HR_NO_REF &&
           hr_message_kept(run, m) + conf->retention <= hr_now(run)) {
        const bool hidden = *hr_message_note(run, m) != 0;

        hr_timer_cancel(run, *hr_message_note(run, m));
        moved(run, p, hidden ? 0 : -1, hidden ? -1 : 0);
        hr_gauge_add(run, p, HR_QUEUE_EXPIRED, 1);
        hr_event_note(run, p, HR_NONE, "messages expired", NULL);
        hr_message_end(run, m, HR_MESSAGE_EXPIRED);
    }
    arm_expiry(run, p);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    switch (tag) {
    case TAG_KEEP:
        keep(run, p, (hr_call)data);
        break;
    case TAG_VISIBLE:
        come_back(run, p, data);
        hr_queue_tell(run, p);
        break;
    default:
        expire(run, p);
    }
}

/* What was kept is there again when the queue is. */
static void disturb(struct hr_run *run, hr_part p, const struct hr_change *ch, bool begins)
{
    (void)ch;
    if (!begins)
        hr_queue_tell(run, p);
}

/* --- settings -------------------------------------------------------------------------- */

static void check(void *self, struct hr_check *ck)
{
    struct hr_queue_conf *conf = self;

    conf->sized = hr_check_given(ck, "size");
    if (hr_check_given(ck, "dead_letters") && conf->receives == 0)
        hr_check_fail(
            ck, HR_E211, "dead_letters",
            "`dead_letters` gets nothing without `receives`: no message is given up");
}

static double at_rest(const void *self)
{
    const struct hr_queue_conf *conf = self;

    return hr_law_mean(&conf->latency);
}

static uint32_t dead_letters(const void *self)
{
    const struct hr_queue_conf *conf = self;

    return conf->dead_letters;
}

static const struct hr_gauge gauges[] = {
    [HR_QUEUE_VISIBLE] = {"visible", "messages", "Messages that may be taken."},
    [HR_QUEUE_IN_FLIGHT] = {"in_flight", "messages", "Messages taken and not done yet."},
    [HR_QUEUE_DEAD] = {"dead", "messages", "Messages given up so far."},
    [HR_QUEUE_EXPIRED] = {"expired", "messages", "Messages kept for too long so far."},
    {0},
};
static const struct hr_dimension usage[] = {
    [HR_QUEUE_REQUESTS] = {.name = "requests",
                           .unit = "1",
                           .help = "Requests to send, receive and delete, a 64 KiB each."},
    {0},
};

static const char manual[] =
    "A queue keeps messages until a consumer has done them. It can be asked any "
    "operation;\n"
    "`send: emails` is short for `send: emails.message`.\n"
    "\n"
    "MODEL\n"
    "  A message is kept, and its sender answered, after `latency`; from then on it may "
    "be\n"
    "  taken, the oldest first. Whoever waits for messages is told at once (long "
    "polling).\n"
    "  A message that was taken is hidden for `visibility`. If it has not been done by "
    "then\n"
    "  it comes back and is handed over again: at least once, as often as it takes. The "
    "answer\n"
    "  of the latest consumer counts; one that was too slow has worked in vain.\n"
    "  After `receives` handings over in vain a message is given up: it goes to "
    "`dead_letters`\n"
    "  with its identity, or is only counted. After `retention` it is dropped, wherever it "
    "is.\n"
    "  Requests are counted as they are billed: one a send, one for each ten messages "
    "received\n"
    "  or deleted together, and one for each 64 KiB of what they carry.\n"
    "\n"
    "ASSUMES\n"
    "  No limit of its own on rate or number; it is durable and spread over the zones of "
    "its\n"
    "  place, so that a lost zone loses no message. Order is by age, which the real thing\n"
    "  promises only roughly. Retention counts anew in a dead-letter queue. Requests of\n"
    "  consumers that find nothing are not counted. Consumers take from it without "
    "network\n"
    "  latency. Queues that promise order or delivery just once (FIFO) are not modelled.\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: it takes and gives nothing; what it keeps is there again afterwards. slow: "
    "`latency`\n"
    "  is multiplied. fail: requests of senders fail; what was sent and not waited for is "
    "lost.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: Mails that are sent behind the customer's back\n"
    "    horizon: 10m\n"
    "    traffic:\n"
    "      buyers: { to: shop, rate: 20/s, mix: { buy: 100% }, deadline: 10s }\n"
    "    components:\n"
    "      shop:\n"
    "        kind: service\n"
    "        operations:\n"
    "          buy: [ { work: 4ms }, { send: emails } ]\n"
    "      emails: { kind: queue, visibility: 1m, receives: 3, dead_letters: undelivered "
    "}\n"
    "      undelivered: { kind: queue }\n"
    "      mailer:\n"
    "        kind: function\n"
    "        cold_start: lognormal(p50=80ms p99=200ms)\n"
    "        from: { queue: emails, batch: 10, wait: 1s, concurrency: 5 }\n"
    "        do: [ { work: 4ms }, { call: provider.send, timeout: 2s } ]\n"
    "      provider: { kind: third_party, latency: lognormal(p50=90ms p99=900ms) }\n"
    "    objectives:\n"
    "      - queue_age(emails) < 30s\n"
    "      - completed(buy) >= 99.9%\n";

const struct hr_model hr_queue_model = {
    .kind = "queue",
    .room = "messaging",
    .summary = "Messages that wait until somebody has done them; redelivery, dead letters.",
    .source =
        "AWS, Amazon SQS developer guide, 2023-06-15 (visibility, receive count, dead "
        "letters, retention)",
    .manual = manual,
    .table = &table,
    .state_size = sizeof(struct queue),
    .ops = HR_OPS_ANY,
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL,
    .fate = HR_FATE_FAIL,
    .arrive = arrive,
    .gauges = gauges,
    .usage = usage,
    .check = check,
    .at_rest = at_rest,
    .bytes = bytes_of,
    .take = take,
    .settle = settle,
    .dead_letters = dead_letters,
    .timer = timer,
    .disturb = disturb,
};
