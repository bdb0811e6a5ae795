/* sim/scenario/bind/operation_compile.c - what is written of operations to their confs, circles of
 * operations that wait for each other, and the final numbers; see operation.h. */
#include "sim/scenario/bind/operation.h"

#include "sim/scenario/bind/traffic.h"

#include <string.h>

/* --- one operation ------------------------------------------------------------------------------- */

/* `read: { work: 1.2ms, reads: 3 }` is an operation of one step beside its own settings: the
 * step's keys move into a step, the others stay. */
static void split_step(struct hr_bind *b, struct hr_node *n)
{
    const struct hr_step_info *kind = hr_steps_kind(n);
    struct hr_node *step, *list;
    size_t kept = 0;

    if (!kind || hr_tree_find(n, "steps"))
        return;
    step = hr_arena_alloc(b->arena, 1, sizeof *step);
    *step = (struct hr_node){.type = HR_NODE_MAP, .origin = n->origin, .at = n->at};
    for (size_t i = 0; i < n->n; i++) {
        struct hr_node *c = n->child[i];
        bool moves = false;

        for (const struct hr_field *f = kind->table->fields; f->name && !moves; f++)
            moves = strcmp(f->name, c->key) == 0 && strcmp(c->key, "source") != 0;
        for (const struct hr_step_info *k = hr_step_kinds; k->name && !moves; k++)
            moves = strcmp(k->name, c->key) == 0; /* two steps: said by the step */
        if (moves)
            hr_bind_add(b, step, c->key, c);
        else
            n->child[kept++] = c;
    }
    n->n = kept;
    list = hr_arena_alloc(b->arena, 1, sizeof *list);
    *list = (struct hr_node){.type = HR_NODE_LIST, .origin = n->origin, .at = n->at};
    hr_bind_add(b, list, NULL, step);
    hr_bind_add(b, n, "steps", list);
}

static void compile(struct hr_bind *b, uint32_t op)
{
    struct hr_node *n = b->ops[op].node;
    const uint32_t component = b->ops[op].o.component;
    const struct hr_component *c = &b->plan->components[component];
    const struct hr_model *m = c->model;
    struct hr_op_scope scope = {.op = op};
    struct hr_op_conf *conf = hr_arena_alloc(b->arena, 1, sizeof *conf);
    void *own = m->op_table ? hr_arena_alloc(b->arena, 1, m->op_table->size) : NULL;
    const struct hr_layer layers[] = {{&hr_op_table, conf}, {m->op_table, own}};
    const struct hr_about about = {
        hr_text_join(b->arena, "the operation `", c->name, ".", b->ops[op].o.name, "`"),
        m->kind, HR_WHERE_OPERATION, NULL};
    const struct hr_node *source = hr_tree_find(b->parts[component].node, "source");

    if (n->type == HR_NODE_SCALAR) {
        struct hr_diag *d = hr_diag_add(b->ds, HR_E507, hr_bind_at(n),
                                        "an operation is a list of steps or a map");
        if (!n->null)
            hr_diag_hint(b->ds, d, "write { work: %s }", hr_bind_shown(b, n));
        return;
    }
    split_step(b, n);
    b->self = component;
    b->depth = 1;
    b->source =
        source && source->type == HR_NODE_SCALAR && !source->null ? source->text : NULL;
    b->scope = &scope;
    if (hr_bind_map(b, n, layers, m->op_table ? 2 : 1, &about))
        hr_steps_number(b, conf->steps, scope.n_steps);
    b->scope = NULL;
    b->source = NULL;
    b->depth = 0;
    b->self = HR_NONE;
    b->ops[op].o.conf = conf;
    b->ops[op].o.own = own;
}

/* What a forwarder says by operation is about operations that it can be asked. */
static void check_forwarder(struct hr_bind *b, uint32_t component)
{
    const struct hr_component *c = &b->plan->components[component];

    for (const struct hr_field *f = c->model->table->fields; f->name; f++) {
        const struct hr_node *n = hr_tree_find(b->parts[component].node, f->name);

        if (f->type != HR_FIELD_OP_DURATIONS || !n || n->type != HR_NODE_MAP)
            continue;
        for (size_t i = 0; i < n->n; i++)
            if (strcmp(n->child[i]->key, "*") != 0)
                hr_operation_of(b, component, n->child[i]->key, n->child[i]->key_at);
    }
}

void hr_operations_compile(struct hr_bind *b)
{
    const uint32_t declared = b->n_ops; /* forwarded ones are added behind */

    for (uint32_t i = 0; i < b->n_deferred; i++) {
        b->self = b->deferred[i].self;
        *b->deferred[i].at = hr_operation_read(b, b->deferred[i].node);
    }
    b->self = HR_NONE;
    for (uint32_t i = 0; i < declared; i++)
        if (b->ops[i].node)
            compile(b, i);
    for (uint32_t i = 0; i < b->plan->n_components; i++)
        if (b->parts[i].usable && b->plan->components[i].model->ops == HR_OPS_FORWARDED)
            check_forwarder(b, i);
}

/* --- circles ---------------------------------------------------------------------------------------- */

/* Whom an operation waits for: call sites by operation, then what forwarders pass on to. */
struct waits {
    uint32_t *first; /* n_ops + 1 */
    uint32_t *to;    /* draft operations */
};

static struct waits waits_of(struct hr_bind *b)
{
    struct waits w;
    uint32_t n = 0;
    uint32_t *fill;

    w.first = hr_arena_alloc(b->arena, (size_t)b->n_ops + 2, sizeof *w.first);
    for (uint32_t i = 0; i < b->n_sites; i++)
        if (b->sites[i].from != HR_NONE && !b->sites[i].site.is_send)
            w.first[b->sites[i].from + 1]++;
    for (uint32_t i = 0; i < b->n_ops; i++)
        if (b->ops[i].o.forward)
            w.first[i + 1] += hr_operation_targets(b, b->ops[i].o.component)->n;
    for (uint32_t i = 0; i < b->n_ops; i++)
        w.first[i + 1] += w.first[i];
    n = w.first[b->n_ops];
    w.to = hr_arena_alloc(b->arena, n, sizeof *w.to);
    fill = hr_arena_alloc(b->arena, (size_t)b->n_ops + 1, sizeof *fill);
    if (b->n_ops)
        memcpy(fill, w.first, b->n_ops * sizeof *fill);
    for (uint32_t i = 0; i < b->n_sites; i++)
        if (b->sites[i].from != HR_NONE && !b->sites[i].site.is_send)
            w.to[fill[b->sites[i].from]++] = b->sites[i].site.op;
    for (uint32_t i = 0; i < b->n_ops; i++)
        for (uint32_t k = 0;
             b->ops[i].o.forward && k < hr_operation_targets(b, b->ops[i].o.component)->n;
             k++)
            w.to[fill[i]++] = b->ops[i].o.forward[k];
    return w;
}

static const char *op_name(const struct hr_bind *b, uint32_t op)
{
    return hr_arena_printf(b->arena, "%s.%s",
                           b->plan->components[b->ops[op].o.component].name,
                           b->ops[op].o.name);
}

static void report_circle(struct hr_bind *b, const uint32_t *stack, uint32_t from,
                          uint32_t to)
{
    const char *text = op_name(b, stack[from]);
    struct hr_loc at = {0};
    struct hr_diag *d;

    for (uint32_t i = from + 1; i <= to && i < from + 12; i++)
        text = hr_arena_printf(b->arena, "%s -> %s", text, op_name(b, stack[i]));
    for (uint32_t i = 0; i < b->n_sites && !at.line; i++)
        if (b->sites[i].from == stack[to] && b->sites[i].site.op == stack[from])
            at = b->sites[i].at;
    if (!at.line && b->ops[stack[from]].node)
        at = hr_bind_at(b->ops[stack[from]].node);
    d = hr_diag_add(b->ds, HR_E411, at,
                    "operations wait for each other in a circle: %s%s -> %s", text,
                    to >= from + 12 ? " -> ..." : "", op_name(b, stack[from]));
    hr_diag_hint(b->ds, d, "`send` does not wait");
}

static void too_deep(struct hr_bind *b, uint32_t op)
{
    hr_diag_add(b->ds, HR_E418, b->plan->components[b->ops[op].o.component].at,
                "below `%s`, more than %d operations wait for each other in a row",
                op_name(b, op), HR_MOST_WAITS);
}

/* Depth first with a stack of our own: a chain may be as long as there are operations. */
static void find_circles(struct hr_bind *b)
{
    const struct waits w = waits_of(b);
    uint32_t *stack = hr_arena_alloc(b->arena, (size_t)b->n_ops + 1, sizeof *stack);
    uint32_t *next = hr_arena_alloc(b->arena, (size_t)b->n_ops + 1, sizeof *next);
    uint32_t *place = hr_arena_alloc(b->arena, (size_t)b->n_ops + 1, sizeof *place);
    const uint32_t fresh = 0, done = UINT32_MAX;

    for (uint32_t root = 0; root < b->n_ops; root++) {
        uint32_t depth = 0;

        if (place[root] != fresh)
            continue;
        stack[0] = root;
        next[root] = w.first[root];
        place[root] = 1; /* its position on the stack, from 1 */
        while (depth != UINT32_MAX) {
            const uint32_t op = stack[depth];

            if (next[op] == w.first[op + 1]) {
                place[op] = done;
                depth--;
                continue;
            }
            const uint32_t to = w.to[next[op]++];
            if (place[to] == fresh && depth + 1 == HR_MOST_WAITS) {
                too_deep(b, stack[0]);
                return;
            }
            if (place[to] == fresh) {
                stack[++depth] = to;
                next[to] = w.first[to];
                place[to] = depth + 1;
            } else if (place[to] != done) {
                report_circle(b, stack, place[to] - 1, depth);
            }
        }
    }
}

/* --- final numbers ------------------------------------------------------------------------------------ */

static void number(struct hr_bind *b)
{
    struct hr_plan *p = b->plan;
    uint32_t next = 0;

    p->operations = hr_arena_alloc(b->arena, b->n_ops, sizeof *p->operations);
    for (uint32_t i = 0; i < b->n_ops; i++)
        p->components[b->ops[i].o.component].n_ops++;
    for (uint32_t c = 0; c < p->n_components; c++) {
        p->components[c].first_op = next;
        next += p->components[c].n_ops;
        p->components[c].n_ops = 0;
    }
    for (uint32_t i = 0; i < b->n_ops; i++) {
        struct hr_component *c = &p->components[b->ops[i].o.component];

        b->ops[i].final = c->first_op + c->n_ops++;
        p->operations[b->ops[i].final] = b->ops[i].o;
    }
    p->n_operations = b->n_ops;
}

static uint32_t *renumbered(struct hr_bind *b, const uint32_t *draft, uint32_t n)
{
    uint32_t *at = hr_arena_alloc(b->arena, n, sizeof *at);

    for (uint32_t i = 0; i < n; i++)
        at[i] = draft[i] == HR_NONE ? HR_NONE : b->ops[draft[i]].final;
    return at;
}

void hr_operations_finish(struct hr_bind *b)
{
    struct hr_plan *p = b->plan;

    find_circles(b);
    number(b);
    for (uint32_t i = 0; i < p->n_operations; i++) {
        struct hr_operation *o = &p->operations[i];

        if (o->forward)
            o->forward =
                renumbered(b, o->forward, hr_operation_targets(b, o->component)->n);
    }
    p->sites = hr_arena_alloc(b->arena, b->n_sites, sizeof *p->sites);
    p->n_sites = b->n_sites;
    for (uint32_t i = 0; i < b->n_sites; i++) {
        p->sites[i] = b->sites[i].site;
        p->sites[i].op = b->ops[p->sites[i].op].final;
    }
    for (uint32_t i = 0; i < p->n_disturbances; i++)
        if (p->disturbances[i].op < b->n_ops)
            p->disturbances[i].op = b->ops[p->disturbances[i].op].final;
    for (uint32_t c = 0; c < p->n_components; c++)
        if (b->parts[c].message != HR_NONE)
            p->components[c].message_op = b->ops[b->parts[c].message].final;
    for (uint32_t i = 0; i < b->n_deferred; i++)
        if (*b->deferred[i].at != HR_NONE)
            *b->deferred[i].at = b->ops[*b->deferred[i].at].final;
    hr_traffic_finish(b);
}
