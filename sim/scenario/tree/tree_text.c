/* sim/scenario/tree/tree_text.c - see tree_text.h and hr_shown in tree.h. */
#include "sim/scenario/tree/tree_text.h"

#include "sim/scenario/tree/tree.h"

#include <string.h>

size_t hr_utf8_decode(const char *s, size_t n, uint32_t *c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *u = (const unsigned char *)s;
    size_t len;

    if (u[0] < 0x80)
        len = 1;
    else if (u[0] >= 0xc2 && u[0] < 0xe0)
        len = 2;
    else if ((u[0] & 0xf0) == 0xe0)
        len = 3;
    else if (u[0] >= 0xf0 && u[0] < 0xf5)
        len = 4;
    else
        return 0;
    if (len > n)
        return 0;
    uint32_t x = len == 1 ? u[0] : u[0] & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((u[i] & 0xc0) != 0x80)
            return 0;
        x = x << 6 | (u[i] & 0x3fu);
    }
    if (x < least[len] || (x >= 0xd800 && x < 0xe000) || x > 0x10ffff)
        return 0;
    *c = x;
    return len;
}

struct range {
    uint32_t from, to;
};

static bool within(const struct range *r, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (c >= r[i].from && c <= r[i].to)
            return true;
    return false;
}

bool hr_utf8_harmful(uint32_t c)
{
    static const struct range bad[] = {
        {0, 0x1f},          {0x7f, 0x9f},       {0xad, 0xad},         {0x61c, 0x61c},
        {0x180e, 0x180e},   {0x200b, 0x200b},   {0x200e, 0x200f},     {0x2028, 0x202e},
        {0x2060, 0x206f},   {0xfeff, 0xfeff},   {0xfff9, 0xfffb},     {0xfffe, 0xffff},
        {0xe0000, 0xe007f}, {0x1fffe, 0x1ffff}, {0x10fffe, 0x10ffff},
    };

    if (c < 0x7f) /* nearly every character of nearly every file */
        return c < 0x20;
    return within(bad, sizeof bad / sizeof *bad, c);
}

int hr_utf8_width(uint32_t c)
{
    /* The large blocks of Unicode's East Asian Width W and F, and of combining marks: enough
     * to put a caret under what people write in a scenario. */
    static const struct range none[] = {
        {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},     {0x610, 0x61a},
        {0x64b, 0x65f},   {0x200c, 0x200d}, {0x20d0, 0x20ff},   {0x3099, 0x309a},
        {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef},
    };
    static const struct range wide[] = {
        {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},
        {0x4e00, 0x9fff},   {0xa000, 0xa4cf},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
        {0xfe30, 0xfe4f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
        {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
    };
    if (c < 0x300)
        return 1;
    if (within(none, sizeof none / sizeof *none, c))
        return 0;
    return within(wide, sizeof wide / sizeof *wide, c) ? 2 : 1;
}

size_t hr_utf8_count(const char *s, size_t n)
{
    size_t count = 0;
    uint32_t c;

    for (size_t i = 0; i < n; count++) {
        const size_t len = hr_utf8_decode(s + i, n - i, &c);
        i += len ? len : 1;
    }
    return count;
}

const char *hr_shown(struct hr_arena *a, const char *text, size_t length)
{
    enum { MOST = 80 }; /* characters; longer ones end with an ellipsis */
    static const char unknown[] = "\xef\xbf\xbd", more[] = "\xe2\x80\xa6";
    char *out = hr_arena_alloc(a, MOST + 2, 4);
    size_t o = 0, shown = 0;

    for (size_t i = 0; i < length; shown++) {
        uint32_t c = 0;
        const size_t len = hr_utf8_decode(text + i, length - i, &c);
        if (shown == MOST) {
            memcpy(out + o, more, sizeof more - 1);
            o += sizeof more - 1;
            break;
        }
        if (len == 0 || hr_utf8_harmful(c)) {
            const bool blank = len != 0 && (c == '\n' || c == '\t');
            memcpy(out + o, blank ? " " : unknown, blank ? 1 : 3);
            o += blank ? 1 : 3;
        } else {
            memcpy(out + o, text + i, len);
            o += len;
        }
        i += len ? len : 1;
    }
    out[o] = '\0';
    return out;
}
