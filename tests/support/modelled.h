/* tests/support/modelled.h - plans made by hand (tiny.h) with the real models in them. */
#ifndef MODELLED_H
#define MODELLED_H

#include "models/compute/load_balancer.h"
#include "models/compute/service.h"
#include "models/edge/cdn.h"
#include "models/external/third_party.h"
#include "models/traffic/clients.h"
#include "tests/support/tiny.h"

/* Fleets of one core, first in first out, unlimited; `balance` is random. */
struct hr_service_conf *modelled_service(struct tiny *t, const char *name,
                                         int64_t instances);
struct hr_third_party_conf *modelled_third_party(struct tiny *t, const char *name,
                                                 struct hr_law latency);
/* Over the `n` components made just before it, which have equal operations. */
struct hr_load_balancer_conf *modelled_balancer(struct tiny *t, const char *name,
                                                enum hr_balance_policy policy, uint32_t n);
/* In front of the component made just before it; every operation is kept for `ttl`. */
struct hr_cdn_conf *modelled_cdn(struct tiny *t, const char *name, hr_time ttl);
/* A step of random work, seconds. */
struct hr_step modelled_work(struct hr_law law);
/* Open clients that ask `op`; conf may be changed before the run. */
struct hr_clients_conf *modelled_clients(struct tiny *t, uint32_t op,
                                         struct hr_call_options o, double rate_per_s);
/* The operation `name` of the component made last. */
uint32_t modelled_op(const struct tiny *t, const char *name);
/* Runs replication `r`; the ledger holds.  The record is valid until the next. */
const struct hr_record *modelled_run(struct tiny *t, uint64_t r);

#endif /* MODELLED_H */
