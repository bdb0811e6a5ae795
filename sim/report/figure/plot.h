/* sim/report/figure/plot.h - one chart as a gnuplot script: axes, shading, lines, areas, labels.
 *
 * A chart has a fixed frame in pixels, so that charts of several designs line up, and axes whose
 * ticks are chosen here, so that every label carries its unit.  Colours are sentinels of the
 * Okabe-Ito palette that the style sheet replaces by those of the theme.  Numbers go into data
 * blocks; names only into quoted strings. */
#ifndef HR_PLOT_H
#define HR_PLOT_H

#include "sim/report/number.h"
#include "sim/report/page/html_writer.h"

#include <stdbool.h>

enum {
    HR_AXIS_TICKS = 24,
    HR_AXIS_TEXT = 48,
    HR_PLOT_COLUMNS = 300,
    HR_PLOT_MARK_ROWS = 2
};

struct hr_axis {
    double lo, hi;
    bool log;
    const char *label; /* of a clock: what it counts in; else NULL */
    size_t n;
    double at[HR_AXIS_TICKS];
    char text[HR_AXIS_TICKS][HR_AXIS_TEXT];
};
/* Seconds since the start of the run, as h:mm, or with seconds on short runs. */
struct hr_axis hr_axis_clock(double lo, double hi);
/* Durations on a logarithmic scale, widened to the next tick. */
struct hr_axis hr_axis_durations(double lo, double hi);
/* 0 to `hi` on a linear scale, widened to the next tick; `unit` follows each number. */
struct hr_axis hr_axis_amounts(double hi, const char *unit);
/* Shares from `lo` to 1 on a logarithmic scale: 100%, 10%, 1% ... */
struct hr_axis hr_axis_shares(double lo);
/* `lo` to `hi` on a linear scale, widened to the next ticks; a little room where they are one. */
struct hr_axis hr_axis_between(double lo, double hi, enum hr_quantity q);
/* Where x lies on the axis: 0 at lo, 1 at hi. */
double hr_axis_place(const struct hr_axis *axis, double x);

enum hr_ink {
    HR_INK_BLUE,
    HR_INK_VERMILLION,
    HR_INK_GREEN,
    HR_INK_PURPLE,
    HR_INK_ORANGE,
    HR_INK_SKY,
    HR_INK_TEXT,
    HR_INK_MUTED,
    HR_INK_AXIS,
    HR_INK_GRID,
    HR_INK_SHADE,
    HR_N_INKS
};

struct hr_plot {
    struct hr_html script;
    double width, height, left, right, top,
        bottom;     /* of the frame, px from the picture's edge */
    size_t columns; /* a line is thinned to two points a column */
    struct hr_axis x, y;
    unsigned n_labels, n_objects, n_blocks, n_marks, n_moments;
    double mark_ends
        [HR_PLOT_MARK_ROWS]; /* where the labels of a row of marks end, as a place on x */
    struct hr_html plots;    /* the arguments of the one plot command */
};

/* Axes and frame must be set before the first call that draws. */
void hr_plot_begin(struct hr_plot *p, struct hr_arena *a, double width, double height);
/* Widen the y axis so that the top `px` pixels stay free for labels. */
void hr_plot_headroom(struct hr_plot *p, double px);
void hr_plot_frame(struct hr_plot *p, const char *x_label, const char *y_label);
/* Shade [begin, end] over the whole height, a line where it begins, its name at the top (in the
 * first row where there is room; not at all where there is none). */
void hr_plot_mark(struct hr_plot *p, double begin, double end, const char *name);
/* A line where something happened, its name at the top where there is room (NULL: no name). */
void hr_plot_moment(struct hr_plot *p, double x, const char *name);
/* Words in the middle of the height, centred on x. */
void hr_plot_note(struct hr_plot *p, double x, const char *text);
/* Horizontal or vertical dashed line at a value, with its label. */
void hr_plot_limit_y(struct hr_plot *p, double y, const char *label);
void hr_plot_limit_x(struct hr_plot *p, double x, const char *label);
/* A line through n points; breaks where y is not finite.  More than two points a pixel column
 * are thinned to the smallest and largest of the column, so that no spike is lost. */
void hr_plot_line(struct hr_plot *p, const double *x, const double *y, size_t n,
                  enum hr_ink ink, double width, int dash);
/* The area between two curves; column means where there are too many points. */
void hr_plot_area(struct hr_plot *p, const double *x, const double *low, const double *high,
                  size_t n, enum hr_ink ink, double opacity);
/* A point with its intervals (half-widths; not finite or 0: none) and its name, above or below. */
void hr_plot_point(struct hr_plot *p, double x, double y, double half_x, double half_y,
                   enum hr_ink ink, const char *name, bool above);
/* Labels at the right edge, each beside its value y, moved apart where they would overlap. */
void hr_plot_ends(struct hr_plot *p, const char *const *labels, const double *y,
                  const enum hr_ink *inks, size_t n);
/* The finished script: it writes one SVG document. */
const char *hr_plot_script(struct hr_plot *p);

/* Thin n points to at most 2 a column (smallest and largest y, in order) over `columns` equal
 * parts of [x0, x1], or to their means.  Writes to out_x, out_y (room for n); returns how many.
 * Columns without a finite y give one NaN, so that gaps stay gaps. */
size_t hr_plot_thin_extremes(const double *x, const double *y, size_t n, size_t columns,
                             double *out_x, double *out_y);
size_t hr_plot_thin_means(const double *x, const double *y, size_t n, size_t columns,
                          double *out_x, double *out_y);

#endif /* HR_PLOT_H */
