/* tests/bench/bench_words.c - the words of our generator without end, for batteries of tests.
 *
 *   bench_words STREAM | dieharder -g 200 -a
 *
 * One stream is a single entity's words.  The others take few words of each of many entities
 * that are neighbours in one way, which is how a simulation draws: what such entities have in
 * common would show there and nowhere else.  scripts/rng-test runs them all. */
#include "sim/engine/random.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK = 1 << 13, ENTITIES = 1 << 10 };

/* Word n of a stream. */
typedef uint64_t source(uint64_t n);

static uint64_t first(uint64_t stream, uint64_t key, uint64_t purpose)
{
    struct hr_draws d = hr_draws(stream, key, purpose);

    return hr_draw_bits(&d);
}

static uint64_t plain(uint64_t n)
{
    struct hr_draws d = hr_draws(hr_stream(1, 0), hr_name_key("plain"), 1);

    d.state += n * HR_GOLDEN; /* where n words leave it */
    return hr_draw_bits(&d);
}

static uint64_t keys(uint64_t n)
{
    return first(hr_stream(1, 0), n, 1);
}

/* As arrivals of a class are: the name's key mixed with an ordinal. */
static uint64_t arrivals(uint64_t n)
{
    return first(hr_stream(1, 0), hr_mix(hr_name_key("shoppers"), n), 1);
}

static uint64_t purposes(uint64_t n)
{
    return first(hr_stream(1, 0), hr_name_key("shoppers"), n);
}

static uint64_t replications(uint64_t n)
{
    return first(hr_stream(1, n), hr_name_key("shoppers"), 1);
}

static uint64_t seeds(uint64_t n)
{
    return first(hr_stream(n, 0), hr_name_key("shoppers"), 1);
}

/* 1,024 entities with neighbouring keys take turns, a word each. */
static uint64_t interleaved(uint64_t n)
{
    struct hr_draws d = hr_draws(hr_stream(1, 0), n % ENTITIES, 1);

    d.state += n / ENTITIES * HR_GOLDEN;
    return hr_draw_bits(&d);
}

static const struct {
    const char *name;
    source *word;
} sources[] = {
    {"plain", plain},
    {"keys", keys},
    {"arrivals", arrivals},
    {"purposes", purposes},
    {"replications", replications},
    {"seeds", seeds},
    {"interleaved", interleaved},
};

int main(int argc, char **argv)
{
    static uint64_t block[BLOCK];
    source *word = NULL;

    for (size_t i = 0; argc == 2 && i < sizeof sources / sizeof *sources; i++)
        if (strcmp(sources[i].name, argv[1]) == 0)
            word = sources[i].word;
    if (!word) {
        for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
            puts(sources[i].name);
        return argc > 1 ? 2 : 0;
    }
    for (uint64_t n = 0;; n += BLOCK) {
        for (uint64_t i = 0; i < BLOCK; i++)
            block[i] = word(n + i);
        if (fwrite(block, sizeof block, 1, stdout) != 1)
            return 0; /* who reads them has enough */
    }
}
