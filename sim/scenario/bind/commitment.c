/* sim/scenario/bind/commitment.c - money promised for every hour; see price.h and
 * sim/system/price.h. */
#include "sim/scenario/bind/price.h"

#include "sim/scenario/catalog.h"

#include <math.h>
#include <string.h>

enum { COMMITMENTS = 256 };

struct commitment {
    struct hr_bind *b;
    struct hr_node *node;
    struct hr_commitment_conf conf;
    struct hr_commitment *to;
    bool good;
};

static void fail(struct commitment *x, const char *key, const char *what)
{
    const struct hr_node *n = key ? hr_tree_find(x->node, key) : NULL;

    x->good = false;
    hr_diag_add(x->b->ds, HR_E854, n ? hr_bind_at(n) : x->node->key_at, "`%s`: %s",
                x->node->key, what);
}

/* Money an hour. */
static int64_t hourly(struct commitment *x, const char *key, const char *text)
{
    const struct hr_per hour = {.time = true, .size = 1, .span = HR_HOUR};
    const char *why = "";
    struct hr_per per;
    int64_t pico = 0, units = 1, of = 1;

    if (!hr_value_price((struct hr_text){text, strlen(text)}, &pico, &per, &why))
        fail(x, key, hr_arena_printf(x->b->arena, "`%s` %s", key, why));
    else if (!per.size || !hr_per_convert(&per, &hour, &units, &of) || units != 1 ||
             of != 1)
        fail(x, key,
             hr_arena_printf(x->b->arena, "`%s` is money an hour, such as $0.06/h", key));
    return pico;
}

/* Is dimension `d` of a component paid by time alone, as instances are? */
static bool by_time(const struct hr_component *c, uint32_t d)
{
    const struct hr_per p = hr_price_natural(&c->model->usage[d]);

    return c->model->usage[d].level && !p.data;
}

/* The dimension of a component that the commitment covers; NULL: none. */
static const char *covered(const struct hr_component *c, const char *wanted)
{
    const struct hr_dimension *d = c->model ? c->model->usage : NULL;

    for (uint32_t i = 0; d && d[i].name; i++)
        if (by_time(c, i) && (!wanted || strcmp(wanted, d[i].name) == 0))
            return d[i].name;
    return NULL;
}

/* Components that it may cover: those of `covers`, of the product, or the one named. */
static bool named(const struct commitment *x, uint32_t i)
{
    const struct hr_component *c = &x->b->plan->components[i];

    if (x->conf.reserve)
        return strcmp(c->name, x->conf.reserve) == 0 ||
               (c->product && strcmp(c->product, x->conf.reserve) == 0);
    for (uint32_t k = 0; k < x->conf.covers.n; k++)
        if (x->conf.covers.at[k] == i)
            return true;
    return x->conf.covers.n == 0;
}

static void find_cover(struct commitment *x)
{
    const struct hr_plan *p = x->b->plan;
    uint32_t *cover = hr_arena_alloc(x->b->arena, p->n_components, sizeof *cover);
    bool any = false;

    for (uint32_t i = 0; i < p->n_components; i++) {
        const char *d;

        if (!p->components[i].model || !named(x, i))
            continue;
        any = true;
        if (!(d = covered(&p->components[i], x->conf.dimension)))
            continue;
        if (x->conf.reserve)
            x->to->dimension = d;
        cover[x->to->n_cover++] = i;
    }
    x->to->cover = cover;
    if (x->to->n_cover)
        return;
    fail(x, x->conf.reserve ? "reserve" : NULL,
         !any ? "no component has that name, or is of that product"
              : "what it covers has no usage that is paid by time");
}

static void read_reserve(struct commitment *x)
{
    struct hr_commitment *to = x->to;

    to->count = x->conf.count;
    if (!x->conf.price)
        fail(x, NULL, "`reserve` needs `price`, such as $0.06/h");
    else
        to->pico = hourly(x, "price", x->conf.price);
    if (hr_tree_find(x->node, "discount") || hr_tree_find(x->node, "covers"))
        fail(x, NULL, "`discount` and `covers` belong to `spend`");
    to->text = hr_arena_printf(x->b->arena, "%lld x %s/h", (long long)to->count,
                               hr_show_pico(x->b->arena, to->pico));
}

static void read_spend(struct commitment *x)
{
    struct hr_commitment *to = x->to;

    to->spend = true;
    to->pico = hourly(x, "spend", x->conf.spend);
    to->keep = 1000000 - llround(x->conf.discount * 1e6);
    if (!hr_tree_find(x->node, "discount"))
        fail(x, NULL, "`spend` needs `discount`, such as 30%");
    if (hr_tree_find(x->node, "price") || hr_tree_find(x->node, "dimension"))
        fail(x, NULL, "`price` and `dimension` belong to `reserve`");
    to->text = hr_arena_printf(x->b->arena, "%s/h at %.6g%% off",
                               hr_show_pico(x->b->arena, to->pico), x->conf.discount * 100);
}

static void bind_one(struct hr_bind *b, struct hr_node *n)
{
    struct commitment x = {.b = b, .node = n, .good = true};
    const struct hr_node *source =
        n->type == HR_NODE_MAP ? hr_tree_find(n, "source") : NULL;

    if (!hr_bind_name(b, n, "a commitment") ||
        !hr_bind_table(b, n, &hr_commitment_table, &x.conf))
        return;
    x.to = &b->plan->commitments[b->plan->n_commitments++];
    x.to->name = n->key;
    x.to->source = source && source->type == HR_NODE_SCALAR ? source->text : NULL;
    if (x.conf.reserve)
        read_reserve(&x);
    else
        read_spend(&x);
    if (x.good)
        find_cover(&x);
}

void hr_commitments_bind(struct hr_bind *b)
{
    const struct hr_node *all = hr_bind_section(b, "commitments");

    if (!all)
        return;
    if (all->n > COMMITMENTS) {
        hr_diag_add(b->ds, HR_E418, all->key_at, "there are %zu commitments; at most %d",
                    all->n, COMMITMENTS);
        return;
    }
    b->plan->commitments = hr_arena_alloc(b->arena, all->n, sizeof *b->plan->commitments);
    for (size_t i = 0; i < all->n; i++)
        bind_one(b, all->child[i]);
}
