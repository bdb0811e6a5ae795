/* sim/theory/networks.h - networks of stations with a product form.
 *
 * MODEL    Stations that serve in order of arrival with one exponential law for all, share their
 *          processor, or delay (servers = 0: no queue).  demand = mean visits x service time, s.
 *          Open: requests at `rate`.  Closed: `customers` that think for `think` between two
 *          requests.
 * COST     Closed: O(customers x stations x servers) for one class; for several classes the
 *          product of their numbers + 1.
 * SOURCE   J. Jackson, "Networks of waiting lines", Operations Research 5(4), 1957; F. Baskett, K.
 *          Chandy, R. Muntz, F. Palacios, "Open, closed, and mixed networks of queues with
 *          different classes of customers", JACM 22(2), 1975; M. Reiser, S. Lavenberg, "Mean-value
 *          analysis of closed multichain queueing networks", JACM 27(2), 1980; G. Bolch and
 *          others, "Queueing Networks and Markov Chains", 2nd ed. 2006, ch. 8 (several servers,
 *          mixed); P. Denning, J. Buzen, "The operational analysis of queueing network models",
 *          Computing Surveys 10(3), 1978 (bounds). */
#ifndef HR_NETWORKS_H
#define HR_NETWORKS_H

#include "sim/engine/arena.h"

#include <stddef.h>

struct hr_station {
    double demand;    /* s of service a request */
    unsigned servers; /* 0: a delay */
};
/* Of one station, by request: all its visits. */
struct hr_station_figures {
    double utilisation; /* of a server; of a delay the number present */
    double response, present;
};

/* Rates of visits when `from_outside[i]` come from outside and a share route[i * n + j] goes on
 * from i to j: the solution of the traffic equations. */
void hr_network_visits(const double *from_outside, const double *route, size_t n,
                       double *visits);

/* Returns the response of the whole, HUGE_VAL where a station is overloaded. */
double hr_open_network(const struct hr_station *s, size_t n, double rate,
                       struct hr_station_figures *f);

/* Exact mean-value analysis; returns the throughput. */
double hr_closed_network(struct hr_arena *a, const struct hr_station *s, size_t n,
                         unsigned customers, double think, struct hr_station_figures *f);

/* Several classes, one server (or a delay) at each station, demands by class: demand[c * n + i].
 * Throughputs by class and, at [c * n + i], the mean number present. */
struct hr_closed_classes {
    size_t n, classes;
    const double *demand;
    const unsigned *servers; /* by station: 0 or 1 */
    const unsigned *customers;
    const double *think;
};
void hr_closed_network_classes(struct hr_arena *a, const struct hr_closed_classes *c,
                               double *throughput, double *present);

/* Asymptotic bounds of a closed system: its throughput is at most this. */
double hr_closed_bound(const struct hr_station *s, size_t n, unsigned customers,
                       double think);

#endif /* HR_NETWORKS_H */
