/* sim/scenario/input.c - see input.h. */
#include "sim/scenario/input.h"

#include "sim/engine/numeric.h"
#include "sim/scenario/value/value.h"

#include <math.h>

double hr_input_value(const struct hr_input *i, double position)
{
    double x = i->from + position * (i->to - i->from);

    if (i->type == HR_FIELD_COUNT)
        x = floor(i->from + position * (i->to - i->from + 1));
    else if (i->log)
        x = i->from * hr_exp(position * hr_log(i->to / i->from));
    return x < i->from ? i->from : x > i->to ? i->to : x;
}

const char *hr_field_text(enum hr_field_type type, double x, struct hr_arena *a)
{
    switch (type) {
    case HR_FIELD_DURATION:
    case HR_FIELD_DURATION_RANGE:
    case HR_FIELD_CLOCK:
    case HR_FIELD_LAW_TIME:
        return hr_show_seconds(a, x);
    case HR_FIELD_BYTES:
    case HR_FIELD_LAW_BYTES:
        return hr_show_bytes(a, (int64_t)x);
    case HR_FIELD_MONEY:
        return hr_show_money(a, (int64_t)(x * 1e6));
    case HR_FIELD_SHARE:
        return hr_arena_printf(a, "%.12g%%", x * 100);
    case HR_FIELD_FACTOR:
        return hr_arena_printf(a, "%.12gx", x);
    case HR_FIELD_RATE:
        return hr_arena_printf(a, "%.12g/s", x);
    case HR_FIELD_BANDWIDTH:
        return hr_arena_printf(a, "%.12gB/s", x);
    default:
        return hr_arena_printf(a, "%.12g", x);
    }
}

const char *hr_input_text(const struct hr_input *i, double value, struct hr_arena *a)
{
    return hr_field_text(i->type, value, a);
}
