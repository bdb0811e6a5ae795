/* sim/theory/availability.c - see availability.h. */
#include "sim/theory/availability.h"

#include "sim/engine/check.h"
#include "sim/theory/markov.h"

enum { MOST_PARTS = 1000 };
static const double hours_of_year = 8760.0;

double hr_repair_availability(double mtbf, double mttr)
{
    return mtbf / (mtbf + mttr);
}

static double choose(unsigned n, unsigned k)
{
    double ways = 1.0;

    for (unsigned i = 1; i <= k; i++)
        ways *= (double)(n - k + i) / i;
    return ways;
}

static double power(double x, unsigned n)
{
    double product = 1.0;

    for (unsigned i = 0; i < n; i++)
        product *= x;
    return product;
}

double hr_k_of_n(unsigned n, unsigned k, double up)
{
    double fewer = 0.0; /* the small side is summed */

    for (unsigned j = 0; j < k; j++)
        fewer += choose(n, j) * power(up, j) * power(1.0 - up, n - j);
    return 1.0 - fewer;
}

double hr_series(unsigned n, double up)
{
    return power(up, n);
}

double hr_downtime(double availability)
{
    return (1.0 - availability) * hours_of_year;
}

struct hr_repairman hr_machine_repair(unsigned machines, unsigned repairers, double failure,
                                      double repair)
{
    double up[MOST_PARTS] = {0}, down[MOST_PARTS] = {0}, p[MOST_PARTS + 1], broken = 0.0;

    HR_REQUIRE(machines < MOST_PARTS);
    for (unsigned n = 0; n < machines; n++) {
        up[n] = (machines - n) * failure;
        down[n] = (n + 1 < repairers ? n + 1 : repairers) * repair;
    }
    hr_markov_birth_death(up, down, machines + 1, p);
    for (unsigned n = 1; n <= machines; n++)
        broken += n * p[n];
    return (struct hr_repairman){broken, 1.0 - broken / machines, p[0]};
}

/* From n down to n + 1 down takes (1 + repair n x the time of the step before) / failures. */
double hr_time_to_loss(unsigned n, unsigned tolerated, double failure, double repair)
{
    double step = 0.0, whole = 0.0;

    for (unsigned down = 0; down <= tolerated; down++) {
        step = (1.0 + down * repair * step) / ((n - down) * failure);
        whole += step;
    }
    return whole;
}

double hr_cold_standby_time_to_failure(double failure, double repair)
{
    return (2.0 * failure + repair) / (failure * failure);
}

double hr_cold_standby_availability(double failure, double repair)
{
    const double up[2] = {failure, failure}, down[2] = {repair, repair};
    double p[3];

    hr_markov_birth_death(up, down, 3, p);
    return 1.0 - p[2];
}

enum { BOTH, RECONFIGURING, REBOOTING, ONE, NONE, N_STATES };

static void pair_rates(double rate[N_STATES * N_STATES], double failure, double repair,
                       double coverage, double reconfiguration, double reboot)
{
    for (int i = 0; i < N_STATES * N_STATES; i++)
        rate[i] = 0.0;
    rate[BOTH * N_STATES + RECONFIGURING] = 2.0 * failure * coverage;
    rate[BOTH * N_STATES + REBOOTING] = 2.0 * failure * (1.0 - coverage);
    rate[RECONFIGURING * N_STATES + ONE] = 1.0 / reconfiguration;
    rate[REBOOTING * N_STATES + ONE] = 1.0 / reboot;
    rate[ONE * N_STATES + BOTH] = repair;
    rate[ONE * N_STATES + NONE] = failure;
    rate[NONE * N_STATES + ONE] = repair;
}

struct hr_pair hr_pair_with_coverage(double failure, double repair, double coverage,
                                     double reconfiguration, double reboot)
{
    double rate[N_STATES * N_STATES], p[N_STATES];

    pair_rates(rate, failure, repair, coverage, reconfiguration, reboot);
    hr_markov_steady(rate, N_STATES, p);
    pair_rates(rate, failure, repair, coverage, reconfiguration, reboot);
    rate[REBOOTING * N_STATES + ONE] = rate[NONE * N_STATES + ONE] = 0.0;
    return (struct hr_pair){.both = p[BOTH],
                            .reconfiguring = p[RECONFIGURING],
                            .rebooting = p[REBOOTING],
                            .one = p[ONE],
                            .none = p[NONE],
                            .available = p[BOTH] + p[ONE],
                            .mtbf = hr_markov_absorption(rate, N_STATES, BOTH)};
}

/* Half an interval to the next check, whole ones between, and the last one's time-out. */
double hr_detection_time(double interval, double timeout, unsigned failures)
{
    return interval * (failures - 0.5) + timeout;
}

double hr_backup_loss(double interval, double copy, double p)
{
    return copy + interval * (p < 0.0 ? 0.5 : p);
}

double hr_shuffle_shards(unsigned n, unsigned of)
{
    return choose(n, of);
}
