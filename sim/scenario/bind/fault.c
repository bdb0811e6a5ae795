/* sim/scenario/bind/fault.c - see fault.h. */
#include "sim/scenario/bind/fault.h"

#include "sim/engine/random.h"
#include "sim/scenario/bind/disturbance.h"

#include <string.h>

enum {
    NAME = 64, /* characters of a name */
    CUT = 48,  /* of one that is too long or made before, in front of its number */
    CLASSES = 64,
    KINDS = 64
};

struct fault_class {
    struct hr_node *node;
    struct hr_node *target; /* of the verb, a text */
    enum hr_verb verb;
    const char *before, *after; /* the star */
    bool zones, regions;        /* else components */
    const char *const *kinds;   /* NULL: all */
    const char *const *except;  /* NULL: none */
    struct hr_names excepted;   /* to their place in `except` */
    bool *met;                  /* by place in `except` */
};
struct making {
    struct hr_bind *b;
    struct hr_node *disturbances;
    struct hr_names made;
    bool full;
};

/* --- reading a class --------------------------------------------------------------------------- */

/* A word or a list of words; NULL: neither, which has been said, or absent. */
static const char *const *words(struct hr_bind *b, const struct hr_node *map,
                                const char *key, size_t most)
{
    const struct hr_node *n = hr_tree_find(map, key);
    const bool list = n && n->type == HR_NODE_LIST;
    const size_t count = list ? n->n : 1;
    const char **at;

    if (!n)
        return NULL;
    if (count > most) {
        hr_diag_add(b->ds, HR_E418, hr_bind_at(n), "`%s` has more than %zu entries", key,
                    most);
        return NULL;
    }
    at = hr_arena_alloc(b->arena, count + 1, sizeof *at);
    for (size_t i = 0; i < count; i++) {
        const struct hr_node *c = list ? n->child[i] : n;

        if (c->type != HR_NODE_SCALAR || c->null) {
            hr_diag_add(b->ds, HR_E203, hr_bind_at(c), "`%s` is a list of names", key);
            return NULL;
        }
        at[i] = c->text;
    }
    return at;
}

static bool check_kinds(struct hr_bind *b, const struct fault_class *c)
{
    const struct hr_node *n = hr_tree_find(c->node, "kinds");
    const char **names;
    size_t all = 0;
    bool good = true;

    for (size_t i = 0; c->kinds && c->kinds[i]; i++) {
        if (hr_library_model(b->lib, c->kinds[i]))
            continue;
        while (b->lib->models[all])
            all++;
        names = hr_arena_alloc(b->arena, all + 1, sizeof *names);
        for (size_t k = 0; k < all; k++)
            names[k] = b->lib->models[k]->kind;
        hr_bind_unknown(b, HR_E406, hr_bind_at(n->type == HR_NODE_LIST ? n->child[i] : n),
                        c->kinds[i], names, "there is no kind `%s`",
                        hr_shown(b->arena, c->kinds[i], strlen(c->kinds[i])));
        good = false;
    }
    return good;
}

static bool is_catalog(const struct hr_node *map, const char *key)
{
    const struct hr_node *n = hr_tree_find(map, key);

    return n && n->origin == HR_ORIGIN_CATALOG;
}

/* What the catalogue says gives way to another word of the scenario for the same thing. */
static void give_way(struct hr_node *map)
{
    bool own_verb = false;

    for (unsigned i = 0; i < HR_N_VERBS; i++)
        own_verb = own_verb || (hr_tree_find(map, hr_verb_names[i]) &&
                                !is_catalog(map, hr_verb_names[i]));
    for (unsigned i = 0; own_verb && i < HR_N_VERBS; i++)
        if (is_catalog(map, hr_verb_names[i]))
            hr_node_remove(map, hr_verb_names[i]);
    if (hr_tree_find(map, "every") && hr_tree_find(map, "rate") &&
        !hr_tree_find(map, "flood")) {
        if (is_catalog(map, "every") && !is_catalog(map, "rate"))
            hr_node_remove(map, "every");
        else if (is_catalog(map, "rate") && !is_catalog(map, "every"))
            hr_node_remove(map, "rate");
    }
}

static bool read_target(struct hr_bind *b, struct fault_class *c)
{
    const char *star;

    if (c->target->type != HR_NODE_SCALAR || c->target->null) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(c->target), "a target is one text");
        return false;
    }
    star = strchr(c->target->text, '*');
    if (!star || strchr(star + 1, '*')) {
        hr_diag_hint(b->ds,
                     hr_diag_add(b->ds, HR_E710, c->target->at,
                                 "the target of the class `%s` has %s", c->node->key,
                                 star ? "more than one `*`" : "no `*`"),
                     "write it like `lose: each of *` or `lose: zone *`; what happens to "
                     "one thing stands under `disturbances:`");
        return false;
    }
    c->before = hr_arena_text(b->arena, c->target->text, (size_t)(star - c->target->text));
    c->after = star + 1;
    c->zones = strncmp(c->before, "zone ", 5) == 0;
    c->regions = strncmp(c->before, "region ", 7) == 0;
    return true;
}

static void read_except(struct hr_bind *b, struct fault_class *c)
{
    size_t n = 0;

    c->except = words(b, c->node, "except", HR_MOST_DISTURBANCES);
    for (; c->except && c->except[n]; n++)
        if (hr_names_find(&c->excepted, c->except[n]) == HR_NONE)
            hr_names_add(&c->excepted, b->arena, c->except[n], (uint32_t)n);
    c->met = hr_arena_alloc(b->arena, n + 1, sizeof *c->met);
}

static bool read_class(struct hr_bind *b, struct hr_node *n, struct fault_class *c)
{
    const struct hr_layer layers[] = {{&hr_disturbance_table, NULL},
                                      {&hr_fault_table, NULL}};
    const struct hr_about about = {
        hr_arena_printf(b->arena, "the class `%s`",
                        hr_shown(b->arena, n->key, strlen(n->key))),
        "faults", HR_WHERE_DISTURBANCE, NULL};
    const size_t found = b->ds->found;

    *c = (struct fault_class){.node = n};
    if (!hr_bind_name(b, n, "a class of faults"))
        return false;
    if (n->type != HR_NODE_MAP) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "`%s` is a map, { ... }", n->key);
        return false;
    }
    give_way(n);
    hr_bind_keys(b, n, layers, 2, &about);
    c->target = hr_disturbance_verb(b, n, &c->verb);
    c->kinds = words(b, n, "kinds", KINDS);
    read_except(b, c);
    return b->ds->found == found && read_target(b, c) && check_kinds(b, c);
}

/* --- what it is about ---------------------------------------------------------------------------- */

static bool is_excepted(struct fault_class *c, const char *name)
{
    const uint32_t at = hr_names_find(&c->excepted, name);

    if (at != HR_NONE)
        c->met[at] = true;
    return at != HR_NONE;
}

static bool is_of_kind(const struct fault_class *c, const struct hr_component *of)
{
    if (!of->model || !of->conf || of->bypass)
        return false;
    return c->kinds ? hr_schema_in(c->kinds, of->model->kind)
                    : of->model->ops != HR_OPS_SOURCE || c->verb == HR_VERB_FLOOD;
}

/* One that the class names by its kind is tried whatever it can do: then a fault is told. */
static bool is_hit(const struct fault_class *c, const struct hr_component *of)
{
    const bool some = strstr(c->before, " of ") != NULL;

    if (!is_of_kind(c, of))
        return false;
    return c->kinds || ((of->model->verbs & 1u << c->verb) != 0 &&
                        (!some || hr_disturbance_instances(of) > 0));
}

/* The places, zones and regions, in which such a component stands. */
static const bool *used_places(struct hr_bind *b, const struct fault_class *c)
{
    const struct hr_plan *p = b->plan;
    bool *used = hr_arena_alloc(b->arena, p->n_places, sizeof *used);

    for (uint32_t i = 0; i < p->n_components; i++) {
        const struct hr_component *of = &p->components[i];

        if (!is_of_kind(c, of))
            continue;
        used[of->place] = used[p->places[of->place].region] = true;
        for (uint32_t k = 0; k < of->zones.n; k++)
            used[of->zones.at[k]] = used[p->places[of->zones.at[k]].region] = true;
    }
    return used;
}

/* --- making one ---------------------------------------------------------------------------------- */

static bool in_names(char x)
{
    return (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') || (x >= '0' && x <= '9') ||
           x == '_' || x == '-';
}

/* CLASS-TARGET in the letters and the length of names, and not made before. */
static const char *name_of(struct making *m, const struct fault_class *c,
                           const char *target)
{
    const char *whole = hr_text_join(m->b->arena, c->node->key, "-", target);
    const size_t length = strlen(whole);
    char *text = hr_arena_alloc(m->b->arena, length + 1, 1);
    const char *name = text;

    for (size_t i = 0; i < length; i++)
        text[i] = whole[i];
    for (size_t i = 0; i < length; i++)
        text[i] = in_names(text[i]) ? text[i] : '-';
    if (length > NAME)
        name = hr_arena_printf(m->b->arena, "%.*s-%08x", CUT, text,
                               (unsigned)(hr_name_key(whole) & 0xffffffffu));
    for (unsigned k = 2; hr_names_find(&m->made, name) != HR_NONE; k++)
        name = hr_arena_printf(m->b->arena, "%.*s-%u", CUT, text, k);
    hr_names_add(&m->made, m->b->arena, name, m->made.n);
    return name;
}

static void add(struct hr_bind *b, struct hr_node *map, struct hr_node *child)
{
    hr_node_add(b->arena, map, child->key, child);
}

/* Its values are the nodes of the class, but for the target. */
static struct hr_node *make(struct making *m, const struct fault_class *c,
                            const char *target)
{
    const struct hr_node *n = c->node;
    struct hr_node *map =
        hr_node_create(m->b->arena, HR_NODE_MAP, n->at, n->origin, n->note);

    map->key_at = n->key_at;
    map->made_of = n;
    for (size_t i = 0; i < n->n; i++) {
        struct hr_node *child = n->child[i];

        if (child == c->target) {
            child = hr_arena_alloc(m->b->arena, 1, sizeof *child);
            *child = *c->target;
            child->quoted = false;
            child->text = hr_text_join(m->b->arena, c->before, target, c->after);
            child->length = strlen(child->text);
        }
        if (strcmp(child->key, "kinds") != 0 && strcmp(child->key, "except") != 0)
            add(m->b, map, child);
    }
    return map;
}

/* Does the scenario's own do the same to the same, or leave both to the class? */
static bool is_same(const struct hr_node *own, const struct hr_node *made)
{
    const struct hr_node *verb = NULL, *other;

    for (unsigned i = 0; i < HR_N_VERBS; i++) {
        const struct hr_node *n = hr_tree_find(own, hr_verb_names[i]);

        verb = n ? n : verb;
    }
    if (!verb)
        return true;
    other = hr_tree_find(made, verb->key);
    return other && verb->type == HR_NODE_SCALAR && !verb->null &&
           strcmp(verb->text, other->text) == 0;
}

static void put_under(struct making *m, const struct fault_class *c, struct hr_node *own,
                      const struct hr_node *made)
{
    if (!is_same(own, made)) {
        hr_diag_hint(m->b->ds,
                     hr_diag_add(m->b->ds, HR_W114, own->key_at,
                                 "`%s` takes the place of what `faults.%s` makes", own->key,
                                 c->node->key),
                     "give it another name to have both, or put the target under `except` "
                     "of the class");
        return;
    }
    for (size_t i = 0; i < made->n; i++)
        if (!hr_tree_find(own, made->child[i]->key))
            add(m->b, own, made->child[i]);
    give_way(own);
}

static void make_for(struct making *m, struct fault_class *c, const char *target)
{
    struct hr_node *own, *made;
    const char *name;

    if (m->full || is_excepted(c, target))
        return;
    name = name_of(m, c, target);
    own = hr_tree_find(m->disturbances, name);
    if (own && own->type == HR_NODE_SCALAR && own->null) {
        hr_node_remove(m->disturbances, name);
        return;
    }
    made = make(m, c, target);
    if (own && own->type == HR_NODE_MAP) {
        put_under(m, c, own, made);
    } else if (!own && m->disturbances->n < HR_MOST_DISTURBANCES) {
        hr_node_add(m->b->arena, m->disturbances, name, made);
    } else if (!own) {
        m->full = true;
        hr_diag_hint(m->b->ds,
                     hr_diag_add(m->b->ds, HR_E418, c->node->key_at,
                                 "`faults` makes more than %d disturbances",
                                 HR_MOST_DISTURBANCES),
                     "name fewer `kinds` in a class, leave targets out with `except`, or "
                     "take a class out: `faults: { %s: null }`",
                     c->node->key);
    }
}

static void warn_excepted(struct hr_bind *b, const struct fault_class *c)
{
    const struct hr_node *n = hr_tree_find(c->node, "except");

    for (size_t i = 0; c->except && c->except[i]; i++)
        if (!c->met[hr_names_find(&c->excepted, c->except[i])])
            hr_diag_add(b->ds, HR_W601,
                        hr_bind_at(n->type == HR_NODE_LIST ? n->child[i] : n),
                        "`faults.%s` is not about `%s` anyway", c->node->key,
                        hr_shown(b->arena, c->except[i], strlen(c->except[i])));
}

static void make_all(struct making *m, struct hr_node *n)
{
    const struct hr_plan *p = m->b->plan;
    const bool *used;
    struct fault_class c;

    if ((n->type == HR_NODE_SCALAR && n->null) || !read_class(m->b, n, &c))
        return; /* taken out, or wrong */
    used = c.zones || c.regions ? used_places(m->b, &c) : NULL;
    for (uint32_t i = 1; used && i < p->n_places; i++)
        if (used[i] && p->places[i].is_zone == c.zones && !p->places[i].is_edge)
            make_for(m, &c, p->places[i].name);
    for (uint32_t i = 0; !used && i < p->n_components; i++)
        if (is_hit(&c, &p->components[i]))
            make_for(m, &c, p->components[i].name);
    warn_excepted(m->b, &c);
}

/* --- all of them --------------------------------------------------------------------------------- */

/* A design's null for what nothing has made. */
static void drop_nulls(struct hr_bind *b, struct hr_node *map)
{
    for (size_t i = map->n; i-- > 0;) {
        const struct hr_node *n = map->child[i];

        if (n->type != HR_NODE_SCALAR || !n->null || n->origin == HR_ORIGIN_FILE)
            continue;
        hr_diag_add(b->ds, HR_W601, n->key_at,
                    "there is no `%s` to remove from disturbances",
                    hr_shown(b->arena, n->key, strlen(n->key)));
        hr_node_remove(map, n->key);
    }
}

/* The classes stand before what they make: there the values of both are found first. */
static struct hr_node *section_after(struct hr_bind *b, struct hr_node *faults)
{
    struct hr_node *root = b->root;
    struct hr_node *n = hr_bind_section(b, "disturbances");
    size_t at = 0, was = 0;

    if (!n && !hr_tree_find(root, "disturbances")) {
        n = hr_node_create(b->arena, HR_NODE_MAP, faults->at, HR_ORIGIN_CATALOG, NULL);
        n->key_at = faults->key_at;
        hr_node_add(b->arena, root, "disturbances", n);
    }
    while (root->child[was] != faults)
        was++;
    while (n && root->child[at] != n)
        at++;
    for (; n && was > at; was--)
        root->child[was] = root->child[was - 1];
    root->child[was] = faults;
    return n;
}

void hr_faults_expand(struct hr_bind *b)
{
    struct hr_node *all = hr_bind_section(b, "faults");
    struct making m = {.b = b};

    if (!all)
        return;
    m.disturbances = section_after(b, all);
    if (!m.disturbances)
        return; /* not a map, which has been said */
    if (all->n > CLASSES)
        hr_diag_add(b->ds, HR_E418, all->key_at,
                    "there are %zu classes of faults; at most %d", all->n, CLASSES);
    for (size_t i = 0; i < all->n && i < CLASSES; i++)
        make_all(&m, all->child[i]);
    drop_nulls(b, m.disturbances);
}
