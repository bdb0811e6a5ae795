/* sim/study/verdict.h - objectives: what was measured, and whether they were kept.
 *
 * A measure is read off a record as a ratio of sums (availability), a quantile of merged
 * histograms (latency; bad requests infinite), or a figure of each run (a maximum).  With two
 * or more replications the interval decides: kept when all of it keeps the limit, broken when
 * none does, undecided between.  With one the observation decides, and the reason says so. */
#ifndef HR_STUDY_VERDICT_H
#define HR_STUDY_VERDICT_H

#include "sim/measure/estimate.h"
#include "sim/measure/profile.h"
#include "sim/scenario/measures.h"
#include "sim/system/record.h"

enum hr_verdict { HR_KEPT, HR_BROKEN, HR_UNDECIDED };
extern const char *const hr_verdict_names[]; /* "kept", "broken", "undecided" */

/* An objective's measure, replication by replication. */
struct hr_figure {
    const struct hr_objective *objective;
    size_t n; /* replications so far */
    /* Of each replication: a ratio's two parts; a quantile and how many it is of; else num is
     * the value. */
    double *num, *den;
    struct hr_profile *profiles; /* of each, of a quantile */
    struct hr_arena *arena;
    struct hr_hist pooled; /* latency, merged */
    /* For measures that need more than the record; NULL and zero in tests of the others. */
    const struct hr_plan *plan;
    double target; /* availability that the error budget is of */
};

/* Room for `replications`; what is not from `a` is given back by hr_figure_free. */
void hr_figure_init(struct hr_figure *f, const struct hr_objective *o, size_t replications,
                    struct hr_arena *a);
void hr_figure_add(struct hr_figure *f, const struct hr_record *r);
/* Value (mean) and interval with confidence `level`; NaN where there is nothing.  A largest
 * or smallest of the runs has no interval: it is an observation. */
struct hr_estimate hr_figure_estimate(const struct hr_figure *f, double level);
void hr_figure_free(struct hr_figure *f);
/* How the figures of replications become one: "ratio" of their sums, "pooled" (the figure of all
 * merged), "mean", or "extreme" (the largest or the smallest).  "" where there are none. */
const char *hr_figure_estimator(const struct hr_objective *o);
/* Can this measure be read off records at all?  (rto and rpo: of twins too, see recovered.h) */
bool hr_measure_readable(const struct hr_objective *o);

/* Does a value keep an objective? */
bool hr_verdict_keeps(const struct hr_objective *o, double value);
/* The verdict on `e` under an objective, and why in one line (constant text or of `a`;
 * "" when there is nothing to add). */
enum hr_verdict hr_verdict_decide(const struct hr_objective *o, const struct hr_estimate *e,
                                  struct hr_arena *a, const char **reason);

/* Exit status of a list of verdicts: 1 if one is broken, else 4 if one is undecided, else 0. */
int hr_verdict_status(const enum hr_verdict *v, size_t n);

#endif /* HR_STUDY_VERDICT_H */
