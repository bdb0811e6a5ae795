/* models/data/object_store.h - settings of an object store; see object_store.c. */
#ifndef HR_OBJECT_STORE_H
#define HR_OBJECT_STORE_H

#include "sim/system/model.h"

struct hr_object_store_conf {
    struct hr_law latency;       /* s, to the first byte */
    double throughput;           /* bytes/s of one request; 0: not modelled */
    int64_t stored;              /* bytes at the start */
    uint32_t key;                /* HR_NONE: the one of the call */
    struct hr_law object_size;   /* bytes, where the key gives none */
    double get_limit, put_limit; /* 1/s; 0: none */
};

#endif /* HR_OBJECT_STORE_H */
