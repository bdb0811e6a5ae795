/* sim/scenario/bind/operation.c - finding, making and numbering operations; see operation.h. */
#include "sim/scenario/bind/operation.h"

#include "sim/engine/random.h"
#include "sim/scenario/bind/field_read.h"

#include <string.h>

/* --- adding ------------------------------------------------------------------------------------ */

uint32_t hr_operation_add(struct hr_bind *b, uint32_t component, const char *name,
                          struct hr_node *node)
{
    const struct hr_component *c = &b->plan->components[component];
    const char *full = hr_text_join(b->arena, c->name, ".", name);
    struct hr_bind_op *op;

    if (b->n_ops == HR_MOST_OPERATIONS) {
        hr_diag_add(b->ds, HR_E418, c->at, "there are more than %d operations",
                    HR_MOST_OPERATIONS);
        return HR_NONE;
    }
    b->ops = hr_bind_grow(b->arena, b->ops, b->n_ops, &b->op_room, sizeof *b->ops);
    op = &b->ops[b->n_ops];
    *op = (struct hr_bind_op){.node = node};
    op->o.name = name;
    op->o.name_key = hr_name_key(full);
    op->o.component = component;
    op->o.row = HR_NONE;
    hr_names_add(&b->operations, b->arena, full, b->n_ops);
    return b->n_ops++;
}

static bool good_name(struct hr_bind *b, const struct hr_node *n)
{
    const size_t length = strlen(n->key);
    const bool good = length > 0 && length <= 64 && strcmp(n->key, "*") != 0 &&
                      n->key[0] != ' ' && n->key[length - 1] != ' ' &&
                      !strpbrk(n->key, ".()");

    if (!good)
        hr_diag_add(b->ds, HR_E222, n->key_at, "`%s` cannot be the name of an operation",
                    hr_shown(b->arena, n->key, length));
    return good;
}

struct hr_node *hr_operations_steps(struct hr_bind *b, struct hr_node *component,
                                    const struct hr_model *m)
{
    (void)b;
    for (const struct hr_field *f = m->table->fields; f->name; f++)
        if (f->type == HR_FIELD_STEPS)
            return hr_tree_find(component, f->name);
    return NULL;
}

/* What the steps of a message are called, and what a queue is asked when nothing is said. */
static const char message[] = "message";

static void declare_steps(struct hr_bind *b, uint32_t component)
{
    struct hr_bind_part *p = &b->parts[component];
    struct hr_node *steps =
        hr_operations_steps(b, p->node, b->plan->components[component].model);
    const struct hr_node *taken =
        p->operations ? hr_tree_find(p->operations, message) : NULL;

    if (!steps)
        return;
    if (taken)
        hr_diag_add(b->ds, HR_E410, taken->key_at,
                    "the operation `%s` is what `%s` says, so the name is taken", message,
                    steps->key);
    else
        p->message = hr_operation_add(b, component, message, steps);
}

void hr_operations_declare(struct hr_bind *b, uint32_t component)
{
    struct hr_bind_part *p = &b->parts[component];

    if (!p->usable)
        return;
    for (size_t i = 0; p->operations && i < p->operations->n; i++) {
        struct hr_node *n = p->operations->child[i];

        if (good_name(b, n) && hr_operation_add(b, component, n->key, n) != HR_NONE)
            p->n_declared++;
    }
    declare_steps(b, component);
}

uint32_t hr_operation_site(struct hr_bind *b, const struct hr_bind_site *s)
{
    b->sites =
        hr_bind_grow(b->arena, b->sites, b->n_sites, &b->site_room, sizeof *b->sites);
    b->sites[b->n_sites] = *s;
    return b->n_sites++;
}

/* --- finding ------------------------------------------------------------------------------------ */

const struct hr_indices *hr_operation_targets(const struct hr_bind *b, uint32_t component)
{
    const struct hr_component *c = &b->plan->components[component];

    return (const struct hr_indices *)((const char *)c->conf + c->model->targets);
}

uint32_t hr_operation_behind(const struct hr_bind *b, uint32_t component)
{
    for (unsigned hops = 0; hops < HR_MOST_HOPS; hops++) {
        const struct hr_component *c = &b->plan->components[component];

        if (!c->bypass || !c->model || c->model->ops != HR_OPS_FORWARDED || !c->conf ||
            hr_operation_targets(b, component)->n == 0)
            break;
        component = hr_operation_targets(b, component)->at[0];
    }
    return component;
}

/* A forwarder's operation: the one of that name at each target. */
static uint32_t forward(struct hr_bind *b, uint32_t component, const char *name)
{
    const struct hr_indices *to = hr_operation_targets(b, component);
    uint32_t *at, op;

    /* In a circle, or too deep: said once, by component.c. */
    if (b->parts[component].circular || to->n == 0)
        return HR_NONE;
    at = hr_arena_alloc(b->arena, to->n, sizeof *at);
    for (uint32_t i = 0; i < to->n; i++)
        if ((at[i] = hr_operation_find(b, to->at[i], name)) == HR_NONE)
            return HR_NONE;
    op = hr_operation_add(b, component, name, NULL);
    if (op == HR_NONE)
        return op;
    b->ops[op].o.forward = at;
    /* Draws belong to who answers: forwarders add nothing to the key. */
    b->ops[op].o.name_key = b->ops[at[0]].o.name_key;
    return op;
}

static bool is_own(const struct hr_model *m, const char *name)
{
    for (const char *const *own = m->own_ops; m->ops == HR_OPS_OWN && *own; own++)
        if (strcmp(*own, name) == 0)
            return true;
    return false;
}

uint32_t hr_operation_find(struct hr_bind *b, uint32_t component, const char *name)
{
    const struct hr_component *c;
    uint32_t op;

    component = hr_operation_behind(b, component);
    c = &b->plan->components[component];
    if (!c->model || !b->parts[component].usable)
        return HR_NONE;
    op = hr_names_find(&b->operations, hr_text_join(b->arena, c->name, ".", name));
    if (op != HR_NONE)
        return op;
    if (c->model->ops == HR_OPS_ANY || is_own(c->model, name))
        return hr_operation_add(b, component, hr_arena_text(b->arena, name, strlen(name)),
                                NULL);
    if (c->model->ops == HR_OPS_FORWARDED)
        return forward(b, component, name);
    return HR_NONE;
}

const char *const *hr_operation_names(struct hr_bind *b, uint32_t component)
{
    const struct hr_bind_part *p;
    const char **names;
    size_t n = 0;

    component = hr_operation_behind(b, component);
    for (unsigned hops = 0; hops < HR_MOST_HOPS;
         hops++) { /* the first target stands for all */
        const struct hr_model *m = b->plan->components[component].model;

        if (!m || m->ops != HR_OPS_FORWARDED || !b->plan->components[component].conf ||
            hr_operation_targets(b, component)->n == 0)
            break;
        component = hr_operation_behind(b, hr_operation_targets(b, component)->at[0]);
    }
    if (b->plan->components[component].model &&
        b->plan->components[component].model->ops == HR_OPS_OWN)
        return b->plan->components[component].model->own_ops;
    p = &b->parts[component];
    names = hr_arena_alloc(b->arena, (size_t)p->n_declared + 1, sizeof *names);
    for (size_t i = 0; p->operations && p->usable && i < p->operations->n; i++)
        if (n < p->n_declared)
            names[n++] = p->operations->child[i]->key;
    return names;
}

bool hr_operation_known(const struct hr_bind *b, uint32_t component)
{
    for (unsigned hops = 0; hops < HR_MOST_HOPS; hops++) {
        const struct hr_component *c = &b->plan->components[component];

        if (!c->model || !b->parts[component].usable)
            return false;
        if (c->model->ops == HR_OPS_DECLARED)
            return b->parts[component].operations != NULL ||
                   b->parts[component].message != HR_NONE;
        if (c->model->ops != HR_OPS_FORWARDED)
            return true;
        if (!c->conf || hr_operation_targets(b, component)->n == 0)
            return false;
        component = hr_operation_targets(b, component)->at[0];
    }
    return false;
}

/* Which target of a forwarder lacks the operation?  For the message only. */
static const char *lacking(struct hr_bind *b, uint32_t component, const char *name)
{
    const struct hr_component *c = &b->plan->components[component];

    if (!c->model || c->model->ops != HR_OPS_FORWARDED || !c->conf)
        return NULL;
    for (uint32_t i = 0; i < hr_operation_targets(b, component)->n; i++) {
        const uint32_t to = hr_operation_targets(b, component)->at[i];

        if (hr_operation_find(b, to, name) == HR_NONE)
            return b->plan->components[to].name;
    }
    return NULL;
}

uint32_t hr_operation_of(struct hr_bind *b, uint32_t component, const char *name,
                         struct hr_loc at)
{
    const struct hr_component *c = &b->plan->components[component];
    const char *without;
    uint32_t op;

    if (!c->model || !b->parts[component].usable || b->parts[component].circular ||
        b->parts[component].twice || !hr_operation_known(b, component))
        return HR_NONE; /* said where it is declared */
    if (c->model->ops == HR_OPS_SOURCE) {
        hr_diag_add(b->ds, HR_E412, at, "`%s` is a class of traffic and answers nothing",
                    c->name);
        return HR_NONE;
    }
    if (strlen(name) > 64 || !*name) {
        hr_diag_add(b->ds, HR_E222, at, "`%s` cannot be the name of an operation",
                    hr_shown(b->arena, name, strlen(name)));
        return HR_NONE;
    }
    op = hr_operation_find(b, component, name);
    if (op != HR_NONE || b->n_ops == HR_MOST_OPERATIONS)
        return op;
    without = lacking(b, component, name);
    hr_bind_unknown(
        b, HR_E402, at, name,
        hr_operation_names(b, without ? hr_names_find(&b->components, without) : component),
        "`%s` has no operation `%s`%s%s%s", c->name, hr_shown(b->arena, name, strlen(name)),
        without ? ": its target `" : "", without ? without : "",
        without ? "` has none" : "");
    return HR_NONE;
}

uint32_t hr_operation_read(struct hr_bind *b, struct hr_node *n)
{
    const char *dot = memchr(n->text, '.', n->length);
    const char *name =
        dot ? hr_arena_text(b->arena, n->text, (size_t)(dot - n->text)) : n->text;
    const uint32_t component = hr_names_find(&b->components, name);
    const char *const *names;
    struct hr_diag *d;

    if (component == HR_NONE) {
        hr_bind_unknown(b, HR_E401, n->at, name, hr_names_list(&b->callable),
                        "there is no component `%s`",
                        hr_shown(b->arena, name, strlen(name)));
        return HR_NONE;
    }
    if (dot)
        return hr_operation_of(b, component, dot + 1, n->at);
    if (!b->parts[component].usable)
        return HR_NONE;
    if (b->plan->components[component].model->take) /* whatever it is: a message */
        return hr_operation_of(b, component, message, n->at);
    names = hr_operation_names(b, component);
    if (names[0] && !names[1])
        return hr_operation_of(b, component, names[0], n->at);
    d = hr_diag_add(b->ds, HR_E417, n->at, "`%s` names no operation", name);
    if (names[0])
        hr_diag_hint(b->ds, d, "`%s` has: %s", name, hr_bind_listed(b, names));
    else
        hr_diag_hint(b->ds, d, "write %s.OPERATION", name);
    return HR_NONE;
}
