/* sim/cli/terminal.h - what the two ends of the conversation can show.
 *
 * Results go to standard output, everything else to standard error.  Colour is decided for
 * each alone: --color, then NO_COLOR, then CLICOLOR_FORCE and FORCE_COLOR, then TERM=dumb,
 * then whether it is a terminal.  Signs beyond ASCII are used where LC_ALL, LC_CTYPE or LANG
 * says UTF-8; nothing else follows the locale. */
#ifndef HR_CLI_TERMINAL_H
#define HR_CLI_TERMINAL_H

#include "sim/cli/options.h"

#include <stdio.h>

struct hr_terminal {
    bool colour_out, colour_err;
    bool out_is_tty, err_is_tty;
    bool err_moves; /* standard error can draw a line over again */
    bool utf8;
    int width; /* of standard output; 80 where unknown */
};

struct hr_terminal hr_terminal_look(enum hr_cli_colour colour);

/* `text` wrapped to `width`, after `first` on the first line and indented as far on the
 * others; ended by a newline.  A newline of the text begins a new line. */
const char *hr_wrap(const char *first, const char *text, int width, struct hr_arena *a);

/* Write to standard output.  A reader that has gone away is not an error. */
void hr_say(const char *text);
/* End of all output: false if standard output could not take what was written (a full disk). */
bool hr_say_end(void);
/* A line of the conversation, "headroom: " before it. */
void hr_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* HR_CLI_TERMINAL_H */
