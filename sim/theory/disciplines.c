/* sim/theory/disciplines.c - see disciplines.h. */
#include "sim/theory/disciplines.h"

#include "sim/engine/numeric.h"
#include "sim/theory/queues.h"

#include <math.h>

/* --- priorities ------------------------------------------------------------------------------- */

/* Load of the classes up to and without `n`. */
static double load_before(const struct hr_priority_class *classes, size_t n)
{
    double load = 0.0;

    for (size_t i = 0; i < n; i++)
        load += classes[i].rate * classes[i].mean;
    return load;
}

/* Mean work that is left of what is served, of the classes before `n`. */
static double residual(const struct hr_priority_class *classes, size_t n)
{
    double left = 0.0;

    for (size_t i = 0; i < n; i++)
        left += classes[i].rate * classes[i].second / 2.0;
    return left;
}

/* All classes wait for what is left of the one in service, whoever it is of: the classes after
 * `of` count too, so the caller passes all of them and the array ends with a rate of 0. */
static size_t all_of(const struct hr_priority_class *classes)
{
    size_t n = 0;

    while (classes[n].rate > 0.0)
        n++;
    return n;
}

double hr_priority_wait(const struct hr_priority_class *classes, size_t of)
{
    const double above = 1.0 - load_before(classes, of);
    const double with = 1.0 - load_before(classes, of + 1);

    return with > 0.0 ? residual(classes, all_of(classes)) / (above * with) : HUGE_VAL;
}

double hr_priority_preemptive_response(const struct hr_priority_class *classes, size_t of)
{
    const double above = 1.0 - load_before(classes, of);
    const double with = 1.0 - load_before(classes, of + 1);

    return with > 0.0
               ? classes[of].mean / above + residual(classes, of + 1) / (above * with)
               : HUGE_VAL;
}

static double sum(const double *x, size_t n)
{
    double s = 0.0;

    for (size_t i = 0; i < n; i++)
        s += x[i];
    return s;
}

double hr_priority_mmc_wait(const double *rates, size_t of, double mu, unsigned servers)
{
    size_t n = 0;

    while (rates[n] > 0.0)
        n++;
    const double all = sum(rates, n), full = servers * mu;
    const double above = 1.0 - sum(rates, of) / full;
    const double with = 1.0 - sum(rates, of + 1) / full;

    return with > 0.0 ? hr_erlang_c(all / mu, servers) / full / (above * with) : HUGE_VAL;
}

/* The classes up to one are an M/M/c of their own, which the others do not disturb. */
double hr_priority_mmc_preemptive_response(const double *rates, size_t of, double mu,
                                           unsigned servers)
{
    const double above = sum(rates, of), with = above + rates[of];
    const double present = with * hr_mmc_response(with, mu, servers) -
                           (of ? above * hr_mmc_response(above, mu, servers) : 0.0);

    return with < servers * mu ? present / rates[of] : HUGE_VAL;
}

/* --- by size ------------------------------------------------------------------------------------ */

/* Simpson's rule over sizes x of an exponential law, in units of the mean: beyond 60 means there
 * is nothing to be seen. */
enum { SIZE_STEPS = 60000 };
static const double largest = 60.0;

/* Load and second moment, in units of the mean service time, of jobs smaller than x. */
static double load_upto(double rho, double x)
{
    return rho * (1.0 - hr_exp(-x) * (1.0 + x));
}
static double square_upto(double x)
{
    return 2.0 - hr_exp(-x) * (x * x + 2.0 * x + 2.0);
}

static double over_sizes(double rho, double (*f)(double rho, double x))
{
    const double h = largest / SIZE_STEPS;
    double area = f(rho, 0.0) + f(rho, largest);

    for (int i = 1; i < SIZE_STEPS; i++)
        area += (i % 2 ? 4.0 : 2.0) * f(rho, i * h);
    return area * h / 3.0;
}

static double shortest_wait(double rho, double x)
{
    const double left = 1.0 - load_upto(rho, x);

    return hr_exp(-x) * rho / (left * left); /* E[S^2] / 2 = 1 */
}

double hr_mm1_shortest_first_response(double lambda, double mu)
{
    return lambda < mu ? (over_sizes(lambda / mu, shortest_wait) + 1.0) / mu : HUGE_VAL;
}

/* The wait of a job of size x; its residence is the integral of 1 / (1 - rho(t)) up to x, which
 * over all sizes is that of exp(-x) / (1 - rho(x)). */
static double remaining_response(double rho, double x)
{
    const double left = 1.0 - load_upto(rho, x);
    const double squares = square_upto(x) + x * x * hr_exp(-x);

    return hr_exp(-x) * (rho * squares / (2.0 * left * left) + 1.0 / left);
}

double hr_mm1_shortest_remaining_response(double lambda, double mu)
{
    return lambda < mu ? over_sizes(lambda / mu, remaining_response) / mu : HUGE_VAL;
}

/* --- batches, vacations, set-up ------------------------------------------------------------------- */

double hr_batch_mm1_response(double batches, double size, double size_second, double mu)
{
    const double rho = batches * size / mu;

    return rho < 1.0 ? (size_second + size) / (2.0 * size * mu * (1.0 - rho)) : HUGE_VAL;
}

double hr_mm1_vacations_wait(double lambda, double mu, double vacation, double second)
{
    return hr_mm1_response(lambda, mu) - 1.0 / mu + second / (2.0 * vacation);
}

double hr_mm1_setup_response(double lambda, double mu, double setup)
{
    return hr_mm1_response(lambda, mu) + setup;
}
