/* models/parts/least.h - the smallest of many numbers that change one at a time.
 *
 * MODEL    Places 0..n-1, each with a number or out of the count.  Asked are the smallest number
 *          of a range of places, how many have it, and the k-th of those by place: what a
 *          scan would find.
 * COST     O(log n) a change and a question, O(1) a question about all; 16 bytes a place (its
 *          number rounded up to a power of two).
 * CHECKED  tests/models/test_least.c, against a scan. */
#ifndef HR_LEAST_H
#define HR_LEAST_H

#include "sim/engine/arena.h"

#include <stdbool.h>
#include <stdint.h>

#define HR_LEAST_OUT UINT32_MAX /* the number of a place that does not count */

struct hr_least_node {
    uint32_t number, many; /* the smallest below it, and how many have that */
};
struct hr_least {
    /* 1: all; 2k and 2k+1: halves of k; leaves from `leaves` on.  Each `number` << 32 | `many`:
     * the one with the smaller number is the smaller one. */
    uint64_t *node;
    uint32_t leaves;
};

/* For up to `most` places, all out. */
void hr_least_init(struct hr_least *l, struct hr_arena *arena, uint32_t most);
void hr_least_clear(struct hr_least *l); /* all out; O(n) */
void hr_least_set(struct hr_least *l, uint32_t place, uint32_t number);
/* Is it not out? */
static inline bool hr_least_counts(const struct hr_least *l, uint32_t place)
{
    return (uint32_t)l->node[l->leaves + place] > 0;
}
/* Of places [from, to).  Number HR_LEAST_OUT: all are out. */
struct hr_least_node hr_least_in(const struct hr_least *l, uint32_t from, uint32_t to);
/* The k-th place of [from, to) with the smallest number there; k is less than `many`. */
uint32_t hr_least_pick(const struct hr_least *l, uint32_t from, uint32_t to, uint32_t k);

#endif /* HR_LEAST_H */
