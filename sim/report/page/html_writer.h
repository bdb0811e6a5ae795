/* sim/report/page/html_writer.h - growing text for HTML and SVG, with escaping.
 *
 * Markup that we wrote goes through hr_html_raw; whatever came from a file goes through
 * hr_html_text or hr_html_name.  Text lives in the arena given to hr_html_init. */
#ifndef HR_HTML_WRITER_H
#define HR_HTML_WRITER_H

#include "sim/engine/arena.h"

struct hr_html {
    struct hr_arena *arena;
    char *text; /* ended by a NUL; never NULL after init */
    size_t length, room;
};

void hr_html_init(struct hr_html *h, struct hr_arena *a);
void hr_html_bytes(struct hr_html *h, const char *bytes, size_t n);
void hr_html_raw(struct hr_html *h, const char *markup);
void hr_html_rawf(struct hr_html *h, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Text for element content and quoted attributes: & < > " ' become entities and the text is
 * cleaned as by hr_html_clean.  NULL writes nothing. */
void hr_html_text(struct hr_html *h, const char *text);
void hr_html_textf(struct hr_html *h, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* hr_html_text inside <bdi>: a name whose direction of writing stays its own. */
void hr_html_name(struct hr_html *h, const char *name);
/* Percent-encoded, for a data: address. */
void hr_html_encoded(struct hr_html *h, const char *text, size_t n);

/* A copy that is valid UTF-8 on one line: control characters (terminal escapes among them),
 * characters that reorder text, and bytes that are not UTF-8 become U+FFFD; line ends and tabs
 * become spaces when `one_line`, else they stay. */
const char *hr_html_clean(struct hr_arena *a, const char *text, int one_line);

/* At most `n` characters of a clean text, the last of them an ellipsis where it was cut. */
const char *hr_html_cut(struct hr_arena *a, const char *clean, size_t n);
/* Characters of a UTF-8 text. */
size_t hr_html_width(const char *clean);

#endif /* HR_HTML_WRITER_H */
