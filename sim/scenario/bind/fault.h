/* sim/scenario/bind/fault.h - classes of faults: one entry of `faults:` for many disturbances.
 *
 * A class is written like a disturbance, with a `*` in its target:
 *
 *     faults:
 *       instance: { lose: each of *, kinds: [service], every: exponential(1y), for: 10m }
 *       zone: { lose: zone *, every: exponential(10y), for: 3h, except: [dc/c] }
 *
 * MADE     One disturbance for each component of the `kinds` (without them, for each that knows
 *          the verb and, where instances are meant, has some), or for each zone or region in
 *          which such a component stands; not for those that `except` names.  It is called
 *          CLASS-TARGET, other characters than those of names as `-`, and a number is put to a
 *          name that was made before.  What the components are is known here, so that
 *          designs that add, remove or move them are met.
 * WINS     A disturbance of that name in the scenario: null takes the made one out; what has the
 *          same verb and target, or none, keeps what it says and gets the rest of the class; what
 *          does something else stands alone, with a warning.
 *          Values of the catalogue give way to other words for the same thing: `rate` for
 *          `every`, another verb.
 * SHARED   Values of a class are the same nodes in all that it makes, so a range is one uncertain
 *          input and what is claimed of the world is counted once. */
#ifndef HR_FAULT_H
#define HR_FAULT_H

#include "sim/scenario/bind/bind.h"

/* Add what `faults:` makes to `disturbances:` of the tree.  Components must be bound. */
void hr_faults_expand(struct hr_bind *b);

#endif /* HR_FAULT_H */
