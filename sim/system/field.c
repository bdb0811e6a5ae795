/* sim/system/field.c - see field.h. */
#include "sim/system/field.h"

#include <string.h>

const int64_t *hr_named_value(const struct hr_named *v, const char *name)
{
    const int64_t *every = NULL;

    for (uint32_t i = 0; i < v->n; i++) {
        if (strcmp(v->name[i], name) == 0)
            return &v->value[i];
        if (strcmp(v->name[i], "*") == 0)
            every = &v->value[i];
    }
    return every;
}
