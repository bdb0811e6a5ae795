/* sim/report/terminal/terminal_cost.c - the invoice of a month, by part and dimension. */
#include <math.h>
#include <string.h>

#include "sim/report/cost.h"
#include "sim/report/terminal/terminal_parts.h"

enum { ITEM_COLUMNS = 60, LEAST_SHARE = 100 /* a line below 1/100 of the largest total */ };

struct invoice {
    const struct hr_cost_row *rows;
    size_t n, shown; /* the first `shown` have rows of their own */
};

static bool any_unpriced(const struct hr_section *s, const struct hr_cost_row *row)
{
    for (size_t d = 0; d < s->designs; d++)
        if (row->unpriced[d])
            return true;
    return false;
}

/* Lines without a price are small in dollars and large in meaning: they stay. */
static size_t lines_shown(const struct hr_section *s, struct hr_cost_row *rows, size_t n)
{
    double most = 0;
    size_t shown = 0;

    for (size_t d = 0; d < s->designs; d++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += rows[i].amount[d];
        most = fmax(most, sum);
    }
    for (size_t i = 0; i < n; i++)
        if (s->how.verbose || rows[i].most * LEAST_SHARE >= most ||
            any_unpriced(s, &rows[i])) {
            const struct hr_cost_row row = rows[i];
            memmove(&rows[shown + 1], &rows[shown], (i - shown) * sizeof row);
            rows[shown++] = row;
        }
    return n - shown == 1 ? n : shown; /* one is not worth folding */
}

static const char *money(const struct hr_section *s, double x)
{
    return hr_section_number(s, hr_cost_dollars(x));
}

static void line(const struct hr_section *s, struct hr_table *t,
                 const struct hr_cost_row *row, size_t first, size_t take)
{
    struct hr_table_row *out = hr_table_row(t);

    out->cells[0].text = hr_arena_printf(
        s->a, "  %s%s%s", hr_text_plain(s->a, row->part, HR_NAME_COLUMNS),
        row->what[0] != '\0' ? ": " : "", hr_text_plain(s->a, row->what, ITEM_COLUMNS));
    for (size_t d = 0; d < take; d++) {
        struct hr_cell *cell = &out->cells[d + 1];

        cell->text = !row->used[first + d] ? "-" : money(s, row->amount[first + d]);
        if (row->unpriced[first + d])
            *cell = (struct hr_cell){"no price", HR_TONE_OPEN};
    }
}

static void rest(const struct hr_section *s, struct hr_table *t, const struct invoice *x,
                 size_t first, size_t take)
{
    struct hr_table_row *out;

    if (x->shown == x->n)
        return;
    out = hr_table_row(t);
    out->cells[0].text = hr_arena_printf(s->a, "  %zu smaller lines", x->n - x->shown);
    for (size_t d = 0; d < take; d++) {
        double sum = 0;
        for (size_t i = x->shown; i < x->n; i++)
            sum += x->rows[i].amount[first + d];
        out->cells[d + 1].text = money(s, sum);
    }
}

/* A row of one figure a design; not where no design has it, or where it is 0 everywhere. */
static void sum_row(const struct hr_section *s, struct hr_table *t, const char *title,
                    const char *path, size_t first, size_t take)
{
    const bool total = strcmp(path, "cost/total") == 0;
    struct hr_table_row *out;
    bool any = total;

    for (size_t d = 0; d < s->designs; d++)
        any |= HR_FIGURE(s->r, path, d) > 0;
    if (!any)
        return;
    out = hr_table_row(t);
    out->cells[0] = (struct hr_cell){title, total ? HR_TONE_STRONG : HR_TONE_NONE};
    for (size_t d = 0; d < take; d++) {
        const double x = HR_FIGURE(s->r, path, first + d);

        out->cells[d + 1] = isnan(x) ? (struct hr_cell){"undecided", HR_TONE_OPEN}
                                     : (struct hr_cell){money(s, x), out->cells[0].tone};
    }
}

static size_t some_designs(const struct hr_section *s, size_t first, size_t take,
                           const void *ctx, struct hr_text *out)
{
    const struct invoice *x = ctx;
    struct hr_table t = hr_table_begin(s->a);

    hr_table_column(&t, "COST a month", true);
    for (size_t d = first; d < first + take; d++)
        hr_table_column(&t, hr_pick_name(s->r, "design", d, s->a, HR_NAME_COLUMNS), false);
    for (size_t i = 0; i < x->shown; i++)
        line(s, &t, &x->rows[i], first, take);
    rest(s, &t, x, first, take);
    sum_row(s, &t, "  total", "cost/total", first, take);
    sum_row(s, &t, "    of it one-offs", "cost/one_off", first, take);
    sum_row(s, &t, "  revenue lost", "cost/revenue_lost", first, take);
    return hr_section_piece(s, &t, take, out);
}

/* What has no price, once where it is so for all designs. */
static void print_missing(const struct hr_section *s)
{
    const char *first = HR_WORD(s->r, "cost/missing", 0);
    bool same = true;

    for (size_t d = 1; d < s->designs; d++)
        same = same && strcmp(HR_WORD(s->r, "cost/missing", d), first) == 0;
    for (size_t d = 0; d < (same ? 1 : s->designs); d++) {
        const char *missing = hr_text_plain(s->a, HR_WORD(s->r, "cost/missing", d), 600);
        const char *name = hr_pick_name(s->r, "design", d, s->a, HR_NAME_COLUMNS);

        if (missing[0] == '\0')
            continue;
        hr_text_add(s->out, "  ");
        hr_text_wrap(s->out,
                     hr_arena_printf(s->a,
                                     "%s%sused and without a price, so the total is "
                                     "undecided: %s",
                                     same ? "" : name, same ? "" : ": ", missing),
                     2, 4, s->how.width);
    }
}

void hr_section_cost(const struct hr_section *s)
{
    const struct hr_costs costs = hr_costs_read(s->r, s->a);
    struct hr_cost_row *rows;
    struct invoice x;

    if (!hr_cost_measured(s->r) || s->designs == 0) {
        hr_section_title(s, "COST", "not measured");
        return;
    }
    x.n = hr_cost_rows(&costs, HR_COST_BY_ITEM, s->a, &rows);
    x.rows = rows;
    x.shown = lines_shown(s, rows, x.n);
    hr_section_pieces(s, some_designs, &x);
    print_missing(s);
    if (x.shown < x.n)
        hr_text_add(s->out, "  (every line: -v; with prices and sources: the page)\n");
}
