/* sim/report/cost.c - see cost.h. */
#include "sim/report/cost.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/pick.h"

static const char *const line_dim = "invoice_line";

static int compare_amounts(double x, double y)
{
    if (isnan(x) || isnan(y))
        return isnan(x) - isnan(y);
    return (x < y) - (x > y);
}

static int compare_lines(const void *a, const void *b)
{
    const struct hr_cost_line *x = a, *y = b;
    int way = (x->design > y->design) - (x->design < y->design);

    way = way ? way : compare_amounts(x->amount, y->amount);
    way = way ? way : strcmp(x->component, y->component);
    way = way ? way : strcmp(x->dimension, y->dimension);
    return way ? way : strcmp(x->kind, y->kind);
}

struct hr_costs hr_costs_read(const struct hr_results *r, struct hr_arena *a)
{
    const size_t n = hr_pick_length(r, line_dim);
    struct hr_costs c = {.designs = hr_pick_length(r, "design")};

    if (hr_results_find(r, "cost/amount") == NULL)
        return c;
    c.lines = hr_arena_alloc(a, n, sizeof *c.lines);
    for (size_t i = 0; i < n; i++) {
        const double design = HR_FIGURE(r, "cost/of_design", i);

        if (!(design >= 0 && design < (double)c.designs))
            continue;
        c.lines[c.n++] = (struct hr_cost_line){
            .design = (size_t)design,
            .component = HR_WORD(r, "cost/component", i),
            .dimension = HR_WORD(r, "cost/dimension", i),
            .kind = HR_WORD(r, "cost/kind", i),
            .unit = HR_WORD(r, "cost/unit", i),
            .price = HR_WORD(r, "cost/price", i),
            .source = HR_WORD(r, "cost/source", i),
            .quantity = HR_FIGURE(r, "cost/quantity", i),
            .amount = HR_FIGURE(r, "cost/amount", i),
        };
    }
    qsort(c.lines, c.n, sizeof *c.lines, compare_lines);
    return c;
}

bool hr_cost_measured(const struct hr_results *r)
{
    const struct hr_var *v = hr_results_find(r, "cost/total");

    return v != NULL && v->type == HR_F64 && v->n_dims == 1;
}

double hr_cost_total(const struct hr_results *r, size_t design)
{
    return HR_FIGURE(r, "cost/total", design);
}

struct hr_number hr_cost_dollars(double x)
{
    const double cents = round(fabs(x) * 100);
    struct hr_number n;

    if (!(cents < 99950))
        return hr_number_of(HR_NUMBER_MONEY, x);
    if (cents < 1 && x != 0)
        snprintf(n.text, sizeof n.text, "%s<$0.01", x < 0 ? "-" : "");
    else
        snprintf(n.text, sizeof n.text, "%s$%d.%02d", x < 0 ? "-" : "", (int)cents / 100,
                 (int)cents % 100);
    return n;
}

/* ---- words ------------------------------------------------------------------------------ */

const char *hr_cost_part(const struct hr_cost_line *l)
{
    return l->component[0] != '\0' ? l->component : "commitments";
}

static bool is_plain(const char *kind)
{
    return kind[0] == '\0' || strcmp(kind, "usage") == 0 || strcmp(kind, "transfer") == 0 ||
           strcmp(kind, "commitment") == 0;
}

const char *hr_cost_dimension(const struct hr_cost_line *l, struct hr_arena *a)
{
    char *words = hr_arena_text(a, l->dimension, strlen(l->dimension));

    for (char *c = words; *c != '\0'; c++)
        *c = *c == '_' ? ' ' : *c;
    return words;
}

const char *hr_cost_words(const struct hr_cost_line *l, struct hr_arena *a)
{
    const char *words = hr_cost_dimension(l, a);

    if (is_plain(l->kind))
        return words;
    return hr_arena_printf(a, "%s%s%s", words, words[0] != '\0' ? ", " : "", l->kind);
}

/* ---- rows ------------------------------------------------------------------------------- */

struct keyed {
    const char *part, *what;
    const struct hr_cost_line *line;
};

static int compare_keys(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    const int way = strcmp(x->part, y->part);

    return way ? way : strcmp(x->what, y->what);
}

static int compare_rows(const void *a, const void *b)
{
    const struct hr_cost_row *x = a, *y = b;
    int way = compare_amounts(x->most, y->most);

    way = way ? way : strcmp(x->part, y->part);
    return way ? way : strcmp(x->what, y->what);
}

static struct keyed key_of(const struct hr_cost_line *l, enum hr_cost_grouping by,
                           struct hr_arena *a)
{
    if (by == HR_COST_BY_KIND)
        return (struct keyed){"", l->kind[0] != '\0' ? l->kind : "usage", l};
    return (struct keyed){hr_cost_part(l), by == HR_COST_BY_ITEM ? hr_cost_words(l, a) : "",
                          l};
}

static struct hr_cost_row *next_row(struct hr_cost_row *rows, size_t *n, struct keyed k,
                                    size_t designs, struct hr_arena *a)
{
    struct hr_cost_row *row = *n > 0 ? &rows[*n - 1] : NULL;

    if (row && strcmp(row->part, k.part) == 0 && strcmp(row->what, k.what) == 0)
        return row;
    row = &rows[(*n)++];
    *row = (struct hr_cost_row){.part = k.part,
                                .what = k.what,
                                .amount = hr_arena_alloc(a, designs, sizeof(double)),
                                .used = hr_arena_alloc(a, designs, sizeof(bool)),
                                .unpriced = hr_arena_alloc(a, designs, sizeof(bool))};
    return row;
}

size_t hr_cost_rows(const struct hr_costs *c, enum hr_cost_grouping by, struct hr_arena *a,
                    struct hr_cost_row **rows)
{
    struct keyed *keys = hr_arena_alloc(a, c->n, sizeof *keys);
    size_t n = 0;

    *rows = hr_arena_alloc(a, c->n, sizeof **rows);
    for (size_t i = 0; i < c->n; i++)
        keys[i] = key_of(&c->lines[i], by, a);
    qsort(keys, c->n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < c->n; i++) {
        const struct hr_cost_line *l = keys[i].line;
        struct hr_cost_row *row = next_row(*rows, &n, keys[i], c->designs, a);

        row->used[l->design] = true;
        if (isfinite(l->amount))
            row->amount[l->design] += l->amount;
        else
            row->unpriced[l->design] = true;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t d = 0; d < c->designs; d++)
            (*rows)[i].most = fmax((*rows)[i].most, (*rows)[i].amount[d]);
    qsort(*rows, n, sizeof **rows, compare_rows);
    return n;
}
