/* models/compute/load_balancer_checks.c - health checks of an endpoint; see load_balancer.h. */
#include "models/compute/load_balancer.h"
#include "sim/system/fleet.h"

/* The phase belongs to the instance that runs in the slot now. */
void hr_balancer_check_begin(struct hr_run *run, hr_part p, uint32_t endpoint)
{
    struct balancer *b = hr_state(run, p);
    struct balancer_endpoint *e = &b->endpoints[endpoint];
    const uint64_t turn =
        e->instance == HR_NONE ? 0 : hr_instance_generation(run, e->instance);
    struct hr_draws d = hr_part_draws(run, p, hr_mix(e->id, turn), BALANCER_PURPOSE_PHASE);
    const hr_time phase = hr_health_phase(b->conf->health_check, &d);

    e->check = hr_control_set(run, p, hr_now(run) + phase, BALANCER_CHECK, endpoint);
}

void hr_balancer_check_stop(struct hr_run *run, struct balancer_endpoint *e)
{
    hr_timer_cancel(run, e->check);
    e->check = 0;
}

static void tell(struct hr_run *run, hr_part p, struct balancer_endpoint *e, bool was_bad)
{
    const char *name = hr_run_plan(run)->components[p].name;
    const bool bad = e->health.verdict == HR_HEALTH_BAD;

    if (e->instance != HR_NONE && (bad || was_bad))
        hr_instance_report(run, e->instance, !bad);
    if (bad) {
        hr_event_note(run, e->part, e->instance, "target unhealthy", name);
        hr_mark(run, e->part, e->instance, HR_MARK_DETECTED);
    } else if (was_bad) {
        hr_event_note(run, e->part, e->instance, "target healthy again", name);
        hr_mark(run, e->part, e->instance, HR_MARK_RESTORED);
    }
}

/* A check ends: `timeout` ago it was sent. */
void hr_balancer_checked(struct hr_run *run, hr_part p, uint32_t endpoint)
{
    struct balancer *b = hr_state(run, p);
    const struct hr_health_check_conf *conf = b->conf->health_check;
    struct balancer_endpoint *e = &b->endpoints[endpoint];
    const bool fleet = e->instance != HR_NONE;
    const bool up = fleet ? hr_instance_up(run, e->instance) : hr_effect_up(run, e->part);
    const hr_time since = fleet ? hr_instance_waiting_since(run, e->instance) : HR_NEVER;
    const bool bad = hr_health_probe_bad(up, since, hr_now(run) - conf->timeout);
    const bool was_bad = e->health.verdict == HR_HEALTH_BAD;

    e->check =
        hr_control_set(run, p, hr_now(run) + conf->interval, BALANCER_CHECK, endpoint);
    if (!hr_health_take(&e->health, conf, bad))
        return;
    tell(run, p, e, was_bad);
    if (bad)
        e->full_at = hr_now(run);
    else
        hr_balancer_welcome(run, p, e);
    hr_balancer_relist(run, p);
}
