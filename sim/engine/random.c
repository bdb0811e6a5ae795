/* sim/engine/random.c - see random.h for the model and its source. */
#include "sim/engine/random.h"

#include <string.h>

uint64_t hr_stream(uint64_t seed, uint64_t replication)
{
    return hr_mix(hr_mix(UINT64_C(0x686561640A726F6F), seed), replication);
}

/* Eight characters at a time, then the length, so that no two names share their words. */
uint64_t hr_name_key(const char *name)
{
    const size_t length = strlen(name);
    uint64_t key = 0, word = 0;

    for (size_t i = 0; i < length; i++) {
        word |= (uint64_t)(unsigned char)name[i] << 8 * (i % 8);
        if (i % 8 == 7 || i + 1 == length) {
            key = hr_mix(key, word);
            word = 0;
        }
    }
    return hr_mix(key, length);
}

/* Two exact halves and one rounding. */
HR_APART double hr_outer_uniform(uint64_t bits)
{
    const double high = (double)(bits >> 32) * 0x1p-32;
    const double low = ((double)(bits & UINT32_MAX) + 0.5) * 0x1p-64;
    const double u = high + low, most = 1.0 - 0x1p-53;

    return u < most ? u : most;
}

uint64_t hr_draw_below_again(struct hr_draws *d, uint64_t n, hr_product product)
{
    const uint64_t reject = (0 - n) % n; /* 2^64 mod n */

    while ((uint64_t)product < reject)
        product = (hr_product)hr_draw_bits(d) * n;
    return (uint64_t)(product >> 64);
}
