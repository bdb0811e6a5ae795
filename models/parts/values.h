/* models/parts/values.h - the values of keys that calls have, found once for all who ask.
 *
 * MODEL    A call's value of a key, and the size of what that names, are drawn from its
 *          identity each time they are asked for, which is at every hop that books bytes.  What
 *          was drawn lately is remembered here; what has been forgotten is drawn again, and is
 *          the same.
 * COST     O(1).  10 KiB for each component that remembers.
 * CHECKED  tests/models/test_cache.c, test_object_store.c (bytes and hits of whole runs);
 *          nothing depends on what is remembered. */
#ifndef HR_VALUES_H
#define HR_VALUES_H

#include "sim/system/model.h"

struct hr_value {
    uint64_t call; /* its identity; with `key`, what this is of */
    uint64_t value;
    int64_t size; /* as hr_key_size has it */
    uint32_t key; /* + 1; 0: nothing is remembered here */
    uint32_t has_size;
};
struct hr_values {
    struct hr_value *at;
};

enum { HR_VALUES = 256 };

void hr_values_init(struct hr_values *v, struct hr_arena *arena);
/* Draws what is not remembered. */
void hr_values_renew(struct hr_value *at, const struct hr_run *run, hr_call c,
                     uint32_t key);
/* Identities are well mixed: some of their bits are the place. */
static inline struct hr_value *hr_values_at(struct hr_values *v, const struct hr_run *run,
                                            hr_call c, uint32_t key)
{
    const uint64_t call = hr_call_key(run, c);
    struct hr_value *at = &v->at[call % HR_VALUES];

    if (at->call != call || at->key != key + 1)
        hr_values_renew(at, run, c, key);
    return at;
}
static inline uint64_t hr_values_value(struct hr_values *v, const struct hr_run *run,
                                       hr_call c, uint32_t key)
{
    return hr_values_at(v, run, c, key)->value;
}
/* Bytes of what the value names; -1: not given. */
int64_t hr_values_size(struct hr_values *v, const struct hr_run *run, hr_call c,
                       uint32_t key);

#endif /* HR_VALUES_H */
