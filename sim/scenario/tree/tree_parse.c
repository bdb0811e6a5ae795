/* sim/scenario/tree/tree_parse.c - libyaml's events into nodes: see tree.h.
 *
 * The nesting is checked at every event, before libyaml reads on: its cost is quadratic in the
 * depth of flow collections, and a stack of ours would follow.  Counts are checked before the
 * memory is taken. */
#include "sim/scenario/tree/tree.h"

#include "sim/engine/check.h"
#include "sim/scenario/tree/tree_mend.h"
#include "sim/scenario/tree/tree_syntax.h"
#include "sim/scenario/tree/tree_text.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct anchor {
    const char *name;
    struct hr_node *node;
    bool open; /* its end has not been seen */
};

struct frame { /* an open map or list */
    struct hr_node *node;
    const char *key; /* read, its value comes next; NULL: a key comes next */
    struct hr_loc key_at;
    size_t anchor; /* index + 1 of its own anchor; 0: none */
    bool key_quoted, skip, flow;
};

struct builder {
    struct hr_diags *ds;
    struct hr_arena *a;
    const char *name;
    struct hr_lines lines;
    enum hr_origin origin;
    struct hr_loc shift; /* line 0: marks are of the file itself */
    uint32_t above;      /* lines of the file before this part of it */
    struct frame stack[HR_TREE_DEPTH];
    size_t depth, nodes, aliases, n_anchors;
    struct anchor *anchors; /* NULL: none yet */
    struct hr_node *root;
    bool stop; /* a limit or syntax: no tree */
};

/* ---- places --------------------------------------------------------------------------- */

static struct hr_loc place(const struct builder *b, yaml_mark_t from, yaml_mark_t to)
{
    struct hr_loc at = {b->name, (uint32_t)from.line + 1, (uint32_t)from.column + 1, 1};

    if (to.line == from.line) {
        at.length = to.column > from.column ? (uint32_t)(to.column - from.column) : 1;
    } else {
        size_t n;
        const char *s = hr_lines_at(&b->lines, at.line, &n);
        const size_t count = hr_utf8_count(s, n);
        at.length = count > from.column ? (uint32_t)(count - from.column) : 1;
    }
    at.line += b->above;
    if (b->shift.line != 0) {
        at.line = b->shift.line;
        at.column += b->shift.column - 1;
    }
    return at;
}

/* There will be no tree: a limit is passed. */
static void fatal(struct builder *b, struct hr_diag *d)
{
    static const struct {
        enum hr_code code;
        const char *hint;
    } hints[] = {
        {HR_E107, "is a bracket or brace not closed?"},
        {HR_E108, "data belongs in a file of its own, as in empirical(FILE)"},
        {HR_E109, "say with `defaults:` what all components of a kind share"},
        {HR_E110, "is a quote not closed?"},
        {HR_E113, "a key is one word; in quotes where brackets belong to it"},
    };

    b->stop = true;
    for (size_t i = 0; i < sizeof hints / sizeof *hints; i++)
        if (hints[i].code == d->code)
            hr_diag_hint(b->ds, d, "%s", hints[i].hint);
}

/* ---- anchors and aliases -------------------------------------------------------------- */

static size_t add_anchor(struct builder *b, const yaml_char_t *name, struct hr_node *node,
                         struct hr_loc at, bool open)
{
    if (!name)
        return 0;
    if (b->n_anchors == HR_TREE_ALIASES) {
        fatal(b, hr_diag_add(b->ds, HR_E109, at, "more than %d anchors", HR_TREE_ALIASES));
        return 0;
    }
    if (!b->anchors)
        b->anchors = hr_arena_alloc(b->a, HR_TREE_ALIASES, sizeof *b->anchors);
    const char *s = (const char *)name;
    b->anchors[b->n_anchors] =
        (struct anchor){hr_arena_text(b->a, s, strlen(s)), node, open};
    return ++b->n_anchors;
}

/* Nodes and height of a subtree, counted no further than there is room for. */
static size_t measure(const struct hr_node *n, size_t room, size_t *height)
{
    size_t count = 1, high = 0;

    for (size_t i = 0; i < n->n && count <= room; i++) {
        size_t h;
        count += measure(n->child[i], room - count, &h);
        high = h > high ? h : high;
    }
    *height = high + (n->type != HR_NODE_SCALAR);
    return count;
}

static struct hr_node *expand(struct builder *b, const char *name, struct hr_loc at)
{
    struct anchor *found = NULL;
    size_t height;

    for (size_t i = 0; i < b->n_anchors; i++)
        if (strcmp(b->anchors[i].name, name) == 0)
            found = &b->anchors[i];
    if (!found || found->open) {
        const char *shown = hr_shown(b->a, name, strlen(name));
        struct hr_diag *d =
            hr_diag_add(b->ds, HR_E120, at,
                        found ? "the alias *%s stands inside of what it repeats"
                              : "no anchor &%s before this alias",
                        shown);
        if (!found)
            hr_diag_hint(b->ds, d, "mark what it repeats with `&%s`, earlier in this file",
                         shown);
        return hr_node_scalar(b->a, "", at, b->origin, NULL);
    }
    if (++b->aliases > HR_TREE_ALIASES) {
        fatal(b, hr_diag_add(b->ds, HR_E109, at, "more than %d aliases", HR_TREE_ALIASES));
        return NULL;
    }
    const size_t room = HR_TREE_NODES - b->nodes;
    const size_t count = measure(found->node, room, &height);
    if (count > room) {
        fatal(b, hr_diag_add(b->ds, HR_E108, at,
                             "more than a million values once the aliases are expanded"));
        return NULL;
    }
    if (b->depth + height > HR_TREE_DEPTH) {
        fatal(b, hr_diag_add(b->ds, HR_E107, at, "nested deeper than %d with this alias",
                             HR_TREE_DEPTH));
        return NULL;
    }
    b->nodes += count;
    return hr_tree_copy(found->node, b->a);
}

/* ---- keys ----------------------------------------------------------------------------- */

static bool is_boolean(const char *s)
{
    static const char *const words[] = {
        "y",  "Y",  "n",   "N",   "yes", "Yes",  "YES",  "no",   "No",    "NO",    "on",
        "On", "ON", "off", "Off", "OFF", "true", "True", "TRUE", "false", "False", "FALSE"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(s, words[i]) == 0)
            return true;
    return false;
}

/* May this be a key?  If not, its value is read and dropped. */
static bool check_key(struct builder *b, const struct hr_node *k)
{
    if (k->quoted)
        return true;
    if (strcmp(k->text, "<<") == 0) {
        struct hr_diag *d = hr_diag_add(b->ds, HR_E114, k->at, "the merge key `<<`");
        hr_diag_hint(
            b->ds, d,
            "use `defaults:` for a kind, `use:` for files, `extends:` for designs");
        return false;
    }
    if (k->null) {
        struct hr_diag *d =
            hr_diag_add(b->ds, HR_E113, k->at, "a key that is empty or null");
        hr_diag_hint(b->ds, d, "write the key before the colon");
        return false;
    }
    if (is_boolean(k->text)) {
        struct hr_diag *d = hr_diag_add(
            b->ds, HR_E116, k->at, "the key `%s` reads as a boolean in YAML 1.1", k->text);
        hr_diag_hint(b->ds, d, "choose another name, or put it in quotes: \"%s\"", k->text);
    }
    return true;
}

static void take_key(struct builder *b, struct frame *f, struct hr_node *k)
{
    f->skip = !check_key(b, k);
    f->key = k->text;
    f->key_at = k->at;
    f->key_quoted = k->quoted;
    if (hr_utf8_count(k->text, k->length) > HR_TREE_KEY)
        fatal(b, hr_diag_add(b->ds, HR_E110, k->at, "a key of more than %d characters",
                             HR_TREE_KEY));
    if (memchr(k->text, '\n', k->length))
        hr_diag_add(b->ds, HR_E113, k->at, "a key with a line end in it");
}

/* ---- putting a value where it belongs --------------------------------------------------- */

static void put(struct builder *b, struct hr_node *n)
{
    if (b->depth == 0) {
        b->root = n;
        return;
    }
    struct frame *f = &b->stack[b->depth - 1];
    if (f->node->type == HR_NODE_LIST) {
        hr_node_add(b->a, f->node, NULL, n);
        return;
    }
    n->key_at = f->key_at;
    n->key_quoted = f->key_quoted;
    if (f->skip)
        n->key = f->key; /* dropped: it is nobody's child */
    else
        hr_node_add(b->a, f->node, f->key, n);
    f->key = NULL;
    if (f->node->n > HR_TREE_KEYS)
        fatal(b, hr_diag_add(b->ds, HR_E108, n->key_at, "more than %d keys in one map",
                             HR_TREE_KEYS));
}

static bool expects_key(const struct builder *b)
{
    if (b->depth == 0)
        return false;
    const struct frame *f = &b->stack[b->depth - 1];
    return f->node->type == HR_NODE_MAP && !f->key;
}

static bool count_node(struct builder *b, struct hr_loc at)
{
    if (++b->nodes <= HR_TREE_NODES)
        return true;
    fatal(b, hr_diag_add(b->ds, HR_E108, at, "more than %d values", HR_TREE_NODES));
    return false;
}

static void refuse_tag(struct builder *b, const yaml_char_t *tag, struct hr_loc at)
{
    if (!tag)
        return;
    const char *s = (const char *)tag;
    struct hr_diag *d =
        hr_diag_add(b->ds, HR_E112, at, "the tag `%s`", hr_shown(b->a, s, strlen(s)));
    hr_diag_hint(b->ds, d, "remove it; text that looks like a number goes in quotes");
}

/* ---- events --------------------------------------------------------------------------- */

static void check_scalar(struct builder *b, const struct hr_node *n)
{
    uint32_t c = 0;

    if (hr_utf8_count(n->text, n->length) > HR_TREE_SCALAR)
        fatal(b, hr_diag_add(b->ds, HR_E110, n->at, "a value of more than %d characters",
                             HR_TREE_SCALAR));
    /* Escapes in quotes ("\e") bring in what the raw text could not hold. */
    for (size_t i = 0; i < n->length;) {
        const size_t len = hr_utf8_decode(n->text + i, n->length - i, &c);
        if (len == 0 || (hr_utf8_harmful(c) && c != '\n' && c != '\t')) {
            struct hr_diag *d =
                hr_diag_add(b->ds, HR_E105, n->at,
                            "an escape for the invisible character U+%04X", (unsigned)c);
            hr_diag_hint(b->ds, d, "leave it out");
            return;
        }
        i += len;
    }
}

static void on_scalar(struct builder *b, const yaml_event_t *e)
{
    const struct hr_loc at = place(b, e->start_mark, e->end_mark);

    if (!count_node(b, at))
        return;
    /* Of a key only the text is kept. */
    const bool key = expects_key(b) && !e->data.scalar.anchor;
    struct hr_node here = {.type = HR_NODE_SCALAR, .at = at, .origin = b->origin};
    struct hr_node *n =
        key ? &here : hr_node_create(b->a, HR_NODE_SCALAR, at, b->origin, NULL);
    n->length = e->data.scalar.length;
    n->text = hr_arena_text(b->a, (const char *)e->data.scalar.value, n->length);
    n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    n->null = !n->quoted && hr_node_null(n->text);
    refuse_tag(b, e->data.scalar.tag, at);
    check_scalar(b, n);
    add_anchor(b, e->data.scalar.anchor, n, at, false);
    if (expects_key(b))
        take_key(b, &b->stack[b->depth - 1], n);
    else
        put(b, n);
}

static void on_alias(struct builder *b, const yaml_event_t *e)
{
    const struct hr_loc at = place(b, e->start_mark, e->end_mark);

    if (expects_key(b)) {
        fatal(b,
              hr_diag_add(b->ds, HR_E113, at, "an alias stands where a key is expected"));
        return;
    }
    struct hr_node *n = expand(b, (const char *)e->data.alias.anchor, at);
    if (n)
        put(b, n);
}

static void begin(struct builder *b, const yaml_event_t *e, enum hr_node_type type)
{
    const struct hr_loc at = place(b, e->start_mark, e->end_mark);
    const bool map = type == HR_NODE_MAP;
    const yaml_char_t *tag = map ? e->data.mapping_start.tag : e->data.sequence_start.tag;

    if (expects_key(b)) {
        struct hr_diag *d =
            hr_diag_add(b->ds, HR_E113, at, "a %s stands where a key is expected",
                        map ? "map" : "list");
        fatal(b, d);
        return;
    }
    if (b->depth == HR_TREE_DEPTH) {
        fatal(b, hr_diag_add(b->ds, HR_E107, at, "nested deeper than %d", HR_TREE_DEPTH));
        return;
    }
    if (!count_node(b, at))
        return;
    struct hr_node *n = hr_node_create(b->a, type, at, b->origin, NULL);
    refuse_tag(b, tag, at);
    put(b, n);
    b->stack[b->depth] = (struct frame){.node = n};
    b->stack[b->depth].flow =
        map ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
            : e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    b->stack[b->depth].anchor = add_anchor(
        b, map ? e->data.mapping_start.anchor : e->data.sequence_start.anchor, n, at, true);
    b->depth++;
}

/* ---- a map or list is complete ---------------------------------------------------------- */

static void end(struct builder *b, const yaml_event_t *e)
{
    struct frame *f = &b->stack[--b->depth];
    struct hr_node *n = f->node;

    HR_REQUIRE(n != NULL); /* begin put it there */
    if (f->anchor)
        b->anchors[f->anchor - 1].open = false;
    hr_tree_mend(n, f->flow, b->ds);
    if (!f->flow) {
        if (n->type == HR_NODE_MAP && n->n)
            n->at = n->child[0]->key_at;
        return;
    }
    const struct hr_loc last = place(b, e->start_mark, e->end_mark);
    if (last.line == n->at.line && last.column > n->at.column)
        n->at.length = last.column + last.length - n->at.column;
}

static void syntax(struct builder *b, const yaml_parser_t *p)
{
    const struct hr_syntax s = {p->problem, p->context,
                                place(b, p->problem_mark, p->problem_mark),
                                place(b, p->context_mark, p->context_mark)};

    b->stop = true;
    hr_syntax_report(b->ds, &s, b->shift.line || b->above ? NULL : &b->lines);
}

/* ---- the loop ------------------------------------------------------------------------- */

/* One event; false when there is no more to read. */
static bool step(struct builder *b, const yaml_event_t *e, unsigned *documents)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (++*documents > 1) {
            const struct hr_loc at = place(b, e->start_mark, e->end_mark);
            struct hr_diag *d =
                hr_diag_add(b->ds, HR_E111, at, "a second document begins here");
            hr_diag_hint(b->ds, d, "one file holds one scenario; remove the line `---`");
            return false;
        }
        break;
    case YAML_SCALAR_EVENT:
        on_scalar(b, e);
        break;
    case YAML_ALIAS_EVENT:
        on_alias(b, e);
        break;
    case YAML_MAPPING_START_EVENT:
        begin(b, e, HR_NODE_MAP);
        break;
    case YAML_SEQUENCE_START_EVENT:
        begin(b, e, HR_NODE_LIST);
        break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        end(b, e);
        break;
    default:
        break;
    }
    return !b->stop && e->type != YAML_STREAM_END_EVENT;
}

static struct hr_node *build(struct builder *b)
{
    yaml_parser_t p;
    unsigned documents = 0;
    bool more = yaml_parser_initialize(&p) != 0;

    if (!more)
        return NULL;
    yaml_parser_set_encoding(&p, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&p, (const unsigned char *)b->lines.text, b->lines.length);
    while (more) {
        yaml_event_t e;
        if (!yaml_parser_parse(&p, &e)) {
            syntax(b, &p);
            break;
        }
        more = step(b, &e, &documents);
        yaml_event_delete(&e);
    }
    yaml_parser_delete(&p);
    if (!b->stop && b->root && b->root->type == HR_NODE_SCALAR) {
        struct hr_node list = {.type = HR_NODE_LIST};

        hr_node_add(b->a, &list, NULL, b->root);
        hr_tree_mend(&list, false, b->ds);
    }
    return b->stop ? NULL : b->root;
}

struct hr_node *hr_tree_parse(const char *name, const char *text, size_t length,
                              struct hr_diags *ds)
{
    struct hr_arena *a = ds->arena;
    const struct hr_loc whole = {.file = name};

    if (length > HR_TREE_BYTES) {
        hr_diag_add(ds, HR_E106, whole, "%s has more than %d MiB", name,
                    HR_TREE_BYTES >> 20);
        return NULL;
    }
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* a byte order mark */
        text += 3;
        length -= 3;
    }
    text = hr_arena_text(a, text, length);
    if (ds->n_sources < sizeof ds->sources / sizeof *ds->sources)
        ds->sources[ds->n_sources++] = (struct hr_source){name, text, length};
    struct builder b = {
        .ds = ds, .a = a, .name = name, .lines = hr_lines_of(text, length, a)};
    if (!hr_lines_check(&b.lines, name, ds))
        return NULL;
    struct hr_node *root = build(&b);
    if (!root && !b.stop) {
        struct hr_diag *d = hr_diag_add(ds, HR_E117, whole, "there is nothing in %s", name);
        hr_diag_hint(ds, d, "a scenario begins with `headroom: 1`");
    }
    return root;
}

struct hr_node *hr_tree_parse_part(const char *name, const char *text, size_t length,
                                   uint32_t above, struct hr_diags *ds)
{
    struct builder b = {.ds = ds,
                        .a = ds->arena,
                        .name = name,
                        .above = above,
                        .lines = hr_lines_of(text, length, ds->arena)};

    return build(&b);
}

struct hr_node *hr_tree_parse_value(const char *text, size_t length, struct hr_loc at,
                                    enum hr_origin origin, struct hr_diags *ds)
{
    struct builder b = {.ds = ds,
                        .a = ds->arena,
                        .name = at.file,
                        .shift = at,
                        .origin = origin,
                        .lines = hr_lines_of(text, length, ds->arena)};
    struct hr_node *root = build(&b);

    if (!root && !b.stop)
        root = hr_node_scalar(ds->arena, "", at, origin, NULL);
    return root;
}
