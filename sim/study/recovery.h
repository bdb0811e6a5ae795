/* sim/study/recovery.h - how long the system was not well after a disturbance, and why so long.
 *
 * MODEL    Windows of arrivals (record->windows, plan->recovered) are good or not.  From the
 *          begin of a disturbance the first good window is looked for from which good lasts
 *          `held`; the time to its begin is the RTO.  If it is the window of the begin itself,
 *          nothing broke: the RTO is 0.  If there is none, it has not recovered: HR_NEVER, which
 *          is a value (infinity).
 *
 *          begin   detected   decided   acted   restored   first good window
 *            |------->|--------->|-------->|------->|------------->|
 *             detect     decide      act     restore     warm_up
 *
 *          Phases lie between the marks that models set (hr_mark): the first detected, the
 *          first decided from there, the first acted from there, the last restored before
 *          recovery or within its first good window, whose begin it then is.  A mark that is missing takes no time; without a restored one, the end of
 *          the disturbance has restored what it took, and if that comes later, recovery itself.
 *          Phases are clipped to [begin, recovery], so they add up to the RTO exactly.
 * ASSUMES  A window without requests is good.  What breaks only after it was good for `held` is
 *          no part of the RTO.  A run that ends while good has not lasted has not recovered
 *          (`cut` says so), unless nothing broke at all.
 * CHECKED  tests/study/test_recovery.c. */
#ifndef HR_STUDY_RECOVERY_H
#define HR_STUDY_RECOVERY_H

#include "sim/results/names.h"
#include "sim/system/model.h"
#include "sim/system/record.h"

extern const char *const hr_phase_names[HR_N_PHASES]; /* of variables: "warm_up" */

/* One time that a disturbance acted. */
struct hr_spell {
    uint32_t disturbance; /* of the plan */
    hr_time begin, end;   /* end HR_NEVER: it outlasted the run */
};
struct hr_mark_at {
    hr_time at;
    enum hr_mark mark;
};
struct hr_recovery {
    hr_time rto; /* 0: not affected; HR_NEVER: not recovered */
    hr_time
        settled; /* end of the last window that this rests on; HR_NEVER: only the end tells */
    bool cut;    /* not recovered, but good when the run ended */
    hr_time phases[HR_N_PHASES]; /* add up to rto; where that is HR_NEVER, one of them is */
};

/* Does window `w` keep the conditions of `rule`?  `r` has its windows. */
bool hr_window_good(const struct hr_recovered *rule, const struct hr_record *r, uint32_t w);
/* Windows of a horizon. */
uint32_t hr_window_count(const struct hr_recovered *rule, hr_time horizon);

/* Recovery from a disturbance that begins at `s->begin`.  `known`: windows from here on are not
 * final yet; UINT32_MAX in a finished run.  Then rto is HR_NEVER and settled, too, until enough
 * is known. */
struct hr_recovery hr_recovery_find(const struct hr_recovered *rule, hr_time horizon,
                                    const struct hr_record *r, const struct hr_spell *s,
                                    uint32_t known);
/* Fill in the phases; marks in any order. */
void hr_recovery_divide(struct hr_recovery *x, const struct hr_spell *s,
                        const struct hr_mark_at *marks, size_t n, hr_time window);

/* Windows from window `from` on that are final at `now`: over, and every request has ended.
 * Returns the first that is not. */
uint32_t hr_windows_known(const struct hr_record *r, uint32_t from, hr_time now);

/* Requests that were not good, of the windows that touch [from, to). */
uint64_t hr_windows_bad(const struct hr_record *r, uint64_t rows, hr_time from, hr_time to);

/* The spells of a run in order of their begin, from its events; as many as fit into `room`.
 * Returns how many there are. */
size_t hr_spells_of(const struct hr_plan *plan, const struct hr_record *r,
                    struct hr_spell *spells, size_t room);

/* Is what the run shows of spell `k` the same as if it alone had acted?  It is, if no other
 * began before its recovery was settled and every request of that time had ended. */
bool hr_spell_is_alone(const struct hr_plan *plan, const struct hr_spell *spells, size_t n,
                       size_t k, const struct hr_recovery *x);

#endif /* HR_STUDY_RECOVERY_H */
