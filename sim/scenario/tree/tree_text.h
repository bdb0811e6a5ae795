/* sim/scenario/tree/tree_text.h - characters: reading UTF-8, and which ones are safe to show.
 *
 * Internal to scenario/. */
#ifndef HR_TREE_TEXT_H
#define HR_TREE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The character at `s` (n > 0 bytes left) in *c; its length in bytes, 0 if it is not UTF-8:
 * cut short, overlong, a surrogate or beyond U+10FFFF. */
size_t hr_utf8_decode(const char *s, size_t n, uint32_t *c);
/* Control characters (line ends and tabs, too), marks of direction, invisible characters and
 * non-characters: what must not reach a terminal from a file. */
bool hr_utf8_harmful(uint32_t c);
/* Columns of a terminal: 0 for combining marks, 2 for wide East Asian and emoji, else 1. */
int hr_utf8_width(uint32_t c);
/* Characters in a valid text; a byte that is not UTF-8 counts as one. */
size_t hr_utf8_count(const char *s, size_t n);

#endif /* HR_TREE_TEXT_H */
