/* sim/cli/commands.c - see commands.h: the table of commands and what is made from it. */
#include "sim/cli/commands.h"

#include "sim/scenario/tree/tree.h"

#include <stddef.h>
#include <string.h>

#define AT(m) offsetof(struct hr_settings, m)

static const char *const colours[] = {"auto", "always", "never", NULL};
static const char *const formats[] = {"text", "concise", "json", NULL};
static const char *const compare_formats[] = {"text", "markdown", "adr", "json", NULL};
static const char *const gates[] = {"chosen", "all", NULL};

/* --- options that commands share ---------------------------------------------------------- */

/* clang-format off */
#define HELP   {"help", 'h', HR_OPTION_FLAG, AT(help), NULL, NULL, "Show this help."}
#define COLOUR {"color", 0, HR_OPTION_CHOICE, AT(colour), "WHEN", colours,                   \
                "auto, always or never (default: auto; NO_COLOR is honoured)."}
#define SET    {"set", 0, HR_OPTION_LIST, AT(set), "PATH=VALUE", NULL,                       \
                "Change one value of the scenario in every design; may be repeated."}
#define QUICK  {"quick", 0, HR_OPTION_FLAG, AT(quick), NULL, NULL,                           \
                "Apply the scenario's own `quick:` overlay."}
#define DESIGN {"design", 0, HR_OPTION_LIST, AT(design), "NAME", NULL,                       \
                "Only this design; may be repeated."}
#define ONLY   {"only", 0, HR_OPTION_TEXT, AT(only), "NAME[,NAME]", NULL,                    \
                "Only these disturbances happen."}
#define CALM   {"without-disturbances", 0, HR_OPTION_FLAG, AT(without_disturbances), NULL,   \
                NULL, "No disturbance happens."}
#define QUIET  {"quiet", 'q', HR_OPTION_FLAG, AT(quiet), NULL, NULL,                         \
                "Say nothing but the result."}
#define VERBOSE {"verbose", 'v', HR_OPTION_FLAG, AT(verbose), NULL, NULL,                   \
                "Show every class, component, event and disturbance."}
#define GATES  {"exit-zero", 0, HR_OPTION_FLAG, AT(exit_zero), NULL, NULL,                   \
                "Exit with 0 where it would be 1 or 4."},                                    \
               {"strict", 0, HR_OPTION_FLAG, AT(strict), NULL, NULL,                         \
                "Exit with 1 where it would be 4, and on warnings."}
#define END    {0}

#define JOBS   {"jobs", 'j', HR_OPTION_COUNT, AT(jobs), "N", NULL,                            \
                "Runs at the same time (default: one a core). Results never depend on it."}
#define TIME   {"time", 0, HR_OPTION_DURATION, AT(time_s), "DURATION", NULL,                  \
                "Stop after this much wall-clock time; what is finished counts."}
#define SEED   {"seed", 0, HR_OPTION_NUMBER, AT(seed), "N", NULL,                             \
                "Seed of the random draws (default: 1). Same seed, same results."}
#define OUTPUT {"output", 'o', HR_OPTION_TEXT, AT(output), "DIR", NULL,                       \
                "Where the results go (default: results; made if it is missing)."}
#define NO_HTML {"no-html", 0, HR_OPTION_FLAG, AT(no_html), NULL, NULL,                      \
                 "Write no HTML page."}
#define STATS  {"stats", 0, HR_OPTION_FLAG, AT(stats), NULL, NULL,                            \
                "One line of requests, events, CPU time and memory on standard error."}

static const struct hr_option run_options[] = {
    {"replications", 'r', HR_OPTION_AUTO, AT(replications), "N|auto", NULL,
     "Independent runs of each design; auto: until all is known to --precision, but 15 at least "
     "and 200 at most (default: auto)."},
    {"precision", 0, HR_OPTION_SHARE, AT(precision), "SHARE", NULL,
     "With -r auto: how well every objective is to be known, relative to its value; "
     "availability to what is missing from 100% (default: 5%)."},
    {"episodes", 0, HR_OPTION_COUNT, AT(episodes), "N", NULL,
     "Short runs around strikes of hazards, of each design of which an objective asks "
     "yearly_availability (default: 1000; with -r auto until what is missing from 100% is known to "
     "20%, 50000 at most, in half of --time)."},
    {"occurrences", 0, HR_OPTION_COUNT, AT(occurrences), "N", NULL,
     "Each disturbance alone, at so many random times of the scenario: rto and rpo are of "
     "those, and shown as p50, p95 and max (default: as they occur in the runs)."},
    JOBS,
    {"time", 0, HR_OPTION_DURATION, AT(time_s), "DURATION", NULL,
     "Stop after this much wall-clock time; what is finished counts. none: no limit "
     "(default: 2m with -r auto, though not before one run of each design; else none)."},
    {"warmup", 0, HR_OPTION_TEXT, AT(warmup), "DURATION|auto", NULL,
     "Run so long before t = 0; auto: find out by pilot runs (MSER-5), where neither load "
     "shapes nor schedules nor disturbances forbid a steady state."},
    SEED,
    QUICK, SET, DESIGN, ONLY, CALM,
    {"gate", 0, HR_OPTION_CHOICE, AT(gate), "WHICH", gates,
     "Which designs decide the exit status: chosen or all (default: chosen)."},
    OUTPUT, NO_HTML, STATS,
    GATES, QUIET, VERBOSE, COLOUR, HELP, END};

static const struct hr_option compare_options[] = {
    {"against", 0, HR_OPTION_TEXT, AT(against), "NAME", NULL,
     "The design that the others are set against (default: the chosen one)."},
    {"fail-on", 0, HR_OPTION_LIST, AT(fail_on), "CONDITION", NULL,
     "Exit with 1 if a design has this beyond doubt, 4 if it may; may be repeated."},
    {"format", 0, HR_OPTION_CHOICE, AT(format), "FORMAT", compare_formats,
     "text, markdown (for pull requests), adr (a decision record) or json (default: text)."},
    {"replications", 'r', HR_OPTION_COUNT, AT(pairs), "N", NULL,
     "Independent runs of each design (default: 10)."},
    JOBS, TIME, SEED, QUICK, SET, DESIGN, ONLY, CALM, OUTPUT, NO_HTML, STATS,
    GATES, QUIET, VERBOSE, COLOUR, HELP, END};

static const struct hr_option check_options[] = {
    {"format", 0, HR_OPTION_CHOICE, AT(format), "FORMAT", formats,
     "text, concise (one line each) or json (default: text)."},
    QUICK, SET, DESIGN, ONLY, CALM, GATES, QUIET, COLOUR, HELP, END};

static const struct hr_option resolve_options[] = {QUICK, SET, DESIGN, ONLY, CALM,
                                                   COLOUR, HELP, END};

static const struct hr_option report_options[] = {
    {"output", 'o', HR_OPTION_TEXT, AT(output), "PATH", NULL,
     "The page's file, or a folder for it (default: beside the results)."},
    {"no-html", 0, HR_OPTION_FLAG, AT(no_html), NULL, NULL,
     "Print the report and write no HTML page."},
    QUIET, VERBOSE, COLOUR, HELP, END};

static const struct hr_option list_options[] = {
    {"format", 0, HR_OPTION_CHOICE, AT(format), "FORMAT", formats,
     "text, concise (one line each, tabs between) or json (default: text)."},
    COLOUR, HELP, END};

static const struct hr_option plain_options[] = {COLOUR, HELP, END};
/* clang-format on */

/* --- commands ------------------------------------------------------------------------------- */

#define LATER(word, text)                                                                  \
    {                                                                                      \
        .name = word, .summary = text, .options = plain_options                            \
    }

const struct hr_command hr_commands[] = {
    {.name = "run",
     .summary = "Simulate every design and say which objectives hold.",
     .run = hr_cli_run,
     .operands = "SCENARIO",
     .least = 1,
     .most = 1,
     .options = run_options,
     .examples = "headroom run scenarios/examples/web-shop.yaml\n"
                 "headroom run web-shop.yaml -r 20 --set shoppers.rate=200/s\n"
                 "headroom run web-shop.yaml --precision 2% --time none\n"
                 "headroom run web-shop.yaml --quick --gate all",
     .more =
         "SCENARIO is a YAML file, `-` for standard input, or a folder with scenario.yaml "
         "or a file of the folder's own name in it. The results are named after the file, "
         "or after its folder where the file is scenario.yaml.\n"
         "How many runs fit into a time differs from host to host: a pipeline that gates "
         "on "
         "the exit status says -r N.\n"
         "Exit status: 0 every objective of the chosen design is kept, 1 one is broken, "
         "4 undecided, 2 wrong usage, 3 the scenario is wrong, 70 internal error, 74 "
         "cannot read or write, 130 interrupted (finished runs are kept)."},
    {.name = "compare",
     .summary = "Compare designs side by side, paired by replication.",
     .run = hr_cli_compare,
     .operands = "FILE...",
     .least = 1,
     .most = SIZE_MAX,
     .options = compare_options,
     .examples =
         "headroom compare scenarios/examples/web-shop.yaml\n"
         "headroom compare before.yaml after.yaml --format markdown\n"
         "headroom compare results/main.h5 results/branch.h5 --fail-on 'p99(checkout) "
         "> +5%'",
     .more =
         "FILE is a scenario, which is simulated, or stored results (.h5). One file: all "
         "its "
         "designs are compared with the chosen one. Several: the chosen design of each, or "
         "those of --design, with the first. Both sides meet the same random draws, so "
         "differences are taken replication by replication and need few of them.\n"
         "better and worse: beyond doubt, all conclusions together with 95% confidence. no "
         "difference seen: with the smallest that would have been. 0 exactly: the same in "
         "every replication.\n"
         "CONDITION: MEASURE(SCOPE) > or < and a change from the reference: 'p99(checkout) "
         "> "
         "+5%', 'cost > +$100', 'availability < -0.1pp', 'mean_latency > +20ms'.\n"
         "Exit status: 0 done, 1 a condition of --fail-on is met, 4 one may be, 2 wrong "
         "usage, 3 a file is wrong, 70 internal error, 74 cannot read or write, 130 "
         "interrupted."},
    {.name = "check",
     .summary =
         "Find what is wrong with a scenario, and what can be seen without simulating.",
     .run = hr_cli_check,
     .operands = "PATH...",
     .least = 1,
     .most = SIZE_MAX,
     .options = check_options,
     .examples = "headroom check web-shop.yaml\n"
                 "headroom check --format concise scenarios/",
     .more =
         "In a folder, every .yaml and .yml file that has a line `headroom:` is checked, "
         "folders below included. Exit status: 0 nothing is wrong, 1 errors were found, "
         "74 a file cannot be read."},
    {.name = "resolve",
     .summary = "Print the whole scenario with every default and where it comes from.",
     .run = hr_cli_resolve,
     .operands = "SCENARIO",
     .least = 1,
     .most = 1,
     .options = resolve_options,
     .examples = "headroom resolve web-shop.yaml\n"
                 "headroom resolve web-shop.yaml --design breaker",
     .more = "Without --design: the chosen design."},
    {.name = "report",
     .summary = "Print the report of stored results and write their HTML page.",
     .run = hr_cli_report,
     .operands = "RESULTS.h5",
     .least = 1,
     .most = 1,
     .options = report_options,
     .examples = "headroom report results/web-shop.h5"},
    {.name = "models",
     .summary = "List what can be modelled.",
     .run = hr_cli_models,
     .options = plain_options},
    {.name = "catalog",
     .summary = "List products and what they cost.",
     .run = hr_cli_catalog,
     .operands = "[WORD]",
     .most = 1,
     .options = list_options,
     .examples = "headroom catalog\n"
                 "headroom catalog m5\n"
                 "headroom catalog database --format concise",
     .more =
         "WORD: only those that have it in their name, kind or summary. The price is the "
         "first of several; headroom explain PRODUCT shows all, with their sources."},
    {.name = "explain",
     .summary = "Explain a kind of component, a product, a measure or an error code.",
     .run = hr_cli_explain,
     .operands = "WORD",
     .least = 1,
     .most = 1,
     .options = plain_options,
     .examples = "headroom explain service\n"
                 "headroom explain E101\n"
                 "headroom explain faults/typical\n"
                 "headroom explain availability"},
    {.name = "help",
     .summary = "Show the help of a command.",
     .run = hr_cli_help,
     .operands = "[COMMAND]",
     .most = 1,
     .options = plain_options},
    LATER("sweep", "Simulate every point of a sweep."),
    LATER("limit", "Find the largest load that each design carries."),
    LATER("plan", "Find the cheapest setting that keeps every objective."),
    LATER("probe", "Look for metastable failures."),
    LATER("export", "Write stored results as CSV or JSON."),
    LATER("import", "Make a scenario from a Terraform plan."),
    LATER("schema", "Print the JSON Schema of scenarios for editors."),
    LATER("calibrate", "Fit demands and mix to logs."),
    LATER("backtest", "Replay a day and print the error."),
    {0},
};

const struct hr_command *hr_command_find(const char *name)
{
    for (const struct hr_command *c = hr_commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

const char *hr_command_nearest(const char *name)
{
    const char *names[sizeof hr_commands / sizeof *hr_commands];
    size_t n = 0;

    for (const struct hr_command *c = hr_commands; c->name; c++)
        names[n++] = c->name;
    names[n] = NULL;
    return hr_nearest(name, names);
}

/* --- help ----------------------------------------------------------------------------------- */

static const char *command_list(struct hr_arena *a)
{
    const char *text = "";

    for (const struct hr_command *c = hr_commands; c->name; c++)
        if (c->run)
            text = hr_arena_printf(a, "%s  %-9s %s\n", text, c->name, c->summary);
    return text;
}

const char *hr_cli_overview(struct hr_arena *a)
{
    return hr_arena_printf(
        a,
        "headroom simulates a cloud system request by request and says what each design\n"
        "will do before anything is provisioned.\n"
        "\n"
        "Usage: headroom COMMAND [options] ...\n"
        "\n"
        "Examples:\n"
        "  headroom run scenarios/examples/web-shop.yaml\n"
        "  headroom check web-shop.yaml\n"
        "  headroom explain service\n"
        "\n"
        "Commands:\n"
        "%s"
        "\n"
        "headroom help COMMAND says more; headroom --version shows the version.\n",
        command_list(a));
}

static const char *indented(const char *lines, struct hr_arena *a)
{
    const char *text = "";

    while (*lines) {
        const size_t n = strcspn(lines, "\n");

        text = hr_arena_printf(a, "%s  %.*s\n", text, (int)n, lines);
        lines += n + (lines[n] == '\n');
    }
    return text;
}

const char *hr_command_help(const struct hr_command *c, int width, struct hr_arena *a)
{
    const char *text = hr_arena_printf(a, "%s\n\nUsage: headroom %s [options] %s\n",
                                       c->summary, c->name, c->operands ? c->operands : "");

    if (!c->run)
        text = hr_arena_printf(a, "%s\nThis command is not yet supported.\n", text);
    if (c->examples)
        text = hr_arena_printf(a, "%s\nExamples:\n%s", text, indented(c->examples, a));
    text =
        hr_arena_printf(a, "%s\nOptions:\n%s", text, hr_options_help(c->options, width, a));
    if (c->more)
        text = hr_arena_printf(a, "%s\n%s", text, hr_wrap("", c->more, width, a));
    return text;
}

int hr_cli_help(const struct hr_cli *cli)
{
    const struct hr_command *c;
    const char *name;

    if (cli->set->operands.n == 0) {
        hr_say(hr_cli_overview(cli->arena));
        return HR_EXIT_DONE;
    }
    name = cli->set->operands.at[0];
    c = hr_command_find(name);
    if (c) {
        hr_say(hr_command_help(c, cli->terminal.width, cli->arena));
        return HR_EXIT_DONE;
    }
    hr_complain("there is no command `%s`", hr_shown(cli->arena, name, strlen(name)));
    return HR_EXIT_USAGE;
}
