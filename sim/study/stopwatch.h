/* sim/study/stopwatch.h - how long something has taken, by the wall clock.  Private to sim/study:
 * budgets of time only, never results. */
#ifndef HR_STOPWATCH_H
#define HR_STOPWATCH_H

#include <time.h>

static inline struct timespec hr_stopwatch(void) /* starts */
{
    struct timespec began;

    clock_gettime(CLOCK_MONOTONIC, &began);
    return began;
}

static inline double hr_elapsed_s(const struct timespec *began)
{
    const struct timespec now = hr_stopwatch();

    return (double)(now.tv_sec - began->tv_sec) +
           (double)(now.tv_nsec - began->tv_nsec) / 1e9;
}

#endif /* HR_STOPWATCH_H */
