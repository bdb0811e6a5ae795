/* sim/scenario/bind/recovered.h - when is the system well again?
 *
 *     recovered: { when: [ availability >= 99% ], over: 10s, held: 5m }
 *
 * `when` is a list of what a window of `over` must keep, in the grammar of objectives as far as
 * a window can be judged: availability, error_rate and quantiles of latency with an upper limit
 * (`p99(checkout) < 800ms` says that 99% of a window's requests get a good answer in less).
 * Recovered is what has kept all of them for `held`. */
#ifndef HR_BIND_RECOVERED_H
#define HR_BIND_RECOVERED_H

#include "sim/scenario/bind/bind.h"

/* `recovered:` into b->plan->recovered, followed there by the objectives of `d` that a window
 * can keep.  Call it when those have been bound. */
void hr_recovered_bind(struct hr_bind *b, const struct hr_design *d);

/* The objective as a condition on a window; false if a window cannot be judged by it. */
bool hr_objective_watch(const struct hr_objective *o, struct hr_watch *w);

#endif /* HR_BIND_RECOVERED_H */
