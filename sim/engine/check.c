/* sim/engine/check.c - see check.h. */
#include "sim/engine/check.h"

#include <stdio.h>
#include <stdlib.h>

enum { EXIT_INTERNAL = 70 }; /* EX_SOFTWARE of sysexits.h */

/* _Exit: no handler and no buffered output of a broken process runs any more. */
_Noreturn void hr_panic(const char *file, int line, const char *what)
{
    fprintf(
        stderr,
        "headroom: internal error at %s:%d: %s\n"
        "headroom: this is a fault of headroom, not of your file; please report it with "
        "the\nheadroom: scenario, the seed and the line above.\n",
        file, line, what);
    _Exit(EXIT_INTERNAL);
}

_Noreturn void hr_panic_memory(size_t bytes)
{
    fprintf(stderr,
            "headroom: out of memory: the system refused %zu bytes more.\n"
            "headroom: try fewer jobs, a shorter horizon or less traffic.\n",
            bytes);
    _Exit(EXIT_INTERNAL);
}
