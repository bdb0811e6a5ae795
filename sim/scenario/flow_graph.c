/* sim/scenario/flow_graph.c - see flow_graph.h. */
#include "sim/scenario/flow_graph.h"

#include "sim/engine/time.h"

struct walk {
    const struct hr_plan *plan;
    struct hr_flow *flow;
    bool *open; /* operations being looked at: a message may lead back */
    uint32_t row;
    /* operations such that callers come before callees; messages that lead back are left out */
    uint32_t *order, *rank, n_order;
    uint32_t *consumer, *next, *n_consumers; /* of a queue: the first, the one after it */
    bool ordering;
    unsigned depth;
};

enum { CHAIN = 512 }; /* calls followed downwards at once: the stack is finite */

/* --- a request downwards: calls and work ------------------------------------------------- */

static void visit(struct walk *w, uint32_t op);

/* An edge of the call graph: `n` calls of `to` for what `from` is being asked. */
static void edge(struct walk *w, uint32_t from, uint32_t to, double n)
{
    if (w->ordering)
        visit(w, to);
    else if (w->rank[to] > w->rank[from])
        w->flow->calls[(size_t)w->row * w->plan->n_operations + to] += n;
    else {
        w->flow->back[w->row] += n;
        w->flow->back_to[w->row] = to;
    }
}

static void walk_block(struct walk *w, uint32_t op, struct hr_block b, double n)
{
    const struct hr_plan *plan = w->plan;
    const uint32_t part = plan->operations[op].component;

    for (uint32_t i = b.first; i < b.first + b.n; i++) {
        const struct hr_step *s = &plan->steps[i];
        double before = 0;

        if (s->kind == HR_STEP_WORK && !w->ordering)
            w->flow->work_s[(size_t)w->row * plan->n_components + part] +=
                n * hr_law_mean(&s->law);
        if (s->kind == HR_STEP_CALL || s->kind == HR_STEP_SEND)
            edge(w, op, plan->sites[s->site].op, n);
        for (uint32_t k = 0; k < s->branches.n; k++) {
            const struct hr_branch *branch = &s->branches.at[k];
            const double times = s->kind == HR_STEP_CHOOSE   ? branch->upto - before
                                 : s->kind == HR_STEP_REPEAT ? hr_law_mean(&s->law)
                                                             : 1;
            walk_block(w, op, branch->block, n * times);
            before = branch->upto;
        }
    }
}

/* What a queue gets goes to those who take from it, in equal shares. */
static void walk_messages(struct walk *w, uint32_t op, double n)
{
    const uint32_t queue = w->plan->operations[op].component;
    const uint32_t consumers = w->n_consumers[queue];

    for (uint32_t i = w->consumer[queue]; i != HR_NONE; i = w->next[i])
        edge(w, op, w->plan->components[i].message_op, n / consumers);
}

/* Who takes from which queue. */
static void find_consumers(struct walk *w, struct hr_arena *a)
{
    const uint32_t n = w->plan->n_components;

    w->consumer = hr_arena_alloc(a, n, sizeof *w->consumer);
    w->next = hr_arena_alloc(a, n, sizeof *w->next);
    w->n_consumers = hr_arena_alloc(a, n, sizeof *w->n_consumers);
    for (uint32_t i = 0; i < n; i++)
        w->consumer[i] = HR_NONE;
    for (uint32_t i = n; i-- > 0;) { /* backwards, so that the first is found first */
        const struct hr_component *c = &w->plan->components[i];
        const uint32_t queue = c->model->consumes ? c->model->consumes(c->conf) : HR_NONE;

        if (queue == HR_NONE)
            continue;
        w->next[i] = w->consumer[queue];
        w->consumer[queue] = i;
        w->n_consumers[queue]++;
    }
}

/* The edges and the work of one operation that is asked n times. */
static void walk_operation(struct walk *w, uint32_t op, double n)
{
    const struct hr_operation *o = &w->plan->operations[op];

    if (o->forward != NULL) {
        const struct hr_component *c = &w->plan->components[o->component];
        const struct hr_indices *targets =
            (const struct hr_indices *)((const char *)c->conf + c->model->targets);
        for (uint32_t k = 0; k < targets->n; k++)
            edge(w, op, o->forward[k], n / targets->n);
    } else if (o->row != HR_NONE) {
        edge(w, op, w->plan->sites[w->plan->rows[o->row].site].op, n);
    } else if (o->conf != NULL) {
        walk_block(w, op, o->conf->steps, n);
    } else if (w->plan->components[o->component].model->take != NULL) {
        walk_messages(w, op, n);
    }
}

static void visit(struct walk *w, uint32_t op)
{
    if (w->open[op] || w->depth == CHAIN)
        return; /* what is below a longer chain is ordered on its own */
    w->open[op] = true;
    w->depth++;
    walk_operation(w, op, 1);
    w->depth--;
    w->order[w->n_order++] = op; /* callees first; read backwards */
}

static void make_order(struct walk *w)
{
    w->ordering = true;
    for (uint32_t op = 0; op < w->plan->n_operations; op++)
        visit(w, op);
    w->ordering = false;
    for (uint32_t i = 0; i < w->n_order; i++) {
        w->rank[w->order[i]] = w->n_order - i;
        w->open[w->order[i]] = false;
    }
}

static void follow_row(struct walk *w)
{
    double *calls = &w->flow->calls[(size_t)w->row * w->plan->n_operations];

    calls[w->plan->rows[w->row].op] = 1;
    for (uint32_t i = w->n_order; i-- > 0;)
        if (calls[w->order[i]] > 0)
            walk_operation(w, w->order[i], calls[w->order[i]]);
}

/* --- an answer upwards: time at rest, patience, attempts --------------------------------- */

struct below { /* of a block */
    double rest_s, patience_s, amplification;
};

static struct below look(struct walk *w, uint32_t op);

static double limit_of(const struct hr_call_options *o)
{
    return hr_time_s(o->retry && o->retry->timeout ? o->retry->timeout : o->timeout);
}

static double attempts_of(const struct hr_call_options *o)
{
    return o->retry && o->retry->budget <= 0 ? (double)o->retry->attempts : 1;
}

static struct below look_at_call(struct walk *w, const struct hr_site *s)
{
    const struct below callee = look(w, s->op);
    const double limit = limit_of(&s->o);
    const double attempts = s->o.retry ? (double)s->o.retry->attempts : 1;
    struct below b = {callee.rest_s, callee.patience_s, callee.amplification};

    if (limit > 0)
        b.patience_s = limit * attempts;
    b.amplification *= attempts_of(&s->o);
    return b;
}

static struct below look_at_block(struct walk *w, struct hr_block block)
{
    struct below sum = {0, 0, 1};

    for (uint32_t i = block.first; i < block.first + block.n; i++) {
        const struct hr_step *s = &w->plan->steps[i];
        struct below one = {0, 0, 1};

        if (s->kind == HR_STEP_WORK || s->kind == HR_STEP_WAIT)
            one.rest_s = hr_law_mean(&s->law);
        if (s->kind == HR_STEP_CALL)
            one = look_at_call(w, &w->plan->sites[s->site]);
        for (uint32_t k = 0; k < s->branches.n; k++) {
            struct below branch = look_at_block(w, s->branches.at[k].block);
            if (s->kind == HR_STEP_REPEAT)
                branch.rest_s *= hr_law_mean(&s->law);
            /* Branches at once: the slowest; of a choice: the slowest, too. */
            one.rest_s = branch.rest_s > one.rest_s ? branch.rest_s : one.rest_s;
            if (branch.patience_s > one.patience_s)
                one.patience_s = branch.patience_s;
            if (branch.amplification > one.amplification)
                one.amplification = branch.amplification;
        }
        sum.rest_s += one.rest_s;
        if (one.patience_s > sum.patience_s)
            sum.patience_s = one.patience_s;
        if (one.amplification > sum.amplification)
            sum.amplification = one.amplification;
    }
    return sum;
}

static struct below look(struct walk *w, uint32_t op)
{
    const struct hr_operation *o = &w->plan->operations[op];
    const struct hr_component *c = &w->plan->components[o->component];
    struct hr_flow *f = w->flow;
    struct below b = {0, 0, 1};

    if (f->amplification[op] > 0)
        return (struct below){f->rest_s[op], f->patience_s[op], f->amplification[op]};
    if (w->open[op])
        return b;
    w->open[op] = true;
    if (o->forward != NULL)
        b = look(w, o->forward[0]);
    else if (o->row != HR_NONE)
        b = look_at_call(w, &w->plan->sites[w->plan->rows[o->row].site]);
    else if (o->conf != NULL)
        b = look_at_block(w, o->conf->steps);
    else if (c->model->at_rest != NULL)
        b.rest_s = c->model->at_rest(c->conf);
    w->open[op] = false;
    f->rest_s[op] = b.rest_s;
    f->patience_s[op] = b.patience_s;
    f->amplification[op] = b.amplification;
    return b;
}

struct hr_flow *hr_flow_make(const struct hr_plan *plan, struct hr_arena *a)
{
    struct hr_flow *f = hr_arena_alloc(a, 1, sizeof *f);
    const size_t ops = plan->n_operations, parts = plan->n_components;
    struct walk w = {.plan = plan,
                     .flow = f,
                     .open = hr_arena_alloc(a, ops, sizeof(bool)),
                     .order = hr_arena_alloc(a, ops, sizeof(uint32_t)),
                     .rank = hr_arena_alloc(a, ops, sizeof(uint32_t))};

    f->calls = hr_arena_alloc(a, plan->n_rows * ops, sizeof *f->calls);
    f->work_s = hr_arena_alloc(a, plan->n_rows * parts, sizeof *f->work_s);
    f->back = hr_arena_alloc(a, plan->n_rows, sizeof *f->back);
    f->back_to = hr_arena_alloc(a, plan->n_rows, sizeof *f->back_to);
    for (uint32_t i = 0; i < plan->n_rows; i++)
        f->back_to[i] = HR_NONE;
    f->rest_s = hr_arena_alloc(a, ops, sizeof *f->rest_s);
    f->patience_s = hr_arena_alloc(a, ops, sizeof *f->patience_s);
    f->amplification = hr_arena_alloc(a, ops, sizeof *f->amplification);
    find_consumers(&w, a);
    make_order(&w);
    for (uint32_t op = 0; op < ops; op++)
        look(&w, op);
    for (w.row = 0; w.row < plan->n_rows; w.row++)
        follow_row(&w);
    return f;
}

void hr_flow_weigh(struct hr_plan *plan)
{
    struct hr_arena *scratch = hr_arena_create();
    const struct hr_flow *f = hr_flow_make(plan, scratch);

    for (uint32_t r = 0; r < plan->n_rows; r++) {
        const double offered = hr_flow_offered(plan, r, 0);

        for (uint32_t op = 0; offered < 1e300 && op < plan->n_operations; op++)
            plan->operations[op].weight +=
                offered * f->calls[(size_t)r * plan->n_operations + op];
    }
    hr_arena_destroy(scratch);
}

double hr_flow_share(const struct hr_plan *plan, uint32_t row)
{
    const struct hr_row *r = &plan->rows[row];
    const struct hr_component *c = &plan->components[r->component];
    const struct hr_source_layout *l = c->model->source_layout;
    const struct hr_shares *mix =
        (const struct hr_shares *)((const char *)c->conf + l->mix);
    double before = 0;

    for (uint32_t i = 0; i < mix->n; before = mix->upto[i], i++)
        if (mix->at[i] == r->op)
            return mix->upto[i] - before;
    return 0;
}

double hr_flow_offered(const struct hr_plan *plan, uint32_t row, hr_time t)
{
    const struct hr_component *c = &plan->components[plan->rows[row].component];
    double share;

    if (!c->model->offered)
        return 0;
    share = hr_flow_share(plan, row);
    return share > 0 ? c->model->offered(plan, c->conf, t) * share : 0;
}
