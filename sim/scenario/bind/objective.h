/* sim/scenario/bind/objective.h - what must hold: `measure(scope) op limit [...]`.
 *
 * GRAMMAR   objective  = bound [ "in" SHARE "of runs" ] [ window ]
 *           bound      = figure op LIMIT
 *           figure     = measure [ "(" scope ")" ] | ( "mean" | "max" ) "(" figure ")"
 *           op         = "<" | "<=" | ">" | ">="
 *           window     = [ "over" [ "every" ] DURATION ] [ period ]
 *           period     = "during" D | "except during" D | "within" DURATION "after" D
 *                        D: a disturbance, or a named spike of the traffic
 *
 * SCOPE     ROW measures: nothing (all), a class (shoppers), an operation (checkout: of every
 *           class), or both (shoppers.checkout).  COMPONENT and DISTURBANCE: a name, or nothing.
 * PARTS     An objective of a part of the run makes a tally of the plan: what is counted apart
 *           (sim/system/tally.c).  Of windows the worst counts; `during` lasts as long as the
 *           disturbance acts, `within T after` for T from its end. */
#ifndef HR_OBJECTIVE_H
#define HR_OBJECTIVE_H

#include "sim/scenario/bind/bind.h"

/* One objective from its text.  False, with a diagnostic, if it cannot be read. */
bool hr_objective_read(struct hr_bind *b, const struct hr_node *n, bool expectation,
                       struct hr_objective *o);
/* `objectives:` and `expect:` of one design, into d->objectives. */
void hr_objectives_bind(struct hr_bind *b, struct hr_design *d);

#endif /* HR_OBJECTIVE_H */
