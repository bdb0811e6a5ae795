/* sim/cli/output.c - see output.h. */
#include "sim/cli/output.h"

#include "sim/report/page/html.h"
#include "sim/report/terminal/terminal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *hr_output_file_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

const char *hr_output_folder(const char *path, struct hr_arena *a)
{
    char *part = hr_arena_text(a, path, strlen(path));
    struct stat st;

    for (char *c = part + (part[0] == '/'); *c; c++) {
        if (*c != '/')
            continue;
        *c = '\0';
        if (mkdir(part, 0777) != 0 && errno != EEXIST)
            return strerror(errno);
        *c = '/';
    }
    if (mkdir(part, 0777) != 0 && errno != EEXIST)
        return strerror(errno);
    if (stat(path, &st) != 0)
        return strerror(errno);
    if (!S_ISDIR(st.st_mode))
        return "it is not a folder";
    return access(path, W_OK | X_OK) == 0 ? NULL : strerror(errno);
}

bool hr_output_page(const struct hr_cli *cli, const struct hr_results *r,
                    const char *results, const char *path)
{
    const struct hr_page how = {.results = results};
    char why[256];
    size_t n;
    const char *text = hr_report_html(r, &how, cli->arena, &n);

    if (hr_file_write(path, text, n, why, sizeof why) == HR_IO_OK)
        return true;
    hr_complain("cannot write %s: %s", path, why);
    return false;
}

void hr_output_report(const struct hr_cli *cli, const struct hr_results *r,
                      const char *file, const char *page, const char *next)
{
    const struct hr_console how = {.width = (size_t)cli->terminal.width,
                                   .colour = cli->terminal.colour_out,
                                   .utf8 = cli->terminal.utf8,
                                   .verbose = cli->set->verbose,
                                   .results = file,
                                   .page = page,
                                   .next = next};

    hr_say(hr_report_terminal(r, &how, cli->arena));
}
