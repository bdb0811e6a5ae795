/* tests/support/golden.c - see golden.h. */
#include "tests/support/golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *contents(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text;
    long n;

    if (f == NULL)
        return NULL;
    fseek(f, 0, SEEK_END);
    n = ftell(f);
    rewind(f);
    text = calloc((size_t)n + 1, 1);
    if (text != NULL && fread(text, 1, (size_t)n, f) != (size_t)n)
        text[0] = '\0';
    fclose(f);
    return text;
}

static void update(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
    assert_int_equal(fclose(f), 0);
}

/* "line 12:" and both of them. */
static void fail_at_difference(const char *path, const char *want, const char *got)
{
    int line = 1;
    size_t n, m;

    for (;;) {
        n = strcspn(want, "\n");
        m = strcspn(got, "\n");
        if (n != m || strncmp(want, got, n) != 0 || want[n] != got[m])
            break;
        want += n + 1;
        got += m + 1;
        line++;
    }
    fail_msg(
        "%s, line %d\n  is     %.*s\n  should %.*s\n(HR_UPDATE_GOLDEN=1 writes it anew)",
        path, line, (int)m, got, (int)n, want);
}

void hr_golden_check(const char *path, const char *text)
{
    char full[1024];
    char *want;

    snprintf(full, sizeof full, "%s/%s", HR_SOURCE_DIR, path);
    if (getenv("HR_UPDATE_GOLDEN") != NULL)
        update(full, text);
    want = contents(full);
    if (want == NULL)
        fail_msg("%s is not there (HR_UPDATE_GOLDEN=1 writes it)", path);
    if (strcmp(want, text) != 0)
        fail_at_difference(path, want, text);
    free(want);
}
