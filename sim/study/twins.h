/* sim/study/twins.h - runs beside those of the designs, with the same keys and less in them.
 *
 * ALONE     One disturbance acts and no other: what rto(d) and rpo(d) are about.  It is made for
 *           a disturbance with a time (`at`) that an objective speaks of, unless the design's
 *           own run shows the same: when no other disturbance began before its recovery was
 *           settled.  That is known without simulating when another begins no later; else the
 *           twin waits for the run (`perhaps`).  It ends when its recovery is settled.
 *           Disturbances that occur at random have no twin: their occurrences in the design's
 *           own runs are what is read.
 * ORDINARY  Neither disturbances nor one-off load shapes: the base of the bill.  It is made where
 *           there are such things and a price, or an objective about money or a year; where there are none, the
 *           design's own run is its ordinary twin. */
#ifndef HR_STUDY_TWINS_H
#define HR_STUDY_TWINS_H

#include "sim/system/model.h"
#include "sim/system/record.h"

struct hr_scenario;
struct hr_design;

struct hr_twin {
    uint32_t design;
    uint32_t alone; /* index + 1 of the disturbance; 0: the ordinary twin */
    bool perhaps;   /* only if the design's own run does not show the same */
};
struct hr_twins {
    struct hr_twin *at;
    uint32_t n;
};

/* Those of a scenario: first what is needed in any case, then the others. */
struct hr_twins hr_twins_of(const struct hr_scenario *s, struct hr_arena *a);

/* Does the design's own run show the same as the twin would? */
bool hr_twin_spared(const struct hr_plan *plan, const struct hr_twin *t,
                    const struct hr_record *main);
/* Is all known that the twin is for?  `r` is the record so far of a run that has got to `now`. */
bool hr_twin_settled(const struct hr_plan *plan, const struct hr_twin *t,
                     const struct hr_record *r, hr_time now);
/* When it is likely to end, for forecasts. */
hr_time hr_twin_until(const struct hr_plan *plan, const struct hr_twin *t);

/* Does an objective ask for the availability of a year, and can it be had? */
bool hr_year_is_asked(const struct hr_design *d);
/* Is there anything that an ordinary twin would leave out? */
bool hr_plan_has_extras(const struct hr_plan *plan);

#endif /* HR_STUDY_TWINS_H */
