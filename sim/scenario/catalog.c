/* sim/scenario/catalog.c - see catalog.h. */
#include "sim/scenario/catalog_inner.h"

#include "sim/scenario/value/value.h"

#include <string.h>

const struct hr_model *hr_library_model(const struct hr_library *lib, const char *kind)
{
    for (size_t i = 0; lib->models && lib->models[i]; i++)
        if (strcmp(lib->models[i]->kind, kind) == 0)
            return lib->models[i];
    return NULL;
}

bool hr_catalog_note_trusted(const char *note)
{
    static const char *const weak[] = {", secondary", ", memory", ", assumption", NULL};
    const size_t length = note ? strlen(note) : 0;

    for (size_t i = 0; weak[i]; i++) {
        const size_t n = strlen(weak[i]);

        if (length >= n && strcmp(note + length - n, weak[i]) == 0)
            return false;
    }
    return length > 0;
}

bool hr_catalog_offset(const char *text, hr_time *offset)
{
    const bool west = *text == '-';
    const char *why;
    const struct hr_text t = {text + (west || *text == '+'),
                              strlen(text) - (west || *text == '+')};

    if (!hr_value_duration(t, offset, &why) || *offset > HR_DAY)
        return false;
    if (west)
        *offset = -*offset;
    return true;
}

/* --- reading ------------------------------------------------------------------------------------ */

static bool duration_of(const struct hr_node *map, const char *key, hr_time *t)
{
    const char *text = hr_catalog_text(map, key), *why;

    return text && hr_value_duration((struct hr_text){text, strlen(text)}, t, &why);
}

static void read_geography(struct hr_catalog *c, const struct hr_catalog_file *file,
                           const struct hr_node *n)
{
    const struct hr_node *mile = hr_tree_find(n, "last_mile");
    const char *offset = hr_catalog_text(n, "utc_offset");
    const uint32_t at = c->geographies.n;
    struct hr_catalog_geography g = {.name = n->key,
                                     .region = hr_catalog_text(n, "region")};

    if (!mile || !duration_of(mile, "value", &g.last_mile) || !offset ||
        !hr_catalog_offset(offset, &g.utc_offset))
        return;
    g.note = hr_catalog_note(c, file, mile);
    c->geography =
        hr_bind_grow(c->arena, c->geography, at, &c->geography_room, sizeof *c->geography);
    c->geography[at] = g;
    hr_names_add(&c->geographies, c->arena, n->key, at);
}

static const struct hr_names *geographies(struct hr_catalog *c)
{
    for (const struct hr_catalog_file *f = c->all; !c->geographies_read && f && f->name;
         f++) {
        const struct hr_node *all = hr_catalog_find(c, f, "network", "geographies");

        for (size_t i = 0; all && i < all->n; i++)
            read_geography(c, f, all->child[i]);
    }
    c->geographies_read = true;
    return &c->geographies;
}

static void read_near(struct hr_catalog *c, const struct hr_catalog_file *file,
                      const char *key, const char *name, struct hr_catalog_latency *l)
{
    const struct hr_node *n = hr_catalog_find(c, file, "network", key);

    if (n && duration_of(n, "value", &l->one_way)) {
        l->name = name;
        l->note = hr_catalog_note(c, file, n);
    }
}

struct hr_catalog *hr_catalog_open(const struct hr_library *lib, struct hr_arena *a,
                                   struct hr_diags *ds)
{
    struct hr_catalog *c = hr_arena_alloc(a, 1, sizeof *c);

    c->arena = a;
    c->ds = ds;
    c->all = c->uncut = lib->catalog;
    return c;
}

/* --- asking ---------------------------------------------------------------------------------------- */

bool hr_catalog_near(struct hr_catalog *c, bool same_zone, struct hr_catalog_latency *l)
{
    for (const struct hr_catalog_file *f = c->all; !c->near_read && f && f->name; f++) {
        read_near(c, f, "within_zone", "within a zone", &c->within_zone);
        read_near(c, f, "between_zones", "between zones", &c->between_zones);
    }
    c->near_read = true;
    *l = same_zone ? c->within_zone : c->between_zones;
    return l->name != NULL;
}

static void read_far(struct hr_catalog *c)
{
    for (const struct hr_catalog_file *f = c->all; !c->far_read && f && f->name; f++) {
        const struct hr_node *all = hr_catalog_find(c, f, "network", "round_trips");

        if (!all || !all->n)
            continue;
        c->round_trips = all;
        c->round_trip_note = hr_catalog_note(c, f, all->child[0]);
    }
    c->far_read = true;
}

bool hr_catalog_far(struct hr_catalog *c, const char *provider, const char *from,
                    const char *to, struct hr_catalog_latency *l)
{
    const struct hr_node *p, *rows, *row;
    hr_time both;

    read_far(c);
    p = c->round_trips && provider ? hr_tree_find(c->round_trips, provider) : NULL;
    rows = p ? hr_tree_find(p, "from") : NULL;
    row = rows ? hr_tree_find(rows, from) : NULL;
    if (!row || !duration_of(row, to, &both))
        return false;
    *l = (struct hr_catalog_latency){hr_arena_printf(c->arena, "%s -> %s", from, to),
                                     both / 2, c->round_trip_note};
    return true;
}

bool hr_catalog_geography(struct hr_catalog *c, const char *name,
                          struct hr_catalog_geography *g)
{
    const uint32_t at = hr_names_find(geographies(c), name);

    if (at != HR_NONE)
        *g = c->geography[at];
    return at != HR_NONE;
}

const char *const *hr_catalog_geographies(struct hr_catalog *c)
{
    return hr_names_list(geographies(c));
}
