/* sim/results/utf8.h - UTF-8, strictly: no overlong forms, no surrogates, nothing past U+10FFFF. */
#ifndef HR_UTF8_H
#define HR_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#define HR_UTF8_BAD UINT32_C(0xFFFD)

/* The character at *s, which then points behind it; 0 at the end of the text (and *s stays).
 * What is not UTF-8 gives HR_UTF8_BAD, one byte at a time. */
uint32_t hr_utf8_next(const char **s);
bool hr_utf8_valid(const char *s);

#endif /* HR_UTF8_H */
