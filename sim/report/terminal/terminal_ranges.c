/* sim/report/terminal/terminal_ranges.c - what inputs that are known only as ranges do: luck and
 * ignorance, what explains them, and where verdicts flip. */
#include <math.h>
#include <string.h>

#include "sim/report/terminal/terminal_parts.h"

static bool asked(const struct hr_section *s, size_t d, size_t o)
{
    return HR_WORD(s->r, "objectives/verdict", d, o)[0] != '\0';
}

static const char *figure(const struct hr_section *s, size_t d, size_t o, const char *path)
{
    const double x = HR_FIGURE(s->r, path, d, o);
    const enum hr_quantity q = hr_quantity_of(HR_WORD(s->r, "objectives/measure", o),
                                              HR_WORD(s->r, "objectives/unit", o));

    return isnan(x) ? "" : hr_section_number(s, hr_number_of(q, x));
}

static const char *share(const struct hr_section *s, double x)
{
    return hr_section_number(s, hr_number_of(HR_NUMBER_SHARE, round(100 * x) / 100));
}

/* The inputs that explain a share of something, the largest first: "app.home work 81%". */
static const char *explained(const struct hr_section *s, size_t d, size_t o,
                             const char *path)
{
    const size_t n = hr_pick_length(s->r, "input");
    const char *text = "";
    double last = HUGE_VAL;

    for (size_t shown = 0; shown < 2; shown++) {
        double most = 0.005; /* less is nothing */
        size_t best = n;

        for (size_t i = 0; i < n; i++) {
            const double x = HR_FIGURE(s->r, path, d, o, i);
            if (x > most && x < last) {
                most = x;
                best = i;
            }
        }
        if (best == n)
            break;
        last = most;
        text = hr_arena_printf(s->a, "%s%s%s %s", text, shown ? ", " : "",
                               hr_pick_name(s->r, "input", best, s->a, 40), share(s, most));
    }
    return text;
}

/* What explains the verdict, where that is not the same everywhere; else the value. */
static const char *explanation(const struct hr_section *s, size_t d, size_t o)
{
    const char *verdict = explained(s, d, o, "ranges/verdict_share");

    return verdict[0] != '\0' ? verdict : explained(s, d, o, "ranges/share");
}

static void spreads(const struct hr_section *s)
{
    struct hr_table t = hr_table_begin(s->a);
    const size_t n = hr_pick_length(s->r, "objective");

    hr_table_column(&t, "UNCERTAIN INPUTS", true);
    hr_table_column(&t, "lowest", false);
    hr_table_column(&t, "highest", false);
    hr_table_column(&t, "luck", false);
    hr_table_column(&t, "ignorance", false);
    hr_table_column(&t, "explained by", true);
    for (size_t d = 0; d < s->designs; d++) {
        hr_section_design(s, &t, d);
        for (size_t o = 0; o < n; o++) {
            struct hr_table_row *row;
            if (!asked(s, d, o))
                continue;
            row = hr_table_row(&t);
            row->cells[0].text = hr_pick_name(s->r, "objective", o, s->a, 60);
            row->cells[1].text = figure(s, d, o, "ranges/lowest");
            row->cells[2].text = figure(s, d, o, "ranges/highest");
            row->cells[3].text = figure(s, d, o, "ranges/luck");
            row->cells[4].text = figure(s, d, o, "ranges/ignorance");
            row->cells[5].text = explanation(s, d, o);
        }
    }
    hr_section_table(s, &t);
}

static const char *in_unit(const struct hr_section *s, const char *unit, double x)
{
    return hr_section_number(s, hr_number_of(hr_quantity_of("", unit), x));
}

static const char *unit_of_top(const struct hr_section *s, const char *top)
{
    const int64_t i = hr_dim_index(hr_results_dim(s->r, "input"), top);

    return i < 0 ? "" : HR_WORD(s->r, "ranges/unit", (size_t)i);
}

/* "two breaks mean_latency < 300ms if app.page work > 128 ms (126 ms to 131 ms)". */
static void flip(const struct hr_section *s, size_t d, size_t o)
{
    const char *top = HR_WORD(s->r, "ranges/top", d, o);
    const char *text = HR_WORD(s->r, "ranges/flip_text", d, o);
    const char *unit = unit_of_top(s, top);
    const double lo = HR_FIGURE(s->r, "ranges/flip_lo", d, o);
    const double hi = HR_FIGURE(s->r, "ranges/flip_hi", d, o);
    const char *interval =
        isnan(lo + hi) ? ""
                       : hr_arena_printf(s->a, " (between %s and %s)", in_unit(s, unit, lo),
                                         in_unit(s, unit, hi));
    const char *design = hr_pick_name(s->r, "design", d, s->a, HR_NAME_COLUMNS);

    if (text[0] == '\0')
        return;
    hr_text_add(s->out, "  ");
    hr_text_wrap(s->out,
                 hr_arena_printf(s->a, "%s%s%s: %s %s%s", s->designs > 1 ? design : "",
                                 s->designs > 1 ? ", " : "",
                                 hr_pick_name(s->r, "objective", o, s->a, 60),
                                 hr_text_plain(s->a, top, 60),
                                 hr_text_plain(s->a, text, 60), interval),
                 2, 4, s->how.width);
}

void hr_section_ranges(const struct hr_section *s)
{
    const size_t n = hr_pick_length(s->r, "objective");
    const size_t inputs = hr_pick_length(s->r, "input");
    struct hr_text note = hr_text_begin(s->a);

    if (hr_results_find(s->r, "ranges/luck") == NULL || inputs == 0)
        return;
    spreads(s);
    for (size_t d = 0; d < s->designs; d++)
        for (size_t o = 0; o < n; o++)
            flip(s, d, o);
    hr_text_addf(&note,
                 "The other figures are those half-way. Here %zu point%s of the ranges "
                 "(",
                 hr_pick_length(s->r, "point"),
                 hr_pick_length(s->r, "point") == 1 ? "" : "s");
    for (size_t i = 0; i < inputs; i++)
        hr_text_addf(&note, "%s%s %s", i ? ", " : "",
                     hr_pick_name(s->r, "input", i, s->a, 40),
                     hr_text_plain(s->a, HR_WORD(s->r, "ranges/written", i), 40));
    hr_text_add(&note,
                "), two runs at each. Luck and ignorance: standard deviations from run "
                "to run, and over the ranges.");
    hr_text_add(s->out, "  ");
    hr_text_wrap(s->out, note.text, 2, 2, s->how.width);
}
