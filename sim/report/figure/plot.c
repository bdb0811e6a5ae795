/* sim/report/figure/plot.c - see plot.h. */
#include "sim/report/figure/plot.h"

#include "sim/report/figure/gnuplot.h"

#include <math.h>
#include <string.h>

enum { MOST_MARKS = 40, MOST_MOMENTS = 400, LABEL_HEIGHT = 15 /* px */ };
static const double CHARACTER = 6.6; /* px, a wide guess at 12 px of any system font */

/* Okabe and Ito's colours first, then greys; page.css replaces each by the theme's. */
static const char *const inks[HR_N_INKS] = {
    [HR_INK_BLUE] = "#0072b2",   [HR_INK_VERMILLION] = "#d55e00",
    [HR_INK_GREEN] = "#009e73",  [HR_INK_PURPLE] = "#cc79a7",
    [HR_INK_ORANGE] = "#e69f00", [HR_INK_SKY] = "#56b4e9",
    [HR_INK_TEXT] = "#111111",   [HR_INK_MUTED] = "#777777",
    [HR_INK_AXIS] = "#999999",   [HR_INK_GRID] = "#dddddd",
    [HR_INK_SHADE] = "#bbbbbb",
};

void hr_plot_begin(struct hr_plot *p, struct hr_arena *a, double width, double height)
{
    *p = (struct hr_plot){.columns = HR_PLOT_COLUMNS,
                          .width = width,
                          .height = height,
                          .left = 64.0,
                          .right = 84.0,
                          .top = 24.0,
                          .bottom = 26.0};
    hr_html_init(&p->script, a);
    hr_html_init(&p->plots, a);
}

static const char *quoted(struct hr_plot *p, const char *text)
{
    return hr_gnuplot_quoted(p->script.arena, text);
}

/* gnuplot reads the text of a tick as a format. */
static const char *tick_text(struct hr_plot *p, const char *text)
{
    char *out = hr_arena_alloc(p->script.arena, 2 * strlen(text) + 1, 1), *to = out;

    for (; *text; text++) {
        if (*text == '%')
            *to++ = '%';
        *to++ = *text;
    }
    return quoted(p, out);
}

static void ticks(struct hr_plot *p, char which, const struct hr_axis *axis)
{
    hr_html_rawf(&p->script, "set %crange [%.9g:%.9g]\n", which, axis->lo, axis->hi);
    if (axis->log)
        hr_html_rawf(&p->script, "set logscale %c 10\n", which);
    hr_html_rawf(&p->script, "set %ctics scale 0.4 out nomirror (", which);
    for (size_t i = 0, made = 0; i < axis->n; i++) {
        const double place = hr_axis_place(axis, axis->at[i]);

        if (!(place > -1e-9 && place < 1.0 + 1e-9))
            continue;
        hr_html_rawf(&p->script, "%s%s %.9g", made++ ? ", " : "",
                     tick_text(p, axis->text[i]), axis->at[i]);
    }
    hr_html_rawf(&p->script, ") textcolor rgb '%s'\n", inks[HR_INK_MUTED]);
}

/* Every chart starts from nothing: no setting leaks from the one before.  Marker definitions
 * and fonts are taken out of the SVG afterwards (figure.c). */
void hr_plot_frame(struct hr_plot *p, const char *x_label, const char *y_label)
{
    struct hr_html *s = &p->script;

    hr_html_rawf(
        s,
        "reset\nset encoding utf8\n"
        "set terminal svg dynamic noenhanced size %.0f,%.0f font 'sans-serif,12'\n",
        p->width, p->height);
    hr_html_rawf(s, "set lmargin at screen %.6f\nset rmargin at screen %.6f\n",
                 p->left / p->width, 1.0 - p->right / p->width);
    hr_html_rawf(s, "set bmargin at screen %.6f\nset tmargin at screen %.6f\n",
                 p->bottom / p->height, 1.0 - p->top / p->height);
    hr_html_rawf(
        s, "set border 1 lc rgb '%s'\nset grid ytics lt 1 lw 1 lc rgb '%s'\nunset key\n",
        inks[HR_INK_AXIS], inks[HR_INK_GRID]);
    ticks(p, 'x', &p->x);
    ticks(p, 'y', &p->y);
    if (y_label)
        hr_html_rawf(s, "set label %u %s at screen 0.004, screen %.6f left tc rgb '%s'\n",
                     ++p->n_labels, quoted(p, y_label), 1.0 - 9.0 / p->height,
                     inks[HR_INK_MUTED]);
    if (x_label)
        hr_html_rawf(s, "set label %u %s at graph 0.5, screen %.6f center tc rgb '%s'\n",
                     ++p->n_labels, quoted(p, x_label), 9.0 / p->height,
                     inks[HR_INK_MUTED]);
}

void hr_plot_headroom(struct hr_plot *p, double px)
{
    const double inner = p->height - p->top - p->bottom, factor = inner / (inner - px);

    p->y.hi = p->y.log ? p->y.lo * pow(p->y.hi / p->y.lo, factor)
                       : p->y.lo + (p->y.hi - p->y.lo) * factor;
}

/* The first row of labels that has room from `place` on; -1: none. */
static int row_for(struct hr_plot *p, double place, double width)
{
    for (int row = 0; row < HR_PLOT_MARK_ROWS; row++)
        if (place >= p->mark_ends[row]) {
            p->mark_ends[row] = place + width;
            return row;
        }
    return -1;
}

static void name_at_top(struct hr_plot *p, double place, double room, const char *text)
{
    const double inner = p->width - p->left - p->right;
    const double at = place + room > 1.0 ? 1.0 - room : place;
    const int row = row_for(p, at, room);

    if (row >= 0)
        hr_html_rawf(&p->script,
                     "set label %u %s at graph %.6f, screen %.6f left front tc rgb '%s'\n",
                     ++p->n_labels, quoted(p, text), at + 5.0 / inner,
                     1.0 - (p->top + 8.0 + LABEL_HEIGHT * row) / p->height,
                     inks[HR_INK_TEXT]);
}

void hr_plot_mark(struct hr_plot *p, double begin, double end, const char *name)
{
    const double from = begin > p->x.lo ? begin : p->x.lo;
    const double to = isfinite(end) && end < p->x.hi ? end : p->x.hi;
    const double inner = p->width - p->left - p->right;
    const char *const text =
        hr_html_cut(p->script.arena, hr_html_clean(p->script.arena, name, 1), 28);
    const double room = ((double)hr_html_width(text) * CHARACTER + 10.0) / inner;
    const double place = hr_axis_place(&p->x, from);

    if (!(from <= p->x.hi) || !(to >= p->x.lo) || p->n_marks == MOST_MARKS)
        return;
    p->n_marks++;
    if (to > from)
        hr_html_rawf(&p->script,
                     "set object %u rectangle from %.9g, graph 0 to %.9g, graph 1 behind "
                     "fc rgb '%s' fs solid 0.25 noborder\n",
                     ++p->n_objects, from, to, inks[HR_INK_SHADE]);
    hr_html_rawf(&p->script,
                 "set arrow from %.9g, graph 0 to %.9g, graph 1 nohead back lt 1 lw 1 "
                 "dt (3,3) lc rgb '%s'\n",
                 from, from, inks[HR_INK_AXIS]);
    name_at_top(p, place, room, text);
}

void hr_plot_moment(struct hr_plot *p, double x, const char *name)
{
    const double inner = p->width - p->left - p->right;
    const double place = hr_axis_place(&p->x, x);

    if (!(place >= 0.0 && place <= 1.0) || p->n_moments == MOST_MOMENTS)
        return;
    p->n_moments++;
    hr_html_rawf(&p->script,
                 "set arrow from %.9g, graph 0 to %.9g, graph 1 nohead back lt 1 lw 1.2 "
                 "lc rgb '%s'\n",
                 x, x, inks[HR_INK_PURPLE]);
    if (name) {
        const char *const text =
            hr_html_cut(p->script.arena, hr_html_clean(p->script.arena, name, 1), 28);

        name_at_top(p, place, ((double)hr_html_width(text) * CHARACTER + 10.0) / inner,
                    text);
    }
}

void hr_plot_note(struct hr_plot *p, double x, const char *text)
{
    hr_html_rawf(&p->script,
                 "set label %u %s at first %.9g, graph 0.5 center front tc rgb '%s'\n",
                 ++p->n_labels, quoted(p, text), x, inks[HR_INK_MUTED]);
}

void hr_plot_limit_y(struct hr_plot *p, double y, const char *label)
{
    const double place = hr_axis_place(&p->y, y);

    if (!(place >= 0.0 && place <= 1.0))
        return;
    hr_html_rawf(
        &p->script,
        "set arrow from graph 0, first %.9g to graph 1, first %.9g nohead front lt 1 "
        "lw 1.2 dt (6,4) lc rgb '%s'\n",
        y, y, inks[HR_INK_TEXT]);
    hr_html_rawf(&p->script,
                 "set label %u %s at screen %.6f, screen %.6f left front tc rgb '%s'\n",
                 ++p->n_labels, quoted(p, label), (p->left + 6.0) / p->width,
                 (p->bottom + place * (p->height - p->top - p->bottom) + 9.0) / p->height,
                 inks[HR_INK_TEXT]);
}

void hr_plot_limit_x(struct hr_plot *p, double x, const char *label)
{
    const double place = hr_axis_place(&p->x, x);
    const bool left = place > 0.6;

    if (!(place >= 0.0 && place <= 1.0))
        return;
    hr_html_rawf(&p->script,
                 "set arrow from %.9g, graph 0 to %.9g, graph 1 nohead front lt 1 lw 1.2 "
                 "dt (6,4) lc rgb '%s'\n",
                 x, x, inks[HR_INK_TEXT]);
    hr_html_rawf(
        &p->script, "set label %u %s at screen %.6f, screen %.6f %s front tc rgb '%s'\n",
        ++p->n_labels, quoted(p, label),
        (p->left + place * (p->width - p->left - p->right) + (left ? -6.0 : 6.0)) /
            p->width,
        1.0 - (p->top + 8.0) / p->height, left ? "right" : "left", inks[HR_INK_TEXT]);
}

static unsigned block(struct hr_plot *p, const double *const *columns, size_t n_columns,
                      size_t n)
{
    struct hr_html *s = &p->script;

    hr_html_rawf(s, "$b%u << EOD\n", ++p->n_blocks);
    for (size_t i = 0; i < n; i++) {
        for (size_t c = 0; c < n_columns; c++)
            if (isfinite(columns[c][i]))
                hr_html_rawf(s, "%s%.6g", c ? " " : "", columns[c][i]);
            else
                hr_html_rawf(s, "%sNaN", c ? " " : "");
        hr_html_raw(s, "\n");
    }
    hr_html_raw(s, "EOD\n");
    return p->n_blocks;
}

void hr_plot_line(struct hr_plot *p, const double *x, const double *y, size_t n,
                  enum hr_ink ink, double width, int dash)
{
    static const char *const dashes[] = {"1", "(6,4)", "(2,3)", "(9,3,2,3)"};
    double *tx = hr_arena_alloc(p->script.arena, n, sizeof *tx);
    double *ty = hr_arena_alloc(p->script.arena, n, sizeof *ty);
    const size_t kept = hr_plot_thin_extremes(x, y, n, p->columns, tx, ty);
    const unsigned b = block(p, (const double *const[]){tx, ty}, 2, kept);

    hr_html_rawf(&p->plots, "%s$b%u using 1:2 with lines lw %.3g dt %s lc rgb '%s' notitle",
                 p->plots.length ? ", " : "plot ", b, width, dashes[dash & 3], inks[ink]);
}

/* One polygon of points [from, to): along the upper curve and back along the lower one. */
static void polygon(struct hr_html *s, const double *x, const double *low,
                    const double *high, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        hr_html_rawf(s, "%.6g %.6g\n", x[i], high[i]);
    for (size_t i = to; i-- > from;)
        hr_html_rawf(s, "%.6g %.6g\n", x[i], low[i]);
    hr_html_raw(s, "\n");
}

/* Where the curves touch there is nothing to see, and no polygon. */
void hr_plot_area(struct hr_plot *p, const double *x, const double *low, const double *high,
                  size_t n, enum hr_ink ink, double opacity)
{
    struct hr_arena *a = p->script.arena;
    double *tx = hr_arena_alloc(a, n, sizeof *tx);
    double *tl = hr_arena_alloc(a, n, sizeof *tl), *th = hr_arena_alloc(a, n, sizeof *th);
    const double sliver = 0.3 * (p->y.hi - p->y.lo) / (p->height - p->top - p->bottom);
    const size_t kept = hr_plot_thin_means(x, low, n, 2 * p->columns, tx, tl);
    size_t from = 0, made = 0;

    hr_plot_thin_means(x, high, n, 2 * p->columns, tx, th);
    hr_html_rawf(&p->script, "$b%u << EOD\n", ++p->n_blocks);
    for (size_t i = 0; i <= kept; i++) {
        if (i < kept && th[i] - tl[i] > sliver)
            continue;
        if (i > from && ++made)
            polygon(&p->script, tx, tl, th, from, i);
        from = i + 1;
    }
    hr_html_raw(&p->script, "EOD\n");
    if (made)
        hr_html_rawf(&p->plots,
                     "%s$b%u using 1:2 with filledcurves closed fc rgb '%s' fs solid %.2f "
                     "noborder notitle",
                     p->plots.length ? ", " : "plot ", p->n_blocks, inks[ink], opacity);
}

static void whisker(struct hr_plot *p, double x0, double y0, double x1, double y1,
                    enum hr_ink ink)
{
    hr_html_rawf(
        &p->script,
        "set arrow from first %.9g, first %.9g to first %.9g, first %.9g nohead front "
        "lt 1 lw 1.5 lc rgb '%s'\n",
        x0, y0, x1, y1, inks[ink]);
}

static double within(const struct hr_axis *axis, double x)
{
    return x < axis->lo ? axis->lo : x > axis->hi ? axis->hi : x;
}

void hr_plot_point(struct hr_plot *p, double x, double y, double half_x, double half_y,
                   enum hr_ink ink, const char *name, bool above)
{
    const bool left = hr_axis_place(&p->x, x) > 0.7;

    if (isfinite(half_x) && half_x > 0)
        whisker(p, within(&p->x, x - half_x), y, within(&p->x, x + half_x), y, ink);
    if (isfinite(half_y) && half_y > 0)
        whisker(p, x, within(&p->y, y - half_y), x, within(&p->y, y + half_y), ink);
    hr_html_rawf(
        &p->script,
        "set object %u circle at first %.9g, first %.9g size screen %.6f front fc rgb "
        "'%s' fs solid noborder\n",
        ++p->n_objects, x, y, 4.5 / p->width, inks[ink]);
    hr_html_rawf(
        &p->script,
        "set label %u %s at first %.9g, first %.9g %s offset character %s, character "
        "%s front tc rgb '%s'\n",
        ++p->n_labels, quoted(p, name), x, y, left ? "right" : "left", left ? "-1" : "1",
        above ? "0.9" : "-0.9", inks[HR_INK_TEXT]);
}

void hr_plot_ends(struct hr_plot *p, const char *const *labels, const double *y,
                  const enum hr_ink *label_inks, size_t n)
{
    const double inner = p->height - p->top - p->bottom;
    double last = -1e9; /* px above the bottom of the frame of the label below */
    bool done[16] = {false};

    for (size_t k = 0; k < n && k < 16; k++) { /* from the lowest up */
        size_t low = n;
        double at;

        for (size_t i = 0; i < n && i < 16; i++)
            if (!done[i] && isfinite(y[i]) && (low == n || y[i] < y[low]))
                low = i;
        if (low == n)
            return;
        done[low] = true;
        at = hr_axis_place(&p->y, y[low]) * inner;
        if (at < last + LABEL_HEIGHT)
            at = last + LABEL_HEIGHT;
        last = at;
        hr_html_rawf(&p->script,
                     "set label %u %s at screen %.6f, screen %.6f left front tc rgb '%s'\n",
                     ++p->n_labels, quoted(p, labels[low]),
                     1.0 - (p->right - 8.0) / p->width, (p->bottom + at) / p->height,
                     inks[label_inks[low]]);
    }
}

const char *hr_plot_script(struct hr_plot *p)
{
    if (p->plots.length == 0)
        hr_html_raw(&p->plots, "plot NaN notitle");
    hr_html_raw(&p->script, p->plots.text);
    hr_html_raw(&p->script, "\n");
    return p->script.text;
}
