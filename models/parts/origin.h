/* models/parts/origin.h - where a client is who arrives now, of a class in several time zones.
 *
 * MODEL    A client who arrives at t is at place i with a probability in proportion to
 *
 *              w_i(t) = share_i x daily_i(t)
 *
 *          daily_i being the factor of the daily shapes at i's local time.  One uniform u picks
 *          the first i with u (w_1 + ... + w_n) < w_1 + ... + w_i.
 *
 *          The weights change by minutes, and clients come every few milliseconds: those of a
 *          while ago pick as well, unless u is so near to an edge between two places that the
 *          change since then might have moved it across.  How fast a daily factor changes at
 *          most is known, and the sums change no faster, for the shares sum to 1.  What is
 *          picked is the same as by weights worked out for every client.
 * COST     A few comparisons; all cosines anew about once in a hundred clients.
 * SOURCE   A squeeze, as of rejection methods: G. Marsaglia, "The squeeze method for generating
 *          gamma variates", Computers & Mathematics with Applications 3(4), 1977.
 * CHECKED  tests/models/test_origin.c. */
#ifndef HR_ORIGIN_H
#define HR_ORIGIN_H

#include "models/parts/shape.h"

struct hr_origin {
    const struct hr_rate *rate; /* borrowed */
    const double *upto;         /* borrowed: cumulative shares */
    const hr_time *utc_offset;  /* borrowed: by place */
    double *edge;               /* borrowed: cumulative weights at `weighed` */
    uint32_t n;                 /* places, at least 1 */
    hr_time weighed;
    double drift; /* of u times the sum against an edge, at most: 1/ns */
    double slack; /* what rounding may add to it */
};

/* `edge` has room for n weights. */
void hr_origin_init(struct hr_origin *o, const struct hr_rate *rate, const double *upto,
                    const hr_time *utc_offset, double *edge, uint32_t n, hr_time now);
/* Which of the places, for u uniform in (0, 1).  `now` is no earlier than when last asked. */
uint32_t hr_origin_pick(struct hr_origin *o, double u, hr_time now);
/* The same by the weights of `now`, which is kept: what hr_origin_pick is to agree with. */
uint32_t hr_origin_pick_anew(struct hr_origin *o, double u, hr_time now);

#endif /* HR_ORIGIN_H */
