/* sim/report/page/page_ranges.c - inputs that are known only as ranges: what each objective makes of
 * them, what explains it, and where its verdict flips. */
#include "sim/report/page/page.h"
#include "sim/report/ranges.h"

#include <math.h>
#include <string.h>

static const char *const dims = "design objective";

static enum hr_quantity quantity(const struct hr_page_view *v, size_t o)
{
    return hr_quantity_of(
        HR_TEXT_AT(v, hr_page_texts(v, "objectives/measure", "objective"), o),
        HR_TEXT_AT(v, hr_page_texts(v, "objectives/unit", "objective"), o));
}

/* ---- what the ranges are -------------------------------------------------------------------- */

static void inputs(struct hr_page_view *v, const struct hr_dim *input)
{
    const struct hr_var *written = hr_page_texts(v, "ranges/written", "input");
    const struct hr_var *path = hr_page_texts(v, "ranges/path", "input");
    const struct hr_var *log = hr_page_numbers(v, "ranges/logarithmic", "input");

    hr_html_raw(&v->h,
                "<div class=\"scroll\" tabindex=\"0\"><table><caption>Uncertain inputs"
                "</caption><thead><tr><th scope=\"col\">Input</th>"
                "<th scope=\"col\">Range</th><th scope=\"col\">Taken as</th>"
                "<th scope=\"col\">To pin it</th></tr></thead><tbody>");
    for (size_t i = 0; i < input->n; i++) {
        hr_html_raw(&v->h, "<tr><th scope=\"row\">");
        hr_html_name(&v->h, hr_page_coordinate(input, i));
        hr_html_raw(&v->h, "</th><td>");
        hr_html_name(&v->h, HR_TEXT_AT(v, written, i));
        hr_html_rawf(&v->h, "</td><td>%s</td><td><code>--set ",
                     HR_AT(v, log, i) == 1.0 ? "uniform in its logarithm" : "uniform");
        hr_html_name(&v->h, HR_TEXT_AT(v, path, i));
        hr_html_raw(&v->h, "=...</code></td></tr>\n");
    }
    hr_html_raw(&v->h, "</tbody></table></div>\n");
}

/* ---- what they do ----------------------------------------------------------------------------- */

static void objective_row(struct hr_page_view *v, size_t d, size_t o)
{
    static const char *const paths[] = {"ranges/lowest", "ranges/highest", "ranges/luck",
                                        "ranges/ignorance"};

    if (!*HR_TEXT_AT(v, hr_page_texts(v, "objectives/verdict", dims), d, o) ||
        isnan(HR_AT(v, hr_page_numbers(v, "ranges/lowest", dims), d, o)))
        return; /* another design's objective, or not seen */
    hr_html_raw(&v->h, "<tr><th scope=\"row\"><code>");
    hr_html_name(&v->h, hr_page_coordinate(v->objective, o));
    hr_html_raw(&v->h, "</code></th>");
    for (size_t k = 0; k < sizeof paths / sizeof *paths; k++)
        hr_page_number(v, quantity(v, o),
                       HR_AT(v, hr_page_numbers(v, paths[k], dims), d, o));
    hr_html_raw(&v->h, "<td>");
    hr_html_name(&v->h, hr_ranges_explained(v->r, d, o, 3, v->a));
    hr_html_raw(&v->h, "</td></tr>\n");
}

static void design(struct hr_page_view *v, size_t d)
{
    static const char *const columns[] = {"lowest", "highest", "luck", "ignorance"};

    hr_html_raw(&v->h, "<div class=\"scroll\" tabindex=\"0\"><table><caption>");
    hr_page_designation(v, d);
    hr_html_raw(&v->h, "</caption><thead><tr><th scope=\"col\">Objective</th>");
    for (size_t k = 0; k < sizeof columns / sizeof *columns; k++)
        hr_html_rawf(&v->h, "<th scope=\"col\" class=\"n\">%s</th>", columns[k]);
    hr_html_raw(&v->h, "<th scope=\"col\">explained by</th></tr></thead><tbody>");
    for (size_t o = 0; o < v->objective->n; o++)
        objective_row(v, d, o);
    hr_html_raw(&v->h, "</tbody></table></div>\n");
}

/* ---- the section -------------------------------------------------------------------------------- */

/* Every place where a verdict flips; one alone is said by the heading. */
static void flips(struct hr_page_view *v)
{
    size_t n = 0;

    for (size_t d = 0; d < v->n_designs; d++)
        for (size_t o = 0; o < v->objective->n; o++)
            n += *hr_ranges_flip(v->r, d, o, v->a) != '\0';
    if (n < 2)
        return;
    hr_html_raw(&v->h, "<ul>");
    for (size_t d = 0; d < v->n_designs; d++)
        for (size_t o = 0; o < v->objective->n; o++) {
            const char *text = hr_ranges_flip(v->r, d, o, v->a);
            if (!*text)
                continue;
            hr_html_raw(&v->h, "<li>");
            hr_html_name(&v->h, text);
            hr_html_raw(&v->h, "</li>");
        }
    hr_html_raw(&v->h, "</ul>\n");
}

/* The first flip, of the chosen design if it has one. */
static const char *finding(const struct hr_page_view *v)
{
    for (size_t k = 0; k < v->n_designs; k++)
        for (size_t o = 0; o < v->objective->n; o++) {
            const char *text =
                hr_ranges_flip(v->r, (v->chosen + k) % v->n_designs, o, v->a);

            if (*text)
                return text;
        }
    return "What is not known changes no verdict";
}

void hr_page_ranges(struct hr_page_view *v)
{
    const struct hr_dim *input = hr_results_dim(v->r, "input");
    const struct hr_dim *point = hr_results_dim(v->r, "point");

    if (!input || !point || !v->objective || v->n_designs == 0 || !hr_ranges_known(v->r))
        return;
    hr_page_section(v, "ranges", "Uncertain inputs", finding(v));
    hr_html_rawf(
        &v->h,
        "<p>All other figures of this page are those with every range half-way. Here "
        "%zu points spread over the ranges (a Latin hypercube) were simulated, with "
        "two runs at each. Luck is the standard deviation from run to run at a point, "
        "ignorance that over the ranges; neither has a number where a value is "
        "infinite.</p>\n",
        point->n);
    flips(v);
    inputs(v, input);
    for (size_t d = 0; d < v->n_designs; d++)
        design(v, d);
    hr_html_raw(&v->h, "</section>\n");
}
