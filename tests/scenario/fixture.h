/* tests/scenario/fixture.h - an arena with a collector of diagnostics for one test. */
#ifndef HR_TEST_FIXTURE_H
#define HR_TEST_FIXTURE_H

#include "sim/scenario/diag_text.h"
#include "sim/scenario/tree/overlay.h"
#include "sim/scenario/tree/resolve.h"
#include "sim/scenario/value/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct hr_arena *a;
    struct hr_diags ds;
};

static inline int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->a = hr_arena_create();
    hr_diags_init(&f->ds, f->a);
    *state = f;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *f = *state;
    hr_arena_destroy(f->a);
    free(f);
    return 0;
}

static inline struct hr_node *parse(struct fixture *f, const char *text)
{
    return hr_tree_parse("t.yaml", text, strlen(text), &f->ds);
}

static inline struct hr_text text(const char *s)
{
    return (struct hr_text){s, strlen(s)};
}

/* Is there a diagnostic with this code? */
static inline const struct hr_diag *said(const struct fixture *f, enum hr_code code)
{
    for (size_t i = 0; i < f->ds.n; i++)
        if (f->ds.items[i].code == code)
            return &f->ds.items[i];
    return NULL;
}

/* Exactly one diagnostic, with this code at this place. */
static inline void assert_only(const struct fixture *f, enum hr_code code, unsigned line,
                               unsigned column)
{
    assert_int_equal(f->ds.n, 1);
    assert_string_equal(hr_codes[f->ds.items[0].code].name, hr_codes[code].name);
    assert_int_equal(f->ds.items[0].at.line, line);
    assert_int_equal(f->ds.items[0].at.column, column);
}

static inline void assert_quiet(const struct fixture *f)
{
    for (size_t i = 0; i < f->ds.n; i++)
        print_message("%s: %s\n", hr_codes[f->ds.items[i].code].name, f->ds.items[i].what);
    assert_int_equal(f->ds.n, 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif /* HR_TEST_FIXTURE_H */
