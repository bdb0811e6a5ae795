/* sim/measure/mser.h - MSER-5: how much of the beginning of a series to leave out.
 *
 * MODEL   The series is cut into batches of five, whose means are z[0..k).  Cutting the first d
 *         of them leaves a mean whose estimated standard error, squared, is
 *             MSER(d) = sum over j >= d of (z[j] - mean)^2 / (k - d)^2.
 *         The d that makes it smallest trades the bias of the start for the length that is
 *         left.  Only the first half is searched: a minimum beyond says that the series has not
 *         settled, and that nothing can be concluded from it.
 * ASSUMES a steady state that the series comes to; a mean over several runs is clearer.
 * COST    O(n).
 * SOURCE  K. White, "An effective truncation heuristic for bias reduction in simulation output",
 *         Simulation 69(6), 1997; S. Spratt, "Heuristics for the startup problem", M.S. thesis,
 *         University of Virginia, 1998 (batches of five); K. White, M. Cobb, S. Spratt, "A
 *         comparison of five steady-state truncation heuristics for simulation", WSC 2000. */
#ifndef HR_MSER_H
#define HR_MSER_H

#include <stddef.h>

enum { HR_MSER_BATCH = 5 };

/* How many values to leave out at the beginning of x[0..n): a multiple of five.  n: it has not
 * settled, or is shorter than ten batches. */
size_t hr_mser(const double *x, size_t n);

#endif /* HR_MSER_H */
