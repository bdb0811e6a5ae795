/* sim/scenario/bind/price_read.c - one price, short or long; see price.h. */
#include "sim/scenario/bind/price.h"

#include "sim/scenario/bind/field_read.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/value/value_parts.h"

#include <string.h>

__extension__ typedef unsigned __int128 wide;

enum { TIERS = 64 };

struct reading {
    struct hr_bind *b;
    const struct hr_priced *what;
    struct hr_price *price;
    struct hr_per per; /* size 0: not known yet */
    const char *per_text;
    bool good;
};

struct hr_per hr_price_natural(const struct hr_dimension *d)
{
    return hr_unit_of_dimension(d->unit, d->level);
}

static struct hr_text text_of(const struct hr_node *n)
{
    return (struct hr_text){n->text, n->length};
}

static bool is_text(const struct hr_node *n)
{
    return n && n->type == HR_NODE_SCALAR && !n->null;
}

static void fail(struct reading *r, enum hr_code code, const struct hr_node *n,
                 const char *what)
{
    r->good = false;
    hr_diag_add(r->b->ds, code, hr_bind_at(n), "the price of `%s`: %s", r->what->dimension,
                what);
}

static void refuse(struct reading *r, const struct hr_node *n, const char *why)
{
    const struct hr_value_fault fault =
        hr_value_explain(r->b->arena, HR_FIELD_MONEY, text_of(n), why);
    struct hr_diag *d;

    r->good = false;
    d = hr_diag_add(r->b->ds, fault.code, hr_bind_at(n), "the price of `%s`: `%s` %s",
                    r->what->dimension, hr_bind_shown(r->b, n), why);
    if (fault.hint)
        hr_diag_hint(r->b->ds, d, "%s", fault.hint);
}

/* --- units ------------------------------------------------------------------------------------- */

static const char *family(const struct hr_per *p)
{
    return p->data   ? p->time ? "bytes over time, such as GB-mo" : "bytes, such as GB"
           : p->time ? "time, such as h or mo"
                     : "number, such as 1, 10k or 1M";
}

/* "1GiB" -> "GiB", "1h" -> "h": what quantities are shown in. */
static const char *unit_shown(const char *per)
{
    return per[0] == '1' && per[1] && strchr("0123456789.kMG", per[1]) == NULL ? per + 1
           : per[0] == '1' && per[1] == 'G' && per[2]                          ? per + 1
           : per[0] == '1' && per[1] == 'M' && per[2]                          ? per + 1
                                                                               : per;
}

static void set_per(struct reading *r, const struct hr_node *n, struct hr_per per,
                    const char *text)
{
    struct hr_diag *d;

    r->per = per;
    r->per_text = unit_shown(text);
    if (hr_per_convert(&per, &r->what->natural, &r->price->units, &r->price->of))
        return;
    r->good = false;
    d = hr_diag_add(r->b->ds, HR_E852, hr_bind_at(n), "`%s` is not billed by %s",
                    r->what->dimension, family(&per));
    hr_diag_hint(r->b->ds, d, "it is billed by %s", family(&r->what->natural));
}

/* `upto` of a tier, or what is free: an amount, in natural units of the dimension. */
static int64_t read_amount(struct reading *r, const struct hr_node *n)
{
    struct hr_per p, natural = r->what->natural;
    const char *why = "";
    int64_t units, of;
    wide x;

    if (!is_text(n)) {
        fail(r, HR_E203, n, "an amount is a single value, such as 100GB or 1M");
        return 0;
    }
    if (!hr_value_per(text_of(n), &p, &why)) {
        refuse(r, n, why);
        return 0;
    }
    if (r->per.time && !p.time) { /* 100GB of a price per GB-mo are 100 GB-mo */
        p.time = true;
        p.span = r->per.span;
    }
    if (!hr_per_convert(&p, &natural, &units, &of)) {
        fail(r, HR_E852, n, "this amount is of another kind than the price");
        return 0;
    }
    x = ((wide)(uint64_t)units + (uint64_t)of / 2) / (uint64_t)of;
    return (int64_t)x;
}

/* --- amounts of money ---------------------------------------------------------------------------- */

/* The amount; a unit after it must be that of the price, or becomes it. */
static int64_t read_money(struct reading *r, const struct hr_node *n)
{
    const char *why = "", *slash;
    struct hr_per per;
    int64_t pico = 0;

    if (!is_text(n)) {
        fail(r, HR_E203, n, "an amount of money is a single value, such as $0.05");
        return 0;
    }
    if (!hr_value_price(text_of(n), &pico, &per, &why)) {
        refuse(r, n, why);
        return 0;
    }
    slash = strchr(n->text, '/');
    if (per.size && !r->per.size)
        set_per(r, n, per, slash + 1);
    else if (per.size && (per.size != r->per.size || per.span != r->per.span ||
                          per.data != r->per.data || per.time != r->per.time))
        fail(r, HR_E852, n, "it has two units");
    return pico;
}

static void one_tier(struct reading *r, int64_t pico)
{
    struct hr_price_tier *t = hr_arena_alloc(r->b->arena, 1, sizeof *t);

    *t = (struct hr_price_tier){INT64_MAX, pico};
    r->price->tiers = t;
    r->price->n_tiers = 1;
}

static void read_tier(struct reading *r, const struct hr_node *n, bool last,
                      struct hr_price_tier *t, int64_t before)
{
    if (n->type != HR_NODE_LIST || n->n != 2) {
        fail(r, HR_E853, n, "a tier is [ up to, price ], such as [10TB, $0.085]");
        return;
    }
    t->pico = read_money(r, n->child[1]);
    t->upto = INT64_MAX;
    if (last != (n->child[0]->type == HR_NODE_SCALAR && n->child[0]->null))
        fail(r, HR_E853, n, "the last tier, and no other, is open above: [~, $0.05]");
    else if (!last)
        t->upto = read_amount(r, n->child[0]);
    if (r->good && t->upto <= before)
        fail(r, HR_E853, n, "the bounds of tiers are cumulative: each is above the last");
}

static void read_tiers(struct reading *r, const struct hr_node *n)
{
    struct hr_price_tier *t;

    if (n->type != HR_NODE_LIST || n->n == 0 || n->n > TIERS) {
        fail(r, HR_E853, n, "`tiers` is a list, [ [10TB, $0.085], [~, $0.08] ]");
        return;
    }
    t = hr_arena_alloc(r->b->arena, n->n, sizeof *t);
    for (size_t i = 0; i < n->n && r->good; i++)
        read_tier(r, n->child[i], i + 1 == n->n, &t[i], i ? t[i - 1].upto : 0);
    r->price->tiers = t;
    r->price->n_tiers = (uint32_t)n->n;
}

/* --- the largest of several ------------------------------------------------------------------------- */

/* "25/s", "3000", "1GiB/h": what makes one unit for an hour, in natural units. */
static int64_t read_size(struct reading *r, const struct hr_node *n, struct hr_per natural)
{
    const char *why = "";
    const size_t slash = hr_text_find(text_of(n), "/");
    const struct hr_text amount = {n->text, slash};
    const struct hr_unit *per =
        slash < n->length
            ? hr_unit_find(hr_time_units, hr_text_after(text_of(n), slash + 1))
            : NULL;
    struct hr_per p = {0};
    wide x;

    if (!hr_value_per(amount, &p, &why)) {
        refuse(r, n, why);
        return 1;
    }
    if ((per != NULL) == natural.time || p.data != natural.data || p.time) {
        fail(r, HR_E852, n,
             natural.time ? "the size of a level is a level, such as 3000"
                          : "the size of a count is a rate, such as 25/s or 1GiB/h");
        return 1;
    }
    x = (wide)(uint64_t)p.size * (uint64_t)HR_HOUR / (uint64_t)natural.size /
        (per ? (uint64_t)per->size : (uint64_t)natural.span);
    return x < 1 ? 1 : x > INT64_MAX ? INT64_MAX : (int64_t)x;
}

static void read_largest(struct reading *r, const struct hr_node *n)
{
    const struct hr_model *m = r->what->model;
    struct hr_price_size *sizes;

    if (n->type != HR_NODE_MAP || n->n == 0 || n->n > TIERS || !m || !m->usage) {
        fail(r, HR_E853, n, "`largest_of` is a map of dimensions to their sizes");
        return;
    }
    sizes = hr_arena_alloc(r->b->arena, n->n, sizeof *sizes);
    for (size_t i = 0; i < n->n; i++) {
        const struct hr_node *s = n->child[i];
        uint32_t d = 0;

        while (m->usage[d].name && strcmp(m->usage[d].name, s->key) != 0)
            d++;
        if (!m->usage[d].name)
            hr_diag_add(r->b->ds, HR_E851, s->key_at, "`%s` has no dimension `%s`", m->kind,
                        s->key);
        else if (!is_text(s))
            fail(r, HR_E203, s, "a size is a single value, such as 25/s");
        else
            sizes[r->price->n_largest++] =
                (struct hr_price_size){d, read_size(r, s, hr_price_natural(&m->usage[d]))};
    }
    r->price->largest = sizes;
}

/* --- the whole ---------------------------------------------------------------------------------------- */

static void read_long(struct reading *r, struct hr_node *n)
{
    static const char *const keys[] = {"value",     "per",        "tiers",  "free",
                                       "allowance", "largest_of", "source", NULL};
    const struct hr_node *value = hr_tree_find(n, "value"), *per = hr_tree_find(n, "per"),
                         *tiers = hr_tree_find(n, "tiers"),
                         *nothing = hr_tree_find(n, "free"),
                         *allowance = hr_tree_find(n, "allowance"),
                         *largest = hr_tree_find(n, "largest_of");
    const char *why = "";
    struct hr_per p;

    for (size_t i = 0; i < n->n; i++)
        if (!hr_schema_in(keys, n->child[i]->key))
            hr_bind_unknown(
                r->b, HR_E201, n->child[i]->key_at, n->child[i]->key, keys,
                "unknown key `%s` in a price",
                hr_shown(r->b->arena, n->child[i]->key, strlen(n->child[i]->key)));
    if (per && is_text(per) && hr_value_per(text_of(per), &p, &why))
        set_per(r, per, p, per->text);
    else if (per)
        refuse(r, per, is_text(per) ? why : "is not a unit");
    if (largest)
        read_largest(r, largest);
    if ((value != NULL) == (tiers != NULL))
        fail(r, HR_E853, n, "it has either a `value` or `tiers`");
    else if (value)
        one_tier(r, read_money(r, value));
    else
        read_tiers(r, tiers);
    if (nothing && r->good)
        r->price->free = read_amount(r, nothing);
    if (allowance && is_text(allowance))
        r->price->allowance = allowance->text;
}

static const char *price_text(const struct reading *r, const struct hr_node *n)
{
    const struct hr_price *p = r->price;
    const struct hr_node *tiers = n->type == HR_NODE_MAP ? hr_tree_find(n, "tiers") : NULL;
    const struct hr_node *nothing = n->type == HR_NODE_MAP ? hr_tree_find(n, "free") : NULL;
    const char *text = "";

    for (uint32_t i = 0; i < p->n_tiers; i++) {
        const char *one =
            hr_text_join(r->b->arena, hr_show_pico(r->b->arena, p->tiers[i].pico),
                         r->per_text ? "/" : "", r->per_text ? r->per_text : "");
        const bool last = i + 1 == p->n_tiers;

        if (p->n_tiers == 1)
            text = one;
        else
            text = hr_text_join(r->b->arena, text,
                                i == 0 ? ""
                                : last ? ", then "
                                       : ", ",
                                one, last ? "" : " to ",
                                last || !tiers ? "" : tiers->child[i]->child[0]->text);
    }
    if (nothing)
        text = hr_text_join(r->b->arena, text, ", ", nothing->text, " free");
    return text;
}

/* Components of one product that are priced alike have one price. */
static const struct hr_price *shared(struct hr_bind *b, const struct hr_priced *what,
                                     const struct hr_price *p)
{
    const char *key = hr_text_join(b->arena, what->pool ? what->pool : "", " ",
                                   what->dimension, " ", p->text);
    const uint32_t at = what->pool ? hr_names_find(&b->prices, key) : HR_NONE;

    if (at != HR_NONE)
        return b->price[at];
    if (what->pool) {
        b->price =
            hr_bind_grow(b->arena, b->price, b->prices.n, &b->price_room, sizeof *b->price);
        b->price[b->prices.n] = p;
        hr_names_add(&b->prices, b->arena, key, b->prices.n);
    }
    return p;
}

static void set_source(struct reading *r, const struct hr_node *n)
{
    struct hr_bind *b = r->b;
    struct hr_price *p = r->price;
    const bool catalog = n->origin == HR_ORIGIN_CATALOG;

    p->source = catalog ? n->note : b->source;
    p->trusted = catalog ? hr_catalog_note_trusted(n->note) : !hr_field_guessed(b->source);
    if (catalog && r->what->elsewhere) {
        p->trusted = false;
        p->source = hr_arena_printf(b->arena, "price of another region; %s", n->note);
        b->trust.guessed++;
        return;
    }
    hr_field_claim(b, n, false);
}

const struct hr_price *hr_price_read(struct hr_bind *b, struct hr_node *n,
                                     const struct hr_priced *what)
{
    const char *outer = b->source;
    struct reading r = {.b = b, .what = what, .good = true};

    r.price = hr_arena_alloc(b->arena, 1, sizeof *r.price);
    r.price->dimension = what->dimension;
    r.price->shared = what->pool != NULL;
    if (n->type == HR_NODE_MAP) {
        const struct hr_node *source = hr_tree_find(n, "source");

        if (is_text(source))
            b->source = source->text;
        read_long(&r, n);
    } else
        one_tier(&r, read_money(&r, n));
    if (r.good && !r.per.size) { /* only what costs nothing needs no unit */
        if (r.price->n_tiers > 1 || r.price->tiers[0].pico)
            fail(&r, HR_E204, n,
                 "it has no unit; write one like $0.05/h, $0.40/1M, $0.09/GB");
        r.price->units = r.price->of = 1;
    }
    if (r.good) {
        r.price->text = price_text(&r, n);
        r.price->unit = r.per_text ? r.per_text : "";
        set_source(&r, n);
    }
    b->source = outer;
    return r.good ? shared(b, what, r.price) : NULL;
}
