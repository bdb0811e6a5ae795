/* sim/report/compare/inner.h - what the files of a comparison share. */
#ifndef HR_COMPARE_INNER_H
#define HR_COMPARE_INNER_H

#include "sim/report/compare/compare.h"

/* measures.c */
struct hr_compare_list {
    struct hr_compare_measure *at;
    size_t n, room;
};
/* Objectives of all contenders, then what everybody wants to know, then what gates name. */
struct hr_compare_list hr_compare_measures(const struct hr_contender *contenders, size_t n,
                                           const struct hr_gate *gates, size_t n_gates,
                                           struct hr_arena *a);
/* Which replications of a contender are looked at. */
struct hr_compare_runs {
    const int64_t *numbers;
    size_t n;
    bool all; /* of both sides: the stored figures of all replications merged can be used */
};
/* The figure of a contender; its value is NaN where the results do not have it. */
struct hr_influence hr_compare_figure(const struct hr_contender *c, const char *label,
                                      struct hr_compare_runs runs, struct hr_arena *a);
/* Of all its own replications. */
struct hr_influence hr_compare_own(const struct hr_contender *c, const char *label,
                                   struct hr_arena *a);
/* Why there is no such figure: "a price is missing", ...; "" when nothing is known. */
const char *hr_compare_missing(const struct hr_contender *c, const char *label);
/* The measure of this label; `n` if there is none. */
size_t hr_compare_find(const struct hr_compare_list *l, const char *label);

/* differs.c */
size_t hr_compare_settings(const char *here, const char *reference, struct hr_arena *a,
                           struct hr_setting **settings);

/* front.c: needs measures and level. */
struct hr_difference hr_comparison_difference(const struct hr_comparison *c, size_t x,
                                              size_t y, size_t measure, double times,
                                              double level);
size_t hr_comparison_front_tests(const struct hr_comparison *c);
void hr_comparison_front(struct hr_comparison *c);

#endif /* HR_COMPARE_INNER_H */
