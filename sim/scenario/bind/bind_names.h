/* sim/scenario/bind/bind_names.h - names to indices, in O(1), and arrays that grow in an arena.
 *
 * A scenario may have tens of thousands of names, each looked up from many places, so they
 * are hashed.  OWNERSHIP  everything is in the arena; names are borrowed. */
#ifndef HR_BIND_NAMES_H
#define HR_BIND_NAMES_H

#include "sim/engine/arena.h"

#include <stdint.h>

struct hr_name_slot {
    const char *name; /* NULL: free */
    uint32_t value;
};
struct hr_names { /* all zero: empty */
    struct hr_name_slot *slots;
    uint32_t n, room;  /* room: a power of two */
    const char **list; /* in order of adding, ended by NULL; for hr_nearest */
};

/* Add a name that is not there yet. */
void hr_names_add(struct hr_names *t, struct hr_arena *a, const char *name, uint32_t value);
/* HR_NONE: absent. */
uint32_t hr_names_find(const struct hr_names *t, const char *name);
const char *const *hr_names_list(const struct hr_names *t); /* NULL-ended, never NULL */

/* `items` with room for one more than n; doubles, the old copy stays in the arena. */
void *hr_bind_grow(struct hr_arena *a, void *items, uint32_t n, uint32_t *room,
                   size_t size);

/* Texts one after the other: what printf is too slow for. */
const char *hr_text_joined(struct hr_arena *a, const char *const *texts); /* NULL-ended */
#define hr_text_join(a, ...) hr_text_joined(a, (const char *const[]){__VA_ARGS__, NULL})

#endif /* HR_BIND_NAMES_H */
