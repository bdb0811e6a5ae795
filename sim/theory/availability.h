/* sim/theory/availability.h - systems of parts that fail and are repaired.
 *
 * Rates are per hour, times in hours (any one unit does).
 * SOURCE  K. Trivedi, "Probability and Statistics with Reliability, Queuing and Computer Science
 *         Applications", 2nd ed. 2002, ch. 6 and 8; D. Heimann, N. Mittal, K. Trivedi,
 *         "Availability and reliability modeling for computer systems", Advances in Computers 31,
 *         1990 (coverage); D. Patterson, G. Gibson, R. Katz 1988 (time to data loss). */
#ifndef HR_AVAILABILITY_H
#define HR_AVAILABILITY_H

#include <stdint.h>

double hr_repair_availability(double mtbf, double mttr);
/* At least k of n independent parts are up. */
double hr_k_of_n(unsigned n, unsigned k, double up);
double hr_series(unsigned n, double up);
/* Hours down in a year of 8,760 h. */
double hr_downtime(double availability);

/* Machines that fail at `failure` each and are repaired at `repair` by so many repairers. */
struct hr_repairman {
    double down;      /* machines, on average */
    double available; /* of one machine */
    double all_up;    /* probability */
};
struct hr_repairman hr_machine_repair(unsigned machines, unsigned repairers, double failure,
                                      double repair);

/* Mean time until more than `tolerated` of n parts are down at once, from all up; `repair` is of
 * each that is down. */
double hr_time_to_loss(unsigned n, unsigned tolerated, double failure, double repair);
/* One works, one stands by (cold: it does not fail); one repairer; a perfect switch. */
double hr_cold_standby_time_to_failure(double failure, double repair);
double hr_cold_standby_availability(double failure, double repair);

/* Two processors: a failure is covered with probability `coverage` and costs a reconfiguration,
 * else a reboot. */
struct hr_pair {
    double both, reconfiguring, rebooting, one, none; /* probabilities */
    double available;                                 /* both or one */
    double mtbf; /* until a reboot, or until both are down */
};
struct hr_pair hr_pair_with_coverage(double failure, double repair, double coverage,
                                     double reconfiguration, double reboot);

/* Mean time from a failure at a random moment until `failures` checks in a row have failed. */
double hr_detection_time(double interval, double timeout, unsigned failures);
/* Backups every `interval` that take `copy` and hold the state of their beginning: the time that
 * a failure at a random moment loses; quantile p, or the mean for p < 0. */
double hr_backup_loss(double interval, double copy, double p);
/* Shards of `of` workers each among n: how many there are, and the share of other customers who
 * have the very shard that one customer brings down. */
double hr_shuffle_shards(unsigned n, unsigned of);

#endif /* HR_AVAILABILITY_H */
