/* sim/study/collect_parts.c - components and instances: the groups `components` and
 * `instances` of results/names.h. */
#include "sim/study/collected.h"
#include "sim/study/interval.h"

#include <string.h>

/* --- sums --------------------------------------------------------------------------------- */

void hr_collect_parts_init(struct hr_collector *c, struct hr_design_sum *d)
{
    d->parts = hr_arena_alloc(c->arena, d->plan->n_components, sizeof *d->parts);
    d->sites = hr_arena_alloc(c->arena, d->n_edges, sizeof *d->sites);
    for (size_t i = 0; i < d->plan->n_components; i++) {
        struct hr_part_sum *p = &d->parts[i];

        p->busy = hr_arena_alloc(c->arena, c->replications, sizeof *p->busy);
        p->capacity = hr_arena_alloc(c->arena, c->replications, sizeof *p->capacity);
        p->queue = hr_arena_alloc(c->arena, c->replications, sizeof *p->queue);
        p->in_flight = hr_arena_alloc(c->arena, c->replications, sizeof *p->in_flight);
        p->calls = hr_arena_alloc(c->arena, c->replications, sizeof *p->calls);
        p->hit_rate = hr_arena_alloc(c->arena, c->replications, sizeof *p->hit_rate);
        hr_hist_init(&p->sojourn, 7);
    }
}

void hr_collect_parts_free(struct hr_design_sum *d)
{
    for (size_t i = 0; i < d->plan->n_components; i++)
        hr_hist_free(&d->parts[i].sojourn);
}

/* Calls that ended in one of the ways that are no answer; a cancelled call is not bad. */
static uint64_t bad_calls(const struct hr_part_record *p)
{
    return p->measured_ended[HR_FAILED] + p->measured_ended[HR_THROTTLED] +
           p->measured_ended[HR_REFUSED] + p->measured_ended[HR_TIMED_OUT];
}

static void add_replication(struct hr_part_sum *p, uint32_t k,
                            const struct hr_part_record *r)
{
    const double lookups = (double)r->hits + (double)r->misses;

    p->busy[k] = (double)hr_integral_area(&r->busy);
    p->capacity[k] = (double)hr_integral_area(&r->capacity);
    p->queue[k] = hr_integral_mean(&r->queued);
    p->in_flight[k] = hr_integral_mean(&r->present);
    p->calls[k] = (double)r->measured_in;
    p->hit_rate[k] = lookups > 0 ? (double)r->hits / lookups : HR_NAN;
}

static void add_part(struct hr_part_sum *p, uint32_t k, const struct hr_part_record *r)
{
    add_replication(p, k, r);
    p->queued += hr_integral_mean(&r->queued);
    p->present += hr_integral_mean(&r->present);
    p->workers += hr_integral_mean(&r->workers);
    p->up += hr_integral_mean(&r->up);
    p->queue_max = r->queued.max > p->queue_max ? r->queued.max : p->queue_max;
    p->in += (double)r->measured_in;
    for (size_t how = 0; how < HR_N_OUTCOMES; how++)
        p->ended += (double)r->measured_ended[how];
    p->answered += (double)(r->measured_ended[HR_OK] + r->measured_ended[HR_MISS]);
    p->bad += (double)bad_calls(r);
    p->killed += (double)r->killed;
    p->wasted_ns += (double)r->wasted_ns;
    p->work_ns += (double)r->work_ns;
    for (size_t i = 0; i < HR_N_DISTANCES; i++) {
        p->bytes_in += (double)r->bytes_in[i];
        p->bytes_out += (double)r->bytes_out[i];
    }
    p->unsized += (double)r->unsized_calls;
    p->hits += (double)r->hits;
    p->misses += (double)r->misses;
    hr_hist_merge(&p->sojourn, &r->sojourn);
}

/* The sum of an instance, NULL if there is none yet.  Instances come in the same order in most
 * runs, so the search begins where it should be. */
static struct hr_instance_sum *find_instance(struct hr_design_sum *d, size_t guess,
                                             const struct hr_instance_record *r)
{
    for (size_t k = 0; k < d->n_instances; k++) {
        struct hr_instance_sum *x = &d->instances[(guess + k) % d->n_instances];

        if (x->component == r->component && x->slot == r->slot)
            return x;
    }
    return NULL;
}

static struct hr_instance_sum *new_instance(struct hr_collector *c, struct hr_design_sum *d,
                                            const struct hr_instance_record *r)
{
    if (d->n_instances == d->instances_room) {
        const size_t room = 2 * d->instances_room + 64;
        struct hr_instance_sum *more = hr_arena_alloc(c->arena, room, sizeof *more);

        if (d->n_instances)
            memcpy(more, d->instances, d->n_instances * sizeof *more);
        d->instances = more;
        d->instances_room = room;
    }
    d->instances[d->n_instances] =
        (struct hr_instance_sum){.component = r->component, .slot = r->slot};
    return &d->instances[d->n_instances++];
}

void hr_collect_parts_add(struct hr_collector *c, struct hr_design_sum *d,
                          const struct hr_record *r)
{
    const bool first = d->n == 0;

    for (uint32_t i = 0; i < r->n_parts; i++)
        add_part(&d->parts[i], d->n, &r->parts[i]);
    for (uint32_t i = 0; i < r->n_instances; i++) {
        const struct hr_instance_record *from = &r->instances[i];
        /* In the first record every instance is a new one. */
        struct hr_instance_sum *x = first ? NULL : find_instance(d, i, from);

        if (!x)
            x = new_instance(c, d, from);
        x->busy_ns += (double)from->busy_ns;
        x->up_ns += (double)from->up_ns;
        d->parts[from->component].instances_up_ns += (double)from->up_ns;
    }
}

/* --- components --------------------------------------------------------------------------- */

enum part_var {
    VAR_UTILISATION,
    VAR_UTILISATION_LO,
    VAR_UTILISATION_HI,
    VAR_QUEUE_MEAN,
    VAR_QUEUE_MAX,
    VAR_IN_FLIGHT,
    VAR_WORKERS,
    VAR_INSTANCES,
    VAR_CALLS_RATE,
    VAR_FAILED_SHARE,
    VAR_SOJOURN_P50,
    VAR_SOJOURN_P99,
    VAR_WORK,
    VAR_WASTED,
    VAR_WASTED_SHARE,
    VAR_KILLS,
    VAR_BYTES_IN,
    VAR_BYTES_OUT,
    VAR_UNSIZED,
    N_PART_VARS
};
static const struct {
    const char *name, *unit, *help;
} part_vars[N_PART_VARS] = {
    {"utilisation", "1", "cores at work / cores up"},
    {"utilisation_lo", "1", "lower end of the 95% interval"},
    {"utilisation_hi", "1", "upper end of the 95% interval"},
    {"queue_mean", "1", "calls waiting for a worker or the CPU"},
    {"queue_max", "1", "most calls waiting at once"},
    {"in_flight_mean", "1", "calls present"},
    {"workers_mean", "1", "workers held"},
    {"instances_mean", "1", "instances up"},
    {"calls_rate", "1/s", "calls that arrive"},
    {"failed_share", "1", "calls that ended without an answer / calls ended"},
    {"sojourn_p50", "s", "median time from arrival to answer, every call"},
    {"sojourn_p99", "s", "99th percentile of the time from arrival to answer"},
    {"work_s", "s", "CPU time done in a run, at the speed that work was measured on"},
    {"wasted_s", "s", "CPU time in a run whose answer nobody waited for"},
    {"wasted_share", "1", "wasted CPU time / CPU time"},
    {"kills", "1", "instances killed out of memory in a run"},
    {"bytes_in", "bytes", "bytes received as the caller in a run"},
    {"bytes_out", "bytes", "bytes sent as the caller in a run"},
    {"unsized", "1", "calls in a run whose bytes are not given: not priced"},
};

static void store_part(const struct hr_design_sum *d, const struct hr_part_sum *p,
                       double *x[N_PART_VARS], size_t at)
{
    const struct hr_estimate u =
        hr_interval_ratio(p->busy, p->capacity, d->n, hr_shown_basis(d));
    const double n = d->n;

    x[VAR_UTILISATION][at] = u.mean;
    x[VAR_UTILISATION_LO][at] = u.lo < 0 ? 0 : u.lo;
    x[VAR_UTILISATION_HI][at] = u.hi > 1 ? 1 : u.hi;
    x[VAR_QUEUE_MEAN][at] = p->queued / n;
    x[VAR_QUEUE_MAX][at] = (double)p->queue_max;
    x[VAR_IN_FLIGHT][at] = p->present / n;
    x[VAR_WORKERS][at] = p->workers / n;
    x[VAR_INSTANCES][at] = p->up / n;
    x[VAR_CALLS_RATE][at] = p->in / n / hr_time_s(d->plan->horizon);
    x[VAR_FAILED_SHARE][at] = p->ended > 0 ? p->bad / p->ended : HR_NAN;
    x[VAR_SOJOURN_P50][at] = hr_hist_quantile(&p->sojourn, 0.5, 0) / 1e9;
    x[VAR_SOJOURN_P99][at] = hr_hist_quantile(&p->sojourn, 0.99, 0) / 1e9;
    x[VAR_WORK][at] = p->work_ns / 1e9 / n;
    x[VAR_WASTED][at] = p->wasted_ns / 1e9 / n;
    x[VAR_WASTED_SHARE][at] = p->work_ns > 0 ? p->wasted_ns / p->work_ns : HR_NAN;
    x[VAR_KILLS][at] = p->killed / n;
    x[VAR_BYTES_IN][at] = p->bytes_in / n;
    x[VAR_BYTES_OUT][at] = p->bytes_out / n;
    x[VAR_UNSIZED][at] = p->unsized / n;
}

static void store_components(struct hr_store *st)
{
    double *x[N_PART_VARS];

    for (size_t v = 0; v < N_PART_VARS; v++)
        x[v] = hr_results_var(st->r, "components", part_vars[v].name, HR_F64,
                              "design component", part_vars[v].unit, part_vars[v].help)
                   ->data;
    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t k = 0; d->n > 0 && k < d->plan->n_components; k++)
            store_part(d, &d->parts[k], x, i * st->n_components + d->component_at[k]);
    }
}

static bool has_lookups(const struct hr_store *st)
{
    for (size_t i = 0; i < st->n_designs; i++)
        for (size_t k = 0; k < st->c->designs[i].plan->n_components; k++)
            if (st->c->designs[i].n > 0 &&
                st->c->designs[i].parts[k].hits + st->c->designs[i].parts[k].misses > 0)
                return true;
    return false;
}

/* Only where there is a cache that was asked. */
static void store_hit_rates(struct hr_store *st)
{
    double *x;

    if (!has_lookups(st))
        return;
    x = hr_results_var(st->r, "components", "hit_rate", HR_F64, "design component", "1",
                       "look-ups that were answered / look-ups")
            ->data;
    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (size_t k = 0; d->n > 0 && k < d->plan->n_components; k++) {
            const struct hr_part_sum *p = &d->parts[k];

            if (p->hits + p->misses > 0)
                x[i * st->n_components + d->component_at[k]] =
                    p->hits / (p->hits + p->misses);
        }
    }
}

static const struct {
    const char *name, *unit, *help;
} replication_vars[] = {
    {"utilisation_by_replication", "1", "cores at work / cores up, of each replication"},
    {"queue_by_replication", "1", "calls waiting, of each replication"},
    {"in_flight_by_replication", "1", "calls present, of each replication"},
    {"calls_by_replication", "1", "calls that arrived in each replication"},
    {"hit_rate_by_replication", "1", "look-ups that were answered, of each replication"},
};
enum { N_REPLICATION_VARS = sizeof replication_vars / sizeof *replication_vars };

static void store_replication(const struct hr_part_sum *p, uint32_t r,
                              double *x[N_REPLICATION_VARS], size_t at)
{
    const double figures[N_REPLICATION_VARS] = {
        p->capacity[r] > 0 ? p->busy[r] / p->capacity[r] : HR_NAN, p->queue[r],
        p->in_flight[r], p->calls[r], p->hit_rate[r]};

    for (size_t v = 0; v < N_REPLICATION_VARS; v++)
        x[v][at] = figures[v];
}

static void store_by_replication(struct hr_store *st)
{
    double *x[N_REPLICATION_VARS];

    for (size_t v = 0; v < N_REPLICATION_VARS; v++)
        x[v] = hr_results_var(st->r, "components", replication_vars[v].name, HR_F64,
                              "design replication component", replication_vars[v].unit,
                              replication_vars[v].help)
                   ->data;
    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (uint32_t r = 0; r < d->n; r++)
            for (size_t k = 0; k < d->plan->n_components; k++) {
                const size_t run = i * st->n_replications + d->replication[r] - 1;

                store_replication(&d->parts[k], r, x,
                                  run * st->n_components + d->component_at[k]);
            }
    }
}

/* --- instances ---------------------------------------------------------------------------- */

/* Core-ns that an instance could have done: its time up at its component's cores each. */
static double instance_capacity(const struct hr_design_sum *d,
                                const struct hr_instance_sum *x)
{
    const struct hr_part_sum *p = &d->parts[x->component];
    double core_ns = 0;

    for (uint32_t r = 0; r < d->n; r++)
        core_ns += p->capacity[r] / 1000;
    return p->instances_up_ns > 0 ? core_ns / p->instances_up_ns * x->up_ns : 0;
}

static void store_instances(struct hr_store *st)
{
    struct hr_union u = {0};
    size_t *slots = hr_arena_alloc(st->a, st->n_components, sizeof *slots);
    size_t *first = hr_arena_alloc(st->a, st->n_components + 1, sizeof *first);
    const char **names;
    double *x;

    for (size_t i = 0; i < st->n_designs; i++)
        for (size_t k = 0; k < st->c->designs[i].n_instances; k++) {
            const struct hr_instance_sum *s = &st->c->designs[i].instances[k];
            size_t *of = &slots[st->c->designs[i].component_at[s->component]];

            *of = s->slot + (size_t)1 > *of ? s->slot + (size_t)1 : *of;
        }
    for (size_t k = 0; k < st->n_components; k++)
        first[k + 1] = first[k] + slots[k];
    u.n = first[st->n_components];
    names = hr_arena_alloc(st->a, u.n, sizeof *names);
    for (size_t k = 0; k < st->n_components; k++)
        for (size_t s = 0; s < slots[k]; s++)
            names[first[k] + s] =
                hr_arena_printf(st->a, "%s/%zu", st->c->components.name[k], s);
    hr_results_dim_texts(st->r, "instance", "instance of a component", u.n, names);
    x = hr_results_var(st->r, "instances", "utilisation", HR_F64, "design instance", "1",
                       "cores at work / cores up")
            ->data;
    for (size_t i = 0; i < st->n_designs; i++)
        for (size_t k = 0; k < st->c->designs[i].n_instances; k++) {
            const struct hr_design_sum *d = &st->c->designs[i];
            const struct hr_instance_sum *s = &d->instances[k];
            const double capacity = instance_capacity(d, s);

            if (capacity > 0)
                x[i * u.n + first[d->component_at[s->component]] + s->slot] =
                    s->busy_ns / capacity;
        }
}

void hr_collect_parts_store(struct hr_store *st)
{
    store_components(st);
    store_hit_rates(st);
    store_by_replication(st);
    store_instances(st);
}
