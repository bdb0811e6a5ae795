/* sim/measure/hist.c - see hist.h. */
#include "sim/measure/hist.h"

#include "sim/engine/arena.h"
#include "sim/engine/check.h"

#include <math.h>
#include <string.h>

enum { MOST_BITS = 10, LEAST_BITS = 6 /* log2 of the buckets that room is taken for */ };

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
    const uint16_t first = h->first, n = h->n;

    hr_hist_init(h, h->bits);
    h->count = count;
    h->first = first;
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

/* By whole octaves, or several where these are small. */
void hr_hist_grow(struct hr_hist *h, uint32_t index)
{
    const uint32_t step = 1U << (h->bits > LEAST_BITS ? h->bits : LEAST_BITS);
    uint32_t first = index / step * step, end = first + step;

    if (h->n > 0 && h->first < first)
        first = h->first;
    if (h->n > 0 && h->first + h->n > end)
        end = h->first + h->n;
    const uint32_t n = end - first, before = h->n ? h->first - first : 0;
    h->count = hr_heap_resize(h->count, n, sizeof *h->count);
    memmove(h->count + before, h->count, h->n * sizeof *h->count);
    memset(h->count, 0, before * sizeof *h->count);
    memset(h->count + before + h->n, 0, (n - before - h->n) * sizeof *h->count);
    h->first = (uint16_t)first;
    h->n = (uint16_t)n;
}

void hr_hist_record_batch(struct hr_hist *h, struct hr_hist_batch *b)
{
    for (uint32_t i = 0; i < b->n; i++)
        hr_hist_record(h, b->value[i]);
    b->n = 0;
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
    if (into->n == 0 || from->first < into->first)
        hr_hist_grow(into, from->first);
    if (from->first + from->n > into->first + into->n)
        hr_hist_grow(into, from->first + from->n - 1U);
    for (uint32_t i = 0, d = from->first - into->first; i < from->n; i++)
        into->count[d + i] += from->count[i];
    into->min = from->min < into->min ? from->min : into->min;
    into->max = from->max > into->max ? from->max : into->max;
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
    for (uint32_t i = hr_hist_index(h->bits, h->min); i < h->first + h->n; i++) {
        const double count = (double)h->count[i - h->first];
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
    for (uint32_t i = 0; i < at - h->first; i++)
        below += h->count[i];
    const double width = (double)(UINT64_C(1) << octave_of(h->bits, at));
    const double share = ((double)(value - hr_hist_lower(h->bits, at)) + 1.0) / width;
    return (double)below + share * (double)hr_hist_at(h, at);
}
