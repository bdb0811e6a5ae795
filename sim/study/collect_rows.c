/* sim/study/collect_rows.c - requests: the groups `summary` and `latency` of
 * results/names.h. */
#include "sim/study/collected.h"
#include "sim/study/interval.h"

#include <math.h>

/* --- sums --------------------------------------------------------------------------------- */

void hr_collect_rows_init(struct hr_collector *c, struct hr_design_sum *d)
{
    const size_t n = (size_t)d->plan->n_rows + 1, runs = c->replications;

    d->rows = hr_arena_alloc(c->arena, n, sizeof *d->rows);
    for (size_t i = 0; i < n; i++) {
        struct hr_row_sum *row = &d->rows[i];

        row->counts = hr_arena_alloc(c->arena, runs, sizeof *row->counts);
        row->quantiles = hr_arena_alloc(c->arena, runs, sizeof *row->quantiles);
        row->sizes = hr_arena_alloc(c->arena, runs, sizeof *row->sizes);
        row->profiles = hr_arena_alloc(c->arena, runs, sizeof *row->profiles);
        row->means = hr_arena_alloc(c->arena, runs, sizeof *row->means);
        row->answers = hr_arena_alloc(c->arena, runs, sizeof *row->answers);
        hr_hist_init(&row->latency, 7);
        hr_hist_init(&row->answered, 7);
    }
}

void hr_collect_rows_free(struct hr_design_sum *d)
{
    for (size_t i = 0; i <= d->plan->n_rows; i++) {
        hr_hist_free(&d->rows[i].latency);
        hr_hist_free(&d->rows[i].answered);
    }
}

static void add_counts(uint64_t *into, const struct hr_row_record *row)
{
    into[HR_ROW_VALID] += row->valid;
    into[HR_ROW_GOOD] += row->good;
    into[HR_ROW_ANSWERED] += row->answered;
    into[HR_ROW_LATE] += row->late;
    into[HR_ROW_FAILED] += row->failed;
    into[HR_ROW_TIMED_OUT] += row->timed_out;
    into[HR_ROW_THROTTLED] += row->throttled;
    into[HR_ROW_REFUSED] += row->refused;
    into[HR_ROW_DEGRADED] += row->degraded;
    into[HR_ROW_UNFINISHED] += row->unfinished;
    into[HR_ROW_ATTEMPTS] += row->attempts;
}

/* One replication's histograms of a class: its own quantiles, then into the pool. */
static void add_latency(struct hr_row_sum *row, uint32_t k, const struct hr_hist *latency,
                        const struct hr_hist *answered, struct hr_arena *a)
{
    for (size_t q = 0; q < HR_N_QUANTILES; q++)
        row->quantiles[k][q] = hr_hist_quantile(latency, hr_quantiles[q], 1) / 1e9;
    row->profiles[k] = hr_profile_of(latency, a);
    row->sizes[k] = (double)(latency->total + latency->infinite);
    row->means[k] = hr_hist_mean(answered) / 1e9;
    row->answers[k] = (double)answered->total;
    hr_hist_merge(&row->latency, latency);
    hr_hist_merge(&row->answered, answered);
}

void hr_collect_rows_add(struct hr_collector *c, struct hr_design_sum *d,
                         const struct hr_record *r)
{
    struct hr_hist latency, answered; /* of all rows */

    hr_hist_init(&latency, 7);
    hr_hist_init(&answered, 7);
    for (uint32_t i = 0; i < r->n_rows; i++) {
        const struct hr_row_record *row = &r->rows[i];

        add_counts(d->rows[0].counts[d->n], row);
        add_counts(d->rows[i + 1].counts[d->n], row);
        add_latency(&d->rows[i + 1], d->n, &row->latency, &row->answered_latency, c->arena);
        hr_hist_merge(&latency, &row->latency);
        hr_hist_merge(&answered, &row->answered_latency);
    }
    add_latency(&d->rows[0], d->n, &latency, &answered, c->arena);
    hr_hist_free(&latency);
    hr_hist_free(&answered);
}

/* --- summary ------------------------------------------------------------------------------ */

static const struct {
    const char *name, *help;
} counts[HR_N_ROW_COUNTS] = {
    {"valid", "legitimate requests intended within the horizon"},
    {"good", "right answers in time"},
    {"answered", "answers, right or degraded, however late"},
    {"late", "right answers that came too late"},
    {"failed", "requests that ended with an error"},
    {"timed_out", "requests without an answer in time"},
    {"throttled", "requests refused by a limit"},
    {"refused", "requests for which there was no room"},
    {"degraded", "good answers that were stale or a fallback"},
    {"unfinished", "requests still in flight after the drain"},
    {"attempts", "requests sent to the system, retries included"},
};

static void store_count(struct hr_store *st, enum hr_row_count which)
{
    int64_t *x = hr_results_var(st->r, "summary", counts[which].name, HR_I64,
                                "design replication request_class", "1", counts[which].help)
                     ->data;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (uint32_t k = 0; k < d->n; k++)
            for (size_t row = 0; row <= d->plan->n_rows; row++) {
                const size_t at = i * st->n_replications + d->replication[k] - 1;
                x[at * st->n_classes + d->class_at[row]] =
                    (int64_t)d->rows[row].counts[k][which];
            }
    }
}

struct ratio_vars {
    double *availability, *lo, *hi, *amplification, *rate, *worst, *worst_at;
};

static struct hr_estimate ratio(struct hr_store *st, const struct hr_design_sum *d,
                                size_t row, enum hr_row_count over, enum hr_row_count under)
{
    double *num = hr_arena_alloc(st->a, d->n, sizeof *num);
    double *den = hr_arena_alloc(st->a, d->n, sizeof *den);

    for (uint32_t k = 0; k < d->n; k++) {
        num[k] = (double)d->rows[row].counts[k][over];
        den[k] = (double)d->rows[row].counts[k][under];
    }
    return hr_interval_ratio(num, den, d->n, hr_shown_basis(d));
}

static double clip_share(double x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

/* Where runs have no fine windows: smallest share of good requests in any window of five minutes (one bucket, where buckets
 * are longer; the whole horizon, where that is shorter), and where that window begins. */
static void worst_window(const struct hr_design_sum *d, const struct hr_row_sum *row,
                         double *worst, double *at)
{
    const hr_time width = 5 * HR_MINUTE;
    size_t n = (size_t)((width + d->bucket - 1) / d->bucket);
    double good = 0, all = 0;

    n = n < 1 ? 1 : n > d->n_buckets ? d->n_buckets : n;
    for (size_t t = 0; t < d->n_buckets; t++) {
        good += row->goods[t];
        all += row->goods[t] + row->bads[t];
        if (t >= n) {
            good -= row->goods[t - n];
            all -= row->goods[t - n] + row->bads[t - n];
        }
        if (t + 1 < n || all <= 0)
            continue;
        if (!(good / all >= *worst)) {
            *worst = good / all;
            *at = hr_time_s((hr_time)(t + 1 - n) * d->bucket);
        }
    }
}

static void store_class(struct hr_store *st, const struct hr_design_sum *d, size_t row,
                        size_t at, struct ratio_vars *v)
{
    const struct hr_estimate e = ratio(st, d, row, HR_ROW_GOOD, HR_ROW_VALID);
    double valid = 0;

    for (uint32_t k = 0; k < d->n; k++)
        valid += (double)d->rows[row].counts[k][HR_ROW_VALID];
    v->availability[at] = e.mean;
    v->lo[at] = clip_share(e.lo);
    v->hi[at] = clip_share(e.hi);
    v->amplification[at] = ratio(st, d, row, HR_ROW_ATTEMPTS, HR_ROW_VALID).mean;
    v->rate[at] = valid / d->n / hr_time_s(d->plan->horizon);
    if (d->worst && !isnan(d->worst[row].share)) {
        v->worst[at] = d->worst[row].share;
        v->worst_at[at] = hr_time_s(d->worst[row].at);
    } else {
        worst_window(d, &d->rows[row], &v->worst[at], &v->worst_at[at]);
    }
}

static double *summary_var(struct hr_store *st, const char *name, const char *unit,
                           const char *help)
{
    return hr_results_var(st->r, "summary", name, HR_F64, "design request_class", unit,
                          help)
        ->data;
}

static void store_ratios(struct hr_store *st)
{
    struct ratio_vars v = {
        summary_var(st, "availability", "1", "good / valid, of these runs"),
        summary_var(st, "availability_lo", "1", "lower end of the 95% interval"),
        summary_var(st, "availability_hi", "1", "upper end of the 95% interval"),
        summary_var(st, "amplification", "1", "attempts / valid"),
        summary_var(st, "rate", "1/s", "valid requests a second"),
        summary_var(st, "worst_5m_availability", "1",
                    "availability of the worst 5 minutes"),
        summary_var(st, "worst_5m_at", "s", "when the worst 5 minutes began"),
    };

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t row = 0; d->n > 0 && row <= d->plan->n_rows; row++)
            store_class(st, d, row, i * st->n_classes + d->class_at[row], &v);
    }
}

/* --- latency ------------------------------------------------------------------------------ */

static double *latency_var(struct hr_store *st, const char *name, const char *dims,
                           const char *help)
{
    return hr_results_var(st->r, "latency", name, HR_F64, dims, "s", help)->data;
}

static struct hr_estimate quantile(struct hr_store *st, const struct hr_design_sum *d,
                                   const struct hr_row_sum *sum, size_t q)
{
    double *x = hr_arena_alloc(st->a, d->n, sizeof *x);

    for (uint32_t k = 0; k < d->n; k++)
        x[k] = sum->quantiles[k][q];
    return hr_interval_sections(&(struct hr_sections){.p = hr_quantiles[q],
                                                      .all = &sum->latency,
                                                      .n = d->n,
                                                      .x = x,
                                                      .size = sum->sizes,
                                                      .profiles = sum->profiles},
                                hr_shown_basis(d));
}

/* Of the answered: a ratio of sums, as their number is a matter of chance, too. */
static struct hr_estimate mean_latency(struct hr_store *st, const struct hr_design_sum *d,
                                       const struct hr_row_sum *sum)
{
    double *total = hr_arena_alloc(st->a, d->n, sizeof *total);

    for (uint32_t k = 0; k < d->n; k++)
        total[k] = sum->answers[k] > 0 ? sum->means[k] * sum->answers[k] : 0;
    return hr_interval_ratio(total, sum->answers, d->n, hr_shown_basis(d));
}

static void store_quantiles(struct hr_store *st)
{
    const char *const dims = "design request_class quantile";
    double *x = latency_var(st, "latency", dims, "latency, bad requests infinite; pooled");
    double *lo = latency_var(st, "latency_lo", dims, "lower end of the 95% interval");
    double *hi = latency_var(st, "latency_hi", dims, "upper end of the 95% interval");
    double *answered = latency_var(st, "answered", dims, "latency of the answered; pooled");

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t row = 0; d->n > 0 && row <= d->plan->n_rows; row++)
            for (size_t q = 0; q < HR_N_QUANTILES; q++) {
                const struct hr_row_sum *sum = &d->rows[row];
                const size_t at =
                    (i * st->n_classes + d->class_at[row]) * HR_N_QUANTILES + q;
                const struct hr_estimate e = quantile(st, d, sum, q);

                x[at] = e.mean;
                lo[at] = e.lo;
                hi[at] = e.hi;
                answered[at] = hr_hist_quantile(&sum->answered, hr_quantiles[q], 0) / 1e9;
            }
    }
}

static void store_means(struct hr_store *st)
{
    const char *const dims = "design request_class";
    double *x = latency_var(st, "answered_mean", dims, "mean latency of the answered");
    double *lo = latency_var(st, "answered_mean_lo", dims, "lower end of the 95% interval");
    double *hi = latency_var(st, "answered_mean_hi", dims, "upper end of the 95% interval");
    double *most = latency_var(st, "answered_max", dims, "longest latency of the answered");

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t row = 0; d->n > 0 && row <= d->plan->n_rows; row++) {
            const struct hr_row_sum *sum = &d->rows[row];
            const size_t at = i * st->n_classes + d->class_at[row];
            const struct hr_estimate e = mean_latency(st, d, sum);

            x[at] = hr_hist_mean(&sum->answered) / 1e9;
            lo[at] = e.lo;
            hi[at] = e.hi;
            if (sum->answered.total > 0)
                most[at] = hr_time_s(sum->answered.max);
        }
    }
}

static void store_by_replication(struct hr_store *st)
{
    double *x =
        latency_var(st, "by_replication", "design replication request_class quantile",
                    "latency of each replication, bad requests infinite");
    double *mean =
        latency_var(st, "mean_by_replication", "design replication request_class",
                    "mean latency of the answered, of each replication");

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (uint32_t k = 0; k < d->n; k++)
            for (size_t row = 0; row <= d->plan->n_rows; row++) {
                const size_t run = i * st->n_replications + d->replication[k] - 1;
                const size_t at = run * st->n_classes + d->class_at[row];

                mean[at] = d->rows[row].means[k];
                for (size_t q = 0; q < HR_N_QUANTILES; q++)
                    x[at * HR_N_QUANTILES + q] = d->rows[row].quantiles[k][q];
            }
    }
}

/* Buckets [first, last] that hold something in any design; false if none does. */
static bool used_bins(const struct hr_store *st, uint32_t *first, uint32_t *last)
{
    bool any = false;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_hist *h = &st->c->designs[i].rows[0].answered;

        for (uint32_t b = h->first; b < h->first + h->n; b++) {
            if (hr_hist_at(h, b) == 0)
                continue;
            *first = !any || b < *first ? b : *first;
            *last = !any || b > *last ? b : *last;
            any = true;
        }
    }
    return any;
}

static void store_histogram(struct hr_store *st)
{
    uint32_t first = 0, last = 0;
    const size_t n = used_bins(st, &first, &last) ? (size_t)last - first + 1 : 0;
    double *edges = hr_arena_alloc(st->a, n, sizeof *edges);
    int64_t *x;

    for (size_t b = 0; b < n; b++)
        edges[b] = hr_time_s(hr_hist_lower(7, first + (uint32_t)b));
    hr_results_dim_numbers(st->r, "latency_bin", "s", "lower edge of the bin", n, edges);
    x = hr_results_var(st->r, "latency", "histogram", HR_I64,
                       "design request_class latency_bin", "1",
                       "answered requests by latency")
            ->data;
    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t row = 0; row <= d->plan->n_rows; row++) {
            const struct hr_hist *h = &d->rows[row].answered;
            int64_t *to = x + (i * st->n_classes + d->class_at[row]) * n;

            for (size_t b = 0; b < n; b++)
                to[b] = (int64_t)hr_hist_at(h, first + (uint32_t)b);
        }
    }
}

void hr_collect_rows_store(struct hr_store *st)
{
    for (int which = 0; which < HR_N_ROW_COUNTS; which++)
        store_count(st, (enum hr_row_count)which);
    store_ratios(st);
    store_quantiles(st);
    store_means(st);
    store_by_replication(st);
    store_histogram(st);
}
