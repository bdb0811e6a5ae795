/* sim/cli/compare.c - headroom compare: designs side by side, from scenarios or stored results. */
#include "sim/cli/compare_input.h"
#include "sim/cli/output.h"
#include "sim/report/compare/page.h"
#include "sim/report/compare/text.h"
#include "sim/scenario/tree/tree.h"

#include <string.h>

enum format { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_ADR, FORMAT_JSON };

/* --- gates ------------------------------------------------------------------------------------- */

static int wrong_gate(const struct hr_cli *cli, const char *text, size_t at, size_t length,
                      const char *why)
{
    struct hr_arena *a = cli->arena;
    const char *shown = hr_shown(a, text, strlen(text));
    const size_t before = strlen(hr_shown(a, text, at));
    const char *carets = memset(hr_arena_alloc(a, length + 1, 1), '^', length);

    hr_complain("--fail-on: %s", why);
    fprintf(stderr, "  %s\n  %*s%s\n", shown, (int)before, "", carets);
    return HR_EXIT_USAGE;
}

static int read_gates(const struct hr_cli *cli, struct hr_gate *gates)
{
    for (size_t i = 0; i < cli->set->fail_on.n; i++) {
        const char *text = cli->set->fail_on.at[i], *why;
        size_t at, length;

        if (!hr_gate_read(text, &gates[i], cli->arena, &at, &length, &why))
            return wrong_gate(cli, text, at, length, why);
    }
    return HR_EXIT_DONE;
}

/* Is what gates speak of measured?  Said before anything is simulated. */
static int know_gates(const struct hr_cli *cli, const struct hr_gate *gates,
                      const struct hr_contender *c, size_t n)
{
    for (size_t g = 0; g < cli->set->fail_on.n; g++) {
        const char **labels, *near;
        size_t i = 0, n_labels;

        while (i < n && !hr_compare_knows(&c[i], gates[g].label, cli->arena))
            i++;
        if (i < n)
            continue;
        n_labels = hr_compare_labels(c, n, cli->arena, &labels);
        near = n_labels ? hr_nearest(gates[g].label, labels) : NULL;
        near = near ? hr_arena_printf(cli->arena,
                                      "there is no such measure here; did you "
                                      "mean `%s`?",
                                      hr_shown(cli->arena, near, strlen(near)))
                    : "there is no such measure here; the table of differences has their "
                      "names";
        return wrong_gate(cli, gates[g].text, gates[g].at, strlen(gates[g].label), near);
    }
    return HR_EXIT_DONE;
}

/* --- output ------------------------------------------------------------------------------------ */

static bool write_page(const struct hr_cli *cli, const struct hr_comparison *c,
                       const char *path)
{
    char why[256];
    size_t n;
    const char *text = hr_compare_page(c, NULL, cli->arena, &n);

    if (hr_file_write(path, text, n, why, sizeof why) == HR_IO_OK)
        return true;
    hr_complain("cannot write %s: %s", path, why);
    return false;
}

static void say(const struct hr_cli *cli, const struct hr_comparison *c, const char *file,
                const char *page)
{
    const struct hr_console how = {.width = (size_t)cli->terminal.width,
                                   .colour = cli->terminal.colour_out,
                                   .utf8 = cli->terminal.utf8,
                                   .verbose = cli->set->verbose,
                                   .results = file,
                                   .page = page};

    switch ((enum format)cli->set->format) {
    case FORMAT_TEXT:
        hr_say(hr_compare_terminal(c, &how, cli->arena));
        return;
    case FORMAT_MARKDOWN:
        hr_say(hr_compare_markdown(c, cli->arena));
        return;
    case FORMAT_ADR:
        hr_say(hr_compare_adr(c, cli->arena));
        return;
    case FORMAT_JSON:
        hr_say(hr_compare_json(c, cli->arena));
        return;
    }
}

static int deliver(const struct hr_cli *cli, struct hr_compare_input *in,
                   const struct hr_comparison *c)
{
    const char *page =
        hr_arena_printf(cli->arena, "%s/%s-compare.html", in->folder, in->sets[0].stem);
    const bool wanted = !cli->set->no_html;
    const bool shown = wanted && write_page(cli, c, page);

    say(cli, c, in->n_sets == 1 ? in->sets[0].saved : NULL, shown ? page : NULL);
    return shown == wanted ? HR_EXIT_DONE : HR_EXIT_IO;
}

/* --- the command ------------------------------------------------------------------------------- */

static int conclude(const struct hr_cli *cli, struct hr_compare_input *in,
                    const struct hr_gate *gates)
{
    const struct hr_comparison *c =
        hr_comparison_make(in->contenders, in->n_contenders, in->reference, gates,
                           cli->set->fail_on.n, cli->arena);
    const int status = deliver(cli, in, c);

    if (status != HR_EXIT_DONE)
        return status;
    if (in->status != HR_EXIT_DONE)
        return in->status;
    return hr_simulation_gated(cli->set, in->warned, hr_comparison_status(c));
}

static int compare(const struct hr_cli *cli)
{
    struct hr_gate *gates =
        hr_arena_alloc(cli->arena, cli->set->fail_on.n + 1, sizeof *gates);
    struct hr_compare_input in = {.cli = cli};
    int status = read_gates(cli, gates);

    if (status == HR_EXIT_DONE)
        status = hr_compare_input_load(&in);
    if (status == HR_EXIT_DONE)
        status = know_gates(cli, gates, in.contenders, in.n_contenders);
    if (status == HR_EXIT_DONE)
        status = hr_compare_input_simulate(&in);
    if (status == HR_EXIT_DONE)
        status = conclude(cli, &in, gates);
    hr_compare_input_destroy(&in);
    return status;
}

int hr_cli_compare(const struct hr_cli *cli)
{
    struct hr_settings own = *cli->set;
    struct hr_cli with = *cli;

    own.replications = own.pairs;
    with.set = &own;
    return compare(&with);
}
