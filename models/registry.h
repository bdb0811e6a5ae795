/* models/registry.h - what can be modelled, as one list; only cli/ and tests include it. */
#ifndef HR_REGISTRY_H
#define HR_REGISTRY_H

#include "sim/system/model.h"

extern const struct hr_model
    *const hr_models[]; /* ended by NULL, in order of registry.def */

#endif /* HR_REGISTRY_H */
