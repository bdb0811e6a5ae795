/* sim/scenario/input.h - an uncertain input: what is known of it, and its value at a position.
 *
 * See sim/scenario/bind/uncertain.h for what a range means. */
#ifndef HR_INPUT_H
#define HR_INPUT_H

#include "sim/system/field.h"

struct hr_input {
    const char *path;    /* as --set takes it: "app.operations.home.steps.work" */
    const char *label;   /* for people: "app.home work" */
    const char *written; /* "6ms..20ms" */
    enum hr_field_type type;
    double from, to; /* in s, bytes, 1/s, $ or 1, as the type has it */
    bool log;        /* its logarithm is uniform */
    struct hr_loc at;
};

/* Where an input is to lie, 0 (from) to 1 (to). */
struct hr_position {
    const char *path;
    double at;
};

double hr_input_value(const struct hr_input *i, double position);
/* As a scenario writes it: "11.2ms". */
const char *hr_input_text(const struct hr_input *i, double value, struct hr_arena *a);
/* A magnitude in the unit that bounds of a field of this type speak of. */
const char *hr_field_text(enum hr_field_type type, double x, struct hr_arena *a);

#endif /* HR_INPUT_H */
