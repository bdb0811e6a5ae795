/* sim/report/terminal/terminal_year.c - the year: who spends its minutes. */
#include <math.h>

#include "sim/report/terminal/terminal_parts.h"
#include "sim/report/year.h"

static struct hr_cell number(const struct hr_section *s, enum hr_quantity q, double x)
{
    if (isnan(x))
        return (struct hr_cell){"-", HR_TONE_FAINT};
    return (struct hr_cell){hr_section_number(s, hr_number_of(q, x)), HR_TONE_NONE};
}

static struct hr_cell minutes(const struct hr_section *s, const struct hr_year_line *x)
{
    return (struct hr_cell){
        hr_section_number(
            s, hr_number_interval(HR_NUMBER_PLAIN, x->minutes, x->lo, x->hi, s->how.utf8)),
        HR_TONE_NONE};
}

/* "1.2, most with zone": what falls to periods into which another one struck. */
static struct hr_cell overlap(const struct hr_section *s, const struct hr_year_line *x)
{
    if (x->rest || isnan(x->overlap))
        return (struct hr_cell){"-", HR_TONE_FAINT};
    if (x->other[0] == '\0')
        return number(s, HR_NUMBER_PLAIN, x->overlap);
    return (struct hr_cell){hr_arena_printf(s->a, "%s, most with %s",
                                            hr_number_of(HR_NUMBER_PLAIN, x->overlap).text,
                                            hr_text_plain(s->a, x->other, HR_NAME_COLUMNS)),
                            HR_TONE_NONE};
}

static void line(const struct hr_section *s, struct hr_table *t,
                 const struct hr_year_line *x)
{
    struct hr_table_row *row = hr_table_row(t);

    row->cells[0].text =
        hr_arena_printf(s->a, "  %s", hr_text_plain(s->a, x->cause, HR_NAME_COLUMNS));
    row->cells[1] = minutes(s, x);
    row->cells[2] = number(s, HR_NUMBER_PLAIN, x->per_year);
    row->cells[3] = number(s, HR_NUMBER_TIME, x->period_s);
    row->cells[4] = overlap(s, x);
}

static void total(const struct hr_section *s, struct hr_table *t, size_t design)
{
    const double target = HR_FIGURE(s->r, "year/target", design),
                 spent = HR_FIGURE(s->r, "year/total", design),
                 allowed = hr_year_allowed(target);
    struct hr_table_row *row = hr_table_row(t);

    row->cells[0] = (struct hr_cell){"  all", HR_TONE_STRONG};
    row->cells[1] = number(s, HR_NUMBER_PLAIN, spent);
    row->cells[1].tone = spent > allowed ? HR_TONE_BAD : HR_TONE_GOOD;
    row = hr_table_row(t);
    row->cells[0].text = "  allowed";
    row->cells[1] = number(s, HR_NUMBER_PLAIN, allowed);
}

void hr_section_year(const struct hr_section *s)
{
    struct hr_table t = hr_table_begin(s->a);
    struct hr_year_line *x;
    const size_t n = hr_year_lines(s->r, s->a, &x);

    if (n == 0)
        return;
    hr_table_column(&t, "YEAR", true);
    hr_table_column(&t, "minutes lost", false);
    hr_table_column(&t, "periods", false);
    hr_table_column(&t, "length", false);
    hr_table_column(&t, "lost in overlaps", false);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || x[i].design != x[i - 1].design)
            hr_section_design(s, &t, x[i].design);
        line(s, &t, &x[i]);
        if (i + 1 == n || x[i + 1].design != x[i].design)
            total(s, &t, x[i].design);
    }
    hr_section_table(s, &t);
    hr_text_add(s->out, "  ");
    hr_text_wrap(
        s->out,
        "A year with its hazards, in minutes of full loss: each line is what periods "
        "cost that this hazard begins, with what others do meanwhile (overlaps).",
        2, 2, s->how.width);
}
