/* sim/report/page/page_verdict.c - the answer: one sentence, a card a design, objectives x designs,
 * and what the answer rests on. */
#include "sim/report/cost.h"
#include "sim/report/page/page.h"

#include <math.h>
#include <string.h>

enum { MOST_CARDS = 6, LONG_VERDICT = 130 /* characters; then in smaller type */ };

enum verdict { KEPT, BROKEN, UNDECIDED, N_VERDICTS, NOT_ASKED = N_VERDICTS };

static const struct {
    const char *word, *glyph;
} signs[N_VERDICTS] = {
    {"kept", "\xE2\x9C\x93"}, {"broken", "\xE2\x9C\x97"}, {"undecided", "?"}};

static enum verdict verdict_of(const struct hr_page_view *v, size_t d, size_t o)
{
    const char *word =
        HR_TEXT_AT(v, hr_page_texts(v, "objectives/verdict", "design objective"), d, o);

    return *word == '\0'                 ? NOT_ASKED /* another design's objective */
           : strcmp(word, "kept") == 0   ? KEPT
           : strcmp(word, "broken") == 0 ? BROKEN
                                         : UNDECIDED;
}

static size_t n_objectives(const struct hr_page_view *v)
{
    return v->objective ? v->objective->n : 0;
}

static void sign(struct hr_page_view *v, enum verdict which)
{
    hr_html_rawf(&v->h,
                 "<span class=\"sign %s\"><span aria-hidden=\"true\">%s</span> %s</span>",
                 signs[which].word, signs[which].glyph, signs[which].word);
}

/* ---- cards ------------------------------------------------------------------------------- */

static void card_status(struct hr_page_view *v, size_t d)
{
    size_t n[N_VERDICTS + 1] = {0};
    size_t all = n_objectives(v);
    enum verdict which;

    for (size_t o = 0; o < all; o++)
        n[verdict_of(v, d, o)]++;
    all -= n[NOT_ASKED];
    which = n[BROKEN] ? BROKEN : n[UNDECIDED] ? UNDECIDED : KEPT;
    if (all == 0) {
        hr_html_raw(&v->h, "<p class=\"status\">No objectives to keep</p>");
        return;
    }
    hr_html_rawf(&v->h, "<p class=\"status %s\"><span aria-hidden=\"true\">%s</span> ",
                 signs[which].word, signs[which].glyph);
    if (which == KEPT)
        hr_html_rawf(&v->h, "Keeps %s", all == 1 ? "its objective" : "every objective");
    else if (which == BROKEN)
        hr_html_rawf(&v->h, "Breaks %zu of %zu objectives", n[BROKEN], all);
    else
        hr_html_rawf(&v->h, "%zu of %zu objectives undecided", n[UNDECIDED], all);
    hr_html_raw(&v->h, "</p>");
}

static void fact(struct hr_page_view *v, const char *label, const char *value)
{
    hr_html_raw(&v->h, "<div><dt>");
    hr_html_text(&v->h, label);
    hr_html_raw(&v->h, "</dt><dd>");
    hr_html_text(&v->h, value);
    hr_html_raw(&v->h, "</dd></div>");
}

static void card_facts(struct hr_page_view *v, size_t d)
{
    const struct hr_var *latency =
        hr_page_numbers(v, "latency/latency", "design request_class quantile");
    const struct hr_var *good =
        hr_page_numbers(v, "summary/availability", "design request_class");
    const struct hr_var *worst =
        hr_page_numbers(v, "summary/worst_5m_availability", "design request_class");
    const struct hr_var *attempts =
        hr_page_numbers(v, "summary/amplification", "design request_class");

    const double p = HR_AT(v, latency, d, v->headline, v->headline_q);

    hr_html_raw(&v->h, "<dl>");
    fact(v,
         hr_arena_printf(v->a, "%s of %s", hr_page_quantile_words(v, v->headline_q),
                         hr_page_row_words(v, v->headline)),
         isinf(p) ? "never good" : hr_number_of(HR_NUMBER_TIME, p).text);
    fact(v, "availability", hr_number_of(HR_NUMBER_SHARE, HR_AT(v, good, d, 0)).text);
    fact(v, "worst 5 minutes", hr_number_of(HR_NUMBER_SHARE, HR_AT(v, worst, d, 0)).text);
    if (hr_cost_measured(v->r))
        fact(v, "cost a month",
             isnan(hr_cost_total(v->r, d)) ? "undecided"
                                           : hr_cost_dollars(hr_cost_total(v->r, d)).text);
    else
        fact(v, "attempts a request",
             hr_number_of(HR_NUMBER_PLAIN, HR_AT(v, attempts, d, 0)).text);
    hr_html_raw(&v->h, "</dl>");
}

/* Lines of a text as list items. */
static void lines(struct hr_page_view *v, const char *text)
{
    while (*text) {
        const size_t n = strcspn(text, "\n");

        hr_html_raw(&v->h, "<li>");
        hr_html_text(&v->h, hr_html_clean(v->a, hr_arena_text(v->a, text, n), 1));
        hr_html_raw(&v->h, "</li>");
        text += n + (text[n] == '\n');
    }
}

static void card(struct hr_page_view *v, size_t d)
{
    const char *changes = HR_TEXT_AT(v, hr_page_texts(v, "changes", "design"), d);

    hr_html_raw(&v->h, "<article class=\"card\"><h3>");
    hr_page_designation(v, d);
    hr_html_raw(&v->h, "</h3>");
    card_status(v, d);
    if (!*changes && v->n_designs > 1)
        changes = "the base scenario";
    if (*changes) {
        hr_html_raw(&v->h, "<p class=\"changes\">");
        hr_html_name(&v->h, hr_html_cut(v->a, hr_html_clean(v->a, changes, 1), 110));
        hr_html_raw(&v->h, "</p>");
    }
    card_facts(v, d);
    hr_html_raw(&v->h, "</article>\n");
}

/* What broke first, as a chain of causes: only where something did. */
static void chains(struct hr_page_view *v)
{
    const struct hr_var *var = hr_page_texts(v, "first_break/chain", "design");

    hr_html_raw(&v->h, "<div class=\"chains\">");
    for (size_t d = 0; d < v->n_designs; d++) {
        const char *chain = HR_TEXT_AT(v, var, d);

        if (!*chain)
            continue;
        hr_html_raw(&v->h, "<div class=\"chain\"><h3>How ");
        hr_html_name(&v->h, hr_page_design(v, d));
        hr_html_raw(&v->h, " first broke</h3><ol>");
        lines(v, chain);
        hr_html_raw(&v->h, "</ol></div>\n");
    }
    hr_html_raw(&v->h, "</div>");
}

/* ---- objectives x designs ------------------------------------------------------------------ */

static void objective_cell(struct hr_page_view *v, size_t d, size_t o)
{
    static const char *const dims = "design objective";
    const double value = HR_AT(v, hr_page_numbers(v, "objectives/value", dims), d, o);
    const double lo = HR_AT(v, hr_page_numbers(v, "objectives/lo", dims), d, o);
    const double hi = HR_AT(v, hr_page_numbers(v, "objectives/hi", dims), d, o);
    const double limit = HR_AT(v, hr_page_numbers(v, "objectives/limit", dims), d, o);
    const char *reason = HR_TEXT_AT(v, hr_page_texts(v, "objectives/reason", dims), d, o);
    const enum hr_quantity q = hr_quantity_of(
        HR_TEXT_AT(v, hr_page_texts(v, "objectives/measure", "objective"), o),
        HR_TEXT_AT(v, hr_page_texts(v, "objectives/unit", "objective"), o));

    if (verdict_of(v, d, o) == NOT_ASKED) {
        hr_html_raw(&v->h, "<td class=\"objective\">not asked</td>");
        return;
    }
    hr_html_raw(&v->h, "<td class=\"objective\">");
    sign(v, verdict_of(v, d, o));
    hr_html_raw(&v->h, "<span class=\"value\">");
    if (!isnan(value))
        hr_html_text(&v->h, isfinite(lo) && isfinite(hi) && hi > lo
                                ? hr_number_interval(q, value, lo, hi, true).text
                                : hr_number_against(q, value, limit).text);
    hr_html_raw(&v->h, "</span>");
    if (*reason) {
        hr_html_raw(&v->h, "<small>");
        hr_html_name(&v->h, reason);
        hr_html_raw(&v->h, "</small>");
    }
    hr_html_raw(&v->h, "</td>");
}

static void objectives(struct hr_page_view *v)
{
    const struct hr_var *expected =
        hr_page_numbers(v, "objectives/expectation", "objective");

    if (n_objectives(v) == 0 || v->n_designs == 0)
        return;
    hr_html_rawf(
        &v->h,
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"objectives\" "
        "style=\"min-width:%zupx\"><caption>Objectives by design</caption><thead><tr>"
        "<th scope=\"col\">Objective</th>",
        240 + 200 * v->n_designs);
    for (size_t d = 0; d < v->n_designs; d++) {
        hr_html_raw(&v->h, "<th scope=\"col\">");
        hr_page_designation(v, d);
        hr_html_raw(&v->h, "</th>");
    }
    hr_html_raw(&v->h, "</tr></thead><tbody>");
    for (size_t o = 0; o < n_objectives(v); o++) {
        hr_html_raw(&v->h, "<tr><th scope=\"row\"><code>");
        hr_html_name(&v->h, hr_page_coordinate(v->objective, o));
        hr_html_rawf(&v->h, "</code>%s</th>",
                     HR_AT(v, expected, o) == 1.0 ? " <small>expected</small>" : "");
        for (size_t d = 0; d < v->n_designs; d++)
            objective_cell(v, d, o);
        hr_html_raw(&v->h, "</tr>\n");
    }
    hr_html_raw(&v->h, "</tbody></table></div>\n");
}

void hr_page_verdict(struct hr_page_view *v)
{
    const char *verdict = hr_page_attr(v, "verdict");

    hr_html_raw(&v->h, "<section id=\"verdict\" aria-labelledby=\"verdict-h\">"
                       "<p class=\"kind\">Verdict</p><h2 id=\"verdict-h\" class=\"");
    hr_html_raw(&v->h, strlen(verdict) > LONG_VERDICT ? "lead long\">" : "lead\">");
    hr_html_text(&v->h, *verdict ? verdict : "No verdict is stored with these results.");
    hr_html_raw(&v->h, "</h2>\n");
    if (v->n_designs <= MOST_CARDS) {
        hr_html_raw(&v->h, "<div class=\"cards\">");
        for (size_t d = 0; d < v->n_designs; d++)
            card(v, d);
        hr_html_raw(&v->h, "</div>\n");
    }
    objectives(v);
    chains(v);
    hr_html_raw(&v->h, "</section>\n");
}

/* ---- what the answer rests on --------------------------------------------------------------- */

static void origin(struct hr_page_view *v, const char *variable, const char *words,
                   const char **separator)
{
    const double n = HR_AT(v, hr_page_numbers(v, variable, "design"), v->chosen);

    if (isnan(n))
        return;
    hr_html_rawf(&v->h, "%s%s %s", *separator, hr_number_count((int64_t)n).text, words);
    *separator = ", ";
}

static void replications(struct hr_page_view *v)
{
    const size_t n = v->n_replications;
    const char *ended = hr_page_attr(v, "ended");
    const double level =
        HR_AT(v, hr_page_numbers(v, "objectives/level", "design"), v->chosen);

    if (n <= 1) {
        hr_html_raw(&v->h, "<li><strong>One run: an observation, not an estimate.</strong> "
                           "No interval can be given; run with <code>-r 10</code> or more "
                           "before you conclude anything.</li>");
        return;
    }
    hr_html_rawf(&v->h, "<li>%zu independent replications%s", n,
                 v->n_designs > 1 ? " of each design, with the same random numbers" : "");
    if (*ended) {
        hr_html_raw(&v->h, ": ");
        hr_html_name(&v->h, ended);
    }
    hr_html_raw(&v->h, ". Intervals (\xC2\xB1) are 95% confidence intervals over them");
    if (level > 0.95 && level < 1)
        hr_html_rawf(&v->h,
                     "; those of the objectives are wider, with %s each, so that all of "
                     "them hold at once with 95%% (Bonferroni)",
                     hr_number_of(HR_NUMBER_SHARE, level).text);
    hr_html_raw(&v->h, ".</li>");
}

/* Requests whose latency is behind the figures, and those that never got an answer. */
static void sample_size(struct hr_page_view *v)
{
    double valid = 0.0, unfinished = 0.0;

    for (size_t d = 0; d < v->n_designs; d++) {
        valid += hr_page_sum(v, "summary/valid", d, 0);
        unfinished += hr_page_sum(v, "summary/unfinished", d, 0);
    }
    if (!(valid > 0.0 && valid < 9e18))
        return;
    hr_html_rawf(&v->h,
                 "<li>%s requests simulated one by one over %s of simulated time each run",
                 hr_number_count((int64_t)valid).text, hr_page_span(v->a, v->end_s));
    if (unfinished > 0.0)
        hr_html_rawf(&v->h, "; %s were still in flight at the end and count as not good",
                     hr_number_count((int64_t)unfinished).text);
    hr_html_raw(&v->h, ".</li>");
}

/* The value of `warmup:` in the resolved scenario: not in the numbers, but what they rest on. */
static void warm_up(struct hr_page_view *v)
{
    static const char key[] = "\nwarmup:";
    const char *text = HR_TEXT_AT(v, hr_page_texts(v, "resolved", "design"), v->chosen);
    const char *at = strstr(text, key), *found = hr_page_attr(v, "warmup");
    size_t n;

    if (!at)
        return;
    at += sizeof key - 1;
    at += strspn(at, " ");
    n = strcspn(at, " #\n");
    hr_html_raw(&v->h, "<li>Warm-up: ");
    hr_html_name(&v->h, hr_arena_text(v->a, at, n));
    hr_html_raw(&v->h, " before the start, at the load of the start, undisturbed and not "
                       "measured");
    if (*found) {
        hr_html_raw(&v->h, " (");
        hr_html_name(&v->h, found);
        hr_html_raw(&v->h, ")");
    }
    hr_html_raw(&v->h, ".</li>");
}

static void inputs(struct hr_page_view *v)
{
    const char *separator = "";
    const double guessed =
        HR_AT(v, hr_page_numbers(v, "trust_guessed", "design"), v->chosen);
    const double ranges = HR_AT(v, hr_page_numbers(v, "trust_ranges", "design"), v->chosen);

    if (!hr_page_numbers(v, "trust_guessed", "design"))
        return;
    hr_html_raw(&v->h, "<li>Inputs: ");
    origin(v, "trust_measured", "measured", &separator);
    origin(v, "trust_catalog", "from the catalogue", &separator);
    origin(v, "trust_guessed", "guessed", &separator);
    origin(v, "trust_defaults", "model defaults", &separator);
    if (ranges > 0.0)
        hr_html_rawf(&v->h, "; %s of the guesses are ranges",
                     hr_number_count((int64_t)ranges).text);
    hr_html_rawf(&v->h, ".%s</li>",
                 guessed > 0.0 ? " <strong>Guesses are where to measure first.</strong>"
                               : "");
}

void hr_page_trust(struct hr_page_view *v)
{
    hr_html_raw(&v->h, "<section id=\"trust\" class=\"trust\" aria-labelledby=\"trust-h\">"
                       "<h2 id=\"trust-h\">How far to trust this</h2><ul>");
    if (strcmp(hr_page_attr(v, "complete"), "0") == 0)
        hr_html_raw(&v->h,
                    "<li><strong>Incomplete:</strong> the study was stopped before all "
                    "its runs were done; this is what they gave so far.</li>");
    replications(v);
    sample_size(v);
    warm_up(v);
    inputs(v);
    if (v->n_shown < v->n_designs)
        hr_html_rawf(&v->h, "<li>Charts show %zu of %zu designs; tables show all.</li>",
                     v->n_shown, v->n_designs);
    v->note_at = v->h.length;
    hr_html_raw(&v->h, "</ul></section>\n");
}
