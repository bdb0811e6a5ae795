/* models/parts/values.c - see values.h. */
#include "models/parts/values.h"

void hr_values_init(struct hr_values *v, struct hr_arena *arena)
{
    v->at = hr_arena_alloc(arena, HR_VALUES, sizeof *v->at);
}

void hr_values_renew(struct hr_value *at, const struct hr_run *run, hr_call c, uint32_t key)
{
    *at = (struct hr_value){
        .call = hr_call_key(run, c), .key = key + 1, .value = hr_call_value(run, c, key)};
}

int64_t hr_values_size(struct hr_values *v, const struct hr_run *run, hr_call c,
                       uint32_t key)
{
    struct hr_value *at = hr_values_at(v, run, c, key);

    if (!at->has_size) {
        at->size = hr_key_size(run, key, at->value);
        at->has_size = 1;
    }
    return at->size;
}
