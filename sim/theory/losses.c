/* sim/theory/losses.c - see losses.h. */
#include "sim/theory/losses.h"

#include "sim/engine/check.h"
#include "sim/engine/numeric.h"
#include "sim/theory/queues.h"

#include <math.h>
#include <stddef.h>

/* p[n + 1] / p[n] of M/M/c/K. */
static double step(double offered, unsigned servers, unsigned n)
{
    return offered / (n < servers ? n + 1 : servers);
}

struct hr_loss hr_mmck(double lambda, double mu, unsigned servers, unsigned room)
{
    double p = 1.0, sum = 1.0, present = 0.0;

    for (unsigned n = 0; n < room; n++) {
        p *= step(lambda / mu, servers, n);
        sum += p;
        present += (n + 1) * p;
    }
    const double taken = lambda * (1.0 - p / sum);
    return (struct hr_loss){p / sum, present / sum / taken, taken};
}

/* What arrives sees the system as it would be without it: one source less. */
double hr_engset_lost(double per_idle, double mu, unsigned servers, unsigned sources)
{
    double p = 1.0, sum = 1.0;

    for (unsigned n = 0; n < servers; n++) {
        p *= (sources - 1 - n) * per_idle / (mu * (n + 1));
        sum += p;
    }
    return p / sum;
}

/* States above the servers until they are too unlikely to count. */
struct hr_impatient hr_erlang_a(double lambda, double mu, unsigned servers, double patience)
{
    double p = 1.0, sum = 1.0, busy = 0.0, queued = 0.0, all_busy = 0.0;

    for (unsigned n = 0; n < servers || p > 1e-18 * sum; n++) {
        const unsigned more = n + 1;
        const double out =
            more <= servers ? more * mu : servers * mu + (more - servers) / patience;

        if (n >= servers)
            all_busy += p;
        p *= lambda / out;
        sum += p;
        busy += p * (more < servers ? more : servers);
        queued += more > servers ? p * (more - servers) : 0.0;
    }
    return (struct hr_impatient){.abandoned = queued / patience / lambda / sum,
                                 .wait = queued / sum / lambda,
                                 .waited = all_busy / sum,
                                 .utilisation = busy / sum / servers};
}

/* With a the offered load: the virtual wait has the density lambda p exp(-(c mu - lambda) t) up
 * to the patience, p the probability of c - 1 busy, and decays with c mu beyond it. */
double hr_patience_lost(double lambda, double mu, unsigned servers, double patience)
{
    const double full = servers * mu, spare = full - lambda;
    double p = 1.0, below = 1.0; /* weights relative to an empty system */

    for (unsigned n = 1; n < servers; n++) {
        p *= lambda / (n * mu);
        below += p;
    }
    const double fade = hr_exp(-spare * patience);
    const double within = spare == 0.0 ? patience : (1.0 - fade) / spare;
    const double beyond = fade / full;

    return lambda * p * beyond / (below + lambda * p * (within + beyond));
}

/* --- M/D/1/K ----------------------------------------------------------------------------------- */

enum { MOST_ROOM = 1000 };

/* Numbers left behind by departures, 0 .. K - 1: pi(j + 1) from pi(0 .. j), with a(k) the
 * probability of k arrivals in a service.  Lost: 1 - 1 / (pi(0) + rho). */
double hr_md1k_lost(double lambda, double service, unsigned room)
{
    double arrivals[MOST_ROOM], left[MOST_ROOM], sum = 1.0;
    const double rho = lambda * service;

    HR_REQUIRE(room >= 1 && room <= MOST_ROOM);
    arrivals[0] = hr_exp(-rho);
    for (unsigned k = 1; k < room; k++)
        arrivals[k] = arrivals[k - 1] * rho / k;
    left[0] = 1.0;
    for (unsigned j = 0; j + 1 < room; j++) {
        double x = left[j] - left[0] * arrivals[j];

        for (unsigned i = 1; i <= j; i++)
            x -= left[i] * arrivals[j - i + 1];
        left[j + 1] = x / arrivals[0];
        sum += left[j + 1];
    }
    return 1.0 - 1.0 / (left[0] / sum + rho);
}
