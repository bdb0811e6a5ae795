/* sim/report/number.h - numbers as people read them, the same in the terminal and the page.
 *
 * Three significant figures, one unit a column, no locale: a decimal point and a comma between
 * thousands whatever the environment says.  Values come in SI units (s, 1, 1/s, bytes, $).
 *
 *   time    ns us ms s m h           182 ms, 2.13 s; m and h from two minutes, two hours on
 *   share   percent                  97.1%, and as many nines as tell it from 100%: 99.95%
 *   rate    /s with SI prefixes      412 /s, 1.31 k/s
 *   bytes   kB MB GB ... (10^3)      4.10 kB
 *   money   $, cents below $1,000    $7,812, $42.00, $0.0960
 *   plain   a ratio or a mean        1.31
 *   count   a whole number           1,234,567
 *
 * NaN is "n/a".  Infinity is a value (a request without an answer, a disturbance that was not
 * recovered from): "never", or "not recovered" where the measure is a recovery time.
 *
 * Texts are returned by value: `hr_number_of(HR_NUMBER_TIME, x).text` lives to the end of the full
 * expression, copy it (or keep the struct) to keep it. */
#ifndef HR_NUMBER_H
#define HR_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum hr_quantity {
    HR_NUMBER_PLAIN,
    HR_NUMBER_TIME,
    HR_NUMBER_RECOVERY,
    HR_NUMBER_SHARE,
    HR_NUMBER_RATE,
    HR_NUMBER_BYTES,
    HR_NUMBER_MONEY,
    HR_NUMBER_COUNT
};

struct hr_number {
    char text[64];
};

/* What is measured in `unit` ("s", "1", "1/s", "bytes", "$/mo").  The unit "1" says too little
 * (a share or a ratio?), so the measure's or variable's name decides; NULL is allowed. */
enum hr_quantity hr_quantity_of(const char *measure, const char *unit);

/* The unit of a column: fits the smallest value that is not 0, but keeps the largest below
 * 10,000.  Infinite and NaN values have no say. */
struct hr_scale {
    enum hr_quantity quantity;
    double size;      /* one unit in SI */
    const char *unit; /* "ms", "%", "k/s", "" ; constant text */
};
struct hr_scale hr_scale_of(enum hr_quantity q, const double *x, size_t n);

struct hr_number hr_number_in(struct hr_scale s, double x);  /* "41.2": column names unit */
struct hr_number hr_number_of(enum hr_quantity q, double x); /* "41.2 ms" */
/* `value ± half-width` with digits that match: "341 ms ± 12", "99.94% ± 0.01".  The half-width
 * is the longer arm of lo..hi; without a finite one (NaN, infinite, zero) only the value. */
struct hr_number hr_number_interval(enum hr_quantity q, double x, double lo, double hi,
                                    bool utf8);
/* A bound as somebody would write it, without idle zeros: "300 ms", "99.95%", "$9,000". */
struct hr_number hr_number_limit(enum hr_quantity q, double x);
/* A value to be read beside a limit that it differs from: with as many digits more as it takes
 * not to look equal to it. */
struct hr_number hr_number_against(enum hr_quantity q, double x, double limit);
struct hr_number hr_number_count(int64_t n); /* "1,234,567" */
/* A moment of the run, seconds since its start: "0:12:03", "1d 04:00:00", "0:00:01.25". */
struct hr_number hr_number_moment(double s);

#endif /* HR_NUMBER_H */
