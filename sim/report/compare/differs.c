/* sim/report/compare/differs.c - what differs between two resolved scenarios.
 *
 * The text of `headroom resolve` is ours: block YAML, one key or item a line, an origin behind
 * "  # ".  Each line becomes a path (components.app.instances) with its value; paths of both are
 * sorted and merged.  Of a branch that only one has, its first line stands for all of it. */
#include "sim/report/compare/inner.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_MOST = 50000, DEPTH_MOST = 32 };

struct line {
    const char *path, *value;
    size_t at; /* its place in the text */
    bool idle; /* a default */
};
struct lines {
    struct line *at;
    size_t n;
};

struct level {
    size_t indent, items; /* items: of a list that is here */
    const char *path;
};
struct parser {
    struct level stack[DEPTH_MOST];
    size_t depth;
    struct hr_arena *a;
};

/* The end of a value: before its origin, blanks left out. */
static size_t value_end(const char *text, size_t n)
{
    size_t end = n;
    char quote = n && (*text == '"' || *text == '\'') ? *text : '\0';

    for (size_t i = quote ? 1 : 0; i < n; i++) {
        if (quote && text[i] == '\\' && quote == '"')
            i++;
        else if (quote && text[i] == quote)
            quote = '\0';
        else if (!quote && text[i] == '#' && (i == 0 || text[i - 1] == ' ')) {
            end = i;
            break;
        }
    }
    while (end > 0 && text[end - 1] == ' ')
        end--;
    return end;
}

static const char *base(struct parser *p, size_t indent)
{
    while (p->depth > 0 && p->stack[p->depth - 1].indent >= indent)
        p->depth--;
    return p->depth ? p->stack[p->depth - 1].path : "";
}

static void push(struct parser *p, size_t indent, const char *path)
{
    if (p->depth < DEPTH_MOST)
        p->stack[p->depth++] = (struct level){indent, 0, path};
}

/* Go into the items of a list: "- " at `indent`; their keys are two columns further in. */
static const char *enter_item(struct parser *p, size_t indent)
{
    struct level *list;
    const char *path;

    while (p->depth > 0 && p->stack[p->depth - 1].indent > indent)
        p->depth--;
    if (p->depth > 0 && p->stack[p->depth - 1].indent == indent) /* items of before */
        p->depth--;
    list = p->depth ? &p->stack[p->depth - 1] : NULL;
    path =
        hr_arena_printf(p->a, "%s[%zu]", list ? list->path : "", list ? list->items++ : 0);
    push(p, indent, path);
    return path;
}

/* Where a key ends: at a colon that is followed by a blank or nothing; `n`: no key. */
static size_t key_end(const char *text, size_t n)
{
    for (size_t i = 0; i < n && text[0] != '"'; i++)
        if (text[i] == ':' && (i + 1 == n || text[i + 1] == ' '))
            return i;
    return n;
}

static void add_line(struct parser *p, struct lines *to, const char *text, size_t n)
{
    const size_t indent = strspn(text, " ") < n ? strspn(text, " ") : n;
    const char *s = text + indent, *parent, *path;
    size_t left = n - indent, in = indent, key, end;

    parent = NULL;
    while (left >= 2 && s[0] == '-' && s[1] == ' ') {
        parent = enter_item(p, in);
        s += 2;
        left -= 2;
        in += 2;
    }
    if (left == 0 || *s == '#')
        return;
    key = key_end(s, left);
    if (!parent)
        parent = base(p, in);
    path = key == left
               ? parent
               : hr_arena_printf(p->a, "%s%s%.*s", parent, *parent ? "." : "", (int)key, s);
    if (key < left) {
        push(p, in, path);
        s += key + 1;
        left -= key + 1;
        s += left && *s == ' ';
        left -= left ? 1 : 0;
    }
    end = value_end(s, left);
    to->at[to->n] = (struct line){
        path, hr_arena_text(p->a, s, end), to->n,
        left > end + 2 && strstr(hr_arena_text(p->a, s + end, left - end), "# default")};
    to->n++;
}

static struct lines read_lines(const char *text, struct hr_arena *a)
{
    struct parser p = {.a = a};
    struct lines to = {hr_arena_alloc(a, LINES_MOST, sizeof *to.at), 0};

    while (*text && to.n < LINES_MOST) {
        const size_t n = strcspn(text, "\n");

        add_line(&p, &to, text, n);
        text += n + (text[n] == '\n');
    }
    return to;
}

/* The order of paths in which a branch is followed by all that is below it. */
static int compare_paths(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    const int x = *a == '.' || *a == '[' ? 1 : (unsigned char)*a;
    const int y = *b == '.' || *b == '[' ? 1 : (unsigned char)*b;

    return x != y ? x - y : (unsigned char)*a - (unsigned char)*b;
}

static int by_path(const void *x, const void *y)
{
    const struct line *a = x, *b = y;
    const int way = compare_paths(a->path, b->path);

    return way ? way : (a->at > b->at) - (a->at < b->at);
}

/* What is said of a setting elsewhere, or nothing to run by. */
static bool is_talk(const char *path)
{
    const char *dot = strrchr(path, '.');
    const char *key = dot ? dot + 1 : path;

    return strcmp(key, "source") == 0 || strcmp(path, "name") == 0 ||
           strcmp(path, "question") == 0 || strcmp(path, "chosen") == 0 ||
           strncmp(path, "designs", 7) == 0;
}

struct found {
    struct hr_setting setting;
    size_t at;
};

static int by_place(const void *x, const void *y)
{
    const struct found *a = x, *b = y;

    return a->at != b->at ? (a->at > b->at) - (a->at < b->at)
                          : strcmp(a->setting.path, b->setting.path);
}

static bool below(const char *path, const char *branch)
{
    const size_t n = branch ? strlen(branch) : 0;

    return branch && strncmp(path, branch, n) == 0 && (path[n] == '.' || path[n] == '[');
}

static const char *shown_path(const char *path)
{
    static const char top[] = "components.";

    return strncmp(path, top, sizeof top - 1) == 0 ? path + sizeof top - 1 : path;
}

size_t hr_compare_settings(const char *here, const char *reference, struct hr_arena *a,
                           struct hr_setting **settings)
{
    struct lines x = read_lines(here, a), y = read_lines(reference, a);
    struct found *found = hr_arena_alloc(a, x.n + y.n, sizeof *found);
    const char *branch = NULL;
    size_t n = 0, i = 0, k = 0;

    qsort(x.at, x.n, sizeof *x.at, by_path);
    qsort(y.at, y.n, sizeof *y.at, by_path);
    while (i < x.n || k < y.n) {
        const int way = i == x.n   ? 1
                        : k == y.n ? -1
                                   : compare_paths(x.at[i].path, y.at[k].path);
        const struct line *either = way <= 0 ? &x.at[i] : &y.at[k];
        const struct line *u = way <= 0 ? &x.at[i++] : NULL;
        const struct line *v = way >= 0 ? &y.at[k++] : NULL;
        const char *path = either->path;

        if (is_talk(path) || below(path, branch) ||
            (u && v ? strcmp(u->value, v->value) == 0 : either->idle))
            continue;
        if (!u || !v)
            branch = path;
        found[n++] = (struct found){
            {shown_path(path), u ? u->value : NULL, v ? v->value : NULL}, either->at};
    }
    qsort(found, n, sizeof *found, by_place);
    *settings = hr_arena_alloc(a, n, sizeof **settings);
    for (size_t s = 0; s < n; s++)
        (*settings)[s] = found[s].setting;
    return n;
}
