/* sim/report/page/page_theory.c - queueing theory beside simulation, for the components that it has
 * an answer for. */
#include "sim/report/page/page.h"

#include <math.h>

static const char *const dims = "design component";

static void theory_row(struct hr_page_view *v, size_t d, size_t c)
{
    const double response = HR_AT(v, hr_page_numbers(v, "theory/response", dims), d, c);
    const bool exact = HR_AT(v, hr_page_numbers(v, "theory/exact", dims), d, c) > 0;

    hr_html_raw(&v->h, "<tr><th scope=\"row\">");
    hr_html_name(&v->h, hr_page_coordinate(v->component, c));
    hr_html_raw(&v->h, "</th><td>");
    hr_html_name(&v->h, HR_TEXT_AT(v, hr_page_texts(v, "theory/model", dims), d, c));
    hr_html_raw(&v->h, exact ? "</td><td>exact</td>" : "</td><td>approximation</td>");
    hr_page_number(v, HR_NUMBER_SHARE,
                   HR_AT(v, hr_page_numbers(v, "theory/load", dims), d, c));
    hr_page_number(v, HR_NUMBER_TIME, response);
    hr_page_estimate(v, HR_NUMBER_TIME,
                     HR_AT(v, hr_page_numbers(v, "theory/observed", dims), d, c),
                     HR_AT(v, hr_page_numbers(v, "theory/observed_lo", dims), d, c),
                     HR_AT(v, hr_page_numbers(v, "theory/observed_hi", dims), d, c));
    hr_html_raw(&v->h, "</tr>\n");
}

static bool has_theory(const struct hr_page_view *v, size_t d, size_t c)
{
    return !isnan(HR_AT(v, hr_page_numbers(v, "theory/response", dims), d, c));
}

static void theory_table(struct hr_page_view *v, size_t d)
{
    bool any = false;

    for (size_t c = 0; c < v->n_components && !any; c++)
        any = has_theory(v, d, c);
    if (!any)
        return;
    hr_html_raw(&v->h, "<div class=\"scroll\" tabindex=\"0\"><table><caption>");
    hr_page_designation(v, d);
    hr_html_raw(&v->h, "</caption><thead><tr><th scope=\"col\">Component</th>"
                       "<th scope=\"col\">station</th><th scope=\"col\">theory is</th>"
                       "<th scope=\"col\" class=\"n\">load</th>"
                       "<th scope=\"col\" class=\"n\">mean time, by theory</th>"
                       "<th scope=\"col\" class=\"n\">simulated</th></tr></thead><tbody>");
    for (size_t c = 0; c < v->n_components; c++)
        if (has_theory(v, d, c))
            theory_row(v, d, c);
    hr_html_raw(&v->h, "</tbody></table></div>\n");
}

void hr_page_theory(struct hr_page_view *v)
{
    if (!hr_page_numbers(v, "theory/response", dims))
        return;
    hr_page_section(v, "theory", "Theory", "Queueing theory beside simulation");
    hr_html_raw(&v->h,
                "<p class=\"aside\">Mean time at a component from a call's arrival to its "
                "answer, where the assumptions of a formula hold: Poisson arrivals at one "
                "rate, one piece of work a call, no time-outs, retries or "
                "disturbances.</p>");
    for (size_t d = 0; d < v->n_designs; d++)
        theory_table(v, d);
    hr_html_raw(&v->h, "</section>\n");
}
