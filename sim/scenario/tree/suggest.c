/* sim/scenario/tree/suggest.c - the name that was probably meant: see hr_nearest in tree.h.
 *
 * Damerau-Levenshtein in its optimal-string-alignment form: insert, delete, replace, and swap
 * two neighbours, each at cost 1.
 * SOURCE  F. J. Damerau, "A technique for computer detection and correction of spelling
 *         errors", Communications of the ACM 7(3), 1964. */
#include "sim/scenario/tree/tree.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 64 }; /* longer words are not guessed at */

static int low(char c)
{
    return tolower((unsigned char)c);
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int distance(const char *a, size_t n, const char *b, size_t m)
{
    int row[3][LONGEST + 1];

    for (size_t j = 0; j <= m; j++)
        row[0][j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        int *now = row[i % 3], *up = row[(i - 1) % 3], *before = row[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            const int change = low(a[i - 1]) != low(b[j - 1]);
            now[j] = least(least(up[j] + 1, now[j - 1] + 1), up[j - 1] + change);
            if (i > 1 && j > 1 && low(a[i - 1]) == low(b[j - 2]) &&
                low(a[i - 2]) == low(b[j - 1]))
                now[j] = least(now[j], before[j - 2] + 1);
        }
    }
    return row[n % 3][m];
}

static const char *nearest(const char *word, size_t n, const char *const *names)
{
    const int cap = n / 3 > 1 ? (int)(n / 3) : 1;
    const char *best = NULL;
    int best_d = cap + 1;

    if (n == 0 || n > LONGEST)
        return NULL;
    for (; *names; names++) {
        const size_t m = strlen(*names);
        if (m == 0 || m > LONGEST || labs((long)n - (long)m) >= best_d)
            continue;
        const int d = distance(word, n, *names, m);
        /* A one-letter word is at distance 1 of every other: only its own other case counts. */
        if (d < best_d && d < (int)(n > m ? n : m)) {
            best = *names;
            best_d = d;
        }
    }
    return best;
}

/* `retries`: three steps from `retry`, and its plural. */
static const char *nearest_singular(const char *word, size_t n, const char *const *names)
{
    char one[LONGEST + 1];

    if (n < 4 || n > LONGEST || strcmp(word + n - 3, "ies") != 0)
        return NULL;
    memcpy(one, word, n - 3);
    one[n - 3] = 'y';
    return nearest(one, n - 2, names);
}

/* Is `part` a word, or several, of `whole`: `cooldown` of `scale_in_cooldown`? */
static bool is_part(const char *part, const char *whole)
{
    const size_t n = strlen(part);

    for (const char *at = whole; n > 0 && (at = strstr(at, part)) != NULL; at++)
        if ((at == whole || at[-1] == '_') && (at[n] == '\0' || at[n] == '_'))
            return true;
    return false;
}

/* The longest name that is a part of the word, or has it as a part. */
static const char *related(const char *word, const char *const *names)
{
    enum { LEAST = 4 }; /* letters: `in` and `to` are parts of much */
    const size_t n = strlen(word);
    const char *best = NULL;

    for (; n <= LONGEST && *names; names++) {
        const size_t m = strlen(*names), shared = m < n ? m : n;

        if (shared >= LEAST && (is_part(*names, word) || is_part(word, *names)) &&
            (!best || m > strlen(best)))
            best = *names;
    }
    return best;
}

const char *hr_nearest(const char *word, const char *const *names)
{
    const size_t n = strlen(word);
    const char *near = nearest(word, n, names);

    if (!near)
        near = nearest_singular(word, n, names);
    return near ? near : related(word, names);
}
