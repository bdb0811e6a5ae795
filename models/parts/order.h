/* models/parts/order.h - putting many things in order by a number that each has.
 *
 * MODEL    The smallest first; equal ones stay in the order in which they come.
 * COST     O(n): a radix sort by 11 bits, without comparisons.  32 bytes a thing while it runs.
 * CHECKED  tests/models/test_order.c. */
#ifndef HR_ORDER_H
#define HR_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct hr_ordered {
    uint64_t by;
    size_t what; /* whatever the caller wants to find behind it */
};

void hr_order(struct hr_ordered *at, size_t n);
/* A number that grows with a time, or another number that is 0 or more and not NaN. */
uint64_t hr_order_of(double x);

#endif /* HR_ORDER_H */
