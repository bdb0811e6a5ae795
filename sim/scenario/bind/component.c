/* sim/scenario/bind/component.c - see component.h. */
#include "sim/scenario/bind/component.h"

#include "sim/engine/random.h"
#include "sim/scenario/bind/operation.h"
#include "sim/scenario/bind/place.h"
#include "sim/scenario/bind/price.h"
#include "sim/scenario/catalog.h"

#include <string.h>

/* --- kinds ---------------------------------------------------------------------------------------- */

static const char *text_key(const struct hr_node *map, const char *key)
{
    const struct hr_node *n = map->type == HR_NODE_MAP ? hr_tree_find(map, key) : NULL;

    return n && n->type == HR_NODE_SCALAR && !n->null ? n->text : NULL;
}

static const char *const *kinds(struct hr_bind *b, bool sources)
{
    size_t n = 0, all = 0;
    const char **list;

    while (b->lib->models[all])
        all++;
    list = hr_arena_alloc(b->arena, all + 1, sizeof *list);
    for (size_t i = 0; i < all; i++)
        if ((b->lib->models[i]->ops == HR_OPS_SOURCE) == sources)
            list[n++] = b->lib->models[i]->kind;
    return list;
}

static const struct hr_model *kind_of(struct hr_bind *b, const struct hr_node *n,
                                      const char *kind, bool traffic)
{
    const struct hr_model *m = hr_library_model(b->lib, kind);
    const struct hr_node *at = hr_tree_find(n, "kind");
    const struct hr_loc loc = at ? hr_bind_at(at) : n->key_at;

    if (m && (m->ops == HR_OPS_SOURCE) == traffic)
        return m;
    if (m)
        hr_diag_add(b->ds, HR_E412, loc, "`%s` is a kind of %s: it stands under `%s:`",
                    kind, traffic ? "component" : "traffic",
                    traffic ? "components" : "traffic");
    else if (hr_schema_in(hr_schema_later_kinds, kind))
        hr_diag_hint(
            b->ds,
            hr_diag_add(b->ds, HR_E902, loc, "the kind `%s` is not yet supported", kind),
            "this version has: %s", hr_bind_listed(b, kinds(b, traffic)));
    else
        hr_bind_unknown(b, HR_E406, loc, kind, kinds(b, traffic), "there is no kind `%s`",
                        hr_shown(b->arena, kind, strlen(kind)));
    return NULL;
}

/* The kind is written, or that of the product. */
static const struct hr_model *model_of(struct hr_bind *b, const struct hr_node *n,
                                       bool traffic)
{
    const char *kind = text_key(n, "kind");
    const char *product = text_key(n, "product");
    struct hr_catalog_product p;

    if (!kind && traffic)
        kind = "clients";
    if (!kind && product && hr_catalog_product(b->catalog, product, &p))
        kind = p.kinds[0];
    if (kind)
        return kind_of(b, n, kind, traffic);
    if (!hr_tree_find(n, "kind")) {
        struct hr_diag *d =
            hr_diag_add(b->ds, HR_E409, n->key_at, "`%s` has no `kind`", n->key);
        hr_diag_hint(b->ds, d, "there are: %s", hr_bind_listed(b, kinds(b, traffic)));
    } else
        hr_diag_add(b->ds, HR_E203, hr_bind_at(hr_tree_find(n, "kind")),
                    "`kind` is a word");
    return NULL;
}

/* --- declaring ------------------------------------------------------------------------------------ */

static bool taken(struct hr_bind *b, const struct hr_node *n)
{
    const uint32_t other = hr_names_find(&b->components, n->key);
    struct hr_diag *d;

    if (other == HR_NONE)
        return false;
    b->parts[other].twice = true;
    d = hr_diag_add(b->ds, HR_E410, n->key_at, "the name `%s` is taken", n->key);
    d->also = b->plan->components[other].at;
    d->also_label = "by this one";
    return true;
}

static void declare(struct hr_bind *b, struct hr_node *n, bool traffic)
{
    struct hr_plan *p = b->plan;
    struct hr_component *c = &p->components[p->n_components];
    struct hr_bind_part *part = &b->parts[p->n_components];
    struct hr_node *operations =
        n->type == HR_NODE_MAP ? hr_tree_find(n, "operations") : NULL;

    if (!hr_bind_name(b, n, traffic ? "a class of traffic" : "a component") || taken(b, n))
        return;
    if (n->type != HR_NODE_MAP) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "`%s` is a map, { ... }", n->key);
        return;
    }
    *c = (struct hr_component){.name = n->key,
                               .name_key = hr_name_key(n->key),
                               .model = model_of(b, n, traffic),
                               .message_op = HR_NONE,
                               .at = n->key_at};
    part->node = n;
    part->message = HR_NONE;
    part->usable = c->model != NULL;
    hr_names_add(&b->components, b->arena, n->key, p->n_components++);
    if (!traffic)
        hr_names_add(&b->callable, b->arena, n->key, p->n_components - 1);
    if (!c->model || c->model->ops != HR_OPS_DECLARED)
        return;
    if (operations && operations->type == HR_NODE_MAP && operations->n)
        part->operations = operations;
    else if (operations)
        hr_diag_add(b->ds, operations->type == HR_NODE_MAP ? HR_E216 : HR_E203,
                    hr_bind_at(operations),
                    "`operations` is a map of names, with at least one");
    hr_operations_declare(b, p->n_components - 1);
}

static void check_there(struct hr_bind *b, const char *key)
{
    const struct hr_node *n = hr_tree_find(b->root, key);

    if (!n || (n->type == HR_NODE_MAP && n->n == 0))
        hr_diag_add(b->ds, HR_E416, n ? n->key_at : b->root->at, "there is no `%s`", key);
}

void hr_components_declare(struct hr_bind *b)
{
    struct hr_node *traffic = hr_bind_section(b, "traffic");
    struct hr_node *components = hr_bind_section(b, "components");
    const size_t n = (traffic ? traffic->n : 0) + (components ? components->n : 0);

    check_there(b, "traffic");
    check_there(b, "components");
    if (n > HR_MOST_COMPONENTS) {
        hr_diag_add(b->ds, HR_E418, b->root->at, "there are %zu components; at most %d", n,
                    HR_MOST_COMPONENTS);
        return;
    }
    b->plan->components = hr_arena_alloc(b->arena, n, sizeof *b->plan->components);
    b->parts = hr_arena_alloc(b->arena, n, sizeof *b->parts);
    b->claims = hr_arena_alloc(b->arena, n, sizeof *b->claims);
    for (size_t i = 0; traffic && i < traffic->n; i++)
        declare(b, traffic->child[i], true);
    for (size_t i = 0; components && i < components->n; i++)
        declare(b, components->child[i], false);
}

/* --- filling ---------------------------------------------------------------------------------------- */

/* What a product has for components of a kind: a product of several kinds has fields that one
 * of them does not know. */
static const struct hr_node *
fields_for(struct hr_bind *b, const struct hr_catalog_product *p, const struct hr_model *m)
{
    struct hr_node *known;

    if (!p->kinds[1])
        return p->fields;
    known = hr_node_create(b->arena, HR_NODE_MAP, p->fields->at, HR_ORIGIN_CATALOG, NULL);
    for (size_t i = 0; i < p->fields->n; i++)
        for (const struct hr_field *f = m->table->fields; f->name; f++)
            if (strcmp(f->name, p->fields->child[i]->key) == 0)
                hr_node_add(b->arena, known, f->name, p->fields->child[i]);
    return known;
}

static void fill_product(struct hr_bind *b, struct hr_node *n, const struct hr_model *m)
{
    const struct hr_node *at = hr_tree_find(n, "product");
    const char *name = text_key(n, "product");
    struct hr_catalog_product p;

    if (!name)
        return; /* absent, or said by the table of common fields */
    if (!hr_catalog_product(b->catalog, name, &p)) {
        hr_bind_unknown(b, HR_E407, at->at, name, hr_catalog_products(b->catalog),
                        "there is no product `%s`", hr_shown(b->arena, name, strlen(name)));
        return;
    }
    if (!hr_catalog_serves(&p, m->kind)) {
        hr_diag_add(b->ds, HR_E408, at->at,
                    "`%s` is a product of kind `%s`, and this is a `%s`", name,
                    p.kinds[0] ? p.kinds[0] : "?", m->kind);
        return;
    }
    if (p.fields)
        hr_bind_fill(b, n, fields_for(b, &p, m), HR_ORIGIN_CATALOG, NULL);
    if (p.prices)
        hr_prices_fill(b, n, m, p.prices);
}

static void fill(struct hr_bind *b, struct hr_node *n, const struct hr_model *m)
{
    const struct hr_node *defaults = hr_tree_find(b->root, "defaults");
    const struct hr_node *mine =
        defaults && defaults->type == HR_NODE_MAP ? hr_tree_find(defaults, m->kind) : NULL;

    if (mine && mine->type == HR_NODE_MAP)
        hr_bind_fill(b, n, mine, HR_ORIGIN_DEFAULTS, NULL);
    fill_product(b, n, m);
}

/* --- binding ----------------------------------------------------------------------------------------- */

static void check_tags(struct hr_bind *b, const struct hr_node *n)
{
    const struct hr_node *tags = hr_tree_find(n, "tags");

    for (size_t i = 0; tags && tags->type != HR_NODE_SCALAR && i < tags->n; i++)
        if (tags->child[i]->type != HR_NODE_SCALAR)
            tags = NULL; /* a list or map of plain words, nothing deeper */
    if (hr_tree_find(n, "tags") && !tags)
        hr_diag_add(b->ds, HR_E203, hr_bind_at(hr_tree_find(n, "tags")),
                    "`tags` is a map of names to words, or a list of words");
}

/* Somebody else's: we do not know where it is. */
static bool elsewhere(const struct hr_model *m)
{
    return m->ops == HR_OPS_ANY && m->take == NULL;
}

static void place_in(struct hr_bind *b, struct hr_component *c, struct hr_node *n,
                     const struct hr_common_conf *conf)
{
    const struct hr_place *places = b->plan->places;
    uint32_t at = conf->in;

    if (!hr_tree_find(n, "in") && c->model->stands != HR_STANDS_IN_A_PLACE) {
        at = 0; /* known when all are bound: see stand_beside */
        c->at_edge = c->model->stands == HR_STANDS_AT_EDGE;
        c->beside = !c->at_edge;
    } else if (!hr_tree_find(n, "in")) {
        at = hr_place_only(b);
        if (!at && b->plan->n_places > 1 && !elsewhere(c->model)) {
            struct hr_diag *d =
                hr_diag_add(b->ds, HR_E414, c->at, "`%s` needs `in:`", c->name);
            hr_diag_hint(b->ds, d, "the place that it is in: %s",
                         hr_bind_listed(b, hr_names_list(&b->places) + 1));
        }
        if (elsewhere(c->model))
            at = 0; /* somewhere, unless it is said */
    }
    c->place = at ? places[at].region : 0;
    c->zones = conf->zones;
    for (uint32_t i = 0; i < c->zones.n; i++)
        if (!places[c->zones.at[i]].is_zone || places[c->zones.at[i]].region != c->place)
            hr_diag_add(b->ds, HR_E403, hr_bind_at(hr_tree_find(n, "zones")),
                        "`%s` is not a zone of `%s`", places[c->zones.at[i]].name,
                        places[c->place].name);
    if (at && places[at].is_zone && !hr_tree_find(n, "zones")) {
        uint32_t *one = hr_arena_alloc(b->arena, 1, sizeof *one);

        *one = at;
        c->zones = (struct hr_indices){1, one};
    } else if (at && !hr_tree_find(n, "zones"))
        c->zones = hr_place_zones(b, at);
}

/* Zones may be named without their region, so that has to be known first. */
static void find_region(struct hr_bind *b, const struct hr_node *n)
{
    const struct hr_node *in = hr_tree_find(n, "in");

    b->region = 0;
    if (in && in->type == HR_NODE_SCALAR && !in->null)
        b->region = hr_place_find(b, in->text);
    else if (!in)
        b->region = hr_place_only(b);
    if (b->region)
        b->region = b->plan->places[b->region].region;
}

static void bind_resources(struct hr_bind *b, struct hr_component *c,
                           const struct hr_common_conf *conf, const struct hr_node *n)
{
    c->resources = conf->resources;
    if (conf->resources.n && c->model->ops != HR_OPS_DECLARED)
        hr_diag_add(b->ds, HR_E211, hr_tree_find(n, "resources")->key_at,
                    "`%s` has no steps that could hold a resource", c->name);
}

static void check_common(struct hr_bind *b, struct hr_component *c, struct hr_node *n,
                         const struct hr_common_conf *conf)
{
    c->label = conf->label;
    c->product = conf->product;
    c->bypass = conf->bypass;
    c->prices = conf->prices;
    place_in(b, c, n, conf);
    hr_prices_finish(b, c);
    bind_resources(b, c, conf, n);
    check_tags(b, n);
    if (c->bypass && c->model->ops != HR_OPS_FORWARDED)
        hr_diag_add(b->ds, HR_E211, hr_bind_at(hr_tree_find(n, "bypass")),
                    "`%s` forwards nothing, so there is nothing to go to instead", c->name);
    if (c->model->ops == HR_OPS_DECLARED && !hr_tree_find(n, "operations") &&
        !hr_operations_steps(b, n, c->model))
        hr_diag_add(b->ds, HR_E202, c->at,
                    "`%s` needs `operations`: what it can be asked to do", c->name);
}

static void bind_one(struct hr_bind *b, uint32_t i)
{
    static const char *const also[] = {"tags", "operations", NULL};
    static const char *const plain[] = {"tags", NULL};
    struct hr_component *c = &b->plan->components[i];
    const struct hr_model *m = c->model;
    struct hr_node *n = b->parts[i].node;
    const bool traffic = m->ops == HR_OPS_SOURCE;
    struct hr_common_conf common = {0};
    struct hr_common_traffic_conf of_traffic = {0};
    void *conf = hr_arena_alloc(b->arena, 1, m->table->size);
    const struct hr_layer layers[] = {
        {traffic ? &hr_common_traffic_table : &hr_common_table,
         traffic ? (void *)&of_traffic : (void *)&common},
        {m->table, conf}};
    const struct hr_about about = {hr_text_join(b->arena, m->kind, " `", c->name, "`"),
                                   m->kind, traffic ? HR_WHERE_TRAFFIC : HR_WHERE_COMPONENT,
                                   m->ops == HR_OPS_DECLARED ? also : plain};
    const size_t found = b->ds->found;

    fill(b, n, m);
    find_region(b, n);
    b->self = i;
    b->own_settings = true;
    hr_bind_map(b, n, layers, 2, &about);
    b->own_settings = false;
    b->self = HR_NONE;
    b->region = 0;
    c->conf = conf;
    if (traffic)
        c->label = of_traffic.label;
    else
        check_common(b, c, n, &common);
    if (b->ds->found == found)
        hr_bind_check(b, m, n, conf, about.what);
}

/* --- forwarders --------------------------------------------------------------------------------------- */

/* Peel forwarders off from behind: what is left after as many rounds as may stand one behind
 * the other is in a circle or too deep. */
static void find_depths(struct hr_bind *b)
{
    struct hr_plan *p = b->plan;
    bool more = true;

    for (unsigned round = 1; more && round <= HR_MOST_HOPS; round++) {
        more = false;
        for (uint32_t i = 0; i < p->n_components; i++) {
            bool ready = true;

            if (!p->components[i].model ||
                p->components[i].model->ops != HR_OPS_FORWARDED ||
                b->parts[i].forward_depth)
                continue;
            for (uint32_t k = 0; k < hr_operation_targets(b, i)->n; k++) {
                const uint32_t to = hr_operation_targets(b, i)->at[k];
                const struct hr_model *m = p->components[to].model;

                ready =
                    ready &&
                    !(m && m->ops == HR_OPS_FORWARDED &&
                      (!b->parts[to].forward_depth || b->parts[to].forward_depth == round));
            }
            if (ready)
                b->parts[i].forward_depth = round;
            more = more || ready;
        }
    }
}

static void check_forwarders(struct hr_bind *b)
{
    struct hr_plan *p = b->plan;

    find_depths(b);
    for (uint32_t i = 0; i < p->n_components; i++) {
        const struct hr_component *c = &p->components[i];

        if (!c->model || c->model->ops != HR_OPS_FORWARDED)
            continue;
        if (!b->parts[i].forward_depth) {
            b->parts[i].circular = true;
            hr_diag_add(b->ds, HR_E415, c->at,
                        "`%s` passes requests on in a circle, or over more than %d hops",
                        c->name, HR_MOST_HOPS);
        } else if (c->bypass && hr_operation_targets(b, i)->n > 1)
            hr_diag_add(b->ds, HR_E211,
                        hr_bind_at(hr_tree_find(b->parts[i].node, "bypass")),
                        "`%s` has %u targets, so it is not clear where callers go instead",
                        c->name, hr_operation_targets(b, i)->n);
    }
}

/* Who names a bypassed forwarder means what is behind it. */
static void pass_by(struct hr_bind *b, uint32_t i)
{
    const struct hr_component *c = &b->plan->components[i];

    for (const struct hr_field *f = c->model->table->fields; f->name; f++) {
        /* The binder made the conf and still owns it; the plan shares it as constant. */
        void *at = (char *)(uintptr_t)c->conf + f->offset;

        if (f->type == HR_FIELD_COMPONENT && *(uint32_t *)at != HR_NONE)
            *(uint32_t *)at = hr_operation_behind(b, *(uint32_t *)at);
        if (f->type == HR_FIELD_COMPONENTS) {
            struct hr_indices *all = at;
            uint32_t *to = hr_arena_alloc(b->arena, all->n, sizeof *to);

            for (uint32_t k = 0; k < all->n; k++)
                to[k] = hr_operation_behind(b, all->at[k]);
            all->at = to;
        }
    }
}

/* What stands beside its target is where that is, perhaps behind others of its kind. */
static void stand_beside(struct hr_bind *b, uint32_t i)
{
    struct hr_component *c = &b->plan->components[i];
    uint32_t to = i;

    for (unsigned hops = 0; hops < HR_MOST_HOPS; hops++) {
        const struct hr_component *at = &b->plan->components[to];

        if (!at->beside || !at->conf || hr_operation_targets(b, to)->n == 0)
            break;
        to = hr_operation_behind(b, hr_operation_targets(b, to)->at[0]);
    }
    c->place = b->plan->components[to].place;
    c->zones = b->plan->components[to].zones;
    c->at_edge = b->plan->components[to].at_edge;
}

/* Messages are taken from what keeps them. */
static void check_consumer(struct hr_bind *b, uint32_t i)
{
    const struct hr_component *c = &b->plan->components[i];
    const uint32_t queue = c->model->consumes ? c->model->consumes(c->conf) : HR_NONE;

    if (queue == HR_NONE || !b->plan->components[queue].model ||
        b->plan->components[queue].model->take)
        return;
    hr_diag_add(b->ds, HR_E412, hr_bind_at(hr_tree_find(b->parts[i].node, "from")),
                "`%s` takes messages from `%s`, a %s, which keeps none", c->name,
                b->plan->components[queue].name, b->plan->components[queue].model->kind);
}

void hr_components_bind(struct hr_bind *b)
{
    const struct hr_plan *p = b->plan;

    for (uint32_t i = 0; i < p->n_components; i++)
        if (b->parts[i].usable)
            bind_one(b, i);
    check_forwarders(b);
    for (uint32_t i = 0; i < p->n_components; i++)
        if (b->parts[i].usable) {
            pass_by(b, i);
            check_consumer(b, i);
        }
    for (uint32_t i = 0; i < p->n_components; i++)
        if (b->parts[i].usable && p->components[i].beside)
            stand_beside(b, i);
}
