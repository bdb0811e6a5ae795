/* models/parts/values.c - see values.h. */
#include "models/parts/values.h"

enum { PLACES = 256 };

void hr_values_init(struct hr_values *v, struct hr_arena *arena)
{
    v->at = hr_arena_alloc(arena, PLACES, sizeof *v->at);
}

/* Identities are well mixed: some of their bits are the place. */
static struct hr_value *value_of(struct hr_values *v, const struct hr_run *run, hr_call c,
                                 uint32_t key)
{
    const uint64_t call = hr_call_key(run, c);
    struct hr_value *at = &v->at[call % PLACES];

    if (at->call != call || at->key != key + 1)
        *at = (struct hr_value){
            .call = call, .key = key + 1, .value = hr_call_value(run, c, key)};
    return at;
}

uint64_t hr_values_value(struct hr_values *v, const struct hr_run *run, hr_call c,
                         uint32_t key)
{
    return value_of(v, run, c, key)->value;
}

int64_t hr_values_size(struct hr_values *v, const struct hr_run *run, hr_call c,
                       uint32_t key)
{
    struct hr_value *at = value_of(v, run, c, key);

    if (!at->has_size) {
        at->size = hr_key_size(run, key, at->value);
        at->has_size = 1;
    }
    return at->size;
}
