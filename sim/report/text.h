/* sim/report/text.h - text that is put together, made harmless, measured and wrapped.
 *
 * Everything that is shown and came from a file goes through hr_text_plain: no control
 * character (so no terminal escape), no mark that reorders text, no line break, valid UTF-8. */
#ifndef HR_REPORT_TEXT_H
#define HR_REPORT_TEXT_H

#include "sim/engine/arena.h"

#include <stdbool.h>
#include <stddef.h>

/* A text that grows; `text` is always ended by NUL. */
struct hr_text {
    struct hr_arena *arena;
    char *text;
    size_t length, room;
};

struct hr_text hr_text_begin(struct hr_arena *a);
void hr_text_add(struct hr_text *t, const char *s);
void hr_text_repeat(struct hr_text *t, const char *s, size_t n);
void hr_text_addf(struct hr_text *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* `s` safe to show on one line, in `a`: what is not printable becomes one `?` for a run of it,
 * and what is longer than `most` columns ends in `..`.  NULL gives "". */
const char *hr_text_plain(struct hr_arena *a, const char *s, size_t most);

/* Columns that a text without control characters takes on a terminal: wide (East Asian, emoji)
 * characters two, combining ones none. */
size_t hr_text_columns(const char *s);
size_t hr_text_words(const char *s);

/* Add `s`, broken between words so that no line is longer than `width` columns where that can
 * be; the first line goes on at column `at`, the others begin with `indent` blanks.  Ends
 * with a line break. */
void hr_text_wrap(struct hr_text *t, const char *s, size_t at, size_t indent, size_t width);

/* What follows the limit of an objective, of a part of the run: "during outage"; "" if it speaks
 * of the whole run.  Inside `objective`. */
const char *hr_text_after_limit(const char *objective);

#endif /* HR_REPORT_TEXT_H */
