/* tests/support/sample_results.h - a study's results made by hand, for the tests of reports.
 *
 * A web shop with three designs and a payment provider that is slow for ten minutes of an
 * hour: five_retries breaks both objectives, retry_budget keeps everything, circuit_breaker is
 * undecided on availability.  A second disturbance,
 * zone_loss, is in the recoveries and error budgets only.  Every variable of sim/results/names.h is there with plausible
 * values that agree with each other (rows add up to "all", spent adds up to its total). */
#ifndef HR_SAMPLE_RESULTS_H
#define HR_SAMPLE_RESULTS_H

#include "sim/results/results.h"

#include <stdbool.h>

struct hr_sample {
    size_t designs;      /* 1..3, in the order above; 0: 3 */
    size_t replications; /* 0: 8; with 1 there are no intervals */
    bool uncosted;       /* no invoices, recoveries and error budgets */
    bool unpriced;       /* a price is missing in the first design */
    bool hostile;        /* names that try to be markup, escapes, shell and gnuplot code */
};

/* Lives in `a`. */
struct hr_results *hr_sample_results(struct hr_arena *a, struct hr_sample how);

#endif /* HR_SAMPLE_RESULTS_H */
