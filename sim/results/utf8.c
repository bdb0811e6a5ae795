/* sim/results/utf8.c - see utf8.h. */
#include "sim/results/utf8.h"

#include <stddef.h>

/* Decode at p into *c; how many bytes it takes, 0 if it is not UTF-8.  A NUL inside a sequence
 * ends it: nothing is read past the end of the text. */
static size_t decode(const unsigned char *p, uint32_t *c)
{
    static const struct {
        unsigned char mask, lead, bits;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0x7F, 0},
                 {0xE0, 0xC0, 0x1F, 0x80},
                 {0xF0, 0xE0, 0x0F, 0x800},
                 {0xF8, 0xF0, 0x07, 0x10000}};

    for (size_t n = 0; n < 4; n++) {
        if ((p[0] & forms[n].mask) != forms[n].lead)
            continue;
        *c = p[0] & forms[n].bits;
        for (size_t i = 1; i <= n; i++) {
            if ((p[i] & 0xC0) != 0x80)
                return 0;
            *c = *c << 6 | (p[i] & 0x3Fu);
        }
        if (*c < forms[n].least || *c > 0x10FFFF || (*c >= 0xD800 && *c <= 0xDFFF))
            return 0;
        return n + 1;
    }
    return 0;
}

uint32_t hr_utf8_next(const char **s)
{
    uint32_t c;
    size_t n;

    if (**s == '\0')
        return 0;
    n = decode((const unsigned char *)*s, &c);
    *s += n > 0 ? n : 1;
    return n > 0 ? c : HR_UTF8_BAD;
}

bool hr_utf8_valid(const char *s)
{
    uint32_t c;

    while (*s != '\0') {
        const size_t n = decode((const unsigned char *)s, &c);
        if (n == 0)
            return false;
        s += n;
    }
    return true;
}
