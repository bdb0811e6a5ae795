/* sim/report/page/page_calls.c - how calls fare when things go wrong: retries, time-outs, waste. */
#include "sim/report/page/page.h"

#include <math.h>
#include <string.h>

static double over_edges(const struct hr_page_view *v, const char *path, size_t d)
{
    const struct hr_var *var = hr_page_numbers(v, path, "design edge");
    double sum = var ? 0.0 : (double)NAN;

    for (size_t e = 0; var && v->edge && e < v->edge->n; e++)
        if (!isnan(HR_AT(v, var, d, e)))
            sum += HR_AT(v, var, d, e);
    return sum;
}

/* CPU time of work whose answer nobody waited for, as a share of all of it. */
static double wasted(const struct hr_page_view *v, size_t d)
{
    const struct hr_var *lost =
        hr_page_numbers(v, "components/wasted_s", "design component");
    const struct hr_var *work = hr_page_numbers(v, "components/work_s", "design component");
    double sum_lost = 0.0, sum_work = 0.0;

    for (size_t c = 0; c < v->n_components; c++) {
        const double x = HR_AT(v, lost, d, c), y = HR_AT(v, work, d, c);

        sum_lost += x > 0.0 ? x : 0.0;
        sum_work += y > 0.0 ? y : 0.0;
    }
    return sum_work > 0.0 ? sum_lost / sum_work : (double)NAN;
}

static double attempts(const struct hr_page_view *v, size_t d)
{
    return HR_AT(v, hr_page_numbers(v, "summary/amplification", "design request_class"), d,
                 0);
}

static const char *finding(const struct hr_page_view *v)
{
    size_t most = 0;

    for (size_t d = 1; d < v->n_designs; d++)
        if (attempts(v, d) > attempts(v, most))
            most = d;
    if (v->n_designs == 0 || !(attempts(v, most) > 0.0))
        return "How calls fare";
    if (attempts(v, most) < 1.005)
        return "Next to nothing is tried again";
    return hr_arena_printf(
        v->a, "%s%s%s attempts are sent for each request%s",
        v->n_designs > 1 ? "With " : "",
        v->n_designs > 1 ? hr_arena_printf(v->a, "%s, ", hr_page_design(v, most)) : "",
        hr_number_of(HR_NUMBER_PLAIN, attempts(v, most)).text,
        wasted(v, most) > 0.005
            ? hr_arena_printf(v->a,
                              ", and %s of the CPU time is work nobody waits for any more",
                              hr_number_of(HR_NUMBER_SHARE, wasted(v, most)).text)
            : "");
}

static void row_head(struct hr_page_view *v, const char *words, const char *explanation)
{
    hr_html_rawf(&v->h, "<tr><th scope=\"row\">%s", words);
    if (explanation)
        hr_html_rawf(&v->h, " <small>%s</small>", explanation);
    hr_html_raw(&v->h, "</th>");
}

static const struct {
    const char *words, *explanation, *path;
} counted[] = {
    {"time-outs", "the caller gave up; the callee was not told", "edges/timed_out"},
    {"refused", "no room, or nobody there", "edges/refused"},
    {"throttled", NULL, "edges/throttled"},
    {"retries denied", "by a retry budget", "edges/retries_denied"},
    {"breaker refusals", "calls that an open breaker did not make",
     "edges/breaker_refused"},
    {"bulkhead refusals", NULL, "edges/bulkhead_refused"},
    {"hedges", NULL, "edges/hedges"},
    {"fallbacks", "answered without the callee", "edges/fallbacks"},
};
enum { N_COUNTED = sizeof counted / sizeof *counted };

/* Counted in no design: not worth a row. */
static bool never(const struct hr_page_view *v, const char *path)
{
    for (size_t d = 0; d < v->n_designs; d++)
        if (over_edges(v, path, d) > 0.0)
            return false;
    return true;
}

static void summary_rows(struct hr_page_view *v)
{
    row_head(v, "attempts a request", "1 = nothing is tried again");
    for (size_t d = 0; d < v->n_designs; d++)
        hr_page_number(v, HR_NUMBER_PLAIN, attempts(v, d));
    hr_html_raw(&v->h, "</tr>");
    row_head(v, "wasted work", "share of CPU time whose answer nobody waited for");
    for (size_t d = 0; d < v->n_designs; d++)
        hr_page_number(v, HR_NUMBER_SHARE, wasted(v, d));
    hr_html_raw(&v->h, "</tr>");
    for (size_t i = 0; i < N_COUNTED; i++) {
        if (never(v, counted[i].path))
            continue;
        row_head(v, counted[i].words, counted[i].explanation);
        for (size_t d = 0; d < v->n_designs; d++)
            hr_page_number(v, HR_NUMBER_COUNT, over_edges(v, counted[i].path, d));
        hr_html_raw(&v->h, "</tr>\n");
    }
}

/* What there was none of, in one line. */
static void absent(struct hr_page_view *v)
{
    const char *separator = "<p class=\"aside\">None: ";

    for (size_t i = 0; i < N_COUNTED; i++)
        if (never(v, counted[i].path)) {
            hr_html_rawf(&v->h, "%s%s", separator, counted[i].words);
            separator = ", ";
        }
    if (*separator == ',')
        hr_html_raw(&v->h, ".</p>");
}

static void summary(struct hr_page_view *v)
{
    hr_html_raw(&v->h,
                "<div class=\"scroll\" tabindex=\"0\"><table class=\"facts\"><caption>"
                "Resilience of calls, all call sites together</caption><thead><tr>"
                "<th scope=\"col\">Measure</th>");
    for (size_t d = 0; d < v->n_designs; d++) {
        hr_html_raw(&v->h, "<th scope=\"col\" class=\"n\">");
        hr_page_designation(v, d);
        hr_html_raw(&v->h, "</th>");
    }
    hr_html_raw(&v->h, "</tr></thead><tbody>");
    summary_rows(v);
    hr_html_raw(&v->h, "</tbody></table></div>\n");
    absent(v);
}

/* ---- what became of the requests ------------------------------------------------------------- */

static const char *const outcomes[][2] = {
    {"valid", "valid"},     {"good", "good"},           {"late", "late"},
    {"failed", "failed"},   {"timed out", "timed_out"}, {"throttled", "throttled"},
    {"refused", "refused"}, {"degraded", "degraded"},   {"unfinished", "unfinished"},
};
enum { N_OUTCOMES = sizeof outcomes / sizeof *outcomes };

static void outcome_row(struct hr_page_view *v, size_t c, size_t d)
{
    static const char *const dims = "design request_class";
    const double a = HR_AT(v, hr_page_numbers(v, "summary/availability", dims), d, c);
    const double lo = HR_AT(v, hr_page_numbers(v, "summary/availability_lo", dims), d, c);
    const double hi = HR_AT(v, hr_page_numbers(v, "summary/availability_hi", dims), d, c);

    hr_html_raw(&v->h, d == 0 ? "<tr class=\"first\">" : "<tr>");
    if (d == 0) {
        hr_html_rawf(&v->h, "<th scope=\"rowgroup\" rowspan=\"%zu\">", v->n_designs);
        hr_html_name(&v->h, hr_page_row_words(v, c));
        hr_html_raw(&v->h, "</th>");
    }
    hr_page_row_head(v, d);
    hr_page_estimate(v, HR_NUMBER_SHARE, a, lo, hi);
    for (size_t i = 0; i < N_OUTCOMES; i++)
        hr_page_number(
            v, HR_NUMBER_COUNT,
            hr_page_sum(v, hr_arena_printf(v->a, "summary/%s", outcomes[i][1]), d, c));
    hr_html_raw(&v->h, "</tr>\n");
}

static void outcome_table(struct hr_page_view *v)
{
    hr_html_raw(&v->h,
                "<details><summary>What became of the requests, by class</summary>"
                "<div class=\"scroll\" tabindex=\"0\"><table><caption>Requests by outcome, "
                "summed over replications</caption><thead><tr><th scope=\"col\">Requests"
                "</th><th scope=\"col\">Design</th><th scope=\"col\" class=\"n\">"
                "availability</th>");
    for (size_t i = 0; i < N_OUTCOMES; i++)
        hr_html_rawf(&v->h, "<th scope=\"col\" class=\"n\">%s</th>", outcomes[i][0]);
    hr_html_raw(&v->h, "</tr></thead>");
    for (size_t c = 0; c < v->n_listed; c++) {
        hr_html_raw(&v->h, "<tbody>");
        for (size_t d = 0; d < v->n_designs; d++)
            outcome_row(v, c, d);
        hr_html_raw(&v->h, "</tbody>");
    }
    hr_html_raw(&v->h, "</table></div></details>\n");
}

/* ---- by call site ------------------------------------------------------------------------------ */

static const struct {
    const char *words, *path;
    enum hr_quantity quantity;
} columns[] = {
    {"calls", "edges/rate", HR_NUMBER_RATE},
    {"attempts", "edges/attempts_rate", HR_NUMBER_RATE},
    {"ok", "edges/ok", HR_NUMBER_COUNT},
    {"failed", "edges/failed", HR_NUMBER_COUNT},
    {"timed out", "edges/timed_out", HR_NUMBER_COUNT},
    {"throttled", "edges/throttled", HR_NUMBER_COUNT},
    {"refused", "edges/refused", HR_NUMBER_COUNT},
    {"retries denied", "edges/retries_denied", HR_NUMBER_COUNT},
    {"breaker", "edges/breaker_refused", HR_NUMBER_COUNT},
    {"bulkhead", "edges/bulkhead_refused", HR_NUMBER_COUNT},
    {"hedges", "edges/hedges", HR_NUMBER_COUNT},
    {"fallbacks", "edges/fallbacks", HR_NUMBER_COUNT},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns, MOST_SITES = 400 };

static void site_row(struct hr_page_view *v, size_t e, size_t d, size_t rowspan)
{
    hr_html_raw(&v->h, rowspan ? "<tr class=\"first\">" : "<tr>");
    if (rowspan) {
        hr_html_rawf(&v->h, "<th scope=\"rowgroup\" rowspan=\"%zu\">", rowspan);
        hr_html_name(&v->h, hr_page_coordinate(v->edge, e));
        hr_html_raw(&v->h, "</th>");
    }
    hr_page_row_head(v, d);
    for (size_t k = 0; k < N_COLUMNS; k++)
        hr_page_number(v, columns[k].quantity,
                       HR_AT(v, hr_page_numbers(v, columns[k].path, "design edge"), d, e));
    hr_html_raw(&v->h, "</tr>\n");
}

static void sites(struct hr_page_view *v)
{
    const bool all = v->n_designs * v->edge->n <= HR_PAGE_CELLS;

    hr_html_raw(&v->h,
                "<details><summary>By call site</summary><div class=\"scroll\" "
                "tabindex=\"0\"><table><caption>What became of the calls, by call site"
                "</caption><thead><tr><th scope=\"col\">Call</th>"
                "<th scope=\"col\">Design</th>");
    for (size_t k = 0; k < N_COLUMNS; k++)
        hr_html_rawf(&v->h, "<th scope=\"col\" class=\"n\">%s</th>", columns[k].words);
    hr_html_raw(&v->h, "</tr></thead>");
    for (size_t e = 0; e < v->edge->n && e < MOST_SITES; e++) {
        hr_html_raw(&v->h, "<tbody>");
        if (!all)
            site_row(v, e, v->chosen, 1);
        for (size_t d = 0; all && d < v->n_designs; d++)
            site_row(v, e, d, d == 0 ? v->n_designs : 0);
        hr_html_raw(&v->h, "</tbody>");
    }
    hr_html_raw(&v->h, "</table></div>");
    if (v->edge->n > MOST_SITES)
        hr_html_rawf(&v->h, "<p class=\"aside\">The first %d of %zu call sites.</p>",
                     MOST_SITES, v->edge->n);
    if (!all)
        hr_page_elsewhere(v);
    hr_html_raw(&v->h, "</details>\n");
}

void hr_page_calls(struct hr_page_view *v)
{
    if (v->n_designs == 0)
        return;
    hr_page_section(v, "calls", "Resilience of calls", finding(v));
    summary(v);
    outcome_table(v);
    if (v->edge && v->edge->n)
        sites(v);
    hr_html_raw(&v->h, "</section>\n");
}
