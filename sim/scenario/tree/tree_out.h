/* sim/scenario/tree/tree_out.h - a text that grows in an arena.
 *
 * Internal to scenario/. */
#ifndef HR_TREE_OUT_H
#define HR_TREE_OUT_H

#include "sim/engine/arena.h"

struct hr_out { /* begin with {.a = arena}; `s` is ended by NUL once something was put */
    struct hr_arena *a;
    char *s;
    size_t n, room;
};

void hr_out_put(struct hr_out *o, const char *s, size_t n);
void hr_out_text(struct hr_out *o, const char *s);
void hr_out_fill(struct hr_out *o, char c, size_t n); /* n times c */
void hr_out_printf(struct hr_out *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
const char *hr_out_end(struct hr_out *o); /* "" if nothing was put */

#endif /* HR_TREE_OUT_H */
