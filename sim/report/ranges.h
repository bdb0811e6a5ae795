/* sim/report/ranges.h - what uncertain inputs do, in words: for the terminal and the page. */
#ifndef HR_REPORT_RANGES_H
#define HR_REPORT_RANGES_H

#include "sim/results/results.h"

/* Is there anything to say of uncertain inputs? */
bool hr_ranges_known(const struct hr_results *r);
/* "one_core breaks mean_latency < 300ms if app.page work > 138 ms (136 ms to 139 ms)"; "" where
 * the verdict of that design does not flip.  Names are harmless. */
const char *hr_ranges_flip(const struct hr_results *r, size_t design, size_t objective,
                           struct hr_arena *a);
/* The inputs that explain most of a verdict, or of the value where that has one verdict
 * everywhere: "app.page work 80%, visitors rate 3%"; "luck" where none does. */
const char *hr_ranges_explained(const struct hr_results *r, size_t design, size_t objective,
                                size_t most, struct hr_arena *a);

#endif /* HR_REPORT_RANGES_H */
