/* sim/engine/random.h - random numbers as pure functions of what they are for.
 *
 * A draw depends on (seed, replication, key, purpose, ordinal) and on nothing else: never on
 * how many draws came before it.  Two designs therefore give the same shopper the same
 * demands (common random numbers), and adding a component changes nothing elsewhere.
 *
 * MODEL   The words of one entity for one purpose are those of SplitMix64, word i being the
 *         finaliser of start + (i + 1) G, with G = 2^64 / golden ratio.  The start is the
 *         finaliser of key + M stream + G purpose: a hash, so that two entities are two places
 *         on the generator's one cycle of 2^64, and small neighbouring numbers will do as
 *         purposes.  Keys are hashes themselves (hr_mix).
 * SOURCE  G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators",
 *         OOPSLA 2014; the finaliser is D. Stafford's variant 13 of MurmurHash3's.  The
 *         known answers of seed 0 are in the tests.
 * COST    Two finalisers for the first word, one for each that follows: about a third of
 *         Philox 2x64-10, which was here before, and 4 ns more than a sequential generator,
 *         which has no start to be hashed. */
#ifndef HR_RANDOM_H
#define HR_RANDOM_H

#include "sim/engine/check.h"

#include <stdbool.h>
#include <stdint.h>

#define HR_GOLDEN UINT64_C(0x9E3779B97F4A7C15) /* 2^64 / golden ratio, odd */

/* A bijection of 64 bits in which each input bit flips each output bit with probability near
 * 1/2. */
static inline uint64_t hr_scramble(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
    return x ^ x >> 31;
}

/* The two halves of hr_mix: what depends on the key alone, for a parent of many, and the rest. */
static inline uint64_t hr_mix_parent(uint64_t key)
{
    return hr_scramble(key + HR_GOLDEN);
}
static inline uint64_t hr_mix_child(uint64_t parent, uint64_t with)
{
    return hr_scramble(parent + with * HR_GOLDEN);
}

/* Combine a key with what distinguishes a descendant; not commutative; well mixed.  For a fixed
 * key, one to one in `with`, and the reverse: siblings never collide. */
static inline uint64_t hr_mix(uint64_t key, uint64_t with)
{
    return hr_mix_child(hr_mix_parent(key), with);
}

/* Key of a replication's draws. */
uint64_t hr_stream(uint64_t seed, uint64_t replication);
/* Key of a name: the same on every machine, whatever else exists. */
uint64_t hr_name_key(const char *name);

/* The draws of one entity for one purpose, in sequence.  Lives on the stack. */
struct hr_draws {
    uint64_t start; /* of its words; names the entity and the purpose */
    uint64_t state; /* where the last word was drawn */
};

/* What the draws of all entities for one purpose have in common. */
static inline uint64_t hr_draws_base(uint64_t stream, uint64_t purpose)
{
    /* The multiplier is any odd number without a pattern: P. L'Ecuyer, "Tables of linear
     * congruential generators of different sizes and good lattice structure", Math. Comp.
     * 68(225), 1999, has this one for 2^64. */
    return stream * UINT64_C(3935559000370003845) + purpose * HR_GOLDEN;
}

/* Those of one of them. */
static inline struct hr_draws hr_draws_from(uint64_t base, uint64_t key)
{
    const uint64_t start = hr_scramble(key + base);

    return (struct hr_draws){start, start};
}

static inline struct hr_draws hr_draws(uint64_t stream, uint64_t key, uint64_t purpose)
{
    return hr_draws_from(hr_draws_base(stream, purpose), key);
}

static inline uint64_t hr_draw_bits(struct hr_draws *d)
{
    d->state += HR_GOLDEN;
    return hr_scramble(d->state);
}

/* Uniform on (0, 1): (bits + 1/2) / 2^64 rounded to a double; never 0, may round to 1 - 2^-53
 * at most.  Small values keep full relative precision, so tails are exact.
 *
 * Away from both ends, in 510 of 512 draws, that is hr_inner_uniform 2^-63: bits with a one
 * below lie between the same two neighbours of four as bits + 1/2, and are rounded as it is. */
static inline bool hr_bits_are_inner(uint64_t bits)
{
    return (bits >> 55) - 1 < 510;
}
static inline double hr_inner_uniform(uint64_t bits)
{
    return (double)(int64_t)(bits >> 1 | 1);
}
double hr_outer_uniform(uint64_t bits); /* of all bits */

static inline double hr_uniform_of(uint64_t bits)
{
    return hr_bits_are_inner(bits) ? hr_inner_uniform(bits) * 0x1p-63
                                   : hr_outer_uniform(bits);
}

static inline double hr_draw_uniform(struct hr_draws *d)
{
    return hr_uniform_of(hr_draw_bits(d));
}

__extension__ typedef unsigned __int128 hr_product;
/* Below n by rejection; the rest of hr_draw_below, which is rare. */
uint64_t hr_draw_below_again(struct hr_draws *d, uint64_t n, hr_product product);
/* Uniform on 0 .. n-1, without bias; n >= 1.
 * D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019. */
static inline uint64_t hr_draw_below(struct hr_draws *d, uint64_t n)
{
    HR_REQUIRE(n >= 1);
    const hr_product product = (hr_product)hr_draw_bits(d) * n;

    return (uint64_t)product >= n ? (uint64_t)(product >> 64)
                                  : hr_draw_below_again(d, n, product);
}

/* Draws of their own for what needs many, named by one word of `d`, which moves by that alone. */
static inline struct hr_draws hr_draws_within(struct hr_draws *d)
{
    const uint64_t start = hr_mix(d->start, hr_draw_bits(d));

    return (struct hr_draws){start, start};
}

#endif /* HR_RANDOM_H */
