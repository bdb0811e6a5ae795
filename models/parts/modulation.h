/* models/parts/modulation.h - levels of a rate that follow each other at random times.
 *
 * MODEL    The levels come in a circle, each lasts for a time drawn from its own law.  Two levels
 *          with exponential times are the Markov-modulated Poisson process of two states.
 *          Which level holds at t = 0 is drawn by how much of the time each has.
 * ASSUMES  What is left of the first level at t = 0 is a whole time where that is exponential,
 *          which is exact, and a uniform share of one otherwise, which is exact when constant.
 * COST     O(1) a change of level; one word of its draws each, in order of time.
 * SOURCE   W. Fischer, K. Meier-Hellstern, "The Markov-modulated Poisson process (MMPP)
 *          cookbook", Performance Evaluation 18(2), 1993.
 * CHECKED  tests/models/test_arrivals.c. */
#ifndef HR_MODULATION_H
#define HR_MODULATION_H

#include "sim/system/field.h"

struct hr_phase {        /* a level, as the scenario's `modulated:` list binds */
    double to;           /* factor of the rate while it lasts */
    struct hr_law lasts; /* s */
};
extern const struct hr_table hr_phase_table; /* an item of the list */

struct hr_modulation {
    const struct hr_phase *phases; /* borrowed */
    uint32_t n, at;                /* `at`: the level that holds now */
    hr_time until;                 /* the next one comes */
    struct hr_draws draws;
};

/* The level that holds at t = 0.  n >= 1; every `lasts` has a finite mean > 0. */
void hr_modulation_begin(struct hr_modulation *m, const struct hr_items *phases,
                         struct hr_draws draws);
/* The factor at t, which is no earlier than the last one asked for; `until` follows. */
double hr_modulation_at(struct hr_modulation *m, hr_time t);
/* Of all time; 1 without levels. */
double hr_modulation_mean(const struct hr_items *phases);

#endif /* HR_MODULATION_H */
