/* models/parts/order.h - putting many things in order by a number that each has.
 *
 * MODEL    The smallest `by` first; of equal ones the smallest `what`.
 * COST     About O(n), without comparisons and in place: a radix sort from the highest byte
 *          on, which stops where few are left to be put in order.
 * CHECKED  tests/models/test_order.c. */
#ifndef HR_ORDER_H
#define HR_ORDER_H

#include <stddef.h>
#include <stdint.h>

struct hr_ordered {
    uint64_t by, what;
    int64_t also; /* moves with them */
};

void hr_order(struct hr_ordered *at, size_t n);
/* A number that grows with a time, or another number that is 0 or more and not NaN. */
uint64_t hr_order_of(double x);

#endif /* HR_ORDER_H */
