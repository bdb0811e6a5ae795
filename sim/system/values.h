/* sim/system/values.h - the values of keys that tasks have, found once for all who ask.
 * Private to sim/system.
 *
 * MODEL    A task's value of a key is drawn from its identity, and the size of what that names
 *          from the value, each time they are asked for, which is at every hop that looks it up
 *          or books bytes.  What was drawn lately is remembered; what has been forgotten is
 *          drawn again, and is the same.
 * COST     O(1); 13 KiB a run.
 * CHECKED  tests/models/test_cache.c, test_object_store.c (bytes and hits of whole runs);
 *          nothing depends on what is remembered. */
#ifndef HR_VALUES_H
#define HR_VALUES_H

#include <stdint.h>

struct values {
    struct value {     /* of a task */
        uint64_t task; /* its identity */
        uint64_t value;
        uint32_t key; /* of the plan, + 1; 0: nothing is remembered here */
    } * value;
    struct value_size {
        uint64_t value;
        int64_t bytes;
        uint32_t key; /* the same */
    } * size;
};

#endif /* HR_VALUES_H */
