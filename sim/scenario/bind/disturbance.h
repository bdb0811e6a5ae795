/* sim/scenario/bind/disturbance.h - what may go wrong: one verb, its target, when and for how long.
 *
 * TARGET  app               the component              payments.charge   one operation of it
 *         1 of app          instances, the same ones   30% of app        a share of them
 *         each of app       every instance for itself  zone R/Z, region R
 *         `lose` takes no operation; `slow` and `fail` of a place mean all that is there.
 * AT      A duration is an offset from t = 0.  A time of day in quotes is the first such local
 *         time of the target's place (UTC where it is nowhere) at or after t = 0.  A date is
 *         that local date.
 * FOR     Absent: to the end of the run.  A constant gives `lasts`; a law gives `for_law`, and
 *         `lasts` is then its mean. */
#ifndef HR_DISTURBANCE_H
#define HR_DISTURBANCE_H

#include "sim/scenario/bind/bind.h"

enum { HR_MOST_DISTURBANCES = 4096 };

/* The node of the one verb of a disturbance; NULL and E701, E702 or E904 otherwise. */
struct hr_node *hr_disturbance_verb(struct hr_bind *b, const struct hr_node *n,
                                    enum hr_verb *verb);
/* How many instances does a component have?  -1: not of a fixed number. */
int64_t hr_disturbance_instances(const struct hr_component *c);

void hr_disturbances_bind(struct hr_bind *b);
/* Turn off what --only and --without-disturbances leave out; unknown names are E709. */
void hr_disturbances_choose(struct hr_bind *b, const struct hr_overrides *ov);

#endif /* HR_DISTURBANCE_H */
