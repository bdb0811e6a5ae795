/* sim/scenario/bind/uncertain.c - see uncertain.h. */
#include "sim/scenario/bind/uncertain.h"

#include "sim/scenario/input.h"
#include "sim/scenario/value/value_parts.h"

#include <string.h>

bool hr_uncertain_is(enum hr_field_type type, struct hr_text t)
{
    switch (type) {
    case HR_FIELD_COUNT:
    case HR_FIELD_NUMBER:
    case HR_FIELD_SHARE:
    case HR_FIELD_FACTOR:
    case HR_FIELD_DURATION:
    case HR_FIELD_RATE:
    case HR_FIELD_LEVEL:
    case HR_FIELD_BYTES:
    case HR_FIELD_BANDWIDTH:
    case HR_FIELD_MONEY:
    case HR_FIELD_LAW_TIME:
    case HR_FIELD_LAW_BYTES:
    case HR_FIELD_LAW_COUNT:
        return hr_text_find(t, "(") == t.n && hr_text_find(t, "..") < t.n;
    default:
        return false;
    }
}

/* --- where an input is ------------------------------------------------------------------------ */

struct path {
    struct hr_arena *a;
    const struct hr_node *wanted;
    const char *whole, *label; /* of what is looked at */
};

static const char *joined(struct hr_arena *a, const char *head, const char *separator,
                          const char *tail)
{
    return *head ? hr_arena_printf(a, "%s%s%s", head, separator, tail) : tail;
}

/* A value that the binder has put into a map of its own: `home: [ ... ]` is its steps. */
static bool is_shorthand(const struct hr_node *parent, const struct hr_node *c)
{
    return c->key && c->key_at.line == 0 && c->origin != HR_ORIGIN_MODEL &&
           c->at.line == parent->at.line && c->at.column == parent->at.column;
}

static bool only_one_has(const struct hr_node *list, const char *key)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++)
        n += hr_tree_find(list->child[i], key) != NULL;
    return n == 1;
}

static bool find(struct path *p, const struct hr_node *n);

static bool find_below(struct path *p, const struct hr_node *c, const char *whole,
                       const char *label)
{
    const struct path outer = *p;

    p->whole = whole;
    p->label = label;
    if (find(p, c))
        return true;
    *p = outer;
    return false;
}

/* An item of a list is named by a key that only it has, or by its number. */
static bool find_in_item(struct path *p, const struct hr_node *list, size_t i)
{
    const struct hr_node *item = list->child[i];
    const char *numbered = joined(p->a, p->whole, ".", hr_arena_printf(p->a, "%zu", i + 1));

    for (size_t k = 0; item->type == HR_NODE_MAP && k < item->n; k++) {
        const char *key = item->child[k]->key;
        const char *head = only_one_has(list, key) ? p->whole : numbered;

        if (find_below(p, item->child[k], joined(p->a, head, ".", key),
                       joined(p->a, p->label, " ", key)))
            return true;
    }
    return item->type != HR_NODE_MAP && find_below(p, item, numbered, p->label);
}

static bool find_in_map(struct path *p, const struct hr_node *map, const struct hr_node *c)
{
    static const char *const idle[] = {"operations", "steps",   "do",
                                       "components", "traffic", "value"};
    const char *whole = joined(p->a, p->whole, ".", c->key);
    const char *separator = strchr(p->label, ' ') ? " " : *p->label ? "." : "";
    const char *label = joined(p->a, p->label, separator, c->key);

    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        if (strcmp(c->key, idle[i]) == 0)
            label = p->label;
    if (is_shorthand(map, c) || strcmp(c->key, "value") == 0 ||
        (!*p->whole && strcmp(c->key, "components") == 0))
        whole = p->whole;
    return find_below(p, c, whole, label);
}

static bool find(struct path *p, const struct hr_node *n)
{
    if (n == p->wanted)
        return true;
    for (size_t i = 0; i < n->n; i++)
        if (n->type == HR_NODE_LIST ? find_in_item(p, n, i)
                                    : find_in_map(p, n, n->child[i]))
            return true;
    return false;
}

/* "app.home.work" reads better with the last part apart: "app.home work". */
static const char *apart(struct hr_arena *a, const char *label)
{
    const char *dot = strrchr(label, '.');

    if (strchr(label, ' ') || !dot)
        return label;
    return hr_arena_printf(a, "%.*s %s", (int)(dot - label), label, dot + 1);
}

/* --- the inputs of a design -------------------------------------------------------------------- */

static bool in_logarithms(enum hr_field_type type, double from, double to)
{
    const double decades = 100; /* two: see uncertain.h */

    return type != HR_FIELD_COUNT && from > 0 && to >= decades * from;
}

static struct hr_input *keep(struct hr_bind *b, const struct hr_input *i)
{
    for (size_t k = 0; k < b->n_inputs; k++)
        if (strcmp(b->inputs[k].path, i->path) == 0)
            return &b->inputs[k]; /* bound a second time */
    if (b->n_inputs == b->input_room) {
        const size_t room = b->input_room ? 2 * b->input_room : 8;
        struct hr_input *more = hr_arena_alloc(b->arena, room, sizeof *more);

        if (b->n_inputs)
            memcpy(more, b->inputs, b->n_inputs * sizeof *more);
        b->inputs = more;
        b->input_room = room;
    }
    b->inputs[b->n_inputs] = *i;
    return &b->inputs[b->n_inputs++];
}

struct hr_text hr_uncertain_text(struct hr_bind *b, enum hr_field_type type,
                                 struct hr_node *n, double from, double to)
{
    struct path p = {.a = b->arena, .wanted = n, .whole = "", .label = ""};
    struct hr_input input = {.type = type,
                             .from = from,
                             .to = to,
                             .log = in_logarithms(type, from, to),
                             .written = n->text,
                             .at = n->at};
    const char *text;
    double at = 0.5;

    n->range = input.log ? HR_RANGE_LOG : HR_RANGE_UNIFORM;
    find(&p, b->root);
    input.path = p.whole;
    input.label =
        hr_shown(b->arena, apart(b->arena, p.label), strlen(apart(b->arena, p.label)));
    for (size_t i = 0; i < b->n_positions; i++)
        if (strcmp(b->positions[i].path, input.path) == 0)
            at = b->positions[i].at;
    keep(b, &input);
    text = hr_input_text(&input, hr_input_value(&input, at), b->arena);
    return (struct hr_text){text, strlen(text)};
}
