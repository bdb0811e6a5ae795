/* sim/scenario/tree/tree_syntax.c - see tree_syntax.h. */
#include "sim/scenario/tree/tree_syntax.h"

#include <string.h>

struct phrase {
    const char *theirs, *ours, *hint;
    bool at_context; /* where it began says more than where reading stopped */
};

static const struct phrase problems[] = {
    {"mapping values are not allowed in this context", "a `:` that makes no sense here",
     "a value that contains `: ` needs quotes; a key stands in a line of its own", false},
    {"could not find expected ':'", "a key without its colon",
     "write `key: value`; a colon is followed by a blank", true},
    {"did not find expected key", "a key was expected here",
     "the keys of a map are indented alike; a quote or bracket before may not be closed",
     false},
    {"did not find expected '-' indicator", "a `-` was expected here",
     "the entries of a list are indented alike", false},
    {"did not find expected ',' or ']'", "expected `,` or `]`",
     "the list is not closed, or a comma is missing", false},
    {"did not find expected ',' or '}'", "expected `,` or `}`",
     "the map is not closed, or a comma is missing", false},
    {"did not find expected node content", "a value was expected here", NULL, false},
    {"found unexpected end of stream", "the quotes are not closed", "close the quotes",
     true},
    {"found unexpected document indicator", "the quotes are not closed", "close the quotes",
     true},
    {"found character that cannot start any token", "this character cannot begin a value",
     "put the value in quotes", false},
    {"found unknown escape character", "an unknown escape in quotes",
     "write `\\\\` for a backslash, or use single quotes", false},
    {"block sequence entries are not allowed in this context",
     "a list entry that makes no sense here", "begin the list in a line of its own", false},
    {"block mapping entries are not allowed in this context",
     "a map that makes no sense here", "begin the map in a line of its own", false},
    {"did not find expected <document start>", "more text after the end of the scenario",
     "what belongs to the scenario stands in one map, indented alike", false},
    {"found undefined tag handle", "an unknown tag", "remove the tag", false},
};

static const struct phrase contexts[] = {
    {"while parsing a flow mapping", "the map begins here", NULL, false},
    {"while parsing a flow sequence", "the list begins here", NULL, false},
    {"while parsing a block mapping", "the map begins here", NULL, false},
    {"while parsing a block collection", "the list begins here", NULL, false},
    {"while scanning a quoted scalar", "the quoted text begins here", NULL, false},
    {"while scanning a simple key", "the key begins here", NULL, false},
};

static const struct phrase *find(const struct phrase *p, size_t n, const char *theirs)
{
    for (size_t i = 0; theirs && i < n; i++)
        if (strcmp(p[i].theirs, theirs) == 0)
            return &p[i];
    return NULL;
}

/* The tab in the indentation of a line, if there is one: libyaml says less. */
static bool tab_at(const struct hr_lines *lines, struct hr_loc *at)
{
    size_t n;
    const char *s = hr_lines_at(lines, at->line, &n);

    for (size_t i = 0; i < n && (s[i] == ' ' || s[i] == '\t'); i++)
        if (s[i] == '\t') {
            at->column = (uint32_t)i + 1;
            at->length = 1;
            return true;
        }
    return false;
}

/* A colon that makes no sense: what most likely is the matter, from the text around it. */
static const char *colon_hint(const struct hr_lines *lines, struct hr_loc at)
{
    size_t n, above = 0, dent, open = 0;
    const char *s = hr_lines_at(lines, at.line, &n);
    const char *up = "";

    for (size_t i = 0; i < n && i + 1 < at.column; i++)
        open += s[i] == '(';
    if (open > 0)
        return "in a law stands `=`: lognormal(p50=8ms p99=60ms)";
    dent = strspn(s, " ");
    for (uint32_t k = at.line; k > 1 && above == 0; k--) {
        up = hr_lines_at(lines, k - 1, &above);
        while (above > 0 && (up[above - 1] == ' ' || up[above - 1] == '\r'))
            above--;
        if (strspn(up, " ") < above && up[strspn(up, " ")] == '#')
            above = 0;
    }
    if (above > 0 && strspn(up, " ") < dent && up[above - 1] != ':')
        return "it is indented deeper than the line above, which is complete: indent both "
               "alike";
    return NULL;
}

void hr_syntax_report(struct hr_diags *ds, const struct hr_syntax *s,
                      const struct hr_lines *lines)
{
    const struct phrase *p = find(problems, sizeof problems / sizeof *problems, s->problem);
    const struct phrase *c = find(contexts, sizeof contexts / sizeof *contexts, s->context);
    struct hr_loc tab = s->at;

    if (lines && tab_at(lines, &tab)) {
        struct hr_diag *d = hr_diag_add(ds, HR_E119, tab, "a tab in the indentation");
        hr_diag_hint(ds, d, "replace it with blanks");
        return;
    }
    const bool begin = p && p->at_context && s->context;
    struct hr_diag *d = hr_diag_add(ds, HR_E103, begin ? s->context_at : s->at, "%s",
                                    p            ? p->ours
                                    : s->problem ? s->problem
                                                 : "this cannot be read as YAML");
    const char *hint = p == &problems[0] && lines ? colon_hint(lines, s->at) : NULL;
    if (hint || (p && p->hint))
        hr_diag_hint(ds, d, "%s", hint ? hint : p->hint);
    /* That the whole file is a map goes without saying. */
    const bool top = s->context_at.line == 1 && s->context_at.column == 1;
    if (!begin && c && !top && s->context_at.line != s->at.line) {
        d->also = s->context_at;
        d->also_label = c->ours;
    }
}
