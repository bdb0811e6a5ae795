/* sim/report/compare/words.h - a comparison in words, the same in every format.
 *
 * Names are those of files: texts returned here have them made harmless for a line of text (no
 * control character, no mark that reorders) and, with c->code, for Markdown: as code spans, in
 * which nothing is markup, a link or a mention.  They are not harmless in HTML. */
#ifndef HR_COMPARE_WORDS_H
#define HR_COMPARE_WORDS_H

#include "sim/report/compare/compare.h"

/* Any text of a file, at most `most` columns of it. */
const char *hr_compare_inert(const struct hr_comparison *c, const char *text, size_t most);
/* A contender's name, at most `most` columns. */
const char *hr_compare_name(const struct hr_comparison *c, size_t i, size_t most);
/* "p99(checkout)", harmless. */
const char *hr_compare_label(const struct hr_comparison *c, size_t m, size_t most);
/* A value of a measure: "1.31 s". */
const char *hr_compare_value(const struct hr_comparison *c, size_t m, double x);
/* "+22.1 ms ± 4.0", "-0.12 pp ± 0.03", "+$8.00 exact", "0", "less in 9 of 10 runs"; "" unknown. */
const char *hr_compare_change(const struct hr_comparison *c, size_t i, size_t m, bool utf8);
/* "+9.2%": of the reference's value; "" where there is none. */
const char *hr_compare_percent(const struct hr_comparison *c, size_t i, size_t m);
/* "better", "no difference seen", "undecided: a price is missing". */
const char *hr_compare_finding(const struct hr_comparison *c, size_t i, size_t m);
/* The smallest difference that would have been seen: "12 ms"; "" where that says nothing. */
const char *hr_compare_seen_from(const struct hr_comparison *c, size_t i, size_t m);
/* What a contender is against the reference, in a sentence or two. */
const char *hr_compare_sentence(const struct hr_comparison *c, size_t i, bool utf8);
/* Who is on the front, in a sentence for each of its two sides; "" where there is none. */
const char *hr_compare_front_sentence(const struct hr_comparison *c);
/* "12 differences hold together with 95% confidence (Bonferroni: 99.58% each); paired ...". */
const char *hr_compare_trust(const struct hr_comparison *c);
/* "breaks p99(checkout) > +5%", one for each gate and contender. */
const char *hr_compare_gate(const struct hr_comparison *c, size_t i, size_t gate);
extern const char *const hr_front_places[]; /* "on the front", ... */
/* "on the front", "behind b", "perhaps behind b". */
const char *hr_compare_place(const struct hr_comparison *c, size_t i, size_t side);
/* "app.instances: 3 -> 16". */
const char *hr_compare_setting(const struct hr_comparison *c, const struct hr_setting *s);
/* A value of the front with its own interval. */
const char *hr_compare_point(const struct hr_comparison *c, size_t i, size_t axis,
                             bool utf8);
/* Variance of the paired difference over that of independent runs: "0.0068"; "exact"; ""
 * unknown. */
const char *hr_compare_pairing(const struct hr_comparison *c, size_t i, size_t m);

#endif /* HR_COMPARE_WORDS_H */
