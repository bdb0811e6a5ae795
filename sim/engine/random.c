/* sim/engine/random.c - see random.h for the model and its source. */
#include "sim/engine/random.h"

#include "sim/engine/check.h"

#include <string.h>

__extension__ typedef unsigned __int128 wide;

#define GOLDEN     UINT64_C(0x9E3779B97F4A7C15) /* 2^64 / golden ratio, odd */
#define MULTIPLIER UINT64_C(0xD2B74407B1CE6E93) /* philox2x64, SC'11 table 2 */

enum { ROUNDS = 10 };

void hr_philox(uint64_t key, const uint64_t counter[2], uint64_t out[2])
{
    uint64_t left = counter[0], right = counter[1];

    for (int i = 0; i < ROUNDS; i++) {
        const wide product = (wide)MULTIPLIER * left;
        left = (uint64_t)(product >> 64) ^ key ^ right;
        right = (uint64_t)product;
        key += GOLDEN;
    }
    out[0] = left;
    out[1] = right;
}

/* D. Stafford's variant 13 of MurmurHash3's finaliser, which SplitMix64 uses: a bijection of
 * 64 bits in which each input bit flips each output bit with probability near 1/2. */
static uint64_t scramble(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* For a fixed key, one to one in `with`, and the reverse: siblings never collide. */
uint64_t hr_mix(uint64_t key, uint64_t with)
{
    return scramble(scramble(key + GOLDEN) + with * GOLDEN);
}

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

uint64_t hr_draw_bits(struct hr_draws *d)
{
    const uint64_t ordinal = d->ordinal++;
    uint64_t out[2];

    if (ordinal % 2 == 1)
        return d->spare;
    /* Purposes may be small neighbouring numbers: multiples of GOLDEN lie so far apart that
     * the draws of one purpose never run into those of another. */
    const uint64_t counter[2] = {d->key, d->purpose * GOLDEN + ordinal / 2};
    hr_philox(d->stream, counter, out);
    d->spare = out[1];
    return out[0];
}

double hr_draw_uniform(struct hr_draws *d)
{
    const uint64_t bits = hr_draw_bits(d);
    /* Two exact halves and one rounding, without the branch of an unsigned conversion. */
    const double high = (double)(int64_t)(bits >> 32) * 0x1p-32;
    const double low = ((double)(int64_t)(bits & UINT32_MAX) + 0.5) * 0x1p-64;
    const double u = high + low;

    return u < 1.0 ? u : 1.0 - 0x1p-53;
}

/* D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019. */
uint64_t hr_draw_below(struct hr_draws *d, uint64_t n)
{
    wide product;

    HR_REQUIRE(n >= 1);
    product = (wide)hr_draw_bits(d) * n;
    if ((uint64_t)product < n) {
        const uint64_t reject = (0 - n) % n; /* 2^64 mod n */
        while ((uint64_t)product < reject)
            product = (wide)hr_draw_bits(d) * n;
    }
    return (uint64_t)(product >> 64);
}
