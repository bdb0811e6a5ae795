/* models/edge/cdn.h - what the scenario says of a content delivery network. */
#ifndef HR_CDN_H
#define HR_CDN_H

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

#endif /* HR_CDN_H */
