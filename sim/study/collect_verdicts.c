/* sim/study/collect_verdicts.c - verdicts of designs, how sure they are, and whether that is
 * enough. */
#include "sim/study/collected.h"
#include "sim/study/interval.h"
#include "sim/study/looks.h"
#include "sim/study/outer.h"

#include <string.h>

/* Objectives of a design that can be concluded on at all. */
static size_t readable(const struct hr_design_sum *d)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n_figures; i++)
        n += hr_measure_readable(d->figures[i].objective);
    return n;
}

double hr_collector_level(const struct hr_collector *c, size_t design)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n_designs; i++)
        if (c->looked || i == design)
            n += readable(&c->designs[i]);
    n = n ? n : 1;
    return 1 - (1 - HR_CONFIDENCE) / (double)(c->looked ? n * (HR_LOOKS + 1) : n);
}

enum hr_verdict hr_collector_verdict(const struct hr_collector *c, size_t design,
                                     size_t objective, struct hr_arena *a,
                                     struct hr_estimate *e, const char **reason)
{
    const struct hr_design_sum *d = &c->designs[design];
    const struct hr_figure *f = &d->figures[objective];
    const enum hr_measure_id m = f->objective->measure;
    const double level = hr_collector_level(c, design);
    const char *more = NULL;
    enum hr_verdict v;

    if (m == HR_MEASURE_RTO || m == HR_MEASURE_RPO)
        *e = hr_collect_recovery_estimate(d, f->objective, level, a, &more);
    else if (m == HR_MEASURE_YEARLY_AVAILABILITY)
        *e = hr_collect_year_estimate(d, f->objective, level, a, &more);
    else if (hr_collect_cost_speaks(f->objective))
        *e = hr_collect_cost_estimate(d, f->objective, level, a, &more);
    else
        *e = hr_figure_estimate(f, level);
    v = hr_verdict_decide(f->objective, e, a, reason);
    if (more)
        *reason = more;
    return c->outer ? hr_outer_verdict(c->outer, design, objective, v, a, reason) : v;
}

int hr_collector_status(const struct hr_collector *c, bool all_designs)
{
    struct hr_arena *scratch = hr_arena_create();
    int status = 0;

    for (size_t i = 0; i < c->n_designs; i++) {
        const size_t n = c->designs[i].n_figures;
        enum hr_verdict *v = hr_arena_alloc(scratch, n, sizeof *v);
        int of_design;

        if (!all_designs && i != c->scenario->chosen)
            continue;
        for (size_t k = 0; k < n; k++) {
            struct hr_estimate e;
            const char *reason;
            v[k] = hr_collector_verdict(c, i, k, scratch, &e, &reason);
        }
        of_design = hr_verdict_status(v, n);
        if (of_design == 0 && c->designs[i].n == 0)
            of_design = 4; /* no run of it was finished */
        if (status == 0 || of_design == 1)
            status = of_design;
    }
    hr_arena_destroy(scratch);
    return status;
}

bool hr_collector_enough(struct hr_collector *c, uint32_t replications, double precision)
{
    struct hr_arena *scratch;
    bool enough = true;
    uint32_t before;

    if (!hr_look_is_due(replications))
        return false;
    c->looked = true;
    scratch = hr_arena_create();
    for (size_t i = 0; i < c->n_designs; i++)
        for (size_t k = 0; enough && k < c->designs[i].n_figures; k++) {
            if (c->designs[i].figures[k].objective->measure ==
                HR_MEASURE_YEARLY_AVAILABILITY)
                continue; /* no number of replications tells more of it */
            struct hr_estimate e;
            const char *reason;
            const enum hr_verdict v = hr_collector_verdict(c, i, k, scratch, &e, &reason);

            enough = hr_look_suffices(c->designs[i].figures[k].objective, &e, v, precision);
        }
    hr_arena_destroy(scratch);
    before = enough ? c->sufficed : 0;
    c->sufficed = enough ? replications : 0;
    for (size_t i = 0; i < c->n_designs; i++)
        c->designs[i].before = before;
    return before > 0;
}

void hr_collector_ended(struct hr_collector *c, uint32_t replications, const char *why)
{
    c->replications = replications;
    c->ended = hr_arena_text(c->arena, why, strlen(why));
}
