/* sim/scenario/value/price_text.c - see price_text.h. */
#include "sim/scenario/value/price_text.h"

#include "sim/scenario/value/value_parts.h"
#include "sim/system/price.h"

#include <string.h>

__extension__ typedef unsigned __int128 wide;

/* Words that count things; any other is more likely a unit that was misspelt. */
static const char *const things[] = {
    "vCPU",  "IOPS",    "LCU",      "ACU",   "request", "requests", "call",
    "calls", "message", "messages", "item",  "items",   "instance", "instances",
    "node",  "nodes",   "rule",     "rules", "user",    "users",    NULL,
};

static bool is_thing(struct hr_text t)
{
    for (const char *const *w = things; *w; w++)
        if (strlen(*w) == t.n && memcmp(*w, t.s, t.n) == 0)
            return true;
    return false;
}

static int64_t multiple(char c)
{
    return c == 'k' ? 1000 : c == 'M' ? 1000000 : c == 'G' ? 1000000000 : 0;
}

/* The word of a unit, without its number: nothing, a multiple, a size, a thing. */
static bool read_word(struct hr_text t, struct hr_per *p, int64_t *unit)
{
    const struct hr_unit *bytes = hr_unit_find(hr_byte_units, t);

    if (bytes) {
        p->data = true;
        *unit = bytes->size;
        return true;
    }
    *unit = 1;
    if (t.n == 0 || is_thing(t))
        return true;
    *unit = multiple(t.s[0]);
    return *unit &&
           (t.n == 1 || (t.n > 2 && t.s[1] == ' ' && is_thing(hr_text_after(t, 2))));
}

bool hr_value_per(struct hr_text t, struct hr_per *p, const char **why)
{
    const struct hr_decimal d = hr_decimal_read(t);
    const struct hr_text rest = hr_text_after(t, d.length);
    const size_t dash = hr_text_find(rest, "-");
    const struct hr_unit *time = hr_unit_find(hr_time_units, rest);
    struct hr_text word = {rest.s, dash};
    int64_t unit = 1;

    *p = (struct hr_per){.size = 1, .span = HR_SECOND};
    if (dash < rest.n) {
        time = hr_unit_find(hr_time_units, hr_text_after(rest, dash + 1));
        if (!time)
            return hr_why_say(HR_WHY_UNIT_PRICE, why);
    } else if (time)
        word.n = 0;
    if (time) {
        p->time = true;
        p->span = time->size;
    }
    if (!read_word(word, p, &unit))
        return hr_why_say(HR_WHY_UNIT_PRICE, why);
    if (time && word.n == 0 && d.length) /* 1h, 730h: so many of the time */
        return hr_decimal_count(&d, time->size, &p->span, why) &&
               (p->span > 0 || hr_why_say(HR_WHY_UNIT_PRICE, why));
    if (d.length == 0) {
        p->size = unit;
        return t.n > 0 || hr_why_say(HR_WHY_UNIT_PRICE, why);
    }
    return hr_decimal_count(&d, unit, &p->size, why) &&
           (p->size > 0 || hr_why_say(HR_WHY_UNIT_PRICE, why));
}

bool hr_value_price(struct hr_text t, int64_t *pico, struct hr_per *per, const char **why)
{
    *per = (struct hr_per){0};
    if (t.n == 0 || t.s[0] != '$') {
        const struct hr_decimal bare = hr_decimal_read(t);

        if (bare.length && (bare.length == t.n || t.s[bare.length] == '/'))
            return hr_why_say(HR_WHY_BARE_MONEY, why);
        return hr_decimal_refuse(t, HR_WHY_PRICE, why);
    }
    const struct hr_text amount = hr_text_after(t, 1);
    const struct hr_decimal d = hr_decimal_read(amount);
    const struct hr_text rest = hr_text_after(amount, d.length);

    if (d.length == 0)
        return hr_decimal_refuse(amount, HR_WHY_PRICE, why);
    if (!hr_decimal_count(&d, HR_PICO_PER_DOLLAR, pico, why))
        return false;
    if (rest.n == 0)
        return true;
    if (rest.s[0] != '/')
        return hr_decimal_refuse(amount, HR_WHY_PRICE, why);
    return hr_value_per(hr_text_after(rest, 1), per, why);
}

struct hr_per hr_unit_of_dimension(const char *unit, bool level)
{
    struct hr_per p = {.size = 1, .span = HR_SECOND};
    struct hr_text t = {unit ? unit : "", unit ? strlen(unit) : 0};
    const size_t cut = strcspn(t.s, "- \xc2");
    const struct hr_text first = {t.s, cut};
    const struct hr_unit *bytes = hr_unit_find(hr_byte_units, first);
    const struct hr_unit *time = NULL;

    if (strcmp(t.s, "bytes") == 0 || bytes) {
        p.data = true;
        p.size = bytes ? bytes->size : 1;
    }
    if (cut < t.n) { /* MB-ms, MB x ms: the time is what stands last */
        size_t last = t.n;

        while (last > cut && strchr("- x", t.s[last - 1]) == NULL)
            last--;
        time = hr_unit_find(hr_time_units, hr_text_after(t, last));
    } else
        time = hr_unit_find(hr_time_units, t);
    p.time = level || time;
    if (time && !level)
        p.span = time->size;
    return p;
}

static wide gcd(wide a, wide b)
{
    while (b) {
        const wide c = a % b;
        a = b;
        b = c;
    }
    return a;
}

bool hr_per_convert(const struct hr_per *per, const struct hr_per *natural, int64_t *units,
                    int64_t *of)
{
    const wide num = (wide)(uint64_t)per->size * (uint64_t)per->span;
    const wide den = (wide)(uint64_t)natural->size * (uint64_t)natural->span;
    const wide common = gcd(num, den);

    if (per->data != natural->data || per->time != natural->time)
        return false;
    if (num / common > INT64_MAX || den / common > INT64_MAX)
        return false;
    *units = (int64_t)(num / common);
    *of = (int64_t)(den / common);
    return true;
}

const char *hr_show_pico(struct hr_arena *a, int64_t pico)
{
    enum { PLACES = 12, ROOM = 40 };
    char text[ROOM];
    size_t from = ROOM - PLACES, to = ROOM;
    int64_t dollars = pico / HR_PICO_PER_DOLLAR, rest = pico % HR_PICO_PER_DOLLAR;

    for (size_t i = ROOM; i-- > from; rest /= 10)
        text[i] = (char)('0' + rest % 10);
    while (to > from && text[to - 1] == '0')
        to--;
    if (to == from + 1) /* $0.5 is written $0.50 */
        to++;
    if (to > from)
        text[--from] = '.';
    do
        text[--from] = (char)('0' + dollars % 10);
    while ((dollars /= 10) > 0);
    text[--from] = '$';
    return hr_arena_text(a, text + from, to - from);
}
