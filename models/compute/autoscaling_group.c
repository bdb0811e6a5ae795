/* models/compute/autoscaling_group.c - instances whose number follows the load.
 *
 * See the manual text below for the model; models/parts/group.h for where it is done. */
#include "models/compute/autoscaling_group.h"

#include <stddef.h>

#define GUIDE(page)                                                                        \
    "Amazon EC2 Auto Scaling user guide, " page                                            \
    " (github.com/awsdocs/amazon-ec2-auto-scaling-user-guide@6c46a78, 2023-06-15)"
#define SEEN                                                                               \
    "seen in a public repository's listing of the alarms that target tracking makes "      \
    "(secondary, undated); AWS documents only that it makes them"

/* --- fields ------------------------------------------------------------------------------ */

#define IN(type, m) offsetof(struct type, m)
static const char *const measures[] = {"cpu", "requests", NULL};
static const char *const checkers[] = {"instance", "balancer", NULL};

static const struct hr_field size_fields[] = {
    {.name = "min",
     .type = HR_FIELD_COUNT,
     .offset = IN(hr_group_size, min),
     .required = true,
     .min = 1,
     .max = 1e4,
     .help = "It never wants fewer."},
    {.name = "max",
     .type = HR_FIELD_COUNT,
     .offset = IN(hr_group_size, max),
     .max = 1e4,
     .help = "It never wants more. Default: `desired`, else `min`: a fixed size."},
    {.name = "desired",
     .type = HR_FIELD_COUNT,
     .offset = IN(hr_group_size, desired),
     .max = 1e4,
     .help = "How many serve at the start. Default: `min`; the warm-up lets it grow."},
    {0},
};
static const struct hr_table size_table = {"instances", size_fields,
                                           sizeof(struct hr_group_size), "min",
                                           "How many there may be."};

static const struct hr_field track_fields[] = {
    {.name = "measure",
     .type = HR_FIELD_CHOICE,
     .offset = IN(hr_group_track, measure),
     .dflt = "cpu",
     .choices = measures,
     .help =
         "Mean share of its cores that an instance uses, or mean requests that it gets."},
    {.name = "at",
     .type = HR_FIELD_LEVEL,
     .offset = IN(hr_group_track, at),
     .required = true,
     .min = 1e-6,
     .max = 1e9,
     .help = "What it is kept at: 60% of the cores, or 50/s an instance."},
    {0},
};
static const struct hr_table track_table = {"track", track_fields,
                                            sizeof(struct hr_group_track), "at",
                                            "A measure and its target."};

static const struct hr_field policy_fields[] = {
    {.name = "track",
     .type = HR_FIELD_GROUP,
     .offset = IN(hr_group_policy, track),
     .required = true,
     .table = &track_table,
     .help = "The measure that is kept at a target by the number of instances."},
    {.name = "out_periods",
     .type = HR_FIELD_COUNT,
     .offset = IN(hr_group_policy, out_periods),
     .dflt = "3",
     .min = 1,
     .max = 1440,
     .help = "Periods above the target, one after the other, before it grows.",
     .source = SEEN},
    {.name = "in_periods",
     .type = HR_FIELD_COUNT,
     .offset = IN(hr_group_policy, in_periods),
     .dflt = "15",
     .min = 1,
     .max = 1440,
     .help = "Periods below `in_below`, one after the other, before it shrinks.",
     .source = SEEN},
    {.name = "in_below",
     .type = HR_FIELD_SHARE,
     .offset = IN(hr_group_policy, in_below),
     .dflt = "90%",
     .max = 1,
     .help = "Share of the target below which it shrinks.",
     .source = SEEN ": 70% to 90% of the target"},
    {.name = "in_most",
     .type = HR_FIELD_SHARE,
     .offset = IN(hr_group_policy, in_most),
     .dflt = "10%",
     .max = 1,
     .help = "Share of the instances that one period may take away; one at least.",
     .source = "assumed: AWS says that it shrinks more gradually than it grows, not how"},
    {.name = "disable_in",
     .type = HR_FIELD_FLAG,
     .offset = IN(hr_group_policy, disable_in),
     .dflt = "false",
     .help = "It never shrinks because of this measure."},
    {0},
};
static const struct hr_table policy_table = {"scaling", policy_fields,
                                             sizeof(struct hr_group_policy), NULL,
                                             "Target tracking of one measure."};

static const struct hr_field health_fields[] = {
    {.name = "by",
     .type = HR_FIELD_CHOICE,
     .offset = IN(hr_group_health, by),
     .dflt = "instance",
     .choices = checkers,
     .help = "Replaced when the instance is down, or when a balancer says so, too.",
     .source = GUIDE("ec2-auto-scaling-health-checks.md")},
    {.name = "interval",
     .type = HR_FIELD_DURATION,
     .offset = IN(hr_group_health, interval),
     .dflt = "60s",
     .min = 1,
     .max = 86400,
     .help = "Between two looks at an instance.",
     .source = "Amazon EC2 user guide, monitoring-system-instance-status-check.md "
               "(github.com/awsdocs/amazon-ec2-user-guide@e3707c4, 2023-06-15)"},
    {.name = "threshold",
     .type = HR_FIELD_COUNT,
     .offset = IN(hr_group_health, threshold),
     .dflt = "3",
     .min = 1,
     .max = 1000,
     .help = "Looks in a row that find it down before it is replaced.",
     .source = "assumed: \"a few minutes\" in " GUIDE("ec2-auto-scaling-health-checks.md")},
    {.name = "grace",
     .type = HR_FIELD_DURATION,
     .offset = IN(hr_group_health, grace),
     .dflt = "0s",
     .max = 86400,
     .help = "After it is in service nobody looks at it for so long.",
     .source = GUIDE("health-check-grace-period.md") ": 0 s from the API, 300 s from the "
                                                     "console"},
    {0},
};
static const struct hr_table health_table = {"health_check", health_fields,
                                             sizeof(struct hr_group_health), NULL,
                                             "When an instance is replaced."};

#define AT(m) IN(hr_autoscaling_group_conf, m)
static const struct hr_field fields[] = {
    {.name = "instances",
     .type = HR_FIELD_GROUP,
     .offset = AT(instances),
     .required = true,
     .table = &size_table,
     .help = "How many there may be; one number: so many, and lost ones are replaced."},
    HR_INSTANCE_FIELDS(AT(fleet)),
    HR_PATIENCE_FIELD(AT(fleet)),
    {.name = "scaling",
     .type = HR_FIELD_LIST,
     .offset = AT(scaling),
     .table = &policy_table,
     .help = "Measures that are kept at a target. Default: the size stays."},
    {.name = "metric_period",
     .type = HR_FIELD_DURATION,
     .offset = AT(metric_period),
     .dflt = "60s",
     .min = 1,
     .max = 86400,
     .help = "What is measured is averaged over so long.",
     .source = GUIDE("enable-as-instance-metrics.md") ": 60 s with detailed monitoring, "
                                                      "300 s without"},
    {.name = "boot",
     .type = HR_FIELD_LAW_TIME,
     .offset = AT(boot),
     .dflt = "25.8s",
     .help =
         "From a launch until the instance is in service: machine, system, application.",
     .source = "github.com/brevdev/ec2-coldboot-research, 2026-01-31 (measured): launch to "
               "ssh, mean; the start of an application comes on top"},
    {.name = "warm_up",
     .type = HR_FIELD_DURATION,
     .offset = AT(warm_up),
     .dflt = "300s",
     .max = 86400,
     .help = "So long an instance in service is left out of what is measured.",
     .source = GUIDE("consolidated-view-of-warm-up-and-cooldown-settings.md") ": without a "
                                                                              "setting the "
                                                                              "default "
                                                                              "cooldown"},
    {.name = "cooldown",
     .type = HR_FIELD_DURATION,
     .offset = AT(cooldown),
     .dflt = "0s",
     .max = 86400,
     .help = "After a change of the desired capacity nothing is decided for so long.",
     .source = GUIDE("ec2-auto-scaling-scaling-cooldowns.md") ": target tracking does not "
                                                              "wait for it"},
    {.name = "health_check",
     .type = HR_FIELD_GROUP,
     .offset = AT(health_check),
     .dflt = "{ by: instance }",
     .table = &health_table,
     .help = "When an instance is replaced."},
    {.name = "rebalance",
     .type = HR_FIELD_FLAG,
     .offset = AT(rebalance),
     .dflt = "true",
     .help = "Move instances when zones differ by two or more; launched before removed.",
     .source = GUIDE("auto-scaling-benefits.md")},
    {.name = "quota",
     .type = HR_FIELD_COUNT,
     .offset = AT(quota),
     .max = 1e9,
     .help = "Instances that the account may have, draining ones included. Default: no "
             "limit."},
    {.name = "insufficient_capacity",
     .type = HR_FIELD_SHARE,
     .offset = AT(insufficient_capacity),
     .dflt = "0%",
     .max = 1,
     .help = "Probability that the provider has no room for a launch."},
    {.name = "launch_retry",
     .type = HR_FIELD_DURATION,
     .offset = AT(launch_retry),
     .dflt = "60s",
     .min = 1,
     .max = 86400,
     .help = "A launch that failed is tried again after so long.",
     .source = "assumed: AWS does not publish it"},
    {.name = "cpu_credits",
     .type = HR_FIELD_GROUP,
     .offset = AT(cpu_credits),
     .table = &hr_cpu_credits_table,
     .help = "CPU credits of burstable types. Default: not burstable."},
    HR_SPREAD_FIELD(AT(balance)),
    {0},
};
static const struct hr_table table = {"autoscaling_group", fields,
                                      sizeof(struct hr_autoscaling_group_conf), NULL,
                                      "Instances whose number follows the load."};

static void check_size(struct hr_group_size *size, struct hr_check *ck)
{
    const int64_t desired = size->desired > 0 ? size->desired : size->min;

    if (size->max == 0)
        size->max = desired > size->min ? desired : size->min;
    if (size->max < size->min)
        hr_check_fail(ck, HR_E211, "instances.max", "`max` is less than `min`");
    else if (desired < size->min || desired > size->max)
        hr_check_fail(ck, HR_E211, "instances.desired",
                      "`desired` is not between `min` and `max`");
}

static void check(void *self, struct hr_check *ck)
{
    struct hr_autoscaling_group_conf *conf = self;
    const struct hr_group_policy *policies = conf->scaling.at;

    check_size(conf->instances, ck);
    for (uint32_t k = 0; k < conf->scaling.n; k++) {
        const struct hr_group_track *t = policies[k].track;

        if ((t->measure == HR_TRACK_REQUESTS) != t->at.rate)
            hr_check_fail(
                ck, HR_E211, "scaling",
                "`cpu` is kept at a share such as 60%%, `requests` at a rate such "
                "as 50/s");
    }
    if (conf->cpu_credits)
        hr_cpu_credits_check(conf->cpu_credits, conf->fleet.cores, ck);
}

/* --- hooks ------------------------------------------------------------------------------- */

static void start(struct hr_run *run, hr_part p)
{
    hr_group_fleet_start(run, p);
    hr_group_metric_start(run, p);
}

static void timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data)
{
    if (tag == HR_GROUP_SAMPLE)
        hr_group_metric_sample(run, p);
    else
        hr_group_fleet_timer(run, p, tag, (uint32_t)data);
}

static uint32_t route(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);

    return hr_spread_choose(run, p, c, conf->balance, &g->next);
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    const uint32_t instance = hr_spread_target(run, p, c, conf->balance, &g->next);

    if (instance == HR_NONE)
        return;
    g->members[instance - g->first].requests++;
    hr_instance_admit(run, instance, c);
}

/* What a freeze, or the loss of a zone, held back is done as soon as it ends. */
static void disturb(struct hr_run *run, hr_part p, const struct hr_change *ch, bool begins)
{
    const enum hr_verb verb = ch->what->verb;

    if (!begins && (verb == HR_VERB_FREEZE || verb == HR_VERB_LOSE))
        hr_group_fleet_retry(run, p, hr_now(run));
}

static int64_t instances(const void *self)
{
    const struct hr_autoscaling_group_conf *conf = self;

    return conf->instances ? conf->instances->max : 0;
}

static double capacity(const void *self)
{
    const struct hr_autoscaling_group_conf *conf = self;

    return (double)conf->instances->max * conf->fleet.cores * conf->fleet.speed;
}

static const struct hr_gauge gauges[] = {
    [HR_GROUP_GAUGE_DESIRED] = {"desired", "instances", "Instances that it wants."},
    [HR_GROUP_GAUGE_LAUNCHING] = {"launching", "instances", "Instances that boot."},
    [HR_GROUP_GAUGE_CREDITS] = {"credits", "credits", "CPU credits of all instances."},
    {0},
};
static const struct hr_dimension usage[] = {
    [HR_GROUP_USAGE_INSTANCE] = {"instance", "instances",
                                 "Instances, from their launch until they are gone.", true},
    [HR_GROUP_USAGE_SURPLUS] = {"surplus_credits", "vCPU-ms",
                                "CPU used beyond the credits of unlimited instances.",
                                false},
    {0},
};

static const char manual[] =
    "An autoscaling group is a number of equal instances that follows the load: it "
    "launches\n"
    "and removes, replaces what is down, and spreads over zones. An instance is that of a\n"
    "service: see `explain service`.\n"
    "\n"
    "MODEL\n"
    "  Measured is the mean over the instances, one value a `metric_period`. When\n"
    "  `out_periods` of them, one after the other, are above the target, an alarm holds, "
    "and\n"
    "  each period that it holds\n"
    "      desired = ceil(instances counted x measured / target)\n"
    "  if that is more than is desired already. `in_periods` below `in_below` x target let "
    "it\n"
    "  shrink, by at most `in_most` (and one) a period, never below what the formula says, "
    "and\n"
    "  not while anything boots or warms up. Of several measures one is enough to grow; "
    "all\n"
    "  must allow it to shrink.\n"
    "  A launch goes to the zone with the fewest instances where launches work, and is in\n"
    "  service after `boot`. For `warm_up` more it is left out of what is measured; since "
    "it "
    "is\n"
    "  among the desired ones, it is not asked for twice. Removed is the oldest of the "
    "fullest\n"
    "  zone, after it has drained for as long as its balancers say, or has nothing left to "
    "do.\n"
    "  Every `interval` of `health_check` looks at each instance. Down `threshold` times "
    "in a\n"
    "  row, or bad in the eyes of a balancer (`by: balancer`), it is removed and another "
    "one\n"
    "  launched. When zones differ by two or more, `rebalance` launches in the emptier "
    "before\n"
    "  it removes from the fuller, at most a tenth of `max` (and one) at a time.\n"
    "  `quota` and `insufficient_capacity` refuse launches; they are tried again after\n"
    "  `launch_retry`.\n"
    "  With `cpu_credits` an instance earns and spends credits of one vCPU-minute. "
    "Without\n"
    "  any, `standard` slows it down to its baseline; `unlimited` borrows up to `most`, "
    "and\n"
    "  bills what goes beyond.\n"
    "  At the start `desired` instances serve and have warmed up; the warm-up of the "
    "scenario\n"
    "  lets them follow the load of t = 0.\n"
    "\n"
    "ASSUMES\n"
    "  Periods begin with the run, and their values are there as they end. The formula is "
    "the\n"
    "  one commonly given; AWS does not publish its own. What was lost and is not noticed "
    "yet\n"
    "  is in no mean. A booting instance costs as much as one in service. The baseline of "
    "a\n"
    "  burstable instance comes at once, not within a quarter of an hour. A draining one "
    "is\n"
    "  looked at every second. `insufficient_capacity` is for the whole region.\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: instances are down until the end or until they are replaced; of a zone, too: "
    "then\n"
    "  launches go to the others. slow, fail: as for a service. freeze: nothing is "
    "launched,\n"
    "  removed or decided until it ends; what boots goes on.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: Two instances and a spike\n"
    "    horizon: 40m\n"
    "    traffic:\n"
    "      visitors:\n"
    "        to: front\n"
    "        rate: 90/s\n"
    "        mix: { page: 100% }\n"
    "        shape: [ { spike: { at: 10m, to: 250%, rise: 2m, hold: 15m, fall: 5m } } ]\n"
    "    components:\n"
    "      front: { kind: load_balancer, targets: app, policy: least_outstanding }\n"
    "      app:\n"
    "        kind: autoscaling_group\n"
    "        instances: { min: 2, max: 12 }\n"
    "        cores: 2\n"
    "        boot: lognormal(p50=70s p99=150s)\n"
    "        warm_up: 2m\n"
    "        scaling: [ { track: { measure: cpu, at: 60% } } ]\n"
    "        operations:\n"
    "          page: [ { work: lognormal(p50=15ms p99=90ms) } ]\n";

const struct hr_model hr_autoscaling_group_model = {
    .kind = "autoscaling_group",
    .room = "compute",
    .summary = "Instances whose number follows the load: target tracking, zones, repair.",
    .source = "Amazon EC2 Auto Scaling user guide (read in "
              "github.com/awsdocs/amazon-ec2-auto-scaling-user-guide@6c46a78, 2023-06-15)",
    .manual = manual,
    .table = &table,
    .state_size = sizeof(struct hr_group),
    .ops = HR_OPS_DECLARED,
    .verbs =
        1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL | 1u << HR_VERB_FREEZE,
    .fate = HR_FATE_FAIL,
    .gauges = gauges,
    .usage = usage,
    .rare_usage = 1u << HR_GROUP_USAGE_SURPLUS,
    .arrive = arrive,
    .check = check,
    .start = start,
    .timer = timer,
    .route = route,
    .disturb = disturb,
    .instances = instances,
    .capacity = capacity,
};
