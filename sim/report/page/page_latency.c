/* sim/report/page/page_latency.c - latency over time, with what disturbed it; and the figures. */
#include "sim/report/page/page.h"

#include <math.h>
#include <string.h>

/* The quantiles that a chart shows: p50, p95, p99, p99.9 or the nearest that there are. */
enum { MOST_LINES = 4 };

struct lines {
    size_t q[MOST_LINES], n;
    size_t style[MOST_LINES]; /* 0: p50 ... 3: p99.9 */
    size_t left_out;          /* a quantile with too few requests, + 1 */
};

/* Mean number of requests of a row in one interval, over all replications. */
static double requests_in_bucket(const struct hr_page_view *v, size_t row)
{
    const struct hr_var *var =
        hr_page_numbers(v, "series/arrivals", "design time request_class");
    double sum = 0.0;

    for (size_t i = 0; var && i < v->n_shown; i++)
        for (size_t t = 0; t < v->n_times; t++)
            sum += fmax(HR_AT(v, var, v->shown[i], t, row), 0.0);
    return sum * v->bucket_s * (double)(v->n_replications ? v->n_replications : 1) /
           (double)(v->n_shown * v->n_times);
}

/* A quantile with next to no request beyond it in an interval would only repeat the largest:
 * it is left out, except for the one that the headline is about. */
static struct lines lines_of(const struct hr_page_view *v, size_t row)
{
    static const double wanted[MOST_LINES] = {0.5, 0.95, 0.99, 0.999};
    const double n = requests_in_bucket(v, row);
    struct lines l = {.n = 0};

    for (size_t k = 0; k < MOST_LINES && v->quantile && v->quantile->numbers; k++)
        for (size_t q = 0; q < v->quantile->n; q++) {
            if (fabs(v->quantile->numbers[q] - wanted[k]) > 1e-9)
                continue;
            if (n > 0.0 && n * (1.0 - wanted[k]) < 0.5 && q != v->headline_q) {
                l.left_out = q + 1;
                continue;
            }
            l.style[l.n] = k;
            l.q[l.n++] = q;
        }
    return l;
}

/* ---- the finding ---------------------------------------------------------------------------- */

struct peak {
    double value, at, first_over; /* NaN: none */
};

static struct peak peak_of(const struct hr_page_view *v, size_t d)
{
    const struct hr_var *var =
        hr_page_numbers(v, "series/latency", "design time request_class quantile");
    struct peak p = {(double)NAN, (double)NAN, (double)NAN};

    for (size_t t = 0; t < v->n_times; t++) {
        const double x = HR_AT(v, var, d, t, v->headline, v->headline_q);

        if (x > p.value || (isnan(p.value) && !isnan(x))) {
            p.value = x;
            p.at = v->time->numbers[t];
        }
        if (isnan(p.first_over) && x > v->limit_s)
            p.first_over = v->time->numbers[t];
    }
    return p;
}

static const char *subject(const struct hr_page_view *v)
{
    return hr_arena_printf(v->a, "%s of %s", hr_page_quantile_words(v, v->headline_q),
                           hr_page_row_words(v, v->headline));
}

static const char *highest(const struct hr_page_view *v)
{
    struct peak most = {-1.0, 0.0, 0.0};
    size_t where = 0;

    for (size_t d = 0; d < v->n_designs; d++) {
        const struct peak p = peak_of(v, d);

        if (p.value > most.value) {
            most = p;
            where = d;
        }
    }
    if (most.value < 0.0)
        return "Latency over time";
    return hr_arena_printf(
        v->a, "%s peaks at %s at %s%s%s%s", subject(v),
        hr_number_of(HR_NUMBER_TIME, most.value).text, hr_number_moment(most.at).text,
        hr_page_meanwhile(v, where, most.at), v->n_designs > 1 ? ", with " : "",
        v->n_designs > 1 ? hr_page_design(v, where) : "");
}

enum standing { ALWAYS, OVERALL, BROKEN, N_STANDINGS };

/* How a design stands to the limit: never over it in any interval; at times, but not over the
 * run; or over the run.  (Chance alone takes some intervals over a limit that holds.) */
static enum standing standing_of(const struct hr_page_view *v, size_t d)
{
    const struct hr_var *var =
        hr_page_numbers(v, "latency/latency", "design request_class quantile");
    const double whole = HR_AT(v, var, d, v->headline, v->headline_q);

    if (isnan(peak_of(v, d).first_over))
        return ALWAYS;
    return whole <= v->limit_s ? OVERALL : BROKEN;
}

static const char *clause(const struct hr_page_view *v, const char *words,
                          const size_t *designs, size_t n, const char *last)
{
    return n ? hr_arena_printf(v->a, "; %s with %s", words,
                               hr_page_designs(v, designs, n, last))
             : "";
}

static const char *finding(const struct hr_page_view *v)
{
    const struct hr_var *var =
        hr_page_numbers(v, "latency/latency", "design request_class quantile");
    size_t *list[N_STANDINGS], n[N_STANDINGS] = {0}, first;
    struct hr_number limit;

    if (isnan(v->limit_s) || v->n_times == 0)
        return highest(v);
    limit = hr_number_limit(HR_NUMBER_TIME, v->limit_s);
    for (size_t k = 0; k < N_STANDINGS; k++)
        list[k] = hr_arena_alloc(v->a, v->n_designs, sizeof *list[k]);
    for (size_t d = 0; d < v->n_designs; d++) {
        const enum standing k = standing_of(v, d);

        list[k][n[k]++] = d;
    }
    if (n[BROKEN] == 0 && v->n_designs > 1)
        return hr_arena_printf(v->a, "%s over the run is below %s with every design",
                               subject(v), limit.text);
    if (n[BROKEN] == 0)
        return hr_arena_printf(
            v->a, "%s over the run is %s, below %s", subject(v),
            hr_number_of(HR_NUMBER_TIME, HR_AT(v, var, 0, v->headline, v->headline_q)).text,
            limit.text);
    first = list[BROKEN][0];
    return hr_arena_printf(
        v->a, "%s passes %s at %s%s%s%s%s%s", subject(v), limit.text,
        hr_number_moment(peak_of(v, first).first_over).text,
        hr_page_meanwhile(v, first, peak_of(v, first).first_over),
        v->n_designs > 1 ? ", with " : "",
        v->n_designs > 1 ? hr_page_designs(v, list[BROKEN], n[BROKEN], "and") : "",
        clause(v, "never", list[ALWAYS], n[ALWAYS], "or"),
        clause(v, "it holds over the run", list[OVERALL], n[OVERALL], "and"));
}

/* ---- the charts ------------------------------------------------------------------------------ */

struct chart {
    struct lines lines;
    size_t row;
    const double **y; /* [design shown * lines + line] */
    double *x;        /* middles of the buckets */
    double lo, hi;
};

static struct chart gather(struct hr_page_view *v, size_t row)
{
    const struct hr_var *var =
        hr_page_numbers(v, "series/latency", "design time request_class quantile");
    struct chart c = {.lines = lines_of(v, row), .row = row, .lo = HUGE_VAL, .hi = 0.0};

    c.x = hr_arena_alloc(v->a, v->n_times, sizeof *c.x);
    c.y = hr_arena_alloc(v->a, v->n_shown * MOST_LINES, sizeof *c.y);
    for (size_t t = 0; t < v->n_times; t++)
        c.x[t] = v->time->numbers[t] + v->bucket_s / 2.0;
    for (size_t i = 0; i < v->n_shown; i++)
        for (size_t k = 0; k < c.lines.n; k++) {
            double *y = hr_arena_alloc(v->a, v->n_times, sizeof *y);

            for (size_t t = 0; t < v->n_times; t++) {
                y[t] = HR_AT(v, var, v->shown[i], t, row, c.lines.q[k]);
                if (isfinite(y[t]) && y[t] > 0.0) {
                    c.lo = fmin(c.lo, y[t]);
                    c.hi = fmax(c.hi, y[t]);
                }
            }
            c.y[i * c.lines.n + k] = y;
        }
    if (row == v->headline && isfinite(v->limit_s) && c.hi > 0.0) {
        c.lo = fmin(c.lo, v->limit_s);
        c.hi = fmax(c.hi, v->limit_s);
    }
    return c;
}

static double last_finite(const double *y, size_t n)
{
    while (n > 0 && !isfinite(y[n - 1]))
        n--;
    return n ? y[n - 1] : (double)NAN;
}

/* Say so where nothing was answered for a good part of the run. */
static void note_silence(const struct hr_page_view *v, struct hr_plot *p, const double *y)
{
    size_t from = 0, best = 0, length = 0;

    for (size_t t = 0; t <= v->n_times; t++) {
        if (t < v->n_times && isnan(y[t]))
            continue;
        if (t - from > length) {
            length = t - from;
            best = from;
        }
        from = t + 1;
    }
    if (length * 8 >= v->n_times && length < v->n_times)
        hr_plot_note(p, v->time->numbers[best] + v->bucket_s * (double)length / 2.0,
                     "nothing is answered");
}

static void draw(struct hr_page_view *v, const struct chart *c, struct hr_plot *p, size_t i)
{
    static const enum hr_ink styles[MOST_LINES] = {HR_INK_SKY, HR_INK_BLUE,
                                                   HR_INK_VERMILLION, HR_INK_PURPLE};
    const struct hr_page_disturbance *list;
    const size_t n = hr_page_disturbances(v, v->shown[i], &list);
    const char *labels[MOST_LINES + 1];
    enum hr_ink inks[MOST_LINES + 1];
    double ends[MOST_LINES + 1];

    for (size_t k = 0; k < n; k++)
        hr_plot_mark(p, list[k].begin, list[k].end, list[k].name);
    for (size_t k = 0; k < c->lines.n; k++) {
        const double *y = c->y[i * c->lines.n + k];
        const size_t style = c->lines.style[k];

        inks[k] = styles[style];
        hr_plot_line(p, c->x, y, v->n_times, inks[k], style == 2 ? 2.2 : 1.5, style == 3);
        labels[k] = hr_page_quantile_words(v, c->lines.q[k]);
        ends[k] = last_finite(y, v->n_times);
    }
    note_silence(v, p, c->y[i * c->lines.n]);
    labels[c->lines.n] = "objective";
    inks[c->lines.n] = HR_INK_TEXT;
    ends[c->lines.n] = c->row == v->headline ? v->limit_s : (double)NAN;
    if (c->row == v->headline)
        hr_plot_limit_y(p, v->limit_s, "");
    hr_plot_ends(p, labels, ends, inks, c->lines.n + 1);
}

static const char *describe(struct hr_page_view *v, const struct chart *c, size_t i)
{
    const char *text = hr_arena_printf(v->a, "%s, %s:", hr_page_design(v, v->shown[i]),
                                       hr_page_row_words(v, c->row));

    for (size_t k = 0; k < c->lines.n; k++) {
        const double *y = c->y[i * c->lines.n + k];
        size_t most = 0;

        for (size_t t = 1; t < v->n_times; t++)
            if (!(y[t] <= y[most]) && !isnan(y[t]))
                most = t;
        text = hr_arena_printf(v->a, "%s%s %s starts at %s and is highest at %s, with %s",
                               text, k ? ";" : "", hr_page_quantile_words(v, c->lines.q[k]),
                               hr_number_of(HR_NUMBER_TIME, y[0]).text,
                               hr_number_moment(c->x[most] - v->bucket_s / 2.0).text,
                               hr_number_of(HR_NUMBER_TIME, y[most]).text);
    }
    return hr_arena_printf(v->a, "%s.", text);
}

static void panel(struct hr_page_view *v, const struct chart *c, size_t i,
                  const char *group)
{
    const bool last = i + 1 == v->n_shown;
    struct hr_plot p;
    const char *id = hr_arena_printf(v->a, "%s-%zu", group, i);

    hr_plot_begin(&p, v->a, HR_PAGE_WIDTH, 176.0 + (i ? 0.0 : 16.0) + (last ? 20.0 : 0.0));
    p.columns = v->n_shown > 3 ? HR_PLOT_COLUMNS / 2 : HR_PLOT_COLUMNS;
    p.top = i ? 8.0 : 24.0;
    p.bottom = last ? 46.0 : 26.0;
    p.x = hr_axis_clock(0.0, v->end_s);
    p.y = hr_axis_durations(c->lo, c->hi);
    hr_plot_headroom(&p, hr_page_mark_room(v, v->shown[i]));
    hr_plot_frame(&p, last ? p.x.label : NULL,
                  i ? NULL : "latency of answered requests (log scale)");
    draw(v, c, &p, i);
    hr_html_raw(&v->h, "<div class=\"panel\"><h3>");
    hr_page_designation(v, v->shown[i]);
    hr_html_raw(&v->h, "</h3>");
    hr_figures_add(
        &v->figures,
        (struct hr_figure){.id = id,
                           .title = hr_arena_printf(v->a, "Latency over time, %s",
                                                    hr_page_design(v, v->shown[i])),
                           .desc = describe(v, c, i),
                           .data = hr_arena_printf(
                               v->a,
                               " data-key=\"%zu\" data-left=\"%.0f\" data-right=\"%.0f\" "
                               "data-lo=\"0\" data-hi=\"%.9g\"",
                               i, p.left, p.width - p.right, v->end_s),
                           .script = hr_plot_script(&p),
                           .at = v->h.length});
    hr_html_raw(&v->h, "</div>\n");
}

static void numbers(struct hr_page_view *v, const struct chart *c, const char *group)
{
    const char *series[MOST_LINES], *csv[MOST_LINES];
    enum hr_quantity q[MOST_LINES];

    for (size_t k = 0; k < c->lines.n; k++) {
        series[k] = hr_page_quantile_words(v, c->lines.q[k]);
        csv[k] = hr_arena_printf(v->a, "%s_s", series[k]);
        q[k] = HR_NUMBER_TIME;
    }
    hr_page_data_over_time(v, group, series, csv, q, c->lines.n, c->y, false);
}

static void over_time(struct hr_page_view *v, size_t row, const char *group)
{
    const struct chart c = gather(v, row);

    if (c.lines.n == 0 || !(c.hi > 0.0)) {
        hr_html_raw(&v->h, "<p class=\"missing\">No latency over time is stored.</p>");
        return;
    }
    hr_html_rawf(&v->h, "<figure class=\"chart\" id=\"%s\"><figcaption><p>", group);
    hr_html_text(&v->h, hr_page_row_words(v, row));
    hr_html_raw(&v->h,
                ": percentiles of the latency of what was answered, by time of arrival; "
                "all replications pooled. Shaded: disturbances.");
    if (c.lines.left_out)
        hr_html_rawf(&v->h, " %s is left out: too few requests in an interval.",
                     hr_page_quantile_words(v, c.lines.left_out - 1));
    hr_html_raw(&v->h, "</p></figcaption>");
    for (size_t i = 0; i < v->n_shown; i++)
        panel(v, &c, i, group);
    numbers(v, &c, group);
    hr_html_raw(&v->h, "</figure>\n");
}

/* ---- the figures of the whole run -------------------------------------------------------------- */

static void table_head(struct hr_page_view *v)
{
    hr_html_raw(&v->h,
                "<thead><tr><th scope=\"col\">Requests</th><th scope=\"col\">Design</th>");
    for (size_t q = 0; v->quantile && q < v->quantile->n; q++)
        hr_html_rawf(&v->h, "<th scope=\"col\" class=\"n\">%s</th>",
                     hr_page_quantile_words(v, q));
    hr_html_raw(&v->h, "<th scope=\"col\" class=\"n\">mean answered</th>"
                       "<th scope=\"col\" class=\"n\">max answered</th></tr></thead>");
}

static void table_row(struct hr_page_view *v, size_t c, size_t d)
{
    static const char *const dims = "design request_class quantile";
    const struct hr_var *x = hr_page_numbers(v, "latency/latency", dims);
    const struct hr_var *lo = hr_page_numbers(v, "latency/latency_lo", dims);
    const struct hr_var *hi = hr_page_numbers(v, "latency/latency_hi", dims);
    const struct hr_var *mean =
        hr_page_numbers(v, "latency/answered_mean", "design request_class");
    const struct hr_var *mean_lo =
        hr_page_numbers(v, "latency/answered_mean_lo", "design request_class");
    const struct hr_var *mean_hi =
        hr_page_numbers(v, "latency/answered_mean_hi", "design request_class");
    const struct hr_var *most =
        hr_page_numbers(v, "latency/answered_max", "design request_class");

    hr_html_raw(&v->h, d == 0 ? "<tr class=\"first\">" : "<tr>");
    if (d == 0) {
        hr_html_rawf(&v->h, "<th scope=\"rowgroup\" rowspan=\"%zu\">", v->n_designs);
        hr_html_name(&v->h, hr_page_row_words(v, c));
        hr_html_raw(&v->h, "</th>");
    }
    hr_page_row_head(v, d);
    for (size_t q = 0; v->quantile && q < v->quantile->n; q++)
        hr_page_estimate(v, HR_NUMBER_TIME, HR_AT(v, x, d, c, q), HR_AT(v, lo, d, c, q),
                         HR_AT(v, hi, d, c, q));
    hr_page_estimate(v, HR_NUMBER_TIME, HR_AT(v, mean, d, c), HR_AT(v, mean_lo, d, c),
                     HR_AT(v, mean_hi, d, c));
    hr_page_number(v, HR_NUMBER_TIME, HR_AT(v, most, d, c));
    hr_html_raw(&v->h, "</tr>\n");
}

static void quantile_table(struct hr_page_view *v)
{
    hr_html_raw(&v->h, "<div class=\"scroll\" tabindex=\"0\"><table "
                       "class=\"dense\"><caption>Latency of the whole run. "
                       "A request without a good answer counts as infinitely slow: "
                       "\xE2\x80\x9Cnever\xE2\x80\x9D.</caption>");
    table_head(v);
    for (size_t c = 0; c < v->n_listed; c++) {
        hr_html_raw(&v->h, "<tbody>");
        for (size_t d = 0; d < v->n_designs; d++)
            table_row(v, c, d);
        hr_html_raw(&v->h, "</tbody>");
    }
    hr_html_raw(&v->h, "</table></div>\n");
}

void hr_page_latency(struct hr_page_view *v)
{
    hr_page_section(v, "latency", "Latency", finding(v));
    over_time(v, v->headline, "latency-time");
    if (v->headline != 0 && v->n_shown <= 3) {
        hr_html_raw(&v->h, "<details><summary>The same for all requests</summary>");
        over_time(v, 0, "latency-time-all");
        hr_html_raw(&v->h, "</details>\n");
    }
    quantile_table(v);
    hr_html_raw(&v->h, "</section>\n");
}
