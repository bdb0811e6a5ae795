/* sim/report/text.c - see text.h. */
#include "sim/report/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/results/utf8.h"

/* ---- putting together --------------------------------------------------------------------- */

struct hr_text hr_text_begin(struct hr_arena *a)
{
    struct hr_text t = {.arena = a, .room = 256};

    t.text = hr_arena_alloc(a, t.room, 1);
    return t;
}

static void reserve(struct hr_text *t, size_t n)
{
    char *larger;

    if (n < t->room - t->length)
        return;
    t->room = 2 * t->room + n;
    larger = hr_arena_alloc(t->arena, t->room, 1);
    memcpy(larger, t->text, t->length + 1);
    t->text = larger;
}

static void append(struct hr_text *t, const char *s, size_t n)
{
    reserve(t, n);
    memcpy(t->text + t->length, s, n);
    t->length += n;
    t->text[t->length] = '\0';
}

void hr_text_add(struct hr_text *t, const char *s)
{
    append(t, s, strlen(s));
}

void hr_text_repeat(struct hr_text *t, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hr_text_add(t, s);
}

void hr_text_addf(struct hr_text *t, const char *fmt, ...)
{
    va_list args, again;
    int n;

    va_start(args, fmt);
    va_copy(again, args);
    n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (n > 0) {
        reserve(t, (size_t)n);
        vsnprintf(t->text + t->length, (size_t)n + 1, fmt, again);
        t->length += (size_t)n;
    }
    va_end(again);
}

/* ---- harmless ----------------------------------------------------------------------------- */

static bool between(uint32_t c, uint32_t lo, uint32_t hi)
{
    return c >= lo && c <= hi;
}

/* Controls (C0, DEL, C1), marks that reorder or join, line and paragraph separators, private
 * use, noncharacters, tags. */
static bool printable(uint32_t c)
{
    return !(c < 0x20 || between(c, 0x7F, 0x9F) || c == 0xAD || c == 0x061C ||
             between(c, 0x180B, 0x180F) || between(c, 0x200B, 0x200F) ||
             between(c, 0x2028, 0x202E) || between(c, 0x2060, 0x206F) ||
             between(c, 0xE000, 0xF8FF) || between(c, 0xFDD0, 0xFDEF) || c == 0xFEFF ||
             between(c, 0xFFF0, 0xFFFF) || c >= 0xE0000 || (c & 0xFFFE) == 0xFFFE);
}

static bool combining(uint32_t c)
{
    return between(c, 0x300, 0x36F) || between(c, 0x483, 0x489) ||
           between(c, 0x591, 0x5BD) || between(c, 0x610, 0x61A) ||
           between(c, 0x64B, 0x65F) || between(c, 0x1AB0, 0x1AFF) ||
           between(c, 0x1DC0, 0x1DFF) || between(c, 0x20D0, 0x20FF) ||
           between(c, 0xFE00, 0xFE0F) || between(c, 0xFE20, 0xFE2F);
}

static bool wide(uint32_t c)
{
    return between(c, 0x1100, 0x115F) || between(c, 0x2E80, 0x303E) ||
           between(c, 0x3041, 0xA4CF) || between(c, 0xAC00, 0xD7A3) ||
           between(c, 0xF900, 0xFAFF) || between(c, 0xFE30, 0xFE6F) ||
           between(c, 0xFF00, 0xFF60) || between(c, 0xFFE0, 0xFFE6) ||
           between(c, 0x1F300, 0x1F64F) || between(c, 0x1F680, 0x1F6FF) ||
           between(c, 0x1F900, 0x1F9FF) || between(c, 0x20000, 0x3FFFD);
}

static size_t columns_of(uint32_t c)
{
    return combining(c) ? 0 : wide(c) ? 2 : 1;
}

size_t hr_text_columns(const char *s)
{
    size_t n = 0;

    while (*s != '\0')
        n += columns_of(hr_utf8_next(&s));
    return n;
}

const char *hr_text_plain(struct hr_arena *a, const char *s, size_t most)
{
    struct hr_text t = hr_text_begin(a);
    size_t columns = 0, cut = 0; /* cut: length at which ".." still fits */
    bool bad = false;

    while (s != NULL && *s != '\0') {
        const char *from = s;
        const uint32_t c = hr_utf8_next(&s);
        const bool shown = printable(c);
        const size_t more = shown ? columns_of(c) : bad ? 0 : 1;
        if (columns + 2 <= most)
            cut = t.length;
        if (columns + more > most) {
            t.length = cut;
            t.text[cut] = '\0';
            hr_text_add(&t, "..");
            return t.text;
        }
        columns += more;
        if (shown)
            append(&t, from, (size_t)(s - from));
        else if (!bad)
            append(&t, "?", 1);
        bad = !shown;
    }
    return t.text;
}

/* ---- words -------------------------------------------------------------------------------- */

size_t hr_text_words(const char *s)
{
    size_t n = 0;

    while (*(s += strspn(s, " \n")) != '\0') {
        n++;
        s += strcspn(s, " \n");
    }
    return n;
}

void hr_text_wrap(struct hr_text *t, const char *s, size_t at, size_t indent, size_t width)
{
    bool first = true;

    while (*(s += strspn(s, " ")) != '\0') {
        const size_t n = strcspn(s, " ");
        const size_t columns = hr_text_columns(hr_arena_text(t->arena, s, n));
        if (!first && at + 1 + columns > width) {
            hr_text_add(t, "\n");
            hr_text_repeat(t, " ", indent);
            at = indent;
            first = true;
        }
        if (!first)
            append(t, " ", 1);
        append(t, s, n);
        at += columns + !first;
        first = false;
        s += n;
    }
    hr_text_add(t, "\n");
}

const char *hr_text_after_limit(const char *objective)
{
    const char *s = objective + strcspn(objective, "<>");

    s += strspn(s, "<>= ");
    s += strcspn(s, " ");
    return s + strspn(s, " ");
}
