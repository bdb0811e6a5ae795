/* sim/study/collect_spent.c - where the time goes: the group `spent` of results/names.h.
 *
 * Records hold the time of sampled requests by bin of their latency.  Two slices are told
 * apart: `median`, the bins around the pooled median of the answered, and `tail`, those beyond
 * their pooled 99th percentile, or the one that it lies in where nothing beyond was sampled.  A
 * figure is the mean of the sampled requests of a slice, and `total` is the sum of its parts. */
#include "sim/study/collected.h"

#include <math.h>
#include <string.h>

enum {
    SUB_BITS = 3,
    AROUND = 1
}; /* of the record's bins; bins on either side of the median */

void hr_collect_spent_add(struct hr_collector *c, struct hr_design_sum *d,
                          const struct hr_record *r)
{
    const size_t n = (size_t)r->n_parts * HR_N_SPENT;

    for (uint32_t i = 0; i < r->n_rows; i++) {
        struct hr_row_sum *row = &d->rows[i + 1];
        const struct hr_row_record *from = &r->rows[i];

        if (!from->spent || !from->spent_tasks)
            continue;
        if (!row->spent) {
            row->spent = hr_arena_alloc(c->arena, HR_SPENT_BINS, sizeof *row->spent);
            row->spent_tasks =
                hr_arena_alloc(c->arena, HR_SPENT_BINS, sizeof *row->spent_tasks);
        }
        for (size_t b = 0; b < HR_SPENT_BINS; b++) {
            if (!from->spent[b])
                continue;
            if (!row->spent[b])
                row->spent[b] = hr_arena_alloc(c->arena, n, sizeof *row->spent[b]);
            for (size_t k = 0; k < n; k++)
                row->spent[b][k] += (double)from->spent[b][k];
            row->spent_tasks[b] += from->spent_tasks[b];
        }
    }
}

/* --- slices of bins ----------------------------------------------------------------------- */

struct slice {
    size_t first, end;
};

static size_t bin_of(double latency_ns)
{
    const uint32_t b =
        isfinite(latency_ns) ? hr_hist_index(SUB_BITS, (int64_t)latency_ns) : HR_SPENT_BINS;

    return b < HR_SPENT_BINS ? b : HR_SPENT_BINS - 1;
}

static uint64_t tasks_in(const uint64_t *tasks, struct slice s)
{
    uint64_t n = 0;

    for (size_t b = s.first; b < s.end; b++)
        n += tasks[b];
    return n;
}

static struct slice around_median(const uint64_t *tasks, const struct hr_hist *answered)
{
    const size_t b = bin_of(hr_hist_quantile(answered, 0.5, 0));
    struct slice s = {b, b + 1};

    /* Few requests are sampled: widen until there is something to show. */
    for (size_t k = 0; k < HR_SPENT_BINS && (k < AROUND || !tasks_in(tasks, s)); k++) {
        s.first -= s.first > 0;
        s.end += s.end < HR_SPENT_BINS;
    }
    return s;
}

static struct slice beyond_p99(const uint64_t *tasks, const struct hr_hist *answered)
{
    /* The bin that p99 lies in may hold far more than one in a hundred: leave it out. */
    struct slice s = {bin_of(hr_hist_quantile(answered, 0.99, 0)) + 1, HR_SPENT_BINS};

    while (s.first > 0 && !tasks_in(tasks, s))
        s.first--;
    return s;
}

/* --- storing ------------------------------------------------------------------------------ */

enum { N_SLICES = 2 };

struct spent_vars {
    double *time, *total;
    int64_t *tasks;
};

/* Rows [first, end) of `d` as one class. */
static void store_class(struct hr_store *st, const struct hr_design_sum *d, size_t of_class,
                        const struct hr_hist *answered, size_t first, size_t end,
                        const struct spent_vars *v)
{
    uint64_t *tasks = hr_arena_alloc(st->a, HR_SPENT_BINS, sizeof *tasks);

    for (size_t row = first; row < end; row++)
        for (size_t b = 0; d->rows[row].spent && b < HR_SPENT_BINS; b++)
            tasks[b] += d->rows[row].spent_tasks[b];
    for (size_t which = 0; which < N_SLICES; which++) {
        const struct slice s =
            which ? beyond_p99(tasks, answered) : around_median(tasks, answered);
        const uint64_t n = tasks_in(tasks, s);
        const size_t at = of_class * N_SLICES + which;
        double total = 0;

        v->tasks[at] = (int64_t)n;
        for (size_t p = 0; n > 0 && p < d->plan->n_components; p++)
            for (size_t what = 0; what < HR_N_SPENT; what++) {
                double sum = 0;

                for (size_t row = first; row < end; row++)
                    for (size_t b = s.first; d->rows[row].spent && b < s.end; b++)
                        if (d->rows[row].spent[b])
                            sum += d->rows[row].spent[b][p * HR_N_SPENT + what];
                sum = sum / 1e9 / (double)n;
                v->time[(at * st->n_components + d->component_at[p]) * HR_N_SPENT + what] =
                    sum;
                total += sum;
            }
        if (n > 0)
            v->total[at] = total;
    }
}

static void store_dims(struct hr_store *st)
{
    static const char *const activities[] = {"network", "queue", "work", "wait", "retry"};
    static const char *const slices[] = {"median", "tail"};

    hr_results_dim_texts(st->r, "activity", "what a request's time is spent on", HR_N_SPENT,
                         activities);
    hr_results_dim_texts(st->r, "slice", "requests around the median, and from p99 on",
                         N_SLICES, slices);
}

void hr_collect_spent_store(struct hr_store *st)
{
    struct spent_vars v;

    store_dims(st);
    v.time = hr_results_var(st->r, "spent", "time", HR_F64,
                            "design request_class slice component activity", "s",
                            "time of a request")
                 ->data;
    v.total = hr_results_var(st->r, "spent", "total", HR_F64, "design request_class slice",
                             "s", "time of a request, all of it")
                  ->data;
    v.tasks = hr_results_var(st->r, "spent", "tasks", HR_I64, "design request_class slice",
                             "1", "requests sampled")
                  ->data;
    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];
        const size_t n = (size_t)d->plan->n_rows + 1;

        for (size_t row = 0; d->n > 0 && row < n; row++)
            store_class(st, d, i * st->n_classes + d->class_at[row], &d->rows[row].answered,
                        row ? row : 1, row ? row + 1 : n, &v);
    }
}
