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
    const char
        *unsupported; /* a form whose evaluation comes later ("over every"): undecided,
                              * with this reason; NULL: supported */
};

#endif /* HR_MEASURES_H */
