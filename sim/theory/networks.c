/* sim/theory/networks.c - see networks.h. */
#include "sim/theory/networks.h"

#include "sim/theory/queues.h"

#include <math.h>

/* Repeated substitution: every request leaves, so that the series of visits converges. */
void hr_network_visits(const double *from_outside, const double *route, size_t n,
                       double *visits)
{
    double moved = 1.0;

    for (size_t j = 0; j < n; j++)
        visits[j] = from_outside[j];
    while (moved > 1e-15) {
        moved = 0.0;
        for (size_t j = 0; j < n; j++) {
            double sum = from_outside[j];

            for (size_t i = 0; i < n; i++)
                sum += visits[i] * route[i * n + j];
            moved += fabs(sum - visits[j]) / (sum > 0.0 ? sum : 1.0);
            visits[j] = sum;
        }
    }
}

double hr_open_network(const struct hr_station *s, size_t n, double rate,
                       struct hr_station_figures *f)
{
    double whole = 0.0;

    for (size_t i = 0; i < n; i++) {
        const double offered = rate * s[i].demand;

        if (s[i].servers == 0)
            f[i] = (struct hr_station_figures){offered, s[i].demand, offered};
        else {
            /* hr_mmc_response in units of the demand: a visit of that length a request. */
            const double response =
                s[i].demand * hr_mmc_response(offered, 1.0, s[i].servers);

            f[i] = (struct hr_station_figures){offered / s[i].servers, response,
                                               rate * response};
        }
        whole += f[i].response;
    }
    return whole;
}

/* --- closed, one class --------------------------------------------------------------------------- */

/* A station of several servers: probabilities that j are present, j < servers. */
static double several(const struct hr_station *s, const double *p, double present)
{
    double idle = 0.0;

    for (unsigned j = 0; j + 1 < s->servers; j++)
        idle += (s->servers - 1 - j) * p[j];
    return s->demand / s->servers * (1.0 + present + idle);
}

static void step_probabilities(const struct hr_station *s, double *p, double throughput)
{
    double busy = throughput * s->demand, sum = 0.0;

    /* From the back, so that p[j - 1] is still that of one customer less. */
    for (unsigned j = s->servers - 1; j > 0; j--) {
        p[j] = busy / j * p[j - 1];
        sum += (s->servers - j) * p[j];
    }
    p[0] = 1.0 - (busy + sum) / s->servers;
}

double hr_closed_network(struct hr_arena *a, const struct hr_station *s, size_t n,
                         unsigned customers, double think, struct hr_station_figures *f)
{
    double **p = hr_arena_alloc(a, n, sizeof *p), throughput = 0.0;

    for (size_t i = 0; i < n; i++) {
        f[i] = (struct hr_station_figures){0};
        p[i] = hr_arena_alloc(a, s[i].servers + 1, sizeof **p);
        p[i][0] = 1.0;
    }
    for (unsigned k = 1; k <= customers; k++) {
        double whole = think;

        for (size_t i = 0; i < n; i++) {
            f[i].response = s[i].servers ? several(&s[i], p[i], f[i].present) : s[i].demand;
            whole += f[i].response;
        }
        throughput = k / whole;
        for (size_t i = 0; i < n; i++) {
            f[i].present = throughput * f[i].response;
            if (s[i].servers)
                step_probabilities(&s[i], p[i], throughput);
        }
    }
    for (size_t i = 0; i < n; i++)
        f[i].utilisation = throughput * s[i].demand / (s[i].servers ? s[i].servers : 1);
    return throughput;
}

/* --- closed, several classes ---------------------------------------------------------------------- */

/* A population of the classes as a number: digits to the bases customers + 1. */
static size_t populations(const struct hr_closed_classes *c, size_t *weight)
{
    size_t all = 1;

    for (size_t k = 0; k < c->classes; k++) {
        weight[k] = all;
        all *= c->customers[k] + (size_t)1;
    }
    return all;
}

/* Throughput of class k at population `at`, from the numbers present with one of k less. */
static double class_throughput(const struct hr_closed_classes *c, const double *present,
                               size_t at, const size_t *weight, size_t k, double *response)
{
    const size_t own = at / weight[k] % (c->customers[k] + (size_t)1);
    double whole = c->think[k];

    if (own == 0)
        return 0.0;
    for (size_t i = 0; i < c->n; i++) {
        response[i] = c->demand[k * c->n + i] *
                      (c->servers[i] ? 1.0 + present[(at - weight[k]) * c->n + i] : 1.0);
        whole += response[i];
    }
    return (double)own / whole;
}

void hr_closed_network_classes(struct hr_arena *a, const struct hr_closed_classes *c,
                               double *throughput, double *present)
{
    size_t *weight = hr_arena_alloc(a, c->classes, sizeof *weight);
    double *response = hr_arena_alloc(a, c->n, sizeof *response);
    const size_t all = populations(c, weight);
    double *total = hr_arena_alloc(a, all * c->n, sizeof *total);

    for (size_t at = 1; at < all; at++)
        for (size_t k = 0; k < c->classes; k++) {
            throughput[k] = class_throughput(c, total, at, weight, k, response);
            for (size_t i = 0; throughput[k] > 0.0 && i < c->n; i++) {
                present[k * c->n + i] = throughput[k] * response[i];
                total[at * c->n + i] += present[k * c->n + i];
            }
        }
}

double hr_closed_bound(const struct hr_station *s, size_t n, unsigned customers,
                       double think)
{
    double whole = think, bottleneck = HUGE_VAL;

    for (size_t i = 0; i < n; i++) {
        whole += s[i].demand;
        if (s[i].servers && s[i].servers / s[i].demand < bottleneck)
            bottleneck = s[i].servers / s[i].demand;
    }
    return customers / whole < bottleneck ? customers / whole : bottleneck;
}
