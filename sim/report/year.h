/* sim/report/year.h - who spends the minutes of a year, one line a design and cause. */
#ifndef HR_REPORT_YEAR_H
#define HR_REPORT_YEAR_H

#include "sim/results/results.h"

struct hr_year_line { /* minutes a year */
    size_t design;
    const char *cause, *other; /* as in the results; other: "" or what overlaps most */
    double minutes, lo, hi;
    double per_year, period_s;
    double overlap; /* of the minutes: with another disturbance */
    double episodes, given_up;
    bool rest; /* "undisturbed" */
};
/* By design, the most expensive first, "undisturbed" last; returns how many. */
size_t hr_year_lines(const struct hr_results *r, struct hr_arena *a,
                     struct hr_year_line **lines);
/* Minutes that an availability allows; NaN: it is not known. */
double hr_year_allowed(double availability);

#endif /* HR_REPORT_YEAR_H */
