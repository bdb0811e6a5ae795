/* sim/cli/report.c - headroom report: stored results, told again. */
#include "sim/cli/output.h"

#include <string.h>
#include <sys/stat.h>

/* results/web-shop.h5 -> results/web-shop.html, or below or as `output` says. */
static const char *page_path(const char *file, const char *output, struct hr_arena *a)
{
    const char *from = output ? hr_output_file_name(file) : file;
    const char *dot = strrchr(hr_output_file_name(from), '.');
    const size_t n = dot && strcmp(dot, ".h5") == 0 ? (size_t)(dot - from) : strlen(from);
    struct stat st;

    if (!output)
        return hr_arena_printf(a, "%.*s.html", (int)n, from);
    if (stat(output, &st) == 0 && S_ISDIR(st.st_mode))
        return hr_arena_printf(a, "%s/%.*s.html", output, (int)n, from);
    return output;
}

int hr_cli_report(const struct hr_cli *cli)
{
    const char *file = cli->set->operands.at[0];
    const char *page = page_path(file, cli->set->output, cli->arena);
    enum hr_io io = HR_IO_OK;
    char why[256];
    const struct hr_results *r = hr_results_read(file, cli->arena, &io, why, sizeof why);

    if (!r) {
        hr_complain("cannot read %s: %s", file, why);
        return io == HR_IO_FORMAT ? HR_EXIT_INPUT : HR_EXIT_IO;
    }
    if (cli->set->no_html)
        page = NULL;
    else if (!hr_output_page(cli, r, hr_output_file_name(file), page))
        return HR_EXIT_IO;
    hr_output_report(cli, r, file, page, NULL);
    return HR_EXIT_DONE;
}
