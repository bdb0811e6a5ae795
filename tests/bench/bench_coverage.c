/* tests/bench/bench_coverage.c - how often our own 95% intervals hold the truth.
 *
 *   bench_coverage [REPETITIONS]     (1000)
 *
 * A repetition is a whole study with a seed of its own (1, 2, ...), as `headroom run` makes it;
 * what is counted is whether the intervals that its results file would hold contain the truth:
 * after a fixed number of replications, and where `--precision` ends it (the same runs serve
 * both).  For M/M/1 the truth is known: the time in the system is exponential with rate mu -
 * lambda.  For the scenario whose load changes it is the figure of many more runs with another
 * seed, whose own error is printed.  Prints Markdown, and how far it is on standard error.  Exit
 * status 1 where a coverage is not in 93%..97%, or where the wider intervals of the objectives do
 * not all hold at once in 95% (less three standard errors).
 *
 * SOURCE  L. Kleinrock, "Queueing Systems" vol. 1, 1975, section 3.2. */
#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/report/pick.h"
#include "sim/scenario/scenario.h"
#include "sim/study/collect.h"
#include "sim/study/looks.h"
#include "sim/study/study.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SERVER(work)                                                                       \
    "components:\n  server: { kind: service, discipline: fifo,\n"                          \
    "    operations: { job: [ { work: exponential(" work ") } ] } }\n"                     \
    "objectives: [ mean_latency < 1h, p99 < 1h ]\n"

static const char mm1[] =
    "headroom: 1\nhorizon: 150s\nwarmup: 10s\n"
    "traffic: { jobs: { to: server, rate: 80/s, deadline: 1h } }\n" SERVER("10ms");

/* From 0.4 to 0.68 of what the server can carry, and back: no two moments are alike. */
static const char peak[] = "headroom: 1\nhorizon: 60s\nwarmup: 0s\n"
                           "traffic: { jobs: { to: server, rate: 80/s, deadline: 1h,\n"
                           "  shape: [ { spike: { at: 10s, to: 170%, rise: 10s, hold: 15s, "
                           "fall: 10s } } ] } }\n" SERVER("5ms");

enum { FIGURES = 2, FIXED = 20, MANY = 5000, TRUTH_SEED = 1000003, P99_AT = 3 };
static const char *const figures[FIGURES] = {"mean latency", "p99 latency"};

struct experiment {
    const char *name, *text;
    double precision;
    double truth[FIGURES]; /* NaN: to be found out */
};

struct interval {
    double value, lo, hi;
};

/* The intervals that a study shows of all requests, and those of its objectives. */
struct shown {
    struct interval at[FIGURES], objectives[FIGURES];
    size_t replications;
};

/* What is counted over the repetitions; low: of those that miss, the interval lies below. */
struct tally {
    uint32_t held[FIGURES], low[FIGURES], all_held;
    double half[FIGURES], runs;
};

/* --- one study ------------------------------------------------------------------------------ */

struct study {
    struct hr_collector *collector;
    double precision; /* 0: as many as are asked for */
    bool fixed_done, precise_done;
    struct shown fixed, precise;
};

static struct shown look(const struct hr_collector *c)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_results *r = hr_collector_results(c, a, "", 0);
    struct shown s = {
        .at = {{HR_FIGURE(r, "latency/answered_mean", 0, 0),
                HR_FIGURE(r, "latency/answered_mean_lo", 0, 0),
                HR_FIGURE(r, "latency/answered_mean_hi", 0, 0)},
               {HR_FIGURE(r, "latency/latency", 0, 0, P99_AT),
                HR_FIGURE(r, "latency/latency_lo", 0, 0, P99_AT),
                HR_FIGURE(r, "latency/latency_hi", 0, 0, P99_AT)}},
        .replications = hr_pick_length(r, "replication"),
    };

    for (size_t o = 0; o < FIGURES; o++)
        s.objectives[o] = (struct interval){HR_FIGURE(r, "objectives/value", 0, o),
                                            HR_FIGURE(r, "objectives/lo", 0, o),
                                            HR_FIGURE(r, "objectives/hi", 0, o)};
    hr_arena_destroy(a);
    return s;
}

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    const struct study *s = ctx;

    hr_collector_add(s->collector, design, r);
}

/* Both ends are looked at as they come; the later one ends it. */
static bool enough(void *ctx, uint32_t n)
{
    struct study *s = ctx;

    if (s->precision <= 0)
        return false;
    if (n == FIXED)
        s->fixed = look(s->collector);
    s->fixed_done = s->fixed_done || n == FIXED;
    if (!s->precise_done &&
        (hr_collector_enough(s->collector, n, s->precision) || n == HR_REPLICATIONS_MOST)) {
        s->precise = look(s->collector);
        s->precise_done = true;
    }
    return s->fixed_done && s->precise_done;
}

static void run(struct study *s, const struct hr_scenario *scenario, uint64_t seed,
                uint32_t most)
{
    const struct hr_plan *plans[1] = {scenario->designs[0].plan};
    const struct hr_study_options o = {.plans = plans,
                                       .n_designs = 1,
                                       .replications = most,
                                       .seed = seed,
                                       .jobs = 1,
                                       .machine = &hr_study_simulator,
                                       .ctx = s,
                                       .merge = merge,
                                       .enough = enough};

    s->collector = hr_collector_create(scenario, most, seed);
    hr_study_run(&o);
    if (s->precision <= 0)
        s->fixed = look(s->collector);
    hr_collector_destroy(s->collector);
}

/* --- many ------------------------------------------------------------------------------------ */

/* Fills what is not known; its own error must not matter beside the intervals'. */
static void find_truth(struct experiment *e, const struct hr_scenario *s)
{
    struct study truth = {0};

    if (!isnan(e->truth[0]))
        return;
    run(&truth, s, TRUTH_SEED, MANY);
    printf("The truth about *%s* from %d runs with another seed:", e->name, MANY);
    for (size_t k = 0; k < FIGURES; k++) {
        const struct interval *i = &truth.fixed.at[k];

        e->truth[k] = i->value;
        printf(" %s %.5g s +- %.1g%s", figures[k], i->value, (i->hi - i->lo) / 2,
               k + 1 < FIGURES ? "," : ".\n\n");
    }
}

static bool holds(const struct interval *i, double truth)
{
    return i->lo <= truth && truth <= i->hi;
}

static void count(struct tally *t, const struct shown *x, const double *truth)
{
    bool all = true;

    for (size_t k = 0; k < FIGURES; k++) {
        t->held[k] += holds(&x->at[k], truth[k]);
        t->low[k] += x->at[k].hi < truth[k];
        t->half[k] += (x->at[k].hi - x->at[k].lo) / 2;
        all = all && holds(&x->objectives[k], truth[k]);
    }
    t->all_held += all;
    t->runs += (double)x->replications;
}

static bool print_rows(const struct experiment *e, const char *how, const struct tally *t,
                       uint32_t n)
{
    bool well = true;

    for (size_t k = 0; k < FIGURES; k++) {
        const double share = t->held[k] / (double)n;
        const bool inside = share >= 0.93 && share <= 0.97;

        printf("| %s | %s | %s | %.1f | %.4g s | %.2g s | **%.1f%%** +- %.1f | %u, %u | %s "
               "|\n",
               e->name, how, figures[k], t->runs / n, e->truth[k], t->half[k] / n,
               100 * share, 196 * sqrt(share * (1 - share) / n), t->low[k],
               n - t->held[k] - t->low[k], inside ? "yes" : "**no**");
        well = well && inside;
    }
    return well;
}

static bool measure(struct experiment *e, uint32_t n)
{
    static const struct hr_library library = {hr_models, hr_catalog_files};
    struct hr_arena *a = hr_arena_create();
    struct tally fixed = {0}, precise = {0};
    struct hr_diags ds;
    struct hr_scenario *s;
    bool well;

    hr_diags_init(&ds, a);
    s = hr_scenario_load_text("coverage.yaml", e->text, strlen(e->text), &library, NULL,
                              &ds);
    if (!s) {
        fprintf(stderr, "%s is wrong\n", e->name);
        exit(1);
    }
    find_truth(e, s);
    for (uint32_t seed = 1; seed <= n; seed++) {
        struct study one = {.precision = e->precision};

        run(&one, s, seed, HR_REPLICATIONS_MOST);
        count(&fixed, &one.fixed, e->truth);
        count(&precise, &one.precise, e->truth);
        if (seed % 50 == 0)
            fprintf(stderr, "%s %u: %u %u, %u %u\n", e->name, seed, fixed.held[0],
                    fixed.held[1], precise.held[0], precise.held[1]);
    }
    printf("| scenario | ends | figure | runs | truth | half-width | held by the 95%% "
           "interval "
           "| too low, too high | 93..97%% |\n|---|---|---|---|---|---|---|---|---|\n");
    well = print_rows(e, "-r 20", &fixed, n);
    well = print_rows(e, hr_arena_printf(a, "--precision %g%%", 100 * e->precision),
                      &precise, n) &&
           well;
    printf("\nThe wider intervals of the objectives, at the end by precision, all hold at "
           "once "
           "in %.1f%%.\n\n",
           100 * precise.all_held / (double)n);
    fflush(stdout);
    hr_arena_destroy(a);
    return well && precise.all_held / (double)n >= 0.95 - 3 * sqrt(0.95 * 0.05 / n);
}

int main(int argc, char **argv)
{
    /* M/M/1: mu 100/s, lambda 80/s; p99 is ln(100) / (mu - lambda). */
    struct experiment all[] = {
        {"M/M/1, load 0.8", mm1, 0.25, {1.0 / 20, 4.605170185988091 / 20}},
        {"peak", peak, 0.15, {(double)NAN, (double)NAN}},
    };
    const int n = argc > 1 ? atoi(argv[1]) : 1000;
    bool well = true;

    if (n < 1 || argc > 2) {
        fprintf(stderr, "usage: bench_coverage [REPETITIONS]\n");
        return 2;
    }
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        well = measure(&all[i], (uint32_t)n) && well;
    return well ? 0 : 1;
}
