/* sim/report/page/html.h - a study's report as one HTML page that needs nothing but a browser.
 *
 * The page reads a result set (sim/results/names.h) and nothing else: a report made from a
 * stored file is the report of the run.  It works from file://, makes no request (its content
 * security policy forbids them), can be read with JavaScript off, in a light and a dark theme
 * and on paper.  Charts over time and distributions are drawn by gnuplot; without it the page
 * says so and keeps its tables, the topology and the bars.
 *
 * Names come from files of strangers: every one is escaped, stripped of control characters and
 * of characters that reorder text, and never reaches gnuplot other than in single quotes.
 *
 * The same results give the same bytes. */
#ifndef HR_HTML_H
#define HR_HTML_H

#include "sim/results/results.h"

struct hr_page {
    const char
        *gnuplot; /* program to start, found by PATH; NULL: "gnuplot"; "": no figures */
    const char *results; /* name of the results file, to say where the numbers are; NULL */
};

/* The page as text of `*length` bytes (`length` may be NULL) in the arena.  `how` may be NULL:
 * all defaults.  Never fails: what a result set lacks, the page says is not there. */
const char *hr_report_html(const struct hr_results *r, const struct hr_page *how,
                           struct hr_arena *a, size_t *length);

#endif /* HR_HTML_H */
