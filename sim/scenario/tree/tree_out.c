/* sim/scenario/tree/tree_out.c - see tree_out.h. */
#include "sim/scenario/tree/tree_out.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void make_room(struct hr_out *o, size_t more)
{
    if (o->n + more + 1 <= o->room)
        return;
    o->room = o->room ? 2 * o->room : 256;
    while (o->room < o->n + more + 1)
        o->room *= 2;
    char *s = hr_arena_alloc(o->a, o->room, 1);
    if (o->n)
        memcpy(s, o->s, o->n);
    o->s = s;
}

void hr_out_put(struct hr_out *o, const char *s, size_t n)
{
    make_room(o, n);
    memcpy(o->s + o->n, s, n);
    o->n += n;
    o->s[o->n] = '\0';
}

void hr_out_text(struct hr_out *o, const char *s)
{
    hr_out_put(o, s, strlen(s));
}

void hr_out_fill(struct hr_out *o, char c, size_t n)
{
    make_room(o, n);
    memset(o->s + o->n, c, n);
    o->n += n;
    o->s[o->n] = '\0';
}

void hr_out_printf(struct hr_out *o, const char *fmt, ...)
{
    va_list ap, again;

    va_start(ap, fmt);
    va_copy(again, ap);
    const int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    if (n > 0) {
        make_room(o, (size_t)n);
        vsnprintf(o->s + o->n, (size_t)n + 1, fmt, ap);
        o->n += (size_t)n;
    }
    va_end(ap);
}

const char *hr_out_end(struct hr_out *o)
{
    return o->s ? o->s : "";
}
