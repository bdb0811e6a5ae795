/* sim/report/compare/markdown.c - a comparison for a pull request, and as a decision record.
 *
 * Whatever came from a file stands in a code span (words.h), so that it cannot become markup, a
 * link or a mention of somebody. */
#include "sim/report/compare/text.h"
#include "sim/report/compare/words.h"

#include "sim/report/pick.h"
#include "sim/report/text.h"

#include <math.h>
#include <string.h>

enum { NAME_MOST = 60, SETTINGS_SHOWN = 20 };

struct writer {
    const struct hr_comparison *c;
    struct hr_text *out;
};

static bool is_other(const struct hr_comparison *c, size_t i)
{
    return i != c->reference;
}

/* --- pieces ------------------------------------------------------------------------------------ */

static void add_settings(const struct writer *w, size_t i)
{
    const struct hr_comparison *c = w->c;

    for (size_t s = 0; s < c->n_settings[i] && s < SETTINGS_SHOWN; s++)
        hr_text_addf(w->out, "- %s\n", hr_compare_setting(c, &c->settings[i][s]));
    if (c->n_settings[i] > SETTINGS_SHOWN)
        hr_text_addf(w->out, "- and %zu more\n", c->n_settings[i] - SETTINGS_SHOWN);
    if (c->n_settings[i] == 0)
        hr_text_add(w->out, "- nothing\n");
}

static void add_row(const struct writer *w, size_t i, size_t m)
{
    const struct hr_comparison *c = w->c;
    const struct hr_compare_cell *cell = hr_comparison_cell(c, i, m);
    const bool strong = cell->finding == HR_FOUND_BETTER || cell->finding == HR_FOUND_WORSE;

    hr_text_addf(w->out, "| %s | %s%s%s | %s | %s ", hr_compare_label(c, m, NAME_MOST),
                 strong ? "**" : "", hr_compare_finding(c, i, m), strong ? "**" : "",
                 hr_compare_change(c, i, m, true), hr_compare_percent(c, i, m));
    hr_text_addf(w->out, "| %s | %s | %s |\n", hr_compare_value(c, m, cell->reference),
                 hr_compare_value(c, m, cell->value), hr_compare_seen_from(c, i, m));
}

static void add_table(const struct writer *w, size_t i)
{
    const struct hr_comparison *c = w->c;

    hr_text_addf(
        w->out, "| measure | finding | difference | change | %s | %s | seen from |\n",
        hr_compare_name(c, c->reference, NAME_MOST), hr_compare_name(c, i, NAME_MOST));
    hr_text_add(w->out, "|---|---|--:|--:|--:|--:|--:|\n");
    for (size_t m = 0; m < c->n_measures; m++)
        add_row(w, i, m);
    hr_text_add(w->out, "\n");
}

static void add_gates(const struct writer *w)
{
    static const char *const words[] = {"holds", "**BROKEN**", "undecided"};
    const struct hr_comparison *c = w->c;

    for (size_t i = 0; i < c->n; i++)
        for (size_t g = 0; is_other(c, i) && g < c->n_gates; g++)
            hr_text_addf(w->out, "- %s: %s\n", words[c->held[i * c->n_gates + g]],
                         hr_compare_gate(c, i, g));
    if (c->n_gates)
        hr_text_add(w->out, "\n");
}

static void add_front(const struct writer *w)
{
    const struct hr_comparison *c = w->c;

    if (!c->has_front)
        return;
    hr_text_add(w->out, "| design ");
    for (size_t k = 0; k < HR_FRONT_AXES; k++)
        hr_text_addf(w->out, "| %s ", hr_compare_label(c, c->axes[k], NAME_MOST));
    hr_text_add(w->out, "| cost and latency | cost and availability |\n"
                        "|---|--:|--:|--:|---|---|\n");
    for (size_t i = 0; i < c->n; i++) {
        hr_text_addf(w->out, "| %s ", hr_compare_name(c, i, NAME_MOST));
        for (size_t k = 0; k < HR_FRONT_AXES; k++)
            hr_text_addf(w->out, "| %s ", hr_compare_point(c, i, k, true));
        hr_text_addf(w->out, "| %s | %s |\n", hr_compare_place(c, i, 0),
                     hr_compare_place(c, i, 1));
    }
    hr_text_addf(w->out, "\n%s\n\n", hr_compare_front_sentence(c));
}

/* Designs as a list: "`a` and `b`". */
static const char *others(const struct hr_comparison *c)
{
    const char *text = "";
    size_t done = 0;

    for (size_t i = 0; i < c->n; i++)
        if (is_other(c, i)) {
            const char *between = done == 0 ? "" : done + 2 == c->n ? " and " : ", ";

            text = hr_arena_printf(c->arena, "%s%s%s", text, between,
                                   hr_compare_name(c, i, NAME_MOST));
            done++;
        }
    return text;
}

/* --- documents --------------------------------------------------------------------------------- */

const char *hr_compare_markdown(const struct hr_comparison *given, struct hr_arena *a)
{
    struct hr_comparison c = *given;
    struct hr_text out = hr_text_begin(a);
    const struct writer w = {&c, &out};

    c.code = true;
    hr_text_addf(&out, "### headroom: %s against %s\n\n", others(&c),
                 hr_compare_name(&c, c.reference, NAME_MOST));
    for (size_t i = 0; i < c.n; i++)
        if (is_other(&c, i)) {
            hr_text_addf(&out, "What differs in %s:\n\n",
                         hr_compare_name(&c, i, NAME_MOST));
            add_settings(&w, i);
            hr_text_add(&out, "\n");
        }
    for (size_t i = 0; i < c.n; i++)
        if (is_other(&c, i)) {
            hr_text_addf(&out, "%s\n\n", hr_compare_sentence(&c, i, true));
            add_table(&w, i);
        }
    add_gates(&w);
    add_front(&w);
    hr_text_addf(&out, "<sub>%s</sub>\n", hr_compare_trust(&c));
    return out.text;
}

/* A sentence of a file as text: what is markup gets a backslash; the signs that GitHub makes
 * mentions, issues and links of stand alone in code spans, which breaks them. */
static const char *prose(struct hr_arena *a, const char *sentence)
{
    const char *start = hr_text_plain(a, sentence, 1000);
    struct hr_text out = hr_text_begin(a);

    for (const char *s = start; *s; s++)
        if (strchr("@#", *s) || strncmp(s, "//", 2) == 0 ||
            (*s == '.' && (s > start && (s[-1] == 'w' || s[-1] == 'W'))))
            hr_text_addf(&out, "`%c`", *s);
        else
            hr_text_addf(&out, strchr("\\`*_[]<>|~&!{}", *s) ? "\\%c" : "%c", *s);
    return out.text;
}

static const char *attribute(const struct hr_comparison *c, const char *name)
{
    const char *text = hr_results_attr_text(c->contenders[c->reference].r, name);

    return text && *text ? prose(c->arena, text) : NULL;
}

/* "keeps 3 of 4 objectives (1 broken)". */
static void add_objectives(const struct writer *w, size_t i)
{
    const struct hr_contender *x = &w->c->contenders[i];
    const size_t n = hr_pick_length(x->r, "objective");
    size_t asked = 0, kept = 0, broken = 0;

    for (size_t o = 0; o < n; o++) {
        const char *v = HR_WORD(x->r, "objectives/verdict", x->design, o);

        asked += *v != '\0';
        kept += strcmp(v, "kept") == 0;
        broken += strcmp(v, "broken") == 0;
    }
    hr_text_addf(w->out, "- %s%s keeps %zu of %zu objectives and expectations",
                 hr_compare_name(w->c, i, NAME_MOST),
                 is_other(w->c, i) ? "" : " (the reference)", kept, asked);
    if (broken)
        hr_text_addf(w->out, ", breaks %zu", broken);
    hr_text_add(w->out, ".\n");
}

static void add_options(const struct writer *w)
{
    hr_text_add(w->out, "## Options\n\n");
    for (size_t i = 0; i < w->c->n; i++)
        add_objectives(w, i);
    hr_text_add(w->out, "\n");
    for (size_t i = 0; i < w->c->n; i++)
        if (is_other(w->c, i)) {
            hr_text_addf(w->out, "%s differs from %s in:\n\n",
                         hr_compare_name(w->c, i, NAME_MOST),
                         hr_compare_name(w->c, w->c->reference, NAME_MOST));
            add_settings(w, i);
            hr_text_add(w->out, "\n");
        }
}

static void add_decision(const struct writer *w)
{
    const char *verdict = attribute(w->c, "verdict");

    hr_text_add(w->out, "## Decision\n\n");
    if (verdict)
        hr_text_addf(w->out, "Proposed by the simulation: %s\n\n", verdict);
    hr_text_add(w->out, "To be decided.\n\n");
}

const char *hr_compare_adr(const struct hr_comparison *given, struct hr_arena *a)
{
    struct hr_comparison c = *given;
    struct hr_text out = hr_text_begin(a);
    const struct writer w = {&c, &out};
    const char *title, *question;

    c.code = true;
    title = attribute(&c, "title");
    question = attribute(&c, "question");
    hr_text_addf(&out, "# %s: %s or %s\n\nStatus: proposed\n\n", title ? title : "Decision",
                 hr_compare_name(&c, c.reference, NAME_MOST), others(&c));
    hr_text_addf(&out, "## Context\n\n%s\n\n", question ? question : "To be filled in.");
    add_options(&w);
    add_decision(&w);
    hr_text_add(&out, "## Consequences\n\n");
    for (size_t i = 0; i < c.n; i++)
        if (is_other(&c, i))
            hr_text_addf(&out, "- %s\n", hr_compare_sentence(&c, i, true));
    hr_text_add(&out, "\n## Evidence\n\n");
    for (size_t i = 0; i < c.n; i++)
        if (is_other(&c, i))
            add_table(&w, i);
    add_gates(&w);
    add_front(&w);
    hr_text_addf(&out, "%s\n", hr_compare_trust(&c));
    return out.text;
}
