/* sim/engine/time.h - simulated time: integer nanoseconds.
 *
 * Zero is the start of what is measured; the warm-up lies before it and is negative.
 * Integers make equal times equal on every machine; 63 bits span 292 years. */
#ifndef HR_TIME_H
#define HR_TIME_H

#include <stdint.h>

typedef int64_t hr_time; /* ns */

#define HR_MICROSECOND INT64_C(1000)
#define HR_MILLISECOND INT64_C(1000000)
#define HR_SECOND      INT64_C(1000000000)
#define HR_MINUTE      (60 * HR_SECOND)
#define HR_HOUR        (60 * HR_MINUTE)
#define HR_DAY         (24 * HR_HOUR)
#define HR_NEVER       INT64_MAX
/* More than any horizon, and so little that a time of a run and so long after it is a time,
 * too: laws may draw any number, and whoever waits for it adds it to now. */
#define HR_LONGEST (100 * 365 * HR_DAY)

/* Seconds as a double to ns, rounded half up, saturating at HR_LONGEST (a finite duration is
 * never taken for "never"); negative and NaN give 0. */
static inline hr_time hr_time_from_s(double s)
{
    const double ns = s * 1e9;
    if (!(ns > 0.0))
        return 0;
    if (ns >= (double)HR_LONGEST)
        return HR_LONGEST;
    return (hr_time)(ns + 0.5);
}

/* So long after t, `by` >= 0; HR_NEVER when that is after the end of time. */
static inline hr_time hr_time_after(hr_time t, hr_time by)
{
    return t > 0 && by > HR_NEVER - t ? HR_NEVER : t + by;
}

static inline double hr_time_s(hr_time t)
{
    return (double)t / 1e9;
}

#endif /* HR_TIME_H */
