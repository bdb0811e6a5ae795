/* sim/scenario/bind/place.c - places by name; see place.h. */
#include "sim/scenario/bind/place.h"

#include "sim/scenario/bind/field_read.h"
#include "sim/scenario/catalog.h"

#include <string.h>

/* 0 when there are too many, which is said once. */
static uint32_t add(struct hr_bind *b, const struct hr_place *place, struct hr_loc at)
{
    struct hr_plan *p = b->plan;

    if (p->n_places == HR_MOST_PLACES) {
        hr_diag_add(b->ds, HR_E418, at, "there are more than %d places and zones",
                    HR_MOST_PLACES - 1);
        return 0;
    }
    p->places =
        hr_bind_grow(b->arena, p->places, p->n_places, &b->place_room, sizeof *p->places);
    p->places[p->n_places] = *place;
    hr_names_add(&b->places, b->arena, place->name, p->n_places);
    return p->n_places++;
}

static void declare_zones(struct hr_bind *b, const struct hr_node *zones, uint32_t region)
{
    const struct hr_place r = b->plan->places[region];

    if (zones->type != HR_NODE_LIST || zones->n == 0) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(zones),
                    "`zones` is a list of names, [a, b]");
        return;
    }
    for (size_t i = 0; i < zones->n; i++) {
        struct hr_node *n = zones->child[i], as_key = *n;
        struct hr_place z = r;

        as_key.key = n->type == HR_NODE_SCALAR && n->text ? n->text : "";
        as_key.key_at = hr_bind_at(n);
        if (!hr_bind_name(b, &as_key, "a zone"))
            continue;
        z.name = hr_arena_printf(b->arena, "%s/%s", r.name, n->text);
        z.region = region;
        z.is_zone = true;
        if (hr_names_find(&b->places, z.name) != HR_NONE)
            hr_diag_add(b->ds, HR_E211, hr_bind_at(n), "`zones` names `%s` twice", n->text);
        else if (!add(b, &z, hr_bind_at(n)))
            return;
    }
}

static void declare(struct hr_bind *b, struct hr_node *n)
{
    static const char *const also[] = {"zones", NULL};
    struct hr_place_conf conf = {0};
    const struct hr_layer layer = {&hr_place_table, &conf};
    const struct hr_about about = {"a place", NULL, HR_WHERE_PLACE, also};
    struct hr_place place = {.name = n->key, .region = b->plan->n_places};
    uint32_t at;

    if (!hr_bind_name(b, n, "a place"))
        return;
    if (n->type == HR_NODE_SCALAR && n->null) /* `dc:` alone: nothing more to say */
        n->type = HR_NODE_MAP;
    hr_bind_map(b, n, &layer, 1, &about);
    place.provider = conf.provider;
    if (conf.utc_offset && !hr_catalog_offset(conf.utc_offset, &place.utc_offset))
        hr_diag_add(b->ds, HR_E206, hr_bind_at(hr_tree_find(n, "utc_offset")),
                    "`utc_offset` is a duration with its sign, such as -5h or 5h30m");
    at = add(b, &place, n->key_at);
    if (at && n->type == HR_NODE_MAP && hr_tree_find(n, "zones"))
        declare_zones(b, hr_tree_find(n, "zones"), at);
}

void hr_places_declare(struct hr_bind *b)
{
    struct hr_node *all = hr_bind_section(b, "places");

    add(b, &(struct hr_place){.name = "nowhere"}, (struct hr_loc){0});
    for (size_t i = 0; all && i < all->n; i++) {
        const bool full = b->plan->n_places == HR_MOST_PLACES;

        declare(b, all->child[i]);
        if (full)
            break; /* said once */
    }
}

/* --- by name --------------------------------------------------------------------------------------- */

uint32_t hr_place_find(const struct hr_bind *b, const char *name)
{
    const uint32_t at = hr_names_find(&b->places, name);

    return at == HR_NONE ? 0 : at;
}

uint32_t hr_place_read(struct hr_bind *b, const struct hr_node *n)
{
    const char *const *names = hr_names_list(&b->places);
    uint32_t at = 0;

    if (b->region && !strchr(n->text, '/'))
        at = hr_place_find(b, hr_arena_printf(b->arena, "%s/%s",
                                              b->plan->places[b->region].name, n->text));
    if (!at)
        at = hr_place_find(b, n->text);
    if (at)
        return at;
    hr_bind_unknown(b, HR_E403, n->at, n->text, names + 1, "there is no place `%s`",
                    hr_bind_shown(b, n));
    return 0;
}

uint32_t hr_place_client(struct hr_bind *b, const struct hr_node *n)
{
    uint32_t at = hr_place_find(b, n->key);
    struct hr_catalog_geography g;
    struct hr_place place;

    if (at) {
        b->plan->places[at].is_client = true;
        return at;
    }
    if (!hr_catalog_geography(b->catalog, n->key, &g)) {
        hr_bind_unknown(b, HR_E403, n->key_at.line ? n->key_at : n->at, n->key,
                        hr_catalog_geographies(b->catalog),
                        "there is no place and no client geography `%s`",
                        hr_shown(b->arena, n->key, strlen(n->key)));
        return 0;
    }
    place = (struct hr_place){.name = g.name,
                              .region = b->plan->n_places,
                              .is_client = true,
                              .utc_offset = g.utc_offset};
    return add(b, &place, n->key_at);
}

void hr_place_edges(struct hr_bind *b)
{
    const uint32_t n = b->plan->n_places;

    for (uint32_t i = 1; i < n; i++) {
        const struct hr_place *p = &b->plan->places[i];
        struct hr_place edge = {.region = b->plan->n_places,
                                .is_edge = true,
                                .client = i,
                                .utc_offset = p->utc_offset};

        if (!p->is_client)
            continue;
        edge.name = hr_arena_printf(b->arena, "%s/edge", p->name);
        const uint32_t at = add(b, &edge, (struct hr_loc){0});
        b->plan->places[i].edge = at;
    }
}

uint32_t hr_place_only(const struct hr_bind *b)
{
    uint32_t only = 0;

    for (uint32_t i = 1; i < b->plan->n_places; i++) {
        const struct hr_place *p = &b->plan->places[i];

        if (p->is_zone || p->is_client || p->is_edge)
            continue;
        if (only)
            return 0;
        only = i;
    }
    return only;
}

struct hr_indices hr_place_zones(struct hr_bind *b, uint32_t region)
{
    uint32_t *at = hr_arena_alloc(b->arena, b->plan->n_places, sizeof *at), n = 0;

    for (uint32_t i = 1; i < b->plan->n_places; i++)
        if (b->plan->places[i].is_zone && b->plan->places[i].region == region)
            at[n++] = i;
    return (struct hr_indices){n, at};
}
