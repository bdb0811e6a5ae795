/* sim/scenario/bind/steps_read.c - steps as written to the flat arrays of the plan; see steps.h of
 * sim/system/ for the arrays and operation.h for when. */
#include "sim/scenario/bind/operation.h"

#include "sim/scenario/bind/field_read.h"

#include <math.h>
#include <string.h>

const struct hr_step_info *hr_steps_kind(const struct hr_node *map)
{
    for (size_t i = 0; map->type == HR_NODE_MAP && i < map->n; i++)
        for (const struct hr_step_info *k = hr_step_kinds; k->name; k++)
            if (strcmp(k->name, map->child[i]->key) == 0)
                return k;
    return NULL;
}

/* --- which kind of step ------------------------------------------------------------------------ */

static void not_a_step(struct hr_bind *b, const struct hr_node *n)
{
    const char *names[HR_N_STEP_KINDS + 1] = {NULL};

    if (n->type != HR_NODE_MAP || n->n == 0) {
        hr_diag_add(b->ds, HR_E503, hr_bind_at(n), "a step is a map such as { work: 8ms }");
        return;
    }
    for (size_t i = 0; i < n->n; i++)
        if (hr_schema_find_later(HR_WHERE_STEP, n->child[i]->key)) {
            hr_diag_add(b->ds, HR_E903, n->child[i]->key_at,
                        "the step `%s` is not yet supported", n->child[i]->key);
            return;
        }
    for (size_t i = 0; hr_step_kinds[i].name; i++)
        names[i] = hr_step_kinds[i].name;
    hr_bind_unknown(b, HR_E501, n->child[0]->key_at, n->child[0]->key, names,
                    "`%s` is not a step",
                    hr_shown(b->arena, n->child[0]->key, strlen(n->child[0]->key)));
}

static bool one_kind(struct hr_bind *b, const struct hr_node *n,
                     const struct hr_step_info *kind)
{
    for (size_t i = 0; i < n->n; i++)
        for (const struct hr_step_info *k = hr_step_kinds; k->name; k++)
            if (k != kind && strcmp(k->name, n->child[i]->key) == 0) {
                hr_diag_add(b->ds, HR_E502, n->child[i]->key_at,
                            "`%s` and `%s` are two steps", kind->name, k->name);
                return false;
            }
    return true;
}

/* --- calls ---------------------------------------------------------------------------------------- */

static uint32_t add_site(struct hr_bind *b, const struct hr_step_conf *c, bool is_send,
                         uint32_t at)
{
    const struct hr_operation *from = &b->ops[b->scope->op].o, *to;
    struct hr_bind_site s = {.from = b->scope->op, .at = b->plan->steps[at].at};

    if (c->op == HR_NONE)
        return HR_NONE;
    to = &b->ops[c->op].o;
    s.site = (struct hr_site){
        .label = hr_text_join(b->arena, b->plan->components[from->component].name, ".",
                              from->name, " -> ", b->plan->components[to->component].name,
                              ".", to->name),
        .caller = from->component,
        .callee = to->component,
        .op = c->op,
        .is_send = is_send,
        .o = c->call};
    if (is_send)
        s.site.o.cancel = HR_CANCEL_NONE;
    return hr_operation_site(b, &s);
}

/* How many calls to the same operation are written before it, in all blocks of the operation:
 * part of its key.  Forwarders count as what answers behind them. */
struct counts {
    uint64_t *callee;
    uint32_t *calls, n;
};

static uint32_t next_ordinal(struct counts *c, uint64_t callee)
{
    for (uint32_t i = 0; i < c->n; i++)
        if (c->callee[i] == callee)
            return ++c->calls[i];
    c->callee[c->n] = callee;
    c->calls[c->n++] = 0;
    return 0;
}

static void number_block(struct hr_bind *b, struct counts *c, struct hr_block block)
{
    for (uint32_t i = 0; i < block.n; i++) {
        const struct hr_step *s = &b->plan->steps[block.first + i];
        struct hr_site *site = s->site == HR_NONE ? NULL : &b->sites[s->site].site;

        if (site)
            site->ordinal = next_ordinal(c, b->ops[site->op].o.name_key);
        for (uint32_t k = 0; site && site->o.when && k < HR_N_WHEN; k++)
            number_block(b, c, site->o.when->block[k]);
        for (uint32_t k = 0; k < s->branches.n; k++)
            number_block(b, c, s->branches.at[k].block);
    }
}

void hr_steps_number(struct hr_bind *b, struct hr_block block, uint32_t n_steps)
{
    struct counts c = {hr_arena_alloc(b->arena, n_steps, sizeof(uint64_t)),
                       hr_arena_alloc(b->arena, n_steps, sizeof(uint32_t)), 0};

    number_block(b, &c, block);
}

/* --- one step --------------------------------------------------------------------------------------- */

static bool hold_begins(struct hr_bind *b, struct hr_node *n)
{
    const struct hr_field f = {.name = "hold", .type = HR_FIELD_RESOURCE};
    struct hr_op_scope *s = b->scope;
    struct hr_node *what = hr_tree_find(n, "hold");
    uint32_t r = HR_NONE;

    if (!hr_field_read(b, &f, what, &r))
        r = HR_NONE; /* said again, at the same place, when the step is bound */
    for (uint32_t i = 0; r != HR_NONE && i < s->n_held; i++)
        if (s->held[i] == r) {
            hr_diag_add(b->ds, HR_E505, hr_bind_at(what),
                        "`%s` is held around this already", hr_bind_shown(b, what));
            return false;
        }
    s->held[s->n_held++] = r;
    return true;
}

static bool check_quorum(struct hr_bind *b, const struct hr_node *n,
                         const struct hr_step_conf *c)
{
    if (c->need <= (int64_t)c->branches.n || c->branches.n == 0)
        return true;
    hr_diag_add(b->ds, HR_E504, hr_bind_at(hr_tree_find(n, "quorum")),
                "%lld answers are needed of %u branches", (long long)c->need,
                c->branches.n);
    return false;
}

static struct hr_branches one_branch(struct hr_bind *b, struct hr_block body)
{
    struct hr_branch *at = hr_arena_alloc(b->arena, 1, sizeof *at);

    *at = (struct hr_branch){body, 1};
    return (struct hr_branches){1, at};
}

static void fill_step(struct hr_bind *b, struct hr_step *s, const struct hr_step_info *kind,
                      const struct hr_step_conf *c)
{
    s->law = c->law;
    s->branches = c->branches;
    s->need = (uint32_t)c->need;
    s->resource = c->resource;
    s->timeout = c->timeout;
    s->optimistic = c->optimistic;
    if (kind->kind == HR_STEP_REPEAT || kind->kind == HR_STEP_HOLD)
        s->branches = one_branch(b, c->body);
}

static const char *const share_key[] = {"share", NULL};

/* Compile one step into slot `at` of the plan. */
static bool read_step(struct hr_bind *b, struct hr_node *n, uint32_t at)
{
    const struct hr_step_info *kind = hr_steps_kind(n);
    struct hr_op_scope *scope = b->scope;
    struct hr_step_conf conf = {.op = HR_NONE};
    struct hr_layer layer;
    struct hr_about about;
    struct hr_step step;
    bool good;

    if (!kind) {
        not_a_step(b, n);
        return false;
    }
    if (!one_kind(b, n, kind) || (kind->kind == HR_STEP_HOLD && !hold_begins(b, n)))
        return false;
    step = (struct hr_step){.kind = kind->kind,
                            .ordinal = scope->ordinals[kind->kind]++,
                            .site = HR_NONE,
                            .at = hr_bind_at(n)};
    b->plan->steps[at] = step;
    layer = (struct hr_layer){kind->table, &conf};
    about = (struct hr_about){hr_text_join(b->arena, "the step `", kind->name, "`"), NULL,
                              HR_WHERE_STEP, n == scope->choice ? share_key : NULL};
    b->depth++;
    good = hr_bind_map(b, n, &layer, 1, &about);
    b->depth--;
    if (kind->kind == HR_STEP_HOLD)
        scope->n_held--;
    good = good && (kind->kind != HR_STEP_QUORUM || check_quorum(b, n, &conf));
    if (good && conf.optimistic && conf.timeout > 0) {
        hr_diag_add(b->ds, HR_E211, hr_tree_find(n, "timeout")->key_at,
                    "an optimistic `hold` does not wait, so `timeout` has no effect");
        good = false;
    }
    fill_step(b, &step, kind, &conf);
    if (kind->kind == HR_STEP_CALL || kind->kind == HR_STEP_SEND)
        step.site = add_site(b, &conf, kind->kind == HR_STEP_SEND, at);
    b->plan->steps[at] = step; /* the array may have moved while inner blocks were read */
    return good;
}

/* --- blocks ------------------------------------------------------------------------------------------ */

static bool room_for(struct hr_bind *b, const struct hr_node *n, size_t more)
{
    struct hr_plan *p = b->plan;

    if (b->scope->n_steps + more > HR_MOST_STEPS || b->scope->depth > HR_MOST_NESTED) {
        hr_diag_add(b->ds, HR_E506, hr_bind_at(n),
                    b->scope->depth > HR_MOST_NESTED
                        ? "steps are nested more than 32 deep"
                        : "an operation has more than 10000 steps");
        return false;
    }
    b->scope->n_steps += (uint32_t)more;
    while (p->n_steps + more > b->step_room)
        p->steps =
            hr_bind_grow(b->arena, p->steps, b->step_room, &b->step_room, sizeof *p->steps);
    return true;
}

bool hr_steps_read(struct hr_bind *b, struct hr_node *n, struct hr_block *at)
{
    const size_t count = n->type == HR_NODE_LIST ? n->n : 1;
    struct hr_block block;
    bool good = true;

    *at = (struct hr_block){0, 0};
    if (!b->scope) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "steps cannot be written here");
        return false;
    }
    if (n->type == HR_NODE_SCALAR) {
        hr_diag_add(b->ds, HR_E503, hr_bind_at(n),
                    "steps are a list of maps, [ { work: 8ms } ], not `%s`",
                    hr_bind_shown(b, n));
        return false;
    }
    if (count == 0) { /* `when: { fail: [] }` says: go on */
        *at = b->in_when ? (struct hr_block){HR_NONE, 0} : (struct hr_block){0, 0};
        return true;
    }
    b->scope->depth++;
    if (!room_for(b, n, count)) {
        b->scope->depth--;
        return false;
    }
    block = (struct hr_block){b->plan->n_steps, (uint32_t)count};
    b->plan->n_steps += (uint32_t)count;
    for (uint32_t i = 0; i < count; i++)
        b->plan->steps[block.first + i] = (struct hr_step){.site = HR_NONE};
    for (uint32_t i = 0; i < count; i++) {
        const bool in_when = b->in_when;

        b->in_when = false;
        good = read_step(b, n->type == HR_NODE_LIST ? n->child[i] : n, block.first + i) &&
               good;
        b->in_when = in_when;
    }
    b->scope->depth--;
    *at = block;
    return good;
}

/* --- branches ----------------------------------------------------------------------------------------- */

enum { BRANCHES = 1024 };

/* One entry of `choose`: { share: 70%, do: [...] }, or { share: 70%, work: 2ms }. */
static bool read_choice(struct hr_bind *b, struct hr_node *n, struct hr_branch *at,
                        double *share)
{
    const struct hr_field f = {.name = "share", .type = HR_FIELD_SHARE, .max = 1};
    struct hr_node *s = n->type == HR_NODE_MAP ? hr_tree_find(n, "share") : NULL;
    struct hr_node *body = n->type == HR_NODE_MAP ? hr_tree_find(n, "do") : NULL;
    const struct hr_step_info *kind = hr_steps_kind(n);

    if (!s) {
        hr_diag_add(b->ds, HR_E202, hr_bind_at(n),
                    "each branch of `choose` needs its `share`");
        return false;
    }
    if (!hr_field_read_scalar(b, &f, s, share))
        return false;
    if (body && !kind && n->n == 2)
        return hr_steps_read(b, body, &at->block);
    if (!kind) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n),
                    "a branch of `choose` has `share` and `do`, or `share` and one step");
        return false;
    }
    b->scope->choice = n;
    return hr_steps_read(b, n, &at->block);
}

static bool is_list(struct hr_bind *b, const struct hr_node *n)
{
    if (n->type == HR_NODE_MAP && hr_tree_find(n, "by")) {
        hr_diag_add(b->ds, HR_E903, hr_tree_find(n, "by")->key_at,
                    "a choice `by` something else than shares is not yet supported");
        return false;
    }
    if (n->type != HR_NODE_LIST) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "branches are a list, [ ... ]");
        return false;
    }
    if (n->n > 0 && n->n <= BRANCHES)
        return true;
    hr_diag_add(b->ds, n->n ? HR_E418 : HR_E216, hr_bind_at(n), "%s",
                n->n ? "there are more than 1024 branches" : "there is no branch");
    return false;
}

bool hr_steps_read_branches(struct hr_bind *b, struct hr_node *n, bool by_share,
                            struct hr_branches *at)
{
    struct hr_branch *branch;
    double sum = 0;
    bool good = true;

    if (!is_list(b, n))
        return false;
    branch = hr_arena_alloc(b->arena, n->n, sizeof *branch);
    for (size_t i = 0; i < n->n; i++) {
        double share = 0;

        if (by_share) {
            good = read_choice(b, n->child[i], &branch[i], &share) && good;
            branch[i].upto = sum += share;
        } else {
            good = hr_steps_read(b, n->child[i], &branch[i].block) && good;
        }
    }
    if (by_share && good && fabs(sum - 1) > 1e-9) {
        hr_diag_add(b->ds, HR_E217, hr_bind_at(n),
                    "the shares of `choose` add up to %.12g%%, not 100%%", sum * 100);
        return false;
    }
    if (by_share)
        branch[n->n - 1].upto = 1;
    *at = (struct hr_branches){(uint32_t)n->n, branch};
    return good;
}
