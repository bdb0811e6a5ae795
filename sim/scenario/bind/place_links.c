/* sim/scenario/bind/place_links.c - the network between places; see place.h for the rule. */
#include "sim/scenario/bind/place.h"

#include "sim/scenario/bind/field_read.h"
#include "sim/scenario/bind/operation.h"
#include "sim/scenario/catalog.h"

#include <string.h>

struct pairs { /* what is being filled: n x n */
    struct hr_bind *b;
    const struct hr_link **links;
    uint32_t n;
    bool *unknown; /* both given, and no latency known */
};

static enum hr_distance distance(const struct hr_plan *p, uint32_t from, uint32_t to)
{
    const struct hr_place *a = &p->places[from], *z = &p->places[to];

    if (!from || !to)
        return HR_DISTANCE_NONE;
    if (a->is_edge || z->is_edge)
        return a->edge == to || z->edge == from ? HR_DISTANCE_INTERNET : HR_DISTANCE_EDGE;
    if (a->is_client || z->is_client)
        return HR_DISTANCE_INTERNET;
    if (a->region != z->region)
        return HR_DISTANCE_WORLD;
    return from == to && a->is_zone ? HR_DISTANCE_ZONE : HR_DISTANCE_REGION;
}

/* --- links of the scenario --------------------------------------------------------------------- */

static const struct hr_link *make(struct pairs *w, const char *name, struct hr_law latency,
                                  double loss, double bandwidth, uint32_t from, uint32_t to)
{
    struct hr_link *l = hr_arena_alloc(w->b->arena, 1, sizeof *l);

    *l = (struct hr_link){.name = name,
                          .latency = latency,
                          .loss = loss,
                          .bandwidth = bandwidth,
                          .distance = distance(w->b->plan, from, to)};
    return l;
}

static void set(struct pairs *w, struct hr_node *n, uint32_t from, uint32_t to,
                const struct hr_link *l)
{
    if (w->links[from * w->n + to])
        hr_diag_add(w->b->ds, HR_E211, n->key_at,
                    "there are two links between `%s` and `%s`: `%s` and `%s`",
                    w->b->plan->places[from].name, w->b->plan->places[to].name,
                    w->links[from * w->n + to]->name, n->key);
    w->links[from * w->n + to] = l;
}

static void read_link(struct pairs *w, struct hr_node *n)
{
    struct hr_link_conf c = {0};
    const struct hr_layer layer = {&hr_link_table, &c};
    const struct hr_about about = {"a link", NULL, HR_WHERE_TABLE, NULL};

    if (!hr_bind_name(w->b, n, "a link") || !hr_bind_map(w->b, n, &layer, 1, &about) ||
        !c.from || !c.to)
        return;
    if (c.from == c.to) {
        hr_diag_add(w->b->ds, HR_E211, hr_bind_at(hr_tree_find(n, "to")),
                    "the link `%s` has the same place at both ends", n->key);
        return;
    }
    if (!hr_tree_find(n, "back"))
        c.back = c.latency;
    if (!hr_tree_find(n, "back_loss"))
        c.back_loss = c.loss;
    set(w, n, c.from, c.to, make(w, n->key, c.latency, c.loss, c.bandwidth, c.from, c.to));
    set(w, n, c.to, c.from,
        make(w, n->key, c.back, c.back_loss, c.bandwidth, c.to, c.from));
}

/* --- the catalogue ------------------------------------------------------------------------------- */

/* The provider and region that stand for a place in the table of round trips; an edge location
 * is where its clients are, without their last mile. */
static bool region_of(const struct hr_bind *b, uint32_t place, const char **provider,
                      const char **region, hr_time *last_mile)
{
    const struct hr_place *places = b->plan->places;
    const bool edge = places[place].is_edge;
    const struct hr_place *p = &places[places[edge ? places[place].client : place].region];
    struct hr_catalog_geography g;

    *last_mile = 0;
    *provider = p->provider;
    *region = p->name;
    if (p->provider)
        return true;
    if (!p->is_client || !hr_catalog_geography(b->catalog, p->name, &g))
        return false;
    *region = g.region;
    *last_mile = edge ? 0 : g.last_mile;
    return true;
}

/* Between clients and the edge location next to them. */
static bool last_mile(const struct hr_bind *b, uint32_t client,
                      struct hr_catalog_latency *l)
{
    struct hr_catalog_geography g = {0};
    const struct hr_place *p = &b->plan->places[client];

    if (!p->provider && !hr_catalog_geography(b->catalog, p->name, &g))
        return false;
    *l = (struct hr_catalog_latency){p->name, g.last_mile, g.note};
    return true;
}

static bool from_catalog(const struct hr_bind *b, uint32_t from, uint32_t to,
                         struct hr_catalog_latency *l)
{
    const struct hr_place *a = &b->plan->places[from], *z = &b->plan->places[to];
    const char *provider[2], *region[2];
    hr_time mile[2];

    if (a->edge == to || z->edge == from)
        return last_mile(b, a->edge == to ? from : to, l);
    if (a->region == z->region && a->provider)
        return hr_catalog_near(b->catalog, from == to && a->is_zone, l);
    if (!region_of(b, from, &provider[0], &region[0], &mile[0]) ||
        !region_of(b, to, &provider[1], &region[1], &mile[1]))
        return false;
    if (!provider[0] && !provider[1])
        return false; /* clients among themselves */
    if (provider[0] && provider[1] && strcmp(provider[0], provider[1]) != 0)
        return false;
    if (strcmp(region[0], region[1]) == 0)
        *l = (struct hr_catalog_latency){region[0], 0, NULL};
    else if (!hr_catalog_far(b->catalog, provider[0] ? provider[0] : provider[1], region[0],
                             region[1], l))
        return false;
    l->one_way += mile[0] + mile[1];
    l->name = hr_arena_printf(b->arena, "%s -> %s", a->name, z->name);
    return true;
}

/* --- every pair ------------------------------------------------------------------------------------- */

/* A link between the regions holds for their zones. */
static const struct hr_link *written(const struct pairs *w,
                                     const struct hr_link *const *exact, uint32_t from,
                                     uint32_t to)
{
    const struct hr_place *p = w->b->plan->places;
    const uint32_t a = p[from].region, z = p[to].region;

    if (exact[from * w->n + to])
        return exact[from * w->n + to];
    if (a != z && exact[from * w->n + z])
        return exact[from * w->n + z];
    if (a != z && exact[a * w->n + to])
        return exact[a * w->n + to];
    return a != z ? exact[a * w->n + z] : NULL;
}

/* To or from an edge location: what is written for its clients, without the last mile. */
static const struct hr_link *without_mile(struct pairs *w,
                                          const struct hr_link *const *exact, uint32_t from,
                                          uint32_t to)
{
    const struct hr_place *p = w->b->plan->places;
    const uint32_t a = p[from].is_edge ? p[from].client : from;
    const uint32_t z = p[to].is_edge ? p[to].client : to;
    const struct hr_link *whole = a == z ? NULL : written(w, exact, a, z);
    struct hr_catalog_latency mile = {0};
    struct hr_link *l;

    if (!whole)
        return NULL;
    l = hr_arena_alloc(w->b->arena, 1, sizeof *l);
    *l = *whole;
    l->distance = distance(w->b->plan, from, to);
    if (p[from].is_edge && last_mile(w->b, a, &mile))
        l->less += hr_time_s(mile.one_way);
    if (p[to].is_edge && last_mile(w->b, z, &mile))
        l->less += hr_time_s(mile.one_way);
    return l;
}

static void fill_pair(struct pairs *w, const struct hr_link *const *exact, uint32_t from,
                      uint32_t to)
{
    const struct hr_place *p = w->b->plan->places;
    const struct hr_link *l = written(w, exact, from, to);
    const char *name = "";
    struct hr_catalog_latency known = {0};

    if (!l && (p[from].is_edge || p[to].is_edge))
        l = without_mile(w, exact, from, to);
    if (!l && from_catalog(w->b, from, to, &known))
        l = make(w, known.name, hr_law_constant(hr_time_s(known.one_way)), 0, 0, from, to);
    if (!l) {
        w->unknown[from * w->n + to] = from != to;
        name = from == to
                   ? p[from].name
                   : hr_arena_printf(w->b->arena, "%s -> %s", p[from].name, p[to].name);
        l = make(w, name, hr_law_constant(0), 0, 0, from, to);
    }
    w->links[from * w->n + to] = l;
}

static void warn(struct pairs *w, uint32_t caller, const char *label, uint32_t from,
                 uint32_t to)
{
    const struct hr_place *p = w->b->plan->places;
    struct hr_diag *d;

    if (!w->unknown[from * w->n + to])
        return;
    w->unknown[from * w->n + to] = w->unknown[to * w->n + from] = false; /* said once */
    d = hr_diag_add(w->b->ds, HR_W110, w->b->plan->components[caller].at,
                    "no latency is known between `%s` and `%s` (%s): it counts as 0",
                    p[from].name, p[to].name, label);
    hr_diag_hint(w->b->ds, d, "links: { name: { from: %s, to: %s, latency: ... } }",
                 p[from].name, p[to].name);
}

/* The places that calls of a component start from. */
static struct hr_indices places_of(struct hr_bind *b, uint32_t component)
{
    const struct hr_component *c = &b->plan->components[component];

    if (c->model && c->conf && c->model->ops == HR_OPS_SOURCE)
        for (const struct hr_field *f = c->model->table->fields; f->name; f++)
            if (f->type == HR_FIELD_PLACE_SHARES) {
                const struct hr_shares *s =
                    (const struct hr_shares *)((const char *)c->conf + f->offset);

                return (struct hr_indices){s->n, s->at};
            }
    return c->zones.n ? c->zones : (struct hr_indices){1, &c->place};
}

static void warn_of_sites(struct pairs *w)
{
    const struct hr_plan *p = w->b->plan;

    for (uint32_t i = 0; i < p->n_sites; i++) {
        const struct hr_site *s = &p->sites[i];
        const struct hr_indices from = places_of(w->b, s->caller);
        const struct hr_component *callee = &p->components[s->callee];

        for (uint32_t k = 0; k < from.n; k++) {
            const uint32_t to =
                callee->at_edge ? p->places[from.at[k]].edge : callee->place;

            if (from.at[k] && to)
                warn(w, s->caller, s->label, from.at[k], to);
        }
    }
}

/* From every edge location to what is behind it. */
static void warn_of_origins(struct pairs *w)
{
    const struct hr_plan *p = w->b->plan;

    for (uint32_t i = 0; i < p->n_components; i++) {
        const struct hr_component *c = &p->components[i];

        if (!c->at_edge || c->beside || c->bypass)
            continue;
        for (uint32_t k = 0; k < hr_operation_targets(w->b, i)->n; k++) {
            const uint32_t target = hr_operation_targets(w->b, i)->at[k];

            for (uint32_t from = 1; p->components[target].place && from < p->n_places;
                 from++)
                if (p->places[from].is_edge)
                    warn(w, i, p->components[target].name, from,
                         p->components[target].place);
        }
    }
}

/* Each figure of the catalogue that some call relies on is one input. */
static void claim(struct pairs *w)
{
    bool near_used = false, far_used = false;
    const struct hr_plan *p = w->b->plan;

    for (uint32_t i = 0; i < p->n_sites; i++) {
        const struct hr_component *a = &p->components[p->sites[i].caller];
        const struct hr_component *z = &p->components[p->sites[i].callee];

        near_used = near_used || z->at_edge; /* a last mile, which is assumed */
        if (a->place && z->place && p->places[a->place].provider)
            *(p->places[a->place].region == p->places[z->place].region ? &near_used
                                                                       : &far_used) = true;
        if (!a->place && z->place && places_of(w->b, p->sites[i].caller).n &&
            p->places[z->place].provider)
            near_used = true; /* a last mile, which is assumed as well */
    }
    for (uint32_t i = 0; i < p->n_components; i++)
        for (uint32_t k = 0; p->components[i].at_edge && !p->components[i].beside &&
                             k < hr_operation_targets(w->b, i)->n;
             k++)
            far_used =
                far_used || p->components[hr_operation_targets(w->b, i)->at[k]].place != 0;
    w->b->trust.guessed += near_used;
    w->b->trust.catalog += far_used;
}

void hr_places_link(struct hr_bind *b)
{
    struct hr_node *all = hr_bind_section(b, "links");
    struct hr_plan *p = b->plan;
    struct pairs w = {.b = b};
    const struct hr_link **exact;
    bool edges = false;

    for (uint32_t i = 0; i < p->n_components; i++)
        edges = edges || (p->components[i].at_edge && !p->components[i].bypass);
    if (edges)
        hr_place_edges(b);
    w.n = p->n_places;
    exact = w.links = hr_arena_alloc(b->arena, (size_t)w.n * w.n, sizeof *w.links);
    for (size_t i = 0; all && i < all->n; i++)
        read_link(&w, all->child[i]);
    w.links = hr_arena_alloc(b->arena, (size_t)w.n * w.n, sizeof *w.links);
    w.unknown = hr_arena_alloc(b->arena, (size_t)w.n * w.n, sizeof *w.unknown);
    for (uint32_t from = 1; from < w.n; from++)
        for (uint32_t to = 1; to < w.n; to++)
            fill_pair(&w, exact, from, to);
    p->links = w.links;
    warn_of_sites(&w);
    if (edges)
        warn_of_origins(&w);
    claim(&w);
}
