/* sim/engine/numeric.h - elementary functions with the same bits everywhere.
 *
 * libm's last bits differ between hosts (glibc picks FMA variants at run time), so what shapes
 * a trajectory uses these: only +, -, *, /, sqrt and integer operations, compiled with
 * -ffp-contract=off.  Errors against GSL are bounded in the tests. */
#ifndef HR_NUMERIC_H
#define HR_NUMERIC_H

double hr_log(double x); /* natural; x > 0; error < 2 ulp */
double hr_exp(double x); /* error < 2 ulp; overflows to HUGE_VAL, underflows to 0 */
double hr_pow(double x, double y); /* x > 0; relative error < 1e-14 for |y log x| < 100 */
double hr_log1p(double x);         /* log(1 + x), x > -1; error < 4 ulp */
double hr_expm1(double x);         /* exp(x) - 1; error < 4 ulp */
double hr_cospi(double x);         /* cos(pi x); absolute error < 1e-15 */
double hr_floor(double x);
double hr_ceil(double x);
/* Quantile of the standard normal law, 0 < p < 1; relative error < 1e-14.
 * SOURCE  M. Wichura, algorithm AS 241, Applied Statistics 37, 1988. */
double hr_normal_quantile(double p);
/* Its distribution function; absolute error < 1e-14, relative < 1e-13 down to the last normal
 * number. */
double hr_normal_cdf(double x);
double hr_lgamma(double x); /* log gamma, x > 0; relative error < 1e-13 */
/* 1 - P(a, x): the share of a gamma law of shape a > 0 beyond x >= 0.  For analysis and for
 * fits: it may take thousands of terms.  Absolute error < 1e-12 for a < 1e6. */
double hr_gamma_above(double a, double x);

#endif /* HR_NUMERIC_H */
