/* sim/report/terminal/terminal_figures.c - latency, where the time goes, bottlenecks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/terminal/terminal_parts.h"

enum { ROWS_SHOWN = 6, PARTS_SHOWN = 4, PARTS_SORTED = 4096, SPENT_SHOWN = 4 };

/* ---- latency ------------------------------------------------------------------------------ */

static const double latency_quantiles[] = {0.5, 0.95, 0.99, 0.999};
static const char *const latency_titles[] = {"p50", "p95", "p99", "p99.9", "max"};
enum { N_LATENCIES = 5 };

/* Position of a quantile among the coordinates; past the end if it is not there. */
static size_t quantile_index(const struct hr_section *s, double q)
{
    const struct hr_dim *d = hr_results_dim(s->r, "quantile");

    for (size_t i = 0; d != NULL && d->numbers != NULL && i < d->n; i++)
        if (fabs(d->numbers[i] - q) < 1e-9)
            return i;
    return SIZE_MAX;
}

static double latency_of(const struct hr_section *s, size_t d, size_t row, size_t k)
{
    if (k + 1 == N_LATENCIES)
        return HR_FIGURE(s->r, "latency/answered_max", d, row);
    return HR_FIGURE(s->r, "latency/answered", d, row,
                     quantile_index(s, latency_quantiles[k]));
}

static size_t rows_shown(const struct hr_section *s)
{
    return s->how.verbose || s->rows <= ROWS_SHOWN ? s->rows : ROWS_SHOWN;
}

/* The unit of a column, over every design and class that is shown. */
static struct hr_scale latency_scale(const struct hr_section *s, size_t k)
{
    const size_t rows = rows_shown(s);
    double *x = hr_arena_alloc(s->a, s->designs * rows, sizeof *x);

    for (size_t d = 0; d < s->designs; d++)
        for (size_t c = 0; c < rows; c++)
            x[d * rows + c] = latency_of(s, d, c, k);
    return hr_scale_of(HR_NUMBER_TIME, x, s->designs * rows);
}

static void latency_row(const struct hr_section *s, struct hr_table *t, size_t d,
                        size_t row, const struct hr_scale *scales)
{
    struct hr_table_row *cells = hr_table_row(t);
    size_t n = 0;

    cells->cells[n++].text = hr_arena_printf(
        s->a, "  %s", hr_pick_name(s->r, "request_class", row, s->a, HR_NAME_COLUMNS));
    for (size_t k = 0; k < N_LATENCIES; k++)
        cells->cells[n++].text =
            hr_section_number(s, hr_number_in(scales[k], latency_of(s, d, row, k)));
    cells->cells[n++].text = hr_section_number(
        s, hr_number_of(HR_NUMBER_SHARE, HR_FIGURE(s->r, "summary/availability", d, row)));
    cells->cells[n++].text = hr_section_number(
        s, hr_number_of(HR_NUMBER_SHARE,
                        HR_FIGURE(s->r, "summary/worst_5m_availability", d, row)));
    cells->cells[n++].text = hr_section_number(
        s, hr_number_of(HR_NUMBER_PLAIN, HR_FIGURE(s->r, "summary/amplification", d, row)));
    cells->cells[n++].text = hr_section_number(
        s, hr_number_of(HR_NUMBER_RATE, HR_FIGURE(s->r, "summary/rate", d, row)));
}

void hr_section_latency(const struct hr_section *s)
{
    struct hr_table t = hr_table_begin(s->a);
    struct hr_scale scales[N_LATENCIES];

    if (hr_results_find(s->r, "latency/answered") == NULL)
        return;
    hr_table_column(&t, "LATENCY", true);
    for (size_t k = 0; k < N_LATENCIES; k++) {
        scales[k] = latency_scale(s, k);
        hr_table_column(
            &t, hr_arena_printf(s->a, "%s %s", latency_titles[k], scales[k].unit), false);
    }
    hr_table_column(&t, "good", false);
    hr_table_column(&t, "worst 5m", false);
    hr_table_column(&t, "attempts", false);
    hr_table_column(&t, "rate", false);
    for (size_t d = 0; d < s->designs; d++) {
        hr_section_design(s, &t, d);
        for (size_t c = 0; c < rows_shown(s); c++)
            latency_row(s, &t, d, c, scales);
    }
    hr_section_table(s, &t);
    hr_text_add(s->out, "  ");
    hr_text_wrap(
        s->out,
        "Latency of what was answered; good: share of all valid requests; worst 5m: "
        "that of the worst five minutes; attempts: sent for each request.",
        2, 2, s->how.width);
    if (rows_shown(s) < s->rows)
        hr_text_addf(s->out, "  (%zu more class%s: -v)\n", s->rows - rows_shown(s),
                     s->rows - rows_shown(s) == 1 ? "" : "es");
}

/* ---- where the time goes ------------------------------------------------------------------ */

struct share {
    size_t component, activity;
    double s;
};

static int larger_first(const void *x, const void *y)
{
    const struct share *a = x, *b = y;

    if (a->s != b->s)
        return a->s > b->s ? -1 : 1;
    if (a->component != b->component)
        return a->component < b->component ? -1 : 1;
    return a->activity < b->activity ? -1 : a->activity > b->activity;
}

/* The largest parts of a request's time, in words: "app queue 34%, payments wait 29%". */
static const char *contributors(const struct hr_section *s, size_t d, size_t slice,
                                double total)
{
    const size_t activities = hr_pick_length(s->r, "activity");
    struct share *x = hr_arena_alloc(s->a, s->parts * activities + 1, sizeof *x);
    struct hr_text t = hr_text_begin(s->a);
    size_t n = 0;

    for (size_t c = 0; c < s->parts; c++)
        for (size_t k = 0; k < activities; k++) {
            const double spent = HR_FIGURE(s->r, "spent/time", d, 0, slice, c, k);
            if (spent > 0.005 * total)
                x[n++] = (struct share){c, k, spent};
        }
    qsort(x, n, sizeof *x, larger_first);
    for (size_t i = 0; i < n && (i < SPENT_SHOWN || s->how.verbose); i++)
        hr_text_addf(&t, "%s%s %s %.0f%%", i > 0 ? ", " : "",
                     hr_pick_name(s->r, "component", x[i].component, s->a, HR_NAME_COLUMNS),
                     hr_pick_name(s->r, "activity", x[i].activity, s->a, HR_NAME_COLUMNS),
                     100 * x[i].s / total);
    return t.text;
}

static void spent_line(const struct hr_section *s, size_t d, size_t slice, const char *name)
{
    const double total = HR_FIGURE(s->r, "spent/total", d, 0, slice);
    const size_t at = hr_text_columns(name) + 12;

    if (!(total > 0))
        return;
    hr_text_addf(s->out, "%s %9s  ", name, hr_number_of(HR_NUMBER_TIME, total).text);
    hr_text_wrap(s->out, contributors(s, d, slice, total), at, at, s->how.width);
}

void hr_section_spent(const struct hr_section *s)
{
    bool any = false;

    for (size_t d = 0; d < s->designs; d++)
        any |= HR_FIGURE(s->r, "spent/total", d, 0, 0) > 0;
    if (!any)
        return;
    hr_section_title(s, "WHERE THE TIME GOES",
                     "of all answered requests; tail: from p99 on");
    for (size_t d = 0; d < s->designs; d++) {
        if (s->designs > 1)
            hr_text_addf(s->out, "%s\n", hr_pick_name(s->r, "design", d, s->a, 60));
        spent_line(s, d, 0, "  median");
        spent_line(s, d, 1, "  tail  ");
    }
}

/* ---- bottlenecks -------------------------------------------------------------------------- */

/* What makes a component worth a line: how full it is, else that something waits there. */
static double pressure(const struct hr_section *s, size_t d, size_t c)
{
    const double u = HR_FIGURE(s->r, "components/utilisation", d, c);
    const double q = HR_FIGURE(s->r, "components/queue_mean", d, c);

    return (isnan(u) ? 0 : u) + (q > 0 ? q / (1 + q) : 0) / 2;
}

static size_t hottest(const struct hr_section *s, size_t d, struct share *x)
{
    size_t n = 0;

    for (size_t c = 0; c < s->parts; c++) {
        const double p = pressure(s, d, c);
        if (p > 0)
            x[n++] = (struct share){c, 0, p};
    }
    qsort(x, n, sizeof *x, larger_first);
    return s->how.verbose || n <= PARTS_SHOWN ? n : PARTS_SHOWN;
}

static const char *figure(const struct hr_section *s, enum hr_quantity q, const char *path,
                          size_t d, size_t c)
{
    const double x = HR_FIGURE(s->r, path, d, c);

    if (isnan(x))
        return "-";
    if (q == HR_NUMBER_PLAIN && x > 0 && x < 0.01)
        return "<0.01"; /* calls that wait, on average: none to speak of */
    return hr_section_number(s, hr_number_of(q, x));
}

static void bottleneck_row(const struct hr_section *s, struct hr_table *t, size_t d,
                           size_t c)
{
    struct hr_table_row *row = hr_table_row(t);
    const double u = HR_FIGURE(s->r, "components/utilisation", d, c);
    size_t n = 0;

    row->cells[n++].text = hr_arena_printf(
        s->a, "  %s", hr_pick_name(s->r, "component", c, s->a, HR_NAME_COLUMNS));
    row->cells[n].tone = u > 0.9 ? HR_TONE_BAD : u > 0.7 ? HR_TONE_OPEN : HR_TONE_NONE;
    row->cells[n++].text =
        isnan(u) ? "-"
                 : hr_section_interval(s, HR_NUMBER_SHARE, "components/utilisation", d, c);
    row->cells[n++].text = figure(s, HR_NUMBER_PLAIN, "components/queue_mean", d, c);
    row->cells[n++].text = figure(s, HR_NUMBER_COUNT, "components/queue_max", d, c);
    row->cells[n++].text = figure(s, HR_NUMBER_SHARE, "components/wasted_share", d, c);
    row->cells[n++].text = figure(s, HR_NUMBER_TIME, "components/sojourn_p99", d, c);
    row->cells[n++].text = figure(s, HR_NUMBER_PLAIN, "components/workers_mean", d, c);
    row->cells[n++].text = figure(s, HR_NUMBER_SHARE, "components/failed_share", d, c);
    row->cells[n++].text = figure(s, HR_NUMBER_RATE, "components/calls_rate", d, c);
}

void hr_section_bottlenecks(const struct hr_section *s)
{
    static const char *const titles[] = {"utilisation", "queue",     "longest",
                                         "wasted work", "p99 there", "workers held",
                                         "failed",      "calls"};
    struct hr_table t = hr_table_begin(s->a);
    struct share *x = hr_arena_alloc(s->a, s->parts + 1, sizeof *x);
    size_t hidden = 0;

    if (hr_results_find(s->r, "components/utilisation") == NULL)
        return;
    hr_table_column(&t, "BOTTLENECKS", true);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        hr_table_column(&t, titles[i], false);
    for (size_t d = 0; d < s->designs; d++) {
        const size_t n = hottest(s, d, x);
        hr_section_design(s, &t, d);
        for (size_t i = 0; i < n; i++)
            bottleneck_row(s, &t, d, x[i].component);
        hidden = n == PARTS_SHOWN && s->parts > n ? s->parts - n : hidden;
    }
    hr_section_table(s, &t);
    if (hidden > 0 && !s->how.verbose)
        hr_text_add(s->out, "  (the fullest of each design; all: -v)\n");
}
