/* sim/scenario/diag_text.c - see diag_text.h. */
#include "sim/scenario/diag_text.h"

#include "sim/scenario/tree/tree_out.h"
#include "sim/scenario/tree/tree_scan.h"
#include "sim/scenario/tree/tree_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHOWN = 50,   /* diagnostics; the others are counted */
    BEFORE = 2,   /* lines shown above the one that is meant */
    WINDOW = 120, /* columns of a line; longer ones are shown around the caret */
    TAB = 4,
};

static const char unknown[] = "\xef\xbf\xbd";

struct palette {
    const char *error, *warning, *rule, *help, *bold, *end;
};
static const struct palette coloured = {"\033[1;31m", "\033[1;33m", "\033[1;34m",
                                        "\033[1;36m", "\033[1m",    "\033[0m"};
static const struct palette colourless = {"", "", "", "", "", ""};

struct page {
    const struct hr_diags *ds;
    struct hr_out out;
    const struct palette *p;
    struct hr_lines *lines; /* of each source, made when first needed */
};

/* ---- order ------------------------------------------------------------------------------ */

struct ranked {
    const struct hr_diag *d;
    size_t file, added;
};

static size_t file_rank(const struct hr_diags *ds, const char *file)
{
    size_t i = 0;

    while (file && i < ds->n_sources && strcmp(ds->sources[i].name, file) != 0)
        i++;
    return file ? i : 0;
}

static int compare(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int by_place(const void *pa, const void *pb)
{
    const struct ranked *a = pa, *b = pb;
    int c = compare(a->file, b->file);

    c = c ? c : compare(a->d->at.line, b->d->at.line);
    c = c ? c : compare(a->d->at.column, b->d->at.column);
    return c ? c : compare(a->added, b->added);
}

static struct ranked *sorted(const struct hr_diags *ds, struct hr_arena *a)
{
    struct ranked *r = hr_arena_alloc(a, ds->n + 1, sizeof *r);

    for (size_t i = 0; i < ds->n; i++)
        r[i] = (struct ranked){&ds->items[i], file_rank(ds, ds->items[i].at.file), i};
    if (ds->n > 1)
        qsort(r, ds->n, sizeof *r, by_place);
    return r;
}

/* ---- text that is safe to show -------------------------------------------------------------- */

/* One line: what could steer a terminal becomes a replacement character, a tab blanks. */
static void put_safe(struct hr_out *o, const char *s, size_t n)
{
    uint32_t c = 0;

    for (size_t i = 0; i < n;) {
        const size_t len = hr_utf8_decode(s + i, n - i, &c);
        if (len == 1 && c == '\t')
            hr_out_fill(o, ' ', TAB);
        else if (len == 0 || hr_utf8_harmful(c))
            hr_out_text(o, len && c == '\n' ? " " : unknown);
        else
            hr_out_put(o, s + i, len);
        i += len ? len : 1;
    }
}

static void safe(struct hr_out *o, const char *s)
{
    put_safe(o, s, strlen(s));
}

/* Several lines, those after the first indented. */
static void safe_lines(struct hr_out *o, const char *s, size_t indent)
{
    for (;;) {
        const size_t n = strcspn(s, "\n");
        put_safe(o, s, n);
        if (!s[n])
            return;
        hr_out_text(o, "\n");
        hr_out_fill(o, ' ', indent);
        s += n + 1;
    }
}

static size_t columns(uint32_t c)
{
    if (c == '\t')
        return TAB;
    return hr_utf8_harmful(c) ? 1 : (size_t)hr_utf8_width(c);
}

/* ---- lines of a source ------------------------------------------------------------------- */

static const struct hr_lines *lines_of(struct page *g, const char *file)
{
    const size_t i = file_rank(g->ds, file);

    if (!file || i == g->ds->n_sources)
        return NULL;
    if (!g->lines[i].start)
        g->lines[i] =
            hr_lines_of(g->ds->sources[i].text, g->ds->sources[i].length, g->out.a);
    return &g->lines[i];
}

/* The part of a line that is shown, and where its carets stand. */
struct view {
    const char *s; /* bytes [s, s + n) */
    size_t n;
    size_t before, under; /* columns before the carets, and below which they stand */
    bool cut_left, cut_right;
};

static size_t step_over(const char *s, size_t n, size_t i, uint32_t *c)
{
    size_t len = hr_utf8_decode(s + i, n - i, c);

    if (len == 0) {
        *c = 0;
        len = 1;
    }
    return len;
}

/* Which characters to show: all, or a window around the caret. */
static struct view view_of(const char *s, size_t n, struct hr_loc at)
{
    const size_t from = at.column ? at.column - 1 : 0, length = at.length ? at.length : 1;
    const size_t first = from > WINDOW * 2 / 3 ? from - WINDOW / 3 : 0;
    struct view v = {.s = s + n, .under = 0};
    size_t index = 0, shown = 0, i = 0;
    uint32_t c;

    while (i < n && shown < WINDOW) {
        const size_t len = step_over(s, n, i, &c);
        if (index == first)
            v.s = s + i;
        if (index >= first) {
            v.before += index < from ? columns(c) : 0;
            v.under += index >= from && index < from + length ? columns(c) : 0;
            shown += columns(c);
        }
        i += len;
        index++;
    }
    v.n = (size_t)(s + i - v.s);
    v.cut_left = first > 0;
    v.cut_right = i < n;
    v.under = v.under ? v.under : 1;
    return v;
}

static void put_gutter(struct page *g, size_t width, uint32_t line)
{
    hr_out_text(&g->out, g->p->rule);
    if (line)
        hr_out_printf(&g->out, "%*u |", (int)width, line);
    else
        hr_out_printf(&g->out, "%*s |", (int)width, "");
    hr_out_text(&g->out, g->p->end);
}

static void put_line(struct page *g, size_t width, uint32_t line, const struct view *v)
{
    put_gutter(g, width, line);
    if (v->n) {
        hr_out_text(&g->out, v->cut_left ? " \xe2\x80\xa6" : " ");
        put_safe(&g->out, v->s, v->n);
        hr_out_text(&g->out, v->cut_right ? "\xe2\x80\xa6" : "");
    }
    hr_out_text(&g->out, "\n");
}

static void put_carets(struct page *g, size_t width, const struct view *v, char mark,
                       const char *label, const char *colour)
{
    put_gutter(g, width, 0);
    hr_out_fill(&g->out, ' ', 1 + v->cut_left + v->before);
    hr_out_text(&g->out, colour);
    hr_out_fill(&g->out, mark, v->under);
    if (label) {
        hr_out_text(&g->out, " ");
        safe(&g->out, label);
    }
    hr_out_text(&g->out, g->p->end);
    hr_out_text(&g->out, "\n");
}

static void put_place(struct page *g, size_t width, struct hr_loc at, const char *arrow)
{
    hr_out_fill(&g->out, ' ', width);
    hr_out_printf(&g->out, "%s%s%s ", g->p->rule, arrow, g->p->end);
    safe(&g->out, at.file);
    if (at.line)
        hr_out_printf(&g->out, ":%u:%u", at.line, at.column);
    hr_out_text(&g->out, "\n");
}

/* The lines around one place: up to two before it, itself, the carets. */
static void put_snippet(struct page *g, size_t width, struct hr_loc at, uint32_t first,
                        char mark, const char *label, const char *colour)
{
    const struct hr_lines *l = lines_of(g, at.file);

    if (!l || at.line == 0 || at.line > l->n)
        return;
    for (uint32_t i = first; i <= at.line; i++) {
        size_t n;
        const char *s = hr_lines_at(l, i, &n);
        const struct hr_loc where = i == at.line ? at : (struct hr_loc){.column = 1};
        const struct view v = view_of(s, n, where);
        put_line(g, width, i, &v);
        if (i == at.line)
            put_carets(g, width, &v, mark, label, colour);
    }
}

static uint32_t first_line(struct hr_loc at)
{
    /* Arguments have no lines around them that belong together. */
    if (at.file && strncmp(at.file, "--", 2) == 0)
        return at.line;
    return at.line > BEFORE ? at.line - BEFORE : 1;
}

/* ---- the full form ------------------------------------------------------------------------ */

static size_t digits(uint32_t line)
{
    size_t n = 1;

    for (; line >= 10; line /= 10)
        n++;
    return n;
}

/* The second place: in the same picture where it is the same file and just before or after,
 * else in one of its own. */
static void put_also(struct page *g, size_t width, const struct hr_diag *d)
{
    put_gutter(g, width, 0);
    hr_out_text(&g->out, "\n");
    put_place(g, width, d->also, ":::");
    put_gutter(g, width, 0);
    hr_out_text(&g->out, "\n");
    put_snippet(g, width, d->also, d->also.line, '-', d->also_label, g->p->rule);
}

static void put_full(struct page *g, const struct hr_diag *d)
{
    const bool error = hr_code_is_error(d->code);
    const char *colour = error ? g->p->error : g->p->warning;
    size_t width = digits(d->at.line > d->also.line ? d->at.line : d->also.line);

    width = width < 2 ? 2 : width;
    hr_out_printf(&g->out, "%s%s[%s]%s%s: ", colour, error ? "error" : "warning",
                  hr_codes[d->code].name, g->p->end, g->p->bold);
    safe(&g->out, d->what);
    hr_out_printf(&g->out, "%s\n", g->p->end);
    if (d->at.file)
        put_place(g, width, d->at, "-->");
    if (lines_of(g, d->at.file) && d->at.line) {
        put_gutter(g, width, 0);
        hr_out_text(&g->out, "\n");
        put_snippet(g, width, d->at, first_line(d->at), '^', d->label, colour);
        if (d->also.line)
            put_also(g, width, d);
        put_gutter(g, width, 0);
        hr_out_text(&g->out, "\n");
    }
    if (d->hint) {
        hr_out_printf(&g->out, "%shelp%s: ", g->p->help, g->p->end);
        safe_lines(&g->out, d->hint, 6);
        hr_out_text(&g->out, "\n");
    }
    hr_out_text(&g->out, "\n");
}

static void put_count(struct hr_out *o, size_t n, const char *word)
{
    hr_out_printf(o, "%zu %s%s", n, word, n == 1 ? "" : "s");
}

static void put_summary(struct page *g, const struct hr_diag_style *style)
{
    const struct hr_diags *ds = g->ds;
    struct hr_out *o = &g->out;

    if (style->file) {
        safe(o, style->file);
        hr_out_text(o, ": ");
    }
    if (ds->errors)
        put_count(o, ds->errors, "error");
    if (ds->errors && ds->warnings)
        hr_out_text(o, ", ");
    if (ds->warnings)
        put_count(o, ds->warnings, "warning");
    hr_out_text(o, ".");
    if (ds->errors && style->closing)
        hr_out_printf(o, " %s", style->closing);
    hr_out_text(o, "\n");
}

/* In the order of their places; where there are too many, warnings give way to errors. */
static void put_all(struct page *g, const struct ranked *r,
                    const struct hr_diag_style *style)
{
    const size_t all = g->ds->errors + g->ds->warnings;
    size_t errors = g->ds->errors < SHOWN ? g->ds->errors : SHOWN;
    size_t warnings = SHOWN - errors;

    for (size_t i = 0; i < g->ds->n; i++) {
        size_t *left = hr_code_is_error(r[i].d->code) ? &errors : &warnings;

        if (*left > 0) {
            --*left;
            put_full(g, r[i].d);
        }
    }
    if (all > SHOWN)
        hr_out_printf(&g->out, "... and %zu more.\n\n", all - SHOWN);
    if (all)
        put_summary(g, style);
}

/* ---- the forms for editors and programs ----------------------------------------------------- */

static void put_concise(struct hr_out *o, const struct hr_diag *d)
{
    if (d->at.file) {
        safe(o, d->at.file);
        if (d->at.line)
            hr_out_printf(o, ":%u:%u", d->at.line, d->at.column);
        hr_out_text(o, ": ");
    }
    hr_out_printf(o, "%s[%s]: ", hr_code_is_error(d->code) ? "error" : "warning",
                  hr_codes[d->code].name);
    safe(o, d->what);
    hr_out_text(o, "\n");
}

static void put_json_text(struct hr_out *o, const char *s)
{
    struct hr_out clean = {.a = o->a};

    if (!s) {
        hr_out_text(o, "null");
        return;
    }
    safe_lines(&clean, s, 0);
    hr_out_text(o, "\"");
    for (const char *c = hr_out_end(&clean); *c; c++)
        if (*c == '"' || *c == '\\')
            hr_out_printf(o, "\\%c", *c);
        else if (*c == '\n')
            hr_out_text(o, "\\n");
        else
            hr_out_put(o, c, 1);
    hr_out_text(o, "\"");
}

static void put_json_place(struct hr_out *o, struct hr_loc at)
{
    hr_out_text(o, "{\"file\": ");
    put_json_text(o, at.file);
    hr_out_printf(o, ", \"line\": %u, \"column\": %u, \"length\": %u}", at.line, at.column,
                  at.length);
}

static void put_json(struct hr_out *o, const struct hr_diag *d, bool first)
{
    hr_out_printf(
        o, "%s\n  {\"code\": \"%s\", \"severity\": \"%s\", \"at\": ", first ? "" : ",",
        hr_codes[d->code].name, hr_code_is_error(d->code) ? "error" : "warning");
    put_json_place(o, d->at);
    hr_out_text(o, ", \"message\": ");
    put_json_text(o, d->what);
    hr_out_text(o, ", \"label\": ");
    put_json_text(o, d->label);
    hr_out_text(o, ", \"help\": ");
    put_json_text(o, d->hint);
    hr_out_text(o, ", \"also\": ");
    if (d->also.line)
        put_json_place(o, d->also);
    else
        hr_out_text(o, "null");
    hr_out_text(o, "}");
}

const char *hr_diags_json(const struct hr_diags *const *ds, size_t n, struct hr_arena *a)
{
    struct hr_out o = {.a = a};
    size_t said = 0, errors = 0, warnings = 0;

    hr_out_text(&o, "{\"schema_version\": 1, \"diagnostics\": [");
    for (size_t k = 0; k < n; k++) {
        const struct ranked *r = sorted(ds[k], a);

        for (size_t i = 0; i < ds[k]->n; i++)
            put_json(&o, r[i].d, said++ == 0);
        errors += ds[k]->errors;
        warnings += ds[k]->warnings;
    }
    hr_out_printf(&o, "%s], \"errors\": %zu, \"warnings\": %zu}\n", said ? "\n" : "",
                  errors, warnings);
    return hr_out_end(&o);
}

const char *hr_diags_text(const struct hr_diags *ds, const struct hr_diag_style *style,
                          struct hr_arena *a)
{
    struct page g = {
        .ds = ds, .out = {.a = a}, .p = style->colour ? &coloured : &colourless};
    const struct ranked *r;

    if (style->format == HR_DIAG_JSON)
        return hr_diags_json(&ds, 1, a);
    r = sorted(ds, a);
    g.lines = hr_arena_alloc(a, ds->n_sources + 1, sizeof *g.lines);
    if (style->format == HR_DIAG_FULL)
        put_all(&g, r, style);
    for (size_t i = 0; style->format == HR_DIAG_CONCISE && i < ds->n; i++)
        put_concise(&g.out, r[i].d);
    return hr_out_end(&g.out);
}
