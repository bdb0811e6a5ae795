/* sim/cli/main.c - the program: which command, with which settings. */
#include "sim/cli/commands.h"

#include "models/catalog/catalog.h"
#include "models/registry.h"
#include "sim/scenario/tree/tree.h"

#include "headroom_version.h"

#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int wrong_usage(struct hr_arena *a, const char *command, const char *what)
{
    hr_complain("%s", what);
    fprintf(stderr, "%s\n",
            command ? hr_arena_printf(a, "See: headroom help %s", command)
                    : "See: headroom help");
    return HR_EXIT_USAGE;
}

static int unknown_command(struct hr_arena *a, const char *word)
{
    const char *near = word[0] == '-' ? NULL : hr_command_nearest(word);
    const char *shown = hr_shown(a, word, strlen(word));
    const char *what = word[0] == '-' ? "unknown option" : "there is no command";

    if (near)
        return wrong_usage(
            a, NULL, hr_arena_printf(a, "%s `%s`; did you mean `%s`?", what, shown, near));
    return wrong_usage(a, NULL, hr_arena_printf(a, "%s `%s`", what, shown));
}

/* Operands, as many as the command takes; NULL, or what is wrong. */
static const char *count_operands(const struct hr_command *c, const struct hr_settings *s,
                                  struct hr_arena *a)
{
    if (s->operands.n < c->least)
        return hr_arena_printf(a, "%s needs %s", c->name, c->operands);
    if (s->operands.n > c->most)
        return hr_arena_printf(
            a, "%s takes %s; `%s` is one too many", c->name,
            c->operands ? c->operands : "no arguments",
            hr_shown(a, s->operands.at[c->most], strlen(s->operands.at[c->most])));
    return NULL;
}

static int run_command(const struct hr_command *c, char *const *words, size_t n,
                       struct hr_arena *a)
{
    static const struct hr_library library = {hr_models, hr_catalog_files};
    struct hr_settings set = hr_settings_default();
    const char *why = hr_options_read(c->options, words, n, &set, a);
    struct hr_cli cli = {.set = &set, .library = &library, .arena = a};

    cli.terminal = hr_terminal_look((enum hr_cli_colour)set.colour);
    if (set.help) {
        hr_say(hr_command_help(c, cli.terminal.width, a));
        return HR_EXIT_DONE;
    }
    if (!c->run)
        return wrong_usage(a, NULL, hr_arena_printf(a, "%s is not yet supported", c->name));
    if (!why)
        why = count_operands(c, &set, a);
    return why ? wrong_usage(a, c->name, why) : c->run(&cli);
}

static bool is(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

static int dispatch(int argc, char **argv, struct hr_arena *a)
{
    const struct hr_command *c;

    if (argc < 2 || is(argv[1], "--help", "-h")) {
        hr_say(hr_cli_overview(a));
        return HR_EXIT_DONE;
    }
    if (is(argv[1], "--version", "version")) {
        hr_say("headroom " HR_VERSION "\n");
        return HR_EXIT_DONE;
    }
    c = hr_command_find(argv[1]);
    if (!c)
        return unknown_command(a, argv[1]);
    return run_command(c, argv + 2, (size_t)argc - 2, a);
}

int main(int argc, char **argv)
{
    struct hr_arena *a = hr_arena_create();
    int status;

    gsl_set_error_handler_off();
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is seen when writing, */
    signal(SIGXFSZ, SIG_IGN); /* and so is a limit on the size of files */
    status = dispatch(argc, argv, a);
    if (!hr_say_end()) {
        hr_complain("cannot write to standard output");
        status = HR_EXIT_IO;
    }
    hr_arena_destroy(a);
    return status;
}
