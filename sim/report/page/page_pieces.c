/* sim/report/page/page_pieces.c - the pieces of HTML that sections share; see page.h. */
#include "sim/report/page/page.h"

#include <math.h>
#include <string.h>

void hr_page_section(struct hr_page_view *v, const char *id, const char *kind,
                     const char *finding)
{
    hr_html_rawf(&v->h, "<section id=\"%s\" aria-labelledby=\"%s-h\"><p class=\"kind\">",
                 id, id);
    hr_html_text(&v->h, kind);
    hr_html_rawf(&v->h, "</p><h2 id=\"%s-h\">", id);
    hr_html_text(&v->h, finding);
    hr_html_raw(&v->h, "</h2>\n");
}

void hr_page_designation(struct hr_page_view *v, size_t d)
{
    hr_html_name(&v->h, hr_page_design(v, d));
    if (v->n_designs > 1 && d == v->chosen)
        hr_html_raw(&v->h, " <span class=\"pill\">chosen</span>");
}

void hr_page_elsewhere(struct hr_page_view *v)
{
    hr_html_raw(&v->h,
                "<p class=\"aside\">The other designs are in the results file: too many "
                "rows for a page.</p>");
}

void hr_page_row_head(struct hr_page_view *v, size_t d)
{
    const bool chosen = v->n_designs > 1 && d == v->chosen;

    hr_html_rawf(&v->h, "<th scope=\"row\"%s>", chosen ? " class=\"chosen\"" : "");
    hr_html_name(&v->h, hr_page_design(v, d));
    hr_html_raw(&v->h, chosen ? "<span class=\"hidden\"> (chosen)</span></th>" : "</th>");
}

void hr_page_number(struct hr_page_view *v, enum hr_quantity q, double x)
{
    hr_html_raw(&v->h, isnan(x) ? "<td class=\"n none\">" : "<td class=\"n\">");
    if (isnan(x))
        hr_html_raw(&v->h, "\xE2\x80\x93");
    else
        hr_html_text(&v->h, hr_number_of(q, x).text);
    hr_html_raw(&v->h, "</td>");
}

void hr_page_estimate(struct hr_page_view *v, enum hr_quantity q, double x, double lo,
                      double hi)
{
    if (isnan(x)) {
        hr_page_number(v, q, x);
        return;
    }
    hr_html_raw(&v->h, "<td class=\"n\">");
    hr_html_text(&v->h, hr_number_interval(q, x, lo, hi, true).text);
    hr_html_raw(&v->h, "</td>");
}

/* ---- the numbers of a chart --------------------------------------------------------------- */

/* Thin a series to at most `columns` values; returns how many. */
static size_t thin(const struct hr_page_data *t, size_t key, size_t series, size_t columns,
                   double *x, double *y)
{
    const double *xs = t->xs[key], *ys = t->values[key * t->n_series + series];
    const size_t n = t->n[key], every = n > columns ? (n + columns - 1) / columns : 1;
    size_t made = 0;

    for (size_t i = 0; i < n; i += every) {
        double sum = 0.0, most = (double)NAN;
        size_t finite = 0;

        for (size_t k = i; k < n && k < i + every; k++)
            if (!isnan(ys[k])) {
                sum += ys[k];
                most = isnan(most) || ys[k] > most ? ys[k] : most;
                finite++;
            }
        x[made] = xs[i];
        y[made++] = t->means && finite ? sum / (double)finite : most;
    }
    return made;
}

struct rows {
    size_t n;
    double *x, **y; /* y[series][row] */
};

static struct rows thinned(struct hr_page_view *v, const struct hr_page_data *t, size_t key,
                           size_t columns)
{
    struct rows rows = {.x = hr_arena_alloc(v->a, columns + 1, sizeof(double)),
                        .y = hr_arena_alloc(v->a, t->n_series, sizeof(double *))};

    for (size_t s = 0; s < t->n_series; s++) {
        rows.y[s] = hr_arena_alloc(v->a, columns + 1, sizeof(double));
        rows.n = thin(t, key, s, columns, rows.x, rows.y[s]);
    }
    return rows;
}

static void table(struct hr_page_view *v, const struct hr_page_data *t, size_t key)
{
    const struct rows rows = thinned(v, t, key, HR_PAGE_ROWS);
    const size_t every = (t->n[key] + HR_PAGE_ROWS - 1) / HR_PAGE_ROWS;

    hr_html_raw(&v->h, "<div class=\"scroll\" tabindex=\"0\"><table><caption>");
    hr_html_name(&v->h, t->key_text(v, t->keys[key]));
    if (every > 1)
        hr_html_rawf(&v->h, " <small>(%s of every %zu points)</small>",
                     t->means ? "means" : "the largest", every);
    hr_html_rawf(&v->h, "</caption><thead><tr><th scope=\"col\">%s</th>", t->x);
    for (size_t s = 0; s < t->n_series; s++) {
        hr_html_raw(&v->h, "<th scope=\"col\" class=\"n\">");
        hr_html_name(&v->h, t->series[s]);
        hr_html_raw(&v->h, "</th>");
    }
    hr_html_raw(&v->h, "</tr></thead><tbody>");
    for (size_t i = 0; i < rows.n; i++) {
        hr_html_rawf(&v->h, "<tr><th scope=\"row\">%s</th>",
                     t->x_is_time ? hr_number_moment(rows.x[i]).text
                                  : hr_number_of(HR_NUMBER_TIME, rows.x[i]).text);
        for (size_t s = 0; s < t->n_series; s++)
            hr_page_number(v, t->quantities[s], rows.y[s][i]);
        hr_html_raw(&v->h, "</tr>");
    }
    hr_html_raw(&v->h, "</tbody></table></div>\n");
}

/* A name as a CSV cell: quoted, and no formula of a spreadsheet's. */
static void cell(struct hr_html *csv, struct hr_arena *a, const char *name)
{
    const char *clean = hr_html_clean(a, name, 1);

    hr_html_raw(csv, *clean && strchr("=+-@", *clean) ? "\"'" : "\"");
    for (; *clean; clean++)
        hr_html_bytes(csv, *clean == '"' ? "\"\"" : clean, *clean == '"' ? 2 : 1);
    hr_html_raw(csv, "\"");
}

static void csv_rows(struct hr_page_view *v, const struct hr_page_data *t,
                     struct hr_html *csv, size_t key)
{
    const size_t share = HR_PAGE_DOWNLOAD / t->n_keys;
    const struct rows rows = thinned(v, t, key, share < 600 ? share : 600);

    for (size_t i = 0; i < rows.n; i++) {
        hr_html_rawf(csv, "%.7g,", rows.x[i]);
        cell(csv, v->a, t->key_text(v, t->keys[key]));
        for (size_t s = 0; s < t->n_series; s++)
            if (isnan(rows.y[s][i]))
                hr_html_raw(csv, ",");
            else
                hr_html_rawf(csv, ",%.4g", rows.y[s][i]);
        hr_html_raw(csv, "\n");
    }
}

static void download(struct hr_page_view *v, const struct hr_page_data *t)
{
    struct hr_html csv;

    hr_html_init(&csv, v->a);
    hr_html_rawf(&csv, "%s,%s", t->x_is_time ? "time_s" : "latency_s", t->key);
    for (size_t s = 0; s < t->n_series; s++) {
        hr_html_raw(&csv, ",");
        cell(&csv, v->a, t->csv[s]);
    }
    hr_html_raw(&csv, "\n");
    for (size_t k = 0; k < t->n_keys; k++)
        csv_rows(v, t, &csv, k);
    hr_html_rawf(
        &v->h,
        "<p><a class=\"csv\" download=\"%s.csv\" href=\"data:text/csv;charset=utf-8,",
        t->id);
    hr_html_encoded(&v->h, csv.text, csv.length);
    hr_html_raw(&v->h, "\">Download as CSV</a></p>");
}

void hr_page_data(struct hr_page_view *v, const struct hr_page_data *t)
{
    hr_html_raw(&v->h, "<details class=\"data\"><summary>Data of this chart</summary>");
    download(v, t);
    hr_html_raw(&v->h, "<div class=\"tables\">");
    for (size_t k = 0; k < t->n_keys; k++)
        if (t->n[k])
            table(v, t, k);
    hr_html_raw(&v->h, "</div></details>\n");
}

void hr_page_data_over_time(struct hr_page_view *v, const char *id,
                            const char *const *series, const char *const *csv,
                            const enum hr_quantity *quantities, size_t n,
                            const double *const *values, bool means)
{
    const double **xs = hr_arena_alloc(v->a, v->n_shown, sizeof *xs);
    size_t *points = hr_arena_alloc(v->a, v->n_shown, sizeof *points);

    for (size_t i = 0; i < v->n_shown; i++) {
        xs[i] = v->time->numbers;
        points[i] = v->n_times;
    }
    hr_page_data(v, &(struct hr_page_data){.id = id,
                                           .x = "time",
                                           .x_is_time = true,
                                           .series = series,
                                           .csv = csv,
                                           .quantities = quantities,
                                           .n_series = n,
                                           .keys = v->shown,
                                           .n_keys = v->n_shown,
                                           .key = "design",
                                           .key_text = hr_page_design,
                                           .xs = xs,
                                           .values = values,
                                           .n = points,
                                           .means = means});
}
