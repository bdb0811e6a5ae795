/* sim/scenario/catalog_slices.c - the files of the catalogue in slices, of which only those are
 * parsed that somebody asks for; see catalog.h.
 *
 * A slice is one name of a section, or a section that is written in one line.  They are cut by
 * their indentation, without reading YAML: a section begins in the first column, its names
 * stand below it in one column, and nothing else of it stands so far to the left. */
#include "sim/scenario/catalog_inner.h"

#include <string.h>

/* --- cutting --------------------------------------------------------------------------------- */

struct cutter {
    struct hr_catalog *c;
    const struct hr_catalog_file *file;
    const char *section; /* NULL: none yet */
    size_t column;       /* of its names; 0: the next line says it */
    bool open;           /* the last slice goes on */
};

/* Is there nothing but a comment? */
static bool is_blank(const char *text, size_t length)
{
    for (; length && *text == ' '; length--)
        text++;
    return length == 0 || *text == '#';
}

static bool has_products(const char *section)
{
    return strcmp(section, "products") == 0 || strcmp(section, "families") == 0;
}

static void begin(struct cutter *k, const char *text, uint32_t above, bool whole)
{
    struct hr_catalog *c = k->c;

    c->slices =
        hr_bind_grow(c->arena, c->slices, c->n_slices, &c->slice_room, sizeof *c->slices);
    c->slices[c->n_slices++] = (struct hr_catalog_slice){.file = k->file,
                                                         .section = k->section,
                                                         .text = text,
                                                         .above = above,
                                                         .whole = whole,
                                                         .told = !has_products(k->section)};
    k->open = true;
}

static void cut_line(struct cutter *k, const char *text, size_t length, uint32_t above)
{
    const char *colon = memchr(text, ':', length);
    size_t column = 0;

    if (is_blank(text, length))
        return;
    while (text[column] == ' ')
        column++;
    if (column == 0 && colon) {
        const size_t to = (size_t)(colon + 1 - text);

        k->section = hr_arena_text(k->c->arena, text, to - 1);
        k->open = false;
        k->column = is_blank(colon + 1, length - to) ? 0 : SIZE_MAX;
        if (k->column)
            begin(k, text, above, true);
    } else if (k->section && (k->column == 0 || column == k->column)) {
        k->column = column;
        begin(k, text, above, false);
    }
}

static void cut_file(struct hr_catalog *c, const struct hr_catalog_file *file)
{
    const char *text = file->text, *end = file->text + file->length;
    struct cutter k = {.c = c, .file = file};

    for (uint32_t above = 0; text < end; above++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));

        stop = stop ? stop : end;
        cut_line(&k, text, (size_t)(stop - text), above);
        text = stop < end ? stop + 1 : end;
        if (k.open) {
            struct hr_catalog_slice *s = &c->slices[c->n_slices - 1];

            s->length = (size_t)(text - s->text);
        }
    }
    /* Where diagnostics look for the lines that they quote. */
    if (c->ds->n_sources < sizeof c->ds->sources / sizeof *c->ds->sources)
        c->ds->sources[c->ds->n_sources++] =
            (struct hr_source){file->name, file->text, file->length};
}

uint32_t hr_catalog_cut(struct hr_catalog *c)
{
    for (; c->uncut && c->uncut->name; c->uncut++)
        cut_file(c, c->uncut);
    return c->n_slices;
}

/* --- reading --------------------------------------------------------------------------------- */

static bool in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '-' || c == '.';
}

bool hr_catalog_may_hold(const struct hr_catalog_slice *s, const char *name)
{
    const char *end = s->text + s->length, *colon = s->text, *key;
    const size_t length = strlen(name);

    for (; (colon = memchr(colon, ':', (size_t)(end - colon))) != NULL; colon++) {
        const char *last = colon;

        if (last > s->text && (last[-1] == '"' || last[-1] == '\''))
            last--;
        for (key = last; key > s->text && in_name(key[-1]);)
            key--;
        const size_t n = (size_t)(last - key);

        if (n && n <= length && memcmp(key, name + length - n, n) == 0 &&
            (n == length || name[length - n - 1] == '.'))
            return true;
    }
    return false;
}

const struct hr_node *hr_catalog_slice(struct hr_catalog *c, uint32_t at)
{
    struct hr_catalog_slice *s = &c->slices[at];

    if (!s->read) {
        s->read = true;
        s->root = hr_tree_parse_part(s->file->name, s->text, s->length, s->above, c->ds);
        if (s->whole)
            s->root = hr_tree_find(s->root, s->section);
    }
    return s->root;
}

const struct hr_node *hr_catalog_find(struct hr_catalog *c,
                                      const struct hr_catalog_file *file,
                                      const char *section, const char *name)
{
    const uint32_t n = hr_catalog_cut(c);

    for (uint32_t i = 0; i < n; i++) {
        const struct hr_catalog_slice *s = &c->slices[i];
        const struct hr_node *found;

        if ((file && s->file != file) || strcmp(s->section, section) != 0)
            continue;
        if (!name)
            return hr_catalog_slice(c, i);
        found = hr_catalog_may_hold(s, name) ? hr_tree_find(hr_catalog_slice(c, i), name)
                                             : NULL;
        if (found)
            return found;
    }
    return NULL;
}
