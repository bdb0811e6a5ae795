/* models/parts/order.c - see order.h. */
#include "models/parts/order.h"

#include "sim/engine/check.h"

#include <stdbool.h>
#include <string.h>

enum { DIGITS = 256, LEVELS = 16, FEW = 48 };

/* The bytes of `by`, then those of `what`, the highest first. */
static unsigned digit(const struct hr_ordered *o, int level)
{
    const uint64_t word = level < 8 ? o->by : o->what;

    return (unsigned)(word >> (56 - level % 8 * 8)) % DIGITS;
}

static bool before(const struct hr_ordered *a, const struct hr_ordered *b)
{
    return a->by != b->by ? a->by < b->by : a->what < b->what;
}

static void insert(struct hr_ordered *at, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        const struct hr_ordered one = at[i];
        size_t k = i;

        for (; k > 0 && before(&one, &at[k - 1]); k--)
            at[k] = at[k - 1];
        at[k] = one;
    }
}

/* Each goes to the part of its digit: `from` is where the next one of a digit belongs, `end`
 * where its part ends. */
static void deal(struct hr_ordered *at, int level, size_t from[DIGITS],
                 const size_t end[DIGITS])
{
    for (unsigned d = 0; d < DIGITS; d++)
        while (from[d] < end[d]) {
            struct hr_ordered one = at[from[d]];

            for (unsigned to = digit(&one, level); to != d; to = digit(&one, level)) {
                const struct hr_ordered other = at[from[to]];

                at[from[to]++] = one;
                one = other;
            }
            at[from[d]++] = one;
        }
}

static void order(struct hr_ordered *at, size_t n, int level)
{
    size_t from[DIGITS] = {0}, end[DIGITS], sum = 0;

    if (n <= FEW) {
        insert(at, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        from[digit(&at[i], level)]++;
    for (unsigned d = 0; d < DIGITS; d++) { /* counts become places */
        end[d] = sum + from[d];
        from[d] = sum;
        sum = end[d];
    }
    deal(at, level, from, end);
    for (unsigned d = 0; d < DIGITS && level + 1 < LEVELS; d++) {
        const size_t begin = d ? end[d - 1] : 0;

        order(&at[begin], end[d] - begin, level + 1);
    }
}

void hr_order(struct hr_ordered *at, size_t n)
{
    order(at, n, 0);
}

uint64_t hr_order_of(double x)
{
    uint64_t bits;

    HR_REQUIRE(x >= 0.0);
    x += 0.0; /* -0 is 0 */
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
