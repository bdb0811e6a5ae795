/* sim/scenario/tree/tree_scan.h - a look at the raw text before YAML sees it.
 *
 * Internal to scenario/. */
#ifndef HR_TREE_SCAN_H
#define HR_TREE_SCAN_H

#include "sim/system/diag.h"

/* Where lines begin; a line ends with \n, \r\n or \r, as libyaml counts them. */
struct hr_lines {
    const char *text;
    size_t length;
    const uint32_t *start; /* n offsets */
    size_t n;
};

struct hr_lines hr_lines_of(const char *text, size_t length, struct hr_arena *a);
/* Line `line` (from 1) without its end; empty beyond the last. */
const char *hr_lines_at(const struct hr_lines *l, uint32_t line, size_t *n);
/* Refuse what is not UTF-8 and what a reviewer would not see (E104, E105). */
bool hr_lines_check(const struct hr_lines *l, const char *name, struct hr_diags *ds);

#endif /* HR_TREE_SCAN_H */
