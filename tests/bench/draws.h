/* tests/bench/draws.h - what bench_floors.c and bench_hold.c share: a sequential generator, a clock,
 * and the check of a mean.  Nothing of headroom. */
#ifndef HR_BENCH_DRAWS_H
#define HR_BENCH_DRAWS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct rng { /* xoshiro256++ 1.0 (Blackman and Vigna 2019); seeded by hand */
    uint64_t s[4];
};

static inline uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s;
    const uint64_t sum = s[0] + s[3], out = (sum << 23 | sum >> 41) + s[0], t = s[1] << 17;

    s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3];
    s[2] ^= t;
    s[3] = s[3] << 45 | s[3] >> 19;
    return out;
}

/* Exponential by a ziggurat of 256 layers (Marsaglia and Tsang 2000), on 53 bits. */
struct ziggurat {
    uint64_t inside[256];
    double width[256], height[256];
};

#define ZIGGURAT_TAIL 7.69711747013104972
#define ZIGGURAT_AREA 3.9496598225815571993e-3

static inline void ziggurat_init(struct ziggurat *z)
{
    double x = ZIGGURAT_TAIL, outer = ZIGGURAT_AREA / exp(-x);

    z->inside[0] = (uint64_t)(x / outer * 0x1p53);
    z->width[0] = outer * 0x1p-53;
    z->height[0] = 1.0;
    for (int i = 255; i >= 1; i--, x = -log(ZIGGURAT_AREA / outer + exp(-outer))) {
        if (i < 255)
            z->inside[i + 1] = (uint64_t)(x / outer * 0x1p53);
        z->width[i] = x * 0x1p-53;
        z->height[i] = exp(-x);
        outer = x;
    }
    z->inside[1] = 0;
}

__attribute__((noinline, cold)) static double exponential_edge(const struct ziggurat *z,
                                                               struct rng *r, uint64_t u)
{
    for (;; u = rng_next(r)) {
        const size_t i = u & 255;
        const double x = (double)(u >> 11) * z->width[i];
        const double v = (double)((rng_next(r) >> 11) + 1) * 0x1p-53;
        if (u >> 11 < z->inside[i])
            return x;
        if (i == 0)
            return ZIGGURAT_TAIL - log(v);
        if (z->height[i] + v * (z->height[i - 1] - z->height[i]) < exp(-x))
            return x;
    }
}

static inline double rng_exponential(struct rng *r, const struct ziggurat *z)
{
    const uint64_t u = rng_next(r);

    if (u >> 11 < z->inside[u & 255])
        return (double)(u >> 11) * z->width[u & 255];
    return exponential_edge(z, r, u);
}

static inline double cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Prints a mean beside what is known of it; 0 if they agree within four standard errors, which
 * must be small enough to tell. */
static inline int check_mean(double mean, double known, double error)
{
    printf("mean %.6g\nknown %.6g\nerror %.2g\n", mean, known, error);
    return !(fabs(mean - known) <= 4.0 * error && error < 0.02 * known);
}

/* Hold model with gaps exp(1): n pending events are n Poisson processes, so `events` of them take
 * a gamma distributed time, of mean events / n. */
static inline int check_hold(double took, double n, double events)
{
    return check_mean(took * n / events, 1.0, 1.0 / sqrt(events));
}

#endif /* HR_BENCH_DRAWS_H */
