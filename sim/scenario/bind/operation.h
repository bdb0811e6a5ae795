/* sim/scenario/bind/operation.h - operations, their steps, and who calls whom.
 *
 * ORDER  Components are declared and bound (component.h), then
 *          hr_operations_declare   names under `operations:`
 *          hr_operations_compile   steps of each; what they call is found on the way
 *          hr_traffic_compile      (traffic.h)
 *          hr_operations_finish    numbers, circles, rows of the plan
 * Until then an operation goes by its draft number (index of b->ops); hr_operations_finish
 * replaces all of them, so that the operations of a component are neighbours in the plan.
 *
 * A forwarder has those operations that all of its targets have; a third party has any; a cache
 * or a store has those of its kind.  They are made when something calls them.  `bypass: true` on a forwarder sends whoever names it to
 * its one target. */
#ifndef HR_OPERATION_H
#define HR_OPERATION_H

#include "sim/scenario/bind/bind.h"

enum { /* limits, each with a diagnostic */
       HR_MOST_COMPONENTS = 65535,
       HR_MOST_OPERATIONS = 1 << 18,
       HR_MOST_STEPS = 10000, /* of one operation */
       HR_MOST_NESTED = 32,   /* steps inside of steps */
       HR_MOST_HOPS = 32,     /* forwarders one behind the other */
       HR_MOST_WAITS = 512,   /* operations that wait, one for the next */
       HR_MOST_ROWS = 64,     /* operations of all classes of traffic */
};

/* The operation whose steps are being compiled. */
struct hr_op_scope {
    uint32_t op;                        /* draft; HR_NONE: none */
    uint32_t ordinals[HR_N_STEP_KINDS]; /* next of each kind */
    uint32_t n_steps, depth;
    uint32_t held[HR_MOST_NESTED + 1]; /* resources held around the step */
    uint32_t n_held;
    const struct hr_node *choice; /* a branch of `choose` that is one step with its share */
};

void hr_operations_declare(struct hr_bind *b, uint32_t component);
/* What is written of a component's own setting of steps (`do`), which becomes its operation
 * `message`; NULL. */
struct hr_node *hr_operations_steps(struct hr_bind *b, struct hr_node *component,
                                    const struct hr_model *m);
void hr_operations_compile(struct hr_bind *b);
void hr_operations_finish(struct hr_bind *b);

/* The draft operation `name` of a component, made where the kind allows it; HR_NONE (and
 * nothing said) if it has none.  Follows `bypass`. */
uint32_t hr_operation_find(struct hr_bind *b, uint32_t component, const char *name);
/* Add one; HR_NONE when there are too many. */
uint32_t hr_operation_add(struct hr_bind *b, uint32_t component, const char *name,
                          struct hr_node *node);
/* "payments.charge", or "payments" where it has one operation.  HR_NONE and a diagnostic. */
uint32_t hr_operation_read(struct hr_bind *b, struct hr_node *n);
/* By name, for traffic: `at` is where to point. */
uint32_t hr_operation_of(struct hr_bind *b, uint32_t component, const char *name,
                         struct hr_loc at);
/* Is it known what a component can be asked?  Not where it, or what is behind it, is wrong: that
 * is said there, and what follows from it is not. */
bool hr_operation_known(const struct hr_bind *b, uint32_t component);
/* Names that a component answers to, NULL-ended; empty for a third party. */
const char *const *hr_operation_names(struct hr_bind *b, uint32_t component);
/* The component that stands for it: itself, or what is behind when it is bypassed. */
uint32_t hr_operation_behind(const struct hr_bind *b, uint32_t component);
/* The targets of a forwarder. */
const struct hr_indices *hr_operation_targets(const struct hr_bind *b, uint32_t component);

/* Add a call site; its number. */
uint32_t hr_operation_site(struct hr_bind *b, const struct hr_bind_site *s);

/* Steps (steps_read.c): a block; branches of a structured step. */
bool hr_steps_read(struct hr_bind *b, struct hr_node *n, struct hr_block *at);
bool hr_steps_read_branches(struct hr_bind *b, struct hr_node *n, bool by_share,
                            struct hr_branches *at);
/* Give the call sites of a whole operation (of n_steps) their ordinals. */
void hr_steps_number(struct hr_bind *b, struct hr_block block, uint32_t n_steps);
/* Which kind of step is a map?  NULL: none. */
const struct hr_step_info *hr_steps_kind(const struct hr_node *map);

#endif /* HR_OPERATION_H */
