/* models/parts/rate_rule.h - a limit on requests from one source, that acts late.
 *
 * MODEL    Requests are counted in slots of one evaluation period; at the end of each the rule
 *          looks at the last `slots` of them: more than the limit, and it wants to act, no more
 *          than the limit, and it wants to stop.  It does what it wants after a delay, and what
 *          it has begun to do in the meantime stands.
 * COST     O(slots) an evaluation; it is evaluated only while requests that matter come. */
#ifndef HR_RATE_RULE_H
#define HR_RATE_RULE_H

#include "sim/engine/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct hr_rate_rule {
    double limit;    /* requests in the window */
    uint64_t *slots; /* a ring; the current one is `now` */
    uint32_t n, now;
    uint64_t sum;
    bool active, changing; /* changing: it will turn, after the delay */
};

/* `limit` requests in `n` slots. */
void hr_rate_rule_init(struct hr_rate_rule *r, struct hr_arena *a, double limit,
                       uint32_t n);
/* A request; true if it is the first in the window: evaluations have to begin. */
bool hr_rate_rule_count(struct hr_rate_rule *r);
/* The end of a slot.  True if the rule wants to turn: turn it after the delay. */
bool hr_rate_rule_evaluate(struct hr_rate_rule *r);
void hr_rate_rule_turn(struct hr_rate_rule *r);
/* Nothing in the window, and nothing to turn: no evaluation is needed until a request comes. */
bool hr_rate_rule_idle(const struct hr_rate_rule *r);

#endif /* HR_RATE_RULE_H */
