/* sim/report/page/topology.c - the drawing; see topology.h. */
#include "sim/report/page/topology.h"

#include "sim/report/number.h"

#include <math.h>
#include <string.h>

enum { MOST_RATE_LABELS = 18, NAME_SIZE = 8 /* px a character at 13 px, bold */ };

struct frame {
    double node_w, node_h, pitch_x, pitch_y, margin;
};

/* Narrower boxes where there are many layers, so that up to six fit the page's width. */
static struct frame frame_of(size_t n_layers)
{
    const double pitch = n_layers <= 4 ? 258.0 : n_layers == 5 ? 214.0 : 180.0;

    return (struct frame){.node_w = pitch - (n_layers <= 4   ? 92.0
                                             : n_layers == 5 ? 70.0
                                                             : 50.0),
                          .node_h = 56.0,
                          .pitch_x = pitch,
                          .pitch_y = 82.0,
                          .margin = 10.0};
}

static struct hr_topology_point at(const struct frame *f, struct hr_topology_point p)
{
    return (struct hr_topology_point){f->margin + p.x * f->pitch_x + f->node_w / 2.0,
                                      f->margin + p.y * f->pitch_y};
}

/* ---- links -------------------------------------------------------------------------------- */

static double width_of(const struct hr_topology *t, size_t e)
{
    double most = 0.0;

    for (size_t i = 0; i < t->n_edges; i++)
        if (isfinite(t->edges[i].rate))
            most = fmax(most, t->edges[i].rate);
    return most > 0.0 && t->edges[e].rate > 0.0
               ? 1.25 + 3.75 * sqrt(t->edges[e].rate / most)
               : 1.25;
}

static void curve(struct hr_html *h, struct hr_topology_point a, struct hr_topology_point b)
{
    const double reach = (b.x - a.x) / 2.0;

    hr_html_rawf(h, "C%.1f,%.1f %.1f,%.1f %.1f,%.1f", a.x + reach, a.y, b.x - reach, b.y,
                 b.x, b.y);
}

struct route {
    struct hr_topology_point begin, end; /* at the edges of the boxes */
    double side;                         /* +1: from left to right */
};

static struct route route_of(const struct hr_topology *t,
                             const struct hr_topology_layout *l, const struct frame *f,
                             size_t e)
{
    const struct hr_topology_point from = l->nodes[t->edges[e].from];
    const struct hr_topology_point to = l->nodes[t->edges[e].to];
    struct route r = {at(f, from), at(f, to), to.x >= from.x ? 1.0 : -1.0};

    r.begin.x += r.side * f->node_w / 2.0;
    r.end.x -= r.side * f->node_w / 2.0;
    return r;
}

static void rate_label(const struct hr_topology *t, struct hr_html *h, struct route r,
                       struct hr_topology_point next, size_t e)
{
    /* Where the curve has nearly reached the level of its end, on the side that it leaves free. */
    const double x =
        r.begin.x + (next.x - r.begin.x) * (fabs(next.y - r.begin.y) < 1.0 ? 0.5 : 0.66);
    const double y = next.y > r.begin.y + 1.0 ? next.y + 17.0 : next.y - 7.0;

    if (t->n_edges > MOST_RATE_LABELS || !(t->edges[e].rate > 0.0))
        return;
    hr_html_rawf(h, "<text class=\"rate\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x,
                 y);
    hr_html_text(h, hr_number_of(HR_NUMBER_RATE, t->edges[e].rate).text);
    hr_html_raw(h, "</text>");
}

static void link(const struct hr_topology *t, const struct hr_topology_layout *l,
                 const struct frame *f, struct hr_html *h, size_t e)
{
    const struct route r = route_of(t, l, f, e);
    const double width = width_of(t, e), head = 6.0 + width;
    const struct hr_topology_point tip = {r.end.x - r.side * (head - 1.0), r.end.y};
    struct hr_topology_point last = r.begin, label_to = tip;

    if (t->edges[e].from == t->edges[e].to)
        return;
    hr_html_rawf(h, "<path class=\"link%s\" stroke-width=\"%.2f\" d=\"M%.1f,%.1f",
                 t->edges[e].asynchronous ? " async" : "", width, r.begin.x, r.begin.y);
    for (size_t k = 0; k < l->bends[e].n;
         k++) { /* level through the layer that it passes */
        const struct hr_topology_point c = at(f, l->bends[e].points[k]);
        const struct hr_topology_point in = {c.x - r.side * f->node_w / 2.0, c.y};

        curve(h, last, in);
        last = (struct hr_topology_point){c.x + r.side * f->node_w / 2.0, c.y};
        hr_html_rawf(h, "L%.1f,%.1f", last.x, last.y);
        if (k == 0)
            label_to = in;
    }
    curve(h, last, tip);
    hr_html_rawf(h, "\"/><path class=\"head\" d=\"M%.1f,%.1fL%.1f,%.1fL%.1f,%.1fz\"/>",
                 r.end.x, r.end.y, r.end.x - r.side * head, r.end.y - head / 2.2,
                 r.end.x - r.side * head, r.end.y + head / 2.2);
    rate_label(t, h, r, label_to, e);
}

/* ---- parts -------------------------------------------------------------------------------- */

static void box(struct hr_html *h, const char *class, double x, double y, double w,
                double hh, double opacity)
{
    hr_html_rawf(
        h,
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"6\"",
        class, x, y, w, hh);
    if (opacity >= 0.0)
        hr_html_rawf(h, " fill-opacity=\"%.3f\"", opacity);
    hr_html_raw(h, "/>");
}

static void part(const struct hr_topology_node *node, struct hr_topology_point c,
                 const struct frame *f, struct hr_html *h)
{
    const double x = c.x - f->node_w / 2.0, y = c.y - f->node_h / 2.0;
    const bool used = isfinite(node->utilisation);
    const double u = used ? fmin(fmax(node->utilisation, 0.0), 1.0) : 0.0;
    const char *name = hr_html_clean(h->arena, node->name, 1);

    hr_html_raw(h, "<g class=\"part\"><title>");
    hr_html_textf(h, "%s (%s)%s%s", name, hr_html_clean(h->arena, node->kind, 1),
                  used ? ", utilisation " : "",
                  used ? hr_number_of(HR_NUMBER_SHARE, node->utilisation).text : "");
    hr_html_raw(h, "</title>");
    if (node->ring)
        box(h, "ring", x - 5.0, y - 5.0, f->node_w + 10.0, f->node_h + 10.0, -1.0);
    box(h, "base", x, y, f->node_w, f->node_h, -1.0);
    box(h, "heat", x, y, f->node_w, f->node_h, 0.55 * u);
    hr_html_rawf(h, "<text class=\"name\" x=\"%.1f\" y=\"%.1f\">", x + 10.0, y + 23.0);
    hr_html_text(h, hr_html_cut(h->arena, name, (size_t)((f->node_w - 16.0) / NAME_SIZE)));
    hr_html_rawf(h, "</text><text class=\"what\" x=\"%.1f\" y=\"%.1f\">", x + 10.0,
                 y + 42.0);
    hr_html_text(h, hr_html_cut(h->arena, hr_html_clean(h->arena, node->kind, 1),
                                (size_t)((f->node_w - (used ? 64.0 : 16.0)) / 6.4)));
    hr_html_raw(h, "</text>");
    if (used) {
        hr_html_rawf(h, "<text class=\"used\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">",
                     x + f->node_w - 10.0, y + 42.0);
        hr_html_text(h, hr_number_of(HR_NUMBER_SHARE, node->utilisation).text);
        hr_html_raw(h, "</text>");
    }
    hr_html_raw(h, "</g>");
}

static const double READABLE = 0.6; /* of its own size: where 12 px letters are still 7 */

void hr_topology_svg(const struct hr_topology *t, struct hr_html *h)
{
    const struct hr_topology_layout l = hr_topology_layout(t, h->arena);
    const struct frame f = frame_of(l.n_layers);
    const double width = 2.0 * f.margin + f.pitch_x * ((double)l.n_layers - 1.0) + f.node_w;
    const double height = 2.0 * f.margin + f.pitch_y * l.height;

    /* A long chain scrolls rather than shrink below what can be read. */
    hr_html_rawf(
        h,
        "<div class=\"scroll\" tabindex=\"0\"><svg class=\"topology\" role=\"img\" "
        "aria-labelledby=\"%s-t %s-d\" "
        "viewBox=\"0 0 %.0f %.0f\" style=\"max-width:%.0fpx;min-width:%.0fpx\">",
        t->id, t->id, fmax(width, 1.0), fmax(height, 1.0), fmax(width, 1.0),
        floor(READABLE * width));
    hr_html_rawf(h, "<title id=\"%s-t\">", t->id);
    hr_html_text(h, t->title);
    hr_html_rawf(h, "</title><desc id=\"%s-d\">", t->id);
    hr_html_text(h, t->desc);
    hr_html_raw(h, "</desc>");
    for (size_t e = 0; e < t->n_edges; e++)
        link(t, &l, &f, h, e);
    for (size_t i = 0; i < t->n_nodes; i++)
        part(&t->nodes[i], at(&f, l.nodes[i]), &f, h);
    hr_html_raw(h, "</svg></div>");
}
