/* sim/scenario/tree/resolve.c - see resolve.h. */
#include "sim/scenario/tree/resolve.h"

#include "sim/scenario/tree/tree_out.h"
#include "sim/scenario/tree/tree_text.h"

#include <string.h>

enum {
    FLOW = 60,   /* characters of a list of single values that stays in one line */
    COLUMN = 56, /* comments are aligned no further right than this */
};

/* ---- scalars ---------------------------------------------------------------------------- */

/* Does a text read back as itself without quotes, also inside of [ ] and { }? */
static bool plain(const char *s)
{
    const size_t n = strlen(s);

    if (n == 0 || strchr(" -?:#&*!|>'\"%@`", s[0]) || s[n - 1] == ' ' || s[n - 1] == ':')
        return n > 1 && s[0] == '-' && s[1] != ' ' && s[1] != '-' && plain(s + 1);
    if (strcmp(s, "...") == 0 || strcmp(s, "<<") == 0)
        return false;
    for (const char *c = s; *c; c++)
        if (strchr(",[]{}\n\t", *c) || (c[0] == ':' && c[1] == ' ') ||
            (c[0] == ' ' && c[1] == '#'))
            return false;
    return true;
}

static void quote(struct hr_out *o, const char *s, size_t n)
{
    uint32_t c = 0;

    hr_out_text(o, "\"");
    for (size_t i = 0; i < n;) {
        const size_t len = hr_utf8_decode(s + i, n - i, &c);
        if (c == '"' || c == '\\')
            hr_out_printf(o, "\\%c", (int)c);
        else if (c == '\n' || c == '\t')
            hr_out_text(o, c == '\n' ? "\\n" : "\\t");
        else if (hr_utf8_harmful(c))
            hr_out_printf(o, c > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)c);
        else
            hr_out_put(o, s + i, len);
        i += len ? len : 1;
    }
    hr_out_text(o, "\"");
}

static void put_scalar(struct hr_out *o, const struct hr_node *n)
{
    if (n->null)
        hr_out_text(o, "null");
    else if (n->quoted || !plain(n->text))
        quote(o, n->text, n->length);
    else
        hr_out_put(o, n->text, n->length);
}

static void put_key(struct hr_out *o, const struct hr_node *n)
{
    if (n->key_quoted || !plain(n->key))
        quote(o, n->key, strlen(n->key));
    else
        hr_out_text(o, n->key);
}

/* ---- one line --------------------------------------------------------------------------- */

static void put_flow(struct hr_out *o, const struct hr_node *n, size_t most)
{
    const bool map = n->type == HR_NODE_MAP;

    if (n->type == HR_NODE_SCALAR) {
        put_scalar(o, n);
        return;
    }
    hr_out_text(o, map ? "{" : "[");
    for (size_t i = 0; i < n->n && (most == 0 || o->n <= 4 * most); i++) {
        if (i)
            hr_out_text(o, ", ");
        if (map) {
            put_key(o, n->child[i]);
            hr_out_text(o, ": ");
        }
        put_flow(o, n->child[i], most);
    }
    hr_out_text(o, map ? "}" : "]");
}

const char *hr_resolve_flow(const struct hr_node *n, size_t most, struct hr_arena *a)
{
    struct hr_out o = {.a = a};
    size_t at = 0;
    uint32_t c;

    put_flow(&o, n, most);
    if (most == 0 || hr_utf8_count(o.s, o.n) <= most)
        return hr_out_end(&o);
    for (size_t i = 0; i < most; i++) {
        const size_t len = hr_utf8_decode(o.s + at, o.n - at, &c);
        at += len ? len : 1;
    }
    return hr_arena_printf(a, "%.*s\xe2\x80\xa6", (int)at, o.s);
}

/* ---- block form ------------------------------------------------------------------------- */

struct line {
    const char *text;
    const struct hr_node *of; /* whose origin the comment gives; NULL: none */
};

struct lines {
    struct hr_arena *a;
    struct line *at;
    size_t n, room;
};

static void add_line(struct lines *l, const char *text, const struct hr_node *of)
{
    if (l->n == l->room) {
        const size_t room = l->room ? 2 * l->room : 64;
        struct line *at = hr_arena_alloc(l->a, room, sizeof *at);
        if (l->n)
            memcpy(at, l->at, l->n * sizeof *at);
        l->at = at;
        l->room = room;
    }
    l->at[l->n++] = (struct line){text, of};
}

static bool fits(const char *s)
{
    return hr_utf8_count(s, strlen(s)) <= FLOW;
}

/* Single values, and short lists of them, stand in the line of their key. */
static bool in_line(const struct hr_node *n, struct hr_arena *a)
{
    if (n->type == HR_NODE_SCALAR || n->n == 0)
        return true;
    if (n->type == HR_NODE_MAP)
        return false;
    for (size_t i = 0; i < n->n; i++)
        if (n->child[i]->type != HR_NODE_SCALAR)
            return false;
    return fits(hr_resolve_flow(n, FLOW + 1, a)) || n->n == 1;
}

static void put_block(struct lines *l, const struct hr_node *n, size_t indent,
                      const char *lead);

/* `lead` is what the first line begins with in place of blanks: the dashes of lists. */
static void put_entry(struct lines *l, const struct hr_node *c, size_t indent,
                      const char *lead)
{
    struct hr_out o = {.a = l->a};

    hr_out_text(&o, lead);
    hr_out_fill(&o, ' ', indent - strlen(lead));
    if (c->key) {
        put_key(&o, c);
        hr_out_text(&o, ":");
    }
    if (in_line(c, l->a)) {
        hr_out_text(&o, c->key ? " " : "");
        put_flow(&o, c, 0);
        add_line(l, hr_out_end(&o), c);
        return;
    }
    add_line(l, hr_out_end(&o), NULL);
    put_block(l, c, indent + 2, "");
}

static void put_block(struct lines *l, const struct hr_node *n, size_t indent,
                      const char *lead)
{
    for (size_t i = 0; i < n->n; i++) {
        const struct hr_node *c = n->child[i];
        const char *first = i == 0 ? lead : "";
        if (n->type == HR_NODE_MAP) {
            put_entry(l, c, indent, first);
            continue;
        }
        const char *dash =
            hr_arena_printf(l->a, "%s%*s- ", first, (int)(indent - strlen(first)), "");
        if (in_line(c, l->a))
            put_entry(l, c, indent + 2, dash);
        else
            put_block(l, c, indent + 2, dash);
    }
}

/* ---- origins ---------------------------------------------------------------------------- */

/* A note in one line, whole: hr_shown would cut it. */
static const char *whole(struct hr_arena *a, const char *s)
{
    struct hr_out o = {.a = a};
    const size_t n = strlen(s);
    uint32_t c = 0;

    for (size_t i = 0; i < n;) {
        const size_t len = hr_utf8_decode(s + i, n - i, &c);
        if (len == 0 || hr_utf8_harmful(c))
            hr_out_text(&o, " ");
        else
            hr_out_put(&o, s + i, len);
        i += len ? len : 1;
    }
    return hr_out_end(&o);
}

static const char *writer(const struct hr_node *n, const char *file, struct hr_arena *a)
{
    const char *note = n->note ? whole(a, n->note) : NULL;
    const char *other = n->at.file && file && strcmp(n->at.file, file) != 0
                            ? hr_shown(a, n->at.file, strlen(n->at.file))
                            : NULL;

    switch (n->origin) {
    case HR_ORIGIN_FILE:
        if (n->at.line == 0)
            return NULL;
        return other ? hr_arena_printf(a, "%s line %u", other, n->at.line)
                     : hr_arena_printf(a, "line %u", n->at.line);
    case HR_ORIGIN_DESIGN:
        return note ? hr_arena_printf(a, "design %s", note) : "design";
    case HR_ORIGIN_QUICK:
        return "quick";
    case HR_ORIGIN_SET:
        return "--set";
    case HR_ORIGIN_DEFAULTS:
        return n->at.line ? hr_arena_printf(a, "defaults, line %u", n->at.line)
                          : "defaults";
    case HR_ORIGIN_CATALOG:
        return note ? hr_arena_printf(a, "catalogue %s", note) : "catalogue";
    case HR_ORIGIN_MODEL:
        return note ? hr_arena_printf(a, "default: %s", note) : "default";
    }
    return NULL;
}

/* Who wrote it, and how a range is meant. */
static const char *origin(const struct hr_node *n, const char *file, struct hr_arena *a)
{
    const char *by = writer(n, file, a);

    if (n->range == HR_RANGE_NONE)
        return by;
    return hr_arena_printf(a, "%s%suncertain, %s", by ? by : "", by ? "; " : "",
                           n->range == HR_RANGE_LOG ? "its logarithm uniform" : "uniform");
}

static size_t widest(const struct lines *l)
{
    size_t most = 0;

    for (size_t i = 0; i < l->n; i++) {
        const size_t w = hr_utf8_count(l->at[i].text, strlen(l->at[i].text));
        if (l->at[i].of && w <= COLUMN && w > most)
            most = w;
    }
    return most;
}

const char *hr_resolve_text(const struct hr_node *tree, const char *file,
                            struct hr_arena *a)
{
    struct lines l = {.a = a};
    struct hr_out o = {.a = a};

    if (in_line(tree, a))
        put_entry(&l, tree, 0, "");
    else
        put_block(&l, tree, 0, "");
    const size_t column = widest(&l) + 2;
    for (size_t i = 0; i < l.n; i++) {
        const char *from = l.at[i].of ? origin(l.at[i].of, file, a) : NULL;
        const size_t w = hr_utf8_count(l.at[i].text, strlen(l.at[i].text));
        hr_out_text(&o, l.at[i].text);
        if (from) {
            hr_out_fill(&o, ' ', w + 2 <= column ? column - w : 2);
            hr_out_printf(&o, "# %s", from);
        }
        hr_out_text(&o, "\n");
    }
    return hr_out_end(&o);
}
