/* sim/scenario/tree/tree_mend.c - see tree_mend.h. */
#include "sim/scenario/tree/tree_mend.h"

#include <stdlib.h>
#include <string.h>

struct named {
    const struct hr_node *node;
    size_t order;
};

static int by_name(const void *pa, const void *pb)
{
    const struct named *a = pa, *b = pb;
    const int c = strcmp(a->node->key, b->node->key);

    return c ? c : (a->order > b->order) - (a->order < b->order);
}

/* Are there equal keys among a few? */
static bool few_differ(const struct hr_node *map)
{
    for (size_t i = 1; i < map->n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(map->child[i]->key, map->child[k]->key) == 0)
                return false;
    return true;
}

/* Report and drop the later ones of equal keys.  Sorted, so that a hostile map costs
 * n log n. */
static void drop_twins(struct hr_node *map, struct hr_diags *ds)
{
    enum { FEW = 8 };

    if (map->n <= FEW && few_differ(map))
        return;
    struct named *all = hr_arena_alloc(ds->arena, map->n, sizeof *all);
    bool *twin = hr_arena_alloc(ds->arena, map->n, sizeof *twin);
    size_t first = 0, kept = 0;

    for (size_t i = 0; i < map->n; i++)
        all[i] = (struct named){map->child[i], i};
    if (map->n > 1)
        qsort(all, map->n, sizeof *all, by_name);
    for (size_t i = 1; i < map->n; i++) {
        const struct hr_node *n = all[i].node, *o = all[first].node;
        if (strcmp(n->key, o->key) != 0) {
            first = i;
            continue;
        }
        twin[all[i].order] = true;
        struct hr_diag *d =
            hr_diag_add(ds, HR_E102, n->key_at, "the key `%s` is written twice",
                        hr_shown(ds->arena, n->key, strlen(n->key)));
        hr_diag_label(ds, d, "written again here");
        d->also = o->key_at;
        d->also_label = "first written here";
    }
    for (size_t i = 0; i < map->n; i++)
        if (!twin[i])
            map->child[kept++] = map->child[i];
    map->n = kept;
}

/* Does a plain scalar open a law, `word(`, that it does not close? */
static bool opens_law(const struct hr_node *n)
{
    int open = 0;

    if (n->type != HR_NODE_SCALAR || n->quoted || n->null)
        return false;
    const size_t word = strspn(n->text, "abcdefghijklmnopqrstuvwxyz"
                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    if (word == 0 || n->text[word] != '(')
        return false;
    for (const char *s = n->text; *s; s++)
        open += (*s == '(') - (*s == ')');
    return open > 0;
}

/* Take the pieces back together that YAML made of a law with commas: those after child `i`
 * up to the one that closes it.  So the law is checked as it was meant, and its tail is not
 * reported as a key that nobody knows. */
static void join_law(struct hr_node *all, bool flow, size_t i, struct hr_diags *ds)
{
    struct hr_node *n = all->child[i];
    const struct hr_loc at = n->at;
    size_t last = i;

    while (flow && opens_law(n) && last + 1 < all->n) {
        const struct hr_node *next = all->child[last + 1];
        const bool list = all->type == HR_NODE_LIST;
        const char *piece = list ? next->text : next->key;
        if (next->type != HR_NODE_SCALAR || (!list && !next->null))
            break;
        const char *gap =
            strncmp(n->text, "uniform(", 8) == 0 && !strchr(n->text, '=') ? ".." : " ";
        n->text = hr_arena_printf(ds->arena, "%s%s%s", n->text, gap, piece);
        n->length = strlen(n->text);
        last++;
    }
    struct hr_diag *d =
        hr_diag_add(ds, HR_E115, at, "the parenthesis of `%s` is not closed",
                    hr_shown(ds->arena, n->text, strcspn(n->text, "(") + 1));
    if (last == i) {
        hr_diag_hint(ds, d, "add `)`, or put the value in quotes if it is a text");
        n->text = hr_arena_printf(ds->arena, "%s)", n->text);
        n->length++;
        return;
    }
    hr_diag_label(ds, d, "YAML ends the value at the comma");
    hr_diag_hint(ds, d, "a law is one word without a comma: `%s`",
                 hr_shown(ds->arena, n->text, n->length));
    memmove(all->child + i + 1, all->child + last + 1,
            (all->n - last - 1) * sizeof(struct hr_node *));
    all->n -= last - i;
}

/* Does "2,5s" of a map in braces stand in children `i` and `i + 1`: a number, and right after
 * its comma a key without a value that goes on with a digit? */
static bool decimal_comma(const struct hr_node *all, bool flow, size_t i)
{
    const struct hr_node *n = all->child[i];
    const struct hr_node *next = i + 1 < all->n ? all->child[i + 1] : NULL;

    return next && flow && all->type == HR_NODE_MAP && n->type == HR_NODE_SCALAR &&
           !n->quoted && n->length > 0 && n->length < 16 &&
           strspn(n->text, "0123456789") == n->length && next->type == HR_NODE_SCALAR &&
           next->null && next->key[0] >= '0' && next->key[0] <= '9' &&
           next->key_at.line == n->at.line &&
           next->key_at.column == n->at.column + n->at.length + 1;
}

static void join_decimal(struct hr_node *all, size_t i, struct hr_diags *ds)
{
    struct hr_node *n = all->child[i];
    const struct hr_node *tail = all->child[i + 1];
    struct hr_loc at = n->at;

    at.length += 1 + tail->key_at.length;
    struct hr_diag *d =
        hr_diag_add(ds, HR_E220, at, "`%s,%s` has a comma; numbers have a decimal point",
                    n->text, hr_shown(ds->arena, tail->key, strlen(tail->key)));
    n->text = hr_arena_printf(ds->arena, "%s.%s", n->text, tail->key);
    n->length = strlen(n->text);
    n->at.length = at.length;
    hr_diag_hint(ds, d, "write `%s`", hr_shown(ds->arena, n->text, n->length));
    memmove(all->child + i + 1, all->child + i + 2,
            (all->n - i - 2) * sizeof(struct hr_node *));
    all->n--;
}

void hr_tree_mend(struct hr_node *all, bool flow, struct hr_diags *ds)
{
    for (size_t i = 0; i < all->n; i++)
        if (opens_law(all->child[i]))
            join_law(all, flow, i, ds);
        else if (decimal_comma(all, flow, i))
            join_decimal(all, i, ds);
    if (all->type == HR_NODE_MAP)
        drop_twins(all, ds);
}
