/* sim/scenario/bind/bind_design.c - one merged tree to one plan: the sections in their order. */
#include "sim/scenario/bind/bind.h"

#include "sim/engine/random.h"
#include "sim/scenario/bind/component.h"
#include "sim/scenario/bind/disturbance.h"
#include "sim/scenario/bind/fault.h"
#include "sim/scenario/bind/field_read.h"
#include "sim/scenario/bind/objective.h"
#include "sim/scenario/bind/operation.h"
#include "sim/scenario/bind/place.h"
#include "sim/scenario/bind/price.h"
#include "sim/scenario/bind/recovered.h"
#include "sim/scenario/bind/traffic.h"
#include "sim/scenario/flow_graph.h"
#include "sim/scenario/tree/overlay.h"

#include <string.h>

/* --- the top ------------------------------------------------------------------------------------- */

static void check_version(struct hr_bind *b)
{
    const struct hr_node *n = hr_tree_find(b->root, "headroom");
    struct hr_diag *d;

    if (!n) {
        d = hr_diag_add(b->ds, HR_E121, b->root->at,
                        "the scenario does not say its version");
        hr_diag_hint(b->ds, d, "write `headroom: 1` as the first line");
    } else if (n->type != HR_NODE_SCALAR || n->null || strcmp(n->text, "1") != 0)
        hr_diag_add(
            b->ds, HR_E122, hr_bind_at(n),
            "version `%s` of the scenario language is not known; this program reads 1",
            hr_bind_shown(b, n));
}

static void check_words(struct hr_bind *b)
{
    for (size_t i = 0; i < b->root->n; i++) {
        const struct hr_node *n = b->root->child[i];
        bool known = hr_schema_in(hr_schema_sections, n->key);

        for (const struct hr_field *f = hr_top_table.fields; f->name; f++)
            known = known || strcmp(f->name, n->key) == 0;
        if (known)
            continue;
        if (hr_schema_find_later(HR_WHERE_TOP, n->key) ||
            hr_schema_in(hr_scenario_words, n->key))
            hr_diag_add(b->ds, HR_E901, n->key_at, "`%s` is not yet supported", n->key);
        else
            hr_bind_unknown(b, HR_E201, n->key_at, n->key, hr_scenario_words,
                            "unknown key `%s` at the top of the scenario",
                            hr_shown(b->arena, n->key, strlen(n->key)));
    }
}

static void bind_top(struct hr_bind *b)
{
    struct hr_top_conf top = {0};
    struct hr_node *n = hr_arena_alloc(b->arena, 1, sizeof *n);
    const struct hr_layer layer = {&hr_top_table, &top};
    const struct hr_about about = {"the scenario", NULL, HR_WHERE_TOP, NULL};
    struct hr_plan *p = b->plan;

    check_version(b);
    check_words(b);
    /* The table sees its own words only; what it adds goes to the end of the tree. */
    *n = *b->root;
    n->child = hr_arena_alloc(b->arena, b->root->n, sizeof *n->child);
    n->n = 0;
    n->room = b->root->n;
    for (size_t i = 0; i < b->root->n; i++)
        for (const struct hr_field *f = hr_top_table.fields; f->name; f++)
            if (strcmp(f->name, b->root->child[i]->key) == 0)
                n->child[n->n++] = b->root->child[i];
    b->certain = "all runs cover the same time";
    hr_bind_map(b, n, &layer, 1, &about);
    b->certain = NULL;
    for (size_t i = 0; i < n->n; i++)
        if (n->child[i]->origin == HR_ORIGIN_MODEL)
            hr_bind_add(b, b->root, n->child[i]->key, n->child[i]);
    p->scenario = top.name;
    p->start = top.start;
    p->horizon = top.horizon;
    p->warmup = top.warmup;
    p->drain = top.drain;
    p->start_cold = top.start_cold;
}

/* --- `defaults:` of kinds --------------------------------------------------------------------------- */

static void check_defaults(struct hr_bind *b)
{
    static const char *const also[] = {"tags", "operations", "resources", NULL};
    const struct hr_node *all = hr_bind_section(b, "defaults");

    for (size_t i = 0; all && i < all->n; i++) {
        const struct hr_node *n = all->child[i];
        const struct hr_model *m = hr_library_model(b->lib, n->key);
        struct hr_layer layers[2];
        struct hr_about about;

        if (!m && hr_schema_in(hr_schema_later_kinds, n->key))
            hr_diag_add(b->ds, HR_E902, n->key_at, "the kind `%s` is not yet supported",
                        n->key);
        else if (!m)
            hr_diag_add(b->ds, HR_E406, n->key_at, "there is no kind `%s`",
                        hr_shown(b->arena, n->key, strlen(n->key)));
        else if (n->type != HR_NODE_MAP)
            hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "the defaults of a kind are a map");
        if (!m || n->type != HR_NODE_MAP)
            continue;
        layers[0] = (struct hr_layer){
            m->ops == HR_OPS_SOURCE ? &hr_common_traffic_table : &hr_common_table, NULL};
        layers[1] = (struct hr_layer){m->table, NULL};
        about = (struct hr_about){
            hr_arena_printf(b->arena, "the defaults of `%s`", m->kind), m->kind,
            m->ops == HR_OPS_SOURCE ? HR_WHERE_TRAFFIC : HR_WHERE_COMPONENT, also};
        hr_bind_keys(b, n, layers, 2, &about);
    }
}

/* --- `keys:` ------------------------------------------------------------------------------------------- */

enum { KEYS = 256 };

static void bind_key(struct hr_bind *b, struct hr_node *n)
{
    struct hr_key_conf conf = {0};
    struct hr_key *k = &b->plan->keys[b->plan->n_keys];

    if (!hr_bind_name(b, n, "a key"))
        return;
    hr_names_add(&b->keys, b->arena, n->key, b->plan->n_keys++);
    if (!hr_bind_table(b, n, &hr_key_table, &conf))
        return;
    *k = (struct hr_key){.name = n->key,
                         .name_key = hr_name_key(n->key),
                         .count = (uint64_t)conf.count,
                         .uniform = conf.popularity.uniform,
                         .size = conf.size,
                         .sized = hr_tree_find(n, "size") != NULL};
    if (!k->uniform)
        hr_zipf_init(&k->zipf, k->count, conf.popularity.zipf);
}

static void bind_keys(struct hr_bind *b)
{
    struct hr_node *all = hr_bind_section(b, "keys");

    if (!all)
        return;
    if (all->n > KEYS) {
        hr_diag_add(b->ds, HR_E418, all->key_at, "there are %zu keys; at most %d", all->n,
                    KEYS);
        return;
    }
    b->plan->keys = hr_arena_alloc(b->arena, all->n, sizeof *b->plan->keys);
    for (size_t i = 0; i < all->n; i++)
        bind_key(b, all->child[i]);
}

/* --- all of it ------------------------------------------------------------------------------------------- */

void hr_bind_design(struct hr_bind *b, struct hr_design *d, const struct hr_overrides *ov)
{
    b->plan = hr_arena_alloc(b->arena, 1, sizeof *b->plan);
    b->plan->arena = b->arena;
    b->plan->design = d->name;
    b->root = d->tree;
    b->self = HR_NONE;
    bind_top(b);
    hr_places_declare(b);
    bind_keys(b);
    hr_transfer_bind(b);
    check_defaults(b);
    hr_components_declare(b);
    hr_components_bind(b);
    hr_commitments_bind(b);
    hr_operations_compile(b);
    hr_traffic_compile(b);
    hr_faults_expand(b);
    hr_disturbances_bind(
        b); /* may call for operations of third parties: before numbering */
    hr_disturbances_choose(b, ov);
    hr_operations_finish(b);
    hr_places_link(b);
    hr_objectives_bind(b, d);
    if (b->ds->errors == 0) /* else it may be in a circle, or have holes */
        hr_flow_weigh(b->plan);
    hr_recovered_bind(b, d);
    d->trust = b->trust;
    d->claims = b->claims;
    d->inputs = b->inputs;
    d->n_inputs = b->n_inputs;
    d->plan = b->plan;
}
