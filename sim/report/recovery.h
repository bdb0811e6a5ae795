/* sim/report/recovery.h - recoveries and error budgets of a study, one row a design and cause.
 *
 * RECOVERY  A result set has a row for each design, disturbance and replication.  Objectives read
 *           the 95th percentile of occurrences, so a table shows the run that is it: its phases
 *           add up to its time to recovery, which percentiles of each phase would not.
 * BUDGET    Which causes spent how much of the requests that may go wrong. */
#ifndef HR_REPORT_RECOVERY_H
#define HR_REPORT_RECOVERY_H

#include "sim/results/names.h"
#include "sim/results/results.h"

extern const char *const hr_phase_words[HR_N_PHASES]; /* for people: "warm up" */

struct hr_recovery { /* times in s */
    size_t design;
    const char *disturbance; /* as in the results */
    const char *which; /* of many at random times: "p50", "p95" or "max"; "": of the runs */
    size_t runs, not_recovered, unaffected;
    double begin, rto; /* infinite: not recovered; NaN: not known */
    double phase[HR_N_PHASES];
    double rpo, writes_lost; /* the worst of the runs; NaN: nothing that could lose data */
    bool affected;           /* the run that is shown */
    bool alone;              /* nothing else acted in the runs that the figures rest on */
};
/* By design, then as the disturbances come in the results; returns how many. */
size_t hr_recoveries(const struct hr_results *r, struct hr_arena *a,
                     struct hr_recovery **rows);

/* What recovered means, as the results say it: "availability >= 99% in every 10s, for 5m"; "" if
 * they do not, or if the designs of the rows differ in it. */
const char *hr_recovery_rule(const struct hr_results *r, const struct hr_recovery *rows,
                             size_t n);

struct hr_budget {
    const char *cause;
    double *bad, *share; /* by design; NaN: no such line */
    double most;
};
/* The largest share first, "undisturbed" last; returns how many. */
size_t hr_budgets(const struct hr_results *r, struct hr_arena *a, struct hr_budget **rows);
/* What was spent of a design's budget in all; NaN: not measured. */
double hr_budget_spent(const struct hr_budget *rows, size_t n, size_t design);

#endif /* HR_REPORT_RECOVERY_H */
