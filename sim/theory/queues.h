/* sim/theory/queues.h - closed forms of single queues.
 *
 * Rates are per second, times in seconds; rho = lambda / (c mu) must be < 1 for the steady
 * state figures (else they return HUGE_VAL).
 * SOURCE  L. Kleinrock, "Queueing Systems", vol. 1, 1975; F. Pollaczek, A. Khinchine. */
#ifndef HR_QUEUES_H
#define HR_QUEUES_H

double hr_mm1_response(double lambda, double mu);
double hr_mm1_response_quantile(double lambda, double mu, double p);
double hr_erlang_b(double offered, unsigned servers);
double hr_erlang_c(double offered, unsigned servers);
double hr_mmc_response(double lambda, double mu, unsigned servers);
double hr_mmc_response_cdf(double lambda, double mu, unsigned servers, double t);
double hr_mg1_response(double lambda, double mean, double scv);
double hr_mg1_ps_response(double lambda, double mean);

/* Tail at scale: share of requests slower than a leaf's quantile when n leaves are asked.
 * SOURCE  J. Dean, L. Barroso, "The tail at scale", CACM 56(2), 2013. */
double hr_fan_out_slow(unsigned n, double leaf_slow);
double hr_fan_out_exponential_mean(unsigned n, double mean);
double hr_fan_out_exponential_quantile(unsigned n, double mean, double p);

#endif /* HR_QUEUES_H */
