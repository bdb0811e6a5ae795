/* sim/report/compare/gate.c - the words of --fail-on.
 *
 *   MEASURE[(SCOPE)] (< | <= | > | >=) (+ | -) NUMBER UNIT
 *
 * UNIT is % (of the reference's value), pp (percentage points, of shares), ns us ms s m h,
 * $ before the number or none.  The sentence says what must not be: "p99(checkout) > +5%". */
#include "sim/report/compare/inner.h"

#include <stdlib.h>
#include <string.h>

static const struct unit {
    const char *name;
    double size;
} units[] = {{"%", 0.01}, {"pp", 0.01}, {"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3},
             {"s", 1},    {"m", 60},    {"h", 3600},  {"", 1}};

struct cursor {
    const char *text, *at;
    const char *why; /* NULL: all is well so far */
    size_t from, length;
};

static bool fail(struct cursor *c, const char *from, size_t length, const char *why)
{
    c->why = why;
    c->from = (size_t)(from - c->text);
    c->length = length ? length : 1;
    return false;
}

static void skip(struct cursor *c)
{
    c->at += strspn(c->at, " \t");
}

/* The measure and its scope, blanks left out. */
static bool read_label(struct cursor *c, struct hr_gate *g, struct hr_arena *a)
{
    const char *from, *end;
    char *label;
    size_t n = 0;

    skip(c);
    from = c->at;
    end = strpbrk(from, "<>");
    if (!end)
        return fail(c, from + strlen(from), 1,
                    "a comparison is missing here: <, <=, > or >=");
    label = hr_arena_alloc(a, (size_t)(end - from) + 1, 1);
    for (const char *p = from; p < end; p++)
        if (*p != ' ' && *p != '\t')
            label[n++] = *p;
    if (n == 0)
        return fail(c, end, 1, "a measure is missing before this");
    /* "p99(all)" is p99. */
    if (n > 5 && strcmp(label + n - 5, "(all)") == 0)
        label[n - 5] = '\0';
    g->label = label;
    g->at = (size_t)(from - c->text);
    g->more = *end == '>';
    c->at = end + 1 + (end[1] == '=');
    return true;
}

static const struct unit *unit_at(const char *text, size_t n)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i].name) == n && strncmp(units[i].name, text, n) == 0)
            return &units[i];
    return NULL;
}

static bool read_change(struct cursor *c, struct hr_gate *g)
{
    const struct unit *unit;
    const char *sign, *number;
    bool money;
    char *end;
    size_t n;

    skip(c);
    sign = c->at;
    if (*sign != '+' && *sign != '-')
        return fail(c, sign, strlen(sign),
                    "a change begins with + or -: +5%, -20ms, +$100, -0.1pp");
    c->at++;
    skip(c);
    money = *c->at == '$';
    number = c->at + money;
    if (*number < '0' || *number > '9')
        return fail(c, number, 1, "a number is missing here");
    n = strspn(number, "0123456789.");
    g->change = strtod(number, &end);
    if (end != number + n)
        return fail(c, number, n, "this is not a number");
    c->at = end;
    skip(c);
    n = strcspn(c->at, " \t");
    unit = money && n > 0 ? NULL : unit_at(c->at, n);
    if (!unit)
        return fail(c, c->at, n,
                    money ? "nothing follows an amount of money"
                          : "not a unit of a change: %, pp, ns, us, ms, s, m, h");
    g->unit = money ? "$" : unit->name;
    g->relative = strcmp(unit->name, "%") == 0;
    g->change *= unit->size * (*sign == '-' ? -1 : 1);
    c->at += n;
    skip(c);
    return *c->at == '\0' || fail(c, c->at, strlen(c->at), "nothing may follow the change");
}

bool hr_gate_read(const char *text, struct hr_gate *gate, struct hr_arena *a, size_t *at,
                  size_t *length, const char **why)
{
    struct cursor c = {.text = text, .at = text};
    bool well;

    *gate = (struct hr_gate){.text = text};
    well = read_label(&c, gate, a) && read_change(&c, gate);
    *at = c.from;
    *length = c.length;
    *why = c.why;
    return well;
}
