/* sim/report/terminal/terminal_theory.c - queueing theory beside simulation, for the components that
 * it has an answer for. */
#include "sim/report/terminal/terminal_parts.h"

#include <math.h>

static const char *time_text(const struct hr_section *s, const char *path, size_t d,
                             size_t c)
{
    return hr_section_number(s, hr_number_of(HR_NUMBER_TIME, HR_FIGURE(s->r, path, d, c)));
}

static void theory_row(const struct hr_section *s, struct hr_table *t, size_t d, size_t c)
{
    struct hr_table_row *row = hr_table_row(t);
    const bool exact = HR_FIGURE(s->r, "theory/exact", d, c) > 0;
    const double load = HR_FIGURE(s->r, "theory/load", d, c);
    const double response = HR_FIGURE(s->r, "theory/response", d, c);

    row->cells[0].text = hr_arena_printf(
        s->a, "  %s", hr_pick_name(s->r, "component", c, s->a, HR_NAME_COLUMNS));
    row->cells[1].text =
        hr_text_plain(s->a, HR_WORD(s->r, "theory/model", d, c), HR_NAME_COLUMNS);
    row->cells[2].text = hr_section_number(s, hr_number_of(HR_NUMBER_SHARE, load));
    row->cells[3].text = isinf(response)
                             ? "overloaded"
                             : hr_arena_printf(s->a, "%s%s", exact ? "" : "about ",
                                               time_text(s, "theory/response", d, c));
    row->cells[4].text = hr_section_interval(s, HR_NUMBER_TIME, "theory/observed", d, c);
}

void hr_section_theory(const struct hr_section *s)
{
    struct hr_table t = hr_table_begin(s->a);

    if (!s->how.verbose || !hr_results_find(s->r, "theory/response"))
        return;
    hr_table_column(&t, "THEORY", true);
    hr_table_column(&t, "station", true);
    hr_table_column(&t, "load", false);
    hr_table_column(&t, "mean time, by theory", false);
    hr_table_column(&t, "simulated", false);
    for (size_t d = 0; d < s->designs; d++) {
        hr_section_design(s, &t, d);
        for (size_t c = 0; c < s->parts; c++)
            if (!isnan(HR_FIGURE(s->r, "theory/response", d, c)))
                theory_row(s, &t, d, c);
    }
    hr_section_table(s, &t);
}
