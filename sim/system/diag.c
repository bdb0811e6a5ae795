/* sim/system/diag.c - see diag.h. */
#include "sim/system/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct hr_code_info hr_codes[HR_N_CODES] = {
#define HR_ERROR(code, title, text) {#code, title, text},
#include "sim/system/errors.def"
#undef HR_ERROR
};

bool hr_code_is_error(enum hr_code code)
{
    return hr_codes[code].name[0] == 'E';
}

void hr_diags_init(struct hr_diags *ds, struct hr_arena *arena)
{
    memset(ds, 0, sizeof *ds);
    ds->arena = arena;
    /* One more than is kept: what is dropped is written there, so that callers can add hints
     * and labels without asking. */
    ds->items = hr_arena_alloc(arena, HR_DIAGS_KEPT + 1, sizeof *ds->items);
}

static char *text_of(struct hr_arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

static char *text_of(struct hr_arena *a, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    const int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n < 0)
        return hr_arena_text(a, "", 0);
    char *s = hr_arena_alloc(a, (size_t)n + 1, 1);
    vsnprintf(s, (size_t)n + 1, fmt, ap);
    return s;
}

static bool same_file(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* The same fault of the same place, said before?  Designs share the base's nodes, so each of
 * them finds the base's faults again. */
static bool said_before(const struct hr_diags *ds, const struct hr_diag *d)
{
    for (size_t i = 0; i < ds->n; i++) {
        const struct hr_diag *o = &ds->items[i];
        if (o->code == d->code && o->at.line == d->at.line &&
            o->at.column == d->at.column && same_file(o->at.file, d->at.file) &&
            strcmp(o->what, d->what) == 0)
            return true;
    }
    return false;
}

/* Where it is kept; `spare` where there is no room.  A warning makes room for an error, so that
 * no number of warnings hides why a file is refused. */
static struct hr_diag *room_for(struct hr_diags *ds, bool error, struct hr_diag *spare)
{
    if (ds->n < HR_DIAGS_KEPT)
        return &ds->items[ds->n++];
    for (size_t i = ds->n; error && i-- > 0;)
        if (!hr_code_is_error(ds->items[i].code))
            return &ds->items[i];
    return spare;
}

struct hr_diag *hr_diag_add(struct hr_diags *ds, enum hr_code code, struct hr_loc at,
                            const char *fmt, ...)
{
    struct hr_diag d = {.code = code, .at = at};
    struct hr_diag *spare = &ds->items[HR_DIAGS_KEPT], *kept;
    va_list ap;

    va_start(ap, fmt);
    d.what = text_of(ds->arena, fmt, ap);
    va_end(ap);
    *spare = d;
    ds->found += hr_code_is_error(code);
    if (said_before(ds, &d))
        return spare;
    if (hr_code_is_error(code))
        ds->errors++;
    else
        ds->warnings++;
    kept = room_for(ds, hr_code_is_error(code), spare);
    *kept = d;
    return kept;
}

void hr_diag_hint(struct hr_diags *ds, struct hr_diag *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    d->hint = text_of(ds->arena, fmt, ap);
    va_end(ap);
}

void hr_diag_label(struct hr_diags *ds, struct hr_diag *d, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    d->label = text_of(ds->arena, fmt, ap);
    va_end(ap);
}
