/* sim/report/terminal/terminal_ranges.c - what inputs that are known only as ranges do: luck and
 * ignorance, what explains them, and where verdicts flip. */
#include <math.h>
#include <string.h>

#include "sim/report/ranges.h"
#include "sim/report/terminal/terminal_parts.h"

/* Is it an objective of this design, and was it seen? */
static bool asked(const struct hr_section *s, size_t d, size_t o)
{
    return HR_WORD(s->r, "objectives/verdict", d, o)[0] != '\0' &&
           !isnan(HR_FIGURE(s->r, "ranges/lowest", d, o));
}

static const char *figure(const struct hr_section *s, size_t d, size_t o, const char *path)
{
    const double x = HR_FIGURE(s->r, path, d, o);
    const enum hr_quantity q = hr_quantity_of(HR_WORD(s->r, "objectives/measure", o),
                                              HR_WORD(s->r, "objectives/unit", o));

    return isnan(x) ? "" : hr_section_number(s, hr_number_of(q, x));
}

static const char *const columns[] = {"luck", "ignorance", "lowest", "highest"};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static void spreads(const struct hr_section *s)
{
    struct hr_table t = hr_table_begin(s->a);
    const size_t n = hr_pick_length(s->r, "objective");

    hr_table_column(&t, "UNCERTAIN INPUTS", true);
    hr_table_column(&t, "explained by", true);
    for (size_t k = 0; k < N_COLUMNS; k++)
        hr_table_column(&t, columns[k], false);
    for (size_t d = 0; d < s->designs; d++) {
        hr_section_design(s, &t, d);
        for (size_t o = 0; o < n; o++) {
            struct hr_table_row *row;
            if (!asked(s, d, o))
                continue;
            row = hr_table_row(&t);
            row->cells[0].text = hr_pick_name(s->r, "objective", o, s->a, 60);
            row->cells[1].text = hr_ranges_explained(s->r, d, o, 1, s->a);
            for (size_t k = 0; k < N_COLUMNS; k++)
                row->cells[k + 2].text =
                    figure(s, d, o, hr_arena_printf(s->a, "ranges/%s", columns[k]));
        }
    }
    hr_section_table(s, &t);
}

static void flip(const struct hr_section *s, size_t d, size_t o)
{
    const char *text = hr_ranges_flip(s->r, d, o, s->a);

    if (text[0] == '\0')
        return;
    hr_text_add(s->out, "  ");
    hr_text_wrap(s->out, text, 2, 4, s->how.width);
}

void hr_section_ranges(const struct hr_section *s)
{
    const size_t n = hr_pick_length(s->r, "objective");
    const size_t inputs = hr_pick_length(s->r, "input");
    const size_t points = hr_pick_length(s->r, "point");
    struct hr_text note = hr_text_begin(s->a);

    if (!hr_ranges_known(s->r))
        return;
    spreads(s);
    for (size_t d = 0; d < s->designs; d++)
        for (size_t o = 0; o < n; o++)
            flip(s, d, o);
    hr_text_addf(
        &note,
        "The other figures are those half-way. Here two runs at each of %zu point%s of "
        "the ranges (",
        points, points == 1 ? "" : "s");
    for (size_t i = 0; i < inputs; i++)
        hr_text_addf(&note, "%s%s %s", i ? ", " : "",
                     hr_pick_name(s->r, "input", i, s->a, 40),
                     hr_text_plain(s->a, HR_WORD(s->r, "ranges/written", i), 40));
    hr_text_addf(&note,
                 "). Luck and ignorance: standard deviations from run to run, and over the "
                 "ranges. What is kept at all points is broken by less than %.0f%% of the "
                 "ranges, with 95%%.",
                 ceil(100 * (1 - pow(0.05, 1 / (double)points))));
    hr_text_add(s->out, "  ");
    hr_text_wrap(s->out, note.text, 2, 2, s->how.width);
}
