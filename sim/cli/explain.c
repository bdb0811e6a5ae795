/* sim/cli/explain.c - headroom explain: every text comes from the tables that the program
 * itself works with. */
#include "sim/cli/explain.h"
#include "sim/scenario/bind/schema.h"
#include "sim/scenario/measures.h"
#include "sim/scenario/tree/tree.h"
#include "sim/system/steps.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* How a value of a type is written; in the order of enum hr_field_type. */
static const char *const written[] = {
    [HR_FIELD_COUNT] = "a whole number: 16, 2M",
    [HR_FIELD_NUMBER] = "a number: 0.9",
    [HR_FIELD_SHARE] = "a share: 70%",
    [HR_FIELD_FACTOR] = "a factor: 6x, 800%",
    [HR_FIELD_DURATION] = "a duration: 250ms, 2h30m",
    [HR_FIELD_DURATION_RANGE] = "a duration or two: 1s, 200ms..5s",
    [HR_FIELD_CLOCK] = "a time of day: \"20:00\"",
    [HR_FIELD_DATE] = "a date: 2026-11-27T00:00",
    [HR_FIELD_RATE] = "a rate: 400/s, 12/m",
    [HR_FIELD_LEVEL] = "a share or a rate: 60%, 50/s",
    [HR_FIELD_BYTES] = "bytes: 2GiB, 4kB",
    [HR_FIELD_BANDWIDTH] = "a bandwidth: 100Mbps, 40MB/s",
    [HR_FIELD_MONEY] = "money: $42",
    [HR_FIELD_LAW_TIME] = "a duration or its law: 8ms, lognormal(p50=8ms p99=60ms)",
    [HR_FIELD_LAW_BYTES] = "bytes or their law: 2kB, lognormal(p50=24kB p99=200kB)",
    [HR_FIELD_LAW_COUNT] = "a number or its law: 3, uniform(1..5)",
    [HR_FIELD_POPULARITY] = "a popularity: zipf(0.9), uniform",
    [HR_FIELD_CHOICE] = "one of a list",
    [HR_FIELD_FLAG] = "true or false",
    [HR_FIELD_TEXT] = "a text",
    [HR_FIELD_COMPONENT] = "a component's name",
    [HR_FIELD_COMPONENTS] = "components: app, [app, api]",
    [HR_FIELD_OPERATION] = "an operation: orders.write",
    [HR_FIELD_PLACE] = "a place: us-east-1/a",
    [HR_FIELD_PLACES] = "places: [a, b]",
    [HR_FIELD_KEY] = "a key's name",
    [HR_FIELD_RESOURCE] = "a resource of the component",
    [HR_FIELD_PLACE_SHARES] = "shares of places: { europe: 30%, asia: 70% }",
    [HR_FIELD_MIX] = "shares of operations: { home: 50%, search: 50% }",
    [HR_FIELD_OP_DURATIONS] = "durations by operation: { checkout: 2s }",
    [HR_FIELD_OP_MONEY] = "money by operation: { checkout: $42 }",
    [HR_FIELD_STEPS] = "steps: [ { work: 1ms }, { call: orders.read } ]",
    [HR_FIELD_BRANCHES] = "a list of lists of steps",
    [HR_FIELD_CHOICES] = "branches with their shares",
    [HR_FIELD_PRICES] =
        "prices by dimension: { instance: $0.05/h, transfer_out: $0.09/GB }",
    [HR_FIELD_GROUP] = "a group of settings",
    [HR_FIELD_LIST] = "a list of groups of settings",
    [HR_FIELD_MAP] = "groups of settings by name",
};

enum { MARGIN = 4, NESTED = 3 /* levels of groups that are shown */ };

struct printer {
    const struct hr_cli *cli;
    struct hr_arena *a;
    int depth;
};

static void say_wrapped(const struct printer *p, int indent, const char *text)
{
    hr_say(hr_wrap(hr_arena_printf(p->a, "%*s", indent, ""), text, p->cli->terminal.width,
                   p->a));
}

static const char *choices(const struct hr_field *f, struct hr_arena *a)
{
    const char *text = "one of ";

    for (size_t i = 0; f->choices && f->choices[i]; i++)
        text = hr_arena_printf(a, "%s%s%s", text, i ? ", " : "", f->choices[i]);
    return text;
}

/* "required", "default 1"; then where the default comes from. */
static const char *standing(const struct hr_field *f, struct hr_arena *a)
{
    const char *text = "";

    if (f->required)
        text = "; required";
    else if (f->one_of)
        text = "; exactly one of these is given";
    if (f->dflt)
        text = hr_arena_printf(a, "%s; default %s", text, f->dflt);
    if (f->dflt && f->source)
        text = hr_arena_printf(a, "%s (%s)", text, f->source);
    return text;
}

static void print_table(struct printer *p, const struct hr_table *table);

static void print_field(struct printer *p, const struct hr_field *f)
{
    const int indent = MARGIN * (p->depth + 1);
    const char *kind = f->type == HR_FIELD_CHOICE ? choices(f, p->a) : written[f->type];

    hr_say(hr_arena_printf(p->a, "%*s%s\n", indent - 2, "", f->name));
    say_wrapped(p, indent, hr_arena_printf(p->a, "%s%s", kind, standing(f, p->a)));
    if (f->help)
        say_wrapped(p, indent, f->help);
    if (f->table && p->depth < NESTED) {
        p->depth++;
        print_table(p, f->table);
        p->depth--;
    }
}

static void print_table(struct printer *p, const struct hr_table *table)
{
    if (table->shorthand)
        say_wrapped(
            p, MARGIN * (p->depth + 1) - 2,
            hr_arena_printf(p->a, "(a single value stands for `%s`)", table->shorthand));
    for (const struct hr_field *f = table->fields; f->name; f++)
        print_field(p, f);
}

/* --- what can be explained ------------------------------------------------------------------ */

static const char *verbs(uint32_t set, struct hr_arena *a)
{
    const char *text = "";

    for (unsigned v = 0; v < HR_N_VERBS; v++)
        if (set >> v & 1)
            text = hr_arena_printf(a, "%s%s%s", text, *text ? ", " : "", hr_verb_names[v]);
    return *text ? text : "none";
}

static void print_levels(struct printer *p, const struct hr_model *m)
{
    if (m->gauges && m->gauges[0].name)
        hr_say("\nShows over time (page: Levels; results: gauges):\n");
    for (const struct hr_gauge *g = m->gauges; g && g->name; g++)
        hr_say(hr_wrap(hr_arena_printf(p->a, "  %-16s ", g->name), g->help,
                       p->cli->terminal.width, p->a));
}

/* What of it may have a price. */
static void print_usage(struct printer *p, const struct hr_model *m)
{
    if (m->usage && m->usage[0].name)
        hr_say("\nBilled, where it has a price:\n");
    for (const struct hr_dimension *d = m->usage; d && d->name; d++)
        hr_say(hr_wrap(
            hr_arena_printf(p->a, "  %-16s ", d->name),
            hr_arena_printf(p->a, "%s%s", d->help, d->level ? " Paid by time." : ""),
            p->cli->terminal.width, p->a));
}

static bool explain_kind(struct printer *p, const char *word)
{
    const struct hr_model *m = hr_library_model(p->cli->library, word);

    if (!m)
        return false;
    hr_say(hr_arena_printf(p->a, "%s (%s)\n", m->kind, m->room));
    say_wrapped(p, 2, m->summary);
    if (m->manual && m->manual[0])
        hr_say(hr_arena_printf(p->a, "\n%s%s", m->manual,
                               m->manual[strlen(m->manual) - 1] == '\n' ? "" : "\n"));
    hr_say("\nSettings:\n");
    print_table(p, m->table);
    if (m->op_table) {
        hr_say("\nSettings of an operation:\n");
        print_table(p, m->op_table);
    }
    print_levels(p, m);
    print_usage(p, m);
    say_wrapped(p, 0, hr_arena_printf(p->a, "\nDisturbances: %s", verbs(m->verbs, p->a)));
    say_wrapped(p, 0, hr_arena_printf(p->a, "Source: %s", m->source));
    return true;
}

static bool explain_code(struct printer *p, const char *word)
{
    for (size_t i = 0; i < HR_N_CODES; i++) {
        if (strcasecmp(hr_codes[i].name, word) != 0)
            continue;
        hr_say(hr_arena_printf(p->a, "%s: %s\n\n", hr_codes[i].name, hr_codes[i].title));
        say_wrapped(p, 0, hr_codes[i].text);
        return true;
    }
    return false;
}

/* p99, p99.9: any of them is the measure "pNN". */
static bool is_quantile(const char *word)
{
    return word[0] == 'p' && isdigit((unsigned char)word[1]) &&
           strspn(word + 1, "0123456789.") == strlen(word + 1);
}

static bool explain_measure(struct printer *p, const char *word)
{
    static const char *const scopes[] = {[HR_SCOPE_NONE] = "",
                                         [HR_SCOPE_ROW] = "(operation or traffic class)",
                                         [HR_SCOPE_COMPONENT] = "(component)",
                                         [HR_SCOPE_DISTURBANCE] = "(disturbance)"};

    for (size_t i = 0; i < HR_N_MEASURES; i++) {
        const struct hr_measure_info *m = &hr_measures[i];

        if (strcmp(m->name, word) != 0 &&
            !(strcmp(m->name, "pNN") == 0 && is_quantile(word)))
            continue;
        hr_say(hr_arena_printf(p->a, "%s%s: a measure, in %s%s\n\n", m->name,
                               scopes[m->scope], m->unit,
                               m->measured ? "" : "; not yet measured"));
        say_wrapped(p, 0, m->text);
        if (hr_measure_has_parts((enum hr_measure_id)i))
            say_wrapped(
                p, 0,
                "\nAlso `over every 5m`, `during outage` and so on: headroom explain "
                "objectives.");
        return true;
    }
    return false;
}

static bool explain_objectives(struct printer *p, const char *word)
{
    static const char *const forms[][2] = {
        {"p99(checkout) < 800ms",
         "A measure, what it is of in parentheses (all, without), < <= "
         "> or >=, and a limit."},
        {"... in 90% of runs",
         "The figure of each run keeps the limit in so many of them."},
        {"mean(p99) < 1s, max(p99) < 1s",
         "The mean, or the largest, of the runs' figures."},
        {"... over every 5m",
         "In each window of that width. Windows with fewer than ten requests, "
         "or for a quantile fewer than 1 / (1 - p), are left out."},
        {"... during outage",
         "Of what comes while the disturbance acts, or while a spike of the "
         "traffic with that name lasts."},
        {"... except during outage", "Of what comes at all other times."},
        {"... within 10m after outage", "Of what comes in the ten minutes from its end."},
    };

    if (strcmp(word, "objective") != 0 && strcmp(word, "objectives") != 0 &&
        strcmp(word, "expect") != 0)
        return false;
    hr_say(hr_arena_printf(p->a, "%s: what must hold, one text a line\n", word));
    say_wrapped(p, 2,
                "Each is kept, broken or undecided. `objectives:` decide on a design; "
                "`expect:` holds policies that are checked beside them.");
    hr_say("\nForms, in this order:\n");
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        hr_say(hr_arena_printf(p->a, "  %s\n", forms[i][0]));
        say_wrapped(p, MARGIN, forms[i][1]);
    }
    hr_say("\nMeasures; those with a * know no `over`, `during` and `within`:\n");
    for (unsigned i = 0; i < HR_N_MEASURES; i++)
        if (hr_measures[i].measured)
            hr_say(
                hr_arena_printf(p->a, "  %s%s\n", hr_measures[i].name,
                                hr_measure_has_parts((enum hr_measure_id)i) ? "" : " *"));
    return true;
}

static bool explain_step(struct printer *p, const char *word)
{
    for (const struct hr_step_info *s = hr_step_kinds; s->name; s++) {
        if (strcmp(s->name, word) != 0)
            continue;
        hr_say(hr_arena_printf(p->a, "%s: a step of an operation\n", s->name));
        if (s->table->help)
            say_wrapped(p, 2, s->table->help);
        hr_say("\nSettings:\n");
        print_table(p, s->table);
        return true;
    }
    return false;
}

/* Groups of settings that many models share, and sections of the scenario. */
static bool explain_table(struct printer *p, const char *word)
{
    static const struct {
        const char *word;
        const struct hr_table *table;
    } tables[] = {
        {"scenario", &hr_top_table},
        {"place", &hr_place_table},
        {"places", &hr_place_table},
        {"link", &hr_link_table},
        {"links", &hr_link_table},
        {"key", &hr_key_table},
        {"keys", &hr_key_table},
        {"disturbance", &hr_disturbance_table},
        {"disturbances", &hr_disturbance_table},
        {"fault", &hr_fault_table},
        {"faults", &hr_fault_table},
        {"component", &hr_common_table},
        {"components", &hr_common_table},
        {"traffic", &hr_common_traffic_table},
        {"operation", &hr_op_table},
        {"operations", &hr_op_table},
        {"resource", &hr_resource_table},
        {"resources", &hr_resource_table},
        {"commitment", &hr_commitment_table},
        {"commitments", &hr_commitment_table},
        {"retry", &hr_retry_table},
        {"breaker", &hr_breaker_table},
        {"hedge", &hr_hedge_table},
        {"when", &hr_when_table},
    };

    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        if (strcmp(tables[i].word, word) != 0)
            continue;
        hr_say(hr_arena_printf(p->a, "%s: a part of a scenario\n", word));
        if (tables[i].table->help)
            say_wrapped(p, 2, tables[i].table->help);
        hr_say("\nSettings:\n");
        print_table(p, tables[i].table);
        return true;
    }
    return false;
}

static void suggest(const struct printer *p, const char *word)
{
    const char **names = hr_arena_alloc(p->a, 1024, sizeof *names);
    const char *near;
    size_t n = 0;

    for (size_t i = 0; p->cli->library->models[i] && n < 900; i++)
        names[n++] = p->cli->library->models[i]->kind;
    for (size_t i = 0; i < HR_N_MEASURES && n < 1000; i++)
        names[n++] = hr_measures[i].name;
    for (const struct hr_step_info *s = hr_step_kinds; s->name && n < 1020; s++)
        names[n++] = s->name;
    for (const struct hr_law_family *f = hr_law_families; f->name && n < 1000; f++)
        names[n++] = f->name;
    names[n++] = "faults";
    near = hr_nearest(word, names);
    if (near)
        hr_complain("nothing is known about `%s`; did you mean `%s`?",
                    hr_shown(p->a, word, strlen(word)), near);
    else
        hr_complain("nothing is known about `%s`; headroom models lists the kinds of "
                    "component",
                    hr_shown(p->a, word, strlen(word)));
}

int hr_cli_explain(const struct hr_cli *cli)
{
    struct printer p = {cli, cli->arena, 0};
    const char *word = cli->set->operands.at[0];

    if (explain_kind(&p, word) || explain_code(&p, word) || explain_measure(&p, word) ||
        explain_step(&p, word) || explain_objectives(&p, word) || explain_table(&p, word) ||
        hr_explain_law(cli, word) || hr_explain_product(cli, word) ||
        hr_explain_library(cli, word))
        return HR_EXIT_DONE;
    suggest(&p, word);
    return HR_EXIT_USAGE;
}
