/* sim/system/workers.c - workers that are started on demand; the model is in fleet.h.
 *
 * A worker is off, starting, idle or busy (the busy ones are counted by the instance).  As many
 * are starting as calls wait, if so many are off; a call is taken by the first worker that is
 * free, whoever was started for it, and the start that is then too much, the latest, is given
 * up.  The last one to become idle is the first to be busy again. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

struct start {
    hr_timer timer;
    uint32_t number;
};
struct worker_pool {
    struct start *starting; /* oldest first */
    hr_time *idle_since;    /* oldest first */
    uint32_t n_starting, n_idle;
    size_t room_starting, room_idle;
    uint32_t next; /* number of the next start */
    hr_timer expiry;
};

void hr_workers_make(struct hr_run *run, uint32_t instance)
{
    struct instance *i = &run->instances[instance];

    if (i->conf->on_demand)
        i->pool = hr_arena_alloc(run->arena, 1, sizeof *i->pool);
}

bool hr_workers_idle(const struct worker_pool *pool)
{
    return pool->n_idle > 0;
}

static void count(struct hr_run *run, const struct instance *i, uint32_t gauge, int64_t by)
{
    hr_gauge_add(run, i->component, gauge, by);
}

static void begin_start(struct hr_run *run, uint32_t instance)
{
    const struct instance *i = &run->instances[instance];
    struct worker_pool *p = i->pool;
    struct hr_draws d = hr_part_draws(run, i->component, hr_instance_entity(run, instance),
                                      HR_PURPOSE(HR_FOR_WORKER, p->next));
    const hr_time takes = hr_time_from_s(hr_law_draw(&i->conf->worker_start, &d));
    const struct hr_event e = {
        .kind = HR_EV_WORKER_STARTED, .tag = p->next, .data = instance};

    p->starting = hr_arena_room(run->arena, p->starting, p->n_starting, &p->room_starting,
                                sizeof *p->starting);
    const hr_time at = hr_time_after(run->now, takes);
    p->starting[p->n_starting++] = (struct start){
        at == HR_NEVER ? 0 : hr_queue_add(run->queue, at, HR_CLASS_TASK, e), p->next++};
    count(run, i, HR_GAUGE_WORKERS_STARTING, 1);
}

static void give_up_latest(struct hr_run *run, const struct instance *i)
{
    hr_queue_cancel(run->queue, i->pool->starting[--i->pool->n_starting].timer);
    count(run, i, HR_GAUGE_WORKERS_STARTING, -1);
}

void hr_workers_match(struct hr_run *run, uint32_t instance)
{
    const struct instance *i = &run->instances[instance];
    struct worker_pool *p = i->pool;
    const uint64_t on = (uint64_t)i->workers + p->n_idle;
    const uint64_t off = (uint64_t)i->conf->workers - on;
    uint64_t wanted = i->waiting.n < off ? i->waiting.n : off;

    if (!hr_instance_up(run, instance))
        wanted = 0;
    while (p->n_starting > wanted)
        give_up_latest(run, i);
    while (p->n_starting < wanted)
        begin_start(run, instance);
}

static void stop_oldest(struct hr_run *run, const struct instance *i)
{
    struct worker_pool *p = i->pool;

    p->n_idle--;
    for (uint32_t k = 0; k < p->n_idle; k++)
        p->idle_since[k] = p->idle_since[k + 1];
    count(run, i, HR_GAUGE_WORKERS_ON, -1);
}

void hr_workers_settle(struct hr_run *run, uint32_t instance)
{
    const struct instance *i = &run->instances[instance];
    struct worker_pool *p = i->pool;
    const hr_time stays = i->conf->worker_idle;

    hr_workers_match(run, instance);
    while (p->n_idle > 0 && run->now - p->idle_since[0] >= stays)
        stop_oldest(run, i);
    if (p->n_idle > 0 && p->expiry == 0)
        p->expiry = hr_queue_add(
            run->queue, hr_time_after(p->idle_since[0], stays), HR_CLASS_CONTROL,
            (struct hr_event){.kind = HR_EV_WORKER_IDLE, .data = instance});
}

void hr_workers_free(struct hr_run *run, uint32_t instance)
{
    struct worker_pool *p = run->instances[instance].pool;

    p->idle_since = hr_arena_room(run->arena, p->idle_since, p->n_idle, &p->room_idle,
                                  sizeof *p->idle_since);
    p->idle_since[p->n_idle++] = run->now;
}

void hr_workers_take(struct worker_pool *pool)
{
    HR_REQUIRE(pool->n_idle > 0);
    pool->n_idle--;
}

void hr_worker_started(struct hr_run *run, uint32_t instance, uint32_t number)
{
    const struct instance *i = &run->instances[instance];
    struct worker_pool *p = i->pool;
    uint32_t k = 0;

    while (p->starting[k].number != number)
        k++;
    p->n_starting--;
    for (; k < p->n_starting; k++)
        p->starting[k] = p->starting[k + 1];
    count(run, i, HR_GAUGE_WORKERS_STARTING, -1);
    count(run, i, HR_GAUGE_WORKERS_ON, 1);
    hr_workers_free(run, instance);
    hr_fleet_next(run, instance);
}

void hr_worker_idle_over(struct hr_run *run, uint32_t instance)
{
    run->instances[instance].pool->expiry = 0;
    hr_workers_settle(run, instance);
}

/* Its workers are gone with it, and it comes back without any. */
void hr_workers_reset(struct hr_run *run, uint32_t instance)
{
    const struct instance *i = &run->instances[instance];

    while (i->pool->n_starting > 0)
        give_up_latest(run, i);
    while (i->pool->n_idle > 0)
        stop_oldest(run, i);
}
