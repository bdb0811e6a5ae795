/* sim/scenario/value/value_explain.c - the code and the way out for a scalar that was refused: see
 * value.h. */
#include "sim/scenario/value/value.h"

#include "sim/scenario/tree/tree.h"
#include "sim/scenario/value/value_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* How people write units elsewhere, and what is meant. */
static const struct {
    const char *theirs, *ours;
} aliases[] = {
    {"sec", "s"},       {"secs", "s"},    {"second", "s"},  {"seconds", "s"},
    {"S", "s"},         {"msec", "ms"},   {"msecs", "ms"},  {"millis", "ms"},
    {"MS", "ms"},       {"usec", "us"},   {"min", "m"},     {"mins", "m"},
    {"minute", "m"},    {"minutes", "m"}, {"hr", "h"},      {"hrs", "h"},
    {"hour", "h"},      {"hours", "h"},   {"H", "h"},       {"day", "d"},
    {"days", "d"},      {"D", "d"},       {"week", "w"},    {"weeks", "w"},
    {"month", "mo"},    {"months", "mo"}, {"yr", "y"},      {"year", "y"},
    {"years", "y"},     {"b", "B"},       {"bytes", "B"},   {"byte", "B"},
    {"K", "KiB"},       {"KB", "kB"},     {"kb", "kB"},     {"k", "kB"},
    {"kiB", "KiB"},     {"M", "MB"},      {"mb", "MB"},     {"Mb", "MB"},
    {"MIB", "MiB"},     {"Mi", "MiB"},    {"G", "GB"},      {"gb", "GB"},
    {"Gb", "GB"},       {"Gi", "GiB"},    {"GIB", "GiB"},   {"T", "TB"},
    {"Ti", "TiB"},      {"Ki", "KiB"},    {"rps", "/s"},    {"req/s", "/s"},
    {"qps", "/s"},      {"tps", "/s"},    {"/sec", "/s"},   {"rpm", "/m"},
    {"/min", "/m"},     {"/hour", "/h"},  {"/day", "/d"},   {"Hz", "/s"},
    {"mbps", "Mbps"},   {"gbps", "Gbps"}, {"Kbps", "kbps"}, {"Mbit/s", "Mbps"},
    {"Gbit/s", "Gbps"},
};

static bool is_time(enum hr_field_type type)
{
    return type == HR_FIELD_DURATION || type == HR_FIELD_DURATION_RANGE ||
           type == HR_FIELD_LAW_TIME;
}

/* Does the alias belong to what is expected?  The unit that it stands for must be known. */
static bool fits(enum hr_field_type type, const char *ours)
{
    const struct hr_text t = {ours, strlen(ours)};

    if (is_time(type))
        return hr_unit_find(hr_time_units, t) != NULL;
    if (type == HR_FIELD_BYTES || type == HR_FIELD_LAW_BYTES)
        return hr_unit_find(hr_byte_units, t) != NULL;
    if (type == HR_FIELD_RATE)
        return ours[0] == '/';
    return type == HR_FIELD_BANDWIDTH && t.n > 3 && strcmp(ours + t.n - 3, "bps") == 0;
}

static const char *nearest_unit(struct hr_arena *a, enum hr_field_type type,
                                struct hr_text u)
{
    const struct hr_unit *units = is_time(type) ? hr_time_units : hr_byte_units;
    const char *names[16];
    size_t n = 0;

    if (!is_time(type) && type != HR_FIELD_BYTES && type != HR_FIELD_LAW_BYTES)
        return NULL;
    for (; units->name && n < 15; units++)
        names[n++] = units->name;
    names[n] = NULL;
    return hr_nearest(hr_arena_text(a, u.s, u.n), names);
}

/* "30min": the number that is there with the unit that is meant. */
static const char *unit_hint(struct hr_arena *a, enum hr_field_type type, struct hr_text t)
{
    const struct hr_decimal d = hr_decimal_read(t);
    struct hr_text u = hr_text_after(t, d.length);
    const char *ours = NULL;

    while (u.n && u.s[0] == ' ')
        u = hr_text_after(u, 1);
    if (d.length == 0 || u.n == 0 || u.n > 16)
        return NULL;
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases && !ours; i++)
        if (strlen(aliases[i].theirs) == u.n && memcmp(aliases[i].theirs, u.s, u.n) == 0 &&
            fits(type, aliases[i].ours))
            ours = aliases[i].ours;
    if (!ours && u.n < t.n - d.length && fits(type, hr_arena_text(a, u.s, u.n)))
        ours = hr_arena_text(a, u.s, u.n); /* only the blank was wrong */
    if (!ours)
        ours = nearest_unit(a, type, u);
    return ours ? hr_arena_printf(a, "write `%.*s%s`", (int)d.length, t.s, ours) : NULL;
}

static const char *bare_hint(struct hr_arena *a, enum hr_field_type type, struct hr_text t)
{
    const int n = (int)t.n;

    if (hr_decimal_read(t).length != t.n)
        return NULL; /* inside of a law or a range: the phrase shows the form */
    switch (type) {
    case HR_FIELD_DURATION:
    case HR_FIELD_DURATION_RANGE:
    case HR_FIELD_LAW_TIME:
        return hr_arena_printf(a, "write `%.*sms` or `%.*ss`, as it is meant", n, t.s, n,
                               t.s);
    case HR_FIELD_BYTES:
    case HR_FIELD_LAW_BYTES:
        return hr_arena_printf(a, "write `%.*sB` or `%.*sKiB`, as it is meant", n, t.s, n,
                               t.s);
    case HR_FIELD_RATE:
        return hr_arena_printf(a, "write `%.*s/s` or `%.*s/m`, as it is meant", n, t.s, n,
                               t.s);
    case HR_FIELD_BANDWIDTH:
        return hr_arena_printf(a, "write `%.*sMbps` or `%.*sMB/s`, as it is meant", n, t.s,
                               n, t.s);
    case HR_FIELD_MONEY:
        return hr_arena_printf(a, "write `$%.*s`", n, t.s);
    case HR_FIELD_FACTOR:
        if (strtod(hr_arena_text(a, t.s, t.n), NULL) < 10)
            return hr_arena_printf(a, "write `%.*sx`", n, t.s);
        return hr_arena_printf(a, "write `%.*sx` or `%.*s%%`, as it is meant", n, t.s, n,
                               t.s);
    default:
        return NULL;
    }
}

static const char *percent_hint(struct hr_arena *a, struct hr_text t)
{
    const struct hr_decimal d = hr_decimal_read(t);

    if (d.length == 0 || d.length != t.n)
        return NULL;
    const double x = hr_decimal_double(&d, 0);
    if (x > 1)
        return hr_arena_printf(a, "write `%.12g%%`", x);
    return hr_arena_printf(a, "write `%.12g%%`", x * 100);
}

static const char *replaced(struct hr_arena *a, struct hr_text t, char from, char to)
{
    char *s = hr_arena_text(a, t.s, t.n);

    for (char *c = s; *c; c++)
        *c = *c == from ? to : *c;
    return s;
}

/* "1,000" may be a thousand or one: only a tail that is not three digits tells. */
static const char *comma_hint(struct hr_arena *a, struct hr_text t)
{
    const size_t comma = hr_text_find(t, ",");
    size_t digits = 0;

    for (size_t i = comma + 1; i < t.n && isdigit((unsigned char)t.s[i]); i++)
        digits++;
    if (digits == 3)
        return "leave out the comma if it separates thousands, or write a decimal point";
    return hr_arena_printf(a, "write `%s`", replaced(a, t, ',', '.'));
}

static const char *base_60_hint(struct hr_arena *a, struct hr_text t)
{
    const size_t colon = hr_text_find(t, ":");
    const int x = (int)colon, y = (int)(t.n - colon - 1);
    const char *rest = t.s + colon + 1;

    if (hr_text_find(hr_text_after(t, colon + 1), ":") < t.n - colon - 1)
        return "write hours, minutes and seconds as in 1h20m30s";
    return hr_arena_printf(a, "write `%.*sm%.*ss` or `%.*sh%.*sm`, as it is meant", x, t.s,
                           y, rest, x, t.s, y, rest);
}

static const char *family_hint(struct hr_arena *a, struct hr_text t)
{
    const char *names[32];
    size_t n = 0;

    for (const struct hr_law_family *f = hr_law_families; f->name && n < 31; f++)
        names[n++] = f->name;
    names[n] = NULL;
    const char *word = hr_arena_text(a, t.s, hr_text_find(t, "("));
    const char *near = hr_nearest(word, names);

    for (size_t i = 0; !near && strlen(word) >= 3 && names[i]; i++) /* exp(20ms) */
        near = strncmp(names[i], word, strlen(word)) == 0 ? names[i] : NULL;
    return near ? hr_arena_printf(a, "did you mean `%s`?", near)
                : "laws are uniform, exponential, normal, lognormal, gamma, erlang, "
                  "weibull, pareto, hyperexponential, triangular, discrete and empirical";
}

/* "write lognormal with p50 p99, p50 p95, ... or mean cv". */
static const char *figures_hint(struct hr_arena *a, struct hr_text t)
{
    const size_t open = hr_text_find(t, "(");
    const struct hr_law_family *f = hr_law_families;

    while (f->name && (strlen(f->name) != open || memcmp(f->name, t.s, open) != 0))
        f++;
    if (!f->name)
        return NULL;
    const char *text = hr_arena_printf(a, "write %s with ", f->name);
    for (const char *set = f->accepts; *set;) {
        const size_t n = strcspn(set, "|");
        const bool first = set == f->accepts, last = set[n] == '\0';
        text = hr_arena_printf(a, "%s%s%.*s", text,
                               first  ? ""
                               : last ? " or "
                                      : ", ",
                               (int)n, set);
        set += n + (last ? 0 : 1);
    }
    return text;
}

static const char *bound_hint(enum hr_field_type type, bool fine)
{
    switch (type) {
    case HR_FIELD_DURATION:
    case HR_FIELD_DURATION_RANGE:
    case HR_FIELD_LAW_TIME:
        return fine ? "time is counted in whole nanoseconds" : "at most 292y";
    case HR_FIELD_BYTES:
    case HR_FIELD_LAW_BYTES:
        return fine ? "data is counted in whole bytes" : "at most 8191PiB";
    case HR_FIELD_MONEY:
        return fine ? "money is counted in millionths of a dollar" : "at most $9 trillion";
    default:
        return NULL;
    }
}

/* A comma becomes nothing where a blank follows, else a blank; between the two ends of
 * uniform, two dots. */
static const char *law_comma_hint(struct hr_arena *a, struct hr_text t)
{
    char *s = hr_arena_alloc(a, t.n + 1, 1);
    size_t n = 0;
    const size_t comma = hr_text_find(t, ",");

    if (strncmp(t.s, "uniform(", 8) == 0 && hr_text_find(t, "=") == t.n && comma < t.n) {
        const size_t tail = comma + 1 + (comma + 1 < t.n && t.s[comma + 1] == ' ');

        return hr_arena_printf(a, "write `%.*s..%.*s`", (int)comma, t.s, (int)(t.n - tail),
                               t.s + tail);
    }
    for (size_t i = 0; i < t.n; i++)
        if (t.s[i] != ',')
            s[n++] = t.s[i];
        else if (i + 1 < t.n && t.s[i + 1] != ' ')
            s[n++] = ' ';
    return hr_arena_printf(a, "write `%s`", s);
}

/* "100ms-1s" is meant as a range where there may be one. */
static const char *range_hint(struct hr_arena *a, enum hr_field_type type, struct hr_text t)
{
    const size_t dash = hr_text_find(t, "-");
    struct hr_time_range r;
    const char *why, *s;

    if (type != HR_FIELD_DURATION_RANGE || dash == 0 || dash + 1 >= t.n)
        return NULL;
    s = hr_arena_printf(a, "%.*s..%.*s", (int)dash, t.s, (int)(t.n - dash - 1),
                        t.s + dash + 1);
    if (!hr_value_duration_range((struct hr_text){s, strlen(s)}, &r, &why))
        return NULL;
    return hr_arena_printf(a, "write `%s`", s);
}

/* What can be said of a text that has not the form at all. */
static const char *form_hint(struct hr_arena *a, enum hr_why why, enum hr_field_type type,
                             struct hr_text t)
{
    const struct hr_decimal d = hr_decimal_read(t);

    if (why == HR_WHY_PLUS)
        return hr_arena_printf(a, "write `%.*s`", (int)t.n - 1, t.s + 1);
    if (why == HR_WHY_MONEY && d.length > 0 && d.length + 1 == t.n && t.s[d.length] == '$')
        return hr_arena_printf(a, "write `$%.*s`", (int)d.length, t.s);
    if (why == HR_WHY_NUMBER && d.length > 0 && d.length < t.n && t.s[d.length] == ' ')
        return hr_arena_printf(a, "write `%.*s`", (int)d.length, t.s);
    return why == HR_WHY_TIME ? range_hint(a, type, t) : NULL;
}

static const char *hint_of(struct hr_arena *a, enum hr_why why, enum hr_field_type type,
                           struct hr_text t)
{
    switch (hr_whys[why].code) {
    case HR_E204:
        return bare_hint(a, type, t);
    case HR_E205:
        return unit_hint(a, type, t);
    case HR_E206:
        return form_hint(a, why, type, t);
    case HR_E209:
        return percent_hint(a, t);
    case HR_E212:
        return base_60_hint(a, t);
    case HR_E215:
    case HR_E223:
        return bound_hint(type, hr_whys[why].code == HR_E223);
    case HR_E220:
        return comma_hint(a, t);
    case HR_E301:
        return family_hint(a, t);
    case HR_E302:
        if (why == HR_WHY_LAW_COMMA)
            return law_comma_hint(a, t);
        return t.n && t.s[t.n - 1] == ')' && figures_hint(a, t)
                   ? figures_hint(a, t)
                   : "a law is written like lognormal(p50=8ms p99=60ms)";
    case HR_E303:
        return "figures are mean cv sd p50 p90 p95 p99 p999 min max shape scale stages "
               "share";
    case HR_E304:
        return figures_hint(a, t);
    case HR_E305:
        return "quantiles ascend, shapes are positive, a minimum is below its maximum, a "
               "mode "
               "between them";
    case HR_E123:
        return "copy it into the folder of the scenario";
    case HR_E905:
        return "write one value or a law";
    default:
        return NULL;
    }
}

struct hr_value_fault hr_value_explain(struct hr_arena *a, enum hr_field_type type,
                                       struct hr_text t, const char *why)
{
    enum { LONGEST = 100 }; /* hints that repeat more than this help nobody */
    struct hr_value_fault f = {.code = HR_E206};

    for (int i = 0; i < HR_N_WHYS; i++)
        if (strncmp(why, hr_whys[i].text, strlen(hr_whys[i].text)) == 0) {
            f.code = hr_whys[i].code;
            f.hint = t.n <= LONGEST ? hint_of(a, (enum hr_why)i, type, t) : NULL;
        }
    return f;
}
