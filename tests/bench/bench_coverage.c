/* tests/bench/bench_coverage.c - how often our own 95% intervals hold the truth.
 *
 *   bench_coverage [REPETITIONS [FROM TO]]     (1000, and all experiments: 1 5)
 *
 * A repetition is a whole study with a seed of its own (1, 2, ...), as `headroom run` makes it;
 * what is counted is whether the intervals that its results file would hold contain the truth.
 * For M/M/1 that is known: the time in the system is exponential with rate mu - lambda.  For the
 * scenario whose load changes it is the figure of many more runs with another seed, whose own
 * error is printed.  Prints Markdown; exit status 1 where a coverage is not in 93%..97%, or the
 * intervals of the objectives do not all hold in 95% (less three standard errors).
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

#define SERVER                                                                             \
    "components:\n  server: { kind: service, discipline: fifo,\n"                          \
    "    operations: { job: [ { work: exponential(10ms) } ] } }\n"                         \
    "objectives: [ mean_latency < 1h, p99 < 1h, availability > 0% ]\n"

static const char mm1[] =
    "headroom: 1\nhorizon: 200s\nwarmup: 10s\n"
    "traffic: { jobs: { to: server, rate: 80/s, deadline: 1h } }\n" SERVER;

/* A burst that the server cannot keep up with, and its backlog; then it is mostly idle. */
#define BURST(good)                                                                        \
    "headroom: 1\nhorizon: 60s\nwarmup: 0s\n"                                              \
    "traffic: { jobs: { to: server, rate: 40/s, deadline: 1h" good ",\n"                   \
    "  shape: [ { spike: { at: 15s, to: 300%, rise: 5s, hold: 5s, fall: 5s } } ] } "       \
    "}\n" SERVER
static const char burst[] = BURST(""), late_burst[] = BURST(", good: 400ms");

enum { MEAN = 1, P99 = 2, AVAILABILITY = 4 };
enum { FIGURES = 3, MANY = 20000, TRUTH_SEED = 1000003 };

struct interval {
    double value, lo, hi;
};

/* The intervals that a study shows of all requests, and those of its objectives. */
struct shown {
    struct interval at[FIGURES], objectives[FIGURES];
    uint32_t replications;
};

static const char *const figures[FIGURES] = {"mean latency", "p99 latency", "availability"};

struct experiment {
    const char *name, *text;
    uint32_t replications; /* 0: to `precision` */
    double precision;
    unsigned told;         /* which figures: the others are known beforehand, or infinite */
    double truth[FIGURES]; /* NaN: to be found out */
};

/* What is counted over the repetitions. */
struct tally {
    uint32_t held[FIGURES],
        low[FIGURES]; /* low: of those missed, the interval lies below */
    uint32_t all_held, runs;
    double half[FIGURES];
};

/* --- one study ------------------------------------------------------------------------------ */

struct study {
    struct hr_collector *collector;
    double precision; /* 0: as many as are asked for */
};

static void merge(void *ctx, uint32_t design, const struct hr_record *r)
{
    const struct study *s = ctx;

    hr_collector_add(s->collector, design, r);
}

static bool enough(void *ctx, uint32_t n)
{
    const struct study *s = ctx;

    return s->precision > 0 && hr_collector_enough(s->collector, n, s->precision);
}

static struct interval interval(const struct hr_results *r, const char *path, size_t q)
{
    const char *lo = hr_arena_printf(r->arena, "%s_lo", path);
    const char *hi = hr_arena_printf(r->arena, "%s_hi", path);

    if (strncmp(path, "latency/latency", 15) == 0)
        return (struct interval){HR_FIGURE(r, path, 0, 0, q), HR_FIGURE(r, lo, 0, 0, q),
                                 HR_FIGURE(r, hi, 0, 0, q)};
    return (struct interval){HR_FIGURE(r, path, 0, 0), HR_FIGURE(r, lo, 0, 0),
                             HR_FIGURE(r, hi, 0, 0)};
}

static struct shown read_results(const struct hr_results *r)
{
    struct shown s = {{interval(r, "latency/answered_mean", 0),
                       interval(r, "latency/latency", 3 /* of 0.5 0.9 0.95 0.99 */),
                       interval(r, "summary/availability", 0)},
                      {{0, 0, 0}},
                      (uint32_t)hr_pick_length(r, "replication")};

    for (size_t o = 0; o < FIGURES; o++)
        s.objectives[o] = (struct interval){HR_FIGURE(r, "objectives/value", 0, o),
                                            HR_FIGURE(r, "objectives/lo", 0, o),
                                            HR_FIGURE(r, "objectives/hi", 0, o)};
    return s;
}

static struct shown run(const struct hr_scenario *scenario, uint64_t seed, uint32_t most,
                        double precision)
{
    struct hr_arena *a = hr_arena_create();
    const struct hr_plan *plans[1] = {scenario->designs[0].plan};
    struct study s = {hr_collector_create(scenario, most, seed), precision};
    const struct hr_study_options o = {.plans = plans,
                                       .n_designs = 1,
                                       .replications = most,
                                       .seed = seed,
                                       .jobs = 1,
                                       .machine = &hr_study_simulator,
                                       .ctx = &s,
                                       .merge = merge,
                                       .enough = enough};

    hr_study_run(&o);
    const struct shown x = read_results(hr_collector_results(s.collector, a, "", 0));

    hr_collector_destroy(s.collector);
    hr_arena_destroy(a);
    return x;
}

/* --- many ------------------------------------------------------------------------------------ */

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
    t->runs += x->replications;
}

/* Fills what is not known; its own error must not matter beside the intervals'. */
static void find_truth(struct experiment *e, const struct hr_scenario *s)
{
    if (!isnan(e->truth[0]))
        return;
    const struct shown x = run(s, TRUTH_SEED, MANY, 0);

    printf("\nThe truth about *%s*, from %d runs:", e->name, MANY);
    for (size_t k = 0; k < FIGURES; k++) {
        e->truth[k] = x.at[k].value;
        if (e->told >> k & 1)
            printf(" %s %.6g +- %.2g.", figures[k], x.at[k].value,
                   (x.at[k].hi - x.at[k].lo) / 2);
    }
    printf("\n\n");
}

static bool print_row(const struct experiment *e, const struct tally *t, uint32_t n,
                      size_t k)
{
    const double share = t->held[k] / (double)n;
    const bool well = share >= 0.93 && share <= 0.97;

    if (!(e->told >> k & 1))
        return true;
    printf("| %s | %s | %.1f | %.6g | %.2g | %.1f%% +- %.1f | %u, %u | %s |\n", e->name,
           figures[k], t->runs / (double)n, e->truth[k], t->half[k] / n, 100 * share,
           196 * sqrt(share * (1 - share) / n), t->low[k], n - t->held[k] - t->low[k],
           well ? "yes" : "**no**");
    return well;
}

static bool measure(struct experiment *e, uint32_t n)
{
    static const struct hr_library library = {hr_models, hr_catalog_files};
    struct hr_arena *a = hr_arena_create();
    struct hr_diags ds;
    struct hr_scenario *s;
    struct tally t = {0};
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
        const struct shown x =
            run(s, seed, e->replications ? e->replications : HR_REPLICATIONS_MOST,
                e->replications ? 0 : e->precision);

        count(&t, &x, e->truth);
    }
    printf(
        "| scenario | figure | runs | truth | half-width | 95%% intervals that hold it | "
        "too low, too high | 93..97%% |\n|---|---|---|---|---|---|---|---|\n");
    well = print_row(e, &t, n, 0);
    well = print_row(e, &t, n, 1) && well;
    well = print_row(e, &t, n, 2) && well;
    printf("\nThe intervals of the objectives all held in %.1f%%.\n\n",
           100 * t.all_held / (double)n);
    fflush(stdout);
    hr_arena_destroy(a);
    return well && t.all_held / (double)n >= 0.95 - 3 * sqrt(0.95 * 0.05 / n);
}

int main(int argc, char **argv)
{
    const double unknown = (double)NAN;
    /* M/M/1: mu 100/s, lambda 80/s; p99 is ln(100) / (mu - lambda). */
    const double p99 = 4.605170185988091 / 20;
    struct experiment all[] = {
        {"M/M/1, load 0.8", mm1, 20, 0, MEAN | P99, {1.0 / 20, p99, 1}},
        {"burst", burst, 20, 0, MEAN | P99, {unknown, unknown, 1}},
        {"burst, good in 400 ms", late_burst, 20, 0, AVAILABILITY, {unknown, unknown, 1}},
        {"M/M/1, to 10%", mm1, 0, 0.10, MEAN | P99, {1.0 / 20, p99, 1}},
        {"burst, to 15%", burst, 0, 0.15, MEAN | P99, {unknown, unknown, 1}},
    };
    const size_t most = sizeof all / sizeof *all;
    const int n = argc > 1 ? atoi(argv[1]) : 1000;
    const size_t from = argc > 3 ? (size_t)atoi(argv[2]) : 1;
    const size_t to = argc > 3 ? (size_t)atoi(argv[3]) : most;
    bool well = true;

    if (n < 1 || from < 1 || to > most) {
        fprintf(stderr, "usage: bench_coverage [REPETITIONS [FROM TO]]\n");
        return 2;
    }
    for (size_t i = from - 1; i < to; i++)
        well = measure(&all[i], (uint32_t)n) && well;
    return well ? 0 : 1;
}
