/* sim/cli/terminal.c - see terminal.h. */
#include "sim/cli/terminal.h"

#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* --- what there is ------------------------------------------------------------------------ */

static bool says(const char *variable)
{
    const char *x = getenv(variable);

    return x && *x;
}

/* A terminal that cannot move its cursor. */
static bool is_dumb(void)
{
    const char *term = getenv("TERM");

    return term && strcmp(term, "dumb") == 0;
}

static bool wants_colour(enum hr_cli_colour colour, bool is_tty)
{
    if (colour != HR_COLOUR_AUTO)
        return colour == HR_COLOUR_ALWAYS;
    if (says("NO_COLOR"))
        return false;
    if (says("CLICOLOR_FORCE") || says("FORCE_COLOR"))
        return true;
    return is_tty && !is_dumb();
}

static bool locale_is_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < 3; i++) {
        const char *x = getenv(variables[i]);

        if (!x || !*x)
            continue;
        x = strchr(x, '.');
        return x && (strcasecmp(x, ".utf-8") == 0 || strcasecmp(x, ".utf8") == 0);
    }
    return false;
}

static int terminal_width(bool is_tty)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    long n = 0;

    if (columns)
        n = strtol(columns, NULL, 10);
    if (n <= 0 && is_tty && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        n = size.ws_col;
    return n >= 40 && n <= 500 ? (int)n : 80;
}

struct hr_terminal hr_terminal_look(enum hr_cli_colour colour)
{
    struct hr_terminal t = {.out_is_tty = isatty(STDOUT_FILENO),
                            .err_is_tty = isatty(STDERR_FILENO),
                            .utf8 = locale_is_utf8()};

    t.err_moves = t.err_is_tty && !is_dumb();

    t.colour_out = wants_colour(colour, t.out_is_tty);
    t.colour_err = wants_colour(colour, t.err_is_tty);
    t.width = terminal_width(t.out_is_tty);
    return t;
}

/* --- text --------------------------------------------------------------------------------- */

/* Characters of the first `n` bytes of UTF-8. */
static int columns_of(const char *s, size_t n)
{
    int columns = 0;

    for (size_t i = 0; i < n; i++)
        columns += ((unsigned char)s[i] & 0xc0) != 0x80;
    return columns;
}

const char *hr_wrap(const char *first, const char *text, int width, struct hr_arena *a)
{
    const int indent = columns_of(first, strlen(first));
    const size_t room = strlen(first) + (strlen(text) + 2) * ((size_t)indent + 2) + 2;
    char *out = hr_arena_alloc(a, room, 1), *to = out;
    int column = indent;

    to += sprintf(to, "%s", first);
    while (*text) {
        const size_t n = strcspn(text, " \n");
        const int columns = columns_of(text, n);

        if (column > indent && column + 1 + columns > width) {
            to += sprintf(to, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent && n > 0) {
            *to++ = ' ';
            column++;
        }
        memcpy(to, text, n);
        to += n;
        column += columns;
        text += n;
        if (*text == '\n') {
            to += sprintf(to, "\n%*s", text[1] && text[1] != '\n' ? indent : 0, "");
            column = indent;
        }
        text += *text != '\0';
    }
    *to++ = '\n';
    *to = '\0';
    return out;
}

/* --- writing ------------------------------------------------------------------------------ */

void hr_say(const char *text)
{
    fputs(text, stdout);
}

bool hr_say_end(void)
{
    const bool failed = fflush(stdout) != 0 || ferror(stdout);
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

    /* A pipe whose reader has gone shows an error; a full disk does not. */
    return !failed || (poll(&out, 1, 0) == 1 && (out.revents & POLLERR));
}

void hr_complain(const char *fmt, ...)
{
    va_list args;

    fflush(stdout);
    fputs("headroom: ", stderr);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}
