/* sim/report/page/html.c - the page as a whole; see html.h. */
#include "sim/report/page/html.h"

#include "sim/report/cost.h"
#include "sim/report/page/html_frame.h"
#include "sim/report/page/page.h"

#include <stdio.h>
#include <string.h>

/* Links to the sections that the body turned out to have. */
static void navigation(struct hr_html *h, const char *text)
{
    static const char *const places[][2] = {
        {"verdict", "Verdict"}, {"ranges", "Ranges"},     {"system", "System"},
        {"cost", "Cost"},       {"recovery", "Recovery"}, {"budget", "Budget"},
        {"year", "Year"},       {"latency", "Latency"},   {"load", "Load"},
        {"time", "Time"},       {"calls", "Calls"},       {"components", "Parts"},
        {"gauges", "Levels"},   {"events", "Events"},     {"reproduction", "Reproduction"},
    };

    hr_html_raw(h, "<nav aria-label=\"Sections\"><ul>");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        char opening[64];

        snprintf(opening, sizeof opening, "<section id=\"%s\"", places[i][0]);
        if (strstr(text, opening))
            hr_html_rawf(h, "<li><a href=\"#%s\">%s</a></li>", places[i][0], places[i][1]);
    }
    hr_html_raw(h, "</ul></nav>");
}

static void banner(const struct hr_page_view *v, struct hr_html *h, const char *title)
{
    const char *question = hr_page_attr(v, "question");

    hr_html_raw(h,
                "<header class=\"banner\"><div class=\"bar\"><span class=\"brand\">headroom"
                "</span>");
    navigation(h, v->h.text);
    hr_html_raw(h, "</div><h1>");
    hr_html_name(h, title);
    hr_html_raw(h, "</h1>");
    if (*question) {
        hr_html_raw(h, "<p class=\"question\">");
        hr_html_name(h, question);
        hr_html_raw(h, "</p>");
    }
    hr_html_raw(h, "</header>\n");
}

static void body(struct hr_page_view *v)
{
    hr_html_raw(&v->h, "<main id=\"main\">\n");
    hr_page_verdict(v);
    hr_page_trust(v);
    hr_page_ranges(v);
    hr_page_system(v);
    if (hr_cost_measured(v->r))
        hr_page_cost(v);
    hr_page_recovery(v);
    hr_page_budget(v);
    hr_page_year(v);
    hr_page_latency(v);
    hr_page_distribution(v);
    hr_page_load(v);
    hr_page_spent(v);
    hr_page_calls(v);
    hr_page_components(v);
    hr_page_gauges(v);
    hr_page_theory(v);
    hr_page_events(v);
    if (!hr_cost_measured(v->r))
        hr_page_cost(v);
    hr_page_reproduction(v);
    hr_html_frame_end(&v->h, hr_page_attr(v, "source"));
}

/* What the reader must know about missing figures belongs to what the page rests on, which is
 * written before they are drawn; everything behind moves. */
static void note(struct hr_page_view *v, struct hr_html *page, const char *why)
{
    hr_html_bytes(page, v->h.text, v->note_at);
    if (*why) {
        hr_html_raw(page, "<li>Charts are missing: ");
        hr_html_text(page, why);
        hr_html_raw(page, " Their numbers are in the tables.</li>");
    }
    hr_html_bytes(page, v->h.text + v->note_at, v->h.length - v->note_at);
    for (size_t i = 0; i < v->figures.n; i++)
        if (v->figures.items[i].at >= v->note_at)
            v->figures.items[i].at += page->length - v->h.length;
}

const char *hr_report_html(const struct hr_results *r, const struct hr_page *how,
                           struct hr_arena *a, size_t *length)
{
    static const struct hr_page defaults = {0};
    const struct hr_page *const page = how ? how : &defaults;
    const char *const program = page->gnuplot ? page->gnuplot : "gnuplot", *title;
    struct hr_html noted, whole;
    struct hr_page_view v;
    char why[256] = "";

    hr_page_view_init(&v, r, page, a);
    title = *hr_page_attr(&v, "title") ? hr_page_attr(&v, "title") : "Results";
    body(&v);
    if (!*program)
        strcpy(why, "no figures were asked for.");
    else if (hr_figures_draw(&v.figures, program, why, sizeof why))
        why[0] = '\0';
    hr_html_init(&noted, a);
    note(&v, &noted, why);
    hr_html_init(&whole, a);
    hr_html_frame_begin(&whole, title);
    banner(&v, &whole, title);
    hr_figures_weave(&v.figures, &noted, &whole);
    if (length)
        *length = whole.length;
    return whole.text;
}
