/* sim/scenario/value/value.c - numbers, shares, rates, sizes and money: see value.h. */
#include "sim/scenario/value/value.h"

#include "sim/scenario/value/value_parts.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static bool ends_with(struct hr_text t, const char *word)
{
    const size_t n = strlen(word);
    return t.n >= n && memcmp(t.s + t.n - n, word, n) == 0;
}

static struct hr_text without_end(struct hr_text t, size_t n)
{
    return (struct hr_text){t.s, t.n - n};
}

/* A decimal that is the whole text. */
static bool whole_decimal(struct hr_text t, struct hr_decimal *d, enum hr_why otherwise,
                          const char **why)
{
    *d = hr_decimal_read(t);
    if (d->length == t.n && t.n > 0)
        return true;
    return hr_decimal_refuse(t, otherwise, why);
}

static bool finite_double(double x, double *out, const char **why)
{
    if (!(x <= 1e300))
        return hr_why_say(HR_WHY_LARGE, why);
    *out = x;
    return true;
}

bool hr_value_number(struct hr_text t, double *x, const char **why)
{
    struct hr_decimal d = {0};
    const bool minus = t.n > 1 && t.s[0] == '-' && isdigit((unsigned char)t.s[1]);

    if (!whole_decimal(minus ? hr_text_after(t, 1) : t, &d, HR_WHY_NUMBER, why) ||
        !finite_double(hr_decimal_double(&d, 0), x, why))
        return false;
    if (minus)
        *x = -*x;
    return true;
}

/* k, M and G at the end of a number; 0 for anything else. */
static int64_t multiple(struct hr_text t)
{
    if (t.n == 0)
        return 1;
    if (t.n > 1)
        return 0;
    return t.s[0] == 'k' ? 1000 : t.s[0] == 'M' ? 1000000 : t.s[0] == 'G' ? 1000000000 : 0;
}

bool hr_value_count(struct hr_text t, int64_t *x, const char **why)
{
    const struct hr_decimal d = hr_decimal_read(t);
    const int64_t unit = d.length ? multiple(hr_text_after(t, d.length)) : 0;

    if (d.length == 0)
        return hr_decimal_refuse(t, HR_WHY_NUMBER, why);
    if (unit == 0)
        return hr_decimal_refuse(t, HR_WHY_UNIT_COUNT, why);
    if (hr_decimal_count(&d, unit, x, why))
        return true;
    return *why == hr_whys[HR_WHY_FINE].text ? hr_why_say(HR_WHY_WHOLE, why) : false;
}

bool hr_value_share(struct hr_text t, double *x, const char **why)
{
    struct hr_decimal d = {0};
    double share;

    if (!ends_with(t, "%") || t.n == 1)
        return hr_decimal_refuse(t, HR_WHY_PERCENT, why);
    if (!whole_decimal(without_end(t, 1), &d, HR_WHY_PERCENT, why))
        return false;
    share = hr_decimal_double(&d, -2);
    if (share > 1.0)
        return hr_why_say(HR_WHY_OVER_ALL, why);
    *x = share;
    return true;
}

bool hr_value_factor(struct hr_text t, double *x, const char **why)
{
    struct hr_decimal d = hr_decimal_read(t);

    if (d.length == t.n && t.n > 0)
        return hr_why_say(HR_WHY_BARE_FACTOR, why);
    if ((!ends_with(t, "x") && !ends_with(t, "%")) || t.n == 1)
        return hr_decimal_refuse(t, HR_WHY_FACTOR, why);
    if (!whole_decimal(without_end(t, 1), &d, HR_WHY_FACTOR, why))
        return false;
    return finite_double(hr_decimal_double(&d, ends_with(t, "%") ? -2 : 0), x, why);
}

bool hr_value_rate(struct hr_text t, double *x, const char **why)
{
    const struct hr_decimal d = hr_decimal_read(t);
    const struct hr_text rest = hr_text_after(t, d.length);
    const size_t slash = hr_text_find(rest, "/");

    if (d.length == 0)
        return hr_decimal_refuse(t, HR_WHY_RATE, why);
    if (rest.n == 0)
        return hr_why_say(HR_WHY_BARE_RATE, why);
    const int64_t times = multiple((struct hr_text){rest.s, slash});
    const struct hr_unit *per =
        slash < rest.n ? hr_unit_find(hr_time_units, hr_text_after(rest, slash + 1)) : NULL;
    if (!per || times == 0)
        return hr_decimal_refuse(t, HR_WHY_UNIT_RATE, why);
    const double count = hr_decimal_double(&d, 0) * (double)times;
    /* A second and longer are whole seconds: one rounding, where 1e9 / size would be two. */
    const int64_t seconds = per->size / HR_SECOND;
    const double rate =
        seconds > 0 ? count / (double)seconds : count * (1e9 / (double)per->size);
    return finite_double(rate, x, why);
}

bool hr_value_bytes(struct hr_text t, int64_t *x, const char **why)
{
    const struct hr_decimal d = hr_decimal_read(t);
    const struct hr_unit *u = hr_unit_find(hr_byte_units, hr_text_after(t, d.length));

    if (d.length == 0)
        return hr_decimal_refuse(t, HR_WHY_BYTES, why);
    if (d.length == t.n)
        return hr_why_say(HR_WHY_BARE_BYTES, why);
    if (!u)
        return hr_decimal_refuse(t, HR_WHY_UNIT_BYTES, why);
    return hr_decimal_count(&d, u->size, x, why);
}

/* Bits a second: kbps and its like. */
static double bits_per_s(struct hr_text t)
{
    static const struct {
        const char *name;
        double bits;
    } units[] = {{"bps", 1}, {"kbps", 1e3}, {"Mbps", 1e6}, {"Gbps", 1e9}, {"Tbps", 1e12}};

    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (t.n == strlen(units[i].name) && memcmp(t.s, units[i].name, t.n) == 0)
            return units[i].bits;
    return 0;
}

bool hr_value_bandwidth(struct hr_text t, double *x, const char **why)
{
    const struct hr_decimal d = hr_decimal_read(t);
    const struct hr_text rest = hr_text_after(t, d.length);
    const size_t slash = hr_text_find(rest, "/");
    const double bits = bits_per_s(rest);

    if (d.length == 0)
        return hr_decimal_refuse(t, HR_WHY_BANDWIDTH, why);
    if (rest.n == 0)
        return hr_why_say(HR_WHY_BARE_BANDWIDTH, why);
    if (bits > 0)
        return finite_double(hr_decimal_double(&d, 0) * bits / 8, x, why);
    const struct hr_unit *size =
        hr_unit_find(hr_byte_units, (struct hr_text){rest.s, slash});
    const struct hr_unit *per =
        slash < rest.n ? hr_unit_find(hr_time_units, hr_text_after(rest, slash + 1)) : NULL;
    if (!size || !per)
        return hr_decimal_refuse(t, HR_WHY_UNIT_BANDWIDTH, why);
    return finite_double(hr_decimal_double(&d, 0) * (double)size->size /
                             ((double)per->size / (double)HR_SECOND),
                         x, why);
}

bool hr_value_money(struct hr_text t, int64_t *x, const char **why)
{
    if (t.n == 0 || t.s[0] != '$') {
        const struct hr_decimal d = hr_decimal_read(t);
        if (d.length == t.n && t.n > 0)
            return hr_why_say(HR_WHY_BARE_MONEY, why);
        return hr_decimal_refuse(t, HR_WHY_MONEY, why);
    }
    const struct hr_text amount = hr_text_after(t, 1);
    const struct hr_decimal d = hr_decimal_read(amount);
    const int64_t unit = d.length ? multiple(hr_text_after(amount, d.length)) : 0;
    if (unit == 0)
        return hr_decimal_refuse(amount, HR_WHY_MONEY, why);
    return hr_decimal_count(&d, unit * 1000000, x, why);
}

bool hr_value_popularity(struct hr_text t, struct hr_popularity *p, const char **why)
{
    static const char head[] = "zipf(";
    double s = 0;

    if (t.n == 7 && memcmp(t.s, "uniform", 7) == 0) {
        *p = (struct hr_popularity){.uniform = true};
        return true;
    }
    if (t.n < sizeof head || memcmp(t.s, head, sizeof head - 1) != 0 || !ends_with(t, ")"))
        return hr_why_say(HR_WHY_POPULARITY, why);
    if (!hr_value_number(without_end(hr_text_after(t, sizeof head - 1), 1), &s, why))
        return hr_why_say(HR_WHY_POPULARITY, why);
    if (!(s >= 0 && s < 10))
        return hr_why_say(HR_WHY_ZIPF, why);
    *p = (struct hr_popularity){.zipf = s};
    return true;
}

bool hr_value_law(struct hr_text t, enum hr_law_unit unit, const char *folder,
                  struct hr_arena *a, struct hr_law *law, const char **why)
{
    double x;

    if (hr_text_find(t, "(") < t.n)
        return hr_law_read(t, unit, folder, a, law, why);
    if (hr_text_find(t, "..") < t.n)
        return hr_why_say(HR_WHY_UNCERTAIN, why);
    if (t.n && isalpha((unsigned char)t.s[0]))
        return hr_why_say(HR_WHY_LAW, why);
    if (!hr_law_read_value(t, unit, &x, why))
        return false;
    *law = hr_law_constant(x);
    return true;
}
