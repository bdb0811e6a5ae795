/* sim/cli/options.h - the command line, from one table for each command.
 *
 * The table gives parsing, `--help` and the messages about what is wrong.  Options may stand
 * before or after the operands; `--` ends them; `-` is an operand; short ones may be joined
 * (-qj2); a value follows as the next word, after `=`, or after the letter. */
#ifndef HR_CLI_OPTIONS_H
#define HR_CLI_OPTIONS_H

#include "sim/engine/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum hr_cli_colour { HR_COLOUR_AUTO, HR_COLOUR_ALWAYS, HR_COLOUR_NEVER };
enum hr_cli_format { HR_FORMAT_TEXT, HR_FORMAT_CONCISE, HR_FORMAT_JSON };

struct hr_cli_list {
    const char **at;
    size_t n, room;
};

/* What all commands can be told; a command's table says which of it applies to it. */
struct hr_settings {
    struct hr_cli_list operands, set, design, fail_on;
    int64_t replications, jobs; /* replications 0: auto; jobs 0: one a core */
    int64_t pairs;              /* replications of a comparison */
    int64_t episodes;           /* around hazards; -1: not given */
    int64_t occurrences;        /* of each disturbance alone */
    uint64_t seed;
    double time_s;    /* 0: not said; HUGE_VAL: none */
    double precision; /* as a share; 0: not said */
    const char *only, *output, *against;
    const char *warmup;       /* NULL as the scenario says */
    int gate, colour, format; /* gate 0: the chosen design, 1: all */
    bool quick, without_disturbances, no_html, quiet, verbose, stats, exit_zero, strict,
        help;
};

enum hr_option_kind {                     /* member of struct hr_settings */
                      HR_OPTION_FLAG,     /* bool */
                      HR_OPTION_COUNT,    /* int64_t >= 1 */
                      HR_OPTION_AUTO,     /* the same, or 0 for `auto` */
                      HR_OPTION_NUMBER,   /* uint64_t */
                      HR_OPTION_DURATION, /* double, s; HUGE_VAL for `none` */
                      HR_OPTION_SHARE,    /* double: 0.02 for 2% */
                      HR_OPTION_TEXT,     /* const char * */
                      HR_OPTION_CHOICE,   /* int, index into `choices` */
                      HR_OPTION_LIST,     /* struct hr_cli_list: may be given many times */
};
struct hr_option {
    const char *name; /* without dashes; NULL ends a table */
    char letter;      /* 0: none */
    enum hr_option_kind kind;
    size_t offset;
    const char *argument;       /* "N"; NULL: takes none */
    const char *const *choices; /* CHOICE: ended by NULL */
    const char *help;
};

/* What a command line looks like when nothing is said. */
struct hr_settings hr_settings_default(void);
/* Read words[0..n) by `options`.  NULL if all is well; else one line for people, in `a`. */
const char *hr_options_read(const struct hr_option *options, char *const *words, size_t n,
                            struct hr_settings *s, struct hr_arena *a);
/* The options as lines of help, `width` columns wide. */
const char *hr_options_help(const struct hr_option *options, int width, struct hr_arena *a);

#endif /* HR_CLI_OPTIONS_H */
