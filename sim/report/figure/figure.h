/* sim/report/figure/figure.h - the charts of a page: drawn by one gnuplot, made fit for HTML, woven in.
 *
 * Sections are written one after the other, and the charts are drawn together at the end (one
 * process, 30 ms, instead of one each): a section notes where in the page its chart belongs.
 * What gnuplot draws is then given an accessible name and description, ids of its own, and
 * colours in one spelling that the style sheet knows; markup that no chart needs drops the
 * chart. */
#ifndef HR_FIGURE_H
#define HR_FIGURE_H

#include "sim/report/page/html_writer.h"

#include <stdbool.h>

struct hr_figure {
    const char *id;           /* ours, [a-z0-9-], unique in the page */
    const char *title, *desc; /* what it is; a sentence with the numbers */
    const char *data;         /* further attributes of the <svg>, for the script; "" */
    const char *script;
    size_t at;       /* offset in the page */
    const char *svg; /* NULL: not drawn */
};

struct hr_figures {
    struct hr_arena *arena;
    struct hr_figure *items;
    size_t n, room;
};

void hr_figures_init(struct hr_figures *f, struct hr_arena *a);
void hr_figures_add(struct hr_figures *f, struct hr_figure figure);
/* Draw them all.  False: at least one is missing, and `why` (size n) says why. */
bool hr_figures_draw(struct hr_figures *f, const char *program, char *why, size_t n);
/* The page with every figure at its place; one that was not drawn leaves a note. */
void hr_figures_weave(const struct hr_figures *f, const struct hr_html *page,
                      struct hr_html *out);

/* One SVG document of gnuplot's, made fit for a page; NULL if it is not what we know. */
const char *hr_figure_svg(const struct hr_figure *figure, const char *raw, size_t length,
                          struct hr_arena *a);

#endif /* HR_FIGURE_H */
