/* sim/system/values.c - see values.h. */
#include "sim/engine/arena.h"
#include "sim/system/run_inner.h"

enum { PLACES = 256 }; /* a power of two */

void hr_values_init(struct hr_run *run)
{
    struct values *v = &run->values;

    v->value = hr_arena_alloc(run->arena, PLACES, sizeof *v->value);
    v->size = hr_arena_alloc(run->arena, PLACES, sizeof *v->size);
}

static uint64_t draw_value(const struct hr_run *run, uint64_t task, uint32_t key)
{
    const struct hr_key *k = &run->plan->keys[key];
    struct hr_draws d = hr_draws(run->stream, task, k->name_key + HR_FOR_KEY);

    return k->uniform ? hr_draw_below(&d, k->count) : hr_zipf_draw(&k->zipf, &d) - 1;
}

/* Identities are well mixed: some of their bits are the place. */
uint64_t hr_call_value(const struct hr_run *run, hr_call c, uint32_t key)
{
    const uint64_t task = hr_task(run, hr_frame(run, c)->task)->key;
    struct value *at = &run->values.value[(task + key) % PLACES];

    if (at->task != task || at->key != key + 1)
        *at = (struct value){task, draw_value(run, task, key), key + 1};
    return at->value;
}

static int64_t draw_size(const struct hr_run *run, const struct hr_key *k, uint64_t value)
{
    struct hr_draws d =
        hr_draws(run->stream, hr_mix(k->name_key, value), HR_PURPOSE(HR_FOR_KEY, 1));

    return (int64_t)hr_law_draw(&k->size, &d);
}

int64_t hr_key_size(const struct hr_run *run, uint32_t key, uint64_t value)
{
    const struct hr_key *k = &run->plan->keys[key];
    struct value_size *at = &run->values.size[(value + 41 * (uint64_t)key) % PLACES];

    if (!k->sized)
        return -1;
    if (at->value != value || at->key != key + 1)
        *at = (struct value_size){value, draw_size(run, k, value), key + 1};
    return at->bytes;
}
