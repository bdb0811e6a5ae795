/* sim/cli/simulate_episodes.c - the episodes of a simulation; see simulate.h. */
#include "sim/cli/simulate.h"
#include "sim/study/episode.h"

static void simulate(struct hr_simulation *s, struct hr_study_options o)
{
    o.seed = s->set->seed;
    o.jobs = s->threads;
    o.budget_s = s->time_s;
    o.ctx = s;
    o.watch = hr_simulation_watch;
    const struct hr_study_end end = hr_study_run(&o);

    s->episode_tasks += end.tasks;
    s->episode_events += end.events;
    s->end.stopped = end.stopped;
}

/* --- the year ------------------------------------------------------------------------------- */

static void merge_hazard(void *ctx, uint32_t k, const struct hr_record *r)
{
    struct hr_simulation *s = ctx;

    hr_collector_episode(s->collector, s->episode_designs[k], r);
}

static void simulate_year(struct hr_simulation *s)
{
    const size_t n = s->scenario->n_designs;
    const struct hr_plan **plans = hr_arena_alloc(s->cli->arena, n, sizeof *plans);
    uint32_t asked = 0;

    for (size_t i = 0; i < n; i++)
        if (hr_year_is_asked(&s->scenario->designs[i])) {
            plans[asked] = s->scenario->designs[i].plan;
            s->episode_designs[asked++] = (uint32_t)i;
        }
    if (asked > 0)
        simulate(s, (struct hr_study_options){.plans = plans,
                                              .n_designs = asked,
                                              .replications = (uint32_t)s->set->episodes,
                                              .machine = &hr_episode_hazards,
                                              .merge = merge_hazard});
}

/* --- occurrences ---------------------------------------------------------------------------- */

static void merge_occurrence(void *ctx, uint32_t k, const struct hr_record *r)
{
    struct hr_simulation *s = ctx;

    hr_collector_occurrence(s->collector, s->episode_designs[k], r);
}

/* Each disturbance of a design alone, by turns. */
static void simulate_occurrences(struct hr_simulation *s, uint32_t design)
{
    const struct hr_plan *plan = s->scenario->designs[design].plan;
    const uint32_t classes = hr_episode_classes(plan, false);

    s->episode_designs[0] = design;
    if (classes > 0)
        simulate(s, (struct hr_study_options){.plans = &plan,
                                              .n_designs = 1,
                                              .replications =
                                                  (uint32_t)s->set->occurrences * classes,
                                              .machine = &hr_episode_occurrences,
                                              .merge = merge_occurrence});
}

void hr_simulation_episodes(struct hr_simulation *s)
{
    const uint32_t n = (uint32_t)s->scenario->n_designs;

    s->episode_designs = hr_arena_alloc(s->cli->arena, n, sizeof *s->episode_designs);
    simulate_year(s);
    for (uint32_t i = 0; s->set->occurrences > 0 && i < n && !s->end.stopped; i++)
        simulate_occurrences(s, i);
}
