/* sim/cli/run.c - headroom run: simulate every design, conclude, report. */
#include "sim/cli/load.h"
#include "sim/cli/output.h"
#include "sim/cli/progress.h"
#include "sim/report/sentence.h"
#include "sim/scenario/value/value.h"
#include "sim/study/collect.h"
#include "sim/study/episode.h"
#include "sim/study/looks.h"
#include "sim/study/pilot.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* What a run does when nothing is said. */
static const double auto_precision = 0.05, auto_time_s = 120;

struct job {
    const struct hr_cli *cli;
    const struct hr_settings *set;
    struct hr_cli own_cli; /* with a warm-up that was found out or asked for */
    struct hr_settings own_set;
    const char *warmup_from; /* how it was found out; NULL */
    struct hr_scenario *scenario;
    struct hr_diags diags;
    const char *path, *folder, *stem;
    uint32_t replications, threads; /* replications: at most, where that is `automatic` */
    bool automatic;
    double precision, time_s; /* time_s 0: no limit */
    struct hr_progress progress;
    struct hr_collector *collector;
    struct hr_twins twins;
    struct hr_study_end end;
    struct hr_study_end year; /* of episodes */
    uint32_t design;          /* that occurrences are made of */
    uint32_t *yearly;         /* designs that episodes are made of */
    uint32_t n_yearly;
    double load_s; /* of CPU from the start of the process to that of the study */
};

/* --- before --------------------------------------------------------------------------------- */

static uint32_t cores(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n >= 1 ? (uint32_t)n : 1;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* The command as far as results depend on it: no folders, no number of threads. */
static const char *history(const struct job *j)
{
    struct hr_arena *a = j->cli->arena;
    const struct hr_settings *s = j->set;
    const char *runs =
        j->automatic ? hr_arena_printf(a, "auto --precision %.12g%%", 100 * j->precision)
                     : hr_arena_printf(a, "%u", j->replications);
    const char *text =
        hr_arena_printf(a, "headroom run %s -r %s --seed %llu", last_part(j->path), runs,
                        (unsigned long long)s->seed);

    if (s->episodes != hr_settings_default().episodes)
        text = hr_arena_printf(a, "%s --episodes %lld", text, (long long)s->episodes);
    if (s->occurrences > 0)
        text = hr_arena_printf(a, "%s --occurrences %lld", text, (long long)s->occurrences);
    if (s->quick)
        text = hr_arena_printf(a, "%s --quick", text);
    for (size_t i = 0; i < s->set.n; i++)
        text = hr_arena_printf(a, "%s --set '%s'", text, s->set.at[i]);
    for (size_t i = 0; i < s->design.n; i++)
        text = hr_arena_printf(a, "%s --design '%s'", text, s->design.at[i]);
    if (s->only)
        text = hr_arena_printf(a, "%s --only '%s'", text, s->only);
    if (s->without_disturbances)
        text = hr_arena_printf(a, "%s --without-disturbances", text);
    return text;
}

/* "1.2 M requests": a guess, so two figures and no more. */
static const char *about(double n, struct hr_arena *a)
{
    static const char *const prefixes[] = {"", " k", " M", " G"};
    size_t i = 0;

    while (n >= 1000 && i < 3) {
        n /= 1000;
        i++;
    }
    return hr_arena_printf(a, n < 10 && i > 0 ? "%.1f%s" : "%.0f%s", n, prefixes[i]);
}

static const char *about_time(double seconds, struct hr_arena *a)
{
    if (seconds < 100)
        return hr_arena_printf(a, "%.0f s", ceil(seconds));
    return seconds < 6000 ? hr_arena_printf(a, "%.0f min", ceil(seconds / 60))
                          : hr_arena_printf(a, "%.1f h", seconds / 3600);
}

struct forecast {
    double requests, work_s;
};

static void add_forecast(struct forecast *f, const struct hr_plan *plan, double share)
{
    /* Measured on one core with the examples: 0.4 us a request and 0.2 us a call. */
    const double call_s = 0.2e-6, request_s = 0.4e-6;
    const struct hr_forecast of = hr_scenario_forecast(plan);

    f->requests += of.tasks * share;
    f->work_s += (of.tasks * request_s + of.calls * call_s) * share;
}

/* Twins that may be spared count as half. */
static struct forecast forecast(const struct job *j, uint32_t replications)
{
    struct forecast f = {0, 0};

    for (size_t i = 0; i < j->scenario->n_designs; i++)
        add_forecast(&f, j->scenario->designs[i].plan, replications);
    for (uint32_t i = 0; i < j->twins.n; i++) {
        const struct hr_twin *t = &j->twins.at[i];
        const struct hr_plan *plan = j->scenario->designs[t->design].plan;
        const double span = (double)plan->horizon + (double)plan->warmup;
        const double share = ((double)hr_twin_until(plan, t) + (double)plan->warmup) / span;

        add_forecast(&f, plan, share * replications * (t->perhaps ? 0.5 : 1));
    }
    return f;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* What it will come to; where nobody knows how many runs it takes, the first of each design. */
static void print_forecast(const struct job *j)
{
    struct hr_arena *a = j->cli->arena;
    const uint32_t each = j->automatic ? 1 : j->replications;
    const size_t n = j->scenario->n_designs, twins = (size_t)j->twins.n * each;
    const size_t runs = n * each + twins;
    const struct forecast f = forecast(j, each);
    const double work_s = f.work_s / (j->threads < runs ? j->threads : (double)runs);
    const char *time = work_s < 1 ? "less than a second"
                                  : hr_arena_printf(a, "about %s", about_time(work_s, a));
    const char *with =
        twins ? hr_arena_printf(a, " and %zu twin%s", twins, plural(twins)) : "";

    if (!j->automatic) {
        fprintf(stderr, "%zu design%s x %u run%s%s, about %s requests; %s\n", n, plural(n),
                each, plural(each), with, about(f.requests, a), time);
        return;
    }
    fprintf(
        stderr,
        "%zu design%s x up to %d runs; one of each%s is about %s requests: %s; %s\n", n,
        plural(n), HR_REPLICATIONS_MOST, with, about(f.requests, a), time,
        j->time_s > 0
            ? hr_arena_printf(a, "stops after %s",
                              hr_show_duration(a, (hr_time)(j->time_s * (double)HR_SECOND)))
            : "no limit of time");
}

/* All threads together, the loading of shared libraries included. */
static double cpu_s(void)
{
    struct timespec t = {0};

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* --- simulating ----------------------------------------------------------------------------- */

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    struct job *j = ctx;

    hr_collector_add(j->collector, design, r);
}

static void merge_twin(void *ctx, const struct hr_twin *t, const struct hr_record *r)
{
    struct job *j = ctx;

    hr_collector_twin(j->collector, t, r);
}

/* The answer as it stands, for whoever waits at a terminal. */
static void show_provisional(struct job *j)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_results *r = hr_collector_results(j->collector, a, "", 0);

    hr_progress_say(&j->progress,
                    hr_arena_printf(a, "so far: %s", hr_report_sentence(r, a)));
    hr_arena_destroy(a);
}

static bool enough(void *ctx, uint32_t n)
{
    struct job *j = ctx;

    if (n == 1 && n < j->replications && j->progress.shown)
        show_provisional(j);
    return j->automatic && hr_collector_enough(j->collector, n, j->precision);
}

static bool watch(void *ctx, const struct hr_study_progress *p)
{
    struct job *j = ctx;

    return hr_progress_watch(&j->progress, p);
}

/* A study that was to make as many runs as it takes, or as there was time for, has made them. */
static void settle(struct job *j)
{
    if (!j->automatic || j->end.stopped || j->end.replications == 0)
        return;
    hr_collector_ended(j->collector, j->end.replications,
                       j->end.enough
                           ? hr_arena_printf(j->cli->arena,
                                             "every objective is known to %.12g%%",
                                             100 * j->precision)
                       : j->end.out_of_time ? "the time was up"
                                            : "no more are made by -r auto");
    j->end.asked = j->end.finished;
}

/* --- the year ------------------------------------------------------------------------------- */

static void merge_episode(void *ctx, uint32_t k, const struct hr_record *r)
{
    struct job *j = ctx;

    hr_collector_episode(j->collector, j->yearly[k], r);
}

static const struct hr_plan **find_yearly(struct job *j)
{
    const size_t n = j->scenario->n_designs;
    const struct hr_plan **plans = hr_arena_alloc(j->cli->arena, n, sizeof *plans);

    j->yearly = hr_arena_alloc(j->cli->arena, n, sizeof *j->yearly);
    for (size_t i = 0; i < n; i++)
        if (hr_year_is_asked(&j->scenario->designs[i])) {
            plans[j->n_yearly] = j->scenario->designs[i].plan;
            j->yearly[j->n_yearly++] = (uint32_t)i;
        }
    return plans;
}

/* Episodes of the designs that an objective asks the year of. */
static void simulate_year(struct job *j)
{
    const struct hr_plan **plans = find_yearly(j);
    const struct hr_study_options o = {.plans = plans,
                                       .n_designs = j->n_yearly,
                                       .replications = (uint32_t)j->set->episodes,
                                       .seed = j->set->seed,
                                       .jobs = j->threads,
                                       .budget_s = j->time_s,
                                       .machine = &hr_episode_hazards,
                                       .ctx = j,
                                       .merge = merge_episode,
                                       .watch = watch};

    if (j->n_yearly == 0)
        return;
    j->year = hr_study_run(&o);
    j->end.stopped = j->year.stopped;
}

/* --- occurrences ------------------------------------------------------------------------- */

static void merge_occurrence(void *ctx, uint32_t k, const struct hr_record *r)
{
    struct job *j = ctx;

    (void)k;
    hr_collector_occurrence(j->collector, j->design, r);
}

/* Each disturbance alone, at random times, in every design. */
static void simulate_occurrences(struct job *j)
{
    for (j->design = 0; j->set->occurrences > 0 && j->design < j->scenario->n_designs;
         j->design++) {
        const struct hr_plan *plan = j->scenario->designs[j->design].plan;
        const uint32_t classes = hr_episode_classes(plan, false);
        const struct hr_study_options o = {.plans = &plan,
                                           .n_designs = 1,
                                           .replications =
                                               (uint32_t)j->set->occurrences * classes,
                                           .seed = j->set->seed,
                                           .jobs = j->threads,
                                           .budget_s = j->time_s,
                                           .machine = &hr_episode_occurrences,
                                           .ctx = j,
                                           .merge = merge_occurrence,
                                           .watch = watch};

        if (classes == 0 || j->end.stopped)
            continue;
        const struct hr_study_end end = hr_study_run(&o);

        j->year.tasks += end.tasks;
        j->year.events += end.events;
        j->end.stopped = end.stopped;
    }
}

/* --- all of it ------------------------------------------------------------------------------ */

static void simulate(struct job *j)
{
    const size_t n = j->scenario->n_designs;
    const struct hr_plan **plans = hr_arena_alloc(j->cli->arena, n, sizeof *plans);
    const struct hr_study_options o = {.plans = plans,
                                       .n_designs = (uint32_t)n,
                                       .twins = j->twins,
                                       .replications = j->replications,
                                       .seed = j->set->seed,
                                       .jobs = j->threads,
                                       .budget_s = j->time_s,
                                       .least = j->set->time_s > 0 ? 0 : 1,
                                       .machine = &hr_study_simulator,
                                       .ctx = j,
                                       .merge = merge,
                                       .merge_twin = merge_twin,
                                       .enough = enough,
                                       .watch = watch};

    for (size_t i = 0; i < n; i++)
        plans[i] = j->scenario->designs[i].plan;
    /* From here on Ctrl-C stops the study; making room for a large one takes a while. */
    hr_progress_begin(&j->progress, j->cli->terminal.err_moves && !j->set->quiet,
                      j->cli->terminal.utf8, j->automatic);
    j->collector = hr_collector_create(j->scenario, j->replications, j->set->seed);
    j->load_s = cpu_s();
    simulate_year(j);
    simulate_occurrences(j);
    if (!j->end.stopped)
        j->end = hr_study_run(&o);
    hr_progress_end(&j->progress);
    settle(j);
}

/* --- after ---------------------------------------------------------------------------------- */

static void print_stats(const struct job *j)
{
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    fprintf(stderr,
            "stats: requests=%llu events=%llu cpu_s=%.3f peak_mib=%.1f load_ms=%.2f\n",
            (unsigned long long)(j->end.tasks + j->year.tasks),
            (unsigned long long)(j->end.events + j->year.events), cpu_s(),
            (double)use.ru_maxrss / 1024, 1e3 * j->load_s);
}

/* What to try after this: one run has no intervals, and a few may not decide. */
static const char *next_command(const struct job *j, int status)
{
    struct hr_arena *a = j->cli->arena;

    if (strcmp(j->path, "-") == 0)
        return NULL;
    if (j->automatic && j->end.out_of_time && status == HR_EXIT_UNDECIDED)
        return hr_arena_printf(a, "headroom run %s --time none", j->path);
    if (!j->automatic && j->replications == 1)
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
        shown = hr_output_page(j->cli, r, last_part(file), page);
    hr_output_report(j->cli, r, stored ? file : NULL, shown ? page : NULL,
                     next_command(j, status));
    return stored && (shown || j->set->no_html);
}

/* --exit-zero and --strict. */
static int gated(const struct job *j, int status)
{
    if (j->set->strict &&
        (status == HR_EXIT_UNDECIDED || (status == HR_EXIT_DONE && j->diags.warnings > 0)))
        status = HR_EXIT_BROKEN;
    if (j->set->exit_zero && (status == HR_EXIT_BROKEN || status == HR_EXIT_UNDECIDED))
        status = HR_EXIT_DONE;
    return status;
}

static int conclude(struct job *j)
{
    const char *violation = NULL;
    const size_t violations = hr_collector_violations(j->collector, &violation);
    const int verdict = hr_collector_status(j->collector, j->set->gate == 1);
    struct hr_results *r =
        hr_collector_results(j->collector, j->cli->arena, history(j), verdict);

    if (j->warmup_from)
        hr_results_attr(r, "warmup", j->warmup_from);
    hr_results_attr(r, "verdict", hr_report_sentence(r, j->cli->arena));
    if (violations > 0)
        hr_complain("internal error: %zu identities of the ledger do not hold, so the "
                    "figures cannot be trusted; the first: %s",
                    violations, violation);
    if (!deliver(j, r, verdict))
        return HR_EXIT_IO;
    if (violations > 0)
        return HR_EXIT_INTERNAL;
    return j->end.stopped ? HR_EXIT_INTERRUPTED : gated(j, verdict);
}

static int simulate_and_conclude(struct job *j)
{
    int status;

    simulate(j);
    if (j->end.finished < j->end.asked && !j->set->quiet)
        hr_complain("%u of %u runs were finished%s", j->end.finished, j->end.asked,
                    j->end.out_of_time ? " in the time given" : "");
    if (j->end.finished > 0)
        status = conclude(j);
    else
        status = j->end.stopped ? HR_EXIT_INTERRUPTED : gated(j, HR_EXIT_UNDECIDED);
    if (j->set->stats)
        print_stats(j);
    hr_collector_destroy(j->collector);
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

/* Find out how long a warm-up it takes, and load the scenario with it. */
static bool find_warmup(struct job *j, int *status)
{
    struct hr_arena *a = j->cli->arena;
    const char *why = NULL, *design = "";
    hr_time warmup;

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
    if (!hr_pilot_warmup(j->scenario, j->set->seed, &warmup, &design)) {
        hr_complain(
            "--warmup auto: `%s` does not settle in the first half of the horizon; it "
            "is overloaded, or needs a longer horizon",
            hr_shown(a, design, strlen(design)));
        return false;
    }
    j->warmup_from = hr_arena_printf(a, "%s, by MSER-5 of %d pilot runs",
                                     hr_show_duration(a, warmup), HR_PILOT_RUNS);
    return load_with_warmup(j, hr_show_duration(a, warmup), true, status);
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

/* How many runs, how exact and how long.  NULL, or what is wrong with that. */
static const char *decide_effort(struct job *j)
{
    const struct hr_settings *s = j->set;

    j->automatic = s->replications == 0;
    j->replications = j->automatic ? HR_REPLICATIONS_MOST : (uint32_t)s->replications;
    j->precision = s->precision > 0 ? s->precision : auto_precision;
    j->time_s = s->time_s > 0 ? s->time_s : j->automatic ? auto_time_s : 0;
    j->time_s = isinf(j->time_s) ? 0 : j->time_s;
    if (s->precision > 0 && !j->automatic)
        return "--precision finds out how many runs it takes: leave out -r, or say -r auto";
    return NULL;
}

int hr_cli_run(const struct hr_cli *cli)
{
    const struct hr_settings *set = cli->set;
    struct job j = {.cli = cli,
                    .set = set,
                    .threads = set->jobs ? (uint32_t)set->jobs : cores(),
                    .folder = set->output ? set->output : "results"};
    const char *why;
    int status = HR_EXIT_DONE;

    why = decide_effort(&j);
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
    j.twins = hr_twins_of(j.scenario, cli->arena);
    if (cli->terminal.err_is_tty && !set->quiet)
        print_forecast(&j);
    return simulate_and_conclude(&j);
}
