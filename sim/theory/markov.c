/* sim/theory/markov.c - see markov.h. */
#include "sim/theory/markov.h"

#include <math.h>
#include <stdbool.h>

/* States are taken out from the last on: the rates of those before it grow by the paths through
 * it, which adds positive terms only.  Leaves in column k, above the diagonal, what state k gets
 * of the weights of those before it. */
static void eliminate(double *rate, size_t n)
{
    for (size_t k = n - 1; k > 0; k--) {
        const double *of = rate + k * n;
        double out = 0.0;

        for (size_t j = 0; j < k; j++)
            out += of[j];
        for (size_t i = 0; i < k; i++)
            rate[i * n + k] /= out;
        for (size_t i = 0; i < k; i++)
            for (size_t j = 0; j < k; j++)
                if (i != j)
                    rate[i * n + j] += rate[i * n + k] * of[j];
    }
}

static double weight_of(const double *rate, size_t n, const double *before, size_t stride,
                        size_t k)
{
    double weight = rate[k]; /* the first state's is 1 */

    for (size_t i = 1; i < k; i++)
        weight += before[i * stride] * rate[i * n + k];
    return weight;
}

void hr_markov_steady(double *rate, size_t n, double *p)
{
    double sum = 1.0;

    eliminate(rate, n);
    p[0] = 1.0;
    for (size_t k = 1; k < n; k++) {
        p[k] = weight_of(rate, n, p, 1, k);
        sum += p[k];
    }
    for (size_t k = 0; k < n; k++)
        p[k] /= sum;
}

static void swap_states(double *rate, size_t n, size_t a, size_t b)
{
    for (size_t i = 0; a != b && i < n; i++) {
        const double x = rate[a * n + i];

        rate[a * n + i] = rate[b * n + i];
        rate[b * n + i] = x;
    }
    for (size_t i = 0; a != b && i < n; i++) {
        const double x = rate[i * n + a];

        rate[i * n + a] = rate[i * n + b];
        rate[i * n + b] = x;
    }
}

static bool leads_nowhere(const double *rate, size_t n, size_t state)
{
    for (size_t j = 0; j < n; j++)
        if (j != state && rate[state * n + j] > 0.0)
            return false;
    return true;
}

/* Where the chain is absorbed it begins again at rate 1: time elsewhere over time absorbed, in
 * the long run, is the mean time until it is absorbed.  The state where it begins comes first,
 * those where it ends last. */
double hr_markov_absorption(double *rate, size_t n, size_t from)
{
    size_t absorbing = 0;
    double elsewhere = 1.0, absorbed = 0.0;

    swap_states(rate, n, 0, from);
    for (size_t k = n; k-- > 1;)
        if (leads_nowhere(rate, n, k))
            swap_states(rate, n, k, n - ++absorbing);
    if (absorbing == 0)
        return HUGE_VAL;
    const size_t last = n - absorbing;
    for (size_t k = last; k < n; k++)
        rate[k * n] = 1.0;

    eliminate(rate, n);
    for (size_t k = 1; k < n; k++) {
        const double weight = weight_of(rate, n, rate, n, k);

        rate[k * n] = weight; /* the first column is not needed any more */
        *(k < last ? &elsewhere : &absorbed) += weight;
    }
    return elsewhere / absorbed;
}

void hr_markov_birth_death(const double *up, const double *down, size_t n, double *p)
{
    double sum = 1.0;

    p[0] = 1.0;
    for (size_t k = 1; k < n; k++) {
        p[k] = p[k - 1] * up[k - 1] / down[k - 1];
        sum += p[k];
    }
    for (size_t k = 0; k < n; k++)
        p[k] /= sum;
}
