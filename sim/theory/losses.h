/* sim/theory/losses.h - stations that lose requests: no room, or no patience.
 *
 * Rates are per second, times in seconds; `room` counts those in service too.
 * SOURCE  L. Kleinrock, "Queueing Systems" vol. 1, 1975, ch. 3 (M/M/c/K); T. Engset 1918;
 *         O. Garnett, A. Mandelbaum, M. Reiman, "Designing a call center with impatient
 *         customers", M&SOM 4(3), 2002 (Erlang A); F. Baccelli, G. Hebuterne, "On queues with
 *         impatient customers", Performance '81 (constant patience); D. Gross, C. Harris,
 *         "Fundamentals of Queueing Theory", ch. 5 (M/D/1/K by its departures). */
#ifndef HR_LOSSES_H
#define HR_LOSSES_H

struct hr_loss {
    double lost;       /* share of arrivals */
    double response;   /* of those that were taken, s */
    double throughput; /* of those, 1/s */
};
struct hr_loss hr_mmck(double lambda, double mu, unsigned servers, unsigned room);
/* `sources` customers, each asking at rate `per_idle` while it is not served. */
double hr_engset_lost(double per_idle, double mu, unsigned servers, unsigned sources);

struct hr_impatient {
    double abandoned;   /* share of arrivals */
    double wait;        /* mean of all that came, s */
    double waited;      /* share that found all servers busy */
    double utilisation; /* of the servers */
};
/* Exponential patience of that mean while they wait. */
struct hr_impatient hr_erlang_a(double lambda, double mu, unsigned servers,
                                double patience);
/* They leave when they have waited exactly `patience`: share that does. */
double hr_patience_lost(double lambda, double mu, unsigned servers, double patience);
/* Constant service time, one server. */
double hr_md1k_lost(double lambda, double service, unsigned room);

#endif /* HR_LOSSES_H */
