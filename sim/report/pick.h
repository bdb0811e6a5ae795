/* sim/report/pick.h - single figures out of a result set.
 *
 * A result set may come from a stranger's file: a variable may be missing, have other
 * dimensions or another type.  Then a figure is NaN and a text is "". */
#ifndef HR_PICK_H
#define HR_PICK_H

#include "sim/results/results.h"

/* The item of "group/name" at an index tuple of `n`. */
double hr_pick(const struct hr_results *r, const char *path, size_t n, const size_t *index);
const char *hr_pick_text(const struct hr_results *r, const char *path, size_t n,
                         const size_t *index);

#define HR_INDEX(...)                                                                      \
    (sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t)),                              \
        ((const size_t[]){__VA_ARGS__})
#define HR_FIGURE(r, path, ...) hr_pick(r, path, HR_INDEX(__VA_ARGS__))
#define HR_WORD(r, path, ...)   hr_pick_text(r, path, HR_INDEX(__VA_ARGS__))

size_t hr_pick_length(const struct hr_results *r, const char *dim); /* 0 if absent */
/* Coordinate text, made harmless, at most `most` columns; "" if absent. */
const char *hr_pick_name(const struct hr_results *r, const char *dim, size_t i,
                         struct hr_arena *a, size_t most);

#endif /* HR_PICK_H */
