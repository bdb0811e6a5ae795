/* sim/scenario/bind/bind.c - maps to structs by their tables; see bind.h. */
#include "sim/scenario/bind/bind.h"

#include "sim/scenario/bind/field_read.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* --- small helpers ------------------------------------------------------------------------- */

struct hr_loc hr_bind_at(const struct hr_node *n)
{
    return n->at.line || !n->key_at.line ? n->at : n->key_at;
}

static struct hr_loc key_or_value(const struct hr_node *n)
{
    return n->key_at.line ? n->key_at : n->at;
}

const char *hr_bind_shown(struct hr_bind *b, const struct hr_node *n)
{
    if (n->type == HR_NODE_LIST)
        return "a list";
    if (n->type == HR_NODE_MAP)
        return "a map";
    return hr_shown(b->arena, n->text ? n->text : "", n->text ? n->length : 0);
}

struct hr_diag *hr_bind_unknown(struct hr_bind *b, enum hr_code code, struct hr_loc at,
                                const char *word, const char *const *names, const char *fmt,
                                ...)
{
    char what[512];
    const char *near = NULL;
    struct hr_diag *d;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    d = hr_diag_add(b->ds, code, at, "%s", what);
    /* Distances to every name cost time, and only the first diagnostics are shown. */
    if (names && b->ds->errors < HR_DIAGS_KEPT)
        near = hr_nearest(word, names);
    if (d && near)
        hr_diag_hint(b->ds, d, "did you mean `%s`?", near);
    else if (d && names && names[0])
        hr_diag_hint(b->ds, d, "there are: %s", hr_bind_listed(b, names));
    return d;
}

enum { LISTED = 24 }; /* names shown in a message */

const char *hr_bind_listed(struct hr_bind *b, const char *const *names)
{
    const char *text = "";

    for (size_t i = 0; names[i]; i++) {
        if (i == LISTED)
            return hr_arena_printf(b->arena, "%s, ...", text);
        text = i ? hr_arena_printf(b->arena, "%s, %s", text,
                                   hr_shown(b->arena, names[i], strlen(names[i])))
                 : hr_shown(b->arena, names[i], strlen(names[i]));
    }
    return text;
}

struct hr_node *hr_bind_add(struct hr_bind *b, struct hr_node *map, const char *key,
                            struct hr_node *child)
{
    if (map->n == map->room) {
        struct hr_node **more;

        map->room = map->room ? map->room * 2 : 4;
        more = hr_arena_alloc(b->arena, map->room, sizeof(struct hr_node *));
        if (map->n)
            memcpy(more, map->child, map->n * sizeof *more);
        map->child = more;
    }
    child->key = key;
    map->child[map->n++] = child;
    return child;
}

static void mark(struct hr_node *n, enum hr_origin origin, const char *note)
{
    n->origin = origin;
    n->note = note ? note : n->note;
    for (size_t i = 0; i < n->n; i++)
        mark(n->child[i], origin, note);
}

void hr_bind_fill(struct hr_bind *b, struct hr_node *map, const struct hr_node *from,
                  enum hr_origin origin, const char *note)
{
    for (size_t i = 0; i < from->n; i++) {
        const struct hr_node *f = from->child[i];
        struct hr_node *have = hr_tree_find(map, f->key);

        if (have && have->type == HR_NODE_MAP && f->type == HR_NODE_MAP)
            hr_bind_fill(b, have, f, origin, note);
        if (!have) {
            struct hr_node *copy = hr_tree_copy(f, b->arena);

            mark(copy, origin, note);
            hr_bind_add(b, map, f->key, copy);
        }
    }
}

struct hr_node *hr_bind_section(struct hr_bind *b, const char *key)
{
    struct hr_node *n = hr_tree_find(b->root, key);

    if (!n || n->type == HR_NODE_MAP)
        return n;
    struct hr_diag *d =
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "`%s` is a map of names", key);
    const struct hr_node *first =
        n->type == HR_NODE_LIST && n->n ? hr_tree_find(n->child[0], "name") : NULL;

    if (first && first->type == HR_NODE_SCALAR && !first->null)
        hr_diag_hint(b->ds, d, "write `%s:` in place of `- name: %s`",
                     hr_bind_shown(b, first), hr_bind_shown(b, first));
    else if (n->type == HR_NODE_LIST)
        hr_diag_hint(b->ds, d, "write `NAME:` in place of each `-`");
    return NULL;
}

bool hr_bind_name(struct hr_bind *b, const struct hr_node *n, const char *what)
{
    const char *s = n->key;
    const size_t length = strlen(s);
    bool good = length <= 64 && ((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z'));

    for (; good && *s; s++)
        good = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
               (*s >= '0' && *s <= '9') || *s == '_' || *s == '-';
    if (!good) {
        struct hr_diag *d =
            hr_diag_add(b->ds, HR_E222, key_or_value(n), "`%s` cannot be the name of %s",
                        hr_shown(b->arena, n->key, length), what);
        if (d)
            hr_diag_hint(
                b->ds, d,
                "names begin with a letter and go on with letters, digits, `_` and `-`, "
                "64 at most; `label:` may say anything");
    }
    return good;
}

/* --- keys ------------------------------------------------------------------------------------ */

static const struct hr_field *field_of(const struct hr_layer *layers, size_t n_layers,
                                       const char *key)
{
    for (size_t i = 0; i < n_layers; i++)
        for (const struct hr_field *f = layers[i].table->fields; f->name; f++)
            if (*f->name == *key && strcmp(f->name, key) == 0)
                return f;
    return NULL;
}

/* Every key that may stand in the map, NULL-ended. */
static const char *const *known(struct hr_bind *b, const struct hr_layer *layers,
                                size_t n_layers, const struct hr_about *about)
{
    size_t n = 0, room = 2;
    const char **list;

    for (size_t i = 0; i < n_layers; i++)
        for (const struct hr_field *f = layers[i].table->fields; f->name; f++)
            room++;
    for (size_t i = 0; about->also && about->also[i]; i++)
        room++;
    list = hr_arena_alloc(b->arena, room, sizeof *list);
    for (size_t i = n_layers; i-- > 0;) /* what is most special comes first */
        for (const struct hr_field *f = layers[i].table->fields; f->name; f++)
            list[n++] = f->name;
    for (size_t i = 0; about->also && about->also[i]; i++)
        list[n++] = about->also[i];
    return list;
}

static void unknown_key(struct hr_bind *b, const struct hr_node *c,
                        const struct hr_layer *layers, size_t n_layers,
                        const struct hr_about *about)
{
    const char *key = hr_shown(b->arena, c->key, strlen(c->key));
    const char *near = NULL;
    const char *const *names;
    const struct hr_later *later = hr_schema_find_later(about->where, c->key);
    struct hr_diag *d;

    if (later) {
        hr_diag_add(b->ds, later->code, key_or_value(c), "`%s` is not yet supported", key);
        return;
    }
    d = hr_diag_add(b->ds, HR_E201, key_or_value(c), "unknown key `%s` in %s", key,
                    about->what);
    if (!d || b->ds->errors > HR_DIAGS_KEPT)
        return;
    names = known(b, layers, n_layers, about);
    near = hr_nearest(c->key, names);
    hr_diag_hint(b->ds, d, "%s%s%skeys: %s%s%s%s", near ? "did you mean `" : "",
                 near ? near : "", near ? "`?  " : "", hr_bind_listed(b, names),
                 about->explain ? "   (headroom explain " : "",
                 about->explain ? about->explain : "", about->explain ? ")" : "");
}

void hr_bind_keys(struct hr_bind *b, const struct hr_node *n, const struct hr_layer *layers,
                  size_t n_layers, const struct hr_about *about)
{
    for (size_t i = 0; i < n->n; i++) {
        const char *key = n->child[i]->key;

        if (strcmp(key, "source") != 0 && !field_of(layers, n_layers, key) &&
            !(about->also && hr_schema_in(about->also, key)))
            unknown_key(b, n->child[i], layers, n_layers, about);
    }
}

/* --- fields ---------------------------------------------------------------------------------- */

/* The value that means "absent" where zero does not. */
static void clear(const struct hr_field *f, void *at)
{
    switch (f->type) {
    case HR_FIELD_COMPONENT:
    case HR_FIELD_OPERATION:
    case HR_FIELD_KEY:
    case HR_FIELD_RESOURCE:
        *(uint32_t *)at = HR_NONE;
        break;
    default:
        break;
    }
}

/* The default as a node of the tree. */
static struct hr_node *add_default(struct hr_bind *b, struct hr_node *map,
                                   const struct hr_field *f)
{
    struct hr_node *n = NULL;

    if (*f->dflt == '[' || *f->dflt == '{')
        n = hr_tree_parse_part("default", f->dflt, strlen(f->dflt), 0, b->ds);
    if (!n) {
        n = hr_arena_alloc(b->arena, 1, sizeof *n);
        n->type = HR_NODE_SCALAR;
        n->text = f->dflt;
        n->length = strlen(f->dflt);
        n->quoted = f->type == HR_FIELD_CLOCK;
    }
    mark(n, HR_ORIGIN_MODEL, f->source);
    n->at = map->at;
    if (f->source)
        b->trust.defaults++;
    return hr_bind_add(b, map, f->name, n);
}

/* False if it is wrong.  A required field that is not there is left to tell_missing. */
static bool bind_field(struct hr_bind *b, struct hr_node *map, const struct hr_field *f,
                       void *conf)
{
    void *at = (char *)conf + f->offset;
    struct hr_node *n = hr_tree_find(map, f->name);

    clear(f, at);
    if (!n && f->dflt)
        n = add_default(b, map, f);
    return !n || hr_field_read(b, f, n, at);
}

/* All of them in one diagnostic: they have one place. */
static bool tell_missing(struct hr_bind *b, const struct hr_node *map,
                         const struct hr_table *t, const struct hr_about *about)
{
    const char *names = NULL;

    for (const struct hr_field *f = t->fields; f->name; f++)
        /* A mix may be left out where there is one operation: traffic.c knows. */
        if (f->required && f->type != HR_FIELD_MIX && !hr_tree_find(map, f->name))
            names = hr_arena_printf(b->arena, "%s%s`%s`", names ? names : "",
                                    names ? ", " : "", f->name);
    if (names)
        hr_diag_add(b->ds, HR_E202, key_or_value(map), "%s needs %s", about->what, names);
    return !names;
}

/* Does the map say it in a way that comes later?  That has been refused by name. */
static bool says_later(const struct hr_node *map, const struct hr_about *about)
{
    for (size_t i = 0; i < map->n; i++) {
        const struct hr_later *l = hr_schema_find_later(about->where, map->child[i]->key);

        if (l && l->code == HR_E906)
            return true;
    }
    return false;
}

static bool check_one_of(struct hr_bind *b, const struct hr_node *map,
                         const struct hr_table *t, unsigned group,
                         const struct hr_about *about)
{
    const struct hr_node *first = NULL, *second = NULL;
    const char *names[16];
    size_t n = 0;

    for (const struct hr_field *f = t->fields; f->name; f++) {
        const struct hr_node *c = hr_tree_find(map, f->name);

        if (f->one_of != group)
            continue;
        if (n + 1 < sizeof names / sizeof *names)
            names[n++] = f->name;
        if (c && c->origin != HR_ORIGIN_MODEL) {
            second = first ? c : NULL;
            first = first ? first : c;
        }
        if (second)
            break;
    }
    names[n] = NULL;
    if (first && !second)
        return true;
    if (second) {
        struct hr_diag *d = hr_diag_add(b->ds, HR_E210, key_or_value(second),
                                        "`%s` and `%s` exclude each other in %s",
                                        first->key, second->key, about->what);
        if (d) {
            d->also = key_or_value(first);
            d->also_label = "the other one";
        }
    } else if (!says_later(map, about)) {
        hr_diag_add(b->ds, HR_E210, key_or_value(map), "%s needs exactly one of: %s",
                    about->what, hr_bind_listed(b, names));
    }
    return false;
}

/* Each group once, in order of its first field. */
static bool one_of_groups(struct hr_bind *b, const struct hr_node *map,
                          const struct hr_table *t, const struct hr_about *about)
{
    bool seen[256] = {false}, good = true;

    for (const struct hr_field *f = t->fields; f->name; f++) {
        if (!f->one_of || seen[f->one_of])
            continue;
        seen[f->one_of] = true;
        good = check_one_of(b, map, t, f->one_of, about) && good;
    }
    return good;
}

/* A value in place of a map: the shorthand field.  The node becomes that map. */
static bool widen(struct hr_bind *b, struct hr_node *n, const struct hr_table *t,
                  const struct hr_about *about)
{
    struct hr_node *inner;

    if (n->type == HR_NODE_SCALAR && n->null) {
        hr_diag_add(b->ds, HR_E218, hr_bind_at(n), "nothing is written for %s",
                    about->what);
        return false;
    }
    if (!t->shorthand) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "%s is a map, { ... }, not %s",
                    about->what, n->type == HR_NODE_LIST ? "a list" : "a single value");
        return false;
    }
    inner = hr_arena_alloc(b->arena, 1, sizeof *inner);
    *inner = *n;
    inner->key_at = (struct hr_loc){0};
    n->type = HR_NODE_MAP;
    n->text = NULL;
    n->length = 0;
    n->child = NULL;
    n->n = n->room = 0;
    hr_bind_add(b, n, t->shorthand, inner);
    return true;
}

/* The `source:` of a map, in force for what is below. */
static const char *source_of(struct hr_bind *b, const struct hr_node *map)
{
    const struct hr_node *n = hr_tree_find(map, "source");

    if (!n)
        return b->source;
    if (n->type != HR_NODE_SCALAR || n->null) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "`source` is a text");
        return b->source;
    }
    return n->text;
}

/* A map that is only { value:, source: } stands for its value: the long form of a shorthand. */
static bool is_long_form(const struct hr_node *n, const struct hr_table *t)
{
    if (!t->shorthand || n->type != HR_NODE_MAP || !hr_tree_find(n, "value"))
        return false;
    for (const struct hr_field *f = t->fields; f->name; f++)
        if (strcmp(f->name, "value") == 0)
            return false;
    for (size_t i = 0; i < n->n; i++)
        if (strcmp(n->child[i]->key, "value") != 0 &&
            strcmp(n->child[i]->key, "source") != 0)
            return false;
    return true;
}

bool hr_bind_map(struct hr_bind *b, struct hr_node *n, const struct hr_layer *layers,
                 size_t n_layers, const struct hr_about *about)
{
    const char *outer = b->source;
    const size_t found = b->ds->found;
    bool good = true;

    if (is_long_form(n, layers[0].table))
        hr_tree_find(n, "value")->key = layers[0].table->shorthand;
    if (n->type != HR_NODE_MAP && !widen(b, n, layers[0].table, about))
        return false;
    b->source = source_of(b, n);
    hr_bind_keys(b, n, layers, n_layers, about);
    for (size_t i = 0; i < n_layers; i++) {
        const struct hr_table *t = layers[i].table;

        for (const struct hr_field *f = t->fields; f->name; f++)
            if (strcmp(f->name, "source") != 0)
                good = bind_field(b, n, f, layers[i].conf) && good;
            else if (b->source)
                memcpy((char *)layers[i].conf + f->offset, &b->source, sizeof b->source);
        good = tell_missing(b, n, t, about) && good;
        good = one_of_groups(b, n, t, about) && good;
    }
    b->source = outer;
    return good && b->ds->found == found;
}

bool hr_bind_table(struct hr_bind *b, struct hr_node *n, const struct hr_table *t,
                   void *conf)
{
    const struct hr_layer layer = {t, conf};
    const struct hr_about about = {hr_text_join(b->arena, "`", t->name, "`"), NULL,
                                   HR_WHERE_TABLE, NULL};
    bool good;

    b->depth++;
    good = hr_bind_map(b, n, &layer, 1, &about);
    b->depth--;
    return good;
}

/* --- what a model's check hook may do ----------------------------------------------------- */

struct hr_check {
    struct hr_bind *b;
    struct hr_node *map;
    const char *what;
};

void hr_check_fail(struct hr_check *ck, enum hr_code code, const char *field,
                   const char *fmt, ...)
{
    const struct hr_node *n = field ? hr_tree_path(ck->map, field) : NULL;
    char what[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    hr_diag_add(ck->b->ds, code,
                n && n->origin != HR_ORIGIN_MODEL ? hr_bind_at(n) : key_or_value(ck->map),
                "%s: %s", ck->what, what);
}

bool hr_check_given(const struct hr_check *ck, const char *field)
{
    const struct hr_node *n = hr_tree_path(ck->map, field);

    return n && n->origin != HR_ORIGIN_MODEL;
}

struct hr_arena *hr_check_arena(struct hr_check *ck)
{
    return ck->b->arena;
}

void hr_bind_check(struct hr_bind *b, const struct hr_model *m, struct hr_node *map,
                   void *conf, const char *what)
{
    struct hr_check ck = {b, map, what};

    if (m->check)
        m->check(conf, &ck);
}
