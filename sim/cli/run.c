/* sim/cli/run.c - headroom run: simulate every design, conclude, report. */
#include "sim/cli/output.h"
#include "sim/cli/simulate.h"
#include "sim/report/sentence.h"
#include "sim/scenario/tree/tree.h"
#include "sim/scenario/value/value.h"
#include "sim/study/pilot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct job {
    const struct hr_cli *cli;
    const struct hr_settings *set;
    struct hr_cli own_cli; /* with a warm-up that was found out or asked for */
    struct hr_settings own_set;
    const char *warmup_from; /* how it was found out; NULL */
    double pilot_s;          /* how long that took */
    struct hr_scenario *scenario;
    struct hr_diags diags;
    const char *path, *folder, *stem;
    struct hr_simulation sim;
};

static bool has_limit(const struct hr_settings *set) /* of time, that was given */
{
    return set->time_s > 0 && isfinite(set->time_s);
}

/* --- after ---------------------------------------------------------------------------------- */

/* What to try after this: one run has no intervals, and a few may not decide. */
static const char *next_command(const struct job *j, int status)
{
    struct hr_arena *a = j->cli->arena;

    if (strcmp(j->path, "-") == 0)
        return NULL;
    if (j->sim.automatic && j->sim.end.out_of_time && status == HR_EXIT_UNDECIDED)
        return hr_arena_printf(a, "headroom run %s --time none", j->path);
    if (!j->sim.automatic && j->sim.replications == 1)
        return hr_arena_printf(a, "headroom run %s", j->path);
    return NULL;
}

/* Write and print.  False if a file could not be written. */
static bool deliver(const struct job *j, const struct hr_results *r, int status)
{
    struct hr_arena *a = j->cli->arena;
    const char *file = hr_arena_printf(a, "%s/%s.h5", j->folder, j->stem);
    const char *page = hr_arena_printf(a, "%s/%s.html", j->folder, j->stem);
    char why[256];
    bool stored = hr_results_write(r, file, why, sizeof why) == HR_IO_OK;
    bool shown = false;

    if (!stored)
        hr_complain("cannot write %s: %s", file, why);
    else if (!j->set->no_html)
        shown = hr_output_page(j->cli, r, hr_output_file_name(file), page);
    hr_output_report(j->cli, r, stored ? file : NULL, shown ? page : NULL,
                     next_command(j, status));
    return stored && (shown || j->set->no_html);
}

static int conclude(struct job *j)
{
    const char *const files[] = {j->path};
    const int verdict = hr_collector_status(j->sim.collector, j->set->gate == 1);
    struct hr_results *r =
        hr_collector_results(j->sim.collector, j->cli->arena,
                             hr_simulation_history(&j->sim, "run", files, 1), verdict);
    const size_t violations = hr_simulation_violations(&j->sim);

    if (j->warmup_from)
        hr_results_attr(r, "warmup", j->warmup_from);
    hr_results_attr(r, "verdict", hr_report_sentence(r, j->cli->arena));
    if (!deliver(j, r, verdict))
        return HR_EXIT_IO;
    if (violations > 0)
        return HR_EXIT_INTERNAL;
    return j->sim.end.stopped ? HR_EXIT_INTERRUPTED
                              : hr_simulation_gated(j->set, j->diags.warnings > 0, verdict);
}

static int simulate_and_conclude(struct job *j)
{
    int status;

    hr_simulation_run(&j->sim);
    hr_simulation_shortfall(&j->sim);
    if (j->sim.end.finished > 0)
        status = conclude(j);
    else
        status = j->sim.end.stopped ? HR_EXIT_INTERRUPTED
                                    : hr_simulation_gated(j->set, false, HR_EXIT_UNDECIDED);
    if (j->set->stats)
        hr_simulation_stats(&j->sim);
    hr_collector_destroy(j->sim.collector);
    return status;
}

/* Load the scenario with a warm-up set over its own.  False: it is wrong.  `told`: what there
 * is to warn of has been said. */
static bool load_with_warmup(struct job *j, const char *warmup, bool told, int *status)
{
    struct hr_arena *a = j->cli->arena;
    struct hr_cli_list *set = &j->own_set.set;
    const char **at = hr_arena_alloc(a, j->set->set.n + 1, sizeof *at);

    if (j->set->set.n)
        memcpy(at, j->set->set.at, j->set->set.n * sizeof *at);
    at[j->set->set.n] = hr_arena_printf(a, "warmup=%s", warmup);
    j->own_set = *j->set;
    *set = (struct hr_cli_list){at, j->set->set.n + 1, j->set->set.n + 1};
    j->own_cli = *j->cli;
    j->own_cli.set = &j->own_set;
    if (told) {
        hr_diags_init(&j->diags, a);
        j->scenario = hr_load(&j->own_cli, j->path, &j->diags);
    } else {
        j->scenario = hr_load_or_complain(&j->own_cli, j->path, "Nothing was simulated.",
                                          &j->diags, status);
    }
    return j->scenario != NULL;
}

/* Where a time was given, half of it is for the runs themselves. */
static bool look_for_warmup(struct job *j, struct hr_pilot *pilot)
{
    struct hr_arena *a = j->cli->arena;

    if (has_limit(j->set))
        pilot->limit_s = j->set->time_s / 2;
    if (j->cli->terminal.err_is_tty && !j->set->quiet)
        fprintf(stderr, "Looking for the warm-up in %d pilot runs of each design\n",
                HR_PILOT_RUNS);
    switch (hr_pilot_warmup(j->scenario, pilot)) {
    case HR_PILOT_SETTLED:
        return true;
    case HR_PILOT_UNSETTLED:
        hr_complain(
            "--warmup auto: `%s` does not settle in the first half of the horizon; it "
            "is overloaded, or needs a longer horizon",
            hr_shown(a, pilot->unsettled, strlen(pilot->unsettled)));
        return false;
    case HR_PILOT_OUT_OF_TIME:
    default:
        hr_complain("--warmup auto: its pilot runs take more than half of the time given; "
                    "give more, or say how long the warm-up is (--warmup 10m)");
        return false;
    }
}

/* Find out how long a warm-up it takes, and load the scenario with it. */
static bool find_warmup(struct job *j, int *status)
{
    struct hr_arena *a = j->cli->arena;
    struct hr_pilot pilot = {.seed = j->set->seed};
    const char *why = NULL;

    *status = HR_EXIT_USAGE;
    if (strcmp(j->path, "-") == 0) {
        hr_complain("--warmup auto reads the scenario twice: it cannot be standard input");
        return false;
    }
    if (!load_with_warmup(j, "0s", false, status))
        return false;
    *status = HR_EXIT_USAGE;
    why = hr_pilot_refusal(j->scenario, a);
    if (why) {
        hr_complain("--warmup auto looks for a steady state, and %s: say how long the "
                    "warm-up is (`warmup: 10m` in the scenario)",
                    why);
        return false;
    }
    if (!look_for_warmup(j, &pilot))
        return false;
    const char *warmup = hr_show_duration(a, pilot.warmup);

    j->pilot_s = pilot.taken_s;
    j->warmup_from =
        hr_arena_printf(a, "%s, by MSER-5 of %d pilot runs", warmup, HR_PILOT_RUNS);
    return load_with_warmup(j, warmup, true, status);
}

/* The scenario as it will be run.  False: *status says why not. */
static bool load(struct job *j, int *status)
{
    bool well;

    if (j->set->warmup && strcmp(j->set->warmup, "auto") == 0)
        well = find_warmup(j, status);
    else if (j->set->warmup)
        well = load_with_warmup(j, j->set->warmup, false, status);
    else
        return (j->scenario = hr_load_or_complain(j->cli, j->path, "Nothing was simulated.",
                                                  &j->diags, status)) != NULL;
    if (!well)
        return false;
    j->cli = &j->own_cli;
    j->set = &j->own_set;
    return true;
}

int hr_cli_run(const struct hr_cli *cli)
{
    const struct hr_settings *set = cli->set;
    struct job j = {
        .cli = cli, .set = set, .folder = set->output ? set->output : "results"};
    const char *why = hr_simulation_effort(&j.sim, set);
    int status = HR_EXIT_DONE;

    if (why) {
        hr_complain("%s", why);
        return HR_EXIT_USAGE;
    }
    j.path = hr_load_path(set->operands.at[0], cli->arena);
    j.stem = hr_load_stem(j.path, cli->arena);
    if (!load(&j, &status))
        return status;
    why = hr_output_folder(j.folder, cli->arena);
    if (why) {
        hr_complain("cannot write to %s: %s", j.folder, why);
        return HR_EXIT_IO;
    }
    hr_simulation_init(&j.sim, j.cli, j.scenario);
    if (has_limit(set))
        j.sim.time_s = fmax(j.sim.time_s - j.pilot_s, 1e-3);
    if (!hr_simulation_vary(&j.sim, &status))
        return status;
    if (cli->terminal.err_is_tty && !set->quiet)
        hr_simulation_forecast(&j.sim);
    return simulate_and_conclude(&j);
}
