/* tests/support/messaged.h - queues and functions in plans made by hand (tiny.h). */
#ifndef MESSAGED_H
#define MESSAGED_H

#include "models/compute/function.h"
#include "models/messaging/queue.h"
#include "tests/support/tiny.h"

/* Visibility 30 s, no limit of receives, kept for ever, no latency. */
struct hr_queue_conf *messaged_queue(struct tiny *t, const char *name);
uint32_t messaged_op(const struct tiny *t, const char *queue); /* what sends to it name */

/* One core, no cold start, kept warm for ten minutes, no limits that matter. */
struct hr_function_conf *messaged_function(struct tiny *t, const char *name);
/* ... that takes one message at a time from `queue`, at most `concurrency` at once; to be
 * followed by messaged_do. */
struct hr_function_conf *messaged_consumer(struct tiny *t, const char *name,
                                           const char *queue, int64_t concurrency);
void messaged_do(struct tiny *t, uint32_t n, const struct hr_step *steps);

/* A shop whose clients come at `at` and that sends one message to `queue` for each. */
void messaged_clients(struct tiny *t, const char *queue, uint32_t n, const hr_time *at);

const struct hr_mail_record *messaged_mail(const struct tiny *t, const struct hr_record *r,
                                           const char *queue);
int64_t messaged_gauge(const struct tiny *t, const struct hr_record *r, const char *part,
                       uint32_t gauge); /* its highest level */
int64_t messaged_usage(const struct tiny *t, const struct hr_record *r, const char *part,
                       uint32_t dimension);

#endif /* MESSAGED_H */
