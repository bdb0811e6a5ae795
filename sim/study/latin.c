/* sim/study/latin.c - see latin.h. */
#include "sim/study/latin.h"

#include "sim/engine/random.h"

enum { OUTER = 0 }; /* replications are numbered from 1: this stream is none of theirs */

void hr_latin(uint64_t seed, const char *name, uint32_t points, double *at)
{
    struct hr_draws d = hr_draws(hr_stream(seed, OUTER), hr_name_key(name), 0);

    for (uint32_t i = 0; i < points; i++)
        at[i] = i;
    for (uint32_t i = points; i > 1; i--) { /* Fisher and Yates */
        const uint64_t k = hr_draw_below(&d, i);
        const double last = at[i - 1];

        at[i - 1] = at[k];
        at[k] = last;
    }
    for (uint32_t i = 0; i < points; i++)
        at[i] = (at[i] + hr_draw_uniform(&d)) / points;
}
