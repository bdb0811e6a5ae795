/* sim/scenario/bind/component.h - components and classes of traffic: kind, product, placement,
 * settings.
 *
 * ORDER OF FILLING  what the scenario writes, then `defaults:` of its kind, then the product,
 *                   then the table's defaults.
 * PLACEMENT         `in:` names the place; it may be left out where there is one place.  A kind
 *                   that somebody else runs (it answers any operation) may be nowhere.  `zones:`
 *                   defaults to all zones of the place; `in:` may name a single zone. */
#ifndef HR_COMPONENT_H
#define HR_COMPONENT_H

#include "sim/scenario/bind/bind.h"

/* Names, kinds and operations' names of all components and classes of traffic. */
void hr_components_declare(struct hr_bind *b);
/* Their settings; afterwards forwarders in a circle are known and names point past bypasses. */
void hr_components_bind(struct hr_bind *b);

#endif /* HR_COMPONENT_H */
