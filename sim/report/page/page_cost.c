/* sim/report/page/page_cost.c - what each design costs a month: bars, differences, invoices. */
#include "sim/report/cost.h"
#include "sim/report/page/page_bars.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

struct money {
    const struct hr_costs *costs;
    struct hr_cost_row *parts, *kinds, *items;
    size_t n_parts, n_kinds, n_items;
};

static const char *clean(const struct hr_page_view *v, const char *text)
{
    return hr_html_clean(v->a, text, 1);
}

static const char *dollars(const struct hr_page_view *v, double x)
{
    return hr_arena_printf(v->a, "%s", hr_cost_dollars(x).text);
}

static const char *total_words(const struct hr_page_view *v, size_t d)
{
    const double x = hr_cost_total(v->r, d);

    return isnan(x) ? "undecided" : dollars(v, x);
}

/* ---- the finding ------------------------------------------------------------------------ */

static const char *largest_part(const struct hr_page_view *v, const struct money *m,
                                double total)
{
    size_t most = 0;

    for (size_t i = 1; i < m->n_parts; i++)
        if (m->parts[i].amount[v->chosen] > m->parts[most].amount[v->chosen])
            most = i;
    if (m->n_parts == 0 || !(m->parts[most].amount[v->chosen] > 0.0) || !(total > 0.0))
        return "";
    return hr_arena_printf(v->a, ", %.0f%% of it for %s",
                           100.0 * m->parts[most].amount[v->chosen] / total,
                           clean(v, m->parts[most].part));
}

static const char *finding(const struct hr_page_view *v, const struct money *m)
{
    const double total = hr_cost_total(v->r, v->chosen);
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    const char *others = "";

    if (isnan(total))
        return hr_arena_printf(v->a, "The cost of %s is undecided: prices are missing",
                               hr_page_design(v, v->chosen));
    for (size_t d = 0; d < v->n_designs; d++)
        if (d != v->chosen && isfinite(hr_cost_total(v->r, d))) {
            lo = fmin(lo, hr_cost_total(v->r, d));
            hi = fmax(hi, hr_cost_total(v->r, d));
        }
    if (lo < hi)
        others = hr_arena_printf(v->a, "; the others cost %s to %s", dollars(v, lo),
                                 dollars(v, hi));
    else if (isfinite(lo))
        others = hr_arena_printf(v->a, "; %s %s",
                                 v->n_designs > 2 ? "the others cost" : "the other costs",
                                 dollars(v, lo));
    return hr_arena_printf(v->a, "%s costs %s a month%s%s", hr_page_design(v, v->chosen),
                           dollars(v, total), largest_part(v, m, total), others);
}

/* ---- bars ------------------------------------------------------------------------------- */

static const char *row_name(const struct hr_page_view *v, const struct hr_cost_row *row)
{
    if (row->part[0] == '\0' || row->what[0] == '\0')
        return clean(v, row->part[0] != '\0' ? row->part : row->what);
    return clean(v, hr_arena_printf(v->a, "%s: %s", row->part, row->what));
}

static const char *describe(const struct hr_page_view *v, const struct hr_page_bars *b)
{
    const char *text = "";

    for (size_t i = 0; i < b->n; i++) {
        text = hr_arena_printf(v->a, "%s%s: %s", text, b->bars[i].label, b->bars[i].total);
        for (size_t k = 0; k < b->n_parts; k++)
            if (b->bars[i].part[k] > 0.0)
                text = hr_arena_printf(v->a, "%s, %s %s", text,
                                       dollars(v, b->bars[i].part[k]), b->names[k]);
        text = hr_arena_printf(v->a, "%s. ", text);
    }
    return text;
}

/* The largest rows have a colour of their own, the others one together. */
static void bars(struct hr_page_view *v, const char *id, const char *title,
                 const struct hr_cost_row *rows, size_t n)
{
    const char **names = hr_arena_alloc(v->a, HR_BARS_INKS, sizeof *names);
    struct hr_page_bar *made = hr_arena_alloc(v->a, v->n_shown, sizeof *made);
    struct hr_page_bars b = {.id = id,
                             .title = title,
                             .names = names,
                             .n_parts = n < HR_BARS_INKS ? n : HR_BARS_INKS,
                             .bars = made,
                             .n = v->n_shown,
                             .quantity = HR_NUMBER_MONEY,
                             .limit = (double)NAN};

    for (size_t k = 0; k < b.n_parts; k++)
        names[k] =
            k + 1 == HR_BARS_INKS && n > HR_BARS_INKS ? "the rest" : row_name(v, &rows[k]);
    for (size_t i = 0; i < v->n_shown; i++) {
        const size_t d = v->shown[i];

        made[i] = (struct hr_page_bar){
            .label = hr_page_design(v, d),
            .total = total_words(v, d),
            .part = hr_arena_alloc(v->a, HR_BARS_INKS, sizeof(double))};
        for (size_t k = 0; k < n; k++)
            made[i].part[k < b.n_parts ? k : b.n_parts - 1] += rows[k].amount[d];
    }
    b.desc = describe(v, &b);
    hr_page_bars(v, &b);
    hr_page_bars_legend(v, &b);
}

/* ---- tables ----------------------------------------------------------------------------- */

static void table_begin(struct hr_page_view *v, const char *caption, const char *first)
{
    hr_html_raw(&v->h, "<div class=\"scroll\" tabindex=\"0\"><table><caption>");
    hr_html_text(&v->h, caption);
    hr_html_rawf(&v->h, "</caption><thead><tr><th scope=\"col\">%s</th>", first);
}

static void design_head(struct hr_page_view *v, size_t d)
{
    hr_html_raw(&v->h, "<th scope=\"col\" class=\"n\">");
    hr_page_designation(v, d);
    hr_html_raw(&v->h, "</th>");
}

static void dollar_cell(struct hr_page_view *v, double x)
{
    if (isnan(x)) {
        hr_page_number(v, HR_NUMBER_MONEY, x);
        return;
    }
    hr_html_raw(&v->h, "<td class=\"n\">");
    hr_html_text(&v->h, hr_cost_dollars(x).text);
    hr_html_raw(&v->h, "</td>");
}

static void amount(struct hr_page_view *v, const struct hr_cost_row *row, size_t d)
{
    if (row->unpriced[d])
        hr_html_raw(&v->h, "<td class=\"n\">no price</td>");
    else
        dollar_cell(v, row->used[d] ? row->amount[d] : (double)NAN);
}

static void total_cell(struct hr_page_view *v, size_t d)
{
    hr_html_raw(&v->h, "<td class=\"n\">");
    hr_html_text(&v->h, total_words(v, d));
    hr_html_raw(&v->h, "</td>");
}

static void row_head(struct hr_page_view *v, const struct hr_cost_row *row)
{
    hr_html_raw(&v->h, "<tr><th scope=\"row\">");
    hr_html_name(&v->h, row_name(v, row));
    hr_html_raw(&v->h, "</th>");
}

static void by_design(struct hr_page_view *v, const char *caption, const char *first,
                      const struct hr_cost_row *rows, size_t n)
{
    table_begin(v, caption, first);
    for (size_t i = 0; i < v->n_shown; i++)
        design_head(v, v->shown[i]);
    hr_html_raw(&v->h, "</tr></thead><tbody>");
    for (size_t k = 0; k < n && k < HR_PAGE_CELLS; k++) {
        row_head(v, &rows[k]);
        for (size_t i = 0; i < v->n_shown; i++)
            amount(v, &rows[k], v->shown[i]);
        hr_html_raw(&v->h, "</tr>\n");
    }
    hr_html_raw(&v->h, "</tbody><tfoot><tr><th scope=\"row\">total</th>");
    for (size_t i = 0; i < v->n_shown; i++)
        total_cell(v, v->shown[i]);
    hr_html_raw(&v->h, "</tr></tfoot></table></div>\n");
}

/* "+$915.00", "-$42.54", "same". */
static void delta(struct hr_page_view *v, double x)
{
    hr_html_raw(&v->h, isnan(x) ? "<td class=\"n none\">" : "<td class=\"n\">");
    if (isnan(x))
        hr_html_raw(&v->h, "undecided");
    else if (fabs(x) < 0.005)
        hr_html_raw(&v->h, "same");
    else
        hr_html_textf(&v->h, "%s%s", x > 0.0 ? "+" : "\xE2\x88\x92",
                      hr_cost_dollars(fabs(x)).text);
    hr_html_raw(&v->h, "</td>");
}

static double change(const struct hr_page_view *v, const struct hr_cost_row *row, size_t d)
{
    return row->unpriced[d] || row->unpriced[v->chosen]
               ? (double)NAN
               : row->amount[d] - row->amount[v->chosen];
}

static bool changes(const struct hr_page_view *v, const struct hr_cost_row *row)
{
    for (size_t i = 0; i < v->n_shown; i++)
        if (!(fabs(change(v, row, v->shown[i])) < 0.005))
            return true;
    return false;
}

/* Lines that differ in some design; the others are one sentence. */
static void differences(struct hr_page_view *v, const struct money *m)
{
    size_t same = 0;

    if (v->n_designs < 2)
        return;
    table_begin(v, "What differs from the chosen design, a month", "line");
    design_head(v, v->chosen);
    for (size_t i = 0; i < v->n_shown; i++)
        if (v->shown[i] != v->chosen)
            design_head(v, v->shown[i]);
    hr_html_raw(&v->h, "</tr></thead><tbody>");
    for (size_t k = 0; k < m->n_items && k < HR_PAGE_CELLS; k++) {
        if (!changes(v, &m->items[k])) {
            same++;
            continue;
        }
        row_head(v, &m->items[k]);
        amount(v, &m->items[k], v->chosen);
        for (size_t i = 0; i < v->n_shown; i++)
            if (v->shown[i] != v->chosen)
                delta(v, change(v, &m->items[k], v->shown[i]));
        hr_html_raw(&v->h, "</tr>\n");
    }
    hr_html_raw(&v->h, "</tbody><tfoot><tr><th scope=\"row\">total</th>");
    total_cell(v, v->chosen);
    for (size_t i = 0; i < v->n_shown; i++)
        if (v->shown[i] != v->chosen)
            delta(v, hr_cost_total(v->r, v->shown[i]) - hr_cost_total(v->r, v->chosen));
    hr_html_raw(&v->h, "</tr></tfoot></table></div>\n");
    if (same > 0)
        hr_html_rawf(&v->h, "<p class=\"aside\">%zu line%s the same in all designs.</p>\n",
                     same, same == 1 ? " is" : "s are");
}

/* ---- invoices --------------------------------------------------------------------------- */

static void text_cell(struct hr_page_view *v, const char *text)
{
    hr_html_raw(&v->h, "<td>");
    hr_html_name(&v->h, text);
    hr_html_raw(&v->h, "</td>");
}

static void invoice_line(struct hr_page_view *v, const struct hr_cost_line *l)
{
    hr_html_raw(&v->h, "<tr><th scope=\"row\">");
    hr_html_name(&v->h, hr_cost_part(l));
    hr_html_raw(&v->h, "</th>");
    text_cell(v, hr_cost_dimension(l, v->a));
    text_cell(v, l->kind);
    hr_html_raw(&v->h, "<td class=\"n\">");
    if (isfinite(l->quantity)) {
        hr_html_text(&v->h, hr_number_of(fabs(l->quantity) >= 1000.0 ? HR_NUMBER_COUNT
                                                                     : HR_NUMBER_PLAIN,
                                         l->quantity)
                                .text);
        if (strcmp(l->unit, "1") != 0 && *l->unit) {
            hr_html_raw(&v->h, isdigit((unsigned char)*l->unit) ? " &times; " : " ");
            hr_html_name(&v->h, l->unit);
        }
    }
    hr_html_raw(&v->h, "</td><td>");
    hr_html_name(&v->h, *l->price ? l->price : "none is known");
    hr_html_raw(&v->h, "</td>");
    if (isfinite(l->amount))
        dollar_cell(v, l->amount);
    else
        hr_html_raw(&v->h, "<td class=\"n\">no price</td>");
    hr_html_raw(&v->h, "<td class=\"source\"><small>");
    hr_html_name(&v->h, l->source);
    hr_html_raw(&v->h, "</small></td></tr>\n");
}

static void invoice(struct hr_page_view *v, const struct money *m, size_t d)
{
    size_t shown = 0, all = 0;

    hr_html_raw(&v->h, "<div class=\"scroll\" tabindex=\"0\"><table class=\"sortable\">"
                       "<caption>Invoice of a month, ");
    hr_page_designation(v, d);
    hr_html_raw(
        &v->h, "</caption><thead><tr><th scope=\"col\">part</th><th scope=\"col\">what"
               "</th><th scope=\"col\">kind</th><th scope=\"col\" class=\"n\">quantity</th>"
               "<th scope=\"col\">price</th><th scope=\"col\" class=\"n\">amount</th>"
               "<th scope=\"col\">source of the price</th></tr></thead><tbody>");
    for (size_t i = 0; i < m->costs->n; i++) {
        if (m->costs->lines[i].design != d)
            continue;
        if (all++ < HR_PAGE_CELLS) {
            invoice_line(v, &m->costs->lines[i]);
            shown++;
        }
    }
    hr_html_raw(&v->h, "</tbody><tfoot><tr><th scope=\"row\" colspan=\"5\">total</th>");
    total_cell(v, d);
    hr_html_raw(&v->h, "<td></td></tr></tfoot></table></div>\n");
    if (shown < all)
        hr_html_rawf(&v->h, "<p class=\"aside\">The %zu largest of %zu lines.</p>\n", shown,
                     all);
}

static void missing(struct hr_page_view *v)
{
    for (size_t d = 0; d < v->n_designs; d++) {
        const char *text = HR_TEXT_AT(v, hr_page_texts(v, "cost/missing", "design"), d);

        if (!*text)
            continue;
        hr_html_raw(&v->h, "<p><strong>Used and without a price</strong> (");
        hr_page_designation(v, d);
        hr_html_raw(&v->h, "), so the total is undecided: ");
        hr_html_name(&v->h, text);
        hr_html_raw(&v->h, ".</p>\n");
    }
}

static void besides(struct hr_page_view *v)
{
    static const char *const paths[][2] = {{"cost/ordinary", "an ordinary month"},
                                           {"cost/one_off", "one-offs"},
                                           {"cost/revenue_lost", "revenue lost"}};

    table_begin(v, "Besides the invoice, a month", "");
    for (size_t i = 0; i < v->n_shown; i++)
        design_head(v, v->shown[i]);
    hr_html_raw(&v->h, "</tr></thead><tbody>");
    for (size_t k = 0; k < 3; k++) {
        const struct hr_var *var = hr_page_numbers(v, paths[k][0], "design");

        if (!var)
            continue;
        hr_html_rawf(&v->h, "<tr><th scope=\"row\">%s</th>", paths[k][1]);
        for (size_t i = 0; i < v->n_shown; i++)
            dollar_cell(v, HR_AT(v, var, v->shown[i]));
        hr_html_raw(&v->h, "</tr>\n");
    }
    hr_html_raw(&v->h, "</tbody></table></div>\n");
}

/* ---- the section ------------------------------------------------------------------------ */

static void not_measured(struct hr_page_view *v)
{
    hr_page_section(v, "cost", "Cost", "Not measured");
    hr_html_raw(
        &v->h,
        "<p>These results do not price what a design uses. Nothing on this page is "
        "a statement about cost, and no cost is assumed to be zero.</p></section>\n");
}

static void figure(struct hr_page_view *v, const struct money *m)
{
    hr_html_raw(&v->h,
                "<figure class=\"chart\" id=\"cost-fig\"><figcaption><p>The invoice of a "
                "month of 730 hours: the ordinary traffic scaled to the month, and what "
                "happens once added as often as the scenario says. The segments of a bar "
                "add up to its total.</p></figcaption>");
    bars(v, "cost-part", "By part", m->parts, m->n_parts);
    bars(v, "cost-kind", "By kind", m->kinds, m->n_kinds);
    hr_html_raw(&v->h, "<details class=\"data\"><summary>Data of this chart</summary>"
                       "<div class=\"tables\">");
    by_design(v, "Cost a month by part", "part", m->parts, m->n_parts);
    by_design(v, "Cost a month by kind", "kind", m->kinds, m->n_kinds);
    hr_html_raw(&v->h, "</div></details></figure>\n");
}

void hr_page_cost(struct hr_page_view *v)
{
    const struct hr_costs costs = hr_costs_read(v->r, v->a);
    struct money m = {.costs = &costs};

    if (!hr_cost_measured(v->r) || v->n_designs == 0) {
        not_measured(v);
        return;
    }
    m.n_parts = hr_cost_rows(&costs, HR_COST_BY_PART, v->a, &m.parts);
    m.n_kinds = hr_cost_rows(&costs, HR_COST_BY_KIND, v->a, &m.kinds);
    m.n_items = hr_cost_rows(&costs, HR_COST_BY_ITEM, v->a, &m.items);
    hr_page_section(v, "cost", "Cost", finding(v, &m));
    missing(v);
    figure(v, &m);
    differences(v, &m);
    besides(v);
    invoice(v, &m, v->chosen);
    if (v->n_designs > 1 && costs.n > HR_PAGE_CELLS)
        hr_page_elsewhere(v);
    else if (v->n_designs > 1) {
        hr_html_raw(&v->h, "<details><summary>Invoices of the other designs</summary>");
        for (size_t d = 0; d < v->n_designs; d++)
            if (d != v->chosen)
                invoice(v, &m, d);
        hr_html_raw(&v->h, "</details>\n");
    }
    hr_html_raw(&v->h, "</section>\n");
}
