/* sim/study/year.h - the availability of a year, from episodes.
 *
 * MODEL    A disturbed period begins when a hazard strikes an undisturbed system and ends when
 *          nothing acts and all has been well for `held`.  With hazard rates l_i of the classes,
 *          L = sum l_i, and D the mean period (each class weighted by l_i / L), undisturbed
 *          and disturbed times alternate, and periods that class i begins occur at the rate
 *
 *              (l_i / L) / (1 / L + D)
 *
 *          Requests lost a second = those of the undisturbed system + sum over i of that rate x
 *          the expected loss of such a period (against the same time undisturbed).  Within a
 *          period the other hazards go on; what overlaps is charged to the class that began.
 *          Availability is 1 - lost / valid; minutes are its share of 525,600.
 * EXACT    where hazards are exponential: then every end of a period is a regeneration, and the
 *          above the renewal-reward theorem.  Other laws of `every` count by their mean.
 * INTERVAL Of a ratio of weighted means, stratified by class (delta method), with Student's t;
 *          weights are likelihood ratios, normalised within a class (bias of order 1/n).  The
 *          variance of the undisturbed runs is added where there are two or more, and that
 *          of the number of valid requests, as if it were Poisson.
 * SOURCE   S. Ross, "Stochastic Processes", 2nd ed., theorem 3.6.1 (renewal reward); T. Hesterberg,
 *          "Weighted average importance sampling and defensive mixture distributions",
 *          Technometrics 37(2), 1995; W. Cochran, "Sampling Techniques", 3rd ed., ch. 5 and 6.
 * CHECKED  tests/study/test_year.c, tests/validation/test_year.c. */
#ifndef HR_YEAR_H
#define HR_YEAR_H

#include "sim/engine/arena.h"
#include "sim/measure/estimate.h"
#include "sim/study/episode.h"

#define HR_YEAR_MINUTES 525600.0

struct hr_year;

/* `arena` is borrowed. */
struct hr_year *hr_year_create(const struct hr_plan *plan, struct hr_arena *arena);
void hr_year_free(struct hr_year *y);
/* An episode; a run without disturbances. */
void hr_year_add(struct hr_year *y, const struct hr_episode *e);
void hr_year_ordinary(struct hr_year *y, const struct hr_record *r);

struct hr_year_class {
    uint32_t disturbance;
    size_t episodes, overlapped, given_up;
    double per_year; /* periods that it begins */
    double period_s; /* mean length of one */
    double minutes;  /* a year, that all of them lose */
    double overlap;  /* of these, minutes of periods into which another strike fell */
    double lo, hi;   /* interval of `minutes` */
    uint32_t other;  /* disturbance that overlapped with most loss; HR_NONE: none */
};
struct hr_year_figures {
    struct hr_estimate availability; /* n: episodes; NaN: not known */
    double undisturbed;              /* minutes a year */
    double total;                    /* minutes a year: of all classes and of none */
    struct hr_year_class *classes;   /* in order of the plan */
    size_t n_classes;
    bool random_laws; /* a hazard's `every` is not exponential: its mean was used */
};
/* For requests of `rows`, with two-sided confidence `level`. */
struct hr_year_figures hr_year_estimate(const struct hr_year *y, uint64_t rows,
                                        double level, struct hr_arena *a);

#endif /* HR_YEAR_H */
