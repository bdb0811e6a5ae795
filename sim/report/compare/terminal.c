/* sim/report/compare/terminal.c - a comparison for a terminal. */
#include "sim/report/compare/text.h"
#include "sim/report/compare/words.h"

#include "sim/report/table.h"

#include <math.h>
#include <string.h>

enum { WIDTH = 80, WIDTH_TEXT = 100, SETTINGS_SHOWN = 12 };

struct printer {
    const struct hr_comparison *c;
    struct hr_console how;
    struct hr_arena *a;
    struct hr_text *out;
};

static void title(const struct printer *p, const char *text, const char *note)
{
    hr_text_add(p->out, "\n");
    hr_tone_add(p->out, text, HR_TONE_STRONG, p->how.colour);
    hr_tone_add(p->out, note, HR_TONE_FAINT, p->how.colour);
    hr_text_add(p->out, "\n");
}

static void print_wrapped(const struct printer *p, const char *text, size_t indent)
{
    const size_t width = p->how.width < WIDTH_TEXT ? p->how.width : WIDTH_TEXT;

    hr_text_repeat(p->out, " ", indent);
    hr_text_wrap(p->out, text, indent, indent > 0 ? indent + 2 : 0, width);
}

/* --- what differs ------------------------------------------------------------------------------ */

static void print_settings(const struct printer *p, size_t i)
{
    const struct hr_comparison *c = p->c;
    const size_t most = p->how.verbose ? SIZE_MAX : SETTINGS_SHOWN;

    hr_tone_add(p->out, hr_compare_name(c, i, 60), HR_TONE_STRONG, p->how.colour);
    hr_text_add(p->out, "\n");
    if (c->n_settings[i] == 0)
        hr_text_add(p->out, "  nothing\n");
    for (size_t s = 0; s < c->n_settings[i] && s < most; s++)
        print_wrapped(p, hr_compare_setting(c, &c->settings[i][s]), 2);
    if (c->n_settings[i] > most)
        hr_text_addf(p->out, "  and %zu more (--verbose)\n", c->n_settings[i] - most);
}

/* --- the table --------------------------------------------------------------------------------- */

static enum hr_tone tone_of(enum hr_finding f)
{
    switch (f) {
    case HR_FOUND_BETTER:
        return HR_TONE_GOOD;
    case HR_FOUND_WORSE:
        return HR_TONE_BAD;
    case HR_FOUND_UNDECIDED:
        return HR_TONE_OPEN;
    case HR_FOUND_NONE:
    case HR_FOUND_SAME:
        break;
    }
    return HR_TONE_FAINT;
}

static void columns(const struct printer *p, struct hr_table *t, size_t i)
{
    hr_table_column(t, "DIFFERENCES", true);
    hr_table_column(t, "finding", true);
    hr_table_column(t, "difference", false);
    hr_table_column(t, "change", false);
    hr_table_column(t, hr_compare_name(p->c, p->c->reference, 20), false);
    hr_table_column(t, hr_compare_name(p->c, i, 20), false);
    hr_table_column(t, "seen from", false);
}

static void row(const struct printer *p, struct hr_table *t, size_t i, size_t m)
{
    const struct hr_comparison *c = p->c;
    const struct hr_compare_cell *cell = hr_comparison_cell(c, i, m);
    struct hr_table_row *r = hr_table_row(t);
    size_t k = 0;

    r->cells[k++].text = hr_compare_label(c, m, 32);
    r->cells[k++] =
        (struct hr_cell){hr_finding_names[cell->finding], tone_of(cell->finding)};
    r->cells[k++].text = hr_compare_change(c, i, m, p->how.utf8);
    r->cells[k++].text = hr_compare_percent(c, i, m);
    r->cells[k++].text = hr_compare_value(c, m, cell->reference);
    r->cells[k++].text = hr_compare_value(c, m, cell->value);
    r->cells[k++].text = hr_compare_seen_from(c, i, m);
}

static void print_undecided(const struct printer *p, size_t i)
{
    for (size_t m = 0; m < p->c->n_measures; m++)
        if (*hr_comparison_cell(p->c, i, m)->why)
            print_wrapped(p,
                          hr_arena_printf(p->a, "%s: %s", hr_compare_label(p->c, m, 40),
                                          hr_compare_finding(p->c, i, m)),
                          2);
}

/* What common random numbers were good for. */
static void print_pairing(const struct printer *p, size_t i)
{
    struct hr_table t = hr_table_begin(p->a);

    hr_table_column(&t, "PAIRING", true);
    hr_table_column(&t, "variance", false);
    for (size_t m = 0; m < p->c->n_measures; m++) {
        struct hr_table_row *r = hr_table_row(&t);

        r->cells[0].text = hr_compare_label(p->c, m, 32);
        r->cells[1].text = hr_compare_pairing(p->c, i, m);
    }
    hr_text_add(p->out, "\n");
    hr_table_print(&t, p->how.width, p->how.colour, p->out);
    print_wrapped(
        p,
        "Variance: of the paired difference, over that of independent runs; exact: "
        "there is none.",
        2);
}

static void print_differences(const struct printer *p, size_t i)
{
    struct hr_table t = hr_table_begin(p->a);
    size_t hidden;

    columns(p, &t, i);
    hr_table_heading(&t, hr_compare_name(p->c, i, 60));
    for (size_t m = 0; m < p->c->n_measures; m++)
        row(p, &t, i, m);
    hr_text_add(p->out, "\n");
    hidden = hr_table_print(&t, p->how.width, p->how.colour, p->out);
    print_undecided(p, i);
    if (hidden)
        hr_text_addf(p->out, "  (%zu column%s more on a wider terminal)\n", hidden,
                     hidden == 1 ? "" : "s");
    if (p->how.verbose)
        print_pairing(p, i);
}

/* --- the rest ---------------------------------------------------------------------------------- */

static void print_gates(const struct printer *p)
{
    static const char *const words[] = {"ok", "BROKEN", "undecided"};
    const struct hr_comparison *c = p->c;

    if (c->n_gates == 0)
        return;
    title(p, "GATES", "  what must not be");
    for (size_t i = 0; i < c->n; i++)
        for (size_t g = 0; i != c->reference && g < c->n_gates; g++) {
            const enum hr_gate_verdict v = c->held[i * c->n_gates + g];

            hr_text_add(p->out, "  ");
            hr_tone_add(p->out, words[v],
                        v == HR_GATE_HOLDS    ? HR_TONE_GOOD
                        : v == HR_GATE_BROKEN ? HR_TONE_BAD
                                              : HR_TONE_OPEN,
                        p->how.colour);
            hr_text_repeat(p->out, " ", 11 - strlen(words[v]));
            hr_text_addf(p->out, "%s\n", hr_compare_gate(c, i, g));
        }
}

static void print_front(const struct printer *p)
{
    const struct hr_comparison *c = p->c;
    struct hr_table t = hr_table_begin(p->a);

    if (!c->has_front)
        return;
    hr_table_column(&t, "FRONT", true);
    for (size_t k = 0; k < HR_FRONT_AXES; k++)
        hr_table_column(&t, hr_compare_label(c, c->axes[k], 24), false);
    hr_table_column(&t, "by latency", true);
    hr_table_column(&t, "by availability", true);
    for (size_t i = 0; i < c->n; i++) {
        struct hr_table_row *r = hr_table_row(&t);

        r->cells[0].text = hr_compare_name(c, i, 28);
        for (size_t k = 0; k < HR_FRONT_AXES; k++)
            r->cells[1 + k].text = hr_compare_point(c, i, k, p->how.utf8);
        r->cells[4].text = hr_compare_place(c, i, 0);
        r->cells[5].text = hr_compare_place(c, i, 1);
    }
    hr_text_add(p->out, "\n");
    hr_table_print(&t, p->how.width, p->how.colour, p->out);
    if (*hr_compare_front_sentence(c))
        print_wrapped(p, hr_compare_front_sentence(c), 2);
}

const char *hr_compare_terminal(const struct hr_comparison *c, const struct hr_console *how,
                                struct hr_arena *a)
{
    struct hr_text out = hr_text_begin(a);
    struct printer p = {c, *how, a, &out};

    if (p.how.width == 0)
        p.how.width = WIDTH;
    hr_tone_add(&out, "WHAT DIFFERS", HR_TONE_STRONG, how->colour);
    hr_text_addf(&out, "  from %s\n", hr_compare_name(c, c->reference, 60));
    for (size_t i = 0; i < c->n; i++)
        if (i != c->reference)
            print_settings(&p, i);
    for (size_t i = 0; i < c->n; i++)
        if (i != c->reference)
            print_differences(&p, i);
    print_wrapped(&p, hr_compare_trust(c), 2);
    title(&p, "IN WORDS", "");
    for (size_t i = 0; i < c->n; i++)
        if (i != c->reference)
            print_wrapped(&p, hr_compare_sentence(c, i, how->utf8), 0);
    print_gates(&p);
    print_front(&p);
    hr_console_saved(how, &out, a);
    return how->utf8 ? out.text : hr_console_ascii(a, out.text);
}
