/* sim/measure/paired.h - whether two figures differ, from replications on common random numbers.
 *
 * MODEL   A figure is a value and, of each replication, by how much that one moves it (its
 *         influence): x_i - mean for a mean, x_i - pooled for a figure of all replications merged
 *         (a quantile), (num_i - ratio den_i) / mean(den) for a ratio of sums.  The difference of
 *         two figures has the difference of the influences; replications with the same number
 *         meet the same random draws, so that what they have in common cancels.
 * MODEL   Paired: variance sum((e_i - f_i)^2) / (n (n - 1)), Student's t with n - 1 degrees.
 *         Not paired: the sum of both variances, Welch's degrees, rounded down.
 *         Infinite figures have no mean: the sign test on the pairs, ties left out; what
 *         pairing gains is then that of the pairs that are finite.
 * ASSUMES independent replications.  Good for means at any n if they are about normal, for ratios
 *         and quantiles as n grows.
 * SOURCE  paired t: A. Law, "Simulation Modeling and Analysis", 5th ed., 10.2.1.
 *         Pooled figures, sectioning: S. Asmussen, P. Glynn, "Stochastic Simulation", 2007,
 *         III.5; also M. Nakayama, "Confidence intervals for quantiles using sectioning when
 *         applying variance-reduction techniques", ACM TOMACS 24 (2014) 19.
 *         Ratios: W. Cochran, "Sampling Techniques", 3rd ed., 6.19 (difference of two ratios).
 *         Not paired: B. Welch, Biometrika 34 (1947) 28.
 *         Sign test: W. Conover, "Practical Nonparametric Statistics", 3rd ed., 3.4.
 *         Difference that would have been seen: J. Zar, "Biostatistical Analysis", 5th ed.,
 *         7.7: (t(alpha) + t(beta)) x standard error, here with beta = 0.2. */
#ifndef HR_PAIRED_H
#define HR_PAIRED_H

#include "sim/engine/arena.h"

#include <stdbool.h>

struct hr_influence {
    double value; /* may be infinite; NaN: not known */
    size_t n;
    const double *figure; /* of each replication */
    const double *moves;  /* of each: its influence; they need not sum to 0 */
};
/* x[0..n) is borrowed. */
struct hr_influence hr_influence_mean(const double *x, size_t n, struct hr_arena *a);
struct hr_influence hr_influence_pooled(double pooled, const double *x, size_t n,
                                        struct hr_arena *a);
struct hr_influence hr_influence_ratio(const double *num, const double *den, size_t n,
                                       struct hr_arena *a);

enum hr_difference_kind {
    HR_DIFFERENCE_UNKNOWN, /* a value is missing, or there is but one replication */
    HR_DIFFERENCE_SAME,    /* exactly the same in every replication */
    HR_DIFFERENCE_EXACT,   /* differs by the same amount in every replication */
    HR_DIFFERENCE_T,       /* lo..hi is Student's */
    HR_DIFFERENCE_SIGN     /* infinite figures: the sign test */
};
struct hr_difference {
    enum hr_difference_kind kind;
    bool paired;
    double value, lo, hi; /* of x - times y; lo, hi NaN where there is no interval */
    double se;            /* standard error */
    double seen_from;     /* what would have been seen in 4 of 5 such studies; NaN */
    double pairing; /* variance over that of independent runs; 0: exact; NaN: unknown */
    int way;        /* -1: less beyond doubt, 1: more beyond doubt, 0: neither */
    size_t n, less, more; /* replications compared; of them smaller, larger */
    size_t of; /* replications that `pairing` is of: those where both are finite */
};
/* x - times * y with confidence `level`.  Paired when asked and both have as many replications
 * (which must be those of the same numbers, in order). */
struct hr_difference hr_difference_of(const struct hr_influence *x,
                                      const struct hr_influence *y, double times,
                                      bool paired, double level);
/* The same of x - times y - shift: against an amount. */
struct hr_difference hr_difference_beyond(struct hr_difference d, double shift);

#endif /* HR_PAIRED_H */
