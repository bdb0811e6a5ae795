/* sim/cli/catalog.c - headroom catalog: products and prices; and one of them explained. */
#include "sim/cli/commands.h"
#include "sim/cli/explain.h"
#include "sim/scenario/tree/resolve.h"
#include "sim/scenario/tree/tree.h"

#include <string.h>
#include <strings.h>

/* --- texts ---------------------------------------------------------------------------------- */

/* "$0.085" with "1GiB" -> "$0.085/GiB". */
static const char *with_unit(const char *amount, const struct hr_node *per,
                             struct hr_arena *a)
{
    const char *unit = per ? per->text : "";

    if (unit[0] == '1' && unit[1] && strchr("0123456789k", unit[1]) == NULL &&
        strcmp(unit, "1M") != 0)
        unit++;
    return per ? hr_arena_printf(a, "%s/%s", amount, unit) : amount;
}

static const char *tiers_text(const struct hr_node *tiers, const struct hr_node *per,
                              bool all, struct hr_arena *a)
{
    const char *text = "";

    for (size_t i = 0; i < tiers->n; i++) {
        const struct hr_node *t = tiers->child[i];
        const char *amount = with_unit(t->child[1]->text, per, a);

        if (!all)
            return tiers->n > 1 ? hr_arena_printf(a, "from %s", amount) : amount;
        text = i + 1 < tiers->n
                   ? hr_arena_printf(a, "%s%s to %s, ", text, amount, t->child[0]->text)
                   : hr_arena_printf(a, "%s%s%s", text, i ? "then " : "", amount);
    }
    return text;
}

static const char *largest_text(const struct hr_node *largest, struct hr_arena *a)
{
    const char *text = " for the largest of";

    for (size_t i = 0; i < largest->n; i++)
        text = hr_arena_printf(a, "%s%s %s %s", text, i ? "," : "", largest->child[i]->key,
                               largest->child[i]->text);
    return text;
}

/* One price as text, whatever its form; short: without what is said after the amount. */
static const char *price_text(const struct hr_node *n, bool all, struct hr_arena *a)
{
    const struct hr_node *tiers, *nothing, *largest, *allowance;
    const char *text;

    if (n->type == HR_NODE_MAP && hr_tree_find(n, "by"))
        n = hr_tree_find(n, hr_tree_find(n, "otherwise")->text);
    if (n->type != HR_NODE_MAP)
        return hr_resolve_flow(n, 0, a);
    tiers = hr_tree_find(n, "tiers");
    nothing = hr_tree_find(n, "free");
    largest = hr_tree_find(n, "largest_of");
    allowance = hr_tree_find(n, "allowance");
    text = tiers ? tiers_text(tiers, hr_tree_find(n, "per"), all, a)
                 : with_unit(hr_tree_find(n, "value")->text, hr_tree_find(n, "per"), a);
    if (all && largest)
        text = hr_arena_printf(a, "%s%s", text, largest_text(largest, a));
    if (all && nothing)
        text = hr_arena_printf(a, "%s; %s a month free", text, nothing->text);
    return all && allowance ? hr_arena_printf(a, "%s, shared as %s", text, allowance->text)
                            : text;
}

static const char *headline(const struct hr_catalog_product *p, struct hr_arena *a)
{
    return p->prices && p->prices->n ? price_text(p->prices->child[0], false, a)
                                     : "no price";
}

static const char *kinds(const struct hr_catalog_product *p, struct hr_arena *a)
{
    const char *text = "";

    for (size_t i = 0; p->kinds[i]; i++)
        text = hr_arena_printf(a, "%s%s%s", text, i ? ", " : "", p->kinds[i]);
    return text;
}

/* --- the list --------------------------------------------------------------------------------- */

static bool has(const char *text, const char *word)
{
    const size_t n = strlen(word);

    for (; text && *text; text++)
        if (strncasecmp(text, word, n) == 0)
            return true;
    return n == 0;
}

static bool wanted(const struct hr_catalog_product *p, const char *word, struct hr_arena *a)
{
    return has(p->name, word) || has(p->summary, word) || has(kinds(p, a), word);
}

static const char *quoted(const char *s, struct hr_arena *a)
{
    char *text = hr_arena_alloc(a, 2 * strlen(s) + 3, 1), *t = text;

    *t++ = '"';
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            *t++ = '\\';
        *t++ = *s;
    }
    *t = '"';
    return text;
}

static void list_json(const struct hr_catalog_product *p, bool first, struct hr_arena *a)
{
    const char *sep = "";

    hr_say(hr_arena_printf(a, "%s\n  {\"product\": %s, \"kinds\": [", first ? "" : ",",
                           quoted(p->name, a)));
    for (size_t i = 0; p->kinds[i]; i++, sep = ", ")
        hr_say(hr_arena_printf(a, "%s%s", sep, quoted(p->kinds[i], a)));
    hr_say(hr_arena_printf(a, "], \"summary\": %s, \"prices\": {",
                           quoted(p->summary ? p->summary : "", a)));
    for (size_t i = 0; p->prices && i < p->prices->n; i++)
        hr_say(hr_arena_printf(a, "%s%s: %s", i ? ", " : "",
                               quoted(p->prices->child[i]->key, a),
                               quoted(price_text(p->prices->child[i], true, a), a)));
    hr_say("}}");
}

enum { NAMES = 32 };
struct widths {
    int name, price;
};

static int wider(int w, const char *text)
{
    return (int)strlen(text) > w ? (int)strlen(text) : w;
}

static void list_text(const struct hr_cli *cli, const struct hr_catalog_product *p,
                      const struct widths *w)
{
    const char *lead = hr_arena_printf(cli->arena, "%-*s  %-*s  ", w->name, p->name,
                                       w->price, headline(p, cli->arena));

    hr_say(hr_wrap(lead, kinds(p, cli->arena), cli->terminal.width, cli->arena));
}

static struct widths widths_of(const struct hr_catalog_product *p, size_t n,
                               struct hr_arena *a)
{
    struct widths w = {0, 0};

    for (size_t i = 0; i < n; i++) {
        w.name = wider(w.name, p[i].name);
        w.price = wider(w.price, headline(&p[i], a));
    }
    w.name = w.name < NAMES ? w.name : NAMES; /* a few long ones stand out */
    return w;
}

int hr_cli_catalog(const struct hr_cli *cli)
{
    struct hr_diags ds;
    const char *word = cli->set->operands.n ? cli->set->operands.at[0] : "";
    const char *const *names;
    struct hr_catalog_product *all;
    struct hr_catalog *c;
    struct widths w;
    size_t n = 0;

    hr_diags_init(&ds, cli->arena);
    c = hr_catalog_open(cli->library, cli->arena, &ds);
    names = hr_catalog_products(c);
    while (names[n])
        n++;
    all = hr_arena_alloc(cli->arena, n, sizeof *all);
    n = 0;
    for (size_t i = 0; names[i]; i++) {
        hr_catalog_product(c, names[i], &all[n]);
        n += wanted(&all[n], word, cli->arena);
    }
    w = widths_of(all, n, cli->arena);
    if (cli->set->format == HR_FORMAT_JSON)
        hr_say("[");
    for (size_t i = 0; i < n; i++)
        if (cli->set->format == HR_FORMAT_JSON)
            list_json(&all[i], i == 0, cli->arena);
        else if (cli->set->format == HR_FORMAT_CONCISE)
            hr_say(hr_arena_printf(
                cli->arena, "%s\t%s\t%s\t%s\n", all[i].name, kinds(&all[i], cli->arena),
                headline(&all[i], cli->arena), all[i].summary ? all[i].summary : ""));
        else
            list_text(cli, &all[i], &w);
    if (cli->set->format == HR_FORMAT_JSON)
        hr_say("\n]\n");
    else if (n == 0) {
        hr_complain("no product has `%s` in its name, kind or summary",
                    hr_shown(cli->arena, word, strlen(word)));
        return HR_EXIT_USAGE;
    } else if (cli->set->format == HR_FORMAT_TEXT)
        hr_say(hr_arena_printf(cli->arena,
                               "\n%zu product%s; headroom explain PRODUCT says more.\n", n,
                               n == 1 ? "" : "s"));
    return HR_EXIT_DONE;
}

/* --- one product ------------------------------------------------------------------------------- */

/* Where a value is from; what is said already is not said again. */
static void say_note(const struct hr_cli *cli, const char *note, const char **last,
                     int indent)
{
    const bool again = note && *last && strcmp(note, *last) == 0;

    if (note)
        hr_say(hr_wrap(hr_arena_printf(cli->arena, "%*s", indent, ""),
                       again ? "as the one above" : note, cli->terminal.width, cli->arena));
    *last = note;
}

/* Values of the catalogue, each with where it comes from. */
static void say_values(const struct hr_cli *cli, const struct hr_node *map, bool prices,
                       const char **last, int indent)
{
    for (size_t i = 0; map && i < map->n; i++) {
        const struct hr_node *n = map->child[i];
        const char *lead = hr_arena_printf(cli->arena, "%*s%s: ", indent, "", n->key);

        /* A map without a note is a group; one with a note is a value with more to it. */
        if (n->type == HR_NODE_MAP && !n->note) {
            hr_say(hr_arena_printf(cli->arena, "%*s%s\n", indent, "", n->key));
            say_values(cli, n, prices, last, indent + 2);
            continue;
        }
        if (!n->note) { /* `by:` and `otherwise:` of a price, `kinds:` of a fault */
            hr_say(hr_arena_printf(cli->arena, "%s%s\n", lead,
                                   hr_resolve_flow(n, 0, cli->arena)));
            continue;
        }
        hr_say(hr_wrap(lead,
                       prices ? price_text(n, true, cli->arena)
                              : hr_resolve_flow(n, 0, cli->arena),
                       cli->terminal.width, cli->arena));
        say_note(cli, n->note, last, indent + 4);
    }
}

static void say_section(const struct hr_cli *cli, const char *title,
                        const struct hr_node *map, bool prices)
{
    const char *last = NULL;

    if (!map || map->n == 0)
        return;
    hr_say(title);
    say_values(cli, map, prices, &last, 2);
}

bool hr_explain_product(const struct hr_cli *cli, const char *word)
{
    struct hr_diags ds;
    struct hr_catalog_product p;

    hr_diags_init(&ds, cli->arena);
    if (!hr_catalog_product(hr_catalog_open(cli->library, cli->arena, &ds), word, &p))
        return false;
    hr_say(hr_arena_printf(cli->arena, "%s: a product, kind %s\n", p.name,
                           kinds(&p, cli->arena)));
    if (p.summary)
        hr_say(hr_wrap("  ", p.summary, cli->terminal.width, cli->arena));
    say_section(cli, "\nFills these settings:\n", p.fields, false);
    say_section(cli,
                p.region ? hr_arena_printf(cli->arena, "\nCosts, in %s:\n", p.region)
                         : "\nCosts:\n",
                p.prices, true);
    if (!p.prices || p.prices->n == 0)
        hr_say("\nWhat it costs is not known here; write it under `prices:`.\n");
    say_section(cli, "\nQuotas of the provider:\n", p.quotas, false);
    say_section(cli, "\nKnown, and not modelled yet:\n", p.facts, false);
    return true;
}

/* --- a library of faults ------------------------------------------------------------------------ */

bool hr_explain_library(const struct hr_cli *cli, const char *word)
{
    static const char folder[] = "faults/";
    const struct hr_node *faults = NULL;
    struct hr_diags ds;

    hr_diags_init(&ds, cli->arena);
    if (strncmp(word, folder, sizeof folder - 1) == 0)
        faults = hr_catalog_faults(hr_catalog_open(cli->library, cli->arena, &ds),
                                   word + sizeof folder - 1);
    if (!faults)
        return false;
    hr_say(hr_arena_printf(cli->arena, "%s: classes of faults\n", word));
    hr_say(hr_wrap(
        "  ",
        hr_arena_printf(cli->arena,
                        "`use: %s` in a scenario gives every design one of each for "
                        "all that it fits; `headroom explain faults` says how to "
                        "change them.",
                        word),
        cli->terminal.width, cli->arena));
    for (size_t i = 0; i < faults->n; i++)
        say_section(cli, hr_arena_printf(cli->arena, "\n%s\n", faults->child[i]->key),
                    faults->child[i], false);
    return true;
}
