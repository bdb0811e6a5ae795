/* sim/cli/check.c - headroom check: what is wrong, without simulating. */
#include "sim/cli/load.h"
#include "sim/scenario/diag_text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 16, MOST_FILES = 100000 };

struct found { /* files to be checked, in the order of the operands, folders sorted */
    struct hr_arena *a;
    const char **path;
    size_t n, room;
    bool failed;
};

/* --- files ---------------------------------------------------------------------------------- */

static void add_file(struct found *f, const char *path)
{
    if (f->n == MOST_FILES)
        return;
    if (f->n == f->room) {
        const char **more = hr_arena_alloc(f->a, 2 * f->room + 64, sizeof *more);

        if (f->n)
            memcpy(more, f->path, f->n * sizeof *more);
        f->path = more;
        f->room = 2 * f->room + 64;
    }
    f->path[f->n++] = path;
}

static bool ends_with(const char *name, const char *ending)
{
    const size_t n = strlen(name), k = strlen(ending);

    return n > k && strcmp(name + n - k, ending) == 0;
}

/* A scenario, and not a file that scenarios use: it has a line `headroom:`. */
static bool is_scenario(const char *path)
{
    static const char word[] = "headroom:";
    char line[256];
    bool found = false, at_start = true;
    FILE *in = fopen(path, "r");

    while (in && !found && fgets(line, sizeof line, in)) {
        found = at_start && strncmp(line, word, sizeof word - 1) == 0;
        at_start = strchr(line, '\n') != NULL;
    }
    if (in)
        fclose(in);
    return found;
}

static int by_name(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

static void add_folder(struct found *f, const char *folder, int depth);

static void add_entry(struct found *f, const char *path, int depth)
{
    struct stat st;

    if (lstat(path, &st) != 0)
        return;
    if (S_ISDIR(st.st_mode) && depth < DEPTH)
        add_folder(f, path, depth + 1);
    else if ((ends_with(path, ".yaml") || ends_with(path, ".yml")) && is_scenario(path))
        add_file(f, path);
}

static void add_folder(struct found *f, const char *folder, int depth)
{
    struct found names = {.a = f->a};
    DIR *dir = opendir(folder);

    if (!dir) {
        hr_complain("cannot read %s: %s", folder, strerror(errno));
        f->failed = true;
        return;
    }
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
        if (e->d_name[0] != '.')
            add_file(&names, hr_arena_printf(f->a, "%s%s%s", folder,
                                             ends_with(folder, "/") ? "" : "/", e->d_name));
    closedir(dir);
    if (names.n)
        qsort(names.path, names.n, sizeof *names.path, by_name);
    for (size_t i = 0; i < names.n; i++)
        add_entry(f, names.path[i], depth);
}

static void add_operand(struct found *f, const char *operand)
{
    struct stat st;

    if (strcmp(operand, "-") != 0 && stat(operand, &st) == 0 && S_ISDIR(st.st_mode)) {
        const size_t before = f->n;

        add_folder(f, operand, 0);
        if (f->n == before && !f->failed)
            hr_complain("no scenario in %s", operand);
    } else {
        add_file(f, operand);
    }
}

/* --- checking ------------------------------------------------------------------------------- */

struct tally {
    size_t files, errors, warnings;
    bool unreadable;
};

/* "app.home work 6ms..20ms": what is known only as a range. */
static void name_inputs(const struct hr_cli *cli, const char *path,
                        const struct hr_scenario *s)
{
    struct hr_arena *a = cli->arena;
    const char *text = hr_arena_printf(a, "%s: %zu uncertain input%s:", path, s->n_inputs,
                                       s->n_inputs == 1 ? "" : "s");

    if (cli->set->quiet || cli->set->format != HR_FORMAT_TEXT || s->n_inputs == 0)
        return;
    for (size_t i = 0; i < s->n_inputs; i++)
        text = hr_arena_printf(a, "%s%s %s %s", text, i ? "," : "", s->inputs[i].label,
                               s->inputs[i].written);
    hr_say(hr_arena_printf(a, "%s.\n", text));
}

/* Into empty `ds`; NULL where there is nothing to speak of. */
static const struct hr_scenario *check_file(const struct hr_cli *cli, const char *path,
                                            struct hr_diags *ds, struct tally *t)
{
    struct hr_scenario *s = hr_load(cli, path, ds);

    if (s && ds->errors == 0)
        hr_scenario_analyse(s, ds);
    t->files++;
    t->errors += ds->errors;
    t->warnings += ds->warnings;
    t->unreadable = t->unreadable || hr_load_unreadable(s, ds);
    return s;
}

static void print(const struct hr_cli *cli, const char *path, const struct hr_diags *ds)
{
    static const enum hr_diag_format formats[] = {HR_DIAG_FULL, HR_DIAG_CONCISE};
    const struct hr_diag_style style = {.format = formats[cli->set->format],
                                        .colour = cli->terminal.colour_out,
                                        .file = path};

    if (cli->set->quiet && ds->errors == 0)
        return;
    hr_say(hr_diags_text(ds, &style, cli->arena));
    if (ds->n == 0 && cli->set->format == HR_FORMAT_TEXT)
        hr_say(hr_arena_printf(cli->arena, "%s: nothing is wrong.\n", path));
}

static void check_each(const struct hr_cli *cli, const struct found *f, struct tally *t)
{
    for (size_t i = 0; i < f->n; i++) {
        struct hr_arena *a = hr_arena_create();
        const struct hr_scenario *s;
        struct hr_diags ds;

        hr_diags_init(&ds, a);
        s = check_file(cli, f->path[i], &ds, t);
        print(cli, f->path[i], &ds);
        if (s && ds.errors == 0)
            name_inputs(cli, f->path[i], s);
        hr_arena_destroy(a);
    }
}

/* One document for a program to read, whatever the number of files.  Each has diagnostics of
 * its own: what is wrong with one must not keep the next from being looked at. */
static void check_together(const struct hr_cli *cli, const struct found *f, struct tally *t)
{
    const struct hr_diags **all = hr_arena_alloc(cli->arena, f->n, sizeof(void *));

    for (size_t i = 0; i < f->n; i++) {
        struct hr_diags *ds = hr_arena_alloc(cli->arena, 1, sizeof *ds);

        hr_diags_init(ds, cli->arena);
        check_file(cli, f->path[i], ds, t);
        all[i] = ds;
    }
    hr_say(hr_diags_json(all, f->n, cli->arena));
}

static void sum_up(const struct hr_cli *cli, const struct tally *t)
{
    if (t->files > 1 && cli->set->format == HR_FORMAT_TEXT && !cli->set->quiet)
        hr_say(hr_arena_printf(cli->arena, "%zu files: %zu error%s, %zu warning%s.\n",
                               t->files, t->errors, t->errors == 1 ? "" : "s", t->warnings,
                               t->warnings == 1 ? "" : "s"));
}

int hr_cli_check(const struct hr_cli *cli)
{
    struct found f = {.a = cli->arena};
    struct tally t = {0};

    for (size_t i = 0; i < cli->set->operands.n; i++)
        add_operand(&f, cli->set->operands.at[i]);
    if (cli->set->format == HR_FORMAT_JSON)
        check_together(cli, &f, &t);
    else
        check_each(cli, &f, &t);
    sum_up(cli, &t);
    if (f.failed || t.unreadable)
        return HR_EXIT_IO;
    if (t.errors > 0 || (cli->set->strict && t.warnings > 0))
        return cli->set->exit_zero ? HR_EXIT_DONE : HR_EXIT_BROKEN;
    return HR_EXIT_DONE;
}
