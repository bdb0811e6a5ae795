/* models/traffic/clients.h - what the scenario says of one class of `traffic:`. */
#ifndef HR_CLIENTS_H
#define HR_CLIENTS_H

#include "models/parts/modulation.h"
#include "models/parts/shape.h"
#include "sim/system/model.h"

enum { HR_MOST_AT_ONCE = 1000000 }; /* requests of a batch */

struct hr_clients_conf {
    struct hr_shares from; /* places where the clients are; n = 0: nowhere in particular */
    uint32_t to;           /* component */
    double rate;           /* 1/s; 0: closed loop, or `interarrival` says it */
    struct hr_law
        gap; /* `interarrival`: s between arrivals; constant 0: a Poisson process */
    struct hr_law batch;       /* requests an arrival; constant 0: one */
    struct hr_items modulated; /* struct hr_phase */
    int64_t users;             /* closed loop; 0: open */
    struct hr_law think;       /* s */
    struct hr_items shape;     /* struct hr_shape */
    struct hr_shares mix;      /* its own operations, named as those of `to` */
    hr_time deadline;          /* over all attempts; 0: none */
    struct hr_call_options call;
    struct hr_named good;  /* ns by operation */
    struct hr_named value; /* micro-dollars by operation */
};

/* A law that the scenario has not given is a constant zero. */
static inline bool hr_clients_given(const struct hr_law *law)
{
    return law->kind != HR_LAW_CONSTANT || law->a != 0.0;
}

extern const struct hr_model hr_clients_model;

/* clients_fields.c */
extern const struct hr_table hr_clients_table;
extern const struct hr_source_layout hr_clients_layout;
extern const char hr_clients_manual[];
void hr_clients_check(void *conf, struct hr_check *ck);

#endif /* HR_CLIENTS_H */
