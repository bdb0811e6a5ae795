/* sim/measure/hist.c - see hist.h. */
#include "sim/measure/hist.h"

#include "sim/engine/arena.h"
#include "sim/engine/check.h"

#include <math.h>
#include <string.h>

enum { MOST_BITS = 16, GROWTH = 256 /* buckets; memory grows by at least this much */ };

void hr_hist_init(struct hr_hist *h, uint32_t bits)
{
    HR_REQUIRE(bits >= 1 && bits <= MOST_BITS);
    *h = (struct hr_hist){.bits = bits, .min = INT64_MAX, .max = -1};
}

void hr_hist_free(struct hr_hist *h)
{
    hr_heap_resize(h->count, 0, 0);
    hr_hist_init(h, h->bits);
}

void hr_hist_reset(struct hr_hist *h)
{
    uint64_t *count = h->count;
    const uint32_t n = h->n;

    hr_hist_init(h, h->bits);
    h->count = count;
    h->n = n;
    if (n > 0)
        memset(count, 0, n * sizeof *count);
}

/* log2 of a bucket's width. */
static uint32_t octave_of(uint32_t bits, uint32_t index)
{
    const uint32_t row = index >> bits;

    return row > 0 ? row - 1 : 0;
}

int64_t hr_hist_lower(uint32_t bits, uint32_t index)
{
    const uint32_t octave = octave_of(bits, index);

    return (int64_t)((uint64_t)(index - (octave << bits)) << octave);
}

void hr_hist_grow(struct hr_hist *h, uint32_t least)
{
    const uint32_t n = (least / GROWTH + 1) * GROWTH;

    h->count = hr_heap_resize(h->count, n, sizeof *h->count);
    memset(h->count + h->n, 0, (n - h->n) * sizeof *h->count);
    h->n = n;
}

static void widen(struct hr_hist *h, int64_t min, int64_t max)
{
    if (min < h->min)
        h->min = min;
    if (max > h->max)
        h->max = max;
}

void hr_hist_record_infinite(struct hr_hist *h)
{
    h->infinite++;
}

void hr_hist_merge(struct hr_hist *into, const struct hr_hist *from)
{
    HR_REQUIRE(into->bits == from->bits);
    into->infinite += from->infinite;
    if (from->total == 0)
        return;
    if (from->n > into->n)
        hr_hist_grow(into, from->n - 1);
    for (uint32_t i = 0; i < from->n; i++)
        into->count[i] += from->count[i];
    widen(into, from->min, from->max);
    into->total += from->total;
    into->sum += from->sum;
    into->sum_squares += from->sum_squares;
}

static double clip(const struct hr_hist *h, double x)
{
    return x < (double)h->min ? (double)h->min : x > (double)h->max ? (double)h->max : x;
}

double hr_hist_quantile(const struct hr_hist *h, double p, int with_infinite)
{
    const uint64_t ranks = h->total + (with_infinite ? h->infinite : 0);
    const double rank = p * (double)ranks;
    double before = 0.0;

    HR_REQUIRE(p >= 0.0 && p <= 1.0);
    if (ranks == 0)
        return (double)NAN;
    if (rank > (double)h->total || h->total == 0)
        return HUGE_VAL;
    for (uint32_t i = hr_hist_index(h->bits, h->min); i < h->n; i++) {
        const double count = (double)h->count[i];
        if (count > 0.0 && before + count >= rank) {
            /* The values of a bucket, lower .. lower + width - 1, taken as evenly spread. */
            const double span = (double)((UINT64_C(1) << octave_of(h->bits, i)) - 1);
            const double share = rank > before ? (rank - before) / count : 0.0;
            return clip(h, (double)hr_hist_lower(h->bits, i) + span * share);
        }
        before += count;
    }
    return (double)h->max;
}

double hr_hist_mean(const struct hr_hist *h)
{
    return h->total ? h->sum / (double)h->total : (double)NAN;
}

double hr_hist_count_le(const struct hr_hist *h, int64_t value)
{
    uint64_t below = 0;

    if (h->total == 0 || value < h->min)
        return 0.0;
    if (value >= h->max)
        return (double)h->total;
    const uint32_t at = hr_hist_index(h->bits, value);
    for (uint32_t i = 0; i < at; i++)
        below += h->count[i];
    const double width = (double)(UINT64_C(1) << octave_of(h->bits, at));
    const double share = ((double)(value - hr_hist_lower(h->bits, at)) + 1.0) / width;
    return (double)below + share * (double)h->count[at];
}
