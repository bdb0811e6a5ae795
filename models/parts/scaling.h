/* models/parts/scaling.h - target tracking: from a history of metric periods to a capacity.
 *
 * MODEL    The metric is the mean over the instances of one period, oldest period first.  Two
 *          alarms watch it:
 *            out   the last `out_periods` periods were all above `target`
 *            in    the last `in_periods` periods were all below `in_below` x `target`
 *          A period without data (NaN) is neither above nor below.  While an alarm holds, each
 *          period says how much is needed:
 *
 *              needed = ceil(counted x metric / target)
 *
 *          where `counted` is the number of instances that the metric is the mean of.  Out: the
 *          desired capacity rises to what is needed, if that is more; so what is being launched
 *          or warms up counts as capacity and is not asked for twice, however long the alarm
 *          holds.  In: it falls towards what is needed, at most `in_most` of itself (and one
 *          instance) a period, and not while capacity is on its way.  Of several rules the one
 *          that needs most decides: one is enough to go out, in takes all that may.
 * ASSUMES  The load of an instance is inversely proportional to their number.
 * COST     O(rules x periods) a metric period.
 * SOURCE   Amazon EC2 Auto Scaling user guide, target tracking scaling policies (read in
 *          github.com/awsdocs/amazon-ec2-auto-scaling-user-guide@6c46a78, 2023-06-15): alarms,
 *          warm-up, several policies.  The formula is not published; it is the one that is
 *          commonly given.
 * CHECKED  tests/models/test_scaling.c. */
#ifndef HR_SCALING_H
#define HR_SCALING_H

#include <stdbool.h>
#include <stdint.h>

struct hr_scaling_rule {
    double target;   /* > 0 */
    double in_below; /* share of the target, 0..1 */
    double in_most;  /* share of the capacity that one decision may take away, 0..1 */
    uint32_t out_periods, in_periods; /* >= 1 */
    bool in_disabled;
};

enum hr_scaling_alarm { HR_SCALING_OK, HR_SCALING_OUT, HR_SCALING_IN };

/* What one rule sees: the last `n` periods, oldest first. */
struct hr_scaling_history {
    const double *metric;
    uint32_t n;
};
enum hr_scaling_alarm hr_scaling_alarm(const struct hr_scaling_rule *r,
                                       struct hr_scaling_history h);

struct hr_scaling_state {
    int64_t min, max, desired;
    int64_t counted; /* instances that the last period is the mean of */
    bool
        on_its_way; /* instances that are being launched or warm up: nothing is taken away */
};
/* Instances that would bring the last period to the target. */
int64_t hr_scaling_needed(const struct hr_scaling_rule *r, double metric, int64_t counted);
/* The capacity to be desired now, within min and max. */
int64_t hr_scaling_desired(const struct hr_scaling_state *s, uint32_t n_rules,
                           const struct hr_scaling_rule *rules,
                           const struct hr_scaling_history *histories);

#endif /* HR_SCALING_H */
