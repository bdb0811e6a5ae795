/* sim/report/page/html_writer.c - see html_writer.h. */
#include "sim/report/page/html_writer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { FIRST_ROOM = 4096 };
#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

void hr_html_init(struct hr_html *h, struct hr_arena *a)
{
    *h = (struct hr_html){.arena = a, .room = FIRST_ROOM};
    h->text = hr_arena_alloc(a, FIRST_ROOM, 1);
}

/* Room for n more bytes and the NUL.  Arenas free nothing, so the sum of the outgrown texts is
 * less than the last one. */
static void reserve(struct hr_html *h, size_t n)
{
    size_t room = h->room;
    char *text;

    if (h->length + n + 1 <= room)
        return;
    while (h->length + n + 1 > room)
        room *= 2;
    text = hr_arena_alloc(h->arena, room, 1);
    memcpy(text, h->text, h->length + 1);
    h->text = text;
    h->room = room;
}

void hr_html_bytes(struct hr_html *h, const char *bytes, size_t n)
{
    reserve(h, n);
    memcpy(h->text + h->length, bytes, n);
    h->length += n;
    h->text[h->length] = '\0';
}

void hr_html_raw(struct hr_html *h, const char *markup)
{
    hr_html_bytes(h, markup, strlen(markup));
}

static const char *format(struct hr_arena *a, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));
static const char *format(struct hr_arena *a, const char *fmt, va_list args)
{
    va_list again;
    char none[1], *s;
    int n;

    va_copy(again, args);
    n = vsnprintf(none, sizeof none, fmt, again);
    va_end(again);
    if (n < 0)
        return "";
    s = hr_arena_alloc(a, (size_t)n + 1, 1);
    vsnprintf(s, (size_t)n + 1, fmt, args);
    return s;
}

void hr_html_rawf(struct hr_html *h, const char *fmt, ...)
{
    char small[256];
    va_list args;
    int n;

    va_start(args, fmt);
    n = vsnprintf(small, sizeof small, fmt, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof small) {
        hr_html_bytes(h, small, (size_t)n);
        return;
    }
    va_start(args, fmt);
    hr_html_raw(h, format(h->arena, fmt, args));
    va_end(args);
}

/* Length of the UTF-8 character at s, and its code point; 0 if it is not one (overlong forms,
 * surrogates and values beyond U+10FFFF included). */
static size_t decode(const unsigned char *s, uint32_t *code)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n;
    uint32_t c;

    if (s[0] < 0x80) {
        *code = s[0];
        return 1;
    }
    n = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : s[0] >= 0xC0 ? 2 : 0;
    if (n == 0 || s[0] > 0xF4)
        return 0;
    c = s[0] & (0x7FU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 0x3FU);
    }
    if (c < least[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *code = c;
    return n;
}

/* Control characters, and the marks that make text read in another order than it is stored. */
static int is_hostile(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || c == 0x200E ||
           c == 0x200F || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
           c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c & 0xFFFE) == 0xFFFE ||
           c >= 0xE0000;
}

const char *hr_html_clean(struct hr_arena *a, const char *text, int one_line)
{
    const unsigned char *s = (const unsigned char *)text;
    char *out = hr_arena_alloc(a, 3 * strlen(text) + 1, 1), *to = out;

    while (*s) {
        uint32_t c = 0;
        const size_t n = decode(s, &c);
        const int blank = n == 1 && (c == '\n' || c == '\t' || c == '\r');

        if (blank) {
            *to++ = one_line || c == '\r' ? ' ' : (char)c;
        } else if (n == 0 || is_hostile(c)) {
            memcpy(to, REPLACEMENT, 3);
            to += 3;
        } else {
            memcpy(to, s, n);
            to += n;
        }
        s += n ? n : 1;
    }
    *to = '\0';
    return out;
}

void hr_html_text(struct hr_html *h, const char *text)
{
    const char *s = text ? hr_html_clean(h->arena, text, 0) : "";

    while (*s) {
        const size_t plain = strcspn(s, "&<>\"'");

        hr_html_bytes(h, s, plain);
        s += plain;
        switch (*s) {
        case '&':
            hr_html_raw(h, "&amp;");
            break;
        case '<':
            hr_html_raw(h, "&lt;");
            break;
        case '>':
            hr_html_raw(h, "&gt;");
            break;
        case '"':
            hr_html_raw(h, "&quot;");
            break;
        case '\'':
            hr_html_raw(h, "&#39;");
            break;
        default:
            continue;
        }
        s++;
    }
}

void hr_html_textf(struct hr_html *h, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    hr_html_text(h, format(h->arena, fmt, args));
    va_end(args);
}

void hr_html_name(struct hr_html *h, const char *name)
{
    hr_html_raw(h, "<bdi>");
    hr_html_text(h, name ? hr_html_clean(h->arena, name, 1) : "");
    hr_html_raw(h, "</bdi>");
}

void hr_html_encoded(struct hr_html *h, const char *text, size_t n)
{
    static const char hex[] = "0123456789ABCDEF", plain[] = "-_.~,:+=@*!/;()$";

    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)text[i];
        const char coded[3] = {'%', hex[c >> 4], hex[c & 15]};
        const int keep = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                         (c >= 'A' && c <= 'Z') || (c && strchr(plain, c));

        hr_html_bytes(h, keep ? text + i : coded, keep ? 1 : 3);
    }
}

size_t hr_html_width(const char *clean)
{
    size_t n = 0;

    for (; *clean; clean++)
        n += ((unsigned char)*clean & 0xC0) != 0x80;
    return n;
}

const char *hr_html_cut(struct hr_arena *a, const char *clean, size_t n)
{
    const char *s = clean;

    if (hr_html_width(clean) <= n || n == 0)
        return clean;
    for (size_t kept = 0; *s; s++) {
        kept += ((unsigned char)*s & 0xC0) != 0x80;
        if (kept == n)
            break;
    }
    return hr_arena_printf(a, "%.*s\xE2\x80\xA6", (int)(s - clean), clean);
}
