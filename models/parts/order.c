/* models/parts/order.c - see order.h. */
#include "models/parts/order.h"

#include "sim/engine/arena.h"
#include "sim/engine/check.h"

#include <string.h>

enum { BITS = 11, DIGITS = 1 << BITS, PASSES = 6 }; /* 6 x 11 >= 64 */

static unsigned digit(uint64_t x, int pass)
{
    return (unsigned)(x >> (pass * BITS)) & (DIGITS - 1);
}

/* How often each digit occurs, in all passes. */
static void count(const struct hr_ordered *at, size_t n, size_t counts[PASSES][DIGITS])
{
    memset(counts, 0, sizeof(size_t) * PASSES * DIGITS);
    for (size_t i = 0; i < n; i++)
        for (int pass = 0; pass < PASSES; pass++)
            counts[pass][digit(at[i].by, pass)]++;
}

static void deal(const struct hr_ordered *from, struct hr_ordered *to, size_t n, int pass,
                 size_t *counts)
{
    for (size_t d = 0, sum = 0; d < DIGITS; d++) { /* counts become places */
        const size_t many = counts[d];

        counts[d] = sum;
        sum += many;
    }
    for (size_t i = 0; i < n; i++)
        to[counts[digit(from[i].by, pass)]++] = from[i];
}

void hr_order(struct hr_ordered *at, size_t n)
{
    size_t counts[PASSES][DIGITS];
    struct hr_ordered *other, *from = at, *to;

    if (n < 2)
        return;
    to = other = hr_heap_resize(NULL, n, sizeof *other);
    count(at, n, counts);
    for (int pass = 0; pass < PASSES; pass++) {
        if (counts[pass][digit(at[0].by, pass)] == n)
            continue; /* all have the same */
        deal(from, to, n, pass, counts[pass]);
        struct hr_ordered *const dealt = to;
        to = from;
        from = dealt;
    }
    if (from != at)
        memcpy(at, from, n * sizeof *at);
    hr_heap_resize(other, 0, 0);
}

uint64_t hr_order_of(double x)
{
    uint64_t bits;

    HR_REQUIRE(x >= 0.0);
    x += 0.0; /* -0 is 0 */
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
