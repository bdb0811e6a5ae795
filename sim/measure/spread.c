/* sim/measure/spread.c - see spread.h. */
#include "sim/measure/spread.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multifit.h>
#include <math.h>

static double chance(double between, double within, size_t groups, size_t each)
{
    if (!(within > 0))
        return between > 0 ? 0 : 1;
    return gsl_cdf_fdist_Q(between / within, (double)(groups - 1),
                           (double)(groups * (each - 1)));
}

/* A sum of squares that is only the rounding of equal values is 0. */
static double without_noise(double squares, double mean)
{
    return squares < 1e-24 * mean * mean ? 0 : squares;
}

struct hr_anova hr_anova(const double *y, size_t groups, size_t each)
{
    struct hr_anova a = {0, (double)NAN, (double)NAN, (double)NAN};
    double within = 0, between = 0;

    for (size_t i = 0; i < groups * each; i++)
        a.mean += y[i] / (double)(groups * each);
    for (size_t g = 0; g < groups; g++) {
        double mean = 0;

        for (size_t i = 0; i < each; i++)
            mean += y[g * each + i] / (double)each;
        for (size_t i = 0; i < each; i++)
            within += (y[g * each + i] - mean) * (y[g * each + i] - mean);
        between += (double)each * (mean - a.mean) * (mean - a.mean);
    }
    if (groups < 2 || each < 2)
        return a;
    within = without_noise(within, a.mean);
    between = without_noise(between, a.mean);
    a.within = within / (double)(groups * (each - 1));
    between /= (double)(groups - 1);
    a.between = (between - a.within) / (double)each;
    a.chance = chance(between, a.within, groups, each);
    a.between = a.between < 0 ? 0 : a.between;
    return a;
}

double hr_spread_variance(const double *x, size_t n)
{
    double mean = 0, sum = 0;

    for (size_t i = 0; i < n; i++)
        mean += x[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - mean) * (x[i] - mean);
    return sum / (double)(n - 1);
}

/* Squares of the coefficients, each less its own variance. */
static bool squares(const double *const *x, size_t k, const double *y, size_t n,
                    double *square)
{
    gsl_matrix *in = gsl_matrix_alloc(n, k + 1), *cov = gsl_matrix_alloc(k + 1, k + 1);
    gsl_vector *out = gsl_vector_alloc(n), *c = gsl_vector_alloc(k + 1);
    gsl_multifit_linear_workspace *w = gsl_multifit_linear_alloc(n, k + 1);
    double residual;
    bool good;

    for (size_t i = 0; i < n; i++) {
        gsl_matrix_set(in, i, 0, 1);
        gsl_vector_set(out, i, y[i]);
        for (size_t j = 0; j < k; j++)
            gsl_matrix_set(in, i, j + 1, x[j][i]);
    }
    good = gsl_multifit_linear(in, out, c, cov, &residual, w) == 0;
    for (size_t j = 0; good && j < k; j++) {
        const double b = gsl_vector_get(c, j + 1);

        square[j] = fmax(b * b - gsl_matrix_get(cov, j + 1, j + 1), 0);
    }
    gsl_multifit_linear_free(w);
    gsl_vector_free(c);
    gsl_vector_free(out);
    gsl_matrix_free(cov);
    gsl_matrix_free(in);
    return good;
}

bool hr_spread_shares(const double *const *x, size_t k, const double *y, size_t points,
                      double between, double *share)
{
    if (k == 0 || points < k + 3 || !(between > 0) || !squares(x, k, y, points, share))
        return false;
    for (size_t j = 0; j < k; j++)
        share[j] = fmin(share[j] * hr_spread_variance(x[j], points) / between, 1);
    return true;
}

void hr_spread_ranks(const double *y, size_t n, double *rank)
{
    for (size_t i = 0; i < n; i++) {
        size_t below = 0, equal = 0;

        for (size_t k = 0; k < n; k++) {
            below += y[k] < y[i];
            equal += y[k] == y[i];
        }
        rank[i] = (double)below + (double)(equal + 1) / 2;
    }
}
