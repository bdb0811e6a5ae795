/* sim/scenario/value/value_show.c - quantities back to text: see value.h. */
#include "sim/scenario/value/value.h"

#include "sim/scenario/value/value_parts.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 64 };

/* x / unit as a decimal that ends, in at most 12 places; false if it does not. */
static bool as_decimal(char *out, int64_t x, const struct hr_unit *u)
{
    if (u->size <= 0)
        return false;
    int64_t rest = x % u->size;
    int n = snprintf(out, ROOM, "%lld", (long long)(x / u->size));

    for (int places = 0; rest != 0; places++) {
        if (places == 12)
            return false;
        if (places == 0)
            out[n++] = '.';
        rest *= 10;
        out[n++] = (char)('0' + rest / u->size);
        rest %= u->size;
    }
    snprintf(out + n, (size_t)(ROOM - n), "%s", u->name);
    return true;
}

/* The shorter text; of equal ones that without a point, then the one found first. */
static void keep_shorter(char *best, const char *other)
{
    const size_t b = strlen(best), o = strlen(other);

    if (b == 0 || o < b || (o == b && strchr(best, '.') && !strchr(other, '.')))
        memcpy(best, other, o + 1);
}

/* As days, hours, minutes and seconds together: 2h30m. */
static void compound(char *out, hr_time t)
{
    static const struct hr_unit units[] = {
        {"d", HR_DAY}, {"h", HR_HOUR}, {"m", HR_MINUTE}, {"s", HR_SECOND}};
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; i < sizeof units / sizeof *units && t > 0; i++) {
        if (i < 3 && t >= units[i].size)
            n += (size_t)snprintf(out + n, ROOM - n, "%lld%s",
                                  (long long)(t / units[i].size), units[i].name);
        else if (i == 3)
            as_decimal(out + n, t, &units[i]);
        t %= units[i].size;
    }
}

const char *hr_show_duration(struct hr_arena *a, hr_time t)
{
    static const char *const never[] = {"w", "mo", "y"}; /* read, but not how people tell */
    char best[2 * ROOM] = "", one[2 * ROOM];

    if (t < 0)
        return hr_arena_printf(a, "-%s",
                               hr_show_duration(a, t == INT64_MIN ? HR_NEVER : -t));
    if (t == HR_NEVER)
        return "never";
    if (t == 0)
        return "0s";
    for (const struct hr_unit *u = hr_time_units; u->name; u++) {
        bool skip = (unsigned char)u->name[0] >= 0x80;
        for (size_t i = 0; i < sizeof never / sizeof *never; i++)
            skip = skip || strcmp(u->name, never[i]) == 0;
        if (!skip && as_decimal(one, t, u))
            keep_shorter(best, one);
    }
    compound(one, t);
    keep_shorter(best, one);
    return hr_arena_text(a, best, strlen(best));
}

const char *hr_show_bytes(struct hr_arena *a, int64_t n)
{
    char best[ROOM] = "", one[ROOM];

    if (n < 0)
        return hr_arena_printf(a, "-%s", hr_show_bytes(a, n == INT64_MIN ? INT64_MAX : -n));
    for (const struct hr_unit *u = hr_byte_units; u->name; u++)
        if (as_decimal(one, n, u))
            keep_shorter(best, one);
    return hr_arena_text(a, best, strlen(best));
}

const char *hr_show_money(struct hr_arena *a, int64_t micro)
{
    static const struct hr_unit dollar = {"", 1000000};
    char out[ROOM];

    if (micro < 0)
        return hr_arena_printf(a, "-%s",
                               hr_show_money(a, micro == INT64_MIN ? INT64_MAX : -micro));
    as_decimal(out, micro, &dollar);
    return hr_arena_printf(a, "$%s", out);
}

/* ---- laws ------------------------------------------------------------------------------- */

/* printf writes the decimal sign of the locale. */
static void point_only(char *s)
{
    s = strchr(s, localeconv()->decimal_point[0]);
    if (s)
        *s = '.';
}

/* The fewest digits that read back as the same number. */
static const char *show_number(struct hr_arena *a, double x)
{
    char out[ROOM];

    for (int digits = 1; digits <= 17; digits++) {
        snprintf(out, sizeof out, "%.*g", digits, x);
        if (strtod(out, NULL) == x)
            break;
    }
    point_only(out);
    char *plus = strchr(out, '+'); /* 1e+06 reads better as 1e06, and both are read */
    if (plus)
        memmove(plus, plus + 1, strlen(plus));
    return hr_arena_text(a, out, strlen(out));
}

const char *hr_show_seconds(struct hr_arena *a, double s)
{
    const double ns = s * 1e9;

    if (!(ns > 0))
        return hr_show_duration(a, 0);
    return hr_show_duration(a, ns < 9.2e18 ? (hr_time)(ns + 0.5) : HR_NEVER - 1);
}

/* A value of the law's unit, to the nearest nanosecond or byte. */
static const char *show_value(struct hr_arena *a, double x, enum hr_law_unit unit)
{
    if (unit == HR_LAW_OF_TIME)
        return hr_show_seconds(a, x);
    if (unit == HR_LAW_OF_BYTES)
        return hr_show_bytes(a, x < 9.2e18 ? (int64_t)(x + 0.5) : INT64_MAX - 1);
    return show_number(a, x);
}

/* A ratio to 12 digits, so that 1.5 is not shown as 1.4999999999999998. */
static const char *show_ratio(struct hr_arena *a, double x)
{
    char out[ROOM];

    snprintf(out, sizeof out, "%.12g", x);
    point_only(out);
    return hr_arena_text(a, out, strlen(out));
}

static const char *show_figure(struct hr_arena *a, const struct hr_law *l,
                               enum hr_law_unit unit, const char *name, size_t n)
{
    static const struct {
        const char *name;
        double p;
    } quantiles[] = {
        {"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}, {"p999", 0.999}};
    const double mean = hr_law_mean(l);

    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++)
        if (strlen(quantiles[i].name) == n && memcmp(quantiles[i].name, name, n) == 0)
            return show_value(a, hr_law_quantile(l, quantiles[i].p), unit);
    if (n == 4 && memcmp(name, "mean", n) == 0)
        return show_value(a, mean, unit);
    if (n == 2 && memcmp(name, "cv", n) == 0)
        return show_ratio(a, sqrt(hr_law_scv(l)));
    if (n == 2 && memcmp(name, "sd", n) == 0)
        return show_value(a, mean * sqrt(hr_law_scv(l)), unit);
    if (n == 3 && memcmp(name, "min", n) == 0)
        return show_value(a, l->kind == HR_LAW_PARETO ? l->b : l->a, unit);
    if (n == 3 && memcmp(name, "max", n) == 0)
        return show_value(a, l->b, unit);
    if (n == 4 && memcmp(name, "mode", n) == 0)
        return show_value(a, l->c, unit);
    if (n == 5 && memcmp(name, "scale", n) == 0)
        return show_value(a, l->b, unit);
    return show_number(a, l->a); /* shape, stages */
}

static bool same_law(const struct hr_law *p, const struct hr_law *q)
{
    return p->kind == q->kind && p->a == q->a && p->b == q->b && p->c == q->c;
}

/* With one of the sets of figures of its family, such as "p50 p99". */
static const char *show_with(struct hr_arena *a, const struct hr_law *l,
                             enum hr_law_unit unit, const struct hr_law_family *family,
                             const char *set, size_t n)
{
    const char *text = hr_arena_printf(a, "%s(", family->name);

    for (size_t i = 0; i < n;) {
        const size_t w = strcspn(set + i, " |");
        text = hr_arena_printf(a, "%s%s%.*s=%s", text, i ? " " : "", (int)w, set + i,
                               show_figure(a, l, unit, set + i, w));
        i += w + (i + w < n);
    }
    return hr_arena_printf(a, "%s)", text);
}

/* The first set of figures that reads back as the very same law; else the first. */
static const char *show_fitted(struct hr_arena *a, const struct hr_law *l,
                               enum hr_law_unit unit, const struct hr_law_family *family)
{
    const char *first = NULL;

    for (const char *set = family->accepts; *set;) {
        const size_t n = strcspn(set, "|");
        const char *text = show_with(a, l, unit, family, set, n), *why;
        struct hr_law back;
        if (hr_value_law((struct hr_text){text, strlen(text)}, unit, NULL, a, &back,
                         &why) &&
            same_law(l, &back))
            return text;
        first = first ? first : text;
        set += n + (set[n] == '|');
    }
    return first ? first : family->name;
}

static const char *show_discrete(struct hr_arena *a, const struct hr_law *l,
                                 enum hr_law_unit unit)
{
    const char *text = "discrete(";
    double before = 0;

    for (size_t i = 0; i < l->n; i++) {
        const double upto = l->table[2 * i + 1];
        text = hr_arena_printf(a, "%s%s%s=%s%%", text, i ? " " : "",
                               show_value(a, l->table[2 * i], unit),
                               show_ratio(a, 100 * (upto - before)));
        before = upto;
    }
    return hr_arena_printf(a, "%s)", text);
}

const char *hr_show_law(struct hr_arena *a, const struct hr_law *l, enum hr_law_unit unit)
{
    const struct hr_law_family *family = hr_law_families;

    while (family->name && family->kind != l->kind)
        family++;
    switch (l->kind) {
    case HR_LAW_CONSTANT:
        return show_value(a, l->a, unit);
    case HR_LAW_EXPONENTIAL:
        return hr_arena_printf(a, "exponential(%s)", show_value(a, l->a, unit));
    case HR_LAW_UNIFORM:
        return hr_arena_printf(a, "uniform(%s..%s)", show_value(a, l->a, unit),
                               show_value(a, l->b, unit));
    case HR_LAW_DISCRETE:
        return show_discrete(a, l, unit);
    case HR_LAW_EMPIRICAL:
        return hr_arena_printf(a, "empirical(%zu values from %s to %s)", l->n,
                               show_value(a, l->table[0], unit),
                               show_value(a, l->table[l->n - 1], unit));
    default:
        return show_fitted(a, l, unit, family);
    }
}
