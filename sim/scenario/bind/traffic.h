/* sim/scenario/bind/traffic.h - classes of traffic: their operations, call sites and rows.
 *
 * Every entry of a class's mix is an operation of the class itself with one call site, whose
 * options are those of the class, and one row of what is measured.  The mix's indices are the
 * class's own operations in the plan. */
#ifndef HR_TRAFFIC_H
#define HR_TRAFFIC_H

#include "sim/scenario/bind/bind.h"

/* After the operations of components are compiled. */
void hr_traffic_compile(struct hr_bind *b);
/* Put final numbers where draft ones are; called by hr_operations_finish. */
void hr_traffic_finish(struct hr_bind *b);

#endif /* HR_TRAFFIC_H */
