/* sim/scenario/tree/tree_syntax.h - what libyaml refuses, in words that say what to do.
 *
 * Internal to scenario/. */
#ifndef HR_TREE_SYNTAX_H
#define HR_TREE_SYNTAX_H

#include "sim/scenario/tree/tree_scan.h"

struct hr_syntax {                 /* as libyaml tells it */
    const char *problem, *context; /* context: NULL if none */
    struct hr_loc at, context_at;
};
/* E103, or E119 where a tab is to blame.  `lines`: the file; NULL for a value by itself. */
void hr_syntax_report(struct hr_diags *ds, const struct hr_syntax *s,
                      const struct hr_lines *lines);

#endif /* HR_TREE_SYNTAX_H */
