/* sim/report/compare/words.c - see words.h. */
#include "sim/report/compare/words.h"

#include "sim/report/text.h"

#include <math.h>
#include <string.h>

enum { NAME_MOST = 40, SETTING_MOST = 60 };

static const char *kept(const struct hr_comparison *c, struct hr_number n)
{
    return hr_arena_text(c->arena, n.text, strlen(n.text));
}

/* A code span ends at a backquote and a table's cell at a bar: they become their likes. */
static const char *code_span(const struct hr_comparison *c, const char *text)
{
    char *out = hr_arena_printf(c->arena, "`%s`", text);
    const size_t n = strlen(out);

    for (size_t i = 1; i + 1 < n; i++)
        out[i] = out[i] == '`' ? '\'' : out[i] == '|' ? '/' : out[i];
    return n > 2 ? out : "";
}

const char *hr_compare_inert(const struct hr_comparison *c, const char *text, size_t most)
{
    const char *plain = hr_text_plain(c->arena, text, most);

    return c->code ? code_span(c, plain) : plain;
}

const char *hr_compare_name(const struct hr_comparison *c, size_t i, size_t most)
{
    return hr_compare_inert(c, c->contenders[i].name, most);
}

const char *hr_compare_label(const struct hr_comparison *c, size_t m, size_t most)
{
    return hr_compare_inert(c, c->measures[m].label, most);
}

const char *hr_compare_value(const struct hr_comparison *c, size_t m, double x)
{
    return kept(c, hr_number_of(c->measures[m].quantity, x));
}

/* --- differences ------------------------------------------------------------------------------- */

/* Percentage points, with as many digits as the half-width (or, without one, three). */
static const char *points(const struct hr_comparison *c, double x, double half, bool utf8)
{
    const double y = 100 * x, h = 100 * half;
    int digits = h > 0 ? 1 - (int)floor(log10(h)) : 3;

    digits = digits < 0 ? 0 : digits > 9 ? 9 : digits;
    if (!(h > 0))
        return hr_arena_printf(c->arena, "%.3g pp", y);
    return hr_arena_printf(c->arena, "%.*f pp %s %.*f", digits, y, utf8 ? "\xc2\xb1" : "+-",
                           digits, h);
}

static const char *amount(const struct hr_comparison *c, size_t m, double x, double half,
                          bool utf8)
{
    const enum hr_quantity q = c->measures[m].quantity;

    if (q == HR_NUMBER_SHARE)
        return points(c, x, half, utf8);
    return kept(c, hr_number_interval(q, x, x - half, x + half, utf8));
}

const char *hr_compare_change(const struct hr_comparison *c, size_t i, size_t m, bool utf8)
{
    const struct hr_difference *d = &hr_comparison_cell(c, i, m)->d;
    const char *sign = d->value < 0 ? "-" : "+";

    switch (d->kind) {
    case HR_DIFFERENCE_UNKNOWN:
        return "";
    case HR_DIFFERENCE_SAME:
        return "0 exactly";
    case HR_DIFFERENCE_EXACT:
        return hr_arena_printf(c->arena, "%s%s exactly", sign,
                               amount(c, m, fabs(d->value), 0, utf8));
    case HR_DIFFERENCE_SIGN:
        return hr_arena_printf(c->arena, "%s in %zu of %zu runs",
                               d->less >= d->more ? "less" : "more",
                               d->less >= d->more ? d->less : d->more, d->n);
    case HR_DIFFERENCE_T:
        break;
    }
    return hr_arena_printf(c->arena, "%s%s", sign,
                           amount(c, m, fabs(d->value), d->hi - d->value, utf8));
}

const char *hr_compare_percent(const struct hr_comparison *c, size_t i, size_t m)
{
    const struct hr_compare_cell *cell = hr_comparison_cell(c, i, m);
    const double share = 100 * cell->d.value / fabs(cell->reference);

    /* Of a share, percent of percent would be read as points. */
    if (!isfinite(share) || cell->d.value == 0 ||
        c->measures[m].quantity == HR_NUMBER_SHARE)
        return "";
    return hr_arena_printf(c->arena, fabs(share) < 10 ? "%+.1f%%" : "%+.0f%%", share);
}

const char *hr_compare_finding(const struct hr_comparison *c, size_t i, size_t m)
{
    const struct hr_compare_cell *cell = hr_comparison_cell(c, i, m);
    const char *name = hr_finding_names[cell->finding];

    return *cell->why ? hr_arena_printf(c->arena, "%s: %s", name, cell->why) : name;
}

const char *hr_compare_seen_from(const struct hr_comparison *c, size_t i, size_t m)
{
    const struct hr_compare_cell *cell = hr_comparison_cell(c, i, m);

    if (cell->finding != HR_FOUND_NONE || !isfinite(cell->d.seen_from))
        return "";
    return amount(c, m, cell->d.seen_from, 0, false);
}

const char *hr_compare_pairing(const struct hr_comparison *c, size_t i, size_t m)
{
    const struct hr_difference *d = &hr_comparison_cell(c, i, m)->d;

    if (isnan(d->pairing))
        return d->kind == HR_DIFFERENCE_SAME ? "exact" : "";
    if (d->pairing == 0 && d->kind != HR_DIFFERENCE_SIGN)
        return "exact";
    if (d->of < d->n)
        return hr_arena_printf(c->arena, "%.2g, of the %zu finite", d->pairing, d->of);
    return hr_arena_printf(c->arena, "%.2g", d->pairing);
}

/* --- sentences --------------------------------------------------------------------------------- */

struct list {
    struct hr_text text;
    size_t n, of;
};

/* "a", ", b", " and c" of a list whose length is known. */
static void join(struct list *l, const char *item)
{
    if (l->n > 0)
        hr_text_add(&l->text, l->n + 1 == l->of ? " and " : ", ");
    hr_text_add(&l->text, item);
    l->n++;
}

static size_t count(const struct hr_comparison *c, size_t i, enum hr_finding f)
{
    size_t n = 0;

    for (size_t m = 0; m < c->n_measures; m++)
        n += hr_comparison_cell(c, i, m)->finding == f;
    return n;
}

/* "better in p99(checkout) (-20 ms ± 3) and cost"; the amount of the first four. */
static void say_findings(const struct hr_comparison *c, size_t i, enum hr_finding f,
                         bool utf8, struct hr_text *out)
{
    enum { DETAILED = 4 };
    struct list l = {hr_text_begin(c->arena), 0, count(c, i, f)};

    for (size_t m = 0; m < c->n_measures; m++) {
        const char *label = hr_compare_label(c, m, NAME_MOST);

        if (hr_comparison_cell(c, i, m)->finding != f)
            continue;
        join(&l, l.n < DETAILED ? hr_arena_printf(c->arena, "%s (%s)", label,
                                                  hr_compare_change(c, i, m, utf8))
                                : label);
    }
    hr_text_addf(out, "%s in %s", hr_finding_names[f], l.text.text);
}

static const char *measures(const struct hr_comparison *c, size_t n)
{
    return hr_arena_printf(c->arena, "%zu measure%s", n, n == 1 ? "" : "s");
}

const char *hr_compare_sentence(const struct hr_comparison *c, size_t i, bool utf8)
{
    const size_t better = count(c, i, HR_FOUND_BETTER), worse = count(c, i, HR_FOUND_WORSE);
    const size_t none = count(c, i, HR_FOUND_NONE), same = count(c, i, HR_FOUND_SAME);
    const size_t open = count(c, i, HR_FOUND_UNDECIDED);
    struct hr_text out = hr_text_begin(c->arena);

    hr_text_addf(&out, "Against %s, %s is ", hr_compare_name(c, c->reference, NAME_MOST),
                 hr_compare_name(c, i, NAME_MOST));
    if (better)
        say_findings(c, i, HR_FOUND_BETTER, utf8, &out);
    if (better && worse)
        hr_text_add(&out, "; it is ");
    if (worse)
        say_findings(c, i, HR_FOUND_WORSE, utf8, &out);
    if (same == c->n_measures)
        hr_text_add(&out, "exactly the same in everything that was compared");
    else if (!better && !worse)
        hr_text_add(&out, "neither better nor worse beyond doubt");
    hr_text_add(&out, ".");
    if (none)
        hr_text_addf(&out, " No difference is seen in %s.", measures(c, none));
    if (same && same < c->n_measures)
        hr_text_addf(&out, " %s %s exactly the same.", measures(c, same),
                     same == 1 ? "is" : "are");
    if (open)
        hr_text_addf(&out, " %s %s undecided.", measures(c, open),
                     open == 1 ? "is" : "are");
    return out.text;
}

const char *const hr_front_places[] = {"on the front", "perhaps behind", "behind",
                                       "not known"};

const char *hr_compare_place(const struct hr_comparison *c, size_t i, size_t side)
{
    const struct hr_front_point *p = &c->front[i];
    const char *place = hr_front_places[p->place[side]];

    if (p->place[side] != HR_FRONT_BEHIND && p->place[side] != HR_FRONT_PERHAPS)
        return place;
    return hr_arena_printf(c->arena, "%s %s", place, hr_compare_name(c, p->by[side], 24));
}

/* The designs in a place, as a list. */
static struct list in_place(const struct hr_comparison *c, size_t side,
                            enum hr_front_place place)
{
    struct list l = {hr_text_begin(c->arena), 0, 0};

    for (size_t i = 0; i < c->n; i++)
        l.of += c->front[i].place[side] == place;
    for (size_t i = 0; i < c->n; i++)
        if (c->front[i].place[side] == place)
            join(&l, hr_compare_name(c, i, NAME_MOST));
    return l;
}

static void say_side(const struct hr_comparison *c, size_t side, struct hr_text *out)
{
    const size_t k = side == 0 ? HR_FRONT_LATENCY : HR_FRONT_AVAILABILITY;
    const struct list on = in_place(c, side, HR_FRONT_ON);
    const struct list perhaps = in_place(c, side, HR_FRONT_PERHAPS);

    if (on.n + perhaps.n == 0)
        return;
    hr_text_addf(out, "%sOf cost and %s, ", *out->text ? " " : "",
                 hr_compare_label(c, c->axes[k], NAME_MOST));
    if (on.n)
        hr_text_addf(out, "%s %s on the front%s", on.text.text, on.n == 1 ? "is" : "are",
                     on.n == c->n ? ": none is beaten in both" : "");
    if (perhaps.n)
        hr_text_addf(out, "%s%s may be%s", on.n ? "; " : "", perhaps.text.text,
                     on.n ? "" : " on the front");
    hr_text_add(out, ".");
}

const char *hr_compare_front_sentence(const struct hr_comparison *c)
{
    struct hr_text out = hr_text_begin(c->arena);

    if (!c->has_front)
        return "";
    say_side(c, 0, &out);
    say_side(c, 1, &out);
    return out.text;
}

const char *hr_compare_trust(const struct hr_comparison *c)
{
    struct hr_text out = hr_text_begin(c->arena);

    if (c->family == 0)
        hr_text_add(&out,
                    "Every difference is exact or unknown: there is nothing to doubt");
    else if (c->family == 1)
        hr_text_add(&out, "One conclusion, with 95% confidence");
    else
        hr_text_addf(
            &out,
            "%zu conclusions hold together with 95%% confidence (Bonferroni: %.6g%% "
            "each)",
            c->family, 100 * c->level);
    hr_text_addf(&out, "; %s.", c->pairing);
    return out.text;
}

const char *hr_compare_gate(const struct hr_comparison *c, size_t i, size_t gate)
{
    static const char *const verbs[] = {"does not have", "has", "may have"};

    return hr_arena_printf(c->arena, "%s %s %s", hr_compare_name(c, i, NAME_MOST),
                           verbs[c->held[i * c->n_gates + gate]],
                           hr_compare_inert(c, c->gates[gate].text, 80));
}

const char *hr_compare_setting(const struct hr_comparison *c, const struct hr_setting *s)
{
    const char *path = hr_compare_inert(c, s->path, SETTING_MOST);
    const char *here = hr_compare_inert(c, s->here, SETTING_MOST);
    const char *there = hr_compare_inert(c, s->reference, SETTING_MOST);

    if (s->here && s->reference)
        return hr_arena_printf(c->arena, "%s: %s -> %s", path, there, here);
    if (s->here)
        return hr_arena_printf(c->arena, "%s%s%s: only here", path, *here ? ": " : "",
                               here);
    return hr_arena_printf(c->arena, "%s%s%s: not here", path, *there ? ": " : "", there);
}

const char *hr_compare_point(const struct hr_comparison *c, size_t i, size_t axis,
                             bool utf8)
{
    const struct hr_front_point *p = &c->front[i];
    const double x = p->value[axis], half = p->half[axis];

    return kept(c, hr_number_interval(c->measures[c->axes[axis]].quantity, x, x - half,
                                      x + half, utf8));
}
