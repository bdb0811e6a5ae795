/* sim/report/page/page_distribution.c - how latency is distributed: the share that takes longer. */
#include "sim/report/page/page.h"

#include <math.h>
#include <string.h>

/* Fewer requests than this beyond a point say nothing about it: the curve ends there. */
enum { LEAST_BEYOND = 10 };

struct curves {
    const double **x, **y; /* [class * designs shown + design] */
    size_t *n;
    double *lo, *hi, *least; /* by class: range of latency, smallest share */
};

static void curve(struct hr_page_view *v, struct curves *c, size_t i, size_t row, size_t d)
{
    const struct hr_var *var =
        hr_page_numbers(v, "latency/histogram", "design request_class latency_bin");
    const size_t bins = v->bin && v->bin->numbers ? v->bin->n : 0;
    double *x = hr_arena_alloc(v->a, bins, sizeof *x), total = 0.0, beyond, last = -1.0;
    double *y = hr_arena_alloc(v->a, bins, sizeof *y);
    size_t n = 0;

    for (size_t b = 0; b < bins; b++)
        total += fmax(HR_AT(v, var, d, row, b), 0.0);
    beyond = total;
    for (size_t b = 0; b < bins && beyond >= LEAST_BEYOND; b++) {
        /* A bin that changes nothing needs no point; the axis needs latencies above 0. */
        if (beyond != last && v->bin->numbers[b] > 0.0) {
            x[n] = v->bin->numbers[b];
            y[n++] = beyond / total;
        }
        last = beyond;
        beyond -= fmax(HR_AT(v, var, d, row, b), 0.0);
    }
    c->x[i] = x;
    c->y[i] = y;
    c->n[i] = n;
}

static struct curves gather(struct hr_page_view *v)
{
    const size_t n = v->n_classes * v->n_shown;
    struct curves c = {.x = hr_arena_alloc(v->a, n, sizeof *c.x),
                       .y = hr_arena_alloc(v->a, n, sizeof *c.y),
                       .n = hr_arena_alloc(v->a, n, sizeof *c.n),
                       .lo = hr_arena_alloc(v->a, v->n_classes, sizeof *c.lo),
                       .hi = hr_arena_alloc(v->a, v->n_classes, sizeof *c.hi),
                       .least = hr_arena_alloc(v->a, v->n_classes, sizeof *c.least)};

    for (size_t k = 0; k < v->n_classes; k++) {
        c.lo[k] = HUGE_VAL;
        c.least[k] = 1.0;
        for (size_t i = 0; i < v->n_shown; i++) {
            const size_t at = k * v->n_shown + i;
            size_t first = 0;

            curve(v, &c, at, v->classes[k], v->shown[i]);
            while (first + 1 < c.n[at] && c.y[at][first + 1] > 0.995)
                first++; /* the flat beginning is not worth a decade of the axis */
            if (c.n[at] == 0)
                continue;
            c.lo[k] = fmin(c.lo[k], c.x[at][first]);
            c.hi[k] = fmax(c.hi[k], c.x[at][c.n[at] - 1]);
            c.least[k] = fmin(c.least[k], c.y[at][c.n[at] - 1]);
        }
    }
    return c;
}

static const char *finding(struct hr_page_view *v)
{
    const struct hr_var *var =
        hr_page_numbers(v, "latency/answered", "design request_class quantile");
    const double p = v->quantile && v->quantile->numbers && v->headline_q < v->quantile->n
                         ? v->quantile->numbers[v->headline_q]
                         : (double)NAN;
    const char *text;

    if (!var || !(p > 0.0 && p < 1.0))
        return "How latency is distributed";
    text = hr_arena_printf(v->a, "1 in %.0f answered requests%s%s takes longer than",
                           1.0 / (1.0 - p), v->headline ? " of " : "",
                           v->headline ? hr_page_row_words(v, v->headline) : "");
    for (size_t i = 0; i < v->n_shown; i++)
        text =
            hr_arena_printf(v->a, "%s%s %s%s%s", text,
                            i == 0                ? ""
                            : i + 1 == v->n_shown ? " and"
                                                  : ",",
                            hr_number_of(HR_NUMBER_TIME, HR_AT(v, var, v->shown[i],
                                                               v->headline, v->headline_q))
                                .text,
                            v->n_designs > 1 ? " with " : "",
                            v->n_designs > 1 ? hr_page_design(v, v->shown[i]) : "");
    return text;
}

static const char *describe(struct hr_page_view *v, size_t row)
{
    const struct hr_var *var =
        hr_page_numbers(v, "latency/answered", "design request_class quantile");
    const char *text =
        hr_arena_printf(v->a, "Share of answered requests (%s) that take longer.",
                        hr_page_row_words(v, row));

    for (size_t i = 0; i < v->n_shown; i++) {
        text = hr_arena_printf(v->a, "%s %s:", text, hr_page_design(v, v->shown[i]));
        for (size_t q = 0; v->quantile && q < v->quantile->n; q++)
            text = hr_arena_printf(
                v->a, "%s%s %s %s", text, q ? "," : "", hr_page_quantile_words(v, q),
                hr_number_of(HR_NUMBER_TIME, HR_AT(v, var, v->shown[i], row, q)).text);
        text = hr_arena_printf(v->a, "%s.", text);
    }
    return text;
}

static const enum hr_ink inks[HR_PAGE_FIGURED] = {
    HR_INK_BLUE, HR_INK_VERMILLION, HR_INK_GREEN, HR_INK_PURPLE, HR_INK_ORANGE, HR_INK_SKY};

static void limits(struct hr_page_view *v, struct hr_plot *p)
{
    const double q = v->quantile->numbers[v->headline_q];

    hr_plot_limit_x(p, v->limit_s,
                    hr_arena_printf(v->a, "objective %s",
                                    hr_number_limit(HR_NUMBER_TIME, v->limit_s).text));
    hr_plot_limit_y(p, 1.0 - q,
                    hr_arena_printf(v->a, "%s: %g%% take longer",
                                    hr_page_quantile_words(v, v->headline_q),
                                    round((1.0 - q) * 1e6) / 1e4));
}

static void panel(struct hr_page_view *v, const struct curves *c, size_t k)
{
    const char *id = hr_arena_printf(v->a, "distribution-%zu", k);
    const bool wide = v->n_classes == 1;
    struct hr_plot p;

    hr_plot_begin(&p, v->a, wide ? HR_PAGE_WIDTH : 512.0, 280.0);
    p.bottom = 46.0;
    p.right = 20.0;
    p.x = hr_axis_durations(c->lo[k], c->hi[k]);
    p.y = hr_axis_shares(c->least[k]);
    hr_plot_frame(&p, "latency (log scale)", "share that takes longer (log scale)");
    for (size_t i = 0; i < v->n_shown; i++)
        if (c->n[k * v->n_shown + i])
            hr_plot_line(&p, c->x[k * v->n_shown + i], c->y[k * v->n_shown + i],
                         c->n[k * v->n_shown + i], inks[i], 1.8, (int)i);
    if (v->classes[k] == v->headline && isfinite(v->limit_s))
        limits(v, &p);
    hr_html_raw(&v->h, "<div class=\"panel\"><h3>");
    hr_html_name(&v->h, hr_page_row_words(v, v->classes[k]));
    hr_html_raw(&v->h, "</h3>");
    hr_figures_add(&v->figures, (struct hr_figure){.id = id,
                                                   .title = hr_arena_printf(
                                                       v->a, "Distribution of latency, %s",
                                                       hr_page_row_words(v, v->classes[k])),
                                                   .desc = describe(v, v->classes[k]),
                                                   .data = "",
                                                   .script = hr_plot_script(&p),
                                                   .at = v->h.length});
    hr_html_raw(&v->h, "</div>\n");
}

static void numbers(struct hr_page_view *v, const struct curves *c)
{
    const size_t n_keys = v->n_classes * v->n_shown;
    static const char *const series[] = {"share that takes longer"}, *const csv[] = {
                                                                         "share"};
    static const enum hr_quantity quantities[] = {HR_NUMBER_SHARE};
    size_t *keys = hr_arena_alloc(v->a, n_keys, sizeof *keys);

    for (size_t i = 0; i < n_keys; i++)
        keys[i] = i;
    hr_page_data(v, &(struct hr_page_data){.id = "distribution",
                                           .x = "latency above",
                                           .series = series,
                                           .csv = csv,
                                           .quantities = quantities,
                                           .n_series = 1,
                                           .keys = keys,
                                           .n_keys = n_keys,
                                           .key = "requests_and_design",
                                           .key_text = hr_page_class_and_design,
                                           .xs = c->x,
                                           .values = c->y,
                                           .n = c->n});
}

const char *hr_page_class_and_design(const struct hr_page_view *v, size_t key)
{
    return hr_arena_printf(v->a, "%s, %s",
                           hr_page_row_words(v, v->classes[key / v->n_shown]),
                           hr_page_design(v, v->shown[key % v->n_shown]));
}

void hr_page_legend(struct hr_page_view *v)
{
    hr_html_raw(&v->h, "</p><ul class=\"legend\">");
    for (size_t i = 0; i < v->n_shown; i++) {
        hr_html_rawf(&v->h, "<li><span class=\"swatch s%zu d%zu\"></span>", i + 1, i & 3);
        hr_page_designation(v, v->shown[i]);
        hr_html_raw(&v->h, "</li>");
    }
    hr_html_raw(&v->h, "</ul>");
}

void hr_page_distribution(struct hr_page_view *v)
{
    const struct curves c = gather(v);
    bool any = false;

    for (size_t i = 0; i < v->n_classes * v->n_shown; i++)
        any = any || c.n[i];
    if (!any)
        return;
    hr_page_section(v, "distribution", "Distribution of latency", finding(v));
    hr_html_rawf(
        &v->h,
        "<figure class=\"chart\" id=\"distribution-fig\"><figcaption><p>Share of answered "
        "requests that take longer than a given time. A curve ends where fewer than %d "
        "requests are left: beyond that it would be noise.",
        LEAST_BEYOND);
    hr_page_legend(v);
    hr_html_rawf(&v->h, "</figcaption><div class=\"%s\">", v->n_classes > 1 ? "pairs" : "");
    for (size_t k = 0; k < v->n_classes; k++)
        if (c.hi[k] > 0.0)
            panel(v, &c, k);
    hr_html_raw(&v->h, "</div>");
    numbers(v, &c);
    hr_html_raw(&v->h, "</figure></section>\n");
}
