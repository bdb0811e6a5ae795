/* sim/scenario/bind/objective.h - what must hold: `measure(scope) op limit [...]`.
 *
 * GRAMMAR   objective  = bound [ "in" SHARE "of runs" ] [ window ]
 *           bound      = figure op LIMIT
 *           figure     = measure [ "(" scope ")" ] | ( "mean" | "max" ) "(" figure ")"
 *           op         = "<" | "<=" | ">" | ">="
 *           window     = "over" [ "every" ] DURATION | "during" D | "except during" D
 *                      | "within" DURATION "after" D          D: a disturbance
 *
 * SCOPE     ROW measures: nothing (all), a class (shoppers), an operation (checkout: of every
 *           class), or both (shoppers.checkout).  COMPONENT and DISTURBANCE: a name, or nothing.
 * LATER     mean(), max(), "in ... of runs" and windows are read and checked; their evaluation
 *           comes later, so hr_objective.unsupported says why the verdict is undecided. */
#ifndef HR_OBJECTIVE_H
#define HR_OBJECTIVE_H

#include "sim/scenario/bind/bind.h"

/* One objective from its text.  False, with a diagnostic, if it cannot be read. */
bool hr_objective_read(struct hr_bind *b, const struct hr_node *n, bool expectation,
                       struct hr_objective *o);
/* `objectives:` and `expect:` of one design, into d->objectives. */
void hr_objectives_bind(struct hr_bind *b, struct hr_design *d);

#endif /* HR_OBJECTIVE_H */
