/* sim/study/outer.h - what uncertain inputs do to the answers: luck told from ignorance.
 *
 * SAMPLE    Points of a Latin hypercube over the ranges of all uncertain inputs (latin.h); at
 *           each, two replications of every design.  All designs see the same points and the
 *           same replications there; two points share none, so that luck can be told from
 *           ignorance by a one-way analysis of variance (sim/measure/spread.h).
 * RANKING   For each objective the share of its spread, and of its verdict, that each input
 *           explains by itself.  Ranks take the place of values where some are infinite.
 * FLIP      Where the verdict is not the same at all points: the place on the range of the input
 *           that explains most of it, the others half-way, at which the measure crosses the
 *           limit.  A first guess is the cut that best separates the points of the sample; then
 *           the range is halved a few times with runs of its own, all with the same random
 *           numbers: twice as many as the sample has, at most, the design that decides first.
 *           What is not searched has the cut.  Its interval is the test turned round: the part of the range in which the
 *           verdict is undecided.
 *           SOURCE  E. Lehmann, J. Romano, "Testing Statistical Hypotheses", 3rd ed., 2005,
 *                   section 3.5.
 * VERDICT   kept (or broken) where it is so half-way and in every run of the sample; otherwise
 *           undecided, because it depends on the inputs.  Where the points differ by no more than
 *           luck explains, runs that fall on the other side are luck, and it is what it is half-way.  After n points without a break, less
 *           than 1 - 0.05^(1/n) of the ranges breaks it, with 95% (no assumption but that the
 *           points are spread over them; C. Clopper, E. Pearson, Biometrika 26, 1934).
 *
 * The base study is that of the scenario with every input half-way: its figures are luck only. */
#ifndef HR_OUTER_H
#define HR_OUTER_H

#include "sim/scenario/scenario.h"
#include "sim/study/study.h"
#include "sim/study/verdict.h"

enum {
    HR_OUTER_EACH = 2,   /* replications at a point */
    HR_OUTER_MOST = 200, /* points */
    HR_OUTER_SEARCH = 5, /* replications of a search, at most */
};

/* Where a verdict changes along an input; positions from 0 to 1. */
struct hr_flip {
    double at;     /* NaN: not found */
    double lo, hi; /* NaN: not known */
    bool above;    /* it breaks above */
};

/* One objective of one design. */
struct hr_outer_cell {
    const struct hr_objective *objective;
    double *value; /* of each run, point by point */
    enum hr_verdict *verdict;
    size_t kept, broken;           /* points at which all runs keep it, or break it */
    double luck, ignorance;        /* standard deviations; NaN where a value is infinite */
    double lowest, highest;        /* of the points' means */
    bool differs;                  /* points do by more than luck explains, with 99% */
    double *share, *verdict_share; /* by input; NaN: cannot be told */
    size_t top;     /* input that explains most of the verdict, or else of the value */
    double cut;     /* of the sample, along `top`: a position; NaN */
    bool cut_above; /* it breaks above the cut */
    struct hr_flip flip;
};

struct hr_outer {
    struct hr_arena *arena;
    const struct hr_scenario *scenario; /* borrowed */
    uint64_t seed;
    uint32_t points, done;             /* asked for; with all runs of all designs */
    double **at;                       /* positions, by input and point */
    const struct hr_scenario **varied; /* the scenario at each point */
    struct hr_outer_cell **cells;      /* by design and objective */
    size_t violations;                 /* of the ledger */
    uint64_t events, tasks;
};

/* How the runs are made. */
struct hr_outer_effort {
    uint32_t jobs;
    uint32_t replications; /* of a search */
    double budget_s;       /* wall clock; 0: no limit */
    const struct hr_study_machine *machine;
    void *ctx; /* for watch, as in study.h */
    bool (*watch)(void *ctx, const struct hr_study_progress *p);
};

/* How many points where nothing is said: ten an input (J. Loeppky, J. Sacks, W. Welch, "Choosing
 * the sample size of a computer experiment", Technometrics 51(4), 2009), and 20 at least. */
uint32_t hr_outer_points(size_t inputs);

/* `ds` has an arena that lives as long; look at ds->errors: a point may be wrong where half-way
 * is right. */
struct hr_outer *hr_outer_create(const struct hr_scenario *s, uint64_t seed,
                                 uint32_t points, struct hr_diags *ds);
/* Make the runs and conclude; true if `watch` stopped it. */
bool hr_outer_run(struct hr_outer *o, const struct hr_outer_effort *how);
/* Conclude on the first `done` points; called by hr_outer_run. */
void hr_outer_conclude(struct hr_outer *o);
/* Search for the flips; true if `watch` stopped it. */
bool hr_outer_search(struct hr_outer *o, const struct hr_outer_effort *how);

/* The verdict of a design that has `base` half-way; *reason is set where there is one. */
enum hr_verdict hr_outer_verdict(const struct hr_outer *o, size_t design, size_t objective,
                                 enum hr_verdict base, struct hr_arena *a,
                                 const char **reason);
/* "breaks above 11.2ms", of the input `top`; "" where there is no such place. */
const char *hr_outer_flip_text(const struct hr_outer *o, size_t design, size_t objective,
                               struct hr_arena *a);
/* An input as the design has it; NULL: it has it not. */
const struct hr_input *hr_outer_input(const struct hr_outer *o, size_t design,
                                      size_t input);

#endif /* HR_OUTER_H */
