/* models/registry.c - see registry.h. */
#include "models/registry.h"

#include <stddef.h>

#define HR_MODEL(kind) extern const struct hr_model hr_##kind##_model;
#include "models/registry.def"
#undef HR_MODEL

const struct hr_model *const hr_models[] = {
#define HR_MODEL(kind) &hr_##kind##_model,
#include "models/registry.def"
#undef HR_MODEL
    NULL,
};
