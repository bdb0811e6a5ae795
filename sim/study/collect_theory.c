/* sim/study/collect_theory.c - theory beside simulation: the group `theory` of results/names.h, only
 * where a component of a design is a station that theory has an answer for. */
#include "sim/scenario/stations.h"
#include "sim/study/collected.h"
#include "sim/study/interval.h"

enum { RESPONSE, LOAD, EXACT, OBSERVED, OBSERVED_LO, OBSERVED_HI, N_VARS };
static const struct {
    const char *name, *unit, *help;
} vars[N_VARS] = {
    {"response", "s", "mean time at the component, by queueing theory"},
    {"load", "1", "core time asked for / core time, by theory"},
    {"exact", "1", "1: a closed form; 0: an approximation"},
    {"observed", "s",
     "mean time at the component, simulated: calls present / calls a second"},
    {"observed_lo", "s", "lower end of the 95% interval"},
    {"observed_hi", "s", "upper end of the 95% interval"},
};

/* By Little's law, replication by replication. */
static struct hr_estimate observed(struct hr_arena *a, const struct hr_design_sum *d,
                                   uint32_t part)
{
    const struct hr_part_sum *p = &d->parts[part];
    double *present_s = hr_arena_alloc(a, d->n, sizeof *present_s);

    for (uint32_t r = 0; r < d->n; r++)
        present_s[r] = p->in_flight[r] * hr_time_s(d->plan->horizon);
    return hr_interval_ratio(present_s, p->calls, d->n, hr_shown_basis(d));
}

static void store_design(struct hr_store *st, size_t i,
                         const struct hr_station_answer *answers, size_t n,
                         double *x[N_VARS], const char **models)
{
    const struct hr_design_sum *d = &st->c->designs[i];

    for (size_t k = 0; d->n > 0 && k < n; k++) {
        const struct hr_station_answer *t = &answers[k];
        const size_t at = i * st->n_components + d->component_at[t->component];
        const struct hr_estimate seen = observed(st->a, d, t->component);

        models[at] = t->model;
        x[RESPONSE][at] = t->response_s;
        x[LOAD][at] = t->load;
        x[EXACT][at] = t->exact;
        x[OBSERVED][at] = seen.mean;
        x[OBSERVED_LO][at] = seen.lo;
        x[OBSERVED_HI][at] = seen.hi;
    }
}

void hr_collect_theory_store(struct hr_store *st)
{
    struct hr_station_answer **answers =
        hr_arena_alloc(st->a, st->n_designs, sizeof *answers);
    size_t *n = hr_arena_alloc(st->a, st->n_designs, sizeof *n), any = 0;
    double *x[N_VARS];
    const char **models;

    for (size_t i = 0; i < st->n_designs; i++)
        any += n[i] = hr_stations_answers(st->c->designs[i].plan, st->a, &answers[i]);
    if (any == 0)
        return;
    models = hr_results_var(st->r, "theory", "model", HR_TEXT, "design component", "",
                            "the station that it is, in Kendall's notation")
                 ->data;
    for (size_t v = 0; v < N_VARS; v++)
        x[v] = hr_results_var(st->r, "theory", vars[v].name, HR_F64, "design component",
                              vars[v].unit, vars[v].help)
                   ->data;
    for (size_t i = 0; i < st->n_designs; i++)
        store_design(st, i, answers[i], n[i], x, models);
}
