/* sim/scenario/catalog_product.c - products: where they are written, and putting one together
 * from all of its places when somebody asks for it; see catalog.h. */
#include "sim/scenario/catalog_inner.h"

#include <stdlib.h>
#include <string.h>

/* --- texts and notes --------------------------------------------------------------------- */

const char *hr_catalog_text(const struct hr_node *map, const char *key)
{
    const struct hr_node *n =
        map && map->type == HR_NODE_MAP ? hr_tree_find(map, key) : NULL;

    return n && n->type == HR_NODE_SCALAR && !n->null ? n->text : NULL;
}

const char *hr_catalog_note(struct hr_catalog *c, const struct hr_catalog_file *file,
                            const struct hr_node *map)
{
    const char *source = hr_catalog_text(map, "source"),
               *note = hr_catalog_text(map, "note");
    const char *date = hr_catalog_text(map, "date");
    const char *confidence = hr_catalog_text(map, "confidence");
    const struct hr_node *told =
        source ? hr_catalog_find(c, file, "sources", source) : NULL;
    const char *full = told && told->type == HR_NODE_SCALAR ? told->text : NULL;

    return hr_arena_printf(c->arena, "%s%s%s%s%s%s, %s",
                           full     ? full
                           : source ? source
                                    : "no source",
                           note ? " (" : "", note ? note : "", note ? ")" : "",
                           date ? ", " : "", date ? date : "",
                           confidence ? confidence : "assumption");
}

/* --- values as a scenario has them ----------------------------------------------------------- */

/* What says where a value is from, and is told in the note instead. */
static bool about_source(const char *key)
{
    return strcmp(key, "source") == 0 || strcmp(key, "date") == 0 ||
           strcmp(key, "confidence") == 0 || strcmp(key, "note") == 0;
}

static void set_notes(struct hr_node *n, const char *note)
{
    n->origin = HR_ORIGIN_CATALOG;
    n->note = note;
    for (size_t i = 0; i < n->n; i++)
        set_notes(n->child[i], note);
}

/* Does a map hold one value with its source, and not values by name? */
static bool is_value(const struct hr_node *n)
{
    return n->type == HR_NODE_MAP && (hr_tree_find(n, "value") || hr_tree_find(n, "tiers"));
}

/* { value: x, source: ... } becomes x with its note; with more than a value, a map of it. */
static struct hr_node *plain(struct hr_catalog *c, const struct hr_catalog_file *file,
                             const struct hr_node *n)
{
    struct hr_node *copy;

    if (is_value(n)) {
        const struct hr_node *value = hr_tree_find(n, "value");
        size_t more = 0;

        for (size_t i = 0; i < n->n; i++)
            more += n->child[i] != value && !about_source(n->child[i]->key);
        copy = hr_tree_copy(more ? n : value, c->arena);
        for (size_t i = copy->n; more && i-- > 0;)
            if (about_source(copy->child[i]->key))
                hr_node_remove(copy, copy->child[i]->key);
        set_notes(copy, hr_catalog_note(c, file, n));
    } else {
        copy = hr_tree_copy(n, c->arena);
        for (size_t i = 0; i < n->n; i++) {
            const char *key = copy->child[i]->key;

            copy->child[i] = plain(c, file, n->child[i]);
            copy->child[i]->key = key;
        }
    }
    copy->key = n->key;
    copy->origin = HR_ORIGIN_CATALOG;
    return copy;
}

/* --- families ------------------------------------------------------------------------------------ */

static struct hr_node *map_in(struct hr_catalog *c, struct hr_node *map, const char *key,
                              const struct hr_node *like)
{
    struct hr_node *n = hr_tree_find(map, key);

    if (!n) {
        n = hr_node_create(c->arena, HR_NODE_MAP, like->at, HR_ORIGIN_CATALOG, NULL);
        hr_node_add(c->arena, map, key, n);
    }
    return n;
}

/* Put a cell at "fields.cpu_credits.most" of a product. */
static void put_cell(struct hr_catalog *c, struct hr_node *product, const char *path,
                     size_t length, const struct hr_node *cell, const char *note)
{
    struct hr_node *map = product, *copy = hr_tree_copy(cell, c->arena);
    const char *key = hr_arena_text(c->arena, path, length);

    for (const char *dot; (dot = strchr(key, '.')) != NULL; key = dot + 1)
        map = map_in(c, map, hr_arena_text(c->arena, key, (size_t)(dot - key)), cell);
    set_notes(copy, note);
    hr_node_add(c->arena, map, key, copy);
}

static void put_cells(struct hr_catalog *c, struct hr_node *product, const char *paths,
                      const struct hr_node *cell, const char *note)
{
    for (size_t n; *paths; paths += n + (paths[n] == ' ')) {
        n = strcspn(paths, " ");
        put_cell(c, product, paths, n, cell, note);
    }
}

/* The product that a row stands for, its values plain already; `every` is added by the caller. */
static struct hr_node *row_product(struct hr_catalog *c, const struct hr_catalog_part *part)
{
    struct hr_node *product =
        hr_node_create(c->arena, HR_NODE_MAP, part->row->at, HR_ORIGIN_CATALOG, NULL);
    const struct hr_node *columns = hr_tree_find(part->family, "columns");
    const char *note = hr_catalog_note(c, part->file, part->family);

    for (size_t i = 0; columns && i < columns->n && i < part->row->n; i++)
        if (!part->row->child[i]->null)
            put_cells(c, product, columns->child[i]->text, part->row->child[i], note);
    if (!columns || columns->n != part->row->n)
        hr_diag_add(c->ds, HR_E203, part->row->key_at,
                    "the row of `%s` has %zu values for %zu columns", part->row->key,
                    part->row->n, columns ? columns->n : 0);
    return product;
}

/* --- putting a product together ---------------------------------------------------------------- */

/* What two places give for one name is a fault, unless both are groups of names. */
static void add_all(struct hr_catalog *c, struct hr_node *to, const struct hr_node *from)
{
    for (size_t i = 0; i < from->n; i++) {
        struct hr_node *n = from->child[i], *have = hr_tree_find(to, n->key);

        if (have && have->type == HR_NODE_MAP && n->type == HR_NODE_MAP && !have->note)
            add_all(c, have, n);
        else if (have)
            hr_diag_add(c->ds, HR_E102, n->key_at, "`%s` is given by two files", n->key);
        else
            hr_node_add(c->arena, to, n->key, n);
    }
}

/* A word in place of a map names one under `shared:`. */
static const struct hr_node *
shared(struct hr_catalog *c, const struct hr_catalog_file *file, const struct hr_node *n)
{
    if (!n || n->type != HR_NODE_SCALAR || n->null)
        return n;
    const struct hr_node *map = hr_catalog_find(c, file, "shared", n->text);

    if (!map)
        hr_diag_add(c->ds, HR_E203, n->at, "there is no `%s` under `shared:`", n->text);
    return map;
}

static void add_section(struct hr_catalog *c, const struct hr_catalog_file *file,
                        const struct hr_node *from, const char *key, bool is_plain,
                        const struct hr_node **to)
{
    const struct hr_node *section = shared(c, file, hr_tree_find(from, key));
    struct hr_node *all;

    if (!section || section->type != HR_NODE_MAP)
        return;
    all = hr_node_create(c->arena, HR_NODE_MAP, section->at, HR_ORIGIN_CATALOG, NULL);
    if (*to)
        add_all(c, all, *to);
    add_all(c, all, is_plain ? section : plain(c, file, section));
    *to = all;
}

static void add_sections(struct hr_catalog *c, const struct hr_catalog_file *file,
                         const struct hr_node *from, bool is_plain,
                         struct hr_catalog_product *p)
{
    add_section(c, file, from, "fields", is_plain, &p->fields);
    add_section(c, file, from, "facts", is_plain, &p->facts);
    add_section(c, file, from, "quotas", is_plain, &p->quotas);
    add_section(c, file, from, "prices", is_plain, &p->prices);
}

static bool in_list(const char *const *list, const char *word)
{
    for (; list && *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

/* `kind: a` or `kind: [a, b]`; of several places, what all of them name. */
static void add_kinds(struct hr_catalog *c, const struct hr_node *from,
                      struct hr_catalog_product *p)
{
    const struct hr_node *n = hr_tree_find(from, "kind");
    const size_t most = n ? (n->type == HR_NODE_LIST ? n->n : 1) : 0;
    const char **list = hr_arena_alloc(c->arena, most + 1, sizeof *list);
    size_t have = 0;

    for (size_t i = 0; i < most; i++) {
        const struct hr_node *k = n->type == HR_NODE_LIST ? n->child[i] : n;

        if (k->type == HR_NODE_SCALAR && !k->null &&
            (!p->kinds || in_list(p->kinds, k->text)))
            list[have++] = k->text;
    }
    if (have)
        p->kinds = list;
    else if (n)
        hr_diag_add(c->ds, HR_E408, n->at, "`%s` is of another kind in another file",
                    p->name);
}

static void add_part(struct hr_catalog *c, const struct hr_catalog_part *part,
                     struct hr_catalog_product *p)
{
    const struct hr_node *head = part->product ? part->product : part->family;
    const char *summary = hr_catalog_text(head, "summary");
    const struct hr_node *every =
        part->family ? shared(c, part->file, hr_tree_find(part->family, "every")) : NULL;
    const struct hr_node *region;

    add_kinds(c, head, p);
    if (!p->summary)
        p->summary = summary;
    if (hr_tree_find(head, "prices") || part->family) {
        region = hr_catalog_find(c, part->file, "region", NULL);
        p->region = region && region->type == HR_NODE_SCALAR ? region->text : NULL;
    }
    if (part->product)
        add_sections(c, part->file, part->product, false, p);
    else
        add_sections(c, part->file, row_product(c, part), true, p);
    if (every)
        add_sections(c, part->file, every, false, p);
}

static void build(struct hr_catalog *c, struct hr_catalog_entry *e)
{
    static const char *const none[] = {NULL};

    e->built = true;
    e->product.name = e->name;
    for (uint32_t i = 0; i < e->n_parts; i++)
        add_part(c, &e->parts[i], &e->product);
    if (!e->product.kinds)
        e->product.kinds = none;
}

/* --- reading -------------------------------------------------------------------------------------- */

static void add_place(struct hr_catalog *c, const char *name,
                      const struct hr_catalog_part *part)
{
    uint32_t at = hr_names_find(&c->products, name), i;
    struct hr_catalog_entry *e;

    if (at == HR_NONE) {
        at = c->products.n;
        c->entries =
            hr_bind_grow(c->arena, c->entries, at, &c->entry_room, sizeof *c->entries);
        c->entries[at] = (struct hr_catalog_entry){.name = name};
        hr_names_add(&c->products, c->arena, name, at);
    }
    e = &c->entries[at];
    e->parts = hr_bind_grow(c->arena, e->parts, e->n_parts, &e->room, sizeof *e->parts);
    for (i = e->n_parts++; i > 0 && e->parts[i - 1].order > part->order; i--)
        e->parts[i] = e->parts[i - 1];
    e->parts[i] = *part;
}

static void tell_family(struct hr_catalog *c, struct hr_catalog_part *part)
{
    const struct hr_node *rows = hr_tree_find(part->family, "rows");
    const char *prefix = hr_catalog_text(part->family, "prefix");

    for (size_t i = 0; rows && i < rows->n; i++, part->order++) {
        part->row = rows->child[i];
        add_place(c,
                  hr_arena_printf(c->arena, "%s%s", prefix ? prefix : "", part->row->key),
                  part);
    }
}

/* Put the products of a slice among the entries. */
static void tell(struct hr_catalog *c, uint32_t at)
{
    struct hr_catalog_slice *s = &c->slices[at];
    const bool families = strcmp(s->section, "families") == 0;
    struct hr_catalog_part part = {.order = (uint64_t)at << 32, .file = s->file};
    const struct hr_node *root;

    if (s->told)
        return;
    s->told = true;
    root = hr_catalog_slice(c, at);
    for (size_t i = 0; root && i < root->n; i++) {
        if (families) {
            part.family = root->child[i];
            tell_family(c, &part);
        } else if (root->child[i]->type == HR_NODE_MAP) {
            part.product = root->child[i];
            add_place(c, part.product->key, &part);
            part.order++;
        }
    }
}

const struct hr_node *hr_catalog_faults(struct hr_catalog *c, const char *name)
{
    for (const struct hr_catalog_file *f = c->all; f && f->name; f++) {
        const struct hr_node *n = hr_catalog_find(c, f, "faults", name);

        if (n)
            return plain(c, f, n);
    }
    return NULL;
}

const char *const *hr_catalog_fault_libraries(struct hr_catalog *c)
{
    const uint32_t n = hr_catalog_cut(c);
    struct hr_names names = {0};

    for (uint32_t i = 0; i < n; i++) {
        const bool here = strcmp(c->slices[i].section, "faults") == 0;
        const struct hr_node *root = here ? hr_catalog_slice(c, i) : NULL;

        for (size_t k = 0; root && k < root->n; k++)
            hr_names_add(&names, c->arena, root->child[k]->key, i);
    }
    return hr_names_list(&names);
}

static void read_transfer(struct hr_catalog *c, const struct hr_catalog_file *file,
                          const struct hr_node *provider)
{
    const uint32_t at = c->transfers.n;

    if (hr_names_find(&c->transfers, provider->key) != HR_NONE) {
        hr_diag_add(c->ds, HR_E102, provider->key_at, "`%s` is given by two files",
                    provider->key);
        return;
    }
    c->transfer =
        hr_bind_grow(c->arena, c->transfer, at, &c->transfer_room, sizeof *c->transfer);
    c->transfer[at] = plain(c, file, provider);
    hr_names_add(&c->transfers, c->arena, provider->key, at);
}

static void read_transfers(struct hr_catalog *c)
{
    const uint32_t n = c->transfers_read ? 0 : hr_catalog_cut(c);

    c->transfers_read = true;
    for (uint32_t i = 0; i < n; i++) {
        const bool here = strcmp(c->slices[i].section, "transfer") == 0;
        const struct hr_node *root = here ? hr_catalog_slice(c, i) : NULL;

        for (size_t k = 0; root && k < root->n; k++)
            read_transfer(c, c->slices[i].file, root->child[k]);
    }
}

/* --- asking ---------------------------------------------------------------------------------------- */

bool hr_catalog_product(struct hr_catalog *c, const char *name,
                        struct hr_catalog_product *p)
{
    uint32_t at = hr_names_find(&c->products, name);

    if (at == HR_NONE || !c->entries[at].built) {
        const uint32_t n = hr_catalog_cut(c);

        for (uint32_t i = 0; i < n; i++)
            if (!c->slices[i].told && hr_catalog_may_hold(&c->slices[i], name))
                tell(c, i);
        at = hr_names_find(&c->products, name);
    }
    if (at == HR_NONE)
        return false;
    if (!c->entries[at].built)
        build(c, &c->entries[at]);
    *p = c->entries[at].product;
    return true;
}

static int by_order(const void *x, const void *y)
{
    const struct hr_catalog_entry *a = x, *b = y;

    return (a->parts->order > b->parts->order) - (a->parts->order < b->parts->order);
}

const char *const *hr_catalog_products(struct hr_catalog *c)
{
    const uint32_t slices = c->listed ? 0 : hr_catalog_cut(c);
    struct hr_catalog_entry *sorted;
    const char **names;

    for (uint32_t i = 0; i < slices; i++)
        tell(c, i);
    if (c->listed)
        return c->listed;
    sorted = hr_arena_alloc(c->arena, c->products.n, sizeof *sorted);
    names = hr_arena_alloc(c->arena, c->products.n + 1, sizeof *names);
    if (c->products.n) {
        memcpy(sorted, c->entries, c->products.n * sizeof *sorted);
        qsort(sorted, c->products.n, sizeof *sorted, by_order);
    }
    for (uint32_t i = 0; i < c->products.n; i++)
        names[i] = sorted[i].name;
    return c->listed = names;
}

bool hr_catalog_serves(const struct hr_catalog_product *p, const char *kind)
{
    return in_list(p->kinds, kind);
}

const struct hr_node *hr_catalog_transfer(struct hr_catalog *c, const char *provider)
{
    uint32_t at;

    if (!provider)
        return NULL;
    read_transfers(c);
    at = hr_names_find(&c->transfers, provider);

    return at == HR_NONE ? NULL : c->transfer[at];
}
