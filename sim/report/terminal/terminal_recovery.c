/* sim/report/terminal/terminal_recovery.c - times to recovery by phase, and error budgets. */
#include <math.h>
#include <string.h>

#include "sim/report/recovery.h"
#include "sim/report/terminal/terminal_parts.h"

enum { RULE_COLUMNS = 200 }; /* of `recovered`, which may have many conditions */

static struct hr_cell span(const struct hr_section *s, double x)
{
    if (isnan(x))
        return (struct hr_cell){"-", HR_TONE_FAINT};
    return (struct hr_cell){
        x == 0 ? "0" : hr_section_number(s, hr_number_of(HR_NUMBER_TIME, x)), HR_TONE_NONE};
}

/* ---- recoveries ------------------------------------------------------------------------- */

static struct hr_cell time_to_recovery(const struct hr_section *s,
                                       const struct hr_recovery *x)
{
    if (isnan(x->rto))
        return span(s, x->rto);
    if (!x->affected)
        return (struct hr_cell){"not affected", HR_TONE_GOOD};
    if (isinf(x->rto))
        return (struct hr_cell){"not recovered", HR_TONE_BAD};
    return span(s, x->rto);
}

static void recovery_row(const struct hr_section *s, struct hr_table *t,
                         const struct hr_recovery *x)
{
    const bool finite = x->affected && isfinite(x->rto);
    struct hr_table_row *row = hr_table_row(t);
    size_t n = 0;

    row->cells[n++].text = hr_arena_printf(
        s->a, "  %s%s%s%s", hr_text_plain(s->a, x->disturbance, HR_NAME_COLUMNS),
        x->alone ? "" : " +", x->which[0] ? " " : "", x->which);
    row->cells[n++] = time_to_recovery(s, x);
    for (size_t k = 0; k < HR_N_PHASES; k++)
        row->cells[n++] = span(s, finite ? x->phase[k] : (double)NAN);
    row->cells[n++] = span(s, x->rpo);
    row->cells[n++].text =
        isnan(x->rpo) || isnan(x->writes_lost)
            ? "-"
            : hr_section_number(s, hr_number_of(HR_NUMBER_COUNT, x->writes_lost));
}

/* "five_retries, slow_payments: not recovered in 3 of 8 runs": what a percentile hides. */
static void print_counts(const struct hr_section *s, const struct hr_recovery *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *name = hr_pick_name(s->r, "design", x[i].design, s->a, HR_NAME_COLUMNS);

        if (strcmp(x[i].which, "p50") == 0 || strcmp(x[i].which, "p95") == 0)
            continue; /* said once, of the worst */
        if (x[i].not_recovered == 0 || x[i].not_recovered == x[i].runs)
            continue;
        hr_text_add(s->out, "  ");
        hr_text_wrap(s->out,
                     hr_arena_printf(s->a, "%s%s%s: not recovered in %zu of %zu runs",
                                     s->designs > 1 ? name : "", s->designs > 1 ? ", " : "",
                                     hr_text_plain(s->a, x[i].disturbance, HR_NAME_COLUMNS),
                                     x[i].not_recovered, x[i].runs),
                     2, 4, s->how.width);
    }
}

/* "Recovered: availability >= 99% in every 10s, for 5m." */
static const char *rule_words(const struct hr_section *s, const struct hr_recovery *x,
                              size_t n)
{
    const char *rule = hr_text_plain(s->a, hr_recovery_rule(s->r, x, n), RULE_COLUMNS);

    return rule[0] ? hr_arena_printf(s->a, " Recovered: %s.", rule) : "";
}

/* What the figures rest on. */
static void print_basis(const struct hr_section *s, const struct hr_recovery *x, size_t n)
{
    bool alone = true;

    for (size_t i = 0; i < n; i++)
        alone = alone && x[i].alone;
    hr_text_add(s->out, "  ");
    hr_text_wrap(
        s->out,
        hr_arena_printf(
            s->a, "%s%s%s",
            n > 0 && x[0].which[0]
                ? hr_arena_printf(s->a,
                                  "Each disturbance alone, at %zu random times; RTO "
                                  "and the phases of that occurrence, RPO and writes "
                                  "lost in an order of their own.",
                                  x[0].runs)
            : s->replications > 1
                ? "Each disturbance alone; RTO: the 95th percentile of the runs, "
                  "and the phases of that run; RPO: the worst."
                : "Each disturbance alone, in one run.",
            alone ? ""
                  : " +: not alone, other disturbances act, too (an objective about "
                    "its rto has it simulated alone).",
            rule_words(s, x, n)),
        2, 2, s->how.width);
}

void hr_section_recovery(const struct hr_section *s)
{
    struct hr_table t = hr_table_begin(s->a);
    struct hr_recovery *rows;
    const size_t n = hr_recoveries(s->r, s->a, &rows);

    if (n == 0)
        return;
    hr_table_column(&t, "RECOVERY", true);
    hr_table_column(&t, "RTO", false);
    for (size_t k = 0; k < HR_N_PHASES; k++)
        hr_table_column(&t, hr_phase_words[k], false);
    hr_table_column(&t, "RPO", false);
    hr_table_column(&t, "writes lost", false);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || rows[i].design != rows[i - 1].design)
            hr_section_design(s, &t, rows[i].design);
        recovery_row(s, &t, &rows[i]);
    }
    hr_section_table(s, &t);
    print_counts(s, rows, n);
    print_basis(s, rows, n);
}

/* ---- error budgets ---------------------------------------------------------------------- */

struct budget {
    const struct hr_budget *rows;
    size_t n;
};

static struct hr_cell share(const struct hr_section *s, double x, bool sum)
{
    if (isnan(x))
        return (struct hr_cell){"-", HR_TONE_FAINT};
    return (struct hr_cell){hr_section_number(s, hr_number_of(HR_NUMBER_SHARE, x)),
                            !sum    ? HR_TONE_NONE
                            : x > 1 ? HR_TONE_BAD
                                    : HR_TONE_GOOD};
}

static void allowed_row(const struct hr_section *s, struct hr_table *t, size_t first,
                        size_t take)
{
    struct hr_table_row *row = hr_table_row(t);

    row->cells[0].text = "  allowed";
    for (size_t d = 0; d < take; d++) {
        const double n = HR_FIGURE(s->r, "budget/allowed", first + d);

        row->cells[d + 1].text =
            isnan(n) ? "-" : hr_section_number(s, hr_number_of(HR_NUMBER_COUNT, n));
    }
}

static size_t some_designs(const struct hr_section *s, size_t first, size_t take,
                           const void *ctx, struct hr_text *out)
{
    const struct budget *x = ctx;
    struct hr_table t = hr_table_begin(s->a);
    struct hr_table_row *row;

    hr_table_column(&t, "ERROR BUDGET", true);
    for (size_t d = first; d < first + take; d++)
        hr_table_column(&t, hr_pick_name(s->r, "design", d, s->a, HR_NAME_COLUMNS), false);
    for (size_t i = 0; i < x->n; i++) {
        row = hr_table_row(&t);
        row->cells[0].text = hr_arena_printf(
            s->a, "  %s", hr_text_plain(s->a, x->rows[i].cause, HR_NAME_COLUMNS));
        for (size_t d = 0; d < take; d++)
            row->cells[d + 1] = share(s, x->rows[i].share[first + d], false);
    }
    row = hr_table_row(&t);
    row->cells[0] = (struct hr_cell){"  spent", HR_TONE_STRONG};
    for (size_t d = 0; d < take; d++)
        row->cells[d + 1] = share(s, hr_budget_spent(x->rows, x->n, first + d), true);
    allowed_row(s, &t, first, take);
    return hr_section_piece(s, &t, take, out);
}

void hr_section_budget(const struct hr_section *s)
{
    struct hr_budget *rows;
    struct budget x;
    double target = (double)NAN;

    x.n = hr_budgets(s->r, s->a, &rows);
    x.rows = rows;
    if (x.n == 0)
        return;
    hr_section_pieces(s, some_designs, &x);
    for (size_t d = 0; d < s->designs && isnan(target); d++)
        target = HR_FIGURE(s->r, "budget/target", d);
    hr_text_add(s->out, "  ");
    hr_text_wrap(
        s->out,
        hr_arena_printf(s->a,
                        "Share of the requests of 30 days that may go wrong%s%s%s, "
                        "spent by each cause; allowed: how many these are.",
                        isnan(target) ? "" : " (target ",
                        isnan(target) ? "" : hr_number_limit(HR_NUMBER_SHARE, target).text,
                        isnan(target) ? "" : ")"),
        2, 2, s->how.width);
}
