/* sim/scenario/tree/merge.h - laying one tree over another, with what to say about it.
 *
 * Internal to scenario/; hr_tree_merge and hr_tree_merge_under in tree.h are the plain forms. */
#ifndef HR_MERGE_H
#define HR_MERGE_H

#include "sim/scenario/tree/tree.h"

struct hr_merge {
    struct hr_arena *a;
    struct hr_diags *ds;   /* NULL: nothing is said */
    enum hr_origin origin; /* stamped on what is written over; FILE: kept as it is */
    const char *note;
    bool warn;                  /* a removal of what is not there is worth a warning */
    size_t *budget;             /* nodes that may still be copied; NULL: no limit */
    const struct hr_node *open; /* a map to which more comes later: nulls are kept; NULL */
};

/* `over` with dotted keys as nested maps, as they are meant against `base`.  Says E605 where a
 * path goes through a list or scalar of `base`, E606 where a place is written twice, E604 for
 * an empty part of a path, E107 for a path that is too long. */
struct hr_node *hr_merge_expand(const struct hr_merge *m, const struct hr_node *base,
                                const struct hr_node *over);
/* Lay an expanded map over `base`. */
void hr_merge_over(const struct hr_merge *m, struct hr_node *base,
                   const struct hr_node *over);
/* A copy within the budget; NULL, and the budget is 0, when it does not suffice. */
struct hr_node *hr_merge_copy(const struct hr_merge *m, const struct hr_node *n);

#endif /* HR_MERGE_H */
