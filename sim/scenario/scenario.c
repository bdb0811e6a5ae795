/* sim/scenario/scenario.c - see scenario.h. */
#include "sim/scenario/scenario.h"

#include "sim/scenario/bind/bind.h"
#include "sim/scenario/tree/overlay.h"
#include "sim/scenario/tree/resolve.h"

#include <string.h>

/* The folder of a path, "." where there is none. */
static const char *folder_of(struct hr_arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    return slash == path ? "/" : hr_arena_text(a, path, (size_t)(slash - path));
}

/* "shop" of "scenarios/shop.yaml": what a scenario is called that does not say. */
static const char *stem_of(struct hr_arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');

    if (strcmp(name, "-") == 0)
        return "scenario";
    return hr_arena_text(a, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static const char *text_of(const struct hr_node *root, const char *key)
{
    const struct hr_node *n = hr_tree_find(root, key);

    return n && n->type == HR_NODE_SCALAR && !n->null ? n->text : NULL;
}

static bool wanted(const struct hr_overrides *ov, const char *name)
{
    for (size_t i = 0; ov->design && i < ov->n_design; i++)
        if (strcmp(ov->design[i], name) == 0)
            return true;
    return !ov->design || ov->n_design == 0;
}

/* --design names that are not there. */
static void check_wanted(const struct hr_overrides *ov, const struct hr_merged_list *all,
                         struct hr_diags *ds)
{
    const char **names = hr_arena_alloc(ds->arena, all->n + 1, sizeof *names);

    for (size_t i = 0; i < all->n; i++)
        names[i] = all->at[i].name;
    for (size_t i = 0; ov->design && i < ov->n_design; i++) {
        const char *near;
        struct hr_diag *d;
        bool there = false;

        for (size_t k = 0; k < all->n; k++)
            there = there || strcmp(names[k], ov->design[i]) == 0;
        if (there)
            continue;
        d = hr_diag_add(ds, HR_E601, (struct hr_loc){.file = "--design"},
                        "there is no design `%s`",
                        hr_shown(ds->arena, ov->design[i], strlen(ov->design[i])));
        near = hr_nearest(ov->design[i], names);
        if (near)
            hr_diag_hint(ds, d, "did you mean `%s`?", near);
    }
}

struct loading {
    struct hr_scenario *s;
    const struct hr_library *lib;
    struct hr_catalog *catalog;
    const struct hr_overrides *ov;
    struct hr_diags *ds;
};

static void load_design(struct loading *l, const struct hr_merged *m)
{
    struct hr_design *d = &l->s->designs[l->s->n_designs++];
    struct hr_bind *b = hr_arena_alloc(l->ds->arena, 1, sizeof *b);

    *d = (struct hr_design){.name = m->name, .changes = m->changes, .tree = m->tree};
    b->arena = l->ds->arena;
    b->ds = l->ds;
    b->lib = l->lib;
    b->catalog = l->catalog;
    b->folder = folder_of(b->arena, l->s->path);
    b->positions = l->ov->positions;
    b->n_positions = l->ov->n_positions;
    if (d->tree && d->tree->type == HR_NODE_MAP)
        hr_bind_design(b, d, l->ov);
    if (d->plan && !d->plan->scenario)
        d->plan->scenario = l->s->name;
}

static void load_designs(struct loading *l, const struct hr_merged_list *all)
{
    struct hr_scenario *s = l->s;

    s->designs = hr_arena_alloc(s->arena, all->n, sizeof *s->designs);
    for (size_t i = 0; i < all->n; i++) {
        if (!wanted(l->ov, all->at[i].name))
            continue;
        if (i == all->chosen)
            s->chosen = s->n_designs;
        load_design(l, &all->at[i]);
    }
    for (size_t i = 0; l->ds->errors && i < s->n_designs; i++)
        s->designs[i].plan = NULL;
}

/* Those of all designs, each once. */
static void unite_inputs(struct hr_scenario *s)
{
    struct hr_input *all;
    size_t most = 0;

    for (size_t i = 0; i < s->n_designs; i++)
        most += s->designs[i].n_inputs;
    all = hr_arena_alloc(s->arena, most, sizeof *all);
    for (size_t i = 0; i < s->n_designs; i++)
        for (size_t k = 0; k < s->designs[i].n_inputs; k++) {
            const struct hr_input *input = &s->designs[i].inputs[k];
            bool known = false;

            for (size_t j = 0; j < s->n_inputs; j++)
                known = known || strcmp(all[j].path, input->path) == 0;
            if (!known)
                all[s->n_inputs++] = *input;
        }
    s->inputs = all;
}

/* From a tree with everything that it uses. */
static struct hr_scenario *make(const struct hr_node *root, const char *path,
                                const struct hr_library *lib, struct hr_catalog *catalog,
                                const struct hr_overrides *ov, struct hr_diags *ds)
{
    const struct hr_overlay how = {ov->set, ov->n_set, ov->quick};
    struct hr_scenario *s = hr_arena_alloc(ds->arena, 1, sizeof *s);
    struct loading l = {.s = s, .lib = lib, .catalog = catalog, .ov = ov, .ds = ds};
    struct hr_merged_list all;

    s->arena = ds->arena;
    s->path = path;
    s->root = root;
    s->library = lib;
    s->overrides = ov;
    s->name = text_of(root, "name");
    s->name = s->name ? s->name : stem_of(s->arena, path);
    s->question = text_of(root, "question");
    all = hr_overlay_designs(root, &how, ds);
    check_wanted(ov, &all, ds);
    load_designs(&l, &all);
    unite_inputs(s);
    return s;
}

/* The libraries of `use: faults/NAME` are in the catalogue. */
static const struct hr_node *faults_of(void *catalog, const char *name)
{
    return hr_catalog_faults(catalog, name);
}

static const char *const *libraries_of(void *catalog)
{
    return hr_catalog_fault_libraries(catalog);
}

static struct hr_scenario *load(struct hr_node *root, const char *path,
                                const struct hr_library *lib, const struct hr_overrides *ov,
                                struct hr_diags *ds)
{
    struct hr_catalog *catalog;
    struct hr_overrides *own;

    if (!root)
        return NULL;
    own = hr_arena_alloc(ds->arena, 1, sizeof *own);
    *own = ov ? *ov : (struct hr_overrides){0};
    catalog = hr_catalog_open(lib, ds->arena, ds);
    hr_overlay_use(root, path, &(struct hr_use_library){catalog, faults_of, libraries_of},
                   ds);
    return make(root, path, lib, catalog, own, ds);
}

struct hr_scenario *hr_scenario_vary(const struct hr_scenario *s,
                                     const struct hr_position *at, size_t n,
                                     struct hr_diags *ds)
{
    struct hr_overrides *ov = hr_arena_alloc(ds->arena, 1, sizeof *ov);

    *ov = *s->overrides;
    ov->positions = at;
    ov->n_positions = n;
    return make(s->root, s->path, s->library, hr_catalog_open(s->library, ds->arena, ds),
                ov, ds);
}

struct hr_scenario *hr_scenario_load(const char *path, const struct hr_library *lib,
                                     const struct hr_overrides *ov, struct hr_diags *ds)
{
    return load(hr_tree_read(path, ds), path, lib, ov, ds);
}

struct hr_scenario *hr_scenario_load_text(const char *path, const char *text, size_t length,
                                          const struct hr_library *lib,
                                          const struct hr_overrides *ov,
                                          struct hr_diags *ds)
{
    return load(hr_tree_parse(path, text, length, ds), path, lib, ov, ds);
}

const char *hr_scenario_resolve(const struct hr_scenario *s, size_t design,
                                struct hr_arena *a)
{
    return hr_resolve_text(s->designs[design].tree, s->path, a);
}
