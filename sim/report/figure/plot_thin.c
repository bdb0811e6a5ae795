/* sim/report/figure/plot_thin.c - fewer points than pixels have room for; see plot.h. */
#include "sim/report/figure/plot.h"

#include <math.h>

static size_t column_of(const double *x, size_t n, size_t i, size_t columns)
{
    const double span = x[n - 1] - x[0];
    const double at = span > 0.0 ? (x[i] - x[0]) / span * (double)columns : 0.0;

    return at >= (double)columns ? columns - 1 : at > 0.0 ? (size_t)at : 0;
}

static size_t column_end(const double *x, size_t n, size_t i, size_t columns)
{
    const size_t column = column_of(x, n, i, columns);
    size_t end = i + 1;

    while (end < n && column_of(x, n, end, columns) == column)
        end++;
    return end;
}

size_t hr_plot_thin_extremes(const double *x, const double *y, size_t n, size_t columns,
                             double *out_x, double *out_y)
{
    const bool all = n <= 2 * columns;
    size_t made = 0;

    for (size_t i = 0, end; i < n; i = end) {
        size_t low = i, high = i;

        end = all ? i + 1 : column_end(x, n, i, columns);
        for (size_t k = i; k < end; k++) {
            if (isfinite(y[k]) && (!isfinite(y[low]) || y[k] < y[low]))
                low = k;
            if (isfinite(y[k]) && (!isfinite(y[high]) || y[k] > y[high]))
                high = k;
        }
        for (int part = 0; part < (low == high ? 1 : 2); part++) {
            const size_t k = (low < high) == (part == 0) ? low : high;

            out_x[made] = x[k];
            out_y[made++] = isfinite(y[k]) ? y[k] : (double)NAN;
        }
    }
    return made;
}

size_t hr_plot_thin_means(const double *x, const double *y, size_t n, size_t columns,
                          double *out_x, double *out_y)
{
    const bool all = n <= columns;
    size_t made = 0;

    for (size_t i = 0, end; i < n; i = end) {
        double sum = 0.0, at = 0.0;
        size_t finite = 0;

        end = all ? i + 1 : column_end(x, n, i, columns);
        for (size_t k = i; k < end; k++) {
            at += x[k];
            if (!isfinite(y[k]))
                continue;
            sum += y[k];
            finite++;
        }
        out_x[made] = at / (double)(end - i);
        out_y[made++] = finite ? sum / (double)finite : (double)NAN;
    }
    return made;
}
