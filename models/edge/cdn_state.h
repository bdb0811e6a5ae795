/* models/edge/cdn_state.h - the state of a CDN in a run; private to models/edge. */
#ifndef HR_CDN_STATE_H
#define HR_CDN_STATE_H

#include "models/edge/cdn.h"
#include "models/edge/flights.h"
#include "models/edge/price_class.h"
#include "models/parts/cache_state.h"

struct hr_cdn_edge { /* one location */
    struct hr_cache_state cache;
    enum hr_price_class price_class;
    uint64_t name_key; /* of the place that it is next to */
};
enum { HR_CDN_KEY_OF_CALL = UINT32_MAX - 1 }; /* whichever key the call carries */
struct hr_cdn_rule {                          /* of one operation */
    hr_time ttl;                              /* 0: not cached */
    uint32_t key; /* of the plan; HR_NONE: one object; HR_CDN_KEY_OF_CALL */
};
struct hr_cdn {
    struct hr_cdn_edge **edges; /* by the place of the caller; NULL: not asked from there */
    struct hr_cdn_rule *rules;  /* by operation of the component */
    struct hr_flights flights;
};

/* Its gauges, and its usage: requests and egress by price class. */
enum { HR_CDN_HITS, HR_CDN_MISSES, HR_CDN_WAITING };
enum {
    HR_CDN_REQUESTS,
    HR_CDN_EGRESS = HR_N_CLASSES,
    HR_CDN_TO_ORIGIN = 2 * HR_N_CLASSES,
};

/* Hooks of the model. */
void hr_cdn_arrive(struct hr_run *run, hr_part p, hr_call c);
void hr_cdn_timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data);
void hr_cdn_child_done(struct hr_run *run, hr_part p, hr_call parent, hr_call child,
                       enum hr_outcome how);
void hr_cdn_cancel(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome why);

struct hr_cdn_edge *hr_cdn_edge_at(struct hr_run *run, hr_part p, uint32_t place);
/* What identifies an object: the operation (that of the origin) and, if `keyed`, its value. */
uint64_t hr_cdn_object(const struct hr_run *run, uint32_t op, bool keyed, uint64_t value);
/* Fill every edge location as the load of t = 0 would have it. */
void hr_cdn_warm(struct hr_run *run, hr_part p);

#endif /* HR_CDN_STATE_H */
