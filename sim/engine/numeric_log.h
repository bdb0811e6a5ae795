/* sim/engine/numeric_log.h - the logarithm of a positive normal number, in two parts.  Private to
 * numeric.c, whose log and power are made of it. */
#ifndef HR_NUMERIC_LOG_H
#define HR_NUMERIC_LOG_H

#include <stdint.h>
#include <string.h>

#define HR_LN2_HI 0x1.62e42fefa3800p-1 /* multiple of 2^-42 */
#define HR_LN2_LO 0x1.ef35793c76730p-45

extern const double hr_log_table[128][3]; /* numeric_table.inc */

struct hr_pair { /* hi + lo, lo far smaller */
    double hi, lo;
};

static inline uint64_t hr_bits_of(double x)
{
    uint64_t b;

    memcpy(&b, &x, sizeof b);
    return b;
}

static inline double hr_from_bits(uint64_t b)
{
    double x;

    memcpy(&x, &b, sizeof x);
    return x;
}

/* log(2^exponent x) for a positive normal x, to about 2^-62 relative.  x = 2^k m, m in
 * [3/4, 3/2); r = m c - 1 is small and found exactly (as r + e) by cutting m in two; then
 * log x = k log 2 - log c + log(1 + r). */
static inline struct hr_pair hr_log_pair(double x, int64_t exponent)
{
    const uint64_t bits = hr_bits_of(x), above = bits - (UINT64_C(0x3FE8) << 48);
    const int64_t k2 = (int64_t)above >> 52; /* octaves above 3/4 */
    const double m = hr_from_bits(bits - ((uint64_t)k2 << 52));
    const double *row = hr_log_table[bits >> 45 & 127];
    const double k = (double)(exponent + k2);
    const double m_head = hr_from_bits(hr_bits_of(m) & ~UINT64_C(0xFFFFF));
    const double m_tail = m - m_head;
    const double r_head = m_head * row[0] - 1.0, r_tail = m_tail * row[0];
    const double r = r_head + r_tail, e = (r_head - r) + r_tail;
    const double r2 = r * r, r4 = r2 * r2;
    const double low = (-0.5 + r * (1.0 / 3)) + r2 * (-0.25 + r * 0.2);
    const double high = (-1.0 / 6 + r * (1.0 / 7)) + r2 * (-0.125 + r * (1.0 / 9));
    const double base = k * HR_LN2_HI + row[1]; /* exact: both are multiples of 2^-42 */
    const double hi = base + r;

    return (struct hr_pair){
        hi, (base - hi) + r + (r2 * (low + r4 * high) + (e + (k * HR_LN2_LO + row[2])))};
}

#endif /* HR_NUMERIC_LOG_H */
