/* sim/study/chain.h - the first break of a design, told as a chain of causes.
 *
 *     0:10:00  slow_payments begins: payments 20x slower
 *     0:10:25  web workers exhausted (64 of 64 held)
 *     0:10:27  web breaker opened
 *     0:10:30  availability below 99%
 *     0:20:00  slow_payments ends
 *     0:45:00  availability still does not hold at the end, 25 min after slow_payments ended
 *
 * MODEL    The objectives that broke are dated by the end of the first bucket in which their
 *          series left the limit; so is a saturation that no event dates exactly.  The chain
 *          begins with the disturbances that were acting then (or twenty buckets before, where
 *          there is none), and holds each station's first saturation and each first event from
 *          there to the last of those dates; what was done about it (alarms, launches, steps of a
 *          failover) to when the limits were kept again, the same thing told once: how often, and
 *          until when.  Load shapes that happen once are told as disturbances are.  It ends with how it went on: when those
 *          disturbances ended, and from when on each objective's series kept its limit, to the
 *          end or until a later disturbance broke it again, or that it never did.
 * ASSUMES  What comes first is taken for the cause; nothing is inferred beyond that order. */
#ifndef HR_STUDY_CHAIN_H
#define HR_STUDY_CHAIN_H

#include "sim/engine/arena.h"
#include "sim/engine/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hr_chain_moment { /* a disturbance, an event, an objective that broke */
    /* until: the end of a disturbance; of a break, when the limit was kept again; HR_NEVER: not
     * before the end of the run */
    hr_time at, until;
    const char *text; /* without the time */
    const char *name; /* of the disturbance or of what broke; NULL for events */
    hr_time
        again; /* of a break: when the limit was left once more after `until`; 0: never */
};
struct
    hr_chain_step { /* something done about it: an alarm, a launch, a step of a failover */
    hr_time at, last;         /* the first and the last time */
    uint64_t count;           /* times */
    const char *text, *cause; /* cause: NULL if none is known */
    bool change;              /* a number that went from here to there */
    int64_t from, to;
};
struct hr_chain_station {
    const char *name;
    const double *utilisation; /* by bucket; NaN where there is no capacity; NULL: none */
    const double *workers;     /* workers held, by bucket; NULL: none */
    double worker_limit;       /* of all instances; 0: no limit */
};
struct hr_chain_case {
    hr_time bucket;
    size_t n_buckets;
    hr_time horizon; /* the last bucket may end before it is full; 0: it does not */
    const struct hr_chain_moment *disturbances, *events, *breaks; /* any order */
    size_t n_disturbances, n_events, n_breaks;
    const struct hr_chain_step *steps; /* in order of time */
    size_t n_steps;
    const struct hr_chain_station *stations;
    size_t n_stations;
};

/* When bucket `t` is over. */
hr_time hr_chain_bucket_end(const struct hr_chain_case *c, size_t t);

/* When the break of bucket `t` is known.  Requests are counted where they arrived and may last
 * for `patience`, so what has not ended yet when a disturbance begins may break by it: then, if
 * nothing else was acting, when the bucket is over in which that began. */
hr_time hr_chain_break_date(const struct hr_chain_case *c, size_t t, hr_time patience);

/* The chain as lines, oldest first, in `a`; "" if nothing broke at a known time. */
const char *hr_chain_tell(const struct hr_chain_case *c, struct hr_arena *a);

/* Did a break outlast what caused it: does an objective still not hold at the end although every
 * disturbance that was acting when it broke has ended? */
bool hr_chain_outlasts(const struct hr_chain_case *c);

/* The bucket in which the break began that cost the limit: from the one in which the allowance
 * of the whole run was used up, back over those that hold more bad ones of their `all` than the
 * share `allowed` explains by chance (three standard deviations).  A short trouble long before,
 * which the allowance bore, is another one.  Where the allowance was not used up, the first of
 * that kind; n if there is none. */
size_t hr_chain_first_break(const double *bad, const double *all, size_t n, double allowed);
/* The bucket after the last one of that kind: from there on the limit was kept; 0 if there is
 * none of that kind. */
size_t hr_chain_recovery(const double *bad, const double *all, size_t n, double allowed);
/* The first bucket of that kind from `from` on; n if there is none. */
size_t hr_chain_next_bad(const double *bad, const double *all, size_t from, size_t n,
                         double allowed);

#endif /* HR_STUDY_CHAIN_H */
