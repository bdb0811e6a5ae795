/* sim/engine/random.h - random numbers as pure functions of what they are for.
 *
 * A draw depends on (seed, replication, key, purpose, ordinal) and on nothing else: never on
 * how many draws came before it.  Two designs therefore give the same shopper the same
 * demands (common random numbers), and adding a component changes nothing elsewhere.
 *
 * MODEL   One block of Philox 2x64-10 maps (key = stream of the replication, counter =
 *         (entity key, G purpose + ordinal / 2)) to two 64-bit words; G is 2^64 / golden
 *         ratio, so that purposes may be small numbers and their draws never overlap.
 * SOURCE  J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2,
 *         3", SC'11; known-answer vectors of the Random123 distribution are in the tests. */
#ifndef HR_RANDOM_H
#define HR_RANDOM_H

#include <stdint.h>

/* The philox2x64-10 block function. */
void hr_philox(uint64_t key, const uint64_t counter[2], uint64_t out[2]);

/* Key of a replication's draws. */
uint64_t hr_stream(uint64_t seed, uint64_t replication);

/* Combine a key with what distinguishes a descendant; not commutative; well mixed. */
uint64_t hr_mix(uint64_t key, uint64_t with);
/* Key of a name: the same on every machine, whatever else exists. */
uint64_t hr_name_key(const char *name);

/* The draws of one entity for one purpose, in sequence.  Lives on the stack. */
struct hr_draws {
    uint64_t stream, key, purpose;
    uint64_t ordinal;
    uint64_t spare; /* second word of the last block, valid when `ordinal` is odd */
};

static inline struct hr_draws hr_draws(uint64_t stream, uint64_t key, uint64_t purpose)
{
    return (struct hr_draws){stream, key, purpose, 0, 0};
}

uint64_t hr_draw_bits(struct hr_draws *d);
/* Uniform on (0, 1): (bits + 1/2) / 2^64 rounded to a double; never 0, may round to 1 - 2^-53
 * at most.  Small values keep full relative precision, so tails are exact. */
double hr_draw_uniform(struct hr_draws *d);
/* Uniform on 0 .. n-1, without bias; n >= 1. */
uint64_t hr_draw_below(struct hr_draws *d, uint64_t n);

#endif /* HR_RANDOM_H */
