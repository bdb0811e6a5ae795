/* models/parts/shape.c - see shape.h. */
#include "models/parts/shape.h"

#include "sim/engine/numeric.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* --- the fields ------------------------------------------------------------------------ */

#define AT(m) offsetof(struct hr_shape_daily, m)
static const struct hr_field daily_fields[] = {
    {.name = "low",
     .type = HR_FIELD_FACTOR,
     .offset = AT(low),
     .required = true,
     .max = 1e6,
     .help = "Factor at the quietest time, twelve hours from `peak_at`."},
    {.name = "peak",
     .type = HR_FIELD_FACTOR,
     .offset = AT(peak),
     .required = true,
     .max = 1e6,
     .help = "Factor at the busiest time."},
    {.name = "peak_at",
     .type = HR_FIELD_CLOCK,
     .offset = AT(peak_at),
     .required = true,
     .help = "The busiest time of day, in the clients' local time."},
    {0},
};
#undef AT
static const struct hr_table daily_table = {
    "daily", daily_fields, sizeof(struct hr_shape_daily), NULL,
    "A cosine over the day, in the clients' local time."};

#define AT(m) offsetof(struct hr_shape_spike, m)
static const struct hr_field spike_fields[] = {
    {.name = "at",
     .type = HR_FIELD_DURATION,
     .offset = AT(at),
     .required = true,
     .max = 1e9,
     .help = "When it starts to rise, after t = 0."},
    {.name = "to",
     .type = HR_FIELD_FACTOR,
     .offset = AT(to),
     .required = true,
     .max = 1e6,
     .help = "Factor at the top."},
    {.name = "rise",
     .type = HR_FIELD_DURATION,
     .offset = AT(rise),
     .dflt = "0s",
     .max = 1e9,
     .help = "How long the way up takes; 0s: a jump."},
    {.name = "hold",
     .type = HR_FIELD_DURATION,
     .offset = AT(hold),
     .required = true,
     .max = 1e9,
     .help = "How long it stays at the top."},
    {.name = "fall",
     .type = HR_FIELD_DURATION,
     .offset = AT(fall),
     .dflt = "0s",
     .max = 1e9,
     .help = "How long the way down takes; 0s: a jump."},
    {0},
};
#undef AT
static const struct hr_table spike_table = {"spike", spike_fields,
                                            sizeof(struct hr_shape_spike), NULL,
                                            "Up, a while at the top, and down again."};

#define AT(m) offsetof(struct hr_shape_ramp, m)
static const struct hr_field ramp_fields[] = {
    {.name = "at",
     .type = HR_FIELD_DURATION,
     .offset = AT(at),
     .dflt = "0s",
     .max = 1e9,
     .help = "When it begins; `from` holds before."},
    {.name = "from",
     .type = HR_FIELD_FACTOR,
     .offset = AT(from),
     .dflt = "100%",
     .max = 1e6,
     .help = "Factor at its beginning."},
    {.name = "to",
     .type = HR_FIELD_FACTOR,
     .offset = AT(to),
     .required = true,
     .max = 1e6,
     .help = "Factor at its end and from then on."},
    {.name = "over",
     .type = HR_FIELD_DURATION,
     .offset = AT(over),
     .required = true,
     .max = 1e9,
     .help = "How long it takes."},
    {0},
};
#undef AT
static const struct hr_table ramp_table = {"ramp", ramp_fields,
                                           sizeof(struct hr_shape_ramp), NULL,
                                           "A straight line from one factor to another."};

#define AT(m) offsetof(struct hr_shape_step, m)
static const struct hr_field step_fields[] = {
    {.name = "at",
     .type = HR_FIELD_DURATION,
     .offset = AT(at),
     .required = true,
     .max = 1e9,
     .help = "From when on, after t = 0; steps are written in order of time."},
    {.name = "to",
     .type = HR_FIELD_FACTOR,
     .offset = AT(to),
     .required = true,
     .max = 1e6,
     .help = "The factor until the next step."},
    {0},
};
#undef AT
static const struct hr_table step_table = {
    "step", step_fields, sizeof(struct hr_shape_step), NULL, "One step of `steps`."};

#define AT(m) offsetof(struct hr_shape, m)
static const struct hr_field shape_fields[] = {
    {.name = "daily",
     .type = HR_FIELD_GROUP,
     .offset = AT(daily),
     .one_of = 1,
     .table = &daily_table,
     .help = "Over the day: { low: 40%, peak: 160%, peak_at: \"20:00\" }."},
    {.name = "spike",
     .type = HR_FIELD_GROUP,
     .offset = AT(spike),
     .one_of = 1,
     .table = &spike_table,
     .help = "A spike: { at: 12h, to: 800%, rise: 2m, hold: 20m, fall: 10m }."},
    {.name = "ramp",
     .type = HR_FIELD_GROUP,
     .offset = AT(ramp),
     .one_of = 1,
     .table = &ramp_table,
     .help = "A slope: { at: 1h, from: 100%, to: 300%, over: 30m }."},
    {.name = "steps",
     .type = HR_FIELD_LIST,
     .offset = AT(steps),
     .one_of = 1,
     .table = &step_table,
     .help = "Levels: [ { at: 1h, to: 150% }, { at: 2h, to: 100% } ]."},
    {0},
};
#undef AT
const struct hr_table hr_shape_table = {"shape", shape_fields, sizeof(struct hr_shape),
                                        NULL, "How the rate varies; shapes multiply."};
