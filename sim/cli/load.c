/* sim/cli/load.c - see load.h. */
#include "sim/cli/load.h"

#include "sim/scenario/diag_text.h"

#include <string.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_file(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

/* The last part of a path, slashes at its end left out. */
static const char *last_part(const char *path, struct hr_arena *a)
{
    size_t end = strlen(path), from;

    while (end > 1 && path[end - 1] == '/')
        end--;
    from = end;
    while (from > 0 && path[from - 1] != '/')
        from--;
    return hr_arena_text(a, path + from, end - from);
}

static const char *without_ending(const char *name, struct hr_arena *a)
{
    const char *dot = strrchr(name, '.');

    return dot && dot != name ? hr_arena_text(a, name, (size_t)(dot - name)) : name;
}

const char *hr_load_path(const char *operand, struct hr_arena *a)
{
    static const char *const endings[] = {"yaml", "yml"};

    if (strcmp(operand, "-") == 0 || !is_folder(operand))
        return operand;
    for (size_t i = 0; i < 4; i++) {
        const char *name = i < 2 ? "scenario" : last_part(operand, a);
        const char *path = hr_arena_printf(a, "%s%s%s.%s", operand,
                                           operand[strlen(operand) - 1] == '/' ? "" : "/",
                                           name, endings[i % 2]);

        if (is_file(path))
            return path;
    }
    return operand;
}

const char *hr_load_stem(const char *path, struct hr_arena *a)
{
    const char *name = without_ending(last_part(path, a), a);
    const char *slash = strrchr(path, '/');

    if (strcmp(path, "-") == 0)
        return "scenario";
    if (strcmp(name, "scenario") == 0 && slash && slash != path) {
        const char *folder = last_part(hr_arena_text(a, path, (size_t)(slash - path)), a);

        if (strcmp(folder, ".") != 0 && strcmp(folder, "..") != 0)
            return folder;
    }
    return name;
}

struct hr_scenario *hr_load(const struct hr_cli *cli, const char *path, struct hr_diags *ds)
{
    const struct hr_settings *set = cli->set;
    const struct hr_overrides ov = {.set = set->set.at,
                                    .n_set = set->set.n,
                                    .quick = set->quick,
                                    .only = set->only,
                                    .without_disturbances = set->without_disturbances,
                                    .design = set->design.at,
                                    .n_design = set->design.n};

    return hr_scenario_load(path, cli->library, &ov, ds);
}

bool hr_load_unreadable(const struct hr_scenario *s, const struct hr_diags *ds)
{
    return !s && ds->n > 0 && ds->items[0].code == HR_E101;
}

struct hr_scenario *hr_load_or_complain(const struct hr_cli *cli, const char *operand,
                                        const char *closing, struct hr_diags *ds,
                                        int *status)
{
    const char *path = hr_load_path(operand, cli->arena);
    const struct hr_diag_style style = {.format = HR_DIAG_FULL,
                                        .colour = cli->terminal.colour_err,
                                        .file = path,
                                        .closing = closing};
    struct hr_scenario *s;

    hr_diags_init(ds, cli->arena);
    s = hr_load(cli, path, ds);
    if (ds->n > 0 && !(cli->set->quiet && ds->errors == 0))
        fputs(hr_diags_text(ds, &style, cli->arena), stderr);
    if (s && ds->errors == 0)
        return s;
    *status = hr_load_unreadable(s, ds) ? HR_EXIT_IO : HR_EXIT_INPUT;
    return NULL;
}
