/* models/compute/load_balancer_targets.c - who may be given a request; see load_balancer.h. */
#include "models/compute/load_balancer.h"
#include "sim/system/fleet.h"

static uint32_t node_of(const struct hr_run *run, const struct hr_load_balancer_conf *conf,
                        const struct balancer_endpoint *e)
{
    const struct hr_component *c = &hr_run_plan(run)->components[e->part];

    if (conf->cross_zone)
        return 0;
    if (e->instance != HR_NONE)
        return hr_instance_place(run, e->instance);
    return c->zones.n == 1 ? c->zones.at[0] : c->place;
}

static bool serves(const struct hr_run *run, const struct balancer_endpoint *e)
{
    return e->instance == HR_NONE ||
           hr_instance_state(run, e->instance) == HR_INSTANCE_SERVING;
}

/* --- the list ---------------------------------------------------------------------------- */

static bool wanted(const struct balancer *b, const struct balancer_endpoint *e,
                   const struct hr_load_balancer_conf *conf)
{
    if (!e->registered || conf->health_check == NULL)
        return e->registered;
    return b->all_bad ? conf->fail_open : e->health.verdict == HR_HEALTH_GOOD;
}

static void look_for_good(struct hr_run *run, hr_part p)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    struct balancer *b = hr_state(run, p);
    const bool was_bad = b->all_bad;
    uint32_t registered = 0, good = 0;

    for (uint32_t i = 0; i < b->n; i++) {
        const struct balancer_endpoint *e = &b->endpoints[i];

        registered += e->registered;
        good += e->registered && e->health.verdict == HR_HEALTH_GOOD;
    }
    b->all_bad = conf->health_check != NULL && good == 0;
    if (b->all_bad && !was_bad && registered > 0)
        hr_event_note(run, p, HR_NONE,
                      conf->fail_open ? "all targets unhealthy: fail open"
                                      : "all targets unhealthy: requests are refused",
                      NULL);
}

/* --- open requests, by position ------------------------------------------------------------ */

/* Where we hear of all that changes who is eligible.  Nobody tells when a component without
 * instances is lost. */
static bool can_rank(const struct balancer *b)
{
    if (b->conf->policy != HR_BALANCE_LEAST_OUTSTANDING)
        return false;
    if (b->conf->health_check != NULL)
        return true;
    for (uint32_t i = 0; i < b->n; i++)
        if (b->endpoints[i].instance == HR_NONE)
            return false;
    return true;
}

static void rank(struct hr_run *run, struct balancer *b, uint32_t endpoint)
{
    const struct balancer_endpoint *e = &b->endpoints[endpoint];

    if (b->ranked && e->listed)
        hr_least_set(&b->open, e->position,
                     hr_balancer_eligible(run, b, endpoint) ? e->open : HR_LEAST_OUT);
}

void hr_balancer_count(struct balancer *b, uint32_t endpoint, int by)
{
    struct balancer_endpoint *e = &b->endpoints[endpoint];

    e->open += (uint32_t)by;
    if (b->ranked && e->listed && hr_least_counts(&b->open, e->position))
        hr_least_set(&b->open, e->position, e->open);
}

static void rank_all(struct hr_run *run, struct balancer *b)
{
    if (!b->ranked)
        return;
    hr_least_clear(&b->open);
    for (uint32_t i = 0; i < b->n; i++)
        rank(run, b, i);
}

/* Round robin goes on with the endpoint that was next, or the one after it. */
static uint32_t position(const struct balancer *b, uint32_t node, uint32_t endpoint)
{
    const uint32_t from = b->from[node * b->n_targets];
    const uint32_t n = b->from[(node + 1) * b->n_targets] - from;

    for (uint32_t i = 0; i < n; i++)
        if (b->list[from + i] >= endpoint)
            return i;
    return 0;
}

static void fill(struct balancer *b, const struct hr_load_balancer_conf *conf)
{
    const uint32_t cells = b->n_nodes * b->n_targets;

    for (uint32_t k = 0; k <= cells; k++)
        b->from[k] = 0;
    for (uint32_t i = 0; i < b->n; i++) {
        struct balancer_endpoint *e = &b->endpoints[i];

        e->listed = wanted(b, e, conf);
        b->from[e->node * b->n_targets + e->target] += e->listed;
    }
    for (uint32_t k = 0, sum = 0; k <= cells; k++) { /* ends of the cells before it */
        const uint32_t count = b->from[k];

        b->from[k] = sum;
        sum += count;
    }
    for (uint32_t i = 0; i < b->n; i++) { /* each cell's start moves to its end */
        struct balancer_endpoint *e = &b->endpoints[i];

        if (!e->listed)
            continue;
        e->position = b->from[e->node * b->n_targets + e->target]++;
        b->list[e->position] = i;
    }
    for (uint32_t k = cells; k > 0; k--)
        b->from[k] = b->from[k - 1];
    b->from[0] = 0;
}

void hr_balancer_relist(struct hr_run *run, hr_part p)
{
    struct balancer *b = hr_state(run, p);

    look_for_good(run, p);
    for (uint32_t k = 0; k < b->n_nodes; k++) { /* positions become endpoints ... */
        const uint32_t from = b->from[k * b->n_targets];
        const uint32_t n = b->from[(k + 1) * b->n_targets] - from;

        b->next[k] = b->next[k] < n ? b->list[from + b->next[k]] : 0;
    }
    fill(b, hr_conf(run, p));
    for (uint32_t k = 0; k < b->n_nodes; k++) /* ... and positions again */
        b->next[k] = position(b, k, b->next[k]);
    rank_all(run, b);
}

/* --- endpoints --------------------------------------------------------------------------- */

static void count_endpoints(struct hr_run *run, hr_part p)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    struct balancer *b = hr_state(run, p);
    struct hr_arena *a = hr_run_arena(run);

    b->conf = conf;
    b->slow_until = hr_now(run);
    b->n_targets = conf->targets.n;
    b->n_nodes = conf->cross_zone ? 1 : hr_run_plan(run)->n_places;
    b->first = hr_arena_alloc(a, b->n_targets + 1, sizeof *b->first);
    for (uint32_t k = 0; k < b->n_targets; k++) {
        const uint32_t count = hr_fleet_count(run, conf->targets.at[k]);
        b->first[k + 1] = b->first[k] + (count ? count : 1);
    }
    b->n = b->first[b->n_targets];
    b->endpoints = hr_arena_alloc(a, b->n, sizeof *b->endpoints);
    b->list = hr_arena_alloc(a, b->n, sizeof *b->list);
    b->from = hr_arena_alloc(a, (size_t)b->n_nodes * b->n_targets + 1, sizeof *b->from);
    b->next = hr_arena_alloc(a, b->n_nodes, sizeof *b->next);
}

void hr_balancer_list(struct hr_run *run, hr_part p)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    const struct hr_component *components = hr_run_plan(run)->components;
    struct balancer *b = hr_state(run, p);

    count_endpoints(run, p);
    for (uint32_t k = 0; k < b->n_targets; k++) {
        const hr_part part = conf->targets.at[k];
        const bool fleet = hr_fleet_count(run, part) > 0;

        for (uint32_t i = b->first[k]; i < b->first[k + 1]; i++) {
            const uint32_t slot = i - b->first[k];
            struct balancer_endpoint *e = &b->endpoints[i];

            *e = (struct balancer_endpoint){
                .target = k,
                .part = part,
                .instance = fleet ? hr_fleet_first(run, part) + slot : HR_NONE,
                .id = hr_mix(components[part].name_key, slot),
                .health = hr_health_begin(true),
                .full_at = b->slow_until};
            e->node = node_of(run, conf, e);
            e->registered = serves(run, e);
            if (e->registered && conf->health_check != NULL)
                hr_balancer_check_begin(run, p, i);
        }
    }
    b->ranked = can_rank(b);
    if (b->ranked)
        hr_least_init(&b->open, hr_run_arena(run), b->n);
    hr_balancer_relist(run, p);
}

/* A target that is new or healthy again starts slowly if others carry the load meanwhile. */
void hr_balancer_welcome(struct hr_run *run, hr_part p, struct balancer_endpoint *e)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    struct balancer *b = hr_state(run, p);
    const hr_time now = hr_now(run);

    e->full_at = now;
    if (conf->slow_start == 0 || b->all_bad)
        return;
    for (uint32_t i = 0; i < b->n; i++)
        if (b->endpoints[i].listed && b->endpoints[i].full_at <= now &&
            &b->endpoints[i] != e) {
            e->full_at = b->slow_until = now + conf->slow_start;
            return;
        }
}

static void changed(struct hr_run *run, hr_part p, uint32_t endpoint)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    struct balancer *b = hr_state(run, p);
    struct balancer_endpoint *e = &b->endpoints[endpoint];
    const bool registered = serves(run, e);

    if (registered == e->registered)
        return;
    e->registered = registered;
    e->node = node_of(run, conf, e);
    if (!registered) {
        hr_balancer_check_stop(run, e);
    } else if (conf->health_check != NULL) {
        e->health = hr_health_begin(false);
        hr_balancer_check_begin(run, p, endpoint);
    } else {
        hr_balancer_welcome(run, p, e);
    }
    hr_balancer_relist(run, p);
}

void hr_balancer_fleet_changed(struct hr_run *run, hr_part p, hr_part fleet,
                               uint32_t instance)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    const struct balancer *b = hr_state(run, p);

    if (b->endpoints == NULL)
        return; /* what is so when they are listed will count */
    for (uint32_t k = 0; k < b->n_targets; k++)
        if (conf->targets.at[k] == fleet)
            changed(run, p, b->first[k] + instance - hr_fleet_first(run, fleet));
}

void hr_balancer_up_changed(struct hr_run *run, hr_part p, hr_part fleet, uint32_t instance)
{
    const struct hr_load_balancer_conf *conf = hr_conf(run, p);
    struct balancer *b = hr_state(run, p);

    for (uint32_t k = 0; k < b->n_targets && b->endpoints; k++)
        if (conf->targets.at[k] == fleet)
            rank(run, b, b->first[k] + instance - hr_fleet_first(run, fleet));
}

bool hr_balancer_eligible(const struct hr_run *run, const struct balancer *b,
                          uint32_t endpoint)
{
    const struct balancer_endpoint *e = &b->endpoints[endpoint];

    if (!e->listed || b->conf->health_check != NULL)
        return e->listed;
    return e->instance == HR_NONE ? hr_effect_up(run, e->part)
                                  : hr_instance_up(run, e->instance);
}
