/* sim/study/outer_conclude.c - from the values at the points of the sample to what they say; see
 * outer.h. */
#include "sim/study/outer.h"

#include "sim/measure/spread.h"
#include "sim/study/interval.h"

#include <math.h>
#include <string.h>

enum { EACH = HR_OUTER_EACH };

/* What luck may pass for, of studies in which the ranges do nothing. */
static const double false_alarms = 0.01;

/* --- one objective of one design ------------------------------------------------------------- */

struct concluding {
    const struct hr_outer *o;
    struct hr_outer_cell *c;
    struct hr_arena *scratch;
    double *mean; /* of each point */
};

static double share_of_broken(const struct hr_outer_cell *c, size_t point)
{
    size_t broken = 0;

    for (size_t i = 0; i < EACH; i++)
        broken += c->verdict[point * EACH + i] == HR_BROKEN;
    return (double)broken / EACH;
}

static void count_points(struct concluding *w)
{
    struct hr_outer_cell *c = w->c;

    c->kept = c->broken = 0;
    for (size_t p = 0; p < w->o->done; p++) {
        size_t kept = 0, broken = 0;

        for (size_t i = 0; i < EACH; i++) {
            kept += c->verdict[p * EACH + i] == HR_KEPT;
            broken += c->verdict[p * EACH + i] == HR_BROKEN;
        }
        c->kept += kept == EACH;
        c->broken += broken == EACH;
    }
}

/* Means of the points, and the least and the largest; false where there are gaps. */
static bool average(struct concluding *w)
{
    struct hr_outer_cell *c = w->c;
    bool whole = true;

    c->lowest = HUGE_VAL;
    c->highest = -HUGE_VAL;
    for (size_t p = 0; p < w->o->done; p++) {
        w->mean[p] = 0;
        for (size_t i = 0; i < EACH; i++)
            w->mean[p] += c->value[p * EACH + i] / EACH;
        whole = whole && !isnan(w->mean[p]);
        c->lowest = fmin(c->lowest, w->mean[p]);
        c->highest = fmax(c->highest, w->mean[p]);
    }
    if (!whole)
        c->lowest = c->highest = HR_NAN;
    return whole;
}

/* Where all are finite their variances, else those of their ranks. */
static void explain_value(struct concluding *w)
{
    struct hr_outer_cell *c = w->c;
    const size_t n = w->o->done, k = w->o->scenario->n_inputs;
    const double *const *at = (const double *const *)w->o->at;
    double *rank = hr_arena_alloc(w->scratch, n, sizeof *rank);
    const struct hr_anova a = hr_anova(c->value, n, EACH);

    if (isfinite(c->lowest) && isfinite(c->highest)) {
        c->luck = sqrt(a.within);
        c->ignorance = sqrt(a.between);
        c->differs = a.chance < false_alarms;
        hr_spread_shares(at, k, w->mean, n, a.between, c->share);
        return;
    }
    hr_spread_ranks(w->mean, n, rank);
    hr_spread_shares(at, k, rank, n, hr_spread_variance(rank, n), c->share);
}

static void explain_verdict(struct concluding *w)
{
    struct hr_outer_cell *c = w->c;
    const size_t n = w->o->done;
    struct hr_anova a;
    double *broken = hr_arena_alloc(w->scratch, n * EACH, sizeof *broken);
    double *mean = hr_arena_alloc(w->scratch, n, sizeof *mean);

    for (size_t i = 0; i < n * EACH; i++)
        broken[i] = c->verdict[i] == HR_BROKEN;
    for (size_t p = 0; p < n; p++)
        mean[p] = share_of_broken(c, p);
    a = hr_anova(broken, n, EACH);
    if (!isfinite(c->luck)) /* of the values nothing can be told */
        c->differs = a.chance < false_alarms;
    hr_spread_shares((const double *const *)w->o->at, w->o->scenario->n_inputs, mean, n,
                     a.between, c->verdict_share);
}

static size_t largest(const double *share, size_t n)
{
    size_t best = n;

    for (size_t i = 0; i < n; i++)
        if (share[i] > 0 && (best == n || share[i] > share[best]))
            best = i;
    return best;
}

/* Faults of a cut: points on its wrong side, halves counted. */
static double faults(const struct concluding *w, const double *at, double cut, bool above)
{
    double sum = 0;

    for (size_t p = 0; p < w->o->done; p++) {
        const double broken = share_of_broken(w->c, p);

        sum += (at[p] > cut) == above ? 1 - broken : broken;
    }
    return sum;
}

/* The cut along the input that explains most which leaves the fewest points on the wrong side. */
static void cut_sample(struct concluding *w)
{
    struct hr_outer_cell *c = w->c;
    const double *at = w->o->at[c->top];
    double best = HUGE_VAL;

    for (size_t p = 0; p < w->o->done; p++) {
        double next = 1; /* the nearest above */

        for (size_t q = 0; q < w->o->done; q++)
            next = at[q] > at[p] && at[q] < next ? at[q] : next;
        for (int above = 0; above < 2 && next < 1; above++) {
            const double cut = (at[p] + next) / 2, n = faults(w, at, cut, above);

            if (n >= best)
                continue;
            best = n;
            c->cut = cut;
            c->cut_above = above;
        }
    }
}

static void conclude_cell(struct concluding *w)
{
    struct hr_outer_cell *c = w->c;
    const size_t n = w->o->scenario->n_inputs;

    count_points(w);
    if (w->o->done < 2 || !average(w))
        return;
    explain_value(w);
    explain_verdict(w);
    if (!c->differs)
        return;
    c->top = largest(c->verdict_share, n);
    if (c->top == n)
        c->top = largest(c->share, n);
    if (c->top < n && c->kept < w->o->done && c->broken < w->o->done)
        cut_sample(w);
}

void hr_outer_conclude(struct hr_outer *o)
{
    struct hr_arena *scratch = hr_arena_create();
    struct concluding w = {.o = o,
                           .scratch = scratch,
                           .mean = hr_arena_alloc(scratch, o->points, sizeof(double))};

    for (size_t d = 0; d < o->scenario->n_designs; d++)
        for (size_t k = 0; k < o->scenario->designs[d].n_objectives; k++) {
            w.c = &o->cells[d][k];
            conclude_cell(&w);
        }
    hr_arena_destroy(scratch);
}

/* --- in words ----------------------------------------------------------------------------------- */

/* Three figures are more than is known. */
static double rounded(double x)
{
    const double size = x > 0 ? pow(10, floor(log10(x)) - 2) : 1;

    return x > 0 ? round(x / size) * size : x;
}

const char *hr_outer_flip_text(const struct hr_outer *o, size_t design, size_t objective,
                               struct hr_arena *a)
{
    const struct hr_outer_cell *c = &o->cells[design][objective];
    const bool found = !isnan(c->flip.at);
    const double at = found ? c->flip.at : c->cut;
    const bool above = found ? c->flip.above : c->cut_above;
    const struct hr_input *i =
        c->top < o->scenario->n_inputs ? hr_outer_input(o, design, c->top) : NULL;

    if (!i || isnan(at))
        return "";
    return hr_arena_printf(a, "%s %s %s%s", found ? "breaks" : "mostly breaks",
                           above ? "above" : "below", found ? "" : "about ",
                           hr_input_text(i, rounded(hr_input_value(i, at)), a));
}

/* "depends on app.home work: breaks above 11.2ms". */
static const char *dependence(const struct hr_outer *o, size_t d, size_t k,
                              struct hr_arena *a)
{
    const struct hr_outer_cell *c = &o->cells[d][k];
    const char *flip = hr_outer_flip_text(o, d, k, a);

    if (*flip)
        return hr_arena_printf(a, "depends on %s: %s", o->scenario->inputs[c->top].label,
                               flip);
    return hr_arena_printf(a,
                           "depends on the uncertain inputs: kept at %zu, broken at %zu of "
                           "%u points",
                           c->kept, c->broken, o->done);
}

enum hr_verdict hr_outer_verdict(const struct hr_outer *o, size_t design, size_t objective,
                                 enum hr_verdict base, struct hr_arena *a,
                                 const char **reason)
{
    const struct hr_outer_cell *c = &o->cells[design][objective];
    const double most = 1 - pow(0.05, 1 / (double)o->done);

    if (!hr_measure_readable(c->objective))
        return base;
    if (o->done == 0) {
        *reason = "half-way; there was no time to look at the rest of the ranges";
        return base == HR_KEPT ? HR_UNDECIDED : base;
    }
    if (c->kept == o->done && base == HR_KEPT) {
        *reason =
            hr_arena_printf(a,
                            "kept at all %u points of the ranges: less than %.0f%% of "
                            "them breaks it, with 95%%",
                            o->done, ceil(100 * most));
        return base;
    }
    if (c->broken == o->done && base == HR_BROKEN) {
        *reason = hr_arena_printf(a, "broken at all %u points of the ranges", o->done);
        return base;
    }
    if ((c->kept == o->done || c->broken == o->done) && base == HR_UNDECIDED)
        return base;
    if (isnan(c->lowest)) {
        if (base == HR_KEPT)
            *reason = "half-way; what the ranges do to it is not sampled";
        return base == HR_KEPT ? HR_UNDECIDED : base;
    }
    if (!c->differs) {
        if (base != HR_UNDECIDED)
            *reason = "the ranges change it by no more than luck does";
        return base;
    }
    *reason = dependence(o, design, objective, a);
    return HR_UNDECIDED;
}
