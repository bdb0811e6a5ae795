/* sim/scenario/tree/merge.c - see merge.h, and the rules in overlay.h. */
#include "sim/scenario/tree/merge.h"

#include "sim/scenario/tree/tree_text.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PARTS = 32 }; /* of a dotted path */

/* ---- dotted keys ------------------------------------------------------------------------ */

/* Where to cut a dotted key: after the longest beginning that `base` has as a key of its own,
 * else at the first dot. */
static size_t cut_at(const struct hr_node *base, const char *key)
{
    for (size_t cut = strlen(key); base && base->type == HR_NODE_MAP && cut-- > 1;) {
        if (key[cut] != '.')
            continue;
        for (size_t i = 0; i < base->n; i++)
            if (strncmp(base->child[i]->key, key, cut) == 0 && !base->child[i]->key[cut])
                return cut;
    }
    return (size_t)(strchr(key, '.') - key);
}

static bool sound_path(const struct hr_merge *m, const char *key, struct hr_loc at)
{
    const size_t n = strlen(key);
    size_t parts = 1;

    for (const char *s = key; *s; s++)
        parts += *s == '.';
    const bool empty = key[0] == '.' || key[n - 1] == '.' || strstr(key, "..");
    if (!empty && parts <= MOST_PARTS)
        return true;
    if (m->ds && empty)
        hr_diag_add(m->ds, HR_E604, at, "the path `%s` has an empty part",
                    hr_shown(m->a, key, n));
    else if (m->ds)
        hr_diag_add(m->ds, HR_E107, at, "a path of more than %d parts", MOST_PARTS);
    return false;
}

/* The item of a list that a part of a path names, by its number from 1 or by a key that no
 * other item has; NULL: none.  `by_key`: it is the key, and so a part of the item, too. */
static struct hr_node *item_of(const struct hr_node *list, const char *part, bool *by_key)
{
    struct hr_node *item = NULL;
    char *end;
    const unsigned long number = strtoul(part, &end, 10);
    const size_t length = strcspn(part, ".");

    *by_key = end != part + length;
    if (!*by_key)
        return number >= 1 && number <= list->n ? list->child[number - 1] : NULL;
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; list->child[i]->type == HR_NODE_MAP && k < list->child[i]->n;
             k++) {
            const char *key = list->child[i]->child[k]->key;

            if (strncmp(key, part, length) != 0 || key[length] != '\0')
                continue;
            if (item)
                return NULL;
            item = list->child[i];
        }
    return item;
}

/* What a part of a path leads to; NULL: nothing that is there yet. */
static struct hr_node *below_of(const struct hr_node *base, const char *part)
{
    bool by_key;
    struct hr_node *item;

    if (!base || base->type != HR_NODE_LIST)
        return hr_tree_find(base, part);
    item = item_of(base, part, &by_key);
    return item && by_key ? hr_tree_find(item, part) : item;
}

static const char *shape(const struct hr_node *n)
{
    return n->type == HR_NODE_LIST ? "a list" : "a single value";
}

static bool passable(const struct hr_merge *m, const struct hr_node *base, const char *head,
                     const char *rest, struct hr_loc at)
{
    bool by_key;

    if (!base || base->type == HR_NODE_MAP || base->null ||
        (base->type == HR_NODE_LIST && item_of(base, rest, &by_key)))
        return true;
    if (!m->ds)
        return false;
    struct hr_diag *d =
        hr_diag_add(m->ds, HR_E605, at, "`%s` is %s, so nothing is below it",
                    hr_shown(m->a, head, strlen(head)), shape(base));
    hr_diag_hint(
        m->ds, d,
        base->type == HR_NODE_LIST
            ? "name an item by its number from 1, or by a key that only it has, or "
              "write the whole new list"
            : "write the whole new value, or write the original as a map");
    d->also = base->at;
    d->also_label = "written here";
    return false;
}

/* Put `n` into `out`, together with what is there already under the same key. */
static void unite(const struct hr_merge *m, struct hr_node *out, const char *key,
                  struct hr_node *n)
{
    struct hr_node *there = hr_tree_find(out, key);

    if (!there) {
        hr_node_add(m->a, out, key, n);
        return;
    }
    if (there->type == HR_NODE_MAP && n->type == HR_NODE_MAP) {
        for (size_t i = 0; i < n->n; i++)
            unite(m, there, n->child[i]->key, n->child[i]);
        return;
    }
    if (!m->ds)
        return;
    struct hr_diag *d = hr_diag_add(m->ds, HR_E606, n->key_at, "`%s` is changed twice",
                                    hr_shown(m->a, key, strlen(key)));
    d->also = there->key_at;
    d->also_label = "changed first here";
}

static struct hr_node *bare(const struct hr_merge *m, const struct hr_node *n)
{
    struct hr_node *c = hr_arena_alloc(m->a, 1, sizeof *c);

    *c = *n;
    c->child = NULL;
    c->n = c->room = 0;
    return c;
}

/* One entry `head.rest: value` as `head: {rest: value}`, its places those of the parts. */
static void expand_dotted(const struct hr_merge *m, const struct hr_node *base,
                          const struct hr_node *c, struct hr_node *out)
{
    const size_t cut = cut_at(base, c->key);
    const char *head = hr_arena_text(m->a, c->key, cut);
    const struct hr_node *below = below_of(base, head);
    const uint32_t width = (uint32_t)hr_utf8_count(head, cut);
    struct hr_loc at = c->key_at;

    at.length = width;
    if (!passable(m, below, head, c->key + cut + 1, at))
        return;
    struct hr_node *inner = hr_arena_alloc(m->a, 1, sizeof *inner);
    *inner = *c;
    inner->key_at.column += width + 1;
    if (inner->key_at.length > width + 1)
        inner->key_at.length -= width + 1;
    struct hr_node *map = hr_node_create(m->a, HR_NODE_MAP, at, c->origin, c->note);
    map->key_at = at;
    hr_node_add(m->a, map, c->key + cut + 1, inner);
    struct hr_node *whole = hr_merge_expand(m, below, map);
    whole->inside = below && below->type == HR_NODE_LIST;
    unite(m, out, head, whole);
}

struct hr_node *hr_merge_expand(const struct hr_merge *m, const struct hr_node *base,
                                const struct hr_node *over)
{
    struct hr_node *out = bare(m, over);

    if (over->type != HR_NODE_MAP) {
        out->child = over->child; /* shared: copied when it is laid over */
        out->n = over->n;
        return out;
    }
    for (size_t i = 0; i < over->n; i++) {
        const struct hr_node *c = over->child[i];
        const bool dotted =
            !c->key_quoted && strchr(c->key, '.') && !hr_tree_find(base, c->key);
        if (!dotted)
            unite(m, out, c->key, hr_merge_expand(m, below_of(base, c->key), c));
        else if (sound_path(m, c->key, c->key_at))
            expand_dotted(m, base, c, out);
    }
    return out;
}

/* ---- laying over ------------------------------------------------------------------------ */

struct hr_node *hr_merge_copy(const struct hr_merge *m, const struct hr_node *n)
{
    if (m->budget) {
        if (*m->budget == 0)
            return NULL;
        --*m->budget;
    }
    struct hr_node *c = bare(m, n);
    if (n->n) {
        c->child = hr_arena_alloc(m->a, n->n, sizeof(struct hr_node *));
        c->room = n->n;
    }
    for (size_t i = 0; i < n->n; i++) {
        struct hr_node *k = hr_merge_copy(m, n->child[i]);
        if (!k)
            return NULL;
        c->child[c->n++] = k;
    }
    return c;
}

static void stamp(const struct hr_merge *m, struct hr_node *n)
{
    if (m->origin == HR_ORIGIN_FILE)
        return;
    n->origin = m->origin;
    n->note = m->note;
    for (size_t i = 0; i < n->n; i++)
        stamp(m, n->child[i]);
}

/* A map that is new has nothing that its nulls could remove. */
static void drop_nulls(struct hr_node *n)
{
    size_t kept = 0;

    if (n->type != HR_NODE_MAP)
        return;
    for (size_t i = 0; i < n->n; i++) {
        if (n->child[i]->null)
            continue;
        drop_nulls(n->child[i]);
        n->child[kept++] = n->child[i];
    }
    n->n = kept;
}

/* Another kind is another component: only its operations are still meant. */
static void change_kind(struct hr_node *base, const struct hr_node *over)
{
    const struct hr_node *was = hr_tree_find(base, "kind"),
                         *is = hr_tree_find(over, "kind");

    if (!was || !is || was->type != HR_NODE_SCALAR || is->type != HR_NODE_SCALAR ||
        strcmp(was->text, is->text) == 0)
        return;
    struct hr_node *operations = hr_tree_find(base, "operations");
    base->n = 0;
    if (operations)
        base->child[base->n++] = operations;
}

static void warn_absent(const struct hr_merge *m, const struct hr_node *base,
                        const struct hr_node *c)
{
    if (!m->ds || !m->warn)
        return;
    struct hr_diag *d =
        hr_diag_add(m->ds, HR_W601, c->key_at, "there is no `%s` to remove%s%s",
                    hr_shown(m->a, c->key, strlen(c->key)), base->key ? " from " : "",
                    base->key ? hr_shown(m->a, base->key, strlen(base->key)) : "");
    hr_diag_hint(m->ds, d, "nothing wrote it, so its default is in force already");
}

static void lay(const struct hr_merge *m, struct hr_node *base, const struct hr_node *c);

/* A copy of `c` in the place of `there`, under the same key. */
static void put_for(const struct hr_merge *m, struct hr_node *there,
                    const struct hr_node *c)
{
    struct hr_node *n = hr_merge_copy(m, c);

    if (!n)
        return;
    stamp(m, n);
    drop_nulls(n);
    n->key = there->key;
    n->key_quoted = there->key_quoted;
    *there = *n;
}

/* Change items of a list. */
static void lay_inside(const struct hr_merge *m, const struct hr_node *list,
                       const struct hr_node *changes)
{
    for (size_t i = 0; i < changes->n; i++) {
        const struct hr_node *c = changes->child[i];
        bool by_key;
        struct hr_node *item = item_of(list, c->key, &by_key);

        if (item && by_key)
            lay(m, item, c);
        else if (item && item->type == HR_NODE_LIST && c->inside)
            lay_inside(m, item, c);
        else if (item && item->type == HR_NODE_MAP && c->type == HR_NODE_MAP)
            hr_merge_over(m, item, c);
        else if (item)
            put_for(m, item, c);
    }
}

static void lay(const struct hr_merge *m, struct hr_node *base, const struct hr_node *c)
{
    struct hr_node *there = hr_tree_find(base, c->key);

    if (c->type == HR_NODE_SCALAR && c->null && (there || base != m->open)) {
        if (!there)
            warn_absent(m, base, c);
        hr_node_remove(base, c->key);
        return;
    }
    if (there && there->type == HR_NODE_MAP && c->type == HR_NODE_MAP) {
        change_kind(there, c);
        hr_merge_over(m, there, c);
        return;
    }
    if (there && there->type == HR_NODE_LIST && c->inside) {
        lay_inside(m, there, c);
        return;
    }
    if (there) {
        put_for(m, there, c);
        return;
    }
    struct hr_node *n = hr_merge_copy(m, c);
    if (!n)
        return;
    stamp(m, n);
    drop_nulls(n);
    hr_node_add(m->a, base, c->key, n);
}

void hr_merge_over(const struct hr_merge *m, struct hr_node *base,
                   const struct hr_node *over)
{
    for (size_t i = 0; i < over->n; i++)
        lay(m, base, over->child[i]);
}

void hr_tree_merge(struct hr_node *base, const struct hr_node *over, enum hr_origin origin,
                   const char *note, struct hr_arena *a)
{
    const struct hr_merge m = {.a = a, .origin = origin, .note = note};

    if (base->type == HR_NODE_MAP && over->type == HR_NODE_MAP)
        hr_merge_over(&m, base, hr_merge_expand(&m, base, over));
}

/* ---- filling from below ------------------------------------------------------------------- */

static void sign(struct hr_node *n, enum hr_origin origin, const char *note)
{
    if (origin == HR_ORIGIN_FILE)
        return;
    n->origin = origin;
    if (note)
        n->note = note;
    for (size_t i = 0; i < n->n; i++)
        sign(n->child[i], origin, note);
}

void hr_tree_merge_under(struct hr_node *node, const struct hr_node *under,
                         enum hr_origin origin, const char *note, struct hr_arena *a)
{
    if (node->type != HR_NODE_MAP || under->type != HR_NODE_MAP)
        return;
    for (size_t i = 0; i < under->n; i++) {
        const struct hr_node *u = under->child[i];
        struct hr_node *there = hr_tree_find(node, u->key);
        if (there) {
            hr_tree_merge_under(there, u, origin, note, a);
            continue;
        }
        struct hr_node *c = hr_tree_copy(u, a);
        sign(c, origin, note);
        hr_node_add(a, node, u->key, c);
    }
}
