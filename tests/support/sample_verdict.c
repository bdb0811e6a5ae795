/* tests/support/sample_verdict.c - of the sample study: what was decided and what happened. */
#include "tests/support/sample_maker.h"

void hr_sample_objectives(struct hr_sample_maker *m)
{
    static const char *const measures[N_OBJECTIVES] = {"p99", "availability",
                                                       "retry_amplification"};
    static const char *const units[N_OBJECTIVES] = {"s", "1", "1"};
    static const double limits[N_OBJECTIVES] = {3, 0.995, 1.3};
    static const char *const dims = "design objective";
    double *value =
        f64(m, "objectives", "value", dims, "1", "value, in the objective's unit");
    double *lo = f64(m, "objectives", "lo", dims, "1", "lower end of its interval");
    double *hi = f64(m, "objectives", "hi", dims, "1", "upper end of its interval");
    double *limit = f64(m, "objectives", "limit", dims, "1", "limit");
    const char **verdict = text(m, "objectives", "verdict", dims, "verdict");
    const char **reason = text(m, "objectives", "reason", dims, "reason");
    int64_t *n = i64(m, "objectives", "n", dims, "replications used");
    const char **measure = text(m, "objectives", "measure", "objective", "measure");
    const char **unit = text(m, "objectives", "unit", "objective", "unit");
    int64_t *expectation =
        i64(m, "objectives", "expectation", "objective", "1: from expect:");

    double *level = f64(m, "objectives", "level", "design", "1", "confidence of each");

    for (size_t d = 0; d < m->designs; d++)
        level[d] = 1 - 0.05 / N_OBJECTIVES;
    for (size_t o = 0; o < N_OBJECTIVES; o++) {
        measure[o] = measures[o];
        unit[o] = units[o];
        expectation[o] = o == 2;
        for (size_t d = 0; d < m->designs; d++) {
            const size_t i = d * N_OBJECTIVES + o;
            const double half = o == 1 ? 0.12 * (1 - hr_sample_designs[d].availability[0])
                                       : (o == 0 ? 0.04 : 0.015);
            value[i] = o == 0   ? hr_sample_designs[d].checkout_p99_s
                       : o == 1 ? hr_sample_designs[d].availability[0]
                                : hr_sample_designs[d].amplification;
            limit[i] = limits[o];
            verdict[i] = hr_sample_designs[d].verdict[o];
            reason[i] = hr_sample_designs[d].reason[o];
            n[i] = (int64_t)m->replications;
            if (m->replications > 1 && isfinite(value[i])) {
                lo[i] = value[i] - half * (o == 1 ? 1 : value[i]);
                hi[i] = value[i] + half * (o == 1 ? 1 : value[i]);
            }
        }
    }
}

struct sample_event {
    size_t design;
    double at, last;
    size_t part;
    const char *what, *cause;
    int64_t count;
};
static const struct sample_event events[] = {
    {0, 1200, 1200, 4, "slowed", "slow_payments", 1},
    {0, 1209, 2690, 2, "every worker held", "waiting for payments", 1},
    {0, 1241, 2699, 0, "retry", "timed out after 3 s", 1448120},
    {0, 1290, 2698, 2, "refused: queue full", "512 waiting", 403211},
    {0, 1800, 1800, 4, "normal again", "slow_payments ended", 1},
    {1, 1200, 1200, 4, "slowed", "slow_payments", 1},
    {1, 1241, 1858, 0, "retry denied", "budget of 20% spent", 2100},
    {1, 1290, 1290, 2, "desired capacity 4 -> 6", "cpu at 81% against 60%", 1},
    {1, 1800, 1800, 4, "normal again", "slow_payments ended", 1},
    {1, 2580, 2580, 2, "desired capacity 6 -> 4", "cpu at 48% against 60%", 1},
    {2, 1200, 1200, 4, "slowed", "slow_payments", 1},
    {2, 1212, 1212, 2, "breaker opened", "50% of 40 calls failed", 1},
    {2, 1800, 1800, 4, "normal again", "slow_payments ended", 1},
    {2, 1830, 1830, 2, "breaker closed", "10 trial calls were answered", 1},
    {2, 2640, 2640, 3, "failover begun", "zone_loss", 1},
};

void hr_sample_events(struct hr_sample_maker *m)
{
    enum { MOST = sizeof events / sizeof *events };
    double times[MOST] = {0}, position[MOST] = {0};
    size_t n = 0;

    for (size_t i = 0; i < MOST; i++)
        if (events[i].design < m->designs)
            position[n++] = (double)i;
    for (size_t i = 0; i < n; i++)
        times[i] = (double)i;
    hr_results_dim_numbers(m->r, "event", "1", "event", n, times);
    int64_t *design = i64(m, "events", "design", "event", "position of the design");
    int64_t *replication = i64(m, "events", "replication", "event", "replication");
    const char **component = text(m, "events", "component", "event", "component");
    const char **what = text(m, "events", "what", "event", "what happened");
    const char **cause = text(m, "events", "cause", "event", "why");
    const char **disturbance = text(m, "events", "disturbance", "event", "behind it");
    double *time = f64(m, "events", "time", "event", "s", "when");
    double *last = f64(m, "events", "last", "event", "s", "last of the episode");
    int64_t *count = i64(m, "events", "count", "event", "how often");
    for (size_t i = 0; i < n; i++) {
        const struct sample_event *e = &events[(size_t)position[i]];
        design[i] = (int64_t)e->design;
        replication[i] = 1;
        component[i] = m->parts[e->part];
        what[i] = e->what;
        cause[i] = e->cause;
        disturbance[i] = "slow_payments";
        time[i] = e->at;
        last[i] = e->last;
        count[i] = e->count;
    }
}

void hr_sample_disturbances(struct hr_sample_maker *m)
{
    const size_t n = m->designs * m->replications;
    double numbers[N_DESIGNS * 64] = {0};

    for (size_t i = 0; i < n; i++)
        numbers[i] = (double)i;
    hr_results_dim_numbers(m->r, "occurrence", "1", "occurrence of a disturbance", n,
                           numbers);
    const char **name = text(m, "disturbances", "name", "occurrence", "disturbance");
    const char **verb = text(m, "disturbances", "verb", "occurrence", "what it does");
    const char **target = text(m, "disturbances", "target", "occurrence", "to what");
    int64_t *design =
        i64(m, "disturbances", "design", "occurrence", "position of the design");
    int64_t *rep = i64(m, "disturbances", "replication", "occurrence", "replication");
    double *begin = f64(m, "disturbances", "begin", "occurrence", "s", "begins");
    double *end = f64(m, "disturbances", "end", "occurrence", "s", "ends");
    const char **chain = text(m, "first_break", "chain", "design", "how it first broke");
    for (size_t i = 0; i < n; i++) {
        name[i] = "slow_payments";
        verb[i] = "slow";
        target[i] = "payments";
        design[i] = (int64_t)(i / m->replications);
        rep[i] = (int64_t)(i % m->replications) + 1;
        begin[i] = SLOW_FROM_S;
        end[i] = SLOW_TO_S;
    }
    for (size_t d = 0; d < m->designs; d++)
        chain[d] = hr_sample_designs[d].chain;
}
