/* sim/report/terminal/terminal_parts.h - the sections of the terminal report, and what they share.
 *
 * Each section adds itself to `out` with a blank line before it, or adds nothing when the
 * result set has nothing for it. */
#ifndef HR_REPORT_TERMINAL_PARTS_H
#define HR_REPORT_TERMINAL_PARTS_H

#include "sim/report/number.h"
#include "sim/report/pick.h"
#include "sim/report/table.h"
#include "sim/report/terminal/terminal.h"

enum { HR_NAME_COLUMNS = 28 };

struct hr_section {
    const struct hr_results *r;
    struct hr_arena *a;
    struct hr_console how;
    size_t designs, rows, parts, replications;
    struct hr_text *out;
};

/* terminal.c */
/* A title and beside it a note (NULL: none), which is left out where there is no room. */
void hr_section_title(const struct hr_section *s, const char *title, const char *note);
/* A table whose first title is the section's; says how many columns did not fit. */
void hr_section_table(const struct hr_section *s, const struct hr_table *t);
/* A table with a column for each design, in as many pieces as it takes: `piece` adds that of the
 * `take` designs from `first` on and returns how many of its columns did not fit.  A single
 * design is added whatever the width. */
void hr_section_pieces(const struct hr_section *s,
                       size_t (*piece)(const struct hr_section *s, size_t first,
                                       size_t take, const void *ctx, struct hr_text *out),
                       const void *ctx);
/* Print such a piece. */
size_t hr_section_piece(const struct hr_section *s, const struct hr_table *t, size_t take,
                        struct hr_text *out);
/* Heading of a design inside a section; nothing when there is only one. */
void hr_section_design(const struct hr_section *s, struct hr_table *t, size_t design);
const char *hr_section_number(const struct hr_section *s, struct hr_number n);
const char *hr_section_interval(const struct hr_section *s, enum hr_quantity q,
                                const char *path, size_t i, size_t j);

/* terminal_verdict.c */
void hr_section_objectives(const struct hr_section *s);
void hr_section_trust(const struct hr_section *s);
void hr_section_breaks(const struct hr_section *s);
/* terminal_ranges.c */
void hr_section_ranges(const struct hr_section *s);
/* terminal_cost.c */
void hr_section_cost(const struct hr_section *s);
/* terminal_recovery.c */
void hr_section_recovery(const struct hr_section *s);
void hr_section_budget(const struct hr_section *s);
/* terminal_year.c */
void hr_section_year(const struct hr_section *s);
/* terminal_figures.c */
void hr_section_latency(const struct hr_section *s);
void hr_section_spent(const struct hr_section *s);
void hr_section_bottlenecks(const struct hr_section *s);
/* terminal_theory.c; only when asked for details */
void hr_section_theory(const struct hr_section *s);
/* terminal_events.c */
void hr_section_events(const struct hr_section *s);
void hr_section_disturbances(const struct hr_section *s);

#endif /* HR_REPORT_TERMINAL_PARTS_H */
