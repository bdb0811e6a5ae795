/* sim/scenario/value/value_time.c - durations, times of day and dates: see value.h. */
#include "sim/scenario/value/value.h"

#include "sim/scenario/value/value_parts.h"

#include <ctype.h>
#include <string.h>

static bool digits_only(struct hr_text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (!isdigit((unsigned char)t.s[i]))
            return false;
    return t.n > 0;
}

static bool looks_base_60(struct hr_text t)
{
    const size_t colon = hr_text_find(t, ":");

    return colon > 0 && colon + 1 < t.n && digits_only((struct hr_text){t.s, colon}) &&
           isdigit((unsigned char)t.s[colon + 1]);
}

static size_t unit_length(struct hr_text t)
{
    size_t n = 0;

    while (n < t.n && (isalpha((unsigned char)t.s[n]) || (unsigned char)t.s[n] >= 0x80))
        n++;
    return n;
}

/* One part, such as the 2h of 2h30m; `smaller` is the unit before it. */
static bool take_part(struct hr_text *t, int64_t *smaller, hr_time *sum, const char **why)
{
    const struct hr_decimal d = hr_decimal_read(*t);
    const struct hr_text rest = hr_text_after(*t, d.length);
    const size_t n = unit_length(rest);
    const struct hr_unit *u = hr_unit_find(hr_time_units, (struct hr_text){rest.s, n});
    hr_time part = 0;

    if (d.length == 0 && *smaller < INT64_MAX) /* "100ms-1s": a tail, no sign */
        return hr_why_say(HR_WHY_TIME, why);
    if (d.length == 0)
        return hr_decimal_refuse(*t, HR_WHY_TIME, why);
    if (rest.n == 0)
        return hr_why_say(HR_WHY_BARE_TIME, why);
    if (!u)
        return hr_decimal_refuse(*t, n || rest.s[0] == ' ' ? HR_WHY_UNIT_TIME : HR_WHY_TIME,
                                 why);
    if (u->size >= *smaller)
        return hr_why_say(HR_WHY_TIME_ORDER, why);
    if (!hr_decimal_count(&d, u->size, &part, why))
        return false;
    if (part >= HR_NEVER - *sum)
        return hr_why_say(HR_WHY_LARGE, why);
    *smaller = u->size;
    *sum += part;
    *t = hr_text_after(rest, n);
    return true;
}

bool hr_value_duration(struct hr_text t, hr_time *x, const char **why)
{
    int64_t smaller = INT64_MAX;
    hr_time sum = 0;

    if (looks_base_60(t))
        return hr_why_say(HR_WHY_BASE_60, why);
    do {
        if (!take_part(&t, &smaller, &sum, why))
            return false;
    } while (t.n > 0);
    *x = sum;
    return true;
}

bool hr_value_duration_range(struct hr_text t, struct hr_time_range *x, const char **why)
{
    const size_t dots = hr_text_find(t, "..");
    struct hr_time_range r = {0};

    if (!hr_value_duration((struct hr_text){t.s, dots}, &r.lo, why))
        return false;
    r.hi = r.lo;
    if (dots < t.n && !hr_value_duration(hr_text_after(t, dots + 2), &r.hi, why))
        return false;
    if (r.hi < r.lo)
        return hr_why_say(HR_WHY_BACKWARDS, why);
    *x = r;
    return true;
}

/* Exactly `n` digits at `at`; -1 otherwise. */
static int digits(struct hr_text t, size_t at, size_t n)
{
    int x = 0;

    if (at + n > t.n || !digits_only((struct hr_text){t.s + at, n}))
        return -1;
    for (size_t i = 0; i < n; i++)
        x = 10 * x + (t.s[at + i] - '0');
    return x;
}

/* HH:MM or HH:MM:SS as seconds; -1 otherwise. */
static int64_t clock_s(struct hr_text t)
{
    const int h = digits(t, 0, 2), m = digits(t, 3, 2), s = t.n == 8 ? digits(t, 6, 2) : 0;

    if ((t.n != 5 && t.n != 8) || t.s[2] != ':' || (t.n == 8 && t.s[5] != ':'))
        return -1;
    if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
        return -1;
    return 3600 * (int64_t)h + 60 * m + s;
}

bool hr_value_clock(struct hr_text t, hr_time *x, const char **why)
{
    const int64_t s = clock_s(t);

    if (s < 0)
        return hr_why_say(HR_WHY_CLOCK, why);
    *x = s * HR_SECOND;
    return true;
}

static int days_in(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01 in the Gregorian calendar: whole years before, then months. */
static int64_t days_since_1970(int year, int month, int day)
{
    const int64_t y = year - 1;
    int64_t days = 365 * y + y / 4 - y / 100 + y / 400 - 719162; /* 1970-01-01 is 719162 */

    for (int m = 1; m < month; m++)
        days += days_in(year, m);
    return days + day - 1;
}

bool hr_value_date(struct hr_text t, int64_t *x, const char **why)
{
    const int year = digits(t, 0, 4), month = digits(t, 5, 2), day = digits(t, 8, 2);
    int64_t s = 0;

    if (year < 1 || month < 0 || day < 0 || t.s[4] != '-' || t.s[7] != '-')
        return hr_why_say(HR_WHY_DATE, why);
    if (t.n > 10) {
        s = t.s[10] == 'T' ? clock_s(hr_text_after(t, 11)) : -1;
        if (s < 0)
            return hr_why_say(HR_WHY_DATE, why);
    }
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return hr_why_say(HR_WHY_NO_DAY, why);
    *x = 86400 * days_since_1970(year, month, day) + s;
    return true;
}
