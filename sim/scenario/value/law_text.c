/* sim/scenario/value/law_text.c - laws as they are written: see value.h and law.h.
 *
 * `family(figure=value figure=value)`; some families take values without names:
 * exponential(20ms), constant(8ms), uniform(1ms..3ms), empirical(file.csv).  Which sets of
 * figures determine a family is said by hr_law_families. */
#include "sim/scenario/value/value_parts.h"

#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_VALUES = 1000 }; /* of discrete(...) */

struct reader {
    enum hr_law_unit unit;
    const char *folder;
    struct hr_arena *a;
    const char **why;
};

/* ---- words between blanks ----------------------------------------------------------------- */

static struct hr_text trimmed(struct hr_text t)
{
    while (t.n && t.s[0] == ' ')
        t = hr_text_after(t, 1);
    while (t.n && t.s[t.n - 1] == ' ')
        t.n--;
    return t;
}

static struct hr_text next_word(struct hr_text *rest)
{
    *rest = trimmed(*rest);
    const size_t n = hr_text_find(*rest, " ");
    const struct hr_text word = {rest->s, n};
    *rest = hr_text_after(*rest, n);
    return word;
}

/* A phrase with the piece of the law that it is about. */
static bool say_of(const struct reader *r, const char *phrase, struct hr_text t)
{
    const char *piece = hr_arena_text(r->a, t.s, t.n);
    *r->why = hr_arena_printf(r->a, "%s (in `%s`)", phrase, piece);
    return false;
}

/* ---- figures ------------------------------------------------------------------------------ */

enum figure_type { OF_UNIT, NUMBER, SHARE, COUNT };

#define AT(f) offsetof(struct hr_law_figures, f)
static const struct figure {
    const char *name;
    size_t offset;
    enum figure_type type;
} figures[] = {
    {"mean", AT(mean), OF_UNIT},   {"cv", AT(cv), NUMBER},
    {"sd", AT(sd), OF_UNIT},       {"p50", AT(p50), OF_UNIT},
    {"p90", AT(p90), OF_UNIT},     {"p95", AT(p95), OF_UNIT},
    {"p99", AT(p99), OF_UNIT},     {"p999", AT(p999), OF_UNIT},
    {"min", AT(min), OF_UNIT},     {"max", AT(max), OF_UNIT},
    {"shape", AT(shape), NUMBER},  {"scale", AT(scale), OF_UNIT},
    {"stages", AT(stages), COUNT}, {"share", AT(share), SHARE},
    {"mode", AT(mode), OF_UNIT},
};
#undef AT
enum { N_FIGURES = sizeof figures / sizeof *figures };

static bool read_figure(enum figure_type type, struct hr_text t, const struct reader *r,
                        double *x)
{
    int64_t count;

    switch (type) {
    case OF_UNIT:
        return hr_law_read_value(t, r->unit, x, r->why);
    case NUMBER:
        if (hr_value_number(t, x, r->why) && *x < 0)
            return hr_why_say(HR_WHY_NEGATIVE, r->why);
        return hr_value_number(t, x, r->why);
    case SHARE:
        return hr_value_share(t, x, r->why);
    case COUNT:
        if (!hr_value_count(t, &count, r->why))
            return false;
        *x = (double)count;
        return true;
    }
    return false;
}

/* One `figure=value`; `set` has a bit for each figure that was given. */
static bool take_figure(struct hr_text word, const struct reader *r,
                        struct hr_law_figures *f, unsigned *set)
{
    const size_t equals = hr_text_find(word, "=");
    double x;

    if (equals == word.n)
        return say_of(r, hr_whys[HR_WHY_LAW].text, word);
    for (size_t i = 0; i < N_FIGURES; i++) {
        if (strlen(figures[i].name) != equals ||
            memcmp(figures[i].name, word.s, equals) != 0)
            continue;
        if (*set & 1u << i)
            return say_of(r, hr_whys[HR_WHY_TWICE].text, word);
        if (!read_figure(figures[i].type, hr_text_after(word, equals + 1), r, &x))
            return say_of(r, *r->why, word);
        memcpy((char *)f + figures[i].offset, &x, sizeof x);
        *set |= 1u << i;
        return true;
    }
    return say_of(r, hr_whys[HR_WHY_FIGURE].text, word);
}

static bool take_figures(struct hr_text rest, const struct reader *r,
                         struct hr_law_figures *f, unsigned *set)
{
    while (trimmed(rest).n > 0)
        if (!take_figure(next_word(&rest), r, f, set))
            return false;
    return true;
}

/* Values without names. */
static bool take_bare(enum hr_law_kind kind, struct hr_text t, const struct reader *r,
                      struct hr_law_figures *f, unsigned *set)
{
    const size_t dots = hr_text_find(t, "..");

    if (kind == HR_LAW_UNIFORM && dots < t.n) {
        *set = 1u << 8 | 1u << 9;
        return (hr_law_read_value((struct hr_text){t.s, dots}, r->unit, &f->min, r->why) &&
                hr_law_read_value(hr_text_after(t, dots + 2), r->unit, &f->max, r->why)) ||
               say_of(r, *r->why, t);
    }
    if (kind == HR_LAW_EXPONENTIAL || kind == HR_LAW_CONSTANT) {
        *set = 1u << 0;
        return hr_law_read_value(t, r->unit, &f->mean, r->why) || say_of(r, *r->why, t);
    }
    return say_of(r, hr_whys[HR_WHY_LAW].text, t);
}

/* Is the set of figures one that `accepts` lists ("p50 p99|mean cv")? */
static bool accepted(const char *accepts, unsigned set)
{
    struct hr_text rest = {accepts, strlen(accepts)};

    while (rest.n > 0) {
        const size_t bar = hr_text_find(rest, "|");
        struct hr_text words = {rest.s, bar};
        unsigned those = 0;
        while (trimmed(words).n > 0) {
            const struct hr_text w = next_word(&words);
            for (size_t i = 0; i < N_FIGURES; i++)
                if (strlen(figures[i].name) == w.n && !memcmp(figures[i].name, w.s, w.n))
                    those |= 1u << i;
        }
        if (those == set)
            return true;
        rest = hr_text_after(rest, bar < rest.n ? bar + 1 : bar);
    }
    return false;
}

static bool read_fitted(const struct hr_law_family *family, struct hr_text inside,
                        const struct reader *r, struct hr_law *law)
{
    struct hr_law_figures f;
    unsigned set = 0;

    for (size_t i = 0; i < N_FIGURES; i++)
        memcpy((char *)&f + figures[i].offset, &(double){(double)NAN}, sizeof(double));
    const bool named = hr_text_find(inside, "=") < inside.n;
    if (inside.n > 0 && !(named ? take_figures(inside, r, &f, &set)
                                : take_bare(family->kind, inside, r, &f, &set)))
        return false;
    if (!accepted(family->accepts, set))
        return hr_why_say(HR_WHY_FIGURES, r->why);
    return hr_law_fit(family->kind, &f, law) || hr_why_say(HR_WHY_IMPOSSIBLE, r->why);
}

/* ---- discrete(5ms=90% 80ms=10%) ------------------------------------------------------------- */

struct mass {
    double value, share;
};

static int by_value(const void *pa, const void *pb)
{
    const struct mass *a = pa, *b = pb;
    return (a->value > b->value) - (a->value < b->value);
}

static bool take_mass(struct hr_text word, const struct reader *r, struct mass *m)
{
    const size_t equals = hr_text_find(word, "=");

    if (equals == word.n)
        return say_of(r, hr_whys[HR_WHY_LAW].text, word);
    if (!hr_law_read_value((struct hr_text){word.s, equals}, r->unit, &m->value, r->why) ||
        !hr_value_share(hr_text_after(word, equals + 1), &m->share, r->why))
        return say_of(r, *r->why, word);
    return true;
}

static bool read_discrete(struct hr_text rest, const struct reader *r, struct hr_law *law)
{
    struct mass *m = hr_arena_alloc(r->a, MOST_VALUES, sizeof *m);
    double sum = 0;
    size_t n = 0;

    for (; trimmed(rest).n > 0; n++) {
        const struct hr_text word = next_word(&rest);
        if (n == MOST_VALUES)
            return say_of(r, hr_whys[HR_WHY_LARGE].text, word);
        if (!take_mass(word, r, &m[n]))
            return false;
        sum += m[n].share;
    }
    if (n == 0 || fabs(sum - 1.0) > 1e-9)
        return hr_why_say(HR_WHY_SHARES, r->why);
    qsort(m, n, sizeof *m, by_value);
    double *table = hr_arena_alloc(r->a, 2 * n, sizeof *table);
    double upto = 0;
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && m[i].value == m[i - 1].value)
            return hr_why_say(HR_WHY_TWICE, r->why);
        upto += m[i].share;
        table[2 * i] = m[i].value;
        table[2 * i + 1] = i + 1 < n && upto < 1 ? upto : 1;
    }
    return hr_law_discrete(table, n, law) || hr_why_say(HR_WHY_IMPOSSIBLE, r->why);
}

/* ---- the whole ----------------------------------------------------------------------------- */

bool hr_law_read_value(struct hr_text t, enum hr_law_unit unit, double *x, const char **why)
{
    int64_t whole;

    switch (unit) {
    case HR_LAW_OF_TIME:
        if (!hr_value_duration(t, &whole, why))
            return false;
        *x = hr_time_s(whole);
        return true;
    case HR_LAW_OF_BYTES:
        if (!hr_value_bytes(t, &whole, why))
            return false;
        *x = (double)whole;
        return true;
    case HR_LAW_OF_COUNT:
        if (!hr_value_number(t, x, why))
            return false;
        return *x >= 0 || hr_why_say(HR_WHY_NEGATIVE, why);
    }
    return false;
}

bool hr_law_read(struct hr_text t, enum hr_law_unit unit, const char *folder,
                 struct hr_arena *a, struct hr_law *law, const char **why)
{
    const struct reader r = {unit, folder, a, why};
    const size_t open = hr_text_find(t, "(");
    const struct hr_law_family *family = hr_law_families;

    if (open == 0 || t.s[t.n - 1] != ')')
        return hr_why_say(HR_WHY_LAW, why);
    while (family->name &&
           (strlen(family->name) != open || memcmp(family->name, t.s, open) != 0))
        family++;
    if (!family->name)
        return hr_why_say(HR_WHY_FAMILY, why);
    const struct hr_text inside = trimmed((struct hr_text){t.s + open + 1, t.n - open - 2});
    if (family->kind == HR_LAW_EMPIRICAL)
        return hr_law_read_file(inside, unit, folder, a, law, why);
    if (hr_text_find(inside, ",") < inside.n)
        return hr_why_say(HR_WHY_LAW_COMMA, why);
    if (family->kind == HR_LAW_DISCRETE)
        return read_discrete(inside, &r, law);
    return read_fitted(family, inside, &r, law);
}
