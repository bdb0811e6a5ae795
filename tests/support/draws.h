/* tests/support/draws.h - draws that begin with a word of one's choice. */
#ifndef HR_TEST_DRAWS_H
#define HR_TEST_DRAWS_H

#include "sim/engine/random.h"

/* x ^ x >> n undone. */
static inline uint64_t test_unshift(uint64_t x, unsigned n)
{
    uint64_t y = x;

    for (unsigned i = n; i < 64; i += n)
        y = x ^ y >> n;
    return y;
}

/* Multiplication by an odd number undone: Newton's method doubles the right bits. */
static inline uint64_t test_inverse(uint64_t odd)
{
    uint64_t y = odd;

    for (int i = 0; i < 5; i++)
        y *= 2 - odd * y;
    return y;
}

/* Draws whose first word is `bits`: the finaliser is a bijection. */
static inline struct hr_draws test_draws_of(uint64_t bits)
{
    uint64_t x = test_unshift(bits, 31) * test_inverse(UINT64_C(0x94D049BB133111EB));

    x = test_unshift(x, 27) * test_inverse(UINT64_C(0xBF58476D1CE4E5B9));
    return (struct hr_draws){0, test_unshift(x, 30) - HR_GOLDEN};
}

#endif /* HR_TEST_DRAWS_H */
