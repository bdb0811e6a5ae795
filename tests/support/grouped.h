/* tests/support/grouped.h - plans made by hand with an autoscaling group in them, and what came
 * of it: arrivals at given times, constant work and boots, so that every instant is known. */
#ifndef GROUPED_H
#define GROUPED_H

#include "models/compute/autoscaling_group.h"
#include "tests/support/modelled.h"

#define S(x) ((hr_time)((x)*1e9))

struct grouped {
    struct hr_autoscaling_group_conf conf;
    struct hr_group_size size;
    struct hr_group_health health;
    struct hr_group_policy policy;
    struct hr_group_track track;
    struct hr_cpu_credits_conf credits;
    uint32_t zones[3];
};

/* A group "app" of one-core instances with one operation "job"; no scaling, boots of 37 s, health
 * looked at every 60 s, three times. */
void grouped(struct tiny *t, struct grouped *s, int64_t min, int64_t max,
             struct hr_step step);
void grouped_track(struct grouped *s, int measure, double at);
/* Places: a region (1) with three zones (2, 3, 4), where the group stands. */
void grouped_in_zones(struct tiny *t, struct grouped *s);
struct hr_disturbance *grouped_lose_zone(struct tiny *t, uint32_t place, hr_time at,
                                         hr_time lasts);
struct hr_disturbance *grouped_lose_one(struct tiny *t, hr_time at, hr_time lasts);
/* Callers of "job" of the component made last, one every `gap` in [from, to). */
uint32_t grouped_callers(struct tiny *t, hr_time from, hr_time to, hr_time gap);

/* The nth event of that text; NULL. */
const struct hr_event_record *grouped_event(const struct hr_record *r, const char *what,
                                            uint32_t nth);
void grouped_assert_at(const struct hr_record *r, const char *what, uint32_t nth,
                       hr_time at);
void grouped_assert_change(const struct hr_record *r, uint32_t nth, hr_time at,
                           int64_t from, int64_t to); /* of the desired capacity */
hr_time grouped_marked(const struct hr_record *r, enum hr_mark m); /* first; HR_NEVER */
/* Instances that serve in a place at the end (0: anywhere). */
uint32_t grouped_serving(const struct tiny *t, uint32_t place);

#endif /* GROUPED_H */
