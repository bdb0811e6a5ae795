/* models/parts/cpu_credits.h - CPU credits of burstable instances.
 *
 * MODEL    The balance is kept in CPU seconds (a credit is one vCPU at full speed for a minute):
 *
 *              d balance / dt = earned - used,  balance <= most
 *
 *          where `earned` is cores x baseline, and `used` is the CPU that runs.  Standard: at 0
 *          the CPU is capped at what is earned; the cap goes when there is a second of bursting
 *          again.  Unlimited: the balance goes below 0, down to -most (surplus credits, which
 *          later earnings pay back); what is used beyond that is surplus and billed, and so is
 *          what is left to pay back when the instance ends.
 * ASSUMES  The cap comes at once; in life it comes gradually, within a quarter of an hour.
 * COST     O(1) a look; hr_cpu_credits_look says when the next is due: never so late that the
 *          balance could run out by more than a tenth of a second before.
 * SOURCE   Amazon EC2 user guide, burstable performance instances (read in
 *          github.com/awsdocs/amazon-ec2-user-guide@e3707c4, 2023-06-15); that a credit is a
 *          vCPU-minute is from memory.
 * CHECKED  tests/models/test_cpu_credits.c. */
#ifndef HR_CPU_CREDITS_H
#define HR_CPU_CREDITS_H

#include "sim/system/fleet.h"

enum hr_credit_mode { HR_CREDITS_STANDARD, HR_CREDITS_UNLIMITED };

struct hr_cpu_credits_conf { /* credits are vCPU-minutes */
    double baseline;         /* share of each vCPU */
    double earn;             /* credits a second */
    double most;             /* credits that it can hold */
    double initial;          /* credits of a new instance */
    double at_start;         /* credits of those that run at the start */
    int mode;                /* enum hr_credit_mode */
};
extern const struct hr_table hr_cpu_credits_table;
/* Fill in what follows from the rest: `earn` from the baseline, `most` from `earn`. */
void hr_cpu_credits_check(struct hr_cpu_credits_conf *c, double cores, struct hr_check *ck);

/* --- the pure part ----------------------------------------------------------------------- */

struct hr_cpu_credits {
    double balance_s; /* CPU seconds */
    double used_s;    /* CPU that had been used when it was looked at last */
    double surplus_s; /* billed so far */
    hr_time as_of;
    bool capped;
};

void hr_cpu_credits_init(struct hr_cpu_credits *s, double credits, hr_time now,
                         double used_s);
/* Look at it at `now`, when `used_s` of CPU have been used since the instance was made.  Sets
 * `capped`, adds to `surplus_s`, and returns when to look again. */
hr_time hr_cpu_credits_look(struct hr_cpu_credits *s, const struct hr_cpu_credits_conf *c,
                            double cores, hr_time now, double used_s);
/* The instance ends: what is still to be paid back is billed. */
void hr_cpu_credits_end(struct hr_cpu_credits *s);

/* --- for an instance of a fleet ---------------------------------------------------------- */

void hr_cpu_credits_begin(struct hr_run *run, uint32_t instance, struct hr_cpu_credits *s,
                          double credits);
/* Look, cap the CPU or let it go.  Returns when to look again. */
hr_time hr_cpu_credits_apply(struct hr_run *run, hr_part p, uint32_t instance,
                             struct hr_cpu_credits *s, const struct hr_cpu_credits_conf *c,
                             double cores);

#endif /* HR_CPU_CREDITS_H */
