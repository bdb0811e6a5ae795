/* sim/report/page/page_spent.c - where the time of a request goes: bars that add up. */
#include "sim/report/page/page.h"

#include <math.h>
#include <string.h>

enum {
    LABEL = 150, /* px left of the bars */
    TOTAL = 90,  /* px right of them */
    ROW = 38,
    BAR = 26,
    NARROW = 3, /* px: narrower segments are put together */
};

static const struct {
    const char *name, *at; /* as stored; in a sentence before the component */
} words[] = {
    {"network", "spent on the network to"},
    {"queue", "spent waiting in the queue of"},
    {"work", "spent on work at"},
    {"wait", "spent in the latency of"},
    {"retry", "spent on failed attempts and pauses at"},
};
enum { N_WORDS = sizeof words / sizeof *words };

struct spent {
    const struct hr_var *time, *total, *tasks;
    size_t row;
};

static double part(const struct hr_page_view *v, const struct spent *s, size_t d,
                   size_t slice, size_t component, size_t activity)
{
    const double x = HR_AT(v, s->time, d, s->row, slice, component, activity);

    return x > 0.0 && isfinite(x) ? x : 0.0;
}

static double sum(const struct hr_page_view *v, const struct spent *s, size_t d,
                  size_t slice)
{
    double total = 0.0;

    for (size_t c = 0; c < v->n_components; c++)
        for (size_t a = 0; a < v->activity->n; a++)
            total += part(v, s, d, slice, c, a);
    return total;
}

static size_t word_of(const struct hr_page_view *v, size_t activity)
{
    for (size_t i = 0; i < N_WORDS; i++)
        if (strcmp(words[i].name, hr_page_coordinate(v->activity, activity)) == 0)
            return i;
    return N_WORDS;
}

/* ---- the finding -------------------------------------------------------------------------------- */

static const char *finding(const struct hr_page_view *v, const struct spent *s)
{
    const size_t slice = v->slice->n - 1; /* the tail */
    size_t where = v->shown[0], most_c = 0, most_a = 0;
    double all;

    for (size_t i = 0; i < v->n_shown; i++)
        if (sum(v, s, v->shown[i], slice) > sum(v, s, where, slice))
            where = v->shown[i];
    for (size_t c = 0; c < v->n_components; c++)
        for (size_t a = 0; a < v->activity->n; a++)
            if (part(v, s, where, slice, c, a) > part(v, s, where, slice, most_c, most_a)) {
                most_c = c;
                most_a = a;
            }
    all = sum(v, s, where, slice);
    if (!(all > 0.0) || word_of(v, most_a) == N_WORDS)
        return "Where the time goes";
    return hr_arena_printf(
        v->a, "In the slowest requests%s%s, %.0f%% of the time is %s %s",
        v->n_designs > 1 ? " with " : "", v->n_designs > 1 ? hr_page_design(v, where) : "",
        100.0 * part(v, s, where, slice, most_c, most_a) / all,
        words[word_of(v, most_a)].at,
        hr_html_clean(v->a, hr_page_coordinate(v->component, most_c), 1));
}

/* ---- the bars ----------------------------------------------------------------------------------- */

static void segment(struct hr_page_view *v, size_t word, const char *component,
                    double seconds, double x, double y, double w)
{
    const char *name = hr_html_clean(v->a, component, 1);
    const size_t fits = (size_t)fmax((w - 8.0) / 7.4, 0.0);

    hr_html_rawf(&v->h, "<g><title>%s: ", word < N_WORDS ? words[word].name : "other");
    hr_html_textf(&v->h, "%s, %s", name, hr_number_of(HR_NUMBER_TIME, seconds).text);
    hr_html_rawf(&v->h,
                 "</title><rect class=\"seg a%zu\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" "
                 "height=\"%d\"/>",
                 word, x, y, w > 3.0 ? w - 1.0 : w, BAR);
    if (fits >= 3 && (hr_html_width(name) <= fits || fits >= 6))
        hr_html_rawf(&v->h, "<text class=\"seg-name\" x=\"%.1f\" y=\"%.1f\">", x + 4.0,
                     y + BAR / 2.0 + 4.0);
    if (fits >= 3 && (hr_html_width(name) <= fits || fits >= 6)) {
        hr_html_text(&v->h, hr_html_cut(v->a, name, fits));
        hr_html_raw(&v->h, "</text>");
    }
    hr_html_raw(&v->h, "</g>");
}

static void bar(struct hr_page_view *v, const struct spent *s, size_t d, size_t slice,
                double y, double scale)
{
    double x = LABEL;

    hr_html_rawf(&v->h, "<text class=\"row\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
                 LABEL - 10, y + BAR / 2.0 + 4.0);
    hr_html_text(&v->h, hr_html_cut(v->a, hr_page_design(v, d), 20));
    hr_html_raw(&v->h, "</text>");
    for (size_t a = 0; a < v->activity->n; a++) {
        double rest = 0.0; /* of segments too narrow to see: one together */

        for (size_t c = 0; c < v->n_components; c++) {
            const double seconds = part(v, s, d, slice, c, a), w = seconds * scale;

            if (w < NARROW) {
                rest += seconds;
                continue;
            }
            segment(v, word_of(v, a), hr_page_coordinate(v->component, c), seconds, x, y,
                    w);
            x += w;
        }
        if (rest > 0.0)
            segment(v, word_of(v, a), "the other parts", rest, x, y, rest * scale);
        x += rest * scale;
    }
    hr_html_rawf(&v->h, "<text class=\"row total\" x=\"%.1f\" y=\"%.1f\">", x + 8.0,
                 y + BAR / 2.0 + 4.0);
    hr_html_text(&v->h, hr_number_of(HR_NUMBER_TIME, sum(v, s, d, slice)).text);
    hr_html_raw(&v->h, "</text>");
}

static const char *describe(struct hr_page_view *v, const struct spent *s, size_t slice)
{
    const char *text = "";

    for (size_t i = 0; i < v->n_shown; i++) {
        const size_t d = v->shown[i];

        text = hr_arena_printf(v->a, "%s%s: %s", text, hr_page_design(v, d),
                               hr_number_of(HR_NUMBER_TIME, sum(v, s, d, slice)).text);
        for (size_t a = 0; a < v->activity->n; a++) {
            double of = 0.0;

            for (size_t c = 0; c < v->n_components; c++)
                of += part(v, s, d, slice, c, a);
            text = hr_arena_printf(
                v->a, "%s, %s %s", text, hr_number_of(HR_NUMBER_TIME, of).text,
                hr_html_clean(v->a, hr_page_coordinate(v->activity, a), 1));
        }
        text = hr_arena_printf(v->a, "%s. ", text);
    }
    return text;
}

static const char *slice_words(const struct hr_page_view *v, size_t slice)
{
    const char *name = hr_page_coordinate(v->slice, slice);

    return strcmp(name, "median") == 0 ? "A typical request (around the median)"
           : strcmp(name, "tail") == 0 ? "The slowest 1% (beyond p99)"
                                       : hr_html_clean(v->a, name, 1);
}

static void bars(struct hr_page_view *v, const struct spent *s, size_t slice)
{
    const double height = (double)v->n_shown * ROW + 4.0;
    double most = 0.0, scale;

    for (size_t i = 0; i < v->n_shown; i++)
        most = fmax(most, sum(v, s, v->shown[i], slice));
    scale = most > 0.0 ? (HR_PAGE_WIDTH - LABEL - TOTAL) / most : 0.0;
    hr_html_raw(&v->h, "<div class=\"panel\"><h3>");
    hr_html_text(&v->h, slice_words(v, slice));
    hr_html_rawf(&v->h,
                 "</h3><svg class=\"bars\" role=\"img\" viewBox=\"0 0 %d %.0f\" "
                 "aria-labelledby=\"spent-%zu-t spent-%zu-d\"><title id=\"spent-%zu-t\">",
                 HR_PAGE_WIDTH, height, slice, slice, slice);
    hr_html_textf(&v->h, "Where the time goes: %s", slice_words(v, slice));
    hr_html_rawf(&v->h, "</title><desc id=\"spent-%zu-d\">", slice);
    hr_html_text(&v->h, describe(v, s, slice));
    hr_html_raw(&v->h, "</desc>");
    for (size_t i = 0; i < v->n_shown; i++)
        bar(v, s, v->shown[i], slice, 2.0 + (double)i * ROW, scale);
    hr_html_raw(&v->h, "</svg></div>\n");
}

/* ---- the table: component and activity down, designs and slices across ---------------------------- */

/* Worth a row: a thousandth of some bar. */
static bool counts(const struct hr_page_view *v, const struct spent *s, size_t c, size_t a)
{
    for (size_t i = 0; i < v->n_shown; i++)
        for (size_t slice = 0; slice < v->slice->n; slice++)
            if (part(v, s, v->shown[i], slice, c, a) * 1e3 >=
                    sum(v, s, v->shown[i], slice) &&
                part(v, s, v->shown[i], slice, c, a) > 0.0)
                return true;
    return false;
}

static void table_head(struct hr_page_view *v)
{
    hr_html_raw(&v->h, "<thead><tr><th scope=\"col\">component</th>"
                       "<th scope=\"col\">activity</th>");
    for (size_t i = 0; i < v->n_shown; i++)
        for (size_t slice = 0; slice < v->slice->n; slice++) {
            hr_html_raw(&v->h, "<th scope=\"col\" class=\"n\">");
            hr_html_name(&v->h, hr_page_design(v, v->shown[i]));
            hr_html_raw(&v->h, "<br>");
            hr_html_name(&v->h, hr_page_coordinate(v->slice, slice));
            hr_html_raw(&v->h, "</th>");
        }
    hr_html_raw(&v->h, "</tr></thead>");
}

/* The cells of a row: a component's activity, or the sum of all that have no row. */
static void cells(struct hr_page_view *v, const struct spent *s, size_t c, size_t a)
{
    for (size_t i = 0; i < v->n_shown; i++)
        for (size_t slice = 0; slice < v->slice->n; slice++) {
            double x = 0.0;

            for (size_t k = 0; c == v->n_components && k < v->n_components; k++)
                for (size_t b = 0; b < v->activity->n; b++)
                    x += counts(v, s, k, b) ? 0.0 : part(v, s, v->shown[i], slice, k, b);
            hr_page_number(v, HR_NUMBER_TIME,
                           c == v->n_components ? x : part(v, s, v->shown[i], slice, c, a));
        }
}

static void rows(struct hr_page_view *v, const struct spent *s)
{
    bool rest = false;

    for (size_t c = 0; c < v->n_components; c++)
        for (size_t a = 0; a < v->activity->n; a++) {
            if (!counts(v, s, c, a)) {
                for (size_t i = 0; i < v->n_shown; i++)
                    for (size_t slice = 0; slice < v->slice->n; slice++)
                        rest = rest || part(v, s, v->shown[i], slice, c, a) > 0.0;
                continue;
            }
            hr_html_raw(&v->h, "<tr><th scope=\"row\">");
            hr_html_name(&v->h, hr_page_coordinate(v->component, c));
            hr_html_raw(&v->h, "</th><td>");
            hr_html_name(&v->h, hr_page_coordinate(v->activity, a));
            hr_html_raw(&v->h, "</td>");
            cells(v, s, c, a);
            hr_html_raw(&v->h, "</tr>");
        }
    if (rest) {
        hr_html_raw(&v->h, "<tr><th scope=\"row\">the rest</th><td>under 0.1% each</td>");
        cells(v, s, v->n_components, 0);
        hr_html_raw(&v->h, "</tr>");
    }
}

static void numbers(struct hr_page_view *v, const struct spent *s)
{
    hr_html_raw(&v->h, "<details class=\"data\"><summary>Data of this chart</summary>"
                       "<div class=\"scroll\" tabindex=\"0\"><table>");
    table_head(v);
    hr_html_raw(&v->h, "<tbody>");
    rows(v, s);
    hr_html_raw(&v->h, "</tbody><tfoot><tr><th scope=\"row\" colspan=\"2\">sum</th>");
    for (size_t i = 0; i < v->n_shown; i++)
        for (size_t slice = 0; slice < v->slice->n; slice++)
            hr_page_number(v, HR_NUMBER_TIME, sum(v, s, v->shown[i], slice));
    hr_html_raw(&v->h, "</tr></tfoot></table></div></details>\n");
}

static void legend(struct hr_page_view *v)
{
    hr_html_raw(&v->h, "</p><ul class=\"legend\">");
    for (size_t a = 0; a < v->activity->n; a++) {
        hr_html_rawf(&v->h, "<li><span class=\"swatch box a%zu\"></span>", word_of(v, a));
        hr_html_name(&v->h, hr_page_coordinate(v->activity, a));
        hr_html_raw(&v->h, "</li>");
    }
    hr_html_raw(&v->h, "</ul>");
}

void hr_page_spent(struct hr_page_view *v)
{
    const struct spent s = {
        .time = hr_page_numbers(v, "spent/time",
                                "design request_class slice component activity"),
        .total = hr_page_numbers(v, "spent/total", "design request_class slice"),
        .tasks = hr_page_numbers(v, "spent/tasks", "design request_class slice"),
        .row = v->headline};

    if (!s.time || !v->slice || v->slice->n == 0 || !v->activity || v->n_shown == 0)
        return;
    hr_page_section(v, "time", "Where the time goes", finding(v, &s));
    hr_html_raw(&v->h, "<figure class=\"chart\" id=\"time-fig\"><figcaption><p>");
    hr_html_text(&v->h, hr_page_row_words(v, s.row));
    hr_html_raw(&v->h,
                ": mean time along the critical path, by what it was spent on and at which "
                "part. The segments of a bar add up to its total; the two groups have "
                "scales of their own.");
    legend(v);
    hr_html_raw(&v->h, "</figcaption>");
    for (size_t slice = 0; slice < v->slice->n && slice < 4; slice++)
        bars(v, &s, slice);
    numbers(v, &s);
    hr_html_raw(&v->h, "</figure></section>\n");
}
