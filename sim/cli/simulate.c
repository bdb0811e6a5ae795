/* sim/cli/simulate.c - see simulate.h. */
#include "sim/cli/simulate.h"

#include "sim/cli/output.h"
#include "sim/report/sentence.h"
#include "sim/scenario/value/value.h"
#include "sim/study/looks.h"
#include "sim/study/outer.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* What a run does when nothing is said. */
static const double auto_precision = 0.05, auto_time_s = 120;

/* --- before --------------------------------------------------------------------------------- */

static uint32_t cores(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n >= 1 ? (uint32_t)n : 1;
}

const char *hr_simulation_effort(struct hr_simulation *s, const struct hr_settings *set)
{
    s->automatic = set->replications == 0;
    s->replications = s->automatic ? HR_REPLICATIONS_MOST : (uint32_t)set->replications;
    s->precision = set->precision > 0 ? set->precision : auto_precision;
    s->time_s = set->time_s > 0 ? set->time_s : s->automatic ? auto_time_s : 0;
    s->time_s = isinf(s->time_s) ? 0 : s->time_s;
    if (set->precision > 0 && !s->automatic)
        return "--precision finds out how many runs it takes: leave out -r, or say -r auto";
    return NULL;
}

void hr_simulation_init(struct hr_simulation *s, const struct hr_cli *cli,
                        struct hr_scenario *scenario)
{
    s->cli = cli;
    s->set = cli->set;
    s->scenario = scenario;
    s->threads = cli->set->jobs ? (uint32_t)cli->set->jobs : cores();
    s->twins = hr_twins_of(scenario, cli->arena);
}

const char *hr_simulation_history(const struct hr_simulation *j, const char *command,
                                  const char *const *files, size_t n)
{
    struct hr_arena *a = j->cli->arena;
    const struct hr_settings *s = j->set;
    const char *runs =
        j->automatic ? hr_arena_printf(a, "auto --precision %.12g%%", 100 * j->precision)
                     : hr_arena_printf(a, "%u", j->replications);
    const char *text = hr_arena_printf(a, "headroom %s", command);

    for (size_t i = 0; i < n; i++)
        text = hr_arena_printf(a, "%s %s", text, hr_output_file_name(files[i]));
    text =
        hr_arena_printf(a, "%s -r %s --seed %llu", text, runs, (unsigned long long)s->seed);

    if (s->episodes >= 0)
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
static struct forecast forecast(const struct hr_simulation *s, uint32_t replications)
{
    struct forecast f = {0, 0};

    for (size_t i = 0; i < s->scenario->n_designs; i++)
        add_forecast(&f, s->scenario->designs[i].plan, replications);
    for (uint32_t i = 0; i < s->twins.n; i++) {
        const struct hr_twin *t = &s->twins.at[i];
        const struct hr_plan *plan = s->scenario->designs[t->design].plan;
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
void hr_simulation_forecast(const struct hr_simulation *s)
{
    struct hr_arena *a = s->cli->arena;
    const uint32_t each = s->automatic ? 1 : s->replications;
    const size_t n = s->scenario->n_designs, twins = (size_t)s->twins.n * each;
    const size_t runs = n * each + twins;
    const struct forecast f = forecast(s, each);
    const double work_s = f.work_s / (s->threads < runs ? s->threads : (double)runs);
    const char *time = work_s < 1 ? "less than a second"
                                  : hr_arena_printf(a, "about %s", about_time(work_s, a));
    const char *with =
        twins ? hr_arena_printf(a, " and %zu twin%s", twins, plural(twins)) : "";

    if (!s->automatic) {
        fprintf(stderr, "%zu design%s x %u run%s%s, about %s requests; %s\n", n, plural(n),
                each, plural(each), with, about(f.requests, a), time);
        return;
    }
    fprintf(
        stderr,
        "%zu design%s x up to %d runs; one of each%s is about %s requests: %s; %s\n", n,
        plural(n), HR_REPLICATIONS_MOST, with, about(f.requests, a), time,
        s->time_s > 0
            ? hr_arena_printf(a, "stops after %s",
                              hr_show_duration(a, (hr_time)(s->time_s * (double)HR_SECOND)))
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
    struct hr_simulation *s = ctx;

    hr_collector_add(s->collector, design, r);
}

static void merge_twin(void *ctx, const struct hr_twin *t, const struct hr_record *r)
{
    struct hr_simulation *s = ctx;

    hr_collector_twin(s->collector, t, r);
}

/* The answer as it stands, for whoever waits at a terminal. */
static void show_provisional(struct hr_simulation *s)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_results *r = hr_collector_results(s->collector, a, "", 0);

    hr_progress_say(&s->progress,
                    hr_arena_printf(a, "so far: %s", hr_report_sentence(r, a)));
    hr_arena_destroy(a);
}

static bool enough(void *ctx, uint32_t n)
{
    struct hr_simulation *s = ctx;

    if (n == 1 && n < s->replications && s->progress.shown)
        show_provisional(s);
    return s->automatic && hr_collector_enough(s->collector, n, s->precision);
}

bool hr_simulation_watch(void *simulation, const struct hr_study_progress *p)
{
    struct hr_simulation *s = simulation;

    if (p->elapsed_s < s->progress.last_s)
        s->progress.last_s = -1; /* another study */
    return hr_progress_watch(&s->progress, p);
}

/* A study that was to make as many runs as it takes, or as there was time for, has made them. */
static void settle(struct hr_simulation *s)
{
    if (!s->automatic || s->end.stopped || s->end.replications == 0)
        return;
    hr_collector_ended(s->collector, s->end.replications,
                       s->end.enough
                           ? hr_arena_printf(s->cli->arena,
                                             "every objective is known to %.12g%%",
                                             100 * s->precision)
                       : s->end.out_of_time ? "the time was up"
                                            : "no more are made by -r auto");
    s->end.asked = s->end.finished;
}

void hr_simulation_run(struct hr_simulation *s)
{
    const size_t n = s->scenario->n_designs;
    const struct hr_plan **plans = hr_arena_alloc(s->cli->arena, n, sizeof *plans);
    const bool year = hr_simulation_year_is_asked(s);
    struct hr_study_options o = {.plans = plans,
                                 .n_designs = (uint32_t)n,
                                 .twins = s->twins,
                                 .replications = s->replications,
                                 .seed = s->set->seed,
                                 .jobs = s->threads,
                                 .budget_s = s->time_s / (s->outer || year ? 2 : 1),
                                 .least = s->set->time_s > 0 ? 0 : 1,
                                 .machine = &hr_study_simulator,
                                 .ctx = s,
                                 .merge = merge,
                                 .merge_twin = merge_twin,
                                 .enough = enough,
                                 .watch = hr_simulation_watch};

    for (size_t i = 0; i < n; i++)
        plans[i] = s->scenario->designs[i].plan;
    /* From here on Ctrl-C stops the study; making room for a large one takes a while. */
    hr_progress_begin(&s->progress, s->cli->terminal.err_moves && !s->set->quiet,
                      s->cli->terminal.utf8, s->automatic);
    s->collector = hr_collector_create(s->scenario, s->replications, s->set->seed);
    s->load_s = cpu_s();
    s->episode_designs = hr_arena_alloc(s->cli->arena, n, sizeof *s->episode_designs);
    hr_simulation_occurrences(s);
    if (o.budget_s > 0) /* 0 would be no limit */
        o.budget_s = fmax(o.budget_s - s->episode_s, 1e-3);
    if (!s->end.stopped)
        s->end = hr_study_run(&o);
    if (!s->end.stopped)
        hr_simulation_year(s);
    hr_simulation_ranges(s);
    hr_progress_end(&s->progress);
    settle(s);
}

/* --- after ---------------------------------------------------------------------------------- */

void hr_simulation_stats(const struct hr_simulation *s)
{
    const unsigned long long tasks = s->end.tasks + s->episode_tasks;
    const unsigned long long events = s->end.events + s->episode_events;
    struct rusage use;

    getrusage(RUSAGE_SELF, &use);
    fprintf(stderr,
            "stats: requests=%llu events=%llu cpu_s=%.3f peak_mib=%.1f load_ms=%.2f\n",
            tasks, events, cpu_s(), (double)use.ru_maxrss / 1024, 1e3 * s->load_s);
}

int hr_simulation_gated(const struct hr_settings *set, bool warned, int status)
{
    if (set->strict && (status == HR_EXIT_UNDECIDED || (status == HR_EXIT_DONE && warned)))
        status = HR_EXIT_BROKEN;
    if (set->exit_zero && (status == HR_EXIT_BROKEN || status == HR_EXIT_UNDECIDED))
        status = HR_EXIT_DONE;
    return status;
}

void hr_simulation_shortfall(const struct hr_simulation *s)
{
    if (s->end.finished < s->end.asked && !s->set->quiet)
        hr_complain("%u of %u runs were finished%s", s->end.finished, s->end.asked,
                    s->end.out_of_time ? " in the time given" : "");
}

size_t hr_simulation_violations(const struct hr_simulation *s)
{
    const char *first = NULL;
    const size_t n = hr_collector_violations(s->collector, &first) +
                     (s->outer ? s->outer->violations : 0);

    if (n > 0)
        hr_complain("internal error: %zu identities of the ledger do not hold, so the "
                    "figures cannot be trusted; the first: %s",
                    n, first ? first : "away from half-way");
    return n;
}
