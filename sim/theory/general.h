/* sim/theory/general.h - stations with general arrivals or service.
 *
 * Rates are per second, times in seconds; scv is a squared coefficient of variation (variance
 * over mean squared).  HUGE_VAL where there is no steady state.
 * SOURCE  J. Kingman, "The single server queue in heavy traffic", Proc. Cambridge Phil. Soc. 57,
 *         1961; A. Allen, "Probability, Statistics and Queueing Theory", 2nd ed. 1990, and W.
 *         Hopp, M. Spearman, "Factory Physics", 2nd ed. 2000 (VUT: variability, utilisation,
 *         time); L. Kleinrock, "Queueing Systems" vol. 1, 1975, ch. 6 (G/M/1); C. Crommelin 1932
 *         and A. Erlang 1909 (M/D/c and M/D/1 waits), as in H. Tijms, "A First Course in
 *         Stochastic Models", 2003, ch. 9. */
#ifndef HR_GENERAL_H
#define HR_GENERAL_H

#include "sim/engine/arena.h"

/* Approximations of the mean wait; for one server Kingman's, which is near in heavy traffic. */
double hr_kingman_wait(double lambda, double service, double scv_arrivals,
                       double scv_service);
/* Allen and Cunneen: Erlang C of M/M/c times the mean variability. */
double hr_ggc_wait(double lambda, double service, unsigned servers, double scv_arrivals,
                   double scv_service);

/* G/M/1: probability that an arrival waits, the root of sigma = A(mu (1 - sigma)) where A is the
 * transform of the time between arrivals. */
enum hr_gaps {
    HR_GAPS_CONSTANT,
    HR_GAPS_UNIFORM,          /* 0 .. twice the mean */
    HR_GAPS_ERLANG,           /* stages: round robin over as many servers */
    HR_GAPS_HYPEREXPONENTIAL, /* two branches with balanced means, of that scv */
};
double hr_gm1_waits(enum hr_gaps gaps, double mean, double parameter, double mu);
double hr_gm1_response(enum hr_gaps gaps, double mean, double parameter, double mu);
double hr_gm1_response_quantile(enum hr_gaps gaps, double mean, double parameter, double mu,
                                double p);

/* M/D/c, exact: share that waits and the mean wait. */
struct hr_wait {
    double waits, mean;
};
struct hr_wait hr_mdc_wait(struct hr_arena *a, double lambda, double service,
                           unsigned servers);
double hr_md1_wait_cdf(double lambda, double service, double t);
double hr_md1_wait_quantile(double lambda, double service, double p);

#endif /* HR_GENERAL_H */
