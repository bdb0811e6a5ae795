/* models/parts/shape.h - how a rate of arrivals varies, and arrivals drawn from it exactly.
 *
 * MODEL    The rate of a traffic class is
 *
 *              rate(t) = base x product of shapes(t)
 *
 *          A shape is a factor over time: `daily` a cosine between `low` and `peak` with its
 *          top at `peak_at` of the clients' local time; `spike` a trapezium on top of 1;
 *          `ramp` a line from one factor to another; `steps` factors that hold from a time on.
 *          Where clients live in several time zones, `daily` is the mean of their local
 *          curves, weighted by their shares.
 *
 *          Arrivals are a Poisson process of that rate, made by inversion: with L(t) the
 *          integral of the rate from 0, the n-th arrival is at L^-1(E1 + ... + En), the Ei
 *          independent exponentials of mean 1 (or of another law of mean 1: a renewal process
 *          in stretched time).  Nothing is thinned, so a changed rate moves
 *          arrivals in time and leaves their number, order and draws alone.
 *
 *          Between break points the rate is a straight line, so L is quadratic there and is
 *          inverted in closed form.  Break points are all corners of all shapes and, where the
 *          rate is curved (a `daily`, or two slopes at once), at most 60 s apart.
 * ASSUMES  A cosine's chord over 60 s is below it by at most 2.4e-6 of its amplitude.
 * COST     O(shapes) a break point, O(1) an arrival; no table, whatever the horizon.
 * SOURCE   E. Cinlar, "Introduction to Stochastic Processes", 1975, ch. 4 (inversion of the
 *          cumulative rate); I. Gerhardt, B. Nelson, "Transforming renewal processes for
 *          simulation of nonstationary arrival processes", INFORMS J. on Computing 21(4), 2009.
 * CHECKED  tests/models/test_shape.c. */
#ifndef HR_SHAPE_H
#define HR_SHAPE_H

#include "models/parts/modulation.h"

#include <stdbool.h>

/* Confs, as the scenario's `shape:` list binds. */
struct hr_shape_daily {
    double low, peak; /* factors */
    hr_time peak_at;  /* local time of day */
};
struct hr_shape_spike {
    hr_time at; /* it starts to rise */
    double to;  /* factor at the top */
    hr_time rise, hold, fall;
    const char *name; /* what reports call it; NULL */
    double per_month; /* how often a month has it, in the cost */
};
struct hr_shape_ramp {
    hr_time at;      /* it begins; `from` holds before */
    double from, to; /* factors */
    hr_time over;    /* how long it takes; `to` holds afterwards */
};
struct hr_shape_step {
    hr_time at;
    double to; /* factor from `at` on */
};
struct hr_shape { /* exactly one is present */
    struct hr_shape_daily *daily;
    struct hr_shape_spike *spike;
    struct hr_shape_ramp *ramp;
    struct hr_items steps; /* struct hr_shape_step, in order of time */
};
extern const struct hr_table hr_shape_table; /* an item of the list */

/* The `i`-th spike of a list of shapes, as what happens once; false: there are fewer. */
struct hr_one_off;
bool hr_shape_one_off(const struct hr_items *shapes, uint32_t i, struct hr_one_off *o);

/* The rate of one class; lives as long as what it borrows. */
struct hr_zone_share { /* clients that share a time zone */
    hr_time utc_offset;
    double share; /* of the clients; they sum to 1 */
};
struct hr_rate {
    double base;                   /* 1/s */
    const struct hr_shape *shapes; /* borrowed */
    uint32_t n_shapes;
    const struct hr_zone_share *zones; /* borrowed; n_zones = 0: everyone lives in UTC */
    uint32_t n_zones;
    hr_time shift; /* of the shapes' time that t = 0 is at; before it, they are as then */
    int64_t start; /* s since 1970-01-01T00:00 UTC at time 0 of the shapes */
};
enum hr_side { HR_BEFORE, HR_AFTER }; /* limit from the left or from the right, at a jump */

/* The factor of all daily shapes for clients of one time zone; 1 without a daily shape. */
double hr_rate_daily(const struct hr_rate *r, hr_time utc_offset, hr_time t);
/* 1/s at t. */
double hr_rate_at(const struct hr_rate *r, hr_time t, enum hr_side side);
/* The first break point after t; HR_NEVER: the rate stays as it is. */
hr_time hr_rate_next_break(const struct hr_rate *r, hr_time t);
/* Expected arrivals in [from, to), of the piecewise linear rate.  Walks all pieces from 0. */
double hr_rate_integral(const struct hr_rate *r, hr_time from, hr_time to);

/* Where the arrivals of a class have got to. */
struct hr_arrivals {
    const struct hr_rate *rate;   /* borrowed */
    struct hr_modulation *levels; /* borrowed; NULL: none */
    hr_time from, to;             /* the current piece, [from, to) */
    double left_ns;               /* from its begin until `until` */
    double at_from, slope;        /* 1/s at `from`; 1/s a second */
    double area; /* arrivals expected in the piece; HUGE_VAL if it has no end */
    double used; /* of the area, by the arrivals so far */
    hr_time last, until;
};

/* Begin at `from`; no arrival later than `until` is looked for.  `levels` multiply the rate;
 * NULL: none. */
void hr_arrivals_init(struct hr_arrivals *a, const struct hr_rate *r,
                      struct hr_modulation *levels, hr_time from, hr_time until);
/* The arrival after the last one, `epoch` (>= 0, of mean 1) further on; HR_NEVER: none until
 * `until`.  Never earlier than the one before. */
hr_time hr_arrivals_next(struct hr_arrivals *a, double epoch);

#endif /* HR_SHAPE_H */
