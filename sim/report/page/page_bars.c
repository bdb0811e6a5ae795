/* sim/report/page/page_bars.c - see page_bars.h. */
#include "sim/report/page/page_bars.h"

#include <math.h>

enum {
    LABEL = 210, /* px left of the bars */
    TOTAL = 130, /* px right of them */
    ROW = 34,
    BAR = 24,
    NARROW = 1, /* px: narrower segments are not drawn */
    FLAG = 20,  /* px above the bars, where a limit has its label */
};

static double known(double x)
{
    return x > 0.0 && isfinite(x) ? x : 0.0;
}

static double sum(const struct hr_page_bars *b, const struct hr_page_bar *bar)
{
    double all = 0.0;

    for (size_t k = 0; k < b->n_parts; k++)
        all += known(bar->part[k]);
    return all;
}

static void segment(struct hr_page_view *v, const struct hr_page_bars *b, size_t part,
                    double amount, double x, double y, double w)
{
    const size_t fits = (size_t)fmax((w - 8.0) / 7.4, 0.0);
    const char *const name = b->names[part];

    hr_html_raw(&v->h, "<g><title>");
    hr_html_textf(&v->h, "%s: %s", name, hr_number_of(b->quantity, amount).text);
    hr_html_rawf(&v->h,
                 "</title><rect class=\"seg a%zu\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" "
                 "height=\"%d\"/>",
                 part, x, y, w > 3.0 ? w - 1.0 : w, BAR);
    if (fits >= 3 && (hr_html_width(name) <= fits || fits >= 6)) {
        hr_html_rawf(&v->h, "<text class=\"seg-name\" x=\"%.1f\" y=\"%.1f\">", x + 4.0,
                     y + BAR / 2.0 + 4.0);
        hr_html_text(&v->h, hr_html_cut(v->a, name, fits));
        hr_html_raw(&v->h, "</text>");
    }
    hr_html_raw(&v->h, "</g>");
}

/* Returns where it ends. */
static double bar(struct hr_page_view *v, const struct hr_page_bars *b, size_t i,
                  double top, double scale)
{
    const struct hr_page_bar *it = &b->bars[i];
    const double y = top + (double)i * ROW;
    double x = LABEL;

    hr_html_rawf(&v->h, "<text class=\"row\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
                 LABEL - 10, y + BAR / 2.0 + 4.0);
    hr_html_text(&v->h, hr_html_cut(v->a, it->label, 27));
    hr_html_raw(&v->h, "</text>");
    for (size_t k = 0; k < b->n_parts; k++) {
        const double w = known(it->part[k]) * scale;

        if (w >= NARROW)
            segment(v, b, k, it->part[k], x, y, w);
        x += w;
    }
    if (it->endless) {
        hr_html_rawf(&v->h,
                     "<rect class=\"never\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
                     "height=\"%d\"/>",
                     x, y, HR_PAGE_WIDTH - TOTAL - x, BAR);
        x = HR_PAGE_WIDTH - TOTAL;
    }
    return x;
}

static void total(struct hr_page_view *v, const struct hr_page_bars *b, size_t i,
                  double top, double x)
{
    hr_html_rawf(&v->h, "<text class=\"row total\" x=\"%.1f\" y=\"%.1f\">", x + 8.0,
                 top + (double)i * ROW + BAR / 2.0 + 4.0);
    hr_html_text(&v->h, b->bars[i].total);
    hr_html_raw(&v->h, "</text>");
}

static void limit(struct hr_page_view *v, const struct hr_page_bars *b, double height,
                  double scale)
{
    const double x = LABEL + b->limit * scale;

    if (!(b->limit > 0.0 && x <= HR_PAGE_WIDTH - TOTAL))
        return;
    hr_html_rawf(&v->h,
                 "<line class=\"limit\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%.1f\"/>"
                 "<text class=\"flag\" x=\"%.1f\" y=\"%d\">",
                 x, x, FLAG - 6, height, x + 4.0, FLAG - 6);
    hr_html_text(&v->h, b->limit_label);
    hr_html_raw(&v->h, "</text>");
}

void hr_page_bars(struct hr_page_view *v, const struct hr_page_bars *b)
{
    const double top = b->limit > 0.0 ? FLAG : 2.0;
    const double height = top + (double)b->n * ROW + 2.0;
    double *ends = hr_arena_alloc(v->a, b->n, sizeof *ends);
    double most = b->limit > 0.0 ? b->limit : 0.0, scale;

    for (size_t i = 0; i < b->n; i++)
        most = fmax(most, sum(b, &b->bars[i]));
    scale = most > 0.0 ? (HR_PAGE_WIDTH - LABEL - TOTAL) / most : 0.0;
    hr_html_raw(&v->h, "<div class=\"panel\"><h3>");
    hr_html_text(&v->h, b->title);
    hr_html_rawf(&v->h,
                 "</h3><svg class=\"bars\" role=\"img\" viewBox=\"0 0 %d %.0f\" "
                 "aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">",
                 HR_PAGE_WIDTH, height, b->id, b->id, b->id);
    hr_html_text(&v->h, b->title);
    hr_html_rawf(&v->h, "</title><desc id=\"%s-d\">", b->id);
    hr_html_text(&v->h, b->desc);
    hr_html_raw(&v->h, "</desc>");
    for (size_t i = 0; i < b->n; i++)
        ends[i] = bar(v, b, i, top, scale);
    limit(v, b, height, scale);
    for (size_t i = 0; i < b->n; i++)
        total(v, b, i, top, ends[i]);
    hr_html_raw(&v->h, "</svg></div>\n");
}

void hr_page_bars_legend(struct hr_page_view *v, const struct hr_page_bars *b)
{
    hr_html_raw(&v->h, "<ul class=\"legend\">");
    for (size_t k = 0; k < b->n_parts; k++) {
        hr_html_rawf(&v->h, "<li><span class=\"swatch box a%zu\"></span>", k);
        hr_html_name(&v->h, b->names[k]);
        hr_html_raw(&v->h, "</li>");
    }
    hr_html_raw(&v->h, "</ul>");
}
