/* sim/report/year.c - see year.h. */
#include "sim/report/year.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/pick.h"

static const double minutes_a_year = 365.0 * 24 * 60;

double hr_year_allowed(double availability)
{
    return (1 - availability) * minutes_a_year;
}

static int compare(const void *a, const void *b)
{
    const struct hr_year_line *x = a, *y = b;

    if (x->design != y->design)
        return x->design < y->design ? -1 : 1;
    if (x->rest != y->rest)
        return x->rest ? 1 : -1;
    if (x->minutes < y->minutes || x->minutes > y->minutes)
        return x->minutes > y->minutes ? -1 : 1;
    return strcmp(x->cause, y->cause);
}

size_t hr_year_lines(const struct hr_results *r, struct hr_arena *a,
                     struct hr_year_line **lines)
{
    const size_t all = hr_pick_length(r, "year_line"),
                 designs = hr_pick_length(r, "design");
    size_t n = 0;

    *lines = hr_arena_alloc(a, all, sizeof **lines);
    for (size_t i = 0; i < all; i++) {
        const double design = HR_FIGURE(r, "year/of_design", i);

        if (!(design >= 0 && design < (double)designs))
            continue;
        (*lines)[n] =
            (struct hr_year_line){.design = (size_t)design,
                                  .cause = HR_WORD(r, "year/cause", i),
                                  .other = HR_WORD(r, "year/overlap_with", i),
                                  .minutes = HR_FIGURE(r, "year/minutes", i),
                                  .lo = HR_FIGURE(r, "year/minutes_lo", i),
                                  .hi = HR_FIGURE(r, "year/minutes_hi", i),
                                  .per_year = HR_FIGURE(r, "year/per_year", i),
                                  .period_s = HR_FIGURE(r, "year/period", i),
                                  .overlap = HR_FIGURE(r, "year/overlap_minutes", i),
                                  .episodes = HR_FIGURE(r, "year/episodes", i),
                                  .given_up = HR_FIGURE(r, "year/given_up", i)};
        (*lines)[n].rest = strcmp((*lines)[n].cause, "undisturbed") == 0;
        n++;
    }
    qsort(*lines, n, sizeof **lines, compare);
    return n;
}
