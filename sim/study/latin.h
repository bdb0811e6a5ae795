/* sim/study/latin.h - where uncertain inputs are looked at: a Latin hypercube.
 *
 * The range of each input is cut into as many equal parts as there are points, and each part
 * has one point, anywhere in it; which parts meet in a point is a random permutation for each
 * input.  So every input alone is covered evenly, however many there are.  The draws of an
 * input are keyed by its name: another input beside it moves none of its positions.
 *
 * SOURCE  M. McKay, R. Beckman, W. Conover, "A comparison of three methods for selecting values
 *         of input variables in the analysis of output from a computer code", Technometrics
 *         21(2), 1979. */
#ifndef HR_LATIN_H
#define HR_LATIN_H

#include <stdint.h>

/* Positions in (0, 1) of the input called `name` at each of the points. */
void hr_latin(uint64_t seed, const char *name, uint32_t points, double *at);

#endif /* HR_LATIN_H */
