/* sim/scenario/measures.h - the measures that objectives and reports speak of: one table.
 *
 * Each row of measures.def is a name, what it may be about, its unit, how a limit of it is
 * written and its definition.  Parsing of `objectives:` and `expect:` is in objective.h. */
#ifndef HR_MEASURES_H
#define HR_MEASURES_H

#include "sim/system/plan.h"

enum hr_measure_id {
#define HR_MEASURE(id, name, scope, unit, written, measured, text) HR_MEASURE_##id,
#include "sim/scenario/measures.def"
#undef HR_MEASURE
    HR_N_MEASURES
};
enum hr_measure_scope { /* what may stand in the parentheses */
                        HR_SCOPE_NONE,
                        HR_SCOPE_ROW, /* an operation of a traffic class, a class, or nothing: all */
                        HR_SCOPE_COMPONENT,
                        HR_SCOPE_DISTURBANCE,
};
struct hr_measure_info {
    const char *name; /* "pNN" (any quantile), "availability", "utilisation" */
    enum hr_measure_scope scope;
    const char *unit; /* "s", "1", "$/mo" */
    bool measured;    /* false: the word is known, the figure is "not yet measured" */
    const char *text; /* its definition, for the manual */
    enum hr_field_type written; /* how a limit is written: DURATION, SHARE, NUMBER, ... */
};
extern const struct hr_measure_info hr_measures[HR_N_MEASURES];

/* Is it read off requests or components as time goes by, so that an objective may speak of a part
 * of the run? */
bool hr_measure_has_parts(enum hr_measure_id m);

enum hr_over_runs {
    HR_RUNS_OWN,   /* as the measure does: pooled, a ratio of sums, ... */
    HR_RUNS_MEAN,  /* mean() of the figures of each run */
    HR_RUNS_MOST,  /* max() of them */
    HR_RUNS_SHARE, /* `in 90% of runs` */
};

/* `measure(scope) op limit [...]`, checked against a plan's names. */
struct hr_objective {
    const char *text; /* as written */
    struct hr_loc at;
    enum hr_measure_id measure;
    double quantile;   /* p99 -> 0.99; NaN otherwise */
    const char *scope; /* as written; NULL: all */
    uint64_t rows;     /* HR_SCOPE_ROW: bit per row of the plan (rows 0..63) */
    uint32_t component, disturbance; /* HR_NONE: all */
    int op;                          /* 0 <, 1 <=, 2 >, 3 >= */
    double limit;                    /* in the measure's unit */
    bool expectation;                /* from `expect:` */
    enum hr_over_runs over_runs;
    double share; /* HR_RUNS_SHARE: of the runs */
    /* If it does not speak of the whole run: */
    uint32_t tally;     /* its number among the plan's tallies, + 1; 0: of the whole run */
    const char *during; /* the name in its period; NULL: at all times */
    uint32_t period;    /* if there is one: its number among the plan's */
    hr_time every;      /* in each window of this width; 0: no windows */
};
/* Is it about the whole run, by the measure's own way of uniting replications? */
static inline bool hr_objective_is_plain(const struct hr_objective *o)
{
    return !o->during && o->every == 0 && o->over_runs == HR_RUNS_OWN;
}

#endif /* HR_MEASURES_H */
