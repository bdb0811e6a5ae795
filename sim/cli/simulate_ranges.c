/* sim/cli/simulate_ranges.c - a simulation away from the half-way of its uncertain inputs. */
#include "sim/cli/simulate.h"

#include "sim/scenario/diag_text.h"
#include "sim/study/outer.h"

#include <math.h>

/* What the sample may take of the time for both; the rest is for the search. */
static const double for_sample = 0.6;

static void complain(const struct hr_simulation *s, const struct hr_diags *ds)
{
    const struct hr_diag_style style = {.format = HR_DIAG_FULL,
                                        .colour = s->cli->terminal.colour_err,
                                        .file = s->scenario->path,
                                        .closing = "Nothing was simulated."};

    hr_complain("somewhere between the ends of its ranges the scenario is wrong");
    fputs(hr_diags_text(ds, &style, s->cli->arena), stderr);
}

bool hr_simulation_vary(struct hr_simulation *s, int *status)
{
    const size_t inputs = s->scenario->n_inputs;
    const uint32_t points = s->automatic                      ? hr_outer_points(inputs)
                            : s->replications < HR_OUTER_MOST ? s->replications
                                                              : HR_OUTER_MOST;
    struct hr_diags ds;

    if (inputs == 0)
        return true;
    hr_diags_init(&ds, s->cli->arena);
    s->outer = hr_outer_create(s->scenario, s->set->seed, points, &ds);
    if (ds.errors == 0)
        return true;
    complain(s, &ds);
    *status = HR_EXIT_INPUT;
    return false;
}

void hr_simulation_ranges(struct hr_simulation *s)
{
    const uint32_t n = s->end.replications;
    const double left_s = s->time_s > 0 ? fmax(s->time_s - s->end.elapsed_s, 0.01) : 0;
    struct hr_outer_effort how = {.jobs = s->threads,
                                  .replications = n < HR_OUTER_SEARCH ? n : HR_OUTER_SEARCH,
                                  .budget_s = left_s * for_sample,
                                  .machine = &hr_study_simulator,
                                  .ctx = s,
                                  .watch = hr_simulation_watch};

    if (!s->outer || s->end.stopped || n == 0)
        return;
    s->progress.at_most = false;
    s->end.stopped = hr_outer_run(s->outer, &how);
    how.budget_s = left_s - how.budget_s;
    if (!s->end.stopped)
        s->end.stopped = hr_outer_search(s->outer, &how);
    s->end.events += s->outer->events;
    s->end.tasks += s->outer->tasks;
    hr_collector_outer(s->collector, s->outer);
}
