/* sim/measure/estimate.h - what independent replications say of a figure.
 *
 * SOURCE  A. Law, "Simulation Modeling and Analysis", 5th ed., chapters 9 and 10: Student's t
 *         over independent replications; paired differences for common random numbers. */
#ifndef HR_ESTIMATE_H
#define HR_ESTIMATE_H

#include <stddef.h>

struct hr_estimate {
    double mean, sd;
    double lo, hi; /* confidence interval; NaN when n < 2 */
    size_t n;
};

/* Interval of the mean of x[0..n) with two-sided confidence `level` (0.95).  Non-finite values
 * make mean and interval non-finite as arithmetic has it. */
struct hr_estimate hr_estimate_mean(const double *x, size_t n, double level);
struct hr_estimate hr_estimate_paired(const double *x, const double *y, size_t n,
                                      double level); /* of x - y */
/* Two-sided Student t factor, rounded to a float's 24 bits so that libm's last bits cannot
 * reach a results file. */
double hr_student_t(size_t degrees, double level);

#endif /* HR_ESTIMATE_H */
