/* sim/study/interval.h - what independent replications say of ratios and quantiles.
 *
 * Every interval is two-sided with 95% confidence and NaN..NaN with one replication.
 * SOURCE  ratio: W. Cochran, "Sampling Techniques", 3rd ed., chapter 6 (residuals about the
 *         ratio of sums), with Student's t over replications. */
#ifndef HR_STUDY_INTERVAL_H
#define HR_STUDY_INTERVAL_H

#include "sim/measure/estimate.h"

#include <math.h>

#define HR_CONFIDENCE 0.95
#define HR_NAN        ((double)NAN)

/* sum(num) / sum(den); NaN when the denominators sum to 0. */
struct hr_estimate hr_interval_ratio(const double *num, const double *den, size_t n);

/* A quantile known from all replications merged (`pooled`) and from each (`x`): the pooled
 * one, with Student's t over x; where a replication has it infinite there is no mean, and the
 * interval is the range of the replications, which may reach to infinity. */
struct hr_estimate hr_interval_pooled(double pooled, const double *x, size_t n);

#endif /* HR_STUDY_INTERVAL_H */
