/* sim/report/page/page_year.c - the year: who spends its minutes. */
#include "sim/report/page/page_bars.h"
#include "sim/report/year.h"

#include <math.h>
#include <string.h>

static const char *clean(const struct hr_page_view *v, const char *text)
{
    return hr_html_clean(v->a, text, 1);
}

static double of_design(const struct hr_page_view *v, const char *path, size_t d)
{
    const struct hr_var *var = hr_page_numbers(v, path, "design");

    return HR_AT(v, var, d);
}

static const char *minutes_text(const struct hr_page_view *v, double x)
{
    if (isnan(x))
        return "not modelled";
    return hr_arena_printf(v->a, "%s min", hr_number_of(HR_NUMBER_PLAIN, x).text);
}

static const char *finding(const struct hr_page_view *v, const struct hr_year_line *x,
                           size_t n)
{
    const double lost = of_design(v, "year/total", v->chosen);
    size_t most = n;

    for (size_t i = n; i-- > 0;)
        if (x[i].design == v->chosen && (most == n || x[i].minutes >= x[most].minutes))
            most = i;
    if (isnan(lost) || most == n)
        return "What a year loses to its hazards";
    return hr_arena_printf(v->a, "%s loses %s a year, most of it to %s",
                           hr_page_design(v, v->chosen), minutes_text(v, lost),
                           x[most].rest ? "ordinary times" : clean(v, x[most].cause));
}

/* ---- the figure ------------------------------------------------------------------------- */

/* Causes of all designs, in the order of the lines; the last colour is for the rest. */
static size_t name_parts(const struct hr_page_view *v, const struct hr_year_line *x,
                         size_t n, const char **names)
{
    size_t made = 0;

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (k < made && strcmp(names[k], clean(v, x[i].cause)) != 0)
            k++;
        if (k < made)
            continue;
        if (made == HR_BARS_INKS) {
            names[made - 1] = "the rest";
            break;
        }
        names[made++] = clean(v, x[i].cause);
    }
    return made;
}

static size_t part_of(const struct hr_page_view *v, const struct hr_page_bars *b,
                      const struct hr_year_line *x)
{
    for (size_t k = 0; k < b->n_parts; k++)
        if (strcmp(b->names[k], clean(v, x->cause)) == 0)
            return k;
    return b->n_parts - 1;
}

static const char *words(const struct hr_page_view *v, const struct hr_page_bars *b)
{
    const char *text = "";

    for (size_t i = 0; i < b->n; i++) {
        text = hr_arena_printf(v->a, "%s%s: %s", text, b->bars[i].label, b->bars[i].total);
        for (size_t k = 0; k < b->n_parts; k++)
            if (b->bars[i].part[k] > 0)
                text = hr_arena_printf(v->a, "%s, %s %s", text,
                                       minutes_text(v, b->bars[i].part[k]), b->names[k]);
        text = hr_arena_printf(v->a, "%s. ", text);
    }
    return text;
}

static void bars(struct hr_page_view *v, const struct hr_year_line *x, size_t n)
{
    const char **names = hr_arena_alloc(v->a, HR_BARS_INKS, sizeof *names);
    struct hr_page_bar *made = hr_arena_alloc(v->a, v->n_shown, sizeof *made);
    struct hr_page_bars b = {.id = "year-minutes",
                             .title = "Minutes lost a year by cause",
                             .names = names,
                             .n_parts = name_parts(v, x, n, names),
                             .bars = made,
                             .n = v->n_shown,
                             .quantity = HR_NUMBER_PLAIN,
                             .limit =
                                 hr_year_allowed(of_design(v, "year/target", v->chosen)),
                             .limit_label = "allowed"};

    for (size_t i = 0; i < v->n_shown; i++) {
        made[i] = (struct hr_page_bar){
            .label = hr_page_design(v, v->shown[i]),
            .total = minutes_text(v, of_design(v, "year/total", v->shown[i])),
            .part = hr_arena_alloc(v->a, HR_BARS_INKS, sizeof(double))};
        for (size_t k = 0; k < n; k++)
            if (x[k].design == v->shown[i] && x[k].minutes > 0)
                made[i].part[part_of(v, &b, &x[k])] += x[k].minutes;
    }
    b.desc = words(v, &b);
    hr_page_bars(v, &b);
    hr_page_bars_legend(v, &b);
}

/* ---- the table -------------------------------------------------------------------------- */

static void row(struct hr_page_view *v, const struct hr_year_line *x)
{
    hr_html_raw(&v->h, "<tr><th scope=\"row\">");
    hr_html_name(&v->h, x->cause);
    hr_html_raw(&v->h, "</th><td>");
    hr_page_designation(v, x->design);
    hr_html_raw(&v->h, "</td>");
    hr_page_estimate(v, HR_NUMBER_PLAIN, x->minutes, x->lo, x->hi);
    hr_page_number(v, HR_NUMBER_PLAIN, x->per_year);
    hr_page_number(v, HR_NUMBER_TIME, x->period_s);
    hr_page_number(v, HR_NUMBER_PLAIN, x->rest ? (double)NAN : x->overlap);
    hr_html_raw(&v->h, "<td>");
    hr_html_name(&v->h, x->other);
    hr_html_raw(&v->h, "</td>");
    hr_page_number(v, HR_NUMBER_COUNT, x->rest ? (double)NAN : x->episodes);
    hr_html_raw(&v->h, "</tr>\n");
}

static void total(struct hr_page_view *v, size_t design)
{
    hr_html_raw(&v->h, "<tr><th scope=\"row\">all</th><td>");
    hr_page_designation(v, design);
    hr_html_raw(&v->h, "</td>");
    hr_page_number(v, HR_NUMBER_PLAIN, of_design(v, "year/total", design));
    hr_html_raw(&v->h, "<td colspan=\"5\">availability ");
    hr_html_text(&v->h, hr_number_interval(
                            HR_NUMBER_SHARE, of_design(v, "year/availability", design),
                            of_design(v, "year/availability_lo", design),
                            of_design(v, "year/availability_hi", design), true)
                            .text);
    hr_html_raw(&v->h, "</td></tr>\n");
}

static void table(struct hr_page_view *v, const struct hr_year_line *x, size_t n)
{
    static const char *const heads[] = {"minutes lost", "periods", "mean length",
                                        "lost in overlaps"};

    hr_html_raw(&v->h,
                "<details class=\"data\" open><summary>Data of this chart</summary>"
                "<div class=\"scroll\" tabindex=\"0\"><table><caption>A year: minutes "
                "lost by the hazard that begins a period</caption><thead><tr>"
                "<th scope=\"col\">cause</th><th scope=\"col\">design</th>");
    for (size_t k = 0; k < 4; k++)
        hr_html_rawf(&v->h, "<th scope=\"col\" class=\"n\">%s</th>", heads[k]);
    hr_html_raw(&v->h, "<th scope=\"col\">most with</th>"
                       "<th scope=\"col\" class=\"n\">episodes</th></tr></thead><tbody>");
    for (size_t i = 0; i < n && i < HR_PAGE_CELLS; i++) {
        row(v, &x[i]);
        if (i + 1 == n || x[i + 1].design != x[i].design)
            total(v, x[i].design);
    }
    hr_html_raw(&v->h, "</tbody></table></div></details>\n");
}

void hr_page_year(struct hr_page_view *v)
{
    struct hr_year_line *x;
    const size_t n = hr_year_lines(v->r, v->a, &x);

    if (n == 0 || v->n_shown == 0)
        return;
    hr_page_section(v, "year", "The year", finding(v, x, n));
    hr_html_raw(&v->h,
                "<figure class=\"chart\" id=\"year-fig\"><figcaption><p>Requests lost in a "
                "year with its hazards, as minutes of full loss. Each hazard is charged "
                "with the periods that it begins, and with what others do in them "
                "(overlaps).</p></figcaption>");
    bars(v, x, n);
    table(v, x, n);
    hr_html_raw(&v->h, "</figure></section>\n");
}
