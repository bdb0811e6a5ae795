/* sim/theory/quorums.h - when a replicated store shows what was written, by drawing.
 *
 * MODEL    WARS: a write reaches each of n replicas after W and is acknowledged after A more; it
 *          is committed at the w-th acknowledgement.  A read that begins later reaches each after
 *          R and is answered after S more; it sees the write unless none of the first r that
 *          answer had got it when they were asked.  All legs are independent.
 * SOURCE   P. Bailis and others, "Probabilistically bounded staleness for practical partial
 *          quorums", VLDB 5(8), 2012. */
#ifndef HR_QUORUMS_H
#define HR_QUORUMS_H

#include "sim/engine/law.h"

#include <stdint.h>

enum { HR_MOST_REPLICAS = 16 };

struct hr_leg { /* with probability `share` the first law, else the second */
    double share;
    struct hr_law first, second;
};
struct hr_quorum {
    unsigned n, r, w;           /* r, w <= n <= HR_MOST_REPLICAS */
    struct hr_leg write, other; /* W; A, R and S */
};
/* How long after the commit a read must begin so as to see the write, >= 0: one drawn pair of a
 * write and a read. */
double hr_quorum_visible_after(const struct hr_quorum *q, uint64_t stream, uint64_t pair);

#endif /* HR_QUORUMS_H */
