/* sim/report/compare/page.h - a comparison as one HTML page; safe as sim/report/page/html.h is. */
#ifndef HR_COMPARE_PAGE_H
#define HR_COMPARE_PAGE_H

#include "sim/report/compare/compare.h"

/* The page as text of `*length` bytes.  gnuplot: the program to start; NULL: "gnuplot"; "": no
 * figures. */
const char *hr_compare_page(const struct hr_comparison *c, const char *gnuplot,
                            struct hr_arena *a, size_t *length);

#endif /* HR_COMPARE_PAGE_H */
