/* sim/scenario/bind/field_read_name.c - values that name another part; see field_read.h. */
#include "sim/scenario/bind/field_read.h"
#include "sim/scenario/bind/operation.h"
#include "sim/scenario/bind/place.h"

#include <string.h>

static bool component_name(struct hr_bind *b, const struct hr_field *f,
                           const struct hr_node *n, uint32_t *at)
{
    *at = hr_names_find(&b->components, n->text);
    if (*at == HR_NONE) {
        hr_bind_unknown(b, HR_E401, n->at, n->text, hr_names_list(&b->callable),
                        "there is no component `%s` (%s%s%s)", hr_bind_shown(b, n), f->name,
                        f->role ? ": " : "", f->role ? f->role : "");
        return false;
    }
    if (b->parts[*at].twice)
        return false;
    if (b->plan->components[*at].model &&
        b->plan->components[*at].model->ops == HR_OPS_SOURCE) {
        hr_diag_add(b->ds, HR_E412, n->at, "`%s` is a class of traffic and answers nothing",
                    hr_bind_shown(b, n));
        return false;
    }
    return b->plan->components[*at].model != NULL;
}

static bool key_name(struct hr_bind *b, const struct hr_node *n, uint32_t *at)
{
    *at = hr_names_find(&b->keys, n->text);
    if (*at != HR_NONE)
        return true;
    hr_bind_unknown(b, HR_E404, n->at, n->text, hr_names_list(&b->keys),
                    "there is no key `%s` under `keys:`", hr_bind_shown(b, n));
    return false;
}

static bool resource_name(struct hr_bind *b, const struct hr_node *n, uint32_t *at)
{
    const struct hr_component *c = &b->plan->components[b->self];
    const struct hr_resource *r = c->resources.at;
    const char **names = hr_arena_alloc(b->arena, c->resources.n + 1, sizeof *names);

    for (uint32_t i = 0; i < c->resources.n; i++) {
        names[i] = r[i].name;
        if (strcmp(r[i].name, n->text) == 0) {
            *at = i;
            return true;
        }
    }
    hr_bind_unknown(b, HR_E405, n->at, n->text, names, "`%s` has no resource `%s`", c->name,
                    hr_bind_shown(b, n));
    return false;
}

/* A model's own setting that names an operation is resolved when all of them are known. */
static bool operation_name(struct hr_bind *b, struct hr_node *n, uint32_t *at)
{
    if (!b->own_settings) {
        *at = hr_operation_read(b, n);
        return *at != HR_NONE;
    }
    b->deferred = hr_bind_grow(b->arena, b->deferred, b->n_deferred, &b->deferred_room,
                               sizeof *b->deferred);
    b->deferred[b->n_deferred++] = (struct hr_bind_defer){n, at, b->self};
    return true;
}

static bool one_name(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                     uint32_t *at)
{
    n = hr_field_value(b, n);
    if (n->type == HR_NODE_LIST && f->type == HR_FIELD_PLACE) {
        hr_diag_add(b->ds, HR_E901, hr_bind_at(n),
                    "several places in `%s` are not yet supported", f->name);
        return false;
    }
    if (n->type != HR_NODE_SCALAR || n->null) {
        hr_diag_add(b->ds, n->type == HR_NODE_SCALAR ? HR_E218 : HR_E203, hr_bind_at(n),
                    "`%s` is one name", f->name);
        return false;
    }
    switch (f->type) {
    case HR_FIELD_COMPONENT:
    case HR_FIELD_COMPONENTS:
        return component_name(b, f, n, at);
    case HR_FIELD_KEY:
        return key_name(b, n, at);
    case HR_FIELD_RESOURCE:
        return resource_name(b, n, at);
    case HR_FIELD_OPERATION:
        return operation_name(b, n, at);
    default:
        *at = hr_place_read(b, n);
        return *at != 0;
    }
}

enum { NAMES = 1024 }; /* in one list of names */

/* `app` or `[app, api]`, each once. */
static bool several(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                    struct hr_indices *at)
{
    const bool list = n->type == HR_NODE_LIST;
    const size_t count = list ? n->n : 1;
    uint32_t *all = hr_arena_alloc(b->arena, count, sizeof *all);
    uint32_t got = 0;
    bool good = true;

    if (count == 0 || count > NAMES) {
        hr_diag_add(b->ds, count ? HR_E418 : HR_E216, hr_bind_at(n), "`%s` needs %s",
                    f->name, count ? "at most 1024 names" : "at least one name");
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        struct hr_node *item = list ? n->child[i] : n;
        bool again = false;

        if (!one_name(b, f, item, &all[got])) {
            good = false;
            continue;
        }
        for (uint32_t j = 0; j < got; j++)
            again = again || all[j] == all[got];
        if (again)
            hr_diag_add(b->ds, HR_E211, hr_bind_at(item), "`%s` names `%s` twice", f->name,
                        hr_bind_shown(b, item));
        good = good && !again;
        got += !again;
    }
    *at = (struct hr_indices){got, all};
    return good;
}

bool hr_field_read_name(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                        void *at)
{
    if (f->type == HR_FIELD_COMPONENTS || f->type == HR_FIELD_PLACES)
        return several(b, f, n, at);
    return one_name(b, f, n, at);
}
