/* tests/support/asked.h - when the requests of one class come, as the dump of a run tells it. */
#ifndef ASKED_H
#define ASKED_H

#include "tests/support/modelled.h"

enum { ASKED_KEPT = 20000 };
struct asked {
    size_t n;
    double at[ASKED_KEPT]; /* intended, s */
    uint64_t key[ASKED_KEPT];
};

/* One server that is never busy for long, and clients of it; conf may be changed. */
struct hr_clients_conf *asked_setting(struct tiny *t, double rate_per_s, hr_time horizon);
/* Runs seed 1 and keeps the first requests. */
void asked_in(struct tiny *t, struct asked *s);
void asked_by(struct tiny *t, struct asked *s, struct hr_run_options o);

#endif /* ASKED_H */
