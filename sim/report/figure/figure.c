/* sim/report/figure/figure.c - see figure.h. */
#include "sim/report/figure/figure.h"

#include "sim/report/figure/gnuplot.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

void hr_figures_init(struct hr_figures *f, struct hr_arena *a)
{
    *f = (struct hr_figures){.arena = a};
}

void hr_figures_add(struct hr_figures *f, struct hr_figure figure)
{
    if (f->n == f->room) {
        const size_t room = f->room ? 2 * f->room : 16;
        struct hr_figure *items = hr_arena_alloc(f->arena, room, sizeof *items);

        if (f->n)
            memcpy(items, f->items, f->n * sizeof *items);
        f->items = items;
        f->room = room;
    }
    f->items[f->n++] = figure;
}

/* ---- gnuplot's SVG --------------------------------------------------------------------- */

struct span {
    const char *at, *end;
};

static const char *find(struct span s, const char *what)
{
    const size_t n = strlen(what);

    for (; s.at + n <= s.end; s.at++)
        if (memcmp(s.at, what, n) == 0)
            return s.at;
    return NULL;
}

/* Elements that a chart consists of. */
static bool is_known(struct span tag)
{
    static const char *const known[] = {"g",       "path",     "rect", "text",  "tspan",
                                        "polygon", "polyline", "line", "circle"};
    const char *name = tag.at + (tag.at[1] == '/' ? 2 : 1);
    size_t n = 0;

    while (name + n < tag.end && strchr(" \t\r\n/>", name[n]) == NULL)
        n++;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i]) == n && memcmp(known[i], name, n) == 0)
            return true;
    return false;
}

/* True at a value of attribute `name`: just after its opening quote. */
static bool follows(struct span tag, const char *at, const char *name)
{
    const size_t n = strlen(name);

    return at - tag.at > (ptrdiff_t)n && memcmp(at - n, name, n) == 0;
}

/* One tag: ids and references to them get the prefix, colours one spelling, coordinates one
 * decimal (a tenth of a pixel). */
static void copy_tag(struct hr_html *out, struct span tag, const char *id)
{
    bool in_colour = false, in_path = false;

    for (const char *c = tag.at; c < tag.end; c++) {
        if (follows(tag, c, " id=\"") || follows(tag, c, " id='") ||
            follows(tag, c, "=\"#") || follows(tag, c, "='#") || follows(tag, c, "url(#"))
            hr_html_rawf(out, "%s-", id);
        if (follows(tag, c, "rgb("))
            in_colour = true;
        if (follows(tag, c, " d='") || follows(tag, c, " points = '"))
            in_path = true;
        in_colour = in_colour && *c != ')';
        in_path = in_path && *c != '\'';
        if (strchr(" \n\t", *c)) { /* of any blanks, one: it may keep two numbers apart */
            if (!in_colour && out->text[out->length - 1] != ' ')
                hr_html_raw(out, " ");
            continue;
        }
        if (in_path && c - tag.at > 2 && c[-2] == '.' && *c >= '0' && *c <= '9')
            continue;
        hr_html_bytes(out, c, 1);
    }
}

static struct span without(struct span body, const char *open, const char *close)
{
    const struct span from = {find(body, open), body.end};
    const char *end = from.at ? find(from, close) : NULL;

    return end ? (struct span){from.at, end + strlen(close)} : (struct span){NULL, NULL};
}

/* The drawing itself: known elements and their text; marker definitions and gnuplot's own
 * titles (they would be shown as hints) are left out.  False: something that is unknown. */
static bool copy_body(struct hr_html *out, struct span body, const char *id)
{
    size_t opened = 0,
           filled = SIZE_MAX; /* the last <g>: where, and where its content begins */

    while (body.at < body.end) {
        const char *close = *body.at == '<' ? find(body, ">") : NULL;
        const struct span tag = {body.at, close ? close + 1 : body.end};
        const bool is_defs = body.end - body.at > 5 && memcmp(body.at, "<defs", 5) == 0;
        const bool is_title = body.end - body.at > 6 && memcmp(body.at, "<title", 6) == 0;

        if (is_defs || is_title) {
            const struct span gone = is_defs ? without(body, "<defs", "</defs>")
                                             : without(body, "<title", "</title>");
            if (!gone.at)
                return false;
            body.at = gone.end;
        } else if (*body.at == '<') {
            if (!close || !is_known(tag))
                return false;
            body.at = tag.end;
            if (tag.end - tag.at == 4 && tag.at[1] == '/' && out->length == filled) {
                out->length = opened; /* a group without content */
                continue;
            }
            opened = out->length;
            copy_tag(out, tag, id);
            filled = tag.at[1] == 'g' ? out->length : SIZE_MAX;
        } else {
            if (*body.at != '\n' && *body.at != '\t')
                hr_html_bytes(out, body.at, 1);
            body.at++;
        }
    }
    return true;
}

const char *hr_figure_svg(const struct hr_figure *figure, const char *raw, size_t length,
                          struct hr_arena *a)
{
    const struct span all = {raw, raw + length};
    const struct span box = without(all, "viewBox=\"", ">");
    const struct span desc = without(all, "<desc>", "</desc>");
    const char *end = find(all, "</svg>");
    struct hr_html out;

    if (!box.at || !desc.at || !end || desc.end > end)
        return NULL;
    hr_html_init(&out, a);
    hr_html_rawf(&out, "<svg role=\"img\" aria-labelledby=\"%s-t %s-d\" %.*s\"%s>",
                 figure->id, figure->id, (int)(9 + strcspn(box.at + 9, "\"<>")), box.at,
                 figure->data);
    hr_html_rawf(&out, "<title id=\"%s-t\">", figure->id);
    hr_html_text(&out, figure->title);
    hr_html_rawf(&out, "</title><desc id=\"%s-d\">", figure->id);
    hr_html_text(&out, figure->desc);
    hr_html_raw(&out, "</desc>");
    if (!copy_body(&out, (struct span){desc.end, end}, figure->id))
        return NULL;
    hr_html_raw(&out, "</svg>");
    return out.text;
}

/* ---- all of a page ---------------------------------------------------------------------- */

/* The next document of the stream: from "<svg" to "</svg>". */
static struct span next_document(struct span *rest)
{
    const struct span s = without(*rest, "<svg", "</svg>");

    rest->at = s.at ? s.end : rest->end;
    return s;
}

bool hr_figures_draw(struct hr_figures *f, const char *program, char *why, size_t n)
{
    const struct hr_gnuplot g = {.program = program, .timeout_ms = HR_GNUPLOT_TIMEOUT_MS};
    struct hr_html script;
    const char *out = "";
    size_t length = 0;
    struct span rest;
    bool done;

    if (f->n == 0)
        return true;
    hr_html_init(&script, f->arena);
    for (size_t i = 0; i < f->n; i++)
        hr_html_raw(&script, f->items[i].script);
    done = hr_gnuplot_run(&g, script.text, script.length, f->arena, &out, &length, why, n);
    rest = (struct span){out, out + length};
    for (size_t i = 0; i < f->n; i++) {
        const struct span s = next_document(&rest);

        f->items[i].svg =
            s.at ? hr_figure_svg(&f->items[i], s.at, (size_t)(s.end - s.at), f->arena)
                 : NULL;
        if (!f->items[i].svg && done) {
            snprintf(why, n, "gnuplot drew something unexpected.");
            done = false;
        }
    }
    return done;
}

void hr_figures_weave(const struct hr_figures *f, const struct hr_html *page,
                      struct hr_html *out)
{
    size_t from = 0;

    for (size_t i = 0; i < f->n; i++) {
        const struct hr_figure *g = &f->items[i];

        hr_html_bytes(out, page->text + from, g->at - from);
        from = g->at;
        if (g->svg)
            hr_html_raw(out, g->svg);
        else
            hr_html_raw(out, "<p class=\"missing\">This figure was not drawn. "
                             "Its numbers are in the table below.</p>");
    }
    hr_html_bytes(out, page->text + from, page->length - from);
}
