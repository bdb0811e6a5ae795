/* sim/measure/mser.c - see mser.h. */
#include "sim/measure/mser.h"

enum { LEAST_BATCHES = 10 };

static double batch_mean(const double *x, size_t j)
{
    double sum = 0;

    for (size_t i = 0; i < HR_MSER_BATCH; i++)
        sum += x[j * HR_MSER_BATCH + i];
    return sum / HR_MSER_BATCH;
}

size_t hr_mser(const double *x, size_t n)
{
    const size_t k = n / HR_MSER_BATCH;
    double mean = 0, squares = 0, least = 0;
    size_t best = k;

    if (k < LEAST_BATCHES)
        return n;
    /* From the end, batch by batch: mean and sum of squares about it (Welford). */
    for (size_t d = k; d-- > 0;) {
        const double z = batch_mean(x, d), left = (double)(k - d);
        const double off = z - mean;

        mean += off / left;
        squares += off * (z - mean);
        /* The last batches say next to nothing of the variance. */
        if (k - d < HR_MSER_BATCH)
            continue;
        if (best == k || squares / (left * left) <= least) {
            least = squares / (left * left);
            best = d;
        }
    }
    return best > k / 2 ? n : best * HR_MSER_BATCH;
}
