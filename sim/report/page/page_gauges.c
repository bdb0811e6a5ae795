/* sim/report/page/page_gauges.c - what components show beyond what all of them have: cold starts,
 * credits, lag, messages that wait. */
#include "sim/report/page/page.h"

#include <math.h>

/* Charts and lines in them; points of a line, halved; rows of the table. */
enum { MOST_CHARTS = 6, MOST_LINES = 12, COLUMNS = 120, MOST_GAUGES = 150 };
static const char *const dims = "design gauge", *const series_dims = "design time gauge";

struct gauges {
    const struct hr_dim *gauge;
    const struct hr_var *mean, *most, *series, *unit, *help;
    const size_t *designs; /* of the table */
    size_t n_designs;
    size_t charted[MOST_CHARTS], n; /* gauges that have a chart */
};

/* ---- the table -------------------------------------------------------------------------- */

static void heads(struct hr_page_view *v, const struct gauges *g)
{
    hr_html_raw(&v->h,
                "<div class=\"scroll\" tabindex=\"0\"><table class=\"sortable\">"
                "<caption>Mean over time, and the highest of all runs</caption><thead>"
                "<tr><th scope=\"col\">Component and level</th><th scope=\"col\">"
                "what it is</th><th scope=\"col\">unit</th>");
    for (size_t i = 0; i < g->n_designs; i++) {
        hr_html_raw(&v->h, "<th scope=\"col\" class=\"n\">");
        hr_page_designation(v, g->designs[i]);
        hr_html_raw(&v->h, " <small>mean</small></th><th scope=\"col\" class=\"n\">"
                           "<small>highest</small></th>");
    }
    hr_html_raw(&v->h, "</tr></thead><tbody>");
}

static void row(struct hr_page_view *v, const struct gauges *g, size_t k)
{
    const char *unit = HR_TEXT_AT(v, g->unit, k);

    hr_html_raw(&v->h, "<tr><th scope=\"row\">");
    hr_html_name(&v->h, hr_page_coordinate(g->gauge, k));
    hr_html_raw(&v->h, "</th><td>");
    hr_html_name(&v->h, HR_TEXT_AT(v, g->help, k));
    hr_html_raw(&v->h, "</td><td>");
    hr_html_name(&v->h, unit[0] == '1' && unit[1] == '\0' ? "" : unit);
    hr_html_raw(&v->h, "</td>");
    for (size_t i = 0; i < g->n_designs; i++) {
        hr_page_number(v, HR_NUMBER_PLAIN, HR_AT(v, g->mean, g->designs[i], k));
        hr_page_number(v, HR_NUMBER_PLAIN, HR_AT(v, g->most, g->designs[i], k));
    }
    hr_html_raw(&v->h, "</tr>\n");
}

/* Of the designs shown, or of the chosen one where that would be long. */
static void table(struct hr_page_view *v, struct gauges *g)
{
    const bool all = v->n_shown * g->gauge->n <= HR_PAGE_CELLS;

    g->designs = all ? v->shown : &v->chosen;
    g->n_designs = all ? v->n_shown : 1;
    heads(v, g);
    for (size_t k = 0; k < g->gauge->n && k < MOST_GAUGES; k++)
        row(v, g, k);
    hr_html_raw(&v->h, "</tbody></table></div>\n");
    if (!all)
        hr_page_elsewhere(v);
    if (g->gauge->n > MOST_GAUGES)
        hr_html_rawf(&v->h, "<p class=\"aside\">The first %d of %zu.</p>", MOST_GAUGES,
                     g->gauge->n);
}

/* ---- the charts ------------------------------------------------------------------------- */

struct span {
    double lo, hi;
};

/* Of a gauge over time, in the designs shown. */
static struct span span_of(const struct hr_page_view *v, const struct gauges *g, size_t k)
{
    struct span s = {HUGE_VAL, -HUGE_VAL};

    for (size_t i = 0; i < v->n_shown; i++)
        for (size_t t = 0; t < v->n_times; t++) {
            const double x = HR_AT(v, g->series, v->shown[i], t, k);

            s.lo = isfinite(x) ? fmin(s.lo, x) : s.lo;
            s.hi = isfinite(x) ? fmax(s.hi, x) : s.hi;
        }
    return s;
}

/* How much a gauge changes, against its highest: 0 to 1. */
static double change(struct span s)
{
    return s.hi > 0.0 && s.lo < s.hi ? (s.hi - fmax(s.lo, 0.0)) / s.hi : 0.0;
}

/* Those that change most; of equal ones the first, in the order of the table. */
static void choose(struct hr_page_view *v, struct gauges *g)
{
    const size_t most =
        MOST_LINES / v->n_shown < MOST_CHARTS ? MOST_LINES / v->n_shown : MOST_CHARTS;
    double *left = hr_arena_alloc(v->a, g->gauge->n, sizeof *left);
    bool *chosen = hr_arena_alloc(v->a, g->gauge->n, sizeof *chosen);

    for (size_t k = 0; k < g->gauge->n; k++)
        left[k] = change(span_of(v, g, k));
    for (size_t n = 0; n < most; n++) {
        size_t best = g->gauge->n;

        for (size_t k = 0; k < g->gauge->n; k++)
            if (left[k] > 0.0 && (best == g->gauge->n || left[k] > left[best]))
                best = k;
        if (best == g->gauge->n)
            break;
        left[best] = 0.0;
        chosen[best] = true;
    }
    for (size_t k = 0; k < g->gauge->n; k++)
        if (chosen[k])
            g->charted[g->n++] = k;
}

static double *series(const struct hr_page_view *v, const struct gauges *g, size_t d,
                      size_t k)
{
    double *y = hr_arena_alloc(v->a, v->n_times, sizeof *y);

    for (size_t t = 0; t < v->n_times; t++)
        y[t] = HR_AT(v, g->series, d, t, k);
    return y;
}

static const char *name_of(const struct hr_page_view *v, const struct gauges *g, size_t k)
{
    return hr_html_clean(v->a, hr_page_coordinate(g->gauge, k), 1);
}

static const char *describe(const struct hr_page_view *v, const struct gauges *g, size_t k)
{
    const struct span s = span_of(v, g, k);

    return hr_arena_printf(v->a, "%s: %s Between %s and %s.", name_of(v, g, k),
                           hr_html_clean(v->a, HR_TEXT_AT(v, g->help, k), 1),
                           hr_number_limit(HR_NUMBER_PLAIN, s.lo).text,
                           hr_number_limit(HR_NUMBER_PLAIN, s.hi).text);
}

static void panel(struct hr_page_view *v, const struct gauges *g, size_t i)
{
    static const enum hr_ink inks[HR_PAGE_FIGURED] = {HR_INK_BLUE,   HR_INK_VERMILLION,
                                                      HR_INK_GREEN,  HR_INK_PURPLE,
                                                      HR_INK_ORANGE, HR_INK_SKY};
    const bool last = i + 1 == g->n;
    const size_t k = g->charted[i];
    double *x = hr_arena_alloc(v->a, v->n_times, sizeof *x);
    struct hr_plot p;

    hr_plot_begin(&p, v->a, HR_PAGE_WIDTH, 104.0 + (last ? 20.0 : 0.0));
    p.columns = COLUMNS;
    p.top = 8.0;
    p.bottom = last ? 46.0 : 26.0;
    p.x = hr_axis_clock(0.0, v->end_s);
    p.y = hr_axis_amounts(span_of(v, g, k).hi, "");
    hr_plot_frame(&p, last ? p.x.label : NULL, NULL);
    for (size_t t = 0; t < v->n_times; t++)
        x[t] = v->time->numbers[t] + v->bucket_s / 2.0;
    for (size_t d = 0; d < v->n_shown; d++)
        hr_plot_line(&p, x, series(v, g, v->shown[d], k), v->n_times, inks[d], 1.6, (int)d);
    hr_html_raw(&v->h, "<div class=\"panel\"><h3>");
    hr_html_name(&v->h, hr_page_coordinate(g->gauge, k));
    hr_html_raw(&v->h, "</h3>");
    hr_figures_add(
        &v->figures,
        (struct hr_figure){.id = hr_arena_printf(v->a, "gauge-%zu", i),
                           .title = hr_arena_printf(v->a, "%s over time", name_of(v, g, k)),
                           .desc = describe(v, g, k),
                           .data = "",
                           .script = hr_plot_script(&p),
                           .at = v->h.length});
    hr_html_raw(&v->h, "</div>\n");
}

static void numbers(struct hr_page_view *v, const struct gauges *g)
{
    static const enum hr_quantity q[MOST_CHARTS] = {0}; /* HR_NUMBER_PLAIN */
    const char *names[MOST_CHARTS];
    const double **ys = hr_arena_alloc(v->a, v->n_shown * MOST_CHARTS, sizeof *ys);

    for (size_t k = 0; k < g->n; k++)
        names[k] = name_of(v, g, g->charted[k]);
    for (size_t i = 0; i < v->n_shown; i++) {
        for (size_t k = 0; k < g->n; k++)
            ys[i * g->n + k] = series(v, g, v->shown[i], g->charted[k]);
    }
    hr_page_data_over_time(v, "gauges", names, names, q, g->n, ys, true);
}

static void charts(struct hr_page_view *v, struct gauges *g)
{
    if (!g->series || v->n_times == 0)
        return;
    choose(v, g);
    if (g->n == 0)
        return; /* they stay as they are */
    hr_html_rawf(&v->h,
                 "<figure class=\"chart\" id=\"gauges-fig\"><figcaption><p>%s over time, "
                 "means of the runs.",
                 g->n < g->gauge->n ? "Those that change most," : "Each");
    hr_page_legend(v);
    hr_html_raw(&v->h, "</figcaption>");
    for (size_t i = 0; i < g->n; i++)
        panel(v, g, i);
    numbers(v, g);
    hr_html_raw(&v->h, "</figure>\n");
}

void hr_page_gauges(struct hr_page_view *v)
{
    struct gauges g = {.gauge = hr_results_dim(v->r, "gauge"),
                       .mean = hr_page_numbers(v, "gauges/mean", dims),
                       .most = hr_page_numbers(v, "gauges/most", dims),
                       .series = hr_page_numbers(v, "gauges/over_time", series_dims),
                       .unit = hr_page_texts(v, "gauges/unit", "gauge"),
                       .help = hr_page_texts(v, "gauges/help", "gauge")};

    if (!g.gauge || !g.mean || g.gauge->n == 0 || v->n_designs == 0)
        return;
    hr_page_section(v, "gauges", "Levels", "What components show over time");
    table(v, &g);
    charts(v, &g);
    hr_html_raw(&v->h, "</section>\n");
}
