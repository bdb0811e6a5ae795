/* sim/theory/queues.c - see queues.h. */
#include "sim/theory/queues.h"

#include "sim/engine/check.h"
#include "sim/engine/numeric.h"

#include <math.h>

#define EULER 0.57721566490153286061

double hr_mm1_response(double lambda, double mu)
{
    return lambda < mu ? 1.0 / (mu - lambda) : HUGE_VAL;
}

double hr_mm1_response_quantile(double lambda, double mu, double p)
{
    return lambda < mu ? -hr_log1p(-p) / (mu - lambda) : HUGE_VAL;
}

/* B(0) = 1, B(c) = a B(c-1) / (c + a B(c-1)). */
double hr_erlang_b(double offered, unsigned servers)
{
    double blocked = 1.0;

    for (unsigned c = 1; c <= servers; c++)
        blocked = offered * blocked / (c + offered * blocked);
    return blocked;
}

double hr_erlang_c(double offered, unsigned servers)
{
    const double blocked = hr_erlang_b(offered, servers);

    if (offered >= servers)
        return 1.0;
    return blocked / (1.0 - offered / servers * (1.0 - blocked));
}

double hr_mmc_response(double lambda, double mu, unsigned servers)
{
    const double spare = servers * mu - lambda;

    return spare > 0.0 ? 1.0 / mu + hr_erlang_c(lambda / mu, servers) / spare : HUGE_VAL;
}

/* Wait and service are independent; the wait is 0, or exponential of rate c mu - lambda with
 * the probability C of Erlang.  With a <= b the rates mu and c mu - lambda in order:
 *     P(T > t) = exp(-mu t) + C mu t exp(-a t) (1 - exp(-z)) / z,  z = (b - a) t. */
double hr_mmc_response_cdf(double lambda, double mu, unsigned servers, double t)
{
    const double spare = servers * mu - lambda, slower = spare < mu ? spare : mu;
    const double z = (spare < mu ? mu - spare : spare - mu) * t;
    const double slope = z == 0.0 ? 1.0 : -hr_expm1(-z) / z;

    if (!(spare > 0.0) || !(t > 0.0))
        return 0.0;
    return 1.0 - hr_exp(-mu * t) -
           hr_erlang_c(lambda / mu, servers) * mu * t * hr_exp(-slower * t) * slope;
}

double hr_mg1_response(double lambda, double mean, double scv)
{
    const double load = lambda * mean;

    return load < 1.0 ? mean + load * mean * (1.0 + scv) / (2.0 * (1.0 - load)) : HUGE_VAL;
}

double hr_mg1_ps_response(double lambda, double mean)
{
    return lambda * mean < 1.0 ? mean / (1.0 - lambda * mean) : HUGE_VAL;
}

double hr_fan_out_slow(unsigned n, double leaf_slow)
{
    return -hr_expm1(n * hr_log1p(-leaf_slow));
}

/* The n-th harmonic number, from 64 on by Euler's expansion (error below n^-6 / 252). */
static double harmonic(unsigned n)
{
    const double x = n, z = 1.0 / (x * x);
    double sum = 0.0;

    if (n >= 64)
        return hr_log(x) + EULER + 0.5 / x - z * (1.0 / 12 - z * (1.0 / 120 - z / 252));
    for (unsigned k = n; k >= 1; k--)
        sum += 1.0 / k;
    return sum;
}

double hr_fan_out_exponential_mean(unsigned n, double mean)
{
    return mean * harmonic(n);
}

/* (1 - exp(-t))^n = p. */
double hr_fan_out_exponential_quantile(unsigned n, double mean, double p)
{
    HR_REQUIRE(n >= 1 && p > 0.0 && p < 1.0);
    return -mean * hr_log(-hr_expm1(hr_log(p) / n));
}
