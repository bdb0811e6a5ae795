/* sim/report/page/page_system.c - the system as it was simulated: the picture and its table. */
#include "sim/report/page/page.h"

#include "sim/report/page/topology.h"

#include <math.h>
#include <string.h>

struct picture {
    struct hr_topology_node *nodes;
    struct hr_topology_edge *edges;
    size_t n_nodes, n_edges;
    size_t *node_of; /* by component; n_components: not in this design */
    bool grouped;    /* by kind */
};

static double utilisation(const struct hr_page_view *v, size_t d, size_t c)
{
    return HR_AT(v, hr_page_numbers(v, "components/utilisation", "design component"), d, c);
}

/* A component is part of a design if anything was recorded of it. */
static bool is_present(const struct hr_page_view *v, size_t d, size_t c)
{
    const struct hr_var *calls =
        hr_page_numbers(v, "components/calls_rate", "design component");

    return !calls || !isnan(HR_AT(v, calls, d, c)) || !isnan(utilisation(v, d, c));
}

static const char *kind_of(const struct hr_page_view *v, size_t c)
{
    return HR_TEXT_AT(v, hr_page_texts(v, "kind", "component"), c);
}

/* The busiest part of a design; n_components: none has a capacity. */
static size_t busiest(const struct hr_page_view *v, size_t d)
{
    size_t found = v->n_components;

    for (size_t c = 0; c < v->n_components; c++)
        if (isfinite(utilisation(v, d, c)) &&
            (found == v->n_components || utilisation(v, d, c) > utilisation(v, d, found)))
            found = c;
    return found;
}

/* ---- nodes and edges of the picture ------------------------------------------------------------ */

static void add_node(struct hr_page_view *v, struct picture *p, size_t d, size_t c)
{
    const bool ring = c == busiest(v, d) && utilisation(v, d, c) >= 0.005;

    p->node_of[c] = p->n_nodes;
    p->nodes[p->n_nodes++] =
        (struct hr_topology_node){.name = hr_page_coordinate(v->component, c),
                                  .kind = kind_of(v, c),
                                  .utilisation = utilisation(v, d, c),
                                  .ring = ring};
}

/* One node a kind, as busy as its busiest member. */
static void add_to_group(struct hr_page_view *v, struct picture *p, size_t d, size_t c,
                         size_t *members)
{
    size_t g = 0;

    while (g < p->n_nodes && strcmp(p->nodes[g].kind, kind_of(v, c)) != 0)
        g++;
    if (g == HR_TOPOLOGY_NODES)
        return;
    if (g == p->n_nodes)
        p->nodes[p->n_nodes++] =
            (struct hr_topology_node){.kind = kind_of(v, c), .utilisation = (double)NAN};
    members[g]++;
    p->node_of[c] = g;
    p->nodes[g].name = hr_arena_printf(v->a, "%zu parts", members[g]);
    p->nodes[g].utilisation = fmax(p->nodes[g].utilisation, utilisation(v, d, c));
    p->nodes[g].ring = p->nodes[g].ring || c == busiest(v, d);
}

static void add_link(struct picture *p, size_t from, size_t to, double rate,
                     bool asynchronous)
{
    for (size_t e = 0; e < p->n_edges; e++)
        if (p->edges[e].from == from && p->edges[e].to == to) {
            p->edges[e].rate += isnan(rate) ? 0.0 : rate;
            p->edges[e].asynchronous = p->edges[e].asynchronous && asynchronous;
            return;
        }
    p->edges[p->n_edges++] = (struct hr_topology_edge){from, to, rate, asynchronous};
}

static void add_links(struct hr_page_view *v, struct picture *p, size_t d)
{
    const struct hr_var *rate = hr_page_numbers(v, "edges/attempts_rate", "design edge");
    const struct hr_var *later = hr_page_numbers(v, "edges/asynchronous", "edge");
    const struct hr_var *caller = hr_page_texts(v, "edges/caller", "edge");
    const struct hr_var *callee = hr_page_texts(v, "edges/callee", "edge");
    const size_t n = v->edge ? v->edge->n : 0;

    /* Merged by pair of nodes, so there are never more than nodes squared. */
    p->edges = hr_arena_alloc(v->a, p->n_nodes * p->n_nodes, sizeof *p->edges);
    for (size_t e = 0; e < n; e++) {
        const int64_t from = hr_dim_index(v->component, HR_TEXT_AT(v, caller, e));
        const int64_t to = hr_dim_index(v->component, HR_TEXT_AT(v, callee, e));
        const double r = HR_AT(v, rate, d, e);

        if (from < 0 || to < 0 || (rate && isnan(r)) ||
            p->node_of[from] == v->n_components || p->node_of[to] == v->n_components)
            continue;
        add_link(p, p->node_of[from], p->node_of[to], r, HR_AT(v, later, e) == 1.0);
    }
}

static struct picture picture_of(struct hr_page_view *v, size_t d)
{
    struct picture p = {.node_of =
                            hr_arena_alloc(v->a, v->n_components, sizeof *p.node_of)};
    size_t *members = hr_arena_alloc(v->a, HR_TOPOLOGY_NODES, sizeof *members), present = 0;

    p.nodes = hr_arena_alloc(v->a, HR_TOPOLOGY_NODES, sizeof *p.nodes);
    for (size_t c = 0; c < v->n_components; c++) {
        p.node_of[c] = v->n_components;
        present += is_present(v, d, c);
    }
    p.grouped = present > HR_TOPOLOGY_NODES;
    for (size_t c = 0; c < v->n_components; c++)
        if (is_present(v, d, c) && p.grouped)
            add_to_group(v, &p, d, c, members);
        else if (is_present(v, d, c))
            add_node(v, &p, d, c);
    add_links(v, &p, d);
    return p;
}

/* ---- words -------------------------------------------------------------------------------------- */

static const char *finding(struct hr_page_view *v)
{
    const size_t c = busiest(v, v->chosen);
    const char *text;

    if (c == v->n_components || utilisation(v, v->chosen, c) < 0.005)
        return "The system as simulated";
    text = hr_arena_printf(v->a, "%s is the busiest part:",
                           hr_html_clean(v->a, hr_page_coordinate(v->component, c), 1));
    for (size_t i = 0; i < v->n_shown; i++)
        text = hr_arena_printf(
            v->a, "%s%s %s%s%s%s", text,
            i == 0                ? ""
            : i + 1 == v->n_shown ? " and"
                                  : ",",
            hr_number_of(HR_NUMBER_SHARE, utilisation(v, v->shown[i], c)).text,
            i == 0 ? " used" : "", v->n_designs > 1 ? " with " : "",
            v->n_designs > 1 ? hr_page_design(v, v->shown[i]) : "");
    return text;
}

static const char *describe(struct hr_page_view *v, const struct picture *p, size_t d)
{
    const char *text = hr_arena_printf(v->a, "%s: %zu parts and %zu links.",
                                       hr_page_design(v, d), p->n_nodes, p->n_edges);

    for (size_t i = 0; i < p->n_nodes; i++)
        if (isfinite(p->nodes[i].utilisation))
            text = hr_arena_printf(
                v->a, "%s %s %s used.", text, hr_html_clean(v->a, p->nodes[i].name, 1),
                hr_number_of(HR_NUMBER_SHARE, p->nodes[i].utilisation).text);
    return text;
}

static void links_table(struct hr_page_view *v, const struct picture *p)
{
    hr_html_raw(&v->h,
                "<div class=\"scroll\" tabindex=\"0\"><table><caption>Links</caption>"
                "<thead><tr><th scope=\"col\">from</th><th scope=\"col\">to</th>"
                "<th scope=\"col\" class=\"n\">calls</th><th scope=\"col\">caller</th>"
                "</tr></thead><tbody>");
    for (size_t e = 0; e < p->n_edges; e++) {
        hr_html_raw(&v->h, "<tr><th scope=\"row\">");
        hr_html_name(&v->h, p->nodes[p->edges[e].from].name);
        hr_html_raw(&v->h, "</th><td>");
        hr_html_name(&v->h, p->nodes[p->edges[e].to].name);
        hr_html_raw(&v->h, "</td>");
        hr_page_number(v, HR_NUMBER_RATE, p->edges[e].rate);
        hr_html_raw(&v->h, p->edges[e].asynchronous ? "<td>goes on at once</td></tr>"
                                                    : "<td>waits</td></tr>");
    }
    hr_html_raw(&v->h, "</tbody></table></div>");
}

static void parts_table(struct hr_page_view *v, const struct picture *p)
{
    hr_html_raw(&v->h,
                "<div class=\"scroll\" tabindex=\"0\"><table><caption>Parts</caption>"
                "<thead><tr><th scope=\"col\">part</th><th scope=\"col\">kind</th>"
                "<th scope=\"col\" class=\"n\">used</th></tr></thead><tbody>");
    for (size_t i = 0; i < p->n_nodes; i++) {
        hr_html_raw(&v->h, "<tr><th scope=\"row\">");
        hr_html_name(&v->h, p->nodes[i].name);
        hr_html_raw(&v->h, "</th><td>");
        hr_html_name(&v->h, p->nodes[i].kind);
        hr_html_raw(&v->h, "</td>");
        hr_page_number(v, HR_NUMBER_SHARE, p->nodes[i].utilisation);
        hr_html_raw(&v->h, "</tr>");
    }
    hr_html_raw(&v->h, "</tbody></table></div>");
}

static void draw(struct hr_page_view *v, size_t d)
{
    const struct picture p = picture_of(v, d);
    const struct hr_topology t = {
        .id = hr_arena_printf(v->a, "topology-%zu", d),
        .title = hr_arena_printf(v->a, "Topology, %s", hr_page_design(v, d)),
        .desc = describe(v, &p, d),
        .nodes = p.nodes,
        .n_nodes = p.n_nodes,
        .edges = p.edges,
        .n_edges = p.n_edges};

    if (p.n_nodes == 0)
        return;
    hr_html_raw(&v->h, "<figure class=\"chart\"><figcaption><p>");
    hr_page_designation(v, d);
    hr_html_raw(&v->h,
                ": the fuller the colour, the busier the part over the whole run; the ring "
                "marks the busiest; the thicker the line, the more calls, retries "
                "included; dashed: nobody waits.");
    if (p.grouped)
        hr_html_raw(&v->h,
                    " There are too many parts to draw one by one: they are grouped by "
                    "kind, and as busy as their busiest member.");
    hr_html_raw(&v->h, "</p></figcaption><div class=\"scroll\" tabindex=\"0\">");
    hr_topology_svg(&t, &v->h);
    hr_html_raw(&v->h,
                "</div><details class=\"data\"><summary>Parts and links as tables</summary>"
                "<div class=\"tables\">");
    parts_table(v, &p);
    links_table(v, &p);
    hr_html_raw(&v->h, "</div></details></figure>\n");
}

void hr_page_system(struct hr_page_view *v)
{
    if (v->n_designs == 0 || v->n_components == 0)
        return;
    hr_page_section(v, "system", "System", finding(v));
    draw(v, v->chosen);
    if (v->n_shown > 1 && v->n_shown * v->n_components <= HR_PAGE_CELLS) {
        hr_html_raw(&v->h, "<details><summary>The other designs</summary>");
        for (size_t i = 0; i < v->n_shown; i++)
            if (v->shown[i] != v->chosen)
                draw(v, v->shown[i]);
        hr_html_raw(&v->h, "</details>\n");
    }
    hr_html_raw(&v->h, "</section>\n");
}
