/* sim/study/collect_edges.c - call sites: the group `edges` of results/names.h. */
#include "sim/study/collected.h"

static const struct {
    const char *name, *help;
} counts[HR_N_SITE_COUNTS] = {
    {"rate", "calls a second"},
    {"attempts_rate", "attempts a second"},
    {"ok", "calls answered in a run"},
    {"failed", "attempts that ended with an error in a run"},
    {"timed_out", "attempts without an answer in time in a run"},
    {"throttled", "attempts refused by a limit in a run"},
    {"refused", "attempts for which there was no room in a run"},
    {"retries_denied", "retries that the budget did not allow in a run"},
    {"breaker_refused", "calls refused by an open breaker in a run"},
    {"bulkhead_refused", "calls refused by a full bulkhead in a run"},
    {"hedges", "extra attempts of hedging in a run"},
    {"fallbacks", "answers made by fallback steps in a run"},
};
enum { PER_SECOND = 2 }; /* how many of them, from the first, are rates */

void hr_collect_edges_add(struct hr_design_sum *d, const struct hr_record *r)
{
    for (uint32_t i = 0; i < r->n_sites; i++) {
        const struct hr_site_record *s = &r->sites[i];
        const uint64_t x[HR_N_SITE_COUNTS] = {
            s->calls,           s->attempts,         s->ok,      s->failed,
            s->timed_out,       s->throttled,        s->refused, s->retries_denied,
            s->breaker_refused, s->bulkhead_refused, s->hedges,  s->fallbacks};

        for (size_t k = 0; k < HR_N_SITE_COUNTS; k++)
            d->sites[i][k] += (double)x[k];
    }
}

static void store_ends(struct hr_store *st)
{
    const char **caller =
        hr_results_var(st->r, "edges", "caller", HR_TEXT, "edge", "", "who calls")->data;
    const char **callee =
        hr_results_var(st->r, "edges", "callee", HR_TEXT, "edge", "", "who is called")
            ->data;
    int64_t *asynchronous = hr_results_var(st->r, "edges", "asynchronous", HR_I64, "edge",
                                           "1", "1: sent without waiting for the answer")
                                ->data;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];

        for (uint32_t k = 0; k < d->plan->n_sites; k++) {
            const struct hr_site *s = &d->plan->sites[k];

            caller[d->edge_at[k]] = d->plan->components[s->caller].name;
            callee[d->edge_at[k]] = d->plan->components[s->callee].name;
            asynchronous[d->edge_at[k]] = s->is_send;
        }
    }
}

void hr_collect_edges_store(struct hr_store *st)
{
    for (size_t which = 0; which < HR_N_SITE_COUNTS; which++) {
        const bool rate = which < PER_SECOND;
        double *x = hr_results_var(st->r, "edges", counts[which].name, HR_F64,
                                   "design edge", rate ? "1/s" : "1", counts[which].help)
                        ->data;

        for (size_t i = 0; i < st->n_designs; i++) {
            const struct hr_design_sum *d = &st->c->designs[i];
            const double per = d->n * (rate ? hr_time_s(d->plan->horizon) : 1);

            for (size_t k = 0; d->n > 0 && k < d->plan->n_sites; k++)
                x[i * st->n_edges + d->edge_at[k]] = d->sites[k][which] / per;
        }
    }
    store_ends(st);
}
