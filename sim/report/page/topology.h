/* sim/report/page/topology.h - a system as a picture: parts in layers from left to right, what calls
 * what, and how busy each part is.  Our own SVG; needs no program.
 *
 * MODEL   Layers by longest path (cycles are broken where a walk from the sources meets itself),
 *         order within a layer by barycentres with the fewest crossings seen kept, places by
 *         moving parts towards what they are linked to.  Links over several layers bend
 *         through the layers between.
 * COST    for at most HR_TOPOLOGY_NODES parts; group before drawing more. */
#ifndef HR_TOPOLOGY_H
#define HR_TOPOLOGY_H

#include "sim/report/page/html_writer.h"

#include <stdbool.h>

enum { HR_TOPOLOGY_NODES = 60 };

struct hr_topology_node {
    const char *name, *kind; /* may be hostile: escaped here */
    double utilisation;      /* 0..1; NaN: has none */
    bool ring;               /* the bottleneck */
};

struct hr_topology_edge {
    size_t from, to; /* nodes */
    double rate;     /* 1/s; NaN: not known */
    bool asynchronous;
};

struct hr_topology {
    const char *id; /* ours, unique in the page */
    const char *title, *desc;
    const struct hr_topology_node *nodes;
    size_t n_nodes;                       /* <= HR_TOPOLOGY_NODES */
    const struct hr_topology_edge *edges; /* one for each pair of nodes */
    size_t n_edges;
};

/* Appends one <svg>. */
void hr_topology_svg(const struct hr_topology *t, struct hr_html *h);

/* ---- the layout, without the drawing ---- */
struct hr_topology_point {
    double x, y; /* in pitches: layer, and rows of one node's height */
};
struct hr_topology_bends {
    struct hr_topology_point *points; /* between the ends of an edge, from `from` to `to` */
    size_t n;
};
struct hr_topology_layout {
    size_t n_layers;
    double height;                   /* rows */
    struct hr_topology_point *nodes; /* centres */
    struct hr_topology_bends *bends; /* by edge */
};
struct hr_topology_layout hr_topology_layout(const struct hr_topology *t,
                                             struct hr_arena *a);

#endif /* HR_TOPOLOGY_H */
