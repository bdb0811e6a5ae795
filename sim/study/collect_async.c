/* sim/study/collect_async.c - what requests sent and what became of it: the groups `completion`
 * and `queues` of results/names.h. */
#include "sim/study/collected.h"

#include <stddef.h>
#include <string.h>

void hr_collect_async_init(struct hr_collector *c, struct hr_design_sum *d)
{
    const struct hr_plan *p = d->plan;
    const size_t classes = (size_t)p->n_rows + 1;
    struct hr_async_sum *a = &d->async;

    a->counts = hr_arena_alloc(c->arena, classes * c->replications, sizeof *a->counts);
    a->completion = hr_arena_alloc(c->arena, classes, sizeof *a->completion);
    a->queues = hr_arena_alloc(c->arena, p->n_components, sizeof *a->queues);
    for (size_t i = 0; i < classes; i++)
        hr_hist_init(&a->completion[i], 7);
    for (uint32_t i = 0; i < p->n_sites; i++)
        a->any = a->any || p->sites[i].is_send;
    for (uint32_t i = 0; i < p->n_components; i++)
        a->any = a->any || (p->components[i].model && p->components[i].model->take);
}

void hr_collect_async_free(struct hr_design_sum *d)
{
    for (size_t i = 0; i <= d->plan->n_rows; i++)
        hr_hist_free(&d->async.completion[i]);
}

static void add_class(struct hr_collector *c, struct hr_design_sum *d, size_t class,
                      const struct hr_row_record *row)
{
    struct hr_async_counts *x = &d->async.counts[class * c->replications + d->n];

    x->completed += row->completed;
    x->dead_lettered += row->dead_lettered;
    x->outstanding += row->outstanding;
    hr_hist_merge(&d->async.completion[class], &row->completion);
}

static void add_queue(struct hr_collector *c, struct hr_queue_sum *q,
                      const struct hr_mail_record *m, uint32_t n_buckets)
{
    if (q->oldest_series == NULL)
        q->oldest_series = hr_arena_alloc(c->arena, n_buckets, sizeof *q->oldest_series);
    q->in += (double)m->in;
    q->done += (double)m->done;
    q->dead += (double)m->dead;
    q->expired += (double)m->expired;
    q->redelivered += (double)m->redelivered;
    q->waiting += (double)m->waiting;
    q->in_flight += (double)m->in_flight;
    q->oldest = m->oldest > q->oldest ? m->oldest : q->oldest;
    for (uint32_t t = 0; t < n_buckets; t++)
        if (m->oldest_series[t] > q->oldest_series[t])
            q->oldest_series[t] = m->oldest_series[t];
}

void hr_collect_async_add(struct hr_collector *c, struct hr_design_sum *d,
                          const struct hr_record *r)
{
    if (!d->async.any)
        return;
    for (uint32_t i = 0; i < r->n_rows; i++) {
        add_class(c, d, 0, &r->rows[i]);
        add_class(c, d, (size_t)i + 1, &r->rows[i]);
    }
    for (uint32_t i = 0; i < r->n_parts; i++)
        if (r->parts[i].mail)
            add_queue(c, &d->async.queues[i], r->parts[i].mail, r->n_buckets);
}

/* --- completion ---------------------------------------------------------------------------- */

static void store_counts(struct hr_store *st)
{
    static const struct {
        const char *name, *help;
    } vars[] = {{"completed", "requests all of whose sent work was done"},
                {"dead_lettered", "requests of whose work something never will be done"},
                {"outstanding", "requests whose work was not done at the end"}};
    int64_t *x[3];

    for (size_t k = 0; k < 3; k++)
        x[k] = hr_results_var(st->r, "completion", vars[k].name, HR_I64,
                              "design replication request_class", "1", vars[k].help)
                   ->data;
    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (uint32_t k = 0; k < d->n; k++)
            for (size_t row = 0; row <= d->plan->n_rows; row++) {
                const size_t run = i * st->n_replications + d->replication[k] - 1;
                const size_t at = run * st->n_classes + d->class_at[row];
                const struct hr_async_counts *n =
                    &d->async.counts[row * st->c->replications + k];

                x[0][at] = (int64_t)n->completed;
                x[1][at] = (int64_t)n->dead_lettered;
                x[2][at] = (int64_t)n->outstanding;
            }
    }
}

static void store_times(struct hr_store *st)
{
    double *x =
        hr_results_var(st->r, "completion", "time", HR_F64, "design request_class quantile",
                       "s", "time to completion, not completed ones infinite; pooled")
            ->data;
    double *mean =
        hr_results_var(st->r, "completion", "time_mean", HR_F64, "design request_class",
                       "s", "mean time to completion, of the completed")
            ->data;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t row = 0; d->async.any && d->n > 0 && row <= d->plan->n_rows; row++) {
            const struct hr_hist *h = &d->async.completion[row];
            const size_t at = i * st->n_classes + d->class_at[row];

            mean[at] = hr_hist_mean(h) / 1e9;
            for (size_t q = 0; q < HR_N_QUANTILES; q++)
                x[at * HR_N_QUANTILES + q] = hr_hist_quantile(h, hr_quantiles[q], 1) / 1e9;
        }
    }
}

/* --- queues -------------------------------------------------------------------------------- */

static bool is_queue(const struct hr_design_sum *d, size_t part)
{
    return d->n > 0 && d->async.queues[part].oldest_series != NULL;
}

static void store_queue_counts(struct hr_store *st)
{
    static const struct {
        const char *name, *help;
        size_t offset;
    } vars[] = {
        {"in", "messages kept in a run", offsetof(struct hr_queue_sum, in)},
        {"done", "messages done in a run", offsetof(struct hr_queue_sum, done)},
        {"dead", "messages given up in a run", offsetof(struct hr_queue_sum, dead)},
        {"expired", "messages dropped for their age in a run",
         offsetof(struct hr_queue_sum, expired)},
        {"redelivered", "messages handed over again in a run",
         offsetof(struct hr_queue_sum, redelivered)},
        {"waiting", "messages that wait at the end of a run",
         offsetof(struct hr_queue_sum, waiting)},
        {"in_flight", "messages being worked on at the end of a run",
         offsetof(struct hr_queue_sum, in_flight)},
    };

    for (size_t v = 0; v < sizeof vars / sizeof *vars; v++) {
        double *x = hr_results_var(st->r, "queues", vars[v].name, HR_F64,
                                   "design component", "1", vars[v].help)
                        ->data;

        for (size_t i = 0; i < st->n_designs; i++) {
            const struct hr_design_sum *d = &st->c->designs[i];

            for (uint32_t k = 0; k < d->plan->n_components; k++) {
                const char *q = (const char *)&d->async.queues[k];
                double sum;

                memcpy(&sum, q + vars[v].offset, sizeof sum);
                if (is_queue(d, k))
                    x[i * st->n_components + d->component_at[k]] = sum / d->n;
            }
        }
    }
}

static void store_ages(struct hr_store *st)
{
    double *most =
        hr_results_var(st->r, "queues", "age_max", HR_F64, "design component", "s",
                       "greatest age of the oldest message; the largest of the runs")
            ->data;
    double *age = hr_results_var(st->r, "queues", "age", HR_F64, "design time component",
                                 "s", "greatest age of the oldest message in the bucket")
                      ->data;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (uint32_t k = 0; k < d->plan->n_components; k++) {
            const struct hr_queue_sum *q = &d->async.queues[k];

            if (!is_queue(d, k))
                continue;
            most[i * st->n_components + d->component_at[k]] = hr_time_s(q->oldest);
            for (size_t t = 0; hr_series_fit(st, d) && t < d->n_buckets; t++)
                age[(i * st->n_times + t) * st->n_components + d->component_at[k]] =
                    hr_time_s(q->oldest_series[t]);
        }
    }
}

void hr_collect_async_store(struct hr_store *st)
{
    bool sends = false, keeps = false;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        sends = sends || d->async.any;
        for (uint32_t k = 0; k < d->plan->n_components; k++)
            keeps = keeps || is_queue(d, k);
    }
    if (sends) {
        store_counts(st);
        store_times(st);
    }
    if (keeps) {
        store_queue_counts(st);
        store_ages(st);
    }
}
