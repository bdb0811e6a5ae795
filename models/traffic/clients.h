/* models/traffic/clients.h - what the scenario says of one class of `traffic:`. */
#ifndef HR_CLIENTS_H
#define HR_CLIENTS_H

#include "models/parts/shape.h"
#include "sim/system/model.h"

struct hr_clients_conf {
    struct hr_shares from; /* places where the clients are; n = 0: nowhere in particular */
    uint32_t to;           /* component */
    double rate;           /* 1/s; 0: closed loop */
    int64_t users;         /* closed loop; 0: open */
    struct hr_law think;   /* s */
    struct hr_items shape; /* struct hr_shape */
    struct hr_shares mix;  /* its own operations, named as those of `to` */
    hr_time deadline;      /* over all attempts; 0: none */
    struct hr_call_options call;
    struct hr_named good;  /* ns by operation */
    struct hr_named value; /* micro-dollars by operation */
};

extern const struct hr_model hr_clients_model;

#endif /* HR_CLIENTS_H */
