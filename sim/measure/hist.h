/* sim/measure/hist.h - log-linear histograms of durations.
 *
 * MODEL   Values are integers (ns).  Each octave is cut into 2^bits equal sub-buckets (values
 *         below 2^bits are exact), so a quantile is known to a relative 2^-bits, and linear
 *         interpolation inside the bucket makes it better.  Merging adds counts.
 *         bits = 7 (128 a octave) for what is reported, 4 for one bucket of a time series.
 * SOURCE  the layout that G. Tene's HdrHistogram made common.
 * COST    record: a few ns; memory: 8 bytes a bucket from the octave of the smallest value to that
 *         of the largest, grown as they come (at least 64 buckets at a time). */
#ifndef HR_HIST_H
#define HR_HIST_H

#include <stdint.h>

struct hr_hist {
    uint64_t *count;   /* of buckets first, first + 1, ...; the others hold nothing */
    uint16_t first, n; /* buckets allocated: the first one, how many */
    uint32_t bits;     /* 10 at most, so that the numbers of buckets have 16 */
    uint64_t total;    /* finite ones recorded */
    uint64_t infinite; /* recorded as never: counted in ranks, beyond every bucket */
    int64_t min, max;  /* of the finite ones; INT64_MAX and -1 when there are none */
    double sum;        /* of the finite ones, ns, in order of recording */
    double sum_squares;
};

void hr_hist_init(struct hr_hist *h, uint32_t bits);
void hr_hist_free(struct hr_hist *h);
void hr_hist_reset(struct hr_hist *h);

/* Bucket of a value >= 0.  With e the octave of the value, counted from 2^bits:
 * e 2^bits + value / 2^e. */
static inline uint32_t hr_hist_index(uint32_t bits, int64_t value)
{
    const uint64_t v = (uint64_t)value;
    const uint32_t log2 = 63 ^ (uint32_t)__builtin_clzll(v | UINT64_C(1) << bits);
    const uint32_t octave = log2 - bits;

    return (octave << bits) + (uint32_t)(v >> octave);
}
int64_t hr_hist_lower(uint32_t bits, uint32_t index); /* smallest value of a bucket */

/* How many values are in a bucket. */
static inline uint64_t hr_hist_at(const struct hr_hist *h, uint32_t index)
{
    const uint32_t at = index - h->first; /* far too large below `first` */

    return at < h->n ? h->count[at] : 0;
}
void hr_hist_grow(struct hr_hist *h, uint32_t index); /* room for that bucket */
static inline void hr_hist_record(struct hr_hist *h, int64_t value) /* < 0 counts as 0 */
{
    const int64_t v = value > 0 ? value : 0;
    const uint32_t index = hr_hist_index(h->bits, v);
    const double x = (double)v;

    if (index - h->first >= h->n)
        hr_hist_grow(h, index);
    if (v < h->min)
        h->min = v;
    if (v > h->max)
        h->max = v;
    h->count[index - h->first]++;
    h->total++;
    h->sum += x;
    h->sum_squares += x * x;
}
void hr_hist_record_infinite(struct hr_hist *h);

/* Values that wait to be recorded.  Of a histogram that is one of many, the bucket has to be
 * fetched from far: together, they wait for that once. */
enum { HR_HIST_BATCH = 7 };
struct hr_hist_batch {
    uint32_t n;
    int64_t value[HR_HIST_BATCH]; /* in order */
};
void hr_hist_record_batch(struct hr_hist *h, struct hr_hist_batch *b); /* all that wait */
static inline void hr_hist_add(struct hr_hist *h, struct hr_hist_batch *b, int64_t value)
{
    b->value[b->n++] = value;
    if (b->n == HR_HIST_BATCH)
        hr_hist_record_batch(h, b);
}

void hr_hist_merge(struct hr_hist *into, const struct hr_hist *from); /* same bits */

/* The p-quantile in ns, interpolated, clipped to [min, max].  `with_infinite` decides whether
 * the infinite ones take part: then the answer may be HUGE_VAL.  NaN when empty. */
double hr_hist_quantile(const struct hr_hist *h, double p, int with_infinite);
double hr_hist_mean(const struct hr_hist *h); /* of the finite ones, ns; NaN when empty */
/* Number of finite values <= value, interpolated inside the bucket. */
double hr_hist_count_le(const struct hr_hist *h, int64_t value);

#endif /* HR_HIST_H */
