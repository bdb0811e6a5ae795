/* sim/report/compare/text.h - a comparison as text: for a terminal, a pull request, a decision
 * record, a program.
 *
 * Order: what differs between the scenarios; the differences; a paragraph in words; the gates; the
 * front of cost against what it buys; what the figures rest on. */
#ifndef HR_COMPARE_TEXT_H
#define HR_COMPARE_TEXT_H

#include "sim/report/compare/compare.h"
#include "sim/report/terminal/terminal.h"

const char *hr_compare_terminal(const struct hr_comparison *c, const struct hr_console *how,
                                struct hr_arena *a);
/* For pull requests: GitHub's Markdown; names cannot become markup, links or mentions. */
const char *hr_compare_markdown(const struct hr_comparison *c, struct hr_arena *a);
/* An architecture decision record to be completed: context, options, decision, consequences.
 * SOURCE  M. Nygard, "Documenting architecture decisions", 2011. */
const char *hr_compare_adr(const struct hr_comparison *c, struct hr_arena *a);
const char *hr_compare_json(const struct hr_comparison *c, struct hr_arena *a);

#endif /* HR_COMPARE_TEXT_H */
