/* sim/scenario/measures.c - the rows of measures.def as a table; see measures.h. */
#include "sim/scenario/measures.h"

const struct hr_measure_info hr_measures[HR_N_MEASURES] = {
#define HR_MEASURE(id, name, scope, unit, written, measured, text)                         \
    {name, HR_SCOPE_##scope, unit, measured, text, HR_FIELD_##written},
#include "sim/scenario/measures.def"
#undef HR_MEASURE
};
