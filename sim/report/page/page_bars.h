/* sim/report/page/page_bars.h - horizontal bars of parts that add up, as SVG of our own.
 *
 * At most HR_BARS_INKS parts have a colour: the last one stands for "the rest". */
#ifndef HR_PAGE_BARS_H
#define HR_PAGE_BARS_H

#include "sim/report/page/page.h"

enum { HR_BARS_INKS = 6 };

struct hr_page_bar {
    const char *label; /* left of it, clean */
    const char *total; /* right of it */
    double *part;      /* in the order of the names; NaN: nothing */
    bool endless;      /* it has no end: drawn open over the whole width */
};
struct hr_page_bars {
    const char *id, *title, *desc;
    const char *const *names; /* of the parts, clean */
    size_t n_parts;           /* <= HR_BARS_INKS */
    const struct hr_page_bar *bars;
    size_t n;
    enum hr_quantity quantity;
    double limit;            /* a line across all bars; NaN: none */
    const char *limit_label; /* what it is */
};

void hr_page_bars(struct hr_page_view *v, const struct hr_page_bars *b);
void hr_page_bars_legend(struct hr_page_view *v, const struct hr_page_bars *b);

#endif /* HR_PAGE_BARS_H */
