/* sim/scenario/tree/tree.c - nodes: see tree.h.  Reading is in tree_parse.c, merging in merge.c. */
#include "sim/scenario/tree/tree.h"

#include <string.h>

struct hr_node *hr_node_create(struct hr_arena *a, enum hr_node_type type, struct hr_loc at,
                               enum hr_origin origin, const char *note)
{
    struct hr_node *n = hr_arena_alloc(a, 1, sizeof *n);

    n->type = type;
    n->at = at;
    n->origin = origin;
    n->note = note;
    if (type == HR_NODE_SCALAR)
        n->text = "";
    return n;
}

bool hr_node_null(const char *text)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(text, words[i]) == 0)
            return true;
    return false;
}

struct hr_node *hr_node_scalar(struct hr_arena *a, const char *text, struct hr_loc at,
                               enum hr_origin origin, const char *note)
{
    struct hr_node *n = hr_node_create(a, HR_NODE_SCALAR, at, origin, note);

    n->text = text;
    n->length = strlen(text);
    n->null = hr_node_null(text);
    return n;
}

void hr_node_add(struct hr_arena *a, struct hr_node *parent, const char *key,
                 struct hr_node *child)
{
    if (parent->n == parent->room) {
        const size_t room = parent->room ? 2 * parent->room : 4;
        struct hr_node **more = hr_arena_alloc(a, room, sizeof(struct hr_node *));
        if (parent->n)
            memcpy(more, parent->child, parent->n * sizeof(struct hr_node *));
        parent->child = more;
        parent->room = room;
    }
    child->key = key;
    parent->child[parent->n++] = child;
}

static size_t index_of(const struct hr_node *map, const char *key)
{
    for (size_t i = 0; i < map->n; i++) {
        const char *k = map->child[i]->key;

        if (*k == *key && strcmp(k, key) == 0)
            return i;
    }
    return map->n;
}

void hr_node_remove(struct hr_node *map, const char *key)
{
    if (!map || map->type != HR_NODE_MAP)
        return;
    const size_t i = index_of(map, key);
    if (i == map->n)
        return;
    map->n--;
    memmove(map->child + i, map->child + i + 1, (map->n - i) * sizeof(struct hr_node *));
}

struct hr_node *hr_tree_find(const struct hr_node *map, const char *key)
{
    if (!map || map->type != HR_NODE_MAP)
        return NULL;
    const size_t i = index_of(map, key);
    return i < map->n ? map->child[i] : NULL;
}

struct hr_node *hr_tree_path(const struct hr_node *map, const char *path)
{
    struct hr_node *whole = hr_tree_find(map, path);

    if (whole || !map || map->type != HR_NODE_MAP)
        return whole;
    /* The longest key that is written with its dots, then the rest below it. */
    for (size_t cut = strlen(path); cut-- > 0;) {
        if (path[cut] != '.')
            continue;
        for (size_t i = 0; i < map->n; i++) {
            const struct hr_node *c = map->child[i];
            if (strncmp(c->key, path, cut) != 0 || c->key[cut] != '\0')
                continue;
            struct hr_node *found = hr_tree_path(c, path + cut + 1);
            if (found)
                return found;
        }
    }
    return NULL;
}

bool hr_tree_equal(const struct hr_node *x, const struct hr_node *y)
{
    if (x == y)
        return true;
    if (!x || !y || x->type != y->type || x->n != y->n)
        return false;
    if (x->type == HR_NODE_SCALAR)
        return x->null == y->null && x->quoted == y->quoted &&
               strcmp(x->text, y->text) == 0;
    for (size_t i = 0; i < x->n; i++)
        if ((x->type == HR_NODE_MAP && strcmp(x->child[i]->key, y->child[i]->key) != 0) ||
            !hr_tree_equal(x->child[i], y->child[i]))
            return false;
    return true;
}

struct hr_node *hr_tree_copy(const struct hr_node *n, struct hr_arena *a)
{
    struct hr_node *c = hr_arena_alloc(a, 1, sizeof *c);

    *c = *n;
    c->room = n->n;
    c->child = n->n ? hr_arena_alloc(a, n->n, sizeof(struct hr_node *)) : NULL;
    for (size_t i = 0; i < n->n; i++)
        c->child[i] = hr_tree_copy(n->child[i], a);
    return c;
}
