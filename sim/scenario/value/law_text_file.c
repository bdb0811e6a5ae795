/* sim/scenario/value/law_text_file.c - the data of empirical(FILE): see value.h.
 *
 * One value a line, the first column of a CSV: in seconds, bytes or a count.  A first line that
 * is not a number is a heading; empty lines and lines that begin with # are passed over. */
#include "sim/scenario/tree/tree.h"
#include "sim/scenario/value/value_parts.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 1000000 };

static struct hr_text first_column(struct hr_text line)
{
    size_t n = 0;

    while (n < line.n && !strchr(",;\t\r", line.s[n]))
        n++;
    while (n > 0 && line.s[n - 1] == ' ')
        n--;
    size_t from = 0;
    while (from < n && line.s[from] == ' ')
        from++;
    return (struct hr_text){line.s + from, n - from};
}

static int ascending(const void *pa, const void *pb)
{
    const double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

static bool bad_line(struct hr_arena *a, size_t line, const char *what, const char **why)
{
    *why = hr_arena_printf(a, "%s: line %zu of the file %s", hr_whys[HR_WHY_DATA].text,
                           line, what);
    return false;
}

static bool read_values(struct hr_text text, struct hr_arena *a, double *x, size_t *n,
                        const char **why)
{
    for (size_t line = 1; text.n > 0; line++) {
        const size_t end = hr_text_find(text, "\n");
        const struct hr_text cell = first_column((struct hr_text){text.s, end});
        text = hr_text_after(text, end < text.n ? end + 1 : end);
        double v;
        if (cell.n == 0 || cell.s[0] == '#')
            continue;
        if (!hr_value_number(cell, &v, why)) {
            if (*n == 0 && line == 1)
                continue;
            return bad_line(a, line, "is not a number", why);
        }
        if (v < 0)
            return bad_line(a, line, "is negative", why);
        if (*n == MOST)
            return bad_line(a, line, "is beyond the millionth value", why);
        x[(*n)++] = v;
    }
    return true;
}

bool hr_law_read_file(struct hr_text name, enum hr_law_unit unit, const char *folder,
                      struct hr_arena *a, struct hr_law *law, const char **why)
{
    struct hr_diags *ds = hr_arena_alloc(a, 1, sizeof *ds);
    enum hr_code code;
    size_t length, n = 0, lines = 1;

    (void)unit; /* seconds, bytes or a count: always the unit of the law */
    const char *path =
        hr_tree_below(folder, hr_arena_text(a, name.s, name.n), a, &code, why);
    if (!path) {
        if (code == HR_E123)
            return hr_why_say(HR_WHY_OUTSIDE, why);
        *why = hr_arena_printf(a, "%s: the file %s", hr_whys[HR_WHY_DATA].text, *why);
        return false;
    }
    hr_diags_init(ds, a);
    const char *text = hr_tree_load(path, (struct hr_loc){.file = path}, &length, ds);
    if (!text) {
        *why = hr_arena_printf(a, "%s: %s", hr_whys[HR_WHY_DATA].text, ds->items[0].what);
        return false;
    }
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    double *x = hr_arena_alloc(a, lines < MOST ? lines : MOST, sizeof *x);
    if (!read_values((struct hr_text){text, length}, a, x, &n, why))
        return false;
    if (n == 0)
        return bad_line(a, 1, "and all others hold no value", why);
    qsort(x, n, sizeof *x, ascending);
    return hr_law_empirical(x, n, law) || hr_why_say(HR_WHY_DATA, why);
}
