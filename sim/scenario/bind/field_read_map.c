/* sim/scenario/bind/field_read_map.c - shares of a whole, and values by operation; see
 * field_read.h. */
#include "sim/scenario/bind/field_read.h"
#include "sim/scenario/bind/place.h"
#include "sim/scenario/value/value.h"

#include <math.h>
#include <string.h>

enum { ENTRIES = 1024 };

static bool is_map(struct hr_bind *b, const struct hr_field *f, const struct hr_node *n)
{
    if (n->type != HR_NODE_MAP) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "`%s` is a map from names to values",
                    f->name);
        return false;
    }
    if (n->n == 0 || n->n > ENTRIES) {
        hr_diag_add(b->ds, n->n ? HR_E418 : HR_E216, hr_bind_at(n), "`%s` has %s", f->name,
                    n->n ? "more than 1024 entries" : "no entry");
        return false;
    }
    return true;
}

/* Where `mix` or `from` is one name, it has the whole. */
static void widen(struct hr_bind *b, struct hr_node *n)
{
    struct hr_node *all = hr_arena_alloc(b->arena, 1, sizeof *all);
    const char *name = n->text;

    *all = *n;
    all->text = "100%";
    all->length = 4;
    all->key_at = n->at;
    *n = (struct hr_node){.type = HR_NODE_MAP,
                          .origin = n->origin,
                          .at = n->at,
                          .key_at = n->key_at,
                          .key = n->key,
                          .note = n->note};
    hr_bind_add(b, n, name, all);
}

static bool sum_is_one(struct hr_bind *b, const struct hr_field *f, const struct hr_node *n,
                       double sum)
{
    if (fabs(sum - 1) <= 1e-9)
        return true;
    hr_diag_add(b->ds, HR_E217, hr_bind_at(n),
                "the shares of `%s` add up to %.12g%%, not 100%%", f->name, sum * 100);
    return false;
}

static bool read_shares(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                        void *at)
{
    const struct hr_field share = {.name = f->name, .type = HR_FIELD_SHARE, .max = 1};
    const bool places = f->type == HR_FIELD_PLACE_SHARES;
    struct hr_shares s = {0};
    uint32_t *index;
    const char **name;
    double *upto, sum = 0;
    bool good = true;

    if (n->type == HR_NODE_SCALAR && !n->null)
        widen(b, n);
    if (!is_map(b, f, n))
        return false;
    index = hr_arena_alloc(b->arena, n->n, sizeof *index);
    name = hr_arena_alloc(b->arena, n->n, sizeof *name);
    upto = hr_arena_alloc(b->arena, n->n, sizeof *upto);
    b->certain = "the shares of a whole add up to 100%";
    b->depth++; /* one mix is one claim, not one a share */
    for (size_t i = 0; i < n->n; i++) {
        double x = 0;

        good = hr_field_read_scalar(b, &share, n->child[i], &x) && good;
        name[i] = n->child[i]->key;
        index[i] = places ? hr_place_client(b, n->child[i]) : HR_NONE;
        good = good && (!places || index[i]);
        upto[i] = sum += x;
    }
    b->depth--;
    b->certain = NULL;
    if (!good || !sum_is_one(b, f, n, sum))
        return false;
    upto[n->n - 1] = 1;
    s = (struct hr_shares){(uint32_t)n->n, index, name, upto};
    *(struct hr_shares *)at = s;
    hr_field_claim(b, n, false);
    return true;
}

bool hr_field_read_shares(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                          void *at)
{
    const char *outer = b->source;
    const struct hr_node *value = n->type == HR_NODE_MAP ? hr_tree_find(n, "value") : NULL;
    bool good;

    /* An operation may be called `value`; the long form has a map there. */
    if (value && value->type == HR_NODE_MAP)
        n = hr_field_value(b, n);
    good = read_shares(b, f, n, at);
    b->source = outer;
    return good;
}

static bool says_none(const struct hr_node *n)
{
    return n->type == HR_NODE_SCALAR && !n->null && strcmp(n->text, "none") == 0;
}

bool hr_field_read_named(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                         void *at)
{
    const bool money = f->type == HR_FIELD_OP_MONEY;
    const struct hr_field one = {.name = f->name,
                                 .type = money ? HR_FIELD_MONEY : HR_FIELD_DURATION,
                                 .min = f->min,
                                 .max = f->max};
    const char **name;
    int64_t *value;
    bool good = true;

    if (n->type == HR_NODE_SCALAR && !n->null) { /* one value for every operation */
        struct hr_node *all = hr_arena_alloc(b->arena, 1, sizeof *all);

        *all = *n;
        *n = (struct hr_node){.type = HR_NODE_MAP,
                              .origin = n->origin,
                              .at = n->at,
                              .key_at = n->key_at,
                              .key = n->key,
                              .note = n->note};
        hr_bind_add(b, n, "*", all);
    }
    if (!is_map(b, f, n))
        return false;
    name = hr_arena_alloc(b->arena, n->n, sizeof *name);
    value = hr_arena_alloc(b->arena, n->n, sizeof *value);
    for (size_t i = 0; i < n->n; i++) {
        name[i] = n->child[i]->key;
        if (f->none && says_none(n->child[i]))
            value[i] = -1;
        else
            good = hr_field_read_scalar(b, &one, n->child[i], &value[i]) && good;
    }
    *(struct hr_named *)at = (struct hr_named){(uint32_t)n->n, name, value};
    return good;
}
