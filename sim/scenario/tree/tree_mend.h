/* sim/scenario/tree/tree_mend.h - a map or list whose end has been read: what its writer cannot
 * have meant is reported, and made what was meant, so that more faults are found in one go.
 *
 * Internal to scenario/. */
#ifndef HR_TREE_MEND_H
#define HR_TREE_MEND_H

#include "sim/scenario/tree/tree.h"

/* Laws and numbers that YAML took apart at a comma are put together again, and of equal keys the
 * first is kept.  `flow`: in brackets or braces, where commas separate. */
void hr_tree_mend(struct hr_node *all, bool flow, struct hr_diags *ds);

#endif /* HR_TREE_MEND_H */
