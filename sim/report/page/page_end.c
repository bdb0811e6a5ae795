/* sim/report/page/page_end.c - how to get the same page again. */
#include "sim/report/page/page.h"

#include <string.h>

enum { MOST_SCENARIO_BYTES = 300000 }; /* of all designs: the page stays under 2 MB */

static void item(struct hr_page_view *v, const char *label, const char *text)
{
    if (!text || !*text)
        return;
    hr_html_rawf(&v->h, "<div><dt>%s</dt><dd>", label);
    hr_html_name(&v->h, text);
    hr_html_raw(&v->h, "</dd></div>");
}

static void scenario(struct hr_page_view *v, size_t d)
{
    const char *text = HR_TEXT_AT(v, hr_page_texts(v, "resolved", "design"), d);
    const size_t length = strlen(text), share = MOST_SCENARIO_BYTES / v->n_designs;

    if (!*text)
        return;
    hr_html_raw(&v->h, "<details><summary>Resolved scenario of ");
    hr_page_designation(v, d);
    hr_html_raw(&v->h,
                ": every default, and where it comes from</summary><pre tabindex=\"0\">");
    hr_html_text(&v->h, length > share ? hr_arena_text(v->a, text, share) : text);
    hr_html_raw(&v->h, "</pre>");
    if (length > share)
        hr_html_raw(&v->h,
                    "<p class=\"aside\">Cut here; the results file has all of it.</p>");
    hr_html_raw(&v->h, "</details>\n");
}

void hr_page_reproduction(struct hr_page_view *v)
{
    const char *command = hr_page_attr(v, "history");

    hr_page_section(v, "reproduction", "Reproduction",
                    "The same command gives the same numbers");
    if (*command) {
        hr_html_raw(&v->h, "<pre class=\"command\" tabindex=\"0\">");
        hr_html_text(&v->h, hr_html_clean(v->a, command, 1));
        hr_html_raw(&v->h, "</pre>");
    }
    hr_html_raw(&v->h, "<dl class=\"facts\">");
    item(v, "version", hr_page_attr(v, "source"));
    item(v, "seed", hr_page_attr(v, "seed"));
    item(v, "replications", hr_arena_printf(v->a, "%zu", v->n_replications));
    item(v, "start of the run", hr_page_attr(v, "start"));
    item(v, "results file", v->how->results);
    item(v, "schema of the results", hr_page_attr(v, "schema_version"));
    hr_html_raw(&v->h, "</dl>\n");
    for (size_t d = 0; d < v->n_designs; d++)
        scenario(v, d);
    hr_html_raw(&v->h, "</section>\n");
}
