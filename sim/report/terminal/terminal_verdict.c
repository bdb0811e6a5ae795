/* sim/report/terminal/terminal_verdict.c - objectives, trust, and how each design first broke. */
#include <math.h>
#include <string.h>

#include "sim/report/terminal/terminal_parts.h"

/* ---- designs by objectives ---------------------------------------------------------------- */

enum verdict { KEPT, BROKEN, OPEN, NOT_ASKED /* another design's objective */ };

static enum verdict verdict(const struct hr_section *s, size_t d, size_t o)
{
    const char *text = HR_WORD(s->r, "objectives/verdict", d, o);

    return text[0] == '\0'               ? NOT_ASKED
           : strcmp(text, "kept") == 0   ? KEPT
           : strcmp(text, "broken") == 0 ? BROKEN
                                         : OPEN;
}

static const char *sign(const struct hr_section *s, enum verdict v)
{
    static const char *const signs[] = {"\xe2\x9c\x93", "\xe2\x9c\x97", "?"};
    static const char *const words[] = {"ok", "FAIL", "?"};

    return s->how.utf8 ? signs[v] : words[v];
}

static enum hr_tone tone(enum verdict v)
{
    static const enum hr_tone tones[] = {HR_TONE_GOOD, HR_TONE_BAD, HR_TONE_OPEN};

    return tones[v];
}

/* "✓ 2.61 s ± 0.10". */
static struct hr_cell objective_cell(const struct hr_section *s, size_t d, size_t o)
{
    const enum verdict v = verdict(s, d, o);
    const enum hr_quantity q = hr_quantity_of(HR_WORD(s->r, "objectives/measure", o),
                                              HR_WORD(s->r, "objectives/unit", o));
    const double value = HR_FIGURE(s->r, "objectives/value", d, o);
    const double lo = HR_FIGURE(s->r, "objectives/lo", d, o);
    const double hi = HR_FIGURE(s->r, "objectives/hi", d, o);
    const double limit = HR_FIGURE(s->r, "objectives/limit", d, o);
    const struct hr_number n = isfinite(hi - lo)
                                   ? hr_number_interval(q, value, lo, hi, s->how.utf8)
                                   : hr_number_against(q, value, limit);

    if (v == NOT_ASKED)
        return (struct hr_cell){"not asked", HR_TONE_FAINT};
    return (struct hr_cell){hr_arena_printf(s->a, "%s %s", sign(s, v), n.text), tone(v)};
}

/* The last row: what the column comes to, in words. */
static struct hr_cell sum_cell(const struct hr_section *s, size_t d, size_t n)
{
    size_t of[4] = {0};
    enum verdict v;

    for (size_t o = 0; o < n; o++)
        of[verdict(s, d, o)]++;
    v = of[BROKEN] > 0 ? BROKEN : of[OPEN] > 0 ? OPEN : KEPT;
    if (of[NOT_ASKED] == n)
        return (struct hr_cell){"no objective", HR_TONE_FAINT};
    if (v == KEPT)
        return (struct hr_cell){hr_arena_printf(s->a, "%s keeps all", sign(s, v)), tone(v)};
    return (struct hr_cell){hr_arena_printf(s->a, "%s %zu %s", sign(s, v), of[v],
                                            v == BROKEN ? "broken" : "undecided"),
                            tone(v)};
}

static bool expected(const struct hr_section *s, size_t o)
{
    return HR_FIGURE(s->r, "objectives/expectation", o) == 1;
}

/* Objectives, then what was expected under a heading, then what each design comes to. */
static void objective_rows(const struct hr_section *s, struct hr_table *t, size_t first,
                           size_t take, size_t n)
{
    for (size_t o = 0; o <= n; o++) {
        struct hr_table_row *row;
        if (o < n && expected(s, o) && (o == 0 || !expected(s, o - 1)))
            hr_table_heading(t, "expected");
        row = hr_table_row(t);
        row->cells[0].text = o < n ? hr_pick_name(s->r, "objective", o, s->a, 60) : "";
        for (size_t d = 0; d < take; d++)
            row->cells[d + 1] =
                o < n ? objective_cell(s, first + d, o) : sum_cell(s, first + d, n);
    }
}

static const char *design_title(const struct hr_section *s, size_t d)
{
    const char *chosen = hr_results_attr_text(s->r, "chosen");
    const char *name = hr_pick_name(s->r, "design", d, s->a, HR_NAME_COLUMNS);
    const int64_t at = hr_dim_index(hr_results_dim(s->r, "design"), chosen ? chosen : "");

    return s->designs > 1 && at == (int64_t)d ? hr_arena_printf(s->a, "%s *", name) : name;
}

static size_t some_designs(const struct hr_section *s, size_t first, size_t take,
                           const void *objectives, struct hr_text *out)
{
    const size_t *n = objectives;
    struct hr_table t = hr_table_begin(s->a);

    hr_table_column(&t, "OBJECTIVES", true);
    for (size_t d = first; d < first + take; d++)
        hr_table_column(&t, design_title(s, d), true);
    objective_rows(s, &t, first, take, *n);
    return hr_section_piece(s, &t, take, out);
}

/* Is what is said of an objective the same for all designs? */
static bool same_reason(const struct hr_section *s, size_t o)
{
    for (size_t d = 1; d < s->designs; d++)
        if (strcmp(HR_WORD(s->r, "objectives/reason", d, o),
                   HR_WORD(s->r, "objectives/reason", 0, o)) != 0)
            return false;
    return true;
}

/* Why a verdict is what it is, where there is more to say than the value; said once where it
 * is true of several designs. */
static void print_reasons(const struct hr_section *s, size_t n)
{
    for (size_t o = 0; o < n; o++) {
        const bool named = s->designs > 1 && !same_reason(s, o);
        const char *last = "";
        for (size_t d = 0; d < s->designs; d++) {
            const char *reason =
                hr_text_plain(s->a, HR_WORD(s->r, "objectives/reason", d, o), 200);
            if (reason[0] == '\0' || strcmp(reason, last) == 0 ||
                strncmp(reason, "an observation", 14) == 0 ||
                strstr(reason, " at all ") != NULL) /* said once, with the ranges */
                continue;
            last = reason;
            hr_text_add(s->out, "  ");
            hr_text_wrap(
                s->out,
                hr_arena_printf(
                    s->a, "%s%s%s: %s",
                    named ? hr_pick_name(s->r, "design", d, s->a, HR_NAME_COLUMNS) : "",
                    named ? ", " : "", hr_pick_name(s->r, "objective", o, s->a, 60),
                    reason),
                2, 4, s->how.width);
        }
    }
}

/* What each design changes: the comparison means nothing without it. */
static void print_changes(const struct hr_section *s)
{
    for (size_t d = 0; d < s->designs; d++) {
        const char *changes = hr_text_plain(s->a, HR_WORD(s->r, "changes", d), 300);
        hr_text_add(s->out, "  ");
        hr_text_wrap(
            s->out,
            hr_arena_printf(s->a, "%s: %s",
                            hr_pick_name(s->r, "design", d, s->a, HR_NAME_COLUMNS),
                            changes[0] != '\0' ? changes : "the scenario as written"),
            2, 4, s->how.width);
    }
}

void hr_section_objectives(const struct hr_section *s)
{
    const size_t n = hr_pick_length(s->r, "objective");

    if (n == 0 || s->designs == 0) {
        hr_section_title(s, "OBJECTIVES", "none are set");
        return;
    }
    hr_section_pieces(s, some_designs, &n);
    print_reasons(s, n);
    if (s->designs > 1 && hr_results_attr_text(s->r, "chosen") != NULL)
        hr_text_add(s->out, "  * chosen: decides the exit status\n");
    if (s->designs > 1 && hr_results_find(s->r, "changes") != NULL) {
        hr_section_title(s, "DESIGNS", NULL);
        print_changes(s);
    }
}

/* ---- what it rests on --------------------------------------------------------------------- */

static size_t chosen_design(const struct hr_section *s)
{
    const char *chosen = hr_results_attr_text(s->r, "chosen");
    const int64_t i = hr_dim_index(hr_results_dim(s->r, "design"), chosen ? chosen : "");

    return i < 0 ? 0 : (size_t)i;
}

/* "15 replications (every objective is known to 5%)". */
static void replications(const struct hr_section *s, struct hr_text *t)
{
    const char *ended = hr_text_plain(s->a, hr_results_attr_text(s->r, "ended"), 80);

    if (s->replications == 1)
        hr_text_add(t, "one replication");
    else
        hr_text_addf(t, "%zu replications", s->replications);
    if (ended[0] != '\0')
        hr_text_addf(t, " (%s)", ended);
    if (s->replications == 1)
        hr_text_add(t, ": every figure is an observation, not an estimate (-r 10 gives "
                       "intervals)");
}

/* How sure the intervals are; those of objectives are wider, as there are several. */
static void confidence(const struct hr_section *s, size_t d, struct hr_text *t)
{
    const double level = HR_FIGURE(s->r, "objectives/level", d);

    if (s->replications == 1)
        return;
    hr_text_add(t, " Intervals: 95%");
    if (level > 0.95 && level < 1)
        hr_text_addf(t, "; of the objectives %s each, so that all hold at once with 95%%",
                     hr_number_of(HR_NUMBER_SHARE, level).text);
    hr_text_add(t, ".");
}

void hr_section_trust(const struct hr_section *s)
{
    static const char *const paths[] = {"trust_measured", "trust_catalog", "trust_guessed",
                                        "trust_defaults"};
    const size_t d = chosen_design(s);
    const char *warmup = hr_text_plain(s->a, hr_results_attr_text(s->r, "warmup"), 80);
    const char *seed = hr_text_plain(s->a, hr_results_attr_text(s->r, "seed"), 24);
    struct hr_text t = hr_text_begin(s->a);
    const double ranges = HR_FIGURE(s->r, "trust_ranges", d);
    double n[4];

    replications(s, &t);
    if (seed[0] != '\0')
        hr_text_addf(&t, ", seed %s", seed);
    hr_text_add(&t, ".");
    confidence(s, d, &t);
    if (warmup[0] != '\0')
        hr_text_addf(&t, " Warm-up: %s.", warmup);
    for (size_t i = 0; i < 4; i++)
        n[i] = HR_FIGURE(s->r, paths[i], d);
    if (!isnan(n[0] + n[1] + n[2]))
        hr_text_addf(
            &t,
            " Inputs: %.0f measured, %.0f from the catalogue, %.0f guessed%s; %.0f model "
            "defaults.",
            n[0], n[1], n[2],
            ranges > 0 ? hr_arena_printf(s->a, " (%.0f of them as ranges)", ranges) : "",
            isnan(n[3]) ? 0 : n[3]);
    hr_section_title(s, "TRUST", NULL);
    hr_text_add(s->out, "  ");
    hr_text_wrap(s->out, t.text, 2, 2, s->how.width);
}

/* ---- the first break ---------------------------------------------------------------------- */

static void print_chain(const struct hr_section *s, const char *chain)
{
    while (*chain != '\0') {
        const size_t n = strcspn(chain, "\n");
        const char *line = hr_text_plain(s->a, hr_arena_text(s->a, chain, n), 400);
        const char *gap = strstr(line, "  ");
        const size_t indent = gap != NULL ? 4 + (size_t)(gap + 2 - line) : 4;
        /* The time is a column of its own: what is wrapped stays right of it. */
        hr_text_add(s->out, "    ");
        if (gap != NULL)
            hr_text_add(s->out, hr_arena_text(s->a, line, (size_t)(gap + 2 - line)));
        hr_text_wrap(s->out, gap != NULL ? gap + 2 : line, indent, indent, s->how.width);
        chain += n + (chain[n] == '\n');
    }
}

void hr_section_breaks(const struct hr_section *s)
{
    struct hr_text well = hr_text_begin(s->a);

    if (hr_results_find(s->r, "first_break/chain") == NULL)
        return;
    hr_section_title(s, "HOW IT FIRST BREAKS", NULL);
    for (size_t d = 0; d < s->designs; d++) {
        const char *chain = HR_WORD(s->r, "first_break/chain", d);
        const char *name = hr_pick_name(s->r, "design", d, s->a, 60);
        if (chain[0] == '\0') {
            hr_text_addf(&well, "%s%s", well.length > 0 ? ", " : "", name);
            continue;
        }
        if (s->designs > 1)
            hr_text_addf(s->out, "  %s\n", name);
        print_chain(s, chain);
    }
    if (well.length == 0)
        return;
    hr_text_add(s->out, "  ");
    hr_text_wrap(s->out,
                 s->designs > 1 ? hr_arena_printf(s->a, "%s: no break seen", well.text)
                                : "no break seen",
                 2, 4, s->how.width);
}
