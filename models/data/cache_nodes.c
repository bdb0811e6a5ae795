/* models/data/cache_nodes.c - nodes of a cache are lost, come back and take over; see cache.c.
 *
 * A shard has one set of objects, whichever of its nodes answers; it is lost when no node is left
 * that holds it. */
#include "models/data/cache.h"

static bool any_holds(const struct hr_cache_conf *conf, const struct hr_cache_shard *s)
{
    for (uint32_t i = 0; i <= conf->replicas; i++)
        if (s->copy[i].holds)
            return true;
    return false;
}

static void forget(struct hr_run *run, hr_part p, struct hr_cache_shard *s)
{
    if (hr_cache_state_count(&s->objects) == 0)
        return;
    hr_data_lost(run, p, s->empty_since, s->last_set, hr_cache_state_count(&s->objects),
                 false);
    hr_cache_state_clear(&s->objects);
    s->empty_since = hr_now(run);
    hr_cache_show(run, p, s);
}

static void lose_primary(struct hr_run *run, hr_part p, uint32_t shard)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, shard);
    uint32_t flight;

    hr_event_note(run, p, hr_cache_instance(run, p, shard, s->primary), "cache node lost",
                  NULL);
    s->primary = HR_NONE;
    s->epoch++;
    s->free_at = hr_now(run);
    while ((flight = hr_single_flight_any(&s->flights)) != HR_NO_FLIGHT)
        hr_cache_end_flight(run, p, shard, flight, HR_FAILED);
    if (any_holds(conf, s)) {
        struct hr_draws d =
            hr_part_draws(run, p, hr_mix(shard, s->epoch), HR_CACHE_PURPOSE_FAILOVER);
        s->failing_over = true;
        hr_control_set(run, p,
                       hr_now(run) + hr_time_from_s(hr_law_draw(&conf->failover, &d)),
                       HR_CACHE_TAG_FAILOVER, (uint64_t)s->epoch << 32 | shard);
    }
}

/* A node that is up answers for the shard from now on: with all objects or with none. */
static void take_over(struct hr_run *run, hr_part p, uint32_t shard, uint32_t copy)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, shard);
    const uint32_t instance = hr_cache_instance(run, p, shard, copy);

    hr_event_note(run, p, instance,
                  s->copy[copy].holds ? "replica takes over" : "cache node back, empty",
                  NULL);
    if (s->copy[copy].holds)
        hr_mark(run, p, instance, HR_MARK_RESTORED);
    for (uint32_t i = 0; i <= conf->replicas; i++) /* the others copy from it */
        s->copy[i].holds = s->copy[i].up;
    s->primary = copy;
    s->failing_over = false;
}

static void find_primary(struct hr_run *run, hr_part p, uint32_t shard)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, shard);

    if (any_holds(conf, s))
        return; /* its failover is on its way */
    forget(run, p, s);
    s->failing_over = false;
    for (uint32_t i = 0; i <= conf->replicas; i++)
        if (s->copy[i].up) {
            take_over(run, p, shard, i);
            break;
        }
}

/* Bring a shard to which of its nodes are up. */
static void refresh(struct hr_run *run, hr_part p, uint32_t shard)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, shard);

    for (uint32_t i = 0; i <= conf->replicas; i++)
        if (!hr_instance_up(run, hr_cache_instance(run, p, shard, i)))
            s->copy[i] = (struct hr_cache_copy){false, false};
    if (s->primary != HR_NONE && !s->copy[s->primary].up)
        lose_primary(run, p, shard);
    for (uint32_t i = 0; i <= conf->replicas; i++)
        if (hr_instance_up(run, hr_cache_instance(run, p, shard, i)) && !s->copy[i].up)
            s->copy[i] = (struct hr_cache_copy){true, s->primary != HR_NONE};
    if (s->primary == HR_NONE)
        find_primary(run, p, shard);
}

void hr_cache_disturb(struct hr_run *run, hr_part p, const struct hr_change *ch,
                      bool begins)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);

    (void)begins;
    if (ch->what->verb != HR_VERB_LOSE)
        return;
    for (uint32_t k = 0; k < conf->nodes; k++)
        refresh(run, p, k);
}

/* Nodes that come back one by one are noticed by the first who asks. */
bool hr_cache_serves(struct hr_run *run, hr_part p, uint32_t shard)
{
    const struct hr_cache_shard *s = hr_cache_shard_at(run, p, shard);

    if (s->primary == HR_NONE ||
        !hr_instance_up(run, hr_cache_instance(run, p, shard, s->primary)))
        refresh(run, p, shard);
    return s->primary != HR_NONE;
}

void hr_cache_fail_over(struct hr_run *run, hr_part p, uint32_t shard, uint32_t epoch)
{
    const struct hr_cache_conf *conf = hr_conf(run, p);
    struct hr_cache_shard *s = hr_cache_shard_at(run, p, shard);

    if (!s->failing_over || s->epoch != epoch)
        return;
    if (hr_effect_frozen(run, p)) { /* it cannot be done now */
        hr_control_set(run, p, hr_now(run) + HR_SECOND, HR_CACHE_TAG_FAILOVER,
                       (uint64_t)epoch << 32 | shard);
        return;
    }
    refresh(run, p, shard);
    for (uint32_t i = 0; i <= conf->replicas && s->primary == HR_NONE; i++)
        if (s->copy[i].holds)
            take_over(run, p, shard, i);
}
