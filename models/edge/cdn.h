/* models/edge/cdn.h - a content delivery network: its settings, and its state in a run. */
#ifndef HR_CDN_H
#define HR_CDN_H

#include "models/parts/cache_state.h"
#include "models/parts/price_class.h"
#include "models/parts/single_flight.h"
#include "sim/system/model.h"

struct hr_cdn_key { /* an entry of `keys:` */
    const char *op; /* the entry's name */
    uint32_t key;
};
struct hr_cdn_conf {
    struct hr_indices origin; /* one component */
    struct hr_named cache;    /* ns by operation; -1: not cached */
    struct hr_items keys;     /* struct hr_cdn_key */
    uint32_t key;             /* HR_NONE: the one of the call */
    int64_t capacity;         /* bytes of an edge location; 0: enough */
    bool coalesce;
    hr_time serve_stale; /* after expiry, when the origin fails; 0: never */
    hr_time error_ttl;   /* errors of the origin are remembered for; 0: not */
    struct hr_law latency;
    int elsewhere; /* enum hr_price_class of places whose name says nothing */
};

extern const struct hr_model hr_cdn_model;

/* --- its state in a run, for the files of models/edge/cdn*.c ------------------------------ */

struct hr_cdn_edge { /* one location */
    struct hr_cache_room room;
    struct hr_cache_state cache;
    enum hr_price_class price_class;
    uint64_t name_key; /* of the place that it is next to */
};
#define HR_CDN_KEY_OF_CALL (UINT32_MAX - 1) /* whichever key the call carries */
struct hr_cdn_rule {                        /* of one operation */
    hr_time ttl;                            /* 0: not cached */
    uint32_t key;   /* of the plan; HR_NONE: one object; HR_CDN_KEY_OF_CALL */
    uint64_t first; /* number of its object without a key; those of values follow */
};
struct hr_cdn {
    struct hr_cdn_edge **edges; /* by the place of the caller; NULL: not asked from there */
    struct hr_cdn_rule *rules;  /* by operation of the component */
    uint64_t ids;               /* numbers of objects; those of errors follow */
    struct hr_single_flight flights;
};

/* Its gauge, and its usage: requests and egress by price class. */
enum { HR_CDN_WAITING };
enum {
    HR_CDN_REQUESTS,
    HR_CDN_EGRESS = HR_N_CLASSES,
    HR_CDN_TO_ORIGIN = 2 * HR_N_CLASSES,
};

/* Hooks of the model. */
uint32_t hr_cdn_route(struct hr_run *run, hr_part p, hr_call c);
void hr_cdn_arrive(struct hr_run *run, hr_part p, hr_call c);
void hr_cdn_timer(struct hr_run *run, hr_part p, uint32_t tag, uint64_t data);
void hr_cdn_child_done(struct hr_run *run, hr_part p, hr_call parent, hr_call child,
                       enum hr_outcome how);
void hr_cdn_cancel(struct hr_run *run, hr_part p, hr_call c, enum hr_outcome why);

struct hr_cdn_edge *hr_cdn_edge_at(struct hr_run *run, hr_part p, uint32_t place);
/* The number of an object. */
uint64_t hr_cdn_id(const struct hr_cdn_rule *r, bool keyed, uint64_t value);
/* What it hashes as: the operation (that of the origin) and, if `keyed`, its value. */
uint64_t hr_cdn_object(const struct hr_run *run, uint32_t op, bool keyed, uint64_t value);
/* Bytes of an operation, as its origin declares them; NULL: not given. */
const struct hr_op_bytes *hr_cdn_bytes(const struct hr_plan *plan, uint32_t op);
/* Fill every edge location as the load of t = 0 would have it. */
void hr_cdn_warm(struct hr_run *run, hr_part p);

#endif /* HR_CDN_H */
