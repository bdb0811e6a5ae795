/* tests/bench/draws.h - what the floors and what is held against them share: draws, a clock,
 * the hold model, and the check of a mean.  Nothing of headroom. */
#ifndef HR_BENCH_DRAWS_H
#define HR_BENCH_DRAWS_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static struct rng { /* xoshiro256++ 1.0 (Blackman and Vigna 2019); seeded by hand */
    uint64_t s[4];
} rng = {{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb, 1}};

static inline uint64_t rng_next(void)
{
    uint64_t *s = rng.s;
    const uint64_t sum = s[0] + s[3], out = (sum << 23 | sum >> 41) + s[0], t = s[1] << 17;

    s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3];
    s[2] ^= t;
    s[3] = s[3] << 45 | s[3] >> 19;
    return out;
}

/* Exponential by a ziggurat of 256 layers (Marsaglia and Tsang 2000), on 53 bits. */
static struct {
    uint64_t inside[256];
    double width[256], height[256];
} zig;

#define ZIGGURAT_TAIL 7.69711747013104972
#define ZIGGURAT_AREA 3.9496598225815571993e-3

static inline void draw_init(void)
{
    double x = ZIGGURAT_TAIL, outer = ZIGGURAT_AREA / exp(-x);

    zig.inside[0] = (uint64_t)(x / outer * 0x1p53);
    zig.width[0] = outer * 0x1p-53;
    zig.height[0] = 1.0;
    for (int i = 255; i >= 1; i--, x = -log(ZIGGURAT_AREA / outer + exp(-outer))) {
        if (i < 255)
            zig.inside[i + 1] = (uint64_t)(x / outer * 0x1p53);
        zig.width[i] = x * 0x1p-53;
        zig.height[i] = exp(-x);
        outer = x;
    }
    zig.inside[1] = 0;
}

__attribute__((noinline, cold)) static double draw_edge(uint64_t u)
{
    for (;; u = rng_next()) {
        const size_t i = u & 255;
        const double x = (double)(u >> 11) * zig.width[i];
        const double v = (double)((rng_next() >> 11) + 1) * 0x1p-53;
        if (u >> 11 < zig.inside[i])
            return x;
        if (i == 0)
            return ZIGGURAT_TAIL - log(v);
        if (zig.height[i] + v * (zig.height[i - 1] - zig.height[i]) < exp(-x))
            return x;
    }
}

static inline double draw(void)
{
    const uint64_t u = rng_next();

    if (u >> 11 < zig.inside[u & 255])
        return (double)(u >> 11) * zig.width[u & 255];
    return draw_edge(u);
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

/* Inlined where the function that it is passed is known, which then costs no call. */
#define ALWAYS_INLINE __attribute__((always_inline)) static inline

/* Hold model: `hold` pops the first event, schedules another an exponential time later, and says
 * when the first was.  The simulated time that `events` take, after a warm-up. */
ALWAYS_INLINE double measure_hold(const char *name, double (*hold)(void *), void *queue,
                                  uint32_t pending, uint32_t events)
{
    double start = 0.0, end = 0.0, ns = 0.0;

    for (int measured = 0; measured < 2; measured++) {
        start = end;
        ns = cpu_ns();
        for (uint32_t left = measured ? events : 2 * pending; left; left--)
            end = hold(queue);
    }
    printf("%s_ns %.2f\n", name, (cpu_ns() - ns) / events);
    return end - start;
}

/* Hold model with gaps exp(1): n pending events are n Poisson processes, so `events` of them take
 * a gamma distributed time, of mean events / n. */
static inline int check_hold(double took, double n, double events)
{
    return check_mean(took * n / events, 1.0, 1.0 / sqrt(events));
}

#endif /* HR_BENCH_DRAWS_H */
