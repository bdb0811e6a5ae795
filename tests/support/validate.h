/* tests/support/validate.h - a simulated figure against a known one.
 *
 * Independent replications give an interval of confidence 1 - 1e-6; a test passes when the
 * interval contains the known value and is narrower than the tolerance on either side, so
 * that it means something.  Seeds are fixed: a failure is a changed program, not bad luck.
 * Builds with assertions or sanitizers are too slow for that: they run less and only check
 * that the interval contains the value. */
#ifndef VALIDATE_H
#define VALIDATE_H

#include "sim/system/plan.h"
#include "sim/system/record.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define VALIDATE_SLOW 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
#define VALIDATE_SLOW 1
#endif
#ifndef VALIDATE_SLOW
#define VALIDATE_SLOW 0
#endif

enum { VALIDATE_MOST = 64 }; /* replications */

/* What one run says. */
typedef double validate_figure(const struct hr_plan *plan, const struct hr_record *r);

struct validate_runs {
    const char *scenario;               /* below scenarios/examples/, without .yaml */
    const char *design;                 /* NULL: the first */
    const char *const *set;             /* NULL-ended "PATH=VALUE"; NULL: none */
    const char *horizon, *slow_horizon; /* of one replication; NULL: the scenario's own */
    uint32_t replications;              /* a slow build makes eight at most */
};

/* Load and run; x[k * VALIDATE_MOST + i] is figure k of replication i.  Fails the test when
 * the scenario does not load or a ledger is violated.  Returns the number of replications. */
uint32_t validate_run(const struct validate_runs *v, uint32_t n_figures,
                      validate_figure *const *figures, double *x);

/* The same for a plan made by hand. */
void validate_plan(const struct hr_plan *plan, uint32_t replications, uint32_t n_figures,
                   validate_figure *const *figures, double *x);

/* The interval of the mean of x[0..n) contains `expected` and is narrower than
 * `tolerance` (absolute) on either side. */
void validate_mean(const char *id, const double *x, uint32_t n, double expected,
                   double tolerance);

/* Figures of the first row: seconds. */
double validate_mean_latency(const struct hr_plan *plan, const struct hr_record *r);
double validate_p95(const struct hr_plan *plan, const struct hr_record *r);
double validate_p99(const struct hr_plan *plan, const struct hr_record *r);

#endif /* VALIDATE_H */
