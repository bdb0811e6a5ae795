/* models/parts/group_fleet.c - the instances of an autoscaling group: launched in the emptiest
 * zone, watched, replaced, drained and removed; see the manual in autoscaling_group.c. */
#include "models/parts/group.h"

#include "sim/engine/arena.h"

#define DRAIN_POLL HR_SECOND /* how often a draining instance is looked at */

enum { PURPOSE_BOOT = 1, PURPOSE_LUCK };

static uint32_t instance_of(const struct hr_group *g, uint32_t slot)
{
    return g->first + slot;
}

static bool counts(enum hr_instance_state s)
{
    return s == HR_INSTANCE_LAUNCHING || s == HR_INSTANCE_SERVING;
}

/* --- zones ------------------------------------------------------------------------------- */

static uint32_t zone_of(const struct hr_group *g, uint32_t place)
{
    for (uint32_t z = 0; z < g->zones.n; z++)
        if (g->place[z] == place)
            return z;
    return 0;
}

static const struct hr_zones *look_at_zones(struct hr_run *run, struct hr_group *g)
{
    for (uint32_t z = 0; z < g->zones.n; z++) {
        g->count[z] = 0;
        g->up[z] = hr_place_up(run, g->place[z]);
    }
    for (uint32_t i = 0; i < g->n; i++)
        if (counts(hr_instance_state(run, instance_of(g, i))))
            g->count[zone_of(g, hr_instance_place(run, instance_of(g, i)))]++;
    return &g->zones;
}

/* --- credits ----------------------------------------------------------------------------- */

static void show_credits(struct hr_run *run, hr_part p, struct hr_group_member *m,
                         int64_t credits)
{
    hr_gauge_add(run, p, HR_GROUP_GAUGE_CREDITS, credits - m->shown);
    m->shown = credits;
}

static void bill_surplus(struct hr_run *run, hr_part p, struct hr_group_member *m)
{
    const int64_t ms = (int64_t)(m->credits.surplus_s * 1e3);

    hr_usage_add(run, p, HR_GROUP_USAGE_SURPLUS, ms - m->billed_ms);
    m->billed_ms = ms;
}

static void look_at_credits(struct hr_run *run, hr_part p, uint32_t slot)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    struct hr_group_member *m = &g->members[slot];
    const hr_time next = hr_cpu_credits_apply(run, p, instance_of(g, slot), &m->credits,
                                              conf->cpu_credits, conf->fleet.cores);

    bill_surplus(run, p, m);
    show_credits(run, p, m, (int64_t)(m->credits.balance_s / 60.0));
    m->look = hr_control_set(run, p, next, HR_GROUP_CREDITS, slot);
}

static void end_credits(struct hr_run *run, hr_part p, struct hr_group_member *m)
{
    hr_timer_cancel(run, m->look);
    hr_cpu_credits_end(&m->credits);
    bill_surplus(run, p, m);
    show_credits(run, p, m, 0);
}

/* --- coming and going -------------------------------------------------------------------- */

static void put_into_service(struct hr_run *run, hr_part p, uint32_t slot, double credits)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    struct hr_group_member *m = &g->members[slot];

    m->in_service = hr_now(run);
    m->balancing = false;
    hr_group_metric_begin(run, p, slot);
    hr_gauge_add(run, p, HR_GROUP_GAUGE_LAUNCHING, -1);
    hr_instance_serve(run, instance_of(g, slot));
    if (conf->cpu_credits) {
        hr_cpu_credits_begin(run, instance_of(g, slot), &m->credits, credits);
        look_at_credits(run, p, slot);
    }
}

static void remove_now(struct hr_run *run, hr_part p, uint32_t slot)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    struct hr_group_member *m = &g->members[slot];
    const bool booting = m->in_service == HR_NEVER;

    hr_timer_cancel(run, m->timer);
    if (booting)
        hr_gauge_add(run, p, HR_GROUP_GAUGE_LAUNCHING, -1);
    else if (conf->cpu_credits)
        end_credits(run, p, m);
    hr_usage_level(run, p, HR_GROUP_USAGE_INSTANCE, -1);
    hr_instance_gone(run, instance_of(g, slot), HR_FATE_FAIL);
}

/* One that can still answer is drained first, if anybody watches the fleet. */
static void remove_gently(struct hr_run *run, hr_part p, uint32_t slot)
{
    struct hr_group *g = hr_state(run, p);
    struct hr_group_member *m = &g->members[slot];
    const hr_time drain = hr_fleet_drain_time(run, p), now = hr_now(run);

    if (drain == 0 || !hr_instance_open(run, instance_of(g, slot))) {
        remove_now(run, p, slot);
        return;
    }
    hr_instance_drain(run, instance_of(g, slot));
    m->drained = now + drain;
    m->timer = hr_control_set(run, p, now + (drain < DRAIN_POLL ? drain : DRAIN_POLL),
                              HR_GROUP_DRAINED, slot);
}

/* By the first look whatever was on its way to it when it began to drain has come. */
static void look_at_draining(struct hr_run *run, hr_part p, uint32_t slot)
{
    struct hr_group *g = hr_state(run, p);
    struct hr_group_member *m = &g->members[slot];
    const uint32_t instance = instance_of(g, slot);
    const hr_time now = hr_now(run), next = now + DRAIN_POLL;

    m->timer = 0;
    if (now < m->drained && hr_instance_calls(run, instance) > 0 &&
        hr_instance_up(run, instance)) {
        m->timer = hr_control_set(run, p, next < m->drained ? next : m->drained,
                                  HR_GROUP_DRAINED, slot);
        return;
    }
    remove_now(run, p, slot);
    hr_group_fleet_retry(run, p, now); /* a slot, and some of the quota, is free */
}

/* --- launching --------------------------------------------------------------------------- */

/* Why a launch cannot be had now; NULL: it can. */
static const char *obstacle(struct hr_run *run, hr_part p)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    uint32_t taken = 0;

    for (uint32_t i = 0; i < g->n; i++)
        taken += hr_instance_state(run, instance_of(g, i)) != HR_INSTANCE_NONE;
    if (conf->quota > 0 && (int64_t)taken >= conf->quota)
        return "quota reached";
    if (conf->insufficient_capacity > 0.0) {
        struct hr_draws d = hr_part_draws(run, p, g->orders++, PURPOSE_LUCK);

        if (hr_draw_uniform(&d) < conf->insufficient_capacity)
            return "insufficient capacity";
    }
    return NULL;
}

static void begin_boot(struct hr_run *run, hr_part p, uint32_t instance, bool balancing)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    struct hr_group_member *m = &g->members[instance - g->first];
    struct hr_draws d =
        hr_part_draws(run, p, hr_instance_entity(run, instance), PURPOSE_BOOT);
    const hr_time boot = hr_time_from_s(hr_law_draw(&conf->boot, &d));

    *m = (struct hr_group_member){
        .launched = hr_now(run), .in_service = HR_NEVER, .balancing = balancing};
    hr_usage_level(run, p, HR_GROUP_USAGE_INSTANCE, 1);
    hr_gauge_add(run, p, HR_GROUP_GAUGE_LAUNCHING, 1);
    m->timer =
        hr_control_set(run, p, hr_now(run) + boot, HR_GROUP_BOOTED, instance - g->first);
}

/* One more instance; false: not now. */
static bool launch(struct hr_run *run, hr_part p, bool balancing)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    const char *why_not = obstacle(run, p);
    const uint32_t zone = hr_zones_emptiest(look_at_zones(run, g));
    uint32_t instance = HR_NONE;

    if (!why_not && zone == HR_ZONES_NONE)
        why_not = "launch failed: no zone is up";
    if (!why_not)
        instance = hr_fleet_launch(run, p, g->place[zone]);
    if (!why_not && instance == HR_NONE)
        why_not = "launch failed: too many are being removed";
    if (why_not) {
        hr_event_note(run, p, HR_NONE, why_not, NULL);
        hr_group_fleet_retry(run, p, hr_now(run) + conf->launch_retry);
        return false;
    }
    hr_event_note(run, p, instance, "launch requested",
                  balancing ? "zones out of balance" : NULL);
    if (!balancing)
        hr_mark(run, p, instance, HR_MARK_ACTED);
    begin_boot(run, p, instance, balancing);
    return true;
}

static void booted(struct hr_run *run, hr_part p, uint32_t slot)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    struct hr_group_member *m = &g->members[slot];
    const uint32_t instance = instance_of(g, slot);
    const bool balancing = m->balancing;

    m->timer = 0;
    if (hr_instance_lost(run, instance) ||
        !hr_place_up(run, hr_instance_place(run, instance))) {
        hr_event_note(run, p, instance, "launch failed: its zone is lost", NULL);
        remove_now(run, p, slot);
    } else {
        put_into_service(run, p, slot,
                         conf->cpu_credits ? conf->cpu_credits->initial : 0.0);
        hr_event_note(run, p, instance, "in service", NULL);
        if (!balancing)
            hr_mark(run, p, instance, HR_MARK_RESTORED);
    }
    hr_group_fleet_converge(run, p);
}

/* --- as many as are desired -------------------------------------------------------------- */

/* Those that come beside the desired ones, to balance zones, are left out until they serve. */
static int64_t present(struct hr_run *run, const struct hr_group *g)
{
    int64_t n = 0;

    for (uint32_t i = 0; i < g->n; i++)
        n += counts(hr_instance_state(run, instance_of(g, i))) && !g->members[i].balancing;
    return n;
}

/* The oldest of the fullest zone; HR_NONE: there is none. */
static uint32_t superfluous(struct hr_run *run, struct hr_group *g)
{
    const uint32_t zone = hr_zones_fullest(look_at_zones(run, g));
    uint32_t oldest = HR_NONE;

    for (uint32_t i = 0; i < g->n; i++) {
        const uint32_t instance = instance_of(g, i);

        if (!counts(hr_instance_state(run, instance)) || g->members[i].balancing ||
            zone_of(g, hr_instance_place(run, instance)) != zone)
            continue;
        if (oldest == HR_NONE || g->members[i].launched < g->members[oldest].launched)
            oldest = i;
    }
    return oldest;
}

void hr_group_fleet_retry(struct hr_run *run, hr_part p, hr_time at)
{
    struct hr_group *g = hr_state(run, p);

    hr_timer_cancel(run, g->retry);
    g->retry = hr_control_set(run, p, at, HR_GROUP_RETRY, 0);
}

void hr_group_fleet_converge(struct hr_run *run, hr_part p)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    int64_t surplus = present(run, g) - g->desired;

    if (surplus != 0 && hr_effect_frozen(run, p)) {
        hr_event_note(run, p, HR_NONE, "control plane frozen", NULL);
        hr_group_fleet_retry(run, p, hr_now(run) + conf->launch_retry);
        return;
    }
    while (surplus < 0 && !g->retry && launch(run, p, false))
        surplus++;
    for (; surplus > 0; surplus--) {
        const uint32_t slot = superfluous(run, g);

        if (slot == HR_NONE)
            return;
        hr_event_note(run, p, instance_of(g, slot), "removed", NULL);
        remove_gently(run, p, slot);
    }
}

/* --- balance of zones -------------------------------------------------------------------- */

/* Launch before any is removed, at most a tenth of the maximum (and one) at a time. */
static void balance_zones(struct hr_run *run, hr_part p)
{
    struct hr_group *g = hr_state(run, p);
    int64_t margin = g->max / 10 > 1 ? g->max / 10 : 1;

    if (present(run, g) != g->desired)
        return;
    for (uint32_t i = 0; i < g->n; i++)
        if (hr_instance_state(run, instance_of(g, i)) == HR_INSTANCE_LAUNCHING)
            return;
    const uint32_t moves = hr_zones_moves(look_at_zones(run, g));

    if (margin > moves)
        margin = moves;
    while (margin-- > 0 && launch(run, p, true))
        ;
}

/* --- health ------------------------------------------------------------------------------ */

static bool unhealthy(struct hr_run *run, hr_part p, uint32_t slot)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    const struct hr_group_health *check = conf->health_check;
    struct hr_group *g = hr_state(run, p);
    struct hr_group_member *m = &g->members[slot];
    const uint32_t instance = instance_of(g, slot);

    if (hr_instance_state(run, instance) != HR_INSTANCE_SERVING ||
        hr_now(run) - m->in_service < check->grace)
        return false;
    m->bad = hr_instance_up(run, instance) ? 0 : m->bad + 1;
    return m->bad >= check->threshold ||
           (check->by == HR_CHECKS_OF_BALANCER && hr_instance_reported_bad(run, instance));
}

static void check_health(struct hr_run *run, hr_part p)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);
    const bool frozen = hr_effect_frozen(run, p);

    for (uint32_t i = 0; i < g->n; i++) {
        if (!unhealthy(run, p, i) || frozen)
            continue;
        hr_event_note(run, p, instance_of(g, i), "unhealthy: replaced", NULL);
        hr_mark(run, p, instance_of(g, i), HR_MARK_DETECTED);
        hr_mark(run, p, instance_of(g, i), HR_MARK_DECIDED);
        remove_gently(run, p, i);
    }
    hr_group_fleet_converge(run, p);
    if (conf->rebalance && !frozen)
        balance_zones(run, p);
    hr_control_set(run, p, hr_now(run) + conf->health_check->interval, HR_GROUP_HEALTH, 0);
}

/* --- the start --------------------------------------------------------------------------- */

static void find_zones(struct hr_run *run, hr_part p, struct hr_group *g)
{
    const struct hr_component *c = &hr_run_plan(run)->components[p];
    const uint32_t n = c->zones.n ? c->zones.n : 1;

    g->place = c->zones.n ? c->zones.at : &c->place;
    g->count = hr_arena_alloc(hr_run_arena(run), n, sizeof *g->count);
    g->up = hr_arena_alloc(hr_run_arena(run), n, sizeof *g->up);
    g->zones = (struct hr_zones){n, g->count, g->up};
}

/* What is desired at the start serves, and has warmed up. */
static void begin_with(struct hr_run *run, hr_part p, double credits)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    struct hr_group *g = hr_state(run, p);

    for (int64_t k = 0; k < g->desired; k++) {
        const uint32_t zone = (uint32_t)(k % g->zones.n);
        const uint32_t instance = hr_fleet_launch(run, p, g->place[zone]);
        struct hr_group_member *m = &g->members[instance - g->first];

        *m = (struct hr_group_member){.launched = hr_now(run)};
        hr_usage_level(run, p, HR_GROUP_USAGE_INSTANCE, 1);
        hr_gauge_add(run, p, HR_GROUP_GAUGE_LAUNCHING, 1);
        put_into_service(run, p, instance - g->first, credits);
        m->in_service -= conf->warm_up + conf->health_check->grace;
    }
}

void hr_group_fleet_start(struct hr_run *run, hr_part p)
{
    const struct hr_autoscaling_group_conf *conf = hr_conf(run, p);
    const struct hr_group_size *size = conf->instances;
    const struct hr_cpu_credits_conf *c = conf->cpu_credits;
    struct hr_group *g = hr_state(run, p);

    g->desired = size->desired > 0 ? size->desired : size->min;
    g->max = size->max > g->desired ? size->max : g->desired;
    /* Beside the desired ones: those that balance zones, and those that are drained. */
    g->n = (uint32_t)(2 * g->max + (g->max / 10 > 1 ? g->max / 10 : 1));
    g->members = hr_arena_alloc(hr_run_arena(run), g->n, sizeof *g->members);
    hr_fleet_make_slots(run, p, &conf->fleet, g->n);
    g->first = hr_fleet_first(run, p);
    find_zones(run, p, g);
    hr_gauge_add(run, p, HR_GROUP_GAUGE_DESIRED, g->desired);
    begin_with(run, p, !c ? 0.0 : hr_run_plan(run)->start_cold ? c->initial : c->at_start);
    hr_control_set(run, p, hr_now(run) + conf->health_check->interval, HR_GROUP_HEALTH, 0);
}

void hr_group_fleet_timer(struct hr_run *run, hr_part p, uint32_t tag, uint32_t slot)
{
    struct hr_group *g = hr_state(run, p);

    switch (tag) {
    case HR_GROUP_BOOTED:
        booted(run, p, slot);
        break;
    case HR_GROUP_DRAINED:
        look_at_draining(run, p, slot);
        break;
    case HR_GROUP_CREDITS:
        look_at_credits(run, p, slot);
        break;
    case HR_GROUP_HEALTH:
        check_health(run, p);
        break;
    default:
        g->retry = 0;
        hr_group_fleet_converge(run, p);
        break;
    }
}
