/* tests/support/tiny.h - plans made by hand, for tests of the system layer alone.
 *
 * Tasks arrive at given times, services are fleets with the conf that the test says, steps are
 * written in C.  No scenario, no catalogue, no model of models/ takes part, so a test can
 * compute every instant by hand. */
#ifndef TINY_H
#define TINY_H

#include "sim/system/fleet.h"
#include "sim/system/run.h"

enum { TINY_MOST = 64 };
#define MS(x) ((hr_time)((x)*1e6))

struct tiny {
    struct hr_arena *arena;
    struct hr_plan plan;
    struct hr_component components[TINY_MOST];
    struct hr_operation operations[TINY_MOST];
    struct hr_step steps[4 * TINY_MOST];
    struct hr_site sites[TINY_MOST];
    struct hr_row rows[TINY_MOST];
    struct hr_disturbance disturbances[TINY_MOST];
    struct hr_place places[TINY_MOST];
    const struct hr_link *links[TINY_MOST * TINY_MOST];
    struct hr_run *run;
};

void tiny_init(struct tiny *t, hr_time horizon);
void tiny_free(struct tiny *t);

/* A service: instances 1, cores 1, processor sharing, no limits unless changed in the conf
 * that is returned. */
struct hr_fleet_conf *tiny_service(struct tiny *t, const char *name);
/* A component that forwards to the one made just before it. */
void tiny_forwarder(struct tiny *t, const char *name);
uint32_t tiny_component(const struct tiny *t, const char *name);

/* Steps: made in order; a block is from a mark to the next.  Ends with tiny_op. */
struct hr_step tiny_work(double ms);
struct hr_step tiny_wait(double ms);
struct hr_step tiny_call(struct tiny *t, uint32_t op, struct hr_call_options o);
struct hr_step tiny_send(struct tiny *t, uint32_t op);
/* Blocks of structured steps: each branch is a block put into the plan at once. */
struct hr_block tiny_block(struct tiny *t, uint32_t n, const struct hr_step *steps);
struct hr_step tiny_branches(struct tiny *t, enum hr_step_kind kind, uint32_t n,
                             const struct hr_block *blocks);
/* An operation of the component made last. */
uint32_t tiny_op(struct tiny *t, const char *name, uint32_t n, const struct hr_step *steps);

/* A traffic class that asks `op` at the given times.  Returns its row. */
uint32_t tiny_clients(struct tiny *t, uint32_t op, struct hr_call_options o, uint32_t n,
                      const hr_time *at);

struct hr_disturbance *tiny_disturb(struct tiny *t, enum hr_verb verb, uint32_t component,
                                    hr_time at, hr_time lasts);

/* Runs to the end; fails the test if the ledger is violated. */
const struct hr_record *tiny_run(struct tiny *t);
const struct hr_record *tiny_run_with(struct tiny *t, const struct hr_run_options *o);

/* An option set with nothing in it. */
struct hr_call_options tiny_plain(void);

#endif /* TINY_H */
