/* sim/scenario/tree/overlay_paths.h - what the first word of a change means, and --set.
 *
 * Internal to scenario/. */
#ifndef HR_OVERLAY_PATHS_H
#define HR_OVERLAY_PATHS_H

#include "sim/scenario/tree/overlay.h"

/* A map of changes with each entry below the part of the scenario that its first word names:
 * `app.zones` goes under `components`.  Says E604 and E608; what is wrong is left out.  A part
 * that is in none of this design but in another of `all` is passed over: `quick` and --set are
 * for every design that has it. */
struct hr_node *hr_overlay_lift(const struct hr_node *base, const struct hr_node *changes,
                                const struct hr_merged_list *all, struct hr_diags *ds);
/* The --set arguments as maps of one change each; their source is added to ds as "--set".  A
 * wrong one is NULL. */
struct hr_node **hr_overlay_sets(const struct hr_overlay *how, struct hr_diags *ds);

#endif /* HR_OVERLAY_PATHS_H */
