/* tests/support/yearly.h - the year of a scenario written in a test. */
#ifndef YEARLY_H
#define YEARLY_H

#include "sim/scenario/scenario.h"
#include "sim/study/year.h"

struct yearly {
    struct hr_arena *arena;
    const struct hr_scenario *scenario;
    struct hr_year *year;
    double weights, squares; /* sums over the episodes */
    size_t n;
};

/* One ordinary run and `episodes` of the first design; fails the test when the text does not load
 * or a ledger is violated. */
void yearly_run(struct yearly *y, const char *text, uint32_t episodes, uint32_t jobs);
void yearly_end(struct yearly *y);

/* The interval of confidence 1 - 1e-6 contains `expected`, and its halves are within `share` of
 * 1 - expected.  Builds that are too slow for so many episodes check the former only. */
void yearly_agrees(const char *id, const char *text, uint32_t episodes, double expected,
                   double share);

#endif /* YEARLY_H */
