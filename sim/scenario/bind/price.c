/* sim/scenario/bind/price.c - the prices of components and of transfer; see price.h. */
#include "sim/scenario/bind/price.h"

#include "sim/scenario/catalog.h"

#include <string.h>

static const struct hr_per of_bytes = {.data = true, .size = 1, .span = HR_SECOND};
static const struct hr_per of_largest = {.time = true, .size = 1, .span = HR_SECOND};

static uint32_t n_dimensions(const struct hr_model *m)
{
    uint32_t n = 0;

    while (m->usage && m->usage[n].name)
        n++;
    return n;
}

static uint32_t dimension_of(const struct hr_model *m, const char *name)
{
    const uint32_t n = n_dimensions(m);

    for (uint32_t d = 0; d < n; d++)
        if (strcmp(m->usage[d].name, name) == 0)
            return d;
    return HR_NONE;
}

static int transfer_of(const char *name)
{
    for (int k = 0; k < HR_N_TRANSFERS; k++)
        if (strcmp(hr_transfer_names[k], name) == 0)
            return k;
    return -1;
}

static const struct hr_node *largest_of(const struct hr_node *price)
{
    return price->type == HR_NODE_MAP ? hr_tree_find(price, "largest_of") : NULL;
}

/* --- from the product ---------------------------------------------------------------------------- */

/* Does the model bill what the price is for? */
static bool billed(const struct hr_model *m, const struct hr_node *price)
{
    const struct hr_node *largest = largest_of(price);

    if (!largest)
        return transfer_of(price->key) >= 0 || dimension_of(m, price->key) != HR_NONE;
    for (size_t i = 0; i < largest->n; i++)
        if (dimension_of(m, largest->child[i]->key) == HR_NONE)
            return false;
    return true;
}

/* Some prices depend on a setting: { by: storage.type, otherwise: gp2, gp2: ..., io1: ... }. */
static const struct hr_node *chosen(const struct hr_node *component,
                                    const struct hr_node *price)
{
    const struct hr_node *by =
        price->type == HR_NODE_MAP ? hr_tree_find(price, "by") : NULL;
    const struct hr_node *setting = by ? hr_tree_path(component, by->text) : NULL;
    const struct hr_node *one = setting && setting->type == HR_NODE_SCALAR && setting->text
                                    ? hr_tree_find(price, setting->text)
                                    : NULL;

    if (!by)
        return price;
    return one ? one : hr_tree_find(price, hr_tree_find(price, "otherwise")->text);
}

void hr_prices_fill(struct hr_bind *b, struct hr_node *component, const struct hr_model *m,
                    const struct hr_node *prices)
{
    struct hr_node *own = hr_tree_find(component, "prices");

    for (size_t i = 0; i < prices->n; i++) {
        if (!billed(m, prices->child[i]))
            continue;
        if (!own) {
            own = hr_node_create(b->arena, HR_NODE_MAP, component->at, HR_ORIGIN_CATALOG,
                                 NULL);
            hr_bind_add(b, component, "prices", own);
        }
        if (own->type == HR_NODE_MAP && !hr_tree_find(own, prices->child[i]->key))
            hr_bind_add(b, own, prices->child[i]->key,
                        hr_tree_copy(chosen(component, prices->child[i]), b->arena));
    }
}

/* --- of a component ------------------------------------------------------------------------------ */

/* What may stand under `prices:`, for the message about what may not. */
static const char *const *price_names(struct hr_bind *b, const struct hr_model *m)
{
    const uint32_t n = n_dimensions(m);
    const char **list = hr_arena_alloc(b->arena, n + HR_N_TRANSFERS + 1, sizeof *list);

    for (uint32_t d = 0; d < n; d++)
        list[d] = m->usage[d].name;
    for (int k = 0; k < HR_N_TRANSFERS; k++)
        list[n + (uint32_t)k] = hr_transfer_names[k];
    return list;
}

/* Are the product's prices those of another region than the component is in? */
static bool elsewhere(const struct hr_bind *b, const struct hr_node *component)
{
    const struct hr_node *name = hr_tree_find(component, "product");
    struct hr_catalog_product p;

    return b->region && name && name->type == HR_NODE_SCALAR && name->text &&
           hr_catalog_product(b->catalog, name->text, &p) && p.region &&
           strcmp(p.region, b->plan->places[b->region].name) != 0;
}

static bool read_one(struct hr_bind *b, struct hr_node *n, struct hr_priced *what,
                     struct hr_prices *to)
{
    const struct hr_model *m = what->model;
    const uint32_t d = dimension_of(m, n->key);
    const int transfer = transfer_of(n->key);
    const struct hr_price *p;

    what->dimension = n->key;
    if (largest_of(n))
        what->natural = of_largest;
    else if (transfer >= 0)
        what->natural = of_bytes;
    else if (d != HR_NONE)
        what->natural = hr_price_natural(&m->usage[d]);
    else {
        hr_bind_unknown(b, HR_E851, n->key_at, n->key, price_names(b, m),
                        "`%s` is not billed by `%s`", m->kind,
                        hr_shown(b->arena, n->key, strlen(n->key)));
        return false;
    }
    if (!(p = hr_price_read(b, n, what)))
        return false;
    if (p->n_largest)
        to->largest[to->n_largest++] = p;
    else if (transfer >= 0)
        to->transfer[transfer] = p;
    else
        to->usage[d] = p;
    return true;
}

bool hr_prices_read(struct hr_bind *b, struct hr_node *n, void *at)
{
    const struct hr_component *c = &b->plan->components[b->self];
    struct hr_node *component = b->parts[b->self].node;
    const struct hr_node *product = hr_tree_find(component, "product");
    const char *outer = b->source;
    struct hr_priced what = {.model = c->model, .elsewhere = elsewhere(b, component)};
    struct hr_prices *to = at;
    bool good = true;

    if (n->type != HR_NODE_MAP) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n),
                    "`prices` is a map of dimensions, { instance: $0.05/h }");
        return false;
    }
    if (product && product->type == HR_NODE_SCALAR)
        what.pool = product->text;
    if (hr_tree_find(n, "source") && hr_tree_find(n, "source")->type == HR_NODE_SCALAR)
        b->source = hr_tree_find(n, "source")->text;
    to->n_usage = n_dimensions(c->model);
    to->usage = hr_arena_alloc(b->arena, to->n_usage, sizeof *to->usage);
    to->largest = hr_arena_alloc(b->arena, n->n, sizeof *to->largest);
    to->given = n->n > 0;
    for (size_t i = 0; i < n->n; i++)
        if (strcmp(n->child[i]->key, "source") != 0)
            good = read_one(b, n->child[i], &what, to) && good;
    b->source = outer;
    return good;
}

void hr_prices_finish(struct hr_bind *b, struct hr_component *c)
{
    const struct hr_place *place = &b->plan->places[c->place];
    struct hr_prices *p = &c->prices;

    if (!p->usage) {
        p->n_usage = n_dimensions(c->model);
        p->usage = hr_arena_alloc(b->arena, p->n_usage, sizeof *p->usage);
    }
    for (uint32_t i = 0; c->place && place->provider && i < b->n_transfers; i++) {
        const struct hr_bind_transfer *t = &b->transfers[i];

        if (strcmp(t->provider, place->provider) != 0 ||
            (t->region && strcmp(t->region, place->name) != 0))
            continue;
        for (int k = 0; k < HR_N_TRANSFERS; k++)
            if (!p->transfer[k])
                p->transfer[k] = t->price[k];
    }
}

/* --- transfer ------------------------------------------------------------------------------------- */

static struct hr_bind_transfer *add_transfer(struct hr_bind *b, const char *provider,
                                             const char *region)
{
    b->transfers = hr_bind_grow(b->arena, b->transfers, b->n_transfers, &b->transfer_room,
                                sizeof *b->transfers);
    b->transfers[b->n_transfers] =
        (struct hr_bind_transfer){.provider = provider, .region = region};
    return &b->transfers[b->n_transfers++];
}

static void read_transfer(struct hr_bind *b, struct hr_node *n, const char *provider,
                          const char *region, enum hr_transfer kind,
                          const struct hr_price **to)
{
    const struct hr_priced what = {
        .dimension = hr_transfer_names[kind],
        .natural = of_bytes,
        .pool = hr_arena_printf(b->arena, "%s %s", provider, region ? region : "")};

    *to = hr_price_read(b, n, &what);
}

/* What a region takes for bytes out; it stands before the provider's own, to be found first. */
static void read_out_of(struct hr_bind *b, const struct hr_node *n, const char *provider)
{
    if (n->type != HR_NODE_MAP) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "`out_of` is a map of regions");
        return;
    }
    for (size_t i = 0; i < n->n; i++) {
        struct hr_bind_transfer *t = add_transfer(b, provider, n->child[i]->key);
        const struct hr_price *p = NULL;

        read_transfer(b, n->child[i], provider, n->child[i]->key, HR_TRANSFER_OUT, &p);
        t->price[HR_TRANSFER_OUT] = p;
    }
}

static void read_provider(struct hr_bind *b, const struct hr_node *n)
{
    static const char *const keys[] = {"zone", "region", "out", "out_of", "source", NULL};
    struct hr_bind_transfer *t;

    if (n->type != HR_NODE_MAP) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n),
                    "`%s` is a map with `zone`, `region` and `out`", n->key);
        return;
    }
    if (hr_tree_find(n, "out_of"))
        read_out_of(b, hr_tree_find(n, "out_of"), n->key);
    t = add_transfer(b, n->key, NULL);
    for (size_t i = 0; i < n->n; i++) {
        struct hr_node *p = n->child[i];
        const struct hr_price *price = NULL;
        int kind = -1;

        for (int k = 0; k < HR_N_TRANSFERS; k++)
            if (strcmp(keys[k], p->key) == 0)
                kind = k;
        if (kind >= 0) {
            read_transfer(b, p, n->key, NULL, (enum hr_transfer)kind, &price);
            t->price[kind] = price;
        } else if (!hr_schema_in(keys, p->key))
            hr_bind_unknown(b, HR_E201, p->key_at, p->key, keys,
                            "unknown key `%s` in `transfer`",
                            hr_shown(b->arena, p->key, strlen(p->key)));
    }
}

/* Of `out_of`, the regions that the scenario has. */
static struct hr_node *own_regions(struct hr_bind *b, const struct hr_node *all)
{
    struct hr_node *own =
        hr_node_create(b->arena, HR_NODE_MAP, all->at, HR_ORIGIN_CATALOG, NULL);

    for (size_t i = 0; i < all->n; i++)
        if (hr_names_find(&b->places, all->child[i]->key) != HR_NONE)
            hr_bind_add(b, own, all->child[i]->key, hr_tree_copy(all->child[i], b->arena));
    return own;
}

/* A map of this name in another, made if it is not there. */
static struct hr_node *map_in(struct hr_bind *b, struct hr_node *map, const char *key)
{
    struct hr_node *n = hr_tree_find(map, key);

    if (n)
        return n;
    n = hr_node_create(b->arena, HR_NODE_MAP, map->at, HR_ORIGIN_CATALOG, NULL);
    return hr_bind_add(b, map, key, n);
}

/* The catalogue's prices of a provider, where the scenario does not say them. */
static void fill_provider(struct hr_bind *b, const char *provider)
{
    const struct hr_node *known = hr_catalog_transfer(b->catalog, provider);
    struct hr_node *mine;

    if (!known)
        return;
    mine = map_in(b, map_in(b, b->root, "transfer"), provider);
    for (size_t i = 0; mine->type == HR_NODE_MAP && i < known->n; i++) {
        const struct hr_node *n = known->child[i];
        struct hr_node *copy =
            strcmp(n->key, "out_of") == 0 ? own_regions(b, n) : hr_tree_copy(n, b->arena);

        if (!hr_tree_find(mine, n->key) && (copy->type != HR_NODE_MAP || copy->n))
            hr_bind_add(b, mine, n->key, copy);
    }
}

void hr_transfer_bind(struct hr_bind *b)
{
    const struct hr_node *all = hr_bind_section(b, "transfer");

    if (!all && hr_tree_find(b->root, "transfer"))
        return; /* said to be no map */
    for (uint32_t i = 1; i < b->plan->n_places; i++)
        fill_provider(b, b->plan->places[i].provider);
    all = hr_tree_find(b->root, "transfer");
    for (size_t i = 0; all && i < all->n; i++)
        read_provider(b, all->child[i]);
}
