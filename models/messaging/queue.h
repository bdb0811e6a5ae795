/* models/messaging/queue.h - settings of a queue.
 *
 * The model is described in its manual text. */
#ifndef HR_MODELS_QUEUE_H
#define HR_MODELS_QUEUE_H

#include "sim/system/message.h"

struct hr_queue_conf {
    hr_time visibility, retention;
    int64_t receives;      /* handings over before a message is given up; 0: no limit */
    uint32_t dead_letters; /* operation; HR_NONE */
    struct hr_law latency, size;
    bool sized;
};

enum { HR_QUEUE_VISIBLE, HR_QUEUE_IN_FLIGHT, HR_QUEUE_DEAD, HR_QUEUE_EXPIRED };
enum { HR_QUEUE_REQUESTS };

extern const struct hr_model hr_queue_model;

#endif /* HR_MODELS_QUEUE_H */
