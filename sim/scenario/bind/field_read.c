/* sim/scenario/bind/field_read.c - scalars, and which reader a type has; see field_read.h. */
#include "sim/scenario/bind/field_read.h"

#include "sim/scenario/bind/operation.h"
#include "sim/scenario/bind/price.h"
#include "sim/scenario/bind/uncertain.h"
#include "sim/scenario/catalog.h"
#include "sim/scenario/value/value_parts.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* --- where values come from ------------------------------------------------------------------ */

bool hr_field_guessed(const char *source)
{
    return !source || strncasecmp(source, "assum", 5) == 0 ||
           strncasecmp(source, "guess", 5) == 0;
}

void hr_field_claim(struct hr_bind *b, const struct hr_node *n, bool constant)
{
    if (n->origin == HR_ORIGIN_MODEL)
        return; /* counted as a default */
    if (n->origin == HR_ORIGIN_CATALOG && hr_catalog_note_trusted(n->note)) {
        b->trust.catalog++;
        return;
    }
    if (!constant && n->origin != HR_ORIGIN_CATALOG && !hr_field_guessed(b->source)) {
        b->trust.measured++;
        return;
    }
    b->trust.guessed++;
}

/* Demands and latencies of a component that are guesses: what `check` asks to measure. */
static void claim_demand(struct hr_bind *b, const struct hr_node *n,
                         unsigned guessed_before, bool constant)
{
    struct hr_claims *c;

    if (b->trust.guessed == guessed_before || b->self == HR_NONE || !b->claims ||
        n->origin == HR_ORIGIN_CATALOG || /* the provider's, nothing to measure here */
        b->plan->components[b->self].model->ops == HR_OPS_SOURCE)
        return;
    c = &b->claims[b->self];
    if (!c->guessed++)
        c->at = hr_bind_at(n);
    c->constant += constant;
}

struct hr_node *hr_field_value(struct hr_bind *b, struct hr_node *n)
{
    struct hr_node *value, *source;

    if (n->type != HR_NODE_MAP || !(value = hr_tree_find(n, "value")))
        return n;
    source = hr_tree_find(n, "source");
    for (size_t i = 0; i < n->n; i++)
        if (n->child[i] != value && n->child[i] != source)
            hr_diag_add(b->ds, HR_E201, n->child[i]->key_at,
                        "unknown key `%s` beside `value`",
                        hr_shown(b->arena, n->child[i]->key, strlen(n->child[i]->key)));
    if (source && source->type == HR_NODE_SCALAR && !source->null)
        b->source = source->text;
    return value;
}

/* --- scalars: text to C, and the magnitude that bounds speak of -------------------------- */

struct reading {
    const char *folder;
    struct hr_arena *arena;
    const char *why;
    double size; /* in the unit of the field's bounds; NaN-free */
};
typedef bool (*read_fn)(struct hr_text t, void *at, struct reading *r);

#define READER(name, type, scale)                                                          \
    static bool read_##name(struct hr_text t, void *at, struct reading *r)                 \
    {                                                                                      \
        type x;                                                                            \
                                                                                           \
        if (!hr_value_##name(t, &x, &r->why))                                              \
            return false;                                                                  \
        r->size = (double)x / (scale);                                                     \
        *(type *)at = x;                                                                   \
        return true;                                                                       \
    }
READER(number, double, 1.0)
READER(share, double, 1.0)
READER(factor, double, 1.0)
READER(duration, hr_time, 1e9)
READER(clock, hr_time, 1e9)
READER(date, int64_t, 1.0)
READER(rate, double, 1.0)
READER(bytes, int64_t, 1.0)
READER(bandwidth, double, 1.0)
READER(money, int64_t, 1e6)
#undef READER

/* A count, or the word `unlimited`, which is -1 where a field's bounds allow it. */
static bool read_count(struct hr_text t, void *at, struct reading *r)
{
    static const char word[] = "unlimited";
    int64_t x = -1;

    if (t.n != sizeof word - 1 || memcmp(t.s, word, t.n) != 0)
        if (!hr_value_count(t, &x, &r->why))
            return false;
    r->size = (double)x;
    *(int64_t *)at = x;
    return true;
}

static bool read_duration_range(struct hr_text t, void *at, struct reading *r)
{
    struct hr_time_range x;

    if (!hr_value_duration_range(t, &x, &r->why))
        return false;
    r->size = (double)x.hi / 1e9;
    *(struct hr_time_range *)at = x;
    return true;
}

/* A share or a rate, whichever is written: only rates have a stroke. */
static bool read_level(struct hr_text t, void *at, struct reading *r)
{
    struct hr_level *x = at;

    x->rate = memchr(t.s, '/', t.n) != NULL;
    return (x->rate ? read_rate : read_share)(t, &x->value, r);
}

static bool read_law(struct hr_text t, enum hr_law_unit unit, void *at, struct reading *r)
{
    struct hr_law x;

    if (!hr_value_law(t, unit, r->folder, r->arena, &x, &r->why))
        return false;
    r->size = hr_law_mean(&x);
    *(struct hr_law *)at = x;
    return true;
}

static bool read_law_time(struct hr_text t, void *at, struct reading *r)
{
    return read_law(t, HR_LAW_OF_TIME, at, r);
}

static bool read_law_bytes(struct hr_text t, void *at, struct reading *r)
{
    return read_law(t, HR_LAW_OF_BYTES, at, r);
}

static bool read_law_count(struct hr_text t, void *at, struct reading *r)
{
    return read_law(t, HR_LAW_OF_COUNT, at, r);
}

static bool read_popularity(struct hr_text t, void *at, struct reading *r)
{
    return hr_value_popularity(t, at, &r->why);
}

static const read_fn readers[] = {
    [HR_FIELD_COUNT] = read_count,
    [HR_FIELD_NUMBER] = read_number,
    [HR_FIELD_SHARE] = read_share,
    [HR_FIELD_FACTOR] = read_factor,
    [HR_FIELD_DURATION] = read_duration,
    [HR_FIELD_DURATION_RANGE] = read_duration_range,
    [HR_FIELD_CLOCK] = read_clock,
    [HR_FIELD_DATE] = read_date,
    [HR_FIELD_RATE] = read_rate,
    [HR_FIELD_BYTES] = read_bytes,
    [HR_FIELD_LEVEL] = read_level,
    [HR_FIELD_BANDWIDTH] = read_bandwidth,
    [HR_FIELD_MONEY] = read_money,
    [HR_FIELD_LAW_TIME] = read_law_time,
    [HR_FIELD_LAW_BYTES] = read_law_bytes,
    [HR_FIELD_LAW_COUNT] = read_law_count,
    [HR_FIELD_POPULARITY] = read_popularity,
};

/* --- bounds ------------------------------------------------------------------------------------ */

static bool in_bounds(struct hr_bind *b, const struct hr_field *f, const struct hr_node *n,
                      double x)
{
    const char *shown;

    /* Where max is not above min there is no upper bound. */
    const bool low = x < f->min;
    const bool high = f->max > f->min && x > f->max;
    if (f->type == HR_FIELD_DATE || f->type == HR_FIELD_POPULARITY || (!low && !high))
        return true;
    shown = hr_bind_shown(b, n);
    hr_diag_add(b->ds, HR_E207, hr_bind_at(n), "`%s` is %s; it must be %s %s", f->name,
                shown, low ? "at least" : "at most",
                hr_field_text(f->type, low ? f->min : f->max, b->arena));
    return false;
}

/* --- the scalar fields -------------------------------------------------------------------------- */

static bool is_claim(const struct hr_bind *b, const struct hr_field *f)
{
    switch (f->type) {
    case HR_FIELD_LAW_TIME:
    case HR_FIELD_LAW_BYTES:
    case HR_FIELD_LAW_COUNT:
    case HR_FIELD_RATE:
    case HR_FIELD_POPULARITY:
    case HR_FIELD_MIX:
    case HR_FIELD_PLACE_SHARES:
        return true;
    case HR_FIELD_SHARE: /* of failures; shares in `retry` and the like are settings */
        return b->self != HR_NONE && b->depth == 0;
    default:
        return false;
    }
}

static void claim_scalar(struct hr_bind *b, const struct hr_field *f,
                         const struct hr_node *n, const void *at)
{
    const bool law = f->type == HR_FIELD_LAW_TIME || f->type == HR_FIELD_LAW_BYTES ||
                     f->type == HR_FIELD_LAW_COUNT;
    const bool constant = law && ((const struct hr_law *)at)->kind == HR_LAW_CONSTANT;
    const bool is_word =
        b->self == HR_NONE && (f->type == HR_FIELD_TEXT || f->type == HR_FIELD_CHOICE);
    const unsigned before = b->trust.guessed;

    if (n->range) {
        b->trust.ranges++;
        b->trust.guessed++;
        if (f->type == HR_FIELD_LAW_TIME)
            claim_demand(b, n, before, false);
        return;
    }
    /* Whatever a product fills in claims something about the product; the words of a fault (its
     * target) claim nothing. */
    if (is_claim(b, f) || (n->origin == HR_ORIGIN_CATALOG && !is_word))
        hr_field_claim(b, n, constant);
    if (f->type == HR_FIELD_LAW_TIME)
        claim_demand(b, n, before, constant);
}

/* Only fields whose bounds go below 0 (`queue: -1`) take a sign; the readers refuse it. */
static bool read_signed(const struct hr_field *f, struct hr_text t, void *at,
                        struct reading *r)
{
    const bool minus = f->min < 0 && t.n > 1 && t.s[0] == '-' && t.s[1] != '-';
    const struct hr_text magnitude = {t.s + minus, t.n - minus};

    if (!readers[f->type](magnitude, at, r))
        return false;
    if (!minus)
        return true;
    r->size = -r->size;
    if (f->type == HR_FIELD_COUNT)
        *(int64_t *)at = -*(int64_t *)at;
    else if (f->type == HR_FIELD_NUMBER)
        *(double *)at = -*(double *)at;
    return true;
}

/* Where a part of a node's text stands; the whole of it where it is in quotes. */
static struct hr_loc part_of(const struct hr_node *n, struct hr_text t)
{
    struct hr_loc at = n->at;

    if (t.n == n->length || t.n == 0 || n->quoted)
        return at;
    at.column += (uint32_t)(t.s - n->text);
    at.length = (uint32_t)t.n;
    return at;
}

/* The type that a fault of the text speaks of. */
static enum hr_field_type spoken_type(const struct hr_field *f, struct hr_text t)
{
    if (f->type != HR_FIELD_LEVEL)
        return f->type;
    return memchr(t.s, '/', t.n) ? HR_FIELD_RATE : HR_FIELD_SHARE;
}

/* The part `t` of a node's text cannot be read. */
static void refuse(struct hr_bind *b, const struct hr_field *f, const struct hr_node *n,
                   struct hr_text t, const char *why)
{
    const struct hr_value_fault fault =
        hr_value_explain(b->arena, spoken_type(f, t), t, why);
    struct hr_diag *d = hr_diag_add(b->ds, fault.code, part_of(n, t), "`%s`: `%s` %s",
                                    f->name, hr_shown(b->arena, t.s, t.n), why);

    if (fault.hint)
        hr_diag_hint(b->ds, d, "%s", fault.hint);
}

/* Why this range cannot be an uncertain input; false: it can. */
static bool refuse_range(struct hr_bind *b, const struct hr_field *f,
                         const struct hr_node *n, double from, double to)
{
    struct hr_diag *d;

    if (b->certain) {
        d = hr_diag_add(b->ds, HR_E905, n->at, "`%s` cannot be uncertain: %s", f->name,
                        b->certain);
        hr_diag_hint(b->ds, d, "write one value");
    } else if (!(from < to)) {
        hr_diag_add(b->ds, HR_E219, n->at, "`%s`: `%s` %s", f->name, hr_bind_shown(b, n),
                    hr_whys[HR_WHY_BACKWARDS].text);
    } else {
        return false;
    }
    return true;
}

/* `6ms..20ms`: both ends must be good, and the value lies somewhere between. */
static bool read_range(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                       void *at)
{
    const struct hr_text t = {n->text, n->length};
    const size_t dots = hr_text_find(t, "..");
    const struct hr_text ends[2] = {{t.s, dots}, hr_text_after(t, dots + 2)};
    struct reading r = {b->folder, b->arena, "cannot be read", 0};
    double x[2];

    for (size_t i = 0; i < 2; i++) {
        if (!read_signed(f, ends[i], at, &r)) {
            refuse(b, f, n, ends[i], r.why);
            return false;
        }
        if (!in_bounds(b, f, n, r.size))
            return false;
        x[i] = r.size;
    }
    return !refuse_range(b, f, n, x[0], x[1]) &&
           read_signed(f, hr_uncertain_text(b, spoken_type(f, ends[0]), n, x[0], x[1]), at,
                       &r);
}

static bool read_value(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                       void *at)
{
    struct reading r = {b->folder, b->arena, "cannot be read", 0};
    const struct hr_text t = {n->text, n->length};
    struct hr_diag *d;

    if (f->type == HR_FIELD_CLOCK && !n->quoted) {
        d = hr_diag_add(b->ds, HR_E212, n->at, "`%s` is a time of day", f->name);
        hr_diag_hint(b->ds, d, "write it in quotes: \"%s\"", hr_bind_shown(b, n));
        return false;
    }
    if (hr_uncertain_is(f->type, t))
        return read_range(b, f, n, at);
    if (read_signed(f, t, at, &r))
        return in_bounds(b, f, n, r.size);
    refuse(b, f, n, t, r.why);
    return false;
}

static bool read_choice(struct hr_bind *b, const struct hr_field *f,
                        const struct hr_node *n, int *at)
{
    const char *near;
    struct hr_diag *d;

    for (int i = 0; f->choices[i]; i++)
        if (strcmp(f->choices[i], n->text) == 0) {
            *at = i;
            return true;
        }
    d = hr_diag_add(b->ds, HR_E208, n->at, "`%s` cannot be `%s`", f->name,
                    hr_bind_shown(b, n));
    near = hr_nearest(n->text, f->choices);
    hr_diag_hint(b->ds, d, "%s%s%sone of: %s", near ? "did you mean `" : "",
                 near ? near : "", near ? "`?  " : "", hr_bind_listed(b, f->choices));
    return false;
}

static bool read_flag(struct hr_bind *b, const struct hr_field *f, const struct hr_node *n,
                      bool *at)
{
    if (!n->quoted && (strcmp(n->text, "true") == 0 || strcmp(n->text, "false") == 0)) {
        *at = *n->text == 't';
        return true;
    }
    hr_diag_add(b->ds, HR_E214, n->at, "`%s` is true or false, not `%s`", f->name,
                hr_bind_shown(b, n));
    return false;
}

bool hr_field_read_scalar(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                          void *at)
{
    const char *outer = b->source;
    bool good = false;

    n = hr_field_value(b, n);
    if (n->type != HR_NODE_SCALAR)
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "`%s` is a single value, not %s",
                    f->name, hr_bind_shown(b, n));
    else if (n->null)
        hr_diag_add(b->ds, HR_E218, hr_bind_at(n), "`%s` has no value", f->name);
    else if (f->type == HR_FIELD_TEXT) {
        *(const char **)at = n->text;
        good = true;
    } else if (f->type == HR_FIELD_CHOICE)
        good = read_choice(b, f, n, at);
    else if (f->type == HR_FIELD_FLAG)
        good = read_flag(b, f, n, at);
    else
        good = read_value(b, f, n, at);
    if (good)
        claim_scalar(b, f, n, at);
    b->source = outer;
    return good;
}

/* --- groups, lists and maps of tables ----------------------------------------------------------- */

static bool read_group(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                       void **at)
{
    const bool outer = b->in_when;
    void *conf = hr_arena_alloc(b->arena, 1, f->table->size);
    bool good;

    b->in_when = f->table == &hr_when_table;
    good = hr_bind_table(b, n, f->table, conf);
    b->in_when = outer;
    *at = conf;
    return good;
}

enum { ITEMS = 65535 }; /* entries of one list or map */

static bool read_items(struct hr_bind *b, const struct hr_field *f, struct hr_node *n,
                       struct hr_items *at)
{
    const bool map = f->type == HR_FIELD_MAP;
    bool good = true;

    if (n->type != (map ? HR_NODE_MAP : HR_NODE_LIST)) {
        hr_diag_add(b->ds, HR_E203, hr_bind_at(n), "`%s` is %s", f->name,
                    map ? "a map of names" : "a list, [ ... ]");
        return false;
    }
    if (n->n > ITEMS) {
        hr_diag_add(b->ds, HR_E418, hr_bind_at(n), "`%s` has %zu entries; at most %d",
                    f->name, n->n, ITEMS);
        return false;
    }
    at->n = (uint32_t)n->n;
    at->at = hr_arena_alloc(b->arena, n->n, f->table->size);
    for (size_t i = 0; i < n->n; i++) {
        char *item = (char *)at->at + i * f->table->size;

        if (map) {
            good = hr_bind_name(b, n->child[i], f->table->name) && good;
            memcpy(item, &n->child[i]->key, sizeof n->child[i]->key);
        }
        good = hr_bind_table(b, n->child[i], f->table, item) && good;
    }
    return good;
}

/* --- dispatch ------------------------------------------------------------------------------------ */

bool hr_field_read(struct hr_bind *b, const struct hr_field *f, struct hr_node *n, void *at)
{
    switch (f->type) {
    case HR_FIELD_COMPONENT:
    case HR_FIELD_COMPONENTS:
    case HR_FIELD_OPERATION:
    case HR_FIELD_PLACE:
    case HR_FIELD_PLACES:
    case HR_FIELD_KEY:
    case HR_FIELD_RESOURCE:
        return hr_field_read_name(b, f, n, at);
    case HR_FIELD_PLACE_SHARES:
    case HR_FIELD_MIX:
        return hr_field_read_shares(b, f, n, at);
    case HR_FIELD_OP_DURATIONS:
    case HR_FIELD_OP_MONEY:
        return hr_field_read_named(b, f, n, at);
    case HR_FIELD_STEPS:
        if (b->own_settings) /* an operation of its own: hr_operations_declare */
            return true;
        return hr_steps_read(b, n, at);
    case HR_FIELD_BRANCHES:
    case HR_FIELD_CHOICES:
        return hr_steps_read_branches(b, n, f->type == HR_FIELD_CHOICES, at);
    case HR_FIELD_PRICES:
        return hr_prices_read(b, n, at);
    case HR_FIELD_GROUP:
        return read_group(b, f, n, at);
    case HR_FIELD_LIST:
    case HR_FIELD_MAP:
        return read_items(b, f, n, at);
    default:
        return hr_field_read_scalar(b, f, n, at);
    }
}
