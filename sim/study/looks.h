/* sim/study/looks.h - when replications are enough: the rule of `-r auto`.
 *
 * After n = 10, 15, 23, 34, 51, 76, 114, 171 and 200 replications (a ratio of about 1.5: few
 * looks, none of which comes long after it would have sufficed) every objective of every design
 * is looked at, over exactly the first n.  It is known well enough when half the width of its
 * interval is at most `precision` of the value; of 1 - A where it is a share that is to be high
 * (availability).  What is zero, an atom (the same in all runs), infinite, an extreme of the
 * runs, or a quantile of few occurrences (rto, rpo) has no such width: there the verdict is
 * enough.  What has no figure at all does not hold anybody up.
 *
 * It ends at the second look in a row that finds everything known.  The first one tends to come
 * when the spread happens to look small, so that an interval read there would be too narrow:
 * 92.8% where 95% was meant, measured; by the second look half as many runs again have been
 * added, which had no say in that.  The intervals that are shown then have the wider of the
 * spreads at these two looks (hr_basis in interval.h).
 *
 * As what is seen decides when to stop, and any of the looks could have been the last, the
 * intervals of the looks share the 5% among objectives, designs and looks (Bonferroni), and the
 * figure that is read when time runs out between looks counts as one look more.  A study that
 * ends before its first look has not been chosen by looking: it is like `-r n`.
 *
 * ASSUMES that the number of replications is large enough for the estimate of the variance to be
 *         nearly independent of when it stops: valid as the precision tends to 0.  Measured in
 *         results/reference/coverage.md.
 * SOURCE  Y. Chow, H. Robbins, "On the asymptotic theory of fixed-width sequential confidence
 *         intervals for the mean", Ann. Math. Stat. 36, 1965; P. Glynn, W. Whitt, "The asymptotic
 *         validity of sequential stopping rules for stochastic simulations", Ann. Appl. Prob.
 *         2(1), 1992; A. Law, "Simulation Modeling and Analysis", 5th ed., section 9.4.1 (at
 *         least 10 replications). */
#ifndef HR_STUDY_LOOKS_H
#define HR_STUDY_LOOKS_H

#include "sim/study/verdict.h"

enum { HR_LOOKS = 9, HR_REPLICATIONS_MOST = 200 };

bool hr_look_is_due(uint32_t replications);

/* Is it known well enough?  `e` and `v` as they are at this look. */
bool hr_look_suffices(const struct hr_objective *o, const struct hr_estimate *e,
                      enum hr_verdict v, double precision);

#endif /* HR_STUDY_LOOKS_H */
