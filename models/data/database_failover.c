/* models/data/database_failover.c - who is the primary, what the copies have, and how one takes
 * over; see database.c for the model.
 *
 *              lost                detected        decided       promoted       redirected
 *   SERVING ---------> DETECTING ----------> DECIDING -----> PROMOTING -> REDIRECTING -> SERVING
 *                        |  | back              | no copy                                    ^
 *                        |  +--> RECOVERING     +--> DOWN --- back ---> RECOVERING ----------+
 *
 * FROZEN stands between DECIDING and PROMOTING while nothing may be changed. */
#include "models/data/database.h"

enum { LAG_PERIOD_S = 10, LOG_ROOM = 16384 };

static const struct hr_database_conf *conf_of(struct hr_run *run, hr_part p)
{
    return hr_conf(run, p);
}

/* --- the copies ------------------------------------------------------------------------------ */

static hr_time lag_of(struct hr_run *run, hr_part p, uint32_t node)
{
    const struct hr_database_replicas *r = conf_of(run, p)->replicas;
    const int64_t turn =
        (hr_now(run) + hr_run_plan(run)->warmup) / (LAG_PERIOD_S * HR_SECOND);
    struct hr_draws d = hr_part_draws(run, p, hr_mix(node, (uint64_t)turn), HR_DRAW_LAG);

    return r ? hr_time_from_s(hr_law_draw(&r->lag, &d)) : 0;
}

static bool follows(const struct hr_database *db, uint32_t node)
{
    return node != db->primary && db->nodes[node].was == HR_NODE_REPLICA;
}

/* While there is no primary, or replication is frozen, a copy stays where it is. */
static bool stands_still(struct hr_run *run, hr_part p, const struct hr_database_node *n)
{
    const struct hr_database *db = hr_state(run, p);

    return n->lost || hr_database_primary(db)->lost || hr_effect_frozen(run, p);
}

void hr_database_follow(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);
    hr_time slowest = hr_now(run);

    for (uint32_t k = 0; k < db->n; k++) {
        if (!follows(db, k))
            continue;
        const hr_time at =
            hr_copy_advance(&db->nodes[k].copy, lag_of(run, p, k), hr_now(run));
        slowest = at < slowest ? at : slowest;
    }
    if (db->logs)
        hr_replication_log_trim(&db->log, slowest);
    const int64_t lag = (hr_now(run) - slowest) / HR_MILLISECOND;

    hr_gauge_add(run, p, HR_GAUGE_LAG, lag - db->shown_lag);
    db->shown_lag = lag;
}

static void pause_copies(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    for (uint32_t k = 0; k < db->n; k++)
        db->nodes[k].copy.paused = stands_still(run, p, &db->nodes[k]);
}

static uint32_t zone_of(struct hr_run *run, hr_part p, uint32_t node)
{
    const struct hr_component *c = &hr_run_plan(run)->components[p];

    return c->zones.n ? c->zones.at[node % c->zones.n] : c->place;
}

void hr_database_copies_start(struct hr_run *run, hr_part p)
{
    const struct hr_database_conf *conf = conf_of(run, p);
    struct hr_database *db = hr_state(run, p);

    db->n = 1 + conf->standby + (conf->replicas ? (uint32_t)conf->replicas->count : 0);
    db->nodes = hr_arena_alloc(hr_run_arena(run), db->n, sizeof *db->nodes);
    db->target = HR_NONE;
    db->logs = conf->promote == HR_COPY_REPLICA;
    if (db->logs)
        hr_replication_log_init(
            &db->log,
            hr_arena_alloc(hr_run_arena(run), LOG_ROOM, sizeof(struct hr_log_entry)),
            LOG_ROOM);
    hr_fleet_make_slots(run, p, &conf->fleet, db->n);
    for (uint32_t k = 0; k < db->n; k++) {
        struct hr_database_node *n = &db->nodes[k];
        const bool standby = conf->standby && k == 1;

        n->role = k == 0 ? HR_NODE_PRIMARY : standby ? HR_NODE_STANDBY : HR_NODE_REPLICA;
        n->was = k == 0 ? HR_NODE_STANDBY : n->role;
        n->instance = hr_fleet_launch(run, p, zone_of(run, p, k));
        if (!standby)
            hr_instance_serve(run, n->instance);
        hr_copy_init(&n->copy, lag_of(run, p, k),
                     conf->replicas ? conf->replicas->catch_up : 2.0, hr_now(run));
    }
}

/* --- phases ------------------------------------------------------------------------------------ */

static void enter_phase(struct hr_run *run, hr_part p, enum hr_database_phase phase,
                        const struct hr_law *law, hr_time more)
{
    struct hr_database *db = hr_state(run, p);

    hr_timer_cancel(run, db->step);
    db->step = 0;
    db->phase = (uint8_t)phase;
    if (law == NULL)
        return;
    struct hr_draws d = hr_part_draws(run, p, db->steps++, HR_DRAW_STEP);
    db->step = hr_control_set(
        run, p, hr_now(run) + hr_time_from_s(hr_law_draw(law, &d)) + more, HR_TAG_STEP, 0);
}

static void mark(struct hr_run *run, hr_part p, uint32_t node, enum hr_mark m)
{
    const struct hr_database *db = hr_state(run, p);

    hr_mark(run, p, db->nodes[node].instance, m);
}

/* The copy that takes over: the standby, or where that is allowed the replica that has most. */
static uint32_t successor(struct hr_run *run, hr_part p)
{
    const struct hr_database_conf *conf = conf_of(run, p);
    const struct hr_database *db = hr_state(run, p);
    uint32_t best = HR_NONE;

    for (uint32_t k = 0; k < db->n; k++) {
        const struct hr_database_node *n = &db->nodes[k];

        if (k == db->primary || n->lost)
            continue;
        if (n->role == HR_NODE_STANDBY)
            return k;
        if (conf->promote == HR_COPY_REPLICA && n->role == HR_NODE_REPLICA &&
            (best == HR_NONE || n->copy.position > db->nodes[best].copy.position))
            best = k;
    }
    return best;
}

static void begin_recovery(struct hr_run *run, hr_part p)
{
    const struct hr_database *db = hr_state(run, p);

    mark(run, p, db->primary, HR_MARK_ACTED);
    enter_phase(run, p, HR_PHASE_RECOVERING, &conf_of(run, p)->fleet.restart, 0);
}

/* What a copy lacks is lost once it is the primary. */
static void tell_loss(struct hr_run *run, hr_part p, const struct hr_database_node *n)
{
    if (n->was == HR_NODE_REPLICA &&
        !((const struct hr_database *)hr_state(run, p))->planned && n->cut.writes > 0)
        hr_data_lost(run, p, n->cut_position, n->cut_at, n->cut.writes, true);
    else
        hr_data_lost(run, p, hr_now(run), hr_now(run), 0, true);
}

static void promote(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *n = &db->nodes[db->target];

    if (n->role == HR_NODE_STANDBY) { /* its engine starts only now */
        n->cold_since = hr_now(run);
        if (hr_instance_state(run, n->instance) == HR_INSTANCE_LAUNCHING)
            hr_instance_serve(run, n->instance);
    }
    mark(run, p, db->target, HR_MARK_ACTED);
    tell_loss(run, p, n);
    enter_phase(run, p, HR_PHASE_REDIRECTING, &conf_of(run, p)->failover->redirect, 0);
}

/* The old primary lacks what comes from now on; when it is back, its machine starts anew. */
static void step_down(struct hr_run *run, hr_part p, uint32_t node)
{
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *n = &db->nodes[node];

    n->role = HR_NODE_STALE;
    n->was = db->nodes[db->target].was;
    hr_copy_init(&n->copy, lag_of(run, p, node), n->copy.catch_up, hr_now(run));
}

/* A copy that was away gets what it lacks. */
static void rejoin(struct hr_run *run, hr_part p, uint32_t node)
{
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *n = &db->nodes[node];
    struct hr_draws d = hr_part_draws(run, p, db->rejoins++, HR_DRAW_REJOIN);

    if (hr_instance_state(run, n->instance) != HR_INSTANCE_LAUNCHING &&
        n->was == HR_NODE_STANDBY) {
        const uint32_t place = hr_instance_place(run, n->instance);

        hr_instance_gone(run, n->instance, HR_FATE_FAIL);
        n->instance = hr_fleet_launch(run, p, place);
    }
    hr_timer_cancel(run, n->syncing);
    n->syncing = hr_control_set(
        run, p, hr_now(run) + hr_time_from_s(hr_law_draw(&conf_of(run, p)->resync, &d)),
        HR_TAG_SYNCED, node);
}

void hr_database_synced(struct hr_run *run, hr_part p, uint32_t node)
{
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *n = &db->nodes[node];

    n->syncing = 0;
    n->role = n->was;
    if (n->was == HR_NODE_REPLICA &&
        hr_instance_state(run, n->instance) == HR_INSTANCE_LAUNCHING)
        hr_instance_serve(run, n->instance);
    hr_event_note(run, p, n->instance,
                  n->was == HR_NODE_STANDBY ? "standby again in step"
                                            : "replica again in step",
                  NULL);
}

/* There is a primary again: who lacks something gets it. */
static void serve_again(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    enter_phase(run, p, HR_PHASE_SERVING, NULL, 0);
    mark(run, p, db->primary, HR_MARK_RESTORED);
    pause_copies(run, p);
    for (uint32_t k = 0; k < db->n; k++) {
        struct hr_database_node *n = &db->nodes[k];

        if (n->lost && n->role == HR_NODE_STANDBY)
            n->role = HR_NODE_STALE; /* the primary goes on without it */
        if (n->role == HR_NODE_STALE && !n->lost && n->syncing == 0)
            rejoin(run, p, k);
    }
}

/* Callers reach the new primary. */
static void change_over(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    step_down(run, p, db->primary);
    db->primary = db->target;
    db->target = HR_NONE;
    db->nodes[db->primary].role = HR_NODE_PRIMARY;
    db->planned = false;
    if (db->logs)
        hr_replication_log_clear(&db->log);
    serve_again(run, p);
}

static void recovered(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    hr_database_primary(db)->cold_since = hr_now(run);
    hr_data_lost(run, p, hr_now(run), hr_now(run), 0, true);
    serve_again(run, p);
}

static void decide(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    db->target = successor(run, p);
    if (db->target != HR_NONE) {
        enter_phase(run, p, HR_PHASE_DECIDING, &conf_of(run, p)->failover->decide, 0);
        return;
    }
    hr_event_note(run, p, hr_database_primary(db)->instance, "no copy can take over", NULL);
    if (hr_database_primary(db)->lost)
        enter_phase(run, p, HR_PHASE_DOWN, NULL, 0);
    else
        begin_recovery(run, p);
}

static void begin_promotion(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);
    const struct hr_database_node *n = &db->nodes[db->target];
    /* A planned change waits until an asynchronous copy has everything. */
    const hr_time behind =
        db->planned && n->was == HR_NODE_REPLICA ? hr_now(run) - n->copy.position : 0;

    if (hr_effect_frozen(run, p)) {
        hr_event_note(run, p, n->instance, "failover waits: control plane frozen", NULL);
        enter_phase(run, p, HR_PHASE_FROZEN, NULL, 0);
        return;
    }
    mark(run, p, db->target, HR_MARK_DECIDED);
    enter_phase(run, p, HR_PHASE_PROMOTING, &conf_of(run, p)->failover->promote, behind);
}

void hr_database_step_over(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    db->step = 0;
    switch ((enum hr_database_phase)db->phase) {
    case HR_PHASE_DETECTING:
        mark(run, p, db->primary, HR_MARK_DETECTED);
        decide(run, p);
        break;
    case HR_PHASE_DECIDING:
    case HR_PHASE_FROZEN:
        begin_promotion(run, p);
        break;
    case HR_PHASE_PROMOTING:
        promote(run, p);
        break;
    case HR_PHASE_REDIRECTING:
        change_over(run, p);
        break;
    case HR_PHASE_RECOVERING:
        recovered(run, p);
        break;
    default:
        break;
    }
}

/* --- losses and returns -------------------------------------------------------------------------- */

/* Where every copy stands at the moment of the loss. */
static void cut(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    for (uint32_t k = 0; k < db->n; k++) {
        struct hr_database_node *n = &db->nodes[k];

        if (!follows(db, k) || !db->logs)
            continue;
        n->cut_position = n->copy.position;
        n->cut_at = hr_now(run);
        n->cut = hr_replication_log_lost(&db->log, n->cut_position, n->cut_at);
    }
}

static void lose_primary(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    if (db->phase == HR_PHASE_SERVING)
        cut(run, p);
    for (uint32_t k = 0; k < db->n; k++) { /* there is nobody to get it from */
        hr_timer_cancel(run, db->nodes[k].syncing);
        db->nodes[k].syncing = 0;
    }
    if (db->phase == HR_PHASE_SERVING || db->phase == HR_PHASE_RECOVERING)
        enter_phase(run, p, HR_PHASE_DETECTING, &conf_of(run, p)->failover->detect, 0);
}

static void lose_copy(struct hr_run *run, hr_part p, uint32_t node)
{
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *n = &db->nodes[node];

    hr_timer_cancel(run, n->syncing);
    n->syncing = 0;
    if (node == db->target) { /* what was to take over is gone: look again */
        db->target = HR_NONE;
        if (db->phase != HR_PHASE_SERVING)
            decide(run, p);
    } else if (n->role == HR_NODE_STANDBY && !hr_database_primary(db)->lost) {
        n->role = HR_NODE_STALE; /* the primary goes on without it */
    }
}

static void primary_is_back(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    switch ((enum hr_database_phase)db->phase) {
    case HR_PHASE_DETECTING:
    case HR_PHASE_DECIDING:
    case HR_PHASE_FROZEN:
    case HR_PHASE_DOWN:
        db->target = HR_NONE; /* nothing has been changed yet */
        begin_recovery(run, p);
        break;
    default: /* a copy is taking over */
        break;
    }
}

static void copy_is_back(struct hr_run *run, hr_part p, uint32_t node)
{
    struct hr_database *db = hr_state(run, p);

    db->nodes[node].cold_since = hr_now(run);
    if (db->nodes[node].role == HR_NODE_STALE && db->phase == HR_PHASE_SERVING)
        rejoin(run, p, node);
    else if (db->phase == HR_PHASE_DOWN)
        decide(run, p);
}

void hr_database_look(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);

    hr_database_follow(run, p);
    /* Twice over the nodes: what one does depends on who else is lost at the same instant. */
    uint64_t changed = 0;
    for (uint32_t k = 0; k < db->n; k++) {
        const bool lost = hr_instance_lost(run, db->nodes[k].instance);

        if (lost != db->nodes[k].lost)
            changed |= UINT64_C(1) << k;
        db->nodes[k].lost = lost;
    }
    pause_copies(run, p);
    for (uint32_t i = 0; changed != 0 && i < db->n; i++) {
        const uint32_t k = (db->primary + i) % db->n; /* the primary first */

        if ((changed >> k & 1) == 0)
            continue;
        changed &= ~(UINT64_C(1) << k);
        if (db->nodes[k].lost)
            hr_database_io_drop(run, p, k);
        if (k == db->primary)
            (db->nodes[k].lost ? lose_primary : primary_is_back)(run, p);
        else
            (db->nodes[k].lost ? lose_copy : copy_is_back)(run, p, k);
    }
}

/* --- disturbances -------------------------------------------------------------------------------- */

/* A planned change-over: the primary ends its calls and starts anew as a copy. */
static void plan_failover(struct hr_run *run, hr_part p)
{
    struct hr_database *db = hr_state(run, p);
    struct hr_database_node *old = hr_database_primary(db);

    if (db->phase != HR_PHASE_SERVING || hr_effect_frozen(run, p)) {
        hr_event_note(run, p, old->instance, "planned failover is not possible now", NULL);
        return;
    }
    const uint32_t place = hr_instance_place(run, old->instance);

    hr_database_follow(run, p);
    db->planned = true;
    mark(run, p, db->primary, HR_MARK_DETECTED);
    hr_database_io_drop(run, p, db->primary);
    hr_instance_gone(run, old->instance, HR_FATE_FAIL);
    old->instance = hr_fleet_launch(run, p, place);
    db->target = successor(run, p);
    if (db->target != HR_NONE) {
        begin_promotion(run, p);
        return;
    }
    hr_instance_serve(run, old->instance); /* alone: it starts anew */
    begin_recovery(run, p);
    db->planned = false;
}

void hr_database_disturb(struct hr_run *run, hr_part p, const struct hr_change *ch,
                         bool begins)
{
    const struct hr_database *db = hr_state(run, p);

    switch (ch->what->verb) {
    case HR_VERB_LOSE:
        hr_database_look(run, p);
        break;
    case HR_VERB_FAILOVER:
        if (begins)
            plan_failover(run, p);
        break;
    case HR_VERB_FREEZE:
        hr_database_follow(run, p);
        pause_copies(run, p);
        if (db->phase == HR_PHASE_FROZEN && !hr_effect_frozen(run, p))
            begin_promotion(run, p);
        break;
    default:
        break;
    }
}
