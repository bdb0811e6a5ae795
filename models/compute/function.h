/* models/compute/function.h - settings of a function.
 *
 * The model is described in its manual text. */
#ifndef HR_MODELS_FUNCTION_H
#define HR_MODELS_FUNCTION_H

#include "sim/system/fleet.h"
#include "sim/system/message.h"

/* What goes back to the queue when a message of a batch fails. */
enum hr_function_returns { HR_RETURNS_BATCH, HR_RETURNS_FAILED };

struct hr_function_source {
    uint32_t queue;
    int64_t batch, concurrency; /* concurrency 0: that of the function */
    hr_time wait;
    int returns; /* enum hr_function_returns */
};

struct hr_function_conf {
    struct hr_function_source *from; /* NULL: it takes no messages */
    struct hr_block body;            /* compiled as the operation `message` */
    int64_t memory, concurrency, scale_burst;
    hr_time timeout, keep_warm;
    struct hr_law cold_start;
    double scale_rate, speed;
    /* derived */
    struct hr_fleet_conf fleet;
};
/* Fill in what is derived from the rest. */
void hr_function_derive(struct hr_function_conf *conf);
void hr_function_check(void *conf, struct hr_check *ck);
extern const struct hr_table hr_function_table;
extern const char hr_function_manual[];

enum {
    HR_FUNCTION_ENVIRONMENTS,
    HR_FUNCTION_BUSY,
    HR_FUNCTION_COLD_STARTS,
    HR_FUNCTION_THROTTLED,
    HR_FUNCTION_TIMED_OUT
};                                                  /* gauges */
enum { HR_FUNCTION_REQUESTS, HR_FUNCTION_COMPUTE }; /* usage */

extern const struct hr_model hr_function_model;

#endif /* HR_MODELS_FUNCTION_H */
