/* models/edge/firewall.c - a web application firewall: what it lets through.
 *
 * See the manual text below for the model; rate_rule.h for the rule that acts late. */
#include "models/edge/firewall.h"

#include "models/parts/drawn.h"
#include "models/parts/rate_rule.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_firewall_rate, m)
static const struct hr_field rate_fields[] = {
    {.name = "requests",
     .type = HR_FIELD_COUNT,
     .offset = AT(requests),
     .required = true,
     .min = 1,
     .max = 1e12,
     .help = "Requests of one source in `window`; a source with more is blocked."},
    {.name = "window",
     .type = HR_FIELD_DURATION,
     .offset = AT(window),
     .dflt = "5m",
     .min = 1e-3,
     .max = 1e6,
     .help = "The time over which they are counted.",
     .source =
         "AWS, WAF developer guide, waf-rule-statement-type-rate-based.md, 2023-06-15"},
    {.name = "every",
     .type = HR_FIELD_DURATION,
     .offset = AT(every),
     .dflt = "30s",
     .min = 1e-3,
     .max = 1e6,
     .help = "How often the rule looks at the counts.",
     .source =
         "AWS, WAF developer guide, waf-rule-statement-type-rate-based.md, 2023-06-15"},
    {.name = "delay",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(delay),
     .dflt = "uniform(60s..120s)",
     .max = 1e6,
     .help = "From a look that finds too many until they are blocked; and until the block "
             "is lifted.",
     .source =
         "AWS, WAF developer guide, waf-rule-statement-type-rate-based.md, 2023-06-15"},
    {.name = "detects",
     .type = HR_FIELD_SHARE,
     .offset = AT(detects),
     .dflt = "100%",
     .max = 1,
     .help =
         "Share of hostile requests whose sources can exceed the limit; the others come "
         "from too many addresses."},
    {.name = "sources",
     .type = HR_FIELD_COUNT,
     .offset = AT(sources),
     .dflt = "1",
     .min = 1,
     .max = 1e9,
     .help = "How many addresses those come from, each with an equal part."},
    {0},
};
#undef AT
static const struct hr_table rate_table = {"rate_limit", rate_fields,
                                           sizeof(struct hr_firewall_rate), NULL,
                                           "A limit on the requests of one source."};

#define AT(m) offsetof(struct hr_firewall_conf, m)
static const struct hr_field fields[] = {
    {.name = "to",
     .type = HR_FIELD_COMPONENTS,
     .offset = AT(to),
     .required = true,
     .role = "what it protects",
     .help = "The component that it protects."},
    {.name = "latency",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(latency),
     .dflt = "0s",
     .help = "What it adds to each request on the way in; a product fills it."},
    {.name = "rules",
     .type = HR_FIELD_COUNT,
     .offset = AT(rules),
     .dflt = "1",
     .max = 1e5,
     .help = "Rules and rule groups, for the price."},
    {.name = "detects",
     .type = HR_FIELD_SHARE,
     .offset = AT(detects),
     .dflt = "0%",
     .max = 1,
     .help = "Share of hostile requests that its rules know at once, by what is in them."},
    {.name = "rate_limit",
     .type = HR_FIELD_GROUP,
     .offset = AT(rate),
     .table = &rate_table,
     .help = "A rate rule: { requests: 2000, window: 5m }. Default: none."},
    {.name = "false_positives",
     .type = HR_FIELD_SHARE,
     .offset = AT(false_positives),
     .dflt = "0%",
     .max = 1,
     .help = "Share of legitimate requests that it blocks."},
    {0},
};
static const struct hr_table table = {"firewall", fields, sizeof(struct hr_firewall_conf),
                                      NULL, "A web application firewall."};

/* --- what it does ---------------------------------------------------------------------- */

enum { PURPOSE_LATENCY = 1, PURPOSE_RULES, PURPOSE_SOURCE, PURPOSE_WRONG, PURPOSE_DELAY };
enum { TAG_ARRIVED, TAG_EVALUATE, TAG_TURN };
enum { GAUGE_HOSTILE, GAUGE_LEGITIMATE, GAUGE_ACTIVE };
enum { USAGE_ACL, USAGE_RULES, USAGE_REQUESTS };

struct firewall {
    struct hr_rate_rule rate;
    uint64_t blocked[2]; /* by gauge */
    uint64_t turns;      /* of the rate rule: ordinals of its draws */
};

enum { COUNTED_MOST = 10 * 1000 * 1000 }; /* what a gauge can show, see integral.h */

static void block(struct hr_run *run, hr_part p, hr_call c, uint32_t gauge)
{
    struct firewall *s = hr_state(run, p);

    if (hr_run_measuring(run) && s->blocked[gauge] < COUNTED_MOST) {
        s->blocked[gauge]++;
        hr_gauge_add(run, p, gauge, 1);
    }
    hr_done(run, c, HR_REFUSED);
}

static bool knows(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_firewall_conf *conf = hr_conf(run, p);
    struct hr_draws d = hr_call_draws(run, c, PURPOSE_RULES);

    return hr_draw_uniform(&d) < conf->detects;
}

/* Does it come from a source that the rate rule can see?  Then it is counted; true if it is
 * blocked. */
static bool over_limit(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_firewall_conf *conf = hr_conf(run, p);
    struct firewall *s = hr_state(run, p);
    struct hr_draws d = hr_call_draws(run, c, PURPOSE_SOURCE);

    if (!conf->rate || hr_draw_uniform(&d) >= conf->rate->detects)
        return false;
    if (hr_rate_rule_count(&s->rate))
        hr_control_set(run, p, hr_now(run) + conf->rate->every, TAG_EVALUATE, 0);
    return s->rate.active;
}

/* Is a legitimate request taken for a hostile one?  All attempts of a task are alike. */
static bool mistaken(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_firewall_conf *conf = hr_conf(run, p);
    const double wrong = hr_effect_share(run, p, hr_call_op(run, c), HR_VERB_MISCONFIGURE);

    if (!(conf->false_positives > 0.0) && !(wrong > 0.0))
        return false;
    struct hr_draws d = hr_task_draws(run, c, PURPOSE_WRONG);
    const double u = hr_draw_uniform(&d);

    if (u < conf->false_positives)
        return true;
    if (u >= 1.0 - (1.0 - conf->false_positives) * (1.0 - wrong))
        return false;
    hr_event_note(run, p, HR_NONE, "blocks legitimate requests", NULL);
    return true;
}

static void decide(struct hr_run *run, hr_part p, hr_call c)
{
    if (hr_call_hostile(run, c)) {
        /* Both look at every request; the first that objects is enough. */
        const bool limited = over_limit(run, p, c);
        if (knows(run, p, c) || limited)
            block(run, p, c, GAUGE_HOSTILE);
        else
            hr_forward(run, c, 0, HR_NONE);
    } else if (mistaken(run, p, c)) {
        block(run, p, c, GAUGE_LEGITIMATE);
    } else {
        hr_forward(run, c, 0, HR_NONE);
    }
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_firewall_conf *conf = hr_conf(run, p);
    const double latency_s = hr_call_delay_s(run, p, c, &conf->latency, PURPOSE_LATENCY);

    hr_usage_add(run, p, USAGE_REQUESTS, 1);
    if (latency_s > 0.0)
        hr_hold_for(run, c, hr_time_from_s(latency_s), TAG_ARRIVED);
    else
        decide(run, p, c);
}

/* --- the rate rule ----------------------------------------------------------------------- */

static void evaluate(struct hr_run *run, hr_part p)
{
    const struct hr_firewall_conf *conf = hr_conf(run, p);
    struct firewall *s = hr_state(run, p);

    if (hr_rate_rule_evaluate(&s->rate)) {
        struct hr_draws d = hr_part_draws(run, p, s->turns++, PURPOSE_DELAY);
        const double delay_s = hr_law_draw(&conf->rate->delay, &d);

        if (!s->rate.active)
            hr_mark(run, p, HR_NONE, HR_MARK_DETECTED);
        hr_control_set(run, p, hr_now(run) + hr_time_from_s(delay_s), TAG_TURN, 0);
    }
    if (!hr_rate_rule_idle(&s->rate))
        hr_control_set(run, p, hr_now(run) + conf->rate->every, TAG_EVALUATE, 0);
}

static void turn(struct hr_run *run, hr_part p)
{
    struct firewall *s = hr_state(run, p);

    hr_rate_rule_turn(&s->rate);
    hr_gauge_add(run, p, GAUGE_ACTIVE, s->rate.active ? 1 : -1);
    if (s->rate.active)
        hr_mark(run, p, HR_NONE, HR_MARK_ACTED);
    hr_event_note(run, p, HR_NONE, s->rate.active ? "rate rule active" : "rate rule lifted",
                  NULL);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    if (tag == TAG_EVALUATE)
        evaluate(run, p);
    else if (tag == TAG_TURN)
        turn(run, p);
    else
        decide(run, p, (hr_call)data);
}

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_firewall_conf *conf = hr_conf(run, p);
    struct firewall *s = hr_state(run, p);

    hr_usage_level(run, p, USAGE_ACL, 1);
    hr_usage_level(run, p, USAGE_RULES, conf->rules);
    if (conf->rate) {
        const hr_time slots = (conf->rate->window - 1) / conf->rate->every + 1;
        hr_rate_rule_init(&s->rate, hr_run_arena(run),
                          (double)conf->rate->requests * (double)conf->rate->sources,
                          (uint32_t)slots);
    }
}

enum { SLOTS_MOST = 100000 };

static void check(void *self, struct hr_check *ck)
{
    const struct hr_firewall_conf *conf = self;

    if (conf->to.n > 1)
        hr_check_fail(ck, HR_E211, "to",
                      "a firewall protects one component, and there are %u: put a "
                      "load_balancer in front of them",
                      (unsigned)conf->to.n);
    if (conf->rate && conf->rate->window / SLOTS_MOST > conf->rate->every)
        hr_check_fail(ck, HR_E211, "rate_limit",
                      "`every` is too short for a `window` of that length");
}

static double at_rest(const void *self)
{
    const struct hr_firewall_conf *conf = self;

    return hr_law_mean(&conf->latency);
}

static const struct hr_gauge gauges[] = {
    [GAUGE_HOSTILE] = {"blocked_hostile", "requests",
                       "Hostile requests blocked since t = 0, up to 10M."},
    [GAUGE_LEGITIMATE] = {"blocked_legitimate", "requests",
                          "Legitimate requests blocked since t = 0, up to 10M."},
    [GAUGE_ACTIVE] = {"rate_rule", "1", "1 while the rate rule blocks."},
    {0},
};
static const struct hr_dimension usage[] = {
    [USAGE_ACL] = {.name = "acl",
                   .unit = "1",
                   .help = "The list of rules as such.",
                   .level = true},
    [USAGE_RULES] = {.name = "rules",
                     .unit = "1",
                     .help = "Rules and rule groups.",
                     .level = true},
    [USAGE_REQUESTS] = {.name = "requests",
                        .unit = "1",
                        .help = "Requests that it looked at."},
    {0},
};

static const char manual[] =
    "A firewall looks at each request and lets it through or blocks it. What it protects "
    "can\n"
    "be asked the same through it.\n"
    "\n"
    "MODEL\n"
    "  Without `in:` it stands where its target is (next to the clients, in front of a "
    "CDN),\n"
    "  and there is no network between the two. A request takes `latency` longer.\n"
    "  Hostile requests are those of a `flood`. Of them a share `detects` is known by its\n"
    "  rules and blocked at once.\n"
    "  `rate_limit` blocks sources that send more than `requests` in `window`. A share\n"
    "  `detects` of the hostile requests comes from `sources` addresses with an equal "
    "part\n"
    "  each; so the limit is exceeded when these together have sent `requests` x `sources` "
    "in\n"
    "  the window. Every `every` the rule looks; after `delay` they are blocked, all of "
    "them,\n"
    "  until a look finds the limit kept and `delay` has passed again. The others come "
    "from\n"
    "  so many addresses that none exceeds the limit: they are never blocked.\n"
    "  Of the legitimate requests a share `false_positives` is blocked, and no rate rule\n"
    "  catches any: nobody of them asks so often. What is blocked is refused. A request "
    "that\n"
    "  is mistaken once is mistaken in each attempt: it is the same request.\n"
    "\n"
    "ASSUMES\n"
    "  The sources of a flood are equal, and blocked requests count like others. The "
    "share\n"
    "  of blocked requests does not depend on what is in them. It has no limit of its "
    "own.\n"
    "\n"
    "DISTURBANCES\n"
    "  misconfigure: the share `by` of legitimate requests is blocked, of one operation "
    "or\n"
    "  of all. lose: it fails everything. slow: `latency` grows. fail: requests fail at "
    "once\n"
    "  with the given probability.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: A flood and a bad rule\n"
    "    horizon: 30m\n"
    "    traffic:\n"
    "      visitors: { to: waf, rate: 50/s, mix: { page: 90%, search: 10% }, deadline: 5s "
    "}\n"
    "    components:\n"
    "      waf:\n"
    "        kind: firewall\n"
    "        to: app\n"
    "        latency: 1ms\n"
    "        rules: 8\n"
    "        detects: 20%\n"
    "        rate_limit: { requests: 2000, window: 5m, delay: 90s, detects: 90% }\n"
    "        false_positives: 0.01%\n"
    "      app:\n"
    "        kind: service\n"
    "        instances: 2\n"
    "        operations:\n"
    "          page: [ { work: 8ms } ]\n"
    "          search: [ { work: 15ms } ]\n"
    "    disturbances:\n"
    "      flood: { flood: visitors, rate: 400/s, at: 5m, for: 10m }\n"
    "      bad_rule: { misconfigure: waf.search, by: 30%, at: 20m, for: 5m }\n";

const struct hr_model hr_firewall_model = {
    .kind = "firewall",
    .room = "edge",
    .summary = "Blocks hostile requests, and by mistake some others.",
    .source = "AWS, WAF developer guide, waf-rule-statement-type-rate-based.md "
              "(github.com/awsdocs/aws-waf-and-shield-advanced-developer-guide@022a433), "
              "2023-06-15 (the rate rule)",
    .manual = manual,
    .table = &table,
    .state_size = sizeof(struct firewall),
    .ops = HR_OPS_FORWARDED,
    .targets = AT(to),
    .stands = HR_STANDS_BESIDE,
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL |
             1u << HR_VERB_MISCONFIGURE,
    .fate = HR_FATE_FAIL,
    .arrive = arrive,
    .gauges = gauges,
    .usage = usage,
    .check = check,
    .start = start,
    .timer = timer,
    .at_rest = at_rest,
};
