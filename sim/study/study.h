/* sim/study/study.h - many runs: designs x replications on threads.
 *
 * Work items are taken in order (replication 1 of every design and then of every twin, then
 * replication 2, ...), so that a study that is stopped early has something of every design.  A run lives on one
 * thread; its record is handed to `merge` by the calling thread strictly in item order and
 * freed at once, so that nothing that is concluded depends on the number of threads.
 *
 * THREADS  hr_study_run returns after every thread that it started has ended.  Workers run at
 *          most a few items ahead of the merge: memory is bounded by threads, not by runs.
 * STOPS    when `watch` says so or the budget is used up: checked every few thousand events.
 *          A run that is cut short is thrown away; a finished one is always merged.
 * ENOUGH   when `enough` says so of the first n replications, all merged.  What was simulated
 *          beyond them is thrown away, finished or not: how far ahead the threads were must not
 *          show. */
#ifndef HR_STUDY_H
#define HR_STUDY_H

#include "sim/study/twins.h"
#include "sim/system/run.h"

/* How a run is made: the simulator, or a stand-in in tests. */
struct hr_study_machine {
    struct hr_run *(*create)(const struct hr_plan *plan, const struct hr_run_options *o);
    bool (*advance)(struct hr_run *run, uint64_t events);
    const struct hr_record *(*finish)(struct hr_run *run);
    void (*destroy)(struct hr_run *run);
    hr_time (*now)(const struct hr_run *run);
    const struct hr_record *(*so_far)(const struct hr_run *run);
};
extern const struct hr_study_machine hr_study_simulator; /* sim/system/run.h */

struct hr_study_progress {
    uint32_t done, total; /* runs and twins; done: simulated, perhaps not merged yet */
    double share;         /* of the simulated time of the whole study or of the budget */
    double elapsed_s, left_s; /* wall clock; left_s is NaN while nothing is known */
    uint64_t events;          /* simulated so far */
    double events_per_s;
};

struct hr_study_options {
    /* One a design; where a study has several points, those of each point in turn. */
    const struct hr_plan *const *plans;
    uint32_t n_designs, replications; /* replications are numbered from 1 */
    uint32_t a_point;      /* of them, belong to one point; 0: there is one point only */
    struct hr_twins twins; /* none: nothing but the designs */
    uint64_t seed;
    uint32_t jobs;   /* threads; 0 counts as 1 */
    double budget_s; /* wall clock; 0: no limit */
    uint32_t least;  /* replications that are made whatever the budget */
    const struct hr_study_machine *machine;
    void *ctx; /* for the two callbacks; both are called from the calling thread only */
    void (*merge)(void *ctx, uint32_t design, const struct hr_record *r);
    /* Of a twin, after its design's own run; NULL where that shows the same. */
    void (*merge_twin)(void *ctx, const struct hr_twin *t, const struct hr_record *r);
    /* Called with n when the first n replications have been merged.  True: they are enough.
     * May be NULL. */
    bool (*enough)(void *ctx, uint32_t n);
    /* Called about ten times a second.  False: stop now.  May be NULL. */
    bool (*watch)(void *ctx, const struct hr_study_progress *p);
};

struct hr_study_end {
    uint32_t asked, finished;
    uint32_t replications;             /* of these, whole and without a gap: 1..n */
    bool stopped, out_of_time, enough; /* by `watch`; by the budget; by `enough` */
    uint64_t events, tasks;            /* simulated by the finished runs */
    double elapsed_s;
};

struct hr_study_end hr_study_run(const struct hr_study_options *o);

#endif /* HR_STUDY_H */
