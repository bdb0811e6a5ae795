/* tests/validation/theory_calls.c - calls of sim/theory by name, for the validation suite.
 *
 * Reads lines "NAME NUMBER ..." and writes, for each, a line of the figures that the function
 * gives, in the order of its struct; "?" for a name that there is not. */
#include "sim/engine/arena.h"
#include "sim/engine/law.h"
#include "sim/engine/random.h"
#include "sim/theory/availability.h"
#include "sim/theory/balance_limits.h"
#include "sim/theory/caches.h"
#include "sim/theory/disciplines.h"
#include "sim/theory/forkjoin.h"
#include "sim/theory/general.h"
#include "sim/theory/losses.h"
#include "sim/theory/markov.h"
#include "sim/theory/networks.h"
#include "sim/theory/queues.h"
#include "sim/theory/quorums.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 32768 };

/* Arguments are read in order; what is written goes to out. */
struct call {
    const double *x;
    size_t n, at;
    struct hr_arena *arena;
    double out[MOST];
    size_t n_out;
};
static double next(struct call *c)
{
    return c->at < c->n ? c->x[c->at++] : (double)NAN;
}
static unsigned whole(struct call *c)
{
    const double x = next(c);

    return x >= 0 && x < 1e9 ? (unsigned)x : 0;
}
static void give(struct call *c, double x)
{
    c->out[c->n_out++] = x;
}

/* --- functions of plain numbers: D a double, U a count ------------------------------------------- */

#define D next(c)
#define U whole(c)
#define PLAIN1(name, f, a)                                                                 \
    static void name(struct call *c)                                                       \
    {                                                                                      \
        give(c, f(a));                                                                     \
    }
#define PLAIN2(name, f, a, b)                                                              \
    static void name(struct call *c)                                                       \
    {                                                                                      \
        const double u = a, v = b;                                                         \
        give(c, f(u, v));                                                                  \
    }
static void mm1_quantile(struct call *c)
{
    const double lambda = D, mu = D;

    give(c, hr_mm1_response_quantile(lambda, mu, D));
}
static void erlang_b(struct call *c)
{
    const double offered = D;

    give(c, hr_erlang_b(offered, U));
}
/* response, mean wait, share that waits, and the quantile of the wait that is asked for */
static void mmc(struct call *c)
{
    const double lambda = D, mu = D;
    const unsigned servers = U;
    const double p = D, waits = hr_erlang_c(lambda / mu, servers);
    const double spare = servers * mu - lambda;

    give(c, hr_mmc_response(lambda, mu, servers));
    give(c, waits / spare);
    give(c, waits);
    give(c, waits > 1 - p ? log(waits / (1 - p)) / spare : 0);
}
static void mg1(struct call *c)
{
    const double lambda = D, mean = D, response = hr_mg1_response(lambda, mean, D);

    give(c, response);
    give(c, lambda * response);
}
static void mg1_ps(struct call *c)
{
    const double lambda = D;

    give(c, hr_mg1_ps_response(lambda, D));
}
static void mmck(struct call *c)
{
    const double lambda = D, mu = D;
    const unsigned servers = U;
    const struct hr_loss l = hr_mmck(lambda, mu, servers, U);

    give(c, l.lost);
    give(c, l.response);
    give(c, l.throughput);
}
static void engset(struct call *c)
{
    const double per_idle = D, mu = D;
    const unsigned servers = U;

    give(c, hr_engset_lost(per_idle, mu, servers, U));
}
static void erlang_a(struct call *c)
{
    const double lambda = D, mu = D;
    const unsigned servers = U;
    const struct hr_impatient a = hr_erlang_a(lambda, mu, servers, D);

    give(c, a.abandoned);
    give(c, a.wait);
    give(c, a.waited);
    give(c, a.utilisation);
}
static void patience(struct call *c)
{
    const double lambda = D, mu = D;
    const unsigned servers = U;

    give(c, hr_patience_lost(lambda, mu, servers, D));
}
static void md1k(struct call *c)
{
    const double lambda = D, service = D;

    give(c, hr_md1k_lost(lambda, service, U));
}
static void kingman(struct call *c)
{
    const double lambda = D, service = D, arrivals = D;

    give(c, hr_kingman_wait(lambda, service, arrivals, D));
}
/* kind mean parameter mu p */
static void gm1(struct call *c)
{
    const enum hr_gaps gaps = (enum hr_gaps)U;
    const double mean = D, parameter = D, mu = D;

    give(c, hr_gm1_response(gaps, mean, parameter, mu));
    give(c, hr_gm1_waits(gaps, mean, parameter, mu));
    give(c, hr_gm1_response_quantile(gaps, mean, parameter, mu, D));
}
static void mdc(struct call *c)
{
    const double lambda = D, service = D;
    const struct hr_wait w = hr_mdc_wait(c->arena, lambda, service, U);

    give(c, w.mean);
    give(c, w.waits);
}
static void md1_quantile(struct call *c)
{
    const double lambda = D, service = D;

    give(c, hr_md1_wait_quantile(lambda, service, D));
}

/* --- disciplines ------------------------------------------------------------------------------------ */

/* of, then rate mean second by class: wait not preemptive, response preemptive */
static void priority(struct call *c)
{
    struct hr_priority_class classes[16] = {{0}};
    const unsigned of = U;

    for (unsigned i = 0; c->at < c->n && i < 15; i++) {
        classes[i].rate = D;
        classes[i].mean = D;
        classes[i].second = D;
    }
    give(c, hr_priority_wait(classes, of));
    give(c, hr_priority_preemptive_response(classes, of));
}
static void priority_mmc(struct call *c)
{
    double rates[16] = {0};
    const unsigned of = U, servers = U;
    const double mu = D;

    for (unsigned i = 0; c->at < c->n && i < 15; i++)
        rates[i] = D;
    give(c, hr_priority_mmc_wait(rates, of, mu, servers));
    give(c, hr_priority_mmc_preemptive_response(rates, of, mu, servers));
}
PLAIN2(shortest_first, hr_mm1_shortest_first_response, D, D)
PLAIN2(shortest_remaining, hr_mm1_shortest_remaining_response, D, D)
static void batch(struct call *c)
{
    const double batches = D, size = D, second = D;

    give(c, hr_batch_mm1_response(batches, size, second, D));
}
static void vacations(struct call *c)
{
    const double lambda = D, mu = D, vacation = D;

    give(c, hr_mm1_vacations_wait(lambda, mu, vacation, D));
}
static void setup(struct call *c)
{
    const double lambda = D, mu = D;

    give(c, hr_mm1_setup_response(lambda, mu, D));
}

/* --- networks ----------------------------------------------------------------------------------------- */

static size_t stations(struct call *c, struct hr_station *s)
{
    size_t n = 0;

    for (; c->at < c->n && n < 64; n++) {
        s[n].demand = D;
        s[n].servers = U;
    }
    return n;
}
/* rate, then demand servers by station: response, then utilisation response present of each */
static void open_network(struct call *c)
{
    struct hr_station s[64] = {{0}};
    struct hr_station_figures f[64];
    const double rate = D;
    const size_t n = stations(c, s);

    give(c, hr_open_network(s, n, rate, f));
    for (size_t i = 0; i < n; i++) {
        give(c, f[i].utilisation);
        give(c, f[i].response);
        give(c, f[i].present);
    }
}
/* customers think, then demand servers by station: throughput, then the same */
static void closed_network(struct call *c)
{
    struct hr_station s[64] = {{0}};
    struct hr_station_figures f[64];
    const unsigned customers = U;
    const double think = D;
    const size_t n = stations(c, s);

    give(c, hr_closed_network(c->arena, s, n, customers, think, f));
    for (size_t i = 0; i < n; i++) {
        give(c, f[i].utilisation);
        give(c, f[i].response);
        give(c, f[i].present);
    }
}
/* classes n, servers by station, then customers think demands by class: throughputs, presents */
static void closed_classes(struct call *c)
{
    double demand[64], think[8], throughput[8] = {0}, present[64] = {0};
    unsigned servers[8], customers[8];
    const unsigned classes = U, n = U;

    for (unsigned i = 0; i < n; i++)
        servers[i] = U;
    for (unsigned k = 0; k < classes; k++) {
        customers[k] = U;
        think[k] = D;
        for (unsigned i = 0; i < n; i++)
            demand[k * n + i] = D;
    }
    hr_closed_network_classes(
        c->arena,
        &(struct hr_closed_classes){n, classes, demand, servers, customers, think},
        throughput, present);
    for (unsigned k = 0; k < classes; k++)
        give(c, throughput[k]);
    for (unsigned i = 0; i < classes * n; i++)
        give(c, present[i]);
}

/* --- the others ------------------------------------------------------------------------------------------ */

static void fork_join(struct call *c)
{
    const double lambda = D, mu = D;

    give(c, hr_fork_join_response(lambda, mu, U));
}
static void split_merge(struct call *c)
{
    const double lambda = D, mu = D;

    give(c, hr_split_merge_response(lambda, mu, U));
}
static void quorum(struct call *c)
{
    const unsigned n = U, k = U;
    const double mean = D;

    give(c, hr_quorum_mean(n, k, mean));
    give(c, hr_quorum_quantile(n, k, mean, D));
}
static void redundancy(struct call *c)
{
    const unsigned k = U, d = U;
    const double rho = D;

    give(c, hr_redundancy_response(k, d, rho, D));
}
PLAIN2(replication, hr_replication_response, D, D)
/* The load from which on two copies of each request no longer help. */
static void replication_threshold(struct call *c)
{
    double low = 0, high = 0.5;

    for (int i = 0; i < 100; i++) {
        const double rho = (low + high) / 2;

        if (hr_replication_response(rho, 1) < hr_mm1_response(rho, 1))
            low = rho;
        else
            high = rho;
    }
    give(c, low);
}
/* states, then from to rate of each transition: stationary probabilities */
static void markov(struct call *c)
{
    const unsigned n = U;
    double *rate = hr_arena_alloc(c->arena, (size_t)n * n, sizeof *rate);

    while (c->at < c->n) {
        const unsigned from = U, to = U;

        rate[(size_t)from * n + to] += D;
    }
    if (n <= MOST) {
        hr_markov_steady(rate, n, c->out);
        c->n_out = n;
    }
}
static void choices(struct call *c)
{
    const double rho = D;

    give(c, hr_choices_response(rho, U));
}
PLAIN2(join_idle, hr_join_idle_response, D, D)
static void fan_out_slow(struct call *c)
{
    const unsigned n = U;

    give(c, hr_fan_out_slow(n, D));
}
/* objects exponent capacity: LRU, random, static */
static void cache(struct call *c)
{
    const double objects = D, exponent = D, capacity = D;
    const struct hr_ranks r = hr_ranks_zipf(c->arena, (uint64_t)objects, exponent);

    give(c, hr_che_hit_ratio(&r, capacity));
    give(c, hr_che_random_hit_ratio(&r, capacity));
    give(c, hr_static_hit_ratio(&r, capacity));
}
static void cache_exact(struct call *c)
{
    double share[256], sum = 0;
    const unsigned n = U;
    const double exponent = D;

    for (unsigned i = 0; i < n && i < 256; i++)
        sum += share[i] = pow(i + 1.0, -exponent);
    for (unsigned i = 0; i < n && i < 256; i++)
        share[i] /= sum;
    give(c, hr_lru_hit_ratio(share, n, U));
}
/* objects exponent rate ttl */
static void cache_ttl(struct call *c)
{
    const double objects = D, exponent = D, rate = D, ttl = D;
    const struct hr_ranks r = hr_ranks_zipf(c->arena, (uint64_t)objects, exponent);

    give(c, hr_ttl_hit_ratio(&r, rate, ttl));
    give(c, hr_ttl_objects(&r, rate, ttl));
}

/* --- availability -------------------------------------------------------------------------------------------- */

PLAIN2(repair, hr_repair_availability, D, D)
static void k_of_n(struct call *c)
{
    const unsigned n = U, k = U;

    give(c, hr_k_of_n(n, k, D));
}
static void series(struct call *c)
{
    const unsigned n = U;

    give(c, hr_series(n, D));
}
PLAIN1(downtime, hr_downtime, D)
static void repairman(struct call *c)
{
    const unsigned machines = U, repairers = U;
    const double failure = D;
    const struct hr_repairman r = hr_machine_repair(machines, repairers, failure, D);

    give(c, r.down);
    give(c, r.available);
    give(c, r.all_up);
}
static void time_to_loss(struct call *c)
{
    const unsigned n = U, tolerated = U;
    const double failure = D;

    give(c, hr_time_to_loss(n, tolerated, failure, D));
}
static void cold_standby(struct call *c)
{
    const double failure = D, mend = D;

    give(c, hr_cold_standby_time_to_failure(failure, mend));
    give(c, hr_cold_standby_availability(failure, mend));
}
static void pair(struct call *c)
{
    const double failure = D, mend = D, coverage = D, reconfiguration = D;
    const struct hr_pair p =
        hr_pair_with_coverage(failure, mend, coverage, reconfiguration, D);

    give(c, p.both);
    give(c, p.reconfiguring);
    give(c, p.rebooting);
    give(c, p.one);
    give(c, p.none);
    give(c, p.available);
    give(c, p.mtbf);
}
static void detection(struct call *c)
{
    const double interval = D, timeout = D;

    give(c, hr_detection_time(interval, timeout, U));
}
static void backup(struct call *c)
{
    const double interval = D, copy = D;

    give(c, hr_backup_loss(interval, copy, D));
}
static void shards(struct call *c)
{
    const unsigned n = U;

    give(c, hr_shuffle_shards(n, U));
}

/* --- drawn: sections of so many draws, to be averaged over ------------------------------------ */

enum { SECTIONS = 32 };

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* draws a section, kind of law, then figures of struct hr_law_figures in their order ("nan" for
 * what is not given): mean, variance and quantiles 0.5, 0.99, 0.999 of each section */
static void law(struct call *c)
{
    const unsigned n = U;
    const enum hr_law_kind kind = (enum hr_law_kind)U;
    struct hr_law_figures f;
    struct hr_law l = {0};
    double *x = hr_arena_alloc(c->arena, n, sizeof *x);

    for (size_t i = 0; i < sizeof f / sizeof(double); i++)
        ((double *)(void *)&f)[i] = D;
    if (!hr_law_fit(kind, &f, &l))
        return;
    for (uint64_t s = 0; s < SECTIONS; s++) {
        double mean = 0, square = 0;

        for (unsigned i = 0; i < n; i++) {
            struct hr_draws d = hr_draws(hr_stream(1, s), hr_mix(1, i), 1);

            x[i] = hr_law_draw(&l, &d);
            mean += x[i] / n;
        }
        for (unsigned i = 0; i < n; i++)
            square += (x[i] - mean) * (x[i] - mean) / (n - 1);
        qsort(x, n, sizeof *x, ascending);
        give(c, mean);
        give(c, square);
        give(c, x[n / 2]);
        give(c, x[n / 100 * 99]);
        give(c, x[n / 1000 * 999]);
    }
}

static struct hr_leg leg(struct call *c)
{
    const double share = D, minimum = D, shape = D, rate = D;

    return (struct hr_leg){share,
                           {.kind = HR_LAW_PARETO, .a = shape, .b = minimum},
                           hr_law_exponential(1 / rate)};
}
/* pairs a section, n r w, then the legs of a write and the others: share minimum shape rate.
 * Share that sees the write at once, and the time after which 99.9% do, of each section. */
static void visible(struct call *c)
{
    const unsigned pairs = U;
    struct hr_quorum q = {.n = U};
    double *x = hr_arena_alloc(c->arena, pairs, sizeof *x);

    q.r = U;
    q.w = U;
    q.write = leg(c);
    q.other = leg(c);
    for (uint64_t s = 0; s < SECTIONS; s++) {
        double seen = 0;

        for (unsigned i = 0; i < pairs; i++) {
            x[i] = hr_quorum_visible_after(&q, hr_stream(1, s), i);
            seen += x[i] <= 0;
        }
        qsort(x, pairs, sizeof *x, ascending);
        give(c, seen / pairs);
        give(c, x[pairs / 1000 * 999]);
    }
}
/* Words of SplitMix64 from a seed on, in halves of 32 bits. */
static void words(struct call *c)
{
    const unsigned seed = U, n = U;

    for (uint64_t i = 1; i <= n; i++) {
        const uint64_t word = hr_scramble(seed + i * HR_GOLDEN);

        give(c, (double)(word >> 32));
        give(c, (double)(word & UINT32_MAX));
    }
}

static const struct {
    const char *name;
    void (*run)(struct call *c);
} calls[] = {
    {"mm1_quantile", mm1_quantile},
    {"erlang_b", erlang_b},
    {"mmc", mmc},
    {"mg1", mg1},
    {"mg1_ps", mg1_ps},
    {"mmck", mmck},
    {"engset", engset},
    {"erlang_a", erlang_a},
    {"patience", patience},
    {"md1k", md1k},
    {"kingman", kingman},
    {"gm1", gm1},
    {"mdc", mdc},
    {"md1_quantile", md1_quantile},
    {"priority", priority},
    {"priority_mmc", priority_mmc},
    {"shortest_first", shortest_first},
    {"shortest_remaining", shortest_remaining},
    {"batch", batch},
    {"vacations", vacations},
    {"setup", setup},
    {"open_network", open_network},
    {"closed_network", closed_network},
    {"closed_classes", closed_classes},
    {"fork_join", fork_join},
    {"split_merge", split_merge},
    {"quorum", quorum},
    {"redundancy", redundancy},
    {"replication", replication},
    {"replication_threshold", replication_threshold},
    {"markov", markov},
    {"choices", choices},
    {"join_idle", join_idle},
    {"fan_out_slow", fan_out_slow},
    {"cache", cache},
    {"cache_exact", cache_exact},
    {"cache_ttl", cache_ttl},
    {"repair", repair},
    {"k_of_n", k_of_n},
    {"series", series},
    {"downtime", downtime},
    {"repairman", repairman},
    {"time_to_loss", time_to_loss},
    {"cold_standby", cold_standby},
    {"pair", pair},
    {"detection", detection},
    {"backup", backup},
    {"shards", shards},
    {"law", law},
    {"visible", visible},
    {"words", words},
};

static void answer(struct hr_arena *arena, char *line)
{
    static double x[MOST];
    static struct call c;
    char *rest = NULL, *word = strtok_r(line, " \n", &rest);
    size_t n = 0, k = 0;

    for (char *w = strtok_r(NULL, " \n", &rest); w && n < MOST;
         w = strtok_r(NULL, " \n", &rest))
        x[n++] = strtod(w, NULL);
    while (word && k < sizeof calls / sizeof *calls && strcmp(calls[k].name, word) != 0)
        k++;
    if (!word || k == sizeof calls / sizeof *calls) {
        puts("?");
        return;
    }
    c = (struct call){.x = x, .n = n, .arena = arena};
    calls[k].run(&c);
    for (size_t i = 0; i < c.n_out; i++)
        printf("%s%.17g", i ? " " : "", c.out[i]);
    puts("");
    hr_arena_reset(arena);
}

int main(void)
{
    static char line[1 << 19];
    struct hr_arena *arena = hr_arena_create();

    while (fgets(line, sizeof line, stdin))
        answer(arena, line);
    hr_arena_destroy(arena);
    return 0;
}
