/* sim/study/budget.h - what the fine windows of a run say of time and of the error budget.
 *
 * MODEL    The error budget of 30 days is (1 - target) x the requests expected in them: those of
 *          the run outside of one-off load shapes, scaled to 30 days.  Every request that was
 *          not good is charged to one cause, by the window of its arrival: the disturbance
 *          begun last that is acting or not yet recovered from (recovery.h, from its end on);
 *          else such a one-off load shape; else what begins in the next window, for requests
 *          under way when it does; else nothing, "undisturbed".  So shares add up to what was
 *          spent.
 * CHECKED tests/study/test_budget.c. */
#ifndef HR_STUDY_BUDGET_H
#define HR_STUDY_BUDGET_H

#include "sim/scenario/scenario.h"
#include "sim/study/recovery.h"

enum { HR_BUDGET_DAYS = 30 };

/* --- time ----------------------------------------------------------------------------------- */

/* The least share of good requests of `rows` in any span of `width` that whole windows make up
 * (the whole run, where that is shorter), and where that span begins; NaN: no requests. */
double hr_worst_span(const struct hr_plan *plan, const struct hr_record *r, uint64_t rows,
                     hr_time width, hr_time *at);

/* Windows of the horizon, and those that keep every objective about `rows` that a window can
 * keep; where there is none, the conditions of `recovered`. */
struct hr_windows_kept {
    uint32_t kept, all;
};
struct hr_windows_kept hr_windows_kept(const struct hr_plan *plan,
                                       const struct hr_record *r, uint64_t rows);

/* --- the error budget ----------------------------------------------------------------------- */

struct hr_budget {
    double target; /* availability */
    uint64_t rows; /* of which requests */
    bool assumed;  /* no objective says it */
};
/* The strictest objective of availability; 99.9% of all requests without one. */
struct hr_budget hr_budget_of(const struct hr_design *d);
/* Requests of `rows` expected in 30 days. */
double hr_budget_requests(const struct hr_plan *plan, const struct hr_record *r,
                          uint64_t rows);

/* The causes of a plan: its disturbances, then its one-off shapes, then none at all. */
size_t hr_budget_causes(const struct hr_plan *plan);
const char *hr_budget_cause(const struct hr_plan *plan, size_t cause, struct hr_arena *a);
/* The i-th one-off shape of a plan that begins within its horizon; false: there are fewer.
 * `part` gets its class of traffic. */
bool hr_plan_one_off(const struct hr_plan *plan, size_t i, struct hr_one_off *o,
                     uint32_t *part);
/* Adds the requests of `rows` that were not good to bad[cause]. */
void hr_budget_charge(const struct hr_plan *plan, const struct hr_record *r, uint64_t rows,
                      double *bad);

#endif /* HR_STUDY_BUDGET_H */
