/* sim/report/figure/gnuplot.h - gnuplot as a filter: a script in, whatever it draws out.
 *
 * Started without a shell, with its own defaults (no start-up files), a clean environment and
 * the script on its standard input; read and written by one poll loop, so that neither side can
 * block the other however large script and drawing are.  A program that is missing, fails, or
 * takes too long is a value, not an error of ours: figures are optional.
 *
 * SAFETY  the script is gnuplot's language, which can run commands: names from outside may be
 *         in it only through hr_gnuplot_quoted. */
#ifndef HR_GNUPLOT_H
#define HR_GNUPLOT_H

#include "sim/engine/arena.h"

#include <stdbool.h>

enum { HR_GNUPLOT_TIMEOUT_MS = 20000 };

struct hr_gnuplot {
    const char *program; /* a path, or a name looked up in PATH */
    int timeout_ms;      /* for the whole drawing; then it is killed */
};

/* True: `*out` (in the arena, ended by a NUL) has what it wrote, `*length` bytes.  False: `why`
 * (size n) is one sentence. */
bool hr_gnuplot_run(const struct hr_gnuplot *g, const char *script, size_t script_length,
                    struct hr_arena *a, const char **out, size_t *length, char *why,
                    size_t n);

/* A gnuplot string in single quotes that stands for `text`: cleaned to one line of valid UTF-8
 * without control characters, quotes doubled.  Inside such quotes gnuplot expands nothing. */
const char *hr_gnuplot_quoted(struct hr_arena *a, const char *text);

#endif /* HR_GNUPLOT_H */
