/* sim/cli/commands.h - the commands: one row each, one file each. */
#ifndef HR_CLI_COMMANDS_H
#define HR_CLI_COMMANDS_H

#include "sim/cli/options.h"
#include "sim/cli/terminal.h"
#include "sim/scenario/catalog.h"

enum { /* exit statuses */
       HR_EXIT_DONE = 0,
       HR_EXIT_BROKEN = 1,
       HR_EXIT_USAGE = 2,
       HR_EXIT_INPUT = 3,
       HR_EXIT_UNDECIDED = 4,
       HR_EXIT_INTERNAL = 70,
       HR_EXIT_IO = 74,
       HR_EXIT_INTERRUPTED = 130
};

struct hr_cli { /* what a command gets */
    const struct hr_settings *set;
    const struct hr_library *library;
    struct hr_terminal terminal;
    struct hr_arena *arena; /* to the end of the program */
};

struct hr_command {
    const char *name;                     /* NULL ends the table */
    const char *summary;                  /* one line */
    int (*run)(const struct hr_cli *cli); /* exit status; NULL: not yet supported */
    const char *operands;                 /* for the usage line; NULL: none */
    size_t least, most;                   /* operands */
    const struct hr_option *options;
    const char *examples; /* lines; NULL */
    const char *more;     /* what else `--help` says; NULL */
};
extern const struct hr_command hr_commands[];

int hr_cli_run(const struct hr_cli *cli);
int hr_cli_compare(const struct hr_cli *cli);
int hr_cli_check(const struct hr_cli *cli);
int hr_cli_resolve(const struct hr_cli *cli);
int hr_cli_report(const struct hr_cli *cli);
int hr_cli_models(const struct hr_cli *cli);
int hr_cli_catalog(const struct hr_cli *cli);
int hr_cli_explain(const struct hr_cli *cli);
int hr_cli_help(const struct hr_cli *cli);

/* What `headroom` alone says; and `headroom help COMMAND`. */
const char *hr_cli_overview(struct hr_arena *a);
const char *hr_command_help(const struct hr_command *c, int width, struct hr_arena *a);
const struct hr_command *hr_command_find(const char *name); /* NULL: none */
const char *hr_command_nearest(const char *name);           /* NULL: none is near */

#endif /* HR_CLI_COMMANDS_H */
