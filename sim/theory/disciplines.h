/* sim/theory/disciplines.h - one station whose order of service matters.
 *
 * Rates are per second, times in seconds.  Means over all that come (or of one class), in steady
 * state; HUGE_VAL where there is none.
 * SOURCE  A. Cobham, "Priority assignment in waiting line problems", Operations Research 2(1),
 *         1954 (not preemptive); O. Kella, U. Yechiali, "Waiting times in the non-preemptive
 *         priority M/M/c queue", Stochastic Models 1(2), 1985 (several servers); L. Kleinrock,
 *         "Queueing Systems" vol. 2, 1976, ch. 3 and 4 (preemptive-resume, last come first
 *         served); T. Phipps, "Machine repair as a priority waiting-line problem", Operations
 *         Research 4(1), 1956 (shortest job first); L. Schrage, L. Miller, "The queue M/G/1 with
 *         the shortest remaining processing time discipline", Operations Research 14(4), 1966;
 *         S. Fuhrmann, R. Cooper, "Stochastic decompositions in the M/G/1 queue with generalized
 *         vacations", Operations Research 33(5), 1985; P. Welch, "On a generalized M/G/1 queuing
 *         process", Operations Research 12(5), 1964 (set-up); M. Chaudhry, J. Templeton, "A First
 *         Course in Bulk Queues", 1983. */
#ifndef HR_DISCIPLINES_H
#define HR_DISCIPLINES_H

#include <stddef.h>

/* A class of one server: `second` is the second moment of its service time.  Classes come in
 * order of priority, the most urgent first. */
struct hr_priority_class {
    double rate, mean, second;
};
double hr_priority_wait(const struct hr_priority_class *classes, size_t of);
double hr_priority_preemptive_response(const struct hr_priority_class *classes, size_t of);
/* The same for `servers` servers and one exponential service rate `mu` for all classes. */
double hr_priority_mmc_wait(const double *rates, size_t of, double mu, unsigned servers);
double hr_priority_mmc_preemptive_response(const double *rates, size_t of, double mu,
                                           unsigned servers);

/* M/M/1 by known size. */
double hr_mm1_shortest_first_response(double lambda, double mu);
double hr_mm1_shortest_remaining_response(double lambda, double mu);

/* Batches of requests at rate `batches`: mean size and E[X^2] of a batch. */
double hr_batch_mm1_response(double batches, double size, double size_second, double mu);
/* The server goes away for vacations (first two moments) whenever it finds nothing to do. */
double hr_mm1_vacations_wait(double lambda, double mu, double vacation, double second);
/* It is switched off when idle and needs an exponential set-up of that mean. */
double hr_mm1_setup_response(double lambda, double mu, double setup);

#endif /* HR_DISCIPLINES_H */
