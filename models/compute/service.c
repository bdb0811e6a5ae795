/* models/compute/service.c - a fixed number of instances that run operations.
 *
 * See the manual text below for the model; sim/system/fleet.h for what an instance does. */
#include "models/compute/service.h"

#include "sim/system/plain_station.h"

#include <stddef.h>

#define AT(m) offsetof(struct hr_service_conf, m)
static const struct hr_field fields[] = {
    HR_FLEET_FIELDS(AT(fleet)),
    HR_PATIENCE_FIELD(AT(fleet)),
    HR_ON_DEMAND_FIELDS(AT(fleet)),
    HR_SPREAD_FIELD(AT(balance)),
    {0},
};
static const struct hr_table table = {"service", fields, sizeof(struct hr_service_conf),
                                      NULL, "A fixed number of instances."};

enum { USAGE_INSTANCE };

struct service {
    uint32_t next; /* round robin */
};

static uint32_t route(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_service_conf *conf = hr_conf(run, p);
    struct service *s = hr_state(run, p);

    return hr_spread_choose(run, p, c, conf->balance, &s->next);
}

static void start(struct hr_run *run, hr_part p)
{
    const struct hr_service_conf *conf = hr_conf(run, p);

    hr_fleet_make(run, p, &conf->fleet);
    hr_usage_level(run, p, USAGE_INSTANCE, conf->fleet.instances);
}

static void arrive(struct hr_run *run, hr_part p, hr_call c)
{
    const struct hr_service_conf *conf = hr_conf(run, p);
    struct service *s = hr_state(run, p);
    const uint32_t instance = hr_spread_target(run, p, c, conf->balance, &s->next);

    if (instance != HR_NONE)
        hr_instance_admit(run, instance, c);
}

static double capacity(const void *self)
{
    const struct hr_service_conf *conf = self;

    return (double)conf->fleet.instances * conf->fleet.cores * conf->fleet.speed;
}

static void check(void *self, struct hr_check *ck)
{
    struct hr_service_conf *conf = self;

    conf->fleet.on_demand = hr_check_given(ck, "worker_start");
    if (conf->fleet.on_demand && conf->fleet.workers == 0)
        hr_check_fail(ck, HR_E202, "worker_start",
                      "`worker_start` needs `workers`, the most that there can be");
    /* 0s is what a resolved scenario says of any service. */
    if (!conf->fleet.on_demand && conf->fleet.worker_idle > 0)
        hr_check_fail(ck, HR_E211, "worker_idle",
                      "`worker_idle` belongs to `worker_start`: without it workers are "
                      "always there");
}

static const struct hr_gauge gauges[] = {HR_ON_DEMAND_GAUGES, {0}};

/* Workers that are no fewer than the cores let every call wait for the CPU in its order. */
static bool station(const void *self, struct hr_plain_station *s)
{
    const struct hr_service_conf *conf = self;
    const struct hr_fleet_conf *f = &conf->fleet;
    const bool shared = f->discipline == HR_PROCESSOR_SHARING;
    const bool all_admitted =
        f->workers == 0 || (!shared && f->queue < 0 && (double)f->workers >= f->cores);

    if (!all_admitted || f->memory > 0 || f->on_demand || hr_fleet_impatient(f) ||
        !(shared || f->discipline == HR_FIFO) || (f->instances > 1 && conf->balance != 0))
        return false;
    *s = (struct hr_plain_station){f->instances, f->cores, f->speed, shared};
    return true;
}

static const struct hr_dimension usage[] = {
    [USAGE_INSTANCE] = {"instance", "instances", "Instances that it has.", true},
    {0},
};

static const char manual[] =
    "A service is a fixed number of equal instances that run operations.\n"
    "\n"
    "MODEL\n"
    "  An instance admits a call when a worker is free; else the call waits in its queue, "
    "or\n"
    "  is refused when that is full or its `patience` is over. An admitted call runs the\n"
    "  steps of its operation and holds its worker to the end, also while it waits for\n"
    "  another component: that is how a slow callee fills its callers.\n"
    "  With `worker_start` workers are started on demand, as process managers and "
    "runtimes\n"
    "  that scale to nothing do: one for each call that waits, up to `workers`. A call is\n"
    "  taken by whichever worker is free first, a start that is no longer needed is given "
    "up,\n"
    "  and a worker that has been idle for `worker_idle` is stopped.\n"
    "  `work` runs on the CPU. With `processor_sharing` all that runs shares the cores\n"
    "  equally, as threads do; with the other disciplines one piece of work has a core to\n"
    "  itself until it is done: `fifo`, `lifo`, `random`, `shortest` (first), `priority` "
    "(by\n"
    "  the operation's `rank`, lower first). `lifo_preemptive`, `priority_preemptive` and\n"
    "  `shortest_remaining` also take the core from what runs, which later goes on where "
    "it\n"
    "  was.\n"
    "  A call holds its operation's `memory` while it is admitted; when that and\n"
    "  `memory_base` exceed the instance's `memory`, the instance is killed with all its\n"
    "  calls and serves again after `restart`.\n"
    "  Direct callers spread over the instances by `balance`, as clients with a list of\n"
    "  addresses do; put a load_balancer in front for other policies.\n"
    "\n"
    "  One station of queueing theory is `instances: 1, cores: c, discipline: fifo`.\n"
    "\n"
    "ASSUMES\n"
    "  No cost of context switches. All instances are equal. Callers know at once which\n"
    "  instances are up, and with `least_outstanding` exactly how busy each is. Nothing "
    "up:\n"
    "  the call is refused.\n"
    "\n"
    "DISTURBANCES\n"
    "  lose: instances go, with their calls (by default these fail; `when_lost` says\n"
    "  otherwise). slow: the CPU is slower, or one operation needs more work. fail: calls\n"
    "  fail with the given probability.\n"
    "\n"
    "EXAMPLE\n"
    "    headroom: 1\n"
    "    name: A service with 32 threads on each of 4 instances\n"
    "    horizon: 10m\n"
    "    traffic:\n"
    "      visitors: { to: app, rate: 300/s, mix: { page: 100% } }\n"
    "    components:\n"
    "      app:\n"
    "        kind: service\n"
    "        instances: 4\n"
    "        cores: 2\n"
    "        workers: 32\n"
    "        queue: 100\n"
    "        memory: 4GiB\n"
    "        memory_base: 1GiB\n"
    "        balance: least_outstanding\n"
    "        operations:\n"
    "          page:\n"
    "            memory: 20MB\n"
    "            steps: [ { work: lognormal(p50=8ms p99=60ms) }, { wait: 15ms } ]\n";

const struct hr_model hr_service_model = {
    .kind = "service",
    .room = "compute",
    .summary = "A fixed number of instances with CPU, workers, a queue and memory.",
    .source = "L. Kleinrock, \"Queueing Systems\" vol. 2, 1976 (processor sharing)",
    .manual = manual,
    .table = &table,
    .state_size = sizeof(struct service),
    .ops = HR_OPS_DECLARED,
    .verbs = 1u << HR_VERB_LOSE | 1u << HR_VERB_SLOW | 1u << HR_VERB_FAIL,
    .fate = HR_FATE_FAIL,
    .gauges = gauges,
    .usage = usage,
    .check = check,
    .arrive = arrive,
    .start = start,
    .route = route,
    .capacity = capacity,
    .station = station,
};
