/* sim/system/hazard.h - hazards: disturbances that strike at random, and episodes.
 *
 * A disturbance with `every` (or `rate`) is a hazard; with `each of`, one for every instance.  An
 * episode is a run in which a chosen one strikes at a set time; from then on the others strike
 * as they may, or rest (`alone`).  It shows what a disturbed period of a year is like.
 *
 * MODEL    A hazard that is not acting strikes at the rate 1 / mean of `every`, whatever its law,
 *          so what comes depends on what acts and not on how long ago something ended.  As long as
 *          something acts, and for `tail` after it, the hazards together are sped up: after
 *          each strike 1.5 further ones are expected until all is over that acts (how long that
 *          is, is known when it begins), and 0.2 in the tail.  From the tenth strike on nothing
 *          is sped up.  The likelihood ratio that corrects for it is in the record: its
 *          logarithm grows by slope x time and falls at each strike that was made likelier.
 *          `natural` episodes are not sped up and tell the same ratio, so that both kinds can be
 *          weighed against their mixture, which bounds the weights.
 * SOURCE   failure biasing ("forcing"): E. Lewis, F. Boehm, "Monte Carlo simulation of Markov
 *          unreliability models", Nucl. Eng. Des. 77, 1984; P. Heidelberger, "Fast simulation of
 *          rare events in queueing and reliability models", ACM TOMACS 5(1), 1995, section 5.
 * CHECKED  tests/system/test_hazard.c, tests/study/test_year.c, tests/validation/test_year.c. */
#ifndef HR_HAZARD_H
#define HR_HAZARD_H

#include "sim/system/plan.h"

/* What a run is told that is an episode. */
struct hr_strike {
    uint32_t disturbance; /* index + 1 of what strikes first; 0: no episode */
    hr_time at;
    bool alone;   /* nothing else strikes, and it once only */
    bool natural; /* nothing is sped up; the record tells the ratio as if it were */
    hr_time tail;
};

/* Strikes a second of a disturbance, or of one instance; 0: it has no hazard. */
double hr_hazard_rate(const struct hr_disturbance *d);

/* From `at` on, until the next. */
struct hr_hazard_step {
    hr_time at;
    uint32_t acting;    /* occurrences */
    hr_time quiet_from; /* acting is 0: when the last has come back altogether */
    double log_weight;  /* at `at` */
    double slope;       /* and more a second */
};
struct hr_hazard_strike {
    hr_time at;
    uint32_t disturbance;
};
struct hr_hazard_record { /* of an episode */
    double rate;          /* 1/s: of the class that struck first, all its instances */
    struct hr_hazard_step *steps;
    uint32_t n_steps;
    struct hr_hazard_strike *strikes; /* [0]: the first */
    uint32_t n_strikes;
};
/* The logarithm of the likelihood ratio of what happened until `t`. */
double hr_hazard_log_weight(const struct hr_hazard_record *h, hr_time t);
/* Does nothing act in [from, to)? */
bool hr_hazard_quiet(const struct hr_hazard_record *h, hr_time from, hr_time to);

#endif /* HR_HAZARD_H */
