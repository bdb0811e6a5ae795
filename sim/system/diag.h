/* sim/system/diag.h - what is wrong with an input, said once and completely.
 *
 * Whoever finds a fault adds it to a collector and goes on, so that all of them are reported
 * in one go.  Nobody below cli/ prints.  Every code is a row of errors.def. */
#ifndef HR_DIAG_H
#define HR_DIAG_H

#include "sim/engine/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A place in a file.  Lines and columns count from 1, columns and lengths in characters.
 * line = 0: nowhere in particular (a whole file, a command-line argument without text). */
struct hr_loc {
    const char *file; /* as the user named it; "--set" for an override */
    uint32_t line, column, length;
};

enum hr_code {
#define HR_ERROR(code, title, text) HR_##code,
#include "sim/system/errors.def"
#undef HR_ERROR
    HR_N_CODES
};

struct hr_code_info {
    const char *name;  /* "E214"; E = error, W = warning */
    const char *title; /* one line */
    const char *text;  /* what it means, why it matters, what to do */
};
extern const struct hr_code_info hr_codes[HR_N_CODES];

struct hr_diag {
    enum hr_code code;
    struct hr_loc at;
    const char *what;   /* the fact, one line: "unknown key `burts` in token_bucket" */
    const char *label;  /* beside the caret; may be NULL */
    const char *hint;   /* the way out; may be NULL */
    struct hr_loc also; /* a second place that disagrees; line 0: none */
    const char *also_label;
};

/* A file (or --set argument) whose lines diagnostics quote. */
struct hr_source {
    const char *name, *text;
    size_t length;
};

enum { HR_DIAGS_KEPT = 200 }; /* more are counted, not kept */

struct hr_diags {
    struct hr_arena *arena;     /* borrowed; owns every text */
    struct hr_diag *items;      /* room for HR_DIAGS_KEPT */
    size_t n, errors, warnings; /* errors and warnings count the ones not kept, too */
    size_t found; /* errors, counting what was said before, too: what asks whether
                                 * its own part is good compares this */
    struct hr_source sources[64];
    size_t n_sources;
};

void hr_diags_init(struct hr_diags *ds, struct hr_arena *arena);
/* Add one; never NULL.  One that says the same of the same place again is dropped. */
struct hr_diag *hr_diag_add(struct hr_diags *ds, enum hr_code code, struct hr_loc at,
                            const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Texts for the diagnostic just added; both formats as printf, kept in the arena. */
void hr_diag_hint(struct hr_diags *ds, struct hr_diag *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void hr_diag_label(struct hr_diags *ds, struct hr_diag *d, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool hr_code_is_error(enum hr_code code);

#endif /* HR_DIAG_H */
