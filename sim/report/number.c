/* sim/report/number.c - see number.h. */
#include "sim/report/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    double size;  /* in SI */
    double until; /* largest value shown in it, in SI */
};

static const struct unit times[] = {{"ns", 1e-9, 1e-6}, {"us", 1e-6, 1e-3}, {"ms", 1e-3, 1},
                                    {"s", 1, 120},      {"m", 60, 7200},    {"h", 3600, 0}};
static const struct unit rates[] = {
    {"/s", 1, 1e3}, {"k/s", 1e3, 1e6}, {"M/s", 1e6, 1e9}, {"G/s", 1e9, 0}};
static const struct unit bytes[] = {{"B", 1, 1e3},     {"kB", 1e3, 1e6},   {"MB", 1e6, 1e9},
                                    {"GB", 1e9, 1e12}, {"TB", 1e12, 1e15}, {"PB", 1e15, 0}};
static const struct unit shares[] = {{"%", 0.01, 0}};
static const struct unit dollars[] = {{"$", 1, 0}};
static const struct unit ones[] = {{"", 1, 0}};

static const struct unit *units_of(enum hr_quantity q)
{
    switch (q) {
    case HR_NUMBER_TIME:
    case HR_NUMBER_RECOVERY:
        return times;
    case HR_NUMBER_RATE:
        return rates;
    case HR_NUMBER_BYTES:
        return bytes;
    case HR_NUMBER_SHARE:
        return shares;
    case HR_NUMBER_MONEY:
        return dollars;
    default:
        return ones;
    }
}

static bool ends_with(const char *s, const char *end)
{
    const size_t n = strlen(s), m = strlen(end);

    return n >= m && strcmp(s + n - m, end) == 0;
}

static bool is_share(const char *measure)
{
    static const char *const ends[] = {
        "availability", "utilisation",        "share",     "saturation",
        "error_rate",   "throttled",          "timed_out", "refused",
        "failed",       "degraded",           "completed", "wasted_work",
        "worst_5m",     "error_budget_spent", NULL};

    for (size_t i = 0; ends[i] != NULL; i++)
        if (ends_with(measure, ends[i]))
            return true;
    return false;
}

enum hr_quantity hr_quantity_of(const char *measure, const char *unit)
{
    const char *m = measure != NULL ? measure : "", *u = unit != NULL ? unit : "";

    if (strcmp(u, "s") == 0)
        return strncmp(m, "rto", 3) == 0 ? HR_NUMBER_RECOVERY : HR_NUMBER_TIME;
    if (strcmp(u, "1/s") == 0)
        return HR_NUMBER_RATE;
    if (strcmp(u, "bytes") == 0 || strcmp(u, "byte") == 0 || strcmp(u, "B") == 0)
        return HR_NUMBER_BYTES;
    if (u[0] == '$' || strcmp(u, "USD") == 0)
        return HR_NUMBER_MONEY;
    return is_share(m) ? HR_NUMBER_SHARE : HR_NUMBER_PLAIN;
}

/* ---- digits ------------------------------------------------------------------------------ */

/* "%.*f" of a finite number with our decimal point and commas between thousands.  printf's
 * point is the locale's and may be several bytes: whatever stands between digits is it. */
static struct hr_number fixed(double x, int decimals)
{
    char raw[400];
    struct hr_number out;
    size_t n = 0, whole;
    const char *p = raw;

    snprintf(raw, sizeof raw, "%.*f", decimals, x);
    if (*p == '-') {
        p++;
        if (strpbrk(p, "123456789") != NULL)
            out.text[n++] = '-';
    }
    whole = strspn(p, "0123456789");
    if (whole > 24) { /* beyond reading: a power of ten */
        snprintf(out.text, sizeof out.text, "1e%d", (int)whole - 1);
        return out;
    }
    for (size_t i = 0; i < whole; i++) {
        if (i > 0 && (whole - i) % 3 == 0)
            out.text[n++] = ',';
        out.text[n++] = p[i];
    }
    if (decimals > 0) {
        const size_t tail = strlen(p) - (size_t)decimals;
        out.text[n++] = '.';
        memcpy(out.text + n, p + tail, (size_t)decimals);
        n += (size_t)decimals;
    }
    out.text[n] = '\0';
    return out;
}

/* Power of ten of x once it is rounded to `figures` figures: 9.996 -> 1 with three. */
static int exponent(double x, int figures)
{
    char raw[64];
    const char *e;

    snprintf(raw, sizeof raw, "%.*e", figures - 1, x);
    e = strrchr(raw, 'e');
    return e != NULL ? (int)strtol(e + 1, NULL, 10) : 0;
}

static int clamp(int x, int lo, int hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* Decimals that show `figures` significant figures of x. */
static int decimals_of(double x, int figures)
{
    return x == 0 ? 0 : clamp(figures - 1 - exponent(fabs(x), figures), 0, 12);
}

/* Decimals of a percentage (x in percent): three figures, and near 100 two figures of what is
 * missing, so that 99.95 and 99.995 are not both 100. */
static int decimals_of_percent(double x, int figures)
{
    const int plain = decimals_of(x, figures);

    if (x <= 90 || x >= 100)
        return plain;
    return clamp(figures - 2 - exponent(100 - x, figures - 1), 1, 9);
}

static void drop_idle_zeros(struct hr_number *n, int keep)
{
    char *point = strchr(n->text, '.'), *end = n->text + strlen(n->text);

    if (point == NULL)
        return;
    while (end > point + 1 + keep && end[-1] == '0')
        *--end = '\0';
    if (end == point + 1)
        *point = '\0';
}

/* ---- a number in a scale ------------------------------------------------------------------ */

static bool special(enum hr_quantity q, double x, struct hr_number *out)
{
    const char *text = NULL;

    if (isnan(x))
        text = "n/a";
    else if (isinf(x) && x > 0)
        text = q == HR_NUMBER_RECOVERY ? "not recovered"
               : q == HR_NUMBER_TIME   ? "never"
                                       : "infinite";
    else if (isinf(x))
        text = "-infinite";
    if (text != NULL)
        snprintf(out->text, sizeof out->text, "%s", text);
    return text != NULL;
}

static int money_decimals(double x, int figures)
{
    if (fabs(x) >= 999.995)
        return figures > 3 ? figures - 3 : 0;
    return fabs(x) >= 1 || x == 0 ? 2 : decimals_of(x, figures);
}

/* Digits of x (SI) in a scale with `figures` significant ones. */
static struct hr_number digits(struct hr_scale s, double x, int figures)
{
    const double y = x / s.size;
    struct hr_number out;

    if (s.quantity == HR_NUMBER_COUNT)
        return fixed(y, 0);
    if (s.quantity == HR_NUMBER_MONEY)
        return fixed(y, money_decimals(y, figures));
    if (s.quantity != HR_NUMBER_SHARE)
        return fixed(y, decimals_of(y, figures));
    /* Division by 0.01 may leave 99.95 a hair off; twelve figures are enough and exact. */
    out = fixed(x * 100, decimals_of_percent(x * 100, figures));
    if (x < 1 && strncmp(out.text, "100", 3) == 0)
        snprintf(out.text, sizeof out.text, "<100");
    else if (x * 100 > 90 && x < 1)
        drop_idle_zeros(&out, 1);
    else if (x == 1)
        snprintf(out.text, sizeof out.text, "100");
    else if (x * 100 < 1)
        drop_idle_zeros(&out, 0);
    return out;
}

static struct hr_number with_unit(struct hr_scale s, struct hr_number n)
{
    struct hr_number out;

    if (s.quantity == HR_NUMBER_MONEY && n.text[0] == '-')
        snprintf(out.text, sizeof out.text, "-$%.50s", n.text + 1);
    else if (s.quantity == HR_NUMBER_MONEY)
        snprintf(out.text, sizeof out.text, "$%.50s", n.text);
    else if (s.quantity == HR_NUMBER_SHARE || s.unit[0] == '\0')
        snprintf(out.text, sizeof out.text, "%.50s%s", n.text, s.unit);
    else
        snprintf(out.text, sizeof out.text, "%.50s %s", n.text, s.unit);
    return out;
}

/* The unit in which a size reads best; the rounding must not reach the next one. */
static const struct unit *best(const struct unit *u, double x)
{
    while (u->until > 0 && x >= u->until * 0.9995)
        u++;
    return u;
}

static struct hr_scale scale_of_one(enum hr_quantity q, double x)
{
    const struct unit *u = units_of(q);

    if (isfinite(x) && x != 0)
        u = best(u, fabs(x));
    else if (q == HR_NUMBER_TIME || q == HR_NUMBER_RECOVERY)
        u = &times[3];
    return (struct hr_scale){q, u->size, u->name};
}

struct hr_scale hr_scale_of(enum hr_quantity q, const double *x, size_t n)
{
    double least = HUGE_VAL, most = 0;
    const struct unit *u = units_of(q);

    for (size_t i = 0; i < n; i++) {
        const double y = fabs(x[i]);
        if (!isfinite(y) || y == 0)
            continue;
        least = y < least ? y : least;
        most = y > most ? y : most;
    }
    if (most == 0)
        return scale_of_one(q, 0);
    u = best(u, least);
    while (u->until > 0 && most / u->size >= 9999.5)
        u++;
    return (struct hr_scale){q, u->size, u->name};
}

struct hr_number hr_number_in(struct hr_scale s, double x)
{
    struct hr_number out;

    return special(s.quantity, x, &out) ? out : digits(s, x, 3);
}

struct hr_number hr_number_of(enum hr_quantity q, double x)
{
    const struct hr_scale s = scale_of_one(q, x);
    struct hr_number out;

    return special(q, x, &out) ? out : with_unit(s, digits(s, x, 3));
}

struct hr_number hr_number_limit(enum hr_quantity q, double x)
{
    struct hr_scale s = scale_of_one(q, x);
    struct hr_number out;

    if (special(q, x, &out))
        return out;
    if (q == HR_NUMBER_TIME ||
        q == HR_NUMBER_RECOVERY) { /* a limit of 60 s was written "1m" */
        const double minutes = x / 60, hours = x / 3600;
        if (x >= 3600 && hours == floor(hours))
            s = (struct hr_scale){q, 3600, "h"};
        else if (x >= 60 && x < 3600 && minutes == floor(minutes))
            s = (struct hr_scale){q, 60, "m"};
    }
    out = fixed(q == HR_NUMBER_SHARE ? x * 100 : x / s.size,
                clamp(9 - exponent(fabs(x), 3), 0, 9));
    drop_idle_zeros(&out, 0);
    return with_unit(s, out);
}

struct hr_number hr_number_against(enum hr_quantity q, double x, double limit)
{
    const struct hr_scale s = scale_of_one(q, x);
    const double y = q == HR_NUMBER_SHARE ? limit * 100 : limit / s.size;
    struct hr_number bound, bare, out = hr_number_of(q, x);

    if (!isfinite(x) || !isfinite(limit) || x == limit)
        return out;
    bound = fixed(y, clamp(9 - exponent(fabs(y), 3), 0, 12));
    drop_idle_zeros(&bound, 0);
    for (int figures = 3; figures <= 9; figures++) {
        bare = digits(s, x, figures);
        out = with_unit(s, bare);
        drop_idle_zeros(&bare, 0);
        if (strcmp(bare.text, bound.text) != 0)
            break;
    }
    return out;
}

/* Decimals that suit a half-width h, in the unit shown: one figure of it, two when it begins
 * with a 1 (0.12 against 0.1 is a fifth). */
static int decimals_of_half(double h)
{
    const int e = exponent(h, 2);
    const bool one = h / pow(10, e) < 1.95;

    return clamp((one ? 1 : 0) - e, 0, 9);
}

struct hr_number hr_number_interval(enum hr_quantity q, double x, double lo, double hi,
                                    bool utf8)
{
    const char *sign = utf8 ? "\xc2\xb1" : "+-";
    const struct hr_scale s = scale_of_one(q, x);
    const double half = fmax(x - lo, hi - x),
                 h = q == HR_NUMBER_SHARE ? half * 100 : half / s.size;
    const double y = q == HR_NUMBER_SHARE ? x * 100 : x / s.size;
    const int most =
        (q == HR_NUMBER_SHARE && y > 90 ? decimals_of_percent(y, 4) : decimals_of(y, 4));
    struct hr_number value, width, out;
    int d;

    if (!isfinite(x) || !isfinite(half) || !(h > 0) || q == HR_NUMBER_COUNT)
        return hr_number_of(q, x);
    d = decimals_of_half(h);
    if (d > most) { /* finer than is worth reading: round the half-width up */
        d = most;
        width = fixed(ceil(h * pow(10, d) - 1e-9) / pow(10, d), d);
    } else {
        width = fixed(h, d);
    }
    value = with_unit(s, fixed(y, d));
    /* Rounding must not turn 99.98% into all of it. */
    if (q == HR_NUMBER_SHARE && x < 1 && strncmp(value.text, "100", 3) == 0)
        value = hr_number_of(q, x);
    snprintf(out.text, sizeof out.text, "%.32s %s %.24s", value.text, sign, width.text);
    return out;
}

struct hr_number hr_number_count(int64_t n)
{
    char raw[32];
    struct hr_number out;
    size_t len, k = 0;
    const char *p = raw;

    snprintf(raw, sizeof raw, "%lld", (long long)n);
    if (*p == '-')
        out.text[k++] = *p++;
    len = strlen(p);
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            out.text[k++] = ',';
        out.text[k++] = p[i];
    }
    out.text[k] = '\0';
    return out;
}

struct hr_number hr_number_moment(double s)
{
    struct hr_number out, part;
    const double size = fabs(s);
    int64_t whole, days;

    if (!isfinite(s) || size > 1e12)
        return hr_number_of(HR_NUMBER_TIME, s);
    whole = (int64_t)floor(size);
    part = fixed(size - (double)whole, 2);
    if (part.text[0] == '1') { /* rounded up to the next second */
        whole++;
        part = fixed(0, 2);
    }
    days = whole / 86400;
    snprintf(out.text, sizeof out.text, "%s", s < 0 ? "-" : "");
    if (days > 0)
        snprintf(out.text + strlen(out.text), 24, "%lldd %02d", (long long)days,
                 (int)(whole / 3600 % 24));
    else
        snprintf(out.text + strlen(out.text), 24, "%d", (int)(whole / 3600));
    snprintf(out.text + strlen(out.text), 16, ":%02d:%02d", (int)(whole / 60 % 60),
             (int)(whole % 60));
    if (strcmp(part.text, "0.00") != 0) {
        drop_idle_zeros(&part, 1);
        snprintf(out.text + strlen(out.text), 8, "%.6s", part.text + 1);
    }
    return out;
}
