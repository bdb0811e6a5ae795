/* sim/study/interval.h - what independent replications say of ratios and quantiles.
 *
 * Every interval is two-sided and NaN..NaN with one replication; `level` is its confidence.
 *
 * RATIO     of sums over replications, with Student's t over the residuals num - ratio x den.
 *           Its bias is O(1/n).
 *           SOURCE  W. Cochran, "Sampling Techniques", 3rd ed., 1977, section 6.4.
 * QUANTILE  sectioning: replications are the sections.  The middle is the quantile of all of
 *           them merged, which has less bias than a mean of the sections' quantiles; the spread
 *           is that of the sections' quantiles about it (not about their own mean).  A section
 *           weighs as many requests as it has, because it has moved the merged quantile that
 *           much.  Valid as the sections grow; one should hold some ten requests beyond the
 *           quantile, or it is known too well.
 *           SOURCE  S. Asmussen, P. Glynn, "Stochastic Simulation", 2007, section III.5a;
 *                   M. Nakayama, "Confidence intervals for quantiles using sectioning when
 *                   applying variance-reduction techniques", ACM TOMACS 24(4), 2014.
 *           Where a section's quantile is infinite there is no spread.  The quantile of all is
 *           infinite for sure where the share of finite values, a ratio, lies below p; else order
 *           statistics bound the median of the sections' quantiles (sim/measure/order.h),
 *           stretched to hold the merged one. */
#ifndef HR_STUDY_INTERVAL_H
#define HR_STUDY_INTERVAL_H

#include "sim/measure/estimate.h"

#include <math.h>

#define HR_CONFIDENCE 0.95
#define HR_NAN        ((double)NAN)

/* sum(num) / sum(den); NaN when the denominators sum to 0. */
struct hr_estimate hr_interval_ratio_at(const double *num, const double *den, size_t n,
                                        double level);
/* The same with 95%. */
struct hr_estimate hr_interval_ratio(const double *num, const double *den, size_t n);

/* A quantile, known from all replications merged and from each. */
struct hr_sections {
    double p, pooled;
    size_t n;
    const double *x;      /* of each; NaN: it has no request */
    const double *size;   /* its requests */
    const double *finite; /* of these */
};
struct hr_estimate hr_interval_sections(const struct hr_sections *s, double level);

#endif /* HR_STUDY_INTERVAL_H */
