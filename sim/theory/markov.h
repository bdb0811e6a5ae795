/* sim/theory/markov.h - continuous-time Markov chains of a few hundred states.
 *
 * MODEL    Rates are a dense matrix, n x n by rows: rate[i * n + j] from state i to j; what is on
 *          the diagonal is not looked at.  One recurrent class.
 * COST     n^3 / 3; the matrix is destroyed.  No subtractions, so that the small probabilities of
 *          rare states have full relative precision.
 * SOURCE   W. Grassmann, M. Taksar, D. Heyman, "Regenerative analysis and steady state
 *          distributions for Markov chains", Operations Research 33(5), 1985. */
#ifndef HR_MARKOV_H
#define HR_MARKOV_H

#include <stddef.h>

/* Stationary probabilities into p[0..n). */
void hr_markov_steady(double *rate, size_t n, double *p);

/* Mean time from state `from` until one of the states that nothing leads out of is reached
 * (all rows of zeros); HUGE_VAL if there is none. */
double hr_markov_absorption(double *rate, size_t n, size_t from);

/* Birth and death: up[i] from i to i + 1, down[i] from i + 1 to i; n states. */
void hr_markov_birth_death(const double *up, const double *down, size_t n, double *p);

#endif /* HR_MARKOV_H */
