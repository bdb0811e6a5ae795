/* sim/report/compare/json.c - a comparison for programs: SI units, no rounding.
 *
 * What is not known is null; infinity is the text "infinite", because JSON has no number for it. */
#include "sim/report/compare/text.h"
#include "sim/report/compare/words.h"

#include <math.h>

static void add_quoted(struct hr_text *out, struct hr_arena *a, const char *text)
{
    /* Harmless first: then only two characters are left that JSON has a use for. */
    const char *s = hr_text_plain(a, text, 1000);

    hr_text_add(out, "\"");
    for (; *s; s++)
        hr_text_addf(out, *s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
    hr_text_add(out, "\"");
}

static void add_number(struct hr_text *out, const char *key, double x)
{
    hr_text_addf(out, ", \"%s\": ", key);
    if (isnan(x))
        hr_text_add(out, "null");
    else if (isinf(x))
        hr_text_add(out, x > 0 ? "\"infinite\"" : "\"-infinite\"");
    else
        hr_text_addf(out, "%.17g", x);
}

static void add_measure(const struct hr_comparison *c, size_t i, size_t m,
                        struct hr_text *out)
{
    static const char *const kinds[] = {"unknown", "same", "exact", "t", "signs"};
    const struct hr_compare_cell *cell = hr_comparison_cell(c, i, m);
    const struct hr_difference *d = &cell->d;

    hr_text_add(out, "    {\"measure\": ");
    add_quoted(out, c->arena, c->measures[m].label);
    hr_text_addf(out, ", \"finding\": \"%s\", \"by\": \"%s\", \"paired\": %s, \"n\": %zu",
                 hr_finding_names[cell->finding], kinds[d->kind],
                 d->paired ? "true" : "false", d->n);
    add_number(out, "reference", cell->reference);
    add_number(out, "value", cell->value);
    add_number(out, "difference", d->value);
    add_number(out, "lo", d->lo);
    add_number(out, "hi", d->hi);
    add_number(out, "seen_from", d->seen_from);
    add_number(out, "variance_kept", d->pairing);
    hr_text_addf(out, ", \"variance_kept_of\": %zu", d->of);
    hr_text_add(out, "}");
}

static void add_settings(const struct hr_comparison *c, size_t i, struct hr_text *out)
{
    hr_text_add(out, "   \"differs\": [");
    for (size_t s = 0; s < c->n_settings[i]; s++) {
        const struct hr_setting *x = &c->settings[i][s];

        hr_text_add(out, s ? ", {\"path\": " : "{\"path\": ");
        add_quoted(out, c->arena, x->path);
        hr_text_add(out, ", \"reference\": ");
        if (x->reference)
            add_quoted(out, c->arena, x->reference);
        else
            hr_text_add(out, "null");
        hr_text_add(out, ", \"here\": ");
        if (x->here)
            add_quoted(out, c->arena, x->here);
        else
            hr_text_add(out, "null");
        hr_text_add(out, "}");
    }
    hr_text_add(out, "],\n");
}

static void add_gates(const struct hr_comparison *c, size_t i, struct hr_text *out)
{
    static const char *const words[] = {"holds", "broken", "undecided"};

    hr_text_add(out, "   \"gates\": [");
    for (size_t g = 0; g < c->n_gates; g++) {
        hr_text_add(out, g ? ", {\"fail_on\": " : "{\"fail_on\": ");
        add_quoted(out, c->arena, c->gates[g].text);
        hr_text_addf(out, ", \"verdict\": \"%s\"}", words[c->held[i * c->n_gates + g]]);
    }
    hr_text_add(out, "],\n");
}

static void add_design(const struct hr_comparison *c, size_t i, struct hr_text *out)
{
    hr_text_add(out, "  {\"design\": ");
    add_quoted(out, c->arena, c->contenders[i].name);
    hr_text_add(out, ",\n");
    add_settings(c, i, out);
    add_gates(c, i, out);
    hr_text_add(out, "   \"measures\": [\n");
    for (size_t m = 0; m < c->n_measures; m++) {
        add_measure(c, i, m, out);
        hr_text_add(out, m + 1 < c->n_measures ? ",\n" : "\n");
    }
    hr_text_add(out, "   ]}");
}

static void add_point(const struct hr_comparison *c, size_t i, struct hr_text *out)
{
    static const char *const names[HR_FRONT_AXES] = {"cost", "latency", "availability"};
    const struct hr_front_point *p = &c->front[i];

    hr_text_add(out, "  {\"design\": ");
    add_quoted(out, c->arena, c->contenders[i].name);
    for (size_t k = 0; k < HR_FRONT_AXES; k++) {
        add_number(out, names[k], p->value[k]);
        add_number(out, hr_arena_printf(c->arena, "%s_half", names[k]), p->half[k]);
    }
    hr_text_addf(out, ", \"cost_latency\": \"%s\", \"cost_availability\": \"%s\"}",
                 hr_front_places[p->place[0]], hr_front_places[p->place[1]]);
}

const char *hr_compare_json(const struct hr_comparison *c, struct hr_arena *a)
{
    struct hr_text out = hr_text_begin(a);
    size_t done = 0;

    hr_text_add(&out, "{\"schema_version\": \"1\",\n \"reference\": ");
    add_quoted(&out, a, c->contenders[c->reference].name);
    hr_text_addf(&out, ",\n \"confidence\": %.17g, \"conclusions\": %zu, \"each\": %.17g",
                 HR_COMPARE_CONFIDENCE, c->family, c->level);
    hr_text_add(&out, ",\n \"designs\": [\n");
    for (size_t i = 0; i < c->n; i++)
        if (i != c->reference) {
            hr_text_add(&out, done++ ? ",\n" : "");
            add_design(c, i, &out);
        }
    hr_text_add(&out, "\n ],\n \"front\": [\n");
    for (size_t i = 0; c->has_front && i < c->n; i++) {
        hr_text_add(&out, i ? ",\n" : "");
        add_point(c, i, &out);
    }
    hr_text_add(&out, "\n ]}\n");
    return out.text;
}
