/* models/parts/health_check.h - is something healthy, from the outcomes of checks.
 *
 * MODEL    Every `interval` something is checked.  Verdicts change on runs of equal outcomes:
 *          after `unhealthy` failures in a row it is unhealthy, after `healthy` successes in a
 *          row it is healthy again.  What was never checked before is new: it is healthy after
 *          `initial` successes in a row, unhealthy after `unhealthy` failures.
 *          One check is a request that must be answered within `timeout`: it fails when what
 *          is asked is not up at that moment, or when who waited for a worker as the check was
 *          sent still waits (the check waits behind them).
 *          Checks end at start + phase + k x interval; the phase, in [0, interval), is drawn
 *          by whoever checks.  A loss is so noticed (unhealthy - 1) x interval to
 *          unhealthy x interval after it, uniformly.
 * ASSUMES  One stream of checks a target.  A check costs what it asks nothing.
 * COST     O(1) a check.
 * SOURCE   AWS, user guide for Application Load Balancers, target-group-health-checks.md
 *          (github.com/awsdocs/elb-application-load-balancers-user-guide, 2023-06-15).
 * CHECKED  tests/models/test_health_check.c. */
#ifndef HR_HEALTH_CHECK_H
#define HR_HEALTH_CHECK_H

#include "sim/engine/random.h"
#include "sim/system/field.h"

struct hr_health_check_conf {
    hr_time interval, timeout; /* timeout <= interval */
    int64_t healthy, unhealthy;
    int64_t initial; /* 0: as `healthy` */
};
extern const struct hr_table hr_health_check_table;
/* Rules that span its fields; `field`: what the group is called in the model's table. */
void hr_health_check_check(const struct hr_health_check_conf *conf, const char *field,
                           struct hr_check *ck);

enum hr_health_verdict { HR_HEALTH_NEW, HR_HEALTH_GOOD, HR_HEALTH_BAD };
struct hr_health {
    enum hr_health_verdict verdict;
    uint32_t row;  /* equal outcomes in a row, the last one included */
    bool last_bad; /* the last outcome */
};
struct hr_health hr_health_begin(bool known_good);
/* The outcome of one more check; true: the verdict has changed. */
bool hr_health_take(struct hr_health *h, const struct hr_health_check_conf *conf, bool bad);

/* Did a check fail that was sent at `sent` and had to be answered by now?  `waiting_since`:
 * when the first of those who wait for a worker came; HR_NEVER: nobody waits. */
bool hr_health_probe_bad(bool up, hr_time waiting_since, hr_time sent);

/* The phase of a stream of checks, in [0, interval). */
hr_time hr_health_phase(const struct hr_health_check_conf *conf, struct hr_draws *draws);

#endif /* HR_HEALTH_CHECK_H */
