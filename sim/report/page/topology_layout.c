/* sim/report/page/topology_layout.c - see topology.h. */
#include "sim/report/page/topology.h"

#include <math.h>
#include <string.h>

enum {
    SWEEPS = 12,
    MOST_BENDS =
        1500, /* beyond that (never in a system that somebody drew) links are straight */
};
static const double BEND_ROOM = 0.45; /* rows that a passing link takes */

/* Parts, and the bends of long links, are vertices of a graph whose arcs span one layer. */
struct vertex {
    size_t layer;
    double place; /* sort key within the layer, then the row */
    double room;  /* rows it takes */
};
struct arc {
    size_t from, to; /* vertices; from is one layer before to */
};
struct graph {
    struct hr_arena *a;
    struct vertex *vertices;
    size_t n_vertices;
    struct arc *arcs;
    size_t n_arcs;
    size_t **layers, *n_in_layer; /* vertices by layer, in order */
    size_t n_layers;
};

/* ---- layers ------------------------------------------------------------------------------ */

/* Depth first; a link to a part that is still on the walk closes a cycle and counts reversed. */
static void walk(const struct hr_topology *t, size_t node, char *state, bool *reversed)
{
    state[node] = 1;
    for (size_t e = 0; e < t->n_edges; e++) {
        if (t->edges[e].from != node)
            continue;
        if (state[t->edges[e].to] == 1)
            reversed[e] = true;
        else if (state[t->edges[e].to] == 0)
            walk(t, t->edges[e].to, state, reversed);
    }
    state[node] = 2;
}

static bool *reversals(const struct hr_topology *t, struct hr_arena *a)
{
    bool *reversed = hr_arena_alloc(a, t->n_edges, sizeof *reversed);
    char *state = hr_arena_alloc(a, t->n_nodes, 1);
    char *called = hr_arena_alloc(a, t->n_nodes, 1);

    for (size_t e = 0; e < t->n_edges; e++)
        called[t->edges[e].to] |= t->edges[e].from != t->edges[e].to;
    for (int pass = 0; pass < 2; pass++) /* sources first, then what only cycles reach */
        for (size_t i = 0; i < t->n_nodes; i++)
            if (state[i] == 0 && (pass == 1 || !called[i]))
                walk(t, i, state, reversed);
    return reversed;
}

static void ends(const struct hr_topology_edge *e, bool reversed, size_t *from, size_t *to)
{
    *from = reversed ? e->to : e->from;
    *to = reversed ? e->from : e->to;
}

/* Longest paths, by relaxing as often as there are parts. */
static void assign_layers(const struct hr_topology *t, const bool *reversed,
                          struct graph *g)
{
    for (size_t round = 0; round < t->n_nodes; round++)
        for (size_t e = 0; e < t->n_edges; e++) {
            size_t from, to;

            ends(&t->edges[e], reversed[e], &from, &to);
            if (from != to && g->vertices[to].layer <= g->vertices[from].layer)
                g->vertices[to].layer = g->vertices[from].layer + 1;
        }
    for (size_t i = 0; i < t->n_nodes; i++) {
        if (g->vertices[i].layer + 1 > g->n_layers)
            g->n_layers = g->vertices[i].layer + 1;
        g->vertices[i].room = 1.0;
    }
}

/* ---- one arc a layer ---------------------------------------------------------------------- */

static size_t span_of(const struct graph *g, const struct hr_topology_edge *e)
{
    const size_t x = g->vertices[e->from].layer, y = g->vertices[e->to].layer;

    return x > y ? x - y : y - x;
}

static void add_arcs(const struct hr_topology *t, const bool *reversed, struct graph *g,
                     size_t *first_bend)
{
    size_t bends = 0;
    struct vertex *vertices;

    for (size_t e = 0; e < t->n_edges; e++)
        bends += span_of(g, &t->edges[e]) > 1 ? span_of(g, &t->edges[e]) - 1 : 0;
    if (bends > MOST_BENDS)
        bends = 0;
    vertices = hr_arena_alloc(g->a, t->n_nodes + bends, sizeof *vertices);
    memcpy(vertices, g->vertices, t->n_nodes * sizeof *vertices);
    g->vertices = vertices;
    g->arcs = hr_arena_alloc(g->a, t->n_edges + bends, sizeof *g->arcs);
    for (size_t e = 0; e < t->n_edges; e++) {
        const size_t span = span_of(g, &t->edges[e]);
        size_t from, to;

        ends(&t->edges[e], reversed[e], &from, &to);
        first_bend[e] = g->n_vertices;
        if (span == 0)
            continue;
        for (size_t k = 1; bends && k < span; k++) {
            g->vertices[g->n_vertices] =
                (struct vertex){.layer = g->vertices[from].layer + 1, .room = BEND_ROOM};
            g->arcs[g->n_arcs++] = (struct arc){from, g->n_vertices};
            from = g->n_vertices++;
        }
        g->arcs[g->n_arcs++] = (struct arc){from, to};
    }
}

static void fill_layers(struct graph *g)
{
    g->layers = hr_arena_alloc(g->a, g->n_layers, sizeof *g->layers);
    g->n_in_layer = hr_arena_alloc(g->a, g->n_layers, sizeof *g->n_in_layer);
    for (size_t i = 0; i < g->n_vertices; i++)
        g->n_in_layer[g->vertices[i].layer]++;
    for (size_t l = 0; l < g->n_layers; l++) {
        g->layers[l] = hr_arena_alloc(g->a, g->n_in_layer[l], sizeof **g->layers);
        g->n_in_layer[l] = 0;
    }
    for (size_t i = 0; i < g->n_vertices; i++) {
        const size_t l = g->vertices[i].layer;

        g->vertices[i].place = (double)g->n_in_layer[l];
        g->layers[l][g->n_in_layer[l]++] = i;
    }
}

/* ---- order ------------------------------------------------------------------------------- */

static size_t crossings(const struct graph *g)
{
    size_t n = 0;

    for (size_t i = 0; i < g->n_arcs; i++)
        for (size_t k = 0; k < i; k++) {
            const struct vertex *a = &g->vertices[g->arcs[i].from];
            const struct vertex *b = &g->vertices[g->arcs[k].from];
            const struct vertex *c = &g->vertices[g->arcs[i].to];
            const struct vertex *d = &g->vertices[g->arcs[k].to];

            n +=
                a->layer == b->layer && (a->place - b->place) * (c->place - d->place) < 0.0;
        }
    return n;
}

/* The mean place of what a vertex is linked to: before it, after it, or both; its own if it is
 * linked to nothing there. */
static double pull(const struct graph *g, size_t vertex, bool before, bool after)
{
    double sum = 0.0;
    size_t n = 0;

    for (size_t i = 0; i < g->n_arcs; i++) {
        const struct arc *arc = &g->arcs[i];

        if ((before && arc->to == vertex) || (after && arc->from == vertex)) {
            sum += g->vertices[arc->to == vertex ? arc->from : arc->to].place;
            n++;
        }
    }
    return n ? sum / (double)n : g->vertices[vertex].place;
}

/* Sort a layer by pull (insertion sort: stable, and layers are short). */
static void sort_layer(struct graph *g, size_t l, bool down)
{
    size_t *layer = g->layers[l];
    const size_t n = g->n_in_layer[l];
    double *key = hr_arena_alloc(g->a, n, sizeof *key);

    for (size_t i = 0; i < n; i++)
        key[i] = pull(g, layer[i], down, !down);
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && key[k] < key[k - 1]; k--) {
            const double swap_key = key[k];
            const size_t swap = layer[k];

            key[k] = key[k - 1];
            layer[k] = layer[k - 1];
            key[k - 1] = swap_key;
            layer[k - 1] = swap;
        }
    for (size_t i = 0; i < n; i++)
        g->vertices[layer[i]].place = (double)i;
}

static void keep(const struct graph *g, double *places)
{
    for (size_t i = 0; i < g->n_vertices; i++)
        places[i] = g->vertices[i].place;
}

static void order(struct graph *g)
{
    double *best = hr_arena_alloc(g->a, g->n_vertices, sizeof *best);
    size_t fewest = crossings(g);

    keep(g, best);
    for (int sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
        size_t now;

        for (size_t k = 1; k < g->n_layers; k++)
            sort_layer(g, sweep % 2 == 0 ? k : g->n_layers - 1 - k, sweep % 2 == 0);
        now = crossings(g);
        if (now < fewest) {
            fewest = now;
            keep(g, best);
        }
    }
    for (size_t i = 0; i < g->n_vertices; i++)
        g->vertices[i].place = best[i];
    for (size_t l = 0; l < g->n_layers; l++)
        for (size_t i = 0; i < g->n_in_layer[l];) { /* back into the order that was best */
            const size_t at = (size_t)g->vertices[g->layers[l][i]].place;
            const size_t swap = g->layers[l][at];

            if (at == i) {
                i++;
                continue;
            }
            g->layers[l][at] = g->layers[l][i];
            g->layers[l][i] = swap;
        }
}

/* ---- rows --------------------------------------------------------------------------------- */

/* Move a layer towards its pulls without overlaps: pushed down in order, then all back by the
 * mean of what that moved them too far. */
static void settle(struct graph *g, size_t l, bool before, bool after)
{
    const size_t n = g->n_in_layer[l];
    double *want = hr_arena_alloc(g->a, n, sizeof *want), shift = 0.0, edge = -HUGE_VAL;
    double *row = hr_arena_alloc(g->a, n, sizeof *row);

    for (size_t i = 0; i < n; i++) {
        const struct vertex *x = &g->vertices[g->layers[l][i]];

        want[i] = pull(g, g->layers[l][i], before, after);
        row[i] = want[i] > edge + x->room / 2.0 ? want[i] : edge + x->room / 2.0;
        edge = row[i] + x->room / 2.0;
        shift += want[i] - row[i];
    }
    for (size_t i = 0; i < n; i++)
        g->vertices[g->layers[l][i]].place = row[i] + shift / (double)n;
}

static void place_rows(struct graph *g)
{
    for (size_t l = 0; l < g->n_layers; l++) { /* centred on row 0 to begin with */
        double at = 0.0;

        for (size_t i = 0; i < g->n_in_layer[l]; i++)
            at -= g->vertices[g->layers[l][i]].room / 2.0;
        for (size_t i = 0; i < g->n_in_layer[l]; i++) {
            struct vertex *x = &g->vertices[g->layers[l][i]];

            x->place = at + x->room / 2.0;
            at += x->room;
        }
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++)
        for (size_t k = 0; k < g->n_layers; k++)
            settle(g, sweep % 2 == 0 ? k : g->n_layers - 1 - k, sweep % 2 == 0 || sweep > 5,
                   sweep % 2 == 1 || sweep > 5);
}

/* The smallest vertex of each group that arcs hold together. */
static size_t *groups_of(const struct graph *g)
{
    size_t *group = hr_arena_alloc(g->a, g->n_vertices, sizeof *group);

    for (size_t i = 0; i < g->n_vertices; i++)
        group[i] = i;
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = 0; i < g->n_arcs; i++) {
            size_t *x = &group[g->arcs[i].from], *y = &group[g->arcs[i].to];

            changed = changed || *x != *y;
            *x = *y = *x < *y ? *x : *y;
        }
    }
    return group;
}

/* Parts that nothing links to each other are placed as if alone, one group below another. */
static void stack_groups(struct graph *g)
{
    const size_t *group = groups_of(g);
    double floor_of_last = 0.0;

    for (size_t name = 0; name < g->n_vertices; name++) {
        double top = HUGE_VAL, bottom = -HUGE_VAL;

        for (size_t i = 0; i < g->n_vertices; i++) {
            const struct vertex *x = &g->vertices[i];

            top = group[i] == name ? fmin(top, x->place - x->room / 2.0) : top;
            bottom = group[i] == name ? fmax(bottom, x->place + x->room / 2.0) : bottom;
        }
        if (!(top < bottom))
            continue;
        for (size_t i = 0; i < g->n_vertices; i++)
            if (group[i] == name)
                g->vertices[i].place += floor_of_last - top;
        floor_of_last += bottom - top;
    }
}

static void measure(struct graph *g, struct hr_topology_layout *out)
{
    double top = HUGE_VAL, bottom = -HUGE_VAL;

    for (size_t i = 0; i < g->n_vertices; i++) {
        top = fmin(top, g->vertices[i].place - g->vertices[i].room / 2.0);
        bottom = fmax(bottom, g->vertices[i].place + g->vertices[i].room / 2.0);
    }
    for (size_t i = 0; i < g->n_vertices; i++)
        g->vertices[i].place -= top;
    out->height = bottom - top;
    out->n_layers = g->n_layers;
}

struct hr_topology_layout hr_topology_layout(const struct hr_topology *t,
                                             struct hr_arena *a)
{
    const bool *reversed = reversals(t, a);
    struct graph g = {.a = a,
                      .vertices = hr_arena_alloc(a, t->n_nodes, sizeof *g.vertices),
                      .n_vertices = t->n_nodes};
    struct hr_topology_layout out = {
        .nodes = hr_arena_alloc(a, t->n_nodes, sizeof *out.nodes),
        .bends = hr_arena_alloc(a, t->n_edges, sizeof *out.bends)};
    size_t *first_bend = hr_arena_alloc(a, t->n_edges + 1, sizeof *first_bend);

    if (t->n_nodes == 0)
        return out;
    assign_layers(t, reversed, &g);
    add_arcs(t, reversed, &g, first_bend);
    first_bend[t->n_edges] = g.n_vertices;
    fill_layers(&g);
    order(&g);
    place_rows(&g);
    stack_groups(&g);
    measure(&g, &out);
    for (size_t i = 0; i < t->n_nodes; i++)
        out.nodes[i] =
            (struct hr_topology_point){(double)g.vertices[i].layer, g.vertices[i].place};
    for (size_t e = 0; e < t->n_edges; e++) {
        const size_t n = first_bend[e + 1] - first_bend[e];

        out.bends[e].n = n;
        out.bends[e].points = hr_arena_alloc(a, n, sizeof *out.bends[e].points);
        for (size_t k = 0; k < n; k++) {
            const struct vertex *x =
                &g.vertices[first_bend[e] + (reversed[e] ? n - 1 - k : k)];
            out.bends[e].points[k] = (struct hr_topology_point){(double)x->layer, x->place};
        }
    }
    return out;
}
