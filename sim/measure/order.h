/* sim/measure/order.h - what order statistics say of a quantile, whatever the distribution.
 *
 * MODEL   Of n independent values B ~ Bin(n, p) do not exceed the p-quantile.  With
 *         P(B < l) <= a/2 and P(B >= u) <= a/2 the l-th and u-th smallest enclose it with
 *         confidence at least 1 - a.  With few values there may be no such l or u: then that
 *         side is open.  Infinite values are ordered like others.
 * SOURCE  W. Conover, "Practical Nonparametric Statistics", 3rd ed., 1999, section 3.2;
 *         H. David, H. Nagaraja, "Order Statistics", 3rd ed., 2003, section 7.1.
 * CHECKED tables and simulation in tests/measure/test_order.c. */
#ifndef HR_ORDER_H
#define HR_ORDER_H

#include <stddef.h>

struct hr_order_bounds {
    size_t lower, upper; /* ranks from 1 to n; 0: open on that side */
};
struct hr_order_bounds hr_order_bounds(size_t n, double p, double level);

/* The least number of values that bounds the p-quantile from above. */
size_t hr_order_least(double p, double level);

void hr_order_sort(double *x, size_t n); /* ascending; infinity is the largest */

#endif /* HR_ORDER_H */
