/* sim/report/terminal/terminal.h - a study's report as text for a terminal.
 *
 * From a result set and nothing else, in the order of what an architect asks: the answer in
 * one sentence (the stored attribute `verdict`); designs by objectives; what the figures rest
 * on; how each design first broke; cost; latency; where the time goes; bottlenecks; events;
 * disturbances; where it is saved and what to do next.
 *
 * Tables drop columns from the right and never wrap a number.  Colour never carries meaning
 * alone: there is a sign (or, without UTF-8, a word) beside it.  Names are inert. */
#ifndef HR_REPORT_TERMINAL_H
#define HR_REPORT_TERMINAL_H

#include "sim/report/text.h"
#include "sim/results/results.h"

struct hr_console {
    size_t width; /* columns; 0: 80 */
    bool colour, utf8;
    bool verbose; /* every class, component, event and disturbance */
    /* Not in the results, because results hold no paths; each may be NULL. */
    const char *results, *page; /* what was saved */
    const char *next;           /* the command to try next */
};

/* The report, ended by a line break, in `a`.  Never fails: what is missing is left out. */
const char *hr_report_terminal(const struct hr_results *r, const struct hr_console *how,
                               struct hr_arena *a);

/* What reports of all commands end with: the lines of what was saved and what to try next. */
void hr_console_saved(const struct hr_console *how, struct hr_text *out,
                      struct hr_arena *a);
/* For terminals without UTF-8.  Our own signs have an ASCII form already; what is left are names.
 * As wide as before. */
const char *hr_console_ascii(struct hr_arena *a, const char *text);

#endif /* HR_REPORT_TERMINAL_H */
