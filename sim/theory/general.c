/* sim/theory/general.c - see general.h. */
#include "sim/theory/general.h"

#include "sim/engine/numeric.h"
#include "sim/theory/markov.h"
#include "sim/theory/queues.h"

#include <math.h>
#include <stddef.h>

double hr_kingman_wait(double lambda, double service, double scv_arrivals,
                       double scv_service)
{
    return hr_ggc_wait(lambda, service, 1, scv_arrivals, scv_service);
}

double hr_ggc_wait(double lambda, double service, unsigned servers, double scv_arrivals,
                   double scv_service)
{
    return (scv_arrivals + scv_service) / 2.0 *
           (hr_mmc_response(lambda, 1.0 / service, servers) - service);
}

/* --- G/M/1 --------------------------------------------------------------------------------------- */

static double transform(enum hr_gaps gaps, double mean, double parameter, double s)
{
    switch (gaps) {
    case HR_GAPS_CONSTANT:
        return hr_exp(-mean * s);
    case HR_GAPS_UNIFORM:
        return s == 0.0 ? 1.0 : -hr_expm1(-2.0 * mean * s) / (2.0 * mean * s);
    case HR_GAPS_ERLANG:
        return hr_exp(-parameter * hr_log1p(mean * s / parameter));
    case HR_GAPS_HYPEREXPONENTIAL:
        break;
    }
    const double first = 0.5 * (1.0 + sqrt((parameter - 1.0) / (parameter + 1.0)));
    const double a = 2.0 * first / mean, b = 2.0 * (1.0 - first) / mean;

    return first * a / (a + s) + (1.0 - first) * b / (b + s);
}

/* sigma - A(mu (1 - sigma)) is below 0 at 0 and above just before 1: halved until it is exact. */
double hr_gm1_waits(enum hr_gaps gaps, double mean, double parameter, double mu)
{
    double low = 0.0, high = 1.0 - 1e-12;

    if (!(mean * mu > 1.0))
        return 1.0;
    for (int i = 0; i < 200; i++) {
        const double middle = (low + high) / 2.0;

        if (middle < transform(gaps, mean, parameter, mu * (1.0 - middle)))
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2.0;
}

double hr_gm1_response(enum hr_gaps gaps, double mean, double parameter, double mu)
{
    const double spare = mu * (1.0 - hr_gm1_waits(gaps, mean, parameter, mu));

    return spare > 0.0 ? 1.0 / spare : HUGE_VAL;
}

double hr_gm1_response_quantile(enum hr_gaps gaps, double mean, double parameter, double mu,
                                double p)
{
    return -hr_log1p(-p) * hr_gm1_response(gaps, mean, parameter, mu);
}

/* --- M/D/c ----------------------------------------------------------------------------------------- */

/* Numbers present a service time apart: whoever is in service goes, Poisson many come.  Beyond
 * `n` states there is less than 1e-17: the tail falls at least as exp(-2 (1 - rho) / rho) a
 * place. */
struct hr_wait hr_mdc_wait(struct hr_arena *a, double lambda, double service,
                           unsigned servers)
{
    const double mean = lambda * service, rho = mean / servers;
    struct hr_wait w = {1.0, HUGE_VAL};

    if (!(rho < 1.0))
        return w;
    const size_t n =
        (size_t)(servers + mean + 60.0 + 20.0 * rho / (1.0 - rho) + 12.0 * sqrt(mean));
    double *come = hr_arena_alloc(a, n + servers, sizeof *come);
    double *move = hr_arena_alloc(a, n * n, sizeof *move);
    double *p = hr_arena_alloc(a, n, sizeof *p);

    come[0] = hr_exp(-mean);
    for (size_t k = 1; k < n + servers; k++)
        come[k] = come[k - 1] * mean / (double)k;
    for (size_t i = 0; i < n; i++) {
        const size_t stay = i > servers ? i - servers : 0;

        for (size_t j = stay; j < n; j++)
            move[i * n + j] = come[j - stay];
    }
    hr_markov_steady(move, n, p);
    w = (struct hr_wait){0.0, 0.0};
    for (size_t k = servers; k < n; k++) {
        w.waits += p[k];
        w.mean += (double)(k - servers) * p[k] / lambda; /* Little's law */
    }
    return w;
}

/* Erlang's sum, whose terms alternate: it loses digits where rho t is large, so that beyond there
 * the wait is taken to fall exponentially, as it does very nearly. */
double hr_md1_wait_cdf(double lambda, double service, double t)
{
    const double rho = lambda * service;
    double sum = 0.0;

    for (unsigned k = 0; k * service <= t; k++) {
        const double x = lambda * (k * service - t);
        double term = hr_exp(-x);

        for (unsigned i = 1; i <= k; i++)
            term *= x / i;
        sum += term;
    }
    return (1.0 - rho) * sum;
}

double hr_md1_wait_quantile(double lambda, double service, double p)
{
    double low = 0.0, high = service;

    if (p <= 1.0 - lambda * service)
        return 0.0;
    while (hr_md1_wait_cdf(lambda, service, high) < p)
        high *= 2.0;
    for (int i = 0; i < 200; i++) {
        const double middle = (low + high) / 2.0;

        if (hr_md1_wait_cdf(lambda, service, middle) < p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2.0;
}
