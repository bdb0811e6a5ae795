/* sim/scenario/tree/tree_scan.c - see tree_scan.h. */
#include "sim/scenario/tree/tree_scan.h"

#include "sim/scenario/tree/tree_text.h"

#include <string.h>

struct hr_lines hr_lines_of(const char *text, size_t length, struct hr_arena *a)
{
    struct hr_lines l = {.text = text, .length = length, .n = 1};

    for (size_t i = 0; i < length; i++)
        l.n += text[i] == '\n' ||
               (text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n'));
    uint32_t *start = hr_arena_alloc(a, l.n, sizeof *start);
    size_t line = 1;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '\n' ||
            (text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n')))
            start[line++] = (uint32_t)(i + 1);
    l.start = start;
    return l;
}

const char *hr_lines_at(const struct hr_lines *l, uint32_t line, size_t *n)
{
    *n = 0;
    if (line == 0 || line > l->n)
        return "";
    const char *s = l->text + l->start[line - 1];
    size_t end = line < l->n ? l->start[line] : l->length;
    while (end > l->start[line - 1] &&
           (l->text[end - 1] == '\n' || l->text[end - 1] == '\r'))
        end--;
    *n = end - l->start[line - 1];
    return s;
}

static void harmful(struct hr_diags *ds, struct hr_loc at, uint32_t c)
{
    struct hr_diag *d =
        hr_diag_add(ds, HR_E105, at, "the invisible character U+%04X", (unsigned)c);
    const char *what = "an invisible mark";

    if (c < 0x20 || (c >= 0x7f && c < 0xa0))
        what = c == 0x1b ? "an escape character" : "a control character";
    else if (c == 0x2028 || c == 0x2029)
        what = "a line end that most editors do not show";
    else if (c == 0xfeff)
        what = "a byte order mark";
    hr_diag_label(ds, d, "%s", what);
    hr_diag_hint(ds, d, "delete it, or type the line again");
}

/* One line; false at the first byte that is not UTF-8, because columns mean nothing then. */
static bool check_line(const char *s, size_t n, struct hr_loc at, struct hr_diags *ds)
{
    uint32_t c = 0;

    for (size_t i = 0; i < n; at.column++) {
        const size_t len = hr_utf8_decode(s + i, n - i, &c);
        if (len == 0) {
            struct hr_diag *d =
                hr_diag_add(ds, HR_E104, at, "a byte that is not UTF-8: 0x%02X",
                            (unsigned)(unsigned char)s[i]);
            hr_diag_hint(ds, d, "save the file as UTF-8");
            return false;
        }
        if (c != '\t' && hr_utf8_harmful(c))
            harmful(ds, at, c);
        i += len;
    }
    return true;
}

bool hr_lines_check(const struct hr_lines *l, const char *name, struct hr_diags *ds)
{
    const size_t before = ds->errors;

    for (uint32_t line = 1; line <= l->n; line++) {
        size_t n;
        const char *s = hr_lines_at(l, line, &n);
        const struct hr_loc at = {name, line, 1, 1};
        if (!check_line(s, n, at, ds))
            return false;
        if (ds->errors > before + HR_DIAGS_KEPT)
            return false;
    }
    return ds->errors == before;
}
