/* sim/scenario/bind/traffic.c - see traffic.h. */
#include "sim/scenario/bind/traffic.h"

#include "sim/scenario/bind/operation.h"

#include <string.h>

static void *member(const struct hr_component *c, uint32_t offset)
{
    /* The binder made the conf and still owns it; the plan only shares it as constant. */
    return (char *)(uintptr_t)c->conf + offset;
}

/* `good` and `value` may only name what the mix has. */
static void check_named(struct hr_bind *b, uint32_t component, const struct hr_named *v,
                        const char *key, const struct hr_shares *mix)
{
    const struct hr_node *map = hr_tree_find(b->parts[component].node, key);
    const char **names = hr_arena_alloc(b->arena, (size_t)mix->n + 1, sizeof *names);

    if (mix->n)
        memcpy(names, mix->name, mix->n * sizeof *names);
    for (uint32_t i = 0; i < v->n; i++)
        if (strcmp(v->name[i], "*") != 0 && !hr_schema_in(names, v->name[i]))
            hr_bind_unknown(b, HR_E402, map->child[i]->key_at, v->name[i], names,
                            "the mix of `%s` has no operation `%s`",
                            b->plan->components[component].name,
                            hr_shown(b->arena, v->name[i], strlen(v->name[i])));
}

/* A mix that is left out: the one operation that there is. */
static bool default_mix(struct hr_bind *b, uint32_t component, uint32_t to,
                        struct hr_shares *mix)
{
    struct hr_node *map = b->parts[component].node;
    const char *const *names = hr_operation_names(b, to);
    const char **name;
    uint32_t *at;
    double *upto;
    struct hr_node *node, *share;

    if (hr_tree_find(map, "mix"))
        return false; /* it was wrong, and that has been said */
    if (!hr_operation_known(b, to))
        return false; /* so was what is asked */
    if (!names[0] || names[1]) {
        struct hr_diag *d =
            hr_diag_add(b->ds, HR_E202, b->plan->components[component].at,
                        "`%s` needs a `mix`: what is asked of `%s`",
                        b->plan->components[component].name, b->plan->components[to].name);
        if (names[0])
            hr_diag_hint(b->ds, d, "`%s` has: %s", b->plan->components[to].name,
                         hr_bind_listed(b, names));
        return false;
    }
    name = hr_arena_alloc(b->arena, 1, sizeof *name);
    at = hr_arena_alloc(b->arena, 1, sizeof *at);
    upto = hr_arena_alloc(b->arena, 1, sizeof *upto);
    *name = names[0];
    *upto = 1;
    *mix = (struct hr_shares){1, at, name, upto};
    node = hr_arena_alloc(b->arena, 1, sizeof *node);
    share = hr_arena_alloc(b->arena, 1, sizeof *share);
    *node = (struct hr_node){.type = HR_NODE_MAP, .origin = HR_ORIGIN_MODEL, .at = map->at};
    *share = (struct hr_node){
        .origin = HR_ORIGIN_MODEL, .at = map->at, .text = "100%", .length = 4};
    hr_bind_add(b, node, names[0], share);
    hr_bind_add(b, map, "mix", node);
    return true;
}

static struct hr_row *add_row(struct hr_bind *b, struct hr_loc at)
{
    struct hr_plan *p = b->plan;

    if (p->n_rows == HR_MOST_ROWS) {
        hr_diag_add(b->ds, HR_E418, at,
                    "the classes of traffic have more than %d operations in all",
                    HR_MOST_ROWS);
        return NULL;
    }
    if (!p->rows)
        p->rows = hr_arena_alloc(b->arena, HR_MOST_ROWS, sizeof *p->rows);
    return &p->rows[p->n_rows++];
}

/* What a client of a row does: one call step, through the row's site. */
static const struct hr_op_conf *one_call(struct hr_bind *b, uint32_t site, struct hr_loc at)
{
    struct hr_op_conf *conf = hr_arena_alloc(b->arena, 1, sizeof *conf);
    struct hr_plan *p = b->plan;

    while (p->n_steps + 1 > b->step_room)
        p->steps =
            hr_bind_grow(b->arena, p->steps, b->step_room, &b->step_room, sizeof *p->steps);
    conf->steps = (struct hr_block){p->n_steps, 1};
    p->steps[p->n_steps++] = (struct hr_step){.kind = HR_STEP_CALL, .site = site, .at = at};
    return conf;
}

/* One entry of a mix: operation, site, row.  Its draft number. */
static uint32_t entry(struct hr_bind *b, uint32_t component, const char *name,
                      struct hr_loc at)
{
    const struct hr_component *c = &b->plan->components[component];
    const struct hr_source_layout *l = c->model->source_layout;
    const uint32_t *to = member(c, l->to);
    const uint32_t callee = hr_operation_of(b, *to, name, at);
    struct hr_bind_site s = {.from = HR_NONE, .at = at};
    const hr_time *deadline = member(c, l->deadline);
    const int64_t *good = hr_named_value(member(c, l->good), name);
    const int64_t *value = hr_named_value(member(c, l->value), name);
    uint32_t own;
    struct hr_row *row;

    if (callee == HR_NONE ||
        (own = hr_operation_add(b, component, name, NULL)) == HR_NONE ||
        !(row = add_row(b, at)))
        return HR_NONE;
    b->ops[own].o.row = b->plan->n_rows - 1;
    s.site =
        (struct hr_site){.label = hr_arena_printf(b->arena, "%s.%s -> %s.%s", c->name, name,
                                                  b->plan->components[*to].name, name),
                         .caller = component,
                         .callee = b->ops[callee].o.component,
                         .op = callee};
    memcpy(&s.site.o, member(c, l->call), sizeof s.site.o);
    *row = (struct hr_row){.name = name,
                           .component = component,
                           .op = own,
                           .site = hr_operation_site(b, &s),
                           .deadline = *deadline > 0 ? *deadline : HR_NEVER,
                           .value = value ? *value : 0};
    row->good = good ? *good : row->deadline;
    b->ops[own].o.conf = one_call(b, row->site, at);
    return own;
}

static void compile(struct hr_bind *b, uint32_t component)
{
    const struct hr_component *c = &b->plan->components[component];
    const struct hr_source_layout *l = c->model->source_layout;
    struct hr_shares *mix = member(c, l->mix);
    const struct hr_node *written = hr_tree_find(b->parts[component].node, "mix");
    const uint32_t *to = member(c, l->to);
    uint32_t *at;

    if (*to == HR_NONE || (mix->n == 0 && !default_mix(b, component, *to, mix)))
        return;
    at = hr_arena_alloc(b->arena, mix->n, sizeof *at);
    for (uint32_t i = 0; i < mix->n; i++) {
        const struct hr_node *map = written;

        if (map && map->type == HR_NODE_MAP && hr_tree_find(map, "value") &&
            hr_tree_find(map, "value")->type == HR_NODE_MAP)
            map = hr_tree_find(map, "value");
        at[i] = entry(b, component, mix->name[i],
                      map && i < map->n ? map->child[i]->key_at : c->at);
    }
    mix->at = at;
    check_named(b, component, member(c, l->good), "good", mix);
    check_named(b, component, member(c, l->value), "value", mix);
}

void hr_traffic_compile(struct hr_bind *b)
{
    for (uint32_t i = 0; i < b->plan->n_components; i++) {
        const struct hr_component *c = &b->plan->components[i];

        if (c->model && c->conf && c->model->ops == HR_OPS_SOURCE && b->parts[i].usable)
            compile(b, i);
    }
}

/* "checkout" where one class alone has it, else "shoppers.checkout". */
static const char *row_name(const struct hr_bind *b, uint32_t row)
{
    const struct hr_plan *p = b->plan;

    for (uint32_t i = 0; i < p->n_rows; i++)
        if (i != row && strcmp(p->rows[i].name, p->rows[row].name) == 0)
            return hr_arena_printf(b->arena, "%s.%s",
                                   p->components[p->rows[row].component].name,
                                   p->rows[row].name);
    return p->rows[row].name;
}

void hr_traffic_finish(struct hr_bind *b)
{
    struct hr_plan *p = b->plan;
    const char *names[HR_MOST_ROWS];

    for (uint32_t i = 0; i < p->n_rows; i++)
        names[i] = row_name(b, i);
    for (uint32_t i = 0; i < p->n_rows; i++) {
        p->rows[i].name = names[i];
        p->rows[i].op = b->ops[p->rows[i].op].final;
    }
    for (uint32_t i = 0; i < p->n_components; i++) {
        const struct hr_component *c = &p->components[i];
        struct hr_shares *mix;
        uint32_t *at;

        if (!c->model || !c->conf || c->model->ops != HR_OPS_SOURCE || !b->parts[i].usable)
            continue;
        mix = member(c, c->model->source_layout->mix);
        at = hr_arena_alloc(b->arena, mix->n, sizeof *at);
        for (uint32_t k = 0; k < mix->n; k++)
            at[k] = mix->at[k] == HR_NONE ? HR_NONE : b->ops[mix->at[k]].final;
        mix->at = at;
    }
}
