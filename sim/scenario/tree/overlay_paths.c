/* sim/scenario/tree/overlay_paths.c - see overlay_paths.h. */
#include "sim/scenario/tree/overlay_paths.h"

#include "sim/scenario/tree/tree_text.h"

#include <string.h>

const char *const hr_scenario_words[] = {
    "headroom",   "name",    "question",     "start",       "horizon",    "warmup",
    "drain",      "seed",    "places",       "links",       "keys",       "traffic",
    "components", "people",  "disturbances", "recovered",   "objectives", "expect",
    "defaults",   "designs", "chosen",       "quick",       "use",        "studies",
    "tags",       "tenants", "plans",        "prices",      "calendar",   "start_cold",
    "sweep",      "space",   "transfer",     "commitments", "faults",     NULL};

static bool is_word(const char *w)
{
    for (const char *const *s = hr_scenario_words; *s; s++)
        if (strcmp(*s, w) == 0)
            return true;
    return false;
}

static bool is_fixed(const char *w)
{
    static const char *const fixed[] = {"headroom", "use", "designs", "chosen", "quick"};

    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (strcmp(fixed[i], w) == 0)
            return true;
    return false;
}

/* Parts by name: what a path goes through there must exist. */
static bool is_group(const char *w)
{
    static const char *const groups[] = {"components",  "traffic", "places",
                                         "keys",        "people",  "disturbances",
                                         "commitments", "faults"};

    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strcmp(groups[i], w) == 0)
            return true;
    return false;
}

const char *const *hr_overlay_names(const struct hr_node *map, struct hr_arena *a)
{
    const size_t n = map && map->type == HR_NODE_MAP ? map->n : 0;
    const char **names = hr_arena_alloc(a, n + 1, sizeof *names);

    for (size_t i = 0; i < n; i++)
        names[i] = map->child[i]->key;
    return names;
}

static const char *first_part(const struct hr_node *c, struct hr_arena *a)
{
    return c->key_quoted ? c->key : hr_arena_text(a, c->key, strcspn(c->key, "."));
}

static struct hr_loc part(struct hr_loc at, size_t from, const char *word)
{
    at.column += (uint32_t)from;
    at.length = (uint32_t)hr_utf8_count(word, strlen(word));
    return at;
}

static void lost(const struct hr_node *base, const char *word, struct hr_loc at,
                 struct hr_diags *ds)
{
    struct hr_diag *d =
        hr_diag_add(ds, HR_E604, at, "`%s` is no word or part of the scenario",
                    hr_shown(ds->arena, word, strlen(word)));
    const struct hr_node *parts = hr_tree_find(base, "components");
    const char *near = hr_nearest(word, hr_overlay_names(parts, ds->arena));

    if (!near)
        near = hr_nearest(word, hr_overlay_names(hr_tree_find(base, "traffic"), ds->arena));
    if (!near)
        near = hr_nearest(word, hr_scenario_words);
    if (near)
        hr_diag_hint(ds, d, "did you mean `%s`?", hr_shown(ds->arena, near, strlen(near)));
    else if (strchr(word, '.'))
        hr_diag_hint(ds, d, "a path is written without quotes: %s",
                     hr_shown(ds->arena, word, strlen(word)));
    else
        hr_diag_hint(ds, d, "a new component is written `components: { %s: ... }`",
                     hr_shown(ds->arena, word, strlen(word)));
}

/* `components.app.zones`: is there an `app`? */
static bool names_a_part(const struct hr_node *base, const struct hr_node *c,
                         const char *group, struct hr_diags *ds)
{
    const size_t skip = strlen(group) + 1;
    const struct hr_node *parts = hr_tree_find(base, group);

    if (!is_group(group) || c->key_quoted || c->key[skip - 1] != '.')
        return true;
    if (strcmp(group, "disturbances") == 0 && hr_tree_find(base, "faults"))
        return true; /* classes of faults make more of them later */
    const char *rest = c->key + skip, *dot = strchr(rest, '.');
    const char *name =
        hr_arena_text(ds->arena, rest, dot ? (size_t)(dot - rest) : strlen(rest));
    if ((!dot && c->type == HR_NODE_MAP) || hr_tree_path(parts, rest) ||
        hr_tree_find(parts, name) || (!dot && c->null))
        return true;
    struct hr_diag *d =
        hr_diag_add(ds, HR_E604, part(c->key_at, skip, name), "there is no `%s` in %s",
                    hr_shown(ds->arena, name, strlen(name)), group);
    const char *near = hr_nearest(name, hr_overlay_names(parts, ds->arena));
    if (near)
        hr_diag_hint(ds, d, "did you mean `%s`?", hr_shown(ds->arena, near, strlen(near)));
    return false;
}

static bool is_part(const struct hr_node *tree, const char *word)
{
    return hr_tree_find(hr_tree_find(tree, "components"), word) ||
           hr_tree_find(hr_tree_find(tree, "traffic"), word);
}

static bool elsewhere(const struct hr_merged_list *all, const char *word)
{
    for (size_t i = 0; all && i < all->n; i++)
        if (is_part(all->at[i].tree, word))
            return true;
    return false;
}

static void put_below(struct hr_node *out, const char *group, struct hr_node *c,
                      struct hr_arena *a)
{
    struct hr_node *map = hr_node_create(a, HR_NODE_MAP, c->key_at, c->origin, c->note);

    map->key_at = c->key_at;
    hr_node_add(a, map, c->key, c);
    hr_node_add(a, out, group, map);
}

static void lift_one(const struct hr_node *base, const struct hr_node *from,
                     struct hr_node *out, const struct hr_merged_list *all,
                     struct hr_diags *ds)
{
    struct hr_arena *a = ds->arena;
    const char *word = first_part(from, a);
    struct hr_node *c = hr_arena_alloc(a, 1, sizeof *c);

    *c = *from;
    if (is_fixed(word)) {
        struct hr_diag *d = hr_diag_add(ds, HR_E608, part(from->key_at, 0, word),
                                        "`%s` cannot be changed here", word);
        hr_diag_hint(ds, d,
                     "it says how the file is read, which is the same for all designs");
    } else if (is_word(word)) {
        if (names_a_part(base, from, word, ds))
            hr_node_add(a, out, from->key, c);
    } else if (hr_tree_find(hr_tree_find(base, "components"), word)) {
        put_below(out, "components", c, a);
    } else if (hr_tree_find(hr_tree_find(base, "traffic"), word)) {
        put_below(out, "traffic", c, a);
    } else if (!elsewhere(all, word)) {
        lost(base, word, part(from->key_at, 0, word), ds);
    }
}

struct hr_node *hr_overlay_lift(const struct hr_node *base, const struct hr_node *changes,
                                const struct hr_merged_list *all, struct hr_diags *ds)
{
    struct hr_node *out =
        hr_node_create(ds->arena, HR_NODE_MAP, changes->at, changes->origin, changes->note);

    for (size_t i = 0; i < changes->n; i++)
        lift_one(base, changes->child[i], out, all, ds);
    return out;
}

/* ---- --set ------------------------------------------------------------------------------ */

static bool printable(const char *s)
{
    const size_t n = strlen(s);
    uint32_t c = 0;

    for (size_t i = 0; i < n;) {
        const size_t len = hr_utf8_decode(s + i, n - i, &c);
        if (len == 0 || hr_utf8_harmful(c))
            return false;
        i += len;
    }
    return true;
}

static struct hr_node *set_one(const char *arg, uint32_t line, struct hr_diags *ds)
{
    struct hr_arena *a = ds->arena;
    const char *equals = strchr(arg, '=');
    struct hr_loc at = {"--set", line, 1, (uint32_t)hr_utf8_count(arg, strlen(arg))};

    if (!printable(arg) || !equals || equals == arg) {
        struct hr_diag *d = hr_diag_add(ds, HR_E607, at, "--set takes PATH=VALUE");
        hr_diag_hint(ds, d, "for example --set traffic.shoppers.rate=80/s");
        return NULL;
    }
    const char *path = hr_arena_text(a, arg, (size_t)(equals - arg));
    const uint32_t width = (uint32_t)hr_utf8_count(path, strlen(path));
    const struct hr_loc value_at = {"--set", line, width + 2, 1};
    struct hr_node *value =
        hr_tree_parse_value(equals + 1, strlen(equals + 1), value_at, HR_ORIGIN_SET, ds);
    if (!value)
        return NULL;
    value->key_at = at;
    value->key_at.length = width;
    struct hr_node *map = hr_node_create(a, HR_NODE_MAP, at, HR_ORIGIN_SET, NULL);
    hr_node_add(a, map, path, value);
    return map;
}

/* One source whose line k is the k-th argument, so that a caret can point into it. */
static void add_source(const struct hr_overlay *how, struct hr_diags *ds)
{
    size_t n = 0, used = 0;

    if (ds->n_sources == sizeof ds->sources / sizeof *ds->sources)
        return;
    for (size_t i = 0; i < how->n_set; i++)
        n += strlen(how->set[i]) + 1;
    char *text = hr_arena_alloc(ds->arena, n + 1, 1);
    for (size_t i = 0; i < how->n_set; i++) {
        for (const char *s = how->set[i]; *s; s++)
            text[used++] = *s == '\n' || *s == '\r' ? ' ' : *s;
        text[used++] = '\n';
    }
    ds->sources[ds->n_sources++] = (struct hr_source){"--set", text, used};
}

struct hr_node **hr_overlay_sets(const struct hr_overlay *how, struct hr_diags *ds)
{
    struct hr_node **sets =
        hr_arena_alloc(ds->arena, how->n_set + 1, sizeof(struct hr_node *));

    if (how->n_set)
        add_source(how, ds);
    for (size_t i = 0; i < how->n_set; i++)
        sets[i] = set_one(how->set[i], (uint32_t)i + 1, ds);
    return sets;
}
