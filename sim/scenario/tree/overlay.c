/* sim/scenario/tree/overlay.c - designs: see overlay.h. */
#include "sim/scenario/tree/overlay.h"

#include "sim/scenario/tree/merge.h"
#include "sim/scenario/tree/overlay_paths.h"
#include "sim/scenario/tree/resolve.h"

#include <string.h>

enum {
    MOST_NODES = 3 * HR_TREE_NODES, /* over all designs together */
    MOST_DESIGNS = 1000,
    CHANGES = 160, /* characters of the line of changes */
};

enum state { UNSEEN, OPEN, DONE };

struct designs {
    struct hr_diags *ds;
    struct hr_arena *a;
    struct hr_node *base;      /* the scenario without the words about designs */
    const struct hr_node *map; /* `designs:`; NULL: none */
    struct hr_merged *at;
    enum state *state;
    size_t budget;
};

static void too_many(struct designs *d, struct hr_loc at)
{
    hr_diag_add(d->ds, HR_E108, at, "the designs together have more than %d values",
                MOST_NODES);
}

/* ---- a change laid over a tree ---------------------------------------------------------- */

static void apply(struct designs *d, struct hr_node *tree, const struct hr_node *changes,
                  enum hr_origin origin, const char *note, const struct hr_merged_list *all)
{
    const bool faults = hr_tree_find(tree, "faults") != NULL;
    const struct hr_merge m = {.a = d->a,
                               .ds = d->ds,
                               .origin = origin,
                               .note = note,
                               .warn = origin == HR_ORIGIN_DESIGN,
                               .budget = &d->budget,
                               .open = faults ? hr_tree_find(tree, "disturbances") : NULL};
    const struct hr_node *lifted = hr_overlay_lift(tree, changes, all, d->ds);

    hr_merge_over(&m, tree, hr_merge_expand(&m, tree, lifted));
    if (d->budget == 0)
        too_many(d, tree->at);
}

static struct hr_node *copy_of(struct designs *d, const struct hr_node *n)
{
    const struct hr_merge m = {.a = d->a, .budget = &d->budget};
    struct hr_node *c = hr_merge_copy(&m, n);

    if (c)
        return c;
    too_many(d, n->at);
    return hr_node_create(d->a, HR_NODE_MAP, n->at, HR_ORIGIN_FILE, NULL);
}

/* ---- chains of `extends` ------------------------------------------------------------------ */

static size_t index_of(const struct designs *d, const char *name)
{
    size_t i = 0;

    while (i < d->map->n && strcmp(d->map->child[i]->key, name) != 0)
        i++;
    return i;
}

static void no_design(struct designs *d, const struct hr_node *n)
{
    struct hr_diag *g = hr_diag_add(d->ds, HR_E601, n->at, "there is no design `%s`",
                                    hr_shown(d->a, n->text, n->length));
    const char *near = hr_nearest(n->text, hr_overlay_names(d->map, d->a));

    if (near)
        hr_diag_hint(d->ds, g, "did you mean `%s`?", hr_shown(d->a, near, strlen(near)));
}

static const struct hr_node *tree_of(struct designs *d, size_t i);

/* What design `i` starts from. */
static const struct hr_node *parent_of(struct designs *d, size_t i)
{
    const struct hr_node *up = hr_tree_find(d->map->child[i], "extends");

    if (!up)
        return d->base;
    if (up->type != HR_NODE_SCALAR || up->null) {
        hr_diag_add(d->ds, HR_E203, up->at, "`extends` takes the name of one design");
        return d->base;
    }
    const size_t k = index_of(d, up->text);
    if (k == d->map->n) {
        if (strcmp(up->text, "base") != 0)
            no_design(d, up);
        return d->base;
    }
    if (d->state[k] == OPEN) {
        struct hr_diag *g = hr_diag_add(d->ds, HR_E602, up->at, "`%s` extends itself%s",
                                        hr_shown(d->a, up->text, up->length),
                                        k == i ? "" : ", through others");
        g->also = d->map->child[k]->key_at;
        g->also_label = "the circle begins here";
        return d->base;
    }
    return tree_of(d, k);
}

/* "as spread, and app.instances: 6": its own changes after the design that it extends. */
static const char *changes_of(struct designs *d, const struct hr_node *changes,
                              const struct hr_node *extends)
{
    const char *s = hr_resolve_flow(changes, CHANGES, d->a);
    const size_t n = strlen(s);

    /* Without the braces; a line that was cut has lost the closing one. */
    if (n < 2 || s[0] != '{')
        s = "";
    else
        s = s[n - 1] == '}' ? hr_arena_text(d->a, s + 1, n - 2) : s + 1;
    if (!extends || extends->type != HR_NODE_SCALAR || extends->null)
        return s;
    return hr_arena_printf(d->a, "as %s%s%s",
                           hr_shown(d->a, extends->text, extends->length),
                           *s ? ", and " : "", s);
}

static const struct hr_node *tree_of(struct designs *d, size_t i)
{
    const struct hr_node *n = d->map->child[i];
    struct hr_merged *out = &d->at[i];

    if (d->state[i] == DONE)
        return out->tree;
    d->state[i] = OPEN;
    *out = (struct hr_merged){.name = n->key, .at = n->key_at, .changes = ""};
    out->tree = copy_of(d, parent_of(d, i));
    if (n->type == HR_NODE_MAP) {
        struct hr_node *own = hr_tree_copy(n, d->a);
        hr_node_remove(own, "extends");
        out->changes = changes_of(d, own, hr_tree_find(n, "extends"));
        apply(d, out->tree, own, HR_ORIGIN_DESIGN, n->key, NULL);
    } else if (!n->null) {
        struct hr_diag *g =
            hr_diag_add(d->ds, HR_E603, n->at, "a design is a map of changes");
        hr_diag_hint(d->ds, g,
                     "write `%s: { app.instances: 2 }`, with the change that is meant",
                     hr_shown(d->a, n->key, strlen(n->key)));
    }
    d->state[i] = DONE;
    return out->tree;
}

/* ---- the whole ------------------------------------------------------------------------- */

/* `designs:` if it is there and right. */
static const struct hr_node *designs_of(const struct hr_node *root, struct hr_diags *ds)
{
    const struct hr_node *map = hr_tree_find(root, "designs");

    if (!map)
        return NULL;
    if (map->type == HR_NODE_MAP && map->n > 0 && map->n <= MOST_DESIGNS)
        return map;
    struct hr_diag *d = hr_diag_add(ds, HR_E609, map->key_at,
                                    map->type == HR_NODE_MAP && map->n
                                        ? "more than %d designs"
                                        : "`designs` is a map with at least one design",
                                    MOST_DESIGNS);
    hr_diag_hint(ds, d,
                 "write `designs: { small: { app.instances: 2 } }`, or leave it out");
    return NULL;
}

static size_t chosen_of(struct designs *d, const struct hr_node *root)
{
    const struct hr_node *c = hr_tree_find(root, "chosen");

    if (!c)
        return 0;
    if (c->type != HR_NODE_SCALAR || c->null) {
        hr_diag_add(d->ds, HR_E203, c->at, "`chosen` takes the name of one design");
        return 0;
    }
    if (!d->map) {
        if (strcmp(c->text, "base") != 0)
            no_design(d, c);
        return 0;
    }
    const size_t i = index_of(d, c->text);
    if (i < d->map->n)
        return i;
    no_design(d, c);
    return 0;
}

static const struct hr_node *quick_of(const struct hr_node *root, struct hr_diags *ds)
{
    const struct hr_node *q = hr_tree_find(root, "quick");

    if (!q || q->type == HR_NODE_MAP)
        return q;
    if (!q->null)
        hr_diag_add(ds, HR_E603, q->at, "`quick` is a map of changes");
    return NULL;
}

static void prepare(struct designs *d, const struct hr_node *root)
{
    const struct hr_node *map = designs_of(root, d->ds);
    const size_t n = map ? map->n : 1;

    d->map = map;
    d->at = hr_arena_alloc(d->a, n, sizeof *d->at);
    d->state = hr_arena_alloc(d->a, n, sizeof *d->state);
    struct hr_node shell = *root;
    shell.child = hr_arena_alloc(d->a, root->n, sizeof(struct hr_node *));
    shell.n = 0;
    for (size_t i = 0; i < root->n; i++) {
        static const char *const gone[] = {"use", "designs", "chosen", "quick", NULL};
        const char *const *g = gone;
        while (*g && strcmp(*g, root->child[i]->key) != 0)
            g++;
        if (!*g)
            shell.child[shell.n++] = root->child[i];
    }
    d->base = copy_of(d, &shell);
    if (!map)
        d->at[0] = (struct hr_merged){.name = "base", .changes = "", .tree = d->base};
    else
        for (size_t i = 0; i < n; i++)
            tree_of(d, i);
}

struct hr_merged_list hr_overlay_designs(const struct hr_node *root,
                                         const struct hr_overlay *how, struct hr_diags *ds)
{
    struct designs d = {.ds = ds, .a = ds->arena, .budget = MOST_NODES};
    struct hr_node **sets = hr_overlay_sets(how, ds);

    if (root->type != HR_NODE_MAP) {
        struct hr_diag *g =
            hr_diag_add(ds, HR_E118, root->at, "a scenario is a map of keys");
        hr_diag_hint(ds, g,
                     "it begins with `headroom: 1`, then `traffic:` and `components:`");
        d.at = hr_arena_alloc(d.a, 1, sizeof *d.at);
        *d.at = (struct hr_merged){"base", {0}, "", hr_tree_copy(root, d.a)};
        return (struct hr_merged_list){d.at, 1, 0};
    }
    prepare(&d, root);
    const struct hr_merged_list all = {d.at, d.map ? d.map->n : 1, chosen_of(&d, root)};
    const struct hr_node *quick = quick_of(root, ds);
    /* After all chains are followed: a design must not inherit another one's --set. */
    for (size_t i = 0; i < all.n; i++) {
        if (how->quick && quick)
            apply(&d, d.at[i].tree, quick, HR_ORIGIN_QUICK, NULL, &all);
        for (size_t k = 0; k < how->n_set; k++)
            if (sets[k])
                apply(&d, d.at[i].tree, sets[k], HR_ORIGIN_SET, NULL, &all);
    }
    if (!how->quick && quick) /* its faults are faults of the file all the same */
        apply(&d, copy_of(&d, d.base), quick, HR_ORIGIN_QUICK, NULL, &all);
    return all;
}
