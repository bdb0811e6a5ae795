/* sim/scenario/bind/schema.h - the words of the scenario language, whoever reads their values.
 *
 * A word is known here (a table says what it means), known and not yet supported (refused by
 * name), or unknown (a misspelling: the nearest word is offered).  The tables of models, steps
 * and calls are elsewhere; this is what belongs to the scenario itself. */
#ifndef HR_SCHEMA_H
#define HR_SCHEMA_H

#include "sim/system/field.h"
#include "sim/system/price.h"

enum hr_where {                 /* in which kind of map a key stands */
                HR_WHERE_TABLE, /* a group of settings such as `retry` */
                HR_WHERE_TOP,
                HR_WHERE_PLACE,
                HR_WHERE_COMPONENT,
                HR_WHERE_TRAFFIC,
                HR_WHERE_OPERATION,
                HR_WHERE_STEP,
                HR_WHERE_DISTURBANCE,
                HR_N_WHERE
};

/* A word that comes later, and the code that refuses it. */
struct hr_later {
    const char *word; /* NULL ends a list */
    enum hr_code code;
};
extern const struct hr_later *const hr_schema_later[HR_N_WHERE];
/* Kinds of component that come later. */
extern const char *const hr_schema_later_kinds[];

/* Is `word` one that comes later there?  NULL: no. */
const struct hr_later *hr_schema_find_later(enum hr_where where, const char *word);
bool hr_schema_in(const char *const *list, const char *word);

/* What a scenario says of itself. */
struct hr_top_conf {
    const char *name, *question;
    int64_t start;
    hr_time horizon, warmup, drain;
    bool start_cold;
};
extern const struct hr_table hr_top_table;
/* Words of the top that have a reader of their own, ended by NULL. */
extern const char *const hr_schema_sections[];

/* What any component or traffic class may say besides the fields of its kind. */
struct hr_common_conf {
    const char *kind, *product, *label;
    uint32_t in;
    struct hr_indices zones;
    bool bypass;
    struct hr_items resources;
    struct hr_prices prices;
};
extern const struct hr_table hr_common_table;
struct hr_common_traffic_conf {
    const char *kind, *label;
};
extern const struct hr_table hr_common_traffic_table;

struct hr_place_conf {
    const char *provider, *utc_offset;
};
extern const struct hr_table hr_place_table;
struct hr_link_conf {
    uint32_t from, to;
    struct hr_law latency, back;
    double loss, back_loss, bandwidth;
};
extern const struct hr_table hr_link_table;
struct hr_key_conf {
    int64_t count;
    struct hr_popularity popularity;
    struct hr_law size;
};
extern const struct hr_table hr_key_table;
struct hr_disturbance_conf {
    const char *lose, *slow, *fail, *flood, *misconfigure, *failover, *freeze;
    const char *by, *at, *lasts, *then;
    struct hr_law every;
    double rate, per_month;
    int64_t crew;
    int when_lost, strikes;
};
extern const struct hr_table hr_disturbance_table;
struct hr_fault_conf {
    const char *kinds, *except; /* or lists of them: fault.c */
};
extern const struct hr_table hr_fault_table;
struct hr_commitment_conf {
    const char *name, *reserve, *spend, *dimension, *price;
    int64_t count;
    double discount;
    struct hr_indices covers;
};
extern const struct hr_table hr_commitment_table;

#endif /* HR_SCHEMA_H */
