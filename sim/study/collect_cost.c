/* sim/study/collect_cost.c - what a design costs: the invoice of each replication, what it says
 * of objectives, and the group `cost` of the results.
 *
 * The usage of every run is kept by hour, because commitments and the largest of several
 * dimensions are settled hour by hour.  Where there is no ordinary twin the design's own run is
 * it.  A figure is the mean over replications of the invoices' totals; a line that is stored is
 * the mean of that line, so that lines add up to the total. */
#include "sim/study/collected.h"

#include "sim/engine/check.h"
#include "sim/measure/estimate.h"
#include "sim/study/interval.h"
#include "sim/study/invoice.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct run_usage {
    const int64_t **usage, **transfer; /* by component; NULL: no run yet */
    int64_t *valid, *bad;              /* by row and bucket of the series */
};

struct hr_cost_sum {
    struct hr_arena *arena;
    uint32_t n_hours;
    struct run_usage *actual, *ordinary; /* by replication merged */
    struct hr_invoice **invoices;        /* by replication; made when asked for */
    uint64_t unsized;                    /* calls whose bytes are not given, of all runs */
};

/* --- keeping usage ---------------------------------------------------------------------------- */

void hr_collect_cost_init(struct hr_collector *c, struct hr_design_sum *d)
{
    d->cost = hr_arena_alloc(c->arena, 1, sizeof *d->cost);
    d->cost->arena = c->arena;
    d->cost->actual = hr_arena_alloc(c->arena, c->replications, sizeof *d->cost->actual);
    d->cost->ordinary =
        hr_arena_alloc(c->arena, c->replications, sizeof *d->cost->ordinary);
    d->cost->invoices =
        hr_arena_alloc(c->arena, c->replications, sizeof(struct hr_invoice *));
}

static uint32_t n_dimensions(const struct hr_model *m)
{
    uint32_t n = 0;

    while (m && m->usage && m->usage[n].name)
        n++;
    return n;
}

static const int64_t *copied(struct hr_arena *a, const int64_t *hours, size_t n)
{
    int64_t *copy = NULL;

    if (!hours || n == 0)
        return NULL;
    copy = hr_arena_alloc(a, n, sizeof *copy);
    memcpy(copy, hours, n * sizeof *copy);
    return copy;
}

static void keep(struct hr_collector *c, const struct hr_design_sum *d, struct run_usage *u,
                 const struct hr_record *r)
{
    u->usage = hr_arena_alloc(c->arena, r->n_parts + 1, sizeof *u->usage);
    u->transfer = hr_arena_alloc(c->arena, r->n_parts + 1, sizeof *u->transfer);
    const size_t cells = (size_t)r->n_rows * r->n_buckets;

    u->valid = hr_arena_alloc(c->arena, cells, sizeof *u->valid);
    u->bad = hr_arena_alloc(c->arena, cells, sizeof *u->bad);
    for (uint32_t i = 0; i < r->n_parts; i++) {
        const size_t n = n_dimensions(d->plan->components[i].model);

        u->usage[i] = copied(c->arena, r->parts[i].usage_hours, n * r->n_hours);
        u->transfer[i] =
            copied(c->arena, r->parts[i].transfer, HR_N_TRANSFERS * (size_t)r->n_hours);
    }
    for (uint32_t i = 0; i < r->n_rows; i++)
        for (uint32_t b = 0; b < r->n_buckets; b++) {
            u->valid[(size_t)i * r->n_buckets + b] = (int64_t)r->rows[i].arrivals[b];
            u->bad[(size_t)i * r->n_buckets + b] = (int64_t)r->rows[i].bads[b];
        }
}

/* Is a component in a place whose provider bills bytes? */
static bool bills_bytes(const struct hr_plan *p, uint32_t part)
{
    return p->places && p->places[p->components[part].place].provider;
}

void hr_collect_cost_add(struct hr_collector *c, struct hr_design_sum *d,
                         const struct hr_record *r)
{
    d->cost->n_hours = r->n_hours;
    keep(c, d, &d->cost->actual[d->n], r);
    for (uint32_t i = 0; i < r->n_parts; i++)
        if (bills_bytes(d->plan, i))
            d->cost->unsized += r->parts[i].unsized_calls;
}

void hr_collect_cost_ordinary(struct hr_collector *c, struct hr_design_sum *d,
                              const struct hr_record *r)
{
    for (uint32_t i = 0; i < d->n; i++)
        if (d->replication[i] == r->replication) {
            keep(c, d, &d->cost->ordinary[i], r);
            d->cost->invoices[i] = NULL;
        }
}

/* --- how often a month has what happens once -------------------------------------------------- */

struct latest {
    hr_time begin;
    double per_month;
};

static void take_later(struct latest *l, hr_time begin, double per_month, hr_time by)
{
    if (begin < by && begin >= l->begin)
        *l = (struct latest){begin, per_month};
}

/* What happens more than in the ordinary run is of the disturbance or the one-off shape that began
 * last before `by`: an approximation where several overlap. */
static double times_a_month(const struct hr_plan *p, hr_time by)
{
    struct latest l = {-1, 1};
    struct hr_one_off o;

    for (uint32_t i = 0; i < p->n_disturbances; i++)
        if (p->disturbances[i].enabled && p->disturbances[i].placed)
            take_later(&l, p->disturbances[i].at, p->disturbances[i].per_month, by);
    for (uint32_t c = 0; c < p->n_components; c++) {
        const struct hr_model *m = p->components[c].model;

        for (uint32_t i = 0; m && m->one_off && m->one_off(p->components[c].conf, i, &o);
             i++)
            take_later(&l, o.begin, o.per_month, by);
    }
    return l.per_month;
}

static int64_t weighed(int64_t ordinary, int64_t actual, double times)
{
    const double more = (double)(actual - ordinary) * times;

    return times == 1 ? actual : ordinary + (int64_t)(more < 0 ? more - 0.5 : more + 0.5);
}

/* Hourly figures of one component with the increments counted as often as a month has them. */
static const int64_t *weigh(const struct hr_design_sum *d, const int64_t *ordinary,
                            const int64_t *actual, size_t n)
{
    const uint32_t hours = d->cost->n_hours;
    int64_t *x;

    if (!ordinary || !actual)
        return actual;
    x = hr_arena_alloc(d->cost->arena, n * hours, sizeof *x);
    for (uint32_t h = 0; h < hours; h++) {
        const double times = times_a_month(d->plan, (hr_time)(h + 1) * HR_HOUR);

        for (size_t k = 0; k < n; k++)
            x[k * hours + h] =
                weighed(ordinary[k * hours + h], actual[k * hours + h], times);
    }
    return x;
}

static struct run_usage weigh_all(const struct hr_design_sum *d, const struct run_usage *o,
                                  const struct run_usage *a)
{
    const uint32_t n = d->plan->n_components;
    struct run_usage w = *a;

    w.usage = hr_arena_alloc(d->cost->arena, n + 1, sizeof *w.usage);
    w.transfer = hr_arena_alloc(d->cost->arena, n + 1, sizeof *w.transfer);
    for (uint32_t i = 0; i < n; i++) {
        w.usage[i] =
            weigh(d, o->usage[i], a->usage[i], n_dimensions(d->plan->components[i].model));
        w.transfer[i] = weigh(d, o->transfer[i], a->transfer[i], HR_N_TRANSFERS);
    }
    return w;
}

/* The same of a row's buckets, summed: { of the ordinary run, of the actual one }. */
static void weigh_row(const struct hr_design_sum *d, const int64_t *ordinary,
                      const int64_t *actual, uint32_t row, int64_t sums[2])
{
    sums[0] = sums[1] = 0;
    for (uint32_t b = 0; b < d->n_buckets; b++) {
        const size_t at = (size_t)row * d->n_buckets + b;
        const double times = times_a_month(d->plan, (hr_time)(b + 1) * d->bucket);

        sums[0] += ordinary[at];
        sums[1] += weighed(ordinary[at], actual[at], times);
    }
}

/* --- invoices ------------------------------------------------------------------------------------ */

static struct hr_invoice_terms terms_of(const struct hr_design_sum *d)
{
    return (struct hr_invoice_terms){d->plan->horizon, 1000};
}

static const struct run_usage *ordinary_of(const struct hr_design_sum *d, uint32_t i)
{
    return d->cost->ordinary[i].usage ? &d->cost->ordinary[i] : &d->cost->actual[i];
}

static const struct hr_invoice *invoice_of(const struct hr_design_sum *d, uint32_t i)
{
    struct hr_cost_sum *s = d->cost;
    const struct run_usage *o = ordinary_of(d, i);
    const struct hr_invoice_terms terms = terms_of(d);

    if (!s->invoices[i]) {
        const struct run_usage a = weigh_all(d, o, &s->actual[i]);
        const struct hr_metered ordinary = {s->n_hours, o->usage, o->transfer};
        const struct hr_metered actual = {s->n_hours, a.usage, a.transfer};

        s->invoices[i] = hr_invoice_make(d->plan, &ordinary, &actual, &terms, s->arena);
    }
    return s->invoices[i];
}

/* Of the rows of an objective, or of all: dollars a month, and requests a month. */
static double revenue_lost(const struct hr_design_sum *d, uint32_t i, uint64_t rows)
{
    const struct run_usage *o = ordinary_of(d, i), *a = &d->cost->actual[i];
    const struct hr_invoice_terms terms = terms_of(d);
    double dollars = 0;

    for (uint32_t k = 0; k < d->plan->n_rows; k++) {
        int64_t sums[2];

        if (k >= 64 || !(rows >> k & 1))
            continue;
        weigh_row(d, o->bad, a->bad, k, sums);
        dollars += (double)d->plan->rows[k].value / 1e6 *
                   (double)hr_invoice_month(sums[0], sums[1], &terms);
    }
    return dollars;
}

static double requests(const struct hr_design_sum *d, uint32_t i, uint64_t rows)
{
    const struct run_usage *o = ordinary_of(d, i), *a = &d->cost->actual[i];
    const struct hr_invoice_terms terms = terms_of(d);
    double n = 0;

    for (uint32_t k = 0; k < d->plan->n_rows; k++) {
        int64_t sums[2];

        if (k >= 64 || !(rows >> k & 1))
            continue;
        weigh_row(d, o->valid, a->valid, k, sums);
        n += (double)hr_invoice_month(sums[0], sums[1], &terms);
    }
    return n;
}

/* Dollars a month of one component, or of all (HR_NONE). */
static double dollars(const struct hr_invoice *v, uint32_t component)
{
    int64_t cents = 0;

    for (uint32_t i = 0; i < v->n_lines; i++)
        if (component == HR_NONE || v->lines[i].component == component)
            cents += v->lines[i].cents;
    return (double)cents / 100;
}

/* --- objectives ----------------------------------------------------------------------------------- */

bool hr_collect_cost_speaks(const struct hr_objective *o)
{
    return o->measure == HR_MEASURE_COST || o->measure == HR_MEASURE_COST_TOTAL ||
           o->measure == HR_MEASURE_COST_PER || o->measure == HR_MEASURE_REVENUE_LOST;
}

/* Missing prices of a component, or of all, as one text; NULL: none. */
static const char *missing_text(const struct hr_design_sum *d, uint32_t component,
                                struct hr_arena *a)
{
    struct hr_union names = {0};
    size_t length = 0;
    char *text;

    for (uint32_t i = 0; i < d->n; i++) {
        const struct hr_invoice *v = invoice_of(d, i);

        for (uint32_t k = 0; k < v->n_missing; k++) {
            const char *name =
                component == HR_NONE ? NULL : d->plan->components[component].name;
            const size_t n = name ? strlen(name) : 0;

            if (!name || (strncmp(v->missing[k], name, n) == 0 && v->missing[k][n] == ':'))
                hr_union_add(&names, a, v->missing[k]);
        }
    }
    if (names.n == 0)
        return NULL;
    for (size_t i = 0; i < names.n; i++)
        length += strlen(names.name[i]) + 2;
    text = hr_arena_alloc(a, length, 1);
    for (size_t i = 0, at = 0; i < names.n; i++)
        at +=
            (size_t)snprintf(text + at, length - at, "%s%s", i ? ", " : "", names.name[i]);
    return text;
}

static double figure(const struct hr_design_sum *d, const struct hr_objective *o,
                     uint32_t i)
{
    const double lost =
        revenue_lost(d, i, o->measure == HR_MEASURE_REVENUE_LOST ? o->rows : ~UINT64_C(0));

    if (o->measure == HR_MEASURE_REVENUE_LOST)
        return lost;
    if (o->measure == HR_MEASURE_COST)
        return dollars(invoice_of(d, i), o->component);
    if (o->measure == HR_MEASURE_COST_TOTAL)
        return dollars(invoice_of(d, i), HR_NONE) + lost;
    return dollars(invoice_of(d, i), HR_NONE) / requests(d, i, o->rows);
}

void hr_collect_cost_by_replication(const struct hr_design_sum *d,
                                    const struct hr_objective *o, double *x)
{
    for (uint32_t i = 0; i < d->n; i++)
        x[i] = figure(d, o, i);
}

struct hr_estimate hr_collect_cost_estimate(const struct hr_design_sum *d,
                                            const struct hr_objective *o, double level,
                                            struct hr_arena *a, const char **reason)
{
    double *x = hr_arena_alloc(a, d->n, sizeof *x);
    const uint32_t part = o->measure == HR_MEASURE_COST ? o->component : HR_NONE;
    const char *missing =
        o->measure == HR_MEASURE_REVENUE_LOST ? NULL : missing_text(d, part, a);
    struct hr_estimate e = {.mean = HR_NAN, .lo = HR_NAN, .hi = HR_NAN, .n = d->n};

    *reason = NULL;
    if (missing) {
        *reason = hr_arena_printf(a, "without a price for %s", missing);
        return e;
    }
    hr_collect_cost_by_replication(d, o, x);
    if (d->n == 0)
        return e;
    e = hr_estimate_mean(x, d->n, level);
    if (e.lo < 0)
        e.lo = 0;
    return e;
}

/* --- storing ---------------------------------------------------------------------------------------- */

struct stored {
    const struct hr_design_sum *d;
    size_t design;
    const struct hr_invoice_line *line;
    int64_t cents;   /* over replications */
    double quantity; /* over replications */
};
struct lines {
    struct stored *at;
    size_t n, room;
};

static bool same_line(const struct hr_invoice_line *a, const struct hr_invoice_line *b)
{
    return a->component == b->component && a->kind == b->kind &&
           strcmp(a->dimension, b->dimension) == 0 && strcmp(a->price, b->price) == 0;
}

static void add_line(struct hr_store *st, struct lines *all, size_t first,
                     const struct stored *s)
{
    struct stored *more;

    for (size_t i = first; i < all->n; i++)
        if (same_line(all->at[i].line, s->line)) {
            all->at[i].cents += s->cents;
            all->at[i].quantity += s->quantity;
            return;
        }
    if (all->n == all->room) {
        all->room = 2 * all->room + 64;
        more = hr_arena_alloc(st->a, all->room, sizeof *more);
        if (all->n)
            memcpy(more, all->at, all->n * sizeof *more);
        all->at = more;
    }
    all->at[all->n++] = *s;
}

static struct lines collect_lines(struct hr_store *st)
{
    struct lines all = {0};

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];
        const size_t first = all.n;

        for (uint32_t r = 0; r < d->n; r++) {
            const struct hr_invoice *v = invoice_of(d, r);

            for (uint32_t k = 0; k < v->n_lines; k++)
                add_line(st, &all, first,
                         &(struct stored){d, i, &v->lines[k], v->lines[k].cents,
                                          v->lines[k].quantity});
        }
    }
    return all;
}

static void *var(struct hr_store *st, const char *name, enum hr_value_type type,
                 const char *dim, const char *unit, const char *help)
{
    return hr_results_var(st->r, "cost", name, type, dim, unit, help)->data;
}

static void store_lines(struct hr_store *st)
{
    static const char dim[] = "invoice_line";
    const struct lines all = collect_lines(st);
    int64_t *numbers = hr_arena_alloc(st->a, all.n, sizeof *numbers);

    for (size_t i = 0; i < all.n; i++)
        numbers[i] = (int64_t)i;
    hr_results_dim_integers(st->r, dim, "line of an invoice", all.n, numbers);
    int64_t *design = var(st, "of_design", HR_I64, dim, "1", "position of the design");
    const char **component = var(st, "component", HR_TEXT, dim, "", "what it is of");
    const char **dimension = var(st, "dimension", HR_TEXT, dim, "", "what is paid for");
    const char **kind = var(st, "kind", HR_TEXT, dim, "", "kind of line");
    double *quantity = var(st, "quantity", HR_F64, dim, "1", "how much a month");
    const char **unit = var(st, "unit", HR_TEXT, dim, "", "unit of the quantity");
    const char **price = var(st, "price", HR_TEXT, dim, "", "price of a unit");
    const char **source = var(st, "source", HR_TEXT, dim, "", "where the price is from");
    int64_t *trusted =
        var(st, "trusted", HR_I64, dim, "1", "1: the price can be relied on");
    double *amount = var(st, "amount", HR_F64, dim, "$/mo", "dollars a month");
    for (size_t i = 0; i < all.n; i++) {
        const struct stored *s = &all.at[i];
        const struct hr_invoice_line *l = s->line;

        design[i] = (int64_t)s->design;
        component[i] =
            l->component == HR_NONE ? "" : s->d->plan->components[l->component].name;
        dimension[i] = l->dimension;
        kind[i] = hr_line_kinds[l->kind];
        quantity[i] = s->quantity / s->d->n;
        unit[i] = l->unit;
        price[i] = l->price;
        source[i] = l->source ? l->source : "";
        trusted[i] = l->trusted;
        amount[i] = (double)s->cents / s->d->n / 100;
    }
}

struct sums {
    double *total, *ordinary, *one_off, *lost;
    const char **missing;
    int64_t *unsized;
};

static void store_sums(struct hr_store *st, size_t i, const struct sums *s)
{
    const struct hr_design_sum *d = &st->c->designs[i];
    const char *missing = missing_text(d, HR_NONE, st->a);
    int64_t cents = 0, one_off = 0;
    double lost = 0;

    for (uint32_t r = 0; r < d->n; r++) {
        const struct hr_invoice *v = invoice_of(d, r);

        cents += v->cents;
        one_off += v->one_off_cents;
        lost += revenue_lost(d, r, ~UINT64_C(0));
    }
    s->missing[i] = missing ? missing : "";
    s->unsized[i] = d->n ? (int64_t)(d->cost->unsized / d->n) : 0;
    if (d->n == 0)
        return;
    s->lost[i] = lost / d->n;
    if (missing)
        return;
    s->total[i] = (double)cents / d->n / 100;
    s->one_off[i] = (double)one_off / d->n / 100;
    s->ordinary[i] = (double)(cents - one_off) / d->n / 100;
}

/* What comparisons are made of: NaN where a price is missing. */
static void store_by_replication(struct hr_store *st)
{
    double *total = var(st, "total_by_replication", HR_F64, "design replication", "$/mo",
                        "the invoice of each replication");
    double *lost = var(st, "revenue_lost_by_replication", HR_F64, "design replication",
                       "$/mo", "value of the requests that were not good");
    double *part =
        hr_results_var(st->r, "components", "cost_by_replication", HR_F64,
                       "design replication component", "$/mo",
                       "the lines of a component on the invoice of each replication")
            ->data;

    for (size_t i = 0; i < st->n_designs; i++) {
        const struct hr_design_sum *d = &st->c->designs[i];
        const bool priced = missing_text(d, HR_NONE, st->a) == NULL;

        for (uint32_t k = 0; k < d->n; k++) {
            const size_t run = i * st->n_replications + d->replication[k] - 1;

            lost[run] = revenue_lost(d, k, ~UINT64_C(0));
            if (priced)
                total[run] = dollars(invoice_of(d, k), HR_NONE);
            for (uint32_t c = 0; c < d->plan->n_components; c++)
                if (!missing_text(d, c, st->a))
                    part[run * st->n_components + d->component_at[c]] =
                        dollars(invoice_of(d, k), c);
        }
    }
}

void hr_collect_cost_store(struct hr_store *st)
{
    static const char dim[] = "design";
    struct sums s;

    store_lines(st);
    s.total = var(st, "total", HR_F64, dim, "$/mo", "the invoice of a month of 730 h");
    s.ordinary = var(st, "ordinary", HR_F64, dim, "$/mo", "of it, the ordinary month");
    s.one_off = var(st, "one_off", HR_F64, dim, "$/mo", "of it, what one-offs add");
    s.lost = var(st, "revenue_lost", HR_F64, dim, "$/mo",
                 "value of the requests that were not good");
    s.missing = var(st, "missing", HR_TEXT, dim, "", "usage that has no price");
    s.unsized = var(st, "unsized", HR_I64, dim, "1",
                    "calls a run whose bytes are not given: not priced");
    for (size_t i = 0; i < st->n_designs; i++)
        store_sums(st, i, &s);
    store_by_replication(st);
}
