/* sim/cli/simulate_episodes.c - the episodes of a simulation; see simulate.h. */
#include "sim/cli/simulate.h"
#include "sim/study/episode.h"

/* Half of the time is kept for the runs themselves. */
static void simulate(struct hr_simulation *s, struct hr_study_options o)
{
    o.seed = s->set->seed;
    o.jobs = s->threads;
    o.budget_s = s->time_s / 2;
    o.ctx = s;
    o.watch = hr_simulation_watch;
    const struct hr_study_end end = hr_study_run(&o);

    s->episode_tasks += end.tasks;
    s->episode_events += end.events;
    s->episode_s += end.elapsed_s;
    s->end.stopped = end.stopped;
}

/* --- the year ------------------------------------------------------------------------------- */

static void merge_hazard(void *ctx, uint32_t k, const struct hr_record *r)
{
    struct hr_simulation *s = ctx;

    hr_collector_episode(s->collector, s->episode_designs[k], r);
}

/* Where their number is not given, and runs are made until all is known: until every year is
 * known to `KNOWN` of what is missing from 100%, at two looks in a row (looks.h says why). */
enum { LEAST = 1000, MOST = 50000 };
static const double known = 0.2;

static bool look_is_due(uint32_t n)
{
    uint32_t look = LEAST;

    while (look < n)
        look += look / 2;
    return look == n;
}

static bool year_is_known(void *ctx, uint32_t n)
{
    struct hr_simulation *s = ctx;
    bool before = s->year_sufficed;

    if (s->set->episodes >= 0 || !s->automatic || !look_is_due(n))
        return false;
    s->year_sufficed = hr_collector_year_known(s->collector, known);
    return before && s->year_sufficed;
}

static uint32_t episodes(const struct hr_simulation *s)
{
    if (s->set->episodes >= 0)
        return (uint32_t)s->set->episodes;
    return s->automatic ? MOST : LEAST;
}

bool hr_simulation_year_is_asked(const struct hr_simulation *s)
{
    for (size_t i = 0; i < s->scenario->n_designs; i++)
        if (hr_year_is_asked(&s->scenario->designs[i]))
            return true;
    return false;
}

void hr_simulation_year(struct hr_simulation *s)
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
                                              .replications = episodes(s),
                                              .enough = year_is_known,
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

void hr_simulation_occurrences(struct hr_simulation *s)
{
    const uint32_t n = (uint32_t)s->scenario->n_designs;

    for (uint32_t i = 0; s->set->occurrences > 0 && i < n && !s->end.stopped; i++)
        simulate_occurrences(s, i);
}
