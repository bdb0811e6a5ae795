/* sim/study/interval.h - what independent replications say of ratios and quantiles.
 *
 * Every interval is two-sided and NaN..NaN with one replication.
 *
 * RATIO     of sums over replications, with Student's t over the residuals num - ratio x den.
 *           Its bias is O(1/n).
 *           SOURCE  W. Cochran, "Sampling Techniques", 3rd ed., 1977, section 6.4.
 * QUANTILE  of all replications merged, between the farther ends of two intervals.
 *           Sectioning, with replications as the sections: the spread is that of the sections'
 *           quantiles about the merged one, each weighing as many requests as it has.  It is
 *           valid as the sections grow; where they are short and differ much, so that few of
 *           them hold the tail, it is too narrow (89% where 95% was meant, measured).
 *           Woodruff: the share of requests that are at most the merged quantile is a ratio of
 *           sums over replications; the quantiles at p -+ its half-width enclose the p-quantile.
 *           It is valid as the number of replications grows, whatever happens inside one, and
 *           knows infinite values.  Where p plus the half-width is 1 or more, nothing that was
 *           seen bounds the quantile from above: that end is infinite.
 *           Where a section's quantile is infinite, Woodruff's stands alone.
 *           SOURCE  S. Asmussen, P. Glynn, "Stochastic Simulation", 2007, section III.5a;
 *                   M. Nakayama, "Confidence intervals for quantiles using sectioning when
 *                   applying variance-reduction techniques", ACM TOMACS 24(4), 2014;
 *                   R. Woodruff, "Confidence intervals for medians and other position
 *                   measures", J. Am. Stat. Assoc. 47, 1952 (replications are the clusters).
 * LOOKS     Where a look at the spread has decided that there are enough replications (looks.h),
 *           it tends to have come when the spread happened to look small; the wider of the
 *           spreads at that look and at the one before makes up for it (a mean of M/M/1: 93.5%
 *           without, 94.0% with it, where 95% was meant, measured).
 * CHECKED   results/reference/coverage.md. */
#ifndef HR_STUDY_INTERVAL_H
#define HR_STUDY_INTERVAL_H

#include "sim/measure/estimate.h"
#include "sim/measure/profile.h"

#include <math.h>

#define HR_CONFIDENCE 0.95
#define HR_NAN        ((double)NAN)

/* What an interval is made for. */
struct hr_basis {
    double level;  /* its confidence */
    size_t before; /* replications at the look before the one that ended it; 0: none did */
};

/* sum(num) / sum(den); NaN when the denominators sum to 0. */
struct hr_estimate hr_interval_ratio(const double *num, const double *den, size_t n,
                                     struct hr_basis b);

/* What is known of a quantile from all replications merged and from each. */
struct hr_sections {
    double p;
    const struct hr_hist *all; /* ns */
    size_t n;
    const double *x;    /* quantile of each, s; NaN: it has no request */
    const double *size; /* requests of each */
    const struct hr_profile *profiles;
};
struct hr_estimate hr_interval_sections(const struct hr_sections *s,
                                        struct hr_basis b); /* s */

#endif /* HR_STUDY_INTERVAL_H */
