/* sim/measure/spread.h - where the spread of a figure comes from: luck and inputs.
 *
 * ANOVA   One-way random effects: y[i][j] = mean + group[i] + luck[i][j], `each` values in every
 *         group.  E(mean square within) = luck^2, E(mean square between) = luck^2 + each x
 *         group^2, from which both variances follow; an estimate below 0 is 0.  `chance` is that
 *         of the F distribution.
 *         SOURCE  S. Searle, G. Casella, C. McCulloch, "Variance Components", 1992, section 3.6.
 * SHARES  of the variance between groups that each input explains by itself: the square of its
 *         standardised coefficient in the linear regression of the groups' means on all inputs,
 *         less what chance alone puts into it.  For inputs that are independent, as those of a
 *         Latin hypercube, these are first-order indices of a linear model; what is missing
 *         from 1 is curvature and inputs that work together.
 *         SOURCE  A. Saltelli et al., "Global Sensitivity Analysis. The Primer", 2008, section
 *                 1.2.5.
 * RANKS   in place of values where some are infinite or far out.
 *         SOURCE  R. Iman, W. Conover, "The use of the rank transform in regression",
 *                 Technometrics 21(4), 1979. */
#ifndef HR_SPREAD_H
#define HR_SPREAD_H

#include <stdbool.h>
#include <stddef.h>

struct hr_anova {
    double mean;
    double within, between; /* variances; NaN where they cannot be told */
    double chance; /* of groups as unlike as these where they are all the same; NaN */
};
/* y: `groups` times `each` values, group by group. */
struct hr_anova hr_anova(const double *y, size_t groups, size_t each);

/* Of each of k inputs, x[input][point], in what `between` is the variance of; between 0 and 1.
 * False: there are too few points (fewer than k + 3) or nothing to explain. */
bool hr_spread_shares(const double *const *x, size_t k, const double *y, size_t points,
                      double between, double *share);

double hr_spread_variance(const double *x, size_t n); /* of a sample */

/* Ranks from 1, equal values share theirs. */
void hr_spread_ranks(const double *y, size_t n, double *rank);

#endif /* HR_SPREAD_H */
