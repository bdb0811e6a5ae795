/* sim/cli/simulate.h - a scenario simulated: what every command that simulates shares.
 *
 * Designs x replications and their twins on threads, before them the episodes that --occurrences
 * asks for, after them those of the year and a sample of uncertain inputs; with a forecast before,
 * progress meanwhile, Ctrl-C and --time heeded, and a collector of all records after. */
#ifndef HR_CLI_SIMULATE_H
#define HR_CLI_SIMULATE_H

#include "sim/cli/load.h"
#include "sim/cli/progress.h"
#include "sim/study/collect.h"

struct hr_simulation {
    const struct hr_cli *cli;
    const struct hr_settings *set;
    struct hr_scenario *scenario;
    uint32_t replications, threads; /* replications: at most, where that is `automatic` */
    bool automatic;
    double precision, time_s; /* time_s 0: no limit */
    struct hr_twins twins;
    struct hr_outer *outer; /* of hr_simulation_vary; NULL: no input is varied */
    struct hr_progress progress;
    struct hr_collector *collector; /* after hr_simulation_run; to be destroyed */
    struct hr_study_end end;
    uint64_t episode_tasks, episode_events; /* simulated by episodes */
    double episode_s;                       /* wall clock that they took */
    bool year_sufficed;        /* the last look found all years known well enough */
    uint32_t *episode_designs; /* of the study of episodes that goes on */
    double load_s; /* of CPU from the start of the process to that of the study */
};

/* How many runs, how exact and how long.  NULL, or what is wrong with that. */
const char *hr_simulation_effort(struct hr_simulation *s, const struct hr_settings *set);
/* After that: the rest, by the settings of the command line. */
void hr_simulation_init(struct hr_simulation *s, const struct hr_cli *cli,
                        struct hr_scenario *scenario);
/* One line on standard error: how much is to be done. */
void hr_simulation_forecast(const struct hr_simulation *s);
void hr_simulation_run(struct hr_simulation *s);
/* Parts of that, in simulate_episodes.c: of each disturbance alone, with --occurrences, before the
 * runs; and after them, as they tell what an undisturbed system loses, around the strikes of
 * hazards, for the designs of which an objective asks yearly_availability. */
void hr_simulation_occurrences(struct hr_simulation *s);
void hr_simulation_year(struct hr_simulation *s);
bool hr_simulation_year_is_asked(const struct hr_simulation *s);
/* In simulate_ranges.c, before the run: load the scenario away from the half-way of its uncertain
 * inputs.  False, after saying what is wrong, with *status. */
bool hr_simulation_vary(struct hr_simulation *s, int *status);
/* Part of hr_simulation_run: the sample and the search for flips (sim/study/outer.h), in the
 * time that is left. */
void hr_simulation_ranges(struct hr_simulation *s);
/* Show progress of a study of this simulation; false: stop. */
bool hr_simulation_watch(void *simulation, const struct hr_study_progress *p);
/* Said on standard error: runs that were not finished; identities of the ledger that do not hold
 * (how many); --stats. */
void hr_simulation_shortfall(const struct hr_simulation *s);
size_t hr_simulation_violations(const struct hr_simulation *s);
void hr_simulation_stats(const struct hr_simulation *s);

/* An exit status after --exit-zero and --strict; warned: the scenario had warnings. */
int hr_simulation_gated(const struct hr_settings *set, bool warned, int status);

/* The command as far as results depend on it: no folders, no number of threads. */
const char *hr_simulation_history(const struct hr_simulation *j, const char *command,
                                  const char *const *files, size_t n);

#endif /* HR_CLI_SIMULATE_H */
