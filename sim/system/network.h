/* sim/system/network.h - what network.c looks up, made of the plan once a run, and small.
 * Private to sim/system: what it does for others is in run_inner.h. */
#ifndef HR_NETWORK_H
#define HR_NETWORK_H

#include "sim/system/plan.h"

struct network {
    struct home { /* of a component */
        uint64_t name_key;
        uint32_t place; /* of what is on no instance */
        bool at_edge, beside;
    } * homes;
    struct way {      /* from one place to another: [from * n_places + to] */
        hr_time time; /* -1: it depends on a draw, or on the bytes */
        enum hr_distance distance;
    } * ways;
    bool absent; /* one place, and nobody knows of bytes: nothing to cross or to bill */
    struct op_bytes { /* by operation, forwarders seen through; [0]: request, [1]: answer */
        int64_t known[2]; /* -1: nobody knows; below: by drawing or asking */
        const struct hr_law *law[2];
        const struct hr_model *model; /* that is asked, of its component and operation */
        uint32_t part, op;
    } * bytes;
    struct drawn { /* sizes drawn lately, by the call's key */
        uint64_t key;
        const struct hr_law *law; /* NULL: none here yet */
        int64_t bytes;
    } * drawn;
};

#endif /* HR_NETWORK_H */
