/* sim/scenario/measures.c - the rows of measures.def as a table; see measures.h. */
#include "sim/scenario/measures.h"

const struct hr_measure_info hr_measures[HR_N_MEASURES] = {
#define HR_MEASURE(id, name, scope, unit, written, measured, text)                         \
    {name, HR_SCOPE_##scope, unit, measured, text, HR_FIELD_##written},
#include "sim/scenario/measures.def"
#undef HR_MEASURE
};

bool hr_measure_has_parts(enum hr_measure_id m)
{
    switch (m) {
    case HR_MEASURE_QUANTILE:
    case HR_MEASURE_MEAN_LATENCY:
    case HR_MEASURE_AVAILABILITY:
    case HR_MEASURE_ERROR_RATE:
    case HR_MEASURE_THROUGHPUT:
    case HR_MEASURE_RETRY_AMPLIFICATION:
    case HR_MEASURE_THROTTLED:
    case HR_MEASURE_TIMED_OUT:
    case HR_MEASURE_REFUSED:
    case HR_MEASURE_FAILED:
    case HR_MEASURE_DEGRADED:
    case HR_MEASURE_UTILISATION:
    case HR_MEASURE_QUEUE:
    case HR_MEASURE_QUEUE_MAX:
    case HR_MEASURE_WASTED_WORK:
    case HR_MEASURE_KILLS:
    case HR_MEASURE_HIT_RATE:
    case HR_MEASURE_QUEUE_AGE:
        return true;
    default:
        return false;
    }
}
