/* sim/report/page/page_instances.c - how many instances are up, and when that was decided. */
#include "sim/report/page/page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PARTS = 3, MOST_MOMENTS = 400, MOST_LISTED = 60 };
static const char *const dims = "design time component";

struct moment {
    double at;
    const char *name, *part, *what, *cause;
};
struct moments {
    struct moment *list;
    size_t n, all; /* kept; of these there are */
};

/* ---- scaling decisions and failovers ---------------------------------------------------- */

/* "desired capacity 4 -> 6": "4 -> 6", with an arrow. */
static const char *change_words(const struct hr_page_view *v, const char *what)
{
    const char *arrow = strstr(what, " -> "), *from = arrow;

    if (!arrow)
        return NULL;
    while (from > what && from[-1] != ' ')
        from--;
    return hr_arena_printf(v->a, "%.*s \xE2\x86\x92 %s", (int)(arrow - from), from,
                           arrow + 4);
}

/* What is marked: changes of a number, and steps of a failover. */
static const char *marked(const struct hr_page_view *v, const char *what)
{
    const char *change = change_words(v, what);

    if (change)
        return change;
    return strstr(what, "failover") || strstr(what, "promot") || strcmp(what, "acted") == 0
               ? what
               : NULL;
}

static int by_time(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return strcmp(x->name, y->name);
}

/* Those of a design's first run. */
static struct moments moments_of(const struct hr_page_view *v, size_t d)
{
    const struct hr_var *design = hr_page_numbers(v, "events/design", "event");
    const struct hr_var *run = hr_page_numbers(v, "events/replication", "event");
    const struct hr_var *time = hr_page_numbers(v, "events/time", "event");
    const struct hr_var *part = hr_page_texts(v, "events/component", "event");
    const struct hr_var *what = hr_page_texts(v, "events/what", "event");
    const struct hr_var *cause = hr_page_texts(v, "events/cause", "event");
    const size_t n = v->event && design && time ? v->event->n : 0;
    struct moments m = {
        hr_arena_alloc(v->a, n < MOST_MOMENTS ? n : MOST_MOMENTS, sizeof *m.list), 0, 0};
    double first = HUGE_VAL;

    for (size_t i = 0; i < n; i++)
        if (HR_AT(v, design, i) == (double)d)
            first = fmin(first, HR_AT(v, run, i));
    for (size_t i = 0; i < n; i++) {
        const char *text = HR_TEXT_AT(v, what, i), *words = marked(v, text);

        if (!words || HR_AT(v, design, i) != (double)d || HR_AT(v, run, i) > first ||
            !isfinite(HR_AT(v, time, i)))
            continue;
        m.all++;
        if (m.n < MOST_MOMENTS)
            m.list[m.n++] = (struct moment){
                .at = HR_AT(v, time, i),
                .name = hr_arena_printf(v->a, "%s %s", HR_TEXT_AT(v, part, i), words),
                .part = HR_TEXT_AT(v, part, i),
                .what = text,
                .cause = HR_TEXT_AT(v, cause, i)};
    }
    qsort(m.list, m.n, sizeof *m.list, by_time);
    return m;
}

void hr_page_moments(struct hr_page_view *v, struct hr_plot *p, size_t d, bool named)
{
    const struct moments m = moments_of(v, d);

    for (size_t i = 0; i < m.n; i++)
        hr_plot_moment(p, m.list[i].at, named ? m.list[i].name : NULL);
}

/* ---- which parts ------------------------------------------------------------------------ */

/* How far the number of instances of a part goes, over the designs shown; 0: it stays. */
static double range(const struct hr_page_view *v, const struct hr_var *up, size_t part)
{
    double lo = HUGE_VAL, hi = -HUGE_VAL, most = 0.0;

    for (size_t i = 0; i < v->n_shown; i++) {
        lo = HUGE_VAL;
        hi = -HUGE_VAL;
        for (size_t t = 0; t < v->n_times; t++) {
            const double x = HR_AT(v, up, v->shown[i], t, part);

            lo = isfinite(x) ? fmin(lo, x) : lo;
            hi = isfinite(x) ? fmax(hi, x) : hi;
        }
        most = fmax(most, hi - lo);
    }
    return most;
}

/* The parts whose number of instances changes most, in the order of the results. */
static size_t choose_parts(const struct hr_page_view *v, const struct hr_var *up,
                           size_t *parts)
{
    double *ranges = hr_arena_alloc(v->a, v->n_components, sizeof *ranges);
    size_t n = 0;

    for (size_t c = 0; c < v->n_components; c++)
        ranges[c] = range(v, up, c);
    for (; n < MOST_PARTS; n++) {
        size_t best = v->n_components;

        for (size_t c = 0; c < v->n_components; c++)
            if (ranges[c] > 0.0 && (best == v->n_components || ranges[c] > ranges[best]))
                best = c;
        if (best == v->n_components)
            break;
        ranges[best] = 0.0;
        parts[n] = best;
    }
    return n;
}

/* ---- the charts ------------------------------------------------------------------------- */

struct chart {
    const struct hr_var *up;
    size_t parts[MOST_PARTS], n;
    double top;
};

static double *series(const struct hr_page_view *v, const struct chart *c, size_t d,
                      size_t k)
{
    double *y = hr_arena_alloc(v->a, v->n_times, sizeof *y);

    for (size_t t = 0; t < v->n_times; t++)
        y[t] = HR_AT(v, c->up, d, t, c->parts[k]);
    return y;
}

static const char *part_name(const struct hr_page_view *v, const struct chart *c, size_t k)
{
    return hr_html_clean(v->a, hr_page_coordinate(v->component, c->parts[k]), 1);
}

static const char *describe(const struct hr_page_view *v, const struct chart *c, size_t d)
{
    const struct moments m = moments_of(v, d);
    const char *text = hr_arena_printf(v->a, "%s:", hr_page_design(v, d));

    for (size_t k = 0; k < c->n; k++) {
        const double *y = series(v, c, d, k);
        double lo = HUGE_VAL, hi = -HUGE_VAL;

        for (size_t t = 0; t < v->n_times; t++) {
            lo = isfinite(y[t]) ? fmin(lo, y[t]) : lo;
            hi = isfinite(y[t]) ? fmax(hi, y[t]) : hi;
        }
        if (lo <= hi)
            text = hr_arena_printf(
                v->a, "%s%s between %s and %s instances of %s are up", text, k ? "," : "",
                hr_number_limit(HR_NUMBER_PLAIN, lo).text,
                hr_number_limit(HR_NUMBER_PLAIN, hi).text, part_name(v, c, k));
    }
    return hr_arena_printf(v->a, "%s; marked: %zu.", text, m.all);
}

static void panel(struct hr_page_view *v, const struct chart *c, size_t i)
{
    static const enum hr_ink inks[MOST_PARTS] = {HR_INK_BLUE, HR_INK_GREEN, HR_INK_ORANGE};
    const bool last = i + 1 == v->n_shown;
    const size_t d = v->shown[i];
    double *x = hr_arena_alloc(v->a, v->n_times, sizeof *x);
    struct hr_plot p;

    hr_plot_begin(&p, v->a, HR_PAGE_WIDTH, 124.0 + (i ? 0.0 : 16.0) + (last ? 20.0 : 0.0));
    p.top = i ? 8.0 : 24.0;
    p.bottom = last ? 46.0 : 26.0;
    p.x = hr_axis_clock(0.0, v->end_s);
    p.y = hr_axis_amounts(c->top, "");
    hr_plot_headroom(&p, 32.0);
    hr_plot_frame(&p, last ? p.x.label : NULL, i ? NULL : "instances up");
    hr_page_moments(v, &p, d, true);
    for (size_t t = 0; t < v->n_times; t++)
        x[t] = v->time->numbers[t] + v->bucket_s / 2.0;
    for (size_t k = 0; k < c->n; k++)
        hr_plot_line(&p, x, series(v, c, d, k), v->n_times, inks[k], 1.8, (int)k);
    hr_html_raw(&v->h, "<div class=\"panel\"><h3>");
    hr_page_designation(v, d);
    hr_html_raw(&v->h, "</h3>");
    hr_figures_add(&v->figures,
                   (struct hr_figure){.id = hr_arena_printf(v->a, "instances-%zu", i),
                                      .title = hr_arena_printf(
                                          v->a, "Instances up and what decided it, %s",
                                          hr_page_design(v, d)),
                                      .desc = describe(v, c, d),
                                      .data = "",
                                      .script = hr_plot_script(&p),
                                      .at = v->h.length});
    hr_html_raw(&v->h, "</div>\n");
}

/* ---- their numbers ---------------------------------------------------------------------- */

static void moment_table(struct hr_page_view *v, size_t d)
{
    const struct moments m = moments_of(v, d);

    if (m.n == 0)
        return;
    hr_html_raw(&v->h, "<div class=\"scroll\" tabindex=\"0\"><table><caption>Scaling "
                       "decisions and failovers, ");
    hr_page_designation(v, d);
    hr_html_raw(&v->h, "</caption><thead><tr><th scope=\"col\">when</th><th scope=\"col\">"
                       "where</th><th scope=\"col\">what</th><th scope=\"col\">why</th>"
                       "</tr></thead><tbody>");
    for (size_t i = 0; i < m.n && i < MOST_LISTED; i++) {
        hr_html_rawf(&v->h, "<tr><th scope=\"row\">%s</th><td>",
                     hr_number_moment(m.list[i].at).text);
        hr_html_name(&v->h, m.list[i].part);
        hr_html_raw(&v->h, "</td><td>");
        hr_html_name(&v->h, m.list[i].what);
        hr_html_raw(&v->h, "</td><td>");
        hr_html_name(&v->h, m.list[i].cause);
        hr_html_raw(&v->h, "</td></tr>");
    }
    hr_html_raw(&v->h, "</tbody></table></div>\n");
    if (m.all > MOST_LISTED)
        hr_html_rawf(&v->h, "<p class=\"aside\">The first %d of %zu.</p>", MOST_LISTED,
                     m.all);
}

static void numbers(struct hr_page_view *v, const struct chart *c)
{
    static const enum hr_quantity q[MOST_PARTS] = {HR_NUMBER_PLAIN, HR_NUMBER_PLAIN,
                                                   HR_NUMBER_PLAIN};
    const char *names[MOST_PARTS];
    const double **ys = hr_arena_alloc(v->a, v->n_shown * MOST_PARTS, sizeof *ys);

    for (size_t k = 0; k < c->n; k++)
        names[k] = part_name(v, c, k);
    for (size_t i = 0; i < v->n_shown; i++) {
        for (size_t k = 0; k < c->n; k++)
            ys[i * c->n + k] = series(v, c, v->shown[i], k);
    }
    hr_page_data_over_time(v, "instances", names, names, q, c->n, ys, true);
}

static void legend(struct hr_page_view *v, const struct chart *c)
{
    static const char *const swatches[MOST_PARTS] = {"s1", "s3 d1", "s5 d2"};

    hr_html_raw(&v->h, "<ul class=\"legend\">");
    for (size_t k = 0; k < c->n && k < MOST_PARTS; k++) {
        hr_html_rawf(&v->h, "<li><span class=\"swatch %s\"></span>", swatches[k]);
        hr_html_name(&v->h, part_name(v, c, k));
        hr_html_raw(&v->h, "</li>");
    }
    hr_html_raw(&v->h, "<li><span class=\"swatch s4\"></span>a scaling decision or a "
                       "failover</li></ul>");
}

void hr_page_instances(struct hr_page_view *v)
{
    struct chart c = {.up = hr_page_numbers(v, "series/instances_up", dims)};

    if (!c.up || v->n_times == 0)
        return;
    c.n = choose_parts(v, c.up, c.parts);
    if (c.n == 0)
        return; /* no fleet grows, shrinks or is lost */
    for (size_t i = 0; i < v->n_shown; i++)
        for (size_t k = 0; k < c.n; k++)
            for (size_t t = 0; t < v->n_times; t++)
                c.top = fmax(c.top, HR_AT(v, c.up, v->shown[i], t, c.parts[k]));
    hr_html_raw(
        &v->h, "<figure class=\"chart\" id=\"instances-fig\"><figcaption><p>Instances that "
               "are up, over the same time. A line marks each scaling decision and each "
               "failover; above, they are marked without their names.</p>");
    legend(v, &c);
    hr_html_raw(&v->h, "</figcaption>");
    for (size_t i = 0; i < v->n_shown; i++)
        panel(v, &c, i);
    numbers(v, &c);
    for (size_t i = 0; i < v->n_shown; i++)
        moment_table(v, v->shown[i]);
    hr_html_raw(&v->h, "</figure>\n");
}
