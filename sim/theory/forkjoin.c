/* sim/theory/forkjoin.c - see forkjoin.h. */
#include "sim/theory/forkjoin.h"

#include "sim/engine/numeric.h"
#include "sim/theory/queues.h"

#include <math.h>

/* 1/a + ... + 1/b. */
static double harmonic(unsigned a, unsigned b)
{
    double sum = 0.0;

    for (unsigned i = a; i <= b; i++)
        sum += 1.0 / i;
    return sum;
}

/* Two queues: (12 - rho) / 8 of M/M/1, exact.  More: scaled between H(n) / H(2), right at low
 * load, and 4 / 11 of it that grows with the load. */
double hr_fork_join_response(double lambda, double mu, unsigned n)
{
    const double rho = lambda / mu, one = hr_mm1_response(lambda, mu);

    if (n < 2)
        return one;
    const double two = (12.0 - rho) / 8.0 * one;
    const double share = harmonic(1, n) / harmonic(1, 2);
    return (share + 4.0 / 11.0 * (1.0 - share) * rho) * two;
}

/* M/G/1 whose service is the longest of n. */
double hr_split_merge_response(double lambda, double mu, unsigned n)
{
    const double mean = harmonic(1, n) / mu;
    double variance = 0.0;

    for (unsigned i = 1; i <= n; i++)
        variance += 1.0 / ((double)i * i) / (mu * mu);
    return hr_mg1_response(lambda, mean, variance / (mean * mean));
}

double hr_quorum_mean(unsigned n, unsigned k, double mean)
{
    return mean * harmonic(n - k + 1, n);
}

/* P(at least k of n are below), each with probability f. */
static double at_least(unsigned n, unsigned k, double f)
{
    double sum = 0.0;

    for (unsigned j = k; j <= n; j++) {
        double term = 1.0;

        for (unsigned i = 1; i <= j; i++)
            term *= f * (n - j + i) / i;
        for (unsigned i = 0; i < n - j; i++)
            term *= 1.0 - f;
        sum += term;
    }
    return sum;
}

double hr_quorum_quantile(unsigned n, unsigned k, double mean, double p)
{
    double low = 0.0, high = 1.0;

    for (int i = 0; i < 200; i++) {
        const double middle = (low + high) / 2.0;

        if (at_least(n, k, middle) < p)
            low = middle;
        else
            high = middle;
    }
    return -mean * hr_log1p(-(low + high) / 2.0);
}

/* sum over i = d .. k of 1 / (k mu C(k-1, d-1) / C(i-1, d-1) - k lambda). */
double hr_redundancy_response(unsigned k, unsigned d, double rho, double mu)
{
    double sum = 0.0;

    for (unsigned i = d; i <= k; i++) {
        double ratio = 1.0; /* of the binomials */

        for (unsigned j = 1; j < d; j++)
            ratio *= (double)(k - j) / (i - j);
        sum += 1.0 / (k * mu * (ratio - rho));
    }
    return rho < 1.0 ? sum : HUGE_VAL;
}

/* The smaller of two independent responses at twice the load. */
double hr_replication_response(double rho, double mu)
{
    return rho < 0.5 ? 1.0 / (2.0 * mu * (1.0 - 2.0 * rho)) : HUGE_VAL;
}
