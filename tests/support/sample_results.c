/* tests/support/sample_results.c - see sample_results.h.
 *
 * What differs between designs stands in the table `designs`; everything else follows from it
 * by simple shapes, so that a report made from it looks like one of a real study. */
#include "tests/support/sample_maker.h"

#include "sim/results/names.h"

const struct hr_sample_design hr_sample_designs[N_DESIGNS] = {
    {"five_retries",
     "",
     "0:20:00  slow_payments begins: payments 12x slower\n"
     "0:20:09  app: all 256 workers wait for payments\n"
     "0:20:41  shoppers: calls time out after 3 s and are sent again, up to 5 times\n"
     "0:21:30  app: 2.8 attempts for each request; availability below 99.5%\n"
     "0:30:00  payments is well again, app is not: retries keep it full until 0:45:00",
     2700,
     {0.9713, 0.9781, 0.9766, 0.8912},
     0.0461,
     3.1,
     2.84,
     HUGE_VAL,
     {"broken", "broken", "broken"},
     {"10.9% of the requests had no good answer", "", ""}},
    {"retry_budget",
     "shoppers.retry.budget: 20%",
     "",
     1860,
     {0.9971, 0.9993, 0.9991, 0.9902},
     0.0418,
     1.0,
     1.12,
     2.61,
     {"kept", "kept", "kept"},
     {"", "", ""}},
    {"circuit_breaker",
     "app.payments.breaker: {open_at: 50%}",
     "",
     1830,
     {0.9947, 0.9995, 0.9994, 0.9683},
     0.0412,
     0.9,
     1.04,
     1.41,
     {"kept", "undecided", "kept"},
     {"", "the interval contains the limit", ""}},
};

static const char *const rows[N_ROWS] = {"all", "home", "product", "checkout"};
static const char *const hostile_rows[N_ROWS] = {"all", "<script>alert(1)</script>",
                                                 "`touch /tmp/hr-pwned`",
                                                 "\x1b[31mcheck\x1b]0;x\a\"'"};
static const char *const parts[N_PARTS] = {"shoppers", "web", "app", "orders", "payments"};
static const char *const hostile_parts[N_PARTS] = {
    "sho\xe2\x80\xaeppers", "web' . system('touch /tmp/hr-pwned') . '",
    "$(touch /tmp/hr-pwned)", "=cmd|'/C calc'!A0", "pay\nments & <b>\"co\"</b>"};
static const char *const kinds[N_PARTS] = {"clients", "load_balancer", "service", "service",
                                           "third_party"};
static const double mix[N_ROWS] = {1, 0.5, 0.35, 0.15};
static const double quantiles[N_QUANTILES] = {0.5, 0.9, 0.95, 0.99, 0.999};
static const double spread[N_QUANTILES] = {1, 2.1, 3.0, 6.2, 18}; /* as multiples of p50 */
static const double slowness[N_ROWS] = {1, 0.6, 1.1, 4.4};

/* Small differences between replications: -1..1, adding up to about nothing. */
static double wobble(size_t i)
{
    return sin(2.399963 * (double)(i + 1));
}

/* How overloaded design d is at t: 0..1. */
static double stress(size_t d, double t)
{
    if (t < SLOW_FROM_S || t >= hr_sample_designs[d].storm_to_s)
        return 0;
    return t < SLOW_TO_S ? 1 : 0.8;
}

static double rate_at(double t)
{
    return 180 + 60 * sin(t / 3600 * 3.14159);
}

static int64_t valid_of(size_t row)
{
    const int64_t all[N_ROWS] = {786240, 393120, 275184, 117936};
    return all[row];
}

static void set_attributes(struct hr_results *r)
{
    static const char *const pairs[][2] = {
        {"title", "Web shop"},
        {"question", "Does checkout survive a slow payment provider?"},
        {"source", "headroom 0.1.0"},
        {"history", "headroom run web-shop.yaml -r auto --precision 5%"},
        {"ended", "the time was up"},
        {"schema_version", HR_RESULTS_SCHEMA},
        {"seed", "1"},
        {"complete", "1"},
        {"verdict", "retry_budget keeps every objective. five_retries breaks availability: "
                    "97.1% against 99.5%."},
        {"chosen", "retry_budget"},
        {"status", "0"},
        {"start", "2026-11-27T00:00"},
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        hr_results_attr(r, pairs[i][0], pairs[i][1]);
}

static void declare_dims(struct hr_sample_maker *m)
{
    static const char *const activities[] = {"network", "queue", "work", "wait", "retry"};
    static const char *const slices[] = {"median", "tail"};
    static const char *const edges[] = {"shoppers -> web", "web -> app", "app -> orders",
                                        "app -> payments"};
    static const char *const instances[] = {"app/0", "app/1", "app/2", "app/3", "orders/0"};
    static const char *const objectives[] = {"p99(checkout) < 3s", "availability >= 99.5%",
                                             "retry_amplification < 1.3"};
    const char *names[N_DESIGNS];
    int64_t numbers[64];
    double times[N_TIMES], bins[N_BINS];
    struct hr_results *r = m->r;

    for (size_t i = 0; i < m->designs; i++)
        names[i] = hr_sample_designs[i].name;
    for (size_t i = 0; i < m->replications; i++)
        numbers[i] = (int64_t)i + 1;
    for (size_t i = 0; i < N_TIMES; i++)
        times[i] = (double)(i * BUCKET_S);
    for (size_t i = 0; i < N_BINS; i++)
        bins[i] = 0.001 * pow(10, (double)i / 12);
    hr_results_dim_texts(r, "design", "design", m->designs, names);
    hr_results_dim_integers(r, "replication", "replication", m->replications, numbers);
    hr_results_dim_numbers(r, "time", "s", "start of the interval", N_TIMES, times);
    hr_results_dim_texts(r, "component", "component", N_PARTS, m->parts);
    hr_results_dim_texts(r, "request_class", "class of requests", N_ROWS, m->rows);
    hr_results_dim_numbers(r, "quantile", "1", "quantile", N_QUANTILES, quantiles);
    hr_results_dim_texts(r, "objective", "objective, as written", N_OBJECTIVES, objectives);
    hr_results_dim_texts(r, "edge", "call site", N_EDGES, edges);
    hr_results_dim_texts(r, "activity", "what the time went to", N_ACTIVITIES, activities);
    hr_results_dim_texts(r, "slice", "which requests", N_SLICES, slices);
    hr_results_dim_numbers(r, "latency_bin", "s", "lower edge", N_BINS, bins);
    hr_results_dim_texts(r, "instance", "instance", N_INSTANCES, instances);
}

static void fill_root(struct hr_sample_maker *m)
{
    const char **resolved = text(m, "", "resolved", "design", "resolved scenario");
    const char **changes = text(m, "", "changes", "design", "what differs from the base");
    const char **kind = text(m, "", "kind", "component", "model");
    const char **product = text(m, "", "product", "component", "product of the catalogue");
    static const char *const names[] = {"trust_measured", "trust_catalog", "trust_guessed",
                                        "trust_defaults"};
    static const int64_t counts[] = {3, 5, 9, 41};

    for (size_t d = 0; d < m->designs; d++) {
        resolved[d] = "headroom: 1\nname: Web shop\n";
        changes[d] = hr_sample_designs[d].changes;
    }
    for (size_t c = 0; c < N_PARTS; c++)
        kind[c] = kinds[c];
    product[2] = "aws.ec2.m5.large";
    for (size_t k = 0; k < 4; k++) {
        int64_t *n = i64(m, "", names[k], "design", "inputs by origin");
        for (size_t d = 0; d < m->designs; d++)
            n[d] = counts[k];
    }
}

/* Bad requests of a row of a replication, as a share. */
static double bad_share(size_t d, size_t row, size_t rep)
{
    return (1 - hr_sample_designs[d].availability[row]) *
           (1 + 0.08 * wobble(rep + 7 * row));
}

static void fill_summary_counts(struct hr_sample_maker *m)
{
    enum {
        VALID,
        GOOD,
        ANSWERED,
        LATE,
        FAILED,
        TIMED_OUT,
        THROTTLED,
        REFUSED,
        DEGRADED,
        UNFINISHED,
        ATTEMPTS,
        N
    };
    static const char *const names[N] = {"valid",    "good",       "answered",  "late",
                                         "failed",   "timed_out",  "throttled", "refused",
                                         "degraded", "unfinished", "attempts"};
    int64_t *x[N];

    for (int i = 0; i < N; i++)
        x[i] = i64(m, "summary", names[i], "design replication request_class",
                   "requests by outcome");
    for (size_t d = 0; d < m->designs; d++)
        for (size_t k = 0; k < m->replications; k++)
            for (size_t c = N_ROWS; c-- > 0;) { /* "all" last: it is the sum */
                const size_t at = (d * m->replications + k) * N_ROWS + c;
                const int64_t bad = (int64_t)((double)valid_of(c) * bad_share(d, c, k));
                x[VALID][at] = valid_of(c);
                x[TIMED_OUT][at] = bad * 7 / 10;
                x[REFUSED][at] = bad / 5;
                x[LATE][at] = bad - bad * 7 / 10 - bad / 5;
                x[GOOD][at] = valid_of(c) - bad;
                x[ANSWERED][at] = x[GOOD][at] + x[LATE][at];
                x[DEGRADED][at] = d == 2 && c == 3 ? 19650 : 0;
                x[ATTEMPTS][at] =
                    (int64_t)((double)valid_of(c) * hr_sample_designs[d].amplification);
                for (int i = 0; i < N && c == 0; i++)
                    x[i][at] = x[i][at + 1] + x[i][at + 2] + x[i][at + 3];
            }
}

static void fill_summary(struct hr_sample_maker *m)
{
    double *a =
        f64(m, "summary", "availability", "design request_class", "1", "good / valid");
    double *lo = f64(m, "summary", "availability_lo", "design request_class", "1", "lower");
    double *hi = f64(m, "summary", "availability_hi", "design request_class", "1", "upper");
    double *amp =
        f64(m, "summary", "amplification", "design request_class", "1", "attempts / valid");
    double *worst = f64(m, "summary", "worst_5m_availability", "design request_class", "1",
                        "availability of the worst 5 minutes");
    double *at =
        f64(m, "summary", "worst_5m_at", "design request_class", "s", "when it began");
    double *rate =
        f64(m, "summary", "rate", "design request_class", "1/s", "valid requests");

    fill_summary_counts(m);
    for (size_t d = 0; d < m->designs; d++)
        for (size_t c = 0; c < N_ROWS; c++) {
            const size_t i = d * N_ROWS + c;
            const double bad = 1 - hr_sample_designs[d].availability[c];
            a[i] = hr_sample_designs[d].availability[c];
            if (m->replications > 1) {
                lo[i] = a[i] - 0.13 * bad;
                hi[i] = a[i] + 0.12 * bad;
            }
            amp[i] = hr_sample_designs[d].amplification;
            worst[i] = fmax(0, 1 - 10 * bad);
            at[i] = 1320;
            rate[i] = (double)valid_of(c) / 3600;
        }
}

/* Latency of the answered. */
static double answered(size_t d, size_t row, size_t q)
{
    return hr_sample_designs[d].answered_p50_s * slowness[row] *
           (1 + (spread[q] - 1) * hr_sample_designs[d].tail);
}

/* With bad ones infinite. */
static double with_bad(size_t d, size_t row, size_t q)
{
    if (1 - quantiles[q] <= 1 - hr_sample_designs[d].availability[row])
        return HUGE_VAL;
    if (row == 3 && q == 3)
        return hr_sample_designs[d].checkout_p99_s;
    return answered(d, row, q) * 1.02;
}

static void fill_latency_intervals(struct hr_sample_maker *m)
{
    static const char *const dims = "design request_class quantile";
    double *x[6] = {
        f64(m, "latency", "latency", dims, "s", "latency, bad ones infinite"),
        f64(m, "latency", "latency_lo", dims, "s", "lower end of its interval"),
        f64(m, "latency", "latency_hi", dims, "s", "upper end of its interval"),
        f64(m, "latency", "answered", dims, "s", "latency of the answered"),
        f64(m, "latency", "answered_lo", dims, "s", "lower end of its interval"),
        f64(m, "latency", "answered_hi", dims, "s", "upper end of its interval")};

    for (size_t d = 0; d < m->designs; d++)
        for (size_t c = 0; c < N_ROWS; c++)
            for (size_t q = 0; q < N_QUANTILES; q++) {
                const size_t i = (d * N_ROWS + c) * N_QUANTILES + q;
                const double half = 0.01 + 0.01 * (double)q;
                x[0][i] = with_bad(d, c, q);
                x[3][i] = answered(d, c, q);
                if (m->replications == 1)
                    continue;
                x[1][i] = isinf(x[0][i]) ? answered(d, c, q) : x[0][i] * (1 - half);
                x[2][i] = x[0][i] * (1 + half);
                x[4][i] = x[3][i] * (1 - half);
                x[5][i] = x[3][i] * (1 + half);
            }
}

static void fill_latency_replications(struct hr_sample_maker *m)
{
    double *by = f64(m, "latency", "by_replication",
                     "design replication request_class quantile", "s", "latency of a run");
    double *means =
        f64(m, "latency", "mean_by_replication", "design replication request_class", "s",
            "mean of the answered of a run");

    for (size_t d = 0; d < m->designs; d++)
        for (size_t k = 0; k < m->replications; k++)
            for (size_t c = 0; c < N_ROWS; c++) {
                const size_t i = (d * m->replications + k) * N_ROWS + c;
                const double w = 1 + 0.03 * wobble(k + 5 * c);
                means[i] = 1.4 * answered(d, c, 0) * w;
                for (size_t q = 0; q < N_QUANTILES; q++)
                    by[i * N_QUANTILES + q] = with_bad(d, c, q) * w;
            }
}

static void fill_latency(struct hr_sample_maker *m)
{
    static const char *const dims = "design request_class";
    double *mean = f64(m, "latency", "answered_mean", dims, "s", "mean of the answered");
    double *lo = f64(m, "latency", "answered_mean_lo", dims, "s", "lower end");
    double *hi = f64(m, "latency", "answered_mean_hi", dims, "s", "upper end");
    double *most = f64(m, "latency", "answered_max", dims, "s", "longest answered");
    int64_t *n = i64(m, "latency", "histogram", "design request_class latency_bin",
                     "answered requests by latency");

    fill_latency_intervals(m);
    fill_latency_replications(m);
    for (size_t d = 0; d < m->designs; d++)
        for (size_t c = 0; c < N_ROWS; c++) {
            const size_t i = d * N_ROWS + c;
            mean[i] = 1.4 * answered(d, c, 0);
            most[i] = 3.1 * answered(d, c, 4);
            if (m->replications > 1) {
                lo[i] = mean[i] * 0.985;
                hi[i] = mean[i] * 1.015;
            }
            for (size_t b = 0; b < N_BINS; b++) { /* a bell around p50, and a tail */
                const double x = log(0.001 * pow(10, (double)b / 12) / answered(d, c, 0));
                const double bell = exp(-x * x / 1.1), tail = x > 0 ? 0.02 * exp(-x) : 0;
                n[i * N_BINS + b] =
                    (int64_t)((double)valid_of(c) *
                              (bell + tail * hr_sample_designs[d].tail) / 12);
            }
        }
}

static void fill_series_rows(struct hr_sample_maker *m)
{
    static const char *const dims = "design time request_class";
    float *arrivals = f32(m, "series", "arrivals", dims, "1/s", "arrivals");
    float *good = f32(m, "series", "good", dims, "1/s", "good answers");
    float *bad = f32(m, "series", "bad", dims, "1/s", "requests without a good answer");
    float *latency = f32(m, "series", "latency", "design time request_class quantile", "s",
                         "latency of the answered");

    for (size_t d = 0; d < m->designs; d++)
        for (size_t t = 0; t < N_TIMES; t++)
            for (size_t c = 0; c < N_ROWS; c++) {
                const size_t i = (d * N_TIMES + t) * N_ROWS + c;
                const double s = stress(d, (double)(t * BUCKET_S));
                const double rate = rate_at((double)(t * BUCKET_S)) * mix[c];
                const double share = s * (1 - hr_sample_designs[d].availability[c]) * 3;
                arrivals[i] = (float)rate;
                bad[i] = (float)(rate * share);
                good[i] = (float)(rate * (1 - share));
                for (size_t q = 0; q < N_QUANTILES; q++)
                    latency[i * N_QUANTILES + q] =
                        (float)(0.5 * answered(d, c, q) * (1 + 3 * s + 0.05 * wobble(t)));
            }
}

static void fill_series_parts(struct hr_sample_maker *m)
{
    enum { UTILISATION, QUEUE, IN_FLIGHT, UP, CALLS, FAILED, CAPACITY, N };
    static const char *const names[N][2] = {{"utilisation", "1"}, {"queue_length", "1"},
                                            {"in_flight", "1"},   {"instances_up", "1"},
                                            {"calls", "1/s"},     {"failed", "1/s"},
                                            {"capacity", "1/s"}};
    static const double base[N_PARTS] = {0, 0.1, 0.52, 0.31, 0},
                        up[N_PARTS] = {0, 1, 4, 1, 0};
    float *x[N];

    for (int i = 0; i < N; i++)
        x[i] = f32(m, "series", names[i][0], "design time component", names[i][1],
                   "mean over replications");
    for (size_t d = 0; d < m->designs; d++)
        for (size_t t = 0; t < N_TIMES; t++)
            for (size_t c = 0; c < N_PARTS; c++) {
                const size_t i = (d * N_TIMES + t) * N_PARTS + c;
                const double s = stress(d, (double)(t * BUCKET_S));
                const double rate = rate_at((double)(t * BUCKET_S));
                const bool cpu = base[c] > 0;
                x[UTILISATION][i] =
                    cpu ? (float)fmin(1, base[c] * rate / 220 *
                                             (1 + s * hr_sample_designs[d].tail / 3))
                        : NAN;
                x[QUEUE][i] = (float)(c == 2 ? 400 * s * hr_sample_designs[d].tail : 0);
                x[IN_FLIGHT][i] = (float)(rate * 0.06 * (1 + 8 * s));
                x[UP][i] = (float)up[c];
                if (c == 2 && d == 1 && t >= 46 && t < 86) /* retry_budget scales out */
                    x[UP][i] += 2;
                x[CALLS][i] =
                    (float)(rate * (1 + s * (hr_sample_designs[d].amplification - 1)));
                x[FAILED][i] = (float)(c == 4 ? rate * 0.02 * s : 0);
                x[CAPACITY][i] = cpu ? (float)(220 / base[c]) : NAN;
            }
}

static void fill_components(struct hr_sample_maker *m)
{
    static const struct {
        const char *name, *unit;
        double of[N_PARTS];
    } table[] = {
        {"utilisation", "1", {UNKNOWN, 0.094, 0.613, 0.302, UNKNOWN}},
        {"utilisation_lo", "1", {UNKNOWN, 0.092, 0.601, 0.297, UNKNOWN}},
        {"utilisation_hi", "1", {UNKNOWN, 0.096, 0.625, 0.307, UNKNOWN}},
        {"queue_mean", "1", {0, 0, 41.3, 0.21, 0}},
        {"queue_max", "1", {0, 2, 512, 9, 0}},
        {"in_flight_mean", "1", {14.2, 13.8, 12.9, 0.8, 9.4}},
        {"workers_mean", "1", {UNKNOWN, UNKNOWN, 88.1, 1.2, UNKNOWN}},
        {"instances_mean", "1", {UNKNOWN, 1, 4, 1, UNKNOWN}},
        {"calls_rate", "1/s", {218.4, 244.6, 244.6, 195, 36.7}},
        {"failed_share", "1", {0.0029, 0.004, 0.006, 0, 0.021}},
        {"sojourn_p50", "s", {0.0418, 0.0391, 0.0372, 0.0021, 0.183}},
        {"sojourn_p99", "s", {0.259, 0.244, 0.221, 0.0113, 1.31}},
        {"work_s", "s", {0, 0, 6920, 812, 0}},
        {"wasted_s", "s", {0, 0, 1104, 31, 0}},
        {"wasted_share", "1", {UNKNOWN, UNKNOWN, 0.16, 0.038, UNKNOWN}},
        {"kills", "1", {0, 0, 0, 0, 0}},
        {"bytes_in", "bytes", {0, 1.7e9, 1.7e9, 2.1e8, 4.1e7}},
        {"bytes_out", "bytes", {1.9e10, 1.9e10, 1.9e10, 8.2e8, 9.9e7}},
        {"unsized", "1", {0, 0, 0, 702000, 0}},
    };

    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        double *x = f64(m, "components", table[k].name, "design component", table[k].unit,
                        table[k].name);
        for (size_t d = 0; d < m->designs; d++)
            for (size_t c = 0; c < N_PARTS; c++)
                if (m->replications > 1 || (k != 1 && k != 2))
                    x[d * N_PARTS + c] = table[k].of[c] * (d == 0 && c == 2 ? 1.4 : 1);
    }
    double *by = f64(m, "components", "utilisation_by_replication",
                     "design replication component", "1", "utilisation of a run");
    for (size_t i = 0; i < m->designs * m->replications * N_PARTS; i++)
        by[i] = table[0].of[i % N_PARTS] * (1 + 0.02 * wobble(i));
    double *u = f64(m, "instances", "utilisation", "design instance", "1", "utilisation");
    for (size_t i = 0; i < m->designs * N_INSTANCES; i++)
        u[i] = (i % N_INSTANCES == 4 ? 0.302 : 0.613) * (1 + 0.02 * wobble(i));
}

static void fill_edges(struct hr_sample_maker *m)
{
    static const struct {
        const char *name;
        double of[N_EDGES];
    } table[] = {
        {"rate", {218.4, 244.6, 195, 36.7}},
        {"attempts_rate", {244.6, 244.6, 195, 39.2}},
        {"ok", {782000, 876000, 702000, 128000}},
        {"failed", {310, 220, 0, 2772}},
        {"timed_out", {1600, 0, 0, 1200}},
        {"throttled", {0, 0, 0, 0}},
        {"refused", {456, 4121, 0, 0}},
        {"retries_denied", {2100, 0, 0, 0}},
        {"breaker_refused", {0, 0, 0, 0}},
        {"bulkhead_refused", {0, 0, 0, 0}},
        {"hedges", {0, 0, 0, 0}},
        {"fallbacks", {0, 0, 0, 0}},
    };
    static const size_t ends[N_EDGES][2] = {{0, 1}, {1, 2}, {2, 3}, {2, 4}};

    for (size_t k = 0; k < sizeof table / sizeof *table; k++) {
        double *x =
            f64(m, "edges", table[k].name, "design edge", k < 2 ? "1/s" : "1", "calls");
        for (size_t i = 0; i < m->designs * N_EDGES; i++)
            x[i] = table[k].of[i % N_EDGES] *
                   (k == 1 && i < N_EDGES ? hr_sample_designs[0].amplification : 1);
    }
    const char **caller = text(m, "edges", "caller", "edge", "who calls");
    const char **callee = text(m, "edges", "callee", "edge", "who is called");
    i64(m, "edges", "asynchronous", "edge", "1: nobody waits");
    for (size_t e = 0; e < N_EDGES; e++) {
        caller[e] = m->parts[ends[e][0]];
        callee[e] = m->parts[ends[e][1]];
    }
}

static void fill_spent(struct hr_sample_maker *m)
{
    /* shares of a request's time: [slice][component][activity] */
    static const double share[N_SLICES][N_PARTS][N_ACTIVITIES] = {{{0.22, 0, 0, 0, 0},
                                                                   {0.04, 0, 0, 0.02, 0},
                                                                   {0.03, 0.02, 0.31, 0, 0},
                                                                   {0.03, 0.01, 0.09, 0, 0},
                                                                   {0.05, 0, 0, 0.18, 0}},
                                                                  {{0.03, 0, 0, 0, 0.21},
                                                                   {0.01, 0, 0, 0, 0},
                                                                   {0.01, 0.34, 0.06, 0, 0},
                                                                   {0.01, 0.01, 0.02, 0, 0},
                                                                   {0.01, 0, 0, 0.29, 0}}};
    double *x = f64(m, "spent", "time", "design request_class slice component activity",
                    "s", "where the time of a request goes");
    double *total = f64(m, "spent", "total", "design request_class slice", "s", "its sum");
    int64_t *n =
        i64(m, "spent", "tasks", "design request_class slice", "requests looked at");

    for (size_t d = 0; d < m->designs; d++)
        for (size_t c = 0; c < N_ROWS; c++)
            for (size_t s = 0; s < N_SLICES; s++) {
                const size_t i = (d * N_ROWS + c) * N_SLICES + s;
                const double of = answered(d, c, s == 0 ? 0 : 4);
                total[i] = 0;
                n[i] = valid_of(c) / 64 / (s == 0 ? 1 : 100);
                for (size_t p = 0; p < N_PARTS; p++)
                    for (size_t a = 0; a < N_ACTIVITIES; a++) {
                        x[(i * N_PARTS + p) * N_ACTIVITIES + a] = of * share[s][p][a];
                        total[i] += of * share[s][p][a];
                    }
            }
}

/* Two levels that change and one that stays; the second design has the first only. */
static void fill_gauges(struct hr_sample_maker *m)
{
    enum { N = 3 };
    static const char *const shows[N] = {"launching", "credits", "open"};
    const char *labels[N];

    for (size_t k = 0; k < N; k++)
        labels[k] = hr_arena_printf(m->r->arena, "%s.%s", m->parts[k + 1], shows[k]);
    hr_results_dim_texts(m->r, "gauge", "component and what it shows", N, labels);
    const char **unit = text(m, "gauges", "unit", "gauge", "unit of the gauge"),
               **help = text(m, "gauges", "help", "gauge", "what it shows"),
               **part = text(m, "gauges", "component", "gauge", "whose it is");
    double *mean = f64(m, "gauges", "mean", "design gauge", "", "mean"),
           *most = f64(m, "gauges", "most", "design gauge", "", "highest"),
           *series = f64(m, "gauges", "over_time", "design time gauge", "", "mean");

    for (size_t k = 0; k < N; k++) {
        unit[k] = k == 1 ? "credits" : "1";
        help[k] = "What it shows.";
        part[k] = m->parts[k + 1];
        for (size_t d = 0; d < m->designs; d++) {
            const bool flat = k == 2 || (d == 1 && k == 1);

            mean[d * N + k] = 4.5;
            most[d * N + k] = 9.0;
            for (size_t t = 0; t < N_TIMES; t++)
                series[(d * N_TIMES + t) * N + k] = flat ? 4.5 : (double)(t * (k + 1) % 10);
        }
    }
}

struct hr_results *hr_sample_results(struct hr_arena *a, struct hr_sample how)
{
    struct hr_sample_maker m = {.r = hr_results_create(a),
                                .designs =
                                    how.designs > 0 && how.designs < 3 ? how.designs : 3,
                                .replications = how.replications > 0 ? how.replications : 8,
                                .rows = how.hostile ? hostile_rows : rows,
                                .parts = how.hostile ? hostile_parts : parts};

    if (m.replications > 64)
        m.replications = 64;
    set_attributes(m.r);
    declare_dims(&m);
    fill_root(&m);
    fill_summary(&m);
    fill_latency(&m);
    fill_series_rows(&m);
    fill_series_parts(&m);
    fill_components(&m);
    fill_edges(&m);
    fill_spent(&m);
    fill_gauges(&m);
    hr_sample_objectives(&m);
    hr_sample_events(&m);
    hr_sample_disturbances(&m);
    if (!how.uncosted)
        hr_sample_costs(&m, how.unpriced, how.hostile);
    return m.r;
}
