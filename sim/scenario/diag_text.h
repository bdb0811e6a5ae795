/* sim/scenario/diag_text.h - diagnostics as text: for people, for editors, for programs.
 *
 * Nothing of a file reaches the text but printable characters: control characters and marks
 * that change the direction of writing are shown as replacement characters, so a hostile
 * scenario cannot steer a terminal.  Carets are aligned by character, wide ones counted as
 * two columns.  Sorted by position: file in order of reading, line, column, code. */
#ifndef HR_DIAG_TEXT_H
#define HR_DIAG_TEXT_H

#include "sim/system/diag.h"

enum hr_diag_format {
    HR_DIAG_FULL,    /* the line itself with a caret, hints, a last line that sums up */
    HR_DIAG_CONCISE, /* FILE:LINE:COLUMN: error[E101]: what */
    HR_DIAG_JSON,    /* {"schema_version": 1, "diagnostics": [...], "errors": n, ...} */
};

struct hr_diag_style {
    enum hr_diag_format format;
    bool colour;      /* ANSI; FULL only */
    const char *file; /* what the last line speaks of: the scenario as the user named it */
    const char *closing; /* after the counts when there are errors, such as "Nothing was
                          * simulated."; NULL: nothing */
};

/* The whole text, ended by a newline; "" when there is nothing to say (JSON: an empty list). */
const char *hr_diags_text(const struct hr_diags *ds, const struct hr_diag_style *style,
                          struct hr_arena *a);
/* Those of several files as one JSON document. */
const char *hr_diags_json(const struct hr_diags *const *ds, size_t n, struct hr_arena *a);

#endif /* HR_DIAG_TEXT_H */
