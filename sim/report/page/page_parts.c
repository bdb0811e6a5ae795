/* sim/report/page/page_parts.c - the long tables: every component, every event. */
#include "sim/report/page/page.h"

#include <math.h>
#include <string.h>

/* Shown of a design; the rest is counted. */
enum { MOST_EVENTS = 120, MOST_COMPONENTS = 500 };

/* ---- components ---------------------------------------------------------------------------------- */

static const struct {
    const char *words, *path;
    enum hr_quantity quantity;
} columns[] = {
    {"calls", "components/calls_rate", HR_NUMBER_RATE},
    {"failed", "components/failed_share", HR_NUMBER_SHARE},
    {"p50", "components/sojourn_p50", HR_NUMBER_TIME},
    {"p99", "components/sojourn_p99", HR_NUMBER_TIME},
    {"queue, mean", "components/queue_mean", HR_NUMBER_PLAIN},
    {"queue, max", "components/queue_max", HR_NUMBER_COUNT},
    {"in flight, mean", "components/in_flight_mean", HR_NUMBER_PLAIN},
    {"instances, mean", "components/instances_mean", HR_NUMBER_PLAIN},
    {"wasted work", "components/wasted_share", HR_NUMBER_SHARE},
    {"kills", "components/kills", HR_NUMBER_COUNT},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static void component_row(struct hr_page_view *v, size_t d, size_t c)
{
    static const char *const dims = "design component";
    const char *product = HR_TEXT_AT(v, hr_page_texts(v, "product", "component"), c);

    hr_html_raw(&v->h, "<tr><th scope=\"row\">");
    hr_html_name(&v->h, hr_page_coordinate(v->component, c));
    hr_html_raw(&v->h, "</th><td>");
    hr_html_name(&v->h, HR_TEXT_AT(v, hr_page_texts(v, "kind", "component"), c));
    if (*product) {
        hr_html_raw(&v->h, " <small>");
        hr_html_name(&v->h, product);
        hr_html_raw(&v->h, "</small>");
    }
    hr_html_raw(&v->h, "</td>");
    hr_page_estimate(v, HR_NUMBER_SHARE,
                     HR_AT(v, hr_page_numbers(v, "components/utilisation", dims), d, c),
                     HR_AT(v, hr_page_numbers(v, "components/utilisation_lo", dims), d, c),
                     HR_AT(v, hr_page_numbers(v, "components/utilisation_hi", dims), d, c));
    for (size_t k = 0; k < N_COLUMNS; k++)
        hr_page_number(v, columns[k].quantity,
                       HR_AT(v, hr_page_numbers(v, columns[k].path, dims), d, c));
    hr_html_raw(&v->h, "</tr>\n");
}

static void component_table(struct hr_page_view *v, size_t d)
{
    hr_html_raw(&v->h,
                "<div class=\"scroll\" tabindex=\"0\"><table class=\"sortable\"><caption>");
    hr_page_designation(v, d);
    hr_html_raw(&v->h, "</caption><thead><tr><th scope=\"col\">Component</th>"
                       "<th scope=\"col\">Kind</th>"
                       "<th scope=\"col\" class=\"n\">utilisation</th>");
    for (size_t k = 0; k < N_COLUMNS; k++)
        hr_html_rawf(&v->h, "<th scope=\"col\" class=\"n\">%s</th>", columns[k].words);
    hr_html_raw(&v->h, "</tr></thead><tbody>");
    for (size_t c = 0; c < v->n_components && c < MOST_COMPONENTS; c++)
        component_row(v, d, c);
    hr_html_raw(&v->h, "</tbody></table></div>\n");
    if (v->n_components > MOST_COMPONENTS)
        hr_html_rawf(&v->h, "<p class=\"aside\">The first %d of %zu components.</p>",
                     MOST_COMPONENTS, v->n_components);
}

void hr_page_components(struct hr_page_view *v)
{
    if (v->n_designs == 0 || v->n_components == 0)
        return;
    hr_page_section(v, "components", "Components", "Every part in figures");
    component_table(v, v->chosen);
    if (v->n_designs > 1 && v->n_designs * v->n_components > HR_PAGE_CELLS)
        hr_page_elsewhere(v);
    else if (v->n_designs > 1) {
        hr_html_raw(&v->h, "<details><summary>The other designs</summary>");
        for (size_t d = 0; d < v->n_designs; d++)
            if (d != v->chosen)
                component_table(v, d);
        hr_html_raw(&v->h, "</details>\n");
    }
    hr_html_raw(&v->h, "</section>\n");
}

/* ---- events -------------------------------------------------------------------------------------- */

struct events {
    const struct hr_var *design, *run, *time, *last, *count;
    const struct hr_var *component, *what, *cause, *disturbance;
};

static struct events events_of(const struct hr_page_view *v)
{
    return (struct events){.design = hr_page_numbers(v, "events/design", "event"),
                           .run = hr_page_numbers(v, "events/replication", "event"),
                           .time = hr_page_numbers(v, "events/time", "event"),
                           .last = hr_page_numbers(v, "events/last", "event"),
                           .count = hr_page_numbers(v, "events/count", "event"),
                           .component = hr_page_texts(v, "events/component", "event"),
                           .what = hr_page_texts(v, "events/what", "event"),
                           .cause = hr_page_texts(v, "events/cause", "event"),
                           .disturbance = hr_page_texts(v, "events/disturbance", "event")};
}

/* The replication whose events are listed: a design's first. */
static double first_run(const struct hr_page_view *v, const struct events *e, size_t d)
{
    double first = HUGE_VAL;

    for (size_t i = 0; v->event && i < v->event->n; i++)
        if (HR_AT(v, e->design, i) == (double)d)
            first = fmin(first, HR_AT(v, e->run, i));
    return first;
}

static size_t count_events(const struct hr_page_view *v, const struct events *e, size_t d,
                           double run)
{
    size_t n = 0;

    for (size_t i = 0; v->event && i < v->event->n; i++)
        n += HR_AT(v, e->design, i) == (double)d && !(HR_AT(v, e->run, i) > run);
    return n;
}

static void text_cell(struct hr_page_view *v, const struct hr_var *var, size_t i)
{
    hr_html_raw(&v->h, "<td>");
    hr_html_name(&v->h, HR_TEXT_AT(v, var, i));
    hr_html_raw(&v->h, "</td>");
}

static void event_row(struct hr_page_view *v, const struct events *e, size_t i)
{
    const double at = HR_AT(v, e->time, i), last = HR_AT(v, e->last, i);
    const double count = HR_AT(v, e->count, i);

    hr_html_rawf(&v->h, "<tr><th scope=\"row\">%s%s%s</th>", hr_number_moment(at).text,
                 last > at ? " to " : "", last > at ? hr_number_moment(last).text : "");
    text_cell(v, e->component, i);
    hr_html_raw(&v->h, "<td>");
    hr_html_name(&v->h, HR_TEXT_AT(v, e->what, i));
    if (count > 1.0 && count < 9e18)
        hr_html_rawf(&v->h, " <small>%s times</small>",
                     hr_number_count((int64_t)count).text);
    hr_html_raw(&v->h, "</td>");
    text_cell(v, e->cause, i);
    text_cell(v, e->disturbance, i);
    hr_html_raw(&v->h, "</tr>\n");
}

static void event_table(struct hr_page_view *v, const struct events *e, size_t d)
{
    const double run = first_run(v, e, d);
    const size_t n = count_events(v, e, d, run);
    size_t shown = 0;

    if (n == 0) {
        hr_html_raw(&v->h, "<p>");
        hr_page_designation(v, d);
        hr_html_raw(&v->h, ": nothing happened.</p>");
        return;
    }
    hr_html_rawf(&v->h, "<details%s><summary>", d == v->chosen ? " open" : "");
    hr_page_designation(v, d);
    hr_html_rawf(&v->h, ": %zu event%s%s</summary>", n, n == 1 ? "" : "s",
                 v->n_replications > 1 ? " in the first replication" : "");
    if (n)
        hr_html_raw(&v->h,
                    "<div class=\"scroll\" tabindex=\"0\"><table><caption class=\"hidden\">"
                    "Events</caption><thead><tr><th scope=\"col\">when</th>"
                    "<th scope=\"col\">where</th><th scope=\"col\">what</th>"
                    "<th scope=\"col\">why</th><th scope=\"col\">behind it</th></tr>"
                    "</thead><tbody>");
    for (size_t i = 0; i < v->event->n && shown < MOST_EVENTS; i++)
        if (HR_AT(v, e->design, i) == (double)d && !(HR_AT(v, e->run, i) > run)) {
            event_row(v, e, i);
            shown++;
        }
    hr_html_raw(&v->h, "</tbody></table></div>");
    if (n > shown)
        hr_html_rawf(&v->h, "<p>The first %zu; the results file has them all.</p>", shown);
    hr_html_raw(&v->h, "</details>\n");
}

void hr_page_events(struct hr_page_view *v)
{
    const struct events e = events_of(v);

    if (!v->event || !e.design || v->n_designs == 0)
        return;
    hr_page_section(v, "events", "Events", "What happened, and why");
    for (size_t d = 0; d < v->n_designs; d++)
        event_table(v, &e, d);
    hr_html_raw(&v->h, "</section>\n");
}
