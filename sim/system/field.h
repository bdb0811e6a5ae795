/* sim/system/field.h - one table says everything about a field.
 *
 * Whoever has settings (a model, a step, a call's options, a disturbance, the scenario itself)
 * declares them once as a table of struct hr_field.  The loader, the error messages, the
 * overrides of designs, `explain`, `resolve`, the JSON Schema and the manual are all made from
 * that table; nothing is parsed or described by hand a second time.
 *
 * A table binds into a C struct ("conf") that the scenario arena owns and that is immutable
 * while runs share it.  Defaults are written as a scenario would write them. */
#ifndef HR_FIELD_H
#define HR_FIELD_H

#include "sim/engine/law.h"
#include "sim/engine/time.h"
#include "sim/system/diag.h"

enum hr_field_type { /* C type of the member it binds to         written as        */
                     HR_FIELD_COUNT, /* int64_t                                  16, 2M            */
                     HR_FIELD_NUMBER, /* double                                   0.9               */
                     HR_FIELD_SHARE, /* double 0..1                              70%               */
                     HR_FIELD_FACTOR, /* double                                   6x, 800%          */
                     HR_FIELD_DURATION, /* hr_time                                  250ms             */
                     HR_FIELD_DURATION_RANGE, /* struct hr_time_range                     200ms..5s, 1s     */
                     HR_FIELD_CLOCK, /* hr_time since midnight                   "20:00"           */
                     HR_FIELD_DATE, /* int64_t s since 1970-01-01, local        2026-11-27T00:00  */
                     HR_FIELD_RATE, /* double, 1/s                              400/s, 12/m       */
                     HR_FIELD_LEVEL, /* struct hr_level                          60%, 50/s         */
                     HR_FIELD_BYTES, /* int64_t                                  2GiB              */
                     HR_FIELD_BANDWIDTH, /* double, bytes/s                          100Mbps, 40MB/s   */
                     HR_FIELD_MONEY, /* int64_t micro-dollars                    $42               */
                     HR_FIELD_LAW_TIME, /* struct hr_law in s                       lognormal(...)    */
                     HR_FIELD_LAW_BYTES, /* struct hr_law in bytes                                     */
                     HR_FIELD_LAW_COUNT, /* struct hr_law, a number                                    */
                     HR_FIELD_POPULARITY, /* struct hr_popularity                     zipf(0.9), uniform*/
                     HR_FIELD_CHOICE, /* int, index into `choices`                                  */
                     HR_FIELD_FLAG, /* bool                                     true              */
                     HR_FIELD_TEXT, /* const char *                                               */
                     HR_FIELD_COMPONENT, /* uint32_t component; HR_NONE if absent    app               */
                     HR_FIELD_COMPONENTS, /* struct hr_indices                        app, [app, api]   */
                     HR_FIELD_OPERATION, /* uint32_t operation of the plan           orders.write      */
                     HR_FIELD_PLACE, /* uint32_t place                           us-east-1/a       */
                     HR_FIELD_PLACES, /* struct hr_indices                                          */
                     HR_FIELD_KEY, /* uint32_t key; HR_NONE if absent          product           */
                     HR_FIELD_RESOURCE, /* uint32_t index in the component's resources map            */
                     HR_FIELD_PLACE_SHARES, /* struct hr_shares (index = place)         {europe: 30%}     */
                     HR_FIELD_MIX, /* struct hr_shares (index = operation)     {home: 50%}       */
                     HR_FIELD_OP_DURATIONS, /* struct hr_named (int64 ns)               {checkout: 2s}    */
                     HR_FIELD_OP_MONEY, /* struct hr_named (int64 micro-dollars)    {checkout: $42}   */
                     HR_FIELD_STEPS, /* struct hr_block                          [ {work: 1ms} ]   */
                     HR_FIELD_BRANCHES, /* struct hr_branches: a list of blocks                       */
                     HR_FIELD_CHOICES, /* struct hr_branches with shares: choose                     */
                     HR_FIELD_PRICES, /* struct hr_prices of a component        {instance: $0.05/h}*/
                     HR_FIELD_GROUP, /* struct of `table`, by pointer; NULL if absent              */
                     HR_FIELD_LIST, /* struct hr_items of `table`               [ {..}, {..} ]    */
                     HR_FIELD_MAP, /* struct hr_items; each item's first member is its name      */
};

#define HR_NONE UINT32_MAX

struct hr_time_range {
    hr_time lo, hi; /* equal when one value was given */
};
struct hr_level { /* what a controller keeps something at */
    double value; /* a share, or 1/s */
    bool rate;
};
struct hr_indices {
    uint32_t n;
    const uint32_t *at;
};
struct hr_shares { /* shares sum to 1; `upto` is cumulative, the last exactly 1 */
    uint32_t n;
    const uint32_t *at;
    const char *const *name;
    const double *upto;
};
struct hr_named { /* value by name; the name "*" is for every other */
    uint32_t n;
    const char *const *name;
    const int64_t *value;
};
/* The value that a name has, by itself or through "*"; NULL: none. */
const int64_t *hr_named_value(const struct hr_named *v, const char *name);
struct hr_items {
    uint32_t n;
    void *at; /* n structs of table->size bytes */
};
struct hr_popularity {
    bool uniform;
    double zipf; /* exponent, when not uniform */
};
struct hr_block { /* steps [first, first + n) of the plan */
    uint32_t first, n;
};
struct hr_branch {
    struct hr_block block;
    double upto; /* choose: cumulative share */
};
struct hr_branches {
    uint32_t n;
    const struct hr_branch *at;
};

struct hr_table;

struct hr_field {
    const char *name; /* NULL ends the table */
    enum hr_field_type type;
    uint32_t offset;  /* of the member in conf */
    const char *dflt; /* as a scenario would write it; NULL: zero, empty or none */
    bool required;
    uint8_t
        one_of; /* fields of a table with the same non-zero number: exactly one is given */
    double min,
        max;   /* of the value in its unit (s, bytes, $...); both 0: unbounded above 0 */
    bool none; /* OP_DURATIONS: `none` may stand for a duration, and is read as -1 */
    const char *const *choices;   /* CHOICE: ended by NULL */
    const struct hr_table *table; /* GROUP, LIST, MAP */
    const char *role; /* COMPONENT: what it is to us, for messages ("where requests go") */
    const char *help; /* one line */
    const char *source; /* where the default comes from; NULL: a neutral value, no claim */
};

struct hr_table {
    const char *name; /* what it describes, for messages: "retry" */
    const struct hr_field *fields;
    uint32_t size;         /* of the conf struct */
    const char *shorthand; /* the field that a bare scalar (or list) fills; NULL: none */
    const char *help;
};

/* What a check hook gets to complain with. */
struct hr_check;
/* Add an error about `field` (NULL: the whole component) of what is being checked. */
void hr_check_fail(struct hr_check *ck, enum hr_code code, const char *field,
                   const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Was this field written by the scenario, a design, a default block or a product? */
bool hr_check_given(const struct hr_check *ck, const char *field);
struct hr_arena *hr_check_arena(struct hr_check *ck);

#endif /* HR_FIELD_H */
