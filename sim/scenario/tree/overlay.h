/* sim/scenario/tree/overlay.h - from the raw tree of a file to one whole tree for each design.
 *
 * ORDER  base (with the files it uses) <- chain of `extends`, oldest first <- the design
 *        <- quick (when asked) <- --set, in the order given.
 * RULES  maps merge, lists and scalars replace, `null` removes, dotted keys are sugar for
 *        nested maps (a key in quotes is never split) and go into a list by the number of an
 *        item, from 1, or by a key that only one item has (`app.operations.home.work`); a component whose `kind` changes keeps
 *        only its `operations`.  The first word of a path at the top of a design, of `quick` and
 *        of --set is a word of the scenario (`traffic`, `horizon`), or else the name of a
 *        component or traffic class.
 * Each node keeps where it was written and who wrote it, so that a fault inside a design is
 * shown in the design, and one inside --set in the argument: file "--set", line = which one.
 * The merged trees no longer have the keys `use`, `designs`, `chosen` and `quick`.
 * OWNERSHIP  everything is in the arena of the diagnostics. */
#ifndef HR_OVERLAY_H
#define HR_OVERLAY_H

#include "sim/scenario/tree/tree.h"

struct hr_overlay {
    const char *const *set; /* "PATH=VALUE"; VALUE is YAML in flow form */
    size_t n_set;
    bool quick; /* apply the scenario's `quick:` */
};

struct hr_merged {       /* one design */
    const char *name;    /* "base" where there is no `designs:` */
    struct hr_loc at;    /* of its name; line 0: none */
    const char *changes; /* one line: what it writes over what it extends; "" if nothing */
    struct hr_node *tree;
};
struct hr_merged_list {
    struct hr_merged *at;
    size_t n;
    size_t chosen; /* index; 0 where `chosen:` is not given or wrong */
};

/* Every word that may stand at the top of a scenario, NULL-ended; those that are known but
 * not yet supported are among them. */
extern const char *const hr_scenario_words[];

/* What `use: faults/NAME` may name: the program's own libraries of faults. */
struct hr_use_library {
    void *ctx;
    const struct hr_node *(*faults)(void *ctx, const char *name); /* NULL: there is none */
    const char *const *(*names)(void *ctx);                       /* NULL-ended */
};

/* Merge the files that `use:` names under `root` (which is changed): the scenario wins over
 * what it uses, a later file over an earlier one.  `path` is the scenario's own file; the
 * names are relative to its folder and stay below it.  A library gives classes to `faults:`;
 * `lib` NULL: there are no libraries. */
void hr_overlay_use(struct hr_node *root, const char *path,
                    const struct hr_use_library *lib, struct hr_diags *ds);

/* All designs in the order of writing.  Never empty; a design that is wrong has as much of
 * its tree as could be merged, and its faults are in ds.  A root that is no map gives one base
 * whose tree is no map either. */
struct hr_merged_list hr_overlay_designs(const struct hr_node *root,
                                         const struct hr_overlay *how, struct hr_diags *ds);

/* Names of the keys of a map as a NULL-ended list for hr_nearest; NULL map: empty. */
const char *const *hr_overlay_names(const struct hr_node *map, struct hr_arena *a);

#endif /* HR_OVERLAY_H */
