/* sim/scenario/tree/overlay_use.c - the files and libraries that a scenario uses: see overlay.h. */
#include "sim/scenario/tree/overlay.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct uses {
    struct hr_diags *ds;
    struct hr_arena *a;
    const struct hr_use_library *lib; /* NULL: none */
    const char
        *folder;      /* of the scenario as named, with its slash; "" for the current one */
    const char *real; /* the same, resolved; NULL if it cannot be */
    const char *open[HR_TREE_FILES + 1]; /* resolved names, outermost first */
    size_t n_open, n_files;
};

static const char *resolved(struct hr_arena *a, const char *path)
{
    char s[PATH_MAX];

    return realpath(path, s) ? hr_arena_text(a, s, strlen(s)) : NULL;
}

/* The name that is opened and shown; NULL if it is refused. */
static const char *admit(struct uses *u, const struct hr_node *n)
{
    enum hr_code code;
    const char *why, *path = hr_tree_below(u->folder, n->text, u->a, &code, &why);

    if (path)
        return path;
    struct hr_diag *d =
        hr_diag_add(u->ds, code, n->at, "%s %s", hr_shown(u->a, n->text, n->length), why);
    hr_diag_hint(u->ds, d, "%s",
                 code == HR_E123 ? "copy it into the folder of the scenario"
                                 : "names are relative to the folder of the scenario");
    return NULL;
}

/* --- libraries of the program ---------------------------------------------------------------- */

static const char library[] = "faults/";

static bool is_library(const char *name)
{
    return strncmp(name, library, sizeof library - 1) == 0 && !strchr(name, '.');
}

static void no_library(struct uses *u, const struct hr_node *n)
{
    const char *const *names = u->lib ? u->lib->names(u->lib->ctx) : NULL;
    const char *near = names ? hr_nearest(n->text + sizeof library - 1, names) : NULL;
    const char *all = "";
    struct hr_diag *d = hr_diag_add(u->ds, HR_E127, n->at, "there is no library `%s`",
                                    hr_shown(u->a, n->text, n->length));

    for (size_t i = 0; names && names[i]; i++)
        all = hr_arena_printf(u->a, "%s%s%s%s", all, i ? ", " : "", library, names[i]);
    if (near)
        hr_diag_hint(u->ds, d, "did you mean `%s%s`?  libraries: %s", library, near, all);
    else if (*all)
        hr_diag_hint(u->ds, d, "libraries: %s; the name of a file has its ending, .yaml",
                     all);
}

/* As a file that has it under `faults:`; with a place for the disturbances that it makes. */
static struct hr_node *use_library(struct uses *u, const struct hr_node *n)
{
    const struct hr_node *faults =
        u->lib ? u->lib->faults(u->lib->ctx, n->text + sizeof library - 1) : NULL;
    struct hr_node *tree;

    if (!faults) {
        no_library(u, n);
        return NULL;
    }
    tree = hr_node_create(u->a, HR_NODE_MAP, n->at, HR_ORIGIN_CATALOG, NULL);
    hr_node_add(u->a, tree, "faults", hr_tree_copy(faults, u->a));
    hr_node_add(u->a, tree, "disturbances",
                hr_node_create(u->a, HR_NODE_MAP, n->at, HR_ORIGIN_CATALOG, NULL));
    tree->child[0]->key_at = tree->child[1]->key_at = n->at;
    return tree;
}

/* --- files ----------------------------------------------------------------------------------- */

static void use_all(struct uses *u, struct hr_node *root);

static struct hr_node *use_one(struct uses *u, const struct hr_node *n)
{
    if (n->type != HR_NODE_SCALAR || n->null) {
        hr_diag_add(u->ds, HR_E126, n->at, "`use` is a list of file names");
        return NULL;
    }
    if (is_library(n->text))
        return use_library(u, n);
    const char *path = admit(u, n);
    const char *real = path ? resolved(u->a, path) : NULL;
    if (!real)
        return NULL;
    for (size_t i = 0; i < u->n_open; i++)
        if (strcmp(u->open[i], real) == 0) {
            hr_diag_add(u->ds, HR_E124, n->at, "%s uses itself",
                        hr_shown(u->a, path, strlen(path)));
            return NULL;
        }
    if (++u->n_files > HR_TREE_FILES) {
        hr_diag_add(u->ds, HR_E125, n->at, "more than %d files", HR_TREE_FILES);
        return NULL;
    }
    struct hr_node *tree = hr_tree_read(path, u->ds);
    if (tree && tree->type != HR_NODE_MAP) {
        hr_diag_add(u->ds, HR_E118, tree->at, "a file of a scenario is a map");
        return NULL;
    }
    if (!tree)
        return NULL;
    u->open[u->n_open++] = real;
    use_all(u, tree);
    u->n_open--;
    return tree;
}

/* Later files win over earlier ones, so they go under the scenario first. */
static void use_all(struct uses *u, struct hr_node *root)
{
    const struct hr_node *list = hr_tree_find(root, "use");

    if (!list)
        return;
    hr_node_remove(root, "use");
    const bool one = list->type == HR_NODE_SCALAR && !list->null;
    if (list->type == HR_NODE_MAP || list->null) {
        struct hr_diag *d =
            hr_diag_add(u->ds, HR_E126, list->at, "`use` is a list of file names");
        hr_diag_hint(u->ds, d, "write `use: [faults.yaml]`");
        return;
    }
    const size_t n = one ? 1 : list->n;
    const struct hr_node **tree = hr_arena_alloc(u->a, n, sizeof(struct hr_node *));
    for (size_t i = 0; i < n && u->n_files <= HR_TREE_FILES; i++)
        tree[i] = use_one(u, one ? list : list->child[i]);
    for (size_t i = n; i-- > 0;)
        if (tree[i])
            hr_tree_merge_under(root, tree[i], HR_ORIGIN_FILE, NULL, u->a);
}

void hr_overlay_use(struct hr_node *root, const char *path,
                    const struct hr_use_library *lib, struct hr_diags *ds)
{
    const char *slash = strrchr(path, '/');
    struct uses u = {.ds = ds, .a = ds->arena, .lib = lib};

    if (root->type != HR_NODE_MAP || !hr_tree_find(root, "use"))
        return;
    u.folder = hr_arena_text(u.a, path, slash ? (size_t)(slash - path) + 1 : 0);
    const char *self = strcmp(path, "-") == 0 ? NULL : resolved(u.a, path);
    if (self)
        u.open[u.n_open++] = self;
    use_all(&u, root);
}
