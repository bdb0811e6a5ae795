/* sim/scenario/value/value_parts.c - see value_parts.h. */
#include "sim/scenario/value/value_parts.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef unsigned __int128 wide;

const struct hr_why_info hr_whys[HR_N_WHYS] = {
#define HR_WHY(id, code, text) {HR_##code, text},
#include "sim/scenario/value/value_whys.def"
#undef HR_WHY
};

bool hr_why_say(enum hr_why id, const char **why)
{
    *why = hr_whys[id].text;
    return false;
}

/* Larger units first where one begins with the other does not matter: names are compared
 * whole.  "m" is minute; "mo" is 730 h, a twelfth of a year; "y" is 365 days. */
const struct hr_unit hr_time_units[] = {
    {"y", 365 * HR_DAY},
    {"mo", 730 * HR_HOUR},
    {"w", 7 * HR_DAY},
    {"d", HR_DAY},
    {"h", HR_HOUR},
    {"m", HR_MINUTE},
    {"s", HR_SECOND},
    {"ms", HR_MILLISECOND},
    {"us", HR_MICROSECOND},
    {"\xc2\xb5s", HR_MICROSECOND},
    {"\xce\xbcs", HR_MICROSECOND},
    {"ns", 1},
    {NULL, 0},
};

#define KI INT64_C(1024)
const struct hr_unit hr_byte_units[] = {
    {"B", 1},
    {"kB", INT64_C(1000)},
    {"MB", INT64_C(1000000)},
    {"GB", INT64_C(1000000000)},
    {"TB", INT64_C(1000000000000)},
    {"PB", INT64_C(1000000000000000)},
    {"KiB", KI},
    {"MiB", KI *KI},
    {"GiB", KI *KI *KI},
    {"TiB", KI *KI *KI *KI},
    {"PiB", KI *KI *KI *KI *KI},
    {NULL, 0},
};
#undef KI

const struct hr_unit *hr_unit_find(const struct hr_unit *units, struct hr_text t)
{
    for (; units->name; units++)
        if (strlen(units->name) == t.n && memcmp(units->name, t.s, t.n) == 0)
            return units;
    return NULL;
}

size_t hr_text_find(struct hr_text t, const char *word)
{
    const size_t n = strlen(word);

    for (size_t i = 0; i + n <= t.n; i++)
        if (memcmp(t.s + i, word, n) == 0)
            return i;
    return t.n;
}

/* ---- decimals --------------------------------------------------------------------------- */

static bool digit_at(struct hr_text t, size_t i)
{
    return i < t.n && isdigit((unsigned char)t.s[i]);
}

static void take_digit(struct hr_decimal *d, char c, bool after_point)
{
    const uint64_t x = (uint64_t)(c - '0');

    if (d->digits > (UINT64_MAX - x) / 10) {
        d->exact = d->exact && x == 0;
        d->exponent += !after_point;
        return;
    }
    d->digits = d->digits * 10 + x;
    d->exponent -= after_point;
}

/* e, perhaps a sign, and digits; otherwise the e is the beginning of something else. */
static void take_exponent(struct hr_decimal *d, struct hr_text t)
{
    size_t i = d->length + 1;
    int e = 0;

    if (d->length >= t.n || (t.s[d->length] != 'e' && t.s[d->length] != 'E'))
        return;
    const bool minus = i < t.n && t.s[i] == '-';
    i += i < t.n && (t.s[i] == '-' || t.s[i] == '+');
    if (!digit_at(t, i))
        return;
    for (; digit_at(t, i); i++)
        e = e < 10000 ? 10 * e + (t.s[i] - '0') : e;
    d->exponent += minus ? -e : e;
    d->length = i;
    d->fraction = true;
}

struct hr_decimal hr_decimal_read(struct hr_text t)
{
    struct hr_decimal d = {.exact = true, .s = t.s};
    size_t i = 0;

    for (; digit_at(t, i); i++)
        take_digit(&d, t.s[i], false);
    if (i == 0)
        return d;
    if (i < t.n && t.s[i] == '.' && digit_at(t, i + 1)) {
        d.fraction = true;
        for (i++; digit_at(t, i); i++)
            take_digit(&d, t.s[i], true);
    }
    d.length = i;
    take_exponent(&d, t);
    return d;
}

double hr_decimal_double(const struct hr_decimal *d, int shift)
{
    char buf[512];
    const struct lconv *local = localeconv();
    const char point = local->decimal_point[0];
    size_t n = 0, point_at = 0;
    bool exponent = false;

    /* The text itself, because its digits may be more than 64 bits hold; strtod expects the
     * point of the locale. */
    for (size_t i = 0; i < d->length && n < sizeof buf - 32; i++) {
        exponent = exponent || d->s[i] == 'e' || d->s[i] == 'E';
        point_at = d->s[i] == '.' ? n : point_at;
        buf[n++] = d->s[i] == '.' ? point : d->s[i];
    }
    if (d->length > n || exponent) /* rare: as digits and a power of ten */
        snprintf(buf, sizeof buf, "%llue%d", (unsigned long long)d->digits,
                 d->exponent + shift);
    else
        snprintf(buf + n, sizeof buf - n, "e%d", shift);
    return strtod(buf, NULL);
}

bool hr_decimal_count(const struct hr_decimal *d, int64_t unit, int64_t *x,
                      const char **why)
{
    wide v = (wide)d->digits * (uint64_t)unit; /* 2^64 * 2^56 fits */

    if (!d->exact)
        return hr_why_say(d->exponent < 0 ? HR_WHY_FINE : HR_WHY_LARGE, why);
    for (int e = d->exponent; e > 0 && v != 0; e--) {
        v *= 10;
        if (v > INT64_MAX)
            return hr_why_say(HR_WHY_LARGE, why);
    }
    for (int e = d->exponent; e < 0 && v != 0; e++) {
        if (v % 10 != 0)
            return hr_why_say(HR_WHY_FINE, why);
        v /= 10;
    }
    if (v > INT64_MAX)
        return hr_why_say(HR_WHY_LARGE, why);
    *x = (int64_t)v;
    return true;
}

/* A point that does not stand between two digits, and is not one of two in a range. */
static bool lonely_point(struct hr_text t, size_t i)
{
    if (i >= t.n || t.s[i] != '.' || (i + 1 < t.n && t.s[i + 1] == '.'))
        return false;
    return i == 0 ? digit_at(t, 1) : !digit_at(t, i + 1);
}

bool hr_decimal_refuse(struct hr_text t, enum hr_why otherwise, const char **why)
{
    size_t i = 0;

    if (t.n == 0)
        return hr_why_say(HR_WHY_EMPTY, why);
    if (t.s[0] == '-' && (digit_at(t, 1) || (t.n > 2 && t.s[1] == '$')))
        return hr_why_say(HR_WHY_NEGATIVE, why);
    if (t.s[0] == '+' && digit_at(t, 1))
        return hr_why_say(HR_WHY_PLUS, why);
    while (digit_at(t, i))
        i++;
    if (i > 0 && i < t.n && t.s[i] == ',' && digit_at(t, i + 1))
        return hr_why_say(HR_WHY_COMMA, why);
    return hr_why_say(lonely_point(t, i) ? HR_WHY_POINT : otherwise, why);
}
