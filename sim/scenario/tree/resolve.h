/* sim/scenario/tree/resolve.h - a tree back as YAML, each value with where it came from.
 *
 * The text parses back to the same tree.  Comments are aligned: `# line 14`,
 * `# design no_cache`, `# quick`, `# --set`, `# defaults`, `# catalogue: SOURCE` and
 * `# default`. */
#ifndef HR_RESOLVE_H
#define HR_RESOLVE_H

#include "sim/scenario/tree/tree.h"

/* Block YAML of a map.  `file` is the scenario's own name: a value from another file of
 * `use` says which. */
const char *hr_resolve_text(const struct hr_node *tree, const char *file,
                            struct hr_arena *a);
/* One line in flow form, cut after `most` characters with an ellipsis (0: never cut). */
const char *hr_resolve_flow(const struct hr_node *n, size_t most, struct hr_arena *a);

#endif /* HR_RESOLVE_H */
